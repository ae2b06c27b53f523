//! An open vault: created or unlocked, shared by cheap clones, closed by the last of them or by name.
//!
//! Invariants: one process at a time; nothing is written in clear; when opening returns, imports and undos that the
//! program's end cut short are marked or finished, and what was lost meanwhile, or could not be finished for a damaged page or a full disk, is
//! told by [`Vault::warnings`].

use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use domain::{Cancel, Code, Failure, ImportId, Result};
use rusqlite::Connection;

use crate::audit::{AT_UNLOCK, Trail};
use crate::connection::{self, Purpose};
use crate::fault::{Fault, Outcome};
use crate::folder::{Folder, remove_database};
use crate::follower::Follower;
use crate::header::Header;
use crate::index::Vectors;
use crate::keys::{self, Argon, Kdf, Key, RootKey};
use crate::lock::Lock;
use crate::memory::Memory;
use crate::readers::Readers;
use crate::recovery::RecoveryCode;
use crate::rotation::Lasting;
use crate::secret::{Passphrase, Unlock};
use crate::slot::About;
use crate::state::State;
use crate::table::audit::Head;
use crate::table::import_run::ImportState;
use crate::table::{entity, file, import_run, job, memo, receipt, setting};
use crate::verify::{VerifyCode, VerifyFinding};
use crate::writer::Writer;
use crate::{blobs, chosen_header, forget, migration, people, rotation, scalar, table, undo, unseen_code, whereabouts};

/// Changes that the database was found to have lost, until a check of the vault has told of them.
pub(crate) const LOST: &str = "lost";

/// Connections that read.
const READERS: usize = 4;

/// How a vault is created.
#[derive(Debug, Clone, Copy, Default)]
pub struct CreateOptions {
    /// How much work a passphrase costs to try.
    pub kdf: Kdf,
}

/// An open vault. Clones are the same vault.
#[derive(Clone)]
pub struct Vault(Arc<Inner>);

/// What a vault is made of once its database is open and in order.
pub(crate) struct Base {
    pub(crate) header: Header,
    pub(crate) lock: Lock,
    pub(crate) warnings: Vec<VerifyFinding>,
    /// What the writer's thread gets.
    pub(crate) writing: Connection,
    pub(crate) lasting: Lasting,
    /// The end of the log of calls, as far as it is known.
    pub(crate) head: Head,
    /// Whether nothing can be written.
    pub(crate) reads_only: bool,
}

/// What the clones share.
pub(crate) struct Inner {
    id: String,
    pub(crate) folder: Folder,
    pub(crate) header: Mutex<Header>,
    /// What backups are sealed under; wiped when the vault is closed. Keys are boxed: moving this value would leave copies of them.
    root: Mutex<Option<RootKey>>,
    /// The key that labels of key slots are sealed under.
    pub(crate) labels: Key,
    pub(crate) blob_names: Key,
    pub(crate) receipts: Key,
    pub(crate) trail: Arc<Trail>,
    pub(crate) writer: Arc<Writer>,
    pub(crate) readers: Arc<Readers>,
    pub(crate) vectors: Arc<Vectors>,
    pub(crate) follower: Follower,
    pub(crate) memory: Memory,
    running: Mutex<BTreeSet<ImportId>>,
    pub(crate) settling: Mutex<()>,
    warnings: Mutex<Vec<VerifyFinding>>,
    lock: Mutex<Option<Lock>>,
}

impl Vault {
    /// Creates a vault in `dir`, which must not exist or be empty, and opens it. The recovery code is shown once and kept
    /// nowhere.
    ///
    /// # Errors
    /// [`Code::VaultExists`], [`Code::WeakPassphrase`], [`Code::NoSpace`], [`Code::BadRequest`] when the folder holds other
    /// things.
    pub fn create(dir: &Path, passphrase: &Passphrase, options: &CreateOptions) -> Result<(Self, RecoveryCode)> {
        passphrase.check()?;
        if Self::exists(dir) {
            return Err(Failure::new(Code::VaultExists, format!("A vault stands at {} already.", dir.display()))
                .hint("Open it, or choose another folder for the new one."));
        }
        let folder = Folder::new(dir);
        Ok(Self::create_in(&folder, passphrase, options)?)
    }

    fn create_in(folder: &Folder, passphrase: &Passphrase, options: &CreateOptions) -> Outcome<(Self, RecoveryCode)> {
        refuse_foreign_files(folder)?;
        folder.refuse_links()?;
        folder.prepare()?;
        let lock = Lock::take(&folder.lock())?;
        // What a creation left that never came to its header.
        remove_database(&folder.database())?;
        let code = RecoveryCode::generate()?;
        let about = About { id: None, label: String::new(), created_ms: None, argon2id: Argon::choose(options.kdf)? };
        let secrets = [(&Unlock::Passphrase(passphrase.clone()), about.clone()), (&Unlock::Recovery(code.clone()), about)];
        let (header, root) = Header::create(keys::random()?, &secrets, 1)?;
        let key = root.database()?;
        {
            let mut connection = connection::open(&folder.database(), &key, Purpose::Create)?;
            let transaction = connection.transaction()?;
            migration::run(&transaction)?;
            setting::advance_generation(&transaction)?;
            transaction.commit()?;
            crate::writer::checkpoint(&connection)?;
        }
        connection::check_salt(&folder.database(), &key)?;
        // Last, so that a folder with a header always has a whole database.
        let warnings = if header.write(folder)? { Vec::new() } else { vec![no_copy()] };
        Ok((Self::start(folder, header, &root, lock, warnings)?, code))
    }

    /// Opens the vault in `dir`; where nothing can be written, for reading alone ([`Vault::reads_only`]).
    ///
    /// # Errors
    /// [`Code::NoVault`], [`Code::VaultInUse`], [`Code::NewerFormat`], [`Code::DamagedHeader`], [`Code::WrongPassphrase`],
    /// [`Code::Damaged`].
    pub fn open(dir: &Path, unlock: &Unlock) -> Result<Self> {
        let folder = Folder::new(dir);
        if !Self::exists(dir) {
            // Says what is wrong with what stands there.
            Header::read(&folder)?;
        }
        folder.refuse_links()?;
        if folder.takes_no_writes() {
            return Self::open_to_read(dir, unlock);
        }
        let lock = Lock::take(&folder.lock())?;
        let choice = chosen_header::choose(&folder, unlock)?;
        let root = &choice.root;
        let mut warnings = Vec::new();
        rotation::settle(&folder, root)?;
        if State::read(&folder.state(), &root.state()?)?.is_none() {
            warnings.push(VerifyFinding::new(
                VerifyCode::LostChanges,
                "The file `state`, which tells how many changes the database had, is damaged or missing: changes that were lost would go unnoticed.",
                "Look whether what was imported last is there; the file was written anew.",
            ));
        }
        let vault = Self::start(&folder, choice.header.clone(), root, lock, warnings).map_err(unopened)?;
        // The database has opened with this header's key, and not before that is a header written over.
        if let Some(finding) = choice.put_in_order(&folder) {
            vault.inner().warnings().insert(0, finding);
        }
        if let Unlock::Recovery(_) = unlock {
            vault.recovery_code_kept()?;
        }
        Ok(vault)
    }

    /// Whether a vault stands in `dir`; one that has lost its header as well, since its data may be whole.
    pub fn exists(dir: &Path) -> bool {
        let folder = Folder::new(dir);
        folder.header().exists() || folder.header_copy().exists() || folder.lost_its_header()
    }

    pub(crate) fn start(folder: &Folder, header: Header, root: &RootKey, lock: Lock, mut warnings: Vec<VerifyFinding>) -> Outcome<Self> {
        folder.prepare()?;
        folder.close_to_others();
        folder.empty_tmp()?;
        ensure_database(folder)?;
        let key = root.database()?;
        let state_key = root.state()?;
        let witness = State::read(&folder.state(), &state_key)?;
        let opened = open_for_writer(&folder.database(), &key, Purpose::Write);
        let mut writing = match opened.map_err(|fault| (connection::cut_off(&folder.database(), &key), fault)) {
            Ok(writing) => writing,
            Err((Ok(Some(cut)), fault)) if fault.0.code == Code::Damaged => {
                // Of what stands on the pages that are there nothing is lost by it, and SQLite opens no file that is too short.
                cut.fill_up(&folder.database())?;
                warnings.push(cut.told());
                open_for_writer(&folder.database(), &key, Purpose::Write)?
            }
            Err((_, fault)) => return Err(fault),
        };
        connection::check_salt(&folder.database(), &key)?;
        let generation = {
            let transaction = writing.transaction()?;
            migration::run(&transaction)?;
            people::complete(&transaction)?;
            entity::recut(&transaction)?;
            if import_run::interrupt_running(&transaction)? {
                whereabouts::track_changed(&transaction)?;
            }
            file::interrupt_unfinished(&transaction)?;
            memo::close_forgotten(&transaction)?;
            job::interrupt_running(&transaction)?;
            match header.revision().cmp(&setting::header_revision(&transaction)?) {
                Ordering::Greater => setting::set_header_revision(&transaction, header.revision())?,
                Ordering::Equal => {}
                Ordering::Less => warnings.push(old_header()),
            }
            warnings.extend(unseen_code::finding(&transaction, &header)?);
            receipt::drop_unlisted(&transaction)?;
            let generation = setting::generation(&transaction)?;
            transaction.commit()?;
            generation
        };
        let lost = witness.as_ref().map_or(0, |state| state.generation.saturating_sub(generation));
        let untold = setting::watermark(&writing, LOST)? + lost.cast_signed();
        if lost > 0 {
            // From here on nothing else knows of it.
            let transaction = writing.transaction()?;
            setting::set_watermark(&transaction, LOST, untold)?;
            transaction.commit()?;
        }
        if untold > 0 {
            warnings.push(lost_commits(untold.unsigned_abs()));
        }
        if witness.is_none_or(|state| !state.clean) {
            // What it leaves behind costs room alone.
            past_damage(blobs::sweep(folder, &writing))?;
            renew(&mut writing, &folder.database(), &key, Purpose::Write)?;
        }
        let lasting = Lasting::of(&writing, root)?;
        // A part of the log is followed, and the whole of it by a check of the vault.
        let known = witness.map(|state| state.audit);
        warnings.extend(check_log(&writing, &lasting.audit, known)?);
        renew(&mut writing, &folder.database(), &key, Purpose::Write)?;
        let audit = past_damage(table::audit::head(&writing))?.or(known).unwrap_or_default();
        renew(&mut writing, &folder.database(), &key, Purpose::Write)?;
        State { generation, clean: false, audit }.write(&folder.state(), &state_key)?;
        let half_undone = import_run::in_state(&writing, ImportState::Undoing)?;
        let vault = Self::on(folder, root, Base { header, lock, warnings, writing, lasting, head: audit, reads_only: false })?;
        // What cannot be finished now keeps nobody from what is whole, and is tried again at the next unlock.
        let mut n_undone = 0;
        for import in half_undone {
            match undo::run(vault.inner(), import, &Cancel::default(), &mut |_| {}) {
                Ok(_) => n_undone += 1,
                Err(failure) => {
                    let told = unfinished(&format!("The undoing of import {import}"), failure)?;
                    vault.inner().warnings().push(told);
                }
            }
        }
        let n_forgotten = match forget::finish_all(vault.inner()) {
            Ok(n_forgotten) => n_forgotten,
            Err(failure) => {
                let told = unfinished("The forgetting that was asked for", failure)?;
                vault.inner().warnings().push(told);
                0
            }
        };
        if n_undone + n_forgotten > 0 {
            let told = vault.inner().writer.write_beside(move |transaction| {
                job::finish_interrupted(transaction, "undo", n_undone)?;
                job::finish_interrupted(transaction, "forget", n_forgotten)
            });
            if let Err(fault) = told {
                tracing::warn!(code = ?fault.0.code, "jobs that were finished while the vault was opened could not be told to be");
            }
        }
        Ok(vault)
    }

    /// A vault on a database that is open and in order.
    pub(crate) fn on(folder: &Folder, root: &RootKey, base: Base) -> Outcome<Self> {
        let Base { header, lock, mut warnings, writing, lasting, head, reads_only } = base;
        let Lasting { blob_names, audit, receipts } = lasting;
        // Derived before the work that follows, which overwrites what deriving leaves on the stack.
        let key = Arc::new(root.database()?);
        let (labels, kept_root, state_key) = (root.labels()?, root.copy(), root.state()?);
        let trail = Arc::new(Trail::new(audit, head, table::audit::set_aside(&writing)?));
        let words = scalar::LateWords::default();
        let purpose = if reads_only { Purpose::ReadStill } else { Purpose::Read };
        let (database, writers_key) = (folder.database(), Arc::clone(&key));
        let opens_for_writer = move || {
            let purpose = if reads_only { Purpose::ReadStill } else { Purpose::Write };
            open_for_writer(&database, &writers_key, purpose)
        };
        let (database, late) = (folder.database(), Arc::clone(&words));
        let opens = move || -> Outcome<Connection> {
            let connection = connection::open(&database, &key, purpose)?;
            scalar::register(&connection)?;
            scalar::register_words(&connection, &late)?;
            Ok(connection)
        };
        let readers = Arc::new(Readers::start(READERS, Arc::new(opens))?);
        let opens = Box::new(opens_for_writer);
        let writer = Arc::new(Writer::start(writing, opens, folder.clone(), state_key, Arc::clone(&trail), reads_only)?);
        let vectors = Arc::new(Vectors::new());
        let follower = Follower::start(folder, root, &writer, &readers, &vectors, &mut warnings)?;
        words.get_or_init(|| follower.always_standing());
        let inner = Inner {
            id: header.vault_id(),
            folder: folder.clone(),
            header: Mutex::new(header),
            root: Mutex::new(Some(kept_root)),
            labels,
            blob_names,
            receipts,
            trail,
            writer,
            readers,
            vectors,
            follower,
            memory: Memory::default(),
            running: Mutex::default(),
            settling: Mutex::default(),
            warnings: Mutex::new(warnings),
            lock: Mutex::new(Some(lock)),
        };
        Ok(Self(Arc::new(inner)))
    }

    /// The vault's id: 32 hex digits, the same for good.
    pub fn id(&self) -> &str {
        &self.0.id
    }

    /// The vault's folder.
    pub fn dir(&self) -> &Path {
        self.0.folder.root()
    }

    /// What was found wrong while opening, and mended or not; that the log of calls had to be begun anew, or cannot be written; and
    /// that the index of words had to be begun anew since, until a check has told it.
    pub fn warnings(&self) -> Vec<VerifyFinding> {
        let mut warnings = self.0.warnings().clone();
        warnings.extend(self.0.trail.findings());
        warnings.extend(self.0.follower.mended(false));
        warnings
    }

    /// Closes the vault for all its clones: ends the threads, empties the write-ahead log, writes the state file and lets
    /// the lock go. Calls on other clones fail with [`Code::Locked`] from then on. Dropping the last clone does the same.
    pub fn close(self) -> Result<()> {
        self.0.close();
        Ok(())
    }

    pub(crate) fn inner(&self) -> &Inner {
        &self.0
    }
}

impl Inner {
    /// The imports that run in this process.
    pub(crate) fn running(&self) -> MutexGuard<'_, BTreeSet<ImportId>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What was found wrong while opening.
    pub(crate) fn warnings(&self) -> MutexGuard<'_, Vec<VerifyFinding>> {
        self.warnings.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Works with the header and the root key.
    pub(crate) fn with_root<T>(&self, work: impl FnOnce(&Header, &RootKey) -> Result<T>) -> Result<T> {
        let header = self.header.lock().unwrap_or_else(PoisonError::into_inner);
        let root = self.root.lock().unwrap_or_else(PoisonError::into_inner);
        let root = root.as_ref().ok_or_else(|| Failure::new(Code::Locked, "The vault is locked.").hint("Unlock it and try again."))?;
        work(&header, root)
    }

    fn close(&self) {
        self.root.lock().unwrap_or_else(PoisonError::into_inner).take();
        self.follower.stop();
        self.readers.close();
        self.writer.stop();
        self.memory.clear();
        self.lock.lock().unwrap_or_else(PoisonError::into_inner).take();
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.close();
    }
}

/// Opens a connection as the writer's thread needs it.
fn open_for_writer(database: &Path, key: &[u8; 48], purpose: Purpose) -> Outcome<Connection> {
    let connection = connection::open(database, key, purpose)?;
    scalar::register(&connection)?;
    Ok(connection)
}

/// Puts another connection in the place of one that has met a damaged page.
pub(crate) fn renew(connection: &mut Connection, database: &Path, key: &[u8; 48], purpose: Purpose) -> Outcome<()> {
    if connection::is_spoiled(connection) {
        *connection = open_for_writer(database, key, purpose)?;
    }
    Ok(())
}

/// What came of a piece of work, or nothing when a damaged page kept it from its end.
fn past_damage<T, E: Into<Fault>>(outcome: std::result::Result<T, E>) -> Outcome<Option<T>> {
    match outcome.map_err(|error| -> Fault { error.into() }) {
        Ok(done) => Ok(Some(done)),
        Err(fault) if fault.0.code == Code::Damaged => Ok(None),
        Err(fault) => Err(fault),
    }
}

/// What is wrong with the last of the log of calls; `known` is its end as it is known from elsewhere.
pub(crate) fn check_log(connection: &Connection, key: &Key, known: Option<Head>) -> Outcome<Option<VerifyFinding>> {
    let broken = past_damage(table::audit::verify(connection, key, Some(AT_UNLOCK), known))?;
    Ok(broken.unwrap_or_else(|| Some("a page that it stands on does not verify".to_owned())).map(|broken| broken_log(&broken)))
}

/// What was cut short before and is so still, for damage or for want of space; any other failure is one of opening.
fn unfinished(what: &str, failure: Failure) -> Outcome<VerifyFinding> {
    let (why, what_to_do) = match failure.code {
        Code::Damaged => (
            "a page of the database that it needs does not verify",
            "Export what is whole, or restore the latest backup into another folder: `datapunk --vault NEW restore BACKUPS`. It is tried again at every unlock.",
        ),
        Code::NoSpace => (
            "the disk that holds the vault is full",
            "Free some space, then lock the vault and unlock it: it is tried again at every unlock.",
        ),
        _ => return Err(failure.into()),
    };
    Ok(VerifyFinding::new(VerifyCode::Database, &format!("{what} was cut short before, and could not be finished: {why}."), what_to_do))
}

/// Fails when the vault has no database: SQLite takes an empty file for a new one.
pub(crate) fn ensure_database(folder: &Folder) -> Outcome<()> {
    let what = match fs::metadata(folder.database()) {
        Ok(file) if file.len() == 0 => "empty",
        Ok(_) => return Ok(()),
        Err(_) => "missing",
    };
    Err(Failure::new(Code::Damaged, format!("The vault's database, db/main.db, is {what}.")).hint("Restore it from a backup.").into())
}

/// Fails when the folder holds what a vault does not have: it is somebody's folder, and would be closed to others.
fn refuse_foreign_files(folder: &Folder) -> Outcome<()> {
    const OURS: [&str; 8] = ["LOCK", "db", "idx", "blobs", "tmp", "state", "state.new", "vault.new"];
    let Ok(entries) = fs::read_dir(folder.root()) else { return Ok(()) };
    for entry in entries {
        let name = entry?.file_name();
        if !OURS.iter().any(|ours| name == *ours) {
            return Err(Failure::new(
                Code::BadRequest,
                format!(
                    "The folder {} is not empty: it holds {}. A vault needs a folder of its own.",
                    folder.root().display(),
                    name.display()
                ),
            )
            .hint("Name a folder that does not exist yet.")
            .into());
        }
    }
    Ok(())
}

/// Of damage that keeps a vault from being opened a check cannot tell more: it would have to open it.
pub(crate) fn unopened(fault: Fault) -> Failure {
    if fault.0.code != Code::Damaged {
        return fault.0;
    }
    fault.0.hint(
        "With this damage the vault cannot be opened, nor checked. Leave its folder as it is, and restore the latest backup into another one: `datapunk --vault NEW restore BACKUPS`. Without a backup, make a new vault and import the archives again.",
    )
}

/// The header stands without its copy.
pub(crate) fn no_copy() -> VerifyFinding {
    VerifyFinding::new(
        VerifyCode::Header,
        "The copy of the header, vault.json.bak, could not be written; the header itself, vault.json, is whole.",
        "Check the disk that the vault stands on, and make a backup. The copy is written when the vault is unlocked the next time.",
    )
}

/// Told at every unlock until the keys change again, which makes the old header's secrets useless or the owner's own.
pub(crate) fn old_header() -> VerifyFinding {
    VerifyFinding::new(
        VerifyCode::Header,
        "The header, vault.json, is older than the one that this vault had last: someone or something put an old copy back, and passphrases and keys that were changed or revoked since open the vault again.",
        "Look at the keys, revoke what should not be there and change the passphrase. If you did not put it back yourself, replace the root key: `datapunk keys rotate`.",
    )
}

/// The log of calls is not as it was written.
pub(crate) fn broken_log(broken: &str) -> VerifyFinding {
    VerifyFinding::new(
        VerifyCode::Audit,
        &format!("The log of calls: {broken}."),
        "Somebody who had the keys of the vault changed it, or a part of the database was lost. What the log says from there on is not sure.",
    )
}

pub(crate) fn lost_commits(n: u64) -> VerifyFinding {
    VerifyFinding::new(
        VerifyCode::LostChanges,
        &format!("The database is {n} changes older than it was when it was last used: a part of it was lost or an old copy was put back."),
        "Import again what was imported last, or restore the latest backup.",
    )
}
