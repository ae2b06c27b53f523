//! What changed from one import to another, by what each of them saw: two exports of one account, a year apart.
//!
//! An item is new when the later import alone saw it, gone when the earlier alone did, and changed when both did and the
//! record that would stand for it differs. A product that one of the two did not hold at all says nothing about its items;
//! it is named, and its items are neither new nor gone.

use std::cmp::Ordering;
use std::collections::{BTreeMap, HashMap};

use domain::{Code, Failure, ImportId, Result};
use rusqlite::{Connection, Rows, params};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::fault::Outcome;
use crate::read::list::Row;
use crate::table::import_run::{self, ImportState};
use crate::table::{file, source};
use crate::vault::Vault;

/// How two imports differ in something that is counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Differences {
    /// In the later one alone.
    pub new: u64,
    /// In both, and not the same.
    pub changed: u64,
    /// In the earlier one alone.
    pub gone: u64,
    /// In both, and the same.
    pub same: u64,
}

/// What changed from one import to another.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    /// Of the items of each source that both hold.
    pub sources: BTreeMap<String, Differences>,
    /// Sources that the earlier import alone holds, and how many of their items.
    pub only_earlier: BTreeMap<String, u64>,
    /// Sources that the later import alone holds, and how many of their items.
    pub only_later: BTreeMap<String, u64>,
    /// Of the position fixes. One is the same whatever else is said of it.
    pub fixes: Differences,
    /// The first of the new items.
    pub new: Vec<Row>,
    /// The first of the changed items.
    pub changed: Vec<Row>,
    /// The first of the items that are gone. They stand in the vault as long as the earlier import does.
    pub gone: Vec<Row>,
}

impl Vault {
    /// Compares what two imports saw, with up to `examples` items of each sort. Reads what they saw once, in order; memory does
    /// not grow with it.
    ///
    /// # Errors
    /// [`Code::NotFound`] when there is no such import, [`Code::BadRequest`] when one of them was undone.
    pub fn compare(&self, earlier: ImportId, later: ImportId, examples: usize) -> Result<Comparison> {
        let (mut comparison, ids) = {
            let reader = self.inner().readers.borrow()?;
            let snapshot = reader.unchecked_transaction().map_err(crate::fault::Fault::from)?;
            for import in [earlier, later] {
                ensure_stands(&snapshot, import)?;
            }
            compare(&snapshot, earlier, later, examples)?
        };
        comparison.new = self.rows(&ids.new)?;
        comparison.changed = self.rows(&ids.changed)?;
        comparison.gone = self.rows(&ids.gone)?;
        Ok(comparison)
    }
}

fn ensure_stands(connection: &Connection, import: ImportId) -> Result<()> {
    let row = import_run::existing(connection, import)?;
    if matches!(row.state, ImportState::Undoing | ImportState::Undone) {
        return Err(Failure::new(Code::BadRequest, format!("Import {import} was undone, and what it saw is no longer known."))
            .hint("Import the archive again to compare with it."));
    }
    Ok(())
}

/// Items by number, of each sort.
#[derive(Default)]
struct Ids {
    new: Vec<i64>,
    changed: Vec<i64>,
    gone: Vec<i64>,
}

/// What an import saw of each item, in the order of the items: item, its source, and of the variants that the import saw the
/// one that ranks highest, first.
const SEEN: &str =
    "SELECT v.item, i.source, v.id FROM file f CROSS JOIN sighting s ON s.file = f.id CROSS JOIN variant v ON v.id = s.variant
     CROSS JOIN item i ON i.id = v.item
     WHERE f.import = ?1 ORDER BY v.item, v.revision DESC, v.richness DESC, v.digest DESC";

/// Walks over the items that an import saw.
struct Seen<'r> {
    rows: Rows<'r>,
    last: Option<i64>,
}

#[derive(Clone, Copy)]
struct Sight {
    item: i64,
    source: i64,
    variant: i64,
}

impl Seen<'_> {
    fn next(&mut self) -> Outcome<Option<Sight>> {
        while let Some(row) = self.rows.next()? {
            let sight = Sight { item: row.get(0)?, source: row.get(1)?, variant: row.get(2)? };
            if self.last.replace(sight.item) != Some(sight.item) {
                return Ok(Some(sight));
            }
        }
        Ok(None)
    }
}

fn compare(connection: &Connection, earlier: ImportId, later: ImportId, examples: usize) -> Outcome<(Comparison, Ids)> {
    let (mut of_earlier, mut of_later) = (connection.prepare_cached(SEEN)?, connection.prepare(SEEN)?);
    let mut before = Seen { rows: of_earlier.query([earlier])?, last: None };
    let mut after = Seen { rows: of_later.query([later])?, last: None };
    let mut counts: HashMap<i64, Differences> = HashMap::new();
    // Of a source that turns out to be in one of them alone there are no examples.
    let mut found: HashMap<i64, Ids> = HashMap::new();
    let (mut old, mut new) = (before.next()?, after.next()?);
    loop {
        let order = match (old, new) {
            (None, None) => break,
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some(old), Some(new)) => old.item.cmp(&new.item),
        };
        let Some(sight) = (if order == Ordering::Greater { new } else { old }) else { break };
        let count = counts.entry(sight.source).or_default();
        let ids = found.entry(sight.source).or_default();
        let (n, list) = match order {
            Ordering::Less => (&mut count.gone, Some(&mut ids.gone)),
            Ordering::Greater => (&mut count.new, Some(&mut ids.new)),
            Ordering::Equal if new.is_some_and(|new| new.variant != sight.variant) => (&mut count.changed, Some(&mut ids.changed)),
            Ordering::Equal => (&mut count.same, None),
        };
        *n += 1;
        if let Some(list) = list.filter(|list| list.len() < examples) {
            list.push(sight.item);
        }
        if order.is_le() {
            old = before.next()?;
        }
        if order.is_ge() {
            new = after.next()?;
        }
    }
    let mut comparison = Comparison {
        sources: BTreeMap::new(),
        only_earlier: BTreeMap::new(),
        only_later: BTreeMap::new(),
        fixes: fixes(connection, earlier, later)?,
        new: Vec::new(),
        changed: Vec::new(),
        gone: Vec::new(),
    };
    let mut ids = Ids::default();
    let mut named = Vec::with_capacity(counts.len());
    for (source, count) in counts {
        named.push((source::name(connection, source)?, source, count));
    }
    named.sort_unstable_by(|a, b| a.0.cmp(&b.0));
    for (name, source, count) in named {
        let in_both = count.same + count.changed;
        if in_both + count.gone == 0 {
            comparison.only_later.insert(name, count.new);
        } else if in_both + count.new == 0 {
            comparison.only_earlier.insert(name, count.gone);
        } else {
            comparison.sources.insert(name, count);
            let Ids { new, changed, gone } = found.remove(&source).unwrap_or_default();
            for (all, some) in [(&mut ids.new, new), (&mut ids.changed, changed), (&mut ids.gone, gone)] {
                all.extend(some);
                all.truncate(examples);
            }
        }
    }
    Ok((comparison, ids))
}

/// Every sighting of a fix in a span of time, those of one fix one after the other.
const FIXES: &str = "SELECT at_ms, layer, device, lat, lon, file FROM track_point WHERE at_ms BETWEEN ?1 AND ?2
     UNION ALL SELECT at_ms, layer, device, lat, lon, file FROM track_sighting WHERE at_ms BETWEEN ?1 AND ?2
     ORDER BY at_ms, layer, device, lat, lon";

fn fixes(connection: &Connection, earlier: ImportId, later: ImportId) -> Outcome<Differences> {
    let mut sides: HashMap<i64, bool> = HashMap::new();
    let mut span: Option<(i64, i64)> = None;
    for (import, is_later) in [(earlier, false), (later, true)] {
        for (file, from, to) in file::spans(connection, import)? {
            sides.insert(file, is_later);
            span = Some(span.map_or((from, to), |(first, last)| (first.min(from), last.max(to))));
        }
    }
    let mut differences = Differences::default();
    let Some((from, to)) = span else { return Ok(differences) };
    let mut count = |seen: [bool; 2]| match seen {
        [true, true] => differences.same += 1,
        [true, false] => differences.gone += 1,
        [false, true] => differences.new += 1,
        [false, false] => {}
    };
    let mut statement = connection.prepare_cached(FIXES)?;
    let mut rows = statement.query(params![from, to])?;
    let mut fix = None;
    let mut seen = [false; 2];
    while let Some(row) = rows.next()? {
        let key: (i64, i64, i64, i64, i64) = (row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?);
        if fix.replace(key) != Some(key) {
            count(std::mem::take(&mut seen));
        }
        if let Some(is_later) = sides.get(&row.get::<_, i64>(5)?) {
            seen[usize::from(*is_later)] = true;
        }
    }
    count(seen);
    // A product that only one of them holds says nothing about the other's.
    let in_both = differences.same > 0 || (differences.new > 0 && differences.gone > 0);
    Ok(if in_both { differences } else { Differences { gone: 0, ..differences } })
}
