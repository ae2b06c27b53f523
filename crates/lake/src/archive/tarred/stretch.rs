//! The bytes around a file of a tar archive, and the file as far as they bear out what its header says of its length.
//!
//! Headers stand at the beginnings of blocks and add up, which no block of a photo or a text does by chance. So one inside a file is that
//! of the next file, unless the file is of a kind that holds archives as they are.

use std::cell::RefCell;
use std::io::{self, Cursor, Read};
use std::rc::Rc;
use std::sync::atomic::AtomicU64;

use domain::{Cancel, FindingCode};

use super::super::guard::{Guarded, Stopped};
use super::{BLOCK, Ending, is_header};

/// Bytes of a block.
const ONE: usize = BLOCK as usize;
/// Bytes of a file that are held at once: whole blocks.
const CHUNK: usize = 64 << 10;
/// What headers of this kind of archive hold behind the name and the numbers.
const MAGIC: &[u8] = b"ustar";
const MAGIC_AT: usize = 257;
/// Endings of files that may hold other archives, block by block.
const HOLDERS: &[&str] = &[
    "tar",
    "zip",
    "gz",
    "tgz",
    "bz2",
    "xz",
    "zst",
    "7z",
    "rar",
    "jar",
    "apk",
    "gem",
    "ova",
    "cbt",
    "img",
    "iso",
    "dmg",
    "vmdk",
    "vdi",
    "vhd",
    "vhdx",
    "qcow2",
    "raw",
    "sparsebundle",
];
/// Endings of files that are no archives, though they begin as one.
const TEXTS: &[&str] = &["json", "html", "htm", "csv", "txt", "ics", "vcf", "mbox", "xml", "gpx", "kml", "tcx", "js"];

/// An archive's bytes, which may be looked at before they are read.
struct Ahead<'m> {
    inner: Ending<Box<dyn Read + 'm>>,
    /// What was looked at, or given back, and is still to be read.
    ahead: Cursor<Vec<u8>>,
    /// Where in the archive the next byte stands.
    at: u64,
    /// Why looking ahead ended; told to whom reads up to there.
    failed: Option<io::Error>,
}

impl Read for Ahead<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut n_read = self.ahead.read(buffer)?;
        if n_read == 0 {
            if let Some(error) = self.failed.take() {
                return Err(error);
            }
            n_read = self.inner.read(buffer)?;
        }
        self.at += n_read as u64;
        Ok(n_read)
    }
}

impl Ahead<'_> {
    /// What was looked at and not read.
    fn rest(&self) -> &[u8] {
        let from = usize::try_from(self.ahead.position()).unwrap_or(usize::MAX);
        self.ahead.get_ref().get(from..).unwrap_or_default()
    }

    /// The next `n` bytes, fewer at the end.
    fn peek(&mut self, n: usize) -> &[u8] {
        if self.rest().len() < n && self.failed.is_none() {
            let mut bytes = self.rest().to_vec();
            let n_wanted = (n - bytes.len()) as u64;
            self.failed = (&mut self.inner).take(n_wanted).read_to_end(&mut bytes).err();
            self.ahead = Cursor::new(bytes);
        }
        let rest = self.rest();
        &rest[..rest.len().min(n)]
    }

    /// Puts bytes that were read last before those that come next.
    fn give_back(&mut self, mut bytes: Vec<u8>) {
        self.at -= bytes.len() as u64;
        bytes.extend_from_slice(self.rest());
        self.ahead = Cursor::new(bytes);
    }

    /// Passes over `n` bytes; whether there were as many.
    fn pass(&mut self, n: u64) -> bool {
        io::copy(&mut (&mut *self).take(n), &mut io::sink()).is_ok_and(|n_read| n_read == n)
    }
}

/// A place in an archive that the walk and the file that is being read share.
#[derive(Clone)]
pub(super) struct Around<'m>(Rc<RefCell<Ahead<'m>>>);

impl Read for Around<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.borrow_mut().read(buffer)
    }
}

impl<'m> Around<'m> {
    pub(super) fn of(inner: Ending<Box<dyn Read + 'm>>) -> Self {
        Self(Rc::new(RefCell::new(Ahead { inner, ahead: Cursor::new(Vec::new()), at: 0, failed: None })))
    }

    /// How many zeros were read last.
    pub(super) fn n_zeros(&self) -> u64 {
        self.0.borrow().inner.n_zeros
    }

    /// The name in the header that comes next, when that adds up and states a size that is no number.
    pub(super) fn name_without_size(&self) -> Option<String> {
        let mut ahead = self.0.borrow_mut();
        let block = ahead.peek(ONE);
        if !is_header(block) || has_size(block) {
            return None;
        }
        Some(String::from_utf8_lossy(&tar::Header::from_byte_slice(block).path_bytes()).into_owned())
    }

    /// Whether the next block is a header, or the zeros that end an archive.
    pub(super) fn is_at_bound(&self) -> bool {
        let mut ahead = self.0.borrow_mut();
        let block = ahead.peek(ONE);
        is_header(block) || block.iter().all(|byte| *byte == 0)
    }

    /// Passes over the zeros behind an archive's last file, to the header of one that follows; whether there is one. What stands
    /// between and is neither counts in `n_strays`.
    pub(super) fn follows(&self, cancel: &Cancel, total: &AtomicU64, n_strays: &mut u64) -> io::Result<bool> {
        let mut rest = Guarded::new(self.clone(), cancel, total);
        loop {
            let mut block = Vec::with_capacity(ONE);
            (&mut rest).take(BLOCK).read_to_end(&mut block)?;
            if block.is_empty() {
                return Ok(false);
            }
            if is_header(&block) {
                self.0.borrow_mut().give_back(block);
                return Ok(true);
            }
            if block.iter().any(|byte| *byte != 0) {
                *n_strays += block.len() as u64;
            }
        }
    }

    /// Passes over what is no header, from the next block on; whether there is one.
    pub(super) fn to_header(&self, cancel: &Cancel) -> bool {
        let mut ahead = self.0.borrow_mut();
        let n_into = ahead.at % BLOCK;
        if n_into > 0 && !ahead.pass(BLOCK - n_into) {
            return false;
        }
        while !cancel.is_cancelled() {
            let block = ahead.peek(ONE);
            if is_header(block) {
                return true;
            }
            if block.len() < ONE || !ahead.pass(BLOCK) {
                return false;
            }
        }
        false
    }

    /// The same behind the header that comes next.
    pub(super) fn next_header(&self, cancel: &Cancel) -> bool {
        let passed = self.0.borrow_mut().pass(BLOCK);
        passed && self.to_header(cancel)
    }
}

fn has_size(header: &[u8]) -> bool {
    tar::Header::from_byte_slice(header).entry_size().is_ok()
}

/// How a file ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    Whole,
    /// Whole, and the header behind it states a size that is no number.
    BeforeNoSize,
    /// Whole, and the header behind it is damaged.
    BeforeSpoilt,
    /// The archive ends in it.
    Cut,
    /// Its stated size reaches into another file.
    TooLong,
    /// More of it stands behind its stated size.
    TooShort,
}

/// The bytes of one file.
pub(super) struct Own<'o, 'm> {
    entry: &'o mut dyn Read,
    around: &'o Around<'m>,
    stated: u64,
    /// What was taken of it so far.
    n_read: u64,
    /// What of that is still to be handed out.
    chunk: Cursor<Vec<u8>>,
    /// Whether a header in it may be its own.
    holds_archives: bool,
    /// Whether even a header at its very beginning is another file's.
    is_text: bool,
    failed: Option<io::Error>,
    end: Option<End>,
}

impl<'o, 'm> Own<'o, 'm> {
    /// Of the entry of that name, of `stated` bytes.
    pub(super) fn of(entry: &'o mut dyn Read, around: &'o Around<'m>, name: &str, stated: u64) -> Self {
        let ending = name.rsplit('/').next().and_then(|name| name.rsplit_once('.')).map(|(_, end)| end.to_lowercase()).unwrap_or_default();
        Self {
            entry,
            around,
            stated,
            n_read: 0,
            chunk: Cursor::new(Vec::new()),
            holds_archives: HOLDERS.contains(&ending.as_str()),
            is_text: TEXTS.contains(&ending.as_str()),
            failed: None,
            end: None,
        }
    }

    /// Passes over what of it was not read; how it ended, unless reading failed or was cancelled.
    pub(super) fn pass(mut self, cancel: &Cancel) -> Option<End> {
        while self.end.is_none() && self.failed.is_none() && !cancel.is_cancelled() {
            self.fill();
        }
        self.end
    }

    /// Takes the next chunk, or notes why there is none.
    fn fill(&mut self) {
        let mut bytes = std::mem::take(&mut self.chunk).into_inner();
        bytes.clear();
        self.failed = (&mut *self.entry).take(CHUNK as u64).read_to_end(&mut bytes).err();
        if self.n_read == 0 && is_header(&bytes) && !self.is_text {
            self.holds_archives = true;
        }
        self.n_read += bytes.len() as u64;
        let foreign = if self.holds_archives { None } else { header_in(&bytes) };
        if let Some(at) = foreign {
            self.around.0.borrow_mut().give_back(bytes.split_off(at));
            // What fills up its own last block.
            let n_zeros = bytes.iter().rev().take(ONE - 1).take_while(|byte| **byte == 0).count();
            bytes.truncate(bytes.len() - n_zeros);
            self.failed = None;
            self.end = Some(End::TooLong);
        } else if bytes.len() < CHUNK && self.failed.is_none() {
            self.end = Some(if self.n_read < self.stated { End::Cut } else { self.behind() });
        }
        self.chunk = Cursor::new(bytes);
    }

    /// How the file ends by the block that follows it.
    fn behind(&self) -> End {
        let n_into = (self.stated % BLOCK) as usize;
        let n_filled_up = if n_into > 0 { ONE - n_into } else { 0 };
        let mut ahead = self.around.0.borrow_mut();
        let block = ahead.peek(n_filled_up + ONE).get(n_filled_up..).unwrap_or_default();
        match () {
            () if block.len() < ONE || block.iter().all(|byte| *byte == 0) => End::Whole,
            () if !is_header(block) => {
                if has_magic(block) {
                    End::BeforeSpoilt
                } else {
                    End::TooShort
                }
            }
            () if !has_size(block) => End::BeforeNoSize,
            () => End::Whole,
        }
    }
}

impl Read for Own<'_, '_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let n_read = self.chunk.read(buffer)?;
            if n_read > 0 || buffer.is_empty() {
                return Ok(n_read);
            }
            if let Some(error) = self.failed.take() {
                self.end = Some(End::Cut);
                return Err(error);
            }
            let lies = |why: &str| Err(Stopped::error(FindingCode::Refused, format!("the size that the archive states for it {why}")));
            match self.end {
                None => self.fill(),
                Some(End::Whole | End::BeforeNoSize | End::BeforeSpoilt) => return Ok(0),
                Some(End::Cut) => {
                    return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "it has fewer bytes than the archive states"));
                }
                Some(End::TooLong) => return lies("reaches into another file's bytes"),
                Some(End::TooShort) => return lies("ends before its bytes do"),
            }
        }
    }
}

/// Where in the blocks of a file another file's header stands.
fn header_in(bytes: &[u8]) -> Option<usize> {
    (0..bytes.len()).step_by(ONE).find(|at| has_magic(&bytes[*at..]) && is_header(&bytes[*at..]))
}

/// Whether a block has what headers have behind the name and the numbers.
pub(super) fn has_magic(block: &[u8]) -> bool {
    block.get(MAGIC_AT..).is_some_and(|rest| rest.starts_with(MAGIC))
}
