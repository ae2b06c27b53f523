//! Finds the components in a vCard or iCalendar file of any size without holding more than one of them.
//!
//! Both formats are lines of `name;parameter=value:value` between `BEGIN:X` and `END:X`, folded at 75 bytes. [`Components`] hands
//! out each component below the wrapper (`VCALENDAR`; a vCard has none) with its lines parsed and its own bytes as they stood. A
//! component that is broken costs itself alone.
//!
//! Absent on purpose: what a property means. Values come as written; [`text`] and [`split`] undo the escapes.

use std::io::{self, BufRead, BufReader, Read};

use crate::text::charset;

/// Longest component that is accepted, in bytes; photos are in them as base64.
const LIMIT: usize = 32 << 20;
/// A line is taken in pieces of at most this many bytes.
const PIECE: u64 = 1 << 20;
/// Deepest nesting that is accepted: a calendar's alarms stand at 2.
const DEPTH: usize = 8;

/// `name;parameter=value:value`
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Property {
    /// `item1` in `item1.TEL`, lower-cased; binds a custom label to its value.
    pub(crate) group: String,
    /// Upper-cased.
    pub(crate) name: String,
    /// Names upper-cased, values without quotes; a list of values is one text with commas.
    pub(crate) parameters: Vec<(String, String)>,
    /// As written, unfolded.
    pub(crate) value: String,
}

impl Property {
    /// A parameter's value; several of the same name are joined by commas.
    pub(crate) fn parameter(&self, name: &str) -> Option<String> {
        let values: Vec<&str> = self.parameters.iter().filter(|(own, _)| own == name).map(|(_, value)| value.as_str()).collect();
        if values.is_empty() { None } else { Some(values.join(",")) }
    }

    /// The value without escapes.
    pub(crate) fn text(&self) -> String {
        text(&self.value)
    }
}

/// `BEGIN:X` to `END:X`.
#[derive(Debug, Default)]
pub(crate) struct Component {
    /// Upper-cased: `VEVENT`.
    pub(crate) name: String,
    /// Its own lines.
    pub(crate) properties: Vec<Property>,
    /// The components in it.
    pub(crate) inner: Vec<Component>,
}

impl Component {
    /// The first property of that name.
    pub(crate) fn property(&self, name: &str) -> Option<&Property> {
        self.properties.iter().find(|property| property.name == name)
    }

    /// Every property of that name.
    pub(crate) fn all<'c>(&'c self, name: &'c str) -> impl Iterator<Item = &'c Property> {
        self.properties.iter().filter(move |property| property.name == name)
    }

    /// The text of the first property of that name; empty when there is none.
    pub(crate) fn text(&self, name: &str) -> String {
        self.property(name).map(Property::text).unwrap_or_default().trim().to_owned()
    }
}

/// What comes next in the file.
#[derive(Debug)]
pub(crate) enum Next {
    /// A whole component.
    Component {
        /// The line of its `BEGIN`, from 1.
        line: u64,
        /// It.
        component: Component,
        /// Its bytes, from `BEGIN` to `END`.
        raw: Vec<u8>,
    },
    /// A line of the wrapper: `X-WR-CALNAME:Home`.
    Property(Property),
    /// A component that does not end, or is too large or too deep: the line of its `BEGIN`, and what is wrong.
    Broken(u64, &'static str),
    /// The file ends in the middle.
    Cut {
        /// Where the component began, or the file's last line.
        line: u64,
        /// Whether a component is cut, and not the wrapper alone.
        component: bool,
    },
    /// The file is complete.
    End,
}

/// Walks a file.
pub(crate) struct Components<'r> {
    reader: BufReader<&'r mut dyn Read>,
    wrapper: Option<&'static str>,
    /// A line that was read to see whether it continues the one before, and its number.
    ahead: Option<(u64, Vec<u8>)>,
    n_lines: u64,
    /// A `BEGIN` that was met inside a component that should have ended.
    pending: Option<(String, u64, Vec<u8>)>,
    in_wrapper: bool,
    /// Why reading failed; told once everything before it was handed out.
    failed: Option<io::Error>,
}

/// One unfolded line: its number, its text, its bytes.
struct Line {
    number: u64,
    text: String,
    raw: Vec<u8>,
}

impl<'r> Components<'r> {
    /// Starts at the beginning of `reader`. Components called `wrapper` are entered and not handed out.
    pub(crate) fn new(reader: &'r mut dyn Read, wrapper: Option<&'static str>) -> Self {
        Self {
            reader: BufReader::with_capacity(64 << 10, reader),
            wrapper,
            ahead: None,
            n_lines: 0,
            pending: None,
            in_wrapper: false,
            failed: None,
        }
    }

    /// The next component or line. Fails only when reading fails.
    pub(crate) fn next(&mut self) -> io::Result<Next> {
        if let Some((name, line, raw)) = self.pending.take() {
            return Ok(self.component(name, line, raw));
        }
        while let Some(line) = self.line() {
            let Some(property) = property(&line.text) else { continue };
            let value = property.value.trim().to_ascii_uppercase();
            match property.name.as_str() {
                "BEGIN" if self.is_wrapper(&value) => self.in_wrapper = true,
                "BEGIN" => return Ok(self.component(value, line.number, line.raw)),
                "END" if self.is_wrapper(&value) => self.in_wrapper = false,
                "END" => {}
                _ if self.in_wrapper => return Ok(Next::Property(property)),
                _ => {}
            }
        }
        if let Some(error) = self.failed.take() {
            return Err(error);
        }
        if self.in_wrapper {
            self.in_wrapper = false;
            return Ok(Next::Cut { line: self.n_lines, component: false });
        }
        Ok(Next::End)
    }

    fn is_wrapper(&self, name: &str) -> bool {
        self.wrapper == Some(name)
    }

    fn component(&mut self, name: String, began: u64, mut raw: Vec<u8>) -> Next {
        let mut open = vec![Component { name, ..Component::default() }];
        let mut wrong = None;
        while let Some(line) = self.line() {
            if raw.len() + line.raw.len() > LIMIT {
                wrong = Some("It is larger than 32 MiB.");
            }
            let property = property(&line.text);
            let (name, value) = property
                .as_ref()
                .map_or(("", String::new()), |property| (property.name.as_str(), property.value.trim().to_ascii_uppercase()));
            match name {
                "BEGIN" if value == open[0].name => {
                    self.pending = Some((value, line.number, line.raw));
                    return Next::Broken(began, "It does not end before the next one begins.");
                }
                "END" if self.is_wrapper(&value) => {
                    self.in_wrapper = false;
                    return Next::Broken(began, "It does not end before the file's last line.");
                }
                _ => {}
            }
            if wrong.is_none() {
                raw.extend_from_slice(&line.raw);
            }
            match name {
                "BEGIN" if open.len() < DEPTH => open.push(Component { name: value, ..Component::default() }),
                "BEGIN" => wrong = Some("It holds more than 8 levels."),
                "END" => {
                    // An END without its BEGIN is passed over; one that skips levels closes them all.
                    let Some(level) = open.iter().rposition(|component| component.name == value) else { continue };
                    while open.len() > level + 1 {
                        fold_last(&mut open);
                    }
                    if level > 0 {
                        fold_last(&mut open);
                    } else if let (Some(component), None) = (open.pop(), wrong) {
                        return Next::Component { line: began, component, raw };
                    } else {
                        return Next::Broken(began, wrong.unwrap_or("It is broken."));
                    }
                }
                _ => {
                    if let (Some(last), Some(property), None) = (open.last_mut(), property, wrong) {
                        last.properties.push(property);
                    }
                }
            }
        }
        self.in_wrapper = false;
        Next::Cut { line: began, component: true }
    }

    /// The next line, unfolded; empty lines are passed over.
    fn line(&mut self) -> Option<Line> {
        loop {
            let (number, mut raw) = match self.ahead.take() {
                Some(ahead) => ahead,
                None => self.read_line(),
            };
            if raw.is_empty() {
                return None;
            }
            if raw.trim_ascii().is_empty() {
                continue;
            }
            let mut unfolded = trim_line_end(&raw).to_vec();
            let quoted_printable = is_quoted_printable(&unfolded);
            loop {
                let (next_number, next) = self.read_line();
                let soft_break = quoted_printable && unfolded.ends_with(b"=") && !next.is_empty();
                if !soft_break && !next.starts_with(b" ") && !next.starts_with(b"\t") {
                    self.ahead = Some((next_number, next));
                    break;
                }
                if raw.len() <= LIMIT {
                    if soft_break {
                        unfolded.pop();
                        unfolded.extend_from_slice(next.trim_ascii());
                    } else {
                        unfolded.extend_from_slice(trim_line_end(&next[1..]));
                    }
                    raw.extend_from_slice(&next);
                }
            }
            return Some(Line { number, text: charset::decoded(&unfolded).into_owned(), raw });
        }
    }

    /// One line of the file with its number and its end; empty at the end of the file.
    fn read_line(&mut self) -> (u64, Vec<u8>) {
        let mut line = Vec::new();
        while self.failed.is_none() {
            let n_read = (&mut self.reader).take(PIECE).read_until(b'\n', &mut line).unwrap_or_else(|error| {
                self.failed = Some(error);
                0
            });
            if n_read == 0 || line.ends_with(b"\n") {
                break;
            }
            // A line beyond the limit is read on and not kept.
            line.truncate(LIMIT + 1);
        }
        if !line.is_empty() {
            self.n_lines += 1;
        }
        (self.n_lines, line)
    }
}

/// Closes the innermost open component.
fn fold_last(open: &mut Vec<Component>) {
    if let Some(inner) = open.pop()
        && let Some(outer) = open.last_mut()
    {
        outer.inner.push(inner);
    }
}

/// Parses one unfolded line; `None` when it is none.
fn property(line: &str) -> Option<Property> {
    let name_end = line.find([':', ';'])?;
    let (group, name) = line[..name_end].rsplit_once('.').unwrap_or(("", &line[..name_end]));
    if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')) {
        return None;
    }
    let mut property = Property { group: group.to_ascii_lowercase(), name: name.to_ascii_uppercase(), ..Property::default() };
    let mut rest = &line[name_end..];
    while let Some(parameters) = rest.strip_prefix(';') {
        let mut quoted = false;
        let end = parameters.find(|character| {
            quoted ^= character == '"';
            !quoted && matches!(character, ':' | ';')
        })?;
        let (key, value) = parameters[..end].split_once('=').unwrap_or(("TYPE", &parameters[..end]));
        property.parameters.push((key.trim().to_ascii_uppercase(), unquoted(value)));
        rest = &parameters[end..];
    }
    let value = rest.strip_prefix(':')?;
    property.value = if property.parameters.iter().any(|(_, value)| value.eq_ignore_ascii_case("QUOTED-PRINTABLE")) {
        from_quoted_printable(value, property.parameter("CHARSET").as_deref())
    } else {
        value.to_owned()
    };
    Some(property)
}

/// A parameter's value: quotes gone, and the escapes of RFC 6868 (`^n`, `^'`, `^^`) undone.
fn unquoted(value: &str) -> String {
    let value = value.trim().replace('"', "");
    value.split("^^").map(|part| part.replace("^n", "\n").replace("^'", "\"")).collect::<Vec<_>>().join("^")
}

/// As old phones write vCards. Line breaks inside become `\n`, as in the newer form.
fn from_quoted_printable(value: &str, charset: Option<&str>) -> String {
    let Some(bytes) = mail_parser::decoders::quoted_printable::quoted_printable_decode(value.as_bytes()) else { return value.to_owned() };
    let encoding = charset.and_then(|charset| encoding_rs::Encoding::for_label(charset.as_bytes())).unwrap_or(encoding_rs::UTF_8);
    encoding.decode_without_bom_handling(&bytes).0.replace("\r\n", "\\n").replace('\n', "\\n")
}

fn is_quoted_printable(line: &[u8]) -> bool {
    let head = line.split(|&byte| byte == b':').next().unwrap_or_default();
    memchr::memmem::find(&head.to_ascii_uppercase(), b"QUOTED-PRINTABLE").is_some()
}

fn trim_line_end(line: &[u8]) -> &[u8] {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    line.strip_suffix(b"\r").unwrap_or(line)
}

/// A value without its escapes: `\n` is a line break, and `\` keeps what follows it.
pub(crate) fn text(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    let mut characters = value.chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' => match characters.next() {
                Some('n' | 'N') => text.push('\n'),
                Some(kept) => text.push(kept),
                None => {}
            },
            other => text.push(other),
        }
    }
    text
}

/// The parts of a value between unescaped separators, each without its escapes.
pub(crate) fn split(value: &str, separator: char) -> Vec<String> {
    let mut parts = Vec::new();
    let mut from = 0;
    let mut escaped = false;
    for (at, character) in value.char_indices() {
        if character == separator && !escaped {
            parts.push(text(&value[from..at]));
            from = at + character.len_utf8();
        }
        escaped = character == '\\' && !escaped;
    }
    parts.push(text(&value[from..]));
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(file: &str) -> String {
        let mut bytes = file.as_bytes();
        let mut components = Components::new(&mut bytes, Some("VCALENDAR"));
        let mut lines = Vec::new();
        loop {
            lines.push(match components.next().unwrap() {
                Next::Component { line, component, raw } => {
                    let own: Vec<String> =
                        component.properties.iter().map(|property| format!("{}={}", property.name, property.text())).collect();
                    format!("{line} {} {} +{} ({} bytes)", component.name, own.join(" "), component.inner.len(), raw.len())
                }
                Next::Property(property) => format!("{}={}", property.name, property.value),
                Next::Broken(line, why) => format!("broken {line}: {why}"),
                Next::Cut { line, component } => format!("cut {line} {component}"),
                Next::End => "end".to_owned(),
            });
            if lines.last().is_some_and(|line| line == "end") {
                return lines.join("; ");
            }
        }
    }

    #[test]
    fn folded_lines_join_and_inner_components_stay_inside() {
        assert_eq!(
            shown(
                "BEGIN:VCALENDAR\r\nX-WR-CALNAME:Home\r\nBEGIN:VEVENT\r\nSUMMARY:long \r\n er\\, line\r\nBEGIN:VALARM\r\nACTION:X\r\nEND:VALARM\r\nUID:1\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
            ),
            "X-WR-CALNAME=Home; 3 VEVENT SUMMARY=long er, line UID=1 +1 (96 bytes); end"
        );
    }

    #[test]
    fn a_broken_component_costs_itself_alone() {
        assert_eq!(
            shown("BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\nBEGIN:VEVENT\nUID:2\nno colon here\nEND:VEVENT\nBEGIN:VEVENT\nEND:VCALENDAR\n"),
            "broken 2: It does not end before the next one begins.; 4 VEVENT UID=2 +0 (44 bytes); broken 8: It does not end before the file's last line.; end"
        );
        assert_eq!(shown("BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\n"), "cut 2 true; end");
        assert_eq!(shown("BEGIN:VCALENDAR\nX:1\n"), "X=1; cut 2 false; end");
    }

    #[test]
    fn parameters_groups_and_old_encodings_are_read() {
        let read = property("item1.ADR;TYPE=\"home;x\",work;CN=\"Ann: the ^'first^'\":;;Quay 1\\;2;Town").unwrap();
        assert_eq!((read.group.as_str(), read.name.as_str(), read.parameter("TYPE").unwrap().as_str()), ("item1", "ADR", "home;x,work"));
        assert_eq!(read.parameter("CN").unwrap(), "Ann: the \"first\"");
        assert_eq!(split(&read.value, ';'), ["", "", "Quay 1;2", "Town"]);
        let old = shown("BEGIN:VCARD\nFN;ENCODING=QUOTED-PRINTABLE;CHARSET=UTF-8:J=C3=B6r=\ng Ruder\nEND:VCARD\n");
        assert_eq!(old, "1 VCARD FN=Jörg Ruder +0 (83 bytes); end");
        assert_eq!(property("X-LIC-ERROR"), None);
    }
}
