//! The folder that tantivy writes the word index to: every file in it is sealed ([`super::sealed`]).
//!
//! Invariants:
//! - `atomic_write` and `sync_directory` reach the disk before they return, the folder's own entry included: tantivy renames its
//!   `meta.json` without that, and a power cut would bring an older index back.
//! - What the system refused to write is remembered until it is asked for: tantivy writes on threads of its own, and says of
//!   those that they ended, but not why.
//! - Locks are the operating system's, so a killed process leaves none behind.
//!
//! Absent on purpose: watching for changes. The one process that has the vault open reloads its reader itself after each commit.

use std::fmt;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, BufWriter, Write};
use std::num::NonZeroUsize;
use std::path::{Component, Path, PathBuf};
use std::sync::atomic::{AtomicI32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use lru::LruCache;
use tantivy::directory::error::{DeleteError, LockError, OpenReadError, OpenWriteError};
use tantivy::directory::{
    AntiCallToken, Directory, DirectoryLock, FileHandle, Lock, TerminatingWrite, WatchCallback, WatchHandle, WritePtr,
};
use zeroize::Zeroizing;

use crate::folder::is_read_only;

use super::sealed::{CHUNK, ChunkCache, SealedFile, SealedWriter};

/// Bytes of opened chunks kept in memory.
const CACHE_BYTES: usize = 32 << 20;
/// What a file is called while it is written and not yet in place.
const UNFINISHED: &str = "unfinished";
const LOCK_TRIES: u32 = 100;
const LOCK_PAUSE: Duration = Duration::from_millis(100);

/// A folder of sealed files. Clones share one cache.
#[derive(Clone)]
pub struct EncryptedDirectory {
    inner: Arc<Inner>,
}

struct Inner {
    root: PathBuf,
    key: Zeroizing<[u8; 32]>,
    cache: Arc<ChunkCache>,
    unfinished: AtomicU64,
    /// The number of the system's error when a write failed; 0 for none.
    refused: AtomicI32,
}

impl EncryptedDirectory {
    /// Opens the folder, making it if need be, and removes what a crash left half written.
    ///
    /// # Errors
    /// When the folder cannot be made or read.
    pub fn open(root: &Path, key: &[u8; 32]) -> io::Result<Self> {
        fs::create_dir_all(root)?;
        for entry in fs::read_dir(root)? {
            let path = entry?.path();
            if path.extension().is_some_and(|extension| extension == UNFINISHED) {
                match fs::remove_file(path) {
                    // Nothing reads it.
                    Err(error) if is_read_only(&error) => {}
                    removed => removed?,
                }
            }
        }
        let chunks = NonZeroUsize::new(CACHE_BYTES / CHUNK).unwrap_or(NonZeroUsize::MIN);
        let cache = Arc::new(Mutex::new(LruCache::new(chunks)));
        Ok(Self {
            inner: Arc::new(Inner {
                root: root.to_owned(),
                key: Zeroizing::new(*key),
                cache,
                unfinished: AtomicU64::new(0),
                refused: AtomicI32::new(0),
            }),
        })
    }

    /// Reads and verifies every chunk of one file; returns its bytes of plaintext.
    ///
    /// # Errors
    /// When it is missing, cannot be read or does not verify.
    pub fn verify(&self, path: &Path) -> io::Result<u64> {
        let (name, full) = self.locate(path)?;
        self.open_sealed(&name, &full)?.verify()
    }

    /// Why the system refused a write, since this was asked the last time.
    pub(crate) fn refused(&self) -> Option<io::Error> {
        match self.inner.refused.swap(0, Ordering::Relaxed) {
            0 => None,
            number => Some(io::Error::from_raw_os_error(number)),
        }
    }

    /// The same result, after it was looked at for an error of the system's.
    fn noted<T>(&self, written: io::Result<T>) -> io::Result<T> {
        if let Err(error) = &written
            && error.kind() != io::ErrorKind::AlreadyExists
            && let Some(number) = error.raw_os_error()
        {
            self.inner.refused.store(number, Ordering::Relaxed);
        }
        written
    }

    fn open_sealed(&self, name: &str, full: &Path) -> io::Result<SealedFile> {
        SealedFile::open(File::open(full)?, &self.inner.key, name, Arc::clone(&self.inner.cache))
    }

    /// The name that a file's key is bound to, and where it is.
    fn locate(&self, path: &Path) -> io::Result<(String, PathBuf)> {
        let plain = path.components().all(|part| matches!(part, Component::Normal(_)));
        match path.to_str() {
            Some(name) if plain && !name.is_empty() => Ok((name.to_owned(), self.inner.root.join(name))),
            _ => Err(io::Error::new(io::ErrorKind::InvalidInput, format!("{} is not a name in the index", path.display()))),
        }
    }
}

impl Directory for EncryptedDirectory {
    fn get_file_handle(&self, path: &Path) -> Result<Arc<dyn FileHandle>, OpenReadError> {
        let open = || {
            let (name, full) = self.locate(path)?;
            self.open_sealed(&name, &full)
        };
        Ok(Arc::new(open().map_err(|error| read_error(error, path))?))
    }

    fn delete(&self, path: &Path) -> Result<(), DeleteError> {
        self.locate(path).and_then(|(_, full)| fs::remove_file(full)).map_err(|error| {
            if error.kind() == io::ErrorKind::NotFound {
                DeleteError::FileDoesNotExist(path.to_owned())
            } else {
                DeleteError::IoError { io_error: Arc::new(error), filepath: path.to_owned() }
            }
        })
    }

    fn exists(&self, path: &Path) -> Result<bool, OpenReadError> {
        self.locate(path).and_then(|(_, full)| full.try_exists()).map_err(|error| read_error(error, path))
    }

    fn open_write(&self, path: &Path) -> Result<WritePtr, OpenWriteError> {
        let begin = || {
            let (name, full) = self.locate(path)?;
            SealedWriter::begin(OpenOptions::new().write(true).create_new(true).open(full)?, &self.inner.key, &name)
        };
        match self.noted(begin()) {
            Ok(writer) => Ok(BufWriter::new(Box::new(Noting { writer, directory: self.clone() }))),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(OpenWriteError::FileAlreadyExists(path.to_owned())),
            Err(error) => Err(OpenWriteError::wrap_io_error(error, path.to_owned())),
        }
    }

    fn atomic_read(&self, path: &Path) -> Result<Vec<u8>, OpenReadError> {
        let read = || {
            let (name, full) = self.locate(path)?;
            let file = self.open_sealed(&name, &full)?;
            let len = tantivy::HasLen::len(&file);
            Ok(file.read_bytes(0..len)?.as_slice().to_vec())
        };
        read().map_err(|error| read_error(error, path))
    }

    fn atomic_write(&self, path: &Path, data: &[u8]) -> io::Result<()> {
        let write = || {
            let (name, full) = self.locate(path)?;
            let number = self.inner.unfinished.fetch_add(1, Ordering::Relaxed);
            let unfinished = self.inner.root.join(format!("{name}.{number}.{UNFINISHED}"));
            let mut writer = SealedWriter::begin(File::create(&unfinished)?, &self.inner.key, &name)?;
            writer.write_all(data)?;
            writer.finish()?;
            drop(writer);
            fs::rename(unfinished, full)?;
            self.sync_directory()
        };
        self.noted(write())
    }

    #[cfg(unix)]
    fn sync_directory(&self) -> io::Result<()> {
        File::open(&self.inner.root)?.sync_all()
    }

    /// Windows offers no way to sync a folder; its file system journals the entries.
    #[cfg(not(unix))]
    fn sync_directory(&self) -> io::Result<()> {
        Ok(())
    }

    fn acquire_lock(&self, lock: &Lock) -> Result<DirectoryLock, LockError> {
        let (_, full) = self.locate(&lock.filepath).map_err(LockError::wrap_io_error)?;
        let file = match OpenOptions::new().write(true).create(true).truncate(false).open(full) {
            // Where nothing can be written nobody has to be kept from it.
            Err(error) if is_read_only(&error) => return Ok(DirectoryLock::from(Box::new(()))),
            opened => opened.map_err(LockError::wrap_io_error)?,
        };
        for _ in 0..LOCK_TRIES {
            match file.try_lock() {
                Ok(()) => return Ok(DirectoryLock::from(Box::new(file))),
                Err(TryLockError::Error(error)) => return Err(LockError::wrap_io_error(error)),
                Err(TryLockError::WouldBlock) if lock.is_blocking => std::thread::sleep(LOCK_PAUSE),
                Err(TryLockError::WouldBlock) => return Err(LockError::LockBusy),
            }
        }
        Err(LockError::LockBusy)
    }

    fn watch(&self, _: WatchCallback) -> tantivy::Result<WatchHandle> {
        Ok(WatchHandle::empty())
    }
}

/// A sealed file that is being written, and whose directory remembers what the system refused.
struct Noting {
    writer: SealedWriter,
    directory: EncryptedDirectory,
}

impl Write for Noting {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.directory.noted(self.writer.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.directory.noted(self.writer.flush())
    }
}

impl TerminatingWrite for Noting {
    fn terminate_ref(&mut self, token: AntiCallToken) -> io::Result<()> {
        self.directory.noted(self.writer.terminate_ref(token))
    }
}

impl fmt::Debug for EncryptedDirectory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EncryptedDirectory")
    }
}

fn read_error(error: io::Error, path: &Path) -> OpenReadError {
    if error.kind() == io::ErrorKind::NotFound {
        OpenReadError::FileDoesNotExist(path.to_owned())
    } else {
        OpenReadError::wrap_io_error(error, path.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use tantivy::directory::INDEX_WRITER_LOCK;

    use super::*;

    const KEY: [u8; 32] = [7; 32];

    fn store(directory: &EncryptedDirectory, name: &str, content: &[u8]) {
        let mut writer = directory.open_write(Path::new(name)).unwrap();
        writer.write_all(content).unwrap();
        writer.terminate().unwrap();
    }

    fn load(directory: &EncryptedDirectory, name: &str) -> io::Result<Vec<u8>> {
        let file = directory.get_file_handle(Path::new(name)).map_err(io::Error::other)?;
        let len = tantivy::HasLen::len(&*file);
        Ok(file.read_bytes(0..len)?.as_slice().to_vec())
    }

    /// Bytes that differ from place to place, and hold a marker to look for.
    fn content(len: usize) -> Vec<u8> {
        let mut bytes: Vec<u8> = (0..len).map(|n| (n * 31 + n / 251) as u8).collect();
        if len > 100 {
            bytes[50..66].copy_from_slice(b"plaintext marker");
        }
        bytes
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        #[test]
        fn any_range_reads_back_as_it_was_written(
            len in prop_oneof![Just(0), Just(CHUNK), Just(2 * CHUNK), 0..12 * CHUNK],
            pieces in prop::collection::vec(1_usize..90_000, 1..6),
            ranges in prop::collection::vec((0.0..1.0_f64, 0.0..1.0_f64), 1..8),
        ) {
            let folder = tempfile::tempdir().unwrap();
            let directory = EncryptedDirectory::open(folder.path(), &KEY).unwrap();
            let content = content(len);
            let mut writer = directory.open_write(Path::new("a.idx")).unwrap();
            let (mut rest, mut sizes) = (content.as_slice(), pieces.iter().cycle());
            while !rest.is_empty() {
                let (piece, after) = rest.split_at((*sizes.next().unwrap()).min(rest.len()));
                writer.write_all(piece).unwrap();
                rest = after;
            }
            writer.terminate().unwrap();
            let file = directory.get_file_handle(Path::new("a.idx")).unwrap();
            prop_assert_eq!(tantivy::HasLen::len(&*file), len);
            for (a, b) in ranges {
                let (a, b) = ((a * len as f64) as usize, (b * len as f64) as usize);
                let range = a.min(b)..a.max(b);
                let read = file.read_bytes(range.clone()).unwrap();
                prop_assert_eq!(read.as_slice(), &content[range]);
            }
            prop_assert!(file.read_bytes(0..len + 1).is_err());
        }
    }

    #[test]
    fn every_flipped_bit_is_noticed() {
        let folder = tempfile::tempdir().unwrap();
        let directory = EncryptedDirectory::open(folder.path(), &KEY).unwrap();
        store(&directory, "a.idx", &content(2 * CHUNK + 1000));
        let path = folder.path().join("a.idx");
        let sound = fs::read(&path).unwrap();
        for trial in 0..200_usize {
            // The header bit by bit, then places all over the file.
            let bit = if trial < 100 { trial * 3 } else { (trial * 7_919 * 1_009) % (sound.len() * 8) };
            let mut bent = sound.clone();
            bent[bit / 8] ^= 1 << (bit % 8);
            fs::write(&path, &bent).unwrap();
            let other = EncryptedDirectory::open(folder.path(), &KEY).unwrap();
            assert!(load(&other, "a.idx").is_err(), "bit {bit}");
        }
        fs::write(&path, &sound).unwrap();
        assert_eq!(load(&directory, "a.idx").unwrap(), content(2 * CHUNK + 1000));
    }

    #[test]
    fn a_file_cut_anywhere_does_not_open_even_at_the_edge_of_a_chunk() {
        let folder = tempfile::tempdir().unwrap();
        let directory = EncryptedDirectory::open(folder.path(), &KEY).unwrap();
        store(&directory, "a.idx", &content(3 * CHUNK));
        let path = folder.path().join("a.idx");
        let sound = fs::read(&path).unwrap();
        for len in [0, 47, 48, 63, 64, 100, 48 + CHUNK + 16, 48 + 2 * (CHUNK + 16), 48 + 2 * (CHUNK + 16) + 16, sound.len() - 1] {
            fs::write(&path, &sound[..len]).unwrap();
            assert!(load(&directory, "a.idx").is_err(), "{len} bytes");
        }
    }

    #[test]
    fn files_that_change_places_do_not_open_even_when_they_were_read_before() {
        let folder = tempfile::tempdir().unwrap();
        let directory = EncryptedDirectory::open(folder.path(), &KEY).unwrap();
        store(&directory, "a.idx", &content(500));
        store(&directory, "b.idx", &content(501));
        load(&directory, "a.idx").unwrap();
        load(&directory, "b.idx").unwrap();
        let [a, b, c] = ["a.idx", "b.idx", "c"].map(|name| folder.path().join(name));
        fs::rename(&a, &c).unwrap();
        fs::rename(&b, &a).unwrap();
        fs::rename(&c, &b).unwrap();
        assert!(load(&directory, "a.idx").is_err());
        assert!(load(&directory, "b.idx").is_err());
    }

    #[test]
    fn an_atomic_write_replaces_the_whole_and_nothing_is_in_clear() {
        let folder = tempfile::tempdir().unwrap();
        let directory = EncryptedDirectory::open(folder.path(), &KEY).unwrap();
        fs::write(folder.path().join("meta.json.0.unfinished"), b"half").unwrap();
        let directory_again = EncryptedDirectory::open(folder.path(), &KEY).unwrap();
        directory.atomic_write(Path::new("meta.json"), &content(300)).unwrap();
        directory.atomic_write(Path::new("meta.json"), b"second plaintext marker").unwrap();
        assert_eq!(directory_again.atomic_read(Path::new("meta.json")).unwrap(), b"second plaintext marker");
        let names: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path()).collect();
        assert_eq!(names, [folder.path().join("meta.json")]);
        let raw = fs::read(&names[0]).unwrap();
        assert!(!raw.windows(16).any(|window| window == b"plaintext marker"));
        assert!(EncryptedDirectory::open(folder.path(), &[8; 32]).unwrap().atomic_read(Path::new("meta.json")).is_err());
    }

    #[test]
    fn a_lock_is_held_by_one_and_free_after_it() {
        let folder = tempfile::tempdir().unwrap();
        let directory = EncryptedDirectory::open(folder.path(), &KEY).unwrap();
        let held = directory.acquire_lock(&INDEX_WRITER_LOCK).unwrap();
        assert!(matches!(directory.acquire_lock(&INDEX_WRITER_LOCK), Err(LockError::LockBusy)));
        drop(held);
        assert!(directory.acquire_lock(&INDEX_WRITER_LOCK).is_ok());
        assert!(directory.open_write(Path::new("../outside")).is_err());
    }
}
