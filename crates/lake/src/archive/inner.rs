//! Archives inside archives: exports that people packed once more, or keep in their Drive. One that is an export itself is read
//! as a part of the outer one; every other stays the file that it is.
//!
//! Invariants: nothing of them is ever on the disk in clear; what they take in memory is bounded, however many there are; one
//! archive inside another is as deep as it goes; what comes out of a byte on the disk is bounded over both.

use std::collections::HashMap;
use std::io::{self, Cursor, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::AtomicU64;

use domain::{Cancel, Finding, FindingCode, Result, Severity};
use vault::Vault;

use super::guard::{self, Meter, Share};
use super::handle::Handle;
use super::{Content, ExportSet, Format, Part, Place, Source, Standing, Visit, format_of, may_be_archive, zipped};
use crate::import::{free_bytes, no_space};
use crate::importer::Probe;
use crate::router;

/// Bytes of archives taken out of others that may be held in memory, all together; the rest is held in the vault's folder.
/// Tests get by with less.
const MEMORY: u64 = if cfg!(test) { 1 << 20 } else { 64 << 20 };
/// Room that is left free on the vault's disk, bytes.
const SPARE: u64 = 256 << 20;
/// Most archives inside one export that are read: each is an open file.
const ARCHIVES: usize = 256;
/// Files of an inner archive that are looked at to see whether it is an export.
const PROBED: usize = 64;
const READ_AS_ONE: &str = "it is an archive that is an export itself, and is read as a part of this one";

/// The archives inside an export that are exports themselves.
#[derive(Default)]
pub(super) struct Inner {
    pub(super) parts: Vec<Part>,
    /// How entries of the outer parts stand after they were looked into, by part and place.
    pub(super) standings: HashMap<(usize, usize), Standing>,
    pub(super) findings: Vec<Finding>,
    /// Where archives are held that lie in one that is read from its front.
    vault: Option<Vault>,
}

impl ExportSet {
    /// Looks into the archives that lie inside the export: what is an export itself is read with it from here on. What does not
    /// fit in memory is held, encrypted, in the folder of `vault`; without one it is not looked into.
    ///
    /// `on_look` is told of each archive before it is looked into: a large one takes minutes.
    ///
    /// Fails with [`domain::Code::Cancelled`] alone; what is wrong with an inner archive is said in the ledger.
    pub(crate) fn look_inside(&self, vault: Option<&Vault>, cancel: &Cancel, on_look: &mut dyn FnMut(&str)) -> Result<()> {
        if self.inner.get().is_some() {
            return Ok(());
        }
        let n_entries = self.parts.iter().filter_map(|part| part.source.n_members()).sum();
        let inner = Inner { vault: vault.cloned(), ..Inner::default() };
        let mut looking = Looking { cancel, on_look, memory: MEMORY, n_entries, inner };
        for (index, part) in self.parts.iter().enumerate() {
            looking.part(index, part)?;
        }
        let mut inner = looking.inner;
        if !inner.parts.is_empty() {
            let names: Vec<&str> = inner.parts.iter().map(|part| part.name.as_str()).take(3).collect();
            inner.findings.push(Finding {
                code: FindingCode::IgnoredFile,
                severity: Severity::Note,
                at: String::new(),
                message: format!(
                    "Archives inside this one are exports themselves, and are read with it: {}{}.",
                    names.join(", "),
                    if inner.parts.len() > names.len() { format!(" and {} more", inner.parts.len() - names.len()) } else { String::new() }
                ),
                count: inner.parts.len() as u64,
            });
        }
        inner.findings.extend(super::missing_parts(&inner.parts));
        // Of two that look at once, what one saw is what the other did.
        drop(self.inner.set(inner));
        Ok(())
    }
}

/// What was found of an archive inside another.
enum Found {
    Export(Part),
    /// An ordinary file.
    File,
    /// It cannot or may not be looked into.
    Closed(Standing),
}

struct Looking<'l> {
    cancel: &'l Cancel,
    on_look: &'l mut dyn FnMut(&str),
    /// Bytes that may still be held in memory.
    memory: u64,
    /// Entries listed so far, in all archives.
    n_entries: usize,
    inner: Inner,
}

impl Looking<'_> {
    fn part(&mut self, index: usize, part: &Part) -> Result<()> {
        for (at, member) in part.source.members().enumerate() {
            if !matches!(member.standing, Standing::File) || !may_be_archive(&member.path) {
                continue;
            }
            self.cancel.check()?;
            (self.on_look)(&member.path);
            let found = self.look(part, at, &member.path, Share::new(member.packed, member.size));
            self.cancel.check()?;
            let standing = match found {
                Found::File => continue,
                Found::Closed(standing) => standing,
                Found::Export(_) if self.inner.parts.len() >= ARCHIVES => Standing::Refused(
                    format!("{ARCHIVES} archives inside one export are read, and this is one more; import it by itself").into(),
                ),
                Found::Export(found) if self.n_entries + found.source.n_members().unwrap_or_default() > guard::FILES => {
                    Standing::Refused("with it there are more files than an export holds; import it by itself".into())
                }
                Found::Export(found) => {
                    self.n_entries += found.source.n_members().unwrap_or_default();
                    self.inner.parts.push(found);
                    Standing::Litter(READ_AS_ONE)
                }
            };
            self.inner.standings.insert((index, at), standing);
        }
        Ok(())
    }

    /// Looks into one entry of an outer archive or folder.
    fn look(&mut self, outer: &Part, index: usize, path: &str, share: Share) -> Found {
        let name = format!("{}/{path}", outer.name);
        let memory = self.memory;
        let (disk, within, held) = match &outer.source {
            Source::Folder(listing) => {
                let disk = listing.disk(index);
                let held = std::fs::File::open(&disk).and_then(Handle::new).map_err(|error| closed(&error));
                (disk, String::new(), held.map(Some))
            }
            Source::Zip(zip) => {
                let mut zip = (**zip).clone();
                let within = zip.members().nth(index).map(|(_, name)| name).unwrap_or_default();
                (outer.path.clone(), within, self.held(outer, &mut zip, index))
            }
            Source::File(_) | Source::Tar(_) => return Found::File,
        };
        let handle = match held {
            Ok(Some(handle)) => handle,
            Ok(None) => return Found::File,
            Err(standing) => return Found::Closed(standing),
        };
        let found = self.opened(handle, name, disk, within, share);
        if !matches!(found, Found::Export(_)) {
            self.memory = memory;
        }
        found
    }

    /// The bytes of an entry that begins as an archive, or may end as one.
    fn held(&mut self, outer: &Part, zip: &mut super::Zip, index: usize) -> std::result::Result<Option<Handle>, Standing> {
        if let Some(handle) = zip.stored(index) {
            return Ok(Some(handle));
        }
        let mut held = Ok(None);
        let (total, meter) = (AtomicU64::new(0), Meter::default());
        let place = Place { part: 0, index: Some(index), archive: &outer.name, disk: &outer.path, within: "" };
        zip.visit(place, index, self.cancel, &total, &meter, &mut |visit| {
            if let Content::File(reader) = visit.content {
                held = beginning(reader).and_then(|head| {
                    let is_one = format_of(&head).is_some();
                    let held = hold(head, reader, visit.size, &mut self.memory, self.inner.vault.as_ref());
                    // What only may be one, and cannot be taken out, stays the file that it is.
                    if is_one { held.map(Some) } else { Ok(held.ok()) }
                });
            }
        });
        held
    }

    fn opened(&mut self, handle: Handle, name: String, disk: PathBuf, within: String, share: Share) -> Found {
        let is_named = super::is_archive_of_takeout(name.rsplit('/').next().unwrap_or(&name));
        let head = handle.bytes_at(0, 512).unwrap_or_default();
        let ends_as_one = || zipped::ends_an_archive(&handle).unwrap_or_default();
        let Some(format) = format_of(&head).or_else(|| ends_as_one().then_some(Format::Zip)) else { return Found::File };
        let bytes = handle.len();
        match Source::of(handle, format, Path::new(&name), share) {
            Ok(source) => {
                let part = Part { path: disk, name, bytes, within, share, source };
                let look = probe(&part, self.cancel);
                self.inner.findings.extend(look.deeper.map(|deeper| too_deep(&part.name, &deeper)));
                if look.is_export { Found::Export(part) } else { Found::File }
            }
            // One that is named like a part of an export was meant to be read.
            Err(failure) if is_named => Found::Closed(Standing::Unreadable(failure.message.trim_end_matches('.').to_owned())),
            Err(_) => Found::File,
        }
    }
}

/// What the first files of an inner archive say.
#[derive(Default)]
struct Look {
    is_export: bool,
    /// An archive of Takeout that lies in it.
    deeper: Option<String>,
}

fn probe(part: &Part, cancel: &Cancel) -> Look {
    let is_takeout = part.has_takeout_folder();
    let mut look = Look { is_export: false, deeper: part.source.members().map(|member| member.path).find(|path| is_part_of_takeout(path)) };
    let mut n_left = PROBED;
    visit_each(part, &Place::of(part, 0), cancel, &AtomicU64::new(0), &mut Vec::new(), &mut |visit| {
        if let Content::File(reader) = visit.content {
            n_left -= 1;
            if is_part_of_takeout(visit.path) {
                look.deeper.get_or_insert_with(|| visit.path.to_owned());
            } else if let Ok(source) = crate::source::Source::open(reader) {
                let probe = Probe { path: visit.path, head: source.head(), tail: &visit.tail, size: visit.size };
                look.is_export = router::makes_an_export(&probe, is_takeout);
            }
        }
        n_left > 0 && !look.is_export
    });
    look
}

fn is_part_of_takeout(path: &str) -> bool {
    super::is_archive_of_takeout(path.rsplit('/').next().unwrap_or(path))
}

/// Visits the entries of an inner archive one after another, until `on` answers false.
fn visit_each(
    part: &Part,
    place: &Place<'_>,
    cancel: &Cancel,
    total: &AtomicU64,
    findings: &mut Vec<Finding>,
    on: &mut dyn FnMut(Visit<'_>) -> bool,
) {
    // What is read here was counted when the archive was taken out.
    let meter = Meter::default();
    match &part.source {
        Source::Zip(zip) => {
            let mut zip = (**zip).clone();
            for index in 0..zip.len() {
                let mut goes_on = true;
                zip.visit(*place, index, cancel, total, &meter, &mut |visit| goes_on = on(visit));
                if !goes_on || cancel.is_cancelled() {
                    break;
                }
            }
        }
        Source::Tar(tar) => {
            findings.extend(super::tarred::visit(tar, *place, part.share, cancel, total, &meter, &mut { guard::FILES }, on));
        }
        Source::Folder(_) | Source::File(_) => {}
    }
}

impl Inner {
    /// Visits an entry of an archive that is read from its front: in its place, the files of an archive that is an export itself.
    pub(super) fn visit(
        &self,
        visit: Visit<'_>,
        cancel: &Cancel,
        total: &AtomicU64,
        findings: &Mutex<Vec<Finding>>,
        on: &(dyn Fn(Visit<'_>) -> bool + Sync),
    ) -> bool {
        let Visit { part, path, archive, disk, size, .. } = visit;
        let Content::File(reader) = visit.content else { return on(visit) };
        if !may_be_archive(path) {
            return on(Visit { content: Content::File(reader), ..visit });
        }
        let entry = visit.entry;
        let again = |content| Visit { part, path, archive, entry: entry.clone(), disk, index: None, size, tail: Vec::new(), content };
        let mut head = Vec::new();
        if let Err(error) = reader.take(512).read_to_end(&mut head) {
            return on(again(Content::Refused(FindingCode::Unreadable, error.to_string())));
        }
        // It is read from its front and once: where there is no room to see how it ends, it stays a file.
        if format_of(&head).is_none() && room(size, MEMORY, self.vault.as_ref()).is_err() {
            return on(again(Content::File(&mut Cursor::new(head).chain(reader))));
        }
        let handle = match hold(head, reader, size, &mut { MEMORY }, self.vault.as_ref()) {
            Ok(handle) => handle,
            Err(standing) => return standing.content().is_none_or(|content| on(again(content))),
        };
        let mut looking = Looking { cancel, on_look: &mut |_| {}, memory: 0, n_entries: 0, inner: Self::default() };
        let name = format!("{archive}/{path}");
        let found = looking.opened(handle.clone(), name, disk.to_owned(), entry.clone().into_owned(), Share::ALL);
        let mut said = looking.inner.findings;
        let goes_on = match found {
            Found::File => on(again(Content::File(&mut { handle }))),
            Found::Closed(standing) => standing.content().is_none_or(|content| on(again(content))),
            Found::Export(export) => {
                let mut goes_on = on(again(Content::Litter(READ_AS_ONE)));
                if goes_on {
                    visit_each(&export, &Place::of(&export, part), cancel, total, &mut said, &mut |visit| {
                        goes_on = on(Visit { index: None, ..visit });
                        goes_on
                    });
                }
                goes_on
            }
        };
        findings.lock().unwrap_or_else(std::sync::PoisonError::into_inner).extend(said);
        goes_on
    }
}

impl<'p> Place<'p> {
    /// Of entries of an inner archive, counted for the outer part `part`.
    fn of(export: &'p Part, part: usize) -> Self {
        Self { part, index: None, archive: &export.name, disk: &export.path, within: &export.within }
    }
}

/// The first bytes of a file, by which archives are known.
fn beginning(reader: &mut dyn Read) -> std::result::Result<Vec<u8>, Standing> {
    let mut head = Vec::new();
    reader.take(512).read_to_end(&mut head).map_err(|error| closed(&error))?;
    Ok(head)
}

/// Where `size` bytes are to be held: in memory, or in the folder of a vault.
fn room(size: u64, memory: u64, vault: Option<&Vault>) -> std::result::Result<Option<&Vault>, Standing> {
    if size <= memory {
        return Ok(None);
    }
    let Some(vault) = vault else {
        return Err(Standing::Refused("it is an archive that is too large to be looked into without an open vault".into()));
    };
    if let Some(free) = free_bytes(vault.dir()).filter(|free| *free < size.saturating_add(SPARE)) {
        return Err(Standing::Refused(
            format!("it is an archive that has to be taken out to be read. {}", no_space(size.saturating_add(SPARE), free, vault.dir()))
                .into(),
        ));
    }
    Ok(Some(vault))
}

/// Takes an archive out of another; `head` was read of it already. What is left of `memory` is told back.
fn hold(head: Vec<u8>, reader: &mut dyn Read, size: u64, memory: &mut u64, vault: Option<&Vault>) -> std::result::Result<Handle, Standing> {
    let room = room(size, *memory, vault)?;
    let mut whole = Cursor::new(head).chain(reader).take(size.saturating_add(1));
    let Some(vault) = room else {
        let mut bytes = Vec::with_capacity(size as usize);
        whole.read_to_end(&mut bytes).map_err(|error| closed(&error))?;
        is_whole(bytes.len() as u64, size)?;
        *memory -= size;
        return Ok(Handle::of_memory(bytes));
    };
    let mut scratch = vault.scratch().map_err(|failure| Standing::Unreadable(failure.message))?;
    let n_bytes = io::copy(&mut whole, &mut scratch).map_err(|error| closed(&error))?;
    is_whole(n_bytes, size)?;
    scratch.flush().and_then(|()| scratch.finish()).map(Handle::of_scratch).map_err(|error| closed(&error))
}

/// Takes an archive out of another to read one entry of it.
pub(super) fn take_out(reader: &mut dyn Read, size: u64, vault: &Vault) -> io::Result<Handle> {
    match beginning(reader).and_then(|head| hold(head, reader, size, &mut { MEMORY }, Some(vault))) {
        Ok(handle) => Ok(handle),
        Err(Standing::Unreadable(why)) => Err(io::Error::other(why)),
        Err(Standing::Refused(why)) => Err(io::Error::other(why.into_owned())),
        Err(Standing::File | Standing::Encrypted | Standing::Litter(_)) => Err(io::ErrorKind::InvalidData.into()),
    }
}

fn is_whole(found: u64, stated: u64) -> std::result::Result<(), Standing> {
    let why = "it is an archive of another size than the outer one says";
    if found == stated { Ok(()) } else { Err(Standing::Unreadable(why.to_owned())) }
}

fn closed(error: &io::Error) -> Standing {
    match guard::Stopped::of(error) {
        Some(stopped) if stopped.code == FindingCode::Refused => Standing::Refused(stopped.why.clone().into()),
        _ => Standing::Unreadable(format!("the archive cannot be taken out: {error}")),
    }
}

fn too_deep(archive: &str, deeper: &str) -> Finding {
    Finding {
        code: FindingCode::Refused,
        severity: Severity::Warning,
        at: archive.to_owned(),
        message: format!(
            "{deeper} is an archive in an archive in an archive, and was not read: one inside another is as deep as Datapunk looks. Take {archive} out, and import that."
        ),
        count: 1,
    }
}
