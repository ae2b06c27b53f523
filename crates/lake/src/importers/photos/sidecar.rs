//! The JSON beside media: what Google knows of a photo, and of an album.

use domain::Point;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::importers::photos_comments::Comment;
use crate::json::lenient;
use crate::text::{numbers, time};

/// What a JSON file of Photos looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Looks {
    Sidecar,
    Album,
}

/// What a file is by its first bytes; both kinds are short, and their keys are English always.
pub(super) fn looks_like(head: &[u8]) -> Option<Looks> {
    let has = |key: &str| memchr::memmem::find(head, key.as_bytes()).is_some();
    if !head.trim_ascii_start().starts_with(b"{") {
        return None;
    }
    if has("\"photoTakenTime\"") {
        return Some(Looks::Sidecar);
    }
    let album = has("\"albumData\"")
        || has("\"enrichments\"")
        || (has("\"date\"") && (has("\"title\"") || has("\"timestamp\"")))
        || (has("\"title\"") && has("\"access\""));
    album.then_some(Looks::Album)
}

/// What Google knows of a photo. What is absent, empty or zero is `None`, empty or `false`.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", expecting = "an object with a title and a time")]
pub(super) struct Sidecar {
    /// The name that it was uploaded under.
    title: Option<String>,
    description: Option<String>,
    photo_taken_time: Option<Stamp>,
    creation_time: Option<Stamp>,
    geo_data: Option<Geo>,
    geo_data_exif: Option<Geo>,
    people: Option<Vec<Person>>,
    url: Option<String>,
    favorited: Option<bool>,
    archived: Option<bool>,
    trashed: Option<bool>,
    in_locked_folder: Option<bool>,
    #[serde(default, deserialize_with = "numbers::integer")]
    image_views: Option<i64>,
    google_photos_origin: Option<Map<String, Value>>,
}

impl Sidecar {
    /// Reads a sidecar's bytes.
    pub(super) fn read(bytes: &[u8]) -> serde_json::Result<Self> {
        lenient::record(bytes, &[])
    }

    pub(super) fn title(&self) -> &str {
        self.title.as_deref().unwrap_or_default()
    }

    pub(super) fn description(&self) -> &str {
        self.description.as_deref().unwrap_or_default().trim()
    }

    pub(super) fn url(&self) -> &str {
        self.url.as_deref().unwrap_or_default()
    }

    /// When it was taken, seconds since 1970; zero is unknown.
    pub(super) fn taken(&self) -> Option<i64> {
        self.photo_taken_time.as_ref().and_then(|stamp| stamp.timestamp).filter(|seconds| *seconds != 0).map(in_seconds)
    }

    /// When it was uploaded, seconds since 1970.
    pub(super) fn uploaded(&self) -> Option<i64> {
        self.creation_time.as_ref().and_then(|stamp| stamp.timestamp).filter(|seconds| *seconds != 0).map(in_seconds)
    }

    /// Where the owner or Google put it, and its altitude; then where its file says it was.
    pub(super) fn places(&self) -> impl Iterator<Item = (Point, Option<f64>, &'static str)> {
        [(&self.geo_data, "geoData"), (&self.geo_data_exif, "geoDataExif")].into_iter().filter_map(|(geo, name)| {
            let geo = geo.as_ref()?;
            Some((Point::from_degrees(geo.latitude?, geo.longitude?)?, geo.altitude.filter(|altitude| *altitude != 0.0), name))
        })
    }

    /// The positions in it that are none, as it writes them.
    pub(super) fn misplaced(&self) -> impl Iterator<Item = String> {
        let said = [&self.geo_data, &self.geo_data_exif].into_iter().flatten();
        let wrong = said.filter(|geo| numbers::is_misplaced(geo.latitude, geo.longitude));
        wrong.map(|geo| [geo.latitude, geo.longitude].map(|degrees| degrees.map_or_else(|| "none".to_owned(), |degrees| degrees.to_string())).join(", "))
    }

    /// The names of the people in it.
    pub(super) fn people(&self) -> impl Iterator<Item = &str> {
        self.people.iter().flatten().filter_map(|person| person.name.as_deref()).map(str::trim).filter(|name| !name.is_empty())
    }

    /// What the owner marked it as, by the name used in `data`.
    pub(super) fn marks(&self) -> impl Iterator<Item = &'static str> {
        [(self.favorited, "favourite"), (self.archived, "archived"), (self.trashed, "trashed"), (self.in_locked_folder, "locked")]
            .into_iter()
            .filter(|(mark, _)| *mark == Some(true))
            .map(|(_, name)| name)
    }

    pub(super) fn views(&self) -> Option<i64> {
        self.image_views.filter(|views| *views > 0)
    }

    /// How it came into Photos: "mobileUpload", "fromPartnerSharing".
    pub(super) fn origin(&self) -> Option<&str> {
        self.google_photos_origin.as_ref()?.keys().next().map(String::as_str)
    }
}

/// Whose a sidecar is, the same for all sidecars of one photo: its address, else its title and time, else nobody else's.
pub(super) fn identity(sidecar: &Sidecar, path: &str) -> String {
    match (sidecar.url(), sidecar.title(), sidecar.taken()) {
        ("", "", None) => format!("p\u{1f}{path}"),
        ("", title, taken) => format!("t\u{1f}{title}\u{1f}{}", taken.unwrap_or_default()),
        (url, ..) => format!("u\u{1f}{url}"),
    }
}

/// What Google knows of an album.
#[derive(Debug, Default)]
pub(super) struct Album {
    /// Its name; empty when it was never named.
    pub(super) title: String,
    pub(super) description: String,
    /// Seconds since 1970.
    pub(super) date: Option<i64>,
    /// "protected", "public".
    pub(super) access: String,
    /// What the owner wrote between the pictures, the places put there, and what others said of the album.
    pub(super) notes: Vec<String>,
    pub(super) place: Option<Point>,
}

impl Album {
    /// Reads an album's metadata, of any year's shape.
    pub(super) fn read(bytes: &[u8]) -> serde_json::Result<Self> {
        let value = lenient::value(bytes)?;
        let inner = value.get("albumData").unwrap_or(&value);
        let text = |key: &str| inner.get(key).and_then(Value::as_str).unwrap_or_default().trim().to_owned();
        let mut album = Self {
            title: text("title"),
            description: text("description"),
            date: inner.get("date").and_then(|date| numbers::integer_of(date.get("timestamp")?)).filter(|seconds| *seconds != 0),
            access: text("access"),
            ..Self::default()
        };
        // One enrichment stands alone in older exports.
        let enrichments = match inner.get("enrichments") {
            Some(Value::Array(list)) => list.iter().collect(),
            Some(single) => vec![single],
            None => Vec::new(),
        };
        for enrichment in enrichments {
            if let Some(text) = enrichment.pointer("/narrativeEnrichment/text").and_then(Value::as_str) {
                album.notes.push(text.to_owned());
            }
            for location in enrichment.pointer("/locationEnrichment/location").and_then(Value::as_array).into_iter().flatten() {
                let part = |key: &str| location.get(key).and_then(Value::as_str).filter(|text| !text.is_empty());
                album.notes.extend(part("name").map(|name| part("description").map_or(name.to_owned(), |town| format!("{name}, {town}"))));
                let e7 = |key: &str| location.get(key).and_then(numbers::float_of);
                album.place = album.place.or_else(|| numbers::e7(e7("latitudeE7")?, e7("longitudeE7")?));
            }
        }
        for comment in value.get("sharedAlbumComments").and_then(Value::as_array).into_iter().flatten() {
            let Comment { author, text, .. } = Comment::of(comment);
            let said = if author.is_empty() { text.to_owned() } else { format!("{author}: {text}") };
            album.notes.extend((!text.is_empty()).then_some(said));
        }
        Ok(album)
    }
}

#[derive(Debug, Deserialize)]
struct Stamp {
    #[serde(default, deserialize_with = "numbers::integer")]
    timestamp: Option<i64>,
}

/// A stamp in seconds, whatever unit a program that rewrote it counted in.
fn in_seconds(stamp: i64) -> i64 {
    time::seconds(stamp).map_or(stamp, |moment| moment.ms.div_euclid(1_000))
}

#[derive(Debug, Deserialize)]
struct Geo {
    #[serde(default, deserialize_with = "numbers::float")]
    latitude: Option<f64>,
    #[serde(default, deserialize_with = "numbers::float")]
    longitude: Option<f64>,
    #[serde(default, deserialize_with = "numbers::float")]
    altitude: Option<f64>,
}

#[derive(Debug, Deserialize)]
struct Person {
    name: Option<String>,
}
