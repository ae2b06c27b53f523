//! One file being read: what its importer hands over is collected to batches, prepared on the reading thread, and sent to
//! the one that writes. A batch is small enough that all of them together fit in memory whatever the archive's size.

use std::io;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Condvar, Mutex, PoisonError};

use crossbeam_channel::Sender;
use domain::{BlobContent, Cancel, Certainty, FileOutcome, Finding, FindingCode, NewItem, NewPoint, Severity, Uid};
use vault::{FileId, FileSet, NewFile, Prepared, Vault};

use super::findings::Findings;
use super::read_before::EarlierLines;
use crate::archive::{self, Stopped};
use crate::importer::Sink;

const ITEMS: usize = 2_000;
const POINTS: usize = 20_000;
const BYTES: usize = 8 << 20;

/// A file's number among those of the import.
pub(crate) type Slot = u32;

/// What the writing thread is told.
pub(crate) enum Message {
    /// A file's line is opened; `line` is the one that it has from an earlier turn of the import.
    Open { slot: Slot, file: NewFile, line: Option<FileId> },
    /// Records of an open file.
    Batch { slot: Slot, prepared: Prepared, weight: usize },
    /// A file's line is closed.
    End { slot: Slot, end: End },
    /// An open file has the bytes of one that was read in another import, under that line.
    ReadBefore { slot: Slot, of: FileId },
}

/// How a file ended. What was written of it is counted in its line already.
pub(crate) struct End {
    pub(crate) outcome: FileOutcome,
    /// Whether all of it was read.
    pub(crate) whole: bool,
    /// BLAKE3 of its bytes, when its line was opened without.
    pub(crate) digest: Option<[u8; 32]>,
    pub(crate) merged: u64,
    pub(crate) skipped: u64,
    pub(crate) set_aside: u64,
    pub(crate) findings: Vec<Finding>,
}

/// The memory that batches on their way may take, bytes. A batch that is larger by itself (a mail with a film in it) goes
/// alone.
#[derive(Default)]
pub(crate) struct Budget {
    taken: Mutex<usize>,
    freed: Condvar,
}

impl Budget {
    const BYTES: usize = 64 << 20;

    fn take(&self, weight: usize) {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        while *taken > 0 && *taken + weight > Self::BYTES {
            taken = self.freed.wait(taken).unwrap_or_else(PoisonError::into_inner);
        }
        *taken += weight;
    }

    /// Gives back what written or dropped batches took.
    pub(crate) fn free(&self, weight: usize) {
        *self.taken.lock().unwrap_or_else(PoisonError::into_inner) -= weight;
        self.freed.notify_all();
    }
}

/// What all readers share.
pub(crate) struct Shared<'s> {
    pub(crate) vault: &'s Vault,
    pub(crate) sender: Sender<Message>,
    pub(crate) budget: &'s Budget,
    /// Raised to end the reading: by the person, or because writing failed.
    pub(crate) stop: &'s Cancel,
    /// The file that was opened last, for progress.
    pub(crate) current: &'s Mutex<String>,
    pub(crate) next_slot: &'s AtomicU32,
    /// The lines of an import that goes on.
    pub(crate) earlier: &'s EarlierLines,
}

impl Shared<'_> {
    fn send(&self, message: Message) {
        // The writer leaves only after it raised `stop`.
        if self.sender.send(message).is_err() {
            self.stop.cancel();
        }
    }

    /// Opens the line of a file whose bytes were read before, as `of`; it brings what that brought.
    pub(crate) fn read_before(&self, file: NewFile, of: FileId) {
        let slot = Reading::open(self, file).slot;
        self.send(Message::ReadBefore { slot, of });
    }

    /// Opens a file's line and closes it at once: nothing in it was read as records.
    pub(crate) fn unread(&self, file: NewFile, outcome: FileOutcome, counts_as_record: bool, finding: Option<Finding>) {
        let mut reading = Reading::open(self, file);
        reading.tally.set_aside = u64::from(counts_as_record);
        reading.findings_add(finding);
        reading.close(outcome);
    }
}

/// What was counted and found in a file so far.
#[derive(Default)]
struct Tally {
    sent: u64,
    merged: u64,
    skipped: u64,
    set_aside: u64,
    /// Records whose time is a wall clock's, without a sure zone.
    wall_clocks: u64,
    findings: Findings,
}

/// An open file that nobody reads at the moment. A set holds one of these for each of its files, and most of them say
/// nothing yet.
pub(crate) struct Resting {
    slot: Slot,
    failed: bool,
    rest: Option<Box<Rest>>,
}

// What a million of them take is counted on.
const _: () = assert!(size_of::<Resting>() <= 16);

/// What an open file has to say when it is closed.
#[derive(Default)]
struct Rest {
    tally: Tally,
    digest: Option<[u8; 32]>,
}

impl Resting {
    /// Takes the file up again. Its records from here on count for the same line.
    pub(crate) fn wake<'s>(&mut self, shared: &'s Shared<'s>) -> Reading<'s> {
        let rest = self.rest.take().unwrap_or_default();
        Reading { failed: self.failed, tally: rest.tally, digest: rest.digest, ..Reading::new(shared, self.slot, None) }
    }
}

/// One open file, and the sink of its importer.
pub(crate) struct Reading<'s> {
    shared: &'s Shared<'s>,
    slot: Slot,
    /// The line that is still to be opened.
    unopened: Option<NewFile>,
    /// What the line was opened without.
    digest: Option<[u8; 32]>,
    items: Vec<NewItem>,
    points: Vec<NewPoint>,
    forgotten: Vec<Uid>,
    /// The files that it is put together with when the rest of its export comes later; `None` when the archive's name does
    /// not say which export that is.
    set: Option<FileSet>,
    /// What its importer remembers of it, to put the set together again.
    memo: Option<Vec<u8>>,
    bytes: usize,
    /// Whether its importer failed.
    pub(crate) failed: bool,
    tally: Tally,
}

impl<'s> Reading<'s> {
    /// Opens the file's line.
    pub(crate) fn open(shared: &'s Shared<'s>, file: NewFile) -> Self {
        let mut reading = Self::begin(shared, file);
        reading.announce();
        reading
    }

    /// Begins to read a file whose line is opened when something is known of it: the digest of a file of a set is, before
    /// there are records.
    pub(crate) fn begin(shared: &'s Shared<'s>, file: NewFile) -> Self {
        let slot = shared.next_slot.fetch_add(1, Ordering::Relaxed);
        if let Ok(mut current) = shared.current.lock() {
            current.clone_from(&file.path);
        }
        let export = archive::export_of(&file.archive);
        let set = export.map(|export| FileSet { importer: file.importer.clone(), export });
        Self { set, ..Self::new(shared, slot, Some(file)) }
    }

    fn new(shared: &'s Shared<'s>, slot: Slot, unopened: Option<NewFile>) -> Self {
        Self {
            shared,
            slot,
            unopened,
            digest: None,
            items: Vec::new(),
            points: Vec::new(),
            forgotten: Vec::new(),
            set: None,
            memo: None,
            bytes: 0,
            failed: false,
            tally: Tally::default(),
        }
    }

    fn announce(&mut self) {
        if let Some(file) = self.unopened.take() {
            let line = self.shared.earlier.take(&file);
            self.shared.send(Message::Open { slot: self.slot, file, line });
        }
    }

    /// Takes note of the file's digest, once it was read.
    pub(crate) fn digested(&mut self, digest: [u8; 32]) {
        match &mut self.unopened {
            Some(file) => file.digest = Some(digest),
            None => self.digest = Some(digest),
        }
    }

    /// Sends what was collected, and keeps the line open.
    pub(crate) fn rest(mut self) -> Resting {
        self.announce();
        self.flush();
        let is_silent = self.digest.is_none() && self.n_read() == 0 && self.tally.findings.is_empty();
        let rest = (!is_silent).then(|| Box::new(Rest { tally: self.tally, digest: self.digest }));
        Resting { slot: self.slot, failed: self.failed, rest }
    }

    /// Records met so far.
    pub(crate) fn n_read(&self) -> u64 {
        self.tally.sent + self.tally.merged + self.tally.skipped + self.tally.set_aside
    }

    /// Whether there were records, or the first one is cut, and none could be read.
    pub(crate) fn could_read_nothing(&self) -> bool {
        self.n_read() == self.tally.set_aside && (self.tally.set_aside > 0 || self.tally.findings.has(FindingCode::CutShort))
    }

    /// Bytes that wait to be sent.
    pub(crate) fn waiting(&self) -> usize {
        self.bytes
    }

    pub(crate) fn findings_add(&mut self, finding: Option<Finding>) {
        if let Some(finding) = finding {
            self.tally.findings.add(finding);
        }
    }

    /// Sends what was collected. The costly part, packing, is done here, on the reading thread.
    pub(crate) fn flush(&mut self) {
        if self.items.is_empty() && self.points.is_empty() && self.forgotten.is_empty() && self.memo.is_none() {
            return;
        }
        self.announce();
        let weight = std::mem::take(&mut self.bytes);
        self.shared.budget.take(weight);
        let prepared = self.shared.vault.prepare(std::mem::take(&mut self.items), std::mem::take(&mut self.points));
        let mut prepared = prepared.with_forgotten(std::mem::take(&mut self.forgotten));
        if let Some((memo, set)) = self.memo.take().zip(self.set.clone()) {
            prepared = prepared.with_memo(set, &memo);
        }
        self.shared.send(Message::Batch { slot: self.slot, prepared, weight });
    }

    /// Takes note of how the importer ended: an error, or nothing. A file of which nothing was read counts as one record
    /// set aside.
    pub(crate) fn ended(&mut self, result: &io::Result<()>) {
        let Err(error) = result else { return };
        self.failed = true;
        let (code, why) = match Stopped::of(error) {
            Some(stopped) => (stopped.code, format!("Reading stopped because {}; what came before it stands.", stopped.why)),
            None if error.kind() == io::ErrorKind::UnexpectedEof => (
                FindingCode::CutShort,
                format!("The archive ends in the middle of this file ({error}); what came before stands. Download the part again."),
            ),
            None => (FindingCode::Unreadable, format!("The file could not be read to its end: {error}. What came before stands.")),
        };
        if self.n_read() == 0 && !self.is_over() {
            self.tally.set_aside = 1;
        }
        self.tally.findings.add(Finding { code, severity: Severity::Error, at: String::new(), message: why, count: 1 });
    }

    /// Takes note that a file of a set ended in its first record, so that nothing was read of it: that one counts as set aside. Only
    /// when the set has said what it comes to is it known that there is no other.
    pub(crate) fn ended_in_first(&mut self) {
        if self.failed || self.n_read() > 0 || self.is_over() || !self.tally.findings.has(FindingCode::CutShort) {
            return;
        }
        self.tally.set_aside = 1;
        self.failed = true;
        self.tally.findings.reword(FindingCode::CutShort, |at| {
            format!(
                "Expected records up to the file's end, and found that it ends in the middle of the first one ({at}): nothing of it could be read. Download the export again, or extract it again, to get it."
            )
        });
    }

    /// How the file stands after its importer ended.
    pub(crate) fn outcome(&mut self, empty_is_normal: bool) -> FileOutcome {
        if self.failed {
            return if self.n_read() > self.tally.set_aside { FileOutcome::Partial } else { FileOutcome::Failed };
        }
        if self.tally.findings.has(FindingCode::CutShort) {
            return FileOutcome::Partial;
        }
        let is_empty = self.tally.findings.has(FindingCode::EmptyProduct);
        if self.n_read() > 0 || (empty_is_normal && !is_empty) {
            return FileOutcome::Imported;
        }
        if !is_empty {
            self.tally.findings.add(Finding {
                code: FindingCode::EmptyProduct,
                severity: Severity::Note,
                at: String::new(),
                message: "The file is what its product writes, and there is no record in it.".to_owned(),
                count: 1,
            });
        }
        FileOutcome::Empty
    }

    /// Sends the rest, and closes the line.
    pub(crate) fn close(mut self, outcome: FileOutcome) {
        self.announce();
        self.flush();
        if self.tally.wall_clocks > 0 && !self.tally.findings.has(FindingCode::UncertainTime) {
            self.tally.findings.add(Finding {
                code: FindingCode::UncertainTime,
                severity: Severity::Note,
                at: String::new(),
                message: "These records tell the time by a clock whose zone they do not say for sure. Where your own track tells it, they are read by it.".to_owned(),
                count: self.tally.wall_clocks,
            });
        }
        let end = End {
            outcome,
            whole: outcome == FileOutcome::Imported,
            digest: self.digest,
            merged: self.tally.merged,
            skipped: self.tally.skipped,
            set_aside: self.tally.set_aside,
            findings: self.tally.findings.take(),
        };
        self.shared.send(Message::End { slot: self.slot, end });
    }

    /// After a stop nothing more counts as read: an importer may hand over what it holds, and it would not be written.
    fn is_over(&self) -> bool {
        self.shared.stop.is_cancelled()
    }
}

impl Sink for Reading<'_> {
    fn item(&mut self, item: NewItem) {
        if self.is_over() {
            return;
        }
        self.tally.sent += 1;
        self.tally.wall_clocks += u64::from(item.at.as_ref().is_some_and(|at| at.certainty == Certainty::ZoneUnknown));
        self.bytes += weight(&item);
        self.items.push(item);
        if self.items.len() >= ITEMS || self.bytes >= BYTES {
            self.flush();
        }
    }

    fn point(&mut self, point: NewPoint) {
        if self.points.len().is_multiple_of(1_024) && self.is_over() {
            return;
        }
        self.tally.sent += 1;
        self.bytes += size_of::<NewPoint>();
        self.points.push(point);
        if self.points.len() >= POINTS {
            self.flush();
        }
    }

    fn forgotten(&mut self, uid: Uid) {
        if self.is_over() {
            return;
        }
        self.tally.sent += 1;
        self.bytes += size_of::<Uid>();
        self.forgotten.push(uid);
        if self.forgotten.len() >= POINTS {
            self.flush();
        }
    }

    fn remember(&mut self, memo: Vec<u8>) {
        if self.is_over() || self.set.is_none() {
            return;
        }
        self.bytes += memo.len();
        self.memo = Some(memo);
    }

    fn merged(&mut self) {
        self.tally.merged += 1;
    }

    fn skip(&mut self, code: FindingCode, at: &str, why: &str) {
        self.tally.skipped += 1;
        self.tally.findings.add_reason(code, Severity::Note, at, why);
    }

    fn set_aside(&mut self, code: FindingCode, at: &str, why: &str) {
        self.tally.set_aside += 1;
        self.tally.findings.add(Finding { code, severity: Severity::Warning, at: at.to_owned(), message: why.to_owned(), count: 1 });
    }

    fn finding(&mut self, finding: Finding) {
        self.tally.findings.add(finding);
    }
}

/// About what an item takes in memory, bytes.
pub(crate) fn weight(item: &NewItem) -> usize {
    let blobs: usize = item.blobs.iter().map(|blob| if let BlobContent::Bytes(bytes) = &blob.content { bytes.len() } else { 200 }).sum();
    500 + item.raw.bytes.len() * 2 + item.text.len() * 2 + blobs
}
