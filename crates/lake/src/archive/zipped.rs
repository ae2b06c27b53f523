//! Zip archives: the directory at the end is passed over once, and any number of threads then read entries by their
//! index.

use std::borrow::Cow;
use std::collections::HashMap;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use domain::{Cancel, Code, Failure, FindingCode, Result};
use zip::CompressionMethod;
use zip::read::{Config, ZipFileEntry};
use zip::result::ZipError;
use zip::unstable::read::ZipIterable;

use super::guard::{self, Guarded, Meter, Share};
use super::handle::Handle;
use super::inflated::{Inflater, Stored};
use super::{Content, Member, Place, Standing, Visit};
use crate::text::path;

/// Bytes of an entry in the directory before its name.
const LISTED: u64 = 46;
/// Bytes of an entry's own header before its name, and where in it the lengths of name and extra fields stand.
const HEADER: usize = 30;
const NAME_LENGTH: usize = 26;
const EXTRA_LENGTH: usize = 28;
const MAGIC: &[u8] = b"PK\x03\x04";

/// An open zip archive. A clone reads on its own.
pub(crate) struct Zip {
    directory: Arc<Directory>,
    /// Where entries are read from.
    handle: Handle,
    /// Where their names are read from.
    names: Handle,
    share: Share,
    inflater: Option<Inflater>,
}

/// What is kept of an archive's directory. An archive may list a million files, so their names stay where they are.
#[derive(Default)]
struct Directory {
    /// In the archive's order, without folders.
    entries: Vec<Entry>,
    /// Of those that may not be read, by index.
    standings: HashMap<usize, Standing>,
    /// Names whose letters are not those in the directory, by index.
    spelled: HashMap<usize, Box<str>>,
}

struct Entry {
    /// Where its name begins in the archive, and its bytes.
    name_at: u64,
    name_len: u16,
    method: Method,
    crc: u32,
    /// Where its own header begins.
    header_at: u64,
    packed: u64,
    size: u64,
}

// What a million of them take is counted on.
const _: () = assert!(size_of::<Entry>() <= 40);

#[derive(Clone, Copy, PartialEq, Eq)]
enum Method {
    Stored,
    Deflated,
    /// One that Takeout does not use.
    Other,
}

impl Clone for Zip {
    fn clone(&self) -> Self {
        Self {
            directory: Arc::clone(&self.directory),
            handle: self.handle.clone(),
            names: self.names.clone(),
            share: self.share,
            inflater: None,
        }
    }
}

impl Zip {
    /// Lists the files of an archive, which is called `path`. Fails when there is no directory at the end (a cut download), or
    /// when all of it is encrypted.
    pub(crate) fn open(handle: Handle, path: &Path, share: Share) -> Result<Self> {
        let shown = path.display();
        let bytes = handle.len();
        let damaged = |error| {
            match error {
            ZipError::Io(error) => super::unreadable(path, &error),
            error => Failure::new(
                Code::BadArchive,
                format!("{shown} begins as a zip archive of {bytes} bytes, but the directory that ends every zip archive was not found or is damaged ({error}). The download was probably cut."),
            )
            .hint("Download this part again, and compare its size with the one on the Takeout page."),
        }
        };
        let mut listed = ZipIterable::try_new(handle.clone(), Config::default()).map_err(damaged)?;
        if listed.len() > guard::FILES {
            return Err(super::too_many(&shown.to_string(), listed.len()));
        }
        let mut directory = Directory { entries: Vec::with_capacity(listed.len()), ..Directory::default() };
        let mut names = handle.clone();
        for entry in listed.files().map_err(damaged)? {
            entry.and_then(|entry| Ok(directory.add(&entry, &mut names)?)).map_err(damaged)?;
        }
        directory.refuse_overlaps(&mut names);
        let n_encrypted = directory.standings.values().filter(|standing| matches!(standing, Standing::Encrypted)).count();
        if n_encrypted > 0 && n_encrypted == directory.entries.len() {
            return Err(Failure::new(
                Code::BadArchive,
                format!("{shown} is encrypted: all of its {n_encrypted} files need a password, and Takeout delivers archives without one."),
            )
            .hint("Unpack it with the program that encrypted it, and import the folder."));
        }
        Ok(Self { directory: Arc::new(directory), handle, names, share, inflater: None })
    }

    /// How many files it lists.
    pub(crate) fn len(&self) -> usize {
        self.directory.entries.len()
    }

    /// Bytes that an entry takes up on the disk.
    pub(crate) fn packed(&self, index: usize) -> u64 {
        self.share.of(self.directory.entries[index].packed)
    }

    /// The bytes of an entry that is not compressed, where they stand; `None` of those that are.
    pub(crate) fn stored(&mut self, index: usize) -> Option<Handle> {
        let entry = &self.directory.entries[index];
        let plain = entry.method == Method::Stored && entry.packed == entry.size;
        let at = plain.then(|| begin(&mut self.handle, entry).and_then(|packed| packed.into_inner().stream_position()).ok())??;
        Some(self.handle.stretch(at, entry.packed))
    }

    /// Every entry, with its name as the archive has it.
    pub(crate) fn members(&self) -> impl Iterator<Item = (Member, String)> {
        let mut names = self.names.clone();
        (0..self.len()).map(move |index| self.directory.member(index, self.share, &mut names))
    }

    /// Reads one entry: `on` is called once.
    pub(crate) fn visit(
        &mut self,
        place: Place<'_>,
        index: usize,
        cancel: &Cancel,
        total: &AtomicU64,
        meter: &Meter,
        on: &mut dyn FnMut(Visit<'_>),
    ) {
        let (member, name) = self.directory.member(index, self.share, &mut self.names);
        if let Some(content) = member.standing.content() {
            meter.add(member.packed);
            return on(Visit::new(place, &member, &name, content));
        }
        let entry = &self.directory.entries[index];
        let packed = match begin(&mut self.handle, entry) {
            Ok(packed) => packed,
            Err(error) => {
                meter.add(member.packed);
                let why = format!("the archive's entry cannot be read: {error}");
                return on(Visit::new(place, &member, &name, Content::Refused(FindingCode::Unreadable, why)));
            }
        };
        let (mut inflated, mut stored);
        let reader: &mut dyn Read = if entry.method == Method::Deflated {
            inflated = self.inflater.get_or_insert_with(Inflater::new).begin(packed, entry.crc);
            &mut inflated
        } else {
            stored = Stored::new(packed, entry.crc);
            &mut stored
        };
        let mut guarded = Guarded::new(reader, cancel, total).packed(member.packed, member.size, meter);
        on(Visit::new(place, &member, &name, Content::File(&mut guarded)));
    }
}

impl Directory {
    fn add(&mut self, listed: &ZipFileEntry<'_>, names: &mut Handle) -> io::Result<()> {
        if listed.is_dir() {
            return Ok(());
        }
        let index = self.entries.len();
        let name = spelling(listed.name_raw(), || listed.name().map(Cow::into_owned).ok());
        let name_at = listed.central_header_start() + LISTED;
        let name_len = u16::try_from(listed.name_raw().len()).unwrap_or(u16::MAX);
        // Extra fields may spell it in other letters.
        if *names.bytes(name_at, usize::from(name_len))? != *name.as_bytes() {
            self.spelled.insert(index, name.as_str().into());
        }
        let kind = listed.unix_mode().map_or(0, |mode| mode & 0o170_000);
        let standing = if let Some(why) = guard::refusal(&name) {
            Standing::Refused(why.into())
        } else if listed.is_symlink() || !matches!(kind, 0 | 0o100_000) {
            Standing::Refused("it is a link or a device, and an export holds files alone".into())
        } else if listed.encrypted() {
            Standing::Encrypted
        } else {
            Standing::File.or_litter(&name)
        };
        if !matches!(standing, Standing::File) {
            self.standings.insert(index, standing);
        }
        self.entries.push(Entry {
            name_at,
            name_len,
            method: match listed.compression() {
                CompressionMethod::Stored => Method::Stored,
                CompressionMethod::Deflated => Method::Deflated,
                _ => Method::Other,
            },
            crc: listed.crc32(),
            header_at: listed.header_start(),
            packed: listed.compressed_size(),
            size: listed.size(),
        });
        Ok(())
    }

    /// An honest archive holds each entry's bytes apart. Of two that overlap one lies, and only that one is refused: the one that does
    /// not begin where it says, else the first, for its size.
    fn refuse_overlaps(&mut self, headers: &mut Handle) {
        const OVERLAP: &str = "its bytes overlap another file's";
        const TOO_LONG: &str = "the size that the archive states for it reaches into another file's bytes";
        let span = |entry: &Entry| (entry.header_at, HEADER as u64 + u64::from(entry.name_len) + entry.packed);
        let mut order: Vec<u32> = (0..self.entries.len() as u32).collect();
        order.sort_unstable_by_key(|index| (span(&self.entries[*index as usize]), *index));
        let mut before: Option<(usize, u64)> = None;
        for index in order.into_iter().map(|index| index as usize) {
            let (start, length) = span(&self.entries[index]);
            let overlapped = before.filter(|(_, end)| *end > start).map(|(earlier, _)| earlier);
            let refused = match overlapped {
                Some(_) if !begins_with_own_header(&self.entries[index], headers) => Some((index, OVERLAP)),
                Some(earlier) if !begins_with_own_header(&self.entries[earlier], headers) => Some((earlier, OVERLAP)),
                Some(earlier) => Some((earlier, TOO_LONG)),
                None => None,
            };
            if let Some((refused, why)) = refused {
                let why = format!("{why}, as in archives that are damaged or made to fill a disk");
                self.standings.insert(refused, Standing::Refused(why.into()));
            }
            if refused.is_none_or(|(refused, _)| refused != index) {
                before = Some((index, start.saturating_add(length)));
            }
        }
    }

    /// An entry, and its name exactly as the archive has it.
    fn member(&self, index: usize, share: Share, names: &mut Handle) -> (Member, String) {
        let entry = &self.entries[index];
        let mut standing = self.standings.get(&index).cloned().unwrap_or(Standing::File);
        let name = match self.spelled.get(&index) {
            Some(name) => name.to_string(),
            None => match names.bytes(entry.name_at, usize::from(entry.name_len)) {
                Ok(bytes) => String::from_utf8_lossy(bytes).into_owned(),
                Err(error) => {
                    standing = Standing::Unreadable(format!("its name in the archive can no longer be read: {error}"));
                    format!("entry {index}")
                }
            },
        };
        (Member { path: path::clean(&name), size: entry.size, packed: share.of(entry.packed), standing }, name)
    }
}

/// Whether a header of an entry's own name stands where the entry begins.
fn begins_with_own_header(entry: &Entry, handle: &mut Handle) -> bool {
    let name_len = usize::from(entry.name_len);
    let Ok(header) = handle.bytes_at(entry.header_at, HEADER + name_len) else { return false };
    let Ok(name) = handle.bytes(entry.name_at, name_len) else { return false };
    header.starts_with(MAGIC) && header.get(HEADER..) == Some(name)
}

/// Whether an archive that was opened before is a zip archive.
pub(super) fn is_archive(handle: &Handle) -> io::Result<bool> {
    let magic = handle.bytes_at(0, 2)?;
    Ok(magic == *b"PK" || (magic != [0x1f, 0x8b] && ends_an_archive(handle)?))
}

/// Whether bytes end as a zip archive does, whatever they begin with: a program that unpacks itself, or what a download put in front.
pub(super) fn ends_an_archive(handle: &Handle) -> io::Result<bool> {
    /// Bytes of the end without its comment, and where in it the comment's length and the directory's size stand.
    const END: usize = 22;
    const COMMENT_LENGTH: usize = 20;
    const DIRECTORY_LENGTH: usize = 12;
    let tail_at = handle.len().saturating_sub((END + usize::from(u16::MAX)) as u64);
    let tail = handle.bytes_at(tail_at, END + usize::from(u16::MAX))?;
    let ends_there = |at: usize| {
        let (_, end) = tail.split_at_checked(at)?;
        let comment = u16::from_le_bytes(end.get(COMMENT_LENGTH..END)?.try_into().ok()?);
        let directory = u32::from_le_bytes(end.get(DIRECTORY_LENGTH..DIRECTORY_LENGTH + 4)?.try_into().ok()?);
        // Of a large archive the length stands elsewhere.
        let has_room = directory == u32::MAX || u64::from(directory) <= tail_at + at as u64;
        Some(has_room && end.len() == END + usize::from(comment))
    };
    Ok(memchr::memmem::rfind_iter(&tail, b"PK\x05\x06").any(|at| ends_there(at) == Some(true)))
}

/// An entry's bytes as they stand in the archive.
fn begin<'h>(handle: &'h mut Handle, entry: &Entry) -> io::Result<io::Take<&'h mut Handle>> {
    let bad = |why: &str| io::Error::new(io::ErrorKind::InvalidData, why.to_owned());
    if entry.method == Method::Other {
        return Err(bad("it is compressed in a way that Takeout does not use"));
    }
    let mut header = [0; HEADER];
    handle.seek(SeekFrom::Start(entry.header_at))?;
    handle.read_exact(&mut header)?;
    if !header.starts_with(MAGIC) {
        return Err(bad("it does not begin where the archive's directory says"));
    }
    let length = |at: usize| u64::from(u16::from_le_bytes([header[at], header[at + 1]]));
    let data_at = (entry.header_at + HEADER as u64).saturating_add(length(NAME_LENGTH) + length(EXTRA_LENGTH));
    handle.seek(SeekFrom::Start(data_at))?;
    Ok(handle.take(entry.packed))
}

/// A name's letters. Takeout writes UTF-8 and says so; Macs write it and do not; what is no UTF-8 is the code page of
/// old Windows.
fn spelling(raw: &[u8], declared: impl FnOnce() -> Option<String>) -> String {
    std::str::from_utf8(raw).map_or_else(|_| declared().unwrap_or_else(|| String::from_utf8_lossy(raw).into_owned()), str::to_owned)
}
