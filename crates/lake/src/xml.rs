//! Finds the records in an XML file of any size without holding more than one of them.
//!
//! The caller names the elements that it wants whole; [`Elements`] hands each of them out with everything inside it, and
//! tells of the others only that they open and close. So a record that is broken costs itself alone, its place is known,
//! and its original is at hand. A file that is cut ends in [`Next::Cut`] after the last whole record.
//!
//! Names are without their namespace's prefix. Absent on purpose: validation, and document types, which are passed over:
//! no entity of theirs is ever expanded.

use std::cell::Cell;
use std::io::{self, BufReader, Read};
use std::rc::Rc;

use encoding_rs::{Decoder, Encoding, UTF_8};
use quick_xml::escape::{resolve_predefined_entity, unescape};
use quick_xml::events::{BytesStart, Event};

/// Longest record that is accepted, in bytes.
const LIMIT: usize = 16 << 20;
/// Bytes in which a declaration of the encoding stands.
const DECLARED: usize = 256;

/// One element with what is inside it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Element {
    /// Its name, without a prefix.
    pub(crate) name: String,
    attributes: Vec<(String, String)>,
    /// Its own text, trimmed.
    pub(crate) text: String,
    /// The elements inside it, in order.
    pub(crate) inner: Vec<Element>,
}

impl Element {
    /// An attribute's value; empty when it is not there.
    pub(crate) fn attribute(&self, name: &str) -> &str {
        self.attributes.iter().find(|(own, _)| own == name).map_or("", |(_, value)| value)
    }

    /// The first element of a name at any depth inside this one, in the order of the file.
    pub(crate) fn find(&self, name: &str) -> Option<&Element> {
        self.inner.iter().find_map(|inner| if inner.name == name { Some(inner) } else { inner.find(name) })
    }

    /// The text of the first element of a name inside this one; empty when there is none.
    pub(crate) fn text_of(&self, name: &str) -> &str {
        self.find(name).map_or("", |inner| &inner.text)
    }
}

/// What comes next in the file.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// An element that is not wanted begins; what is inside it follows.
    Open(Element),
    /// It ends.
    Close(String),
    /// A wanted element, where it begins, and its original.
    Element { at: u64, element: Element, raw: String },
    /// A wanted element that could not be read: where it begins, and why.
    Broken { at: u64, why: String },
    /// The file ends in the middle.
    Cut(u64),
    /// It is not XML.
    NotXml(String),
    /// The file is complete.
    End,
}

/// Walks an XML file.
pub(crate) struct Elements<'r> {
    reader: quick_xml::Reader<BufReader<Utf8<'r>>>,
    budget: Rc<Cell<usize>>,
    wanted: &'static [&'static str],
    open: Vec<String>,
    begun: bool,
    ended: bool,
    buffer: Vec<u8>,
    /// The start of a wanted element that ended a broken one before it.
    pending: Option<Started>,
}

struct Started {
    at: u64,
    element: Element,
    raw: String,
    wrong: Option<String>,
}

impl<'r> Elements<'r> {
    /// Starts at the beginning of `reader`; `wanted` are the names of the elements to hand out whole.
    pub(crate) fn new(reader: &'r mut dyn Read, wanted: &'static [&'static str]) -> io::Result<Self> {
        let budget = Rc::new(Cell::new(LIMIT));
        let mut reader = quick_xml::Reader::from_reader(BufReader::new(Utf8::new(reader, Rc::clone(&budget))?));
        let config = reader.config_mut();
        config.check_end_names = false;
        config.allow_unmatched_ends = true;
        config.allow_dangling_amp = true;
        Ok(Self { reader, budget, wanted, open: Vec::new(), begun: false, ended: false, buffer: Vec::new(), pending: None })
    }

    /// The next element. Fails only when reading fails.
    pub(crate) fn next(&mut self) -> io::Result<Next> {
        if let Some(started) = self.pending.take() {
            return self.whole(started);
        }
        if self.ended {
            return Ok(Next::End);
        }
        loop {
            let at = self.reader.buffer_position();
            let event = match self.event() {
                Ok(event) => event,
                Err(Fault::Reading(error)) => return Err(error),
                Err(Fault::Form(why)) => {
                    self.ended = true;
                    return Ok(if self.begun { Next::Cut(at) } else { Next::NotXml(why) });
                }
            };
            match event {
                Event::Start(start) => {
                    let (element, wrong) = element(&start);
                    let raw = format!("<{}>", &*start);
                    self.begun = true;
                    if self.wanted.contains(&element.name.as_str()) {
                        return self.whole(Started { at, element, raw, wrong });
                    }
                    self.open.push(element.name.clone());
                    return Ok(Next::Open(element));
                }
                Event::Empty(start) => {
                    let (element, wrong) = element(&start);
                    let raw = format!("<{}/>", &*start);
                    self.begun = true;
                    if self.wanted.contains(&element.name.as_str()) {
                        return Ok(wrong.map_or(Next::Element { at, element, raw }, |why| Next::Broken { at, why }));
                    }
                }
                Event::End(end) => {
                    let name = end.local_name().as_ref().to_owned();
                    if let Some(depth) = self.open.iter().rposition(|open| *open == name) {
                        self.open.truncate(depth);
                        return Ok(Next::Close(name));
                    }
                }
                Event::Eof => {
                    self.ended = true;
                    return Ok(match (self.begun, self.open.is_empty()) {
                        (true, true) => Next::End,
                        (true, false) => Next::Cut(at),
                        (false, _) => Next::NotXml("no element in it".to_owned()),
                    });
                }
                _ => {}
            }
        }
    }

    fn event(&mut self) -> Result<Event<'static>, Fault> {
        self.buffer.clear();
        self.budget.set(LIMIT);
        match self.reader.read_event_into(&mut self.buffer) {
            Ok(event) => Ok(event.into_owned()),
            Err(quick_xml::Error::Io(error)) => Err(Fault::Reading(io::Error::new(error.kind(), error.to_string()))),
            Err(error) => Err(Fault::Form(error.to_string())),
        }
    }

    /// Reads a wanted element to its end.
    fn whole(&mut self, started: Started) -> io::Result<Next> {
        let Started { at, element: outer, mut raw, mut wrong } = started;
        let name = outer.name.clone();
        let mut inside = vec![outer];
        loop {
            let here = self.reader.buffer_position();
            let event = match self.event() {
                Ok(event) => event,
                Err(Fault::Reading(error)) => return Err(error),
                Err(Fault::Form(_)) => Event::Eof,
            };
            if raw.len() > LIMIT {
                wrong.get_or_insert_with(|| format!("the element `{name}` is longer than {LIMIT} bytes"));
                raw.clear();
                inside.truncate(1);
                inside[0].inner.clear();
            }
            match event {
                Event::Start(start) => {
                    let (element, bad) = element(&start);
                    if element.name == name {
                        // The one before never ended.
                        self.pending = Some(Started { at: here, raw: format!("<{}>", &*start), element, wrong: bad });
                        return Ok(Next::Broken { at, why: format!("the element `{name}` does not end before the next one begins") });
                    }
                    wrong = wrong.or(bad);
                    raw += &format!("<{}>", &*start);
                    inside.push(element);
                }
                Event::Empty(start) => {
                    let (element, bad) = element(&start);
                    wrong = wrong.or(bad);
                    raw += &format!("<{}/>", &*start);
                    if let Some(last) = inside.last_mut() {
                        last.inner.push(element);
                    }
                }
                Event::Text(text) => {
                    raw += &text;
                    push_text(&mut inside, &text);
                }
                Event::CData(text) => {
                    raw += &format!("<![CDATA[{}]]>", &*text);
                    push_text(&mut inside, &text);
                }
                Event::GeneralRef(reference) => {
                    raw += &format!("&{};", &*reference);
                    let meant = reference.resolve_char_ref().ok().flatten().map(String::from);
                    let meant = meant.or_else(|| resolve_predefined_entity(&reference).map(str::to_owned));
                    push_text(&mut inside, &meant.unwrap_or_else(|| format!("&{};", &*reference)));
                }
                Event::End(end) => {
                    let ending = end.local_name().as_ref().to_owned();
                    let Some(depth) = inside.iter().rposition(|open| open.name == ending) else {
                        if let Some(depth) = self.open.iter().rposition(|open| *open == ending) {
                            // What is around it ends first.
                            self.open.truncate(depth);
                            return Ok(Next::Broken { at, why: format!("the element `{name}` does not end") });
                        }
                        continue;
                    };
                    raw += &format!("</{}>", &*end);
                    while inside.len() > depth {
                        let Some(mut closed) = inside.pop() else { break };
                        closed.text = closed.text.trim().to_owned();
                        match inside.last_mut() {
                            Some(last) => last.inner.push(closed),
                            None => return Ok(wrong.map_or(Next::Element { at, element: closed, raw }, |why| Next::Broken { at, why })),
                        }
                    }
                }
                Event::Eof => {
                    self.ended = true;
                    return Ok(Next::Cut(here));
                }
                _ => {}
            }
        }
    }
}

enum Fault {
    Reading(io::Error),
    Form(String),
}

/// Names and attributes of a start tag, and what is wrong with it.
fn element(start: &BytesStart<'_>) -> (Element, Option<String>) {
    let mut element = Element { name: start.local_name().as_ref().to_owned(), ..Element::default() };
    let mut wrong = None;
    for attribute in start.attributes().with_checks(false) {
        match attribute {
            Ok(attribute) => {
                let value = unescape(&attribute.value).map_or_else(|_| attribute.value.to_string(), |value| value.into_owned());
                element.attributes.push((attribute.key.local_name().as_ref().to_owned(), value));
            }
            Err(error) => wrong = Some(format!("an attribute of `{}` is broken: {error}", element.name)),
        }
    }
    (element, wrong)
}

fn push_text(inside: &mut [Element], text: &str) {
    if let Some(last) = inside.last_mut() {
        last.text.push_str(text);
    }
}

/// A file's bytes as UTF-8, whatever its declaration says they are; what is no character of that becomes U+FFFD.
struct Utf8<'r> {
    inner: Box<dyn Read + 'r>,
    decoder: Decoder,
    read: Vec<u8>,
    ready: Vec<u8>,
    at: usize,
    ended: bool,
    /// Bytes that may still be asked for before something is found in them.
    budget: Rc<Cell<usize>>,
}

impl<'r> Utf8<'r> {
    fn new(reader: &'r mut dyn Read, budget: Rc<Cell<usize>>) -> io::Result<Self> {
        let mut head = Vec::with_capacity(DECLARED);
        (&mut *reader).take(DECLARED as u64).read_to_end(&mut head)?;
        // A file in UTF-16 has been turned to UTF-8 already, and still says what it was.
        let encoding = declared(&head).filter(|encoding| encoding.is_ascii_compatible()).unwrap_or(UTF_8);
        let inner: Box<dyn Read + 'r> = Box::new(io::Cursor::new(head).chain(reader));
        let decoder = encoding.new_decoder_with_bom_removal();
        Ok(Self { inner, decoder, read: vec![0; 32 << 10], ready: Vec::new(), at: 0, ended: false, budget })
    }
}

fn declared(head: &[u8]) -> Option<&'static Encoding> {
    let declaration = head.trim_ascii_start().strip_prefix(b"<?xml")?;
    let declaration = &declaration[..memchr::memmem::find(declaration, b"?>")?];
    let from = memchr::memmem::find(declaration, b"encoding")? + b"encoding".len();
    let label = declaration[from..].split(|byte| matches!(byte, b'"' | b'\'')).nth(1)?;
    Encoding::for_label(label)
}

impl Read for Utf8<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while self.at == self.ready.len() && !self.ended {
            if self.budget.get() == 0 {
                return Err(io::Error::new(io::ErrorKind::InvalidData, format!("one piece of the file is longer than {LIMIT} bytes")));
            }
            let n_read = match self.inner.read(&mut self.read) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                other => other?,
            };
            self.budget.set(self.budget.get().saturating_sub(n_read.max(1)));
            self.ended = n_read == 0;
            let mut text = String::with_capacity(self.decoder.max_utf8_buffer_length(n_read).unwrap_or(n_read * 3 + 16));
            let (_, _, _) = self.decoder.decode_to_string(&self.read[..n_read], &mut text, self.ended);
            self.ready = text.into_bytes();
            self.at = 0;
        }
        let n = into.len().min(self.ready.len() - self.at);
        into[..n].copy_from_slice(&self.ready[self.at..self.at + n]);
        self.at += n;
        Ok(n)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(mut file: &[u8]) -> String {
        let mut elements = Elements::new(&mut file, &["p"]).unwrap();
        let mut lines = Vec::new();
        loop {
            let next = elements.next().unwrap();
            let last = matches!(next, Next::End | Next::Cut(_) | Next::NotXml(_));
            lines.push(match next {
                Next::Open(element) => format!("<{} {}", element.name, element.attribute("n")),
                Next::Close(name) => format!("/{name}"),
                Next::Element { at, element, raw } => format!("{at} {} [{}] {raw}", element.attribute("a"), element.text_of("t")),
                Next::Broken { at, why } => format!("{at}! {}", why.split(':').next().unwrap()),
                Next::Cut(at) => format!("cut {at}"),
                Next::NotXml(_) => "no xml".to_owned(),
                Next::End => "end".to_owned(),
            });
            if last {
                return lines.join("; ");
            }
        }
    }

    #[test]
    fn wanted_elements_come_whole_and_the_others_open_and_close() {
        assert_eq!(
            shown(b"<?xml version=\"1.0\"?><!DOCTYPE x [<!ENTITY e \"v\">]><g:x n='A &amp; B'><!-- p --><p a=\"1\"><s:t>fish &amp; <![CDATA[<chips>]]> &#233; AT&T</s:t></p><y/><p a='2'/></g:x>"),
            "<x A & B; 80 1 [fish & <chips> é AT&T] <p a=\"1\"><s:t>fish &amp; <![CDATA[<chips>]]> &#233; AT&T</s:t></p>; 150 2 [] <p a='2'/>; /x; end"
        );
        assert_eq!(
            shown(
                "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><x><p a='1'><t>Z\u{fc}rich</t></p></x>"
                    .chars()
                    .map(|c| c as u8)
                    .collect::<Vec<_>>()
                    .as_slice()
            )
            .matches("[Zürich]")
            .count(),
            1
        );
    }

    #[test]
    fn a_broken_element_costs_itself_alone_and_a_cut_file_says_so() {
        assert_eq!(
            shown(b"<x><p a='1'><t>one</t><p a='2'><t>two</p><p a=3><t/></p><p a='4'></x>"),
            "<x ; 3! the element `p` does not end before the next one begins; 22 2 [two] <p a='2'><t>two</p>; \
             41! an attribute of `p` is broken; 56! the element `p` does not end; end"
        );
        assert_eq!(shown(b"<x><p a='1'/><p a='2'><t>tw"), "<x ; 3 1 [] <p a='1'/>; cut 27");
        assert_eq!((shown(b"<x><p"), shown(b"no markup"), shown(b"")), ("<x ; cut 3".to_owned(), "no xml".to_owned(), "no xml".to_owned()));
    }
}
