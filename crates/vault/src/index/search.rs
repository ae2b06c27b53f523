//! Answers searches by words: BM25 over title, people and text, under a filter that is applied before anything is ranked.
//!
//! Invariants: what may not be seen takes no place among the hits, is not counted and is not suggested. The order does not
//! depend on when things were; the caller weighs that.

use std::collections::HashMap;
use std::ops::Bound;
use std::path::PathBuf;

use domain::Result;
use schemars::JsonSchema;
use serde::Serialize;
use tantivy::collector::TopDocs;
use tantivy::index::{IndexMeta, SegmentComponent, SegmentMeta};
use tantivy::query::{
    AllQuery, BooleanQuery, BoostQuery, ConstScoreQuery, EmptyQuery, FuzzyTermQuery, Occur, PhrasePrefixQuery, PhraseQuery, Query,
    RangeQuery, TermQuery, TermSetQuery,
};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::termdict::TermMerger;
use tantivy::{DocSet, IndexReader, Score, Searcher, TERMINATED, TantivyError, Term};

use super::allowed::{Allowed, Within};
use super::directory::EncryptedDirectory;
use super::fold::words_of;
use super::forms::languages::{LANGUAGES, Language};
use super::forms::{inflected, respelled};
use super::grammar::{Asked, parse};
use super::likeness::Shape;
use super::matching::{Ids, WithBonus, only};
use super::words::{Fields, ID, Present, failure};

/// A title says more about an item than its text, and a name in it nearly as much.
const TITLE_BOOST: Score = 2.0;
const PEOPLE_BOOST: Score = 1.5;
/// Other forms of a word count less than the word.
const RESPELLED: Score = 0.9;
const INFLECTED: Score = 0.6;
const CORRECTED: Score = 0.5;
/// A language counts whose markers stand in one of so many items.
const SPOKEN: u64 = 500;
/// The words put in place of one that stands nowhere.
const CORRECTIONS: usize = 8;
/// Of the words with a prefix so many are ranked, the rest up to the second number only matched.
const RANKED_COMPLETIONS: usize = 64;
const COMPLETIONS: usize = 4_096;
/// More than any BM25 score of a query, so that one more matched word always counts for more. Small enough that 64 of them
/// leave a 32-bit score its fraction.
const MATCH_BONUS: Score = 1_024.0;

/// How the hits of a search match it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Matched {
    /// There are items that hold all that was asked for.
    All,
    /// None holds all; these hold some of it.
    Any,
    /// A word that stands nowhere was looked for as its nearest neighbours; these hold all, taken so.
    Fuzzy,
}

/// The hits of a search by words.
#[derive(Debug, Clone, PartialEq)]
pub struct WordHits {
    /// Item and score, best first. Scores are BM25 and compare among the first `n_all` hits, and among the others that hold
    /// as many words; across these the order says which is better.
    pub hits: Vec<(i64, f32)>,
    /// How they match: the first `n_all` of them, or all when that is 0.
    pub matched: Matched,
    /// So many of the first hits hold all that was asked for; those after them hold some of it.
    pub n_all: usize,
    /// How much of it each of those after them holds: a share of the words, 0 to 1.
    pub shares: Vec<f32>,
    /// The folded words that were looked for, in all their forms: for marking them in the texts of the hits. Not for showing to
    /// whom the filter binds: a form may stand in other items alone.
    pub words: Vec<String>,
    /// Words that stand nowhere, and those that were looked for in their place: words of items that may be seen.
    pub corrected: Vec<(String, Vec<String>)>,
}

/// Every item that a search finds, unranked: what is counted beside its hits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WordMatches {
    /// The items, ascending.
    pub ids: Vec<i64>,
    /// How they match.
    pub matched: Matched,
}

/// What a query says must not be there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Excluded {
    /// The items that hold it, ascending.
    pub ids: Vec<i64>,
    /// The query without it.
    pub rest: String,
}

/// What a check of the index found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct IndexCheck {
    /// Files read.
    pub files: u64,
    /// Their bytes of plaintext.
    pub bytes: u64,
    /// The files that are missing or do not verify, and why.
    pub damaged: Vec<String>,
}

/// The files that an index of these segments is made of. A reader opens a segment without its positions as if no word in it had
/// any.
pub(crate) fn needed(metas: &IndexMeta) -> Vec<PathBuf> {
    use SegmentComponent::{Delete, FastFields, FieldNorms, Positions, Postings, Store, Terms};
    let parts = [Postings, Positions, FastFields, FieldNorms, Terms, Store];
    let of = |segment: &SegmentMeta| -> Vec<PathBuf> {
        let deletes = segment.has_deletes().then_some(Delete);
        parts.iter().cloned().chain(deletes).map(|part| segment.relative_path(part)).collect()
    };
    metas.segments.iter().flat_map(of).collect()
}

/// Searches the word index. Clones are cheap and may be used from any thread; each call sees one commit from start to end.
#[derive(Clone)]
pub struct WordSearch {
    reader: IndexReader,
    fields: Fields,
    directory: EncryptedDirectory,
}

impl WordSearch {
    pub(crate) fn new(reader: IndexReader, fields: Fields, directory: EncryptedDirectory) -> Self {
        Self { reader, fields, directory }
    }

    pub(crate) fn reload(&self) -> tantivy::Result<()> {
        self.reader.reload()
    }

    /// The best `limit` items for what was typed (see [`super::GRAMMAR`]). Without a word in it there are none.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn search(&self, query: &str, within: &Within, limit: usize) -> Result<WordHits> {
        self.try_search(query, within, limit).map_err(failure)
    }

    /// Every item that [`Self::search`] finds: those that hold all that was asked for; when there are none, those that hold
    /// some of it. Without a word in the query there are none.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn matches(&self, query: &str, within: &Within) -> Result<WordMatches> {
        self.try_matches(query, within).map_err(failure)
    }

    /// The items that hold what the query says must not be there: for whoever finds them by other than their words. `None` when
    /// the query excludes nothing.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn excluded(&self, query: &str, within: &Within) -> Result<Option<Excluded>> {
        self.try_excluded(query, within).map_err(failure)
    }

    /// Every item that holds all that was asked for, ascending, in whatever form of its words but in no other words: what a
    /// number is computed over.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn holding(&self, query: &str, within: &Within) -> Result<Vec<i64>> {
        let searcher = self.reader.searcher();
        let mut compiler = Compiler { corrects: false, ..Compiler::new(&searcher, self.fields, &within.allowed) };
        let Some(asked) = parse(query) else { return Ok(Vec::new()) };
        let compiled = compiler.split(Some(asked)).map_err(failure)?;
        ids(&searcher, &*compiled.all(&self.fields, within)).map_err(failure)
    }

    /// How many items are in the index.
    pub fn documents(&self) -> u64 {
        self.reader.searcher().num_docs()
    }

    /// How many items hold a word, in the field where most do. Items taken out since the last merge may still count.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn frequency(&self, word: &str) -> Result<u64> {
        let searcher = self.reader.searcher();
        let compiler = Compiler::new(&searcher, self.fields, &Allowed::All);
        let mut least = u64::MAX;
        for word in words_of(word) {
            least = least.min(compiler.frequency(&word).map_err(failure)?);
        }
        Ok(if least == u64::MAX { 0 } else { least })
    }

    /// Hands over every word of titles and texts with the number of items that hold it, in the order of the words. The
    /// weights of the static embedding come from these.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn vocabulary(&self, mut each: impl FnMut(&str, u64)) -> Result<()> {
        self.try_vocabulary(&mut each).map_err(failure)
    }

    /// The words nearest to one that stands nowhere, the likest first: one letter away, from five letters on two when there are none.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn fuzzy(&self, word: &str, allowed: &Allowed) -> Result<Vec<String>> {
        let searcher = self.reader.searcher();
        let Some(word) = words_of(word).pop() else { return Ok(Vec::new()) };
        Compiler::new(&searcher, self.fields, allowed).corrections(&word).map_err(failure)
    }

    /// Reads and verifies every chunk of every file that the index is made of.
    ///
    /// # Errors
    /// When not even the list of files can be read.
    pub fn verify(&self) -> Result<IndexCheck> {
        let mut check = IndexCheck::default();
        let searcher = self.reader.searcher();
        let metas = searcher.index().load_metas().map_err(failure)?;
        let mut files = needed(&metas);
        files.push("meta.json".into());
        files.sort_unstable();
        let mut missing = Vec::new();
        for file in files {
            match self.directory.verify(&file) {
                Ok(bytes) => {
                    check.files += 1;
                    check.bytes += bytes;
                }
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => missing.push(file),
                Err(error) => check.damaged.push(error.to_string()),
            }
        }
        if !missing.is_empty() {
            // A merge may have taken them away meanwhile.
            let still = needed(&searcher.index().load_metas().map_err(failure)?);
            check.damaged.extend(missing.iter().filter(|file| still.contains(file)).map(|file| format!("{} is missing", file.display())));
        }
        Ok(check)
    }

    pub(crate) fn present(&self) -> tantivy::Result<Present> {
        let mut present = Present::default();
        for segment in self.reader.searcher().segment_readers() {
            let ids = segment.fast_fields().i64(ID)?;
            for doc in segment.doc_ids_alive() {
                ids.first(doc).map(|id| present.insert(id));
            }
        }
        Ok(present)
    }

    fn try_search(&self, query: &str, within: &Within, limit: usize) -> tantivy::Result<WordHits> {
        let mut found =
            WordHits { hits: Vec::new(), matched: Matched::All, n_all: 0, shares: Vec::new(), words: Vec::new(), corrected: Vec::new() };
        let Some(asked) = parse(query).filter(|_| limit > 0) else { return Ok(found) };
        let searcher = self.reader.searcher();
        let mut compiler = Compiler::new(&searcher, self.fields, &within.allowed);
        let compiled = compiler.split(Some(asked))?;
        found.hits = top(&searcher, &*compiled.all(&self.fields, within), limit)?;
        found.n_all = found.hits.len();
        if found.n_all < limit && compiled.wanted.len() > 1 {
            for (id, score) in top(&searcher, &*compiled.any(&self.fields, within), limit + found.n_all)? {
                if found.hits.len() < limit && !found.hits[..found.n_all].iter().any(|(known, _)| *known == id) {
                    found.hits.push((id, score % MATCH_BONUS));
                    found.shares.push((score / MATCH_BONUS).floor() / compiled.wanted.len() as f32);
                }
            }
        }
        found.matched = if found.hits.is_empty() { Matched::All } else { compiler.matched(found.n_all > 0) };
        found.corrected = compiler.corrected;
        found.words = compiler.words;
        found.words.sort_unstable();
        found.words.dedup();
        Ok(found)
    }

    fn try_excluded(&self, query: &str, within: &Within) -> tantivy::Result<Option<Excluded>> {
        let Some(asked) = parse(query) else { return Ok(None) };
        let Some(rest) = asked.without_the_unwanted() else { return Ok(None) };
        let searcher = self.reader.searcher();
        let unwanted = Compiler::new(&searcher, self.fields, &within.allowed).split(Some(asked))?.unwanted;
        Ok(Some(Excluded { ids: ids(&searcher, &BooleanQuery::union(unwanted))?, rest }))
    }

    fn try_matches(&self, query: &str, within: &Within) -> tantivy::Result<WordMatches> {
        let mut found = WordMatches { ids: Vec::new(), matched: Matched::All };
        let Some(asked) = parse(query) else { return Ok(found) };
        let searcher = self.reader.searcher();
        let mut compiler = Compiler::new(&searcher, self.fields, &within.allowed);
        let compiled = compiler.split(Some(asked))?;
        found.ids = ids(&searcher, &*compiled.all(&self.fields, within))?;
        let any_holds_all = !found.ids.is_empty();
        if !any_holds_all && compiled.wanted.len() > 1 {
            found.ids = ids(&searcher, &*compiled.any(&self.fields, within))?;
        }
        found.matched = if found.ids.is_empty() { Matched::All } else { compiler.matched(any_holds_all) };
        Ok(found)
    }

    fn try_vocabulary(&self, each: &mut dyn FnMut(&str, u64)) -> tantivy::Result<()> {
        let searcher = self.reader.searcher();
        let mut postings = Vec::new();
        for segment in searcher.segment_readers() {
            for field in [self.fields.title, self.fields.text] {
                postings.push(segment.inverted_index(field)?);
            }
        }
        let streams = postings.iter().map(|postings| postings.terms().stream()).collect::<std::io::Result<_>>()?;
        let mut words = TermMerger::new(streams);
        while words.advance() {
            // Streams of titles are even, of texts odd.
            let mut n_items = [0_u64; 2];
            for (stream, info) in words.current_segment_ords_and_term_infos() {
                n_items[stream % 2] += u64::from(info.doc_freq);
            }
            if let Ok(word) = std::str::from_utf8(words.key()) {
                each(word, n_items[0].max(n_items[1]));
            }
        }
        Ok(())
    }
}

/// The best items of a query, and their scores. Equal scores stand in the order of their ids.
fn top(searcher: &Searcher, query: &dyn Query, limit: usize) -> tantivy::Result<Vec<(i64, Score)>> {
    let best = searcher.search(query, &TopDocs::with_limit(limit).order_by_score())?;
    let columns = searcher.segment_readers().iter().map(|segment| segment.fast_fields().i64(ID)).collect::<tantivy::Result<Vec<_>>>()?;
    let mut hits = Vec::with_capacity(best.len());
    for (score, address) in best {
        let id = columns.get(address.segment_ord as usize).and_then(|ids| ids.first(address.doc_id));
        hits.push((id.ok_or_else(|| TantivyError::InternalError("a document without an id".into()))?, score));
    }
    hits.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    Ok(hits)
}

/// The items that a query matches, ascending.
fn ids(searcher: &Searcher, query: &dyn Query) -> tantivy::Result<Vec<i64>> {
    let mut ids = searcher.search(query, &Ids)?;
    ids.sort_unstable();
    Ok(ids)
}

/// A query, taken apart at its top.
struct Compiled {
    /// What should be there, and whether it is so common that matching it says nothing.
    wanted: Vec<(Box<dyn Query>, bool)>,
    unwanted: Vec<Box<dyn Query>>,
}

impl Compiled {
    /// All that is wanted.
    fn all(&self, fields: &Fields, within: &Within) -> Box<dyn Query> {
        if let ([(only_one, _)], [], true) = (self.wanted.as_slice(), self.unwanted.as_slice(), within.is_everything()) {
            // Alone, a union of words is ranked without reading all of its postings.
            return only_one.box_clone();
        }
        let mut clauses: Vec<_> = self.wanted.iter().map(|(query, _)| (Occur::Must, query.box_clone())).collect();
        if clauses.is_empty() {
            clauses.push((Occur::Must, silent(Box::new(AllQuery))));
        }
        self.narrowed(clauses, fields, within)
    }

    /// Any of what is wanted; what matches more of it comes first. A common word is no reason to be found, unless all are.
    fn any(&self, fields: &Fields, within: &Within) -> Box<dyn Query> {
        let nothing_rare = self.wanted.iter().all(|(_, common)| *common);
        let (reasons, others): (Vec<_>, Vec<_>) = self.wanted.iter().partition(|(_, common)| !*common || nothing_rare);
        let reasons =
            reasons.into_iter().map(|(query, _)| Box::new(WithBonus { query: query.box_clone(), bonus: MATCH_BONUS }) as Box<dyn Query>);
        let mut clauses = vec![(Occur::Must, Box::new(BooleanQuery::union(reasons.collect())) as Box<dyn Query>)];
        clauses.extend(others.into_iter().map(|(query, _)| (Occur::Should, query.box_clone())));
        self.narrowed(clauses, fields, within)
    }

    fn narrowed(&self, mut clauses: Vec<(Occur, Box<dyn Query>)>, fields: &Fields, within: &Within) -> Box<dyn Query> {
        let basic = |term| Box::new(TermQuery::new(term, IndexRecordOption::Basic)) as Box<dyn Query>;
        clauses.extend(self.unwanted.iter().map(|query| (Occur::MustNot, query.box_clone())));
        if let Allowed::Only(ids) = &within.allowed {
            clauses.push((Occur::Must, only(ids, fields.id)));
        }
        if !within.kinds.is_empty() {
            let kinds = within.kinds.iter().map(|kind| basic(Term::from_field_u64(fields.kind, u64::from(kind.code()))));
            clauses.push((Occur::Must, silent(Box::new(BooleanQuery::union(kinds.collect())))));
        }
        if !within.sources.is_empty() {
            let sources = within.sources.iter().map(|source| basic(Term::from_field_text(fields.source, source)));
            clauses.push((Occur::Must, silent(Box::new(BooleanQuery::union(sources.collect())))));
        }
        if within.from.is_some() || within.to.is_some() {
            let from = within.from.map_or(Bound::Unbounded, |at| Bound::Included(Term::from_field_i64(fields.at, at)));
            let to = within.to.map_or(Bound::Unbounded, |at| Bound::Excluded(Term::from_field_i64(fields.at, at)));
            clauses.push((Occur::Must, silent(Box::new(RangeQuery::new(from, to)))));
        }
        if !within.hidden {
            clauses.push((Occur::MustNot, basic(Term::from_field_bool(fields.hidden, true))));
        }
        Box::new(BooleanQuery::new(clauses))
    }
}

/// The query, without a say in the score.
fn silent(query: Box<dyn Query>) -> Box<dyn Query> {
    Box::new(BoostQuery::new(query, 0.0))
}

/// Turns what was asked into tantivy queries, looking words up on the way.
struct Compiler<'a> {
    searcher: &'a Searcher,
    fields: Fields,
    allowed: &'a Allowed,
    words: Vec<String>,
    /// Whether a word that stands nowhere may be looked for as its nearest neighbours.
    corrects: bool,
    /// Words that stand nowhere, and what was put in their place.
    corrected: Vec<(String, Vec<String>)>,
    languages: Option<Vec<Language>>,
}

impl<'a> Compiler<'a> {
    fn new(searcher: &'a Searcher, fields: Fields, allowed: &'a Allowed) -> Self {
        Self { searcher, fields, allowed, words: Vec::new(), corrects: true, corrected: Vec::new(), languages: None }
    }

    fn matched(&self, any_holds_all: bool) -> Matched {
        match (any_holds_all, !self.corrected.is_empty()) {
            (false, _) => Matched::Any,
            (true, true) => Matched::Fuzzy,
            (true, false) => Matched::All,
        }
    }

    fn split(&mut self, asked: Option<Asked>) -> tantivy::Result<Compiled> {
        let parts = match asked {
            None => Vec::new(),
            Some(Asked::All(parts)) => parts,
            Some(one) => vec![one],
        };
        let mut compiled = Compiled { wanted: Vec::new(), unwanted: Vec::new() };
        for part in &parts {
            if let Asked::Not(inner) = part {
                compiled.unwanted.push(self.exact(inner)?);
            } else {
                let common = matches!(part, Asked::Word { folded, .. } if self.is_common(folded)?);
                compiled.wanted.push((self.compile(part)?, common));
            }
        }
        Ok(compiled)
    }

    fn compile(&mut self, asked: &Asked) -> tantivy::Result<Box<dyn Query>> {
        Ok(match asked {
            Asked::Word { folded, typed } => {
                let forms = self.forms(folded, typed)?;
                self.words.extend(forms.iter().map(|(form, _)| form.clone()));
                self.union_of(&forms)?
            }
            Asked::Phrase(words) => {
                self.words.extend(words.iter().cloned());
                self.phrase(words)
            }
            Asked::Prefix(words) => match words.as_slice() {
                [prefix] => self.prefix(prefix)?,
                _ => {
                    self.words.extend(words.iter().cloned());
                    self.in_each_field(|field| {
                        let mut query = PhrasePrefixQuery::new(terms(field, words));
                        query.set_max_expansions(COMPLETIONS as u32);
                        Box::new(query)
                    })
                }
            },
            Asked::Not(inner) => {
                let unwanted = self.exact(inner)?;
                Box::new(BooleanQuery::new(vec![(Occur::Must, silent(Box::new(AllQuery))), (Occur::MustNot, unwanted)]))
            }
            Asked::All(parts) => {
                let mut clauses = Vec::new();
                for part in parts {
                    clauses.push(match part {
                        Asked::Not(inner) => (Occur::MustNot, self.exact(inner)?),
                        _ => (Occur::Must, self.compile(part)?),
                    });
                }
                if clauses.iter().all(|(occur, _)| *occur == Occur::MustNot) {
                    clauses.push((Occur::Must, silent(Box::new(AllQuery))));
                }
                Box::new(BooleanQuery::new(clauses))
            }
            Asked::Any(parts) => {
                let parts = parts.iter().map(|part| self.compile(part)).collect::<tantivy::Result<_>>()?;
                Box::new(BooleanQuery::union(parts))
            }
        })
    }

    /// What is not wanted is left out as it was typed, in no other form; and it is not marked in texts.
    fn exact(&mut self, asked: &Asked) -> tantivy::Result<Box<dyn Query>> {
        let (words, corrected) = (self.words.len(), self.corrected.len());
        let query = match asked {
            Asked::Word { folded, .. } => self.phrase(std::slice::from_ref(folded)),
            Asked::Any(parts) => {
                let parts = parts.iter().map(|part| self.exact(part)).collect::<tantivy::Result<_>>()?;
                Box::new(BooleanQuery::union(parts))
            }
            Asked::Phrase(_) | Asked::Prefix(_) | Asked::Not(_) | Asked::All(_) => self.compile(asked)?,
        };
        self.words.truncate(words);
        self.corrected.truncate(corrected);
        Ok(query)
    }

    fn phrase(&self, words: &[String]) -> Box<dyn Query> {
        self.in_each_field(|field| match words {
            [word] => Box::new(TermQuery::new(Term::from_field_text(field, word), IndexRecordOption::WithFreqs)),
            _ => Box::new(PhraseQuery::new(terms(field, words))),
        })
    }

    /// Words that begin so. The commonest are ranked, and all are matched.
    fn prefix(&mut self, prefix: &str) -> tantivy::Result<Box<dyn Query>> {
        let completions = self.completions(prefix)?;
        let (ranked, rest) = completions.split_at(completions.len().min(RANKED_COMPLETIONS));
        let forms: Vec<_> = ranked.iter().map(|(word, _)| (word.clone(), 1.0)).collect();
        self.words.extend(forms.iter().map(|(form, _)| form.clone()));
        let ranked = self.union_of(&forms)?;
        if rest.is_empty() {
            return Ok(ranked);
        }
        let rest = self.in_each_field(|field| Box::new(TermSetQuery::new(rest.iter().map(|(word, _)| Term::from_field_text(field, word)))));
        Ok(Box::new(BooleanQuery::union(vec![ranked, Box::new(ConstScoreQuery::new(rest, 0.1))])))
    }

    /// The forms in which a word is looked for, and what each counts.
    fn forms(&mut self, folded: &str, typed: &str) -> tantivy::Result<Vec<(String, Score)>> {
        let mut forms = vec![(folded.to_owned(), 1.0)];
        forms.extend(respelled(folded, typed).map(|form| (form, RESPELLED)));
        forms.extend(inflected(folded, self.languages()?).into_iter().map(|form| (form, INFLECTED)));
        let mut known = Vec::new();
        for (form, weight) in forms {
            if self.frequency(&form)? > 0 {
                known.push((form, weight));
            }
        }
        if known.is_empty() && self.corrects {
            let corrections = self.corrections(folded)?;
            known = corrections.iter().map(|form| (form.clone(), CORRECTED)).collect();
            if !corrections.is_empty() {
                self.corrected.push((folded.to_owned(), corrections));
            }
        }
        Ok(known)
    }

    /// The languages that the items are in, a share of them at least.
    fn languages(&mut self) -> tantivy::Result<&[Language]> {
        let languages = match self.languages.take() {
            Some(languages) => languages,
            None => {
                let mut spoken = Vec::new();
                for language in LANGUAGES {
                    let mut n_items = [0; 3];
                    for (n, marker) in n_items.iter_mut().zip(language.markers) {
                        *n = self.frequency(marker)?;
                    }
                    n_items.sort_unstable();
                    if n_items[1] > 0 && n_items[1] * SPOKEN >= self.searcher.num_docs() {
                        spoken.push(*language);
                    }
                }
                spoken
            }
        };
        Ok(self.languages.insert(languages))
    }

    fn union_of(&self, forms: &[(String, Score)]) -> tantivy::Result<Box<dyn Query>> {
        let mut parts: Vec<Box<dyn Query>> = Vec::new();
        for (form, weight) in forms {
            for (field, boost) in self.boosts() {
                let term = Term::from_field_text(field, form);
                if self.searcher.doc_freq(&term)? > 0 {
                    parts.push(Box::new(BoostQuery::new(Box::new(TermQuery::new(term, IndexRecordOption::WithFreqs)), boost * weight)));
                }
            }
        }
        Ok(if parts.is_empty() { Box::new(EmptyQuery) } else { Box::new(BooleanQuery::union(parts)) })
    }

    fn in_each_field(&self, query: impl Fn(Field) -> Box<dyn Query>) -> Box<dyn Query> {
        Box::new(BooleanQuery::union(
            self.boosts().into_iter().map(|(field, boost)| Box::new(BoostQuery::new(query(field), boost)) as Box<dyn Query>).collect(),
        ))
    }

    fn boosts(&self) -> [(Field, Score); 3] {
        [(self.fields.title, TITLE_BOOST), (self.fields.people, PEOPLE_BOOST), (self.fields.text, 1.0)]
    }

    fn frequency(&self, word: &str) -> tantivy::Result<u64> {
        let mut most = 0;
        for (field, _) in self.boosts() {
            most = most.max(self.searcher.doc_freq(&Term::from_field_text(field, word))?);
        }
        Ok(most)
    }

    /// A word in more than a tenth of all items tells none of them apart.
    fn is_common(&self, word: &str) -> tantivy::Result<bool> {
        Ok(self.frequency(word)? > (self.searcher.num_docs() / 10).max(50))
    }

    /// Whether the word stands in an allowed item.
    fn is_known(&self, word: &str) -> tantivy::Result<bool> {
        let Allowed::Only(allowed) = self.allowed else { return Ok(self.frequency(word)? > 0) };
        for segment in self.searcher.segment_readers() {
            let ids = segment.fast_fields().i64(ID)?;
            for (field, _) in self.boosts() {
                let postings = segment.inverted_index(field)?;
                let Some(mut found) = postings.read_postings(&Term::from_field_text(field, word), IndexRecordOption::Basic)? else {
                    continue;
                };
                while found.doc() != TERMINATED {
                    if !segment.is_deleted(found.doc()) && ids.first(found.doc()).is_some_and(|id| allowed.contains(id)) {
                        return Ok(true);
                    }
                    found.advance();
                }
            }
        }
        Ok(false)
    }

    /// Words with a prefix and the number of items that hold them, the commonest first.
    fn completions(&self, prefix: &str) -> tantivy::Result<Vec<(String, u64)>> {
        let mut found = HashMap::new();
        for segment in self.searcher.segment_readers() {
            for (field, _) in self.boosts() {
                let postings = segment.inverted_index(field)?;
                let mut words = postings.terms().range().ge(prefix).into_stream()?;
                let mut n_words = 0;
                while n_words < COMPLETIONS && words.advance() && words.key().starts_with(prefix.as_bytes()) {
                    add(&mut found, words.key(), words.value().doc_freq);
                    n_words += 1;
                }
            }
        }
        Ok(commonest(found, COMPLETIONS))
    }

    /// The words that were most likely meant by one that stands nowhere: one letter away; when there are none, two from five letters
    /// on, of which the first was right where they are fewer than eight.
    fn corrections(&self, word: &str) -> tantivy::Result<Vec<String>> {
        let n_letters = word.chars().count();
        if n_letters < 3 || word.starts_with(|c: char| c.is_numeric()) {
            return Ok(Vec::new());
        }
        let first = word.chars().next().map_or(0, char::len_utf8);
        let shape = Shape::of(word);
        for distance in 1..=if n_letters >= 5 { 2 } else { 1 } {
            let begins = if distance == 2 && n_letters < 8 { &word[..first] } else { "" };
            // The same for all fields and segments.
            let automaton = FuzzyTermQuery::new(Term::from_field_text(self.fields.text, word), distance, true).automaton()?;
            let mut found = HashMap::new();
            for segment in self.searcher.segment_readers() {
                for (field, _) in self.boosts() {
                    let postings = segment.inverted_index(field)?;
                    let mut words = postings.terms().search(&automaton).ge(begins).into_stream()?;
                    while words.advance() && words.key().starts_with(begins.as_bytes()) {
                        add(&mut found, words.key(), words.value().doc_freq);
                    }
                }
            }
            // Most likely is what is like it; of what is as like it, what is written most.
            let mut near: Vec<(f32, String)> = commonest(found, COMPLETIONS)
                .into_iter()
                .map(|(near, _)| (shape.likeness(&Shape::of(&near)).unwrap_or(0.0), near))
                .collect();
            near.sort_by(|a, b| b.0.total_cmp(&a.0));
            let mut known = Vec::new();
            for (_, near) in near {
                if known.len() < CORRECTIONS && self.is_known(&near)? {
                    known.push(near);
                }
            }
            if !known.is_empty() {
                return Ok(known);
            }
        }
        Ok(Vec::new())
    }
}

fn terms(field: Field, words: &[String]) -> Vec<Term> {
    words.iter().map(|word| Term::from_field_text(field, word)).collect()
}

fn add(found: &mut HashMap<String, u64>, word: &[u8], n_items: u32) {
    if let Ok(word) = std::str::from_utf8(word) {
        if let Some(n) = found.get_mut(word) {
            *n += u64::from(n_items);
        } else {
            found.insert(word.to_owned(), u64::from(n_items));
        }
    }
}

fn commonest(found: HashMap<String, u64>, limit: usize) -> Vec<(String, u64)> {
    let mut words: Vec<_> = found.into_iter().collect();
    words.sort_unstable_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    words.truncate(limit);
    words
}

#[cfg(test)]
mod tests;
