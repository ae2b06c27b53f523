//! Semantic Location History: a file a month of stays and movements, as Google's servers understood them.
//!
//! A stay becomes a [`Kind::Visit`], a movement a [`Kind::Trip`]; a stay inside a stay (a shop in a mall) is a visit of
//! its own that is part of the outer one. Keys are kind, start, end and place, so what crosses midnight at the end of a
//! month, and stands in two files, is one item.
//!
//! `data` of a visit: `duration_s`, `place_id`, `address`, `semantic_type`, `confidence` (0 to 100), `level` (1 and more
//! inside another stay), `confirmed`. Of a trip: `distance_m`, `duration_s`, `activity`, `confidence` ("high"), `end`
//! (`[lat, lon]`), `path` (`[[lat, lon, ms or null]…]`, degrees), `line` and `stops` of public transport, `parked`
//! (`[lat, lon]`), `confirmed`.

use std::io;

use domain::{FindingCode, ItemLink, Kind, Moment, NewItem, NewLink, Point, Raw};
use serde_json::{Value, json};

use super::location::{device_link, e7, not_ours, place_link, seconds_between, tell_misplaced, words};
use crate::importer::{Claim, Importer, Input, Parse, Probe, Sink};
use crate::json::each::each;
use crate::json::lenient;
use crate::text::{numbers, time};

pub(crate) static IMPORTER: Importer =
    Importer { id: domain::TIMELINE_ON_SERVER, label: "Location History (visits and trips)", recognizes, parse: Parse::File(parse) };

/// Deepest nesting of stays that is followed.
const DEPTH: usize = 8;

fn recognizes(probe: &Probe<'_>) -> Claim {
    if probe.extension() != "json" {
        return Claim::No;
    }
    let shaped = probe.head.trim_ascii_start().starts_with(b"{") && memchr::memmem::find(probe.head, b"\"timelineObjects\"").is_some();
    let named = probe.folders().any(|folder| folder == "Semantic Location History");
    Claim::by(shaped, named)
}

fn parse(input: &mut Input<'_>, sink: &mut dyn Sink) -> io::Result<()> {
    each(input.reader, sink, |entry, sink| match entry.key {
        "timelineObjects" | "" if entry.listed => record(entry.bytes, &entry.at, sink),
        _ if entry.listed => not_ours(&entry, sink),
        _ => {}
    })
}

fn record(bytes: &[u8], at: &str, sink: &mut dyn Sink) {
    let value = match lenient::value(bytes) {
        Ok(value) => value,
        Err(error) => {
            return sink.set_aside(
                FindingCode::BadRecord,
                at,
                &format!("Expected a stay or a movement as a JSON object, and found: {error}."),
            );
        }
    };
    if let Some(visit) = value.get("placeVisit") {
        stay(visit, bytes, at, None, 0, sink);
    } else if let Some(segment) = value.get("activitySegment") {
        movement(segment, bytes, at, sink);
    } else {
        let keys: Vec<&str> = value.as_object().map(|map| map.keys().map(String::as_str).take(5).collect()).unwrap_or_default();
        sink.set_aside(
            FindingCode::BadRecord,
            at,
            &format!(
                "Expected `placeVisit` or `activitySegment`, and found {}.",
                if keys.is_empty() { "neither".to_owned() } else { keys.join(", ") }
            ),
        );
    }
}

fn stay(visit: &Value, bytes: &[u8], at: &str, inside: Option<&NewItem>, level: usize, sink: &mut dyn Sink) {
    let Some((from, to)) = span(visit) else {
        return sink.set_aside(
            FindingCode::UncertainTime,
            at,
            "Expected the start and end of the stay in `duration`, and found none that is a time.",
        );
    };
    let location = &visit["location"];
    let candidate = visit["otherCandidateLocations"].get(0).unwrap_or(&Value::Null);
    let place = e7(location).or_else(|| e7(visit)).or_else(|| e7(candidate));
    tell_misplaced([location, visit], at, sink);
    let text_of = |key: &str| location[key].as_str().filter(|text| !text.trim().is_empty());
    let (place_id, name, address) = (text_of("placeId"), text_of("name"), text_of("address"));
    let semantic = text_of("semanticType").and_then(words::semantic_type);
    let key = format!("visit|{}|{}|{}", from.ms, to.ms, place_id.map_or_else(|| rounded(place), str::to_owned));
    let mut item = NewItem::new(Kind::Visit, IMPORTER.id, key, Raw::json(bytes));
    item.title = words::visit_title(name, semantic.as_deref(), address, place);
    item.text = address.map(|address| address.trim().to_owned()).unwrap_or_default();
    item.place = place;
    item.until = Some(to.ms);
    item.set("duration_s", seconds_between(from.ms, to.ms));
    item.set("place_id", place_id);
    item.set("address", address);
    item.set("semantic_type", semantic);
    item.set("confidence", numbers::float_of(&location["locationConfidence"]).or_else(|| numbers::float_of(&visit["visitConfidence"])));
    if is_confirmed(visit) {
        item.set("confirmed", true);
    }
    if level > 0 {
        item.set("level", level);
    }
    item.links.extend(place_link(place_id, name));
    item.links.extend(phone(location));
    item.related.extend(inside.map(|outer| ItemLink { relation: "part_of".to_owned(), to: outer.uid }));
    item.at = Some(from);
    let children = visit["childVisits"].as_array().filter(|_| level < DEPTH);
    for child in children.into_iter().flatten() {
        // Its own bytes stand inside the outer record, which is its original too.
        stay(child.get("placeVisit").unwrap_or(child), bytes, at, Some(&item), level + 1, sink);
    }
    sink.item(item);
}

fn movement(segment: &Value, bytes: &[u8], at: &str, sink: &mut dyn Sink) {
    let Some((from, to)) = span(segment) else {
        return sink.set_aside(
            FindingCode::UncertainTime,
            at,
            "Expected the start and end of the movement in `duration`, and found none that is a time.",
        );
    };
    let path = path_of(segment);
    let [fixes, route] = [&segment["simplifiedRawPath"]["points"], &segment["waypointPath"]["waypoints"]];
    let ways = [fixes, route].into_iter().filter_map(Value::as_array).flatten();
    tell_misplaced([&segment["startLocation"], &segment["endLocation"], &segment["parkingEvent"]["location"]].into_iter().chain(ways), at, sink);
    let ends = |index: Option<&(Point, Option<i64>)>| index.map(|(point, _)| *point);
    let start = e7(&segment["startLocation"]).or_else(|| ends(path.first()));
    let end = e7(&segment["endLocation"]).or_else(|| ends(path.last()));
    // The guesses come surest first; some segments have no more than those.
    let guess = &segment["activities"][0]["activityType"];
    let activity = segment["activityType"].as_str().or_else(|| guess.as_str()).map(words::activity).unwrap_or_default();
    let metres = numbers::float_of(&segment["distance"]).or_else(|| numbers::float_of(&segment["waypointPath"]["distanceMeters"]));
    let mut item = NewItem::new(Kind::Trip, IMPORTER.id, format!("trip|{}|{}|{}", from.ms, to.ms, rounded(start)), Raw::json(bytes));
    item.title = words::trip_title(&activity, metres);
    item.place = start;
    item.until = Some(to.ms);
    item.set("duration_s", seconds_between(from.ms, to.ms));
    item.set("distance_m", metres);
    item.set("activity", activity);
    item.set("confidence", segment["confidence"].as_str().filter(|word| *word != "UNKNOWN_CONFIDENCE").map(str::to_lowercase));
    item.set("end", end.map(degrees));
    item.set("path", path.iter().map(|(point, ms)| json!([point.lat_degrees(), point.lon_degrees(), ms])).collect::<Vec<_>>());
    item.set("parked", e7(&segment["parkingEvent"]["location"]).map(degrees));
    if is_confirmed(segment) {
        item.set("confirmed", true);
    }
    transit(&segment["transitPath"], &mut item);
    item.links.extend(phone(&segment["startLocation"]));
    item.at = Some(from);
    sink.item(item);
}

/// The line and the stops of public transport.
fn transit(path: &Value, item: &mut NewItem) {
    let stops: Vec<&str> = path["transitStops"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|stop| stop["name"].as_str())
        .filter(|name| !name.is_empty())
        .collect();
    let line = path["name"].as_str().unwrap_or_default();
    item.text = match (line.is_empty(), stops.is_empty()) {
        (true, true) => String::new(),
        (false, true) => line.to_owned(),
        (true, false) => stops.join(", "),
        (false, false) => format!("{line}: {}", stops.join(", ")),
    };
    item.set("line", line);
    item.links.extend(
        path["transitStops"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|stop| place_link(stop["placeId"].as_str(), stop["name"].as_str())),
    );
    item.set("stops", stops);
}

/// The phone that a place was found by.
fn phone(location: &Value) -> Option<NewLink> {
    numbers::integer_of(&location["sourceInfo"]["deviceTag"]).map(|tag| device_link(tag, ""))
}

/// Start and end, in any of the spellings of the years.
fn span(record: &Value) -> Option<(Moment, Moment)> {
    let duration = &record["duration"];
    let read = |names: [&str; 2]| names.iter().find_map(|name| time::of(&duration[*name]));
    Some((read(["startTimestamp", "startTimestampMs"])?, read(["endTimestamp", "endTimestampMs"])?))
}

/// The fixes of a movement, with their instants; the fixes of its route, which have none, when there are no others.
fn path_of(segment: &Value) -> Vec<(Point, Option<i64>)> {
    let read = |list: &Value| -> Vec<(Point, Option<i64>)> {
        list.as_array()
            .into_iter()
            .flatten()
            .filter_map(|point| {
                let stamp = ["timestamp", "timestampMs"].iter().find_map(|name| time::of(&point[*name]));
                Some((e7(point)?, stamp.map(|moment| moment.ms)))
            })
            .collect()
    };
    let fixes = read(&segment["simplifiedRawPath"]["points"]);
    if fixes.is_empty() { read(&segment["waypointPath"]["waypoints"]) } else { fixes }
}

fn is_confirmed(record: &Value) -> bool {
    record["editConfirmationStatus"].as_str() == Some("CONFIRMED")
}

fn degrees(point: Point) -> Value {
    json!([point.lat_degrees(), point.lon_degrees()])
}

fn rounded(place: Option<Point>) -> String {
    place.map_or_else(|| "nowhere".to_owned(), words::rounded)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::importer::collected::{read, shown};

    #[test]
    fn a_position_off_the_globe_is_told_and_the_rest_of_the_record_stands() {
        let file = br#"{"timelineObjects": [
          {"placeVisit": {"location": {"latitudeE7": 910000000, "longitudeE7": 85500000, "name": "Bakery"},
            "duration": {"startTimestamp": "2023-04-02T08:00:00Z", "endTimestamp": "2023-04-02T08:30:00Z"}}},
          {"placeVisit": {"location": {"latitudeE7": 0, "longitudeE7": 0, "name": "Unknown"},
            "duration": {"startTimestamp": "2023-04-02T09:00:00Z", "endTimestamp": "2023-04-02T09:30:00Z"}}},
          {"activitySegment": {"startLocation": {"latitudeE7": NaN, "longitudeE7": 85400000}, "endLocation": {"latitudeE7": 471300000, "longitudeE7": 85500000},
            "duration": {"startTimestamp": "2023-04-02T10:00:00Z", "endTimestamp": "2023-04-02T10:30:00Z"},
            "simplifiedRawPath": {"points": [{"latE7": 471250000, "lngE7": 1900000000}, {"latE7": 471250000, "lngE7": 85450000}]}}}]}"#;
        let read = read(&IMPORTER, "2023_APRIL.json", file);
        assert_eq!(read.items.iter().map(|item| item.place.is_some()).collect::<Vec<_>>(), [false, false, true]);
        let told: Vec<_> = read.findings.iter().map(|finding| (finding.code, finding.message.contains("910000000, 85500000"))).collect();
        assert_eq!(told, [(FindingCode::BadPosition, true), (FindingCode::BadPosition, false), (FindingCode::BadPosition, false)]);
    }

    #[test]
    fn stays_and_movements_come_out_with_their_facts() {
        let file = br##"{"timelineObjects": [
          {"activitySegment": {"startLocation": {"latitudeE7": 471200000, "longitudeE7": 85400000}, "endLocation": {"latitudeE7": 471300000, "longitudeE7": 85500000},
            "duration": {"startTimestamp": "2023-04-02T07:00:01Z", "endTimestamp": "2023-04-02T07:20:44.500Z"}, "distance": 3120, "activityType": "CYCLING", "confidence": "HIGH",
            "simplifiedRawPath": {"points": [{"latE7": 471250000, "lngE7": 85450000, "timestamp": "2023-04-02T07:10:00Z"}]}}},
          {"activitySegment": {"startLocation": {}, "duration": {"startTimestampMs": "1398441583147", "endTimestampMs": "1398442583147"}, "activityType": "IN_TRAIN",
            "waypointPath": {"waypoints": [{"latE7": 471200500, "lngE7": 85401000}, {"latE7": 471300500, "lngE7": 85501000}]},
            "transitPath": {"name": "S7", "transitStops": [{"name": "North", "placeId": "ChIJn"}, {"name": "South"}]}}},
          {"placeVisit": {"location": {"latitudeE7": 471300000, "longitudeE7": 85500000, "placeId": "ChIJx", "name": "Corner Bakery", "address": "1 Example St\n8000 Town", "semanticType": "TYPE_WORK", "sourceInfo": {"deviceTag": 42}},
            "duration": {"startTimestamp": "2023-04-02 09:20:44 +0200", "endTimestamp": "1680433330"},
            "childVisits": [{"location": {"name": "Stall"}, "duration": {"startTimestamp": "2023-04-02T08:00:00Z", "endTimestamp": "2023-04-02T08:30:00Z"}, "centerLatE7": 471300100, "centerLngE7": 85500200}]}},
          {"placeVisit": {"location": {}, "duration": {"startTimestamp": "2023-04-02T08:00:00Z"}}},
          {"somethingElse": 1}, {"placeVisit": nope}
        ]}"##;
        let read = read(&IMPORTER, "Semantic Location History/2023/2023_APRIL.json", file);
        assert_eq!(
            read.items.iter().map(shown).collect::<Vec<_>>(),
            [
                "trip google.location_semantic 2023-04-02T07:00:01Z | Cycling, 3.1 km @47.1200,8.5400",
                "trip google.location_semantic 2014-04-25T15:59:43.147Z | By train | S7: North, South @47.1200,8.5401 <Location google.place:ChIJn> <Location name:south>",
                "visit google.location_semantic 2023-04-02T08:00:00Z | Stall @47.1300,8.5500 <Location name:stall>",
                "visit google.location_semantic 2023-04-02T07:20:44Z | Corner Bakery | 1 Example St / 8000 Town @47.1300,8.5500 <Location google.place:ChIJx> <Device google.device:42>",
            ]
        );
        let [cycling, _, stall, bakery] = &read.items[..] else { panic!() };
        assert_eq!(cycling.data["path"], json!([[47.125, 8.545, 1_680_419_400_000_i64]]));
        assert_eq!(
            (&cycling.data["duration_s"], &cycling.data["distance_m"], &cycling.data["end"]),
            (&json!(1243), &json!(3120.0), &json!([47.13, 8.55]))
        );
        assert_eq!((stall.related[0].to, &stall.data["level"]), (bakery.uid, &json!(1)));
        assert_eq!((bakery.at.as_ref().unwrap().offset_min, bakery.until), (Some(120), Some(1_680_433_330_000)));
        assert_eq!((&bakery.data["semantic_type"], &bakery.data["duration_s"]), (&json!("work"), &json!(13_286)));
        assert_eq!(read.n_set_aside, 3);
    }
}
