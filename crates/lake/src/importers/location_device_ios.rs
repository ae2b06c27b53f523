//! The on-device Timeline as an iPhone exports it: `location-history.json`, one array of segments, all numbers as text.
//!
//! What comes out is what the Android importer documents; the source is the same.

use std::io;

use super::location::segment;
use crate::importer::{Claim, Importer, Input, Parse, Probe, Sink};
use crate::json::each::each;

pub(crate) static IMPORTER: Importer =
    Importer { id: "google.location_device_ios", label: "Timeline from an iPhone", recognizes, parse: Parse::File(parse) };

const KINDS: [&[u8]; 4] = [b"\"visit\"", b"\"activity\"", b"\"timelinePath\"", b"\"timelineMemory\""];

fn recognizes(probe: &Probe<'_>) -> Claim {
    let has = |key: &[u8]| memchr::memmem::find(probe.head, key).is_some();
    let shaped = probe.head.trim_ascii_start().starts_with(b"[")
        && has(b"\"startTime\"")
        && has(b"\"endTime\"")
        && KINDS.iter().any(|kind| has(kind));
    match (shaped, probe.name().to_lowercase().starts_with("location-history")) {
        (true, true) => Claim::Yes(3),
        (true, false) => Claim::Yes(2),
        (false, true) if probe.extension() == "json" => Claim::Yes(1),
        (false, _) => Claim::No,
    }
}

fn parse(input: &mut Input<'_>, sink: &mut dyn Sink) -> io::Result<()> {
    each(input.reader, sink, |entry, sink| {
        if entry.listed {
            segment::read(entry.bytes, &entry.at, sink);
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::importer::collected::{read, shown};

    #[test]
    fn numbers_in_quotes_and_minutes_after_the_start_are_read() {
        let file = br#"[
          {"startTime": "2024-07-01T08:31:12.345+02:00", "endTime": "2024-07-01T09:40:00.000+02:00",
           "visit": {"hierarchyLevel": "0", "probability": "0.910000", "topCandidate": {"placeID": "ChIJx", "semanticType": "Unknown", "probability": "0.55", "placeLocation": "geo:47.120000,8.540000"}}},
          {"startTime": "2024-07-01T09:40:00.000+02:00", "endTime": "2024-07-01T10:05:00.000+02:00",
           "activity": {"start": "geo:47.12,8.54", "end": "geo:47.20,8.60", "distanceMeters": "820.500000", "topCandidate": {"type": "walking", "probability": "0.88"}}},
          {"startTime": "2024-07-05T00:00:00.000Z", "endTime": "2024-07-09T00:00:00.000Z", "timelineMemory": {"destinations": [{"identifier": "ChIJother"}], "distanceFromOriginKms": "412"}},
          {"startTime": "2024-07-01T06:00:00.000Z", "endTime": "2024-07-01T08:00:00.000Z", "timelinePath": [{"point": "geo:47.121,8.541", "durationMinutesOffsetFromStartTime": "49"}]}
        ]"#;
        let read = read(&IMPORTER, "location-history.json", file);
        assert_eq!(
            read.items.iter().map(shown).collect::<Vec<_>>(),
            [
                "visit google.location_device 2024-07-01T06:31:12.345Z | 47.120, 8.540 @47.1200,8.5400 <Location google.place:ChIJx>",
                "trip google.location_device 2024-07-01T07:40:00Z | Walking, 820 m @47.1200,8.5400",
                "trip google.location_device 2024-07-05T00:00:00Z | Journey, 412 km away <Location google.place:ChIJother>",
            ]
        );
        assert_eq!(read.points.iter().map(|point| (point.at, point.point.lon)).collect::<Vec<_>>(), [(1_719_816_540_000, 85_410_000)]);
        assert_eq!((read.n_skipped, read.n_set_aside, read.findings.len()), (0, 0, 0));
    }
}
