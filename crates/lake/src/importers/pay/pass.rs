//! Passes: tickets, boarding passes, loyalty cards, offers. One object a file; its shape is not documented, so what is not there
//! is not missed.

use std::io;

use domain::{EntityKind, EntityRef, FindingCode, Kind, NewItem, NewLink, Raw, Role};
use serde_json::Value;

use crate::importer::{Input, Sink};
use crate::importers::activity::row::spaced;
use crate::json::lenient;
use crate::text::time;

/// Longest pass, bytes; a picture may be in it.
const LIMIT: u64 = 4 << 20;

/// Whether the first bytes are a pass's.
pub(super) fn looks_like(head: &[u8]) -> bool {
    let has = |key: &str| memchr::memmem::find(head, key.as_bytes()).is_some();
    head.trim_ascii_start().starts_with(b"{") && has("\"classType\"") && (has("\"issuerName\"") || has("\"state\""))
}

pub(super) fn parse(input: &mut Input<'_>, sink: &mut dyn Sink) -> io::Result<()> {
    let name = input.path.rsplit('/').next().unwrap_or(input.path).to_owned();
    let bytes = input.read_all(LIMIT)?;
    match lenient::value(&bytes) {
        Ok(pass @ Value::Object(_)) => sink.item(item(&pass, &name, &bytes)),
        Ok(_) => sink.set_aside(FindingCode::WrongFormat, "byte 0", "A pass is one JSON object, and this file holds something else"),
        Err(error) => {
            sink.set_aside(FindingCode::BadRecord, "byte 0", &format!("A pass was expected, and it does not read as JSON ({error})"));
        }
    }
    Ok(())
}

/// Key: the pass's id, else its file's name.
fn item(pass: &Value, file: &str, bytes: &[u8]) -> NewItem {
    let text =
        |path: &[&str]| spaced(path.iter().try_fold(pass, |value, name| value.get(name)).and_then(Value::as_str).unwrap_or_default());
    let first = |paths: &[&[&str]]| paths.iter().map(|path| text(path)).find(|text| !text.is_empty()).unwrap_or_default();
    let start = first(&[&["dateTime", "start"], &["startTime"], &["departureTime"], &["eventDateTime"]]);
    let at = time::iso(&start);
    let kind = if at.is_some() { Kind::Event } else { Kind::Document };
    let id = text(&["id"]);
    let issuer = text(&["issuerName"]);
    let class = text(&["classType"]).to_lowercase();
    let mut item = NewItem::new(kind, "google.pay.pass", if id.is_empty() { file } else { &id }, Raw::json(bytes));
    item.title = first(&[&["eventName"], &["programName"], &["title"], &["name"], &["issuerName"]]);
    if item.title.is_empty() {
        file.clone_into(&mut item.title);
    }
    let (venue, address) = (text(&["venue", "name"]), text(&["venue", "address"]));
    let place: Vec<&str> = [venue.as_str(), &address].into_iter().filter(|part| !part.is_empty()).collect();
    item.text = [issuer.as_str()].into_iter().chain(place.iter().copied()).filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n");
    item.until = time::iso(&text(&["dateTime", "end"])).map(|end| end.ms);
    item.at = at;
    if !issuer.is_empty() {
        item.links.push(NewLink { role: Role::Organizer, entity: EntityRef::named(EntityKind::Organisation, &issuer) });
    }
    item.set("location", place.join(", "));
    item.set("issuer", issuer);
    item.set("pass", class);
    item.set("state", text(&["state"]).to_lowercase());
    item
}

#[cfg(test)]
mod tests {
    use crate::importer::collected::read;
    use crate::importers::pay::IMPORTER;

    #[test]
    fn tickets_are_events_and_cards_are_documents() {
        let ticket = r#"{"id":"1.2","classType":"EVENT_TICKET","state":"ACTIVE","issuerName":"Harbour Hall","eventName":"Shanties","venue":{"name":"Quay","address":"Quay 1, Town"},"dateTime":{"start":"2025-05-01T20:00:00+02:00","end":"2025-05-01T22:00:00+02:00"}}"#;
        assert_eq!(
            read(&IMPORTER, "Google Pay/Passes/Harbour Hall.1.json", ticket.as_bytes()).shown(),
            "event google.pay.pass 2025-05-01T18:00:00Z | Shanties | Harbour Hall / Quay / Quay 1, Town <Organizer name:harbour hall>\n= 1 items, 0 merged, 0 skipped, 0 set aside"
        );
        let card = r#"{"classType":"LOYALTY","issuerName":"Bakery","programName":"Crumbs"}"#;
        assert_eq!(
            read(&IMPORTER, "Google Pay/Passes/Bakery.json", card.as_bytes()).shown(),
            "document google.pay.pass no time | Crumbs | Bakery <Organizer name:bakery>\n= 1 items, 0 merged, 0 skipped, 0 set aside"
        );
        assert_eq!(read(&IMPORTER, "Passes/x.json", b"{\"classType\":\"OFFER\",\"state\":").n_set_aside, 1);
    }
}
