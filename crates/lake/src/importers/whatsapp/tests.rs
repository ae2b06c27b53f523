use super::*;
use crate::importer::collected::{read_set, shown};

const ANDROID: &str = "13/02/2024, 22:00 - Messages and calls are end-to-end encrypted.\n13/02/2024, 22:01 - Ann: one\ntwo: three\n\n13/02/2024, 22:01 - Bo B.: ok\n13/02/2024, 22:01 - Bo B.: ok\n\
    13/02/2024, 22:02 - +41 79 000 00 00: IMG-20240213-WA0001.jpg (file attached)\n13/02/2024, 22:03 - Ann changed the subject to \"Boat: June\"\n30/02/2024, 22:03 - Ann: never\n";

#[test]
fn messages_lines_and_media_come_together() {
    let (chat, picture) = ("WhatsApp Chat with Crew/WhatsApp Chat with Crew.txt", "WhatsApp Chat with Crew/IMG-20240213-WA0001.jpg");
    let sinks = read_set(&IMPORTER, &[(picture, b"picture"), (chat, ANDROID.as_bytes())]).unwrap();
    let lines: Vec<String> = sinks[chat].items.iter().map(shown).collect();
    assert_eq!(
        lines,
        [
            "activity whatsapp 2024-02-13T22:00:00Z | Messages and calls are end-to-end encrypted. | Messages and calls are end-to-end encrypted.",
            "message whatsapp 2024-02-13T22:01:00Z | one | one / two: three <Sender name:ann> <Recipient name:bo b.> <Recipient tel:+41790000000>",
            "message whatsapp 2024-02-13T22:01:00Z | ok | ok <Sender name:bo b.> <Recipient name:ann> <Recipient tel:+41790000000>",
            "message whatsapp 2024-02-13T22:01:00Z | ok | ok <Sender name:bo b.> <Recipient name:ann> <Recipient tel:+41790000000>",
            "activity whatsapp 2024-02-13T22:03:00Z | Ann changed the subject to \"Boat: June\" | Ann changed the subject to \"Boat: June\"",
            "message whatsapp 2024-02-13T22:02:00Z | IMG-20240213-WA0001.jpg <Sender tel:+41790000000> <Recipient name:ann> <Recipient name:bo b.>",
        ]
    );
    let items = &sinks[chat].items;
    assert_ne!(items[2].uid, items[3].uid);
    assert_eq!((items[5].blobs.len(), sinks[chat].n_set_aside, sinks[picture].n_merged), (1, 1, 1));
    assert_eq!(items[1].raw.bytes, b"13/02/2024, 22:01 - Ann: one\ntwo: three\n");
    assert_eq!(items[1].at.as_ref().unwrap().certainty, domain::Certainty::ZoneUnknown);
}

#[test]
fn the_name_of_the_file_is_no_part_of_identity() {
    let uids = |path: &str| {
        read_set(&IMPORTER, &[(path, ANDROID.as_bytes())]).unwrap()[path].items.iter().map(|item| item.uid).collect::<Vec<_>>()
    };
    assert_eq!(uids("WhatsApp Chat with Crew.txt"), uids("old/_chat.txt"));
}

#[test]
fn chats_are_told_by_content() {
    let bare = Probe { path: "IMG-20240201-WA0001.jpg", head: b"\xff\xd8\xff", tail: b"", size: 3 };
    assert_eq!(recognizes(&bare), Claim::Yes(2), "an archive of WhatsApp's own has no folder");
    let claim = |path: &str, head: &str| recognizes(&Probe { path, head: head.as_bytes(), tail: b"", size: head.len() as u64 });
    assert_eq!(claim("x/_chat.txt", "\u{200e}[13.02.24, 10:00:15] Ann: hi"), Claim::Yes(3));
    assert_eq!(claim("x/crew.txt", ANDROID), Claim::Yes(2));
    assert_eq!(claim("x/notes.txt", "Buy rope"), Claim::No);
    assert_eq!(claim("Google Photos/IMG-20240213-WA0001.jpg", "JFIF"), Claim::Yes(1));
}
