//! Reads one row of a page of activity.
//!
//! The body cell is lines: the title, further lines, the time, and for assistants the answer. The time is the first line
//! after the title that is one; titles and answers hold dates too, so it is never looked for inside a line.

use html5gum::{StartTag, Token, Tokenizer};

use crate::importers::activity::row::{Named, Row, spaced};
use crate::importers::activity::words;
use crate::text::{html, time};

/// The row that the fragment holds; its title is empty when it holds none.
pub(super) fn read(html: &str) -> Row {
    let mut reader = Reader::default();
    for token in Tokenizer::new(html) {
        let Ok(token) = token;
        match token {
            Token::StartTag(tag) => reader.open(&tag),
            Token::EndTag(tag) => reader.close(&tag.name),
            Token::String(text) => reader.words(&String::from_utf8_lossy(&text)),
            Token::Comment(_) | Token::Doctype(_) | Token::Error(_) => {}
        }
    }
    reader.row()
}

#[derive(Default, Clone, Copy, PartialEq, Eq)]
enum Cell {
    #[default]
    Outside,
    Header,
    Body,
    Right,
    Captions,
}

/// One line of a cell.
#[derive(Default)]
struct Line {
    text: String,
    /// The words and target of each link in it.
    links: Vec<Named>,
    /// Begins with bold words: a label of what follows.
    label: bool,
}

#[derive(Default)]
struct Reader {
    cell: Cell,
    /// How many `div` are open inside the cell.
    depth: usize,
    header: String,
    body: Vec<Line>,
    captions: Vec<Line>,
    files: Vec<String>,
    line: Line,
    in_link: bool,
}

impl Reader {
    fn open(&mut self, tag: &StartTag<()>) {
        let attribute = |name: &[u8]| tag.attributes.get(name).map(|value| String::from_utf8_lossy(value).into_owned()).unwrap_or_default();
        match tag.name.as_slice() {
            b"div" => {
                let class = attribute(b"class");
                let cell = cell_of(&class);
                if cell == Cell::Outside {
                    self.depth += 1;
                    self.break_line();
                } else {
                    self.end_cell();
                    self.cell = cell;
                    self.depth = 0;
                }
            }
            name if breaks(name) => self.break_line(),
            // The cells of a row stand beside each other.
            b"td" | b"th" => self.line.text.push(' '),
            b"b" if spaced(&self.line.text).is_empty() => self.line.label = true,
            b"a" => {
                let target = attribute(b"href");
                if self.cell == Cell::Right {
                    self.files.push(target);
                } else if self.cell != Cell::Outside {
                    self.line.links.push(Named { name: String::new(), url: target });
                    self.in_link = true;
                }
            }
            b"img" | b"audio" | b"source" if self.cell == Cell::Right => self.files.push(attribute(b"src")),
            _ => {}
        }
    }

    fn close(&mut self, name: &[u8]) {
        match name {
            b"div" if self.cell != Cell::Outside => {
                if self.depth == 0 {
                    self.end_cell();
                } else {
                    self.depth -= 1;
                    self.break_line();
                }
            }
            name if breaks(name) => self.break_line(),
            b"a" => self.in_link = false,
            _ => {}
        }
    }

    fn words(&mut self, text: &str) {
        match self.cell {
            Cell::Outside | Cell::Right => {}
            Cell::Header => self.header.push_str(text),
            Cell::Body | Cell::Captions => {
                self.line.text.push_str(text);
                if self.in_link
                    && let Some(link) = self.line.links.last_mut()
                {
                    link.name.push_str(text);
                }
            }
        }
    }

    fn break_line(&mut self) {
        let line = std::mem::take(&mut self.line);
        self.in_link = false;
        let line = Line {
            text: spaced(&line.text),
            links: line.links.into_iter().map(|link| Named { name: spaced(&link.name), url: link.url }).collect(),
            label: line.label,
        };
        if line.text.is_empty() && line.links.is_empty() {
            return;
        }
        match self.cell {
            Cell::Body => self.body.push(line),
            Cell::Captions => self.captions.push(line),
            Cell::Outside | Cell::Header | Cell::Right => {}
        }
    }

    fn end_cell(&mut self) {
        self.break_line();
        self.cell = Cell::Outside;
        self.depth = 0;
    }

    fn row(mut self) -> Row {
        self.end_cell();
        let mut row = Row {
            header: spaced(&self.header),
            files: self.files.into_iter().filter(|file| !file.is_empty() && !file.contains("://")).collect(),
            ..Row::default()
        };
        let mut lines = self.body.into_iter();
        if let Some(title) = lines.next() {
            if let Some(link) = title.links.into_iter().next() {
                row.object = link.name;
                row.url = link.url;
            }
            row.title = title.text;
        }
        let mut answer = Vec::new();
        for line in lines {
            if row.at.is_some() {
                answer.push(line.text);
            } else if let Some(at) = time::google_html(&line.text) {
                row.at = Some(at);
            } else {
                let url = line.links.into_iter().next().map(|link| link.url).unwrap_or_default();
                row.subtitles.push(Named { name: line.text, url });
            }
        }
        if row.at.is_none() {
            row.unread_time = row.subtitles.pop().map(|line| line.name).unwrap_or_default();
        }
        // A prompt of several lines stands before the time, and what leads somewhere is no part of it.
        let further = row.subtitles.iter().take_while(|line| line.url.is_empty()).map(|line| line.name.as_str());
        row.written = std::iter::once(row.title.as_str()).chain(further).collect::<Vec<_>>().join("\n");
        if !answer.is_empty() {
            row.words.push(answer.join("\n"));
        }
        caption(self.captions, &mut row);
        row
    }
}

/// Whether a line ends where an element does.
fn breaks(name: &[u8]) -> bool {
    html::is_block(name) || matches!(name, b"dt" | b"dd")
}

fn cell_of(class: &str) -> Cell {
    let has = |wanted: &str| class.split_ascii_whitespace().any(|word| word == wanted);
    if has("header-cell") {
        Cell::Header
    } else if has("mdl-typography--text-right") {
        Cell::Right
    } else if has("mdl-typography--body-1") {
        Cell::Body
    } else if has("mdl-typography--caption") {
        Cell::Captions
    } else {
        Cell::Outside
    }
}

/// Captions are a bold label and its values. Labels follow the account's language, so a value is also known by what it
/// is: a link to a map is a location, the first values are products.
fn caption(lines: Vec<Line>, row: &mut Row) {
    let mut label = String::new();
    let mut n_labels = 0;
    for line in lines {
        if line.label {
            label = line.text.trim_end_matches([':', ' ', '：']).to_lowercase();
            n_labels += 1;
            continue;
        }
        if let Some(link) = line.links.iter().find(|link| link.url.contains("/maps")) {
            row.locations.push(Named { name: line.text, url: link.url.clone() });
        } else if n_labels <= 1 {
            row.products.push(line.text);
        } else if words::is_advertisement(&line.text)
            || matches!(label.as_str(), "details" | "détails" | "detalles" | "dettagli" | "detalhes")
        {
            row.details.push(line.text);
        }
    }
}
