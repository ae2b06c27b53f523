//! Contacts: vCard files and Google's two CSV forms (until 2023, and from 2024), one file a group, in any language that is known.
//!
//! The same person stands in every group's file, in either form. Identity: the e-mail addresses, the phone numbers and the name
//! together, each normalised, so that copies merge and two people who share a family's number do not.
//!
//! `data` holds the card's fields as lists of `{label, value}`: `emails`, `phones`, `addresses`, `websites`, `relations`, `events`,
//! `custom`; and `organisation`, `position`, `department`, `nickname`, `birthday` (`1980-05-04`, or `--05-04` without a year),
//! `notes`, `labels`, `photo_url`, `updated`. A contact has no time of its own.
//!
//! A photo that lies beside a file under a contact's name belongs to that contact; one that lies there under no contact's is kept by
//! itself. What is remembered for parts that come later: the cards whole, and where the photos are.
//!
//! Absent on purpose: the HTML form, which holds less.

mod card;
mod columns;
mod person;
mod table;

use std::collections::BTreeMap;
use std::io;

use domain::{FindingCode, NewBlob, NewItem};

use crate::attachments;
use crate::importer::{Assembly, Claim, FileNumber, Importer, Input, Origin, Parse, Probe, SetSink, Sink, memo};
use crate::media;
use crate::text::path::stem;

pub(crate) static IMPORTER: Importer =
    Importer { id: "google.contacts", label: "Contacts", recognizes, parse: Parse::Set(|| Box::new(Contacts::default())) };

/// Types of the photos beside the cards.
const PHOTOS: &[&str] = &["jpg", "jpeg", "png", "gif"];
/// Names of files from this length on may be cut.
const CUT: usize = 45;

/// Is given each contact of a file.
type Take<'t> = dyn FnMut(NewItem, &mut dyn Sink) + 't;

/// What the folder is called in the languages of exports.
const FOLDERS: &[&str] =
    &["contacts", "google kontakte", "kontakte", "contactos", "contacten", "contatti", "contatos", "連絡先", "google contacts"];

fn recognizes(probe: &Probe<'_>) -> Claim {
    let in_folder = probe.folders().any(|folder| FOLDERS.contains(&folder.to_lowercase().as_str()));
    let extension = probe.extension();
    if probe.head.trim_ascii_start().get(..11).is_some_and(|start| start.eq_ignore_ascii_case(b"BEGIN:VCARD")) {
        return Claim::Yes(if extension == "vcf" { 3 } else { 2 });
    }
    if extension == "csv" && table::is_of_google(probe.head) {
        return Claim::Yes(if in_folder { 3 } else { 2 });
    }
    if extension == "csv" && in_folder && table::is_of_people(probe.head) {
        return Claim::Yes(2);
    }
    match extension.as_str() {
        "vcf" | "csv" if in_folder && probe.head.trim_ascii().is_empty() => {
            Claim::Ignore(FindingCode::EmptyProduct, "The group has no contacts in it.".to_owned())
        }
        "vcf" => Claim::Yes(1),
        photo if in_folder && PHOTOS.contains(&photo) => Claim::Yes(1),
        _ => Claim::No,
    }
}

/// The contacts of an export that have no picture of their own, and the photos beside them.
#[derive(Default)]
struct Contacts {
    waiting: Vec<Waiting>,
    /// By folder and stem.
    photos: BTreeMap<(String, String), Photo>,
    n_bytes: usize,
}

struct Waiting {
    file: FileNumber,
    folder: String,
    item: NewItem,
}

struct Photo {
    file: FileNumber,
    blob: NewBlob,
    is_used: bool,
}

impl Assembly for Contacts {
    fn file(&mut self, number: FileNumber, input: &mut Input<'_>, sink: &mut dyn Sink) -> io::Result<()> {
        let path = input.path.to_lowercase();
        if is_photo(&path) {
            let blob = media::in_place(input)?;
            sink.remember(serde_json::to_vec(&blob)?);
            self.photo(number, input.path, blob, sink);
            return Ok(());
        }
        let folder = folder(input.path).to_owned();
        let mut take = |item: NewItem, sink: &mut dyn Sink| {
            if !item.blobs.is_empty() || self.n_bytes > attachments::WAITING {
                return sink.item(item);
            }
            self.n_bytes += item.raw.bytes.len() + item.text.len();
            self.waiting.push(Waiting { file: number, folder: folder.clone(), item });
        };
        memo::whole(input, sink, |input, sink| {
            if path.ends_with(".csv") { table::read(input, sink, &mut take) } else { card::read(input, sink, &mut take) }.map(|()| true)
        })
    }

    fn recall(&mut self, number: FileNumber, path: &str, memo: &[u8], sink: &mut dyn Sink) -> io::Result<()> {
        if is_photo(&path.to_lowercase()) {
            self.photo(number, path, serde_json::from_slice(memo)?, sink);
            return Ok(());
        }
        let mut reader = memo;
        let origin = Origin { path: "", entry: "" };
        self.file(number, &mut Input { path, size: memo.len() as u64, reader: &mut reader, origin }, sink)
    }

    fn finish(&mut self, sink: &mut dyn SetSink) {
        for Waiting { file, folder, mut item } in std::mem::take(&mut self.waiting) {
            if let Some(photo) = self.photo_of(&folder, &item.title) {
                photo.is_used = true;
                item.blobs.push(photo.blob.clone());
            }
            sink.of(file).item(item);
        }
        for Photo { file, blob, is_used } in std::mem::take(&mut self.photos).into_values() {
            let own = sink.of(file);
            if is_used { own.merged() } else { own.item(attachments::unclaimed(IMPORTER.id, blob)) }
        }
    }
}

impl Contacts {
    fn photo(&mut self, file: FileNumber, path: &str, blob: NewBlob, sink: &mut dyn Sink) {
        let key = (folder(path).to_owned(), stem(path).to_owned());
        match self.photos.get(&key) {
            Some(_) => sink.merged(),
            None => drop(self.photos.insert(key, Photo { file, blob, is_used: false })),
        }
    }

    /// The photo of that name in a folder: as it stands, or as archives write it.
    fn photo_of(&mut self, folder: &str, name: &str) -> Option<&mut Photo> {
        let written: String = name.chars().map(|letter| if r#"&?'"/\:*<>|%"#.contains(letter) { '_' } else { letter }).collect();
        let is_of = |stem: &str| stem == name || stem == written || (stem.chars().count() >= CUT && written.starts_with(stem));
        self.photos.iter_mut().find(|((own, stem), _)| own == folder && is_of(stem)).map(|(_, photo)| photo)
    }
}

fn is_photo(path: &str) -> bool {
    path.rsplit_once('.').is_some_and(|(_, extension)| PHOTOS.contains(&extension))
}

fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::importer::collected::{read, read_set};

    const CARDS: &str = "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Dr. Ann Example\r\nN:Example;Ann;M.;Dr.;\r\nEMAIL;TYPE=INTERNET;TYPE=HOME:Ann@Example.org\r\n\
        item1.TEL:+41 44 000 00 00\r\nitem1.X-ABLabel:Boat\r\nTEL;TYPE=CELL:0041 79 000 00 00\r\nADR;TYPE=HOME:;;Quay 1;Town;;8000;CH\r\nORG:Rigging\\, Ltd;Masts\r\n\
        TITLE:Rigger\r\nBDAY:--0504\r\nNOTE:likes\\ntea\r\nCATEGORIES:myContacts,Crew\r\nPHOTO;ENCODING=b;TYPE=PNG:iVBORw0K\r\n Gg==\r\nEND:VCARD\r\n";

    #[test]
    fn a_card_keeps_all_that_can_be_read_in_it() {
        let collected = read(&IMPORTER, "Contacts/All Contacts/All Contacts.vcf", CARDS.as_bytes());
        assert_eq!(
            collected.shown(),
            "contact google.contacts no time | Dr. Ann Example | E-mail (home): ann@example.org / Phone (Boat): +41 44 000 00 00 / Phone (mobile): 0041 79 000 00 00 / \
             Address (home): Quay 1, Town, 8000, CH / Organisation: Rigging, Ltd / Department: Masts / Position: Rigger / Birthday: --05-04 / likes / tea \
             <Subject mailto:ann@example.org> <Subject tel:+41440000000> <Subject tel:+41790000000> <Label label:crew>\n\
             = 1 items, 0 merged, 0 skipped, 0 set aside"
        );
        let blob = &collected.items[0].blobs[0];
        assert_eq!((blob.name.as_str(), blob.media_type.as_str()), ("Dr. Ann Example.png", "image/png"));
    }

    #[test]
    fn a_photo_beside_the_cards_is_its_contacts() {
        let folder = "Contacts/My Contacts";
        let paths = ["My Contacts.vcf", "Bo _ Co.jpg", "Nobody.png"].map(|name| format!("{folder}/{name}"));
        let files: [(&str, &[u8]); 3] = [
            (&paths[0], b"BEGIN:VCARD\nFN:Bo & Co\nTEL:044 000\nEND:VCARD\nBEGIN:VCARD\nFN:Cy\nTEL:044 001\nEND:VCARD\n"),
            (&paths[1], b"\xff\xd8\xff\xe0bo"),
            (&paths[2], b"\x89PNG"),
        ];
        for turn in 0..3 {
            let mut files = files;
            files.rotate_left(turn);
            let read = read_set(&IMPORTER, &files).unwrap();
            let cards = &read[&paths[0]].items;
            assert_eq!((cards[0].blobs[0].name.as_str(), cards[1].blobs.len()), ("Bo _ Co.jpg", 0));
            assert_eq!((read[&paths[1]].n_merged, read[&paths[1]].items.len()), (1, 0));
            assert_eq!(read[&paths[2]].items[0].title, "Nobody.png");
        }
    }

    #[test]
    fn a_person_is_one_in_cards_and_in_both_tables() {
        let old = "Name,Given Name,Additional Name,Family Name,Birthday,Group Membership,E-mail 1 - Type,E-mail 1 - Value,Phone 1 - Type,Phone 1 - Value\n\
            Ann Example,Ann,M.,Example, --05-04,* myContacts ::: Crew,* Home,ann@example.org,Mobile,+41 44 000 00 00 ::: +41 79 000 00 00\n";
        let new = "First Name,Middle Name,Last Name,Organization Name,Birthday,Labels,E-mail 1 - Label,E-mail 1 - Value,Phone 1 - Label,Phone 1 - Value,Phone 2 - Label,Phone 2 - Value\n\
            Ann,M.,Example,,--05-04,* myContacts,* Home,ANN@example.org,Boat,+41440000000,,+41790000000\n,,,,,,,,,,,\n,,,Harbour office\n";
        let card = read(&IMPORTER, "a.vcf", CARDS.as_bytes());
        let old = read(&IMPORTER, "Contacts/My Contacts/My Contacts.csv", old.as_bytes());
        let new = read(&IMPORTER, "Google Kontakte/Meine Kontakte/Meine Kontakte.csv", new.as_bytes());
        assert_eq!(card.items[0].uid, old.items[0].uid);
        assert_eq!(card.items[0].uid, new.items[0].uid);
        assert_eq!(
            new.shown(),
            "contact google.contacts no time | Ann M. Example | E-mail (home): ann@example.org / Phone (Boat): +41440000000 / Phone: +41790000000 / Birthday: --05-04 \
             <Subject mailto:ann@example.org> <Subject tel:+41440000000> <Subject tel:+41790000000>\n\
             contact google.contacts no time | Harbour office | Organisation: Harbour office <Subject name:harbour office>\n\
             = 2 items, 0 merged, 0 skipped, 0 set aside"
        );
    }

    #[test]
    fn tables_in_other_languages_and_of_other_programs_are_read() {
        let german = "Vorname;Nachname;E-Mail 1 - Bezeichnung;E-Mail 1 - Wert;Telefon 1 - Bezeichnung;Telefon 1 - Wert;Gruppenmitgliedschaft\n\
            Änn;Beispiel;* Privat;ann@example.org;Mobil;+41 44 000 00 00;* myContacts\n";
        let other = "First Name,Last Name,E-mail Address,Mobile Phone,Home Phone\nÄnn,Beispiel,ann@example.org,,+41440000000\n";
        let claim = |path: &str, head: &str| recognizes(&Probe { path, head: head.as_bytes(), tail: b"", size: head.len() as u64 });
        assert_eq!((claim("x.csv", german), claim("Contacts/x.csv", other), claim("x.csv", other)), (Claim::Yes(2), Claim::Yes(2), Claim::No));
        let [german, other] = [german, other].map(|table| read(&IMPORTER, "Kontakte/x.csv", table.as_bytes()));
        assert_eq!(
            german.shown().lines().next().unwrap(),
            "contact google.contacts no time | Änn Beispiel | E-mail (Privat): ann@example.org / Phone (Mobil): +41 44 000 00 00 \
             <Subject mailto:ann@example.org> <Subject tel:+41440000000>"
        );
        assert_eq!((german.items[0].uid, other.items[0].text.lines().last()), (other.items[0].uid, Some("Phone (home): +41440000000")));
    }

    #[test]
    fn two_people_with_one_number_stay_two_and_a_broken_card_costs_itself() {
        let cards = "BEGIN:VCARD\nFN:Bo\nTEL:044 000\nEND:VCARD\nBEGIN:VCARD\nFN:Half\nBEGIN:VCARD\nFN:Cy\nTEL:044 000\nEND:VCARD\nBEGIN:VCARD\nVERSION:3.0\nEND:VCARD\nBEGIN:VCARD\nFN:Cut";
        let collected = read(&IMPORTER, "c.vcf", cards.as_bytes());
        assert_ne!(collected.items[0].uid, collected.items[1].uid);
        assert_eq!(
            collected.shown(),
            "contact google.contacts no time | Bo | Phone: 044 000 <Subject tel:044000>\n\
             contact google.contacts no time | Cy | Phone: 044 000 <Subject tel:044000>\n\
             ! BadRecord [line 5] It does not end before the next one begins.\n\
             ! BadRecord [line 11] The card has no name, address or number.\n\
             ! CutShort [line 14] The card is cut off where the file ends.\n\
             ! CutShort [line 14] The file ends in the middle of a record (line 14); what came before it was imported. Download the export again, or extract it again, to get the rest.\n\
             = 2 items, 0 merged, 1 skipped, 2 set aside"
        );
    }

    #[test]
    fn content_tells_contacts_from_other_tables() {
        let claim = |path: &str, head: &str| recognizes(&Probe { path, head: head.as_bytes(), tail: b"", size: head.len() as u64 });
        assert_eq!(claim("Google Kontakte/Alle Kontakte/Alle Kontakte.vcf", "BEGIN:VCARD\r\n"), Claim::Yes(3));
        assert_eq!(claim("x.csv", "First Name,Middle Name,Last Name,Labels,E-mail 1 - Label,E-mail 1 - Value\n"), Claim::Yes(2));
        assert_eq!(claim("Contacts/x.csv", "Channel Id,Channel Url,Channel Title\n"), Claim::No);
        assert!(matches!(claim("Contacts/Friends/Friends.vcf", ""), Claim::Ignore(FindingCode::EmptyProduct, _)));
    }
}
