//! Podcasts that the owner follows: the list in OPML that Google Podcasts wrote at its end, and tables of it.
//!
//! Identity: the address of the feed, else the title. `data`: `url`.

use std::io;

use domain::{EntityKind, EntityRef, FindingCode, Kind, NewItem, NewLink, Raw, RawFormat, Role};

use crate::importer::{Claim, Importer, Input, Parse, Probe, Sink};
use crate::table::Table;
use crate::text::{charset, element, time};

pub(crate) static IMPORTER: Importer = Importer { id: "podcasts", label: "Podcast subscriptions", recognizes, parse: Parse::File(parse) };

const LIMIT: u64 = 8 << 20;

fn recognizes(probe: &Probe<'_>) -> Claim {
    let is_list = memchr::memmem::find(probe.head, b"<opml").is_some();
    let in_product = probe.folders().any(|folder| matches!(folder, "Google Podcasts" | "Podcasts"));
    match (is_list, probe.extension().as_str(), in_product) {
        (true, "opml" | "xml", _) => Claim::Yes(3),
        (true, _, _) => Claim::Yes(2),
        (false, "opml", _) => Claim::Yes(1),
        (false, "csv", true) => Claim::Yes(2),
        _ => Claim::No,
    }
}

fn parse(input: &mut Input<'_>, sink: &mut dyn Sink) -> io::Result<()> {
    if input.path.to_lowercase().ends_with(".csv") {
        let Some(mut table) = Table::open(input.reader)? else { return Ok(()) };
        while let Some(row) = table.read_row(sink)? {
            let url = row.cells().iter().find(|cell| cell.starts_with("http")).map_or("", String::as_str);
            let named = row.cell(&["title", "podcast", "podcast title", "name"]);
            let title = if named.is_empty() {
                row.cells().iter().find(|cell| !cell.is_empty() && !cell.starts_with("http")).map_or(url, String::as_str)
            } else {
                named
            };
            let mut item = podcast(title, url, row.raw());
            item.at = row.cells().iter().find_map(|cell| time::iso(cell));
            sink.item(item);
        }
        return Ok(());
    }
    let bytes = input.read_all(LIMIT)?;
    let page = element::page(&charset::decoded(&bytes));
    for outline in page.root.named("outline") {
        let (url, title) = (outline.attribute("xmlurl"), [outline.attribute("title"), outline.attribute("text")]);
        let title = title.into_iter().find(|title| !title.is_empty()).unwrap_or(url);
        // Folders of the list have no address.
        if !url.is_empty() {
            sink.item(podcast(title, url, Raw::text(RawFormat::Xml, &format!("<outline text=\"{title}\" xmlUrl=\"{url}\"/>"))));
        }
    }
    if page.root.named("opml").iter().any(|list| page.unended.contains(&list.number)) {
        sink.cut_short(&format!("byte {}", bytes.len()));
    } else if page.root.named("opml").is_empty() {
        sink.set_aside(FindingCode::WrongFormat, "byte 0", "A list of feeds in OPML was expected, and there is none in the file");
    }
    Ok(())
}

fn podcast(title: &str, url: &str, raw: Raw) -> NewItem {
    let mut item = NewItem::new(Kind::Subscription, IMPORTER.id, if url.is_empty() { title } else { url }, raw);
    item.title = title.to_owned();
    item.links.push(NewLink { role: Role::Channel, entity: EntityRef::named(EntityKind::Organisation, title) });
    item.set("url", url);
    item
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::importer::collected::read;

    #[test]
    fn feeds_of_lists_and_tables_are_the_same() {
        let list = r#"<?xml version="1.0"?><opml version="1.0"><body><outline text="feeds"><outline type="rss" text="Rope talk" xmlUrl="https://example.org/f"/></outline></body></opml>"#;
        let collected = read(&IMPORTER, "Google Podcasts/Subscriptions.opml", list.as_bytes());
        assert_eq!(
            collected.shown(),
            "subscription podcasts no time | Rope talk <Channel name:rope talk>\n= 1 items, 0 merged, 0 skipped, 0 set aside"
        );
        let table = read(&IMPORTER, "Google Podcasts/s.csv", b"Title,URL\nRope talk,https://example.org/f\n");
        assert_eq!(table.items[0].uid, collected.items[0].uid);
        assert_eq!(read(&IMPORTER, "x.opml", &list.as_bytes()[..list.len() - 8]).findings[0].code, FindingCode::CutShort);
    }
}
