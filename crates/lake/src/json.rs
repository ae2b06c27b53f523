//! Finds the records in a JSON file of any size without holding more than one of them.
//!
//! A takeout's JSON is one long array, at the top or under a key. [`Records`] walks to it and hands out each element's
//! own bytes; the caller parses them one by one. So a record that is broken costs itself alone, its place is known, and
//! its original is at hand. A file that is cut ends in [`Next::Cut`] after the last whole record.
//!
//! Absent on purpose: a JSON parser. `serde_json` reads the records.

use std::io::{self, Read};

/// Longest record that is accepted, in bytes.
const LIMIT: usize = 256 << 20;
const CHUNK: usize = 256 << 10;
/// Deepest nesting that is accepted.
const DEPTH: usize = 128;

/// Walks a JSON file.
pub struct Records<'r> {
    reader: &'r mut dyn Read,
    buffer: Vec<u8>,
    /// Where `buffer[0]` stands in the file.
    base: u64,
    at: usize,
    ended: bool,
    /// Inside an array of records, with its key; `None` between arrays.
    inside: Option<String>,
    /// Whether the top level is an object (arrays are found under its keys).
    object: bool,
    started: bool,
    finished: bool,
    last_key: String,
}

/// What comes next in the file.
#[derive(Debug, PartialEq, Eq)]
pub enum Next<'b> {
    /// One element of an array: the key that the array stands under ("" at the top level), the byte where the element
    /// starts, and its bytes, which are balanced but may still not be JSON.
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
    /// The file ends in the middle, at this byte.
    Cut(u64),
    /// It is not JSON from this byte on: what was expected there.
    Broken(u64, &'static str),
    /// The file is complete.
    End,
}

enum Step {
    Record { from: usize, to: usize },
    Field { key: String, from: usize, to: usize },
    Cut,
    Broken(&'static str),
    End,
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
            inside: None,
            object: false,
            started: false,
            finished: false,
            last_key: String::new(),
        }
    }

    /// The next record or field. Fails only when reading fails.
    pub fn next(&mut self) -> io::Result<Next<'_>> {
        if self.finished {
            return Ok(Next::End);
        }
        let step = self.step()?;
        if matches!(step, Step::Cut | Step::Broken(_) | Step::End) {
            self.finished = true;
        }
        let here = self.base + self.at as u64;
        Ok(match step {
            Step::Record { from, to } => {
                Next::Record { key: self.inside.as_deref().unwrap_or_default(), at: self.base + from as u64, bytes: &self.buffer[from..to] }
            }
            Step::Field { key, from, to } => {
                self.inside = None;
                self.last_key = key;
                Next::Field { key: &self.last_key, at: self.base + from as u64, bytes: &self.buffer[from..to] }
            }
            Step::Cut => Next::Cut(self.base + self.buffer.len() as u64),
            Step::Broken(expected) => Next::Broken(here, expected),
            Step::End => Next::End,
        })
    }

    fn step(&mut self) -> io::Result<Step> {
        self.forget();
        if !self.started {
            self.started = true;
            match self.peek()? {
                None => return Ok(Step::End),
                Some(b'[') => {
                    self.at += 1;
                    self.inside = Some(String::new());
                }
                Some(b'{') => {
                    self.at += 1;
                    self.object = true;
                }
                Some(_) => return Ok(Step::Broken("a JSON object or array")),
            }
        }
        loop {
            let Some(byte) = self.peek()? else { return Ok(Step::Cut) };
            if self.inside.is_some() {
                match byte {
                    b',' => self.at += 1,
                    b']' => {
                        self.at += 1;
                        self.inside = None;
                        if !self.object {
                            return Ok(Step::End);
                        }
                    }
                    b'}' => return Ok(Step::Broken("an array element")),
                    _ => {
                        return Ok(match self.value()? {
                            Some((from, to)) => Step::Record { from, to },
                            None => self.stopped(),
                        });
                    }
                }
                continue;
            }
            match byte {
                b',' => self.at += 1,
                b'}' => {
                    self.at += 1;
                    return Ok(Step::End);
                }
                b'"' => {
                    let Some((from, to)) = self.value()? else { return Ok(self.stopped()) };
                    let key = serde_json::from_slice(&self.buffer[from..to]).unwrap_or_default();
                    match self.peek()? {
                        Some(b':') => self.at += 1,
                        Some(_) => return Ok(Step::Broken("a colon after a key")),
                        None => return Ok(Step::Cut),
                    }
                    match self.peek()? {
                        Some(b'[') => {
                            self.at += 1;
                            self.inside = Some(key);
                        }
                        Some(_) => {
                            return Ok(match self.value()? {
                                Some((from, to)) => Step::Field { key, from, to },
                                None => self.stopped(),
                            });
                        }
                        None => return Ok(Step::Cut),
                    }
                }
                _ => return Ok(Step::Broken("a key in quotes")),
            }
        }
    }

    fn stopped(&self) -> Step {
        if self.ended { Step::Cut } else { Step::Broken("a value of at most 256 MiB and 128 levels") }
    }

    /// Skips white space; the byte there, or `None` at the end of the file.
    fn peek(&mut self) -> io::Result<Option<u8>> {
        loop {
            while let Some(&byte) = self.buffer.get(self.at) {
                if !byte.is_ascii_whitespace() {
                    return Ok(Some(byte));
                }
                self.at += 1;
            }
            if !self.fill()? {
                return Ok(None);
            }
        }
    }

    /// Passes over one value; its range in the buffer, or `None` when the file ends in it or it breaks a limit.
    fn value(&mut self) -> io::Result<Option<(usize, usize)>> {
        let from = self.at;
        let mut at = from;
        let mut depth = 0_usize;
        let mut text = false;
        loop {
            while let Some(&byte) = self.buffer.get(at) {
                if text {
                    match memchr::memchr2(b'"', b'\\', &self.buffer[at..]) {
                        None => {
                            at = self.buffer.len();
                            break;
                        }
                        Some(skip) if self.buffer[at + skip] == b'\\' => {
                            // The escaped byte may not be in the buffer yet.
                            if at + skip + 2 > self.buffer.len() {
                                at += skip;
                                break;
                            }
                            at += skip + 2;
                        }
                        Some(skip) => {
                            at += skip + 1;
                            text = false;
                            if depth == 0 {
                                self.at = at;
                                return Ok(Some((from, at)));
                            }
                        }
                    }
                    continue;
                }
                match byte {
                    b'"' => text = true,
                    b'{' | b'[' => {
                        depth += 1;
                        if depth > DEPTH {
                            return Ok(None);
                        }
                    }
                    b'}' | b']' if depth == 0 => {
                        self.at = at;
                        return Ok(Some((from, at)));
                    }
                    b'}' | b']' => {
                        depth -= 1;
                        if depth == 0 {
                            self.at = at + 1;
                            return Ok(Some((from, at + 1)));
                        }
                    }
                    b',' | b' ' | b'\n' | b'\r' | b'\t' if depth == 0 => {
                        self.at = at;
                        return Ok(Some((from, at)));
                    }
                    _ => {}
                }
                at += 1;
            }
            if at - from > LIMIT || !self.fill()? {
                return Ok(None);
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

    fn fill(&mut self) -> io::Result<bool> {
        if self.ended {
            return Ok(false);
        }
        let before = self.buffer.len();
        self.buffer.resize(before + CHUNK, 0);
        let n_read = loop {
            match self.reader.read(&mut self.buffer[before..]) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                other => break other,
            }
        };
        let n_read = match n_read {
            Ok(n_read) => n_read,
            Err(error) => {
                self.buffer.truncate(before);
                return Err(error);
            }
        };
        self.buffer.truncate(before + n_read);
        self.ended = n_read == 0;
        Ok(!self.ended)
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
                Next::Cut(at) => format!("cut {at}"),
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
        assert_eq!(shown(b"{\"l\":[{\"a\":1},{\"a\":\"tw"), "l[6] {\"a\":1}; cut 22");
        assert_eq!(shown(b"[1,2"), "[1] 1; cut 4");
        assert_eq!(shown(b"<html>"), "broken 0: a JSON object or array");
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
