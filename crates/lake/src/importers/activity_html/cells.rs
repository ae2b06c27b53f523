//! Cuts a page of activity into its rows as it streams by, holding one row at a time.
//!
//! A row begins at its frame (`outer-cell`), or, where a page lacks frames, at its caption (`header-cell`) or its body. A
//! row ends where the next begins. Styles in front name the same classes, but not as an attribute of a `div`.

use std::io::{self, Read};

use memchr::memmem::Finder;

const CHUNK: usize = 256 << 10;
/// Longest row that is accepted, in bytes. An assistant's answer may be long.
const LIMIT: usize = 16 << 20;
/// Longest class attribute that is looked at, in bytes.
const CLASS: usize = 512;
const DIV: &[u8] = b"<div class=\"";

/// Walks a page.
pub(super) struct Cells<'r> {
    reader: &'r mut dyn Read,
    div: Finder<'static>,
    buffer: Vec<u8>,
    /// Where `buffer[0]` stands in the file.
    base: u64,
    /// From where on the next `div` is looked for.
    scan: usize,
    /// Where the row that is being gathered begins.
    start: Option<usize>,
    /// Whether that row has its caption, and its body.
    captioned: bool,
    bodied: bool,
    /// The row that is being gathered is over the limit: where it began.
    overlong: Option<u64>,
    ended: bool,
    finished: bool,
    /// Why reading failed; told once everything before it was handed out.
    failed: Option<io::Error>,
}

/// What comes next in the page.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Next<'b> {
    /// A row: where it begins in the file, and its bytes.
    Cell { at: u64, bytes: &'b [u8] },
    /// A row over the limit began here; it was passed over.
    TooLong(u64),
    /// The page ends in the middle of a row that began here.
    Cut(u64),
    /// The page is complete.
    End,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Mark {
    Frame,
    Caption,
    Body,
    Nothing,
}

impl<'r> Cells<'r> {
    /// Starts at the beginning of `reader`.
    pub(super) fn new(reader: &'r mut dyn Read) -> Self {
        Self {
            reader,
            div: Finder::new(DIV),
            buffer: Vec::new(),
            base: 0,
            scan: 0,
            start: None,
            captioned: false,
            bodied: false,
            overlong: None,
            ended: false,
            finished: false,
            failed: None,
        }
    }

    /// Bytes of memory held for the page.
    #[cfg(test)]
    pub(super) fn held(&self) -> usize {
        self.buffer.capacity()
    }

    /// The next row. Fails only when reading fails.
    pub(super) fn next(&mut self) -> io::Result<Next<'_>> {
        if self.finished {
            return self.failed.take().map_or(Ok(Next::End), Err);
        }
        loop {
            let Some((at, mark)) = self.find() else {
                self.finished = true;
                return Ok(self.last());
            };
            let begins = match mark {
                Mark::Frame => true,
                Mark::Caption => self.start.is_none() || self.captioned || self.bodied,
                Mark::Body => self.start.is_none() || self.bodied,
                Mark::Nothing => false,
            };
            if !begins {
                self.captioned |= mark == Mark::Caption;
                self.bodied |= mark == Mark::Body;
                continue;
            }
            let (bodied, overlong) = (self.bodied, self.overlong.take());
            let previous = self.start.replace(at);
            self.captioned = mark == Mark::Caption;
            self.bodied = mark == Mark::Body;
            if let Some(from) = overlong {
                return Ok(Next::TooLong(from));
            }
            if let Some(from) = previous.filter(|_| bodied) {
                return Ok(Next::Cell { at: self.base + from as u64, bytes: &self.buffer[from..at] });
            }
        }
    }

    /// What is left when the page has ended.
    fn last(&self) -> Next<'_> {
        if let Some(from) = self.overlong {
            return Next::TooLong(from);
        }
        let Some(from) = self.start else { return Next::End };
        let bytes = &self.buffer[from..];
        let n_of = |tag: &[u8]| memchr::memmem::find_iter(bytes, tag).count();
        let at = self.base + from as u64;
        // The frame of the page closes after the last row, so a whole row closes at least what it opens.
        if n_of(b"</div") < n_of(b"<div") {
            return Next::Cut(at);
        }
        if self.bodied { Next::Cell { at, bytes } } else { Next::End }
    }

    /// The next `div` that means something, and its place in the buffer; `None` at the end of the page.
    fn find(&mut self) -> Option<(usize, Mark)> {
        self.forget();
        loop {
            let Some(skip) = self.div.find(&self.buffer[self.scan..]) else {
                self.scan = self.scan.max(self.buffer.len().saturating_sub(DIV.len() - 1));
                self.forget();
                if !self.fill() {
                    return None;
                }
                continue;
            };
            let at = self.scan + skip;
            let class = at + DIV.len();
            let window = &self.buffer[class..self.buffer.len().min(class + CLASS)];
            let Some(length) = memchr::memchr(b'"', window) else {
                if window.len() < CLASS && self.fill() {
                    continue;
                }
                self.scan = class;
                continue;
            };
            self.scan = class + length;
            let mark = meaning(&window[..length]);
            if mark != Mark::Nothing {
                return Some((at, mark));
            }
        }
    }

    /// Drops what no row needs any more.
    fn forget(&mut self) {
        if let Some(from) = self.start
            && self.scan.saturating_sub(from) > LIMIT
        {
            self.overlong.get_or_insert(self.base + from as u64);
            self.start = Some(self.scan);
        }
        let keep = self.start.unwrap_or(self.scan).min(self.scan);
        if keep > CHUNK {
            self.buffer.drain(..keep);
            self.base += keep as u64;
            self.scan -= keep;
            self.start = self.start.map(|from| from - keep);
        }
    }

    fn fill(&mut self) -> bool {
        if self.ended {
            return false;
        }
        let before = self.buffer.len();
        self.buffer.resize(before + CHUNK, 0);
        let outcome = loop {
            match self.reader.read(&mut self.buffer[before..]) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                other => break other,
            }
        };
        let n_read = outcome.unwrap_or_else(|error| {
            self.failed = Some(error);
            0
        });
        self.buffer.truncate(before + n_read);
        self.ended = n_read == 0;
        !self.ended
    }
}

fn meaning(class: &[u8]) -> Mark {
    let has = |wanted: &[u8]| class.split(u8::is_ascii_whitespace).any(|word| word == wanted);
    if has(b"outer-cell") {
        Mark::Frame
    } else if has(b"header-cell") {
        Mark::Caption
    } else if has(b"mdl-typography--body-1") && !has(b"mdl-typography--text-right") {
        Mark::Body
    } else {
        Mark::Nothing
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Hands out one byte at a time, so that every mark falls between two reads.
    struct Drip<'b>(&'b [u8]);

    impl Read for Drip<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let n = self.0.len().min(1);
            buffer[..n].copy_from_slice(&self.0[..n]);
            self.0 = &self.0[n..];
            Ok(n)
        }
    }

    #[test]
    fn rows_are_cut_at_frames_captions_and_bodies_whatever_the_reads() {
        let page = br#"<style>.outer-cell{}</style><div><div class="outer-cell a"><div class="header-cell">H</div><div class="mdl-typography--body-1">1</div><div class="mdl-typography--body-1 mdl-typography--text-right"></div></div><div class="header-cell">I</div><div class="mdl-typography--body-1">2</div><div class="x"></div><div class="mdl-typography--body-1">3</div></div></html>"#;
        let mut reader = Drip(page);
        let mut cells = Cells::new(&mut reader);
        let mut rows = Vec::new();
        while let Next::Cell { bytes, .. } = cells.next().unwrap() {
            let text = String::from_utf8_lossy(bytes);
            rows.push(["H<", "I<", ">1<", ">2<", ">3<"].into_iter().filter(|mark| text.contains(mark)).collect::<String>());
        }
        assert_eq!(rows, ["H<>1<", "I<>2<", ">3<"]);
        assert_eq!(cells.next().unwrap(), Next::End);
    }

    #[test]
    fn a_row_over_the_limit_is_passed_over() {
        let long = "x".repeat(LIMIT + CHUNK);
        let page = format!(
            r#"<div class="outer-cell"><div class="mdl-typography--body-1">{long}</div></div><div class="outer-cell"><div class="mdl-typography--body-1">1</div></div>"#
        );
        let mut bytes = page.as_bytes();
        let mut cells = Cells::new(&mut bytes);
        assert_eq!(cells.next().unwrap(), Next::TooLong(0));
        assert!(matches!(cells.next().unwrap(), Next::Cell { .. }));
        assert_eq!(cells.next().unwrap(), Next::End);
    }
}
