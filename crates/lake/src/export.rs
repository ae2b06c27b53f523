//! What leaves the vault: all of it or a slice, as lines of JSON that can be imported again, as Parquet for other engines, or
//! as the original files.
//!
//! Invariants: what is written is in clear, for its owner's eyes alone by the permissions of its folders and files; memory
//! does not grow with the vault; a folder with [`UNFINISHED`] in it holds no whole export; an export that is cancelled or
//! fails takes away what it wrote; what is damaged in the vault keeps nothing else from being exported, and is told.
//!
//! In a slice are the items that its filter leaves, every record of them, and the people, places and labels in those. Fixes
//! have a time and a place alone: they are in a slice by these, and in none that asks for anything else (kinds, sources,
//! people, words).
//!
//! Absent on purpose: what the owner deleted, of which lines of JSON of the whole vault say by digests alone that it is to stay
//! out; imports, jobs and settings, which belong to one
//! vault; and indexes, which are made anew. Media that were left in place are not in the vault: where they are is written, with
//! their digest, and their bytes are copied when that is asked for and they can still be read.

mod jsonl;
pub(crate) mod layout;
mod left_out;
mod originals;
mod parquet;
mod staging;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Instant;

use domain::{Cancel, Code, Failure, Filter, Progress, Result, UtcMs};
use vault::{BlobId, Part, StoredEntity, StoredItem, TrackPoint, Vault};

use crate::archive::LeftInPlace;
use crate::import::Pace;
pub use left_out::LeftOut;
use left_out::{attachment, sentence};
pub(crate) use staging::UNFINISHED;
use staging::{OpenFile, Staging};

/// Bytes of an attachment that are held at once.
const PIECE: u64 = 4 << 20;

/// How an export is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Lines of JSON and the bytes of attachments. Everything is in it, and importing it again loses nothing; see [`layout`].
    Jsonl,
    /// Tables of items and of fixes in Parquet, a folder a year.
    Parquet,
    /// The attachments and media that the vault keeps, and each item's original, under names that people can read.
    Files,
}

/// What is exported, and where to.
#[derive(Debug, Clone)]
pub struct Options {
    /// A folder that does not exist yet or is empty.
    pub folder: PathBuf,
    /// How.
    pub format: Format,
    /// Which items. Without any condition it is the whole vault, what is hidden included.
    pub filter: Filter,
    /// Whether to copy media that were left in place when they were imported.
    pub media: bool,
    /// When, UTC milliseconds.
    pub now: UtcMs,
}

/// What was written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Exported {
    /// Files.
    pub files: u64,
    /// Items.
    pub items: u64,
    /// Position fixes.
    pub track_points: u64,
    /// People, places, devices and labels.
    pub entities: u64,
    /// Attachments and media; equal ones count once where they are written once.
    pub blobs: u64,
    /// Media that were left in place when they were imported, and are named but not in it.
    pub left_in_place: u64,
    /// Bytes of all files.
    pub bytes: u64,
    /// What should be in it and is not, since the vault's own copy is damaged.
    pub left_out: LeftOut,
}

/// One way to write. What it is handed comes in order: items, fixes, entities.
trait Writer {
    /// Says how many media of the item were left in place and are not in the export, and tells `left_out` of attachments that
    /// cannot be read.
    fn item(&mut self, staging: &mut Staging, item: &StoredItem, left_out: &mut LeftOut) -> Result<u64>;
    fn fixes(&mut self, staging: &mut Staging, fixes: &[TrackPoint]) -> Result<()>;
    fn entity(&mut self, staging: &mut Staging, entity: &StoredEntity) -> Result<()>;
    /// Ends every file, and puts into `exported` what only the way of writing tells: how many attachments and media there are.
    fn finish(&mut self, staging: &mut Staging, exported: &mut Exported) -> Result<()>;
}

/// Exports. `on_progress` is called a few times a second. What is damaged in the vault is left out, and told.
///
/// # Errors
/// [`domain::Code::BadRequest`] when the folder holds something, is no folder, or lies in the vault's own;
/// [`domain::Code::Unreadable`] when it cannot be written to, [`domain::Code::NoSpace`] when its disk is full,
/// [`domain::Code::Cancelled`]. After any of them nothing is left of the export.
pub fn run(vault: &Vault, options: &Options, cancel: &Cancel, on_progress: &mut dyn FnMut(Progress)) -> Result<Exported> {
    let whole = options.filter.is_empty();
    let filter = Filter { hidden: whole || options.filter.hidden, ..options.filter.clone() };
    let mut staging = Staging::begin(&options.folder, vault.dir())?;
    let mut writer: Box<dyn Writer> = match options.format {
        Format::Jsonl => Box::new(jsonl::Jsonl::begin(vault, &filter, whole, options)),
        Format::Parquet => Box::new(parquet::Parquet::default()),
        Format::Files => Box::new(originals::Originals::begin(vault, &mut staging, options)?),
    };
    let with_fixes = options.format != Format::Files && has_fixes(&filter);
    // For the progress alone, which what is damaged does not stop.
    let n_items = vault.count(&filter).or_else(none_when_damaged)?;
    let n_fixes = if with_fixes { vault.stats().map(|stats| stats.track_points).or_else(none_when_damaged)? } else { 0 };
    let mut meter = Meter { pace: Pace::new(n_items + n_fixes, Instant::now()), done: 0, cancel, on_progress };
    let mut exported = Exported::default();
    let mut entities = BTreeSet::new();
    let mut left_out = LeftOut::default();
    vault.each_item(&filter, &mut |item| {
        meter.tick(1, "items")?;
        let item = match item {
            Part::Whole(item) => item,
            Part::Lost(lost) => return left_out.note(sentence(lost)),
        };
        entities.extend(item.links.iter().map(|link| link.entity));
        exported.items += 1;
        exported.left_in_place += writer.item(&mut staging, &item, &mut left_out)?;
        Ok(())
    })?;
    if with_fixes {
        vault.each_fix(filter.from.unwrap_or(UtcMs::MIN), filter.to.unwrap_or(UtcMs::MAX), &mut |fixes| {
            let fixes = match fixes {
                Part::Whole(fixes) => fixes,
                Part::Lost(lost) => return left_out.note(sentence(lost)),
            };
            meter.tick(fixes.len() as u64, "position fixes")?;
            let fixes: Vec<TrackPoint> = fixes.iter().filter(|fix| is_inside(fix, &filter)).copied().collect();
            exported.track_points += fixes.len() as u64;
            writer.fixes(&mut staging, &fixes)
        })?;
    }
    vault.each_entity(&mut |entity| {
        cancel.check()?;
        let entity = match entity {
            Part::Whole(entity) => entity,
            Part::Lost(lost) => return left_out.note(sentence(lost)),
        };
        if entities.contains(&entity.id) {
            exported.entities += 1;
            writer.entity(&mut staging, &entity)?;
        }
        Ok(())
    })?;
    writer.finish(&mut staging, &mut exported)?;
    cancel.check()?;
    (exported.files, exported.bytes) = staging.finish()?;
    exported.left_out = left_out;
    Ok(exported)
}

fn none_when_damaged(failure: Failure) -> Result<u64> {
    if failure.code == Code::Damaged { Ok(0) } else { Err(failure) }
}

/// Fails when a folder is not one that an export of that vault may be written to; see [`run`].
pub fn ensure_free(vault: &Vault, folder: &Path) -> Result<()> {
    Staging::ensure_free(folder, vault.dir()).map(|_| ())
}

/// Whether fixes are in a slice at all: nothing is asked that a fix does not have.
fn has_fixes(filter: &Filter) -> bool {
    let of_fixes =
        Filter { hidden: filter.hidden, from: filter.from, to: filter.to, near: filter.near, area: filter.area, ..Filter::default() };
    *filter == of_fixes
}

fn is_inside(fix: &TrackPoint, filter: &Filter) -> bool {
    let near = filter.near.is_none_or(|near| near.point.metres_to(fix.point) <= near.metres);
    near && filter.area.is_none_or(|area| {
        let (lat, lon) = (fix.point.lat_degrees(), fix.point.lon_degrees());
        let across = if area.west <= area.east { (area.west..=area.east).contains(&lon) } else { lon >= area.west || lon <= area.east };
        (area.south..=area.north).contains(&lat) && across
    })
}

/// Tells how far it is, and ends it when that is asked for.
struct Meter<'m> {
    pace: Pace,
    done: u64,
    cancel: &'m Cancel,
    on_progress: &'m mut dyn FnMut(Progress),
}

impl Meter<'_> {
    fn tick(&mut self, n: u64, what: &str) -> Result<()> {
        self.cancel.check()?;
        self.done += n;
        let now = Instant::now();
        if self.pace.is_due(now, self.done) {
            let progress = self.pace.at(now, self.done, self.done, what.to_owned());
            (self.on_progress)(Progress { stage: "exporting".to_owned(), unit: "records".to_owned(), ..progress });
        }
        Ok(())
    }
}

/// Hands out the bytes of an attachment that the vault keeps, piece by piece; false when the vault's copy turns out to be damaged.
/// A failure is one of `on`, or keeps anything from being read.
fn each_piece(vault: &Vault, blob: BlobId, size: u64, on: &mut dyn FnMut(&[u8]) -> Result<()>) -> Result<bool> {
    let mut at = 0;
    loop {
        let piece = match vault.blob(blob, Some(at..(at + PIECE).min(size))) {
            Err(failure) if failure.code == Code::Damaged => return Ok(false),
            piece => piece?,
        };
        on(&piece)?;
        at += PIECE;
        if at >= size {
            return Ok(true);
        }
    }
}

/// Copies a medium that was left in place into `file`, telling `on` each piece; false when it cannot be read, or is not what it
/// was. A failure is one of the export's own disk.
fn copy_left(
    media: &mut LeftInPlace<'_>,
    (path, entry, digest): (&str, &str, &str),
    file: &mut OpenFile,
    on: &mut dyn FnMut(&[u8]),
) -> Result<bool> {
    let mut hasher = blake3::Hasher::new();
    let mut failure = None;
    let read = media.read(path, entry, |reader| {
        let mut buffer = vec![0; 256 << 10];
        loop {
            let n_read = match reader.read(&mut buffer) {
                Ok(0) => return Ok(()),
                Ok(n_read) => n_read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            hasher.update(&buffer[..n_read]);
            on(&buffer[..n_read]);
            if let Err(failed) = file.put(&buffer[..n_read]) {
                failure = Some(failed);
                return Ok(());
            }
        }
    });
    match failure {
        Some(failure) => Err(failure),
        None => Ok(read.is_ok() && hasher.finalize().to_hex().as_str() == digest),
    }
}
