//! Rich text (RTF): words between control words and groups. Groups that hold no words of the document (fonts, pictures, styles)
//! are passed over.

use encoding_rs::{Encoding, WINDOWS_1252};

use super::Document;
use crate::text::time;

/// Groups without words for the reader.
const UNREAD: &[&str] = &[
    "fonttbl",
    "colortbl",
    "stylesheet",
    "listtable",
    "listoverridetable",
    "rsidtbl",
    "generator",
    "pict",
    "object",
    "themedata",
    "colorschememapping",
    "latentstyles",
    "datastore",
    "xmlnstbl",
    "filetbl",
    "revtbl",
    "fldinst",
    "bkmkstart",
    "bkmkend",
    "mmathPr",
];
/// Deepest nesting that is followed.
const DEPTH: usize = 256;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Group {
    Body,
    Unread,
    /// Facts about the document.
    Info,
    Title,
    Author,
}

/// Reads the words; what is broken is passed over.
pub(super) fn read(bytes: &[u8]) -> Document {
    let mut document = Document::default();
    let mut reader = Reader { bytes, at: 0, encoding: WINDOWS_1252, pending: Vec::new(), n_after_unicode: 1, high: None };
    let mut groups = vec![Group::Body];
    let mut n_deeper = 0;
    while let Some(&byte) = bytes.get(reader.at) {
        if document.words.is_full() {
            break;
        }
        let group = groups.last().copied().unwrap_or(Group::Body);
        match byte {
            b'{' => {
                reader.flush(group, &mut document);
                if groups.len() < DEPTH {
                    groups.push(group);
                } else {
                    n_deeper += 1;
                }
                reader.at += 1;
            }
            b'}' => {
                reader.flush(group, &mut document);
                if n_deeper > 0 {
                    n_deeper -= 1;
                } else if groups.len() > 1 {
                    groups.pop();
                }
                reader.at += 1;
            }
            b'\\' => {
                let Some(last) = groups.last_mut() else { break };
                reader.control(last, &mut document);
            }
            b'\r' | b'\n' => reader.at += 1,
            other => {
                reader.pending.push(other);
                reader.at += 1;
            }
        }
    }
    reader.flush(groups.last().copied().unwrap_or(Group::Body), &mut document);
    document
}

struct Reader<'b> {
    bytes: &'b [u8],
    at: usize,
    encoding: &'static Encoding,
    /// Bytes of text that are not decoded yet.
    pending: Vec<u8>,
    /// How many signs stand after a Unicode one for readers that do not know it.
    n_after_unicode: usize,
    /// The first half of a pair of UTF-16.
    high: Option<u16>,
}

impl Reader<'_> {
    /// Decodes what waits, and puts it where its group says.
    fn flush(&mut self, group: Group, document: &mut Document) {
        if self.pending.is_empty() {
            return;
        }
        let text = self.encoding.decode_without_bom_handling(&self.pending).0.into_owned();
        self.pending.clear();
        put(&text, group, document);
    }

    /// A control word or sign, which begins at `\`.
    fn control(&mut self, group: &mut Group, document: &mut Document) {
        let rest = &self.bytes[self.at + 1..];
        match rest.first() {
            Some(b'\'') => {
                let code = rest
                    .get(1..3)
                    .and_then(|digits| std::str::from_utf8(digits).ok())
                    .and_then(|digits| u8::from_str_radix(digits, 16).ok());
                self.pending.extend(code);
                self.at += 4;
            }
            Some(b'*') => {
                // What follows is for those that know it; of those known here none has words.
                if *group == Group::Body {
                    self.flush(*group, document);
                    *group = Group::Unread;
                }
                self.at += 2;
            }
            Some(b'~') => {
                self.pending.push(b' ');
                self.at += 2;
            }
            Some(letter) if letter.is_ascii_alphabetic() => self.word(group, document),
            Some(letter @ (b'\\' | b'{' | b'}')) => {
                self.pending.push(*letter);
                self.at += 2;
            }
            Some(_) => self.at += 2,
            None => self.at += 1,
        }
    }

    fn word(&mut self, group: &mut Group, document: &mut Document) {
        let rest = &self.bytes[self.at + 1..];
        let n_letters = rest.iter().take(32).take_while(|byte| byte.is_ascii_alphabetic()).count();
        let digits = &rest[n_letters..];
        let n_digits =
            digits.iter().take(11).enumerate().take_while(|(at, byte)| byte.is_ascii_digit() || (*at == 0 && **byte == b'-')).count();
        let name = std::str::from_utf8(&rest[..n_letters]).unwrap_or_default();
        let number: Option<i64> = std::str::from_utf8(&digits[..n_digits]).ok().and_then(|digits| digits.parse().ok());
        let mut after = self.at + 1 + n_letters + n_digits;
        if self.bytes.get(after) == Some(&b' ') {
            after += 1;
        }
        self.at = after;
        match (name, number) {
            ("u", Some(number)) => {
                self.flush(*group, document);
                self.unicode(number, *group, document);
                self.skip_fallback();
            }
            ("uc", Some(number)) => self.n_after_unicode = usize::try_from(number).unwrap_or(1).min(16),
            ("ansicpg", Some(number)) => {
                self.encoding = Encoding::for_label(format!("windows-{number}").as_bytes()).unwrap_or(match number {
                    932 => encoding_rs::SHIFT_JIS,
                    936 => encoding_rs::GBK,
                    949 => encoding_rs::EUC_KR,
                    950 => encoding_rs::BIG5,
                    65_001 => encoding_rs::UTF_8,
                    _ => WINDOWS_1252,
                });
            }
            ("bin", Some(number)) => self.at = self.at.saturating_add(usize::try_from(number).unwrap_or(0)).min(self.bytes.len()),
            ("par" | "line" | "row" | "page" | "sect", _) => self.pending.push(b'\n'),
            ("tab" | "cell", _) => self.pending.push(b'\t'),
            ("emdash", _) => self.sign('\u{2014}', *group, document),
            ("endash", _) => self.sign('\u{2013}', *group, document),
            ("lquote", _) => self.sign('\u{2018}', *group, document),
            ("rquote", _) => self.sign('\u{2019}', *group, document),
            ("ldblquote", _) => self.sign('\u{201c}', *group, document),
            ("rdblquote", _) => self.sign('\u{201d}', *group, document),
            ("bullet", _) => self.sign('\u{2022}', *group, document),
            ("info", _) => *group = Group::Info,
            ("title", _) if *group == Group::Info => *group = Group::Title,
            ("author", _) if *group == Group::Info => *group = Group::Author,
            ("creatim" | "revtim", _) if *group == Group::Info => self.time(name, document),
            _ if UNREAD.contains(&name) => {
                self.flush(*group, document);
                *group = Group::Unread;
            }
            _ => {}
        }
    }

    fn sign(&mut self, sign: char, group: Group, document: &mut Document) {
        self.flush(group, document);
        put(sign.encode_utf8(&mut [0; 4]), group, document);
    }

    /// A unit of UTF-16, written as a signed number.
    fn unicode(&mut self, number: i64, group: Group, document: &mut Document) {
        let Ok(unit) = u16::try_from(number.rem_euclid(1 << 16)) else { return };
        let units = [self.high.take().unwrap_or(unit), unit];
        if (0xd800..0xdc00).contains(&unit) {
            self.high = Some(unit);
            return;
        }
        let units = if (0xd800..0xdc00).contains(&units[0]) { &units[..] } else { &units[1..] };
        for letter in char::decode_utf16(units.iter().copied()) {
            put(letter.unwrap_or('\u{fffd}').encode_utf8(&mut [0; 4]), group, document);
        }
    }

    /// Passes over what stands for a Unicode sign.
    fn skip_fallback(&mut self) {
        for _ in 0..self.n_after_unicode {
            match self.bytes.get(self.at) {
                Some(b'\\') if self.bytes.get(self.at + 1) == Some(&b'\'') => self.at = (self.at + 4).min(self.bytes.len()),
                Some(b'{' | b'}' | b'\\') | None => return,
                Some(_) => self.at += 1,
            }
        }
    }

    /// `\yr2024\mo5\dy1\hr12\min20`, without a zone.
    fn time(&mut self, name: &str, document: &mut Document) {
        let end = self.bytes[self.at..].iter().take(80).position(|byte| *byte == b'}').unwrap_or(0);
        let text = String::from_utf8_lossy(&self.bytes[self.at..self.at + end]).into_owned();
        let part = |name: &str| text.split('\\').find_map(|word| word.trim().strip_prefix(name)?.parse::<u32>().ok()).unwrap_or(0);
        let stamp = format!("{:04}-{:02}-{:02}T{:02}:{:02}:00", part("yr"), part("mo"), part("dy"), part("hr"), part("min"));
        let moment = time::iso(&stamp);
        if name == "creatim" {
            document.created = moment;
        } else {
            document.modified = moment;
        }
        self.at += end;
    }
}

fn put(text: &str, group: Group, document: &mut Document) {
    match group {
        Group::Body => document.words.push(text),
        Group::Title => document.title.push_str(text),
        Group::Author => document.author.push_str(text),
        Group::Unread | Group::Info => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stand_and_the_rest_is_passed_over() {
        let file = br"{\rtf1\ansi\ansicpg1252\uc1{\fonttbl{\f0 Arial;}}{\info{\title Knots}{\author Ann}{\creatim\yr2024\mo5\dy1\hr12\min20}}{\*\generator x;}\f0 Gr\'fc\'dfe \u8364?\b  und {\i mehr}\par {\pict\bin3 }}x}\u-10179?\u-8704? \{end\}\par}";
        let document = read(file);
        assert_eq!((document.title.as_str(), document.author.as_str()), ("Knots", "Ann"));
        assert_eq!(document.created.map(|at| at.ms), Some(1_714_566_000_000));
        assert_eq!(document.words.into_text(), "Grüße € und mehr\n😀 {end}");
    }

    #[test]
    fn a_hostile_file_ends() {
        for file in
            [&b"{\\rtf1 \\"[..], b"{\\rtf1 \\'", b"{\\rtf1 \\u", b"{\\rtf1 \\bin99999999999 x", b"{\\rtf1{\\info{\\creatim", b"}}}}\\u5"]
        {
            read(file);
        }
        let deep = [b"{\\rtf1 ".to_vec(), vec![b'{'; 1 << 20], b"in".to_vec(), vec![b'}'; 1 << 20], b"out".to_vec()].concat();
        assert_eq!(read(&deep).words.into_text(), "inout");
    }
}
