//! Settings of Location History, `Settings.json`: which phones took part, and what their owner called them.
//!
//! Each phone becomes a hidden [`Kind::Activity`], so that its name is kept: it links to the device
//! `google.device:<tag>`, and so do the visits of that phone (`device` of a fix is the same tag). The settings themselves
//! become one more hidden item.
//!
//! `data` of a phone: `device_tag`, `platform` ("android"), `model`, `manufacturer`, `os_level`, `country`, `reporting`. Of
//! the settings: `enabled`, `retention_days` (nothing when kept for ever), `modified`.
//!
//! Absent on purpose: the account's number.

use std::io;

use domain::{FindingCode, Kind, NewItem, Raw};
use serde_json::Value;

use super::location::{device_link, not_ours};
use crate::importer::{Claim, Importer, Input, Parse, Probe, Sink};
use crate::json::each::each;
use crate::json::lenient;
use crate::text::{numbers, time};

pub(crate) static IMPORTER: Importer =
    Importer { id: "google.location_settings", label: "Location History (phones and settings)", recognizes, parse: Parse::File(parse) };

/// What Google writes for "keep for ever", and above it what nobody means by a number of days.
const FOR_EVER_DAYS: i64 = 100_000;

fn recognizes(probe: &Probe<'_>) -> Claim {
    let has = |key: &str| memchr::memmem::find(probe.head, key.as_bytes()).is_some();
    if probe.extension() != "json" || !probe.head.trim_ascii_start().starts_with(b"{") {
        return Claim::No;
    }
    let shaped = has("\"deviceSettings\"") && (has("\"createdTime\"") || has("\"modifiedTime\"") || has("\"devicePrettyName\""));
    let named = super::location::in_product(probe) && probe.name().eq_ignore_ascii_case("settings.json");
    Claim::by(shaped, named)
}

fn parse(input: &mut Input<'_>, sink: &mut dyn Sink) -> io::Result<()> {
    let mut settings = serde_json::Map::new();
    each(input.reader, sink, |entry, sink| match (entry.key, entry.listed) {
        ("deviceSettings", true) => phone(entry.bytes, &entry.at, sink),
        (_, true) => not_ours(&entry, sink),
        ("gaiaId", false) => {}
        (key, false) => {
            if let Ok(value) = lenient::value(entry.bytes) {
                settings.insert(key.to_owned(), value);
            }
        }
    })?;
    if !settings.is_empty() {
        sink.item(product(&Value::Object(settings)));
    }
    Ok(())
}

fn phone(bytes: &[u8], at: &str, sink: &mut dyn Sink) {
    let phone = match lenient::value(bytes) {
        Ok(phone) => phone,
        Err(error) => {
            return sink.set_aside(FindingCode::BadRecord, at, &format!("Expected a phone as a JSON object, and found: {error}."));
        }
    };
    let Some(tag) = numbers::integer_of(&phone["deviceTag"]) else {
        return sink.set_aside(FindingCode::BadRecord, at, "Expected the phone's number in `deviceTag`, and found none.");
    };
    let spec = &phone["deviceSpec"];
    let text = |value: &Value| value.as_str().unwrap_or_default().trim().to_owned();
    let (pretty, model) = (text(&phone["devicePrettyName"]), text(&spec["model"]));
    let name = if pretty.is_empty() { model.clone() } else { pretty };
    let mut item = NewItem::new(Kind::Activity, IMPORTER.id, format!("phone|{tag}"), Raw::json(bytes));
    item.title = if name.is_empty() { format!("Phone {tag}") } else { name.clone() };
    item.at = time::of(&phone["deviceCreationTime"]);
    item.hidden = true;
    item.links.push(device_link(tag, &name));
    item.set("device_tag", tag);
    item.set("platform", text(&phone["platformType"]).to_lowercase());
    item.set("model", model);
    item.set("manufacturer", text(&spec["manufacturer"]));
    item.set("os_level", phone["androidOsLevel"].clone());
    item.set("country", text(&phone["legalCountryCode"]));
    item.set("reporting", phone["reportingEnabled"].clone());
    sink.item(item);
}

fn product(settings: &Value) -> NewItem {
    let retention = [&settings["retentionWindowDays"], &settings["retentionControl"]["retentionWindowDays"]];
    let change = &settings["latestTimelineSettingChange"]["timelineEnabledModificationTime"];
    let mut item = NewItem::new(Kind::Activity, IMPORTER.id, "settings", Raw::json(settings.to_string().as_bytes()));
    item.title = "Settings of Location History".to_owned();
    item.at = time::of(&settings["modifiedTime"]).or_else(|| time::of(change)).or_else(|| time::of(&settings["createdTime"]));
    item.hidden = true;
    item.set("enabled", ["historyEnabled", "timelineEnabled"].iter().find_map(|key| settings[*key].as_bool()));
    item.set("retention_days", retention.iter().find_map(|days| numbers::integer_of(days)).filter(|days| *days < FOR_EVER_DAYS));
    item.set("modified", settings["modifiedTime"].clone());
    item
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::importer::collected::read;
    use serde_json::json;

    #[test]
    fn phones_are_named_for_their_fixes_and_visits() {
        let file = br#"{"createdTime": "2014-02-01T10:00:00Z", "modifiedTime": "2024-11-30T08:00:00Z", "timelineEnabled": true, "gaiaId": 7,
          "retentionControl": {"retentionWindowDays": 540},
          "deviceSettings": [
            {"deviceTag": -1200450021, "reportingEnabled": true, "devicePrettyName": "Anna's phone", "platformType": "ANDROID", "deviceCreationTime": "2021-06-01T00:00:00Z", "deviceSpec": {"model": "M1"}},
            {"deviceTag": "43", "deviceSpec": {"model": "M2"}}, {"devicePrettyName": "lost"}, nope]}"#;
        let read = read(&IMPORTER, "Timeline/Settings.json", file);
        assert_eq!(
            read.shown().lines().filter(|line| !line.starts_with('!')).collect::<Vec<_>>(),
            [
                "activity google.location_settings 2021-06-01T00:00:00Z | Anna's phone <Device google.device:-1200450021> (hidden)",
                "activity google.location_settings no time | M2 <Device google.device:43> (hidden)",
                "activity google.location_settings 2024-11-30T08:00:00Z | Settings of Location History (hidden)",
                "= 3 items, 0 merged, 0 skipped, 2 set aside",
            ]
        );
        assert_eq!((&read.items[0].links[0].entity.name, &read.items[2].data["retention_days"]), (&"Anna's phone".to_owned(), &json!(540)));
        assert!(!String::from_utf8_lossy(&read.items[2].raw.bytes).contains("gaiaId"));
    }
}
