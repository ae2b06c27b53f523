//! Checks everything at rest: every page of the database, its own consistency, every attachment, the index of words, and
//! that the ledger balances. It only reads, after emptying the write-ahead log, which the check of pages cannot see; and keeps in mind
//! which attachments are damaged.

use domain::{Cancel, Code, Failure, Progress, Result};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::damaged_blobs::{self, DamagedBlob};
use crate::fault::{Fault, Outcome};
use crate::table::{audit, change, file, setting};
use crate::vault::{Inner, LOST, Vault, broken_log};
use crate::writer::checkpoint;

/// What sort of thing is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum VerifyCode {
    /// The header was damaged.
    Header,
    /// The database has lost changes.
    LostChanges,
    /// A page of the database does not verify.
    Page,
    /// A table and its indexes disagree, or a row points nowhere.
    Database,
    /// An attachment's file is missing or does not verify.
    Blob,
    /// A line of the ledger does not balance.
    Ledger,
    /// The index of words is damaged or lacks items.
    Index,
    /// The log of calls is not as it was written.
    Audit,
}

/// Something that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct VerifyFinding {
    /// What sort of thing.
    pub code: VerifyCode,
    /// What was expected, what was found, and where.
    pub message: String,
    /// What to do.
    pub what_to_do: String,
}

impl VerifyFinding {
    pub(crate) fn new(code: VerifyCode, message: &str, what_to_do: &str) -> Self {
        Self { code, message: message.to_owned(), what_to_do: what_to_do.to_owned() }
    }
}

const RESTORE: &str = "Restore the latest backup into another folder: `datapunk --vault NEW restore BACKUPS`. Without one, make a new vault and import the archives again.";

impl Vault {
    /// Checks everything at rest; what is wrong comes back as findings. What was found while opening is among them.
    ///
    /// # Errors
    /// When the check itself could not be made: cancelled, locked.
    pub fn verify(&self, cancel: &Cancel, on: &mut dyn FnMut(Progress)) -> Result<Vec<VerifyFinding>> {
        let found = match verify(self.inner(), cancel, on) {
            // The check itself met it.
            Err(Fault(failure)) if failure.code == Code::Damaged => {
                vec![VerifyFinding::new(VerifyCode::Database, &failure.message, RESTORE)]
            }
            found => found?,
        };
        let mut findings = self.warnings();
        findings.extend(found);
        self.inner().follower.mended(true);
        // Lost changes are told once by a check, however often the vault was opened since.
        if !self.reads_only() && findings.iter().any(|finding| finding.code == VerifyCode::LostChanges) {
            let told = self.inner().writer.write(|transaction| setting::set_watermark(transaction, LOST, 0));
            // In a damaged database they are told again.
            told.or_else(|fault| if fault.0.code == Code::Damaged { Ok(()) } else { Err(fault) })?;
        }
        Ok(findings)
    }
}

fn verify(inner: &Inner, cancel: &Cancel, on: &mut dyn FnMut(Progress)) -> Outcome<Vec<VerifyFinding>> {
    let mut findings = Vec::new();
    let stage = |name: &str| Progress { stage: name.to_owned(), unit: "checks".to_owned(), ..Progress::default() };
    on(stage("pages"));
    // From here to the end of the check of pages the writer is held, or new pages would stand in the log again.
    let pages = inner.writer.run(|connection| {
        checkpoint(connection)?;
        let mut statement = connection.prepare("PRAGMA cipher_integrity_check")?;
        let lines: Vec<String> = statement.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
        Ok(lines)
    })?;
    let pages_are_whole = pages.is_empty();
    findings.extend(pages.iter().map(|line| VerifyFinding::new(VerifyCode::Page, &format!("The database: {line}."), RESTORE)));
    cancel.check()?;
    on(stage("database"));
    match consistency(inner) {
        Ok(found) => findings.extend(found),
        // With damaged pages the rest of the check cannot be made; that is told already.
        Err(fault) if !pages_are_whole || fault.0.code == Code::Damaged => {
            findings.push(VerifyFinding::new(VerifyCode::Database, &fault.0.message, RESTORE));
        }
        Err(fault) => return Err(fault),
    }
    cancel.check()?;
    match attachments(inner, cancel, on) {
        Ok(found) => findings.extend(found),
        Err(fault) if !pages_are_whole && fault.0.code != Code::Cancelled => {}
        Err(fault) => return Err(fault),
    }
    on(stage("index"));
    match index(inner, cancel) {
        Ok(found) => findings.extend(found),
        Err(fault) if !pages_are_whole && fault.0.code != Code::Cancelled => {}
        Err(fault) => return Err(fault),
    }
    Ok(findings)
}

/// SQLite's own checks, and the ledger.
fn consistency(inner: &Inner) -> Outcome<Vec<VerifyFinding>> {
    let reader = inner.readers.borrow()?;
    let mut findings = Vec::new();
    let mut statement = reader.prepare("PRAGMA integrity_check")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let line: String = row.get(0)?;
        if line != "ok" {
            findings.push(VerifyFinding::new(VerifyCode::Database, &format!("The database: {line}."), RESTORE));
        }
    }
    let mut statement = reader.prepare("PRAGMA foreign_key_check")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let table: String = row.get(0)?;
        findings.push(VerifyFinding::new(VerifyCode::Database, &format!("A row of the table {table} points at nothing."), RESTORE));
    }
    for (sql, what) in DANGLING {
        let n: i64 = reader.query_row(sql, [], |row| row.get(0))?;
        if n > 0 {
            findings.push(VerifyFinding::new(VerifyCode::Database, &format!("{n} {what}."), RESTORE));
        }
    }
    // The head of the log is known from elsewhere only while the vault is opened, and what was found then is told as well.
    if let Some(broken) = audit::verify(&reader, inner.trail.key(), None, None)? {
        findings.push(broken_log(&broken));
    }
    for (import, path) in file::unbalanced(&reader)? {
        findings.push(VerifyFinding::new(
            VerifyCode::Ledger,
            &format!("In import {import}, the records read from {path} are not those stored, merged, skipped and set aside."),
            "Undo that import and import the archive again.",
        ));
    }
    Ok(findings)
}

/// Our own invariants: a count that must be 0, and what it counts.
const DANGLING: &[(&str, &str)] = &[
    (
        "SELECT count(*) FROM item i WHERE NOT EXISTS (SELECT 1 FROM variant v WHERE v.id = i.variant AND v.item = i.id)",
        "items have no content",
    ),
    ("SELECT count(*) FROM variant v WHERE NOT EXISTS (SELECT 1 FROM sighting s WHERE s.variant = v.id)", "contents were seen in no file"),
    ("SELECT count(*) FROM link l WHERE NOT EXISTS (SELECT 1 FROM entity e WHERE e.id = l.entity)", "links lead to nobody"),
    (
        "SELECT count(*) FROM entity e WHERE e.person IS NOT NULL AND NOT EXISTS (SELECT 1 FROM entity o WHERE o.id = e.person AND o.person = o.id)",
        "addresses belong to nobody",
    ),
    ("SELECT count(*) FROM own_item o WHERE NOT EXISTS (SELECT 1 FROM item i WHERE i.id = o.item)", "items of the owner's are not there"),
    ("SELECT count(*) FROM pii p WHERE NOT EXISTS (SELECT 1 FROM item i WHERE i.id = p.item)", "findings of personal data are in no item"),
    (
        "SELECT count(*) FROM exchange_item x WHERE NOT EXISTS (SELECT 1 FROM item i WHERE i.id = x.item)
             OR NOT EXISTS (SELECT 1 FROM exchange e WHERE e.id = x.exchange)",
        "citations of kept answers lead nowhere",
    ),
    (
        "SELECT count(*) FROM exchange e WHERE NOT EXISTS (SELECT 1 FROM conversation c WHERE c.id = e.conversation)",
        "kept answers are in no conversation",
    ),
    (
        "SELECT count(*) FROM blob_ref r WHERE r.blob IS NOT NULL AND NOT EXISTS (SELECT 1 FROM blob b WHERE b.id = r.blob)",
        "attachments have no key",
    ),
    (
        "SELECT abs((SELECT count(*) FROM track_point) - (SELECT coalesce(sum(n), 0) FROM track_cell))",
        "position fixes are counted wrongly on the map",
    ),
];

/// Every attachment decrypts. Those that do not are kept in mind, so that an import of their archive writes them again.
fn attachments(inner: &Inner, cancel: &Cancel, on: &mut dyn FnMut(Progress)) -> Outcome<Vec<VerifyFinding>> {
    let damaged = damaged_blobs::find(inner, cancel, on)?;
    damaged_blobs::remember(inner, &damaged, true)?;
    let finding = |blob: &DamagedBlob| {
        VerifyFinding::new(
            VerifyCode::Blob,
            &format!("{} is missing or does not decrypt.", blob.named()),
            "Import again the archive that it came from, or restore the folder `blobs` from a backup.",
        )
    };
    Ok(damaged.iter().map(finding).collect())
}

/// The index of words: every chunk of it, and that it holds every item once it has caught up. One that is damaged is begun
/// anew, and that is among the vault's warnings.
fn index(inner: &Inner, cancel: &Cancel) -> Outcome<Vec<VerifyFinding>> {
    inner.follower.catch_up(cancel, &mut |_| {})?;
    let standing = inner.follower.standing();
    let mut wrong = match standing.search.verify() {
        Ok(check) => check.damaged,
        Err(failure) if failure.code == Code::Damaged => vec![failure.message],
        Err(failure) => return Err(failure.into()),
    };
    let (items, last) = {
        let reader = inner.readers.borrow()?;
        let items: i64 = reader.query_row("SELECT count(*) FROM item", [], |row| row.get(0))?;
        (items.unsigned_abs(), change::last(&reader)?)
    };
    let indexed = standing.search.documents();
    if wrong.is_empty() && inner.follower.watermark() == last && indexed != items {
        wrong.push(format!("it holds {indexed} items, and the database {items}"));
    }
    if wrong.is_empty() {
        return Ok(Vec::new());
    }
    let why = Failure::new(Code::Damaged, format!("{}.", wrong.join("; ")));
    match inner.follower.begin_anew(&standing, &why) {
        // The vault's warnings tell it.
        Ok(()) => Ok(Vec::new()),
        Err(fault) if fault.0.code == Code::Damaged => Ok(vec![VerifyFinding::new(
            VerifyCode::Index,
            &format!("The index of words is damaged once more since the vault was opened: {}", why.message),
            "Check the disk. Lock the vault and unlock it, and it is built anew.",
        )]),
        Err(fault) => Err(fault),
    }
}
