//! Instagram's export in JSON: messages, posts, stories, comments, likes, searches, followers and its other lists. What items
//! hold is described in [`super::meta`], and of the export of until 2020 in [`super::meta::flat`].

use super::meta::{self, Export, Service};
use crate::importer::{Claim, Importer, Parse, Probe};

pub(crate) static IMPORTER: Importer = Importer { id: "instagram", label: "Instagram", recognizes, parse: Parse::Set(|| Box::new(Export::of(Service::Instagram))) };

fn recognizes(probe: &Probe<'_>) -> Claim {
    meta::claim(Service::Instagram, probe)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::importer::collected::read;

    fn line(path: &str, file: &str) -> String {
        read(&IMPORTER, path, file.as_bytes()).shown().lines().next().unwrap().to_owned()
    }

    #[test]
    fn lists_are_read_in_their_wrappings() {
        assert_eq!(
            line(
                "likes/liked_posts.json",
                r#"{"likes_media_likes": [{"title": "bo", "string_list_data": [{"href": "https://example.org/p/1", "value": "x", "timestamp": 1600000000}]}]}"#
            ),
            "activity instagram 2020-09-13T12:26:40Z | bo | x"
        );
        assert_eq!(
            line(
                "comments/post_comments_1.json",
                r#"[{"media_list_data": [{"uri": ""}], "string_map_data": {"Comment": {"value": "Sch\u00c3\u00b6n"}, "Media Owner": {"value": "bo"}, "Time": {"timestamp": 1600000000}}}]"#
            ),
            "post instagram 2020-09-13T12:26:40Z | Schön | Schön / Media Owner: bo"
        );
        assert_eq!(
            line(
                "recent_searches/word_or_phrase_searches.json",
                r#"{"searches_keyword": [{"string_map_data": {"Search": {"value": "ropes"}, "Time": {"timestamp": 1600000000}}}]}"#
            ),
            "search instagram 2020-09-13T12:26:40Z | ropes | ropes"
        );
        assert_eq!(
            line(
                "connections/following.json",
                r#"{"relationships_following": [{"title": "", "string_list_data": [{"href": "https://example.org/bo", "value": "bo", "timestamp": 1600000000}]}]}"#
            ),
            "subscription instagram 2020-09-13T12:26:40Z | bo | bo <Channel name:bo>"
        );
        assert_eq!(
            line(
                "media/posts_1.json",
                r#"[{"media": [{"uri": "media/posts/1.jpg", "creation_timestamp": 1600000000, "title": ""}], "title": "At sea", "creation_timestamp": 1600000000}]"#
            ),
            "post instagram 2020-09-13T12:26:40Z | At sea"
        );
    }

    #[test]
    fn a_post_stands_where_its_picture_was_taken_and_the_owner_is_known_in_any_language() {
        assert_eq!(
            line(
                "media/posts_1.json",
                r#"[{"media": [{"uri": "media/posts/1.jpg", "creation_timestamp": 1600000000, "title": "Pier", "media_metadata": {"photo_metadata": {"exif_data": [{"latitude": 47.1, "longitude": 8.5}]}}}]}]"#
            ),
            "post instagram 2020-09-13T12:26:40Z | Pier @47.1000,8.5000"
        );
        assert_eq!(
            line(
                "personal_information/personal_information.json",
                r#"{"profile_user": [{"title": "Nutzer", "media_map_data": {}, "string_map_data": {"E-Mail-Adresse": {"value": "Me@example.org"}, "Benutzername": {"value": "me_ex"}, "Name": {"value": "Me Ex"}}}]}"#
            ),
            "contact instagram no time | Me Ex <Subject name:me ex> <Subject mailto:me@example.org> <Subject name:me_ex>"
        );
    }

    #[test]
    fn the_owner_of_the_flat_export_is_known() {
        let profile = r#"{"biography": "At sea", "date_joined": "2012-03-04T05:06:07+00:00", "email": "Me@example.org", "gender": "", "private_account": true, "name": "Jör Ex", "profile_pic_url": "", "username": "jor_ex"}"#;
        let claim = |importer: &Importer| (importer.recognizes)(&Probe { path: "profile.json", head: profile.as_bytes(), tail: b"", size: 9 });
        assert_eq!((claim(&IMPORTER), claim(&crate::importers::facebook::IMPORTER)), (Claim::Yes(2), Claim::No));
        assert_eq!(
            line("profile.json", profile),
            "contact instagram no time | Jör Ex | At sea <Subject name:jör ex> <Subject mailto:me@example.org> <Subject name:jor_ex>"
        );
        assert_eq!(read(&IMPORTER, "profile.json", profile.as_bytes()).items[0].data["is_owner"], true);
    }

    #[test]
    fn a_post_carries_its_picture() {
        let posts = ("media/posts_1.json", &br#"[{"media": [{"uri": "media/posts/202009/1.jpg", "creation_timestamp": 1600000000, "title": ""}], "title": "At sea", "creation_timestamp": 1600000000}]"#[..]);
        let picture = ("media/posts/202009/1.jpg", &b"\xff\xd8"[..]);
        let claim = recognizes(&Probe { path: picture.0, head: picture.1, tail: b"", size: 2 });
        let sinks = crate::importer::collected::read_set(&IMPORTER, &[picture, posts]).unwrap();
        assert_eq!((claim, sinks[posts.0].items[0].blobs.len(), sinks[picture.0].n_merged), (Claim::Yes(1), 1, 1));
    }

    const FLAT: [(&str, &str); 6] = [
        (
            "messages.json",
            r#"[{"participants": ["me", "anna"], "conversation": [
                {"sender": "anna", "created_at": "2019-03-04T05:06:07.123456+00:00", "text": "Grüße Ã©", "likes": [{"username": "me"}]},
                {"sender": "me", "created_at": "2019-03-04T05:06:08+00:00", "media": "direct/201903/y.jpg"}, {"text": "nobody"}]}]"#,
        ),
        ("likes.json", r#"{"media_likes": [["2019-03-04T05:06:07+00:00", "bo"], ["soon", "cy"]], "comment_likes": [["2019-03-05T05:06:07", "cy"]]}"#),
        ("comments.json", r#"{"media_comments": [["2019-03-04T05:06:07+00:00", "Well tied", "bo"]]}"#),
        (
            "media.json",
            r#"{"photos": [{"caption": "At sea", "taken_at": "2019-03-04T05:06:07+00:00", "path": "photos/201903/x.jpg", "location": "The pier"}],
                "stories": [{"caption": "", "taken_at": "2019-03-04T06:06:07", "path": "stories/201903/z.jpg"}],
                "direct": [{"taken_at": "2019-03-04T05:06:08+00:00", "path": "direct/201903/y.jpg"}]}"#,
        ),
        ("connections.json", r#"{"blocked_users": {}, "followers": {"bo": "2019-03-04T05:06:07+00:00"}, "following": {"cy": "2018-03-04T05:06:07"}}"#),
        ("searches.json", r#"[{"search_click": "ropes", "time": "2019-03-04T05:06:07+00:00", "type": "user"}]"#),
    ];

    #[test]
    fn the_flat_export_is_known_by_its_shapes_and_read() {
        for (path, file) in FLAT {
            let claim = |importer: &Importer| (importer.recognizes)(&Probe { path, head: file.as_bytes(), tail: b"", size: 9 });
            assert_eq!((claim(&IMPORTER), claim(&crate::importers::facebook::IMPORTER)), (Claim::Yes(2), Claim::No), "{path}");
        }
        let shown: Vec<String> = FLAT.iter().map(|(path, file)| read(&IMPORTER, path, file.as_bytes()).shown()).collect();
        let lines: Vec<Vec<&str>> = shown.iter().map(|shown| shown.lines().collect()).collect();
        assert_eq!(
            lines[0][..3],
            [
                "collection instagram no time | me, anna <Attendee name:me> <Attendee name:anna>",
                "message instagram 2019-03-04T05:06:07.123Z | Grüße Ã© | Grüße Ã© <Sender name:anna> <Recipient name:me>",
                "message instagram 2019-03-04T05:06:08Z | y.jpg <Sender name:me> <Recipient name:anna>",
            ]
        );
        assert_eq!(lines[0].last(), Some(&"= 3 items, 0 merged, 0 skipped, 1 set aside"));
        assert_eq!(lines[1][..2], ["activity instagram 2019-03-04T05:06:07Z | bo", "activity instagram 2019-03-05T05:06:07Z | cy"]);
        assert_eq!(lines[1].last(), Some(&"= 2 items, 0 merged, 0 skipped, 1 set aside"));
        assert_eq!(lines[2][0], "post instagram 2019-03-04T05:06:07Z | Well tied | Well tied / Media Owner: bo");
        assert_eq!(
            lines[3][..3],
            [
                "post instagram 2019-03-04T05:06:07Z | At sea | At sea <Location name:the pier>",
                "post instagram 2019-03-04T06:06:07Z | z.jpg",
                "photo instagram 2019-03-04T05:06:08Z | y.jpg",
            ]
        );
        assert_eq!(
            lines[4][..2],
            [
                "activity instagram 2019-03-04T05:06:07Z | bo <Depicted name:bo>",
                "subscription instagram 2018-03-04T05:06:07Z | cy <Channel name:cy>",
            ]
        );
        assert_eq!(lines[5][0], "search instagram 2019-03-04T05:06:07Z | ropes");
        let at = read(&IMPORTER, FLAT[1].0, FLAT[1].1.as_bytes()).items[1].at.clone().unwrap();
        assert_eq!((at.certainty, at.offset_min), (domain::Certainty::Exact, None), "without a zone it is UTC too");
    }

    #[test]
    fn the_flat_export_names_its_media() {
        let files = [("photos/201903/x.jpg", &b"\xff\xd8"[..]), (FLAT[3].0, FLAT[3].1.as_bytes())];
        assert_eq!(recognizes(&Probe { path: files[0].0, head: files[0].1, tail: b"", size: 2 }), Claim::Yes(1));
        let sinks = crate::importer::collected::read_set(&IMPORTER, &files).unwrap();
        assert_eq!((sinks[files[1].0].items[0].blobs.len(), sinks[files[0].0].n_merged), (1, 1));
    }

    #[test]
    fn files_of_such_names_that_others_wrote_are_theirs() {
        for (path, head) in [
            ("messages.json", r#"[{"ID": 1, "Timestamp": "", "Contents": ""}]"#),
            ("likes.json", r#"{"likes": [["2019-03-04T05:06:07", "bo"]]}"#),
            ("comments.json", r#"{"comments": [{"time": "2019-03-04"}]}"#),
            ("media.json", r#"{"photos": [{"path": "a.jpg", "title": "x"}]}"#),
            ("connections.json", r#"{"followers": [{"name": "bo"}]}"#),
            ("connections.json", r#"{"followers": {"count": 3}}"#),
            ("searches.json", r#"[{"searchQuery": "x", "searchTime": "2019"}]"#),
            ("photos/2019/x.jpg", "x"),
            ("a/b/photos/201903/x.jpg", "x"),
            ("photos/201903/x.txt", "x"),
        ] {
            assert_eq!(recognizes(&Probe { path, head: head.as_bytes(), tail: b"", size: 9 }), Claim::No, "{path}: {head}");
        }
    }

    #[test]
    fn either_service_knows_its_own() {
        let head = br#"{"participants": [{"name": "A"}], "messages": ["#;
        let posts = br#"[{"media":[{"uri":"media/posts/202101/11_n.jpg","creation_timestamp":1610000000,"title":"Day"}]}]"#;
        assert_eq!(recognizes(&Probe { path: "content/posts_1.json", head: posts, tail: b"", size: 9 }), Claim::Yes(2), "as it was until 2022");
        let claim = |path: &str| {
            let probe = Probe { path, head, tail: b"", size: 100 };
            (recognizes(&probe), (crate::importers::facebook::IMPORTER.recognizes)(&probe))
        };
        assert_eq!(claim("your_instagram_activity/messages/inbox/a/message_1.json"), (Claim::Yes(3), Claim::No));
        assert_eq!(claim("messages/inbox/a/message_1.json"), (Claim::No, Claim::Yes(2)));
    }
}
