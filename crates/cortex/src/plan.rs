//! Turns a question into a plan: what is asked, about which items, over which measure.
//!
//! It reads a question by its words: dates by [`crate::dates`], people, places and sources by asking the vault what it knows,
//! kinds and measures by the tables in [`words`]. What remains are words to look for. The plan is shown to the person, who
//! may change it; nothing in it is guessed by a model, and what no plan can hold is named instead of being passed over.
//!
//! Absent on purpose: running it (see [`crate::answer`]).

mod bounds;
mod clock;
mod contest;
mod follow;
mod interval;
mod only;
mod people;
mod pieces;
mod products;
mod reading;
mod say;
mod sides;
mod statistic;
mod steps;
mod venues;
mod words;

use domain::{Area, Filter, Kind, Near, Result, Uid, UtcMs};
use jiff::civil::Date;
use jiff::tz::TimeZone;

pub use bounds::{Bound, Limit};
pub(crate) use contest::plain as plain_contest;
pub(crate) use follow::{goes_on, merged};
pub use interval::Unit as IntervalUnit;
pub(crate) use interval::{Interval, interval};
pub use only::Only;
pub(crate) use pieces::{content, is_one_slip};
pub(crate) use say::who;
pub(crate) use sides::times;
pub use statistic::{Rate, Statistic};
pub use steps::Relation;
pub(crate) use steps::{Parted, part as part_steps, whose_birthday};
pub use words::{Asked, Language, Measure};
pub(crate) use words::{as_said, is_of_companies, is_own, is_recorded_sport, is_telling, kinship, own_words_off, recorded};

use reading::Reading;

/// What a planner may ask of the vault it plans for.
pub trait World {
    /// The person that goes by these words, by their fullest name.
    fn person(&self, words: &str) -> Result<Option<String>>;
    /// The place that goes by these words.
    fn place(&self, words: &str) -> Result<Option<Spot>>;
    /// Whether the person has been at a place of that name, as their visits call it: a shop, a house.
    fn venue(&self, words: &str) -> Result<bool>;
    /// Whether it is known whose data it is, so that [`Filter::ME`] finds them.
    fn knows_owner(&self) -> Result<bool>;
    /// The sources of that product, by their names in filters; none when the vault holds nothing of it.
    fn sources(&self, product: &str) -> Result<Vec<String>>;
    /// Whether songs of an artist of that name were listened to.
    fn performs(&self, words: &str) -> Result<bool>;
    /// Whether any item holds this word.
    fn holds(&self, word: &str) -> Result<bool>;
    /// How many minutes ahead of UTC the clocks were where the person was at a time; `None` where nothing tells it.
    fn clocks(&self, from: UtcMs, to: UtcMs) -> Result<Option<i64>>;
}

/// The kinds of item that people call so, in lower case: "mails", "fotos".
pub(crate) fn kinds_called(name: &str) -> Vec<Kind> {
    words::kinds_called(name)
}

/// A place that a question may mean.
#[derive(Debug, Clone, PartialEq)]
pub struct Spot {
    /// Its name.
    pub name: String,
    /// What counts as there.
    pub within: Within,
}

/// The ground that a place covers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Within {
    /// A circle: a town.
    Near(Near),
    /// A box: a region or a country.
    Area(Area),
    /// Whatever goes by its name: a shop, a house.
    Named,
}

impl Within {
    /// Leaves of a filter what is there.
    pub(crate) fn narrow(self, filter: &mut Filter) {
        match self {
            Self::Near(near) => filter.near = Some(near),
            Self::Area(area) => filter.area = Some(area),
            Self::Named => {}
        }
    }
}

/// How time may divide a computed number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Division {
    /// By hour of the day.
    Hour,
    /// By day.
    Day,
    /// By month.
    Month,
    /// By year.
    Year,
    /// By day of the week.
    Weekday,
    /// By person.
    Person,
    /// By named place.
    Place,
    /// By country.
    Country,
    /// By town.
    Town,
    /// By channel, seller or other publisher.
    Channel,
    /// By kind.
    Kind,
    /// By title: the searches, pages and videos that repeat.
    Title,
}

/// What part people have in what is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// They wrote it.
    Sender,
    /// It was written to them.
    Recipient,
}

/// One of the things that a question sets against each other.
#[derive(Debug, Clone, PartialEq)]
pub struct Side {
    /// As the question names it.
    pub name: String,
    /// The items on it.
    pub filter: Filter,
}

/// A step before the one that answers, and what came of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// As the question has it.
    pub said: String,
    /// How it was understood.
    pub understood: String,
    /// What it found, in words.
    pub found: String,
    /// The items that tell it.
    pub cites: Vec<Uid>,
}

/// What a question comes to.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// What is asked.
    pub asked: Asked,
    /// Over what it is computed.
    pub measure: Measure,
    /// What is made of the values of several items.
    pub statistic: Statistic,
    /// For each of what time the number is told, when it is.
    pub rate: Option<Rate>,
    /// Which values are meant, when not all are.
    pub bound: Option<Bound>,
    /// The hours or weekdays that alone are counted.
    pub only: Option<Only>,
    /// By what each is counted once: videos by their titles, mails by who sent them.
    pub distinct: Option<Division>,
    /// Whether tasks are meant that are still open, or those that are done.
    pub open: Option<bool>,
    /// Whether the person is meant to have been out of the country that they lived in.
    pub abroad: bool,
    /// Whether the first or the last of what is measured is meant alone.
    pub single: Option<Asked>,
    /// Whether people are asked for, and no lists or shops that write as they do.
    pub of_people: bool,
    /// The currency that amounts are asked for in.
    pub currency: Option<&'static str>,
    /// How the result is divided.
    pub by: Option<Division>,
    /// About which items; `text` holds the words that are left.
    pub filter: Filter,
    /// What is compared, when the question names the sides: "in 2018 or in 2019".
    pub sides: Vec<Side>,
    /// Whether the kinds follow from a verb ("meet", "was in") and other kinds may answer when these have nothing.
    pub presumed: bool,
    /// The part in which people are asked for, where it matters.
    pub part: Option<Part>,
    /// The people as the question writes them: words to look for where they have no part.
    pub people_said: Vec<String>,
    /// The words to look for when those that were taken for a kind are words as well: "the seat on my flight" may stand in a mail.
    pub as_words: Option<String>,
    /// The place as the question writes it: a word to look for where no position is known.
    pub place_said: Option<String>,
    /// The place behind `filter.near` or `filter.area`.
    pub place: Option<String>,
    /// Names of people that the question gives and the vault does not know.
    pub unknown: Vec<String>,
    /// Products that the question names and the vault holds nothing of.
    pub absent: Vec<String>,
    /// Words that matter and that no plan can hold.
    pub beyond: Vec<String>,
    /// Whether it is asked if there is any.
    pub polar: bool,
    /// Words as they were typed and as they were read.
    pub spelling: Vec<(String, String)>,
    /// The language that it was asked in.
    pub language: Language,
    /// The time zone in which its days are meant.
    pub zone: TimeZone,
    /// Whether it is asked how old somebody is, or was.
    pub of_age: bool,
    /// Whether birthdays are asked for.
    pub of_birthday: bool,
    /// What was found out before.
    pub steps: Vec<Step>,
    /// The plan in words.
    pub understood: String,
}

impl Plan {
    /// The same over other kinds, and said so.
    pub(crate) fn over(mut self, kinds: &[Kind], today: Date) -> Self {
        self.filter.kinds = kinds.to_vec();
        for side in &mut self.sides {
            side.filter.kinds = kinds.to_vec();
        }
        self.understood = say::understood(&self, today);
        self
    }
}

/// Reads a question. `today` is the person's local day, `zone` their time zone; `base` narrows what may be meant.
pub fn plan(question: &str, base: &Filter, today: Date, zone: &TimeZone, world: &dyn World) -> Result<Plan> {
    Reading::begin(question, base, today, zone, world)?.plan()
}

#[cfg(test)]
mod tests;
