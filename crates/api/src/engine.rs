use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicUsize, Ordering};
use std::sync::mpsc::Receiver;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use domain::{Cancel, Code, Failure, Result, UtcMs};
use serde_json::Value;
use serde_json::value::RawValue;
use vault::Vault;

use crate::jobs::JobBoard;
use crate::keychain::{Keychain, SystemKeychain};
use crate::meaning::Meaning;
use crate::personal::Personal;
use crate::wire::Event;
use crate::{Caller, Operation, operation};

/// How long after the last question work in the background still holds back: someone who reads is about to ask again.
const QUIET_MS: i64 = 1_500;
/// How long after the engine said something a page may still be showing anew what it shows.
const REFRESHING: Duration = Duration::from_secs(30);
/// Calls that are remembered as shown.
const SHOWN: usize = 10_000;

/// Whether the engine stays open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stay {
    /// For one operation: nothing goes on beside it.
    Once,
    /// Until it is closed: indexes follow in the background, and an idle vault locks itself.
    Open,
}

/// One vault's folder, the models beside it, and the work that goes on. Cheap to clone; every clone is the same engine.
#[derive(Clone)]
pub struct Engine(pub(crate) Arc<Inner>);

pub(crate) struct Inner {
    pub(crate) folder: PathBuf,
    pub(crate) registry: forge::Registry,
    pub(crate) jobs: JobBoard,
    pub(crate) keychain: Box<dyn Keychain>,
    stay: Stay,
    /// When somebody last asked for something, UTC milliseconds.
    asked: AtomicI64,
    /// The same by the clock that nobody can set, in milliseconds since the engine was made.
    asked_steady: AtomicI64,
    made: Instant,
    /// Whether the owner has left the machine, and the vault is to be locked once it can be.
    left: AtomicBool,
    /// When a backup was last tried by itself, UTC milliseconds.
    backup_tried: AtomicI64,
    /// How many questions are being answered.
    answering: AtomicUsize,
    shown: Mutex<Shown>,
    open: RwLock<Option<Open>>,
    /// Whether the vault is closed only for as long as its root key is replaced.
    rekeying: AtomicBool,
}

/// Which calls pages have been answered with what they show, by a hash that this process alone can make.
#[derive(Default)]
struct Shown {
    hasher: RandomState,
    calls: HashSet<u64>,
}

impl Shown {
    /// Remembers a call; whether it was made before. Where a list goes on does not count: as more comes in, that moves.
    fn has(&mut self, operation: &Operation, body: &Value) -> bool {
        let mut body = body.clone();
        if let Value::Object(fields) = &mut body {
            fields.remove("after");
        }
        if self.calls.len() >= SHOWN {
            self.calls.clear();
        }
        !self.calls.insert(self.hasher.hash_one((operation.name, body.to_string())))
    }
}

/// What there is only while the vault is open.
#[derive(Clone)]
pub(crate) struct Open {
    pub(crate) vault: Vault,
    pub(crate) meaning: Arc<Meaning>,
    pub(crate) personal: Arc<Personal>,
}

impl Engine {
    /// The engine of the vault in `folder`, which may not exist yet. Nothing is opened.
    pub fn new(folder: &Path, stay: Stay) -> Result<Self> {
        Self::with_keychain(folder, stay, Box::new(SystemKeychain))
    }

    pub(crate) fn with_keychain(folder: &Path, stay: Stay, keychain: Box<dyn Keychain>) -> Result<Self> {
        Ok(Self(Arc::new(Inner {
            folder: folder.to_owned(),
            registry: forge::Registry::open()?,
            jobs: JobBoard::default(),
            keychain,
            stay,
            asked: AtomicI64::new(now()),
            backup_tried: AtomicI64::new(0),
            asked_steady: AtomicI64::new(0),
            made: Instant::now(),
            left: AtomicBool::new(false),
            answering: AtomicUsize::new(0),
            shown: Mutex::default(),
            open: RwLock::new(None),
            rekeying: AtomicBool::new(false),
        })))
    }

    /// The vault's folder.
    pub fn folder(&self) -> &Path {
        &self.0.folder
    }

    /// Runs the operation of that name for `caller`. Parts of a streamed answer go to `on`.
    pub fn call(&self, caller: Caller, name: &str, body: Value, cancel: &Cancel, on: &mut dyn FnMut(Value)) -> Result<Value> {
        serde_json::from_str(self.answer(caller, name, body, cancel, on)?.get()).map_err(Failure::internal)
    }

    /// As [`Self::call`], with the answer as JSON text: for who passes it on and does not look into it.
    pub fn answer(&self, caller: Caller, name: &str, body: Value, cancel: &Cancel, on: &mut dyn FnMut(Value)) -> Result<Box<RawValue>> {
        let mut out = Vec::new();
        self.write(caller, name, body, cancel, on, &mut out)?;
        RawValue::from_string(String::from_utf8(out).map_err(Failure::internal)?).map_err(Failure::internal)
    }

    /// As [`Self::answer`], with the text written to `out` as it comes to be: an answer may be larger than memory should hold.
    /// When the operation fails, nothing was written.
    pub fn write(
        &self,
        caller: Caller,
        name: &str,
        body: Value,
        cancel: &Cancel,
        on: &mut dyn FnMut(Value),
        out: &mut dyn Write,
    ) -> Result<()> {
        let operation = operation(name)?;
        // A page that only watches does not keep the vault open, and needs nobody to make room.
        let _answering = (!matches!(name, "status" | "jobs")).then(|| Answering::begin(&self.0, !self.refreshes(operation, &body)));
        operation.write(self, caller, body, cancel, on, out)
    }

    /// Whether a page makes a call by itself, to show anew what it shows: it made the same before, and the engine has just said that
    /// something changed, as it does all the time while an import goes on. Nobody need be there for that. Who looks at the same
    /// things again meanwhile is taken for nobody as well, and whoever looks at anything else is not.
    fn refreshes(&self, operation: &Operation, body: &Value) -> bool {
        if operation.shows.is_empty() || !operation.spoils.is_empty() {
            return false;
        }
        let is_shown = self.0.shown.lock().unwrap_or_else(PoisonError::into_inner).has(operation, body);
        is_shown && self.0.jobs.has_told_within(REFRESHING)
    }

    /// Every event from now on. A listener that falls far behind is dropped, and has to listen anew.
    pub fn events(&self) -> Receiver<Event> {
        self.0.jobs.listen()
    }

    /// Ends all work and closes the vault, if it is open.
    pub fn lock(&self) -> Result<()> {
        self.0.jobs.cancel_all();
        let open = self.0.open.write().unwrap_or_else(PoisonError::into_inner).take();
        self.0.shown.lock().unwrap_or_else(PoisonError::into_inner).calls.clear();
        if let Some(Open { vault, meaning, personal }) = open {
            meaning.stop();
            personal.stop();
            vault.close()?;
            self.0.jobs.tell(&Event::Locked);
        }
        Ok(())
    }

    /// Closes the vault for `work` alone, which opens it again; nobody is told of a lock. What `work` brings is the answer.
    ///
    /// # Errors
    /// [`Code::BadRequest`] while other work goes on.
    pub(crate) fn closed_for_a_while<T>(&self, work: impl FnOnce(&Path) -> (Result<T>, Result<Vault>)) -> Result<T> {
        if self.0.jobs.n_running() > 0 {
            return Err(Failure::new(Code::BadRequest, "The root key cannot be replaced while other work goes on in the vault.")
                .hint("Wait for the jobs, or end them; then try again."));
        }
        let open = {
            let mut open = self.0.open.write().unwrap_or_else(PoisonError::into_inner);
            self.0.rekeying.store(open.is_some(), Ordering::Relaxed);
            open.take()
        };
        let Some(Open { vault, meaning, personal }) = open else { return Err(self.locked()) };
        meaning.stop();
        personal.stop();
        drop((meaning, personal));
        let closed = vault.close();
        let (done, opened) = match closed {
            Ok(()) => work(self.folder()),
            Err(failure) => (Err(failure.clone()), Err(failure)),
        };
        if let Ok(vault) = opened {
            self.opened(vault);
            self.0.rekeying.store(false, Ordering::Relaxed);
        } else {
            self.0.rekeying.store(false, Ordering::Relaxed);
            self.0.jobs.tell(&Event::Locked);
        }
        done
    }

    /// Whether the vault's root key is being replaced.
    pub(crate) fn is_rekeying(&self) -> bool {
        self.0.rekeying.load(Ordering::Relaxed)
    }

    /// Whether someone is being answered, or was just now: work in the background lets them have the processor.
    pub(crate) fn is_asked(&self) -> bool {
        self.0.answering.load(Ordering::Relaxed) > 0 || now() - self.0.asked.load(Ordering::Relaxed) < QUIET_MS
    }

    pub(crate) fn opened(&self, vault: Vault) {
        let meaning = Meaning::start(self, &vault, self.stays());
        let personal = Personal::start(self, &vault, self.stays());
        *self.0.open.write().unwrap_or_else(PoisonError::into_inner) = Some(Open { vault, meaning, personal });
    }

    /// Locks the vault when nobody has asked for anything, nothing is being answered and no import, export or backup goes on, for as long
    /// as the owner chose; or when the owner has left and what went on then has ended. One that holds still does not keep the vault
    /// open: locking ends it where it is, and the same import goes on from there.
    ///
    /// Looks at the wall clock, so that a night asleep counts as idle, and at the steady one, so that setting the wall clock back
    /// does not keep the vault open.
    pub fn lock_if_idle(&self) -> Result<bool> {
        let Ok(open) = self.open() else { return Ok(false) };
        let minutes = crate::ops::settings::auto_lock_minutes(&open.vault);
        let idle = minutes > 0 && self.idle_ms() >= minutes * 60_000;
        if self.is_busy() || !(idle || self.0.left.load(Ordering::Relaxed)) {
            return Ok(false);
        }
        self.lock().map(|()| true)
    }

    /// The owner has left the machine: its screen was locked, or it went to sleep. Locks the vault, unless the owner chose
    /// otherwise; while an import or export goes on not before that has ended, and not at all when somebody asks for something before.
    pub fn lock_when_left(&self) -> Result<bool> {
        let Ok(open) = self.open() else { return Ok(false) };
        if !crate::ops::settings::locks_when_left(&open.vault) {
            return Ok(false);
        }
        drop(open);
        if self.is_busy() {
            self.0.left.store(true, Ordering::Relaxed);
            return Ok(false);
        }
        self.lock().map(|()| true)
    }

    /// How long nobody asked for anything, in milliseconds.
    fn idle_ms(&self) -> i64 {
        (now() - self.0.asked.load(Ordering::Relaxed)).max(steady(&self.0) - self.0.asked_steady.load(Ordering::Relaxed))
    }

    fn is_busy(&self) -> bool {
        self.0.answering.load(Ordering::Relaxed) > 0 || ["import", "export", "backup"].iter().any(|kind| self.0.jobs.goes_on(kind))
    }

    /// Makes the backup that is due by the owner's schedule, if one is, while nothing is imported; blocks until it is made.
    pub fn back_up_if_due(&self) -> Result<()> {
        if !self.is_open() || self.0.jobs.is_running("import") {
            return Ok(());
        }
        crate::ops::backups::make_due(self, &self.0.backup_tried)
    }

    /// Forgets loaded models, after some came or went.
    pub(crate) fn models_changed(&self) {
        if let Ok(open) = self.open() {
            open.meaning.forget();
        }
    }

    /// Whether work may go on beside what is asked for.
    pub(crate) fn stays(&self) -> bool {
        self.0.stay == Stay::Open
    }

    pub(crate) fn is_open(&self) -> bool {
        self.0.open.read().unwrap_or_else(PoisonError::into_inner).is_some()
    }

    pub(crate) fn open(&self) -> Result<Open> {
        let open = self.0.open.read().unwrap_or_else(PoisonError::into_inner).clone();
        open.ok_or_else(|| {
            if self.is_rekeying() {
                return Failure::new(Code::VaultInUse, "The vault's root key is being replaced.")
                    .hint("Wait until that is done: it takes as long as copying the database.");
            }
            self.locked()
        })
    }

    fn locked(&self) -> Failure {
        Failure::new(Code::Locked, format!("The vault at {} is locked.", self.0.folder.display())).hint("Unlock it with its passphrase.")
    }

    pub(crate) fn vault(&self) -> Result<Vault> {
        Ok(self.open()?.vault)
    }
}

/// A question that is being answered, for as long as this value lives.
struct Answering<'a> {
    inner: &'a Inner,
    /// Whether somebody is there who asked it.
    by_somebody: bool,
}

impl<'a> Answering<'a> {
    fn begin(inner: &'a Inner, by_somebody: bool) -> Self {
        inner.answering.fetch_add(1, Ordering::Relaxed);
        if by_somebody {
            inner.left.store(false, Ordering::Relaxed);
        }
        let answering = Self { inner, by_somebody };
        answering.note();
        answering
    }
}

impl Answering<'_> {
    fn note(&self) {
        if self.by_somebody {
            self.inner.asked.store(now(), Ordering::Relaxed);
            self.inner.asked_steady.store(steady(self.inner), Ordering::Relaxed);
        }
    }
}

impl Drop for Answering<'_> {
    fn drop(&mut self) {
        self.note();
        self.inner.answering.fetch_sub(1, Ordering::Relaxed);
    }
}

/// The clock that nobody can set, in milliseconds since the engine was made.
fn steady(inner: &Inner) -> i64 {
    inner.made.elapsed().as_millis() as i64
}

/// The wall clock. Here and below nothing else reads it, but for the person's local day, which phrases of dates are told from.
pub(crate) fn now() -> UtcMs {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis() as UtcMs)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn who_asks_is_noticed_and_who_only_watches_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let engine = Engine::new(&folder.path().join("vault"), Stay::Once).unwrap();
        let call = |op: &str, body| engine.call(Caller::owner(), op, body, &Cancel::default(), &mut |_| assert!(engine.is_asked()));
        engine.0.asked.store(0, Ordering::Relaxed);
        call("status", json!({})).unwrap();
        assert!(!engine.is_asked());
        call("create_vault", json!({ "passphrase": "five plain words for testing" })).unwrap();
        call("verify", json!({})).unwrap();
        assert!(engine.is_asked());
        assert_eq!(engine.0.answering.load(Ordering::Relaxed), 0);
        engine.0.asked.store(0, Ordering::Relaxed);
        assert!(!engine.is_asked());
        // An idle vault locks itself; not while something is being answered.
        engine.0.answering.store(1, Ordering::Relaxed);
        assert!(!engine.lock_if_idle().unwrap());
        engine.0.answering.store(0, Ordering::Relaxed);
        assert!(engine.lock_if_idle().unwrap());
    }

    #[test]
    fn a_clock_that_was_set_back_keeps_no_vault_open() {
        let folder = tempfile::tempdir().unwrap();
        let engine = Engine::new(&folder.path().join("vault"), Stay::Once).unwrap();
        let call = |op: &str, body| engine.call(Caller::owner(), op, body, &Cancel::default(), &mut |_| {}).unwrap();
        call("create_vault", json!({ "passphrase": "five plain words for testing" }));
        // Asked at a time that is still to come, an hour ago.
        engine.0.asked.store(now() + 86_400_000, Ordering::Relaxed);
        assert!(!engine.lock_if_idle().unwrap());
        engine.0.asked_steady.store(steady(&engine.0) - 3_600_000, Ordering::Relaxed);
        assert!(engine.lock_if_idle().unwrap());
    }

    #[test]
    fn a_vault_whose_owner_left_is_locked_once_its_import_has_ended_unless_they_are_back_or_chose_otherwise() {
        let folder = tempfile::tempdir().unwrap();
        let engine = Engine::new(&folder.path().join("vault"), Stay::Once).unwrap();
        let call = |op: &str, body| engine.call(Caller::owner(), op, body, &Cancel::default(), &mut |_| {}).unwrap();
        let passphrase = json!({ "passphrase": "five plain words for testing" });
        call("create_vault", passphrase.clone());
        call("set_setting", json!({ "key": "lock_when_left", "value": "no" }));
        assert!(!engine.lock_when_left().unwrap());
        call("set_setting", json!({ "key": "lock_when_left", "value": "yes" }));
        let import = crate::jobs::Work::begin(&engine, "import", "takeout.zip", &Cancel::default()).unwrap();
        assert!(!engine.lock_when_left().unwrap());
        assert!(!engine.lock_if_idle().unwrap(), "the import goes on");
        call("stats", json!({}));
        drop(import);
        assert!(!engine.lock_if_idle().unwrap(), "they are back");
        let import = crate::jobs::Work::begin(&engine, "import", "takeout.zip", &Cancel::default()).unwrap();
        assert!(!engine.lock_when_left().unwrap());
        drop(import);
        assert!(engine.lock_if_idle().unwrap());
        call("unlock", passphrase);
        assert!(engine.lock_when_left().unwrap());
    }

    #[test]
    fn a_page_that_shows_anew_what_comes_in_is_not_taken_for_an_owner_who_is_back() {
        let folder = tempfile::tempdir().unwrap();
        let engine = Engine::new(&folder.path().join("vault"), Stay::Once).unwrap();
        let call = |op: &str, body| engine.call(Caller::owner(), op, body, &Cancel::default(), &mut |_| {}).unwrap();
        let passphrase = json!({ "passphrase": "five plain words for testing" });
        call("create_vault", passphrase.clone());
        let shown = [
            ("stats", json!({})),
            ("list", json!({ "filter": { "text": "flour" } })),
            ("list", json!({ "filter": { "text": "flour" }, "after": null })),
        ];
        let show = || {
            for (op, body) in shown.clone() {
                call(op, body);
            }
        };
        show();
        for returns in [false, true] {
            let import = crate::jobs::Work::begin(&engine, "import", "takeout.zip", &Cancel::default()).unwrap();
            show();
            assert!(!engine.lock_when_left().unwrap(), "the import goes on");
            engine.0.asked.store(0, Ordering::Relaxed);
            show();
            assert_eq!(engine.0.asked.load(Ordering::Relaxed), 0, "nor do they keep it from being idle");
            // From here on it is not idle; the owner has left, or not.
            engine.0.asked.store(now(), Ordering::Relaxed);
            if returns {
                call("list", json!({ "filter": { "text": "apples" } }));
            }
            drop(import);
            assert_eq!(engine.lock_if_idle().unwrap(), !returns);
            if !returns {
                call("unlock", passphrase.clone());
                show();
            }
        }
    }

    #[test]
    fn who_looks_at_the_same_again_while_nothing_goes_on_is_there() {
        let folder = tempfile::tempdir().unwrap();
        let engine = Engine::new(&folder.path().join("vault"), Stay::Once).unwrap();
        let call = |op: &str, body| engine.call(Caller::owner(), op, body, &Cancel::default(), &mut |_| {}).unwrap();
        call("create_vault", json!({ "passphrase": "five plain words for testing" }));
        call("stats", json!({}));
        engine.0.asked.store(0, Ordering::Relaxed);
        call("stats", json!({}));
        assert!(engine.0.asked.load(Ordering::Relaxed) > 0);
    }

    #[test]
    fn an_import_that_holds_still_and_those_that_wait_for_it_keep_no_vault_open() {
        let folder = tempfile::tempdir().unwrap();
        let engine = Engine::new(&folder.path().join("vault"), Stay::Once).unwrap();
        let call = |op: &str, body| engine.call(Caller::owner(), op, body, &Cancel::default(), &mut |_| {}).unwrap();
        call("create_vault", json!({ "passphrase": "five plain words for testing" }));
        let begin = || crate::jobs::Work::begin(&engine, "import", "takeout.zip", &Cancel::default()).unwrap();
        let (first, second) = (begin(), begin().waits());
        call("pause_job", json!({ "job": first.number() }));
        second.starts();
        assert!(!engine.lock_when_left().unwrap(), "the second goes on");
        drop(second);
        let second = begin().waits();
        assert!(engine.lock_if_idle().unwrap(), "the owner has left");
        assert!(first.cancel().is_cancelled() && second.cancel().is_cancelled());
    }

    #[test]
    fn a_setting_that_cannot_be_read_keeps_no_vault_open() {
        let folder = tempfile::tempdir().unwrap();
        for left in [true, false] {
            let engine = Engine::new(&folder.path().join(left.to_string()), Stay::Once).unwrap();
            let call = |op: &str, body| engine.call(Caller::owner(), op, body, &Cancel::default(), &mut |_| {}).unwrap();
            call("create_vault", json!({ "passphrase": "five plain words for testing" }));
            call("set_setting", json!({ "key": "lock_when_left", "value": "no" }));
            call("set_setting", json!({ "key": "auto_lock_minutes", "value": 0 }));
            engine.0.asked.store(0, Ordering::Relaxed);
            assert!(!engine.lock_if_idle().unwrap() && !engine.lock_when_left().unwrap());
            // From here on nothing can be read, and the engine does not know it.
            engine.vault().unwrap().close().unwrap();
            let locked = if left { engine.lock_when_left() } else { engine.lock_if_idle() };
            assert!(locked.unwrap() && !engine.is_open());
        }
    }
}
