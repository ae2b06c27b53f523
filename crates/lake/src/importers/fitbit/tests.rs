use super::*;
use crate::importer::collected::{Collected, read_set, shown};
use serde_json::json;

fn sinks(files: &[(&str, &str)]) -> BTreeMap<String, Collected> {
    let files: Vec<(&str, &[u8])> = files.iter().map(|(path, text)| (*path, text.as_bytes())).collect();
    read_set(&IMPORTER, &files).unwrap()
}

fn items(sinks: &BTreeMap<String, Collected>) -> Vec<String> {
    let mut items: Vec<String> = sinks.values().flat_map(|sink| &sink.items).map(shown).collect();
    items.sort();
    items
}

#[test]
fn a_day_comes_from_the_tables_where_both_generations_have_it() {
    let sinks = sinks(&[
        (
            "Fitbit/Global Export Data/steps-2026-05-03.json",
            r#"[{"dateTime": "05/03/26 07:41:00", "value": "27"}, {"dateTime": "05/04/26 07:41:00", "value": "30"}, {"dateTime": "soon", "value": "1"}, nope]"#,
        ),
        (
            "Fitbit/Global Export Data/heart_rate-2026-05-03.json",
            r#"[{"dateTime": "05/03/26 07:41:00", "value": {"bpm": 62, "confidence": 2}}, {"dateTime": "05/03/26 07:41:05", "value": {"bpm": 70, "confidence": 3}}]"#,
        ),
        (
            "Google Health/Physical Activity_GoogleData/Steps/steps_2026-05-01.csv",
            "timestamp,steps,data source\n2026-05-03T21:41:07.120000Z,40,Watch\n2026-05-03T21:42:07.120000Z,40,Watch\n2026-05-03T21:42:07Z,60,Phone\n",
        ),
        (
            "Google Health/x_GoogleData/weight.csv",
            "timestamp,weight grams,data source\n2026-05-03T05:00:00Z,74200,Scale\n2026-05-03T06:00:00Z,NaN,Scale\n",
        ),
        (
            "Fitbit/Global Export Data/weight-2026-05-01.json",
            r#"[{"logId": 9, "weight": 165.0, "bmi": 24.4, "date": "05/05/26", "time": "07:30:00", "source": "API"}]"#,
        ),
    ]);
    assert_eq!(
        items(&sinks),
        [
            "measure google.fitbit 2026-05-03T00:00:00Z | 80 steps, heart rate 66 (62 to 70), 74.2 kg | 05:00 weight 74.2 kg",
            "measure google.fitbit 2026-05-04T00:00:00Z | 30 steps",
            "measure google.fitbit 2026-05-05T00:00:00Z | 74.8 kg | 07:30 body mass index 24.4 / 07:30 weight 74.843 kg",
        ]
    );
    let counted = |path: &str| {
        let sink = &sinks[path];
        (sink.items.len() as u64 + sink.n_merged, sink.n_skipped, sink.n_set_aside)
    };
    assert_eq!(counted("Fitbit/Global Export Data/steps-2026-05-03.json"), (2, 0, 2));
    assert_eq!(counted("Google Health/x_GoogleData/weight.csv"), (1, 1, 0));
}

#[test]
fn a_night_and_an_exercise_in_both_generations_are_one_each() {
    let sinks = sinks(&[
        (
            "Fitbit/Global Export Data/sleep-2026-05-01.json",
            r#"[{"logId": 11, "dateOfSleep": "2026-05-04", "startTime": "2026-05-03T22:10:30.000", "endTime": "2026-05-04T06:10:00.000", "duration": 28800000, "minutesAsleep": 421, "efficiency": 90, "mainSleep": true,
          "levels": {"summary": {"deep": {"minutes": 60}, "light": {"minutes": 241}, "rem": {"minutes": 120}}, "data": []}},
          {"logId": 12, "dateOfSleep": "2026-05-05", "startTime": "2026-05-05T14:00:00.000", "duration": 1200000, "minutesAsleep": 18, "mainSleep": false, "levels": {}}, {"levels": {}}]"#,
        ),
        (
            "Google Health/Health Fitness Data_GoogleData/UserSleeps_2026-05-01.csv",
            "sleep_id,minutes_asleep,start_utc_offset,sleep_start,end_utc_offset,sleep_end\n77,420,+02:00,2026-05-03T20:10:30Z,+02:00,2026-05-04T04:10:00Z\n",
        ),
        (
            "Google Health/Health Fitness Data_GoogleData/UserSleepStages_2026-05-01.csv",
            "sleep_id,sleep_stage_id,sleep_stage_type,start_utc_offset,sleep_stage_start,sleep_stage_end\n77,1,LIGHT,+02:00,2026-05-03T20:10:30Z,2026-05-03T21:10:30Z\n5,1,REM,+02:00,2026-05-03T20:10:30Z,2026-05-03T21:10:30Z\n",
        ),
        (
            "Fitbit/Sleep Score/sleep_score.csv",
            "sleep_log_entry_id,timestamp,overall_score,restlessness\n11,2026-05-04T04:10:00Z,81,0.05\n12,2026-05-05T12:20:00Z,,\n",
        ),
        (
            "Fitbit/Global Export Data/exercise-0.json",
            r#"[{"logId": 3, "activityName": "Run", "activityTypeId": 90009, "startTime": "05/03/26 09:00:10", "duration": 1800000, "activeDuration": 1700000, "calories": 300, "steps": 4000, "averageHeartRate": 150, "distance": 5.2, "distanceUnit": "Kilometer"}]"#,
        ),
        (
            "Google Health/Health Fitness Data_GoogleData/UserExercises_2026-05-01.csv",
            "exercise_id,exercise_start,exercise_end,utc_offset,activity_name,tracker_total_calories\n8,2026-05-03T07:00:10Z,2026-05-03T07:30:10Z,+02:00,Run,301\n",
        ),
    ]);
    assert_eq!(
        items(&sinks),
        [
            "measure google.fitbit 2026-05-03T20:10:30Z | Sleep, 7 h",
            "measure google.fitbit 2026-05-05T14:00:00Z | Nap, 18 min",
            "workout google.fitbit 2026-05-03T07:00:10Z | Running, 5.2 km",
        ]
        .map(|line| line.to_owned())
    );
    let night = &sinks["Google Health/Health Fitness Data_GoogleData/UserSleeps_2026-05-01.csv"].items[0];
    assert_eq!((&night.data["deep_s"], &night.data["score"], night.at.as_ref().unwrap().offset_min), (&json!(3600), &json!(81), Some(120)));
    let run = &sinks["Google Health/Health Fitness Data_GoogleData/UserExercises_2026-05-01.csv"].items[0];
    assert_eq!((&run.data["energy_kcal"], &run.data["heart_rate_avg"], &run.data["steps"]), (&json!(301), &json!(150), &json!(4000)));
    let stages = &sinks["Google Health/Health Fitness Data_GoogleData/UserSleepStages_2026-05-01.csv"];
    assert_eq!((stages.n_merged, stages.n_skipped), (1, 1));
}

#[test]
fn what_is_about_the_account_is_hidden_and_positions_are_fixes() {
    let sinks = sinks(&[
        ("Fitbit/Your Profile/Profile.csv", "full_name,date_of_birth\nAnna Example,1980-02-03\n"),
        (
            "Google Health/x_GoogleData/gps_location_2026-05-01.csv",
            "timestamp,latitude,longitude,altitude\n2026-05-03T07:00:10Z,47.12,8.54,431\n2026-05-03T07:00:11Z,0,0,1\n",
        ),
        ("Google Health/x_GoogleData/UserSensorCompressionToken.csv", "token,state\nabc,ok\n"),
    ]);
    assert_eq!(items(&sinks), ["activity google.fitbit no time | Profile (hidden)"]);
    let gps = &sinks["Google Health/x_GoogleData/gps_location_2026-05-01.csv"];
    assert_eq!((gps.points.len(), gps.n_set_aside), (1, 1));
    assert_eq!(sinks["Google Health/x_GoogleData/UserSensorCompressionToken.csv"].n_skipped, 1);
}

#[test]
fn temperatures_are_no_nights_scores_stand_without_theirs_and_badges_are_deeds() {
    let sinks = sinks(&[
        (
            "Fitbit/Temperature/Computed Temperature - 2024-03-01.csv",
            "type,sleep_start,sleep_end,temperature_samples,nightly_temperature,baseline_relative_sample_sum\nSKIN,2024-03-01T23:00:00,2024-03-02T06:30:00,450,34.12,0.1\n",
        ),
        (
            "Fitbit/Temperature/Device Temperature - 2024-03-01.csv",
            "recorded_time,temperature,sensor_type\n2024-03-02T00:00:00,-1,UNKNOWN\n2024-03-02T00:01:00,-2,UNKNOWN\n",
        ),
        ("Fitbit/Sleep Score/sleep_score.csv", "sleep_log_entry_id,timestamp,overall_score\n1,2024-03-04T05:10:00Z,82\n"),
        (
            "Fitbit/Global Export Data/badge.json",
            r#"[{"encodedId": "x", "badgeType": "DAILY_STEPS", "value": 10000, "timesAchieved": 3, "dateTime": "2024-02-01", "name": "Sneakers", "description": "10,000 steps in a day"}]"#,
        ),
    ]);
    assert_eq!(
        items(&sinks),
        [
            "activity google.fitbit 2024-02-01T00:00:00Z | Sneakers | 10,000 steps in a day",
            "measure google.fitbit 2024-03-02T00:00:00Z | skin 34.1 °C",
            "measure google.fitbit 2024-03-04T00:00:00Z | sleep score 82",
        ]
    );
    let day = sinks.values().flat_map(|sink| &sink.items).find(|item| item.data.contains_key("skin_temperature_c_avg")).unwrap();
    assert_eq!(day.data["skin_temperature_variation_c_avg"], json!(-1.5));
}

#[test]
fn two_exercises_in_one_minute_are_two_and_the_first_keeps_its_identity() {
    let log = |id: u32, name: &str, second: u32| {
        format!(
            r#"{{"logId": {id}, "activityName": "{name}", "activityTypeId": 90009, "startTime": "05/03/26 09:00:{second}", "duration": 1800000}}"#
        )
    };
    let path = "Fitbit/Global Export Data/exercise-0.json";
    let table = (
        "Google Health/Health Fitness Data_GoogleData/UserExercises_2026-05-01.csv",
        "exercise_id,exercise_start,exercise_end,utc_offset,activity_name\n8,2026-05-03T07:00:10Z,2026-05-03T07:30:10Z,+02:00,Run\n",
    );
    let alone = sinks(&[(path, &format!("[{}]", log(3, "Run", 10)))]);
    let logs = format!("[{}, {}, {}]", log(3, "Run", 10), log(4, "Walk", 40), log(3, "Run", 10));
    let two = sinks(&[(path, &logs)]);
    assert_eq!((two[path].items.len(), two[path].n_merged, two[path].items[0].uid), (2, 1, alone[path].items[0].uid));
    let both = sinks(&[(path, &logs), table]);
    assert_eq!((both[table.0].items[0].uid, both[path].items[0].uid), (two[path].items[0].uid, two[path].items[1].uid));
    assert_eq!((both[path].items.len(), both[path].n_merged), (1, 2));
}
