//! Parts a question for the time between two things that happened: "how many days between the interview and the wedding", "how many
//! weeks after the wedding was the funeral".

/// Units in which such a time is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Days.
    Day,
    /// Weeks.
    Week,
    /// Months.
    Month,
    /// Years.
    Year,
}

/// A time between two things, as the question names them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Interval {
    pub(crate) unit: Unit,
    pub(crate) first: String,
    pub(crate) second: String,
}

const UNITS: &[(Unit, &str)] = &[
    (Unit::Day, "how many days | how long | wie viele tage | wieviele tage | wie lange"),
    (Unit::Week, "how many weeks | wie viele wochen | wieviele wochen"),
    (Unit::Month, "how many months | wie viele monate | wieviele monate"),
    (Unit::Year, "how many years | wie viele jahre | wieviele jahre"),
];
/// What may stand between the unit and the first thing, and what then joins the two.
const JOINTS: &[(&str, &str)] = &[
    ("between", "and"),
    ("from", "to"),
    ("from", "until"),
    ("after", "did"),
    ("after", "was"),
    ("after", "were"),
    ("before", "did"),
    ("before", "was"),
    ("zwischen", "und"),
    ("nach", "war"),
    ("vor", "war"),
];
/// Words around either thing that are no part of it.
const AROUND: &[&str] = &[
    "the", "day", "i", "we", "of", "on", "which", "that", "when", "my", "our", "der", "die", "das", "dem", "den", "meiner", "meinem", "tag",
];
/// Words before the first joint that say nothing.
const FILL: &[&str] = &[
    "passed",
    "pass",
    "were",
    "are",
    "was",
    "is",
    "there",
    "it",
    "lie",
    "lay",
    "went",
    "by",
    "elapsed",
    "did",
    "take",
    "later",
    "vergingen",
    "liegen",
    "lagen",
    "sind",
    "waren",
];

/// The interval of a question, when it asks for one between two things that are named.
pub(crate) fn interval(question: &str) -> Option<Interval> {
    let question = question.trim().trim_end_matches(['?', '.', '!']);
    let lower = question.to_lowercase();
    if lower.len() != question.len() {
        return None;
    }
    let (unit, from) = super::words::each(UNITS).find_map(|(phrase, unit)| lower.strip_prefix(phrase).map(|_| (unit, phrase.len())))?;
    for (opens, joins) in JOINTS {
        let Some(begin) = word(&lower[from..], opens).map(|at| from + at) else { continue };
        let fills = lower[from..begin].split_whitespace().all(|word| FILL.contains(&word));
        let after = begin + opens.len();
        let Some(joint) = word(&lower[after..], joins).map(|at| after + at) else { continue };
        let (first, second) = (named(&question[after..joint]), named(&question[joint + joins.len()..]));
        if fills && !first.is_empty() && !second.is_empty() {
            return Some(Interval { unit, first, second });
        }
    }
    None
}

/// Where a word stands by itself.
fn word(text: &str, wanted: &str) -> Option<usize> {
    let alone = |at: usize| {
        let before = text[..at].chars().next_back().is_none_or(|ch| !ch.is_alphanumeric());
        before && text[at + wanted.len()..].chars().next().is_none_or(|ch| !ch.is_alphanumeric())
    };
    text.match_indices(wanted).map(|(at, _)| at).find(|&at| alone(at))
}

/// What is named, without the small words around it.
fn named(said: &str) -> String {
    let mut words: Vec<&str> = said.split_whitespace().map(|word| word.trim_matches(',')).collect();
    while words.first().is_some_and(|word| AROUND.contains(&word.to_lowercase().as_str())) {
        words.remove(0);
    }
    words.join(" ")
}
