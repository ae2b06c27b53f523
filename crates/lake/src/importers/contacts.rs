//! Contacts: vCard files and Google's two CSV forms (until 2023, and from 2024), one file a group.
//!
//! The same person stands in every group's file, in either form. Identity: the e-mail addresses, the phone numbers and the name
//! together, each normalised, so that copies merge and two people who share a family's number do not.
//!
//! `data` holds the card's fields as lists of `{label, value}`: `emails`, `phones`, `addresses`, `websites`, `relations`, `events`,
//! `custom`; and `organisation`, `position`, `department`, `nickname`, `birthday` (`1980-05-04`, or `--05-04` without a year),
//! `notes`, `labels`, `photo_url`, `updated`. A contact has no time of its own.
//!
//! Absent on purpose: the HTML form, which holds less; the photos beside the cards, which are files of their own.

mod card;
mod person;
mod table;

use std::io;

use domain::FindingCode;

use crate::importer::{Claim, Importer, Input, Parse, Probe, Sink};

pub(crate) static IMPORTER: Importer = Importer { id: "google.contacts", label: "Contacts", recognizes, parse: Parse::File(parse) };

/// What the folder is called in the languages of exports.
const FOLDERS: &[&str] =
    &["contacts", "google kontakte", "kontakte", "contactos", "contacten", "contatti", "contatos", "連絡先", "google contacts"];

fn recognizes(probe: &Probe<'_>) -> Claim {
    let in_folder = probe.folders().any(|folder| FOLDERS.contains(&folder.to_lowercase().as_str()));
    let extension = probe.extension();
    if probe.head.trim_ascii_start().get(..11).is_some_and(|start| start.eq_ignore_ascii_case(b"BEGIN:VCARD")) {
        return Claim::Yes(if extension == "vcf" { 3 } else { 2 });
    }
    if table::is_header(probe.head.split(|&byte| byte == b'\n').next().unwrap_or_default()) {
        return Claim::Yes(if in_folder { 3 } else { 2 });
    }
    match extension.as_str() {
        "vcf" | "csv" if in_folder && probe.head.trim_ascii().is_empty() => {
            Claim::Ignore(FindingCode::EmptyProduct, "The group has no contacts in it.".to_owned())
        }
        "vcf" => Claim::Yes(1),
        _ => Claim::No,
    }
}

fn parse(input: &mut Input<'_>, sink: &mut dyn Sink) -> io::Result<()> {
    if input.path.to_lowercase().ends_with(".csv") { table::read(input, sink) } else { card::read(input, sink) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::importer::collected::read;

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
