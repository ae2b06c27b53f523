//! A snapshot's manifest: what the vault consisted of at one instant, and in which packs each piece of it stands.

use std::fs;
use std::path::Path;

use age::x25519;
use domain::{Code, Failure, Result, UtcMs};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::fail::damaged;
use super::pack::{self, Piece};
use super::repository::Backup;
use crate::header::Header;
use crate::hex;
use crate::keys::RootKey;

const FORMAT: u32 = 1;
/// How the name of a snapshot begins: when it was made.
const TIME: &str = "%Y%m%dT%H%M%SZ";

/// A snapshot, as it is listed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Snapshot {
    /// Its name.
    pub id: String,
    /// When it was made, UTC milliseconds.
    pub made_ms: UtcMs,
    /// The program's version that made it.
    pub version: String,
    /// Items in it.
    pub items: u64,
    /// Bytes that a restored vault takes, without its indexes.
    pub bytes: u64,
    /// Attachments that were left in place when they were imported, and so are not in it.
    pub left_in_place: u64,
    /// The vault's content as one number: a restored vault has the same.
    pub logical_hash: String,
    /// When its packs were last read back whole, UTC milliseconds.
    pub verified_ms: Option<UtcMs>,
}

/// What a snapshot consists of.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Manifest {
    pub(super) format: u32,
    pub(super) id: String,
    pub(super) made_ms: UtcMs,
    pub(super) version: String,
    /// Transactions that the database had seen.
    pub(super) generation: u64,
    pub(super) items: u64,
    pub(super) left_in_place: u64,
    pub(super) logical_hash: String,
    pub(super) verified_ms: Option<UtcMs>,
    /// The vault's header of then.
    pub(super) header: Header,
    /// The vault's root key of then, so that whom the backup was given to can restore it.
    pub(super) root: RootKey,
    /// The packs that the pieces stand in, by name.
    pub(super) packs: Vec<String>,
    /// The database first, then the files of attachments.
    pub(super) files: Vec<StoredFile>,
}

/// A file of the vault.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct StoredFile {
    /// Its path in the vault's folder, with `/`.
    pub(super) path: String,
    /// Bytes.
    pub(super) size: u64,
    /// Its pieces, in order.
    pub(super) pieces: Vec<Placed>,
}

/// A piece of a file: the number of its pack, its place and length there, BLAKE3 of it.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(super) struct Placed(pub(super) u32, pub(super) u64, pub(super) u32, #[serde(with = "hex::bytes")] pub(super) [u8; 32]);

impl Placed {
    pub(super) fn piece(&self) -> Piece {
        Piece { digest: self.3, at: self.1, len: self.2 }
    }
}

impl Manifest {
    pub(super) const FORMAT: u32 = FORMAT;

    /// The name of a snapshot that is made now: sorts by time.
    pub(super) fn name(made_ms: UtcMs, salt: &[u8; 4]) -> String {
        let time = jiff::Timestamp::from_millisecond(made_ms).map_or_else(|_| made_ms.to_string(), |time| time.strftime(TIME).to_string());
        format!("{time}-{}", hex::encode(salt))
    }

    /// Whether a snapshot of that name was surely made before an instant: names tell it to the second.
    pub(super) fn is_named_before(id: &str, instant: UtcMs) -> bool {
        let made = id.split_once('-').and_then(|(time, _)| jiff::civil::DateTime::strptime(TIME, time).ok());
        let instant = jiff::Timestamp::from_millisecond(instant).ok().map(|instant| instant.to_zoned(jiff::tz::TimeZone::UTC).datetime());
        made.zip(instant).is_some_and(|(made, instant)| made.saturating_add(jiff::SignedDuration::from_secs(1)) <= instant)
    }

    pub(super) fn seal(&self, to: &x25519::Recipient) -> Result<Vec<u8>> {
        let json = Zeroizing::new(serde_json::to_vec(self).map_err(Failure::internal)?);
        let packed = Zeroizing::new(zstd::encode_all(json.as_slice(), 3).map_err(Failure::internal)?);
        pack::encrypt(to, &packed)
    }

    pub(super) fn read(with: &x25519::Identity, path: &Path) -> Result<Self> {
        #[derive(Deserialize)]
        struct FormatOnly {
            format: u32,
        }
        let wrong = || damaged("A snapshot");
        let sealed = fs::read(path).map_err(|_| wrong())?;
        let packed = Zeroizing::new(pack::decrypt(with, &sealed).map_err(|_| wrong())?);
        let json = Zeroizing::new(zstd::decode_all(packed.as_slice()).map_err(|_| wrong())?);
        let only: FormatOnly = serde_json::from_slice(&json).map_err(|_| wrong())?;
        if only.format > FORMAT {
            return Err(Failure::new(
                Code::NewerFormat,
                format!("A snapshot has format {}, and this version of Datapunk knows formats up to {FORMAT}.", only.format),
            )
            .hint("Install the newer version of Datapunk that wrote it."));
        }
        serde_json::from_slice(&json).map_err(|_| wrong())
    }

    pub(super) fn listed(&self) -> Snapshot {
        Snapshot {
            id: self.id.clone(),
            made_ms: self.made_ms,
            version: self.version.clone(),
            items: self.items,
            bytes: self.files.iter().map(|file| file.size).sum(),
            left_in_place: self.left_in_place,
            logical_hash: self.logical_hash.clone(),
            verified_ms: self.verified_ms,
        }
    }

    /// Every piece of it, once for each place where it is needed, with the number of the file and the place in it.
    pub(super) fn placed(&self) -> impl Iterator<Item = (usize, u64, Placed)> {
        self.files.iter().enumerate().flat_map(|(number, file)| {
            let mut at = 0;
            file.pieces.iter().map(move |placed| {
                let here = at;
                at += u64::from(placed.2);
                (number, here, *placed)
            })
        })
    }
}

impl Backup {
    /// The snapshots that can be read, oldest first, and what is wrong with the others.
    ///
    /// # Errors
    /// [`Code::Unreadable`] when the folder cannot be read.
    pub fn snapshots(&self) -> Result<(Vec<Snapshot>, Vec<Failure>)> {
        let (manifests, failures) = self.manifests()?;
        Ok((manifests.iter().map(Manifest::listed).collect(), failures.into_iter().map(|(_, failure)| failure).collect()))
    }

    /// The manifest of that snapshot, or of the latest that can be read; the beginning of a name is enough.
    pub(super) fn choose(&self, snapshot: Option<&str>) -> Result<Manifest> {
        let ids = self.snapshot_ids()?;
        let Some(wanted) = snapshot else {
            let latest = ids.iter().rev().find_map(|id| self.manifest(id).ok());
            return latest.ok_or_else(|| {
                Failure::new(Code::NotFound, format!("There is no snapshot at {} that can be read.", self.folder().display()))
                    .hint("`datapunk backup create` makes one.")
            });
        };
        let mut named = ids.iter().filter(|id| id.starts_with(wanted));
        match (named.next(), named.next()) {
            (Some(id), None) => self.manifest(id),
            (Some(_), Some(_)) => Err(Failure::new(Code::BadRequest, format!("Several snapshots begin with {wanted:?}."))
                .hint("`datapunk backup list` lists them; give more of the name.")),
            (None, _) => Err(Failure::new(Code::NotFound, format!("There is no snapshot {wanted:?} at {}.", self.folder().display()))
                .hint("`datapunk backup list` lists them.")),
        }
    }
}
