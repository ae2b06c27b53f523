//! What people wrote under photos and albums that are shared: `shared_album_comments.json` of Google Photos. Those under the owner's
//! own albums stand in the albums' metadata, and are read with them.
//!
//! A comment is a post of whoever wrote it; a heart is something done. Identity: who, when, and what. `data`: `action` ("liked"),
//! `author`.

use std::io;

use domain::{EntityKind, EntityRef, FindingCode, Kind, NewItem, NewLink, Raw, Role};
use serde_json::Value;

use crate::conversation::headline;
use crate::importer::{Claim, Importer, Input, Parse, Probe, Sink};
use crate::json::each::{Entry, each};
use crate::json::lenient;
use crate::text::{numbers, time};

pub(crate) static IMPORTER: Importer =
    Importer { id: "google.photos_comments", label: "Comments on shared albums", recognizes, parse: Parse::File(parse) };

/// The key of the list.
const LIST: &str = "sharedAlbumComments";

fn recognizes(probe: &Probe<'_>) -> Claim {
    // Albums have such a list among much else.
    let begins = probe.head.trim_ascii_start().strip_prefix(b"{").map(<[u8]>::trim_ascii_start);
    let shaped = begins.is_some_and(|begins| begins.starts_with(format!("\"{LIST}\"").as_bytes()));
    Claim::by(shaped, probe.name().to_lowercase().starts_with("shared_album_comments"))
}

fn parse(input: &mut Input<'_>, sink: &mut dyn Sink) -> io::Result<()> {
    each(input.reader, sink, |entry, sink| {
        if !entry.listed {
            return;
        }
        match lenient::value(entry.bytes).ok().and_then(|comment| item(&comment, &entry)) {
            Some(item) => sink.item(item),
            None => sink.set_aside(
                FindingCode::BadRecord,
                &entry.at,
                "Expected a comment with its words or a heart, and who left it, and found neither.",
            ),
        }
    })
}

fn item(comment: &Value, entry: &Entry<'_>) -> Option<NewItem> {
    let Comment { author, text, seconds, is_heart } = Comment::of(comment);
    let kind = match (text.is_empty(), is_heart) {
        (false, _) => Kind::Post,
        (true, true) => Kind::Activity,
        (true, false) => return None,
    };
    let key = [author, &seconds.unwrap_or_default().to_string(), text].join("\u{1f}");
    let mut item = NewItem::new(kind, IMPORTER.id, key, Raw::json(entry.bytes));
    item.title = if text.is_empty() { format!("{author} liked a shared photo").trim().to_owned() } else { headline(text) };
    item.text = text.to_owned();
    item.at = seconds.and_then(time::seconds);
    if !author.is_empty() {
        item.links.push(NewLink { role: Role::Sender, entity: EntityRef::named(EntityKind::Person, author) });
    }
    item.set("author", author);
    if is_heart {
        item.set("action", "liked");
    }
    Some(item)
}

/// What is said of a shared photo or album, as albums and the list beside them say it.
pub(super) struct Comment<'c> {
    pub(super) author: &'c str,
    pub(super) text: &'c str,
    /// Since 1970.
    seconds: Option<i64>,
    is_heart: bool,
}

impl<'c> Comment<'c> {
    pub(super) fn of(comment: &'c Value) -> Self {
        let text = |key: &str| comment.get(key).and_then(Value::as_str).unwrap_or_default().trim();
        Self {
            author: text("contentOwnerName"),
            text: text("text"),
            seconds: comment.pointer("/creationTime/timestamp").and_then(numbers::integer_of).filter(|seconds| *seconds != 0),
            is_heart: comment["liked"] == true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::importer::collected::read;

    #[test]
    fn comments_and_hearts_are_kept_with_who_left_them() {
        let file = r#"{"sharedAlbumComments": [{"text": "Which lake is this?", "creationTime": {"timestamp": "1564567999", "formatted": "x"}, "contentOwnerName": "Ann Example", "liked": false},
            {"creationTime": {"timestamp": "1564568000"}, "contentOwnerName": "Bo", "liked": true}, {"liked": false}]}"#;
        let path = "Google Photos/shared_album_comments.json";
        let probe = Probe { path, head: file.as_bytes(), tail: b"", size: 9 };
        assert_eq!(recognizes(&probe), Claim::Yes(3));
        assert_eq!(
            read(&IMPORTER, path, file.as_bytes()).shown(),
            "post google.photos_comments 2019-07-31T10:13:19Z | Which lake is this? | Which lake is this? <Sender name:ann example>\n\
             activity google.photos_comments 2019-07-31T10:13:20Z | Bo liked a shared photo <Sender name:bo>\n\
             ! BadRecord [byte 272] Expected a comment with its words or a heart, and who left it, and found neither.\n\
             = 2 items, 0 merged, 0 skipped, 1 set aside"
        );
    }
}
