//! What is found and shown: hits, items, time, numbers.

use std::io::{IsTerminal, stdout};

use indicatif::HumanBytes;
use serde_json::Value;

use super::{count, list, say, text, underlined};

pub(crate) fn stats(value: &Value) {
    say(&format!(
        "{} items, {} position fixes, {} people; {} addresses, places and labels",
        count(&value["items"]),
        count(&value["track_points"]),
        count(&value["people"]),
        count(&value["entities"])
    ));
    say(&format!(
        "from {} to {}; {} on disk",
        text(&value["first"]),
        text(&value["last"]),
        HumanBytes(value["bytes_on_disk"].as_u64().unwrap_or(0))
    ));
    for key in ["by_kind", "by_source"] {
        for entry in list(value, key) {
            say(&format!("  {:<32} {:>12}", text(&entry["name"]), count(&entry["count"])));
        }
    }
}

/// The snippet with its matches marked as a terminal can.
fn marked(snippet: &str) -> String {
    let (on, off) = if stdout().is_terminal() { ("\u{1b}[1m", "\u{1b}[0m") } else { ("", "") };
    snippet.replace('\u{2}', on).replace('\u{3}', off).replace('\n', " ")
}

pub(super) fn row(value: &Value) {
    say(&format!("{:<25} {:<12} {}", text(&value["at"]), text(&value["kind"]), text(&value["title"])));
    let snippet = marked(&text(&value["snippet"]));
    if !snippet.trim().is_empty() {
        say(&format!("  {}", snippet.trim()));
    }
}

pub(crate) fn rows(value: &Value) {
    list(value, "rows").for_each(row);
}

pub(crate) fn hits(value: &Value) {
    for hit in list(value, "hits") {
        row(hit);
        let why: Vec<String> = list(hit, "why").map(text).collect();
        let same = list(hit, "same").count();
        let same = if same == 0 { String::new() } else { format!(", and {same} that say the same") };
        say(&format!("  {}  {}{same}", text(&hit["id"]), why.join(", ")));
    }
    for file in list(value, "files") {
        say(&format!("set-aside file  {}  in {}", text(&file["path"]), text(&file["archive"])));
    }
    for note in list(&value["understood"], "told") {
        let part = serde_json::from_value(note["at"].clone());
        let meant: Vec<String> = list(note, "suggestions").map(text).collect();
        let meant = if meant.is_empty() { String::new() } else { format!(" Did you mean {}?", meant.join(", ")) };
        say(&format!("{}{meant}", text(&note["message"])));
        if let Ok(part) = part {
            say(&underlined(&part));
        }
    }
    list(value, "notes").for_each(|note| say(&text(note)));
    say(&format!("{} hits in {:.1} ms", value["hits"].as_array().map_or(0, Vec::len), value["took_ms"].as_f64().unwrap_or(0.0)));
}

pub(crate) fn saved(value: &Value) {
    for saved in list(value, "searches") {
        let search = &saved["search"];
        let mut filter = search["filter"].clone();
        let words = filter.as_object_mut().and_then(|filter| filter.remove("text")).as_ref().map(text).unwrap_or_default();
        let narrowed = if filter.as_object().is_some_and(serde_json::Map::is_empty) { String::new() } else { format!("  {filter}") };
        say(&format!("{}: {words}{narrowed}  by {}", text(&saved["name"]), text(&search["mode"])));
    }
    if list(value, "searches").next().is_none() {
        say("No search is saved. `datapunk saved add NAME QUERY` keeps one.");
    }
}

pub(crate) fn timeline(value: &Value) {
    let most = list(value, "buckets").filter_map(|bucket| bucket["count"].as_u64()).max().unwrap_or(1).max(1);
    for bucket in list(value, "buckets") {
        let n_items = bucket["count"].as_u64().unwrap_or(0);
        say(&format!(
            "{:<10} {:>9}  {}",
            text(&bucket["key"]),
            count(&bucket["count"]),
            "▆".repeat((n_items * 50).div_ceil(most) as usize)
        ));
    }
}

pub(crate) fn item(value: &Value) {
    say(&format!("{}\n{}  {}  {}", text(&value["title"]), text(&value["kind"]), text(&value["source"]), text(&value["at"])));
    if value["place"].is_object() {
        let inferred = if value["place"]["inferred"] == true { " (inferred from your track)" } else { "" };
        say(&format!(
            "at {:.5}, {:.5} {}{inferred}",
            value["place"]["lat"].as_f64().unwrap_or(0.0),
            value["place"]["lon"].as_f64().unwrap_or(0.0),
            text(&value["place"]["name"])
        ));
    }
    for link in list(value, "links") {
        let known_as = link["known_as"].as_str().map(|name| format!(", who is {name}")).unwrap_or_default();
        say(&format!("{}: {} <{}>{known_as}", text(&link["role"]), text(&link["name"]), text(&link["address"])));
    }
    if let Some(direction) = value["direction"].as_str() {
        say(direction);
    }
    say(&format!("\n{}\n", text(&value["text"])));
    for blob in list(value, "blobs") {
        say(&format!(
            "attached: {} ({}, {})",
            text(&blob["name"]),
            text(&blob["media_type"]),
            HumanBytes(blob["size"].as_u64().unwrap_or(0))
        ));
    }
    for sighting in list(value, "came_from") {
        say(&format!("came from {} in {} (import {})", text(&sighting["path"]), text(&sighting["archive"]), text(&sighting["import"])));
    }
    if value["raw"].is_object() {
        say(&format!("\nas it stood in the file ({}):\n{}", text(&value["raw"]["format"]), text(&value["raw"]["text"])));
    }
}

pub(crate) fn personal(value: &Value) {
    let items = value["items"].as_array().map_or(0, Vec::len);
    for hit in list(value, "items") {
        row(hit);
        let found: Vec<String> =
            list(hit, "found").map(|found| format!("{} {}", text(&found["class"]), text(&found["text"]).replace('\n', " "))).collect();
        say(&format!("  {}  {}", text(&hit["id"]), found.join(", ")));
    }
    if items == 0 {
        for class in list(value, "classes") {
            say(&format!("{:<26} in {:>9} items, {:>9} places", text(&class["class"]), count(&class["items"]), count(&class["places"])));
        }
    }
    if let Some(next) = value["next"].as_str() {
        say(&format!("there are more: --after {next}"));
    }
    if let Some(share) = value["looked_at"].as_f64().filter(|share| *share < 1.0) {
        say(&format!("{:.0} % of the vault were looked at so far.", share * 100.0));
    }
    say("Recognised by its form, check digits and the words around it: not all is found, and not all that is found is what it looks like.");
}
