//! Table `job`: long pieces of work, how far they have come and how they ended.

use domain::{Failure, ImportId, Progress, UtcMs};
use rusqlite::{Connection, params};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::fault::{Outcome, unexpected};
use crate::migration::Step;

pub(crate) const STEPS: &[Step] = &[
    Step::adds(
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
    ),
    Step::adds(20261126, "ALTER TABLE job ADD COLUMN import INTEGER;"),
];

/// Jobs that are kept; older ones go as new ones come.
const KEPT: i64 = 500;

/// The number of a job.
pub type JobId = i64;

// The numbers are what the table holds.
/// Where a job stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum JobState {
    /// At work.
    Running = 1,
    /// Ended well.
    Done = 2,
    /// Ended badly; `error` says why.
    Failed = 3,
    /// Stopped by the person.
    Cancelled = 4,
    /// The program ended during it.
    Interrupted = 5,
    /// Held still by the person; it goes on when they say so.
    Paused = 6,
}

const STATES: [JobState; 6] =
    [JobState::Running, JobState::Done, JobState::Failed, JobState::Cancelled, JobState::Interrupted, JobState::Paused];

/// A piece of work that takes its time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Job {
    /// Its number.
    pub job: JobId,
    /// What sort of work: "import", "undo", "embed", "model".
    pub kind: String,
    /// What it is about, for people.
    pub label: String,
    /// Where it stands.
    pub state: JobState,
    /// How far it has come.
    pub progress: Progress,
    /// When it began, UTC milliseconds.
    pub started_ms: UtcMs,
    /// When it last moved, UTC milliseconds.
    pub updated_ms: UtcMs,
    /// Why it failed.
    pub error: Option<Failure>,
    /// The import that it made.
    pub import: Option<ImportId>,
}

/// Files a job that begins, and lets go of the oldest.
pub(crate) fn insert(connection: &Connection, kind: &str, label: &str, now: UtcMs) -> Outcome<JobId> {
    connection.execute(
        "INSERT INTO job (kind, label, state, progress, created_ms, updated_ms) VALUES (?1, ?2, ?3, ?4, ?5, ?5)",
        params![kind, label, JobState::Running as i64, serde_json::to_string(&Progress::default())?, now],
    )?;
    let id = connection.last_insert_rowid();
    connection.execute("DELETE FROM job WHERE id <= ?1", [id - KEPT])?;
    Ok(id)
}

/// Writes how a job stands; whether it is there.
pub(crate) fn update(connection: &Connection, job: &Job) -> Outcome<bool> {
    let error = job.error.as_ref().map(serde_json::to_string).transpose()?;
    let changed = connection
        .prepare_cached("UPDATE job SET state = ?2, progress = ?3, error = ?4, updated_ms = ?5, import = ?6 WHERE id = ?1")?
        .execute(params![job.job, job.state as i64, serde_json::to_string(&job.progress)?, error, job.updated_ms, job.import])?;
    Ok(changed == 1)
}

/// Marks jobs that were at work when the program ended.
pub(crate) fn interrupt_running(connection: &Connection) -> Outcome<()> {
    // 0 is a job that had not begun, which the first format had.
    connection.execute(
        "UPDATE job SET state = ?1 WHERE state IN (0, ?2, ?3)",
        params![JobState::Interrupted as i64, JobState::Running as i64, JobState::Paused as i64],
    )?;
    Ok(())
}

/// Marks the latest `n` interrupted jobs of a kind as done: what they had begun was finished when the vault was opened.
pub(crate) fn finish_interrupted(connection: &Connection, kind: &str, n: usize) -> Outcome<()> {
    connection.execute(
        "UPDATE job SET state = ?1, error = NULL
         WHERE id IN (SELECT id FROM job WHERE kind = ?2 AND state = ?3 ORDER BY id DESC LIMIT ?4)",
        params![JobState::Done as i64, kind, JobState::Interrupted as i64, i64::try_from(n).unwrap_or(i64::MAX)],
    )?;
    Ok(())
}

/// The latest jobs, the latest first.
pub(crate) fn latest(connection: &Connection, limit: usize) -> Outcome<Vec<Job>> {
    let mut statement = connection.prepare_cached(
        "SELECT id, kind, label, state, progress, created_ms, updated_ms, error, import FROM job ORDER BY id DESC LIMIT ?1",
    )?;
    let mut rows = statement.query([i64::try_from(limit).unwrap_or(i64::MAX)])?;
    let mut jobs = Vec::new();
    while let Some(row) = rows.next()? {
        let state: i64 = row.get(3)?;
        let progress: String = row.get(4)?;
        let error: Option<String> = row.get(7)?;
        jobs.push(Job {
            job: row.get(0)?,
            kind: row.get(1)?,
            label: row.get(2)?,
            state: STATES.into_iter().find(|known| *known as i64 == state).ok_or_else(|| unexpected("a job in state", state))?,
            progress: serde_json::from_str(&progress)?,
            started_ms: row.get(5)?,
            updated_ms: row.get(6)?,
            error: error.map(|error| serde_json::from_str(&error).unwrap_or_else(|_| Failure::internal(error))),
            import: row.get(8)?,
        });
    }
    Ok(jobs)
}
