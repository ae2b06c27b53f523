//! Where things stand in a vault's folder, and the only way its small files are replaced: written beside, synced,
//! renamed, and the folder synced, so that a crash leaves either the old file or the new one.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// The paths inside a vault's folder.
#[derive(Debug, Clone)]
pub(crate) struct Folder {
    root: PathBuf,
}

impl Folder {
    pub(crate) fn new(root: &Path) -> Self {
        Self { root: root.to_owned() }
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    pub(crate) fn header(&self) -> PathBuf {
        self.root.join("vault.json")
    }

    pub(crate) fn header_copy(&self) -> PathBuf {
        self.root.join("vault.json.bak")
    }

    pub(crate) fn lock(&self) -> PathBuf {
        self.root.join("LOCK")
    }

    pub(crate) fn state(&self) -> PathBuf {
        self.root.join("state")
    }

    pub(crate) fn database(&self) -> PathBuf {
        self.root.join("db").join("main.db")
    }

    /// The database under the next root key, while one is made.
    pub(crate) fn next_database(&self) -> PathBuf {
        self.root.join("db").join("next.db")
    }

    /// The state of the database under the next root key.
    pub(crate) fn next_state(&self) -> PathBuf {
        self.root.join("state.next")
    }

    pub(crate) fn index(&self) -> PathBuf {
        self.root.join("idx")
    }

    pub(crate) fn blobs(&self) -> PathBuf {
        self.root.join("blobs")
    }

    pub(crate) fn tmp(&self) -> PathBuf {
        self.root.join("tmp")
    }

    /// Whether the data of a vault stands here and no header does. The file `state` is written only once a header was: what a
    /// creation left that never came to its header is no vault.
    pub(crate) fn lost_its_header(&self) -> bool {
        !self.header().exists() && !self.header_copy().exists() && self.state().exists() && self.database().exists()
    }

    /// Whether the system lets nothing be written here.
    pub(crate) fn takes_no_writes(&self) -> bool {
        let opened = OpenOptions::new().write(true).create(true).truncate(false).open(self.lock());
        opened.is_err_and(|error| is_read_only(&error))
    }

    /// Makes the folders that are missing, for their owner alone.
    pub(crate) fn prepare(&self) -> io::Result<()> {
        for folder in [self.root.clone(), self.root.join("db"), self.index(), self.blobs(), self.tmp()] {
            private_folder(&folder)?;
        }
        Ok(())
    }

    /// Removes what a crash left in `tmp`. Everything there is ciphertext that no row points at.
    pub(crate) fn empty_tmp(&self) -> io::Result<()> {
        for entry in fs::read_dir(self.tmp())? {
            let path = entry?.path();
            if path.is_file() {
                fs::remove_file(path)?;
            } else {
                // A rehearsal of a backup that was cut short.
                fs::remove_dir_all(path)?;
            }
        }
        Ok(())
    }

    /// The bytes that all files under the folder take.
    pub(crate) fn size(&self) -> u64 {
        fn of(folder: &Path) -> u64 {
            let Ok(entries) = fs::read_dir(folder) else { return 0 };
            entries
                .flatten()
                .map(|entry| match entry.metadata() {
                    Ok(metadata) if metadata.is_dir() => of(&entry.path()),
                    Ok(metadata) => metadata.len(),
                    Err(_) => 0,
                })
                .sum()
        }
        of(&self.root)
    }
}

/// Whether the system refused to write, and would refuse it again.
pub(crate) fn is_read_only(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::ReadOnlyFilesystem | io::ErrorKind::PermissionDenied)
}

/// Makes a folder and those above it that are missing; the names of all of them are on the disk when this returns.
pub(crate) fn new_folder(path: &Path) -> io::Result<()> {
    let missing: Vec<&Path> = path.ancestors().take_while(|folder| !folder.as_os_str().is_empty() && !folder.exists()).collect();
    fs::create_dir_all(path)?;
    for folder in missing {
        let parent = folder.parent().filter(|parent| !parent.as_os_str().is_empty());
        sync_folder(parent.unwrap_or(Path::new(".")))?;
    }
    Ok(())
}

/// Makes a folder that only its owner can enter, as [`new_folder`] does.
pub(crate) fn private_folder(path: &Path) -> io::Result<()> {
    new_folder(path)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(path, fs::Permissions::from_mode(0o700))?;
    }
    Ok(())
}

/// Opens a file for writing that only its owner can read.
pub(crate) fn private_file(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options.open(path)
}

/// Makes a file that only its owner can read, where nothing stands yet.
pub(crate) fn private_new_file(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options.open(path)
}

/// Replaces `path` with `bytes`, whole or not at all.
pub(crate) fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let beside = path.with_extension("new");
    let mut file = private_file(&beside)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&beside, path)?;
    sync_folder(path.parent().unwrap_or(Path::new(".")))
}

/// Removes a database with its journals; none of them need be there.
pub(crate) fn remove_database(path: &Path) -> io::Result<()> {
    for end in ["", "-wal", "-shm", "-journal"] {
        let mut name = path.as_os_str().to_owned();
        name.push(end);
        remove_if_there(Path::new(&name))?;
    }
    Ok(())
}

/// Removes a file that may be gone already.
pub(crate) fn remove_if_there(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Makes renames in a folder durable.
pub(crate) fn sync_folder(path: &Path) -> io::Result<()> {
    // Windows has no handle to sync a folder with; its renames are journalled.
    if cfg!(windows) { Ok(()) } else { File::open(path)?.sync_all() }
}
