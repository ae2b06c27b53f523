//! Table `item`: the slim row of each item, which lists, timelines and counts are answered from. What an item says in
//! full stands in its variants; the row here mirrors the one that won (`variant`).
//!
//! `lat` and `lon` are the item's own place, or, with `place_inferred`, where the track says that its owner was.

use rusqlite::{Connection, OptionalExtension, params};

use crate::content::Content;
use crate::fault::Outcome;
use crate::migration::Step;

pub(crate) const STEPS: &[Step] = &[Step::adds(
    20261122,
    "CREATE TABLE item (
         id INTEGER PRIMARY KEY,
         uid BLOB NOT NULL UNIQUE,
         variant INTEGER NOT NULL,
         kind INTEGER NOT NULL,
         source INTEGER NOT NULL REFERENCES source (id),
         at_ms INTEGER,
         offset_min INTEGER,
         certainty INTEGER,
         until_ms INTEGER,
         hidden INTEGER NOT NULL,
         lat INTEGER,
         lon INTEGER,
         place_inferred INTEGER NOT NULL DEFAULT 0,
         title TEXT NOT NULL
     ) STRICT;
     CREATE INDEX item_by_time ON item (at_ms, id, kind, source, hidden, offset_min);
     CREATE INDEX item_by_kind ON item (kind, at_ms);
     CREATE INDEX item_by_source ON item (source, at_ms);
     CREATE INDEX item_by_place ON item (lat, lon) WHERE lat IS NOT NULL;
     CREATE INDEX item_hidden ON item (hidden) WHERE hidden = 1;",
)];

/// The item with a uid, and the variant that stands for it.
pub(crate) fn find(connection: &Connection, uid: &[u8; 16]) -> Outcome<Option<(i64, i64)>> {
    Ok(connection
        .prepare_cached("SELECT id, variant FROM item WHERE uid = ?1")?
        .query_row([uid], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?)
}

pub(crate) fn insert(connection: &Connection, id: i64, uid: &[u8; 16], variant: i64, source: i64, content: &Content) -> Outcome<()> {
    connection
        .prepare_cached(
            "INSERT INTO item (id, uid, variant, kind, source, at_ms, offset_min, certainty, until_ms, hidden, lat, lon, title)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
        )?
        .execute(params![
            id,
            uid,
            variant,
            content.kind,
            source,
            content.at.as_ref().map(|at| at.ms),
            content.at.as_ref().and_then(|at| at.offset_min),
            content.at.as_ref().map(|at| at.certainty.code()),
            content.until,
            content.hidden,
            content.place.map(|place| place.lat),
            content.place.map(|place| place.lon),
            content.title,
        ])?;
    Ok(())
}

/// Makes the row mirror another variant. An inferred place is dropped; it is inferred again.
pub(crate) fn mirror(connection: &Connection, id: i64, variant: i64, source: i64, content: &Content) -> Outcome<()> {
    connection
        .prepare_cached(
            "UPDATE item SET variant = ?2, kind = ?3, source = ?4, at_ms = ?5, offset_min = ?6, certainty = ?7, until_ms = ?8, hidden = ?9,
                 lat = ?10, lon = ?11, place_inferred = 0, title = ?12
             WHERE id = ?1",
        )?
        .execute(params![
            id,
            variant,
            content.kind,
            source,
            content.at.as_ref().map(|at| at.ms),
            content.at.as_ref().and_then(|at| at.offset_min),
            content.at.as_ref().map(|at| at.certainty.code()),
            content.until,
            content.hidden,
            content.place.map(|place| place.lat),
            content.place.map(|place| place.lon),
            content.title,
        ])?;
    Ok(())
}

/// Gives an item without a place of its own the one that the track says, or takes it back.
pub(crate) fn infer_place(connection: &Connection, id: i64, place: Option<domain::Point>) -> Outcome<()> {
    connection
        .prepare_cached(
            "UPDATE item SET lat = ?2, lon = ?3, place_inferred = ?2 IS NOT NULL WHERE id = ?1 AND (lat IS NULL OR place_inferred = 1)",
        )?
        .execute(params![id, place.map(|place| place.lat), place.map(|place| place.lon)])?;
    Ok(())
}
