//! Location History as fixes: `Records.json`, and `Location History.json` as it was called to 2021.
//!
//! Each record with a position becomes one fix of [`Layer::Records`]; a fix is `(device, instant, position)`, so a
//! re-export adds nothing. Scans of networks are dropped: they name the neighbours' devices, not the owner's life.
//! Records without a position (an activity or a scan alone) are counted as skipped.
//!
//! The note about encrypted backups is recognised here too, and ignored with what to do instead.

use std::borrow::Cow;
use std::io;

use domain::{FindingCode, Layer, Method, NewPoint};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::location::{accuracy, altitude, not_ours, speed, words};
use crate::importer::{Claim, Importer, Input, Parse, Probe, Sink};
use crate::json::each::each;
use crate::json::lenient;
use crate::text::{numbers, time};

pub(crate) static IMPORTER: Importer =
    Importer { id: "google.location_records", label: "Location History (fixes)", recognizes, parse: Parse::File(parse) };

const NAMES: [&str; 4] = ["records.json", "location history.json", "locationhistory.json", "standortverlauf.json"];

fn recognizes(probe: &Probe<'_>) -> Claim {
    if let Some(claim) = ignored(probe) {
        return claim;
    }
    if probe.extension() != "json" {
        return Claim::No;
    }
    let has = |key: &str| memchr::memmem::find(probe.head, key.as_bytes()).is_some();
    let shaped = probe.head.trim_ascii_start().starts_with(b"{")
        && has("\"locations\"")
        && (has("\"latitudeE7\"") || has("\"timestampMs\"") || has("\"timestamp\"") || probe.size < 100);
    let named = NAMES.contains(&probe.name().to_lowercase().as_str());
    Claim::by(shaped, named)
}

/// The note that stands where the data of a moved Timeline would be.
fn ignored(probe: &Probe<'_>) -> Option<Claim> {
    (probe.name().to_lowercase() == "encrypted backups.txt").then(|| {
        Claim::Ignore(
            FindingCode::Elsewhere,
            "The timeline is on the phone, and Google keeps only an encrypted backup of it. On Android: Settings, Location, Location services, Timeline, Export Timeline data. On an iPhone: Google Maps, your profile, Your Timeline, settings, Export.".to_owned(),
        )
    })
}

#[derive(Deserialize)]
struct Record<'r> {
    #[serde(rename = "latitudeE7", default, deserialize_with = "numbers::float")]
    lat: Option<f64>,
    #[serde(rename = "longitudeE7", default, deserialize_with = "numbers::float")]
    lon: Option<f64>,
    #[serde(borrow, default)]
    timestamp: Option<&'r RawValue>,
    #[serde(rename = "timestampMs", borrow, default)]
    timestamp_ms: Option<&'r RawValue>,
    #[serde(default, deserialize_with = "numbers::float")]
    accuracy: Option<f64>,
    #[serde(default, deserialize_with = "numbers::float")]
    altitude: Option<f64>,
    #[serde(default, deserialize_with = "numbers::float")]
    velocity: Option<f64>,
    #[serde(default, deserialize_with = "numbers::float")]
    heading: Option<f64>,
    #[serde(borrow, default)]
    source: Option<&'r RawValue>,
    #[serde(rename = "deviceTag", default, deserialize_with = "numbers::integer")]
    device: Option<i64>,
    #[serde(borrow, default, alias = "activitys", alias = "activities")]
    activity: Option<&'r RawValue>,
}

#[derive(Deserialize)]
struct Guesses<'r> {
    #[serde(borrow, default, alias = "activities", alias = "activitys")]
    activity: Vec<Guess<'r>>,
}

#[derive(Deserialize)]
struct Guess<'r> {
    #[serde(rename = "type", borrow)]
    word: Cow<'r, str>,
    #[serde(default, deserialize_with = "numbers::float")]
    confidence: Option<f64>,
}

fn parse(input: &mut Input<'_>, sink: &mut dyn Sink) -> io::Result<()> {
    each(input.reader, sink, |entry, sink| match entry.key {
        "locations" | "" if entry.listed => record(entry.bytes, &entry.at, sink),
        _ if entry.listed => not_ours(&entry, sink),
        _ => {}
    })
}

fn record(bytes: &[u8], at: &str, sink: &mut dyn Sink) {
    let sound;
    let record: Record<'_> = match serde_json::from_slice(bytes) {
        Ok(record) => record,
        Err(error) => {
            sound = lenient::sound(bytes);
            let Some(record) = sound.as_deref().and_then(|bytes| serde_json::from_slice(bytes).ok()) else {
                return sink.set_aside(FindingCode::BadRecord, at, &format!("Expected a fix as a JSON object, and found: {error}."));
            };
            record
        }
    };
    let (Some(lat), Some(lon)) = (record.lat, record.lon) else {
        if memchr::memmem::find(bytes, b"\"latitudeE7\"").is_some() || memchr::memmem::find(bytes, b"\"longitudeE7\"").is_some() {
            return sink.set_aside(
                FindingCode::BadPosition,
                at,
                "Expected a number (degrees times 10 million) in both `latitudeE7` and `longitudeE7`, and one of them is missing or none.",
            );
        }
        return sink.skip(FindingCode::BadPosition, at, "The record holds an activity or a scan of networks, and no position.");
    };
    let stamp = record.timestamp.or(record.timestamp_ms).map(|raw| raw.get().trim_matches('"'));
    let Some(moment) = stamp.and_then(time::any) else {
        return sink.set_aside(
            FindingCode::UncertainTime,
            at,
            &format!("Expected a time in `timestamp` or `timestampMs`, and found {}.", stamp.unwrap_or("none")),
        );
    };
    let Some(point) = numbers::e7(lat, lon) else {
        return sink.set_aside(
            FindingCode::BadPosition,
            at,
            &format!(
                "The position {lat}, {lon} (degrees times 10 million) is not on the globe, or is the 0, 0 of a phone that does not know."
            ),
        );
    };
    sink.point(NewPoint {
        layer: Layer::Records,
        device: record.device.unwrap_or(0),
        at: moment.ms,
        point,
        accuracy: record.accuracy.and_then(accuracy),
        altitude: record.altitude.and_then(altitude),
        speed: record.velocity.and_then(speed),
        heading: record.heading.filter(|degrees| (0.0..=360.0).contains(degrees)).map(|degrees| degrees.round() as u16),
        method: record.source.map_or(Method::Unknown, |source| method(source.get().trim_matches('"'))),
        activity: record.activity.and_then(|raw| likeliest(raw.get())),
    });
}

/// How a fix was found, in any spelling.
pub(super) fn method(text: &str) -> Method {
    match text.to_ascii_uppercase().as_str() {
        "GPS" => Method::Gps,
        "WIFI" | "WIFI_ONLY" => Method::Wifi,
        "CELL" => Method::Cell,
        "VISIT_ARRIVAL" | "VISIT_DEPARTURE" => Method::Visit,
        _ => Method::Unknown,
    }
}

/// The surest guess of the first group, which is the one nearest to the fix.
fn likeliest(raw: &str) -> Option<(domain::ActivityType, u8)> {
    let groups: Vec<Guesses<'_>> = serde_json::from_str(raw).ok()?;
    let guesses = groups.into_iter().next()?.activity;
    let best = guesses.iter().filter_map(|guess| Some((guess, guess.confidence?))).max_by(|a, b| a.1.total_cmp(&b.1))?;
    Some((words::activity_type(&words::activity(&best.0.word)), best.1.clamp(0.0, 100.0) as u8))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::importer::collected::read;
    use domain::ActivityType;

    #[test]
    fn fixes_of_both_eras_are_read_and_the_rest_is_accounted_for() {
        let file = br#"{"locations": [
            {"latitudeE7": 471234567, "longitudeE7": 85432109, "accuracy": 14, "altitude": 431, "velocity": 2, "heading": 181, "source": "wifi", "deviceTag": -1200450021,
             "timestamp": "2023-04-02T09:15:11.204Z", "activity": [{"timestamp": "2023-04-02T09:14:50Z", "activity": [{"type": "STILL", "confidence": 12}, {"type": "inVehicle", "confidence": 81}]}]},
            {"timestampMs": "1398441583147", "latitudeE7": 471234568, "longitudeE7": 4209534293, "velocity": -1},
            {"timestamp": "2023-04-02T09:15:12Z", "activeWifiScan": {"accessPoints": [{"mac": "1"}]}},
            {"timestamp": "2023-04-02T09:15:13Z", "latitudeE7": 910000000, "longitudeE7": 1},
            {"timestamp": "2023-04-02T09:15:13Z", "latitudeE7": 0, "longitudeE7": 0},
            {"timestamp": "soon", "latitudeE7": 471234567, "longitudeE7": 85432109},
            {"timestamp": "2023-04-02T09:15:14Z", "latitudeE7": 47 12},
            {"timestamp": "2023-04-02T09:15:15Z", "latitudeE7": 471234570, "longitudeE7": 85432109, "altitude": NaN, "source": 7, "source": "GPS"},
            {"timestamp": 1680426914, "latitudeE7": "471234569", "longitudeE7": 85432109.0, "accuracy": null, "activity": "none"}
        ], "other": {"locations": 1}, "notes": [1]}"#;
        let read = read(&IMPORTER, "Location History/Records.json", file);
        let [first, second, odd, third] = read.points[..] else { panic!("{:?}", read.points) };
        assert_eq!(
            (first.device, first.at, first.accuracy, first.altitude, first.speed, first.heading),
            (-1_200_450_021, 1_680_426_911_204, Some(14), Some(431), Some(200), Some(181))
        );
        assert_eq!((first.method, first.activity), (Method::Wifi, Some((ActivityType::Vehicle, 81))));
        assert_eq!((second.at, second.point.lon, second.speed), (1_398_441_583_147, -85_433_003, None));
        assert_eq!((third.at, third.point.lat, third.activity), (1_680_426_914_000, 471_234_569, None));
        assert_eq!((odd.at, odd.altitude, odd.method), (1_680_426_915_000, None, Method::Gps));
        assert_eq!((read.n_skipped, read.n_set_aside), (2, 4));
        assert_eq!(
            read.findings.iter().map(|finding| finding.code).collect::<Vec<_>>(),
            [
                FindingCode::BadPosition,
                FindingCode::BadPosition,
                FindingCode::BadPosition,
                FindingCode::UncertainTime,
                FindingCode::BadRecord,
                FindingCode::BadRecord,
            ]
        );
    }

    #[test]
    fn a_position_that_is_no_number_is_set_aside_and_not_taken_for_a_scan() {
        let file = br#"{"locations": [
            {"timestamp": "2023-04-02T09:15:11Z", "latitudeE7": NaN, "longitudeE7": 85432109},
            {"timestamp": "2023-04-02T09:15:12Z", "longitudeE7": 85432109},
            {"timestamp": "2023-04-02T09:15:13Z", "activeWifiScan": {}}]}"#;
        let read = read(&IMPORTER, "Records.json", file);
        assert_eq!((read.n_set_aside, read.n_skipped), (2, 1));
        let told = read.findings.iter().find(|finding| finding.code == FindingCode::BadPosition).unwrap();
        assert!(told.message.contains("Expected a number"), "{told:?}");
    }

    #[test]
    fn degrees_in_place_of_e7_are_read_and_what_nobody_measures_is_left_out() {
        let file = br#"{"locations": [
            {"timestamp": "2023-04-02T09:15:11Z", "latitudeE7": 38.7, "longitudeE7": -9.1, "accuracy": 1e30, "altitude": -1e9, "velocity": 1e9},
            {"timestamp": "2023-04-02T09:15:12Z", "latitudeE7": 38.7, "longitudeE7": -91000000}]}"#;
        let read = read(&IMPORTER, "Records.json", file);
        let [fix] = read.points[..] else { panic!("{:?}", read.points) };
        assert_eq!((fix.point.lat, fix.point.lon, fix.accuracy, fix.altitude, fix.speed), (387_000_000, -91_000_000, None, None, None));
        assert_eq!((read.n_set_aside, read.findings[0].code), (1, FindingCode::BadPosition));
    }

    #[test]
    fn a_cut_file_keeps_its_whole_records() {
        let read = read(
            &IMPORTER,
            "Records.json",
            br#"{"locations" : [ {"timestampMs": "1398441583147", "latitudeE7": 471234568, "longitudeE7": 85432109}, {"timest"#,
        );
        assert_eq!((read.points.len(), read.findings.len()), (1, 1));
        assert_eq!((read.findings[0].code, read.findings[0].at.as_str()), (FindingCode::CutShort, "byte 109"));
    }

    #[test]
    fn content_is_recognised_under_any_name_and_look_alikes_say_what_to_do() {
        let claim = |path: &str, head: &str| recognizes(&Probe { path, head: head.as_bytes(), tail: &[], size: head.len() as u64 });
        assert_eq!(claim("x.json", "{\"locations\" : [ {\n \"timestampMs\": \"1\""), Claim::Yes(2));
        assert_eq!(claim("Standortverlauf/Standortverlauf.json", "{\"locations\": [{\"latitudeE7\": 1"), Claim::Yes(3));
        assert_eq!(claim("a/Records.json", "{\"records\": []}"), Claim::Yes(1));
        assert_eq!(claim("a/b.json", "{\"timelineObjects\": []}"), Claim::No);
        let note = claim("Timeline/Encrypted Backups.txt", "There are");
        assert!(matches!(note, Claim::Ignore(FindingCode::Elsewhere, ref why) if why.contains("Export Timeline data")), "{note:?}");
    }
}
