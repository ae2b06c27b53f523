//! Notes and lists of the Assistant and shopping lists: a table a list (`Assistant Notes and Lists/*.csv`, `Shopping
//! Lists/*.csv`), an entry a row.
//!
//! The columns are not documented: the entry is the column that is called so, else the first with words; ticked is a column of
//! yes and no.
//!
//! Identity: the list's name, which is the file's, and the entry. `data`: `list`, `status` ("needsAction", "completed").

use std::io;

use domain::{EntityKind, EntityRef, FindingCode, Kind, NewItem, NewLink, Role};

use crate::importer::{Claim, Importer, Input, Parse, Probe, Sink};
use crate::table::{Row, Table};
use crate::text::time;

pub(crate) static IMPORTER: Importer =
    Importer { id: "google.assistant_lists", label: "Assistant notes and lists", recognizes, parse: Parse::File(parse) };

const FOLDERS: &[&str] =
    &["Assistant Notes and Lists", "Shopping Lists", "Notizen und Listen in Assistant", "Einkaufslisten", "Google Shopping List"];
const ENTRY: &[&str] = &["item", "item name", "name", "text", "title", "note", "content"];
const TICKED: &[&str] = &["checked", "is checked", "completed", "done", "status"];

fn recognizes(probe: &Probe<'_>) -> Claim {
    let in_product = probe.folders().any(|folder| FOLDERS.contains(&folder));
    if in_product && probe.extension() == "csv" { Claim::Yes(2) } else { Claim::No }
}

fn parse(input: &mut Input<'_>, sink: &mut dyn Sink) -> io::Result<()> {
    let name = input.path.rsplit('/').next().unwrap_or(input.path);
    let list = name.rsplit_once('.').map_or(name, |(stem, _)| stem).to_owned();
    let Some(mut table) = Table::open(input.reader)? else { return Ok(()) };
    while let Some(row) = table.read_row(sink)? {
        match entry(&row, &list) {
            Some(item) => sink.item(item),
            None => sink.set_aside(FindingCode::BadRecord, &row.at(), "An entry of a list has words, and this row has none"),
        }
    }
    Ok(())
}

fn entry(row: &Row<'_>, list: &str) -> Option<NewItem> {
    let is_flag =
        |cell: &str| matches!(cell.to_lowercase().as_str(), "true" | "false" | "yes" | "no" | "checked" | "unchecked" | "completed" | "");
    let named = row.cell(ENTRY);
    let words = if named.is_empty() { row.cells().iter().find(|cell| !is_flag(cell) && time::any(cell).is_none())? } else { named };
    let is_done = matches!(row.cell(TICKED).to_lowercase().as_str(), "true" | "yes" | "checked" | "completed" | "done" | "1");
    let mut item = NewItem::new(Kind::Task, IMPORTER.id, [list, words].join("\u{1f}"), row.raw());
    item.title = crate::conversation::headline(words);
    item.text = words.to_owned();
    item.at = row.cells().iter().filter(|cell| cell.len() >= 10).find_map(|cell| time::any(cell));
    item.links.push(NewLink { role: Role::Label, entity: EntityRef::named(EntityKind::Label, list) });
    item.set("list", list);
    item.set("status", if is_done { "completed" } else { "needsAction" });
    Some(item)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::importer::collected::read;

    #[test]
    fn entries_are_tasks_of_their_list() {
        let collected = read(
            &IMPORTER,
            "Assistant Notes and Lists/Boat.csv",
            b"Item,Checked,Created\nrope,TRUE,2022-01-02T03:04:05Z\n\"two\nlines\",,\n,TRUE,\n",
        );
        assert_eq!(
            collected.shown(),
            "task google.assistant_lists 2022-01-02T03:04:05Z | rope | rope <Label label:boat>\ntask google.assistant_lists no time | two | two / lines <Label label:boat>\n\
             ! BadRecord [row 4] An entry of a list has words, and this row has none\n= 2 items, 0 merged, 0 skipped, 1 set aside"
        );
        assert_eq!(collected.items[0].data["status"], "completed");
        assert_eq!(read(&IMPORTER, "Shopping Lists/Boat.csv", b"Produkt;Erledigt\nTau;yes\n").items[0].title, "Tau");
    }
}
