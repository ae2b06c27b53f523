//! What a camera wrote into a picture: when, where, with what.

use std::io::Cursor;

use domain::{Point, UtcMs};
use exif::{Exif, In, Reader, Tag, Value};
use jiff::civil::DateTime;
use serde::{Deserialize, Serialize};

use crate::text::numbers;

/// The parts of a picture's EXIF that are kept.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Shot {
    /// The camera's clock, as if it stood in UTC, milliseconds.
    pub(super) local: Option<UtcMs>,
    /// Whether that clock runs in UTC, as those of films do.
    #[serde(default)]
    pub(super) is_utc: bool,
    /// Minutes east of UTC of that clock.
    pub(super) offset_min: Option<i16>,
    /// Where.
    pub(super) place: Option<Point>,
    /// Metres above the sea.
    pub(super) altitude: Option<f64>,
    /// Whether it says a position that is off the globe. Told when the picture is read, and remembered no longer.
    #[serde(skip)]
    pub(super) is_misplaced: bool,
    /// Who made the camera.
    pub(super) make: String,
    /// What it is called.
    pub(super) model: String,
}

impl Shot {
    /// Reads the EXIF in a picture's first bytes; `None` when there is none.
    pub(super) fn read(head: &[u8]) -> Option<Self> {
        let exif = Reader::new()
            .continue_on_error(true)
            .read_from_container(&mut Cursor::new(head))
            .or_else(|error| error.distill_partial_result(|_| ()))
            .ok()?;
        let shot = Self {
            local: [Tag::DateTimeOriginal, Tag::DateTimeDigitized, Tag::DateTime].into_iter().find_map(|tag| clock(&text(&exif, tag))),
            is_utc: false,
            offset_min: [Tag::OffsetTimeOriginal, Tag::OffsetTime].into_iter().find_map(|tag| offset(&text(&exif, tag))),
            place: place(&exif),
            is_misplaced: is_misplaced(&exif),
            altitude: altitude(&exif),
            make: text(&exif, Tag::Make),
            model: text(&exif, Tag::Model),
        };
        (shot != Self::default()).then_some(shot)
    }

    /// What a film says.
    pub(super) fn of_film(created: UtcMs) -> Self {
        Self { local: Some(created), is_utc: true, ..Self::default() }
    }
}

fn text(exif: &Exif, tag: Tag) -> String {
    match exif.get_field(tag, In::PRIMARY).map(|field| &field.value) {
        Some(Value::Ascii(lines)) => {
            lines.first().map(|line| String::from_utf8_lossy(line).trim_matches(['\0', ' ']).to_owned()).unwrap_or_default()
        }
        _ => String::new(),
    }
}

/// `2024:05:01 10:20:30`; zeros mean that the clock was not set.
fn clock(text: &str) -> Option<UtcMs> {
    let part = |from: usize, to: usize| text.get(from..to)?.parse::<i16>().ok();
    let small = |from: usize| i8::try_from(part(from, from + 2)?).ok();
    let time = DateTime::new(part(0, 4)?, small(5)?, small(8)?, small(11)?, small(14)?, small(17)?, 0).ok()?;
    let ms = time.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp().as_millisecond();
    // Cameras whose clock was never set begin in 1970 or 1980.
    (time.year() > 1825 && ms != 0).then_some(ms)
}

/// `+02:00`.
fn offset(text: &str) -> Option<i16> {
    let sign = match text.get(..1)? {
        "+" => 1,
        "-" => -1,
        _ => return None,
    };
    let (hours, minutes) = text.get(1..)?.split_once(':')?;
    let minutes = hours.parse::<i16>().ok()?.checked_mul(60)?.checked_add(minutes.parse().ok()?)?;
    (minutes <= 14 * 60).then_some(sign * minutes)
}

fn place(exif: &Exif) -> Option<Point> {
    let (lat, lon) = position(exif);
    Point::from_degrees(lat?, lon?)
}

fn is_misplaced(exif: &Exif) -> bool {
    let (lat, lon) = position(exif);
    numbers::is_misplaced(lat, lon)
}

/// Latitude and longitude, degrees.
fn position(exif: &Exif) -> (Option<f64>, Option<f64>) {
    (degrees(exif, Tag::GPSLatitude, Tag::GPSLatitudeRef, "S"), degrees(exif, Tag::GPSLongitude, Tag::GPSLongitudeRef, "W"))
}

fn degrees(exif: &Exif, tag: Tag, reference: Tag, negative: &str) -> Option<f64> {
    let Value::Rational(parts) = &exif.get_field(tag, In::PRIMARY)?.value else { return None };
    let part = |at: usize| parts.get(at).filter(|part| part.denom != 0).map(exif::Rational::to_f64);
    let value = part(0)? + part(1).unwrap_or(0.0) / 60.0 + part(2).unwrap_or(0.0) / 3600.0;
    Some(if text(exif, reference).eq_ignore_ascii_case(negative) { -value } else { value })
}

fn altitude(exif: &Exif) -> Option<f64> {
    let Value::Rational(parts) = &exif.get_field(Tag::GPSAltitude, In::PRIMARY)?.value else { return None };
    let metres = parts.first().filter(|part| part.denom != 0)?.to_f64();
    let below = exif.get_field(Tag::GPSAltitudeRef, In::PRIMARY).and_then(|field| field.value.get_uint(0)) == Some(1);
    Some(if below { -metres } else { metres }).filter(|metres| metres.is_finite() && *metres != 0.0)
}

#[cfg(test)]
pub(super) mod tests {
    use exif::experimental::Writer;
    use exif::{Field, Rational};

    use super::*;

    /// A JPEG without a picture in it, that holds some EXIF, and ends in `tail`.
    pub(in super::super) fn jpeg(taken: &str, offset: Option<&str>, tail: &[u8]) -> Vec<u8> {
        let ascii = |tag, text: &str| Field { tag, ifd_num: In::PRIMARY, value: Value::Ascii(vec![text.as_bytes().to_vec()]) };
        let angle = |tag, degrees, minutes| Field {
            tag,
            ifd_num: In::PRIMARY,
            value: Value::Rational(vec![
                Rational { num: degrees, denom: 1 },
                Rational { num: minutes, denom: 1 },
                Rational { num: 0, denom: 1 },
            ]),
        };
        let mut fields = vec![
            ascii(Tag::Make, "Maker"),
            ascii(Tag::Model, "One"),
            ascii(Tag::DateTimeOriginal, taken),
            angle(Tag::GPSLatitude, 47, 30),
            ascii(Tag::GPSLatitudeRef, "N"),
            angle(Tag::GPSLongitude, 8, 15),
            ascii(Tag::GPSLongitudeRef, "W"),
        ];
        fields.extend(offset.map(|offset| ascii(Tag::OffsetTimeOriginal, offset)));
        let mut writer = Writer::new();
        fields.iter().for_each(|field| writer.push_field(field));
        let mut tiff = Cursor::new(Vec::new());
        writer.write(&mut tiff, false).unwrap();
        let mut bytes = b"\xff\xd8\xff\xe1".to_vec();
        bytes.extend(((tiff.get_ref().len() + 8) as u16).to_be_bytes());
        bytes.extend(b"Exif\0\0");
        bytes.extend(tiff.into_inner());
        bytes.extend(b"\xff\xda\0\x02");
        bytes.extend(tail);
        bytes.extend(b"\xff\xd9");
        bytes
    }

    #[test]
    fn clock_offset_place_and_camera_are_read() {
        let shot = Shot::read(&jpeg("2024:05:01 10:20:30", Some("+02:00"), b"")).unwrap();
        assert_eq!((shot.local, shot.offset_min), (Some(1_714_558_830_000), Some(120)));
        assert_eq!(shot.place, Point::from_degrees(47.5, -8.25));
        assert_eq!((shot.make.as_str(), shot.model.as_str()), ("Maker", "One"));
        assert_eq!(Shot::read(&jpeg("0000:00:00 00:00:00", None, b"")).unwrap().local, None);
        assert_eq!(Shot::read(b"\xff\xd8\xff\xd9"), None);
    }
}
