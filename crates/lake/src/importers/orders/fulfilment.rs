//! How, where and when what was ordered is handed over: sent, or picked up.

use domain::Moment;
use serde_json::Value;

use super::{moment, text};
use crate::importers::activity::row::spaced;

/// Where a line says it.
const NAMES: [&str; 2] = ["fulfillment", "fulfilment"];
/// The fields of a place, from what it is called to its country.
const OF_PLACE: &[&str] = &[
    "name",
    "formattedAddress",
    "address",
    "addressLine",
    "streetAddress",
    "street",
    "postalCode",
    "city",
    "locality",
    "region",
    "country",
    "countryCode",
];

/// What a line of an order says of it, by the keys of `data`.
pub(super) fn of(line: &Value) -> Vec<(&'static str, String)> {
    let Some(told) = NAMES.iter().find_map(|name| line["purchase"].get(*name).or_else(|| line.get(*name))) else { return Vec::new() };
    let mut parts = Vec::new();
    places(&told["location"], &mut parts);
    let window = &told["timeWindow"];
    let time = |name: &str| moment(window.get(name)).and_then(|at| written(&at)).unwrap_or_default();
    let all = [
        ("fulfilment", text(told, &["type"]).to_lowercase()),
        ("fulfilled_where", parts.join(", ")),
        ("fulfilled_from", time("startTime")),
        ("fulfilled_until", time("endTime")),
    ];
    all.into_iter().filter(|(_, told)| !told.is_empty()).collect()
}

/// What all lines of an order say alike.
pub(super) fn of_all(lines: &[Value]) -> Vec<(&'static str, String)> {
    let mut lines = lines.iter().map(of);
    let mut alike = lines.next().unwrap_or_default();
    for line in lines {
        alike.retain(|told| line.contains(told));
    }
    alike
}

/// The texts of a place, each once.
fn places(place: &Value, parts: &mut Vec<String>) {
    match place {
        Value::String(text) => {
            let text = spaced(text);
            if !text.is_empty() && !parts.contains(&text) {
                parts.push(text);
            }
        }
        Value::Array(list) => list.iter().for_each(|inner| places(inner, parts)),
        Value::Object(fields) => OF_PLACE.iter().filter_map(|name| fields.get(*name)).for_each(|inner| places(inner, parts)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// A moment on its own wall clock.
fn written(at: &Moment) -> Option<String> {
    let instant = jiff::Timestamp::from_millisecond(at.ms).ok()?;
    let offset = at.offset_min.and_then(|minutes| jiff::tz::Offset::from_seconds(i32::from(minutes) * 60).ok());
    Some(offset.map_or_else(|| instant.to_string(), |offset| instant.display_with_offset(offset).to_string()))
}
