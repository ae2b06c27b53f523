//! Search by words and by meaning, each held to what a filter leaves before anything is ranked.

use std::sync::{Arc, OnceLock};

use domain::{Cancel, Code, Failure, Filter, Progress, Result};
use jiff::tz::TimeZone;
use rusqlite::{Connection, params, params_from_iter};
use schemars::JsonSchema;
use serde::Serialize;

use crate::fault::{Fault, Outcome};
use crate::index::{Allowed, Excluded, IdSet, Vectors, Within, WordHits, WordMatches, WordSearch};
use crate::read::filter::{Without, narrow, on_the_wall};
use crate::shelf;
use crate::table::{change, setting};
use crate::vault::Vault;
use crate::writer::Writing;

/// The items that a filter leaves, whatever its words.
#[derive(Debug, Clone)]
pub struct Matching {
    filter: Filter,
    /// For the index of words, which knows kinds, sources and times by itself.
    within: Within,
    all: Arc<OnceLock<Allowed>>,
}

/// Vectors on their way into the vault. They are kept whether anyone waits for it or not.
pub struct Putting {
    vault: Vault,
    writing: Option<Writing<()>>,
}

impl Putting {
    /// Waits until they are kept.
    ///
    /// # Errors
    /// When they could not be; the space is then as it was.
    pub fn wait(mut self) -> Result<()> {
        self.settle()
    }

    fn settle(&mut self) -> Result<()> {
        let Some(writing) = self.writing.take() else { return Ok(()) };
        writing.wait().map_err(|fault| {
            self.vault.inner().vectors.forget();
            fault.into()
        })
    }
}

impl Drop for Putting {
    fn drop(&mut self) {
        if let Err(failure) = self.settle() {
            tracing::warn!(code = ?failure.code, "vectors could not be kept; they are made again");
        }
    }
}

/// How far the indexes have come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Coverage {
    /// Items in the vault.
    pub items: u64,
    /// Items in the index of words.
    pub words: u64,
    /// Changes that the index of words has yet to see.
    pub behind: u64,
}

impl Vault {
    /// The items that a filter leaves, its words aside. Cheap: what is not needed is not computed.
    pub fn matching(&self, filter: &Filter) -> Result<Matching> {
        // What the index of words does not know itself.
        let known = Filter { text: String::new(), kinds: Vec::new(), sources: Vec::new(), from: None, to: None, ..filter.clone() };
        // It holds instants alone, and a day here begins at none that a date without a zone is held against.
        let by_instants = on_the_wall(filter, &TimeZone::system()) == (filter.from, filter.to);
        let looks_up = !known.is_empty() || !by_instants;
        let all = Arc::new(OnceLock::new());
        let allowed = if looks_up {
            let allowed = self.left_by(filter)?;
            all.get_or_init(|| allowed.clone());
            allowed
        } else {
            Allowed::All
        };
        let within = Within {
            allowed,
            kinds: filter.kinds.clone(),
            sources: filter.sources.clone(),
            from: filter.from.filter(|_| by_instants),
            to: filter.to.filter(|_| by_instants),
            hidden: filter.hidden,
        };
        Ok(Matching { filter: filter.clone(), within, all })
    }

    /// All items of a matching, as a set of their numbers.
    pub(crate) fn allowed(&self, matching: &Matching) -> Result<Allowed> {
        if let Some(allowed) = matching.all.get() {
            return Ok(allowed.clone());
        }
        let allowed = self.left_by(&matching.filter)?;
        Ok(matching.all.get_or_init(|| allowed).clone())
    }

    /// What a filter leaves, its words aside. To read it anew for each search would be to read an index of all items.
    fn left_by(&self, filter: &Filter) -> Result<Allowed> {
        let filter = Filter { text: String::new(), ..filter.clone() };
        if filter.is_empty() && filter.hidden {
            return Ok(Allowed::All);
        }
        let inner = self.inner();
        let reader = inner.readers.borrow()?;
        let question = self.question("ids", &filter)?;
        Ok(Allowed::Only(inner.memory.recall(&reader, question, || Ok(Arc::new(ids(&reader, &filter)?)))?))
    }

    /// The best items for what was typed, best first, how they match and the words to mark in a text. For the grammar see
    /// [`crate::GRAMMAR`].
    pub fn find_words(&self, query: &str, matching: &Matching, limit: usize) -> Result<WordHits> {
        self.by_words(|search| search.search(query, &matching.within, limit))
    }

    /// Every item that a search for these words finds: as many as its hits would be without a limit.
    pub fn match_words(&self, query: &str, matching: &Matching) -> Result<WordMatches> {
        self.by_words(|search| search.matches(query, &matching.within))
    }

    /// The items that hold what the query says must not be there, and the query without it; `None` when it excludes nothing.
    pub fn excluded_words(&self, query: &str, matching: &Matching) -> Result<Option<Excluded>> {
        self.by_words(|search| search.excluded(query, &matching.within))
    }

    /// The index of words itself: frequencies, the vocabulary, words that are nearly others.
    pub fn words(&self) -> WordSearch {
        self.inner().follower.search()
    }

    /// What the index of words answers. When it turns out to be damaged it is begun anew, and what is in the new one answers:
    /// [`Vault::coverage`] tells how much that is.
    fn by_words<T>(&self, ask: impl Fn(&WordSearch) -> Result<T>) -> Result<T> {
        let follower = &self.inner().follower;
        let standing = follower.standing();
        match ask(&standing.search) {
            Err(why) if why.code == Code::Damaged => {
                follower.begin_anew(&standing, &why)?;
                ask(&follower.search())
            }
            answered => answered,
        }
    }

    /// How far the index of words has come.
    pub fn coverage(&self) -> Result<Coverage> {
        let inner = self.inner();
        let reader = inner.readers.borrow()?;
        let items: i64 = inner
            .memory
            .recall(&reader, "items".to_owned(), || Ok(reader.query_row("SELECT count(*) FROM item", [], |row| row.get(0))?))?;
        let behind = (change::last(&reader)? - inner.follower.watermark()).max(0);
        Ok(Coverage { items: items.unsigned_abs(), words: inner.follower.search().documents(), behind: behind.unsigned_abs() })
    }

    /// Brings the indexes up to the last change now, rather than in the background.
    pub fn index_now(&self, cancel: &Cancel, on: &mut dyn FnMut(Progress)) -> Result<()> {
        Ok(self.inner().follower.catch_up(cancel, on)?)
    }

    /// What a question about a filter is remembered by: with words in it, the answer also depends on how far the index is.
    pub(crate) fn question(&self, what: &str, filter: &Filter) -> Result<String> {
        let seen = self.inner().follower.watermark();
        Ok(format!("{what} {seen} {}", serde_json::to_string(filter).map_err(Failure::internal)?))
    }

    /// The items that hold the words of a filter, all of them; `None` when it has none.
    pub(crate) fn ids_with_words(&self, filter: &Filter) -> Result<Option<Vec<i64>>> {
        if filter.text.trim().is_empty() {
            return Ok(None);
        }
        let matching = self.matching(filter)?;
        Ok(Some(self.by_words(|search| search.holding(&filter.text, &matching.within))?))
    }

    /// Stores vectors of a space (one model), `dims` numbers each, in place of those that the items had, and does not wait for it;
    /// with them is remembered how far a follower of the change feed has come, by its name.
    ///
    /// # Errors
    /// When a vector has another number of dimensions than `dims`, or the vault is locked.
    pub fn begin_put(&self, space: &str, dims: usize, vectors: Vec<(i64, Vec<f32>)>, reached: Option<(&str, i64)>) -> Result<Putting> {
        if let Some((item, vector)) = vectors.iter().find(|(_, vector)| vector.len() != dims) {
            return Err(Failure::internal(format!("item {item} has a vector of {} numbers, and {dims} were announced", vector.len())));
        }
        let inner = self.inner();
        let (space, index) = (space.to_owned(), Arc::clone(&inner.vectors));
        let reached = reached.map(|(name, seq)| (shelf::follower(name), seq));
        let writing = inner.writer.begin(move |transaction| {
            // What was deleted while its vector was being made gets none.
            let mut exists = transaction.prepare_cached("SELECT EXISTS (SELECT 1 FROM item WHERE id = ?1)")?;
            let mut standing = Vec::with_capacity(vectors.len());
            for (item, vector) in vectors {
                if exists.query_row([item], |row| row.get(0))? {
                    standing.push((item, vector));
                }
            }
            index.put(transaction, &space, &standing)?;
            match reached {
                Some((name, seq)) => setting::set_watermark(transaction, &name, seq),
                None => Ok(()),
            }
        })?;
        Ok(Putting { vault: self.clone(), writing: Some(writing) })
    }

    /// The `k` items of a matching that mean most nearly what `query` does, and the cosine, best first. Of those with the same vector
    /// all but the first may be left out where there are others.
    pub fn nearest(&self, space: &str, query: &[f32], matching: &Matching, k: usize) -> Result<Vec<(i64, f32)>> {
        let allowed = self.allowed(matching)?;
        let inner = self.inner();
        let reader = inner.readers.borrow()?;
        inner.vectors.nearest(&reader, space, query, &allowed, k)
    }

    /// Items that have a vector in a space, and items in all.
    pub fn vector_coverage(&self, space: &str) -> Result<(u64, u64)> {
        let items = self.coverage()?.items;
        let inner = self.inner();
        let reader = inner.readers.borrow()?;
        Ok((inner.vectors.count(&reader, space)?, items))
    }

    /// The vectors of these items, in their order.
    pub fn vectors(&self, space: &str, ids: &[i64]) -> Result<Vec<Option<Vec<f32>>>> {
        let inner = self.inner();
        let reader = inner.readers.borrow()?;
        ids.iter().map(|id| inner.vectors.get(&reader, space, *id)).collect()
    }

    /// Up to `limit` items after `after`, by number, that have no vector in a space.
    pub fn without_vector(&self, space: &str, after: i64, limit: usize) -> Result<Vec<i64>> {
        let reader = self.inner().readers.borrow()?;
        Ok(without_vector(&reader, space, after, limit)?)
    }

    /// Forgets a space and all its vectors.
    pub fn drop_space(&self, space: &str) -> Result<()> {
        let space = space.to_owned();
        let inner = self.inner();
        inner.writer.write(move |transaction| Ok(Vectors::drop_space(transaction, &space)?))?;
        inner.vectors.forget();
        Ok(())
    }

    /// Keeps what a search reads of a space's vectors first, so that it is read at once when the vault is opened again.
    pub fn keep_signs(&self, space: &str, cancel: &Cancel) -> Result<()> {
        loop {
            cancel.check()?;
            let space = space.to_owned();
            if !self.inner().writer.write(move |transaction| Ok(Vectors::keep_signs(transaction, &space)?))? {
                return Ok(());
            }
        }
    }
}

fn ids(connection: &Connection, filter: &Filter) -> Outcome<IdSet> {
    let narrowed = narrow(connection, filter, Without::default())?;
    let mut statement = connection.prepare_cached(&["SELECT i.id FROM item i WHERE ", &narrowed.sql].concat())?;
    let mut rows = statement.query(params_from_iter(&narrowed.params))?;
    let mut ids = Vec::new();
    while let Some(row) = rows.next()? {
        ids.push(row.get(0)?);
    }
    Ok(IdSet::new(ids))
}

fn without_vector(connection: &Connection, space: &str, after: i64, limit: usize) -> Outcome<Vec<i64>> {
    let mut statement = connection.prepare_cached(
        "SELECT id FROM item WHERE id > ?2
         AND NOT EXISTS (SELECT 1 FROM vector WHERE space = (SELECT id FROM vector_space WHERE name = ?1) AND vector.item = item.id) ORDER BY id LIMIT ?3",
    )?;
    let ids = statement
        .query_map(params![space, after, i64::try_from(limit).unwrap_or(i64::MAX)], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()
        .map_err(Fault::from)?;
    Ok(ids)
}
