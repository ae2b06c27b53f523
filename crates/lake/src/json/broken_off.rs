//! What there is of a JSON value that ends in the middle, closed so that a parser reads it.

/// The whole members of a value that is cut, and the part of a text in which it ends. `None` when nothing of it is whole, or it
/// is no JSON so far.
pub(crate) fn closed(bytes: &[u8]) -> Option<Vec<u8>> {
    // How far everything is whole, and what is open there, outermost first: what opens or closes anything is whole by itself.
    let mut whole = 0;
    let mut open: Vec<u8> = Vec::new();
    // Whether a name is what comes next.
    let mut names = false;
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let is_whole = match byte {
            b'{' | b'[' => {
                open.push(if byte == b'{' { b'}' } else { b']' });
                names = byte == b'{';
                at += 1;
                true
            }
            b'}' | b']' => {
                if open.pop() != Some(byte) {
                    return None;
                }
                at += 1;
                true
            }
            b'"' => match end_of_text(bytes, at) {
                (end, true) => {
                    at = end;
                    !names
                }
                (_, false) if names => break,
                (end, false) => {
                    let mut closed = bytes.get(..end)?.to_vec();
                    closed.push(b'"');
                    closed.extend(open.iter().rev());
                    return Some(closed);
                }
            },
            b',' => {
                names = open.last() == Some(&b'}');
                at += 1;
                false
            }
            b':' => {
                names = false;
                at += 1;
                false
            }
            byte if byte.is_ascii_whitespace() => {
                at += 1;
                false
            }
            _ => {
                // A word or a number at the very end may be half of one.
                let length = bytes.get(at..)?.iter().position(|byte| b",]}".contains(byte) || byte.is_ascii_whitespace());
                let Some(length) = length.filter(|length| *length > 0) else { break };
                at += length;
                true
            }
        };
        if is_whole {
            whole = at;
        }
    }
    open.reverse();
    (whole > 1 && !open.is_empty()).then(|| [bytes.get(..whole).unwrap_or_default(), &open].concat())
}

/// Where the text that begins at `from` ends, and whether it does; without the half of a letter when it does not.
fn end_of_text(bytes: &[u8], from: usize) -> (usize, bool) {
    let mut at = from + 1;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'"' => return (at + 1, true),
            b'\\' => {
                let width = if bytes.get(at + 1) == Some(&b'u') { 6 } else { 2 };
                if at + width > bytes.len() {
                    return (at, false);
                }
                at += width;
            }
            _ => at += 1,
        }
    }
    // A letter of several bytes may be cut as well.
    let tail = bytes.get(from + 1..).unwrap_or_default();
    let whole = match std::str::from_utf8(tail) {
        Err(error) if error.error_len().is_none() => error.valid_up_to(),
        _ => tail.len(),
    };
    (from + 1 + whole, false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wherever_it_is_cut_what_is_left_is_json() {
        let whole = r#" {"title": "Söl\u00e4 \"x\"", "n": -12.5, "list": [{"text": "a\\", "is": true}, {}, []], "last": null} "#;
        let mut n_read = 0;
        for end in 0..whole.trim_end().len() {
            if let Some(closed) = closed(&whole.as_bytes()[..end]) {
                let read: Result<serde_json::Value, _> = serde_json::from_slice(&closed);
                assert!(read.is_ok(), "{end}: {} {read:?}", String::from_utf8_lossy(&closed));
                n_read += 1;
            }
        }
        assert!(n_read > whole.len() - 6, "{n_read}");
        let shown = |bytes: &str| closed(bytes.as_bytes()).map(|bytes| String::from_utf8(bytes).unwrap());
        assert_eq!(shown(r#"{"a": "wor"#).as_deref(), Some(r#"{"a": "wor"}"#));
        assert_eq!(shown(r#"{"a": "x", "b": 1"#).as_deref(), Some(r#"{"a": "x"}"#), "half a number says something else");
        assert_eq!(shown(r#"{"a": [{"b": "x"}, {"c"#).as_deref(), Some(r#"{"a": [{"b": "x"}, {}]}"#));
        assert_eq!((shown("{"), shown(""), shown("]"), shown("words")), (None, None, None, None));
    }
}
