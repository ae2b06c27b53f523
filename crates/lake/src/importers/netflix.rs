//! Netflix: `ViewingActivity.csv` of the data that it gives on request, a row each time something was played; what else stands
//! there of what was looked for, rated and put into the list ([`further`]); and the list that the account page downloads
//! ([`short_list`]).
//!
//! Rows of trailers and of what played by itself are hidden. Identity: profile, time and title. `data`: `profile`, `duration_s`,
//! `device`, `country`, `trailer` (what sort of extra it was).
//!
//! Absent on purpose: a relation between the two, which know the same evening by an hour and by a day.

mod further;
mod short_list;

use std::io::{self, Cursor, Read};

use domain::{FindingCode, Kind, NewItem};

use crate::importer::{Claim, Importer, Input, Parse, Probe, Sink};
use crate::table::{Columns, Row, Table};
use crate::text::time;

pub(crate) static IMPORTER: Importer = Importer { id: "netflix", label: "Netflix", recognizes, parse: Parse::File(parse) };

/// Bytes that a header fits into.
const HEADER: u64 = 4 << 10;
/// Columns of the table that is given on request.
const ACTIVITY: &[&str] = &["Profile Name", "Start Time", "Duration", "Title"];

fn recognizes(probe: &Probe<'_>) -> Claim {
    if probe.extension() != "csv" {
        return Claim::No;
    }
    let columns = Columns::of(probe.head);
    if columns.has(ACTIVITY) || further::Sort::of(&columns).is_some() {
        return Claim::Yes(3);
    }
    // Two columns of such names are not Netflix's alone.
    let is_named = probe.path.to_lowercase().contains("netflix");
    if short_list::is_it(probe.head) { Claim::Yes(if is_named { 3 } else { 1 }) } else { Claim::No }
}

fn parse(input: &mut Input<'_>, sink: &mut dyn Sink) -> io::Result<()> {
    let mut beginning = Vec::new();
    (&mut *input.reader).take(HEADER).read_to_end(&mut beginning)?;
    let columns = Columns::of(&beginning);
    let is_activity = columns.has(ACTIVITY);
    let mut whole = Cursor::new(beginning).chain(&mut *input.reader);
    if let Some(sort) = further::Sort::of(&columns).filter(|_| !is_activity) {
        return further::parse(sort, &mut whole, sink);
    }
    if !is_activity {
        return short_list::parse(IMPORTER.id, &mut Input { path: input.path, size: input.size, reader: &mut whole, origin: input.origin }, sink);
    }
    let Some(mut table) = Table::open(&mut whole)? else { return Ok(()) };
    while let Some(row) = table.read_row(sink)? {
        match watched(&row) {
            Some(item) => sink.item(item),
            None => sink.set_aside(
                FindingCode::BadRecord,
                &row.at(),
                &format!("Expected a title and a start in UTC, and found {:?} and {:?}.", row.cell(&["Title"]), row.cell(&["Start Time"])),
            ),
        }
    }
    Ok(())
}

fn watched(row: &Row<'_>) -> Option<NewItem> {
    let (profile, title) = (row.cell(&["Profile Name"]), row.cell(&["Title"]));
    let at = time::iso_utc(row.cell(&["Start Time"])).filter(|_| !title.is_empty())?;
    let mut item = NewItem::new(Kind::Watch, IMPORTER.id, [profile, &at.ms.to_string(), title].join("\u{1f}"), row.raw());
    title.clone_into(&mut item.title);
    let duration = seconds(row.cell(&["Duration"]));
    item.until = duration.map(|seconds| at.ms + seconds * 1000);
    item.at = Some(at);
    let (extra, attributes) = (row.cell(&["Supplemental Video Type"]), row.cell(&["Attributes"]));
    item.hidden = !extra.is_empty() || attributes.starts_with("Autoplayed: user action: None");
    item.set("profile", profile);
    item.set("duration_s", duration);
    item.set("device", row.cell(&["Device Type"]));
    item.set("country", row.cell(&["Country"]));
    item.set("trailer", extra);
    Some(item)
}

/// `01:02:03`.
fn seconds(clock: &str) -> Option<i64> {
    let mut parts = clock.split(':').map(|part| part.trim().parse::<i64>().ok().filter(|number| (0..=100_000).contains(number)));
    let (hours, minutes, seconds) = (parts.next()??, parts.next()??, parts.next()??);
    Some(hours * 3_600 + minutes * 60 + seconds)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::importer::collected::read;

    #[test]
    fn what_was_played_is_read_and_trailers_are_hidden() {
        let table = "Profile Name,Start Time,Duration,Attributes,Title,Supplemental Video Type,Device Type,Bookmark,Latest Bookmark,Country\n\
            Nora,2022-03-04 19:00:00,01:00:01,,Lighthouses: Season 1: The lamp,,TV,01:00:01,01:00:01,CH (Switzerland)\n\
            Nora,2022-03-04 18:59:00,00:00:10,Autoplayed: user action: None; ,Lighthouses (Trailer),TRAILER,TV,,,CH (Switzerland)\n\
            Nora,yesterday,,,Lost,,,,,\n";
        let collected = read(&IMPORTER, "CONTENT_INTERACTION/ViewingActivity.csv", table.as_bytes());
        assert_eq!(collected.items.iter().map(|item| item.hidden).collect::<Vec<_>>(), [false, true]);
        let first = &collected.items[0];
        assert_eq!((first.title.as_str(), first.until), ("Lighthouses: Season 1: The lamp", Some(1_646_424_001_000)));
        assert_eq!((collected.n_set_aside, first.data["duration_s"].as_i64()), (1, Some(3_601)));
        let claim = |head: &str| recognizes(&Probe { path: "x.csv", head: head.as_bytes(), tail: b"", size: 9 });
        assert_eq!((claim(table), claim("Title,Date\nLost,1/2/24\n"), claim("Title,Date,Note\n")), (Claim::Yes(3), Claim::Yes(1), Claim::No));
    }
}
