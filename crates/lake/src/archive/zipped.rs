//! Zip archives: the directory at the end is read once, and any number of threads then read entries by their index.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use domain::{Cancel, Code, Failure, FindingCode, Result};
use zip::read::{Config, OwnedZipFileEntry, ZipFileEntry};
use zip::result::{ZipError, ZipResult};
use zip::unstable::read::ZipIterable;
use zip::{CompressionMethod, ZipArchive, ZipReadOptions};

use super::guard::{self, Guarded, Meter};
use super::handle::Handle;
use super::inflated::Inflater;
use super::{Content, Member, Place, Standing, Visit};
use crate::text::path;

/// An open zip archive. A clone reads on its own.
pub(crate) struct Zip {
    archive: ZipArchive<Handle>,
    /// Entries whose name a later entry has too. They are counted after those of `archive`, which keeps the last of each
    /// name.
    shadowed: Arc<[OwnedZipFileEntry]>,
    /// Where they are read from.
    handle: Handle,
    inflater: Option<Inflater>,
}

impl Clone for Zip {
    fn clone(&self) -> Self {
        Self { archive: self.archive.clone(), shadowed: Arc::clone(&self.shadowed), handle: self.handle.clone(), inflater: None }
    }
}

impl Zip {
    /// Opens the archive at `path` and lists its files. Fails when there is no directory at the end (a cut download), or
    /// when all of it is encrypted.
    pub(crate) fn open(path: &Path) -> Result<(Self, Vec<Member>)> {
        let shown = path.display();
        let handle = File::open(path).and_then(Handle::new).map_err(|error| super::unreadable(path, &error))?;
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
        let archive = ZipArchive::new(handle.clone()).map_err(damaged)?;
        if archive.len() > guard::ENTRIES {
            return Err(Failure::new(
                Code::BadArchive,
                format!("{shown} lists {} files; an export holds at most {}.", archive.len(), guard::ENTRIES),
            ));
        }
        let shadowed = shadowed(&archive, handle.clone()).map_err(damaged)?.into();
        let zip = Self { archive, shadowed, handle, inflater: None };
        let members = zip.members()?;
        let n_encrypted = members.iter().filter(|member| member.encrypted()).count();
        if n_encrypted > 0 && n_encrypted == members.len() {
            return Err(Failure::new(
                Code::BadArchive,
                format!("{shown} is encrypted: all of its {n_encrypted} files need a password, and Takeout delivers archives without one."),
            )
            .hint("Unpack it with the program that encrypted it, and import the folder."));
        }
        Ok((zip, members))
    }

    fn members(&self) -> Result<Vec<Member>> {
        let n_entries = self.archive.len() + self.shadowed.len();
        let mut members = Vec::with_capacity(n_entries);
        let mut spans = Vec::with_capacity(n_entries);
        for index in 0..n_entries {
            let entry = self
                .entry(index)
                .map_err(|error| Failure::new(Code::BadArchive, format!("Entry {index} of the archive cannot be read: {error}.")))?;
            if entry.is_dir() {
                continue;
            }
            let name = spelling(entry.name_raw(), || entry.name().map(Cow::into_owned).ok());
            // The local header is 30 bytes and the name; an honest archive holds each entry's bytes apart.
            spans.push((entry.header_start(), 30 + entry.name_raw().len() as u64 + entry.compressed_size(), members.len()));
            let kind = entry.unix_mode().map_or(0, |mode| mode & 0o170_000);
            let standing = if let Some(why) = guard::refusal(&name) {
                Standing::Refused(why)
            } else if entry.is_symlink() || !matches!(kind, 0 | 0o100_000) {
                Standing::Refused("it is a link or a device, and an export holds files alone".to_owned())
            } else if entry.encrypted() {
                Standing::Encrypted
            } else {
                Standing::File
            };
            members.push(
                Member { path: path::clean(&name), index, size: entry.size(), packed: entry.compressed_size(), standing }.or_litter(),
            );
        }
        spans.sort_unstable();
        for pair in spans.windows(2) {
            if let [(start, length, _), (next, _, at)] = pair
                && start + length > *next
            {
                members[*at].standing =
                    Standing::Refused("its bytes overlap another file's, as in archives that are made to fill a disk".to_owned());
            }
        }
        flag_twins(&mut members);
        Ok(members)
    }

    /// Reads one entry: `on` is called once.
    pub(crate) fn visit(
        &mut self,
        place: Place<'_>,
        member: &Member,
        cancel: &Cancel,
        total: &AtomicU64,
        meter: &Meter,
        on: &mut dyn FnMut(Visit<'_>),
    ) {
        let entry = self.spelled(member);
        if let Some(content) = member.standing.content() {
            meter.add(member.packed);
            return on(Visit::new(place, member, &entry, content));
        }
        let n_listed = self.archive.len();
        let deflated =
            self.entry(member.index).ok().filter(|entry| entry.compression() == CompressionMethod::Deflated).map(|entry| entry.crc32());
        let file = match (member.index.checked_sub(self.archive.len()).and_then(|index| self.shadowed.get(index)), deflated) {
            (Some(shadowed), _) => shadowed.as_ref().with_reader(&mut self.handle, ZipReadOptions::default()),
            (None, Some(_)) => self.archive.by_index_raw(member.index),
            (None, None) => self.archive.by_index(member.index),
        };
        let mut file = match file {
            Ok(file) => file,
            Err(error) => {
                meter.add(member.packed);
                let why = format!("the archive's entry cannot be read: {error}");
                return on(Visit::new(place, member, &entry, Content::Refused(FindingCode::Unreadable, why)));
            }
        };
        let mut inflated;
        let reader: &mut dyn Read = match deflated.filter(|_| member.index < n_listed) {
            Some(crc) => {
                inflated = self.inflater.get_or_insert_with(Inflater::new).begin(file, crc);
                &mut inflated
            }
            None => &mut file,
        };
        let mut guarded = Guarded::new(reader, cancel, total).packed(member.packed, member.size, meter);
        on(Visit::new(place, member, &entry, Content::File(&mut guarded)));
    }

    /// The first few names, as the archive has them.
    pub(crate) fn names(&self) -> impl Iterator<Item = String> {
        self.archive.file_names_raw().take(100).map(|raw| String::from_utf8_lossy(raw).into_owned())
    }

    /// The entry's name exactly as the archive has it.
    fn spelled(&self, member: &Member) -> String {
        let Ok(entry) = self.entry(member.index) else { return member.path.clone() };
        spelling(entry.name_raw(), || entry.name().map(Cow::into_owned).ok())
    }

    fn entry(&self, index: usize) -> ZipResult<ZipFileEntry<'_>> {
        match index.checked_sub(self.archive.len()).and_then(|index| self.shadowed.get(index)) {
            Some(shadowed) => Ok(shadowed.as_ref()),
            None => self.archive.by_index_data(index),
        }
    }
}

/// The entries that the archive's own list leaves out, because another of the same name comes after them.
fn shadowed(archive: &ZipArchive<Handle>, handle: Handle) -> ZipResult<Vec<OwnedZipFileEntry>> {
    if !archive.has_duplicate_names() {
        return Ok(Vec::new());
    }
    let kept: HashSet<u64> =
        (0..archive.len()).filter_map(|index| archive.by_index_data(index).ok()).map(|entry| entry.central_header_start()).collect();
    let mut all = ZipIterable::try_new(handle, Config::default())?;
    let left_out = all.files()?.filter(|entry| entry.as_ref().map_or(true, |entry| !kept.contains(&entry.central_header_start())));
    left_out.map(|entry| entry.map(OwnedZipFileEntry::from)).collect()
}

/// A name's letters. Takeout writes UTF-8 and says so; Macs write it and do not; what is no UTF-8 is the code page of
/// old Windows.
fn spelling(raw: &[u8], declared: impl FnOnce() -> Option<String>) -> String {
    std::str::from_utf8(raw).map_or_else(|_| declared().unwrap_or_else(|| String::from_utf8_lossy(raw).into_owned()), str::to_owned)
}

/// Files whose names differ in capitals alone are two files in the archive, and one on most disks.
fn flag_twins(members: &mut [Member]) {
    let mut seen = HashMap::<blake3::Hash, usize>::with_capacity(members.len());
    let mut twins = Vec::new();
    for (index, member) in members.iter().enumerate() {
        let folded = blake3::hash(member.path.to_lowercase().as_bytes());
        if let Some(first) = seen.insert(folded, index) {
            twins.push((index, first));
        }
    }
    for (index, first) in twins {
        if matches!(members[index].standing, Standing::File) && members[index].path != members[first].path {
            members[index].standing = Standing::Twin;
        }
    }
}
