//! Lists of "Saved" (google.com/save): one table a list, of places on Maps, pages, pictures or searches.
//!
//! The list becomes a [`Kind::Collection`] with the description that stands above its header; an entry that leads to Maps a
//! [`Kind::Place`], any other a [`Kind::Bookmark`]. The tables hold no dates, and positions only in the addresses of dropped
//! pins. Key of an entry: the list and the address (or the title, where there is none). Header names follow the account's
//! language, so a table is known by its third column, which holds addresses.
//!
//! `data` of an entry: `url`, `note`, `comment`, `tags`, `list`, `position` (from 1), and any other column by its name. Of a
//! list: `list`.

use std::io;

use domain::{EntityKind, EntityRef, Kind, NewItem, NewLink, Raw, RawFormat, Role};
use serde_json::json;

use super::maps::address;
use crate::importer::{Claim, Importer, Input, Parse, Probe, Sink};
use crate::table::{Row, Table};
use crate::text::path::{stem, without_copy_number};

pub(crate) static IMPORTER: Importer = Importer { id: "google.saved", label: "Saved lists", recognizes, parse: Parse::File(parse) };

/// Rows in which a description may stand above the header.
const ABOVE: usize = 10;

const FOLDERS: [&str; 10] =
    ["Saved", "Gespeichert", "Enregistré", "Guardado", "Opgeslagen", "Salvati", "Salvos", "保存済み", "Kaydedilenler", "Сохраненное"];

const TITLE: &[&str] = &["title", "titel", "titre", "título", "titolo", "タイトル", "başlık", "название"];
const NOTE: &[&str] = &["note", "notiz", "notitie", "nota", "メモ", "not", "заметка"];
const TAGS: &[&str] = &["tags", "tag", "etiquetas", "タグ", "etiketler", "теги"];
const COMMENT: &[&str] =
    &["comment", "kommentar", "commentaire", "comentario", "comentário", "commento", "reactie", "コメント", "yorum", "комментарий"];

/// Where the columns stand in every language; tags came later, before the comment.
const AT_TITLE: usize = 0;
const AT_NOTE: usize = 1;
const AT_URL: usize = 2;

fn recognizes(probe: &Probe<'_>) -> Claim {
    if probe.extension() != "csv" {
        return Claim::No;
    }
    let shaped = Table::under(&mut &*probe.head, ABOVE, is_header).is_ok_and(|found| found.is_some());
    let named = probe.folders().any(|folder| FOLDERS.contains(&folder));
    Claim::by(shaped, named)
}

/// A header has four or five columns, of which the third is the address.
fn is_header(cells: &[String]) -> bool {
    let url = cells.get(AT_URL).is_some_and(|cell| cell.to_lowercase().contains("url"));
    url && (4..=6).contains(&cells.len()) && cells.iter().all(|cell| !cell.contains("://"))
}

fn parse(input: &mut Input<'_>, sink: &mut dyn Sink) -> io::Result<()> {
    let list = without_copy_number(stem(input.path)).to_owned();
    let Some((mut table, above)) = Table::under(input.reader, ABOVE, is_header)? else {
        sink.set_aside(
            domain::FindingCode::WrongFormat,
            "line 1",
            "Expected a list with the columns title, note, URL and comment, and found no such header. Download the export again.",
        );
        return Ok(());
    };
    let mut n_entries = 0_u64;
    while let Some(row) = table.read_row(sink)? {
        n_entries += 1;
        sink.item(entry(&row, &list, n_entries));
    }
    let description = above.join(", ");
    if n_entries > 0 || !description.is_empty() {
        sink.item(collection(&list, description));
    }
    Ok(())
}

fn entry(row: &Row<'_>, list: &str, position: u64) -> NewItem {
    let or_at = |names: &[&str], column: usize| Some(row.cell(names)).filter(|cell| !cell.is_empty()).unwrap_or_else(|| row.nth(column));
    let (title, note, url) = (or_at(TITLE, AT_TITLE), or_at(NOTE, AT_NOTE), row.nth(AT_URL));
    let (tags, comment) = (row.cell(TAGS), row.cell(COMMENT));
    let named = address::read(url);
    let is_place = address::is_maps(url);
    let key = [list, if url.is_empty() { title } else { url }].join("\u{1f}");
    let mut item = NewItem::new(if is_place { Kind::Place } else { Kind::Bookmark }, IMPORTER.id, key, row.raw());
    item.title = [title, named.name.as_deref().filter(|_| is_place).unwrap_or_default(), url]
        .into_iter()
        .find(|text| !text.is_empty())
        .unwrap_or(list)
        .to_owned();
    item.text = [note, comment, tags].into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join("\n");
    if is_place {
        item.place = named.point;
        item.links.extend(named.link(if title.is_empty() { named.name.as_deref().unwrap_or_default() } else { title }));
    }
    item.links.push(label(list));
    for (name, value) in [("url", url), ("note", note), ("comment", comment), ("tags", tags), ("list", list)] {
        item.set(name, value);
    }
    item.set("position", position);
    let known = |cell: &str| [title, note, url, comment, tags].contains(&cell);
    for (column, cell) in row.filled().filter(|(_, cell)| !known(cell)) {
        item.set(&column, cell);
    }
    item
}

fn collection(list: &str, description: String) -> NewItem {
    let raw = json!({"list": list, "description": description});
    let mut item = NewItem::new(Kind::Collection, "google.saved_list", list, Raw::text(RawFormat::CsvRow, &raw.to_string()));
    item.title = list.to_owned();
    item.text = description;
    item.links.push(label(list));
    item.set("list", list);
    item
}

fn label(list: &str) -> NewLink {
    NewLink { role: Role::Label, entity: EntityRef::named(EntityKind::Label, list) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::importer::collected::read;

    #[test]
    fn a_list_is_read_with_its_description_notes_and_tags() {
        let file = "My summer list, things to eat\n\nTitle,Note,URL,Tags,Comment\n,,,,\nCorner Bakery,\"great\nrolls\",\"https://www.google.com/maps/place/Corner+Bakery/data=!4m2!3m1!1s0x47900a0000000001:0x1b2c3d4e5f607182\",food,Bo's tip\n,,\"https://www.google.com/maps/search/47.12,8.54\",,\nKnots,,https://example.org/knots,,\n";
        let read = read(&IMPORTER, "Saved/Summer.csv", file.as_bytes());
        assert_eq!(
            read.shown(),
            "place google.saved no time | Corner Bakery | great / rolls / Bo's tip / food <Location google.cid:1958007344816222594> <Label label:summer>\n\
             place google.saved no time | https://www.google.com/maps/search/47.12,8.54 @47.1200,8.5400 <Label label:summer>\n\
             bookmark google.saved no time | Knots <Label label:summer>\n\
             collection google.saved_list no time | Summer | My summer list, things to eat <Label label:summer>\n\
             = 4 items, 0 merged, 0 skipped, 0 set aside"
        );
        assert_eq!((&read.items[0].data["tags"], &read.items[2].data["position"]), (&json!("food"), &json!(3)));
    }

    #[test]
    fn a_german_list_without_tags_is_the_same_list_and_a_second_copy_too() {
        let file = "\u{feff}Titel,Notiz,URL,Kommentar\r\nAlte Mühle,\"Sonntags\",https://www.google.com/maps/place/Alte+M%C3%BChle/data=!4m2,zu\r\n";
        let german = read(&IMPORTER, "Gespeichert/Ausflüge.csv", file.trim_start_matches('\u{feff}').as_bytes());
        assert_eq!(
            german.shown().lines().next(),
            Some("place google.saved no time | Alte Mühle | Sonntags / zu <Location name:alte mühle> <Label label:ausflüge>")
        );
        let copy = read(&IMPORTER, "Gespeichert/Ausflüge(1).csv", file.trim_start_matches('\u{feff}').as_bytes());
        assert_eq!(
            copy.items.iter().map(|item| item.uid).collect::<Vec<_>>(),
            german.items.iter().map(|item| item.uid).collect::<Vec<_>>()
        );
        let claim = |path: &str, head: &str| recognizes(&Probe { path, head: head.as_bytes(), tail: &[], size: 500 });
        assert_eq!(claim("x.csv", "Titel,Notiz,URL,Tags,Kommentar\n"), Claim::Yes(2));
        assert_eq!(claim("x.csv", "a,b,c,d\n1,2,3,4\n"), Claim::No);
    }
}
