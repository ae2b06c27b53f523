//! A thread of messages: `messages/inbox/<thread>/message_1.json`, and `messages/<thread>_<number>.json` of the chats that are
//! encrypted end to end, which are downloaded apart: their fields have other names, and their texts are sound.
//!
//! Messages have no ids. Identity: the thread with the time in milliseconds, the sender, the words and the first file; equal
//! ones in a file are counted. It is the same in both services, as threads wander between them. An encrypted thread has no id
//! either, and is its name with its members: its number is that of the download.
//!
//! `data`, beside what [`crate::conversation`] says: `files`, `links`, `reactions` (`emoji`, `by`), `unsent` (true), `duration_s` of
//! a call.

use std::collections::HashMap;
use std::io;

use domain::{EntityKind, EntityRef, FindingCode, Kind, NewItem, Raw, Uid};
use serde_json::{Value, json};

use super::Service;
use super::mojibake::mend;
use crate::conversation::{Conversation, Message, headline};
use crate::importer::Sink;
use crate::json::each::each;
use crate::json::lenient;
use crate::text::time;

/// The space of identities of both services.
const STREAM: &str = "meta.message";
/// The lists of files that a message may have.
const FILES: &[&str] = &["photos", "videos", "audio_files", "files", "gifs", "media"];

/// Whether a file begins as a thread does.
pub(super) fn looks_like(head: &[u8]) -> bool {
    let has = |key: &str| memchr::memmem::find(head, key.as_bytes()).is_some();
    head.trim_ascii_start().starts_with(b"{") && has("\"participants\"") && has("\"messages\"")
}

/// Reads a thread. What names it stands after its messages.
pub(super) fn parse(service: Service, bytes: &[u8], sink: &mut dyn Sink) -> io::Result<()> {
    let (conversation, is_sound) = about(bytes)?;
    sink.item(item_of(service, &conversation));
    let mut seen = HashMap::new();
    let mut reader = bytes;
    each(&mut reader, sink, |entry, sink| {
        if !entry.listed || entry.key != "messages" {
            return;
        }
        let value = lenient::value(entry.bytes).ok().map(|value| if is_sound { value } else { mend(value) });
        match value.and_then(|value| message(service, &value, &conversation, entry.bytes, &mut seen)) {
            Some(item) => sink.item(item),
            None => sink.set_aside(
                FindingCode::BadRecord,
                &entry.at,
                "A message has a sender and a time in milliseconds, and this one lacks one of them",
            ),
        }
    })
}

/// Who takes part, and what the thread is called; and whether its texts are sound as they stand.
fn about(bytes: &[u8]) -> io::Result<(Conversation, bool)> {
    let mut conversation = Conversation::default();
    let mut is_sound = false;
    let mut ignored = Nothing;
    let mut reader = bytes;
    each(&mut reader, &mut ignored, |entry, _| {
        let value = || lenient::value(entry.bytes).ok().map(mend);
        match (entry.key, entry.listed) {
            ("participants", true) => {
                let name = match lenient::value(entry.bytes).ok() {
                    Some(Value::String(name)) => Some(name),
                    member => member.map(mend).and_then(|member| member["name"].as_str().map(str::to_owned)),
                };
                let name = name.filter(|name| !name.trim().is_empty());
                conversation.members.extend(name.map(|name| EntityRef::named(EntityKind::Person, &name)));
            }
            ("title", false) => conversation.name = value().and_then(|title| title.as_str().map(str::to_owned)).unwrap_or_default(),
            ("threadName", false) => {
                is_sound = true;
                let name = lenient::value(entry.bytes).ok().and_then(|name| name.as_str().map(without_number)).unwrap_or_default();
                conversation.name = name;
            }
            ("thread_path", false) => conversation.id = value().and_then(|path| path.as_str().map(own_name)).unwrap_or_default(),
            _ => {}
        }
    })?;
    if conversation.id.is_empty() {
        let mut names: Vec<&str> = conversation.members.iter().map(|member| member.address.as_str()).collect();
        names.sort_unstable();
        conversation.id = names.join(",");
        if is_sound {
            conversation.id = [conversation.name.as_str(), &conversation.id].join(",");
        }
    }
    Ok((conversation, is_sound))
}

/// `Ann` of `Ann_12`.
fn without_number(name: &str) -> String {
    let numbered =
        name.trim().rsplit_once('_').filter(|(_, number)| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()));
    numbered.map_or(name, |(name, _)| name).trim().to_owned()
}

/// `inbox/ann_x1` and `archived_threads/ann_x1` are the same thread.
fn own_name(path: &str) -> String {
    path.rsplit('/').next().unwrap_or(path).to_owned()
}

fn item_of(service: Service, conversation: &Conversation) -> NewItem {
    let names: Vec<&str> = conversation.members.iter().map(|member| member.name.as_str()).collect();
    let raw = json!({ "participants": names, "title": conversation.name, "thread_path": conversation.id });
    let mut item = conversation.item(service.source(), Raw::json(raw.to_string().as_bytes()));
    item.uid = conversation.uid(STREAM);
    item
}

fn message(service: Service, value: &Value, conversation: &Conversation, raw: &[u8], seen: &mut HashMap<String, u32>) -> Option<NewItem> {
    let sender = value["sender_name"].as_str().or_else(|| value["senderName"].as_str())?.trim();
    let at = time::of(value.get("timestamp_ms").or_else(|| value.get("timestamp"))?)?;
    let words = value["content"].as_str().or_else(|| value["text"].as_str()).unwrap_or_default().trim();
    let is_unsent = value["is_unsent"] == true || value["isUnsent"] == true;
    let files: Vec<&str> = FILES
        .iter()
        .filter_map(|list| value[*list].as_array())
        .flatten()
        .chain(value.get("sticker"))
        .filter_map(|file| file["uri"].as_str())
        .map(|path| path.strip_prefix("./").unwrap_or(path))
        .collect();
    let share = &value["share"];
    let shared = ["share_text", "link"].iter().filter_map(|key| share[*key].as_str()).filter(|text| !words.contains(text));
    let text = std::iter::once(words).chain(shared).filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n");

    let known = [
        conversation.id.as_str(),
        &at.ms.to_string(),
        sender,
        words,
        files.first().copied().map_or("", |file| file.rsplit('/').next().unwrap_or(file)),
    ]
    .join("\u{1f}");
    let n_before = seen.entry(known.clone()).or_default();
    let key = if *n_before == 0 { known } else { [known.as_str(), &n_before.to_string()].join("\u{1f}") };
    *n_before += 1;
    let uid = Uid::of(STREAM, key.as_bytes());
    let entity = (!sender.is_empty()).then(|| EntityRef::named(EntityKind::Person, sender));
    let mut item = conversation.message(service.source(), Message { key, at: Some(at), sender: entity, text, raw: Raw::json(raw) });
    item.uid = uid;
    item.related.iter_mut().for_each(|link| link.to = conversation.uid(STREAM));
    if let Some(seconds) = value["call_duration"].as_i64() {
        item.kind = Kind::Call;
        item.until = item.at.as_ref().map(|at| at.ms + seconds * 1000);
        item.set("duration_s", seconds);
    }
    if item.title.is_empty() {
        let name = files.first().map(|file| file.rsplit('/').next().unwrap_or(file));
        let untold = match item.kind {
            Kind::Call => "Call",
            _ if is_unsent => "Message that was taken back",
            _ => "Message without words",
        };
        item.title = headline(name.unwrap_or(untold));
    }
    let reactions = value["reactions"].as_array().into_iter().flatten();
    item.set("reactions", reactions.map(|reaction| json!({ "emoji": reaction["reaction"], "by": reaction["actor"] })).collect::<Vec<_>>());
    item.set("links", share["link"].as_str().into_iter().collect::<Vec<_>>());
    item.set("files", files);
    if is_unsent {
        item.hidden = true;
        item.set("unsent", true);
    }
    Some(item)
}

/// Takes nothing: what is wrong with the file is said when its messages are read.
struct Nothing;

impl Sink for Nothing {
    fn item(&mut self, _: NewItem) {}
    fn point(&mut self, _: domain::NewPoint) {}
    fn merged(&mut self) {}
    fn skip(&mut self, _: FindingCode, _: &str, _: &str) {}
    fn set_aside(&mut self, _: FindingCode, _: &str, _: &str) {}
    fn finding(&mut self, _: domain::Finding) {}
}
