//! One record of `export.xml`.

use domain::{FindingCode, Kind, NewItem, Raw, RawFormat};

use super::quantity;
use crate::importer::Sink;
use crate::importers::health::day::{Days, FileId, Stats, When};
use crate::importers::health::measure::{self, Fold, Measure, key_of};
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

/// Adds a record to its day.
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
        item.set("sensitive", "intimate");
        return sink.item(item);
    }
    let (measure, figure) = if kind.starts_with("HKCategory") {
        let seconds = time::iso(record.attribute("endDate")).map_or(0.0, |to| (to.ms - from.ms) as f64 / 1_000.0);
        category(kind, value, seconds)
    } else {
        let Some(figure) = numbers::float_text(value) else {
            return sink.set_aside(FindingCode::BadRecord, at, &format!("Expected a number in `value`, and found {value:?}."));
        };
        quantity::measure(kind, figure, record.attribute("unit"))
    };
    days.add(file, measure, source, 0, When::of(&from), Stats::one(figure));
}

/// How often something was, or how long it lasted where that says more.
fn category(kind: &str, value: &str, seconds: f64) -> (Measure, f64) {
    let key = key_of(bare(kind));
    match bare(kind) {
        // Every hour has a record, and says whether its owner stood.
        "AppleStandHour" => (Measure::own("stand_hours".to_owned(), Fold::Sum), if value.ends_with("Stood") { 1.0 } else { 0.0 }),
        "MindfulSession" => (Measure::own("mindful_s".to_owned(), Fold::Sum), seconds),
        _ if seconds > 0.0 => (Measure::own(format!("{key}_s"), Fold::Sum), seconds),
        _ => (Measure::own(format!("{key}_times"), Fold::Sum), 1.0),
    }
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
