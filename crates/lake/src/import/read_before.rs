//! The files that need not be parsed again: this import read them before the program ended during it, or another import did.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use domain::{ImportId, Result};
use vault::{FileId, NewFile, Vault};

use super::{Digest, Key, half, key_of};
use crate::importer::{Importer, Parse};
use crate::importers;

/// The edition of the importers: what another one read is read again.
pub(crate) const EDITION: i64 = match i64::from_str_radix(env!("DATAPUNK_IMPORTERS"), 10) {
    Ok(edition) => edition,
    Err(_) => panic!("the build numbers the edition of the importers"),
};

/// What was read before. The files of sets are not among it: what they come to depends on the files beside them.
#[derive(Default)]
pub(crate) struct ReadBefore {
    /// What an import that goes on was done with, by archive, path and size.
    done: HashMap<Key, Digest>,
    /// What these importers read in other imports that stand, by path and size.
    known: HashMap<Key, KnownFile>,
}

/// The lines that an import which goes on has already: each file stays one line, however often it is read.
#[derive(Default)]
pub(crate) struct EarlierLines(Mutex<HashMap<Key, FileId>>);

impl EarlierLines {
    /// Those of an import that goes on.
    pub(crate) fn of(vault: &Vault, resumed: Option<ImportId>) -> Result<Self> {
        let mut lines = HashMap::new();
        if let Some(import) = resumed {
            vault.each_line(import, &mut |line, file| {
                lines.entry(done_key(&file)).or_insert(line);
            })?;
        }
        Ok(Self(Mutex::new(lines)))
    }

    /// Whether a file has one.
    pub(crate) fn hold(&self, file: &NewFile) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).contains_key(&done_key(file))
    }

    /// The line of a file, once: a second file of its name and size has one of its own.
    pub(crate) fn take(&self, file: &NewFile) -> Option<FileId> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&done_key(file))
    }
}

/// A file that another import read.
pub(crate) struct KnownFile {
    /// Its line in the ledger.
    pub(crate) line: FileId,
    /// What read it.
    pub(crate) importer: &'static Importer,
    digest: Digest,
}

impl ReadBefore {
    /// What a vault knows, for an import that is begun or goes on.
    pub(crate) fn in_vault(vault: &Vault, resumed: Option<ImportId>) -> Result<Self> {
        let mut done = HashMap::new();
        if let Some(import) = resumed {
            let files = vault.whole_files(import)?.into_iter().filter(|file| by_itself(&file.importer).is_some());
            done.extend(files.filter_map(|file| Some((done_key(&file), half(file.digest?)))));
        }
        let mut known = HashMap::new();
        vault.each_file_read(EDITION, &mut |before| {
            if let Some((importer, digest)) = by_itself(&before.file.importer).zip(before.file.digest) {
                let file = KnownFile { line: before.line, importer, digest: half(digest) };
                known.insert(key(&before.file.path, before.file.size), file);
            }
        })?;
        Ok(Self { done, known })
    }

    /// The digest of a file that this import was done with.
    pub(crate) fn done(&self, file: &NewFile) -> Option<&Digest> {
        self.done.get(&done_key(file))
    }

    /// Whether another import read a file of that path and size. Its bytes may be others.
    pub(crate) fn may_hold(&self, path: &str, size: u64) -> bool {
        !self.known.is_empty() && self.known.contains_key(&key(path, size))
    }

    /// The file of that path and those bytes that another import read.
    pub(crate) fn find(&self, path: &str, size: u64, digest: Digest) -> Option<&KnownFile> {
        self.known.get(&key(path, size)).filter(|known| known.digest == digest)
    }
}

/// The importer of that id, when what it makes of a file does not depend on others.
fn by_itself(id: &str) -> Option<&'static Importer> {
    importers::ALL.iter().copied().find(|importer| importer.id == id && matches!(importer.parse, Parse::File(_)))
}

fn done_key(file: &NewFile) -> Key {
    key_of(&format!("{}/{}/{}", file.archive, file.path, file.size))
}

fn key(path: &str, size: u64) -> Key {
    key_of(&format!("{path}/{size}"))
}
