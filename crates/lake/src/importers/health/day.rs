//! Samples of measures, gathered to one card a day.
//!
//! Several sources often measure the same thing (phone and watch; a product's own merged stream and those it was merged
//! from). They are never added to each other: for each measure of a day the surest source counts, and of equally sure ones
//! the fullest. What the others say stands in the card's original.
//!
//! Samples are held by the half hour, so that a person's whole life fits in memory, and a day can be cut in local time
//! after the zone is known from another file of the product. A sample counts for the day in which it begins. What a record says of
//! its sample ([`Said`]) is held beside, and stands in the card's original under `each`: its unit, then clock, value, seconds
//! where it took time, a note where there is one, and last, by name, the `device` (its place in `devices`) and how long after it the
//! record was written (`written_after_s`).

use std::collections::{BTreeMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

use domain::{Certainty, Kind, Moment, NewItem, Raw, UtcMs};
use serde_json::{Map, Value, json};

use super::measure::{DIASTOLIC, Fold, Measure, SYSTOLIC};
use super::said::{Kept, Said, Words};
use crate::importer::{FileNumber, SetSink};
use crate::importers::location::words;
use crate::importers::workout::rounded;

const SLOT_MS: i64 = 30 * 60_000;
const DAY_MS: i64 = 86_400_000;
/// Readings of one measure by one source that a day's text lists; more are a course, which nobody reads one by one.
const FEW: usize = 12;
/// How far from a known offset another instant may be that takes it over.
const NEAR_MS: i64 = 120 * DAY_MS;

/// Milliseconds since 1970 fit into so many bits for the next five hundred years.
const INSTANT_BITS: u32 = 44;

/// When a sample was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum When {
    /// An instant whose wall clock is not known.
    Utc(UtcMs),
    /// A wall clock, as milliseconds since 1970 on it.
    Local(i64),
}

impl When {
    /// By a moment: on its own wall clock where it has one or is nothing but one.
    pub(crate) fn of(moment: &Moment) -> Self {
        match (moment.offset_min, moment.certainty) {
            (Some(minutes), _) => Self::Local(moment.ms + i64::from(minutes) * 60_000),
            (None, Certainty::ZoneUnknown | Certainty::DateOnly) => Self::Local(moment.ms),
            (None, Certainty::Exact | Certainty::OffsetInferred) => Self::Utc(moment.ms),
        }
    }

    fn ms(self) -> i64 {
        match self {
            Self::Utc(ms) | Self::Local(ms) => ms,
        }
    }
}

/// Who tells of a sample, and how sure they are of it; greater is surer.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Teller<'t> {
    pub(crate) name: &'t str,
    pub(crate) rank: u8,
}

/// What some samples come to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Stats {
    n: u32,
    sum: f64,
    least: f64,
    most: f64,
    /// The latest sample, and when it was taken.
    last: (i64, f64),
}

impl Stats {
    /// One sample.
    pub(crate) fn one(value: f64) -> Self {
        Self { n: 1, sum: value, least: value, most: value, last: (0, value) }
    }

    /// Samples of which only average and bounds are known.
    pub(crate) fn range(average: f64, least: Option<f64>, most: Option<f64>) -> Self {
        Self { least: least.unwrap_or(average), most: most.unwrap_or(average), ..Self::one(average) }
    }

    fn join(&mut self, other: Self) {
        self.n += other.n;
        self.sum += other.sum;
        self.least = self.least.min(other.least);
        self.most = self.most.max(other.most);
        if other.last.0 >= self.last.0 {
            self.last = other.last;
        }
    }

    fn average(&self) -> f64 {
        self.sum / f64::from(self.n.max(1))
    }

    fn is_sound(&self) -> bool {
        [self.sum, self.least, self.most].iter().all(|number| number.is_finite())
    }
}

/// A stream of samples: one measure from one source, on one kind of clock.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Series {
    measure: Measure,
    source: String,
    /// How sure the source is; greater is surer.
    rank: u8,
    local: bool,
}

/// The samples of half an hour.
struct Slot {
    stats: Stats,
    /// The file that the first came from.
    file: usize,
    kept: Kept,
}

/// Everything gathered from a product's files.
#[derive(Default)]
pub(crate) struct Days {
    series: BTreeMap<Series, BTreeMap<i64, Slot>>,
    words: Words,
    files: Vec<(FileNumber, u64)>,
    /// Offsets from UTC, minutes, that other records of the product tell, by instant.
    offsets: BTreeMap<UtcMs, i16>,
    /// Digests of the samples that add up, for the same one may stand in two files, or in two exports that are imported at once.
    added: HashSet<u64>,
}

impl Series {
    fn new(measure: Measure, source: &str, rank: u8, when: When) -> Self {
        Self { measure, source: source.to_owned(), rank, local: matches!(when, When::Local(_)) }
    }

    fn digest(&self, when: When, stats: &Stats) -> u64 {
        let mut hasher = DefaultHasher::new();
        (&self.measure, &self.source, self.rank, when, stats.sum.to_bits()).hash(&mut hasher);
        hasher.finish()
    }
}

/// The half hour of an instant, and the second in it.
fn place(when: When) -> (i64, u16) {
    (when.ms().div_euclid(SLOT_MS), (when.ms().rem_euclid(SLOT_MS) / 1_000) as u16)
}

/// A file whose samples are gathered.
#[derive(Debug, Clone, Copy)]
pub(crate) struct FileId(usize);

impl Days {
    /// A file that samples come from.
    pub(crate) fn file(&mut self, number: FileNumber) -> FileId {
        self.files.push((number, 0));
        FileId(self.files.len() - 1)
    }

    /// A record of the file that holds one sample, or several of one day (see [`Self::and`]).
    pub(crate) fn add(&mut self, file: FileId, measure: Measure, source: &str, rank: u8, when: When, stats: Stats) {
        self.count(file);
        self.and(file, measure, source, rank, when, stats);
    }

    /// One more sample of the record that was added last.
    pub(crate) fn and(&mut self, file: FileId, measure: Measure, source: &str, rank: u8, when: When, stats: Stats) {
        self.put(file, Series::new(measure, source, rank, when), when, stats, None);
    }

    /// A record of the file that holds one sample, with what it says of it. Its source is none that is surer than others.
    pub(crate) fn add_said(&mut self, file: FileId, measure: Measure, source: &str, when: When, value: f64, said: Said<'_>) {
        self.count(file);
        self.and_said(file, measure, source, when, value, said);
    }

    /// The same of one more sample of the record that was added last.
    pub(crate) fn and_said(&mut self, file: FileId, measure: Measure, source: &str, when: When, value: f64, said: Said<'_>) {
        self.put(file, Series::new(measure, source, 0, when), when, Stats::one(value), Some(said));
    }

    /// A record of the file that holds one sample in the measure's own unit, which is kept with its time where it is a single reading.
    pub(crate) fn add_each(&mut self, file: FileId, measure: Measure, teller: Teller<'_>, when: When, value: f64) {
        self.count(file);
        self.and_each(file, measure, teller, when, value);
    }

    /// The same of one more sample of the record that was added last.
    pub(crate) fn and_each(&mut self, file: FileId, measure: Measure, teller: Teller<'_>, when: When, value: f64) {
        let written = if measure.is_single() { rounded(value).to_string() } else { String::new() };
        let said = (!written.is_empty()).then(|| Said { value: &written, unit: measure.unit(), ..Said::default() });
        self.put(file, Series::new(measure, teller.name, teller.rank, when), when, Stats::one(value), said);
    }

    /// Whether a record that said this was added.
    pub(crate) fn holds(&self, measure: Measure, source: &str, when: When, said: Said<'_>) -> bool {
        let (slot, second) = place(when);
        let slot = self.series.get(&Series::new(measure, source, 0, when)).and_then(|slots| slots.get(&slot));
        slot.is_some_and(|slot| slot.kept.each(&self.words).any(|(at, known)| at == second && known.value == said.value))
    }

    fn count(&mut self, file: FileId) {
        if let Some((_, n_records)) = self.files.get_mut(file.0) {
            *n_records += 1;
        }
    }

    fn put(&mut self, file: FileId, series: Series, when: When, mut stats: Stats, said: Option<Said<'_>>) {
        if !stats.is_sound() {
            return;
        }
        stats.last.0 = when.ms();
        if series.measure.fold == Fold::Sum && !self.added.insert(series.digest(when, &stats)) {
            return;
        }
        let (slot, second) = place(when);
        let slots = self.series.entry(series).or_default();
        let slot = slots.entry(slot).and_modify(|slot| slot.stats.join(stats)).or_insert_with(|| Slot {
            stats,
            file: file.0,
            kept: Kept::default(),
        });
        if let Some(said) = said {
            slot.kept.push(second, said, &mut self.words);
        }
    }

    /// At `at` the person's wall clock was `minutes` east of UTC.
    pub(crate) fn offset(&mut self, at: UtcMs, minutes: i16) {
        self.offsets.insert(at, minutes);
    }

    /// The same, where a moment tells it.
    pub(crate) fn offset_of(&mut self, moment: &Moment) {
        if let Some(minutes) = moment.offset_min {
            self.offset(moment.ms, minutes);
        }
    }

    /// Whether any offset is known.
    pub(crate) fn knows_offsets(&self) -> bool {
        !self.offsets.is_empty()
    }

    /// Minutes east of UTC at an instant, by the nearest record that tells.
    pub(crate) fn offset_at(&self, at: UtcMs) -> Option<i16> {
        let before = self.offsets.range(..=at).next_back();
        let after = self.offsets.range(at..).next();
        let near = before.into_iter().chain(after).min_by_key(|(known, _)| (**known - at).abs());
        near.filter(|(known, _)| (**known - at).abs() <= NEAR_MS).map(|(_, minutes)| *minutes)
    }

    /// Hands out the card of every day, each to one of the files that it comes from; every other record is part of one.
    pub(crate) fn finish(&mut self, source: &str, sink: &mut dyn SetSink) {
        let mut cards: BTreeMap<i64, Card> = BTreeMap::new();
        for (series, slots) in std::mem::take(&mut self.series) {
            for (slot, Slot { stats, file, kept }) in slots {
                let start = slot * SLOT_MS;
                let offset = if series.local { Some(0) } else { self.offset_at(start) };
                let local = start + i64::from(offset.unwrap_or(0)) * 60_000;
                let card = cards.entry(local.div_euclid(DAY_MS)).or_insert_with(|| Card::of(file));
                card.utc |= offset.is_none();
                card.add(&series, stats, local.rem_euclid(DAY_MS), kept);
            }
        }
        for (day, card) in cards {
            let Some((file, n_records)) = self.files.get_mut(card.file) else { continue };
            *n_records = n_records.saturating_sub(1);
            sink.of(*file).item(card.item(source, day, &self.words));
        }
        for (file, n_records) in std::mem::take(&mut self.files) {
            if n_records > 0 {
                let sink = sink.of(file);
                (0..n_records).for_each(|_| sink.merged());
            }
        }
    }
}

/// What one source says of one measure on one day.
struct Told {
    source: String,
    rank: u8,
    stats: Stats,
    hours: BTreeMap<i64, Stats>,
    /// What was said of single samples, by the second of the day at which their half hour began.
    kept: BTreeMap<i64, Kept>,
}

/// A sample as its record says it: the second of the day, and what is said.
type Reading<'k> = (i64, Said<'k>);

impl Told {
    /// Each sample that something is said of, in the order of their times. One that stood in two files is one.
    fn readings<'k>(&'k self, words: &'k Words) -> Vec<Reading<'k>> {
        let all = self.kept.iter().flat_map(|(from, kept)| kept.each(words).map(move |(second, said)| (from + i64::from(second), said)));
        let mut readings: Vec<Reading<'k>> = all.collect();
        readings.sort_by_key(|(second, said)| (*second, *said));
        readings.dedup_by_key(|(second, said)| (*second, *said));
        readings
    }

    /// The samples for the record, by unit; and what measured them, which they name by its place, for one measures thousands a day.
    fn each(&self, words: &Words) -> (Map<String, Value>, Vec<String>) {
        let (mut each, mut devices) = (Map::new(), Vec::<String>::new());
        for (second, said) in self.readings(words) {
            let value = said.value.parse().map_or_else(|_| Value::from(said.value), Value::Number);
            let mut reading = vec![Value::from(clock(second)), value];
            if said.seconds > 0 {
                reading.push(said.seconds.into());
            }
            if !said.note.is_empty() {
                reading.push(said.note.into());
            }
            let mut more = Map::new();
            if !said.device.is_empty() {
                let place = devices.iter().position(|device| device == said.device).unwrap_or(devices.len());
                if place == devices.len() {
                    devices.push(said.device.to_owned());
                }
                more.insert("device".to_owned(), place.into());
            }
            if let Some(seconds) = said.written_after_s {
                more.insert("written_after_s".to_owned(), seconds.into());
            }
            if !more.is_empty() {
                reading.push(more.into());
            }
            if let Value::Array(of_unit) = each.entry(said.unit).or_insert_with(|| Value::Array(Vec::new())) {
                of_unit.push(Value::Array(reading));
            }
        }
        (each, devices)
    }
}

/// `08:10:00`.
fn clock(second: i64) -> String {
    format!("{:02}:{:02}:{:02}", second / 3_600, second / 60 % 60, second % 60)
}

struct Card {
    file: usize,
    /// Whether the day is one in UTC, for want of a zone.
    utc: bool,
    measures: BTreeMap<Measure, Vec<Told>>,
}

impl Card {
    fn of(file: usize) -> Self {
        Self { file, utc: false, measures: BTreeMap::new() }
    }

    /// Half an hour of samples that begins `local` milliseconds into the day.
    fn add(&mut self, series: &Series, stats: Stats, local: i64, kept: Kept) {
        let (hour, second) = (local / 3_600_000, local / 1_000);
        let told = self.measures.entry(series.measure.clone()).or_default();
        let known = told.iter_mut().find(|known| known.source == series.source && known.rank == series.rank);
        match known {
            Some(known) => {
                known.stats.join(stats);
                known.hours.entry(hour).and_modify(|of_hour| of_hour.join(stats)).or_insert(stats);
                known.kept.entry(second).or_default().append(kept);
            }
            None => told.push(Told {
                source: series.source.clone(),
                rank: series.rank,
                stats,
                hours: BTreeMap::from([(hour, stats)]),
                kept: BTreeMap::from([(second, kept)]),
            }),
        }
    }

    fn item(&self, source: &str, day: i64, words: &Words) -> NewItem {
        let date =
            jiff::civil::date(1970, 1, 1).checked_add(jiff::Span::new().days(day.clamp(-500_000, 500_000))).map(|date| date.to_string());
        let date = date.unwrap_or_default();
        let mut item =
            NewItem::new(Kind::Measure, source, format!("day|{date}"), Raw::json(self.original(&date, words).to_string().as_bytes()));
        item.at = Some(Moment { ms: day * DAY_MS, offset_min: None, certainty: Certainty::DateOnly, raw: date });
        let mut hourly = Map::new();
        for (measure, told) in &self.measures {
            let Some(best) = surest(measure.fold, told) else { continue };
            let key = &*measure.key;
            match measure.fold {
                Fold::Sum => item.set(key, rounded(best.stats.sum)),
                Fold::Last => item.set(key, rounded(best.stats.last.1)),
                Fold::Range => {
                    item.set(&format!("{key}_avg"), rounded((best.stats.average() * 10.0).round() / 10.0));
                    item.set(&format!("{key}_min"), rounded(best.stats.least));
                    item.set(&format!("{key}_max"), rounded(best.stats.most));
                }
            }
            // A figure of the whole day has no course; another source may have one.
            let course = told.iter().filter(|told| told.hours.len() > 1).max_by_key(|told| (told.rank, told.stats.n));
            if let Some(course) = course.filter(|_| measure.is_hourly()) {
                let hours = (0..24).map(|hour| match (course.hours.get(&hour), measure.fold) {
                    (Some(stats), Fold::Sum) => rounded(stats.sum),
                    (Some(stats), Fold::Range | Fold::Last) => rounded((stats.average() * 10.0).round() / 10.0),
                    (None, _) => Value::Null,
                });
                hourly.insert(key.to_owned(), Value::Array(hours.collect()));
            }
        }
        item.title = title(&item.data);
        item.text = self.few(words).join("\n");
        item.revision = Some(self.revision());
        item.set("hours", hourly);
        if self.utc {
            item.set("zone", "UTC");
        }
        item.set("sensitive", "health");
        item
    }

    /// Of two exports' cards of one day the one with more measures stands, and of equally many the one that goes on for longer: an
    /// export that was made on that day breaks off.
    fn revision(&self) -> i64 {
        let last = self.measures.values().flatten().map(|told| told.stats.last.0).max().unwrap_or_default();
        ((self.measures.len() as i64) << INSTANT_BITS) + last.clamp(0, (1 << INSTANT_BITS) - 1)
    }

    /// The readings of the day that somebody may look for one by one: `08:05 blood pressure 128/82 mmHg`.
    fn few(&self, words: &Words) -> Vec<String> {
        // The other half of a blood pressure.
        let half = |measure: &Measure, source: &str, second: i64| {
            let told = self.measures.get(measure)?.iter().find(|told| told.source == source)?;
            told.readings(words).into_iter().find(|(at, _)| *at == second).map(|(_, said)| said.value)
        };
        let mut lines = Vec::new();
        for (measure, told) in self.measures.iter().filter(|(measure, _)| measure.fold != Fold::Sum) {
            for told in told {
                let readings = told.readings(words);
                if readings.len() > FEW {
                    continue;
                }
                for (second, Said { value, unit, .. }) in readings {
                    if *measure == DIASTOLIC && half(&SYSTOLIC, &told.source, second).is_some() {
                        continue;
                    }
                    let lower = if *measure == SYSTOLIC { half(&DIASTOLIC, &told.source, second) } else { None };
                    let (name, value) = match lower {
                        Some(lower) => ("blood pressure".to_owned(), format!("{value}/{lower}")),
                        None => (measure.name(), value.to_owned()),
                    };
                    let unit = if unit == "count" { "" } else { unit };
                    let line = format!("{:02}:{:02} {name} {value} {unit}", second / 3_600, second / 60 % 60);
                    lines.push((second, line.trim_end().to_owned()));
                }
            }
        }
        lines.sort();
        lines.dedup();
        lines.into_iter().map(|(_, line)| line).collect()
    }

    /// What every source told, for the record.
    fn original(&self, date: &str, words: &Words) -> Value {
        let measures: Map<String, Value> = self
            .measures
            .iter()
            .map(|(measure, told)| {
                let told: Vec<Value> = told
                    .iter()
                    .map(|told| {
                        let Stats { n, sum, least, most, last } = told.stats;
                        let mut original = json!({"source": told.source, "n": n, "sum": rounded(sum), "min": rounded(least), "max": rounded(most), "last": rounded(last.1)});
                        let (each, devices) = told.each(words);
                        if !each.is_empty() {
                            original["each"] = each.into();
                        }
                        if !devices.is_empty() {
                            original["devices"] = devices.into();
                        }
                        original
                    })
                    .collect();
                (measure.key.to_string(), Value::Array(told))
            })
            .collect();
        json!({"date": date, "measures": measures})
    }
}

/// The source that counts: the surest, then the fullest.
fn surest(fold: Fold, told: &[Told]) -> Option<&Told> {
    told.iter().max_by(|a, b| {
        let fuller = match fold {
            Fold::Sum => a.stats.sum.total_cmp(&b.stats.sum),
            Fold::Range => a.stats.n.cmp(&b.stats.n),
            Fold::Last => a.stats.last.0.cmp(&b.stats.last.0),
        };
        a.rank.cmp(&b.rank).then(fuller).then_with(|| b.source.cmp(&a.source))
    })
}

/// What a person looks for first: `8,412 steps, 6.1 km, heart rate 72 (48 to 131)`.
fn title(data: &Map<String, Value>) -> String {
    let number = |key: &str| data.get(key).and_then(Value::as_f64);
    let mut parts = Vec::new();
    parts.extend(number("steps").map(|steps| format!("{} steps", grouped(steps))));
    parts.extend(number("distance_m").filter(|metres| *metres > 0.0).map(words::distance));
    let rates = (number("heart_rate_avg"), number("heart_rate_min"), number("heart_rate_max"));
    if let (Some(average), Some(least), Some(most)) = rates {
        parts.push(format!("heart rate {average:.0} ({least:.0} to {most:.0})"));
    }
    parts.extend(number("weight_kg").map(|kg| format!("{kg:.1} kg")));
    parts.extend(number("asleep_s").map(|seconds| format!("asleep {}", super::sleep::duration(seconds))));
    if let (Some(upper), Some(lower)) = (number("systolic_mmhg_avg"), number("diastolic_mmhg_avg")) {
        parts.push(format!("blood pressure {upper:.0}/{lower:.0}"));
    }
    if parts.is_empty() {
        let known = [
            ("sleep_score", "sleep score", "", 0),
            ("resting_heart_rate", "resting heart rate", "", 0),
            ("heart_rate_variability_ms_avg", "heart rate variability", " ms", 0),
            ("oxygen_percent_avg", "oxygen", " %", 1),
            ("respiratory_rate_avg", "breaths a minute", "", 1),
            ("skin_temperature_c_avg", "skin", " °C", 1),
        ];
        parts.extend(known.into_iter().filter_map(|(key, name, unit, digits)| Some(format!("{name} {:.digits$}{unit}", number(key)?))));
    }
    if parts.is_empty() {
        let more = data.iter().filter_map(|(key, value)| Some((key, value.as_f64()?))).take(3);
        parts.extend(more.map(|(key, value)| format!("{} {}", key.replace('_', " "), rounded(value))));
    }
    if parts.is_empty() { "Measures of the day".to_owned() } else { parts.join(", ") }
}

/// A whole number with commas between thousands.
fn grouped(number: f64) -> String {
    let digits = format!("{number:.0}");
    let mut grouped = String::with_capacity(digits.len() + 4);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) && !grouped.ends_with('-') {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::super::measure::{HEART_RATE, STEPS, WEIGHT};
    use super::*;
    use crate::importer::collected::Collected;

    fn ms(text: &str) -> i64 {
        crate::text::time::iso(text).unwrap().ms
    }

    #[test]
    fn sources_are_never_added_to_each_other_and_days_are_local() {
        let mut days = Days::default();
        let (watch, phone) = (days.file(1), days.file(0));
        days.offset(ms("2023-05-01T12:00:00Z"), 120);
        let at = |text: &str| When::Utc(ms(text));
        days.add(watch, STEPS, "watch", 0, at("2023-05-01T06:10:00Z"), Stats::one(3_000.0));
        days.add(watch, STEPS, "watch", 0, at("2023-05-01T22:30:00Z"), Stats::one(400.0));
        days.add(watch, STEPS, "watch", 0, at("2023-05-01T07:10:00Z"), Stats::one(2_000.0));
        days.add(phone, STEPS, "phone", 0, at("2023-05-01T06:10:00Z"), Stats::one(2_500.0));
        days.add(phone, HEART_RATE, "phone", 0, at("2023-05-01T06:10:00Z"), Stats::one(60.0));
        days.add(phone, HEART_RATE, "phone", 0, at("2023-05-01T06:20:00Z"), Stats::one(90.0));
        days.add(phone, WEIGHT, "scale", 0, When::Local(ms("2023-05-01T20:00:00")), Stats::one(74.2));
        days.add(phone, WEIGHT, "scale", 0, When::Local(ms("2023-05-01T08:00:00")), Stats::one(75.0));
        days.add(phone, WEIGHT, "scale", 0, When::Local(ms("2023-05-01T08:00:00")), Stats::one(f64::NAN));
        let mut sinks = BTreeMap::<FileNumber, Collected>::new();
        days.finish("x", &mut sinks);
        let items: Vec<String> = sinks.values().flat_map(|sink| &sink.items).map(crate::importer::collected::shown).collect();
        assert_eq!(
            items,
            [
                "measure x 2023-05-01T00:00:00Z | 5,000 steps, heart rate 75 (60 to 90), 74.2 kg",
                "measure x 2023-05-02T00:00:00Z | 400 steps",
            ]
        );
        let told: u64 = sinks.values().map(|sink| sink.items.len() as u64 + sink.n_merged).sum();
        assert_eq!(told, 9, "every record is accounted for");
        let day = sinks.values().flat_map(|sink| &sink.items).next().unwrap();
        assert_eq!(
            (&day.data["hours"]["steps"][8], &day.data["hours"]["steps"][9], &day.data["sensitive"]),
            (&json!(3000), &json!(2000), &json!("health"))
        );
        assert!(String::from_utf8_lossy(&day.raw.bytes).contains("2500"), "what the other source said is kept");
    }

    #[test]
    fn of_two_exports_the_card_with_more_measures_stands_and_then_the_one_that_goes_on_for_longer() {
        let revision = |samples: &[(Measure, &str)]| {
            let mut days = Days::default();
            let file = days.file(0);
            for (measure, at) in samples {
                days.add(file, measure.clone(), "a source with a long name", 0, When::Local(ms(at)), Stats::one(60.0));
            }
            let mut sinks = BTreeMap::<FileNumber, Collected>::new();
            days.finish("x", &mut sinks);
            sinks[&0].items[0].revision
        };
        let morning = revision(&[(STEPS, "2023-05-01T08:00:00"), (WEIGHT, "2023-05-01T08:00:00")]);
        let whole = revision(&[(STEPS, "2023-05-01T19:00:00"), (WEIGHT, "2023-05-01T08:00:00")]);
        assert!(whole > morning && morning > revision(&[(HEART_RATE, "2023-05-01T21:00:00")]));
    }

    #[test]
    fn the_surest_source_counts_even_when_another_has_more() {
        let mut days = Days::default();
        let file = days.file(0);
        days.add(file, STEPS, "merged", 2, When::Local(0), Stats::one(10.0));
        days.add(file, STEPS, "raw", 0, When::Local(0), Stats::one(1_234_567.0));
        let mut sinks = BTreeMap::<FileNumber, Collected>::new();
        days.finish("x", &mut sinks);
        assert_eq!(sinks[&0].items[0].title, "10 steps");
        assert_eq!((grouped(1_234_567.0), grouped(-123.0), grouped(999.4)), ("1,234,567".to_owned(), "-123".to_owned(), "999".to_owned()));
    }
}
