//! Fitbit, and Google Health as it is called since 2025: measures, nights, workouts.
//!
//! The export holds two generations of the same data side by side: JSON a day or month (`Global Export Data`), with wall
//! clocks and no zone, and tables with instants (`*_GoogleData`). What becomes what:
//!
//! - measures of every family (steps, heart rate, weight, oxygen, temperature…): one
//!   [`Kind::Measure`](domain::Kind::Measure) a local day, see [`super::health::day`]; tables are surer than JSON, and a
//!   tracker and a phone that count the same steps are never added. Readings that are taken now and then (weight, oxygen) stand in
//!   the card with their times;
//! - a night in both generations: one night (see [`super::health::sleep`]) with its stages and score, known by the wall
//!   clock of its start;
//! - an exercise in both: one [`Kind::Workout`](domain::Kind::Workout), known in the same way, and further ones that one generation
//!   has in that minute by their numbers too;
//! - positions (`gps_location`): fixes of [`Layer::Workout`](domain::Layer::Workout);
//! - a badge: a [`Kind::Activity`](domain::Kind::Activity);
//! - profile, devices, goals, friends and cycles: hidden [`Kind::Activity`](domain::Kind::Activity) items, as the table writes them;
//! - rows without a figure, which are the service's own bookkeeping, are skipped.
//!
//! What is remembered for parts that come later: every file, whole, for each may tell a day more surely than the others.
//!
//! Unsure, and said in a finding: the clock of JSON times (local here; some families of older exports were in UTC), and the
//! unit of its distances (centimetres here). A weight without a unit is in pounds where its body mass index says so.
//!
//! `data` is documented at [`super::workout`], [`super::health::sleep`] and [`super::health::measure`].

mod clock;
mod json_logs;
mod tables;

use std::cmp::Ordering;
use std::collections::{BTreeMap, HashSet};
use std::io;

use domain::{Moment, NewItem, Raw};

use super::health::day::{Days, FileId, Stats, When};
use super::health::measure;
use super::health::sleep::Sleep;
use super::workout::Workout;
use crate::importer::{Assembly, Claim, FileNumber, Importer, Input, Parse, Probe, SetSink, Sink, memo};

pub(crate) static IMPORTER: Importer =
    Importer { id: "google.fitbit", label: "Fitbit and Google Health", recognizes, parse: Parse::Set(|| Box::new(Fitbit::default())) };

/// How sure a generation is of a figure.
mod rank {
    pub(super) const TABLE: u8 = 1;
    pub(super) const JSON: u8 = 0;
}

fn recognizes(probe: &Probe<'_>) -> Claim {
    let in_product = probe.folders().any(|folder| matches!(folder, "Fitbit" | "Google Health") || folder.ends_with("_GoogleData"));
    let shaped = match probe.extension().as_str() {
        "json" => json_logs::recognizes(probe.head),
        "csv" => false,
        _ => return Claim::No,
    };
    match (shaped, in_product) {
        (true, true) => Claim::Yes(3),
        (true, false) => Claim::Yes(2),
        // The tables have columns that others may have too; their folder tells.
        (false, true) => Claim::Yes(2),
        (false, false) => Claim::No,
    }
}

/// A record that may stand in both generations.
struct Half<T> {
    file: FileNumber,
    what: T,
    raw: Raw,
    rank: u8,
    /// The service's number for it; empty when it has none.
    id: String,
}

impl<T> Half<T> {
    /// The surer generation first.
    fn order(&self, other: &Self) -> Ordering {
        other.rank.cmp(&self.rank).then_with(|| self.file.cmp(&other.file))
    }
}

/// What is known of a night apart from it: a stage, or a score.
struct Detail {
    file: FileNumber,
    night: String,
    say: Box<dyn FnOnce(&mut Sleep) + Send>,
    /// A score, and the day that it is of where the night is not in the export.
    alone: Option<(FileId, When, f64)>,
}

#[derive(Default)]
struct Fitbit {
    days: Days,
    /// By the minute of the start on the wall clock.
    nights: BTreeMap<i64, Vec<Half<Sleep>>>,
    exercises: BTreeMap<i64, Vec<Half<Workout>>>,
    details: Vec<Detail>,
}

impl Assembly for Fitbit {
    fn file(&mut self, number: FileNumber, input: &mut Input<'_>, sink: &mut dyn Sink) -> io::Result<()> {
        memo::whole(input, sink, |input, sink| {
            let is_table = input.path.to_lowercase().ends_with(".csv");
            if is_table { tables::read(number, input, self, sink) } else { json_logs::read(number, input, self, sink) }.map(|()| true)
        })
    }

    fn finish(&mut self, sink: &mut dyn SetSink) {
        let nights: HashSet<&str> = self.nights.values().flatten().map(|night| night.id.as_str()).collect();
        let (told, alone) = std::mem::take(&mut self.details)
            .into_iter()
            .partition::<Vec<_>, _>(|detail| detail.alone.is_none() || nights.contains(detail.night.as_str()));
        for (file, when, score) in alone.into_iter().filter_map(|detail| detail.alone) {
            self.days.add(file, measure::SLEEP_SCORE, "", rank::TABLE, when, Stats::one(score));
        }
        self.days.finish(IMPORTER.id, sink);
        let mut details: BTreeMap<String, Vec<Detail>> = BTreeMap::new();
        for detail in told {
            details.entry(detail.night.clone()).or_default().push(detail);
        }
        for (minute, halves) in std::mem::take(&mut self.nights) {
            let Some((mut night, others)) = surest(halves) else { continue };
            let ids = std::iter::once(&night.id).chain(others.iter().map(|other| &other.id));
            let told: Vec<Detail> = ids.flat_map(|id| details.remove(id).unwrap_or_default()).collect();
            for detail in told {
                sink.of(detail.file).merged();
                (detail.say)(&mut night.what);
            }
            // Only now, for what the details say is finer than the other generation's sums.
            for other in others {
                sink.of(other.file).merged();
                fill_night(&mut night.what, &other.what);
            }
            let item = night.what.into_item(IMPORTER.id, &format!("sleep|{minute}"), night.raw);
            sink.of(night.file).item(item);
        }
        for detail in details.into_values().flatten() {
            sink.of(detail.file).skip(domain::FindingCode::Unpaired, &detail.night, "The night that this is about is not in the export.");
        }
        for (minute, halves) in std::mem::take(&mut self.exercises) {
            for (at, same) in told_apart(halves).into_iter().enumerate() {
                let Some((mut exercise, others)) = surest(same) else { continue };
                for other in others {
                    sink.of(other.file).merged();
                    fill_workout(&mut exercise.what, other.what);
                }
                let key = if at == 0 { format!("exercise|{minute}") } else { format!("exercise|{minute}|{}", exercise.id) };
                let item: NewItem = exercise.what.into_item(IMPORTER.id, &key, exercise.raw);
                sink.of(exercise.file).item(item);
            }
        }
    }
}

/// The half of the surer generation, and the others.
fn surest<T>(mut halves: Vec<Half<T>>) -> Option<(Half<T>, Vec<Half<T>>)> {
    halves.sort_by(Half::order);
    let mut halves = halves.into_iter();
    Some((halves.next()?, halves.collect()))
}

/// The exercises that begin within one minute, the surest first. One generation tells of each once, so that other numbers of it are
/// other exercises; what the two tell of goes together by number, else in order.
fn told_apart(mut halves: Vec<Half<Workout>>) -> Vec<Vec<Half<Workout>>> {
    halves.sort_by(Half::order);
    let mut exercises: Vec<Vec<Half<Workout>>> = Vec::new();
    for half in halves {
        let is_numbered = |other: &Half<Workout>| !half.id.is_empty() && other.id == half.id;
        let is_other =
            |other: &Half<Workout>| other.rank == half.rank && !half.id.is_empty() && !other.id.is_empty() && other.id != half.id;
        let fits = |same: &[Half<Workout>]| !same.iter().any(is_other);
        let by_number = exercises.iter().position(|same| fits(same) && same.iter().any(is_numbered));
        match by_number.or_else(|| exercises.iter().position(|same| fits(same))) {
            Some(at) => exercises[at].push(half),
            None => exercises.push(vec![half]),
        }
    }
    exercises
}

fn fill_night(night: &mut Sleep, other: &Sleep) {
    night.until = night.until.or(other.until);
    night.asleep_s = night.asleep_s.or(other.asleep_s);
    night.awake_s = night.awake_s.or(other.awake_s);
    night.light_s = night.light_s.or(other.light_s);
    night.deep_s = night.deep_s.or(other.deep_s);
    night.rem_s = night.rem_s.or(other.rem_s);
    night.efficiency = night.efficiency.or(other.efficiency);
    night.score = night.score.or(other.score);
    night.nap |= other.nap;
}

fn fill_workout(workout: &mut Workout, other: Workout) {
    if workout.activity.is_empty() {
        workout.activity = other.activity;
    }
    workout.until = workout.until.or(other.until);
    workout.duration_s = workout.duration_s.or(other.duration_s);
    workout.distance_m = workout.distance_m.or(other.distance_m);
    workout.energy_kcal = workout.energy_kcal.or(other.energy_kcal);
    workout.steps = workout.steps.or(other.steps);
    workout.heart_rate_avg = workout.heart_rate_avg.or(other.heart_rate_avg);
    workout.ascent_m = workout.ascent_m.or(other.ascent_m);
}

/// The minute of a moment on its wall clock.
fn minute(moment: &Moment) -> i64 {
    (moment.ms + i64::from(moment.offset_min.unwrap_or(0)) * 60_000).div_euclid(60_000)
}

#[cfg(test)]
mod tests;
