//! The phrasebook of Google Translate: a table of what was looked up and saved, as two languages and two texts, with a header or
//! without one, and with further columns (when it was saved) in any place.
//!
//! A phrase is a note. Identity: the languages and both texts. `data`: `from`, `to` (the languages as written), `translation`,
//! `row` (column and cell).

use std::io;

use domain::{EntityKind, EntityRef, FindingCode, Kind, NewItem, NewLink, Raw, RawFormat, Role};
use serde_json::{Map, Value};

use crate::conversation::headline;
use crate::importer::{Claim, Importer, Input, Parse, Probe, Sink};
use crate::table::{Columns, Row, Table};
use crate::text::time;

pub(crate) static IMPORTER: Importer = Importer { id: "google.translate", label: "Google Translate", recognizes, parse: Parse::File(parse) };

/// What the folder is called.
const FOLDERS: &[&str] = &["google translate", "translate", "google übersetzer", "google traduction", "traductor de google"];
/// What the columns of the languages and texts are called.
const FROM: &[&str] = &["From", "Source language", "From language", "Von", "Ausgangssprache"];
const TO: &[&str] = &["To", "Target language", "To language", "Nach", "Zielsprache"];
const TEXT: &[&str] = &["Text", "Source text", "Source", "Original", "Phrase"];
const TRANSLATION: &[&str] = &["Translation", "Translated text", "Target text", "Target", "Übersetzung"];

fn recognizes(probe: &Probe<'_>) -> Claim {
    let in_folder = probe.folders().any(|folder| FOLDERS.contains(&folder.to_lowercase().as_str()));
    let n_columns = Columns::of(probe.head).names().len();
    if probe.extension() == "csv" && in_folder && n_columns >= 3 { Claim::Yes(2) } else { Claim::No }
}

fn parse(input: &mut Input<'_>, sink: &mut dyn Sink) -> io::Result<()> {
    let Some(mut table) = Table::open(input.reader)? else { return Ok(()) };
    let has_header = table.columns().has_one_of(FROM) || table.columns().has_one_of(TEXT) || table.columns().has_one_of(TRANSLATION);
    if !has_header {
        let first = table.columns().names();
        let raw = Raw::text(RawFormat::CsvRow, &Value::from(first.to_vec()).to_string());
        take(phrase(first, raw), "row 1", sink);
    }
    while let Some(row) = table.read_row(sink)? {
        let item = if has_header { named(&row) } else { phrase(row.cells(), row.raw()) };
        take(item, &row.at(), sink);
    }
    Ok(())
}

fn take(item: Option<NewItem>, at: &str, sink: &mut dyn Sink) {
    match item {
        Some(item) => sink.item(item),
        None => sink.set_aside(FindingCode::BadRecord, at, "Expected two languages and the words in at least one of them, and found no words."),
    }
}

/// By the names of the columns.
fn named(row: &Row<'_>) -> Option<NewItem> {
    let cells = [FROM, TO, TEXT, TRANSLATION].map(|names| row.cell(names).to_owned());
    let mut item = phrase(&cells, row.raw())?;
    item.at = row.cells().iter().find_map(|cell| time::iso(cell).or_else(|| time::google_html(cell)));
    item.set("row", row.filled().map(|(column, cell)| (column, Value::from(cell))).collect::<Map<_, _>>());
    Some(item)
}

/// By their order: two languages, two texts.
fn phrase(cells: &[String], raw: Raw) -> Option<NewItem> {
    let cell = |at: usize| cells.get(at).map(|cell| cell.trim()).unwrap_or_default();
    let [from, to, text, translation] = [0, 1, 2, 3].map(cell);
    let words = if text.is_empty() { translation } else { text };
    if words.is_empty() {
        return None;
    }
    let mut item = NewItem::new(Kind::Note, IMPORTER.id, [from, to, text, translation].join("\u{1f}"), raw);
    item.title = headline(words);
    item.text = [text, translation].into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join("\n");
    item.at = cells.iter().skip(4).find_map(|cell| time::iso(cell).or_else(|| time::google_html(cell)));
    item.links.push(NewLink { role: Role::Label, entity: EntityRef::named(EntityKind::Label, IMPORTER.label) });
    item.set("from", from);
    item.set("to", to);
    item.set("translation", translation);
    Some(item)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::importer::collected::read;

    #[test]
    fn phrases_are_read_with_a_header_and_without_one() {
        let path = "Google Translate/phrasebook.csv";
        let with = "From,To,Text,Translation,Created\nGerman,English,Tau,\"rope, dew\",2020-01-02T03:04:05Z\nGerman,English,,,\n";
        let without = "German,English,Tau,\"rope, dew\"\nEnglish,German,knot,Knoten\n";
        assert_eq!(recognizes(&Probe { path, head: with.as_bytes(), tail: b"", size: 9 }), Claim::Yes(2));
        assert_eq!(recognizes(&Probe { path: "Saved/x.csv", head: with.as_bytes(), tail: b"", size: 9 }), Claim::No);
        let (with, without) = (read(&IMPORTER, path, with.as_bytes()), read(&IMPORTER, path, without.as_bytes()));
        assert_eq!(
            with.shown(),
            "note google.translate 2020-01-02T03:04:05Z | Tau | Tau / rope, dew <Label label:google translate>\n\
             ! BadRecord [row 3] Expected two languages and the words in at least one of them, and found no words.\n\
             = 1 items, 0 merged, 0 skipped, 1 set aside"
        );
        assert_eq!(without.items.iter().map(|item| item.title.as_str()).collect::<Vec<_>>(), ["Tau", "knot"]);
        assert_eq!((with.items[0].uid, &with.items[0].data["to"]), (without.items[0].uid, &"English".into()));
    }
}
