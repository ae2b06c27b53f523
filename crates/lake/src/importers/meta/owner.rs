//! Whose account it is: `profile_information.json`, as a contact marked as the owner's own. Threads name people by their names
//! alone, so the name is what tells which messages the owner sent.
//!
//! Identity: the addresses, else the name. `data`: `is_owner` (true), `emails`.

use domain::{EntityKind, EntityRef, FindingCode, Kind, NewItem, NewLink, Raw, Role};
use serde_json::Value;

use super::Service;
use super::mojibake::mend;
use crate::importer::Sink;
use crate::json::lenient;

/// The keys under which the profile stands, by year.
const KEYS: [&str; 2] = ["profile_v2", "profile"];

/// Whether a file begins as the profile does.
pub(super) fn looks_like(head: &[u8]) -> bool {
    let has = |key: &str| memchr::memmem::find(head, format!("\"{key}\"").as_bytes()).is_some();
    KEYS.iter().any(|key| has(key)) && has("full_name")
}

/// Reads the one profile of a file.
pub(super) fn parse(service: Service, bytes: &[u8], sink: &mut dyn Sink) {
    let file = match lenient::value(bytes).map(mend) {
        Ok(file) => file,
        Err(error) => {
            return sink.set_aside(FindingCode::BadRecord, "", &format!("A profile was expected, and it does not read as one ({error})."));
        }
    };
    let profile = KEYS.iter().filter_map(|key| file.get(*key)).find(|profile| profile.is_object()).unwrap_or(&Value::Null);
    match owner(service, profile, bytes) {
        Some(item) => sink.item(item),
        None => sink.skip(FindingCode::EmptyProduct, "", "The profile has no name."),
    }
}

fn owner(service: Service, profile: &Value, bytes: &[u8]) -> Option<NewItem> {
    let name = profile["name"]["full_name"].as_str().or_else(|| profile["name"].as_str())?.trim();
    if name.is_empty() {
        return None;
    }
    let emails = profile["emails"]["emails"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let emails: Vec<String> = emails.map(|email| email.trim().to_lowercase()).filter(|email| email.contains('@')).collect();
    let key = ["profile", &if emails.is_empty() { name.to_owned() } else { emails.join(",") }].join("\u{1f}");
    let mut item = NewItem::new(Kind::Contact, service.source(), key, Raw::json(bytes));
    item.title = name.to_owned();
    item.links.push(NewLink { role: Role::Subject, entity: EntityRef::named(EntityKind::Person, name) });
    item.links.extend(emails.iter().map(|email| NewLink { role: Role::Subject, entity: EntityRef::mailbox(email, name) }));
    item.set("is_owner", true);
    item.set("emails", emails);
    Some(item)
}
