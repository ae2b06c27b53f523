//! Which of YouTube's tables a table is, and which column is which.

use csv::StringRecord;

use crate::importers::activity::address::{is_channel_id, is_video_id};
use crate::text::time;

/// The tables that are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    Subscriptions,
    Playlists,
    PlaylistItems,
    Comments,
    LiveChats,
    Songs,
}

impl Shape {
    /// Decides by the first row's values; a table that is a header alone, by the header and the path.
    pub(super) fn of(header: &StringRecord, first: Option<&StringRecord>, path: &str) -> Option<Self> {
        let columns = Columns::named(header);
        if columns.find(&["song title"]).is_some() {
            return Some(Self::Songs);
        }
        if columns.find(&["playlist id"]).is_some() && header.len() >= 6 {
            return Some(Self::Playlists);
        }
        let folder = path.rsplit('/').nth(1).unwrap_or_default().to_lowercase();
        let Some(first) = first else {
            let tube = path.split('/').any(|folder| folder.starts_with("YouTube"));
            return match header.len() {
                3 if tube => Some(Self::Subscriptions),
                2 if tube && folder.starts_with("playlist") => Some(Self::PlaylistItems),
                7.. if columns.find(&["comment id"]).is_some() => Some(Self::Comments),
                6.. if columns.find(&["live chat id"]).is_some() => Some(Self::LiveChats),
                _ => None,
            };
        };
        let cells: Vec<&str> = first.iter().map(str::trim).collect();
        let any = |is: fn(&str) -> bool| cells.iter().any(|cell| is(cell));
        let words = |cell: &str| cell.starts_with("{\"text\"") || cell.starts_with("{\"takeoutSegments\"");
        match cells.as_slice() {
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
            _ => None,
        }
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
        }
    }
}

/// Whether a row inside an old playlist's file is the header of its videos.
pub(super) fn is_item_header(record: &StringRecord) -> bool {
    let first = record.get(0).unwrap_or_default().trim().to_lowercase();
    first.starts_with("video") || (!is_video_id(record.get(0).unwrap_or_default().trim()) && record.len() == 2)
}

fn is_time(cell: &str) -> bool {
    time::iso(cell).is_some()
}

/// The columns of a table by name.
pub(super) struct Columns {
    labels: Vec<String>,
}

impl Columns {
    pub(super) fn named(header: &StringRecord) -> Self {
        Self { labels: header.iter().map(|label| label.trim().to_owned()).collect() }
    }

    /// The column's name; its number where it has none.
    pub(super) fn label(&self, column: usize) -> String {
        self.labels.get(column).filter(|label| !label.is_empty()).cloned().unwrap_or_else(|| (column + 1).to_string())
    }

    /// The first column that has one of these names, in lower case.
    pub(super) fn find(&self, names: &[&str]) -> Option<usize> {
        names.iter().find_map(|name| self.labels.iter().position(|label| label.to_lowercase() == *name))
    }

    /// The cell of the column that has one of these names, else the first cell of that shape.
    pub(super) fn cell<'c>(&self, cells: &[&'c str], names: &[&str], is: impl Fn(&str) -> bool) -> &'c str {
        match self.find(names) {
            Some(column) => cells.get(column).copied().unwrap_or_default(),
            None => cells.iter().copied().find(|cell| is(cell)).unwrap_or_default(),
        }
    }
}
