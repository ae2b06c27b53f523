//! The way out. Undoing an import takes back its sightings; what no other file has seen goes, and what another file has
//! seen differently stands again as that file told it. The vault is then as if the import had never been.
//!
//! It runs in transactions of bounded size. The import is marked `undoing` first, and an undo that the program's end cut
//! short goes on at the next unlock. What is half undone is never wrong, only not yet done: each step leaves every item
//! with all that its remaining sightings say.

use domain::{Cancel, Code, Failure, ImportId, Progress, Result};
use rusqlite::{Connection, params};
use schemars::JsonSchema;
use serde::Serialize;

use crate::blobs;
use crate::content::Content;
use crate::fault::Outcome;
use crate::ingest::stand;
use crate::places;
use crate::table::change::ChangeOp;
use crate::table::entity::Tally;
use crate::table::file::{self, FileId};
use crate::table::import_run::{self, ImportState};
use crate::table::track_cell::Cells;
use crate::table::{blob, sighting, source, track_point, variant};
use crate::vault::Inner;

/// Sightings taken back in one transaction.
const STEP: i64 = 20_000;
/// Fixes looked at in one transaction.
const POINTS_STEP: usize = 100_000;

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

/// Undoes an import, or goes on with it.
pub(crate) fn run(inner: &Inner, import: ImportId, cancel: &Cancel, on: &mut dyn FnMut(Progress)) -> Result<Undone> {
    let (files, total) = inner.writer.write(move |transaction| {
        let row = import_run::get(transaction, import)?.ok_or_else(|| Failure::not_found("import", import))?;
        if row.state == ImportState::Undone {
            return Err(Failure::new(Code::BadRequest, format!("Import {import} was undone before."))
                .hint("`datapunk imports` lists what can be undone.")
                .into());
        }
        import_run::set_state(transaction, import, ImportState::Undoing)?;
        let files = file::of_import(transaction, import)?;
        let mut total = 0;
        for file in &files {
            total += transaction
                .prepare_cached("SELECT count(*) FROM sighting WHERE file = ?1")?
                .query_row([file], |row| row.get::<_, i64>(0))?
                .unsigned_abs();
        }
        Ok((files, total))
    })?;
    let mut undone = Undone::default();
    let mut done = 0;
    for file in files {
        if inner.writer.write(move |transaction| inherit(transaction, file))? {
            continue;
        }
        loop {
            cancel.check()?;
            let (step, seen, removed) = inner.writer.write(move |transaction| take_back(transaction, file))?;
            blobs::remove(&inner.folder, &removed);
            undone.items_removed += step.items_removed;
            undone.items_kept += step.items_kept;
            undone.blobs_removed += removed.len() as u64;
            if seen == 0 {
                break;
            }
            done += seen;
            on(Progress { stage: "undoing".to_owned(), done, total, unit: "records".to_owned(), records: done, ..Progress::default() });
        }
        let Some((mut from, to)) = inner.writer.write(move |transaction| file::span(transaction, file))? else { continue };
        loop {
            cancel.check()?;
            let (gone, next) = inner.writer.write(move |transaction| {
                let (gone, next) = track_point::remove_of_file(transaction, file, from, to, POINTS_STEP)?;
                let mut cells = Cells::default();
                for key in &gone {
                    cells.count(*key, -1);
                }
                cells.settle(transaction)?;
                Ok((gone.len() as u64, next))
            })?;
            undone.points_removed += gone;
            on(Progress {
                stage: "undoing".to_owned(),
                done,
                total,
                unit: "records".to_owned(),
                records: done + undone.points_removed,
                ..Progress::default()
            });
            match next {
                Some(next) => from = next,
                None => break,
            }
        }
    }
    inner.writer.write(move |transaction| {
        if file::brought_points(transaction, import)? {
            places::track_changed(transaction)?;
        }
        import_run::set_state(transaction, import, ImportState::Undone)
    })?;
    inner.follower.wake();
    Ok(undone)
}

/// Hands what a file saw to a file of another import that has the same bytes and was not read because of it.
fn inherit(connection: &Connection, file: FileId) -> Outcome<bool> {
    let Some(heir) = file::heir(connection, file)? else { return Ok(false) };
    sighting::inherit(connection, file, heir)?;
    blob::inherit(connection, file, heir)?;
    if let Some((from, to)) = file::span(connection, file)? {
        track_point::inherit(connection, file, heir, from, to)?;
        file::inherit_span(connection, file, heir)?;
    }
    Ok(true)
}

/// Takes back up to [`STEP`] sightings of a file; says how many there were, and which blobs went.
fn take_back(connection: &Connection, file: FileId) -> Outcome<(Undone, u64, Vec<[u8; 16]>)> {
    clear(connection)?;
    connection
        .prepare_cached(
            "INSERT INTO temp.seen (item, variant) SELECT item, variant FROM sighting WHERE file = ?1 ORDER BY item, variant LIMIT ?2",
        )?
        .execute([file, STEP])?;
    let seen: i64 = connection.prepare_cached("SELECT count(*) FROM temp.seen")?.query_row([], |row| row.get(0))?;
    if seen == 0 {
        blob::remove_references(connection, file)?;
        return Ok((Undone::default(), 0, Vec::new()));
    }
    connection
        .prepare_cached(
            "DELETE FROM sighting WHERE file = ?1 AND (item, variant) <= (SELECT item, variant FROM temp.seen ORDER BY item DESC, variant DESC LIMIT 1)",
        )?
        .execute([file])?;
    connection
        .prepare_cached(
            "INSERT INTO temp.gone_variant (id) SELECT variant FROM temp.seen WHERE NOT EXISTS (SELECT 1 FROM sighting s WHERE s.variant = temp.seen.variant)",
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
    Ok((undone, seen.unsigned_abs(), removed))
}

/// Removes items whole, whoever has seen them; says which blobs went.
pub(crate) fn remove_items(connection: &Connection, ids: &[i64]) -> Outcome<Vec<[u8; 16]>> {
    clear(connection)?;
    for id in ids {
        connection.prepare_cached("INSERT OR IGNORE INTO temp.gone_item (id) VALUES (?1)")?.execute([id])?;
    }
    connection
        .prepare_cached("INSERT INTO temp.gone_variant (id) SELECT v.id FROM temp.gone_item g JOIN variant v ON v.item = g.id")?
        .execute([])?;
    connection
        .prepare_cached(
            "DELETE FROM sighting WHERE (file, item, variant) IN (SELECT s.file, s.item, s.variant FROM temp.gone_variant g JOIN sighting s ON s.variant = g.id)",
        )?
        .execute([])?;
    let removed = remove_variants(connection)?;
    let mut tally = Tally::default();
    remove_gone_items(connection, &mut tally)?;
    tally.settle(connection)?;
    Ok(removed)
}

/// Makes the working tables, in memory, and empties them.
fn clear(connection: &Connection) -> Outcome<()> {
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
    blob::remove_unreferenced(connection, Some(&blobs))
}

/// Lets the best variant left stand for each item that lost the one that stood.
fn promote(connection: &Connection, tally: &mut Tally) -> Outcome<()> {
    let orphans: Vec<i64> = connection
        .prepare_cached(
            "SELECT DISTINCT i.id FROM temp.seen s JOIN item i ON i.id = s.item JOIN temp.gone_variant g ON g.id = i.variant
             WHERE i.id NOT IN (SELECT id FROM temp.gone_item)",
        )?
        .query_map([], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    for id in orphans {
        if let Some(best) = variant::best(connection, id)? {
            let content = Content::open(&variant::packed(connection, best)?)?;
            let source = source::intern(connection, &content.source)?;
            stand(connection, tally, id, best, source, &content)?;
        }
    }
    Ok(())
}

/// Removes the items in `gone_item` with all that hangs on them but their variants.
fn remove_gone_items(connection: &Connection, tally: &mut Tally) -> Outcome<()> {
    {
        let mut statement = connection.prepare_cached(
            "SELECT l.entity, l.name, count(*) FROM temp.gone_item g JOIN link l ON l.item = g.id GROUP BY l.entity, l.name",
        )?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            tally.count(row.get(0)?, row.get(1)?, -row.get::<_, i64>(2)?);
        }
    }
    connection.prepare_cached("DELETE FROM link WHERE item IN (SELECT id FROM temp.gone_item)")?.execute([])?;
    connection.prepare_cached("DELETE FROM item_link WHERE item IN (SELECT id FROM temp.gone_item)")?.execute([])?;
    connection.prepare_cached("DELETE FROM number WHERE item IN (SELECT id FROM temp.gone_item)")?.execute([])?;
    connection.prepare_cached("DELETE FROM item WHERE id IN (SELECT id FROM temp.gone_item)")?.execute([])?;
    connection
        .prepare_cached("INSERT INTO change (item, op) SELECT id, ?1 FROM temp.gone_item ORDER BY id")?
        .execute(params![ChangeOp::Delete.code()])?;
    Ok(())
}
