//! Google Keep: one JSON file a note, an HTML twin of it, and the files that notes carry.
//!
//! The twin counts as merged when the JSON is there, wherever in the export it stands, and is read when it is not. An attached
//! file is left in place and becomes a blob of its note; they find each other by name without the extension, because notes
//! name `.jpeg` what is stored as `.jpg`. A file that no note names is an item of its own.
//!
//! Of a note whose file ends in the middle its page is read; where that is missing too, what there is of the note.
//!
//! Identity: the time of creation in microseconds with the first attachment's name; notes from before 2022 have no such time, and
//! go by their file's name. So do, besides, those that were made in the microsecond of another (a program made many at once), all
//! but the first of them by name.
//!
//! Absent on purpose: reminders, which are in Tasks and Calendar; the indentation of lists, which the export has lost.

mod note;
mod page;

use std::collections::{BTreeSet, HashMap, HashSet};
use std::io;

use domain::{Finding, FindingCode, Kind, NewBlob, NewItem, Raw, RawFormat, Severity, Uid};

use crate::importer::{Assembly, Claim, FileNumber, Importer, Input, Parse, Probe, SetSink, Sink};
use crate::media;
use crate::text::{charset, path};

pub(crate) static IMPORTER: Importer =
    Importer { id: "google.keep", label: "Keep", recognizes, parse: Parse::Set(|| Box::new(Notes::default())) };

/// What the folder is called in the languages of exports.
const FOLDERS: &[&str] = &["keep", "google keep", "google notizen", "notizen"];
/// Types of the files that notes carry, by extension.
const MEDIA: &[(&str, &str)] = &[
    ("jpg", "image/jpeg"),
    ("jpeg", "image/jpeg"),
    ("png", "image/png"),
    ("gif", "image/gif"),
    ("webp", "image/webp"),
    ("heic", "image/heic"),
    ("3gp", "audio/3gpp"),
    ("3gpp", "audio/3gpp"),
    ("m4a", "audio/mp4"),
    ("amr", "audio/amr"),
    ("mp3", "audio/mpeg"),
    ("ogg", "audio/ogg"),
];
/// Longest note, in bytes of its file; Keep's own limit is 20,000 characters.
const NOTE_LIMIT: u64 = 16 << 20;
/// Longest page, in bytes of its file; old ones have the note's pictures in them.
const PAGE_LIMIT: u64 = 64 << 20;

fn recognizes(probe: &Probe<'_>) -> Claim {
    let in_folder = probe.folders().last().is_some_and(|folder| FOLDERS.contains(&folder.to_lowercase().as_str()));
    let has = |key: &[u8]| memchr::memmem::find(probe.head, key).is_some() || memchr::memmem::find(probe.tail, key).is_some();
    let extension = probe.extension();
    if probe.head.trim_ascii_start().starts_with(b"{")
        && has(b"\"isTrashed\"")
        && (has(b"\"userEditedTimestampUsec\"") || has(b"\"isPinned\""))
    {
        return Claim::Yes(if in_folder { 3 } else { 2 });
    }
    if !in_folder {
        return Claim::No;
    }
    // A note that is cut may lack the keys that tell it anywhere else.
    if extension == "json" && [&b"\"textContent\""[..], b"\"listContent\"", b"\"isTrashed\"", b"\"isPinned\"", b"\"isArchived\""].into_iter().any(has) {
        return Claim::Yes(2);
    }
    match extension.as_str() {
        "html" => Claim::Yes(2),
        "txt" if probe.name().to_lowercase().starts_with("label") => {
            Claim::Ignore(FindingCode::IgnoredFile, "A list of the labels; the notes name their own.".to_owned())
        }
        extension if media_type(extension).is_some() => Claim::Yes(2),
        _ => Claim::No,
    }
}

fn media_type(extension: &str) -> Option<&'static str> {
    MEDIA.iter().find(|(own, _)| *own == extension).map(|(_, media_type)| *media_type)
}

/// What is known of the files of an import so far.
#[derive(Default)]
struct Notes {
    /// The notes that were read, as paths without extension.
    known: HashSet<String>,
    /// Pages whose note was not met yet.
    pages: HashMap<String, Page>,
    /// Notes whose file ends in the middle, by path without extension.
    cut: HashMap<String, Cut>,
    /// Notes that wait for their files, and for others that were made at the same instant.
    waiting: Vec<Waiting>,
    /// The files, by path without extension.
    media: HashMap<String, Medium>,
}

struct Page {
    file: FileNumber,
    path: String,
    /// Without pictures: pages wait for their notes, and there may be thousands.
    html: String,
}

struct Cut {
    file: FileNumber,
    path: String,
    bytes: Vec<u8>,
}

struct Waiting {
    file: FileNumber,
    path: String,
    item: NewItem,
    attachments: Vec<note::Attachment>,
}

impl Waiting {
    /// The name of its file, without the extension.
    fn name(&self) -> &str {
        path::stem(&self.path)
    }
}

struct Medium {
    file: FileNumber,
    path: String,
    blob: NewBlob,
    used: bool,
}

impl Assembly for Notes {
    fn file(&mut self, number: FileNumber, input: &mut Input<'_>, sink: &mut dyn Sink) -> io::Result<()> {
        let (stem, extension) = stem_of(input.path);
        if let Some(media_type) = media_type(&extension) {
            let blob = NewBlob { media_type: media_type.to_owned(), ..media::in_place(input)? };
            sink.remember(serde_json::to_vec(&blob)?);
            self.take_medium(number, stem, input.path, blob, sink);
        } else if extension == "html" {
            let html = without_pictures(&input.read_all(PAGE_LIMIT)?);
            sink.remember(html.as_bytes().to_vec());
            self.take_page(number, stem, input.path, html, sink);
        } else {
            let bytes = input.read_all(NOTE_LIMIT)?;
            self.take_note(number, stem, input.path, &bytes, sink);
            sink.remember(bytes);
        }
        Ok(())
    }

    fn recall(&mut self, number: FileNumber, path: &str, memo: &[u8], sink: &mut dyn Sink) -> io::Result<()> {
        let (stem, extension) = stem_of(path);
        if media_type(&extension).is_some() {
            self.take_medium(number, stem, path, serde_json::from_slice(memo)?, sink);
        } else if extension == "html" {
            self.take_page(number, stem, path, String::from_utf8_lossy(memo).into_owned(), sink);
        } else {
            self.take_note(number, stem, path, memo, sink);
        }
        Ok(())
    }

    fn finish(&mut self, sink: &mut dyn SetSink) {
        self.finish_cut(sink);
        self.finish_pages(sink);
        self.tell_apart();
        for Waiting { file: number, path, mut item, attachments } in self.waiting.drain(..) {
            let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
            let mut missing = Vec::new();
            for attachment in attachments {
                let file = if folder.is_empty() { attachment.path.clone() } else { format!("{folder}/{}", attachment.path) };
                let stem = file.rsplit_once('.').map_or(file.as_str(), |(stem, _)| stem);
                let key = if self.media.contains_key(&file) { &file } else { stem };
                match self.media.get_mut(key) {
                    Some(medium) => {
                        medium.used = true;
                        item.blobs.push(medium.blob.clone());
                    }
                    None => missing.push(attachment.path),
                }
            }
            let sink = sink.of(number);
            if !missing.is_empty() {
                sink.finding(Finding {
                    code: FindingCode::Unpaired,
                    severity: Severity::Warning,
                    at: String::new(),
                    count: missing.len() as u64,
                    message: format!(
                        "The note names files that are not in the export: {}. Another part may hold them; import that one as well.",
                        missing.join(", ")
                    ),
                });
            }
            sink.item(item);
        }
        for (_, medium) in self.media.drain() {
            let own = sink.of(medium.file);
            if medium.used { own.merged() } else { own.item(unclaimed(medium.blob)) }
        }
    }
}

impl Notes {
    /// Gives notes identities of their own that were made at the same instant and are of different names. One name twice is one
    /// note that stands in two parts.
    fn tell_apart(&mut self) {
        let mut names: HashMap<Uid, BTreeSet<String>> = HashMap::new();
        for note in &self.waiting {
            names.entry(note.item.uid).or_default().insert(note.name().to_owned());
        }
        for note in &mut self.waiting {
            let name = note.name();
            if names[&note.item.uid].first().is_some_and(|first| first != name) {
                note.item.uid = Uid::of(IMPORTER.id, &[&note.item.uid.0, name.as_bytes()].concat());
            }
        }
    }

    /// Reads what there is of the notes that are cut, where nothing else is.
    fn finish_cut(&mut self, sink: &mut dyn SetSink) {
        for (stem, Cut { file, path, bytes }) in std::mem::take(&mut self.cut) {
            let own = sink.of(file);
            own.cut_short(&format!("byte {}", bytes.len()));
            // The same note is whole in another part, or its page is there.
            if self.known.contains(&stem) || self.pages.contains_key(&stem) {
                own.set_aside(FindingCode::CutShort, "", "The note is cut off where the file ends. What else the export has of it was read.");
                continue;
            }
            match note::of_cut(&bytes, path::stem(&path), IMPORTER.id) {
                Some((item, attachments)) => self.waiting.push(Waiting { file, path, item, attachments }),
                None => own.set_aside(FindingCode::CutShort, "", "The note is cut off before its first word."),
            }
        }
    }

    /// Reads the pages whose notes are missing; the others are their notes' twins.
    fn finish_pages(&mut self, sink: &mut dyn SetSink) {
        for (stem, page) in self.pages.drain() {
            let own = sink.of(page.file);
            if self.known.contains(&stem) {
                own.merged();
                continue;
            }
            let name = stem.rsplit('/').next().unwrap_or(&stem);
            let Ok((item, attachments)) = note::from_page(&page.html, name, IMPORTER.id) else {
                own.skip(FindingCode::IgnoredFile, "", "The note is empty.");
                continue;
            };
            own.finding(Finding {
                code: FindingCode::PreferJson,
                severity: Severity::Note,
                at: String::new(),
                message: "Only the note's HTML is there, whose date has no time zone. Export Keep again to get its JSON.".to_owned(),
                count: 1,
            });
            self.waiting.push(Waiting { file: page.file, path: page.path, item, attachments });
        }
    }

    fn take_page(&mut self, file: FileNumber, stem: String, path: &str, html: String, sink: &mut dyn Sink) {
        // The page of a note that was read, or the same page in a second part.
        if self.known.contains(&stem) || self.pages.contains_key(&stem) {
            sink.merged();
        } else {
            self.pages.insert(stem, Page { file, path: path.to_owned(), html });
        }
    }

    fn take_note(&mut self, file: FileNumber, stem: String, path: &str, bytes: &[u8], sink: &mut dyn Sink) {
        let name = stem.rsplit('/').next().unwrap_or(&stem);
        match note::read(bytes, name, IMPORTER.id) {
            Ok((item, attachments)) => {
                if let Some(stamp) = item.data.get("time_text").and_then(serde_json::Value::as_str) {
                    sink.uncertain_time("", stamp);
                }
                self.waiting.push(Waiting { file, path: path.to_owned(), item, attachments });
            }
            Err(note::Unusable::Empty) => sink.skip(FindingCode::IgnoredFile, "", "The note is empty."),
            Err(note::Unusable::Cut) => {
                self.cut.insert(stem, Cut { file, path: path.to_owned(), bytes: bytes.to_vec() });
                return;
            }
            Err(note::Unusable::Bad(why)) => {
                sink.set_aside(FindingCode::BadRecord, "", &why);
                return;
            }
        }
        // Its twin need not be kept in memory.
        if let Some(page) = self.pages.get_mut(&stem) {
            page.html = String::new();
        }
        self.known.insert(stem);
    }

    fn take_medium(&mut self, file: FileNumber, stem: String, path: &str, blob: NewBlob, sink: &mut dyn Sink) {
        let medium = Medium { file, path: path.to_owned(), blob, used: false };
        match self.media.get(&stem) {
            // The same file stands in two parts.
            Some(first) if first.path == medium.path => sink.merged(),
            // Two files whose names differ by the extension alone.
            Some(_) => drop(self.media.insert(medium.path.clone(), medium)),
            None => drop(self.media.insert(stem, medium)),
        }
    }
}

/// A path without its extension, and the extension in small letters.
fn stem_of(path: &str) -> (String, String) {
    let (stem, extension) = path.rsplit_once('.').unwrap_or((path, ""));
    (stem.to_owned(), extension.to_lowercase())
}

/// The page without the pictures that are written into it; they are files of the export as well.
fn without_pictures(page: &[u8]) -> String {
    let page = charset::decoded(page);
    let mut parts = page.split("data:image/");
    let mut html = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        html.push_str(part.find(['"', '\'', ')', '>']).map_or("", |end| &part[end..]));
    }
    html
}

/// A file that no note names.
fn unclaimed(blob: NewBlob) -> NewItem {
    let kind = if blob.media_type.starts_with("image/") { Kind::Photo } else { Kind::Document };
    let mut item = NewItem::new(kind, IMPORTER.id, media::digest(&blob), Raw::text(RawFormat::Text, &blob.name));
    item.title.clone_from(&blob.name);
    item.blobs.push(blob);
    item
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use domain::BlobContent;

    use super::*;
    use crate::importer::collected::{Collected, read_set};

    fn shown(sinks: &BTreeMap<String, Collected>) -> String {
        sinks.iter().map(|(path, collected)| format!("{path}:\n{}", collected.shown())).collect::<Vec<_>>().join("\n")
    }

    const LIST: &str = r#"{"color": "RED", "isTrashed": false, "isPinned": true, "isArchived": false, "title": "Boat\nlist",
        "listContent": [{"text": "rope", "isChecked": true}, {"text": "paint", "isChecked": false}], "labels": [{"name": "Boot"}],
        "annotations": [{"source": "WEBLINK", "title": "Ropes", "url": "https://example.org/rope"}],
        "sharees": [{"isOwner": true, "type": "WRITER", "email": "ann@example.org"}, {"type": "WRITER", "email": "Bo@example.org"}],
        "userEditedTimestampUsec": 1746345153218000, "createdTimestampUsec": 1746300000000001}"#;
    #[test]
    fn notes_that_were_made_at_the_same_instant_stay_apart_and_one_note_in_two_parts_is_one() {
        let note = |text: &str| format!(r#"{{"isTrashed": false, "isPinned": false, "textContent": "{text}", "userEditedTimestampUsec": 1600000000000000, "createdTimestampUsec": 1600000000000000}}"#);
        let [one, two] = [note("one"), note("two")];
        let uids = |files: &[(&str, &[u8])]| {
            let sinks = read_set(&IMPORTER, files).unwrap();
            files.iter().map(|(path, _)| sinks[*path].items[0].uid).collect::<Vec<_>>()
        };
        let both: [(&str, &[u8]); 2] = [("Keep/b.json", two.as_bytes()), ("Keep/a.json", one.as_bytes())];
        let [of_two, of_one] = uids(&both)[..] else { panic!() };
        assert_ne!(of_one, of_two);
        assert_eq!(uids(&[both[1], both[0]]), [of_one, of_two], "in any order");
        assert_eq!(uids(&[both[1]]), [of_one], "as it is alone");
        assert_eq!(uids(&[("1/Keep/a.json", one.as_bytes()), ("2/Keep/a.json", one.as_bytes())]), [of_one; 2]);
    }

    const PICTURE: &str = r#"{"isTrashed": true, "isPinned": false, "title": "", "textContent": "", "userEditedTimestampUsec": 1546345153218000,
        "attachments": [{"filePath": "18f2.9d8e.jpeg", "mimetype": "image/jpeg"}, {"filePath": "gone.png", "mimetype": "image/png"}]}"#;

    #[test]
    fn notes_lists_pages_and_files_find_each_other() {
        let files: Vec<(&str, &[u8])> = vec![
            ("Keep/18f2.9d8e.jpg", b"picture"),
            ("Keep/Boat list.html", b"<title>Boat list</title>"),
            ("Keep/Boat list.json", LIST.as_bytes()),
            ("Keep/Picture.json", PICTURE.as_bytes()),
            ("Keep/Picture.html", b"<title>x</title>"),
            (
                "Keep/Alone.html",
                b"<html><title>Alone</title><body><div>at &amp; sea<img src=\"data:image/png;base64,AAAA\"></div></body></html>",
            ),
            ("Keep/lost.m4a", b"voice"),
        ];
        let sinks = read_set(&IMPORTER, &files).unwrap();
        assert_eq!(
            shown(&sinks),
            "Keep/18f2.9d8e.jpg:\n= 0 items, 1 merged, 0 skipped, 0 set aside\n\
             Keep/Alone.html:\nnote google.keep no time | Alone | Alone / at & sea\n\
             ! PreferJson [] Only the note's HTML is there, whose date has no time zone. Export Keep again to get its JSON.\n= 1 items, 0 merged, 0 skipped, 0 set aside\n\
             Keep/Boat list.html:\n= 0 items, 1 merged, 0 skipped, 0 set aside\n\
             Keep/Boat list.json:\nnote google.keep 2025-05-03T19:20:00Z | Boat list | [x] rope / [ ] paint / Ropes https://example.org/rope \
             <Organizer mailto:ann@example.org> <Attendee mailto:bo@example.org> <Label label:boot>\n= 1 items, 0 merged, 0 skipped, 0 set aside\n\
             Keep/Picture.html:\n= 0 items, 1 merged, 0 skipped, 0 set aside\n\
             Keep/Picture.json:\nnote google.keep 2019-01-01T12:19:13.218Z | 18f2.9d8e.jpeg (hidden)\n\
             ! Unpaired [] The note names files that are not in the export: gone.png. Another part may hold them; import that one as well.\n= 1 items, 0 merged, 0 skipped, 0 set aside\n\
             Keep/lost.m4a:\ndocument google.keep no time | lost.m4a\n= 1 items, 0 merged, 0 skipped, 0 set aside"
        );
        let blob = &sinks["Keep/Picture.json"].items[0].blobs[0];
        assert!(matches!(&blob.content, BlobContent::Reference { entry, size: 7, .. } if entry == "Keep/18f2.9d8e.jpg"), "{blob:?}");
    }

    #[test]
    fn broken_and_foreign_notes_are_set_aside_and_empty_ones_skipped() {
        let files: Vec<(&str, &[u8])> = vec![
            ("Keep/a.json", b"{\"isTrashed\": false, \"isPin"),
            ("Keep/b.json", br#"{"isTrashed": "maybe", "isPinned": false, "textContent": 7}"#),
            ("Keep/c.json", br#"{"isTrashed": false, "isPinned": false, "textContent": " "}"#),
            ("Keep/d.json", br#"{"isTrashed": false, "isPinned": false, "textContent": null, "title": "numbers as text", "createdTimestampUsec": "1746300000000001"}"#),
        ];
        let sinks = read_set(&IMPORTER, &files).unwrap();
        let counts: Vec<_> = sinks.values().map(|own| (own.items.len(), own.n_skipped, own.n_set_aside)).collect();
        assert_eq!(counts, [(0, 0, 1), (0, 0, 1), (0, 1, 0), (1, 0, 0)]);
        assert!(sinks["Keep/d.json"].items[0].at.is_some());
    }

    #[test]
    fn stamps_in_another_unit_are_read_and_those_that_are_no_time_are_told() {
        let read = |created: &str, edited: &str| {
            let note = format!(r#"{{"isTrashed": false, "isPinned": false, "title": "x", "createdTimestampUsec": {created}, "userEditedTimestampUsec": {edited}}}"#);
            let collected = read_set(&IMPORTER, &[("Keep/x.json", note.as_bytes())]).unwrap().remove("Keep/x.json").unwrap();
            let item = &collected.items[0];
            (item.at.as_ref().map(|at| at.ms), item.revision, collected.findings.iter().any(|finding| finding.code == FindingCode::UncertainTime))
        };
        let at = 1_746_300_000_000;
        assert_eq!(read("1746300000000001", "1746300000000001"), (Some(at), Some(1_746_300_000_000_001), false));
        assert_eq!(read("1746300000000", "1746300000000000000"), (Some(at), Some(at * 1_000), false));
        assert_eq!(read("9223372036854775807", "1746300000000000"), (Some(at), Some(at * 1_000), true));
        assert_eq!(read("-1", "9223372036854775807"), (None, None, true));
        assert_eq!(read("0", "null"), (None, None, false));
    }

    #[test]
    fn of_a_note_that_is_cut_its_page_is_read_or_what_there_is_of_it() {
        let cut = &LIST.as_bytes()[..LIST.find("aint").unwrap() + 2];
        let alone = read_set(&IMPORTER, &[("Keep/Boat list.json", cut)]).unwrap().remove("Keep/Boat list.json").unwrap();
        let note = &alone.items[0];
        assert_eq!((note.title.as_str(), note.text.as_str(), &note.data["cut"]), ("Boat list", "[x] rope\n[ ] pai", &true.into()));
        assert_eq!((alone.n_set_aside, alone.findings[0].code, &*note.raw.bytes), (0, FindingCode::CutShort, cut));
        // An editor that saves it again ends it with a line's end, which no text of JSON may hold.
        let saved = [cut, b"\n"].concat();
        let saved = read_set(&IMPORTER, &[("Keep/Boat list.json", &saved)]).unwrap().remove("Keep/Boat list.json").unwrap();
        assert_eq!((saved.items.len(), saved.items[0].text.as_str(), saved.n_set_aside), (1, "[x] rope\n[ ] pai", 0));
        let page: (&str, &[u8]) = ("Keep/Boat list.html", b"<html><title>Boat list</title><body><div>rope, paint</div></body></html>");
        let both = read_set(&IMPORTER, &[("Keep/Boat list.json", cut), page]).unwrap();
        let [json, html] = ["Keep/Boat list.json", "Keep/Boat list.html"].map(|path| &both[path]);
        assert_eq!((json.items.len(), json.n_set_aside, html.items.len()), (0, 1, 1));
        assert!(html.items[0].text.contains("paint"));
    }

    #[test]
    fn content_and_folder_tell_notes() {
        let claim = |path: &str, head: &str| recognizes(&Probe { path, head: head.as_bytes(), tail: b"", size: head.len() as u64 });
        assert_eq!(claim("Google Notizen/x.json", LIST), Claim::Yes(3));
        assert_eq!(claim("elsewhere/x.json", LIST), Claim::Yes(2));
        assert_eq!(claim("Keep/other.json", "{\"a\": 1}"), Claim::No);
        assert_eq!(claim("Keep/cut.json", "{\"title\": \"a\", \"textContent\": \"wo"), Claim::Yes(2));
        assert_eq!(claim("Keep/cut.json", "{\"color\":\"DEFAULT\",\"isTrashed\":false,\"title\":\"Half a no"), Claim::Yes(2));
        assert_eq!(claim("Google Photos/x.jpg", "JFIF"), Claim::No);
        assert!(matches!(claim("Keep/Labels.txt", "Boot"), Claim::Ignore(..)));
    }
}
