//! What a row of each table becomes.

use domain::{EntityKind, EntityRef, Kind, Moment, NewItem, NewLink, Raw, Role};
use serde_json::Value;

use super::shape::Columns;
use crate::importers::activity::address::{is_channel_id, is_video_id};
use crate::importers::activity::row::{channel_link, spaced};
use crate::text::time;

/// Longest title made from a text, in characters.
const TITLE: usize = 120;

/// A channel that is followed. Key: the channel. `data`: `channel_id`, `url`.
pub(super) fn subscription(cells: &[&str], raw: Raw) -> Option<NewItem> {
    let [id, _, title, ..] = cells else { return None };
    is_channel_id(id).then(|| channel(id, title, raw))
}

/// The item for a followed channel.
pub(super) fn channel(id: &str, title: &str, raw: Raw) -> NewItem {
    let mut item = NewItem::new(Kind::Subscription, "google.youtube.subscription", id, raw);
    item.title = if title.is_empty() { format!("YouTube channel {id}") } else { title.to_owned() };
    item.links.push(channel_link(id, title));
    item.set("channel_id", id);
    item.set("url", format!("https://www.youtube.com/channel/{id}"));
    item
}

/// A list of videos. Key: its id. `data`: `playlist_id`, `url`, `visibility`, `updated` (as the export writes it).
pub(super) fn playlist(columns: &Columns, cells: &[&str], raw: Raw) -> Option<NewItem> {
    let id = cells.first().copied().filter(|id| !id.is_empty())?;
    let title = match columns.find(&["playlist title (original)", "playlist title", "title"]) {
        Some(column) => cells.get(column).copied().unwrap_or_default(),
        // Localised header: id, a flag, then the title.
        None => cells.get(2).copied().unwrap_or_default(),
    };
    let times: Vec<&str> = cells.iter().copied().filter(|cell| time::iso(cell).is_some()).collect();
    let mut item = NewItem::new(Kind::Collection, "google.youtube.playlist", id, raw);
    item.title = if title.is_empty() { format!("Playlist {id}") } else { title.to_owned() };
    item.at = times.first().and_then(|text| time::iso(text));
    item.links.push(label(&item.title));
    item.set("playlist_id", id);
    item.set("url", format!("https://www.youtube.com/playlist?list={id}"));
    item.set("updated", times.get(1).copied().unwrap_or_default());
    item.set("visibility", columns.cell(cells, &["playlist visibility", "visibility"], |_| false));
    item.set("description", columns.cell(cells, &["playlist description (original)", "description"], |_| false));
    Some(item)
}

/// A video kept in a list. Key: list, video, time. `data`: `video_id`, `url`, `playlist`.
pub(super) fn playlist_item(list: &str, cells: &[&str], raw: Raw) -> Option<NewItem> {
    let id = cells.first().copied().filter(|id| is_video_id(id))?;
    Some(kept_video(list, id, "", cells.get(1).copied().unwrap_or_default(), raw))
}

/// The item for a video kept in a list.
pub(super) fn kept_video(list: &str, id: &str, title: &str, added: &str, raw: Raw) -> NewItem {
    let at = time::iso(added);
    let second = at.as_ref().map_or_else(|| added.to_owned(), |at| at.ms.div_euclid(1000).to_string());
    let mut item = NewItem::new(Kind::Bookmark, "google.youtube.playlist_item", [list, id, &second].join("\u{1f}"), raw);
    // The export names no titles; the watch history often does.
    item.title = if title.is_empty() { format!("YouTube video {id}") } else { title.to_owned() };
    item.at = at;
    item.links.push(label(list));
    item.set("video_id", id);
    item.set("url", format!("https://www.youtube.com/watch?v={id}"));
    item.set("playlist", list);
    item
}

/// A comment. Key: its id. `data`: `comment_id`, `parent_id`, `video_id`, `post_id`, `url`.
pub(super) fn comment(columns: &Columns, cells: &[&str], raw: Raw) -> Option<NewItem> {
    let id = columns.cell(cells, &["comment id"], |cell| cell.starts_with("Ug"));
    let mut item = written("google.youtube.comment", id, columns, cells, raw)?;
    item.set("comment_id", id);
    item.set("parent_id", columns.cell(cells, &["parent comment id"], |cell| cell.starts_with("Ug") && cell != id));
    item.set("post_id", columns.cell(cells, &["post id"], |_| false));
    Some(item)
}

/// A message in a live chat. Key: its id. `data`: `chat_id`, `video_id`, `url`, `price`.
pub(super) fn live_chat(columns: &Columns, cells: &[&str], raw: Raw) -> Option<NewItem> {
    let id = columns.find(&["live chat id"]).map_or(cells.first(), |column| cells.get(column)).copied().unwrap_or_default();
    let mut item = written("google.youtube.live_chat", id, columns, cells, raw)?;
    item.set("chat_id", id);
    item.set("price", columns.cell(cells, &["price"], |_| false).trim_matches('0'));
    Some(item)
}

/// A song in the library. Key: video, or title and artists. `data`: `video_id`, `url`, `album`, `artists`.
pub(super) fn song(columns: &Columns, cells: &[&str], raw: Raw) -> Option<NewItem> {
    let title = columns.cell(cells, &["song title"], |_| false);
    if title.is_empty() {
        return None;
    }
    let video = columns.cell(cells, &["video id"], is_video_id);
    let album = columns.cell(cells, &["album title"], |_| false);
    let artists: Vec<&str> = cells
        .iter()
        .enumerate()
        .filter(|(column, cell)| !cell.is_empty() && columns.label(*column).to_lowercase().starts_with("artist name"))
        .map(|(_, cell)| *cell)
        .collect();
    let key = if video.is_empty() { [title, album, &artists.join("\u{1f}")].join("\u{1f}") } else { video.to_owned() };
    let mut item = NewItem::new(Kind::Bookmark, "google.youtube.music_library", key, raw);
    item.title = title.to_owned();
    item.text = [artists.join(", ").as_str(), album].into_iter().filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n");
    item.links =
        artists.iter().map(|artist| NewLink { role: Role::Channel, entity: EntityRef::named(EntityKind::Organisation, artist) }).collect();
    item.set("album", album);
    item.set("artists", artists);
    if is_video_id(video) {
        item.set("video_id", video);
        item.set("url", format!("https://music.youtube.com/watch?v={video}"));
    } else {
        item.set("url", columns.cell(cells, &["song url"], |cell| cell.starts_with("http")));
    }
    Some(item)
}

/// The playlist that a file of videos is of: its name without `-videos` and the number of a second one.
pub(super) fn list_name(path: &str) -> String {
    let name = path.rsplit('/').next().unwrap_or(path);
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let stem = stem
        .strip_suffix(')')
        .and_then(|rest| rest.rsplit_once('('))
        .filter(|(_, n)| !n.is_empty() && n.bytes().all(|byte| byte.is_ascii_digit()))
        .map_or(stem, |(stem, _)| stem);
    let videos = ["-videos", "-Videos", "-vidéos", "-vídeos", "-video", "-video's", "-video’s"];
    videos.iter().find_map(|suffix| stem.strip_suffix(suffix)).unwrap_or(stem).trim().to_owned()
}

fn label(list: &str) -> NewLink {
    NewLink { role: Role::Label, entity: EntityRef::named(EntityKind::Label, list) }
}

/// What comments and chat messages share.
fn written(source: &str, id: &str, columns: &Columns, cells: &[&str], raw: Raw) -> Option<NewItem> {
    let text = columns.cell(cells, &["comment text", "live chat text"], |cell| cell.starts_with('{'));
    let created = columns.cell(cells, &["comment create timestamp", "live chat create timestamp"], |cell| time::iso(cell).is_some());
    let at = time::iso(created);
    if id.is_empty() || (text.is_empty() && at.is_none()) {
        return None;
    }
    let video = columns.cell(cells, &["video id"], is_video_id);
    Some(post(source, id, words(text), at, video, raw))
}

/// The item for a comment or a chat message; `video` may be none.
pub(super) fn post(source: &str, key: &str, text: String, at: Option<Moment>, video: &str, raw: Raw) -> NewItem {
    let mut item = NewItem::new(Kind::Post, source, key, raw);
    item.title = spaced(text.lines().next().unwrap_or_default()).chars().take(TITLE).collect();
    item.text = text;
    item.at = at;
    if is_video_id(video) {
        item.set("video_id", video);
        item.set("url", format!("https://www.youtube.com/watch?v={video}"));
    }
    item
}

/// The words of a text cell: one object with segments, or segments in a row without brackets, or plain text.
fn words(cell: &str) -> String {
    // Newer exports leave line breaks unescaped inside the strings.
    let escaped: String = cell
        .chars()
        .map(|letter| {
            if letter == '\n' {
                "\\n".to_owned()
            } else if letter.is_control() {
                " ".to_owned()
            } else {
                letter.to_string()
            }
        })
        .collect();
    let parsed = serde_json::from_str(&format!("[{cell}]")).or_else(|_| serde_json::from_str(&format!("[{escaped}]")));
    let Ok(Value::Array(mut segments)) = parsed else { return cell.to_owned() };
    if let [Value::Object(only)] = segments.as_slice()
        && let Some(Value::Array(inner)) = only.get("takeoutSegments")
    {
        segments = inner.clone();
    }
    if !segments.iter().all(Value::is_object) {
        return cell.to_owned();
    }
    segments.iter().filter_map(|segment| segment.get("text")?.as_str()).collect::<String>().trim().to_owned()
}
