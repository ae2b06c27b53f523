//! The on-device Timeline as Android exports it: `Timeline.json`, under many local names, bare and not in an archive.
//!
//! `semanticSegments` become visits, trips and fixes of [`Layer::Device`]; positions in `rawSignals` become fixes of
//! [`Layer::Signals`], a track of its own, for the two disagree; places that the owner goes to often become
//! [`Kind::Place`]s. Scans of networks are dropped, and activity guesses without a position are counted as skipped.
//!
//! `data` of a visit: `duration_s`, `place_id`, `semantic_type`, `confidence` (0 to 100), `level` (1 and more inside
//! another visit). Of a trip: `distance_m`, `duration_s`, `activity`, `confidence`, `end` and `parked` (`[lat, lon]`). Of a
//! journey, a trip with `memory`: `distance_from_home_km`. Of a place: `label`, `place_id`.

use std::io;

use domain::{FindingCode, Kind, Layer, NewItem, NewPoint, Raw};
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use super::location::segment::{self, position};
use super::location::{accuracy, altitude, not_ours, place_link, speed, words};
use super::location_records::method;
use crate::importer::{Claim, Importer, Input, Parse, Probe, Sink};
use crate::json::each::each;
use crate::json::lenient;
use crate::text::{numbers, time};

pub(crate) static IMPORTER: Importer =
    Importer { id: "google.location_device", label: "Timeline from an Android phone", recognizes, parse: Parse::File(parse) };

const KEYS: [&[u8]; 3] = [b"\"semanticSegments\"", b"\"rawSignals\"", b"\"userLocationProfile\""];

fn recognizes(probe: &Probe<'_>) -> Claim {
    // The order of the keys is not fixed: the one that tells may be at the end.
    let has = |key: &[u8]| [probe.head, probe.tail].iter().any(|bytes| memchr::memmem::find(bytes, key).is_some());
    if probe.head.trim_ascii_start().starts_with(b"{") && KEYS.iter().any(|key| has(key)) {
        return Claim::Yes(if probe.extension() == "json" { 3 } else { 2 });
    }
    if probe.name().to_lowercase() == "timeline.json" && probe.folders().next().is_none() { Claim::Yes(1) } else { Claim::No }
}

fn parse(input: &mut Input<'_>, sink: &mut dyn Sink) -> io::Result<()> {
    each(input.reader, sink, |entry, sink| match (entry.key, entry.listed) {
        ("semanticSegments", true) => segment::read(entry.bytes, &entry.at, sink),
        ("rawSignals", true) => signal(entry.bytes, &entry.at, sink),
        (_, true) => not_ours(&entry, sink),
        ("userLocationProfile", false) => profile(entry.bytes, &entry.at, sink),
        (_, false) => {}
    })
}

fn signal(bytes: &[u8], at: &str, sink: &mut dyn Sink) {
    let signal = match lenient::value(bytes) {
        Ok(signal) => signal,
        Err(error) => {
            return sink.set_aside(FindingCode::BadRecord, at, &format!("Expected a signal as a JSON object, and found: {error}."));
        }
    };
    let Some(fix) = signal.get("position") else {
        return sink.skip(FindingCode::BadPosition, at, "The signal is an activity guess or a scan of networks, and holds no position.");
    };
    let number = |key: &str| numbers::float_of(&fix[key]);
    let (Some(place), Some(moment)) = (position(fix), time::of(&fix["timestamp"])) else {
        return sink.set_aside(
            FindingCode::BadPosition,
            at,
            "Expected a position in `LatLng` and a time in `timestamp`, and one of them is none.",
        );
    };
    sink.point(NewPoint {
        accuracy: number("accuracyMeters").and_then(accuracy),
        altitude: number("altitudeMeters").and_then(altitude),
        speed: number("speedMetersPerSecond").and_then(speed),
        method: method(fix["source"].as_str().unwrap_or_default()),
        ..segment::fix(Layer::Signals, moment.ms, place)
    });
}

#[derive(Deserialize)]
struct Profile<'r> {
    #[serde(rename = "frequentPlaces", borrow, default)]
    frequent: Vec<&'r RawValue>,
}

fn profile(bytes: &[u8], at: &str, sink: &mut dyn Sink) {
    let profile: Profile<'_> = match serde_json::from_slice(bytes) {
        Ok(profile) => profile,
        Err(error) => {
            return sink.set_aside(FindingCode::BadRecord, at, &format!("Expected the owner's frequent places, and found: {error}."));
        }
    };
    for raw in profile.frequent {
        let Ok(place) = serde_json::from_str::<Value>(raw.get()) else { continue };
        let here = position(&place["placeLocation"]);
        let place_id = ["placeId", "placeID"].iter().find_map(|key| place[*key].as_str()).filter(|id| !id.is_empty());
        let label = place["label"].as_str().and_then(words::semantic_type);
        if here.is_none() && place_id.is_none() {
            sink.set_aside(FindingCode::BadPosition, at, "A frequent place has neither a position nor an id.");
            continue;
        }
        let key = format!("place|{}", place_id.map_or_else(|| here.map(words::rounded).unwrap_or_default(), str::to_owned));
        let mut item = NewItem::new(Kind::Place, segment::SOURCE, key, Raw::json(raw.get().as_bytes()));
        item.title = words::visit_title(None, label.as_deref(), None, here);
        item.place = here;
        item.set("label", label);
        item.set("place_id", place_id);
        item.links.extend(place_link(place_id, None));
        sink.item(item);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::importer::collected::{read, shown};
    use serde_json::json;

    const FILE: &str = r#"{"semanticSegments": [
      {"startTime": "2024-07-01T08:00:00.000+02:00", "endTime": "2024-07-01T10:00:00.000+02:00",
       "timelinePath": [{"point": "47.1234567°, 8.5432109°", "time": "2024-07-01T08:03:00.000+02:00"}, {"point": "nan°, nan°", "time": "2024-07-01T08:04:00+02:00"},
                        {"point": "geo:47.2,8.6", "durationMinutesOffsetFromStartTime": "500"}]},
      {"startTime": "2024-07-01T09:31:12.000+03:00", "endTime": "2024-07-01T09:40:00.000+02:00", "startTimeTimezoneUtcOffsetMinutes": 120, "endTimeTimezoneUtcOffsetMinutes": 120,
       "visit": {"hierarchyLevel": 1, "probability": 0.91, "topCandidate": {"placeId": "ChIJx", "semanticType": "INFERRED_WORK", "probability": 0.55, "placeLocation": {"latLng": "47.12°, 8.54°"}}}},
      {"startTime": "2024-07-01T09:40:00+02:00", "endTime": "2024-07-01T10:05:00+02:00",
       "activity": {"start": {"latLng": "47.12°, 8.54°"}, "end": {"latLng": "47.20°, 8.60°"}, "distanceMeters": 9120.5, "topCandidate": {"type": "IN_PASSENGER_VEHICLE", "probability": 0.88},
         "parking": {"location": {"latLng": "47.20°, 8.60°"}}}},
      {"startTime": "2024-07-05T00:00:00.000+02:00", "endTime": "2024-07-09T00:00:00.000+02:00",
       "timelineMemory": {"trip": {"distanceFromOriginKms": 412, "destinations": [{"identifier": {"placeId": "ChIJother"}}]}}},
      {"startTime": "2024-07-05T00:00:00.000+02:00", "endTime": "2024-07-09T00:00:00.000+02:00", "novelty": {}},
      {"startTime": "today", "endTime": "2024-07-09T00:00:00.000+02:00", "visit": {}},
      {"startTime": "2024-07-09T00:00:00.000+02:00", "visit": {"topCandidate": {"placeLocation": "47.12°, 8.54°"}}}],
     "rawSignals": [
      {"position": {"LatLng": "47.12°, 8.54°", "accuracyMeters": 13, "altitudeMeters": 431.2, "source": "WIFI", "timestamp": "2024-07-01T08:31:00.000+02:00", "speedMetersPerSecond": 0.4}},
      {"activityRecord": {"timestamp": "2024-07-01T08:31:20.000+02:00"}}, {"wifiScan": {"devicesRecords": []}}],
     "userLocationProfile": {"frequentPlaces": [{"placeId": "ChIJx", "placeLocation": "47.12°, 8.54°", "label": "WORK"}]}}"#;

    #[test]
    fn segments_signals_and_places_are_all_accounted_for() {
        let read = read(&IMPORTER, "Zeitleiste.json", FILE.as_bytes());
        assert_eq!(
            read.items.iter().map(shown).collect::<Vec<_>>(),
            [
                "visit google.location_device 2024-07-01T06:31:12Z | Work @47.1200,8.5400 <Location google.place:ChIJx>",
                "trip google.location_device 2024-07-01T07:40:00Z | Driving, 9.1 km @47.1200,8.5400",
                "trip google.location_device 2024-07-04T22:00:00Z | Journey, 412 km away <Location google.place:ChIJother>",
                "visit google.location_device 2024-07-08T22:00:00Z | 47.120, 8.540 @47.1200,8.5400",
                "place google.location_device no time | Work @47.1200,8.5400 <Location google.place:ChIJx>",
            ]
        );
        let visit = &read.items[0];
        assert_eq!(
            (visit.at.as_ref().unwrap().offset_min, &visit.data["level"], &visit.data["confidence"], &visit.data["duration_s"]),
            (Some(120), &json!(1), &json!(91.0), &json!(4128))
        );
        let points: Vec<_> =
            read.points.iter().map(|point| (point.layer, point.at, point.point.lat, point.accuracy, point.speed)).collect();
        let end_of_bucket = 1_719_820_800_000;
        assert_eq!(
            points,
            [
                (Layer::Device, 1_719_813_780_000, 471_234_567, None, None),
                (Layer::Device, end_of_bucket, 472_000_000, None, None),
                (Layer::Signals, 1_719_815_460_000, 471_200_000, Some(13), Some(40)),
            ]
        );
        assert_eq!((read.n_skipped, read.n_set_aside), (3, 2));
    }

    #[test]
    fn a_position_off_the_globe_is_told_and_the_rest_of_the_segment_stands() {
        let file = r#"{"semanticSegments": [
          {"startTime": "2024-07-01T08:00:00+02:00", "endTime": "2024-07-01T09:00:00+02:00", "visit": {"topCandidate": {"placeId": "ChIJx", "placeLocation": {"latLng": "147.12°, 8.54°"}}}},
          {"startTime": "2024-07-01T09:00:00+02:00", "endTime": "2024-07-01T09:30:00+02:00", "visit": {"topCandidate": {"placeId": "ChIJy", "placeLocation": {"latLng": "0.0°, 0.0°"}}}},
          {"startTime": "2024-07-01T09:40:00+02:00", "endTime": "2024-07-01T10:05:00+02:00", "activity": {"start": {"latLng": "nan°, nan°"}, "end": {"latLng": "47.20°, 8.60°"}}}]}"#;
        let read = read(&IMPORTER, "Timeline.json", file.as_bytes());
        assert_eq!(read.items.iter().map(|item| item.place.is_some()).collect::<Vec<_>>(), [false, false, true]);
        let told: Vec<_> = read.findings.iter().map(|finding| (finding.code, finding.message.as_str())).collect();
        assert_eq!(told.len(), 2);
        assert!(told.iter().all(|(code, _)| *code == FindingCode::BadPosition) && told[0].1.contains("147.12") && told[1].1.contains("nan"), "{told:?}");
    }

    #[test]
    fn the_telling_key_may_stand_at_the_end() {
        let probe = |head: &'static [u8], tail: &'static [u8]| Probe { path: "Oś czasu.json", head, tail, size: 1 << 30 };
        assert_eq!(recognizes(&probe(b"{\"other\": [", b"], \"semanticSegments\": []}")), Claim::Yes(3));
        assert_eq!(recognizes(&probe(b"{\"other\": [", b"]}")), Claim::No);
        assert_eq!(recognizes(&probe(b"[\"semanticSegments\"", b"]")), Claim::No);
    }
}
