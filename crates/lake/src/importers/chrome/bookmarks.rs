//! Bookmarks and the reading list: a Netscape bookmark file, the form that all browsers share. Tags are not closed, and
//! folders are headings before nested lists.

use std::io;

use domain::{EntityKind, EntityRef, FindingCode, Kind, Moment, NewItem, NewLink, Raw, RawFormat, Role};
use html5gum::{Token, Tokenizer};

use crate::importer::{Input, Sink};
use crate::importers::activity::address;
use crate::importers::activity::row::spaced;
use crate::text::{charset, time};

/// Icons are kept inside the file, so it can reach some megabytes.
const LIMIT: u64 = 64 << 20;

/// Reads the file.
pub(super) fn parse(input: &mut Input<'_>, sink: &mut dyn Sink) -> io::Result<()> {
    let is_reading_list = is_reading_list(input.path);
    let bytes = input.read_all(LIMIT)?;
    let mut folders: Vec<String> = Vec::new();
    let mut heading = String::new();
    let mut at = 0;
    while let Some(skip) = memchr::memchr(b'<', &bytes[at..]) {
        let from = at + skip;
        let tag = name_of(&bytes[from..]);
        let end_tag: &[u8] = match tag.as_slice() {
            b"h3" => b"</h3",
            b"a" => b"</a",
            _ => {
                match tag.as_slice() {
                    b"dl" => folders.push(std::mem::take(&mut heading)),
                    b"/dl" => drop(folders.pop()),
                    _ => {}
                }
                at = from + 1;
                continue;
            }
        };
        let Some(length) = find_tag(&bytes[from..], end_tag) else {
            sink.cut_short(&format!("byte {from}"));
            return Ok(());
        };
        let fragment = charset::decoded(&bytes[from..from + length]);
        let (words, attributes) = read(&fragment);
        if tag == b"h3" {
            heading = words;
        } else {
            let attribute =
                |name: &str| attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str()).unwrap_or_default();
            let folder = folders.iter().filter(|folder| !folder.is_empty()).map(String::as_str).collect::<Vec<_>>().join(" / ");
            match bookmark(is_reading_list, &folder, &words, attribute("href"), attribute("add_date"), &fragment) {
                Some(item) => sink.item(item),
                None => sink.set_aside(FindingCode::BadRecord, &format!("byte {from}"), "A bookmark has an address, and this one has none"),
            }
        }
        at = from + length;
    }
    Ok(())
}

/// The item for a bookmark. Key: folder, address, the date's digits. `data`: `url`, `host`, `folder`.
fn bookmark(is_reading_list: bool, folder: &str, title: &str, url: &str, added: &str, fragment: &str) -> Option<NewItem> {
    if url.is_empty() {
        return None;
    }
    let source = if is_reading_list { "google.chrome.reading_list" } else { "google.chrome.bookmark" };
    let raw = Raw::text(RawFormat::Html, &without_icon(fragment));
    let mut item = NewItem::new(Kind::Bookmark, source, [folder, url, added].join("\u{1f}"), raw);
    item.title = if title.is_empty() { url.to_owned() } else { title.to_owned() };
    item.at = added_at(added);
    if !folder.is_empty() {
        item.links.push(NewLink { role: Role::Label, entity: EntityRef::named(EntityKind::Label, folder) });
    }
    item.set("url", url);
    item.set("host", address::host(url));
    item.set("folder", folder);
    Some(item)
}

/// The date's unit shows in its length: seconds, milliseconds, microseconds from 1970, and from 1601 when that would be
/// centuries away.
fn added_at(digits: &str) -> Option<Moment> {
    let number: i64 = digits.trim().parse().ok()?;
    match digits.trim().len() {
        ..=10 => time::seconds(number),
        11..=14 => time::millis(number),
        // 2200-01-01 in microseconds; Chrome's own clock passed it long ago.
        _ if number > 7_258_118_400_000_000 => time::webkit_micros(number),
        _ => time::micros(number),
    }
}

fn is_reading_list(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path).to_lowercase().replace([' ', '-', '_'], "");
    ["readinglist", "leseliste", "listadelectura", "listedelecture", "elencodilettura", "leeslijst", "listadeleitura", "リーディングリスト"]
        .iter()
        .any(|known| name.starts_with(known))
}

/// The name of the tag that begins here, lower-cased.
fn name_of(bytes: &[u8]) -> Vec<u8> {
    let slash = usize::from(bytes.get(1) == Some(&b'/'));
    let end = bytes.iter().skip(1 + slash).take(8).take_while(|byte| byte.is_ascii_alphanumeric()).count();
    bytes[1..1 + slash + end].to_ascii_lowercase()
}

/// How far it is to the end of the end tag that begins with `tag`.
fn find_tag(bytes: &[u8], tag: &[u8]) -> Option<usize> {
    let from =
        memchr::memchr_iter(b'<', bytes).find(|at| bytes.get(*at..at + tag.len()).is_some_and(|found| found.eq_ignore_ascii_case(tag)))?;
    Some(from + memchr::memchr(b'>', &bytes[from..])? + 1)
}

/// The words of a fragment and its first tag's attributes.
fn read(fragment: &str) -> (String, Vec<(String, String)>) {
    let mut words = String::new();
    let mut attributes = Vec::new();
    for token in Tokenizer::new(fragment) {
        let Ok(token) = token;
        match token {
            Token::StartTag(tag) if attributes.is_empty() => {
                let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
                attributes = tag.attributes.iter().map(|(name, value)| (text(name), text(value))).collect();
            }
            Token::String(text) => words.push_str(&String::from_utf8_lossy(&text)),
            _ => {}
        }
    }
    (spaced(&words), attributes)
}

/// The fragment without its icon, which is a picture in letters and says nothing of the bookmark.
fn without_icon(fragment: &str) -> String {
    let lower = fragment.to_ascii_lowercase();
    let Some(from) = lower.find(" icon=\"data:") else { return fragment.to_owned() };
    let Some(length) = fragment[from + 7..].find('"') else { return fragment.to_owned() };
    format!("{}{}", &fragment[..from], &fragment[from + 7 + length + 1..])
}

#[cfg(test)]
mod tests {
    use crate::importer::collected::read;
    use crate::importer::{Claim, Probe};
    use crate::importers::chrome::IMPORTER;

    const PAGE: &str = "<!DOCTYPE NETSCAPE-Bookmark-file-1>\n<META HTTP-EQUIV=\"Content-Type\" CONTENT=\"text/html; charset=UTF-8\">\n<TITLE>Bookmarks</TITLE>\n<H1>Bookmarks</H1>\n<DL><p>\n<DT><H3 ADD_DATE=\"1\">Lesezeichenleiste</H3>\n<DL><p>\n<DT><A HREF=\"https://example.org/?a=1&amp;b=2\" ADD_DATE=\"1714558830\" ICON=\"data:image/png;base64,AAAA\">Ropes &amp; knots</A>\n<DT><H3>Bread</H3>\n<DL><p>\n<DT><A HREF=\"https://example.org/c\" ADD_DATE=\"13359032430123000\"></A>\n</DL><p>\n</DL><p>\n<DT><A HREF=\"https://example.org/d\" ADD_DATE=\"1714558830123000\">Loose</A>\n<DT><A>Nothing</A>\n</DL><p>\n";

    #[test]
    fn folders_dates_and_entities_are_read() {
        let collected = read(&IMPORTER, "Chrome/Lesezeichen.html", PAGE.as_bytes());
        assert_eq!(
            collected.items.iter().map(crate::importer::collected::shown).collect::<Vec<_>>(),
            [
                "bookmark google.chrome.bookmark 2024-05-01T10:20:30Z | Ropes & knots <Label label:lesezeichenleiste>",
                "bookmark google.chrome.bookmark 2024-05-01T10:20:30.123Z | https://example.org/c <Label label:lesezeichenleiste / bread>",
                "bookmark google.chrome.bookmark 2024-05-01T10:20:30.123Z | Loose",
            ]
        );
        assert_eq!(collected.items[0].data["url"], "https://example.org/?a=1&b=2");
        assert!(!String::from_utf8_lossy(&collected.items[0].raw.bytes).contains("base64"));
        assert_eq!(collected.n_set_aside, 1);
    }

    #[test]
    fn the_reading_list_is_a_stream_of_its_own_and_both_are_recognised() {
        assert_eq!(read(&IMPORTER, "Chrome/Leseliste.html", PAGE.as_bytes()).items[0].source, "google.chrome.reading_list");
        let probe =
            |path, head: &'static str| (IMPORTER.recognizes)(&Probe { path, head: head.as_bytes(), tail: b"", size: head.len() as u64 });
        assert_eq!(probe("x.html", PAGE), Claim::Yes(2));
        assert_eq!(probe("Chrome/Verlauf.json", "{\"Browser History\": []}"), Claim::Yes(3));
        assert!(matches!(probe("Chrome/History.json", "\"Your data is encrypted and cannot be exported\""), Claim::Ignore(..)));
        assert!(matches!(probe("Chrome/Autofill.json", "{\"Autofill\": []}"), Claim::Ignore(..)));
        assert_eq!(probe("x.html", "<!DOCTYPE html>"), Claim::No);
    }
}
