//! How this crate's own functions fail, so that `?` works on SQLite and the file system alike. It becomes a
//! [`Failure`] at the public surface: what a person can act on keeps its own code (no space, damage), the rest is ours.

use std::io;

use domain::{Code, Failure};
use rusqlite::ffi;

const AFTER_DAMAGE: &str = "Run `datapunk verify` to see how far it goes, then restore the latest backup; imports can also be run again.";

/// A failure on its way out.
#[derive(Debug)]
pub(crate) struct Fault(pub(crate) Failure);

/// What the functions inside this crate return.
pub(crate) type Outcome<T> = std::result::Result<T, Fault>;

impl From<Fault> for Failure {
    fn from(fault: Fault) -> Self {
        fault.0
    }
}

impl From<Failure> for Fault {
    fn from(failure: Failure) -> Self {
        Self(failure)
    }
}

impl From<rusqlite::Error> for Fault {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode;
        Self(match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => no_space(),
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => damaged("The database of this vault"),
            // SQLCipher reports a page whose MAC does not match as an input/output error or as "not a database", and a file that ends
            // early is damage as well. The system's own errors say which call it was.
            Some(ErrorCode::SystemIoFailure) => match error.sqlite_error().map(|error| error.extended_code) {
                None | Some(ffi::SQLITE_IOERR | ffi::SQLITE_IOERR_SHORT_READ) => damaged("A page of the database of this vault"),
                // What readers share is a file beside the database, which even they have to make room for.
                Some(ffi::SQLITE_IOERR_SHMSIZE) => no_space(),
                Some(_) => failing(&error),
            },
            // Under SQLite it has no other way to say so of a page that is read later than the first.
            Some(ErrorCode::OutOfMemory) => Failure::new(
                Code::Damaged,
                "A page of the database of this vault does not verify: its bytes are not the ones that were written, unless this machine has run out of memory.",
            )
            .hint(AFTER_DAMAGE),
            Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => unreachable(&error),
            _ => Failure::internal(error),
        })
    }
}

impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Self {
        Self(match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => no_space(),
            io::ErrorKind::PermissionDenied
            | io::ErrorKind::ReadOnlyFilesystem
            | io::ErrorKind::NotADirectory
            | io::ErrorKind::IsADirectory => unreachable(&error),
            // A name that is there or is not is ours to know.
            io::ErrorKind::NotFound | io::ErrorKind::AlreadyExists => Failure::internal(error),
            _ if error.raw_os_error().is_some() => failing(&error),
            _ => Failure::internal(error),
        })
    }
}

impl From<serde_json::Error> for Fault {
    fn from(error: serde_json::Error) -> Self {
        Self(Failure::internal(error))
    }
}

/// The system does not let the vault's files be read or written.
fn unreachable(error: &dyn std::fmt::Display) -> Failure {
    Failure::new(Code::Unreadable, format!("The vault's folder, or a file in it, cannot be read or written: {error}."))
        .hint("Check that the path leads through folders alone, who owns them and the vault's files, and that their disk is not read-only.")
}

/// The system fails to do what it lets us ask for: a disk that breaks, a drive that is gone, a network folder that does not answer.
fn failing(error: &dyn std::fmt::Display) -> Failure {
    Failure::new(
        Code::Unreadable,
        format!("The disk that holds the vault failed to read or write: {error}. What was not yet committed was left out."),
    )
    .hint("Check the disk, its cable or its network. Once it answers, do it again, and run `datapunk verify`.")
}

/// The disk is full.
pub(crate) fn no_space() -> Failure {
    Failure::new(
        Code::NoSpace,
        "The disk that holds the vault is full; what was not yet committed was left out, and nothing else has changed.",
    )
    .hint("Free some space, then do it again.")
}

/// What went wrong once something was decided that is not taken back: `decided` says in a sentence what stands. What is left to do is
/// done at the next unlock, and is not to be asked for again.
pub fn decided(failure: Failure, decided: &str) -> Failure {
    const NOT_AGAIN: &str = "lock the vault and unlock it. It need not be asked for again.";
    match failure.code {
        Code::NoSpace => Failure {
            message: format!(
                "{decided} The disk that holds the vault is full, and the rest is finished at the next unlock, once there is space."
            ),
            hint: format!("Free some space, then {NOT_AGAIN}"),
            ..failure
        },
        Code::Unreadable => Failure {
            message: format!("{decided} The rest is finished at the next unlock: {}", failure.message),
            hint: format!("Check the disk, its cable or its network. Once it answers, {NOT_AGAIN}"),
            ..failure
        },
        _ => Failure { message: format!("{decided} The rest is tried again at the next unlock: {}", failure.message), ..failure },
    }
}

/// Something at rest does not verify; `what` begins the sentence.
pub(crate) fn damaged(what: &str) -> Failure {
    Failure::new(Code::Damaged, format!("{what} does not verify: its bytes are not the ones that were written.")).hint(AFTER_DAMAGE)
}

/// A value that the database holds and that cannot be one of ours.
pub(crate) fn unexpected(what: &str, value: impl std::fmt::Display) -> Fault {
    Fault(
        Failure::new(Code::Damaged, format!("The vault holds {what} {value}, which this version does not know."))
            .hint("Run `datapunk verify`."),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fails_after_it_was_decided_is_not_said_to_have_changed_nothing() {
        let failure = decided(no_space(), "Import 3 is done, and stands.");
        assert_eq!(failure.code, Code::NoSpace);
        assert!(failure.message.starts_with("Import 3 is done") && failure.message.contains("next unlock"), "{failure}");
        assert!(!failure.message.contains("nothing else") && !failure.hint.contains("do it again"), "{failure:?}");
    }
}
