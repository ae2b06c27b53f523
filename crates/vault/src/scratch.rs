//! Bytes that have to be at hand for a while and are too many for memory: an encrypted file in the vault's folder under a key
//! that is nowhere but in memory, gone when it is dropped. Chunks of 64 KiB, each AES-256-GCM, so that any place can be read.
//!
//! What a crash leaves of it is ciphertext without a key, and the next opening of the vault removes it.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use aes_gcm::aead::{Aead, KeyInit};
use aes_gcm::{Aes256Gcm, Nonce};
use domain::Result;

use crate::fault::Outcome;
use crate::folder::Folder;
use crate::hex;
use crate::keys::{self, Key};
use crate::vault::Vault;

const CHUNK: usize = 64 * 1024;
const TAG: usize = 16;

/// A scratch file that is being written, from its front.
pub struct ScratchWriter {
    file: File,
    cipher: Aes256Gcm,
    /// What is not a whole chunk yet.
    rest: Vec<u8>,
    n_chunks: u64,
    path: Leftover,
}

/// A scratch file that was written; any number of threads may read it.
pub struct Scratch {
    file: Mutex<File>,
    cipher: Aes256Gcm,
    len: u64,
    _path: Leftover,
}

/// A file to be removed: at once where the system lets an open file go, else when it is closed.
struct Leftover(Option<PathBuf>);

impl Drop for Leftover {
    fn drop(&mut self) {
        if let Some(path) = &self.0
            && let Err(error) = fs::remove_file(path)
        {
            tracing::warn!(%error, "a temporary file could not be removed; the key to it is gone");
        }
    }
}

impl Vault {
    /// Begins a scratch file in the vault's folder.
    ///
    /// # Errors
    /// When the folder cannot be written to.
    pub fn scratch(&self) -> Result<ScratchWriter> {
        Ok(ScratchWriter::begin(&self.inner().folder)?)
    }
}

impl ScratchWriter {
    fn begin(folder: &Folder) -> Outcome<Self> {
        let key = Key::new(keys::random()?.into());
        let path = folder.tmp().join(hex::encode(&keys::random::<16>()?));
        let mut options = OpenOptions::new();
        options.read(true).write(true).create_new(true);
        #[cfg(unix)]
        {
            use std::os::unix::fs::OpenOptionsExt;
            options.mode(0o600);
        }
        let file = options.open(&path)?;
        let path = Leftover(if fs::remove_file(&path).is_ok() { None } else { Some(path) });
        Ok(Self { file, cipher: Aes256Gcm::new((&**key).into()), rest: Vec::with_capacity(CHUNK), n_chunks: 0, path })
    }

    /// Ends it; what was written can be read from here on.
    ///
    /// # Errors
    /// When the last of it cannot be written.
    pub fn finish(mut self) -> io::Result<Scratch> {
        let len = self.n_chunks * CHUNK as u64 + self.rest.len() as u64;
        if !self.rest.is_empty() {
            self.seal()?;
        }
        Ok(Scratch { file: Mutex::new(self.file), cipher: self.cipher, len, _path: self.path })
    }

    fn seal(&mut self) -> io::Result<()> {
        let sealed =
            self.cipher.encrypt(&nonce(self.n_chunks), self.rest.as_slice()).map_err(|_| io::Error::other("it cannot be encrypted"))?;
        self.file.write_all(&sealed)?;
        self.n_chunks += 1;
        self.rest.clear();
        Ok(())
    }
}

impl Write for ScratchWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let n_taken = bytes.len().min(CHUNK - self.rest.len());
        self.rest.extend_from_slice(&bytes[..n_taken]);
        if self.rest.len() == CHUNK {
            self.seal()?;
        }
        Ok(n_taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Scratch {
    /// How many bytes were written.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.len
    }

    /// Reads from `at` on into `buffer`, as many as stand in one chunk; 0 at the end.
    ///
    /// # Errors
    /// When the file cannot be read, or somebody changed it.
    pub fn read_at(&self, buffer: &mut [u8], at: u64) -> io::Result<usize> {
        if at >= self.len || buffer.is_empty() {
            return Ok(0);
        }
        let chunk = at / CHUNK as u64;
        let n_plain = (self.len - chunk * CHUNK as u64).min(CHUNK as u64) as usize;
        let mut sealed = vec![0; n_plain + TAG];
        {
            let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
            file.seek(SeekFrom::Start(chunk * (CHUNK + TAG) as u64))?;
            file.read_exact(&mut sealed)?;
        }
        let changed = |_| io::Error::new(io::ErrorKind::InvalidData, "a temporary file of the vault was changed");
        let plain = self.cipher.decrypt(&nonce(chunk), sealed.as_slice()).map_err(changed)?;
        let from = (at % CHUNK as u64) as usize;
        let n_read = buffer.len().min(plain.len() - from);
        buffer[..n_read].copy_from_slice(&plain[from..from + n_read]);
        Ok(n_read)
    }
}

/// Each file has a key of its own, so the number of its chunk is enough.
fn nonce(chunk: u64) -> Nonce<aes_gcm::aead::consts::U12> {
    let mut nonce = [0; 12];
    nonce[..8].copy_from_slice(&chunk.to_le_bytes());
    nonce.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn writer(folder: &Folder) -> ScratchWriter {
        ScratchWriter::begin(folder).unwrap()
    }

    #[test]
    fn any_place_reads_as_it_was_written_and_nothing_stays() {
        let dir = tempfile::tempdir().unwrap();
        let folder = Folder::new(dir.path());
        folder.prepare().unwrap();
        for size in [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK + 5] {
            let bytes: Vec<u8> = (0..size).map(|at| (at % 251) as u8).collect();
            let mut writer = writer(&folder);
            for piece in bytes.chunks(1_000) {
                writer.write_all(piece).unwrap();
            }
            let scratch = writer.finish().unwrap();
            assert_eq!(scratch.size(), size as u64);
            for from in [0, 1, CHUNK - 1, CHUNK, 2 * CHUNK + 7, size] {
                let mut read = vec![0; size.saturating_sub(from)];
                let mut filled = 0;
                while filled < read.len() {
                    filled += scratch.read_at(&mut read[filled..], (from + filled) as u64).unwrap();
                }
                assert_eq!(read, bytes.get(from..).unwrap_or_default(), "{from} of {size}");
                assert_eq!(scratch.read_at(&mut [0], size as u64).unwrap(), 0);
            }
        }
        assert_eq!(fs::read_dir(folder.tmp()).unwrap().count(), 0);
    }

    #[test]
    fn what_stands_on_the_disk_is_not_what_was_written_and_a_change_is_seen() {
        let dir = tempfile::tempdir().unwrap();
        let folder = Folder::new(dir.path());
        folder.prepare().unwrap();
        let mut writer = writer(&folder);
        writer.write_all(&b"canary in a tunnel ".repeat(10_000)).unwrap();
        let scratch = writer.finish().unwrap();
        let mut file = scratch.file.lock().unwrap();
        let mut disk = Vec::new();
        file.seek(SeekFrom::Start(0)).unwrap();
        file.read_to_end(&mut disk).unwrap();
        assert!(disk.len() > 190_000 && !disk.windows(6).any(|window| window == b"canary"));
        file.seek(SeekFrom::Start(500)).unwrap();
        file.write_all(&[disk[500] ^ 1]).unwrap();
        drop(file);
        assert_eq!(scratch.read_at(&mut [0; 10], 0).unwrap_err().kind(), io::ErrorKind::InvalidData);
    }
}
