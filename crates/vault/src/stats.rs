//! What the vault holds, in numbers.

use std::collections::BTreeMap;

use domain::{EntityKind, Kind, Result, UtcMs};
use schemars::JsonSchema;
use serde::Serialize;

use crate::fault::Outcome;
use crate::table::{track_cell, track_point};
use crate::vault::{Inner, Vault};

/// What the vault holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Stats {
    /// Items, hidden ones included.
    pub items: u64,
    /// Position fixes.
    pub track_points: u64,
    /// People, organisations, places, devices and labels.
    pub entities: u64,
    /// People; who is joined under several addresses is one.
    pub people: u64,
    /// Items by kind.
    pub by_kind: BTreeMap<String, u64>,
    /// Items by source.
    pub by_source: BTreeMap<String, u64>,
    /// The first instant of an item or a fix, UTC milliseconds.
    pub first: Option<UtcMs>,
    /// The last instant of an item or a fix, UTC milliseconds.
    pub last: Option<UtcMs>,
    /// Bytes of all files in the vault's folder.
    pub bytes_on_disk: u64,
}

impl Vault {
    /// What the vault holds.
    pub fn stats(&self) -> Result<Stats> {
        Ok(stats(self.inner())?)
    }
}

fn stats(inner: &Inner) -> Outcome<Stats> {
    let reader = inner.readers.borrow()?;
    let mut stats = inner.memory.recall(&reader, "stats".to_owned(), || {
        let mut by_kind = BTreeMap::new();
        let mut items = 0;
        let mut statement = reader.prepare_cached("SELECT kind, count(*) FROM item GROUP BY kind")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let (code, n): (u8, i64) = (row.get(0)?, row.get(1)?);
            let name = Kind::from_code(code).map_or_else(|| format!("kind {code}"), |kind| kind.name().to_owned());
            items += n.unsigned_abs();
            by_kind.insert(name, n.unsigned_abs());
        }
        let mut by_source = BTreeMap::new();
        let mut statement = reader.prepare_cached("SELECT s.name, (SELECT count(*) FROM item WHERE source = s.id) FROM source s")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let n = row.get::<_, i64>(1)?.unsigned_abs();
            if n > 0 {
                by_source.insert(row.get(0)?, n);
            }
        }
        let entities: i64 = reader.query_row("SELECT count(*) FROM entity", [], |row| row.get(0))?;
        let people: i64 = reader.query_row(
            "SELECT (SELECT count(*) FROM entity WHERE kind = ?1 AND person IS NULL)
                 + (SELECT count(DISTINCT person) FROM entity WHERE kind = ?1 AND person IS NOT NULL)",
            [EntityKind::Person.code()],
            |row| row.get(0),
        )?;
        let first: Option<i64> = reader.query_row("SELECT min(at_ms) FROM item", [], |row| row.get(0))?;
        let last: Option<i64> = reader.query_row("SELECT max(at_ms) FROM item", [], |row| row.get(0))?;
        let track = track_point::extent(&reader)?;
        Ok(Stats {
            items,
            track_points: track_cell::total(&reader)?,
            entities: entities.unsigned_abs(),
            people: people.unsigned_abs(),
            by_kind,
            by_source,
            first: first.into_iter().chain(track.map(|track| track.0)).min(),
            last: last.into_iter().chain(track.map(|track| track.1)).max(),
            bytes_on_disk: 0,
        })
    })?;
    stats.bytes_on_disk = inner.folder.size();
    Ok(stats)
}
