//! The writing end: one thread takes what the readers send and puts it into the vault, many small files in one
//! transaction.

use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, RecvTimeoutError};
use domain::{Cancel, FileOutcome, Finding, FindingCode, ImportId, Result, Severity};
use vault::{Adoption, EndedFile, FileId, NewFile, Prepared, Vault};

use super::read_before::EDITION;
use super::reading::{Budget, End, Message, Slot};

/// Messages that go into one round of transactions, and the records and bytes in them.
const ROUND: usize = 4_000;
const RECORDS: usize = 20_000;
const BYTES: usize = 32 << 20;
/// How long a round gathers, when the readers are slower than the writer. The same pages of the indexes are written by
/// every transaction, so few large ones cost much less than many small ones.
const GATHER: Duration = Duration::from_millis(200);
/// How often the caller is told of progress, and asked whether to go on.
const TICK: Duration = Duration::from_millis(100);

/// The line of each file, by its slot. A set of files has hundreds of thousands open at once.
#[derive(Default)]
struct Lines(Vec<FileId>);

impl Lines {
    /// Of a slot without a line.
    const NONE: FileId = 0;

    fn insert(&mut self, slot: Slot, file: FileId) {
        let slot = slot as usize;
        if self.0.len() <= slot {
            self.0.resize(slot + 1, Self::NONE);
        }
        self.0[slot] = file;
    }

    fn get(&self, slot: Slot) -> Option<FileId> {
        self.0.get(slot as usize).copied().filter(|file| *file != Self::NONE)
    }
}

/// Writes until every sender is gone. `on_tick` is called often with the records written so far. When writing fails,
/// `stop` is raised, what is still sent is dropped, and the failure is the answer.
pub(crate) fn write_all(
    vault: &Vault,
    import: ImportId,
    receiver: &Receiver<Message>,
    budget: &Budget,
    stop: &Cancel,
    on_tick: &mut dyn FnMut(u64),
) -> Result<u64> {
    let mut lines = Lines::default();
    let mut n_records = 0;
    let mut failure = None;
    loop {
        let first = match receiver.recv_timeout(TICK) {
            Ok(message) => message,
            Err(RecvTimeoutError::Timeout) => {
                on_tick(n_records);
                continue;
            }
            Err(RecvTimeoutError::Disconnected) => break,
        };
        let mut round = Round::default();
        round.add(first);
        let begun = Instant::now();
        while round.n_messages < ROUND && round.n_records < RECORDS && round.weight < BYTES {
            let Ok(message) = receiver.recv_timeout(GATHER.saturating_sub(begun.elapsed())) else { break };
            round.add(message);
        }
        // After a failure the lines that are open are still closed: they say what was written.
        if failure.is_some() {
            round.batches.clear();
            round.read_before.clear();
        }
        let weight = round.weight;
        let written = round.write(vault, import, stop, &mut lines, failure.is_some());
        budget.free(weight);
        match written {
            Ok(n_written) => n_records += n_written,
            Err(error) => {
                stop.cancel();
                failure.get_or_insert(error);
            }
        }
        on_tick(n_records);
    }
    failure.map_or(Ok(n_records), Err)
}

#[derive(Default)]
struct Round {
    opened: Vec<(Slot, NewFile)>,
    reopened: Vec<(Slot, FileId, NewFile)>,
    batches: Vec<(Slot, Prepared)>,
    ended: Vec<(Slot, End)>,
    read_before: Vec<(Slot, FileId)>,
    n_messages: usize,
    n_records: usize,
    weight: usize,
}

impl Round {
    fn add(&mut self, message: Message) {
        self.n_messages += 1;
        match message {
            Message::Open { slot, file, line: None } => self.opened.push((slot, file)),
            Message::Open { slot, file, line: Some(line) } => self.reopened.push((slot, line, file)),
            Message::Batch { slot, prepared, weight } => {
                self.n_records += prepared.len();
                self.weight += weight;
                self.batches.push((slot, prepared));
            }
            Message::End { slot, end } => self.ended.push((slot, end)),
            Message::ReadBefore { slot, of } => self.read_before.push((slot, of)),
        }
    }

    /// Opens, fills and closes, in that order; answers how many records were written. `dropped` says that batches were dropped
    /// before, after a failure.
    fn write(self, vault: &Vault, import: ImportId, stop: &Cancel, lines: &mut Lines, dropped: bool) -> Result<u64> {
        if !self.opened.is_empty() {
            let (slots, files): (Vec<Slot>, Vec<NewFile>) = self.opened.into_iter().unzip();
            for (slot, file) in slots.into_iter().zip(vault.add_files(import, files)?) {
                lines.insert(slot, file);
            }
        }
        if !self.reopened.is_empty() {
            self.reopened.iter().for_each(|(slot, line, _)| lines.insert(*slot, *line));
            vault.reopen_files(self.reopened.into_iter().map(|(_, line, file)| (line, file)).collect())?;
        }
        let mut n_written = 0;
        let mut failed = None;
        if !self.batches.is_empty() {
            let batches = self.batches.into_iter().filter_map(|(slot, prepared)| Some((lines.get(slot)?, prepared))).collect();
            match vault.write_all(import, batches) {
                Ok(written) => n_written = written.iter().map(|written| written.stored + written.merged + written.tombstoned).sum(),
                Err(error) => failed = Some(error),
            }
        }
        let dropped = dropped || failed.is_some();
        let ended: Vec<EndedFile> = self
            .ended
            .into_iter()
            .filter_map(|(slot, end)| {
                let End { mut outcome, whole, digest, merged, skipped, set_aside, mut findings } = end;
                // A file of which a batch was dropped, in this round or in one before, is not in the vault to its end; its digest
                // would say that it is, and an import that goes on would pass over it.
                let whole = whole && !dropped;
                if dropped && outcome == FileOutcome::Imported {
                    outcome = FileOutcome::Partial;
                    findings.push(not_written());
                }
                let file = lines.get(slot)?;
                Some(EndedFile { file, outcome, whole, digest, merged, skipped, set_aside, edition: EDITION, findings })
            })
            .collect();
        if !ended.is_empty() {
            vault.end_files(ended)?;
        }
        let adoptions: Vec<Adoption> =
            self.read_before.into_iter().filter_map(|(slot, of)| Some(Adoption { line: lines.get(slot)?, of })).collect();
        if !adoptions.is_empty() {
            let (n_records, left) = vault.adopt_files(adoptions, stop)?;
            n_written += n_records;
            vault.end_files(left.into_iter().map(not_read).collect())?;
        }
        failed.map_or(Ok(n_written), Err)
    }
}

fn not_written() -> Finding {
    let message = "Writing failed before all of this file was stored. What was stored stands; import the archive again for the rest.";
    Finding { code: FindingCode::CutShort, severity: Severity::Error, at: String::new(), message: message.to_owned(), count: 1 }
}

/// A file that was to be taken as another import had read it, when the import was cancelled.
fn not_read(file: FileId) -> EndedFile {
    let message = "The import was cancelled before this file, of which all is known, was gone through; import the archive again for it.";
    let finding = Finding { code: FindingCode::Limit, severity: Severity::Error, at: String::new(), message: message.to_owned(), count: 1 };
    EndedFile {
        file,
        outcome: FileOutcome::Partial,
        whole: false,
        digest: None,
        merged: 0,
        skipped: 0,
        set_aside: 0,
        edition: EDITION,
        findings: vec![finding],
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use domain::{BlobContent, Kind, NewBlob, NewItem, Raw};

    use super::*;
    use crate::import::tests::vault_in;

    fn note(key: &str, attached: usize) -> NewItem {
        let mut item = NewItem::new(Kind::Note, "google.keep", key, Raw::json(b"{}"));
        if attached > 0 {
            let content = BlobContent::Bytes((0..attached).map(|n| (n * 31 + n / 251) as u8).collect());
            item.blobs.push(NewBlob { name: "a.bin".to_owned(), media_type: String::new(), content });
        }
        item
    }

    #[test]
    fn a_file_whose_records_are_dropped_after_a_failure_is_not_taken_for_read() {
        let folder = tempfile::tempdir().unwrap();
        let vault = vault_in(folder.path());
        let import = vault.begin_import("takeout.zip", 1).unwrap();
        let (sender, receiver) = crossbeam_channel::unbounded();
        let (budget, stop) = (Budget::default(), Cancel::default());
        let written = std::thread::scope(|scope| {
            let open = |slot: Slot| {
                let (path, importer) = (format!("{slot}.json"), "google.keep".to_owned());
                let file = NewFile { path, archive: "takeout.zip".to_owned(), size: 9, digest: Some([slot as u8; 32]), importer };
                sender.send(Message::Open { slot, file, line: None }).unwrap();
            };
            let batch = |slot: Slot, item: NewItem| {
                sender.send(Message::Batch { slot, prepared: vault.prepare(vec![item], Vec::new()), weight: 0 }).unwrap();
            };
            let end = |slot: Slot| {
                let (outcome, findings) = (FileOutcome::Imported, Vec::new());
                let end = End { outcome, whole: true, digest: None, merged: 0, skipped: 0, set_aside: 0, findings };
                sender.send(Message::End { slot, end }).unwrap();
            };
            open(0);
            batch(0, note("whole", 0));
            end(0);
            let writing = scope.spawn(|| write_all(&vault, import, &receiver, &budget, &stop, &mut |_| {}));
            // The first file is on the disk; then an attachment cannot be kept.
            while vault.stats().unwrap().items == 0 {
                std::thread::yield_now();
            }
            fs::remove_dir_all(vault.dir().join("tmp")).unwrap();
            open(1);
            open(2);
            batch(1, note("lost", 5 << 20));
            while !stop.is_cancelled() {
                std::thread::yield_now();
            }
            // What was under way is still sent.
            batch(2, note("dropped", 0));
            end(1);
            end(2);
            drop(sender);
            writing.join().unwrap()
        });
        assert!(written.is_err());
        let mut read = Vec::new();
        vault.end_import(import, vault::ImportState::Interrupted, &[], 2).unwrap();
        vault.each_file_read(EDITION, &mut |before| read.push(before.file.path)).unwrap();
        assert_eq!(read, ["0.json"]);
    }
}
