//! Follows the change feed in the background and keeps the index of words, the vectors and the inferred whereabouts up with
//! the database. Asleep it costs nothing; woken, it works in batches and never holds the writer for long.
//!
//! The index is a cache: when it is missing, damaged or of another shape it is begun anew and filled from the feed. When
//! it has seen changes that the database does not have, the database has lost them, and that is told.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, TryLockError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use domain::{Cancel, Code, Failure, Progress};

use crate::fault::{Fault, Outcome};
use crate::folder::Folder;
use crate::index::{Vectors, WordIndex, WordSearch};
use crate::keys::RootKey;
use crate::read::document;
use crate::readers::Readers;
use crate::table::change::{self, ChangeOp};
use crate::table::import_run::{self, ImportState};
use crate::table::setting;
use crate::vault::lost_commits;
use crate::verify::{VerifyCode, VerifyFinding};
use crate::writer::Writer;
use crate::{day_layers, whereabouts};

/// Changes read at once.
const BATCH: usize = 1_000;
/// Changes between two commits of the index, while it is behind.
const COMMIT_EVERY: i64 = 50_000;
/// Time between two commits of the index, while it is behind.
const COMMIT_AFTER: Duration = Duration::from_secs(5);
/// Time between two looks at what another thread is doing.
const LOOK_EVERY: Duration = Duration::from_millis(50);
/// The setting that names the index's generation: its folder and its key. Without it the index is begun anew.
pub(crate) const GENERATION: &str = "index.generation";
/// How far vectors follow deletions.
const VECTORS: &str = "vectors";

/// The thread, and what it shares.
pub(crate) struct Follower {
    shared: Arc<Shared>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

struct Shared {
    words: Mutex<Option<WordIndex>>,
    /// Held by who infers whereabouts.
    whereabouts: Mutex<()>,
    search: WordSearch,
    /// The last change that a commit of the index has seen; told without waiting for who is indexing.
    seen: AtomicI64,
    writer: Arc<Writer>,
    readers: Arc<Readers>,
    vectors: Arc<Vectors>,
    bell: Mutex<Bell>,
    rung: Condvar,
    stop: Cancel,
}

#[derive(Default)]
struct Bell {
    woken: bool,
}

impl Follower {
    /// Opens the index, or begins it anew, and starts to follow.
    pub(crate) fn start(
        folder: &Folder,
        root: &RootKey,
        writer: &Arc<Writer>,
        readers: &Arc<Readers>,
        vectors: &Arc<Vectors>,
        warnings: &mut Vec<VerifyFinding>,
    ) -> Outcome<Self> {
        let words = open(folder, root, writer, readers, warnings)?;
        let shared = Arc::new(Shared {
            search: words.searcher(),
            seen: AtomicI64::new(words.watermark()),
            words: Mutex::new(Some(words)),
            whereabouts: Mutex::new(()),
            writer: Arc::clone(writer),
            readers: Arc::clone(readers),
            vectors: Arc::clone(vectors),
            bell: Mutex::new(Bell { woken: true }),
            rung: Condvar::new(),
            stop: Cancel::default(),
        });
        let follows = Arc::clone(&shared);
        let thread = std::thread::Builder::new().name("vault-follower".to_owned()).spawn(move || follows.run())?;
        Ok(Self { shared, thread: Mutex::new(Some(thread)) })
    }

    /// Says that there are changes.
    pub(crate) fn wake(&self) {
        self.shared.bell().woken = true;
        self.shared.rung.notify_one();
    }

    /// Ends the thread; what was applied is committed first.
    pub(crate) fn stop(&self) {
        self.shared.stop.cancel();
        self.wake();
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(thread) = thread
            && thread.join().is_err()
        {
            tracing::error!("the vault's follower ended in a panic");
        }
        self.shared.words().take();
    }

    /// Catches up now, on the caller's thread.
    pub(crate) fn catch_up(&self, cancel: &Cancel, on: &mut dyn FnMut(Progress)) -> Outcome<()> {
        self.shared.catch_up(cancel, on)
    }

    /// Leaves nothing in the index's files of items that were taken out of it.
    pub(crate) fn purge(&self, cancel: &Cancel) -> Outcome<()> {
        let mut guard = self.shared.wait_for_words(cancel, &mut |_| {})?;
        let Some(words) = guard.as_mut() else { return Err(Failure::new(Code::Locked, "The vault is locked.").into()) };
        Ok(words.purge()?)
    }

    /// What answers searches by words.
    pub(crate) fn search(&self) -> &WordSearch {
        &self.shared.search
    }

    /// The last change that the index of words has seen.
    pub(crate) fn watermark(&self) -> i64 {
        self.shared.seen.load(Ordering::Acquire)
    }
}

impl Shared {
    fn bell(&self) -> MutexGuard<'_, Bell> {
        self.bell.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn words(&self) -> MutexGuard<'_, Option<WordIndex>> {
        self.words.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn run(&self) {
        loop {
            {
                let mut bell = self.bell();
                while !bell.woken {
                    bell = self.rung.wait(bell).unwrap_or_else(PoisonError::into_inner);
                }
                bell.woken = false;
            }
            if self.stop.is_cancelled() {
                return;
            }
            match self.catch_up(&self.stop, &mut |_| {}) {
                Ok(()) => {}
                Err(Fault(failure)) if matches!(failure.code, Code::Cancelled | Code::Locked) => {}
                Err(Fault(failure)) => {
                    tracing::warn!(code = ?failure.code, "the indexes could not catch up; it is tried again with the next change");
                }
            }
        }
    }

    fn catch_up(&self, cancel: &Cancel, on: &mut dyn FnMut(Progress)) -> Outcome<()> {
        self.follow_words(cancel, on)?;
        self.follow_vectors(cancel)?;
        self.follow_whereabouts(cancel, on)
    }

    /// The index of words, once nobody else is filling it; meanwhile it tells how far that has come.
    fn wait_for_words(&self, cancel: &Cancel, on: &mut dyn FnMut(Progress)) -> Outcome<MutexGuard<'_, Option<WordIndex>>> {
        let began = self.seen.load(Ordering::Acquire);
        wait_for(&self.words, cancel, &mut || {
            let last = change::last(&*self.readers.borrow()?)?;
            on(progress(began, self.seen.load(Ordering::Acquire), last));
            Ok(())
        })
    }

    /// Infers where and when items were, and by that which record of a day is shown. While an import runs it waits: the track is
    /// not what it will be.
    fn follow_whereabouts(&self, cancel: &Cancel, on: &mut dyn FnMut(Progress)) -> Outcome<()> {
        if !import_run::in_state(&*self.readers.borrow()?, ImportState::Running)?.is_empty() {
            return Ok(());
        }
        let turn = wait_for(&self.whereabouts, cancel, &mut || Ok(()))?;
        whereabouts::infer(&self.writer, &self.readers, cancel, on)?;
        day_layers::choose(&self.writer, &self.readers)?;
        drop(turn);
        // What moved is in the feed again, whoever moved it: another thread may have had its turn first.
        self.follow_words(cancel, on)
    }

    /// Brings the index of words up to the feed's end.
    fn follow_words(&self, cancel: &Cancel, on: &mut dyn FnMut(Progress)) -> Outcome<()> {
        let mut guard = self.wait_for_words(cancel, on)?;
        let Some(words) = guard.as_mut() else { return Err(Failure::new(Code::Locked, "The vault is locked.").into()) };
        let began = words.watermark();
        let (mut applied, mut committed, mut committed_at) = (began, began, Instant::now());
        loop {
            let (changes, last, docs, deletes) = {
                let reader = self.readers.borrow()?;
                let changes = change::after(&reader, applied, BATCH)?;
                let last = change::last(&reader)?;
                // The last word on an item counts, wherever in the batch it stands.
                let mut latest = BTreeMap::new();
                for change in &changes {
                    latest.insert(change.item, change.op);
                }
                let upserts = latest.iter().filter(|(_, op)| **op == ChangeOp::Upsert).map(|(item, _)| *item);
                let docs = document::index_docs(&reader, upserts)?;
                let there: BTreeSet<i64> = docs.iter().map(|doc| doc.id).collect();
                let deletes: Vec<i64> = latest.into_keys().filter(|item| !there.contains(item)).collect();
                (changes, last, docs, deletes)
            };
            let Some(end) = changes.last().map(|change| change.seq) else { break };
            words.apply(&docs, &deletes)?;
            applied = end;
            on(progress(began, applied, last));
            if applied - committed >= COMMIT_EVERY || committed_at.elapsed() >= COMMIT_AFTER {
                words.commit(applied)?;
                self.seen.store(applied, Ordering::Release);
                (committed, committed_at) = (applied, Instant::now());
            }
            if cancel.is_cancelled() {
                break;
            }
        }
        if applied > committed {
            words.commit(applied)?;
            self.seen.store(applied, Ordering::Release);
        }
        drop(guard);
        cancel.check()?;
        Ok(())
    }

    /// Takes the vectors of deleted items out.
    fn follow_vectors(&self, cancel: &Cancel) -> Outcome<()> {
        loop {
            cancel.check()?;
            let (end, gone) = {
                let reader = self.readers.borrow()?;
                let changes = change::after(&reader, setting::watermark(&reader, VECTORS)?, BATCH * 10)?;
                let gone: BTreeSet<i64> = changes.iter().filter(|change| change.op == ChangeOp::Delete).map(|change| change.item).collect();
                (changes.last().map(|change| change.seq), gone)
            };
            let Some(end) = end else { return Ok(()) };
            let vectors = Arc::clone(&self.vectors);
            let written = self.writer.write(move |transaction| {
                vectors.delete(transaction, &gone.into_iter().collect::<Vec<_>>())?;
                setting::set_watermark(transaction, VECTORS, end)
            });
            if let Err(fault) = written {
                self.vectors.forget();
                return Err(fault);
            }
        }
    }
}

/// What is behind a lock, once no other thread has it; meanwhile `on_look` is called.
fn wait_for<'m, T>(mutex: &'m Mutex<T>, cancel: &Cancel, on_look: &mut dyn FnMut() -> Outcome<()>) -> Outcome<MutexGuard<'m, T>> {
    loop {
        match mutex.try_lock() {
            Ok(guard) => return Ok(guard),
            Err(TryLockError::Poisoned(poisoned)) => return Ok(poisoned.into_inner()),
            Err(TryLockError::WouldBlock) => {}
        }
        cancel.check()?;
        on_look()?;
        std::thread::sleep(LOOK_EVERY);
    }
}

fn progress(began: i64, now: i64, last: i64) -> Progress {
    let done = (now - began).unsigned_abs();
    let total = (last - began).unsigned_abs();
    Progress { stage: "indexing".to_owned(), done, total, unit: "records".to_owned(), records: done, ..Progress::default() }
}

/// Opens the index of the generation that the database names, or begins the next one.
fn open(folder: &Folder, root: &RootKey, writer: &Writer, readers: &Readers, warnings: &mut Vec<VerifyFinding>) -> Outcome<WordIndex> {
    let (named, last) = {
        let reader = readers.borrow()?;
        (setting::get(&reader, GENERATION)?, change::last(&reader)?)
    };
    let generation: u64 = named.as_deref().and_then(|text| text.parse().ok()).unwrap_or(0);
    if generation > 0 {
        match WordIndex::open(&folder.index().join(generation.to_string()), &key(root, generation)?, false) {
            Ok(words) if words.watermark() <= last => return Ok(words),
            Ok(words) => {
                warnings.push(lost_commits((words.watermark() - last).unsigned_abs()));
            }
            Err(failure) if failure.code == Code::Damaged => {
                if last > 0 {
                    warnings.push(VerifyFinding::new(
                        VerifyCode::Index,
                        &format!("The index of words could not be used and is being built anew: {}", failure.message),
                        "Nothing: searches by words find more and more until it has caught up.",
                    ));
                }
            }
            Err(failure) => return Err(failure.into()),
        }
    }
    let next = generation + 1;
    let words = WordIndex::open(&folder.index().join(next.to_string()), &key(root, next)?, true)?;
    writer.write(move |transaction| setting::set(transaction, GENERATION, Some(&next.to_string())))?;
    for entry in fs::read_dir(folder.index())? {
        let path = entry?.path();
        if path.file_name().is_none_or(|name| name != next.to_string().as_str()) && path.is_dir() {
            fs::remove_dir_all(path)?;
        }
    }
    Ok(words)
}

fn key(root: &RootKey, generation: u64) -> Outcome<[u8; 32]> {
    Ok(*root.index(&generation.to_string())?)
}

#[cfg(test)]
mod tests {
    use domain::{Certainty, Filter, Moment, Point};

    use super::*;
    use crate::tests::made::{create, fix, import, mail};

    #[test]
    fn what_another_thread_inferred_is_in_the_index_too() {
        let dir = tempfile::tempdir().unwrap();
        let vault = create(dir.path()).0;
        let noon = 1_714_564_800_000; // 2024-05-01T12:00:00Z
        let mut chat = mail(1, 1);
        chat.at = Some(Moment { certainty: Certainty::ZoneUnknown, ..Moment::utc(noon) });
        import(&vault, &[(vec![chat.clone()], vec![])]);
        vault.index_now(&Cancel::default(), &mut |_| {}).unwrap();
        let shared = &vault.inner().follower.shared;
        // The follower itself waits for its turn meanwhile.
        let turn = shared.whereabouts.lock().unwrap();
        let mut tokyo = fix(1, 0);
        (tokyo.at, tokyo.point) = (noon, Point { lat: 356_800_000, lon: 1_397_700_000 });
        import(&vault, &[(vec![], vec![tokyo])]);
        whereabouts::infer(&shared.writer, &shared.readers, &Cancel::default(), &mut |_| {}).unwrap();
        drop(turn);
        shared.follow_whereabouts(&Cancel::default(), &mut |_| {}).unwrap();
        assert_eq!(vault.coverage().unwrap().behind, 0);
        let before = Filter { text: chat.title, to: Some(noon - 8 * 3_600_000), ..Filter::default() };
        assert_eq!(vault.count(&before).unwrap(), 1, "noon in Tokyo is the night before");
    }
}
