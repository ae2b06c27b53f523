//! The small products of Google Maps: photos put on places, dishes and tags added, questions answered, commute routes,
//! places followed, vehicles and services asked for.
//!
//! Public contributions become [`Kind::Post`]s, places that are followed [`Kind::Subscription`]s, and settings (commute
//! routes, vehicles) hidden [`Kind::Activity`]s. Google documents few of these shapes, so the words in a record are what is
//! searched, a time and a position are taken from wherever records of the product have them, and the original is kept
//! whole. The time of an answer stands in the name of its file alone.
//!
//! `data`: `product` (the folder's name), `url`, and the plain fields of the record by their names.

use std::io;

use domain::{FindingCode, Kind, Moment, NewItem, Point, Raw};
use serde_json::Value;

use super::maps::address;
use crate::importer::{Claim, Importer, Input, Parse, Probe, Sink};
use crate::json::lenient;
use crate::table::Table;
use crate::text::{numbers, path, time};

pub(crate) static IMPORTER: Importer =
    Importer { id: "google.maps_contributions", label: "Maps (contributions, routes and settings)", recognizes, parse: Parse::File(parse) };

/// These files are small by nature.
const LIMIT: u64 = 16 << 20;
/// Longest title, in characters.
const TITLE: usize = 120;
/// Words of a record that are searched, in characters.
const WORDS: usize = 4_000;

fn recognizes(probe: &Probe<'_>) -> Claim {
    // What was done in Maps is in a folder of that name under My Activity.
    let in_maps = probe.folders().next().is_some_and(|folder| matches!(folder, "Maps" | "マップ"));
    if in_maps && matches!(probe.extension().as_str(), "json" | "csv") { Claim::Yes(1) } else { Claim::No }
}

fn parse(input: &mut Input<'_>, sink: &mut dyn Sink) -> io::Result<()> {
    let product = input.path.rsplit('/').nth(1).unwrap_or_default().to_owned();
    if input.path.to_lowercase().ends_with(".csv") {
        return followed(input, &product, sink);
    }
    let written = written(input.path);
    let bytes = input.read_all(LIMIT)?;
    let value = match lenient::value(&bytes) {
        Ok(value) => value,
        Err(error) => {
            sink.set_aside(
                FindingCode::BadRecord,
                "byte 0",
                &format!("Expected a JSON value, and found: {error}. Download the export again."),
            );
            return Ok(());
        }
    };
    for record in records(&value) {
        sink.item(contribution(record, &product, written.clone()));
    }
    Ok(())
}

/// The records of a file: the elements of its one list, or the whole.
fn records(value: &Value) -> Vec<&Value> {
    let list = match value {
        Value::Array(list) => Some(list),
        Value::Object(map) if map.len() == 1 => map.values().next().and_then(Value::as_array),
        _ => None,
    };
    match list.filter(|list| list.iter().all(Value::is_object)) {
        Some(list) => list.iter().collect(),
        None => vec![value],
    }
}

/// The time in a file's name: milliseconds, or a date in front.
fn written(path: &str) -> Option<Moment> {
    let stem = path::stem(path);
    let digits: String = stem.chars().take_while(char::is_ascii_digit).collect();
    if (12..=14).contains(&digits.len()) { time::millis_text(&digits) } else { stem.get(..10).and_then(time::iso) }
}

fn contribution(record: &Value, product: &str, written: Option<Moment>) -> NewItem {
    let json = record.to_string();
    let url = ["placeUrl", "photoUrl", "url", "googleMapsUrl"].iter().find_map(|key| record[*key].as_str()).unwrap_or_default();
    let at = ["creationTime", "createTime", "publishDate", "date", "timestamp"].iter().find_map(|key| instant(&record[*key])).or(written);
    let setting = is_setting(record, product);
    let mut item = NewItem::new(
        if setting { Kind::Activity } else { Kind::Post },
        IMPORTER.id,
        format!("{product}\u{1f}{json}"),
        Raw::json(json.as_bytes()),
    );
    let title = ["title", "name", "tagText", "question", "selectedChoice", "description"].iter().find_map(|key| record[*key].as_str());
    item.title = match title.map(str::trim).filter(|title| !title.is_empty()) {
        Some(title) => title.chars().take(TITLE).collect(),
        None => product.to_owned(),
    };
    item.text = words_of(record, &item.title);
    item.at = at;
    item.hidden = setting;
    let named = address::read(url);
    item.place = ["geoData", "location", "latLng"].iter().find_map(|key| position(&record[*key])).or(named.point);
    item.links.extend(named.link(named.name.as_deref().unwrap_or_default()));
    for (key, value) in record.as_object().into_iter().flatten().filter(|(_, value)| !value.is_object() && !value.is_array()) {
        item.set(key, value.clone());
    }
    item.set("product", product);
    item.set("url", url);
    item
}

/// What was set and not said: no place on the map, no words for others.
fn is_setting(record: &Value, product: &str) -> bool {
    let said = ["photoUrl", "tagText", "placeUrl", "selectedChoice", "question", "answer", "geoData", "creationTime"];
    let product = product.to_lowercase();
    let routes = ["commute", "pendel", "vehicle", "fahrzeug", "trajet", "desplazamiento"].iter().any(|word| product.contains(word));
    routes || said.iter().all(|key| record.get(*key).is_none())
}

/// A time as text or number, or as the object that Photos writes.
fn instant(value: &Value) -> Option<Moment> {
    time::of(value).or_else(|| time::of(&value["timestamp"])).or_else(|| time::of(&value["seconds"]))
}

fn position(value: &Value) -> Option<Point> {
    let degrees = |keys: [&str; 2]| keys.iter().find_map(|key| numbers::float_of(&value[*key]));
    Point::from_degrees(degrees(["latitude", "lat"])?, degrees(["longitude", "lng"])?)
}

/// The words of a record: its texts, without addresses, ids, times, and what is its title already.
fn words_of(record: &Value, title: &str) -> String {
    fn gather<'v>(value: &'v Value, words: &mut Vec<&'v str>) {
        match value {
            Value::String(text) if text.contains(char::is_alphabetic) && !text.contains("://") && time::iso(text).is_none() => {
                words.push(text.trim());
            }
            Value::Array(list) => list.iter().for_each(|value| gather(value, words)),
            // A time for people stands beside the one for programs.
            Value::Object(map) => map.iter().filter(|(key, _)| *key != "formatted").for_each(|(_, value)| gather(value, words)),
            _ => {}
        }
    }
    let mut words = Vec::new();
    gather(record, &mut words);
    words.retain(|text| *text != title);
    words.join("\n").chars().take(WORDS).collect()
}

fn followed(input: &mut Input<'_>, product: &str, sink: &mut dyn Sink) -> io::Result<()> {
    let Some(mut table) = Table::open(input.reader)? else { return Ok(()) };
    while let Some(row) = table.read_row(sink)? {
        let cells: Vec<(String, &str)> = row.filled().collect();
        let url = cells.iter().map(|(_, cell)| *cell).find(|cell| cell.contains("://")).unwrap_or_default();
        let named = address::read(url);
        let name = cells.iter().map(|(_, cell)| *cell).find(|cell| *cell != url && time::any(cell).is_none());
        let name = name.or(named.name.as_deref()).unwrap_or(url);
        let key = [product, &named.key(|| name.to_owned())].join("\u{1f}");
        let mut item = NewItem::new(Kind::Subscription, IMPORTER.id, key, row.raw());
        item.title = name.to_owned();
        item.at = cells.iter().find_map(|(_, cell)| time::iso(cell));
        item.place = named.point;
        item.links.extend(named.link(name));
        for (column, cell) in cells.iter() {
            item.set(column, *cell);
        }
        item.set("product", product);
        item.set("url", url);
        sink.item(item);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::importer::collected::read;

    fn shown(path: &str, file: &str) -> String {
        read(&IMPORTER, path, file.as_bytes()).shown()
    }

    #[test]
    fn contributions_settings_and_followed_places_are_told_apart() {
        assert_eq!(
            shown(
                "Maps/Photos and videos/2023-05-01-abc.json",
                r#"{"creationTime": {"timestamp": "1682942400", "formatted": "May 1, 2023"}, "title": "Corner Bakery", "description": "The rolls", "geoData": {"latitude": 47.12, "longitude": 8.54}}"#
            ),
            "post google.maps_contributions 2023-05-01T12:00:00Z | Corner Bakery | The rolls @47.1200,8.5400\n= 1 items, 0 merged, 0 skipped, 0 set aside"
        );
        assert_eq!(
            shown(
                "Maps/Antworten auf automatisierte Fragen/1682942400000.json",
                r#"{"placeUrl": "https://maps.google.com/?cid=7", "question": "Is it open on Sundays?", "selectedChoice": "Yes"}"#
            ),
            "post google.maps_contributions 2023-05-01T12:00:00Z | Is it open on Sundays? | Yes <Location google.cid:7>\n= 1 items, 0 merged, 0 skipped, 0 set aside"
        );
        assert_eq!(
            shown(
                "Maps/Routen für Pendelstrecke/Routen für Pendelstrecke.json",
                r#"{"trips": [{"name": "To work", "placeVisits": [{"arrival": "08:00"}]}]}"#
            ),
            "activity google.maps_contributions no time | To work (hidden)\n= 1 items, 0 merged, 0 skipped, 0 set aside"
        );
        assert_eq!(
            shown("Maps/Your local followed places/followed.csv", "Place,Url,Since\nKiosk,https://maps.google.com/?cid=9,2023-05-01\n")
                .lines()
                .next(),
            Some("subscription google.maps_contributions 2023-05-01T00:00:00Z | Kiosk <Location google.cid:9>")
        );
        assert_eq!(
            shown("Maps/Added dishes/x.json", r#"[{"tagText": "#).lines().last(),
            Some("= 0 items, 0 merged, 0 skipped, 1 set aside")
        );
    }
}
