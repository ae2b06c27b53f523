//! What clocks say where: the time zone of a point, offline, and its offset at an instant.

use std::collections::HashMap;
use std::sync::LazyLock;

use domain::Point;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use tzf_rs::EmbeddedFinder;

/// The borders of all zones.
static BORDERS: LazyLock<EmbeddedFinder> = LazyLock::new(EmbeddedFinder::new);
/// Points within a hundredth of a degree, about a kilometre, share the zone of the first of them.
const CELL_E7: i32 = 100_000;
/// Cells that are remembered, at most: a life has some thousands.
const REMEMBERED: usize = 100_000;

/// The name of the zone that the clocks at a point keep, "America/Winnipeg"; empty where none is known. It ends where a country does.
pub fn zone_at(place: Point) -> &'static str {
    BORDERS.get_tz_name(place.lon_degrees(), place.lat_degrees())
}

/// The zones that were asked for.
#[derive(Default)]
pub(super) struct Zones {
    by_cell: HashMap<(i32, i32), Option<TimeZone>>,
}

impl Zones {
    /// Minutes that clocks at `place` are east of UTC at `ms`, which is an instant, or what the wall clock there shows,
    /// both in milliseconds. A wall clock that shows a time twice is taken the first time, as calendars do. `None` where no
    /// zone is known, or its offset then was not whole minutes.
    pub(super) fn offset_min(&mut self, place: Point, ms: i64, is_wall_clock: bool) -> Option<i16> {
        let zone = self.zone(place)?;
        let mut instant = Timestamp::from_millisecond(ms).ok()?;
        if is_wall_clock {
            instant = zone.to_ambiguous_timestamp(TimeZone::UTC.to_datetime(instant)).compatible().ok()?;
        }
        let seconds = zone.to_offset(instant).seconds();
        (seconds % 60 == 0).then(|| i16::try_from(seconds / 60).ok()).flatten()
    }

    fn zone(&mut self, place: Point) -> Option<&TimeZone> {
        if self.by_cell.len() >= REMEMBERED {
            self.by_cell.clear();
        }
        let find = || TimeZone::get(zone_at(place)).ok();
        self.by_cell.entry((place.lat / CELL_E7, place.lon / CELL_E7)).or_insert_with(find).as_ref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offset(lat: f64, lon: f64, time: &str, is_wall_clock: bool) -> Option<i16> {
        let ms = time.parse::<Timestamp>().unwrap().as_millisecond();
        let e7 = |degrees: f64| (degrees * 1e7) as i32;
        Zones::default().offset_min(Point { lat: e7(lat), lon: e7(lon) }, ms, is_wall_clock)
    }

    #[test]
    fn clocks_follow_the_place_and_the_season() {
        assert_eq!(offset(52.52, 13.40, "2024-01-15T12:00:00Z", false), Some(60), "Berlin in winter");
        assert_eq!(offset(52.52, 13.40, "2024-07-15T12:00:00Z", false), Some(120), "Berlin in summer");
        assert_eq!(offset(27.70, 85.32, "2024-07-15T12:00:00Z", false), Some(345), "Kathmandu");
        assert_eq!(offset(-21.14, -175.20, "2024-07-15T12:00:00Z", false), Some(780), "Nuku'alofa");
        assert_eq!(offset(51.51, -0.13, "1883-01-01T00:00:00Z", false), Some(0), "London, long ago");
    }

    #[test]
    fn a_wall_clock_is_read_by_the_offset_that_it_had() {
        // An hour before the clocks go forward, by the wall, which is an hour after it in UTC.
        assert_eq!(offset(52.52, 13.40, "2024-03-31T01:30:00Z", true), Some(60));
        assert_eq!(offset(52.52, 13.40, "2024-03-31T01:30:00Z", false), Some(120));
        assert_eq!(offset(52.52, 13.40, "2024-10-27T02:30:00Z", true), Some(120), "shown twice");
    }
}
