//! The archive of X (Twitter): `data/*.js`, each a list behind `window.YTD.<part>.part<n> =`; and the one before it
//! ([`grailbird`]).
//!
//! The part's name in that line, and not the file's, says what the list holds. Parts that are about advertising or about
//! machines are kept hidden; those about machines are marked sensitive. Parts that are not known become rows of activity with
//! their words.
//!
//! Identity: the record's own id (of a like, the post's); of a record without one, its bytes.
//!
//! `data` of a post: `post_id`, `url`, `favourites`, `reposts`, `links`, `media`, `mentions`; of a message what [`crate::conversation`]
//! says, and `links`, `media`, `reactions`; of all others `part`. The files of `media` lie in folders of their own, each under the
//! number of its record and the end of its address (`files`), and become blobs of it.

mod grailbird;

use std::io::{self, Cursor, Read};

use domain::{EntityKind, EntityRef, Finding, FindingCode, ItemLink, Kind, Moment, NewItem, NewLink, Point, Raw, Role, Severity, Uid};
use serde_json::Value;

use crate::conversation::{Conversation, Message, account, headline};
use crate::whole_file;
use crate::attachments::Attachments;
use crate::importer::{Assembly, Claim, FileNumber, Importer, Input, Parse, Probe, SetSink, Sink};
use crate::json::each::{Entry, each};
use crate::json::lenient;
use crate::text::{html, numbers, time};

pub(crate) static IMPORTER: Importer = Importer { id: "x", label: "X (Twitter) archive", recognizes, parse: Parse::Set(|| Box::new(Archive::default())) };

/// What each part begins with.
const PREFIX: &[u8] = b"window.YTD.";
/// Longest file about the owner, in bytes.
const OWNER: u64 = 1 << 20;
/// Longest beginning, in bytes.
const LONGEST: usize = 256;
/// Parts about machines and addresses.
const SENSITIVE: &[&str] =
    &["ip_audit", "device_token", "ni_devices", "key_registry", "connected_application", "phone_number", "email_address_change", "contact"];

fn recognizes(probe: &Probe<'_>) -> Claim {
    match (is_list(probe.head), probe.extension() == "js") {
        (true, true) => Claim::Yes(3),
        (true, false) => Claim::Yes(2),
        (false, true) if probe.name() == "manifest.js" && memchr::memmem::find(probe.head, b"__THAR_CONFIG").is_some() => Claim::Ignore(
            FindingCode::IgnoredFile,
            "The list of what the archive holds; the data itself is in the files beside it.".to_owned(),
        ),
        (false, true) if begins_with(probe.head, grailbird::OWNER) => Claim::Yes(3),
        (false, true) if grailbird::COUNTS.iter().any(|counts| begins_with(probe.head, counts)) => {
            Claim::Ignore(FindingCode::IgnoredFile, "It counts what the files beside it hold.".to_owned())
        }
        _ if probe.extension() == "csv" && grailbird::is_table(probe.head) => Claim::Yes(3),
        _ if is_medium(probe) => Claim::Yes(1),
        _ => Claim::No,
    }
}

/// Whether a file begins as a list of either archive does.
fn is_list(head: &[u8]) -> bool {
    let head = head.trim_ascii_start();
    head.starts_with(PREFIX) || head.starts_with(grailbird::PREFIX)
}

/// Whether a file begins by giving this variable its value.
fn begins_with(head: &[u8], variable: &[u8]) -> bool {
    head.trim_ascii_start().strip_prefix(variable).is_some_and(|rest| rest.trim_ascii_start().starts_with(b"="))
}

/// Whether a file lies in one of the folders for media, under the number of a record.
fn is_medium(probe: &Probe<'_>) -> bool {
    let of_media = |folder: &str| folder.ends_with("_media") && ["tweet", "direct_message", "community", "moments", "profile", "deleted", "spaces"].iter().any(|part| folder.contains(part));
    probe.folders().last().is_some_and(of_media) && probe.name().split_once('-').is_some_and(|(id, _)| !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit()))
}

#[derive(Default)]
struct Archive(Attachments);

impl Assembly for Archive {
    fn file(&mut self, number: FileNumber, input: &mut Input<'_>, sink: &mut dyn Sink) -> io::Result<()> {
        let mut beginning = Vec::new();
        (&mut *input.reader).take(LONGEST as u64).read_to_end(&mut beginning)?;
        let is_list = input.path.to_lowercase().ends_with(".js") || is_list(&beginning);
        let is_table = input.path.to_lowercase().ends_with(".csv") && grailbird::is_table(&beginning);
        let is_owner = begins_with(&beginning, grailbird::OWNER);
        let mut whole = Cursor::new(beginning).chain(&mut *input.reader);
        if is_owner {
            let mut bytes = Vec::new();
            whole.take(OWNER).read_to_end(&mut bytes)?;
            match grailbird::owner(&bytes) {
                Some(owner) => sink.item(owner),
                None => sink.set_aside(FindingCode::BadRecord, "byte 0", "Expected the owner of the archive with their number, and found none."),
            }
            return Ok(());
        }
        if is_table {
            return grailbird::table(&mut whole, &mut self.0.records(number, sink));
        }
        let mut input = Input { path: input.path, size: input.size, reader: &mut whole, origin: input.origin };
        if is_list { parse(&mut input, &mut self.0.records(number, sink)) } else { self.0.file(number, &mut input, sink) }
    }

    fn finish(&mut self, sink: &mut dyn SetSink) {
        self.0.finish("x.media", sink);
    }
}

fn parse(input: &mut Input<'_>, sink: &mut dyn Sink) -> io::Result<()> {
    let (part, length) = part(input.reader)?;
    let Some(part) = part else {
        sink.set_aside(FindingCode::WrongFormat, "byte 0", "window.YTD.<part> = and a list was expected here. Download the archive again");
        return Ok(());
    };
    // Spaces for what was read keep the places of findings.
    let mut list = Cursor::new(vec![b' '; length]).chain(&mut *input.reader);
    each(&mut list, sink, |entry, sink| {
        if entry.listed {
            record(&part, &entry, sink);
        }
    })
}

/// Reads up to the equals sign: the part's name with `_` between its words, and how many bytes were read.
fn part(reader: &mut dyn Read) -> io::Result<(Option<String>, usize)> {
    let mut beginning = Vec::new();
    let mut byte = [0];
    while beginning.len() < LONGEST {
        if reader.read(&mut byte)? == 0 {
            break;
        }
        if byte[0] == b'=' {
            let text = String::from_utf8_lossy(&beginning);
            let text = text.trim();
            if text.as_bytes().starts_with(grailbird::PREFIX) {
                return Ok((Some(grailbird::PART.to_owned()), beginning.len() + 1));
            }
            let name = text.strip_prefix("window.YTD.").and_then(|rest| rest.split('.').next());
            return Ok((name.map(|name| name.trim().replace('-', "_").to_lowercase()), beginning.len() + 1));
        }
        beginning.push(byte[0]);
    }
    Ok((None, beginning.len()))
}

fn record(part: &str, entry: &Entry<'_>, sink: &mut dyn Sink) {
    let Ok(value) = lenient::value(entry.bytes) else {
        return sink.set_aside(FindingCode::BadRecord, &entry.at, "A record of the archive was expected here, and it is no JSON");
    };
    // Each record is wrapped in an object of one key.
    let inner = match value.as_object().filter(|fields| fields.len() == 1).and_then(|fields| fields.values().next()) {
        Some(inner) if inner.is_object() => inner,
        _ => &value,
    };
    let read = match part {
        "tweet" | "tweets" | "community_tweet" | "deleted_tweets" | "deleted_tweet" => post(inner, Raw::json(entry.bytes)).map(|mut item| {
            item.hidden = part.starts_with("deleted");
            item
        }),
        grailbird::PART => grailbird::post(inner, Raw::json(entry.bytes)),
        "note_tweet" => note(inner, entry.bytes),
        "like" => like(inner, entry.bytes),
        "follower" | "following" | "block" | "mute" => relation(part, inner, entry.bytes),
        "account" => owner(inner, entry.bytes),
        "saved_search" => search(inner, entry.bytes),
        _ if part.starts_with("direct_message") && inner["messages"].is_array() => return conversation(inner, entry, sink),
        _ => other(part, inner, entry.bytes),
    };
    match read {
        Some(item) => sink.item(item),
        None => sink.set_aside(
            FindingCode::BadRecord,
            &entry.at,
            &format!("A record of the part {part} has an id and words, and this one lacks them"),
        ),
    }
}

/// Text under any of these keys, or a number as text.
fn text(value: &Value, keys: &[&str]) -> String {
    keys.iter()
        .filter_map(|key| value.get(*key))
        .find_map(|found| match found {
            Value::String(text) => Some(text.trim().to_owned()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        })
        .unwrap_or_default()
}

/// `Wed Oct 10 20:19:24 +0000 2018`, or any other form. An offset of nought is no wall clock: all times are in UTC.
fn moment(text: &str) -> Option<Moment> {
    let in_utc = |at: Moment| Moment { offset_min: at.offset_min.filter(|minutes| *minutes != 0), ..at };
    time::any(text).map(in_utc).or_else(|| {
        let zoned = jiff::fmt::strtime::parse("%a %b %d %H:%M:%S %z %Y", text.trim()).ok()?.to_timestamp().ok()?;
        Some(time::millis(zoned.as_millisecond())?.with_raw(text))
    })
}

fn user(id: &str, name: &str) -> EntityRef {
    account("x.user", id, name)
}

fn post(tweet: &Value, raw: Raw) -> Option<NewItem> {
    let id = text(tweet, &["id_str", "id", "tweetId"]);
    // Texts stand in the archive as in a page.
    let words = html::plain(&text(tweet, &["full_text", "text"]).replace('\n', "<br>"));
    if id.is_empty() {
        return None;
    }
    let mut item = NewItem::new(Kind::Post, "x.post", &id, raw);
    item.at = moment(&text(tweet, &["created_at"]));
    item.title = headline(&words);
    if item.title.is_empty() {
        item.title = format!("Post {id}");
    }
    item.text = words;
    let parent = text(tweet, &["in_reply_to_status_id_str"]);
    if !parent.is_empty() {
        item.related.push(ItemLink { relation: "reply_to".to_owned(), to: Uid::of("x.post", parent.as_bytes()) });
    }
    let list = |path: [&str; 2], keys: &[&str]| -> Vec<String> {
        let found = tweet[path[0]][path[1]].as_array().into_iter().flatten();
        found.map(|one| text(one, keys)).filter(|one| !one.is_empty()).collect()
    };
    for mention in tweet["entities"]["user_mentions"].as_array().into_iter().flatten() {
        let id = text(mention, &["id_str", "id"]);
        if !id.is_empty() && id != "-1" {
            item.links.push(NewLink { role: Role::Depicted, entity: user(&id, &text(mention, &["name", "screen_name"])) });
        }
    }
    // A point is written east first, and was north first in the field that it had before.
    let degrees = |field: &str, at: usize| numbers::float_of(&tweet[field]["coordinates"][at]);
    let point = |lat: Option<f64>, lon: Option<f64>| Point::from_degrees(lat?, lon?);
    item.place = point(degrees("coordinates", 1), degrees("coordinates", 0)).or_else(|| point(degrees("geo", 0), degrees("geo", 1)));
    let town = text(&tweet["place"], &["full_name", "name"]);
    if !town.is_empty() {
        item.links.push(NewLink { role: Role::Location, entity: EntityRef::named(EntityKind::Place, &town) });
    }
    let mut media = list(["extended_entities", "media"], &["media_url_https", "media_url"]);
    media.extend(list(["entities", "media"], &["media_url_https", "media_url"]));
    media.dedup();
    item.set("mentions", list(["entities", "user_mentions"], &["screen_name"]));
    item.set("links", list(["entities", "urls"], &["expanded_url", "url"]));
    // Of a film the archive has the file, and the first address is that of its still.
    let films = tweet["extended_entities"]["media"].as_array().into_iter().flatten();
    let films: Vec<&str> = films
        .filter_map(|one| one["video_info"]["variants"].as_array())
        .filter_map(|variants| variants.iter().max_by_key(|one| numbers::integer_of(&one["bitrate"]).unwrap_or(-1)))
        .filter_map(|one| one["url"].as_str())
        .collect();
    let stills = media.iter().map(String::as_str).filter(|url| films.is_empty() || !url.contains("video_thumb"));
    item.set("files", stills.chain(films.iter().copied()).filter_map(|url| file_of(&id, url)).collect::<Vec<_>>());
    item.set("media", media);
    item.set("favourites", numbers::integer_text(&text(tweet, &["favorite_count"])));
    item.set("reposts", numbers::integer_text(&text(tweet, &["retweet_count"])));
    item.set("url", format!("https://x.com/i/status/{id}"));
    item.set("post_id", id);
    Some(item)
}

/// What the archive calls the file at an address that a record names.
fn file_of(id: &str, url: &str) -> Option<String> {
    let name = url.split(['?', '#']).next()?.rsplit('/').next()?;
    (!name.is_empty()).then(|| format!("{id}-{name}"))
}

/// A long post, of which the other part holds the beginning.
fn note(note: &Value, bytes: &[u8]) -> Option<NewItem> {
    let id = text(note, &["noteTweetId"]);
    let words = text(&note["core"], &["text"]);
    if id.is_empty() || words.is_empty() {
        return None;
    }
    let mut item = NewItem::new(Kind::Post, "x.note", &id, Raw::json(bytes));
    item.at = moment(&text(note, &["createdAt"]));
    item.title = headline(&words);
    item.text = words;
    item.set("post_id", id);
    Some(item)
}

fn like(like: &Value, bytes: &[u8]) -> Option<NewItem> {
    let id = text(like, &["tweetId"]);
    if id.is_empty() {
        return None;
    }
    let words = html::plain(&text(like, &["fullText"]).replace('\n', "<br>"));
    let mut item = NewItem::new(Kind::Activity, "x.like", &id, Raw::json(bytes));
    item.title = headline(&format!("Liked: {}", if words.is_empty() { &id } else { &words }));
    item.text = words;
    item.set("url", text(like, &["expandedUrl"]));
    item.set("part", "like");
    item.set("post_id", id);
    Some(item)
}

fn relation(part: &str, account: &Value, bytes: &[u8]) -> Option<NewItem> {
    let id = text(account, &["accountId"]);
    if id.is_empty() {
        return None;
    }
    let kind = if part == "following" { Kind::Subscription } else { Kind::Activity };
    let mut item = NewItem::new(kind, "x.relation", [part, &id].join("\u{1f}"), Raw::json(bytes));
    let verb = match part {
        "following" => "Follows",
        "follower" => "Is followed by",
        "block" => "Blocked",
        _ => "Muted",
    };
    item.title = format!("{verb} account {id} on X");
    item.links.push(NewLink { role: Role::Channel, entity: user(&id, "") });
    item.set("url", text(account, &["userLink"]));
    item.set("part", part);
    Some(item)
}

fn owner(own: &Value, bytes: &[u8]) -> Option<NewItem> {
    let id = text(own, &["accountId"]);
    if id.is_empty() {
        return None;
    }
    let name = text(own, &["accountDisplayName", "username"]);
    let email = text(own, &["email"]);
    let mut item = NewItem::new(Kind::Contact, "x.account", &id, Raw::json(bytes));
    item.title.clone_from(&name);
    item.links.push(NewLink { role: Role::Subject, entity: user(&id, &name) });
    if email.contains('@') {
        item.links.push(NewLink { role: Role::Subject, entity: EntityRef::mailbox(&email, &name) });
    }
    item.text = [text(own, &["username"]), email].iter().filter(|line| !line.is_empty()).cloned().collect::<Vec<_>>().join("\n");
    item.set("is_owner", true);
    item.set("username", text(own, &["username"]));
    item.set("created", text(own, &["createdAt"]));
    Some(item)
}

fn search(search: &Value, bytes: &[u8]) -> Option<NewItem> {
    let query = text(search, &["query"]);
    if query.is_empty() {
        return None;
    }
    let mut item =
        NewItem::new(Kind::Search, "x.search", [query.as_str(), &text(search, &["savedSearchId"])].join("\u{1f}"), Raw::json(bytes));
    item.title.clone_from(&query);
    item.set("query", query);
    Some(item)
}

/// A record of a part that has no form of its own here.
fn other(part: &str, record: &Value, bytes: &[u8]) -> Option<NewItem> {
    let mut item = NewItem::new(Kind::Activity, "x.other", [part.as_bytes(), b"\x1f", bytes].concat(), Raw::json(bytes));
    item.text = whole_file::words(record);
    let times = ["createdAt", "created_at", "timestamp", "date"];
    item.at = times.iter().filter_map(|key| record.get(*key)?.as_str()).find_map(moment);
    item.title = headline(&format!("{}: {}", part.replace('_', " "), item.text.lines().next().unwrap_or_default()));
    let is_sensitive = SENSITIVE.contains(&part);
    // Headers say again, without their words, what the posts and messages say.
    item.hidden = is_sensitive || part.starts_with("ad_") || part == "personalization" || part.ends_with("_headers");
    if is_sensitive {
        item.set("sensitive", true);
    }
    item.set("part", part);
    Some(item)
}

/// The messages of one conversation, and what else happened in it.
fn conversation(talk: &Value, entry: &Entry<'_>, sink: &mut dyn Sink) {
    let mut conversation = Conversation { id: text(talk, &["conversationId"]), name: text(talk, &["name"]), members: Vec::new() };
    let messages = talk["messages"].as_array().map(Vec::as_slice).unwrap_or_default();
    for message in messages.iter().filter_map(|message| message.get("messageCreate")) {
        for id in [text(message, &["senderId"]), text(message, &["recipientId"])] {
            let member = user(&id, "");
            if !id.is_empty() && !conversation.members.contains(&member) {
                conversation.members.push(member);
            }
        }
    }
    for (index, wrapped) in messages.iter().enumerate() {
        let raw = wrapped.to_string();
        match wrapped.as_object().and_then(|fields| fields.iter().next()) {
            Some((kind, message)) if kind == "messageCreate" => match direct(message, &conversation, raw.as_bytes()) {
                Some(item) => sink.item(item),
                None => sink.set_aside(
                    FindingCode::BadRecord,
                    &format!("{}, message {}", entry.at, index + 1),
                    "A message has an id, and this one has none",
                ),
            },
            Some((kind, event)) => {
                let mut item = NewItem::new(
                    Kind::Activity,
                    "x.message",
                    [conversation.id.as_bytes(), b"\x1f", raw.as_bytes()].concat(),
                    Raw::json(raw.as_bytes()),
                );
                item.at = moment(&text(event, &["createdAt"]));
                item.title = format!("Conversation on X: {kind}");
                item.set("event", kind.as_str());
                item.set("conversation", conversation.id.as_str());
                sink.item(item);
            }
            None => sink.set_aside(FindingCode::BadRecord, &entry.at, "A message of a conversation was expected here"),
        }
    }
    if messages.is_empty() {
        sink.finding(Finding {
            code: FindingCode::EmptyProduct,
            severity: Severity::Note,
            at: entry.at.clone(),
            message: "The conversation has no messages in it.".to_owned(),
            count: 1,
        });
    }
}

fn direct(message: &Value, conversation: &Conversation, bytes: &[u8]) -> Option<NewItem> {
    let id = text(message, &["id"]);
    if id.is_empty() {
        return None;
    }
    let sender = text(message, &["senderId"]);
    let words = text(message, &["text"]);
    let at = moment(&text(message, &["createdAt"]));
    let sender = (!sender.is_empty()).then(|| user(&sender, ""));
    let mut item = conversation.message("x.message", Message { key: id.clone(), at, sender, text: words, raw: Raw::json(bytes) });
    item.related.iter_mut().for_each(|link| "thread".clone_into(&mut link.relation));
    let urls = |key: &str, inner: &str| -> Vec<String> {
        let list = message[key].as_array().into_iter().flatten();
        list.filter_map(|url| url.as_str().or_else(|| url[inner].as_str())).map(str::to_owned).collect()
    };
    item.set("links", urls("urls", "expanded"));
    let media = urls("mediaUrls", "url");
    item.set("files", media.iter().filter_map(|url| file_of(&id, url)).collect::<Vec<_>>());
    item.set("media", media);
    item.set("reactions", urls("reactions", "reactionKey"));
    if item.title.is_empty() {
        item.title = "Message without words".to_owned();
    }
    if !conversation.name.is_empty() {
        item.links.push(NewLink { role: Role::Label, entity: EntityRef::named(EntityKind::Label, &conversation.name) });
    }
    Some(item)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::importer::collected::read;

    fn shown(file: &str) -> String {
        read(&IMPORTER, "data/x.js", file.as_bytes()).shown()
    }

    #[test]
    fn posts_likes_and_follows_are_read() {
        let file = r#"window.YTD.tweets.part0 = [ {"tweet": {"id_str": "10", "full_text": "Rope &amp; twine\nfor @bo", "created_at": "Wed Oct 10 20:19:24 +0000 2018",
                "in_reply_to_status_id_str": "9", "entities": {"user_mentions": [{"id_str": "2", "screen_name": "bo", "name": "Bo"}]}}}, {"tweet": {}}, {"tweet": {"id_str": "#;
        let (bad, end) = (file.find(r#"{"tweet": {}}"#).unwrap(), file.len());
        let shown_file = shown(file);
        let lines: Vec<&str> = shown_file.lines().collect();
        assert_eq!(lines[0], "post x.post 2018-10-10T20:19:24Z | Rope & twine | Rope & twine / for @bo <Depicted x.user:2>");
        assert!(lines[1].starts_with(&format!("! BadRecord [byte {bad}] ")), "{}", lines[1]);
        assert!(lines[2].starts_with(&format!("! CutShort [byte {end}] ")), "{}", lines[2]);
        assert_eq!(lines[3], "= 1 items, 0 merged, 0 skipped, 1 set aside");
        assert!(
            shown(r#"window.YTD.like.part0 = [{"like": {"tweetId": "7", "fullText": "knots"}}]"#)
                .starts_with("activity x.like no time | Liked: knots | knots\n")
        );
        assert!(
            shown(r#"window.YTD.following.part0 = [{"following": {"accountId": "2"}}]"#)
                .starts_with("subscription x.relation no time | Follows account 2 on X <Channel x.user:2>")
        );
        assert!(
            shown(
                r#"window.YTD.account.part0 = [{"account": {"accountId": "1", "email": "Ann@example.org", "accountDisplayName": "Ann"}}]"#
            )
            .contains("<Subject x.user:1> <Subject mailto:ann@example.org>")
        );
        assert!(
            shown(r#"window.YTD.ip_audit.part0 = [{"ipAudit": {"createdAt": "2024-01-02T03:04:05.000Z", "loginIp": "192.0.2.1"}}]"#)
                .contains("(hidden)")
        );
        assert!(
            shown(r#"window.YTD.tweet_headers.part0 = [{"tweet": {"tweet_id": "10", "created_at": "Wed Oct 10 20:19:24 +0000 2018"}}]"#)
                .contains("(hidden)")
        );
    }

    #[test]
    fn a_post_stands_where_it_was_sent_from() {
        let place = r#""place": {"full_name": "Zürich, Switzerland"}"#;
        for geo in [r#""coordinates": {"type": "Point", "coordinates": ["8.54", "47.12"]}"#, r#""geo": {"type": "Point", "coordinates": [47.12, 8.54]}"#] {
            let file = format!(r#"window.YTD.tweets.part0 = [{{"tweet": {{"id_str": "10", "full_text": "Here", {geo}, {place}}}}}]"#);
            let shown = shown(&file);
            assert!(shown.starts_with("post x.post no time | Here | Here @47.1200,8.5400 <Location name:zürich, switzerland>\n"), "{shown}");
        }
    }

    #[test]
    fn direct_messages_name_both_sides() {
        let file = r#"window.YTD.direct_messages.part0 = [{"dmConversation": {"conversationId": "1-2", "messages": [
            {"messageCreate": {"id": "5", "senderId": "1", "recipientId": "2", "text": "hi", "createdAt": "2024-01-02T03:04:05.678Z", "urls": []}}, {"joinConversation": {"createdAt": "2024-01-02T03:05:05.000Z"}}, {"messageCreate": {"text": "no id"}}]}}]"#;
        let shown = shown(file);
        let lines: Vec<&str> = shown.lines().collect();
        assert_eq!(lines[0], "message x.message 2024-01-02T03:04:05.678Z | hi | hi <Sender x.user:1> <Recipient x.user:2>");
        assert_eq!(lines.last(), Some(&"= 2 items, 0 merged, 0 skipped, 1 set aside"));
    }

    #[test]
    fn pictures_and_films_become_part_of_their_posts_and_messages() {
        let tweets = br#"window.YTD.tweets.part0 = [{"tweet": {"id_str": "10", "full_text": "two", "extended_entities": {"media": [
            {"media_url_https": "https://pbs.example.org/media/Ab.jpg"},
            {"media_url_https": "https://pbs.example.org/ext_tw_video_thumb/1/Cd.jpg", "video_info": {"variants": [{"url": "https://video.example.org/low.mp4", "bitrate": "8"}, {"url": "https://video.example.org/Hi.mp4?tag=1", "bitrate": "90"}]}}]}}}]"#;
        let talk = br#"window.YTD.direct_messages.part0 = [{"dmConversation": {"conversationId": "1-2", "messages": [{"messageCreate": {"id": "5", "senderId": "1", "mediaUrls": ["https://ton.example.org/dm/5/6/Ef.png"]}}]}}]"#;
        let files: [(&str, &[u8]); 5] = [
            ("data/tweets_media/10-Ab.jpg", b"1"),
            ("data/tweets.js", tweets),
            ("data/tweets_media/10-Hi.mp4", b"2"),
            ("data/direct_messages.js", talk),
            ("data/direct_messages_media/5-Ef.png", b"3"),
        ];
        let sinks = crate::importer::collected::read_set(&IMPORTER, &files).unwrap();
        let n_blobs = |path: &str| sinks[path].items.iter().map(|item| item.blobs.len()).sum::<usize>();
        assert_eq!((n_blobs("data/tweets.js"), n_blobs("data/direct_messages.js")), (2, 1));
        assert!(files.iter().filter(|(path, _)| path.contains("_media/")).all(|(path, _)| sinks[*path].n_merged == 1));
        let claim = |path: &str| recognizes(&Probe { path, head: b"1", tail: b"", size: 1 });
        assert_eq!((claim(files[0].0), claim("social_media/10-Ab.jpg")), (Claim::Yes(1), Claim::No));
    }

    #[test]
    fn a_file_that_is_none_of_it_is_set_aside() {
        assert!(shown("var x").ends_with("= 0 items, 0 merged, 0 skipped, 1 set aside"));
        let probe = Probe { path: "data/tweets.js", head: b"window.YTD.tweets.part0 = [", tail: b"", size: 100 };
        assert_eq!(recognizes(&probe), Claim::Yes(3));
    }
}
