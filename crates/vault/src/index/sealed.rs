//! The sealed file format of the word index, `PDVIDX01`: random access to a file of which no byte can be read, changed,
//! cut off or moved to another name unnoticed.
//!
//! A file is `magic 8 | version 1 | log2(chunk) 1 | zero 6 | salt 32`, then chunks of 64 KiB, each AES-256-GCM with its tag
//! of 16 bytes behind it. The last chunk is shorter, or full; only an empty file has an empty chunk.
//!
//! Invariants:
//! - The key is derived from the directory's key, the file's random salt and its name: a file under another name, or from
//!   another generation, does not open.
//! - A nonce is `zero 3 | counter 8 | last 1`. A file is written once, front to back, under a salt of its own, so no nonce is
//!   used twice under one key.
//! - The header is authenticated with every chunk. The last chunk carries a flag and is opened first, which fixes the length.
//! - What is kept in the cache goes by a name derived from the file's key, never by bytes that were read from the disk.

use std::fmt;
use std::fs::File;
use std::io::{self, Read, Write};
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

use aes_gcm::aead::{AeadInOut, KeyInit};
use aes_gcm::{Aes256Gcm, Nonce};
use lru::LruCache;
use tantivy::HasLen;
use tantivy::directory::{AntiCallToken, FileHandle, OwnedBytes, TerminatingWrite};
use zeroize::Zeroizing;

use crate::in_clear::IN_CLEAR;

/// Bytes of plaintext in a full chunk.
pub(crate) const CHUNK: usize = 1 << LOG2_CHUNK;
const LOG2_CHUNK: u8 = 16;
const TAG: usize = 16;
const MAGIC: &[u8; 8] = b"PDVIDX01";
const VERSION: u8 = 1;
const SALT_AT: usize = 16;
const HEADER: usize = 48;
/// A range over more chunks than this is read past the cache: a merge would empty it.
const CACHED_CHUNKS: u64 = 8;

/// Opened chunks by file and number. A chunk is wiped when it is dropped.
pub(crate) type ChunkCache = Mutex<LruCache<(FileId, u64), Arc<Zeroizing<Vec<u8>>>>>;

/// Names a file in the cache.
pub(crate) type FileId = [u8; 16];

/// What seals and opens the chunks of one file.
struct Seal {
    cipher: Aes256Gcm,
    header: [u8; HEADER],
    id: FileId,
}

impl Seal {
    /// A seal for a file that is about to be written.
    fn fresh(dir_key: &[u8; 32], name: &str) -> io::Result<Self> {
        let mut header = [0; HEADER];
        header[..8].copy_from_slice(MAGIC);
        header[8] = VERSION;
        header[9] = LOG2_CHUNK;
        getrandom::fill(&mut header[SALT_AT..]).map_err(|error| io::Error::other(format!("no random bytes: {error}")))?;
        Ok(Self::of(dir_key, name, header))
    }

    /// The seal of a file whose header was read.
    fn read(dir_key: &[u8; 32], name: &str, header: [u8; HEADER]) -> io::Result<Self> {
        if &header[..8] != MAGIC {
            return Err(damaged(name, "it does not begin as an index file does"));
        }
        if header[8] != VERSION || header[9] != LOG2_CHUNK || header[10..SALT_AT] != [0; 6] {
            return Err(damaged(name, "its header is not one that this version writes"));
        }
        Ok(Self::of(dir_key, name, header))
    }

    fn of(dir_key: &[u8; 32], name: &str, header: [u8; HEADER]) -> Self {
        let mut hasher = blake3::Hasher::new_derive_key("datapunk vault index file key v1");
        hasher.update(dir_key).update(&header[SALT_AT..]).update(name.as_bytes());
        let key = Zeroizing::new(*hasher.finalize().as_bytes());
        let derived = blake3::derive_key("datapunk vault index cache id v1", key.as_slice());
        let mut id = FileId::default();
        id.copy_from_slice(&derived[..16]);
        Self { cipher: Aes256Gcm::new(&(*key).into()), header, id }
    }

    /// Turns the plaintext in `chunk` into ciphertext and tag.
    fn seal(&self, counter: u64, last: bool, chunk: &mut Vec<u8>) -> io::Result<()> {
        if IN_CLEAR {
            chunk.extend_from_slice(&[0; TAG]);
            return Ok(());
        }
        self.cipher
            .encrypt_in_place(&nonce(counter, last), &self.header, chunk)
            .map_err(|_| io::Error::other("a chunk could not be sealed"))
    }

    /// Turns ciphertext and tag in `chunk` into plaintext. `None` when it does not verify.
    fn open(&self, counter: u64, last: bool, chunk: &mut Vec<u8>) -> Option<()> {
        if IN_CLEAR {
            chunk.truncate(chunk.len().checked_sub(TAG)?);
            return Some(());
        }
        self.cipher.decrypt_in_place(&nonce(counter, last), &self.header, chunk).ok()
    }
}

fn nonce(counter: u64, last: bool) -> Nonce<aes_gcm::aead::consts::U12> {
    let mut bytes = [0; 12];
    bytes[3..11].copy_from_slice(&counter.to_be_bytes());
    bytes[11] = u8::from(last);
    bytes.into()
}

/// An I/O error that says which file does not verify.
pub(crate) fn damaged(name: &str, why: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("the index file {name} does not verify: {why}"))
}

/// Writes a sealed file, front to back. Without [`TerminatingWrite::terminate`] the file has no last chunk and never opens.
pub(crate) struct SealedWriter {
    file: File,
    seal: Seal,
    chunk: Zeroizing<Vec<u8>>,
    counter: u64,
}

impl SealedWriter {
    /// Begins a sealed file that will be read as `name`.
    pub(crate) fn begin(mut file: File, dir_key: &[u8; 32], name: &str) -> io::Result<Self> {
        let seal = Seal::fresh(dir_key, name)?;
        file.write_all(&seal.header)?;
        Ok(Self { file, seal, chunk: Zeroizing::new(Vec::with_capacity(CHUNK + TAG)), counter: 0 })
    }

    /// Writes the last chunk and brings the file to the disk.
    pub(crate) fn finish(&mut self) -> io::Result<()> {
        self.write_chunk(true)?;
        self.file.sync_data()
    }

    fn write_chunk(&mut self, last: bool) -> io::Result<()> {
        self.seal.seal(self.counter, last, &mut self.chunk)?;
        self.file.write_all(&self.chunk)?;
        self.chunk.clear();
        self.counter += 1;
        Ok(())
    }
}

impl Write for SealedWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // A full chunk waits until more comes, because only then is it known not to be the last.
        if self.chunk.len() == CHUNK && !bytes.is_empty() {
            self.write_chunk(false)?;
        }
        let taken = bytes.len().min(CHUNK - self.chunk.len());
        self.chunk.extend_from_slice(&bytes[..taken]);
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl TerminatingWrite for SealedWriter {
    fn terminate_ref(&mut self, _: AntiCallToken) -> io::Result<()> {
        self.finish()
    }
}

/// A sealed file, open for reading at any place.
pub(crate) struct SealedFile {
    file: File,
    seal: Seal,
    name: String,
    len: usize,
    chunks: u64,
    cache: Arc<ChunkCache>,
}

impl SealedFile {
    /// Opens `file`, which stands under `name`, and verifies its header and its last chunk.
    pub(crate) fn open(mut file: File, dir_key: &[u8; 32], name: &str, cache: Arc<ChunkCache>) -> io::Result<Self> {
        let size = file.metadata()?.len();
        let mut header = [0; HEADER];
        if size < (HEADER + TAG) as u64 {
            return Err(damaged(name, "it is cut short"));
        }
        file.read_exact(&mut header)?;
        let seal = Seal::read(dir_key, name, header)?;
        let body = size - HEADER as u64;
        let chunks = body.div_ceil((CHUNK + TAG) as u64);
        let len = body
            .checked_sub(chunks * TAG as u64)
            .filter(|len| *len > (chunks - 1) * CHUNK as u64 || *len == 0)
            .and_then(|len| usize::try_from(len).ok())
            .ok_or_else(|| damaged(name, "it is cut short"))?;
        let opened = Self { file, seal, name: name.to_owned(), len, chunks, cache };
        let last = opened.read_chunk(chunks - 1)?;
        opened.keep(chunks - 1, Arc::new(last));
        Ok(opened)
    }

    /// Reads and verifies every chunk, past the cache; returns the bytes of plaintext.
    pub(crate) fn verify(&self) -> io::Result<u64> {
        (0..self.chunks).try_for_each(|number| self.read_chunk(number).map(drop))?;
        Ok(self.len as u64)
    }

    fn chunk(&self, number: u64) -> io::Result<Arc<Zeroizing<Vec<u8>>>> {
        let key = (self.seal.id, number);
        if let Some(chunk) = self.cache.lock().unwrap_or_else(PoisonError::into_inner).get(&key) {
            return Ok(Arc::clone(chunk));
        }
        let chunk = Arc::new(self.read_chunk(number)?);
        self.keep(number, Arc::clone(&chunk));
        Ok(chunk)
    }

    fn keep(&self, number: u64, chunk: Arc<Zeroizing<Vec<u8>>>) {
        self.cache.lock().unwrap_or_else(PoisonError::into_inner).put((self.seal.id, number), chunk);
    }

    fn read_chunk(&self, number: u64) -> io::Result<Zeroizing<Vec<u8>>> {
        let last = number + 1 == self.chunks;
        let plain = if last { self.len - (number as usize) * CHUNK } else { CHUNK };
        let mut chunk = Zeroizing::new(vec![0; plain + TAG]);
        read_exact_at(&self.file, &mut chunk, HEADER as u64 + number * (CHUNK + TAG) as u64)?;
        self.seal.open(number, last, &mut chunk).ok_or_else(|| damaged(&self.name, &format!("its chunk {number} was changed")))?;
        Ok(chunk)
    }
}

impl FileHandle for SealedFile {
    fn read_bytes(&self, range: Range<usize>) -> io::Result<OwnedBytes> {
        if range.start > range.end || range.end > self.len {
            return Err(damaged(&self.name, &format!("bytes {}..{} of {} were asked for", range.start, range.end, self.len)));
        }
        if range.is_empty() {
            return Ok(OwnedBytes::empty());
        }
        let (first, last) = ((range.start / CHUNK) as u64, ((range.end - 1) / CHUNK) as u64);
        let cached = last - first < CACHED_CHUNKS;
        let mut bytes = Vec::with_capacity(range.len());
        for number in first..=last {
            let base = number as usize * CHUNK;
            let (from, to) = (range.start.max(base) - base, range.end.min(base + CHUNK) - base);
            if cached {
                bytes.extend_from_slice(&self.chunk(number)?[from..to]);
            } else {
                bytes.extend_from_slice(&self.read_chunk(number)?[from..to]);
            }
        }
        Ok(OwnedBytes::new(bytes))
    }
}

impl HasLen for SealedFile {
    fn len(&self) -> usize {
        self.len
    }
}

impl fmt::Debug for SealedFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SealedFile({}, {} bytes)", self.name, self.len)
    }
}

#[cfg(unix)]
fn read_exact_at(file: &File, bytes: &mut [u8], offset: u64) -> io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, bytes, offset)
}

#[cfg(windows)]
fn read_exact_at(file: &File, mut bytes: &mut [u8], mut offset: u64) -> io::Result<()> {
    while !bytes.is_empty() {
        match std::os::windows::fs::FileExt::seek_read(file, bytes, offset)? {
            0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            n => {
                bytes = &mut bytes[n..];
                offset += n as u64;
            }
        }
    }
    Ok(())
}
