//! `Tombstones.csv` of Location History: what its owner deleted there.
//!
//! A deletion is kept as a hidden [`Kind::Activity`] over the span that it names, so that it can be looked up; nothing that
//! an older export holds is removed for it, for that is the owner's to say. No public sample shows the columns, so they are
//! found by what stands in them: the first cell that is a time begins the span, the next one ends it.
//!
//! `data`: the filled cells, by the columns' names.

use std::io;

use domain::{FindingCode, Kind, NewItem};

use crate::importer::{Claim, Importer, Input, Parse, Probe, Sink};
use crate::table::Table;
use crate::text::time;

pub(crate) static IMPORTER: Importer =
    Importer { id: "google.location_tombstones", label: "Location History (deletions)", recognizes, parse: Parse::File(parse) };

fn recognizes(probe: &Probe<'_>) -> Claim {
    if super::location::in_product(probe) && probe.name().eq_ignore_ascii_case("tombstones.csv") { Claim::Yes(1) } else { Claim::No }
}

fn parse(input: &mut Input<'_>, sink: &mut dyn Sink) -> io::Result<()> {
    let Some(mut table) = Table::open(input.reader)? else { return Ok(()) };
    while let Some(row) = table.read_row(sink)? {
        let mut times = row.filled().filter_map(|(_, cell)| time::any(cell));
        let (from, to) = (times.next(), times.next());
        if from.is_none() {
            sink.finding(domain::Finding {
                code: FindingCode::UncertainTime,
                severity: domain::Severity::Note,
                at: row.at(),
                message: "The deletion names no time that could be read; its cells are kept as they stand.".to_owned(),
                count: 1,
            });
        }
        let raw = row.raw();
        let mut item = NewItem::new(Kind::Activity, IMPORTER.id, &raw.bytes, raw.clone());
        item.title = "Deleted from Location History".to_owned();
        item.until = to.map(|to| to.ms).filter(|to| from.as_ref().is_some_and(|from| from.ms <= *to));
        item.at = from;
        item.hidden = true;
        for (column, cell) in row.filled() {
            item.set(&column, cell);
        }
        sink.item(item);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::importer::collected::read;

    #[test]
    fn a_deletion_is_kept_with_its_span_whatever_the_columns_are() {
        let file = b"Deletion type,From,To,Place\nTIME_RANGE,2023-05-01T00:00:00Z,2023-05-02T00:00:00Z,\nPLACE,,,ChIJx\n";
        let read = read(&IMPORTER, "Timeline/Tombstones.csv", file);
        assert_eq!(
            read.shown(),
            "activity google.location_tombstones 2023-05-01T00:00:00Z | Deleted from Location History (hidden)\n\
             activity google.location_tombstones no time | Deleted from Location History (hidden)\n\
             ! UncertainTime [row 3] The deletion names no time that could be read; its cells are kept as they stand.\n\
             = 2 items, 0 merged, 0 skipped, 0 set aside"
        );
        assert_eq!((read.items[0].until, &read.items[1].data["Place"]), (Some(1_682_985_600_000), &"ChIJx".into()));
    }
}
