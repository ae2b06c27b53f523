//! Search Contributions: `Reviews.json`, `Thumbs.json`, `Watched.json`, `Hearts.json` and the streaming providers, what was
//! said of films, books and the like in Google's results.
//!
//! A rating becomes a [`Kind::Review`], what was marked as watched or loved a [`Kind::Activity`]. Key: the file's kind of
//! contribution, what it is about, and when it was published. Two files of one name are told apart by their records alone.
//!
//! `data`: `about` (the search), `rating` (1 to 5, or the thumb's word), `updated`, and the record's other fields by their
//! names.

use std::io;

use domain::{FindingCode, Kind, NewItem, Raw};
use serde_json::Value;

use crate::importer::{Claim, Importer, Input, Parse, Probe, Sink};
use crate::json::each::each;
use crate::json::lenient;
use crate::text::{numbers, time};

pub(crate) static IMPORTER: Importer =
    Importer { id: "google.search_contributions", label: "Search Contributions", recognizes, parse: Parse::File(parse) };

const KEYS: [&str; 5] = ["\"Search Query\"", "\"Review Star Rating\"", "\"Thumbs Rating\"", "\"Provider Name\"", "\"Review Comment\""];

fn recognizes(probe: &Probe<'_>) -> Claim {
    if probe.extension() != "json" {
        return Claim::No;
    }
    let has = |key: &str| memchr::memmem::find(probe.head, key.as_bytes()).is_some();
    let shaped = probe.head.trim_ascii_start().starts_with(b"[") && KEYS.iter().any(|key| has(key));
    let named = probe.folders().any(|folder| folder == "Search Contributions");
    Claim::by(shaped, named)
}

fn parse(input: &mut Input<'_>, sink: &mut dyn Sink) -> io::Result<()> {
    each(input.reader, sink, |entry, sink| {
        if !entry.listed {
            return;
        }
        match lenient::value(entry.bytes) {
            Ok(record) => contribution(&record, entry.bytes, &entry.at, sink),
            Err(error) => {
                let message = format!("Expected a contribution as a JSON object, and found: {error}.");
                sink.set_aside(FindingCode::BadRecord, &entry.at, &message);
            }
        }
    })
}

fn contribution(record: &Value, bytes: &[u8], at: &str, sink: &mut dyn Sink) {
    let text = |keys: &[&str]| keys.iter().find_map(|key| record[*key].as_str()).unwrap_or_default().trim().to_owned();
    let (about, comment, thumb) = (text(&["Search Query", "Title", "Name"]), text(&["Review Comment"]), text(&["Thumbs Rating"]));
    let provider = text(&["Provider Name"]);
    let stars = numbers::float_of(&record["Review Star Rating"]);
    let subject = if about.is_empty() { &provider } else { &about };
    if subject.is_empty() && comment.is_empty() {
        return sink.set_aside(FindingCode::BadRecord, at, "Expected what the contribution is about in `Search Query`, and found nothing.");
    }
    let is_review = stars.is_some() || !comment.is_empty() || !thumb.is_empty();
    let published = time::of(&record["Published"]);
    let kind_of = if stars.is_some() || !comment.is_empty() {
        "review"
    } else if !thumb.is_empty() {
        "thumb"
    } else if !provider.is_empty() {
        "provider"
    } else {
        "mark"
    };
    let key = format!("{kind_of}|{subject}|{}", published.as_ref().map_or(0, |at| at.ms));
    let mut item = NewItem::new(if is_review { Kind::Review } else { Kind::Activity }, IMPORTER.id, key, Raw::json(bytes));
    item.title = if subject.is_empty() { comment.lines().next().unwrap_or_default().to_owned() } else { subject.clone() };
    item.text = comment;
    item.at = published.or_else(|| time::of(&record["Updated"]));
    for (name, value) in record.as_object().into_iter().flatten().filter(|(name, _)| {
        !matches!(name.as_str(), "Search Query" | "Review Comment" | "Review Star Rating" | "Thumbs Rating" | "Published" | "Updated")
    }) {
        item.set(name, value.clone());
    }
    item.set("about", about);
    item.set("rating", stars.map(Value::from).unwrap_or_else(|| Value::from(thumb)));
    item.set("updated", record["Updated"].clone());
    sink.item(item);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::importer::collected::read;

    #[test]
    fn ratings_thumbs_and_marks_are_read() {
        let file = br#"[{"Published": "2023-05-01T12:00:00Z", "Updated": "2023-05-02T12:00:00Z", "Search Query": "The Long Film", "Review Comment": "Too long", "Review Star Rating": 2},
          {"Published": "2023-05-01T12:00:00Z", "Search Query": "The Long Film", "Thumbs Rating": "THUMBS_DOWN"},
          {"Published": "2023-05-03T12:00:00Z", "Search Query": "The Short Film"}, {"Published": "2023-05-03T12:00:00Z"}]"#;
        assert_eq!(
            read(&IMPORTER, "Search Contributions/Bewertungen.json", file).shown().lines().filter(|line| !line.starts_with('!')).collect::<Vec<_>>(),
            [
                "review google.search_contributions 2023-05-01T12:00:00Z | The Long Film | Too long",
                "review google.search_contributions 2023-05-01T12:00:00Z | The Long Film",
                "activity google.search_contributions 2023-05-03T12:00:00Z | The Short Film",
                "= 3 items, 0 merged, 0 skipped, 1 set aside",
            ]
        );
    }
}
