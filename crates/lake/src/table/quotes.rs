//! Quotes that nothing closes. A cell in quotes may span lines, and one whose closing quote was lost would take the rows behind it for
//! its own. So such a cell is looked through to its end before it is handed out; where it has none, its quote is a letter of it.

use std::cell::RefCell;
use std::io::{self, Cursor, Read};
use std::rc::Rc;

/// Bytes that are read at once.
const CHUNK: usize = 64 << 10;
/// Longest cell in quotes, bytes.
const LONGEST: usize = 16 << 20;

/// The lines, from 1, of quotes that were taken for letters.
pub(super) type Unclosed = Rc<RefCell<Vec<u64>>>;

/// The bytes of a table in which every quote that opens a cell is closed.
pub(super) struct Quotes<'r> {
    inner: Box<dyn Read + 'r>,
    separator: u8,
    /// What was read and is still to be looked through.
    ahead: Vec<u8>,
    /// What was looked through and is still to be handed out.
    ready: Cursor<Vec<u8>>,
    has_ended: bool,
    failed: Option<io::Error>,
    /// Whether a cell begins with the next byte.
    is_at_cell: bool,
    line: u64,
    unclosed: Unclosed,
}

impl<'r> Quotes<'r> {
    pub(super) fn new(inner: Box<dyn Read + 'r>, separator: u8, unclosed: Unclosed) -> Self {
        Self {
            inner,
            separator,
            ahead: Vec::new(),
            ready: Cursor::default(),
            has_ended: false,
            failed: None,
            is_at_cell: true,
            line: 1,
            unclosed,
        }
    }

    /// Reads more; whether there was any.
    fn fill(&mut self) -> bool {
        if self.has_ended {
            return false;
        }
        let before = self.ahead.len();
        self.ahead.resize(before + CHUNK, 0);
        let read = loop {
            match self.inner.read(&mut self.ahead[before..]) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                other => break other,
            }
        };
        let n_read = read.unwrap_or_else(|error| {
            self.failed = Some(error);
            0
        });
        self.ahead.truncate(before + n_read);
        self.has_ended = n_read == 0;
        n_read > 0
    }

    /// Whether a cell ends before this byte.
    fn ends_cell(&self, byte: u8) -> bool {
        byte == self.separator || matches!(byte, b'\n' | b'\r')
    }

    /// Makes all that was read ready.
    fn look_through(&mut self) {
        let mut ready = std::mem::take(&mut self.ready).into_inner();
        ready.clear();
        let (mut from, mut at) = (0, 0);
        while let Some(&byte) = self.ahead.get(at) {
            if byte == b'"' && self.is_at_cell {
                self.is_at_cell = false;
                if let Some(to) = self.closing(at) {
                    self.line += memchr::memchr_iter(b'\n', &self.ahead[at..to]).count() as u64;
                    at = to;
                    continue;
                }
                let length = self.ahead[at..].iter().position(|byte| self.ends_cell(*byte)).unwrap_or(self.ahead.len() - at);
                ready.extend_from_slice(&self.ahead[from..at]);
                ready.push(b'"');
                for byte in &self.ahead[at..at + length] {
                    ready.extend(std::iter::repeat_n(*byte, if *byte == b'"' { 2 } else { 1 }));
                }
                ready.push(b'"');
                self.unclosed.borrow_mut().push(self.line);
                at += length;
                from = at;
                continue;
            }
            self.is_at_cell = self.ends_cell(byte);
            self.line += u64::from(byte == b'\n');
            at += 1;
        }
        ready.extend_from_slice(&self.ahead[from..]);
        self.ahead.clear();
        self.ready = Cursor::new(ready);
    }

    /// Where the cell ends whose quote stands at `from`, behind the quote that closes it. `None` where the file ends first, or on a
    /// later line a cell in quotes begins.
    fn closing(&mut self, from: usize) -> Option<usize> {
        let mut at = from + 1;
        let mut spans_lines = false;
        loop {
            let Some(skip) = memchr::memchr3(b'"', b'\n', b'\r', &self.ahead[at..]) else {
                at = self.ahead.len();
                if at - from > LONGEST {
                    return None;
                }
                if !self.fill() {
                    // Of a file that cannot be read on nobody knows.
                    return self.failed.is_some().then_some(at);
                }
                continue;
            };
            at += skip;
            if self.ahead[at] != b'"' {
                spans_lines = true;
                at += 1;
                continue;
            }
            let mut to = at + 1;
            loop {
                match self.ahead.get(to).copied() {
                    Some(b'"') => to += 1,
                    Some(_) => break,
                    None if self.fill() => {}
                    None => break,
                }
            }
            // Two are one quote in the cell.
            if (to - at) % 2 == 1 {
                let ends = self.ahead.get(to).is_none_or(|byte| self.ends_cell(*byte));
                let begins = at > from + 1 && self.ends_cell(self.ahead[at - 1]);
                return if spans_lines && begins && !ends { None } else { Some(to) };
            }
            at = to;
        }
    }
}

impl Read for Quotes<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let n_read = self.ready.read(buffer)?;
            if n_read > 0 || buffer.is_empty() {
                return Ok(n_read);
            }
            if self.ahead.is_empty() && !self.fill() {
                return self.failed.take().map_or(Ok(0), Err);
            }
            self.look_through();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quote_that_nothing_closes_is_a_letter_and_all_others_stand() {
        let through = |text: &str| {
            let unclosed = Unclosed::default();
            let mut shown = String::new();
            let bytes: Box<dyn Read> = Box::new(Cursor::new(text.as_bytes().to_vec()));
            Quotes::new(bytes, b',', Rc::clone(&unclosed)).read_to_string(&mut shown).unwrap();
            (shown, unclosed.take())
        };
        for whole in
            ["a,\"b\n\"\"c\"\",\r\nd\"\n\"e\",f", "a,\"say \"hi\" there\",b\n", "5\" x,\"\",\"\"\"\"", "a,\"two\nhe said \"hi\"\",b\n"]
        {
            assert_eq!(through(whole), (whole.to_owned(), vec![]));
        }
        assert_eq!(through("n\na,\"lost\nb,c\n"), ("n\na,\"\"\"lost\"\nb,c\n".to_owned(), vec![2]));
        assert_eq!(through("a,\"lost, x\nb,\"c,\nd\"\n"), ("a,\"\"\"lost\", x\nb,\"c,\nd\"\n".to_owned(), vec![1]));
        let long = format!("a,\"{}\"\nb,\"lost\nc", "word\n".repeat(50_000));
        assert_eq!(through(&long).0, long.replace("\"lost", "\"\"\"lost\""));
    }
}
