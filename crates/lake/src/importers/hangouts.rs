//! Hangouts (until 2022): `Hangouts.json`, all conversations with all their events in one file, in its form until 2016
//! (`conversation_state`) and since (`conversations`).
//!
//! The file may have gigabytes and one conversation most of them, so events are read one by one.
//!
//! Identity: `event_id`; without one, the conversation, the time, the sender and the words.
//!
//! `data`, beside what [`crate::conversation`] says: `event` (its type, for what is no plain message), `photos` and `links`
//! (addresses), `direction` ("sent", "received", where the file says whose it is), `name` (a new name of the conversation),
//! `duration_s` of a call, `files` (names of photos, by the end of their addresses). Photos that lie beside the file, as in later
//! exports, become blobs of the events whose addresses end in their names.
//!
//! Absent on purpose: the same talk in Google Chat, which took over most of it under ids of its own.

use std::io;

use domain::{EntityRef, FindingCode, Kind, NewItem, NewLink, Raw, Role};
use serde::Deserialize;
use serde_json::Value;

use crate::conversation::{Conversation, Message, account};
use super::activity::address::decoded;
use crate::attachments::Attachments;
use crate::importer::{Assembly, Claim, FileNumber, Importer, Input, Parse, Probe, SetSink, Sink};
use crate::json::descent::{Descent, Inner};
use crate::json::{Next, each, lenient};
use crate::media;
use crate::text::time;

pub(crate) static IMPORTER: Importer = Importer { id: "google.hangouts", label: "Hangouts", recognizes, parse: Parse::Set(|| Box::new(Talks::default())) };

fn recognizes(probe: &Probe<'_>) -> Claim {
    let named = probe.name().eq_ignore_ascii_case("hangouts.json");
    let head = probe.head.trim_ascii_start();
    let has = |key: &str| memchr::memmem::find(head, key.as_bytes()).is_some();
    let shaped = head.starts_with(b"{")
        && ((has("\"conversation_state\"") || has("\"conversations\"")) && (has("\"conversation_id\"") || has("\"participant_data\"")));
    match (shaped, named) {
        (true, true) => Claim::Yes(3),
        (true, false) => Claim::Yes(2),
        (false, true) => Claim::Yes(1),
        (false, false) if probe.folders().next() == Some("Hangouts") && media::type_of(probe.name()).is_some() => Claim::Yes(1),
        (false, false) => Claim::No,
    }
}

#[derive(Default)]
struct Talks(Attachments);

impl Assembly for Talks {
    fn file(&mut self, number: FileNumber, input: &mut Input<'_>, sink: &mut dyn Sink) -> io::Result<()> {
        if media::type_of(input.path).is_some() {
            return self.0.file(number, input, sink);
        }
        parse(input, &mut self.0.records(number, sink))
    }

    fn finish(&mut self, sink: &mut dyn SetSink) {
        self.0.finish(IMPORTER.id, sink);
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Id {
    id: Option<String>,
    gaia_id: Option<String>,
    chat_id: Option<String>,
}

impl Id {
    /// A person's own id; `chat_id` stands in where there is no other.
    fn person(&self) -> Option<&str> {
        [&self.gaia_id, &self.chat_id].into_iter().filter_map(Option::as_deref).find(|id| !id.is_empty())
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Talk {
    conversation_id: Option<Id>,
    id: Option<Id>,
    /// The talk itself, in the form since 2017.
    conversation: Option<Value>,
    name: Option<String>,
    participant_data: Option<Vec<Value>>,
    self_conversation_state: Option<Value>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Event {
    conversation_id: Option<Id>,
    sender_id: Option<Id>,
    timestamp: Option<Value>,
    event_id: Option<String>,
    event_type: Option<String>,
    chat_message: Option<Value>,
    hangout_event: Option<Value>,
    membership_change: Option<Value>,
    conversation_rename: Option<Value>,
}

/// The conversation that is being read.
#[derive(Default)]
struct Current {
    conversation: Conversation,
    /// The owner's id, where the file says it.
    owner: Option<String>,
    /// Whether its item was handed on.
    told: bool,
}

fn parse(input: &mut Input<'_>, sink: &mut dyn Sink) -> io::Result<()> {
    let mut descent = Descent::new(input.reader, |key| matches!(key, "conversations" | "conversation_state"));
    let mut current = Current::default();
    let mut in_element = false;
    loop {
        match descent.next()? {
            // In the older form the state stands inside the element, under the same name.
            Inner::Entered("conversation_state") if in_element => in_element = false,
            Inner::Entered(key) => {
                in_element = key == "conversation_state";
                current = Current::default();
            }
            Inner::Next(Next::Field { key: "conversation", at, bytes }) => match lenient::record::<Talk>(bytes, &[]) {
                Ok(talk) => current.learn(talk, bytes, sink),
                Err(error) => {
                    sink.set_aside(FindingCode::BadRecord, &format!("byte {at}"), &format!("A conversation was expected here: {error}."));
                }
            },
            Inner::Next(Next::Field { key: "conversation_id", bytes, .. }) => {
                if let Some(id) = lenient::record::<Id>(bytes, &[]).ok().and_then(|id| id.id) {
                    current.conversation.id = id;
                }
            }
            Inner::Next(Next::Record { key: "events" | "event", at, bytes }) => match lenient::record::<Event>(bytes, &["timestamp"]) {
                Ok(event) => match current.item(&event, bytes) {
                    Some(item) => sink.item(item),
                    None => sink.skip(FindingCode::IgnoredFile, &format!("byte {at}"), "Events with neither words nor a time say nothing."),
                },
                Err(error) => sink.set_aside(
                    FindingCode::BadRecord,
                    &format!("byte {at}"),
                    &format!("An event of a conversation was expected here: {error}."),
                ),
            },
            Inner::Next(Next::Record { .. } | Next::Field { .. }) => {}
            Inner::Next(last) => {
                each::ended(&last, sink);
                return Ok(());
            }
        }
    }
}

impl Current {
    /// Takes what the file says of the conversation, and hands its item on.
    fn learn(&mut self, talk: Talk, bytes: &[u8], sink: &mut dyn Sink) {
        let id = [&talk.conversation_id, &talk.id].into_iter().flatten().find_map(|id| id.id.clone());
        let inner = talk.conversation.and_then(|inner| serde_json::from_value::<Talk>(inner).ok());
        let talk = inner.unwrap_or(Talk { conversation: None, ..talk });
        if let Some(id) = id.or_else(|| talk.id.and_then(|id| id.id)) {
            self.conversation.id = id;
        }
        self.conversation.name = talk.name.unwrap_or_default().trim().to_owned();
        self.conversation.members = talk.participant_data.iter().flatten().filter_map(participant).collect();
        let own = talk.self_conversation_state.map(|state| state["self_read_state"]["participant_id"].clone());
        self.owner = own.and_then(|own| serde_json::from_value::<Id>(own).ok()?.person().map(str::to_owned));
        if !self.told && !self.conversation.id.is_empty() {
            self.told = true;
            sink.item(self.conversation.item(IMPORTER.id, Raw::json(bytes)));
        }
    }

    /// The item of an event; `None` when it says nothing.
    fn item(&self, event: &Event, bytes: &[u8]) -> Option<NewItem> {
        let said = Said::of(event.chat_message.as_ref());
        let at = event.timestamp.as_ref().and_then(time::of);
        let kind = event.event_type.as_deref().unwrap_or_default();
        let sender = event.sender_id.as_ref().and_then(Id::person).map(|id| self.person(id));
        if at.is_none() && said.text.is_empty() && said.photos.is_empty() {
            return None;
        }
        let mut conversation = self.conversation.clone();
        if let Some(id) = event.conversation_id.as_ref().and_then(|id| id.id.clone()).filter(|id| *id != conversation.id) {
            conversation = Conversation { id, ..Conversation::default() };
        }
        let key = event.event_id.clone().filter(|id| !id.is_empty()).unwrap_or_else(|| {
            let address = sender.as_ref().map_or("", |sender| &sender.address);
            let ms = at.as_ref().map_or(0, |at| at.ms).to_string();
            [&conversation.id, &ms, address, &said.text].join("\u{1f}")
        });
        let direction = match (&self.owner, event.sender_id.as_ref().and_then(Id::person)) {
            (Some(owner), Some(sender)) => {
                if owner == sender {
                    "sent"
                } else {
                    "received"
                }
            }
            _ => "",
        };
        let mut item = conversation.message(IMPORTER.id, Message { key, at, sender, text: said.text, raw: Raw::json(bytes) });
        if item.title.is_empty() {
            item.title = self.untold(event, !said.photos.is_empty(), &mut item);
        }
        if !matches!(kind, "" | "REGULAR_CHAT_MESSAGE") {
            item.set("event", kind.to_lowercase());
        }
        item.set("direction", direction);
        item.set("photos", said.photos);
        item.set("files", said.files);
        item.set("links", said.links);
        Some(item)
    }

    /// A person of the conversation, by name where it is known.
    fn person(&self, id: &str) -> EntityRef {
        let unnamed = account("google.gaia", id, "");
        self.conversation.members.iter().find(|member| member.address == unnamed.address).cloned().unwrap_or(unnamed)
    }

    /// Names an event without words, and says what it is.
    fn untold(&self, event: &Event, is_photo: bool, item: &mut NewItem) -> String {
        if let Some(call) = &event.hangout_event {
            item.kind = Kind::Call;
            item.set(
                "duration_s",
                call["hangout_duration_secs"]
                    .as_str()
                    .and_then(|text| text.parse::<i64>().ok())
                    .or_else(|| call["hangout_duration_secs"].as_i64()),
            );
            return "Hangouts call".to_owned();
        }
        item.kind = Kind::Activity;
        if let Some(rename) = &event.conversation_rename {
            let name = rename["new_name"].as_str().unwrap_or_default();
            item.set("name", name);
            return format!("Conversation renamed to {name}");
        }
        if let Some(change) = &event.membership_change {
            let ids = change["participant_id"].as_array().into_iter().flatten();
            let people: Vec<EntityRef> =
                ids.filter_map(|id| serde_json::from_value::<Id>(id.clone()).ok()?.person().map(|id| self.person(id))).collect();
            let names: Vec<&str> = people.iter().map(|person| person.name.as_str()).filter(|name| !name.is_empty()).collect();
            let title = match change["type"].as_str() {
                Some("LEAVE") => format!("Left the conversation: {}", names.join(", ")),
                _ => format!("Joined the conversation: {}", names.join(", ")),
            };
            item.links.extend(people.into_iter().map(|entity| NewLink { role: Role::Depicted, entity }));
            return title;
        }
        item.kind = Kind::Message;
        if is_photo { "Photo".to_owned() } else { "Message without words".to_owned() }
    }
}

fn participant(data: &Value) -> Option<EntityRef> {
    let id = serde_json::from_value::<Id>(data.get("id")?.clone()).ok()?;
    Some(account("google.gaia", id.person()?, data["fallback_name"].as_str().unwrap_or_default()))
}

/// What a message holds.
#[derive(Default)]
struct Said {
    text: String,
    photos: Vec<String>,
    /// Names of the photos' files.
    files: Vec<String>,
    links: Vec<String>,
}

impl Said {
    fn of(message: Option<&Value>) -> Self {
        let mut said = Self::default();
        let Some(content) = message.map(|message| &message["message_content"]) else { return said };
        for segment in content["segment"].as_array().into_iter().flatten() {
            let text = segment["text"].as_str().unwrap_or_default();
            match segment["type"].as_str() {
                Some("LINE_BREAK") => said.text.push('\n'),
                Some("LINK") => {
                    said.text.push_str(text);
                    said.links.push(segment["link_data"]["link_target"].as_str().unwrap_or(text).to_owned());
                }
                _ => said.text.push_str(text),
            }
        }
        said.text = said.text.trim().to_owned();
        for attachment in content["attachment"].as_array().into_iter().flatten() {
            let embed = &attachment["embed_item"];
            said.photos.extend(photo(embed));
            said.files.extend(file_of(embed));
        }
        said
    }
}

const URLS: &[&str] = &["url", "original_content_url", "image_url"];

/// The name of an embedded photo's file: the end of that of its addresses which ends in one.
fn file_of(embed: &Value) -> Option<String> {
    let inner = || embed.as_object().into_iter().flat_map(serde_json::Map::values).filter_map(Value::as_object);
    let urls = inner().flat_map(|inner| URLS.iter().filter_map(|key| inner.get(*key)?.as_str()));
    let name = |url: &str| url.split(['?', '#']).next().and_then(|path| path.rsplit('/').next()).map(decoded);
    urls.filter_map(name).find(|name| media::type_of(name).is_some())
}

/// The address of an embedded photo: under `plus_photo`, or under a key named by a type, which changed by year.
fn photo(embed: &Value) -> Option<String> {
    let fields = embed.as_object()?;
    fields
        .values()
        .filter_map(Value::as_object)
        .find_map(|inner| URLS.iter().find_map(|key| inner.get(*key)?.as_str()).or_else(|| inner.get("thumbnail")?["image_url"].as_str()))
        .map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::importer::collected::{Collected, read};

    const TALK: &str = r#"{"type": "GROUP", "name": "Crew", "self_conversation_state": {"self_read_state": {"participant_id": {"gaia_id": "1", "chat_id": "1"}}},
        "participant_data": [{"id": {"gaia_id": "1", "chat_id": "1"}, "fallback_name": "Ann"}, {"id": {"chat_id": "2"}, "fallback_name": "Bo"}]}"#;
    const EVENTS: &str = r#"[{"sender_id": {"gaia_id": "1"}, "timestamp": "1450000000123456", "event_id": "E1", "event_type": "REGULAR_CHAT_MESSAGE",
          "chat_message": {"message_content": {"segment": [{"type": "TEXT", "text": "look "}, {"type": "LINK", "text": "example.org", "link_data": {"link_target": "http://example.org/"}}, {"type": "LINE_BREAK"}, {"type": "TEXT", "text": "now"}]}}},
        {"sender_id": {"chat_id": "2"}, "timestamp": "1450000001000000", "event_id": "E2", "event_type": "REGULAR_CHAT_MESSAGE",
          "chat_message": {"message_content": {"attachment": [{"embed_item": {"plus_photo": {"thumbnail": {"image_url": "http://example.org/t.jpg"}, "url": "http://example.org/p"}}}]}}},
        {"sender_id": {"gaia_id": "1"}, "timestamp": "1450000002000000", "event_id": "E3", "event_type": "HANGOUT_EVENT", "hangout_event": {"event_type": "END_HANGOUT", "hangout_duration_secs": "61"}},
        {"sender_id": {"gaia_id": "1"}, "timestamp": "1450000003000000", "event_id": "E4", "event_type": "ADD_USER", "membership_change": {"type": "JOIN", "participant_id": [{"chat_id": "2"}]}},
        {"sender_id": 7, "timestamp": {}}, 12]"#;

    fn both() -> [Collected; 2] {
        let newer = format!(
            r#"{{"conversations": [{{"conversation": {{"conversation_id": {{"id": "C"}}, "conversation": {TALK}}}, "events": {EVENTS}}}]}}"#
        );
        let older = format!(
            r#"{{"continuation_end_timestamp": "0", "conversation_state": [{{"conversation_id": {{"id": "C"}}, "response_header": {{}}, "conversation_state": {{"conversation_id": {{"id": "C"}}, "conversation": {TALK}, "event": {EVENTS}}}}}]}}"#
        );
        [newer, older].map(|file| read(&IMPORTER, "Hangouts/Hangouts.json", file.as_bytes()))
    }

    #[test]
    fn a_photo_beside_the_file_becomes_part_of_the_event_that_names_it() {
        let talk = EVENTS.replace("\"url\": \"http://example.org/p\"", "\"url\": \"http://example.org/p\", \"original_content_url\": \"http://example.org/x/At%20sea.jpg?s=1\"");
        let file = format!(r#"{{"conversations": [{{"conversation": {{"conversation_id": {{"id": "C"}}, "conversation": {TALK}}}, "events": {talk}}}]}}"#);
        let files: [(&str, &[u8]); 3] =
            [("Hangouts/At sea.jpg", b"1"), ("Hangouts/Hangouts.json", file.as_bytes()), ("Hangouts/Other.jpg", b"2")];
        let sinks = crate::importer::collected::read_set(&IMPORTER, &files).unwrap();
        let carrying: Vec<&str> = sinks[files[1].0].items.iter().filter(|item| !item.blobs.is_empty()).map(|item| item.blobs[0].name.as_str()).collect();
        assert_eq!((carrying, sinks[files[0].0].n_merged, sinks[files[2].0].items.len()), (vec!["At sea.jpg"], 1, 1));
    }

    #[test]
    fn both_forms_come_to_the_same() {
        let [newer, older] = both();
        let shown = newer.shown();
        let lines: Vec<&str> = shown.lines().collect();
        assert_eq!(
            lines[..5],
            [
                "collection google.hangouts no time | Crew <Attendee google.gaia:1> <Attendee google.gaia:2>",
                "message google.hangouts 2015-12-13T09:46:40.123Z | look example.org | look example.org / now <Sender google.gaia:1> <Recipient google.gaia:2>",
                "message google.hangouts 2015-12-13T09:46:41Z | Photo <Sender google.gaia:2> <Recipient google.gaia:1>",
                "call google.hangouts 2015-12-13T09:46:42Z | Hangouts call <Sender google.gaia:1> <Recipient google.gaia:2>",
                "activity google.hangouts 2015-12-13T09:46:43Z | Joined the conversation: Bo <Sender google.gaia:1> <Recipient google.gaia:2> <Depicted google.gaia:2>",
            ]
        );
        assert_eq!((newer.n_skipped, newer.n_set_aside), (1, 1));
        assert_eq!(newer.items[1].data["direction"], "sent");
        assert_eq!(newer.items[2].data["photos"][0], "http://example.org/p");
        assert_eq!(newer.items[3].data["duration_s"], 61);
        let uids = |collected: &Collected| collected.items.iter().map(|item| item.uid).collect::<Vec<_>>();
        assert_eq!(uids(&newer), uids(&older));
        assert_eq!(newer.items[1..], older.items[1..]);
    }

    #[test]
    fn a_second_conversation_is_not_mixed_with_the_first_and_a_cut_is_told() {
        let file = format!(
            r#"{{"conversations": [{{"conversation": {{"conversation_id": {{"id": "C"}}, "conversation": {TALK}}}, "events": []}},
            {{"events": [{{"conversation_id": {{"id": "D"}}, "sender_id": {{"gaia_id": "1"}}, "timestamp": "1450000000123456", "event_id": "E9"}}, {{"sender"#
        );
        let collected = read(&IMPORTER, "Hangouts.json", file.as_bytes());
        assert_eq!((collected.items.len(), collected.items[1].data["conversation"].as_str()), (2, Some("D")));
        assert_eq!(collected.items[1].links.len(), 1);
        assert_eq!(collected.findings.last().unwrap().code, FindingCode::CutShort);
    }
}
