//! Vectors of meaning: kept in the database as signed bytes, found through a coarse copy in memory.
//!
//! Each space (one model) has its own ids and number of dimensions; vectors of different spaces are never compared. A search
//! counts differing signs over the coarse copy, one bit a dimension, of the allowed items alone; weighs the signs of the best
//! of these by how far the query goes that way; and ranks the best of those by sqlite-vec's cosine distance on the stored
//! vectors. For 256 dimensions the copy takes 40 bytes an item.
//!
//! Invariant: the database is the truth. The coarse copy may hold items that the database does not (they fall out of the ranking)
//! but never lacks one: a space counts its changes, and a copy that is behind is read again.
//!
//! Absent on purpose: making vectors, and deciding which items have one.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use domain::{Code, Failure, Result};
use rusqlite::{Connection, OptionalExtension, params};

use super::allowed::Allowed;
use super::coarse::Coarse;
use super::signs;
use crate::fault::Fault;

/// The tables, for the vault's migrations.
pub const VECTOR_TABLES: &str = "
CREATE TABLE IF NOT EXISTS vector_space (
    id       INTEGER PRIMARY KEY,
    name     TEXT NOT NULL UNIQUE,
    dims     INTEGER NOT NULL,
    -- Grows with every change, so that a copy in memory knows when it is behind.
    changes  INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE IF NOT EXISTS vector (
    space    INTEGER NOT NULL REFERENCES vector_space (id),
    item     INTEGER NOT NULL,
    -- One signed byte a dimension; the direction is kept, the length is not.
    bytes    BLOB NOT NULL,
    PRIMARY KEY (space, item)
) STRICT, WITHOUT ROWID;
";

/// At least so many of the coarse best are ranked exactly, and twice as many as are wanted. Among 20,000 vectors in clusters of 500,
/// 400 find 96 of the true 100 best, of which signed bytes can tell 97; 200 find 89. Each costs a page that is read and decrypted.
const RANKED: usize = 400;
const RANKED_EACH: usize = 2;
/// The widest vectors that a space takes.
const MOST_DIMS: usize = 8_192;

/// The coarse copies of all spaces. One for the vault, shared by its threads.
///
/// After a transaction that held a `put` or `delete` was rolled back, call [`Vectors::forget`].
#[derive(Default)]
pub struct Vectors {
    spaces: Mutex<HashMap<String, Coarse>>,
}

/// A space, as the database has it.
pub(super) struct Space {
    pub(super) id: i64,
    pub(super) dims: usize,
    pub(super) changes: i64,
}

impl Vectors {
    /// No copies yet: each is made at the first search.
    pub fn new() -> Self {
        Self::default()
    }

    /// Stores vectors, in place of those that the items had. The first ones decide the space's number of dimensions.
    ///
    /// # Errors
    /// When a vector has another number of dimensions, is zero or holds what is not a number; or the database fails.
    pub fn put(&self, conn: &Connection, space: &str, vectors: &[(i64, Vec<f32>)]) -> Result<()> {
        let Some((_, first)) = vectors.first() else { return Ok(()) };
        let dims = first.len();
        if dims > MOST_DIMS {
            return Err(Failure::new(Code::BadRequest, format!("A vector has at most {MOST_DIMS} dimensions; one with {dims} was given.")));
        }
        conn.prepare_cached("INSERT INTO vector_space (name, dims) VALUES (?1, ?2) ON CONFLICT (name) DO NOTHING")
            .and_then(|mut insert| insert.execute(params![space, dims as i64]))
            .map_err(fault)?;
        let stored = find(conn, space)?.ok_or_else(|| Failure::internal("a vector space that was just made is missing"))?;
        let mut rows = Vec::with_capacity(vectors.len());
        for (item, vector) in vectors {
            rows.push((*item, quantised(vector, stored.dims, space)?));
        }
        signs::outdate(conn, stored.id, &rows.iter().map(|(item, _)| *item).collect::<Vec<_>>())?;
        let mut insert = conn
            .prepare_cached("INSERT INTO vector (space, item, bytes) VALUES (?1, ?2, ?3) ON CONFLICT DO UPDATE SET bytes = excluded.bytes")
            .map_err(fault)?;
        for (item, bytes) in &rows {
            insert.execute(params![stored.id, item, bytes]).map_err(fault)?;
        }
        count_change(conn, stored.id)?;
        if let Some(coarse) = self.lock().get_mut(space).filter(|coarse| coarse.changes >= stored.changes) {
            for (item, bytes) in &rows {
                coarse.put(*item, bytes);
            }
            coarse.changes = stored.changes + 1;
        }
        Ok(())
    }

    /// Takes the vectors of these items out of every space.
    ///
    /// # Errors
    /// When the database fails.
    pub fn delete(&self, conn: &Connection, items: &[i64]) -> Result<()> {
        let mut copies = self.lock();
        for (name, space) in all(conn)? {
            let mut delete = conn.prepare_cached("DELETE FROM vector WHERE space = ?1 AND item = ?2").map_err(fault)?;
            let mut n_gone = 0;
            for item in items {
                n_gone += delete.execute(params![space.id, item]).map_err(fault)?;
            }
            if n_gone == 0 {
                continue;
            }
            signs::outdate(conn, space.id, items)?;
            count_change(conn, space.id)?;
            if let Some(coarse) = copies.get_mut(&name).filter(|coarse| coarse.changes >= space.changes) {
                items.iter().for_each(|item| coarse.delete(*item));
                coarse.changes = space.changes + 1;
            }
        }
        Ok(())
    }

    /// An item's vector, at unit length, as near as signed bytes come.
    ///
    /// # Errors
    /// When the database fails.
    pub fn get(&self, conn: &Connection, space: &str, item: i64) -> Result<Option<Vec<f32>>> {
        let bytes: Option<Vec<u8>> = conn
            .prepare_cached("SELECT bytes FROM vector WHERE space = (SELECT id FROM vector_space WHERE name = ?1) AND item = ?2")
            .and_then(|mut select| select.query_row(params![space, item], |row| row.get(0)).optional())
            .map_err(fault)?;
        Ok(bytes.map(|bytes| {
            let length = bytes.iter().map(|byte| f32::from(*byte as i8).powi(2)).sum::<f32>().sqrt().max(f32::MIN_POSITIVE);
            bytes.iter().map(|byte| f32::from(*byte as i8) / length).collect()
        }))
    }

    /// How many vectors a space holds.
    ///
    /// # Errors
    /// When the database fails.
    pub fn count(&self, conn: &Connection, space: &str) -> Result<u64> {
        conn.prepare_cached("SELECT count(*) FROM vector WHERE space = (SELECT id FROM vector_space WHERE name = ?1)")
            .and_then(|mut count| count.query_row([space], |row| row.get::<_, i64>(0)))
            .map(|n| n as u64)
            .map_err(fault)
    }

    /// The `k` allowed items whose vectors point most nearly where `query` does, and the cosine of the angle, best first. Of those
    /// whose vectors are the same, all but the first may be left out where there are others. The first search of a space reads
    /// its coarse copy.
    ///
    /// # Errors
    /// When `query` has another number of dimensions than the space, or the database fails.
    pub fn nearest(&self, conn: &Connection, space: &str, query: &[f32], allowed: &Allowed, k: usize) -> Result<Vec<(i64, f32)>> {
        let Some(stored) = find(conn, space)?.filter(|_| k > 0) else { return Ok(Vec::new()) };
        let query = quantised(query, stored.dims, space)?;
        let candidates = {
            let mut copies = self.lock();
            let current = copies.get(space).is_some_and(|coarse| coarse.changes >= stored.changes && !coarse.outgrown());
            if !current {
                // What is behind is wiped before there is another.
                copies.remove(space);
                copies.insert(space.to_owned(), signs::read(conn, &stored)?);
            }
            copies.get(space).map(|coarse| coarse.best(&query, allowed, n_ranked(k))).unwrap_or_default()
        };
        let candidates = serde_json::to_string(&candidates).map_err(Failure::internal)?;
        let mut select = conn
            .prepare_cached(
                "SELECT item, vec_distance_cosine(vec_int8(bytes), vec_int8(?1)) AS distance FROM vector
                 WHERE space = ?2 AND item IN (SELECT value FROM json_each(?3)) ORDER BY distance, item LIMIT ?4",
            )
            .map_err(fault)?;
        let rows = select
            .query_map(params![query, stored.id, candidates, k as i64], |row| Ok((row.get(0)?, 1.0 - row.get::<_, f64>(1)? as f32)))
            .map_err(fault)?;
        rows.collect::<rusqlite::Result<_>>().map_err(fault)
    }

    /// Keeps some of the signs of a space's vectors for when the vault is opened again; whether there may be more to keep.
    ///
    /// # Errors
    /// When the database fails.
    pub fn keep_signs(conn: &Connection, space: &str) -> Result<bool> {
        find(conn, space)?.map_or(Ok(false), |space| signs::keep(conn, &space))
    }

    /// Forgets a space with all its vectors. Call [`Vectors::forget`] once that stands.
    ///
    /// # Errors
    /// When the database fails.
    pub fn drop_space(conn: &Connection, space: &str) -> Result<()> {
        let Some(space) = find(conn, space)? else { return Ok(()) };
        for table in ["vector_signs WHERE space", "vector WHERE space", "vector_space WHERE id"] {
            conn.execute(&format!("DELETE FROM {table} = ?1"), [space.id]).map_err(fault)?;
        }
        Ok(())
    }

    /// Drops the copies in memory; the next search reads them again.
    pub fn forget(&self) {
        self.lock().clear();
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Coarse>> {
        self.spaces.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How many of the coarse best are ranked exactly when `k` are wanted.
fn n_ranked(k: usize) -> usize {
    k.saturating_mul(RANKED_EACH).max(RANKED)
}

fn find(conn: &Connection, name: &str) -> Result<Option<Space>> {
    conn.prepare_cached("SELECT id, dims, changes FROM vector_space WHERE name = ?1")
        .and_then(|mut select| select.query_row([name], |row| space_of(row, 0)).optional())
        .map_err(fault)
}

fn all(conn: &Connection) -> Result<Vec<(String, Space)>> {
    let mut select = conn.prepare_cached("SELECT name, id, dims, changes FROM vector_space").map_err(fault)?;
    let spaces = select.query_map([], |row| Ok((row.get(0)?, space_of(row, 1)?))).map_err(fault)?;
    spaces.collect::<rusqlite::Result<_>>().map_err(fault)
}

fn space_of(row: &rusqlite::Row<'_>, at: usize) -> rusqlite::Result<Space> {
    Ok(Space { id: row.get(at)?, dims: row.get::<_, i64>(at + 1)? as usize, changes: row.get(at + 2)? })
}

/// Tells whoever holds a copy of the space that it is not the space any more.
pub(super) fn count_change(conn: &Connection, space: i64) -> Result<()> {
    conn.prepare_cached("UPDATE vector_space SET changes = changes + 1 WHERE id = ?1")
        .and_then(|mut update| update.execute([space]))
        .map(drop)
        .map_err(fault)
}

/// One signed byte a dimension, scaled so that the largest is 127: cosines do not see the scale.
fn quantised(vector: &[f32], dims: usize, space: &str) -> Result<Vec<u8>> {
    if vector.len() != dims {
        let message = format!("The vectors of {space} have {dims} dimensions; one with {} was given.", vector.len());
        return Err(Failure::new(Code::BadRequest, message).hint("Vectors of different models belong in different spaces."));
    }
    let largest = vector.iter().fold(0.0_f32, |largest, number| largest.max(number.abs()));
    if !(largest.is_normal() && vector.iter().all(|number| number.is_finite())) {
        return Err(Failure::new(Code::BadRequest, format!("A vector for {space} is zero or holds what is not a number.")));
    }
    Ok(vector.iter().map(|number| (number / largest * 127.0).round() as i8 as u8).collect())
}

pub(super) fn fault(error: rusqlite::Error) -> Failure {
    Fault::from(error).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A small generator of numbers that look random (xorshift).
    struct Noise(u64);

    impl Noise {
        fn next(&mut self) -> f32 {
            self.0 ^= self.0 << 13;
            self.0 ^= self.0 >> 7;
            self.0 ^= self.0 << 17;
            (self.0 >> 40) as f32 / (1 << 23) as f32 - 1.0
        }

        /// Nearly normal, around zero.
        fn normal(&mut self) -> f32 {
            (0..4).map(|_| self.next()).sum()
        }
    }

    fn open() -> Connection {
        crate::connection::register_vectors();
        let conn = Connection::open_in_memory().unwrap();
        conn.execute_batch(VECTOR_TABLES).unwrap();
        conn.execute_batch(signs::SIGN_TABLES).unwrap();
        conn
    }

    fn cosine(a: &[f32], b: &[f32]) -> f32 {
        let (mut ab, mut aa, mut bb) = (0.0, 0.0, 0.0);
        for (x, y) in a.iter().zip(b) {
            ab += x * y;
            aa += x * x;
            bb += y * y;
        }
        ab / (aa * bb).sqrt()
    }

    #[test]
    fn nineteen_of_the_true_twenty_best_are_found_among_twenty_thousand() {
        const DIMS: usize = 256;
        let mut noise = Noise(0x9e37_79b9_7f4a_7c15);
        // Clusters around centres, all of them off to one side, as models put them.
        let side: Vec<f32> = (0..DIMS).map(|_| noise.normal()).collect();
        let centres: Vec<Vec<f32>> = (0..40).map(|_| side.iter().map(|s| s + noise.normal()).collect()).collect();
        let near = |noise: &mut Noise, n: usize| -> Vec<f32> { centres[n % 40].iter().map(|c| c + noise.next()).collect() };
        let vectors: Vec<(i64, Vec<f32>)> = (0..20_000).map(|n| (n as i64 * 3, near(&mut noise, n))).collect();
        let (conn, index) = (open(), Vectors::new());
        conn.execute_batch("BEGIN").unwrap();
        vectors.chunks(1_000).for_each(|chunk| index.put(&conn, "static", chunk).unwrap());
        conn.execute_batch("COMMIT").unwrap();
        let mut n_found = 0;
        for query in 0..10 {
            let query = near(&mut noise, query * 7);
            let mut exact: Vec<(i64, f32)> = vectors.iter().map(|(id, vector)| (*id, cosine(&query, vector))).collect();
            exact.sort_by(|a, b| b.1.total_cmp(&a.1));
            let found = index.nearest(&conn, "static", &query, &Allowed::All, 10).unwrap();
            n_found += found.iter().filter(|(id, _)| exact[..10].iter().any(|(true_id, _)| true_id == id)).count();
            assert!((found[0].1 - exact[0].1).abs() < 0.02);
        }
        assert!(n_found >= 95, "{n_found} of 100");
    }

    #[test]
    fn the_filter_comes_before_the_ranking_for_few_and_for_many() {
        let (conn, index, mut noise) = (open(), Vectors::new(), Noise(7));
        let vectors: Vec<(i64, Vec<f32>)> = (0..2_000)
            .map(|id| {
                // The allowed point away from the query.
                let sign = if id % 100 == 7 { -1.0 } else { 1.0 };
                (id, (0..64).map(|_| sign + 0.3 * noise.normal()).collect())
            })
            .collect();
        index.put(&conn, "a", &vectors).unwrap();
        for allowed in [Allowed::only((0..2_000).filter(|id| id % 100 == 7)), Allowed::only((0..2_000_000).filter(|id| id % 100 == 7))] {
            let found = index.nearest(&conn, "a", &[1.0; 64], &allowed, 10).unwrap();
            assert_eq!(found.len(), 10);
            assert!(found.iter().all(|(id, _)| id % 100 == 7));
        }
    }

    #[test]
    fn what_many_say_alike_takes_the_place_of_nothing_else() {
        let (conn, index, mut noise) = (open(), Vectors::new(), Noise(5));
        let mut vector = || -> Vec<f32> { (0..64).map(|_| noise.normal()).collect() };
        let (alike, others) = (vector(), (0..40).map(|_| vector()).collect::<Vec<_>>());
        let said = (0..3_000).map(|id| (id, alike.clone()));
        let others = others.into_iter().enumerate().map(|(n, other)| (3_000 + n as i64, other));
        index.put(&conn, "a", &said.chain(others).collect::<Vec<_>>()).unwrap();
        let found = index.nearest(&conn, "a", &alike, &Allowed::All, 3_040).unwrap();
        assert!(found.iter().filter(|(id, _)| *id >= 3_000).count() == 40 && found[0].0 < 3_000, "{found:?}");
        let few = index.nearest(&conn, "a", &alike, &Allowed::only(0..50), 20).unwrap();
        assert_eq!(few.len(), 20, "nothing else is allowed");
    }

    /// Whatever is put, changed and taken away: what is kept and what is read anew find the same, and what is kept is whole.
    #[test]
    fn signs_that_were_kept_say_what_the_vectors_do() {
        let (conn, index, mut noise) = (open(), Vectors::new(), Noise(21));
        let mut vectors = |ids: &mut dyn Iterator<Item = i64>| -> Vec<(i64, Vec<f32>)> {
            ids.map(|id| (id, (0..80).map(|_| noise.normal() + 0.4).collect())).collect()
        };
        let keep = || while Vectors::keep_signs(&conn, "a").unwrap() {};
        let rows = || conn.query_row("SELECT count(*) FROM vector_signs", [], |row| row.get::<_, i64>(0)).unwrap();
        let held = || {
            let fresh = Vectors::new();
            fresh.nearest(&conn, "a", &[1.0; 80], &Allowed::All, 1).unwrap();
            let mut ids = fresh.lock()["a"].best(&[1; 80], &Allowed::All, usize::MAX);
            ids.sort_unstable();
            ids
        };
        let stored = || -> Vec<i64> {
            let mut select = conn.prepare("SELECT item FROM vector ORDER BY item").unwrap();
            select.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
        };
        index.put(&conn, "a", &vectors(&mut (0..900).map(|n| n * 2))).unwrap();
        keep();
        assert_eq!(rows(), 0, "of so few all are read");
        index.put(&conn, "a", &vectors(&mut (900..9_000).map(|n| n * 2))).unwrap();
        keep();
        assert_eq!((rows(), held()), (2, stored()), "the last 808 are read as they are");
        // One between others, one that changes and two that go, each in a row of its own.
        let (changed, went) = (vectors(&mut [7, 9_000].into_iter()), [2, 16_500]);
        index.put(&conn, "a", &changed).unwrap();
        index.delete(&conn, &went).unwrap();
        assert_eq!(held(), stored());
        let best = |index: &Vectors| index.nearest(&conn, "a", &changed[1].1, &Allowed::All, 1).unwrap()[0].0;
        assert_eq!((best(&Vectors::new()), best(&index)), (9_000, 9_000));
        keep();
        assert_eq!((rows(), held(), best(&Vectors::new())), (2, stored(), 9_000));
        // Beyond eight times as many the centre is another, and so are all signs.
        index.put(&conn, "a", &vectors(&mut (20_000..92_000))).unwrap();
        keep();
        let centred_on = conn.query_row("SELECT centred_on FROM vector_space", [], |row| row.get::<_, i64>(0)).unwrap();
        assert_eq!((centred_on, held()), (80_999, stored()));
        // What is damaged is read from the vectors.
        conn.execute("UPDATE vector_signs SET signs = x'00' WHERE id % 2 = 0", []).unwrap();
        assert_eq!((held(), best(&Vectors::new())), (stored(), 9_000));
        Vectors::drop_space(&conn, "a").unwrap();
        assert_eq!((rows(), stored()), (0, vec![]));
    }

    #[test]
    fn puts_and_deletes_are_seen_at_once_by_the_same_and_by_another_copy() {
        let (conn, index, other) = (open(), Vectors::new(), Vectors::new());
        let best = |index: &Vectors, query: &[f32]| index.nearest(&conn, "a", query, &Allowed::All, 1).unwrap()[0].0;
        index.put(&conn, "a", &[(1, vec![1.0, 0.0, 0.1]), (2, vec![0.0, 1.0, 0.1])]).unwrap();
        assert_eq!((best(&index, &[1.0, 0.0, 0.0]), best(&other, &[1.0, 0.0, 0.0])), (1, 1));
        index.put(&conn, "a", &[(9, vec![1.0, 0.0, 0.0]), (1, vec![-1.0, 0.0, 0.0])]).unwrap();
        assert_eq!((best(&index, &[1.0, 0.0, 0.0]), best(&other, &[1.0, 0.0, 0.0])), (9, 9));
        index.delete(&conn, &[9, 77]).unwrap();
        assert_eq!((best(&index, &[1.0, 0.0, 0.0]), best(&other, &[1.0, 0.0, 0.0])), (2, 2));
        assert_eq!(index.count(&conn, "a").unwrap(), 2);
        assert!(cosine(&index.get(&conn, "a", 2).unwrap().unwrap(), &[0.0, 1.0, 0.1]) > 0.999);
        assert_eq!(index.get(&conn, "a", 9).unwrap(), None);
        assert_eq!(index.put(&conn, "a", &[(3, vec![1.0])]).unwrap_err().code, Code::BadRequest);
        assert_eq!(index.put(&conn, "a", &[(3, vec![0.0; 3])]).unwrap_err().code, Code::BadRequest);
        assert!(index.nearest(&conn, "none", &[1.0], &Allowed::All, 5).unwrap().is_empty());
    }

    #[test]
    fn the_sorted_copy_and_its_tail_hold_what_a_plain_list_would() {
        let (conn, index, mut noise) = (open(), Vectors::new(), Noise(11));
        let mut vector = || -> Vec<f32> { (0..64).map(|_| noise.normal()).collect() };
        let first: Vec<_> = (0..300).map(|n| (n * 40, vector())).collect();
        index.put(&conn, "a", &first).unwrap();
        index.nearest(&conn, "a", &first[0].1, &Allowed::All, 1).unwrap();
        // Enough new ones in between to make it sort, with deletions on both sides of that.
        let later: Vec<_> = (0..5_000).map(|n| (n * 3 + 1, vector())).collect();
        index.put(&conn, "a", &later[..2_000]).unwrap();
        index.delete(&conn, &[40, 80, 4, 7]).unwrap();
        index.put(&conn, "a", &later[2_000..]).unwrap();
        index.delete(&conn, &[120, 10, 14_998]).unwrap();
        let held = |index: &Vectors| {
            let mut ids = index.lock()["a"].best(&[1; 64], &Allowed::All, usize::MAX);
            ids.sort_unstable();
            ids
        };
        let kept = held(&index);
        index.forget();
        index.nearest(&conn, "a", &first[0].1, &Allowed::All, 1).unwrap();
        assert_eq!(kept, held(&index));
        assert!(!kept.contains(&40) && !kept.contains(&10) && kept.contains(&160) && kept.contains(&13));
    }
}
