//! Hours of the day and days of the week that alone are meant: "after 10 pm", "in the mornings", "on Sundays", "at weekends".

use domain::Kind;

use super::pieces::{Piece, position, use_up};
use super::words::{self, Asked, Measure};
use super::{Division, Statistic};

/// The hours or weekdays that are meant, by the keys that the vault divides by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Only {
    /// Whether they are hours, 0 to 23, or weekdays, 0 for Sunday.
    pub by: Division,
    /// Those that are meant.
    pub keys: Vec<u8>,
    /// As the question has it.
    pub said: String,
}

const WEEKDAYS: &[(&[u8], &str)] = &[
    (&[0], "on sundays | sundays | on a sunday | sonntags | an sonntagen"),
    (&[1], "on mondays | mondays | on a monday | montags | an montagen"),
    (&[2], "on tuesdays | tuesdays | on a tuesday | dienstags | an dienstagen"),
    (&[3], "on wednesdays | wednesdays | on a wednesday | mittwochs | an mittwochen"),
    (&[4], "on thursdays | thursdays | on a thursday | donnerstags | an donnerstagen"),
    (&[5], "on fridays | fridays | on a friday | freitags | an freitagen"),
    (&[6], "on saturdays | saturdays | on a saturday | samstags | an samstagen"),
    (&[0, 6], "at the weekend | at weekends | on weekends | on the weekend | at a weekend | weekends | am wochenende | an wochenenden"),
    (&[1, 2, 3, 4, 5], "on weekdays | on a weekday | weekdays | wochentags | werktags | unter der woche"),
];
const MORNING: &[u8] = &[5, 6, 7, 8, 9, 10, 11];
const HOURS: &[(&[u8], &str)] = &[
    (&[0, 1, 2, 3, 4], "after midnight | nach mitternacht"),
    (&[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11], "before noon | before midday | vor mittag"),
    (MORNING, "in the mornings | in the morning | mornings | am morgen | am vormittag | morgens | vormittags"),
    (&[12, 13, 14, 15, 16, 17], "in the afternoons | in the afternoon | afternoons | am nachmittag | nachmittags"),
    (&[18, 19, 20, 21, 22], "in the evenings | in the evening | evenings | am abend | abends"),
    (&[22, 23, 0, 1, 2, 3, 4], "at night | in der nacht | nachts"),
];

impl Only {
    /// Takes the first that the words give.
    pub(super) fn take(pieces: &mut [Piece]) -> Option<Self> {
        if let Some((hours, at, end)) = by_the_clock(pieces) {
            let said = super::pieces::joined(&pieces[at..end]);
            use_up(&mut pieces[at..end]);
            return Some(Self { by: Division::Hour, keys: hours, said });
        }
        let tables = [(Division::Weekday, WEEKDAYS), (Division::Hour, HOURS)];
        tables.into_iter().find_map(|(by, table)| {
            words::each(table).find_map(|(phrase, keys)| {
                let at = position(pieces, phrase)?;
                use_up(&mut pieces[at..at + phrase.split(' ').count()]);
                Some(Self { by, keys: keys.to_vec(), said: phrase.to_owned() })
            })
        })
    }

    /// Whether what is asked may be of certain hours or weekdays alone: numbers may, and what is found or ordered by them is not.
    pub(super) fn fits(asked: Asked, statistic: Statistic, measure: Option<Measure>, kinds: &[Kind]) -> bool {
        // Money is added up from texts, and days and nights from stays, whose hours nobody divides.
        let divides =
            !matches!(measure, Some(Measure::Amount | Measure::Days | Measure::Nights)) && !matches!(kinds, [Kind::Purchase | Kind::Task]);
        matches!(asked, Asked::Count | Asked::Sum) && statistic == Statistic::Total && divides
    }

    /// Whether a group of the vault is meant: "07", "0".
    pub(crate) fn holds(&self, key: &str) -> bool {
        key.parse().is_ok_and(|key: u8| self.keys.contains(&key))
    }
}

/// The words by which hours and weekdays are meant, for spelling.
pub(super) fn vocabulary() -> impl Iterator<Item = &'static str> {
    words::each(WEEKDAYS).chain(words::each(HOURS)).flat_map(|(phrase, _)| phrase.split(' '))
}

/// "After 10 pm", "before 8 in the morning", "between 9 and 10 pm": the hours, and the words that say so.
fn by_the_clock(pieces: &[Piece]) -> Option<(Vec<u8>, usize, usize)> {
    for at in 0..pieces.len() {
        let word = |at: usize| pieces.get(at).filter(|piece| !piece.used && !piece.quoted).map_or("", |piece| piece.lower.as_str());
        match word(at) {
            "before" | "after" | "vor" | "nach" => {
                let Some((hour, end)) = hour_at(pieces, at + 1, None) else { continue };
                let before = matches!(word(at), "before" | "vor");
                let hours = if before { (0..hour).collect() } else { (hour..24).collect() };
                return Some((hours, at, end));
            }
            "between" | "zwischen" => {
                let Some(joint) = (at + 2..(at + 4).min(pieces.len())).find(|&at| matches!(word(at), "and" | "und")) else { continue };
                let Some((to, end)) = hour_at(pieces, joint + 1, None) else { continue };
                let half = if to >= 12 { Some(12) } else { Some(0) };
                let Some((from, _)) = hour_at(pieces, at + 1, half) else { continue };
                let hours = if from < to { (from..to).collect() } else { (from..24).chain(0..to).collect() };
                return Some((hours, at, end));
            }
            _ => {}
        }
    }
    None
}

/// An hour of the clock that begins at a word, and where its words end. A bare number is one only in the `half` of the day that the
/// end of its span says.
fn hour_at(pieces: &[Piece], at: usize, half: Option<u8>) -> Option<(u8, usize)> {
    let piece = pieces.get(at).filter(|piece| !piece.used && !piece.quoted)?;
    let digits = piece.lower.trim_end_matches(|ch: char| ch.is_alphabetic());
    let glued = &piece.lower[digits.len()..];
    let hour: u8 = digits.split([':', '.']).next()?.parse().ok().filter(|hour| *hour <= 24)?;
    let next = |n: usize| pieces.get(at + n).map_or("", |piece| piece.lower.as_str());
    let of = |pm: bool| if pm { hour % 12 + 12 } else { hour % 12 };
    let daypart = (next(1), next(2), next(3));
    Some(match (glued, daypart) {
        ("am" | "a.m", _) => (of(false), at + 1),
        ("pm" | "p.m", _) => (of(true), at + 1),
        ("", ("am" | "a.m", ..)) => (of(false), at + 2),
        ("", ("pm" | "p.m", ..)) => (of(true), at + 2),
        ("", ("in", "the", "morning" | "mornings")) => (of(false), at + 4),
        ("", ("in", "the", "afternoon" | "evening" | "afternoons" | "evenings")) | ("", ("at", "night", _)) => {
            (of(true), if next(1) == "at" { at + 3 } else { at + 4 })
        }
        ("" | "h", ("o'clock" | "uhr" | "h", ..)) => (hour, at + 2),
        ("h", _) => (hour, at + 1),
        ("", _) if digits.contains(':') => (hour, at + 1),
        ("", _) => (half.map(|half| hour % 12 + half)?, at + 1),
        _ => return None,
    })
}
