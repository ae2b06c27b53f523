//! Whose account it is: Facebook's `profile_information.json` and Instagram's `personal_information.json` (until 2020 `profile.json`), as
//! a contact marked as the owner's own. Threads name people by their names alone, so the name is what tells which messages the owner sent.
//!
//! Identity: the addresses, else the name. `data`: `is_owner` (true), `emails`, `username` (of Instagram).

use domain::{EntityKind, EntityRef, FindingCode, Kind, NewItem, NewLink, Raw, Role};
use serde_json::{Map, Value};

use super::Service;
use super::mojibake::mend;
use crate::importer::Sink;
use crate::json::lenient;

/// The keys under which the profile stands, by year.
const KEYS: [&str; 2] = ["profile_v2", "profile"];

/// Instagram's key, over captions in the account's language.
const OF_INSTAGRAM: &str = "profile_user";
const NAMES: &[&str] = &["Name", "Nom", "Nombre", "Nome", "Naam", "名前", "Имя"];
const USERNAMES: &[&str] = &[
    "Username",
    "Benutzername",
    "Nom d\u{2019}utilisateur",
    "Nom d'utilisateur",
    "Nombre de usuario",
    "Nome utente",
    "Nome de usuário",
    "Gebruikersnaam",
];

/// The keys of Instagram's profile of until 2020, which stand in no wrapping.
const FLAT: [&str; 3] = ["date_joined", "username", "private_account"];

/// Whether a file begins as Instagram's profile of until 2020 does.
pub(super) fn is_flat(head: &[u8]) -> bool {
    FLAT.iter().all(|key| memchr::memmem::find(head, format!("\"{key}\"").as_bytes()).is_some())
}

/// Whether a file begins as the profile does.
pub(super) fn looks_like(head: &[u8]) -> bool {
    let has = |key: &str| memchr::memmem::find(head, format!("\"{key}\"").as_bytes()).is_some();
    is_flat(head) || KEYS.iter().any(|key| has(key)) && has("full_name") || has(OF_INSTAGRAM) && has("string_map_data")
}

/// Reads the one profile of a file.
pub(super) fn parse(service: Service, bytes: &[u8], sink: &mut dyn Sink) {
    let file = match lenient::value(bytes) {
        Ok(file) => file,
        Err(error) => {
            return sink.set_aside(FindingCode::BadRecord, "", &format!("A profile was expected, and it does not read as one ({error})."));
        }
    };
    // Its texts are sound, as all of that export's.
    if let Some(fields) = file.as_object().filter(|fields| FLAT.iter().all(|key| fields.contains_key(*key))) {
        return match flat(service, fields, bytes) {
            Some(item) => sink.item(item),
            None => sink.skip(FindingCode::EmptyProduct, "", "The profile has no name."),
        };
    }
    let file = mend(file);
    if let Some(captions) = file[OF_INSTAGRAM][0]["string_map_data"].as_object() {
        return match of_instagram(service, captions, bytes) {
            Some(item) => sink.item(item),
            None => sink.skip(FindingCode::EmptyProduct, "", "The profile has no name."),
        };
    }
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
    Some(card(service, name, emails, bytes))
}

fn flat(service: Service, fields: &Map<String, Value>, bytes: &[u8]) -> Option<NewItem> {
    let said = |key: &str| fields.get(key).and_then(Value::as_str).map(str::trim).filter(|text| !text.is_empty());
    let username = said("username");
    let name = said("name").or(username)?;
    let email = said("email").filter(|email| email.contains('@')).map(str::to_lowercase);
    let mut item = card(service, name, email.into_iter().collect(), bytes);
    item.text = said("biography").unwrap_or_default().to_owned();
    named_there(&mut item, name, username);
    Some(item)
}

/// Adds the name that the account has there.
fn named_there(item: &mut NewItem, name: &str, username: Option<&str>) {
    if let Some(username) = username.filter(|username| *username != name) {
        item.links.push(NewLink { role: Role::Subject, entity: EntityRef::named(EntityKind::Person, username) });
    }
    item.set("username", username);
}

fn of_instagram(service: Service, captions: &Map<String, Value>, bytes: &[u8]) -> Option<NewItem> {
    let said = |caption: &str| captions.get(caption).and_then(|map| map["value"].as_str()).map(str::trim).unwrap_or_default();
    let first = |keys: &[&'static str]| keys.iter().map(|key| said(key)).find(|text| !text.is_empty());
    let username = first(USERNAMES);
    let name = first(NAMES).or(username)?;
    let emails =
        captions.keys().map(|caption| said(caption)).filter(|text| text.contains('@') && !text.contains(' ') && !text.starts_with('@'));
    let mut item = card(service, name, emails.map(str::to_lowercase).collect(), bytes);
    named_there(&mut item, name, username);
    Some(item)
}

fn card(service: Service, name: &str, emails: Vec<String>, bytes: &[u8]) -> NewItem {
    let key = ["profile", &if emails.is_empty() { name.to_owned() } else { emails.join(",") }].join("\u{1f}");
    let mut item = NewItem::new(Kind::Contact, service.source(), key, Raw::json(bytes));
    item.title = name.to_owned();
    item.links.push(NewLink { role: Role::Subject, entity: EntityRef::named(EntityKind::Person, name) });
    item.links.extend(emails.iter().map(|email| NewLink { role: Role::Subject, entity: EntityRef::mailbox(email, name) }));
    item.set("is_owner", true);
    item.set("emails", emails);
    item
}
