//! What the owner follows or put away in Discover (`Discover/*.csv`) and Google News (`Google News/*.txt`): topics, sources, articles.
//!
//! Tables have a column of names and mostly one of addresses; texts have an entry a line. Which list it is stands in the
//! file's name alone.
//!
//! Identity: the list and the entry. `data`: `list`, `url`.

use std::io;

use domain::{EntityKind, EntityRef, Kind, NewItem, NewLink, Raw, RawFormat, Role};

use crate::importer::{Claim, Importer, Input, Parse, Probe, Sink};
use crate::table::Table;
use crate::text::{charset, time};

pub(crate) static IMPORTER: Importer =
    Importer { id: "google.followed", label: "Discover and Google News", recognizes, parse: Parse::File(parse) };

const LIMIT: u64 = 32 << 20;

fn recognizes(probe: &Probe<'_>) -> Claim {
    let folder = probe.folders().find(|folder| matches!(*folder, "Discover" | "Google News" | "News" | "Google Nachrichten"));
    match (folder, probe.extension().as_str()) {
        (Some("Discover"), "csv") | (Some("Google News" | "News" | "Google Nachrichten"), "txt" | "csv") => Claim::Yes(2),
        _ => Claim::No,
    }
}

fn parse(input: &mut Input<'_>, sink: &mut dyn Sink) -> io::Result<()> {
    let path = input.path.to_owned();
    let product = path.split('/').rev().nth(1).unwrap_or("Discover").to_owned();
    let name = path.rsplit('/').next().unwrap_or(&path);
    let list = name.rsplit_once('.').map_or(name, |(stem, _)| stem).replace('_', " ");
    if name.to_lowercase().ends_with(".txt") {
        let bytes = input.read_all(LIMIT)?;
        for line in charset::decoded(&bytes).lines().map(str::trim).filter(|line| !line.is_empty()) {
            sink.item(entry(&product, &list, &[line], Raw::text(RawFormat::Text, line)));
        }
        return Ok(());
    }
    let Some(mut table) = Table::open(input.reader)? else { return Ok(()) };
    while let Some(row) = table.read_row(sink)? {
        let cells: Vec<&str> = row.cells().iter().map(String::as_str).filter(|cell| !cell.is_empty()).collect();
        sink.item(entry(&product, &list, &cells, row.raw()));
    }
    Ok(())
}

fn entry(product: &str, list: &str, cells: &[&str], raw: Raw) -> NewItem {
    let is_url = |cell: &&&str| cell.starts_with("http");
    let url = cells.iter().find(is_url).copied().unwrap_or_default();
    let at = cells.iter().find_map(|cell| time::iso(cell).or_else(|| time::google_html(cell)));
    let name = cells.iter().find(|cell| !cell.starts_with("http") && at.as_ref().is_none_or(|at| at.raw != **cell)).copied().unwrap_or(url);
    let folded = list.to_lowercase();
    let kind = if ["follow", "gefolgt", "folgen", "abonn", "suivi", "seguid", "seguit"].iter().any(|word| folded.contains(word)) {
        Kind::Subscription
    } else if ["article", "magazine", "saved", "artikel"].iter().any(|word| folded.contains(word)) {
        Kind::Bookmark
    } else {
        Kind::Activity
    };
    let mut item = NewItem::new(kind, IMPORTER.id, [list, name, url].join("\u{1f}"), raw);
    item.at = at;
    item.title = name.to_owned();
    item.links.push(NewLink { role: Role::Label, entity: EntityRef::named(EntityKind::Label, &format!("{product}: {list}")) });
    item.set("list", list);
    item.set("url", url);
    item
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::importer::collected::read;

    #[test]
    fn lists_of_both_forms_are_read() {
        assert_eq!(
            read(&IMPORTER, "Discover/Followed.csv", b"Name,URL\nRopes,https://example.org/r\n,,\n").shown(),
            "subscription google.followed no time | Ropes <Label label:discover: followed>\n= 1 items, 0 merged, 0 skipped, 0 set aside"
        );
        for name in ["Themen, denen du folgst oder folgen willst", "Sujets suivis", "Temas seguidos", "Argomenti seguiti"] {
            let followed = read(&IMPORTER, &format!("Discover/{name}.csv"), b"Name,URL\nRopes,https://example.org/r\n");
            assert_eq!(followed.items[0].kind, Kind::Subscription, "{name}");
        }
        assert_eq!(
            read(&IMPORTER, "Google News/articles.txt", b"https://example.org/a\n\nKnots of the year\n").shown(),
            "bookmark google.followed no time | https://example.org/a <Label label:google news: articles>\n\
             bookmark google.followed no time | Knots of the year <Label label:google news: articles>\n= 2 items, 0 merged, 0 skipped, 0 set aside"
        );
    }
}
