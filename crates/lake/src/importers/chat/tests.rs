use std::collections::BTreeMap;

use super::*;
use crate::importer::collected::{Collected, read_set, shown};

const GROUP: &str = r#"{"name": "Boat crew", "members": [{"name": "Ann", "email": "Ann@example.org", "user_type": "Human"}, {"name": "Bo", "email": "bo@example.org", "user_type": "Human"}, 7]}"#;
const MESSAGES: &str = r#"{"messages": [
  {"creator": {"name": "Ann", "email": "ann@example.org", "user_type": "Human"}, "created_date": "Monday, April 7, 2025 at 6:05:09 PM UTC", "text": "see https://example.org\nnow",
   "topic_id": "T1", "message_id": "AAAA/T1/T1", "annotations": [{"start_index": 4, "length": 19, "url_metadata": {"title": "Knots", "url": {"private_do_not_access_or_else_safe_url_wrapped_value": "https://example.org"}}}],
   "reactions": [{"emoji": {"unicode": "👍"}, "reactor_emails": ["bo@example.org"]}]},
  {"creator": {"name": "Bo", "email": "bo@example.org"}, "created_date": "Tuesday, 7 February 2021 at 17:13:43 UTC", "topic_id": "T1", "message_id": "AAAA/T1/T2",
   "attached_files": [{"original_name": "long name of a picture.jpg", "export_name": "File-long name of a picture.jpg"}], "quoted_message_metadata": {"text": "see", "message_id": "AAAA/T1/T1"}},
  {"created_date": "Montag, 7. April 2025 um 18:05:09 UTC", "message_id": "AAAA/T3/T3", "message_state": "DELETED", "deletion_metadata": {"deletion_type": "CREATOR"}},
  {"creator": {"name": "Bo"}, "created_date": "some day", "text": "when?", "message_id": "AAAA/T4/T4"},
  {"creator": 4, "text": ["no"]}, {}]}"#;

fn lines(sinks: &BTreeMap<String, Collected>, path: &str) -> Vec<String> {
    sinks[path].items.iter().map(shown).collect()
}

#[test]
fn messages_find_their_group_and_files_in_any_order() {
    let folder = "Google Chat/Groups/Space AAAA";
    let (group, messages, file) =
        (format!("{folder}/group_info.json"), format!("{folder}/messages.json"), format!("{folder}/File-long name.jpg"));
    let mut files: Vec<(&str, &[u8])> = vec![(&group, GROUP.as_bytes()), (&messages, MESSAGES.as_bytes()), (&file, b"picture")];
    let first = read_set(&IMPORTER, &files).unwrap();
    assert_eq!(
        lines(&first, &messages),
        [
            "message google.chat 2025-04-07T18:05:09Z | see https://example.org | see https://example.org / now / Knots <Sender mailto:ann@example.org> <Recipient mailto:bo@example.org>",
            "message google.chat 2025-04-07T18:05:09Z | Deleted message <Recipient mailto:ann@example.org> <Recipient mailto:bo@example.org> (hidden)",
            "message google.chat no time | when? | when? <Sender name:bo> <Recipient mailto:ann@example.org> <Recipient mailto:bo@example.org>",
            "message google.chat 2021-02-07T17:13:43Z | long name of a picture.jpg <Sender mailto:bo@example.org> <Recipient mailto:ann@example.org>",
        ]
    );
    assert_eq!((first[&messages].n_set_aside, first[&file].n_merged), (2, 1));
    assert_eq!(
        lines(&first, &group),
        ["collection google.chat no time | Boat crew <Attendee mailto:ann@example.org> <Attendee mailto:bo@example.org>"]
    );

    files.reverse();
    let second = read_set(&IMPORTER, &files).unwrap();
    let sorted = |sinks: &BTreeMap<String, Collected>| {
        let mut items: Vec<NewItem> = sinks[&messages].items.clone();
        items.sort_by_key(|item| item.uid);
        items
    };
    assert_eq!(sorted(&first), sorted(&second));

    let items = sorted(&first);
    let quoted = items.iter().find(|item| item.data.contains_key("quoted")).unwrap();
    let opening = items.iter().find(|item| item.data.contains_key("reactions")).unwrap();
    assert_eq!((quoted.blobs[0].name.as_str(), quoted.related[2].to), ("File-long name.jpg", opening.uid));
    assert_eq!(opening.related[0].to, first[&group].items[0].uid);
    assert_eq!(opening.data["links"][0]["url"], "https://example.org");
}

#[test]
fn a_cut_or_empty_file_and_the_owner_are_told() {
    let cut = &MESSAGES.as_bytes()[..MESSAGES.find("Tuesday").unwrap()];
    let user = r#"{"user": {"name": "Ann", "email": "ann@example.org", "user_type": "Human"}, "membership_info": [{"group_name": "Boat crew", "group_id": "Space AAAA", "membership_state": "MEMBER_JOINED"}]}"#;
    let files: Vec<(&str, &[u8])> = vec![
        ("Google Chat/Groups/DM b/messages.json", cut),
        ("Google Chat/Groups/DM c/messages.json", b"{\"messages\": []}"),
        ("Google Chat/Users/User 1/user_info.json", user.as_bytes()),
    ];
    let sinks = read_set(&IMPORTER, &files).unwrap();
    let cut = &sinks["Google Chat/Groups/DM b/messages.json"];
    assert_eq!((cut.items.len(), cut.findings[0].code), (1, FindingCode::CutShort));
    assert_eq!(sinks["Google Chat/Groups/DM c/messages.json"].items.len(), 0);
    let user = &sinks["Google Chat/Users/User 1/user_info.json"];
    assert_eq!(
        user.shown(),
        "contact google.chat no time | Ann <Subject mailto:ann@example.org>\n= 1 items, 1 merged, 0 skipped, 0 set aside"
    );
    assert_eq!(user.items[0].data["is_owner"], true);
}

#[test]
fn files_are_told_by_content_and_attached_ones_by_their_folder() {
    let claim = |path: &str, head: &str| recognizes(&Probe { path, head: head.as_bytes(), tail: b"", size: head.len() as u64 });
    assert_eq!(claim("Google Chat/Gruppen/DM x/messages.json", MESSAGES), Claim::Yes(3));
    assert_eq!(claim("elsewhere/group_info.json", GROUP), Claim::Yes(2));
    assert_eq!(claim("Google Chat/Groups/DM x/File-a.jpg", "JFIF"), Claim::Yes(2));
    assert_eq!(claim("x/messages.json", "{\"messages\": [{\"sender_name\": \"A\"}]}"), Claim::No);
}

#[test]
fn that_too_many_messages_wait_is_said() {
    let mut chats = Chats { waiting: attachments::WAITING + 1, ..Chats::default() };
    let mut sink = Collected::default();
    let mut bytes = MESSAGES.as_bytes();
    let origin = Origin { path: "", entry: "" };
    let mut input = Input { path: "Google Chat/Groups/DM b/messages.json", size: bytes.len() as u64, reader: &mut bytes, origin };
    chats.file(0, &mut input, &mut sink).unwrap();
    assert_eq!(sink.items.len(), 4, "none waits");
    assert!(sink.findings.iter().any(|finding| finding.code == FindingCode::Limit), "{:?}", sink.findings);
}

#[test]
fn an_edited_or_deleted_message_is_newer_than_what_was_said_first() {
    let revision = |more: &str| {
        let said =
            r#"{"creator": {"name": "Bo"}, "created_date": "Monday, April 7, 2025 at 6:05:09 PM UTC", "text": "hi", "message_id": "A/T/T""#;
        let read = message::read(format!("{said}{more}}}").as_bytes(), &Conversation::default());
        read.map(|reading| reading.item.revision)
    };
    let edited = r#", "updated_date": "Monday, April 7, 2025 at 7:05:09 PM UTC""#;
    assert_eq!(revision(""), Ok(None));
    assert_eq!(revision(edited), Ok(Some(1_744_052_709_000)));
    assert_eq!(revision(r#", "message_state": "DELETED""#), Ok(Some(i64::MAX)));
    assert_eq!(revision(&format!(r#"{edited}, "message_state": "DELETED""#)), Ok(Some(i64::MAX)));
}

#[test]
fn a_cut_name_keeps_its_number() {
    let mut group = Group::default();
    for name in ["File-long name.jpg", "File-long name(1).jpg"] {
        let blob = NewBlob { name: name.to_owned(), media_type: String::new(), content: domain::BlobContent::Bytes(Vec::new()) };
        group.attached(0, blob, &mut Collected::default());
    }
    let mut found = |name: &str| group.file_named(name).map(|file| file.blob.name.clone());
    assert_eq!(found("File-long name of a picture(1).jpg").as_deref(), Some("File-long name(1).jpg"));
    assert_eq!(found("File-long name of a picture.jpg").as_deref(), Some("File-long name.jpg"));
    assert_eq!(found("File-long name of a picture(2).jpg"), None);
}
