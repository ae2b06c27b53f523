//! Filling an import many files at a time. An export holds hundreds of thousands of small files, and a transaction that
//! is on the disk costs milliseconds; so their lines and their records go in together.

use domain::{Failure, FileLedger, ImportId, Result};

use crate::blobs;
use crate::ingest::{self, Prepared, Written};
use crate::table::file::{self, FileId, NewFile};
use crate::vault::Vault;

/// A file that was read to the end, or as far as it could be.
#[derive(Debug, Clone)]
pub struct EndedFile {
    /// Its line.
    pub file: FileId,
    /// BLAKE3 of its bytes, when all of them were read.
    pub digest: Option<[u8; 32]>,
    /// What became of it. Must balance.
    pub ledger: FileLedger,
}

impl Vault {
    /// Opens the lines of many files, in one transaction; the numbers are in the same order.
    pub fn add_files(&self, import: ImportId, files: Vec<NewFile>) -> Result<Vec<FileId>> {
        Ok(self.inner().writer.write(move |transaction| files.iter().map(|file| file::insert(transaction, import, file)).collect())?)
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

    /// Closes the lines of many files, in one transaction. Fails when one does not balance.
    pub fn end_files(&self, files: Vec<EndedFile>) -> Result<()> {
        for EndedFile { ledger, .. } in &files {
            let accounted = ledger.stored + ledger.merged + ledger.skipped + ledger.set_aside;
            if accounted != ledger.read {
                return Err(Failure::internal(format!(
                    "the ledger of {} does not balance: {} read, {accounted} accounted for",
                    ledger.path, ledger.read
                )));
            }
        }
        Ok(self.inner().writer.write(move |transaction| {
            for ended in &files {
                file::end(transaction, ended.file, &ended.ledger)?;
                if let Some(digest) = &ended.digest {
                    file::set_digest(transaction, ended.file, digest)?;
                }
            }
            Ok(())
        })?)
    }
}
