//! Google Meet: tables of the calls that the owner was in (`Call history.csv`, `conference_history_records.csv`).
//!
//! Columns are found by their names, as they differ by year. A call without a start is kept without a time.
//!
//! Identity: the conference's id with the start, else the whole row. `data`: `meeting_code`, `conference_id`, `duration_s`,
//! `participants`, `product`, `device`, `call` (in the words of the columns).

use std::io;

use domain::{EntityRef, Kind, NewItem, NewLink, Role};

use crate::importer::{Claim, Importer, Input, Parse, Probe, Sink};
use crate::table::{Columns, Row, Table};
use crate::text::{numbers, time};

pub(crate) static IMPORTER: Importer = Importer { id: "google.meet", label: "Google Meet", recognizes, parse: Parse::File(parse) };

const CONFERENCE: &[&str] = &["Conference ID", "Conference", "Conference record"];
const CODE: &[&str] = &["Meeting Code", "Meeting", "Space code"];
const START: &[&str] = &["Start Time", "Start", "Joined at", "Timestamp", "Date"];
const END: &[&str] = &["End Time", "End", "Left at"];
const DURATION: &[&str] = &["Duration (seconds)", "Duration seconds", "Duration"];
const ORGANIZER: &[&str] = &["Organizer Email", "Organizer"];

fn recognizes(probe: &Probe<'_>) -> Claim {
    if probe.extension() != "csv" {
        return Claim::No;
    }
    let in_product = probe.folders().any(|folder| folder == "Google Meet" || folder == "Meet" || folder == "ConferenceHistory");
    let columns = Columns::of(probe.head);
    let any = |names: &[&str]| names.iter().any(|name| columns.has(&[name]));
    Claim::by(any(CONFERENCE) && (any(CODE) || any(START)), in_product)
}

fn parse(input: &mut Input<'_>, sink: &mut dyn Sink) -> io::Result<()> {
    let Some(mut table) = Table::open(input.reader)? else { return Ok(()) };
    while let Some(row) = table.read_row(sink)? {
        sink.item(call(&row));
    }
    Ok(())
}

fn call(row: &Row<'_>) -> NewItem {
    let (conference, start) = (row.cell(CONFERENCE), row.cell(START));
    let whole = row.cells().join("\u{1f}");
    let key = if conference.is_empty() { whole } else { [conference, start].join("\u{1f}") };
    let mut item = NewItem::new(Kind::Call, IMPORTER.id, key, row.raw());
    item.at = time::any(start).or_else(|| time::google_html(start));
    let length = seconds(row.cell(DURATION));
    item.until = match (&item.at, length) {
        (Some(at), Some(length)) => Some(at.ms + length * 1000),
        _ => time::any(row.cell(END)).map(|end| end.ms),
    };
    let code = row.cell(CODE);
    item.title = if code.is_empty() { "Google Meet call".to_owned() } else { format!("Google Meet call {code}") };
    let organizer = row.cell(ORGANIZER);
    if organizer.contains('@') {
        item.links.push(NewLink { role: Role::Organizer, entity: EntityRef::mailbox(organizer, "") });
    }
    item.set("conference_id", conference);
    item.set("meeting_code", code);
    item.set("duration_s", length);
    item.set("participants", numbers::integer_text(row.cell(&["Participant Count", "Participants"])));
    item.set("product", row.cell(&["Product Type", "Product"]));
    item.set("device", row.cell(&["Device Type", "Device"]));
    item.set("call", row.cell(&["Call Type", "Type"]));
    item
}

/// Seconds, or `1:02:03`.
fn seconds(text: &str) -> Option<i64> {
    if !text.contains(':') {
        return numbers::integer_text(text);
    }
    text.split(':').try_fold(0, |sum, part| Some(sum * 60 + part.trim().parse::<i64>().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::importer::collected::read;

    #[test]
    fn calls_are_read_by_the_names_of_their_columns() {
        let table = "Conference ID,Meeting Code,Start Time,Duration (seconds),Participant Count,Organizer Email,Product Type,Device Type,Call Type\n\
            c1,abc-defg-hij,2026-01-02 07:00:00 UTC,61,3,Ann@example.org,MEET,WEB,GROUP\nc2,,,,,,,,\n";
        let collected = read(&IMPORTER, "Google Meet/Call history/Call history.csv", table.as_bytes());
        assert_eq!(
            collected.shown(),
            "call google.meet 2026-01-02T07:00:00Z | Google Meet call abc-defg-hij <Organizer mailto:ann@example.org>\n\
             call google.meet no time | Google Meet call\n= 2 items, 0 merged, 0 skipped, 0 set aside"
        );
        assert_eq!((collected.items[0].until, &collected.items[0].data["participants"]), (Some(1_767_337_261_000), &3.into()));
        let older = read(&IMPORTER, "x.csv", b"start;conference id;duration\n2026-01-02 07:00:00 UTC;c1;0:01:01\n");
        assert_eq!((older.items[0].uid, older.items[0].until), (collected.items[0].uid, collected.items[0].until));
        let claim = |head: &str| recognizes(&Probe { path: "x.csv", head: head.as_bytes(), tail: b"", size: 9 });
        assert_eq!((claim(table), claim("Title,Start\n")), (Claim::Yes(2), Claim::No));
    }
}
