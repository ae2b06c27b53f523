//! One record of `export.xml`.

use domain::{FindingCode, Kind, Moment, NewItem, Raw, RawFormat};

use super::quantity;
use crate::importer::Sink;
use crate::importers::health::day::{Days, FileId, Stats, When};
use crate::importers::health::measure::{self, Fold, Measure, key_of};
use crate::importers::health::said::Said;
use crate::importers::location::seconds_between;
use crate::importers::workout::{Workout, activity};
use crate::text::{numbers, time};
use crate::xml::Element;

/// Words in the types of what nobody else is to see.
const INTIMATE: [&str; 10] = [
    "Menstrual",
    "Ovulation",
    "CervicalMucus",
    "IntermenstrualBleeding",
    "BleedingDuring",
    "BleedingAfter",
    "Sexual",
    "Pregnancy",
    "Contraceptive",
    "Lactation",
];

/// Categories that say every hour, or several times a day, that nothing is amiss; a day's sum is what somebody looks for.
const ROUTINE: [&str; 4] = ["AppleStandHour", "MindfulSession", "HandwashingEvent", "ToothbrushingEvent"];
/// Words in the types of what a watch writes a minute or more of; the notes on these say how its sensor was held.
const STREAMED: [&str; 7] = ["StepCount", "Distance", "EnergyBurned", "HeartRate", "FlightsClimbed", "AppleStandTime", "AppleExerciseTime"];

/// Adds a record to its day, or makes an item of its own of what is no figure: a symptom, an alarm of the watch.
pub(super) fn read(record: &Element, raw: &str, file: FileId, at: &str, days: &mut Days, sink: &mut dyn Sink) {
    let Some(from) = time::iso(record.attribute("startDate")) else {
        return sink.set_aside(FindingCode::UncertainTime, at, "Expected a time in `startDate`, and found none.");
    };
    let (kind, value, source) = (record.attribute("type"), record.attribute("value"), record.attribute("sourceName"));
    if INTIMATE.iter().any(|word| kind.contains(word)) {
        let mut item =
            NewItem::new(Kind::Measure, super::IMPORTER.id, format!("{kind}|{}|{value}|{source}", from.ms), Raw::text(RawFormat::Xml, raw));
        item.title = key_of(bare(kind)).replace('_', " ");
        item.at = Some(from);
        item.hidden = true;
        item.set("value", key_of(bare(value)));
        measured(&mut item, record);
        item.set("sensitive", "intimate");
        return sink.item(item);
    }
    if kind.starts_with("HKCategory") && !ROUTINE.contains(&bare(kind)) {
        return sink.item(happened(record, raw, from));
    }
    match Sample::of(record, &from) {
        Some(sample) => {
            days.add_said(file, sample.measure.clone(), source, When::of(&from), sample.figure, sample.said(record));
        }
        None => sink.set_aside(FindingCode::BadRecord, at, &format!("Expected a number in `value`, and found {value:?}.")),
    }
}

/// What a record is to its day.
struct Sample {
    measure: Measure,
    /// In the measure's unit.
    figure: f64,
    seconds: u32,
    note: String,
    written_after_s: Option<i32>,
}

impl Sample {
    /// Nothing when the value of a quantity is no number.
    fn of(record: &Element, from: &Moment) -> Option<Self> {
        let (kind, value) = (record.attribute("type"), record.attribute("value"));
        let seconds = time::iso(record.attribute("endDate")).map_or(0, |to| u32::try_from((to.ms - from.ms) / 1_000).unwrap_or(0));
        let (measure, figure) = if kind.starts_with("HKCategory") {
            routine(kind, value, f64::from(seconds))
        } else {
            quantity::measure(kind, numbers::float_text(value)?, record.attribute("unit"))
        };
        let is_streamed = STREAMED.iter().any(|word| kind.contains(word));
        let written = time::iso(record.attribute("creationDate"));
        Some(Self {
            measure,
            figure,
            seconds,
            note: if is_streamed { String::new() } else { notes(record).join("; ") },
            written_after_s: written.and_then(|written| i32::try_from((written.ms - from.ms) / 1_000).ok()),
        })
    }

    fn said<'s>(&'s self, record: &'s Element) -> Said<'s> {
        Said {
            value: bare(record.attribute("value")),
            unit: record.attribute("unit"),
            note: &self.note,
            seconds: self.seconds,
            device: device(record),
            written_after_s: self.written_after_s,
        }
    }
}

/// What measured it, without where that stood in the phone's memory, which is another place in each export: `name:Apple Watch, …`.
pub(super) fn device(record: &Element) -> &str {
    let written = record.attribute("device");
    let Some(inside) = written.strip_prefix("<<HKDevice:") else { return written };
    inside.split_once(">, ").map_or(inside, |(_, facts)| facts).trim_end_matches('>').trim()
}

/// Says of an item what measured it, and when that was written down.
pub(super) fn measured(item: &mut NewItem, record: &Element) {
    item.set("device", device(record));
    item.set("written", record.attribute("creationDate"));
}

/// What a record's metadata say, without Apple's prefix: `BloodGlucoseMealTime=1`.
fn notes(record: &Element) -> Vec<String> {
    let entries = record.inner.iter().filter(|inner| inner.name == "MetadataEntry");
    entries.map(|entry| format!("{}={}", entry.attribute("key").trim_start_matches("HKMetadataKey"), entry.attribute("value"))).collect()
}

/// How often something was, or how long it lasted where that says more.
fn routine(kind: &str, value: &str, seconds: f64) -> (Measure, f64) {
    let key = key_of(bare(kind));
    match bare(kind) {
        // Every hour has a record, and says whether its owner stood.
        "AppleStandHour" => (Measure::own("stand_hours".to_owned(), Fold::Sum), if value.ends_with("Stood") { 1.0 } else { 0.0 }),
        "MindfulSession" => (Measure::own("mindful_s".to_owned(), Fold::Sum), seconds),
        _ if seconds > 0.0 => (Measure::own(format!("{key}_s"), Fold::Sum), seconds),
        _ => (Measure::own(format!("{key}_times"), Fold::Sum), 1.0),
    }
}

/// Something that was felt or noticed, with how bad it was where that is said: `headache: severe`.
fn happened(record: &Element, raw: &str, from: Moment) -> NewItem {
    let (kind, value, source) = (record.attribute("type"), record.attribute("value"), record.attribute("sourceName"));
    let what = key_of(bare(kind)).replace('_', " ");
    // A value repeats the name of its type, or of the scale that it is on.
    let degree = ["Severity", "Presence", bare(kind)].iter().fold(bare(value), |value, scale| value.strip_prefix(scale).unwrap_or(value));
    let degree = key_of(degree).replace('_', " ");
    let mut item =
        NewItem::new(Kind::Measure, super::IMPORTER.id, format!("{kind}|{}|{value}|{source}", from.ms), Raw::text(RawFormat::Xml, raw));
    item.title = if matches!(degree.as_str(), "" | "not applicable" | "0") { what } else { format!("{what}: {degree}") };
    item.text = notes(record).join("\n");
    item.until = time::iso(record.attribute("endDate")).map(|to| to.ms).filter(|until| *until > from.ms);
    item.set("duration_s", item.until.and_then(|until| seconds_between(from.ms, until)));
    item.at = Some(from);
    item.set("value", degree);
    item.set("recorded_by", source);
    measured(&mut item, record);
    item.set("sensitive", "health");
    item
}

/// A meal, or anything else that joins several figures under a name; `None` when it has no name.
pub(super) fn named(correlation: &Element, raw: &str) -> Option<NewItem> {
    let entry = correlation.inner.iter().find(|inner| inner.name == "MetadataEntry" && inner.attribute("key") == "HKFoodType")?;
    let from = time::iso(correlation.attribute("startDate"))?;
    let source = correlation.attribute("sourceName");
    let key = format!("meal|{}|{}|{source}", from.ms, entry.attribute("value"));
    let mut item = NewItem::new(Kind::Measure, super::IMPORTER.id, key, Raw::text(RawFormat::Xml, raw));
    item.title = format!("Meal: {}", entry.attribute("value"));
    let figures = correlation.inner.iter().filter(|inner| inner.name == "Record").map(|record| {
        let what = key_of(bare(record.attribute("type")).trim_start_matches("Dietary")).replace('_', " ");
        format!("{what} {} {}", record.attribute("value"), record.attribute("unit"))
    });
    item.text = figures.collect::<Vec<_>>().join("\n");
    item.at = Some(from);
    item.set("recorded_by", source);
    measured(&mut item, correlation);
    item.set("sensitive", "health");
    Some(item)
}

/// Adds the figures of a correlation that stand nowhere else to their days, and says whether there were any. The first of them
/// counts as a record of the file unless the correlation is one by itself.
pub(super) fn add_missing(correlation: &Element, counts: bool, file: FileId, days: &mut Days) -> bool {
    let mut any = false;
    for record in correlation.inner.iter().filter(|inner| inner.name == "Record") {
        let Some(from) = time::iso(record.attribute("startDate")) else { continue };
        let Some(sample) = Sample::of(record, &from) else { continue };
        let (source, when) = (record.attribute("sourceName"), When::of(&from));
        let source = if source.is_empty() { correlation.attribute("sourceName") } else { source };
        let said = sample.said(record);
        if !days.holds(sample.measure.clone(), source, when, said) {
            let add = if counts && !any { Days::add_said } else { Days::and_said };
            add(days, file, sample.measure.clone(), source, when, sample.figure, said);
            any = true;
        }
    }
    any
}

/// The rings of a day, which are surer than any sum over its records.
pub(super) fn rings(summary: &Element, file: FileId, at: &str, days: &mut Days, sink: &mut dyn Sink) {
    const SURE: u8 = 1;
    let Some(day) = time::iso(summary.attribute("dateComponents")) else {
        return sink.set_aside(FindingCode::UncertainTime, at, "Expected a date in `dateComponents`, and found none.");
    };
    let figure = |name: &str| numbers::float_text(summary.attribute(name)).filter(|figure| *figure > 0.0);
    let energy = figure("activeEnergyBurned").map(|value| quantity::kilocalories(value, summary.attribute("activeEnergyBurnedUnit")));
    let rings = [
        (measure::ACTIVE_ENERGY, energy),
        (measure::ACTIVE_MINUTES, figure("appleExerciseTime")),
        (Measure::own("stand_hours".to_owned(), Fold::Sum), figure("appleStandHours")),
    ];
    let mut rings = rings.into_iter().filter_map(|(measure, figure)| Some((measure, figure?)));
    let Some((measure, figure)) = rings.next() else {
        return sink.skip(FindingCode::EmptyProduct, at, "The day's rings are empty.");
    };
    days.add(file, measure, "rings", SURE, When::of(&day), Stats::one(figure));
    for (measure, figure) in rings {
        days.and(file, measure, "rings", SURE, When::of(&day), Stats::one(figure));
    }
}

/// A workout, and Apple's own word for what it was; nothing without a start.
pub(super) fn workout(element: &Element) -> Option<(Workout, String)> {
    let from = time::iso(element.attribute("startDate"))?;
    let until = time::iso(element.attribute("endDate")).map(|to| to.ms).filter(|until| *until >= from.ms);
    let own = element.attribute("workoutActivityType").trim_start_matches("HKWorkoutActivityType").to_owned();
    let number = |name: &str| numbers::float_text(element.attribute(name));
    // Since iOS 16 the sums stand in elements of their own.
    let statistic = |kind: &str, what: &str| {
        let found = element.inner.iter().find(|inner| inner.name == "WorkoutStatistics" && inner.attribute("type").ends_with(kind))?;
        Some((numbers::float_text(found.attribute(what))?, found.attribute("unit").to_owned()))
    };
    let distance = ["DistanceWalkingRunning", "DistanceCycling", "DistanceSwimming", "DistanceWheelchair", "DistanceDownhillSnowSports"]
        .iter()
        .find_map(|kind| statistic(kind, "sum"))
        .map(|(value, unit)| quantity::metres(value, &unit));
    let workout = Workout {
        activity: activity(&key_of(&own)),
        until,
        duration_s: number("duration").map(|value| quantity::seconds(value, element.attribute("durationUnit"))),
        distance_m: number("totalDistance")
            .map(|value| quantity::metres(value, element.attribute("totalDistanceUnit")))
            .filter(|metres| *metres > 0.0)
            .or(distance),
        energy_kcal: number("totalEnergyBurned")
            .map(|value| quantity::kilocalories(value, element.attribute("totalEnergyBurnedUnit")))
            .filter(|energy| *energy > 0.0)
            .or_else(|| statistic("ActiveEnergyBurned", "sum").map(|(value, unit)| quantity::kilocalories(value, &unit))),
        steps: statistic("StepCount", "sum").map(|(value, _)| value),
        heart_rate_avg: statistic("HeartRate", "average").map(|(value, _)| value),
        heart_rate_max: statistic("HeartRate", "maximum").map(|(value, _)| value),
        recorded_by: element.attribute("sourceName").to_owned(),
        from: Some(from),
        ..Workout::default()
    };
    Some((workout, own))
}

/// Every element of a name inside another, at any depth.
pub(super) fn all<'e>(element: &'e Element, name: &str) -> Vec<&'e Element> {
    element.inner.iter().flat_map(|inner| if inner.name == name { vec![inner] } else { all(inner, name) }).collect()
}

/// A type or value without Apple's prefix: `HKCategoryTypeIdentifierMindfulSession` is `MindfulSession`.
fn bare(name: &str) -> &str {
    name.split_once("Identifier").map_or_else(|| name.strip_prefix("HKCategoryValue").unwrap_or(name), |(_, bare)| bare)
}
