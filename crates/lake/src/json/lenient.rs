//! Reads a record that is almost JSON, or almost what it should be, so that one odd field never costs a record.

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::text::charset;

/// Reads one record. When it does not read as it stands, the faults that [`value`] mends are mended, a key that stands
/// twice counts as it stood last, and a field of another kind than expected counts as missing, unless it is `needed`.
pub(crate) fn record<T: DeserializeOwned>(bytes: &[u8], needed: &[&str]) -> serde_json::Result<T> {
    // A structure would also be read from a list, by the order of its fields.
    if bytes.trim_ascii_start().first().is_some_and(|first| *first != b'{') {
        return Err(serde::de::Error::custom("it is no object"));
    }
    serde_json::from_slice(bytes).or_else(|error| {
        let Ok(value) = value(bytes) else { return Err(error) };
        let Value::Object(fields) = value else { return Err(error) };
        let fits = |key: &String, value: &Value| {
            needed.contains(&key.as_str())
                || serde_json::from_value::<T>(Value::Object(Map::from_iter([(key.clone(), value.clone())]))).is_ok()
        };
        let fitting: Map<String, Value> = fields.into_iter().filter(|(key, value)| fits(key, value)).collect();
        serde_json::from_value(Value::Object(fitting)).map_err(|_| error)
    })
}

/// Reads one JSON value. When it does not read as it stands, what is known to go wrong in exports is mended: half of a
/// surrogate pair, `NaN` and `Infinity`, bytes that are not UTF-8, control characters in a text.
pub(crate) fn value(bytes: &[u8]) -> serde_json::Result<Value> {
    serde_json::from_slice(bytes).or_else(|error| serde_json::from_slice(&mended(bytes)).map_err(|_| error))
}

/// The record as JSON that a strict parser reads, when those faults were all that was wrong with it.
pub(crate) fn sound(bytes: &[u8]) -> Option<Vec<u8>> {
    value(bytes).and_then(|value| serde_json::to_vec(&value)).ok()
}

/// The same JSON without those faults.
fn mended(bytes: &[u8]) -> Vec<u8> {
    let text = charset::decoded(bytes);
    let bytes = text.as_bytes();
    let mut mended = Vec::with_capacity(bytes.len() + 16);
    let mut in_text = false;
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let (width, instead): (usize, &[u8]) = match byte {
            b'\\' if in_text => escape(&bytes[at..]),
            b'\n' if in_text => (1, b"\\n"),
            ..b' ' if in_text => (1, b" "),
            b'"' => {
                in_text = !in_text;
                (1, b"")
            }
            b'N' | b'I' | b'-' if !in_text => {
                let word = [&b"NaN"[..], b"Infinity", b"-Infinity"].into_iter().find(|word| bytes[at..].starts_with(word));
                word.map_or((1, &b""[..]), |word| (word.len(), b"null"))
            }
            _ => (1, b""),
        };
        let end = (at + width).min(bytes.len());
        mended.extend_from_slice(if instead.is_empty() { &bytes[at..end] } else { instead });
        at = end;
    }
    mended
}

/// The width of the escape at the beginning of `bytes`, and what to write instead when it is half of a surrogate pair.
fn escape(bytes: &[u8]) -> (usize, &'static [u8]) {
    let unit = |at: usize| -> Option<u32> {
        let digits = bytes.get(at..at + 6)?.strip_prefix(b"\\u")?;
        u32::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
    };
    match unit(0) {
        Some(0xd800..=0xdbff) if matches!(unit(6), Some(0xdc00..=0xdfff)) => (12, b""),
        Some(0xd800..=0xdfff) => (6, b"\\ufffd"),
        _ => (2, b""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(serde::Deserialize, Debug, PartialEq, Default)]
    #[serde(default)]
    struct Row {
        title: Option<String>,
        list: Option<Vec<String>>,
        n: Option<f64>,
    }

    #[test]
    fn almost_json_is_read() {
        let read = |bytes: &[u8]| record::<Row>(bytes, &["title"]).map(|row| (row.title.unwrap_or_default(), row.list, row.n));
        let list = Some(vec!["x".to_owned()]);
        for (bytes, expected) in [
            (&br#"{"title": "half \ud83d", "list": ["x"], "n": 1}"#[..], ("half \u{fffd}", list.clone(), Some(1.0))),
            (br#"{"title": "whole \ud83d\ude00 \\ud83d", "list": ["x"], "n": NaN}"#, ("whole 😀 \\ud83d", list, None)),
            (br#"{"title": "first", "title": "last", "list": "none", "n": {}}"#, ("last", None, None)),
            (b"{\"title\": \"caf\xe9\n-Infinity\", \"n\": -Infinity}", ("café\n-Infinity", None, None)),
            (br#"{"n": -1, "title": "x"}"#, ("x", None, Some(-1.0))),
        ] {
            let (title, list, n) = read(bytes).unwrap();
            assert_eq!((title.as_str(), list, n), expected, "{}", String::from_utf8_lossy(bytes));
        }
        assert!(read(br#"{"title": 12}"#).unwrap_err().to_string().contains("invalid type: integer `12`"));
        assert!(read(br#"{"title": "x""#).is_err() && read(b"[]").is_err());
    }
}
