use domain::{Code, Failure, Result, UtcMs};
use serde_json::Value;

use crate::Engine;
use crate::wire::{Event, Nothing, Setting, Settings};

/// Minutes until an idle vault locks itself, until the owner chooses.
const AUTO_LOCK: i64 = 10;

/// Days that the log of calls goes back, until the owner chooses.
const AUDIT_DAYS: i64 = 730;

/// Every setting, what it may be, and what it is until the owner chooses.
const SETTINGS: &[(&str, Kind)] = &[
    ("auto_lock_minutes", Kind::Number { least: 0, most: 1440, usual: AUTO_LOCK }),
    // Where backups are made by themselves, and how often: every so many hours, 0 is never.
    ("backup_folder", Kind::Text { usual: "" }),
    ("backup_every_hours", Kind::Number { least: 0, most: 24 * 366, usual: 0 }),
    // Whether the vault is locked when the machine sleeps or its screen is locked.
    ("lock_when_left", Kind::OneOf(&["yes", "no"])),
    // Days that the log of calls goes back; 0 is for ever.
    ("audit_days", Kind::Number { least: 0, most: 36_500, usual: AUDIT_DAYS }),
    ("theme", Kind::OneOf(&["system", "light", "dark"])),
    // The id of the model that words answers, one of a server on this machine, or "none": wording takes half a minute on a small
    // machine.
    ("language_model", Kind::Text { usual: "none" }),
    // Whether questions and their answers are kept. What was kept before stays until it is removed.
    ("keep_conversations", Kind::OneOf(&["yes", "no"])),
    // Masks personal data in everything that is shown, to whomever.
    ("demo_mode", Kind::Flag),
];

enum Kind {
    Number {
        least: i64,
        most: i64,
        usual: i64,
    },
    OneOf(&'static [&'static str]),
    Text {
        usual: &'static str,
    },
    /// Off until the owner chooses.
    Flag,
}

pub(crate) fn settings(engine: &Engine, _: Nothing) -> Result<Settings> {
    let vault = engine.vault()?;
    let mut settings = serde_json::Map::new();
    for (key, kind) in SETTINGS {
        let usual = match kind {
            Kind::Number { usual, .. } => Value::from(*usual),
            Kind::OneOf(names) => Value::from(names[0]),
            Kind::Text { usual } => Value::from(*usual),
            Kind::Flag => Value::from(false),
        };
        let chosen = vault.setting(key)?.and_then(|text| serde_json::from_str(&text).ok());
        settings.insert((*key).to_owned(), chosen.unwrap_or(usual));
    }
    Ok(Settings { settings })
}

/// Minutes without a call after which the vault locks itself; 0 is never. What cannot be read counts as not chosen: damage does not
/// keep the vault open.
pub(crate) fn auto_lock_minutes(vault: &::vault::Vault) -> i64 {
    let chosen = vault.setting("auto_lock_minutes").ok().flatten().and_then(|text| text.parse().ok());
    chosen.unwrap_or(AUTO_LOCK)
}

/// Where backups are made by themselves, and how often: every so many hours, 0 is never.
pub(crate) fn backup_schedule(vault: &::vault::Vault) -> Result<(String, i64)> {
    let folder = vault.setting("backup_folder")?.and_then(|text| serde_json::from_str(&text).ok());
    let hours = vault.setting("backup_every_hours")?.and_then(|text| text.parse().ok());
    Ok((folder.unwrap_or_default(), hours.unwrap_or(0)))
}

/// Whether the vault is locked when its owner leaves the machine; as well when what they chose cannot be read.
pub(crate) fn locks_when_left(vault: &::vault::Vault) -> bool {
    vault.setting("lock_when_left").ok().flatten().as_deref() != Some("\"no\"")
}

/// From when on the log of calls is kept, UTC milliseconds; `None` for all of it.
pub(crate) fn audit_begins(vault: &::vault::Vault, now: UtcMs) -> Result<Option<UtcMs>> {
    let chosen = vault.setting("audit_days")?.and_then(|text| text.parse().ok());
    let days: i64 = chosen.unwrap_or(AUDIT_DAYS);
    Ok((days > 0).then(|| now - days * 86_400_000))
}

/// The model that words answers, when the owner chose one.
pub(crate) fn language_model(vault: &::vault::Vault) -> Result<String> {
    let chosen = vault.setting("language_model")?.and_then(|text| serde_json::from_str(&text).ok());
    Ok(chosen.unwrap_or_else(|| "none".to_owned()))
}

/// Whether questions and their answers are kept.
pub(crate) fn keeps_conversations(vault: &::vault::Vault) -> Result<bool> {
    Ok(vault.setting("keep_conversations")?.as_deref() != Some("\"no\""))
}

/// Whether personal data is masked in everything that is shown.
pub(crate) fn demo_mode(vault: &::vault::Vault) -> Result<bool> {
    Ok(vault.setting("demo_mode")?.is_some_and(|text| text == "true"))
}

pub(crate) fn set(engine: &Engine, request: Setting) -> Result<Settings> {
    let Some((_, kind)) = SETTINGS.iter().find(|(key, _)| *key == request.key) else {
        return Err(Failure::new(Code::BadRequest, format!("There is no setting called {:?}.", request.key)));
    };
    let (fits, expected) = match kind {
        Kind::Number { least, most, .. } => {
            (request.value.as_i64().is_some_and(|n| (*least..=*most).contains(&n)), format!("a whole number from {least} to {most}"))
        }
        Kind::Text { .. } => (request.value.is_string(), "a text".to_owned()),
        Kind::Flag => (request.value.is_boolean(), "true or false".to_owned()),
        Kind::OneOf(names) => (request.value.as_str().is_some_and(|name| names.contains(&name)), format!("one of {}", names.join(", "))),
    };
    if !fits {
        return Err(Failure::new(Code::BadRequest, format!("{} has to be {expected}, and {} is not.", request.key, request.value)));
    }
    if let Some(endpoint) = request.value.as_str().filter(|_| request.key == "language_model").and_then(forge::Endpoint::of) {
        endpoint?;
    }
    engine.vault()?.set_setting(&request.key, Some(&request.value.to_string()))?;
    // What pages show stays on them until they ask again.
    if request.key == "demo_mode" {
        engine.0.jobs.tell(&Event::Spoiled { tags: ["items", "imports", "jobs", "conversations"].map(str::to_owned).to_vec() });
    }
    settings(engine, Nothing {})
}
