//! Finds the messages in an mbox file of any size, holding one at a time.
//!
//! A message starts at a separator line. Gmail writes `From <id>@xxx <date>`, others `From <sender> <date>`; the first line
//! of the file decides which of the two counts, so that a mail that quotes another mailbox is not torn apart. A separator must
//! also be followed by a line that looks like a header. Lines may be of any length, and end in LF or CRLF; `>From ` loses one `>`.
//!
//! Absent on purpose: anything about what is in a message.

use std::io::{self, BufRead, BufReader, Read};

/// Longest message that is read whole, in bytes: a 60 MB attachment in base64 fits. What goes beyond is counted and dropped.
pub(in crate::importers) const MESSAGE_LIMIT: usize = 96 << 20;
/// A line is taken in pieces of at most this many bytes.
const PIECE: u64 = 1 << 20;
/// A message's buffer grows by this much at a time once it is larger than that, so that it never doubles.
const GROWTH: usize = 16 << 20;

/// Which separators a file uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dialect {
    /// `From 1620123456789012345@xxx Mon Oct 14 06:12:45 +0000 2024`
    Gmail,
    /// `From ann@example.org Mon Oct 14 06:12:45 2024`, after an empty line.
    Plain,
}

const DAY_MS: u64 = 86_400_000;

/// What a separator line says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Envelope {
    /// Gmail's id of the message.
    pub(super) gmail_id: Option<u64>,
    /// When the message was received, UTC milliseconds.
    pub(super) received: Option<i64>,
    /// Whether Gmail's id says so too.
    pub(super) vouched: bool,
}

/// One message.
pub(super) struct Found<'b> {
    /// What its separator says.
    pub(super) envelope: Envelope,
    /// Its number in the file, from 1.
    pub(super) number: u64,
    /// Where its separator starts in the file.
    pub(super) at: u64,
    /// The message, without the separator and the empty line at its end.
    pub(super) bytes: &'b [u8],
    /// Bytes beyond [`MESSAGE_LIMIT`], which are not in `bytes`.
    pub(super) dropped: u64,
    /// How the file goes on.
    pub(super) ending: Ending,
}

/// How the file goes on after a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ending {
    /// Another message follows, or the file ends as a whole one does, with an empty line.
    Whole,
    /// The file ends after a line, but without the empty line that closes a message.
    Line,
    /// The file ends in the middle of a line.
    MidLine,
}

/// Walks an mbox file.
pub(super) struct Messages<'r> {
    reader: BufReader<&'r mut dyn Read>,
    dialect: Option<Dialect>,
    /// A separator that was read and starts the next message.
    next: Option<(Envelope, u64)>,
    /// The line after that separator.
    carried: Vec<u8>,
    message: Vec<u8>,
    line: Vec<u8>,
    /// Where the next byte to be read stands in the file.
    at: u64,
    number: u64,
    /// Bytes before the first separator that are not empty lines.
    n_before: u64,
    /// Why reading failed; told once everything before it was handed out.
    failed: Option<io::Error>,
}

impl<'r> Messages<'r> {
    /// Reads up to the first separator, passing over what stands before it. `Ok(None)` when there is none in a file that
    /// is not empty.
    pub(super) fn open(reader: &'r mut dyn Read) -> io::Result<Option<Self>> {
        let mut messages = Self {
            reader: BufReader::with_capacity(256 << 10, reader),
            dialect: None,
            next: None,
            carried: Vec::new(),
            message: Vec::new(),
            line: Vec::new(),
            at: 0,
            number: 0,
            n_before: 0,
            failed: None,
        };
        while messages.read_line() {
            if is_blank(&messages.line) {
                continue;
            }
            if let Some((dialect, envelope)) = separator(&messages.line) {
                messages.dialect = Some(dialect);
                messages.next = Some((envelope, messages.at - messages.line.len() as u64));
                return Ok(Some(messages));
            }
            messages.n_before += messages.line.len() as u64;
        }
        if let Some(error) = messages.failed {
            return Err(error);
        }
        Ok((messages.n_before == 0).then_some(messages))
    }

    /// Bytes before the first separator: the end of a message whose beginning is missing.
    pub(super) fn n_before(&self) -> u64 {
        self.n_before
    }

    /// The next message, or `None` after the last.
    pub(super) fn next(&mut self) -> io::Result<Option<Found<'_>>> {
        let Some((envelope, at)) = self.next.take() else { return self.failed.take().map_or(Ok(None), Err) };
        self.number += 1;
        self.message.clear();
        self.message.shrink_to(GROWTH);
        let mut dropped = 0;
        let carried = std::mem::take(&mut self.carried);
        self.append(&carried, &mut dropped);
        let mut line_start = carried.is_empty() || carried.ends_with(b"\n");
        let mut blank_before = carried.is_empty() || is_blank(&carried);
        let mut ending = if carried.is_empty() || is_blank(&carried) { Ending::Whole } else { Ending::Line };
        while self.read_line() {
            if line_start && self.line.starts_with(b"From ") && (blank_before || self.dialect == Some(Dialect::Gmail))
                && let Some((dialect, found)) = separator(&self.line).filter(|(dialect, _)| Some(*dialect) == self.dialect) {
                    let start = self.at - self.line.len() as u64;
                    let candidate = std::mem::take(&mut self.line);
                    let more = self.read_line();
                    if !more || is_blank(&self.line) || looks_like_header(&self.line) {
                        self.dialect = Some(dialect);
                        self.next = Some((found, start));
                        self.carried = if more { std::mem::take(&mut self.line) } else { Vec::new() };
                        ending = Ending::Whole;
                        break;
                    }
                    self.append(&candidate, &mut dropped);
                }
            let unquoted = if line_start && is_quoted_separator(&self.line) { 1 } else { 0 };
            let line = std::mem::take(&mut self.line);
            self.append(&line[unquoted..], &mut dropped);
            blank_before = line_start && is_blank(&line);
            line_start = line.ends_with(b"\n");
            ending = match (line_start, blank_before) {
                (true, true) => Ending::Whole,
                (true, false) => Ending::Line,
                (false, _) => Ending::MidLine,
            };
            self.line = line;
        }
        let bytes = strip_closing_line(&self.message);
        Ok(Some(Found { envelope, number: self.number, at, bytes, dropped, ending }))
    }

    /// The file's dialect; `None` when it is empty.
    pub(super) fn dialect(&self) -> Option<Dialect> {
        self.dialect
    }

    /// Reads the next line, or the next piece of a long one; false at the end of the file.
    fn read_line(&mut self) -> bool {
        self.line.clear();
        if self.failed.is_some() {
            return false;
        }
        if let Err(error) = (&mut self.reader).take(PIECE).read_until(b'\n', &mut self.line) {
            self.failed = Some(error);
        }
        self.at += self.line.len() as u64;
        !self.line.is_empty()
    }

    fn append(&mut self, bytes: &[u8], dropped: &mut u64) {
        let room = MESSAGE_LIMIT - self.message.len();
        let fits = bytes.len().min(room);
        if self.message.len() + fits > self.message.capacity() && self.message.capacity() >= GROWTH {
            self.message.reserve_exact(GROWTH.max(fits));
        }
        self.message.extend_from_slice(&bytes[..fits]);
        *dropped += (bytes.len() - fits) as u64;
    }
}

/// Reads a separator line of either dialect.
pub(super) fn separator(line: &[u8]) -> Option<(Dialect, Envelope)> {
    let text = std::str::from_utf8(line.get(..line.len().min(512))?).ok()?;
    let mut words = text.strip_prefix("From ")?.split_ascii_whitespace();
    let from = words.next()?;
    let rest: Vec<&str> = words.collect();
    let received = received(&rest)?;
    let id = from.strip_suffix("@xxx").filter(|id| id.bytes().all(|byte| byte.is_ascii_digit())).and_then(|id| id.parse::<u64>().ok());
    Some(match id {
        Some(id) => {
            // The id holds the milliseconds too. Where programs made up either, the line is what somebody meant.
            let of_id = (id >> 20) as i64;
            let vouched = of_id.abs_diff(received) < DAY_MS;
            (Dialect::Gmail, Envelope { gmail_id: Some(id), received: Some(if vouched { of_id } else { received }), vouched })
        }
        None => (Dialect::Plain, Envelope { gmail_id: None, received: Some(received), vouched: false }),
    })
}

/// `Mon Oct 14 06:12:45 +0000 2024`, with the zone before the year, after it, or not there (then UTC).
fn received(words: &[&str]) -> Option<i64> {
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let [_, month, day, clock, rest @ ..] = words else { return None };
    let month = MONTHS.iter().position(|name| name.eq_ignore_ascii_case(month))? as i8 + 1;
    let day = day.parse::<i8>().ok()?;
    let mut parts = clock.split(':').map(|part| part.parse::<i8>().ok());
    let (hour, minute) = (parts.next()??, parts.next()??);
    let second = parts.next().unwrap_or(Some(0))?;
    let year = rest.iter().take(3).find(|word| word.len() == 4 && !word.starts_with(['+', '-']))?.parse::<i16>().ok()?;
    let offset = rest.iter().take(3).find_map(|word| {
        let digits = word.strip_prefix('+').map(|digits| (1, digits)).or_else(|| word.strip_prefix('-').map(|digits| (-1, digits)));
        let (sign, digits) = digits?;
        let (hours, minutes) = digits.split_at_checked(2).filter(|_| digits.len() == 4)?;
        Some(sign * (hours.parse::<i64>().ok()? * 60 + minutes.parse::<i64>().ok()?))
    });
    let clock = jiff::civil::DateTime::new(year, month, day, hour, minute, second.min(59), 0).ok()?;
    let utc = clock.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp().as_millisecond();
    Some(utc - offset.unwrap_or(0) * 60_000)
}

fn is_blank(line: &[u8]) -> bool {
    matches!(line, b"\n" | b"\r\n")
}

/// `>From `, `>>From ` and so on.
fn is_quoted_separator(line: &[u8]) -> bool {
    let n_marks = line.iter().take_while(|&&byte| byte == b'>').count();
    n_marks > 0 && line[n_marks..].starts_with(b"From ")
}

/// `Name: value`.
fn looks_like_header(line: &[u8]) -> bool {
    let name = line.iter().take_while(|&&byte| byte.is_ascii_graphic() && byte != b':').count();
    name > 0 && line.get(name) == Some(&b':')
}

/// Without the empty line that closes a message in an mbox.
fn strip_closing_line(message: &[u8]) -> &[u8] {
    if let Some(rest) = message.strip_suffix(b"\r\n\r\n") {
        return &message[..rest.len() + 2];
    }
    if message.ends_with(b"\n\n") {
        return &message[..message.len() - 1];
    }
    message
}

#[cfg(test)]
mod tests {
    use super::*;

    const GMAIL: &str = "From 1812345678901234567@xxx Mon Oct 14 06:12:45 +0000 2024";

    fn shown(mut bytes: &[u8]) -> String {
        let Some(mut messages) = Messages::open(&mut bytes).unwrap() else { return "no separator".to_owned() };
        let mut lines = Vec::new();
        while let Some(found) = messages.next().unwrap() {
            lines.push(format!("{}@{} {:?} {:?}", found.number, found.at, String::from_utf8_lossy(found.bytes), found.ending));
        }
        lines.join("\n")
    }

    #[test]
    fn only_separators_of_the_files_own_form_split() {
        let file = format!(
            "{GMAIL}\nA: 1\n\nFrom me to you\nFrom ann@example.org Mon Oct 14 06:12:45 2024\nB: quoted\n>From x\n>>From y\n\n{GMAIL}\nC: 2\n\n"
        );
        assert_eq!(
            shown(file.as_bytes()),
            "1@0 \"A: 1\\n\\nFrom me to you\\nFrom ann@example.org Mon Oct 14 06:12:45 2024\\nB: quoted\\nFrom x\\n>From y\\n\" Whole\n\
             2@155 \"C: 2\\n\" Whole"
        );
    }

    #[test]
    fn a_separator_without_headers_after_it_is_text() {
        let file = format!("{GMAIL}\r\nA: 1\r\n\r\n{GMAIL}\r\nis what a separator looks like\r\n\r\n");
        assert_eq!(shown(file.as_bytes()), format!("1@0 \"A: 1\\r\\n\\r\\n{GMAIL}\\r\\nis what a separator looks like\\r\\n\" Whole"));
    }

    #[test]
    fn other_mailboxes_split_after_an_empty_line() {
        let file = "From a@example.org Sat Jan  3 01:05:34 1996\nA: 1\n\nx\nFrom b@example.org Sat Jan  3 01:05:34 1996\nB: 2\n\nFrom - Sat Jan  3 01:05:34 1996\nC: 3\n\ny";
        assert_eq!(
            shown(file.as_bytes()),
            "1@0 \"A: 1\\n\\nx\\nFrom b@example.org Sat Jan  3 01:05:34 1996\\nB: 2\\n\" Whole\n2@102 \"C: 3\\n\\ny\" MidLine"
        );
        assert_eq!(shown(b"Subject: a single mail\n\nHi"), "no separator");
        assert_eq!(shown(b""), "");
    }

    #[test]
    fn the_message_before_an_error_is_handed_out() {
        struct Fails;
        impl Read for Fails {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                Err(io::Error::other("bad checksum"))
            }
        }
        let file = format!("{GMAIL}\nA: 1\n\n");
        let mut reader = file.as_bytes().chain(Fails);
        let mut messages = Messages::open(&mut reader).unwrap().unwrap();
        assert_eq!(messages.next().unwrap().unwrap().bytes, b"A: 1\n");
        assert_eq!(messages.next().err().map(|error| error.to_string()).as_deref(), Some("bad checksum"));
    }

    #[test]
    fn lines_of_any_length_and_messages_beyond_the_limit_stream() {
        let mut reader = io::Read::chain(
            io::Cursor::new(format!("{GMAIL}\nA: 1\n\n")),
            io::Read::chain(io::repeat(b'x').take(MESSAGE_LIMIT as u64 + 100), io::Cursor::new(format!("\n\n{GMAIL}\nB: 2\n\n"))),
        );
        let mut messages = Messages::open(&mut reader).unwrap().unwrap();
        let first = messages.next().unwrap().unwrap();
        assert_eq!((first.bytes.len(), first.dropped), (MESSAGE_LIMIT, 108));
        assert_eq!(messages.next().unwrap().unwrap().bytes, b"B: 2\n");
        assert!(messages.message.capacity() < 2 * GROWTH);
    }

    #[test]
    fn separators_tell_when_a_mail_came() {
        let (dialect, envelope) = separator(GMAIL.as_bytes()).unwrap();
        assert_eq!((dialect, envelope.gmail_id, envelope.received), (Dialect::Gmail, Some(1_812_345_678_901_234_567), Some(1_728_886_365_000)));
        let agreed = separator(b"From 1812345678901234567@xxx Tue Oct  8 11:38:46 +0000 2024").unwrap().1;
        assert_eq!((agreed.received, agreed.vouched), (Some(1_728_387_526_417), true));
        assert_eq!(separator(b"From a@b Mon Oct 14 08:12:45 2024 +0200").unwrap().1.received, Some(1_728_886_365_000));
        assert_eq!(separator(b"From now on Mon it rains"), None);
    }
}
