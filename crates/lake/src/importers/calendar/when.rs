//! The times of iCalendar: with a zone's name, in UTC, of no zone, dates alone, and lengths.

use domain::{Certainty, Moment, UtcMs};
use jiff::civil::{Date, DateTime};
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
    /// The zone whose wall clock it is on, where that is known.
    zone: Option<TimeZone>,
}

impl When {
    /// Reads `DTSTART`, `DTEND`, `DUE` and their like. `home` is the calendar's own zone: it is the zone of times that name
    /// none, and the wall clock of those in UTC; both are then marked as inferred.
    pub(super) fn read(property: &Property, zones: &mut Zones, home: Option<&TimeZone>) -> Option<Self> {
        let value = property.value.trim();
        let zone_name = property.parameter("TZID");
        let raw = zone_name.as_ref().map_or_else(|| value.to_owned(), |name| format!("{name}:{value}"));
        let Some((date, clock)) = value.split_once(['T', 't']) else {
            let midnight = self::date(value)?.to_zoned(TimeZone::UTC).ok()?;
            let moment = Moment { ms: midnight.timestamp().as_millisecond(), offset_min: None, certainty: Certainty::DateOnly, raw };
            return Some(Self { moment, all_day: true, zone: None });
        };
        let utc = clock.ends_with(['Z', 'z']);
        let civil = civil(self::date(date)?, clock.trim_end_matches(['Z', 'z']))?;
        let (zone, shown, certainty) = match (utc, zone_name.and_then(|name| zones.get(&name)), home) {
            (true, _, Some(home)) => (TimeZone::UTC, Some(home.clone()), Certainty::OffsetInferred),
            (true, _, None) => (TimeZone::UTC, None, Certainty::Exact),
            (false, Some(zone), _) => (zone.clone(), Some(zone), Certainty::Exact),
            (false, None, Some(home)) => (home.clone(), Some(home.clone()), Certainty::OffsetInferred),
            (false, None, None) => (TimeZone::UTC, None, Certainty::ZoneUnknown),
        };
        // A wall clock that a change to summer time leaves out means the time after the gap.
        let instant = civil.to_zoned(zone).ok()?.timestamp();
        let offset_min = shown.as_ref().map(|zone| (zone.to_offset(instant).seconds() / 60) as i16);
        Some(Self { moment: Moment { ms: instant.as_millisecond(), offset_min, certainty, raw }, all_day: false, zone: shown })
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

/// `20240301`
fn date(text: &str) -> Option<Date> {
    let number = |from: usize, to: usize| text.get(from..to)?.parse::<i16>().ok();
    if text.len() != 8 {
        return None;
    }
    Date::new(number(0, 4)?, number(4, 6)? as i8, number(6, 8)? as i8).ok()
}

/// `090000`, and the second 60.
fn civil(date: Date, clock: &str) -> Option<DateTime> {
    let number = |from: usize, to: usize| clock.get(from..to)?.parse::<i8>().ok();
    let second = if clock.len() >= 6 { number(4, 6)?.min(59) } else { 0 };
    Some(date.to_datetime(jiff::civil::Time::new(number(0, 2)?, number(2, 4)?, second, 0).ok()?))
}
