//! Importers that read sets of files: one assembly each for the whole import, and the open lines of its files until the
//! last file was read.

use std::collections::HashMap;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Mutex, PoisonError};

use domain::{FileOutcome, Finding, FindingCode, Severity};
use vault::NewFile;

use super::reading::{Reading, Shared};
use crate::importer::{Assembly, Input, Origin, Parse, SetSink, Sink};
use crate::importers;
use crate::router::Known;
use crate::source::Source;

/// Bytes that may wait in the lines of a set before they are sent.
const WAITING: usize = 8 << 20;
/// Lines that may hold something before they are sent, so that many small files share a transaction.
const LINES: usize = 2_000;

/// A file of a set that was read, and whose line is open still.
struct Held<'s> {
    reading: Reading<'s>,
    failed: bool,
    digest: Option<[u8; 32]>,
}

struct Set<'s> {
    assembly: Box<dyn Assembly>,
    held: HashMap<String, Held<'s>>,
    broken: bool,
}

/// Every set of an import, by the importer's place in the list.
pub(crate) struct Sets<'s> {
    sets: Vec<Mutex<Option<Set<'s>>>>,
}

impl<'s> Sets<'s> {
    pub(crate) fn new() -> Self {
        Self { sets: importers::ALL.iter().map(|_| Mutex::new(None)).collect() }
    }

    /// Gives one file to its set; its line stays open. One file at a time a set; two sets read at once.
    pub(crate) fn read(
        &self,
        known: Known,
        path: &str,
        origin: Origin<'_>,
        mut source: Source<'_>,
        mut reading: Reading<'s>,
    ) -> Option<[u8; 32]> {
        let mut slot = self.sets.get(known.index)?.lock().unwrap_or_else(PoisonError::into_inner);
        let set = slot.get_or_insert_with(|| Set { assembly: begin(known), held: HashMap::new(), broken: false });
        let result = if set.broken {
            Err(io::Error::other("the importer failed at another file of the set"))
        } else {
            let mut input = Input { path, size: reading.size(), reader: &mut source, origin };
            catch_unwind(AssertUnwindSafe(|| set.assembly.file(&mut input, &mut reading))).unwrap_or_else(|_| {
                set.broken = true;
                Err(panicked(known))
            })
        };
        reading.ended(&result);
        let digest = if result.is_ok() { source.digest() } else { None };
        reading.flush();
        let held = Held { reading, failed: result.is_err(), digest };
        if let Some(earlier) = set.held.insert(path.to_owned(), held) {
            // The same path in another part, with other bytes: both are read, and what they come to is accounted to this one.
            close(earlier);
        }
        digest
    }

    /// Lets every set say what it comes to, and closes its lines.
    pub(crate) fn finish(self, shared: &'s Shared<'s>) {
        for (importer, set) in importers::ALL.iter().zip(self.sets) {
            let Some(Set { mut assembly, held, broken }) = set.into_inner().unwrap_or_else(PoisonError::into_inner) else { continue };
            let mut lines = Lines { shared, importer: importer.id, held, touched: Vec::new() };
            if !broken && !shared.stop.is_cancelled() && catch_unwind(AssertUnwindSafe(|| assembly.finish(&mut lines))).is_err() {
                for held in lines.held.values_mut() {
                    held.failed = true;
                }
                if let Some(held) = lines.held.values_mut().next() {
                    held.reading.findings_add(Some(Finding {
                        code: FindingCode::Unreadable,
                        severity: Severity::Error,
                        at: String::new(),
                        message: format!("The importer {} failed while it put its files together; what it made of them before stands. This is a fault of Datapunk.", importer.id),
                        count: 1,
                    }));
                }
            }
            lines.held.into_values().for_each(close);
        }
    }
}

fn begin(known: Known) -> Box<dyn Assembly> {
    match known.importer.parse {
        Parse::Set(begin) => begin(),
        Parse::File(parse) => Box::new(OneByOne(parse)),
    }
}

/// An importer that reads file by file, in a set's place.
struct OneByOne(fn(&mut Input<'_>, &mut dyn Sink) -> io::Result<()>);

impl Assembly for OneByOne {
    fn file(&mut self, input: &mut Input<'_>, sink: &mut dyn Sink) -> io::Result<()> {
        (self.0)(input, sink)
    }

    fn finish(&mut self, _: &mut dyn SetSink) {}
}

pub(crate) fn panicked(known: Known) -> io::Error {
    io::Error::other(format!(
        "the importer {} failed inside; this is a fault of Datapunk, and the other files are not touched by it",
        known.importer.id
    ))
}

fn close(mut held: Held<'_>) {
    let outcome = if held.failed { held.reading.outcome(true, true) } else { held.reading.outcome(false, true) };
    let whole = matches!(outcome, FileOutcome::Imported);
    held.reading.close(outcome, held.digest.filter(|_| whole));
}

/// The lines of a set while it says what it comes to.
struct Lines<'s> {
    shared: &'s Shared<'s>,
    importer: &'static str,
    held: HashMap<String, Held<'s>>,
    touched: Vec<String>,
}

impl Lines<'_> {
    fn flush_when_full(&mut self) {
        if !self.touched.len().is_multiple_of(64) && self.touched.len() < LINES {
            return;
        }
        let waiting: usize = self.touched.iter().filter_map(|path| self.held.get(path)).map(|held| held.reading.waiting()).sum();
        if waiting >= WAITING || self.touched.len() >= LINES {
            for path in self.touched.drain(..) {
                if let Some(held) = self.held.get_mut(&path) {
                    held.reading.flush();
                }
            }
        }
    }
}

impl SetSink for Lines<'_> {
    fn of(&mut self, path: &str) -> &mut dyn Sink {
        if self.touched.last().is_none_or(|last| last != path) {
            self.flush_when_full();
            self.touched.push(path.to_owned());
        }
        let (shared, importer) = (self.shared, self.importer);
        let held = self.held.entry(path.to_owned()).or_insert_with(|| {
            let file = NewFile { path: path.to_owned(), archive: String::new(), size: 0, digest: None, importer: importer.to_owned() };
            Held { reading: Reading::open(shared, file), failed: false, digest: None }
        });
        &mut held.reading
    }
}
