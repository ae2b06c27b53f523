//! Table `import_run`: each import, from its beginning to its end or its undoing. Rows stay as history.

use domain::{Failure, Finding, ImportId, UtcMs};
use rusqlite::{Connection, OptionalExtension, params};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::fault::{Outcome, unexpected};
use crate::migration::Step;

pub(crate) const STEPS: &[Step] = &[Step::adds(
    20261122,
    "CREATE TABLE import_run (
         id INTEGER PRIMARY KEY AUTOINCREMENT,
         label TEXT NOT NULL,
         state INTEGER NOT NULL,
         started_ms INTEGER NOT NULL,
         took_ms INTEGER NOT NULL DEFAULT 0,
         findings TEXT NOT NULL DEFAULT '[]'
     ) STRICT;",
)];

/// Where an import stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ImportState {
    /// It is being read.
    Running,
    /// It was read to its end.
    Done,
    /// The person stopped it; what came before stands.
    Cancelled,
    /// The program ended during it; what came before stands.
    Interrupted,
    /// It is being undone; goes on at the next unlock when the program ends.
    Undoing,
    /// It was undone; its ledger stays.
    Undone,
}

impl ImportState {
    const ALL: [Self; 6] = [Self::Running, Self::Done, Self::Cancelled, Self::Interrupted, Self::Undoing, Self::Undone];

    /// Its name on every surface.
    pub fn name(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Done => "done",
            Self::Cancelled => "cancelled",
            Self::Interrupted => "interrupted",
            Self::Undoing => "undoing",
            Self::Undone => "undone",
        }
    }

    /// Whether it ended before its export did, and can go on.
    pub(crate) fn was_cut_short(self) -> bool {
        matches!(self, Self::Cancelled | Self::Interrupted)
    }

    pub(crate) fn code(self) -> i64 {
        self as i64
    }

    pub(crate) fn from_code(code: i64) -> Outcome<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code).ok_or_else(|| unexpected("an import in state", code))
    }
}

/// A row.
pub(crate) struct ImportRow {
    pub(crate) id: ImportId,
    pub(crate) label: String,
    pub(crate) state: ImportState,
    pub(crate) started_ms: UtcMs,
    pub(crate) took_ms: u64,
    pub(crate) findings: Vec<Finding>,
}

pub(crate) fn insert(connection: &Connection, label: &str, started_ms: UtcMs) -> Outcome<ImportId> {
    connection.prepare_cached("INSERT INTO import_run (label, state, started_ms) VALUES (?1, ?2, ?3)")?.execute(params![
        label,
        ImportState::Running.code(),
        started_ms
    ])?;
    Ok(connection.last_insert_rowid())
}

pub(crate) fn end(connection: &Connection, id: ImportId, state: ImportState, findings: &[Finding], took_ms: u64) -> Outcome<()> {
    let took_ms = i64::try_from(took_ms).unwrap_or(i64::MAX);
    connection.prepare_cached("UPDATE import_run SET state = ?2, findings = ?3, took_ms = ?4 WHERE id = ?1")?.execute(params![
        id,
        state.code(),
        serde_json::to_string(findings)?,
        took_ms
    ])?;
    Ok(())
}

pub(crate) fn set_state(connection: &Connection, id: ImportId, state: ImportState) -> Outcome<()> {
    connection.prepare_cached("UPDATE import_run SET state = ?2 WHERE id = ?1")?.execute(params![id, state.code()])?;
    Ok(())
}

/// Ends the imports that were running when the program ended; whether there were any.
pub(crate) fn interrupt_running(connection: &Connection) -> Outcome<bool> {
    let n_ended = connection.execute(
        "UPDATE import_run SET state = ?2 WHERE state = ?1",
        params![ImportState::Running.code(), ImportState::Interrupted.code()],
    )?;
    Ok(n_ended > 0)
}

/// Imports in a state.
pub(crate) fn in_state(connection: &Connection, state: ImportState) -> Outcome<Vec<ImportId>> {
    let mut statement = connection.prepare_cached("SELECT id FROM import_run WHERE state = ?1 ORDER BY id")?;
    let ids = statement.query_map([state.code()], |row| row.get(0))?.collect::<Result<_, _>>()?;
    Ok(ids)
}

pub(crate) fn get(connection: &Connection, id: ImportId) -> Outcome<Option<ImportRow>> {
    let row = connection
        .prepare_cached("SELECT id, label, state, started_ms, took_ms, findings FROM import_run WHERE id = ?1")?
        .query_row([id], columns)
        .optional()?;
    row.map(read).transpose()
}

/// An import of which somebody gave the number.
///
/// # Errors
/// [`domain::Code::NotFound`] when there is none.
pub(crate) fn existing(connection: &Connection, id: ImportId) -> Outcome<ImportRow> {
    get(connection, id)?
        .ok_or_else(|| Failure::not_found("import", id).hint("`datapunk imports` lists the imports and their numbers.").into())
}

/// The latest import of that name.
pub(crate) fn latest_of(connection: &Connection, label: &str) -> Outcome<Option<ImportRow>> {
    let row = connection
        .prepare_cached("SELECT id, label, state, started_ms, took_ms, findings FROM import_run WHERE label = ?1 ORDER BY id DESC LIMIT 1")?
        .query_row([label], columns)
        .optional()?;
    row.map(read).transpose()
}

/// Every import, the latest first.
pub(crate) fn all(connection: &Connection) -> Outcome<Vec<ImportRow>> {
    let mut statement =
        connection.prepare_cached("SELECT id, label, state, started_ms, took_ms, findings FROM import_run ORDER BY id DESC")?;
    let rows: Vec<_> = statement.query_map([], columns)?.collect::<Result<_, _>>()?;
    rows.into_iter().map(read).collect()
}

type Columns = (i64, String, i64, i64, i64, String);

fn columns(row: &rusqlite::Row<'_>) -> rusqlite::Result<Columns> {
    Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?))
}

fn read((id, label, state, started_ms, took_ms, findings): Columns) -> Outcome<ImportRow> {
    let findings = serde_json::from_str(&findings)?;
    Ok(ImportRow { id, label, state: ImportState::from_code(state)?, started_ms, took_ms: took_ms.unsigned_abs(), findings })
}
