//! `Timeline Edits.json`: what phones last sent to Google's servers after the Timeline had moved to the phones.
//!
//! It is no one's timeline, though people take it for theirs: a finding says where that is. Its positions become fixes of
//! [`Layer::Signals`], apart from every other track, so that they never bend one; its few segments are read as those of the
//! on-device Timeline; guesses of activities, scans of networks and rankings of places are counted as skipped.

use std::io;

use domain::{Finding, FindingCode, Layer, NewPoint, Severity};
use serde_json::Value;

use super::location::segment::{self, position};
use super::location::{accuracy, altitude, e7, not_ours, speed};
use super::location_records::method;
use crate::importer::{Claim, Importer, Input, Parse, Probe, Sink};
use crate::json::each::each;
use crate::json::lenient;
use crate::text::{numbers, time};

pub(crate) static IMPORTER: Importer =
    Importer { id: "google.location_edits", label: "Location History (last signals of phones)", recognizes, parse: Parse::File(parse) };

fn recognizes(probe: &Probe<'_>) -> Claim {
    let shaped = probe.head.trim_ascii_start().starts_with(b"{") && memchr::memmem::find(probe.head, b"\"timelineEdits\"").is_some();
    let named = super::location::in_product(probe) && probe.name().eq_ignore_ascii_case("timeline edits.json");
    Claim::by(shaped, named)
}

fn parse(input: &mut Input<'_>, sink: &mut dyn Sink) -> io::Result<()> {
    sink.finding(Finding {
        code: FindingCode::Elsewhere,
        severity: Severity::Warning,
        at: String::new(),
        message: "This file holds what a phone last sent to Google, not the timeline. The timeline is on the phone: open Settings, Location, Location services, Timeline, Export Timeline data, and import that file.".to_owned(),
        count: 1,
    });
    each(input.reader, sink, |entry, sink| match entry.key {
        "timelineEdits" | "" if entry.listed => edit(entry.bytes, &entry.at, sink),
        _ if entry.listed => not_ours(&entry, sink),
        _ => {}
    })
}

fn edit(bytes: &[u8], at: &str, sink: &mut dyn Sink) {
    let edit = match lenient::value(bytes) {
        Ok(edit) => edit,
        Err(error) => {
            return sink.set_aside(FindingCode::BadRecord, at, &format!("Expected a signal as a JSON object, and found: {error}."));
        }
    };
    if let Some(fix) = edit["rawSignal"]["signal"].get("position") {
        let device = numbers::integer_of(&edit["deviceId"]).unwrap_or(0);
        match point(fix, device) {
            Some(point) => sink.point(point),
            None => sink.set_aside(
                FindingCode::BadPosition,
                at,
                "Expected a position in `point` and a time in `timestamp`, and one of them is none.",
            ),
        }
    } else if edit.get("rawSignal").is_some() {
        sink.skip(FindingCode::BadPosition, at, "The signal is a guess of an activity or a scan of networks, and holds no position.");
    } else if edit.get("placeAggregates").is_some() {
        sink.skip(FindingCode::IgnoredFile, at, "The record ranks places for the phone, and says nothing of when someone was there.");
    } else {
        segment::read(bytes, at, sink);
    }
}

fn point(fix: &Value, device: i64) -> Option<NewPoint> {
    let place = position(fix).or_else(|| position(&fix["point"])).or_else(|| e7(&fix["point"]))?;
    let moment = time::of(&fix["timestamp"])?;
    let number = |key: &str| numbers::float_of(&fix[key]);
    let metres = number("accuracyMeters").or_else(|| number("accuracyMm").map(|mm| mm / 1_000.0));
    Some(NewPoint {
        device,
        accuracy: metres.and_then(accuracy),
        altitude: number("altitudeMeters").and_then(altitude),
        speed: number("speedMetersPerSecond").and_then(speed),
        method: method(fix["source"].as_str().unwrap_or_default()),
        ..segment::fix(Layer::Signals, moment.ms, place)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::importer::collected::{read, shown};

    #[test]
    fn positions_are_a_track_of_their_own_and_the_rest_is_counted() {
        let file = r#"{"timelineEdits": [
          {"deviceId": "42", "rawSignal": {"signal": {"position": {"point": {"latE7": 471200000, "lngE7": 85400000}, "accuracyMm": 13400, "altitudeMeters": 431.2, "source": "WIFI", "timestamp": "2024-12-01T08:31:00.000Z", "speedMetersPerSecond": 0.4}}, "additionalTimestamp": "2024-12-01T08:31:01Z"}},
          {"deviceId": "0", "rawSignal": {"signal": {"activityRecord": {"detectedActivities": [{"activityType": "STILL", "probability": 0.9}], "timestamp": "2024-12-01T08:31:00Z"}}}},
          {"deviceId": "0", "rawSignal": {"signal": {"wifiScan": {"devices": [{"mac": "1"}]}}}},
          {"deviceId": "0", "placeAggregates": {"placeAggregateInfo": []}},
          {"startTime": "2024-12-01T08:31:12.000+01:00", "endTime": "2024-12-01T09:40:00.000+01:00", "visit": {"topCandidate": {"placeId": "ChIJx", "placeLocation": {"latLng": "47.12°, 8.54°"}}}},
          {"deviceId": "0", "rawSignal": {"signal": {"position": {"point": {}, "timestamp": "2024-12-01T08:31:00.000Z"}}}}]}"#;
        let read = read(&IMPORTER, "Timeline/Timeline Edits.json", file.as_bytes());
        let [fix] = read.points[..] else { panic!("{:?}", read.points) };
        assert_eq!((fix.layer, fix.device, fix.at, fix.accuracy, fix.speed), (Layer::Signals, 42, 1_733_041_860_000, Some(13), Some(40)));
        assert_eq!(
            read.items.iter().map(shown).collect::<Vec<_>>(),
            ["visit google.location_device 2024-12-01T07:31:12Z | 47.120, 8.540 @47.1200,8.5400 <Location google.place:ChIJx>"]
        );
        assert_eq!((read.n_skipped, read.n_set_aside, read.findings[0].code), (3, 1, FindingCode::Elsewhere));
    }
}
