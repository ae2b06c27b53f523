//! Records of sleep, put together to nights.

use std::collections::BTreeMap;

use domain::{FindingCode, Moment, Raw, RawFormat, UtcMs};

use crate::importer::{FileNumber, SetSink, Sink};
use crate::importers::health::sleep::Sleep;
use crate::text::time;
use crate::xml::Element;

pub(super) const TYPE: &str = "HKCategoryTypeIdentifierSleepAnalysis";
/// Two records further apart than this are of two nights.
const GAP_MS: i64 = 90 * 60_000;
/// A sleep that is shorter, and lies within the day, is a nap.
const NAP_MS: i64 = 3 * 3_600_000;

struct Stretch {
    file: FileNumber,
    from: Moment,
    to: UtcMs,
    stage: &'static str,
    raw: String,
}

/// The stretches of sleep of an export, by who recorded them.
#[derive(Default)]
pub(super) struct Nights {
    stretches: BTreeMap<String, Vec<Stretch>>,
}

/// One recorder's stretches without a long gap.
struct Night {
    source: String,
    stretches: Vec<Stretch>,
    from: UtcMs,
    to: UtcMs,
}

impl Nights {
    pub(super) fn record(&mut self, record: &Element, raw: &str, file: FileNumber, at: &str, sink: &mut dyn Sink) {
        let span = time::iso(record.attribute("startDate")).zip(time::iso(record.attribute("endDate")));
        let Some((from, to)) = span.filter(|(from, to)| to.ms >= from.ms) else {
            return sink.set_aside(FindingCode::UncertainTime, at, "Expected the start and end of a stretch of sleep, and found none.");
        };
        let value = record.attribute("value").trim_start_matches("HKCategoryValueSleepAnalysis");
        let stage = match value {
            "AsleepCore" => "light",
            "AsleepDeep" => "deep",
            "AsleepREM" => "rem",
            "Awake" => "awake",
            "Asleep" | "AsleepUnspecified" => "asleep",
            _ => "in_bed",
        };
        let stretch = Stretch { file, from, to: to.ms, stage, raw: raw.to_owned() };
        self.stretches.entry(record.attribute("sourceName").to_owned()).or_default().push(stretch);
    }

    /// Hands out each night once; every stretch is part of one.
    pub(super) fn finish(&mut self, source: &str, sink: &mut dyn SetSink) {
        let mut nights: Vec<Night> =
            std::mem::take(&mut self.stretches).into_iter().flat_map(|(source, stretches)| cut(&source, stretches)).collect();
        nights.sort_by_key(|night| (night.from, night.to));
        let mut group: Vec<Night> = Vec::new();
        let mut until = UtcMs::MIN;
        for night in nights {
            if night.from >= until && !group.is_empty() {
                hand_out(std::mem::take(&mut group), source, sink);
            }
            until = if group.is_empty() { night.to } else { until.max(night.to) };
            group.push(night);
        }
        if !group.is_empty() {
            hand_out(group, source, sink);
        }
    }
}

/// One recorder's stretches, cut to nights.
fn cut(source: &str, mut stretches: Vec<Stretch>) -> Vec<Night> {
    stretches.sort_by_key(|stretch| (stretch.from.ms, stretch.to));
    let mut nights: Vec<Night> = Vec::new();
    for stretch in stretches {
        match nights.last_mut().filter(|night| stretch.from.ms - night.to <= GAP_MS) {
            Some(night) => {
                night.to = night.to.max(stretch.to);
                night.stretches.push(stretch);
            }
            None => nights.push(Night { source: source.to_owned(), from: stretch.from.ms, to: stretch.to, stretches: vec![stretch] }),
        }
    }
    nights
}

/// Of the recordings of one night the fullest is the night; the others are part of it.
fn hand_out(group: Vec<Night>, source: &str, sink: &mut dyn SetSink) {
    let staged = |night: &Night| night.stretches.iter().filter(|stretch| !matches!(stretch.stage, "in_bed" | "asleep")).count();
    let asleep = |night: &Night| night.stretches.iter().filter(|stretch| stretch.stage != "in_bed").count();
    let best = (0..group.len()).max_by_key(|index| (staged(&group[*index]), asleep(&group[*index]), group[*index].to - group[*index].from));
    let Some(best) = best else { return };
    for (index, night) in group.into_iter().enumerate() {
        let own = usize::from(index == best);
        for stretch in night.stretches.iter().skip(own) {
            sink.of(stretch.file).merged();
        }
        let Some(first) = night.stretches.first().filter(|_| own == 1) else { continue };
        let mut sleep =
            Sleep { from: Some(first.from.clone()), until: Some(night.to), recorded_by: night.source.clone(), ..Sleep::default() };
        for stretch in &night.stretches {
            sleep.stage(stretch.stage, (stretch.to - stretch.from.ms) as f64 / 1_000.0);
        }
        let hour = (first.from.ms + i64::from(first.from.offset_min.unwrap_or(0)) * 60_000).rem_euclid(86_400_000) / 3_600_000;
        sleep.nap = night.to - night.from < NAP_MS && (9..20).contains(&hour);
        let raw: String = night.stretches.iter().map(|stretch| stretch.raw.as_str()).collect::<Vec<_>>().join("\n");
        let item = sleep.into_item(source, &format!("sleep|{}", night.from), Raw::text(RawFormat::Xml, &raw));
        sink.of(first.file).item(item);
    }
}
