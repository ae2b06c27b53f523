//! The activities of a TCX file (Training Center XML), which Google Fit, Garmin, Strava and Polar write.

use std::io;

use domain::{FindingCode, Point};

use super::Workout;
use super::track::{Sample, Track};
use crate::importer::Sink;
use crate::importers::location::words;
use crate::text::{numbers, time};
use crate::xml::{Element, Elements, Next};

const WANTED: &[&str] = &[
    "Trackpoint",
    "Id",
    "TotalTimeSeconds",
    "DistanceMeters",
    "Calories",
    "AverageHeartRateBpm",
    "MaximumHeartRateBpm",
    "MaximumSpeed",
    "Intensity",
    "Notes",
    "Steps",
    "Creator",
    "Author",
];

/// Whether a file's beginning is that of a TCX.
pub(crate) fn recognizes(head: &[u8]) -> bool {
    memchr::memmem::find(head, b"<TrainingCenterDatabase").is_some()
}

/// Reads every activity; its fixes go to the sink on the line of `source`, and the activity, with what stands in the file
/// besides its points, to `each`.
pub(crate) fn read(
    reader: &mut dyn io::Read,
    source: &str,
    sink: &mut dyn Sink,
    each: &mut dyn FnMut(Workout, String, &mut dyn Sink),
) -> io::Result<()> {
    let mut elements = Elements::new(reader, WANTED)?;
    let mut reading: Option<Reading> = None;
    loop {
        match elements.next()? {
            Next::Open(element) => match (element.name.as_str(), &mut reading) {
                ("Activity", None) => reading = Some(Reading::begun(&element, source)),
                ("Lap", Some(reading)) => reading.lap(&element),
                ("Track", Some(reading)) => reading.track.gap(),
                _ => {}
            },
            Next::Element { at, element, raw } => match &mut reading {
                Some(reading) if element.name == "Trackpoint" => reading.point(&element, &format!("byte {at}"), sink),
                Some(reading) => reading.fact(&element, &raw),
                None => {}
            },
            Next::Close(name) if name == "Activity" => {
                if let Some(reading) = reading.take() {
                    reading.finish(sink, each);
                }
            }
            Next::Close(_) => {}
            Next::Broken { at, why } => {
                sink.set_aside(FindingCode::BadRecord, &format!("byte {at}"), &format!("A point was expected: {why}."));
            }
            Next::Cut(at) => {
                if let Some(reading) = reading.take() {
                    reading.finish(sink, each);
                }
                sink.cut_short(&format!("byte {at}"));
                return Ok(());
            }
            Next::NotXml(why) => {
                sink.set_aside(FindingCode::WrongFormat, "byte 0", &format!("A workout as XML (TCX) was expected, and found: {why}."));
                return Ok(());
            }
            Next::End => return Ok(()),
        }
    }
}

struct Reading {
    workout: Workout,
    track: Track,
    raw: String,
    /// Sum and number of laps' average heart rates, weighed by their seconds.
    beats: (f64, f64),
    lap_s: f64,
}

impl Reading {
    fn begun(activity: &Element, source: &str) -> Self {
        let sport = words::activity(activity.attribute("Sport"));
        let workout =
            Workout { activity: if sport == "other" { String::new() } else { sport.replace("biking", "cycling") }, ..Workout::default() };
        let raw = format!("<Activity Sport=\"{}\">", activity.attribute("Sport"));
        Self { workout, track: Track::of(source), raw, beats: (0.0, 0.0), lap_s: 0.0 }
    }

    fn lap(&mut self, lap: &Element) {
        self.raw += &format!("<Lap StartTime=\"{}\"/>", lap.attribute("StartTime"));
        if self.workout.from.is_none() {
            self.workout.from = time::iso(lap.attribute("StartTime"));
        }
        self.lap_s = 0.0;
    }

    fn point(&mut self, element: &Element, at: &str, sink: &mut dyn Sink) {
        let degrees = |name: &str| numbers::float_text(element.text_of(name));
        let point = degrees("LatitudeDegrees").zip(degrees("LongitudeDegrees")).and_then(|(lat, lon)| Point::from_degrees(lat, lon));
        let heart_rate = element.find("HeartRateBpm").and_then(|rate| numbers::float_text(rate.text_of("Value")));
        let moment = time::any(element.text_of("Time"));
        if point.is_none() {
            // Indoors there is no position, and the point is a measure of the workout alone.
            if let (Some(moment), None) = (&moment, element.find("Position")) {
                self.workout.until = Some(self.workout.until.map_or(moment.ms, |until| until.max(moment.ms)));
                return sink.merged();
            }
        }
        let sample = Sample { at: moment, point, altitude: degrees("AltitudeMeters"), speed: degrees("Speed"), heading: None, heart_rate };
        self.track.add(sample, at, sink);
    }

    /// A figure of the activity or of one of its laps; those of laps add up.
    fn fact(&mut self, element: &Element, raw: &str) {
        self.raw += raw;
        let number = numbers::float_text(&element.text).or_else(|| numbers::float_text(element.text_of("Value")));
        let workout = &mut self.workout;
        let add = |sum: &mut Option<f64>| *sum = number.map(|number| sum.unwrap_or(0.0) + number).or(*sum);
        match element.name.as_str() {
            "Id" => {
                // The start as the device knew it stands here; the laps say it again.
                if let Some(moment) = time::iso(&element.text) {
                    workout.from = Some(moment);
                }
            }
            "TotalTimeSeconds" => {
                self.lap_s = number.unwrap_or(0.0);
                add(&mut workout.duration_s);
            }
            "DistanceMeters" => add(&mut workout.distance_m),
            "Calories" => add(&mut workout.energy_kcal),
            "Steps" => add(&mut workout.steps),
            "AverageHeartRateBpm" => {
                if let Some(rate) = number {
                    let weight = self.lap_s.max(1.0);
                    self.beats = (self.beats.0 + rate * weight, self.beats.1 + weight);
                }
            }
            "MaximumHeartRateBpm" => workout.heart_rate_max = workout.heart_rate_max.into_iter().chain(number).reduce(f64::max),
            "Notes" => workout.notes = element.text.clone(),
            "Creator" => workout.recorded_by = element.text_of("Name").to_owned(),
            _ => {}
        }
    }

    fn finish(self, sink: &mut dyn Sink, each: &mut dyn FnMut(Workout, String, &mut dyn Sink)) {
        let Self { mut workout, track, raw, beats, .. } = self;
        if let Some((first, last)) = &track.span {
            workout.from = workout.from.or_else(|| Some(first.clone()));
            workout.until = Some(workout.until.map_or(last.ms, |until| until.max(last.ms)));
        }
        if let (None, Some(from), Some(seconds)) = (workout.until, &workout.from, workout.duration_s) {
            workout.until = Some(from.ms + (seconds * 1_000.0) as i64);
        }
        if workout.distance_m.is_none_or(|metres| metres == 0.0) && track.distance_m > 0.0 {
            workout.distance_m = Some(track.distance_m);
        }
        (workout.start, workout.end) = (track.start, track.end);
        workout.ascent_m = Some(track.ascent_m).filter(|metres| *metres > 0.0);
        workout.heart_rate_avg = (beats.1 > 0.0).then(|| beats.0 / beats.1).or_else(|| track.heart_rate().map(|(average, _)| average));
        workout.heart_rate_max = workout.heart_rate_max.or_else(|| track.heart_rate().map(|(_, most)| most));
        if workout.from.is_none() {
            return sink.set_aside(FindingCode::UncertainTime, "", "The activity has neither an id, a lap nor a point with a time.");
        }
        each(workout, raw + "</Activity>", sink);
    }
}
