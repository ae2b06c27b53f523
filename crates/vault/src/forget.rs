//! Forgetting for good: what a scope covers goes from rows, attachments, indexes, the ledger and the free space of pages, so
//! that nobody finds it any more, whoever has the keys. A receipt says what went, what stayed and why, and what a look
//! afterwards found; it tells nothing of what it is about. What was forgotten stays out when it is imported again.
//!
//! It runs in transactions of bounded size and can be cut short anywhere: once the list of what goes is whole, it goes on at
//! the next unlock. Its stages, each of which can be begun again: [`removing`] rows and attachments, [`tidying`] what is told
//! of them elsewhere, [`scrubbing`] what they leave in indexes and pages.
//!
//! Of kept conversations go the questions and answers that rest on what goes, or tell of it; each with the step that takes it. So do the
//! saved searches that name it.
//!
//! Hidden items are covered like others. An item that a source outside of the scope has as well stays whole.

mod plan;
mod removing;
mod scope;
mod scrubbing;
mod tidying;

use std::collections::BTreeMap;

use domain::{Cancel, Code, Failure, Kind, Progress, Result, Uid, UtcMs};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::fault::{Outcome, decided};
use crate::hex;
use crate::saved;
use crate::table::receipt::{self, ReceiptId, ReceiptRow, Stage};
use crate::table::tombstone;
use crate::vault::{Inner, Vault};

pub use plan::ForgetPlan;
use scope::Chosen;
pub use scope::Scope;
use scrubbing::Trace;
pub(crate) use scrubbing::owe_wiping;
pub(crate) use tidying::blot_import;

/// Items put on the list in one transaction.
const LISTED: usize = 50_000;
/// Uids of forgotten items that are read at once.
const FORGOTTEN: i64 = 5_000;
/// Hashes of ids that are shown of one receipt.
const HASHES_SHOWN: usize = 1_000;

/// What was asked for, without its content: names, words and places are counted.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Asked {
    /// Items named one by one.
    pub items: u64,
    /// Only these kinds; empty for all.
    pub kinds: Vec<Kind>,
    /// Only these sources; empty for all.
    pub sources: Vec<String>,
    /// At or after, UTC milliseconds.
    pub from: Option<UtcMs>,
    /// Before, UTC milliseconds.
    pub to: Option<UtcMs>,
    /// With so many people, senders and recipients among them.
    pub people: u64,
    /// With so many labels.
    pub labels: u64,
    /// Whether words had to be in it.
    pub words: bool,
    /// Whether it had to be within a circle or a box.
    pub place: bool,
    /// A hash of the whole request under a key of this vault: who asks for the same again has the same.
    pub hash: String,
}

/// What went.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Went {
    /// Items.
    pub items: u64,
    /// Items by kind.
    pub by_kind: BTreeMap<String, u64>,
    /// Items by source.
    pub by_source: BTreeMap<String, u64>,
    /// Position fixes.
    pub points: u64,
    /// Attachments that were kept in the vault.
    pub attachments: u64,
    /// Bytes of these.
    pub attachment_bytes: u64,
    /// Vectors.
    pub vectors: u64,
    /// People, places, devices and labels that no item is left of, with what you said about them.
    pub entities: u64,
    /// Questions with their answers, of the conversations that are kept, that rested on the items or told of them.
    pub exchanges: u64,
    /// Saved searches that named what went.
    pub searches: u64,
    /// Files whose names in the ledger of imports are blotted out.
    pub ledger_lines: u64,
    /// Exports whose parts are no longer put together with parts that come later, because what was remembered of their files
    /// went.
    pub sets: u64,
}

/// What stayed, and why.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Stayed {
    /// Items that a source outside of the scope has as well.
    pub shared_items: u64,
    /// Attachments that another item has as well.
    pub shared_attachments: u64,
    /// Media that were never in the vault, by the archive or folder outside of it where they lie still.
    pub left_in_place: BTreeMap<String, u64>,
}

/// What a look afterwards found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Check {
    /// Rows that still name one of the items; 0 when all is well.
    pub rows: u64,
    /// Items that the index of words still holds; 0 when all is well.
    pub index_documents: u64,
    /// Pages of the database that were read as they are under the encryption.
    pub pages: u64,
    /// Pages whose free space held something, and was wiped.
    pub wiped: u64,
    /// Records of which a trace was looked for in every page; 0 when the work was cut short and they are not known any more.
    pub looked_for: u64,
    /// Pages in which such a trace was found; 0 when all is well.
    pub traces: u64,
    /// Whether the write-ahead log was emptied; else that is done when the vault is locked.
    pub log_emptied: bool,
}

/// What was forgotten.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Receipt {
    /// Its number.
    pub receipt: ReceiptId,
    /// When it was asked for, UTC milliseconds.
    pub asked_ms: UtcMs,
    /// Whether nothing is left to do; else it goes on at the next unlock.
    pub done: bool,
    /// What was asked for.
    pub asked: Asked,
    /// What went.
    pub went: Went,
    /// What stayed, and why.
    pub stayed: Stayed,
    /// What a look afterwards found; absent until it was made.
    pub check: Option<Check>,
    /// The ids of the items, each hashed under a key of this vault; the first 1,000.
    pub hashes: Vec<String>,
}

/// What of a receipt is kept as it is, and how far the work has come.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Body {
    asked: Asked,
    went: Went,
    stayed: Stayed,
    check: Option<Check>,
    /// Items on the list, and the last of them that went.
    listed: u64,
    last_item: i64,
}

impl Body {
    fn of(row: &ReceiptRow) -> Outcome<Self> {
        Ok(serde_json::from_str(&row.body)?)
    }

    fn json(&self) -> Outcome<String> {
        Ok(serde_json::to_string(self)?)
    }
}

impl Vault {
    /// Forgets what a scope covers, for good. When cancelled it goes on at the next unlock.
    ///
    /// # Errors
    /// [`Code::BadRequest`] for a scope that names nothing, or while an import runs; [`Code::NotFound`] when nothing is covered.
    pub fn forget(&self, scope: &Scope, now: UtcMs, cancel: &Cancel, on: &mut dyn FnMut(Progress)) -> Result<Receipt> {
        let inner = self.inner();
        if let Some(running) = inner.running().iter().next() {
            return Err(Failure::new(Code::BadRequest, format!("Import {running} is running, and nothing can be forgotten meanwhile."))
                .hint("Wait for it to end, or cancel it, and try again."));
        }
        let unfinished = receipt::unfinished(&*inner.readers.borrow()?)?;
        for id in unfinished {
            go_on(inner, id, &[], cancel, on)?;
        }
        let chosen = self.chosen(scope)?;
        if chosen.items.is_empty() && chosen.track.is_none() {
            return Err(Failure::new(Code::NotFound, "Nothing in this vault is covered by that, so that nothing was forgotten."));
        }
        // Looked up now: they are gone when they are looked for.
        let traces = scrubbing::traces(&*inner.readers.borrow()?, &chosen.items)?;
        let id = list(inner, scope, &chosen, now, cancel)?;
        go_on(inner, id, &traces, cancel, on).map_err(|failure| match failure.code {
            Code::Cancelled => cut_short(id),
            _ => decided(failure, &format!("It is decided, and what was asked for is forgotten: receipt {id} says how far it is.")),
        })?;
        let reader = inner.readers.borrow()?;
        let row = receipt::get(&reader, id)?.ok_or_else(|| Failure::not_found("receipt", id))?;
        Ok(shown(&reader, &row)?)
    }

    /// Hands out the uids of all items that were deleted for good, here or in a vault whose export was imported, in order. A uid
    /// tells nothing of its item but to who has that item. Ends with the first failure of `on`.
    pub fn each_forgotten(&self, on: &mut dyn FnMut(Uid) -> Result<()>) -> Result<()> {
        let mut after = None;
        loop {
            let uids = tombstone::uids(&*self.inner().readers.borrow()?, after.as_ref(), FORGOTTEN)?;
            let Some(last) = uids.last() else { return Ok(()) };
            after = Some(*last);
            uids.iter().try_for_each(|uid| on(Uid(*uid)))?;
        }
    }

    /// Every receipt, the latest first.
    pub fn receipts(&self) -> Result<Vec<Receipt>> {
        let reader = self.inner().readers.borrow()?;
        Ok(receipt::all(&reader)?.into_iter().map(|row| shown(&reader, &row)).collect::<Outcome<_>>()?)
    }
}

/// Goes on with what the program's end cut short; says how many there were.
pub(crate) fn finish_all(inner: &Inner) -> Result<usize> {
    let unfinished = receipt::unfinished(&*inner.readers.borrow()?)?;
    for id in &unfinished {
        go_on(inner, *id, &[], &Cancel::default(), &mut |_| {})?;
    }
    Ok(unfinished.len())
}

fn shown(connection: &rusqlite::Connection, row: &ReceiptRow) -> Outcome<Receipt> {
    let Body { asked, went, stayed, check, .. } = Body::of(row)?;
    let mut hashes = Vec::new();
    receipt::each_hash(connection, row.id, &mut |hash| {
        hashes.push(hex::encode(&hash));
        hashes.len() < HASHES_SHOWN
    })?;
    Ok(Receipt { receipt: row.id, asked_ms: row.asked_ms, done: row.stage == Stage::Done, asked, went, stayed, check, hashes })
}

/// From its list on, what was asked for is decided.
fn cut_short(id: ReceiptId) -> Failure {
    let message =
        "It was cut short and not called off: what was asked for is forgotten, and what is left to wipe is wiped at the next unlock.";
    Failure::new(Code::Cancelled, message).hint(format!("Receipt {id} says how far it is."))
}

/// Writes down what is to go. From its last transaction on, it will.
fn list(inner: &Inner, scope: &Scope, chosen: &Chosen, now: UtcMs, cancel: &Cancel) -> Outcome<ReceiptId> {
    let body = Body {
        asked: scope.asked(&inner.receipts)?,
        listed: chosen.items.len() as u64,
        stayed: Stayed { shared_items: chosen.shared, ..Stayed::default() },
        ..Body::default()
    };
    let begun = body.json()?;
    let id = inner.writer.write(move |transaction| receipt::insert(transaction, now, &begun))?;
    for items in chosen.items.chunks(LISTED) {
        cancel.check()?;
        let items = items.to_vec();
        inner.writer.write(move |transaction| receipt::list(transaction, id, &items))?;
    }
    let (rule, named) = (chosen.track.clone(), scope.names_alone());
    inner.writer.write(move |transaction| {
        if let Some(rule) = &rule {
            tombstone::insert_rule(transaction, id, rule)?;
        }
        let mut body = body;
        body.went.searches = saved::remove_naming(transaction, &named)?;
        receipt::update(transaction, id, Stage::Removing, &body.json()?)
    })?;
    Ok(id)
}

/// Does what is left to do, from the stage that it has come to. In every page, `traces` are looked for.
fn go_on(inner: &Inner, id: ReceiptId, traces: &[Trace], cancel: &Cancel, on: &mut dyn FnMut(Progress)) -> Result<()> {
    loop {
        let row = receipt::get(&*inner.readers.borrow()?, id)?.ok_or_else(|| Failure::not_found("receipt", id))?;
        match row.stage {
            Stage::Listing | Stage::Done => return Ok(()),
            Stage::Removing => removing::run(inner, id, cancel, on)?,
            Stage::Tidying => tidying::run(inner, id, cancel, on)?,
            Stage::Scrubbing => scrubbing::run(inner, id, traces, cancel, on)?,
        }
    }
}

fn progress(stage: &str, done: u64, total: u64, unit: &str) -> Progress {
    Progress { stage: stage.to_owned(), done, total, unit: unit.to_owned(), records: done, ..Progress::default() }
}
