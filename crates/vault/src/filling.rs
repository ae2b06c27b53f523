//! Filling an import many files at a time. An export holds hundreds of thousands of small files, and a transaction that
//! is on the disk costs milliseconds; so their lines and their records go in together.

use domain::{FileOutcome, Finding, ImportId, Result};

use crate::blobs;
use crate::ingest::{self, Prepared, Written};
use crate::table::file::{self, FileId, NewFile};
use crate::vault::Vault;

/// A file that was read to the end, or as far as it could be. Its line counts what was written of it already; here are the
/// records that were not written, so that the line balances whoever tells them.
#[derive(Debug, Clone)]
pub struct EndedFile {
    /// Its line.
    pub file: FileId,
    /// What became of it.
    pub outcome: FileOutcome,
    /// Whether all of its bytes were read, and all of its records written; else its digest is forgotten.
    pub whole: bool,
    /// BLAKE3 of its bytes, when it was not known as the line was opened.
    pub digest: Option<[u8; 32]>,
    /// Records that became part of another's item.
    pub merged: u64,
    /// Records left out on purpose.
    pub skipped: u64,
    /// Records that could not be read or understood.
    pub set_aside: u64,
    /// The edition of the importers that read it.
    pub edition: i64,
    /// What the person should know.
    pub findings: Vec<Finding>,
}

impl Vault {
    /// Opens the lines of many files, in one transaction; the numbers are in the same order.
    pub fn add_files(&self, import: ImportId, files: Vec<NewFile>) -> Result<Vec<FileId>> {
        Ok(self.inner().writer.write(move |transaction| files.iter().map(|file| file::insert(transaction, import, file)).collect())?)
    }

    /// Opens lines of the import again, in one transaction: their files are read anew, because it was cut short while they were
    /// read the first time. What they stored counts as stored by them still.
    pub fn reopen_files(&self, files: Vec<(FileId, NewFile)>) -> Result<()> {
        Ok(self
            .inner()
            .writer
            .write(move |transaction| files.iter().try_for_each(|(line, file)| file::reopen(transaction, *line, file)))?)
    }

    /// Writes the batches of many files, in one transaction: all of them, or when it fails none. Otherwise as
    /// [`Vault::write`].
    pub fn write_all(&self, import: ImportId, batches: Vec<(FileId, Prepared)>) -> Result<Vec<Written>> {
        if let Some(failure) = batches.iter().find_map(|(_, prepared)| prepared.failure()) {
            return Err(failure.clone());
        }
        let inner = self.inner();
        let (written, unused) = inner.writer.write(move |transaction| {
            let (mut all, mut all_unused) = (Vec::with_capacity(batches.len()), Vec::new());
            for (file, prepared) in &batches {
                let (written, unused) = ingest::write(transaction, import, *file, prepared)?;
                all.push(written);
                all_unused.extend(unused);
            }
            Ok((all, all_unused))
        })?;
        blobs::remove(&inner.folder, &unused);
        inner.follower.wake();
        Ok(written)
    }

    /// Closes the lines of many files, in one transaction.
    pub fn end_files(&self, files: Vec<EndedFile>) -> Result<()> {
        Ok(self.inner().writer.write(move |transaction| files.iter().try_for_each(|ended| file::end(transaction, ended)))?)
    }
}
