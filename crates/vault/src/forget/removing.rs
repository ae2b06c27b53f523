//! The rows of what is forgotten: items with all that hangs on them, their attachments and vectors, and position fixes. Each
//! transaction leaves a tombstone for all that it took, and counts it in the receipt.

use std::path::Path;
use std::sync::Arc;

use domain::{Cancel, EntityKind, Kind, Progress, Result};
use rusqlite::{Connection, OptionalExtension, params};

use crate::blobs;
use crate::conversations::GoneWords;
use crate::fault::Outcome;
use crate::forget::{Body, progress};
use crate::index::Vectors;
use crate::keys::Key;
use crate::table::receipt::{self, ReceiptId, Stage};
use crate::table::track_cell::Cells;
use crate::table::{own, same, tombstone, track_point};
use crate::undo;
use crate::vault::Inner;
use crate::whereabouts;

/// Items taken out in one transaction.
const STEP: usize = 2_000;
/// Fixes looked at in one transaction.
const POINTS_STEP: usize = 100_000;

pub(super) fn run(inner: &Inner, id: ReceiptId, cancel: &Cancel, on: &mut dyn FnMut(Progress)) -> Result<()> {
    loop {
        cancel.check()?;
        let (vectors, key) = (Arc::clone(&inner.vectors), inner.receipts.clone());
        let written = inner.writer.write(move |transaction| step(transaction, id, &vectors, &key));
        let (body, blobs, is_done) = written.inspect_err(|_| inner.vectors.forget())?;
        blobs::remove(&inner.folder, &blobs);
        on(progress("forgetting", body.went.items, body.listed, "records"));
        if is_done {
            break;
        }
    }
    let rule = tombstone::rules(&*inner.readers.borrow()?, Some(id))?.pop();
    if let Some(rule) = rule {
        let mut from = rule.from;
        loop {
            cancel.check()?;
            let rule = rule.clone();
            let (body, next) = inner.writer.write(move |transaction| {
                let (gone, next) = track_point::forget(transaction, &rule, from, POINTS_STEP)?;
                let mut cells = Cells::default();
                for key in &gone {
                    cells.count(*key, -1);
                }
                cells.settle(transaction)?;
                let mut body = body(transaction, id)?;
                body.went.points += gone.len() as u64;
                receipt::update(transaction, id, Stage::Removing, &body.json()?)?;
                Ok((body, next))
            })?;
            on(progress("forgetting", body.went.points, 0, "positions"));
            match next {
                Some(next) => from = next,
                None => break,
            }
        }
    }
    inner.writer.write(move |transaction| {
        let body = body(transaction, id)?;
        if body.went.points > 0 {
            // Where items were is inferred from the track.
            whereabouts::track_changed(transaction)?;
        }
        receipt::update(transaction, id, Stage::Tidying, &body.json()?)
    })?;
    inner.follower.wake();
    Ok(())
}

/// What is kept of a receipt that is there.
pub(super) fn body(connection: &Connection, id: ReceiptId) -> Outcome<Body> {
    match receipt::get(connection, id)? {
        Some(row) => Body::of(&row),
        None => Err(domain::Failure::not_found("receipt", id).into()),
    }
}

/// Takes out the next items of the list; says how the receipt stands, which attachments' files are to go, and whether that
/// was the end of the list.
fn step(connection: &Connection, id: ReceiptId, vectors: &Vectors, key: &Key) -> Outcome<(Body, Vec<[u8; 16]>, bool)> {
    let mut body = body(connection, id)?;
    let items = receipt::listed(connection, id, body.last_item, STEP)?;
    let Some(last) = items.last() else { return Ok((body, Vec::new(), true)) };
    body.last_item = *last;
    undo::mark_items(connection, &items)?;
    count(connection, &mut body)?;
    bury(connection, id, key)?;
    let before = Before::of(connection)?;
    let words = GoneWords::of(connection)?;
    vectors.delete(connection, &items)?;
    let (removed, n_citing) = undo::remove_marked(connection)?;
    before.compare(connection, &mut body)?;
    body.went.exchanges += n_citing + words.remove_telling(connection)?;
    body.went.searches += words.remove_searches(connection)?;
    receipt::update(connection, id, Stage::Removing, &body.json()?)?;
    Ok((body, removed, items.len() < STEP))
}

/// Counts the items that are marked, and their vectors.
fn count(connection: &Connection, body: &mut Body) -> Outcome<()> {
    let mut statement = connection.prepare_cached(
        "SELECT i.kind, s.name, count(*) FROM temp.gone_item g CROSS JOIN item i ON i.id = g.id JOIN source s ON s.id = i.source GROUP BY i.kind, s.name",
    )?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let (code, source, n): (u8, String, u64) = (row.get(0)?, row.get(1)?, row.get::<_, i64>(2)?.unsigned_abs());
        let kind = Kind::from_code(code).map_or_else(|| format!("kind {code}"), |kind| kind.name().to_owned());
        body.went.items += n;
        *body.went.by_kind.entry(kind).or_default() += n;
        *body.went.by_source.entry(source).or_default() += n;
    }
    let n_vectors: i64 = connection
        .prepare_cached(
            "SELECT count(*) FROM vector_space s CROSS JOIN temp.gone_item g CROSS JOIN vector v ON v.space = s.id AND v.item = g.id",
        )?
        .query_row([], |row| row.get(0))?;
    body.went.vectors += n_vectors.unsigned_abs();
    Ok(())
}

/// Leaves tombstones for the items that are marked, notes their ids as hashes, and which lines of the ledger had them.
fn bury(connection: &Connection, id: ReceiptId, key: &Key) -> Outcome<()> {
    let uids: Vec<[u8; 16]> = connection
        .prepare_cached("SELECT i.uid FROM temp.gone_item g CROSS JOIN item i ON i.id = g.id")?
        .query_map([], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    let mut note = connection.prepare_cached("INSERT OR IGNORE INTO receipt_item (receipt, hash) VALUES (?1, ?2)")?;
    for uid in &uids {
        tombstone::insert(connection, uid)?;
        note.execute(params![id, &blake3::keyed_hash(key, uid).as_bytes()[..16]])?;
    }
    connection
        .prepare_cached(
            "INSERT OR IGNORE INTO forgetting_file (receipt, file)
             SELECT ?1, s.file FROM temp.gone_variant g CROSS JOIN sighting s ON s.variant = g.id",
        )?
        .execute([id])?;
    Ok(())
}

/// What the marked items share with others, as it was before they went.
struct Before {
    /// Number and size of each attachment.
    blobs: Vec<(i64, i64)>,
    /// Digests of the media left in place.
    left: Vec<[u8; 32]>,
    /// Kind and address of each entity.
    entities: Vec<(u8, String)>,
}

impl Before {
    fn of(connection: &Connection) -> Outcome<Self> {
        let blobs = connection
            .prepare_cached(
                "SELECT DISTINCT b.id, b.size FROM temp.gone_variant g CROSS JOIN blob_ref r ON r.variant = g.id CROSS JOIN blob b ON b.id = r.blob",
            )?
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
            .collect::<Result<_, _>>()?;
        let left = connection
            .prepare_cached(
                "SELECT DISTINCT r.digest FROM temp.gone_variant g CROSS JOIN blob_ref r ON r.variant = g.id WHERE r.digest IS NOT NULL",
            )?
            .query_map([], |row| row.get(0))?
            .collect::<Result<_, _>>()?;
        let entities = connection
            .prepare_cached(
                "SELECT DISTINCT e.kind, e.address FROM temp.gone_item g CROSS JOIN link l ON l.item = g.id CROSS JOIN entity e ON e.id = l.entity",
            )?
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
            .collect::<Result<_, _>>()?;
        Ok(Self { blobs, left, entities })
    }

    /// Lets go what nothing has any more, and counts what went and what stayed.
    fn compare(self, connection: &Connection, body: &mut Body) -> Outcome<()> {
        for (blob, size) in self.blobs {
            let stays: bool =
                connection.prepare_cached("SELECT EXISTS (SELECT 1 FROM blob WHERE id = ?1)")?.query_row([blob], |row| row.get(0))?;
            if stays {
                body.stayed.shared_attachments += 1;
            } else {
                body.went.attachments += 1;
                body.went.attachment_bytes += size.unsigned_abs();
            }
        }
        for digest in self.left {
            leave_in_place(connection, &digest, body)?;
        }
        for (kind, address) in self.entities {
            let stays = connection
                .prepare_cached("SELECT 1 FROM entity WHERE address = ?1 AND kind = ?2")?
                .query_row(params![address, kind], |_| Ok(()))
                .optional()?;
            if stays.is_none() {
                body.went.entities += 1;
                if [EntityKind::Person, EntityKind::Organisation].iter().any(|known| known.code() == kind) {
                    same::forget(connection, kind, &address)?;
                    own::say(connection, kind, &address, None)?;
                }
            }
        }
        Ok(())
    }
}

/// Forgets where a medium lies that no item has any more, and counts it by the archive or the folder.
fn leave_in_place(connection: &Connection, digest: &[u8; 32], body: &mut Body) -> Outcome<()> {
    let is_needed: bool =
        connection.prepare_cached("SELECT EXISTS (SELECT 1 FROM blob_ref WHERE digest = ?1)")?.query_row([digest], |row| row.get(0))?;
    if is_needed {
        body.stayed.shared_attachments += 1;
        return Ok(());
    }
    let mut statement = connection.prepare_cached("DELETE FROM reference WHERE digest = ?1 RETURNING path, entry")?;
    let mut rows = statement.query([digest])?;
    let mut places = std::collections::BTreeSet::new();
    while let Some(row) = rows.next()? {
        let (path, entry): (String, String) = (row.get(0)?, row.get(1)?);
        // The name of a plain file may say what it is; that of its folder is enough to find it.
        let folder = || Path::new(&path).parent().map(|folder| folder.display().to_string()).unwrap_or_default();
        places.insert(if entry.is_empty() { folder() } else { path.clone() });
    }
    for place in places {
        *body.stayed.left_in_place.entry(place).or_default() += 1;
    }
    Ok(())
}
