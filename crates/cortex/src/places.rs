//! Names of places, offline: what a point is called, and which of the places where the person has been a name means.
//!
//! Names are of GeoNames (cities of 500 people and more), by the crate `reverse_geocoder`. A name means only a place where the
//! person's own data has been: one that they were never near is not known, which is what an answer has to say.

use std::collections::HashMap;
use std::sync::OnceLock;

use domain::{Area, Near, Point, Result};
use reverse_geocoder::ReverseGeocoder;
use vault::Vault;

use crate::plan::Spot;
use crate::snippet::fold;

/// What counts as being in a town, metres around its centre.
const TOWN: f64 = 12_000.0;
/// Squares that are looked up at most: the most visited ones.
const SQUARES: usize = 20_000;
/// The zoom whose squares are about 5 km wide: finer than towns lie apart.
const ZOOM: u8 = 13;

/// German names of towns whose English name GeoNames lists. Names that differ by accents alone are not needed.
const EXONYMS: &[(&str, &str)] = &[
    ("athen", "athens"),
    ("basel", "basel"),
    ("brüssel", "brussels"),
    ("bukarest", "bucharest"),
    ("danzig", "gdansk"),
    ("edinburg", "edinburgh"),
    ("florenz", "florence"),
    ("genf", "geneva"),
    ("genua", "genoa"),
    ("havanna", "havana"),
    ("kairo", "cairo"),
    ("köln", "koeln"),
    ("kopenhagen", "copenhagen"),
    ("krakau", "krakow"),
    ("lissabon", "lisbon"),
    ("luzern", "luzern"),
    ("mailand", "milan"),
    ("moskau", "moscow"),
    ("münchen", "munich"),
    ("neapel", "napoli"),
    ("nizza", "nice"),
    ("nürnberg", "nuernberg"),
    ("peking", "beijing"),
    ("prag", "prague"),
    ("rom", "rome"),
    ("sankt petersburg", "saint petersburg"),
    ("sevilla", "sevilla"),
    ("straßburg", "strasbourg"),
    ("tokio", "tokyo"),
    ("turin", "torino"),
    ("venedig", "venice"),
    ("warschau", "warsaw"),
    ("wien", "vienna"),
    ("zürich", "zuerich"),
    ("seville", "sevilla"),
    ("cologne", "koeln"),
    ("nuremberg", "nuernberg"),
    ("naples", "napoli"),
    ("turin", "torino"),
    ("lucerne", "luzern"),
];

/// A town near which the person has been.
#[derive(Debug, Clone)]
struct Town {
    name: String,
    centre: Point,
    /// How much of the person's data is near it.
    weight: u64,
}

/// The towns of one vault, looked up when first asked for.
#[derive(Default)]
pub struct Places {
    towns: OnceLock<HashMap<String, Town>>,
}

fn geocoder() -> &'static ReverseGeocoder {
    static GEOCODER: OnceLock<ReverseGeocoder> = OnceLock::new();
    GEOCODER.get_or_init(ReverseGeocoder::new)
}

/// The town that a point is in or near: "Lisbon, Portugal" as "Lisbon, PT".
pub fn name_of(point: Point) -> String {
    let found = geocoder().search((point.lat_degrees(), point.lon_degrees()));
    format!("{}, {}", found.record.name, found.record.cc)
}

impl Places {
    /// The town of that name near which the person has been.
    pub fn named(&self, vault: &Vault, words: &str) -> Result<Option<Spot>> {
        let towns = match self.towns.get() {
            Some(towns) => towns,
            None => {
                let towns = towns_of(vault)?;
                self.towns.get_or_init(|| towns)
            }
        };
        let lower = words.to_lowercase();
        let names = std::iter::once(lower.as_str()).chain(EXONYMS.iter().filter(|(given, _)| *given == lower).map(|(_, listed)| *listed));
        let town = names.map(fold).find_map(|name| towns.get(&name));
        Ok(town.map(|town| Spot { name: town.name.clone(), near: Near { point: town.centre, metres: TOWN } }))
    }
}

fn towns_of(vault: &Vault) -> Result<HashMap<String, Town>> {
    let world = Area { south: -90.0, west: -180.0, north: 90.0, east: 180.0 };
    let mut squares: Vec<(f64, f64, u64)> =
        vault.cells(&world, ZOOM, None, None)?.into_iter().map(|cell| (cell.lat, cell.lon, cell.n)).collect();
    squares.extend(
        vault
            .clusters(&domain::Filter::default(), &world, ZOOM)?
            .into_iter()
            .map(|cluster| (cluster.centre.lat_degrees(), cluster.centre.lon_degrees(), cluster.count)),
    );
    squares.sort_by(|a, b| b.2.cmp(&a.2));
    let mut towns: HashMap<String, Town> = HashMap::new();
    for (lat, lon, n) in squares.into_iter().take(SQUARES) {
        let record = geocoder().search((lat, lon)).record;
        let Some(centre) = Point::from_degrees(record.lat, record.lon) else { continue };
        let Some(here) = Point::from_degrees(lat, lon) else { continue };
        // The nearest town may be an ocean away; then the person was not there.
        if here.metres_to(centre) > 2.0 * TOWN {
            continue;
        }
        let weight = n.max(1);
        let enter = |towns: &mut HashMap<String, Town>, name: &str| {
            let town = towns.entry(fold(name)).or_insert_with(|| Town { name: name.to_owned(), centre, weight: 0 });
            // Two towns of one name: the one where more of the data is.
            if weight > town.weight && town.centre != centre {
                town.centre = centre;
            }
            town.weight += weight;
        };
        enter(&mut towns, &record.name);
        // Districts of a city are listed as towns of their own; the city's name stands in their region.
        for wider in [&record.admin2, &record.admin1] {
            if !wider.is_empty() && wider != &record.name {
                enter(&mut towns, wider);
            }
        }
    }
    Ok(towns)
}
