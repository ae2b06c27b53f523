//! When a picture was taken, from the best witness there is: its sidecar, its EXIF or a film's header, its name.

use domain::{Certainty, Moment, UtcMs};
use jiff::civil::DateTime;

use super::shot::Shot;

const MINUTE: i64 = 60_000;

/// The moment, and who told: "sidecar", "exif", "film" or "file_name".
pub(super) fn when(sidecar: Option<i64>, shot: Option<&Shot>, name: &str, is_film: bool) -> Option<(Moment, &'static str)> {
    // Google takes over what a film's own clock says.
    let fits = if is_film { of_a_film } else { plausible };
    let told = sidecar.and_then(|seconds| Some((with_clock(fits(seconds.checked_mul(1000)?)?, shot).with_raw(&seconds.to_string()), "sidecar")));
    let itself = if shot.is_some_and(|shot| shot.is_utc) { "film" } else { "exif" };
    told.or_else(|| shot.and_then(by_exif).map(|moment| (moment, itself))).or_else(|| by_name(name).map(|moment| (moment, "file_name")))
}

/// The sidecar's instant, with the wall clock that the camera's own adds.
///
/// Google takes a camera's clock for UTC when nothing says otherwise. So an instant equal to the clock proves no zone,
/// and one that differs by whole quarters of an hour shows the zone that Google found.
fn with_clock(ms: UtcMs, shot: Option<&Shot>) -> Moment {
    let mut moment = Moment::utc(ms);
    let Some(Shot { local: Some(local), offset_min, is_utc: false, .. }) = shot else { return moment };
    let apart = (local - ms).div_euclid(MINUTE) + i64::from((local - ms).rem_euclid(MINUTE) >= MINUTE / 2);
    if let Some(offset) = offset_min {
        // With the offset beside it the camera's clock is the instant; the owner's own correction is farther off.
        if apart == 0 && *offset != 0 {
            moment.ms = local - i64::from(*offset) * MINUTE;
            moment.offset_min = Some(*offset);
        } else if apart == i64::from(*offset) {
            moment.offset_min = Some(*offset);
        }
    } else if apart == 0 {
        moment.certainty = Certainty::ZoneUnknown;
    } else if apart.abs() <= 14 * 60 && apart % 15 == 0 {
        moment.offset_min = i16::try_from(apart).ok();
        moment.certainty = Certainty::OffsetInferred;
    }
    moment
}

fn by_exif(shot: &Shot) -> Option<Moment> {
    if shot.is_utc {
        return of_a_film(shot.local?).map(Moment::utc);
    }
    let local = plausible(shot.local?)?;
    Some(match shot.offset_min {
        Some(offset) => {
            Moment { ms: local - i64::from(offset) * MINUTE, offset_min: Some(offset), certainty: Certainty::Exact, raw: String::new() }
        }
        None => Moment { ms: local, offset_min: None, certainty: Certainty::ZoneUnknown, raw: String::new() },
    })
}

/// `IMG_20240501_102030`, `Screenshot_2024-05-01-10-20-30`, `WhatsApp Image 2024-05-01 at 10.20.30`, `IMG-20240501-WA0001`.
pub(super) fn by_name(name: &str) -> Option<Moment> {
    let bytes = name.as_bytes();
    let starts = (0..bytes.len()).filter(|at| bytes[*at].is_ascii_digit() && (*at == 0 || !bytes[at - 1].is_ascii_digit()));
    starts.into_iter().find_map(|at| {
        let mut scan = Scan { bytes, at };
        let year = scan.number(4)?;
        let dashed = scan.skip(b"-_.");
        let month = scan.number(2)?;
        if scan.skip(b"-_.") != dashed {
            return None;
        }
        let day = scan.number(2)?;
        let after_date = scan.at;
        let clock = (|| {
            if !scan.skip(b"-_ T.") {
                return None;
            }
            scan.word(b"at ");
            let hour = scan.number(2)?;
            scan.skip(b".:-_");
            let minute = scan.number(2)?;
            scan.skip(b".:-_");
            Some((hour, minute, scan.number(2)?))
        })();
        // A longer run of digits is a counter and no date.
        if clock.is_none() && bytes.get(after_date).is_some_and(u8::is_ascii_digit) {
            return None;
        }
        let (hour, minute, second) = clock.unwrap_or_default();
        let small = |number: i16| i8::try_from(number).ok();
        let time = DateTime::new(year, small(month)?, small(day)?, small(hour)?, small(minute)?, small(second)?, 0).ok()?;
        if !(1900..2100).contains(&year) {
            return None;
        }
        let ms = time.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp().as_millisecond();
        // Pixel phones name their pictures in UTC.
        let certainty = match clock {
            None => Certainty::DateOnly,
            Some(_) if name.starts_with("PXL_") => Certainty::Exact,
            Some(_) => Certainty::ZoneUnknown,
        };
        Some(Moment { ms, offset_min: None, certainty, raw: name.to_owned() })
    })
}

/// What a film's own clock says, where that is no time at which a film was made.
pub(super) fn unbelieved(shot: &Shot) -> Option<String> {
    let ms = shot.local.filter(|ms| shot.is_utc && of_a_film(*ms).is_none())?;
    Some(jiff::Timestamp::from_millisecond(ms).map_or_else(|_| format!("{ms} ms since 1970"), |instant| instant.to_string()))
}

/// Photography began in 1826; the zeros of 1970 and 1904 are how programs say that they do not know.
fn plausible(ms: UtcMs) -> Option<UtcMs> {
    // 1826-01-01 and 2100-01-01.
    (ms != 0 && ms != -2_082_844_800_000 && (-4_544_208_000_000..4_102_444_800_000).contains(&ms)).then_some(ms)
}

/// A film's clock begins with 1904 and runs in it while nobody sets it, and its numbers end in 2040: what it says near either end was
/// never a time.
fn of_a_film(ms: UtcMs) -> Option<UtcMs> {
    // 1905-01-01 and 2036-01-01.
    plausible(ms).filter(|ms| (-2_051_222_400_000..2_082_758_400_000).contains(ms))
}

struct Scan<'n> {
    bytes: &'n [u8],
    at: usize,
}

impl Scan<'_> {
    fn number(&mut self, n_digits: usize) -> Option<i16> {
        let digits = self.bytes.get(self.at..self.at + n_digits).filter(|digits| digits.iter().all(u8::is_ascii_digit))?;
        self.at += n_digits;
        Some(digits.iter().fold(0, |number, digit| number * 10 + i16::from(digit - b'0')))
    }

    fn skip(&mut self, any: &[u8]) -> bool {
        let found = self.bytes.get(self.at).is_some_and(|byte| any.contains(byte));
        self.at += usize::from(found);
        found
    }

    fn word(&mut self, word: &[u8]) {
        if self.bytes[self.at..].starts_with(word) {
            self.at += word.len();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOCAL: i64 = 1_714_558_830_000;

    #[test]
    fn names_of_many_cameras_hold_the_time() {
        for (name, expected) in [
            ("IMG_20240501_102030.jpg", Some((LOCAL, Certainty::ZoneUnknown))),
            ("PXL_20240501_102030123.MP.jpg", Some((LOCAL, Certainty::Exact))),
            ("Screenshot_2024-05-01-10-20-30-647_com.x.jpg", Some((LOCAL, Certainty::ZoneUnknown))),
            ("WhatsApp Image 2024-05-01 at 10.20.30.jpeg", Some((LOCAL, Certainty::ZoneUnknown))),
            ("IMG-20240501-WA0001.jpg", Some((1_714_521_600_000, Certainty::DateOnly))),
            ("20240501_102030(1).jpg", Some((LOCAL, Certainty::ZoneUnknown))),
            ("2234089303984509579.jpg", None),
            ("IMG_9999.jpg", None),
            ("IMG_20241399_1.jpg", None),
        ] {
            assert_eq!(by_name(name).map(|moment| (moment.ms, moment.certainty)), expected, "{name}");
        }
    }

    #[test]
    fn a_camera_clock_tells_the_zone_of_a_sidecar_time() {
        let shown = |seconds: i64, offset_min| {
            let shot = Shot { local: Some(LOCAL), offset_min, ..Shot::default() };
            let (moment, who) = when(Some(seconds), Some(&shot), "", false).unwrap();
            (moment.ms - LOCAL, moment.offset_min, moment.certainty, who)
        };
        let second = LOCAL / 1000;
        assert_eq!(shown(second - 7200, None), (-7_200_000, Some(120), Certainty::OffsetInferred, "sidecar"));
        assert_eq!(shown(second, None), (0, None, Certainty::ZoneUnknown, "sidecar"));
        assert_eq!(shown(second, Some(120)), (-7_200_000, Some(120), Certainty::Exact, "sidecar"));
        assert_eq!(shown(second - 86_400 * 40, Some(120)), (-86_400_000 * 40, None, Certainty::Exact, "sidecar"));
        assert_eq!(when(Some(0), None, "IMG_20240501_102030.jpg", false).map(|(_, who)| who), Some("file_name"));
        assert_eq!(when(Some(-86_400), None, "x", false).map(|(moment, _)| moment.ms), Some(-86_400_000));
    }
}
