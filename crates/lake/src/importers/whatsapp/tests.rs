use super::*;
use crate::importer::collected::{Collected, read_set, shown};

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
fn a_group_in_whose_name_notes_are_written_is_nobody() {
    let chat = "[13.02.24, 10:00:15] Crew: \u{200e}Messages and calls are end-to-end encrypted.\n[13.02.24, 10:00:16] Crew: \u{200e}Ann added you\n\
        [13.02.24, 10:01:00] Ann: hi\n[13.02.24, 10:02:00] Bo: ho\n\u{200e}[13.02.24, 10:03:00] Cy: \u{200e}image omitted\n";
    let sinks = read_set(&IMPORTER, &[("WhatsApp Chat - Crew/_chat.txt", chat.as_bytes())]).unwrap();
    let lines: Vec<String> = sinks.values().next().unwrap().items.iter().map(shown).collect();
    assert!(lines[0].starts_with("activity whatsapp") && lines[1].starts_with("activity whatsapp"), "{lines:?}");
    assert!(lines[2].ends_with("hi <Sender name:ann> <Recipient name:bo> <Recipient name:cy>"), "{lines:?}");
    // With one other only, it may be a friend who never wrote.
    let pair = "[13.02.24, 10:00:15] Ann: \u{200e}Messages and calls are end-to-end encrypted.\n[13.02.24, 10:01:00] Me: hi\n";
    let sinks = read_set(&IMPORTER, &[("WhatsApp Chat - Ann/_chat.txt", pair.as_bytes())]).unwrap();
    assert!(shown(&sinks.values().next().unwrap().items[1]).ends_with("<Sender name:me> <Recipient name:ann>"));
}

#[test]
fn one_spoilt_line_costs_no_other() {
    let chat = b"# a note of an app that tidies up\n99/02/24, 22:00 - Ann: spoilt\n13/02/24, 22:01 - Ann: Gr\xc3\xbc\xc3\x9fe\n14/02/24, 22:01 - Bo: \xff ok\n";
    let path = "WhatsApp Chat with Ann.txt";
    assert_eq!(recognizes(&Probe { path, head: chat, tail: b"", size: chat.len() as u64 }), Claim::Yes(3));
    let sinks = read_set(&IMPORTER, &[(path, chat)]).unwrap();
    assert_eq!(sinks[path].items.iter().map(|item| item.title.as_str()).collect::<Vec<_>>(), ["Grüße", "\u{fffd} ok"]);
    assert_eq!(sinks[path].n_set_aside, 2);
}

#[test]
fn chats_of_several_archives_keep_their_names_and_files_apart() {
    let chat = |name: &str| format!("13/02/2024, 22:01 - {name}: <attached: 00000001-PHOTO.jpg>\n13/02/2024, 22:02 - Me: ok\n").into_bytes();
    let files = [("Ann", "_chat.txt"), ("Ann", "00000001-PHOTO.jpg"), ("Bo", "_chat.txt"), ("Bo", "00000001-PHOTO.jpg")];
    let mut chats = Chats::default();
    let mut sinks = Vec::new();
    for (number, (name, path)) in (0..).zip(files) {
        let bytes = if path == "_chat.txt" { chat(name) } else { name.as_bytes().to_vec() };
        let archive = format!("/x/WhatsApp Chat - {name}.zip");
        let (mut reader, mut sink) = (bytes.as_slice(), Collected::default());
        let origin = crate::importer::Origin { path: &archive, entry: path };
        chats.file(number, &mut Input { path, size: bytes.len() as u64, reader: &mut reader, origin }, &mut sink).unwrap();
        sinks.push(sink);
    }
    let mut together = Together(sinks);
    chats.finish(&mut together);
    for (at, name) in [(0, "Ann"), (2, "Bo")] {
        let photo = together.0[at].items.iter().find(|item| !item.blobs.is_empty()).unwrap();
        assert_eq!((photo.data["conversation"].as_str(), media::digest(&photo.blobs[0])), (Some(name), *blake3::hash(name.as_bytes()).as_bytes()));
    }
}

#[test]
fn a_document_beside_the_chat_is_part_of_its_message_whoever_reads_it() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("Lease of 3 May.pdf"), b"%PDF-1.7").unwrap();
    let name = "WhatsApp Chat with Ann.txt";
    let text = "13/02/2024, 22:01 - Ann: Lease of 3 May.pdf (file attached)\n13/02/2024, 22:02 - Me: gone.pdf (file attached)\n";
    let path = folder.path().join(name).display().to_string();
    let (mut chats, mut reader, mut sink) = (Chats::default(), text.as_bytes(), Collected::default());
    let origin = Origin { path: &path, entry: "" };
    chats.file(0, &mut Input { path: name, size: text.len() as u64, reader: &mut reader, origin }, &mut sink).unwrap();
    let mut together = Together(vec![sink]);
    chats.finish(&mut together);
    let sink = &together.0[0];
    assert_eq!(sink.items.iter().map(|item| item.blobs.len()).collect::<Vec<_>>(), [1, 0]);
    assert_eq!(media::digest(&sink.items[0].blobs[0]), *blake3::hash(b"%PDF-1.7").as_bytes());
    assert_eq!(sink.findings.iter().filter(|finding| finding.code == FindingCode::Unpaired).count(), 1);
}

struct Together(Vec<Collected>);

impl SetSink for Together {
    fn of(&mut self, file: FileNumber) -> &mut dyn Sink {
        &mut self.0[file as usize]
    }
    fn end(&mut self, _: FileNumber) {}
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
