//! Numbers as exports write them: as numbers, or as text; and positions as text.
//!
//! For `serde` structures: `#[serde(default, deserialize_with = "numbers::float")]` on an `Option<f64>` (or `integer` on
//! an `Option<i64>`) takes a number, a number in quotes, or anything else as "not given", so that one odd field never
//! costs a record.

use std::fmt;

use domain::Point;
use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

/// A whole number, or text that is one.
pub fn integer_of(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => number.as_i64().or_else(|| number.as_f64().and_then(whole)),
        Value::String(text) => integer_text(text),
        _ => None,
    }
}

/// A finite number, or text that is one.
pub fn float_of(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => float_text(text),
        _ => None,
    }
}

/// A whole number in text.
pub fn integer_text(text: &str) -> Option<i64> {
    let text = text.trim();
    text.parse().ok().or_else(|| float_text(text).and_then(whole))
}

/// A finite number in text.
pub fn float_text(text: &str) -> Option<f64> {
    text.trim().parse::<f64>().ok().filter(|number| number.is_finite())
}

/// A position in text: `47.12°, 8.54°`, with a spoilt degree sign or without one, or `geo:47.12,8.54;u=13`.
pub fn position(text: &str) -> Option<Point> {
    let text = text.trim();
    let text = text.strip_prefix("geo:").unwrap_or(text);
    let text = text.split(';').next()?;
    let (lat, lon) = text.split_once(',')?;
    let degrees = |part: &str| float_text(part.trim_end_matches(['°', 'Â', ' ', '\u{a0}']));
    Point::from_degrees(degrees(lat)?, degrees(lon)?)
}

/// The position of two numbers that are said to be degrees times ten million. Programs that rewrite exports leave degrees there,
/// which have a fraction.
pub fn e7(lat: f64, lon: f64) -> Option<Point> {
    let is_degrees = |number: f64, limit: f64| number.abs() <= limit && number.fract() != 0.0;
    if is_degrees(lat, 90.0) || is_degrees(lon, 180.0) {
        return Point::from_degrees(lat, lon);
    }
    Point::from_e7(whole(lat)?, whole(lon)?)
}

/// Whether two numbers, said as a latitude and a longitude, are none: one of them alone, or off the globe. 0, 0 and nothing at
/// all are what is written for "unknown".
pub fn is_misplaced(lat: Option<f64>, lon: Option<f64>) -> bool {
    match (lat, lon) {
        (None, None) => false,
        (Some(lat), Some(lon)) => (lat, lon) != (0.0, 0.0) && Point::from_degrees(lat, lon).is_none(),
        _ => true,
    }
}

/// The digits of a phone number, with `+` when it says the country. `None` for what has fewer than three digits.
pub fn phone(phone: &str) -> Option<String> {
    let digits: String =
        phone.chars().filter_map(|character| character.to_digit(10)).filter_map(|digit| char::from_digit(digit, 10)).collect();
    if digits.len() < 3 {
        return None;
    }
    if phone.trim_start().starts_with('+') {
        return Some(format!("+{digits}"));
    }
    Some(digits.strip_prefix("00").map_or_else(|| digits.clone(), |international| format!("+{international}")))
}

/// For `serde`: an optional whole number, leniently.
pub fn integer<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
    deserializer.deserialize_any(Lenient).map(|number| match number {
        Number::Integer(number) => Some(number),
        Number::Float(number) => whole(number),
        Number::None => None,
    })
}

/// For `serde`: an optional finite number, leniently.
pub fn float<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<f64>, D::Error> {
    deserializer.deserialize_any(Lenient).map(|number| match number {
        Number::Integer(number) => Some(number as f64),
        Number::Float(number) => Some(number),
        Number::None => None,
    })
}

/// For `serde`: optional text, or a number as it is written.
pub fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Ok(match Value::deserialize(deserializer)? {
        Value::String(text) => Some(text),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    })
}

/// The whole number next to a float, when one holds it.
fn whole(number: f64) -> Option<i64> {
    (number.is_finite() && number.abs() < 9e18).then_some(number.round() as i64)
}

enum Number {
    Integer(i64),
    Float(f64),
    None,
}

struct Lenient;

impl<'de> Visitor<'de> for Lenient {
    type Value = Number;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number")
    }

    fn visit_i64<E>(self, number: i64) -> Result<Number, E> {
        Ok(Number::Integer(number))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Number, E> {
        Ok(i64::try_from(number).map_or(Number::Float(number as f64), Number::Integer))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Number, E> {
        Ok(if number.is_finite() { Number::Float(number) } else { Number::None })
    }

    fn visit_str<E>(self, text: &str) -> Result<Number, E> {
        Ok(text.trim().parse().map(Number::Integer).ok().or_else(|| float_text(text).map(Number::Float)).unwrap_or(Number::None))
    }

    fn visit_bool<E>(self, _: bool) -> Result<Number, E> {
        Ok(Number::None)
    }

    fn visit_unit<E>(self) -> Result<Number, E> {
        Ok(Number::None)
    }

    fn visit_none<E>(self) -> Result<Number, E> {
        Ok(Number::None)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Number, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Number::None)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Number, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Number::None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_are_read_in_every_spelling() {
        let expected = Point::from_degrees(47.1234567, -8.5432109);
        for text in [
            "47.1234567°, -8.5432109°",
            "47.1234567Â°, -8.5432109Â°",
            "47.1234567, -8.5432109",
            "geo:47.1234567,-8.5432109",
            "geo:47.1234567,-8.5432109;u=13",
        ] {
            assert_eq!(position(text), expected, "{text}");
        }
        for text in ["nan°, nan°", "", "47.1", "91°, 8°", "0°, 0°"] {
            assert_eq!(position(text), None, "{text}");
        }
    }

    #[test]
    fn degrees_are_told_from_e7_by_their_fraction() {
        let lisbon = Point::from_degrees(38.7, -9.1);
        assert_eq!((e7(387_000_000.0, -91_000_000.0), e7(38.7, -9.1), e7(38.7, -91_000_000.0)), (lisbon, lisbon, None));
        assert_eq!((e7(38.7, -9.0), e7(0.0, 0.0), e7(1e300, 1.0)), (Point::from_degrees(38.7, -9.0), None, None));
    }

    #[test]
    fn odd_values_are_missing_values() {
        #[derive(serde::Deserialize)]
        struct Row {
            #[serde(default, deserialize_with = "integer")]
            a: Option<i64>,
            #[serde(default, deserialize_with = "float")]
            b: Option<f64>,
        }
        let read = |text| serde_json::from_str::<Row>(text).map(|row| (row.a, row.b)).unwrap();
        assert_eq!(read(r#"{"a": "12", "b": "0.5"}"#), (Some(12), Some(0.5)));
        assert_eq!(read(r#"{"a": 12.0, "b": 3}"#), (Some(12), Some(3.0)));
        assert_eq!(read(r#"{"a": {"x": [1]}, "b": null}"#), (None, None));
        assert_eq!(read(r#"{"a": "NaN", "b": [1, 2]}"#), (None, None));
        assert_eq!(read("{}"), (None, None));
    }
}
