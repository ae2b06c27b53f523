//! The files of blobs that are not small: attachments and media, each under a random name and a random key of its own
//! that stands in the database. Format `PDVBLOB1`: 8 bytes of magic, then chunks of 64 KiB, each AES-256-GCM with its tag;
//! the nonce is the chunk's number and whether it is the last, so chunks cannot be swapped, dropped or cut off unnoticed.
//!
//! Order: file written beside, synced, renamed, folder synced, row committed; and on the way out, row committed, file
//! removed. A crash leaves at most a file without a row, which [`sweep`] removes.

use std::fs::{self, File};
use std::io::{Read, Seek, SeekFrom, Write};
use std::ops::Range;
use std::path::PathBuf;

use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::{Aes256Gcm, Nonce};
use domain::{Code, Failure};
use rusqlite::Connection;

use crate::fault::{Fault, Outcome, damaged};
use crate::folder::{Folder, private_file, private_folder, sync_folder};
use crate::hex;
use crate::keys::{self, Key};
use crate::table::blob::{self, BlobId, BlobRow};

const MAGIC: &[u8; 8] = b"PDVBLOB1";
const CHUNK: usize = 64 * 1024;
const TAG: usize = 16;

fn path(folder: &Folder, name: &[u8; 16]) -> PathBuf {
    folder.root().join(relative_path(name))
}

/// Where the file of a blob stands in the vault's folder, `/` between the parts.
pub(crate) fn relative_path(name: &[u8; 16]) -> String {
    let name = hex::encode(name);
    format!("blobs/{}/{name}", &name[..2])
}

fn nonce(chunk: u64, last: bool) -> Nonce<aes_gcm::aead::consts::U12> {
    let mut nonce = [0; 12];
    nonce[..8].copy_from_slice(&chunk.to_le_bytes());
    nonce[8] = u8::from(last);
    nonce.into()
}

/// The length of the file of a blob of `size` bytes.
pub(crate) fn file_size(size: u64) -> u64 {
    MAGIC.len() as u64 + size + size.div_ceil(CHUNK as u64).max(1) * TAG as u64
}

/// Encrypts `bytes` into a new file; it is durable when this returns. No row points at it yet.
pub(crate) fn store(folder: &Folder, bytes: &[u8]) -> Outcome<BlobRow> {
    let key = keys::random()?;
    let row = BlobRow { name: keys::random()?, key: Some(key), size: bytes.len() as u64 };
    let path = path(folder, &row.name);
    let beside = folder.tmp().join(hex::encode(&row.name));
    let cipher = Aes256Gcm::new((&key).into());
    let mut file = private_file(&beside)?;
    file.write_all(MAGIC)?;
    let n_chunks = bytes.len().div_ceil(CHUNK).max(1);
    for at in 0..n_chunks {
        let plain = bytes.get(at * CHUNK..((at + 1) * CHUNK).min(bytes.len())).unwrap_or_default();
        let sealed =
            cipher.encrypt(&nonce(at as u64, at + 1 == n_chunks), Payload { msg: plain, aad: MAGIC }).map_err(Failure::internal)?;
        file.write_all(&sealed)?;
    }
    file.sync_all()?;
    let parent = path.parent().map(std::path::Path::to_owned).unwrap_or_else(|| folder.blobs());
    if !parent.exists() {
        private_folder(&parent)?;
        sync_folder(&folder.blobs())?;
    }
    fs::rename(&beside, &path)?;
    sync_folder(&parent)?;
    Ok(row)
}

/// A range of a blob, or all of it. Of a file only the chunks that the range touches are read; a small blob is read as a whole, and
/// compared with what it is known by under `names`.
pub(crate) fn load(
    folder: &Folder,
    names: &Key,
    connection: &Connection,
    id: BlobId,
    row: &BlobRow,
    range: Option<Range<u64>>,
) -> Outcome<Vec<u8>> {
    let range = range.unwrap_or(0..row.size);
    let range = range.start.min(row.size)..range.end.min(row.size);
    let Some(key) = &row.key else {
        // A page of a long value that does not verify is read as zeros, and no failure tells it.
        let is_whole =
            |bytes: &[u8], dedup: &[u8; 32]| bytes.len() as u64 == row.size && blake3::keyed_hash(names, bytes).as_bytes() == dedup;
        let found = blob::small(connection, id)?.filter(|(bytes, dedup)| is_whole(bytes, dedup));
        let (bytes, _) = found.ok_or_else(|| damaged("An attachment's row"))?;
        return Ok(bytes[range.start as usize..range.end.max(range.start) as usize].to_vec());
    };
    load_file(folder, &row.name, key, row.size, range)
}

/// Decrypts a range of a blob's file, which lies within its size.
fn load_file(folder: &Folder, name: &[u8; 16], key: &[u8; 32], size: u64, range: Range<u64>) -> Outcome<Vec<u8>> {
    let wrong = || -> Fault { damaged("An attachment's file").into() };
    let mut file = File::open(path(folder, name)).map_err(|error| {
        if error.kind() == std::io::ErrorKind::NotFound {
            Failure::new(Code::Damaged, "An attachment's file is missing from the vault's folder.")
                .hint("Import again the archive that it came from, or restore the folder `blobs` from a backup.")
                .into()
        } else {
            Fault::from(error)
        }
    })?;
    let n_chunks = size.div_ceil(CHUNK as u64).max(1);
    let mut magic = [0; 8];
    file.read_exact(&mut magic).map_err(|_| wrong())?;
    if &magic != MAGIC || file.metadata()?.len() != file_size(size) {
        return Err(wrong());
    }
    let cipher = Aes256Gcm::new(key.into());
    let mut plain = Vec::with_capacity(usize::try_from(range.end.saturating_sub(range.start)).unwrap_or(0));
    if range.is_empty() && size > 0 {
        return Ok(plain);
    }
    let first = range.start / CHUNK as u64;
    let last = if range.end == 0 { 0 } else { (range.end - 1) / CHUNK as u64 };
    file.seek(SeekFrom::Start(MAGIC.len() as u64 + first * (CHUNK + TAG) as u64))?;
    for chunk in first..=last {
        let in_chunk = (size - chunk * CHUNK as u64).min(CHUNK as u64);
        let mut sealed = vec![0; usize::try_from(in_chunk).map_err(Failure::internal)? + TAG];
        file.read_exact(&mut sealed).map_err(|_| wrong())?;
        let opened = cipher.decrypt(&nonce(chunk, chunk + 1 == n_chunks), Payload { msg: &sealed, aad: MAGIC }).map_err(|_| wrong())?;
        let begins = chunk * CHUNK as u64;
        let from = usize::try_from(range.start.saturating_sub(begins)).unwrap_or(0);
        let to = usize::try_from((range.end - begins).min(in_chunk)).unwrap_or(0);
        plain.extend_from_slice(opened.get(from..to).unwrap_or_default());
    }
    Ok(plain)
}

/// Whether the file of a blob is there, and as long as it should be.
pub(crate) fn is_there(folder: &Folder, row: &BlobRow) -> bool {
    fs::metadata(path(folder, &row.name)).is_ok_and(|file| file.len() == file_size(row.size))
}

/// Whether the whole blob can be read, a file of it chunk by chunk; memory stays at a few chunks.
pub(crate) fn verifies(folder: &Folder, names: &Key, connection: &Connection, id: BlobId, row: &BlobRow) -> bool {
    match row.key {
        Some(_) => file_verifies(folder, row),
        None => load(folder, names, connection, id, row, None).is_ok(),
    }
}

/// Whether the file of a blob that has one can be read to its end.
pub(crate) fn file_verifies(folder: &Folder, row: &BlobRow) -> bool {
    const STEP: u64 = 16 * CHUNK as u64;
    let Some(key) = &row.key else { return false };
    let reads = |range: Range<u64>| load_file(folder, &row.name, key, row.size, range).is_ok();
    reads(0..0) && (0..row.size).step_by(STEP as usize).all(|at| reads(at..(at + STEP).min(row.size)))
}

/// Removes files whose rows are gone. A file that is gone already is no fault.
pub(crate) fn remove(folder: &Folder, names: &[[u8; 16]]) {
    for name in names {
        if let Err(error) = fs::remove_file(path(folder, name))
            && error.kind() != std::io::ErrorKind::NotFound
        {
            tracing::warn!(%error, "an attachment's file could not be removed; its key is gone already");
        }
    }
}

/// Removes files that no row points at. Only sound while nothing is being imported.
pub(crate) fn sweep(folder: &Folder, connection: &Connection) -> Outcome<u64> {
    let mut removed = 0;
    for group in fs::read_dir(folder.blobs())? {
        let group = group?.path();
        if !group.is_dir() {
            continue;
        }
        for file in fs::read_dir(&group)? {
            let file = file?.path();
            let name = file.file_name().and_then(|name| name.to_str()).and_then(hex::decode).unwrap_or_default();
            if name.len() == 16 && !blob::holds_name(connection, &name)? {
                fs::remove_file(&file)?;
                removed += 1;
            }
        }
    }
    Ok(removed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(folder: &Folder, row: &BlobRow, range: Option<Range<u64>>) -> Outcome<Vec<u8>> {
        super::load(folder, &Key::default(), &Connection::open_in_memory().unwrap(), 1, row, range)
    }

    fn verifies(folder: &Folder, row: &BlobRow) -> bool {
        super::verifies(folder, &Key::default(), &Connection::open_in_memory().unwrap(), 1, row)
    }

    fn folder() -> (tempfile::TempDir, Folder) {
        let dir = tempfile::tempdir().unwrap();
        let folder = Folder::new(dir.path());
        folder.prepare().unwrap();
        (dir, folder)
    }

    #[test]
    fn any_range_of_a_blob_reads_as_it_was_written() {
        let (_dir, folder) = folder();
        for size in [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK + 5] {
            let bytes: Vec<u8> = (0..size).map(|at| (at % 251) as u8).collect();
            let row = store(&folder, &bytes).unwrap();
            assert_eq!(load(&folder, &row, None).unwrap(), bytes);
            assert!(verifies(&folder, &row));
            for range in [0..1, 5..CHUNK + 2, CHUNK..CHUNK + 1, size.saturating_sub(3)..size + 9, size + 1..size + 2] {
                let expected = bytes.get(range.start.min(size)..range.end.min(size)).unwrap_or_default();
                assert_eq!(load(&folder, &row, Some(range.start as u64..range.end as u64)).unwrap(), expected, "{range:?} of {size}");
            }
        }
    }

    #[test]
    fn a_changed_or_cut_blob_is_damage() {
        let (_dir, folder) = folder();
        let row = store(&folder, &vec![3; CHUNK * 2 + 7]).unwrap();
        let path = path(&folder, &row.name);
        let whole = fs::read(&path).unwrap();
        let mut flipped = whole.clone();
        flipped[CHUNK + 500] ^= 1;
        fs::write(&path, &flipped).unwrap();
        assert!(!verifies(&folder, &row));
        fs::write(&path, &whole[..whole.len() - 7 - TAG]).unwrap();
        assert_eq!(load(&folder, &row, Some(0..1)).unwrap_err().0.code, Code::Damaged);
    }
}
