//! Documents as plain words: what office programs, readers and editors write, and what stands in it for reading and for search.
//!
//! A document may be made to do harm, so every reader here is bounded: by the bytes that it takes in, by those that it unpacks, by
//! pages and by the words that it hands out ([`Words`]). No reader recurses with the depth of its input. What a limit cut off is
//! said, and what came before it stands.
//!
//! Absent on purpose: how it looks, pictures and formulas; programs in it are never run; sealed documents (their words need a key).

mod office;
mod pdf;
mod plain;
mod rich_text;
mod words;

use std::panic::{AssertUnwindSafe, catch_unwind};

use domain::Moment;

pub(crate) use plain::is_text;
pub(crate) use words::Words;

/// Largest document that is read for its words, bytes.
pub(crate) const LARGEST: u64 = 64 << 20;

/// What a document says.
#[derive(Debug, Default)]
pub(crate) struct Document {
    /// The title that it gives itself; often empty, or that of another.
    pub(crate) title: String,
    pub(crate) author: String,
    pub(crate) created: Option<Moment>,
    pub(crate) modified: Option<Moment>,
    pub(crate) words: Words,
}

/// How a document is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    /// A zip of XML: docx, pptx, xlsx, odt, ods, odp, epub.
    Office(&'static str),
    Pdf,
    RichText,
    Html,
    /// Text as it stands: txt, md, csv, json and the like.
    Plain(&'static str),
}

/// Endings of names, and the type of each.
const OFFICE: &[(&str, &str)] = &[
    ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ("dotx", "application/vnd.openxmlformats-officedocument.wordprocessingml.template"),
    ("docm", "application/vnd.ms-word.document.macroenabled.12"),
    ("pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
    ("ppsx", "application/vnd.openxmlformats-officedocument.presentationml.slideshow"),
    ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ("xlsm", "application/vnd.ms-excel.sheet.macroenabled.12"),
    ("odt", "application/vnd.oasis.opendocument.text"),
    ("ods", "application/vnd.oasis.opendocument.spreadsheet"),
    ("odp", "application/vnd.oasis.opendocument.presentation"),
    ("epub", "application/epub+zip"),
];
const PLAIN: &[(&str, &str)] = &[
    ("txt", "text/plain"),
    ("text", "text/plain"),
    ("log", "text/plain"),
    ("md", "text/markdown"),
    ("markdown", "text/markdown"),
    ("csv", "text/csv"),
    ("tsv", "text/tab-separated-values"),
    ("json", "application/json"),
    ("jsonl", "application/jsonl"),
    ("xml", "application/xml"),
    ("yaml", "application/yaml"),
    ("yml", "application/yaml"),
    ("tex", "text/x-tex"),
    ("svg", "image/svg+xml"),
];

impl Format {
    /// The format of a file by its first bytes; the ending of its name tells apart what begins alike. `None` when its words cannot
    /// be read.
    pub(crate) fn of(head: &[u8], extension: &str) -> Option<Self> {
        let by_name = |table: &[(&'static str, &'static str)]| table.iter().find(|(own, _)| *own == extension).map(|(_, kind)| *kind);
        if head.starts_with(b"%PDF-") || (extension == "pdf" && memchr::memmem::find(head.get(..1024).unwrap_or(head), b"%PDF-").is_some())
        {
            return Some(Self::Pdf);
        }
        if head.starts_with(b"{\\rtf") {
            return Some(Self::RichText);
        }
        if head.starts_with(b"PK\x03\x04") {
            let inside = |word: &str| memchr::memmem::find(head, word.as_bytes()).is_some();
            // An OpenDocument file and a book say what they are in their first entry.
            let stated = OFFICE.iter().find(|(_, kind)| inside(&format!("mimetype{kind}"))).map(|(_, kind)| *kind);
            return stated
                .or_else(|| by_name(OFFICE).filter(|_| inside("[Content_Types].xml") || inside("mimetype") || inside(".xml")))
                .map(Self::Office);
        }
        if !is_text(head) {
            return None;
        }
        let start = head.trim_ascii_start();
        let start = start.get(..15).unwrap_or(start).to_ascii_lowercase();
        if matches!(extension, "html" | "htm" | "xhtml") || start.starts_with(b"<!doctype html") || start.starts_with(b"<html") {
            return Some(Self::Html);
        }
        let guessed = if start.starts_with(b"{") || start.starts_with(b"[") { "application/json" } else { "text/plain" };
        Some(Self::Plain(by_name(PLAIN).unwrap_or(guessed)))
    }

    /// Its media type.
    pub(crate) fn media_type(self) -> &'static str {
        match self {
            Self::Office(kind) | Self::Plain(kind) => kind,
            Self::Pdf => "application/pdf",
            Self::RichText => "application/rtf",
            Self::Html => "text/html",
        }
    }
}

/// What a file is, by its first bytes, for those without words; `application/octet-stream` when nothing is known.
pub(crate) fn kind_of(head: &[u8]) -> &'static str {
    const STARTS: &[(&[u8], &str)] = &[
        (b"PK\x03\x04", "application/zip"),
        (b"PK\x05\x06", "application/zip"),
        (b"\x1f\x8b", "application/gzip"),
        (b"BZh", "application/x-bzip2"),
        (b"\xfd7zXZ\0", "application/x-xz"),
        (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
        (b"Rar!\x1a\x07", "application/vnd.rar"),
        (b"SQLite format 3\0", "application/vnd.sqlite3"),
        (b"ID3", "audio/mpeg"),
        (b"\xff\xfb", "audio/mpeg"),
        (b"OggS", "audio/ogg"),
        (b"fLaC", "audio/flac"),
        (b"\x7fELF", "application/x-elf"),
        (b"MZ", "application/vnd.microsoft.portable-executable"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
        (b"wOF2", "font/woff2"),
    ];
    if head.starts_with(b"RIFF") && head.get(8..12) == Some(b"WAVE") {
        return "audio/wav";
    }
    STARTS.iter().find(|(start, _)| head.starts_with(start)).map_or("application/octet-stream", |(_, kind)| kind)
}

/// Reads a document; an error is a sentence about why it has no words.
pub(crate) fn read(format: Format, bytes: &[u8]) -> Result<Document, String> {
    // The parsers of the formats are others' work, and a document that makes one of them panic is a document without words. They
    // own what they work on, so nothing half-done is seen afterwards.
    catch_unwind(AssertUnwindSafe(|| match format {
        Format::Office(_) => office::read(bytes),
        Format::Pdf => pdf::read(bytes),
        Format::RichText => Ok(rich_text::read(bytes)),
        Format::Html => Ok(plain::page(bytes)),
        Format::Plain(_) => Ok(plain::read(bytes)),
    }))
    .unwrap_or_else(|_| Err("It is broken in a way that its reader could not handle".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_told_by_content_and_then_by_name() {
        for (head, extension, media_type) in [
            (&b"%PDF-1.7"[..], "", Some("application/pdf")),
            (b"\n%PDF-1.7", "pdf", Some("application/pdf")),
            (b"{\\rtf1\\ansi", "doc", Some("application/rtf")),
            (b"PK\x03\x04....[Content_Types].xml", "docx", Some("application/vnd.openxmlformats-officedocument.wordprocessingml.document")),
            (b"PK\x03\x04....mimetypeapplication/vnd.oasis.opendocument.text", "zip", Some("application/vnd.oasis.opendocument.text")),
            (b"PK\x03\x04....photo.jpg", "zip", None),
            (b"<!DOCTYPE HTML><p>", "txt", Some("text/html")),
            (b"# Title", "md", Some("text/markdown")),
            (b"[1]", "", Some("application/json")),
            (b"Gr\xfc\xdfe an alle", "txt", Some("text/plain")),
            (b"\x01\x02core\x03", "txt", None),
            (b"\xff\xd8\xff\xe0\x00", "txt", None),
        ] {
            assert_eq!(Format::of(head, extension).map(Format::media_type), media_type, "{extension} {}", String::from_utf8_lossy(head));
        }
    }
}
