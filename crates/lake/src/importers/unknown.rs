//! Text that no importer knows: kept by its name, its product's folder and its own words, so that it is found. Other bytes are named
//! in the ledger alone.
//!
//! Only the beginning of a file is read, so that a large one costs no more than a small one. See [`super::kept_file`] for `data`;
//! here also `product`, the export's folder. Identity: the name and the bytes that were read.
//!
//! It is in no list of importers: the router gives it what nobody else claims.

use std::io;

use domain::{Finding, FindingCode, Severity};

use crate::importer::{Claim, Importer, Input, Parse, Sink};
use crate::importers::kept_file::KeptFile;

/// Bytes that are read of a file.
const BEGINNING: u64 = 1 << 20;

pub(crate) static IMPORTER: Importer =
    Importer { id: "file.unknown", label: "Other files", recognizes: |_| Claim::No, parse: Parse::File(parse) };

pub(crate) fn parse(input: &mut Input<'_>, sink: &mut dyn Sink) -> io::Result<()> {
    let (product, name) =
        (input.path.split_once('/').map_or("", |(product, _)| product), input.path.rsplit('/').next().unwrap_or(input.path));
    let kept = KeptFile::read(input, BEGINNING, sink)?;
    let mut item = kept.item(IMPORTER.id, name);
    item.set("product", product);
    let what = item.data.get("media_type").and_then(serde_json::Value::as_str).unwrap_or_default();
    sink.finding(Finding {
        code: FindingCode::UnknownFile,
        severity: Severity::Note,
        at: String::new(),
        message: format!(
            "No importer knows this file ({what} by its content); it is kept as a document, and found by its name and its words."
        ),
        count: 1,
    });
    sink.item(item);
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;
    use crate::importer::Origin;
    use crate::importer::collected::{Collected, read};

    #[test]
    fn json_pages_and_text_are_found_by_their_words() {
        for (path, file, text, media_type) in [
            ("Glacier Beta/cores.json", "{\"core\": \"blue ice\"}", "{\"core\": \"blue ice\"}", "application/json"),
            ("Glacier Beta/page.html", "<html><p>blue <b>ice</b></p>", "blue ice", "text/html"),
            ("Glacier Beta/notes", "\u{feff}blue ice\n", "blue ice", "text/plain"),
        ] {
            let collected = read(&IMPORTER, path, file.trim_start_matches('\u{feff}').as_bytes());
            let item = &collected.items[0];
            assert_eq!(
                (item.text.as_str(), &item.data["media_type"], &item.data["product"]),
                (text, &media_type.into(), &"Glacier Beta".into())
            );
            assert_eq!(item.blobs.len(), 1);
        }
    }

    #[test]
    fn of_a_large_file_the_beginning_is_read() {
        let mut reader = io::repeat(b'a').take(1 << 40);
        let mut sink = Collected::default();
        let mut input = Input { path: "x/big.txt", size: 1 << 40, reader: &mut reader, origin: Origin { path: "/export.zip", entry: "x" } };
        parse(&mut input, &mut sink).unwrap();
        assert!(reader.limit() > (1 << 40) - (2 << 20));
        let item = &sink.items[0];
        assert_eq!((&item.data["cut"], item.blobs.len(), item.text.len()), (&true.into(), 0, 1 << 20));
    }
}
