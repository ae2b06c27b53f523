//! Work that goes on while the person does something else, and what is told of it.

use std::collections::BTreeMap;
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use domain::{Cancel, Failure, Progress, Result, UtcMs};

use crate::wire::{Event, Job};

/// Finished jobs that are remembered.
const REMEMBERED: usize = 50;
/// Progress is told at most so often.
const PACE: Duration = Duration::from_millis(150);
/// Events that a slow listener may be behind before it is dropped.
const BACKLOG: usize = 1024;

/// The jobs of one engine, and those who listen.
#[derive(Default)]
pub(crate) struct JobBoard {
    inner: Mutex<Board>,
}

#[derive(Default)]
struct Board {
    next: i64,
    jobs: BTreeMap<i64, (Job, Cancel)>,
    listeners: Vec<SyncSender<Event>>,
}

impl JobBoard {
    fn board(&self) -> std::sync::MutexGuard<'_, Board> {
        // A board is whole after every statement that changes it, so a panic elsewhere leaves nothing half done.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Every event from now on.
    pub(crate) fn listen(&self) -> Receiver<Event> {
        let (sender, receiver) = sync_channel(BACKLOG);
        self.board().listeners.push(sender);
        receiver
    }

    /// Tells all who listen; who is far behind or gone is dropped.
    pub(crate) fn tell(&self, event: &Event) {
        self.board().listeners.retain(|listener| match listener.try_send(event.clone()) {
            Ok(()) => true,
            Err(TrySendError::Full(_) | TrySendError::Disconnected(_)) => false,
        });
    }

    /// Enters a job.
    pub(crate) fn begin(&self, kind: &str, label: &str, now: UtcMs) -> (i64, Cancel) {
        let cancel = Cancel::default();
        let mut board = self.board();
        board.next += 1;
        let number = board.next;
        let job = Job {
            job: number,
            kind: kind.to_owned(),
            label: label.to_owned(),
            state: "running".to_owned(),
            progress: Progress::default(),
            started_ms: now,
            error: None,
            import: None,
        };
        board.jobs.insert(number, (job.clone(), cancel.clone()));
        let ended: Vec<i64> = board.jobs.iter().filter(|(_, (job, _))| job.state != "running").map(|(number, _)| *number).collect();
        for number in ended.iter().take(ended.len().saturating_sub(REMEMBERED)) {
            board.jobs.remove(number);
        }
        drop(board);
        self.tell(&Event::Job { job });
        (number, cancel)
    }

    /// A function that enters progress, and tells of it at a bearable pace.
    pub(crate) fn reporter(&self, number: i64) -> impl FnMut(Progress) + '_ {
        let mut told: Option<Instant> = None;
        move |progress| {
            let job = {
                let mut board = self.board();
                let Some((job, _)) = board.jobs.get_mut(&number) else { return };
                job.progress = progress;
                job.clone()
            };
            if told.is_none_or(|at| at.elapsed() >= PACE) {
                told = Some(Instant::now());
                self.tell(&Event::Job { job });
            }
        }
    }

    /// Enters how a job ended.
    pub(crate) fn end(&self, number: i64, outcome: Result<Option<i64>>, spoiled: &[&str]) {
        let job = {
            let mut board = self.board();
            let Some((job, _)) = board.jobs.get_mut(&number) else { return };
            match outcome {
                Ok(import) => {
                    "done".clone_into(&mut job.state);
                    job.import = import;
                    job.progress.eta_s = None;
                }
                Err(failure) => {
                    if failure.code == domain::Code::Cancelled { "cancelled" } else { "failed" }.clone_into(&mut job.state);
                    job.error = Some(failure);
                }
            }
            job.clone()
        };
        self.tell(&Event::Job { job });
        if !spoiled.is_empty() {
            self.tell(&Event::Spoiled { tags: spoiled.iter().map(|tag| (*tag).to_owned()).collect() });
        }
    }

    /// Newest first.
    pub(crate) fn list(&self) -> Vec<Job> {
        self.board().jobs.values().rev().map(|(job, _)| job.clone()).collect()
    }

    /// How many are running.
    pub(crate) fn n_running(&self) -> u64 {
        self.board().jobs.values().filter(|(job, _)| job.state == "running").count() as u64
    }

    /// Whether a job of that kind is running.
    pub(crate) fn is_running(&self, kind: &str) -> bool {
        self.board().jobs.values().any(|(job, _)| job.state == "running" && job.kind == kind)
    }

    /// Asks a job to end.
    pub(crate) fn cancel(&self, number: i64) -> Result<Job> {
        let board = self.board();
        let (job, cancel) = board.jobs.get(&number).ok_or_else(|| Failure::not_found("job", number))?;
        cancel.cancel();
        Ok(job.clone())
    }

    /// Asks every job to end.
    pub(crate) fn cancel_all(&self) {
        for (_, cancel) in self.board().jobs.values() {
            cancel.cancel();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::Code;

    #[test]
    fn a_job_is_told_from_start_to_end_and_can_be_cancelled() {
        let board = JobBoard::default();
        let events = board.listen();
        let (job, cancel) = board.begin("import", "takeout.zip", 7);
        board.cancel(job).unwrap();
        assert!(cancel.is_cancelled());
        board.end(job, Err(Failure::new(Code::Cancelled, "It was cancelled.")), &["items"]);
        let states: Vec<String> = events
            .try_iter()
            .map(|event| match event {
                Event::Job { job } => job.state,
                Event::Spoiled { tags } => tags.join(","),
                Event::Locked => "locked".to_owned(),
            })
            .collect();
        assert_eq!(states, ["running", "cancelled", "items"]);
        assert_eq!(board.n_running(), 0);
        assert_eq!(board.cancel(99).unwrap_err().code, Code::NotFound);
    }
}
