//! Dates as people say them: "last summer", "between 3 May and 10 June 2022", "the week before Easter 2019", "seit 2019".
//!
//! Every phrase becomes a half-open range of local days. What is ambiguous is taken as past, since the data is: "in May"
//! is the last May that has begun. English and German; a language is a table of words in [`words`].
//!
//! Absent on purpose: times of day, and what lies in the future of `today` unless a year says so.

mod words;

pub(crate) use words::{is_month, is_weekday, vocabulary};

use jiff::ToSpan;
use jiff::civil::{Date, ISOWeekDate, Weekday, date};

use crate::plan::is_own;
use words::{Edge, HOLIDAYS, Holiday, Rel, Season, Unit, Word, ordinal, word};

/// A range of days found in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The first day; `None` when it is open.
    pub from: Option<Date>,
    /// The day after the last; `None` when it is open.
    pub to: Option<Date>,
    /// Where the phrase stands in the text, bytes.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Days {
    from: Date,
    to: Date,
}

#[derive(Debug, Clone)]
struct Token {
    text: String,
    start: usize,
    end: usize,
}

/// The date phrases of a text, in order, none inside another. `today` is the person's local day.
pub fn find(text: &str, today: Date) -> Vec<Found> {
    let tokens = tokens(text);
    let reader = Reader { tokens: &tokens, today };
    let mut found = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        match reader.range(at) {
            Some((from, to, next)) => {
                found.push(Found { from, to, start: tokens[at].start, end: tokens[next - 1].end });
                at = next;
            }
            None => at += 1,
        }
    }
    found
}

/// One date phrase that is the whole text: what `--from` and `--to` take.
pub fn exactly(text: &str, today: Date) -> Option<(Option<Date>, Option<Date>)> {
    let tokens = tokens(text);
    let (from, to, next) = Reader { tokens: &tokens, today }.range(0)?;
    (next == tokens.len()).then_some((from, to))
}

fn tokens(text: &str) -> Vec<Token> {
    let mut tokens: Vec<Token> = Vec::new();
    let mut start = None;
    for (at, ch) in text.char_indices().chain([(text.len(), ' ')]) {
        let joins = ch.is_alphanumeric() || (matches!(ch, '-' | '–' | '/' | '.' | '\'' | '’') && start.is_some());
        match (joins, start) {
            (true, None) => start = Some(at),
            (false, Some(from)) => {
                let word = text[from..at].trim_end_matches(['-', '–', '/', '.', '\'', '’']);
                // A German ordinal keeps its dot: "3. Mai". After a year it ends a sentence.
                let dotted = word.len() <= 2 && word.bytes().all(|b| b.is_ascii_digit()) && text[from + word.len()..].starts_with('.');
                let end = from + word.len() + usize::from(dotted);
                tokens.push(Token { text: text[from..end].to_lowercase().replace('’', "'").replace('–', "-"), start: from, end });
                start = None;
            }
            _ => {}
        }
    }
    tokens
}

fn month(year: i16, month: i8) -> Option<Days> {
    let from = Date::new(year, month, 1).ok()?;
    Some(Days { from, to: from.checked_add(1.month()).ok()? })
}

fn year(number: i16) -> Option<Days> {
    Some(Days { from: Date::new(number, 1, 1).ok()?, to: Date::new(number + 1, 1, 1).ok()? })
}

fn day(date: Date) -> Option<Days> {
    Some(Days { from: date, to: date.tomorrow().ok()? })
}

fn week_of(date: Date) -> Option<Days> {
    let from = date.checked_sub(i64::from(date.weekday().to_monday_zero_offset()).days()).ok()?;
    Some(Days { from, to: from.checked_add(7.days()).ok()? })
}

/// Meteorological seasons of the northern hemisphere; winter is named after the year that it ends in, unless it begins a
/// range said as "winter 2019" in which case it is December 2018 to February 2019.
fn season(season: Season, number: i16) -> Option<Days> {
    let (from_year, from_month) = match season {
        Season::Spring => (number, 3),
        Season::Summer => (number, 6),
        Season::Autumn => (number, 9),
        Season::Winter => (number - 1, 12),
    };
    let from = Date::new(from_year, from_month, 1).ok()?;
    Some(Days { from, to: from.checked_add(3.months()).ok()? })
}

/// Easter Sunday by the anonymous Gregorian computus (Meeus, Astronomical Algorithms, chapter 8).
fn easter(year: i16) -> Option<Date> {
    let y = i32::from(year);
    let (a, b, c) = (y % 19, y / 100, y % 100);
    let (d, e, f) = (b / 4, b % 4, (b + 8) / 25);
    let g = (b - f + 1) / 3;
    let h = (19 * a + b - d - g + 15) % 30;
    let (i, k) = (c / 4, c % 4);
    let l = (32 + 2 * e + 2 * i - h - k) % 7;
    let m = (a + 11 * h + 22 * l) / 451;
    let n = h + l - 7 * m + 114;
    Date::new(year, i8::try_from(n / 31).ok()?, i8::try_from(n % 31 + 1).ok()?).ok()
}

fn holiday(holiday: Holiday, year: i16) -> Option<Days> {
    match holiday {
        Holiday::Christmas => Some(Days { from: Date::new(year, 12, 24).ok()?, to: Date::new(year, 12, 27).ok()? }),
        Holiday::ChristmasEve => day(Date::new(year, 12, 24).ok()?),
        Holiday::ChristmasDay => day(Date::new(year, 12, 25).ok()?),
        Holiday::BoxingDay => day(Date::new(year, 12, 26).ok()?),
        Holiday::StPatrick => day(Date::new(year, 3, 17).ok()?),
        Holiday::OfEaster(days) => day(easter(year)?.checked_add(i64::from(days).days()).ok()?),
        Holiday::Advent => day(Date::new(year, 12, 25).ok()?.nth_weekday(-4, Weekday::Sunday).ok()?),
        Holiday::NewYearsEve => day(Date::new(year, 12, 31).ok()?),
        Holiday::NewYear => day(Date::new(year, 1, 1).ok()?),
        Holiday::Halloween => day(Date::new(year, 10, 31).ok()?),
        Holiday::Valentine => day(Date::new(year, 2, 14).ok()?),
        Holiday::Thanksgiving => day(Date::new(year, 11, 1).ok()?.nth_weekday_of_month(4, Weekday::Thursday).ok()?),
        Holiday::Easter => {
            let sunday = easter(year)?;
            Some(Days { from: sunday.checked_sub(2.days()).ok()?, to: sunday.checked_add(2.days()).ok()? })
        }
        Holiday::Pentecost => {
            let sunday = easter(year)?.checked_add(49.days()).ok()?;
            Some(Days { from: sunday, to: sunday.checked_add(2.days()).ok()? })
        }
    }
}

/// A week by its number in the year, as ISO 8601 counts.
fn iso_week(year: i16, week: i8) -> Option<Days> {
    week_of(ISOWeekDate::new(year, week, Weekday::Monday).ok()?.date())
}

struct Reader<'a> {
    tokens: &'a [Token],
    today: Date,
}

type Range = (Option<Date>, Option<Date>, usize);

impl Reader<'_> {
    fn text(&self, at: usize) -> &str {
        self.tokens.get(at).map_or("", |token| token.text.as_str())
    }

    fn word(&self, at: usize) -> Option<Word> {
        let text = self.text(at).trim_end_matches('.');
        word(text).or_else(|| word(text.strip_suffix("'s")?))
    }

    fn skip(&self, mut at: usize) -> usize {
        while matches!(self.word(at), Some(Word::Filler)) {
            at += 1;
        }
        at
    }

    /// A range, with words for open ends; the token after it.
    fn range(&self, at: usize) -> Option<Range> {
        let first = self.word(at);
        if matches!(first, Some(Word::Between | Word::From)) {
            if let Some((days, next)) = self.days_of_one_month(self.skip(at + 1)) {
                return Some((Some(days.from), Some(days.to), next));
            }
            let (start, next) = self.days(self.skip(at + 1))?;
            if matches!(self.word(next), Some(Word::And | Word::To)) {
                let (end, next) = self.days(self.skip(next + 1))?;
                // "between 3 May and 10 June 2022": the year of the end holds for the start.
                let start = self.in_the_year_of(start, end);
                return (start.from < end.to).then_some((Some(start.from), Some(end.to), next));
            }
            // "Ab 2019" and "from 2019 on" are open; "the photos from 2019" are of it.
            let goes_on = matches!(self.text(next), "on" | "onward" | "onwards" | "forward" | "an");
            // "From the start of May on"; what is from the beginning of May may be of it, but where the question begins so.
            let begins = self.text(self.skip(at + 1));
            let of_start = begins == "start" || (at == 0 && begins == "beginning");
            let is_open = self.text(at) == "ab" || goes_on || of_start;
            let end = if is_open { (None, next + usize::from(self.text(at) != "ab" && goes_on)) } else { (Some(start.to), next) };
            return (first == Some(Word::From)).then_some((Some(start.from), end.0, end.1));
        }
        if let Some((days, next)) = self.days_of_one_month(self.skip(at)) {
            return Some((Some(days.from), Some(days.to), next));
        }
        // "Vor 2018", which is no "vor drei Tagen"; and "bis 2018" with nothing before it.
        let first = match first {
            Some(Word::Ago) if self.relative(at).is_none() => Some(Word::Edge(Edge::Before)),
            Some(Word::To) if self.text(at) == "bis" => Some(Word::Edge(Edge::Until)),
            // "Through 2015", with nothing before it, is all of it.
            Some(Word::To) if self.text(at) == "through" => {
                let (days, next) = self.days(self.skip(at + 1))?;
                // Through one day is up to it.
                let is_day = days.from.tomorrow().is_ok_and(|next| next == days.to);
                return Some((Some(days.from).filter(|_| !is_day), Some(days.to), next));
            }
            other => other,
        };
        // "Up to the end of 2023", "by the end of May".
        let (first, at) = match (self.text(at), self.text(at + 1)) {
            ("up", "to" | "until" | "till") => (Some(Word::Edge(Edge::Until)), at + 1),
            ("prior", "to") => (Some(Word::Edge(Edge::Before)), at + 1),
            ("by", _) if self.is_end(self.skip(at + 1)) => (Some(Word::Edge(Edge::Until)), at),
            _ => (first, at),
        };
        if let Some(Word::Edge(edge)) = first {
            let begins = self.skip(at + 1);
            let (days, next) = self.days(begins)?;
            // "After September 2020 began" is from its first day on, and so is "after the beginning of September 2020".
            let begun = matches!(self.text(next), "began" | "begins" | "started" | "starts");
            let ended = matches!(self.text(next), "ended" | "ends" | "finished");
            let of_beginning = begun || matches!(self.text(begins), "beginning" | "start" | "anfang" | "beginn");
            let of_end = ended || self.is_end(begins);
            let next = next + usize::from(begun || ended);
            return Some(match edge {
                Edge::Since if ended => (Some(days.to), None, next),
                Edge::Since => (Some(days.from), None, next),
                Edge::Before if of_end => (None, Some(days.to), next),
                Edge::Before => (None, Some(days.from), next),
                Edge::Until if of_beginning => (None, Some(days.from), next),
                Edge::Until => (None, Some(days.to), next),
                Edge::After if of_beginning => (Some(days.from), None, next),
                Edge::After => (Some(days.to), None, next),
            });
        }
        // "Today left out" is before it.
        if self.word(at) == Some(Word::DaysAgo(0)) {
            let apart = match (self.text(at + 1), self.text(at + 2)) {
                ("left", "out") => 2,
                ("excluded" | "aside" | "ausgeschlossen", _) => 1,
                _ => 0,
            };
            if apart > 0 {
                return Some((None, Some(self.today), at + 1 + apart));
            }
        }
        let begun = self.skip(at);
        if begun > at
            && !matches!(
                self.text(at),
                "in" | "on"
                    | "im"
                    | "am"
                    | "the"
                    | "during"
                    | "an"
                    | "der"
                    | "den"
                    | "dem"
                    | "des"
                    | "das"
                    | "die"
                    | "of"
                    | "von"
                    | "last"
                    | "over"
            )
        {
            return None;
        }
        let (days, next) = self.days(begun)?;
        // "3 May to 10 June 2022", "2016-2018" said with a word between.
        if matches!(self.word(next), Some(Word::To))
            && let Some((end, after)) = self.days(self.skip(next + 1))
        {
            let start = self.in_the_year_of(days, end);
            if start.from < end.to {
                return Some((Some(start.from), Some(end.to), after));
            }
        }
        Some((Some(days.from), Some(days.to), next))
    }

    /// Whether the end of a span is named there.
    fn is_end(&self, at: usize) -> bool {
        matches!(self.text(at), "end" | "ende")
    }

    /// "12 to 18 September 2019", "12. bis 18. September": both days are of the month that the second is said with.
    fn days_of_one_month(&self, at: usize) -> Option<(Days, usize)> {
        let first: i8 = self.text(at).trim_end_matches('.').parse().ok().filter(|day| (1..=31).contains(day))?;
        if !matches!(self.word(at + 1), Some(Word::To | Word::And)) {
            return None;
        }
        let (last, next) = self.day_and_month(self.skip(at + 2))?;
        let from = last.from.with().day(first).build().ok()?;
        // "2 May" has one day; "May" would have thirty.
        (from < last.to && last.from.tomorrow().ok()? == last.to).then_some((Days { from, to: last.to }, next))
    }

    /// Moves a start that was said without a year into the year of its end.
    fn in_the_year_of(&self, start: Days, end: Days) -> Days {
        if start.from < end.from && start.from.year() == end.from.year() {
            return start;
        }
        let moved = |date: Date| date.with().year(end.from.year() + date.year() - start.from.year()).build().ok();
        match (moved(start.from), moved(start.to)) {
            (Some(from), Some(to)) if from < end.to && start.from.year() >= self.today.year() - 1 => Days { from, to },
            _ => start,
        }
    }

    /// A span of days said by itself; the token after it.
    fn days(&self, at: usize) -> Option<(Days, usize)> {
        self.around(at).or_else(|| self.plain(at))
    }

    /// "the week before Easter 2019", "three days after Christmas", "the weekend of 3 May".
    fn around(&self, at: usize) -> Option<(Days, usize)> {
        let at = self.skip(at);
        if let (Some(Word::Unit(unit)), "before", "last") = (self.word(at), self.text(at + 1), self.text(at + 2))
            && !matches!(self.word(at + 3), Some(Word::Unit(_) | Word::Season(_) | Word::Holiday(_) | Word::Month(_) | Word::Weekday(_)))
        {
            return Some((self.whole(Rel::BeforeLast, unit)?, at + 3));
        }
        let (count, unit_at) = match self.number(at) {
            Some(count) => (count, at + 1),
            None => (1, at),
        };
        let (Word::Unit(unit), edge_at) = (self.word(unit_at)?, unit_at + 1) else { return None };
        // "On which day after the beginning of May" asks for the day.
        if unit_at == at && at > 0 && matches!(self.text(at - 1), "which" | "what" | "welchem" | "welcher" | "welchen") {
            return None;
        }
        let edge = self.word(edge_at)?;
        if unit_at == at && matches!(self.text(edge_at), "of" | "von") {
            let (days, next) = self.plain(self.skip(edge_at + 1))?;
            // "Each week of 2021" is no week.
            if days.from.until(days.to).ok()?.get_days() > 31 {
                return None;
            }
            let week = week_of(days.from)?;
            return match unit {
                Unit::Week => Some((week, next)),
                Unit::Weekend => Some((Days { from: week.from.checked_add(5.days()).ok()?, to: week.to }, next)),
                Unit::Day | Unit::Month | Unit::Year => None,
            };
        }
        let edge = match edge {
            Word::Edge(edge @ (Edge::Before | Edge::After)) => edge,
            // "Die Woche vor Ostern."
            Word::Ago => Edge::Before,
            _ => return None,
        };
        let (days, next) = self.plain(self.skip(edge_at + 1))?;
        let n_days = |n: i64| n.days();
        let result = match (unit, edge) {
            (Unit::Weekend, Edge::Before) => {
                let monday = week_of(days.from)?.from;
                Days { from: monday.checked_sub(2.days()).ok()?, to: monday }
            }
            (Unit::Weekend, _) => {
                let monday = week_of(days.to)?.from;
                Days { from: monday.checked_add(5.days()).ok()?, to: monday.checked_add(7.days()).ok()? }
            }
            // "three days after X" is that one day; "the week after X" is a span.
            (Unit::Day, Edge::Before) => day(days.from.checked_sub(n_days(count)).ok()?)?,
            (Unit::Day, _) => day(days.to.checked_add(n_days(count - 1)).ok()?)?,
            (Unit::Week, Edge::Before) => Days { from: days.from.checked_sub(n_days(7 * count)).ok()?, to: days.from },
            (Unit::Week, _) => Days { from: days.to, to: days.to.checked_add(n_days(7 * count)).ok()? },
            (Unit::Month, Edge::Before) => Days { from: days.from.checked_sub(count.months()).ok()?, to: days.from },
            (Unit::Month, _) => Days { from: days.to, to: days.to.checked_add(count.months()).ok()? },
            (Unit::Year, Edge::Before) => Days { from: days.from.checked_sub(count.years()).ok()?, to: days.from },
            (Unit::Year, _) => Days { from: days.to, to: days.to.checked_add(count.years()).ok()? },
        };
        Some((result, next))
    }

    fn number(&self, at: usize) -> Option<i64> {
        match self.word(at) {
            Some(Word::Number(number)) => Some(number),
            _ => self.text(at).parse().ok().filter(|n| (1..=999).contains(n)),
        }
    }

    /// A four-digit year at `at`, with fillers in front ("of 2019", "im Jahr 2019").
    fn year_at(&self, at: usize) -> Option<(i16, usize)> {
        let at = self.skip(at);
        // "March last year".
        if let (Some(Word::Rel(rel)), Some(Word::Unit(Unit::Year))) = (self.word(at), self.word(at + 1)) {
            return Some((self.whole(rel, Unit::Year)?.from.year(), at + 2));
        }
        let at = if matches!(self.word(at), Some(Word::Unit(Unit::Year))) { at + 1 } else { at };
        let text = self.text(at);
        if text.len() != 4 {
            return None;
        }
        let number: i16 = text.parse().ok()?;
        (1900..=2100).contains(&number).then_some((number, at + 1))
    }

    fn plain(&self, at: usize) -> Option<(Days, usize)> {
        self.numeric(at)
            .or_else(|| self.one_of_several(at))
            .or_else(|| self.day_and_month(at))
            .or_else(|| self.relative(at))
            .or_else(|| self.named(at))
            .or_else(|| self.part_of_year(at))
            .or_else(|| {
                let (number, next) = self.year_at(at)?;
                Some((year(number)?, next))
            })
    }

    /// 2019-05-14, 2019-05, 14.5.2019, 5/14/2019, 2016-2018, Q3 2022, the 90s.
    fn numeric(&self, at: usize) -> Option<(Days, usize)> {
        let text = self.text(at);
        let split = |by: char| text.split(by).map(|part| part.parse::<i16>().ok()).collect::<Option<Vec<_>>>();
        if let Some((y, w)) = text.split_once("-w")
            && let (Ok(y), Ok(w)) = (y.parse(), w.parse())
        {
            return Some((iso_week(y, w)?, at + 1));
        }
        if matches!(text, "week" | "kw")
            && let Ok(w) = self.text(at + 1).trim_end_matches('.').parse()
            && let Some((y, next)) = self.year_at(at + 2)
        {
            return Some((iso_week(y, w)?, next));
        }
        if let Some(parts) = split('-') {
            match parts[..] {
                [y, m, d] if y >= 1900 => return Some((day(Date::new(y, m as i8, d as i8).ok()?)?, at + 1)),
                [y, m] if y >= 1900 && m <= 12 => return Some((month(y, m as i8)?, at + 1)),
                [a, b] if a >= 1900 && b > a && b <= 2100 => return Some((Days { from: year(a)?.from, to: year(b)?.to }, at + 1)),
                _ => {}
            }
        }
        if let Some(&[d, m, y]) = split('.').as_deref() {
            let y = if y < 100 { 2000 + y } else { y };
            return Some((day(Date::new(y, m as i8, d as i8).ok()?)?, at + 1));
        }
        if let Some(&[m, y]) = split('/').as_deref()
            && y >= 1900
            && (1..=12).contains(&m)
        {
            return Some((month(y, m as i8)?, at + 1));
        }
        if let Some(&[y, m, d]) = split('/').as_deref()
            && y >= 1900
        {
            return Some((day(Date::new(y, m as i8, d as i8).ok()?)?, at + 1));
        }
        if let Some(&[first, second, y]) = split('/').as_deref() {
            let y = if y < 100 { 2000 + y } else { y };
            // Month first, as Google writes English dates, unless that cannot be.
            let (m, d) = if first > 12 { (second, first) } else { (first, second) };
            return Some((day(Date::new(y, m as i8, d as i8).ok()?)?, at + 1));
        }
        if let Some(quarter) = text.strip_prefix('q').and_then(|q| q.parse::<i8>().ok()).filter(|q| (1..=4).contains(q)) {
            let (number, next) = self.year_at(at + 1).unwrap_or((self.today.year(), at + 1));
            let from = Date::new(number, quarter * 3 - 2, 1).ok()?;
            return Some((Days { from, to: from.checked_add(3.months()).ok()? }, next));
        }
        let decade = text.strip_suffix("er").or_else(|| text.strip_suffix('s')).map(|t| t.trim_end_matches('\''))?;
        let number: i16 = decade.parse().ok().filter(|n| n % 10 == 0)?;
        let number = match (decade.len(), number) {
            (4, 1900..=2090) => number,
            (2, 30..=90) => 1900 + number,
            (2, 0..=20) => 2000 + number,
            _ => return None,
        };
        Some((Days { from: date(number, 1, 1), to: date(number + 10, 1, 1) }, at + 1))
    }

    /// 14 May 2019, May 14th, 3. Mai, May 2019, in May.
    fn day_and_month(&self, at: usize) -> Option<(Days, usize)> {
        let day_number = |at: usize| -> Option<i8> {
            let text = self.text(at);
            let digits =
                text.trim_end_matches("st").trim_end_matches("nd").trim_end_matches("rd").trim_end_matches("th").trim_end_matches('.');
            digits.parse().ok().filter(|d| (1..=31).contains(d))
        };
        let (number, day_of, next) = match (self.word(at), self.word(self.skip(at + 1))) {
            (Some(Word::Month(number)), _) => match day_number(at + 1) {
                Some(d) => (number, Some(d), at + 2),
                None => (number, None, at + 1),
            },
            (_, Some(Word::Month(number))) if day_number(at).is_some() => (number, day_number(at), self.skip(at + 1) + 1),
            _ => return None,
        };
        // "may" and "march" are verbs too: alone they count only after a word that asks for a date.
        let bare = day_of.is_none() && self.year_at(next).is_none();
        if bare
            && matches!(self.text(at), "may" | "march" | "mar" | "sept")
            && !(at > 0
                && matches!(
                    self.text(at - 1),
                    "in" | "since"
                        | "last"
                        | "next"
                        | "this"
                        | "during"
                        | "until"
                        | "before"
                        | "after"
                        | "of"
                        | "between"
                        | "from"
                        | "to"
                        | "and"
                        | "early"
                        | "mid"
                        | "late"
                        | "im"
                ))
        {
            return None;
        }
        let (in_year, next) = match self.year_at(next) {
            Some(found) => found,
            None => (
                self.latest(|y| match day_of {
                    Some(d) => day(Date::new(y, number, d).ok()?),
                    None => month(y, number),
                })?,
                next,
            ),
        };
        let days = match day_of {
            Some(d) => day(Date::new(in_year, number, d).ok()?)?,
            None => month(in_year, number)?,
        };
        Some((days, next))
    }

    /// The latest year in which the span has begun.
    fn latest(&self, span: impl Fn(i16) -> Option<Days>) -> Option<i16> {
        (0..5).map(|back| self.today.year() - back).find(|y| span(*y).is_some_and(|days| days.from <= self.today))
    }

    /// today, yesterday, last week, the last three months, two years ago, this year, on Tuesday.
    fn relative(&self, at: usize) -> Option<(Days, usize)> {
        match self.word(at)? {
            // "Am Morgen" is a time of day.
            Word::DaysAgo(-1) if at > 0 && self.text(at) == "morgen" && matches!(self.text(at - 1), "am" | "jeden" | "guten" | "gegen") => {
                None
            }
            Word::DaysAgo(back) => Some((day(self.today.checked_sub(back.days()).ok()?)?, at + 1)),
            Word::Weekday(weekday) => Some((day(self.back_to(weekday)?)?, at + 1)),
            Word::Ago => {
                // German: "vor drei Tagen". "vor Ostern" is an edge, and read there.
                let count = self.number(at + 1)?;
                let Word::Unit(unit) = self.word(at + 2)? else { return None };
                Some((self.ago(count, unit)?, at + 3))
            }
            // "My last week in Lisbon" is the last of those that were mine.
            Word::Rel(Rel::Last) if matches!(self.word(at + 1), Some(Word::Unit(_))) && at > 0 && is_own(self.text(at - 1)) => None,
            // "The last day at school" is no yesterday.
            Word::Rel(Rel::Last)
                if matches!(self.text(at + 1), "day" | "tag")
                    && matches!(self.text(at + 2), "at" | "of" | "in" | "there" | "physically" | "bei" | "im") =>
            {
                None
            }
            // "The last day I was in Lisbon" is none of last week's.
            Word::Rel(Rel::Last)
                if matches!(self.word(at + 1), Some(Word::Unit(_)))
                    && matches!(self.text(at + 2), "i" | "we" | "that" | "when" | "on" | "with" | "an" | "ich" | "wir") =>
            {
                None
            }
            Word::Rel(rel) => {
                let next = self.skip(at + 1);
                if let Some(count) = self.number(next) {
                    let Word::Unit(unit) = self.word(next + 1)? else { return None };
                    let days = match rel {
                        Rel::Next => Days { from: self.today, to: self.today.checked_add(span(count, unit)).ok()?.tomorrow().ok()? },
                        Rel::Last | Rel::This | Rel::BeforeLast => {
                            Days { from: self.today.checked_sub(span(count, unit)).ok()?, to: self.today.tomorrow().ok()? }
                        }
                    };
                    return Some((days, next + 2));
                }
                let days = match self.word(next)? {
                    Word::Unit(unit) => self.whole(rel, unit)?,
                    Word::Weekday(weekday) if rel == Rel::Next => day(self.today.nth_weekday(1, weekday).ok()?)?,
                    Word::Month(number) if rel == Rel::Next => {
                        let this = month(self.today.year(), number)?;
                        if this.from > self.today { this } else { month(self.today.year() + 1, number)? }
                    }
                    Word::Season(name) if rel == Rel::Next => {
                        let this = season(name, self.today.year())?;
                        if this.from > self.today { this } else { season(name, self.today.year() + 1)? }
                    }
                    Word::Holiday(name) if rel == Rel::Next => {
                        let this = holiday(name, self.today.year())?;
                        if this.from > self.today { this } else { holiday(name, self.today.year() + 1)? }
                    }
                    _ if rel == Rel::BeforeLast => return None,
                    Word::Season(name) => season(
                        name,
                        self.latest(|y| season(name, y))? - i16::from(rel == Rel::Last && self.is_now(season(name, self.today.year())?)),
                    )?,
                    Word::Holiday(name) => holiday(name, self.latest(|y| holiday(name, y))?)?,
                    Word::Weekday(weekday) => day(self.back_to(weekday)?)?,
                    Word::Month(number) => {
                        let in_year = self.latest(|y| month(y, number))?;
                        month(if rel == Rel::Last && self.is_now(month(in_year, number)?) { in_year - 1 } else { in_year }, number)?
                    }
                    _ => return None,
                };
                Some((days, next + 1))
            }
            _ => {
                // "two weeks ago"
                let count = self.number(at)?;
                let Word::Unit(unit) = self.word(at + 1)? else { return None };
                (self.text(at + 2) == "ago").then_some((self.ago(count, unit)?, at + 3))
            }
        }
    }

    fn is_now(&self, days: Days) -> bool {
        days.from <= self.today && self.today < days.to
    }

    fn ago(&self, count: i64, unit: Unit) -> Option<Days> {
        let then = self.today.checked_sub(span(count, unit)).ok()?;
        match unit {
            Unit::Day => day(then),
            Unit::Week | Unit::Weekend => week_of(then),
            Unit::Month => month(then.year(), then.month()),
            Unit::Year => year(then.year()),
        }
    }

    fn whole(&self, rel: Rel, unit: Unit) -> Option<Days> {
        let back = match rel {
            Rel::Last => 1,
            Rel::This => 0,
            Rel::Next => -1,
            Rel::BeforeLast => 2,
        };
        match unit {
            Unit::Day => day(self.today.checked_sub(back.days()).ok()?),
            Unit::Week => week_of(self.today.checked_sub((7 * back).days()).ok()?),
            Unit::Weekend => {
                let monday = week_of(self.today)?.from;
                let saturday = monday.checked_add(5.days()).ok()?;
                let from = match rel {
                    Rel::Next => saturday.checked_add(7.days()).ok()?,
                    Rel::BeforeLast => saturday.checked_sub(14.days()).ok()?,
                    Rel::Last => saturday.checked_sub(7.days()).ok()?,
                    Rel::This => saturday,
                };
                Some(Days { from, to: from.checked_add(2.days()).ok()? })
            }
            Unit::Month => {
                let then = self.today.first_of_month().checked_sub(back.months()).ok()?;
                month(then.year(), then.month())
            }
            Unit::Year => year(self.today.year() - back as i16),
        }
    }

    fn back_to(&self, weekday: Weekday) -> Option<Date> {
        self.today.nth_weekday(-1, weekday).ok()
    }

    /// Summer 2019, Christmas, Ostern 2018.
    fn named(&self, at: usize) -> Option<(Days, usize)> {
        if self.text(at) == "new" && matches!(self.text(at + 1), "year" | "year's" | "years") {
            let eve = self.text(at + 2) == "eve";
            let name = if eve { Holiday::NewYearsEve } else { Holiday::NewYear };
            let next = at + 2 + usize::from(eve || self.text(at + 2) == "day");
            let (in_year, next) = self.year_at(next).unwrap_or((self.latest(|y| holiday(name, y))?, next));
            return Some((holiday(name, in_year)?, next));
        }
        let of_words = HOLIDAYS.iter().find(|(words, _)| words.iter().enumerate().all(|(i, word)| self.text(at + i) == *word));
        let (span_of, next): (Box<dyn Fn(i16) -> Option<Days>>, usize) = match (of_words, self.word(at)) {
            (Some((words, name)), _) => (Box::new(move |y| holiday(*name, y)), at + words.len()),
            // "Winter 2019/20" begins in the first of these years.
            (_, Some(Word::Season(Season::Winter))) if self.two_years(at + 1).is_some() => {
                return Some((season(Season::Winter, self.two_years(at + 1)?)?, at + 2));
            }
            (_, Some(Word::Season(name))) => (Box::new(move |y| season(name, y)), at + 1),
            (_, Some(Word::Holiday(name))) => (Box::new(move |y| holiday(name, y)), at + 1),
            _ => return None,
        };
        if (self.text(next), self.text(next + 1)) == ("before", "last") {
            let now = self.latest(&span_of)?;
            return Some((span_of(now - 1 - i16::from(self.is_now(span_of(now)?)))?, next + 2));
        }
        let (in_year, next) = match self.year_at(next) {
            Some(found) => found,
            None => (self.latest(&span_of)?, next),
        };
        Some((span_of(in_year)?, next))
    }

    /// The later of the years "2019/20" and "2019/2020".
    fn two_years(&self, at: usize) -> Option<i16> {
        let (first, second) = self.text(at).split_once('/')?;
        let (first, second): (i16, i16) = (first.parse().ok()?, second.parse().ok()?);
        ((1900..=2100).contains(&first) && (second == first + 1 || second == (first + 1) % 100)).then_some(first + 1)
    }

    /// The first week of January, the second weekend of May 2019, the last Friday in March, der erste Montag im Juni.
    fn one_of_several(&self, at: usize) -> Option<(Days, usize)> {
        let last = matches!(self.word(at), Some(Word::Rel(Rel::Last)));
        let number = if last { 1 } else { ordinal(self.text(at))? };
        let what = self.word(at + 1)?;
        if !matches!(what, Word::Unit(Unit::Day | Unit::Week | Unit::Weekend) | Word::Weekday(_)) {
            return None;
        }
        // "Last week in May I" may be last week; "the last week of May" is not.
        let of = self.text(at + 2);
        if last && !matches!(of, "of" | "von" | "des" | "vom") && !(matches!(what, Word::Weekday(_)) && matches!(of, "in" | "im")) {
            return None;
        }
        let inner = self.skip(at + 2);
        let inner = if matches!(self.text(inner), "von" | "vom") { inner + 1 } else { inner };
        let (whole, next) = self.day_and_month(inner).or_else(|| {
            let (number, next) = self.year_at(inner)?;
            Some((year(number)?, next))
        })?;
        let weekday = match what {
            Word::Weekday(weekday) => Some(weekday),
            Word::Unit(Unit::Weekend) => Some(Weekday::Saturday),
            _ => None,
        };
        let n_days = if matches!(what, Word::Unit(Unit::Week)) { 7 } else { 1 };
        let from = match (weekday, last) {
            (Some(weekday), true) => whole.to.nth_weekday(-1, weekday).ok()?,
            (Some(weekday), false) => whole.from.yesterday().ok()?.nth_weekday(number as i32, weekday).ok()?,
            (None, true) => whole.to.checked_sub(i64::from(n_days).days()).ok()?,
            (None, false) => whole.from.checked_add((i64::from(n_days) * (number - 1)).days()).ok()?,
        };
        let n_days = if matches!(what, Word::Unit(Unit::Weekend)) { 2 } else { n_days };
        let to = from.checked_add(i64::from(n_days).days()).ok()?;
        // "The fifth Friday of May" may be none.
        (from < whole.to).then_some((Days { from, to }, next))
    }

    /// early 2020, Mitte 2019, late May 2018, the first half of 2020.
    fn part_of_year(&self, at: usize) -> Option<(Days, usize)> {
        // "The first half of 2020", "im zweiten Quartal 2019".
        if let (Some(Word::Number(number)), Some(Word::Part(parts))) = (self.word(at), self.word(at + 1)) {
            let (of_year, next) = self.year_at(at + 2)?;
            let months = 12 / parts;
            let from = Date::new(of_year, 1, 1).ok()?.checked_add(((number - 1) * months).months()).ok()?;
            return (1..=parts).contains(&number).then_some((Days { from, to: from.checked_add(months.months()).ok()? }, next));
        }
        let Word::Third(third) = self.word(at)? else { return None };
        let inner = self.skip(at + 1);
        let (days, next) = match self.day_and_month(inner) {
            Some(found) => found,
            None => {
                let (number, next) = self.year_at(inner)?;
                (year(number)?, next)
            }
        };
        let length = days.from.until(days.to).ok()?.get_days().max(1);
        let cut = |share: i32| days.from.checked_add(i64::from(length * share / 3).days()).ok();
        Some((Days { from: cut(third)?, to: if third == 2 { days.to } else { cut(third + 1)? } }, next))
    }
}

fn span(count: i64, unit: Unit) -> jiff::Span {
    match unit {
        Unit::Day => count.days(),
        Unit::Week | Unit::Weekend => count.weeks(),
        Unit::Month => count.months(),
        Unit::Year => count.years(),
    }
}

#[cfg(test)]
mod tests;
