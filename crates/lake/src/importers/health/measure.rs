//! The measures of the body, under one name whatever product they come from.

use std::borrow::Cow;

/// How the samples of a day make one figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Fold {
    /// They add up: `steps`.
    Sum,
    /// Their average, least and greatest count: `heart_rate_avg`, `heart_rate_min`, `heart_rate_max`.
    Range,
    /// The last one counts: `weight_kg`.
    Last,
}

/// One measure: its key in `data`, unit included where there is one, and how it is folded.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Measure {
    pub(crate) key: Cow<'static, str>,
    pub(crate) fold: Fold,
}

impl Measure {
    /// A measure that a product has a name of its own for.
    pub(crate) fn own(key: String, fold: Fold) -> Self {
        Self { key: Cow::Owned(key), fold }
    }

    /// What it is called, without the unit that its figures stand in: `weight`, `heart rate`.
    pub(crate) fn name(&self) -> String {
        const UNITS: [&str; 9] = ["_mmol_l", "_mmhg", "_percent", "_share", "_kg", "_ms", "_c", "_m", "_count_per_min"];
        let key = UNITS.iter().find_map(|unit| self.key.strip_suffix(unit)).unwrap_or(&self.key);
        key.replace('_', " ")
    }

    /// The unit that its figures stand in; empty of what is counted.
    pub(crate) fn unit(&self) -> &'static str {
        const UNITS: [(&str, &str); 7] =
            [("_mmol_l", "mmol/L"), ("_mmhg", "mmHg"), ("_percent", "%"), ("_kg", "kg"), ("_ms", "ms"), ("_c", "°C"), ("_m", "m")];
        UNITS.iter().find(|(end, _)| self.key.ends_with(end)).map_or("", |(_, unit)| unit)
    }

    /// Whether it is measured now and then, by a scale or a cuff, so that somebody may look for a single reading. What a watch writes
    /// all day long is a course.
    pub(crate) fn is_single(&self) -> bool {
        const SINGLE: [Measure; 10] =
            [WEIGHT, HEIGHT, BODY_FAT, BODY_MASS_INDEX, OXYGEN, RESPIRATORY_RATE, TEMPERATURE, SYSTOLIC, DIASTOLIC, GLUCOSE];
        SINGLE.contains(self)
    }

    /// Whether the day's course is kept by the hour.
    pub(crate) fn is_hourly(&self) -> bool {
        matches!(&*self.key, "steps" | "heart_rate")
    }
}

macro_rules! measures {
    ($($(#[$doc:meta])* $name:ident = $key:literal $fold:ident;)*) => {
        $($(#[$doc])* pub(crate) const $name: Measure = Measure { key: Cow::Borrowed($key), fold: Fold::$fold };)*
    };
}

measures! {
    STEPS = "steps" Sum;
    /// Metres on foot, by wheel or in water.
    DISTANCE = "distance_m" Sum;
    /// Everything that was burned, rest included.
    ENERGY = "energy_kcal" Sum;
    ACTIVE_ENERGY = "active_energy_kcal" Sum;
    RESTING_ENERGY = "resting_energy_kcal" Sum;
    FLOORS = "floors" Sum;
    ACTIVE_MINUTES = "active_minutes" Sum;
    HEART_POINTS = "heart_points" Sum;
    /// Beats a minute.
    HEART_RATE = "heart_rate" Range;
    RESTING_HEART_RATE = "resting_heart_rate" Last;
    /// Between beats, milliseconds.
    HEART_RATE_VARIABILITY = "heart_rate_variability_ms" Range;
    WEIGHT = "weight_kg" Last;
    HEIGHT = "height_m" Last;
    BODY_FAT = "body_fat_percent" Last;
    BODY_MASS_INDEX = "body_mass_index" Last;
    OXYGEN = "oxygen_percent" Range;
    /// Breaths a minute.
    RESPIRATORY_RATE = "respiratory_rate" Range;
    TEMPERATURE = "body_temperature_c" Range;
    SKIN_TEMPERATURE = "skin_temperature_c" Range;
    /// Degrees Celsius above or below what is usual.
    SKIN_TEMPERATURE_VARIATION = "skin_temperature_variation_c" Range;
    SYSTOLIC = "systolic_mmhg" Range;
    DIASTOLIC = "diastolic_mmhg" Range;
    GLUCOSE = "glucose_mmol_l" Range;
    WATER = "water_l" Sum;
    SPEED = "speed_m_s" Range;
    ASLEEP = "asleep_s" Sum;
    SLEEP_SCORE = "sleep_score" Last;
    VO2_MAX = "vo2_max" Last;
}

/// A product's own name for a measure as a key: `Avg. Sound (dB)` becomes `avg_sound_db`.
pub(crate) fn key_of(name: &str) -> String {
    let mut key = String::with_capacity(name.len() + 4);
    let mut was_small = false;
    for letter in name.chars() {
        if letter.is_alphanumeric() {
            if letter.is_uppercase() && was_small && !key.ends_with('_') {
                key.push('_');
            }
            key.extend(letter.to_lowercase());
        } else if !key.ends_with('_') && !key.is_empty() {
            key.push('_');
        }
        was_small = letter.is_lowercase() || letter.is_ascii_digit();
    }
    key.trim_end_matches('_').to_owned()
}
