//! The JSON of `Global Export Data`: series of `{dateTime, value}`, nights, exercises and weights with a `logId`.

use std::io;

use domain::{Finding, FindingCode, Kind, NewItem, Raw, Severity};
use serde_json::Value;

use super::{Fitbit, Half, clock, minute, rank};
use crate::importer::{FileNumber, Input, Sink};
use crate::importers::health::day::{FileId, Teller, When};
use crate::importers::health::measure::{self, Fold, Measure, key_of};
use crate::importers::health::sleep::Sleep;
use crate::importers::workout::{Workout, activity};
use crate::json::each::each;
use crate::json::lenient;
use crate::text::numbers;
use crate::text::path::stem;

const POUND_KG: f64 = 0.453_592_37;
/// Nobody is taller, metres: a weight whose body mass index says so is in pounds.
const TALLEST_M: f64 = 2.3;

/// Whether a file's beginning is that of a series or of logs.
pub(super) fn recognizes(head: &[u8]) -> bool {
    let has = |key: &[u8]| memchr::memmem::find(head, key).is_some();
    let series = has(b"\"dateTime\"") && has(b"\"value\"");
    let logs = has(b"\"logId\"") && [&b"\"levels\""[..], b"\"activityTypeId\"", b"\"bmi\"", b"\"dateOfSleep\""].iter().any(|key| has(key));
    let badges = has(b"\"badgeType\"") && has(b"\"timesAchieved\"");
    head.trim_ascii_start().starts_with(b"[") && (series || logs || badges)
}

/// Reads a file of either kind.
pub(super) fn read(number: FileNumber, input: &mut Input<'_>, fitbit: &mut Fitbit, sink: &mut dyn Sink) -> io::Result<()> {
    let family = family(input.path);
    let file = fitbit.days.file(number);
    let mut unsure = false;
    each(input.reader, sink, |entry, sink| {
        if !entry.listed {
            return;
        }
        let record = match lenient::value(entry.bytes) {
            Ok(record) => record,
            Err(error) => {
                let message = format!("Expected a record as a JSON object, and found: {error}.");
                return sink.set_aside(FindingCode::BadRecord, &entry.at, &message);
            }
        };
        let log = Log { record: &record, bytes: entry.bytes, file: number, at: &entry.at };
        if record.get("levels").is_some() || record.get("dateOfSleep").is_some() {
            log.night(fitbit, sink);
        } else if record.get("activityTypeId").is_some() || record.get("activityName").is_some() {
            log.exercise(fitbit, sink);
        } else if record.get("weight").is_some() && record.get("date").is_some() {
            log.weight(file, fitbit, sink);
        } else if record.get("badgeType").is_some() {
            sink.item(log.badge());
        } else if record.get("dateTime").is_some() {
            unsure = true;
            log.sample(&family, file, fitbit, sink);
        } else {
            sink.item(log.kept(&family));
        }
    })?;
    if unsure {
        sink.finding(Finding {
            code: FindingCode::UncertainTime,
            severity: Severity::Note,
            at: String::new(),
            message: "The times have no zone and were read as the wall clock of the day; in exports from before 2026 those of some families were in UTC. Where the same figures stand in a table, the table counts.".to_owned(),
            count: 1,
        });
    }
    Ok(())
}

/// `heart_rate` of `heart_rate-2026-05-03.json`, `exercise` of `exercise-12.json`.
fn family(path: &str) -> String {
    let stem = stem(path);
    let end = stem.char_indices().find(|(at, letter)| letter.is_ascii_digit() && *at > 0 && stem[..*at].ends_with(['-', '_', ' ']));
    key_of(end.map_or(stem, |(at, _)| &stem[..at]))
}

struct Log<'r> {
    record: &'r Value,
    bytes: &'r [u8],
    file: FileNumber,
    at: &'r str,
}

impl Log<'_> {
    fn number(&self, key: &str) -> Option<f64> {
        numbers::float_of(&self.record[key])
    }

    fn id(&self) -> String {
        match &self.record["logId"] {
            Value::String(id) => id.clone(),
            Value::Number(id) => id.to_string(),
            _ => String::new(),
        }
    }

    fn half<T>(&self, what: T) -> Half<T> {
        Half { file: self.file, what, raw: Raw::json(self.bytes), rank: rank::JSON, id: self.id() }
    }

    fn night(&self, fitbit: &mut Fitbit, sink: &mut dyn Sink) {
        let Some(from) = self.record["startTime"].as_str().and_then(clock::read) else {
            return sink.set_aside(
                FindingCode::UncertainTime,
                self.at,
                "Expected the night's start in `startTime`, and found none that is a time.",
            );
        };
        let ended = self.record["endTime"].as_str().and_then(clock::read).map(|end| end.ms);
        let until = ended.or_else(|| self.number("duration").map(|ms| from.ms + ms as i64)).filter(|until| *until >= from.ms);
        let mut sleep = Sleep {
            until,
            asleep_s: self.number("minutesAsleep").map(|minutes| minutes * 60.0),
            awake_s: self.number("minutesAwake").map(|minutes| minutes * 60.0),
            efficiency: self.number("efficiency"),
            nap: self.record["mainSleep"].as_bool() == Some(false),
            ..Sleep::default()
        };
        for stage in ["light", "deep", "rem"] {
            if let Some(minutes) = numbers::float_of(&self.record["levels"]["summary"][stage]["minutes"]) {
                sleep.stage(stage, minutes * 60.0);
            }
        }
        let start = minute(&from);
        sleep.from = Some(from);
        fitbit.nights.entry(start).or_default().push(self.half(sleep));
    }

    fn exercise(&self, fitbit: &mut Fitbit, sink: &mut dyn Sink) {
        let Some(from) = self.record["startTime"].as_str().and_then(clock::read) else {
            return sink.set_aside(
                FindingCode::UncertainTime,
                self.at,
                "Expected the exercise's start in `startTime`, and found none that is a time.",
            );
        };
        let unit = self.record["distanceUnit"].as_str().unwrap_or_default().to_lowercase();
        let metres = if unit.starts_with("mile") { 1_609.344 } else { 1_000.0 };
        let seconds = |key: &str| self.number(key).map(|ms| ms / 1_000.0);
        let span = seconds("duration").or_else(|| seconds("activeDuration"));
        let name = self.record["activityName"].as_str().unwrap_or_default();
        let workout = Workout {
            activity: activity(name),
            until: span.map(|seconds| from.ms + (seconds * 1_000.0) as i64),
            duration_s: seconds("activeDuration").or(span),
            distance_m: self.number("distance").map(|distance| distance * metres),
            energy_kcal: self.number("calories"),
            steps: self.number("steps"),
            heart_rate_avg: self.number("averageHeartRate"),
            ascent_m: self.number("elevationGain"),
            recorded_by: self.record["source"]["name"].as_str().unwrap_or_default().to_owned(),
            from: Some(from.clone()),
            ..Workout::default()
        };
        fitbit.exercises.entry(minute(&from)).or_default().push(self.half(workout));
    }

    fn weight(&self, file: FileId, fitbit: &mut Fitbit, sink: &mut dyn Sink) {
        let text = |key: &str| self.record[key].as_str().unwrap_or_default();
        let moment = clock::read(format!("{} {}", text("date"), text("time")).trim());
        let (Some(moment), Some(weight)) = (moment, self.number("weight")) else {
            return sink.set_aside(
                FindingCode::BadRecord,
                self.at,
                "Expected a weight with `date` and `time`, and one of them cannot be read.",
            );
        };
        let index = self.number("bmi").filter(|index| *index > 0.0);
        let pounds = index.is_some_and(|index| (weight / index).sqrt() > TALLEST_M);
        let when = When::of(&moment);
        let add = if pounds { weight * POUND_KG } else { weight };
        let teller = Teller { name: text("source"), rank: rank::JSON };
        fitbit.days.add_each(file, measure::WEIGHT, teller, when, add);
        for (measure, value) in [(measure::BODY_MASS_INDEX, index), (measure::BODY_FAT, self.number("fat"))] {
            if let Some(value) = value {
                fitbit.days.and_each(file, measure, teller, when, value);
            }
        }
    }

    fn sample(&self, family: &str, file: FileId, fitbit: &mut Fitbit, sink: &mut dyn Sink) {
        let Some(moment) = self.record["dateTime"].as_str().and_then(clock::read) else {
            return sink.set_aside(
                FindingCode::UncertainTime,
                self.at,
                "Expected a time like `05/03/26 07:41:00` in `dateTime`, and found none.",
            );
        };
        let mut figures = figures(family, &self.record["value"]).into_iter();
        let Some((measure, value)) = figures.next() else {
            return sink.skip(FindingCode::EmptyProduct, self.at, "The record holds no figure.");
        };
        let when = When::of(&moment);
        let teller = Teller { name: "", rank: rank::JSON };
        fitbit.days.add_each(file, measure, teller, when, value);
        for (measure, value) in figures {
            fitbit.days.and_each(file, measure, teller, when, value);
        }
    }

    /// What was reached, and when for the last time.
    fn badge(&self) -> NewItem {
        let text = |key: &str| self.record[key].as_str().map(str::trim).unwrap_or_default();
        let key = format!("badge|{}|{}|{}", text("badgeType"), self.record["value"], text("encodedId"));
        let mut item = NewItem::new(Kind::Activity, super::IMPORTER.id, key, Raw::json(self.bytes));
        item.title = ["name", "shortName", "badgeType"].into_iter().map(text).find(|name| !name.is_empty()).unwrap_or("Badge").to_owned();
        let words = ["description", "earnedMessage"].into_iter().map(text).filter(|words| !words.is_empty());
        item.text = words.collect::<Vec<_>>().join("\n");
        item.at = clock::read(text("dateTime"));
        item.revision = item.at.as_ref().map(|at| at.ms);
        item.set("action", "earned a badge");
        item.set("badge", text("badgeType"));
        item.set("value", self.record["value"].clone());
        item.set("times", self.record["timesAchieved"].clone());
        item.set("sensitive", "health");
        item
    }

    /// A record of a family that is no measure: meals.
    fn kept(&self, family: &str) -> NewItem {
        let id = self.id();
        let raw = Raw::json(self.bytes);
        let key = if id.is_empty() { [family.as_bytes(), b"|", self.bytes].concat() } else { format!("{family}|{id}").into_bytes() };
        let mut item = NewItem::new(Kind::Activity, super::IMPORTER.id, key, raw);
        let text = |key: &str| self.record[key].as_str().map(str::trim).filter(|text| !text.is_empty());
        let meal = self.record["loggedFood"]["name"].as_str();
        item.title = meal.or_else(|| ["name", "shortName", "title"].iter().find_map(|key| text(key))).unwrap_or(family).to_owned();
        item.at = ["dateTime", "logDate", "date", "dateOfSleep"].iter().find_map(|key| clock::read(text(key)?));
        item.hidden = true;
        item.set("family", family);
        item.set("sensitive", "health");
        item
    }
}

/// The figures of a value: a number, or an object of some.
fn figures(family: &str, value: &Value) -> Vec<(Measure, f64)> {
    let plain = numbers::float_of(value);
    let inner = |key: &str| numbers::float_of(&value[key]);
    let one = |measure: Measure, value: Option<f64>| value.map(|value| (measure, value)).into_iter().collect();
    match family {
        "steps" => one(measure::STEPS, plain),
        "heart_rate" => one(measure::HEART_RATE, inner("bpm").or(plain)),
        "calories" => one(measure::ENERGY, plain),
        "distance" => one(measure::DISTANCE, plain.map(|centimetres| centimetres / 100.0)),
        // Ten feet of climb are a floor.
        "altitude" => one(measure::FLOORS, plain.map(|feet| feet / 10.0)),
        // A day without a pulse is written as zero.
        "resting_heart_rate" => one(measure::RESTING_HEART_RATE, inner("value").or(plain).filter(|rate| *rate > 0.0)),
        "demographic_vo2_max" => one(measure::VO2_MAX, inner("filteredDemographicVO2Max").or_else(|| inner("demographicVO2Max"))),
        "height" => one(measure::HEIGHT, plain.map(|millimetres| if millimetres > 3.0 { millimetres / 1_000.0 } else { millimetres })),
        family if family.ends_with("_minutes") => one(Measure::own(family.to_owned(), Fold::Sum), plain),
        _ => {
            let object = value.get("valuesInZones").unwrap_or(value);
            let fold = if value.get("valuesInZones").is_some() { Fold::Sum } else { Fold::Range };
            let named = object.as_object().into_iter().flatten();
            let named =
                named.filter_map(|(key, value)| Some((Measure::own(format!("{family}_{}", key_of(key)), fold), numbers::float_of(value)?)));
            plain.map(|value| (Measure::own(family.to_owned(), Fold::Range), value)).into_iter().chain(named).collect()
        }
    }
}
