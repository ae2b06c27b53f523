use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Code, Failure, Result};

/// A flag that one thread raises and another obeys.
#[derive(Debug, Clone, Default)]
pub struct Cancel(Arc<AtomicBool>);

impl Cancel {
    /// Asks for an end.
    pub fn cancel(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether an end was asked for.
    pub fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// Fails with [`Code::Cancelled`] once an end was asked for.
    pub fn check(&self) -> Result<()> {
        if self.is_cancelled() { Err(Failure::new(Code::Cancelled, "It was cancelled.")) } else { Ok(()) }
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
