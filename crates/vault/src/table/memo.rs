//! Tables `file_set` and `memo`: what importers remember of files that only make sense together, so that the parts of one
//! export come to the same whether they are imported at once, one after another, or some of them no more.
//!
//! A set is one importer's files of one export. It is unsettled while imports stand in it whose files were not put
//! together yet: when a second import adds to it, and when one of several was undone.
//!
//! A set is closed once something that its files told was forgotten: what an importer remembers of a file may be the whole
//! file, and nothing tells which of them hold the thing. Nothing is remembered of a closed set any more; what its files told
//! stands as they told it.

use domain::ImportId;
use rusqlite::{Connection, OptionalExtension, params};

use crate::fault::Outcome;
use crate::migration::Step;
use crate::table::file::FileId;
use crate::table::import_run::ImportState;

pub(crate) const STEPS: &[Step] = &[
    Step::adds(
        20261127,
        "CREATE TABLE file_set (
         id INTEGER PRIMARY KEY,
         importer TEXT NOT NULL,
         export TEXT NOT NULL,
         only_import INTEGER,
         settled INTEGER NOT NULL,
         UNIQUE (importer, export)
     ) STRICT;
     CREATE TABLE memo (
         file INTEGER PRIMARY KEY,
         file_set INTEGER NOT NULL,
         packed BLOB NOT NULL
     ) STRICT;
     CREATE INDEX memo_by_set ON memo (file_set, file);",
    ),
    Step::adds(20261210, "ALTER TABLE file_set ADD COLUMN closed INTEGER NOT NULL DEFAULT 0;"),
];

/// Which files are put together: those that one importer reads, of one export.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct FileSet {
    /// The importer's id.
    pub importer: String,
    /// What tells the export from others: the stamp in its parts' names.
    pub export: String,
}

/// A memo as it is read.
pub(crate) struct MemoRow {
    pub(crate) file: FileId,
    pub(crate) path: String,
    pub(crate) packed: Vec<u8>,
}

/// Keeps what is remembered of a file. The set is unsettled from the second import on that adds to it.
pub(crate) fn insert(connection: &Connection, import: ImportId, file: FileId, set: &FileSet, packed: &[u8]) -> Outcome<()> {
    let known: Option<(i64, Option<ImportId>, bool)> = connection
        .prepare_cached("SELECT id, only_import, closed FROM file_set WHERE importer = ?1 AND export = ?2")?
        .query_row([&set.importer, &set.export], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .optional()?;
    let id = match known {
        Some((_, _, true)) => return Ok(()),
        Some((id, Some(only), _)) if only == import => id,
        Some((id, ..)) => {
            connection.prepare_cached("UPDATE file_set SET only_import = NULL, settled = 0 WHERE id = ?1")?.execute([id])?;
            id
        }
        None => {
            connection
                .prepare_cached("INSERT INTO file_set (importer, export, only_import, settled) VALUES (?1, ?2, ?3, 1)")?
                .execute(params![set.importer, set.export, import])?;
            connection.last_insert_rowid()
        }
    };
    connection
        .prepare_cached("INSERT OR REPLACE INTO memo (file, file_set, packed) VALUES (?1, ?2, ?3)")?
        .execute(params![file, id, packed])?;
    Ok(())
}

/// The sets that an import stands in are to be put together again, without it.
pub(crate) fn unsettle(connection: &Connection, import: ImportId) -> Outcome<()> {
    connection
        .prepare_cached(
            "UPDATE file_set SET settled = 0 WHERE EXISTS
                 (SELECT 1 FROM memo m CROSS JOIN file f ON f.id = m.file WHERE m.file_set = file_set.id AND f.import = ?1)",
        )?
        .execute([import])?;
    Ok(())
}

/// Forgets what was remembered of a file.
pub(crate) fn forget(connection: &Connection, file: FileId) -> Outcome<()> {
    connection.prepare_cached("DELETE FROM memo WHERE file = ?1")?.execute([file])?;
    Ok(())
}

/// Removes the sets of which no file is remembered any more.
pub(crate) fn drop_empty_sets(connection: &Connection) -> Outcome<()> {
    connection
        .prepare_cached("DELETE FROM file_set WHERE closed = 0 AND NOT EXISTS (SELECT 1 FROM memo WHERE file_set = file_set.id)")?
        .execute([])?;
    Ok(())
}

/// The sets that are to be put together: their numbers, and which they are.
pub(crate) fn unsettled(connection: &Connection) -> Outcome<Vec<(i64, FileSet)>> {
    let mut statement = connection.prepare_cached("SELECT id, importer, export FROM file_set WHERE settled = 0 ORDER BY id")?;
    let sets = statement
        .query_map([], |row| Ok((row.get(0)?, FileSet { importer: row.get(1)?, export: row.get(2)? })))?
        .collect::<Result<_, _>>()?;
    Ok(sets)
}

/// The last file of a set, 0 when there is none, and how many there are.
pub(crate) fn last(connection: &Connection, set: i64) -> Outcome<(FileId, u64)> {
    Ok(connection
        .prepare_cached("SELECT coalesce(max(file), 0), count(*) FROM memo WHERE file_set = ?1")?
        .query_row([set], |row| Ok((row.get(0)?, row.get::<_, i64>(1)?.unsigned_abs())))?)
}

/// Up to `limit` memos of a set, of files after one.
pub(crate) fn after(connection: &Connection, set: i64, file: FileId, limit: i64) -> Outcome<Vec<MemoRow>> {
    let mut statement = connection.prepare_cached(
        "SELECT m.file, f.path, m.packed FROM memo m CROSS JOIN file f ON f.id = m.file CROSS JOIN import_run i ON i.id = f.import
         WHERE m.file_set = ?1 AND m.file > ?2 AND i.state NOT IN (?3, ?4) ORDER BY m.file LIMIT ?5",
    )?;
    let memos = statement
        .query_map(params![set, file, ImportState::Undoing.code(), ImportState::Undone.code(), limit], |row| {
            Ok(MemoRow { file: row.get(0)?, path: row.get(1)?, packed: row.get(2)? })
        })?
        .collect::<Result<_, _>>()?;
    Ok(memos)
}

/// Whether a file is in a set still.
pub(crate) fn holds(connection: &Connection, set: i64, file: FileId) -> Outcome<bool> {
    Ok(connection
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM memo WHERE file = ?1 AND file_set = ?2)")?
        .query_row([file, set], |row| row.get(0))?)
}

/// A set whose last file is `last` is put together; it is not when more came meanwhile.
pub(crate) fn settle(connection: &Connection, set: i64, last: FileId) -> Outcome<()> {
    connection
        .prepare_cached(
            "UPDATE file_set SET settled = 1 WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM memo WHERE file_set = ?1 AND file > ?2)",
        )?
        .execute([set, last])?;
    Ok(())
}

/// Closes a set: all that is remembered of its files goes.
pub(crate) fn close(connection: &Connection, set: i64) -> Outcome<()> {
    connection.prepare_cached("DELETE FROM memo WHERE file_set = ?1")?.execute([set])?;
    connection.prepare_cached("UPDATE file_set SET closed = 1, settled = 1 WHERE id = ?1")?.execute([set])?;
    Ok(())
}

/// Closes the sets that are put together and of which an import brought what was forgotten before.
pub(crate) fn close_forgotten(connection: &Connection) -> Outcome<()> {
    let sets: Vec<i64> = connection
        .prepare_cached(
            "SELECT id FROM file_set WHERE closed = 0 AND settled = 1
             AND EXISTS (SELECT 1 FROM memo m CROSS JOIN file f ON f.id = m.file WHERE m.file_set = file_set.id AND f.forgotten > 0)",
        )?
        .query_map([], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    sets.into_iter().try_for_each(|set| close(connection, set))
}

/// The sets of an importer that an import stands in.
pub(crate) fn of_import(connection: &Connection, importer: &str, import: ImportId) -> Outcome<Vec<i64>> {
    let mut statement = connection.prepare_cached(
        "SELECT s.id FROM file_set s WHERE s.importer = ?1 AND s.closed = 0
         AND EXISTS (SELECT 1 FROM memo m CROSS JOIN file f ON f.id = m.file WHERE m.file_set = s.id AND f.import = ?2)",
    )?;
    let sets = statement.query_map(params![importer, import], |row| row.get(0))?.collect::<Result<_, _>>()?;
    Ok(sets)
}
