//! The way out. Undoing an import takes back its sightings; what no other file has seen goes, and what another file has
//! seen differently stands again as that file told it. The vault is then as if the import had never been.
//!
//! It runs in transactions of bounded size. The import is marked `undoing` first, and an undo that the program's end cut
//! short goes on at the next unlock. What is half undone is never wrong, only not yet done: each step leaves every item
//! with all that its remaining sightings say.

use domain::{Cancel, Code, Failure, ImportId, Progress, Result, Role};
use rusqlite::{Connection, params};
use schemars::JsonSchema;
use serde::Serialize;

use crate::blobs;
use crate::content::Content;
use crate::fault::{Outcome, decided};
use crate::ingest::stand;
use crate::table::change::ChangeOp;
use crate::table::entity::Tally;
use crate::table::exchange;
use crate::table::file::{self, FileId};
use crate::table::import_run::{self, ImportState};
use crate::table::track_cell::Cells;
use crate::table::{blob, memo, sighting, source, tombstone, track_point, variant};
use crate::vault::Inner;
use crate::whereabouts;

/// Sightings taken back in one transaction.
const STEP: usize = 20_000;
/// Files taken back in one transaction.
const GROUP: usize = 5_000;
/// Fixes looked at in one transaction.
const POINTS_STEP: usize = 100_000;

/// Before every sighting of a file.
const FIRST: (i64, i64) = (0, 0);

/// What an undo did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Undone {
    /// Items that only this import had.
    pub items_removed: u64,
    /// Items that another import has as well; they stay, as that import tells them.
    pub items_kept: u64,
    /// Fixes that only this import had.
    pub points_removed: u64,
    /// Attachments that nothing refers to any more.
    pub blobs_removed: u64,
}

/// Undoes an import, or goes on with it. What fails once it is marked says that it goes on.
pub(crate) fn run(inner: &Inner, import: ImportId, cancel: &Cancel, on: &mut dyn FnMut(Progress)) -> Result<Undone> {
    let brought = mark(inner, import)?;
    take_out(inner, import, brought, cancel, on).map_err(|failure| match failure.code {
        Code::Cancelled => failure,
        _ => decided(failure, &format!("The undoing of import {import} is decided, and is not called off.")),
    })
}

/// What an import brought that stands.
struct Brought {
    /// Its files, each with the number of its sightings.
    files: Vec<(FileId, u64)>,
    /// The sightings of all of them.
    total: u64,
    n_items: u64,
}

/// Marks an import as being undone, which decides.
fn mark(inner: &Inner, import: ImportId) -> Outcome<Brought> {
    inner.writer.write(move |transaction| {
        let row = import_run::existing(transaction, import)?;
        if row.state == ImportState::Undone {
            return Err(Failure::new(Code::BadRequest, format!("Import {import} was undone before."))
                .hint("`datapunk imports` lists what can be undone.")
                .into());
        }
        import_run::set_state(transaction, import, ImportState::Undoing)?;
        memo::unsettle(transaction, import)?;
        let mut files = Vec::new();
        for file in file::of_import(transaction, import)? {
            let n: i64 =
                transaction.prepare_cached("SELECT count(*) FROM sighting WHERE file = ?1")?.query_row([file], |row| row.get(0))?;
            files.push((file, n.unsigned_abs()));
        }
        let total = files.iter().map(|(_, n)| n).sum();
        // An item that several files of this import saw is seen to stay until the last of them is taken back.
        let n_items: i64 = transaction
            .prepare_cached("SELECT count(DISTINCT s.item) FROM sighting s JOIN file f ON f.id = s.file WHERE f.import = ?1")?
            .query_row([import], |row| row.get(0))?;
        Ok(Brought { files, total, n_items: n_items.unsigned_abs() })
    })
}

fn take_out(inner: &Inner, import: ImportId, brought: Brought, cancel: &Cancel, on: &mut dyn FnMut(Progress)) -> Result<Undone> {
    let Brought { files, total, n_items } = brought;
    let mut work = Work { inner, cancel, on, total, done: 0, undone: Undone::default() };
    let mut group = Vec::new();
    let mut n_grouped = 0;
    for (file, n) in files {
        group.push(file);
        n_grouped += n;
        // Each transaction waits for the disk, and an export has thousands of small files.
        if n_grouped >= STEP as u64 || group.len() >= GROUP {
            work.files(std::mem::take(&mut group))?;
            n_grouped = 0;
        }
    }
    work.files(group)?;
    let mut undone = work.undone;
    undone.items_kept = n_items.saturating_sub(undone.items_removed);
    inner.writer.write(move |transaction| {
        if file::brought_points(transaction, import)? {
            whereabouts::track_changed(transaction)?;
        }
        memo::drop_empty_sets(transaction)?;
        import_run::set_state(transaction, import, ImportState::Undone)
    })?;
    inner.follower.wake();
    Ok(undone)
}

/// An undo on its way.
struct Work<'a> {
    inner: &'a Inner,
    cancel: &'a Cancel,
    on: &'a mut dyn FnMut(Progress),
    total: u64,
    done: u64,
    undone: Undone,
}

/// What one transaction of an undo came to.
#[derive(Default)]
struct Step {
    undone: Undone,
    seen: usize,
    blobs: Vec<[u8; 16]>,
    /// The files that are not done, the first of them with sightings left.
    left: Vec<FileId>,
    /// Files whose fixes are to go, and the span that these are in.
    spans: Vec<(FileId, i64, i64)>,
}

impl Work<'_> {
    /// Takes back all that some files brought.
    fn files(&mut self, mut files: Vec<FileId>) -> Result<()> {
        while !files.is_empty() {
            self.cancel.check()?;
            let step = self.inner.writer.write(move |transaction| step(transaction, files))?;
            blobs::remove(&self.inner.folder, &step.blobs);
            self.undone.items_removed += step.undone.items_removed;
            self.undone.blobs_removed += step.blobs.len() as u64;
            self.done += step.seen as u64;
            self.tell();
            for (file, from, to) in step.spans {
                self.points(file, from, to)?;
            }
            files = step.left;
        }
        Ok(())
    }

    fn points(&mut self, file: FileId, mut from: i64, to: i64) -> Result<()> {
        loop {
            self.cancel.check()?;
            let (gone, next) = self.inner.writer.write(move |transaction| {
                let (gone, next) = track_point::remove_of_file(transaction, file, from, to, POINTS_STEP)?;
                let mut cells = Cells::default();
                for key in &gone {
                    cells.count(*key, -1);
                }
                cells.settle(transaction)?;
                Ok((gone.len() as u64, next))
            })?;
            self.undone.points_removed += gone;
            self.tell();
            match next {
                Some(next) => from = next,
                None => return Ok(()),
            }
        }
    }

    fn tell(&mut self) {
        let records = self.done + self.undone.points_removed;
        (self.on)(Progress {
            stage: "undoing".to_owned(),
            done: self.done,
            total: self.total,
            unit: "records".to_owned(),
            records,
            ..Progress::default()
        });
    }
}

/// Takes back file after file, up to [`STEP`] sightings.
fn step(connection: &Connection, files: Vec<FileId>) -> Outcome<Step> {
    clear(connection)?;
    let mut step = Step::default();
    let mut files = files.into_iter();
    while let Some(file) = files.next() {
        let (seen, is_done) = take_back(connection, file, STEP - step.seen)?;
        step.seen += seen;
        if !is_done {
            step.left = std::iter::once(file).chain(files).collect();
            break;
        }
        blob::remove_references(connection, file)?;
        tombstone::take_back(connection, file)?;
        step.spans.extend(file::span(connection, file)?.map(|(from, to)| (file, from, to)));
        memo::forget(connection, file)?;
    }
    (step.undone, step.blobs) = drop_unseen(connection)?;
    Ok(step)
}

/// Takes back up to `limit` sightings of a file, and notes them in `seen`; says how many, and whether the file is done.
fn take_back(connection: &Connection, file: FileId, limit: usize) -> Outcome<(usize, bool)> {
    let sightings = sighting::of_file(connection, file, FIRST, limit)?;
    let Some((item, variant)) = sightings.last() else { return Ok((0, limit > 0)) };
    connection
        .prepare_cached("DELETE FROM sighting WHERE file = ?1 AND (item, variant) <= (?2, ?3)")?
        .execute(params![file, item, variant])?;
    let mut insert = connection.prepare_cached("INSERT OR IGNORE INTO temp.seen (item, variant) VALUES (?1, ?2)")?;
    for (item, variant) in &sightings {
        insert.execute([item, variant])?;
    }
    Ok((sightings.len(), sightings.len() < limit))
}

/// Lets go what in `seen` has no sighting any more: variants, with them the items that have none left, and what else only
/// they had. Says which blobs went.
pub(crate) fn drop_unseen(connection: &Connection) -> Outcome<(Undone, Vec<[u8; 16]>)> {
    connection
        .prepare_cached(
            "INSERT OR IGNORE INTO temp.gone_variant (id) SELECT variant FROM temp.seen WHERE NOT EXISTS (SELECT 1 FROM sighting s WHERE s.variant = temp.seen.variant)",
        )?
        .execute([])?;
    let removed = remove_variants(connection)?;
    connection
        .prepare_cached(
            "INSERT OR IGNORE INTO temp.gone_item (id) SELECT item FROM temp.seen WHERE NOT EXISTS (SELECT 1 FROM variant v WHERE v.item = temp.seen.item)",
        )?
        .execute([])?;
    let items_removed: i64 = connection.prepare_cached("SELECT count(*) FROM temp.gone_item")?.query_row([], |row| row.get(0))?;
    let items: i64 = connection.prepare_cached("SELECT count(DISTINCT item) FROM temp.seen")?.query_row([], |row| row.get(0))?;
    let mut tally = Tally::default();
    promote(connection, &mut tally)?;
    remove_gone_items(connection, &mut tally)?;
    tally.settle(connection)?;
    let undone =
        Undone { items_removed: items_removed.unsigned_abs(), items_kept: (items - items_removed).unsigned_abs(), ..Undone::default() };
    Ok((undone, removed))
}

/// Puts items, with all their variants, into `gone_item` and `gone_variant`.
pub(crate) fn mark_items(connection: &Connection, ids: &[i64]) -> Outcome<()> {
    clear(connection)?;
    for id in ids {
        connection.prepare_cached("INSERT OR IGNORE INTO temp.gone_item (id) VALUES (?1)")?.execute([id])?;
    }
    connection
        .prepare_cached("INSERT INTO temp.gone_variant (id) SELECT v.id FROM temp.gone_item g JOIN variant v ON v.item = g.id")?
        .execute([])?;
    Ok(())
}

/// Removes the items that [`mark_items`] marked, whoever has seen them; says which blobs went, and how many kept exchanges that
/// cited them.
pub(crate) fn remove_marked(connection: &Connection) -> Outcome<(Vec<[u8; 16]>, u64)> {
    connection
        .prepare_cached(
            "DELETE FROM sighting WHERE (file, item, variant) IN (SELECT s.file, s.item, s.variant FROM temp.gone_variant g JOIN sighting s ON s.variant = g.id)",
        )?
        .execute([])?;
    let removed = remove_variants(connection)?;
    let mut tally = Tally::default();
    let n_exchanges = remove_gone_items(connection, &mut tally)?;
    tally.settle(connection)?;
    Ok((removed, n_exchanges))
}

/// Makes the working tables, in memory, and empties them.
pub(crate) fn clear(connection: &Connection) -> Outcome<()> {
    connection.execute_batch(
        "CREATE TEMP TABLE IF NOT EXISTS seen (item INTEGER NOT NULL, variant INTEGER NOT NULL, PRIMARY KEY (item, variant)) WITHOUT ROWID;
         CREATE TEMP TABLE IF NOT EXISTS gone_variant (id INTEGER PRIMARY KEY);
         CREATE TEMP TABLE IF NOT EXISTS gone_item (id INTEGER PRIMARY KEY);
         DELETE FROM temp.seen;
         DELETE FROM temp.gone_variant;
         DELETE FROM temp.gone_item;",
    )?;
    Ok(())
}

/// Removes the variants in `gone_variant` with their blobs.
fn remove_variants(connection: &Connection) -> Outcome<Vec<[u8; 16]>> {
    let blobs: Vec<i64> = connection
        .prepare_cached("SELECT DISTINCT r.blob FROM temp.gone_variant g JOIN blob_ref r ON r.variant = g.id WHERE r.blob IS NOT NULL")?
        .query_map([], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    connection.prepare_cached("DELETE FROM blob_ref WHERE variant IN (SELECT id FROM temp.gone_variant)")?.execute([])?;
    connection.prepare_cached("DELETE FROM variant WHERE id IN (SELECT id FROM temp.gone_variant)")?.execute([])?;
    blob::remove_unreferenced(connection, &blobs)
}

/// The items that lost the variant that stood and have others. The joins are in the order that they are written in: left to
/// choose, SQLite reads all items for each file.
const ORPHANS: &str =
    "SELECT DISTINCT i.id FROM temp.seen s CROSS JOIN item i ON i.id = s.item CROSS JOIN temp.gone_variant g ON g.id = i.variant
     WHERE i.id NOT IN (SELECT id FROM temp.gone_item)";

/// Lets the best variant left stand for each item that lost the one that stood. What was answered from the lost one goes.
fn promote(connection: &Connection, tally: &mut Tally) -> Outcome<()> {
    let orphans: Vec<i64> = connection.prepare_cached(ORPHANS)?.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    exchange::remove_citing(connection, &orphans)?;
    for id in orphans {
        if let Some(best) = variant::best(connection, id)? {
            let content = Content::open(&variant::packed(connection, best)?)?;
            let source = source::intern(connection, &content.source)?;
            stand(connection, tally, id, best, source, &content)?;
        }
    }
    Ok(())
}

/// Who was in the items that go, how often, and whether on a card. In this order, or SQLite reads all links for each file, to have them grouped.
const GONE_LINKS: &str = "SELECT l.entity, l.name, count(*), max(l.role = ?1) FROM temp.gone_item g CROSS JOIN link l ON l.item = g.id GROUP BY l.entity, l.name";

/// Removes the items in `gone_item` with all that hangs on them but their variants; says how many kept exchanges cited them.
fn remove_gone_items(connection: &Connection, tally: &mut Tally) -> Outcome<u64> {
    {
        let mut statement = connection.prepare_cached(GONE_LINKS)?;
        let mut rows = statement.query([Role::Subject.code()])?;
        while let Some(row) = rows.next()? {
            let entity = row.get(0)?;
            tally.count(entity, row.get(1)?, -row.get::<_, i64>(2)?);
            if row.get(3)? {
                tally.card(entity);
            }
        }
    }
    connection.prepare_cached("DELETE FROM link WHERE item IN (SELECT id FROM temp.gone_item)")?.execute([])?;
    connection.prepare_cached("DELETE FROM own_item WHERE item IN (SELECT id FROM temp.gone_item)")?.execute([])?;
    connection.prepare_cached("DELETE FROM item_link WHERE item IN (SELECT id FROM temp.gone_item)")?.execute([])?;
    connection.prepare_cached("DELETE FROM pii WHERE item IN (SELECT id FROM temp.gone_item)")?.execute([])?;
    connection.prepare_cached("DELETE FROM number WHERE item IN (SELECT id FROM temp.gone_item)")?.execute([])?;
    let n_exchanges = exchange::remove_citing_gone(connection)?;
    connection.prepare_cached("DELETE FROM item WHERE id IN (SELECT id FROM temp.gone_item)")?.execute([])?;
    connection
        .prepare_cached("INSERT INTO change (item, op) SELECT id, ?1 FROM temp.gone_item ORDER BY id")?
        .execute(params![ChangeOp::Delete.code()])?;
    Ok(n_exchanges)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::made::create;

    #[test]
    fn what_is_asked_for_each_file_reads_no_table_whole() {
        let dir = tempfile::tempdir().unwrap();
        let vault = create(dir.path()).0;
        let plans: Vec<String> = vault
            .inner()
            .writer
            .run(|connection| {
                clear(connection)?;
                let mut lines = Vec::new();
                for sql in [ORPHANS, GONE_LINKS] {
                    let mut statement = connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}"))?;
                    let n = statement.parameter_count();
                    let mut rows = statement.query(rusqlite::params_from_iter(vec![1; n]))?;
                    while let Some(row) = rows.next()? {
                        lines.push(row.get(3)?);
                    }
                }
                Ok(lines)
            })
            .unwrap();
        // The working tables hold one step; of the others, rows are looked up.
        let whole = |line: &&String| {
            (line.starts_with("SCAN") && !line.starts_with("SCAN s") && !line.starts_with("SCAN g")) || line.contains("AUTOMATIC")
        };
        assert_eq!(plans.iter().find(whole), None, "{plans:?}");
    }
}
