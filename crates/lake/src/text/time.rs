//! Times as exports write them, read to a [`Moment`] that keeps the source's own text and says how sure it is.
//!
//! One rule for all: an instant outside the years 1900 to 2199, and the exact zero of a clock (1970, 1904, 1601), is what
//! programs write when they do not know the time, and reads as `None`. A date without a clock is never such a zero.
//!
//! The sibling [`wording`] reads the times that are written for people, in the language of the account.

mod wording;

use domain::{Certainty, Moment, UtcMs};
use jiff::civil::Date;
use serde_json::Value;

pub use wording::google_html;
pub(crate) use wording::{digit, half_of_day};

/// Seconds from the WebKit and Windows epoch, 1601, to 1970.
const WEBKIT_S: i64 = 11_644_473_600;

/// As [`iso`], where the source says that it writes UTC without a zone.
pub fn iso_utc(text: &str) -> Option<Moment> {
    let moment = iso(text)?;
    let certainty = if moment.certainty == Certainty::ZoneUnknown { Certainty::Exact } else { moment.certainty };
    Some(Moment { certainty, ..moment })
}

/// A time in any dialect of ISO 8601 met in exports: `2024-05-01T10:20:30.123Z`, with an offset (`+02:00`, `+0200`,
/// `+02`), with a space for the `T`, a space before the zone, `UTC` for the `Z`, no zone, `_` for `:` as in file names,
/// the compact `20240501T102030Z`, and a date alone.
///
/// With an offset the moment is exact and keeps it; `Z` is exact without one. Without a zone it supposes UTC and says so.
pub fn iso(text: &str) -> Option<Moment> {
    let trimmed = text.trim();
    let mut scan = Scan { bytes: trimmed.as_bytes(), at: 0 };
    let year = scan.digits(4, 4)?;
    let dashed = scan.take(|byte| byte == b'-');
    let month = scan.digits(2, 2)?;
    if dashed && !scan.take(|byte| byte == b'-') {
        return None;
    }
    let day = scan.digits(2, 2)?;
    let date = Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()?;
    if scan.ended() {
        let ms = plausible(instant(date, 0, 0, 0, 0)?)?;
        return Some(Moment { ms, offset_min: None, certainty: Certainty::DateOnly, raw: text.to_owned() });
    }
    if !scan.take(|byte| matches!(byte, b'T' | b't' | b' ' | b'_')) {
        return None;
    }
    let hour = scan.digits(1, 2)?;
    scan.take(|byte| matches!(byte, b':' | b'_'));
    let minute = scan.digits(2, 2)?;
    scan.take(|byte| matches!(byte, b':' | b'_'));
    let second = scan.digits(2, 2).unwrap_or(0);
    let millis = if scan.take(|byte| matches!(byte, b'.' | b',')) { scan.fraction()? } else { 0 };
    let local = instant(date, hour, minute, second, millis)?;
    let zone = scan.rest().trim();
    let (offset_min, certainty) = match zone {
        "Z" | "z" | "UTC" | "GMT" => (None, Certainty::Exact),
        "" => (None, Certainty::ZoneUnknown),
        offset => (Some(offset_minutes(offset)?), Certainty::Exact),
    };
    let ms = not_zero(plausible(local - i64::from(offset_min.unwrap_or(0)) * 60_000)?)?;
    Some(Moment { ms, offset_min, certainty, raw: text.to_owned() })
}

/// Milliseconds since 1970 in text.
pub fn millis_text(text: &str) -> Option<Moment> {
    millis(text.trim().parse().ok()?)
}

/// A time in a JSON value: text or a number, as [`any`] reads it.
pub fn of(value: &Value) -> Option<Moment> {
    match value {
        Value::String(text) => any(text),
        Value::Number(number) => any(&number.to_string()),
        _ => None,
    }
}

/// Whatever stands there: seconds, milliseconds, microseconds or nanoseconds since 1970 as digits (told apart by their
/// length; a fraction, and what spreadsheets make of long numbers, is read too), or any dialect of [`iso`].
pub fn any(text: &str) -> Option<Moment> {
    let trimmed = text.trim();
    let digits = trimmed.strip_prefix('-').unwrap_or(trimmed);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) || digits.len() == 8 {
        return iso(text).or_else(|| Some(fractional(trimmed.parse().ok()?)?.with_raw(text)));
    }
    by_length(trimmed.parse().ok()?)
}

/// An instant since 1970 in the unit that its length tells.
fn by_length(number: i64) -> Option<Moment> {
    match number.unsigned_abs() {
        0..=9_999_999_999 => counted(number * 1_000, number),
        10_000_000_000..=99_999_999_999_999 => counted(number, number),
        100_000_000_000_000..=99_999_999_999_999_999 => counted(number.div_euclid(1_000), number),
        _ => counted(number.div_euclid(1_000_000), number),
    }
}

/// `1714558830.5` seconds, `1.714558830123E12` milliseconds.
fn fractional(number: f64) -> Option<Moment> {
    let ms = match number.abs() {
        ..1e11 => number * 1e3,
        1e11..1e14 => number,
        1e14..1e17 => number / 1e3,
        _ => number / 1e6,
    };
    ms.is_finite().then(|| ms.round() as i64).and_then(millis)
}

/// The shortest number that [`by_length`] tells from one that is no time.
const SHORTEST: u64 = 100_000_000;

/// Seconds since 1970; what is too long for them is in the unit that its length tells, for programs that rewrite exports count in
/// others.
pub fn seconds(number: i64) -> Option<Moment> {
    by_length(number)
}

/// Milliseconds since 1970.
pub fn millis(number: i64) -> Option<Moment> {
    counted(number, number)
}

/// Microseconds since 1970; what is too short or too long for them is in the unit that its length tells, or is no time. What is finer
/// than a millisecond stays in the moment's text.
pub fn micros(number: i64) -> Option<Moment> {
    by_length(number).filter(|_| number.unsigned_abs() >= SHORTEST)
}

/// The same of nanoseconds.
pub fn nanos(number: i64) -> Option<Moment> {
    micros(number)
}

/// Microseconds since 1601, as browsers count.
pub fn webkit_micros(number: i64) -> Option<Moment> {
    counted(number.checked_sub(WEBKIT_S * 1_000_000)?.div_euclid(1_000), number)
}

/// The instant that a source gave as a number, which stays beside it as the source wrote it.
fn counted(ms: UtcMs, number: i64) -> Option<Moment> {
    Some(Moment::utc(not_zero(plausible(ms)?)?).with_raw(&number.to_string()))
}

/// The same moment on a wall clock `minutes` east of UTC.
#[must_use]
pub fn at_offset(mut moment: Moment, minutes: Option<i64>) -> Moment {
    if let Some(minutes) = minutes.and_then(|minutes| i16::try_from(minutes).ok()).filter(|minutes| minutes.abs() <= 18 * 60) {
        moment.offset_min = Some(minutes);
    }
    moment
}

fn instant(date: Date, hour: u32, minute: u32, second: u32, millis: u32) -> Option<UtcMs> {
    // A leap second, and the midnight that ends a day, are the instant that follows.
    if hour > 24 || minute > 59 || second > 60 || (hour == 24 && minute + second > 0) {
        return None;
    }
    let days = i64::from(date.since(jiff::civil::date(1970, 1, 1)).ok()?.get_days());
    Some(days * 86_400_000 + i64::from(hour * 3_600 + minute * 60 + second) * 1_000 + i64::from(millis))
}

fn plausible(ms: UtcMs) -> Option<UtcMs> {
    // 1900-01-01 and 2200-01-01.
    (-2_208_988_800_000..7_258_118_400_000).contains(&ms).then_some(ms)
}

fn not_zero(ms: UtcMs) -> Option<UtcMs> {
    // 1970 and 1904; 1601 is out of range already.
    (ms != 0 && ms != -2_082_844_800_000).then_some(ms)
}

/// `+02:00`, `+0200`, `+2`, `-05_30`, with or without `GMT` or `UTC` in front.
fn offset_minutes(text: &str) -> Option<i16> {
    let text = text.strip_prefix("GMT").or_else(|| text.strip_prefix("UTC")).unwrap_or(text).trim_start();
    let (sign, rest) = match text.chars().next()? {
        '+' => (1, &text[1..]),
        '-' => (-1, &text[1..]),
        '\u{2212}' => (-1, &text['\u{2212}'.len_utf8()..]),
        _ => return None,
    };
    let mut scan = Scan { bytes: rest.as_bytes(), at: 0 };
    let hours = scan.digits(1, 2)?;
    scan.take(|byte| matches!(byte, b':' | b'_'));
    let minutes = if scan.ended() { 0 } else { scan.digits(2, 2)? };
    let total = i16::try_from(hours * 60 + minutes).ok()?;
    (scan.ended() && minutes < 60 && total <= 18 * 60).then_some(sign * total)
}

struct Scan<'t> {
    bytes: &'t [u8],
    at: usize,
}

impl<'t> Scan<'t> {
    fn digits(&mut self, least: usize, most: usize) -> Option<u32> {
        let n = self.bytes[self.at..].iter().take(most).take_while(|byte| byte.is_ascii_digit()).count();
        if n < least {
            return None;
        }
        let number = self.bytes[self.at..self.at + n].iter().fold(0, |number, byte| number * 10 + u32::from(byte - b'0'));
        self.at += n;
        Some(number)
    }

    /// The digits of a fraction of a second, as milliseconds, finer ones cut off.
    fn fraction(&mut self) -> Option<u32> {
        let from = self.at;
        let mut millis = 0;
        while let Some(byte) = self.bytes.get(self.at).filter(|byte| byte.is_ascii_digit()) {
            let weight = [100, 10, 1].get(self.at - from).copied().unwrap_or(0);
            millis += u32::from(byte - b'0') * weight;
            self.at += 1;
        }
        (self.at > from).then_some(millis)
    }

    fn take(&mut self, wanted: impl Fn(u8) -> bool) -> bool {
        let there = self.bytes.get(self.at).copied().is_some_and(wanted);
        self.at += usize::from(there);
        there
    }

    fn rest(&self) -> &'t str {
        std::str::from_utf8(&self.bytes[self.at..]).unwrap_or("?")
    }

    fn ended(&self) -> bool {
        self.at == self.bytes.len()
    }
}

#[cfg(test)]
pub(crate) fn shown(moment: Option<Moment>) -> String {
    let Some(moment) = moment else { return "none".to_owned() };
    let offset = moment.offset_min.map_or("-".to_owned(), |minutes| minutes.to_string());
    let time = jiff::Timestamp::from_millisecond(moment.ms).map(|time| time.to_string()).unwrap_or_default();
    format!("{time} {offset} {:?}", moment.certainty)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_iso_dialect_is_read() {
        for (text, expected) in [
            ("2024-05-01T10:20:30.123Z", "2024-05-01T10:20:30.123Z - Exact"),
            ("2024-05-01T10:20:30Z", "2024-05-01T10:20:30Z - Exact"),
            ("2024-05-01T10:20:30.123456789Z", "2024-05-01T10:20:30.123Z - Exact"),
            ("2024-05-01T10:20:30.5Z", "2024-05-01T10:20:30.5Z - Exact"),
            ("2024-05-01T12:20:30.000+02:00", "2024-05-01T10:20:30Z 120 Exact"),
            ("2025-03-24 20:07:24 +0100", "2025-03-24T19:07:24Z 60 Exact"),
            ("2024-05-01T05:20-05", "2024-05-01T10:20:00Z -300 Exact"),
            ("2026-10-01 07:00:00 UTC", "2026-10-01T07:00:00Z - Exact"),
            ("2020-02-03T17_37_45Z", "2020-02-03T17:37:45Z - Exact"),
            ("2019-08-12T07_14_08.709+02_00", "2019-08-12T05:14:08.709Z 120 Exact"),
            ("20240301T090000Z", "2024-03-01T09:00:00Z - Exact"),
            ("2024-05-01T10:20:30", "2024-05-01T10:20:30Z - ZoneUnknown"),
            ("2024-02-29", "2024-02-29T00:00:00Z - DateOnly"),
            ("1970-01-01", "1970-01-01T00:00:00Z - DateOnly"),
            ("2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z - Exact"),
        ] {
            assert_eq!(shown(iso(text)), expected, "{text}");
        }
    }

    #[test]
    fn what_is_no_time_or_an_unknown_one_is_none() {
        for text in [
            "",
            "now",
            "2023-02-29",
            "2024-13-01T00:00:00Z",
            "2024-05-01T25:00:00Z",
            "2024-05-01T10:20:30 PM",
            "1970-01-01T00:00:00Z",
            "1601-01-01T00:00:00Z",
            "9999-12-31T23:59:59Z",
            "2024-05-01T10:20:30+99:00",
            "2024-05",
            "١٢٣٤-05-01",
        ] {
            assert_eq!(iso(text), None, "{text}");
        }
        assert_eq!((millis_text("0"), micros(0), webkit_micros(0)), (None, None, None));
        assert_eq!((micros(-1), micros(i64::MAX), micros(i64::MIN), nanos(1), seconds(i64::MAX)), (None, None, None, None, None));
    }

    #[test]
    fn numbers_of_every_length_name_the_same_instant() {
        let expected = 1_714_558_830_123;
        assert_eq!(millis_text("1714558830123").map(|moment| moment.ms), Some(expected));
        assert_eq!(micros(1_714_558_830_123_000).map(|moment| moment.ms), Some(expected));
        assert_eq!(nanos(1_714_558_830_123_456_789), Some(Moment::utc(expected).with_raw("1714558830123456789")));
        assert_eq!(webkit_micros(1_714_558_830_123_000 + 11_644_473_600_000_000).map(|moment| moment.ms), Some(expected));
        assert_eq!(any("1714558830"), Some(Moment::utc(1_714_558_830_000).with_raw("1714558830")), "as it was written");
        assert_eq!(any("1714558830123"), millis_text("1714558830123"));
        assert_eq!(any("1714558830123456789"), nanos(1_714_558_830_123_456_789));
        for float in ["1714558830.123", "1.714558830123E12", "1714558830123.0"] {
            assert_eq!(any(float).map(|moment| moment.ms), Some(expected), "{float}");
        }
        assert_eq!((any("NaN"), any("inf"), any("1e300")), (None, None, None));
        assert_eq!(any("20240501"), iso("2024-05-01").map(|moment| moment.with_raw("20240501")));
        for count in [micros, nanos, seconds] {
            for number in [1_714_558_830_123_000, 1_714_558_830_123, 1_714_558_830_123_456_789] {
                assert_eq!(count(number).map(|moment| moment.ms), Some(expected), "in another unit than is said: {number}");
            }
        }
        assert_eq!((micros(1_714_558_830), seconds(-86_400)), (any("1714558830"), any("-86400")));
    }
}
