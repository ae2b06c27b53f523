//! The database's schema as a list of steps, only ever added to. All steps that a database lacks run in one transaction;
//! `user_version` says how many it has. A database with more steps than this version knows is refused, not guessed at.

use domain::{Code, Failure};
use rusqlite::{Connection, Transaction};

use crate::fault::Outcome;
use crate::table;

/// "DPVT": what `file` and SQLite's own tools show for our databases.
const APPLICATION_ID: i32 = 0x4450_5654;

/// One step: the statements that it adds, and when it was written.
pub(crate) struct Step {
    /// The day that it was written, as YYYYMMDD; steps run in this order.
    pub(crate) day: u32,
    /// Its statements.
    pub(crate) sql: &'static str,
}

impl Step {
    /// A step that adds, so that versions before it were right about all that they knew.
    pub(crate) const fn adds(day: u32, sql: &'static str) -> Self {
        Self { day, sql }
    }
}

/// Every step, in order.
fn steps() -> Vec<&'static Step> {
    let mut steps: Vec<&Step> = table::STEPS.iter().copied().flatten().collect();
    // Stable: steps of one day keep the order of the tables.
    steps.sort_by_key(|step| step.day);
    steps
}

/// Whether the database lacks no step, and has none that is not known here.
pub(crate) fn is_current(connection: &Connection) -> Outcome<bool> {
    let had: i64 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    let known = i64::try_from(steps().len()).unwrap_or(i64::MAX);
    refuse_newer(had, known)?;
    Ok(had == known)
}

/// Runs the steps that the database lacks.
pub(crate) fn run(transaction: &Transaction<'_>) -> Outcome<()> {
    let steps = steps();
    let known = i64::try_from(steps.len()).unwrap_or(i64::MAX);
    let had: i64 = transaction.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    refuse_newer(had, known)?;
    for step in steps.iter().skip(usize::try_from(had).unwrap_or(0)) {
        transaction.execute_batch(step.sql)?;
    }
    if had < known {
        transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
        transaction.pragma_update(None, "user_version", known)?;
    }
    Ok(())
}

fn refuse_newer(had: i64, known: i64) -> Outcome<()> {
    if had <= known {
        return Ok(());
    }
    Err(Failure::new(
        Code::NewerFormat,
        format!("The vault's database has schema {had}, and this version of Datapunk knows schemas up to {known}."),
    )
    .hint("Install the newer version of Datapunk that wrote it.")
    .into())
}
