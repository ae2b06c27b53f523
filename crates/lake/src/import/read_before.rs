//! The files that other imports read, which need not be parsed again.

use std::collections::HashMap;

use domain::Result;
use vault::{FileId, Vault};

use super::{Digest, Key, half, key_of};
use crate::importer::{Importer, Parse};
use crate::importers;

/// The edition of the importers: what another one read is read again.
pub(crate) const EDITION: i64 = match i64::from_str_radix(env!("DATAPUNK_IMPORTERS"), 10) {
    Ok(edition) => edition,
    Err(_) => panic!("the build numbers the edition of the importers"),
};

/// What these importers read in imports that stand, by path and size.
pub(crate) struct ReadBefore(HashMap<Key, KnownFile>);

/// A file that another import read.
pub(crate) struct KnownFile {
    /// Its line in the ledger.
    pub(crate) line: FileId,
    /// What read it.
    pub(crate) importer: &'static Importer,
    digest: Digest,
}

impl ReadBefore {
    pub(crate) fn in_vault(vault: &Vault) -> Result<Self> {
        let mut known = HashMap::new();
        vault.each_file_read(EDITION, &mut |before| {
            if let Some((importer, digest)) = by_itself(&before.file.importer).zip(before.file.digest) {
                let file = KnownFile { line: before.line, importer, digest: half(digest) };
                known.insert(key(&before.file.path, before.file.size), file);
            }
        })?;
        Ok(Self(known))
    }

    /// Of no vault.
    pub(crate) fn nothing() -> Self {
        Self(HashMap::new())
    }

    /// Whether a file of that path and size was read. Its bytes may be others.
    pub(crate) fn may_hold(&self, path: &str, size: u64) -> bool {
        !self.0.is_empty() && self.0.contains_key(&key(path, size))
    }

    /// The file of that path and those bytes.
    pub(crate) fn find(&self, path: &str, size: u64, digest: Digest) -> Option<&KnownFile> {
        self.0.get(&key(path, size)).filter(|known| known.digest == digest)
    }
}

/// The importer of that id, when what it makes of a file does not depend on others.
pub(crate) fn by_itself(id: &str) -> Option<&'static Importer> {
    importers::ALL.iter().copied().find(|importer| importer.id == id && matches!(importer.parse, Parse::File(_)))
}

fn key(path: &str, size: u64) -> Key {
    key_of(&format!("{path}/{size}"))
}
