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

/// Every file under `root`, in the order of their names. A folder that cannot be read is listed as refused, links are
/// not followed.
pub(crate) fn members(root: &Path) -> Result<(Vec<Member>, Vec<String>)> {
    let prefix = prefix_of(root);
    let mut members = Vec::new();
    let mut entries = Vec::new();
    let mut open = vec![(root.to_path_buf(), String::new(), 0)];
    while let Some((folder, inside, depth)) = open.pop() {
        let mut listed = match fs::read_dir(&folder).and_then(Iterator::collect::<io::Result<Vec<fs::DirEntry>>>) {
            Ok(listed) => listed,
            Err(error) if depth == 0 => return Err(super::unreadable(root, &error)),
            Err(error) => {
                push(&mut members, &mut entries, &prefix, &inside, 0, Standing::Unreadable(format!("the folder cannot be read: {error}")));
                continue;
            }
        };
        listed.sort_by_key(fs::DirEntry::file_name);
        for entry in listed.into_iter().rev() {
            let name = entry.file_name().to_string_lossy().into_owned();
            let inner = if inside.is_empty() { name } else { format!("{inside}/{name}") };
            match entry.file_type() {
                Ok(kind) if kind.is_dir() && depth < DEPTH => open.push((entry.path(), inner, depth + 1)),
                Ok(kind) if kind.is_file() => match entry.metadata() {
                    Ok(data) => push(&mut members, &mut entries, &prefix, &inner, data.len(), Standing::File),
                    Err(error) => push(
                        &mut members,
                        &mut entries,
                        &prefix,
                        &inner,
                        0,
                        Standing::Unreadable(format!("the file cannot be read: {error}")),
                    ),
                },
                Ok(kind) if kind.is_dir() => {
                    push(
                        &mut members,
                        &mut entries,
                        &prefix,
                        &inner,
                        0,
                        Standing::Refused(format!("it lies more than {DEPTH} folders deep")),
                    );
                }
                Ok(_) => push(
                    &mut members,
                    &mut entries,
                    &prefix,
                    &inner,
                    0,
                    Standing::Refused("it is a link or a device, and an export holds files alone".to_owned()),
                ),
                Err(error) => {
                    push(&mut members, &mut entries, &prefix, &inner, 0, Standing::Unreadable(format!("the file cannot be read: {error}")))
                }
            }
        }
    }
    Ok((members, entries))
}

/// What stands before the paths inside `root`: nothing when it is an export's root or holds one, else its own name,
/// because then it is the folder of one product.
fn prefix_of(root: &Path) -> String {
    let name = root.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let holds_root = || {
        fs::read_dir(root).is_ok_and(|listed| {
            listed
                .flatten()
                .any(|entry| path::is_takeout(&entry.file_name().to_string_lossy()) && entry.file_type().is_ok_and(|kind| kind.is_dir()))
        })
    };
    if path::is_takeout(&name) || name.is_empty() || holds_root() { String::new() } else { name }
}

fn push(members: &mut Vec<Member>, entries: &mut Vec<String>, prefix: &str, inner: &str, size: u64, standing: Standing) {
    let shown = if prefix.is_empty() { inner.to_owned() } else { format!("{prefix}/{inner}") };
    members.push(Member { path: path::clean(&shown), index: entries.len(), size, packed: size, standing }.or_litter());
    entries.push(inner.to_owned());
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
    Member { path: path::clean(&name), index: 0, size, packed: size, standing: Standing::File }
}
