//! The times of iCalendar: with a zone's name, in UTC, of no zone, dates alone, and lengths.

use domain::{Certainty, Moment, UtcMs};
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Span, SpanRelativeTo};

use super::zones::Zones;
use crate::components::Property;

/// One day.
const DAY_MS: i64 = 86_400_000;

/// A time, and what kind of clock it was given on.
#[derive(Debug, Clone)]
pub(super) struct When {
    pub(super) moment: Moment,
    /// Whether it is a date alone.
    pub(super) all_day: bool,
    /// What it says on its own clock; midnight of a date.
    pub(super) civil: DateTime,
    /// The clock that it was given on, by which it repeats: UTC where nothing says another.
    clock: TimeZone,
    /// The zone whose wall clock is shown, where that is known.
    zone: Option<TimeZone>,
}

impl When {
    /// Reads `DTSTART`, `DTEND`, `DUE` and their like. `home` is the calendar's own zone: it is the zone of times that name
    /// none, and the wall clock of those in UTC; both are then marked as inferred.
    pub(super) fn read(property: &Property, zones: &mut Zones, home: Option<&TimeZone>) -> Option<Self> {
        let value = property.value.trim();
        let zone_name = property.parameter("TZID");
        Self::of(value, zone_name.as_deref(), zones, home)
    }

    /// Reads every time of an `EXDATE` or `RDATE`: a list, or of periods (`start/end`) their starts. What is no time is left out.
    pub(super) fn read_list(property: &Property, zones: &mut Zones, home: Option<&TimeZone>) -> Vec<Self> {
        let zone_name = property.parameter("TZID");
        let starts = property.value.split(',').map(|value| value.split_once('/').map_or(value, |(start, _)| start).trim());
        starts.filter_map(|value| Self::of(value, zone_name.as_deref(), zones, home)).collect()
    }

    fn of(value: &str, zone_name: Option<&str>, zones: &mut Zones, home: Option<&TimeZone>) -> Option<Self> {
        let raw = zone_name.map_or_else(|| value.to_owned(), |name| format!("{name}:{value}"));
        let Some((date, clock)) = value.split_once(['T', 't']) else {
            let civil = self::date(value)?.to_datetime(Time::midnight());
            let ms = civil.to_zoned(TimeZone::UTC).ok()?.timestamp().as_millisecond();
            let moment = Moment { ms, offset_min: None, certainty: Certainty::DateOnly, raw };
            return Some(Self { moment, all_day: true, civil, clock: TimeZone::UTC, zone: None });
        };
        let utc = clock.ends_with(['Z', 'z']);
        let civil = civil(self::date(date)?, clock.trim_end_matches(['Z', 'z']))?;
        let (zone, shown, certainty) = match (utc, zone_name.and_then(|name| zones.get(name)), home) {
            (true, _, Some(home)) => (TimeZone::UTC, Some(home.clone()), Certainty::OffsetInferred),
            (true, _, None) => (TimeZone::UTC, None, Certainty::Exact),
            (false, Some(zone), _) => (zone.clone(), Some(zone), Certainty::Exact),
            (false, None, Some(home)) => (home.clone(), Some(home.clone()), Certainty::OffsetInferred),
            (false, None, None) => (TimeZone::UTC, None, Certainty::ZoneUnknown),
        };
        // A wall clock that a change to summer time leaves out means the time after the gap.
        let instant = civil.to_zoned(zone.clone()).ok()?.timestamp();
        let moment = Moment { ms: instant.as_millisecond(), offset_min: offset(shown.as_ref(), instant), certainty, raw };
        Some(Self { moment, all_day: false, civil, clock: zone, zone: shown })
    }

    /// The same at another time on the same clock; it stands nowhere as it is.
    pub(super) fn moved_to(&self, civil: DateTime) -> Option<Self> {
        let instant = civil.to_zoned(self.clock.clone()).ok()?.timestamp();
        let offset_min = offset(self.zone.as_ref(), instant);
        let moment = Moment { ms: instant.as_millisecond(), offset_min, certainty: self.moment.certainty, raw: String::new() };
        Some(Self { moment, civil, ..self.clone() })
    }

    /// What this one's clock shows at the time of another.
    pub(super) fn clock_at(&self, other: &Self) -> Option<DateTime> {
        if self.all_day || other.all_day {
            return (self.all_day && other.all_day).then_some(other.civil);
        }
        Some(jiff::Timestamp::from_millisecond(other.moment.ms).ok()?.to_zoned(self.clock.clone()).datetime())
    }

    /// Which time of a series it is, the same whichever clock names it: `20250308`, or `20250308T080000Z`.
    pub(super) fn recurrence(&self) -> String {
        if self.all_day {
            return self.civil.strftime("%Y%m%d").to_string();
        }
        jiff::Timestamp::from_millisecond(self.moment.ms).map(|at| at.strftime("%Y%m%dT%H%M%SZ").to_string()).unwrap_or_default()
    }

    /// The end of what begins here: at `end`, or after `length`; a date without either lasts its day.
    pub(super) fn until(&self, end: Option<&Self>, length: Option<&str>) -> Option<UtcMs> {
        if let Some(end) = end {
            return (end.moment.ms >= self.moment.ms).then_some(end.moment.ms);
        }
        match length.and_then(|length| length.parse::<Span>().ok()) {
            Some(span) => self.plus(span),
            None => self.all_day.then(|| self.moment.ms.saturating_add(DAY_MS)),
        }
    }

    /// Days are days on the wall clock: a day over a change to summer time has 23 hours.
    fn plus(&self, span: Span) -> Option<UtcMs> {
        let zone = self.zone.clone().unwrap_or(TimeZone::UTC);
        let start = jiff::Timestamp::from_millisecond(self.moment.ms).ok()?.to_zoned(zone);
        let length: SignedDuration = span.to_duration(SpanRelativeTo::from(&start)).ok()?;
        (!length.is_negative()).then(|| start.timestamp().checked_add(length).ok()).flatten().map(|end| end.as_millisecond())
    }
}

fn offset(zone: Option<&TimeZone>, at: jiff::Timestamp) -> Option<i16> {
    zone.map(|zone| (zone.to_offset(at).seconds() / 60) as i16)
}

/// `20240301`
pub(super) fn date(text: &str) -> Option<Date> {
    let number = |from: usize, to: usize| text.get(from..to)?.parse::<i16>().ok();
    if text.len() != 8 {
        return None;
    }
    Date::new(number(0, 4)?, number(4, 6)? as i8, number(6, 8)? as i8).ok()
}

/// `090000`, and the second 60.
pub(super) fn civil(date: Date, clock: &str) -> Option<DateTime> {
    let number = |from: usize, to: usize| clock.get(from..to)?.parse::<i8>().ok();
    let second = if clock.len() >= 6 { number(4, 6)?.min(59) } else { 0 };
    Some(date.to_datetime(Time::new(number(0, 2)?, number(2, 4)?, second, 0).ok()?))
}
