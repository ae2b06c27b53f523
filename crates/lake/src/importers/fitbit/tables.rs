//! The tables: measures with a time and a source, nights, their stages and scores, exercises, and the rest.

use std::io;

use domain::{Certainty, FindingCode, Kind, Method, Moment, NewItem, NewPoint, Point};

use super::{Detail, Fitbit, Half, clock, minute, rank};
use crate::importer::{FileNumber, Input, Sink};
use crate::importers::health::day::{FileId, Stats, Teller, When};
use crate::importers::health::measure::{self, Fold, Measure, key_of};
use crate::importers::health::sleep::Sleep;
use crate::importers::location::segment;
use crate::importers::workout::track::line_of;
use crate::importers::workout::{Workout, activity};
use crate::table::{Row, Table};
use crate::text::path::stem;
use crate::text::{numbers, time};

/// The columns that say when, the surest first.
const TIMES: &[&str] = &[
    "timestamp",
    "recorded_time",
    "datetime",
    "date_time",
    "time",
    // What is measured over a night counts for the day it ends on.
    "sleep_end",
    "sleep_start",
    "date",
    "start_time",
    "start time",
    "created_at",
    "created at",
];
const SOURCES: &[&str] = &["data source", "data_source", "source"];
const OFFSETS: &[&str] = &["utc_offset", "start_utc_offset", "utc offset", "start utc offset"];
/// Folders whose tables are about the account and not about its body, or are nobody's business.
const KEPT: &[&str] = &[
    "Your Profile",
    "Paired Devices",
    "Activity Goals",
    "Social",
    "Menstrual Health",
    "Community",
    "Commerce",
    "Notification Settings",
    "Social Groups",
];

/// Reads one table.
pub(super) fn read(number: FileNumber, input: &mut Input<'_>, fitbit: &mut Fitbit, sink: &mut dyn Sink) -> io::Result<()> {
    let path = input.path.to_owned();
    let kept = path.split('/').any(|folder| KEPT.contains(&folder));
    let file = fitbit.days.file(number);
    let name = path.rsplit('/').next().unwrap_or(&path).to_lowercase();
    let Some(mut table) = Table::open(input.reader)? else { return Ok(()) };
    let shape = if kept {
        Shape::Kept
    } else if table.columns().has_one_of(&["sleep_stage_type", "sleep_stage_start"]) {
        Shape::Stage
    } else if table.columns().has_one_of(&["overall_score"]) && table.columns().has_one_of(&["sleep_id", "sleep_log_entry_id"]) {
        Shape::Score
    } else if table.columns().has_one_of(&["nightly_temperature"]) {
        Shape::Measures
    } else if table.columns().has_one_of(&["sleep_start"]) && table.columns().has_one_of(&["sleep_end"]) {
        Shape::Night
    } else if table.columns().has_one_of(&["exercise_start"]) {
        Shape::Exercise
    } else if table.columns().has_one_of(&["latitude"]) && table.columns().has_one_of(&["longitude"]) {
        Shape::Fix
    } else {
        Shape::Measures
    };
    while let Some(row) = table.read_row(sink)? {
        let line = Line { row: &row, file: number, path: &path, name: &name };
        match shape {
            Shape::Kept => sink.item(line.kept()),
            Shape::Stage => line.stage(fitbit, sink),
            Shape::Score => line.score(file, fitbit, sink),
            Shape::Night => line.night(fitbit, sink),
            Shape::Exercise => line.exercise(fitbit, sink),
            Shape::Fix => line.fix(sink),
            Shape::Measures => line.measures(file, fitbit, sink),
        }
    }
    Ok(())
}

#[derive(Clone, Copy)]
enum Shape {
    Kept,
    Stage,
    Score,
    Night,
    Exercise,
    Fix,
    Measures,
}

struct Line<'t> {
    row: &'t Row<'t>,
    file: FileNumber,
    path: &'t str,
    /// The file's name, in lower case.
    name: &'t str,
}

impl Line<'_> {
    /// A time of the row on the wall clock that the row tells.
    fn moment(&self, columns: &[&str], offsets: &[&str]) -> Option<Moment> {
        clock::read(self.row.cell(columns)).map(|moment| clock::zoned(moment, self.row.cell(offsets)))
    }

    fn no_time(&self, what: &str, sink: &mut dyn Sink) {
        sink.set_aside(FindingCode::UncertainTime, &self.row.at(), &format!("Expected {what}, and found no time that could be read."));
    }

    fn half<T>(&self, what: T, id: &str) -> Half<T> {
        Half { file: self.file, what, raw: self.row.raw(), rank: rank::TABLE, id: id.to_owned() }
    }

    fn night(&self, fitbit: &mut Fitbit, sink: &mut dyn Sink) {
        let Some(from) = self.moment(&["sleep_start"], OFFSETS) else { return self.no_time("the night's start in `sleep_start`", sink) };
        fitbit.days.offset_of(&from);
        let minutes = |columns: &[&str]| self.row.number(columns).filter(|minutes| *minutes >= 0.0).map(|minutes| minutes * 60.0);
        let sleep = Sleep {
            until: self.moment(&["sleep_end"], &["end_utc_offset", "utc_offset"]).map(|end| end.ms).filter(|until| *until >= from.ms),
            asleep_s: minutes(&["minutes_asleep"]),
            awake_s: minutes(&["minutes_awake"]),
            nap: self.row.cell(&["is_nap", "nap"]).eq_ignore_ascii_case("true"),
            recorded_by: self.row.cell(SOURCES).to_owned(),
            from: Some(from.clone()),
            ..Sleep::default()
        };
        fitbit.nights.entry(minute(&from)).or_default().push(self.half(sleep, self.row.cell(&["sleep_id", "log_id"])));
    }

    fn stage(&self, fitbit: &mut Fitbit, sink: &mut dyn Sink) {
        let span = self.moment(&["sleep_stage_start"], OFFSETS).zip(self.moment(&["sleep_stage_end"], OFFSETS));
        let Some((from, to)) = span else { return self.no_time("the stage's start and end", sink) };
        let stage = self.row.cell(&["sleep_stage_type"]).to_lowercase();
        let seconds = (to.ms - from.ms) as f64 / 1_000.0;
        fitbit.details.push(Detail {
            file: self.file,
            night: self.row.cell(&["sleep_id"]).to_owned(),
            say: Box::new(move |sleep| {
                // What the night itself says of being awake and asleep is whole already.
                if matches!(stage.as_str(), "light" | "deep" | "rem") {
                    sleep.stage(&stage, seconds);
                }
            }),
            alone: None,
        });
    }

    fn score(&self, file: FileId, fitbit: &mut Fitbit, sink: &mut dyn Sink) {
        let Some(score) = self.row.number(&["overall_score"]).filter(|score| *score >= 0.0) else {
            return sink.skip(FindingCode::EmptyProduct, &self.row.at(), "The night has no score.");
        };
        let night = self.row.cell(&["sleep_id", "sleep_log_entry_id"]);
        match self.moment(&["timestamp"], OFFSETS).filter(|_| night.is_empty()) {
            Some(woke) => fitbit.days.add(file, measure::SLEEP_SCORE, "", rank::TABLE, When::of(&woke), Stats::one(score)),
            None => fitbit.details.push(Detail {
                file: self.file,
                night: night.to_owned(),
                say: Box::new(move |sleep| sleep.score = Some(score)),
                alone: self.moment(&["timestamp"], OFFSETS).map(|woke| (file, When::of(&woke), score)),
            }),
        }
    }

    fn exercise(&self, fitbit: &mut Fitbit, sink: &mut dyn Sink) {
        let Some(from) = self.moment(&["exercise_start"], OFFSETS) else {
            return self.no_time("the exercise's start in `exercise_start`", sink);
        };
        fitbit.days.offset_of(&from);
        let number = |columns: &[&str]| self.row.number(columns).filter(|number| *number >= 0.0);
        let workout = Workout {
            activity: activity(self.row.cell(&["activity_name", "activity_type"])),
            until: self.moment(&["exercise_end"], OFFSETS).map(|end| end.ms).filter(|until| *until >= from.ms),
            distance_m: number(&["tracker_total_distance_mm", "total_distance_mm", "distance_mm"])
                .map(|millimetres| millimetres / 1_000.0)
                .or_else(|| number(&["distance meters", "distance_m"])),
            energy_kcal: number(&["tracker_total_calories", "total_calories", "calories"]),
            steps: number(&["tracker_total_steps", "total_steps", "steps"]),
            heart_rate_avg: number(&["tracker_avg_heart_rate", "average_heart_rate", "avg_heart_rate"]),
            ascent_m: number(&["tracker_total_altitude_mm"]).map(|millimetres| millimetres / 1_000.0),
            recorded_by: self.row.cell(SOURCES).to_owned(),
            from: Some(from.clone()),
            ..Workout::default()
        };
        fitbit.exercises.entry(minute(&from)).or_default().push(self.half(workout, self.row.cell(&["exercise_id"])));
    }

    fn fix(&self, sink: &mut dyn Sink) {
        let point =
            self.row.number(&["latitude"]).zip(self.row.number(&["longitude"])).and_then(|(lat, lon)| Point::from_degrees(lat, lon));
        let (Some(point), Some(moment)) = (point, self.moment(TIMES, OFFSETS)) else {
            return sink.set_aside(
                FindingCode::BadPosition,
                &self.row.at(),
                "Expected a time, a latitude and a longitude, and one of them cannot be read.",
            );
        };
        sink.point(NewPoint {
            device: line_of(super::IMPORTER.id),
            altitude: self.row.number(&["altitude", "altitude meters"]).map(|metres| metres.round() as i32),
            method: Method::Gps,
            ..segment::fix(domain::Layer::Workout, moment.ms, point)
        });
    }

    fn measures(&self, file: FileId, fitbit: &mut Fitbit, sink: &mut dyn Sink) {
        let mut figures = self.figures().into_iter();
        let Some((measure, value)) = figures.next() else {
            return sink.skip(FindingCode::EmptyProduct, &self.row.at(), "The row holds no figure: it is the service's own bookkeeping.");
        };
        let Some(moment) = self.moment(TIMES, OFFSETS) else { return self.no_time("the time of a measure", sink) };
        fitbit.days.offset_of(&moment);
        let (when, teller) = (When::of(&moment), Teller { name: self.row.cell(SOURCES), rank: rank::TABLE });
        // What is told of a whole day has no time.
        if moment.certainty == Certainty::DateOnly {
            fitbit.days.add(file, measure, teller.name, teller.rank, when, Stats::one(value));
            for (measure, value) in figures {
                fitbit.days.and(file, measure, teller.name, teller.rank, when, Stats::one(value));
            }
            return;
        }
        fitbit.days.add_each(file, measure, teller, when, value);
        for (measure, value) in figures {
            fitbit.days.and_each(file, measure, teller, when, value);
        }
    }

    fn figures(&self) -> Vec<(Measure, f64)> {
        let named = |words: &[&str]| words.iter().any(|word| self.name.contains(word));
        let figure = |(column, cell): (String, &str)| {
            let value = numbers::float_text(cell)?;
            let column = column.to_lowercase();
            let no_figure = column.ends_with("id")
                || column.ends_with("offset")
                || TIMES.contains(&column.as_str())
                || SOURCES.contains(&column.as_str());
            // A missing score or minute is written as -1; a temperature may be that.
            if no_figure || (value == -1.0 && column != "temperature") {
                return None;
            }
            Some(match column.as_str() {
                "steps" => (measure::STEPS, value),
                "beats per minute" if named(&["resting"]) => (measure::RESTING_HEART_RATE, value),
                "beats per minute" | "bpm" => (measure::HEART_RATE, value),
                "resting_heart_rate" | "resting heart rate" => (measure::RESTING_HEART_RATE, value),
                "weight grams" => (measure::WEIGHT, value / 1_000.0),
                "weight" | "weight kg" => (measure::WEIGHT, value),
                "calories" | "calories kcal" => (measure::ENERGY, value),
                "distance" | "distance meters" => (measure::DISTANCE, value),
                "floors" => (measure::FLOORS, value),
                "body fat percentage" | "fat percentage" => (measure::BODY_FAT, value),
                "rmssd" | "daily_rmssd" => (measure::HEART_RATE_VARIABILITY, value),
                "value" | "average_value" | "oxygen saturation percentage" if named(&["spo2", "oxygen"]) => (measure::OXYGEN, value),
                "breathing_rate" | "daily_respiratory_rate" | "breaths per minute" | "full_sleep_breathing_rate" => {
                    (measure::RESPIRATORY_RATE, value)
                }
                "nightly_temperature" => (measure::SKIN_TEMPERATURE, value),
                // How the night's temperature was reckoned.
                _ if named(&["computed temperature"]) => return None,
                "temperature_celcius" | "temperature celsius" => (measure::SKIN_TEMPERATURE, value),
                // Degrees from what is usual for the wearer.
                "temperature" if named(&["device temperature"]) => (measure::SKIN_TEMPERATURE_VARIATION, value),
                other => {
                    let adds_up = ["minutes", "count", "total"].iter().any(|word| other.contains(word));
                    let key = key_of(other);
                    // Columns like `value` say nothing without their file.
                    let family = key_of(
                        self.name.trim_end_matches(".csv").trim_matches(|letter: char| letter.is_ascii_digit() || "-_ ".contains(letter)),
                    );
                    let key = if matches!(key.as_str(), "value" | "score") { format!("{family}_{key}") } else { key };
                    (Measure::own(key, if adds_up { Fold::Sum } else { Fold::Range }), value)
                }
            })
        };
        self.row.filled().filter_map(figure).collect()
    }

    /// A row that is kept as it stands, out of sight.
    fn kept(&self) -> NewItem {
        let raw = self.row.raw();
        let title = stem(self.path);
        let mut item = NewItem::new(Kind::Activity, super::IMPORTER.id, [title.as_bytes(), b"|", &raw.bytes].concat(), raw);
        item.title = title.to_owned();
        // A birthday is not when the profile was written.
        let mut dated = self.row.filled().filter(|(column, _)| !column.to_lowercase().contains("birth"));
        item.at = dated.find_map(|(_, cell)| time::iso(cell));
        item.hidden = true;
        for (column, cell) in self.row.filled() {
            item.set(&key_of(&column), cell);
        }
        item.set("sensitive", "health");
        item
    }
}
