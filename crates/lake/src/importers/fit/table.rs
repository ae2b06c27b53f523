//! "Daily activity metrics": a table with a row a day, and one a day with a row for each quarter of an hour.
//!
//! Headers follow the account's language; a column is known by its unit and by a few words.

use std::io;

use domain::{Certainty, FindingCode, Moment};

use super::rank;
use crate::importer::{FileNumber, Input, Probe, Sink};
use crate::importers::health::day::{Days, Stats, When};
use crate::importers::health::measure::{self, Fold, Measure, key_of};
use crate::table::{Row, Table};
use crate::text::{numbers, time};

/// Whether a table is one of the two: its first column holds dates or clock times, and its units are Fit's.
pub(super) fn recognizes(probe: &Probe<'_>) -> bool {
    let mut head = probe.head;
    let Ok(Some(mut table)) = Table::open(&mut head) else { return false };
    if table.columns().has_one_of(&["move minutes count", "heart points", "step count"]) && table.columns().has_one_of(&["date", "start time"]) {
        return true;
    }
    let units =
        [&b"(kcal)"[..], b"(deg)", b"(bpm)", b"(m/s)"].iter().filter(|unit| memchr::memmem::find(probe.head, unit).is_some()).count();
    let first =
        table.next().ok().flatten().is_some_and(|row| {
            clock(row.nth(0)).is_some() || time::iso(row.nth(0)).is_some_and(|day| day.certainty == Certainty::DateOnly)
        });
    first && units >= 2
}

/// Reads a table.
pub(super) fn read(number: FileNumber, input: &mut Input<'_>, days: &mut Days, sink: &mut dyn Sink) -> io::Result<()> {
    let named = input.path.rsplit('/').next().and_then(|name| name.get(..10)).and_then(time::iso);
    let file = days.file(number);
    let Some(mut table) = Table::open(input.reader)? else { return Ok(()) };
    while let Some(row) = table.read_row(sink)? {
        let Some((when, rank, source)) = when(row.nth(0), named.as_ref(), days) else {
            sink.set_aside(
                FindingCode::UncertainTime,
                &row.at(),
                &format!("Expected a date, or a clock time in a file named by its date, and found {:?}.", row.nth(0)),
            );
            continue;
        };
        let mut figures = figures(&row).into_iter();
        let Some((measure, stats)) = figures.next() else {
            sink.skip(FindingCode::EmptyProduct, &row.at(), "Nothing was measured.");
            continue;
        };
        days.add(file, measure, source, rank, when, stats);
        for (measure, stats) in figures {
            days.and(file, measure, source, rank, when, stats);
        }
    }
    Ok(())
}

/// The time of a row; a clock time tells the zone of its day, too.
fn when(cell: &str, named: Option<&Moment>, days: &mut Days) -> Option<(When, u8, &'static str)> {
    if let Some((local_ms, offset)) = clock(cell) {
        let day = named?;
        let local = day.ms + local_ms;
        if let Some(minutes) = offset {
            days.offset(local - i64::from(minutes) * 60_000, minutes);
        }
        return Some((When::Local(local), rank::QUARTER_HOUR, "quarter hours"));
    }
    let day = time::iso(cell).filter(|day| day.certainty == Certainty::DateOnly)?;
    Some((When::Local(day.ms), rank::DAY, "daily table"))
}

/// `00:15:00.000+02:00` as milliseconds after midnight and minutes east of UTC.
fn clock(cell: &str) -> Option<(i64, Option<i16>)> {
    if cell.get(2..3) != Some(":") {
        return None;
    }
    let moment = time::iso(&format!("2000-01-01T{cell}"))?;
    let midnight = time::iso("2000-01-01")?.ms;
    Some((moment.ms - midnight + i64::from(moment.offset_min.unwrap_or(0)) * 60_000, moment.offset_min))
}

/// The figures of a row. Average, greatest and least of one unit stand in columns of their own.
fn figures(row: &Row<'_>) -> Vec<(Measure, Stats)> {
    let mut figures = Vec::new();
    let mut ranges: [(Option<f64>, Option<f64>, Option<f64>); 3] = Default::default();
    for (column, cell) in row.filled() {
        let Some(number) = numbers::float_text(cell) else { continue };
        let name = column.to_lowercase();
        let has = |words: &[&str]| words.iter().any(|word| name.contains(word));
        let greatest = has(&["max", "höchst", "maxim", "最大"]);
        let least = has(&["min ", "minimal", "mínim", "minim", "niedrigste", "mindest", "最小"]) || name.starts_with("min");
        let mut range = |index: usize| {
            let (average, low, high) = &mut ranges[index];
            let into = if greatest {
                high
            } else if least {
                low
            } else {
                average
            };
            *into = Some(number);
        };
        if name.ends_with("(bpm)") {
            range(0);
        } else if name.ends_with("(m/s)") {
            range(1);
        } else if name.ends_with("(kg)") {
            range(2);
        } else if !has(&["end time", "endzeit"]) {
            figures.push(figure(&column, &name, number));
        }
    }
    let [rates, speed, weights] = ranges;
    let range = |(average, low, high): (Option<f64>, Option<f64>, Option<f64>)| {
        average.or(high).or(low).map(|average| Stats::range(average, low, high))
    };
    figures.extend(range(rates).map(|stats| (measure::HEART_RATE, stats)));
    figures.extend(range(speed).map(|stats| (measure::SPEED, stats)));
    figures.extend(range(weights).map(|stats| (measure::WEIGHT, stats)));
    figures
}

/// The figure of a column that has no bounds beside it.
fn figure(column: &str, name: &str, number: f64) -> (Measure, Stats) {
    const STEPS: &[&str] = &["step", "schritt", "stappen", "nombre de pas", "pasos", "passi", "passos", "歩数"];
    const MINUTES: &[&str] = &["move min", "bewegungsminuten", "aktiven minuten", "minutes d'activité", "minutos de movimiento"];
    const POINTS: &[&str] = &["heart points", "kardiopunkte", "points cardio", "puntos cardio"];
    let has = |words: &[&str]| words.iter().any(|word| name.contains(word));
    let measure = if name.ends_with("(kcal)") {
        measure::ENERGY
    } else if name.ends_with("(m)") {
        measure::DISTANCE
    } else if let Some(activity) = name.strip_suffix("(ms)") {
        let word = key_of(activity.trim_end().trim_end_matches("duration"));
        return (Measure::own(format!("{word}_s"), Fold::Sum), Stats::one(number / 1_000.0));
    } else if has(STEPS) {
        measure::STEPS
    } else if has(MINUTES) {
        measure::ACTIVE_MINUTES
    } else if has(POINTS) {
        measure::HEART_POINTS
    } else {
        Measure::own(key_of(column), Fold::Last)
    };
    (measure, Stats::one(number))
}
