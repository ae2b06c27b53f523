//! The one place where it is decided whose answers are masked, and where they are.
//!
//! Every answer of every operation is masked for a caller who is not the owner, for an owner who asked for it, and for
//! everybody while demo mode is on. It is done on the answer as it would go out, so that no operation can forget it: each
//! text in it is looked at, and what stands only in part, or without the words that tell what it is, is known from the items
//! that the answer shows. What cannot be masked, the bytes of a record or of an attachment, is left out.

use std::collections::HashMap;
use std::io::Write;
use std::sync::Arc;

use cortex::snippet;
use domain::{Cancel, Code, Failure, PiiClass, Result, Uid};
use forge::pii::{Detector, Masker};
use serde_json::Value;
use vault::Vault;

use crate::{Caller, Engine, Operation, ops, table};

/// Operations that say nothing of what is in the vault, and whose answers the program hands back as they are.
const PLAIN: &[&str] = &[
    "create_vault",
    "browse",
    "settings",
    "set_setting",
    "models",
    "pull_model",
    "fetch_model",
    "install_model",
    "add_model",
    "remove_model",
    "verify_model",
];
/// Operations whose answers nobody can look into: bytes, and words with marks between their letters.
const BYTES: &[&str] = &["blob", "mail_page"];
/// Fields that name something to the program, and are handed back to it.
const NAMES: &[&str] = &["id", "next", "thread", "cites"];
/// Fields that hold a record's bytes, encoded as its source encoded them.
const ENCODED: &[&str] = &["raw"];
/// Fields that hold somebody's name.
const PEOPLE: &[&str] = &["who", "known_as"];
/// Fields of somebody that hold addresses.
const ADDRESSES: &[&str] = &["address", "addresses"];
/// Digits from which on an address is a number.
const NUMBER: usize = 6;
/// Characters of a snippet.
const SNIPPET: usize = 220;

/// Whether this caller's answer of that operation is masked.
pub(crate) fn applies(engine: &Engine, caller: Caller, operation: &str) -> Result<bool> {
    if PLAIN.contains(&operation) {
        return Ok(false);
    }
    Ok(caller.is_masked() || (engine.is_open() && ops::settings::demo_mode(&engine.vault()?)?))
}

/// Runs an operation with everything that it says masked.
pub(crate) fn run(
    operation: &Operation,
    engine: &Engine,
    body: Value,
    cancel: &Cancel,
    on: &mut dyn FnMut(Value),
    out: &mut dyn Write,
) -> Result<()> {
    if BYTES.contains(&operation.name) {
        return Err(Failure::new(
            Code::Forbidden,
            "Attachments, media and laid out mails are not shown where personal data is masked: it cannot be told what is in them.",
        )
        .hint("End demo mode in the settings, or ask as the owner without masking."));
    }
    let mut answer = Vec::new();
    let mut on_part = |part: Value| {
        // Pieces of a sentence may cut in two what is to be masked; the whole follows with the answer.
        let is_text = part["part"] == "text";
        if let (false, Ok(masked)) = (is_text, masked(engine, part)) {
            on(masked);
        }
    };
    (operation.run)(engine, body, cancel, &mut on_part, &mut answer)?;
    let answer = serde_json::from_slice(&answer).map_err(Failure::internal)?;
    table::answer(masked(engine, answer)?, out)
}

fn masked(engine: &Engine, mut answer: Value) -> Result<Value> {
    // Nothing of the owner's is told of a vault that is not open.
    if !engine.is_open() {
        return Ok(answer);
    }
    let open = engine.open()?;
    let detector: Arc<Detector> = open.personal.detector(&open.vault)?;
    let mut masking = Masking { vault: &open.vault, masker: Masker::new(&detector), texts: HashMap::new() };
    masking.learn(&answer)?;
    masking.mask_texts();
    masking.mask(&mut answer);
    Ok(answer)
}

struct Masking<'a> {
    vault: &'a Vault,
    masker: Masker<'a>,
    /// The texts of the items in the answer, for their excerpts.
    texts: HashMap<Uid, String>,
}

impl Masking<'_> {
    /// Reads the items that an answer shows, to know what is personal in them: an excerpt does not tell.
    fn learn(&mut self, value: &Value) -> Result<()> {
        match value {
            Value::Object(fields) => {
                for name in PEOPLE.iter().filter_map(|name| fields.get(*name)?.as_str()) {
                    self.masker.know(PiiClass::Name, name);
                }
                if fields.contains_key("snippet")
                    && let Some(uid) = uid(value)
                    && !self.texts.contains_key(&uid)
                {
                    let text = self.vault.item(uid)?.map(|item| {
                        self.masker.learn(&[item.title.as_str(), &item.text].join("\n"));
                        item.text
                    });
                    self.texts.insert(uid, text.unwrap_or_default());
                }
                fields.values().try_for_each(|field| self.learn(field))
            }
            Value::Array(list) => list.iter().try_for_each(|entry| self.learn(entry)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Ok(()),
        }
    }

    fn mask_texts(&mut self) {
        for text in self.texts.values_mut() {
            if let Some(masked) = self.masker.mask(text) {
                *text = masked;
            }
        }
    }

    fn mask(&mut self, value: &mut Value) {
        let text = uid(value).and_then(|uid| self.texts.get(&uid));
        match value {
            Value::Object(fields) => {
                if let (Some(text), Some(Value::String(excerpt))) = (text, fields.get_mut("snippet")) {
                    *excerpt = excerpt_of(text, excerpt);
                }
                let is_somebody = fields.contains_key("addresses") || (fields.contains_key("address") && fields.contains_key("name"));
                for (name, field) in fields {
                    if PEOPLE.contains(&name.as_str()) || (is_somebody && name == "name") {
                        self.hide(PiiClass::Name, field);
                    } else if name == "people" || name == "names" {
                        self.mask_people(field);
                    } else if is_somebody && ADDRESSES.contains(&name.as_str()) {
                        self.mask_addresses(field);
                    } else if ENCODED.contains(&name.as_str()) {
                        *field = Value::Null;
                    } else if name == "data" {
                        self.mask_numbers(field);
                    } else if name != "snippet" && !NAMES.contains(&name.as_str()) {
                        self.mask(field);
                    }
                }
            }
            Value::Array(list) => list.iter_mut().for_each(|entry| self.mask(entry)),
            Value::String(text) => {
                if let Some(masked) = self.masker.mask(text) {
                    *text = masked;
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    /// People who are counted: their names are names, whether the vault's people are called so or not.
    fn mask_people(&mut self, value: &mut Value) {
        for entry in value.as_array_mut().into_iter().flatten() {
            let counted = entry.get("count").is_some();
            match entry.get_mut("name") {
                Some(name) if counted => self.hide(PiiClass::Name, name),
                _ => self.mask(entry),
            }
        }
    }

    /// Addresses of whatever scheme: those that are not recognised are numbers of accounts and phones without a sign.
    fn mask_addresses(&mut self, value: &mut Value) {
        match value {
            Value::Array(list) => list.iter_mut().for_each(|entry| self.mask_addresses(entry)),
            Value::String(address) if self.masker.mask(address).is_none() => {
                if address.bytes().filter(u8::is_ascii_digit).count() >= NUMBER {
                    *address = self.masker.hide(PiiClass::Phone, address);
                }
            }
            other => self.mask(other),
        }
    }

    fn hide(&mut self, class: PiiClass, value: &mut Value) {
        if let Value::String(text) = value
            && !text.is_empty()
        {
            *text = self.masker.hide(class, text);
        }
    }

    /// As [`Self::mask`], and numbers as well: what a source wrote may be a phone number or a card as a number.
    fn mask_numbers(&mut self, value: &mut Value) {
        match value {
            Value::Object(fields) => fields.values_mut().for_each(|field| self.mask_numbers(field)),
            Value::Array(list) => list.iter_mut().for_each(|entry| self.mask_numbers(entry)),
            Value::Number(number) => {
                if let Some(masked) = self.masker.mask(&number.to_string()) {
                    *value = Value::String(masked);
                }
            }
            Value::Null | Value::Bool(_) | Value::String(_) => self.mask(value),
        }
    }
}

fn uid(value: &Value) -> Option<Uid> {
    value.get("id")?.as_str()?.parse().ok()
}

/// Around the words that the plain excerpt marks, taken from the masked text: a plain one may begin or end within a value.
fn excerpt_of(masked: &str, excerpt: &str) -> String {
    let terms: Vec<String> =
        excerpt.split(snippet::ON).skip(1).filter_map(|rest| rest.split(snippet::OFF).next()).map(snippet::fold).collect();
    snippet::snippet(masked, &terms, SNIPPET)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use serde_json::json;

    use super::*;
    use crate::{OPERATIONS, Stay};

    const IBAN: &str = "DE89 3704 0044 0532 0130 00";

    /// A vault with a mail and a note about Anna Kowalska's money; and the ids of both.
    fn vault(folder: &Path) -> (Engine, String, String) {
        let mail = format!(
            "From: Anna Kowalska <anna@example.org>\nTo: Otto <otto@example.org>\nDate: Tue, 14 May 2019 10:00:00 +0200\n\
             Message-ID: <1@example.org>\nSubject: The deposit\nContent-Type: text/plain\n\n\
             {}Please send it to {IBAN}, the password for the lockbox: Kranich-88. Anna Kowalska\n",
            "The flat is lovely and the garden is wide. ".repeat(12)
        );
        let note = json!({ "title": "Cellar", "textContent": "Ask Anna Kowalska, +49 30 1234567", "isTrashed": false, "color": "DEFAULT", "userEditedTimestampUsec": 1_557_820_800_000_000_i64 });
        fs::create_dir_all(folder.join("export/Takeout/Keep")).unwrap();
        fs::write(folder.join("export/deposit.eml"), mail).unwrap();
        fs::write(folder.join("export/Takeout/Keep/Cellar.json"), note.to_string()).unwrap();
        let engine = Engine::new(&folder.join("vault"), Stay::Once).unwrap();
        ask(&engine, Caller::owner(), "create_vault", json!({ "passphrase": "five plain words for testing" })).unwrap();
        ask(&engine, Caller::owner(), "import", json!({ "paths": [folder.join("export")] })).unwrap();
        let list = ask(&engine, Caller::owner(), "list", json!({})).unwrap();
        let id = |title: &str| {
            let row = list["rows"].as_array().unwrap().iter().find(|row| row["title"] == title).unwrap();
            row["id"].as_str().unwrap().to_owned()
        };
        let (mail, note) = (id("The deposit"), id("Cellar"));
        (engine, mail, note)
    }

    fn ask(engine: &Engine, caller: Caller, operation: &str, body: Value) -> Result<Value> {
        engine.call(caller, operation, body, &Cancel::default(), &mut |_| {})
    }

    /// Whether a text tells something of Anna's, whole or in part.
    #[track_caller]
    fn tells_nothing(text: &str) {
        for secret in ["Kowalska", "anna@", "DE89", "3704", "0130 00", "Kranich", "1234567", "otto@", "Otto"] {
            assert!(!text.contains(secret), "{secret} is in {text}");
        }
    }

    #[test]
    fn who_is_not_the_owner_sees_marks_in_every_answer_and_no_bytes() {
        let folder = tempfile::tempdir().unwrap();
        let (engine, mail, note) = vault(folder.path());
        assert!(ask(&engine, Caller::owner(), "item", json!({ "id": mail })).unwrap()["text"].as_str().unwrap().contains(IBAN));
        let people = ask(&engine, Caller::owner(), "people", json!({})).unwrap();
        let somebody = people["people"][0]["id"].clone();
        let mut parts = Vec::new();
        for caller in [Caller::reader(), Caller::owner().masked()] {
            for (operation, body) in [
                ("item", json!({ "id": mail })),
                ("item", json!({ "id": note })),
                ("list", json!({})),
                ("search", json!({ "filter": { "text": "lockbox" }, "mode": "words" })),
                ("search", json!({ "filter": { "text": "0130 anna" }, "mode": "words" })),
                ("people", json!({})),
                ("owner", json!({})),
                ("pii", json!({ "class": "password" })),
                ("pii", json!({ "class": "iban" })),
                ("facets", json!({})),
                ("person", json!({ "id": somebody })),
            ] {
                let answer = ask(&engine, caller, operation, body).unwrap().to_string();
                tells_nothing(&answer);
            }
            let question = json!({ "question": "What is the password for the lockbox?", "model": "none" });
            let answer = engine.call(caller, "ask", question, &Cancel::default(), &mut |part| parts.push(part.to_string())).unwrap();
            tells_nothing(&answer.to_string());
            for (operation, body) in [("blob", json!({ "id": mail, "index": 0 })), ("mail_page", json!({ "id": mail }))] {
                assert_eq!(ask(&engine, caller, operation, body).unwrap_err().code, Code::Forbidden);
            }
        }
        parts.iter().for_each(|part| tells_nothing(part));
        let shown = ask(&engine, Caller::reader(), "item", json!({ "id": mail })).unwrap();
        let text = shown["text"].as_str().unwrap();
        assert!(text.ends_with("send it to [IBAN_1], the password for the lockbox: [PASSWORD_1]. [NAME_1]"), "{text}");
        assert_eq!(
            (shown["id"].as_str(), &shown["raw"], shown["title"].as_str()),
            (Some(mail.as_str()), &Value::Null, Some("The deposit"))
        );
        let found = ask(&engine, Caller::reader(), "search", json!({ "filter": { "text": "lockbox" }, "mode": "words" })).unwrap();
        assert!(found["hits"][0]["snippet"].as_str().unwrap().contains("\u{2}lockbox\u{3}: [PASSWORD_"), "{found}");
    }

    #[test]
    fn kept_answers_are_masked_as_answers_are_and_hold_no_secret_for_anybody() {
        let folder = tempfile::tempdir().unwrap();
        let (engine, mail, _) = vault(folder.path());
        let question = json!({ "question": "What did Anna Kowalska say of the lockbox and the deposit?", "model": "none" });
        let read = ask(&engine, Caller::reader(), "ask", question.clone()).unwrap();
        assert_eq!(read["conversation"], Value::Null, "who may only read leaves nothing");
        // Kept plain, whoever sees it masked.
        let asked = ask(&engine, Caller::owner().masked(), "ask", question).unwrap();
        let conversation = asked["conversation"].as_i64().unwrap();
        let named = json!({ "conversation": conversation });
        let plain = ask(&engine, Caller::owner(), "conversation", named.clone()).unwrap();
        assert!(plain.to_string().contains("Kowalska") && plain["exchanges"][0]["answer"]["items"][0]["id"] == mail.as_str(), "{plain}");
        assert!(!plain.to_string().contains("Kranich"), "{plain}");
        for caller in [Caller::reader(), Caller::owner().masked()] {
            tells_nothing(&ask(&engine, caller, "conversation", named.clone()).unwrap().to_string());
            let found = ask(&engine, caller, "conversations", json!({ "text": "kowalska" })).unwrap();
            assert_eq!(found["conversations"].as_array().unwrap().len(), 1);
            tells_nothing(&found.to_string());
        }
        assert_eq!(ask(&engine, Caller::reader(), "remove_conversation", named).unwrap_err().code, Code::Forbidden);
    }

    #[test]
    fn demo_mode_masks_for_the_owner_as_well_until_it_is_ended() {
        let folder = tempfile::tempdir().unwrap();
        let (engine, mail, _) = vault(folder.path());
        let owner = |operation: &str, body: Value| ask(&engine, Caller::owner(), operation, body).unwrap();
        assert_eq!(owner("settings", json!({}))["settings"]["demo_mode"], false);
        assert!(ask(&engine, Caller::owner(), "set_setting", json!({ "key": "demo_mode", "value": "yes" })).is_err());
        owner("set_setting", json!({ "key": "demo_mode", "value": true }));
        tells_nothing(&owner("item", json!({ "id": mail })).to_string());
        owner("set_setting", json!({ "key": "demo_mode", "value": false }));
        assert!(owner("item", json!({ "id": mail }))["text"].as_str().unwrap().contains(IBAN));
    }

    #[test]
    fn personal_data_is_counted_listed_and_warned_of_in_an_export() {
        let folder = tempfile::tempdir().unwrap();
        let (engine, mail, _) = vault(folder.path());
        let owner = |operation: &str, body: Value| ask(&engine, Caller::owner(), operation, body).unwrap();
        let counts = owner("pii", json!({}));
        assert_eq!(counts["looked_at"], 1.0);
        let items_of = |class: &str| {
            counts["classes"].as_array().unwrap().iter().find(|count| count["class"] == class).map(|count| count["items"].clone())
        };
        assert_eq!((items_of("iban"), items_of("phone"), items_of("card")), (Some(json!(1)), Some(json!(1)), None));
        let listed = owner("pii", json!({ "class": "iban" }));
        assert_eq!(listed["items"][0]["id"], mail.as_str());
        assert!(
            listed["items"][0]["found"].as_array().unwrap().contains(&json!({ "class": "iban", "text": IBAN, "confidence": 98 })),
            "{listed}"
        );
        let elsewhere = json!({ "filter": { "kinds": ["note"] } });
        assert_eq!(owner("pii", elsewhere)["classes"].as_array().unwrap().len(), 1);

        let exported = owner("export", json!({ "folder": folder.path().join("out"), "filter": { "kinds": ["mail"] } }));
        let personal: Vec<&str> = exported["personal"].as_array().unwrap().iter().filter_map(|of| of["name"].as_str()).collect();
        assert!(personal.contains(&"iban") && personal.contains(&"password") && !personal.contains(&"phone"), "{exported}");
        assert!(exported["note"].as_str().unwrap().contains("iban in 1"));
    }

    #[test]
    fn the_operations_that_are_not_masked_are_there() {
        for name in PLAIN.iter().chain(BYTES) {
            assert!(OPERATIONS.iter().any(|operation| operation.name == *name), "{name}");
        }
    }
}
