//! A file that is kept for itself: its words where it is a document, what it is, and where its bytes stand. Shared by the importers
//! of Drive, of documents that lie anywhere, and of files that nobody knows.
//!
//! `data`: `path` (inside the export), `media_type`, `size` (bytes), `heading` (the title that the document gives itself), `author`,
//! `created`, `modified` (as written), `cut` (true when there is more of it than was read for its words).

use std::io::{self, Read};

use domain::{BlobContent, Finding, FindingCode, Kind, NewBlob, NewItem, Raw, RawFormat, Severity};

use crate::document::{self, Document, Format, LARGEST};
use crate::importer::{Input, Origin, Sink};
use crate::media::signature;

/// What a byte-order mark of UTF-8 is: readers do not see it, and the bytes on disk have it.
const MARK: &[u8] = b"\xef\xbb\xbf";
/// Bytes that decide what a file is.
const HEAD: usize = 64 << 10;

/// A file that was read.
pub(super) struct KeptFile {
    path: String,
    size: u64,
    media_type: &'static str,
    document: Document,
    /// Where its bytes are, and their digest; nothing when they were not all read.
    place: Option<(String, String, [u8; 32])>,
    /// Tells it from others.
    mark: [u8; 32],
}

impl KeptFile {
    /// Reads a file to its end, or up to `limit` bytes. Files beyond [`LARGEST`] and those that are no documents pass through without
    /// being held. What is wrong with it is a finding: a file is kept whatever is in it.
    /// Of a recording the bytes are all that there is, so it is left in place however long it is.
    pub(super) fn read(input: &mut Input<'_>, limit: u64, sink: &mut dyn Sink) -> io::Result<Self> {
        let Input { path, size, origin, .. } = *input;
        let mut bytes = Vec::new();
        let mut reader = (&mut *input.reader).take(limit);
        reader.by_ref().take(HEAD as u64).read_to_end(&mut bytes)?;
        let extension =
            path.rsplit('/').next().and_then(|name| name.rsplit_once('.')).map(|(_, end)| end.to_lowercase()).unwrap_or_default();
        let format = Format::of(&bytes, &extension);
        let held = if format.is_some() { LARGEST } else { HEAD as u64 };
        reader.by_ref().take(held - bytes.len() as u64).read_to_end(&mut bytes)?;
        let mut hasher = blake3::Hasher::new();
        hasher.update(&bytes);
        let n_held = bytes.len() as u64;
        let n_read = n_held + io::copy(&mut reader, &mut Hashed(&mut hasher))?;
        let digest = if n_read + MARK.len() as u64 == size && n_read == n_held {
            Some(*blake3::Hasher::new().update(MARK).update(&bytes).finalize().as_bytes())
        } else {
            (n_read == size).then(|| *hasher.finalize().as_bytes())
        };
        let recorded = if digest.is_none() && signature::media_type(&bytes).is_some() {
            let mut hasher = hasher.clone();
            let n_rest = io::copy(reader.into_inner(), &mut Hashed(&mut hasher))?;
            (n_read + n_rest == size).then(|| *hasher.finalize().as_bytes())
        } else {
            None
        };
        let mark = digest.unwrap_or_else(|| *hasher.update(&size.to_le_bytes()).finalize().as_bytes());
        let mut document = Document::default();
        let is_whole = n_read == n_held && (digest.is_some() || n_read < limit);
        // A zip or a PDF without its end has nothing to begin with; text has.
        let is_readable = is_whole || matches!(format, Some(Format::Plain(_) | Format::Html | Format::RichText));
        match format {
            Some(format) if is_readable => match document::read(format, &bytes) {
                Ok(read) => document = read,
                Err(why) => sink.finding(finding(
                    FindingCode::BadRecord,
                    Severity::Warning,
                    format!("The file is kept, and its words could not be read. {why}. Open it in the program that it is of to see whether it is whole."),
                )),
            },
            Some(_) | None => {}
        }
        if format.is_some() && !is_whole {
            document.words.cut();
        }
        if document.words.is_full() {
            sink.finding(finding(
                FindingCode::Limit,
                Severity::Note,
                "The document is longer than what is read for search; the rest of its words is in the file alone.".to_owned(),
            ));
        }
        let media_type =
            format.map(Format::media_type).or_else(|| signature::media_type(&bytes)).unwrap_or_else(|| document::kind_of(&bytes));
        let Origin { path: disk, entry } = origin;
        let place = digest.or(recorded).map(|digest| (disk.to_owned(), entry.to_owned(), digest));
        Ok(Self { path: path.to_owned(), size, media_type, document, place, mark })
    }

    /// The item for it. Key: `name`, which is what the importer tells files of the same bytes by, and the bytes.
    pub(super) fn item(self, source: &str, name: &str) -> NewItem {
        let Self { path, size, media_type, document, place, mark } = self;
        let key = [name.as_bytes(), b"\x1f", &mark].concat();
        let mut item = NewItem::new(Kind::Document, source, key, Raw { format: RawFormat::Text, bytes: Vec::new() });
        let file = path.rsplit('/').next().unwrap_or(&path).to_owned();
        item.title.clone_from(&file);
        let is_cut = document.words.is_full();
        item.text = document.words.into_text();
        item.set("path", path);
        item.set("media_type", media_type);
        item.set("size", size);
        item.set("heading", document.title);
        item.set("author", document.author);
        item.set("created", document.created.as_ref().map(|at| at.raw.clone()).unwrap_or_default());
        item.set("modified", document.modified.as_ref().map(|at| at.raw.clone()).unwrap_or_default());
        if is_cut {
            item.set("cut", true);
        }
        item.at = document.modified.or(document.created);
        if let Some((path, entry, digest)) = place {
            let content = BlobContent::Reference { path, entry, size, digest };
            item.blobs.push(NewBlob { name: file, media_type: media_type.to_owned(), content });
        }
        item
    }
}

/// Takes bytes for their digest alone.
struct Hashed<'h>(&'h mut blake3::Hasher);

impl io::Write for Hashed<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn finding(code: FindingCode, severity: Severity, message: String) -> Finding {
    Finding { code, severity, at: String::new(), message, count: 1 }
}
