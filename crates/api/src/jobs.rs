//! Work that takes its time: how far it is, who is told, and how it ended. It is filed in the vault, so that the next start
//! still knows of it; what is at work now is held here as well, with the handle that ends it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use domain::{Cancel, Code, Failure, ImportId, Progress, Result};
use vault::{Job, JobId, JobState, Vault};

use crate::Engine;
use crate::engine::now;
use crate::wire::Event;

/// The kind of the jobs that fetch a model.
pub(crate) const DOWNLOAD: &str = "model";
/// Jobs that a list shows.
const LISTED: usize = 50;
/// Progress is told at most so often.
const TELLING: Duration = Duration::from_millis(150);
/// Progress is filed at most so often.
const FILING: Duration = Duration::from_secs(2);
/// Events that a slow listener may be behind before it is dropped.
const BACKLOG: usize = 1024;

/// The jobs at work in one engine, and those who listen.
#[derive(Default)]
pub(crate) struct JobBoard {
    inner: Mutex<Board>,
}

#[derive(Default)]
struct Board {
    at_work: BTreeMap<JobId, (Job, Cancel)>,
    /// Those of them that wait for another to end.
    waiting: BTreeSet<JobId>,
    listeners: Vec<SyncSender<Event>>,
    /// When something was last told, or somebody began to listen: then pages show anew what they show.
    told: Option<Instant>,
}

impl JobBoard {
    fn board(&self) -> MutexGuard<'_, Board> {
        // A board is whole after every statement that changes it, so a panic elsewhere leaves nothing half done.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Every event from now on.
    pub(crate) fn listen(&self) -> Receiver<Event> {
        let (sender, receiver) = sync_channel(BACKLOG);
        let mut board = self.board();
        board.listeners.push(sender);
        board.told = Some(Instant::now());
        receiver
    }

    /// Whether those who listen were told something so short a time ago.
    pub(crate) fn has_told_within(&self, span: Duration) -> bool {
        self.board().told.is_some_and(|at| at.elapsed() < span)
    }

    /// Tells all who listen; who is far behind or gone is dropped.
    pub(crate) fn tell(&self, event: &Event) {
        let mut board = self.board();
        board.told = Some(Instant::now());
        board.listeners.retain(|listener| match listener.try_send(event.clone()) {
            Ok(()) => true,
            Err(TrySendError::Full(_) | TrySendError::Disconnected(_)) => false,
        });
    }

    /// The jobs of a vault, newest first; those at work as they stand now.
    pub(crate) fn list(&self, vault: &Vault) -> Result<Vec<Job>> {
        let mut jobs = vault.jobs(LISTED)?;
        let board = self.board();
        for job in &mut jobs {
            if let Some((now, _)) = board.at_work.get(&job.job) {
                job.clone_from(now);
            }
        }
        Ok(jobs)
    }

    /// How many are at work.
    pub(crate) fn n_running(&self) -> u64 {
        self.board().at_work.len() as u64
    }

    /// Whether a job of that kind is at work.
    pub(crate) fn is_running(&self, kind: &str) -> bool {
        self.board().at_work.values().any(|(job, _)| job.kind == kind)
    }

    /// Whether a job of that kind goes on: it is at work, and neither holds still nor waits for one that does.
    pub(crate) fn goes_on(&self, kind: &str) -> bool {
        let board = self.board();
        let of_kind = || board.at_work.values().map(|(job, _)| job).filter(|job| job.kind == kind);
        let one_holds = of_kind().any(|job| job.state == JobState::Paused);
        of_kind().any(|job| job.state != JobState::Paused && !(one_holds && board.waiting.contains(&job.job)))
    }

    /// Asks a job to end.
    ///
    /// # Errors
    /// [`Code::NotFound`] when no such job is at work.
    pub(crate) fn cancel(&self, number: JobId) -> Result<Job> {
        let board = self.board();
        let (job, cancel) = board.at_work.get(&number).ok_or_else(|| {
            Failure::not_found("job", number).hint("It may have ended; `datapunk jobs` lists the jobs and how they ended.")
        })?;
        cancel.cancel();
        Ok(job.clone())
    }

    /// Asks a job to hold still, or to go on.
    ///
    /// # Errors
    /// [`Code::NotFound`] when no such job is at work; [`Code::BadRequest`] for a download, which looks for no such wish.
    pub(crate) fn pause(&self, number: JobId, pause: bool) -> Result<Job> {
        let job = {
            let mut board = self.board();
            let (job, cancel) = board.at_work.get_mut(&number).ok_or_else(|| {
                Failure::not_found("job", number).hint("It may have ended; `datapunk jobs` lists the jobs and how they ended.")
            })?;
            if job.kind == DOWNLOAD {
                return Err(
                    Failure::new(Code::BadRequest, "A download cannot hold still.").hint("Cancel it, and pull the model again later.")
                );
            }
            cancel.pause(pause);
            job.state = if pause { JobState::Paused } else { JobState::Running };
            job.progress.eta_s = job.progress.eta_s.filter(|_| !pause);
            job.updated_ms = now();
            job.clone()
        };
        self.tell(&Event::Job { job: job.clone() });
        Ok(job)
    }

    /// Asks every job to end.
    pub(crate) fn cancel_all(&self) {
        for (_, cancel) in self.board().at_work.values() {
            cancel.cancel();
        }
    }
}

/// A job at work. It has to be ended: one that is dropped was interrupted.
pub(crate) struct Work {
    engine: Engine,
    vault: Vault,
    number: JobId,
    cancel: Cancel,
    told: Option<Instant>,
    filed: Instant,
}

impl Work {
    /// Files a job of the open vault and begins it. `cancel` is what ends it.
    pub(crate) fn begin(engine: &Engine, kind: &str, label: &str, cancel: &Cancel) -> Result<Self> {
        let vault = engine.vault()?;
        let started_ms = now();
        // Of work in a vault that is only read nothing is filed, and nothing else can be at work there under that number.
        let filed = if vault.reads_only() { Ok(0) } else { vault.add_job(kind, label, started_ms) };
        let mut board = engine.0.jobs.board();
        let number = match filed {
            // Where a damaged page keeps it from being filed, what only reads is done all the same: an export of what is whole.
            Err(failure) if failure.code == Code::Damaged && kind == "export" => {
                board.at_work.keys().next().map_or(-1, |least| least.min(&0) - 1)
            }
            filed => filed?,
        };
        let job = Job {
            job: number,
            kind: kind.to_owned(),
            label: label.to_owned(),
            state: JobState::Running,
            progress: Progress::default(),
            started_ms,
            updated_ms: started_ms,
            error: None,
            import: None,
        };
        board.at_work.insert(number, (job.clone(), cancel.clone()));
        drop(board);
        engine.0.jobs.tell(&Event::Job { job });
        Ok(Self { engine: engine.clone(), vault, number, cancel: cancel.clone(), told: None, filed: Instant::now() })
    }

    /// Says that it waits for another to end, until it [starts](Self::starts).
    pub(crate) fn waits(self) -> Self {
        self.engine.0.jobs.board().waiting.insert(self.number);
        self
    }

    /// Says that its turn has come.
    pub(crate) fn starts(&self) {
        self.engine.0.jobs.board().waiting.remove(&self.number);
    }

    /// Its number.
    pub(crate) fn number(&self) -> JobId {
        self.number
    }

    /// What ends it.
    pub(crate) fn cancel(&self) -> Cancel {
        self.cancel.clone()
    }

    /// Says which import it makes, for whoever looks at the job later.
    pub(crate) fn makes(&self, import: ImportId) {
        if let Some((job, _)) = self.engine.0.jobs.board().at_work.get_mut(&self.number) {
            job.import = Some(import);
        }
    }

    /// Says how far it is; told and filed at a bearable pace.
    pub(crate) fn report(&mut self, progress: Progress) {
        let job = {
            let mut board = self.engine.0.jobs.board();
            let Some((job, _)) = board.at_work.get_mut(&self.number) else { return };
            job.progress = progress;
            job.updated_ms = now();
            job.clone()
        };
        if self.filed.elapsed() >= FILING {
            self.filed = Instant::now();
            self.file(&job);
        }
        if self.told.is_none_or(|at| at.elapsed() >= TELLING) {
            self.told = Some(Instant::now());
            self.engine.0.jobs.tell(&Event::Job { job });
        }
    }

    /// Says how it ended, and which kinds of state it changed.
    pub(crate) fn end(self, outcome: std::result::Result<(), &Failure>, spoiled: &[&str]) {
        let state = match outcome {
            Ok(()) => JobState::Done,
            Err(failure) if failure.code == Code::Cancelled => JobState::Cancelled,
            Err(_) => JobState::Failed,
        };
        self.stop(state, outcome.err(), spoiled);
    }

    /// Says that it did not fail, though not all of it is done: what was asked for is done or decided, and `rest` says what is left and
    /// when that is done.
    pub(crate) fn rest(self, state: JobState, rest: &Failure, spoiled: &[&str]) {
        self.stop(state, Some(rest), spoiled);
    }

    fn stop(self, state: JobState, error: Option<&Failure>, spoiled: &[&str]) {
        let Some((mut job, _)) = self.engine.0.jobs.board().at_work.remove(&self.number) else { return };
        job.progress.eta_s = None;
        // Nothing is being worked on any more, and what is kept of a job need not tell names of files.
        job.progress.detail.clear();
        job.updated_ms = now();
        job.state = state;
        job.error = error.cloned();
        if state == JobState::Done {
            job.progress.done = job.progress.done.max(job.progress.total);
        }
        self.file(&job);
        self.engine.0.jobs.tell(&Event::Job { job });
        if !spoiled.is_empty() {
            self.engine.0.jobs.tell(&Event::Spoiled { tags: spoiled.iter().map(|tag| (*tag).to_owned()).collect() });
        }
    }

    fn file(&self, job: &Job) {
        // A vault that was closed meanwhile marks the job as interrupted when it is opened again.
        drop(self.vault.update_job(job));
    }
}

impl Drop for Work {
    fn drop(&mut self) {
        self.starts();
        self.engine.0.jobs.board().at_work.remove(&self.number);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Caller, Stay};
    use serde_json::json;

    #[test]
    fn a_job_is_told_from_start_to_end_can_be_paused_and_cancelled_and_is_known_after_a_restart() {
        let folder = tempfile::tempdir().unwrap();
        let owner = |engine: &Engine, op: &str, body| engine.call(Caller::owner(), op, body, &Cancel::default(), &mut |_| {});
        let passphrase = json!({ "passphrase": "five plain words for testing" });
        let engine = Engine::new(&folder.path().join("vault"), Stay::Once).unwrap();
        owner(&engine, "create_vault", passphrase.clone()).unwrap();
        let download = Work::begin(&engine, DOWNLOAD, "a model", &Cancel::default()).unwrap();
        let refused = owner(&engine, "pause_job", json!({ "job": download.number() })).unwrap_err();
        assert_eq!((refused.code, download.cancel().is_paused()), (Code::BadRequest, false));
        drop(download);
        let events = engine.events();

        let work = Work::begin(&engine, "import", "takeout.zip", &Cancel::default()).unwrap();
        let number = work.number();
        assert_eq!(engine.0.jobs.n_running(), 1);
        assert_eq!(owner(&engine, "pause_job", json!({ "job": number })).unwrap()["state"], "paused");
        assert!(work.cancel().is_paused());
        assert_eq!(owner(&engine, "resume_job", json!({ "job": number })).unwrap()["state"], "running");
        assert!(!work.cancel().is_paused());
        owner(&engine, "cancel_job", json!({ "job": number })).unwrap();
        assert!(work.cancel().is_cancelled());
        work.end(Err(&Failure::new(Code::Cancelled, "It was cancelled.")), &["items"]);
        let states: Vec<String> = events
            .try_iter()
            .map(|event| match event {
                Event::Job { job } => format!("{:?}", job.state),
                Event::Spoiled { tags } => tags.join(","),
                Event::Locked => "locked".to_owned(),
            })
            .collect();
        assert_eq!(states, ["Running", "Paused", "Running", "Cancelled", "items"]);
        assert_eq!(owner(&engine, "cancel_job", json!({ "job": number })).unwrap_err().code, Code::NotFound);

        engine.lock().unwrap();
        drop(engine);
        let engine = Engine::new(&folder.path().join("vault"), Stay::Once).unwrap();
        owner(&engine, "unlock", passphrase).unwrap();
        let jobs = owner(&engine, "jobs", json!({})).unwrap();
        assert_eq!(jobs["jobs"][0]["state"], "cancelled");
        assert_eq!(jobs["jobs"][0]["label"], "takeout.zip");
    }
}
