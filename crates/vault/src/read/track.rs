//! Where the person was: the track, thinned to what can be drawn; the map of years by cells; and the items that have a place,
//! clustered.

use std::sync::Arc;

use domain::{Area, Filter, Kind, Layer, Point, Result, UtcMs};
use rusqlite::Connection;
use schemars::JsonSchema;
use serde::Serialize;

use crate::fault::Outcome;
use crate::index::{Cluster, PlaceIndex, Spot};
use crate::table::track_cell::{self, CELL_E7, DAY_MS};
use crate::table::track_point::{self, TrackPoint};
use crate::vault::Vault;

/// Cells of the coarse map along the edge of a map tile of 256 pixels.
const CELLS_A_TILE: f64 = 32.0;

/// A cell of the map with fixes in it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
pub struct Cell {
    /// Its middle, degrees.
    pub lat: f64,
    /// Its middle, degrees.
    pub lon: f64,
    /// Fixes in it.
    pub n: u64,
}

impl Vault {
    /// The fixes of a layer, or of all, at or after `from` and before `to`, in order. When there are more than
    /// `max_points`, they are thinned evenly over the time.
    pub fn track(&self, layer: Option<Layer>, from: UtcMs, to: UtcMs, max_points: usize) -> Result<Vec<TrackPoint>> {
        let reader = self.inner().readers.borrow()?;
        let all = track_point::between(&reader, layer, from, to, max_points.saturating_add(1))?;
        if all.len() <= max_points {
            return Ok(all);
        }
        Ok(thinned(&reader, layer, from, to, max_points)?)
    }

    /// The cells of an area with fixes on the UTC days from that of `from` to that of `to`, as fine as a map at `zoom`
    /// can show and the cells kept allow (about 1.1 km).
    pub fn cells(&self, area: &Area, zoom: u8, from: Option<UtcMs>, to: Option<UtcMs>) -> Result<Vec<Cell>> {
        let reader = self.inner().readers.borrow()?;
        let step_e7 = ((360.0 / 2_f64.powi(i32::from(zoom.min(24))) / CELLS_A_TILE) * 1e7) as i32;
        // Whole cells that are kept make one that is shown.
        let step = (step_e7 / CELL_E7).max(1);
        let cell = |degrees: f64| ((degrees * 1e7) as i64).div_euclid(i64::from(CELL_E7)) as i32;
        let days = (from.map_or(i64::MIN, |from| from.div_euclid(DAY_MS)), to.map_or(i64::MAX, |to| (to - 1).div_euclid(DAY_MS) + 1));
        let (west, east) = (cell(area.west), cell(area.east));
        let mut shown = std::collections::BTreeMap::new();
        track_cell::each(&reader, (cell(area.south), cell(area.north)), days, |lat, lon, n| {
            let inside = if area.west <= area.east { (west..=east).contains(&lon) } else { lon >= west || lon <= east };
            if inside {
                *shown.entry((lat.div_euclid(step), lon.div_euclid(step))).or_insert(0) += n;
            }
        })?;
        let middle = |at: i32| (f64::from(at) + 0.5) * f64::from(step) * f64::from(CELL_E7) / 1e7;
        Ok(shown.into_iter().map(|((lat, lon), n)| Cell { lat: middle(lat), lon: middle(lon), n }).collect())
    }

    /// The items of a filter that have a place, clustered as a map of `area` at `zoom` shows them.
    pub fn clusters(&self, filter: &Filter, area: &Area, zoom: u8) -> Result<Vec<Cluster>> {
        let allowed = self.allowed(&self.matching(filter)?)?;
        Ok(self.place_index()?.clusters(area, zoom, &allowed))
    }

    /// The items of a filter within so many metres of a point, nearest first: item, where, and how far in metres.
    pub fn nearby(&self, filter: &Filter, point: Point, metres: f64, limit: usize) -> Result<Vec<(i64, Point, f64)>> {
        let allowed = self.allowed(&self.matching(filter)?)?;
        let found = self.place_index()?.near(point, metres, &allowed);
        Ok(found.into_iter().take(limit).map(|(spot, distance)| (spot.item, spot.point, distance)).collect())
    }

    fn place_index(&self) -> Result<Arc<PlaceIndex>> {
        let inner = self.inner();
        let reader = inner.readers.borrow()?;
        Ok(inner.memory.recall(&reader, "places".to_owned(), || Ok(Arc::new(PlaceIndex::new(spots(&reader)?))))?)
    }
}

fn spots(connection: &Connection) -> Outcome<Vec<Spot>> {
    let mut statement = connection.prepare_cached("SELECT id, lat, lon, kind, place_inferred FROM item WHERE lat IS NOT NULL")?;
    let mut rows = statement.query([])?;
    let mut spots = Vec::new();
    while let Some(row) = rows.next()? {
        let kind: u8 = row.get(3)?;
        spots.push(Spot {
            item: row.get(0)?,
            point: Point { lat: row.get(1)?, lon: row.get(2)? },
            kind: Kind::from_code(kind).unwrap_or(Kind::Activity),
            inferred: row.get(4)?,
        });
    }
    Ok(spots)
}

/// The first fix of each of `max_points` equal spans that have one; costs a seek a span, however many fixes there are.
fn thinned(connection: &Connection, layer: Option<Layer>, from: UtcMs, to: UtcMs, max_points: usize) -> Outcome<Vec<TrackPoint>> {
    let Some((first, last)) = track_point::extent(connection)? else { return Ok(Vec::new()) };
    let (from, to) = (from.max(first), to.min(last.saturating_add(1)));
    let n_spans = i64::try_from(max_points.max(1)).unwrap_or(i64::MAX);
    let span = ((to - from) / n_spans + 1).max(1);
    let mut points: Vec<TrackPoint> = Vec::with_capacity(max_points);
    let mut at = from;
    while at < to && points.len() < max_points {
        let Some(point) = track_point::between(connection, layer, at, to, 1)?.pop() else { break };
        // The next span after the one that this fix is in.
        at = from + ((point.at - from) / span + 1) * span;
        points.push(point);
    }
    Ok(points)
}
