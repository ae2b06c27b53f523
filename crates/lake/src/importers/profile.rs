//! The owner's profile: `Profile.json` with names, birthday, gender and addresses, as a contact marked as the owner's own.
//!
//! Identity: the addresses, else the name. `data`: `is_owner` (true), `birthday` (`1980-05-04`, or `--05-04` without a year),
//! `gender`, `emails`.
//!
//! Absent on purpose: the picture beside it, which is a photo like others.

use std::io;

use domain::{EntityKind, EntityRef, FindingCode, Kind, NewItem, NewLink, Raw, Role};
use serde_json::Value;

use crate::importer::{Claim, Importer, Input, Parse, Probe, Sink};
use crate::json::lenient;

pub(crate) static IMPORTER: Importer = Importer { id: "google.profile", label: "Profile", recognizes, parse: Parse::File(parse) };

const LIMIT: u64 = 4 << 20;
const NAMES: &[&str] = &["profile.json", "profil.json", "perfil.json", "profiel.json", "profilo.json", "プロフィール.json"];

fn recognizes(probe: &Probe<'_>) -> Claim {
    let has = |key: &str| memchr::memmem::find(probe.head, key.as_bytes()).is_some();
    let named = NAMES.contains(&probe.name().to_lowercase().as_str());
    let shaped = probe.head.trim_ascii_start().starts_with(b"{")
        && (has("\"givenName\"") || has("\"formattedName\"") || has("\"displayName\""))
        && (has("\"emails\"") || has("\"birthday\"") || has("\"gender\""));
    match (shaped, named) {
        (true, true) => Claim::Yes(3),
        (true, false) if probe.size < LIMIT && probe.extension() == "json" && has("\"formattedName\"") => Claim::Yes(2),
        (false, true) => Claim::Yes(1),
        _ => Claim::No,
    }
}

fn parse(input: &mut Input<'_>, sink: &mut dyn Sink) -> io::Result<()> {
    let bytes = input.read_all(LIMIT)?;
    match lenient::value(&bytes) {
        Ok(profile) => match owner(&profile, &bytes) {
            Some(item) => sink.item(item),
            None => sink.skip(FindingCode::EmptyProduct, "", "The profile has neither a name nor an address."),
        },
        Err(error) => {
            sink.set_aside(
                FindingCode::BadRecord,
                "",
                &format!("A profile was expected, and it does not read as one ({error}). Download the export again"),
            );
        }
    }
    Ok(())
}

fn owner(profile: &Value, bytes: &[u8]) -> Option<NewItem> {
    let name = &profile["name"];
    let text = |value: &Value| value.as_str().unwrap_or_default().trim().to_owned();
    let parts = format!("{} {}", text(&name["givenName"]), text(&name["familyName"])).trim().to_owned();
    let full =
        [text(&name["formattedName"]), text(&profile["displayName"]), parts].into_iter().find(|name| !name.is_empty()).unwrap_or_default();
    let mut emails: Vec<String> =
        profile["emails"].as_array().into_iter().flatten().map(|email| text(&email["value"]).to_lowercase()).collect();
    emails.retain(|email| email.contains('@'));
    let title = if full.is_empty() { emails.first()?.clone() } else { full.clone() };
    let key = if emails.is_empty() { full } else { emails.join(",") };
    let mut item = NewItem::new(Kind::Contact, IMPORTER.id, key, Raw::json(bytes));
    for email in &emails {
        item.links.push(NewLink { role: Role::Subject, entity: EntityRef::mailbox(email, &title) });
    }
    if emails.is_empty() {
        item.links.push(NewLink { role: Role::Subject, entity: EntityRef::named(EntityKind::Person, &title) });
    }
    let birthday = text(&profile["birthday"]);
    let birthday = birthday.strip_prefix("0000-").map_or(birthday.clone(), |day| format!("--{day}"));
    let gender = text(&profile["gender"]["type"]);
    let lines = [("E-mail", emails.join(", ")), ("Birthday", birthday.clone()), ("Gender", gender.clone())];
    item.text =
        lines.iter().filter(|(_, value)| !value.is_empty()).map(|(name, value)| format!("{name}: {value}")).collect::<Vec<_>>().join("\n");
    item.title = title;
    item.set("is_owner", true);
    item.set("birthday", birthday);
    item.set("gender", gender);
    item.set("emails", emails);
    Some(item)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::importer::collected::read;

    #[test]
    fn the_owner_is_a_contact() {
        let file = r#"{"name": {"givenName": "Ann", "familyName": "Example", "formattedName": "Ann Example"}, "displayName": "Ann", "birthday": "0000-05-04", "gender": {"type": "female"}, "emails": [{"value": "Ann@example.org"}]}"#;
        let collected = read(&IMPORTER, "Profil/Profil.json", file.as_bytes());
        assert_eq!(
            collected.shown(),
            "contact google.profile no time | Ann Example | E-mail: ann@example.org / Birthday: --05-04 / Gender: female <Subject mailto:ann@example.org>\n\
             = 1 items, 0 merged, 0 skipped, 0 set aside"
        );
        assert_eq!(collected.items[0].data["is_owner"], true);
        let cut = read(&IMPORTER, "Profile/Profile.json", &file.as_bytes()[..40]);
        assert_eq!((cut.items.len(), cut.n_set_aside), (0, 1));
        assert!(read(&IMPORTER, "Profile/Profile.json", b"{\"emails\": []}").shown().contains("1 skipped"));
    }
}
