//! Google Photos: media, their sidecars and their albums, across the parts of an export and in any order.
//!
//! A photo is its bytes: the same bytes in a year's folder and in three albums are one item with three labels, keyed by
//! their BLAKE3. Media stay where they are; the item refers to the file or the archive's entry.
//!
//! The ledger: a media file is a record, and so is a sidecar and an album's metadata. The first copy of a medium is the
//! item; further copies, and all sidecars that belong to it, are merged into it. A sidecar whose medium is in no part
//! becomes an item without a blob, so that what is missing is known.
//!
//! Memory: about 350 bytes a photo are held until the last file, its compressed sidecar among them.
//!
//! A film's own clock is believed within the years in which there were films, and where nothing else tells the time.
//!
//! Absent on purpose: the pixels (thumbnails are made on demand), and archive dates, which are those of the export.

mod assembly;
mod film;
mod gathered;
mod names;
mod pairing;
mod portrait;
mod shot;
mod sidecar;
mod taken;

use domain::FindingCode;

use crate::importer::{Claim, Importer, Parse, Probe};
use crate::media::signature;
use gathered::Gathered;

/// Reads the folder of Google Photos, in any language.
pub(crate) static IMPORTER: Importer =
    Importer { id: "google.photos", label: "Google Photos", recognizes, parse: Parse::Set(|| Box::new(Gathered::default())) };

fn recognizes(probe: &Probe<'_>) -> Claim {
    let inside = names::is_inside(probe.path);
    let extension = probe.extension();
    if extension == "json" {
        return match (sidecar::looks_like(probe.head), inside) {
            (Some(_), true) => Claim::Yes(3),
            (Some(sidecar::Looks::Sidecar), false) => Claim::Yes(2),
            // Many kinds of file have a title and a date.
            (Some(sidecar::Looks::Album), false) if names::is_metadata(probe.name()) => Claim::Yes(2),
            // An album that was never named, dated or shared says next to nothing of itself.
            (None, true) if names::is_metadata(probe.name()) && probe.head.trim_ascii_start().starts_with(b"{") => Claim::Yes(2),
            (None, true) if ["print-subscriptions.json", "user-generated-memory-titles.json"].contains(&probe.name()) => {
                Claim::Ignore(FindingCode::IgnoredFile, "Print orders and memory titles are not photos.".to_owned())
            }
            _ => Claim::No,
        };
    }
    match (signature::picture_type(probe.head).is_some(), names::media_type(&extension).is_some()) {
        (true, _) if inside => Claim::Yes(3),
        (false, true) if inside => Claim::Yes(1),
        // One album, or one picture, that the person chose by itself.
        (true, true) if names::may_be_album(probe.path) => Claim::Yes(1),
        _ => Claim::No,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use domain::{BlobContent, NewItem};

    use super::*;
    use crate::importer::collected::{Collected, read_set, shown};

    fn sidecar(title: &str, more: &str) -> Vec<u8> {
        format!(r#"{{"title":"{title}","description":"","photoTakenTime":{{"timestamp":"1714558830","formatted":"x"}},"url":"https://photos.google.com/photo/{title}"{more}}}"#).into_bytes()
    }

    /// The sinks of an import of `files`, which is the same in whatever order they come; and its items by title.
    fn import(files: &[(&str, &[u8])]) -> (BTreeMap<String, Collected>, Vec<NewItem>) {
        let backwards: Vec<_> = files.iter().rev().copied().collect();
        let (sinks, reversed) = (read_set(&IMPORTER, files).unwrap(), read_set(&IMPORTER, &backwards).unwrap());
        assert_eq!(lines(&sinks), lines(&reversed));
        for ((path, sink), _) in sinks.iter().zip(files) {
            assert_eq!(sink.items.len() as u64 + sink.n_merged + sink.n_skipped + sink.n_set_aside, 1, "{path} is one record");
        }
        assert_eq!(sinks.len(), files.len());
        let mut items: Vec<NewItem> = sinks.values().flat_map(|sink| sink.items.clone()).collect();
        items.sort_by(|a, b| a.title.cmp(&b.title));
        (sinks, items)
    }

    fn lines(sinks: &BTreeMap<String, Collected>) -> Vec<String> {
        sinks.iter().map(|(path, sink)| format!("{path}: {}", sink.shown())).collect()
    }

    #[test]
    fn an_album_that_was_never_named_is_called_by_its_folder_and_a_thread_is_none() {
        let album = br#"{"title":"","date":{"timestamp":"1714500000"}}"#;
        let (_, items) = import(&[
            ("Google Photos/Untitled(3)/u1.jpg", b"\xff\xd8\xff one"),
            ("Google Photos/Untitled(3)/metadata.json", album),
            ("Google Photos/Untitled(4)/u2.jpg", b"\xff\xd8\xff two"),
        ]);
        let labels = |title: &str| {
            let item = items.iter().find(|item| item.title == title).unwrap();
            item.links.iter().map(|link| link.entity.name.clone()).collect::<Vec<_>>()
        };
        assert_eq!((labels("u1.jpg"), labels("u2.jpg")), (vec!["Untitled(3)".to_owned()], vec![]));
    }

    #[test]
    fn a_photo_in_a_year_and_an_album_is_one_item_with_people_place_and_label() {
        let photo = shot::tests::jpeg("2024:05:01 12:20:30", Some("+02:00"), b"one");
        let facts = sidecar(
            "IMG:1.jpg",
            r#","description":"At the lake","geoData":{"latitude":47.12,"longitude":8.54,"altitude":431.0},"people":[{"name":"Ann Example"}],"favorited":true"#,
        );
        let album = br#"{"title":"Trip to the lake","access":"protected","date":{"timestamp":"1714500000"},"enrichments":[{"narrativeEnrichment":{"text":"Day one"}}],
            "sharedAlbumComments":[{"text":"nice","creationTime":{"timestamp":"1714500001"},"contentOwnerName":"Bo","liked":false},{"liked":true,"contentOwnerName":"Cy"}]}"#;
        let (sinks, items) = import(&[
            ("Google Fotos/Fotos von 2024/IMG_1.jpg", &photo),
            ("Google Fotos/Fotos von 2024/IMG_1.jpg.supplemental-metadata.json", &facts),
            ("Google Fotos/Trip/IMG_1.jpg", &photo),
            ("Google Fotos/Trip/Metadaten.json", album),
        ]);
        assert_eq!(
            items.iter().map(shown).collect::<Vec<_>>(),
            [
                "photo google.photos 2024-05-01T10:20:30Z | IMG:1.jpg | At the lake @47.1200,8.5400 <Depicted name:ann example> <Label label:trip>",
                "collection google.photos.album 2024-04-30T18:00:00Z | Trip to the lake | Day one / Bo: nice <Label label:trip>",
            ]
        );
        let item = &items[0];
        assert_eq!(item.links[1].entity.name, "Trip to the lake");
        assert_eq!(item.at.as_ref().and_then(|at| at.offset_min), Some(120));
        assert_eq!(
            (&item.data["favourite"], &item.data["camera_model"], &item.data["altitude"]),
            (&true.into(), &"One".into(), &431.0.into())
        );
        let BlobContent::Reference { entry, digest, size, .. } = &item.blobs[0].content else { panic!("media stay in place") };
        assert_eq!((entry.as_str(), *size), ("Google Fotos/Fotos von 2024/IMG_1.jpg", photo.len() as u64));
        assert_eq!(*digest, *blake3::hash(&photo).as_bytes());
        assert_eq!(sinks["Google Fotos/Trip/IMG_1.jpg"].n_merged, 1);
    }

    #[test]
    fn a_position_off_the_globe_is_told_and_that_of_nobody_knows_where_is_not() {
        let geo = |lat: f64| format!(r#","geoData":{{"latitude":{lat},"longitude":8.54,"altitude":0.0}}"#);
        let (sinks, items) = import(&[
            ("Google Photos/Photos from 2024/a.jpg", b"\xff\xd8\xff a"),
            ("Google Photos/Photos from 2024/a.jpg.json", &sidecar("a.jpg", &geo(147.1))),
            ("Google Photos/Photos from 2024/b.jpg", b"\xff\xd8\xff b"),
            ("Google Photos/Photos from 2024/b.jpg.json", &sidecar("b.jpg", r#","geoData":{"latitude":0.0,"longitude":0.0}"#)),
        ]);
        assert!(items.iter().all(|item| item.place.is_none()));
        let told: Vec<_> = sinks.values().flat_map(|sink| &sink.findings).filter(|finding| finding.code == FindingCode::BadPosition).collect();
        assert!(matches!(told[..], [only] if only.message.contains("147.1, 8.54")), "{told:?}");
    }

    #[test]
    fn edited_versions_and_films_point_at_their_original() {
        let (_, items) = import(&[
            ("Google Photos/Photos from 2024/IMG_1.HEIC", b"\0\0\0\x18ftypheic original"),
            ("Google Photos/Photos from 2024/IMG_1.MP4", b"\0\0\0\x18ftypmp42 film"),
            ("Google Photos/Photos from 2024/IMG_1-bearbeitet.jpg", b"\xff\xd8\xff edited"),
            ("Google Photos/Photos from 2024/IMG_1.HEIC.supplemental-metadata.json", &sidecar("IMG_1.HEIC", "")),
            // An album shows the edited bytes under the original's name.
            ("Google Photos/Lake/IMG_1.jpg", b"\xff\xd8\xff edited"),
            ("Google Photos/Lake/IMG_1.jpg.json", &sidecar("IMG_1.HEIC", "")),
        ]);
        assert_eq!(items.len(), 3);
        let find = |file: &str| items.iter().find(|item| item.data["file"].as_str().is_some_and(|path| path.ends_with(file))).unwrap();
        let (original, film, edited) = (find("HEIC"), find("MP4"), find("jpg"));
        assert_eq!((edited.links[0].entity.name.as_str(), &edited.data["edited"]), ("Lake", &true.into()));
        assert_eq!(original.blobs[0].media_type, "image/heic");
        assert_eq!((film.related[0].relation.as_str(), film.related[0].to, film.hidden), ("part_of", original.uid, true));
        assert_eq!((edited.related[0].relation.as_str(), edited.related[0].to, edited.hidden), ("edit_of", original.uid, false));
        assert!(items.iter().all(|item| item.at.as_ref().is_some_and(|at| at.ms == 1_714_558_830_000)));
    }

    #[test]
    fn a_film_without_a_sidecar_is_dated_by_its_own_header() {
        let film = film::tests::mp4(3_797_403_630);
        let (_, items) = import(&[("Google Photos/Photos from 2024/clip.mp4", &film)]);
        assert_eq!(items.iter().map(shown).collect::<Vec<_>>(), ["video google.photos 2024-05-01T10:20:30Z | clip.mp4"]);
        assert_eq!(items[0].at.as_ref().unwrap().certainty, domain::Certainty::Exact);
    }

    #[test]
    fn a_film_whose_clock_was_never_set_is_dated_by_whatever_else_tells() {
        let (named, plain) = ("Google Photos/Photos from 2024/VID_20240501_102030.mp4", "Google Photos/Photos from 2024/clip.mp4");
        // A day after 1904 began, and a day in 2100.
        for (film, clock) in
            [(film::tests::mp4(86_400), "1904-01-02T00:00:00Z"), (film::tests::mp4_of_64_bits(6_185_376_000), "2100-01-02T00:00:00Z")]
        {
            let (_, items) = import(&[(named, &film)]);
            assert_eq!(shown(&items[0]), "video google.photos 2024-05-01T10:20:30Z | VID_20240501_102030.mp4");
            assert_eq!((&items[0].data["time_from"], &items[0].data["film_clock"]), (&"file_name".into(), &clock.into()));
            let (_, items) = import(&[(plain, &film), (&format!("{plain}.json"), &sidecar("clip.mp4", ""))]);
            assert_eq!((shown(&items[0]).as_str(), &items[0].data["film_clock"]), ("video google.photos 2024-05-01T10:20:30Z | clip.mp4", &clock.into()));
            // Google may have believed it.
            let believed = br#"{"title":"VID_20240501_102030.mp4","photoTakenTime":{"timestamp":"-2082758400","formatted":"x"}}"#;
            let (_, items) = import(&[(named, &film), (&format!("{named}.json"), believed)]);
            assert_eq!(items[0].data["time_from"], "file_name");
            let (_, items) = import(&[(plain, &film)]);
            assert_eq!((&items[0].at, items[0].data.get("time_from")), (&None, None));
        }
    }

    #[test]
    fn a_missing_half_is_known_and_reported() {
        let (sinks, items) = import(&[
            ("Google Photos/Photos from 2024/here_20240501_102030.jpg", b"\xff\xd8\xff here"),
            ("Google Photos/Photos from 2024/gone.jpg.json", &sidecar("gone.jpg", r#","trashed":true"#)),
            ("Google Photos/Lake/gone.jpg.json", &sidecar("gone.jpg", r#","trashed":true"#)),
        ]);
        assert_eq!(
            items.iter().map(shown).collect::<Vec<_>>(),
            [
                "photo google.photos 2024-05-01T10:20:30Z | gone.jpg <Label label:lake> (hidden)",
                "photo google.photos 2024-05-01T10:20:30Z | here_20240501_102030.jpg",
            ]
        );
        assert!(items[0].blobs.is_empty() && items[0].data["missing"] == true);
        assert_eq!(sinks.values().flat_map(|sink| &sink.findings).filter(|finding| finding.code == FindingCode::Unpaired).count(), 2);
    }

    #[test]
    fn bad_files_cost_themselves_alone() {
        let (sinks, items) = import(&[
            ("Google Photos/Photos from 2024/a.jpg", b"\xff\xd8\xff a"),
            ("Google Photos/Photos from 2024/a.jpg.json", br#"{"title":"a.jpg","photoTakenTime":{"timestamp":"17"#),
            ("Google Photos/Photos from 2024/b.jpg", b""),
            ("Google Photos/Photos from 2024/metadata.json", br#"{"title":"Photos from 2024","access":"","date":{"timestamp":"0"}}"#),
        ]);
        assert_eq!(items.len(), 1);
        assert_eq!(sinks.values().map(|sink| (sink.n_set_aside, sink.n_skipped)).fold((0, 0), |(a, b), (c, d)| (a + c, b + d)), (2, 1));
    }

    #[test]
    fn files_are_recognised_by_content_and_place() {
        let probe = |path, head: &'static [u8]| recognizes(&Probe { path, head, tail: b"", size: head.len() as u64 });
        assert_eq!(probe("x/IMG.jpg.json", br#"{"title":"x","photoTakenTime":{}}"#), Claim::Yes(2));
        assert_eq!(probe("Google Photos/T/metadata.json", br#"{"title":"x","access":""}"#), Claim::Yes(3));
        assert_eq!(probe("Keep/x.json", br#"{"title":"x","date":1}"#), Claim::No);
        assert_eq!(probe("Google Photos/T/a.JPG", b"\xff\xd8\xff"), Claim::Yes(3));
        assert_eq!(probe("Google Photos/T/a.mp3", b"ID3\x04\0\0"), Claim::No);
        assert_eq!(probe("Photos from 2019/a.mp", b"?"), Claim::Yes(1));
        assert_eq!(probe("Trip/a.jpg", b"\xff\xd8\xff"), Claim::Yes(1));
        assert_eq!(probe("Keep/a.jpg", b"\xff\xd8\xff"), Claim::No);
        assert_eq!(probe("Google Developers/Profile Icon.png", b"\x89PNG\r\n\x1a\n"), Claim::No);
        assert_eq!(probe("Google Photos/T/metadata.json", br#"{"description":""}"#), Claim::Yes(2));
        assert_eq!(probe("My Activity/Assistant/a.jpg", b"\xff\xd8\xff"), Claim::No);
    }
}
