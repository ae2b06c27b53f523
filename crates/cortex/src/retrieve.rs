//! Finds items by words, by meaning, or both at once.
//!
//! Each index ranks by itself, over the items that the filter allows; the ranks are fused by reciprocal rank (Cormack and
//! others, 2009, k = 60). Meaning is ranked by the static embedding over everything, and by the transformer over what it has
//! come to. What says the same as a better hit stands behind those that say something else.
//!
//! Absent on purpose: who may see what (the filter says it), and running models in the background.

use std::collections::HashMap;

use domain::{Embedder, Filter, Kind, Reranker, Result, closeness};
use vault::{Matched, Order, Vault};

/// The constant of reciprocal rank fusion.
const K: f64 = 60.0;
/// Candidates that each index may name.
const CANDIDATES: usize = 200;
/// Of a search that goes by meaning, so many of the best hits are looked at for repetitions at least.
const LOOKED_AT: usize = CANDIDATES;
/// From this cosine on, two texts mean the same.
const SAME: f32 = 0.92;
/// How the index of words is called in the reasons for a hit.
const WORDS: &str = "words";
/// What holds all the words stands before what two embedders find nearest and that holds none of them: together these weigh 1.8.
const WHOLE: f64 = 2.0;
/// What a repetition counts: less than the last of what says something else.
const REPEATED: f64 = 1e-3;
/// Below this cosine of the static embedding, meaning says nothing: texts of no relation lie around it.
const UNRELATED: f32 = 0.05;

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

/// By a hit, the others that say the same.
pub type Same = HashMap<i64, Vec<i64>>;

/// What was found.
#[derive(Debug, Clone, Default)]
pub struct Found {
    /// The items, best first.
    pub hits: Vec<Hit>,
    /// How the words were taken; `None` when they were not used.
    pub matched: Option<Matched>,
    /// Whether meaning was asked for and there was no model for it.
    pub without_meaning: bool,
    /// Words that stand nowhere, and those that were looked for in their place, the likest first.
    pub corrected: Vec<(String, Vec<String>)>,
    /// By a hit, other hits that say the same as it.
    pub same: Same,
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
        let (whole, part) = words.hits.split_at(words.n_all);
        fusion.add(WORDS, WHOLE, whole.iter().map(|(id, _)| *id));
        // What holds but some of the words is found by them when nothing holds all; else only where meaning may speak for it.
        if mode == Mode::Both || whole.is_empty() {
            // One word of a question is a weaker reason than its meaning; all but one of them is as good as all.
            let weights = words.shares.iter().map(|share| if mode == Mode::Both { f64::from(*share) } else { 1.0 });
            fusion.add_weighted(whole.len(), "some words", part.iter().map(|(id, _)| *id).zip(weights));
        }
        found.matched = Some(words.matched);
        found.corrected = words.corrected;
    }
    if mode == Mode::Words {
        found.hits = fusion.best(limit);
        return Ok(found);
    }
    found.without_meaning = models.quick.is_none() && models.deep.is_none();
    // A word that must not be there says nothing to an embedding; what holds it is left out of what lies near the rest.
    let excluded = vault.excluded_words(text, &allowed)?;
    let text = excluded.as_ref().map_or(text, |excluded| &excluded.rest);
    let mut near = |name: &str, weight: f64, embedder: &dyn Embedder, least: f32| -> Result<()> {
        let mut ids = nearest(vault, embedder, text, &allowed, wanted, least)?;
        if let Some(excluded) = &excluded {
            ids.retain(|id| excluded.ids.binary_search(id).is_err());
        }
        fusion.add(name, weight, ids);
        Ok(())
    };
    if let Some(quick) = models.quick {
        near("meaning", 0.8, quick, UNRELATED)?;
    }
    if let Some(deep) = models.deep {
        near("transformer", 1.0, deep, 0.0)?;
    }
    match models.quick.or(models.deep) {
        Some(embedder) => (found.hits, found.same) = without_repetitions(vault, embedder, fusion.best(LOOKED_AT.max(limit)), limit)?,
        None => found.hits = fusion.best(limit),
    }
    Ok(found)
}

/// Finds at most `limit` items that mean nearly what an item does. The words of the filter have to be there.
pub fn like(vault: &Vault, models: Models<'_>, item: i64, filter: &Filter, limit: usize) -> Result<Found> {
    let mut among = Filter { text: String::new(), ..filter.clone() };
    if !filter.text.trim().is_empty() {
        among.all_of.push(Filter { text: filter.text.clone(), ..Filter::default() });
    }
    let allowed = vault.matching(&among)?;
    let wanted = CANDIDATES.max(limit);
    let mut fusion = Fusion::default();
    let mut found = Found { without_meaning: true, ..Found::default() };
    for (name, weight, embedder) in [("meaning", 0.8, models.quick), ("transformer", 1.0, models.deep)]
        .into_iter()
        .filter_map(|(name, weight, model)| Some((name, weight, model?)))
    {
        let Some(vector) = vault.vectors(embedder.id(), &[item])?.pop().flatten() else { continue };
        found.without_meaning = false;
        fusion.add(name, weight, near(vault, embedder, &vector, &allowed, wanted, UNRELATED)?.into_iter().filter(|id| *id != item));
    }
    if let Some(embedder) = models.quick.or(models.deep) {
        (found.hits, found.same) = without_repetitions(vault, embedder, fusion.best(wanted), limit)?;
    }
    Ok(found)
}

/// The items nearest in meaning, best first, down to a cosine. Equal texts have equal vectors: one of them stands for all, since
/// the others would take the places of what says something else.
fn nearest(vault: &Vault, embedder: &dyn Embedder, text: &str, allowed: &vault::Matching, limit: usize, least: f32) -> Result<Vec<i64>> {
    let query = embedder.embed(&[text], true)?.into_iter().next().unwrap_or_default();
    // A text of unknown words has no direction, and everything would be equally near.
    if query.iter().all(|number| *number == 0.0) {
        return Ok(Vec::new());
    }
    near(vault, embedder, &query, allowed, limit, least)
}

fn near(vault: &Vault, embedder: &dyn Embedder, vector: &[f32], allowed: &vault::Matching, limit: usize, least: f32) -> Result<Vec<i64>> {
    let mut near = vault.nearest(embedder.id(), vector, allowed, limit)?;
    near.dedup_by_key(|(_, cosine)| cosine.to_bits());
    Ok(near.into_iter().take_while(|(_, cosine)| *cosine >= least).map(|(id, _)| id).collect())
}

/// The hits in their order, but what means the same as one before it after all that means something else: a search that was made
/// forty times in ten wordings is one answer, and so are the pages of a shop that differ by their number. What the words speak
/// for keeps its place. With the hits come, by a hit, those that say the same as it.
fn without_repetitions(vault: &Vault, embedder: &dyn Embedder, hits: Vec<Hit>, limit: usize) -> Result<(Vec<Hit>, Same)> {
    let ids: Vec<i64> = hits.iter().map(|hit| hit.id).collect();
    let vectors = vault.vectors(embedder.id(), &ids)?;
    let mut names: HashMap<i64, (Kind, String)> =
        vault.rows(&ids)?.into_iter().map(|row| (row.id, (row.kind, unnumbered(&row.title)))).collect();
    let mut shown: Vec<(i64, Vec<f32>)> = Vec::new();
    let mut named: HashMap<(Kind, String), i64> = HashMap::new();
    let mut same = Same::new();
    let (mut first, mut repeated) = (Vec::new(), Vec::new());
    for (mut hit, vector) in hits.into_iter().zip(vectors) {
        let vector = vector.unwrap_or_default();
        let by_words = hit.why.iter().any(|why| why.contains(WORDS));
        let name = names.remove(&hit.id).filter(|(_, title)| !title.is_empty());
        let of_its_series = name.as_ref().and_then(|name| named.get(name).copied());
        let better = of_its_series.or_else(|| shown.iter().find(|(_, other)| closeness(other, &vector) >= SAME).map(|(id, _)| *id));
        let better = better.filter(|_| !by_words);
        if let Some(name) = name {
            named.entry(name).or_insert(better.unwrap_or(hit.id));
        }
        if let Some(better) = better {
            same.entry(better).or_default().push(hit.id);
            hit.score *= REPEATED;
            hit.why.push("means the same as a better one".to_owned());
            repeated.push(hit);
        } else {
            shown.push((hit.id, vector));
            first.push(hit);
        }
    }
    first.extend(repeated);
    first.truncate(limit);
    Ok((first, same))
}

/// A title without its numbers, and what only sets them apart.
fn unnumbered(title: &str) -> String {
    let words = title.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ").to_lowercase()
}

/// Ranks of several indexes, added up.
#[derive(Default)]
struct Fusion {
    scores: HashMap<i64, (f64, Vec<String>)>,
}

impl Fusion {
    fn add(&mut self, name: &str, weight: f64, ranked: impl IntoIterator<Item = i64>) {
        self.add_weighted(0, name, ranked.into_iter().map(|id| (id, weight)));
    }

    /// Adds what ranks behind `before` others, each with a weight of its own.
    fn add_weighted(&mut self, before: usize, name: &str, ranked: impl IntoIterator<Item = (i64, f64)>) {
        for (rank, (id, weight)) in ranked.into_iter().enumerate() {
            let rank = before + rank + 1;
            let (score, why) = self.scores.entry(id).or_default();
            *score += weight / (K + rank as f64);
            why.push(format!("{name} {rank}"));
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
    fn what_holds_some_words_ranks_behind_what_holds_all() {
        let mut fusion = Fusion::default();
        fusion.add(WORDS, 1.0, [7]);
        fusion.add_weighted(1, "some words", [(8, 1.0)]);
        let best = fusion.best(2);
        assert_eq!((best[0].id, best[1].id, best[1].why[0].as_str()), (7, 8, "some words 2"));
    }

    #[test]
    fn a_word_of_many_ranks_behind_the_meaning_and_most_of_them_before_it() {
        let mut fusion = Fusion::default();
        fusion.add_weighted(0, "some words", [(7, 1.0 / 6.0), (8, 5.0 / 6.0)]);
        fusion.add("meaning", 0.8, [9]);
        let order: Vec<i64> = fusion.best(3).iter().map(|hit| hit.id).collect();
        assert_eq!(order, [8, 9, 7]);
    }

    #[test]
    fn what_two_indexes_name_stands_before_what_one_names() {
        let mut fusion = Fusion::default();
        fusion.add(WORDS, 1.0, [7, 8]);
        fusion.add("meaning", 1.0, [9, 8]);
        let best = fusion.best(2);
        assert_eq!(best[0].id, 8);
        assert_eq!(best[0].why, ["words 2", "meaning 2"]);
        assert_eq!(best.len(), 2);
    }
}
