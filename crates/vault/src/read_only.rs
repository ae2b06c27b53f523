//! A vault that stands where nothing can be written: on a disk that is mounted for reading, or in a folder that its reader may
//! not change. It is opened for reading alone, and nothing in its folder changes: no lock is written, no log of calls, no index.
//!
//! What an opening may have to put in order first cannot be there: what was written last in the database's log, a root key that was
//! being replaced, tables of an earlier version, an index of words that has to be built anew. Such a vault is refused, with why.

use std::fs;
use std::path::Path;

use domain::{Code, Failure, Result};

use crate::chosen_header::{self, Choice};
use crate::connection::{self, Purpose};
use crate::fault::Outcome;
use crate::folder::Folder;
use crate::lock::Lock;
use crate::rotation::Lasting;
use crate::secret::Unlock;
use crate::state::State;
use crate::table::audit::Head;
use crate::table::setting;
use crate::vault::{Base, Vault, check_log, ensure_database, lost_commits, old_header, renew, unopened};
use crate::verify::VerifyFinding;
use crate::{migration, scalar, unseen_code};

impl Vault {
    /// Opens the vault in `dir` for reading alone, as [`Vault::open`] does by itself where nothing can be written. Calls that
    /// would write fail with [`Code::Unreadable`].
    ///
    /// # Errors
    /// As [`Vault::open`]; [`Code::Unreadable`] when it cannot be read before something is written.
    pub fn open_to_read(dir: &Path, unlock: &Unlock) -> Result<Self> {
        let folder = Folder::new(dir);
        let lock = Lock::look(&folder.lock())?;
        let choice = chosen_header::choose(&folder, unlock)?;
        let mut warnings: Vec<VerifyFinding> = choice.told().into_iter().collect();
        let Choice { header, root, .. } = choice;
        let vault = (|| {
            refuse_unfinished(&folder)?;
            ensure_database(&folder)?;
            let key = root.database()?;
            let database = folder.database();
            let mut connection = connection::open(&database, &key, Purpose::ReadStill)?;
            connection::check_salt(&database, &key)?;
            scalar::register(&connection)?;
            if !migration::is_current(&connection)? {
                return Err(needs_writing("an earlier version wrote it, and its tables have to be brought up to date").into());
            }
            if header.revision() < setting::header_revision(&connection)? {
                warnings.push(old_header());
            }
            warnings.extend(unseen_code::finding(&connection, &header)?);
            let witness = State::read(&folder.state(), &root.state()?)?;
            let lost = witness.map_or(0, |state| state.generation).saturating_sub(setting::generation(&connection)?);
            if lost > 0 {
                warnings.push(lost_commits(lost));
            }
            let lasting = Lasting::of(&connection, &root)?;
            warnings.extend(check_log(&connection, &lasting.audit, witness.map(|state| state.audit))?);
            renew(&mut connection, &database, &key, Purpose::ReadStill)?;
            Self::on(&folder, &root, Base { header, lock, warnings, writing: connection, lasting, head: Head::default(), reads_only: true })
        })();
        vault.map_err(unopened)
    }

    /// Whether the vault stands where nothing can be written, and is open for reading alone.
    pub fn reads_only(&self) -> bool {
        self.inner().writer.reads_only()
    }
}

/// Fails when something has to be written before the database can be read.
fn refuse_unfinished(folder: &Folder) -> Outcome<()> {
    if folder.next_database().exists() || folder.next_state().exists() {
        return Err(needs_writing("the replacement of its root key was cut short, and has to be finished").into());
    }
    let log = folder.database().with_extension("db-wal");
    if fs::metadata(log).is_ok_and(|log| log.len() > 0) {
        return Err(needs_writing("it was not closed in good order, and what was written last stands in the log of its database").into());
    }
    Ok(())
}

/// A vault that cannot be opened for reading alone.
pub(crate) fn needs_writing(why: &str) -> Failure {
    Failure::new(Code::Unreadable, format!("This vault stands where nothing can be written, and cannot be opened there: {why}."))
        .hint("Copy its folder to a disk that can be written, and open it there.")
}

/// What would write to a vault that is open for reading alone.
pub(crate) fn refused() -> Failure {
    Failure::new(Code::Unreadable, "This vault stands where nothing can be written, and is open for reading alone; this would change it.")
        .hint("Copy its folder to a disk that can be written, and open it there; or see to it that its folder can be written.")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::path::PathBuf;

    use domain::{Cancel, Filter};

    use super::*;
    use crate::tests::made::{PASSPHRASE, copy_folder, create, fix, found_by, import, mail};
    use crate::{BlobPlace, Part, Passphrase};

    fn owner() -> Unlock {
        Unlock::Passphrase(Passphrase::from(PASSPHRASE))
    }

    fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
        let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        entries
            .flat_map(|path| if path.is_dir() { files(&path) } else { BTreeMap::from([(path.clone(), fs::read(&path).unwrap())]) })
            .collect()
    }

    #[test]
    fn everything_is_read_and_nothing_in_the_folder_changes() {
        let home = tempfile::tempdir().unwrap();
        let dir = home.path().join("a vault? #1");
        let vault = create(&dir).0;
        import(&vault, &[((0..40).map(|key| mail(key, 2)).collect(), (0..100).map(|key| fix(key, 1)).collect())]);
        vault.index_now(&Cancel::default(), &mut |_| {}).unwrap();
        let hash = vault.logical_hash().unwrap();
        vault.close().unwrap();
        let before = files(&dir);

        let vault = Vault::open_to_read(&dir, &owner()).unwrap();
        assert!(vault.reads_only());
        assert_eq!(vault.warnings(), []);
        assert_eq!(vault.logical_hash().unwrap(), hash);
        assert_eq!(found_by(&vault, "pears", &vault.matching(&Filter::default()).unwrap(), 50).len(), 40);
        let mut n_whole = 0;
        vault
            .each_item(&Filter::default(), &mut |item| {
                let Part::Whole(item) = item else { panic!("nothing is damaged") };
                for blob in &item.standing.blobs {
                    if let BlobPlace::Kept { blob: id } = blob.place {
                        assert_eq!(vault.blob(id, None)?.len() as u64, blob.size);
                    }
                }
                n_whole += 1;
                Ok(())
            })
            .unwrap();
        assert_eq!(n_whole, 40);
        assert_eq!(vault.verify(&Cancel::default(), &mut |_| {}).unwrap(), []);
        let refused = [
            vault.begin_import("more.zip", 1).err(),
            vault.set_setting("a", Some("b")).err(),
            vault.add_key(&owner(), &Unlock::Recovery(crate::RecoveryCode::generate().unwrap()), "", 1).err(),
            vault.forget(&crate::Scope { items: vec![mail(1, 2).uid], ..Default::default() }, 1, &Cancel::default(), &mut |_| {}).err(),
        ];
        for failure in refused {
            let failure = failure.expect("it would write");
            assert!(failure.code == Code::Unreadable && failure.message.contains("reading alone"), "{failure}");
        }
        vault.close().unwrap();
        assert!(files(&dir) == before, "something was written");
    }

    #[test]
    fn what_has_to_be_put_in_order_first_is_told() {
        let home = tempfile::tempdir().unwrap();
        let dir = home.path().join("vault");
        let vault = create(&dir).0;
        import(&vault, &[(vec![mail(1, 2)], vec![])]);
        vault.index_now(&Cancel::default(), &mut |_| {}).unwrap();
        let left_open = home.path().join("left open");
        copy_folder(&dir, &left_open);
        vault.close().unwrap();
        let unindexed = home.path().join("unindexed");
        copy_folder(&dir, &unindexed);
        fs::remove_dir_all(unindexed.join("idx/1")).unwrap();
        for (dir, why) in [(left_open, "closed in good order"), (unindexed, "index of words")] {
            let failure = Vault::open_to_read(&dir, &owner()).err().unwrap();
            assert!(failure.code == Code::Unreadable && failure.message.contains(why), "{failure}");
        }
    }
}
