use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Code, Failure, Result};

/// How one thread asks a piece of work that another does to end, or to hold still for a while.
#[derive(Debug, Clone, Default)]
pub struct Cancel(Arc<Asked>);

#[derive(Debug, Default)]
struct Asked {
    is_cancelled: AtomicBool,
    is_paused: Mutex<bool>,
    changed: Condvar,
}

impl Cancel {
    /// Asks for an end. What was paused ends as well.
    pub fn cancel(&self) {
        self.0.is_cancelled.store(true, Ordering::Relaxed);
        // Under the lock, or a holder that just looked would sleep through it.
        drop(self.paused());
        self.0.changed.notify_all();
    }

    /// Whether an end was asked for.
    pub fn is_cancelled(&self) -> bool {
        self.0.is_cancelled.load(Ordering::Relaxed)
    }

    /// Asks the work to hold still, or to go on.
    pub fn pause(&self, pause: bool) {
        *self.paused() = pause;
        self.0.changed.notify_all();
    }

    /// Whether the work is to hold still.
    pub fn is_paused(&self) -> bool {
        *self.paused()
    }

    /// Holds still while that is asked for. For where nothing is held that others wait for.
    pub fn hold(&self) {
        let mut paused = self.paused();
        while *paused && !self.is_cancelled() {
            paused = self.0.changed.wait(paused).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Holds still while that is asked for, then fails with [`Code::Cancelled`] once an end was asked for.
    pub fn check(&self) -> Result<()> {
        self.hold();
        if self.is_cancelled() { Err(Failure::new(Code::Cancelled, "It was cancelled.")) } else { Ok(()) }
    }

    fn paused(&self) -> MutexGuard<'_, bool> {
        self.0.is_paused.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How far a long piece of work has come.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Progress {
    /// What is being done now: "reading", "indexing".
    pub stage: String,
    /// Units done.
    pub done: u64,
    /// Units in all; 0 when not known.
    pub total: u64,
    /// The unit: "bytes", "records".
    pub unit: String,
    /// Records so far, whatever the unit.
    pub records: u64,
    /// Records a second over the last ten seconds.
    pub rate: f64,
    /// Seconds left, from the same window; absent until it can be told.
    pub eta_s: Option<u64>,
    /// What is being worked on, for people: a file's name.
    pub detail: String,
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::AtomicU32;
    use std::time::Duration;

    #[test]
    fn paused_work_holds_still_goes_on_when_asked_and_ends_when_cancelled() {
        let (cancel, n_steps) = (Cancel::default(), Arc::new(AtomicU32::new(0)));
        cancel.pause(true);
        let worker = std::thread::spawn({
            let (cancel, n_steps) = (cancel.clone(), Arc::clone(&n_steps));
            move || {
                while cancel.check().is_ok() {
                    n_steps.fetch_add(1, Ordering::SeqCst);
                    std::thread::sleep(Duration::from_millis(1));
                }
            }
        });
        std::thread::sleep(Duration::from_millis(50));
        assert_eq!(n_steps.load(Ordering::SeqCst), 0);
        cancel.pause(false);
        while n_steps.load(Ordering::SeqCst) < 3 {
            std::thread::yield_now();
        }
        cancel.pause(true);
        cancel.cancel();
        worker.join().unwrap();
    }
}
