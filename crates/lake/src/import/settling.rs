//! Puts the files of a set together again when its export came in several imports, or when one of several was undone.
//!
//! Photos and notes whose halves stand in different parts are one item when all parts are imported at once. When they are
//! not, each import makes of its own files what it can, and what the importers remember of them is kept in the vault. From
//! that, never from the archives, the importer says once more what all files that stand come to, and the vault replaces
//! what was said before. So the order of the imports, and which of them were undone since, makes no difference.
//!
//! Absent on purpose: sets of archives whose names do not say which export they are parts of.

use std::collections::{BTreeMap, HashMap};
use std::panic::{AssertUnwindSafe, catch_unwind};

use domain::{Cancel, Failure, Finding, FindingCode, ImportId, NewItem, NewPoint, Progress, Result};
use vault::{FileId, FileSet, Memo, Settling, Undone, Vault};

use super::reading::weight;
use crate::importer::{Assembly, FileNumber, Parse, SetSink, Sink};
use crate::importers;

/// Bytes of items that are told in one transaction.
const BYTES: usize = 8 << 20;
/// Files gone through between two reports.
const REPORT: u64 = 1_000;
/// Files that say something in one transaction.
const FILES: usize = 2_000;

/// Undoes an import, and puts together again what the other parts of its export come to without it. Otherwise as
/// [`Vault::undo`].
pub fn undo(vault: &Vault, import: ImportId, cancel: &Cancel, on: &mut dyn FnMut(Progress)) -> Result<Undone> {
    let _turn = vault.settling_turn();
    let undone = vault.undo(import, cancel, on)?;
    settle_all(vault, cancel, on)?;
    Ok(undone)
}

/// Whether there are sets that are not put together: the program ended before they were.
pub fn is_unsettled(vault: &Vault) -> Result<bool> {
    Ok(!vault.unsettled()?.is_empty())
}

/// Puts every set together that is not, and tells how many files were gone through. What is cut short here goes on at the
/// next call.
///
/// # Errors
/// [`domain::Code::Cancelled`], and what writing fails with.
pub fn settle(vault: &Vault, cancel: &Cancel, on: &mut dyn FnMut(Progress)) -> Result<()> {
    let _turn = vault.settling_turn();
    settle_all(vault, cancel, on)
}

fn settle_all(vault: &Vault, cancel: &Cancel, on: &mut dyn FnMut(Progress)) -> Result<()> {
    for (set, settling) in vault.unsettled()? {
        // An importer that a later version no longer has is left alone.
        if let Some(Parse::Set(begin)) = importers::ALL.iter().find(|importer| importer.id == set.importer).map(|importer| &importer.parse)
        {
            put_together(vault, &set, settling, begin(), cancel, on)?;
        }
    }
    Ok(())
}

fn put_together(
    vault: &Vault,
    set: &FileSet,
    settling: Settling<'_>,
    mut assembly: Box<dyn Assembly>,
    cancel: &Cancel,
    on: &mut dyn FnMut(Progress),
) -> Result<()> {
    settling.begin()?;
    let mut telling = Telling::new(vault, &settling, cancel);
    let mut n_recalled = 0_u64;
    settling.memos(&mut |Memo { file, path, bytes }| {
        cancel.check()?;
        if let Some(number) = telling.add(file, path.clone(), &bytes) {
            guarded(set, || assembly.recall(number, &path, &bytes, telling.of(number)))?.map_err(Failure::internal)?;
        }
        n_recalled += 1;
        if n_recalled.is_multiple_of(REPORT) {
            on(Progress {
                stage: "pairing".to_owned(),
                done: n_recalled,
                total: settling.n_files(),
                unit: "files".to_owned(),
                detail: set.export.clone(),
                ..Progress::default()
            });
        }
        telling.failure()
    })?;
    guarded(set, || assembly.finish(&mut telling))?;
    telling.flush();
    telling.failure()?;
    cancel.check()?;
    settling.end()
}

/// An importer's fault costs its set alone.
fn guarded<T>(set: &FileSet, work: impl FnOnce() -> T) -> Result<T> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|_| {
        Failure::internal(format!("the importer {} failed while it put the files of {} together again", set.importer, set.export))
    })
}

/// Collects what the files come to, and hands it to the vault.
struct Telling<'t> {
    vault: &'t Vault,
    settling: &'t Settling<'t>,
    cancel: &'t Cancel,
    /// The files of each path. The same part may have been imported twice: what its file comes to is seen in both.
    twins: Vec<Vec<FileId>>,
    by_path: HashMap<String, Twins>,
    /// The place in `twins` of each file, by number.
    places: Vec<usize>,
    told: BTreeMap<FileNumber, Told>,
    failed: Option<Failure>,
}

/// The files of one path.
struct Twins {
    place: usize,
    /// BLAKE3 of what was remembered of the first of them.
    memo: [u8; 32],
}

impl<'t> Telling<'t> {
    fn new(vault: &'t Vault, settling: &'t Settling<'t>, cancel: &'t Cancel) -> Self {
        Self {
            vault,
            settling,
            cancel,
            twins: Vec::new(),
            by_path: HashMap::new(),
            places: Vec::new(),
            told: BTreeMap::new(),
            failed: None,
        }
    }

    /// Takes a file in, and answers its number; `None` when the same was remembered of its twin, so that the importer has read
    /// it already.
    fn add(&mut self, file: FileId, path: String, memo: &[u8]) -> Option<FileNumber> {
        let memo = *blake3::hash(memo).as_bytes();
        let n_places = self.twins.len();
        let known = self.by_path.entry(path).or_insert(Twins { place: n_places, memo });
        if known.place == n_places {
            self.twins.push(Vec::with_capacity(1));
        }
        self.twins[known.place].push(file);
        if known.place < n_places && known.memo == memo {
            return None;
        }
        self.places.push(known.place);
        Some((self.places.len() - 1) as FileNumber)
    }

    fn failure(&mut self) -> Result<()> {
        self.failed.take().map_or(Ok(()), Err)
    }

    fn is_full(&self) -> bool {
        self.told.len() >= FILES
            || (self.told.len().is_multiple_of(64) && self.told.values().map(|told| told.bytes).sum::<usize>() >= BYTES)
    }

    fn flush(&mut self) {
        let told = std::mem::take(&mut self.told);
        if self.failed.is_some() || self.cancel.is_cancelled() {
            return;
        }
        let mut batches = Vec::new();
        for (number, Told { items, .. }) in told.into_iter().filter(|(_, told)| !told.items.is_empty()) {
            for file in &self.twins[self.places[number as usize]] {
                batches.push((*file, self.vault.prepare(items.clone(), Vec::new())));
            }
        }
        if !batches.is_empty() {
            self.failed = self.settling.tell(batches).err();
        }
    }
}

impl SetSink for Telling<'_> {
    fn of(&mut self, file: FileNumber) -> &mut dyn Sink {
        if !self.told.contains_key(&file) && self.is_full() {
            self.flush();
        }
        self.told.entry(file).or_default()
    }

    fn end(&mut self, _: FileNumber) {}
}

/// What a file comes to. What is counted and found was said when the file was read, and stands in the ledger.
#[derive(Default)]
struct Told {
    items: Vec<NewItem>,
    bytes: usize,
}

impl Sink for Told {
    fn item(&mut self, item: NewItem) {
        self.bytes += weight(&item);
        self.items.push(item);
    }
    fn point(&mut self, _: NewPoint) {}
    fn merged(&mut self) {}
    fn skip(&mut self, _: FindingCode, _: &str, _: &str) {}
    fn set_aside(&mut self, _: FindingCode, _: &str, _: &str) {}
    fn finding(&mut self, _: Finding) {}
}

#[cfg(test)]
mod tests;
