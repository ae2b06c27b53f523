//! Writes the original files: what the vault keeps of attachments and media, and each item's record as it stood in its archive,
//! in folders by year and month, with a table that says which item each is of.

use csv::WriterBuilder;
use domain::{Failure, Moment, NewItem, RawFormat, Result};
use jiff::Timestamp;
use jiff::tz::{Offset, TimeZone};
use vault::{BlobPlace, ItemBlob, StoredEntity, StoredItem, TrackPoint, Vault};

use super::staging::{OpenFile, Staging};
use super::{Exported, LeftOut, Options, Writer, attachment, copy_left, each_piece};
use crate::archive::LeftInPlace;
use crate::media;

/// Longest part of a file's name that comes from a title, bytes; file systems take 255 in all.
const NAME: usize = 120;

/// An export as original files.
pub(crate) struct Originals<'v> {
    vault: &'v Vault,
    index: Option<csv::Writer<OpenFile>>,
    n_blobs: u64,
    /// The media that were left in place, when they are copied.
    left: Option<LeftInPlace<'v>>,
}

/// A line of the table.
struct Line<'l> {
    /// The path inside the export; empty for what is not in it.
    path: &'l str,
    /// "original", "attachment", "left in place" or "damaged".
    what: &'l str,
    media_type: &'l str,
    bytes: u64,
    /// Where it was when it was imported, when it was left in place.
    left_at: &'l str,
}

impl<'v> Originals<'v> {
    pub(crate) fn begin(vault: &'v Vault, staging: &mut Staging, options: &Options) -> Result<Self> {
        let (file, _) = staging.create("index.csv")?;
        let mut index = WriterBuilder::new().from_writer(file);
        let columns = ["path", "what", "item", "kind", "source", "time", "title", "media_type", "bytes", "left_at"];
        index.write_record(columns).map_err(Failure::internal)?;
        Ok(Self { vault, index: Some(index), n_blobs: 0, left: options.media.then(|| LeftInPlace::of(vault)) })
    }

    fn list(&mut self, item: &NewItem, line: &Line<'_>) -> Result<()> {
        let Some(index) = &mut self.index else { return Ok(()) };
        let time = item.at.as_ref().map(|at| wall_clock(at, "%Y-%m-%dT%H:%M:%S%:z")).unwrap_or_default();
        let (uid, bytes) = (item.uid.to_string(), line.bytes.to_string());
        let kind = item.kind.name();
        let row = [line.path, line.what, &uid, kind, &item.source, &time, &item.title, line.media_type, &bytes, line.left_at];
        index.write_record(row).map_err(Failure::internal)
    }

    /// Writes an attachment, or where it was left; whether it was, and is not in the export.
    fn attachment(&mut self, staging: &mut Staging, item: &NewItem, blob: &ItemBlob, left_out: &mut LeftOut) -> Result<bool> {
        let path = self.copy(staging, item, blob)?;
        let left_at = match &blob.place {
            BlobPlace::Left { path, entry, .. } if entry.is_empty() => path.clone(),
            BlobPlace::Left { path, entry, .. } => format!("{path}/{entry}"),
            BlobPlace::Kept { .. } => String::new(),
        };
        let is_kept = matches!(blob.place, BlobPlace::Kept { .. });
        let what = match &path {
            Some(_) => "attachment",
            None if is_kept => {
                left_out.note(attachment(item, blob))?;
                "damaged"
            }
            None => "left in place",
        };
        let path = path.as_deref();
        let line = Line { path: path.unwrap_or_default(), what, media_type: &blob.media_type, bytes: blob.size, left_at: &left_at };
        self.list(item, &line)?;
        Ok(path.is_none() && !is_kept)
    }

    /// Writes the bytes of an attachment; the path of the file, when they are to be had.
    fn copy(&mut self, staging: &mut Staging, item: &NewItem, blob: &ItemBlob) -> Result<Option<String>> {
        let (stem, extension) = split_name(&blob.name, &blob.media_type);
        let path = path_of(item, stem, extension);
        let (file, path) = match (&blob.place, &mut self.left) {
            (BlobPlace::Kept { blob: id }, _) => {
                let (mut file, path) = staging.create(&path)?;
                if !each_piece(self.vault, *id, blob.size, &mut |piece| file.put(piece))? {
                    staging.discard(&file)?;
                    return Ok(None);
                }
                (file, path)
            }
            (BlobPlace::Left { path: at, entry, digest }, Some(left)) => {
                let (mut file, path) = staging.create(&path)?;
                if !copy_left(left, (at, entry, digest), &mut file, &mut |_| {})? {
                    staging.discard(&file)?;
                    return Ok(None);
                }
                (file, path)
            }
            (BlobPlace::Left { .. }, None) => return Ok(None),
        };
        staging.close(file)?;
        self.n_blobs += 1;
        Ok(Some(path))
    }
}

impl Writer for Originals<'_> {
    fn item(&mut self, staging: &mut Staging, item: &StoredItem, left_out: &mut LeftOut) -> Result<u64> {
        let record = &item.standing.item;
        if !record.raw.bytes.is_empty() {
            let (extension, media_type) = written_as(record.raw.format);
            let title = if record.title.trim().is_empty() { record.kind.name() } else { &record.title };
            let (mut file, path) = staging.create(&path_of(record, title, extension))?;
            file.put(&record.raw.bytes)?;
            staging.close(file)?;
            let bytes = record.raw.bytes.len() as u64;
            self.list(record, &Line { path: &path, what: "original", media_type, bytes, left_at: "" })?;
        }
        let mut n_left = 0;
        for blob in &item.standing.blobs {
            n_left += u64::from(self.attachment(staging, record, blob, left_out)?);
        }
        Ok(n_left)
    }

    fn fixes(&mut self, _: &mut Staging, _: &[TrackPoint]) -> Result<()> {
        // A fix has no original: its fields are the record.
        Ok(())
    }

    fn entity(&mut self, _: &mut Staging, _: &StoredEntity) -> Result<()> {
        Ok(())
    }

    fn finish(&mut self, staging: &mut Staging, exported: &mut Exported) -> Result<()> {
        // Their names are in the originals; no file is theirs.
        exported.entities = 0;
        exported.blobs = self.n_blobs;
        let Some(index) = self.index.take() else { return Ok(()) };
        staging.close(index.into_inner().map_err(|error| Failure::internal(error.error()))?)
    }
}

/// How an original is written: the extension and the media type of its file.
fn written_as(format: RawFormat) -> (&'static str, &'static str) {
    match format {
        RawFormat::Json | RawFormat::CsvRow => ("json", "application/json"),
        RawFormat::Html => ("html", "text/html"),
        RawFormat::Mail => ("eml", "message/rfc822"),
        RawFormat::Calendar => ("ics", "text/calendar"),
        RawFormat::Card => ("vcf", "text/vcard"),
        RawFormat::Xml => ("xml", "application/xml"),
        RawFormat::Text => ("txt", "text/plain"),
    }
}

/// A file's name without its extension, and the extension: the name's own, else the one of its type.
fn split_name<'n>(name: &'n str, media_type: &str) -> (&'n str, &'n str) {
    match name.rsplit_once('.') {
        Some((stem, extension))
            if !stem.is_empty() && (1..=8).contains(&extension.len()) && extension.bytes().all(|byte| byte.is_ascii_alphanumeric()) =>
        {
            (stem, extension)
        }
        _ => (name, media::extension_of(media_type).unwrap_or("bin")),
    }
}

/// Where a file of an item stands: a folder by its year and month, and a name that begins with its day and ends with the item's own
/// beginning of a uid, so that no two items meet.
fn path_of(item: &NewItem, name: &str, extension: &str) -> String {
    let folder = item.at.as_ref().map_or_else(|| "undated".to_owned(), |at| wall_clock(at, "%Y/%m"));
    let day = item.at.as_ref().map(|at| wall_clock(at, "%Y-%m-%d ")).unwrap_or_default();
    let uid = item.uid.to_string();
    format!("{folder}/{day}{} [{}].{extension}", readable(name), &uid[..12])
}

/// A moment on the wall clock that stood beside it, else in UTC.
fn wall_clock(at: &Moment, format: &str) -> String {
    let offset = at.offset_min.and_then(|minutes| Offset::from_seconds(i32::from(minutes) * 60).ok()).unwrap_or(Offset::UTC);
    Timestamp::from_millisecond(at.ms)
        .map_or_else(|_| "undated".to_owned(), |at| at.to_zoned(TimeZone::fixed(offset)).strftime(format).to_string())
}

/// A name as every file system takes it: no separators, no control characters, no dot or space at an end, not too long.
fn readable(name: &str) -> String {
    let mut readable = String::new();
    for character in name.chars() {
        let refused = character.is_control() || matches!(character, '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|');
        let character = if refused || character.is_whitespace() { ' ' } else { character };
        if readable.len() + character.len_utf8() > NAME {
            break;
        }
        if character != ' ' || !(readable.is_empty() || readable.ends_with(' ')) {
            readable.push(character);
        }
    }
    let trimmed = readable.trim_matches(['.', ' ']);
    if trimmed.is_empty() { "untitled".to_owned() } else { trimmed.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_such_as_every_file_system_takes() {
        assert_eq!(readable("Re: a/b\\c\u{0} \"d\"?"), "Re a b c d");
        assert_eq!(readable("../.."), "untitled");
        assert_eq!(readable(" \u{202f}. "), "untitled");
        assert_eq!(readable(&"語".repeat(100)).len(), NAME);
    }

    #[test]
    fn an_extension_is_the_names_own_or_that_of_its_type() {
        assert_eq!(split_name("plan.PDF", "text/plain"), ("plan", "PDF"));
        assert_eq!(split_name("photo", "image/jpeg"), ("photo", "jpg"));
        assert_eq!(split_name("a. long tail", "application/x-odd"), ("a. long tail", "bin"));
        assert_eq!(split_name(".jpg", "image/png"), (".jpg", "png"));
    }
}
