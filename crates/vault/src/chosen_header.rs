//! Which of two headers opens what stands in the folder: `vault.json`, or the copy beside it. Either may have been put there by
//! somebody: of another vault, or of before the root key was replaced.
//!
//! Whose the database is tells its salt, which follows from the root key. Nothing is written before the database has opened with the
//! key: then the header that opened it takes the other's place, and a header that may open something elsewhere is kept under a name of
//! its own. Ended at any instant, the same choice is made again.
//!
//! A copy that is older than `vault.json` never lets in whom that one refuses: an old passphrase would live on in it.

use std::io;

use domain::{Code, Failure, Result};

use crate::connection;
use crate::fault::Outcome;
use crate::folder::Folder;
use crate::header::Header;
use crate::keys::RootKey;
use crate::secret::Unlock;
use crate::vault::{ensure_database, no_copy, unopened};
use crate::verify::{VerifyCode, VerifyFinding};

const CHECK_THE_DISK: &str = "Check the disk that the vault stands on, and make a backup.";

/// The header that opens what stands here, and its root key.
pub(crate) struct Choice {
    pub(crate) header: Header,
    pub(crate) root: RootKey,
    found: Found,
}

/// What stands in the place of the header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Found {
    /// The one that was chosen.
    It,
    /// The one that was chosen, beside a newer one of the same root key that the secret does not open.
    OlderThanTheCopy,
    /// Nothing that can be read; the copy was chosen.
    Damaged,
    /// Another vault's; the copy was chosen.
    AnotherVaults,
    /// An older one of this vault; the copy was chosen.
    Older,
    /// One of this vault whose database is not here; the copy was chosen.
    OfAnotherDatabase,
}

/// Chooses the header that `secret` opens and the database belongs to. Nothing is written.
///
/// # Errors
/// As [`Header::read`] and [`Header::unlock`]; [`Code::Damaged`] when the database belongs to neither.
pub(crate) fn choose(folder: &Folder, secret: &Unlock) -> Result<Choice> {
    let (header, from_copy) = Header::read(folder)?;
    if from_copy {
        let root = header.unlock(secret)?.root;
        if !fits(folder, &root)? {
            return Err(unfitting(folder, None));
        }
        return Ok(Choice { header, root, found: Found::Damaged });
    }
    let copy = if header.has_copy(folder)? { None } else { Header::at(&folder.header_copy()) };
    let refused = match header.unlock(secret) {
        Ok(opened) if fits(folder, &opened.root)? => {
            let Some(newer) = copy.filter(|copy| copy.revision() > header.revision() && copy.is_of(&opened.root).unwrap_or(false)) else {
                return Ok(Choice { header, root: opened.root, found: Found::It });
            };
            return Ok(match newer.unlock(secret) {
                Ok(opened) => Choice { header: newer, root: opened.root, found: Found::Older },
                Err(_) => Choice { header, root: opened.root, found: Found::OlderThanTheCopy },
            });
        }
        Ok(_) => None,
        Err(failure) if failure.code == Code::WrongPassphrase => Some(failure),
        Err(failure) => return Err(failure),
    };
    let is_anothers = copy.as_ref().is_some_and(|copy| copy.vault_id() != header.vault_id());
    let is_newer = copy.as_ref().is_some_and(|copy| copy.revision() > header.revision());
    if let Some(copy) = &copy
        && (refused.is_none() || is_anothers || is_newer)
        && let Ok(opened) = copy.unlock(secret)
        && fits(folder, &opened.root)?
    {
        let found = match (is_anothers, is_newer) {
            (true, _) => Found::AnotherVaults,
            (false, true) => Found::Older,
            (false, false) => Found::OfAnotherDatabase,
        };
        return Ok(Choice { header: copy.clone(), root: opened.root, found });
    }
    Err(match refused {
        Some(failure) if is_anothers => {
            let message = format!("{} vault.json and its copy, vault.json.bak, are of two vaults, and it opens neither.", failure.message);
            Failure { message, ..failure }
        }
        Some(failure) => failure,
        None => unfitting(folder, copy.as_ref()),
    })
}

/// Whether a database that stands here is of that root key.
fn fits(folder: &Folder, root: &RootKey) -> Outcome<bool> {
    let key = root.database()?;
    // One that a replacement of the root key was about to put in the other's place.
    if connection::has_salt(&folder.next_database(), &key).unwrap_or(false) {
        return Ok(true);
    }
    match connection::has_salt(&folder.database(), &key) {
        // Missing or too short for a salt, it is nobody's.
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::UnexpectedEof) => Ok(false),
        fits => Ok(fits?),
    }
}

/// A header was opened, and the database is not its own; `copy` is another header that was not opened.
fn unfitting(folder: &Folder, copy: Option<&Header>) -> Failure {
    if let Err(fault) = ensure_database(folder) {
        return unopened(fault);
    }
    if copy.is_some() {
        return Failure::new(
            Code::WrongPassphrase,
            "This opens vault.json, but the database that stands here is not of that header: it is of another vault, or of another time. Its copy, vault.json.bak, is another header, and this does not open that one. Nothing was changed.",
        )
        .hint("Unlock with what opens the vault that stands here: its header is then put back from the copy.");
    }
    Failure::new(
        Code::Damaged,
        "The vault's database does not begin as it should under this header: vault.json is of another vault or of before the root key was replaced, or the first page of db/main.db was overwritten. Nothing was changed.",
    )
    .hint("Put back the vault.json of this vault. Where it is the right one, restore the latest backup into another folder: `datapunk --vault NEW restore BACKUPS`.")
}

impl Choice {
    /// Lets header and copy be the one that has opened the database, and says what was wrong. Only for who has opened the database.
    pub(crate) fn put_in_order(&self, folder: &Folder) -> Option<VerifyFinding> {
        let finding = |message: &str, what_to_do: &str| Some(VerifyFinding::new(VerifyCode::Header, message, what_to_do));
        match self.found {
            Found::It if self.header.has_copy(folder).unwrap_or(false) => None,
            Found::It => match self.keep_what_may_be_needed(folder) {
                Ok(_) if self.header.write_copy(folder) => finding(
                    "The copy of the header, vault.json.bak, was damaged, missing or of another time, and was written anew.",
                    CHECK_THE_DISK,
                ),
                _ => Some(no_copy()),
            },
            Found::OlderThanTheCopy => finding(
                "A newer header of this vault than vault.json stands in its copy, vault.json.bak, and what you unlocked with does not open that one. It was left as it is.",
                "Unlock with what opens the newer one, and it is put back in the place of the older. If you did not put the older one there yourself, replace the root key: `datapunk keys rotate`.",
            ),
            found => {
                let restored = self.keep_what_may_be_needed(folder).and_then(|kept| self.header.write_alone(folder).map(|()| kept));
                let what = found.told();
                match restored {
                    Ok(kept) => {
                        let kept = kept.first().map_or_else(String::new, |name| format!(" The other one is kept as {name}."));
                        finding(&format!("The header, vault.json, {what}, and was restored from its copy.{kept}"), found.what_to_do())
                    }
                    Err(fault) => {
                        tracing::warn!(code = ?fault.0.code, "the header could not be restored from its copy");
                        let message = format!(
                            "The header, vault.json, {what}. The vault was opened by its copy, vault.json.bak, and the header could not be restored from it: {}",
                            fault.0.message
                        );
                        finding(&message, "Free some space or check the disk; it is restored when the vault is unlocked the next time.")
                    }
                }
            }
        }
    }

    /// What is wrong, where nothing can be written.
    pub(crate) fn told(&self) -> Option<VerifyFinding> {
        match self.found {
            Found::It | Found::OlderThanTheCopy => None,
            found => Some(VerifyFinding::new(
                VerifyCode::Header,
                &format!("The header, vault.json, {}; its copy was read.", found.told()),
                "Copy the vault's folder to a disk that can be written, and open it there: it is restored from the copy.",
            )),
        }
    }

    /// Keeps what stands in the place of header and copy and is about to be written over, each under a name of its own, and says which.
    /// An older header of this vault is not kept: an old passphrase would live on in it.
    pub(crate) fn keep_what_may_be_needed(&self, folder: &Folder) -> Outcome<Vec<String>> {
        let mut kept = Vec::new();
        for path in [folder.header(), folder.header_copy()] {
            let Some(other) = Header::at(&path) else { continue };
            if other.vault_id() != self.header.vault_id() || other.revision() > self.header.revision() {
                kept.push(other.keep_aside(folder)?);
            }
        }
        Ok(kept)
    }
}

impl Found {
    /// What the header is, after "The header, vault.json,".
    fn told(self) -> &'static str {
        match self {
            Self::It | Self::OlderThanTheCopy => "is the vault's own",
            Self::Damaged => "was damaged or missing",
            Self::AnotherVaults => "was that of another vault",
            Self::Older => "was an older one of this vault, of before its keys were changed or its root key was replaced",
            Self::OfAnotherDatabase => "was of another root key than the database that stands here",
        }
    }

    fn what_to_do(self) -> &'static str {
        match self {
            Self::AnotherVaults => "Put the other vault's header back into that vault's folder, should it miss there.",
            Self::Older => {
                "Look at the keys: `datapunk keys list`. If you did not put the older header there yourself, replace the root key: `datapunk keys rotate`."
            }
            Self::OfAnotherDatabase => "Look whether what was imported last is there: the database may be an old one that was put back.",
            Self::It | Self::OlderThanTheCopy | Self::Damaged => CHECK_THE_DISK,
        }
    }
}
