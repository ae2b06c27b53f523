//! The JSON lists that subscriptions and playlists were until 2020.

use std::io;

use domain::{FindingCode, Raw};
use serde::Deserialize;

use super::gathered::Gathered;
use super::rows;
use crate::importer::{FileNumber, Input, Sink};
use crate::importers::activity::address::{is_channel_id, is_video_id};
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
    each(input.reader, sink, |json::each::Entry { listed, at, bytes, .. }, sink| {
        if !listed {
            return;
        }
        match lenient::record::<Entry>(bytes, &[]).ok().and_then(Entry::kept) {
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
