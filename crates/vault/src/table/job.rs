//! Table `job`: long pieces of work, how far they have come and how they ended.

use domain::{Progress, UtcMs};
use rusqlite::{Connection, params};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::fault::{Outcome, unexpected};
use crate::migration::Step;

pub(crate) const STEPS: &[Step] = &[Step::adds(
    20261122,
    "CREATE TABLE job (
         id INTEGER PRIMARY KEY AUTOINCREMENT,
         kind TEXT NOT NULL,
         label TEXT NOT NULL,
         state INTEGER NOT NULL,
         progress TEXT NOT NULL,
         created_ms INTEGER NOT NULL,
         updated_ms INTEGER NOT NULL,
         error TEXT
     ) STRICT;",
)];

/// The number of a job.
pub type JobId = i64;

/// Where a job stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum JobState {
    /// Waiting to begin.
    Queued,
    /// At work.
    Running,
    /// Ended well.
    Done,
    /// Ended badly; `error` says why.
    Failed,
    /// Stopped by the person.
    Cancelled,
    /// The program ended during it.
    Interrupted,
}

const STATES: [JobState; 6] =
    [JobState::Queued, JobState::Running, JobState::Done, JobState::Failed, JobState::Cancelled, JobState::Interrupted];

/// A job.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Job {
    /// Its number.
    pub id: JobId,
    /// What sort of work: "import", "embed".
    pub kind: String,
    /// What it is about, for people.
    pub label: String,
    /// Where it stands.
    pub state: JobState,
    /// How far it has come.
    pub progress: Progress,
    /// When it was asked for, UTC milliseconds.
    pub created_ms: UtcMs,
    /// When it last moved, UTC milliseconds.
    pub updated_ms: UtcMs,
    /// Why it failed.
    pub error: Option<String>,
}

pub(crate) fn insert(connection: &Connection, kind: &str, label: &str, now: UtcMs) -> Outcome<JobId> {
    connection.execute(
        "INSERT INTO job (kind, label, state, progress, created_ms, updated_ms) VALUES (?1, ?2, ?3, ?4, ?5, ?5)",
        params![kind, label, JobState::Queued as i64, serde_json::to_string(&Progress::default())?, now],
    )?;
    Ok(connection.last_insert_rowid())
}

pub(crate) fn update(
    connection: &Connection,
    id: JobId,
    state: JobState,
    progress: &Progress,
    error: Option<&str>,
    now: UtcMs,
) -> Outcome<bool> {
    let changed = connection
        .prepare_cached("UPDATE job SET state = ?2, progress = ?3, error = ?4, updated_ms = ?5 WHERE id = ?1")?
        .execute(params![id, state as i64, serde_json::to_string(progress)?, error, now])?;
    Ok(changed == 1)
}

/// Jobs that were at work when the program ended.
pub(crate) fn interrupt_running(connection: &Connection) -> Outcome<()> {
    connection.execute(
        "UPDATE job SET state = ?1 WHERE state IN (?2, ?3)",
        params![JobState::Interrupted as i64, JobState::Running as i64, JobState::Queued as i64],
    )?;
    Ok(())
}

/// The latest jobs, the latest first.
pub(crate) fn latest(connection: &Connection, limit: usize) -> Outcome<Vec<Job>> {
    let mut statement = connection
        .prepare_cached("SELECT id, kind, label, state, progress, created_ms, updated_ms, error FROM job ORDER BY id DESC LIMIT ?1")?;
    let mut rows = statement.query([i64::try_from(limit).unwrap_or(i64::MAX)])?;
    let mut jobs = Vec::new();
    while let Some(row) = rows.next()? {
        let state: i64 = row.get(3)?;
        let progress: String = row.get(4)?;
        jobs.push(Job {
            id: row.get(0)?,
            kind: row.get(1)?,
            label: row.get(2)?,
            state: STATES.into_iter().find(|known| *known as i64 == state).ok_or_else(|| unexpected("a job in state", state))?,
            progress: serde_json::from_str(&progress)?,
            created_ms: row.get(5)?,
            updated_ms: row.get(6)?,
            error: row.get(7)?,
        });
    }
    Ok(jobs)
}
