//! The archive read once, plainly: what it costs to inflate it, how much text it holds, and that text as rows for a peer.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use serde_json::Value;

use super::process;
use crate::Result;

/// What stands in an archive.
pub(crate) struct Texts {
    /// A title and a body for each mail and each JSON record.
    pub(crate) rows: Vec<(String, String)>,
    /// Bytes of all files that are not media, unpacked.
    pub(crate) text_bytes: u64,
    /// Bytes of all files, unpacked.
    pub(crate) bytes: u64,
    /// Seconds of processor time to read and inflate every file once.
    pub(crate) inflate_cpu_s: f64,
}

/// Reads a zip archive.
pub(crate) fn read(path: &Path) -> Result<Texts> {
    let begun = process::own_cpu_s();
    let bytes = inflate(path, &mut |_, _| {})?;
    let inflate_cpu_s = process::own_cpu_s() - begun;
    let (mut rows, mut text_bytes) = (Vec::new(), 0);
    inflate(path, &mut |name, body| {
        if !is_media(name) {
            text_bytes += body.len() as u64;
        }
        if name.ends_with(".mbox") {
            mails(&String::from_utf8_lossy(body), &mut rows);
        } else if name.ends_with(".json")
            && let Ok(value) = serde_json::from_slice::<Value>(body)
        {
            records(&value, &mut rows);
        }
    })?;
    Ok(Texts { rows, text_bytes, bytes, inflate_cpu_s })
}

fn is_media(name: &str) -> bool {
    [".jpg", ".mp4", ".png", ".bin"].iter().any(|end| name.ends_with(end))
}

/// Bytes of all files of an archive that are not media, unpacked, as its list has them.
pub(crate) fn text_bytes(path: &Path) -> Result<u64> {
    let mut zip = zip::ZipArchive::new(File::open(path)?)?;
    let mut bytes = 0;
    for index in 0..zip.len() {
        let entry = zip.by_index_raw(index)?;
        if !is_media(&entry.name()?) {
            bytes += entry.size();
        }
    }
    Ok(bytes)
}

/// Inflates every file in turn; the bytes of all.
fn inflate(path: &Path, on: &mut dyn FnMut(&str, &[u8])) -> Result<u64> {
    let mut zip = zip::ZipArchive::new(File::open(path)?)?;
    let mut body = Vec::new();
    let mut bytes = 0;
    for index in 0..zip.len() {
        let mut entry = zip.by_index(index)?;
        body.clear();
        entry.read_to_end(&mut body)?;
        bytes += body.len() as u64;
        let name = entry.name()?.into_owned();
        on(&name, &body);
    }
    Ok(bytes)
}

fn mails(text: &str, rows: &mut Vec<(String, String)>) {
    for mail in text.split("\nFrom ").filter(|mail| !mail.trim().is_empty()) {
        let (head, body) = mail.split_once("\r\n\r\n").or_else(|| mail.split_once("\n\n")).unwrap_or((mail, ""));
        let subject = head.lines().find_map(|line| line.strip_prefix("Subject: ")).unwrap_or_default();
        rows.push((subject.to_owned(), body.to_owned()));
    }
}

/// Every object that has a title or name, with all the text in it.
fn records(value: &Value, rows: &mut Vec<(String, String)>) {
    match value {
        Value::Array(values) => values.iter().for_each(|value| records(value, rows)),
        Value::Object(fields) => {
            let title = ["title", "name", "summary"].iter().find_map(|key| fields.get(*key).and_then(Value::as_str));
            if let Some(title) = title {
                let mut body = String::new();
                gather(value, &mut body);
                rows.push((title.to_owned(), body));
            } else {
                fields.values().for_each(|value| records(value, rows));
            }
        }
        _ => {}
    }
}

fn gather(value: &Value, body: &mut String) {
    match value {
        Value::String(text) => {
            body.push_str(text);
            body.push('\n');
        }
        Value::Array(values) => values.iter().for_each(|value| gather(value, body)),
        Value::Object(fields) => fields.values().for_each(|value| gather(value, body)),
        _ => {}
    }
}

/// Queries of one to three words that stand together in some title, spread evenly over the rows.
pub(crate) fn queries(rows: &[(String, String)], n_queries: usize) -> Vec<String> {
    // Some titles have too few words, so twice as many rows are looked at.
    let step = (rows.len() / (2 * n_queries).max(1)).max(1);
    let mut queries = Vec::with_capacity(n_queries);
    for (number, (title, _)) in rows.iter().step_by(step).enumerate() {
        let words: Vec<&str> = title.split(|c: char| !c.is_alphanumeric()).filter(|word| word.chars().count() > 3).collect();
        let n_words = 1 + number % 3;
        if words.len() >= n_words {
            queries.push(words[words.len() - n_words..].join(" "));
        }
    }
    queries.truncate(n_queries);
    queries
}
