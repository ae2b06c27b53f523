//! A person's card, however it was written, as an item.

use domain::{BlobContent, EntityKind, EntityRef, Kind, NewBlob, NewItem, NewLink, Raw, Role};
use serde_json::{Value, json};

use crate::text::{numbers, time};

/// A value and what the owner calls it: "home", "Boat"; the label may be empty.
pub(super) type Labelled = (String, String);

/// What a card says.
#[derive(Debug, Default)]
pub(super) struct Person {
    /// The name as it is shown.
    pub(super) full_name: String,
    pub(super) given: String,
    pub(super) middle: String,
    pub(super) family: String,
    pub(super) nickname: String,
    pub(super) organisation: String,
    pub(super) department: String,
    pub(super) position: String,
    /// As the source writes it.
    pub(super) birthday: String,
    pub(super) notes: String,
    pub(super) emails: Vec<Labelled>,
    pub(super) phones: Vec<Labelled>,
    pub(super) addresses: Vec<Labelled>,
    pub(super) websites: Vec<Labelled>,
    pub(super) relations: Vec<Labelled>,
    pub(super) events: Vec<Labelled>,
    pub(super) custom: Vec<Labelled>,
    /// The owner's groups; `myContacts` and its like are left out.
    pub(super) labels: Vec<String>,
    /// The picture: its media type and its bytes.
    pub(super) photo: Option<(String, Vec<u8>)>,
    pub(super) photo_url: String,
    /// When the card was changed last, as the source writes it.
    pub(super) updated: String,
}

impl Person {
    /// The item; `None` for a card that names nobody.
    pub(super) fn into_item(mut self, source: &str, raw: Raw) -> Option<NewItem> {
        self.tidy();
        let title = [&self.full_name, &self.nickname, &self.organisation].into_iter().find(|name| !name.is_empty()).cloned();
        let title = title.or_else(|| self.emails.first().or_else(|| self.phones.first()).map(|(_, value)| value.clone()))?;
        let numbers: Vec<String> = self.phones.iter().filter_map(|(_, phone)| numbers::phone(phone)).collect();

        let mut item = NewItem::new(Kind::Contact, source, self.key(&numbers, &title), raw);
        for (_, address) in self.emails.iter().filter(|(_, address)| address.contains('@')) {
            item.links.push(NewLink { role: Role::Subject, entity: EntityRef::mailbox(address, &title) });
        }
        for number in &numbers {
            let entity = EntityRef { kind: EntityKind::Person, address: format!("tel:{number}"), name: title.clone() };
            item.links.push(NewLink { role: Role::Subject, entity });
        }
        if item.links.is_empty() {
            item.links.push(NewLink { role: Role::Subject, entity: EntityRef::named(EntityKind::Person, &title) });
        }
        for label in &self.labels {
            item.links.push(NewLink { role: Role::Label, entity: EntityRef::named(EntityKind::Label, label) });
        }
        item.text = self.words();
        item.revision = time::iso(&self.updated).map(|updated| updated.ms);
        self.describe(&mut item);
        if let Some((media_type, bytes)) = self.photo.filter(|(_, bytes)| !bytes.is_empty()) {
            let extension = media_type.rsplit('/').next().unwrap_or("jpeg");
            item.blobs.push(NewBlob { name: format!("{title}.{extension}"), content: BlobContent::Bytes(bytes), media_type });
        }
        item.title = title;
        Some(item)
    }

    fn tidy(&mut self) {
        let names = [&mut self.full_name, &mut self.given, &mut self.middle, &mut self.family, &mut self.nickname, &mut self.organisation];
        for text in names.into_iter().chain([&mut self.department, &mut self.position]) {
            *text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        }
        self.birthday = birthday(&self.birthday);
        self.notes = self.notes.trim().to_owned();
        if self.full_name.is_empty() {
            let parts = [&self.given, &self.middle, &self.family].map(String::as_str);
            self.full_name = parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ");
        }
        for (_, address) in &mut self.emails {
            *address = address.trim().to_lowercase();
        }
        let lists = [
            &mut self.emails,
            &mut self.phones,
            &mut self.addresses,
            &mut self.websites,
            &mut self.relations,
            &mut self.events,
            &mut self.custom,
        ];
        for list in lists {
            let mut seen = Vec::new();
            list.retain_mut(|(label, value)| {
                *value = value.trim().replace("\r\n", "\n");
                // The star is of the one that counts most.
                *label = label.trim().trim_start_matches('*').trim_start().to_owned();
                let new = !value.is_empty() && !seen.contains(value);
                seen.push(value.clone());
                new
            });
        }
        let mut seen = Vec::new();
        self.labels.retain_mut(|label| {
            *label = label.trim().to_owned();
            let system = label.is_empty()
                || label.starts_with("* ")
                || matches!(label.as_str(), "myContacts" | "starred" | "friends" | "family" | "coworkers");
            let new = !system && !seen.contains(label);
            seen.push(label.clone());
            new
        });
    }

    /// Addresses, numbers and name. The name is made of its parts where there are any, because the shown name differs
    /// between the forms in its titles ("Dr.").
    fn key(&self, numbers: &[String], title: &str) -> String {
        let mut addresses: Vec<&str> = self.emails.iter().map(|(_, address)| address.as_str()).collect();
        let mut numbers: Vec<&str> = numbers.iter().map(String::as_str).collect();
        for list in [&mut addresses, &mut numbers] {
            list.sort_unstable();
            list.dedup();
        }
        let parts = format!("{} {} {}", self.given, self.middle, self.family).to_lowercase();
        let name = if parts.trim().is_empty() { title.to_lowercase() } else { parts.split_whitespace().collect::<Vec<_>>().join(" ") };
        format!("{}\0{}\0{name}", addresses.join(","), numbers.join(","))
    }

    fn words(&self) -> String {
        let mut lines = Vec::new();
        let lists = [("E-mail", &self.emails), ("Phone", &self.phones), ("Address", &self.addresses)];
        lines.extend(lists.into_iter().flat_map(|(name, list)| listed(name, list)));
        let fields = [
            ("Nickname", &self.nickname),
            ("Organisation", &self.organisation),
            ("Department", &self.department),
            ("Position", &self.position),
            ("Birthday", &self.birthday),
        ];
        lines.extend(fields.into_iter().filter(|(_, value)| !value.is_empty()).map(|(name, value)| format!("{name}: {value}")));
        let lists = [("Website", &self.websites), ("Relation", &self.relations), ("Date", &self.events), ("Field", &self.custom)];
        lines.extend(lists.into_iter().flat_map(|(name, list)| listed(name, list)));
        if !self.notes.is_empty() {
            lines.push(self.notes.clone());
        }
        lines.join("\n")
    }

    fn describe(&self, item: &mut NewItem) {
        let lists = [
            ("emails", &self.emails),
            ("phones", &self.phones),
            ("addresses", &self.addresses),
            ("websites", &self.websites),
            ("relations", &self.relations),
            ("events", &self.events),
            ("custom", &self.custom),
        ];
        for (name, list) in lists {
            item.set(name, list.iter().map(|(label, value)| json!({"label": label, "value": value})).collect::<Vec<Value>>());
        }
        let fields = [
            ("nickname", &self.nickname),
            ("organisation", &self.organisation),
            ("department", &self.department),
            ("position", &self.position),
            ("birthday", &self.birthday),
            ("notes", &self.notes),
            ("photo_url", &self.photo_url),
            ("updated", &self.updated),
        ];
        for (name, value) in fields {
            item.set(name, value.as_str());
        }
        item.set("labels", self.labels.clone());
    }
}

fn listed(name: &str, list: &[Labelled]) -> impl Iterator<Item = String> {
    list.iter().map(move |(label, value)| if label.is_empty() { format!("{name}: {value}") } else { format!("{name} ({label}): {value}") })
}

/// `1980-05-04`, or `--05-04` where the year is not said; other texts stay as they are.
fn birthday(text: &str) -> String {
    let text = text.trim();
    let date = text.split('T').next().unwrap_or(text);
    let digits: String = date.chars().filter(char::is_ascii_digit).collect();
    match (date.starts_with("--"), digits.len()) {
        (true, 4) => format!("--{}-{}", &digits[..2], &digits[2..]),
        (false, 8) if date.chars().all(|character| character.is_ascii_digit() || character == '-') => {
            format!("{}-{}-{}", &digits[..4], &digits[4..6], &digits[6..])
        }
        _ => text.to_owned(),
    }
}
