//! Files whose bytes the vault has read before, in another import. They need not be read again: what the earlier file saw,
//! the later one sees as well, so that undoing either takes nothing from the other, and comparing them finds both.
//!
//! It runs in transactions of bounded size. A line is closed in the transaction that copies the last of its sightings; one
//! that the program's end cut short stays open, and is interrupted like any other.

use domain::{Cancel, Result};
use rusqlite::Connection;

use crate::damaged_blobs;
use crate::fault::Outcome;
use crate::table::file::{self, FileId, NewFile};
use crate::table::{sighting, tombstone, track_point};
use crate::vault::Vault;

/// Sightings copied in one transaction.
const STEP: usize = 20_000;
/// Fixes looked at in one transaction.
pub(crate) const POINTS_STEP: usize = 100_000;

/// A file that was read to its end before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadBefore {
    /// Its line.
    pub line: FileId,
    /// What it was.
    pub file: NewFile,
}

/// A file whose bytes were read before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Adoption {
    /// Its line, which is open.
    pub line: FileId,
    /// The line of the file that was read.
    pub of: FileId,
}

/// How far an adoption has come.
struct Place {
    seen: (i64, i64),
    /// The instant from which fixes are left; the first when none was copied.
    from: Option<i64>,
}

const START: Place = Place { seen: (0, 0), from: None };

impl Vault {
    /// Gives `on` the files whose bytes need not be read again by this edition of the importers, the latest last. There are
    /// none once the owner has deleted anything: which records of a file that were is known only when it is read. Nor are there
    /// those that brought an attachment which is damaged or missing now: reading them again brings it back.
    pub fn each_file_read(&self, edition: i64, on: &mut dyn FnMut(ReadBefore)) -> Result<()> {
        let reader = self.inner().readers.borrow()?;
        if !tombstone::exist(&reader)? {
            let to_read_again = damaged_blobs::brought_by(&self.inner().folder, &reader)?;
            file::each_whole(&reader, edition, &mut |line, file| {
                if !to_read_again.contains(&line) {
                    on(ReadBefore { line, file });
                }
            })?;
        }
        Ok(())
    }

    /// Lets files have brought what files of the same bytes brought before, and closes their lines. Answers how many records
    /// they hold, and the lines that are still open because it was cancelled.
    pub fn adopt_files(&self, adoptions: Vec<Adoption>, cancel: &Cancel) -> Result<(u64, Vec<FileId>)> {
        let (mut left, mut place, mut n_records) = (adoptions, START, 0);
        while !left.is_empty() && !cancel.is_cancelled() {
            let n;
            (left, place, n) = self.inner().writer.write(move |transaction| step(transaction, left, place))?;
            n_records += n;
        }
        Ok((n_records, left.into_iter().map(|adoption| adoption.line).collect()))
    }
}

/// One transaction's worth: what is left to do, how far the first of it has come, and the records of the lines it closed.
fn step(connection: &Connection, adoptions: Vec<Adoption>, mut place: Place) -> Outcome<(Vec<Adoption>, Place, u64)> {
    let (mut n_seen, mut n_records) = (0, 0);
    let mut adoptions = adoptions.into_iter();
    while let Some(adoption @ Adoption { line, of }) = adoptions.next() {
        let seen = sighting::of_file(connection, of, place.seen, STEP - n_seen)?;
        for (item, variant) in &seen {
            sighting::insert(connection, line, *item, *variant)?;
        }
        n_seen += seen.len();
        place.seen = seen.last().copied().unwrap_or(place.seen);
        let mut is_done = n_seen < STEP;
        let span = file::span(connection, of)?;
        if is_done && let Some((first, last)) = span {
            place.from = track_point::copy(connection, of, line, place.from.unwrap_or(first), last, POINTS_STEP)?;
            is_done = place.from.is_none();
        }
        if !is_done {
            return Ok((std::iter::once(adoption).chain(adoptions).collect(), place, n_records));
        }
        n_records += file::adopt(connection, line, of)?;
        place = START;
        // One file's fixes are enough for a transaction.
        if span.is_some() {
            break;
        }
    }
    Ok((adoptions.collect(), START, n_records))
}
