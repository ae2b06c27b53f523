//! Table `variant`: what records said of an item, complete, once for each different content. The newest one stands for
//! the item, or where they do not say when they were changed the richest; the others wait, and one of them takes over when
//! an undo removes it.

use rusqlite::{Connection, OptionalExtension, params};

use crate::content::Sealed;
use crate::fault::Outcome;
use crate::migration::Step;

pub(crate) const STEPS: &[Step] = &[
    Step::adds(
        20261122,
        "CREATE TABLE variant (
         id INTEGER PRIMARY KEY,
         item INTEGER NOT NULL,
         digest BLOB NOT NULL,
         richness INTEGER NOT NULL,
         raw_format INTEGER NOT NULL,
         packed BLOB NOT NULL,
         raw BLOB
     ) STRICT;
     CREATE UNIQUE INDEX variant_by_item ON variant (item, digest);",
    ),
    Step::adds(20261127, "ALTER TABLE variant ADD COLUMN revision INTEGER;"),
];

/// The number of the variant of an item with that content.
pub(crate) fn find(connection: &Connection, item: i64, digest: &[u8; 16]) -> Outcome<Option<i64>> {
    Ok(connection
        .prepare_cached("SELECT id FROM variant WHERE item = ?1 AND digest = ?2")?
        .query_row(params![item, digest], |row| row.get(0))
        .optional()?)
}

/// How a variant ranks: revision, one that has none last; then richness; then digest. The greater one stands for the item.
pub(crate) type Rank = (Option<i64>, i64, [u8; 16]);

pub(crate) fn rank(connection: &Connection, id: i64) -> Outcome<Rank> {
    Ok(connection
        .prepare_cached("SELECT revision, richness, digest FROM variant WHERE id = ?1")?
        .query_row([id], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?)
}

pub(crate) fn last(connection: &Connection) -> Outcome<i64> {
    Ok(connection.prepare_cached("SELECT coalesce(max(id), 0) FROM variant")?.query_row([], |row| row.get(0))?)
}

pub(crate) fn insert(connection: &Connection, id: i64, item: i64, sealed: &Sealed) -> Outcome<()> {
    connection
        .prepare_cached(
            "INSERT INTO variant (id, item, digest, revision, richness, raw_format, packed, raw) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        )?
        .execute(params![id, item, sealed.digest, sealed.revision, sealed.richness, sealed.raw_format, sealed.packed, sealed.raw])?;
    Ok(())
}

/// What a variant holds: format of the raw record, packed content, packed raw record when it stands apart.
pub(crate) struct VariantRow {
    pub(crate) raw_format: u8,
    pub(crate) packed: Vec<u8>,
    pub(crate) raw: Option<Vec<u8>>,
}

pub(crate) fn get(connection: &Connection, id: i64) -> Outcome<VariantRow> {
    Ok(connection
        .prepare_cached("SELECT raw_format, packed, raw FROM variant WHERE id = ?1")?
        .query_row([id], |row| Ok(VariantRow { raw_format: row.get(0)?, packed: row.get(1)?, raw: row.get(2)? }))?)
}

/// The packed content of a variant alone.
pub(crate) fn packed(connection: &Connection, id: i64) -> Outcome<Vec<u8>> {
    Ok(connection.prepare_cached("SELECT packed FROM variant WHERE id = ?1")?.query_row([id], |row| row.get(0))?)
}

/// The numbers of an item's variants.
pub(crate) fn of_item(connection: &Connection, item: i64) -> Outcome<Vec<i64>> {
    let mut statement = connection.prepare_cached("SELECT id FROM variant WHERE item = ?1 ORDER BY digest")?;
    let ids = statement.query_map([item], |row| row.get(0))?.collect::<Result<_, _>>()?;
    Ok(ids)
}

/// The variant of the greatest [`Rank`] that an item has left.
pub(crate) fn best(connection: &Connection, item: i64) -> Outcome<Option<i64>> {
    Ok(connection
        .prepare_cached("SELECT id FROM variant WHERE item = ?1 ORDER BY revision DESC, richness DESC, digest DESC LIMIT 1")?
        .query_row([item], |row| row.get(0))
        .optional()?)
}
