//! What chats of every kind become: a conversation is an item with its members, and each message an item that is part of it.
//!
//! A message links its sender, and as recipients the other members while they are few: what is said in a room of hundreds
//! is said to nobody in particular.
//!
//! `data` of a conversation: `conversation` (its id), `members` (how many). `data` of a message: `conversation` (the
//! conversation's name, or its id when it has none).

use domain::{EntityKind, EntityRef, ItemLink, Kind, Moment, NewItem, NewLink, Raw, Role, Uid};

/// Members of a conversation that count as recipients of each message, at most.
const RECIPIENTS: usize = 32;
/// Longest title made of a text, in characters.
const TITLE: usize = 120;

/// Those who talk, and where.
#[derive(Debug, Default, Clone)]
pub(crate) struct Conversation {
    /// Its own id in its service; never a path.
    pub(crate) id: String,
    /// What it is called; empty for a talk of two, as a rule.
    pub(crate) name: String,
    /// Its members, the owner among them.
    pub(crate) members: Vec<EntityRef>,
}

/// One message.
pub(crate) struct Message {
    /// Its identity in its service.
    pub(crate) key: String,
    pub(crate) at: Option<Moment>,
    pub(crate) sender: Option<EntityRef>,
    /// Its words, as plain text.
    pub(crate) text: String,
    pub(crate) raw: Raw,
}

impl Conversation {
    /// The uid of its item.
    pub(crate) fn uid(&self, source: &str) -> Uid {
        Uid::of(source, self.key().as_bytes())
    }

    fn key(&self) -> String {
        ["conversation", &self.id].join("\u{1f}")
    }

    /// Its item.
    pub(crate) fn item(&self, source: &str, raw: Raw) -> NewItem {
        let mut item = NewItem::new(Kind::Collection, source, self.key(), raw);
        item.title = self.title();
        for member in &self.members {
            item.links.push(NewLink { role: Role::Attendee, entity: member.clone() });
        }
        item.set("conversation", self.id.as_str());
        item.set("members", self.members.len());
        item
    }

    /// The item of a message in it.
    pub(crate) fn message(&self, source: &str, message: Message) -> NewItem {
        let Message { key, at, sender, text, raw } = message;
        let mut item = NewItem::new(Kind::Message, source, key, raw);
        item.at = at;
        item.title = headline(&text);
        item.text = text;
        if !self.id.is_empty() {
            item.related.push(ItemLink { relation: "part_of".to_owned(), to: self.uid(source) });
        }
        item.set("conversation", if self.name.is_empty() { self.id.as_str() } else { &self.name });
        self.link(&mut item, sender);
        item
    }

    /// Links who sent an item, and to whom.
    pub(crate) fn link(&self, item: &mut NewItem, sender: Option<EntityRef>) {
        let others = self.members.iter().filter(|member| sender.as_ref().is_none_or(|sender| sender.address != member.address));
        if self.members.len() <= RECIPIENTS {
            item.links.extend(others.map(|member| NewLink { role: Role::Recipient, entity: member.clone() }));
        }
        if let Some(entity) = sender {
            item.links.insert(0, NewLink { role: Role::Sender, entity });
        }
    }

    /// What it is called, or else who is in it.
    fn title(&self) -> String {
        if !self.name.is_empty() {
            return self.name.clone();
        }
        let names: Vec<&str> = self.members.iter().map(|member| member.name.as_str()).filter(|name| !name.is_empty()).take(4).collect();
        if names.is_empty() { format!("Conversation {}", self.id) } else { names.join(", ") }
    }
}

/// The first line of a text, not longer than a title.
pub(crate) fn headline(text: &str) -> String {
    let line = text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
    if line.chars().count() <= TITLE { line.to_owned() } else { line.chars().take(TITLE - 1).chain(['…']).collect() }
}

/// A person by an id of a service, which says nothing to people: `google.gaia:1029`.
pub(crate) fn account(scheme: &str, id: &str, name: &str) -> EntityRef {
    EntityRef { kind: EntityKind::Person, address: format!("{scheme}:{}", id.trim()), name: name.trim().to_owned() }
}

/// A person by a phone number, as people write it; `None` for what has fewer than three digits.
pub(crate) fn phone(number: &str, name: &str) -> Option<EntityRef> {
    let number = crate::text::numbers::phone(number)?;
    Some(EntityRef { kind: EntityKind::Person, address: format!("tel:{number}"), name: name.trim().to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::RawFormat;

    fn members(n: usize) -> Vec<EntityRef> {
        (0..n).map(|number| account("x", &number.to_string(), "")).collect()
    }

    #[test]
    fn a_message_is_to_the_others_while_they_are_few() {
        for (n, expected) in [(0, 0), (3, 2), (RECIPIENTS, RECIPIENTS - 1), (RECIPIENTS + 1, 0)] {
            let conversation = Conversation { id: "c".to_owned(), name: String::new(), members: members(n) };
            let message = Message {
                key: "k".to_owned(),
                at: None,
                sender: Some(account("x", "0", "")),
                text: "\n long ".repeat(3),
                raw: Raw::text(RawFormat::Text, ""),
            };
            let item = conversation.message("s", message);
            let of = |role| item.links.iter().filter(|link| link.role == role).count();
            assert_eq!((of(Role::Sender), of(Role::Recipient)), (1, expected), "{n}");
            assert_eq!((item.title.as_str(), item.related[0].to), ("long", conversation.item("s", Raw::json(b"{}")).uid));
        }
    }
}
