//! What was set up in Gmail: filters, blocked addresses, the vacation reply, signatures, forwarding, delegates, own addresses.
//!
//! The shapes are not documented and differ by file, so each record is kept as a document of its fields, a line each, which makes it
//! found by any word or address in it. A record is an element of a list; in a file without lists it is the file.
//!
//! `data`: `setting` (the file's name: "Filters"), `addresses` (those named in the record). Identity: the file's name and the record.

use std::io;

use domain::{FindingCode, Kind, NewItem, Raw};
use serde_json::Value;

use crate::importer::{Claim, Importer, Input, Parse, Probe, Sink};
use crate::json::each::{Entry, each};
use crate::json::lenient;
use crate::text::{html, time};

pub(crate) static IMPORTER: Importer =
    Importer { id: "google.mail_settings", label: "Gmail settings", recognizes, parse: Parse::File(parse) };

/// Folders of Gmail, and of its settings in them.
const MAIL: &[&str] = &["mail", "gmail", "correo", "e-mail", "posta", "メール"];
const SETTINGS: &[&str] = &[
    "user settings",
    "nutzereinstellungen",
    "benutzereinstellungen",
    "paramètres utilisateur",
    "paramètres de l'utilisateur",
    "configuración de usuario",
    "configuración del usuario",
    "gebruikersinstellingen",
    "impostazioni utente",
    "configurações do usuário",
    "definições do utilizador",
    "ユーザー設定",
    "kullanıcı ayarları",
];
/// Longest title made from a record, in characters.
const TITLE: usize = 120;
/// Deepest nesting that is put to words.
const DEPTH: usize = 16;

fn recognizes(probe: &Probe<'_>) -> Claim {
    let folders: Vec<String> = probe.folders().map(str::to_lowercase).collect();
    let inside = folders.windows(2).any(|pair| MAIL.contains(&pair[0].as_str()) && SETTINGS.contains(&pair[1].as_str()));
    let has = |key: &str| memchr::memmem::find(probe.head, key.as_bytes()).is_some();
    let filter = has("\"criteria\"") && has("\"action\"");
    match (probe.extension() == "json", inside) {
        (true, true) => Claim::Yes(if filter { 3 } else { 2 }),
        (true, false) if filter && folders.iter().any(|folder| MAIL.contains(&folder.as_str())) => Claim::Yes(2),
        _ => Claim::No,
    }
}

fn parse(input: &mut Input<'_>, sink: &mut dyn Sink) -> io::Result<()> {
    let name = input.path.rsplit('/').next().unwrap_or(input.path);
    let setting = name.rsplit_once('.').map_or(name, |(stem, _)| stem).to_owned();
    // Fields that stand in no list are one record together.
    let mut alone = serde_json::Map::new();
    each(input.reader, sink, |Entry { key, listed, at, bytes }, sink| match lenient::value(bytes) {
        Ok(value) if listed => sink.item(item(&setting, value, Raw::json(bytes))),
        Ok(value) => drop(alone.insert(key.to_owned(), value)),
        Err(error) => {
            sink.set_aside(FindingCode::BadRecord, &at, &format!("A setting was expected, and it does not read as JSON ({error})"));
        }
    })?;
    if !alone.is_empty() {
        let value = Value::Object(alone);
        let raw = Raw::json(value.to_string().as_bytes());
        sink.item(item(&setting, value, raw));
    }
    Ok(())
}

fn item(setting: &str, mut value: Value, raw: Raw) -> NewItem {
    // In one order, so that it is one record however its fields stand.
    value.sort_all_objects();
    let mut lines = Vec::new();
    put(&mut lines, "", &value, DEPTH);
    let mut item = NewItem::new(Kind::Document, IMPORTER.id, [setting.as_bytes(), b"\x1f", value.to_string().as_bytes()].concat(), raw);
    let telling = lines.iter().find(|line| line.contains('@')).or(lines.first()).map(String::as_str).unwrap_or_default();
    item.title =
        format!("{setting}: {telling}").replace('\n', " ").chars().take(TITLE).collect::<String>().trim_end_matches([':', ' ']).to_owned();
    let words = lines.iter().flat_map(|line| line.split([' ', ',', ';', '<', '>', '"', '(', ')', '\n']));
    let mut addresses: Vec<String> = words.filter(|word| is_address(word)).map(str::to_lowercase).collect();
    addresses.sort();
    addresses.dedup();
    item.text = lines.join("\n");
    item.at = value.as_object().and_then(|fields| {
        let named =
            fields.iter().filter(|(name, _)| ["creat", "updat", "time", "date"].iter().any(|part| name.to_lowercase().contains(part)));
        named.filter_map(|(_, value)| time::of(value)).next()
    });
    item.set("setting", setting);
    item.set("addresses", addresses);
    item
}

fn is_address(word: &str) -> bool {
    word.split_once('@').is_some_and(|(name, host)| !name.is_empty() && host.contains('.') && !host.ends_with('.') && !host.contains('@'))
}

/// The fields of a value as lines of `name: value`.
fn put(lines: &mut Vec<String>, name: &str, value: &Value, depth: usize) {
    if depth == 0 {
        return;
    }
    let said = match value {
        Value::Object(fields) => return fields.iter().for_each(|(name, value)| put(lines, name, value, depth - 1)),
        Value::Array(list) => return list.iter().for_each(|value| put(lines, name, value, depth - 1)),
        Value::Null => return,
        Value::String(text) if text.contains('<') => html::plain(text),
        Value::String(text) => text.trim().to_owned(),
        Value::Bool(_) | Value::Number(_) => value.to_string(),
    };
    if !said.is_empty() {
        lines.push(if name.is_empty() { said } else { format!("{name}: {said}") });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::importer::collected::{read, shown};

    #[test]
    fn settings_of_every_shape_are_found_by_their_words() {
        let filters = r#"{"filters":[{"criteria":{"from":"shop@example.org","hasAttachment":true},"action":{"addLabel":"Bills"}},{"criteria":{"query":"list:ropes"},"action":{}}]}"#;
        let path = "Mail/User Settings/Filters.json";
        let collected = read(&IMPORTER, path, filters.as_bytes());
        assert_eq!(
            collected.items.iter().map(shown).collect::<Vec<_>>(),
            [
                "document google.mail_settings no time | Filters: from: shop@example.org | addLabel: Bills / from: shop@example.org / hasAttachment: true",
                "document google.mail_settings no time | Filters: query: list:ropes | query: list:ropes",
            ]
        );
        assert_eq!(collected.items[0].data["addresses"][0], "shop@example.org");
        let vacation = r#"{"enabled":true,"subject":"Away","message":"<div>Back on <b>Monday</b></div>"}"#;
        assert_eq!(
            read(&IMPORTER, "Gmail/Nutzereinstellungen/Abwesenheitsnotiz.json", vacation.as_bytes())
                .items
                .iter()
                .map(shown)
                .collect::<Vec<_>>(),
            [
                "document google.mail_settings no time | Abwesenheitsnotiz: enabled: true | enabled: true / message: Back on Monday / subject: Away"
            ]
        );
        let blocked = read(&IMPORTER, "Mail/User Settings/Blocked Addresses.json", br#"["A@example.org", "b@example.org""#);
        assert_eq!((blocked.items.len(), &blocked.items[0].data["addresses"][0]), (2, &"a@example.org".into()));
        assert!(blocked.findings.iter().any(|finding| finding.code == FindingCode::CutShort));
    }

    #[test]
    fn they_are_known_by_their_place_or_their_shape() {
        let claim = |path, head: &'static str| recognizes(&Probe { path, head: head.as_bytes(), tail: b"", size: head.len() as u64 });
        assert_eq!(claim("Mail/User Settings/Signatures.json", "{}"), Claim::Yes(2));
        assert_eq!(claim("Gmail/x/y.json", r#"{"f":[{"criteria":{},"action":{}}]}"#), Claim::Yes(2));
        assert_eq!(claim("Other/User Settings/x.json", "{}"), Claim::No);
    }
}
