//! The folder that an export is written to. Until it is whole, everything stands in a folder of its own inside, whose name
//! says so; then it is moved to its place. So a folder that an interruption left behind never looks like an export.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use domain::{Code, Failure, Result};

/// The folder of what is not whole yet.
pub(crate) const UNFINISHED: &str = "export.part";

/// An export that is being written. Dropped before it is finished, it takes away what it wrote.
pub(crate) struct Staging {
    folder: PathBuf,
    /// Whether the folder was made for this export.
    is_new: bool,
    n_files: u64,
    bytes: u64,
    /// What stands in its place already.
    moved: Vec<PathBuf>,
    finished: bool,
}

/// A file of an export that is being written.
pub(crate) struct OpenFile {
    file: BufWriter<File>,
    path: PathBuf,
    bytes: u64,
}

impl Staging {
    /// Begins an export in `folder`, which must not exist or be empty, and must not lie in the vault's own folder.
    pub(crate) fn begin(folder: &Path, vault: &Path) -> Result<Self> {
        let failed = |error| failed(folder, &error);
        let is_new = Self::ensure_free(folder, vault)?;
        if is_new {
            private_folder(folder).map_err(failed)?;
        }
        let staging = Self { folder: folder.to_owned(), is_new, n_files: 0, bytes: 0, moved: Vec::new(), finished: false };
        private_folder(&staging.unfinished()).map_err(failed)?;
        Ok(staging)
    }

    /// Fails when no export can be written to a folder. Whether it has to be made.
    pub(crate) fn ensure_free(folder: &Path, vault: &Path) -> Result<bool> {
        let failed = |error| failed(folder, &error);
        let is_new = match fs::read_dir(folder) {
            Ok(mut entries) => {
                if let Some(entry) = entries.next() {
                    return Err(not_empty(folder, &entry.map_err(failed)?.path()));
                }
                false
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => true,
            Err(error) if error.kind() == io::ErrorKind::NotADirectory => {
                return Err(Failure::new(Code::BadRequest, format!("{} is a file, and an export is a folder.", folder.display()))
                    .hint("Name a folder that does not exist yet, or is empty."));
            }
            Err(error) => return Err(failed(error)),
        };
        // Of a folder that is to be made, the one above it says where it is.
        let here = if is_new { folder.parent().unwrap_or(folder) } else { folder };
        let here = fs::canonicalize(here).map_err(failed)?;
        if fs::canonicalize(vault).is_ok_and(|vault| here.starts_with(vault)) {
            return Err(Failure::new(
                Code::BadRequest,
                format!("{} lies in the vault's own folder, where nothing in clear may stand.", folder.display()),
            )
            .hint("Name a folder elsewhere."));
        }
        Ok(is_new)
    }

    fn unfinished(&self) -> PathBuf {
        self.folder.join(UNFINISHED)
    }

    /// Opens a new file at a path inside the export, `/` between its parts. With a name that is taken, it gets another: "a (2).txt".
    /// The answer's second is the path that it has.
    pub(crate) fn create(&mut self, path: &str) -> Result<(OpenFile, String)> {
        let (folders, name) = path.rsplit_once('/').unwrap_or(("", path));
        let folder = self.unfinished().join(folders);
        private_folders(&self.unfinished(), folders).map_err(|error| failed(&folder, &error))?;
        let (stem, extension) = name.rsplit_once('.').map_or((name, String::new()), |(stem, extension)| (stem, format!(".{extension}")));
        for number in 1_u32.. {
            let name = if number == 1 { name.to_owned() } else { format!("{stem} ({number}){extension}") };
            let at = folder.join(&name);
            match new_file(&at) {
                Ok(file) => {
                    self.n_files += 1;
                    let inside = if folders.is_empty() { name } else { format!("{folders}/{name}") };
                    return Ok((OpenFile { file: BufWriter::with_capacity(256 << 10, file), path: at, bytes: 0 }, inside));
                }
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(failed(&at, &error)),
            }
        }
        Err(Failure::internal(format!("no name is left for {path}")))
    }

    /// Takes note of a file that was written to its end.
    pub(crate) fn close(&mut self, mut file: OpenFile) -> Result<()> {
        file.file.flush().map_err(|error| failed(&file.path, &error))?;
        self.bytes += file.bytes;
        Ok(())
    }

    /// Takes a file away that turned out not to be one.
    pub(crate) fn discard(&mut self, file: &OpenFile) -> Result<()> {
        self.n_files -= 1;
        fs::remove_file(&file.path).map_err(|error| failed(&file.path, &error))
    }

    /// Gives a file that was written to its end another path inside the export, or takes it away when one stands there.
    /// Whether it is new.
    pub(crate) fn place(&mut self, file: OpenFile, path: &str) -> Result<bool> {
        let (from, size) = (file.path.clone(), file.bytes);
        self.close(file)?;
        let to = self.unfinished().join(path);
        let outcome = if to.exists() {
            self.n_files -= 1;
            self.bytes -= size;
            fs::remove_file(&from).map(|()| false)
        } else {
            let folders = path.rsplit_once('/').map_or("", |(folders, _)| folders);
            private_folders(&self.unfinished(), folders).and_then(|()| fs::rename(&from, &to)).map(|()| true)
        };
        outcome.map_err(|error| failed(&to, &error))
    }

    /// Makes the export whole: files written, and their bytes.
    pub(crate) fn finish(mut self) -> Result<(u64, u64)> {
        let outcome: io::Result<()> = (|| {
            let unfinished = self.unfinished();
            let mut entries = fs::read_dir(&unfinished)?.collect::<io::Result<Vec<_>>>()?;
            entries.sort_by_key(fs::DirEntry::file_name);
            sync(&unfinished)?;
            for entry in entries {
                let place = self.folder.join(entry.file_name());
                fs::rename(entry.path(), &place)?;
                self.moved.push(place);
            }
            fs::remove_dir(&unfinished)?;
            sync(&self.folder)
        })();
        outcome.map_err(|error| failed(&self.folder, &error))?;
        self.finished = true;
        Ok((self.n_files, self.bytes))
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        if self.finished {
            return;
        }
        let moved = self.moved.iter().try_for_each(|path| if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) });
        let rest = fs::remove_dir_all(if self.is_new { self.folder.clone() } else { self.unfinished() });
        if let Err(error) = moved.and(rest) {
            tracing::warn!(%error, "an export that was not finished could not be taken away");
        }
    }
}

impl OpenFile {
    /// Writes on.
    pub(crate) fn put(&mut self, bytes: &[u8]) -> Result<()> {
        self.bytes += bytes.len() as u64;
        self.file.write_all(bytes).map_err(|error| failed(&self.path, &error))
    }

    /// Bytes written so far.
    pub(crate) fn bytes(&self) -> u64 {
        self.bytes
    }
}

impl Write for OpenFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let n = self.file.write(bytes)?;
        self.bytes += n as u64;
        Ok(n)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

fn not_empty(folder: &Path, entry: &Path) -> Failure {
    let name = entry.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let hint = if name == UNFINISHED {
        "It was left by an export that was cut short and is not whole. Delete it, or name another folder."
    } else {
        "Name a folder that does not exist yet, or is empty."
    };
    Failure::new(Code::BadRequest, format!("{} is not empty: {name} stands in it, and an export overwrites nothing.", folder.display()))
        .hint(hint)
}

/// What keeps an export from being written.
fn failed(path: &Path, error: &io::Error) -> Failure {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Failure::new(
            Code::NoSpace,
            format!("The disk became full while {} was written. The export was taken away again.", path.display()),
        )
        .hint("Free some space, or export to another disk."),
        _ => Failure::new(Code::Unreadable, format!("{} cannot be written: {error}.", path.display()))
            .hint("Check that the folder above it exists, is yours to write to, and that its disk is not read-only."),
    }
}

/// Makes a folder that only its owner can enter; the folder above has to be there.
fn private_folder(path: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// Makes the folders of a path inside `root` that are missing.
fn private_folders(root: &Path, folders: &str) -> io::Result<()> {
    let mut path = root.to_owned();
    for folder in folders.split('/').filter(|folder| !folder.is_empty()) {
        path.push(folder);
        if !path.exists() {
            private_folder(&path)?;
        }
    }
    Ok(())
}

/// A new file that only its owner can read.
fn new_file(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Makes all that was written on the disk of a folder durable: many small files at once, rather than each by itself.
#[cfg(target_os = "linux")]
fn sync(folder: &Path) -> io::Result<()> {
    Ok(rustix::fs::syncfs(File::open(folder)?)?)
}

#[cfg(not(target_os = "linux"))]
fn sync(folder: &Path) -> io::Result<()> {
    // Windows has no handle to sync a folder with.
    if cfg!(windows) { Ok(()) } else { File::open(folder)?.sync_all() }
}
