//! Reads a medium that was left in place, long after its import.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::Path;

use domain::{Code, Failure, Result};
use vault::Vault;
use zip::ZipArchive;

use super::handle::Handle;
use super::{inner, tarred, zipped};

/// Stands between the entry that an inner archive is and the entry in it. No entry that is read holds one in its name.
const INSIDE: char = '\u{1f}';

/// How an entry is told from outside of all archives: `within` is the entry that its own archive is, empty for one on the disk.
pub(super) fn entry_in<'e>(within: &str, entry: &'e str) -> Cow<'e, str> {
    if within.is_empty() { Cow::Borrowed(entry) } else { Cow::Owned(format!("{within}{INSIDE}{entry}")) }
}

/// The bytes of a file, or of one entry of an archive, as they were when they were imported. An archive in which an inner one
/// lies is taken out into the folder of `vault` when it is large, encrypted.
///
/// # Errors
/// [`Code::Unreadable`] when the file or entry is gone, [`Code::Damaged`] when its bytes are not those whose BLAKE3 is `digest`
/// (hex digits); [`Code::BadRequest`] when it has more than `limit` bytes.
pub fn read_reference(vault: &Vault, path: &str, entry: &str, digest: &str, limit: u64) -> Result<Vec<u8>> {
    let gone = |error: &dyn std::fmt::Display| {
        Failure::new(Code::Unreadable, format!("{} cannot be read: {error}.", shown(path, entry)))
            .hint("It was left in place when it was imported. Put the file back where it was, or import it from its new place.")
    };
    let bytes = bytes_of(vault, Path::new(path), entry, limit).map_err(|error| gone(&error))?;
    if bytes.len() as u64 > limit {
        return Err(Failure::new(
            Code::BadRequest,
            format!("{} has more than {} MB, which is too large to read at once.", shown(path, entry), limit >> 20),
        ));
    }
    if blake3::hash(&bytes).to_hex().as_str() != digest {
        return Err(Failure::new(Code::Damaged, format!("{} is not what it was when it was imported.", shown(path, entry)))
            .hint("Another file stands in its place; import that one to see it."));
    }
    Ok(bytes)
}

/// Reads media that were left in place, one after another. What a zip archive lists is looked up once.
pub(crate) struct LeftInPlace<'v> {
    vault: &'v Vault,
    zips: HashMap<String, ZipArchive<BufReader<File>>>,
}

impl<'v> LeftInPlace<'v> {
    pub(crate) fn of(vault: &'v Vault) -> Self {
        Self { vault, zips: HashMap::new() }
    }

    /// Lets `on` read the bytes of a file, or of one entry of an archive.
    pub(crate) fn read<T>(&mut self, path: &str, entry: &str, on: impl FnOnce(&mut dyn Read) -> io::Result<T>) -> io::Result<T> {
        if entry.is_empty() {
            return on(&mut File::open(path)?);
        }
        if !entry.contains(INSIDE) {
            let zip = match self.zips.get_mut(path) {
                Some(zip) => Some(zip),
                None if zipped::is_archive(&Handle::new(File::open(path)?)?)? => {
                    let zip = ZipArchive::new(BufReader::new(File::open(path)?))?;
                    Some(self.zips.entry(path.to_owned()).or_insert(zip))
                }
                None => None,
            };
            if let Some(zip) = zip {
                return on(&mut zip.by_name(entry)?);
            }
        }
        let (mut on, mut read) = (Some(on), None);
        in_place(self.vault, Path::new(path), entry, &mut |reader, _| {
            read = on.take().map(|on| on(reader)).transpose()?;
            Ok(())
        })?;
        read.ok_or_else(|| io::ErrorKind::NotFound.into())
    }
}

fn shown(path: &str, entry: &str) -> String {
    if entry.is_empty() { path.to_owned() } else { format!("{} in {path}", entry.replace(INSIDE, "/")) }
}

/// At most one byte more than `limit`.
fn bytes_of(vault: &Vault, path: &Path, entry: &str, limit: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    in_place(vault, path, entry, &mut |reader, _| reader.take(limit.saturating_add(1)).read_to_end(&mut bytes).map(drop))?;
    Ok(bytes)
}

/// The bytes of an entry of the archive at `path`, which lies in no other; at most one more than `limit`.
pub(super) fn bytes_of_entry(path: &Path, entry: &str, limit: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut read = |reader: &mut dyn Read, _| reader.take(limit.saturating_add(1)).read_to_end(&mut bytes).map(drop);
    in_entry(Handle::new(File::open(path)?)?, entry, &mut read)?;
    Ok(bytes)
}

/// Gives the bytes of a file, or of an entry however deep, and how many there are, to `read`.
fn in_place(vault: &Vault, path: &Path, entry: &str, read: &mut dyn FnMut(&mut dyn Read, u64) -> io::Result<()>) -> io::Result<()> {
    let mut handle = Handle::new(File::open(path)?)?;
    let mut entry = entry;
    while let Some((outer, inside)) = entry.split_once(INSIDE) {
        handle = taken_out(vault, handle, outer)?;
        entry = inside;
    }
    if entry.is_empty() {
        return read(&mut handle, 0);
    }
    in_entry(handle, entry, read)
}

fn taken_out(vault: &Vault, handle: Handle, entry: &str) -> io::Result<Handle> {
    let mut held = Err(io::ErrorKind::NotFound.into());
    in_entry(handle, entry, &mut |reader, size| {
        held = inner::take_out(reader, size, vault);
        Ok(())
    })?;
    held
}

/// Gives the bytes of an entry, and how many there are, to `read`.
fn in_entry(handle: Handle, entry: &str, read: &mut dyn FnMut(&mut dyn Read, u64) -> io::Result<()>) -> io::Result<()> {
    if zipped::is_archive(&handle)? {
        let mut archive = ZipArchive::new(handle)?;
        let mut found = archive.by_name(entry)?;
        let size = found.size();
        return read(&mut found, size);
    }
    let plain: Box<dyn Read> =
        if handle.bytes_at(0, 2)? == [0x1f, 0x8b] { Box::new(tarred::Members::new(handle)) } else { Box::new(handle) };
    let mut archive = tar::Archive::new(plain);
    archive.set_ignore_zeros(true);
    for member in archive.entries()? {
        let mut member = member?;
        if *member.path_bytes() == *entry.as_bytes() {
            let size = member.size();
            return read(&mut member, size);
        }
    }
    Err(io::ErrorKind::NotFound.into())
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn a_medium_left_in_an_archive_is_read_again_and_known_by_its_digest() {
        let folder = tempfile::tempdir().unwrap();
        let options = vault::CreateOptions { kdf: vault::Kdf::Floor };
        let vault =
            Vault::create(&folder.path().join("vault"), &vault::Passphrase::from("five words that say nothing"), &options).unwrap().0;
        let path = folder.path().join("takeout.zip");
        let mut zip = zip::ZipWriter::new(File::create(&path).unwrap());
        zip.start_file("Takeout/a.jpg", zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(b"picture").unwrap();
        zip.finish().unwrap();
        let path = path.display().to_string();
        let digest = blake3::hash(b"picture").to_hex();
        assert_eq!(read_reference(&vault, &path, "Takeout/a.jpg", &digest, 100).unwrap(), b"picture");
        let code = |entry: &str, digest: &str, limit: u64| read_reference(&vault, &path, entry, digest, limit).unwrap_err().code;
        assert_eq!(code("Takeout/b.jpg", &digest, 100), Code::Unreadable);
        assert_eq!(code("Takeout/a.jpg", "00", 100), Code::Damaged);
        assert_eq!(code("Takeout/a.jpg", &digest, 3), Code::BadRequest);
    }
}
