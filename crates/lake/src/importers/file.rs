//! Documents that lie anywhere: a PDF, an office file or rich text is known by what it is, whatever product or folder it is in.
//! See [`super::kept_file`] for `data`. Identity: the name and the bytes.

use std::io;

use crate::document::Format;
use crate::importer::{Claim, Importer, Input, Parse, Probe, Sink};
use crate::importers::kept_file::KeptFile;

pub(crate) static IMPORTER: Importer = Importer { id: "file.document", label: "Documents", recognizes, parse: Parse::File(parse) };

fn recognizes(probe: &Probe<'_>) -> Claim {
    match Format::of(probe.head, &probe.extension()) {
        Some(Format::Office(_) | Format::Pdf | Format::RichText) => Claim::Yes(1),
        Some(Format::Html | Format::Plain(_)) | None => Claim::No,
    }
}

fn parse(input: &mut Input<'_>, sink: &mut dyn Sink) -> io::Result<()> {
    let name = input.path.rsplit('/').next().unwrap_or(input.path);
    let kept = KeptFile::read(input, u64::MAX, sink)?;
    sink.item(kept.item(IMPORTER.id, name));
    Ok(())
}

#[cfg(test)]
mod tests {
    use domain::BlobContent;

    use super::*;
    use crate::importer::collected::read;

    #[test]
    fn a_document_is_kept_with_its_words_and_its_place() {
        let file = br"{\rtf1\ansi{\info{\title On knots}}Tie it twice\par}";
        let collected = read(&IMPORTER, "Some product/deep/knots.rtf", file);
        assert_eq!(
            collected.shown(),
            "document file.document no time | knots.rtf | Tie it twice\n= 1 items, 0 merged, 0 skipped, 0 set aside"
        );
        let item = &collected.items[0];
        assert_eq!((&item.data["heading"], &item.data["media_type"]), (&"On knots".into(), &"application/rtf".into()));
        let BlobContent::Reference { digest, size, .. } = item.blobs[0].content else { panic!("the bytes stay in place") };
        assert_eq!((digest, size), (*blake3::hash(file).as_bytes(), file.len() as u64));
        assert_eq!(read(&IMPORTER, "elsewhere/knots.rtf", file).items[0].uid, item.uid);
    }

    #[test]
    fn a_broken_document_is_kept_without_words() {
        let collected = read(&IMPORTER, "a.pdf", b"%PDF-1.7 and nothing");
        assert_eq!((collected.items.len(), collected.items[0].blobs.len(), collected.findings.len()), (1, 1, 1));
        assert!(collected.findings[0].message.contains("could not be read"));
    }

    #[test]
    fn text_and_pictures_are_no_documents_of_their_own() {
        let claim = |path, head: &'static [u8]| recognizes(&Probe { path, head, tail: b"", size: head.len() as u64 });
        assert_eq!(claim("a.bin", b"%PDF-1.7"), Claim::Yes(1));
        assert_eq!((claim("a.txt", b"plain"), claim("a.zip", b"PK\x03\x04\x00a.jpg")), (Claim::No, Claim::No));
    }
}
