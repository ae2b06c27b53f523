//! `lists/<list>.csv`: a line that says so, a table of one row about the list, and under a header of its own a row for each film.
//!
//! A list is a collection, and a film in it something done, with the list as its label, as a list says of no film when it was put
//! there. Identity: of a list its address, else its name; of a film in it also the film's address and name.
//!
//! `data` of a list: `url`, `tags`; of a film in it `action` ("listed"), `list`, `position`, `url`, `year`.

use std::io;

use domain::{EntityKind, EntityRef, FindingCode, ItemLink, Kind, NewItem, NewLink, Role, Uid};

use super::IMPORTER;
use crate::importer::Sink;
use crate::table::{Row, Table};
use crate::text::{html, time};

const ADDRESS: &[&str] = &["URL", "Letterboxd URI"];
/// What the file begins with; the number of the form follows.
const BEGINNING: &str = "Letterboxd list export";

/// Whether a file begins as a list does.
pub(super) fn is_it(head: &[u8]) -> bool {
    head.trim_ascii_start().starts_with(BEGINNING.as_bytes())
}

/// Whether a row is the line above the tables.
pub(super) fn is_beginning(cells: &[String]) -> bool {
    cells.first().is_some_and(|cell| cell.starts_with(BEGINNING))
}

/// Reads both tables of a file, of which the first is open.
pub(super) fn parse(mut table: Table<'_>, is_deleted: bool, sink: &mut dyn Sink) -> io::Result<()> {
    let mut list = List::default();
    let mut is_about_films = false;
    while let Some(row) = table.read_row(sink)? {
        if !is_about_films && row.nth(0).eq_ignore_ascii_case("position") {
            is_about_films = true;
            table.header_again();
            continue;
        }
        let read = if is_about_films { list.film(&row) } else { list.learn(&row) };
        match read {
            Some(item) => sink.item(NewItem { hidden: is_deleted, ..item }),
            None => sink.set_aside(FindingCode::BadRecord, &row.at(), "Expected the name of a list or of a film in it, and found none."),
        }
    }
    Ok(())
}

#[derive(Default)]
struct List {
    name: String,
    key: String,
}

impl List {
    fn learn(&mut self, row: &Row<'_>) -> Option<NewItem> {
        let (name, url) = (row.cell(&["Name"]), row.cell(ADDRESS));
        if name.is_empty() {
            return None;
        }
        name.clone_into(&mut self.name);
        self.key = ["list", if url.is_empty() { name } else { url }].join("\u{1f}");
        let mut item = NewItem::new(Kind::Collection, IMPORTER.id, &self.key, row.raw());
        item.title = name.to_owned();
        item.text = html::plain(row.cell(&["Description"]));
        item.at = time::iso(row.cell(&["Date"]));
        item.links.push(self.label());
        item.set("url", url);
        item.set("tags", row.cell(&["Tags"]));
        Some(item)
    }

    fn film(&self, row: &Row<'_>) -> Option<NewItem> {
        let (name, url, year) = (row.cell(&["Name"]), row.cell(ADDRESS), row.cell(&["Year"]));
        if name.is_empty() {
            return None;
        }
        let mut item = NewItem::new(Kind::Activity, IMPORTER.id, [self.key.as_str(), url, name].join("\u{1f}"), row.raw());
        item.title = super::titled(name, year);
        item.text = html::plain(row.cell(&["Description"]));
        if !self.key.is_empty() {
            item.related.push(ItemLink { relation: "part_of".to_owned(), to: Uid::of(IMPORTER.id, self.key.as_bytes()) });
            item.links.push(self.label());
        }
        item.set("action", "listed");
        item.set("list", self.name.as_str());
        item.set("position", row.number(&["Position"]).map(|number| number as i64));
        item.set("url", url);
        item.set("year", year);
        Some(item)
    }

    fn label(&self) -> NewLink {
        NewLink { role: Role::Label, entity: EntityRef::named(EntityKind::Label, &self.name) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::importer::collected::read;
    use crate::importer::{Claim, Probe};

    #[test]
    fn a_list_is_read_with_its_films() {
        let file = "Letterboxd list export v7\nDate,Name,Tags,URL,Description\n2022-02-03,On boats,\"sea, slow\",https://boxd.it/l1,Films <i>at</i> sea &amp; more\n\n\
            Position,Name,Year,URL,Description\n1,The Ferry,1961,https://boxd.it/a,\n2,Salt,,https://boxd.it/b,\"For <b>Bo</b>,\nas ever\"\n3,,,,\n";
        let path = "lists/on-boats.csv";
        assert_eq!((IMPORTER.recognizes)(&Probe { path, head: file.as_bytes(), tail: b"", size: 9 }), Claim::Yes(3));
        let collected = read(&IMPORTER, path, file.as_bytes());
        assert_eq!(
            collected.shown(),
            "collection letterboxd 2022-02-03T00:00:00Z | On boats | Films at sea & more <Label label:on boats>\n\
             activity letterboxd no time | The Ferry (1961) <Label label:on boats>\n\
             activity letterboxd no time | Salt | For Bo, / as ever <Label label:on boats>\n\
             ! BadRecord [row 7] Expected the name of a list or of a film in it, and found none.\n\
             = 3 items, 0 merged, 0 skipped, 1 set aside"
        );
        let film = &collected.items[2];
        assert_eq!((film.related[0].to, film.data["position"].as_i64()), (collected.items[0].uid, Some(2)));
        assert!(read(&IMPORTER, "deleted/lists/on-boats.csv", file.as_bytes()).items.iter().all(|item| item.hidden));
    }
}
