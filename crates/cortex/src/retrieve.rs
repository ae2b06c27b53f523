//! Finds items by words, by meaning, or both at once.
//!
//! Each index ranks by itself, over the items that the filter allows; the ranks are fused by reciprocal rank (Cormack and
//! others, 2009, k = 60). Meaning is ranked by the static embedding over everything, and the best candidates again by the
//! transformer where its vectors are there.
//!
//! Absent on purpose: who may see what (the filter says it), and running models in the background.

use std::collections::HashMap;

use domain::{Embedder, Filter, Reranker, Result};
use vault::{Matched, Order, Vault};

/// The constant of reciprocal rank fusion.
const K: f64 = 60.0;
/// Candidates that each index may name.
const CANDIDATES: usize = 200;
/// Below this cosine, meaning says nothing: texts of no relation lie around it.
const UNRELATED: f32 = 0.30;

/// The models that are at hand; each may be missing.
#[derive(Clone, Copy, Default)]
pub struct Models<'a> {
    /// Fast, over everything.
    pub quick: Option<&'a dyn Embedder>,
    /// Slow, over what it has come to.
    pub deep: Option<&'a dyn Embedder>,
    /// Slowest, over the best few.
    pub reranker: Option<&'a dyn Reranker>,
}

/// Which index finds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// The words themselves.
    Words,
    /// The meaning.
    Meaning,
    /// Both.
    Both,
}

/// An item that was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// Its number in the vault.
    pub id: i64,
    /// Higher is better; comparable within one answer.
    pub score: f64,
    /// Why it is here, for the person.
    pub why: Vec<String>,
}

/// What was found.
#[derive(Debug, Clone, Default)]
pub struct Found {
    /// The items, best first.
    pub hits: Vec<Hit>,
    /// How the words were taken; `None` when they were not used.
    pub matched: Option<Matched>,
    /// Whether meaning was asked for and there was no model for it.
    pub without_meaning: bool,
}

/// Finds at most `limit` items. Without a text, the newest that the filter allows.
pub fn search(vault: &Vault, models: Models<'_>, filter: &Filter, mode: Mode, limit: usize) -> Result<Found> {
    let text = filter.text.trim();
    if text.is_empty() {
        let page = vault.list(filter, Order::Newest, None, limit)?;
        let hits = page.rows.iter().map(|row| Hit { id: row.id, score: 0.0, why: vec!["newest".to_owned()] }).collect();
        return Ok(Found { hits, ..Found::default() });
    }
    let allowed = vault.matching(&Filter { text: String::new(), ..filter.clone() })?;
    let wanted = CANDIDATES.max(limit);
    let mut fusion = Fusion::default();
    let mut found = Found::default();
    if mode != Mode::Meaning {
        let words = vault.find_words(text, &allowed, wanted)?;
        fusion.add("words", 1.0, words.hits.iter().map(|(id, _)| *id));
        found.matched = Some(words.matched);
    }
    if mode != Mode::Words {
        match models.quick {
            Some(quick) => {
                let near = by_meaning(vault, quick, text, &allowed, wanted)?;
                fusion.add("meaning", 0.8, near);
            }
            None => found.without_meaning = true,
        }
        if let Some(deep) = models.deep {
            let query = deep.embed(&[text], true)?.into_iter().next().unwrap_or_default();
            let candidates: Vec<i64> = fusion.best(100).into_iter().map(|hit| hit.id).collect();
            let mut scored: Vec<(i64, f32)> = candidates
                .iter()
                .zip(vault.vectors(deep.id(), &candidates)?)
                .filter_map(|(id, vector)| Some((*id, dot(&vector?, &query))))
                .collect();
            scored.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
            fusion.add("transformer", 1.0, scored.into_iter().map(|(id, _)| id));
        }
    }
    found.hits = fusion.best(limit);
    Ok(found)
}

fn by_meaning(vault: &Vault, embedder: &dyn Embedder, text: &str, allowed: &vault::Matching, limit: usize) -> Result<Vec<i64>> {
    let query = embedder.embed(&[text], true)?.into_iter().next().unwrap_or_default();
    // A text of unknown words has no direction, and everything would be equally near.
    if query.iter().all(|number| *number == 0.0) {
        return Ok(Vec::new());
    }
    let near = vault.nearest(embedder.id(), &query, allowed, limit)?;
    Ok(near.into_iter().take_while(|(_, cosine)| *cosine >= UNRELATED).map(|(id, _)| id).collect())
}

fn dot(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// Ranks of several indexes, added up.
#[derive(Default)]
struct Fusion {
    scores: HashMap<i64, (f64, Vec<String>)>,
}

impl Fusion {
    fn add(&mut self, name: &str, weight: f64, ranked: impl IntoIterator<Item = i64>) {
        for (rank, id) in ranked.into_iter().enumerate() {
            let (score, why) = self.scores.entry(id).or_default();
            *score += weight / (K + rank as f64 + 1.0);
            why.push(format!("{name} {}", rank + 1));
        }
    }

    fn best(&self, limit: usize) -> Vec<Hit> {
        let mut hits: Vec<Hit> = self.scores.iter().map(|(id, (score, why))| Hit { id: *id, score: *score, why: why.clone() }).collect();
        hits.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.id.cmp(&b.id)));
        hits.truncate(limit);
        hits
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_two_indexes_name_stands_before_what_one_names() {
        let mut fusion = Fusion::default();
        fusion.add("words", 1.0, [7, 8]);
        fusion.add("meaning", 1.0, [9, 8]);
        let best = fusion.best(2);
        assert_eq!(best[0].id, 8);
        assert_eq!(best[0].why, ["words 2", "meaning 2"]);
        assert_eq!(best.len(), 2);
    }
}
