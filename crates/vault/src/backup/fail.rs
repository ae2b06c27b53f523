//! What goes wrong with the folder of a backup, said of that folder: the disk that is full or gone is not the vault's.

use std::io;
use std::path::Path;

use domain::{Code, Failure, Result};

/// Says of an input or output error that it befell the backup's folder.
pub(crate) fn at<T>(folder: &Path, outcome: io::Result<T>) -> Result<T> {
    outcome.map_err(|error| {
        let folder = folder.display();
        match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Failure::new(
                Code::NoSpace,
                format!("The disk of {folder} is full. What was finished before is whole."),
            )
            .hint("Free some space there, or prune old backups with `datapunk backup prune`, and run it again: it goes on where it stopped."),
            _ => Failure::new(Code::Unreadable, format!("The folder {folder} cannot be read or written: {error}."))
                .hint("Check that the drive is there, who owns the folder, and that it is not read-only; then run it again: it goes on where it stopped."),
        }
    })
}

/// Something in the backup's folder is not what was written; `what` begins the sentence.
pub(crate) fn damaged(what: &str) -> Failure {
    Failure::new(Code::Damaged, format!("{what} does not verify: its bytes are not the ones that were written."))
        .hint("Run `datapunk backup verify` to see how far it goes and to mend what can be.")
}
