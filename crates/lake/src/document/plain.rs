//! Text as it stands, and pages.

use super::{Document, Words};
use crate::text::{charset, html};

/// Bytes of a page that are read: markup is many times its words.
const PAGE: usize = 16 << 20;

pub(super) fn read(bytes: &[u8]) -> Document {
    let mut words = Words::default();
    // A file may begin like text and go on as something else.
    let text = bytes.split(|byte| *byte == 0).next().unwrap_or_default();
    words.push(&charset::decoded(text));
    if text.len() < bytes.len() {
        words.cut();
    }
    Document { words, ..Document::default() }
}

/// A page's words; its title is that of its head.
pub(super) fn page(bytes: &[u8]) -> Document {
    let read = bytes.get(..PAGE).unwrap_or(bytes);
    let text = charset::decoded(read);
    let mut words = Words::default();
    words.push(&html::plain(&text));
    if read.len() < bytes.len() {
        words.cut();
    }
    Document { title: title(&text), words, ..Document::default() }
}

fn title(page: &str) -> String {
    let head: String = page.chars().take(64 << 10).collect();
    let lower = head.to_ascii_lowercase();
    let inner = lower.find("<title").and_then(|at| Some(at + lower[at..].find('>')? + 1));
    let title = inner.and_then(|from| Some(&head[from..from + lower[from..].find("</title")?]));
    title.map(|title| html::plain(title).replace('\n', " ")).unwrap_or_default()
}

/// Whether a file is text, by its first bytes: hardly any of them are signs that no text has. The last letter may be cut.
pub(crate) fn is_text(head: &[u8]) -> bool {
    let sample = head.get(..8192).unwrap_or(head);
    let n_odd = sample.iter().filter(|byte| matches!(byte, 0..=8 | 14..=26 | 28..=31 | 127)).count();
    if sample.contains(&0) || n_odd * 100 > sample.len() {
        return false;
    }
    match std::str::from_utf8(sample) {
        Ok(_) => !sample.is_empty(),
        Err(error) if error.error_len().is_none() => true,
        // In a code page most letters are plain ones.
        Err(_) => sample.iter().filter(|byte| !byte.is_ascii()).count() * 3 < sample.len(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_has_its_words_and_its_title() {
        let page = page(b"<html><head><Title>Knots &amp;\nropes</title><style>p{}</style></head><body><p>Tie <b>it</b></p></body></html>");
        assert_eq!((page.title.as_str(), page.words.into_text().as_str()), ("Knots & ropes", "Tie it"));
    }

    #[test]
    fn text_ends_where_bytes_begin() {
        let document = read(b"words\n\0\x01more");
        assert!(document.words.is_full());
        assert_eq!(document.words.into_text(), "words");
    }

    #[test]
    fn text_is_told_from_bytes() {
        for text in ["plain", "Grüße", "日本語", "a\tb\r\n\u{c}"] {
            assert!(is_text(text.as_bytes()), "{text}");
        }
        assert!(is_text(&"Grüße".as_bytes()[..3]) && is_text(b"Gr\xfc\xdfe an alle"));
        for bytes in [&b""[..], b"a\0b", b"\x01\x02\x03", b"\xff\xfe\xfd\xfc\xfb"] {
            assert!(!is_text(bytes), "{bytes:?}");
        }
    }
}
