//! What Chrome keeps of itself: extensions, search engines, devices, open tabs, the words of its dictionary.
//!
//! `data`: `action` ("installed", "searches with", "syncs", "open tab"), `url`, `host`; of extensions `extension_id`, `version`,
//! `enabled`; of engines `keyword`; of devices `model`, `manufacturer`, `system`, `version`.

use std::io;

use domain::{EntityKind, EntityRef, FindingCode, Kind, Moment, NewItem, NewLink, Raw, RawFormat, Role};
use serde_json::Value;

use crate::importer::{Input, Sink};
use crate::importers::activity::address;
use crate::importers::activity::row::spaced;
use crate::json::lenient;
use crate::text::{charset, numbers, time};

/// The lists that are read here.
pub(super) const LISTS: &[&str] = &["Extensions", "Search Engines", "Device Info", "Session"];
/// Longest dictionary, bytes.
const LIMIT: u64 = 4 << 20;

/// Hands over what a record of one of [`LISTS`] becomes: one item, or one for each page of an open tab.
pub(super) fn record(list: &str, at: &str, bytes: &[u8], sink: &mut dyn Sink) {
    let Ok(value @ Value::Object(_)) = lenient::value(bytes) else {
        return sink.set_aside(FindingCode::BadRecord, at, "A record of the browser is an object, and this one does not read as one");
    };
    if list == "Session" {
        return open_tab(&value, at, sink);
    }
    let item = match list {
        "Extensions" => extension(&value, bytes),
        "Search Engines" => engine(&value, bytes),
        _ => device(&value, bytes),
    };
    match item {
        Some(item) => sink.item(item),
        None => sink.set_aside(FindingCode::BadRecord, at, "A record of the browser has a name, and this one has none"),
    }
}

fn text(value: &Value, name: &str) -> String {
    spaced(value.get(name).and_then(Value::as_str).unwrap_or_default())
}

/// A time of the browser's own clock, or of one of the others that it writes.
fn clock(value: Option<&Value>) -> Option<Moment> {
    let number = numbers::integer_of(value?)?;
    match number.unsigned_abs() {
        0 => None,
        1..100_000_000_000 => time::seconds(number),
        100_000_000_000..100_000_000_000_000 => time::millis(number),
        // 2200-01-01 in microseconds; the browser's own clock passed it long ago.
        7_258_118_400_000_000.. => time::webkit_micros(number),
        _ => time::micros(number),
    }
}

/// Key: its id. The export does not say when it was installed.
fn extension(value: &Value, bytes: &[u8]) -> Option<NewItem> {
    let (name, id) = (text(value, "name"), text(value, "id"));
    let title = [&name, &id].into_iter().find(|text| !text.is_empty())?;
    let mut item = NewItem::new(Kind::Activity, "google.chrome.extension", if id.is_empty() { &name } else { &id }, Raw::json(bytes));
    item.title.clone_from(title);
    item.set("action", "installed");
    item.set("version", text(value, "version"));
    item.set("enabled", value.get("enabled").and_then(Value::as_bool));
    if !id.is_empty() {
        item.set("url", format!("https://chromewebstore.google.com/detail/{id}"));
    }
    item.set("extension_id", id);
    Some(item)
}

/// Key: keyword and address.
fn engine(value: &Value, bytes: &[u8]) -> Option<NewItem> {
    let (name, keyword, url) = (text(value, "short_name"), text(value, "keyword"), text(value, "url"));
    let title = [&name, &keyword].into_iter().find(|text| !text.is_empty())?;
    let mut item = NewItem::new(Kind::Activity, "google.chrome.search_engine", [&*keyword, &*url].join("\u{1f}"), Raw::json(bytes));
    item.title.clone_from(title);
    item.at = ["last_visited", "date_created", "last_modified"].iter().find_map(|name| clock(value.get(name)));
    // Engines come with the browser; few were chosen.
    item.hidden = true;
    item.set("action", "searches with");
    item.set("host", address::host(&url));
    item.set("url", url);
    item.set("keyword", keyword);
    Some(item)
}

/// Key: name and model. Devices are hidden: they say where their owner is signed in.
fn device(value: &Value, bytes: &[u8]) -> Option<NewItem> {
    let (name, model) = (text(value, "client_name"), text(value, "model"));
    let title = [&name, &model].into_iter().find(|text| !text.is_empty())?;
    let mut item = NewItem::new(Kind::Activity, "google.chrome.device", [&*name, &*model].join("\u{1f}"), Raw::json(bytes));
    item.title.clone_from(title);
    item.at = clock(value.get("last_updated_timestamp"));
    item.hidden = true;
    item.links.push(NewLink { role: Role::Device, entity: EntityRef::named(EntityKind::Device, &item.title) });
    item.set("action", "syncs");
    item.set("model", model);
    item.set("manufacturer", text(value, "manufacturer"));
    item.set("system", text(value, "os_type").trim_start_matches("OS_TYPE_").to_lowercase());
    item.set("version", text(value, "chrome_version"));
    Some(item)
}

/// The pages of a tab that was open. Key: the address and the instant.
fn open_tab(value: &Value, at: &str, sink: &mut dyn Sink) {
    let pages = value.get("tab").and_then(|tab| tab.get("navigation")).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let mut n_pages = 0;
    for page in pages {
        let url = ["virtual_url", "url"].iter().map(|name| text(page, name)).find(|url| url.contains(':')).unwrap_or_default();
        if url.is_empty() {
            continue;
        }
        let when = ["timestamp_msec", "timestamp"].iter().find_map(|name| clock(page.get(name)));
        let ms = when.as_ref().map(|when| when.ms.to_string()).unwrap_or_default();
        let raw = Raw::json(page.to_string().as_bytes());
        let mut item = NewItem::new(Kind::Activity, "google.chrome.open_tab", [&*url, &*ms].join("\u{1f}"), raw);
        let title = text(page, "title");
        item.title = if title.is_empty() { url.clone() } else { title };
        item.at = when;
        item.set("action", "open tab");
        item.set("host", address::host(&url));
        item.set("url", url);
        sink.item(item);
        n_pages += 1;
    }
    if n_pages == 0 {
        sink.skip(FindingCode::IgnoredFile, at, "Windows and tabs without a page are Chrome's own state, and not history");
    }
}

/// The words that were added to the dictionary, one a line, as one document.
pub(super) fn dictionary(input: &mut Input<'_>, sink: &mut dyn Sink) -> io::Result<()> {
    let bytes = input.read_all(LIMIT)?;
    let words = charset::decoded(&bytes);
    let words: Vec<&str> = words.lines().map(str::trim).filter(|word| !word.is_empty() && !word.starts_with("checksum_v1")).collect();
    if words.is_empty() {
        return Ok(());
    }
    let mut item =
        NewItem::new(Kind::Document, "google.chrome.dictionary", "dictionary", Raw { format: RawFormat::Text, bytes: bytes.clone() });
    input.path.rsplit('/').next().unwrap_or_default().clone_into(&mut item.title);
    item.text = words.join("\n");
    sink.item(item);
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::importer::collected::{read, shown};
    use crate::importer::{Claim, Probe};
    use crate::importers::chrome::IMPORTER;

    fn lines(path: &str, file: &str) -> Vec<String> {
        read(&IMPORTER, path, file.as_bytes()).items.iter().map(shown).collect()
    }

    #[test]
    fn the_browsers_own_files_are_read() {
        assert_eq!(
            lines(
                "Chrome/Extensions.json",
                r#"{"Extensions":[{"name":"Knot Finder","id":"abcdef","version":"1.2","enabled":true},{"version":"1"},"Your data is encrypted and cannot be exported"]}"#
            ),
            ["activity google.chrome.extension no time | Knot Finder"]
        );
        assert_eq!(
            lines(
                "Chrome/SearchEngines.json",
                r#"{"Search Engines":[{"short_name":"Ropes","keyword":"r","url":"https://example.org/?q={searchTerms}","date_created":"13390818753218000"}]}"#
            ),
            ["activity google.chrome.search_engine 2025-05-04T07:52:33.218Z | Ropes (hidden)"]
        );
        assert_eq!(
            lines(
                "Chrome/Device Information.json",
                r#"{"Device Info":[{"client_name":"Laptop","model":"M1","last_updated_timestamp":1746345153218,"os_type":"OS_TYPE_LINUX"}]}"#
            ),
            ["activity google.chrome.device 2025-05-04T07:52:33.218Z | Laptop <Device name:laptop> (hidden)"]
        );
        let tabs = r#"{"Session":[{"session_tag":"x","header":{"client_name":"Laptop"}},{"session_tag":"x","tab":{"navigation":[{"virtual_url":"https://example.org/","title":"Example","timestamp_msec":"1746345153218"},{"virtual_url":""}]}}]}"#;
        let tabs = read(&IMPORTER, "Chrome/History.json", tabs.as_bytes());
        assert_eq!(
            tabs.items.iter().map(shown).collect::<Vec<_>>(),
            ["activity google.chrome.open_tab 2025-05-04T07:52:33.218Z | Example"]
        );
        assert_eq!(tabs.n_skipped, 1);
        assert_eq!(
            lines("Chrome/Dictionary.csv", "Spleiß\nbowline\n"),
            ["document google.chrome.dictionary no time | Dictionary.csv | Spleiß / bowline"]
        );
    }

    #[test]
    fn what_is_typed_into_forms_and_settings_are_left_out() {
        let claim =
            |path, head: &'static str| (IMPORTER.recognizes)(&Probe { path, head: head.as_bytes(), tail: b"", size: head.len() as u64 });
        for (path, head) in [
            ("Chrome/Autofill.json", "{\"Autofill\": []}"),
            ("Chrome/Addresses and more.json", "{\"Contact Info\": [], \"Autofill Profile\": []}"),
            ("Chrome/Settings.json", "{\"Preference\": []}"),
            ("Chrome/SyncSettings.json", "{\"Arc Package\": []}"),
        ] {
            assert!(matches!(claim(path, head), Claim::Ignore(..)), "{path}");
        }
        assert_eq!(claim("Chrome/Erweiterungen.json", "{\n  \"Extensions\": [ {"), Claim::Yes(3));
        assert_eq!(claim("Chrome/Wörterbuch.csv", "Spleiß\nbowline\n"), Claim::Yes(1));
        assert_eq!(claim("x.json", "{\"Extensions\": 3}"), Claim::No);
    }
}
