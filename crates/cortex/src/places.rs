//! Names of places, offline: what a point is called, and which of the places where the person has been a name means.
//!
//! Names are of GeoNames (cities of 500 people and more), by the crate `reverse_geocoder`. A name means only a place where the
//! person's own data has been: one that they were never near is not known, which is what an answer has to say.

mod countries;
mod towns;

use std::collections::HashMap;
use std::sync::{Mutex, OnceLock, PoisonError};

use domain::{Area, Near, Point, Result};
use reverse_geocoder::{Record, ReverseGeocoder};
use vault::{Vault, zone_at};

use crate::plan::{Language, Spot, Within};

/// What counts as being in a town, metres around its centre.
const TOWN: f64 = 12_000.0;
/// What stands before the name of a city in that of the region around it, as the gazetteer has it.
const REGIONS: &[&str] =
    &["greater ", "city of ", "provincia de ", "província de ", "provincia di ", "province of ", "provincia ", "county ", "distrito de "];
/// Squares that are looked up at most: the most visited ones.
const SQUARES: usize = 20_000;
/// Half the side of such a square in degrees, where they are widest.
const HALF_A_SQUARE: f64 = 0.03;
/// The zoom whose squares are about 5 km wide: finer than towns lie apart.
const ZOOM: u8 = 13;

/// A square where the person's data is.
#[derive(Debug, Clone, Copy)]
struct Square {
    at: Point,
    /// The nearest town.
    record: &'static Record,
    /// Its middle.
    town: Point,
    /// How much of the data is in it.
    weight: u64,
}

/// The squares of one vault, looked up when first asked for, the fullest first.
#[derive(Default)]
pub struct Places {
    squares: OnceLock<Vec<Square>>,
}

/// Whoever is nearer than this to the middle of a town is on its side of a border, metres.
const BESIDE: f64 = 1_000.0;
/// From further away than this nobody is in a town, metres: the gazetteer lacks some.
const FAR: f64 = 30_000.0;
/// Points within this of each other, in ten millionths of a degree, share their nearest town: about a hundred metres.
const CELL_E7: i32 = 10_000;
/// Such points that are remembered, at most.
const REMEMBERED: usize = 100_000;

/// The town that a point is in or nearest to, on its own side of borders.
fn nearest(point: Point) -> &'static Record {
    static KNOWN: OnceLock<Mutex<HashMap<(i32, i32), &'static Record>>> = OnceLock::new();
    let mut known = KNOWN.get_or_init(Mutex::default).lock().unwrap_or_else(PoisonError::into_inner);
    if known.len() >= REMEMBERED {
        known.clear();
    }
    known.entry((point.lat / CELL_E7, point.lon / CELL_E7)).or_insert_with(|| within_borders(point))
}

/// The nearest town, or, where one of another country is as near as those around, the nearest whose clocks are those of the point:
/// zones end where countries do.
fn within_borders(point: Point) -> &'static Record {
    let found = |lat: f64, lon: f64| geocoder().search((lat, lon)).record;
    let middle = |record: &Record| Point::from_degrees(record.lat, record.lon);
    let metres = |record: &Record| middle(record).map_or(f64::MAX, |town| point.metres_to(town));
    let (lat, lon) = (point.lat_degrees(), point.lon_degrees());
    let first = found(lat, lon);
    let away = metres(first);
    if !(BESIDE..1_000_000.0).contains(&away) {
        return first;
    }
    let mut around: Vec<&'static Record> = Vec::new();
    for reach in [1.2 * away, 2.0 * away] {
        let high = reach / 111_320.0;
        let wide = high / lat.to_radians().cos().max(0.05);
        for (north, east) in [(1.0, 0.0), (0.7, 0.7), (0.0, 1.0), (-0.7, 0.7), (-1.0, 0.0), (-0.7, -0.7), (0.0, -1.0), (0.7, -0.7)] {
            around.push(found((lat + north * high).clamp(-90.0, 90.0), lon + east * wide));
        }
    }
    if around.iter().all(|record| record.cc == first.cc) {
        return first;
    }
    let zone = zone_at(point);
    let is_here = |record: &&'static Record| middle(record).is_some_and(|town| zone_at(town) == zone);
    if zone.is_empty() || is_here(&first) {
        return first;
    }
    around.into_iter().filter(is_here).min_by(|a, b| metres(a).total_cmp(&metres(b))).unwrap_or(first)
}

fn geocoder() -> &'static ReverseGeocoder {
    static GEOCODER: OnceLock<ReverseGeocoder> = OnceLock::new();
    GEOCODER.get_or_init(ReverseGeocoder::new)
}

/// The town that a point is in or near: "Lisbon, Portugal" as "Lisbon, PT".
pub fn name_of(point: Point) -> String {
    let record = nearest(point);
    format!("{}, {}", record.name, record.cc)
}

/// The town that a point is in or near, as people of that language call it, and the region around it: a district of a city
/// is a town of its own to the gazetteer.
pub fn town_of(point: Point, language: Language) -> String {
    let record = nearest(point);
    let called = |name: &str| {
        let known = match language {
            Language::En => towns::english(name),
            Language::De => towns::german(name),
        };
        known.map_or_else(|| name.to_owned(), capitalised)
    };
    // "Provincia de Barcelona" is that around Barcelona, of which Eixample is a part.
    let lower = record.admin2.to_lowercase();
    let city = REGIONS.iter().find(|region| lower.starts_with(*region)).map(|region| record.admin2[region.len()..].trim_start());
    let mut names = vec![called(&record.name)];
    for name in [city.map(called), Some(called(&record.admin1)), Some(record.cc.clone())].into_iter().flatten() {
        if !name.is_empty() && !names.contains(&name) {
            names.push(name);
        }
    }
    let named = names.join(", ");
    let away = Point::from_degrees(record.lat, record.lon).map_or(0.0, |town| point.metres_to(town));
    if away <= FAR {
        return named;
    }
    // Rounded, so that one place stays one.
    let tens = (away / 10_000.0).round() * 10.0;
    match language {
        Language::En => format!("about {tens:.0} km from {named}"),
        Language::De => format!("etwa {tens:.0} km von {named}"),
    }
}

/// The country that a point is in, as people of that language call it.
pub fn country_of(point: Point, language: Language) -> String {
    country_called(country_code_of(point), language)
}

/// The code of the country that a point is in: "PT".
pub(crate) fn country_code_of(point: Point) -> &'static str {
    countries::around(&nearest(point).cc)
}

/// What people of that language call a country by its code.
pub(crate) fn country_called(code: &str, language: Language) -> String {
    countries::name(code, language == Language::De).map_or_else(|| code.to_owned(), capitalised)
}

/// With a capital at the beginning of each word: "Den Haag".
fn capitalised(name: &str) -> String {
    let word = |word: &str| {
        let mut letters = word.chars();
        letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
    };
    name.split(' ').map(word).collect::<Vec<_>>().join(" ")
}

impl Places {
    /// The names of the towns where the person has been that are most like this one, the likest first.
    pub fn like(&self, vault: &Vault, name: &str, limit: usize) -> Result<Vec<String>> {
        Ok(vault::nearest_names(name, self.squares(vault)?.iter().map(|square| square.record.name.as_str()), limit))
    }

    fn squares(&self, vault: &Vault) -> Result<&[Square]> {
        Ok(match self.squares.get() {
            Some(squares) => squares,
            None => {
                let squares = squares_of(vault)?;
                self.squares.get_or_init(|| squares)
            }
        })
    }

    /// The place of that name where the person has been: a town, else a region or a country.
    pub fn named(&self, vault: &Vault, words: &str) -> Result<Option<Spot>> {
        let squares = self.squares(vault)?;
        let lower = words.to_lowercase();
        let names = towns::all_names(words);
        let goes_by = |name: &str| {
            let name = towns::spelled(name);
            names.iter().any(|wanted| {
                let of_region = REGIONS.iter().any(|region| name.strip_prefix(region).is_some_and(|rest| rest.trim_start() == wanted));
                *wanted == name || of_region || name.strip_suffix(" county") == Some(wanted) || name.strip_suffix(" city") == Some(wanted)
            })
        };
        if let Some(square) = squares.iter().find(|square| goes_by(&square.record.name)) {
            return Ok(Some(Spot { name: square.record.name.clone(), within: Within::Near(Near { point: square.town, metres: TOWN }) }));
        }
        // Districts of a city are listed as towns of their own; the city's name stands in their region.
        let region = |square: &Square| [&square.record.admin2, &square.record.admin1].into_iter().find(|name| goes_by(name)).cloned();
        if let Some(name) = squares.iter().find_map(region) {
            return Ok(area(squares, |square| region(square).is_some()).map(|within| Spot { name, within }));
        }
        let Some(code) = countries::code(&lower) else { return Ok(None) };
        Ok(area(squares, |square| countries::is_in(&square.record.cc, code)).map(|within| Spot { name: capitalised(words), within }))
    }
}

/// The box around the squares that are meant; `None` when there is none, or when others lie between them, which a box cannot
/// leave out.
fn area(squares: &[Square], is_meant: impl Fn(&Square) -> bool) -> Option<Within> {
    let (meant, others): (Vec<&Square>, Vec<&Square>) = squares.iter().partition(|square| is_meant(square));
    let first = meant.first()?;
    let (lat, lon) = (first.at.lat_degrees(), first.at.lon_degrees());
    let bounds = meant.iter().fold(Area { south: lat, west: lon, north: lat, east: lon }, |bounds, square| {
        let (lat, lon) = (square.at.lat_degrees(), square.at.lon_degrees());
        Area { south: bounds.south.min(lat), west: bounds.west.min(lon), north: bounds.north.max(lat), east: bounds.east.max(lon) }
    });
    let area = Area {
        south: bounds.south - HALF_A_SQUARE,
        west: bounds.west - HALF_A_SQUARE,
        north: bounds.north + HALF_A_SQUARE,
        east: bounds.east + HALF_A_SQUARE,
    };
    let inside = |square: &&Square| {
        let (lat, lon) = (square.at.lat_degrees(), square.at.lon_degrees());
        (area.south..=area.north).contains(&lat) && (area.west..=area.east).contains(&lon)
    };
    (!others.iter().any(inside)).then_some(Within::Area(area))
}

fn squares_of(vault: &Vault) -> Result<Vec<Square>> {
    let world = Area { south: -90.0, west: -180.0, north: 90.0, east: 180.0 };
    let mut found: Vec<(f64, f64, u64)> =
        vault.cells(&world, ZOOM, None, None)?.into_iter().map(|cell| (cell.lat, cell.lon, cell.n)).collect();
    found.extend(
        vault
            .clusters(&domain::Filter::default(), &world, ZOOM)?
            .into_iter()
            .map(|cluster| (cluster.centre.lat_degrees(), cluster.centre.lon_degrees(), cluster.count)),
    );
    found.sort_by_key(|(_, _, n)| std::cmp::Reverse(*n));
    let square = |(lat, lon, n): (f64, f64, u64)| {
        let at = Point::from_degrees(lat, lon)?;
        let record = nearest(at);
        let town = Point::from_degrees(record.lat, record.lon)?;
        // The nearest town may be an ocean away; then the person was not there.
        (at.metres_to(town) <= 2.0 * TOWN).then_some(Square { at, record, town, weight: n.max(1) })
    };
    let mut squares: Vec<Square> = found.into_iter().take(SQUARES).filter_map(square).collect();
    // Of towns that share a name, the one where more of the data is comes first.
    let mut weights: HashMap<(i32, i32), u64> = HashMap::new();
    for square in &squares {
        *weights.entry((square.town.lat, square.town.lon)).or_default() += square.weight;
    }
    squares.sort_by_key(|square| std::cmp::Reverse(weights.get(&(square.town.lat, square.town.lon)).copied()));
    Ok(squares)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_town_is_told_with_the_city_that_it_is_of_by_the_name_that_people_ask_by() {
        for ((lat, lon), language, name) in [
            ((41.389, 2.162), Language::En, "Eixample, Barcelona, Catalonia, ES"),
            ((53.272, -9.049), Language::En, "Galway, Connaught, IE"),
            ((51.874, -8.344), Language::En, "Passage West, Cork, Munster, IE"),
            ((45.464, 9.19), Language::En, "Milan, Lombardy, IT"),
        ] {
            assert_eq!(town_of(Point::from_degrees(lat, lon).unwrap(), language), name);
        }
    }
    #[test]
    fn a_country_ends_at_its_border_though_the_next_town_is_beyond_it() {
        // Kenora, which the gazetteer lacks: the nearest town that it has is across the lake, in another country.
        let kenora = Point::from_degrees(49.767, -94.489).unwrap();
        assert_eq!(country_of(kenora, Language::En), "Canada");
        let told = town_of(kenora, Language::En);
        assert!(told.starts_with("about ") && told.ends_with(", CA"), "{told}");
        // Towns that a border parts.
        for ((lat, lon), country) in [((42.331, -83.046), "US"), ((47.659, 9.175), "DE"), ((47.643, 9.175), "CH"), ((47.558, 7.588), "CH")]
        {
            assert_eq!(country_code_of(Point::from_degrees(lat, lon).unwrap()), country, "{lat}, {lon}");
        }
    }
}
