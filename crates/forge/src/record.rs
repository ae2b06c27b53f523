//! What is remembered of a model's files: `record.json` in the model's folder.
//!
//! A file whose size and modification time are as recorded is taken to be the file that was hashed, so that opening a model
//! of a gigabyte does not read it twice. Whatever differs is hashed again. `cargo xtask` writes the same record for the
//! files that it brings.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::Path;
use std::time::UNIX_EPOCH;

use domain::{Cancel, Code, Failure, Result};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

const NAME: &str = "record.json";
const BLOCK: usize = 1 << 20;

/// What is remembered of the files of one model.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Record {
    /// By file name.
    pub(crate) files: BTreeMap<String, FileRecord>,
    /// Of a model that the owner gave, which no manifest speaks of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) own: Option<Own>,
}

/// What is remembered of a model that the owner gave.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Own {
    /// The name of the file that was given.
    pub(crate) file: String,
    /// The licence of its weights, as the file has it.
    pub(crate) licence: String,
}

/// What is remembered of one file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct FileRecord {
    /// The digest, in hexadecimal, of the content that was hashed.
    pub(crate) sha256: String,
    /// Its size then.
    pub(crate) bytes: u64,
    /// When it had last been modified then, in nanoseconds since 1970.
    pub(crate) mtime_ns: u64,
    /// How it came: "hub", "given", "packages", "debian", or "made" for what we computed from another file.
    pub(crate) origin: String,
    /// For a file that was made: the digest of the file that it was made from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) made_from: Option<String>,
}

impl Record {
    /// Reads the record of a model's folder; one that is absent or damaged is empty, which only costs hashing again.
    pub(crate) fn read(folder: &Path) -> Self {
        fs::read(folder.join(NAME)).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default()
    }

    /// Writes it, whole or not at all.
    pub(crate) fn write(&self, folder: &Path) -> Result<()> {
        let text = serde_json::to_vec_pretty(self).map_err(Failure::internal)?;
        let part = folder.join("record.json.part");
        fs::write(&part, text).and_then(|()| fs::rename(&part, folder.join(NAME))).map_err(|error| unwritable(folder, &error))
    }
}

impl FileRecord {
    /// The record of a file that was just hashed.
    pub(crate) fn of(path: &Path, sha256: String, origin: &str) -> Result<Self> {
        let (bytes, mtime_ns) = size_and_time(path).map_err(|error| unreadable(path, &error))?;
        Ok(Self { sha256, bytes, mtime_ns, origin: origin.to_owned(), made_from: None })
    }

    /// Whether the file at `path` is, by size and time, the one that was hashed.
    pub(crate) fn still_describes(&self, path: &Path) -> bool {
        size_and_time(path).is_ok_and(|(bytes, mtime_ns)| bytes == self.bytes && mtime_ns == self.mtime_ns)
    }
}

/// The sha256 of a file, in hexadecimal. `on` hears of every block's size.
pub(crate) fn hash_file(path: &Path, cancel: &Cancel, on: &mut dyn FnMut(u64)) -> Result<String> {
    read_hashing(path, cancel, &mut |block| {
        on(block.len() as u64);
        Ok(())
    })
}

/// Copies a file, and says the sha256 of what was copied. `on` hears of every block's size.
pub(crate) fn copy_file(path: &Path, target: &Path, cancel: &Cancel, on: &mut dyn FnMut(u64)) -> Result<String> {
    let mut copy = File::create(target).map_err(|error| unwritable(target, &error))?;
    let sha256 = read_hashing(path, cancel, &mut |block| {
        copy.write_all(block).map_err(|error| unwritable(target, &error))?;
        on(block.len() as u64);
        Ok(())
    })?;
    copy.sync_all().map_err(|error| unwritable(target, &error))?;
    Ok(sha256)
}

fn read_hashing(path: &Path, cancel: &Cancel, on: &mut dyn FnMut(&[u8]) -> Result<()>) -> Result<String> {
    let mut file = File::open(path).map_err(|error| unreadable(path, &error))?;
    let mut hasher = Sha256::new();
    let mut block = vec![0; BLOCK];
    loop {
        cancel.check()?;
        let n = file.read(&mut block).map_err(|error| unreadable(path, &error))?;
        let Some(read) = block.get(..n).filter(|read| !read.is_empty()) else { break };
        hasher.update(read);
        on(read)?;
    }
    Ok(hexadecimal(&hasher.finalize()))
}

pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        for nibble in [byte >> 4, byte & 15] {
            text.push(char::from_digit(u32::from(nibble), 16).unwrap_or('0'));
        }
        text
    })
}

/// A file of the model store that cannot be read.
pub(crate) fn unreadable(path: &Path, error: &io::Error) -> Failure {
    Failure::new(Code::Unreadable, format!("The model file {} cannot be read: {error}.", path.display()))
        .hint("Check that it exists and that you may read it.")
}

/// A folder of the model store that cannot be written to.
pub(crate) fn unwritable(path: &Path, error: &io::Error) -> Failure {
    let code = if error.kind() == io::ErrorKind::StorageFull { Code::NoSpace } else { Code::Unreadable };
    Failure::new(code, format!("The model store cannot write to {}: {error}.", path.display()))
        .hint("Free some space, or set DATAPUNK_MODELS to a folder that you may write to.")
}

fn size_and_time(path: &Path) -> io::Result<(u64, u64)> {
    let about = fs::metadata(path)?;
    let since = about.modified()?.duration_since(UNIX_EPOCH).unwrap_or_default();
    Ok((about.len(), u64::try_from(since.as_nanos()).unwrap_or(u64::MAX)))
}
