//! Archives as they are delivered, opened and walked without ever being unpacked to disk.
//!
//! An [`ExportSet`] is one export: all its parts, or one folder, or one file. Zip entries and the files of folders are read
//! by several threads at once, each with its own place in the file; tar archives are one pass each.
//!
//! Invariants: a walk hands every entry to its visitor exactly once, refused ones included; what an archive's headers
//! claim is never trusted for a size.
//!
//! Absent on purpose: what the files mean (the router's, who is only asked whether an inner archive is an export), and telling
//! whether parts are missing after the last one, which nothing in the names says.

mod beside;
mod folder;
mod guard;
mod handle;
mod inflated;
mod inner;
mod name;
mod reference;
mod tarred;
#[cfg(test)]
pub(crate) mod tests;
mod zipped;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, OnceLock};

use domain::{Cancel, Code, Failure, Finding, FindingCode, Result, Severity};

use crate::text::path;
use folder::Listing;
use guard::Share;
use handle::Handle;
use inner::Inner;
use name::PartName;
use tarred::Tar;
use zipped::Zip;

pub(crate) use beside::Beside;
pub(crate) use guard::{Meter, Stopped};
use name::EXTENSIONS;
pub(crate) use name::{export_of, is_archive_of_takeout};
pub(crate) use reference::LeftInPlace;
pub use reference::read_reference;

/// Files from this size on are begun first, so that no thread is left alone with one at the end.
const BIG: u64 = 64 << 20;
/// How many names of an archive are looked at to see whether it is a Takeout.
const NAMES: usize = 100;

/// One export, opened: its parts, and what is known of it before it is read.
pub struct ExportSet {
    /// What people call it: the first part's name, or the folder's.
    pub label: String,
    /// The parts, in the order of their numbers.
    pub parts: Vec<Part>,
    /// What is about the export as a whole: a missing part.
    pub findings: Vec<Finding>,
    /// What was found inside, once it was looked for.
    inner: OnceLock<Inner>,
}

/// One archive, folder or file of an export.
pub struct Part {
    /// Where it is: an absolute path.
    pub path: PathBuf,
    /// Its file name; of an archive inside another, behind the other's.
    pub name: String,
    /// Bytes on disk; of a folder, the sum of its files.
    pub bytes: u64,
    /// The entry that it is of the archive at `path`; empty when it is that itself.
    within: String,
    share: Share,
    source: Source,
}

enum Source {
    Zip(Box<Zip>),
    Tar(Tar),
    Folder(Box<Listing>),
    File(Member),
}

/// One entry, before it is read.
#[derive(Clone)]
pub(crate) struct Member {
    /// The cleaned path.
    pub(crate) path: String,
    /// Its size as stated, bytes.
    pub(crate) size: u64,
    /// What it takes up on disk, bytes.
    pub(crate) packed: u64,
    pub(crate) standing: Standing,
}

/// Whether an entry may be read.
#[derive(Debug, Clone)]
pub(crate) enum Standing {
    File,
    Refused(Cow<'static, str>),
    Encrypted,
    Unreadable(String),
    Litter(&'static str),
}

impl Standing {
    fn content<'v>(&self) -> Option<Content<'v>> {
        match self {
            Self::File => None,
            Self::Refused(why) => Some(Content::Refused(FindingCode::Refused, why.to_string())),
            Self::Encrypted => {
                Some(Content::Refused(FindingCode::Refused, "it is encrypted, and Takeout delivers no encrypted files".to_owned()))
            }
            Self::Unreadable(why) => Some(Content::Refused(FindingCode::Unreadable, why.clone())),
            Self::Litter(why) => Some(Content::Litter(why)),
        }
    }

    /// As it is, unless a system left the file at `path` behind.
    fn or_litter(self, path: &str) -> Self {
        guard::litter(path).map_or(self, Self::Litter)
    }
}

/// Where a listed entry is.
#[derive(Clone, Copy)]
pub(crate) struct Place<'p> {
    part: usize,
    /// Its place in the list; tar archives have none.
    index: Option<usize>,
    /// What its archive is called.
    archive: &'p str,
    disk: &'p Path,
    /// The entry that its archive is of the one on disk; empty when it is that one.
    within: &'p str,
}

/// An entry being visited.
pub(crate) struct Visit<'v> {
    /// The index of its part.
    pub(crate) part: usize,
    /// The cleaned path.
    pub(crate) path: &'v str,
    /// What the archive or folder that holds it is called.
    pub(crate) archive: &'v str,
    /// The entry as [`read_reference`] finds it; empty for a file on disk.
    pub(crate) entry: Cow<'v, str>,
    /// The file or archive on disk that holds it.
    pub(crate) disk: &'v Path,
    /// Its place in its part's list; tar archives have none.
    pub(crate) index: Option<usize>,
    /// Its size as stated, bytes.
    pub(crate) size: u64,
    /// Its last bytes, when they could be had without reading all of it.
    pub(crate) tail: Vec<u8>,
    pub(crate) content: Content<'v>,
}

impl<'v> Visit<'v> {
    fn new(place: Place<'v>, member: &'v Member, entry: &'v str, content: Content<'v>) -> Self {
        Self {
            part: place.part,
            path: &member.path,
            archive: place.archive,
            entry: reference::entry_in(place.within, entry),
            disk: place.disk,
            index: place.index,
            size: member.size,
            tail: Vec::new(),
            content,
        }
    }
}

/// What an entry is to its visitor.
pub(crate) enum Content<'v> {
    File(&'v mut dyn Read),
    /// It may not or cannot be read: why.
    Refused(FindingCode, String),
    /// A system left it behind: why it is nothing.
    Litter(&'static str),
}

/// Opens what a person chose: archives, folders and files, in any order. Each set is what becomes one import. Parts of one
/// export are one set, parts of two exports two. What does not say by its name which export it is of (a phone's own file, an
/// archive that a person named) goes with the only export that there is; beside several, it is a set of its own, all of it. A
/// folder that holds parts stands for them.
///
/// Fails, before anything is read further, with [`Code::Unreadable`], [`Code::NotAnExport`] or [`Code::BadArchive`].
pub fn open(paths: &[PathBuf]) -> Result<Vec<ExportSet>> {
    if paths.is_empty() {
        return Err(Failure::new(Code::BadRequest, "No archive was given.")
            .hint("Name a Takeout archive, all its parts, or the folder it was unpacked to."));
    }
    let mut files = Vec::new();
    let mut passed_over = Vec::new();
    for path in paths {
        let path = fs::canonicalize(path).map_err(|error| unreadable(path, &error))?;
        let Inside { parts, unpacked, folders } = inside(&path);
        if !folders.is_empty() {
            passed_over.push(beside_the_parts(&path, &folders));
        }
        // What was unpacked of one export belongs to the parts beside it.
        let mut stamps: Vec<String> = parts.iter().filter_map(|part| stamp_of(part)).collect();
        stamps.dedup();
        let beside = if let [only] = stamps.as_slice() { Some(only) } else { None };
        files.extend(unpacked.into_iter().map(|folder| {
            let stamp = stamp_of(&folder).or_else(|| beside.cloned());
            (folder, stamp)
        }));
        files.extend(parts.into_iter().map(|part| {
            let stamp = stamp_of(&part);
            (part, stamp)
        }));
    }
    files.sort();
    files.dedup();
    let (mut exports, mut loose) = (BTreeMap::<String, Vec<PathBuf>>::new(), Vec::new());
    for (path, stamp) in files {
        match stamp {
            Some(stamp) => exports.entry(stamp).or_default().push(path),
            None => loose.push(ExportSet::open(vec![path])?),
        }
    }
    let mut sets = exports.into_values().map(ExportSet::open).collect::<Result<Vec<_>>>()?;
    let beside = if let [_] = sets.as_slice() { sets.pop() } else { None };
    sets.extend(ExportSet::join(beside.into_iter().chain(loose)));
    if let Some(first) = sets.first_mut() {
        first.findings.append(&mut passed_over);
    }
    Ok(sets)
}

/// Says which folders in a chosen one are not read, while others or the archives in it are: they may be anything, and they may be a part that
/// was unpacked under a name of its own.
fn beside_the_parts(chosen: &Path, folders: &[String]) -> Finding {
    const NAMED: usize = 5;
    let mut named = folders.iter().take(NAMED).cloned().collect::<Vec<_>>().join(", ");
    if folders.len() > NAMED {
        named += &format!(" and {} more", folders.len() - NAMED);
    }
    Finding {
        code: FindingCode::IgnoredFile,
        severity: Severity::Warning,
        at: chosen.display().to_string(),
        message: format!(
            "Beside what was read there are folders that were not read: {named}. If parts of the export were unpacked there, import those folders as well."
        ),
        count: folders.len() as u64,
    }
}

/// What a path that a person chose stands for.
struct Inside {
    /// Archives: itself, or those that lie directly in it.
    parts: Vec<PathBuf>,
    /// Folders with files to be read as they are: itself, or those that parts of several exports were unpacked to. With parts
    /// beside, some were unpacked and others not.
    unpacked: Vec<PathBuf>,
    /// The folders directly in it that are not read by themselves, by name.
    folders: Vec<String>,
}

fn inside(chosen: &Path) -> Inside {
    if !chosen.is_dir() {
        return Inside { parts: vec![chosen.to_path_buf()], unpacked: Vec::new(), folders: Vec::new() };
    }
    let (mut parts, mut folders, mut takeouts) = (Vec::new(), Vec::new(), Vec::new());
    let mut exports = BTreeMap::<String, Vec<String>>::new();
    for entry in fs::read_dir(chosen).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.path().is_dir() {
            let export = export_of(&name);
            match export {
                Some(export) => exports.entry(export).or_default().push(name),
                None if path::is_takeout(&name) => takeouts.push(name),
                None if name.starts_with('.') || name == "__MACOSX" => {}
                None => folders.push(name),
            }
        } else if name::is_archive_of_takeout(&name) {
            parts.push(entry.path());
        }
    }
    parts.sort();
    folders.sort();
    // Of several exports each is read by itself, and what lies beside them belongs to none.
    let is_several = exports.len() > 1 || parts.iter().filter_map(|part| stamp_of(part)).any(|stamp| !exports.contains_key(&stamp));
    let is_takeout = chosen.file_name().is_some_and(|name| path::is_takeout(&name.to_string_lossy()));
    let unpacked = if !exports.is_empty() && is_several {
        exports.into_values().flatten().chain(takeouts).map(|name| chosen.join(name)).collect()
    } else if is_takeout || parts.is_empty() || !(exports.is_empty() && takeouts.is_empty()) {
        vec![chosen.to_path_buf()]
    } else {
        Vec::new()
    };
    if unpacked.first().is_some_and(|folder| folder == chosen) {
        folders.clear();
    }
    Inside { parts, unpacked, folders }
}

/// What the names of some parts of one export say of those that are not here; `n_parts` counts the folders among them too.
fn said_by_names(names: &[PartName], n_parts: usize) -> Vec<Finding> {
    let mut findings = Vec::new();
    let gaps = name::gaps(names);
    if !gaps.is_empty() && names.len() == n_parts {
        let list: Vec<String> = gaps.iter().map(u32::to_string).collect();
        let stamp = names.first().map(|name| name.stamp.as_str()).unwrap_or_default();
        findings.push(Finding {
            code: FindingCode::MissingPart,
            severity: Severity::Warning,
            at: String::new(),
            message: format!("The export of {stamp} has {n_parts} of its parts here, but not number {}. Download what is missing from the Takeout page and import it as well: photos, notes and what describes them may stand in different ones.", list.join(", ")),
            count: gaps.len() as u64,
        });
    }
    findings.push(Finding {
        code: FindingCode::MissingPart,
        severity: Severity::Note,
        at: String::new(),
        message: format!(
            "The names of the parts do not say how many there are. If the Takeout page lists more than {n_parts}, import the others as well."
        ),
        count: 1,
    });
    findings
}

/// What the names of inner archives say of parts that are not among them.
fn missing_parts(parts: &[Part]) -> Vec<Finding> {
    let mut exports = BTreeMap::<String, Vec<PartName>>::new();
    for name in parts.iter().filter_map(|part| PartName::parse(part.file_name())) {
        exports.entry(name.stamp.clone()).or_default().push(name);
    }
    exports.values().flat_map(|names| said_by_names(names, names.len())).collect()
}

fn part_name(path: &Path) -> Option<PartName> {
    path.file_name().and_then(|name| PartName::parse(&name.to_string_lossy()))
}

/// What tells the export of an archive, or of a folder that a part was unpacked to, from others; `None` when no name says it.
fn stamp_of(path: &Path) -> Option<String> {
    let name = path.file_name()?.to_string_lossy();
    let holder = || path.parent().and_then(Path::file_name).filter(|_| path::is_takeout(&name));
    export_of(&name).or_else(|| export_of(&holder()?.to_string_lossy()))
}

impl ExportSet {
    fn open(paths: Vec<PathBuf>) -> Result<Self> {
        let mut group: Vec<(Option<PartName>, PathBuf)> = paths.into_iter().map(|path| (part_name(&path), path)).collect();
        group.sort();
        let names: Vec<PartName> = group.iter().filter_map(|(name, _)| name.clone()).collect();
        // The parts that are missing may be those that were unpacked to a folder beside.
        let findings = if names.is_empty() { Vec::new() } else { said_by_names(&names, group.len()) };
        let parts = group.into_iter().map(|(_, path)| Part::open(path)).collect::<Result<Vec<_>>>()?;
        let label = parts.first().map(|part| part.name.clone()).unwrap_or_default();
        Ok(Self { label, parts, findings, inner: OnceLock::new() })
    }

    /// Several as one: a person who names an archive and their phone's own file means one import, with one number to take it
    /// back by. `None` when there is nothing.
    pub fn join(sets: impl IntoIterator<Item = Self>) -> Option<Self> {
        sets.into_iter().reduce(|mut whole, set| {
            whole.label = format!("{}, {}", whole.label, set.label);
            whole.parts.extend(set.parts);
            whole.findings.extend(set.findings);
            whole
        })
    }

    /// Bytes on disk, of all parts.
    pub fn bytes(&self) -> u64 {
        self.parts.iter().map(|part| part.bytes).sum()
    }

    /// Files listed, as far as that is known without reading: tar archives have no list.
    pub fn n_files(&self) -> Option<usize> {
        self.parts.iter().map(|part| part.source.n_members()).sum()
    }

    /// Files listed; those of tar archives are not.
    fn n_listed(&self) -> usize {
        self.all_parts().filter_map(|part| part.source.n_members()).sum()
    }

    /// The parts, and the archives inside them that are read as such.
    pub(crate) fn all_parts(&self) -> impl Iterator<Item = &Part> {
        self.parts.iter().chain(self.inner.get().into_iter().flat_map(|inner| &inner.parts))
    }

    /// What is about the export as a whole, and about the archives inside it.
    pub(crate) fn all_findings(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().chain(self.inner.get().into_iter().flat_map(|inner| &inner.findings))
    }

    fn part(&self, index: usize) -> &Part {
        let inner = || self.inner.get().and_then(|inner| inner.parts.get(index - self.parts.len()));
        self.parts.get(index).or_else(inner).expect("parts are asked for by the numbers that they were given")
    }

    /// How an entry stands that was looked into; `None` of all others.
    fn standing(&self, part: usize, index: usize) -> Option<&Standing> {
        self.inner.get()?.standings.get(&(part, index))
    }

    /// Visits every entry once, on `n_threads` threads; tar parts one after another on one of them. Ends early when
    /// `on` answers false or `cancel` is raised. Returns what is wrong with the parts themselves.
    pub(crate) fn walk(&self, n_threads: usize, cancel: &Cancel, meter: &Meter, on: &(dyn Fn(Visit<'_>) -> bool + Sync)) -> Vec<Finding> {
        let work = self.work();
        let next = AtomicUsize::new(0);
        let findings = Mutex::new(Vec::new());
        let totals: Vec<AtomicU64> = self.all_parts().map(|_| AtomicU64::new(0)).collect();
        std::thread::scope(|scope| {
            for _ in 0..n_threads.max(1).min(work.len().max(1)) {
                scope.spawn(|| {
                    let mut zip = None;
                    while !cancel.is_cancelled() {
                        let Some(task) = work.get(next.fetch_add(1, Ordering::Relaxed)) else { break };
                        let goes_on = match *task {
                            Work::Entry(part, index) => {
                                self.visit_entry(part as usize, index as usize, &mut zip, cancel, &totals[part as usize], meter, on)
                            }
                            Work::Tars => self.visit_tars(cancel, &totals, meter, &findings, on),
                        };
                        if !goes_on {
                            next.store(work.len(), Ordering::Relaxed);
                        }
                    }
                });
            }
        });
        findings.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// The content digest of an entry that is listed, on its own handle.
    pub(crate) fn digest(&self, part: usize, index: usize, cancel: &Cancel) -> Option<blake3::Hash> {
        let digest = Mutex::new(None);
        self.visit_entry(part, index, &mut None, cancel, &AtomicU64::new(0), &Meter::default(), &|visit| {
            if let Content::File(reader) = visit.content {
                let mut hasher = blake3::Hasher::new();
                if hasher.update_reader(reader).is_ok()
                    && let Ok(mut digest) = digest.lock()
                {
                    *digest = Some(hasher.finalize());
                }
            }
            true
        });
        digest.into_inner().ok().flatten()
    }

    /// The files that were chosen by themselves: where each is on disk, and its path.
    pub(crate) fn single_files(&self) -> impl Iterator<Item = (&Path, &str)> {
        self.parts.iter().filter_map(|part| match &part.source {
            Source::File(member) => Some((part.path.as_path(), member.path.as_str())),
            Source::Zip(_) | Source::Folder(_) | Source::Tar(_) => None,
        })
    }

    /// At most `limit` bytes of the beginning of an entry that is listed, on its own handle; `None` when it may not be read.
    pub(crate) fn beginning(&self, part: usize, index: usize, limit: u64, cancel: &Cancel) -> Option<Vec<u8>> {
        let bytes = Mutex::new(None);
        self.visit_entry(part, index, &mut None, cancel, &AtomicU64::new(0), &Meter::default(), &|visit| {
            if let Content::File(reader) = visit.content {
                let mut beginning = Vec::new();
                if reader.take(limit).read_to_end(&mut beginning).is_ok()
                    && let Ok(mut bytes) = bytes.lock()
                {
                    *bytes = Some(beginning);
                }
            }
            true
        });
        bytes.into_inner().ok().flatten()
    }

    /// What is known of the entries without reading them: part, place in it, entry. Nothing of tar archives, and in the place of
    /// an archive that was looked into, its own entries.
    pub(crate) fn listed(&self) -> impl Iterator<Item = (usize, usize, Member)> {
        let all = self.all_parts().enumerate();
        all.flat_map(|(part, here)| here.source.members().enumerate().map(move |(index, member)| (part, index, member)))
            .filter(|(part, index, _)| self.standing(*part, *index).is_none())
    }

    /// Whether it is a Takeout by its names: parts named by Takeout, or a listed file under a `Takeout` folder.
    pub(crate) fn has_takeout_folder(&self) -> bool {
        self.all_parts().any(Part::has_takeout_folder)
    }

    /// Fails when there are more files in it than one import takes, and when there are files in it and none of them may be
    /// read: then there is nothing to import. The reason is told before anything is written.
    pub(crate) fn ensure_readable(&self) -> Result<()> {
        if self.n_listed() > guard::FILES {
            return Err(too_many(&self.label, self.n_listed()));
        }
        if self.all_parts().any(Part::is_unlisted) || self.listed().any(|(.., member)| matches!(member.standing, Standing::File)) {
            return Ok(());
        }
        let refused = self.listed().find_map(|(.., member)| match member.standing.content() {
            Some(Content::Refused(_, why)) => Some((member.path, why)),
            Some(Content::File(_) | Content::Litter(_)) | None => None,
        });
        match refused {
            Some((path, why)) => Err(Failure::new(Code::BadArchive, format!("Nothing in {} may be read; of {path}: {why}.", self.label))
                .hint("Import the archives as Takeout delivered them. Nothing was written.")),
            None => Ok(()),
        }
    }

    fn work(&self) -> Vec<Work> {
        let mut work = Vec::new();
        if self.all_parts().any(Part::is_unlisted) {
            work.push(Work::Tars);
        }
        let entries = || {
            self.all_parts().enumerate().flat_map(|(part, here)| {
                (0..here.source.n_members().unwrap_or_default()).map(move |index| (part as u32, index as u32, here.source.packed(index)))
            })
        };
        for big in [true, false] {
            work.extend(entries().filter(|(.., packed)| (*packed >= BIG) == big).map(|(part, index, _)| Work::Entry(part, index)));
        }
        work
    }

    #[expect(clippy::too_many_arguments, reason = "the walk's own state, passed to its one caller's two cases")]
    fn visit_entry(
        &self,
        part: usize,
        index: usize,
        zip: &mut Option<(usize, Zip)>,
        cancel: &Cancel,
        total: &AtomicU64,
        meter: &Meter,
        on: &(dyn Fn(Visit<'_>) -> bool + Sync),
    ) -> bool {
        let mut goes_on = true;
        let mut once = |visit: Visit<'_>| goes_on = on(visit);
        let here = self.part(part);
        let place = Place { part, index: Some(index), archive: &here.name, disk: &here.path, within: &here.within };
        if let Some(content) = self.standing(part, index).and_then(Standing::content) {
            if let Some(member) = here.source.members().nth(index) {
                once(Visit::new(place, &member, "", content));
            }
            return goes_on;
        }
        match &here.source {
            Source::Zip(own) => {
                // Entries of one archive mostly follow each other, and one decoder is enough for all of them.
                let (_, zip) = match zip {
                    Some(open) if open.0 == part => open,
                    other => other.insert((part, (**own).clone())),
                };
                zip.visit(place, index, cancel, total, meter, &mut once);
            }
            Source::Folder(listing) => {
                let disk = listing.disk(index);
                folder::visit(Place { disk: &disk, ..place }, &listing.member(index), cancel, total, meter, &mut once);
            }
            Source::File(member) => folder::visit(place, member, cancel, total, meter, &mut once),
            Source::Tar(_) => {}
        }
        goes_on
    }

    fn visit_tars(
        &self,
        cancel: &Cancel,
        totals: &[AtomicU64],
        meter: &Meter,
        findings: &Mutex<Vec<Finding>>,
        on: &(dyn Fn(Visit<'_>) -> bool + Sync),
    ) -> bool {
        let mut room = guard::FILES.saturating_sub(self.n_listed());
        for (part, (here, total)) in self.all_parts().zip(totals).enumerate() {
            let Source::Tar(tar) = &here.source else { continue };
            let mut goes_on = true;
            let inner = self.inner.get().filter(|_| part < self.parts.len());
            let place = Place { part, index: None, archive: &here.name, disk: &here.path, within: &here.within };
            let found = tarred::visit(tar, place, here.share, cancel, total, meter, &mut room, &mut |visit| {
                goes_on = match inner {
                    Some(inner) => inner.visit(visit, cancel, total, findings, on),
                    None => on(visit),
                };
                goes_on
            });
            findings.lock().unwrap_or_else(std::sync::PoisonError::into_inner).extend(found);
            if !goes_on || cancel.is_cancelled() {
                return false;
            }
        }
        true
    }
}

fn too_many(label: &str, n_files: usize) -> Failure {
    Failure::new(Code::BadArchive, format!("{label} lists {n_files} files; one import takes {}.", guard::FILES)).hint(
        "Import the parts of the export one after the other, or unpack it and import it folder by folder: what belongs together is put together then. Nothing was written.",
    )
}

enum Work {
    /// An entry by its part and its place in it.
    Entry(u32, u32),
    Tars,
}

impl Source {
    /// Opens an archive, which is called `path`.
    fn of(handle: Handle, format: Format, path: &Path, share: Share) -> Result<Self> {
        Ok(match format {
            Format::Zip => Self::Zip(Box::new(Zip::open(handle, path, share)?)),
            Format::Tar { gzipped } => {
                let tar = Tar { gzipped, handle };
                tarred::check(&tar, path)?;
                Self::Tar(tar)
            }
        })
    }

    /// How many entries are listed; `None` where that is not known before it was read.
    fn n_members(&self) -> Option<usize> {
        match self {
            Self::Zip(zip) => Some(zip.len()),
            Self::Folder(listing) => Some(listing.len()),
            Self::File(_) => Some(1),
            Self::Tar(_) => None,
        }
    }

    /// Bytes on disk of a listed entry.
    fn packed(&self, index: usize) -> u64 {
        match self {
            Self::Zip(zip) => zip.packed(index),
            Self::Folder(listing) => listing.size(index),
            Self::File(member) => member.packed,
            Self::Tar(_) => 0,
        }
    }

    /// The entries that are listed.
    fn members(&self) -> Box<dyn Iterator<Item = Member> + '_> {
        match self {
            Self::Zip(zip) => Box::new(zip.members().map(|(member, _)| member)),
            Self::Folder(listing) => Box::new((0..listing.len()).map(|index| listing.member(index))),
            Self::File(member) => Box::new(std::iter::once(member.clone())),
            Self::Tar(_) => Box::new(std::iter::empty()),
        }
    }
}

impl Part {
    /// Whether its files are not known before it was read.
    pub(crate) fn is_unlisted(&self) -> bool {
        matches!(self.source, Source::Tar(_))
    }

    /// Its name without those of the archives that it lies in.
    fn file_name(&self) -> &str {
        self.name.rsplit('/').next().unwrap_or(&self.name)
    }

    /// Whether it is a Takeout by its names: named as one, or a listed file under a `Takeout` folder.
    fn has_takeout_folder(&self) -> bool {
        PartName::parse(self.file_name()).is_some()
            || match &self.source {
                Source::Zip(zip) => zip.members().take(NAMES).any(|(_, name)| path::has_root(&name)),
                Source::Folder(_) => path::is_takeout(&self.name),
                Source::Tar(_) | Source::File(_) => false,
            }
    }

    fn open(path: PathBuf) -> Result<Self> {
        let name = path.file_name().map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned());
        let data = fs::metadata(&path).map_err(|error| unreadable(&path, &error))?;
        let (source, bytes) = if data.is_dir() {
            let listing = Listing::of(&path)?;
            let bytes = (0..listing.len()).map(|index| listing.size(index)).sum();
            (Source::Folder(Box::new(listing)), bytes)
        } else if !data.is_file() {
            // A pipe would be waited for, and a device has no end.
            return Err(Failure::new(
                Code::Unreadable,
                format!("{} is neither a file nor a folder, but a pipe, a socket or a device, and cannot be imported.", path.display()),
            )
            .hint("Save what comes out of it to a file, and import that."));
        } else {
            (Self::open_file(&path, &name, data.len())?, data.len())
        };
        Ok(Self { path, name, bytes, within: String::new(), share: Share::ALL, source })
    }

    /// By its first bytes; the name only says what was expected.
    fn open_file(path: &Path, name: &str, bytes: u64) -> Result<Source> {
        let handle = fs::File::open(path).and_then(Handle::new).map_err(|error| unreadable(path, &error))?;
        let head = handle.bytes_at(0, 512).map_err(|error| unreadable(path, &error))?;
        if let Some(format) = format_of(&head) {
            return Source::of(handle, format, path, Share::ALL);
        }
        if may_be_archive(name) && zipped::ends_an_archive(&handle).map_err(|error| unreadable(path, &error))? {
            return Source::of(handle, Format::Zip, path, Share::ALL);
        }
        if named_archive(name) {
            let found = if head.is_empty() { "it is empty".to_owned() } else { format!("it begins with {}", begins_with(&head)) };
            return Err(Failure::new(
                Code::BadArchive,
                format!("{} is named like an archive, but {found}, which no zip or tgz archive does.", path.display()),
            )
            .hint("Download it again; an archive that a browser saved as a page or cut at once looks like this."));
        }
        Ok(Source::File(folder::single(path, bytes)))
    }
}

/// How an archive is written.
#[derive(Clone, Copy)]
enum Format {
    Zip,
    Tar { gzipped: bool },
}

/// The format of an archive by its first 512 bytes; `None` when they are none's.
fn format_of(head: &[u8]) -> Option<Format> {
    if head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06") {
        Some(Format::Zip)
    } else if head.starts_with(&[0x1f, 0x8b]) {
        Some(Format::Tar { gzipped: true })
    } else {
        tarred::begins_as_one(head).then_some(Format::Tar { gzipped: false })
    }
}

/// Whether a file is named like an archive.
fn named_archive(path: &str) -> bool {
    let lower = path.to_lowercase();
    EXTENSIONS.iter().any(|extension| lower.ends_with(extension))
}

/// Whether a file may be an archive whatever it begins with: what unpacks itself begins as a program, and ends as an archive all the
/// same.
fn may_be_archive(path: &str) -> bool {
    named_archive(path) || path.to_lowercase().ends_with(".exe")
}

/// Whether a file inside an export is an archive, by its first bytes and its name: many documents are zip archives too.
pub(crate) fn is_archive(path: &str, head: &[u8]) -> bool {
    named_archive(path) && format_of(head).is_some()
}

fn begins_with(head: &[u8]) -> String {
    let start = &head[..head.len().min(12)];
    match std::str::from_utf8(start) {
        Ok(text) if !text.chars().any(char::is_control) => format!("the text \"{text}\""),
        _ => format!("the bytes {}", start.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().join(" ")),
    }
}

fn unreadable(path: &Path, error: &io::Error) -> Failure {
    let why = match error.kind() {
        io::ErrorKind::NotFound => "there is nothing at that path".to_owned(),
        io::ErrorKind::PermissionDenied => "you may not read it".to_owned(),
        _ => error.to_string(),
    };
    Failure::new(Code::Unreadable, format!("{} cannot be read: {why}.", path.display()))
        .hint("Check the path, and that the file is yours to read.")
}
