//! What a row of each table becomes.

use domain::{EntityKind, EntityRef, Kind, Moment, NewItem, NewLink, Point, Raw, Role};
use serde_json::Value;

use super::gathered::Told;
use crate::importer::FileNumber;
use crate::importers::activity::address::{self, is_channel_id, is_video_id};
use crate::importers::activity::row::{channel_link, spaced};
use crate::table::Columns;
use crate::text::{numbers, time};

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
    item.set("visibility", columns.named_or_shaped(cells, &["playlist visibility", "visibility"], |_| false));
    item.set("description", columns.named_or_shaped(cells, &["playlist description (original)", "description"], |_| false));
    Some(item)
}

/// The item for a video kept in a list. Key: the list's file name, the video, the second. `data`: `action` ("added"),
/// `video_id`, `url`, `playlist`, `playlist_id`.
pub(super) fn kept_video(list: &List<'_>, id: &str, title: &str, added: &str, raw: Raw) -> NewItem {
    let at = time::iso(added);
    let second = at.as_ref().map_or_else(|| added.to_owned(), |at| at.ms.div_euclid(1000).to_string());
    let mut item = NewItem::new(Kind::Activity, "google.youtube.playlist_item", [list.file, id, &second].join("\u{1f}"), raw);
    // The export names no titles; the watch history often does.
    item.title = if title.is_empty() { format!("YouTube video {id}") } else { title.to_owned() };
    item.text.push_str(list.title);
    item.at = at;
    item.links.push(label(list.title));
    item.set("action", "added");
    item.set("video_id", id);
    item.set("url", format!("https://www.youtube.com/watch?v={id}"));
    item.set("playlist", list.title);
    item.set("playlist_id", list.id);
    item
}

/// A playlist as an entry of it knows it.
pub(super) struct List<'l> {
    /// The name in its file's name, which lacks some signs and may be cut.
    pub(super) file: &'l str,
    /// Its title; the name again where no table says it.
    pub(super) title: &'l str,
    /// Its id, where a table says it.
    pub(super) id: &'l str,
}

/// One of the owner's own videos. Key: its id. `data`: `video_id`, `url`, `duration_s`, `privacy`, `state`, `category`, `language`,
/// `tags`, `created`, `channel_id`, and from other tables `address`.
pub(super) fn own_video(columns: &Columns, cells: &[&str], raw: Raw) -> Option<NewItem> {
    let id = columns.named_or_shaped(cells, &["video id"], is_video_id);
    if !is_video_id(id) {
        return None;
    }
    // Under a header in another language the columns keep their order; the tags stand before the last five.
    let is_named = columns.find(&["video title (original)", "video title"]).is_some();
    let n_cells = cells.len();
    let by_place = |name: &str| {
        let place = match name {
            "approx duration (ms)" => 1,
            "video audio language" => 2,
            "video category" => 3,
            "video description (original)" => 4,
            "video title (original)" => n_cells - 5,
            "privacy" => n_cells - 4,
            "video state" => n_cells - 3,
            "video create timestamp" => n_cells - 2,
            "video publish timestamp" => n_cells - 1,
            _ => return "",
        };
        cells[place]
    };
    let named = |names: &[&str]| match is_named {
        true => columns.named_or_shaped(cells, names, |_| false),
        false if n_cells > 10 => by_place(names[0]),
        false => "",
    };
    let times: Vec<&str> = cells.iter().copied().filter(|cell| time::iso(cell).is_some()).collect();
    let (created, published) = (named(&["video create timestamp"]), named(&["video publish timestamp"]));
    let mut item = NewItem::new(Kind::Video, "google.youtube.video", id, raw);
    let title = named(&["video title (original)", "video title"]);
    item.title = if title.is_empty() { format!("YouTube video {id}") } else { title.to_owned() };
    named(&["video description (original)", "video description"]).clone_into(&mut item.text);
    item.at = time::iso(published).or_else(|| time::iso(created)).or_else(|| times.first().and_then(|text| time::iso(text)));
    let channel = columns.named_or_shaped(cells, &["channel id"], is_channel_id);
    if is_channel_id(channel) {
        item.links.push(channel_link(channel, ""));
        item.set("channel_id", channel);
    }
    item.set("video_id", id);
    item.set("url", format!("https://www.youtube.com/watch?v={id}"));
    item.set("duration_s", numbers::float_text(named(&["approx duration (ms)"])).map(|ms| ms / 1000.0));
    item.set("privacy", named(&["privacy"]).to_lowercase());
    item.set("state", named(&["video state"]).to_lowercase());
    item.set("category", named(&["video category"]));
    item.set("language", named(&["video audio language"]));
    item.set("created", created);
    let is_tag = |column: usize| match is_named {
        true => columns.label(column).to_lowercase().starts_with("tag "),
        false => (6..n_cells.saturating_sub(5)).contains(&column),
    };
    let tags = cells.iter().enumerate().filter(|(column, cell)| !cell.is_empty() && is_tag(*column));
    item.set("tags", tags.map(|(_, cell)| *cell).collect::<Vec<_>>());
    Some(item)
}

/// What a row of another table says of one of the owner's own videos.
pub(super) fn told(columns: &Columns, cells: &[&str], (file, path): (FileNumber, &str), at: &str) -> Option<Told> {
    let video = columns.named_or_shaped(cells, &["video id"], is_video_id);
    if !is_video_id(video) {
        return None;
    }
    let number = |names: &[&str]| numbers::float_text(columns.named_or_shaped(cells, names, |_| false));
    let (lat, lon) = (number(&["latitude", "video recording latitude"]), number(&["longitude", "video recording longitude"]));
    let address = columns.named_or_shaped(cells, &["address", "video recording address"], |_| false);
    let is_text = |column: usize| {
        let label = columns.label(column).to_lowercase();
        (label.contains("title") || label.contains("description") || label.contains("text")) && !label.contains("language")
    };
    let words: Vec<&str> =
        cells.iter().enumerate().filter(|(column, cell)| is_text(*column) && !cell.is_empty()).map(|(_, cell)| *cell).collect();
    Some(Told {
        file,
        path: path.to_owned(),
        at: at.to_owned(),
        video: video.to_owned(),
        place: lat.zip(lon).and_then(|(lat, lon)| Point::from_degrees(lat, lon)),
        address: address.to_owned(),
        words: words.join("\n"),
    })
}

/// The owner's own channel. Key: its id. `data`: `action` ("owns"), `channel_id`, `url`, `visibility`.
pub(super) fn own_channel(columns: &Columns, cells: &[&str], raw: Raw) -> Option<NewItem> {
    let id = columns.named_or_shaped(cells, &["channel id"], is_channel_id);
    if !is_channel_id(id) {
        return None;
    }
    let title = match columns.find(&["channel title (original)", "channel title"]) {
        Some(column) => cells.get(column).copied().unwrap_or_default(),
        // Under a header in another language: id, title, visibility.
        None => cells.get(1).copied().unwrap_or_default(),
    };
    let mut item = NewItem::new(Kind::Activity, "google.youtube.channel", id, raw);
    item.title = if title.is_empty() { format!("YouTube channel {id}") } else { title.to_owned() };
    columns.named_or_shaped(cells, &["channel description (original)", "channel description"], |_| false).clone_into(&mut item.text);
    item.links.push(channel_link(id, title));
    item.set("action", "owns");
    item.set("channel_id", id);
    item.set("url", format!("https://www.youtube.com/channel/{id}"));
    item.set("visibility", columns.named_or_shaped(cells, &["channel visibility"], |cell| cells.get(2) == Some(&cell)).to_lowercase());
    Some(item)
}

/// A comment. Key: its id. `data`: `comment_id`, `parent_id`, `video_id`, `post_id`, `url`, `price` (of a Super Thanks).
pub(super) fn comment(columns: &Columns, cells: &[&str], raw: Raw) -> Option<NewItem> {
    let id = columns.named_or_shaped(cells, &["comment id"], |cell| cell.starts_with("Ug"));
    let mut item = written("google.youtube.comment", id, columns, cells, raw)?;
    item.set("comment_id", id);
    item.set("parent_id", columns.named_or_shaped(cells, &["parent comment id"], |cell| cell.starts_with("Ug") && cell != id));
    item.set("post_id", columns.named_or_shaped(cells, &["post id"], |_| false));
    item.set("price", price(columns, cells));
    Some(item)
}

/// A message in a live chat. Key: its id. `data`: `chat_id`, `video_id`, `url`, `price`.
pub(super) fn live_chat(columns: &Columns, cells: &[&str], raw: Raw) -> Option<NewItem> {
    let id = columns.find(&["live chat id"]).map_or(cells.first(), |column| cells.get(column)).copied().unwrap_or_default();
    let mut item = written("google.youtube.live_chat", id, columns, cells, raw)?;
    item.set("chat_id", id);
    item.set("price", price(columns, cells));
    Some(item)
}

/// What was paid for words to be seen, as the export writes it; most cost nothing.
fn price<'c>(columns: &Columns, cells: &[&'c str]) -> &'c str {
    let price = columns.named_or_shaped(cells, &["price"], |_| false);
    if price == "0" { "" } else { price }
}

/// A song in the library, or one that was uploaded to it. Key: video, or title, album and artists. `data`: `action` ("kept"),
/// `video_id`, `url`, `album`, `artists`, `duration_s`.
pub(super) fn song(columns: &Columns, cells: &[&str], raw: Raw) -> Option<NewItem> {
    // Under a header in another language the columns keep their order: video, title, album, artists.
    let is_named = columns.find(&["song title"]).is_some();
    let by_place = |column: usize| if is_named { "" } else { cells.get(column).copied().unwrap_or_default() };
    let title = columns.named_or_shaped(cells, &["song title"], |cell| cell == by_place(1));
    if title.is_empty() {
        return None;
    }
    let url = columns.named_or_shaped(cells, &["song url"], |cell| cell.starts_with("http"));
    let linked = address::video(url).unwrap_or_default();
    let video = Some(columns.named_or_shaped(cells, &["video id"], is_video_id)).filter(|id| !id.is_empty()).unwrap_or(&linked);
    let album = columns.named_or_shaped(cells, &["album title"], |cell| !cell.is_empty() && cell == by_place(2));
    let artists: Vec<&str> = cells
        .iter()
        .enumerate()
        .filter(|(column, cell)| {
            let is_artist = if is_named { columns.label(*column).to_lowercase().starts_with("artist name") } else { *column >= 3 };
            is_artist && !cell.is_empty()
        })
        .map(|(_, cell)| *cell)
        .collect();
    let key = if video.is_empty() { [title, album, &artists.join("\u{1f}")].join("\u{1f}") } else { video.to_owned() };
    let mut item = NewItem::new(Kind::Activity, "google.youtube.music_library", key, raw);
    item.set("action", "kept");
    let length = columns.named_or_shaped(cells, &["duration seconds", "duration"], |_| false);
    item.set("duration_s", numbers::float_text(length.trim_end_matches('s')));
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
        item.set("url", url);
    }
    Some(item)
}

fn label(list: &str) -> NewLink {
    NewLink { role: Role::Label, entity: EntityRef::named(EntityKind::Label, list) }
}

/// What comments and chat messages share.
fn written(source: &str, id: &str, columns: &Columns, cells: &[&str], raw: Raw) -> Option<NewItem> {
    let text = columns.named_or_shaped(cells, &["comment text", "live chat text"], |cell| cell.starts_with('{'));
    let created = columns.named_or_shaped(cells, &["comment create timestamp", "live chat create timestamp"], |cell| time::iso(cell).is_some());
    let at = time::iso(created);
    if id.is_empty() || (text.is_empty() && at.is_none()) {
        return None;
    }
    let video = columns.named_or_shaped(cells, &["video id"], is_video_id);
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
    segments.iter().map(said).collect::<String>().trim().to_owned()
}

/// What a segment of a text shows: its words, and else what it leads to.
fn said(segment: &Value) -> String {
    let text = |of: &str, key: &str| segment.get(of).and_then(|part| part.get(key)).and_then(Value::as_str);
    if let Some(words) = segment.get("text").and_then(Value::as_str) {
        return words.to_owned();
    }
    text("videoLink", "externalVideoId")
        .map(|id| format!("https://www.youtube.com/watch?v={id}"))
        .or_else(|| text("mention", "externalChannelId").map(|id| format!("@{id}")))
        .or_else(|| text("link", "linkUrl").map(str::to_owned))
        .unwrap_or_default()
}
