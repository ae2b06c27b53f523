//! What YouTube exports beside its history: subscriptions, playlists, comments, live chats, the music library and uploads, the
//! owner's channel and videos.
//!
//! A video that was put into a playlist, and a song that is kept, is something done, with the list as its label; a bookmark is a
//! page. A playlist's title stands in a table of its own, so the files are read as a set.
//!
//! Column names follow the account's language and change by year, so a table is known by the shape of its first row, and
//! its columns by their English names where they have them and else by the shape of their values.
//!
//! What is remembered for parts that come later: the tables and lists of which others tell more, whole.
//!
//! Absent on purpose: the history (rows of activity, see [`super::activity`]), and the films themselves.

mod gathered;
mod legacy;
mod lists;
mod page;
mod rows;
mod shape;

use std::io;

use domain::{Finding, FindingCode, Raw, RawFormat, Severity};

use super::activity::address::is_video_id;
use crate::importer::{Assembly, Claim, FileNumber, Importer, Input, Parse, Probe, SetSink, Sink, memo};
use crate::table::Table;
use gathered::Gathered;
use shape::Shape;

/// Reads YouTube's tables, and the JSON lists and pages that they were before 2021.
pub(crate) static IMPORTER: Importer =
    Importer { id: "google.youtube", label: "YouTube and YouTube Music", recognizes, parse: Parse::Set(|| Box::new(Gathered::default())) };

fn recognizes(probe: &Probe<'_>) -> Claim {
    match probe.extension().as_str() {
        "csv" => {
            let mut head = probe.head;
            let Ok(Some(mut table)) = Table::open(&mut head) else { return Claim::No };
            // What is shown of a table may end inside its first row.
            let first = table.peek().ok().flatten().map(<[String]>::to_vec);
            match Shape::of(table.columns(), first.as_deref(), probe.path) {
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

impl Assembly for Gathered {
    fn file(&mut self, number: FileNumber, input: &mut Input<'_>, sink: &mut dyn Sink) -> io::Result<()> {
        let path = input.path.to_lowercase();
        if path.ends_with(".html") || path.ends_with(".htm") {
            // A page has to do with no other file.
            return page::parse(input, sink);
        }
        memo::whole(input, sink, |input, sink| {
            if path.ends_with(".json") {
                return legacy::parse(number, input, self, sink).map(|()| true);
            }
            Ok(self.table(number, input, sink)?.is_some_and(Shape::is_paired))
        })
    }

    fn finish(&mut self, sink: &mut dyn SetSink) {
        self.settle(sink);
    }
}

impl Gathered {
    /// Reads a table, and answers which it is.
    fn table(&mut self, number: FileNumber, input: &mut Input<'_>, sink: &mut dyn Sink) -> io::Result<Option<Shape>> {
        let path = input.path;
        let Some(mut table) = Table::open(input.reader)? else { return Ok(None) };
        let first = table.peek()?.map(<[String]>::to_vec);
        let Some(mut shape) = Shape::of(table.columns(), first.as_deref(), path) else {
            sink.set_aside(FindingCode::WrongFormat, "row 1", "A table of YouTube was expected, and its columns are of none that is known");
            return Ok(None);
        };
        if first.is_none() {
            sink.finding(Finding {
                code: FindingCode::EmptyProduct,
                severity: Severity::Note,
                at: String::new(),
                message: "The table has a header, and no row under it.".to_owned(),
                count: 1,
            });
        }
        let mut own_title = String::new();
        // Some hands took the header off.
        if shape == Shape::Subscriptions {
            let header: Vec<&str> = table.columns().names().iter().map(String::as_str).collect();
            if let Some(item) = rows::subscription(&header, Raw::text(RawFormat::Text, &header.join(","))) {
                sink.item(item);
            }
        }
        while let Some(row) = table.read_row(sink)? {
            let cells: Vec<&str> = row.cells().iter().map(String::as_str).collect();
            // Until 2022 a playlist's file began with the playlist itself, and its videos followed under a header of their own.
            if shape == Shape::Playlists && cells.len() <= 3 && shape::is_item_header(&cells) {
                shape = Shape::PlaylistItems;
                table.header_again();
                continue;
            }
            let (at, raw, columns) = (row.at(), row.raw(), row.columns());
            let item = match shape {
                Shape::Subscriptions => rows::subscription(&cells, raw),
                Shape::Playlists => rows::playlist(columns, &cells, raw).inspect(|item| {
                    own_title.clone_from(&item.title);
                    self.list(&item.title, cells[0]);
                }),
                Shape::PlaylistItems => match cells.as_slice() {
                    [id, rest @ ..] if is_video_id(id) => {
                        self.entry(number, path, &own_title, [id, "", rest.first().copied().unwrap_or_default()], raw);
                        continue;
                    }
                    _ => None,
                },
                Shape::Comments => rows::comment(columns, &cells, raw),
                Shape::LiveChats => rows::live_chat(columns, &cells, raw),
                Shape::Songs => rows::song(columns, &cells, raw),
                Shape::Videos => match rows::own_video(columns, &cells, raw) {
                    Some(item) => {
                        self.video(number, item);
                        continue;
                    }
                    None => None,
                },
                Shape::Recordings | Shape::Texts => match rows::told(columns, &cells, (number, path), &at) {
                    Some(told) => {
                        self.told(told);
                        continue;
                    }
                    None => None,
                },
                Shape::Channels => rows::own_channel(columns, &cells, raw),
                Shape::Settings => {
                    sink.skip(FindingCode::IgnoredFile, &at, "Switches and addresses of a channel are not part of a life");
                    continue;
                }
            };
            match item {
                Some(item) => sink.item(item),
                None => sink.set_aside(FindingCode::BadRecord, &at, shape.expected()),
            }
        }
        Ok(Some(shape))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::importer::collected::{read, read_set};

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
    fn a_table_without_its_header_loses_no_row_and_a_header_alone_is_empty() {
        let row = |letter: &str| format!("UC{},http://www.youtube.com/x,Channel {letter}\n", letter.repeat(22));
        let both = read(&IMPORTER, "YouTube/subscriptions/subscriptions.csv", format!("{}{}", row("a"), row("b")).as_bytes());
        assert_eq!(both.items.iter().map(|item| item.title.as_str()).collect::<Vec<_>>(), ["Channel a", "Channel b"]);
        let none = read(&IMPORTER, "YouTube/subscriptions/subscriptions.csv", b"Channel Id,Channel Url,Channel Title\n");
        assert_eq!((none.items.len(), none.findings[0].code), (0, FindingCode::EmptyProduct));
    }

    #[test]
    fn playlists_of_both_eras_are_read() {
        let lists = "Playlist ID,Add new videos to top,Playlist title (original),Playlist title (original) language,Playlist create timestamp,Playlist update timestamp,Playlist video order,Playlist visibility\nPLabc,False,Knots,,2021-02-03T04:05:06+00:00,2022-02-03T04:05:06+00:00,Manual,Private\n";
        assert_eq!(
            shown("YouTube and YouTube Music/playlists/playlists.csv", lists),
            "collection google.youtube.playlist 2021-02-03T04:05:06Z | Knots <Label label:knots>\n= 1 items, 0 merged, 0 skipped, 0 set aside"
        );
        let items = "Video-ID,Zeitstempel\n AAAAAAAAAAA , 2021-02-03T04:05:07+00:00\n";
        let expected = "activity google.youtube.playlist_item 2021-02-03T04:05:07Z | YouTube video AAAAAAAAAAA | Knots <Label label:knots>";
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
            "activity google.youtube.music_library no time | Blue Song | The Band / Blues <Channel name:the band>\n= 1 items, 0 merged, 0 skipped, 0 set aside"
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
    fn what_was_paid_for_words_stands_as_it_is_written() {
        let chat = "Live Chat ID,Channel ID,Live Chat Create Timestamp,Price,Video ID,Live Chat Text\nabc,UCxxxxxxxxxxxxxxxxxxxxxx,2024-01-02T03:04:05Z,10000000,AAAAAAAAAAA,Hi\nabd,UCxxxxxxxxxxxxxxxxxxxxxx,2024-01-02T03:04:06Z,0,AAAAAAAAAAA,Hi\n";
        let chat = read(&IMPORTER, "live chats.csv", chat.as_bytes());
        assert_eq!((&chat.items[0].data["price"], chat.items[1].data.get("price")), (&"10000000".into(), None));
        let thanks = "Comment ID,Channel ID,Comment Create Timestamp,Price,Parent Comment ID,Video ID,Comment Text\nUgxA,UCxxxxxxxxxxxxxxxxxxxxxx,2024-01-02T03:04:05Z,2000000,,AAAAAAAAAAA,Nice\n";
        assert_eq!(read(&IMPORTER, "comments.csv", thanks.as_bytes()).items[0].data["price"], "2000000");
    }

    #[test]
    fn a_file_of_videos_gets_the_title_that_its_name_cannot_hold() {
        let lists = "Playlist ID,Add new videos to top,Playlist title (original),Playlist title (original) language,Playlist create timestamp,Playlist update timestamp,Playlist video order,Playlist visibility\nPLabc,False,What's up: knots?,,2021-02-03T04:05:06+00:00,2022-02-03T04:05:06+00:00,Manual,Private\n";
        let items = "Video ID,Playlist video creation timestamp\nAAAAAAAAAAA,2021-02-03T04:05:07+00:00\nnone,\n";
        let (lists, items) =
            (("YouTube/playlists/playlists.csv", lists.as_bytes()), ("YouTube/playlists/What_s up knots-videos.csv", items.as_bytes()));
        let forth = read_set(&IMPORTER, &[lists, items]).unwrap();
        let item = &forth[items.0].items[0];
        assert_eq!((&item.data["playlist"], &item.data["playlist_id"]), (&"What's up: knots?".into(), &"PLabc".into()));
        assert_eq!(item.links[0].entity.address, "label:what's up: knots?");
        assert_eq!(forth[items.0].n_set_aside, 1);
        let back = read_set(&IMPORTER, &[items, lists]).unwrap();
        assert_eq!(back[items.0].shown(), forth[items.0].shown());
        // Without the table the name stands in for the title, and the item is the same.
        assert_eq!(read(&IMPORTER, items.0, items.1).items[0].uid, item.uid);
    }

    #[test]
    fn own_videos_know_what_further_tables_say() {
        let videos = "Video ID,Approx Duration (ms),Video Audio Language,Video Category,Video Description (Original),Channel ID,Tag 1,Tag 2,Video Title (Original),Privacy,Video State,Video Create Timestamp,Video Publish Timestamp\nAAAAAAAAAAA,61500,en,Howto,How I splice,UCxxxxxxxxxxxxxxxxxxxxxx,rope,,Splicing,Public,Processed,2020-01-01T10:00:00+00:00,2020-01-02T10:00:00+00:00\n";
        let places = "Video ID,Address,Altitude,Latitude,Longitude,Place ID\nAAAAAAAAAAA,Quay 1,0,47.1,8.5,\nBBBBBBBBBBB,,,1,1,\n";
        let texts = "Video ID,Video Title Language,Video Title\nAAAAAAAAAAA,de,Spleißen\n";
        let folder = "YouTube and YouTube Music/video metadata";
        let sinks = read_set(
            &IMPORTER,
            &[
                (&format!("{folder}/video recordings.csv"), places.as_bytes()),
                (&format!("{folder}/videos.csv"), videos.as_bytes()),
                (&format!("{folder}/video texts.csv"), texts.as_bytes()),
            ],
        )
        .unwrap();
        assert_eq!(
            sinks[&format!("{folder}/videos.csv")].shown(),
            "video google.youtube.video 2020-01-02T10:00:00Z | Splicing | How I splice / Spleißen @47.1000,8.5000 <Channel youtube.channel:UCxxxxxxxxxxxxxxxxxxxxxx>\n= 1 items, 0 merged, 0 skipped, 0 set aside"
        );
        let places = &sinks[&format!("{folder}/video recordings.csv")];
        assert_eq!((places.n_merged, places.n_set_aside), (1, 1));
        let channel = "Channel ID,Channel Title (Original),Channel Visibility\nUCxxxxxxxxxxxxxxxxxxxxxx,Ann's ropes,Public\n";
        assert_eq!(
            shown("YouTube and YouTube Music/channels/channel.csv", channel),
            "activity google.youtube.channel no time | Ann's ropes <Channel youtube.channel:UCxxxxxxxxxxxxxxxxxxxxxx>\n= 1 items, 0 merged, 0 skipped, 0 set aside"
        );
        let german = "Kanal-ID,Kanaltitel (Original),Kanalsichtbarkeit\nUCxxxxxxxxxxxxxxxxxxxxxx,Ann's ropes,Public\n";
        assert_eq!(shown("YouTube und YouTube Music/Kanäle/Kanal.csv", german), shown("YouTube and YouTube Music/channels/channel.csv", channel));
        let header = "Video-ID,Ungefähre Dauer (ms),Sprache,Kategorie,Videobeschreibung (Original),Kanal-ID,Tag 1,Tag 2,Videotitel (Original),Datenschutz,Videostatus,Erstellt,Veröffentlicht";
        let german = read(&IMPORTER, "YouTube und YouTube Music/Video-Metadaten/Videos.csv", videos.replacen(videos.lines().next().unwrap(), header, 1).as_bytes());
        let english = read(&IMPORTER, &format!("{folder}/videos.csv"), videos.as_bytes());
        assert_eq!((german.shown(), &german.items[0].data), (english.shown(), &english.items[0].data));
        let switches = "Channel ID,Channel Feature\nUCxxxxxxxxxxxxxxxxxxxxxx,On\n";
        assert_eq!(read(&IMPORTER, "YouTube and YouTube Music/channels/channel feature data.csv", switches.as_bytes()).n_skipped, 1);
    }

    #[test]
    fn songs_are_read_in_every_form() {
        let path = "YouTube und YouTube Music/Musik (Mediathek und Uploads)/Titel in der Musikmediathek.csv";
        for (table, title, album) in [
            ("Video-ID,Titel,Albumtitel,Interpret 1\nAAAAAAAAAAA,Blue Song,Blues,The Band\n", "Blue Song", "Blues"),
            (
                "Song URL,Song Title,Album Title,Artist Name 1\nhttps://music.youtube.com/watch?v=AAAAAAAAAAA,Blue Song,Blues,The Band\n",
                "Blue Song",
                "Blues",
            ),
            ("Song Title,Album Title,Artist Name 1,Duration Seconds\nRed Song,,The Band,243.5s\n", "Red Song", ""),
        ] {
            let collected = read(&IMPORTER, path, table.as_bytes());
            let item = &collected.items[0];
            assert_eq!(
                (item.title.as_str(), item.data.get("album").and_then(|album| album.as_str()).unwrap_or_default()),
                (title, album),
                "{table}"
            );
            assert_eq!(item.links[0].entity.name, "The Band");
            assert_eq!(item.data.get("video_id").is_some(), title == "Blue Song");
        }
    }

    #[test]
    fn other_tables_are_left_alone() {
        let probe = |path, head: &'static str| recognizes(&Probe { path, head: head.as_bytes(), tail: b"", size: head.len() as u64 });
        assert_eq!(probe("Saved/List.csv", "Title,Note,URL,Comment\nCafé,,https://maps.google.com,\n"), Claim::No);
        assert_eq!(probe("a.csv", "Kanal-ID,Kanal-URL,Kanaltitel\nUCxxxxxxxxxxxxxxxxxxxxxx,x,y\n"), Claim::Yes(2));
        assert_eq!(probe("YouTube und YouTube Music/Abos/Abos.csv", "Kanal-ID,Kanal-URL,Kanaltitel\n"), Claim::Yes(3));
    }
}
