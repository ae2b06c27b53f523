//! The shape of one JSON value: where it ends, and where it can be none any more.
//!
//! Brackets, commas, colons and quotes are held to their places, which is enough to notice a lost quote or bracket where
//! it is lost and not at the end of the file. Absent on purpose: everything else of the grammar, which the parser checks.

/// Deepest nesting that is accepted.
pub(super) const DEPTH: usize = 128;

/// Follows a value from its first byte.
#[derive(Default)]
pub(super) struct Shape {
    depth: usize,
    /// A bit a level, set where the level is an object.
    objects: u128,
    /// The last byte outside of texts that is not white space; 0 at the beginning.
    last: u8,
    in_text: bool,
}

/// How far a value was followed.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Followed {
    /// It ends before this place.
    Whole(usize),
    /// It goes on after the bytes that there are: follow it from this place when there are more.
    Open(usize),
    /// It breaks off, or is nested too deep.
    Broken,
}

impl Shape {
    /// Follows the value in `bytes` from the place `at` on.
    pub(super) fn follow(&mut self, bytes: &[u8], mut at: usize) -> Followed {
        while let Some(&byte) = bytes.get(at) {
            if self.in_text {
                match memchr::memchr2(b'"', b'\\', &bytes[at..]) {
                    None => return Followed::Open(bytes.len()),
                    // The escaped byte may not be there yet.
                    Some(skip) if bytes[at + skip] == b'\\' && at + skip + 2 > bytes.len() => return Followed::Open(at + skip),
                    Some(skip) if bytes[at + skip] == b'\\' => at += skip + 2,
                    Some(skip) => {
                        at += skip + 1;
                        self.in_text = false;
                        self.last = b'"';
                        if self.depth == 0 {
                            return Followed::Whole(at);
                        }
                    }
                }
                continue;
            }
            match byte {
                b' ' | b'\n' | b'\r' | b'\t' => {
                    if self.depth == 0 {
                        return Followed::Whole(at);
                    }
                    at += 1;
                    continue;
                }
                b',' | b'}' | b']' if self.depth == 0 => return Followed::Whole(at),
                _ if !self.fits(byte) => return Followed::Broken,
                b'"' => self.in_text = true,
                b'{' | b'[' => {
                    let level = 1 << self.depth;
                    self.objects = if byte == b'{' { self.objects | level } else { self.objects & !level };
                    self.depth += 1;
                }
                b'}' | b']' => {
                    self.depth -= 1;
                    if self.depth == 0 {
                        return Followed::Whole(at + 1);
                    }
                }
                _ => {}
            }
            self.last = byte;
            at += 1;
        }
        Followed::Open(at)
    }

    /// Whether a byte may stand where the value is now.
    fn fits(&self, byte: u8) -> bool {
        let in_object = self.depth > 0 && (self.objects >> (self.depth - 1)) & 1 == 1;
        match byte {
            b'"' => matches!(self.last, 0 | b'{' | b'[' | b',' | b':'),
            b'{' | b'[' if self.depth == DEPTH => false,
            b'{' | b'[' if in_object => self.last == b':',
            b'{' | b'[' => matches!(self.last, 0 | b'[' | b','),
            b'}' => in_object,
            b']' => !in_object,
            b',' | b':' => true,
            // A number or a word, or more of it.
            _ => !matches!(self.last, b'"' | b'}' | b']'),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_end_where_they_do_and_break_where_something_is_lost() {
        for (text, expected) in [
            (r#"{"a":[1,{"b":"]"}]},"#, Followed::Whole(19)),
            (r#""a\"b" "#, Followed::Whole(6)),
            ("12]", Followed::Whole(2)),
            (r#"{"a":1"#, Followed::Open(6)),
            (r#""a\"#, Followed::Open(2)),
            // A bracket, a closing quote, an opening quote, a comma before an object.
            (r#"{"a":1,{"a":2}]"#, Followed::Broken),
            (r#"{"a":"x,"b":"y"}"#, Followed::Broken),
            (r#"{"a":x","b":"y"}"#, Followed::Broken),
            (r#"[{"a":1}{"a":2}]"#, Followed::Broken),
            (r#"{"a":[1,2}"#, Followed::Broken),
        ] {
            assert_eq!(Shape::default().follow(text.as_bytes(), 0), expected, "{text}");
        }
        assert_eq!(Shape::default().follow("[".repeat(DEPTH + 1).as_bytes(), 0), Followed::Broken);
    }
}
