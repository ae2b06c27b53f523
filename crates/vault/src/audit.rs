//! The log of calls: what is noted for it, and when it is written.
//!
//! A call that changes something is logged in the first transaction that it makes, so that nothing is changed that the log
//! does not tell. Calls that only read are collected, and written together by the writer's thread every few seconds and when
//! the vault is closed: a call waits for none of it. What was refused is on the disk before the caller is told.
//!
//! Rows of the log do not move the database's generation on: what is known of the vault's content stays true.

use std::cell::RefCell;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use domain::{Code, Result, UtcMs};
use rusqlite::Connection;

use crate::fault::Outcome;
use crate::hex;
use crate::keys::Key;
use crate::table::audit::{self, AuditEntry, AuditFilter, AuditRow, Head};
use crate::vault::{Vault, broken_log};

/// Rows of the log that an unlock looks at; a check of the vault follows all of them.
pub(crate) const AT_UNLOCK: i64 = 1_000;

/// Calls that wait to be written, and the key of their chain.
pub(crate) struct Trail {
    key: Key,
    waiting: Mutex<Vec<AuditEntry>>,
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
    pub(crate) fn new(key: Key) -> Self {
        Self { key, waiting: Mutex::default() }
    }

    pub(crate) fn key(&self) -> &Key {
        &self.key
    }

    fn add(&self, entry: AuditEntry) {
        self.waiting().push(entry);
    }

    /// Writes what waits; whether there was anything.
    pub(crate) fn flush(&self, connection: &mut Connection) -> Outcome<bool> {
        let waiting = std::mem::take(&mut *self.waiting());
        if waiting.is_empty() {
            return Ok(false);
        }
        let written = write(connection, &self.key, &waiting);
        if written.is_err() {
            self.waiting().splice(0..0, waiting);
        }
        written.map(|()| true)
    }

    fn waiting(&self) -> MutexGuard<'_, Vec<AuditEntry>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn write(connection: &mut Connection, key: &Key, entries: &[AuditEntry]) -> Outcome<()> {
    let transaction = connection.transaction()?;
    audit::append(&transaction, key, entries)?;
    Ok(transaction.commit()?)
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
pub(crate) struct Announcement(Option<Announced>);

impl Announcement {
    pub(crate) fn take() -> Self {
        Self(ANNOUNCED.with_borrow(|announced| announced.clone().filter(|announced| !announced.is_written.load(Ordering::Acquire))))
    }

    /// Writes what was noted before, so that the log tells calls in their order.
    pub(crate) fn prepare(&self, connection: &mut Connection, trail: &Trail) -> Outcome<()> {
        if self.0.is_some() {
            trail.flush(connection)?;
        }
        Ok(())
    }

    /// Logs it, as a part of the transaction.
    pub(crate) fn write(&self, connection: &Connection, trail: &Trail) -> Outcome<()> {
        match &self.0 {
            Some(announced) if !announced.is_written.load(Ordering::Acquire) => {
                audit::append(connection, trail.key(), std::slice::from_ref(&announced.entry))
            }
            _ => Ok(()),
        }
    }

    /// The transaction was committed.
    pub(crate) fn written(&self) {
        if let Some(announced) = &self.0 {
            announced.is_written.store(true, Ordering::Release);
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
        let trail = Arc::clone(&self.inner().trail);
        self.inner().writer.run(move |connection| trail.flush(connection))?;
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

/// The end of the log, for the `state` file.
pub(crate) fn head(connection: &Connection) -> Outcome<Head> {
    audit::head(connection)
}
