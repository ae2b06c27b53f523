//! The pages that comments and live chats were until 2021: one list, a message an entry, the video and the time first and
//! the words after a line break. The words around them are in the account's language; the time is in UTC in all of them.

use std::io;

use domain::{FindingCode, Moment, NewItem, Raw, RawFormat};
use html5gum::{Token, Tokenizer};

use super::rows;
use crate::importer::{Input, Probe, Sink};
use crate::importers::activity::address;
use crate::text::{charset, html, time};

/// Longest page, in bytes.
const LIMIT: u64 = 64 << 20;

/// Whether a page is one of comments or of live chats.
pub(super) fn recognizes(probe: &Probe<'_>) -> bool {
    let has = |words: &str| memchr::memmem::find(probe.head, words.as_bytes()).is_some();
    let name = probe.name().to_lowercase();
    let named = name.starts_with("my-comments") || name.starts_with("my-live-chat") || super::in_youtube(probe.path);
    named && has("<li") && has("youtube.com/") && !has("content-cell")
}

/// Reads the page.
pub(super) fn parse(input: &mut Input<'_>, sink: &mut dyn Sink) -> io::Result<()> {
    let is_chat = input.path.to_lowercase().replace(['-', '_'], " ").contains("live chat");
    let source = if is_chat { "google.youtube.live_chat" } else { "google.youtube.comment" };
    let bytes = input.read_all(LIMIT)?;
    let page = charset::decoded(&bytes);
    let mut at = 0;
    while let Some(skip) = page[at..].find("<li") {
        let from = at + skip;
        let Some(length) = page[from..].find("</li>") else {
            sink.cut_short(&format!("byte {from}"));
            return Ok(());
        };
        at = from + length;
        match message(&page[from..at], source) {
            Some(item) => sink.item(item),
            None => sink.set_aside(
                FindingCode::BadRecord,
                &format!("byte {from}"),
                "An entry has a time like 2020-04-27 23:18:23 UTC and the words that were written, and this one lacks one of them",
            ),
        }
    }
    Ok(())
}

/// The item for one entry. Key: the comment's id, as in the later tables; else the second, the video and the words.
fn message(entry: &str, source: &str) -> Option<NewItem> {
    let (heading, words) = entry.find("<br").and_then(|at| Some(entry.split_at(at + entry[at..].find('>')? + 1)))?;
    let text = html::plain(words);
    let when = when(&html::plain(heading))?;
    if text.is_empty() {
        return None;
    }
    let links = links(heading);
    let video = links.iter().find_map(|(url, _)| address::video(url)).unwrap_or_default();
    let id = links.iter().find_map(|(url, _)| address::parameter(url, "lc")).unwrap_or_default();
    let key = if id.is_empty() { ["page", &(when.ms / 1000).to_string(), &video, &text].join("\u{1f}") } else { id.clone() };
    let mut item = rows::post(source, &key, text, Some(when), &video, Raw::text(RawFormat::Html, entry));
    item.set("comment_id", id);
    item.set("video_title", links.into_iter().map(|(_, title)| title).find(|title| !title.is_empty()).unwrap_or_default());
    Some(item)
}

/// The time in a line of words.
fn when(line: &str) -> Option<Moment> {
    let starts = line.char_indices().filter(|(_, letter)| letter.is_ascii_digit()).map(|(at, _)| at);
    starts.filter_map(|at| line.get(at..at + "2020-04-27 23:18:23".len())).find_map(|text| time::iso(&format!("{text} UTC")))
}

/// Address and words of each link.
fn links(heading: &str) -> Vec<(String, String)> {
    let mut links: Vec<(String, String)> = Vec::new();
    let mut in_link = false;
    for token in Tokenizer::new(heading) {
        let Ok(token) = token;
        match token {
            Token::StartTag(tag) if tag.name.as_slice() == b"a" => {
                let target = tag.attributes.get(&b"href"[..]).map(|value| String::from_utf8_lossy(value).into_owned());
                links.push((target.unwrap_or_default(), String::new()));
                in_link = true;
            }
            Token::EndTag(tag) if tag.name.as_slice() == b"a" => in_link = false,
            Token::String(words) if in_link => {
                if let Some((_, title)) = links.last_mut() {
                    title.push_str(&String::from_utf8_lossy(&words));
                }
            }
            _ => {}
        }
    }
    links
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::importer::collected::read;
    use crate::importers::youtube::IMPORTER;

    #[test]
    fn comments_of_pages_and_of_tables_are_the_same() {
        let page = "<html><body><ul><li>Sent at 2020-04-27 23:18:23 UTC while watching <a href=\"https://www.youtube.com/watch?v=AAAAAAAAAAA&amp;lc=UgxA\">How rope &amp; twine</a>.<br/>Nice<br>knot</li>\
            <li>Gesendet am 2020-04-27 23:18:24 UTC zu <a href=\"https://www.youtube.com/watch?v=AAAAAAAAAAA\">x</a>.<br/>no id</li><li>nothing</li><li>Sent at 2020";
        let path = "YouTube/my-comments/my-comments.html";
        let collected = read(&IMPORTER, path, page.as_bytes());
        let items: Vec<String> = collected.items.iter().map(crate::importer::collected::shown).collect();
        assert_eq!(
            items,
            [
                "post google.youtube.comment 2020-04-27T23:18:23Z | Nice | Nice / knot",
                "post google.youtube.comment 2020-04-27T23:18:24Z | no id | no id",
            ]
        );
        let table = "Comment ID,Channel ID,Comment Create Timestamp,Price,Parent Comment ID,Video ID,Comment Text\nUgxA,UCxxxxxxxxxxxxxxxxxxxxxx,2020-04-27T23:18:23Z,0,,AAAAAAAAAAA,\"{\"\"text\"\":\"\"Nice\"\"}\"\n";
        assert_eq!(collected.items[0].uid, read(&IMPORTER, "comments.csv", table.as_bytes()).items[0].uid);
        assert_eq!(
            (&collected.items[0].data["video_id"], &collected.items[0].data["video_title"]),
            (&"AAAAAAAAAAA".into(), &"How rope & twine".into())
        );
        assert_eq!((collected.n_set_aside, collected.findings.last().map(|finding| finding.code)), (1, Some(FindingCode::CutShort)));
        let probe = |path, head: &'static str| recognizes(&Probe { path, head: head.as_bytes(), tail: b"", size: 1000 });
        assert!(probe(path, "<ul><li><a href=\"https://www.youtube.com/watch?v=1\">"));
        assert!(!probe("YouTube/history/watch-history.html", "<li>youtube.com/<div class=\"content-cell\">"));
    }
}
