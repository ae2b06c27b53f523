//! A night, or a nap: when it began and ended, and how much of it was spent in which stage.
//!
//! `data`: `duration_s` (in bed), `asleep_s`, `awake_s`, `light_s`, `deep_s`, `rem_s`, `efficiency` (percent), `score`,
//! `nap`, `recorded_by`, `sensitive` ("health").

use domain::{Kind, Moment, NewItem, Raw, UtcMs};

use crate::importers::location::seconds_between;
use crate::importers::workout::rounded;

/// What is known of a night.
#[derive(Debug, Clone, Default)]
pub(crate) struct Sleep {
    pub(crate) from: Option<Moment>,
    pub(crate) until: Option<UtcMs>,
    pub(crate) asleep_s: Option<f64>,
    pub(crate) awake_s: Option<f64>,
    pub(crate) light_s: Option<f64>,
    pub(crate) deep_s: Option<f64>,
    pub(crate) rem_s: Option<f64>,
    /// Percent of the time in bed that was slept.
    pub(crate) efficiency: Option<f64>,
    pub(crate) score: Option<f64>,
    pub(crate) nap: bool,
    pub(crate) recorded_by: String,
}

impl Sleep {
    /// Adds a stretch of one stage: `awake`, `asleep`, `light`, `deep`, `rem`; others are part of the night alone.
    pub(crate) fn stage(&mut self, stage: &str, seconds: f64) {
        let into = match stage {
            "awake" | "wake" => &mut self.awake_s,
            "light" => &mut self.light_s,
            "deep" => &mut self.deep_s,
            "rem" => &mut self.rem_s,
            "asleep" => &mut self.asleep_s,
            _ => return,
        };
        *into = Some(into.unwrap_or(0.0) + seconds.max(0.0));
    }

    /// The item for it.
    pub(crate) fn into_item(self, source: &str, key: &str, raw: Raw) -> NewItem {
        let mut item = NewItem::new(Kind::Measure, source, key, raw);
        let staged = [self.light_s, self.deep_s, self.rem_s].into_iter().flatten().reduce(|a, b| a + b);
        // Where stages are known, time that is only called sleep comes on top of them.
        let asleep = match (self.asleep_s, staged) {
            (Some(asleep), Some(staged)) => Some(asleep.max(staged)),
            (asleep, staged) => asleep.or(staged),
        };
        let in_bed = self.from.as_ref().zip(self.until).and_then(|(from, until)| seconds_between(from.ms, until));
        let what = if self.nap { "Nap" } else { "Sleep" };
        item.title = match asleep.or(in_bed.map(|seconds| seconds as f64)) {
            Some(seconds) => format!("{what}, {}", duration(seconds)),
            None => what.to_owned(),
        };
        item.until = self.until;
        item.set("duration_s", in_bed);
        let figures = [
            ("asleep_s", asleep),
            ("awake_s", self.awake_s),
            ("light_s", self.light_s),
            ("deep_s", self.deep_s),
            ("rem_s", self.rem_s),
            ("efficiency", self.efficiency),
            ("score", self.score),
        ];
        for (key, value) in figures {
            item.set(key, value.map(rounded));
        }
        if self.nap {
            item.set("nap", true);
        }
        item.set("recorded_by", self.recorded_by);
        item.set("sensitive", "health");
        item.at = self.from;
        item
    }
}

/// `7 h 32 min`.
pub(crate) fn duration(seconds: f64) -> String {
    let minutes = (seconds / 60.0).round().max(0.0) as u64;
    match (minutes / 60, minutes % 60) {
        (0, minutes) => format!("{minutes} min"),
        (hours, 0) => format!("{hours} h"),
        (hours, minutes) => format!("{hours} h {minutes} min"),
    }
}
