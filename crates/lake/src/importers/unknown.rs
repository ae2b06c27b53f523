//! Text, pictures and recordings that no importer knows: kept by their name, their product's folder and their own words, so that they
//! are found. Other bytes are named in the ledger alone.
//!
//! Of a text only the beginning is read, so that a large one costs no more than a small one. See [`super::kept_file`] for `data`;
//! here also `product`, the export's folder. Identity: the name and the bytes that were read.
//!
//! It is in no list of importers: the router gives it what nobody else claims.

use std::io::{self, Read};

use domain::{Finding, FindingCode, NewBlob, NewItem, Severity};

use crate::attachments;
use crate::importer::{Claim, Importer, Input, Parse, Sink};
use crate::importers::kept_file::KeptFile;
use crate::media::{self, signature::media_type};

/// Bytes that are read of a text.
const BEGINNING: u64 = 1 << 20;
/// Words of the paths of files about devices and networks, which are kept out of sight.
const MACHINES: &[&str] = &["login", "ip_address", "ipaddress", "account_activity", "user_agent", "cookies"];
/// What the files of exports are called that are never pages.
const NO_PAGES: &[&str] = &["json", "csv", "ics", "vcf", "mbox", "xml", "gpx", "tcx", "kml"];
/// Bytes that tell pictures and recordings.
const HEAD: u64 = 64;

pub(crate) static IMPORTER: Importer =
    Importer { id: "file.unknown", label: "Other files", recognizes: |_| Claim::No, parse: Parse::File(parse) };

pub(crate) fn parse(input: &mut Input<'_>, sink: &mut dyn Sink) -> io::Result<()> {
    let (mut item, what) = read(IMPORTER.id, input, sink)?;
    let path = input.path.to_lowercase();
    item.hidden = MACHINES.iter().any(|word| path.contains(word));
    let extension = path.rsplit_once('.').map_or("", |(_, extension)| extension);
    let (code, severity, message) = if what == "text/html" && NO_PAGES.contains(&extension) {
        let expected = extension.to_uppercase();
        let message = format!(
            "Expected {expected} by the name of this file, and found a web page, as when a download needs one to sign in. Download the export again; the page is kept by itself."
        );
        (FindingCode::WrongFormat, Severity::Warning, message)
    } else {
        let message =
            format!("No importer knows this file ({what} by its content); it is kept by itself, and found by its name and its words.");
        (FindingCode::UnknownFile, Severity::Note, message)
    };
    sink.finding(Finding { code, severity, at: String::new(), message, count: 1 });
    sink.item(item);
    Ok(())
}

/// Keeps a file of which its importer could read nothing at all: by its name, and by the words at its beginning, which is what
/// `input` reads of it.
pub(crate) fn keep_beginning(label: &str, input: &mut Input<'_>, sink: &mut dyn Sink) -> io::Result<()> {
    let (item, _) = read(IMPORTER.id, input, sink)?;
    let message = format!("Nothing in this file could be read as {label}; it is kept by itself, and found by its name and its words.");
    sink.finding(Finding { code: FindingCode::UnknownFile, severity: Severity::Note, at: String::new(), message, count: 1 });
    sink.item(item);
    Ok(())
}

/// The media type of bytes that are left in place without a look at their words. Recordings were kept as documents are before they
/// were known by their bytes, and are the same items still; those in the container of films were films.
pub(crate) fn in_place(head: &[u8]) -> Option<&'static str> {
    media_type(head).filter(|medium| !medium.starts_with("audio/") || *medium == "audio/mp4")
}

/// The item of a file by what its bytes say, and what they are.
pub(super) fn read(source: &str, input: &mut Input<'_>, sink: &mut dyn Sink) -> io::Result<(NewItem, String)> {
    let (product, name) =
        (input.path.split_once('/').map_or("", |(product, _)| product), input.path.rsplit('/').next().unwrap_or(input.path));
    let mut head = Vec::new();
    (&mut *input.reader).take(HEAD).read_to_end(&mut head)?;
    let medium = in_place(&head);
    let mut reader = head.chain(&mut *input.reader);
    let mut whole = Input { path: input.path, size: input.size, reader: &mut reader, origin: input.origin };
    let mut item = match medium {
        // Its bytes stay where they are.
        Some(medium) => {
            let blob = NewBlob { media_type: medium.to_owned(), ..media::in_place(&mut whole)? };
            attachments::unclaimed(source, blob)
        }
        None => KeptFile::read(&mut whole, BEGINNING, sink)?.item(source, name),
    };
    item.set("product", product);
    let what = medium.or_else(|| item.data.get("media_type").and_then(serde_json::Value::as_str)).unwrap_or_default().to_owned();
    Ok((item, what))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::importer::Origin;
    use crate::importer::collected::{Collected, read};

    #[test]
    fn json_pages_and_text_are_found_by_their_words() {
        for (path, file, text, media_type) in [
            ("Glacier Beta/cores.json", "{\"core\": \"blue ice\"}", "{\"core\": \"blue ice\"}", "application/json"),
            ("Glacier Beta/page.html", "<html><p>blue <b>ice</b></p>", "blue ice", "text/html"),
            ("Glacier Beta/notes", "\u{feff}blue ice\n", "blue ice", "text/plain"),
        ] {
            let collected = read(&IMPORTER, path, file.trim_start_matches('\u{feff}').as_bytes());
            let item = &collected.items[0];
            assert_eq!(
                (item.text.as_str(), &item.data["media_type"], &item.data["product"]),
                (text, &media_type.into(), &"Glacier Beta".into())
            );
            assert_eq!(item.blobs.len(), 1);
        }
    }

    #[test]
    fn a_page_in_place_of_data_is_told_of_with_what_to_do() {
        let collected = read(&IMPORTER, "My Activity/Search/MyActivity.json", b"<!doctype html><title>Sign in</title>");
        assert_eq!((collected.findings[0].code, collected.items.len()), (FindingCode::WrongFormat, 1));
        assert!(collected.findings[0].message.starts_with("Expected JSON"), "{:?}", collected.findings);
    }

    #[test]
    fn pictures_and_recordings_are_left_in_place_and_files_about_devices_are_hidden() {
        let picture = b"\x89PNG\r\n\x1a\nthe rest of a picture";
        let collected = read(&IMPORTER, "My Activity/Search/shot.png", picture);
        let item = &collected.items[0];
        assert_eq!((item.kind, item.title.as_str(), item.hidden), (domain::Kind::Photo, "shot.png", false));
        let domain::BlobContent::Reference { size, digest, .. } = &item.blobs[0].content else { panic!("{item:?}") };
        assert_eq!((*size, digest), (picture.len() as u64, blake3::hash(picture).as_bytes()));
        let mut sound = b"OggS\0\x02".to_vec();
        sound.resize(BEGINNING as usize + 1, 7);
        let recording = &read(&IMPORTER, "Glacier Beta/core.bin", &sound).items[0];
        let domain::BlobContent::Reference { digest, .. } = &recording.blobs[0].content else { panic!("{recording:?}") };
        assert_eq!((recording.kind, recording.blobs[0].media_type.as_str()), (domain::Kind::Document, "audio/ogg"));
        assert_eq!(digest, blake3::hash(&sound).as_bytes());
        assert!(read(&IMPORTER, "security_and_login_information/account_activity.json", b"{\"ip\": 1}").items[0].hidden);
    }

    #[test]
    fn of_a_large_file_the_beginning_is_read() {
        let mut reader = io::repeat(b'a').take(1 << 40);
        let mut sink = Collected::default();
        let mut input = Input { path: "x/big.txt", size: 1 << 40, reader: &mut reader, origin: Origin { path: "/export.zip", entry: "x" } };
        parse(&mut input, &mut sink).unwrap();
        assert!(reader.limit() > (1 << 40) - (2 << 20));
        let item = &sink.items[0];
        assert_eq!((&item.data["cut"], item.blobs.len(), item.text.len()), (&true.into(), 0, 1 << 20));
    }
}
