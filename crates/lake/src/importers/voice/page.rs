//! A page of Google Voice: a chunk of a conversation, or one call.

use domain::{EntityKind, EntityRef, Kind, Moment, NewItem, NewLink, Raw, RawFormat, Role};
use jiff::SignedDuration;

use super::IMPORTER;
use crate::conversation::{Conversation, Message, headline, phone};
use crate::text::element::{self, Element, Page};
use crate::text::{path, time};

/// What a page stands for, and how its name and tags say so.
const CALLS: &[(&str, Call)] = &[
    ("placed", Call::Placed),
    ("received", Call::Received),
    ("missed", Call::Missed),
    ("voicemail", Call::Voicemail),
    ("recorded", Call::Recorded),
];
/// Words that stand for a message which is a file alone.
const FILE_ALONE: &[&str] = &["MMS Received", "MMS Sent"];

/// One thing that a page holds.
pub(super) enum Record {
    /// It, and the names of the files that belong to it.
    Item { item: Box<NewItem>, files: Vec<String> },
    /// It could not be read: where it stands, and what was expected.
    Bad { at: String, why: &'static str },
    /// The file ends in it.
    Cut { at: String },
    /// The file ends after it, and should not.
    Missing { at: String },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Call {
    Placed,
    Received,
    Missed,
    Voicemail,
    Recorded,
}

impl Call {
    fn name(self) -> &'static str {
        CALLS.iter().find(|(_, call)| *call == self).map_or("", |(name, _)| name)
    }

    fn title(self, who: &str) -> String {
        match self {
            Self::Placed => format!("Call to {who}"),
            Self::Received => format!("Call from {who}"),
            Self::Missed => format!("Missed call from {who}"),
            Self::Voicemail => format!("Voicemail from {who}"),
            Self::Recorded => format!("Recorded call with {who}"),
        }
    }
}

/// Someone on a page.
struct Party {
    /// `None` for someone without number and name.
    entity: Option<EntityRef>,
    is_owner: bool,
}

/// Reads a page that stood at `path`.
pub(super) fn read(text: &str, path: &str) -> Vec<Record> {
    let page = element::page(text);
    if let Some(log) = page.root.of_class("hChatLog").first() {
        return messages(&page, log, path);
    }
    page.root.of_class("haudio").first().map(|audio| call(&page, audio, path)).into_iter().collect()
}

/// Whether a path leads through the folder of spam.
pub(super) fn is_spam(path: &str) -> bool {
    path.split('/').any(|folder| folder.eq_ignore_ascii_case("spam"))
}

/// The time in a file's name: `… - Voicemail - 2020-02-03T17_37_45Z.mp3`.
pub(super) fn time_in_name(name: &str) -> Option<Moment> {
    let from = name.rfind(" - ").map_or(0, |at| at + 3);
    time::iso(name.get(from..from + "2020-02-03T17_37_45Z".len())?)
}

fn messages(page: &Page, log: &Element, path: &str) -> Vec<Record> {
    let found = log.of_class("message");
    let parties: Vec<Party> = found.iter().filter_map(|message| message.of_class("sender").first().map(|cite| party(cite))).collect();
    let mut members: Vec<EntityRef> = Vec::new();
    let listed = page.root.of_class("participants").first().map(|list| list.of_class("vcard").into_iter().map(party).collect::<Vec<_>>());
    for member in parties.iter().chain(listed.iter().flatten()).filter_map(|party| party.entity.as_ref()) {
        if !members.iter().any(|known| known.address == member.address) {
            members.push(member.clone());
        }
    }
    let own: Vec<&str> =
        parties.iter().filter(|party| party.is_owner).filter_map(|party| Some(party.entity.as_ref()?.address.as_str())).collect();
    // A chunk in which the owner alone speaks names the other in the file's name only.
    if members.iter().all(|member| own.contains(&member.address.as_str())) {
        members.extend(other_in_name(path));
    }
    let mut numbers: Vec<&str> = members
        .iter()
        .map(|member| member.address.as_str())
        .filter(|address| address.starts_with("tel:") && !own.contains(address))
        .collect();
    numbers.sort_unstable();
    let numbers = numbers.join(",");
    let conversation = Conversation { id: numbers.clone(), name: String::new(), members: members.clone() };
    let labels = labels(&page.root);
    let records = found.iter().enumerate().map(|(index, message)| {
        let at = format!("message {}", index + 1);
        if page.unended.contains(&message.number) {
            return Record::Cut { at };
        }
        let Some(when) = moment(message, "dt") else {
            return Record::Bad { at, why: "A message has a time, like 2020-02-03T12:37:45.512-05:00, and this one has none" };
        };
        let sender = message.of_class("sender").first().map(|cite| party(cite));
        let is_owner = sender.as_ref().is_some_and(|sender| sender.is_owner);
        let sender = sender.and_then(|sender| sender.entity);
        let files = files(message);
        let mut text = message.named("q").first().map(|words| words.text()).unwrap_or_default();
        if FILE_ALONE.contains(&text.as_str()) && !files.is_empty() {
            text.clear();
        }
        let address = sender.as_ref().map_or("", |sender| &sender.address);
        let key = ["message", &when.ms.to_string(), if is_owner { "me" } else { address }, &numbers, &text].join("\u{1f}");
        let raw = Raw::text(RawFormat::Html, &message.to_string());
        let mut item = conversation.message(IMPORTER.id, Message { key, at: Some(when), sender, text, raw });
        // The conversation itself is no record of the export.
        item.related.iter_mut().for_each(|link| "thread".clone_into(&mut link.relation));
        let others: Vec<&str> = members.iter().filter(|member| !own.contains(&member.address.as_str())).map(name_of).collect();
        item.set("conversation", others.join(", "));
        if item.title.is_empty() {
            item.title = headline(files.first().map_or("Message without words", String::as_str));
        }
        item.set("direction", if is_owner { "sent" } else { "received" });
        item.set("labels", labels.clone());
        item.hidden = is_spam(path);
        Record::Item { item: Box::new(item), files }
    });
    let mut records: Vec<Record> = records.collect();
    if page.unended.contains(&log.number) && !matches!(records.last(), Some(Record::Cut { .. })) {
        records.push(Record::Missing { at: format!("message {}", found.len()) });
    }
    records
}

fn call(page: &Page, audio: &Element, path: &str) -> Record {
    let at = String::new();
    let name = path.rsplit('/').next().unwrap_or(path);
    if page.unended.contains(&audio.number) {
        return Record::Cut { at };
    }
    let Some(when) = moment(audio, "published").or_else(|| moment(audio, "dt")).or_else(|| time_in_name(name)) else {
        return Record::Bad { at, why: "A call has a time, like 2020-02-03T12:37:45.512-05:00, and this one has none" };
    };
    let labels = labels(&page.root);
    let who = audio.of_class("contributor").first().and_then(|card| party(card).entity).or_else(|| other_in_name(path));
    let sort = sort_of(name, &labels, &page.root).unwrap_or(Call::Received);
    let address = who.as_ref().map_or("", |who| &who.address);
    let number = address.strip_prefix("tel:").unwrap_or_default();
    let mut item = NewItem::new(
        Kind::Call,
        IMPORTER.id,
        ["call", sort.name(), &when.ms.to_string(), number].join("\u{1f}"),
        Raw::text(RawFormat::Html, &audio.to_string()),
    );
    item.title = sort.title(who.as_ref().map_or("an unknown caller", name_of));
    item.text = audio.of_class("full-text").first().map(|words| words.text()).unwrap_or_default();
    if let Some(seconds) = audio.of_class("duration").first().and_then(|duration| seconds(duration)) {
        item.set("duration_s", seconds);
        item.until = Some(when.ms + seconds * 1000);
    }
    item.at = Some(when);
    let (role, direction) = if sort == Call::Placed { (Role::Recipient, "sent") } else { (Role::Sender, "received") };
    item.links.extend(who.map(|entity| NewLink { role, entity }));
    item.set("call", sort.name());
    item.set("direction", direction);
    item.set("labels", labels);
    item.hidden = is_spam(path);
    Record::Item { item: Box::new(item), files: files(audio) }
}

/// Which sort of call: the file's name says it in English, tags and title in the account's language or in English.
fn sort_of(name: &str, labels: &[String], root: &Element) -> Option<Call> {
    let named = name.rsplit(" - ").nth(1).unwrap_or_default().trim_start_matches(['-', ' ']).to_lowercase();
    let title = root.named("title").first().map(|title| title.text().to_lowercase()).unwrap_or_default();
    let exact = CALLS.iter().find(|(word, _)| *word == named || labels.iter().any(|label| label.eq_ignore_ascii_case(word)));
    exact.or_else(|| CALLS.iter().find(|(word, _)| title.contains(word))).map(|(_, call)| *call)
}

/// "Inbox", "Missed": by where the tag leads, which is English, else by its words.
fn labels(root: &Element) -> Vec<String> {
    let tags = root.of_class("tags");
    let links = tags.iter().flat_map(|tags| tags.named("a")).filter(|link| link.attribute("rel").contains("tag"));
    links
        .map(|link| link.attribute("href").rsplit_once('#').map_or_else(|| link.text(), |(_, name)| name.to_owned()).to_lowercase())
        .filter(|label| !label.is_empty())
        .collect()
}

fn moment(element: &Element, class: &str) -> Option<Moment> {
    element.of_class(class).into_iter().find_map(|abbr| time::iso(abbr.attribute("title")))
}

/// `PT1M5S`, or `(00:01:05)`.
fn seconds(duration: &Element) -> Option<i64> {
    if let Ok(duration) = duration.attribute("title").parse::<SignedDuration>() {
        return Some(duration.as_secs());
    }
    let text = duration.text();
    let parts: Option<Vec<i64>> = text.trim_matches(['(', ')', ' ']).split(':').map(|part| part.parse().ok()).collect();
    parts.filter(|parts| parts.len() > 1).map(|parts| parts.iter().fold(0, |sum, part| sum * 60 + part))
}

/// Who a card is about.
fn party(card: &Element) -> Party {
    let name = card.of_class("fn").first().map(|name| (name.text(), name.name == "abbr"));
    let (name, is_owner) = name.unwrap_or_default();
    let tel = card.of_class("tel").first().map(|link| link.attribute("href").trim_start_matches("tel:").to_owned()).unwrap_or_default();
    let tel = if tel.is_empty() { card.attribute("href").trim_start_matches("tel:").to_owned() } else { tel };
    // The name is the number again where the number is no contact's, and "Me" names nobody.
    let is_number = !tel.is_empty() && crate::text::numbers::phone(&name) == crate::text::numbers::phone(&tel);
    let shown = if is_owner || is_number { "" } else { name.as_str() };
    let entity = phone(&tel, shown).or_else(|| (!shown.is_empty()).then(|| EntityRef::named(EntityKind::Person, shown)));
    Party { entity, is_owner }
}

/// The other side, from the beginning of a file's name; empty for unknown callers.
fn other_in_name(path: &str) -> Option<EntityRef> {
    let name = path.rsplit('/').next().unwrap_or(path);
    let who = name.split(" - ").next().unwrap_or_default().trim();
    if who.is_empty() || who == name || who.starts_with('-') || who.eq_ignore_ascii_case("group conversation") {
        return None;
    }
    let digits = who.chars().all(|letter| letter.is_ascii_digit() || matches!(letter, '+' | ' ' | '-' | '(' | ')'));
    phone(who, "").filter(|_| digits).or_else(|| Some(EntityRef::named(EntityKind::Person, who)))
}

fn name_of(entity: &EntityRef) -> &str {
    if entity.name.is_empty() { entity.address.trim_start_matches("tel:") } else { &entity.name }
}

/// The names of the files that an element shows or links.
fn files(element: &Element) -> Vec<String> {
    let mut files = Vec::new();
    for inner in element.inner() {
        let target = match inner.name.as_str() {
            "img" | "audio" | "video" | "source" => inner.attribute("src"),
            "a" if inner.is("video") || inner.is("audio") => inner.attribute("href"),
            _ => "",
        };
        let name = path::parts(target).pop().unwrap_or_default();
        if !name.is_empty() && !target.contains(':') && !files.contains(&name) {
            files.push(name);
        }
    }
    files
}
