//! Bounds of a measured value: "longer than 10 km", "over 100 pounds", "more than 10,000 steps".

use super::pieces::{Piece, use_up};
use super::words::{self, Measure};

/// The values of a measure that are meant, in the unit in which the vault keeps it: metres, seconds, money, steps.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bound {
    /// What is measured.
    pub measure: Measure,
    /// The least.
    pub over: Option<Limit>,
    /// The greatest.
    pub under: Option<Limit>,
}

/// One end of the values that are meant.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limit {
    /// Where it is.
    pub value: f64,
    /// Whether that value is meant as well: "at least", and not "more than".
    pub included: bool,
}

/// What a unit measures, how much of what the vault keeps one of it is, and which money it is.
type Unit = (Measure, f64, Option<&'static str>);

/// An end as a question says it, and the words that do.
struct End {
    more: bool,
    limit: Limit,
    unit: Option<Unit>,
    begin: usize,
    last: usize,
}

impl Bound {
    /// Whether a value lies within.
    pub(crate) fn holds(&self, value: f64) -> bool {
        let is_at = |limit: Limit| limit.included && value == limit.value;
        self.over.is_none_or(|over| value > over.value || is_at(over)) && self.under.is_none_or(|under| value < under.value || is_at(under))
    }

    /// Takes the first bound that the words give, and the currency that it is in: a comparing phrase, a number, and a unit.
    pub(super) fn take(pieces: &mut [Piece]) -> Option<(Self, Option<&'static str>)> {
        let ends = between(pieces).or_else(|| compared(pieces))?;
        let (measure, scale, currency) = ends.iter().find_map(|end| end.unit)?;
        let mut bound = Self { measure, over: None, under: None };
        for end in &ends {
            let scale = end.unit.map_or(scale, |(_, scale, _)| scale);
            let side = if end.more { &mut bound.over } else { &mut bound.under };
            *side = Some(Limit { value: end.limit.value * scale, ..end.limit });
            use_up(&mut pieces[end.begin..=end.last]);
        }
        Some((bound, currency))
    }
}

/// "Between 10 and 20 km": both ends are meant as well.
fn between(pieces: &[Piece]) -> Option<Vec<End>> {
    let is = |at: usize, words: [&str; 2]| {
        pieces.get(at).is_some_and(|piece| !piece.used && !piece.quoted && words.contains(&piece.lower.as_str()))
    };
    (0..pieces.len()).filter(|begin| is(*begin, ["between", "zwischen"])).find_map(|begin| {
        let (low, low_unit, joint) = measured(pieces, begin + 1)?;
        let (high, unit, last) = measured(pieces, joint + 2).filter(|_| is(joint + 1, ["and", "und"]))?;
        // "Between 9 and 10 h" is by the clock.
        let unit = unit.filter(|_| !pieces[last].lower.ends_with('h'))?;
        let end = |more: bool, value: f64, unit: Option<Unit>, begin: usize, last: usize| End {
            more,
            limit: Limit { value, included: true },
            unit,
            begin,
            last,
        };
        Some(vec![end(true, low, low_unit, begin, joint + 1), end(false, high, Some(unit), joint + 2, last)])
    })
}

/// "More than 10 km", "more than 10 but less than 20 km": the first end that has a unit, and one beside it that faces it.
fn compared(pieces: &[Piece]) -> Option<Vec<End>> {
    const JOINTS: &[&str] = &["but", "and", "yet", "aber", "und"];
    let mut ends: Vec<End> = (1..pieces.len()).filter_map(|at| end_at(pieces, at)).collect();
    let at = ends.iter().position(|end| end.unit.is_some())?;
    let faces = |one: &End, other: &End| {
        one.more != other.more
            && one.unit.zip(other.unit).is_none_or(|((one, ..), (other, ..))| one == other)
            && pieces
                .get(one.last + 1..other.begin)
                .is_some_and(|between| between.iter().all(|piece| JOINTS.contains(&piece.lower.as_str())))
    };
    let first = at.checked_sub(1).filter(|before| faces(&ends[*before], &ends[at])).unwrap_or(at);
    let last = if first == at && ends.get(at + 1).is_some_and(|after| faces(&ends[at], after)) { at + 1 } else { at };
    let mut taken: Vec<End> = ends.drain(first..=last).collect();
    if let [one, other] = taken.as_mut_slice() {
        // With the word between them.
        one.last = other.begin.saturating_sub(1).max(one.last);
    }
    Some(taken)
}

/// The end whose number begins at a word.
fn end_at(pieces: &[Piece], at: usize) -> Option<End> {
    let (value, unit, last) = measured(pieces, at)?;
    let ((more, included), begin) = comparing(&pieces[..at])?;
    Some(End { more, limit: Limit { value, included }, unit, begin, last })
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

/// Whether more or less is meant, and whether the number itself is, by the words before it. Those that hold others stand first.
const COMPARING: &[((bool, bool), &str)] = &[
    (
        (true, true),
        "at least | no less than | not less than | no fewer than | not fewer than | no shorter than | not shorter than | no smaller than | \
            no lower than | a minimum of | mindestens | wenigstens | nicht weniger als | nicht kürzer als | nicht kleiner als",
    ),
    (
        (false, true),
        "at most | no more than | not more than | no longer than | not longer than | no further than | no farther than | no larger than | \
            no bigger than | no higher than | up to | a maximum of | höchstens | maximal | nicht mehr als | nicht länger als | \
            nicht weiter als | nicht größer als | nicht höher als | bis zu",
    ),
    (
        (true, false),
        "more than | longer than | further than | farther than | greater than | higher than | bigger than | larger than | over | above | \
            exceeding | mehr als | länger als | weiter als | größer als | höher als | über",
    ),
    (
        (false, false),
        "less than | fewer than | shorter than | smaller than | lower than | cheaper than | under | below | weniger als | kürzer als | \
            kleiner als | billiger als | unter",
    ),
];
const UNITS: &[(Unit, &str)] = &[
    ((Measure::Distance, 1_000.0, None), "km | kilometres | kilometers | kilometre | kilometer | k"),
    ((Measure::Distance, 1_609.344, None), "miles | mile | mi | meilen"),
    ((Measure::Distance, 1.0, None), "m | metres | meters | meter"),
    ((Measure::Duration, 3_600.0, None), "hours | hour | hrs | h | stunden | stunde"),
    ((Measure::Duration, 60.0, None), "minutes | minute | mins | min | minuten"),
    ((Measure::Steps, 1.0, None), "steps | schritte | schritten"),
    ((Measure::Amount, 1.0, Some("EUR")), "euros | euro | eur"),
    ((Measure::Amount, 1.0, Some("USD")), "dollars | dollar | usd"),
    ((Measure::Amount, 1.0, Some("GBP")), "pounds | pound | quid | gbp | pfund"),
    ((Measure::Amount, 1.0, Some("CHF")), "francs | franken | chf"),
    ((Measure::Amount, 1.0, Some("JPY")), "yen | jpy"),
    ((Measure::Amount, 1.0, Some("SEK")), "kronor | sek"),
    // Of two countries.
    ((Measure::Amount, 1.0, None), "kroner | kronen"),
];

fn unit(word: &str) -> Option<Unit> {
    words::each(UNITS).find_map(|(unit, meaning)| (unit == word).then_some(meaning))
}

/// A number with its unit, if it has one, and the last word of them.
fn measured(pieces: &[Piece], at: usize) -> Option<(f64, Option<Unit>, usize)> {
    let (value, glued, last) = number(pieces, at)?;
    if let Some(glued) = unit(&glued) {
        return Some((value, Some(glued), last));
    }
    match pieces.get(last + 1).and_then(|next| unit(&next.lower)) {
        Some(named) => Some((value, Some(named), last + 1)),
        None => glued.is_empty().then_some((value, None, last)),
    }
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

/// What the words just before a number mean of it, and where they begin.
fn comparing(before: &[Piece]) -> Option<((bool, bool), usize)> {
    let ends_with = |phrase: &str| {
        let wanted: Vec<&str> = phrase.split(' ').collect();
        let begin = before.len().checked_sub(wanted.len())?;
        let fits = before[begin..].iter().zip(&wanted).all(|(piece, word)| !piece.used && !piece.quoted && piece.lower == *word);
        fits.then_some(begin)
    };
    words::each(COMPARING).find_map(|(phrase, meaning)| Some((meaning, ends_with(phrase)?)))
}
