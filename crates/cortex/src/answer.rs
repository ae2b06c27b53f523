//! Answers a plan: computes what can be computed, looks up what can be found, and says which items each sentence rests on.
//!
//! Invariants: every number comes from the database with the query that computed it; a sentence cites items that are in
//! [`Answer::items`]; a model may word an answer but adds no number and no name (see [`crate::wording`]).

mod abroad;
mod birthdays;
mod books;
mod bounded;
mod clocks;
mod company;
mod compare;
mod extreme;
mod found;
mod geography;
mod interval;
mod kept;
mod kin;
mod lengths;
mod listed;
mod lists;
mod money;
mod most;
mod orders;
mod passage;
mod say;
mod series;
mod steps;
mod tasks;
mod whereabouts;
mod who_is;

use domain::{Cancel, Filter, Generator, Kind, Result, Uid, UtcMs};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use vault::{Dimension, Order, Row, Vault};

use crate::places::{Places, name_of};
use crate::plan::{
    Asked, Division, Language, Measure, Part as PartIn, Plan, Rate, Spot, Statistic, World, goes_on, interval, is_of_companies,
    is_recorded_sport, is_telling, merged, part_steps, plan,
};
use crate::retrieve::{Hit, Models};
use crate::{concepts, restating, snippet, wording};
use steps::First;

/// Items that a found answer is held to.
const HELD: usize = 6;
/// Items that are read out.
const CLAIMS: usize = 3;
/// Items that are looked through for the name of a place.
const NAMED: usize = 500;
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

/// One of several readings of a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// What would be meant.
    pub label: String,
    /// The question that means it alone.
    pub question: String,
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
    /// What may be meant, when the question has several readings that differ; it is not answered then.
    pub choices: Vec<Choice>,
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

/// Whether a word means what was looked for.
pub type Means = Box<dyn Fn(&str) -> bool>;

/// The models that find, fetched when a question needs them: most are answered without, and loading takes longer than answering.
pub trait Senses {
    /// What is installed, loaded.
    fn models(&self) -> Result<Models<'_>>;
    /// A word of another language in English, as far as an installed dictionary knows it: its usual translations, or the parts
    /// of a compound. Empty when none does.
    fn in_english(&self, word: &str) -> Result<Vec<String>>;
    /// Tells the words of other languages that mean one of these English ones, where a dictionary is installed.
    fn foreign(&self, english: &[&str]) -> Result<Option<Means>>;
}

/// What a question comes to before it is answered.
enum Understood {
    /// A plan, and the question that it is of: without its first step.
    Plan(Box<Plan>, String),
    /// What the first step looked for is not there.
    Nothing(Box<Plan>, String),
    /// It may mean several things.
    Several(Box<Plan>, Vec<Choice>),
}

/// What answering needs.
pub struct Answerer<'a> {
    /// The vault.
    pub vault: &'a Vault,
    /// The models that find.
    pub senses: &'a dyn Senses,
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
        let parts_of = |name: &str| snippet::words(name).map(|(_, word)| snippet::fold(word)).collect::<Vec<String>>();
        let wanted = parts_of(words);
        // The vault matches beginnings; a question's name has to be a whole name, or an address.
        let mut people = self.vault.people(words, 8)?;
        people.retain(|person| {
            let parts = parts_of(&person.name);
            (!wanted.is_empty() && wanted.iter().all(|word| parts.contains(word)))
                || person.addresses.iter().any(|address| address.eq_ignore_ascii_case(words))
        });
        // Somebody writes from an address with a part of their name in it, and a club or a town hall from "info".
        let writes_as_self = |person: &vault::Person| {
            let local = |address: &String| snippet::fold(address.split('@').next().unwrap_or_default());
            let parts = parts_of(&person.name);
            person.addresses.is_empty()
                || person.addresses.iter().any(|address| parts.iter().any(|part| local(address).contains(part.as_str())))
        };
        // "Ireland" is the country, though there is an Electric Ireland; a Florence Nightingale is somebody.
        let is_somebody = |person: &vault::Person| {
            let parts = parts_of(&person.name);
            parts == wanted || (parts.first() == wanted.first() && parts.len() == 2 && writes_as_self(person))
        };
        if people.iter().any(|person| !is_somebody(person)) && self.places.named(self.vault, words)?.is_some() {
            people.retain(is_somebody);
        }
        // One word of a company's name is it only where the others say what sort of company it is: "Kennys" is Kennys Bookshop, and
        // no "cinema" is the Gate Cinema.
        if let [word] = &wanted[..] {
            people.retain(|person| {
                let parts = parts_of(&person.name);
                let is_company = parts.len() > 1 && parts.iter().any(|part| is_of_companies(part));
                !is_company
                    || parts.iter().filter(|part| !is_of_companies(part)).all(|part| part == word || part == "the")
                        && !is_of_companies(word)
            });
        }
        // In small letters a word of a shop's name is the word itself, but for the first of them where it is no common one: "5 star
        // books" are none of Bluenose Books.
        if let ([word], false) = (&wanted[..], words.contains(char::is_uppercase) || people.is_empty()) {
            let frequency = self.vault.words().frequency(word)?;
            let is_phone = |address: &String| address.chars().all(|ch| ch.is_ascii_digit() || matches!(ch, '+' | '-' | ' ' | '(' | ')'));
            people.retain(|person| {
                let parts = parts_of(&person.name);
                let has_name = person.addresses.is_empty() || person.addresses.iter().all(is_phone);
                let of_somebody = !person.addresses.is_empty() && (writes_as_self(person) || (has_name && parts.len() == 2));
                let begins = parts.iter().find(|part| part.as_str() != "the") == Some(word);
                parts.len() < 2 || of_somebody || (begins && (has_name || frequency <= COMMON * person.n_items.max(1)))
            });
        }
        if let ([kin], true) = (&wanted[..], people.is_empty())
            && let Some(name) = self.by_kinship(kin)?
        {
            return Ok(Some(name));
        }
        let named = |name: String| if words.contains('@') || name.is_empty() { words.to_owned() } else { name };
        Ok(people.into_iter().next().map(|person| named(person.name)))
    }

    fn place(&self, words: &str) -> Result<Option<Spot>> {
        self.places.named(self.vault, words)
    }

    fn venue(&self, words: &str) -> Result<bool> {
        let called = Filter { text: format!("\"{words}\""), kinds: vec![Kind::Visit], ..Filter::default() };
        let wanted = snippet::fold(words);
        Ok(self.vault.list(&called, Order::Newest, None, LOOKED_AT)?.rows.iter().any(|row| snippet::fold(&row.title) == wanted))
    }

    fn clocks(&self, from: UtcMs, to: UtcMs) -> Result<Option<i64>> {
        let there = Filter { kinds: vec![Kind::Visit, Kind::Trip], from: Some(from), to: Some(to), ..Filter::default() };
        let page = self.vault.list(&there, Order::Oldest, None, EXAMPLES)?;
        Ok(page.rows.into_iter().find_map(|row| row.offset_min).map(i64::from))
    }

    fn performs(&self, words: &str) -> Result<bool> {
        let people = vec![words.trim_matches('"').to_owned()];
        Ok(self.vault.count(&Filter { kinds: vec![Kind::Listen], people, ..Filter::default() })? > 0)
    }

    fn knows_owner(&self) -> Result<bool> {
        Ok(!self.vault.own_entities()?.is_empty())
    }

    fn sources(&self, product: &str) -> Result<Vec<String>> {
        let mut sources = Vec::new();
        for source in self.vault.stats()?.by_source.keys() {
            let parts: Vec<&str> = source.split('.').collect();
            if let Some(at) = parts.iter().position(|part| *part == product) {
                let within = parts[..=at].join(".");
                if !sources.contains(&within) {
                    sources.push(within);
                }
            }
        }
        Ok(sources)
    }

    fn holds(&self, word: &str) -> Result<bool> {
        // In any form: who asks for "tides" may have seen one.
        Ok(!self.vault.words().holding(word, &vault::Within::everything())?.is_empty())
    }
}

impl Answerer<'_> {
    /// Answers a question about the items that `base` allows. It may go on with the questions `before` it, the oldest first.
    pub fn answer(
        &self,
        question: &str,
        before: &[String],
        base: &Filter,
        cancel: &Cancel,
        on: &mut dyn FnMut(Part<'_>),
    ) -> Result<Answer> {
        let mut earlier: Option<Plan> = None;
        for question in before {
            if let Understood::Plan(plan, _) = self.understand(question, base, earlier.as_ref())? {
                earlier = Some(*plan);
            }
        }
        let (plan, rest) = match self.understand(question, base, earlier.as_ref())? {
            Understood::Plan(plan, rest) => (*plan, rest),
            Understood::Nothing(plan, said) => {
                on(Part::Plan(&plan));
                let text = say::no_first_step(&plan, &said, &self.searched(&Filter::default())?);
                on(Part::Text(&text));
                return self.nothing(*plan, text);
            }
            Understood::Several(plan, choices) => return self.asked_back(*plan, choices, on),
        };
        let plan = self.described(question.trim(), self.as_kept(plan)?)?;
        on(Part::Plan(&plan));
        cancel.check()?;
        let question = rest.as_str();
        let told = self.alternatives(question, &plan)?;
        if told.is_none() {
            let choices = self.namesakes(question, &plan)?;
            if !choices.is_empty() {
                return self.asked_back(plan, choices, on);
            }
        }
        let mut answer = match told {
            Some(answer) => answer,
            None => self.run(question, base, plan)?,
        };
        if let Some(restated) = self.restated(question, base, &answer, cancel)? {
            on(Part::Plan(&restated.plan));
            answer = restated;
        }
        if let Some(computed) = &answer.computed {
            on(Part::Computed(computed));
        }
        on(Part::Found(&answer.items));
        let may_word =
            matches!(answer.plan.asked, Asked::Find | Asked::When | Asked::Where) && !answer.abstained && !answer.items.is_empty();
        match self.generator {
            Some(generator) if may_word => {
                let passages: Vec<String> = self.passages(&answer)?;
                let mut streamed = |text: &str| on(Part::Text(text));
                if let Some(claims) =
                    wording::word(generator, question, answer.plan.language, &answer.items, &passages, cancel, &mut streamed)?
                {
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

    /// What a question comes to in the words of the model, where the rules read nothing in it that could be computed and found
    /// nothing that tells it.
    fn restated(&self, question: &str, base: &Filter, answer: &Answer, cancel: &Cancel) -> Result<Option<Answer>> {
        let plan = &answer.plan;
        let known = plan.unknown.is_empty() && plan.absent.is_empty() && plan.beyond.is_empty();
        let unread = known && answer.abstained && plan.steps.is_empty() && matches!(plan.asked, Asked::Find | Asked::List);
        let Some(generator) = self.generator.filter(|_| unread) else { return Ok(None) };
        let Some(said) = restating::restated(generator, question, self.today, self, cancel)? else { return Ok(None) };
        let mut read = self.as_kept(crate::plan::plan(&said, base, self.today, &self.zone, self)?)?;
        read.language = plan.language;
        read.understood = format!("“{said}”: {}", read.understood);
        if say::declined(&read).is_some() || !self.namesakes(&said, &read)?.is_empty() {
            return Ok(None);
        }
        let restated = self.run(&said, base, read)?;
        Ok(Some(restated).filter(|restated| !restated.abstained))
    }

    /// Answers what a plan asks, when it can be asked of the data at all.
    fn run(&self, question: &str, base: &Filter, plan: Plan) -> Result<Answer> {
        if let Some(interval) = interval(question).filter(|_| plan.steps.is_empty()) {
            return self.interval(&interval, question, base, plan);
        }
        if let Some(answer) = self.older(question, &plan)? {
            return Ok(answer);
        }
        if plan.unknown.is_empty()
            && plan.absent.is_empty()
            && plan.beyond.is_empty()
            && let Some(answer) = self.books(question, &plan)?
        {
            return Ok(answer);
        }
        if let Some(text) = say::declined(&plan) {
            let text = format!("{text} {}", say::looked(&plan, &self.searched(&plan.filter)?));
            return self.nothing(plan, text);
        }
        if let Some(answer) = self.no_such_kin(question, &plan)? {
            return Ok(answer);
        }
        if let Some((plan, series)) = self.series(&plan)? {
            let text = say::series(&plan, &series);
            let claims = vec![Claim { text: text.clone(), cites: series.iter().map(|cited| cited.row.uid).collect() }];
            return Ok(Answer { text, claims, plan, computed: None, items: series, abstained: true, choices: Vec::new(), model: None });
        }
        if let Some(answer) = self.elsewhere(&plan)? {
            return Ok(answer);
        }
        if let Some(answer) = self.age(&plan)? {
            return Ok(answer);
        }
        if let Some(answer) = self.birthdays(&plan)? {
            return Ok(answer);
        }
        self.answered(question, plan)
    }

    /// Answers by what is asked, over which measure, and of what.
    fn answered(&self, question: &str, plan: Plan) -> Result<Answer> {
        let plan = if plan.measure == Measure::Amount { plan } else { self.single(plan)? };
        if let Some(answer) = self.dealt(question, &plan)? {
            return Ok(answer);
        }
        let placed = plan.filter.near.is_some() || plan.filter.area.is_some();
        let of_visits = plan.filter.kinds == [Kind::Visit] && plan.filter.text.is_empty() && placed;
        let of_purchases = plan.filter.kinds == [Kind::Purchase] && plan.by.is_none() && plan.rate.is_none();
        match plan.asked {
            _ if plan.abroad => self.abroad(plan),
            _ if plan.open.is_some() => self.tasks(plan),
            _ if plan.measure == Measure::Amount => self.money(question, plan),
            _ if plan.bound.is_some() => self.bounded(plan),
            _ if matches!(plan.statistic, Statistic::Greatest | Statistic::Least) => self.extreme(plan),
            _ if matches!(plan.by, Some(Division::Country | Division::Town)) => self.geography(plan),
            Asked::Count | Asked::Sum
                if of_visits
                    && plan.rate.is_none()
                    && matches!(plan.measure, Measure::Days | Measure::Nights | Measure::Duration)
                    && plan.statistic == Statistic::Total =>
            {
                self.lengths(plan)
            }
            Asked::Who if placed && plan.filter.text.is_empty() && plan.part.is_none() => self.company(question, plan),
            Asked::Most | Asked::Least if plan.sides.len() > 1 => self.compare(question, plan),
            Asked::Count | Asked::First | Asked::Last | Asked::List if of_purchases => self.bought(plan),
            Asked::Find if of_purchases && plan.filter.text.is_empty() => self.bought(plan),
            Asked::Count if of_visits && plan.measure == Measure::Count && plan.rate.is_none() && plan.only.is_none() => {
                self.times_there(plan)
            }
            Asked::Count | Asked::Sum => self.number(question, plan),
            Asked::Most | Asked::Least => self.most(plan),
            Asked::First | Asked::Last | Asked::Next => self.end(question, plan),
            Asked::Who => self.who(question, plan),
            Asked::List if plan.filter.text.is_empty() => self.listed(plan),
            Asked::List | Asked::When | Asked::Find if is_recorded_sport(&plan.filter.text) => self.listed(plan),
            Asked::Where if plan.filter.text.is_empty() => self.whereabouts(question, plan),
            Asked::When if plan.filter.text.is_empty() && plan.place.is_some() => self.stays(question, plan),
            Asked::When | Asked::Where | Asked::Find | Asked::List => self.find(question, plan),
        }
    }

    /// The plan of the one item that is meant, where the first or the last is.
    fn single(&self, plan: Plan) -> Result<Plan> {
        let Some(single) = plan.single else { return Ok(plan) };
        let mut plan = self.reaching(plan)?;
        let order = if single == Asked::Last { Order::Newest } else { Order::Oldest };
        let end = self.end_of_today();
        let been = Filter { to: Some(plan.filter.to.map_or(end, |to| to.min(end))), ..plan.filter.clone() };
        if let Some(at) = self.vault.list(&been, order, None, 1)?.rows.first().and_then(|row| row.at) {
            (plan.filter.from, plan.filter.to) = (Some(at), Some(at + 1));
        }
        Ok(plan)
    }

    /// The instant at which the person's today ends: what is later has not been yet.
    fn end_of_today(&self) -> UtcMs {
        let tomorrow = self.today.tomorrow().ok().and_then(|day| day.to_zoned(self.zone.clone()).ok());
        tomorrow.map_or(UtcMs::MAX, |at| at.timestamp().as_millisecond())
    }

    /// The plan of a question, after its first step when it has two; as it goes on with an earlier one, when it does.
    fn understand(&self, question: &str, base: &Filter, earlier: Option<&Plan>) -> Result<Understood> {
        let mut narrowed = base.clone();
        let mut rest = question.to_owned();
        let mut steps = Vec::new();
        if let Some(parted) = part_steps(question, self.today) {
            match self.first_step(&parted, question, base)? {
                First::Time((from, to), step, _) => {
                    rest = steps::without_dates(&parted.rest, self.today);
                    (narrowed.from, narrowed.to) = (Some(from), Some(to));
                    steps.push(step);
                }
                First::Nothing(plan) => return Ok(Understood::Nothing(plan, parted.first)),
                First::Several(choices) => {
                    let plan = plan(question, base, self.today, &self.zone, self)?;
                    return Ok(Understood::Several(Box::new(plan), choices));
                }
            }
        }
        let mut plan = plan(&rest, &narrowed, self.today, &self.zone, self)?;
        if let Some(step) = steps.first() {
            plan.understood = format!("{}: {}; {}", step.said, step.found, plan.understood);
            // "What did I listen to": all of it, in that time.
            let of_kind = !plan.filter.kinds.is_empty() && !plan.presumed && plan.filter.kinds != [Kind::Visit];
            if plan.filter.text.is_empty() && (plan.asked == Asked::Find || (plan.asked == Asked::When && of_kind)) {
                plan.asked = Asked::List;
            }
        } else if let Some(earlier) = earlier
            && goes_on(question, &plan)
        {
            plan = merged(earlier, question, plan, self.today);
        }
        plan.steps.extend(steps);
        Ok(Understood::Plan(Box::new(plan), rest))
    }

    /// The people who share a name that the question gives alone, when none of them is met far more often than the others.
    fn namesakes(&self, question: &str, plan: &Plan) -> Result<Vec<Choice>> {
        for said in plan.people_said.iter().filter(|said| !said.contains([' ', '@'])) {
            let wanted = snippet::fold(said);
            let of_name = |name: &str| snippet::words(name).any(|(_, word)| snippet::fold(word) == wanted);
            let people: Vec<_> = self.vault.people(said, 8)?.into_iter().filter(|person| of_name(&person.name)).collect();
            let Some(most) = people.first().map(|person| person.n_items) else { continue };
            let mut alike: Vec<vault::Person> = Vec::new();
            for person in people.into_iter().filter(|person| person.n_items * RARER >= most && person.name.contains(' ')) {
                // One person may have several addresses and no card.
                if alike.iter().all(|other| other.name != person.name) {
                    alike.push(person);
                }
            }
            if alike.len() > 1 {
                let choice = |name: String| Choice { question: question.replacen(said.as_str(), &name, 1), label: name };
                return Ok(alike.into_iter().map(|person| choice(person.name)).collect());
            }
        }
        Ok(Vec::new())
    }

    /// Asks which reading is meant.
    fn asked_back(&self, plan: Plan, choices: Vec<Choice>, on: &mut dyn FnMut(Part<'_>)) -> Result<Answer> {
        on(Part::Plan(&plan));
        let text = say::which(&plan, &choices);
        on(Part::Text(&text));
        Ok(Answer { choices, ..self.nothing(plan, text)? })
    }

    /// How many, how much, how far.
    fn number(&self, question: &str, plan: Plan) -> Result<Answer> {
        let plan = self.reaching(plan)?;
        let measure = measure(&plan);
        let (value, sql) = self.value(&plan, &measure)?;
        let mut computed = say::computed(&plan, value, sql);
        if let Some(rate) = plan.rate {
            return self.per(plan, rate, computed);
        }
        if let Some(by) = plan.by {
            let divided = self.vault.aggregate(&plan.filter, &measure, Some(dimension(by)))?;
            computed.rows = divided
                .rows
                .into_iter()
                .map(|row| (say::key(by, row.key, plan.language), say::scaled(plan.measure, row.value.unwrap_or(0.0))))
                .collect();
            computed.query = divided.sql;
        }
        if value == 0.0 {
            if let Some(read) = self.read_instead(question, &plan)? {
                return Ok(read);
            }
            let text = say::zero(&plan, &self.searched(&plan.filter)?);
            return Ok(Answer { computed: Some(computed), ..self.nothing(plan, text)? });
        }
        let items = self.examples(&plan.filter, &plan)?;
        let text = say::number(&plan, &computed, items.len());
        Ok(one_claim(plan, text, items, Some(computed)))
    }

    /// The number of a plan, and the query that it comes from: of everything, of certain hours or weekdays, or of groups that are
    /// counted once each.
    fn value(&self, plan: &Plan, measure: &vault::Measure) -> Result<(f64, String)> {
        if let Some(by) = plan.distinct {
            let groups = self.vault.aggregate(&plan.filter, &vault::Measure::Count, Some(dimension(by)))?;
            return Ok((groups.rows.len() as f64, format!("{} -- each group once", groups.sql)));
        }
        if let Some(only) = &plan.only {
            let groups = self.vault.aggregate(&plan.filter, measure, Some(dimension(only.by)))?;
            let meant = groups.rows.iter().filter(|row| only.holds(&row.key)).filter_map(|row| row.value);
            return Ok((meant.sum(), format!("{} -- of these, {}", groups.sql, only.said)));
        }
        let total = self.vault.aggregate(&plan.filter, measure, None)?;
        Ok((total.rows.first().and_then(|row| row.value).unwrap_or(0.0), total.sql))
    }

    /// What tells a number that nothing is counted for: "how many kilos of plums" stands in the recipe.
    fn read_instead(&self, question: &str, plan: &Plan) -> Result<Option<Answer>> {
        let presumed = plan.presumed || plan.filter.kinds.is_empty() || plan.measure == Measure::Amount;
        // What was taken for a kind of item may be a word: the frame of a cargo bike is on no ride.
        let text = plan.as_words.clone().filter(|_| !presumed).or_else(|| presumed.then(|| plan.filter.text.clone())).unwrap_or_default();
        if text.is_empty() || plan.polar {
            return Ok(None);
        }
        let filter = Filter { text, kinds: Vec::new(), ..plan.filter.clone() };
        // What was paid to somebody stands in what is theirs, and not in whatever names them.
        let people_said = if plan.measure == Measure::Amount { Vec::new() } else { plan.people_said.clone() };
        let read = self.find(question, Plan { asked: Asked::Find, measure: Measure::Count, filter, people_said, ..plan.clone() })?;
        Ok(Some(read).filter(|read| !read.abstained))
    }

    /// How many, or how much, for each span of time: over the time that was asked about, else from the first to the last.
    fn per(&self, plan: Plan, rate: Rate, computed: Computed) -> Result<Answer> {
        let end =
            |measure| Ok::<_, domain::Failure>(self.vault.aggregate(&plan.filter, &measure, None)?.rows.first().and_then(|row| row.value));
        let from = plan.filter.from.map(|ms| ms as f64).map_or_else(|| end(vault::Measure::First), |from| Ok(Some(from)))?;
        // What has not been yet is no part of it.
        let to = match plan.filter.to.map(|ms| ms as f64) {
            Some(to) => Some(to.min(self.end_of_today() as f64)),
            None => end(vault::Measure::Last)?,
        };
        let (Some(from), Some(to), true) = (from, to, computed.value > 0.0) else {
            let text = say::zero(&plan, &self.searched(&plan.filter)?);
            return self.nothing(plan, text);
        };
        let spans = ((to - from) / 86_400_000.0 / rate.days()).max(1.0);
        let total = computed.value;
        let computed = Computed { value: total / spans, query: format!("{} -- divided by {spans:.1}", computed.query), ..computed };
        let items = self.examples(&plan.filter, &plan)?;
        let text = say::rate(&plan, &computed, total, items.len());
        Ok(one_claim(plan, text, items, Some(computed)))
    }

    fn examples(&self, filter: &Filter, plan: &Plan) -> Result<Vec<Cited>> {
        let page = self.vault.list(filter, Order::Newest, None, EXAMPLES)?;
        page.rows.into_iter().map(|row| self.cited(row, plan, Hit { id: 0, score: 1.0, why: vec!["counted".to_owned()] })).collect()
    }

    /// The first or the last.
    fn end(&self, question: &str, plan: Plan) -> Result<Answer> {
        let mut plan = self.reaching(plan)?;
        // What lies ahead has not been yet.
        if plan.asked == Asked::Last && plan.filter.to.is_none() {
            plan.filter.to = Some(self.end_of_today());
        }
        let order = if plan.asked == Asked::Last { Order::Newest } else { Order::Oldest };
        let Some(row) = self.end_of(&plan.filter, order)? else {
            // "Who taught my first class" may stand in one sentence.
            if let Some(read) = self.read_instead(question, &plan)? {
                return Ok(read);
            }
            let text = say::zero(&plan, &self.searched(&plan.filter)?);
            return self.nothing(plan, text);
        };
        let item = self.cited(row, &plan, Hit { id: 0, score: 1.0, why: vec![plan.asked.name().to_owned()] })?;
        let text = say::end(&plan, &item);
        Ok(one_claim(plan, text, vec![item], None))
    }

    /// The item at one end of those of a filter. A place is meant by its name, where some go by it: "Giant Park" is no other park on
    /// Giant Street.
    fn end_of(&self, filter: &Filter, order: Order) -> Result<Option<Row>> {
        let of_places = !filter.kinds.is_empty() && filter.kinds.iter().all(|kind| matches!(kind, Kind::Visit | Kind::Event));
        let named = of_places && filter.kinds.contains(&Kind::Visit) && filter.text.contains(' ');
        let n_rows = if named { NAMED } else { 1 };
        let mut rows = self.vault.list(filter, order, None, n_rows)?.rows;
        if rows.is_empty() {
            return Ok(None);
        }
        let wanted = concepts::of(&filter.text);
        let goes_by_it = |row: &Row| {
            let title = concepts::TextWords::of(&row.title);
            wanted.iter().all(|concept| concept.is_in(&title, Language::En))
        };
        let at = if named { rows.iter().position(goes_by_it).unwrap_or(0) } else { 0 };
        Ok(Some(rows.swap_remove(at)))
    }

    /// Who it was: the people of the best item, or of all that match.
    fn who(&self, question: &str, plan: Plan) -> Result<Answer> {
        let found = self.find(question, plan)?;
        if found.abstained {
            return Ok(found);
        }
        let Some(best) = found.items.first() else { return Ok(found) };
        // A photo of somebody does not say who they are.
        if matches!(best.row.kind, Kind::Photo | Kind::Video)
            && let Some(told) = self.written_of(question, &found.plan)?
        {
            return Ok(told);
        }
        let Some(item) = self.vault.item(best.row.uid)? else { return Ok(found) };
        let mut names: Vec<String> = Vec::new();
        let own = self.vault.own_entities()?;
        for link in &item.links {
            let name = link.known_as.as_ref().unwrap_or(&link.name).clone();
            let wanted = match found.plan.part {
                Some(PartIn::Sender) => link.role == domain::Role::Sender,
                Some(PartIn::Recipient) => matches!(link.role, domain::Role::Recipient | domain::Role::Copied),
                // Whoever asks knows that they were there.
                None => !own.contains(&link.entity),
            };
            if wanted && link.kind == domain::EntityKind::Person && !names.contains(&name) {
                names.push(name);
            }
        }
        // Who tells that somebody was best man need not have been: what was written says it.
        let of_telling = snippet::words(question).any(|(_, word)| is_telling(&word.to_lowercase()));
        let told = found.plan.part.is_none() && matches!(best.row.kind, Kind::Mail | Kind::Message);
        if names.is_empty() || (told && !of_telling) {
            return Ok(found);
        }
        let text = say::who(&found.plan, &names, best);
        let items = vec![best.clone()];
        Ok(one_claim(found.plan, text, items, None))
    }

    /// The day by which a task is to be done, as the data has it.
    fn due(&self, cited: &Cited) -> Result<Option<Date>> {
        if cited.row.kind != Kind::Task {
            return Ok(None);
        }
        let item = self.vault.item(cited.row.uid)?;
        let due = item.as_ref().and_then(|item| item.data.get("due")).and_then(|due| due.as_str());
        Ok(due.and_then(|due| due.get(..10)).and_then(|day| day.parse().ok()))
    }

    fn claims_of(&self, plan: &Plan, items: &[Cited]) -> Result<Vec<Claim>> {
        let shown = if plan.asked == Asked::List { items.len() } else { CLAIMS };
        let place = |cited: &Cited| cited.row.place.map(name_of).filter(|_| plan.asked == Asked::Where);
        let claim = |(at, cited): (usize, &Cited)| {
            let due = if plan.asked == Asked::When { self.due(cited)? } else { None };
            Ok(Claim { text: say::item(plan, cited, at + 1, place(cited).as_deref(), due), cites: vec![cited.row.uid] })
        };
        items.iter().take(shown).enumerate().map(claim).collect()
    }

    fn cited(&self, row: Row, plan: &Plan, hit: Hit) -> Result<Cited> {
        let terms = snippet::terms(&plan.filter.text);
        let document = self.vault.documents(&[row.id])?.into_iter().next();
        let snippet = document.map(|document| snippet::snippet(&document.text, &terms, passage::READ_OUT)).unwrap_or_default();
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
        Ok(Answer { text, claims, plan, computed: None, items: Vec::new(), abstained: true, choices: Vec::new(), model: None })
    }

    /// What was looked through: the kinds and the span of time, without the words that found nothing.
    fn searched(&self, filter: &Filter) -> Result<say::Searched> {
        let wider = Filter { kinds: filter.kinds.clone(), sources: filter.sources.clone(), ..Filter::default() };
        let first = self.vault.list(&wider, Order::Oldest, None, 1)?.rows.into_iter().next().and_then(|row| row.at);
        let last = self.vault.list(&wider, Order::Newest, None, 1)?.rows.into_iter().next().and_then(|row| row.at);
        Ok(say::Searched { n_items: self.vault.count(&wider)?, first, last })
    }
}

/// Someone in fewer items than a twentieth of another's is not meant by the name that both have.
const RARER: u64 = 20;
/// A word that stands in so many times the items of whom it is the name of is a common one.
const COMMON: u64 = 4;
/// Items that are looked through for examples, or for series.
const LOOKED_AT: usize = 500;
/// Groups of a divided number that are shown.
const SHOWN: usize = 20;

fn one_claim(plan: Plan, text: String, items: Vec<Cited>, computed: Option<Computed>) -> Answer {
    let claims = vec![Claim { text: text.clone(), cites: items.iter().map(|cited| cited.row.uid).collect() }];
    Answer { text, claims, plan, computed, items, abstained: false, choices: Vec::new(), model: None }
}

fn measure(plan: &Plan) -> vault::Measure {
    match (plan.measure, extreme::field(plan)) {
        (Measure::Days | Measure::Nights, _) => vault::Measure::DistinctDays,
        (_, Some(field)) if plan.statistic == Statistic::Mean => vault::Measure::Mean(field.to_owned()),
        (_, Some(field)) => vault::Measure::Sum(field.to_owned()),
        (_, None) => vault::Measure::Count,
    }
}

fn dimension(by: Division) -> Dimension {
    match by {
        Division::Hour => Dimension::Hour,
        Division::Day => Dimension::Day,
        Division::Month => Dimension::Month,
        Division::Year => Dimension::Year,
        Division::Weekday => Dimension::Weekday,
        // Channels and sellers are organisations, which stand beside people.
        Division::Person | Division::Channel => Dimension::Person,
        // Countries and towns are told by the gazetteer, which the database does not know.
        Division::Place | Division::Country | Division::Town => Dimension::Place,
        Division::Kind => Dimension::Kind,
        Division::Title => Dimension::Title,
    }
}

/// Which language an answer is said in.
pub(crate) fn pick<'a>(language: Language, en: &'a str, de: &'a str) -> &'a str {
    match language {
        Language::En => en,
        Language::De => de,
    }
}
