//! The `Date` of a mail: RFC 5322's form, its obsolete ones, and what programs write in their place.

use domain::Certainty;
use jiff::civil::DateTime;

use crate::text::time;

/// When a mail was sent, by its own header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Date {
    /// UTC milliseconds; a wall clock without a zone is taken for UTC.
    pub(super) ms: i64,
    pub(super) zone: Zone,
}

/// What a `Date` says of the sender's zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Zone {
    /// Minutes east of UTC.
    Said(i16),
    /// `-0000`, or a name that nobody knows: the instant is right as far as that goes, and the zone is not told.
    Unsaid,
    /// Nothing.
    None,
}

/// Zones by name, minutes east of UTC. RFC 5322 knows the American ones; the others are met all the same.
const NAMES: &[(&str, i16)] = &[
    ("Z", 0),
    ("UT", 0),
    ("UTC", 0),
    ("GMT", 0),
    ("WET", 0),
    ("EST", -300),
    ("EDT", -240),
    ("CST", -360),
    ("CDT", -300),
    ("MST", -420),
    ("MDT", -360),
    ("PST", -480),
    ("PDT", -420),
    ("BST", 60),
    ("CET", 60),
    ("MET", 60),
    ("MEZ", 60),
    ("CEST", 120),
    ("MEST", 120),
    ("MESZ", 120),
    ("EET", 120),
    ("EEST", 180),
    ("MSK", 180),
    ("JST", 540),
];

/// Reads the value of a `Date` header; `None` when it is no date.
pub(super) fn read(value: &str) -> Option<Date> {
    let value = value.trim();
    if let Some(moment) = value.get(..5).filter(|start| start.ends_with('-')).and_then(|_| time::iso(value)) {
        let zone = match (moment.certainty, moment.offset_min) {
            (_, Some(minutes)) => Zone::Said(minutes),
            (Certainty::Exact | Certainty::OffsetInferred, None) => Zone::Said(0),
            (Certainty::ZoneUnknown | Certainty::DateOnly, None) => Zone::None,
        };
        return Some(Date { ms: moment.ms, zone });
    }
    let mut parts = Parts::default();
    for word in without_comments(value).split(|letter: char| letter.is_whitespace() || letter == ',') {
        parts.take(word);
    }
    let (hour, minute, second) = parts.clock?;
    let clock = DateTime::new(parts.year?, parts.month?, parts.day?, hour, minute, second.min(59), 0).ok()?;
    let local = clock.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp().as_millisecond();
    let zone = parts.zone.unwrap_or(Zone::None);
    let minutes = if let Zone::Said(minutes) = zone { minutes } else { 0 };
    Some(Date { ms: local - i64::from(minutes) * 60_000, zone })
}

/// What was found of a date so far; each part counts as it stood first.
#[derive(Default)]
struct Parts {
    day: Option<i8>,
    month: Option<i8>,
    year: Option<i16>,
    clock: Option<(i8, i8, i8)>,
    zone: Option<Zone>,
}

impl Parts {
    fn take(&mut self, word: &str) {
        if word.is_empty() {
        } else if word.contains(':') && self.clock.is_none() {
            self.clock = clock(word);
        } else if let Some(minutes) = offset(word) {
            self.zone.get_or_insert(minutes);
        } else if word.bytes().all(|byte| byte.is_ascii_digit()) {
            self.number(word);
        } else if let Some(month) = month(word).filter(|_| self.month.is_none()) {
            self.month = Some(month);
        } else if word.contains('-') {
            // 18-Mar-2019
            word.split('-').for_each(|part| self.take(part));
        } else if self.clock.is_some() {
            // A name behind the clock is a zone's; before it stands the day of the week.
            let known = NAMES.iter().find(|(name, _)| name.eq_ignore_ascii_case(word));
            self.zone.get_or_insert(known.map_or(Zone::Unsaid, |(_, minutes)| Zone::Said(*minutes)));
        }
    }

    /// A day, then a year: of four digits, or as it was abbreviated in the last century.
    fn number(&mut self, word: &str) {
        let Ok(number) = word.parse::<i16>() else { return };
        match word.len() {
            1 | 2 if self.day.is_none() => self.day = i8::try_from(number).ok(),
            2 if self.year.is_none() => self.year = Some(if number < 50 { 2000 + number } else { 1900 + number }),
            3 if self.year.is_none() => self.year = Some(1900 + number),
            4 if self.year.is_none() => self.year = Some(number),
            _ => {}
        }
    }
}

/// `14:37:50`, `14:37`, `14:37:50.123`
fn clock(word: &str) -> Option<(i8, i8, i8)> {
    let word = word.split('.').next().unwrap_or(word);
    let mut parts = word.split(':').map(|part| part.parse::<i8>().ok());
    Some((parts.next()??, parts.next()??, parts.next().unwrap_or(Some(0))?))
}

/// `+0100`, `-05:30`, `GMT+0100`; `-0000` says nothing.
fn offset(word: &str) -> Option<Zone> {
    let word = ["GMT", "UTC"].iter().find_map(|name| word.strip_prefix(name)).unwrap_or(word);
    let sign = match word.get(..1)? {
        "+" => 1,
        "-" => -1,
        _ => return None,
    };
    let digits = word.get(1..)?.replace(':', "");
    if digits.is_empty() || digits.len() > 4 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    if word == "-0000" {
        return Some(Zone::Unsaid);
    }
    let number: i16 = digits.parse().ok()?;
    let minutes = if digits.len() <= 2 { number * 60 } else { number / 100 * 60 + number % 100 };
    Some(if minutes <= 18 * 60 { Zone::Said(sign * minutes) } else { Zone::Unsaid })
}

/// The month of an English name, of at least three letters.
fn month(word: &str) -> Option<i8> {
    const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let start = word.get(..3)?.to_ascii_lowercase();
    (1..).zip(MONTHS).find(|(_, name)| *name == start).map(|(number, _)| number)
}

/// The value without what stands in brackets.
fn without_comments(value: &str) -> String {
    let mut depth = 0_usize;
    value
        .chars()
        .filter(|letter| {
            match letter {
                '(' => depth += 1,
                ')' => depth = depth.saturating_sub(1),
                _ => return depth == 0,
            }
            false
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_of_old_and_odd_programs_are_read() {
        const MS: i64 = 1_552_916_270_000;
        for (text, ms, zone) in [
            ("Mon, 18 Mar 2019 14:37:50 +0100", MS, Zone::Said(60)),
            ("Mon, 18 Mar 19 14:37:50 +0100", MS, Zone::Said(60)),
            ("Mon, 18 Mar 2019 14:37:50 GMT+0100 (CET)", MS, Zone::Said(60)),
            ("Mon,18 Mar 2019 14:37:50 +0100 (Mitteleuropäische (Normal)zeit)", MS, Zone::Said(60)),
            ("18 Mar 2019 08:37 EST", MS - 50_000, Zone::Said(-300)),
            ("Mon, 18-Mar-2019 13:37:50 GMT", MS, Zone::Said(0)),
            ("Mon Mar 18 13:37:50 2019", MS, Zone::None),
            ("Mon Mar 18 13:37:50 UTC 2019", MS, Zone::Said(0)),
            ("Mon, 18 Mar 2019 13:37:50 -0000", MS, Zone::Unsaid),
            ("Mon, 18 Mar 2019 13:37:50", MS, Zone::None),
            ("2019-03-18T14:37:50+01:00", MS, Zone::Said(60)),
            ("2019-03-18 13:37:50", MS, Zone::None),
            ("Thu, 1 Jan 99 00:00:00 Z", 915_148_800_000, Zone::Said(0)),
        ] {
            assert_eq!(read(text), Some(Date { ms, zone }), "{text}");
        }
        for text in ["", "yesterday", "Mon, 31 Feb 2019 10:00:00 +0000", "18 Mar 2019", "Mon, 18 Mar 2019 25:00:00 +0000"] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
