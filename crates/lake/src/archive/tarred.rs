//! Tar archives, plain or gzipped: one pass from the front, for there is no directory. What links point at in the archive itself
//! (programs that save space write a file's second copy as one) is read in further passes, under the links' names.
//!
//! A header says how long its file is, and may lie. So each file is held to what stands around it ([`stretch`]): one that would take
//! the files behind it for its own, and one behind which no header follows, ends in an error, and the walk goes on at the next header.
//!
//! What follows the zeros that end an archive is read as well, for some are joined end to end; what is no archive there is told of.

mod members;
mod stretch;

use std::borrow::Cow;
use std::collections::{BTreeMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{self, Read};
use std::path::Path;
use std::sync::atomic::AtomicU64;

use domain::{Cancel, Code, Failure, Finding, FindingCode, Result, Severity};

use super::guard::{self, Guarded, Meter, Share};
use super::handle::Handle;
use super::{Content, Member, Place, Standing, Visit};
use crate::text::path;
pub(super) use members::Members;
use stretch::{Around, End, Own};

/// The bytes of a tar archive before compression, counted in bytes on disk.
struct Metered<'m> {
    inner: Handle,
    share: Share,
    n_read: u64,
    meter: &'m Meter,
}

impl Read for Metered<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n_read = self.inner.read(buffer)?;
        let before = self.share.of(self.n_read);
        self.n_read += n_read as u64;
        self.meter.add(self.share.of(self.n_read) - before);
        Ok(n_read)
    }
}

/// Bytes of a header, and of the zeros that end an archive.
const BLOCK: u64 = 512;

/// Knows how many zeros were read last.
struct Ending<R> {
    inner: R,
    n_zeros: u64,
}

impl<R: Read> Read for Ending<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n_read = self.inner.read(buffer)?;
        let n_zeros = buffer[..n_read].iter().rev().take_while(|byte| **byte == 0).count();
        self.n_zeros = if n_zeros == n_read { self.n_zeros + n_zeros as u64 } else { n_zeros as u64 };
        Ok(n_read)
    }
}

/// A tar archive to be read.
#[derive(Clone)]
pub(crate) struct Tar {
    pub(crate) gzipped: bool,
    /// Its bytes, from their front.
    pub(crate) handle: Handle,
}

impl Tar {
    /// The archive, uncompressed. What is read of it counts in `meter` as that `share` of the bytes on disk.
    fn reader<'m>(&self, share: Share, meter: &'m Meter) -> Box<dyn Read + 'm> {
        let metered = Metered { inner: self.handle.clone(), share, n_read: 0, meter };
        if self.gzipped { Box::new(Members::new(metered)) } else { Box::new(metered) }
    }
}

/// Makes sure that this is a tar archive: it must begin with a header, spoilt or not. `path` is how it is called.
pub(crate) fn check(tar: &Tar, path: &Path) -> Result<()> {
    let meter = Meter::default();
    let mut first = Vec::new();
    tar.reader(Share::ALL, &meter).take(512).read_to_end(&mut first).map_err(|error| match error.kind() {
        io::ErrorKind::UnexpectedEof | io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData => Failure::new(
            Code::BadArchive,
            format!("{} begins as a gzip archive, but its first bytes cannot be decompressed ({error}).", path.display()),
        )
        .hint("Download this part again."),
        _ => super::unreadable(path, &error),
    })?;
    if !begins_as_one(&first) {
        return Err(Failure::new(
            Code::BadArchive,
            format!("{} is compressed with gzip, but what is inside is not a tar archive as Takeout delivers it.", path.display()),
        )
        .hint("If it is one compressed file, unpack it first and import what comes out."));
    }
    Ok(())
}

/// Passes for links: as many as links to one file are read.
const PASSES: usize = 8;

/// The links that a pass met, by the file that they point at. That file stands before them.
#[derive(Default)]
struct Links {
    passed: HashSet<u64>,
    to: BTreeMap<String, Vec<String>>,
}

impl Links {
    /// Stands for a name; were two to share one, the file is not found when it is looked for.
    fn key(name: &str) -> u64 {
        let mut hasher = DefaultHasher::new();
        name.hash(&mut hasher);
        hasher.finish()
    }

    fn passed(&mut self, name: &str) {
        self.passed.insert(Self::key(name));
    }

    /// Takes a hard link to a file that was passed; whether it did.
    fn take(&mut self, name: &str, target: Option<Cow<'_, [u8]>>) -> bool {
        let Some(target) = target.map(|target| String::from_utf8_lossy(&target).into_owned()) else { return false };
        let is_inside = guard::refusal(&target).is_none() && self.passed.contains(&Self::key(&target));
        if is_inside {
            self.to.entry(target).or_default().push(name.to_owned());
        }
        is_inside
    }
}

/// Reads the archive from its front; `on` is called once for every file, of which there may be as many as there is `room` for.
/// A cut archive ends in a finding.
#[expect(clippy::too_many_arguments, reason = "the walk's own state, passed on")]
pub(crate) fn visit(
    tar: &Tar,
    place: Place<'_>,
    share: Share,
    cancel: &Cancel,
    total: &AtomicU64,
    meter: &Meter,
    room: &mut usize,
    on: &mut dyn FnMut(Visit<'_>) -> bool,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut ended = |n_files: usize, error: &io::Error| {
        if !cancel.is_cancelled() {
            findings.push(Finding {
                code: FindingCode::CutShort,
                severity: Severity::Error,
                at: format!("after file {n_files}"),
                message: format!("{} ends early or is damaged after {n_files} files ({error}); what came before was read. Download this part again to get the rest.", place.archive),
                count: 1,
            });
        }
    };
    let around = Around::of(Ending { inner: tar.reader(share, meter), n_zeros: 0 });
    let mut n_files = 0;
    let mut is_over = true;
    let mut wants_more = true;
    let mut links = Links::default();
    let mut lies = Lies::default();
    let mut n_strays = 0;
    // One turn, and one more for each header that lies and each archive that follows.
    'archive: loop {
        if let Some(name) = around.name_without_size() {
            let Some(left) = room.checked_sub(1) else {
                ended(n_files, &no_room());
                is_over = false;
                break;
            };
            *room = left;
            n_files += 1;
            lies.add(name.clone());
            let standing = Standing::Refused("the size that the archive states for it is no number".into());
            let member = Member { path: path::clean(&name), size: 0, packed: 0, standing };
            let goes_on = member.standing.content().is_none_or(|content| on(Visit::new(place, &member, &name, content)));
            if !goes_on || cancel.is_cancelled() {
                (is_over, wants_more) = (false, false);
                break;
            }
            if !around.next_header(cancel) {
                break;
            }
            continue;
        }
        let mut archive = tar::Archive::new(around.clone());
        let entries = match archive.entries() {
            Ok(entries) => entries,
            Err(error) => {
                ended(n_files, &error);
                is_over = false;
                break;
            }
        };
        for entry in entries {
            let mut entry = match entry {
                Ok(entry) => entry,
                Err(error) => {
                    let spoilt =
                        if n_files == 0 { "its first file's header".to_owned() } else { format!("what stands behind file {n_files}") };
                    if !cancel.is_cancelled() && around.to_header(cancel) {
                        lies.add(spoilt);
                        continue 'archive;
                    }
                    if n_files == 0 && !cancel.is_cancelled() {
                        lies.add(spoilt);
                    }
                    ended(n_files, &error);
                    is_over = false;
                    break 'archive;
                }
            };
            let kind = entry.header().entry_type();
            if kind.is_dir() || kind.is_pax_global_extensions() {
                let stated = entry.size();
                if stated == 0 {
                    continue;
                }
                // A folder has no bytes, whatever its header says, and what stands behind may not be taken for them.
                let name = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
                let lied = around.is_at_bound()
                    || matches!(Own::of(&mut entry, &around, &name, stated).pass(cancel), Some(End::TooLong | End::TooShort));
                if !lied {
                    continue;
                }
                lies.add(name);
                if !around.to_header(cancel) {
                    break 'archive;
                }
                continue 'archive;
            }
            let Some(left) = room.checked_sub(1) else {
                ended(n_files, &no_room());
                is_over = false;
                break 'archive;
            };
            *room = left;
            n_files += 1;
            let name = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
            let standing = if let Some(why) = guard::refusal(&name) {
                Standing::Refused(why.into())
            } else if kind.is_hard_link() && links.take(&name, entry.link_name_bytes()) {
                continue;
            } else if !(kind.is_file() || kind.is_contiguous()) {
                Standing::Refused("it is a link or a device, and an export holds files alone".into())
            } else {
                links.passed(&name);
                Standing::File.or_litter(&name)
            };
            let stated = entry.size();
            // No more of it is ever read, and what follows from sizes stays within bounds.
            let member = Member { path: path::clean(&name), size: stated.min(guard::ENTRY_BYTES), packed: 0, standing };
            let mut own = Own::of(&mut entry, &around, &name, stated);
            let goes_on = match member.standing.content() {
                Some(content) => on(Visit::new(place, &member, &name, content)),
                None => on(Visit::new(place, &member, &name, Content::File(&mut Guarded::new(&mut own, cancel, total)))),
            };
            if !goes_on || cancel.is_cancelled() {
                (is_over, wants_more) = (false, false);
                break 'archive;
            }
            // Of a link no bytes follow, whatever its header says, and those of a sparse file are fewer than its size.
            if !(kind.is_file() || kind.is_contiguous()) {
                continue;
            }
            let end = own.pass(cancel);
            if cancel.is_cancelled() {
                (is_over, wants_more) = (false, false);
                break 'archive;
            }
            match end {
                Some(End::TooLong | End::TooShort) => lies.add(name),
                Some(End::BeforeSpoilt) => lies.add(format!("what stands behind {name}")),
                Some(End::BeforeNoSize) => {}
                Some(End::Whole | End::Cut) | None => continue,
            }
            if !around.to_header(cancel) {
                break 'archive;
            }
            continue 'archive;
        }
        if around.n_zeros() < BLOCK {
            break;
        }
        match around.follows(cancel, total, &mut n_strays) {
            Ok(true) => {}
            // Its zeros were there, and all behind them was read, the checksum with it.
            Ok(false) => {
                is_over = false;
                break;
            }
            Err(error) => {
                if members::is_stray(&error) {
                    n_strays += 1;
                } else {
                    ended(n_files, &error);
                }
                is_over = false;
                break;
            }
        }
    }
    if is_over && let Err(error) = check_end(&around, cancel, total) {
        ended(n_files, &error);
    }
    if wants_more {
        visit_links(tar, place, links.to, cancel, total, on);
    }
    findings.extend(lies.finding(place.archive));
    if n_strays > 0 && !cancel.is_cancelled() {
        findings.push(strays(place.archive));
    }
    findings
}

/// Says that bytes which are no part of it follow an archive's end.
fn strays(archive: &str) -> Finding {
    Finding {
        code: FindingCode::WrongFormat,
        severity: Severity::Warning,
        at: String::new(),
        message: format!(
            "Behind the end of {archive} stand bytes that are no archive, as when two files were joined or a download went wrong; they were not read. If something is missing, download this part again."
        ),
        count: 1,
    }
}

fn no_room() -> io::Error {
    io::Error::other(format!("one import takes {} files; unpack the rest and import it folder by folder", guard::FILES))
}

/// What has another size than its header states, or a header that is damaged.
#[derive(Default)]
struct Lies {
    names: Vec<String>,
    n: u64,
}

impl Lies {
    /// Names that are told.
    const NAMED: usize = 5;

    fn add(&mut self, name: String) {
        self.n += 1;
        if self.names.len() < Self::NAMED {
            self.names.push(name);
        }
    }

    fn finding(self, archive: &str) -> Option<Finding> {
        let at = self.names.first()?.clone();
        let rest = self.n - self.names.len() as u64;
        Some(Finding {
            code: FindingCode::Refused,
            severity: Severity::Warning,
            at,
            message: format!(
                "{archive} has headers that are damaged or state wrong sizes, as archives have that broke or were made to harm: of {}{}. Every other file was read as it is. Download this part again to get these whole.",
                self.names.join(", "),
                if rest > 0 { format!(" and {rest} more") } else { String::new() }
            ),
            count: self.n,
        })
    }
}

/// Reads what links point at, once for each link.
fn visit_links(
    tar: &Tar,
    place: Place<'_>,
    mut links: BTreeMap<String, Vec<String>>,
    cancel: &Cancel,
    total: &AtomicU64,
    on: &mut dyn FnMut(Visit<'_>) -> bool,
) {
    for _ in 0..PASSES {
        if links.is_empty() {
            return;
        }
        // The bytes on disk were counted in the first pass.
        let meter = Meter::default();
        let mut archive = tar::Archive::new(tar.reader(Share::ALL, &meter));
        archive.set_ignore_zeros(true);
        let Ok(entries) = archive.entries() else { break };
        for mut entry in entries.map_while(io::Result::ok) {
            let target = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
            let kind = entry.header().entry_type();
            let Some(name) = links.get_mut(&target).filter(|_| kind.is_file() || kind.is_contiguous()).and_then(Vec::pop) else { continue };
            let member = Member { path: path::clean(&name), size: entry.size(), packed: 0, standing: Standing::File.or_litter(&name) };
            let goes_on = match member.standing.content() {
                Some(content) => on(Visit::new(place, &member, &target, content)),
                None => on(Visit::new(place, &member, &target, Content::File(&mut Guarded::new(&mut entry, cancel, total)))),
            };
            if !goes_on || cancel.is_cancelled() {
                return;
            }
        }
        links.retain(|_, names| !names.is_empty());
    }
    for (target, names) in links {
        for name in names {
            let why = format!("it is a link to {target}, which could not be read once more for it");
            let standing = Standing::Refused(why.into());
            let member = Member { path: path::clean(&name), size: 0, packed: 0, standing };
            if let Some(content) = member.standing.content()
                && !on(Visit::new(place, &member, &name, content))
            {
                return;
            }
        }
    }
}

/// Whether an archive of which all files were met has its end, and its compression the right checksum, which stands behind it.
fn check_end(rest: &Around<'_>, cancel: &Cancel, total: &AtomicU64) -> io::Result<()> {
    if rest.n_zeros() < BLOCK {
        return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the zeros that end an archive are missing"));
    }
    io::copy(&mut Guarded::new(rest.clone(), cancel, total), &mut io::sink()).map(drop)
}

/// Whether an archive begins with this block, though the sum in it may be wrong.
pub(super) fn begins_as_one(block: &[u8]) -> bool {
    is_header(block) || stretch::has_magic(block)
}

/// Whether a block of 512 bytes is a tar header: the sum in it is the sum of its bytes.
fn is_header(block: &[u8]) -> bool {
    let Some(block) = block.get(..512) else { return false };
    let stated = std::str::from_utf8(&block[148..156]).ok().and_then(|text| u32::from_str_radix(text.trim_matches(['\0', ' ']), 8).ok());
    let sum = block
        .iter()
        .enumerate()
        .map(|(index, byte)| if (148..156).contains(&index) { u32::from(b' ') } else { u32::from(*byte) })
        .sum::<u32>();
    stated == Some(sum) && sum > 8 * u32::from(b' ')
}
