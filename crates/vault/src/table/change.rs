//! Table `change`: the feed that indexes and embeddings follow. It only grows, and each change has a greater number than
//! all before it, in the order of their transactions.

use rusqlite::{Connection, params};

use crate::fault::{Outcome, unexpected};
use crate::migration::Step;

pub(crate) const STEPS: &[Step] = &[Step::adds(
    20261122,
    "CREATE TABLE change (
         seq INTEGER PRIMARY KEY,
         item INTEGER NOT NULL,
         op INTEGER NOT NULL
     ) STRICT;",
)];

/// What happened to an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ChangeOp {
    /// It came, or says something else than before.
    Upsert,
    /// It is gone.
    Delete,
}

impl ChangeOp {
    pub(crate) fn code(self) -> i64 {
        match self {
            Self::Upsert => 1,
            Self::Delete => 2,
        }
    }
}

/// One change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Change {
    /// Its number in the feed.
    pub seq: i64,
    /// The item.
    pub item: i64,
    /// What happened to it.
    pub op: ChangeOp,
}

pub(crate) fn append(connection: &Connection, item: i64, op: ChangeOp) -> Outcome<()> {
    connection.prepare_cached("INSERT INTO change (item, op) VALUES (?1, ?2)")?.execute(params![item, op.code()])?;
    Ok(())
}

pub(crate) fn after(connection: &Connection, seq: i64, limit: usize) -> Outcome<Vec<Change>> {
    let mut statement = connection.prepare_cached("SELECT seq, item, op FROM change WHERE seq > ?1 ORDER BY seq LIMIT ?2")?;
    let mut rows = statement.query(params![seq, i64::try_from(limit).unwrap_or(i64::MAX)])?;
    let mut changes = Vec::new();
    while let Some(row) = rows.next()? {
        let op = match row.get(2)? {
            1 => ChangeOp::Upsert,
            2 => ChangeOp::Delete,
            other => return Err(unexpected("a change of sort", other)),
        };
        changes.push(Change { seq: row.get(0)?, item: row.get(1)?, op });
    }
    Ok(changes)
}

/// The number of the last change; 0 when there is none.
pub(crate) fn last(connection: &Connection) -> Outcome<i64> {
    Ok(connection.prepare_cached("SELECT coalesce(max(seq), 0) FROM change")?.query_row([], |row| row.get(0))?)
}
