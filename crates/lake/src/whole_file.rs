//! Files that are no list of records: each is one document, found by its words.
//!
//! Identity: the file's bytes, so that a copy elsewhere in an export is the same document.

use std::io;

use domain::{Kind, NewItem, Raw, RawFormat};
use serde_json::Value;

use crate::conversation::headline;
use crate::importer::Input;
use crate::json::lenient;
use crate::text::{charset, html};

/// Longest text of a document, in bytes; the whole stands in the raw file.
const TEXT_LIMIT: usize = 1 << 20;

/// Reads a whole file of at most `limit` bytes as a document of `source`; `None` when there is not a word in it.
pub(crate) fn read(input: &mut Input<'_>, source: &str, limit: u64) -> io::Result<Option<NewItem>> {
    let bytes = input.read_all(limit)?;
    let name = input.path.rsplit('/').next().unwrap_or(input.path);
    Ok(of(&bytes, name, source))
}

fn of(bytes: &[u8], name: &str, source: &str) -> Option<NewItem> {
    let (stem, extension) = name.rsplit_once('.').unwrap_or((name, ""));
    let (format, text, title) = match extension.to_lowercase().as_str() {
        "html" | "htm" => {
            let page = charset::decoded(bytes);
            (RawFormat::Html, html::plain(&page), None)
        }
        "json" => match lenient::value(bytes) {
            Ok(value) => {
                let title = ["title", "name", "displayName"].iter().find_map(|key| value.get(*key)?.as_str()).map(str::to_owned);
                (RawFormat::Json, words(&value), title)
            }
            Err(_) => (RawFormat::Text, charset::decoded(bytes).trim().to_owned(), None),
        },
        _ => (RawFormat::Text, charset::decoded(bytes).trim().to_owned(), None),
    };
    if text.is_empty() {
        return None;
    }
    let mut item = NewItem::new(Kind::Document, source, blake3::hash(bytes).as_bytes(), Raw { format, bytes: bytes.to_vec() });
    item.title = headline(title.as_deref().filter(|title| !title.trim().is_empty()).unwrap_or(stem));
    item.text = text;
    if item.text.len() > TEXT_LIMIT {
        let end = (0..=TEXT_LIMIT).rev().find(|&at| item.text.is_char_boundary(at)).unwrap_or(0);
        item.text.truncate(end);
        // Said, for words behind it are not found.
        item.set("cut", true);
    }
    item.set("file", name);
    Some(item)
}

/// The texts and numbers in a JSON value, a line each, under the keys that they stand under.
pub(crate) fn words(value: &Value) -> String {
    let mut lines = Vec::new();
    collect(value, "", &mut lines);
    lines.join("\n")
}

fn collect(value: &Value, key: &str, lines: &mut Vec<String>) {
    let line = |text: &str| if key.is_empty() { text.to_owned() } else { format!("{key}: {text}") };
    match value {
        Value::String(text) if !text.trim().is_empty() => lines.push(line(&html::plain(text))),
        Value::Number(number) => lines.push(line(&number.to_string())),
        Value::Array(list) => list.iter().for_each(|inner| collect(inner, key, lines)),
        Value::Object(fields) => fields.iter().for_each(|(inner_key, inner)| collect(inner, inner_key, lines)),
        Value::Null | Value::Bool(_) | Value::String(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_is_its_words_whatever_its_form() {
        let shown =
            |name: &str, bytes: &[u8]| of(bytes, name, "s").map(|item| format!("{} | {}", item.title, item.text.replace('\n', " / ")));
        assert_eq!(shown("a.html", b"<p>Rope &amp; twine</p>").unwrap(), "a | Rope & twine");
        assert_eq!(
            shown("a.json", br#"{"list": [{"n": 2, "t": "bow<b>line</b>", "x": null}], "title": "Knots"}"#).unwrap(),
            "Knots | n: 2 / t: bowline / title: Knots"
        );
        assert_eq!(shown("cut.json", br#"{"title": "Kn"#).unwrap(), r#"cut | {"title": "Kn"#);
        assert_eq!((shown("a.txt", b" \n"), shown("a.json", b"{}")), (None, None));
        assert_eq!(of(b"x", "a.txt", "s").unwrap().uid, of(b"x", "b.txt", "s").unwrap().uid);
    }

    #[test]
    fn what_is_cut_off_is_said() {
        let whole = of(&vec![b'a'; TEXT_LIMIT], "a.txt", "s").unwrap();
        let cut = of(&vec![b'a'; TEXT_LIMIT + 1], "a.txt", "s").unwrap();
        assert_eq!((whole.data.get("cut"), cut.data.get("cut"), cut.text.len()), (None, Some(&true.into()), TEXT_LIMIT));
        assert_eq!(cut.raw.bytes.len(), TEXT_LIMIT + 1, "the original is whole");
    }
}
