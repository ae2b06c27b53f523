//! My Activity and YouTube history as JSON: one array of rows, newest first, up to several hundred megabytes.
//!
//! Titles, captions and products are in the account's language; keys are English. See [`super::activity`] for what a row
//! becomes and for its identity.

use std::io;

use domain::{Finding, FindingCode, Raw, Severity};
use serde::Deserialize;

use super::activity::files::Files;
use super::activity::row::{self, Named, Row, spaced};
use crate::importer::{Claim, Importer, Input, Parse, Probe, Sink};
use crate::json::each::{Entry, each};
use crate::json::lenient;
use crate::text::{numbers, time};

/// Reads `MyActivity.json`, `watch-history.json` and `search-history.json`, in any language.
pub(crate) static IMPORTER: Importer =
    Importer { id: "google.activity_json", label: "My Activity and YouTube history (JSON)", recognizes, parse: Parse::File(parse) };

fn recognizes(probe: &Probe<'_>) -> Claim {
    // Some were given the other form's name.
    if !matches!(probe.extension().as_str(), "json" | "html" | "htm") {
        return Claim::No;
    }
    let by_path = is_activity_path(probe.path);
    let head = probe.head.trim_ascii_start();
    if head.first() != Some(&b'[') {
        return Claim::No;
    }
    let inside = head[1..].trim_ascii_start();
    if inside.is_empty() || inside.starts_with(b"]") {
        return if by_path { Claim::Yes(1) } else { Claim::No };
    }
    let has = |key: &str| memchr::memmem::find(inside, key.as_bytes()).is_some();
    let shaped = inside.starts_with(b"{")
        && has("\"time\"")
        && has("\"title\"")
        && (has("\"products\"") || has("\"header\"") || has("\"activityControls\""));
    // Of a row that is longer than the beginning only the first keys are seen.
    let is_cut = (probe.head.len() as u64) < probe.size;
    let begun = by_path && is_cut && inside.strip_prefix(b"{").map(<[u8]>::trim_ascii_start).is_some_and(|row| {
        row.starts_with(b"\"header\"") || row.starts_with(b"\"title\"")
    });
    match (shaped || begun, by_path) {
        (true, true) => Claim::Yes(3),
        (true, false) => Claim::Yes(2),
        (false, _) => Claim::No,
    }
}

/// Whether a path is one of activity, in the languages that are known.
pub(super) fn is_activity_path(path: &str) -> bool {
    let mut folders: Vec<&str> = path.split('/').collect();
    let name = folders.pop().unwrap_or_default().to_lowercase();
    folders.iter().any(|folder| is_activity_folder(folder))
        || [
            "my activity",
            "myactivity",
            "meineaktivitäten",
            "watch-history",
            "search-history",
            "wiedergabeverlauf",
            "suchverlauf",
            "kijkgeschiedenis",
        ]
        .iter()
        .any(|known| name.starts_with(known))
        || (folders.iter().any(|folder| folder.starts_with("YouTube"))
            && folders.last().is_some_and(|folder| {
                matches!(
                    folder.to_lowercase().as_str(),
                    "history"
                        | "verlauf"
                        | "historique"
                        | "historial"
                        | "geschiedenis"
                        | "cronologia"
                        | "histórico"
                        | "履歴"
                        | "记录"
                        | "historie"
                )
            }))
}

/// Whether a folder is that of all activity, in the languages that are known.
pub(super) fn is_activity_folder(folder: &str) -> bool {
    const FOLDERS: &[&str] = &[
        "My Activity",
        "Meine Aktivitäten",
        "Mon activité",
        "Mi actividad",
        "Mijn activiteit",
        "Le mie attività",
        "Minha atividade",
        "A minha atividade",
        "Moja aktywność",
        "Мои действия",
        "Min aktivitet",
        "マイ アクティビティ",
        "내 활동",
        "Etkinliğim",
        "أنشطتي",
        "我的活动",
        "我的活動",
    ];
    FOLDERS.contains(&folder)
}

fn parse(input: &mut Input<'_>, sink: &mut dyn Sink) -> io::Result<()> {
    let path = input.path;
    let mut files = Files::beside(input.origin);
    let (mut n_without_time, mut first) = (0, String::new());
    each(input.reader, sink, |Entry { listed, at, bytes, .. }, sink| {
        if !listed {
            return;
        }
        match lenient::record::<Wire>(bytes, &["title"]) {
            Err(error) => {
                sink.set_aside(FindingCode::BadRecord, &at, &format!("A row of activity was expected, and it does not read as one ({error})"));
            }
            Ok(wire) => match row::item(wire.into_row(), path, Raw::json(bytes)) {
                Some(mut item) => {
                    files.attach(&mut item);
                    if item.at.is_none() {
                        n_without_time += 1;
                        if first.is_empty() {
                            first.clone_from(&at);
                        }
                    }
                    sink.item(item);
                }
                None => sink.skip(FindingCode::BadRecord, &at, "Rows with neither a title nor an address say nothing"),
            },
        }
    })?;
    if n_without_time > 0 {
        sink.finding(Finding {
            code: FindingCode::UncertainTime,
            severity: Severity::Warning,
            at: first,
            message: "These rows have no time, or one that does not read as such (an instant in UTC is expected), so they stand without one."
                .to_owned(),
            count: n_without_time,
        });
    }
    Ok(())
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", expecting = "an object with a title and a time")]
struct Wire {
    header: Option<String>,
    title: Option<String>,
    title_url: Option<String>,
    description: Option<String>,
    #[serde(default, deserialize_with = "numbers::text")]
    time: Option<String>,
    subtitles: Option<Vec<WireNamed>>,
    details: Option<Vec<WireNamed>>,
    location_infos: Option<Vec<WireNamed>>,
    products: Option<Vec<String>>,
    activity_controls: Option<Vec<String>>,
    image_file: Option<String>,
    audio_files: Option<Vec<String>>,
    attached_files: Option<Vec<String>>,
    safe_html_item: Option<Vec<WireHtml>>,
}

#[derive(Deserialize)]
#[serde(expecting = "an object with a name")]
struct WireNamed {
    name: Option<String>,
    url: Option<String>,
}

#[derive(Deserialize)]
struct WireHtml {
    html: Option<String>,
}

impl Wire {
    fn into_row(self) -> Row {
        let time_text = self.time.unwrap_or_default();
        let at = time::any(&time_text);
        let mut words = vec![self.description.unwrap_or_default().trim().to_owned()];
        words.extend(
            self.safe_html_item.unwrap_or_default().into_iter().filter_map(|part| part.html).map(|html| crate::text::html::plain(&html)),
        );
        let mut files: Vec<String> = self.image_file.into_iter().collect();
        files.extend(self.audio_files.unwrap_or_default());
        files.extend(self.attached_files.unwrap_or_default());
        let details = self.details.unwrap_or_default().into_iter().filter_map(|detail| detail.name).map(|name| spaced(&name));
        Row {
            header: spaced(&self.header.unwrap_or_default()),
            title: spaced(self.title.as_deref().unwrap_or_default()),
            written: row::lined(&BREAKS.iter().fold(self.title.unwrap_or_default(), |title, tag| title.replace(tag, "\n"))),
            object: String::new(),
            url: self.title_url.unwrap_or_default(),
            subtitles: named(self.subtitles),
            words,
            details: details.collect(),
            locations: named(self.location_infos),
            products: self.products.unwrap_or_default(),
            controls: self.activity_controls.unwrap_or_default(),
            files,
            unread_time: if at.is_none() { time_text } else { String::new() },
            at,
        }
    }
}

/// Line breaks as some titles have them.
const BREAKS: [&str; 3] = ["<br>", "<br/>", "<br />"];

fn named(list: Option<Vec<WireNamed>>) -> Vec<Named> {
    list.unwrap_or_default()
        .into_iter()
        .map(|wire| Named { name: spaced(&wire.name.unwrap_or_default()), url: wire.url.unwrap_or_default() })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::importer::collected::read;

    #[test]
    fn rows_become_searches_pages_places_and_the_rest() {
        let rows = r#"[
{"header":"Search","title":"Searched for sourdough starter","titleUrl":"https://www.google.com/search?q\u003dsourdough+starter+recipe","time":"2025-05-04T07:12:33.218Z","products":["Search"],"locationInfos":[{"name":"At this general area","url":"https://www.google.com/maps/@?api=1&map_action=map&center=47.1,8.5&zoom=12"}]},
{"header":"Search","title":"Visited How to bake","titleUrl":"https://www.google.com/url?q=https://example.org/bake&usg=A","time":"2025-05-04T07:12:40Z","products":["Search"],"subtitles":[{}]},
{"header":"Maps","title":"Viewed area around Lake","titleUrl":"https://www.google.com/maps/@47.2,8.6,15z","time":"2025-05-04T07:13:00Z","products":["Maps"]},
{"header":"Search","title":"Searched for shoes","titleUrl":"https://www.google.com/search?q=shoes","time":"2025-05-04T07:14:00Z","products":["Search"],"details":[{"name":"From Google Ads"}]},
{"header":"Clock","title":"Used Clock","time":"2025-05-04T07:15:00Z","products":["Android"]},
{"title":12},
{"header":"Search","title":"Searched for half \ud83d","time":"2025-05-04T07:16:00Z","products":["Search"]},
{"time":"2025-05-04T07:17:00Z"},
{"header":7,"title":"Searched for odd fields","time":1746343080000,"products":"Search","subtitles":[null],"details":{}}]"#;
        let collected = read(&IMPORTER, "MyActivity.json", rows.as_bytes());
        assert!(collected.findings[0].message.contains("invalid type: integer `12`"), "{:?}", collected.findings);
        let items: Vec<String> = collected.items.iter().map(crate::importer::collected::shown).collect();
        assert_eq!(
            items,
            [
                "search google.activity.search 2025-05-04T07:12:33.218Z | sourdough starter recipe @47.1000,8.5000",
                "page google.activity.search 2025-05-04T07:12:40Z | How to bake",
                "activity google.activity.maps 2025-05-04T07:13:00Z | Viewed area around Lake @47.2000,8.6000",
                "search google.activity.search 2025-05-04T07:14:00Z | shoes (hidden)",
                "activity google.activity.android 2025-05-04T07:15:00Z | Used Clock (hidden)",
                "search google.activity.search 2025-05-04T07:16:00Z | half \u{fffd}",
                "search google.activity.other 2025-05-04T07:18:00Z | odd fields",
            ]
        );
        assert_eq!((collected.n_set_aside, collected.n_skipped), (1, 1));
    }

    #[test]
    fn german_and_english_rows_of_one_watching_are_one_item() {
        let english = r#"[{"header":"YouTube","title":"Watched How rope is made","titleUrl":"https://www.youtube.com/watch?v\u003dAAAAAAAAAAA","subtitles":[{"name":"Rope Channel","url":"https://www.youtube.com/channel/UCxxxxxxxxxxxxxxxxxxxxxx"}],"time":"2025-02-11T20:01:02.345Z","products":["YouTube"]}]"#;
        let german = english.replace("Watched How rope is made", "How rope is made angesehen");
        let english = read(&IMPORTER, "YouTube and YouTube Music/history/watch-history.json", english.as_bytes());
        let german = read(&IMPORTER, "Meine Aktivitäten/YouTube/MeineAktivitäten.json", german.as_bytes());
        assert_eq!(
            english.shown(),
            "watch google.youtube.watch 2025-02-11T20:01:02.345Z | How rope is made | Rope Channel <Channel youtube.channel:UCxxxxxxxxxxxxxxxxxxxxxx>\n\
             = 1 items, 0 merged, 0 skipped, 0 set aside"
        );
        assert_eq!(english.shown(), german.shown());
        assert_eq!(english.items[0].uid, german.items[0].uid);
        let legacy = br#"[{"snippet":{"publishedAt":"2025-02-11T20:01:02.000Z","title":"How rope is made","resourceId":{"videoId":"AAAAAAAAAAA"}}}]"#;
        let legacy = read(&super::super::youtube::IMPORTER, "YouTube/history/watch-history.json", legacy);
        assert_eq!((legacy.items[0].kind, legacy.items[0].uid), (english.items[0].kind, english.items[0].uid), "as it was until 2017");
        assert_eq!(english.items[0].data["video_id"], "AAAAAAAAAAA");
    }

    #[test]
    fn removed_videos_music_and_likes_are_told_apart() {
        let rows = r#"[{"header":"YouTube","title":"Watched a video that has been removed","time":"2019-03-03T10:00:00.100Z","products":["YouTube"]},
{"header":"YouTube Music","title":"Watched Blue Song","titleUrl":"https://music.youtube.com/watch?v=BBBBBBBBBBB","time":"2025-02-11T19:00:00Z","products":["YouTube"]},
{"header":"YouTube","title":"Liked Blue Song","titleUrl":"https://www.youtube.com/watch?v=BBBBBBBBBBB","time":"2025-02-11T19:00:00Z","products":["YouTube"]},
{"header":"YouTube","title":"Помните","titleUrl":"https://www.youtube.com/results?search_query=rope","time":"2025-02-11T19:00:00Z","products":["YouTube"]}]"#;
        let shown = read(&IMPORTER, "YouTube/history/watch-history.json", rows.as_bytes()).shown();
        assert_eq!(
            shown,
            "watch google.youtube.watch 2019-03-03T10:00:00.1Z | a video that has been removed\n\
             listen google.youtube.watch 2025-02-11T19:00:00Z | Blue Song\n\
             activity google.youtube.activity 2025-02-11T19:00:00Z | Liked Blue Song\n\
             search google.youtube.search 2025-02-11T19:00:00Z | rope\n\
             = 4 items, 0 merged, 0 skipped, 0 set aside"
        );
    }

    #[test]
    fn a_prompt_keeps_its_line_breaks() {
        let rows = |title: &str| {
            let rows = format!(
                r#"[{{"header":"Gemini Apps","title":"{title}","time":"2026-01-11T19:05:44.120Z","products":["Gemini Apps"],"subtitles":[{{"name":"Attached 1 file."}}],"safeHtmlItem":[{{"html":"<p>First</p>"}}]}}]"#
            );
            let item = read(&IMPORTER, "My Activity/Gemini Apps/MyActivity.json", rows.as_bytes()).items.remove(0);
            (item.title, item.text, item.uid)
        };
        let (title, text, uid) = rows("Prompted Two ropes:\\n\\n- thin\\n- thick");
        assert_eq!((title.as_str(), text.as_str()), ("Two ropes:", "Two ropes:\n\n- thin\n- thick\nAttached 1 file.\nFirst"));
        assert_eq!(uid, rows("Prompted Two ropes: - thin - thick").2, "and is the same row as before");
        assert_eq!(rows("Prompted one<br>two").1, "one\ntwo\nAttached 1 file.\nFirst");
        let (title, text, _) = rows("Prompted one line");
        assert_eq!((title.as_str(), text.as_str()), ("one line", "Attached 1 file.\nFirst"));
    }

    #[test]
    fn a_cut_file_keeps_its_whole_rows() {
        let collected = read(
            &IMPORTER,
            "MyActivity.json",
            br#"[{"title":"Used Search","time":"2025-01-01T00:00:00Z","products":["Search"]},{"title":"Sear"#,
        );
        assert_eq!((collected.items.len(), collected.findings[0].code), (1, FindingCode::CutShort));
        let undated = read(&IMPORTER, "MyActivity.json", br#"[{"title":"Used Search","time":"yesterday","products":["Search"]}]"#);
        assert_eq!((undated.items.len(), undated.findings[0].code), (1, FindingCode::UncertainTime));
    }

    #[test]
    fn content_is_recognised_whatever_the_file_is_called() {
        let probe = |path, head: &'static str| recognizes(&Probe { path, head: head.as_bytes(), tail: b"", size: head.len() as u64 });
        let row = r#"[{"header":"x","title":"y","time":"z","products":[]}]"#;
        assert_eq!(probe("a.json", row), Claim::Yes(2));
        assert_eq!(probe("Meine Aktivitäten/Google Suche/MeineAktivitäten.json", row), Claim::Yes(3));
        assert_eq!(probe("My Activity/Search/MyActivity.json", "[]"), Claim::Yes(1));
        assert_eq!(probe("My Activity/Search/MyActivity.html", row), Claim::Yes(3), "under the other form's name");
        let begun = |path| recognizes(&Probe { path, head: br#"[{"header":"Gemini Apps","title":"Prompted a lo"#, tail: b"", size: 9 << 20 });
        assert_eq!((begun("My Activity/Gemini Apps/MyActivity.json"), begun("a.json")), (Claim::Yes(3), Claim::No), "a row beyond the beginning");
        assert_eq!(probe("a.json", "[]"), Claim::No);
        assert_eq!(probe("a.json", r#"[{"startTime":"x","visit":{}}]"#), Claim::No);
    }
}
