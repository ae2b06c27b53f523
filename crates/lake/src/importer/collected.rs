//! A sink for tests: it keeps all that it is given and shows it as lines of text.

use std::collections::BTreeMap;
use std::io;

use domain::{Finding, FindingCode, NewItem, NewPoint, Severity};

use super::{FileNumber, Importer, Input, Origin, Parse, SetSink, Sink};

/// What an importer handed over for one file.
#[derive(Debug, Default)]
pub(crate) struct Collected {
    pub(crate) items: Vec<NewItem>,
    pub(crate) points: Vec<NewPoint>,
    pub(crate) n_merged: u64,
    pub(crate) n_skipped: u64,
    pub(crate) n_set_aside: u64,
    pub(crate) findings: Vec<Finding>,
}

impl Collected {
    fn note(&mut self, code: FindingCode, severity: Severity, at: &str, why: &str) {
        self.findings.push(Finding { code, severity, at: at.to_owned(), message: why.to_owned(), count: 1 });
    }

    /// Everything in it, a line an item and a line a finding, then the counts.
    pub(crate) fn shown(&self) -> String {
        let mut lines: Vec<String> = self.items.iter().map(shown).collect();
        lines.extend(self.findings.iter().map(|finding| format!("! {:?} [{}] {}", finding.code, finding.at, finding.message)));
        lines.push(format!(
            "= {} items, {} merged, {} skipped, {} set aside",
            self.items.len(),
            self.n_merged,
            self.n_skipped,
            self.n_set_aside
        ));
        lines.join("\n")
    }
}

impl Sink for Collected {
    fn item(&mut self, item: NewItem) {
        self.items.push(item);
    }
    fn point(&mut self, point: NewPoint) {
        self.points.push(point);
    }
    fn merged(&mut self) {
        self.n_merged += 1;
    }
    fn skip(&mut self, code: FindingCode, at: &str, why: &str) {
        self.n_skipped += 1;
        self.note(code, Severity::Note, at, why);
    }
    fn set_aside(&mut self, code: FindingCode, at: &str, why: &str) {
        self.n_set_aside += 1;
        self.note(code, Severity::Warning, at, why);
    }
    fn finding(&mut self, finding: Finding) {
        self.findings.push(finding);
    }
}

/// The sinks of a set's files.
struct OfSet<'f> {
    files: &'f [(&'f str, &'f [u8])],
    sinks: BTreeMap<String, Collected>,
    ended: Vec<bool>,
}

impl SetSink for OfSet<'_> {
    fn of(&mut self, file: FileNumber) -> &mut dyn Sink {
        assert!(!self.ended[file as usize], "{} has ended", self.files[file as usize].0);
        self.sinks.entry(self.files[file as usize].0.to_owned()).or_default()
    }

    fn end(&mut self, file: FileNumber) {
        self.ended[file as usize] = true;
    }
}

/// The sinks of files that were never read, by number.
impl SetSink for BTreeMap<FileNumber, Collected> {
    fn of(&mut self, file: FileNumber) -> &mut dyn Sink {
        self.entry(file).or_default()
    }

    fn end(&mut self, _: FileNumber) {}
}

/// One item as a line: kind, source, time, title, then what else it has.
pub(crate) fn shown(item: &NewItem) -> String {
    let at = item.at.as_ref().map_or_else(
        || "no time".to_owned(),
        |at| jiff::Timestamp::from_millisecond(at.ms).map_or_else(|_| at.ms.to_string(), |stamp| stamp.to_string()),
    );
    let mut line = format!("{} {} {at} | {}", item.kind.name(), item.source, item.title);
    if !item.text.is_empty() {
        line += &format!(" | {}", item.text.replace('\n', " / "));
    }
    if let Some(place) = item.place {
        line += &format!(" @{:.4},{:.4}", place.lat_degrees(), place.lon_degrees());
    }
    for link in &item.links {
        line += &format!(" <{:?} {}>", link.role, link.entity.address);
    }
    if item.hidden {
        line += " (hidden)";
    }
    line
}

/// What one importer makes of one file.
pub(crate) fn read(importer: &Importer, path: &str, bytes: &[u8]) -> Collected {
    let Parse::File(parse) = importer.parse else {
        let mut sinks = read_set(importer, &[(path, bytes)]).expect("made-up bytes can be read");
        return sinks.remove(path).unwrap_or_default();
    };
    let mut collected = Collected::default();
    let mut reader = bytes;
    let mut input = Input { path, size: bytes.len() as u64, reader: &mut reader, origin: Origin { path: "/export.zip", entry: path } };
    parse(&mut input, &mut collected).expect("made-up bytes can be read");
    collected
}

/// What one importer, which reads sets, makes of some files: the sinks by path.
pub(crate) fn read_set(importer: &Importer, files: &[(&str, &[u8])]) -> io::Result<BTreeMap<String, Collected>> {
    let Parse::Set(begin) = importer.parse else { panic!("{} reads file by file", importer.id) };
    let mut set = OfSet { files, sinks: BTreeMap::new(), ended: vec![false; files.len()] };
    let mut assembly = begin();
    for (number, (path, bytes)) in files.iter().enumerate() {
        let mut reader = *bytes;
        let mut input = Input { path, size: bytes.len() as u64, reader: &mut reader, origin: Origin { path: "/export.zip", entry: path } };
        assembly.file(number as FileNumber, &mut input, set.of(number as FileNumber))?;
    }
    assembly.finish(&mut set);
    Ok(set.sinks)
}
