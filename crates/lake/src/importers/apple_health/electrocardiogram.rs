//! An electrocardiogram: a few lines of what it is, then the curve.

use std::io::{self, Read};

use domain::{FindingCode, Kind, NewItem, Raw, RawFormat};

use crate::importer::{Input, Sink};
use crate::importers::health::measure::key_of;
use crate::text::{charset, time};

/// Bytes in which the lines before the curve stand.
const HEAD: u64 = 4 << 10;

/// Reads what stands above the curve. Labels are in the phone's language; the time is the value that is one.
pub(super) fn read(input: &mut Input<'_>, sink: &mut dyn Sink) -> io::Result<()> {
    let mut head = Vec::new();
    (&mut *input.reader).take(HEAD).read_to_end(&mut head)?;
    let text = charset::decoded(&head);
    let facts: Vec<(&str, &str)> = text
        .lines()
        .filter_map(|line| line.split_once(','))
        .map(|(label, value)| (label.trim().trim_matches('"'), value.trim().trim_matches('"')))
        .take_while(|(label, _)| label.parse::<f64>().is_err())
        .collect();
    // A birthday is a date; the recording has a clock.
    let recorded = facts.iter().find_map(|(_, value)| time::iso(value).filter(|at| at.certainty != domain::Certainty::DateOnly));
    let Some(at) = recorded else {
        sink.set_aside(
            FindingCode::UncertainTime,
            "line 1",
            "Expected the lines above an electrocardiogram with its time, and found none.",
        );
        return Ok(());
    };
    let shown: String = facts.iter().map(|(label, value)| format!("{label},{value}\n")).collect();
    let mut item = NewItem::new(Kind::Measure, super::IMPORTER.id, format!("ecg|{}", at.ms), Raw::text(RawFormat::Text, &shown));
    let verdict =
        facts.iter().find(|(label, _)| matches!(*label, "Classification" | "Klassifizierung" | "Classificazione" | "Clasificación"));
    item.title = verdict.map_or_else(|| "Electrocardiogram".to_owned(), |(_, value)| format!("Electrocardiogram: {value}"));
    item.at = Some(at);
    for (label, value) in &facts {
        item.set(&key_of(label), *value);
    }
    item.set("sensitive", "health");
    sink.item(item);
    Ok(())
}
