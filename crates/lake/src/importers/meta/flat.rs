//! Instagram's export of until 2020: a file a sort in the archive's root, with names that many have (`messages.json`, `likes.json`), so
//! that each is known by its shape alone. Texts are sound UTF-8, and times in UTC, with or without a zone.
//!
//! A list stands under a key, as pairs of a time and an account (of comments also the words), as an account with a time, or as media
//! with a path. Identity: the list with the time, the account and the words; of media, the path; of messages, the members with the time,
//! the sender and the words, and equal ones in a file are counted.
//!
//! `data`: `list` (the key), `files`, `account` (whose it was), `query` and `type` of a search; of a message what [`crate::conversation`] says,
//! `files`, `links`, `reactions` (`by`).

use std::collections::HashMap;
use std::io;

use domain::{EntityKind, EntityRef, FindingCode, Kind, Moment, NewItem, NewLink, Raw, Role};
use serde_json::{Value, json};

use crate::conversation::{Conversation, Message, headline};
use crate::importer::{Probe, Sink};
use crate::json::each::{Entry, each};
use crate::json::lenient;
use crate::media;
use crate::text::time;

const SOURCE: &str = "instagram";
/// The keys of lists of accounts, each with the time since when.
const CONNECTIONS: &[&str] = &[
    "followers",
    "following",
    "blocked_users",
    "restricted_users",
    "close_friends",
    "follow_requests_sent",
    "permanent_follow_requests",
    "following_hashtags",
    "dismissed_suggested_users",
];
/// The keys of lists of pairs.
const PAIRS: &[&str] = &["media_likes", "comment_likes", "media_comments", "live_comments", "saved_media"];
/// The keys of lists of media, and folders of the files, which lie in one for each month.
const MEDIA: &[&str] = &["photos", "videos", "stories", "profile", "direct"];
/// Where a message may say something when it has no text.
const WORDS: &[&str] = &["text", "heart", "media_share_caption", "story_share", "video_call_action", "action"];
const LINKS: &[&str] = &["link", "media_share_url", "media", "media_url"];

/// Which of the files it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sort {
    Messages,
    Searches,
    Pairs,
    Connections,
    Media,
}

impl Sort {
    /// By how the file begins.
    pub(super) fn of(head: &[u8]) -> Option<Self> {
        let has = |key: &str| memchr::memmem::find(head, format!("\"{key}\"").as_bytes()).is_some();
        let head = head.trim_ascii_start();
        if head.starts_with(b"[") {
            return match () {
                () if has("participants") && has("conversation") && has("sender") && has("created_at") => Some(Self::Messages),
                () if has("search_click") && has("time") => Some(Self::Searches),
                () => None,
            };
        }
        let (key, opens) = first(head)?;
        match opens {
            // A pair begins with its time.
            b'[' if PAIRS.contains(&key) && has_dense(head, b"[[\"20") => Some(Self::Pairs),
            b'[' if MEDIA.contains(&key) && has("taken_at") && has("path") && is_of_folders(head) => Some(Self::Media),
            // An account stands with its time.
            b'{' if CONNECTIONS.contains(&key) && has_dense(head, b"\":\"20") => Some(Self::Connections),
            _ => None,
        }
    }
}

/// The first key of an object, and the first byte of its value.
fn first(head: &[u8]) -> Option<(&str, u8)> {
    let rest = head.strip_prefix(b"{")?.trim_ascii_start().strip_prefix(b"\"")?;
    let end = memchr::memchr(b'"', rest)?;
    let value = rest[end + 1..].trim_ascii_start().strip_prefix(b":")?.trim_ascii_start();
    Some((std::str::from_utf8(&rest[..end]).ok()?, *value.first()?))
}

/// Whether a file's beginning without its spaces has these bytes.
fn has_dense(head: &[u8], wanted: &[u8]) -> bool {
    let dense: Vec<u8> = head.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect();
    memchr::memmem::find(&dense, wanted).is_some()
}

/// Whether a path leads into one of the folders.
fn is_of_folders(head: &[u8]) -> bool {
    MEDIA.iter().any(|folder| memchr::memmem::find(head, format!("\"{folder}/").as_bytes()).is_some())
}

/// Whether a file lies where the export puts its media: `photos/201903/x.jpg`, in the archive's root.
pub(super) fn is_medium(probe: &Probe<'_>) -> bool {
    let is_month = |folder: &str| folder.len() == 6 && folder.starts_with("20") && folder.bytes().all(|byte| byte.is_ascii_digit());
    let folders: Vec<&str> = probe.folders().collect();
    let lies = matches!(folders.as_slice(), [folder, month] | [_, folder, month] if MEDIA.contains(folder) && is_month(month));
    let is_medium = |kind: &str| ["image/", "video/", "audio/"].iter().any(|sort| kind.starts_with(sort));
    lies && media::type_of(probe.name()).is_some_and(is_medium)
}

/// Reads every record of a file.
pub(super) fn parse(sort: Sort, bytes: &[u8], sink: &mut dyn Sink) -> io::Result<()> {
    let mut seen = HashMap::new();
    let mut reader = bytes;
    each(&mut reader, sink, |entry, sink| {
        let Ok(value) = lenient::value(entry.bytes) else {
            return sink.set_aside(FindingCode::BadRecord, &entry.at, "A record of the export was expected here, and it is no JSON");
        };
        match (sort, entry.listed) {
            (Sort::Messages, true) => return conversation(&value, &entry, &mut seen, sink),
            (Sort::Connections, false) => {
                let accounts = value.as_object().into_iter().flatten();
                return accounts.for_each(|(account, since)| sink.item(connection(entry.key, account, since)));
            }
            // Words about the file itself, and lists without anything in them.
            (_, false) | (Sort::Connections, true) => return,
            _ => {}
        }
        let item = match sort {
            Sort::Searches => search(&value, entry.bytes),
            Sort::Media => medium(entry.key, &value, entry.bytes),
            _ => pair(entry.key, &value, entry.bytes),
        };
        match item {
            Some(item) => sink.item(item),
            None => sink.set_aside(
                FindingCode::BadRecord,
                &entry.at,
                "A record of the export has a time, and an account, words or a file, and this one lacks them",
            ),
        }
    })
}

/// A time as the export writes it; that of UTC is no wall clock.
fn moment(value: &Value) -> Option<Moment> {
    let at = time::iso_utc(value.as_str()?)?;
    Some(Moment { offset_min: at.offset_min.filter(|minutes| *minutes != 0), ..at })
}

fn item(kind: Kind, list: &str, key: &[&str], raw: &[u8]) -> NewItem {
    let key = ["flat", list].iter().chain(key).copied().collect::<Vec<_>>().join("\u{1f}");
    let mut item = NewItem::new(kind, SOURCE, key, Raw::json(raw));
    item.set("list", list);
    item
}

fn person(name: &str) -> EntityRef {
    EntityRef::named(EntityKind::Person, name)
}

/// `["2019-…", "account"]`, and of comments `["2019-…", "words", "account"]`.
fn pair(list: &str, value: &Value, raw: &[u8]) -> Option<NewItem> {
    let fields: Vec<&str> = value.as_array()?.iter().map(|field| field.as_str().unwrap_or_default().trim()).collect();
    let at = moment(value.get(0)?)?;
    let (words, account) = match fields.as_slice() {
        [_, words, account] => (*words, *account),
        [_, words] if list.contains("comment") && !list.contains("likes") => (*words, ""),
        [_, account] => ("", *account),
        _ => return None,
    };
    let kind = match list {
        "media_comments" | "live_comments" => Kind::Post,
        "saved_media" => Kind::Bookmark,
        _ => Kind::Activity,
    };
    let mut item = item(kind, list, &[&at.ms.to_string(), account, words], raw);
    item.title = headline(if words.is_empty() { account } else { words });
    let owner = if account.is_empty() { String::new() } else { format!("Media Owner: {account}") };
    item.text = if words.is_empty() { String::new() } else { [words, &owner].join("\n").trim().to_owned() };
    item.at = Some(at);
    item.set("account", account);
    Some(item)
}

fn connection(list: &str, account: &str, since: &Value) -> NewItem {
    let kind = if list.starts_with("following") { Kind::Subscription } else { Kind::Activity };
    let mut item = item(kind, list, &[account], json!({ account: since }).to_string().as_bytes());
    item.title = account.to_owned();
    item.at = moment(since);
    item.links.push(match list {
        "following_hashtags" => NewLink { role: Role::Label, entity: EntityRef::named(EntityKind::Label, account) },
        "following" => NewLink { role: Role::Channel, entity: person(account) },
        _ => NewLink { role: Role::Depicted, entity: person(account) },
    });
    item.set("account", account);
    item
}

fn search(value: &Value, raw: &[u8]) -> Option<NewItem> {
    let query = value["search_click"].as_str()?.trim();
    let at = moment(&value["time"])?;
    if query.is_empty() {
        return None;
    }
    let mut item = item(Kind::Search, "searches", &[&at.ms.to_string(), query], raw);
    item.title = query.to_owned();
    item.at = Some(at);
    item.set("query", query);
    item.set("type", value["type"].as_str());
    Some(item)
}

/// A picture or film: a post, but for those of the profile and of messages.
fn medium(list: &str, value: &Value, raw: &[u8]) -> Option<NewItem> {
    let text = |key: &str| value[key].as_str().map(str::trim).unwrap_or_default();
    let (path, caption, place) = (text("path"), text("caption"), text("location"));
    if path.is_empty() {
        return None;
    }
    let name = path.rsplit('/').next().unwrap_or(path);
    let is_film = media::type_of(name).is_some_and(|kind| kind.starts_with("video"));
    let kind = match list {
        "profile" | "direct" if is_film => Kind::Video,
        "profile" | "direct" => Kind::Photo,
        _ => Kind::Post,
    };
    let mut item = item(kind, list, &[path], raw);
    item.title = headline([caption, place].into_iter().find(|text| !text.is_empty()).unwrap_or(name));
    item.text = caption.to_owned();
    item.at = moment(&value["taken_at"]);
    if !place.is_empty() {
        item.links.push(NewLink { role: Role::Location, entity: EntityRef::named(EntityKind::Place, place) });
    }
    item.set("files", vec![path]);
    Some(item)
}

/// The messages of one conversation.
fn conversation(value: &Value, entry: &Entry<'_>, seen: &mut HashMap<String, u32>, sink: &mut dyn Sink) {
    let names = value["participants"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let members: Vec<EntityRef> = names.filter(|name| !name.trim().is_empty()).map(person).collect();
    let Some(messages) = value["conversation"].as_array() else {
        return sink.set_aside(FindingCode::BadRecord, &entry.at, "A conversation has a list of messages, and this one has none");
    };
    let mut addresses: Vec<&str> = members.iter().map(|member| member.address.as_str()).collect();
    addresses.sort_unstable();
    let conversation = Conversation { id: addresses.join(","), name: String::new(), members };
    let raw = json!({ "participants": value["participants"] });
    sink.item(conversation.item(SOURCE, Raw::json(raw.to_string().as_bytes())));
    for (place, message) in messages.iter().enumerate() {
        match said(message, &conversation, seen) {
            Some(item) => sink.item(item),
            None => sink.set_aside(
                FindingCode::BadRecord,
                &format!("{}, message {}", entry.at, place + 1),
                "A message has a sender and a time, and this one lacks one of them",
            ),
        }
    }
}

fn said(message: &Value, conversation: &Conversation, seen: &mut HashMap<String, u32>) -> Option<NewItem> {
    let sender = message["sender"].as_str()?.trim();
    let at = moment(&message["created_at"])?;
    let text = WORDS.iter().filter_map(|key| message[*key].as_str()).map(str::trim).find(|text| !text.is_empty()).unwrap_or_default();
    let named = LINKS.iter().filter_map(|key| message[*key].as_str()).filter(|address| !address.is_empty());
    let (links, files): (Vec<&str>, Vec<&str>) = named.partition(|address| address.contains("://"));
    let first = files.first().or(links.first()).copied().unwrap_or_default();
    let known = [conversation.id.as_str(), &at.ms.to_string(), sender, text, first].join("\u{1f}");
    let n_before = seen.entry(known.clone()).or_default();
    let key = if *n_before == 0 { known } else { [known.as_str(), &n_before.to_string()].join("\u{1f}") };
    *n_before += 1;
    let raw = Raw::json(message.to_string().as_bytes());
    let entity = (!sender.is_empty()).then(|| person(sender));
    let mut item = conversation.message(SOURCE, Message { key, at: Some(at), sender: entity, text: text.to_owned(), raw });
    if item.title.is_empty() {
        let name = files.first().and_then(|path| path.rsplit('/').next()).or(links.first().copied());
        item.title = headline(name.unwrap_or("Message without words"));
    }
    let likes = message["likes"].as_array().into_iter().flatten();
    item.set("reactions", likes.filter_map(|like| like["username"].as_str()).map(|by| json!({ "by": by })).collect::<Vec<_>>());
    item.set("links", links);
    item.set("files", files);
    Some(item)
}
