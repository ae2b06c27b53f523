//! The files that stand beside one: in its folder, or in the same folder of its archive.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};

use zip::ZipArchive;

use super::handle::Handle;
use super::reference::bytes_of_entry;
use super::zipped;

/// Looks up files by their paths under the folder of another file.
pub(crate) struct Beside {
    folder: Folder,
}

enum Folder {
    OnDisk(PathBuf),
    InZip {
        at: PathBuf,
        archive: ZipArchive<BufReader<File>>,
        prefix: String,
    },
    /// Has to be passed over for each file.
    InTar {
        archive: PathBuf,
        prefix: String,
    },
}

impl Beside {
    /// Of the file at `path`, or of the entry `entry` of the archive there.
    pub(crate) fn of(path: &Path, entry: &str) -> io::Result<Self> {
        if entry.is_empty() {
            let folder = path.parent().unwrap_or(Path::new("/")).to_owned();
            return Ok(Self { folder: Folder::OnDisk(folder) });
        }
        let prefix = entry.rsplit_once('/').map_or_else(String::new, |(folder, _)| format!("{folder}/"));
        let folder = if zipped::is_archive(&Handle::new(File::open(path)?)?)? {
            Folder::InZip { at: path.to_owned(), archive: ZipArchive::new(BufReader::new(File::open(path)?))?, prefix }
        } else {
            Folder::InTar { archive: path.to_owned(), prefix }
        };
        Ok(Self { folder })
    }

    /// The bytes of a file; it is an error when it has more than `limit`.
    pub(crate) fn read(&mut self, path: &str, limit: u64) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        match &mut self.folder {
            Folder::OnDisk(folder) => {
                File::open(folder.join(path))?.take(limit.saturating_add(1)).read_to_end(&mut bytes)?;
            }
            Folder::InZip { archive, prefix, .. } => {
                archive.by_name(&format!("{prefix}{path}"))?.take(limit.saturating_add(1)).read_to_end(&mut bytes)?;
            }
            Folder::InTar { archive, prefix } => bytes = bytes_of_entry(archive, &format!("{prefix}{path}"), limit)?,
        }
        if bytes.len() as u64 > limit {
            return Err(io::Error::new(io::ErrorKind::InvalidData, format!("it holds more than {limit} bytes")));
        }
        Ok(bytes)
    }

    /// Whether a file is found without passing over the whole archive.
    pub(crate) fn is_quick(&self) -> bool {
        !matches!(self.folder, Folder::InTar { .. })
    }

    /// Where a file stands: a path on disk, and the entry there when that is an archive.
    pub(crate) fn place(&self, path: &str) -> (String, String) {
        match &self.folder {
            Folder::OnDisk(folder) => (folder.join(path).display().to_string(), String::new()),
            Folder::InZip { at, prefix, .. } => (at.display().to_string(), format!("{prefix}{path}")),
            Folder::InTar { archive, prefix } => (archive.display().to_string(), format!("{prefix}{path}")),
        }
    }

    /// Whether there is such a file.
    pub(crate) fn holds(&mut self, path: &str) -> bool {
        match &mut self.folder {
            Folder::OnDisk(folder) => folder.join(path).is_file(),
            Folder::InZip { archive, prefix, .. } => archive.index_for_name(&format!("{prefix}{path}")).is_some(),
            Folder::InTar { archive, prefix } => bytes_of_entry(archive, &format!("{prefix}{path}"), 0).is_ok(),
        }
    }
}
