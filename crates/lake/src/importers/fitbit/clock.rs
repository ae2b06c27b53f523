//! Times as Fitbit's JSON writes them.

use domain::{Certainty, Moment};

use crate::text::time;

/// `05/03/26 07:41:00`, month first, or any dialect of ISO 8601; without a zone it is a wall clock.
pub(super) fn read(text: &str) -> Option<Moment> {
    let text = text.trim();
    let (date, clock) = text.split_once(' ').unwrap_or((text, ""));
    let mut parts = date.split('/');
    let (Some(month), Some(day), Some(year), None) = (parts.next(), parts.next(), parts.next(), parts.next()) else {
        return time::iso(text);
    };
    let year = if year.len() == 2 { format!("20{year}") } else { year.to_owned() };
    let date = format!("{year}-{month:0>2}-{day:0>2}");
    let moment = if clock.is_empty() { time::iso(&date) } else { time::iso(&format!("{date}T{clock}")) };
    moment.map(|moment| moment.with_raw(text))
}

/// The same instant on the wall clock that an offset like `+02:00`, `PT2H` or `7200s` tells.
pub(super) fn zoned(moment: Moment, offset: &str) -> Moment {
    // Some tables write the instant with a zone of its own, which is UTC.
    if moment.certainty != Certainty::Exact || moment.offset_min.is_some_and(|minutes| minutes != 0) {
        return moment;
    }
    let seconds = offset.strip_suffix('s').and_then(|seconds| seconds.parse::<i64>().ok());
    let minutes = seconds.map(|seconds| seconds / 60).or_else(|| {
        let probe = time::iso(&format!("2000-01-01T12:00:00{}", offset.trim()))?;
        probe.offset_min.map(i64::from)
    });
    time::at_offset(moment, minutes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_month_comes_first_and_the_zone_is_not_known() {
        assert_eq!(time::shown(read("05/03/26 07:41:00")), "2026-05-03T07:41:00Z - ZoneUnknown");
        assert_eq!(time::shown(read("5/3/2026")), "2026-05-03T00:00:00Z - DateOnly");
        assert_eq!(time::shown(read("2026-05-03T22:10:00.000")), "2026-05-03T22:10:00Z - ZoneUnknown");
        assert_eq!(read("13/40/26 07:41:00"), None);
        for offset in ["+02:00", "7200s"] {
            for instant in ["2026-05-03T05:41:07Z", "2026-05-03 05:41:07+0000"] {
                assert_eq!(time::iso(instant).map(|at| zoned(at, offset).offset_min), Some(Some(120)));
            }
        }
    }
}
