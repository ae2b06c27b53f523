//! Places of Google Maps as GeoJSON: `Saved Places.json` (the starred ones), `Reviews.json`, and `Labeled places.json`,
//! under their local names.
//!
//! A starred or labelled place becomes a [`Kind::Place`], a review a [`Kind::Review`]. Places are linked by the number in
//! their address, so that a starred place, its review and its entry in a list meet. Keys: what the product is, the place,
//! and the day it was starred or reviewed, for a place that is starred again comes back with a new one.
//!
//! `data` of a place: `url`, `address`, `country`, `name`, `comment`; of a labelled one `label` and `semantic_type` ("home",
//! "work"). Of a review: `rating` (1 to 5), `url`, `address`, `country`, `answers` (`[{question, answer}…]`), `updated`.

use std::io;

use domain::{FindingCode, Kind, Moment, NewItem, Point, Raw};
use serde_json::{Value, json};

use super::maps::{address, label};
use crate::importer::{Claim, Importer, Input, Parse, Probe, Sink};
use crate::importers::location::{not_ours, words};
use crate::json::each::each;
use crate::json::lenient;
use crate::text::{numbers, time};

pub(crate) static IMPORTER: Importer =
    Importer { id: "google.maps_places", label: "Maps (saved, labelled and reviewed places)", recognizes, parse: Parse::File(parse) };

fn recognizes(probe: &Probe<'_>) -> Claim {
    if !matches!(probe.extension().as_str(), "json" | "geojson") {
        return Claim::No;
    }
    let has = |key: &str| memchr::memmem::find(probe.head, key.as_bytes()).is_some();
    let features = probe.head.trim_ascii_start().starts_with(b"{") && has("\"features\"") && has("\"FeatureCollection\"");
    let keyed = ["\"google_maps_url\"", "\"Google Maps URL\"", "\"five_star_rating_published\"", "\"Star Rating\""];
    let known = keyed.iter().any(|key| has(key)) || (has("\"address\"") && has("\"name\""));
    let in_maps = probe.folders().any(|folder| folder.starts_with("Maps") || folder.starts_with("マップ"));
    match (features, known, in_maps) {
        (true, true, true) => Claim::Yes(3),
        (true, true, false) => Claim::Yes(2),
        (true, false, true) => Claim::Yes(2),
        _ => Claim::No,
    }
}

fn parse(input: &mut Input<'_>, sink: &mut dyn Sink) -> io::Result<()> {
    each(input.reader, sink, |entry, sink| match entry.key {
        "features" if entry.listed => feature(entry.bytes, &entry.at, sink),
        _ if entry.listed => not_ours(&entry, sink),
        _ => {}
    })
}

fn feature(bytes: &[u8], at: &str, sink: &mut dyn Sink) {
    let feature = match lenient::value(bytes) {
        Ok(feature) => feature,
        Err(error) => {
            return sink.set_aside(FindingCode::BadRecord, at, &format!("Expected a place as a GeoJSON feature, and found: {error}."));
        }
    };
    if feature["properties"].as_object().is_none_or(serde_json::Map::is_empty) && position(&feature).is_none() {
        return sink.set_aside(FindingCode::BadRecord, at, "The feature has neither a position nor a name, address or link.");
    }
    let place = Place::of(&feature);
    sink.item(place.item(&feature["properties"], bytes));
}

/// What features of every year have in common.
struct Place {
    url: String,
    name: String,
    address: String,
    country: String,
    comment: String,
    date: Option<Moment>,
    point: Option<Point>,
    rating: Option<f64>,
    review: String,
}

impl Place {
    fn of(feature: &Value) -> Self {
        let own = &feature["properties"];
        let location = if own["location"].is_object() { &own["location"] } else { &own["Location"] };
        let text = |value: &Value, keys: &[&str]| {
            keys.iter().find_map(|key| value[*key].as_str()).map(|text| text.trim().to_owned()).unwrap_or_default()
        };
        let either = |keys: &[&str]| {
            let inner = text(location, keys);
            if inner.is_empty() { text(own, keys) } else { inner }
        };
        Self {
            url: text(own, &["google_maps_url", "Google Maps URL"]),
            name: either(&["name", "Business Name", "Title", "title"]),
            address: either(&["address", "Address"]),
            country: either(&["country_code", "Country Code"]),
            comment: text(own, &["Comment", "comment"]),
            date: ["date", "Published"].iter().find_map(|key| time::of(&own[*key])),
            point: position(feature),
            rating: ["five_star_rating_published", "Star Rating"].iter().find_map(|key| numbers::float_of(&own[*key])),
            review: text(own, &["review_text_published", "Review Comment"]),
        }
    }

    fn item(self, own: &Value, bytes: &[u8]) -> NewItem {
        let named = address::read(&self.url);
        let point = self.point.or(named.point);
        let key = named.key(|| format!("{}|{}", point.map(words::rounded).unwrap_or_default(), self.name));
        let day = self.date.as_ref().map_or_else(String::new, |date| date.ms.to_string());
        let is_review = self.rating.is_some() || !self.review.is_empty() || own["questions"].is_array();
        let is_label = !is_review && self.url.is_empty() && self.date.is_none() && !self.name.is_empty();
        let (kind, source) = match (is_review, is_label) {
            (true, _) => (Kind::Review, "google.maps_review"),
            (false, true) => (Kind::Place, "google.maps_label"),
            (false, false) => (Kind::Place, "google.maps_saved"),
        };
        let mut item = NewItem::new(kind, source, format!("{key}|{day}"), Raw::json(bytes));
        let name =
            [self.name.as_str(), named.name.as_deref().unwrap_or_default()].into_iter().find(|name| !name.is_empty()).unwrap_or_default();
        item.title = words::visit_title(Some(name), None, Some(&self.address), point);
        item.place = point;
        item.at = self.date;
        item.links.extend(named.link(name));
        item.set("url", self.url);
        item.set("name", name);
        item.set("country", self.country);
        if is_review {
            let answers = answers(&own["questions"]);
            let lines = answers.iter().map(|(question, answer)| format!("{question}: {answer}"));
            item.text = std::iter::once(self.review).filter(|text| !text.is_empty()).chain(lines).collect::<Vec<_>>().join("\n");
            item.set("rating", self.rating);
            item.set(
                "answers",
                answers.iter().map(|(question, answer)| json!({"question": question, "answer": answer})).collect::<Vec<_>>(),
            );
            item.set("updated", own["Updated"].clone());
        } else {
            item.text = [self.address.as_str(), &self.comment].into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join("\n");
            item.set("comment", self.comment);
        }
        item.set("address", self.address);
        if is_label {
            item.set("semantic_type", label::semantic_type(name));
            item.set("label", name);
        }
        item
    }
}

/// GeoJSON writes longitude first; 0, 0 is unknown. Files in which the two are the other way round exist.
fn position(feature: &Value) -> Option<Point> {
    let pair = &feature["geometry"]["coordinates"];
    let (lon, lat) = (numbers::float_of(&pair[0]), numbers::float_of(&pair[1]));
    let stated = lon.zip(lat).and_then(|(lon, lat)| Point::from_degrees(lat, lon).or_else(|| Point::from_degrees(lon, lat)));
    let old = &feature["properties"]["Location"]["Geo Coordinates"];
    stated.or_else(|| Point::from_degrees(numbers::float_of(&old["Latitude"])?, numbers::float_of(&old["Longitude"])?))
}

/// The questions that Maps asked about a place, each with what was chosen.
fn answers(questions: &Value) -> Vec<(String, String)> {
    let shown = |value: &Value| match value {
        Value::String(text) => Some(text.trim().to_owned()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    };
    questions
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|asked| {
            let question = asked["question"].as_str()?.trim().to_owned();
            let several =
                asked["selected_options"].as_array().map(|options| options.iter().filter_map(shown).collect::<Vec<_>>().join(", "));
            let answer =
                shown(&asked["selected_option"]).or_else(|| several.filter(|text| !text.is_empty())).or_else(|| shown(&asked["rating"]))?;
            Some((question, answer))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::importer::collected::read;

    #[test]
    fn starred_places_of_both_eras_are_read() {
        let file = r#"{"type": "FeatureCollection", "features": [
          {"type": "Feature", "geometry": {"coordinates": [8.54, 47.12], "type": "Point"},
           "properties": {"date": "2023-08-01T12:00:00Z", "google_maps_url": "http://maps.google.com/?cid=1958007344816222594", "location": {"address": "1 Example St", "country_code": "CH", "name": "Corner Bakery"}}},
          {"type": "Feature", "geometry": {"coordinates": [0, 0], "type": "Point"},
           "properties": {"Google Maps URL": "http://maps.google.com/?q=47.5,8.25", "Published": "2019-08-01T12:00:00Z", "Title": "Pin", "Location": {"Address": "Quay 2", "Business Name": "Boat House", "Country Code": "CH"}, "Updated": "2019-08-01T12:00:00Z"}},
          {"type": "Feature", "geometry": {"coordinates": [0, 0]}, "properties": {"date": "2024-01-01T00:00:00Z", "google_maps_url": "http://maps.google.com/?q=Old+Mill", "Comment": "No location information is available for this saved place"}},
          {"type": "Feature", "geometry": {"coordinates": [0, 0]}, "properties": {}}, {"type": nope}]}"#;
        assert_eq!(
            read(&IMPORTER, "Maps (Meine Orte)/Gespeicherte Orte.json", file.as_bytes())
                .shown()
                .lines()
                .filter(|line| !line.starts_with('!'))
                .collect::<Vec<_>>(),
            [
                "place google.maps_saved 2023-08-01T12:00:00Z | Corner Bakery | 1 Example St @47.1200,8.5400 <Location google.cid:1958007344816222594>",
                "place google.maps_saved 2019-08-01T12:00:00Z | Boat House | Quay 2 @47.5000,8.2500 <Location name:boat house>",
                "place google.maps_saved 2024-01-01T00:00:00Z | Old Mill | No location information is available for this saved place <Location name:old mill>",
                "= 3 items, 0 merged, 0 skipped, 2 set aside",
            ]
        );
    }

    #[test]
    fn reviews_keep_their_stars_and_answers_and_labels_say_home() {
        let reviews = r#"{"type": "FeatureCollection", "features": [
          {"geometry": {"coordinates": [8.54, 47.12]}, "properties": {"date": "2023-08-01T12:00:00Z", "five_star_rating_published": 4, "google_maps_url": "http://maps.google.com/?cid=7",
           "location": {"name": "Corner Bakery"}, "questions": [{"question": "Service", "selected_option": "Dine in"}, {"question": "Food", "rating": 5}, {"question": "Noise"}], "review_text_published": "Great rolls"}},
          {"geometry": {"coordinates": [8.54, 47.12]}, "properties": {"Star Rating": "2", "Published": "2018-08-01T12:00:00Z", "Location": {"Business Name": "Kiosk"}, "Review Comment": "Closed"}}]}"#;
        let reviewed = read(&IMPORTER, "Maps (your places)/Reviews.json", reviews.as_bytes());
        assert_eq!(
            reviewed.shown(),
            "review google.maps_review 2023-08-01T12:00:00Z | Corner Bakery | Great rolls / Service: Dine in / Food: 5 @47.1200,8.5400 <Location google.cid:7>\n\
             review google.maps_review 2018-08-01T12:00:00Z | Kiosk | Closed @47.1200,8.5400 <Location name:kiosk>\n\
             = 2 items, 0 merged, 0 skipped, 0 set aside"
        );
        assert_eq!((&reviewed.items[0].data["rating"], &reviewed.items[1].data["rating"]), (&json!(4.0), &json!(2.0)));
        let labels = r#"{"type": "FeatureCollection", "features": [{"geometry": {"coordinates": [8.54, 47.12], "type": "Point"}, "properties": {"address": "Steg 3, Ort", "name": "Zuhause"}, "type": "Feature"}]}"#;
        let labelled = read(&IMPORTER, "Maps/Meine Orte mit Beschriftungen/Orte mit Beschriftungen.json", labels.as_bytes());
        assert_eq!(
            labelled.shown(),
            "place google.maps_label no time | Zuhause | Steg 3, Ort @47.1200,8.5400 <Location name:zuhause>\n= 1 items, 0 merged, 0 skipped, 0 set aside"
        );
        assert_eq!(labelled.items[0].data["semantic_type"], "home");
    }

    #[test]
    fn geojson_of_others_is_left_alone() {
        let claim = |path: &str, head: &str| recognizes(&Probe { path, head: head.as_bytes(), tail: &[], size: 900 });
        assert_eq!(claim("x.json", r#"{"type": "FeatureCollection", "features": [{"properties": {"google_maps_url": "#), Claim::Yes(2));
        assert_eq!(claim("hills.geojson", r#"{"type": "FeatureCollection", "features": [{"properties": {"height": 1"#), Claim::No);
    }
}
