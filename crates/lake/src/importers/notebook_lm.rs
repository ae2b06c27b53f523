//! NotebookLM: a folder a notebook, in it sources, notes and chats as JSON, HTML or text; each is a document with its
//! notebook as label.
//!
//! The form is not documented and changed since 2025, so nothing is read but the words and the time that a file states as
//! `createTime`, `created` or `updateTime` at its top. Metadata of the notebook is a document too.

use std::io;

use domain::{EntityKind, EntityRef, FindingCode, NewLink, RawFormat, Role};
use serde_json::Value;

use crate::whole_file;
use crate::importer::{Claim, Importer, Input, Parse, Probe, Sink};
use crate::text::time;

pub(crate) static IMPORTER: Importer = Importer { id: "google.notebook_lm", label: "NotebookLM", recognizes, parse: Parse::File(parse) };

const LIMIT: u64 = 16 << 20;
const TIMES: &[&str] = &["createTime", "created", "createdAt", "updateTime", "lastViewed"];

fn recognizes(probe: &Probe<'_>) -> Claim {
    let in_product = probe.folders().any(|folder| folder == "NotebookLM" || folder == "Notebook LM");
    let known = matches!(probe.extension().as_str(), "json" | "html" | "htm" | "txt" | "md");
    if in_product && known { Claim::Yes(2) } else { Claim::No }
}

fn parse(input: &mut Input<'_>, sink: &mut dyn Sink) -> io::Result<()> {
    let mut folders = input.path.split('/').skip_while(|folder| !folder.starts_with("Notebook")).skip(1);
    let notebook = folders.next().filter(|_| folders.next().is_some()).map(str::to_owned);
    let Some(mut item) = whole_file::read(input, IMPORTER.id, LIMIT)? else {
        sink.skip(FindingCode::EmptyProduct, "", "There is not a word in it.");
        return Ok(());
    };
    if item.raw.format == RawFormat::Json {
        let value: Value = serde_json::from_slice(&item.raw.bytes).unwrap_or_default();
        item.at = TIMES.iter().find_map(|key| time::of(value.get(*key).or_else(|| value.get("metadata")?.get(*key))?));
    }
    item.links.extend(notebook.map(|name| NewLink { role: Role::Label, entity: EntityRef::named(EntityKind::Label, &name) }));
    sink.item(item);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::importer::collected::read;

    #[test]
    fn files_of_a_notebook_are_documents_under_its_name() {
        let note = r#"{"content": "<p>Eye splice</p>", "createTime": "2025-05-01T10:00:00Z", "title": "Splices"}"#;
        assert_eq!(
            read(&IMPORTER, "NotebookLM/Ropes/Notes/Splices.json", note.as_bytes()).shown(),
            "document google.notebook_lm 2025-05-01T10:00:00Z | Splices | content: Eye splice / createTime: 2025-05-01T10:00:00Z / title: Splices <Label label:ropes>\n\
             = 1 items, 0 merged, 0 skipped, 0 set aside"
        );
        assert!(read(&IMPORTER, "NotebookLM/Ropes/empty.html", b"<html></html>").shown().ends_with("1 skipped, 0 set aside"));
    }
}
