//! The words that questions are made of, in the languages that we read. A table is a list of meanings with their phrases,
//! separated by bars.

mod asked;
mod deeds;
mod kinds;
mod kinship;
mod small;
mod sorts;
mod sports;
mod states;

use domain::Kind;

pub(crate) use asked::is_own;
pub(super) use asked::{
    ABROAD, ACTIVITIES, ASKED, ATTRIBUTES, BILLS, CINEMAS, CODES, COMPARED, COMPARING, CURRENCIES, DEARER, DIVISIONS, DUE, GEOGRAPHY,
    LIVING, MEASURED, MEASURES, MOST, PERFORMERS, PRESENCE, PUBLISHERS, RANKED, REGIONS, SELLERS, SINGLE, SPENT, UNITS, WEAK_ATTRIBUTES,
    goes, is_address, is_distinct, is_getting, is_going, is_meeting, is_relation, is_writing, language, papers,
};
pub(super) use deeds::says_no_more;
pub(super) use kinds::{Speaks, all as kinds, called as kinds_called};
pub(crate) use kinship::{kinship, own_words_off};
pub(super) use small::{adding, beyond_computing, by_track, containers, frames, happening, is_small, turning};
pub(super) use sorts::{WHEREABOUTS, is_being_there, is_called_final, is_journey, is_one_of_many, is_sort_of_place};
pub(crate) use sorts::{is_of_companies, is_telling};
pub(crate) use sports::{as_said, is_recorded_sport, recorded};
pub(super) use states::{is_open, states};

/// What a question asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// Items that answer it.
    Find,
    /// How many.
    Count,
    /// How much, how far, how long.
    Sum,
    /// The first one.
    First,
    /// The last one.
    Last,
    /// The first one that is still to come.
    Next,
    /// All of them.
    List,
    /// When it was.
    When,
    /// Where it was.
    Where,
    /// Who it was.
    Who,
    /// Which one most.
    Most,
    /// Which one least.
    Least,
}

impl Asked {
    /// Its name on every surface.
    pub fn name(self) -> &'static str {
        match self {
            Self::Find => "find",
            Self::Count => "count",
            Self::Sum => "sum",
            Self::First | Self::Next => "first",
            Self::Last => "last",
            Self::List => "list",
            Self::When => "when",
            Self::Where => "where",
            Self::Who => "who",
            Self::Most | Self::Least => "compare",
        }
    }
}

/// Over what a number is computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Measure {
    /// Items.
    Count,
    /// Metres moved.
    Distance,
    /// Seconds spent.
    Duration,
    /// Money spent.
    Amount,
    /// Local days with such an item.
    Days,
    /// Nights spent somewhere.
    Nights,
    /// Steps walked.
    Steps,
}

impl Measure {
    /// The number in an item's `data` that is added up; `None` when items or days are counted.
    pub fn field(self) -> Option<&'static str> {
        match self {
            Self::Count | Self::Days | Self::Nights => None,
            Self::Distance => Some("distance_m"),
            Self::Duration => Some("duration_s"),
            Self::Amount => Some("amount"),
            Self::Steps => Some("steps"),
        }
    }

    /// The kinds that have it.
    pub(super) fn kinds(self) -> &'static [Kind] {
        match self {
            Self::Count | Self::Days => &[],
            Self::Nights => &[Kind::Visit],
            Self::Distance => &[Kind::Trip, Kind::Workout],
            Self::Duration => &[Kind::Trip, Kind::Visit, Kind::Workout],
            Self::Amount => &[Kind::Purchase],
            Self::Steps => &[Kind::Measure],
        }
    }
}

/// A language that questions are read in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// English.
    En,
    /// German.
    De,
}

/// The phrases of one cell of a table.
pub(super) fn phrases(cell: &'static str) -> impl Iterator<Item = &'static str> {
    cell.split('|').map(str::trim)
}

/// The meanings of a table with their phrases, one by one.
pub(super) fn each<T: Copy>(table: &'static [(T, &'static str)]) -> impl Iterator<Item = (&'static str, T)> {
    table.iter().flat_map(|(meaning, cell)| phrases(cell).map(move |phrase| (phrase, *meaning)))
}

/// Every single word that a question may be understood by, for spelling.
pub(super) fn vocabulary() -> impl Iterator<Item = &'static str> {
    let asked = each(ASKED)
        .map(|(phrase, _)| phrase)
        .chain(each(PRESENCE).map(|(phrase, _)| phrase))
        .chain(each(MEASURED).map(|(phrase, _)| phrase))
        .chain(each(MEASURES).map(|(phrase, _)| phrase))
        .chain(each(CURRENCIES).map(|(phrase, _)| phrase))
        .chain(each(DUE).map(|(phrase, _)| phrase))
        .chain(each(RANKED).map(|(phrase, _)| phrase))
        .chain(each(DIVISIONS).map(|(phrase, _)| phrase));
    let acted = each(ACTIVITIES)
        .map(|(phrase, _)| phrase)
        .chain(each(ATTRIBUTES).map(|(phrase, _)| phrase))
        .chain(kinds().map(|(phrase, _)| phrase));
    asked.chain(acted).chain(states::all()).chain(small::small()).flat_map(|phrase| phrase.split(' '))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whom_a_card_may_be_called_is_a_relation_in_a_question() {
        for word in ["auntie", "granddad", "mutti", "vati", "ehefrau", "ehemann", "brother", "colleague", "frau", "dr"] {
            assert!(is_relation(word), "{word}");
        }
        assert!(!is_relation("bicycle"));
    }

    #[test]
    fn every_phrase_is_one_that_a_question_can_hold() {
        let tables =
            each(ASKED).map(|(phrase, _)| phrase).chain(kinds().map(|(phrase, _)| phrase)).chain(turning()).chain(beyond_computing());
        for phrase in tables {
            assert!(phrase.split(' ').all(|word| !word.is_empty()) && phrase == phrase.to_lowercase(), "{phrase:?}");
        }
    }
}
