//! The JSON lists that subscriptions and playlists were until 2020, and the history until 2017.

use std::io;

use domain::{FindingCode, Raw};
use serde::Deserialize;

use super::gathered::Gathered;
use super::rows;
use crate::importer::{FileNumber, Input, Sink};
use crate::importers::activity::address::{is_channel_id, is_video_id};
use crate::importers::activity::row::{self, Row};
use crate::importers::activity_json::is_activity_path;
use crate::json::each::each;
use crate::json::{self, lenient};
use crate::text::time;

/// Whether the first bytes are those of such a list.
pub(super) fn recognizes(head: &[u8]) -> bool {
    let has = |word: &str| memchr::memmem::find(head, word.as_bytes()).is_some();
    head.trim_ascii_start().starts_with(b"[")
        && (has("youtube#subscription") || has("youtube#playlistItem") || (has("\"snippet\"") && has("\"resourceId\"")))
}

pub(super) fn parse(file: FileNumber, input: &mut Input<'_>, gathered: &mut Gathered, sink: &mut dyn Sink) -> io::Result<()> {
    let path = input.path;
    let is_history = is_activity_path(path);
    each(input.reader, sink, |json::each::Entry { listed, at, bytes, .. }, sink| {
        if !listed {
            return;
        }
        match lenient::record::<Entry>(bytes, &[]).ok().and_then(Entry::kept) {
            Some(Kept::Video { id, title, added }) if is_history => {
                row::item(watched(&id, &title, &added), path, Raw::json(bytes)).into_iter().for_each(|item| sink.item(item));
            }
            Some(Kept::Video { id, title, added }) => gathered.entry(file, path, "", [&id, &title, &added], Raw::json(bytes)),
            Some(Kept::Channel { id, title, since }) => {
                let mut item = rows::channel(&id, &title, Raw::json(bytes));
                item.at = time::iso(&since);
                sink.item(item);
            }
            None => sink.set_aside(
                FindingCode::BadRecord,
                &at,
                "A subscription with a channel or a playlist's entry with a video was expected",
            ),
        }
    })
}

/// A video of the history, as My Activity has it.
fn watched(id: &str, title: &str, when: &str) -> Row {
    Row {
        header: "YouTube".to_owned(),
        title: format!("Watched {title}"),
        object: title.to_owned(),
        url: format!("https://www.youtube.com/watch?v={id}"),
        products: vec!["YouTube".to_owned()],
        at: time::iso(when),
        unread_time: when.to_owned(),
        ..Row::default()
    }
}

/// What an entry keeps.
enum Kept {
    Video { id: String, title: String, added: String },
    Channel { id: String, title: String, since: String },
}

impl Entry {
    fn kept(self) -> Option<Kept> {
        let snippet = self.snippet?;
        let resource = snippet.resource_id?;
        let title = snippet.title.unwrap_or_default();
        let published = snippet.published_at.unwrap_or_default();
        if let Some(id) = resource.video_id.filter(|id| is_video_id(id)) {
            return Some(Kept::Video { id, title, added: published });
        }
        let id = resource.channel_id.filter(|id| is_channel_id(id))?;
        Some(Kept::Channel { id, title, since: published })
    }
}

#[derive(Deserialize)]
struct Entry {
    snippet: Option<Snippet>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Snippet {
    title: Option<String>,
    published_at: Option<String>,
    resource_id: Option<Resource>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Resource {
    channel_id: Option<String>,
    video_id: Option<String>,
}
