//! The coarse copy of a space as the database keeps it, so that opening a vault reads a few bytes of each vector, not all.
//!
//! Invariant: a row of `vector_signs` holds the signs of exactly the vectors of its space from `first` to `last`, against the
//! space's centre. Whoever changes a vector takes the row away that spans it. What no row spans is read from the vectors
//! themselves, and [`keep`] writes the rows that are missing.

use domain::Result;
use rusqlite::{Connection, OptionalExtension, params};

use super::coarse::{Coarse, FEW, WipedWords, sign_words};
use super::vectors::{Space, count_change, fault};

/// The step of the vault's schema that adds them.
pub const SIGN_TABLES: &str = "
ALTER TABLE vector_space ADD COLUMN centre BLOB;
ALTER TABLE vector_space ADD COLUMN centred_on INTEGER NOT NULL DEFAULT 0;
CREATE TABLE vector_signs (
    id     INTEGER PRIMARY KEY,
    space  INTEGER NOT NULL REFERENCES vector_space (id),
    first  INTEGER NOT NULL,
    last   INTEGER NOT NULL,
    -- Of each vector: its item, counted from `first` (4 bytes), and its signs (8 bytes for 64 dimensions); little-endian.
    signs  BLOB NOT NULL
) STRICT;
CREATE INDEX vector_signs_by_span ON vector_signs (space, first, last);
";

/// Vectors in a row.
const ROW: usize = 4_096;
/// Fewer vectors than this between two rows are read as they are.
const WORTH_A_ROW: usize = 1_024;
/// Rows that are written in one go.
const AT_ONCE: usize = 8;
/// Vectors from which a space's centre is taken, in runs spread over all of it.
const CENTRE_RUNS: i64 = 64;
const CENTRE_RUN: i64 = 64;

/// What the rows of a space are held against.
struct Centre {
    of: Vec<i8>,
    /// How many vectors the space had then.
    centred_on: usize,
}

/// The coarse copy of a space: from its rows, and where there is none from its vectors.
pub(super) fn read(conn: &Connection, space: &Space) -> Result<Coarse> {
    if let Some(kept) = centre_kept(conn, space)? {
        let coarse = read_against(conn, space, kept, true)?;
        if !coarse.outgrown() {
            return Ok(coarse);
        }
    }
    read_against(conn, space, Centre { of: centre(conn, space)?, centred_on: 0 }, false)
}

fn read_against(conn: &Connection, space: &Space, centre: Centre, by_rows: bool) -> Result<Coarse> {
    let width = centre.of.len().div_ceil(64);
    let mut coarse = Coarse::new(centre.of, space.changes);
    let mut next = i64::MIN;
    if by_rows {
        let mut select =
            conn.prepare_cached("SELECT first, last, signs FROM vector_signs WHERE space = ?1 ORDER BY first").map_err(fault)?;
        let mut rows = select.query([space.id]).map_err(fault)?;
        while let Some(row) = rows.next().map_err(fault)? {
            let (first, last): (i64, i64) = (row.get(0).map_err(fault)?, row.get(1).map_err(fault)?);
            let signs = row.get_ref(2).and_then(|signs| Ok(signs.as_blob()?)).map_err(fault)?;
            // What is not as it was written is read from the vectors.
            if first < next || signs.is_empty() || signs.len() % (4 + 8 * width) != 0 {
                continue;
            }
            append_vectors(conn, space, &mut coarse, next, first)?;
            for vector in signs.chunks_exact(4 + 8 * width) {
                let (item, words) = vector.split_at(4);
                let item = first + i64::from(u32::from_le_bytes(item.try_into().unwrap_or_default()));
                let words = words.chunks_exact(8).map(|word| u64::from_le_bytes(word.try_into().unwrap_or_default()));
                coarse.append_signs(item, words);
            }
            next = last.saturating_add(1);
        }
    }
    append_vectors(conn, space, &mut coarse, next, i64::MAX)?;
    let n_read = coarse.len();
    coarse.appended(if centre.centred_on > 0 { centre.centred_on } else { n_read });
    Ok(coarse)
}

/// Appends the vectors of the items from `from` up to `before`.
fn append_vectors(conn: &Connection, space: &Space, coarse: &mut Coarse, from: i64, before: i64) -> Result<()> {
    let mut select =
        conn.prepare_cached("SELECT item, bytes FROM vector WHERE space = ?1 AND item >= ?2 AND item < ?3 ORDER BY item").map_err(fault)?;
    let mut rows = select.query(params![space.id, from, before]).map_err(fault)?;
    while let Some(row) = rows.next().map_err(fault)? {
        let bytes = row.get_ref(1).and_then(|bytes| Ok(bytes.as_blob()?)).map_err(fault)?;
        if bytes.len() == space.dims {
            coarse.append(row.get(0).map_err(fault)?, bytes);
        }
    }
    Ok(())
}

/// Takes away what spans one of these items: their vectors are about to change.
pub(super) fn outdate(conn: &Connection, space: i64, items: &[i64]) -> Result<()> {
    let (Some(least), Some(most)) = (items.iter().min(), items.iter().max()) else { return Ok(()) };
    let mut select =
        conn.prepare_cached("SELECT id, first, last FROM vector_signs WHERE space = ?1 AND first <= ?3 AND last >= ?2").map_err(fault)?;
    let spans = select
        .query_map(params![space, least, most], |row| Ok((row.get(0)?, row.get(1)?..=row.get(2)?)))
        .and_then(Iterator::collect::<rusqlite::Result<Vec<(i64, std::ops::RangeInclusive<i64>)>>>)
        .map_err(fault)?;
    for (id, span) in spans {
        if items.iter().any(|item| span.contains(item)) {
            conn.prepare_cached("DELETE FROM vector_signs WHERE id = ?1").and_then(|mut delete| delete.execute([id])).map_err(fault)?;
        }
    }
    Ok(())
}

/// Writes some of the rows that are missing; whether there may be more of them. Spaces with few vectors need none.
pub(super) fn keep(conn: &Connection, space: &Space) -> Result<bool> {
    let count = |sql: &str, n: usize| {
        let mut count = conn.prepare_cached(sql).map_err(fault)?;
        count.query_row(params![space.id, n as i64], |row| row.get::<_, i64>(0)).map(|n| n.unsigned_abs() as usize).map_err(fault)
    };
    let size = 4 + 8 * space.dims.div_ceil(64);
    let n_kept = count("SELECT coalesce(sum(length(signs)), 0) / ?2 FROM vector_signs WHERE space = ?1", size)?;
    let centre = match centre_kept(conn, space)? {
        Some(kept) if n_kept <= 8 * kept.centred_on.max(FEW) => kept.of,
        _ if count("SELECT count(*) FROM (SELECT 1 FROM vector WHERE space = ?1 LIMIT ?2)", WORTH_A_ROW)? < WORTH_A_ROW => {
            return Ok(false);
        }
        _ => {
            let n_vectors = count("SELECT count(*) FROM vector WHERE space = ?1 AND ?2 > 0", 1)?;
            let centre = centre(conn, space)?;
            let bytes: Vec<u8> = centre.iter().map(|middle| *middle as u8).collect();
            conn.execute("DELETE FROM vector_signs WHERE space = ?1", [space.id]).map_err(fault)?;
            conn.execute("UPDATE vector_space SET centre = ?2, centred_on = ?3 WHERE id = ?1", params![space.id, bytes, n_vectors as i64])
                .map_err(fault)?;
            // A copy that was read meanwhile stands against the centre that was.
            count_change(conn, space.id)?;
            centre
        }
    };
    let spans = conn
        .prepare_cached("SELECT first, last FROM vector_signs WHERE space = ?1 ORDER BY first")
        .and_then(|mut select| {
            select.query_map([space.id], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<rusqlite::Result<Vec<(i64, i64)>>>()
        })
        .map_err(fault)?;
    let mut n_written = 0;
    let mut next = i64::MIN;
    for (first, last) in spans.into_iter().chain([(i64::MAX, i64::MAX)]) {
        while let Some(reached) = keep_row(conn, space, &centre, next, first)? {
            next = reached.saturating_add(1);
            n_written += 1;
            if n_written == AT_ONCE {
                return Ok(true);
            }
        }
        next = last.saturating_add(1);
    }
    Ok(false)
}

/// Writes one row of vectors of the items from `from` up to `before`; the last of them, or `None` when they are too few.
fn keep_row(conn: &Connection, space: &Space, centre: &[i8], from: i64, before: i64) -> Result<Option<i64>> {
    let mut select = conn
        .prepare_cached("SELECT item, bytes FROM vector WHERE space = ?1 AND item >= ?2 AND item < ?3 ORDER BY item LIMIT ?4")
        .map_err(fault)?;
    let mut rows = select.query(params![space.id, from, before, ROW as i64]).map_err(fault)?;
    let mut span: Option<(i64, i64)> = None;
    let (mut signs, mut n_signs) = (Vec::new(), 0);
    while let Some(row) = rows.next().map_err(fault)? {
        let item: i64 = row.get(0).map_err(fault)?;
        let bytes = row.get_ref(1).and_then(|bytes| Ok(bytes.as_blob()?)).map_err(fault)?;
        let first = span.map_or(item, |(first, _)| first);
        let Ok(offset) = u32::try_from(item - first) else { break };
        if bytes.len() == space.dims {
            let mut words = WipedWords::default();
            sign_words(centre, bytes, &mut words);
            signs.extend(offset.to_le_bytes());
            words.0.iter().for_each(|word| signs.extend(word.to_le_bytes()));
            n_signs += 1;
        }
        span = Some((first, item));
    }
    let Some((first, last)) = span.filter(|_| n_signs >= WORTH_A_ROW) else { return Ok(None) };
    conn.prepare_cached("INSERT INTO vector_signs (space, first, last, signs) VALUES (?1, ?2, ?3, ?4)")
        .and_then(|mut insert| insert.execute(params![space.id, first, last, signs]))
        .map_err(fault)?;
    Ok(Some(last))
}

fn centre_kept(conn: &Connection, space: &Space) -> Result<Option<Centre>> {
    let kept: Option<(Vec<u8>, i64)> = conn
        .prepare_cached("SELECT centre, centred_on FROM vector_space WHERE id = ?1 AND centre IS NOT NULL")
        .and_then(|mut select| select.query_row([space.id], |row| Ok((row.get(0)?, row.get(1)?))).optional())
        .map_err(fault)?;
    Ok(kept.filter(|(centre, _)| centre.len() == space.dims).map(|(centre, centred_on)| Centre {
        of: centre.into_iter().map(|middle| middle as i8).collect(),
        centred_on: centred_on.unsigned_abs() as usize,
    }))
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
