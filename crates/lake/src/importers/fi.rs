//! Google Fi: `GoogleFi.UserInfo.Records.txt`, a table with tabs of calls, texts and data used.
//!
//! Columns are found by name, and values by their shape where names differ: usage types begin with `USAGE_TYPE_`, directions
//! with `DIRECTION_`. Data used says nothing of a day and is kept hidden.
//!
//! Identity: the whole row. `data`: `usage`, `direction` ("sent", "received"), `duration_s`, `record` (column and cell).

use std::io;

use domain::{Kind, NewItem, NewLink, Role};
use serde_json::{Map, Value};

use crate::conversation::phone;
use crate::importer::{Claim, Importer, Input, Parse, Probe, Sink};
use crate::table::{Row, Table};
use crate::text::{numbers, time};

pub(crate) static IMPORTER: Importer = Importer { id: "google.fi", label: "Google Fi", recognizes, parse: Parse::File(parse) };

fn recognizes(probe: &Probe<'_>) -> Claim {
    let named = probe.folders().any(|folder| folder == "Google Fi") && probe.name().to_lowercase().contains("records");
    match (memchr::memmem::find(probe.head, b"USAGE_TYPE_").is_some(), named) {
        (true, true) => Claim::Yes(3),
        (true, false) if probe.head.contains(&b'\t') => Claim::Yes(2),
        (false, true) => Claim::Yes(1),
        _ => Claim::No,
    }
}

fn parse(input: &mut Input<'_>, sink: &mut dyn Sink) -> io::Result<()> {
    let Some(mut table) = Table::open(input.reader)? else { return Ok(()) };
    while let Some(row) = table.read_row(sink)? {
        sink.item(usage(&row));
    }
    Ok(())
}

fn usage(row: &Row<'_>) -> NewItem {
    let cells = row.cells();
    let after = |prefix: &str| cells.iter().find_map(|cell| cell.strip_prefix(prefix)).unwrap_or_default().to_lowercase();
    let (usage, direction) = (after("USAGE_TYPE_"), after("DIRECTION_"));
    let is_sent = ["outgoing", "outbound", "mobile_originated", "sent"].iter().any(|word| direction.contains(word));
    let kind = if ["voice", "call"].iter().any(|word| usage.contains(word)) {
        Kind::Call
    } else if ["sms", "mms", "text", "messag"].iter().any(|word| usage.contains(word)) {
        Kind::Message
    } else {
        Kind::Activity
    };
    let mut item = NewItem::new(kind, IMPORTER.id, cells.join("\u{1f}"), row.raw());
    let mut times = cells.iter().filter_map(|cell| time::iso(cell));
    item.at = times.next();
    item.until = times.next().map(|end| end.ms).filter(|end| item.at.as_ref().is_some_and(|at| *end > at.ms));
    let mut other = phone(row.cell(&["Remote number", "Other number", "Other party", "Remote phone number"]), "");
    if other.is_none() {
        // The first column is the owner's own number; the next one that is a number with its country is the other's.
        other = cells.iter().skip(1).filter(|cell| cell.starts_with('+')).find_map(|cell| phone(cell, ""));
    }
    let who = other.as_ref().map_or("an unknown number", |other| other.address.trim_start_matches("tel:")).to_owned();
    item.title = match (kind, is_sent) {
        (Kind::Call, true) => format!("Call to {who}"),
        (Kind::Call, false) => format!("Call from {who}"),
        (Kind::Message, true) => format!("Text to {who}"),
        (Kind::Message, false) => format!("Text from {who}"),
        _ => format!("Google Fi: {}", if usage.is_empty() { "usage" } else { &usage }),
    };
    item.hidden = kind == Kind::Activity;
    let role = if is_sent { Role::Recipient } else { Role::Sender };
    item.links.extend(other.map(|entity| NewLink { role, entity }));
    item.set("usage", usage);
    if !direction.is_empty() {
        item.set("direction", if is_sent { "sent" } else { "received" });
    }
    item.set("duration_s", numbers::integer_text(row.cell(&["Duration", "Duration seconds", "Duration (seconds)"])));
    item.set("record", row.filled().map(|(column, cell)| (column, Value::from(cell))).collect::<Map<_, _>>());
    item
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::importer::collected::read;

    #[test]
    fn calls_texts_and_data_are_told_apart() {
        let table = "Number\tUsage type\tStart\tEnd\tDirection\tDuration\tRemote number\n\
            +14155550100\tUSAGE_TYPE_VOICE\t2024-01-02 07:00:00 UTC\t2024-01-02 07:01:01 UTC\tDIRECTION_OUTGOING\t61\t+41440000000\n\
            +14155550100\tUSAGE_TYPE_SMS\t2024-01-02 08:00:00 UTC\t2024-01-02 08:00:00 UTC\tDIRECTION_INCOMING\t\t\n\
            +14155550100\tUSAGE_TYPE_DATA\t2024-01-02 09:00:00 UTC\n";
        let collected = read(&IMPORTER, "Google Fi/User Info/GoogleFi.UserInfo.Records.txt", table.as_bytes());
        assert_eq!(
            collected.shown(),
            "call google.fi 2024-01-02T07:00:00Z | Call to +41440000000 <Recipient tel:+41440000000>\n\
             message google.fi 2024-01-02T08:00:00Z | Text from an unknown number\n\
             activity google.fi 2024-01-02T09:00:00Z | Google Fi: data (hidden)\n= 3 items, 0 merged, 0 skipped, 0 set aside"
        );
        assert_eq!((&collected.items[0].data["duration_s"], collected.items[0].until), (&61.into(), Some(1_704_178_861_000)));
    }
}
