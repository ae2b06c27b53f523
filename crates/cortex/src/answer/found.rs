//! Finds the items that answer, and tells them from those that are merely alike.
//!
//! An item that speaks of everything that was asked for is an answer: each word in any ending, as part of a German compound,
//! or as another word for the same. When none does, and something stands nowhere in the vault, it is not in the data.
//! Otherwise the reranker decides, where it is installed and reads the language: likeness alone answers nothing.

use domain::{Filter, Kind, Result};
use jiff::civil::Date;

use super::orders::gives_orders;
use super::{Answer, Answerer, Cited, Claim, HELD, pick, say};
use crate::concepts::{self, Concept, TextWords, stands_for};
use crate::dates;
use crate::plan::{Asked, Language, Plan, is_own};
use crate::retrieve::{Found, Hit, Mode, Models, search};
use crate::snippet;

/// The hits that speak of all that was asked for, and the others with their texts.
type Parted = (Vec<Hit>, Vec<(Hit, String)>);
/// The two parts of a compound, and for each its forms with the number of items that hold them.
type Parts = ([Concept; 2], Vec<Vec<(u64, String)>>);

/// Items that are looked at for an answer.
const LOOKED_AT: usize = 60;
/// Passages that the reranker reads for one question: about half a second's worth on two cores.
const RERANKED: usize = 24;
/// The reranker's score from which a passage is taken to answer. It was trained so that 0 is undecided.
const SUPPORTS: f32 = 1.0;
/// The same for a passage that speaks of less than half of what was asked for: other words may say it all.
const SAYS_IT_OTHERWISE: f32 = 4.0;
/// The same for one that speaks of all but one of several things.
const SAYS_NEARLY_ALL: f32 = 0.75;
/// How much surer the reranker has to be of a passage that stands out, for all that it does not speak of.
const UNSAID: f32 = 3.0;
/// The score from which a passage that does not answer is shown as the nearest there is: below it the reranker sees no bearing at all.
const NEAR: f32 = -4.0;
/// Of fewer words than these, each is what is asked about.
const FEWEST: usize = 2;
/// Forms of a word that are looked for, the commonest first.
const FORMS: usize = 24;
/// Shorter words are too near to others for one of them to be taken for a slip.
const SHORTEST_SLIP: usize = 6;

/// What became of the words of a question.
enum Forms {
    /// Each, with all forms that the vault holds, as a query.
    Query(String),
    /// This one stands nowhere.
    Absent(String),
}

/// How sure the reranker has to be of a passage.
#[derive(Clone, Copy)]
struct Wanted {
    /// The score above which it answers.
    score: f32,
    /// The part of what was asked for that it speaks of, from 0 to 1.
    share: f32,
}

impl Wanted {
    /// Whether a passage answers that the reranker is not sure of, because it is far surer of it than of the next best: it reads
    /// no scores that can be compared between questions, but it orders well.
    fn stands_out(self, score: f32, next: f32) -> bool {
        self.share > 0.0 && score + (score - next) / 2.0 > SUPPORTS + UNSAID * (1.0 - self.share)
    }
}

/// What answers.
#[derive(Default)]
struct Answering {
    hits: Vec<Hit>,
    /// The word that stands nowhere, and for which nothing answers.
    absent: Option<String>,
    /// What comes nearest where nothing answers.
    nearest: Option<Hit>,
}

/// What nobody but its owner has a part in.
const OF_NOBODY: &[Kind] = &[Kind::Search, Kind::Page, Kind::Bookmark, Kind::Watch, Kind::Listen];

impl Answerer<'_> {
    /// What answers it: the items that hold what was asked for, or the admission that none does.
    pub(super) fn find(&self, question: &str, plan: Plan) -> Result<Answer> {
        let limit = if plan.asked == Asked::List { 20 } else { HELD };
        let Answering { mut hits, absent, nearest } = self.answering(question, &plan)?;
        // What is "my" own is not told by what was watched or looked for.
        if plan.filter.kinds.is_empty() && speaks_of_own(question) {
            let rows = self.vault.rows(&hits.iter().map(|hit| hit.id).collect::<Vec<_>>())?;
            hits.retain(|hit| rows.iter().any(|row| row.id == hit.id && !is_looked_at(row.kind)));
        }
        if hits.is_empty() {
            // What is told of a place need not have been there: a booking is read at home.
            if let Some(filter) = by_name_of_place(&plan) {
                let named = Plan { filter, place_said: None, place: None, ..plan.clone() };
                let told = self.find(question, named)?;
                if !told.abstained {
                    return Ok(told);
                }
            }
            // What was taken for a kind may be a word: a seat on a flight stands in a mail.
            if let Some(words) = plan.as_words.clone().filter(|_| !plan.filter.kinds.is_empty()) {
                let filter = Filter { kinds: Vec::new(), text: words, near: None, area: None, ..plan.filter.clone() };
                let said = plan.place_said.iter().cloned();
                let text = [filter.text.clone()].into_iter().chain(said).collect::<Vec<_>>().join(" ");
                let otherwise =
                    Plan { filter: Filter { text, ..filter }, as_words: None, place: None, place_said: None, presumed: false, ..plan };
                return self.find(question, otherwise);
            }
            // Who is named may stand in a title alone: "Ruth's plum cake".
            if !plan.filter.people.is_empty() && !plan.people_said.is_empty() && !plan.filter.text.is_empty() {
                let text = [plan.people_said.clone(), vec![plan.filter.text.clone()]].concat().join(" ");
                let filter = Filter { people: Vec::new(), text, ..plan.filter.clone() };
                return self.find(question, Plan { filter, ..plan });
            }
            if plan.presumed {
                let wider = Plan { filter: Filter { kinds: Vec::new(), ..plan.filter.clone() }, presumed: false, ..plan };
                return self.find(question, wider);
            }
            // What is to be on a day is told before it, by its name.
            if let Some(filter) = by_name_of_day(question, &plan, self.today) {
                let named = Plan { filter, ..plan.clone() };
                let found = search(self.vault, Models::default(), &named.filter, Mode::Words, LOOKED_AT)?;
                if !self.parted(&named, &concepts::of(&named.filter.text), found)?.0.is_empty() {
                    return self.find(question, named);
                }
            }
            return self.not_found(question, plan, absent.as_deref(), nearest);
        }
        let ids: Vec<i64> = hits.iter().take(limit).map(|hit| hit.id).collect();
        let rows = self.vault.rows(&ids)?;
        let mut items = Vec::new();
        for hit in hits.into_iter().take(limit) {
            if let Some(row) = rows.iter().find(|row| row.id == hit.id) {
                items.push(self.cited(row.clone(), &plan, hit)?);
            }
        }
        if plan.asked == Asked::Where {
            items.sort_by_key(|cited| cited.row.place.is_none());
        }
        // A person's own records tell more than what they looked at.
        if plan.filter.kinds.is_empty() {
            items.sort_by_key(|cited| is_looked_at(cited.row.kind));
        }
        // What gives orders to whoever answers is not read out where anything else tells as much.
        let texts = self.vault.documents(&items.iter().map(|cited| cited.row.id).collect::<Vec<_>>())?;
        let orders = |cited: &Cited| texts.iter().any(|text| text.id == cited.row.id && gives_orders(&text.text));
        if items.iter().any(|cited| !orders(cited)) {
            items.retain(|cited| !orders(cited));
        }
        let shown = if plan.asked == Asked::List { 0 } else { super::CLAIMS.min(items.len()) };
        self.read_out(question, &plan, &mut items[..shown])?;
        let claims = self.claims_of(&plan, &items)?;
        let text = claims.iter().map(|claim| claim.text.as_str()).collect::<Vec<_>>().join("\n");
        Ok(Answer { text, claims, plan, computed: None, items, abstained: false, choices: Vec::new(), model: None })
    }

    /// A plan whose words and kinds reach something: as it is when it does, else with every form of its words that the vault
    /// holds, else, where its kinds were presumed, by the names of its people or of whatever kind.
    pub(super) fn reaching(&self, plan: Plan) -> Result<Plan> {
        let reaches = |filter: &Filter| Ok::<bool, domain::Failure>(self.vault.count(filter)? > 0);
        if reaches(&plan.filter)? {
            return Ok(plan);
        }
        if !plan.filter.text.is_empty()
            && let Forms::Query(text) = self.forms(&mut concepts::of(&plan.filter.text), plan.language)?
        {
            let filter = Filter { text, ..plan.filter.clone() };
            if reaches(&filter)? {
                return Ok(Plan { filter, ..plan });
            }
        }
        // The data may be in another language than the question.
        if !plan.filter.text.is_empty()
            && let Some(mut foreign) = self.in_other_languages(&concepts::of(&plan.filter.text), plan.language)?
            && let Forms::Query(text) = self.forms(&mut foreign, plan.language)?
        {
            let filter = Filter { text, ..plan.filter.clone() };
            if reaches(&filter)? {
                return Ok(Plan { filter, ..plan });
            }
        }
        // "Blijdorp zoo" may be called by its name alone.
        let named: Vec<&str> = plan.filter.text.split(' ').filter(|word| !is_sort_of_place(word)).collect();
        if !named.is_empty() && named.len() < plan.filter.text.split(' ').count() {
            let filter = Filter { text: named.join(" "), ..plan.filter.clone() };
            if reaches(&filter)? {
                return Ok(Plan { filter, ..plan });
            }
        }
        if plan.presumed {
            // An event may name its people in its title alone.
            let first_names = plan.filter.people.iter().filter_map(|name| name.split(' ').next());
            let text = first_names.chain([plan.filter.text.as_str()]).collect::<Vec<_>>().join(" ").trim().to_owned();
            let by_title = Filter { text, people: Vec::new(), ..plan.filter.clone() };
            let placed = Filter { kinds: vec![Kind::Visit, Kind::Photo, Kind::Event, Kind::Trip], ..plan.filter.clone() };
            let done = Filter { kinds: vec![Kind::Workout, Kind::Trip, Kind::Activity], ..plan.filter.clone() };
            for filter in [by_title, placed, done] {
                let narrows = !filter.text.is_empty() || filter.near.is_some() || filter.area.is_some();
                if narrows && reaches(&filter)? {
                    return Ok(Plan { filter, ..plan });
                }
            }
        }
        if let Some(filter) = by_name_of_place(&plan)
            && reaches(&filter)?
        {
            return Ok(Plan { filter, place: None, ..plan });
        }
        // Nobody has a part in what one searches or reads: there a name is a word.
        let kinds = plan.filter.kinds.clone();
        let of_nobody = !kinds.is_empty() && kinds.iter().all(|kind| OF_NOBODY.contains(kind));
        if of_nobody && !plan.filter.people.is_empty() && !plan.people_said.is_empty() {
            let text = [plan.people_said.clone(), vec![plan.filter.text.clone()]].concat().join(" ").trim().to_owned();
            let filter = Filter { people: Vec::new(), text, ..plan.filter.clone() };
            if reaches(&filter)? {
                return Ok(Plan { filter, ..plan }.over(&kinds, self.today));
            }
        }
        Ok(plan)
    }

    fn answering(&self, question: &str, plan: &Plan) -> Result<Answering> {
        if plan.filter.text.is_empty() {
            let hits = search(self.vault, Models::default(), &plan.filter, Mode::Words, LOOKED_AT)?.hits;
            return Ok(Answering { hits, ..Answering::default() });
        }
        let mut concepts = concepts::of(&plan.filter.text);
        let found = search(self.vault, Models::default(), &plan.filter, Mode::Words, LOOKED_AT)?;
        let (hits, _) = self.parted(plan, &concepts, found)?;
        if !hits.is_empty() {
            return Ok(Answering { hits, ..Answering::default() });
        }
        let (mut hits, mut absent) = self.in_all_forms(plan, &mut concepts)?;
        if hits.is_empty() && plan.language == Language::De {
            // The data may be in English.
            let english = concepts.iter().map(|concept| Ok(concept.also(self.senses.in_english(&concept.said)?)));
            let mut english = english.collect::<Result<Vec<_>>>()?;
            if english != concepts {
                (hits, absent) = self.in_all_forms(plan, &mut english)?;
                concepts = english;
            }
        }
        if hits.is_empty()
            && let Some(mut foreign) = self.in_other_languages(&concepts, plan.language)?
        {
            (hits, absent) = self.in_all_forms(plan, &mut foreign)?;
            concepts = foreign;
        }
        if !hits.is_empty() {
            return Ok(Answering { hits, ..Answering::default() });
        }
        // A word of the question need not stand in its answer, unless it names what is asked about.
        if let Some(word) = &absent {
            let things = concepts.len() + plan.people_said.len();
            let named = plan.language == Language::En && concepts.iter().any(|concept| concept.said == *word && concept.is_name);
            if named || things < FEWEST {
                return Ok(Answering { hits, absent, nearest: None });
            }
        }
        let (hits, nearest) = self.judged(question, plan, &concepts)?;
        Ok(if hits.is_empty() { Answering { hits, absent, nearest } } else { Answering { hits, ..Answering::default() } })
    }

    /// What speaks of everything, in any form that the vault holds; and the word that it holds in none.
    fn in_all_forms(&self, plan: &Plan, concepts: &mut Vec<Concept>) -> Result<(Vec<Hit>, Option<String>)> {
        let text = match self.forms(concepts, plan.language)? {
            Forms::Query(text) => text,
            Forms::Absent(word) => return Ok((Vec::new(), Some(word))),
        };
        let found = search(self.vault, Models::default(), &Filter { text, ..plan.filter.clone() }, Mode::Words, LOOKED_AT)?;
        Ok((self.parted(plan, concepts, found)?.0, None))
    }

    /// What an English question asks for, with the words of other languages that the vault holds for it. `None` when there are none.
    fn in_other_languages(&self, concepts: &[Concept], language: Language) -> Result<Option<Vec<Concept>>> {
        if language != Language::En {
            return Ok(None);
        }
        let mut means = Vec::new();
        for concept in concepts {
            let english: Vec<&str> = concept.words.iter().map(String::as_str).filter(|word| !word.contains(' ')).collect();
            means.push(if concept.is_name || english.is_empty() { None } else { self.senses.foreign(&english)? });
        }
        if means.iter().all(Option::is_none) {
            return Ok(None);
        }
        let mut words: Vec<Vec<String>> = vec![Vec::new(); concepts.len()];
        self.vault.words().vocabulary(|word, _| {
            for (means, words) in means.iter().zip(&mut words) {
                if means.as_ref().is_some_and(|means| means(word)) {
                    words.push(word.to_owned());
                }
            }
        })?;
        let foreign: Vec<Concept> = concepts.iter().zip(words).map(|(concept, words)| concept.also(words)).collect();
        Ok(Some(foreign).filter(|foreign| foreign != concepts))
    }

    /// What the reranker takes for an answer, of the items that speak of all names that were asked for. Of one that speaks of less
    /// than half of the rest it has to be surer. Where nothing answers, what comes nearest.
    fn judged(&self, question: &str, plan: &Plan, concepts: &[Concept]) -> Result<(Vec<Hit>, Option<Hit>)> {
        let models = self.senses.models()?;
        let Some(reranker) = models.reranker else { return Ok((Vec::new(), None)) };
        let (mut whole, mut part) = self.parted(plan, concepts, search(self.vault, models, &plan.filter, Mode::Both, LOOKED_AT)?)?;
        // What holds some of the words may be far from the question in meaning.
        let forms = self.held_forms(concepts, plan.language)?;
        let any: Vec<String> = forms.into_iter().flat_map(|forms| forms.into_iter().take(FORMS)).map(|(_, word)| word).collect();
        if !any.is_empty() {
            let filter = Filter { text: format!("({})", any.join(" OR ")), ..plan.filter.clone() };
            let (_, by_words) = self.parted(plan, concepts, search(self.vault, Models::default(), &filter, Mode::Words, LOOKED_AT)?)?;
            part.extend(by_words.into_iter().filter(|(hit, _)| part.iter().all(|(known, _)| known.id != hit.id)).collect::<Vec<_>>());
        }
        // How many there are is hardly told by what speaks of one.
        let lower = question.to_lowercase();
        let is_of_number = ["how many", "how often", "wie viele", "wie oft"].iter().any(|phrase| lower.contains(phrase));
        let wanted = |text: &str| {
            let words = TextWords::of(text);
            let held = |concept: &&Concept| concept.is_in(&words, plan.language);
            let n_held = concepts.iter().filter(held).count();
            // In German every noun is written as a name is; who is named is known by then.
            let is_named = |concept: &Concept| plan.people_said.iter().any(|said| said.split(' ').any(|part| part == concept.said));
            let names = concepts.iter().filter(|concept| is_named(concept) || (concept.is_name && plan.language == Language::En));
            let is_named = names.into_iter().all(|concept| held(&concept));
            let score = match n_held {
                _ if is_of_number && !snippet::holds_number(text) => SAYS_IT_OTHERWISE,
                _ if n_held * 2 < concepts.len() => SAYS_IT_OTHERWISE,
                _ if n_held > 1 && n_held + 1 >= concepts.len() => SAYS_NEARLY_ALL,
                _ => SUPPORTS,
            };
            is_named.then_some(Wanted { score, share: n_held as f32 / concepts.len() as f32 })
        };
        let mut part: Vec<(Wanted, Hit, String)> =
            part.into_iter().filter_map(|(hit, text)| wanted(&text).map(|wanted| (wanted, hit, text))).collect();
        // Those of which less is wanted are read first, in the order in which they were found.
        part.sort_by(|a, b| a.0.score.total_cmp(&b.0.score));
        part.truncate(RERANKED);
        let terms = snippet::terms(&plan.filter.text);
        let passages: Vec<String> =
            part.iter().map(|(.., text)| snippet::snippet(text, &terms, 600).replace([snippet::ON, snippet::OFF], "")).collect();
        let scores = reranker.score(question, &passages.iter().map(String::as_str).collect::<Vec<_>>())?;
        let mut scored: Vec<(f32, Wanted, Hit)> =
            scores.into_iter().zip(part).map(|(score, (wanted, hit, _))| (score, wanted, hit)).collect();
        scored.sort_by(|a, b| b.0.total_cmp(&a.0));
        let nearest = scored.first().filter(|(score, wanted, _)| *score > NEAR && wanted.share > 0.0).map(|(.., hit)| hit.clone());
        let next = scored.get(1).map(|(score, ..)| *score);
        let answers = |(at, (score, wanted, _)): &(usize, (f32, Wanted, Hit))| {
            *score > wanted.score || (*at == 0 && next.is_some_and(|next| wanted.stands_out(*score, next)))
        };
        whole.extend(scored.into_iter().enumerate().filter(answers).map(|(_, (.., hit))| hit));
        Ok((whole, nearest))
    }

    /// The admission that nothing answers, and beside it what comes nearest, told as no answer. What gives orders is not told.
    fn not_found(&self, question: &str, plan: Plan, absent: Option<&str>, nearest: Option<Hit>) -> Result<Answer> {
        let id = nearest.iter().map(|hit| hit.id).collect::<Vec<_>>();
        let orders = self.vault.documents(&id)?.iter().any(|document| gives_orders(&document.text));
        let told = nearest.filter(|_| !orders).zip(self.vault.rows(&id)?.pop());
        let text = say::nothing(&plan, absent, told.is_none(), &self.searched(&plan.filter)?);
        let mut answer = self.nothing(plan, text)?;
        let Some((hit, row)) = told else { return Ok(answer) };
        answer.items = vec![self.cited(row, &answer.plan, hit)?];
        self.read_out(question, &answer.plan, &mut answer.items)?;
        answer.claims.extend(self.claims_of(&answer.plan, &answer.items)?.into_iter().map(|claim| {
            let text = format!("{} {}", pick(answer.plan.language, "The nearest is:", "Am nächsten kommt:"), claim.text);
            Claim { text, ..claim }
        }));
        answer.text = answer.claims.iter().map(|claim| claim.text.as_str()).collect::<Vec<_>>().join("\n");
        Ok(answer)
    }

    /// The hits that speak of everything, and the others with their texts.
    fn parted(&self, plan: &Plan, concepts: &[Concept], found: Found) -> Result<Parted> {
        let ids: Vec<i64> = found.hits.iter().map(|hit| hit.id).collect();
        let documents = self.vault.documents(&ids)?;
        let (mut whole, mut part) = (Vec::new(), Vec::new());
        for hit in found.hits {
            let Some(document) = documents.iter().find(|document| document.id == hit.id) else { continue };
            let text = format!("{}\n{}\n{}", document.title, document.text, document.people);
            let words = TextWords::of(&text);
            if concepts.iter().all(|concept| concept.is_in(&words, plan.language)) {
                whole.push(hit);
            } else {
                part.push((hit, text));
            }
        }
        Ok((whole, part))
    }

    /// What was asked for in all forms that the vault holds. Reads the whole vocabulary, so it comes after a plain search.
    /// A German compound that stands nowhere is looked for by its parts, and a word with one slip as the one it is near to.
    fn forms(&self, concepts: &mut Vec<Concept>, language: Language) -> Result<Forms> {
        let mut forms = self.held_forms(concepts, language)?;
        let mut at = 0;
        while at < concepts.len() {
            if !forms[at].is_empty() {
                at += 1;
                continue;
            }
            let missing = concepts[at].clone();
            if let Some((parts, found)) = self.by_parts(&missing, language)? {
                concepts.splice(at..=at, parts);
                forms.splice(at..=at, found);
                at += 2;
            } else if let Some(meant) = self.without_slip(&missing)? {
                forms[at].push((1, meant.clone()));
                concepts[at].words.push(meant);
                at += 1;
            } else {
                return Ok(Forms::Absent(missing.said));
            }
        }
        let query = forms.into_iter().map(|mut forms| {
            forms.sort_by(|a, b| b.cmp(a));
            forms.dedup();
            let listed: Vec<String> = forms.into_iter().take(FORMS).map(|(_, word)| word).collect();
            format!("({})", listed.join(" OR "))
        });
        Ok(Forms::Query(query.collect::<Vec<_>>().join(" ")))
    }

    /// The words of the vault that stand for each concept, with the number of items that hold them.
    fn held_forms(&self, concepts: &[Concept], language: Language) -> Result<Vec<Vec<(u64, String)>>> {
        let mut forms: Vec<Vec<(u64, String)>> = vec![Vec::new(); concepts.len()];
        self.vault.words().vocabulary(|word, n| {
            for (concept, forms) in concepts.iter().zip(&mut forms) {
                if concept.words.iter().any(|wanted| !wanted.contains(' ') && stands_for(word, wanted, language)) {
                    forms.push((n, word.to_owned()));
                }
            }
        })?;
        for (concept, forms) in concepts.iter().zip(&mut forms) {
            for wanted in &concept.words {
                // Names of people and labels are no part of the vocabulary; nor is what is written in two words.
                if wanted.contains(' ') || forms.is_empty() {
                    let n = self.vault.words().frequency(wanted)?;
                    if n > 0 {
                        forms.push((n, if wanted.contains(' ') { format!("\"{wanted}\"") } else { wanted.clone() }));
                    }
                }
            }
        }
        Ok(forms)
    }

    /// The parts of a German compound of which the vault holds both, and their forms.
    fn by_parts(&self, compound: &Concept, language: Language) -> Result<Option<Parts>> {
        if language != Language::De {
            return Ok(None);
        }
        let candidates = compound.parted();
        let forms = self.held_forms(&candidates.concat(), language)?;
        let whole = candidates.into_iter().zip(forms.chunks(2)).find(|(_, forms)| forms.iter().all(|forms| !forms.is_empty()));
        Ok(whole.map(|(parts, forms)| (parts, forms.to_vec())))
    }

    /// The one word of the vault that a word was meant for, when a letter slipped. Names are taken as they are written.
    fn without_slip(&self, typed: &Concept) -> Result<Option<String>> {
        let [word, ..] = &typed.words[..] else { return Ok(None) };
        if typed.is_name || word.chars().count() < SHORTEST_SLIP {
            return Ok(None);
        }
        let near = self.vault.words().fuzzy(word, &vault::Allowed::All)?;
        let mut near = near.into_iter().filter(|meant| crate::plan::is_one_slip(word, meant));
        Ok(near.next().filter(|_| near.next().is_none()))
    }
}

/// Whether a word says what sort of place it is that a name goes with.
fn is_sort_of_place(word: &str) -> bool {
    const SORTS: &[&str] = &[
        "zoo",
        "museum",
        "gallery",
        "castle",
        "hotel",
        "hostel",
        "restaurant",
        "cafe",
        "café",
        "bar",
        "pub",
        "beach",
        "park",
        "shop",
        "store",
        "market",
        "church",
        "cathedral",
        "station",
        "airport",
        "gym",
        "pool",
        "theatre",
        "theater",
        "cinema",
        "stadium",
        "library",
        "bakery",
        "clinic",
        "hospital",
        "school",
        "tierpark",
        "schloss",
        "strand",
        "laden",
        "markt",
        "kirche",
        "bahnhof",
        "flughafen",
        "schwimmbad",
        "kino",
        "stadion",
        "bibliothek",
        "bäckerei",
        "klinik",
        "krankenhaus",
        "schule",
    ];
    SORTS.contains(&word.to_lowercase().as_str())
}

/// Whether records of a kind are of others' things that the person looked at.
pub(super) fn is_looked_at(kind: Kind) -> bool {
    matches!(kind, Kind::Watch | Kind::Search | Kind::Page | Kind::Activity)
}

/// Whether a question is about something of the person's own.
fn speaks_of_own(question: &str) -> bool {
    snippet::words(question).any(|(_, word)| is_own(&word.to_lowercase()))
}

/// The filter with the words of its date in place of the time, where what is looked for may be told of at any other.
fn by_name_of_day(question: &str, plan: &Plan, today: Date) -> Option<Filter> {
    let filter = &plan.filter;
    let told = matches!(plan.asked, Asked::Find | Asked::Who | Asked::When | Asked::Where) && filter.kinds.is_empty();
    let dated = filter.from.is_some() && filter.to.is_some();
    if !told || !dated || filter.text.is_empty() {
        return None;
    }
    let [found] = &dates::find(question, today)[..] else { return None };
    let said = question.get(found.start..found.end)?;
    // "Last summer" is called so by nobody else.
    if !said.contains(|ch: char| ch.is_ascii_digit()) {
        return None;
    }
    let words = snippet::words(said).map(|(_, word)| word).filter_map(|word| {
        let number = word.trim_end_matches(|ch: char| ch.is_ascii_alphabetic());
        let is_ordinal = !number.is_empty() && number.len() <= 2 && number.chars().all(|ch| ch.is_ascii_digit());
        if is_ordinal { Some(number) } else { Some(word).filter(|word| word.chars().count() > 2 && !is_before_dates(word)) }
    });
    let text = [filter.text.as_str()].into_iter().chain(words).collect::<Vec<_>>().join(" ");
    Some(Filter { text, from: None, to: None, ..filter.clone() })
}

/// Whether a word stands before a date and is no part of its name.
fn is_before_dates(word: &str) -> bool {
    matches!(
        word.to_lowercase().as_str(),
        "the" | "and" | "from" | "since" | "until" | "before" | "after" | "der" | "den" | "dem" | "vom" | "seit" | "bis" | "vor" | "nach"
    )
}

/// The filter with its place as a word, where there are records that need no position to be about a place.
fn by_name_of_place(plan: &Plan) -> Option<Filter> {
    let told = |kind: &Kind| !matches!(kind, Kind::Visit | Kind::Trip | Kind::Photo | Kind::Video);
    let said = plan
        .place_said
        .as_ref()
        .filter(|_| plan.filter.kinds.iter().any(told) || (plan.filter.kinds.is_empty() && !plan.filter.text.is_empty()))?;
    Some(Filter { text: format!("{} {said}", plan.filter.text).trim().to_owned(), near: None, area: None, ..plan.filter.clone() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_passage_stands_out_by_how_much_surer_the_reranker_is_of_it_and_by_what_it_speaks_of() {
        let stands_out = |share, score, next| Wanted { score: SUPPORTS, share }.stands_out(score, next);
        assert!(stands_out(0.5, 1.2, -4.2) && stands_out(0.34, -1.2, -9.9));
        // As sure of the next, speaking of nothing that was asked for, and not even near.
        assert!(!stands_out(0.5, 0.9, 0.7) && !stands_out(0.0, 2.2, -5.0) && !stands_out(0.5, -5.0, -6.0));
    }
}
