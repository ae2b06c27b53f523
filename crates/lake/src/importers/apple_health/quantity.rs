//! Apple's types and units of quantities, as our measures in metric units.

use crate::importers::health::measure::{self, Fold, Measure, key_of};

/// The measure for a type like `HKQuantityTypeIdentifierStepCount`, and a value of it in the measure's unit.
pub(super) fn measure(kind: &str, value: f64, unit: &str) -> (Measure, f64) {
    let name = kind.strip_prefix("HKQuantityTypeIdentifier").unwrap_or(kind);
    match name {
        "StepCount" => (measure::STEPS, value),
        "DistanceWalkingRunning" => (measure::DISTANCE, metres(value, unit)),
        "ActiveEnergyBurned" => (measure::ACTIVE_ENERGY, kilocalories(value, unit)),
        "BasalEnergyBurned" => (measure::RESTING_ENERGY, kilocalories(value, unit)),
        "FlightsClimbed" => (measure::FLOORS, value),
        "AppleExerciseTime" => (measure::ACTIVE_MINUTES, minutes(value, unit)),
        "HeartRate" => (measure::HEART_RATE, beats(value, unit)),
        "RestingHeartRate" => (measure::RESTING_HEART_RATE, beats(value, unit)),
        "HeartRateVariabilitySDNN" => (measure::HEART_RATE_VARIABILITY, if unit == "s" { value * 1_000.0 } else { value }),
        "BodyMass" => (measure::WEIGHT, kilograms(value, unit)),
        "Height" => (measure::HEIGHT, metres(value, unit)),
        "BodyFatPercentage" => (measure::BODY_FAT, percent(value, unit)),
        "BodyMassIndex" => (measure::BODY_MASS_INDEX, value),
        "OxygenSaturation" => (measure::OXYGEN, percent(value, unit)),
        "RespiratoryRate" => (measure::RESPIRATORY_RATE, beats(value, unit)),
        "BodyTemperature" => (measure::TEMPERATURE, celsius(value, unit)),
        "BloodPressureSystolic" => (measure::SYSTOLIC, value),
        "BloodPressureDiastolic" => (measure::DIASTOLIC, value),
        "BloodGlucose" => (measure::GLUCOSE, if unit.starts_with("mg/dL") { value / 18.0182 } else { value }),
        "DietaryWater" => (measure::WATER, litres(value, unit)),
        "VO2Max" => (measure::VO2_MAX, value),
        _ if name.starts_with("Distance") => (Measure::own(format!("{}_m", key_of(name)), Fold::Sum), metres(value, unit)),
        _ if name.starts_with("Dietary") || unit == "count" || name.ends_with("Time") => {
            (Measure::own(with_unit(name, unit), Fold::Sum), value)
        }
        _ => (Measure::own(with_unit(name, unit), Fold::Range), value),
    }
}

/// A type's key with the unit that its values stand in.
fn with_unit(name: &str, unit: &str) -> String {
    let unit = match unit {
        "%" => "share".to_owned(),
        "count" | "" => String::new(),
        other => key_of(&other.replace('/', " per ")),
    };
    if unit.is_empty() { key_of(name) } else { format!("{}_{unit}", key_of(name)) }
}

pub(crate) fn metres(value: f64, unit: &str) -> f64 {
    value
        * match unit {
            "km" => 1_000.0,
            "mi" => 1_609.344,
            "yd" => 0.9144,
            "ft" => 0.3048,
            "in" => 0.0254,
            "cm" => 0.01,
            "mm" => 0.001,
            _ => 1.0,
        }
}

/// Nutritionists' calories are a thousand of the physicists'; `Cal` is the former.
pub(crate) fn kilocalories(value: f64, unit: &str) -> f64 {
    value
        * match unit {
            "kJ" => 1.0 / 4.184,
            "J" => 1.0 / 4_184.0,
            "cal" => 0.001,
            _ => 1.0,
        }
}

pub(crate) fn seconds(value: f64, unit: &str) -> f64 {
    value
        * match unit {
            "min" => 60.0,
            "hr" | "h" => 3_600.0,
            "d" => 86_400.0,
            _ => 1.0,
        }
}

fn minutes(value: f64, unit: &str) -> f64 {
    seconds(value, if unit.is_empty() { "min" } else { unit }) / 60.0
}

/// `count/min`, and `count/s` as some apps write it.
fn beats(value: f64, unit: &str) -> f64 {
    if unit == "count/s" { value * 60.0 } else { value }
}

fn kilograms(value: f64, unit: &str) -> f64 {
    value
        * match unit {
            "lb" => 0.453_592_37,
            "st" => 6.350_293_18,
            "oz" => 0.028_349_523,
            "g" => 0.001,
            _ => 1.0,
        }
}

/// Shares are written from 0 to 1 with the unit `%`.
fn percent(value: f64, unit: &str) -> f64 {
    if unit == "%" && value <= 1.0 { value * 100.0 } else { value }
}

fn celsius(value: f64, unit: &str) -> f64 {
    if unit == "degF" { (value - 32.0) / 1.8 } else { value }
}

fn litres(value: f64, unit: &str) -> f64 {
    value
        * match unit {
            "mL" => 0.001,
            "dL" => 0.1,
            "cL" => 0.01,
            "fl_oz_us" => 0.029_573_53,
            "fl_oz_imp" => 0.028_413_06,
            "cup_us" => 0.236_588,
            "pt_us" => 0.473_176,
            _ => 1.0,
        }
}
