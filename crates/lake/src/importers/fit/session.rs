//! "All Sessions": one workout or night a file.

use domain::Raw;
use serde_json::Value;

use super::{Half, Held};
use crate::importer::FileNumber;
use crate::importers::health::measure::key_of;
use crate::importers::health::sleep::Sleep;
use crate::importers::workout::{Workout, activity};
use crate::json::lenient;
use crate::text::{numbers, time};

/// Whether a file's beginning is that of a session.
pub(super) fn recognizes(head: &[u8]) -> bool {
    head.trim_ascii_start().starts_with(b"{") && memchr::memmem::find(head, b"\"fitnessActivity\"").is_some()
}

/// Reads a session; answers the second in which it began.
pub(super) fn read(file: FileNumber, bytes: &[u8], path: &str) -> Result<(i64, Half), String> {
    let session = lenient::value(bytes).map_err(|error| format!("Expected a session as a JSON object, and found: {error}."))?;
    let Some(mut from) = time::of(&session["startTime"]) else {
        return Err("Expected the session's start in `startTime`, and found none that is a time.".to_owned());
    };
    // The name alone tells the zone, and only when it is the name of this very session.
    if let Some(named) = super::moment_in_name(path).filter(|named| (named.ms - from.ms).abs() < 60_000) {
        from = time::at_offset(from, named.offset_min.map(i64::from));
    }
    let until = time::of(&session["endTime"]).map(|moment| moment.ms).filter(|until| *until >= from.ms);
    let word = activity(session["fitnessActivity"].as_str().unwrap_or_default());
    let second = from.ms.div_euclid(1_000);
    let seconds = session["duration"].as_str().and_then(|text| numbers::float_text(text.trim_end_matches('s')));
    let figures: Vec<(&str, f64)> = session["aggregate"].as_array().into_iter().flatten().filter_map(figure).collect();
    let of = |name: &str| figures.iter().find(|(own, _)| *own == name).map(|(_, value)| *value);
    let recorded_by =
        session["packageName"].as_str().or_else(|| session["application"]["packageName"].as_str()).unwrap_or_default().to_owned();
    let held = if word.starts_with("sleep") {
        let mut sleep = Sleep { from: Some(from), until, recorded_by, ..Sleep::default() };
        stages(&session["segment"], &mut sleep);
        Held::Sleep(Box::new(sleep))
    } else {
        let name = session["name"].as_str().unwrap_or_default().trim().to_owned();
        Held::Workout(Box::new(Workout {
            activity: word,
            name,
            from: Some(from),
            until,
            duration_s: seconds,
            distance_m: of("com.google.distance.delta"),
            energy_kcal: of("com.google.calories.expended"),
            steps: of("com.google.step_count.delta"),
            heart_rate_avg: of("com.google.heart_rate.summary").or_else(|| of("com.google.heart_rate.bpm")),
            recorded_by,
            ..Workout::default()
        }))
    };
    let shown =
        ["distance.delta", "calories.expended", "step_count.delta", "heart_rate.summary", "heart_rate.bpm", "speed.summary", "speed"];
    let more = figures
        .iter()
        .map(|(name, value)| (name.strip_prefix("com.google.").unwrap_or(name), *value))
        .filter(|(name, _)| !shown.contains(name))
        .map(|(name, value)| (key_of(name), value))
        .collect();
    Ok((second, Half { file, held, raw: Raw::json(bytes), more, recorded: false }))
}

fn figure(aggregate: &Value) -> Option<(&str, f64)> {
    let value = ["floatValue", "intValue"].iter().find_map(|key| numbers::float_of(&aggregate[*key]))?;
    Some((aggregate["metricName"].as_str()?, value))
}

/// The stages of a night, which stand in its segments.
fn stages(segments: &Value, sleep: &mut Sleep) {
    for segment in segments.as_array().into_iter().flatten() {
        let word = activity(segment["fitnessActivity"].as_str().unwrap_or_default());
        let span = time::of(&segment["startTime"]).zip(time::of(&segment["endTime"]));
        let Some((from, to)) = span else { continue };
        let stage = word.trim_start_matches("sleep").trim_matches(['.', '_']);
        sleep.stage(if stage.is_empty() { "asleep" } else { stage }, (to.ms - from.ms) as f64 / 1_000.0);
    }
}
