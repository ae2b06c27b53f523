//! Importers that read sets of files: one assembly each for the whole import, and the open lines of its files until the
//! last file was read.

use std::collections::BTreeMap;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Mutex, PoisonError};

use domain::{Finding, FindingCode, Severity};
use vault::NewFile;

use super::reading::{Reading, Resting, Shared};
use crate::importer::{Assembly, FileNumber, Importer, Input, Origin, Parse, SetSink, Sink};
use crate::importers;
use crate::router::Known;
use crate::source::Source;

/// Bytes that may wait in the lines of a set before they are sent.
const WAITING: usize = 8 << 20;
/// Lines that may hold something before they are sent, so that many small files share a transaction.
const LINES: usize = 2_000;

struct Set {
    assembly: Box<dyn Assembly>,
    /// The files that were read, by number; their lines are open still.
    held: Vec<Resting>,
    broken: bool,
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
    pub(crate) fn read(&self, known: Known, file: NewFile, origin: Origin<'_>, mut source: Source<'_>) -> Option<[u8; 32]> {
        let mut slot = self.sets.get(known.index)?.lock().unwrap_or_else(PoisonError::into_inner);
        let set = slot.get_or_insert_with(|| Set { assembly: begin(known), held: Vec::new(), broken: false });
        let (path, size) = (file.path.clone(), file.size);
        let mut reading = Reading::begin(self.shared, file);
        let result = if set.broken {
            Err(io::Error::other("the importer failed at another file of the set"))
        } else {
            let number = FileNumber::try_from(set.held.len()).map_err(io::Error::other);
            let mut input = Input { path: &path, size, reader: &mut source, origin };
            catch_unwind(AssertUnwindSafe(|| set.assembly.file(number?, &mut input, &mut reading))).unwrap_or_else(|_| {
                set.broken = true;
                Err(panicked(known.importer))
            })
        };
        reading.ended(&result);
        let digest = if result.is_ok() { source.digest() } else { None };
        if let Some(digest) = digest {
            reading.digested(digest);
        }
        set.held.push(reading.rest());
        digest
    }

    /// Lets every set say what it comes to, and closes its lines.
    pub(crate) fn finish(self) {
        let shared = self.shared;
        for (importer, set) in importers::ALL.iter().zip(self.sets) {
            let Some(Set { mut assembly, held, broken }) = set.into_inner().unwrap_or_else(PoisonError::into_inner) else { continue };
            let held = held.into_iter().map(Some).collect();
            let mut lines = Lines { shared, held, awake: BTreeMap::new(), ended: Vec::new() };
            let failed = !broken && !shared.stop.is_cancelled() && catch_unwind(AssertUnwindSafe(|| assembly.finish(&mut lines))).is_err();
            // What the set held of its files is no longer needed; the lines are closed one by one.
            drop(assembly);
            lines.rest();
            let mut fault = failed.then(|| fault_of_ours(importer.id));
            for mut line in lines.held.into_iter().flatten() {
                let mut reading = line.wake(shared);
                reading.findings_add(fault.take());
                reading.failed |= failed;
                close(reading);
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
    fn file(&mut self, _: FileNumber, input: &mut Input<'_>, sink: &mut dyn Sink) -> io::Result<()> {
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

fn close(mut reading: Reading<'_>) {
    reading.ended_in_first();
    let outcome = reading.outcome(true);
    reading.close(outcome);
}

/// The lines of a set while it says what it comes to.
struct Lines<'s> {
    shared: &'s Shared<'s>,
    /// By the file's number; nothing for those that were closed.
    held: Vec<Option<Resting>>,
    /// Those that were given something which was not sent yet.
    awake: BTreeMap<FileNumber, Reading<'s>>,
    /// Those of them for which nothing more comes.
    ended: Vec<FileNumber>,
}

impl Lines<'_> {
    fn is_full(&self) -> bool {
        self.awake.len() >= LINES
            || (self.awake.len().is_multiple_of(64) && self.awake.values().map(Reading::waiting).sum::<usize>() >= WAITING)
    }

    /// Sends what the lines were given, and closes those that ended: records first, because many small ones go together.
    fn rest(&mut self) {
        let mut awake = std::mem::take(&mut self.awake);
        awake.values_mut().for_each(Reading::flush);
        for number in self.ended.drain(..) {
            if let Some(reading) = awake.remove(&number) {
                self.held[number as usize] = None;
                close(reading);
            }
        }
        for (number, reading) in awake {
            self.held[number as usize] = Some(reading.rest());
        }
    }
}

impl SetSink for Lines<'_> {
    fn of(&mut self, file: FileNumber) -> &mut dyn Sink {
        if !self.awake.contains_key(&file) && self.is_full() {
            self.rest();
        }
        let Self { shared, held, awake, .. } = self;
        awake.entry(file).or_insert_with(|| {
            let held = held.get_mut(file as usize).and_then(Option::as_mut);
            held.expect("a set asks for files that it was given, and for none that it ended").wake(shared)
        })
    }

    fn end(&mut self, file: FileNumber) {
        if self.awake.contains_key(&file) {
            self.ended.push(file);
        }
    }
}
