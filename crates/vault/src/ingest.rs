//! The way in. `prepare` does what costs time and needs no order (digests, compression, encryption of blobs), on any
//! thread; `write` puts a prepared batch into the database in one short transaction, on the writer's thread.
//!
//! Invariants: the same record again adds nothing but a sighting; of different records of one item the newest stands,
//! by what they say of themselves; where none says it the richest, ties by digest, so the order of arrival does not matter; what the owner deleted stays out.

use std::collections::HashMap;

use domain::{BlobContent, ImportId, NewItem, NewPoint, Result, Uid, UtcMs};
use rusqlite::Connection;
use zeroize::Zeroizing;

use crate::blobs;
use crate::content::{Content, Sealed};
use crate::damaged_blobs;
use crate::fault::{Fault, Outcome};
use crate::keys;
use crate::pack;
use crate::table::blob::{self, BlobRow, NewRef};
use crate::table::change::{self, ChangeOp};
use crate::table::entity::Tally;
use crate::table::file::{self, FileId};
use crate::table::memo::{self, FileSet};
use crate::table::tombstone::TrackRule;
use crate::table::track_cell::Cells;
use crate::table::track_point::{self, Points};
use crate::table::{item, item_link, link, number, own, pii, setting, sighting, source, tombstone, variant};
use crate::vault::Vault;

/// A batch that is ready to be written.
#[derive(Default)]
pub struct Prepared {
    items: Vec<PreparedItem>,
    points: Vec<NewPoint>,
    /// Items that were deleted in the vault that the file is of.
    forgotten: Vec<Uid>,
    /// What the file's importer remembers of it, packed, and the set that it is in.
    memo: Option<(FileSet, Vec<u8>)>,
    failed: Option<domain::Failure>,
}

impl Prepared {
    /// Records in it.
    pub fn len(&self) -> usize {
        self.items.len() + self.points.len() + self.forgotten.len()
    }

    /// Whether it holds no record.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The same with items that were deleted for good in the vault that the file is of: they stay out of this one, unless it has
    /// them. Each counts as a record that was deleted before.
    #[must_use]
    pub fn with_forgotten(mut self, uids: Vec<Uid>) -> Self {
        self.forgotten = uids;
        self
    }

    /// The same with what the file's importer remembers of it, to put its set together again.
    #[must_use]
    pub fn with_memo(mut self, set: FileSet, bytes: &[u8]) -> Self {
        match pack::pack(bytes) {
            Ok(packed) => self.memo = Some((set, packed)),
            Err(fault) => self.failed = self.failed.or(Some(fault.0)),
        }
        self
    }

    /// The files of blobs that were written for it.
    pub(crate) fn files(&self) -> Vec<[u8; 16]> {
        self.items.iter().flat_map(|item| item.blobs.iter().filter_map(PreparedBlob::file)).collect()
    }

    /// What went wrong while it was prepared.
    pub(crate) fn failure(&self) -> Option<&domain::Failure> {
        self.failed.as_ref()
    }
}

struct PreparedItem {
    uid: Uid,
    content: Content,
    sealed: Sealed,
    blobs: Vec<PreparedBlob>,
}

struct PreparedBlob {
    name: String,
    media_type: String,
    size: u64,
    content: PreparedContent,
}

enum PreparedContent {
    /// In the vault: its name among equal blobs, and the blob when it is new or what the vault has of it is damaged.
    Kept { dedup: [u8; 32], new: Option<NewBlob> },
    /// Left in place.
    Left { path: String, entry: String, digest: [u8; 32] },
}

/// A blob that the vault did not have, or not whole, when it was prepared.
struct NewBlob {
    row: BlobRow,
    /// The bytes of a small one; those of others are in their file.
    bytes: Vec<u8>,
    /// Whether its file is to take the place of what is damaged or missing.
    mends: bool,
}

/// What became of a batch.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Written {
    /// Records that are new in the vault.
    pub stored: u64,
    /// Records that the vault had, from this or another file.
    pub merged: u64,
    /// Records that the owner deleted before, and that stay deleted; and what was told of that.
    pub tombstoned: u64,
}

impl Vault {
    /// Does the costly part of storing a batch. Callable from any thread, several at a time. What goes wrong (no space for
    /// an attachment, say) is told by [`Vault::write`].
    pub fn prepare(&self, items: Vec<NewItem>, points: Vec<NewPoint>) -> Prepared {
        let mut prepared = Prepared { items: Vec::with_capacity(items.len()), points, ..Prepared::default() };
        let mut batch = HashMap::new();
        for item in items {
            match self.prepare_item(item, &mut batch) {
                Ok(item) => prepared.items.push(item),
                Err(fault) => {
                    prepared.failed = Some(fault.0);
                    break;
                }
            }
        }
        prepared
    }

    fn prepare_item(&self, mut item: NewItem, batch: &mut HashMap<[u8; 32], ()>) -> Outcome<PreparedItem> {
        let content = Content::of(&mut item);
        let sealed = content.seal(&item.raw, &item.blobs)?;
        let mut blobs = Vec::with_capacity(item.blobs.len());
        for new in item.blobs {
            let (size, content) = match new.content {
                BlobContent::Bytes(bytes) => (bytes.len() as u64, self.prepare_blob(&bytes, batch)?),
                BlobContent::Reference { path, entry, size, digest } => (size, PreparedContent::Left { path, entry, digest }),
            };
            blobs.push(PreparedBlob { name: new.name, media_type: new.media_type, size, content });
        }
        Ok(PreparedItem { uid: item.uid, content, sealed, blobs })
    }

    fn prepare_blob(&self, bytes: &[u8], batch: &mut HashMap<[u8; 32], ()>) -> Outcome<PreparedContent> {
        let inner = self.inner();
        let key: &Zeroizing<[u8; 32]> = &inner.blob_names;
        let dedup = *blake3::keyed_hash(key, bytes).as_bytes();
        let (known, mends) = if batch.insert(dedup, ()).is_some() {
            (true, false)
        } else {
            let reader = inner.readers.borrow()?;
            match blob::find(&reader, &dedup)? {
                Some(id) => (true, damaged_blobs::is_damaged(&inner.folder, &reader, id)?),
                None => (false, false),
            }
        };
        let new = match bytes.len() {
            _ if known && !mends => None,
            // One that is damaged comes back as a file, though it is small: the row that it had stands on a page that does not verify,
            // and can be neither written nor removed.
            size if size <= blob::SMALL && !mends => {
                let row = BlobRow { name: keys::random()?, key: None, size: size as u64 };
                Some(NewBlob { row, bytes: bytes.to_vec(), mends })
            }
            _ => Some(NewBlob { row: blobs::store(&inner.folder, bytes)?, bytes: Vec::new(), mends }),
        };
        Ok(PreparedContent::Kept { dedup, new })
    }

    /// Writes a batch that `file` brought, in one transaction: all of it, or when it fails nothing. The file's line in
    /// the ledger counts it in the same transaction.
    pub fn write(&self, import: ImportId, file: FileId, prepared: Prepared) -> Result<Written> {
        if let Some(failure) = prepared.failed {
            return Err(failure);
        }
        let inner = self.inner();
        let (written, unused) = inner.writer.write(move |transaction| write(transaction, import, file, &prepared))?;
        blobs::remove(&inner.folder, &unused);
        inner.follower.wake();
        Ok(written)
    }

    /// How many of these items the vault has.
    pub fn count_known(&self, uids: &[Uid]) -> Result<u64> {
        let reader = self.inner().readers.borrow()?;
        // One snapshot: else each statement takes and gives back the lock on the file.
        let snapshot = reader.unchecked_transaction().map_err(Fault::from)?;
        let mut known = 0;
        for uid in uids {
            known += u64::from(item::find(&snapshot, &uid.0)?.is_some());
        }
        Ok(known)
    }
}

/// Writes a batch; also says which blob files turned out not to be needed.
pub(crate) fn write(connection: &Connection, import: ImportId, file: FileId, prepared: &Prepared) -> Outcome<(Written, Vec<[u8; 16]>)> {
    let mut batch = Batch::begin(connection, file)?;
    let mut written = Written::default();
    for new in &prepared.items {
        match batch.item(new)? {
            Fate::Stored => written.stored += 1,
            Fate::Merged => written.merged += 1,
            Fate::Tombstoned => written.tombstoned += 1,
        }
    }
    let mut span: Option<(UtcMs, UtcMs)> = None;
    let mut cells = Cells::default();
    let mut points = Points::prepare(connection)?;
    let rules = if prepared.points.is_empty() { Vec::new() } else { rules_about(connection, file)? };
    for point in &prepared.points {
        if rules.iter().any(|rule| rule.covers(point.at, point.point)) {
            written.tombstoned += 1;
            continue;
        }
        if points.write(file, point)? {
            written.stored += 1;
            cells.count(track_point::key_of(point), 1);
        } else {
            written.merged += 1;
        }
        span = Some(span.map_or((point.at, point.at), |(from, to)| (from.min(point.at), to.max(point.at))));
    }
    cells.settle(connection)?;
    let unused = batch.end()?;
    for uid in &prepared.forgotten {
        tombstone::bring(connection, file, &uid.0)?;
        written.tombstoned += 1;
    }
    if let Some((set, packed)) = &prepared.memo {
        memo::insert(connection, import, file, set, packed)?;
    }
    file::count(connection, file, written.stored, written.merged, written.tombstoned, span)?;
    tracing::debug!(import, file, stored = written.stored, merged = written.merged, "wrote a batch");
    Ok((written, unused))
}

/// Which of the fixes that a file brings the owner deleted.
fn rules_about(connection: &Connection, file: FileId) -> Outcome<Vec<TrackRule>> {
    let mut rules = tombstone::rules(connection, None)?;
    if !rules.is_empty() {
        let importer = file::importer(connection, file)?;
        rules.retain(|rule| rule.is_about(&importer));
    }
    Ok(rules)
}

/// Writes what a file comes to now that others of its set are there or gone, and notes in `told` that it says so. Its line
/// in the ledger stays. Says which blob files turned out not to be needed.
pub(crate) fn retell(connection: &Connection, file: FileId, prepared: &Prepared) -> Outcome<Vec<[u8; 16]>> {
    let mut batch = Batch { is_retelling: true, ..Batch::begin(connection, file)? };
    for new in &prepared.items {
        batch.item(new)?;
    }
    batch.end()
}

enum Fate {
    Stored,
    Merged,
    Tombstoned,
}

/// One transaction's worth of items.
struct Batch<'a> {
    connection: &'a Connection,
    file: FileId,
    last_item: i64,
    last_variant: i64,
    sources: HashMap<String, i64>,
    tally: Tally,
    unused: Vec<[u8; 16]>,
    /// Whether the owner deleted anything, ever.
    has_tombstones: bool,
    /// Whether a set is put together again.
    is_retelling: bool,
}

impl<'a> Batch<'a> {
    fn begin(connection: &'a Connection, file: FileId) -> Outcome<Self> {
        Ok(Self {
            connection,
            file,
            last_item: setting::last_item(connection)?,
            last_variant: variant::last(connection)?,
            sources: HashMap::new(),
            tally: Tally::default(),
            unused: Vec::new(),
            has_tombstones: tombstone::exist(connection)?,
            is_retelling: false,
        })
    }

    fn end(mut self) -> Outcome<Vec<[u8; 16]>> {
        self.tally.settle(self.connection)?;
        setting::set_last_item(self.connection, self.last_item)?;
        Ok(self.unused)
    }

    fn item(&mut self, new: &PreparedItem) -> Outcome<Fate> {
        let connection = self.connection;
        if self.has_tombstones && tombstone::holds(connection, &new.uid.0)? {
            self.unused.extend(new.blobs.iter().filter_map(PreparedBlob::file));
            return Ok(Fate::Tombstoned);
        }
        let Some((id, standing)) = item::find(connection, &new.uid.0)? else {
            let id = self.last_item + 1;
            self.last_item = id;
            let variant = self.variant(id, new)?;
            let source = self.source(&new.content.source)?;
            item::insert(connection, id, &new.uid.0, variant, source, &new.content)?;
            attach(connection, &mut self.tally, id, &new.content)?;
            change::append(connection, id, ChangeOp::Upsert)?;
            return Ok(Fate::Stored);
        };
        if let Some(known) = variant::find(connection, id, &new.sealed.digest)? {
            self.seen(id, known)?;
            for prepared in &new.blobs {
                if let PreparedContent::Kept { dedup, new: Some(new) } = &prepared.content {
                    self.kept(dedup, Some(new))?;
                }
            }
            self.references(new)?;
            return Ok(Fate::Merged);
        }
        let variant = self.variant(id, new)?;
        if (new.sealed.revision, new.sealed.richness, new.sealed.digest) > variant::rank(connection, standing)? {
            let source = self.source(&new.content.source)?;
            stand(connection, &mut self.tally, id, variant, source, &new.content)?;
        }
        Ok(Fate::Merged)
    }

    /// Stores a record as a variant of an item, seen in this batch's file.
    fn variant(&mut self, item: i64, new: &PreparedItem) -> Outcome<i64> {
        let id = self.last_variant + 1;
        self.last_variant = id;
        variant::insert(self.connection, id, item, &new.sealed)?;
        self.seen(item, id)?;
        for (ord, prepared) in new.blobs.iter().enumerate() {
            let (blob, digest) = match &prepared.content {
                PreparedContent::Kept { dedup, new } => (Some(self.kept(dedup, new.as_ref())?), None),
                PreparedContent::Left { digest, .. } => (None, Some(digest)),
            };
            let row = NewRef { name: &prepared.name, media_type: &prepared.media_type, size: prepared.size, blob, digest };
            blob::insert_ref(self.connection, id, ord, &row)?;
        }
        self.references(new)?;
        Ok(id)
    }

    fn seen(&self, item: i64, variant: i64) -> Outcome<()> {
        sighting::insert(self.connection, self.file, item, variant)?;
        if self.is_retelling {
            self.connection
                .prepare_cached("INSERT OR IGNORE INTO temp.told (file, item, variant) VALUES (?1, ?2, ?3)")?
                .execute([self.file, item, variant])?;
        }
        Ok(())
    }

    fn kept(&mut self, dedup: &[u8; 32], new: Option<&NewBlob>) -> Outcome<blob::BlobId> {
        let known = blob::find(self.connection, dedup)?;
        match (known, new) {
            (Some(known), Some(new)) if new.mends => {
                self.unused.push(blob::replace(self.connection, known, &new.row)?);
                Ok(known)
            }
            (Some(known), new) => {
                self.unused.extend(new.and_then(NewBlob::file));
                Ok(known)
            }
            (None, Some(NewBlob { row, bytes, .. })) => {
                let id = blob::insert(self.connection, row, dedup)?;
                if row.key.is_none() {
                    blob::insert_small(self.connection, id, bytes)?;
                }
                Ok(id)
            }
            (None, None) => Err(domain::Failure::new(
                domain::Code::Internal,
                "An attachment was deleted while the same attachment was being imported; this batch was left out.",
            )
            .hint("Import the archive again.")
            .into()),
        }
    }

    fn references(&self, new: &PreparedItem) -> Outcome<()> {
        for prepared in &new.blobs {
            if let PreparedContent::Left { path, entry, digest } = &prepared.content {
                blob::insert_reference(self.connection, digest, self.file, path, entry)?;
            }
        }
        Ok(())
    }

    fn source(&mut self, name: &str) -> Outcome<i64> {
        if let Some(id) = self.sources.get(name) {
            return Ok(*id);
        }
        let id = source::intern(self.connection, name)?;
        self.sources.insert(name.to_owned(), id);
        Ok(id)
    }
}

impl PreparedBlob {
    fn file(&self) -> Option<[u8; 16]> {
        match &self.content {
            PreparedContent::Kept { new: Some(new), .. } => new.file(),
            _ => None,
        }
    }
}

impl NewBlob {
    /// The name of its file, when it has one.
    fn file(&self) -> Option<[u8; 16]> {
        self.row.key.map(|_| self.row.name)
    }
}

/// Writes what of an item's content stands in tables of its own.
fn attach(connection: &Connection, tally: &mut Tally, id: i64, content: &Content) -> Outcome<()> {
    link::insert(connection, tally, id, &content.links, own::part(content))?;
    for related in &content.related {
        item_link::insert(connection, id, related)?;
    }
    number::insert(connection, id, &content.data)
}

/// Lets another variant stand for an item.
pub(crate) fn stand(connection: &Connection, tally: &mut Tally, id: i64, variant: i64, source: i64, content: &Content) -> Outcome<()> {
    link::remove(connection, tally, id)?;
    item_link::remove(connection, id)?;
    number::remove(connection, id)?;
    pii::remove(connection, id)?;
    item::mirror(connection, id, variant, source, content)?;
    attach(connection, tally, id, content)?;
    change::append(connection, id, ChangeOp::Upsert)
}
