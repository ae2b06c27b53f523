//! Blobs whose bytes cannot be had: which they are, and how they come back.
//!
//! Whether the file of a blob is there, and as long as it should be, is looked up whenever it matters. Whether its bytes verify
//! is known once all of them are read, which a check of the vault and a backup do: what they find damaged is kept in the table
//! `damaged_blob`. An archive that brings such a blob is read again though it was imported before, and the blob is written again.

use std::collections::BTreeSet;

use domain::{Cancel, Progress, Uid};

use crate::blobs;
use crate::fault::Outcome;
use crate::folder::Folder;
use crate::table::blob::{self, BlobId, BlobRow};
use crate::table::file::FileId;
use crate::vault::Inner;

/// Blobs looked up at once.
const STEP: i64 = 1_000;

/// A blob whose bytes are missing or do not verify.
#[derive(Debug)]
pub(crate) struct DamagedBlob {
    pub(crate) id: BlobId,
    /// Bytes that it should have.
    pub(crate) size: u64,
    /// Its file's path in the vault's folder; `None` when it stands in the database.
    pub(crate) path: Option<String>,
    /// An item that it belongs to.
    pub(crate) item: Option<Uid>,
}

impl DamagedBlob {
    pub(crate) fn of(connection: &rusqlite::Connection, id: BlobId, row: &BlobRow) -> Outcome<Self> {
        let path = row.key.map(|_| blobs::relative_path(&row.name));
        Ok(Self { id, size: row.size, path, item: blob::an_item_of(connection, id)? })
    }

    /// The beginning of a sentence about it.
    pub(crate) fn named(&self) -> String {
        let item = self.item.map(|uid| format!(" of the item {uid}")).unwrap_or_default();
        let path = self.path.as_ref().map(|path| format!(", {path} in the vault's folder")).unwrap_or_default();
        format!("The attachment {}{item} ({} bytes{path})", self.id, self.size)
    }
}

/// Reads every blob, and tells which cannot be.
pub(crate) fn find(inner: &Inner, cancel: &Cancel, on: &mut dyn FnMut(Progress)) -> Outcome<Vec<DamagedBlob>> {
    let total: i64 = inner.readers.borrow()?.query_row("SELECT count(*) FROM blob", [], |row| row.get(0))?;
    let (mut found, mut after, mut done) = (Vec::new(), 0, 0);
    loop {
        let rows = blob::after(&*inner.readers.borrow()?, after, 200)?;
        let Some((last, _)) = rows.last() else { return Ok(found) };
        after = *last;
        for (id, row) in &rows {
            cancel.check()?;
            // Borrowed for each: a page that one of them stands on and that is damaged spoils the connection.
            if blobs::verifies(&inner.folder, &inner.blob_names, &*inner.readers.borrow()?, *id, row) {
                continue;
            }
            let reader = inner.readers.borrow()?;
            // Gone meanwhile is not missing; nor is one that was written again.
            if blob::get(&reader, *id)?.is_some_and(|now| now.name == row.name) {
                found.push(DamagedBlob::of(&reader, *id, row)?);
            }
        }
        done += rows.len() as u64;
        on(Progress {
            stage: "attachments".to_owned(),
            done,
            total: total.unsigned_abs(),
            unit: "attachments".to_owned(),
            ..Progress::default()
        });
    }
}

/// Keeps in mind which blobs are damaged: these, and of those that were before, the ones that were not looked at now.
pub(crate) fn remember(inner: &Inner, found: &[DamagedBlob], looked_at_all: bool) -> Outcome<()> {
    if inner.writer.reads_only() {
        return Ok(());
    }
    let now: BTreeSet<BlobId> = found.iter().map(|blob| blob.id).collect();
    let before: BTreeSet<BlobId> = blob::damaged(&*inner.readers.borrow()?)?.into_iter().collect();
    let news: Vec<BlobId> = now.difference(&before).copied().collect();
    let whole: Vec<BlobId> = if looked_at_all { before.difference(&now).copied().collect() } else { Vec::new() };
    if news.is_empty() && whole.is_empty() {
        return Ok(());
    }
    inner.writer.write_beside(move |transaction| {
        whole.iter().try_for_each(|id| blob::clear_damaged(transaction, *id))?;
        news.iter().try_for_each(|id| blob::set_damaged(transaction, *id))
    })
}

/// Whether a blob's bytes are known to be damaged, or its file, where it has one, is not there as a whole.
pub(crate) fn is_damaged(folder: &Folder, connection: &rusqlite::Connection, id: BlobId) -> Outcome<bool> {
    let Some(row) = blob::get(connection, id)? else { return Ok(false) };
    let is_missing = row.key.is_some() && !blobs::is_there(folder, &row);
    Ok(is_missing || blob::is_damaged(connection, id)?)
}

/// The files, by their lines in the ledger, that brought a blob which is damaged or missing now.
pub(crate) fn brought_by(folder: &Folder, connection: &rusqlite::Connection) -> Outcome<BTreeSet<FileId>> {
    let mut lost: BTreeSet<BlobId> = blob::damaged(connection)?.into_iter().collect();
    let mut after = 0;
    loop {
        let rows = blob::after(connection, after, STEP)?;
        let Some((last, _)) = rows.last() else { break };
        after = *last;
        lost.extend(rows.iter().filter(|(_, row)| row.key.is_some() && !blobs::is_there(folder, row)).map(|(id, _)| *id));
    }
    let mut lines = BTreeSet::new();
    for id in lost {
        lines.extend(blob::lines_of(connection, id)?);
    }
    Ok(lines)
}
