use ::vault::{AuditFilter, AuditRow};
use domain::Result;

use crate::Engine;
use crate::show;
use crate::wire::{AuditLine, AuditLog, AuditRequest};

/// Calls on one page, and at most.
const USUAL: usize = 100;
const MOST: usize = 10_000;

pub(crate) fn log(engine: &Engine, request: AuditRequest) -> Result<AuditLog> {
    let AuditRequest { operation, from, to, before, limit } = request;
    let limit = if limit == 0 { USUAL } else { limit.min(MOST) };
    let mut rows = engine.vault()?.audit_log(&AuditFilter { operation, from, to, before }, limit + 1)?;
    let more = rows.len() > limit;
    rows.truncate(limit);
    let next = rows.last().map(|row| row.seq).filter(|_| more);
    Ok(AuditLog { calls: rows.into_iter().map(line).collect(), next })
}

fn line(AuditRow { seq, entry }: AuditRow) -> AuditLine {
    AuditLine {
        seq,
        at: show::rfc3339(entry.at_ms, None).unwrap_or_default(),
        caller: entry.caller,
        operation: entry.operation,
        object_kind: entry.object_kind,
        object_id: entry.object_id,
        scope: entry.scope,
        decision: entry.decision,
        n_rows: entry.n_rows,
    }
}
