use super::*;
use crate::importer::collected::{Collected, read_set, shown};
use serde_json::json;

const EXPORT: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE HealthData [
<!ELEMENT HealthData (ExportDate,Me,(Record|Correlation|Workout|ActivitySummary)*)>
<!ATTLIST HealthData locale CDATA #REQUIRED>
]>
<HealthData locale="de_CH">
 <ExportDate value="2024-05-09 10:00:00 +0200"/>
 <Me HKCharacteristicTypeIdentifierDateOfBirth="1980-02-03"/>
 <Record type="HKQuantityTypeIdentifierStepCount" sourceName="Anna’s Watch" unit="count" startDate="2024-05-01 08:10:00 +0200" endDate="2024-05-01 08:20:00 +0200" value="900"/>
 <Record type="HKQuantityTypeIdentifierStepCount" sourceName="iPhone" unit="count" startDate="2024-05-01 08:10:00 +0200" endDate="2024-05-01 08:20:00 +0200" value="800"/>
 <Record type="HKQuantityTypeIdentifierHeartRate" sourceName="Watch" unit="count/min" startDate="2024-05-01 23:50:00 +0200" endDate="2024-05-01 23:50:00 +0200" value="61"><MetadataEntry key="HKMetadataKeyHeartRateMotionContext" value="1"/></Record>
 <Record type="HKQuantityTypeIdentifierBodyMass" sourceName="Scale" unit="lb" startDate="2024-05-02 07:00:00 +0200" endDate="2024-05-02 07:00:00 +0200" value="163.6"/>
 <Record type="HKQuantityTypeIdentifierOxygenSaturation" sourceName="Watch" unit="%" startDate="2024-05-02 07:00:00 +0200" endDate="2024-05-02 07:00:00 +0200" value="0.97"/>
 <Record type="HKQuantityTypeIdentifierStepCount" sourceName="Watch" unit="count" startDate="2024-05-01 08:10:00 +0200" value="many"/>
 <Record type="HKQuantityTypeIdentifierStepCount" sourceName="Watch" startDate=never/>
 <Record type="HKCategoryTypeIdentifierMenstrualFlow" sourceName="iPhone" startDate="2024-05-01 00:00:00 +0200" endDate="2024-05-02 00:00:00 +0200" value="HKCategoryValueMenstrualFlowLight"/>
 <Record type="HKCategoryTypeIdentifierSleepAnalysis" sourceName="Watch" startDate="2024-05-01 23:00:00 +0200" endDate="2024-05-02 02:00:00 +0200" value="HKCategoryValueSleepAnalysisAsleepCore"/>
 <Record type="HKCategoryTypeIdentifierSleepAnalysis" sourceName="Watch" startDate="2024-05-02 02:00:00 +0200" endDate="2024-05-02 03:00:00 +0200" value="HKCategoryValueSleepAnalysisAsleepDeep"/>
 <Record type="HKCategoryTypeIdentifierSleepAnalysis" sourceName="iPhone" startDate="2024-05-01 22:50:00 +0200" endDate="2024-05-02 03:10:00 +0200" value="HKCategoryValueSleepAnalysisInBed"/>
 <Correlation type="HKCorrelationTypeIdentifierBloodPressure" startDate="2024-05-01 08:10:00 +0200"><Record type="HKQuantityTypeIdentifierBloodPressureSystolic" startDate="2024-05-01 08:10:00 +0200" value="120" unit="mmHg"/></Correlation>
 <Workout workoutActivityType="HKWorkoutActivityTypeRunning" duration="30.5" durationUnit="min" sourceName="Watch" startDate="2024-05-01 18:00:00 +0200" endDate="2024-05-01 18:30:30 +0200">
  <WorkoutStatistics type="HKQuantityTypeIdentifierDistanceWalkingRunning" sum="5.2" unit="km"/><WorkoutStatistics type="HKQuantityTypeIdentifierHeartRate" average="151" maximum="170" unit="count/min"/>
  <WorkoutRoute sourceName="Watch"><FileReference path="/workout-routes/route_2024-05-01_6.30pm.gpx"/></WorkoutRoute></Workout>
 <ActivitySummary dateComponents="2024-05-01" activeEnergyBurned="412" activeEnergyBurnedUnit="kcal" appleExerciseTime="33" appleStandHours="11"/>
</HealthData>"#;
const ROUTE: &str = r#"<gpx version="1.1" creator="Apple Health Export"><trk><name>Route</name><trkseg><trkpt lon="8.54" lat="47.12"><ele>431</ele><time>2024-05-01T16:00:05Z</time><extensions><speed>2.9</speed></extensions></trkpt></trkseg></trk></gpx>"#;

fn counted(sink: &Collected) -> (usize, u64, u64, u64) {
    (sink.items.len(), sink.n_merged, sink.n_skipped, sink.n_set_aside)
}

#[test]
fn days_nights_and_workouts_come_out_of_the_stream() {
    let export = "apple_health_export/Exportieren.xml";
    let route = "apple_health_export/workout-routes/route_2024-05-01_6.30pm.gpx";
    let sinks = read_set(&IMPORTER, &[(export, EXPORT.as_bytes()), (route, ROUTE.as_bytes())]).unwrap();
    let mut items: Vec<String> = sinks[export].items.iter().map(shown).collect();
    items.sort();
    assert_eq!(
        items,
        [
            "activity apple.health no time | Health profile (hidden)",
            "measure apple.health 2024-04-30T22:00:00Z | menstrual flow (hidden)",
            "measure apple.health 2024-05-01T00:00:00Z | 900 steps, heart rate 61 (61 to 61) | 08:10 systolic 120 mmHg / 23:50 heart rate 61 count/min",
            "measure apple.health 2024-05-01T21:00:00Z | Sleep, 4 h",
            "measure apple.health 2024-05-02T00:00:00Z | 74.2 kg | 07:00 oxygen 0.97 % / 07:00 weight 163.6 lb",
            "workout apple.health 2024-05-01T16:00:00Z | Running, 5.2 km @47.1200,8.5400",
        ]
    );
    assert_eq!(counted(&sinks[export]), (6, 7, 0, 2));
    assert_eq!((counted(&sinks[route]), sinks[route].points[0].speed), ((0, 1, 0, 0), Some(290)));
    let of = |title: &str| sinks[export].items.iter().find(|item| item.title.starts_with(title)).unwrap();
    assert_eq!((&of("900").data["active_minutes"], &of("74.2").data["oxygen_percent_avg"]), (&json!(33), &json!(97)));
    assert_eq!((&of("Running").data["duration_s"], &of("Running").data["heart_rate_max"]), (&json!(1830), &json!(170)));
    assert_eq!((&of("Sleep").data["deep_s"], of("Sleep").at.as_ref().unwrap().offset_min), (&json!(3600), Some(120)));
}

#[test]
fn a_cut_export_a_lone_route_and_a_curve_are_read() {
    let cut = &EXPORT[..EXPORT.find("<Correlation").unwrap() - 40];
    let curve = "Name,Anna\nDate of Birth,3 Feb 1980\nRecorded Date,2024-05-01 09:00:00 +0200\nClassification,Sinus Rhythm\nUnit,µV\n\n-12.5\n8.1,2\n";
    let files: [(&str, &[u8]); 3] = [
        ("apple_health_export/export.xml", cut.as_bytes()),
        ("apple_health_export/workout-routes/other.gpx", ROUTE.as_bytes()),
        ("apple_health_export/electrocardiograms/ecg_2024-05-01.csv", curve.as_bytes()),
    ];
    for (path, bytes) in files {
        let claim = recognizes(&Probe { path, head: bytes, tail: &[], size: bytes.len() as u64 });
        assert!(matches!(claim, Claim::Yes(2..)), "{path}: {claim:?}");
    }
    let sinks = read_set(&IMPORTER, &files).unwrap();
    assert_eq!(sinks[files[0].0].findings.last().unwrap().code, FindingCode::CutShort);
    assert!(sinks[files[0].0].items.iter().any(|item| item.title.starts_with("900 steps")));
    assert_eq!(shown(&sinks[files[1].0].items[0]), "trip apple.health 2024-05-01T16:00:05Z | Route @47.1200,8.5400");
    assert_eq!(shown(&sinks[files[2].0].items[0]), "measure apple.health 2024-05-01T07:00:00Z | Electrocardiogram: Sinus Rhythm");
    let doctors = Probe { path: "apple_health_export/export_cda.xml", head: b"<ClinicalDocument>", tail: &[], size: 9 };
    assert!(matches!(recognizes(&doctors), Claim::Ignore(..)));
}

fn of_day(records: &str) -> Collected {
    let export = format!("<HealthData>{records}</HealthData>");
    read_set(&IMPORTER, &[("export.xml", export.as_bytes())]).unwrap().remove("export.xml").unwrap()
}

fn reading(kind: &str, minute: &str, value: &str, unit: &str) -> String {
    let at = format!("2024-03-03 {minute}:00 +0100");
    format!(
        r#"<Record type="HKQuantityTypeIdentifier{kind}" sourceName="Cuff" unit="{unit}" startDate="{at}" endDate="{at}" value="{value}"><MetadataEntry key="HKWasUserEntered" value="1"/></Record>"#
    )
}

#[test]
fn each_reading_keeps_its_time_value_and_unit() {
    let upper = reading("BloodPressureSystolic", "08:05", "128", "mmHg");
    let lower = reading("BloodPressureDiastolic", "08:05", "82", "mmHg");
    let evening = reading("BloodPressureSystolic", "20:30", "142", "mmHg");
    let joined = format!(
        r#"<Correlation type="HKCorrelationTypeIdentifierBloodPressure" sourceName="Cuff" startDate="2024-03-03 08:05:00 +0100">{upper}{lower}</Correlation>"#
    );
    let rates: String = (0..40).map(|minute| reading("HeartRate", &format!("09:{minute:02}"), "71", "count/min")).collect();
    let sink = of_day(&format!("{joined}{evening}{upper}{lower}{}{rates}", reading("BodyMass", "07:00", "163.6", "lb")));
    assert_eq!(counted(&sink), (1, 43, 1, 0), "a correlation of records that stand by themselves brings nothing");
    let day = &sink.items[0];
    assert_eq!(day.title, "heart rate 71 (71 to 71), 74.2 kg, blood pressure 135/82");
    assert_eq!(day.text, "07:00 weight 163.6 lb\n08:05 blood pressure 128/82 mmHg\n20:30 systolic 142 mmHg");
    let original: serde_json::Value = serde_json::from_slice(&day.raw.bytes).unwrap();
    assert_eq!(
        original["measures"]["systolic_mmhg"][0]["each"],
        json!({"mmHg": [["08:05:00", 128, "HKWasUserEntered=1"], ["20:30:00", 142, "HKWasUserEntered=1"]]})
    );
    let rates = original["measures"]["heart_rate"][0]["each"]["count/min"].as_array().unwrap();
    assert_eq!((rates.len(), &rates[39]), (40, &json!(["09:39:00", 71])), "of many each is kept as well");
}

#[test]
fn what_measured_a_reading_and_when_it_was_written_are_kept() {
    let device = |place: &str| format!("&lt;&lt;HKDevice: {place}&gt;, name:Cuff, manufacturer:Seal, hardware:B7&gt;");
    let said = |place: &str| format!(r#"device="{}" creationDate="2024-03-03 08:06:10 +0100""#, device(place));
    let reading = |place: &str| reading("BloodPressureSystolic", "08:05", "128", "mmHg").replace("<Record ", &format!("<Record {} ", said(place)));
    // The same reading in two exports that are imported at once.
    let headache = format!(
        r#"<Record type="HKCategoryTypeIdentifierHeadache" {} startDate="2024-03-03 16:00:00 +0100" value="HKCategoryValueSeverityMild"/>"#,
        said("0x1")
    );
    let run = format!(r#"<Workout workoutActivityType="HKWorkoutActivityTypeRunning" {} startDate="2024-03-03 18:00:00 +0100"/>"#, said("0x1"));
    let sink = of_day(&[reading("0x1"), reading("0x2"), headache, run].concat());
    let day = sink.items.iter().find(|item| item.data.contains_key("systolic_mmhg_avg")).unwrap();
    let original: serde_json::Value = serde_json::from_slice(&day.raw.bytes).unwrap();
    let by = "name:Cuff, manufacturer:Seal, hardware:B7";
    let told = &original["measures"]["systolic_mmhg"][0];
    assert_eq!(told["each"], json!({"mmHg": [["08:05:00", 128, "HKWasUserEntered=1", {"device": 0, "written_after_s": 70}]]}));
    assert_eq!(told["devices"], json!([by]));
    for title in ["headache: mild", "Running"] {
        let item = sink.items.iter().find(|item| item.title.starts_with(title)).unwrap();
        assert_eq!((&item.data["device"], &item.data["written"]), (&json!(by), &json!("2024-03-03 08:06:10 +0100")), "{title}");
    }
}

#[test]
fn a_correlation_whose_records_stand_nowhere_else_is_read() {
    let pressure = [("Systolic", "128"), ("Diastolic", "82")].map(|(which, value)| reading(&format!("BloodPressure{which}"), "08:05", value, "mmHg"));
    let meal = r#"<Record type="HKQuantityTypeIdentifierDietaryCarbohydrates" unit="g" startDate="2024-03-03 12:00:00 +0100" value="27"/>"#;
    let sink = of_day(&format!(
        r#"<Correlation type="HKCorrelationTypeIdentifierBloodPressure" sourceName="Cuff" startDate="2024-03-03 08:05:00 +0100">{}</Correlation>
        <Correlation type="HKCorrelationTypeIdentifierFood" sourceName="Diary" startDate="2024-03-03 12:00:00 +0100">{meal}<MetadataEntry key="HKFoodType" value="Banana"/></Correlation>"#,
        pressure.concat()
    ));
    let items: Vec<String> = sink.items.iter().map(shown).collect();
    assert_eq!(
        items,
        [
            "measure apple.health 2024-03-03T11:00:00Z | Meal: Banana | carbohydrates 27 g",
            "measure apple.health 2024-03-03T00:00:00Z | blood pressure 128/82 | 08:05 blood pressure 128/82 mmHg",
        ]
    );
    assert_eq!(sink.items[1].data["dietary_carbohydrates_g"], json!(27));
    assert_eq!(counted(&sink), (2, 0, 0, 0));
}

#[test]
fn a_symptom_is_an_item_with_how_bad_it_was() {
    let felt = |kind: &str, value: &str, until: &str| {
        format!(
            r#"<Record type="HKCategoryTypeIdentifier{kind}" sourceName="iPhone" startDate="2024-03-03 16:00:00 +0100" endDate="2024-03-03 {until}:00 +0100" value="{value}"/>"#
        )
    };
    let sink = of_day(&[
        felt("Headache", "HKCategoryValueSeveritySevere", "18:30"),
        felt("Headache", "HKCategoryValueSeverityMild", "17:00"),
        felt("LowHeartRateEvent", "HKCategoryValueNotApplicable", "16:00"),
        felt("AppetiteChanges", "HKCategoryValueAppetiteChangesIncreased", "16:00"),
        felt("AppleStandHour", "HKCategoryValueAppleStandHourStood", "17:00"),
    ].concat());
    let titles: Vec<&str> = sink.items.iter().map(|item| item.title.as_str()).collect();
    assert_eq!(
        titles,
        ["headache: severe", "headache: mild", "low heart rate event", "appetite changes: increased", "stand hours 1"]
    );
    let severe = &sink.items[0];
    assert_eq!((&severe.data["value"], &severe.data["duration_s"], &severe.data["sensitive"]), (&json!("severe"), &json!(9_000), &json!("health")));
    assert_eq!((severe.hidden, severe.until.unwrap() - severe.at.as_ref().unwrap().ms), (false, 9_000_000));
    assert_eq!(counted(&sink), (5, 0, 0, 0));
}
