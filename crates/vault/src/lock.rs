//! One process at a time: an exclusive lock on `LOCK`, held as long as the vault is open. The operating system drops it
//! with the process, so a crash never leaves a vault locked. The file says who holds it, for the message only.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::Path;

use domain::{Code, Failure};

use crate::fault::Outcome;

/// The held lock; dropping it opens the vault to others.
pub(crate) struct Lock {
    _file: Option<File>,
}

impl Lock {
    /// Takes the lock, or says who has it. What stands at `path` is emptied: that no link stands there is known from
    /// [`Folder::refuse_links`](crate::folder::Folder::refuse_links).
    pub(crate) fn take(path: &Path) -> Outcome<Self> {
        let mut file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut holder = String::new();
                let known = file.read_to_string(&mut holder).is_ok() && !holder.trim().is_empty();
                let holder = if known { format!("process {}", holder.trim()) } else { "another process".to_owned() };
                return Err(Failure::new(
                    Code::VaultInUse,
                    format!("This vault is open in {holder}; only one process at a time may use it."),
                )
                .hint("Close Datapunk there, or lock the vault in its window, and try again.")
                .into());
            }
            Err(TryLockError::Error(error)) => return Err(error.into()),
        }
        file.set_len(0)?;
        file.rewind()?;
        file.write_all(std::process::id().to_string().as_bytes())?;
        Ok(Self { _file: Some(file) })
    }

    /// Takes the lock of a vault that is only read, without saying in it who has it. One that is not there, or that the file system
    /// does not know of, needs not be taken: nobody writes.
    pub(crate) fn look(path: &Path) -> Outcome<Self> {
        let file = File::open(path).ok();
        if let Some(Err(TryLockError::WouldBlock)) = file.as_ref().map(File::try_lock_shared) {
            return Err(Failure::new(Code::VaultInUse, "This vault is open in another process; only one process at a time may use it.")
                .hint("Close Datapunk there, or lock the vault in its window, and try again.")
                .into());
        }
        Ok(Self { _file: file })
    }
}
