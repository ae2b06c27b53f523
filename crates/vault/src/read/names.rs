//! Whether something goes by a name, and which names are like one that nothing goes by.

use domain::{EntityKind, Result};
use rusqlite::params;

use crate::fault::Fault;
use crate::index::nearest_names;
use crate::table::entity;
use crate::vault::Vault;

/// Names that are compared at most: of those in most items.
const COMPARED: i64 = 20_000;

impl Vault {
    /// Whether a filter would find something of these kinds by this name: people, organisations and places by the beginning of each of its
    /// words, labels by the whole of it.
    pub fn is_known(&self, name: &str, kinds: &[EntityKind]) -> Result<bool> {
        let reader = self.inner().readers.borrow()?;
        if kinds.contains(&EntityKind::Label) && !entity::labelled(&reader, name)?.is_empty() {
            return Ok(true);
        }
        let by_words: Vec<EntityKind> = kinds.iter().copied().filter(|kind| *kind != EntityKind::Label).collect();
        Ok(!by_words.is_empty() && !entity::matching(&reader, name, &by_words, 1)?.is_empty())
    }

    /// The names of a kind that are most like this one, the likest first: for who mistyped it.
    pub fn names_like(&self, name: &str, kind: EntityKind, limit: usize) -> Result<Vec<String>> {
        let reader = self.inner().readers.borrow()?;
        let read = || -> rusqlite::Result<Vec<String>> {
            reader
                .prepare_cached("SELECT name FROM entity WHERE kind = ?1 AND name <> '' ORDER BY links DESC LIMIT ?2")?
                .query_map(params![kind.code(), COMPARED], |row| row.get(0))?
                .collect()
        };
        let names = read().map_err(Fault::from)?;
        Ok(nearest_names(name, names.iter().map(String::as_str), limit))
    }
}
