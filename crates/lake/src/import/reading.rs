//! One file being read: what its importer hands over is collected to batches, prepared on the reading thread, and sent to
//! the one that writes. A batch is small enough that all of them together fit in memory whatever the archive's size.

use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};

use crossbeam_channel::Sender;
use domain::{BlobContent, Cancel, FileLedger, FileOutcome, Finding, FindingCode, NewItem, NewPoint, Severity};
use vault::{NewFile, Prepared, Vault};

use super::findings::Findings;
use crate::archive::Stopped;
use crate::importer::Sink;

const ITEMS: usize = 2_000;
const POINTS: usize = 20_000;
const BYTES: usize = 8 << 20;

/// What the writing thread is told.
pub(crate) enum Message {
    /// A file's line is opened.
    Open { slot: usize, file: NewFile },
    /// Records of an open file.
    Batch { slot: usize, prepared: Prepared, weight: usize },
    /// A file's line is closed. The counts of what was written are added by the writer.
    End { slot: usize, digest: Option<[u8; 32]>, ledger: Box<FileLedger> },
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
    pub(crate) next_slot: &'s AtomicUsize,
}

impl Shared<'_> {
    fn send(&self, message: Message) {
        // The writer leaves only after it raised `stop`.
        if self.sender.send(message).is_err() {
            self.stop.cancel();
        }
    }

    /// Opens a file's line and closes it at once: nothing in it was read as records.
    pub(crate) fn unread(&self, file: NewFile, outcome: FileOutcome, counts_as_record: bool, finding: Option<Finding>) {
        let mut reading = Reading::open(self, file);
        reading.tally.set_aside = u64::from(counts_as_record);
        reading.findings_add(finding);
        reading.close(outcome, None);
    }
}

/// What was counted and found in a file so far.
#[derive(Default)]
struct Tally {
    sent: u64,
    merged: u64,
    skipped: u64,
    set_aside: u64,
    findings: Findings,
}

/// An open file that nobody reads at the moment, without its path. A set of files holds one of these for each, so it is
/// small.
pub(crate) struct Resting {
    slot: usize,
    size: u64,
    archive: Arc<str>,
    tally: Tally,
}

impl Resting {
    /// Takes the file up again. Its records from here on count for the same line.
    pub(crate) fn wake<'s>(&mut self, shared: &'s Shared<'s>, path: &str, importer: &str) -> Reading<'s> {
        let file = NewFile {
            path: path.to_owned(),
            archive: self.archive.to_string(),
            size: self.size,
            digest: None,
            importer: importer.to_owned(),
        };
        Reading::new(shared, self.slot, file, std::mem::take(&mut self.tally))
    }

    /// Puts the file to rest again after [`Self::wake`].
    pub(crate) fn take_back(&mut self, reading: Reading<'_>) {
        *self = reading.rest(Arc::clone(&self.archive));
    }

    pub(crate) fn findings_add(&mut self, finding: Finding) {
        self.tally.findings.add(finding);
    }
}

/// One open file, and the sink of its importer.
pub(crate) struct Reading<'s> {
    shared: &'s Shared<'s>,
    slot: usize,
    file: NewFile,
    items: Vec<NewItem>,
    points: Vec<NewPoint>,
    bytes: usize,
    tally: Tally,
}

impl<'s> Reading<'s> {
    pub(crate) fn open(shared: &'s Shared<'s>, file: NewFile) -> Self {
        let slot = shared.next_slot.fetch_add(1, Ordering::Relaxed);
        if let Ok(mut current) = shared.current.lock() {
            current.clone_from(&file.path);
        }
        shared.send(Message::Open { slot, file: file.clone() });
        Self::new(shared, slot, file, Tally::default())
    }

    fn new(shared: &'s Shared<'s>, slot: usize, file: NewFile, tally: Tally) -> Self {
        Self { shared, slot, file, items: Vec::new(), points: Vec::new(), bytes: 0, tally }
    }

    /// Sends what was collected, and keeps the line open. `archive` is the shared spelling of the file's own.
    pub(crate) fn rest(mut self, archive: Arc<str>) -> Resting {
        self.flush();
        Resting { slot: self.slot, size: self.file.size, archive, tally: self.tally }
    }

    /// Records met so far.
    pub(crate) fn n_read(&self) -> u64 {
        self.tally.sent + self.tally.merged + self.tally.skipped + self.tally.set_aside
    }

    /// The archive or folder that the file came from.
    pub(crate) fn archive(&self) -> &str {
        &self.file.archive
    }

    /// The file's size, bytes.
    pub(crate) fn size(&self) -> u64 {
        self.file.size
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
        if self.items.is_empty() && self.points.is_empty() {
            return;
        }
        let weight = std::mem::take(&mut self.bytes);
        self.shared.budget.take(weight);
        let prepared = self.shared.vault.prepare(std::mem::take(&mut self.items), std::mem::take(&mut self.points));
        self.shared.send(Message::Batch { slot: self.slot, prepared, weight });
    }

    /// Takes note of how the importer ended: an error, or nothing. A file of which nothing was read counts as one record
    /// set aside.
    pub(crate) fn ended(&mut self, result: &io::Result<()>) {
        let Err(error) = result else { return };
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

    /// How the file stands after its importer ended with `failed` or not.
    pub(crate) fn outcome(&mut self, failed: bool, empty_is_normal: bool) -> FileOutcome {
        if failed {
            return if self.n_read() > self.tally.set_aside { FileOutcome::Partial } else { FileOutcome::Failed };
        }
        if self.tally.findings.has(FindingCode::CutShort) {
            return FileOutcome::Partial;
        }
        if self.n_read() > 0 || empty_is_normal {
            return FileOutcome::Imported;
        }
        if !self.tally.findings.has(FindingCode::EmptyProduct) {
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
    pub(crate) fn close(mut self, outcome: FileOutcome, digest: Option<[u8; 32]>) {
        self.flush();
        let ledger = FileLedger {
            path: std::mem::take(&mut self.file.path),
            archive: std::mem::take(&mut self.file.archive),
            size: self.file.size,
            importer: std::mem::take(&mut self.file.importer),
            outcome,
            read: self.tally.merged + self.tally.skipped + self.tally.set_aside,
            stored: 0,
            merged: self.tally.merged,
            skipped: self.tally.skipped,
            set_aside: self.tally.set_aside,
            findings: self.tally.findings.take(),
        };
        self.shared.send(Message::End { slot: self.slot, digest, ledger: Box::new(ledger) });
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
fn weight(item: &NewItem) -> usize {
    let blobs: usize = item.blobs.iter().map(|blob| if let BlobContent::Bytes(bytes) = &blob.content { bytes.len() } else { 200 }).sum();
    500 + item.raw.bytes.len() * 2 + item.text.len() * 2 + blobs
}
