//! Workouts as a table, which apps write from what they read in Apple Health: a row a workout.
//!
//! A table is known by its columns for the kind of workout and for its start; units stand in the header, `Distance (km)`.
//! A row becomes a [`Kind::Workout`](domain::Kind::Workout); key: start and kind. `data` is documented at
//! [`super::workout`]; other columns stand in the original.

use std::io;

use domain::FindingCode;

use super::apple_health::quantity;
use super::workout::{Workout, activity};
use crate::importer::{Claim, Importer, Input, Parse, Probe, Sink};
use crate::table::{Row, Table};
use crate::text::{numbers, time};

pub(crate) static IMPORTER: Importer = Importer { id: "workout_table", label: "Workouts (table)", recognizes, parse: Parse::File(parse) };

const KIND: &[&str] = &["workout type", "workout activity type", "workoutactivitytype", "activity type"];
const START: &[&str] = &["start", "start date", "start time", "startdate"];
const END: &[&str] = &["end", "end date", "end time", "enddate"];

fn recognizes(probe: &Probe<'_>) -> Claim {
    if probe.extension() != "csv" {
        return Claim::No;
    }
    let mut head = probe.head;
    match Table::open(&mut head) {
        Ok(Some(table)) if table.columns().has_one_of(KIND) && table.columns().has_one_of(START) => Claim::Yes(2),
        _ => Claim::No,
    }
}

fn parse(input: &mut Input<'_>, sink: &mut dyn Sink) -> io::Result<()> {
    let Some(mut table) = Table::open(input.reader)? else { return Ok(()) };
    while let Some(row) = table.read_row(sink)? {
        let Some(from) = time::iso(row.cell(START)) else {
            sink.set_aside(
                FindingCode::UncertainTime,
                &row.at(),
                &format!("Expected the workout's start, and found {:?}.", row.cell(START)),
            );
            continue;
        };
        let kind = row.cell(KIND).trim_start_matches("HKWorkoutActivityType");
        let key = format!("{}|{kind}", from.ms);
        let figure = |names: &[&str]| figure(&row, names);
        let workout = Workout {
            activity: activity(kind),
            until: time::iso(row.cell(END)).map(|to| to.ms).filter(|until| *until >= from.ms),
            duration_s: seconds(row.cell(&["duration"]))
                .or_else(|| figure(&["duration"]).map(|(value, unit)| quantity::seconds(value, &unit))),
            distance_m: figure(&["distance", "total distance"]).map(|(value, unit)| quantity::metres(value, &unit)),
            energy_kcal: figure(&["active energy", "total energy", "energy burned", "calories"])
                .map(|(value, unit)| quantity::kilocalories(value, &unit)),
            steps: figure(&["step count", "steps"]).map(|(value, _)| value),
            heart_rate_avg: figure(&["avg. heart rate", "average heart rate", "avg heart rate"]).map(|(value, _)| value),
            heart_rate_max: figure(&["max. heart rate", "max heart rate", "maximum heart rate"]).map(|(value, _)| value),
            ascent_m: figure(&["elevation ascended", "elevation gain"]).map(|(value, unit)| quantity::metres(value, &unit)),
            recorded_by: row.cell(&["source", "sourcename", "source name"]).to_owned(),
            from: Some(from),
            ..Workout::default()
        };
        sink.item(workout.into_item(IMPORTER.id, &key, row.raw()));
    }
    Ok(())
}

/// The number in a column, and the unit that stands behind its name in brackets.
fn figure(row: &Row<'_>, names: &[&str]) -> Option<(f64, String)> {
    row.filled().find_map(|(column, cell)| {
        let (name, unit) = column.split_once('(').unwrap_or((&column, ""));
        let known = names.contains(&name.trim().to_lowercase().as_str());
        known.then(|| Some((numbers::float_text(cell)?, unit.trim_end_matches(')').trim().to_owned()))).flatten()
    })
}

/// `00:30:05` and `30:05`.
fn seconds(clock: &str) -> Option<f64> {
    let parts: Vec<f64> = clock.split(':').map(numbers::float_text).collect::<Option<_>>()?;
    (2..=3).contains(&parts.len()).then(|| parts.iter().fold(0.0, |sum, part| sum * 60.0 + part))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::importer::collected::read;
    use serde_json::json;

    #[test]
    fn rows_are_workouts_in_metric_units() {
        let file = b"Workout Type,Start,End,Duration,Active Energy (kJ),Distance (km),Avg. Heart Rate (bpm)\n\
            Outdoor Run,2024-05-01 18:00:00 +0200,2024-05-01 18:30:05 +0200,00:30:05,1255.2,5.2,151\nYoga,whenever,,,,,\n";
        let read = read(&IMPORTER, "Workouts.csv", file);
        assert_eq!(read.shown().lines().next(), Some("workout workout_table 2024-05-01T16:00:00Z | Running, 5.2 km"));
        let data = &read.items[0].data;
        assert_eq!((&data["duration_s"], &data["energy_kcal"], &data["heart_rate_avg"]), (&json!(1805), &json!(300), &json!(151)));
        assert_eq!(read.n_set_aside, 1);
        let claim = |head: &'static str| recognizes(&Probe { path: "x.csv", head: head.as_bytes(), tail: &[], size: 100 });
        assert_eq!((claim("Workout Type,Start\n"), claim("Start,End\n")), (Claim::Yes(2), Claim::No));
    }
}
