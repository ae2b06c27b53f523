//! Addresses of Google Maps: which place they name, and where it is.
//!
//! The same place is named by `?cid=<decimal>`, by `ftid=0x…:0x…` or `!1s0x…:0x…` (whose second half is the same number),
//! and by `place_id`; a dropped pin by its position alone.

use std::borrow::Cow;

use domain::{EntityKind, EntityRef, NewLink, Point, Role};

use crate::text::numbers;

/// What an address says of a place.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct PlaceAddress {
    /// Google's number of the place, the "cid".
    pub(crate) number: Option<u64>,
    /// Google's id of the place, as location history writes it (`ChIJ…`).
    pub(crate) place_id: Option<String>,
    /// Where it is.
    pub(crate) point: Option<Point>,
    /// What the address calls it.
    pub(crate) name: Option<String>,
}

/// Whether an address is one of Google Maps.
pub(crate) fn is_maps(url: &str) -> bool {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let (host, path) = rest.split_once(['/', '?']).unwrap_or((rest, ""));
    let google = host.starts_with("maps.google.") || host == "maps.app.goo.gl" || (host == "goo.gl" && path.starts_with("maps"));
    google || (host.split('.').any(|part| part == "google") && path.starts_with("maps"))
}

/// Reads an address; what it does not say stays empty.
pub(crate) fn read(url: &str) -> PlaceAddress {
    let url = decoded(url);
    let (path, query) = url.split_once('?').unwrap_or((&url, ""));
    let parameter = |wanted: &str| {
        query.split(['&', '#']).find_map(|pair| pair.split_once('=').filter(|(key, _)| *key == wanted).map(|(_, value)| value.trim()))
    };
    let asked = parameter("q").or_else(|| parameter("query")).unwrap_or_default();
    let segments: Vec<&str> = path.split('/').collect();
    let after = |word: &str| segments.iter().position(|part| *part == word).and_then(|at| segments.get(at + 1)).map(|name| name.trim());
    let named = after("place").or_else(|| after("search")).unwrap_or_default();

    let number = parameter("cid").and_then(|text| text.parse().ok());
    let number = number.or_else(|| feature(parameter("ftid")?)).or_else(|| feature(url.split("!1s").nth(1)?));
    let place_id = parameter("query_place_id").or_else(|| asked.strip_prefix("place_id:")).map(str::to_owned);
    let pinned = || {
        let (lat, rest) = url.split("!3d").nth(1)?.split_once("!4d")?;
        let lon = rest.split(['!', '?', '/', '&']).next()?;
        Point::from_degrees(numbers::float_text(lat)?, numbers::float_text(lon)?)
    };
    // `@47.1,8.5,17z` is where the map was looked at, which is close to the place and better than nothing.
    let seen = || segments.iter().find_map(|part| position(part.strip_prefix('@')?));
    let point = position(named).or_else(|| position(asked)).or_else(pinned).or_else(seen);
    let name = [named, asked]
        .into_iter()
        .find(|text| !text.is_empty() && degrees(text).is_none() && !text.starts_with("place_id:") && !text.starts_with("data="))
        .map(str::to_owned);
    PlaceAddress { number, place_id, point, name }
}

impl PlaceAddress {
    /// A link to the place under `name`; by its number, else its id, else the name alone.
    pub(crate) fn link(&self, name: &str) -> Option<NewLink> {
        let name = name.trim();
        let address = match (self.number, &self.place_id) {
            (Some(number), _) => format!("google.cid:{number}"),
            (None, Some(id)) => format!("google.place:{id}"),
            (None, None) if name.is_empty() => return None,
            (None, None) => EntityRef::named(EntityKind::Place, name).address,
        };
        Some(NewLink { role: Role::Location, entity: EntityRef { kind: EntityKind::Place, address, name: name.to_owned() } })
    }

    /// What tells the place from others: its number or id, else what is given instead.
    pub(crate) fn key(&self, instead: impl FnOnce() -> String) -> String {
        self.number.map(|number| number.to_string()).or_else(|| self.place_id.clone()).unwrap_or_else(instead)
    }
}

/// The place's number in `0x47900a0000000001:0x1b2c3d4e5f607182`.
fn feature(text: &str) -> Option<u64> {
    let (_, second) = text.split_once(":0x")?;
    let digits: &str = second.split(|letter: char| !letter.is_ascii_hexdigit()).next()?;
    u64::from_str_radix(digits, 16).ok().filter(|number| *number != 0)
}

/// Latitude and longitude of `47.12,8.54`, with more behind a second comma; on the globe or not.
fn degrees(text: &str) -> Option<(f64, f64)> {
    let mut parts = text.split(',').map(numbers::float_text);
    Some((parts.next()??, parts.next()??))
}

fn position(text: &str) -> Option<Point> {
    degrees(text).and_then(|(lat, lon)| Point::from_degrees(lat, lon))
}

/// An address with its percent signs undone, and plus signs as the spaces that they stand for.
fn decoded(url: &str) -> Cow<'_, str> {
    if !url.contains(['%', '+']) {
        return Cow::Borrowed(url);
    }
    let bytes = url.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let hex = bytes.get(at + 1..at + 3).and_then(|digits| std::str::from_utf8(digits).ok());
        match hex.and_then(|digits| u8::from_str_radix(digits, 16).ok()).filter(|_| byte == b'%') {
            Some(meant) => {
                decoded.push(meant);
                at += 3;
            }
            None => {
                decoded.push(if byte == b'+' { b' ' } else { byte });
                at += 1;
            }
        }
    }
    Cow::Owned(String::from_utf8_lossy(&decoded).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_an_address_names_the_same_place() {
        let number = Some(0x1b2c_3d4e_5f60_7182);
        for url in [
            "http://maps.google.com/?cid=1958007344816222594",
            "https://www.google.com/maps/place/Corner+Bakery/data=!4m2!3m1!1s0x47900a0000000001:0x1b2c3d4e5f607182",
            "https://www.google.com/maps/place/Corner+Bakery/data=!4m2!3m1!1s0x47900a0000000001%3A0x1b2c3d4e5f607182!8m2!3d47.12!4d8.54",
            "http://maps.google.com/?q=47.12,8.54&ftid=0x47900a0000000001:0x1b2c3d4e5f607182",
        ] {
            assert!(is_maps(url), "{url}");
            assert_eq!(read(url).number, number, "{url}");
        }
        let point = Point::from_degrees(47.12, 8.54);
        for url in [
            "https://www.google.com/maps/search/47.12,8.54",
            "https://maps.google.com/?q=47.12,8.54",
            "https://www.google.ch/maps/place/X/@47.12,8.54,17z",
            "https://www.google.com/maps/place/X/data=!3d47.12!4d8.54",
        ] {
            assert_eq!(read(url).point, point, "{url}");
        }
        assert_eq!(read("https://www.google.com/maps/place/Caf%C3%A9+am+See/data=!4m2").name.as_deref(), Some("Café am See"));
        assert_eq!(read("https://www.google.com/maps/search/47.12,8.54").name, None);
        assert_eq!(read("https://maps.google.com/?q=0,0"), PlaceAddress::default());
        assert!(!is_maps("https://www.google.com/search?q=maps") && !is_maps("https://example.org/maps/place/X"));
    }
}
