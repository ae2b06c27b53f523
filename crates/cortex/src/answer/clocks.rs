//! Which day it was when an item happened, by the clocks that are known of it.

use domain::{Certainty, UtcMs};
use jiff::civil::Date;
use jiff::tz::{Offset, TimeZone};
use jiff::{Timestamp, Zoned};
use vault::Row;

/// What the clocks showed at an instant of an item: those of where it happened, else those of the person, who need not have been
/// tracked to have searched or watched at home. A date, or a wall clock without a zone, is what it says.
pub(super) fn shown(row: &Row, at: UtcMs, zone: &TimeZone) -> Option<Zoned> {
    let clocks = match (row.offset_min, row.certainty) {
        (Some(minutes), _) => TimeZone::fixed(Offset::from_seconds(i32::from(minutes) * 60).ok()?),
        (None, Some(Certainty::DateOnly | Certainty::ZoneUnknown)) => TimeZone::UTC,
        (None, _) => zone.clone(),
    };
    Some(Timestamp::from_millisecond(at).ok()?.to_zoned(clocks))
}

/// The day of an item; `None` when it has no time.
pub(super) fn day(row: &Row, zone: &TimeZone) -> Option<Date> {
    Some(shown(row, row.at?, zone)?.date())
}

#[cfg(test)]
mod tests {
    use domain::{Kind, Uid};
    use jiff::civil::date;

    use super::*;

    #[test]
    fn an_evening_is_of_its_own_day_and_a_date_of_the_one_that_it_names() {
        // 2015-02-13T02:30:00Z: the evening before in the Americas, and where clocks are half a day ahead the afternoon.
        let at = 1_423_794_600_000;
        let row = |at: UtcMs, offset_min: Option<i16>, certainty: Certainty| Row {
            id: 1,
            uid: Uid::of("t", b"t"),
            kind: Kind::Search,
            source: "t".to_owned(),
            at: Some(at),
            offset_min,
            certainty: Some(certainty),
            until: None,
            who: None,
            hidden: false,
            title: String::new(),
            snippet: String::new(),
            place: None,
            place_inferred: false,
            thread: None,
        };
        let (west, east) = (TimeZone::fixed(jiff::tz::offset(-5)), TimeZone::fixed(jiff::tz::offset(12)));
        let midnight = at - 9_000_000;
        for (row, zone, expected) in [
            (row(at, None, Certainty::Exact), &west, 12),
            (row(at, None, Certainty::Exact), &east, 13),
            (row(at, Some(60), Certainty::Exact), &west, 13),
            (row(at, Some(-240), Certainty::OffsetInferred), &east, 12),
            (row(midnight, None, Certainty::DateOnly), &west, 13),
            (row(midnight, None, Certainty::DateOnly), &east, 13),
            (row(midnight, None, Certainty::ZoneUnknown), &west, 13),
        ] {
            assert_eq!(day(&row, zone), Some(date(2015, 2, expected)), "{row:?}");
        }
    }
}
