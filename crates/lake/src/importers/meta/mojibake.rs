//! Undoes what Meta does to texts: each byte of their UTF-8 is written as a character of its own, so that `é` is `Ã©`.

use serde_json::Value;

/// The text as it was meant; a text that is sound, or cannot have come about that way, stays as it is.
pub(in crate::importers) fn mended(text: &str) -> String {
    if text.is_ascii() {
        return text.to_owned();
    }
    let bytes: Option<Vec<u8>> = text.chars().map(|letter| u8::try_from(u32::from(letter)).ok()).collect();
    bytes.and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_else(|| text.to_owned())
}

/// Mends every text in a value, keys included.
pub(in crate::importers) fn mend(value: Value) -> Value {
    match value {
        Value::String(text) => Value::String(mended(&text)),
        Value::Array(list) => Value::Array(list.into_iter().map(mend).collect()),
        Value::Object(fields) => Value::Object(fields.into_iter().map(|(key, inner)| (mended(&key), mend(inner))).collect()),
        Value::Null | Value::Bool(_) | Value::Number(_) => value,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_mended_and_sound_ones_left_alone() {
        let json: Value =
            serde_json::from_str(r#"{"a": "caf\u00c3\u00a9 \u00f0\u009f\u0098\u0080", "b": ["café", "naïve 😀", "plain", "\u00e9"]}"#)
                .unwrap();
        assert_eq!(mend(json).to_string(), r#"{"a":"café 😀","b":["café","naïve 😀","plain","é"]}"#);
    }
}
