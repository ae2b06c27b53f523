//! Table `tombstone`: what the owner deleted, so that importing it again does not bring it back.

use rusqlite::{Connection, params};

use crate::fault::Outcome;
use crate::migration::Step;

pub(crate) const STEPS: &[Step] = &[Step::adds(20261122, "CREATE TABLE tombstone (uid BLOB PRIMARY KEY) STRICT, WITHOUT ROWID;")];

pub(crate) fn insert(connection: &Connection, uid: &[u8; 16]) -> Outcome<()> {
    connection.prepare_cached("INSERT OR IGNORE INTO tombstone (uid) VALUES (?1)")?.execute([uid])?;
    Ok(())
}

pub(crate) fn exist(connection: &Connection) -> Outcome<bool> {
    Ok(connection.prepare_cached("SELECT EXISTS (SELECT 1 FROM tombstone)")?.query_row([], |row| row.get(0))?)
}

pub(crate) fn holds(connection: &Connection, uid: &[u8; 16]) -> Outcome<bool> {
    Ok(connection.prepare_cached("SELECT EXISTS (SELECT 1 FROM tombstone WHERE uid = ?1)")?.query_row(params![uid], |row| row.get(0))?)
}
