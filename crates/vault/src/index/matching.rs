//! Three pieces that tantivy itself lacks: a filter by item id, a bonus that makes the number of matched words count for more
//! than any of them, and counts by kind and source.

use std::collections::HashMap;
use std::sync::Arc;

use tantivy::collector::{Collector, SegmentCollector};
use tantivy::columnar::{Column, StrColumn};
use tantivy::query::doc_predicate_query::{ConstOrVariableSegmentPredicate, DocPredicate, DocPredicateQuery, SegmentDocPredicate};
use tantivy::query::{AllScorer, BitSetDocSet, BoostQuery, EnableScoring, Explanation, Query, Scorer, Weight};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{BitSet, DocId, DocSet, Score, SeekDangerResult, SegmentOrdinal, SegmentReader, TERMINATED, Term};

use super::allowed::IdSet;

/// Sets up to this size are looked up id by id and lead the search; larger ones are asked about each candidate.
const LOOKED_UP: usize = 64;

/// Matches the items of a set, and adds nothing to their score.
pub(crate) fn only(ids: &Arc<IdSet>, id: Field) -> Box<dyn Query> {
    Box::new(BoostQuery::new(Box::new(DocPredicateQuery::from(OnlyIds { ids: Arc::clone(ids), id })), 0.0))
}

#[derive(Debug, Clone)]
struct OnlyIds {
    ids: Arc<IdSet>,
    id: Field,
}

impl DocPredicate for OnlyIds {
    type SegmentDocPredicate = InSet;

    fn doc_predicate(&self, segment: &SegmentReader) -> tantivy::Result<ConstOrVariableSegmentPredicate<InSet>> {
        if self.ids.is_empty() {
            return Ok(ConstOrVariableSegmentPredicate::Const(false));
        }
        let column = segment.fast_fields().i64(super::words::ID)?;
        let necessary_condition: Box<dyn DocSet> = if self.ids.len() <= LOOKED_UP {
            Box::new(BitSetDocSet::from(self.look_up(segment)?))
        } else {
            Box::new(AllScorer::new(segment.max_doc()))
        };
        Ok(ConstOrVariableSegmentPredicate::Variable { predicate: InSet { ids: Arc::clone(&self.ids), column }, necessary_condition })
    }
}

impl OnlyIds {
    fn look_up(&self, segment: &SegmentReader) -> tantivy::Result<BitSet> {
        let postings = segment.inverted_index(self.id)?;
        let mut docs = BitSet::with_max_value(segment.max_doc());
        for id in self.ids.iter() {
            if let Some(mut found) = postings.read_postings(&Term::from_field_i64(self.id, id), IndexRecordOption::Basic)? {
                while found.doc() != TERMINATED {
                    docs.insert(found.doc());
                    found.advance();
                }
            }
        }
        Ok(docs)
    }
}

struct InSet {
    ids: Arc<IdSet>,
    column: Column<i64>,
}

impl SegmentDocPredicate for InSet {
    fn eval(&mut self, doc: DocId) -> bool {
        self.column.first(doc).is_some_and(|id| self.ids.contains(id))
    }

    fn cost(&self) -> u64 {
        4
    }
}

/// A query that scores `bonus` more for each document that it matches.
#[derive(Debug)]
pub(crate) struct WithBonus {
    pub(crate) query: Box<dyn Query>,
    pub(crate) bonus: Score,
}

impl Clone for WithBonus {
    fn clone(&self) -> Self {
        Self { query: self.query.box_clone(), bonus: self.bonus }
    }
}

impl Query for WithBonus {
    fn weight(&self, enable_scoring: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        Ok(Box::new(BonusWeight { weight: self.query.weight(enable_scoring)?, bonus: self.bonus }))
    }
}

struct BonusWeight {
    weight: Box<dyn Weight>,
    bonus: Score,
}

impl Weight for BonusWeight {
    fn scorer(&self, segment: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        Ok(Box::new(BonusScorer { scorer: self.weight.scorer(segment, boost)?, bonus: self.bonus }))
    }

    fn explain(&self, segment: &SegmentReader, doc: DocId) -> tantivy::Result<Explanation> {
        self.weight.explain(segment, doc)
    }
}

struct BonusScorer {
    scorer: Box<dyn Scorer>,
    bonus: Score,
}

impl DocSet for BonusScorer {
    fn advance(&mut self) -> DocId {
        self.scorer.advance()
    }

    fn seek(&mut self, target: DocId) -> DocId {
        self.scorer.seek(target)
    }

    fn seek_danger(&mut self, target: DocId) -> SeekDangerResult {
        self.scorer.seek_danger(target)
    }

    fn doc(&self) -> DocId {
        self.scorer.doc()
    }

    fn size_hint(&self) -> u32 {
        self.scorer.size_hint()
    }

    fn cost(&self) -> u64 {
        self.scorer.cost()
    }
}

impl Scorer for BonusScorer {
    fn score(&mut self) -> Score {
        self.scorer.score() + self.bonus
    }
}

/// Counts what matches: in all, a kind, a source.
pub(crate) struct Facets;

/// What [`Facets`] counted: in all, by the kind's code, by source.
#[derive(Default)]
pub(crate) struct FacetCounts {
    pub(crate) total: u64,
    pub(crate) by_kind: HashMap<u64, u64>,
    pub(crate) by_source: HashMap<String, u64>,
}

pub(crate) struct SegmentFacets {
    total: u64,
    kinds: Column<u64>,
    by_kind: HashMap<u64, u64>,
    sources: Option<StrColumn>,
    /// Counts by the source's number in this segment.
    by_source: Vec<u64>,
}

impl Collector for Facets {
    type Fruit = FacetCounts;
    type Child = SegmentFacets;

    fn for_segment(&self, _: SegmentOrdinal, segment: &SegmentReader) -> tantivy::Result<SegmentFacets> {
        let sources = segment.fast_fields().str(super::words::SOURCE)?;
        let by_source = vec![0; sources.as_ref().map_or(0, |sources| sources.num_terms())];
        Ok(SegmentFacets { total: 0, kinds: segment.fast_fields().u64(super::words::KIND)?, by_kind: HashMap::new(), sources, by_source })
    }

    fn requires_scoring(&self) -> bool {
        false
    }

    fn merge_fruits(&self, segments: Vec<tantivy::Result<FacetCounts>>) -> tantivy::Result<FacetCounts> {
        let mut all = FacetCounts::default();
        for segment in segments {
            let segment = segment?;
            all.total += segment.total;
            segment.by_kind.into_iter().for_each(|(kind, n)| *all.by_kind.entry(kind).or_default() += n);
            segment.by_source.into_iter().for_each(|(source, n)| *all.by_source.entry(source).or_default() += n);
        }
        Ok(all)
    }
}

impl SegmentCollector for SegmentFacets {
    type Fruit = tantivy::Result<FacetCounts>;

    fn collect(&mut self, doc: DocId, _: Score) {
        self.total += 1;
        if let Some(kind) = self.kinds.first(doc) {
            *self.by_kind.entry(kind).or_default() += 1;
        }
        if let Some(sources) = &self.sources {
            for number in sources.term_ords(doc) {
                if let Some(n) = self.by_source.get_mut(number as usize) {
                    *n += 1;
                }
            }
        }
    }

    fn harvest(self) -> Self::Fruit {
        let mut by_source = HashMap::new();
        for (number, n) in self.by_source.into_iter().enumerate().filter(|(_, n)| *n > 0) {
            let mut source = String::new();
            if let Some(sources) = &self.sources {
                sources.ord_to_str(number as u64, &mut source)?;
            }
            by_source.insert(source, n);
        }
        Ok(FacetCounts { total: self.total, by_kind: self.by_kind, by_source })
    }
}
