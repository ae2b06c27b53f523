//! Tables `setting`, `counter` and `watermark`: small named values. `counter` holds the database's generation and the
//! numbers that must never be given twice; `watermark` how far each follower of the change feed has come.

use rusqlite::{Connection, OptionalExtension, params};

use crate::fault::Outcome;
use crate::migration::Step;

pub(crate) const STEPS: &[Step] = &[Step::adds(
    20261122,
    "CREATE TABLE setting (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
     CREATE TABLE counter (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;
     INSERT INTO counter (name, value) VALUES ('generation', 0), ('item', 0);
     CREATE TABLE watermark (name TEXT PRIMARY KEY, seq INTEGER NOT NULL) STRICT, WITHOUT ROWID;",
)];

pub(crate) fn get(connection: &Connection, key: &str) -> Outcome<Option<String>> {
    Ok(connection.prepare_cached("SELECT value FROM setting WHERE key = ?1")?.query_row([key], |row| row.get(0)).optional()?)
}

pub(crate) fn set(connection: &Connection, key: &str, value: Option<&str>) -> Outcome<()> {
    match value {
        Some(value) => connection
            .prepare_cached("INSERT INTO setting (key, value) VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = excluded.value")?
            .execute([key, value])?,
        None => connection.prepare_cached("DELETE FROM setting WHERE key = ?1")?.execute([key])?,
    };
    Ok(())
}

/// Transactions committed in this vault's life.
pub(crate) fn generation(connection: &Connection) -> Outcome<u64> {
    let value: i64 = connection.prepare_cached("SELECT value FROM counter WHERE name = 'generation'")?.query_row([], |row| row.get(0))?;
    Ok(value.unsigned_abs())
}

pub(crate) fn advance_generation(connection: &Connection) -> Outcome<()> {
    connection.prepare_cached("UPDATE counter SET value = value + 1 WHERE name = 'generation'")?.execute([])?;
    Ok(())
}

/// The revision of the header that was written last; 0 until one that counts was.
pub(crate) fn header_revision(connection: &Connection) -> Outcome<u64> {
    let value: Option<i64> =
        connection.prepare_cached("SELECT value FROM counter WHERE name = 'header'")?.query_row([], |row| row.get(0)).optional()?;
    Ok(value.unwrap_or(0).unsigned_abs())
}

pub(crate) fn set_header_revision(connection: &Connection, revision: u64) -> Outcome<()> {
    connection
        .prepare_cached("INSERT INTO counter (name, value) VALUES ('header', ?1) ON CONFLICT (name) DO UPDATE SET value = excluded.value")?
        .execute([revision.cast_signed()])?;
    Ok(())
}

/// The last number given to an item. Numbers are never given again, so that an index that is behind cannot take a new
/// item for a deleted one.
pub(crate) fn last_item(connection: &Connection) -> Outcome<i64> {
    Ok(connection.prepare_cached("SELECT value FROM counter WHERE name = 'item'")?.query_row([], |row| row.get(0))?)
}

pub(crate) fn set_last_item(connection: &Connection, id: i64) -> Outcome<()> {
    connection.prepare_cached("UPDATE counter SET value = ?1 WHERE name = 'item'")?.execute([id])?;
    Ok(())
}

/// How far a follower of the change feed has come; 0 when it never began.
pub(crate) fn watermark(connection: &Connection, name: &str) -> Outcome<i64> {
    let seq = connection.prepare_cached("SELECT seq FROM watermark WHERE name = ?1")?.query_row([name], |row| row.get(0)).optional()?;
    Ok(seq.unwrap_or(0))
}

pub(crate) fn set_watermark(connection: &Connection, name: &str, seq: i64) -> Outcome<()> {
    connection
        .prepare_cached("INSERT INTO watermark (name, seq) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET seq = excluded.seq")?
        .execute(params![name, seq])?;
    Ok(())
}
