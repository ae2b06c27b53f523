//! Blogger: `feed.atom` of each blog and of the comments that the owner wrote: posts, pages and comments.
//!
//! Identity: the entry's own id. Drafts are hidden. `data`: `blog`, `sort` ("post", "comment", "page"), `url`, `draft` (true), `labels`,
//! `updated`.
//!
//! Absent on purpose: templates and settings, which stand among the entries of older feeds.

use std::io;

use domain::{EntityKind, EntityRef, FindingCode, ItemLink, Kind, NewItem, NewLink, Raw, RawFormat, Role, Uid};

use crate::conversation::headline;
use crate::importer::{Claim, Importer, Input, Parse, Probe, Sink};
use crate::text::element::{self, Element};
use crate::text::{charset, html, time};

pub(crate) static IMPORTER: Importer = Importer { id: "google.blogger", label: "Blogger", recognizes, parse: Parse::File(parse) };

/// Longest feed, in bytes.
const LIMIT: u64 = 128 << 20;

fn recognizes(probe: &Probe<'_>) -> Claim {
    let has = |words: &str| memchr::memmem::find(probe.head, words.as_bytes()).is_some();
    match (has("<feed") && has("blogger"), probe.extension() == "atom") {
        (true, true) => Claim::Yes(3),
        (true, false) if has("http://www.w3.org/2005/Atom") => Claim::Yes(2),
        (false, true) => Claim::Yes(1),
        _ => Claim::No,
    }
}

fn parse(input: &mut Input<'_>, sink: &mut dyn Sink) -> io::Result<()> {
    let bytes = input.read_all(LIMIT)?;
    let feed = charset::decoded(&bytes);
    let head = &feed[..feed.find("<entry").unwrap_or(feed.len())];
    let blog = element::page(head).root.named("title").first().map(|title| title.text()).unwrap_or_default();
    let mut at = 0;
    while let Some(skip) = feed[at..].find("<entry") {
        let from = at + skip;
        let place = format!("byte {from}");
        let Some(length) = feed[from..].find("</entry>") else {
            sink.set_aside(FindingCode::CutShort, &place, "The entry is cut off where the file ends.");
            sink.cut_short(&place);
            return Ok(());
        };
        at = from + length + "</entry>".len();
        let source = &feed[from..at];
        match entry(&element::page(source).root, &blog, source) {
            Ok(Some(item)) => sink.item(item),
            Ok(None) => sink.skip(FindingCode::IgnoredFile, &place, "Templates and settings of a blog are not posts."),
            Err(why) => sink.set_aside(FindingCode::BadRecord, &place, why),
        }
    }
    Ok(())
}

fn entry(entry: &Element, blog: &str, source: &str) -> Result<Option<NewItem>, &'static str> {
    let text = |name: &str| entry.named(name).first().map(|found| found.text()).unwrap_or_default();
    let terms: Vec<(&str, &str)> =
        entry.named("category").iter().map(|category| (category.attribute("scheme"), category.attribute("term"))).collect();
    let kind_term = terms.iter().find(|(scheme, _)| scheme.ends_with("#kind")).map(|(_, term)| term.rsplit('#').next().unwrap_or(term));
    let sort = kind_term.map_or_else(|| text("blogger:type"), str::to_owned).to_lowercase();
    if matches!(sort.as_str(), "template" | "settings") {
        return Ok(None);
    }
    let id = text("id");
    // What the feed holds is a page written as text.
    let words = html::plain(&text("content").replace('\n', "<br>"));
    let title = text("title");
    if id.is_empty() || (words.is_empty() && title.is_empty()) {
        return Err("An entry of a blog has an id and words, and this one lacks one of them");
    }
    let mut item = NewItem::new(Kind::Post, IMPORTER.id, &id, Raw::text(RawFormat::Xml, source));
    item.at = time::iso(&text("published")).or_else(|| time::iso(&text("updated")));
    item.title = headline(if title.is_empty() { &words } else { &title });
    item.text = words;
    let author = entry.named("author").first().and_then(|author| author.named("name").first().map(|name| name.text())).unwrap_or_default();
    if !author.is_empty() {
        item.links.push(NewLink { role: Role::Sender, entity: EntityRef::named(EntityKind::Person, &author) });
    }
    let reply = entry.named("thr:in-reply-to").first().map(|reply| reply.attribute("ref").to_owned()).filter(|id| !id.is_empty());
    item.related.extend(reply.map(|id| ItemLink { relation: "reply_to".to_owned(), to: Uid::of(IMPORTER.id, id.as_bytes()) }));
    let labels: Vec<&str> =
        terms.iter().filter(|(scheme, _)| !scheme.ends_with("#kind")).map(|(_, term)| *term).filter(|term| !term.is_empty()).collect();
    for label in &labels {
        item.links.push(NewLink { role: Role::Label, entity: EntityRef::named(EntityKind::Label, label) });
    }
    let url = entry.named("link").iter().find(|link| link.attribute("rel") == "alternate").map(|link| link.attribute("href").to_owned());
    if text("app:draft") == "yes" || text("blogger:status").eq_ignore_ascii_case("draft") {
        item.hidden = true;
        item.set("draft", true);
    }
    item.set("blog", blog);
    item.set("sort", if sort.is_empty() { "post" } else { &sort });
    item.set("url", url.unwrap_or_default());
    item.set("labels", labels);
    item.set("updated", text("updated"));
    Ok(Some(item))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::importer::collected::read;

    #[test]
    fn posts_comments_and_drafts_are_read_in_both_forms() {
        let feed = r#"<?xml version='1.0'?><feed xmlns='http://www.w3.org/2005/Atom' xmlns:blogger='http://schemas.google.com/blogger/2018'><title>Knots &amp; co</title>
            <entry><id>tag:1</id><blogger:type>POST</blogger:type><blogger:status>LIVE</blogger:status><author><name>Ann</name></author><title>First</title><content type='html'>&lt;p&gt;A &amp;amp; B&lt;/p&gt;</content><published>2020-01-02T03:04:05.000Z</published><link rel='alternate' href='https://example.org/1'/></entry>
            <entry><id>tag:2</id><category scheme='http://schemas.google.com/g/2005#kind' term='http://schemas.google.com/blogger/2008/kind#comment'/><content>Nice</content><published>2020-01-02T03:05:05.000+01:00</published><thr:in-reply-to ref='tag:1'/><app:control><app:draft>yes</app:draft></app:control></entry>
            <entry><id>tag:3</id><category scheme='x#kind' term='y#template'/><content>css</content></entry><entry><id></id></entry><entry><id>tag:5"#;
        let collected = read(&IMPORTER, "Blogger/Blogs/Knots/feed.atom", feed.as_bytes());
        let shown = collected.shown();
        let lines: Vec<&str> = shown.lines().collect();
        assert_eq!(
            lines[..2],
            [
                "post google.blogger 2020-01-02T03:04:05Z | First | A & B <Sender name:ann>",
                "post google.blogger 2020-01-02T02:05:05Z | Nice | Nice (hidden)",
            ]
        );
        assert_eq!(lines.last(), Some(&"= 2 items, 0 merged, 1 skipped, 2 set aside"));
        assert_eq!((collected.items[1].related[0].to, &collected.items[0].data["blog"]), (collected.items[0].uid, &"Knots & co".into()));
    }
}
