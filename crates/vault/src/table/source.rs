//! Table `source`: the names of providers and products ("google.mail"), each stored once.

use rusqlite::{Connection, OptionalExtension};

use crate::fault::Outcome;
use crate::migration::Step;

pub(crate) const STEPS: &[Step] =
    &[Step::adds(20261122, "CREATE TABLE source (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;")];

/// The number of a source, which is added when it is new.
pub(crate) fn intern(connection: &Connection, name: &str) -> Outcome<i64> {
    let known = connection.prepare_cached("SELECT id FROM source WHERE name = ?1")?.query_row([name], |row| row.get(0)).optional()?;
    if let Some(id) = known {
        return Ok(id);
    }
    connection.prepare_cached("INSERT INTO source (name) VALUES (?1)")?.execute([name])?;
    Ok(connection.last_insert_rowid())
}

/// The name of a source.
pub(crate) fn name(connection: &Connection, id: i64) -> Outcome<String> {
    Ok(connection.prepare_cached("SELECT name FROM source WHERE id = ?1")?.query_row([id], |row| row.get(0))?)
}

/// The numbers of the sources that `prefix` names: itself and what stands under it after a dot.
pub(crate) fn under(connection: &Connection, prefix: &str) -> Outcome<Vec<i64>> {
    let mut statement =
        connection.prepare_cached("SELECT id FROM source WHERE name = ?1 OR substr(name, 1, length(?1) + 1) = ?1 || '.'")?;
    let ids = statement.query_map([prefix], |row| row.get(0))?.collect::<Result<_, _>>()?;
    Ok(ids)
}
