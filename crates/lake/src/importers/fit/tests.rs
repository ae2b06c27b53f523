use super::*;
use crate::importer::collected::{Collected, read_set, shown};
use domain::Layer;
use serde_json::json;

const DAILY: &str = "Date,Move Minutes count,Calories (kcal),Distance (m),Heart Points,Average heart rate (bpm),Max heart rate (bpm),Min heart rate (bpm),Low latitude (deg),Step count,Walking duration (ms)\n2023-05-01,62,2100.5,6100.4,31,72.25,131,48,47.1,8412,3600000\n2023-05-02,,1700.1\nnext week,1\n";
const QUARTERS: &str = "Start time,End time,Calories (kcal),Step count,Average heart rate (bpm),Average speed (m/s)\n08:00:00.000+02:00,08:15:00.000+02:00,20.5,900,80,1.2\n08:15:00.000+02:00,08:30:00.000+02:00,18,700,,\n";
const MERGED: &str = r#"{"Data Source": "derived:com.google.step_count.delta:com.google.android.gms:merge_step_deltas", "Data Points": [
  {"fitValue": [{"value": {"intVal": 84}}], "originDataSourceId": "raw:x", "startTimeNanos": 1682892000000000000, "endTimeNanos": 1682892060000000000, "dataTypeName": "com.google.step_count.delta"},
  {"fitValue": [{"value": {"intVal": 500}}], "startTimeNanos": 1683064800000000000, "endTimeNanos": 1683064860000000000, "dataTypeName": "com.google.step_count.delta"},
  {"fitValue": [{"value": {"intVal": 1}}], "dataTypeName": "com.google.step_count.delta"}, nope]}"#;
const RAW: &str = r#"{"Data Source": "raw:com.google.step_count.delta:phone", "Data Points": [
  {"fitValue": [{"value": {"intVal": 9999}}], "startTimeNanos": 1683064800000000000, "endTimeNanos": 1683064860000000000, "dataTypeName": "com.google.step_count.delta"}]}"#;
const SESSION: &str = r#"{"fitnessActivity": "biking", "startTime": "2023-05-01T10:00:00.250Z", "endTime": "2023-05-01T10:10:00.500Z", "duration": "600.25s", "segment": [],
  "aggregate": [{"metricName": "com.google.distance.delta", "floatValue": 1500.5}, {"metricName": "com.google.speed.summary", "floatValue": 19.5}, {"metricName": "com.google.active_minutes", "intValue": 9}]}"#;
const TCX: &str = r#"<TrainingCenterDatabase><Activities><Activity Sport="Biking"><Id>2023-05-01T10:00:00.250Z</Id><Lap StartTime="2023-05-01T10:00:00.250Z"><DistanceMeters>1400</DistanceMeters><Calories>50</Calories>
  <Track><Trackpoint><Time>2023-05-01T10:00:01Z</Time><Position><LatitudeDegrees>47.12</LatitudeDegrees><LongitudeDegrees>8.54</LongitudeDegrees></Position></Trackpoint></Track></Lap></Activity></Activities></TrainingCenterDatabase>"#;

fn items(sinks: &BTreeMap<String, Collected>) -> Vec<String> {
    sinks.values().flat_map(|sink| &sink.items).map(shown).collect()
}

#[test]
fn a_day_is_one_card_from_its_surest_source_and_every_record_is_counted() {
    let files: [(&str, &[u8]); 4] = [
        ("Fit/Daily activity metrics/Daily activity metrics.csv", DAILY.as_bytes()),
        ("Fit/Daily activity metrics/2023-05-01.csv", QUARTERS.as_bytes()),
        ("Fit/All Data/derived_step_count.json", MERGED.as_bytes()),
        ("Fit/All Data/raw_step_count.json", RAW.as_bytes()),
    ];
    let sinks = read_set(&IMPORTER, &files).unwrap();
    let mut shown = items(&sinks);
    shown.sort();
    assert_eq!(
        shown,
        [
            "measure google.fit 2023-05-01T00:00:00Z | 8,412 steps, 6.1 km, heart rate 72 (48 to 131)",
            "measure google.fit 2023-05-02T00:00:00Z | energy kcal 1700.1",
            "measure google.fit 2023-05-03T00:00:00Z | 500 steps",
        ]
    );
    let day = sinks.values().flat_map(|sink| &sink.items).find(|item| item.title.starts_with("8,412")).unwrap();
    assert_eq!((&day.data["walking_s"], day.data.get("hours")), (&json!(3600), None), "one hour is no course of a day");
    assert_eq!((&day.data["energy_kcal"], &day.data["active_minutes"]), (&json!(2100.5), &json!(62)));
    let sums = sinks.values().fold((0, 0, 0), |(items, merged, aside), sink| {
        (items + sink.items.len() as u64, merged + sink.n_merged, aside + sink.n_set_aside)
    });
    assert_eq!(sums, (3, 4, 3), "two days and a bad one, two quarters, two points and two bad ones, one raw point");
    let twice = read_set(&IMPORTER, &[files[2], ("Fit/All Data/derived_step_count(1).json", MERGED.as_bytes())]).unwrap();
    assert!(items(&twice).contains(&"measure google.fit 2023-05-02T00:00:00Z | 500 steps".to_owned()), "a point in two files adds up once");
}

#[test]
fn a_session_and_its_recording_are_one_workout_in_local_time() {
    let files: [(&str, &[u8]); 3] = [
        ("Google Fit/Alle Sitzungen/2023-05-01T12_00_00.25+02_00_BIKING.json", SESSION.as_bytes()),
        ("Google Fit/Aktivitäten/2023-05-01T12_00_00.250+02_00_PT10M_Radfahren.tcx", TCX.as_bytes()),
        ("Google Fit/Alle Sitzungen/empty.json", br#"{"fitnessActivity": "sleep", "endTime": "2023-05-01T10:10:00Z"}"#),
    ];
    for (path, bytes) in files {
        assert_eq!(recognizes(&Probe { path, head: bytes, tail: &[], size: bytes.len() as u64 }), Claim::Yes(3), "{path}");
    }
    let sinks = read_set(&IMPORTER, &files).unwrap();
    assert_eq!(items(&sinks), ["workout google.fit 2023-05-01T10:00:00.25Z | Cycling, 1.5 km @47.1200,8.5400"]);
    let workout = &sinks[files[0].0].items[0];
    assert_eq!(workout.at.as_ref().unwrap().offset_min, Some(120));
    assert_eq!(
        (&workout.data["duration_s"], &workout.data["energy_kcal"], &workout.data["active_minutes"], workout.data.get("speed_summary")),
        (&json!(600.25), &json!(50), &json!(9), None)
    );
    let track = &sinks[files[1].0];
    assert_eq!((track.points.len(), track.n_merged, track.points[0].layer), (1, 1, Layer::Workout));
    assert_eq!(sinks[files[2].0].n_set_aside, 1);
}

#[test]
fn a_winter_in_utc_is_not_told_by_the_summer_beside_it() {
    let summer = SESSION.replace("2023-05-01T10:", "2023-10-20T10:");
    let winter = SESSION.replace("2023-05-01T10:", "2023-11-20T10:");
    let (summer_name, winter_name) =
        ("Fit/All Sessions/2023-10-20T11_00_00+01_00_BIKING.json", "Fit/All Sessions/2023-11-20T10_00_00Z_BIKING.json");
    let sinks = read_set(&IMPORTER, &[(summer_name, summer.as_bytes()), (winter_name, winter.as_bytes())]).unwrap();
    let offsets: Vec<_> = sinks.values().flat_map(|sink| &sink.items).map(|item| item.at.as_ref().unwrap().offset_min).collect();
    assert_eq!(offsets, [Some(60), Some(0)]);
    // Where no name tells an offset, "Z" is how the export writes all times.
    let alone = read_set(&IMPORTER, &[(winter_name, winter.as_bytes())]).unwrap();
    assert!(alone.values().flat_map(|sink| &sink.items).all(|item| item.at.as_ref().unwrap().offset_min.is_none()));
}

#[test]
fn a_german_table_and_other_types_of_points_are_read() {
    let table = "Datum,Anzahl der Bewegungsminuten,Kalorien (kcal),Distanz (m),Durchschnittliche Herzfrequenz (bpm),Maximale Herzfrequenz (bpm),Minimale Herzfrequenz (bpm),Schrittzahl\n2023-05-01,12,1800,900,70,90,50,1200\n";
    let points = r#"{"Data Source": "derived:com.google.x:merge", "Data Points": [
      {"fitValue": [{"value": {"fpVal": 47.12}}, {"value": {"fpVal": 8.54}}, {"value": {"fpVal": 12.0}}], "startTimeNanos": 1682892000000000000, "dataTypeName": "com.google.location.sample"},
      {"fitValue": [{"value": {"fpVal": 121}}, {"value": {"fpVal": 79}}], "startTimeNanos": 1682892000000000000, "dataTypeName": "com.google.blood_pressure"},
      {"fitValue": [{"value": {"intVal": 7000}}], "startTimeNanos": 1682892000000000000, "dataTypeName": "com.google.step_count.cumulative"},
      {"fitValue": [{"value": {"intVal": 5}}], "startTimeNanos": 1682892000000000000, "endTimeNanos": 1682895600000000000, "dataTypeName": "com.google.sleep.segment"},
      {"fitValue": [], "startTimeNanos": 1682892000000000000, "dataTypeName": "com.google.weight"}]}"#;
    let files: [(&str, &[u8]); 2] = [
        ("Google Fit/Tägliche Aktivitätswerte/Tägliche Aktivitätswerte.csv", table.as_bytes()),
        ("Google Fit/Alle Daten/derived_x.json", points.as_bytes()),
    ];
    let sinks = read_set(&IMPORTER, &files).unwrap();
    let mut shown = items(&sinks);
    shown.sort();
    assert_eq!(
        shown,
        [
            "measure google.fit 2023-04-30T00:00:00Z | asleep 1 h, blood pressure 121/79 | 22:00 blood pressure 121/79 mmHg",
            "measure google.fit 2023-05-01T00:00:00Z | 1,200 steps, 900 m, heart rate 70 (50 to 90)",
        ]
    );
    let points = &sinks[files[1].0];
    assert_eq!((points.points.len(), points.n_skipped, points.items[0].data["deep_s"].clone()), (1, 2, json!(3600)));
    assert_eq!(points.items[0].data["zone"], "UTC");
}

#[test]
fn a_reading_of_a_scale_keeps_its_time_and_what_is_counted_does_not() {
    let point = |kind: &str, nanos: u64, value: f64| {
        format!(r#"{{"fitValue": [{{"value": {{"fpVal": {value}}}}}], "startTimeNanos": {nanos}, "dataTypeName": "com.google.{kind}"}}"#)
    };
    // 07:00 and 19:30 on the clock that the session's name tells.
    let points = [
        point("weight", 1_682_917_200_000_000_000, 74.199_996_948_242_19),
        point("weight", 1_682_962_200_000_000_000, 74.9),
        point("heart_rate.bpm", 1_682_917_200_000_000_000, 61.0),
    ];
    let stream = format!(r#"{{"Data Source": "raw:com.google.x:scale", "Data Points": [{}]}}"#, points.join(","));
    let name = "Fit/All Sessions/2023-05-01T12_00_00.25+02_00_BIKING.json";
    let sinks = read_set(&IMPORTER, &[("Fit/All Data/raw_x.json", stream.as_bytes()), (name, SESSION.as_bytes())]).unwrap();
    let day = sinks.values().flat_map(|sink| &sink.items).find(|item| item.data.contains_key("weight_kg")).unwrap();
    assert_eq!(day.text, "07:00 weight 74.2 kg\n19:30 weight 74.9 kg");
    assert_eq!((&day.data["weight_kg"], &day.data["heart_rate_avg"]), (&json!(74.9), &json!(61)));
}
