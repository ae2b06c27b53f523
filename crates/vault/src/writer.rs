//! The one thread that writes. A write is a closure sent to it; it runs in one short transaction that is committed, and
//! on the disk, before the closure's answer comes back. Nothing else holds the writing connection.
//!
//! Every transaction moves the database's generation on by one, but for those that say nothing of the items (the log of calls,
//! kept conversations): what was worked out from the items, and is remembered by the generation, stays true. The thread keeps the
//! `state` file close behind it.
//!
//! A write that meets a damaged page fails, and spoils the connection; the next one gets another, and goes on where pages are whole.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, bounded};
use domain::{Code, Failure};
use rusqlite::{Connection, Transaction, TransactionBehavior};

use crate::audit::{Announcement, Trail};
use crate::connection::{Opens, is_spoiled};
use crate::fault::{Fault, Outcome};
use crate::folder::Folder;
use crate::keys::Key;
use crate::read_only;
use crate::state::State;
use crate::table::setting;

/// Writes that may wait in line before senders have to.
const QUEUE: usize = 16;
/// How long the `state` file may be behind.
const STATE_EVERY: Duration = Duration::from_secs(5);
/// The size that the write-ahead log is cut back at, in pages of 4 KiB: 64 MiB.
const WAL_PAGES: i64 = 16 * 1024;

type Job = Box<dyn FnOnce(&mut Connection, &Opens) + Send>;

/// The writer's end that the rest of the vault holds.
pub(crate) struct Writer {
    /// How many hold the database's file as it is: its log is not cut back meanwhile.
    pub(crate) holds: Arc<AtomicUsize>,
    line: Mutex<Option<(Sender<Job>, JoinHandle<()>)>>,
    trail: Arc<Trail>,
    reads_only: bool,
}

impl Writer {
    /// `opens` opens a connection like the given one. A writer that `reads_only` refuses transactions and runs what only reads.
    pub(crate) fn start(
        connection: Connection,
        opens: Box<Opens>,
        folder: Folder,
        key: Key,
        trail: Arc<Trail>,
        reads_only: bool,
    ) -> Outcome<Self> {
        let (sender, receiver) = bounded::<Job>(QUEUE);
        let holds = Arc::new(AtomicUsize::new(0));
        let (held, logs) = (Arc::clone(&holds), Arc::clone(&trail));
        let thread = std::thread::Builder::new().name("vault-writer".to_owned()).spawn(move || {
            let line = Line { connection, opens, receiver };
            if reads_only { run_reading(line) } else { run(line, &folder, &key, &logs, &held) }
        })?;
        Ok(Self { holds, line: Mutex::new(Some((sender, thread))), trail, reads_only })
    }

    /// Whether nothing can be written.
    pub(crate) fn reads_only(&self) -> bool {
        self.reads_only
    }

    /// Fails where nothing can be written.
    pub(crate) fn check(&self) -> Outcome<()> {
        if self.reads_only { Err(read_only::refused().into()) } else { Ok(()) }
    }

    /// Runs `work` in a transaction of its own and answers once it is committed. When it fails, nothing was written.
    pub(crate) fn write<T: Send + 'static>(&self, work: impl FnOnce(&Transaction<'_>) -> Outcome<T> + Send + 'static) -> Outcome<T> {
        self.begin(work)?.wait()
    }

    /// As [`Self::write`], of what stands beside the items and changes nothing of them.
    pub(crate) fn write_beside<T: Send + 'static>(&self, work: impl FnOnce(&Transaction<'_>) -> Outcome<T> + Send + 'static) -> Outcome<T> {
        self.transact(false, work)?.wait()
    }

    /// As [`Self::write`], and does not wait for it.
    pub(crate) fn begin<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Outcome<T> + Send + 'static,
    ) -> Outcome<Writing<T>> {
        self.transact(true, work)
    }

    fn transact<T: Send + 'static>(
        &self,
        moves_on: bool,
        work: impl FnOnce(&Transaction<'_>) -> Outcome<T> + Send + 'static,
    ) -> Outcome<Writing<T>> {
        self.check()?;
        let (mut announcement, trail) = (Announcement::take(), Arc::clone(&self.trail));
        self.send(move |connection, opens| {
            announcement.prepare(connection, opens, &trail)?;
            let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            announcement.write(&transaction, &trail)?;
            let answer = work(&transaction)?;
            if moves_on {
                setting::advance_generation(&transaction)?;
            }
            transaction.commit()?;
            announcement.written(&trail);
            Ok(answer)
        })
    }

    /// Runs `work` on the connection itself: for what cannot stand in a transaction, such as a checkpoint.
    pub(crate) fn run<T: Send + 'static>(&self, work: impl FnOnce(&mut Connection) -> Outcome<T> + Send + 'static) -> Outcome<T> {
        self.send(move |connection, _| work(connection))?.wait()
    }

    /// Writes what waits for the log of calls.
    pub(crate) fn flush_log(&self) -> Outcome<bool> {
        let trail = Arc::clone(&self.trail);
        self.send(move |connection, opens| trail.flush(connection, opens))?.wait()
    }

    fn send<T: Send + 'static>(&self, work: impl FnOnce(&mut Connection, &Opens) -> Outcome<T> + Send + 'static) -> Outcome<Writing<T>> {
        let sender = {
            let line = self.line.lock().map_err(|_| closed())?;
            line.as_ref().map(|(sender, _)| sender.clone()).ok_or_else(closed)?
        };
        let (answer, answered) = bounded(1);
        let job: Job = Box::new(move |connection, opens| {
            // Nobody may be waiting any more; the work is done all the same.
            answer.send(work(connection, opens)).ok();
        });
        sender.send(job).map_err(|_| closed())?;
        Ok(Writing(answered))
    }

    /// Waits for what is in line, then checkpoints and ends the thread.
    pub(crate) fn stop(&self) {
        let line = self.line.lock().ok().and_then(|mut line| line.take());
        if let Some((sender, thread)) = line {
            drop(sender);
            // The last of a vault may be let go of by a piece of work on the thread itself, which ends by itself then.
            if thread.thread().id() != std::thread::current().id() && thread.join().is_err() {
                tracing::error!("the vault's writer ended in a panic");
            }
        }
    }
}

/// Also when a vault could not be opened to its end: a thread that is at its connection while the process ends crashes it.
impl Drop for Writer {
    fn drop(&mut self) {
        self.stop();
    }
}

/// A write on its way. It is made whether anyone waits for it or not.
pub(crate) struct Writing<T>(Receiver<Outcome<T>>);

impl<T> Writing<T> {
    pub(crate) fn wait(&self) -> Outcome<T> {
        self.0.recv().map_err(|_| closed())?
    }
}

fn closed() -> Fault {
    Fault(Failure::new(Code::Locked, "The vault is locked.").hint("Unlock it and try again."))
}

/// The thread's end: what it writes on, and what is to be written.
struct Line {
    connection: Connection,
    opens: Box<Opens>,
    receiver: Receiver<Job>,
}

/// Puts another connection in the place of one that has met a damaged page.
pub(crate) fn renew(connection: &mut Connection, opens: &Opens) {
    if is_spoiled(connection) {
        match opens() {
            Ok(opened) => *connection = opened,
            Err(fault) => tracing::warn!(code = ?fault.0.code, "the connection that writes met damage and could not be opened anew"),
        }
    }
}

fn run_reading(line: Line) {
    let Line { mut connection, opens, receiver } = line;
    for job in receiver {
        job(&mut connection, opens.as_ref());
        renew(&mut connection, opens.as_ref());
    }
}

fn run(line: Line, folder: &Folder, key: &Key, trail: &Trail, holds: &AtomicUsize) {
    let Line { mut connection, opens, receiver } = line;
    let mut witnessed = None;
    let mut written_at = Instant::now();
    loop {
        match receiver.recv_timeout(STATE_EVERY) {
            Ok(job) => job(&mut connection, opens.as_ref()),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => break,
        }
        if written_at.elapsed() >= STATE_EVERY {
            written_at = Instant::now();
            if let Err(fault) = trail.flush(&mut connection, opens.as_ref()) {
                tracing::warn!(code = ?fault.0.code, "the log of calls could not be written; it is tried again");
                renew(&mut connection, opens.as_ref());
            }
            if let Err(fault) = witness(&connection, folder, key, trail, &mut witnessed, false) {
                tracing::warn!(code = ?fault.0.code, "the state file could not be written");
            }
            // While the file is held, trying would only keep writers waiting.
            if holds.load(Ordering::SeqCst) == 0
                && let Err(fault) = shorten_log(&connection)
            {
                tracing::warn!(code = ?fault.0.code, "the write-ahead log could not be cut back");
            }
        }
        renew(&mut connection, opens.as_ref());
    }
    if let Err(fault) = trail.flush(&mut connection, opens.as_ref()) {
        tracing::warn!(code = ?fault.0.code, "the log of calls could not be written");
        renew(&mut connection, opens.as_ref());
    }
    // Also when the log of calls cannot be written: what stands in the database's own log is not read by who reads alone.
    let emptied = checkpoint(&connection);
    let closed = emptied.and_then(|()| witness(&connection, folder, key, trail, &mut witnessed, true));
    if let Err(fault) = closed {
        tracing::warn!(code = ?fault.0.code, "the vault was not closed in good order");
    }
}

/// Writes the state file when the database has moved on, or when it is closed. No page of the log of calls is read for it: one that
/// is damaged would leave the loss of everything else unnoticed.
fn witness(connection: &Connection, folder: &Folder, key: &Key, trail: &Trail, witnessed: &mut Option<State>, clean: bool) -> Outcome<()> {
    let state = State { generation: setting::generation(connection)?, clean, audit: trail.head() };
    if *witnessed != Some(state) {
        state.write(&folder.state(), key)?;
        *witnessed = Some(state);
    }
    Ok(())
}

/// Moves the write-ahead log into the database and empties it.
pub(crate) fn checkpoint(connection: &Connection) -> Outcome<()> {
    connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
    Ok(())
}

fn shorten_log(connection: &Connection) -> Outcome<()> {
    let pages: i64 = connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |row| row.get(1))?;
    if pages > WAL_PAGES { checkpoint(connection) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::sync::atomic::AtomicBool;

    use super::*;
    use crate::table::audit::Head;

    #[test]
    fn who_lets_go_of_it_waits_for_its_thread() {
        let trail = Arc::new(Trail::new(Key::default(), Head::default(), Vec::new()));
        let opens: Box<Opens> = Box::new(|| Err(closed()));
        let connection = Connection::open_in_memory().unwrap();
        let writer = Writer::start(connection, opens, Folder::new(Path::new("nowhere")), Box::default(), trail, true).unwrap();
        let is_done = Arc::new(AtomicBool::new(false));
        let does = Arc::clone(&is_done);
        drop(
            writer
                .send(move |_, _| {
                    std::thread::sleep(Duration::from_millis(50));
                    does.store(true, Ordering::SeqCst);
                    Ok(())
                })
                .unwrap(),
        );
        drop(writer);
        assert!(is_done.load(Ordering::SeqCst));
    }
}
