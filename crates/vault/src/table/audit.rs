//! Tables `audit` and `audit_checkpoint`: who did what with the vault. Each row carries a MAC over itself and the row before
//! it, under a key derived from the root key, so that a row cannot be changed, taken out, put in or moved unnoticed. That the
//! last rows were cut off is noticed by the chain's head, which the `state` file keeps as well.
//!
//! No row holds content: of what was asked for it has a hash under a key of the vault's.
//!
//! When old rows go, a checkpoint under the same key says which was the last of them and what its MAC was.
//!
//! A log that stands on a damaged page can be neither written nor dropped. It is set aside under another name, and begun anew from
//! the end that is known of it: behind a checkpoint, with a row that says so.

use domain::UtcMs;
use rusqlite::{Connection, OptionalExtension, params};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::fault::{Outcome, unexpected};
use crate::keys::{self, Key};
use crate::migration::Step;

pub(crate) const STEPS: &[Step] = &[Step::adds(20261210, TABLES)];

const TABLES: &str = "CREATE TABLE audit (
         seq INTEGER PRIMARY KEY,
         at_ms INTEGER NOT NULL,
         caller TEXT NOT NULL,
         operation TEXT NOT NULL,
         object_kind TEXT NOT NULL,
         object_id TEXT NOT NULL,
         scope TEXT NOT NULL,
         decision INTEGER NOT NULL,
         n_rows INTEGER,
         mac BLOB NOT NULL
     ) STRICT;
     CREATE TABLE audit_checkpoint (
         id INTEGER PRIMARY KEY CHECK (id = 1),
         seq INTEGER NOT NULL,
         mac BLOB NOT NULL,
         signature BLOB NOT NULL
     ) STRICT;";

/// What the table of a log that was set aside is called, before the number of its last row that is known.
const SET_ASIDE: &str = "audit_until_";
/// The first call that a log tells which was begun anew; it is about the row that came before.
const BEGUN_ANEW: &str = "log_begun_anew";

// The numbers are what the table holds.
/// What became of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// It was let through.
    Allowed = 1,
    /// It was not.
    Refused = 2,
    /// It was let through, and failed.
    Failed = 3,
}

const DECISIONS: [Decision; 3] = [Decision::Allowed, Decision::Refused, Decision::Failed];

// Its JSON is what the MACs are over: of what was written once, no byte of it may change.
/// A call, as the log has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AuditEntry {
    /// When, UTC milliseconds.
    pub at_ms: UtcMs,
    /// Who called, and through which door.
    pub caller: String,
    /// Which operation.
    pub operation: String,
    /// What it was about: "item", "import", "person"; empty when it is no single thing.
    pub object_kind: String,
    /// Which of these.
    pub object_id: String,
    /// A hash of the filter or the question, under a key of this vault; empty without one.
    pub scope: String,
    /// What became of it.
    pub decision: Decision,
    /// Rows that were answered, where they were counted.
    pub n_rows: Option<u64>,
}

/// A row of the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AuditRow {
    /// Its number; the first is 1.
    pub seq: i64,
    /// The call.
    #[serde(flatten)]
    pub entry: AuditEntry,
}

/// The end of a chain: the number of its last row and that row's MAC. Before the first row, zeros.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Head {
    pub(crate) seq: i64,
    pub(crate) mac: [u8; 32],
}

impl Head {
    fn next(&self, key: &Key, entry: &AuditEntry) -> Outcome<Self> {
        let seq = self.seq + 1;
        let mut message = self.mac.to_vec();
        message.extend_from_slice(&seq.to_le_bytes());
        message.extend_from_slice(&serde_json::to_vec(entry)?);
        Ok(Self { seq, mac: keys::mac(key, &message)? })
    }

    fn signature(&self, key: &Key) -> Outcome<[u8; 32]> {
        Ok(keys::mac(key, &[b"checkpoint".as_slice(), &self.seq.to_le_bytes(), &self.mac].concat())?)
    }
}

/// The chain's end as it stands.
pub(crate) fn head(connection: &Connection) -> Outcome<Head> {
    let last = connection
        .prepare_cached("SELECT seq, mac FROM audit ORDER BY seq DESC LIMIT 1")?
        .query_row([], |row| Ok(Head { seq: row.get(0)?, mac: row.get(1)? }))
        .optional()?;
    match last {
        Some(head) => Ok(head),
        None => Ok(checkpoint(connection)?.map(|(head, _)| head).unwrap_or_default()),
    }
}

fn checkpoint(connection: &Connection) -> Outcome<Option<(Head, [u8; 32])>> {
    Ok(connection
        .prepare_cached("SELECT seq, mac, signature FROM audit_checkpoint")?
        .query_row([], |row| Ok((Head { seq: row.get(0)?, mac: row.get(1)? }, row.get(2)?)))
        .optional()?)
}

/// Adds rows to the chain, and says how it ends then.
pub(crate) fn append(connection: &Connection, key: &Key, entries: &[AuditEntry]) -> Outcome<Head> {
    let mut head = head(connection)?;
    let mut insert = connection.prepare_cached(
        "INSERT INTO audit (seq, at_ms, caller, operation, object_kind, object_id, scope, decision, n_rows, mac)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
    )?;
    for entry in entries {
        head = head.next(key, entry)?;
        insert.execute(params![
            head.seq,
            entry.at_ms,
            entry.caller,
            entry.operation,
            entry.object_kind,
            entry.object_id,
            entry.scope,
            entry.decision as i64,
            entry.n_rows.map(u64::cast_signed),
            head.mac
        ])?;
    }
    Ok(head)
}

/// Sets a log aside of which a page is damaged, and begins it anew after `known`, the end that is known of it; says how it ends then.
/// No page of the tables is read.
pub(crate) fn begin_anew(connection: &Connection, key: &Key, known: Head, at_ms: UtcMs) -> Outcome<Head> {
    let before = set_aside(connection)?.into_iter().max();
    // No two are called alike, also where the end that is known is an old one.
    let known = Head { seq: before.map_or(known.seq, |before| known.seq.max(before + 1)), ..known };
    let until = known.seq;
    connection.execute_batch(&format!(
        "ALTER TABLE audit RENAME TO {SET_ASIDE}{until};
         ALTER TABLE audit_checkpoint RENAME TO audit_checkpoint_until_{until};
         {TABLES}"
    ))?;
    set_checkpoint(connection, key, known)?;
    let entry = AuditEntry {
        at_ms,
        caller: "vault".to_owned(),
        operation: BEGUN_ANEW.to_owned(),
        object_kind: "row".to_owned(),
        object_id: until.to_string(),
        scope: String::new(),
        decision: Decision::Failed,
        n_rows: None,
    };
    append(connection, key, &[entry])
}

/// The last rows, as far as they are known, of the logs that were set aside.
pub(crate) fn set_aside(connection: &Connection) -> Outcome<Vec<i64>> {
    let mut statement = connection.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name GLOB 'audit_until_*'")?;
    let names: Vec<String> = statement.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    let mut until: Vec<i64> = names.iter().filter_map(|name| name.strip_prefix(SET_ASIDE)?.parse().ok()).collect();
    until.sort_unstable();
    Ok(until)
}

fn set_checkpoint(connection: &Connection, key: &Key, end: Head) -> Outcome<()> {
    connection.execute(
        "INSERT OR REPLACE INTO audit_checkpoint (id, seq, mac, signature) VALUES (1, ?1, ?2, ?3)",
        params![end.seq, end.mac, end.signature(key)?],
    )?;
    Ok(())
}

/// Lets rows of before an instant go, and leaves a checkpoint; how many went.
pub(crate) fn prune(connection: &Connection, key: &Key, before_ms: UtcMs) -> Outcome<u64> {
    // Numbers go up with time, but clocks go back: what follows the first row that stays, stays.
    let last: Option<i64> = connection.query_row(
        "SELECT coalesce((SELECT min(seq) FROM audit WHERE at_ms >= ?1) - 1, (SELECT max(seq) FROM audit))",
        [before_ms],
        |row| row.get(0),
    )?;
    let Some(last) = last else { return Ok(0) };
    let end = connection
        .prepare_cached("SELECT seq, mac FROM audit WHERE seq = ?1")?
        .query_row([last], |row| Ok(Head { seq: row.get(0)?, mac: row.get(1)? }))
        .optional()?;
    let Some(end) = end else { return Ok(0) };
    set_checkpoint(connection, key, end)?;
    Ok(connection.execute("DELETE FROM audit WHERE seq <= ?1", [last])? as u64)
}

/// Which rows are wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuditFilter {
    /// Of this operation.
    pub operation: Option<String>,
    /// At or after, UTC milliseconds.
    pub from: Option<UtcMs>,
    /// Before, UTC milliseconds.
    pub to: Option<UtcMs>,
    /// Only rows before the one with this number.
    pub before: Option<i64>,
}

/// Up to `limit` rows, the latest first.
pub(crate) fn page(connection: &Connection, filter: &AuditFilter, limit: usize) -> Outcome<Vec<AuditRow>> {
    let mut statement = connection.prepare_cached(
        "SELECT seq, at_ms, caller, operation, object_kind, object_id, scope, decision, n_rows, mac FROM audit
         WHERE seq < ?1 AND (?2 IS NULL OR operation = ?2) AND at_ms >= ?3 AND at_ms < ?4 ORDER BY seq DESC LIMIT ?5",
    )?;
    let mut rows = statement.query(params![
        filter.before.unwrap_or(i64::MAX),
        filter.operation,
        filter.from.unwrap_or(i64::MIN),
        filter.to.unwrap_or(i64::MAX),
        i64::try_from(limit).unwrap_or(i64::MAX)
    ])?;
    let mut page = Vec::new();
    while let Some(row) = rows.next()? {
        page.push(read(row)?.0);
    }
    Ok(page)
}

fn read(row: &rusqlite::Row<'_>) -> Outcome<(AuditRow, [u8; 32])> {
    let decision: i64 = row.get(7)?;
    let entry = AuditEntry {
        at_ms: row.get(1)?,
        caller: row.get(2)?,
        operation: row.get(3)?,
        object_kind: row.get(4)?,
        object_id: row.get(5)?,
        scope: row.get(6)?,
        decision: DECISIONS
            .into_iter()
            .find(|known| *known as i64 == decision)
            .ok_or_else(|| unexpected("a call with decision", decision))?,
        n_rows: row.get::<_, Option<i64>>(8)?.map(i64::unsigned_abs),
    };
    Ok((AuditRow { seq: row.get(0)?, entry }, row.get(9)?))
}

/// What a chain is broken by, in words that go on from "The log of calls: ".
pub(crate) type Break = String;

/// Follows the chain from its beginning, or with `last` only over so many of the last rows; says where it breaks first.
/// `witness` is the head that is known from elsewhere: the chain must have had it.
pub(crate) fn verify(connection: &Connection, key: &Key, last: Option<i64>, witness: Option<Head>) -> Outcome<Option<Break>> {
    let begin = checkpoint(connection)?;
    if let Some((head, signature)) = &begin
        && head.signature(key)? != *signature
    {
        return Ok(Some(format!("the checkpoint that stands for the rows up to {} was not written by this vault", head.seq)));
    }
    let mut head = begin.map(|(head, _)| head).unwrap_or_default();
    let mut is_witnessed = witness.is_none_or(|witness| witness.seq <= head.seq && (witness.seq < head.seq || witness.mac == head.mac));
    if let Some(n) = last {
        let from: Option<Head> = connection
            .prepare_cached("SELECT seq, mac FROM audit WHERE seq <= (SELECT max(seq) FROM audit) - ?1 ORDER BY seq DESC LIMIT 1")?
            .query_row([n], |row| Ok(Head { seq: row.get(0)?, mac: row.get(1)? }))
            .optional()?;
        head = from.unwrap_or(head);
        // A head from before the rows that are looked at is looked up; that it leads here is for who follows the whole chain.
        if let Some(witness) = witness.filter(|witness| witness.seq <= head.seq && !is_witnessed) {
            let mac: Option<[u8; 32]> =
                connection.prepare_cached("SELECT mac FROM audit WHERE seq = ?1")?.query_row([witness.seq], |row| row.get(0)).optional()?;
            is_witnessed = mac == Some(witness.mac);
        }
    }
    let mut statement = connection.prepare_cached(
        "SELECT seq, at_ms, caller, operation, object_kind, object_id, scope, decision, n_rows, mac FROM audit WHERE seq > ?1 ORDER BY seq",
    )?;
    let mut rows = statement.query([head.seq])?;
    while let Some(row) = rows.next()? {
        let (AuditRow { seq, entry }, mac) = read(row)?;
        let next = head.next(key, &entry)?;
        if seq != next.seq {
            return Ok(Some(format!("row {} is missing; row {seq} comes after row {}", next.seq, head.seq)));
        }
        if mac != next.mac {
            return Ok(Some(format!("row {seq} was changed, or is not the one that was written after row {}", head.seq)));
        }
        head = next;
        is_witnessed |= witness == Some(head);
    }
    if !is_witnessed {
        let witnessed = witness.map(|witness| witness.seq).unwrap_or_default();
        return Ok(Some(format!("it ended with row {witnessed} when the vault was last used, and now it ends with row {}", head.seq)));
    }
    Ok(None)
}
