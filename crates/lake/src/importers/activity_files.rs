//! Recordings, pictures and documents beside the rows of My Activity. The rows name them and carry them as attachments (see
//! [`super::activity::files`]); each is also kept by itself, so that those in other parts of the export, and those that no row names,
//! are found.
//!
//! A recording's name says when it was made (`2020-01-02_10_11_12_345.mp3`), on a clock of which nothing says the zone. See
//! [`super::kept_file`] for `data`; here also `product`, the export's folder. Identity: the name and the bytes.

use std::io;

use domain::{Certainty, Moment};

use super::activity_json::is_activity_folder;
use super::unknown;
use crate::importer::{Claim, Importer, Input, Parse, Probe, Sink};
use crate::text::path::stem;
use crate::text::time;

pub(crate) static IMPORTER: Importer =
    Importer { id: "google.activity_files", label: "Files of My Activity", recognizes, parse: Parse::File(parse) };

fn recognizes(probe: &Probe<'_>) -> Claim {
    let is_row = matches!(probe.extension().as_str(), "json" | "html" | "htm" | "csv");
    if !is_row && probe.folders().any(is_activity_folder) { Claim::Yes(1) } else { Claim::No }
}

fn parse(input: &mut Input<'_>, sink: &mut dyn Sink) -> io::Result<()> {
    let at = recorded(stem(input.path));
    let (mut item, _) = unknown::read(IMPORTER.id, input, sink)?;
    item.at = item.at.or(at);
    sink.item(item);
    Ok(())
}

/// `2020-01-02_10_11_12_345`
fn recorded(name: &str) -> Option<Moment> {
    let (clock, millis) = name.split_at_checked("2020-01-02_10_11_12".len())?;
    let moment = time::iso(clock).filter(|moment| moment.certainty == Certainty::ZoneUnknown)?;
    let millis = millis.strip_prefix('_').and_then(|millis| millis.get(..3)?.parse::<i64>().ok()).unwrap_or(0);
    Some(Moment { ms: moment.ms + millis, raw: name.to_owned(), ..moment })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::importer::collected::read;

    #[test]
    fn a_recording_stands_when_its_name_says_and_a_document_keeps_its_words() {
        let recording = read(&IMPORTER, "My Activity/Assistant/2020-01-02_10_11_12_345.mp3", b"ID3\x04\0\0\0\0\0\0sound");
        assert_eq!(
            recording.shown(),
            "document google.activity_files 2020-01-02T10:11:12.345Z | 2020-01-02_10_11_12_345.mp3\n= 1 items, 0 merged, 0 skipped, 0 set aside"
        );
        let notes = read(&IMPORTER, "Meine Aktivitäten/Gemini Apps/notes-77aa.txt", b"splice it");
        assert_eq!((notes.items[0].text.as_str(), notes.items[0].blobs.len(), &notes.items[0].at), ("splice it", 1, &None));
    }

    #[test]
    fn only_what_lies_among_activity_is_taken() {
        let claim = |path: &str| recognizes(&Probe { path, head: b"", tail: b"", size: 0 });
        assert_eq!(claim("My Activity/Assistant/a.mp3"), Claim::Yes(1));
        assert_eq!((claim("My Activity/Search/MyActivity.json"), claim("Voice/Calls/a.mp3")), (Claim::No, Claim::No));
    }
}
