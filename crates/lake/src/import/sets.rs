//! Importers that read sets of files: one assembly each for the whole import, and the open lines of its files until the
//! last file was read.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};

use domain::{FileOutcome, Finding, FindingCode, Severity};
use vault::NewFile;

use super::reading::{Reading, Resting, Shared};
use crate::importer::{Assembly, Importer, Input, Origin, Parse, SetSink, Sink};
use crate::importers;
use crate::router::Known;
use crate::source::Source;

/// Bytes that may wait in the lines of a set before they are sent.
const WAITING: usize = 8 << 20;
/// Lines that may hold something before they are sent, so that many small files share a transaction.
const LINES: usize = 2_000;

/// A file of a set that was read, and whose line is open still.
struct Held {
    line: Resting,
    failed: bool,
    digest: Option<[u8; 32]>,
}

impl Held {
    fn close<'s>(mut self, shared: &'s Shared<'s>, path: &str, importer: &str) {
        let mut reading = self.line.wake(shared, path, importer);
        let outcome = reading.outcome(self.failed, true);
        let whole = matches!(outcome, FileOutcome::Imported);
        reading.close(outcome, self.digest.filter(|_| whole));
    }
}

struct Set {
    assembly: Box<dyn Assembly>,
    /// By path. Boxed: the table of a set of many files is half empty.
    held: HashMap<Box<str>, Box<Held>>,
    /// The archives that its files stand in, each once.
    archives: HashSet<Arc<str>>,
    broken: bool,
}

impl Set {
    fn archive(&mut self, name: &str) -> Arc<str> {
        if let Some(known) = self.archives.get(name) {
            return Arc::clone(known);
        }
        let name = Arc::from(name);
        self.archives.insert(Arc::clone(&name));
        name
    }
}

/// Every set of an import, by the importer's place in the list.
pub(crate) struct Sets<'s> {
    shared: &'s Shared<'s>,
    sets: Vec<Mutex<Option<Set>>>,
}

impl<'s> Sets<'s> {
    pub(crate) fn new(shared: &'s Shared<'s>) -> Self {
        Self { shared, sets: importers::ALL.iter().map(|_| Mutex::new(None)).collect() }
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
        let set = slot.get_or_insert_with(|| Set { assembly: begin(known), held: HashMap::new(), archives: HashSet::new(), broken: false });
        let result = if set.broken {
            Err(io::Error::other("the importer failed at another file of the set"))
        } else {
            let mut input = Input { path, size: reading.size(), reader: &mut source, origin };
            catch_unwind(AssertUnwindSafe(|| set.assembly.file(&mut input, &mut reading))).unwrap_or_else(|_| {
                set.broken = true;
                Err(panicked(known.importer))
            })
        };
        reading.ended(&result);
        let digest = if result.is_ok() { source.digest() } else { None };
        let archive = set.archive(reading.archive());
        let held = Held { line: reading.rest(archive), failed: result.is_err(), digest };
        if let Some(earlier) = set.held.insert(path.into(), Box::new(held)) {
            // The same path in another part, with other bytes: both are read, and what they come to is accounted to this one.
            earlier.close(self.shared, path, known.importer.id);
        }
        digest
    }

    /// Lets every set say what it comes to, and closes its lines.
    pub(crate) fn finish(self) {
        let shared = self.shared;
        for (importer, set) in importers::ALL.iter().zip(self.sets) {
            let Some(Set { mut assembly, held, broken, .. }) = set.into_inner().unwrap_or_else(PoisonError::into_inner) else { continue };
            let mut lines = Lines { shared, importer: importer.id, held, awake: BTreeMap::new() };
            let failed = !broken && !shared.stop.is_cancelled() && catch_unwind(AssertUnwindSafe(|| assembly.finish(&mut lines))).is_err();
            // What the set held of its files is no longer needed; the lines are closed one by one.
            drop(assembly);
            lines.rest();
            let mut fault = failed.then(|| fault_of_ours(importer.id));
            for (path, mut held) in lines.held {
                if let Some(finding) = fault.take() {
                    held.line.findings_add(finding);
                }
                held.failed |= failed;
                held.close(shared, &path, importer.id);
            }
        }
    }
}

fn fault_of_ours(importer: &str) -> Finding {
    Finding {
        code: FindingCode::Unreadable,
        severity: Severity::Error,
        at: String::new(),
        message: format!(
            "The importer {importer} failed while it put its files together; what it made of them before stands. This is a fault of Datapunk."
        ),
        count: 1,
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

pub(crate) fn panicked(importer: &Importer) -> io::Error {
    io::Error::other(format!(
        "the importer {} failed inside; this is a fault of Datapunk, and the other files are not touched by it",
        importer.id
    ))
}

/// The lines of a set while it says what it comes to.
struct Lines<'s> {
    shared: &'s Shared<'s>,
    importer: &'static str,
    held: HashMap<Box<str>, Box<Held>>,
    /// Those that were given something which was not sent yet.
    awake: BTreeMap<String, Reading<'s>>,
}

impl Lines<'_> {
    fn is_full(&self) -> bool {
        self.awake.len() >= LINES
            || (self.awake.len().is_multiple_of(64) && self.awake.values().map(Reading::waiting).sum::<usize>() >= WAITING)
    }

    /// Sends what the lines were given.
    fn rest(&mut self) {
        for (path, reading) in std::mem::take(&mut self.awake) {
            if let Some(held) = self.held.get_mut(&*path) {
                held.line.take_back(reading);
            }
        }
    }
}

impl SetSink for Lines<'_> {
    fn of(&mut self, path: &str) -> &mut dyn Sink {
        if !self.awake.contains_key(path) && self.is_full() {
            self.rest();
        }
        let Self { shared, importer, held, awake } = self;
        awake.entry(path.to_owned()).or_insert_with(|| {
            let held = held.entry(path.into()).or_insert_with(|| {
                let file =
                    NewFile { path: path.to_owned(), archive: String::new(), size: 0, digest: None, importer: (*importer).to_owned() };
                Box::new(Held { line: Reading::open(shared, file).rest("".into()), failed: false, digest: None })
            });
            held.line.wake(shared, path, importer)
        })
    }
}
