//! Who of several is meant, and who somebody is: told apart by what their cards and what was written say of them.

use domain::{Filter, Kind, Result};
use vault::Order;

use super::{Answer, Answerer, CLAIMS, Cited, say};
use crate::plan::{Asked, Plan, is_own, kinship};
use crate::retrieve::Hit;
use crate::snippet;

/// What says who somebody is, where a photo shows them.
const TELLING: &[Kind] = &[Kind::Contact, Kind::Mail, Kind::Message, Kind::Note];
/// How questions begin that ask who somebody is.
const WHO_IS: &[&str] = &["who is", "who's", "whos", "who was", "wer ist", "wer war"];
/// One word of each relation that is told of somebody.
const RELATIONS: &[&str] = &[
    "sister",
    "brother",
    "wife",
    "husband",
    "partner",
    "girlfriend",
    "boyfriend",
    "son",
    "daughter",
    "cousin",
    "nephew",
    "niece",
    "neighbour",
    "landlord",
    "boss",
];
/// Relations that one has by blood or marriage, of which the data may speak of other people's.
const FAMILY: &[&str] =
    &["sister", "brother", "wife", "husband", "son", "daughter", "cousin", "nephew", "niece", "uncle", "aunt", "grandson", "granddaughter"];
/// How one's own are spoken of: whoever writes says "your brother".
const OWN: [&str; 7] = ["my", "our", "your", "mein", "meine", "dein", "deine"];
/// What stands on a card beside its name.
const LABELS: &[&str] = &["Phone", "E-mail", "Birthday", "Address"];
/// People of one name that are looked at.
const NAMESAKES: usize = 8;

impl Answerer<'_> {
    /// The plan with the one of several namesakes whose card says what the question calls them: "the dentist Janet".
    pub(super) fn described(&self, question: &str, plan: Plan) -> Result<Plan> {
        let asked = question.to_lowercase();
        for (at, said) in plan.people_said.iter().enumerate().filter(|(_, said)| !said.contains([' ', '@'])) {
            let names = self.called(said)?;
            if names.len() < 2 || !plan.filter.people.iter().any(|person| names.contains(person)) {
                continue;
            }
            let beside = |word: &&str| {
                let pair = format!("{} {}", word.to_lowercase(), said.to_lowercase());
                !word.is_empty() && !LABELS.contains(word) && word.chars().all(char::is_alphabetic) && asked.contains(&pair)
            };
            for word in plan.filter.text.split(' ').filter(beside) {
                let mut called = Vec::new();
                for name in &names {
                    let card =
                        Filter { kinds: vec![Kind::Contact], people: vec![name.clone()], text: word.to_owned(), ..Filter::default() };
                    if self.vault.count(&card)? > 0 {
                        called.push(name.clone());
                    }
                }
                if let [name] = &called[..] {
                    let mut meant = plan.clone();
                    meant.filter.people.iter_mut().filter(|person| names.contains(&**person)).for_each(|person| person.clone_from(name));
                    meant.filter.text = plan.filter.text.split(' ').filter(|other| *other != word).collect::<Vec<_>>().join(" ");
                    meant.people_said[at].clone_from(name);
                    let kinds = meant.filter.kinds.clone();
                    return Ok(meant.over(&kinds, self.today));
                }
            }
        }
        Ok(plan)
    }

    /// Which of those whom a question names it was, "Sorley or Surette": the one of whose items more of its words are told; `None` where
    /// none of them stands out.
    pub(super) fn alternatives(&self, question: &str, plan: &Plan) -> Result<Option<Answer>> {
        let lower = question.to_lowercase();
        let among = plan.people_said.iter().any(|said| {
            let said = said.to_lowercase();
            [" or ", " oder "].iter().any(|or| lower.contains(&format!("{or}{said}")))
        });
        let people = &plan.filter.people;
        let of_any_kind = plan.filter.kinds.is_empty() || plan.presumed;
        let is_read = matches!(plan.asked, Asked::Find | Asked::List | Asked::Who) && plan.sides.is_empty() && plan.steps.is_empty();
        let is_known = plan.unknown.is_empty() && plan.absent.is_empty() && plan.beyond.is_empty();
        if !among || !of_any_kind || people.len() < 2 || !is_read || !is_known || plan.filter.text.is_empty() {
            return Ok(None);
        }
        let words: Vec<&str> =
            snippet::words(&plan.filter.text).map(|(_, word)| word).filter(|word| !matches!(*word, "AND" | "OR" | "NOT")).collect();
        let mut told: Vec<(&String, Vec<&str>)> = Vec::new();
        for person in people {
            let mut held = Vec::new();
            for word in &words {
                let of_them = Filter { people: vec![person.clone()], text: (*word).to_owned(), kinds: Vec::new(), ..plan.filter.clone() };
                if self.vault.count(&of_them)? > 0 {
                    held.push(*word);
                }
            }
            told.push((person, held));
        }
        told.sort_by_key(|(_, held)| std::cmp::Reverse(held.len()));
        let [(person, held), (_, others), ..] = &told[..] else { return Ok(None) };
        if held.len() <= others.len() {
            return Ok(None);
        }
        let filter = Filter { people: vec![(*person).clone()], text: held.join(" "), kinds: Vec::new(), ..plan.filter.clone() };
        let meant =
            Plan { asked: Asked::Find, filter, people_said: vec![(*person).clone()], as_words: None, presumed: false, ..plan.clone() };
        let mut found = self.find(question, meant.over(&[], self.today))?;
        if found.abstained {
            return Ok(None);
        }
        found.text = format!("{person}. {}", found.text);
        if let Some(first) = found.claims.first_mut() {
            first.text = format!("{person}. {}", first.text);
        }
        Ok(Some(found))
    }

    /// What is written of somebody, with a word of a relation before all else, where it is asked who they are; `None` where nothing is.
    pub(super) fn written_of(&self, question: &str, plan: &Plan) -> Result<Option<Answer>> {
        let lower = question.trim().to_lowercase();
        let asks = WHO_IS.iter().any(|begin| lower.strip_prefix(begin).is_some_and(|rest| rest.starts_with(' ')));
        let filter = &plan.filter;
        let ([_], [said], true) = (&filter.people[..], &plan.people_said[..], asks && filter.kinds.is_empty() && filter.text.is_empty())
        else {
            return Ok(None);
        };
        let relations: Vec<&str> = RELATIONS.iter().flat_map(|word| kinship(word)).collect();
        for text in [format!("\"{said}\" ({})", relations.join(" OR ")), format!("\"{said}\"")] {
            let telling = Filter { kinds: TELLING.to_vec(), people: Vec::new(), text, ..filter.clone() };
            let rows = self.vault.list(&telling, Order::Newest, None, CLAIMS)?.rows;
            if rows.is_empty() {
                continue;
            }
            let told = Plan { filter: Filter { text: said.clone(), ..telling }, ..plan.clone() };
            let hit = || Hit { id: 0, score: 1.0, why: vec!["told".to_owned()] };
            let items: Vec<Cited> = rows.into_iter().map(|row| self.cited(row, &told, hit())).collect::<Result<_>>()?;
            let claims = self.claims_of(&told, &items)?;
            let text = claims.iter().map(|claim| claim.text.as_str()).collect::<Vec<_>>().join("\n");
            return Ok(Some(Answer {
                text,
                claims,
                plan: told,
                computed: None,
                items,
                abstained: false,
                choices: Vec::new(),
                model: None,
            }));
        }
        Ok(None)
    }

    /// That nobody is called so of one's own, where "my brother" is asked for and the data speaks of those of others alone.
    pub(super) fn no_such_kin(&self, question: &str, plan: &Plan) -> Result<Option<Answer>> {
        let names = kinship(&plan.filter.text.to_lowercase());
        let of_nobody = plan.filter.people.is_empty() && plan.filter.senders.is_empty() && plan.filter.recipients.is_empty();
        let of_family = names.iter().any(|name| FAMILY.contains(name));
        if !of_family || !of_nobody || !matches!(plan.asked, Asked::Find | Asked::Who | Asked::List) {
            return Ok(None);
        }
        let words: Vec<String> = snippet::words(question).map(|(_, word)| word.to_lowercase()).collect();
        let own = |pair: &[String]| is_own(&pair[0]) && pair[1] == plan.filter.text.to_lowercase();
        if !words.windows(2).any(own) {
            return Ok(None);
        }
        let phrases: Vec<String> = names.iter().flat_map(|name| OWN.map(|own| format!("\"{own} {name}\""))).collect();
        let said = Filter { text: phrases.join(" OR "), ..plan.filter.clone() };
        if self.vault.count(&said)? > 0 || self.by_kinship(&plan.filter.text)?.is_some() {
            return Ok(None);
        }
        let text = say::zero(plan, &self.searched(&plan.filter)?);
        self.nothing(plan.clone(), text).map(Some)
    }

    /// The different names of those who share one.
    fn called(&self, said: &str) -> Result<Vec<String>> {
        let wanted = snippet::fold(said);
        let mut names: Vec<String> = Vec::new();
        for person in self.vault.people(said, NAMESAKES)? {
            let is_so = person.name.contains(' ') && snippet::words(&person.name).any(|(_, word)| snippet::fold(word) == wanted);
            if is_so && !names.contains(&person.name) {
                names.push(person.name);
            }
        }
        Ok(names)
    }
}
