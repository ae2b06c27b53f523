//! Apple Health as an iPhone exports it: `export.xml` under any local name, the routes of workouts as GPX, and
//! electrocardiograms.
//!
//! The file is read as a stream; it holds every sample since the phone was bought. What becomes what:
//!
//! - records of quantities, and the rings of a day: one [`Kind::Measure`] a local day, in metric units, see
//!   [`super::health::day`]; watch and phone are never added. What each record says of its time, value and unit stands in the
//!   card's original;
//! - records of other categories: symptoms and alarms, each an item of its own with how bad it was (`data`: `value`); those about
//!   cycles, sexuality and pregnancy are hidden. What is recorded all day long (standing, washing hands) is part of the card;
//! - records of sleep: nights (see [`super::health::sleep`]), cut where nothing was recorded for an hour and a half; where
//!   several apps recorded one night, the one with the most stages counts;
//! - a workout with its route: one [`Kind::Workout`], its points fixes of [`Layer::Workout`](domain::Layer::Workout);
//! - a correlation (blood pressure, a meal): its parts mostly stand as records of their own, and are added to the day when they do
//!   not; a meal that has a name is an item;
//! - an electrocardiogram: one measure with its verdict; the curve stays in its file.
//!
//! `export_cda.xml` is ignored: it holds part of the same in another format.
//!
//! `data` is documented at [`super::workout`], [`super::health::sleep`] and [`super::health::measure`]; of what is an item of its own
//! also `device` (what measured it) and `written` (when that was written down, as it stands there).

mod electrocardiogram;
mod nights;
pub(super) mod quantity;
mod record;

use std::collections::BTreeMap;
use std::io;

use domain::{FindingCode, Kind, NewItem, Point, Raw, RawFormat};

use super::gpx;
use super::health::day::{Days, FileId};
use super::workout::Workout;
use crate::importer::{Assembly, Claim, FileNumber, Importer, Input, Parse, Probe, SetSink, Sink};
use crate::xml::{Element, Elements, Next};
use nights::Nights;

pub(crate) static IMPORTER: Importer =
    Importer { id: "apple.health", label: "Apple Health", recognizes, parse: Parse::Set(|| Box::new(Health::default())) };

const WANTED: &[&str] =
    &["Record", "Workout", "ActivitySummary", "Correlation", "Me", "ClinicalRecord", "Audiogram", "VisionPrescription", "ExportDate"];

const ROUTES: &str = "workout-routes";
const CURVES: &str = "electrocardiograms";

fn recognizes(probe: &Probe<'_>) -> Claim {
    let has = |text: &str| memchr::memmem::find(probe.head, text.as_bytes()).is_some();
    let within = |folder: &str| probe.folders().any(|own| own == folder);
    match probe.extension().as_str() {
        "xml" if has("<ClinicalDocument") && within("apple_health_export") => Claim::Ignore(
            FindingCode::IgnoredFile,
            "Part of the same data in a format for doctors; the file beside it, `export.xml`, holds all of it.".to_owned(),
        ),
        "xml" if has("<HealthData") || has("<!DOCTYPE HealthData") => Claim::Yes(3),
        "gpx" if within(ROUTES) && gpx::is_gpx(probe.head) => Claim::Yes(3),
        "csv" if within(CURVES) => Claim::Yes(2),
        _ => Claim::No,
    }
}

/// A workout whose route may stand in a file of its own.
struct Held {
    file: FileNumber,
    workout: Workout,
    activity: String,
    raw: String,
    /// The names of its routes' files.
    routes: Vec<String>,
    /// Itself, for what measured it.
    element: Element,
}

/// What joins several records, which may stand behind it in the file.
struct Correlation {
    number: FileNumber,
    file: FileId,
    at: String,
    element: Element,
    raw: String,
}

/// Where a route began and ended.
struct Route {
    file: FileNumber,
    start: Option<Point>,
    end: Option<Point>,
    ascent_m: f64,
    line: gpx::Line,
}

#[derive(Default)]
struct Health {
    days: Days,
    nights: Nights,
    workouts: Vec<Held>,
    correlations: Vec<Correlation>,
    /// By the file's name.
    routes: BTreeMap<String, Vec<Route>>,
}

impl Assembly for Health {
    fn file(&mut self, number: FileNumber, input: &mut Input<'_>, sink: &mut dyn Sink) -> io::Result<()> {
        let path = input.path.to_owned();
        let name = path.rsplit('/').next().unwrap_or(&path).to_owned();
        if name.to_lowercase().ends_with(".csv") {
            return electrocardiogram::read(input, sink);
        }
        if name.to_lowercase().ends_with(".gpx") {
            let routes = self.routes.entry(name).or_default();
            return gpx::read(input.reader, IMPORTER.id, sink, &mut |line, _| {
                let (start, end, ascent_m) = (line.track.start, line.track.end, line.track.ascent_m);
                routes.push(Route { file: number, start, end, ascent_m, line });
            });
        }
        self.export(number, input, sink)
    }

    fn finish(&mut self, sink: &mut dyn SetSink) {
        for Correlation { number, file, at, element, raw } in std::mem::take(&mut self.correlations) {
            let meal = record::named(&element, &raw);
            let is_new = record::add_missing(&element, meal.is_none(), file, &mut self.days);
            match meal {
                Some(meal) => sink.of(number).item(meal),
                None if is_new => {}
                None => sink.of(number).skip(
                    FindingCode::IgnoredFile,
                    &at,
                    "A correlation only joins records that stand in the file by themselves.",
                ),
            }
        }
        self.days.finish(IMPORTER.id, sink);
        self.nights.finish(IMPORTER.id, sink);
        for held in std::mem::take(&mut self.workouts) {
            let Held { file, mut workout, activity, raw, routes, element } = held;
            for route in routes.iter().flat_map(|name| self.routes.remove(name).unwrap_or_default()) {
                sink.of(route.file).merged();
                workout.start = workout.start.or(route.start);
                workout.end = route.end.or(workout.end);
                workout.ascent_m = workout.ascent_m.or(Some(route.ascent_m).filter(|metres| *metres > 0.0));
            }
            let at = workout.from.as_ref().map_or(0, |from| from.ms);
            let key = format!("workout|{at}|{}|{activity}", workout.until.unwrap_or_default());
            let mut item = workout.into_item(IMPORTER.id, &key, Raw::text(RawFormat::Xml, &raw));
            record::measured(&mut item, &element);
            sink.of(file).item(item);
        }
        // Routes of workouts that are not in the export, or whose file names were changed.
        for route in std::mem::take(&mut self.routes).into_values().flatten() {
            route.line.item(IMPORTER.id, sink.of(route.file));
        }
    }
}

impl Health {
    fn export(&mut self, number: FileNumber, input: &mut Input<'_>, sink: &mut dyn Sink) -> io::Result<()> {
        let file = self.days.file(number);
        let mut elements = Elements::new(input.reader, WANTED)?;
        loop {
            match elements.next()? {
                Next::Element { at, element, raw } => {
                    let at = format!("byte {at}");
                    match element.name.as_str() {
                        "Record" if element.attribute("type") == nights::TYPE => self.nights.record(&element, &raw, number, &at, sink),
                        "Record" => record::read(&element, &raw, file, &at, &mut self.days, sink),
                        "ActivitySummary" => record::rings(&element, file, &at, &mut self.days, sink),
                        "Workout" => match record::workout(&element) {
                            Some((workout, activity)) => {
                                let reference = |path: &str| path.rsplit('/').next().unwrap_or_default().to_owned();
                                let routes =
                                    record::all(&element, "FileReference").iter().map(|file| reference(file.attribute("path"))).collect();
                                let mut element = element;
                                element.inner.clear();
                                self.workouts.push(Held { file: number, workout, activity, raw, routes, element });
                            }
                            None => sink.set_aside(
                                FindingCode::UncertainTime,
                                &at,
                                "Expected the workout's start in `startDate`, and found no time.",
                            ),
                        },
                        "Correlation" => self.correlations.push(Correlation { number, file, at, element, raw }),
                        "ExportDate" => {}
                        name => sink.item(kept(name, &raw)),
                    }
                }
                Next::Broken { at, why } => {
                    sink.set_aside(
                        FindingCode::BadRecord,
                        &format!("byte {at}"),
                        &format!("A record of Apple Health was expected: {why}."),
                    );
                }
                Next::Cut(at) => {
                    sink.cut_short(&format!("byte {at}"));
                    return Ok(());
                }
                Next::NotXml(why) => {
                    sink.set_aside(
                        FindingCode::WrongFormat,
                        "byte 0",
                        &format!("An export of Apple Health was expected, and found: {why}. Export it again from the Health app."),
                    );
                    return Ok(());
                }
                Next::End => return Ok(()),
                Next::Open(_) | Next::Close(_) => {}
            }
        }
    }
}

/// What is neither a measure nor a workout: kept as it stands, out of sight.
fn kept(name: &str, raw: &str) -> NewItem {
    let mut item = NewItem::new(Kind::Activity, IMPORTER.id, format!("{name}|{raw}"), Raw::text(RawFormat::Xml, raw));
    item.title = match name {
        "Me" => "Health profile",
        "ClinicalRecord" => "Clinical record",
        "VisionPrescription" => "Prescription for glasses",
        other => other,
    }
    .to_owned();
    item.hidden = true;
    item.set("sensitive", "health");
    item
}

#[cfg(test)]
mod tests;
