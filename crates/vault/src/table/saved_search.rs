//! Table `saved_search`: the searches that the owner keeps, by the names they gave them. What a search looks for is the business of
//! who keeps it.

use rusqlite::{Connection, OptionalExtension, params};

use domain::UtcMs;

use crate::fault::Outcome;
use crate::migration::Step;

pub(crate) const STEPS: &[Step] = &[Step::adds(
    20261212,
    "CREATE TABLE saved_search (
         name TEXT PRIMARY KEY COLLATE NOCASE,
         search TEXT NOT NULL,
         saved_ms INTEGER NOT NULL
     ) STRICT, WITHOUT ROWID;",
)];

/// A search that is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedSearch {
    /// What the owner calls it. Names that differ by the case of ASCII letters alone are one.
    pub name: String,
    /// What it looks for, as it was given.
    pub search: String,
    /// When it was saved last, UTC milliseconds.
    pub saved: UtcMs,
}

/// Whether it was kept: a name that is taken keeps its search unless it is to be replaced.
pub(crate) fn save(connection: &Connection, new: &SavedSearch, replace: bool) -> Outcome<bool> {
    if !replace && named(connection, &new.name)?.is_some() {
        return Ok(false);
    }
    connection
        .prepare_cached("INSERT OR REPLACE INTO saved_search (name, search, saved_ms) VALUES (?1, ?2, ?3)")?
        .execute(params![new.name, new.search, new.saved])?;
    Ok(true)
}

pub(crate) fn named(connection: &Connection, name: &str) -> Outcome<Option<SavedSearch>> {
    Ok(connection
        .prepare_cached("SELECT name, search, saved_ms FROM saved_search WHERE name = ?1")?
        .query_row([name], |row| Ok(SavedSearch { name: row.get(0)?, search: row.get(1)?, saved: row.get(2)? }))
        .optional()?)
}

pub(crate) fn is_empty(connection: &Connection) -> Outcome<bool> {
    Ok(connection.prepare_cached("SELECT NOT EXISTS (SELECT 1 FROM saved_search)")?.query_row([], |row| row.get(0))?)
}

/// All, by name.
pub(crate) fn all(connection: &Connection) -> Outcome<Vec<SavedSearch>> {
    let mut statement = connection.prepare_cached("SELECT name, search, saved_ms FROM saved_search ORDER BY name")?;
    let searches = statement
        .query_map([], |row| Ok(SavedSearch { name: row.get(0)?, search: row.get(1)?, saved: row.get(2)? }))?
        .collect::<Result<_, _>>()?;
    Ok(searches)
}

/// Whether there was one.
pub(crate) fn remove(connection: &Connection, name: &str) -> Outcome<bool> {
    Ok(connection.prepare_cached("DELETE FROM saved_search WHERE name = ?1")?.execute([name])? > 0)
}
