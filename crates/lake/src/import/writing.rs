//! The writing end: one thread takes what the readers send and puts it into the vault, many small files in one
//! transaction.

use std::collections::HashMap;
use std::time::Duration;

use crossbeam_channel::{Receiver, RecvTimeoutError};
use domain::{Cancel, FileLedger, ImportId, Result};
use vault::{EndedFile, FileId, NewFile, Prepared, Vault};

use super::reading::{Budget, Message};

/// Messages that go into one round of transactions, and the records and bytes in them.
const ROUND: usize = 500;
const RECORDS: usize = 20_000;
const BYTES: usize = 32 << 20;
/// How often the caller is told of progress, and asked whether to go on.
const TICK: Duration = Duration::from_millis(100);

/// A file that is open.
#[derive(Default)]
struct Line {
    file: FileId,
    stored: u64,
    merged: u64,
    tombstoned: u64,
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
    let mut lines = HashMap::<usize, Line>::new();
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
        while round.n_messages < ROUND && round.n_records < RECORDS && round.weight < BYTES {
            let Ok(message) = receiver.try_recv() else { break };
            round.add(message);
        }
        // After a failure the lines that are open are still closed: they say what was written.
        if failure.is_some() {
            round.batches.clear();
        }
        let weight = round.weight;
        let written = round.write(vault, import, &mut lines);
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
    opened: Vec<(usize, NewFile)>,
    batches: Vec<(usize, Prepared)>,
    ended: Vec<(usize, Option<[u8; 32]>, Box<FileLedger>)>,
    n_messages: usize,
    n_records: usize,
    weight: usize,
}

impl Round {
    fn add(&mut self, message: Message) {
        self.n_messages += 1;
        match message {
            Message::Open { slot, file } => self.opened.push((slot, file)),
            Message::Batch { slot, prepared, weight } => {
                self.n_records += prepared.len();
                self.weight += weight;
                self.batches.push((slot, prepared));
            }
            Message::End { slot, digest, ledger } => self.ended.push((slot, digest, ledger)),
        }
    }

    /// Opens, fills and closes, in that order; answers how many records were written.
    fn write(self, vault: &Vault, import: ImportId, lines: &mut HashMap<usize, Line>) -> Result<u64> {
        if !self.opened.is_empty() {
            let (slots, files): (Vec<usize>, Vec<NewFile>) = self.opened.into_iter().unzip();
            for (slot, file) in slots.into_iter().zip(vault.add_files(import, files)?) {
                lines.insert(slot, Line { file, ..Line::default() });
            }
        }
        let mut n_written = 0;
        let mut failed = None;
        if !self.batches.is_empty() {
            let (slots, batches): (Vec<usize>, Vec<(FileId, Prepared)>) =
                self.batches.into_iter().filter_map(|(slot, prepared)| Some((slot, (lines.get(&slot)?.file, prepared)))).unzip();
            match vault.write_all(import, batches) {
                Ok(written) => {
                    for (slot, written) in slots.into_iter().zip(written) {
                        n_written += written.stored + written.merged + written.tombstoned;
                        let Some(line) = lines.get_mut(&slot) else { continue };
                        line.stored += written.stored;
                        line.merged += written.merged;
                        line.tombstoned += written.tombstoned;
                    }
                }
                Err(error) => failed = Some(error),
            }
        }
        let mut ended = Vec::with_capacity(self.ended.len());
        for (slot, digest, mut ledger) in self.ended {
            let Some(line) = lines.remove(&slot) else { continue };
            ledger.stored += line.stored;
            ledger.merged += line.merged;
            ledger.skipped += line.tombstoned;
            ledger.read += line.stored + line.merged + line.tombstoned;
            debug_assert_eq!(ledger.read, ledger.stored + ledger.merged + ledger.skipped + ledger.set_aside, "{}", ledger.path);
            // A file of which a batch was lost was not read to its end, and its digest would say it was.
            let digest = digest.filter(|_| failed.is_none());
            ended.push(EndedFile { file: line.file, digest, ledger: *ledger });
        }
        if !ended.is_empty() {
            vault.end_files(ended)?;
        }
        failed.map_or(Ok(n_written), Err)
    }
}
