//! Which of YouTube's tables a table is.

use crate::importers::activity::address::{is_channel_id, is_video_id};
use crate::table::Columns;
use crate::text::time;

/// The tables that are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    Subscriptions,
    Playlists,
    PlaylistItems,
    Comments,
    LiveChats,
    /// Songs in the library, and those that were uploaded.
    Songs,
    /// The owner's own videos.
    Videos,
    /// Where own videos were made.
    Recordings,
    /// Titles and descriptions of own videos in other languages.
    Texts,
    Channels,
    /// Switches and addresses of the owner's channel.
    Settings,
}

impl Shape {
    /// Decides by the first row's values; a table that is a header alone, by the header and the path.
    pub(super) fn of(columns: &Columns, first: Option<&[String]>, path: &str) -> Option<Self> {
        let n_columns = columns.names().len();
        let has = |name: &str| columns.find(&[name]).is_some();
        if has("song title") {
            return Some(Self::Songs);
        }
        if has("approx duration (ms)") || (has("video title (original)") && n_columns >= 5) {
            return Some(Self::Videos);
        }
        if has("video id") && (has("latitude") || has("video recording latitude") || (has("address") && has("place id"))) {
            return Some(Self::Recordings);
        }
        if has("channel visibility") || has("channel title (original)") {
            return Some(Self::Channels);
        }
        if has("playlist id") && n_columns >= 6 {
            return Some(Self::Playlists);
        }
        let folder = path.rsplit('/').nth(1).unwrap_or_default().to_lowercase();
        let tube = super::in_youtube(path);
        let Some(first) = first else {
            return match n_columns {
                3 if tube => Some(Self::Subscriptions),
                2 if tube && folder.starts_with("playlist") => Some(Self::PlaylistItems),
                7.. if columns.find(&["comment id"]).is_some() => Some(Self::Comments),
                6.. if columns.find(&["live chat id"]).is_some() => Some(Self::LiveChats),
                _ => None,
            };
        };
        let of_channels =
            ["channels", "kanäle", "chaînes", "canales", "kanalen", "canali", "canais", "チャンネル"].contains(&folder.as_str());
        let cells: Vec<&str> = first.iter().map(String::as_str).collect();
        let any = |is: fn(&str) -> bool| cells.iter().any(|cell| is(cell));
        let words = |cell: &str| cell.starts_with("{\"text\"") || cell.starts_with("{\"takeoutSegments\"");
        let name = path.rsplit('/').next().unwrap_or_default().to_lowercase();
        let is_card = ["channel.csv", "kanal.csv", "chaîne.csv", "canal.csv", "canale.csv", "kanaal.csv", "チャンネル.csv"].contains(&name.as_str());
        match cells.as_slice() {
            [id, _, _] if tube && of_channels && is_card && is_channel_id(id) => Some(Self::Channels),
            [id, ..] if tube && of_channels && is_channel_id(id) => Some(Self::Settings),
            [id, _, _] if is_channel_id(id) => Some(Self::Subscriptions),
            [id, added] if is_video_id(id) && (time::iso(added).is_some() || added.is_empty()) => Some(Self::PlaylistItems),
            // Localised list of playlists: an id, two times, eight columns or more. The lists that everybody has (watch later,
            // liked videos, favourites) have ids of their own.
            [id, _, _, _, _, _, _, _, ..]
                if ["PL", "WL", "LL", "FL"].iter().any(|start| id.starts_with(start))
                    && cells.iter().filter(|cell| time::iso(cell).is_some()).count() >= 2 =>
            {
                Some(Self::Playlists)
            }
            [_, _, _, _, _, _]
                if any(is_channel_id)
                    && any(is_time)
                    && (cells.iter().any(|cell| words(cell)) || columns.find(&["live chat id"]).is_some()) =>
            {
                Some(Self::LiveChats)
            }
            [_, _, _, _, _, _, _, ..]
                if any(is_channel_id)
                    && any(is_time)
                    && (cells.iter().any(|cell| words(cell)) || columns.find(&["comment id"]).is_some()) =>
            {
                Some(Self::Comments)
            }
            [id, _, _, _, _, _, _, _, ..] if is_video_id(id) && any(is_channel_id) && any(is_time) => Some(Self::Videos),
            [id, title, _, ..] if tube && is_video_id(id) && !title.is_empty() && (folder.contains("musi") || folder.contains("音楽")) => {
                Some(Self::Songs)
            }
            [id, _, ..] if tube && is_video_id(id) && has("video id") => Some(Self::Texts),
            [id, ..] if tube && is_channel_id(id) => Some(Self::Settings),
            _ => None,
        }
    }

    /// Whether other tables say more of what stands in it.
    pub(super) fn is_paired(self) -> bool {
        matches!(self, Self::Playlists | Self::PlaylistItems | Self::Videos | Self::Recordings | Self::Texts)
    }

    /// What a row of it has.
    pub(super) fn expected(self) -> &'static str {
        match self {
            Self::Subscriptions => "A subscription has a channel's id (24 signs, UC…), its address and its title",
            Self::Playlists => "A playlist has an id and a title",
            Self::PlaylistItems => "A playlist's entry has a video's id (11 signs) and a time",
            Self::Comments => "A comment has its id, a time and its text",
            Self::LiveChats => "A chat message has its id, a time and its text",
            Self::Songs => "A song has a title",
            Self::Videos => "A video has its id (11 signs)",
            Self::Recordings | Self::Texts => "What is said of a video names its id (11 signs)",
            Self::Channels => "A channel has an id (24 signs, UC…)",
            Self::Settings => "Switches of the channel",
        }
    }
}

/// Whether a row inside an old playlist's file is the header of its videos.
pub(super) fn is_item_header(cells: &[&str]) -> bool {
    let first = cells.first().copied().unwrap_or_default();
    first.to_lowercase().starts_with("video") || (!is_video_id(first) && cells.len() == 2)
}

fn is_time(cell: &str) -> bool {
    time::iso(cell).is_some()
}
