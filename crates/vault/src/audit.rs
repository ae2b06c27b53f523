//! The log of calls: what is noted for it, and when it is written.
//!
//! A call that changes something is logged in the first transaction that it makes, so that nothing is changed that the log
//! does not tell. Calls that only read are collected, and written together by the writer's thread every few seconds and when
//! the vault is closed: a call waits for none of it. What was refused is on the disk before the caller is told.
//!
//! Rows of the log do not move the database's generation on: what is known of the vault's content stays true.
//!
//! A log that stands on a damaged page keeps nobody from changing things, and is not silent either: who can damage a page could
//! else have the owner locked out, or do unseen what comes after. It is set aside and begun anew behind the end that is known of it,
//! in a row of its own, and the vault's warnings tell that for as long as what was set aside is there. What cannot be written
//! even so waits, and the warnings tell how much that is.

use std::cell::RefCell;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use domain::{Code, Result, UtcMs};
use rusqlite::Connection;

use crate::connection::Opens;
use crate::fault::Outcome;
use crate::hex;
use crate::keys::Key;
use crate::table::audit::{self, AuditEntry, AuditFilter, AuditRow, Head};
use crate::vault::{Vault, broken_log};
use crate::verify::{VerifyCode, VerifyFinding};
use crate::writer::renew;

/// Rows of the log that an unlock looks at; a check of the vault follows all of them.
pub(crate) const AT_UNLOCK: i64 = 1_000;

const DAMAGED_LOG: &str = "Check the disk. Whoever can write to the vault's folder can do this as well: look whether anything was changed that you did not change. The latest backup has the log as it was: `datapunk --vault NEW restore BACKUPS`.";

/// Calls that wait to be written, the key of their chain, and how it stands.
pub(crate) struct Trail {
    key: Key,
    waiting: Mutex<Vec<AuditEntry>>,
    chain: Mutex<Chain>,
}

/// The chain as it was last written.
struct Chain {
    head: Head,
    /// The last known rows of the logs that were set aside.
    set_aside: Vec<i64>,
    /// Whether damage keeps even a new log from being written.
    fails: bool,
}

/// A call that is logged by the first transaction that this thread makes.
#[derive(Clone)]
struct Announced {
    entry: AuditEntry,
    is_written: Arc<AtomicBool>,
}

thread_local! {
    static ANNOUNCED: RefCell<Option<Announced>> = const { RefCell::new(None) };
}

impl Trail {
    /// Goes on from the end of the chain, as far as it is known.
    pub(crate) fn new(key: Key, head: Head, set_aside: Vec<i64>) -> Self {
        Self { key, waiting: Mutex::default(), chain: Mutex::new(Chain { head, set_aside, fails: false }) }
    }

    pub(crate) fn key(&self) -> &Key {
        &self.key
    }

    fn add(&self, entry: AuditEntry) {
        self.waiting().push(entry);
    }

    /// The end of the chain, for the `state` file. Known also where no page of the log can be read.
    pub(crate) fn head(&self) -> Head {
        self.chain().head
    }

    /// What is wrong with the log: where it was begun anew, and what cannot be written.
    pub(crate) fn findings(&self) -> Vec<VerifyFinding> {
        let n_waiting = self.waiting().len();
        let chain = self.chain();
        let begun = chain.set_aside.iter().map(|until| {
            format!(
                "The log of calls: a page that it stood on does not verify; it begins anew after row {until}, and what it told before cannot be shown."
            )
        });
        let unwritten = (chain.fails && n_waiting > 0).then(|| {
            format!(
                "The log of calls: {n_waiting} calls could not be written to it, for a page of the database does not verify. That is tried again; when the vault is locked before, they are lost."
            )
        });
        begun.chain(unwritten).map(|message| VerifyFinding::new(VerifyCode::Audit, &message, DAMAGED_LOG)).collect()
    }

    /// Writes what waits; whether there was anything. `opens` opens a connection in the place of one that met damage.
    pub(crate) fn flush(&self, connection: &mut Connection, opens: &Opens) -> Outcome<bool> {
        let waiting = std::mem::take(&mut *self.waiting());
        let Some(first) = waiting.first() else { return Ok(false) };
        let written = match self.append(connection, &waiting) {
            Err(fault) if fault.0.code == Code::Damaged => self.begin_anew(connection, opens, first.at_ms, &waiting),
            written => written,
        };
        if written.is_err() {
            self.waiting().splice(0..0, waiting);
        }
        written.map(|()| true)
    }

    /// Writes what waits, and sees to it that the log can be written after it.
    fn make_ready(&self, connection: &mut Connection, opens: &Opens, at_ms: UtcMs) -> Outcome<()> {
        if self.flush(connection, opens)? {
            return Ok(());
        }
        match audit::head(connection) {
            Err(fault) if fault.0.code == Code::Damaged => self.begin_anew(connection, opens, at_ms, &[]),
            head => head.map(|_| ()),
        }
    }

    fn append(&self, connection: &mut Connection, entries: &[AuditEntry]) -> Outcome<()> {
        let transaction = connection.transaction()?;
        let head = audit::append(&transaction, &self.key, entries)?;
        transaction.commit()?;
        let mut chain = self.chain();
        (chain.head, chain.fails) = (head, false);
        Ok(())
    }

    /// Begins the log anew with these rows, all of it or nothing.
    fn begin_anew(&self, connection: &mut Connection, opens: &Opens, at_ms: UtcMs, entries: &[AuditEntry]) -> Outcome<()> {
        renew(connection, opens);
        let known = self.head();
        let begun = (|| -> Outcome<(Head, Vec<i64>)> {
            let transaction = connection.transaction()?;
            audit::begin_anew(&transaction, &self.key, known, at_ms)?;
            let head = audit::append(&transaction, &self.key, entries)?;
            let set_aside = audit::set_aside(&transaction)?;
            transaction.commit()?;
            Ok((head, set_aside))
        })();
        let mut chain = self.chain();
        match begun {
            Ok((head, set_aside)) => {
                tracing::warn!("a page of the log of calls does not verify; it was begun anew");
                *chain = Chain { head, set_aside, fails: false };
                Ok(())
            }
            Err(fault) => {
                chain.fails = true;
                drop(chain);
                renew(connection, opens);
                Err(fault)
            }
        }
    }

    fn waiting(&self) -> MutexGuard<'_, Vec<AuditEntry>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn chain(&self) -> MutexGuard<'_, Chain> {
        self.chain.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How many rows the announced call answers, for who knows it before the call has ended.
pub(crate) fn announce_rows(n_rows: u64) {
    ANNOUNCED.with_borrow_mut(|announced| {
        if let Some(announced) = announced {
            announced.entry.n_rows = Some(n_rows);
        }
    });
}

/// What the calling thread announced, for the transaction that it is about to send.
pub(crate) struct Announcement {
    announced: Option<Announced>,
    /// Whether the log cannot be written, so that the call waits.
    waits: bool,
    /// How the chain ends once the transaction is committed.
    head: Option<Head>,
}

impl Announcement {
    pub(crate) fn take() -> Self {
        let announced = ANNOUNCED.with_borrow(|announced| announced.clone().filter(|it| !it.is_written.load(Ordering::Acquire)));
        Self { announced, waits: false, head: None }
    }

    /// Writes what was noted before, so that the log tells calls in their order.
    pub(crate) fn prepare(&mut self, connection: &mut Connection, opens: &Opens, trail: &Trail) -> Outcome<()> {
        let Some(announced) = &self.announced else { return Ok(()) };
        match trail.make_ready(connection, opens, announced.entry.at_ms) {
            // Neither the log that there is nor a new one: the owner's change is made all the same, and that is told.
            Err(fault) if fault.0.code == Code::Damaged => {
                self.waits = true;
                Ok(())
            }
            ready => ready,
        }
    }

    /// Logs it, as a part of the transaction.
    pub(crate) fn write(&mut self, connection: &Connection, trail: &Trail) -> Outcome<()> {
        if let Some(announced) = &self.announced
            && !self.waits
            && !announced.is_written.load(Ordering::Acquire)
        {
            self.head = Some(audit::append(connection, trail.key(), std::slice::from_ref(&announced.entry))?);
        }
        Ok(())
    }

    /// The transaction was committed.
    pub(crate) fn written(self, trail: &Trail) {
        if let Some(head) = self.head {
            trail.chain().head = head;
        }
        if let Some(announced) = self.announced
            && !announced.is_written.swap(true, Ordering::AcqRel)
            && self.waits
        {
            trail.add(announced.entry);
        }
    }
}

impl Vault {
    /// Does a piece of work of which the first transaction, if it makes one on this thread, also logs the call; whether that
    /// happened. Else [`Self::note`] is for the caller.
    pub fn logging<T>(&self, entry: AuditEntry, work: impl FnOnce() -> T) -> (T, bool) {
        let is_written = Arc::new(AtomicBool::new(false));
        let before = ANNOUNCED.replace(Some(Announced { entry, is_written: Arc::clone(&is_written) }));
        let answer = work();
        ANNOUNCED.set(before);
        (answer, is_written.load(Ordering::Acquire))
    }

    /// Logs a call, a few seconds later at most.
    pub fn note(&self, entry: AuditEntry) {
        // Of a vault that is only read there is no log of that.
        if !self.reads_only() {
            self.inner().trail.add(entry);
        }
    }

    /// Logs a call; it is on the disk when this returns.
    pub fn note_now(&self, entry: AuditEntry) -> Result<()> {
        self.note(entry);
        self.flush_audit()
    }

    fn flush_audit(&self) -> Result<()> {
        self.inner().writer.flush_log()?;
        Ok(())
    }

    /// Up to `limit` rows of the log, the latest first, those that were just noted among them.
    pub fn audit_log(&self, filter: &AuditFilter, limit: usize) -> Result<Vec<AuditRow>> {
        self.flush_audit()?;
        Ok(audit::page(&*self.inner().readers.borrow()?, filter, limit)?)
    }

    /// Lets rows of before an instant go, and leaves a checkpoint in their place; how many went. Of a log that stands on a damaged
    /// page none go, and the vault's warnings tell it.
    pub fn prune_audit(&self, before_ms: UtcMs) -> Result<u64> {
        let trail = Arc::clone(&self.inner().trail);
        let pruned = self.inner().writer.run(move |connection| {
            let transaction = connection.transaction()?;
            let n_gone = audit::prune(&transaction, trail.key(), before_ms)?;
            transaction.commit()?;
            Ok(n_gone)
        });
        match pruned {
            Err(fault) if fault.0.code == Code::Damaged => {
                self.inner().warnings().push(broken_log("its oldest rows could not be let go, for a page of it does not verify"));
                Ok(0)
            }
            pruned => Ok(pruned?),
        }
    }

    /// What the log says in place of something that is content: a hash under a key of this vault.
    pub fn audit_scope(&self, content: &[u8]) -> String {
        hex::encode(&blake3::keyed_hash(self.inner().trail.key(), content).as_bytes()[..16])
    }
}
