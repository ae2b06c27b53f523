//! Tables `tombstone`, `brought_tombstone` and `track_tombstone`: what the owner deleted, so that importing it again does not
//! bring it back. An item is known by its uid; of position fixes, which are many, the span, the area and the sources that went are
//! kept. What was deleted in another vault comes with an export of that, and goes when the import is undone that brought it.

use domain::{Area, Near, Point};
use rusqlite::{Connection, params};
use serde::{Deserialize, Serialize};

use crate::fault::Outcome;
use crate::migration::Step;
use crate::table::file::FileId;

pub(crate) const STEPS: &[Step] = &[
    Step::adds(20261122, "CREATE TABLE tombstone (uid BLOB PRIMARY KEY) STRICT, WITHOUT ROWID;"),
    Step::adds(20261210, "CREATE TABLE track_tombstone (receipt INTEGER PRIMARY KEY, rule TEXT NOT NULL) STRICT;"),
    Step::adds(
        20261215,
        "CREATE TABLE brought_tombstone (uid BLOB NOT NULL, file INTEGER NOT NULL, PRIMARY KEY (uid, file)) STRICT, WITHOUT ROWID;
         CREATE INDEX brought_tombstone_by_file ON brought_tombstone (file);",
    ),
];

pub(crate) fn insert(connection: &Connection, uid: &[u8; 16]) -> Outcome<()> {
    connection.prepare_cached("INSERT OR IGNORE INTO tombstone (uid) VALUES (?1)")?.execute([uid])?;
    Ok(())
}

/// Takes note of an item that was deleted in another vault, of which a file tells. What this vault has stays.
pub(crate) fn bring(connection: &Connection, file: FileId, uid: &[u8; 16]) -> Outcome<()> {
    connection
        .prepare_cached(
            "INSERT OR IGNORE INTO brought_tombstone (uid, file) SELECT ?1, ?2 WHERE NOT EXISTS (SELECT 1 FROM item WHERE uid = ?1)",
        )?
        .execute(params![uid, file])?;
    Ok(())
}

/// Takes back what a file told of.
pub(crate) fn take_back(connection: &Connection, file: FileId) -> Outcome<()> {
    connection.prepare_cached("DELETE FROM brought_tombstone WHERE file = ?1")?.execute([file])?;
    Ok(())
}

/// Whether the owner deleted anything, ever.
pub(crate) fn exist(connection: &Connection) -> Outcome<bool> {
    Ok(connection
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM tombstone) OR EXISTS (SELECT 1 FROM brought_tombstone) OR EXISTS (SELECT 1 FROM track_tombstone)",
        )?
        .query_row([], |row| row.get(0))?)
}

pub(crate) fn holds(connection: &Connection, uid: &[u8; 16]) -> Outcome<bool> {
    Ok(connection
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM tombstone WHERE uid = ?1) OR EXISTS (SELECT 1 FROM brought_tombstone WHERE uid = ?1)",
        )?
        .query_row(params![uid], |row| row.get(0))?)
}

/// Up to `limit` uids of items that were deleted, here or in a vault whose export was imported, after `after`; in order.
pub(crate) fn uids(connection: &Connection, after: Option<&[u8; 16]>, limit: i64) -> Outcome<Vec<[u8; 16]>> {
    let mut statement = connection.prepare_cached(
        "SELECT uid FROM (SELECT uid FROM tombstone UNION SELECT uid FROM brought_tombstone)
         WHERE ?1 IS NULL OR uid > ?1 ORDER BY uid LIMIT ?2",
    )?;
    let uids = statement.query_map(params![after, limit], |row| row.get(0))?.collect::<Result<_, _>>()?;
    Ok(uids)
}

/// Which fixes were deleted: those for which all of it holds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct TrackRule {
    /// At or after, UTC milliseconds.
    pub(crate) from: i64,
    /// Before, UTC milliseconds.
    pub(crate) to: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) area: Option<Area>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) near: Option<Near>,
    /// Ids of importers, or what stands before a dot in them; empty for all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) sources: Vec<String>,
}

impl TrackRule {
    /// Whether it is about fixes that an importer brought.
    pub(crate) fn is_about(&self, importer: &str) -> bool {
        let names = |source: &String| importer.strip_prefix(source.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
        self.sources.is_empty() || self.sources.iter().any(names)
    }

    /// Whether it is about a fix, whoever brought it.
    pub(crate) fn covers(&self, at: i64, point: Point) -> bool {
        (self.from..self.to).contains(&at)
            && self.near.is_none_or(|near| near.point.metres_to(point) <= near.metres)
            && self.area.is_none_or(|area| is_inside(&area, point))
    }
}

fn is_inside(area: &Area, point: Point) -> bool {
    let (lat, lon) = (point.lat_degrees(), point.lon_degrees());
    let crosses = area.west > area.east;
    (area.south..=area.north).contains(&lat)
        && if crosses { lon >= area.west || lon <= area.east } else { (area.west..=area.east).contains(&lon) }
}

pub(crate) fn insert_rule(connection: &Connection, receipt: i64, rule: &TrackRule) -> Outcome<()> {
    connection.execute("INSERT INTO track_tombstone (receipt, rule) VALUES (?1, ?2)", params![receipt, serde_json::to_string(rule)?])?;
    Ok(())
}

/// The rules, of one receipt or of all.
pub(crate) fn rules(connection: &Connection, receipt: Option<i64>) -> Outcome<Vec<TrackRule>> {
    let mut statement = connection.prepare_cached("SELECT rule FROM track_tombstone WHERE ?1 IS NULL OR receipt = ?1 ORDER BY receipt")?;
    let rules: Vec<String> = statement.query_map([receipt], |row| row.get(0))?.collect::<Result<_, _>>()?;
    rules.iter().map(|rule| Ok(serde_json::from_str(rule)?)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_covers_its_span_its_area_across_the_date_line_and_its_sources() {
        let fiji = Area { south: -20.0, west: 179.0, north: -10.0, east: -179.0 };
        let rule = TrackRule { from: 10, to: 20, area: Some(fiji), near: None, sources: vec!["google".to_owned()] };
        let at = |lat, lon| Point::from_degrees(lat, lon).unwrap();
        assert!(rule.covers(10, at(-15.0, 179.5)) && rule.covers(19, at(-15.0, -179.5)));
        assert!(!rule.covers(20, at(-15.0, 179.5)) && !rule.covers(10, at(-15.0, 178.0)) && !rule.covers(10, at(-9.0, 179.5)));
        assert!(rule.is_about("google.location_records") && rule.is_about("google") && !rule.is_about("googleplex.x"));
        let rule = TrackRule { area: None, near: Some(Near { point: at(47.0, 8.0), metres: 100.0 }), ..rule };
        assert!(rule.covers(10, at(47.0005, 8.0)) && !rule.covers(10, at(47.002, 8.0)));
    }
}
