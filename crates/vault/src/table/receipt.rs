//! Tables `receipt`, `receipt_item`, `forgetting` and `forgetting_file`: what the owner had forgotten, and the list of what
//! is being forgotten now.
//!
//! A receipt tells nothing of what it is about: it holds counts, and of the items' ids a hash under a key of the vault's. The
//! lists are of numbers alone, and are empty once it is done.

use rusqlite::{Connection, OptionalExtension, params};

use crate::fault::{Outcome, unexpected};
use crate::migration::Step;
use crate::table::file::FileId;

pub(crate) const STEPS: &[Step] = &[Step::adds(
    20261210,
    "CREATE TABLE receipt (
         id INTEGER PRIMARY KEY AUTOINCREMENT,
         asked_ms INTEGER NOT NULL,
         stage INTEGER NOT NULL,
         body TEXT NOT NULL
     ) STRICT;
     CREATE TABLE receipt_item (
         receipt INTEGER NOT NULL,
         hash BLOB NOT NULL,
         PRIMARY KEY (receipt, hash)
     ) STRICT, WITHOUT ROWID;
     CREATE TABLE forgetting (
         receipt INTEGER NOT NULL,
         item INTEGER NOT NULL,
         PRIMARY KEY (receipt, item)
     ) STRICT, WITHOUT ROWID;
     CREATE TABLE forgetting_file (
         receipt INTEGER NOT NULL,
         file INTEGER NOT NULL,
         PRIMARY KEY (receipt, file)
     ) STRICT, WITHOUT ROWID;",
)];

/// The number of a receipt.
pub type ReceiptId = i64;

// The numbers are what the table holds.
/// How far a forgetting has come. Each stage can be begun again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stage {
    /// The list of items is not whole; nothing is gone.
    Listing = 1,
    /// Rows and attachments go.
    Removing = 2,
    /// What is told of them elsewhere goes.
    Tidying = 3,
    /// What they leave in indexes and pages goes, and it is looked whether anything is left.
    Scrubbing = 4,
    /// Nothing is left to do.
    Done = 5,
}

const STAGES: [Stage; 5] = [Stage::Listing, Stage::Removing, Stage::Tidying, Stage::Scrubbing, Stage::Done];

/// A row.
pub(crate) struct ReceiptRow {
    pub(crate) id: ReceiptId,
    pub(crate) asked_ms: i64,
    pub(crate) stage: Stage,
    /// JSON.
    pub(crate) body: String,
}

pub(crate) fn insert(connection: &Connection, asked_ms: i64, body: &str) -> Outcome<ReceiptId> {
    connection.prepare_cached("INSERT INTO receipt (asked_ms, stage, body) VALUES (?1, ?2, ?3)")?.execute(params![
        asked_ms,
        Stage::Listing as i64,
        body
    ])?;
    Ok(connection.last_insert_rowid())
}

pub(crate) fn update(connection: &Connection, id: ReceiptId, stage: Stage, body: &str) -> Outcome<()> {
    connection.prepare_cached("UPDATE receipt SET stage = ?2, body = ?3 WHERE id = ?1")?.execute(params![id, stage as i64, body])?;
    Ok(())
}

fn read(row: (i64, i64, i64, String)) -> Outcome<ReceiptRow> {
    let (id, asked_ms, stage, body) = row;
    let stage = STAGES.into_iter().find(|known| *known as i64 == stage).ok_or_else(|| unexpected("a receipt at stage", stage))?;
    Ok(ReceiptRow { id, asked_ms, stage, body })
}

fn columns(row: &rusqlite::Row<'_>) -> rusqlite::Result<(i64, i64, i64, String)> {
    Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
}

pub(crate) fn get(connection: &Connection, id: ReceiptId) -> Outcome<Option<ReceiptRow>> {
    let row =
        connection.prepare_cached("SELECT id, asked_ms, stage, body FROM receipt WHERE id = ?1")?.query_row([id], columns).optional()?;
    row.map(read).transpose()
}

/// Every receipt, the latest first; without those whose list never was whole.
pub(crate) fn all(connection: &Connection) -> Outcome<Vec<ReceiptRow>> {
    let mut statement = connection.prepare_cached("SELECT id, asked_ms, stage, body FROM receipt WHERE stage > ?1 ORDER BY id DESC")?;
    let rows: Vec<_> = statement.query_map([Stage::Listing as i64], columns)?.collect::<Result<_, _>>()?;
    rows.into_iter().map(read).collect()
}

/// What is being forgotten still, in the order in which it was asked for.
pub(crate) fn unfinished(connection: &Connection) -> Outcome<Vec<ReceiptId>> {
    let mut statement = connection.prepare_cached("SELECT id FROM receipt WHERE stage > ?1 AND stage < ?2 ORDER BY id")?;
    let ids = statement.query_map([Stage::Listing as i64, Stage::Done as i64], |row| row.get(0))?.collect::<Result<_, _>>()?;
    Ok(ids)
}

/// Drops what was asked for and never begun, because the program ended while it was being listed.
pub(crate) fn drop_unlisted(connection: &Connection) -> Outcome<()> {
    for sql in ["DELETE FROM forgetting WHERE receipt IN (SELECT id FROM receipt WHERE stage = ?1)", "DELETE FROM receipt WHERE stage = ?1"]
    {
        connection.execute(sql, [Stage::Listing as i64])?;
    }
    Ok(())
}

/// Adds items to the list.
pub(crate) fn list(connection: &Connection, id: ReceiptId, items: &[i64]) -> Outcome<()> {
    let mut insert = connection.prepare_cached("INSERT OR IGNORE INTO forgetting (receipt, item) VALUES (?1, ?2)")?;
    for item in items {
        insert.execute([id, *item])?;
    }
    Ok(())
}

/// Up to `limit` items of the list, after one, whether they are gone or not.
pub(crate) fn listed(connection: &Connection, id: ReceiptId, after: i64, limit: usize) -> Outcome<Vec<i64>> {
    let mut statement = connection.prepare_cached("SELECT item FROM forgetting WHERE receipt = ?1 AND item > ?2 ORDER BY item LIMIT ?3")?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let items = statement.query_map([id, after, limit], |row| row.get(0))?.collect::<Result<_, _>>()?;
    Ok(items)
}

/// Up to `limit` lines of the ledger, after one, that had something of it.
pub(crate) fn files(connection: &Connection, id: ReceiptId, after: FileId, limit: usize) -> Outcome<Vec<FileId>> {
    let mut statement =
        connection.prepare_cached("SELECT file FROM forgetting_file WHERE receipt = ?1 AND file > ?2 ORDER BY file LIMIT ?3")?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let files = statement.query_map([id, after, limit], |row| row.get(0))?.collect::<Result<_, _>>()?;
    Ok(files)
}

/// The lists are no longer needed.
pub(crate) fn drop_lists(connection: &Connection, id: ReceiptId) -> Outcome<()> {
    connection.execute("DELETE FROM forgetting WHERE receipt = ?1", [id])?;
    connection.execute("DELETE FROM forgetting_file WHERE receipt = ?1", [id])?;
    Ok(())
}

/// Gives `on` the hashes of a receipt, in order, until it answers false.
pub(crate) fn each_hash(connection: &Connection, id: ReceiptId, on: &mut dyn FnMut([u8; 16]) -> bool) -> Outcome<()> {
    let mut statement = connection.prepare_cached("SELECT hash FROM receipt_item WHERE receipt = ?1 ORDER BY hash")?;
    let mut rows = statement.query([id])?;
    while let Some(row) = rows.next()? {
        if !on(row.get(0)?) {
            break;
        }
    }
    Ok(())
}
