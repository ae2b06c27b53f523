//! Table `number`: the numeric fields of items' data, where SQL can add them up.

use rusqlite::{Connection, params};
use serde_json::{Map, Value};

use crate::fault::Outcome;
use crate::migration::Step;

pub(crate) const STEPS: &[Step] = &[Step::adds(
    20261122,
    "CREATE TABLE number (
         item INTEGER NOT NULL,
         key TEXT NOT NULL,
         value REAL NOT NULL,
         PRIMARY KEY (item, key)
     ) STRICT, WITHOUT ROWID;",
)];

/// The fields of `data` that are numbers.
pub(crate) fn insert(connection: &Connection, item: i64, data: &Map<String, Value>) -> Outcome<()> {
    for (key, value) in data {
        if let Some(value) = value.as_f64() {
            connection.prepare_cached("INSERT INTO number (item, key, value) VALUES (?1, ?2, ?3)")?.execute(params![item, key, value])?;
        }
    }
    Ok(())
}

pub(crate) fn remove(connection: &Connection, item: i64) -> Outcome<()> {
    connection.prepare_cached("DELETE FROM number WHERE item = ?1")?.execute([item])?;
    Ok(())
}
