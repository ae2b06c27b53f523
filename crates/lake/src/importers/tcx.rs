//! Workouts as TCX, which Garmin, Polar, Wahoo and others write (those inside a Google Fit export are read with Fit).
//!
//! An activity becomes a [`Kind::Workout`](domain::Kind::Workout) with its laps added up, its points fixes of
//! [`Layer::Workout`](domain::Layer::Workout). Key: the start. `data` is documented at [`super::workout`].

use std::io;

use domain::{Raw, RawFormat};

use super::workout::tcx;
use crate::importer::{Claim, Importer, Input, Parse, Probe, Sink};

pub(crate) static IMPORTER: Importer = Importer { id: "tcx", label: "Workouts (TCX)", recognizes, parse: Parse::File(parse) };

fn recognizes(probe: &Probe<'_>) -> Claim {
    match (tcx::recognizes(probe.head), probe.extension() == "tcx") {
        (true, _) => Claim::Yes(2),
        (false, true) => Claim::Yes(1),
        (false, false) => Claim::No,
    }
}

fn parse(input: &mut Input<'_>, sink: &mut dyn Sink) -> io::Result<()> {
    tcx::read(input.reader, IMPORTER.id, sink, &mut |workout, raw, sink| {
        let key = workout.from.as_ref().map_or_else(String::new, |from| format!("{}|{}", from.ms, workout.activity));
        sink.item(workout.into_item(IMPORTER.id, &key, Raw::text(RawFormat::Xml, &raw)));
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::importer::collected::read;
    use serde_json::json;

    const FILE: &str = r#"<?xml version="1.0" encoding="UTF-8"?><TrainingCenterDatabase xmlns="http://www.garmin.com/xmlschemas/TrainingCenterDatabase/v2"><Activities>
      <Activity Sport="Running"><Id>2023-05-01T08:00:00.000Z</Id>
        <Lap StartTime="2023-05-01T08:00:00Z"><TotalTimeSeconds>600</TotalTimeSeconds><DistanceMeters>1500.5</DistanceMeters><Calories>100</Calories><AverageHeartRateBpm><Value>120</Value></AverageHeartRateBpm>
          <Track><Trackpoint><Time>2023-05-01T08:00:01Z</Time><Position><LatitudeDegrees>47.12</LatitudeDegrees><LongitudeDegrees>8.54</LongitudeDegrees></Position><AltitudeMeters>431.2</AltitudeMeters><HeartRateBpm><Value>118</Value></HeartRateBpm></Trackpoint>
            <Trackpoint><Time>2023-05-01T08:00:05Z</Time><HeartRateBpm><Value>119</Value></HeartRateBpm></Trackpoint>
            <Trackpoint><Time>2023-05-01T08:00:09Z</Time><Position><LatitudeDegrees>99</LatitudeDegrees><LongitudeDegrees>8</LongitudeDegrees></Position></Trackpoint></Track></Lap>
        <Lap StartTime="2023-05-01T08:10:00Z"><TotalTimeSeconds>200</TotalTimeSeconds><DistanceMeters>500</DistanceMeters><AverageHeartRateBpm><Value>160</Value></AverageHeartRateBpm></Lap>
        <Creator><Name>Watch 5</Name></Creator></Activity>
      <Activity Sport="Other"></Activity></Activities></TrainingCenterDatabase>"#;

    #[test]
    fn laps_add_up_and_points_are_fixes() {
        let whole = read(&IMPORTER, "run.tcx", FILE.as_bytes());
        assert_eq!(whole.shown().lines().next(), Some("workout tcx 2023-05-01T08:00:00Z | Running, 2.0 km @47.1200,8.5400"));
        let data = &whole.items[0].data;
        assert_eq!(
            (&data["distance_m"], &data["duration_s"], &data["energy_kcal"], &data["heart_rate_avg"], &data["recorded_by"]),
            (&json!(2000.5), &json!(800), &json!(100), &json!(130), &json!("Watch 5"))
        );
        assert_eq!((whole.points.len(), whole.n_merged, whole.n_set_aside, whole.items.len()), (1, 1, 2, 1));
        let cut = read(&IMPORTER, "run.tcx", &FILE.as_bytes()[..900]);
        assert_eq!((cut.items.len(), cut.findings.last().map(|finding| finding.code)), (1, Some(domain::FindingCode::CutShort)));
    }
}
