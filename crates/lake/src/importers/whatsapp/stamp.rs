//! The time at the beginning of a message, in the forms of many languages: `[01.02.24, 10:00:15] `, `2/1/24, 10:00 PM - `,
//! `2024/2/1 下午10:00 - `, `1.2.2024 klo 10.00 - `.
//!
//! The three numbers of a date may stand in three orders. Which it is shows over a whole chat: a number that can be no
//! month, or an order in which messages would run backwards.

use domain::{Certainty, Moment};
use jiff::civil::Date;

use super::wording::bare;
use crate::text::time;

/// Longest time, in bytes.
const LONGEST: usize = 64;

/// The numbers of a time as they stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stamp {
    date: [u32; 3],
    hour: u32,
    minute: u32,
    second: u32,
    /// Whether a word says that it is an afternoon, or a morning.
    has_half: bool,
}

/// The order of the numbers of a date, by the one that stands first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    Day,
    Month,
    Year,
}

/// The time of a line, and what follows it; `None` when the line does not begin with one.
pub(super) fn split(line: &str) -> Option<(Stamp, &str)> {
    let line = bare_start(line);
    if let Some(inside) = line.strip_prefix('[') {
        let end = inside.find(']').filter(|end| *end <= LONGEST)?;
        return Some((read(&inside[..end])?, inside[end + 1..].trim_start_matches(' ')));
    }
    if let Some((end, width)) =
        [" - ", " – "].iter().filter_map(|dash| Some((line.find(dash)?, dash.len()))).min().filter(|(end, _)| *end <= LONGEST)
        && let Some(stamp) = read(&line[..end])
    {
        return Some((stamp, &line[end + width..]));
    }
    // Until 2017 phones of Apple wrote no brackets.
    let (end, _) = line.match_indices(": ").next().filter(|(end, _)| *end <= LONGEST)?;
    Some((read(&line[..end])?, &line[end + 2..]))
}

fn bare_start(line: &str) -> &str {
    line.trim_start_matches(
        |letter: char| matches!(letter, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}' | ' '),
    )
}

fn read(text: &str) -> Option<Stamp> {
    let mut numbers: Vec<(u32, usize)> = Vec::new();
    let mut marks: Vec<char> = Vec::new();
    let mut words: Vec<String> = vec![String::new()];
    let mut in_number = false;
    for letter in text.chars() {
        if let Some(value) = time::digit(letter) {
            match numbers.last_mut().filter(|_| in_number) {
                Some((number, n_digits)) => (*number, *n_digits) = (number.checked_mul(10)?.checked_add(value)?, *n_digits + 1),
                None => numbers.push((value, 1)),
            }
            in_number = true;
            continue;
        }
        if in_number {
            marks.push(letter);
        }
        in_number = false;
        match words.last_mut() {
            Some(word) if letter.is_alphabetic() => word.extend(letter.to_lowercase()),
            Some(word)
                if !word.is_empty()
                    && letter != '.'
                    && letter != '\u{a0}'
                    && letter != '\u{202f}'
                    && !(letter == ' ' && matches!(word.as_str(), "a" | "p")) =>
            {
                words.push(String::new());
            }
            _ => {}
        }
    }
    let is_short = |number: &&(u32, usize)| number.1 <= 2;
    let (date, clock) = numbers.split_at_checked(3)?;
    if !matches!(clock.len(), 2 | 3) || !clock.iter().all(|number| is_short(&number)) || date.iter().any(|(_, n)| !matches!(n, 1 | 2 | 4)) {
        return None;
    }
    let dated = |mark: char| matches!(mark, '/' | '.' | '-' | '年' | '月' | '년' | '월' | '\u{200f}');
    if !marks.iter().take(2).all(|mark| dated(*mark)) || !marks.iter().skip(3).take(1).all(|mark| matches!(mark, ':' | '.')) {
        return None;
    }
    words.retain(|word| !word.is_empty() && !matches!(word.as_str(), "年" | "月" | "日" | "년" | "월" | "일"));
    if words.len() > 2 || words.iter().any(|word| word.chars().count() > 12) {
        return None;
    }
    let afternoon = words.iter().find_map(|word| time::half_of_day(word));
    let (hour, minute, second) = (clock[0].0, clock[1].0, clock.get(2).map_or(0, |second| second.0));
    let hour = match (afternoon, hour) {
        (Some(false), 12) => 0,
        (Some(true), 1..12) => hour + 12,
        _ => hour,
    };
    (hour < 24 && minute < 60 && second < 60).then(|| Stamp {
        date: [date[0].0, date[1].0, date[2].0],
        hour,
        minute,
        second,
        has_half: afternoon.is_some(),
    })
}

impl Order {
    /// The order of a chat's dates, and whether it is sure.
    pub(super) fn of(stamps: &[Stamp]) -> (Self, bool) {
        // A year stands first in all of them, or in none but those that are spoilt.
        let n_years = stamps.iter().filter(|stamp| stamp.date[0] > 31).count();
        if n_years > 0 && n_years * 2 >= stamps.len() {
            return (Self::Year, true);
        }
        let n_bad = |order: Self| stamps.iter().filter(|stamp| order.date(stamp).is_none()).count();
        let (day, month) = (n_bad(Self::Day), n_bad(Self::Month));
        if day != month {
            return (if day < month { Self::Day } else { Self::Month }, true);
        }
        let n_backwards = |order: Self| {
            let dates: Vec<Date> = stamps.iter().filter_map(|stamp| order.date(stamp)).collect();
            dates.windows(2).filter(|pair| pair[1] < pair[0]).count()
        };
        let (day, month) = (n_backwards(Self::Day), n_backwards(Self::Month));
        if day != month {
            return (if day < month { Self::Day } else { Self::Month }, true);
        }
        // Clocks of twelve hours and months first go together.
        let same = stamps.iter().all(|stamp| stamp.date[0] == stamp.date[1]);
        (if stamps.iter().any(|stamp| stamp.has_half) { Self::Month } else { Self::Day }, same)
    }

    /// What it is called in a sentence.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Day => "the day",
            Self::Month => "the month",
            Self::Year => "the year",
        }
    }

    fn date(self, stamp: &Stamp) -> Option<Date> {
        let [first, second, third] = stamp.date;
        let (year, month, day) = match self {
            Self::Day => (third, second, first),
            Self::Month => (third, first, second),
            Self::Year => (first, second, third),
        };
        let year = match year {
            ..100 => 2000 + year,
            // Thai calendars count from 543 years earlier.
            2500..2700 => year - 543,
            _ => year,
        };
        Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
    }

    /// The moment on the phone's wall clock; its raw text is the beginning of `line`.
    pub(super) fn moment(self, stamp: &Stamp, line: &str) -> Option<Moment> {
        let date = self.date(stamp)?;
        let text = format!("{date}T{:02}:{:02}:{:02}", stamp.hour, stamp.minute, stamp.second);
        let raw = line.split_once(']').or_else(|| line.split_once(" - ")).map_or(line, |(raw, _)| raw);
        let mut moment = time::iso(&text)?.with_raw(bare(raw).trim_start_matches('['));
        moment.certainty = Certainty::ZoneUnknown;
        Some(moment)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(line: &str) -> String {
        let Some((stamp, rest)) = split(line) else { return "none".to_owned() };
        let (order, _) = Order::of(&[stamp]);
        let moment = order.moment(&stamp, line).unwrap();
        format!("{} | {rest}", jiff::Timestamp::from_millisecond(moment.ms).unwrap())
    }

    #[test]
    fn times_are_read_in_the_forms_of_many_languages() {
        for (line, expected) in [
            ("[13.02.24, 10:00:15] Ann: hi", "2024-02-13T10:00:15Z | Ann: hi"),
            ("\u{200e}[2/13/24, 10:00:15\u{202f}PM] Ann: hi", "2024-02-13T22:00:15Z | Ann: hi"),
            ("2/13/24, 12:05 AM - Ann: hi", "2024-02-13T00:05:00Z | Ann: hi"),
            ("13/02/2024, 22:00 - Ann: hi - so", "2024-02-13T22:00:00Z | Ann: hi - so"),
            ("13/2/24 10:00 p. m. - Ana: hola", "2024-02-13T22:00:00Z | Ana: hola"),
            ("13/2/24 10:00\u{a0}p.\u{a0}m. - Ana: hola", "2024-02-13T22:00:00Z | Ana: hola"),
            ("13/02/2024 à 22:00 - Ann: salut", "2024-02-13T22:00:00Z | Ann: salut"),
            ("13.2.2024 klo 22.00 - Ann: moi", "2024-02-13T22:00:00Z | Ann: moi"),
            ("13-02-24 22:00 - Ann: hoi", "2024-02-13T22:00:00Z | Ann: hoi"),
            ("2024-02-13 22:00 - Ann: hej", "2024-02-13T22:00:00Z | Ann: hej"),
            ("2024/2/13 下午10:00 - 安: 你好", "2024-02-13T22:00:00Z | 安: 你好"),
            ("[2024. 2. 13. 오후 10:00:15] 안: 안녕", "2024-02-13T22:00:15Z | 안: 안녕"),
            ("١٣\u{200f}/٢\u{200f}/٢٠٢٤، ١٠:٠٠ م - آن: مرحبا", "2024-02-13T22:00:00Z | آن: مرحبا"),
            ("13/02/2567 22:00 - Ann: sawasdee", "2024-02-13T22:00:00Z | Ann: sawasdee"),
            ("13/02/17, 22:00:15: Ann: old", "2017-02-13T22:00:15Z | Ann: old"),
            ("at 10:00 - no", "none"),
            ("1.5 - 2.5: cups", "none"),
            ("[12] note: x", "none"),
            ("call 13/02/2024 or 10:00 or when you like it best - Ann: x", "none"),
        ] {
            assert_eq!(shown(line), expected, "{line}");
        }
    }

    #[test]
    fn the_order_of_a_date_shows_over_a_chat() {
        let of = |lines: &[&str]| Order::of(&lines.iter().filter_map(|line| Some(split(line)?.0)).collect::<Vec<_>>());
        assert_eq!(of(&["1/2/24, 10:00 - A: x", "2/13/24, 10:00 - A: x"]), (Order::Month, true));
        assert_eq!(of(&["1/2/24, 10:00 - A: x", "13/2/24, 10:00 - A: x"]), (Order::Day, true));
        assert_eq!(of(&["9/2/24, 10:00 - A: x", "1/3/24, 10:00 - A: x"]), (Order::Day, true));
        assert_eq!(of(&["1/2/24, 10:00 - A: x"]), (Order::Day, false));
        assert_eq!(of(&["1/2/24, 10:00 PM - A: x"]), (Order::Month, false));
        assert_eq!(of(&["2024/2/1, 10:00 - A: x", "2024/13/2, 10:00 - A: x"]), (Order::Year, true));
        assert_eq!(of(&["99/2/24, 10:00 - A: x", "13/2/24, 10:00 - A: x", "14/2/24, 10:00 - A: x"]), (Order::Day, true), "one is spoilt");
    }
}
