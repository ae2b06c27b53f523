//! Gives each file to the importer that knows it. Every importer looks at the path and the first bytes; the strongest claim
//! wins, and content beats path, for paths differ by language.

use domain::FindingCode;

use crate::document;
use crate::importer::{Claim, Importer, Probe};
use crate::importers;
use crate::media::signature::media_type;

/// Importers of formats that anyone writes: a file of one of them makes no export.
const OPEN_FORMATS: &[&str] = &[
    "file.document",
    "fit",
    "google.calendar",
    "google.chrome",
    "google.contacts",
    "google.drive",
    "gpx",
    "kml",
    "mail.eml",
    "mail.mbox",
    "podcasts",
    "tcx",
    "workout_table",
];
/// A claim from this strength on is about content.
const CONTENT: u8 = 2;

/// Where a file goes.
#[derive(Clone, Copy)]
pub(crate) struct Known {
    /// Its place in [`importers::ALL`].
    pub(crate) index: usize,
    pub(crate) importer: &'static Importer,
}

/// What a file is.
pub(crate) enum Route {
    /// An importer reads it.
    To(Known),
    /// Known, and nothing in it; the importer that would read it, when one knows its path.
    Empty(Option<Known>),
    /// Known, and brings nothing: why.
    Ignored(FindingCode, String),
    /// Nobody knows it, and it is text, a picture or a recording: [`importers::unknown`] keeps it.
    Unknown,
    /// Nobody knows it: what it is by its first bytes.
    SetAside(&'static str),
}

/// Whether a file of an archive says that the archive is the export of a service, and no folder that somebody packed: it is what
/// one service alone writes, or stands where Takeout puts it, in an archive that has the folder of Takeout (`is_takeout`).
pub(crate) fn makes_an_export(probe: &Probe<'_>, is_takeout: bool) -> bool {
    importers::ALL.iter().any(|importer| match (importer.recognizes)(probe) {
        Claim::Yes(strength) if is_takeout => strength >= CONTENT || importer.id.starts_with("google."),
        Claim::Yes(strength) => strength >= CONTENT && !OPEN_FORMATS.contains(&importer.id),
        Claim::No | Claim::Ignore(..) => false,
    })
}

/// Says what a file is.
pub(crate) fn route(probe: &Probe<'_>) -> Route {
    let mut best: Option<(u8, Known)> = None;
    let mut ignored = None;
    for (index, importer) in importers::ALL.iter().enumerate() {
        match (importer.recognizes)(probe) {
            Claim::No => {}
            Claim::Yes(strength) => {
                if best.as_ref().is_none_or(|(strongest, _)| strength > *strongest) {
                    best = Some((strength, Known { index, importer }));
                }
            }
            Claim::Ignore(code, why) => ignored = ignored.or(Some((code, why))),
        }
    }
    let strength = best.as_ref().map_or(0, |(strength, _)| *strength);
    if let Some((code, why)) = ignored.or_else(|| viewer_page(probe))
        && strength < CONTENT
    {
        return Route::Ignored(code, why);
    }
    if is_empty(probe) {
        return Route::Empty(best.map(|(_, known)| known));
    }
    match best {
        Some((_, known)) => Route::To(known),
        None if document::is_text(probe.head) || media_type(probe.head).is_some() => Route::Unknown,
        None => Route::SetAside(document::kind_of(probe.head)),
    }
}

/// The page that Takeout puts beside the data for looking at it; its name is in the account's language.
fn viewer_page(probe: &Probe<'_>) -> Option<(FindingCode, String)> {
    if !matches!(probe.extension().as_str(), "html" | "htm") {
        return None;
    }
    let name = probe.name().to_lowercase();
    let named = match probe.folders().count() {
        0 => matches!(name.as_str(), "archive_browser.html" | "archiv_übersicht.html" | "index.html"),
        // In an export whose root folder was given another name.
        1 => matches!(name.as_str(), "archive_browser.html" | "archiv_übersicht.html"),
        _ => false,
    };
    let titled = probe.folders().next().is_none()
        && memchr::memmem::find(probe.head, b"Takeout").is_some()
        && memchr::memmem::find(probe.head, b"<title").is_some();
    (named || titled).then(|| {
        (FindingCode::IgnoredFile, "The page that lists what the export holds; the data itself is in the folders beside it.".to_owned())
    })
}

/// Whether a file is one of the ways in which Takeout says "nothing".
fn is_empty(probe: &Probe<'_>) -> bool {
    probe.size <= 64 && probe.head.len() as u64 <= probe.size && {
        let words: Vec<u8> = probe.head.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect();
        matches!(words.as_slice(), b"" | b"{}" | b"[]" | b"nodata" | b"NoData" | b"Nodata" | b"null")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn routed(path: &str, head: &str) -> String {
        match route(&Probe { path, head: head.as_bytes(), tail: &[], size: head.len() as u64 }) {
            Route::To(known) => known.importer.id.to_owned(),
            Route::Empty(known) => format!("empty {}", known.map_or("", |known| known.importer.id)),
            Route::Ignored(code, _) => format!("ignored {code:?}"),
            Route::Unknown => "unknown".to_owned(),
            Route::SetAside(kind) => format!("set aside {kind}"),
        }
    }

    #[test]
    fn content_beats_path_and_emptiness_is_told_from_the_unknown() {
        for (path, head, expected) in [
            ("Keep/Records.json", "{\"locations\": [{\"latitudeE7\": 1}]}", "google.location_records"),
            ("Semantic Location History/2023/2023_MAY.json", "{\"timelineObjects\": [", "google.location_semantic"),
            ("Linha do tempo.json", "{\"semanticSegments\": [", "google.location_device"),
            ("location-history.json", "[{\"startTime\": \"\", \"endTime\": \"\", \"visit\": {}}", "google.location_device_ios"),
            ("Archiv_Übersicht.html", "<html>", "ignored IgnoredFile"),
            ("アーカイブ.html", "<html><title>Google Takeout</title>", "ignored IgnoredFile"),
            ("my data/archive_browser.html", "<html>", "ignored IgnoredFile"),
            ("Drive/index.html", "<html>", "google.drive"),
            ("Glacier/index.html", "<html>", "unknown"),
            ("Timeline/Encrypted Backups.txt", "There are backups.", "ignored Elsewhere"),
            ("Location History/Records.json", "{}\n", "empty google.location_records"),
            ("Google Shopping/Orders.txt", "no data", "empty google.small_products"),
            ("Drive/Orders.txt", "no data", "empty google.drive"),
            ("x/messages.json", "{\"messages\": [{\"creator\": {\"name\": \"A\"}, \"created_date\": \"\"}]}", "google.chat"),
            ("x/messages.json", "[{\"ID\": 1, \"Timestamp\": \"\", \"Contents\": \"\"}]", "discord"),
            ("x/message_1.json", "{\"participants\": [{\"name\": \"A\"}], \"messages\": [", "facebook"),
            ("x/a.json", "{\"conversations\": [{\"conversation\": {\"conversation_id\": {\"id\": \"C\"}}}]}", "google.hangouts"),
            ("x/comments.csv", "id,permalink,date,ip,subreddit,gildings,link,parent,body,media\n", "reddit"),
            ("Voice/Calls/A - Text - 2020-02-03T17_37_45Z-1-1.jpg", "\u{ff}", "google.voice"),
            ("Glacier/drill.mp3", "ID3\u{4}\u{0}", "unknown"),
            ("Glacier/cores.bin", "\u{1}\u{2}", "set aside application/octet-stream"),
            ("Glacier/takeout-1.zip", "PK\u{3}\u{4}", "set aside application/zip"),
            ("Glacier/thesis.pdf", "%PDF-1.4", "file.document"),
        ] {
            assert_eq!(routed(path, head), expected, "{path}");
        }
    }
}
