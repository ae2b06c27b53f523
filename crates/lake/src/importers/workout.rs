//! What recorded movements of every product share: the workout as an item, and the track that was recorded with it.
//!
//! `data` of a workout: `activity` (a word in snake case), `distance_m`, `duration_s`, `energy_kcal`, `steps`,
//! `heart_rate_avg`, `heart_rate_max`, `ascent_m`, `end` (`[lat, lon]`), `recorded_by`, `notes`, `sensitive` ("health"), and
//! what the product adds.

pub(super) mod fit_file;
pub(super) mod tcx;
pub(super) mod track;

use domain::{Kind, Moment, NewItem, Point, Raw, UtcMs};
use serde_json::{Value, json};

use super::location::{seconds_between, words};

/// A workout, as far as its source says.
#[derive(Debug, Clone, Default)]
pub(super) struct Workout {
    /// One word for the movement, in snake case; empty when it is not said.
    pub(super) activity: String,
    /// What its owner called it; may be empty.
    pub(super) name: String,
    /// What its owner wrote about it; may be empty.
    pub(super) notes: String,
    pub(super) from: Option<Moment>,
    pub(super) until: Option<UtcMs>,
    /// Seconds, when the source says it apart from start and end.
    pub(super) duration_s: Option<f64>,
    pub(super) distance_m: Option<f64>,
    pub(super) energy_kcal: Option<f64>,
    pub(super) steps: Option<f64>,
    /// Beats a minute.
    pub(super) heart_rate_avg: Option<f64>,
    pub(super) heart_rate_max: Option<f64>,
    pub(super) ascent_m: Option<f64>,
    pub(super) start: Option<Point>,
    pub(super) end: Option<Point>,
    /// The device or app; may be empty.
    pub(super) recorded_by: String,
}

impl Workout {
    /// The item for it.
    pub(super) fn into_item(self, source: &str, key: &str, raw: Raw) -> NewItem {
        let mut item = NewItem::new(Kind::Workout, source, key, raw);
        let summary = words::trip_title(&self.activity, self.distance_m);
        item.title = match (self.name.is_empty(), self.activity.is_empty()) {
            (false, _) => self.name,
            (true, false) => summary,
            (true, true) => self.distance_m.map_or_else(|| "Workout".to_owned(), |metres| format!("Workout, {}", words::distance(metres))),
        };
        item.text = self.notes;
        item.place = self.start;
        item.until = self.until;
        let spanned = self.from.as_ref().zip(self.until).and_then(|(from, until)| seconds_between(from.ms, until));
        item.set("activity", self.activity);
        item.set("distance_m", self.distance_m.map(rounded));
        item.set("duration_s", self.duration_s.map(rounded).or_else(|| spanned.map(Value::from)));
        item.set("energy_kcal", self.energy_kcal.map(rounded));
        item.set("steps", self.steps.map(rounded));
        item.set("heart_rate_avg", self.heart_rate_avg.map(rounded));
        item.set("heart_rate_max", self.heart_rate_max.map(rounded));
        item.set("ascent_m", self.ascent_m.map(rounded));
        item.set("end", self.end.map(|end| json!([end.lat_degrees(), end.lon_degrees()])));
        item.set("recorded_by", self.recorded_by);
        item.set("sensitive", "health");
        item.at = self.from;
        item
    }
}

/// What programs call ways of moving, as one word. Some write numbers, which name nothing outside of them.
pub(super) fn activity(text: &str) -> String {
    let word = words::activity(text);
    let bare = ["outdoor_", "indoor_", "virtual_"].iter().find_map(|place| word.strip_prefix(place)).unwrap_or(&word);
    match bare {
        "run" | "trail_running" | "trail_run" | "street_running" | "treadmill_running" | "jogging" => "running".to_owned(),
        "ride" | "biking" | "bike" | "cycle" | "road_biking" | "mountain_biking" | "mountain_bike_ride" | "gravel_ride" | "e_bike_ride"
        | "cycling" => "cycling".to_owned(),
        "walk" => "walking".to_owned(),
        "hike" => "hiking".to_owned(),
        "swim" | "open_water_swimming" | "lap_swimming" => "swimming".to_owned(),
        digits if digits.bytes().all(|byte| byte.is_ascii_digit()) => String::new(),
        _ => word,
    }
}

/// A number to a thousandth; a whole one without a fraction.
pub(super) fn rounded(number: f64) -> Value {
    let number = (number * 1_000.0).round() / 1_000.0;
    if number.fract() == 0.0 && number.abs() < 9e15 { Value::from(number as i64) } else { Value::from(number) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_programs_call_a_run_is_running() {
        for (text, expected) in
            [("Run", "running"), ("Outdoor Run", "running"), ("VirtualRide", "cycling"), ("Yoga", "yoga"), ("9", ""), ("", "")]
        {
            assert_eq!(activity(text), expected, "{text}");
        }
    }
}
