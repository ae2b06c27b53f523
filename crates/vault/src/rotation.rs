//! A new root key for a vault whose old one may be known to someone: the database is written anew under it, every key is made
//! anew, and what opened the vault before opens it only when it was given.
//!
//! It may end at any instant. The database and the state under the new root key are made beside the old ones; then the header
//! is replaced, which decides; then the files take their places. Whose a database is tells its salt, whose a state is its MAC,
//! so that [`settle`], at the next unlock, removes what did not come to count and finishes what did.
//!
//! The files of blobs have random keys of their own, which stand in the database, and stay as they are. The index of words is
//! built anew in the background.

use std::fs;
use std::path::Path;

use domain::{Cancel, Code, Failure, Progress, Result, UtcMs};
use rusqlite::Connection;
use rusqlite::backup::{Backup, StepResult};
use zeroize::Zeroizing;

use crate::chosen_header;
use crate::connection::{self, Purpose};
use crate::fault::{Outcome, damaged};
use crate::folder::{Folder, remove_database, remove_if_there, sync_folder};
use crate::follower;
use crate::header::{Anew, Header};
use crate::hex;
use crate::keys::{Key, RootKey};
use crate::lock::Lock;
use crate::recovery::RecoveryCode;
use crate::secret::Unlock;
use crate::slot::{KeyKind, KeySlot, kind_of};
use crate::state::State;
use crate::table::{audit, setting};
use crate::unseen_code;
use crate::vault::Vault;
use crate::writer::checkpoint;

/// Pages copied between two looks at whether to go on: 8 MiB.
const STEP: i32 = 2_000;
/// The keys of the names of blobs, of the log of calls and of receipts, once they are no longer derived from the root key.
const BLOB_NAMES: &str = "blob.names";
const AUDIT: &str = "audit.mac";
const RECEIPTS: &str = "receipt.mac";

/// What a replaced root key means for the keys.
pub struct Rotated {
    /// What opens the vault now.
    pub kept: Vec<KeySlot>,
    /// What opened it before and does no more, since its secret was not given.
    pub dropped: Vec<KeySlot>,
    /// The recovery code that opens it now. Shown once and kept nowhere; every unlock tells that nobody may have seen it, until
    /// [`Vault::recovery_code_kept`].
    pub recovery: RecoveryCode,
}

impl Vault {
    /// Replaces the root key of the vault in `dir`, which must be closed. Each of `secrets` goes on opening it; there must be a
    /// passphrase among them. Needs as much free space as the database takes.
    ///
    /// # Errors
    /// [`Code::WrongPassphrase`] when a secret opens nothing, [`Code::BadRequest`] without a passphrase, [`Code::VaultInUse`],
    /// [`Code::NoSpace`], [`Code::Cancelled`]. After any of them the vault is as it was.
    pub fn replace_root_key(dir: &Path, secrets: &[Unlock], now: UtcMs, cancel: &Cancel, on: &mut dyn FnMut(Progress)) -> Result<Rotated> {
        let folder = Folder::new(dir);
        let Some(first) = secrets.iter().find(|secret| kind_of(secret).0 == KeyKind::Passphrase) else {
            return Err(Failure::new(Code::BadRequest, "A new root key needs a passphrase that opens the vault, and none was given.")
                .hint("When the passphrase was lost, choose a new one by the recovery code first."));
        };
        folder.refuse_links()?;
        let _lock = Lock::take(&folder.lock())?;
        let choice = chosen_header::choose(&folder, first)?;
        let (header, root) = (&choice.header, &choice.root);
        settle(&folder, root)?;
        let recovery = RecoveryCode::generate()?;
        let old = Old { folder: &folder, header, root };
        let prepared = old.prepare(secrets, &Unlock::Recovery(recovery.clone()), now, cancel, on);
        let Anew { header: new_header, root: new_root, lost, .. } = match prepared {
            Ok(anew) => anew,
            Err(fault) => {
                // What cannot be removed now is at the next unlock.
                drop(discard(&folder));
                return Err(fault.into());
            }
        };
        let before = header.shown(&root.labels()?)?;
        on(stage("switching"));
        choice.keep_what_may_be_needed(&folder)?;
        // Decides. Should it fail half way, the next unlock sees which header stands.
        new_header.write(&folder)?;
        on(stage("finishing"));
        settle(&folder, &new_root)?;
        on(stage("finished"));
        Ok(Rotated {
            kept: new_header.shown(&new_root.labels()?)?,
            dropped: before.into_iter().filter(|slot| lost.contains(&slot.id)).collect(),
            recovery,
        })
    }
}

/// The vault as it is before its root key is replaced.
struct Old<'a> {
    folder: &'a Folder,
    header: &'a Header,
    root: &'a RootKey,
}

impl Old<'_> {
    /// Makes all that a new root key needs, beside what there is.
    fn prepare(&self, secrets: &[Unlock], code: &Unlock, now: UtcMs, cancel: &Cancel, on: &mut dyn FnMut(Progress)) -> Outcome<Anew> {
        let (database, next) = (self.folder.database(), self.folder.next_database());
        let key = self.root.database()?;
        let source = connection::open(&database, &key, Purpose::Write)?;
        connection::check_salt(&database, &key)?;
        checkpoint(&source)?;
        let anew = self.header.around_a_new_root(secrets, code, setting::header_revision(&source)?, now)?;
        let new_key = anew.root.database()?;
        on(stage("copying"));
        copy(&source, &next, &new_key, cancel, on)?;
        on(stage("checking"));
        let mut target = connection::open(&next, &new_key, Purpose::Write)?;
        check(&source, &target)?;
        cancel.check()?;
        let lasting = Lasting::of(&source, self.root)?;
        let generation = {
            let transaction = target.transaction()?;
            lasting.keep(&transaction)?;
            setting::set(&transaction, follower::GENERATION, None)?;
            setting::set_header_revision(&transaction, anew.header.revision())?;
            unseen_code::note(&transaction, &anew.code)?;
            setting::advance_generation(&transaction)?;
            let generation = setting::generation(&transaction)?;
            transaction.commit()?;
            generation
        };
        let audit = audit::head(&target)?;
        checkpoint(&target)?;
        target.close().map_err(|(_, error)| error)?;
        connection::check_salt(&next, &new_key)?;
        State { generation, clean: true, audit }.write(&self.folder.next_state(), &anew.root.state()?)?;
        if let Some(parent) = next.parent() {
            sync_folder(parent)?;
        }
        Ok(anew)
    }
}

/// Copies every page, under another key.
fn copy(source: &Connection, to: &Path, key: &[u8; 48], cancel: &Cancel, on: &mut dyn FnMut(Progress)) -> Outcome<()> {
    remove_database(to)?;
    let mut target = connection::open(to, key, Purpose::Copy)?;
    let backup = Backup::new(source, &mut target)?;
    loop {
        cancel.check()?;
        match backup.step(STEP)? {
            StepResult::Done => return Ok(()),
            StepResult::More => {
                let pages = backup.progress();
                let total = u64::try_from(pages.pagecount).unwrap_or(0);
                let done = total.saturating_sub(u64::try_from(pages.remaining).unwrap_or(0));
                on(Progress { done, total, unit: "pages".to_owned(), ..stage("copying") });
            }
            _ => return Err(Failure::internal("the database was in use while it was copied").into()),
        }
    }
}

/// Fails unless every page of the copy verifies under its own key, and there are as many as there should be.
fn check(source: &Connection, target: &Connection) -> Outcome<()> {
    let pages = |connection: &Connection| connection.query_row("PRAGMA page_count", [], |row| row.get::<_, i64>(0));
    let damage = {
        let mut statement = target.prepare("PRAGMA cipher_integrity_check")?;
        statement.query([])?.next()?.is_some()
    };
    let consistent: String = target.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    if damage || consistent != "ok" || pages(source)? != pages(target)? {
        return Err(damaged("The copy of the vault's database under the new root key").into());
    }
    Ok(())
}

/// Puts in order what a replacement of the root key left: finishes one that counts, and removes what there is of one that does
/// not. `root` is the key of the header that stands.
pub(crate) fn settle(folder: &Folder, root: &RootKey) -> Outcome<()> {
    let (next, current) = (folder.next_database(), folder.database());
    let key = root.database()?;
    // A file too short for a salt belongs to nobody.
    let is_ours = |path: &Path| connection::has_salt(path, &key).unwrap_or(false);
    if is_ours(&next) && !is_ours(&current) {
        // The old log first: it must not be taken for one of the new database.
        remove_database(&current)?;
        fs::rename(&next, &current)?;
        if let Some(parent) = current.parent() {
            sync_folder(parent)?;
        }
    }
    if State::read(&folder.next_state(), &root.state()?)?.is_some() {
        fs::rename(folder.next_state(), folder.state())?;
        sync_folder(folder.root())?;
    }
    discard(folder)
}

/// Removes what was made beside the vault's own files.
fn discard(folder: &Folder) -> Outcome<()> {
    remove_database(&folder.next_database())?;
    remove_if_there(&folder.next_state())?;
    Ok(())
}

/// The keys that outlive a root key: derived from the first, and kept in the database when that is replaced. The names of blobs
/// cannot be made anew without reading every blob, and what the log of calls and the receipts say is vouched for as it was.
pub(crate) struct Lasting {
    /// Under which equal blobs have equal names.
    pub(crate) blob_names: Key,
    /// Of the chain of the log of calls.
    pub(crate) audit: Key,
    /// Of the hashes in receipts.
    pub(crate) receipts: Key,
}

impl Lasting {
    pub(crate) fn of(connection: &Connection, root: &RootKey) -> Outcome<Self> {
        let kept = |name: &str, first: &dyn Fn() -> Result<Key>| -> Outcome<Key> {
            let Some(kept) = setting::get(connection, name)?.map(Zeroizing::new) else { return Ok(first()?) };
            let bytes = hex::decode(&kept).map(Zeroizing::new).unwrap_or_default();
            let key: [u8; 32] = bytes.as_slice().try_into().map_err(|_| damaged("A key that the vault keeps"))?;
            Ok(Box::new(Zeroizing::new(key)))
        };
        Ok(Self {
            blob_names: kept(BLOB_NAMES, &|| root.blob_names())?,
            audit: kept(AUDIT, &|| root.audit())?,
            receipts: kept(RECEIPTS, &|| root.receipts())?,
        })
    }

    fn keep(&self, connection: &Connection) -> Outcome<()> {
        for (name, key) in [(BLOB_NAMES, &self.blob_names), (AUDIT, &self.audit), (RECEIPTS, &self.receipts)] {
            setting::set(connection, name, Some(&Zeroizing::new(hex::encode(key.as_slice()))))?;
        }
        Ok(())
    }
}

fn stage(name: &str) -> Progress {
    Progress { stage: name.to_owned(), unit: "pages".to_owned(), ..Progress::default() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Passphrase;
    use crate::tests::made::{PASSPHRASE, copy_folder, create, import, mail};

    fn owner() -> Unlock {
        Unlock::Passphrase(Passphrase::from(PASSPHRASE))
    }

    /// The messages of what is wrong with the vault in `dir`, and its content's hash.
    fn checked(dir: &Path, secret: &Unlock) -> (Vec<String>, String) {
        let vault = Vault::open(dir, secret).unwrap();
        let findings = vault.verify(&Cancel::default(), &mut |_| {}).unwrap();
        let hash = vault.logical_hash().unwrap();
        vault.close().unwrap();
        (findings.into_iter().map(|finding| finding.message).collect(), hash)
    }

    #[test]
    fn a_new_root_key_opens_all_that_was_there_and_the_old_one_nothing() {
        let home = tempfile::tempdir().unwrap();
        let dir = home.path().join("vault");
        let (vault, old_code) = create(&dir);
        // One of the attachments is a file.
        import(&vault, &[((0..40).map(|key| mail(key, 2)).collect(), vec![])]);
        let hash = vault.logical_hash().unwrap();
        let old_code = Unlock::Recovery(old_code);
        vault.close().unwrap();
        let before = home.path().join("before");
        copy_folder(&dir, &before);

        let none = Vault::replace_root_key(&dir, &[old_code], 5, &Cancel::default(), &mut |_| {}).err().unwrap();
        assert_eq!(none.code, Code::BadRequest);
        let rotated = Vault::replace_root_key(&dir, &[owner()], 5, &Cancel::default(), &mut |_| {}).unwrap();
        assert_eq!(rotated.kept.iter().map(|key| key.kind).collect::<Vec<_>>(), [KeyKind::Passphrase, KeyKind::Recovery]);
        assert_eq!(rotated.dropped.iter().map(|key| key.kind).collect::<Vec<_>>(), [KeyKind::Recovery]);
        assert_eq!(checked(&dir, &owner()).0.len(), 1, "nobody has said yet that they hold the code");
        let code = Unlock::Recovery(rotated.recovery);
        assert_eq!(checked(&dir, &code), (vec![], hash.clone()));
        assert_eq!(checked(&dir, &owner()), (vec![], hash.clone()), "who opened the vault by it has it");

        // What is the same as an attachment that was there is still known to be.
        let vault = Vault::open(&dir, &code).unwrap();
        import(&vault, &[((0..40).map(|key| mail(key, 2)).collect(), vec![])]);
        assert_eq!(vault.logical_hash().unwrap(), hash);
        vault.close().unwrap();
        // A header from before opens none of it.
        for name in ["vault.json", "vault.json.bak"] {
            fs::copy(before.join(name), dir.join(name)).unwrap();
        }
        assert_eq!(Vault::open(&dir, &owner()).err().unwrap().code, Code::Damaged);
    }

    #[test]
    fn ended_at_any_step_the_vault_is_whole_under_the_old_root_key_or_the_new_one() {
        let home = tempfile::tempdir().unwrap();
        let dir = home.path().join("vault");
        let (vault, old_code) = create(&dir);
        import(&vault, &[((0..40).map(|key| mail(key, 2)).collect(), vec![])]);
        let hash = vault.logical_hash().unwrap();
        vault.close().unwrap();
        let old_code = Unlock::Recovery(old_code);
        let mut steps = Vec::new();
        Vault::replace_root_key(&dir, &[owner()], 5, &Cancel::default(), &mut |progress| {
            let left = home.path().join(steps.len().to_string());
            copy_folder(&dir, &left);
            steps.push((progress.stage, left));
        })
        .unwrap();
        // Between two renames: the header is the new one and its copy the old one.
        let (_, finishing) = steps.iter().find(|(stage, _)| stage == "finishing").unwrap();
        let between = home.path().join("between");
        copy_folder(finishing, &between);
        fs::copy(steps[0].1.join("vault.json"), between.join("vault.json.bak")).unwrap();
        let moved = home.path().join("moved");
        copy_folder(finishing, &moved);
        fs::rename(moved.join("db/next.db"), moved.join("db/main.db")).unwrap();
        let stages: Vec<&str> = steps.iter().map(|(stage, _)| stage.as_str()).collect();
        assert_eq!((stages[0], stages[stages.len() - 3..].join(" ")), ("copying", "switching finishing finished".to_owned()));
        for (stage, left) in
            steps.iter().map(|(stage, left)| (stage.as_str(), left)).chain([("finishing", &between), ("finishing", &moved)])
        {
            let counts = matches!(stage, "finishing" | "finished");
            assert_eq!(Vault::open(left, &old_code).is_ok(), !counts, "{stage}");
            let (findings, content) = checked(left, &owner());
            assert_eq!(content, hash, "{stage}");
            let is_told = |findings: &[String]| findings.iter().any(|finding| finding.contains("hold the new recovery code"));
            assert_eq!(is_told(&findings), counts, "{stage}: {findings:?}");
            assert!(findings.len() <= usize::from(counts) + usize::from(left == &between), "{stage}: {findings:?}");
            let vault = Vault::open(left, &owner()).unwrap();
            assert_eq!(vault.warnings().len(), usize::from(counts), "{stage}, once more: {:?}", vault.warnings());
            vault.recovery_code_kept().unwrap();
            assert_eq!(vault.warnings(), [], "{stage}: it is held");
            vault.close().unwrap();
            assert_eq!(checked(left, &owner()), (vec![], hash.clone()), "{stage}, in the end");
            assert!(!left.join("db/next.db").exists() && !left.join("state.next").exists());
        }
    }

    #[test]
    fn a_code_that_nobody_holds_is_told_until_it_is_revoked() {
        let home = tempfile::tempdir().unwrap();
        let dir = home.path().join("vault");
        create(&dir).0.close().unwrap();
        let rotated = Vault::replace_root_key(&dir, &[owner()], 5, &Cancel::default(), &mut |_| {}).unwrap();
        let [_, code] = rotated.kept.as_slice() else { panic!("a passphrase and a code open it") };
        let vault = Vault::open(&dir, &owner()).unwrap();
        let told = vault.warnings();
        assert!(told.len() == 1 && told[0].message.contains(&code.id), "{told:?}");
        vault.add_key(&owner(), &Unlock::Recovery(RecoveryCode::generate().unwrap()), "", 6).unwrap();
        vault.revoke_key(&owner(), &code.id).unwrap();
        vault.close().unwrap();
        assert_eq!(checked(&dir, &owner()).0, [""; 0]);
    }

    #[test]
    fn cancelled_or_refused_it_leaves_the_vault_as_it_was() {
        let home = tempfile::tempdir().unwrap();
        let dir = home.path().join("vault");
        let (vault, old_code) = create(&dir);
        let old_code = Unlock::Recovery(old_code);
        let cancel = Cancel::default();
        let run = |secrets: &[Unlock], cancel: &Cancel| {
            Vault::replace_root_key(&dir, secrets, 5, cancel, &mut |progress| {
                if progress.stage == "checking" {
                    cancel.cancel();
                }
            })
        };
        assert_eq!(run(&[owner()], &cancel).err().unwrap().code, Code::VaultInUse);
        vault.close().unwrap();
        let wrong = Unlock::Recovery(RecoveryCode::generate().unwrap());
        assert_eq!(run(&[owner(), wrong], &cancel).err().unwrap().code, Code::WrongPassphrase);
        assert_eq!(run(&[owner()], &cancel).err().unwrap().code, Code::Cancelled);
        assert!(!dir.join("db/next.db").exists());
        assert_eq!(checked(&dir, &old_code).0, [""; 0]);
    }
}
