//! Searches as they were exported until 2017: `Searches/<span of months>.json`, an `event` a query with each time that it was made.
//!
//! Each time becomes the row of activity that later exports hold of it, with the same identity: see [`super::activity`].

use std::io;

use domain::{FindingCode, NewItem, Raw};
use serde::Deserialize;

use super::activity::row::{self, Row};
use crate::importer::{Claim, Importer, Input, Parse, Probe, Sink};
use crate::json::each::each;
use crate::json::lenient;
use crate::text::{numbers, time};

pub(crate) static IMPORTER: Importer =
    Importer { id: "google.searches", label: "Searches until 2017", recognizes, parse: Parse::File(parse) };

fn recognizes(probe: &Probe<'_>) -> Claim {
    let has = |key: &str| memchr::memmem::find(probe.head, key.as_bytes()).is_some();
    let shaped = has("\"event\"") && has("\"query_text\"") && has("\"timestamp_usec\"");
    if probe.extension() == "json" && shaped { Claim::Yes(2) } else { Claim::No }
}

#[derive(Deserialize)]
struct Event {
    query: Query,
}

#[derive(Deserialize)]
struct Query {
    query_text: String,
    #[serde(default)]
    id: Vec<Id>,
}

#[derive(Deserialize)]
struct Id {
    #[serde(default, deserialize_with = "numbers::text")]
    timestamp_usec: Option<String>,
}

fn parse(input: &mut Input<'_>, sink: &mut dyn Sink) -> io::Result<()> {
    each(input.reader, sink, |entry, sink| {
        if !entry.listed {
            return;
        }
        let query = match lenient::record::<Event>(entry.bytes, &[]) {
            Ok(event) => event.query,
            Err(error) => {
                return sink.set_aside(FindingCode::BadRecord, &entry.at, &format!("A query with its times was expected here: {error}."));
            }
        };
        let mut times: Vec<Option<String>> = query.id.into_iter().map(|id| id.timestamp_usec).collect();
        if times.is_empty() {
            times.push(None);
        }
        for written in times {
            let written = written.unwrap_or_default();
            match search(&query.query_text, written.clone(), entry.bytes) {
                Some(item) => {
                    if item.at.is_none() && !written.is_empty() {
                        sink.uncertain_time(&entry.at, &written);
                    }
                    sink.item(item);
                }
                None => sink.skip(FindingCode::BadRecord, &entry.at, "Queries without words say nothing"),
            }
        }
    })
}

fn search(query: &str, written: String, bytes: &[u8]) -> Option<NewItem> {
    let query = row::spaced(query);
    if query.is_empty() {
        return None;
    }
    let at = written.parse().ok().and_then(time::micros);
    let unread_time = if at.is_none() { written } else { String::new() };
    let title = format!("Searched for {query}");
    let row = Row { header: "Search".to_owned(), products: vec!["Search".to_owned()], title, at, unread_time, ..Row::default() };
    row::item(row, "", Raw::json(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::importer::collected::read;
    use crate::importers::activity_json;

    #[test]
    fn each_time_of_a_query_is_the_search_that_later_exports_tell() {
        let old = br#"{"event": [{"query": {"id": [{"timestamp_usec": "1420070400123456"}, {"timestamp_usec": "1420070500000000"}], "query_text": "how to  splice"}}, {"query": 5}]}"#;
        let collected = read(&IMPORTER, "Searches/2015-01-01 January 2015 to March 2015.json", old);
        assert_eq!(
            collected.shown().lines().take(2).collect::<Vec<_>>(),
            [
                "search google.activity.search 2015-01-01T00:00:00.123Z | how to splice",
                "search google.activity.search 2015-01-01T00:01:40Z | how to splice",
            ]
        );
        assert_eq!(collected.n_set_aside, 1);
        let new = br#"[{"header": "Search", "title": "Searched for how to splice", "titleUrl": "https://www.google.com/search?q=how+to+splice", "time": "2015-01-01T00:00:00.123Z", "products": ["Search"]}]"#;
        assert_eq!(read(&activity_json::IMPORTER, "MyActivity.json", new).items[0].uid, collected.items[0].uid);
    }
}
