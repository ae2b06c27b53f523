//! "All Data": one stream of data points a file, `{"Data Source": …, "Data Points": […]}`.

use std::io;

use domain::{FindingCode, Layer, Method, NewPoint, Point};
use serde_json::Value;

use super::rank;
use crate::importer::{FileNumber, Input, Sink};
use crate::importers::health::day::{Days, FileId, Teller, When};
use crate::importers::health::measure::{self, Fold, Measure};
use crate::importers::location::{accuracy, altitude, segment};
use crate::importers::workout::track::line_of;
use crate::json::each::each;
use crate::json::lenient;
use crate::text::{numbers, time};

/// Whether a file's beginning is that of a stream.
pub(super) fn recognizes(head: &[u8]) -> bool {
    let has = |key: &[u8]| memchr::memmem::find(head, key).is_some();
    head.trim_ascii_start().starts_with(b"{") && (has(b"\"Data Points\"") || (has(b"\"Data Source\"") && has(b"com.google.")))
}

/// Reads a stream; answers the whole file when it is a session instead.
pub(super) fn read(number: FileNumber, input: &mut Input<'_>, days: &mut Days, sink: &mut dyn Sink) -> io::Result<Option<String>> {
    let mut stream = Stream::default();
    let mut file = None;
    let mut others = serde_json::Map::new();
    each(input.reader, sink, |entry, sink| match (entry.key, entry.listed) {
        ("Data Points", true) => {
            let file = *file.get_or_insert_with(|| days.file(number));
            stream.point(entry.bytes, &entry.at, file, days, sink);
        }
        ("Data Source", false) => {
            stream.name = lenient::value(entry.bytes).ok().and_then(|name| Some(name.as_str()?.to_owned())).unwrap_or_default();
        }
        (key, false) => {
            if let Ok(value) = lenient::value(entry.bytes) {
                others.insert(key.to_owned(), value);
            }
        }
        // A session's lists of segments and sums.
        (key, true) => {
            let list = others.entry(key.to_owned()).or_insert_with(|| Value::Array(Vec::new()));
            if let (Value::Array(list), Ok(value)) = (list, lenient::value(entry.bytes)) {
                list.push(value);
            }
        }
    })?;
    if file.is_none() && stream.name.is_empty() && !others.is_empty() && !others.contains_key("fitnessActivity") {
        sink.set_aside(FindingCode::WrongFormat, "byte 0", "Expected `Data Points` or a session's `fitnessActivity`, and found neither.");
    }
    let is_session = others.contains_key("fitnessActivity");
    Ok(is_session.then(|| Value::Object(others).to_string()))
}

#[derive(Default)]
struct Stream {
    name: String,
}

impl Stream {
    fn point(&self, bytes: &[u8], at: &str, file: FileId, days: &mut Days, sink: &mut dyn Sink) {
        let point = match lenient::value(bytes) {
            Ok(point) => point,
            Err(error) => {
                return sink.set_aside(FindingCode::BadRecord, at, &format!("Expected a data point as a JSON object, and found: {error}."));
            }
        };
        let kind = point["dataTypeName"].as_str().or_else(|| self.name.split(':').nth(1)).unwrap_or_default();
        let kind = kind.rsplit_once("com.google.").map_or(kind, |(_, kind)| kind);
        let nanos = |key: &str| numbers::integer_of(&point[key]).filter(|nanos| *nanos != 0).and_then(time::nanos).map(|moment| moment.ms);
        let Some(until) = nanos("endTimeNanos").or_else(|| nanos("startTimeNanos")) else {
            return sink.set_aside(
                FindingCode::UncertainTime,
                at,
                "Expected a time in `startTimeNanos` or `endTimeNanos`, and found none.",
            );
        };
        let from = nanos("startTimeNanos").unwrap_or(until);
        let values = Values::of(&point["fitValue"]);
        let source = point["originDataSourceId"].as_str().filter(|origin| !origin.is_empty() && !self.is_merged()).unwrap_or(&self.name);
        let rank = if self.is_merged() { rank::MERGED } else { rank::RAW };
        if kind.ends_with(".cumulative") {
            return sink.skip(
                FindingCode::IgnoredFile,
                at,
                "The point is a counter since the phone's start; its differences stand in another stream.",
            );
        }
        if kind == "location.sample" {
            return match fix(&values, from) {
                Some(fix) => sink.point(fix),
                None => sink.set_aside(
                    FindingCode::BadPosition,
                    at,
                    "Expected latitude and longitude, and found a position that is not on the globe.",
                ),
            };
        }
        let mut measures = measures(kind, &values, (until - from).max(0)).into_iter();
        let Some((measure, value)) = measures.next() else {
            return sink.skip(FindingCode::EmptyProduct, at, "The point holds no figure.");
        };
        // A night belongs to the morning that ends it.
        let when = When::Utc(if kind == "sleep.segment" { until } else { from });
        let teller = Teller { name: source, rank };
        days.add_each(file, measure, teller, when, value);
        for (measure, value) in measures {
            days.and_each(file, measure, teller, when, value);
        }
    }

    /// Whether Fit itself made the stream of all others of its type, without what they say twice.
    fn is_merged(&self) -> bool {
        self.name.starts_with("derived") && (self.name.contains(":merge") || self.name.contains("estimated_steps"))
    }
}

/// What a point holds, in order: numbers, and maps of them.
struct Values {
    numbers: Vec<f64>,
    named: Vec<(String, f64)>,
}

impl Values {
    fn of(list: &Value) -> Self {
        let (mut plain, mut named) = (Vec::new(), Vec::new());
        for held in list.as_array().into_iter().flatten() {
            let value = held.get("value").unwrap_or(held);
            let number = |value: &Value| numbers::float_of(&value["intVal"]).or_else(|| numbers::float_of(&value["fpVal"]));
            if let Some(number) = number(value) {
                plain.push(number);
            }
            for entry in value["mapVal"].as_array().into_iter().flatten() {
                if let (Some(key), Some(number)) = (entry["key"].as_str(), number(&entry["value"])) {
                    named.push((key.to_owned(), number));
                }
            }
        }
        Self { numbers: plain, named }
    }
}

/// The measures in a point of a type, without `com.google.`; `spent_ms` is how long it lasted.
fn measures(kind: &str, values: &Values, spent_ms: i64) -> Vec<(Measure, f64)> {
    let first = values.numbers.first().copied();
    let one = |measure: Measure| first.map(|value| (measure, value)).into_iter().collect();
    let seconds = spent_ms as f64 / 1_000.0;
    match kind {
        "step_count.delta" => one(measure::STEPS),
        "distance.delta" => one(measure::DISTANCE),
        "calories.expended" => one(measure::ENERGY),
        "calories.bmr" => one(Measure::own("resting_energy_kcal_a_day".to_owned(), Fold::Last)),
        "heart_rate.bpm" => one(measure::HEART_RATE),
        "heart_minutes" => one(measure::HEART_POINTS),
        "active_minutes" => one(measure::ACTIVE_MINUTES),
        "weight" => one(measure::WEIGHT),
        "height" => one(measure::HEIGHT),
        "body.fat.percentage" => one(measure::BODY_FAT),
        "oxygen_saturation" => one(measure::OXYGEN),
        "respiratory_rate" => one(measure::RESPIRATORY_RATE),
        "body.temperature" => one(measure::TEMPERATURE),
        "blood_glucose" => one(measure::GLUCOSE),
        "hydration" => one(measure::WATER),
        "speed" => one(measure::SPEED),
        "blood_pressure" => [measure::SYSTOLIC, measure::DIASTOLIC].into_iter().zip(values.numbers.iter().copied()).collect(),
        "sleep.segment" => {
            let stage = match first.map(|code| code as i64) {
                Some(1 | 3) => return vec![(Measure::own("awake_s".to_owned(), Fold::Sum), seconds)],
                Some(4) => Some("light"),
                Some(5) => Some("deep"),
                Some(6) => Some("rem"),
                _ => None,
            };
            let stage = stage.map(|stage| (Measure::own(format!("{stage}_s"), Fold::Sum), seconds));
            std::iter::once((measure::ASLEEP, seconds)).chain(stage).collect()
        }
        "activity.segment" => first.map(|code| (Measure::own(activity_key(code as i64), Fold::Sum), seconds)).into_iter().collect(),
        // Meals are sums of nutrients; whatever else is named is kept as it is called.
        "nutrition" => values
            .named
            .iter()
            .map(|(key, value)| (Measure::own(format!("nutrition_{}", measure::key_of(key)), Fold::Sum), *value))
            .collect(),
        _ => {
            let key = measure::key_of(kind);
            let fold = if kind.ends_with(".delta") || kind.ends_with(".expended") { Fold::Sum } else { Fold::Range };
            let named = values.named.iter().map(|(name, value)| (Measure::own(format!("{key}_{}", measure::key_of(name)), fold), *value));
            first.map(|value| (Measure::own(key.clone(), fold), value)).into_iter().chain(named).collect()
        }
    }
}

/// The key for time spent in one of Fit's numbered activities.
fn activity_key(code: i64) -> String {
    let word = match code {
        0 => "in_vehicle",
        1 => "cycling",
        2 => "on_foot",
        3 => "still",
        4 => "unknown",
        5 => "tilting",
        7 => "walking",
        8 => "running",
        35 => "hiking",
        72 => "sleep",
        82 => "swimming",
        109 => "light_sleep",
        110 => "deep_sleep",
        111 => "rem_sleep",
        112 => "awake",
        other => return format!("activity_{other}_s"),
    };
    format!("{word}_s")
}

fn fix(values: &Values, at: i64) -> Option<NewPoint> {
    let [lat, lon, rest @ ..] = values.numbers.as_slice() else { return None };
    Some(NewPoint {
        device: line_of(super::IMPORTER.id),
        accuracy: rest.first().copied().and_then(accuracy),
        altitude: rest.get(1).copied().and_then(altitude),
        method: Method::Gps,
        ..segment::fix(Layer::Workout, at, Point::from_degrees(*lat, *lon)?)
    })
}
