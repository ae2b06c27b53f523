//! Work that goes on, and what the engine says unasked.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use vault::Job;

use super::wire;

wire! {
    /// A job was started.
    pub struct JobStarted {
        /// Its number.
        pub job: i64,
    }

    /// Work going on, and the last that ended.
    pub struct Jobs {
        /// Newest first.
        pub jobs: Vec<Job>,
    }

    /// Names a job.
    pub struct JobRef {
        /// Its number.
        pub job: i64,
    }
}

/// What the engine says unasked.
#[allow(clippy::large_enum_variant, reason = "one is made at a time, to be sent")]
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// A job moved on.
    Job {
        /// The job.
        job: Job,
    },
    /// What views show may have changed.
    Spoiled {
        /// Which kinds of state: see the table of operations.
        tags: Vec<String>,
    },
    /// The vault was locked; nothing more can be asked of it.
    Locked,
}
