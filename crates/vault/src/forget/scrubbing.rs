//! What forgotten items, and conversations that were removed, leave behind: documents of the index of words, copies in the free
//! space of the database's pages, and the write-ahead log; and the look whether anything is left.
//!
//! SQLite wipes rows that are deleted, but not the copies that rows leave on a page when others move to a new one. So every
//! page is read once as it is under the encryption, and the space of it that no row takes is wiped.

use std::time::Duration;

use domain::{Cancel, Progress, Result};
use memchr::memmem;
use rusqlite::config::DbConfig;
use rusqlite::hooks::{AuthContext, Authorization};
use rusqlite::{Connection, params};

use crate::connection;
use crate::fault::Outcome;
use crate::forget::removing::body;
use crate::forget::{Check, progress};
use crate::table::receipt::{self, ReceiptId, Stage};
use crate::table::{setting, variant};
use crate::vault::{Inner, Vault};
use crate::{hex, keys};

/// Pages read, and wiped where need be, in one transaction.
const STEP: u32 = 2_000;
/// Items looked for at once.
const LOOKED_FOR: usize = 20_000;
/// Records of which a trace is looked for in every page.
const TRACES: usize = 16;
/// From so many pages on (128 GiB), the first byte of a page that holds a part of a long row may be that of one with rows.
const PAGES: u32 = 0x0200_0000;
/// How often it is tried to empty the log while somebody reads an older state, and how long after one another.
const TRIES: usize = 50;
const PAUSE: Duration = Duration::from_millis(100);
/// The setting that says that rows were removed which may have left copies.
const OWED: &str = "wiping.owed";

/// What tells a record in the bytes of a page: the digest of its content, which stands in its row.
pub(super) type Trace = [u8; 16];

/// Traces of some items, from the first to the last.
pub(super) fn traces(connection: &Connection, items: &[i64]) -> Outcome<Vec<Trace>> {
    let step = items.len().div_ceil(TRACES).max(1);
    let mut traces = Vec::new();
    for item in items.iter().step_by(step) {
        for variant in variant::of_item(connection, *item)?.into_iter().take(1) {
            traces.push(variant::rank(connection, variant)?.2);
        }
    }
    Ok(traces)
}

pub(super) fn run(inner: &Inner, id: ReceiptId, traces: &[Trace], cancel: &Cancel, on: &mut dyn FnMut(Progress)) -> Result<()> {
    inner.follower.catch_up(cancel, on)?;
    on(progress("indexing", 0, 0, "records"));
    inner.follower.purge(cancel)?;
    inner.memory.clear();
    let mut check = Check { looked_for: traces.len() as u64, ..Check::default() };
    pages(inner, traces, &mut check, cancel, on)?;
    look(inner, id, &mut check, cancel)?;
    inner.writer.write(move |transaction| {
        let body = crate::forget::Body { check: Some(check), ..body(transaction, id)? };
        receipt::drop_lists(transaction, id)?;
        receipt::update(transaction, id, Stage::Scrubbing, &body.json()?)
    })?;
    let log_emptied = empty_log(inner)?;
    inner.writer.write(move |transaction| {
        let mut body = body(transaction, id)?;
        if let Some(check) = &mut body.check {
            check.log_emptied = log_emptied;
        }
        receipt::update(transaction, id, Stage::Done, &body.json()?)
    })?;
    Ok(())
}

/// Notes, in the transaction that removes rows, that what they leave in the free space of pages is still to be wiped.
pub(crate) fn owe_wiping(connection: &Connection) -> Outcome<()> {
    setting::set(connection, OWED, Some(&hex::encode(&keys::random::<8>()?)))
}

impl Vault {
    /// Wipes what removed conversations leave in the database's free space and in its log, as [`Vault::forget`] does for what is
    /// forgotten. Nothing is read when nothing was removed since. Cut short, it is still to be done.
    ///
    /// # Errors
    /// [`domain::Code::Cancelled`], [`domain::Code::Locked`].
    pub fn wipe_removed(&self, cancel: &Cancel, on: &mut dyn FnMut(Progress)) -> Result<()> {
        let inner = self.inner();
        let Some(owed) = setting::get(&*inner.readers.borrow()?, OWED)? else { return Ok(()) };
        inner.memory.clear();
        pages(inner, &[], &mut Check::default(), cancel, on)?;
        if empty_log(inner)? {
            // What was removed meanwhile is owed under another name.
            inner.writer.write_beside(move |transaction| match setting::get(transaction, OWED)? {
                Some(now) if now == owed => setting::set(transaction, OWED, None),
                _ => Ok(()),
            })?;
        }
        Ok(())
    }
}

/// Wipes what no row takes, in all pages, and counts those in which a trace is left.
fn pages(inner: &Inner, traces: &[Trace], check: &mut Check, cancel: &Cancel, on: &mut dyn FnMut(Progress)) -> Outcome<()> {
    let n_pages: u32 = inner.readers.borrow()?.query_row("PRAGMA page_count", [], |row| row.get(0))?;
    if n_pages >= PAGES {
        return Ok(());
    }
    let mut from = 1;
    while from <= n_pages {
        cancel.check()?;
        let to = n_pages.min(from + STEP - 1);
        let traces = traces.to_vec();
        let (wiped, found) =
            inner.writer.run(move |connection| with_pages(connection, |connection| wipe(connection, from, to, &traces)))?;
        check.pages += u64::from(to - from + 1);
        check.wiped += wiped;
        check.traces += found;
        on(progress("wiping", check.pages, n_pages.into(), "pages"));
        from = to + 1;
    }
    Ok(())
}

/// Lets `work` read and write pages as they are, which every connection is forbidden else.
fn with_pages<T>(connection: &mut Connection, work: impl FnOnce(&mut Connection) -> Outcome<T>) -> Outcome<T> {
    connection.authorizer(None::<fn(AuthContext<'_>) -> Authorization>)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, false)?;
    let outcome = work(connection);
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    connection::guard(connection)?;
    outcome
}

/// Wipes the pages of a range; says how many had something to wipe, and in how many a trace is left.
fn wipe(connection: &mut Connection, from: u32, to: u32, traces: &[Trace]) -> Outcome<(u64, u64)> {
    let finders: Vec<memmem::Finder<'_>> = traces.iter().map(memmem::Finder::new).collect();
    let transaction = connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    let (mut n_wiped, mut n_found) = (0, 0);
    {
        let first: Vec<u8> = transaction.query_row("SELECT data FROM sqlite_dbpage WHERE pgno = 1", [], |row| row.get(0))?;
        // SQLCipher keeps the end of each page for itself.
        let usable = first.len() - usize::from(first.get(20).copied().unwrap_or(0));
        let mut read = transaction.prepare_cached("SELECT data FROM sqlite_dbpage WHERE pgno = ?1")?;
        let mut write = transaction.prepare_cached("UPDATE sqlite_dbpage SET data = ?2 WHERE pgno = ?1")?;
        // The first page holds the schema.
        for number in from.max(2)..=to {
            let mut page: Vec<u8> = read.query_row([number], |row| row.get(0))?;
            if wipe_page(&mut page, usable) {
                write.execute(params![number, page])?;
                n_wiped += 1;
            }
            n_found += u64::from(finders.iter().any(|finder| finder.find(&page).is_some()));
        }
    }
    setting::advance_generation(&transaction)?;
    transaction.commit()?;
    Ok((n_wiped, n_found))
}

/// Wipes the space of a page that no row takes; whether there was anything. A page without rows (a part of a long row, a free
/// page) is left alone: the number that it begins with is smaller than any of those that stand for a page with rows.
fn wipe_page(page: &mut [u8], usable: usize) -> bool {
    let two = |page: &[u8], at: usize| usize::from(u16::from_be_bytes([page[at], page[at + 1]]));
    let header = match page.first() {
        Some(2 | 5) => 12,
        Some(10 | 13) => 8,
        _ => return false,
    };
    if page.len() < usable || usable < 480 {
        return false;
    }
    let rows_end = header + 2 * two(page, 3);
    let content = match two(page, 5) {
        0 => 65_536,
        content => content,
    };
    if rows_end > content || content > usable {
        return false;
    }
    let mut holes = Vec::new();
    holes.push(rows_end..content);
    // Space that became free between rows: where the next one is, how long it is, and what stood there.
    let mut hole = two(page, 1);
    while hole >= content && hole + 4 <= usable {
        let end = hole + two(page, hole + 2);
        if end > usable || end < hole + 4 {
            return false;
        }
        holes.push(hole + 4..end);
        let next = two(page, hole);
        if next <= hole {
            break;
        }
        hole = next;
    }
    let mut had_something = false;
    for hole in holes {
        had_something |= page[hole.clone()].iter().any(|byte| *byte != 0);
        page[hole].fill(0);
    }
    had_something
}

/// Looks whether a row still names an item of the list, or the index of words still holds it.
fn look(inner: &Inner, id: ReceiptId, check: &mut Check, cancel: &Cancel) -> Outcome<()> {
    let present = inner.follower.search().present().map_err(crate::index::failure)?;
    let reader = inner.readers.borrow()?;
    let mut after = 0;
    loop {
        cancel.check()?;
        let items = receipt::listed(&reader, id, after, LOOKED_FOR)?;
        let Some(last) = items.last() else { return Ok(()) };
        for item in &items {
            check.index_documents += u64::from(present.holds(*item));
            for sql in ROWS {
                let is_there: bool = reader.prepare_cached(sql)?.query_row([item], |row| row.get(0))?;
                check.rows += u64::from(is_there);
            }
        }
        after = *last;
    }
}

/// Where an item may be named.
const ROWS: [&str; 8] = [
    "SELECT EXISTS (SELECT 1 FROM item WHERE id = ?1)",
    "SELECT EXISTS (SELECT 1 FROM variant WHERE item = ?1)",
    "SELECT EXISTS (SELECT 1 FROM link WHERE item = ?1)",
    "SELECT EXISTS (SELECT 1 FROM item_link WHERE item = ?1)",
    "SELECT EXISTS (SELECT 1 FROM number WHERE item = ?1)",
    "SELECT EXISTS (SELECT 1 FROM own_item WHERE item = ?1)",
    "SELECT EXISTS (SELECT 1 FROM exchange_item WHERE item = ?1)",
    "SELECT EXISTS (SELECT 1 FROM vector_space s CROSS JOIN vector v ON v.space = s.id WHERE v.item = ?1)",
];

/// Moves the write-ahead log into the database and empties it; whether nobody kept that from being done.
fn empty_log(inner: &Inner) -> Outcome<bool> {
    for _ in 0..TRIES {
        let busy: bool =
            inner.writer.run(|connection| Ok(connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))?))?;
        if !busy {
            return Ok(true);
        }
        std::thread::sleep(PAUSE);
    }
    Ok(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_row_takes_is_wiped_and_rows_are_not() {
        let mut page = vec![b'x'; 1024];
        page[0] = 13;
        page[1..8].copy_from_slice(&[0x03, 0xA0, 0, 2, 0x03, 0x80, 0]);
        // A hole of 16 bytes, the last before what SQLCipher keeps.
        page[0x3A0..0x3A4].copy_from_slice(&[0, 0, 0, 16]);
        assert!(wipe_page(&mut page, 1024 - 80));
        let wiped = |from: usize, to: usize| page[from..to].iter().all(|byte| *byte == 0);
        assert!(wiped(12, 0x380) && wiped(0x3A4, 0x3B0));
        assert!([8, 11, 0x380, 0x39F, 0x3B0].iter().all(|at| page[*at] == b'x'), "rows and what points at them stay");
        let before = page.clone();
        assert!(!wipe_page(&mut page, 1024 - 80) && page == before);
        let mut long_row = vec![b'x'; 1024];
        long_row[..4].copy_from_slice(&7_u32.to_be_bytes());
        assert!(!wipe_page(&mut long_row, 1024 - 80));
    }
}
