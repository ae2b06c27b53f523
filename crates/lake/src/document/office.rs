//! Office files: zips of XML. Which program wrote one shows in the entries that it has; each part streams through an XML reader,
//! and no part is held whole, but the shared words of a spreadsheet.
//!
//! Spreadsheets are read cell by cell as they stand. A library for sheets would lay the cells out in their rectangle, and two cells
//! at the far corners of a sheet, which take a hundred bytes, would take all memory.

use std::io::{BufRead, BufReader, Cursor, Read};

use quick_xml::Reader;
use quick_xml::events::{BytesRef, BytesStart, Event};
use zip::ZipArchive;

use super::{Document, Words, plain};
use crate::text::time;

/// Bytes that one part may unpack to.
const PART: u64 = 64 << 20;
/// Bytes that all parts together may unpack to.
const WHOLE: u64 = 256 << 20;
/// Bytes that the shared words of a spreadsheet may take.
const SHARED: usize = 32 << 20;

type Archive<'b> = ZipArchive<Cursor<&'b [u8]>>;

/// Reads the words in the order of its pages, slides or sheets, then what stands beside them (notes, comments).
pub(super) fn read(bytes: &[u8]) -> Result<Document, String> {
    let mut archive =
        ZipArchive::new(Cursor::new(bytes)).map_err(|error| format!("It is a zip of parts, and this one cannot be opened ({error})"))?;
    let names: Vec<String> = archive.file_names().filter_map(|name| Some(name.ok()?.into_owned())).collect();
    let has = |name: &str| names.iter().any(|own| own == name);
    let mut document = Document::default();
    let mut parts = Parts { archive: &mut archive, left: WHOLE };
    if has("word/document.xml") {
        for name in ["word/document.xml", "word/footnotes.xml", "word/endnotes.xml", "word/comments.xml"] {
            parts.flow(name, Dialect::Microsoft, &mut document.words);
        }
    } else if has("ppt/presentation.xml") {
        for folder in ["ppt/slides/slide", "ppt/notesSlides/notesSlide"] {
            for name in numbered(&names, folder) {
                parts.flow(&name, Dialect::Microsoft, &mut document.words);
                document.words.line();
            }
        }
    } else if has("xl/workbook.xml") {
        let shared = parts.shared_words();
        for name in numbered(&names, "xl/worksheets/sheet") {
            parts.sheet(&name, &shared, &mut document.words);
            document.words.line();
        }
    } else if has("content.xml") {
        parts.flow("content.xml", Dialect::OpenDocument, &mut document.words);
    } else if has("META-INF/container.xml") {
        for name in names.iter().filter(|name| [".xhtml", ".html", ".htm"].iter().any(|ending| name.to_lowercase().ends_with(ending))) {
            parts.page(name, &mut document.words);
        }
    } else {
        return Err("It has none of the parts that documents of office programs have".to_owned());
    }
    for name in ["docProps/core.xml", "meta.xml"] {
        if has(name) {
            parts.facts(name, &mut document);
        }
    }
    Ok(document)
}

/// The parts called `prefix1.xml`, `prefix2.xml` and so on, in the order of their numbers.
fn numbered(names: &[String], prefix: &str) -> Vec<String> {
    let number = |name: &str| name.strip_prefix(prefix)?.strip_suffix(".xml")?.parse::<u32>().ok();
    let mut numbered: Vec<(u32, &String)> = names.iter().filter_map(|name| Some((number(name)?, name))).collect();
    numbered.sort_unstable();
    numbered.into_iter().map(|(_, name)| name.clone()).collect()
}

#[derive(Clone, Copy, PartialEq)]
enum Dialect {
    Microsoft,
    OpenDocument,
}

struct Parts<'a, 'b> {
    archive: &'a mut Archive<'b>,
    /// Bytes that may still be unpacked.
    left: u64,
}

impl Parts<'_, '_> {
    /// Hands the unpacked part to `on`, up to the limits. A part that is missing or broken brings what it can.
    fn open(&mut self, name: &str, words: &mut Words, on: &mut dyn FnMut(&mut dyn BufRead, &mut Words)) {
        let Ok(entry) = self.archive.by_name(name) else { return };
        let limit = PART.min(self.left);
        let mut limited = BufReader::new(entry).take(limit);
        on(&mut limited, words);
        if limited.limit() == 0 {
            words.cut();
        }
        self.left -= limit - limited.limit();
    }

    /// Text in the order in which it stands.
    fn flow(&mut self, name: &str, dialect: Dialect, words: &mut Words) {
        self.open(name, words, &mut |part, words| {
            let mut flow = Flow { dialect, n_text: 0, n_deleted: 0 };
            events(part, &mut |event| {
                match event {
                    Seen::Start(name) => flow.start(name, words),
                    Seen::End(name) => flow.end(name, words),
                    Seen::Text(text) if flow.n_text > 0 && flow.n_deleted == 0 => words.push(text),
                    Seen::Text(_) => {}
                }
                !words.is_full()
            });
        });
    }

    /// The words that the cells of a workbook share.
    fn shared_words(&mut self) -> Vec<String> {
        let mut shared: Vec<String> = Vec::new();
        let mut taken = 0;
        let (mut in_text, mut n_phonetic) = (false, 0_u32);
        self.open("xl/sharedStrings.xml", &mut Words::default(), &mut |part, _| {
            events(part, &mut |event| {
                match event {
                    Seen::Start(tag) => match local(tag) {
                        "si" => shared.push(String::new()),
                        "rPh" => n_phonetic += 1,
                        "t" => in_text = true,
                        _ => {}
                    },
                    Seen::End("rPh") => n_phonetic = n_phonetic.saturating_sub(1),
                    Seen::End("t") => in_text = false,
                    Seen::Text(text) if in_text && n_phonetic == 0 => {
                        taken += text.len();
                        if let Some(last) = shared.last_mut() {
                            last.push_str(text);
                        }
                    }
                    Seen::End(_) | Seen::Text(_) => {}
                }
                taken + shared.len() * size_of::<String>() < SHARED
            });
        });
        shared
    }

    /// The cells of a sheet, row by row. Dates are numbers there, and stay so.
    fn sheet(&mut self, name: &str, shared: &[String], words: &mut Words) {
        self.open(name, words, &mut |part, words| {
            let (mut is_shared, mut in_value, mut value) = (false, false, String::new());
            events(part, &mut |event| {
                match event {
                    Seen::Start(tag) => match local(tag) {
                        "c" => {
                            is_shared = attribute(tag, "t").as_deref() == Some("s");
                            value.clear();
                        }
                        "v" | "t" => in_value = true,
                        _ => {}
                    },
                    Seen::Text(text) if in_value => value.push_str(text),
                    Seen::End("v" | "t") => in_value = false,
                    Seen::End("c") if !value.is_empty() => {
                        let said = if is_shared { value.parse().ok().and_then(|at: usize| shared.get(at)) } else { Some(&value) };
                        words.space();
                        words.push(said.map(String::as_str).unwrap_or_default());
                    }
                    Seen::End("row") => words.line(),
                    Seen::End(_) | Seen::Text(_) => {}
                }
                !words.is_full()
            });
        });
    }

    /// A page of a book.
    fn page(&mut self, name: &str, words: &mut Words) {
        if words.is_full() {
            return;
        }
        self.open(name, words, &mut |part, words| {
            let mut bytes = Vec::new();
            // What can be read of a broken page is its words.
            if part.take(4 << 20).read_to_end(&mut bytes).is_ok() || !bytes.is_empty() {
                words.line();
                words.push(&plain::page(&bytes).words.into_text());
            }
        });
    }

    /// Title, author and times that the program noted.
    fn facts(&mut self, name: &str, document: &mut Document) {
        let mut current = String::new();
        let (mut title, mut creator, mut first_creator) = (String::new(), String::new(), String::new());
        let (mut created, mut modified) = (None, None);
        self.open(name, &mut Words::default(), &mut |part, _| {
            events(part, &mut |event| {
                match event {
                    Seen::Start(tag) => local(tag).clone_into(&mut current),
                    Seen::End(_) => current.clear(),
                    Seen::Text(text) => match current.as_str() {
                        "title" => title.push_str(text),
                        "creator" => creator.push_str(text),
                        "initial-creator" => first_creator.push_str(text),
                        "created" | "creation-date" => created = time::iso(text),
                        "modified" | "date" => modified = time::iso(text),
                        _ => {}
                    },
                }
                title.len() + creator.len() + first_creator.len() < 4096
            });
        });
        title.trim().clone_into(&mut document.title);
        let author = if creator.trim().is_empty() { first_creator } else { creator };
        author.trim().clone_into(&mut document.author);
        (document.created, document.modified) = (created, modified);
    }
}

/// Where in the text of a document the reader is.
struct Flow {
    dialect: Dialect,
    /// Elements around this place whose text is read.
    n_text: u32,
    /// Elements around it whose text was taken out of the document.
    n_deleted: u32,
}

impl Flow {
    fn start(&mut self, tag: &BytesStart<'_>, words: &mut Words) {
        match (self.dialect, local(tag)) {
            (Dialect::Microsoft, "t") => self.n_text += 1,
            (Dialect::Microsoft, "tab") if self.n_deleted == 0 => words.space(),
            (Dialect::Microsoft, "br" | "cr") => words.line(),
            (Dialect::OpenDocument, "p" | "h") => {
                // Paragraphs of a cell stand beside each other.
                self.n_text += 1;
            }
            (Dialect::OpenDocument, "s" | "tab") => words.space(),
            (Dialect::OpenDocument, "line-break") => words.line(),
            (Dialect::OpenDocument, "tracked-changes") => self.n_deleted += 1,
            _ => {}
        }
    }

    fn end(&mut self, name: &str, words: &mut Words) {
        match (self.dialect, name) {
            (Dialect::Microsoft, "t") => self.n_text = self.n_text.saturating_sub(1),
            (Dialect::Microsoft, "p") => words.line(),
            (Dialect::OpenDocument, "p" | "h") => {
                self.n_text = self.n_text.saturating_sub(1);
                words.line();
            }
            (Dialect::OpenDocument, "tracked-changes") => self.n_deleted = self.n_deleted.saturating_sub(1),
            _ => {}
        }
    }
}

/// What an XML reader meets. Names are without their prefix.
enum Seen<'e> {
    Start(&'e BytesStart<'e>),
    End(&'e str),
    Text(&'e str),
}

/// Hands every event to `on` until it answers no, the part ends or breaks.
fn events(part: &mut dyn BufRead, on: &mut dyn FnMut(Seen<'_>) -> bool) {
    let mut reader = Reader::from_reader(part);
    reader.config_mut().enable_all_checks(false);
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        let goes_on = match reader.read_event_into(&mut buffer) {
            Ok(Event::Start(tag)) => on(Seen::Start(&tag)),
            Ok(Event::Empty(tag)) => on(Seen::Start(&tag)) && on(Seen::End(local(&tag))),
            Ok(Event::End(tag)) => on(Seen::End(tag.local_name().into_inner())),
            Ok(Event::Text(text)) => on(Seen::Text(&text.xml10_content())),
            Ok(Event::CData(text)) => on(Seen::Text(&text.xml10_content())),
            Ok(Event::GeneralRef(entity)) => on(Seen::Text(letter(&entity).encode_utf8(&mut [0; 4]))),
            Ok(Event::Eof) | Err(_) => false,
            Ok(_) => true,
        };
        if !goes_on {
            return;
        }
    }
}

fn local<'t>(tag: &'t BytesStart<'_>) -> &'t str {
    tag.local_name().into_inner()
}

fn attribute(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    tag.try_get_attribute(name).ok().flatten().map(|attribute| attribute.value.into_owned())
}

/// The letter that a reference stands for. Documents define none of their own, so nothing can unfold.
fn letter(entity: &BytesRef<'_>) -> char {
    if let Ok(Some(letter)) = entity.resolve_char_ref() {
        return letter;
    }
    match &*entity.xml10_content() {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        _ => '\u{fffd}',
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::archive::tests::zip_of;

    fn words(files: &[(&str, &str)]) -> String {
        let files: Vec<(&str, &[u8])> = files.iter().map(|(name, text)| (*name, text.as_bytes())).collect();
        read(&zip_of(&files)).unwrap().words.into_text()
    }

    #[test]
    fn text_documents_are_read_in_their_order() {
        let body = r#"<?xml version="1.0"?><w:document xmlns:w="x"><w:body><w:p><w:r><w:t>Knots &amp; </w:t></w:r><w:r><w:t xml:space="preserve">ropes&#8364;</w:t></w:r></w:p><w:p><w:r><w:delText>gone</w:delText><w:t>a</w:t><w:tab/><w:t>b</w:t><w:br/><w:t>c</w:t><w:instrText>PAGE</w:instrText></w:r></w:p></w:body></w:document>"#;
        let comments = r#"<w:comments><w:comment><w:p><w:t>said Bo</w:t></w:p></w:comment></w:comments>"#;
        let core = r#"<cp:coreProperties><dc:title>On knots</dc:title><dc:creator>Ann</dc:creator><dcterms:created>2024-05-01T10:20:30Z</dcterms:created></cp:coreProperties>"#;
        let bytes = zip_of(&[
            ("[Content_Types].xml", b"<x/>"),
            ("word/comments.xml", comments.as_bytes()),
            ("word/document.xml", body.as_bytes()),
            ("docProps/core.xml", core.as_bytes()),
        ]);
        let document = read(&bytes).unwrap();
        assert_eq!((document.title.as_str(), document.author.as_str()), ("On knots", "Ann"));
        assert_eq!(document.created.map(|at| at.ms), Some(1_714_558_830_000));
        assert_eq!(document.words.into_text(), "Knots & ropes€\na b\nc\nsaid Bo");
    }

    #[test]
    fn slides_come_by_number_and_sheets_by_row() {
        let slide = |text: &str| format!("<p:sld><a:p><a:r><a:t>{text}</a:t></a:r></a:p></p:sld>");
        let (second, tenth, notes) = (slide("second"), slide("tenth"), slide("aside"));
        let slides = [
            ("ppt/presentation.xml", ""),
            ("ppt/slides/slide10.xml", &*tenth),
            ("ppt/slides/slide2.xml", &*second),
            ("ppt/notesSlides/notesSlide1.xml", &*notes),
        ];
        assert_eq!(words(&slides), "second\ntenth\naside");
        let sheet = r#"<worksheet><sheetData><row><c r="A1" t="s"><v>1</v></c><c r="B1"><v>2.5</v></c></row><row><c t="inlineStr"><is><t>in line</t></is></c><c t="s"><v>99</v></c></row></sheetData></worksheet>"#;
        let shared = "<sst><si><t>zero</t></si><si><r><t>Rope</t></r><r><t> long</t></r><rPh><t>x</t></rPh></si></sst>";
        assert_eq!(
            words(&[("xl/workbook.xml", ""), ("xl/sharedStrings.xml", shared), ("xl/worksheets/sheet1.xml", sheet)]),
            "Rope long 2.5\nin line"
        );
    }

    #[test]
    fn open_documents_and_books_are_read() {
        let content = r#"<office:document-content><office:body><office:text><text:tracked-changes><text:p>gone</text:p></text:tracked-changes><text:h>Knots</text:h><text:p>one<text:s/>two<text:line-break/><text:span>three</text:span></text:p></office:text></office:body></office:document-content>"#;
        assert_eq!(words(&[("mimetype", "application/vnd.oasis.opendocument.text"), ("content.xml", content)]), "Knots\none two\nthree");
        assert_eq!(words(&[("META-INF/container.xml", ""), ("OEBPS/1.xhtml", "<p>Once &amp; again</p>")]), "Once & again");
    }

    #[test]
    fn a_hostile_file_is_bounded() {
        let bomb = format!("<w:document><w:p><w:t>{}</w:t></w:p></w:document>", "x".repeat(8 << 20));
        let document = read(&zip_of(&[("word/document.xml", bomb.as_bytes())])).unwrap();
        assert!(document.words.is_full());
        let deep = format!("<a><w:t>{}in", "<w:x>".repeat(100_000));
        assert_eq!(words(&[("word/document.xml", &deep)]), "in");
        let unfolding = r#"<!DOCTYPE x [<!ENTITY a "&b;&b;"><!ENTITY b "boom">]><w:p><w:t>&a;</w:t></w:p>"#;
        assert_eq!(words(&[("word/document.xml", unfolding)]), "\u{fffd}");
        assert!(read(b"PK\x03\x04 and nothing more").is_err());
        assert!(read(&zip_of(&[("a.txt", b"x")])).is_err());
    }
}
