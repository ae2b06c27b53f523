//! Google Home: `HomeApp.json`, the homes with their rooms and devices, a document a home; and `HomeHistory.json`, what devices
//! reported, a row of activity an event.
//!
//! Identity: a home, its name; an event, its time with its bytes. `data`: `devices` (`name`, `type`, `room`); `event` (its type),
//! `device`.
//!
//! Absent on purpose: automations and partner links, which are settings; recordings of alarms, which are files of their own.

use std::io;

use domain::{EntityKind, EntityRef, FindingCode, Kind, NewItem, NewLink, Raw, Role};
use serde_json::{Value, json};

use crate::whole_file;
use crate::importer::{Claim, Importer, Input, Parse, Probe, Sink};
use crate::json::descent::{Descent, Inner};
use crate::json::{Next, each, lenient};
use crate::text::time;

pub(crate) static IMPORTER: Importer = Importer { id: "google.home", label: "Google Home", recognizes, parse: Parse::File(parse) };

const FOLDERS: &[&str] = &["Home App", "Application Google Home", "Google Home"];

fn recognizes(probe: &Probe<'_>) -> Claim {
    let in_product = probe.folders().any(|folder| FOLDERS.contains(&folder));
    let has = |key: &str| memchr::memmem::find(probe.head, key.as_bytes()).is_some();
    let is_json = probe.head.trim_ascii_start().starts_with(b"{");
    if is_json && (has("\"Home App Data\"") || has("\"structure_history\"")) {
        return Claim::Yes(2 + u8::from(in_product));
    }
    let name = probe.name().to_lowercase();
    let settings = ["automations.json", "googlenestconnect.json", "googlenestpartnerconnections.json"];
    if in_product && settings.contains(&name.as_str()) {
        return Claim::Ignore(
            FindingCode::IgnoredFile,
            "Settings of Google Home and of its partners; they hold nothing that happened.".to_owned(),
        );
    }
    Claim::No
}

fn parse(input: &mut Input<'_>, sink: &mut dyn Sink) -> io::Result<()> {
    let enters = |key: &str| matches!(key, "Home App Data" | "structure_history" | "device_history");
    let mut descent = Descent::new(input.reader, enters);
    let mut device = String::new();
    loop {
        match descent.next()? {
            Inner::Entered("device_history" | "structure_history") => device.clear(),
            Inner::Next(Next::Record { key: "full_structures" | "structures", at, bytes }) => {
                read(at, bytes, sink, |value| home(value, bytes));
            }
            Inner::Next(Next::Record { key: "events", at, bytes }) => read(at, bytes, sink, |value| event(value, &device, bytes)),
            Inner::Next(Next::Field { key: "device_name" | "name" | "device_id", bytes, .. }) if device.is_empty() => {
                device = lenient::value(bytes).ok().and_then(|name| name.as_str().map(str::to_owned)).unwrap_or_default();
            }
            Inner::Entered(_) | Inner::Next(Next::Record { .. } | Next::Field { .. }) => {}
            Inner::Next(last) => {
                each::ended(&last, sink);
                return Ok(());
            }
        }
    }
}

fn read(at: u64, bytes: &[u8], sink: &mut dyn Sink, item: impl FnOnce(&Value) -> Option<NewItem>) {
    match lenient::value(bytes).ok().as_ref().and_then(item) {
        Some(item) => sink.item(item),
        None => {
            sink.set_aside(FindingCode::BadRecord, &format!("byte {at}"), "A home with a name or an event with a time was expected here");
        }
    }
}

fn home(structure: &Value, bytes: &[u8]) -> Option<NewItem> {
    let text = |value: &Value, keys: &[&str]| keys.iter().find_map(|key| value.get(*key)?.as_str()).unwrap_or_default().to_owned();
    let name = text(structure, &["structure_name", "name"]);
    let rooms = structure["rooms_and_devices"].as_array()?;
    let mut devices = Vec::new();
    for room in rooms {
        let room_name = text(room, &["room_name", "name"]);
        for device in room["devices"].as_array().into_iter().flatten() {
            devices.push((text(device, &["device_name", "name"]), text(device, &["device_type", "type"]), room_name.clone()));
        }
    }
    let mut item = NewItem::new(Kind::Document, IMPORTER.id, ["home", &name].join("\u{1f}"), Raw::json(bytes));
    item.title = if name.is_empty() { "Home".to_owned() } else { name };
    item.text = devices.iter().map(|(name, kind, room)| format!("{room}: {name} ({kind})")).collect::<Vec<_>>().join("\n");
    for (name, _, _) in devices.iter().filter(|(name, _, _)| !name.is_empty()) {
        item.links.push(NewLink { role: Role::Device, entity: EntityRef::named(EntityKind::Device, name) });
    }
    item.set(
        "devices",
        devices.into_iter().map(|(name, kind, room)| json!({ "name": name, "type": kind, "room": room })).collect::<Vec<_>>(),
    );
    Some(item)
}

fn event(record: &Value, device: &str, bytes: &[u8]) -> Option<NewItem> {
    let at = time::of(record.get("timestamp").or_else(|| record.get("time"))?)?;
    let envelope = &record["event"];
    let data = envelope.get("event_data").unwrap_or(envelope);
    let type_of = |value: &Value| value["@type"].as_str().and_then(|name| name.rsplit(['.', '/']).next()).map(str::to_owned);
    let kind = type_of(data).or_else(|| type_of(envelope)).unwrap_or_default();
    let key = [at.ms.to_string().as_bytes(), b"\x1f", bytes].concat();
    let mut item = NewItem::new(Kind::Activity, IMPORTER.id, key, Raw::json(bytes));
    item.at = Some(at);
    let words = spelled_out(kind.strip_suffix("Event").unwrap_or(&kind));
    item.title = [device, if words.is_empty() { "Home event" } else { &words }]
        .iter()
        .filter(|part| !part.is_empty())
        .copied()
        .collect::<Vec<_>>()
        .join(": ");
    let mut said = data.clone();
    if let Some(fields) = said.as_object_mut() {
        fields.remove("@type");
    }
    item.text = whole_file::words(&said);
    if !device.is_empty() {
        item.links.push(NewLink { role: Role::Device, entity: EntityRef::named(EntityKind::Device, device) });
    }
    item.set("event", kind);
    item.set("device", device);
    Some(item)
}

/// `HvacStateChange` as "Hvac state change".
fn spelled_out(name: &str) -> String {
    let mut words = String::with_capacity(name.len() + 4);
    for letter in name.chars() {
        if letter.is_uppercase() && !words.is_empty() {
            words.push(' ');
            words.extend(letter.to_lowercase());
        } else {
            words.push(letter);
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::importer::collected::read;

    #[test]
    fn homes_list_their_devices() {
        let file = r#"{"Home App Data": [{"full_structures": [{"structure_name": "Boathouse", "rooms_and_devices": [{"room_name": "Quay", "devices": [{"device_name": "Lamp", "device_type": "LIGHT"}]}]}, {"x": 1}]}]}"#;
        let bad = file.find(r#"{"x""#).unwrap();
        assert_eq!(
            read(&IMPORTER, "Home App/HomeApp.json", file.as_bytes()).shown(),
            format!(
                "document google.home no time | Boathouse | Quay: Lamp (LIGHT) <Device name:lamp>\n\
             ! BadRecord [byte {bad}] A home with a name or an event with a time was expected here\n= 1 items, 0 merged, 0 skipped, 1 set aside"
            )
        );
    }

    #[test]
    fn events_are_read_one_by_one_with_their_device() {
        let file = r#"{"structure_history": [{"events": [{"timestamp": "2024-01-02T03:04:05Z", "event": {"@type": "t/x.EventEnvelope", "event_data": {"@type": "t/y.HvacStateChangeEvent", "state": "HEATING"}}}],
            "device_history": [{"device_name": "Door", "events": [{"timestamp": "2024-01-02T03:05:05Z", "event": {}}, {"timestamp": "no"}]}]}]}"#;
        let shown = read(&IMPORTER, "HomeHistory.json", file.as_bytes()).shown();
        let lines: Vec<&str> = shown.lines().collect();
        assert_eq!(
            (lines[0], lines[1], lines[3]),
            (
                "activity google.home 2024-01-02T03:04:05Z | Hvac state change | state: HEATING",
                "activity google.home 2024-01-02T03:05:05Z | Door: Home event <Device name:door>",
                "= 2 items, 0 merged, 0 skipped, 1 set aside"
            )
        );
    }
}
