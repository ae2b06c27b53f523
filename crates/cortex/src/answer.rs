//! Answers a plan: computes what can be computed, looks up what can be found, and says which items each sentence rests on.
//!
//! Invariants: every number comes from the database with the query that computed it; a sentence cites items that are in
//! [`Answer::items`]; a model may word an answer but adds no number and no name (see [`crate::wording`]).

mod say;

use domain::{Cancel, Filter, Generator, Kind, Result, Uid};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use vault::{Dimension, Order, Row, Vault};

use crate::places::{Places, name_of};
use crate::plan::{Asked, Division, Language, Measure, Plan, Spot, World, plan};
use crate::retrieve::{Hit, Mode, Models, search};
use crate::{snippet, wording};

/// Items that a found answer is held to.
const HELD: usize = 6;
/// Items that a computed answer cites as examples of what was counted.
const EXAMPLES: usize = 5;

/// One sentence and the items that it rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// The sentence.
    pub text: String,
    /// The items.
    pub cites: Vec<Uid>,
}

/// A number that the database computed.
#[derive(Debug, Clone, PartialEq)]
pub struct Computed {
    /// What it is.
    pub label: String,
    /// Its value.
    pub value: f64,
    /// Its unit; may be empty.
    pub unit: String,
    /// Parts of it.
    pub rows: Vec<(String, f64)>,
    /// The query that computed it.
    pub query: String,
}

/// An item that an answer cites.
#[derive(Debug, Clone)]
pub struct Cited {
    /// The item.
    pub row: Row,
    /// The words that matter in it.
    pub snippet: String,
    /// How it was found.
    pub hit: Hit,
}

/// An answer.
#[derive(Debug, Clone)]
pub struct Answer {
    /// In words.
    pub text: String,
    /// Its sentences.
    pub claims: Vec<Claim>,
    /// How the question was understood.
    pub plan: Plan,
    /// What was computed.
    pub computed: Option<Computed>,
    /// The items that are cited, in the order of their numbers.
    pub items: Vec<Cited>,
    /// Whether the data does not hold the answer.
    pub abstained: bool,
    /// The model that worded it.
    pub model: Option<String>,
}

/// A piece of an answer while it is being made.
pub enum Part<'a> {
    /// How the question was understood.
    Plan(&'a Plan),
    /// What was computed.
    Computed(&'a Computed),
    /// The items that the answer is held to.
    Found(&'a [Cited]),
    /// More of its words.
    Text(&'a str),
}

/// What answering needs.
pub struct Answerer<'a> {
    /// The vault.
    pub vault: &'a Vault,
    /// The models that find.
    pub models: Models<'a>,
    /// The model that words, if any.
    pub generator: Option<&'a dyn Generator>,
    /// The names of places.
    pub places: &'a Places,
    /// The person's local day.
    pub today: Date,
    /// The person's time zone.
    pub zone: TimeZone,
}

impl World for Answerer<'_> {
    fn person(&self, words: &str) -> Result<Option<String>> {
        let wanted: Vec<String> = snippet::words(words).map(|(_, word)| snippet::fold(word)).collect();
        let people = self.vault.people(words, 8)?;
        // The vault matches beginnings; a question's name has to be a whole name, or an address.
        Ok(people
            .into_iter()
            .find(|person| {
                let parts: Vec<String> = snippet::words(&person.name).map(|(_, word)| snippet::fold(word)).collect();
                (!wanted.is_empty() && wanted.iter().all(|word| parts.contains(word))) || person.addresses.iter().any(|address| address.eq_ignore_ascii_case(words))
            })
            .map(|person| if words.contains('@') || person.name.is_empty() { words.to_owned() } else { person.name }))
    }

    fn place(&self, words: &str) -> Result<Option<Spot>> {
        self.places.named(self.vault, words)
    }
}

impl Answerer<'_> {
    /// Answers a question about the items that `base` allows.
    pub fn answer(&self, question: &str, base: &Filter, cancel: &Cancel, on: &mut dyn FnMut(Part<'_>)) -> Result<Answer> {
        let plan = plan(question, base, self.today, &self.zone, self)?;
        on(Part::Plan(&plan));
        cancel.check()?;
        let mut answer = if plan.unknown.is_empty() {
            match plan.asked {
                Asked::Count | Asked::Sum => self.number(plan)?,
                Asked::Most => self.most(plan)?,
                Asked::First | Asked::Last => self.end(plan)?,
                Asked::Who => self.who(question, plan)?,
                Asked::When | Asked::Where | Asked::Find | Asked::List => self.find(question, plan)?,
            }
        } else {
            let text = say::unknown(&plan);
            self.nothing(plan, text)?
        };
        if let Some(computed) = &answer.computed {
            on(Part::Computed(computed));
        }
        on(Part::Found(&answer.items));
        let may_word = matches!(answer.plan.asked, Asked::Find | Asked::When | Asked::Where) && !answer.abstained && !answer.items.is_empty();
        match self.generator {
            Some(generator) if may_word => {
                let passages: Vec<String> = self.passages(&answer)?;
                let mut streamed = |text: &str| on(Part::Text(text));
                if let Some(claims) = wording::word(generator, question, answer.plan.language, &answer.items, &passages, cancel, &mut streamed)? {
                    answer.text = claims.iter().map(|claim| claim.text.as_str()).collect::<Vec<_>>().join(" ");
                    answer.claims = claims;
                    answer.model = Some(generator.id().to_owned());
                } else {
                    on(Part::Text(&answer.text));
                }
            }
            _ => on(Part::Text(&answer.text)),
        }
        Ok(answer)
    }

    /// How many, how much, how far.
    fn number(&self, plan: Plan) -> Result<Answer> {
        let measure = match plan.measure {
            Measure::Count => vault::Measure::Count,
            Measure::Days => vault::Measure::DistinctDays,
            Measure::Distance | Measure::Duration | Measure::Amount => vault::Measure::Sum(plan.measure.field().unwrap_or_default().to_owned()),
        };
        let total = self.vault.aggregate(&plan.filter, &measure, None)?;
        let value = total.rows.first().and_then(|row| row.value).unwrap_or(0.0);
        let mut computed = say::computed(&plan, value, total.sql);
        if let Some(by) = plan.by {
            let divided = self.vault.aggregate(&plan.filter, &measure, Some(dimension(by)))?;
            computed.rows = divided.rows.into_iter().map(|row| (row.key, say::scaled(plan.measure, row.value.unwrap_or(0.0)))).collect();
            computed.query = divided.sql;
        }
        if value == 0.0 {
            let text = say::zero(&plan, &self.searched(&plan.filter)?);
            return Ok(Answer { computed: Some(computed), ..self.nothing(plan, text)? });
        }
        let examples = self.vault.list(&plan.filter, Order::Newest, None, EXAMPLES)?;
        let items = examples.rows.into_iter().map(|row| self.cited(row, &plan, Hit { id: 0, score: 1.0, why: vec!["counted".to_owned()] })).collect::<Result<Vec<_>>>()?;
        let text = say::number(&plan, &computed, items.len());
        Ok(one_claim(plan, text, items, Some(computed)))
    }

    /// Which one most.
    fn most(&self, plan: Plan) -> Result<Answer> {
        let by = plan.by.unwrap_or(match plan.filter.kinds.first() {
            Some(Kind::Mail | Kind::Message | Kind::Call | Kind::Event) | None => Division::Person,
            Some(Kind::Visit | Kind::Trip | Kind::Photo) => Division::Place,
            Some(Kind::Watch | Kind::Listen | Kind::Subscription) => Division::Channel,
            Some(_) => Division::Kind,
        });
        let mut divided = self.vault.aggregate(&plan.filter, &vault::Measure::Count, Some(dimension(by)))?;
        divided.rows.sort_by(|a, b| b.items.cmp(&a.items).then_with(|| a.key.cmp(&b.key)));
        let Some(first) = divided.rows.first().cloned() else {
            let text = say::zero(&plan, &self.searched(&plan.filter)?);
            return self.nothing(plan, text);
        };
        let computed = Computed {
            label: first.key.clone(),
            value: first.items as f64,
            unit: String::new(),
            rows: divided.rows.into_iter().take(20).map(|row| (row.key, row.items as f64)).collect(),
            query: divided.sql,
        };
        let narrowed = match by {
            Division::Person => Filter { people: vec![first.key.clone()], ..plan.filter.clone() },
            _ => plan.filter.clone(),
        };
        let examples = self.vault.list(&narrowed, Order::Newest, None, EXAMPLES)?;
        let items = examples.rows.into_iter().map(|row| self.cited(row, &plan, Hit { id: 0, score: 1.0, why: vec!["counted".to_owned()] })).collect::<Result<Vec<_>>>()?;
        let text = say::most(&plan, &first.key, first.items as f64, items.len());
        Ok(one_claim(plan, text, items, Some(computed)))
    }

    /// The first or the last.
    fn end(&self, plan: Plan) -> Result<Answer> {
        let order = if plan.asked == Asked::First { Order::Oldest } else { Order::Newest };
        let page = self.vault.list(&plan.filter, order, None, 1)?;
        let Some(row) = page.rows.into_iter().next() else {
            let text = say::zero(&plan, &self.searched(&plan.filter)?);
            return self.nothing(plan, text);
        };
        let item = self.cited(row, &plan, Hit { id: 0, score: 1.0, why: vec![plan.asked.name().to_owned()] })?;
        let text = say::end(&plan, &item);
        Ok(one_claim(plan, text, vec![item], None))
    }

    /// Who it was: the people of the best item, or of all that match.
    fn who(&self, question: &str, plan: Plan) -> Result<Answer> {
        let found = self.find(question, plan)?;
        if found.abstained {
            return Ok(found);
        }
        let Some(best) = found.items.first() else { return Ok(found) };
        let Some(item) = self.vault.item(best.row.uid)? else { return Ok(found) };
        let mut names: Vec<String> = Vec::new();
        for link in &item.links {
            let name = if link.name.is_empty() { link.address.clone() } else { link.name.clone() };
            if link.kind == domain::EntityKind::Person && !names.contains(&name) {
                names.push(name);
            }
        }
        if names.is_empty() {
            return Ok(found);
        }
        let text = say::who(&found.plan, &names, best);
        let items = vec![best.clone()];
        Ok(one_claim(found.plan, text, items, None))
    }

    /// What answers it: the items that hold what was asked for, or the admission that none does.
    fn find(&self, question: &str, plan: Plan) -> Result<Answer> {
        let limit = if plan.asked == Asked::List { 20 } else { HELD };
        let found = search(self.vault, self.models, &plan.filter, Mode::Both, 40)?;
        let hits = self.supported(question, &plan, found)?;
        if hits.is_empty() {
            let text = say::nothing(&plan, &self.searched(&plan.filter)?);
            return self.nothing(plan, text);
        }
        let ids: Vec<i64> = hits.iter().take(limit).map(|hit| hit.id).collect();
        let rows = self.vault.rows(&ids)?;
        let mut items = Vec::new();
        for hit in hits.into_iter().take(limit) {
            if let Some(row) = rows.iter().find(|row| row.id == hit.id) {
                items.push(self.cited(row.clone(), &plan, hit)?);
            }
        }
        let claims = self.claims_of(&plan, &items);
        let text = claims.iter().map(|claim| claim.text.as_str()).collect::<Vec<_>>().join("\n");
        Ok(Answer { text, claims, plan, computed: None, items, abstained: false, model: None })
    }

    /// The hits that hold enough of what was asked to be an answer.
    ///
    /// A hit that holds every word is one. For the others the reranker decides, where it is installed; without it, only what
    /// holds every word counts, since likeness alone answers nothing.
    fn supported(&self, question: &str, plan: &Plan, found: crate::retrieve::Found) -> Result<Vec<Hit>> {
        if plan.filter.text.is_empty() {
            return Ok(found.hits);
        }
        let ids: Vec<i64> = found.hits.iter().map(|hit| hit.id).collect();
        let terms = snippet::terms(&plan.filter.text);
        let documents = self.vault.documents(&ids)?;
        let text_of = |id: i64| documents.iter().find(|document| document.id == id).map(|document| format!("{}\n{}\n{}", document.title, document.text, document.people));
        let mut whole = Vec::new();
        let mut part = Vec::new();
        for hit in found.hits {
            let Some(text) = text_of(hit.id) else { continue };
            let words: Vec<String> = snippet::words(&text).map(|(_, word)| snippet::fold(word)).collect();
            let n_held = terms.iter().filter(|term| words.iter().any(|word| snippet::matches(word, term))).count();
            if n_held == terms.len() {
                whole.push(hit);
            } else {
                part.push((hit, text));
            }
        }
        if whole.len() < HELD
            && let Some(reranker) = self.models.reranker
        {
            part.truncate(RERANKED);
            let passages: Vec<String> = part.iter().map(|(_, text)| snippet::snippet(text, &terms, 600).replace([snippet::ON, snippet::OFF], "")).collect();
            let scores = reranker.score(question, &passages.iter().map(String::as_str).collect::<Vec<_>>())?;
            let mut scored: Vec<(f32, Hit)> = scores.into_iter().zip(part.into_iter().map(|(hit, _)| hit)).filter(|(score, _)| *score > SUPPORTS).collect();
            scored.sort_by(|a, b| b.0.total_cmp(&a.0));
            whole.extend(scored.into_iter().map(|(_, hit)| hit));
        }
        Ok(whole)
    }

    fn claims_of(&self, plan: &Plan, items: &[Cited]) -> Vec<Claim> {
        let shown = if plan.asked == Asked::List { items.len() } else { 3 };
        let place = |cited: &Cited| cited.row.place.map(name_of).filter(|_| plan.asked == Asked::Where);
        items.iter().take(shown).enumerate().map(|(at, cited)| Claim { text: say::item(plan, cited, at + 1, place(cited).as_deref()), cites: vec![cited.row.uid] }).collect()
    }

    fn cited(&self, row: Row, plan: &Plan, hit: Hit) -> Result<Cited> {
        let terms = snippet::terms(&plan.filter.text);
        let document = self.vault.documents(&[row.id])?.into_iter().next();
        let snippet = document.map(|document| snippet::snippet(&document.text, &terms, 240)).unwrap_or_default();
        Ok(Cited { hit: Hit { id: row.id, ..hit }, row, snippet })
    }

    fn passages(&self, answer: &Answer) -> Result<Vec<String>> {
        let ids: Vec<i64> = answer.items.iter().map(|cited| cited.row.id).collect();
        let terms = snippet::terms(&answer.plan.filter.text);
        let documents = self.vault.documents(&ids)?;
        Ok(answer
            .items
            .iter()
            .map(|cited| {
                let text = documents.iter().find(|document| document.id == cited.row.id).map_or("", |document| document.text.as_str());
                snippet::snippet(text, &terms, 500).replace([snippet::ON, snippet::OFF], "")
            })
            .collect())
    }

    fn nothing(&self, plan: Plan, text: String) -> Result<Answer> {
        let claims = vec![Claim { text: text.clone(), cites: Vec::new() }];
        Ok(Answer { text, claims, plan, computed: None, items: Vec::new(), abstained: true, model: None })
    }

    /// What was looked through: the kinds and the span of time, without the words that found nothing.
    fn searched(&self, filter: &Filter) -> Result<say::Searched> {
        let wider = Filter { kinds: filter.kinds.clone(), sources: filter.sources.clone(), ..Filter::default() };
        let first = self.vault.list(&wider, Order::Oldest, None, 1)?.rows.into_iter().next().and_then(|row| row.at);
        let last = self.vault.list(&wider, Order::Newest, None, 1)?.rows.into_iter().next().and_then(|row| row.at);
        Ok(say::Searched { n_items: self.vault.count(&wider)?, first, last })
    }
}

/// Passages that the reranker reads for one question: about half a second's worth on two cores.
const RERANKED: usize = 16;
/// The reranker's score from which a passage is taken to answer. It was trained so that 0 is undecided.
const SUPPORTS: f32 = 1.0;

fn one_claim(plan: Plan, text: String, items: Vec<Cited>, computed: Option<Computed>) -> Answer {
    let claims = vec![Claim { text: text.clone(), cites: items.iter().map(|cited| cited.row.uid).collect() }];
    Answer { text, claims, plan, computed, items, abstained: false, model: None }
}

fn dimension(by: Division) -> Dimension {
    match by {
        Division::Month => Dimension::Month,
        Division::Year => Dimension::Year,
        Division::Weekday => Dimension::Weekday,
        // Channels and sellers are organisations, which stand beside people.
        Division::Person | Division::Channel => Dimension::Person,
        Division::Place => Dimension::Place,
        Division::Kind => Dimension::Kind,
    }
}

/// Which language an answer is said in.
pub(crate) fn pick<'a>(language: Language, en: &'a str, de: &'a str) -> &'a str {
    match language {
        Language::En => en,
        Language::De => de,
    }
}
