//! Putting a set of files together again: the parts of one export that came in several imports, or of which one was
//! undone. An importer tells anew what all files of the set that still stand come to; what it told before and tells no
//! more is taken back. The vault is then as if what stands had been imported at once.
//!
//! The ledger stays as it was: it says what each import read, and the lines of files are not counted again.
//!
//! Written in transactions of bounded size. Cut short, the set stays unsettled, with what was told before and what is told
//! now side by side, and it is put together the next time.

use std::sync::{MutexGuard, PoisonError};

use domain::Result;
use rusqlite::{Connection, params};

use crate::blobs;
use crate::fault::Outcome;
use crate::ingest::{self, Prepared};
use crate::pack;
use crate::table::file::FileId;
use crate::table::memo::{self, FileSet, MemoRow};
use crate::undo;
use crate::vault::Vault;

/// Memos read at once.
const PAGE: i64 = 1_000;
/// Sightings taken back in one transaction.
const STEP: i64 = 20_000;

/// A set that is being put together.
pub struct Settling<'v> {
    vault: &'v Vault,
    set: i64,
    /// The last file when it began; what comes after it is for the next time.
    last: FileId,
    n_files: u64,
}

/// What is remembered of one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Memo {
    /// The file's line in the ledger.
    pub file: FileId,
    /// Its path inside the export.
    pub path: String,
    /// What its importer remembers of it.
    pub bytes: Vec<u8>,
}

impl Vault {
    /// The turn to put sets together, or to take away what is being put together; waits for it.
    pub fn settling_turn(&self) -> MutexGuard<'_, ()> {
        self.inner().settling.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The sets of files that are to be put together, each with the work of doing so.
    pub fn unsettled(&self) -> Result<Vec<(FileSet, Settling<'_>)>> {
        let reader = self.inner().readers.borrow()?;
        let mut sets = Vec::new();
        for (set, name) in memo::unsettled(&reader)? {
            let (last, n_files) = memo::last(&reader, set)?;
            sets.push((name, Settling { vault: self, set, last, n_files }));
        }
        Ok(sets)
    }
}

impl Settling<'_> {
    /// How many files are in the set.
    pub fn n_files(&self) -> u64 {
        self.n_files
    }

    /// Every memo of the set, in the order in which the files were read.
    pub fn memos(&self, on: &mut dyn FnMut(Memo) -> Result<()>) -> Result<()> {
        let mut after = 0;
        loop {
            let page = memo::after(&*self.vault.inner().readers.borrow()?, self.set, after, PAGE)?;
            let Some(last) = page.last() else { return Ok(()) };
            after = last.file;
            for MemoRow { file, path, packed } in page.into_iter().filter(|memo| memo.file <= self.last) {
                on(Memo { file, path, bytes: pack::unpack(&packed)? })?;
            }
        }
    }

    /// Begins to tell what the files come to.
    pub fn begin(&self) -> Result<()> {
        Ok(self.vault.inner().writer.write(|transaction| Ok(clear_told(transaction)?))?)
    }

    /// Writes what files come to, in one transaction. A file that is gone meanwhile says nothing any more.
    pub fn tell(&self, batches: Vec<(FileId, Prepared)>) -> Result<()> {
        if let Some(failure) = batches.iter().find_map(|(_, prepared)| prepared.failure()) {
            return Err(failure.clone());
        }
        let inner = self.vault.inner();
        let set = self.set;
        let unused = inner.writer.write(move |transaction| {
            let mut unused = Vec::new();
            for (file, prepared) in &batches {
                unused.extend(if memo::holds(transaction, set, *file)? {
                    ingest::retell(transaction, *file, prepared)?
                } else {
                    prepared.files()
                });
            }
            Ok(unused)
        })?;
        blobs::remove(&inner.folder, &unused);
        inner.follower.wake();
        Ok(())
    }

    /// Takes back what the files came to before and come to no more. The set is settled then.
    pub fn end(self) -> Result<()> {
        let inner = self.vault.inner();
        let Self { set, last, .. } = self;
        loop {
            let (n_stale, gone) = inner.writer.write(move |transaction| take_back_untold(transaction, set, last))?;
            blobs::remove(&inner.folder, &gone);
            inner.follower.wake();
            if n_stale == 0 {
                break;
            }
        }
        Ok(inner.writer.write(move |transaction| {
            clear_told(transaction)?;
            memo::settle(transaction, set, last)?;
            memo::close_forgotten(transaction)
        })?)
    }
}

/// Makes the table of what is told in this settling, in memory, and empties it.
fn clear_told(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute_batch(
        "CREATE TEMP TABLE IF NOT EXISTS told (file INTEGER NOT NULL, item INTEGER NOT NULL, variant INTEGER NOT NULL,
             PRIMARY KEY (file, item, variant)) WITHOUT ROWID;
         DELETE FROM temp.told;",
    )
}

/// What the files of a set saw once and do not tell any more.
const UNTOLD: &str = "FROM memo m CROSS JOIN sighting s ON s.file = m.file
     WHERE m.file_set = ?1 AND m.file <= ?2
       AND NOT EXISTS (SELECT 1 FROM temp.told t WHERE t.file = s.file AND t.item = s.item AND t.variant = s.variant)";

/// Takes back up to [`STEP`] sightings; says how many there were, and which blobs went.
fn take_back_untold(connection: &Connection, set: i64, last: FileId) -> Outcome<(usize, Vec<[u8; 16]>)> {
    undo::clear(connection)?;
    connection.execute_batch(
        "CREATE TEMP TABLE IF NOT EXISTS untold (file INTEGER NOT NULL, item INTEGER NOT NULL, variant INTEGER NOT NULL,
             PRIMARY KEY (file, item, variant)) WITHOUT ROWID;
         DELETE FROM temp.untold;",
    )?;
    let n_stale = connection
        .prepare_cached(&format!("INSERT INTO temp.untold SELECT s.file, s.item, s.variant {UNTOLD} LIMIT ?3"))?
        .execute(params![set, last, STEP])?;
    connection.prepare_cached("INSERT OR IGNORE INTO temp.seen SELECT item, variant FROM temp.untold")?.execute([])?;
    connection
        .prepare_cached("DELETE FROM sighting WHERE (file, item, variant) IN (SELECT file, item, variant FROM temp.untold)")?
        .execute([])?;
    let (_, gone) = undo::drop_unseen(connection)?;
    Ok((n_stale, gone))
}
