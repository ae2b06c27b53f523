//! Follows the change feed in the background and keeps the index of words, the vectors and the inferred whereabouts up with
//! the database. Asleep it costs nothing; woken, it works in batches and never holds the writer for long.
//!
//! The index is a cache: when it is missing, damaged or of another shape, at the start or at any later moment, it is begun anew
//! and filled from the feed. When it has seen changes that the database does not have, the database has lost them, and that is
//! told.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, RwLock, TryLockError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use domain::{Cancel, Code, Failure, Progress};

use crate::fault::{Fault, Outcome};
use crate::folder::Folder;
use crate::index::{IndexDoc, Vectors, WordIndex, WordSearch};
use crate::keys::{Key, RootKey};
use crate::read::document;
use crate::read_only;
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
    folder: Folder,
    words: Mutex<Option<WordIndex>>,
    /// Held by who infers whereabouts.
    whereabouts: Mutex<()>,
    standing: Arc<RwLock<Standing>>,
    spare: Mutex<Option<Spare>>,
    /// Somebody waits to begin the index anew: who is filling it lets go of it.
    damaged: AtomicBool,
    /// That it was begun anew, and why.
    mended: Mutex<Option<VerifyFinding>>,
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

/// What answers searches by words, and of which generation it is.
#[derive(Clone)]
pub(crate) struct Standing {
    pub(crate) search: WordSearch,
    generation: u64,
}

/// The generation to begin should the one that stands turn out to be damaged. There is one while the vault is open: an index
/// that is damaged again within the hour has a disk under it that damages everything.
struct Spare {
    generation: u64,
    key: Key,
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
        let mut mended = None;
        let (words, generation) = open(folder, root, writer, readers, warnings, &mut mended)?;
        let next = generation + 1;
        let shared = Arc::new(Shared {
            folder: folder.clone(),
            standing: Arc::new(RwLock::new(Standing { search: words.searcher(), generation })),
            spare: Mutex::new(Some(Spare { generation: next, key: key(root, next)? })),
            damaged: AtomicBool::new(false),
            mended: Mutex::new(mended),
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
        if writer.reads_only() {
            return Ok(Self { shared, thread: Mutex::new(None) });
        }
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
        self.shared.spare().take();
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
    pub(crate) fn search(&self) -> WordSearch {
        self.standing().search
    }

    /// The same, and what [`Self::begin_anew`] knows it by.
    pub(crate) fn standing(&self) -> Standing {
        self.shared.standing.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// What stands at any time, for whoever outlives this.
    pub(crate) fn always_standing(&self) -> Arc<RwLock<Standing>> {
        Arc::clone(&self.shared.standing)
    }

    /// Begins the index anew, unless what was found damaged stands no more; it is filled in the background.
    ///
    /// # Errors
    /// `why` itself when it was begun anew before while the vault was open.
    pub(crate) fn begin_anew(&self, damaged: &Standing, why: &Failure) -> Outcome<()> {
        self.shared.damaged.store(true, Ordering::Release);
        let mut guard = self.shared.wait_for_words(&self.shared.stop, &mut |_| {})?;
        self.shared.damaged.store(false, Ordering::Release);
        if self.standing().generation == damaged.generation {
            self.shared.begin_anew(&mut guard, why)?;
        }
        drop(guard);
        self.wake();
        Ok(())
    }

    /// That the index was begun anew since the vault is being opened, and why; `forget` once a check has told it.
    pub(crate) fn mended(&self, forget: bool) -> Option<VerifyFinding> {
        let mut mended = self.shared.mended.lock().unwrap_or_else(PoisonError::into_inner);
        if forget { mended.take() } else { mended.clone() }
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

    fn spare(&self) -> MutexGuard<'_, Option<Spare>> {
        self.spare.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts an empty index in the place of the one that is damaged.
    fn begin_anew(&self, words: &mut Option<WordIndex>, why: &Failure) -> Outcome<()> {
        if self.writer.reads_only() {
            return Err(why.clone().into());
        }
        let Some(Spare { generation, key }) = self.spare().take() else { return Err(why.clone().into()) };
        tracing::warn!(code = ?why.code, "the index of words is damaged, and is built anew");
        *words = None;
        let anew = begin(&self.folder, generation, &key, &self.writer)?;
        let search = anew.searcher();
        *words = Some(anew);
        *self.standing.write().unwrap_or_else(PoisonError::into_inner) = Standing { search, generation };
        self.seen.store(0, Ordering::Release);
        *self.mended.lock().unwrap_or_else(PoisonError::into_inner) = Some(built_anew(why));
        Ok(())
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
        if self.writer.reads_only() {
            // They stay as far as they are.
            return Ok(());
        }
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

    /// Brings the index of words up to the feed's end. One that turns out to be damaged is begun anew.
    fn follow_words(&self, cancel: &Cancel, on: &mut dyn FnMut(Progress)) -> Outcome<()> {
        loop {
            let mut guard = self.wait_for_words(cancel, on)?;
            let Some(words) = guard.as_mut() else { return Err(Failure::new(Code::Locked, "The vault is locked.").into()) };
            match self.fill(words, cancel, on) {
                Ok(true) => {}
                Ok(false) => {
                    cancel.check()?;
                    return Ok(());
                }
                // Of the database's own damage the index knows nothing.
                Err(Unfilled::Index(failure)) if failure.code == Code::Damaged => self.begin_anew(&mut guard, &failure)?,
                Err(Unfilled::Index(failure)) => return Err(failure.into()),
                Err(Unfilled::Database(fault)) => return Err(fault),
            }
            drop(guard);
            // Who waits to begin it anew has its turn.
            while self.damaged.load(Ordering::Acquire) {
                cancel.check()?;
                std::thread::sleep(LOOK_EVERY);
            }
        }
    }

    /// Puts into the index what it has not seen, until the feed ends, it is cancelled or somebody waits to begin it anew; tells
    /// whether there may be more.
    fn fill(&self, words: &mut WordIndex, cancel: &Cancel, on: &mut dyn FnMut(Progress)) -> Result<bool, Unfilled> {
        let began = words.watermark();
        let (mut applied, mut committed, mut committed_at) = (began, began, Instant::now());
        let mut more = false;
        loop {
            let Changed { end, last, docs, deletes } = self.changed(applied).map_err(Unfilled::Database)?;
            let Some(end) = end else { break };
            words.apply(&docs, &deletes).map_err(Unfilled::Index)?;
            applied = end;
            on(progress(began, applied, last));
            if applied - committed >= COMMIT_EVERY || committed_at.elapsed() >= COMMIT_AFTER {
                words.commit(applied).map_err(Unfilled::Index)?;
                self.seen.store(applied, Ordering::Release);
                (committed, committed_at) = (applied, Instant::now());
            }
            if self.damaged.load(Ordering::Acquire) {
                more = true;
                break;
            }
            if cancel.is_cancelled() {
                break;
            }
        }
        if applied > committed {
            words.commit(applied).map_err(Unfilled::Index)?;
            self.seen.store(applied, Ordering::Release);
        }
        Ok(more)
    }

    /// The next changes of the feed after `applied`.
    fn changed(&self, applied: i64) -> Outcome<Changed> {
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
        let deletes = latest.into_keys().filter(|item| !there.contains(item)).collect();
        Ok(Changed { end: changes.last().map(|change| change.seq), last, docs, deletes })
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

/// Some changes of the feed, for the index.
struct Changed {
    /// The last of them; `None` when there are none.
    end: Option<i64>,
    /// The last of the whole feed.
    last: i64,
    docs: Vec<IndexDoc>,
    deletes: Vec<i64>,
}

/// Why the index could not be filled.
enum Unfilled {
    Index(Failure),
    Database(Fault),
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

/// Opens the index of the generation that the database names, or begins the next one; tells which.
fn open(
    folder: &Folder,
    root: &RootKey,
    writer: &Writer,
    readers: &Readers,
    warnings: &mut Vec<VerifyFinding>,
    mended: &mut Option<VerifyFinding>,
) -> Outcome<(WordIndex, u64)> {
    let (named, last) = {
        let reader = readers.borrow()?;
        (setting::get(&reader, GENERATION)?, change::last(&reader)?)
    };
    let generation: u64 = named.as_deref().and_then(|text| text.parse().ok()).unwrap_or(0);
    if generation > 0 {
        match WordIndex::open(&generation_folder(folder, generation), &*key(root, generation)?, false) {
            Ok(words) if words.watermark() <= last => return Ok((words, generation)),
            Ok(words) => {
                warnings.push(lost_commits((words.watermark() - last).unsigned_abs()));
            }
            Err(failure) if failure.code == Code::Damaged => {
                *mended = (last > 0).then(|| built_anew(&failure));
            }
            Err(failure) => return Err(failure.into()),
        }
    }
    if writer.reads_only() {
        return Err(read_only::needs_writing("its index of words has to be built anew").into());
    }
    let next = generation + 1;
    Ok((begin(folder, next, &*key(root, next)?, writer)?, next))
}

/// Begins an empty index under that generation, which the database names from then on, and removes what there was.
fn begin(folder: &Folder, generation: u64, key: &[u8; 32], writer: &Writer) -> Outcome<WordIndex> {
    let at = generation_folder(folder, generation);
    let words = WordIndex::open(&at, key, true)?;
    writer.write(move |transaction| setting::set(transaction, GENERATION, Some(&generation.to_string())))?;
    for entry in fs::read_dir(folder.index())? {
        let path = entry?.path();
        if path != at && path.is_dir() {
            fs::remove_dir_all(path)?;
        }
    }
    Ok(words)
}

fn generation_folder(folder: &Folder, generation: u64) -> PathBuf {
    folder.index().join(generation.to_string())
}

fn built_anew(why: &Failure) -> VerifyFinding {
    VerifyFinding::new(
        VerifyCode::Index,
        &format!("The index of words could not be used and is being built anew: {}", why.message),
        "Nothing: searches by words find more and more until it has caught up.",
    )
}

fn key(root: &RootKey, generation: u64) -> Outcome<Key> {
    Ok(root.index(&generation.to_string())?)
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
