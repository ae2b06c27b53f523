//! Folders that were unpacked already, and single files.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicU64;

use domain::{Cancel, FindingCode, Result};

use super::guard::{Guarded, Meter};
use super::handle::Handle;
use super::{Content, Member, Place, Standing, Visit};
use crate::arena::{PathRef, Paths};
use crate::text::path;

/// Deepest nesting of folders that is followed.
const DEPTH: usize = 64;
const TAIL: usize = 64 << 10;

/// The files of a folder, in the order of their names.
pub(crate) struct Listing {
    root: PathBuf,
    /// What stands before the paths under the folder; see [`Listing::prefix_of`].
    prefix: String,
    paths: Paths,
    files: Vec<Listed>,
    /// Of those that may not or cannot be read, by index.
    standings: HashMap<usize, Standing>,
}

/// A file by its path under the folder.
struct Listed {
    path: PathRef,
    size: u64,
}

impl Listing {
    /// Lists every file under `root`. A folder that cannot be read is listed as refused, links are not followed.
    pub(crate) fn of(root: &Path) -> Result<Self> {
        let mut listing =
            Self { root: root.to_owned(), prefix: String::new(), paths: Paths::default(), files: Vec::new(), standings: HashMap::new() };
        listing.list()?;
        listing.prefix = listing.prefix_of();
        Ok(listing)
    }

    /// How many files there are.
    pub(crate) fn len(&self) -> usize {
        self.files.len()
    }

    /// A file's bytes on disk.
    pub(crate) fn size(&self, index: usize) -> u64 {
        self.files[index].size
    }

    /// One of the files.
    pub(crate) fn member(&self, index: usize) -> Member {
        let Listed { path, size } = self.files[index];
        let inner = self.paths.get(path);
        let path = if self.prefix.is_empty() { path::clean(&inner) } else { path::clean(&format!("{}/{inner}", self.prefix)) };
        let standing = self.standings.get(&index).cloned().unwrap_or_else(|| Standing::File.or_litter(&path));
        Member { path, size, packed: size, standing }
    }

    /// Where one of the files is on disk.
    pub(crate) fn disk(&self, index: usize) -> PathBuf {
        self.root.join(self.paths.get(self.files[index].path))
    }

    fn add(&mut self, inner: &str, size: u64, standing: Standing) -> Result<()> {
        let path = self.paths.add(inner).map_err(|error| super::unreadable(&self.root, &error))?;
        if !matches!(standing, Standing::File) {
            self.standings.insert(self.files.len(), standing);
        }
        self.files.push(Listed { path, size });
        Ok(())
    }

    fn list(&mut self) -> Result<()> {
        let mut open = vec![(self.root.clone(), String::new(), 0)];
        while let Some((folder, inside, depth)) = open.pop() {
            let mut listed = match fs::read_dir(&folder).and_then(Iterator::collect::<io::Result<Vec<fs::DirEntry>>>) {
                Ok(listed) => listed,
                Err(error) if depth == 0 => return Err(super::unreadable(&self.root, &error)),
                Err(error) => {
                    self.add(&inside, 0, Standing::Unreadable(format!("the folder cannot be read: {error}")))?;
                    continue;
                }
            };
            listed.sort_by_key(fs::DirEntry::file_name);
            for entry in listed.into_iter().rev() {
                let name = entry.file_name().to_string_lossy().into_owned();
                let is_part = depth == 0 && super::name::is_archive_of_takeout(&name);
                let inner = if inside.is_empty() { name } else { format!("{inside}/{name}") };
                let (size, standing) = match entry.file_type() {
                    Ok(kind) if kind.is_dir() && depth < DEPTH => {
                        open.push((entry.path(), inner, depth + 1));
                        continue;
                    }
                    Ok(kind) if kind.is_file() && is_part => {
                        (0, Standing::Litter("it is a part of the export that was not unpacked, and is read as one"))
                    }
                    Ok(kind) if kind.is_file() => match entry.metadata() {
                        Ok(data) => (data.len(), Standing::File),
                        Err(error) => (0, unreadable(&error)),
                    },
                    Ok(kind) if kind.is_dir() => (0, Standing::Refused(format!("it lies more than {DEPTH} folders deep").into())),
                    Ok(_) => (0, Standing::Refused("it is a link or a device, and an export holds files alone".into())),
                    Err(error) => (0, unreadable(&error)),
                };
                self.add(&inner, size, standing)?;
            }
        }
        Ok(())
    }

    /// What stands before the paths inside the folder, by which importers know where in an export it was: its place under
    /// the `Takeout` folder that it lies in; nothing when it is that folder, or holds it; else its own name, because then it
    /// is the folder of one product.
    fn prefix_of(&self) -> String {
        if let Some(place) = place_in_export(&self.root) {
            return place;
        }
        let holds_root = self.files.iter().any(|listed| path::has_root(&self.paths.get(listed.path)));
        if holds_root { String::new() } else { self.root.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default() }
    }
}

fn unreadable(error: &io::Error) -> Standing {
    Standing::Unreadable(format!("the file cannot be read: {error}"))
}

/// A path's parts below the last `Takeout` folder in it; empty for that folder itself, `None` when there is none.
fn place_in_export(disk: &Path) -> Option<String> {
    let parts: Vec<String> = disk.iter().map(|part| part.to_string_lossy().into_owned()).collect();
    let root = parts.iter().rposition(|part| path::is_takeout(part))?;
    Some(parts[root + 1..].join("/"))
}

/// Reads one file; `on` is called once.
pub(crate) fn visit(place: Place<'_>, member: &Member, cancel: &Cancel, total: &AtomicU64, meter: &Meter, on: &mut dyn FnMut(Visit<'_>)) {
    if let Some(content) = member.standing.content() {
        meter.add(member.packed);
        return on(Visit::new(place, member, "", content));
    }
    match File::open(place.disk).and_then(Handle::new) {
        Ok(handle) => {
            let size = handle.len();
            let n_tail = TAIL.min(usize::try_from(size).unwrap_or(TAIL));
            let tail = handle.bytes_at(size - n_tail as u64, n_tail).unwrap_or_default();
            let mut guarded = Guarded::new(handle, cancel, total).packed(member.packed, member.size, meter);
            on(Visit { size, tail, ..Visit::new(place, member, "", Content::File(&mut guarded)) });
        }
        Err(error) => {
            meter.add(member.packed);
            on(Visit::new(place, member, "", Content::Refused(FindingCode::Unreadable, format!("the file cannot be opened: {error}"))));
        }
    }
}

/// The one member of a single file.
pub(crate) fn single(file: &Path, size: u64) -> Member {
    let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let shown = place_in_export(file).filter(|place| !place.is_empty()).unwrap_or(name);
    Member { path: path::clean(&shown), size, packed: size, standing: Standing::File }
}
