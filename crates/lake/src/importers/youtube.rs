//! What YouTube exports beside its history: subscriptions, playlists, comments, live chats, the music library.
//!
//! Column names follow the account's language and change by year, so a table is known by the shape of its first row, and
//! its columns by their English names where they have them and else by the shape of their values.
//!
//! Absent on purpose: the history (rows of activity, see [`super::activity`]), the owner's own videos and channel pages.

mod legacy;
mod page;
mod rows;
mod shape;

use std::io;

use domain::{FindingCode, Raw, RawFormat};
use serde_json::{Map, Value};

use crate::importer::{Claim, Importer, Input, Parse, Probe, Sink};
use crate::text::charset;
use shape::{Columns, Shape};

/// Reads YouTube's tables, and the JSON lists and pages that they were before 2021.
pub(crate) static IMPORTER: Importer =
    Importer { id: "google.youtube", label: "YouTube subscriptions, playlists and comments", recognizes, parse: Parse::File(parse) };

fn recognizes(probe: &Probe<'_>) -> Claim {
    match probe.extension().as_str() {
        "csv" => {
            let mut rows = reader(probe.head);
            let (header, first) = (row(&mut rows).ok().flatten(), row(&mut rows).ok().flatten());
            let Some(header) = header else { return Claim::No };
            match Shape::of(&header, first.as_ref(), probe.path) {
                Some(_) if in_youtube(probe.path) => Claim::Yes(3),
                Some(_) if first.is_some() => Claim::Yes(2),
                _ => Claim::No,
            }
        }
        "json" if legacy::recognizes(probe.head) => Claim::Yes(2),
        "html" | "htm" if page::recognizes(probe) => Claim::Yes(3),
        _ => Claim::No,
    }
}

fn in_youtube(path: &str) -> bool {
    path.split('/').any(|folder| folder.starts_with("YouTube"))
}

fn parse(input: &mut Input<'_>, sink: &mut dyn Sink) -> io::Result<()> {
    let path = input.path.to_lowercase();
    if path.ends_with(".json") {
        return legacy::parse(input, sink);
    }
    if path.ends_with(".html") || path.ends_with(".htm") {
        return page::parse(input, sink);
    }
    let path = input.path;
    let mut rows = reader(&mut *input.reader);
    let Some(header) = row(&mut rows)? else { return Ok(()) };
    let mut next = row(&mut rows)?;
    let Some(mut shape) = Shape::of(&header, next.as_ref(), path) else {
        sink.set_aside(FindingCode::WrongFormat, "line 1", "A table of YouTube was expected, and its columns are of none that is known");
        return Ok(());
    };
    let mut columns = Columns::named(&header);
    let mut list = rows::list_name(path);
    while let Some(record) = next.take().map_or_else(|| row(&mut rows), |record| Ok(Some(record)))? {
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        // Rows, as a spreadsheet counts them: a cell may span lines.
        let at = format!("row {}", record.position().map_or(0, |position| position.record() + 1));
        // Until 2022 a playlist's file began with the playlist itself, and its videos followed under a header of their own.
        if shape == Shape::Playlists && record.len() <= 3 && shape::is_item_header(&record) {
            (shape, columns) = (Shape::PlaylistItems, Columns::named(&record));
            continue;
        }
        let cells: Vec<&str> = record.iter().map(str::trim).collect();
        let raw = Raw { format: RawFormat::CsvRow, bytes: object(&columns, &record) };
        let item = match shape {
            Shape::Subscriptions => rows::subscription(&cells, raw),
            Shape::Playlists => rows::playlist(&columns, &cells, raw).inspect(|item| list.clone_from(&item.title)),
            Shape::PlaylistItems => rows::playlist_item(&list, &cells, raw),
            Shape::Comments => rows::comment(&columns, &cells, raw),
            Shape::LiveChats => rows::live_chat(&columns, &cells, raw),
            Shape::Songs => rows::song(&columns, &cells, raw),
        };
        match item {
            Some(item) => sink.item(item),
            None => sink.set_aside(FindingCode::BadRecord, &at, shape.expected()),
        }
    }
    Ok(())
}

fn reader<R: io::Read>(bytes: R) -> csv::Reader<R> {
    csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(bytes)
}

/// The next row.
fn row<R: io::Read>(reader: &mut csv::Reader<R>) -> io::Result<Option<csv::StringRecord>> {
    let mut record = csv::ByteRecord::new();
    let more = reader.read_byte_record(&mut record).map_err(io::Error::other)?;
    Ok(more.then(|| {
        let mut text: csv::StringRecord = record.iter().map(charset::decoded).collect();
        text.set_position(record.position().cloned());
        text
    }))
}

/// A row as an object of column and cell.
fn object(columns: &Columns, record: &csv::StringRecord) -> Vec<u8> {
    let cells = record.iter().enumerate().map(|(column, cell)| (columns.label(column), Value::from(cell)));
    Value::Object(cells.collect::<Map<_, _>>()).to_string().into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::importer::collected::read;

    fn shown(path: &str, table: &str) -> String {
        read(&IMPORTER, path, table.as_bytes()).shown()
    }

    #[test]
    fn subscriptions_are_read_under_any_header() {
        for header in ["Channel Id,Channel Url,Channel Title", "Kanal-ID,Kanal-URL,Kanaltitel"] {
            let table = format!(
                "{header}\r\nUCxxxxxxxxxxxxxxxxxxxxxx,http://www.youtube.com/channel/UCxxxxxxxxxxxxxxxxxxxxxx,Rope Channel\r\n,,\r\nbroken,x,y\r\n"
            );
            assert_eq!(
                shown("Abos/Abos.csv", &table),
                "subscription google.youtube.subscription no time | Rope Channel <Channel youtube.channel:UCxxxxxxxxxxxxxxxxxxxxxx>\n\
                 ! BadRecord [row 4] A subscription has a channel's id (24 signs, UC…), its address and its title\n\
                 = 1 items, 0 merged, 0 skipped, 1 set aside"
            );
        }
    }

    #[test]
    fn playlists_of_both_eras_are_read() {
        let lists = "Playlist ID,Add new videos to top,Playlist title (original),Playlist title (original) language,Playlist create timestamp,Playlist update timestamp,Playlist video order,Playlist visibility\nPLabc,False,Knots,,2021-02-03T04:05:06+00:00,2022-02-03T04:05:06+00:00,Manual,Private\n";
        assert_eq!(
            shown("YouTube and YouTube Music/playlists/playlists.csv", lists),
            "collection google.youtube.playlist 2021-02-03T04:05:06Z | Knots <Label label:knots>\n= 1 items, 0 merged, 0 skipped, 0 set aside"
        );
        let items = "Video-ID,Zeitstempel\n AAAAAAAAAAA , 2021-02-03T04:05:07+00:00\n";
        let expected = "bookmark google.youtube.playlist_item 2021-02-03T04:05:07Z | YouTube video AAAAAAAAAAA <Label label:knots>";
        assert_eq!(
            shown("YouTube und YouTube Music/Playlists/Knots-videos.csv", items),
            format!("{expected}\n= 1 items, 0 merged, 0 skipped, 0 set aside")
        );
        let old = "Playlist Id,Channel Id,Time Created,Time Updated,Title,Description,Visibility\nPLabc,UCxxxxxxxxxxxxxxxxxxxxxx,2021-02-03 04:05:06 UTC,2022-02-03 04:05:06 UTC,Knots,,Private\n\nVideo Id,Time Added\nAAAAAAAAAAA,2021-02-03 04:05:07 UTC\n";
        assert_eq!(
            shown("YouTube/playlists/Knots.csv", old),
            format!(
                "collection google.youtube.playlist 2021-02-03T04:05:06Z | Knots <Label label:knots>\n{expected}\n= 2 items, 0 merged, 0 skipped, 0 set aside"
            )
        );
    }

    #[test]
    fn a_comment_is_the_same_in_both_column_orders() {
        let old = "Comment ID,Channel ID,Comment Create Timestamp,Price,Parent Comment ID,Video ID,Comment Text\nUgxA,UCxxxxxxxxxxxxxxxxxxxxxx,2024-01-02T03:04:05.678Z,0,,AAAAAAAAAAA,\"{\"\"takeoutSegments\"\":[{\"\"text\"\":\"\"Nice\"\"},{\"\"text\"\":\"\"\\n\"\"},{\"\"text\"\":\"\"knot\"\"}]}\"\n";
        let new = "Kanal-ID,Zeitstempel,Preis,Kommentar-ID,Eltern,Video-ID,Kommentartext\nUCxxxxxxxxxxxxxxxxxxxxxx,2024-01-02T03:04:05.678Z,0,UgxA,,AAAAAAAAAAA,\"{\"\"text\"\":\"\"Nice\"\"},{\"\"text\"\":\"\"\n\"\"},{\"\"text\"\":\"\"knot\"\",\"\"link\"\":{\"\"linkUrl\"\":\"\"https://example.org\"\"}}\"\n";
        let (old, new) = (read(&IMPORTER, "comments.csv", old.as_bytes()), read(&IMPORTER, "Kommentare.csv", new.as_bytes()));
        assert_eq!(
            old.shown(),
            "post google.youtube.comment 2024-01-02T03:04:05.678Z | Nice | Nice / knot\n= 1 items, 0 merged, 0 skipped, 0 set aside"
        );
        assert_eq!(new.shown(), old.shown());
        assert_eq!(new.items[0].uid, old.items[0].uid);
        assert_eq!(new.items[0].data["video_id"], "AAAAAAAAAAA");
    }

    #[test]
    fn live_chats_songs_and_old_json_are_read() {
        assert_eq!(
            shown(
                "live chats.csv",
                "Live Chat ID,Channel ID,Live Chat Create Timestamp,Price,Video ID,Live Chat Text\nabc,UCxxxxxxxxxxxxxxxxxxxxxx,2024-01-02T03:04:05Z,0,AAAAAAAAAAA,\"{\"\"text\"\":\"\"Hi all\"\"}\"\n"
            ),
            "post google.youtube.live_chat 2024-01-02T03:04:05Z | Hi all | Hi all\n= 1 items, 0 merged, 0 skipped, 0 set aside"
        );
        assert_eq!(
            shown(
                "music library songs.csv",
                "Video ID,Song Title,Album Title,Artist Name 1,Artist Name 2\nAAAAAAAAAAA,Blue Song,Blues,The Band,\n"
            ),
            "bookmark google.youtube.music_library no time | Blue Song | The Band / Blues <Channel name:the band>\n= 1 items, 0 merged, 0 skipped, 0 set aside"
        );
        assert_eq!(
            shown(
                "subscriptions.json",
                r#"[{"kind":"youtube#subscription","snippet":{"publishedAt":"2018-01-02T03:04:05.000Z","title":"Rope Channel","resourceId":{"channelId":"UCxxxxxxxxxxxxxxxxxxxxxx"}}},{"kind":"youtube#subscription"}]"#
            ),
            "subscription google.youtube.subscription 2018-01-02T03:04:05Z | Rope Channel <Channel youtube.channel:UCxxxxxxxxxxxxxxxxxxxxxx>\n\
             ! BadRecord [byte 163] A subscription with a channel or a playlist's entry with a video was expected\n\
             = 1 items, 0 merged, 0 skipped, 1 set aside"
        );
    }

    #[test]
    fn other_tables_are_left_alone() {
        let probe = |path, head: &'static str| recognizes(&Probe { path, head: head.as_bytes(), tail: b"", size: head.len() as u64 });
        assert_eq!(probe("Saved/List.csv", "Title,Note,URL,Comment\nCafé,,https://maps.google.com,\n"), Claim::No);
        assert_eq!(probe("a.csv", "Kanal-ID,Kanal-URL,Kanaltitel\nUCxxxxxxxxxxxxxxxxxxxxxx,x,y\n"), Claim::Yes(2));
        assert_eq!(probe("YouTube und YouTube Music/Abos/Abos.csv", "Kanal-ID,Kanal-URL,Kanaltitel\n"), Claim::Yes(3));
    }
}
