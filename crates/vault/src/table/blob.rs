//! Tables `blob`, `small_blob`, `damaged_blob`, `blob_ref` and `reference`: the attachments that are kept, which of them are
//! known to be damaged, which variants of items they belong to, and where the media are that were left in place.
//!
//! A small attachment stands in the database itself: a million of them are no million files, each to be synced when it is
//! written and looked at when the vault is opened. A larger one has an encrypted file.
//!
//! Invariants: the key of a blob's file stands in its row and nowhere else, so that deleting the row destroys the blob; a row
//! is committed only after its file is on the disk. A reference belongs to the file of the ledger that saw it there.

use domain::Uid;
use rusqlite::{Connection, OptionalExtension, params};
use schemars::JsonSchema;
use serde::Serialize;

use crate::fault::Outcome;
use crate::migration::Step;
use crate::table::file::FileId;

pub(crate) const STEPS: &[Step] = &[
    Step::adds(
        20261122,
        "CREATE TABLE blob (
         id INTEGER PRIMARY KEY AUTOINCREMENT,
         name BLOB NOT NULL UNIQUE,
         key BLOB NOT NULL,
         dedup BLOB NOT NULL UNIQUE,
         size INTEGER NOT NULL
     ) STRICT;
     CREATE TABLE blob_ref (
         variant INTEGER NOT NULL,
         ord INTEGER NOT NULL,
         name TEXT NOT NULL,
         media_type TEXT NOT NULL,
         size INTEGER NOT NULL,
         blob INTEGER,
         digest BLOB,
         PRIMARY KEY (variant, ord)
     ) STRICT, WITHOUT ROWID;
     CREATE INDEX blob_ref_by_blob ON blob_ref (blob) WHERE blob IS NOT NULL;
     CREATE TABLE reference (
         digest BLOB NOT NULL,
         file INTEGER NOT NULL,
         path TEXT NOT NULL,
         entry TEXT NOT NULL,
         PRIMARY KEY (digest, file, path, entry)
     ) STRICT, WITHOUT ROWID;
     CREATE INDEX reference_by_file ON reference (file);",
    ),
    Step::adds(20261129, "CREATE TABLE small_blob (blob INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT;"),
    Step::adds(20261210, "CREATE INDEX blob_ref_by_digest ON blob_ref (digest) WHERE digest IS NOT NULL;"),
    Step::adds(20261214, "CREATE TABLE damaged_blob (blob INTEGER PRIMARY KEY) STRICT;"),
];

/// Blobs up to this size stand in the database. Larger ones cost more there than in a file of their own.
pub(crate) const SMALL: usize = 64 * 1024;

/// The number of a blob.
pub type BlobId = i64;

/// Where an item's attachment or medium is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum BlobPlace {
    /// Kept in the vault.
    Kept {
        /// Its number.
        blob: BlobId,
    },
    /// Left in place.
    Left {
        /// The file, or the archive that holds it: an absolute path.
        path: String,
        /// The entry inside the archive; empty for a plain file.
        entry: String,
        /// BLAKE3 of the bytes when they were read, as hex digits.
        digest: String,
    },
}

/// An attachment or medium of an item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ItemBlob {
    /// Its file name.
    pub name: String,
    /// Its media type.
    pub media_type: String,
    /// Size in bytes.
    pub size: u64,
    /// Where it is.
    pub place: BlobPlace,
}

/// A blob's row.
pub(crate) struct BlobRow {
    /// The name of its file.
    pub(crate) name: [u8; 16],
    /// The key of its file; `None` for a small blob, which has none.
    pub(crate) key: Option<[u8; 32]>,
    /// Bytes.
    pub(crate) size: u64,
}

pub(crate) fn find(connection: &Connection, dedup: &[u8; 32]) -> Outcome<Option<BlobId>> {
    Ok(connection.prepare_cached("SELECT id FROM blob WHERE dedup = ?1")?.query_row([dedup], |row| row.get(0)).optional()?)
}

pub(crate) fn insert(connection: &Connection, row: &BlobRow, dedup: &[u8; 32]) -> Outcome<BlobId> {
    connection.prepare_cached("INSERT INTO blob (name, key, dedup, size) VALUES (?1, ?2, ?3, ?4)")?.execute(params![
        row.name,
        row.key.as_ref().map_or(&[][..], |key| key),
        dedup,
        row.size.cast_signed()
    ])?;
    Ok(connection.last_insert_rowid())
}

/// Keeps the bytes of a small blob.
pub(crate) fn insert_small(connection: &Connection, id: BlobId, bytes: &[u8]) -> Outcome<()> {
    connection.prepare_cached("INSERT INTO small_blob (blob, bytes) VALUES (?1, ?2)")?.execute(params![id, bytes])?;
    Ok(())
}

/// The bytes of a small blob, and the keyed hash that it is known by.
pub(crate) fn small(connection: &Connection, id: BlobId) -> Outcome<Option<(Vec<u8>, [u8; 32])>> {
    let mut statement =
        connection.prepare_cached("SELECT s.bytes, b.dedup FROM small_blob s CROSS JOIN blob b ON b.id = s.blob WHERE s.blob = ?1")?;
    Ok(statement.query_row([id], |row| Ok((row.get(0)?, row.get(1)?))).optional()?)
}

pub(crate) fn get(connection: &Connection, id: BlobId) -> Outcome<Option<BlobRow>> {
    Ok(connection.prepare_cached("SELECT name, key, size FROM blob WHERE id = ?1")?.query_row([id], read).optional()?)
}

fn read(row: &rusqlite::Row<'_>) -> rusqlite::Result<BlobRow> {
    let key: Vec<u8> = row.get(1)?;
    Ok(BlobRow { name: row.get(0)?, key: key.try_into().ok(), size: row.get::<_, i64>(2)?.unsigned_abs() })
}

/// Lets a blob stand in another file, which is on the disk; says which it stood in. It is damaged no more. The row of a small one is
/// left where it is: nothing reads it any longer, and the page under it may not let it go.
pub(crate) fn replace(connection: &Connection, id: BlobId, row: &BlobRow) -> Outcome<[u8; 16]> {
    let old = connection.prepare_cached("SELECT name FROM blob WHERE id = ?1")?.query_row([id], |row| row.get(0))?;
    connection.prepare_cached("UPDATE blob SET name = ?2, key = ?3 WHERE id = ?1")?.execute(params![
        id,
        row.name,
        row.key.as_ref().map_or(&[][..], |key| key)
    ])?;
    clear_damaged(connection, id)?;
    Ok(old)
}

/// The blobs that are known to be damaged.
pub(crate) fn damaged(connection: &Connection) -> Outcome<Vec<BlobId>> {
    let mut statement = connection.prepare_cached("SELECT blob FROM damaged_blob ORDER BY blob")?;
    let damaged = statement.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    Ok(damaged)
}

pub(crate) fn is_damaged(connection: &Connection, id: BlobId) -> Outcome<bool> {
    Ok(connection.prepare_cached("SELECT EXISTS (SELECT 1 FROM damaged_blob WHERE blob = ?1)")?.query_row([id], |row| row.get(0))?)
}

pub(crate) fn set_damaged(connection: &Connection, id: BlobId) -> Outcome<()> {
    connection.prepare_cached("INSERT OR IGNORE INTO damaged_blob (blob) SELECT id FROM blob WHERE id = ?1")?.execute([id])?;
    Ok(())
}

pub(crate) fn clear_damaged(connection: &Connection, id: BlobId) -> Outcome<()> {
    connection.prepare_cached("DELETE FROM damaged_blob WHERE blob = ?1")?.execute([id])?;
    Ok(())
}

/// The item of a record that a blob belongs to.
pub(crate) fn an_item_of(connection: &Connection, id: BlobId) -> Outcome<Option<Uid>> {
    let uid = connection
        .prepare_cached(
            "SELECT i.uid FROM blob_ref r CROSS JOIN variant v ON v.id = r.variant CROSS JOIN item i ON i.id = v.item
             WHERE r.blob = ?1 ORDER BY v.id LIMIT 1",
        )?
        .query_row([id], |row| row.get(0))
        .optional()?;
    Ok(uid.map(Uid))
}

/// The lines in the ledger of the files that a blob was seen in.
pub(crate) fn lines_of(connection: &Connection, id: BlobId) -> Outcome<Vec<FileId>> {
    let mut statement = connection
        .prepare_cached("SELECT DISTINCT s.file FROM blob_ref r CROSS JOIN sighting s ON s.variant = r.variant WHERE r.blob = ?1")?;
    let lines = statement.query_map([id], |row| row.get(0))?.collect::<Result<_, _>>()?;
    Ok(lines)
}

/// Up to `limit` blobs after `id`, with their numbers.
pub(crate) fn after(connection: &Connection, id: BlobId, limit: i64) -> Outcome<Vec<(BlobId, BlobRow)>> {
    let mut statement = connection.prepare_cached("SELECT name, key, size, id FROM blob WHERE id > ?1 ORDER BY id LIMIT ?2")?;
    let rows = statement.query_map([id, limit], |row| Ok((row.get(3)?, read(row)?)))?.collect::<Result<_, _>>()?;
    Ok(rows)
}

pub(crate) fn holds_name(connection: &Connection, name: &[u8]) -> Outcome<bool> {
    Ok(connection.prepare_cached("SELECT EXISTS (SELECT 1 FROM blob WHERE name = ?1)")?.query_row([name], |row| row.get(0))?)
}

/// One of a variant's blobs, as it is written.
pub(crate) struct NewRef<'a> {
    pub(crate) name: &'a str,
    pub(crate) media_type: &'a str,
    pub(crate) size: u64,
    pub(crate) blob: Option<BlobId>,
    pub(crate) digest: Option<&'a [u8; 32]>,
}

pub(crate) fn insert_ref(connection: &Connection, variant: i64, ord: usize, new: &NewRef<'_>) -> Outcome<()> {
    connection
        .prepare_cached("INSERT INTO blob_ref (variant, ord, name, media_type, size, blob, digest) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)")?
        .execute(params![
            variant,
            i64::try_from(ord).unwrap_or(i64::MAX),
            new.name,
            new.media_type,
            new.size.cast_signed(),
            new.blob,
            new.digest
        ])?;
    Ok(())
}

pub(crate) fn insert_reference(connection: &Connection, digest: &[u8; 32], file: i64, path: &str, entry: &str) -> Outcome<()> {
    connection
        .prepare_cached("INSERT OR IGNORE INTO reference (digest, file, path, entry) VALUES (?1, ?2, ?3, ?4)")?
        .execute(params![digest, file, path, entry])?;
    Ok(())
}

pub(crate) fn remove_references(connection: &Connection, file: i64) -> Outcome<()> {
    connection.prepare_cached("DELETE FROM reference WHERE file = ?1")?.execute([file])?;
    Ok(())
}

/// What the files of a variant are called, each name once.
pub(crate) fn names(connection: &Connection, variant: i64) -> Outcome<Vec<String>> {
    let mut statement =
        connection.prepare_cached("SELECT name FROM blob_ref WHERE variant = ?1 AND name <> '' GROUP BY name ORDER BY min(ord)")?;
    let names = statement.query_map([variant], |row| row.get(0))?.collect::<Result<_, _>>()?;
    Ok(names)
}

/// The blobs of a variant, in order.
pub(crate) fn of_variant(connection: &Connection, variant: i64) -> Outcome<Vec<ItemBlob>> {
    let mut statement = connection.prepare_cached(
        "SELECT r.name, r.media_type, r.size, r.blob, r.digest, p.path, p.entry FROM blob_ref r
         LEFT JOIN reference p ON p.digest = r.digest AND (p.file, p.path, p.entry) = (
             SELECT latest.file, latest.path, latest.entry FROM reference latest WHERE latest.digest = r.digest
             ORDER BY latest.file DESC, latest.path, latest.entry LIMIT 1)
         WHERE r.variant = ?1 ORDER BY r.ord",
    )?;
    let mut rows = statement.query([variant])?;
    let mut blobs = Vec::new();
    while let Some(row) = rows.next()? {
        let blob: Option<BlobId> = row.get(3)?;
        let digest: Option<[u8; 32]> = row.get(4)?;
        let place = match blob {
            Some(blob) => BlobPlace::Kept { blob },
            None => BlobPlace::Left {
                path: row.get::<_, Option<String>>(5)?.unwrap_or_default(),
                entry: row.get::<_, Option<String>>(6)?.unwrap_or_default(),
                digest: crate::hex::encode(&digest.unwrap_or_default()),
            },
        };
        blobs.push(ItemBlob { name: row.get(0)?, media_type: row.get(1)?, size: row.get::<_, i64>(2)?.unsigned_abs(), place });
    }
    Ok(blobs)
}

/// Removes the rows of blobs that nothing refers to, and says which files are to go once that is committed: one for each
/// blob, though a small one has none.
pub(crate) fn remove_unreferenced(connection: &Connection, among: &[BlobId]) -> Outcome<Vec<[u8; 16]>> {
    let mut names = Vec::new();
    for id in among {
        let name: Option<[u8; 16]> = connection
            .prepare_cached("DELETE FROM blob WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM blob_ref WHERE blob = ?1) RETURNING name")?
            .query_row([id], |row| row.get(0))
            .optional()?;
        if name.is_some() {
            connection.prepare_cached("DELETE FROM small_blob WHERE blob = ?1")?.execute([id])?;
            clear_damaged(connection, *id)?;
        }
        names.extend(name);
    }
    Ok(names)
}
