//! Google Play Music, which ended in 2020: its library, `Google Play Music/Tracks/*.csv`, a file of one row for each track.
//!
//! A track is something kept, as those of YouTube Music's library are: how often it was played is told, and not when. Values are
//! written as in a page, with entities. Identity: title, album and artist.
//!
//! `data`: `action` ("kept"), `album`, `artists`, `duration_s`, `rating` (1 to 5), `plays`, `removed` (true: the owner took it out
//! again; such tracks are hidden).
//!
//! Absent on purpose: playlists and radio stations, which lie in folders of their own.

use std::io;

use domain::{EntityKind, EntityRef, FindingCode, Kind, NewItem, NewLink, Role};

use crate::importer::{Claim, Importer, Input, Parse, Probe, Sink};
use crate::table::{Columns, Row, Table};
use crate::text::html;

pub(crate) static IMPORTER: Importer =
    Importer { id: "google.play_music", label: "Google Play Music", recognizes, parse: Parse::File(parse) };

const DURATION: &[&str] = &["Duration (ms)", "Duration ms"];

fn recognizes(probe: &Probe<'_>) -> Claim {
    if probe.extension() != "csv" {
        return Claim::No;
    }
    let columns = Columns::of(probe.head);
    let shaped = columns.has(&["Title", "Album", "Artist", "Play Count"]) && columns.has_one_of(DURATION);
    // Those of a playlist have the same columns and more.
    let is_of_playlist = columns.has_one_of(&["Playlist Index"]);
    let named = probe.folders().any(|folder| folder == "Google Play Music") && probe.folders().any(|folder| folder == "Tracks");
    if is_of_playlist { Claim::No } else { Claim::by(shaped, shaped && named) }
}

fn parse(input: &mut Input<'_>, sink: &mut dyn Sink) -> io::Result<()> {
    let Some(mut table) = Table::open(input.reader)? else { return Ok(()) };
    while let Some(row) = table.read_row(sink)? {
        match track(&row) {
            Some(item) => sink.item(item),
            None => sink.set_aside(FindingCode::BadRecord, &row.at(), "Expected the title of a track, and found none."),
        }
    }
    Ok(())
}

fn track(row: &Row<'_>) -> Option<NewItem> {
    let text = |column: &str| html::plain(row.cell(&[column]));
    let (title, album, artist, removed) = (text("Title"), text("Album"), text("Artist"), text("Removed"));
    if title.is_empty() {
        return None;
    }
    let key = [title.as_str(), &album, &artist].join("\u{1f}");
    let mut item = NewItem::new(Kind::Activity, IMPORTER.id, key, row.raw());
    item.text = [artist.as_str(), &album].into_iter().filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n");
    item.title = title;
    if !artist.is_empty() {
        item.links.push(NewLink { role: Role::Channel, entity: EntityRef::named(EntityKind::Organisation, &artist) });
        item.set("artists", vec![artist]);
    }
    item.set("action", "kept");
    item.set("album", album);
    item.set("duration_s", row.number(DURATION).map(|ms| ms / 1000.0));
    // Nought is none.
    item.set("rating", row.number(&["Rating"]).filter(|rating| *rating > 0.0).map(|rating| rating as i64));
    item.set("plays", row.number(&["Play Count"]).map(|plays| plays as i64));
    item.hidden = matches!(removed.to_lowercase().as_str(), "yes" | "true" | "1");
    if item.hidden {
        item.set("removed", true);
    }
    Some(item)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::importer::collected::read;

    const HEADER: &str = "Title,Album,Artist,Duration (ms),Rating,Play Count,Removed\n";

    #[test]
    fn a_track_is_kept_with_its_entities_read() {
        let file = format!(
            "{HEADER}\"Don&#39;t Sink\",\"Salt &amp; Rope\",\"The Band\",\"243500\",\"5\",\"12\",\"\"\n\"Gone\",\"\",\"\",\"1000\",\"0\",\"0\",\"Yes\"\n,x,,,,,\n"
        );
        let collected = read(&IMPORTER, "Google Play Music/Tracks/Don_39_t Sink.csv", file.as_bytes());
        assert_eq!(
            collected.shown(),
            "activity google.play_music no time | Don't Sink | The Band / Salt & Rope <Channel name:the band>\n\
             activity google.play_music no time | Gone (hidden)\n\
             ! BadRecord [row 4] Expected the title of a track, and found none.\n= 2 items, 0 merged, 0 skipped, 1 set aside"
        );
        let data = &collected.items[0].data;
        assert_eq!((data["duration_s"].as_f64(), data["rating"].as_i64(), data["plays"].as_i64()), (Some(243.5), Some(5), Some(12)));
        assert_eq!((&data["action"], &data["album"], collected.items[1].data.get("rating")), (&"kept".into(), &"Salt & Rope".into(), None));
    }

    #[test]
    fn other_tables_are_left_alone() {
        let claim = |path: &str, head: &str| recognizes(&Probe { path, head: head.as_bytes(), tail: b"", size: 9 });
        assert_eq!(claim("Google Play Music/Tracks/a.csv", HEADER), Claim::Yes(3));
        assert_eq!(claim("a.csv", HEADER), Claim::Yes(2));
        assert_eq!(claim("Google Play Music/Tracks/b.csv", "Title,Album\n"), Claim::No);
        let of_playlist = "Title,Album,Artist,Duration (ms),Rating,Play Count,Removed,Playlist Index\n";
        assert_eq!(claim("Google Play Music/Playlists/x/Tracks/a.csv", of_playlist), Claim::No);
    }
}
