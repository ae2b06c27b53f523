//! Bytes that many threads read at once, each at its own place: a file, a stretch of one, or what was taken out of an archive.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::sync::Arc;

use vault::Scratch;

const WINDOW: usize = 64 << 10;

/// Where bytes stand.
enum Store {
    File(File),
    Memory(Vec<u8>),
    Scratch(Box<Scratch>),
}

/// A place in bytes that are at hand. A clone is another place in the same bytes, and starts where this one stands; no clone
/// moves another. Small reads come from a window of 64 KiB.
pub(crate) struct Handle {
    store: Arc<Store>,
    /// Where in the store its bytes begin.
    from: u64,
    len: u64,
    at: u64,
    window: Vec<u8>,
    /// Where the window begins.
    window_at: u64,
}

impl Handle {
    pub(crate) fn new(file: File) -> io::Result<Self> {
        let len = file.metadata()?.len();
        Ok(Self::of(Arc::new(Store::File(file)), 0, len))
    }

    /// Bytes in memory.
    pub(crate) fn of_memory(bytes: Vec<u8>) -> Self {
        let len = bytes.len() as u64;
        Self::of(Arc::new(Store::Memory(bytes)), 0, len)
    }

    /// Bytes in an encrypted temporary file.
    pub(crate) fn of_scratch(scratch: Scratch) -> Self {
        let len = scratch.size();
        Self::of(Arc::new(Store::Scratch(Box::new(scratch))), 0, len)
    }

    /// The `len` bytes from `from`, as a file of their own; fewer where this one ends.
    pub(crate) fn stretch(&self, from: u64, len: u64) -> Self {
        let from = from.min(self.len);
        Self::of(Arc::clone(&self.store), self.from + from, len.min(self.len - from))
    }

    fn of(store: Arc<Store>, from: u64, len: u64) -> Self {
        Self { store, from, len, at: 0, window: Vec::new(), window_at: 0 }
    }

    fn read_at(&self, buffer: &mut [u8], at: u64) -> io::Result<usize> {
        let left = usize::try_from(self.len.saturating_sub(at)).unwrap_or(usize::MAX);
        let n_most = buffer.len().min(left);
        if n_most == 0 {
            return Ok(0);
        }
        let buffer = &mut buffer[..n_most];
        let at = self.from + at;
        match &*self.store {
            Store::File(file) => read_at(file, buffer, at),
            Store::Memory(bytes) => {
                buffer.copy_from_slice(&bytes[at as usize..at as usize + n_most]);
                Ok(n_most)
            }
            Store::Scratch(scratch) => scratch.read_at(buffer, at),
        }
    }

    pub(crate) fn len(&self) -> u64 {
        self.len
    }

    /// Up to `n` bytes from `at`, fewer at the end of the file.
    pub(crate) fn bytes_at(&self, at: u64, n: usize) -> io::Result<Vec<u8>> {
        let mut bytes = vec![0; n];
        let mut filled = 0;
        while filled < n {
            match self.read_at(&mut bytes[filled..], at + filled as u64)? {
                0 => break,
                n_read => filled += n_read,
            }
        }
        bytes.truncate(filled);
        Ok(bytes)
    }

    /// The `n` bytes from `at`. Those of places that follow each other come from one window.
    pub(crate) fn bytes(&mut self, at: u64, n: usize) -> io::Result<&[u8]> {
        let end = at.checked_add(n as u64).ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
        if at < self.window_at || end > self.window_at + self.window.len() as u64 {
            let mut window = std::mem::take(&mut self.window);
            window.resize(WINDOW.max(n), 0);
            let mut filled = 0;
            while filled < n {
                match self.read_at(&mut window[filled..], at + filled as u64)? {
                    0 => return Err(io::Error::from(io::ErrorKind::UnexpectedEof)),
                    n_read => filled += n_read,
                }
            }
            window.truncate(filled);
            self.window = window;
            self.window_at = at;
        }
        let from = (at - self.window_at) as usize;
        Ok(&self.window[from..from + n])
    }
}

impl Clone for Handle {
    fn clone(&self) -> Self {
        Self { store: Arc::clone(&self.store), from: self.from, len: self.len, at: self.at, window: Vec::new(), window_at: 0 }
    }
}

impl Read for Handle {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let within =
            |at: u64, window: &[u8], window_at: u64| usize::try_from(at.checked_sub(window_at)?).ok().filter(|from| *from < window.len());
        if buffer.len() >= WINDOW && within(self.at, &self.window, self.window_at).is_none() {
            let n_read = self.read_at(buffer, self.at)?;
            self.at += n_read as u64;
            return Ok(n_read);
        }
        if within(self.at, &self.window, self.window_at).is_none() {
            let mut window = std::mem::take(&mut self.window);
            window.resize(WINDOW, 0);
            let n_read = self.read_at(&mut window, self.at)?;
            window.truncate(n_read);
            self.window = window;
            self.window_at = self.at;
        }
        let Some(from) = within(self.at, &self.window, self.window_at) else { return Ok(0) };
        let n_read = buffer.len().min(self.window.len() - from);
        buffer[..n_read].copy_from_slice(&self.window[from..from + n_read]);
        self.at += n_read as u64;
        Ok(n_read)
    }
}

impl Seek for Handle {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let at = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(by) => self.len.checked_add_signed(by),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
        };
        self.at = at.ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "a place before the file's beginning"))?;
        Ok(self.at)
    }
}

#[cfg(unix)]
fn read_at(file: &File, buffer: &mut [u8], at: u64) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, buffer, at)
}

#[cfg(windows)]
fn read_at(file: &File, buffer: &mut [u8], at: u64) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, buffer, at)
}
