//! Table `item`: the slim row of each item, which lists, timelines and counts are answered from. What an item says in
//! full stands in its variants; the row here mirrors the one that won (`variant`).
//!
//! `lat` and `lon` are the item's own place, or, with `place_inferred`, where the track says that its owner was. The times are
//! what the data says, or, with `zone_inferred`, what it says by the clocks of that place. `hidden` is how it is shown: 1 when
//! it says that it is hidden, 2 when another record of its day is shown.

use domain::{Certainty, Point};
use rusqlite::{Connection, OptionalExtension, params};

use crate::content::Content;
use crate::fault::Outcome;
use crate::migration::Step;

pub(crate) const STEPS: &[Step] = &[
    Step::adds(
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
    ),
    Step::adds(20261129, "ALTER TABLE item ADD COLUMN zone_inferred INTEGER NOT NULL DEFAULT 0;"),
];

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

/// Makes the row mirror another variant. What was inferred, and which record of its day is shown, is dropped; it follows again.
pub(crate) fn mirror(connection: &Connection, id: i64, variant: i64, source: i64, content: &Content) -> Outcome<()> {
    connection
        .prepare_cached(
            "UPDATE item SET variant = ?2, kind = ?3, source = ?4, at_ms = ?5, offset_min = ?6, certainty = ?7, until_ms = ?8, hidden = ?9,
                 lat = ?10, lon = ?11, place_inferred = 0, zone_inferred = 0, title = ?12
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

/// Whether an item is shown where hidden items are not asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Showing {
    Shown,
    /// It says that it is hidden: it is spam, or in the bin.
    Hidden,
    /// Another record tells of its day, and is shown.
    OtherLayer,
}

impl Showing {
    pub(crate) fn code(self) -> i64 {
        self as i64
    }

    pub(crate) fn from_code(code: i64) -> Self {
        match code {
            0 => Self::Shown,
            2 => Self::OtherLayer,
            _ => Self::Hidden,
        }
    }
}

/// How an item is shown; `None` when it is gone.
pub(crate) fn showing(connection: &Connection, id: i64) -> Outcome<Option<Showing>> {
    Ok(connection
        .prepare_cached("SELECT hidden FROM item WHERE id = ?1")?
        .query_row([id], |row| row.get(0).map(Showing::from_code))
        .optional()?)
}

/// Shows an item otherwise, unless it is gone or changed meanwhile. Says whether it did.
pub(crate) fn set_showing(connection: &Connection, id: i64, from: Showing, to: Showing) -> Outcome<bool> {
    let n_changed =
        connection.prepare_cached("UPDATE item SET hidden = ?3 WHERE id = ?1 AND hidden = ?2")?.execute([id, from.code(), to.code()])?;
    Ok(n_changed == 1)
}

/// Where and when an item was: as the data says it, or with what was inferred of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Whereabouts {
    /// The instant, UTC milliseconds.
    pub(crate) at: Option<i64>,
    pub(crate) until: Option<i64>,
    pub(crate) offset_min: Option<i16>,
    pub(crate) certainty: Option<Certainty>,
    /// The certainty that the data had, where the offset was inferred.
    said: Option<Certainty>,
    pub(crate) place: Option<Point>,
    pub(crate) place_inferred: bool,
}

impl Whereabouts {
    /// The same as the data says it.
    pub(crate) fn as_said(self) -> Self {
        let place = self.place.filter(|_| !self.place_inferred);
        let said = Self { place, place_inferred: false, ..self };
        let Some(certainty) = self.said else { return said };
        let shift = if certainty == Certainty::ZoneUnknown { i64::from(self.offset_min.unwrap_or(0)) * MINUTE_MS } else { 0 };
        Self {
            at: self.at.map(|at| at.wrapping_add(shift)),
            until: self.until.map(|until| until.wrapping_add(shift)),
            offset_min: None,
            certainty: Some(certainty),
            said: None,
            ..said
        }
    }

    /// What the data says, by clocks that are so far east of UTC: a wall clock without a zone becomes an instant. Whatever
    /// the numbers, [`Self::as_said`] undoes it.
    pub(crate) fn with_offset(self, minutes: i16) -> Self {
        let shift = if self.certainty == Some(Certainty::ZoneUnknown) { i64::from(minutes) * MINUTE_MS } else { 0 };
        Self {
            at: self.at.map(|at| at.wrapping_sub(shift)),
            until: self.until.map(|until| until.wrapping_sub(shift)),
            offset_min: Some(minutes),
            certainty: Some(Certainty::OffsetInferred),
            said: self.certainty,
            ..self
        }
    }
}

const MINUTE_MS: i64 = 60_000;
/// The values of `zone_inferred`: nothing was; the offset of an exact instant was; a wall clock without a zone was read by it.
const ZONES: [Option<Certainty>; 3] = [None, Some(Certainty::Exact), Some(Certainty::ZoneUnknown)];

/// The whereabouts of an item; `None` when it is gone.
pub(crate) fn whereabouts(connection: &Connection, id: i64) -> Outcome<Option<Whereabouts>> {
    Ok(connection
        .prepare_cached("SELECT at_ms, until_ms, offset_min, certainty, zone_inferred, lat, lon, place_inferred FROM item WHERE id = ?1")?
        .query_row([id], |row| {
            Ok(Whereabouts {
                at: row.get(0)?,
                until: row.get(1)?,
                offset_min: row.get(2)?,
                certainty: row.get::<_, Option<u8>>(3)?.map(Certainty::from_code),
                said: ZONES.get(usize::from(row.get::<_, u8>(4)?)).copied().flatten(),
                place: row.get::<_, Option<i32>>(5)?.zip(row.get::<_, Option<i32>>(6)?).map(|(lat, lon)| Point { lat, lon }),
                place_inferred: row.get(7)?,
            })
        })
        .optional()?)
}

/// Gives an item other whereabouts, unless it is gone or changed meanwhile from what they were inferred from. Says whether it did.
pub(crate) fn set_whereabouts(connection: &Connection, id: i64, from: &Whereabouts, to: &Whereabouts) -> Outcome<bool> {
    if whereabouts(connection, id)?.as_ref() != Some(from) {
        return Ok(false);
    }
    let zone = ZONES.iter().position(|zone| *zone == to.said).unwrap_or(0) as u8;
    connection
        .prepare_cached(
            "UPDATE item SET at_ms = ?2, until_ms = ?3, offset_min = ?4, certainty = ?5, zone_inferred = ?6, lat = ?7, lon = ?8, place_inferred = ?9
             WHERE id = ?1",
        )?
        .execute(params![
            id,
            to.at,
            to.until,
            to.offset_min,
            to.certainty.map(Certainty::code),
            zone,
            to.place.map(|place| place.lat),
            to.place.map(|place| place.lon),
            to.place_inferred,
        ])?;
    Ok(true)
}
