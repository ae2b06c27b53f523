//! Finds the records in a JSON file of any size without holding more than one of them.
//!
//! A takeout's JSON is one long array, at the top or under a key. [`Records`] walks to it and hands out each element's
//! own bytes; the caller parses them one by one. So a record that is broken costs itself alone, its place is known, and
//! its original is at hand. A file that is cut ends in [`Next::Cut`] after the last whole record.
//!
//! Absent on purpose: a JSON parser. `serde_json` reads the records, and [`lenient`] those that are almost JSON.

pub(crate) mod broken_off;
pub(crate) mod descent;
pub(crate) mod each;
pub(crate) mod first_record;
pub(crate) mod lenient;
mod shape;
mod siblings;

use std::io::{self, Read};

use shape::{Followed, Shape};
use siblings::Siblings;

/// Longest record that is accepted, in bytes.
const LIMIT: usize = 64 << 20;
const CHUNK: usize = 256 << 10;

/// Walks a JSON file.
pub struct Records<'r> {
    reader: &'r mut dyn Read,
    buffer: Vec<u8>,
    /// Where `buffer[0]` stands in the file.
    base: u64,
    at: usize,
    ended: bool,
    /// Why reading failed; told once everything before it was handed out.
    failed: Option<io::Error>,
    /// What is being looked through, outermost first.
    open: Vec<Level>,
    /// Whether an object is looked through as well, by its key or that of its array; else it is handed out.
    enters: fn(&str) -> bool,
    started: bool,
    finished: bool,
    last_key: String,
}

/// What comes next in the file.
#[derive(Debug, PartialEq, Eq)]
pub enum Next<'b> {
    /// One element of an array: the key that the array stands under ("" at the top level), the byte where the element
    /// starts, and its bytes, which may still not be JSON. An element that breaks off reaches to where the next one
    /// seems to begin.
    Record {
        /// The array's key.
        key: &'b str,
        /// Byte offset in the file.
        at: u64,
        /// The element's bytes.
        bytes: &'b [u8],
    },
    /// A value under a top-level key that is no array.
    Field {
        /// Its key.
        key: &'b str,
        /// Byte offset of the value.
        at: u64,
        /// The value's bytes.
        bytes: &'b [u8],
    },
    /// The file ends in the middle.
    Cut {
        /// The byte where it ends.
        at: u64,
        /// The array's key, and what there is of the element that is cut; both empty between elements.
        key: &'b str,
        /// See `key`.
        rest: &'b [u8],
    },
    /// It is not JSON from this byte on: what was expected there.
    Broken(u64, &'static str),
    /// The file is complete.
    End,
}

/// What is being looked through.
enum Level {
    /// An object: its arrays are looked through in their turn.
    Object,
    /// An array of records.
    Array {
        /// The key that it stands under.
        key: String,
        /// How its records are written.
        siblings: Siblings,
    },
}

enum Step {
    /// An object was entered.
    Entered {
        key: String,
    },
    Record {
        from: usize,
        to: usize,
    },
    Field {
        key: String,
        from: usize,
        to: usize,
    },
    Cut {
        from: usize,
    },
    Broken(&'static str),
    End,
}

/// A value in the buffer.
enum Value {
    Whole {
        from: usize,
        to: usize,
    },
    /// The file ends in it.
    Cut {
        from: usize,
    },
    /// It breaks off, or is beyond the limits.
    Broken {
        from: usize,
    },
}

impl<'r> Records<'r> {
    /// Starts at the beginning of `reader`.
    pub fn new(reader: &'r mut dyn Read) -> Self {
        Self {
            reader,
            buffer: Vec::new(),
            base: 0,
            at: 0,
            ended: false,
            failed: None,
            open: Vec::new(),
            enters: |_| false,
            started: false,
            finished: false,
            last_key: String::new(),
        }
    }

    /// The next record or field. Fails only when reading fails.
    #[allow(clippy::should_implement_trait, reason = "what it lends lives until the next call, which an iterator cannot say")]
    pub fn next(&mut self) -> io::Result<Next<'_>> {
        loop {
            let step = self.advance()?;
            if !matches!(step, Step::Entered { .. }) {
                return Ok(self.lent(step));
            }
        }
    }

    fn advance(&mut self) -> io::Result<Step> {
        if self.finished {
            return Ok(Step::End);
        }
        let step = self.step();
        if matches!(step, Step::Cut { .. } | Step::Broken(_) | Step::End) {
            self.finished = true;
            if let Some(error) = self.failed.take() {
                return Err(error);
            }
        }
        Ok(step)
    }

    fn lent(&mut self, step: Step) -> Next<'_> {
        let here = self.base + self.at as u64;
        match step {
            Step::Record { from, to } => {
                Next::Record { key: self.inside().unwrap_or_default(), at: self.base + from as u64, bytes: &self.buffer[from..to] }
            }
            Step::Field { key, from, to } => {
                self.last_key = key;
                Next::Field { key: &self.last_key, at: self.base + from as u64, bytes: &self.buffer[from..to] }
            }
            Step::Cut { from } => Next::Cut {
                at: self.base + self.buffer.len() as u64,
                key: self.inside().unwrap_or_default(),
                rest: if self.inside().is_some() { &self.buffer[from..] } else { b"" },
            },
            Step::Broken(expected) => Next::Broken(here, expected),
            Step::Entered { .. } | Step::End => Next::End,
        }
    }

    /// The key of the array whose records are read; `None` between arrays.
    fn inside(&self) -> Option<&str> {
        match self.open.last() {
            Some(Level::Array { key, .. }) => Some(key),
            Some(Level::Object) | None => None,
        }
    }

    fn step(&mut self) -> Step {
        self.forget();
        if !self.started {
            self.started = true;
            match self.peek() {
                None => return Step::End,
                Some(b'[') => self.enter(String::new()),
                Some(b'{') => {
                    self.at += 1;
                    self.open.push(Level::Object);
                }
                Some(_) => return Step::Broken("a JSON object or array"),
            }
        }
        loop {
            let Some(byte) = self.peek() else { return Step::Cut { from: self.at } };
            if self.inside().is_some() {
                match byte {
                    b',' => self.at += 1,
                    b']' => {
                        self.at += 1;
                        self.open.pop();
                        if self.open.is_empty() {
                            return self.end();
                        }
                    }
                    b'}' => return self.stray(),
                    _ => return self.element(byte),
                }
                continue;
            }
            match byte {
                b',' => self.at += 1,
                b'}' => {
                    self.at += 1;
                    self.open.pop();
                    if self.open.is_empty() {
                        return self.end();
                    }
                }
                b'"' => {
                    if let Some(step) = self.entry() {
                        return step;
                    }
                }
                _ => return Step::Broken("a key in quotes"),
            }
        }
    }

    /// One element of the array.
    fn element(&mut self, byte: u8) -> Step {
        if byte == b'{' {
            while self.buffer.len() < self.at + Siblings::reach() && self.fill() {}
            let Self { open, buffer, at, .. } = self;
            if let Some(Level::Array { siblings, .. }) = open.last_mut() {
                siblings.learn(buffer, *at);
            }
            if let Some(key) = self.inside().filter(|key| (self.enters)(key)).map(str::to_owned) {
                return self.enter_object(key);
            }
        }
        match self.value() {
            // A word that no comma follows is a piece of a record whose beginning is lost.
            Value::Whole { from, .. } if !matches!(byte, b'{' | b'[') && !matches!(self.peek(), None | Some(b',' | b']')) => {
                self.broken_off(from)
            }
            Value::Whole { from, to } => Step::Record { from, to },
            Value::Cut { from } => Step::Cut { from },
            Value::Broken { from } => self.broken_off(from),
        }
    }

    /// An element that breaks off ends before the next one, as far as that can be told; else it takes the rest with it.
    fn broken_off(&mut self, from: usize) -> Step {
        let mut searched = from;
        loop {
            let comma = match self.open.last() {
                Some(Level::Array { siblings, .. }) => siblings.next(&self.buffer, searched),
                Some(Level::Object) | None => None,
            };
            if let Some(comma) = comma {
                self.at = comma;
                return Step::Record { from, to: comma };
            }
            searched = searched.max(self.buffer.len().saturating_sub(Siblings::reach()));
            if self.buffer.len() - from > LIMIT {
                return Step::Broken("a value of at most 64 MiB and 128 levels");
            }
            if !self.fill() {
                self.at = self.buffer.len();
                return Step::Record { from, to: self.at };
            }
        }
    }

    /// A closing brace between elements: one too many, when the list goes on after it.
    fn stray(&mut self) -> Step {
        let from = self.at;
        self.at += 1;
        if self.peek() == Some(b',') {
            return Step::Record { from, to: from + 1 };
        }
        self.at = from;
        Step::Broken("an array element")
    }

    /// A key of the top level, and its value; nothing when that is an array, which is entered.
    fn entry(&mut self) -> Option<Step> {
        let key = match self.value() {
            Value::Whole { from, to } => serde_json::from_slice(&self.buffer[from..to]).unwrap_or_default(),
            Value::Cut { from } => return Some(Step::Cut { from }),
            Value::Broken { .. } => return Some(Step::Broken("a key in quotes")),
        };
        match self.peek() {
            Some(b':') => self.at += 1,
            Some(_) => return Some(Step::Broken("a colon after a key")),
            None => return Some(Step::Cut { from: self.at }),
        }
        match self.peek() {
            Some(b'[') => {
                self.enter(key);
                None
            }
            Some(b'{') if (self.enters)(&key) => Some(self.enter_object(key)),
            Some(_) => Some(match self.value() {
                Value::Whole { from, to } => Step::Field { key, from, to },
                Value::Cut { from } => Step::Cut { from },
                Value::Broken { .. } => Step::Broken("a value of at most 64 MiB and 128 levels"),
            }),
            None => Some(Step::Cut { from: self.at }),
        }
    }

    fn enter(&mut self, key: String) {
        self.at += 1;
        self.open.push(Level::Array { key, siblings: Siblings::default() });
    }

    fn enter_object(&mut self, key: String) -> Step {
        self.at += 1;
        self.open.push(Level::Object);
        Step::Entered { key }
    }

    /// After the last bracket nothing may follow.
    fn end(&mut self) -> Step {
        if self.peek().is_none() { Step::End } else { Step::Broken("the end of the file") }
    }

    /// Skips white space; the byte there, or `None` at the end of the file.
    fn peek(&mut self) -> Option<u8> {
        loop {
            while let Some(&byte) = self.buffer.get(self.at) {
                if !byte.is_ascii_whitespace() {
                    return Some(byte);
                }
                self.at += 1;
            }
            if !self.fill() {
                return None;
            }
        }
    }

    /// Passes over one value.
    fn value(&mut self) -> Value {
        let from = self.at;
        let mut at = from;
        let mut shape = Shape::default();
        loop {
            match shape.follow(&self.buffer, at) {
                Followed::Whole(to) => {
                    self.at = to;
                    return Value::Whole { from, to };
                }
                Followed::Broken => return Value::Broken { from },
                Followed::Open(next) => at = next,
            }
            if at - from > LIMIT {
                return Value::Broken { from };
            }
            if !self.fill() {
                return Value::Cut { from };
            }
        }
    }

    /// Drops what was handed out, so that the buffer holds no more than what is being read.
    fn forget(&mut self) {
        if self.at > CHUNK {
            self.buffer.drain(..self.at);
            self.base += self.at as u64;
            self.at = 0;
        }
    }

    fn fill(&mut self) -> bool {
        if self.ended {
            return false;
        }
        let before = self.buffer.len();
        self.buffer.resize(before + CHUNK, 0);
        let n_read = loop {
            match self.reader.read(&mut self.buffer[before..]) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                other => break other,
            }
        };
        let n_read = n_read.unwrap_or_else(|error| {
            self.failed = Some(error);
            0
        });
        self.buffer.truncate(before + n_read);
        self.ended = n_read == 0;
        !self.ended
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(mut text: &[u8]) -> String {
        let mut records = Records::new(&mut text);
        let mut lines = Vec::new();
        loop {
            let line = match records.next().unwrap() {
                Next::Record { key, at, bytes } => format!("{key}[{at}] {}", String::from_utf8_lossy(bytes)),
                Next::Field { key, at, bytes } => format!("{key}={at} {}", String::from_utf8_lossy(bytes)),
                Next::Cut { at, key, rest } => format!("cut {at} {key}[{}]", String::from_utf8_lossy(rest)),
                Next::Broken(at, expected) => format!("broken {at}: {expected}"),
                Next::End => "end".to_owned(),
            };
            let last = matches!(line.as_str(), "end") || line.starts_with("cut") || line.starts_with("broken");
            lines.push(line);
            if last {
                return lines.join("; ");
            }
        }
    }

    #[test]
    fn records_are_found_at_the_top_and_under_keys() {
        assert_eq!(shown(b" [ {\"a\":\"]\\\"\"} , 7, \"x\" ] "), "[3] {\"a\":\"]\\\"\"}; [17] 7; [20] \"x\"; end");
        assert_eq!(
            shown(b"{\"v\": 1, \"locations\" : [ {}, [1] ], \"o\":{\"b\":[2]}}"),
            "v=6 1; locations[25] {}; locations[29] [1]; o=40 {\"b\":[2]}; end"
        );
        assert_eq!(shown(b""), "end");
        assert_eq!(shown(b"[]"), "end");
    }

    #[test]
    fn a_cut_file_keeps_what_came_before() {
        assert_eq!(shown(b"{\"l\":[{\"a\":1},{\"a\":\"tw"), "l[6] {\"a\":1}; cut 22 l[{\"a\":\"tw]");
        assert_eq!(shown(b"[1,2"), "[1] 1; cut 4 [2]");
        assert_eq!(shown(b"<html>"), "broken 0: a JSON object or array");
    }

    #[test]
    fn a_record_that_breaks_off_costs_itself_alone() {
        for (list, bad) in [
            (r#"[{"a":1},{"a":2,{"a":3},{"a":4}]"#, r#"{"a":2"#),
            (r#"[{"a":1},{"a":"two},{"a":3},{"a":4}]"#, r#"{"a":"two}"#),
            (r#"[{"a":1},{"a":{"b":2},{"a":3},{"a":4}]"#, r#"{"a":{"b":2}"#),
            (r#"[{"a":1},{"a":2}},{"a":3},{"a":4}]"#, "}"),
            (r#"[{"a":1},"a":2},{"a":3},{"a":4}]"#, r#""a":2}"#),
        ] {
            let shown = shown(list.as_bytes());
            assert!(shown.contains(&format!("] {bad}; ")), "{shown}");
            assert!(shown.contains(r#"] {"a":3}; "#) && shown.ends_with(r#"] {"a":4}; end"#), "{shown}");
        }
        // With nothing after it that looks like a record it takes the rest with it.
        assert_eq!(shown(br#"[{"a":1},{"b":2 ]}"#), r#"[1] {"a":1}; [9] {"b":2 ]}; cut 18 []"#);
        assert_eq!(shown(b"[1] x"), "[1] 1; broken 4: the end of the file");
    }

    #[test]
    fn what_was_read_before_an_error_is_handed_out() {
        struct Fails;
        impl Read for Fails {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                Err(io::Error::other("bad checksum"))
            }
        }
        for whole in ["[1, {\"a\": 2}]", "[1, {\"a\": 2}, {\"a"] {
            let mut reader = whole.as_bytes().chain(Fails);
            let mut records = Records::new(&mut reader);
            assert!(matches!(records.next(), Ok(Next::Record { bytes: b"1", .. })));
            assert!(matches!(records.next(), Ok(Next::Record { bytes: b"{\"a\": 2}", .. })));
            assert_eq!(records.next().unwrap_err().to_string(), "bad checksum");
        }
    }

    #[test]
    fn records_longer_than_the_buffer_come_whole() {
        let long = format!("[\"{}\",\"b\\\\\"]", "x\\\"".repeat(CHUNK));
        let mut bytes = long.as_bytes();
        let mut records = Records::new(&mut bytes);
        let Next::Record { bytes, .. } = records.next().unwrap() else { panic!("no record") };
        assert_eq!(bytes.len(), 3 * CHUNK + 2);
        let Next::Record { bytes, .. } = records.next().unwrap() else { panic!("no second record") };
        assert_eq!(bytes, b"\"b\\\\\"");
    }
}
