//! Bounds of a measured value: "longer than 10 km", "over 100 pounds", "more than 10,000 steps".

use super::pieces::{Piece, use_up};
use super::words::{self, Measure};

/// The values of a measure that are meant, in the unit in which the vault keeps it: metres, seconds, money, steps.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bound {
    /// What is measured.
    pub measure: Measure,
    /// More than this.
    pub over: Option<f64>,
    /// Less than this.
    pub under: Option<f64>,
}

impl Bound {
    /// Whether a value lies within.
    pub(crate) fn holds(&self, value: f64) -> bool {
        self.over.is_none_or(|over| value > over) && self.under.is_none_or(|under| value < under)
    }

    /// Takes the first bound that the words give: a comparing phrase, a number, and a unit.
    pub(super) fn take(pieces: &mut [Piece]) -> Option<Self> {
        (1..pieces.len()).find_map(|at| Self::take_at(pieces, at))
    }

    fn take_at(pieces: &mut [Piece], at: usize) -> Option<Self> {
        let (value, glued, last) = number(pieces, at)?;
        let named = || pieces.get(last + 1).and_then(|next| unit(&next.lower));
        let (measure, scale) = unit(&glued).or_else(named)?;
        let last = last + usize::from(unit(&glued).is_none() && named().is_some());
        let (more, begin) = comparing(&pieces[..at])?;
        use_up(&mut pieces[begin..=last]);
        let value = Some(value * scale);
        Some(if more { Self { measure, over: value, under: None } } else { Self { measure, over: None, under: value } })
    }
}

/// A question with the signs of money before numbers as words behind them: "£20" as "20 pounds".
pub(super) fn spelled_out(question: &str) -> String {
    let mut spelled = String::new();
    let mut rest = question;
    while let Some(at) = rest.find(['€', '$', '£']) {
        let word = match rest[at..].chars().next() {
            Some('€') => "euros",
            Some('£') => "pounds",
            _ => "dollars",
        };
        spelled += &rest[..at];
        rest = rest[at..].trim_start_matches(['€', '$', '£', ' ']);
        let end = rest.find(|ch: char| !(ch.is_ascii_digit() || matches!(ch, '.' | ','))).unwrap_or(rest.len());
        let number = rest[..end].trim_end_matches(['.', ',']);
        spelled += &[number, if number.is_empty() { "" } else { " " }, word].concat();
        rest = &rest[number.len()..];
    }
    spelled + rest
}

const MORE: &str = "more than | longer than | further than | farther than | greater than | higher than | bigger than | larger than | over | above | \
    exceeding | at least | mehr als | länger als | weiter als | größer als | höher als | über | mindestens";
const LESS: &str = "less than | fewer than | shorter than | smaller than | lower than | cheaper than | under | below | at most | weniger als | kürzer als | \
    kleiner als | billiger als | unter | höchstens";
const UNITS: &[((Measure, f64), &str)] = &[
    ((Measure::Distance, 1_000.0), "km | kilometres | kilometers | kilometre | kilometer | k"),
    ((Measure::Distance, 1_609.344), "miles | mile | mi | meilen"),
    ((Measure::Distance, 1.0), "m | metres | meters | meter"),
    ((Measure::Duration, 3_600.0), "hours | hour | hrs | h | stunden | stunde"),
    ((Measure::Duration, 60.0), "minutes | minute | mins | min | minuten"),
    ((Measure::Steps, 1.0), "steps | schritte | schritten"),
    (
        (Measure::Amount, 1.0),
        "euros | euro | eur | dollars | dollar | usd | pounds | pound | quid | gbp | francs | franken | chf | yen | jpy | kroner | kronor | kronen",
    ),
];

/// What a unit measures, and how much of what the vault keeps one of it is.
fn unit(word: &str) -> Option<(Measure, f64)> {
    words::each(UNITS).find_map(|(unit, meaning)| (unit == word).then_some(meaning))
}

/// "100", "10km", and "10,000", which is cut at its comma: the number, the letters glued to its end, and its last word.
fn number(pieces: &[Piece], at: usize) -> Option<(f64, String, usize)> {
    let free = |at: usize| pieces.get(at).filter(|piece| !piece.used && !piece.quoted);
    let text = free(at)?.lower.as_str();
    let end = text.find(|ch: char| !(ch.is_ascii_digit() || matches!(ch, '.' | '\''))).unwrap_or(text.len());
    let (digits, glued) = text.split_at(end);
    let mut written: String = digits.chars().filter(|ch| *ch != '\'').collect();
    let (mut glued, mut last) = (glued.to_owned(), at);
    while let Some(next) = free(last + 1).filter(|next| glued.is_empty() && next.start == pieces[last].end + 1) {
        let end = next.lower.find(|ch: char| !ch.is_ascii_digit()).unwrap_or(next.lower.len());
        match end {
            3 => written += &next.lower[..end],
            1 | 2 if !written.contains('.') => written += &format!(".{}", &next.lower[..end]),
            _ => break,
        }
        next.lower[end..].clone_into(&mut glued);
        last += 1;
    }
    Some((written.parse().ok()?, glued, last))
}

/// Whether more or less is meant by the words just before a number, and where they begin.
fn comparing(before: &[Piece]) -> Option<(bool, usize)> {
    let ends_with = |phrase: &str| {
        let wanted: Vec<&str> = phrase.split(' ').collect();
        let begin = before.len().checked_sub(wanted.len())?;
        let fits = before[begin..].iter().zip(&wanted).all(|(piece, word)| !piece.used && !piece.quoted && piece.lower == *word);
        fits.then_some(begin)
    };
    let found = |phrases: &'static str, more: bool| words::phrases(phrases).find_map(ends_with).map(|begin| (more, begin));
    found(MORE, true).or_else(|| found(LESS, false))
}
