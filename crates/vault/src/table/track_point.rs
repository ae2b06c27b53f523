//! Tables `track_point` and `track_sighting`: raw position fixes, tens of millions of them, clustered by time. A fix is
//! known by instant, layer, device and place; when several files bring it, the fullest record of it stands in
//! `track_point` and the others wait in `track_sighting`.

use std::collections::HashMap;

use domain::{ActivityType, Layer, Method, NewPoint, Point};
use rusqlite::{CachedStatement, Connection, OptionalExtension, Row, params};

use crate::fault::{Outcome, unexpected};
use crate::migration::Step;
use crate::table::file;
use crate::table::tombstone::TrackRule;

pub(crate) const STEPS: &[Step] = &[Step::adds(
    20261122,
    "CREATE TABLE track_point (
         at_ms INTEGER NOT NULL,
         layer INTEGER NOT NULL,
         device INTEGER NOT NULL,
         lat INTEGER NOT NULL,
         lon INTEGER NOT NULL,
         accuracy INTEGER,
         altitude INTEGER,
         speed INTEGER,
         heading INTEGER,
         method INTEGER NOT NULL,
         activity INTEGER,
         file INTEGER NOT NULL,
         PRIMARY KEY (at_ms, layer, device, lat, lon)
     ) STRICT, WITHOUT ROWID;
     CREATE TABLE track_sighting (
         at_ms INTEGER NOT NULL,
         layer INTEGER NOT NULL,
         device INTEGER NOT NULL,
         lat INTEGER NOT NULL,
         lon INTEGER NOT NULL,
         file INTEGER NOT NULL,
         accuracy INTEGER NOT NULL,
         altitude INTEGER NOT NULL,
         speed INTEGER NOT NULL,
         heading INTEGER NOT NULL,
         method INTEGER NOT NULL,
         activity INTEGER NOT NULL,
         PRIMARY KEY (at_ms, layer, device, lat, lon, file, accuracy, altitude, speed, heading, method, activity)
     ) STRICT, WITHOUT ROWID;",
)];

/// The value that stands for "not said" in `track_sighting`, whose columns are all part of its key. No fix has it.
const UNSAID: i64 = i64::MIN;

/// What makes a fix that fix.
pub(crate) type FixKey = (i64, u8, i64, i32, i32);

/// What a fix says besides: accuracy, altitude, speed, heading, method, activity. Greater is fuller, ties by value; the
/// greatest stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct FixDetail {
    said: u8,
    columns: [Option<i64>; 6],
}

impl FixDetail {
    fn new(columns: [Option<i64>; 6]) -> Self {
        Self { said: columns.iter().flatten().count() as u8, columns }
    }

    fn of(point: &NewPoint) -> Self {
        let activity = point.activity.map(|(activity, sure)| activity_code(activity) * 256 + i64::from(sure));
        Self::new([
            point.accuracy.map(i64::from),
            point.altitude.map(i64::from),
            point.speed.map(i64::from),
            point.heading.map(i64::from),
            Some(method_code(point.method)),
            activity,
        ])
    }
}

/// The key of a fix.
pub(crate) fn key_of(point: &NewPoint) -> FixKey {
    (point.at, point.layer.code(), point.device, point.point.lat, point.point.lon)
}

const METHODS: [Method; 5] = [Method::Unknown, Method::Gps, Method::Wifi, Method::Cell, Method::Visit];

fn method_code(method: Method) -> i64 {
    METHODS.iter().position(|known| *known == method).unwrap_or(0) as i64
}

const ACTIVITIES: [ActivityType; 10] = [
    ActivityType::Unknown,
    ActivityType::Still,
    ActivityType::Walking,
    ActivityType::Running,
    ActivityType::Cycling,
    ActivityType::Vehicle,
    ActivityType::Bus,
    ActivityType::Rail,
    ActivityType::Boat,
    ActivityType::Flying,
];

fn activity_code(activity: ActivityType) -> i64 {
    ACTIVITIES.iter().position(|known| *known == activity).unwrap_or(0) as i64
}

/// A fix as it is read.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TrackPoint {
    /// The record it belongs to.
    pub layer: Layer,
    /// The phone, as the export numbers it.
    pub device: i64,
    /// When, UTC milliseconds.
    pub at: i64,
    /// Where.
    pub point: Point,
    /// Radius of 68 % confidence, metres.
    pub accuracy: Option<u32>,
    /// Metres above the ellipsoid.
    pub altitude: Option<i32>,
    /// Metres a second times 100.
    pub speed: Option<u16>,
    /// Degrees clockwise from north.
    pub heading: Option<u16>,
    /// How it was found.
    pub method: Method,
    /// What the phone thought its owner was doing, and how sure it was (0 to 100).
    pub activity: Option<(ActivityType, u8)>,
}

/// Statements of one transaction, prepared once for all its points.
pub(crate) struct Points<'a> {
    insert: CachedStatement<'a>,
    standing: CachedStatement<'a>,
    replace: CachedStatement<'a>,
    wait: CachedStatement<'a>,
}

impl<'a> Points<'a> {
    pub(crate) fn prepare(connection: &'a Connection) -> Outcome<Self> {
        Ok(Self {
            insert: connection.prepare_cached(
                "INSERT OR IGNORE INTO track_point (at_ms, layer, device, lat, lon, accuracy, altitude, speed, heading, method, activity, file)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
            )?,
            standing: connection.prepare_cached(
                "SELECT accuracy, altitude, speed, heading, method, activity, file FROM track_point
                 WHERE at_ms = ?1 AND layer = ?2 AND device = ?3 AND lat = ?4 AND lon = ?5",
            )?,
            replace: connection.prepare_cached(
                "UPDATE track_point SET accuracy = ?6, altitude = ?7, speed = ?8, heading = ?9, method = ?10, activity = ?11, file = ?12
                 WHERE at_ms = ?1 AND layer = ?2 AND device = ?3 AND lat = ?4 AND lon = ?5",
            )?,
            wait: connection.prepare_cached(
                "INSERT OR IGNORE INTO track_sighting (at_ms, layer, device, lat, lon, accuracy, altitude, speed, heading, method, activity, file)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
            )?,
        })
    }

    /// Writes a fix that a file brought; whether it is new.
    pub(crate) fn write(&mut self, file: i64, point: &NewPoint) -> Outcome<bool> {
        let (key, detail) = (key_of(point), FixDetail::of(point));
        if self.insert.execute(bind(key, &detail.columns, file))? == 1 {
            return Ok(true);
        }
        let (standing, by) =
            self.standing.query_row(params![key.0, key.1, key.2, key.3, key.4], |row| Ok((detail_at(row, 0)?, row.get::<_, i64>(6)?)))?;
        if (standing, by) == (detail, file) {
            return Ok(false);
        }
        let (loser, by) = if detail > standing {
            self.replace.execute(bind(key, &detail.columns, file))?;
            (standing, by)
        } else {
            (detail, file)
        };
        self.wait.execute(bind(key, &loser.columns.map(|column| Some(column.unwrap_or(UNSAID))), by))?;
        Ok(false)
    }
}

type Bound = (i64, u8, i64, i32, i32, Option<i64>, Option<i64>, Option<i64>, Option<i64>, Option<i64>, Option<i64>, i64);

fn bind(key: FixKey, c: &[Option<i64>; 6], file: i64) -> Bound {
    (key.0, key.1, key.2, key.3, key.4, c[0], c[1], c[2], c[3], c[4], c[5], file)
}

fn detail_at(row: &Row<'_>, from: usize) -> rusqlite::Result<FixDetail> {
    let mut columns = [None; 6];
    for (at, column) in columns.iter_mut().enumerate() {
        *column = row.get::<_, Option<i64>>(from + at)?.filter(|value| *value != UNSAID);
    }
    Ok(FixDetail::new(columns))
}

fn key_at(row: &Row<'_>) -> rusqlite::Result<FixKey> {
    Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?))
}

/// Takes up to `limit` fixes that `file` brought out of the span from `from` to `to`; says which went, and the instant
/// after which to go on, or `None` when it is done. Where another file brought the fix as well, its record takes over.
pub(crate) fn remove_of_file(connection: &Connection, file: i64, from: i64, to: i64, limit: usize) -> Outcome<(Vec<FixKey>, Option<i64>)> {
    let mut looked_at = 0;
    let mut next = None;
    let mut standing: Vec<FixKey> = Vec::new();
    {
        let mut statement = connection
            .prepare_cached("SELECT at_ms, layer, device, lat, lon, file FROM track_point WHERE at_ms BETWEEN ?1 AND ?2 ORDER BY at_ms")?;
        let mut rows = statement.query([from, to])?;
        while let Some(row) = rows.next()? {
            let key = key_at(row)?;
            // Whole instants only, so that the next step can begin after one.
            if looked_at >= limit && standing.last().is_none_or(|last| last.0 != key.0) {
                next = Some(key.0);
                break;
            }
            looked_at += 1;
            if row.get::<_, i64>(5)? == file {
                standing.push(key);
            }
        }
    }
    let end = next.map_or(to, |next| next - 1);
    connection.prepare_cached("DELETE FROM track_sighting WHERE at_ms BETWEEN ?1 AND ?2 AND file = ?3")?.execute([from, end, file])?;
    let waiting: bool = connection
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM track_sighting WHERE at_ms BETWEEN ?1 AND ?2)")?
        .query_row([from, end], |row| row.get(0))?;
    let mut gone = Vec::with_capacity(standing.len());
    for key in standing {
        if waiting && promote(connection, key)? {
            continue;
        }
        connection
            .prepare_cached("DELETE FROM track_point WHERE at_ms = ?1 AND layer = ?2 AND device = ?3 AND lat = ?4 AND lon = ?5")?
            .execute(params![key.0, key.1, key.2, key.3, key.4])?;
        gone.push(key);
    }
    Ok((gone, next))
}

/// How many fixes a rule is about.
pub(crate) fn count(connection: &Connection, rule: &TrackRule) -> Outcome<u64> {
    let mut importers = Importers::default();
    let mut statement =
        connection.prepare_cached("SELECT at_ms, layer, device, lat, lon, file FROM track_point WHERE at_ms >= ?1 AND at_ms < ?2")?;
    let mut rows = statement.query([rule.from, rule.to])?;
    let mut n = 0;
    while let Some(row) = rows.next()? {
        let (at, _, _, lat, lon) = key_at(row)?;
        n += u64::from(rule.covers(at, Point { lat, lon }) && importers.are_in(connection, rule, row.get(5)?)?);
    }
    Ok(n)
}

/// Takes out what a rule is about, from an instant on, looking at up to `limit` fixes; says which went, and the instant
/// after which to go on, or `None` when it is done. A fix that an importer outside of the rule brought as well stays, as
/// that one told it.
pub(crate) fn forget(connection: &Connection, rule: &TrackRule, from: i64, limit: usize) -> Outcome<(Vec<FixKey>, Option<i64>)> {
    let mut importers = Importers::default();
    let mut looked_at: Vec<(FixKey, i64)> = Vec::new();
    let mut next = None;
    {
        let mut statement = connection.prepare_cached(
            "SELECT at_ms, layer, device, lat, lon, file FROM track_point WHERE at_ms >= ?1 AND at_ms < ?2 ORDER BY at_ms",
        )?;
        let mut rows = statement.query([from, rule.to])?;
        while let Some(row) = rows.next()? {
            let key = key_at(row)?;
            // Whole instants only, so that the next step can begin after one.
            if looked_at.len() >= limit && looked_at.last().is_none_or(|(last, _)| last.0 != key.0) {
                next = Some(key.0);
                break;
            }
            looked_at.push((key, row.get(5)?));
        }
    }
    let mut gone = Vec::new();
    for (key, file) in looked_at {
        if !rule.covers(key.0, Point { lat: key.3, lon: key.4 }) {
            continue;
        }
        for waiting in waiting(connection, key)? {
            if importers.are_in(connection, rule, waiting)? {
                connection
                    .prepare_cached(
                        "DELETE FROM track_sighting WHERE at_ms = ?1 AND layer = ?2 AND device = ?3 AND lat = ?4 AND lon = ?5 AND file = ?6",
                    )?
                    .execute(params![key.0, key.1, key.2, key.3, key.4, waiting])?;
            }
        }
        if !importers.are_in(connection, rule, file)? || promote(connection, key)? {
            continue;
        }
        connection
            .prepare_cached("DELETE FROM track_point WHERE at_ms = ?1 AND layer = ?2 AND device = ?3 AND lat = ?4 AND lon = ?5")?
            .execute(params![key.0, key.1, key.2, key.3, key.4])?;
        gone.push(key);
    }
    Ok((gone, next))
}

/// The files whose records of a fix wait.
fn waiting(connection: &Connection, key: FixKey) -> Outcome<Vec<i64>> {
    let mut statement = connection.prepare_cached(
        "SELECT DISTINCT file FROM track_sighting WHERE at_ms = ?1 AND layer = ?2 AND device = ?3 AND lat = ?4 AND lon = ?5",
    )?;
    let files = statement.query_map(params![key.0, key.1, key.2, key.3, key.4], |row| row.get(0))?.collect::<Result<_, _>>()?;
    Ok(files)
}

/// Whether a rule is about what files brought, each looked up once.
#[derive(Default)]
struct Importers(HashMap<i64, bool>);

impl Importers {
    fn are_in(&mut self, connection: &Connection, rule: &TrackRule, file: i64) -> Outcome<bool> {
        if rule.sources.is_empty() {
            return Ok(true);
        }
        if let Some(known) = self.0.get(&file) {
            return Ok(*known);
        }
        let is_in = rule.is_about(&file::importer(connection, file)?);
        self.0.insert(file, is_in);
        Ok(is_in)
    }
}

/// Lets the fullest waiting record of a fix take over; false when none waits.
fn promote(connection: &Connection, key: FixKey) -> Outcome<bool> {
    let mut best: Option<(FixDetail, i64)> = None;
    {
        let mut statement = connection.prepare_cached(
            "SELECT accuracy, altitude, speed, heading, method, activity, file FROM track_sighting
             WHERE at_ms = ?1 AND layer = ?2 AND device = ?3 AND lat = ?4 AND lon = ?5",
        )?;
        let mut rows = statement.query(params![key.0, key.1, key.2, key.3, key.4])?;
        while let Some(row) = rows.next()? {
            let candidate = (detail_at(row, 0)?, row.get(6)?);
            best = best.max(Some(candidate));
        }
    }
    let Some((detail, file)) = best else { return Ok(false) };
    let unsaid = detail.columns.map(|column| Some(column.unwrap_or(UNSAID)));
    connection
        .prepare_cached(
            "DELETE FROM track_sighting WHERE at_ms = ?1 AND layer = ?2 AND device = ?3 AND lat = ?4 AND lon = ?5
             AND accuracy = ?6 AND altitude = ?7 AND speed = ?8 AND heading = ?9 AND method = ?10 AND activity = ?11 AND file = ?12",
        )?
        .execute(bind(key, &unsaid, file))?;
    connection
        .prepare_cached(
            "UPDATE track_point SET accuracy = ?6, altitude = ?7, speed = ?8, heading = ?9, method = ?10, activity = ?11, file = ?12
             WHERE at_ms = ?1 AND layer = ?2 AND device = ?3 AND lat = ?4 AND lon = ?5",
        )?
        .execute(bind(key, &detail.columns, file))?;
    Ok(true)
}

/// Lets a file have brought what another one did from `from` to `to`, looking at up to `limit` fixes; says after which
/// instant to go on, or `None` when it is done. What stands stays.
pub(crate) fn copy(connection: &Connection, of: i64, file: i64, from: i64, to: i64, limit: usize) -> Outcome<Option<i64>> {
    let next: Option<i64> = connection
        .prepare_cached("SELECT at_ms FROM track_point WHERE at_ms BETWEEN ?1 AND ?2 ORDER BY at_ms LIMIT 1 OFFSET ?3")?
        .query_row(params![from, to, i64::try_from(limit).unwrap_or(i64::MAX)], |row| row.get(0))
        .optional()?;
    // Whole instants only, and one at least.
    let end = next.map_or(to, |next| (next - 1).max(from));
    for sql in [
        "INSERT OR IGNORE INTO track_sighting (at_ms, layer, device, lat, lon, file, accuracy, altitude, speed, heading, method, activity)
         SELECT at_ms, layer, device, lat, lon, ?2, coalesce(accuracy, ?5), coalesce(altitude, ?5), coalesce(speed, ?5),
             coalesce(heading, ?5), method, coalesce(activity, ?5) FROM track_point WHERE at_ms BETWEEN ?3 AND ?4 AND file = ?1",
        "INSERT OR IGNORE INTO track_sighting (at_ms, layer, device, lat, lon, file, accuracy, altitude, speed, heading, method, activity)
         SELECT at_ms, layer, device, lat, lon, ?2, accuracy, altitude, speed, heading, method, activity
         FROM track_sighting WHERE at_ms BETWEEN ?3 AND ?4 AND file = ?1 AND ?5 IS NOT NULL",
    ] {
        connection.prepare_cached(sql)?.execute([of, file, from, end, UNSAID])?;
    }
    Ok((end < to).then_some(end + 1))
}

/// Reads a row of the columns of [`TrackPoint`].
fn read(row: &Row<'_>) -> Outcome<TrackPoint> {
    let layer: u8 = row.get(1)?;
    let method: i64 = row.get(9)?;
    let activity: Option<i64> = row.get(10)?;
    Ok(TrackPoint {
        at: row.get(0)?,
        layer: Layer::from_code(layer).ok_or_else(|| unexpected("a fix in layer", layer))?,
        device: row.get(2)?,
        point: Point { lat: row.get(3)?, lon: row.get(4)? },
        accuracy: row.get(5)?,
        altitude: row.get(6)?,
        speed: row.get(7)?,
        heading: row.get(8)?,
        method: usize::try_from(method).ok().and_then(|at| METHODS.get(at)).copied().unwrap_or(Method::Unknown),
        activity: activity.map(|code| {
            let activity = usize::try_from(code / 256).ok().and_then(|at| ACTIVITIES.get(at)).copied().unwrap_or(ActivityType::Unknown);
            (activity, (code % 256) as u8)
        }),
    })
}

/// The first `limit` fixes at or after `from` and before `to`.
pub(crate) fn between(connection: &Connection, layer: Option<Layer>, from: i64, to: i64, limit: usize) -> Outcome<Vec<TrackPoint>> {
    let mut statement = connection.prepare_cached(SELECT_BETWEEN)?;
    let mut rows = statement.query(params![from, to, layer.map(Layer::code), i64::try_from(limit).unwrap_or(i64::MAX)])?;
    let mut points = Vec::new();
    while let Some(row) = rows.next()? {
        points.push(read(row)?);
    }
    Ok(points)
}

const SELECT_BETWEEN: &str = "SELECT at_ms, layer, device, lat, lon, accuracy, altitude, speed, heading, method, activity FROM track_point
     WHERE at_ms >= ?1 AND at_ms < ?2 AND (?3 IS NULL OR layer = ?3) ORDER BY at_ms, layer, device, lat, lon LIMIT ?4";

/// The first `limit` fixes after that key and before `to`.
pub(crate) fn after(connection: &Connection, key: FixKey, to: i64, limit: usize) -> Outcome<Vec<TrackPoint>> {
    let mut statement = connection.prepare_cached(
        "SELECT at_ms, layer, device, lat, lon, accuracy, altitude, speed, heading, method, activity FROM track_point
         WHERE (at_ms, layer, device, lat, lon) > (?1, ?2, ?3, ?4, ?5) AND at_ms < ?6 ORDER BY at_ms, layer, device, lat, lon LIMIT ?7",
    )?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let mut rows = statement.query(params![key.0, key.1, key.2, key.3, key.4, to, limit])?;
    let mut points = Vec::new();
    while let Some(row) = rows.next()? {
        points.push(read(row)?);
    }
    Ok(points)
}

/// When and where the fix closest in time to `at` was taken, at most `within_ms` away; of two as close the later one.
pub(crate) fn closest(connection: &Connection, at: i64, within_ms: i64) -> Outcome<Option<(i64, Point)>> {
    let fix = |row: &Row<'_>| Ok((row.get::<_, i64>(0)?, Point { lat: row.get(1)?, lon: row.get(2)? }));
    let after = connection
        .prepare_cached(
            "SELECT at_ms, lat, lon FROM track_point WHERE at_ms BETWEEN ?1 AND ?2 ORDER BY at_ms, layer, device, lat, lon LIMIT 1",
        )?
        .query_row([at, at.saturating_add(within_ms)], fix)
        .optional()?;
    let before = connection
        .prepare_cached(
            "SELECT at_ms, lat, lon FROM track_point WHERE at_ms = (SELECT max(at_ms) FROM track_point WHERE at_ms < ?1) AND at_ms >= ?2
             ORDER BY layer, device, lat, lon LIMIT 1",
        )?
        .query_row([at, at.saturating_sub(within_ms)], fix)
        .optional()?;
    Ok(after.into_iter().chain(before).min_by_key(|(taken, _)| (taken - at).abs()))
}

/// The first and the last instant of all fixes.
pub(crate) fn extent(connection: &Connection) -> Outcome<Option<(i64, i64)>> {
    let first: Option<i64> = connection.prepare_cached("SELECT min(at_ms) FROM track_point")?.query_row([], |row| row.get(0))?;
    let last: Option<i64> = connection.prepare_cached("SELECT max(at_ms) FROM track_point")?.query_row([], |row| row.get(0))?;
    Ok(first.zip(last))
}
