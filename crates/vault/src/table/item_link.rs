//! Table `item_link`: what an item says of other items (reply to, part of), by uid, since the other may come later.

use domain::{ItemLink, Uid};
use rusqlite::{Connection, params};

use crate::fault::Outcome;
use crate::migration::Step;

pub(crate) const STEPS: &[Step] = &[Step::adds(
    20261122,
    "CREATE TABLE item_link (
         item INTEGER NOT NULL,
         relation TEXT NOT NULL,
         to_uid BLOB NOT NULL,
         PRIMARY KEY (item, relation, to_uid)
     ) STRICT, WITHOUT ROWID;
     CREATE INDEX item_link_back ON item_link (to_uid, relation);",
)];

pub(crate) fn insert(connection: &Connection, item: i64, link: &ItemLink) -> Outcome<()> {
    connection.prepare_cached("INSERT OR IGNORE INTO item_link (item, relation, to_uid) VALUES (?1, ?2, ?3)")?.execute(params![
        item,
        link.relation,
        link.to.0
    ])?;
    Ok(())
}

pub(crate) fn remove(connection: &Connection, item: i64) -> Outcome<()> {
    connection.prepare_cached("DELETE FROM item_link WHERE item = ?1")?.execute([item])?;
    Ok(())
}

/// What points at an item: relation and the uid that points.
pub(crate) fn pointing_at(connection: &Connection, uid: Uid, limit: usize) -> Outcome<Vec<ItemLink>> {
    let mut statement = connection.prepare_cached(
        "SELECT l.relation, i.uid FROM item_link l JOIN item i ON i.id = l.item WHERE l.to_uid = ?1 ORDER BY i.at_ms, i.id LIMIT ?2",
    )?;
    let links = statement
        .query_map(params![uid.0, i64::try_from(limit).unwrap_or(i64::MAX)], |row| {
            Ok(ItemLink { relation: row.get(0)?, to: Uid(row.get(1)?) })
        })?
        .collect::<Result<_, _>>()?;
    Ok(links)
}
