use std::time::Instant;

use domain::{Filter, Result};

use crate::Engine;
use crate::wire::{Cluster, HeatCell, MapRequest, MapView, Track, TrackLine, TrackPointView, TrackRequest};

/// Points that a track is thinned to when the request does not say.
const TRACK_POINTS: usize = 5_000;

pub(crate) fn map(engine: &Engine, request: MapRequest) -> Result<MapView> {
    let started = Instant::now();
    let vault = engine.vault()?;
    let world = domain::Area { south: -90.0, west: -180.0, north: 90.0, east: 180.0 };
    let filter = engine.meant(&request.filter)?;
    let area = filter.area.unwrap_or(world);
    let zoom = request.zoom.clamp(0.0, 22.0) as u8;
    let found = vault.clusters(&Filter { area: None, ..filter.clone() }, &area, zoom)?;
    let samples = vault.rows(&found.iter().map(|cluster| cluster.sample).collect::<Vec<_>>())?;
    let clusters = found
        .into_iter()
        .filter_map(|cluster| {
            // An item that went since the map was drawn leaves its cluster without a sample.
            let sample = samples.iter().find(|row| row.id == cluster.sample)?;
            Some(Cluster {
                lat: cluster.centre.lat_degrees(),
                lon: cluster.centre.lon_degrees(),
                count: cluster.count,
                id: sample.uid,
                kind: cluster.kinds.first().map_or(sample.kind, |(kind, _)| *kind),
                title: sample.title.clone(),
            })
        })
        .collect();
    let heat = vault
        .cells(&area, zoom, filter.from, filter.to)?
        .into_iter()
        .map(|cell| HeatCell { lat: cell.lat, lon: cell.lon, count: cell.n })
        .collect();
    Ok(MapView { clusters, heat, took_ms: started.elapsed().as_secs_f64() * 1e3 })
}

pub(crate) fn track(engine: &Engine, request: TrackRequest) -> Result<Track> {
    let limit = if request.limit == 0 { TRACK_POINTS } else { request.limit };
    let points = engine.vault()?.track(None, request.from, request.to, limit)?;
    let total = points.len() as u64;
    let mut lines: Vec<TrackLine> = Vec::new();
    for point in points {
        let layer = serde_json::json!(point.layer).as_str().unwrap_or_default().to_owned();
        let view = TrackPointView { at_ms: point.at, lat: point.point.lat_degrees(), lon: point.point.lon_degrees() };
        match lines.iter_mut().find(|line| line.device == point.device && line.layer == layer) {
            Some(line) => line.points.push(view),
            None => lines.push(TrackLine { layer, device: point.device, points: vec![view] }),
        }
    }
    Ok(Track { lines, total })
}
