//! Products of which the export holds a few small files without a form that is promised: each file is a document with the
//! product as label, each row of a table a row of activity.
//!
//! A product is known by its folder's English name, which most of these keep in every language. Names that people give to
//! folders of their own ("Travel", "Questions") are not among them. Files that a more precise
//! importer knows by content are that importer's.
//!
//! Identity: a document, its bytes; a row, the product and its cells. `data`: `product`, `file` of a document, `row` of a row
//! (column and cell). Products about machines and safety are kept hidden and marked sensitive.

use std::io;

use domain::{EntityKind, EntityRef, FindingCode, Kind, NewItem, NewLink, Role};
use serde_json::{Map, Value};

use crate::conversation::headline;
use crate::whole_file;
use crate::importer::{Claim, Importer, Input, Parse, Probe, Sink};
use crate::table::{Row, Table};
use crate::text::time;

pub(crate) static IMPORTER: Importer =
    Importer { id: "google.small_products", label: "Small products", recognizes, parse: Parse::File(parse) };

/// Longest document, in bytes.
const LIMIT: u64 = 16 << 20;
/// Folders, and whether what lies in them is about machines, safety or signing in.
const PRODUCTS: &[(&str, bool)] = &[
    ("Alerts", false),
    ("Arts & Culture", false),
    ("Classroom", false),
    ("Connected Apps", true),
    ("Crisis User Reports", true),
    ("Google Alerts", false),
    ("Google Arts & Culture", false),
    ("Google Business Profile", false),
    ("Google Developers", false),
    ("Google Finance", false),
    ("Google Help Communities", false),
    ("Google One", false),
    ("Google Play Books", false),
    ("Google Play Games Services", false),
    ("Google Shopping", false),
    ("Google Store", false),
    ("Google Translate", false),
    ("Google Travel", false),
    ("Google Trips", false),
    ("Google Workspace Marketplace", false),
    ("Google+ Circles", false),
    ("Google+ Communities", false),
    ("Google+ Stream", false),
    ("googlegroups.com", false),
    ("Personal Safety", true),
    ("Pixel Telemetry", true),
    ("Recorder", false),
    ("Reminders", false),
    ("Search Notifications", false),
    ("Stadia", false),
    ("Street View", false),
    ("Third-party apps", true),
];

/// The product of a path's folders. It is the outermost one, as deeper ones are people's own; a group's lies one deeper,
/// under the name of its host.
fn product<'f>(folders: impl Iterator<Item = &'f str>) -> Option<&'static (&'static str, bool)> {
    let known = |folder: &str| PRODUCTS.iter().find(|(name, _)| *name == folder || name.replace(" & ", " _ ") == folder);
    folders.take(2).enumerate().find_map(|(depth, folder)| known(folder).filter(|(name, _)| depth == 0 || name.contains('.')))
}

fn recognizes(probe: &Probe<'_>) -> Claim {
    let known = matches!(probe.extension().as_str(), "json" | "csv" | "html" | "htm" | "txt");
    if known && product(probe.folders()).is_some() { Claim::Yes(1) } else { Claim::No }
}

fn parse(input: &mut Input<'_>, sink: &mut dyn Sink) -> io::Result<()> {
    let path = input.path.to_owned();
    let Some((name, is_sensitive)) = product(path.split('/')) else {
        sink.set_aside(FindingCode::WrongFormat, "", "A file in the folder of a small product of Google's was expected");
        return Ok(());
    };
    let finish = |mut item: NewItem| {
        item.links.push(NewLink { role: Role::Label, entity: EntityRef::named(EntityKind::Label, name) });
        item.set("product", *name);
        if *is_sensitive {
            item.hidden = true;
            item.set("sensitive", true);
        }
        item
    };
    if path.to_lowercase().ends_with(".csv") {
        let Some(mut table) = Table::open(input.reader)? else { return Ok(()) };
        while let Some(row) = table.read_row(sink)? {
            sink.item(finish(activity(name, &row)));
        }
        return Ok(());
    }
    match whole_file::read(input, IMPORTER.id, LIMIT)? {
        Some(item) => sink.item(finish(item)),
        None => sink.skip(FindingCode::EmptyProduct, "", "There is not a word in it."),
    }
    Ok(())
}

fn activity(product: &str, row: &Row<'_>) -> NewItem {
    let mut item = NewItem::new(Kind::Activity, IMPORTER.id, [product, &row.cells().join("\u{1f}")].join("\u{1f}"), row.raw());
    item.at = row.cells().iter().find_map(|cell| time::iso(cell).or_else(|| time::google_html(cell)));
    let words = row.cells().iter().find(|cell| !cell.is_empty() && time::iso(cell).is_none()).map_or(product, String::as_str);
    item.title = headline(words);
    item.text = row.filled().map(|(column, cell)| format!("{column}: {cell}")).collect::<Vec<_>>().join("\n");
    item.set("row", row.filled().map(|(column, cell)| (column, Value::from(cell))).collect::<Map<_, _>>());
    item
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::importer::collected::read;

    #[test]
    fn files_are_documents_and_rows_are_activity() {
        assert_eq!(
            read(&IMPORTER, "Classroom/Classes/Knots/Knots.json", br#"{"name": "Knots", "room": "Quay"}"#).shown(),
            "document google.small_products no time | Knots | name: Knots / room: Quay <Label label:classroom>\n= 1 items, 0 merged, 0 skipped, 0 set aside"
        );
        assert_eq!(
            read(&IMPORTER, "Google Finance/watched.csv", b"Sign,Market,Name,Created\nde,en,Tau,2020-01-02T03:04:05Z\n").shown(),
            "activity google.small_products 2020-01-02T03:04:05Z | de | Sign: de / Market: en / Name: Tau / Created: 2020-01-02T03:04:05Z <Label label:google finance>\n\
             = 1 items, 0 merged, 0 skipped, 0 set aside"
        );
        assert!(read(&IMPORTER, "Personal Safety/x.json", br#"{"contact": "Bo"}"#).shown().contains("(hidden)"));
        assert_eq!(
            read(&IMPORTER, "Alerts/Alerts.json", br#"{"alerts": [{"query": "rope bridges"}]}"#).shown().lines().next(),
            Some("document google.small_products no time | Alerts | query: rope bridges <Label label:alerts>")
        );
        let claim = |path: &str| recognizes(&Probe { path, head: b"x", tail: b"", size: 1 });
        assert_eq!(
            (claim("Arts _ Culture/a.html"), claim("Groups/googlegroups.com/a.csv"), claim("Drive/Classroom/a.csv")),
            (Claim::Yes(1), Claim::Yes(1), Claim::No)
        );
    }
}
