//! Writes the export that can be imported again; see [`super::layout`].

use std::collections::HashMap;

use domain::{Failure, Filter, Result};
use jiff::Timestamp;
use serde::Serialize;
use sha2::{Digest, Sha256};
use vault::{BlobId, BlobPlace, ItemBlob, StoredEntity, StoredItem, TrackPoint, Vault};

use super::layout::{EntityLine, FORMAT, FixLine, ForgottenLine, ItemLine, ListedFile, MANIFEST, Manifest, VERSION, blob_path, hex};
use super::staging::{OpenFile, Staging};
use super::{Exported, LeftOut, Options, Writer, attachment, copy_left, each_piece};
use crate::archive::LeftInPlace;

/// A file of lines is closed at this size, bytes, and another one begun.
const FULL: u64 = 256 << 20;

/// An export as lines of JSON.
pub(crate) struct Jsonl<'v> {
    vault: &'v Vault,
    manifest: Manifest,
    items: Lines,
    fixes: Lines,
    entities: Lines,
    /// The attachments that were written, and the SHA-256 of their bytes; nothing for those that are damaged.
    blobs: HashMap<BlobId, Option<[u8; 32]>>,
    /// The media that were left in place, when they are copied.
    left: Option<LeftInPlace<'v>>,
    /// Of those that were copied, by their BLAKE3 in hex digits, the SHA-256; nothing for those that could not be.
    copied: HashMap<String, Option<[u8; 32]>>,
}

impl<'v> Jsonl<'v> {
    pub(crate) fn begin(vault: &'v Vault, filter: &Filter, whole: bool, options: &Options) -> Self {
        let manifest = Manifest {
            format: FORMAT.to_owned(),
            version: VERSION,
            program: format!("datapunk {}", env!("CARGO_PKG_VERSION")),
            made: Timestamp::from_millisecond(options.now).map(|now| now.to_string()).unwrap_or_default(),
            whole,
            filter: (!whole).then(|| filter.clone()),
            items: 0,
            records: 0,
            track_points: 0,
            entities: 0,
            blobs: 0,
            forgotten: 0,
            files: Vec::new(),
        };
        let [items, fixes, entities] = ["items", "track_points", "entities"].map(Lines::new);
        let left = options.media.then(|| LeftInPlace::of(vault));
        Self { vault, manifest, items, fixes, entities, blobs: HashMap::new(), left, copied: HashMap::new() }
    }

    /// Writes the bytes of an attachment, unless the same bytes stand there.
    fn blob(&mut self, staging: &mut Staging, blob: &ItemBlob) -> Result<()> {
        match &blob.place {
            BlobPlace::Kept { blob: id } if !self.blobs.contains_key(id) => {
                let (mut file, _) = staging.create("blob")?;
                let mut hasher = Sha256::new();
                let is_whole = each_piece(self.vault, *id, blob.size, &mut |piece| {
                    hasher.update(piece);
                    file.put(piece)
                })?;
                let sha256 = if is_whole {
                    Some(self.place(staging, file, hasher)?)
                } else {
                    staging.discard(&file)?;
                    None
                };
                self.blobs.insert(*id, sha256);
            }
            BlobPlace::Left { path, entry, digest } if !self.copied.contains_key(digest) => {
                let Some(left) = &mut self.left else { return Ok(()) };
                let (mut file, _) = staging.create("blob")?;
                let mut hasher = Sha256::new();
                let sha256 = if copy_left(left, (path, entry, digest), &mut file, &mut |piece| hasher.update(piece))? {
                    Some(self.place(staging, file, hasher)?)
                } else {
                    staging.discard(&file)?;
                    None
                };
                self.copied.insert(digest.clone(), sha256);
            }
            BlobPlace::Kept { .. } | BlobPlace::Left { .. } => {}
        }
        Ok(())
    }

    fn place(&mut self, staging: &mut Staging, file: OpenFile, hasher: Sha256) -> Result<[u8; 32]> {
        let sha256: [u8; 32] = hasher.finalize().into();
        self.manifest.blobs += u64::from(staging.place(file, &blob_path(&hex(&sha256)))?);
        Ok(sha256)
    }

    /// The SHA-256 of an attachment that is in the export, in hex digits.
    fn sha256(&self, blob: &ItemBlob) -> Option<String> {
        let sha256 = match &blob.place {
            BlobPlace::Kept { blob } => self.blobs.get(blob).and_then(Option::as_ref),
            BlobPlace::Left { digest, .. } => self.copied.get(digest).and_then(Option::as_ref),
        };
        sha256.map(|sha256| hex(sha256))
    }
}

impl Writer for Jsonl<'_> {
    fn item(&mut self, staging: &mut Staging, item: &StoredItem, left_out: &mut LeftOut) -> Result<u64> {
        for record in std::iter::once(&item.standing).chain(&item.others) {
            self.manifest.records += 1;
            for blob in &record.blobs {
                self.blob(staging, blob)?;
                if is_kept(blob) && self.sha256(blob).is_none() {
                    left_out.note(attachment(&record.item, blob))?;
                }
            }
        }
        self.manifest.items += 1;
        let line = ItemLine::of(item, &|blob| self.sha256(blob));
        self.items.add(staging, &line)?;
        Ok(item.standing.blobs.iter().filter(|blob| !is_kept(blob) && self.sha256(blob).is_none()).count() as u64)
    }

    fn fixes(&mut self, staging: &mut Staging, fixes: &[TrackPoint]) -> Result<()> {
        self.manifest.track_points += fixes.len() as u64;
        fixes.iter().try_for_each(|fix| self.fixes.add(staging, &FixLine::from(fix)))
    }

    fn entity(&mut self, staging: &mut Staging, entity: &StoredEntity) -> Result<()> {
        self.manifest.entities += 1;
        self.entities.add(staging, &EntityLine::from(entity))
    }

    fn finish(&mut self, staging: &mut Staging, exported: &mut Exported) -> Result<()> {
        let mut forgotten = Lines::new("forgotten");
        if self.manifest.whole {
            let n_forgotten = &mut self.manifest.forgotten;
            self.vault.each_forgotten(&mut |uid| {
                *n_forgotten += 1;
                forgotten.add(staging, &ForgottenLine { forgotten: uid })
            })?;
        }
        for lines in [&mut self.items, &mut self.fixes, &mut self.entities, &mut forgotten] {
            lines.close(staging)?;
            self.manifest.files.append(&mut lines.closed);
        }
        exported.blobs = self.manifest.blobs;
        let (mut file, _) = staging.create(MANIFEST)?;
        let mut json = serde_json::to_vec_pretty(&self.manifest).map_err(Failure::internal)?;
        json.push(b'\n');
        file.put(&json)?;
        staging.close(file)
    }
}

fn is_kept(blob: &ItemBlob) -> bool {
    matches!(blob.place, BlobPlace::Kept { .. })
}

/// Files of lines of one sort.
struct Lines {
    /// What they are called: "items".
    name: &'static str,
    open: Option<OpenLines>,
    closed: Vec<ListedFile>,
    line: Vec<u8>,
}

struct OpenLines {
    file: OpenFile,
    name: String,
    hasher: Sha256,
    n_lines: u64,
}

impl Lines {
    fn new(name: &'static str) -> Self {
        Self { name, open: None, closed: Vec::new(), line: Vec::new() }
    }

    fn add(&mut self, staging: &mut Staging, line: &impl Serialize) -> Result<()> {
        if self.open.as_ref().is_some_and(|open| open.file.bytes() >= FULL) {
            self.close(staging)?;
        }
        let open = match &mut self.open {
            Some(open) => open,
            None => {
                let number = self.closed.len() + 1;
                let name = if number == 1 { format!("{}.jsonl", self.name) } else { format!("{}-{number}.jsonl", self.name) };
                let (file, name) = staging.create(&name)?;
                self.open.insert(OpenLines { file, name, hasher: Sha256::new(), n_lines: 0 })
            }
        };
        self.line.clear();
        serde_json::to_writer(&mut self.line, line).map_err(Failure::internal)?;
        self.line.push(b'\n');
        open.hasher.update(&self.line);
        open.n_lines += 1;
        open.file.put(&self.line)
    }

    fn close(&mut self, staging: &mut Staging) -> Result<()> {
        let Some(OpenLines { file, name, hasher, n_lines }) = self.open.take() else { return Ok(()) };
        self.closed.push(ListedFile { name, bytes: file.bytes(), lines: n_lines, sha256: hex(&hasher.finalize()) });
        staging.close(file)
    }
}
