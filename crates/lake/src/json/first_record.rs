//! Whether the beginning of a JSON file holds its first record whole, so that all its keys are seen.

/// Deepest nesting that is followed.
const DEPTH: usize = 128;

/// Follows a file from its first byte to the end of its first record: of the first object in a list at the top or under one of its
/// keys; where there is none, of the whole.
#[derive(Default)]
pub(crate) struct FirstRecord {
    /// The brackets that are open, outermost first.
    open: Vec<u8>,
    in_text: bool,
    is_escaped: bool,
    /// How far it was followed.
    at: usize,
    /// The record has ended, or this is no JSON.
    is_over: bool,
}

impl FirstRecord {
    /// Whether the record goes on after these bytes: the beginning of the file, which is as long as the last time or longer.
    pub(crate) fn is_open(&mut self, beginning: &[u8]) -> bool {
        if self.at == 0 && !begins_as_json(beginning) {
            self.is_over = true;
        }
        while !self.is_over
            && let Some(&byte) = beginning.get(self.at)
        {
            self.at += 1;
            self.follow(byte);
        }
        !self.is_over
    }

    fn follow(&mut self, byte: u8) {
        match byte {
            _ if self.is_escaped => self.is_escaped = false,
            b'\\' if self.in_text => self.is_escaped = true,
            b'"' => self.in_text = !self.in_text,
            _ if self.in_text => {}
            b'{' | b'[' => {
                self.open.push(byte);
                self.is_over = self.open.len() > DEPTH;
            }
            b'}' | b']' => {
                self.open.pop();
                let is_record = byte == b'}' && self.open.len() <= 2 && self.open.last() == Some(&b'[');
                self.is_over = is_record || self.open.is_empty();
            }
            _ => {}
        }
    }
}

fn begins_as_json(beginning: &[u8]) -> bool {
    let beginning = beginning.trim_ascii_start();
    let inside = beginning.get(1..).unwrap_or_default().trim_ascii_start();
    matches!((beginning.first(), inside.first()), (Some(b'['), Some(b'{')) | (Some(b'{'), Some(b'"')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_open_until_its_bracket() {
        for (text, length) in [
            (r#" [ {"a": "}]\"", "b": {"c": [{}]}}, {"a": 1}]"#, 34),
            (r#"{"v": {"w": {}}, "rows": [{"a": 1}, {"a": 2}]}"#, 34),
            (r#"{"a": {"b": [{"c": 1}]}, "d": 2} "#, 32),
        ] {
            let mut record = FirstRecord::default();
            let open = (5..=text.len()).take_while(|end| record.is_open(&text.as_bytes()[..*end])).count();
            assert_eq!(open + 5, length, "{text}");
        }
        for text in ["", "[12.03.20, 10:00:00] Ann: {", "{\\rtf1 ", "a,b\n[{", "[1, {"] {
            assert!(!FirstRecord::default().is_open(text.as_bytes()), "{text}");
        }
    }
}
