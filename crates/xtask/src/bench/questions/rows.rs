//! The vault's rows in memory, for truths that no planner and no query of an answer has a part in: what `list` shows, with what
//! a lossless export knows of it.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::path::Path;

use jiff::civil::Date;
use jiff::tz::{Offset, TimeZone};
use jiff::{Timestamp, ToSpan};
use serde_json::{Value, json};

use crate::Result;
use crate::command::{Datapunk, Served};

/// Rows that are fetched at a time.
const PAGE: usize = 1_000;

/// A row.
#[derive(Debug, Clone)]
pub(crate) struct Item {
    pub(crate) id: String,
    pub(crate) kind: String,
    /// UTC milliseconds.
    pub(crate) at: Option<i64>,
    pub(crate) until: Option<i64>,
    offset_min: Option<i64>,
    pub(crate) title: String,
    pub(crate) text: String,
    /// Latitude and longitude in degrees.
    pub(crate) place: Option<(f64, f64)>,
    pub(crate) data: Value,
    /// Role and name of people and organisations.
    links: Vec<(String, String)>,
}

impl Item {
    /// Whether someone has a part in it.
    pub(crate) fn has(&self, role: &str, name: &str) -> bool {
        self.links.iter().any(|(of, who)| of == role && who == name)
    }

    /// Who has a part in it.
    pub(crate) fn names(&self, role: &str) -> impl Iterator<Item = &str> {
        self.links.iter().filter(move |(of, _)| of == role).map(|(_, who)| who.as_str())
    }

    /// Everyone in it.
    pub(crate) fn everyone(&self) -> impl Iterator<Item = &str> {
        self.links.iter().map(|(_, who)| who.as_str())
    }

    /// The day of the wall clock there; of Zürich, where it is not known.
    pub(crate) fn day(&self) -> Option<Date> {
        let at = Timestamp::from_millisecond(self.at?).ok()?;
        let there = self.offset_min.and_then(|minutes| i32::try_from(minutes * 60).ok()).and_then(|s| Offset::from_seconds(s).ok());
        Some(at.to_zoned(there.map_or_else(zone, TimeZone::fixed)).date())
    }

    /// The hour of the wall clock there; of Zürich, where it is not known.
    pub(crate) fn hour(&self) -> Option<i8> {
        let at = Timestamp::from_millisecond(self.at?).ok()?;
        let there = self.offset_min.and_then(|minutes| i32::try_from(minutes * 60).ok()).and_then(|s| Offset::from_seconds(s).ok());
        Some(at.to_zoned(there.map_or_else(zone, TimeZone::fixed)).hour())
    }

    /// A number of its data.
    pub(crate) fn number(&self, key: &str) -> Option<f64> {
        self.data[key].as_f64()
    }

    /// Whether it began within a span.
    pub(crate) fn is_within(&self, (from, to): (i64, i64)) -> bool {
        self.at.is_some_and(|at| (from..to).contains(&at))
    }

    /// Whether it was within so many metres of a point.
    pub(crate) fn is_near(&self, centre: (f64, f64), metres: f64) -> bool {
        self.place.is_some_and(|place| distance(place, centre) <= metres)
    }

    /// Whether its title or text has these words, whatever their case.
    pub(crate) fn speaks_of(&self, words: &str) -> bool {
        format!("{}\n{}", self.title, self.text).to_lowercase().contains(&words.to_lowercase())
    }
}

/// Metres between two positions in degrees.
pub(crate) fn distance(a: (f64, f64), b: (f64, f64)) -> f64 {
    let (lat_a, lat_b) = (a.0.to_radians(), b.0.to_radians());
    let (north, east) = ((lat_b - lat_a) / 2.0, (b.1 - a.1).to_radians() / 2.0);
    let chord = north.sin().powi(2) + lat_a.cos() * lat_b.cos() * east.sin().powi(2);
    12_742_000.0 * chord.sqrt().asin()
}

/// The zone in which the person's days are cut, as [`Datapunk`] sets it.
pub(crate) fn zone() -> TimeZone {
    TimeZone::get("Europe/Zurich").unwrap_or(TimeZone::UTC)
}

/// The instants at which days begin and end, the second one not included.
pub(crate) fn span(from: Date, to: Date) -> (i64, i64) {
    let instant = |day: Date| day.to_zoned(zone()).map_or(0, |at| at.timestamp().as_millisecond());
    (instant(from), instant(to))
}

/// The instants of a day, or of several.
pub(crate) fn days(first: Date, n: i64) -> (i64, i64) {
    span(first, first.saturating_add(n.days()))
}

/// What the records of a vault say that no list does: their texts, their people and their data, by id.
pub(crate) type Records = HashMap<String, Value>;

/// Reads the records of a vault that is not open; `folder` is made for an export and goes again.
pub(crate) fn records(datapunk: &Datapunk, folder: &Path) -> Result<Records> {
    let export = folder.to_str().ok_or("the folder's name is no text")?;
    datapunk.json(["export", export, "--format", "jsonl"])?;
    let mut records = Records::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.file_name().and_then(|name| name.to_str()).is_some_and(|name| name.starts_with("items")) {
            for line in BufReader::new(File::open(&path)?).lines() {
                let line: Value = serde_json::from_str(&line?)?;
                records.insert(line["uid"].as_str().unwrap_or_default().to_owned(), line);
            }
        }
    }
    fs::remove_dir_all(folder)?;
    Ok(records)
}

/// All rows that the open vault shows, in order of time.
pub(crate) fn shown(server: &mut Served, records: &Records) -> Result<Vec<Item>> {
    let mut items = Vec::new();
    let mut after = Value::Null;
    loop {
        let page = server.call("list", &json!({ "filter": {}, "order": "oldest", "limit": PAGE, "after": after }))?;
        for row in page["rows"].as_array().into_iter().flatten() {
            items.push(item(row, records.get(row["id"].as_str().unwrap_or_default()).unwrap_or(&Value::Null)));
        }
        after = page["next"].clone();
        if after.is_null() {
            return Ok(items);
        }
    }
}

fn item(row: &Value, line: &Value) -> Item {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let links = line["links"].as_array().into_iter().flatten();
    Item {
        id: text(&row["id"]),
        kind: text(&row["kind"]),
        at: row["at_ms"].as_i64(),
        until: row["until_ms"].as_i64(),
        offset_min: row["offset_min"].as_i64(),
        title: text(&row["title"]),
        text: text(&line["text"]),
        place: row["place"]["lat"].as_f64().zip(row["place"]["lon"].as_f64()),
        data: line["data"].clone(),
        links: links.map(|link| (text(&link["role"]), text(&link["entity"]["name"]))).filter(|(_, name)| !name.is_empty()).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_joined_with_what_the_export_knows_of_it() {
        let row =
            json!({ "id": "a", "kind": "mail", "at_ms": 1_557_784_800_000_i64, "title": "Hello", "place": { "lat": 38.7, "lon": -9.1 } });
        let line = json!({ "text": "Hello\n\nThe cat", "data": { "distance_m": 12.5 },
            "links": [{ "role": "sender", "entity": { "name": "Anna" } }, { "role": "device", "entity": {} }] });
        let item = item(&row, &line);
        assert!(item.has("sender", "Anna") && !item.has("recipient", "Anna") && item.everyone().count() == 1);
        assert!(item.speaks_of("the CAT") && item.is_near((38.71, -9.1), 2_000.0) && !item.is_near((38.71, -9.1), 500.0));
        assert_eq!((item.number("distance_m"), item.day()), (Some(12.5), Date::new(2019, 5, 14).ok()));
        assert!(item.is_within(days(Date::new(2019, 5, 14).unwrap(), 1)));
    }
}
