//! Google Voice: a page for each chunk of a conversation and for each call in `Calls` and `Spam`, with pictures, recordings
//! and voicemails as files beside them, and `Bills`.
//!
//! A page is known by its classes, which are English in every language. What it refers to goes by the beginnings of names, as
//! pages name files without extension and names are cut.
//!
//! Identity: of a message its instant, its sender's number, the other numbers and its words; of a call its sort, its instant and
//! the number. Names are not part of it, for they change as contacts do.
//!
//! What is remembered for parts that come later: the pages, and where the files beside them are.
//!
//! `data` of a message, beside what [`crate::conversation`] says: `direction` ("sent", "received"), `labels`. Of a call: `call`
//! ("placed", "received", "missed", "voicemail", "recorded"), `direction`, `duration_s`, `labels`; its text is the transcript.
//! `files` are the names of files that are not in the export. Of a bill, which is a table or a page with one: its columns. What
//! lies in `Spam` is hidden.
//!
//! Absent on purpose: `Phones.vcf`, the owner's numbers, which is a card and read as one.

mod page;

use std::collections::BTreeMap;
use std::io;

use domain::{Finding, FindingCode, Kind, NewBlob, NewItem, Raw, RawFormat, Severity};

use crate::importer::{Assembly, Claim, FileNumber, Importer, Input, Parse, Probe, SetSink, Sink};
use crate::media;
use crate::table::Table;
use crate::text::{charset, element, time};

pub(crate) static IMPORTER: Importer =
    Importer { id: "google.voice", label: "Google Voice", recognizes, parse: Parse::Set(|| Box::new(Voice::default())) };

/// Longest page, in bytes; a chunk has at most a hundred messages.
const LIMIT: u64 = 16 << 20;

fn recognizes(probe: &Probe<'_>) -> Claim {
    let in_product = probe.folders().any(|folder| folder == "Voice" || folder == "Google Voice");
    let has = |words: &str| memchr::memmem::find(probe.head, words.as_bytes()).is_some();
    match probe.extension().as_str() {
        "html" | "htm" if has("hChatLog") || has("haudio") => Claim::Yes(2 + u8::from(in_product)),
        "html" | "htm" | "csv" if in_product && probe.name().to_lowercase().starts_with("bill") => Claim::Yes(2),
        "html" | "htm" if in_product => Claim::Yes(1),
        // Cards that were sent are cards like others.
        _ if in_product && media::type_of(probe.name()).is_some_and(|known| known != "text/vcard") => Claim::Yes(2),
        _ => Claim::No,
    }
}

#[derive(Default)]
struct Voice {
    /// Items that wait for their files.
    waiting: Vec<Waiting>,
    /// Files by path without extension.
    files: BTreeMap<String, Vec<Attached>>,
}

struct Waiting {
    file: FileNumber,
    path: String,
    item: NewItem,
    /// Names of files, mostly without extension.
    names: Vec<String>,
}

struct Attached {
    file: FileNumber,
    path: String,
    blob: NewBlob,
    used: bool,
}

impl Assembly for Voice {
    fn file(&mut self, number: FileNumber, input: &mut Input<'_>, sink: &mut dyn Sink) -> io::Result<()> {
        let path = input.path.to_lowercase();
        let name = path.rsplit('/').next().unwrap_or(&path);
        if name.ends_with(".csv") {
            // A bill has to do with no other file.
            return bills(input.reader, sink).map(drop);
        }
        if !is_page(name) {
            let blob = media::in_place(input)?;
            sink.remember(serde_json::to_vec(&blob)?);
            self.attached(number, input.path, blob, sink);
            return Ok(());
        }
        let bytes = input.read_all(LIMIT)?;
        self.page(number, input.path, &bytes, sink)?;
        sink.remember(bytes);
        Ok(())
    }

    fn recall(&mut self, number: FileNumber, path: &str, memo: &[u8], sink: &mut dyn Sink) -> io::Result<()> {
        if is_page(&path.to_lowercase()) {
            self.page(number, path, memo, sink)?;
        } else {
            self.attached(number, path, serde_json::from_slice(memo)?, sink);
        }
        Ok(())
    }

    fn finish(&mut self, sink: &mut dyn SetSink) {
        for Waiting { file: number, path, mut item, names } in std::mem::take(&mut self.waiting) {
            let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
            let mut missing = Vec::new();
            for name in names {
                match self.file_named(folder, &name) {
                    Some(file) => {
                        file.used = true;
                        item.blobs.push(file.blob.clone());
                    }
                    None => missing.push(name),
                }
            }
            let sink = sink.of(number);
            if !missing.is_empty() {
                sink.finding(Finding {
                    code: FindingCode::Unpaired,
                    severity: Severity::Warning,
                    at: String::new(),
                    message: format!(
                        "The page names files that are not in the export: {}. Another part may hold them; import that one as well.",
                        missing.join(", ")
                    ),
                    count: missing.len() as u64,
                });
                item.set("files", missing);
            }
            sink.item(item);
        }
        for file in std::mem::take(&mut self.files).into_values().flatten() {
            let own = sink.of(file.file);
            if file.used { own.merged() } else { own.item(unclaimed(file)) }
        }
    }
}

impl Voice {
    fn page(&mut self, number: FileNumber, path: &str, bytes: &[u8], sink: &mut dyn Sink) -> io::Result<()> {
        let lower = path.to_lowercase();
        let name = lower.rsplit('/').next().unwrap_or(&lower);
        let text = charset::decoded(bytes);
        let found = page::read(&text, path);
        if found.is_empty() {
            let why = "A conversation or a call of Google Voice was expected, and the page holds neither.";
            if name.starts_with("bill") {
                bills_of_page(path, &text, bytes, sink)?;
            } else {
                sink.set_aside(FindingCode::WrongFormat, "", why);
            }
        }
        for record in found {
            match record {
                page::Record::Item { item, files } if files.is_empty() => sink.item(*item),
                page::Record::Item { item, files } => {
                    self.waiting.push(Waiting { file: number, path: path.to_owned(), item: *item, names: files });
                }
                page::Record::Bad { at, why } => sink.set_aside(FindingCode::BadRecord, &at, why),
                page::Record::Cut { at } => {
                    sink.set_aside(FindingCode::CutShort, &at, "It is cut off where the file ends.");
                    sink.cut_short(&at);
                }
                page::Record::Missing { at } => sink.cut_short(&at),
            }
        }
        Ok(())
    }

    fn attached(&mut self, number: FileNumber, path: &str, blob: NewBlob, sink: &mut dyn Sink) {
        let stem = path.rsplit_once('.').map_or(path, |(stem, _)| stem).to_owned();
        let files = self.files.entry(stem).or_default();
        if files.iter().any(|file| file.path == path) {
            sink.merged();
        } else {
            files.push(Attached { file: number, path: path.to_owned(), blob, used: false });
        }
    }

    /// The file that a page calls `name`: with or without its extension, and either of the two names may be cut.
    fn file_named(&mut self, folder: &str, name: &str) -> Option<&mut Attached> {
        let path = if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") };
        let bare =
            if media::type_of(name).is_some() { path.rsplit_once('.').map_or(path.clone(), |(stem, _)| stem.to_owned()) } else { path };
        let stem = if self.files.contains_key(&bare) {
            bare
        } else {
            // What was cut of a name is its end, with the number of the picture; a file that was found already is another's.
            let free = |files: &[Attached]| files.iter().any(|file| !file.used);
            let begins = |own: &str| own.len() > folder.len() + 8 && (bare.starts_with(own) || own.starts_with(&bare));
            let mut alike = self.files.iter().filter(|(own, files)| begins(own) && free(files)).map(|(own, _)| own.clone());
            let first = alike.next()?;
            if alike.next().is_some() {
                return None;
            }
            first
        };
        let files = self.files.get_mut(&stem)?;
        let at = files.iter().position(|file| !file.used).unwrap_or(0);
        files.get_mut(at)
    }
}

fn is_page(name: &str) -> bool {
    name.ends_with(".html") || name.ends_with(".htm")
}

/// A file that no page names: a greeting, a voicemail whose page is missing.
fn unclaimed(file: Attached) -> NewItem {
    let kind = match file.blob.media_type.split('/').next() {
        Some("image") => Kind::Photo,
        Some("video") => Kind::Video,
        _ => Kind::Document,
    };
    let mut item = NewItem::new(kind, IMPORTER.id, media::digest(&file.blob), Raw::text(RawFormat::Text, &file.blob.name));
    item.at = page::time_in_name(&file.blob.name);
    item.title.clone_from(&file.blob.name);
    item.hidden = page::is_spam(&file.path);
    item.blobs.push(file.blob);
    item
}

/// What was paid for calls, as a page tells it. A page with figures in which no row is found is kept whole.
fn bills_of_page(path: &str, text: &str, bytes: &[u8], sink: &mut dyn Sink) -> io::Result<()> {
    let page = element::page(text);
    let has_figure = |text: &str| text.contains(|letter: char| letter.is_ascii_digit());
    let mut n_rows = 0;
    // A table around others is the page's frame.
    for table in page.root.named("table").into_iter().filter(|table| table.named("table").is_empty()) {
        let rows = table.named("tr").into_iter().map(|row| {
            let cells = row.inner().into_iter().filter(|cell| matches!(cell.name.as_str(), "td" | "th"));
            cells.map(|cell| cell.text()).collect::<Vec<String>>()
        });
        let rows: Vec<_> = rows.filter(|cells| cells.iter().filter(|cell| !cell.is_empty()).count() > 1).collect();
        let has_figures = |cells: &Vec<String>| cells.iter().any(|cell| has_figure(cell));
        let Some(first) = rows.first().filter(|_| rows.iter().any(has_figures)) else { continue };
        // Written as the table would be, so that a bill is the same from either.
        let mut written = Vec::new();
        let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(&mut written);
        if has_figures(first) {
            writer.write_record((1..=first.len()).map(|column| format!("column {column}")))?;
        }
        for cells in &rows {
            writer.write_record(cells)?;
        }
        writer.flush()?;
        drop(writer);
        n_rows += bills(&mut written.as_slice(), sink)?;
    }
    if n_rows > 0 {
        return Ok(());
    }
    let words = page.root.text();
    if !has_figure(&words) {
        sink.skip(FindingCode::EmptyProduct, "", "There are no bills in it.");
        return Ok(());
    }
    let raw = Raw { format: RawFormat::Html, bytes: bytes.to_vec() };
    let mut item = NewItem::new(Kind::Document, IMPORTER.id, blake3::hash(bytes).as_bytes(), raw);
    path.rsplit('/').next().unwrap_or(path).clone_into(&mut item.title);
    item.text = words;
    sink.item(item);
    Ok(())
}

/// What was paid for calls: a purchase a row. Answers how many there are.
fn bills(reader: &mut dyn io::Read, sink: &mut dyn Sink) -> io::Result<usize> {
    let Some(mut table) = Table::open(reader)? else { return Ok(0) };
    let mut n_rows = 0;
    while let Some(row) = table.read_row(sink)? {
        let at = row.cells().iter().find_map(|cell| time::iso(cell).or_else(|| time::google_html(cell)));
        let cells: Vec<&str> = row.cells().iter().map(String::as_str).collect();
        let mut item = NewItem::new(Kind::Purchase, IMPORTER.id, ["bill", &cells.join("\u{1f}")].join("\u{1f}"), row.raw());
        item.at = at;
        item.title = format!("Google Voice: {}", row.cell(&["description", "type", "transaction type", "destination"]))
            .trim_end_matches([':', ' '])
            .to_owned();
        item.text = row.filled().map(|(column, cell)| format!("{column}: {cell}")).collect::<Vec<_>>().join("\n");
        for (column, cell) in row.filled() {
            item.set(&column.to_lowercase(), cell);
        }
        sink.item(item);
        n_rows += 1;
    }
    Ok(n_rows)
}

#[cfg(test)]
mod tests;
