//! Lists of what the account's owner did: posts, comments, reactions, searches, friends, saved things, and all others.
//!
//! The lists differ by year in their wrapping, and agree in what they are made of: a time in seconds, a title, and texts and
//! addresses at some depth. So a record is read by the names of its fields wherever they stand, and the sort of the list is
//! known by its key or its file's name.
//!
//! Identity: the list's sort, the time and the words, else the record's bytes. `data`: `list` (its key or file), `files` (media named
//! in it), `links`, `author`, `query` of a search, `reaction` ("love"; of a like "like"). Who is tagged is linked as depicted, a place
//! that was checked in at as the location; a medium's own position (`exif_data`) counts where no place does;
//! comments under a picture or an album are items of their own, part of it. Lists about machines, addresses and advertising are kept hidden, the first
//! two marked sensitive.

use std::io;

use domain::{EntityKind, EntityRef, FindingCode, ItemLink, Kind, Moment, NewItem, NewLink, Point, Raw, Role, UtcMs};
use serde_json::Value;

use super::Service;
use super::mojibake::mend;
use crate::conversation::headline;
use crate::importer::Sink;
use crate::json::each::each;
use crate::json::lenient;
use crate::text::{numbers, time};

/// Words of lists' names, and what such a list holds; the first that fits decides.
const SORTS: &[(&[&str], Kind)] = &[
    (&["search"], Kind::Search),
    (&["saved", "bookmark"], Kind::Bookmark),
    (&["comment"], Kind::Post),
    (&["reaction", "like"], Kind::Activity),
    (&["follower"], Kind::Activity),
    (&["following", "pages_followed", "pages_you_follow"], Kind::Subscription),
    (&["friend"], Kind::Activity),
    (&["post", "stories", "reels", "wall", "check_in", "notes"], Kind::Post),
    (&["event"], Kind::Event),
];
/// Words of lists about machines and addresses.
const SENSITIVE: &[&str] =
    &["login", "logout", "device", "ip_address", "session", "cookie", "security", "recognized", "phone_number", "autofill"];
/// Words of lists about advertising.
const ADVERTISING: &[&str] = &["ads_", "advertiser", "ad_preferences", "off_facebook", "off-facebook", "off_meta", "your_activity_off"];
const TIMES: &[&str] = &["timestamp", "creation_timestamp", "created_timestamp", "taken_at", "timestamp_ms", "start_timestamp"];
const WORDS: &[&str] = &["post", "comment", "text", "update_description", "description", "message", "note", "share_text"];
/// The key of the comments under a picture or an album, which others wrote as well.
const COMMENTS: &str = "comments";
/// How deep a record is looked through.
const DEPTH: usize = 8;

/// Whether a file begins as a list of Facebook's does, wherever it lies.
pub(super) fn is_facebook(head: &[u8]) -> bool {
    let has = |key: &str| memchr::memmem::find(head, key.as_bytes()).is_some();
    ["\"comments_v2\"", "\"reactions_v2\"", "\"friends_v2\"", "\"searches_v2\"", "\"saves_v2\"", "\"pages_followed_v2\""]
        .iter()
        .any(|key| has(key))
        || (head.trim_ascii_start().starts_with(b"[")
            && has("\"timestamp\"")
            && has("\"data\"")
            && (has("\"post\"") || has("\"attachments\"")))
}

/// Whether a file begins as a list of either service does.
pub(super) fn looks_like(head: &[u8]) -> bool {
    let has = |key: &str| memchr::memmem::find(head, key.as_bytes()).is_some();
    is_facebook(head)
        || ["string_list_data", "string_map_data", "media_list_data", "label_values", "ig_stories"]
            .iter()
            .any(|key| has(&format!("\"{key}\"")))
        || (has("\"creation_timestamp\"") && has("\"uri\""))
        || (has("\"timestamp\"") && (has("_v2\"") || has("\"title\"")))
}

/// Reads every record of a file.
pub(super) fn parse(service: Service, path: &str, bytes: &[u8], sink: &mut dyn Sink) -> io::Result<()> {
    let name = path.rsplit('/').next().unwrap_or(path);
    let file = name
        .rsplit_once('.')
        .map_or(name, |(stem, _)| stem)
        .trim_end_matches(|letter: char| letter.is_ascii_digit() || letter == '_')
        .to_lowercase();
    let mut reader = bytes;
    each(&mut reader, sink, |entry, sink| {
        let list = if entry.key.is_empty() { file.clone() } else { entry.key.trim_end_matches("_v2").to_lowercase() };
        // A list's key may say less than its file: "relationships", "data".
        let list = if SORTS.iter().any(|(words, _)| words.iter().any(|word| list.contains(word))) { list } else { file.clone() };
        let Ok(value) = lenient::value(entry.bytes).map(mend) else {
            return sink.set_aside(FindingCode::BadRecord, &entry.at, "A record of the export was expected here, and it is no JSON");
        };
        if !value.is_object() {
            // Words about the file itself.
            return if entry.listed {
                sink.set_aside(FindingCode::BadRecord, &entry.at, "A record of the export is an object, and this one is none");
            };
        }
        match lists_in(&value).filter(|_| !entry.listed) {
            // Answers to events stand in a list for each answer.
            Some(lists) => {
                for (list, record) in lists {
                    take(service, list, record, &entry.at, record.to_string().as_bytes(), sink);
                }
            }
            None => take(service, &list, &value, &entry.at, entry.bytes, sink),
        }
    })
}

/// The records of an object that holds nothing but lists of them, each with its list's key.
fn lists_in(value: &Value) -> Option<Vec<(&str, &Value)>> {
    let fields = value.as_object().filter(|fields| !fields.is_empty())?;
    let mut records = Vec::new();
    for (key, list) in fields {
        let list = list.as_array().filter(|list| list.iter().all(Value::is_object))?;
        records.extend(list.iter().map(|record| (key.as_str(), record)));
    }
    Some(records)
}

fn take(service: Service, list: &str, value: &Value, at: &str, bytes: &[u8], sink: &mut dyn Sink) {
    let said = Said::of(value);
    match item(service, list, said, bytes) {
        Some(item) => {
            let mut comments = Vec::new();
            comments_in(value, DEPTH, &mut comments);
            for comment in comments {
                let below = self::item(service, COMMENTS, Said::of(comment), comment.to_string().as_bytes());
                if let Some(mut below) = below {
                    below.related.push(ItemLink { relation: "part_of".to_owned(), to: item.uid });
                    sink.item(below);
                }
            }
            sink.item(item);
        }
        None => sink.skip(FindingCode::IgnoredFile, at, "Records with neither words nor a time say nothing."),
    }
}

/// The comments under what a record holds.
fn comments_in<'v>(value: &'v Value, depth: usize, found: &mut Vec<&'v Value>) {
    match value {
        Value::Array(list) if depth > 0 => list.iter().for_each(|inner| comments_in(inner, depth - 1, found)),
        Value::Object(fields) if depth > 0 => {
            for (key, inner) in fields {
                match inner.as_array().filter(|_| key == COMMENTS) {
                    Some(comments) => found.extend(comments.iter().filter(|comment| comment.is_object())),
                    None => comments_in(inner, depth - 1, found),
                }
            }
        }
        _ => {}
    }
}

/// What a record says, wherever in it.
#[derive(Default)]
struct Said {
    at: Option<Moment>,
    /// When an event ended.
    until: Option<UtcMs>,
    title: String,
    words: Vec<String>,
    links: Vec<String>,
    files: Vec<String>,
    author: String,
    /// Which of its signs somebody gave.
    reaction: String,
    /// Labels with their values, as newer lists have them.
    labelled: Vec<String>,
    /// The names of who is tagged.
    tagged: Vec<String>,
    /// What the place is called that was checked in at, and where it is.
    place_name: String,
    place: Option<Point>,
}

impl Said {
    fn of(value: &Value) -> Self {
        // What the record says of itself goes before what is said of things in it.
        let mut said = Self {
            at: TIMES.iter().find_map(|key| time::of(value.get(*key)?)),
            until: value.get("end_timestamp").and_then(time::of).map(|end| end.ms),
            title: ["title", "name"].iter().find_map(|key| value.get(*key)?.as_str()).unwrap_or_default().trim().to_owned(),
            ..Self::default()
        };
        said.look(value, DEPTH);
        said
    }

    fn look(&mut self, value: &Value, depth: usize) {
        match value {
            Value::Array(list) if depth > 0 => list.iter().for_each(|inner| self.look(inner, depth - 1)),
            Value::Object(fields) => {
                let degrees = |key: &str| fields.get(key).and_then(numbers::float_of);
                if let Some((lat, lon)) = degrees("latitude").zip(degrees("longitude")) {
                    self.place = self.place.or_else(|| Point::from_degrees(lat, lon));
                }
                if let (Some(label), Some(Value::String(own))) = (fields.get("label").and_then(Value::as_str), fields.get("value")) {
                    self.labelled.push(format!("{label}: {own}"));
                }
                for (key, inner) in fields {
                    match inner {
                        Value::String(text) if !text.trim().is_empty() => self.field(key, text.trim()),
                        Value::Number(_) if self.at.is_none() && TIMES.contains(&key.as_str()) => self.at = time::of(inner),
                        Value::Array(_) if key == COMMENTS => {}
                        Value::Array(people) if key == "tags" => self.tagged.extend(people.iter().filter_map(name_of)),
                        Value::Object(_) if key == "place" => self.place(inner),
                        // Instagram's maps of a caption to what it says: "Comment", "Time".
                        Value::Object(map) if is_captioned(map) => self.captioned(key, map),
                        Value::Array(_) | Value::Object(_) if depth > 0 => self.look(inner, depth - 1),
                        _ => {}
                    }
                }
            }
            _ => {}
        }
    }

    fn place(&mut self, place: &Value) {
        let degrees = |key: &str| numbers::float_of(&place["coordinate"][key]);
        self.place = self.place.or_else(|| Point::from_degrees(degrees("latitude")?, degrees("longitude")?));
        if self.place_name.is_empty() {
            self.place_name = name_of(place).unwrap_or_default();
        }
    }

    fn field(&mut self, key: &str, text: &str) {
        match key {
            "title" | "name" if self.title.is_empty() => text.clone_into(&mut self.title),
            "uri" | "href" | "url" | "source" if text.starts_with("http") => self.links.push(text.to_owned()),
            "uri" => self.files.push(text.to_owned()),
            "author" | "actor" => text.clone_into(&mut self.author),
            "reaction" => self.reaction = text.to_lowercase(),
            // The value of a list of texts: an account's name.
            "value" if !self.labelled.iter().any(|line| line.ends_with(text)) => self.word(text),
            key if WORDS.contains(&key) => self.word(text),
            _ => {}
        }
    }

    fn captioned(&mut self, caption: &str, map: &serde_json::Map<String, Value>) {
        if self.at.is_none() {
            self.at = map.get("timestamp").and_then(time::of);
        }
        if let Some(link) = map.get("href").and_then(Value::as_str).filter(|link| !link.is_empty()) {
            self.links.push(link.to_owned());
        }
        match map.get("value").and_then(Value::as_str).map(str::trim).filter(|text| !text.is_empty()) {
            Some(text) if matches!(caption, "Comment" | "Search") => self.words.insert(0, text.to_owned()),
            Some(text) => self.labelled.push(format!("{caption}: {text}")),
            None => {}
        }
    }

    fn word(&mut self, text: &str) {
        if !self.words.iter().any(|known| known == text) {
            self.words.push(text.to_owned());
        }
    }
}

/// What a person or place is called.
fn name_of(value: &Value) -> Option<String> {
    let name = value["name"].as_str()?.trim();
    (!name.is_empty()).then(|| name.to_owned())
}

/// Whether a map is what a caption stands for: a text, an address, a time, and nothing else.
fn is_captioned(map: &serde_json::Map<String, Value>) -> bool {
    !map.is_empty() && map.keys().all(|key| matches!(key.as_str(), "value" | "href" | "timestamp"))
}

fn item(service: Service, list: &str, said: Said, raw: &[u8]) -> Option<NewItem> {
    let has = |words: &[&str]| words.iter().any(|word| list.contains(word));
    let kind = SORTS.iter().find(|(words, _)| has(words)).map_or(Kind::Activity, |(_, kind)| *kind);
    let Said { at, until, title, words, links, files, author, reaction, labelled, tagged, place_name, place } = said;
    let lines: Vec<&str> = words.iter().chain(&labelled).map(String::as_str).collect();
    let text = lines.join("\n");
    if at.is_none() && title.is_empty() && text.is_empty() && files.is_empty() && place_name.is_empty() {
        return None;
    }
    let second = at.as_ref().map_or(0, |at| at.ms.div_euclid(1000)).to_string();
    let first = [files.first(), links.first()].into_iter().flatten().next().map_or("", String::as_str);
    let key = match (text.is_empty(), title.is_empty()) {
        (true, true) => [list.as_bytes(), b"\x1f", raw].concat(),
        _ => [list, &second, &title, &text, first.rsplit('/').next().unwrap_or(first)].join("\u{1f}").into_bytes(),
    };
    let mut item = NewItem::new(kind, service.source(), key, Raw::json(raw));
    let query = words.first().cloned().unwrap_or_else(|| title.clone()).trim_matches('"').to_owned();
    item.title = match kind {
        Kind::Search => query.clone(),
        Kind::Post if !words.is_empty() => headline(&words[0]),
        _ if !title.is_empty() => headline(&title),
        _ => headline(&text),
    };
    if item.title.is_empty() {
        item.title = if place_name.is_empty() { list.replace('_', " ") } else { place_name.clone() };
    }
    item.text = if title.is_empty() || text.contains(&title) || item.title == title {
        text
    } else {
        [title.as_str(), &text].join("\n").trim().to_owned()
    };
    item.until = until.filter(|until| at.as_ref().is_some_and(|at| at.ms <= *until));
    item.at = at;
    item.place = place;
    if !place_name.is_empty() {
        item.links.push(NewLink { role: Role::Location, entity: EntityRef::named(EntityKind::Place, &place_name) });
    }
    item.links.extend(tagged.iter().map(|name| NewLink { role: Role::Depicted, entity: EntityRef::named(EntityKind::Person, name) }));
    if matches!(kind, Kind::Subscription) || list.contains("friend") || list.contains("follower") {
        let name = if title.is_empty() { words.first().cloned().unwrap_or_default() } else { title };
        if !name.is_empty() {
            let role = if kind == Kind::Subscription { Role::Channel } else { Role::Depicted };
            item.links.push(NewLink { role, entity: EntityRef::named(EntityKind::Person, &name) });
        }
    }
    if !author.is_empty() {
        item.links.push(NewLink { role: Role::Sender, entity: EntityRef::named(EntityKind::Person, &author) });
    }
    let is_sensitive = has(SENSITIVE);
    item.hidden = is_sensitive || has(ADVERTISING);
    if is_sensitive {
        item.set("sensitive", true);
    }
    if kind == Kind::Search {
        item.set("query", query);
    }
    item.set("list", list);
    item.set("author", author);
    item.set("reaction", reaction);
    item.set("links", links);
    item.set("files", files);
    Some(item)
}
