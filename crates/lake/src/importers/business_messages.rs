//! Messages to and from businesses: `Business Messages/… Chat History Data.json`, and what `Messages/` holds as JSON.
//!
//! The format is not documented, so each list of records is read by the names of its fields, at any depth, and a record
//! that has neither words nor a time goes to its file's findings. Nothing of it was tried on a real export.
//!
//! Identity: the message's own id, else conversation, time and words. `data` is what [`crate::conversation`] says.

use std::io;

use domain::{EntityKind, EntityRef, FindingCode, NewItem, NewLink, Raw, Role};
use serde_json::Value;

use crate::conversation::{Conversation, Message};
use crate::importer::{Claim, Importer, Input, Parse, Probe, Sink};
use crate::json::each::each;
use crate::json::lenient;
use crate::text::time;

pub(crate) static IMPORTER: Importer =
    Importer { id: "google.business_messages", label: "Business Messages", recognizes, parse: Parse::File(parse) };

const TEXT: &[&str] = &["text", "message", "messageText", "body", "content"];
const TIME: &[&str] = &["createTime", "create_time", "timestamp", "sentTime", "time", "date", "created"];
const ID: &[&str] = &["messageId", "message_id", "id", "name"];
const SENDER: &[&str] = &["sender", "senderName", "author", "from", "representative"];
const BUSINESS: &[&str] = &["businessName", "business_name", "agentName", "displayName", "merchant", "business"];
const CONVERSATION: &[&str] = &["conversationId", "conversation_id", "threadId"];
/// How deep messages may lie in a record.
const DEPTH: usize = 6;

fn recognizes(probe: &Probe<'_>) -> Claim {
    if probe.extension() != "json" {
        return Claim::No;
    }
    let in_product = probe.folders().any(|folder| folder == "Business Messages");
    // A folder that others have as well, so that what lies in it has to look like such messages too.
    let in_messages = matches!(probe.folders().next(), Some("Messages" | "Google Messages"));
    let has_one_of = |keys: &[&str]| keys.iter().any(|key| memchr::memmem::find(probe.head, format!("\"{key}\"").as_bytes()).is_some());
    let is_shaped = || (has_one_of(CONVERSATION) || has_one_of(BUSINESS)) && has_one_of(TEXT) && has_one_of(TIME);
    if in_product || in_messages && is_shaped() { Claim::Yes(1) } else { Claim::No }
}

fn parse(input: &mut Input<'_>, sink: &mut dyn Sink) -> io::Result<()> {
    each(input.reader, sink, |entry, sink| {
        let Ok(value) = lenient::value(entry.bytes) else {
            return sink.set_aside(FindingCode::BadRecord, &entry.at, "A message was expected here, and it is no JSON");
        };
        let mut found = Vec::new();
        collect(&value, &Conversation::default(), DEPTH, &mut found);
        if found.is_empty() && entry.listed {
            sink.set_aside(
                FindingCode::BadRecord,
                &entry.at,
                "A message has words and a time, and no field of this record is known as such",
            );
        }
        for item in found {
            sink.item(item);
        }
    })
}

/// Takes a value for a message where it looks like one, else looks for messages in it.
fn collect(value: &Value, around: &Conversation, depth: usize, found: &mut Vec<NewItem>) {
    match value {
        Value::Object(fields) => {
            let mut conversation = around.clone();
            if let Some(id) = first(value, CONVERSATION) {
                conversation.id = id;
            }
            if let Some(name) = first(value, BUSINESS) {
                conversation.name = name;
            }
            match message(value, &conversation) {
                Some(item) => found.push(item),
                None if depth > 0 => fields.values().for_each(|inner| collect(inner, &conversation, depth - 1, found)),
                None => {}
            }
        }
        Value::Array(list) if depth > 0 => list.iter().for_each(|inner| collect(inner, around, depth - 1, found)),
        _ => {}
    }
}

fn message(value: &Value, conversation: &Conversation) -> Option<NewItem> {
    let text = first(value, TEXT)?;
    let at = TIME.iter().filter_map(|key| value.get(*key)).find_map(time::of)?;
    let id = first(value, ID).unwrap_or_else(|| [conversation.id.as_str(), &at.ms.to_string(), &text].join("\u{1f}"));
    let sender = first(value, SENDER).map(|name| EntityRef::named(EntityKind::Person, &name));
    let raw = Raw::json(value.to_string().as_bytes());
    let mut item = conversation.message(IMPORTER.id, Message { key: id, at: Some(at), sender, text, raw });
    item.related.iter_mut().for_each(|link| "thread".clone_into(&mut link.relation));
    if !conversation.name.is_empty() {
        item.links.push(NewLink { role: Role::Channel, entity: EntityRef::named(EntityKind::Organisation, &conversation.name) });
    }
    Some(item)
}

/// The first field of these names that is a text, or an object with a text of such a name.
fn first(value: &Value, keys: &[&str]) -> Option<String> {
    keys.iter().filter_map(|key| value.get(*key)).find_map(|found| match found {
        Value::String(text) if !text.trim().is_empty() => Some(text.trim().to_owned()),
        Value::Object(inner) => ["text", "displayName", "name"].iter().find_map(|key| inner.get(*key)?.as_str()).map(str::to_owned),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::importer::collected::read;

    #[test]
    fn what_others_keep_in_a_folder_of_messages_is_theirs() {
        let claim = |path: &str, head: &str| recognizes(&Probe { path, head: head.as_bytes(), tail: b"", size: head.len() as u64 });
        for head in [
            r#"{"id":"111","type":"DM","recipients":["900","901"]}"#,
            r#"{"id":"222","type":0,"name":"general","guild":{"id":"77","name":"My Server"}}"#,
            r#"{"111":"Direct Message with anna#1234"}"#,
            r#"{"participants":["A","B"],"threadName":"A_1","messages":[{"senderName":"A","text":"x","timestamp":1710000000000}]}"#,
        ] {
            assert_eq!(claim("Messages/c111/channel.json", head), Claim::No, "{head}");
        }
        let own = r#"{"conversations": [{"conversationId": "c", "messages": [{"text": "Open?", "createTime": "2023-01-02T03:04:05Z"}]}]}"#;
        assert_eq!((claim("Messages/chat.json", own), claim("x/Messages/chat.json", own)), (Claim::Yes(1), Claim::No));
        assert_eq!(claim("Business Messages/Chat History Data.json", "{\"x\": 1}"), Claim::Yes(1));
    }

    #[test]
    fn messages_are_found_by_the_names_of_their_fields() {
        let file = r#"{"conversations": [{"conversationId": "c", "businessName": "Rope Shop", "messages": [
            {"messageId": "m1", "text": "Open today?", "createTime": "2023-01-02T03:04:05Z"},
            {"messageId": "m2", "message": {"text": "Yes"}, "sender": {"displayName": "Kim"}, "timestamp": "1672628700000"}]}, {"x": 1}]}"#;
        let collected = read(&IMPORTER, "Business Messages/Google Maps - Chat History Data.json", file.as_bytes());
        let bad = file.find(r#"{"x""#).unwrap();
        assert_eq!(
            collected.shown(),
            format!(
                "message google.business_messages 2023-01-02T03:04:05Z | Open today? | Open today? <Channel name:rope shop>\n\
             message google.business_messages 2023-01-02T03:05:00Z | Yes | Yes <Sender name:kim> <Channel name:rope shop>\n\
             ! BadRecord [byte {bad}] A message has words and a time, and no field of this record is known as such\n\
             = 2 items, 0 merged, 0 skipped, 1 set aside"
            )
        );
    }
}
