//! Gemini's own folder: `gemini_gems_data.html` and `gemini_scheduled_actions_data.html`, a document each. Mostly they are
//! stubs of a few bytes.
//!
//! Absent on purpose: the conversations, which are rows of My Activity and read as such.

use std::io;

use domain::FindingCode;

use crate::whole_file;
use crate::importer::{Claim, Importer, Input, Parse, Probe, Sink};

pub(crate) static IMPORTER: Importer = Importer { id: "google.gemini", label: "Gemini", recognizes, parse: Parse::File(parse) };

const LIMIT: u64 = 16 << 20;

fn recognizes(probe: &Probe<'_>) -> Claim {
    let named = probe.name().to_lowercase().starts_with("gemini_");
    let in_product = probe.folders().last().is_some_and(|folder| matches!(folder, "Gemini" | "Bard"));
    let is_activity = memchr::memmem::find(probe.head, b"content-cell").is_some();
    match (probe.extension().as_str(), named, in_product) {
        ("html" | "json", true, true) if !is_activity => Claim::Yes(2),
        ("html" | "json", true, false) | ("html" | "json", false, true) if !is_activity => Claim::Yes(1),
        _ => Claim::No,
    }
}

fn parse(input: &mut Input<'_>, sink: &mut dyn Sink) -> io::Result<()> {
    match whole_file::read(input, IMPORTER.id, LIMIT)? {
        Some(item) => sink.item(item),
        None => sink.skip(FindingCode::EmptyProduct, "", "There are no Gems and no scheduled actions in it."),
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::importer::collected::read;

    #[test]
    fn gems_are_documents_and_stubs_are_empty() {
        let shown = |page: &str| read(&IMPORTER, "Gemini/gemini_gems_data.html", page.as_bytes()).shown();
        assert_eq!(
            shown("<html><body>Rigger<br>Knows ropes</body></html>"),
            "document google.gemini no time | gemini_gems_data | Rigger / Knows ropes\n= 1 items, 0 merged, 0 skipped, 0 set aside"
        );
        assert!(shown("<html></html>").ends_with("= 0 items, 0 merged, 1 skipped, 0 set aside"));
    }
}
