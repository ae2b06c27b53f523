//! Spotify: what was listened to, of the extended history (`Streaming_History_Audio_*.json`, `endsong_*.json`) and of the account's
//! last year (`StreamingHistory*.json`); what was looked for in that year (`SearchQueries.json`), and the playlists (`Playlist*.json`).
//!
//! A play stands from when it began, which is its end less how long it was played. Times are UTC in both. Identity: the end, what was played and how
//! long. The short history tells ends to the minute and names no address, so that plays which both histories hold are two.
//!
//! A playlist is a collection, and each thing in it stands on the day that it was added. Identity: of a search, the time and the words;
//! of a playlist, its name; of what is in it, also the address or the name, and the day.
//!
//! `data`: `artist` or `show`, `album`, `uri`, `played_s`, `skipped`, `country`, `platform`; of a search `query`; of what is in a playlist
//! `playlist` and `action` ("added").
//!
//! Absent on purpose: the library, which says of nothing when it was kept.

use std::io;

use domain::{EntityKind, EntityRef, FindingCode, Kind, NewItem, NewLink, Raw, Role};
use serde_json::Value;

use crate::importer::{Claim, Importer, Input, Parse, Probe, Sink};
use crate::json::each::each;
use crate::json::lenient;
use crate::text::{numbers, time};

pub(crate) static IMPORTER: Importer = Importer { id: "spotify", label: "Spotify listening history", recognizes, parse: Parse::File(parse) };

fn recognizes(probe: &Probe<'_>) -> Claim {
    let has = |key: &str| memchr::memmem::find(probe.head, key.as_bytes()).is_some();
    let extended = has("\"ms_played\"") && has("\"ts\"");
    let short = has("\"msPlayed\"") && has("\"endTime\"");
    let searches = has("\"searchTime\"") && has("\"searchQuery\"");
    let playlists = has("\"playlists\"") && has("\"addedDate\"") && (has("\"trackName\"") || has("\"episodeName\""));
    let head = probe.head.trim_ascii_start();
    let shaped = head.starts_with(b"[") && (extended || short || searches) || head.starts_with(b"{") && playlists;
    if shaped { Claim::Yes(3) } else { Claim::No }
}

fn parse(input: &mut Input<'_>, sink: &mut dyn Sink) -> io::Result<()> {
    each(input.reader, sink, |entry, sink| {
        let value = lenient::value(entry.bytes).ok();
        if entry.key == "playlists" && entry.listed {
            return match value.filter(Value::is_object) {
                Some(list) => playlist(&list, entry.bytes, sink),
                None => sink.set_aside(FindingCode::BadRecord, &entry.at, "A playlist was expected here, and it is none."),
            };
        }
        match value.and_then(|value| if value.get("searchQuery").is_some() { search(&value, entry.bytes) } else { play(&value, entry.bytes) }) {
            Some(item) => sink.item(item),
            None => sink.set_aside(
                FindingCode::BadRecord,
                &entry.at,
                "A play has a time in `ts` or `endTime` and names what was played, a search has a time and words, and this one lacks one of them.",
            ),
        }
    })
}

fn search(value: &Value, bytes: &[u8]) -> Option<NewItem> {
    let query = value["searchQuery"].as_str()?.trim();
    let written = value["searchTime"].as_str()?;
    // `2023-01-02T03:04:05.123Z[UTC]`
    let at = time::iso_utc(written.split('[').next()?)?;
    if query.is_empty() {
        return None;
    }
    let mut item = NewItem::new(Kind::Search, "spotify.search", [&at.ms.to_string(), query].join("\u{1f}"), Raw::json(bytes));
    item.title = query.to_owned();
    item.at = Some(at);
    item.set("query", query);
    Some(item)
}

/// A playlist, and each thing that was added to it.
fn playlist(list: &Value, bytes: &[u8], sink: &mut dyn Sink) {
    let text = |value: &Value| value.as_str().map(str::trim).unwrap_or_default().to_owned();
    let name = text(&list["name"]);
    let label = (!name.is_empty()).then(|| NewLink { role: Role::Label, entity: EntityRef::named(EntityKind::Label, &name) });
    for (place, entry) in list["items"].as_array().into_iter().flatten().enumerate() {
        let first = |keys: &[&str]| {
            let things = ["track", "episode", "audiobook", "localTrack"].into_iter().map(|sort| &entry[sort]);
            things.flat_map(|thing| keys.iter().map(|key| text(&thing[*key]))).find(|text| !text.is_empty()).unwrap_or_default()
        };
        let title = first(&["trackName", "episodeName", "audiobookName", "uri"]);
        let (by, album, uri) = (first(&["artistName", "showName"]), first(&["albumName"]), first(&["trackUri", "episodeUri", "audiobookUri", "uri"]));
        if title.is_empty() {
            sink.skip(FindingCode::BadRecord, &format!("{name}, number {}", place + 1), "What is in a playlist and has no name says nothing.");
            continue;
        }
        let day = text(&entry["addedDate"]);
        let key = ["added", &name, if uri.is_empty() { &title } else { &uri }, &day].join("\u{1f}");
        let mut item = NewItem::new(Kind::Activity, "spotify.playlist", key, Raw::json(entry.to_string().as_bytes()));
        item.text = [by.as_str(), &album].into_iter().filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n");
        item.title = title;
        item.at = time::iso(&day);
        if !by.is_empty() {
            item.links.push(NewLink { role: Role::Channel, entity: EntityRef::named(EntityKind::Organisation, &by) });
        }
        item.links.extend(label.clone());
        item.set("action", "added");
        item.set("playlist", name.as_str());
        item.set("artist", by);
        item.set("album", album);
        item.set("uri", uri);
        sink.item(item);
    }
    let mut item = NewItem::new(Kind::Collection, "spotify.playlist", ["playlist", &name].join("\u{1f}"), Raw::json(bytes));
    item.text = text(&list["description"]);
    item.at = time::iso(&text(&list["lastModifiedDate"]));
    item.title = if name.is_empty() { "Playlist without a name".to_owned() } else { name };
    item.links.extend(label);
    sink.item(item);
}

fn play(value: &Value, bytes: &[u8]) -> Option<NewItem> {
    let text = |keys: &[&str]| keys.iter().find_map(|key| value[*key].as_str()).map(str::trim).filter(|text| !text.is_empty());
    let end = time::iso_utc(text(&["ts", "endTime"])?)?;
    let episode = text(&["episode_name", "episodeName", "audiobook_chapter_title"]);
    let title = episode.or_else(|| text(&["master_metadata_track_name", "trackName"]));
    let by = text(if episode.is_some() {
        &["episode_show_name", "podcastName", "audiobook_title"]
    } else {
        &["master_metadata_album_artist_name", "artistName"]
    });
    let uri = text(&["spotify_track_uri", "spotify_episode_uri", "audiobook_chapter_uri"]);
    // A play of a local file or of what was taken down names nothing; it was a play all the same.
    let title = title.or(uri).or(by).unwrap_or("Something that Spotify does not name");
    let played = ["ms_played", "msPlayed"].iter().find_map(|key| numbers::integer_of(&value[*key])).unwrap_or(0).max(0);
    let key = [&end.ms.to_string(), uri.unwrap_or(title), by.unwrap_or_default(), &played.to_string()].join("\u{1f}");
    let mut item = NewItem::new(Kind::Listen, IMPORTER.id, key, Raw::json(bytes));
    item.title = title.to_owned();
    let album = text(&["master_metadata_album_album_name"]).unwrap_or_default();
    item.text = [by.unwrap_or_default(), album].into_iter().filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n");
    item.until = Some(end.ms);
    item.at = Some(domain::Moment { ms: end.ms - played, ..end });
    if let Some(by) = by {
        item.links.push(NewLink { role: Role::Channel, entity: EntityRef::named(EntityKind::Organisation, by) });
        item.set(if episode.is_some() { "show" } else { "artist" }, by);
    }
    item.set("album", album);
    item.set("uri", uri.unwrap_or_default());
    item.set("played_s", played as f64 / 1000.0);
    item.set("skipped", value["skipped"].as_bool());
    item.set("country", text(&["conn_country"]).unwrap_or_default());
    item.set("platform", text(&["platform"]).unwrap_or_default());
    Some(item)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::importer::collected::read;

    #[test]
    fn searches_and_playlists_are_read() {
        let searches = br#"[{"platform": "IOS", "searchTime": "2023-01-02T03:04:05.123Z[UTC]", "searchQuery": "sea shanty", "searchInteractionURIs": []}]"#;
        let playlists = br#"{"playlists": [{"name": "Harbour", "lastModifiedDate": "2023-02-03", "items": [
            {"track": {"trackName": "Low Tide", "artistName": "Gull Rock", "albumName": "Sea", "trackUri": "spotify:track:1"}, "episode": null, "addedDate": "2023-02-01"},
            {"track": null, "episode": null, "addedDate": "2023-02-01"}]}]}"#;
        let shown = |path: &str, bytes: &[u8]| {
            assert_eq!(recognizes(&Probe { path, head: bytes, tail: b"", size: 99 }), Claim::Yes(3), "{path}");
            let collected = read(&IMPORTER, path, bytes);
            (collected.items.iter().map(crate::importer::collected::shown).collect::<Vec<_>>(), collected.n_skipped)
        };
        assert_eq!(shown("SearchQueries.json", searches), (vec!["search spotify.search 2023-01-02T03:04:05.123Z | sea shanty".to_owned()], 0));
        let expected = [
            "activity spotify.playlist 2023-02-01T00:00:00Z | Low Tide | Gull Rock / Sea <Channel name:gull rock> <Label label:harbour>",
            "collection spotify.playlist 2023-02-03T00:00:00Z | Harbour <Label label:harbour>",
        ];
        assert_eq!(shown("Playlist1.json", playlists), (expected.map(str::to_owned).to_vec(), 1));
    }

    #[test]
    fn plays_of_both_histories_are_read_and_stand_where_they_began() {
        let extended = br#"[
            {"ts": "2023-01-02T03:04:05Z", "ms_played": 65000, "master_metadata_track_name": "Low Tide", "master_metadata_album_artist_name": "Gull Rock",
             "master_metadata_album_album_name": "Harbour", "spotify_track_uri": "spotify:track:1", "skipped": false, "conn_country": "CH"},
            {"ts": "2023-01-02T04:04:05Z", "ms_played": 0, "episode_name": "On knots", "episode_show_name": "Ropes", "spotify_episode_uri": "spotify:episode:2"},
            {"ms_played": 1}"#;
        let collected = read(&IMPORTER, "Spotify Extended Streaming History/Streaming_History_Audio_2023_1.json", extended);
        let shown = collected.shown();
        let lines: Vec<&str> = shown.lines().collect();
        assert_eq!(
            lines[..2],
            [
                "listen spotify 2023-01-02T03:03:00Z | Low Tide | Gull Rock / Harbour <Channel name:gull rock>",
                "listen spotify 2023-01-02T04:04:05Z | On knots | Ropes <Channel name:ropes>",
            ]
        );
        assert!(lines[2].starts_with("! BadRecord") && lines[3].starts_with("! CutShort"), "{shown}");
        let short = br#"[{"endTime": "2023-01-02 03:04", "artistName": "Gull Rock", "trackName": "Low Tide", "msPlayed": 60000}]"#;
        let item = &read(&IMPORTER, "MyData/StreamingHistory0.json", short).items[0];
        assert_eq!((item.at.as_ref().unwrap().ms, item.until), (1_672_628_580_000, Some(1_672_628_640_000)));
        assert_eq!(item.at.as_ref().unwrap().certainty, domain::Certainty::Exact, "the short history tells UTC too");
        let podcasts = br#"[{"endTime": "2023-01-02 03:04", "podcastName": "Ropes", "episodeName": "On knots", "msPlayed": 60000}]"#;
        let item = &read(&IMPORTER, "MyData/StreamingHistory_podcast_0.json", podcasts).items[0];
        assert_eq!((item.title.as_str(), &item.data["show"]), ("On knots", &"Ropes".into()));
        let claim = |head: &[u8]| recognizes(&Probe { path: "x.json", head, tail: b"", size: 99 });
        assert_eq!((claim(extended), claim(short), claim(b"[{\"ts\": 1}]")), (Claim::Yes(3), Claim::Yes(3), Claim::No));
    }
}
