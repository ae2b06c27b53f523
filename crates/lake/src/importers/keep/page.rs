//! A note's page: what Keep's HTML holds of a note whose JSON is missing.
//!
//! The parts of a page are known by their classes, which are English in every language. The date is the wall clock of the
//! account's owner, written for people, without a zone.

use domain::Moment;
use html5gum::{StartTag, Token, Tokenizer};

use crate::importers::activity::row::spaced;
use crate::text::{html, time};

/// What a page says.
#[derive(Debug, Default)]
pub(super) struct Page {
    pub(super) title: String,
    pub(super) text: String,
    /// The lines of a list, and whether each is ticked.
    pub(super) list: Vec<(bool, String)>,
    pub(super) labels: Vec<String>,
    /// Title and address of the links that Keep found in the note.
    pub(super) links: Vec<(String, String)>,
    /// Names of the files that the note carries.
    pub(super) files: Vec<String>,
    pub(super) edited: Option<Moment>,
    pub(super) is_archived: bool,
    pub(super) is_trashed: bool,
    pub(super) is_pinned: bool,
}

/// Reads a page. One without the parts of Keep's pages is its words.
pub(super) fn read(page: &str) -> Page {
    let mut reader = Reader::default();
    for token in Tokenizer::new(page) {
        let Ok(token) = token;
        match token {
            Token::StartTag(tag) => reader.open(&tag),
            Token::EndTag(tag) => reader.close(&tag.name),
            Token::String(words) => reader.words(&String::from_utf8_lossy(&words)),
            Token::Comment(_) | Token::Doctype(_) | Token::Error(_) => {}
        }
    }
    reader.page(page)
}

/// Which part of the page an element is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    /// None that is read.
    Other,
    PageTitle,
    Heading,
    Title,
    Content,
    Line,
    Label,
    Link,
    Files,
}

#[derive(Default)]
struct Reader {
    /// The open elements: name, and the part that each is in.
    open: Vec<(Vec<u8>, Part)>,
    page: Page,
    page_title: String,
    heading: String,
}

impl Reader {
    fn open(&mut self, tag: &StartTag<()>) {
        let attribute = |name: &[u8]| tag.attributes.get(name).map(|value| String::from_utf8_lossy(value).into_owned()).unwrap_or_default();
        let here = self.part();
        let name: &[u8] = &tag.name;
        if matches!(name, b"br" | b"p" | b"div" | b"li") {
            self.words("\n");
        }
        if here == Part::Files && matches!(name, b"img" | b"audio" | b"video" | b"source" | b"a") {
            let file = [attribute(b"src"), attribute(b"href")].concat();
            if !file.is_empty() && !file.contains(':') && !self.page.files.contains(&file) {
                self.page.files.push(file);
            }
        }
        if tag.self_closing || matches!(name, b"br" | b"img" | b"meta" | b"hr" | b"input" | b"link" | b"source") {
            return;
        }
        let class = attribute(b"class");
        let is = |wanted: &str| class.split_ascii_whitespace().any(|word| word == wanted);
        self.page.is_archived |= is("archived");
        self.page.is_trashed |= is("trashed");
        self.page.is_pinned |= is("pinned");
        let part = match name {
            b"title" => Part::PageTitle,
            b"style" | b"script" => Part::Other,
            b"a" if is("annotation") => {
                self.page.links.push((String::new(), attribute(b"href")));
                Part::Link
            }
            _ if is("heading") => Part::Heading,
            _ if is("title") && here == Part::Other => Part::Title,
            _ if is("content") && here == Part::Other => Part::Content,
            _ if is("listitem") => {
                self.page.list.push((is("checked"), String::new()));
                Part::Line
            }
            _ if is("bullet") || is("sharees") => Part::Other,
            _ if is("attachments") => Part::Files,
            _ if (is("label") || is("label-name")) && here != Part::Label => {
                self.page.labels.push(String::new());
                Part::Label
            }
            _ => here,
        };
        self.open.push((name.to_vec(), part));
    }

    fn close(&mut self, name: &[u8]) {
        if let Some(from) = self.open.iter().rposition(|(open, _)| open == name) {
            self.open.truncate(from);
        }
    }

    fn words(&mut self, words: &str) {
        let slot = match self.part() {
            Part::Other | Part::Files => return,
            Part::PageTitle => Some(&mut self.page_title),
            Part::Heading => Some(&mut self.heading),
            Part::Title => Some(&mut self.page.title),
            Part::Content => Some(&mut self.page.text),
            Part::Line => self.page.list.last_mut().map(|(_, line)| line),
            Part::Label => self.page.labels.last_mut(),
            Part::Link => self.page.links.last_mut().map(|(title, _)| title),
        };
        if let Some(slot) = slot {
            slot.push_str(words);
        }
    }

    fn part(&self) -> Part {
        self.open.last().map_or(Part::Other, |(_, part)| *part)
    }

    fn page(self, html: &str) -> Page {
        let Self { mut page, page_title, heading, .. } = self;
        page.edited = time::google_html(&spaced(&heading));
        page.title = spaced(&page.title);
        // The title of an untitled note's page is its date.
        let page_title = spaced(&page_title);
        if page.title.is_empty() && time::google_html(&page_title).is_none() {
            page.title = page_title;
        }
        page.text = html::plain(&page.text);
        page.list.iter_mut().for_each(|(_, line)| *line = spaced(line));
        page.labels.iter_mut().for_each(|label| *label = spaced(label));
        page.links.iter_mut().for_each(|(title, _)| *title = spaced(title));
        page.labels.retain(|label| !label.is_empty());
        if page.text.is_empty() && page.list.is_empty() && heading.is_empty() {
            page.text = html::plain(html);
        }
        page
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_of_a_page_are_found() {
        let list = read(
            "<html><head><title>Boat</title><style>.title{}</style></head><body><div class=\"note RED\"><div class=\"heading\"><div class=\"meta-icons\">\
             <span class=\"archived\" title=\"Note archived\"></span></div>\nMay 3, 2025, 9:20:00\u{202f}PM</div><div class=\"title\">Boat &amp; list</div>\
             <div class=\"content\"><ul class=\"list\"><li class=\"listitem checked\"><span class=\"bullet\">&#9745;</span>\n<span class=\"text\">rope</span></li>\
             <li class=\"listitem\"><span class=\"bullet\">&#9744;</span><span class=\"text\">paint</span></li></ul></div>\
             <div class=\"attachments\"><ul><li><img alt=\"\" src=\"18f2.jpg\"></li></ul></div>\
             <div class=\"chips\"><span class=\"chip label\"><span class=\"label-name\">Boot</span></span>\
             <span class=\"chip annotation WEBLINK\"><a class=\"annotation\" href=\"https://example.org/rope\"><span class=\"annotation-text\">Ropes</span></a></span></div></div></body></html>",
        );
        assert_eq!((list.title.as_str(), list.text.as_str(), list.is_archived, list.is_trashed), ("Boat & list", "", true, false));
        assert_eq!(list.list, [(true, "rope".to_owned()), (false, "paint".to_owned())]);
        assert_eq!((list.labels, list.files), (vec!["Boot".to_owned()], vec!["18f2.jpg".to_owned()]));
        assert_eq!(list.links, [("Ropes".to_owned(), "https://example.org/rope".to_owned())]);
        assert_eq!(list.edited.map(|edited| edited.ms), Some(1_746_307_200_000));

        let untitled = read(
            "<title>May 3, 2025, 9:20:00 PM</title><div class=\"heading\">03.05.2025, 21:20:00</div><div class=\"content\">One<br>two</div>",
        );
        assert_eq!((untitled.title.as_str(), untitled.text.as_str()), ("", "One\ntwo"));
        assert!(untitled.edited.is_some());
    }
}
