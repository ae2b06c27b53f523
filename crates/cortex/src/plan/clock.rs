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
    ((5 * HOUR, 8 * HOUR), "early in the morning | in the early morning | early morning | am frühen morgen | früh am morgen"),
    ((10 * HOUR, 12 * HOUR), "late in the morning | in the late morning | late morning | am späten vormittag"),
    (
        (12 * HOUR, 14 * HOUR),
        "in the early afternoon | early afternoon | at lunchtime | around lunchtime | lunchtime | am frühen nachmittag",
    ),
    ((16 * HOUR, 18 * HOUR), "late in the afternoon | in the late afternoon | late afternoon | am späten nachmittag"),
    ((18 * HOUR, 20 * HOUR), "in the early evening | early evening | am frühen abend"),
    ((21 * HOUR, 24 * HOUR), "late in the evening | in the late evening | late evening | am späten abend"),
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
    ((12 * HOUR, 12 * HOUR + 1), "at noon | around noon | at midday | around midday | midday | noon | am mittag | mittags"),
    ((0, 1), "at midnight | um mitternacht"),
];

const HOURS: [&str; 12] = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];

/// The minutes by which the words before an hour move it, "quarter to", "ten past", "half an hour after", and how many words those are.
fn minutes_beside<'a>(before: impl Fn(usize) -> &'a str) -> Option<(i64, usize)> {
    let way = match before(1) {
        "past" | "after" => 1,
        "to" | "before" => -1,
        // "Half one" is half past it, as it is said in Britain.
        "half" => return Some((30, 1)),
        _ => return None,
    };
    let (minutes, n_words) = match before(2) {
        "quarter" => (15, 2),
        "half" if way > 0 => (30, 2),
        "minute" | "minutes" | "mins" | "min" => (number(before(3))?, 3),
        "hour" | "hours" => match (before(4), before(3)) {
            ("half", "an" | "a") => (30, 4),
            (_, "half") => (30, 3),
            (_, "an" | "a") => (HOUR, 3),
            (_, hours) => (number(hours)? * HOUR, 3),
        },
        // "Five past"; of any other number it would be a count.
        much @ ("five" | "5" | "ten" | "10" | "twenty" | "20" | "twenty-five" | "25") => (number(much)?, 2),
        _ => return None,
    };
    Some((way * minutes, n_words))
}

/// A number of minutes or hours as it is said or written.
fn number(word: &str) -> Option<i64> {
    let tens = match word {
        "fifteen" => Some(15),
        "twenty" => Some(20),
        "twenty-five" => Some(25),
        "thirty" => Some(30),
        "forty" => Some(40),
        "forty-five" => Some(45),
        "fifty" => Some(50),
        _ => None,
    };
    let spoken = || HOURS.iter().position(|hour| *hour == word).and_then(|hour| i64::try_from(hour + 1).ok());
    tens.or_else(spoken).or_else(|| word.parse().ok().filter(|n| (1..60).contains(n)))
}

/// Whether a word says that an hour follows, which may be a rough one.
fn leads(word: &str) -> bool {
    matches!(
        word,
        "at" | "around"
            | "about"
            | "by"
            | "approx"
            | "approximately"
            | "roughly"
            | "circa"
            | "ca"
            | "c"
            | "towards"
            | "toward"
            | "say"
            | "um"
            | "gegen"
            | "etwa"
            | "ungefähr"
    )
}

/// The hour of the clock that one of twelve is in a part of the day; `None` where it may be of two days.
fn in_part(hour: i64, part: &str) -> Option<i64> {
    match part {
        "morning" => Some(hour % 12),
        "afternoon" | "evening" => Some(hour % 12 + 12),
        // "Twelve at night" ends the day, and "two at night" may begin it or be of the next.
        "night" if hour == 12 => Some(24),
        "night" if hour > 5 => Some(hour + 12),
        _ => None,
    }
}

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
            clock.use_its_parts(pieces);
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

    /// Uses up the parts of the day that are named beside an hour of theirs: "on the evening of the 16th, at 9 pm".
    fn use_its_parts(self, pieces: &mut [Piece]) {
        const BARE: &[((i64, i64), &str)] =
            &[((5 * HOUR, 12 * HOUR), "morning"), ((12 * HOUR, 18 * HOUR), "afternoon"), ((18 * HOUR, 23 * HOUR), "evening")];
        for (phrase, (from, to)) in words::each(PARTS).chain(words::each(BARE)) {
            // Where one part of the day ends and the next begins is not said to the hour.
            let is_of_it = self.from >= from - 3 * HOUR && self.from < to + HOUR;
            let is_meant = if to - from == 1 { self.from == from } else { is_of_it };
            if is_meant && let Some(at) = super::pieces::position(pieces, phrase) {
                use_up(&mut pieces[at..at + phrase.split(' ').count()]);
            }
        }
    }

    /// "At 3 pm", "3:30pm", "at 15:30", "quarter to ten in the morning", "um 15 Uhr 30". An hour that may be of either half of the day
    /// is none, but where a part of the day is named.
    fn hour(pieces: &mut [Piece], language: Language) -> Option<Self> {
        (0..pieces.len()).find_map(|at| Self::hour_at(pieces, at, language))
    }

    fn hour_at(pieces: &mut [Piece], at: usize, language: Language) -> Option<Self> {
        if pieces[at].quoted || pieces[at].used {
            return None;
        }
        let lower: Vec<&str> = pieces.iter().map(|piece| piece.lower.as_str()).collect();
        let word = |at: usize| lower.get(at).copied().unwrap_or_default();
        let beside = minutes_beside(|n| at.checked_sub(n).map_or("", &word));
        if let Some(middle) = middle_of_day(word(at)) {
            // "Half past noon"; noon by itself is a part of the day.
            let (offset, n_words) = beside?;
            let start = at - n_words;
            let led = start.checked_sub(1).is_some_and(|before| leads(word(before)));
            use_up(&mut pieces[start - usize::from(led)..=at]);
            let from = (middle + offset).rem_euclid(24 * HOUR);
            return Some(Self { from, to: from + 1 });
        }
        let spoken = HOURS.iter().position(|hour| *hour == word(at)).map(|hour| (hour as i64 + 1, 0));
        // A word has no letters glued to its digits: "four pm" is "4 pm".
        let digits = if spoken.is_some() { word(at) } else { word(at).trim_end_matches(|ch: char| ch.is_alphabetic() || ch == '.') };
        let glued = &word(at)[digits.len()..];
        let (mut hour, mut minutes) = spoken.or_else(|| hour_and_minute(digits))?;
        let clock_like = digits.contains(':');
        // "Quarter to ten".
        let mut start = at;
        if let Some((offset, n_words)) = beside {
            start = at - n_words;
            if start > 0 && word(start - 1) == "a" {
                start -= 1;
            }
            minutes += offset;
        }
        let led = start.checked_sub(1).is_some_and(|before| leads(word(before)));
        let mut end = at + 1;
        let full = glued == "h" || matches!(word(end), "uhr" | "o'clock" | "oclock" | "h");
        if glued.is_empty() && matches!(word(end), "uhr" | "o'clock" | "oclock" | "h") {
            end += 1;
        }
        if word(at + 1) == "uhr"
            && let Some(after) = word(end).parse::<i64>().ok().filter(|minute| *minute < 60)
            && pieces.get(end + 1).is_none_or(|piece| piece.text.chars().next().is_none_or(|ch| !ch.is_uppercase()))
        {
            minutes = after;
            end += 1;
        }
        let of_half = |text: &str| match text {
            "am" | "a.m" | "a.m." => Some(false),
            "pm" | "p.m" | "p.m." => Some(true),
            _ => None,
        };
        let english = language == Language::En && hour <= 12;
        let after = of_half(glued).or_else(|| of_half(word(end)).inspect(|_| end += usize::from(glued.is_empty())));
        let is_part = |text: &str| matches!(text, "morning" | "afternoon" | "evening" | "night");
        // "In the morning" right after it, or the part of the day that the question names elsewhere.
        let behind = match (word(end), word(end + 1), word(end + 2)) {
            ("in", "the", part) if is_part(part) => Some((part, 3)),
            ("at", "night", _) => Some(("night", 2)),
            _ => None,
        };
        end += behind.map_or(0, |(_, n_words)| n_words);
        let is_said = led || full || beside.is_some();
        let elsewhere = lower.iter().copied().find(|word| is_part(word)).filter(|_| is_said && after.is_none() && behind.is_none());
        // "12 noon", "twelve o'clock midnight".
        let middle = middle_of_day(word(end)).filter(|_| hour == 12 && beside.is_none());
        // Twelve by itself is noon: of the other one midnight is said.
        let noon = english && hour == 12 && !clock_like && (full || beside.is_some_and(|(offset, _)| offset > 0));
        if let Some(middle) = middle {
            hour = middle / HOUR;
            end += 1;
        } else if let Some(late) = after.filter(|_| english) {
            hour = hour % 12 + if late { 12 } else { 0 };
        } else if let Some(part) = behind.map(|(part, _)| part).or(elsewhere).filter(|_| english) {
            hour = in_part(hour, part)?;
        } else if !(noon || clock_like || (full && (language == Language::De || hour > 12))) {
            return None;
        }
        let start = if led { start - 1 } else { start };
        end += usize::from(matches!(word(end), "sharp" | "pünktlich"));
        use_up(&mut pieces[start..end]);
        let from = hour * HOUR + minutes;
        Some(Self { from, to: from + 1 })
    }

    /// The night, when the question is where someone slept.
    pub(super) fn of_sleep(pieces: &mut [Piece]) -> Option<Self> {
        super::pieces::take(pieces, SLEEPS).map(|()| Self { from: 22 * HOUR, to: 30 * HOUR })
    }

    /// Whether it is one minute, and no part of the day.
    pub(super) fn is_exact(self) -> bool {
        self.to - self.from == 1
    }

    /// Whether it names an hour or a part of the one day of a filter.
    pub(super) fn fits(filter: &Filter) -> bool {
        filter.from.zip(filter.to).is_some_and(|(from, to)| to - from <= DAY_MS && to - from > 12 * 60 * MINUTE_MS)
    }

    /// Moves the day of a filter to where the clocks of its records have it, which are that many minutes ahead of those that it was
    /// read by.
    pub(super) fn keep_to_clocks(filter: &mut Filter, ahead: i64) {
        let moved = |at: UtcMs| at - ahead * MINUTE_MS;
        (filter.from, filter.to) = (filter.from.map(moved), filter.to.map(moved));
    }

    /// Leaves of the day of a filter what lies in it.
    pub(super) fn narrow(self, filter: &mut Filter) {
        let Some(day) = filter.from else { return };
        let at = |minutes: i64| -> UtcMs { day + minutes * MINUTE_MS };
        (filter.from, filter.to) = (Some(at(self.from)), Some(at(self.to)));
    }
}

/// The minutes from midnight of the hour that a part of the day is named after.
fn middle_of_day(word: &str) -> Option<i64> {
    match word {
        "noon" | "midday" => Some(12 * HOUR),
        "midnight" => Some(0),
        _ => None,
    }
}

/// "15", "15:30", "15.30" as an hour and a minute.
fn hour_and_minute(text: &str) -> Option<(i64, i64)> {
    let (hour, minute) = text.split_once([':', '.']).unwrap_or((text, "0"));
    let (hour, minute) = (hour.parse().ok()?, minute.parse().ok()?);
    ((0..=24).contains(&hour) && (0..60).contains(&minute)).then_some((hour, minute))
}

#[cfg(test)]
mod tests {
    use super::super::pieces;
    use super::*;

    fn read(question: &str, language: Language) -> Option<(i64, i64)> {
        let mut cut = pieces::cut(question);
        Clock::take(&mut cut, language).map(|clock| (clock.from / HOUR, clock.from % HOUR))
    }

    #[test]
    fn an_hour_is_read_as_people_say_it() {
        for (question, hour, minute) in [
            ("where was I at 13:00", 13, 0),
            ("15 may 2021, 11:30, where?", 11, 30),
            ("where was I at 5.30 pm", 17, 30),
            ("at 1pm", 13, 0),
            ("around noon", 12, 0),
            ("midday", 12, 0),
            ("on the 14th of june at six pm", 18, 0),
            ("at quarter to ten in the morning", 9, 45),
            ("at half past seven in the evening", 19, 30),
            ("on the evening of the 16th, around nine", 21, 0),
            ("at ten o'clock in the morning", 10, 0),
            ("late morning", 10, 0),
            ("where was I on 12 March 2022 at four pm", 16, 0),
            ("on 16 september half past noon, where was i", 12, 30),
            ("at a quarter to midnight", 23, 45),
            ("on 21 may at 6 in the evening, say", 18, 0),
            ("whereabouts on 21 may 2022, 12:30", 12, 30),
            ("5 November 2024 at 8 pm: where did I end up", 20, 0),
            ("at eight pm sharp", 20, 0),
            ("nine at night on the 30th, I was where", 21, 0),
            ("on the night of the 18th, nine o'clock", 21, 0),
            ("12 noon: where was I", 12, 0),
            ("at twelve noon", 12, 0),
            ("at twelve o'clock noon", 12, 0),
            ("at twelve o'clock", 12, 0),
            ("at half past twelve", 12, 30),
            ("half an hour after noon", 12, 30),
            ("thirty minutes past midday", 12, 30),
            ("an hour before midnight", 23, 0),
            ("half one in the afternoon", 13, 30),
            ("early afternoon, around 1", 13, 0),
            ("my whereabouts approx. 11:00", 11, 0),
            ("the evening, 9pm to be exact", 21, 0),
            ("where was I at midday", 12, 0),
        ] {
            assert_eq!(read(question, Language::En), Some((hour, minute)), "{question}");
        }
        assert_eq!(read("wo war ich um 15 Uhr 30", Language::De), Some((15, 30)));
        // An hour of which half of the day is not known, and numbers that are no hours.
        for question in ["where was I at nine", "the two of us", "with 3 friends", "at number 10", "at quarter to twelve"] {
            assert_eq!(read(question, Language::En), None, "{question}");
        }
    }

    #[test]
    fn an_hour_abroad_is_one_of_the_clocks_there() {
        // The first of January 1970, read where the clocks show UTC and spent where they are two hours ahead.
        let mut filter = Filter { from: Some(0), to: Some(24 * HOUR * MINUTE_MS), ..Filter::default() };
        Clock::keep_to_clocks(&mut filter, 2 * HOUR);
        assert_eq!((filter.from, filter.to), (Some(-2 * HOUR * MINUTE_MS), Some(22 * HOUR * MINUTE_MS)));
        Clock { from: 13 * HOUR, to: 13 * HOUR + 1 }.narrow(&mut filter);
        assert_eq!((filter.from, filter.to), (Some(11 * HOUR * MINUTE_MS), Some((11 * HOUR + 1) * MINUTE_MS)));
    }
}
