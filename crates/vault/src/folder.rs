//! Where things stand in a vault's folder, and the only way its small files are replaced: written beside, synced,
//! renamed, and the folder synced, so that a crash leaves either the old file or the new one.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use domain::{Code, Failure};

use crate::fault::Outcome;

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

    /// Makes the folders that are missing, for their owner alone. What can be made anew is not followed out of the vault's folder:
    /// the link itself goes.
    pub(crate) fn prepare(&self) -> io::Result<()> {
        for folder in [self.index(), self.tmp()] {
            if is_link(&folder) {
                remove_link(&folder)?;
            }
        }
        for folder in [self.root.clone(), self.root.join("db"), self.index(), self.blobs(), self.tmp()] {
            private_folder(&folder)?;
        }
        for generation in fs::read_dir(self.index())? {
            let path = generation?.path();
            if is_link(&path) {
                remove_link(&path)?;
            }
        }
        Ok(())
    }

    /// Fails when a link stands where the vault's own data should: what is written, emptied or swept there would be files of
    /// somebody's elsewhere.
    ///
    /// # Errors
    /// [`Code::Unreadable`].
    pub(crate) fn refuse_links(&self) -> Outcome<()> {
        let mut ours = vec![self.lock(), self.root.join("db"), self.blobs()];
        for folder in [self.root.join("db"), self.blobs()] {
            // A folder that is a link itself is not looked into.
            if !is_link(&folder)
                && let Ok(entries) = fs::read_dir(&folder)
            {
                ours.extend(entries.flatten().map(|entry| entry.path()));
            }
        }
        match ours.iter().find(|path| is_link(path)) {
            None => Ok(()),
            Some(link) => {
                let message = format!(
                    "{} is a link to another place, and the vault would write there; nothing was opened and nothing was changed.",
                    link.display()
                );
                Err(Failure::new(Code::Unreadable, message)
                    .hint("Remove the link, and put what belongs to the vault in its place. The vault's whole folder may be a link; what stands in it may not.")
                    .into())
            }
        }
    }

    /// Leaves the vault's own files to their owner alone: copied or unpacked, they may stand open to others. A file system that knows
    /// no such thing keeps nobody from opening the vault.
    pub(crate) fn close_to_others(&self) {
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mut ours = vec![self.header(), self.header_copy(), self.state(), self.lock()];
            ours.extend(fs::read_dir(self.root.join("db")).into_iter().flatten().flatten().map(|entry| entry.path()));
            for path in ours {
                let Ok(file) = fs::symlink_metadata(&path) else { continue };
                if file.is_file()
                    && file.permissions().mode() & 0o077 != 0
                    && let Err(error) = fs::set_permissions(&path, fs::Permissions::from_mode(0o600))
                {
                    tracing::warn!(%error, "a file of the vault's stands open to others, and could not be closed to them");
                }
            }
        }
    }

    /// Removes what a crash left in `tmp`. Everything there is ciphertext that no row points at.
    pub(crate) fn empty_tmp(&self) -> io::Result<()> {
        for entry in fs::read_dir(self.tmp())? {
            let entry = entry?;
            if is_link(&entry.path()) {
                remove_link(&entry.path())?;
            } else if entry.file_type()?.is_dir() {
                // A rehearsal of a backup that was cut short.
                fs::remove_dir_all(entry.path())?;
            } else {
                fs::remove_file(entry.path())?;
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

/// Whether a link stands there, wherever it leads.
fn is_link(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|there| there.is_symlink())
}

/// Removes a link, and nothing of what it leads to.
fn remove_link(path: &Path) -> io::Result<()> {
    tracing::warn!(path = %path.display(), "a link stood where the vault writes, and was removed; what it led to was left alone");
    // Windows removes a link to a folder as a folder.
    if cfg!(windows) && path.is_dir() { fs::remove_dir(path) } else { fs::remove_file(path) }
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

/// Makes a file that only its owner can read, in the place of one that stands there. A link there is not followed.
pub(crate) fn private_file(path: &Path) -> io::Result<File> {
    remove_if_there(path)?;
    private_new_file(path)
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

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;
    use crate::tests::made::{PASSPHRASE, create, reopen};
    use crate::{Passphrase, Unlock, Vault};

    #[test]
    fn no_link_leads_out_of_the_vaults_folder() {
        let home = tempfile::tempdir().unwrap();
        let (dir, elsewhere) = (home.path().join("vault"), home.path().join("elsewhere"));
        create(&dir).0.close().unwrap();
        fs::create_dir_all(elsewhere.join("ab")).unwrap();
        for name in ["precious", "ab/precious"] {
            fs::write(elsewhere.join(name), "mine").unwrap();
        }
        let is_whole = || {
            let n_in = |folder: &Path| fs::read_dir(folder).unwrap().count();
            let reads = |name: &str| fs::read_to_string(elsewhere.join(name)).unwrap() == "mine";
            n_in(&elsewhere) == 2 && n_in(&elsewhere.join("ab")) == 1 && reads("precious") && reads("ab/precious")
        };
        for name in ["tmp", "idx"] {
            fs::remove_dir_all(dir.join(name)).unwrap();
            symlink(&elsewhere, dir.join(name)).unwrap();
        }
        symlink(elsewhere.join("precious"), dir.join("state.new")).unwrap();
        reopen(&dir).close().unwrap();
        assert!(is_whole() && !is_link(&dir.join("tmp")) && !is_link(&dir.join("idx")));
        symlink(&elsewhere, dir.join("tmp/x")).unwrap();
        symlink(&elsewhere, dir.join("idx/9")).unwrap();
        reopen(&dir).close().unwrap();
        assert!(is_whole() && !is_link(&dir.join("tmp/x")) && !is_link(&dir.join("idx/9")));

        let wrong = Unlock::Passphrase(Passphrase::from("not the passphrase"));
        let right = Unlock::Passphrase(Passphrase::from(PASSPHRASE));
        for (name, to) in [("LOCK", "precious"), ("blobs", ""), ("blobs/ab", "ab"), ("db/main.db-wal", "precious")] {
            let (link, aside) = (dir.join(name), home.path().join("aside"));
            let stood = fs::rename(&link, &aside).is_ok();
            symlink(elsewhere.join(to), &link).unwrap();
            for secret in [&wrong, &right] {
                let failure = Vault::open(&dir, secret).err().unwrap();
                assert!(failure.code == Code::Unreadable && failure.message.contains("is a link"), "{name}: {failure}");
            }
            assert!(is_whole(), "{name}");
            fs::remove_file(&link).unwrap();
            if stood {
                fs::rename(&aside, &link).unwrap();
            }
        }
        reopen(&dir).close().unwrap();
    }

    #[test]
    fn files_that_stand_open_to_others_are_closed_to_them() {
        let dir = tempfile::tempdir().unwrap();
        create(dir.path()).0.close().unwrap();
        let names = ["db/main.db", "vault.json", "vault.json.bak", "state", "LOCK"];
        for name in names {
            fs::set_permissions(dir.path().join(name), fs::Permissions::from_mode(0o666)).unwrap();
        }
        let _vault = reopen(dir.path());
        for name in names {
            assert_eq!(fs::metadata(dir.path().join(name)).unwrap().permissions().mode() & 0o777, 0o600, "{name}");
        }
    }
}
