//! vCard 2.1 to 4.0.

use std::io;

use domain::{FindingCode, Raw, RawFormat};

use super::Take;
use super::person::{Labelled, Person};
use crate::components::{Component, Components, Next, Property, split};
use crate::importer::{Input, Sink};

/// Reads a vCard file; `take` is given each contact.
pub(super) fn read(input: &mut Input<'_>, sink: &mut dyn Sink, take: &mut Take<'_>) -> io::Result<()> {
    let mut cards = Components::new(input.reader, None);
    loop {
        match cards.next()? {
            Next::Component { line, component, raw } => {
                let at = format!("line {line}");
                if component.name != "VCARD" {
                    sink.set_aside(
                        FindingCode::BadRecord,
                        &at,
                        &format!("A card begins with BEGIN:VCARD; here stands BEGIN:{}.", component.name),
                    );
                    continue;
                }
                match person(&component).into_item(super::IMPORTER.id, Raw { format: RawFormat::Card, bytes: raw }) {
                    Some(item) => take(item, sink),
                    None => sink.skip(FindingCode::BadRecord, &at, "The card has no name, address or number."),
                }
            }
            Next::Property(_) => {}
            Next::Broken(line, why) => sink.set_aside(FindingCode::BadRecord, &format!("line {line}"), why),
            Next::Cut { line, .. } => {
                let at = format!("line {line}");
                sink.set_aside(FindingCode::CutShort, &at, "The card is cut off where the file ends.");
                sink.cut_short(&at);
            }
            Next::End => return Ok(()),
        }
    }
}

fn person(card: &Component) -> Person {
    let mut person = Person { full_name: card.text("FN"), nickname: card.text("NICKNAME"), notes: card.text("NOTE"), ..Person::default() };
    if let Some(name) = card.property("N") {
        let mut parts = split(&name.value, ';').into_iter();
        person.family = parts.next().unwrap_or_default();
        person.given = parts.next().unwrap_or_default();
        person.middle = parts.next().unwrap_or_default();
    }
    if let Some(organisation) = card.property("ORG") {
        let mut parts = split(&organisation.value, ';').into_iter();
        person.organisation = parts.next().unwrap_or_default();
        person.department = parts.next().unwrap_or_default();
    }
    person.position = card.text("TITLE");
    person.birthday = card.text("BDAY");
    person.updated = card.text("REV");
    let labelled =
        |name: &'static str| -> Vec<Labelled> { card.all(name).map(|property| (label(card, property), property.text())).collect() };
    person.emails = labelled("EMAIL").into_iter().map(|(label, value)| (label, value.trim_start_matches("mailto:").to_owned())).collect();
    person.phones = labelled("TEL").into_iter().map(|(label, value)| (label, value.trim_start_matches("tel:").to_owned())).collect();
    person.websites = labelled("URL");
    person.relations = labelled("X-ABRELATEDNAMES").into_iter().chain(labelled("RELATED")).collect();
    person.events = labelled("X-ABDATE").into_iter().chain(labelled("ANNIVERSARY")).collect();
    person.custom = labelled("IMPP").into_iter().chain(labelled("X-PHONETIC-FIRST-NAME")).chain(labelled("X-PHONETIC-LAST-NAME")).collect();
    person.addresses = card.all("ADR").map(|address| (label(card, address), lines(&split(&address.value, ';')))).collect();
    person.labels = card.all("CATEGORIES").flat_map(|categories| split(&categories.value, ',')).collect();
    if let Some(photo) = card.property("PHOTO") {
        match picture(photo) {
            Some(picture) => person.photo = Some(picture),
            None => person.photo_url = photo.text().trim().to_owned(),
        }
    }
    person
}

/// The owner's own label (`item1.X-ABLabel`), or the type that says most.
fn label(card: &Component, property: &Property) -> String {
    if !property.group.is_empty() {
        let own = card.all("X-ABLABEL").find(|label| label.group == property.group).map(Property::text).unwrap_or_default();
        let own = own.trim().trim_start_matches("_$!<").trim_end_matches(">!$_").to_owned();
        if !own.is_empty() {
            return own;
        }
    }
    let types = property.parameter("TYPE").unwrap_or_default().to_lowercase();
    let said = types.split(',').map(str::trim).find(|kind| !matches!(*kind, "" | "internet" | "pref" | "voice" | "x-internet"));
    match said {
        Some("cell") => "mobile".to_owned(),
        Some(kind) => kind.to_owned(),
        None => String::new(),
    }
}

/// The filled parts of an address, in their own order.
fn lines(parts: &[String]) -> String {
    let filled = parts.iter().map(|part| part.trim().replace('\n', ", ")).filter(|part| !part.is_empty());
    filled.collect::<Vec<_>>().join(", ")
}

/// A picture that stands in the card: base64 by `ENCODING`, or a `data:` address. `None` for one that is only named.
fn picture(photo: &Property) -> Option<(String, Vec<u8>)> {
    let (media_type, encoded) = match photo.value.strip_prefix("data:").and_then(|data| data.split_once(";base64,")) {
        Some((media_type, encoded)) => (media_type.to_owned(), encoded),
        None => {
            let encoding =
                photo.parameter("ENCODING").or_else(|| photo.parameter("TYPE").filter(|kind| kind.eq_ignore_ascii_case("base64")))?;
            if !matches!(encoding.to_ascii_lowercase().as_str(), "b" | "base64") {
                return None;
            }
            let kind = photo.parameter("TYPE").unwrap_or_else(|| "jpeg".to_owned()).to_lowercase();
            let kind = kind.split(',').find(|kind| !matches!(*kind, "base64" | "pref")).unwrap_or("jpeg").to_owned();
            (format!("image/{}", kind.trim_start_matches("image/")), photo.value.as_str())
        }
    };
    let encoded: Vec<u8> = encoded.bytes().filter(|byte| !byte.is_ascii_whitespace() && *byte != b'\\').collect();
    mail_parser::decoders::base64::base64_decode(&encoded).map(|bytes| (media_type, bytes))
}
