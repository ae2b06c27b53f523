//! One segment of the on-device Timeline: a stay, a movement, a stretch of path, or a remembered journey. Android and
//! iOS write the same thing with other spellings, and files with each other's spellings exist, so both are read here.

use domain::{FindingCode, Kind, Layer, Method, Moment, NewItem, NewPoint, Point, Raw};
use serde_json::{Value, json};

use super::{place_link, seconds_between, words};
use crate::importer::Sink;
use crate::json::lenient;
use crate::text::{numbers, time};

/// The source of every item of the on-device Timeline, whichever phone wrote it.
pub(crate) const SOURCE: &str = domain::TIMELINE_ON_PHONE;

/// Reads one segment; `at` says where it stands in the file.
pub(crate) fn read(bytes: &[u8], at: &str, sink: &mut dyn Sink) {
    let segment = match lenient::value(bytes) {
        Ok(segment) => segment,
        Err(error) => {
            return sink.set_aside(
                FindingCode::BadRecord,
                at,
                &format!("Expected a segment of the timeline as a JSON object, and found: {error}."),
            );
        }
    };
    let Some(from) = instant(&segment, "start") else {
        return sink.set_aside(FindingCode::UncertainTime, at, "Expected a time with an offset in `startTime`, and found none.");
    };
    // A stay that goes on while the file is written may have no end.
    let to = instant(&segment, "end").unwrap_or_else(|| from.clone());
    let span = Span { from, to };
    if let Some(visit) = segment.get("visit") {
        tell_misplaced([&visit["topCandidate"]["placeLocation"]], at, sink);
        stay(visit, span, bytes, sink);
    } else if let Some(activity) = segment.get("activity") {
        tell_misplaced([&activity["start"], &activity["end"], &activity["parking"]["location"]], at, sink);
        movement(activity, span, bytes, sink);
    } else if let Some(path) = segment.get("timelinePath") {
        fixes(path, &span, at, sink);
    } else if let Some(memory) = segment.get("timelineMemory") {
        journey(memory, span, bytes, sink);
    } else {
        let keys: Vec<&str> = segment
            .as_object()
            .map(|map| map.keys().map(String::as_str).filter(|key| !key.contains("Time")).take(5).collect())
            .unwrap_or_default();
        sink.skip(
            FindingCode::BadRecord,
            at,
            &format!(
                "The segment is none of visit, activity, path and memory, but {}.",
                if keys.is_empty() { "empty".to_owned() } else { keys.join(", ") }
            ),
        );
    }
}

struct Span {
    from: Moment,
    to: Moment,
}

fn stay(visit: &Value, span: Span, bytes: &[u8], sink: &mut dyn Sink) {
    let best = &visit["topCandidate"];
    let place_id = ["placeId", "placeID"].iter().find_map(|key| best[*key].as_str()).filter(|id| !id.is_empty());
    let place = position(&best["placeLocation"]);
    let semantic = best["semanticType"].as_str().and_then(words::semantic_type);
    let mut item = item(Kind::Visit, "visit", &span, &place_id.map_or_else(|| first_words(best), str::to_owned), bytes);
    item.title = words::visit_title(None, semantic.as_deref(), None, place);
    item.place = place;
    item.set("place_id", place_id);
    item.set("semantic_type", semantic);
    item.set("confidence", percent(&visit["probability"]));
    if let Some(level) = numbers::integer_of(&visit["hierarchyLevel"]).filter(|level| *level > 0) {
        item.set("level", level);
    }
    item.links.extend(place_link(place_id, None));
    finish(item, span, sink);
}

fn movement(activity: &Value, span: Span, bytes: &[u8], sink: &mut dyn Sink) {
    let best = &activity["topCandidate"];
    let (start, end) = (position(&activity["start"]), position(&activity["end"]));
    let word = best["type"].as_str().map(words::activity).unwrap_or_default();
    let metres = numbers::float_of(&activity["distanceMeters"]).filter(|metres| *metres >= 0.0);
    let mut item = item(Kind::Trip, "trip", &span, &first_words(activity), bytes);
    item.title = words::trip_title(&word, metres);
    item.place = start.or(end);
    item.set("distance_m", metres);
    item.set("activity", word);
    item.set("confidence", percent(&best["probability"]));
    item.set("end", end.map(degrees));
    item.set("parked", position(&activity["parking"]["location"]).map(degrees));
    finish(item, span, sink);
}

/// Every point of a path is a fix of its own. Where the point has minutes after the start instead of a time, they are
/// held to the segment.
fn fixes(path: &Value, span: &Span, at: &str, sink: &mut dyn Sink) {
    let Some(points) = path.as_array() else {
        return sink.set_aside(FindingCode::BadRecord, at, "Expected `timelinePath` to be a list of points.");
    };
    if points.is_empty() {
        return sink.skip(FindingCode::BadRecord, at, "The path holds no points.");
    }
    for (index, point) in points.iter().enumerate() {
        let at = format!("{at}, point {}", index + 1);
        let stated = time::of(&point["time"]).map(|moment| moment.ms);
        let minutes = numbers::integer_of(&point["durationMinutesOffsetFromStartTime"]);
        let instant = stated.or_else(|| {
            Some(span.from.ms.saturating_add(minutes?.saturating_mul(60_000)).clamp(span.from.ms, span.to.ms.max(span.from.ms)))
        });
        match (position(&point["point"]), instant) {
            (Some(place), Some(ms)) => sink.point(fix(Layer::Device, ms, place)),
            (None, _) => sink.set_aside(
                FindingCode::BadPosition,
                &at,
                &format!("Expected a position like `47.12°, 8.54°` or `geo:47.12,8.54`, and found {}.", point["point"]),
            ),
            (_, None) => sink.set_aside(
                FindingCode::UncertainTime,
                &at,
                "Expected `time` or `durationMinutesOffsetFromStartTime`, and found neither.",
            ),
        }
    }
}

fn journey(memory: &Value, span: Span, bytes: &[u8], sink: &mut dyn Sink) {
    // Android puts one more layer around it.
    let trip = memory.get("trip").unwrap_or(memory);
    let km = numbers::float_of(&trip["distanceFromOriginKms"]).filter(|km| *km >= 0.0);
    let ids: Vec<&str> = trip["destinations"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|to| {
            to["identifier"].as_str().or_else(|| ["placeId", "placeID"].iter().find_map(|key| to["identifier"][*key].as_str()))
        })
        .collect();
    let mut item = item(Kind::Trip, "memory", &span, &ids.join(","), bytes);
    item.title = km.map_or_else(|| "Journey".to_owned(), |km| format!("Journey, {km:.0} km away"));
    item.set("memory", true);
    item.set("distance_from_home_km", km);
    item.links.extend(ids.iter().filter_map(|id| place_link(Some(id), None)));
    finish(item, span, sink);
}

fn item(kind: Kind, word: &str, span: &Span, place: &str, bytes: &[u8]) -> NewItem {
    NewItem::new(kind, SOURCE, format!("{word}|{}|{}|{place}", span.from.ms, span.to.ms), Raw::json(bytes))
}

fn finish(mut item: NewItem, span: Span, sink: &mut dyn Sink) {
    item.until = Some(span.to.ms);
    item.set("duration_s", seconds_between(span.from.ms, span.to.ms));
    item.at = Some(span.from);
    sink.item(item);
}

/// A fix of which only time and place are known.
pub(crate) fn fix(layer: Layer, at: i64, point: Point) -> NewPoint {
    NewPoint {
        layer,
        device: 0,
        at,
        point,
        accuracy: None,
        altitude: None,
        speed: None,
        heading: None,
        method: Method::Unknown,
        activity: None,
    }
}

/// Start or end. The offset that the time prints is the phone's at the time of export; the segment's own field is the
/// place's, and when it is missing the printed one is only inferred.
fn instant(segment: &Value, which: &str) -> Option<Moment> {
    let mut moment = time::of(&segment[format!("{which}Time")])?;
    match numbers::integer_of(&segment[format!("{which}TimeTimezoneUtcOffsetMinutes")]) {
        Some(minutes) => moment = time::at_offset(moment, Some(minutes)),
        None if moment.offset_min.is_some() => moment.certainty = domain::Certainty::OffsetInferred,
        None => {}
    }
    Some(moment)
}

/// A position as text, or as an object that holds it, under either spelling of its key.
pub(crate) fn position(value: &Value) -> Option<Point> {
    numbers::position(position_text(value)?)
}

fn position_text(value: &Value) -> Option<&str> {
    value.as_str().or_else(|| value["latLng"].as_str()).or_else(|| value["LatLng"].as_str())
}

/// Tells of the positions in a segment that are none.
fn tell_misplaced<'v>(values: impl IntoIterator<Item = &'v Value>, at: &str, sink: &mut dyn Sink) {
    for text in values.into_iter().filter_map(position_text).filter(|text| !text.trim().is_empty()) {
        let is_unknown = text.trim_start_matches("geo:").split(';').next().is_some_and(|text| {
            text.split(',').all(|part| part.trim_matches(['\u{b0}', '\u{c2}', ' ', '\u{a0}']).parse::<f64>() == Ok(0.0))
        });
        if !is_unknown && numbers::position(text).is_none() {
            sink.bad_position(at, text);
        }
    }
}

/// What tells two segments of one span apart: the first position, as the file writes it.
fn first_words(value: &Value) -> String {
    ["start", "placeLocation", "end"]
        .iter()
        .find_map(|key| position(&value[*key]))
        .map_or_else(|| "nowhere".to_owned(), |place| format!("{:.5},{:.5}", place.lat_degrees(), place.lon_degrees()))
}

/// A probability of 0 to 1 as a percentage.
fn percent(value: &Value) -> Option<f64> {
    numbers::float_of(value).map(|share| (share * 1_000.0).round() / 10.0)
}

fn degrees(point: Point) -> Value {
    json!([point.lat_degrees(), point.lon_degrees()])
}
