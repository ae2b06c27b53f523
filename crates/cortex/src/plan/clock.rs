//! Times of day that a question names, of one day: "at 3 pm", "um 15 Uhr", "in the evening", and the night that someone sleeps.

use domain::{Filter, UtcMs};

use super::Language;
use super::pieces::{Piece, use_up};
use super::words;

const HOUR: i64 = 60;
const MINUTE_MS: i64 = 60_000;
/// The longest that one day lasts by the clock.
const DAY_MS: i64 = 25 * 60 * MINUTE_MS;

/// A time of day in minutes from midnight; half-open, and past midnight where it is of the night.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Clock {
    from: i64,
    to: i64,
}

/// Parts of a day, in minutes from its midnight.
const PARTS: &[((i64, i64), &str)] = &[
    ((22 * HOUR, 30 * HOUR), "on the night of | in the night of | the night of | in the night | at night | in der nacht | nachts | night"),
    (
        (5 * HOUR, 12 * HOUR),
        "on the morning of | the morning of | on the morning | the morning | in the morning | this morning | am morgen | am vormittag | morgens | vormittags",
    ),
    (
        (12 * HOUR, 18 * HOUR),
        "on the afternoon of | the afternoon of | on the afternoon | the afternoon | afternoon | in the afternoon | am nachmittag | nachmittags",
    ),
    (
        (18 * HOUR, 23 * HOUR),
        "on the evening of | the evening of | on the evening | the evening | in the evening | evening | am abend | abends",
    ),
    ((12 * HOUR, 12 * HOUR + 1), "at noon | at midday | midday | am mittag | mittags"),
    ((0, 1), "at midnight | um mitternacht"),
];

/// Sleeping, which is done at night.
const SLEEPS: &[((), &str)] = &[(
    (),
    "did i sleep | i slept | sleep | slept | did i spend the night | spend the night | stay the night | stay overnight | overnight | \
        übernachtet | übernachtete ich | übernachtete | habe ich geschlafen | geschlafen | schlief ich | schlief",
)];

impl Clock {
    /// Reads it; the words are used up. What is no time of day of the one day that is asked about is left alone.
    pub(super) fn take(pieces: &mut [Piece], language: Language) -> Option<Self> {
        if let Some(clock) = Self::hour(pieces, language) {
            return Some(clock);
        }
        let mut part = |table: &'static [((i64, i64), &'static str)]| {
            words::each(table).find_map(|(phrase, span)| {
                let at = super::pieces::position(pieces, phrase)?;
                use_up(&mut pieces[at..at + phrase.split(' ').count()]);
                Some(Self { from: span.0, to: span.1 })
            })
        };
        part(PARTS)
    }

    /// "At 3 pm", "3:30pm", "um 15 Uhr 30".
    fn hour(pieces: &mut [Piece], language: Language) -> Option<Self> {
        if let Some(clock) = Self::in_words(pieces) {
            return Some(clock);
        }
        for at in 0..pieces.len() {
            if pieces[at].quoted || pieces[at].used {
                continue;
            }
            let lower = pieces[at].lower.clone();
            let digits = lower.trim_end_matches(|ch: char| ch.is_alphabetic());
            let Some((hour, minute)) = hour_and_minute(digits) else { continue };
            let glued = &lower[digits.len()..];
            let next = pieces.get(at + 1).map_or("", |piece| piece.lower.as_str());
            let before = at.checked_sub(1).map_or("", |before| pieces[before].lower.as_str());
            let half = [glued, next].into_iter().find(|word| matches!(*word, "am" | "pm" | "a.m" | "p.m"));
            let of_half = half.filter(|_| language == Language::En && hour <= 12);
            let hour = match of_half {
                Some("pm" | "p.m") => hour % 12 + 12,
                Some(_) => hour % 12,
                None if glued == "h" || matches!(next, "uhr" | "o'clock" | "h") => hour,
                None if digits.contains(':') && matches!(before, "at" | "around" | "about" | "um" | "gegen") => hour,
                None => continue,
            };
            let named = usize::from(matches!(next, "uhr" | "o'clock" | "h") || (of_half.is_some() && glued.is_empty()));
            let mut end = at + 1 + named;
            let mut minutes = minute;
            if next == "uhr"
                && let Some(after) = pieces.get(end).and_then(|piece| piece.lower.parse::<i64>().ok()).filter(|minute| *minute < 60)
                && pieces.get(end + 1).is_none_or(|piece| piece.text.chars().next().is_none_or(|ch| !ch.is_uppercase()))
            {
                minutes = after;
                end += 1;
            }
            let start = if matches!(before, "at" | "around" | "about" | "by" | "um" | "gegen") { at - 1 } else { at };
            use_up(&mut pieces[start..end]);
            let from = hour * HOUR + minutes;
            return Some(Self { from, to: from + 1 });
        }
        None
    }

    /// "At ten in the evening": the part of the day says which ten.
    fn in_words(pieces: &mut [Piece]) -> Option<Self> {
        const HOURS: [&str; 12] = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];
        let lower: Vec<&str> = pieces.iter().map(|piece| piece.lower.as_str()).collect();
        let at = lower.windows(5).position(|words| {
            let hour = HOURS.contains(&words[1]) || words[1].parse().is_ok_and(|hour: i64| (1..=12).contains(&hour));
            matches!(words[0], "at" | "around" | "about")
                && hour
                && words[2..4] == ["in", "the"]
                && matches!(words[4], "morning" | "afternoon" | "evening")
        })?;
        let hour = HOURS
            .iter()
            .position(|word| *word == lower[at + 1])
            .map_or_else(|| lower[at + 1].parse().ok(), |hour| i64::try_from(hour + 1).ok())?;
        let hour = hour % 12 + if lower[at + 4] == "morning" { 0 } else { 12 };
        use_up(&mut pieces[at..at + 5]);
        Some(Self { from: hour * HOUR, to: hour * HOUR + 1 })
    }

    /// The night, when the question is where someone slept.
    pub(super) fn of_sleep(pieces: &mut [Piece]) -> Option<Self> {
        super::pieces::take(pieces, SLEEPS).map(|()| Self { from: 22 * HOUR, to: 30 * HOUR })
    }

    /// Whether it names an hour or a part of the one day of a filter.
    pub(super) fn fits(filter: &Filter) -> bool {
        filter.from.zip(filter.to).is_some_and(|(from, to)| to - from <= DAY_MS && to - from > 12 * 60 * MINUTE_MS)
    }

    /// Leaves of the day of a filter what lies in it.
    pub(super) fn narrow(self, filter: &mut Filter) {
        let Some(day) = filter.from else { return };
        let at = |minutes: i64| -> UtcMs { day + minutes * MINUTE_MS };
        (filter.from, filter.to) = (Some(at(self.from)), Some(at(self.to)));
    }
}

/// "15", "15:30", "15.30" as an hour and a minute.
fn hour_and_minute(text: &str) -> Option<(i64, i64)> {
    let (hour, minute) = text.split_once([':', '.']).unwrap_or((text, "0"));
    let (hour, minute) = (hour.parse().ok()?, minute.parse().ok()?);
    ((0..=24).contains(&hour) && (0..60).contains(&minute)).then_some((hour, minute))
}
