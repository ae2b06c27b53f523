//! Files of lists by name: the synced history (pages visited, addresses typed), and what [`super::browser`] reads.

use std::io;

use domain::{EntityKind, EntityRef, FindingCode, Kind, NewItem, NewLink, Raw, RawFormat, Role};
use serde::Deserialize;
use serde_json::json;

use super::{SEALED, SEALED_HINT, browser};
use crate::importer::{Input, Sink};
use crate::importers::activity::address;
use crate::importers::activity::row::spaced;
use crate::json::each::each;
use crate::json::lenient;
use crate::text::{numbers, time};

/// Microseconds from 1601, where Chrome's own clock begins, to 1970.
const FROM_1601: i64 = 11_644_473_600_000_000;

/// Reads the file. A visit is a record; an address that was typed counts as one record a visit.
pub(super) fn parse(input: &mut Input<'_>, sink: &mut dyn Sink) -> io::Result<()> {
    each(input.reader, sink, |entry, sink| {
        if entry.listed {
            record(entry.key, &entry.at, entry.bytes, sink);
        }
    })
}

fn record(key: &str, at: &str, bytes: &[u8], sink: &mut dyn Sink) {
    if memchr::memmem::find(bytes.get(..256).unwrap_or(bytes), SEALED.as_bytes()).is_some() && bytes.starts_with(b"\"") {
        sink.skip(FindingCode::Elsewhere, at, SEALED_HINT);
        return;
    }
    match key {
        "Browser History" => match lenient::record::<Visit>(bytes, &["url"]) {
            Ok(visit) if !visit.url.is_empty() => {
                let usec = visit.time_usec.unwrap_or_default();
                let item = visit.into_item(Raw::json(bytes));
                if item.at.is_none() && usec != 0 {
                    sink.uncertain_time(at, &usec.to_string());
                }
                sink.item(item);
            }
            Ok(_) => sink.set_aside(FindingCode::BadRecord, at, "A page visit has an address, and this one has none"),
            Err(error) => {
                sink.set_aside(FindingCode::BadRecord, at, &format!("A page visit was expected, and it does not read as one ({error})"));
            }
        },
        "Typed Url" => match lenient::record::<Typed>(bytes, &["url", "visits"]) {
            Ok(typed) if typed.url.is_empty() => {
                sink.set_aside(FindingCode::BadRecord, at, "A typed address was expected, and it is empty");
            }
            Ok(typed) if typed.visits.is_empty() => {
                sink.skip(FindingCode::BadRecord, at, "Typed addresses without a visit say nothing of when");
            }
            Ok(typed) => typed.visits.iter().for_each(|visit| sink.item(typed.item(*visit))),
            Err(error) => {
                sink.set_aside(FindingCode::BadRecord, at, &format!("A typed address was expected, and it does not read as one ({error})"));
            }
        },
        key if browser::LISTS.contains(&key) => browser::record(key, at, bytes, sink),
        _ => sink.skip(FindingCode::IgnoredFile, at, "Tab groups, apps and switches are Chrome's own state, and not history"),
    }
}

#[derive(Deserialize)]
#[serde(expecting = "an object with an address and a time")]
struct Visit {
    #[serde(default)]
    url: String,
    title: Option<String>,
    #[serde(default, deserialize_with = "numbers::integer")]
    time_usec: Option<i64>,
    page_transition: Option<String>,
    page_transition_qualifier: Option<String>,
    client_id: Option<String>,
}

impl Visit {
    fn into_item(self, raw: Raw) -> NewItem {
        let usec = self.time_usec.unwrap_or_default();
        let mut item = page(&self.url, self.title.as_deref().unwrap_or_default(), usec, raw);
        item.set("transition", self.page_transition.unwrap_or_default().to_lowercase());
        item.set("transition_qualifier", self.page_transition_qualifier.unwrap_or_default().to_lowercase());
        if let Some(client) = self.client_id.filter(|client| !client.is_empty()) {
            item.links.push(NewLink {
                role: Role::Device,
                entity: EntityRef { kind: EntityKind::Device, address: format!("chrome.client:{client}"), name: String::new() },
            });
            item.set("client_id", client);
        }
        item
    }
}

#[derive(Deserialize)]
#[serde(expecting = "an object with an address and its visits")]
struct Typed {
    #[serde(default)]
    url: String,
    #[serde(default)]
    title: String,
    #[serde(default)]
    visits: Vec<i64>,
}

impl Typed {
    /// One visit; the same visit in the list of pages has the same identity. Its raw form is cut down to itself, as an
    /// address can have thousands of visits.
    fn item(&self, visit: i64) -> NewItem {
        let raw = json!({ "url": self.url, "title": self.title, "visits": [visit] }).to_string();
        let mut item = page(&self.url, &self.title, visit.saturating_sub(FROM_1601), Raw::text(RawFormat::Json, &raw));
        item.set("transition", "typed");
        item
    }
}

/// The item for a visit. Key: the microsecond and the address. `data`: `url`, `host`, `transition`, `transition_qualifier`,
/// `client_id`.
fn page(url: &str, title: &str, usec: i64, raw: Raw) -> NewItem {
    let mut item = NewItem::new(Kind::Page, "google.chrome.history", format!("{usec}\u{1f}{url}"), raw);
    let title = spaced(title);
    item.title = if title.is_empty() { url.to_owned() } else { title };
    // Some years wrote the browser's own clock here too, whose present is beyond the year 2200 of the other.
    item.at = time::micros(usec).or_else(|| time::webkit_micros(usec));
    item.set("url", url);
    item.set("host", address::host(url));
    item
}

#[cfg(test)]
mod tests {
    use crate::importer::collected::read;
    use crate::importers::chrome::IMPORTER;

    #[test]
    fn visits_are_read_and_a_typed_visit_is_the_same_visit() {
        let file = r#"{"Browser History":[{"page_transition":"TYPED","title":"Example","url":"https://example.org/","client_id":"abC==","time_usec":1746345153218000},{"url":"https://example.org/b","title":"","time_usec":0},{"title":"none"},7,{"url":"https://example.org/c","title":12,"time_usec":"13390818753218000"}],
"Typed Url":[{"url":"https://example.org/","title":"Example","visits":[13390818753218000],"hidden":false}],"Session":[{"session_tag":"x"}]}"#;
        let collected = read(&IMPORTER, "Chrome/Verlauf.json", file.as_bytes());
        assert_eq!(
            collected.items.iter().map(crate::importer::collected::shown).collect::<Vec<_>>(),
            [
                "page google.chrome.history 2025-05-04T07:52:33.218Z | Example <Device chrome.client:abC==>",
                "page google.chrome.history no time | https://example.org/b",
                "page google.chrome.history 2025-05-04T07:52:33.218Z | https://example.org/c",
                "page google.chrome.history 2025-05-04T07:52:33.218Z | Example",
            ]
        );
        assert_eq!(collected.items[0].uid, collected.items[3].uid);
        assert_eq!((collected.n_set_aside, collected.n_skipped), (2, 1));
    }

    #[test]
    fn sealed_records_say_how_to_get_them() {
        let collected = read(&IMPORTER, "Chrome/History.json", br#"{"Browser History":["Your data is encrypted and cannot be exported"]}"#);
        assert_eq!(collected.n_skipped, 1);
        assert!(collected.findings[0].message.contains("passphrase"));
    }
}
