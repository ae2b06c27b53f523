//! Google Fit: daily figures, data points, sessions and recorded workouts.
//!
//! The files belong together, for they say the same thing several times over: a day's steps stand in its row of the daily
//! table, in its table of quarter hours, in the merged stream of data points and in those that it was merged from. What
//! becomes what:
//!
//! - rows of the daily tables and data points of every stream: one [`Kind::Measure`](domain::Kind::Measure) a local day,
//!   from the surest of them (the daily row, then the quarter hours, then merged streams, then raw ones), see
//!   [`super::health::day`]. Each row and point is part of that day (merged). Days are local: tables and file names tell the
//!   offset, and where none does the day is one in UTC and says so;
//! - points of `location.sample`: fixes of [`Layer::Workout`](domain::Layer::Workout);
//! - a session and the TCX file of the same start: one [`Kind::Workout`](domain::Kind::Workout), with the points of the
//!   TCX as fixes; a session of sleep: a night, see [`super::health::sleep`];
//! - counters since a phone's start (`step_count.cumulative`) are skipped: their differences are another stream.
//!
//! What is remembered for parts that come later: every file, whole, for each may tell a day more surely than the others.
//!
//! Readings that are taken now and then (weight, blood pressure) stand in the card with their times; of what is counted all day long
//! the sums, averages and hours do, and each point counts as part of the day.
//!
//! `data` is documented at [`super::workout`], [`super::health::sleep`] and [`super::health::measure`]; a workout's other
//! figures keep Fit's names. A session's own speed is left out: it does not agree with its distance and time.

mod points;
mod session;
mod table;

use std::collections::BTreeMap;
use std::io;

use domain::{NewItem, Raw, RawFormat};

use super::health::day::Days;
use super::health::sleep::Sleep;
use super::workout::{Workout, tcx};
use crate::importer::{Assembly, Claim, FileNumber, Importer, Input, Parse, Probe, SetSink, Sink, memo};
use crate::text::time;

pub(crate) static IMPORTER: Importer =
    Importer { id: "google.fit", label: "Fit", recognizes, parse: Parse::Set(|| Box::new(Fit::default())) };

/// How sure a source is of a day's figures.
mod rank {
    pub(super) const DAY: u8 = 3;
    pub(super) const QUARTER_HOUR: u8 = 2;
    pub(super) const MERGED: u8 = 1;
    pub(super) const RAW: u8 = 0;
}

fn recognizes(probe: &Probe<'_>) -> Claim {
    let in_fit = probe.folders().any(|folder| matches!(folder, "Fit" | "Google Fit"));
    let shaped = match probe.extension().as_str() {
        "json" => points::recognizes(probe.head) || session::recognizes(probe.head),
        "csv" => table::recognizes(probe),
        "tcx" => in_fit && tcx::recognizes(probe.head),
        _ => return Claim::No,
    };
    Claim::by(shaped, in_fit)
}

/// What one session or recorded activity came to, until its other half was read.
enum Held {
    Workout(Box<Workout>),
    Sleep(Box<Sleep>),
}

/// One half of a workout: the session, or the TCX of the same start.
struct Half {
    file: FileNumber,
    held: Held,
    raw: Raw,
    /// What the session says besides.
    more: Vec<(String, f64)>,
    recorded: bool,
}

#[derive(Default)]
struct Fit {
    days: Days,
    /// By the second of the start.
    workouts: BTreeMap<i64, Vec<Half>>,
    /// Starts that a file's name tells in UTC: of the wall clock there, where other names tell an offset.
    in_utc: Vec<domain::UtcMs>,
}

impl Assembly for Fit {
    fn file(&mut self, number: FileNumber, input: &mut Input<'_>, sink: &mut dyn Sink) -> io::Result<()> {
        memo::whole(input, sink, |input, sink| self.read(number, input, sink).map(|()| true))
    }

    fn finish(&mut self, sink: &mut dyn SetSink) {
        if self.days.knows_offsets() {
            for start in std::mem::take(&mut self.in_utc) {
                self.days.offset(start, 0);
            }
        }
        self.days.finish(IMPORTER.id, sink);
        for (second, halves) in std::mem::take(&mut self.workouts) {
            let (recorded, sessions): (Vec<Half>, Vec<Half>) = halves.into_iter().partition(|half| half.recorded);
            let mut recorded = recorded.into_iter();
            for session in sessions {
                // A second with two sessions is one of two apps that recorded the same; the track belongs to the first.
                let track = if matches!(session.held, Held::Workout(_)) { recorded.next() } else { None };
                let file = session.file;
                if let Some(track) = &track {
                    sink.of(track.file).merged();
                }
                let item = self.item(second, session, track);
                sink.of(file).item(item);
            }
            for track in recorded {
                let file = track.file;
                let item = self.item(second, track, None);
                sink.of(file).item(item);
            }
        }
    }
}

impl Fit {
    fn read(&mut self, number: FileNumber, input: &mut Input<'_>, sink: &mut dyn Sink) -> io::Result<()> {
        match moment_in_name(input.path) {
            Some(named) => self.days.offset_of(&named),
            None => self.in_utc.extend(utc_in_name(input.path)),
        }
        match input.path.rsplit('.').next().map(str::to_lowercase).as_deref() {
            Some("csv") => table::read(number, input, &mut self.days, sink),
            Some("tcx") => {
                let workouts = &mut self.workouts;
                tcx::read(input.reader, IMPORTER.id, sink, &mut |workout, raw, _| {
                    let second = workout.from.as_ref().map_or(0, |from| from.ms.div_euclid(1_000));
                    workouts.entry(second).or_default().push(Half {
                        file: number,
                        held: Held::Workout(Box::new(workout)),
                        raw: Raw::text(RawFormat::Xml, &raw),
                        more: Vec::new(),
                        recorded: true,
                    });
                })
            }
            _ => points::read(number, input, &mut self.days, sink)?.map_or(Ok(()), |session| {
                let bytes = session.into_bytes();
                match session::read(number, &bytes, input.path) {
                    Ok((second, half)) => self.workouts.entry(second).or_default().push(half),
                    Err(why) => sink.set_aside(domain::FindingCode::BadRecord, "byte 0", &why),
                }
                Ok(())
            }),
        }
    }

    fn item(&self, second: i64, half: Half, track: Option<Half>) -> NewItem {
        let Half { held, raw, more, .. } = half;
        let mut item = match held {
            Held::Sleep(sleep) => {
                let key = format!("sleep|{second}|{}", sleep.until.unwrap_or_default());
                sleep.into_item(IMPORTER.id, &key, raw)
            }
            Held::Workout(mut workout) => {
                if let Some(Half { held: Held::Workout(track), .. }) = track {
                    fill(&mut workout, *track);
                }
                let key = format!("workout|{second}");
                workout.into_item(IMPORTER.id, &key, raw)
            }
        };
        for (name, figure) in more {
            if !item.data.contains_key(&name) {
                item.set(&name, super::workout::rounded(figure));
            }
        }
        if let Some(at) = item.at.take() {
            let offset = at.offset_min.or_else(|| self.days.offset_at(at.ms));
            let inferred = at.offset_min.is_none() && offset.is_some();
            let mut at = time::at_offset(at, offset.map(i64::from));
            if inferred {
                at.certainty = domain::Certainty::OffsetInferred;
            }
            item.at = Some(at);
        }
        item
    }
}

/// Adds to a session what its recording knows better or alone.
fn fill(session: &mut Workout, track: Workout) {
    session.start = track.start;
    session.end = track.end;
    session.ascent_m = track.ascent_m;
    session.distance_m = session.distance_m.or(track.distance_m);
    session.energy_kcal = session.energy_kcal.or(track.energy_kcal);
    session.heart_rate_avg = session.heart_rate_avg.or(track.heart_rate_avg);
    session.heart_rate_max = session.heart_rate_max.or(track.heart_rate_max);
    session.until = session.until.or(track.until);
    if session.activity.is_empty() {
        session.activity = track.activity;
    }
}

/// The local start in names like `2019-08-12T07_14_08.709+02_00_PT14M_Gehen.tcx`, which alone tells the zone.
fn moment_in_name(path: &str) -> Option<domain::Moment> {
    let name = path.rsplit('/').next()?;
    let clock = name.find('T')?;
    let sign = clock + name.get(clock..)?.find(['+', '-'])?;
    time::iso(name.get(..sign + 6)?)
}

/// The start in names like `2023-12-31T18_39_01Z_RUNNING.json`: who lives in London has such in winter and `+01_00` in summer.
fn utc_in_name(path: &str) -> Option<domain::UtcMs> {
    let name = path.rsplit('/').next()?;
    let clock = name.find('T')?;
    let end = clock + name.get(clock..)?.find('Z')?;
    time::iso(name.get(..=end)?).map(|named| named.ms)
}

#[cfg(test)]
mod tests;
