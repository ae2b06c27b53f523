//! `NetflixViewingHistory.csv`, which the account page downloads: a title and a day, in the order of the account's language.
//!
//! Which of the first two numbers is the day is nowhere said: it is found over the whole list, where some number is larger than
//! twelve, and else supposed and said. Identity: title and day; equal rows are counted.

use std::collections::HashMap;
use std::io;

use domain::{Certainty, Finding, FindingCode, Kind, Moment, NewItem, Severity};
use jiff::civil::Date;

use crate::importer::{Input, Sink};
use crate::table::{Columns, Table};

/// Largest list, bytes.
const LIMIT: u64 = 32 << 20;
const TITLE: &[&str] = &["Title", "Titel", "Titre", "Título", "Titolo", "タイトル", "标题", "제목", "Tytuł", "Название"];
const DATE: &[&str] = &["Date", "Datum", "Fecha", "Data", "視聴日", "日付", "日期", "날짜", "Дата"];

/// Whether a table is the list, by its two columns and the day below.
pub(super) fn is_it(head: &[u8]) -> bool {
    let columns = Columns::of(head);
    let mut head = head;
    let mut has_day = || {
        let mut table = Table::open(&mut head).ok()??;
        let row = table.next().ok()??;
        numbers(row.cell(DATE))
    };
    columns.names().len() == 2 && columns.has_one_of(TITLE) && columns.has_one_of(DATE) && has_day().is_some()
}

/// What the first of the numbers of a day is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum First {
    Day,
    Month,
}

pub(super) fn parse(source: &str, input: &mut Input<'_>, sink: &mut dyn Sink) -> io::Result<()> {
    // Twice: once for the order of day and month, once for the rows.
    let bytes = input.read_all(LIMIT)?;
    let first = order(&bytes)?;
    if first.is_none() {
        sink.finding(Finding {
            code: FindingCode::UncertainTime,
            severity: Severity::Warning,
            at: String::new(),
            message: format!(
                "No date in the list tells whether the day or the month comes first; the {} was supposed.",
                if supposed(&bytes) == First::Month { "month" } else { "day" }
            ),
            count: 1,
        });
    }
    let first = first.unwrap_or_else(|| supposed(&bytes));
    let mut seen = HashMap::<String, u32>::new();
    let mut reader = bytes.as_slice();
    let Some(mut table) = Table::open(&mut reader)? else { return Ok(()) };
    while let Some(row) = table.read_row(sink)? {
        let (title, written) = (row.cell(TITLE), row.cell(DATE));
        let Some(day) = numbers(written).and_then(|numbers| day(numbers, first)).filter(|_| !title.is_empty()) else {
            sink.set_aside(FindingCode::BadRecord, &row.at(), &format!("Expected a title and a day, and found {title:?} and {written:?}."));
            continue;
        };
        let known = format!("{title}\u{1f}{day}");
        let n_before = seen.entry(known.clone()).or_default();
        let key = if *n_before == 0 { known } else { format!("{known}\u{1f}{n_before}") };
        *n_before += 1;
        let mut item = NewItem::new(Kind::Watch, source, key, row.raw());
        title.clone_into(&mut item.title);
        let midnight = day.to_zoned(jiff::tz::TimeZone::UTC).ok().map(|midnight| midnight.timestamp().as_millisecond());
        item.at = midnight.map(|ms| Moment { ms, offset_min: None, certainty: Certainty::DateOnly, raw: written.to_owned() });
        sink.item(item);
    }
    Ok(())
}

/// The three numbers of a day as it is written.
fn numbers(written: &str) -> Option<[u16; 3]> {
    let mut parts = written.split(|letter: char| !letter.is_ascii_digit()).filter(|part| !part.is_empty()).map(|part| part.parse().ok());
    let numbers = [parts.next()??, parts.next()??, parts.next()??];
    parts.next().is_none().then_some(numbers)
}

/// The order that every day of the list fits; `None` when it has to be supposed.
fn order(bytes: &[u8]) -> io::Result<Option<First>> {
    let mut reader = bytes;
    let Some(mut table) = Table::open(&mut reader)? else { return Ok(None) };
    let (mut is_met, mut is_needed) = (false, false);
    while let Some(row) = table.next()? {
        match numbers(row.cell(DATE)) {
            // The year first leaves no doubt.
            Some([first, ..]) if first > 31 => is_met = true,
            Some([first, ..]) if first > 12 => return Ok(Some(First::Day)),
            Some([_, second, _]) if second > 12 => return Ok(Some(First::Month)),
            Some(_) => is_needed = true,
            None => {}
        }
    }
    Ok((is_met || !is_needed).then_some(First::Day))
}

/// Slashes under an English header are those of the United States more often than not.
fn supposed(bytes: &[u8]) -> First {
    let line = bytes.split(|byte| *byte == b'\n').nth(1).unwrap_or_default();
    if line.contains(&b'/') && Columns::of(bytes.get(..bytes.len().min(4 << 10)).unwrap_or_default()).has(&["Title"]) { First::Month } else { First::Day }
}

fn day([a, b, c]: [u16; 3], first: First) -> Option<Date> {
    let (year, month, day) = match first {
        _ if a > 31 => (a, b, c),
        First::Day => (c, b, a),
        First::Month => (c, a, b),
    };
    let year = if year < 100 { year + 2000 } else { year };
    Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::importer::collected::read;
    use crate::importers::netflix::IMPORTER;

    fn days(table: &str) -> (Vec<String>, usize) {
        let read = read(&IMPORTER, "NetflixViewingHistory.csv", table.as_bytes());
        let day = |item: &NewItem| jiff::Timestamp::from_millisecond(item.at.as_ref().unwrap().ms).unwrap().strftime("%F").to_string();
        (read.items.iter().map(day).collect(), read.findings.iter().filter(|finding| finding.code == FindingCode::UncertainTime).count())
    }

    #[test]
    fn the_order_of_day_and_month_is_found_over_the_list() {
        let list = |days: [&str; 2]| days.iter().fold("Title,Date\n".to_owned(), |list, day| format!("{list}\"Salt: Part 1\",\"{day}\"\n"));
        let of = |days: [&str; 2], n: usize| (days.map(str::to_owned).to_vec(), n);
        assert_eq!(days(&list(["1/2/24", "1/14/24"])), of(["2024-01-02", "2024-01-14"], 0));
        assert_eq!(days(&list(["1/2/24", "14/1/24"])), of(["2024-02-01", "2024-01-14"], 0));
        assert_eq!(days(&list(["2024-02-01", "2024-01-03"])), of(["2024-02-01", "2024-01-03"], 0));
        assert_eq!(days(&list(["1/2/24", "1/3/24"])), of(["2024-01-02", "2024-01-03"], 1));
        assert_eq!(days("Titel,Datum\nSalz,01.02.24\nSalz,01.03.24\n"), of(["2024-02-01", "2024-03-01"], 1));
    }

    #[test]
    fn a_title_seen_twice_on_a_day_is_two_and_a_bad_row_costs_itself_alone() {
        let read = read(&IMPORTER, "x.csv", b"Title,Date\nSalt,14/1/24\nSalt,14/1/24\nLost,\n,15/1/24\nWell,40/40/24\n");
        assert_eq!((read.items.len(), read.n_set_aside), (2, 3));
        assert_ne!(read.items[0].uid, read.items[1].uid);
        assert!(is_it(b"Title,Date\nSalt,1/2/24\n") && !is_it(b"Title,Date\nSalt,soon\n") && !is_it(b"Title,Date,Note\nSalt,1/2/24,x\n"));
    }
}
