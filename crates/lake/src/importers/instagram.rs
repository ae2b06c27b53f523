//! Instagram's export in JSON: messages, posts, stories, comments, likes, searches, followers and its other lists. What items
//! hold is described in [`super::meta`].

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
    fn a_post_carries_its_picture() {
        let posts = ("media/posts_1.json", &br#"[{"media": [{"uri": "media/posts/202009/1.jpg", "creation_timestamp": 1600000000, "title": ""}], "title": "At sea", "creation_timestamp": 1600000000}]"#[..]);
        let picture = ("media/posts/202009/1.jpg", &b"\xff\xd8"[..]);
        let claim = recognizes(&Probe { path: picture.0, head: picture.1, tail: b"", size: 2 });
        let sinks = crate::importer::collected::read_set(&IMPORTER, &[picture, posts]).unwrap();
        assert_eq!((claim, sinks[posts.0].items[0].blobs.len(), sinks[picture.0].n_merged), (Claim::Yes(1), 1, 1));
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
