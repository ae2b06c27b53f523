//! Facebook's export in JSON: messages, posts, comments, reactions, searches, friends and its other lists. What items hold is
//! described in [`super::meta`].

use super::meta::{self, Export, Service};
use crate::importer::{Claim, Importer, Parse, Probe};

pub(crate) static IMPORTER: Importer = Importer { id: "facebook", label: "Facebook", recognizes, parse: Parse::Set(|| Box::new(Export::of(Service::Facebook))) };

fn recognizes(probe: &Probe<'_>) -> Claim {
    meta::claim(Service::Facebook, probe)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::importer::collected::{read, read_set};
    use crate::importers::instagram;

    const THREAD: &str = r#"{"participants": [{"name": "Ren\u00c3\u00a9"}, {"name": "Ann"}],
        "messages": [{"sender_name": "Ren\u00c3\u00a9", "timestamp_ms": 1600000001000, "content": "caf\u00c3\u00a9 \u00e2\u009c\u0093", "reactions": [{"reaction": "\u00e2\u009d\u00a4", "actor": "Ann"}]},
        {"sender_name": "Ann", "timestamp_ms": 1600000000000, "photos": [{"uri": "messages/inbox/rene_x1/photos/1.jpg", "creation_timestamp": 1600000000}]},
        {"sender_name": "Ann", "timestamp_ms": 1600000002000, "call_duration": 61}, {"content": "nobody"}],
        "title": "Ren\u00c3\u00a9", "thread_path": "inbox/rene_x1", "magic_words": []}"#;

    #[test]
    fn a_thread_is_read_with_its_letters_mended() {
        let collected = read(&IMPORTER, "your_facebook_activity/messages/inbox/rene_x1/message_1.json", THREAD.as_bytes());
        let shown = collected.shown();
        let lines: Vec<&str> = shown.lines().collect();
        assert_eq!(
            lines[..4],
            [
                "collection facebook no time | René <Attendee name:rené> <Attendee name:ann>",
                "message facebook 2020-09-13T12:26:41Z | café ✓ | café ✓ <Sender name:rené> <Recipient name:ann>",
                "call facebook 2020-09-13T12:26:42Z | Call <Sender name:ann> <Recipient name:rené>",
                // Waits for its file to the end.
                "message facebook 2020-09-13T12:26:40Z | 1.jpg <Sender name:ann> <Recipient name:rené>",
            ]
        );
        assert_eq!((collected.n_set_aside, &collected.items[1].data["reactions"][0]["emoji"]), (1, &"❤".into()));
        assert_eq!(collected.items[1].related[0].to, collected.items[0].uid);
        // The same thread in the other service's export.
        let other = read(
            &instagram::IMPORTER,
            "your_instagram_activity/messages/archived_threads/rene_x1/message_1.json",
            THREAD.replace("inbox/rene_x1\",", "archived_threads/rene_x1\",").as_bytes(),
        );
        assert_eq!(other.items[1].uid, collected.items[1].uid);
    }

    #[test]
    fn a_cut_thread_keeps_its_whole_messages() {
        let collected =
            read(&IMPORTER, "messages/inbox/rene_x1/message_1.json", &THREAD.as_bytes()[..THREAD.find("call_duration").unwrap()]);
        assert_eq!((collected.items.len(), collected.findings.last().unwrap().code), (3, domain::FindingCode::Unpaired));
        assert!(collected.findings.iter().any(|finding| finding.code == domain::FindingCode::CutShort));
    }

    #[test]
    fn an_encrypted_chat_is_read_as_it_stands() {
        let thread = r#"{"participants":["Änna","Jörg"],"threadName":"Änna_12","messages":[
            {"isUnsent":false,"media":[],"reactions":[{"actor":"Jörg","reaction":"❤"}],"senderName":"Änna","text":"e2ee größe Ã©","timestamp":1710000000000,"type":"text"},
            {"isUnsent":false,"media":[{"uri":"./media/x.jpg"}],"reactions":[],"senderName":"Jörg","text":"","timestamp":1710000001000,"type":"media"},
            {"isUnsent":true,"media":[],"reactions":[],"senderName":"Jörg","text":"","timestamp":1710000002000,"type":"text"},{"text":"nobody"}]}"#;
        let chat = ("messages/Änna_12.json", thread.as_bytes());
        let picture = ("messages/media/x.jpg", &b"\xff\xd8one"[..]);
        let claim = |(path, head): (&str, &[u8])| recognizes(&Probe { path, head, tail: b"", size: 9 });
        assert_eq!((claim(chat), claim(picture)), (Claim::Yes(2), Claim::Yes(1)));
        let sinks = read_set(&IMPORTER, &[chat, picture]).unwrap();
        let collected = &sinks[chat.0];
        let shown = collected.shown();
        let lines: Vec<&str> = shown.lines().collect();
        assert_eq!(
            lines[..4],
            [
                "collection facebook no time | Änna <Attendee name:änna> <Attendee name:jörg>",
                "message facebook 2024-03-09T16:00:00Z | e2ee größe Ã© | e2ee größe Ã© <Sender name:änna> <Recipient name:jörg>",
                "message facebook 2024-03-09T16:00:02Z | Message that was taken back <Sender name:jörg> <Recipient name:änna> (hidden)",
                // Waits for its file to the end.
                "message facebook 2024-03-09T16:00:01Z | x.jpg <Sender name:jörg> <Recipient name:änna>",
            ]
        );
        assert_eq!((collected.n_set_aside, collected.items[3].blobs.len(), sinks[picture.0].n_merged), (1, 1, 1));
        assert_eq!((&collected.items[1].data["conversation"], &collected.items[1].data["reactions"][0]["by"]), (&"Änna".into(), &"Jörg".into()));
        let bare = [("Änna_12.json", thread.as_bytes()), ("media/x.jpg", picture.1)];
        assert_eq!(bare.map(claim), [Claim::Yes(2), Claim::Yes(1)], "the chats may be all of the archive");
        let sinks = read_set(&IMPORTER, &bare).unwrap();
        assert_eq!((sinks[bare[0].0].items[3].blobs.len(), sinks[bare[1].0].n_merged), (1, 1));
        // The number is that of the download.
        let again = read(&IMPORTER, "messages/Änna_3.json", thread.replace("Änna_12", "Änna_3").as_bytes());
        assert_eq!(again.items[1].uid, collected.items[1].uid);
    }

    #[test]
    fn media_become_part_of_what_names_them_in_any_order() {
        let thread = ("x/your_facebook_activity/messages/inbox/rene_x1/message_1.json", THREAD.as_bytes());
        let photo = ("x/your_facebook_activity/messages/inbox/rene_x1/photos/1.jpg", &b"\xff\xd8one"[..]);
        let other = ("x/your_facebook_activity/messages/inbox/bo_x2/photos/1.jpg", &b"\xff\xd8two"[..]);
        for files in [[thread, photo, other], [other, photo, thread]] {
            let sinks = read_set(&IMPORTER, &files).unwrap();
            let carrying: Vec<_> = sinks[thread.0].items.iter().filter(|item| !item.blobs.is_empty()).collect();
            assert_eq!(carrying.len(), 1);
            assert_eq!(crate::media::digest(&carrying[0].blobs[0]), *blake3::hash(photo.1).as_bytes());
            assert_eq!((sinks[photo.0].n_merged, sinks[other.0].items[0].kind), (1, domain::Kind::Photo));
        }
        let claim = |path: &str| recognizes(&Probe { path, head: b"\xff\xd8", tail: b"", size: 9 });
        assert_eq!((claim(photo.0), claim("messages/inbox/a/files/x.bin"), claim("Facebook/x.jpg")), (Claim::Yes(1), Claim::Yes(1), Claim::No));
    }

    #[test]
    fn every_answer_to_an_event_is_kept_and_media_of_posts_are_met() {
        let events = br#"{"event_responses_v2":{"events_joined":[{"name":"Fest","start_timestamp":1600000000},{"name":"Regatta","start_timestamp":1600086400}],"events_declined":[{"name":"Gala","start_timestamp":1600000000}]}}"#;
        let collected = read(&IMPORTER, "your_facebook_activity/events/your_event_responses.json", events);
        let mut titles: Vec<&str> = collected.items.iter().map(|item| item.title.as_str()).collect();
        titles.sort_unstable();
        assert_eq!(titles, ["Fest", "Gala", "Regatta"]);
        let comments = br#"{"comments":[{"timestamp":1500000000,"data":[{"comment":{"timestamp":1500000000,"comment":"Sch\u00c3\u00b6n","author":"Ann"}}],"title":"Ann commented"}]}"#;
        let claim = |path| (IMPORTER.recognizes)(&Probe { path, head: comments, tail: b"", size: 9 });
        assert_eq!((claim("comments/comments.json"), claim("comments/others.txt")), (Claim::Yes(2), Claim::No), "as it was until 2021");
        assert_eq!(read(&IMPORTER, "comments/comments.json", comments).items[0].text, "Ann commented\nSchön");
        for path in ["your_facebook_activity/posts/media/Mobileuploads_1/5.jpg", "your_activity_across_facebook/posts/media/x_2/5.jpg"] {
            assert_eq!((IMPORTER.recognizes)(&Probe { path, head: b"\xff\xd8", tail: b"", size: 2 }), Claim::Yes(1), "{path}");
        }
    }

    #[test]
    fn tags_places_and_the_comments_of_others_are_kept_apart() {
        let album = r#"{"name": "Harbour", "photos": [{"uri": "x/posts/media/Harbour_1/1.jpg", "creation_timestamp": 1600000000, "title": "Harbour",
            "comments": [{"timestamp": 1600000100, "comment": "Lovely", "author": "Bo"}]}], "last_modified_timestamp": 1600000200, "comments": []}"#;
        let read_album = read(&IMPORTER, "your_facebook_activity/posts/album/0.json", album.as_bytes());
        let comment = read_album.items.iter().find(|item| item.text.contains("Lovely")).unwrap();
        let picture = read_album.items.iter().find(|item| item.data.get("files").is_some()).unwrap();
        assert_eq!((comment.data["author"].as_str(), comment.related[0].to), (Some("Bo"), picture.uid));
        assert!(picture.links.is_empty() && !picture.text.contains("Lovely"), "{picture:?}");
        let check_in = r#"[{"timestamp": 1600000000, "title": "Ann is at the pier.", "data": [{"post": "Windy"}], "tags": [{"name": "Bo"}, {"name": "Cy"}, "a word"],
            "attachments": [{"data": [{"place": {"name": "The pier", "coordinate": {"latitude": 47.12, "longitude": 8.54}, "address": "", "url": "https://x"}}]}]}]"#;
        assert_eq!(
            read(&IMPORTER, "your_facebook_activity/posts/your_posts_1.json", check_in.as_bytes()).shown().lines().next().unwrap(),
            "post facebook 2020-09-13T12:26:40Z | Windy | Ann is at the pier. / Windy @47.1200,8.5400 <Location name:the pier> <Depicted name:bo> <Depicted name:cy>"
        );
    }

    #[test]
    fn the_profile_says_whose_account_it_is() {
        let profile = r#"{"profile_v2": {"name": {"full_name": "Ren\u00c3\u00a9 X", "first_name": "Ren\u00c3\u00a9"}, "emails": {"emails": ["Rene@example.org"], "previous_emails": []}}}"#;
        let path = "personal_information/profile_information/profile_information.json";
        assert_eq!(recognizes(&Probe { path, head: profile.as_bytes(), tail: b"", size: 9 }), Claim::Yes(2));
        let collected = read(&IMPORTER, path, profile.as_bytes());
        assert_eq!(
            collected.shown().lines().next().unwrap(),
            "contact facebook no time | René X <Subject name:rené x> <Subject mailto:rene@example.org>"
        );
        assert_eq!(collected.items[0].data["is_owner"], true);
    }

    #[test]
    fn lists_become_what_was_done() {
        let line = |path: &str, file: &str| read(&IMPORTER, path, file.as_bytes()).shown().lines().next().unwrap().to_owned();
        assert_eq!(
            line(
                "posts/your_posts_1.json",
                r#"[{"timestamp": 1600000000, "title": "Ann shared a memory.", "data": [{"post": "At sea \u00e2\u009b\u00b5"}], "attachments": [{"data": [{"media": {"uri": "photos/1.jpg"}}]}]}]"#
            ),
            "post facebook 2020-09-13T12:26:40Z | At sea ⛵ | Ann shared a memory. / At sea ⛵"
        );
        assert_eq!(
            line(
                "comments_and_reactions/comments.json",
                r#"{"comments_v2": [{"timestamp": 1600000000, "title": "Ann commented on Bo's post.", "data": [{"comment": {"timestamp": 1600000000, "comment": "Well tied", "author": "Ann"}}]}]}"#
            ),
            "post facebook 2020-09-13T12:26:40Z | Well tied | Ann commented on Bo's post. / Well tied <Sender name:ann>"
        );
        assert_eq!(
            line(
                "search/your_search_history.json",
                r#"{"searches_v2": [{"timestamp": 1600000000, "title": "You searched Facebook", "data": [{"text": "\"ropes\""}]}]}"#
            ),
            "search facebook 2020-09-13T12:26:40Z | ropes | You searched Facebook / \"ropes\""
        );
        assert_eq!(
            line("friends/your_friends.json", r#"{"friends_v2": [{"name": "Bo", "timestamp": 1600000000}]}"#),
            "activity facebook 2020-09-13T12:26:40Z | Bo <Depicted name:bo>"
        );
        let liked = r#"[{"timestamp": 1600000000, "data": [{"reaction": {"reaction": "LOVE", "actor": "Ann"}}], "title": "Ann reacted to Bo's post."}]"#;
        let liked = read(&IMPORTER, "your_facebook_activity/comments_and_reactions/likes_and_reactions_1.json", liked.as_bytes());
        assert_eq!((&liked.items[0].data["reaction"], liked.items[0].kind), (&"love".into(), domain::Kind::Activity));
        assert!(
            line("security/login_history.json", r#"{"account_accesses_v2": [{"action": "Login", "timestamp": 1600000000, "title": "x"}]}"#)
                .ends_with("(hidden)")
        );
    }
}
