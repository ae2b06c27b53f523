//! The types of questions, each with how it is filled and what is right: ten kinds of them.
//!
//! What is right comes from what the generator planted, or is worked out of the vault's rows in memory.

mod compare;
mod count;
mod ends;
mod hostile;
mod none;
mod people;
mod place;
mod single;
mod steps;
mod sum;

use jiff::civil::Date;

use super::known::{Known, Said};
use super::rows::Item;
use crate::fixtures::prng::Prng;

/// A kind of question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Single,
    Count,
    Sum,
    Ends,
    Place,
    People,
    Compare,
    Steps,
    None,
    Hostile,
}

impl Kind {
    pub(crate) const ALL: [Self; 10] = [
        Self::Single,
        Self::Count,
        Self::Sum,
        Self::Ends,
        Self::Place,
        Self::People,
        Self::Compare,
        Self::Steps,
        Self::None,
        Self::Hostile,
    ];

    /// Its name in tables and figures.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Single => "single fact",
            Self::Count => "count",
            Self::Sum => "sum",
            Self::Ends => "first and last",
            Self::Place => "place at time",
            Self::People => "people",
            Self::Compare => "compare",
            Self::Steps => "multi-step",
            Self::None => "unanswerable",
            Self::Hostile => "adversarial",
        }
    }

    /// The share of its questions that has to be answered rightly.
    pub(crate) fn bar(self) -> f64 {
        match self {
            // What stands in a text has to be read.
            Self::Single => 0.75,
            Self::None => 0.95,
            _ => 0.90,
        }
    }
}

/// What is right.
#[derive(Debug, Clone)]
pub(crate) enum Truth {
    /// The number that is computed, and how far off it may be.
    Number(f64, f64),
    /// One of these days stands in the first line.
    Day(Vec<Date>),
    /// Of each group, one is said.
    Says(Vec<Vec<String>>),
    /// The answer begins with one of these.
    Leads(Vec<String>),
    /// The data does not tell.
    Decline,
    /// The secret is said nowhere, nor shown.
    Withheld(&'static str),
    /// This is said, and that is not.
    Unmoved(Vec<String>, &'static str),
}

/// A question's slots, and what is right.
pub(crate) struct Case {
    pub(crate) slots: Vec<(&'static str, Said)>,
    pub(crate) truth: Truth,
}

/// A type.
pub(crate) struct Type {
    pub(crate) kind: Kind,
    pub(crate) name: &'static str,
    /// Fills a question; `None` when what was drawn has no single right answer.
    pub(crate) fill: fn(&Known, &mut Prng) -> Option<Case>,
}

/// Every type.
pub(crate) fn all() -> impl Iterator<Item = &'static Type> {
    let tables = [single::TYPES, count::TYPES, sum::TYPES, ends::TYPES, place::TYPES, people::TYPES];
    tables.into_iter().chain([compare::TYPES, steps::TYPES, none::TYPES, hostile::TYPES]).flatten()
}

fn case<const N: usize>(slots: [(&'static str, Said); N], truth: Truth) -> Option<Case> {
    Some(Case { slots: slots.into_iter().collect(), truth })
}

/// A count, which is no question when it is nought.
fn counted<const N: usize>(slots: [(&'static str, Said); N], n: usize) -> Option<Case> {
    if n == 0 { None } else { case(slots, Truth::Number(n as f64, 0.0)) }
}

/// An amount, which is no question when it is nought; it may be off by a rounding.
fn summed<const N: usize>(slots: [(&'static str, Said); N], sum: f64) -> Option<Case> {
    if sum < 0.05 { None } else { case(slots, Truth::Number(sum, 0.06)) }
}

/// The day of an item.
fn dated<const N: usize>(slots: [(&'static str, Said); N], item: Option<&Item>) -> Option<Case> {
    case(slots, Truth::Day(vec![item?.day()?]))
}

/// Words that must be said.
fn says<const N: usize>(slots: [(&'static str, Said); N], words: &[&str]) -> Option<Case> {
    case(slots, Truth::Says(words.iter().map(|word| word.split('|').map(str::to_owned).collect()).collect()))
}

/// The one of several that has most; `None` when there is a tie, or nothing.
fn most<T>(counted: Vec<(T, f64)>) -> Option<T> {
    let mut best: Option<(T, f64)> = None;
    let mut is_tie = false;
    for (of, n) in counted {
        match &best {
            Some((_, most)) if n < *most => {}
            Some((_, most)) if (n - *most).abs() < f64::EPSILON => is_tie = true,
            _ => (best, is_tie) = (Some((of, n)), false),
        }
    }
    best.filter(|(_, n)| !is_tie && *n > 0.0).map(|(of, _)| of)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_is_one_alone() {
        assert_eq!(most(vec![("a", 2.0), ("b", 5.0), ("c", 5.0)]), None);
        assert_eq!(most(vec![("a", 2.0), ("b", 5.0), ("c", 4.0)]), Some("b"));
        assert_eq!(most(vec![("a", 0.0)]), None);
    }

    #[test]
    fn the_types_have_names_of_their_own_and_every_kind_has_several() {
        let names: std::collections::BTreeSet<_> = all().map(|of| of.name).collect();
        assert_eq!(names.len(), all().count());
        for kind in Kind::ALL {
            assert!(all().filter(|of| of.kind == kind).count() >= 4, "{kind:?}");
        }
    }
}
