//! Folders that were unpacked already, and single files.

use std::fs::{self, File};
use std::io;
use std::path::Path;
use std::sync::atomic::AtomicU64;

use domain::{Cancel, FindingCode, Result};

use super::guard::{Guarded, Meter};
use super::handle::Handle;
use super::{Content, Member, Place, Standing, Visit};
use crate::text::path;

/// Deepest nesting of folders that is followed.
const DEPTH: usize = 64;
const TAIL: usize = 64 << 10;

/// A file of a folder, by its path under it.
struct Listed {
    inner: String,
    size: u64,
    standing: Standing,
}

/// Every file under `root`, in the order of their names, and their paths under it. A folder that cannot be read is listed
/// as refused, links are not followed.
pub(crate) fn members(root: &Path) -> Result<(Vec<Member>, Vec<String>)> {
    let listed = list(root)?;
    let prefix = prefix_of(root, &listed);
    let mut members = Vec::with_capacity(listed.len());
    let mut entries = Vec::with_capacity(listed.len());
    for (index, Listed { inner, size, standing }) in listed.into_iter().enumerate() {
        let shown = if prefix.is_empty() { path::clean(&inner) } else { path::clean(&format!("{prefix}/{inner}")) };
        members.push(Member { path: shown, index, size, packed: size, standing }.or_litter());
        entries.push(inner);
    }
    Ok((members, entries))
}

fn list(root: &Path) -> Result<Vec<Listed>> {
    let mut files = Vec::new();
    let mut open = vec![(root.to_path_buf(), String::new(), 0)];
    while let Some((folder, inside, depth)) = open.pop() {
        let mut listed = match fs::read_dir(&folder).and_then(Iterator::collect::<io::Result<Vec<fs::DirEntry>>>) {
            Ok(listed) => listed,
            Err(error) if depth == 0 => return Err(super::unreadable(root, &error)),
            Err(error) => {
                let standing = Standing::Unreadable(format!("the folder cannot be read: {error}"));
                files.push(Listed { inner: inside, size: 0, standing });
                continue;
            }
        };
        listed.sort_by_key(fs::DirEntry::file_name);
        for entry in listed.into_iter().rev() {
            let name = entry.file_name().to_string_lossy().into_owned();
            let inner = if inside.is_empty() { name } else { format!("{inside}/{name}") };
            let (size, standing) = match entry.file_type() {
                Ok(kind) if kind.is_dir() && depth < DEPTH => {
                    open.push((entry.path(), inner, depth + 1));
                    continue;
                }
                Ok(kind) if kind.is_file() => match entry.metadata() {
                    Ok(data) => (data.len(), Standing::File),
                    Err(error) => (0, unreadable(&error)),
                },
                Ok(kind) if kind.is_dir() => (0, Standing::Refused(format!("it lies more than {DEPTH} folders deep"))),
                Ok(_) => (0, Standing::Refused("it is a link or a device, and an export holds files alone".to_owned())),
                Err(error) => (0, unreadable(&error)),
            };
            files.push(Listed { inner, size, standing });
        }
    }
    Ok(files)
}

fn unreadable(error: &io::Error) -> Standing {
    Standing::Unreadable(format!("the file cannot be read: {error}"))
}

/// What stands before the paths inside `root`, by which importers know where in an export it was: its place under the
/// `Takeout` folder that it lies in; nothing when it is that folder, or holds it; else its own name, because then it is
/// the folder of one product.
fn prefix_of(root: &Path, inner: &[Listed]) -> String {
    if let Some(place) = place_in_export(root) {
        return place;
    }
    let holds_root = inner.iter().any(|listed| path::has_root(&listed.inner));
    if holds_root { String::new() } else { root.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default() }
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
    Member { path: path::clean(&shown), index: 0, size, packed: size, standing: Standing::File }
}
