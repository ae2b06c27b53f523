//! Vectors of meaning: kept in the database as signed bytes, found through a coarse copy in memory.
//!
//! Each space (one model) has its own ids and number of dimensions; vectors of different spaces are never compared. A search
//! counts differing signs over the coarse copy, one bit a dimension, of the allowed items alone; weighs the signs of the best
//! of these by how far the query goes that way; and ranks the best of those by sqlite-vec's cosine distance on the stored
//! vectors. For 256 dimensions the copy takes 40 bytes an item.
//!
//! Invariants:
//! - The database is the truth. The coarse copy may hold items that the database does not (they fall out of the ranking) but
//!   never lacks one: a space counts its changes, and a copy that is behind is read again.
//! - The copy is wiped when it is dropped or outgrown.
//!
//! Absent on purpose: making vectors, and deciding which items have one.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use domain::{Code, Failure, Result};
use rusqlite::{Connection, OptionalExtension, params};
use zeroize::Zeroize;

use super::allowed::Allowed;
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

/// At least so many of the coarse best are ranked exactly, and twenty for each that is wanted. Among 20,000 vectors in clusters
/// of 500, 400 find 96 of the true 100 best, of which signed bytes can tell 97; 200 find 89.
const RANKED: usize = 400;
const RANKED_EACH: usize = 20;
/// However many are wanted, no more than these are looked at than they are: the last of a long list need not be the true ones.
const RANKED_MOST: usize = 4_000;
/// For each that is ranked exactly, so many have their signs weighed.
const WEIGHED_EACH: usize = 4;
/// The widest vectors that a space takes.
const MOST_DIMS: usize = 8_192;
/// The distance of what is not searched: more than any space has dimensions.
const NOT_MEANT: u16 = u16::MAX;
/// Vectors from which a space's centre is taken, in runs spread over all of it.
const CENTRE_RUNS: i64 = 64;
const CENTRE_RUN: i64 = 64;
/// Changes are collected beside the sorted copy until there are so many, or an eighth of it.
const TAIL: usize = 4_096;
/// The centre of so few vectors says little: the copy is made anew once it has grown eightfold.
const FEW: usize = 1_000;

/// The coarse copies of all spaces. One for the vault, shared by its threads.
///
/// After a transaction that held a `put` or `delete` was rolled back, call [`Vectors::forget`].
#[derive(Default)]
pub struct Vectors {
    spaces: Mutex<HashMap<String, Coarse>>,
}

/// A space, as the database has it.
struct Space {
    id: i64,
    dims: usize,
    changes: i64,
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

    /// The `k` allowed items whose vectors point most nearly where `query` does, and the cosine of the angle, best first.
    /// The first search of a space reads all of its vectors once, and ranks them as they come.
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
                copies.remove(space);
                let mut ranking = Ranking::new(&query, allowed);
                copies.insert(space.to_owned(), Coarse::read(conn, &stored, |item, bytes| ranking.add(item, bytes))?);
                return Ok(ranking.best(k));
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

    /// Drops the copies in memory; the next search reads them again.
    pub fn forget(&self) {
        self.lock().clear();
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Coarse>> {
        self.spaces.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Allowed items by the exact cosine to a query.
struct Ranking<'a> {
    query: &'a [u8],
    length: f32,
    allowed: &'a Allowed,
    ranked: Vec<(i64, f32)>,
}

impl<'a> Ranking<'a> {
    fn new(query: &'a [u8], allowed: &'a Allowed) -> Self {
        Self { query, length: (dot(query, query) as f32).sqrt(), allowed, ranked: Vec::new() }
    }

    fn add(&mut self, item: i64, bytes: &[u8]) {
        if self.allowed.contains(item) {
            let length = (dot(bytes, bytes) as f32).sqrt() * self.length;
            self.ranked.push((item, dot(self.query, bytes) as f32 / length.max(f32::MIN_POSITIVE)));
        }
    }

    fn best(mut self, k: usize) -> Vec<(i64, f32)> {
        let order = |a: &(i64, f32), b: &(i64, f32)| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0));
        if k < self.ranked.len() {
            self.ranked.select_nth_unstable_by(k, order);
            self.ranked.truncate(k);
        }
        self.ranked.sort_unstable_by(order);
        self.ranked
    }
}

/// The dot product of two vectors of signed bytes.
fn dot(a: &[u8], b: &[u8]) -> i32 {
    a.iter().zip(b).map(|(a, b)| i32::from(*a as i8) * i32::from(*b as i8)).sum()
}

/// How many of the coarse best are ranked exactly when `k` are wanted.
fn n_ranked(k: usize) -> usize {
    k.saturating_mul(RANKED_EACH).clamp(RANKED, RANKED_MOST).max(k)
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

fn count_change(conn: &Connection, space: i64) -> Result<()> {
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

fn fault(error: rusqlite::Error) -> Failure {
    Fault::from(error).into()
}

/// A space's signs in memory: a sorted body, and beside it what changed since it was sorted.
struct Coarse {
    /// What a number is compared with to get its bit. Models put most vectors on one side of zero in some dimensions.
    centre: Vec<i8>,
    /// 64-bit words in a vector.
    width: usize,
    ids: Vec<i64>,
    bits: WipedWords,
    /// Places in the body that no longer count.
    gone: WipedWords,
    tail_ids: Vec<i64>,
    tail_bits: WipedWords,
    tail_at: HashMap<i64, usize>,
    /// How many vectors the centre was taken from a share of.
    centred_on: usize,
    /// The space's change that the copy is up to.
    changes: i64,
}

impl Coarse {
    /// Reads all vectors of a space, and hands each over as it comes.
    fn read(conn: &Connection, space: &Space, mut each: impl FnMut(i64, &[u8])) -> Result<Self> {
        let mut coarse = Self {
            centre: centre(conn, space)?,
            width: space.dims.div_ceil(64),
            ids: Vec::new(),
            bits: WipedWords::default(),
            gone: WipedWords::default(),
            tail_ids: Vec::new(),
            tail_bits: WipedWords::default(),
            tail_at: HashMap::new(),
            centred_on: 0,
            changes: space.changes,
        };
        let mut select = conn.prepare_cached("SELECT item, bytes FROM vector WHERE space = ?1 ORDER BY item").map_err(fault)?;
        let mut rows = select.query([space.id]).map_err(fault)?;
        while let Some(row) = rows.next().map_err(fault)? {
            let bytes = row.get_ref(1).and_then(|bytes| Ok(bytes.as_blob()?)).map_err(fault)?;
            if bytes.len() == space.dims {
                let item = row.get(0).map_err(fault)?;
                each(item, bytes);
                coarse.ids.push(item);
                sign_words(&coarse.centre, bytes, &mut coarse.bits);
            }
        }
        coarse.gone.resize(coarse.ids.len().div_ceil(64));
        coarse.centred_on = coarse.ids.len();
        Ok(coarse)
    }

    fn outgrown(&self) -> bool {
        self.ids.len() + self.tail_ids.len() > 8 * self.centred_on.max(FEW)
    }

    fn put(&mut self, item: i64, bytes: &[u8]) {
        if bytes.len() != self.centre.len() {
            return;
        }
        let mut bits = WipedWords::default();
        sign_words(&self.centre, bytes, &mut bits);
        if let Some(at) = self.tail_at.get(&item) {
            self.tail_bits.0[at * self.width..(at + 1) * self.width].copy_from_slice(&bits.0);
        } else if let Ok(at) = self.ids.binary_search(&item) {
            self.bits.0[at * self.width..(at + 1) * self.width].copy_from_slice(&bits.0);
            self.gone.0[at / 64] &= !(1 << (at % 64));
        } else {
            self.tail_at.insert(item, self.tail_ids.len());
            self.tail_ids.push(item);
            bits.0.iter().for_each(|word| self.tail_bits.push(*word));
            if self.tail_ids.len() > TAIL.max(self.ids.len() / 8) {
                self.sort();
            }
        }
    }

    fn delete(&mut self, item: i64) {
        if let Ok(at) = self.ids.binary_search(&item) {
            self.gone.0[at / 64] |= 1 << (at % 64);
            self.bits.0[at * self.width..(at + 1) * self.width].zeroize();
        }
        if let Some(at) = self.tail_at.remove(&item) {
            // The last of the tail takes the place that became free.
            let last = self.tail_ids.len() - 1;
            self.tail_ids.swap_remove(at);
            self.tail_bits.0.copy_within(last * self.width..(last + 1) * self.width, at * self.width);
            self.tail_bits.shorten(last * self.width);
            if let Some(moved) = self.tail_ids.get(at) {
                self.tail_at.insert(*moved, at);
            }
        }
    }

    /// Merges the tail into the body.
    fn sort(&mut self) {
        let mut order: Vec<usize> = (0..self.tail_ids.len()).collect();
        order.sort_unstable_by_key(|at| self.tail_ids[*at]);
        let mut order = order.into_iter().peekable();
        let mut ids = Vec::with_capacity(self.ids.len() + self.tail_ids.len());
        let mut bits = WipedWords(Vec::with_capacity(self.bits.0.len() + self.tail_bits.0.len()));
        for (at, id) in self.ids.iter().enumerate() {
            while let Some(next) = order.next_if(|next| self.tail_ids[*next] < *id) {
                ids.push(self.tail_ids[next]);
                bits.0.extend_from_slice(&self.tail_bits.0[next * self.width..(next + 1) * self.width]);
            }
            if !self.is_gone(at) {
                ids.push(*id);
                bits.0.extend_from_slice(&self.bits.0[at * self.width..(at + 1) * self.width]);
            }
        }
        for next in order {
            ids.push(self.tail_ids[next]);
            bits.0.extend_from_slice(&self.tail_bits.0[next * self.width..(next + 1) * self.width]);
        }
        self.gone = WipedWords::default();
        self.gone.resize(ids.len().div_ceil(64));
        self.ids = ids;
        self.bits = bits;
        self.tail_ids.clear();
        self.tail_at.clear();
        self.tail_bits = WipedWords::default();
    }

    fn is_gone(&self, at: usize) -> bool {
        self.gone.0[at / 64] >> (at % 64) & 1 == 1
    }

    /// The `n` allowed items that the coarse copy takes for the nearest.
    fn best(&self, query: &[u8], allowed: &Allowed, n: usize) -> Vec<i64> {
        let mut signs = WipedWords::default();
        sign_words(&self.centre, query, &mut signs);
        let differing = |bits: &[u64]| bits.iter().zip(&signs.0).map(|(a, b)| (a ^ b).count_ones()).sum::<u32>() as u16;
        // One distance a place: body, then tail; or those of a few places alone.
        let mut distances: Vec<u16> = Vec::new();
        let few: Option<Vec<usize>> = match allowed {
            Allowed::Only(few) if few.len() < self.ids.len() / 32 => Some(few.iter().filter_map(|id| self.find(id)).collect()),
            _ => None,
        };
        if let Some(few) = &few {
            distances.extend(few.iter().map(|at| differing(self.bits_at(*at))));
        } else {
            distances.reserve(self.ids.len() + self.tail_ids.len());
            let body = self.ids.iter().zip(self.bits.0.chunks_exact(self.width.max(1))).enumerate();
            distances
                .extend(body.map(|(at, (id, bits))| if self.is_gone(at) || !allowed.contains(*id) { NOT_MEANT } else { differing(bits) }));
            let tail = self.tail_ids.iter().zip(self.tail_bits.0.chunks_exact(self.width.max(1)));
            distances.extend(tail.map(|(id, bits)| if allowed.contains(*id) { differing(bits) } else { NOT_MEANT }));
        }
        // How many signs differ is at most the number of dimensions: counting sorts.
        let mut at_distance = vec![0_usize; self.width * 64 + 1];
        for distance in &distances {
            if let Some(count) = at_distance.get_mut(usize::from(*distance)) {
                *count += 1;
            }
        }
        let mut within = 0;
        let furthest = at_distance
            .iter()
            .position(|count| {
                within += count;
                within >= n.saturating_mul(WEIGHED_EACH)
            })
            .unwrap_or(at_distance.len() - 1);
        let weights = SignWeights::new(&self.centre, query);
        let mut weighed: Vec<(i32, i64)> = distances
            .iter()
            .enumerate()
            .filter(|(_, distance)| usize::from(**distance) <= furthest)
            .map(|(at, _)| few.as_ref().map_or(at, |few| few[at]))
            .map(|at| (-weights.sum(self.bits_at(at)), self.id_at(at)))
            .collect();
        if n < weighed.len() {
            weighed.select_nth_unstable(n);
            weighed.truncate(n);
        }
        weighed.into_iter().map(|(_, id)| id).collect()
    }

    /// The place of an item: in the body, or behind it in the tail.
    fn find(&self, id: i64) -> Option<usize> {
        let in_tail = self.tail_at.get(&id).map(|at| self.ids.len() + at);
        in_tail.or_else(|| self.ids.binary_search(&id).ok().filter(|at| !self.is_gone(*at)))
    }

    fn bits_at(&self, at: usize) -> &[u64] {
        let (bits, at) = if at < self.ids.len() { (&self.bits.0, at) } else { (&self.tail_bits.0, at - self.ids.len()) };
        &bits[at * self.width..(at + 1) * self.width]
    }

    fn id_at(&self, at: usize) -> i64 {
        if at < self.ids.len() { self.ids[at] } else { self.tail_ids[at - self.ids.len()] }
    }
}

/// How far a query goes from the centre in each dimension, summed for every byte of signs that there can be.
struct SignWeights(Vec<[i32; 256]>);

impl SignWeights {
    fn new(centre: &[i8], query: &[u8]) -> Self {
        let weights: Vec<i32> = query.iter().zip(centre).map(|(query, middle)| i32::from(*query as i8) - i32::from(*middle)).collect();
        Self(
            weights
                .chunks(8)
                .map(|weights| {
                    let mut sums = [0; 256];
                    for (bit, weight) in weights.iter().enumerate() {
                        let half = 1 << bit;
                        for low in 0..half {
                            sums[half + low] = sums[low] + weight;
                        }
                    }
                    sums
                })
                .collect(),
        )
    }

    fn sum(&self, bits: &[u64]) -> i32 {
        let bytes = bits.iter().flat_map(|word| word.to_le_bytes());
        self.0.iter().zip(bytes).map(|(sums, byte)| sums[usize::from(byte)]).sum()
    }
}

/// The mean of vectors from all over a space, number by number.
fn centre(conn: &Connection, space: &Space) -> Result<Vec<i8>> {
    let (first, last): (Option<i64>, Option<i64>) = conn
        .prepare_cached("SELECT (SELECT min(item) FROM vector WHERE space = ?1), (SELECT max(item) FROM vector WHERE space = ?1)")
        .and_then(|mut ends| ends.query_row([space.id], |row| Ok((row.get(0)?, row.get(1)?))))
        .map_err(fault)?;
    let (Some(first), Some(last)) = (first, last) else { return Ok(vec![0; space.dims]) };
    let mut sums = vec![0_i64; space.dims];
    let mut n_summed = 0;
    let mut select =
        conn.prepare_cached("SELECT bytes FROM vector WHERE space = ?1 AND item >= ?2 ORDER BY item LIMIT ?3").map_err(fault)?;
    for run in 0..CENTRE_RUNS {
        let from = first.saturating_add(last.saturating_sub(first) / CENTRE_RUNS * run);
        let mut rows = select.query(params![space.id, from, CENTRE_RUN]).map_err(fault)?;
        while let Some(row) = rows.next().map_err(fault)? {
            let bytes = row.get_ref(0).and_then(|bytes| Ok(bytes.as_blob()?)).map_err(fault)?;
            sums.iter_mut().zip(bytes).for_each(|(sum, byte)| *sum += i64::from(*byte as i8));
            n_summed += 1;
        }
    }
    Ok(sums.into_iter().map(|sum| (sum / n_summed.max(1)) as i8).collect())
}

/// Appends one bit a dimension: whether the number is above the centre's.
fn sign_words(centre: &[i8], bytes: &[u8], words: &mut WipedWords) {
    for (centre, bytes) in centre.chunks(64).zip(bytes.chunks(64)) {
        let mut word = 0_u64;
        for (bit, (middle, byte)) in centre.iter().zip(bytes).enumerate() {
            word |= u64::from(*byte as i8 > *middle) << bit;
        }
        words.push(word);
    }
}

/// Words that are wiped when they are dropped, and when they move to a larger place.
#[derive(Default)]
struct WipedWords(Vec<u64>);

impl WipedWords {
    fn push(&mut self, word: u64) {
        if self.0.len() == self.0.capacity() {
            let mut larger = Vec::with_capacity((self.0.capacity() * 2).max(64));
            larger.extend_from_slice(&self.0);
            self.0.zeroize();
            self.0 = larger;
        }
        self.0.push(word);
    }

    /// Zeros, so many. Only for words that hold none yet.
    fn resize(&mut self, len: usize) {
        self.0 = vec![0; len];
    }

    fn shorten(&mut self, len: usize) {
        self.0[len..].zeroize();
        self.0.truncate(len);
    }
}

impl Drop for WipedWords {
    fn drop(&mut self) {
        self.0.zeroize();
    }
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
    fn the_first_search_ranks_as_the_later_ones_do() {
        let (conn, index, mut noise) = (open(), Vectors::new(), Noise(5));
        let vectors: Vec<(i64, Vec<f32>)> = (0..300).map(|id| (id, (0..64).map(|_| noise.normal()).collect())).collect();
        index.put(&conn, "a", &vectors).unwrap();
        let odd = Allowed::only((0..300).filter(|id| id % 2 == 1));
        let first = index.nearest(&conn, "a", &vectors[8].1, &odd, 20).unwrap();
        let later = index.nearest(&conn, "a", &vectors[8].1, &odd, 20).unwrap();
        assert_eq!(first.len(), 20);
        for (first, later) in first.iter().zip(&later) {
            assert!(first.0 == later.0 && (first.1 - later.1).abs() < 1e-5, "{first:?} {later:?}");
        }
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
        let mut vector = || -> Vec<f32> { (0..32).map(|_| noise.normal()).collect() };
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
            let mut ids = index.lock()["a"].best(&[1; 32], &Allowed::All, usize::MAX);
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
