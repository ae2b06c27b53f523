//! Turns what the vault stores into what callers see.

use domain::{Point, UtcMs};
use jiff::Timestamp;
use jiff::tz::{Offset, TimeZone};

use crate::wire::{PlaceView, Row};

/// RFC 3339, in the wall clock of `offset_min` where known, else UTC. Times that no calendar holds are left out.
pub(crate) fn rfc3339(ms: UtcMs, offset_min: Option<i16>) -> Option<String> {
    let instant = Timestamp::from_millisecond(ms).ok()?;
    let Some(offset) = offset_min.and_then(|minutes| Offset::from_seconds(i32::from(minutes) * 60).ok()) else {
        return Some(instant.strftime("%Y-%m-%dT%H:%M:%SZ").to_string());
    };
    Some(instant.to_zoned(TimeZone::fixed(offset)).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string())
}

/// A point as callers see it.
pub(crate) fn place(point: Option<Point>, inferred: bool) -> Option<PlaceView> {
    point.map(|point| PlaceView { lat: point.lat_degrees(), lon: point.lon_degrees(), name: None, inferred })
}

/// A stored row as callers see it.
pub(crate) fn row(row: vault::Row) -> Row {
    Row {
        id: row.uid,
        kind: row.kind,
        at: row.at.and_then(|ms| rfc3339(ms, row.offset_min)),
        at_ms: row.at,
        until_ms: row.until,
        offset_min: row.offset_min,
        place: place(row.place, row.place_inferred),
        source: row.source,
        title: row.title,
        snippet: row.snippet,
        thread: row.thread,
        who: row.who,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_shown_in_the_wall_clock_of_their_place() {
        assert_eq!(rfc3339(1_557_824_400_000, Some(60)).as_deref(), Some("2019-05-14T10:00:00+01:00"));
        assert_eq!(rfc3339(1_557_824_400_000, None).as_deref(), Some("2019-05-14T09:00:00Z"));
        assert_eq!(rfc3339(i64::MAX, None), None);
    }
}
