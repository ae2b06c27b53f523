//! Table `sighting`: which file brought which content of which item. An item lives while it has one.

use domain::ImportId;
use rusqlite::Connection;
use schemars::JsonSchema;
use serde::Serialize;

use crate::fault::Outcome;
use crate::migration::Step;

pub(crate) const STEPS: &[Step] = &[Step::adds(
    20261122,
    "CREATE TABLE sighting (
         file INTEGER NOT NULL,
         item INTEGER NOT NULL,
         variant INTEGER NOT NULL,
         PRIMARY KEY (file, item, variant)
     ) STRICT, WITHOUT ROWID;
     CREATE INDEX sighting_by_variant ON sighting (variant);",
)];

/// Where an item was seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Sighting {
    /// The import.
    pub import: ImportId,
    /// The file inside the export, or on disk.
    pub path: String,
    /// The archive or folder that the file came from.
    pub archive: String,
}

pub(crate) fn insert(connection: &Connection, file: i64, item: i64, variant: i64) -> Outcome<()> {
    connection
        .prepare_cached("INSERT OR IGNORE INTO sighting (file, item, variant) VALUES (?1, ?2, ?3)")?
        .execute([file, item, variant])?;
    Ok(())
}

/// Every place where an item was seen, the earliest first.
pub(crate) fn of_item(connection: &Connection, item: i64) -> Outcome<Vec<Sighting>> {
    let mut statement = connection.prepare_cached(
        "SELECT DISTINCT f.import, f.path, f.archive, f.id FROM variant v JOIN sighting s ON s.variant = v.id JOIN file f ON f.id = s.file
         WHERE v.item = ?1 ORDER BY f.id",
    )?;
    let sightings = statement
        .query_map([item], |row| Ok(Sighting { import: row.get(0)?, path: row.get(1)?, archive: row.get(2)? }))?
        .collect::<Result<_, _>>()?;
    Ok(sightings)
}

/// Up to `limit` of what a file saw, after an item and variant: items and variants, in order.
pub(crate) fn of_file(connection: &Connection, file: i64, after: (i64, i64), limit: usize) -> Outcome<Vec<(i64, i64)>> {
    let mut statement = connection.prepare_cached(
        "SELECT item, variant FROM sighting WHERE file = ?1 AND (item, variant) > (?2, ?3) ORDER BY item, variant LIMIT ?4",
    )?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let sightings =
        statement.query_map([file, after.0, after.1, limit], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_, _>>()?;
    Ok(sightings)
}
