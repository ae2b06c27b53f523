//! One message of Google Chat.

use domain::{ItemLink, NewItem, Raw, Uid};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{IMPORTER, User};
use crate::conversation::{self, Conversation};
use crate::json::lenient;
use crate::text::time;

/// What is particular to Chat, by the key of an annotation.
const URL: &str = "url_metadata";

/// A message, and the names of the files that it carries.
pub(super) struct Reading {
    pub(super) item: NewItem,
    pub(super) files: Vec<String>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Message {
    creator: Option<User>,
    created_date: Option<String>,
    updated_date: Option<String>,
    text: Option<String>,
    topic_id: Option<String>,
    message_id: Option<String>,
    message_state: Option<String>,
    deletion_metadata: Option<Value>,
    annotations: Option<Vec<Value>>,
    attached_files: Option<Vec<Value>>,
    reactions: Option<Vec<Value>>,
    quoted_message_metadata: Option<Value>,
}

/// Reads one message, or says what is wrong with it.
pub(super) fn read(bytes: &[u8], own: &Conversation) -> Result<Reading, String> {
    let message: Message =
        lenient::record(bytes, &["text"]).map_err(|error| format!("A message was expected here, and it does not read as one: {error}."))?;
    let id = message.message_id.clone().unwrap_or_default();
    let mut place = own.clone();
    // A message knows its conversation better than its folder does.
    if let [space, _, _] = id.split('/').collect::<Vec<_>>()[..] {
        space.clone_into(&mut place.id);
    }
    let date = message.created_date.clone().unwrap_or_default();
    let text = message.text.clone().unwrap_or_default().trim().to_owned();
    let sender = message.creator.as_ref().and_then(User::entity);
    let files: Vec<String> = names(&message, "export_name");
    if id.is_empty() && date.is_empty() && text.is_empty() && files.is_empty() {
        return Err("A message has a time, an id or words, and this one has none of them.".to_owned());
    }
    let address = sender.as_ref().map_or("", |sender| &sender.address);
    let key = if id.is_empty() { [&place.id, &date, address, &text].join("\u{1f}") } else { id };
    let at = time::google_html(&date).or_else(|| time::any(&date));

    let mut item = place.message(IMPORTER.id, conversation::Message { key, at, sender, text, raw: Raw::json(bytes) });
    let links = urls(&message);
    let is_deleted = message.message_state.as_deref() == Some("DELETED") || message.deletion_metadata.is_some();
    if item.title.is_empty() {
        let original = names(&message, "original_name");
        item.title = original.first().or_else(|| files.first()).cloned().unwrap_or_else(|| untold(&message, is_deleted).to_owned());
    }
    let titles = links.iter().filter_map(|link| link["title"].as_str()).filter(|title| !item.text.contains(title));
    let titles = titles.collect::<Vec<_>>().join("\n");
    if !titles.is_empty() {
        item.text = [item.text.as_str(), &titles].join("\n").trim().to_owned();
    }
    if let Some(topic) = message.topic_id.as_deref().filter(|topic| !topic.is_empty()) {
        let to = Uid::of("google.chat.topic", [place.id.as_str(), topic].join("/").as_bytes());
        item.related.push(ItemLink { relation: "thread".to_owned(), to });
        item.set("topic", topic);
    }
    if let Some(quoted) = &message.quoted_message_metadata {
        if let Some(id) = quoted["message_id"].as_str().filter(|id| !id.is_empty()) {
            item.related.push(ItemLink { relation: "reply_to".to_owned(), to: Uid::of(IMPORTER.id, id.as_bytes()) });
        }
        item.set("quoted", quoted["text"].as_str().unwrap_or_default());
    }
    item.set("reactions", reactions(&message));
    item.set("links", links);
    item.set("files", files.clone());
    item.set("annotations", other_annotations(&message));
    // What was edited or deleted stands before what was said first, which may be richer.
    let ms_of = |date: &str| time::google_html(date).or_else(|| time::any(date)).map(|at| at.ms);
    let updated = message.updated_date.as_deref().and_then(ms_of);
    // Nothing comes after the deletion, which need not say when it was.
    item.revision = if is_deleted { Some(i64::MAX) } else { updated };
    item.set("edited", message.updated_date.unwrap_or_default());
    if item.at.is_none() {
        item.set("time_text", date);
    }
    if is_deleted {
        item.hidden = true;
        item.set("deleted", true);
    }
    Ok(Reading { item, files })
}

fn names(message: &Message, key: &str) -> Vec<String> {
    let files = message.attached_files.iter().flatten();
    files.filter_map(|file| file[key].as_str()).filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

/// Title and address of the links that Chat found in the words.
fn urls(message: &Message) -> Vec<Value> {
    let annotations = message.annotations.iter().flatten().filter_map(|annotation| annotation.get(URL));
    annotations
        .filter_map(|found| {
            let url = match &found["url"] {
                Value::String(url) => url.as_str(),
                wrapped => wrapped.as_object()?.values().find_map(Value::as_str)?,
            };
            let title = found["title"].as_str().unwrap_or_default();
            Some(if title.is_empty() { json!({ "url": url }) } else { json!({ "title": title, "url": url }) })
        })
        .collect()
}

/// What else is in the message: "video_call_metadata", "drive_metadata".
fn other_annotations(message: &Message) -> Vec<String> {
    let mut kinds: Vec<String> = message
        .annotations
        .iter()
        .flatten()
        .filter_map(Value::as_object)
        .flat_map(|annotation| annotation.keys())
        .filter(|key| key.ends_with("_metadata") && *key != URL)
        .cloned()
        .collect();
    kinds.sort_unstable();
    kinds.dedup();
    kinds
}

fn reactions(message: &Message) -> Vec<Value> {
    let reactions = message.reactions.iter().flatten();
    reactions
        .map(|reaction| {
            let emoji = &reaction["emoji"];
            let sign = emoji["unicode"].as_str().or_else(|| emoji["custom_emoji"]["shortcode"].as_str()).or_else(|| emoji.as_str());
            json!({ "emoji": sign.unwrap_or_default(), "by": reaction["reactor_emails"] })
        })
        .collect()
}

/// What to call a message without words and files.
fn untold(message: &Message, is_deleted: bool) -> &'static str {
    let has = |kind: &str| other_annotations(message).iter().any(|own| own.contains(kind));
    if is_deleted {
        "Deleted message"
    } else if has("video_call") || has("call") {
        "Call"
    } else if has("membership") {
        "Change of members"
    } else {
        "Message without words"
    }
}
