//! Three pieces that tantivy itself lacks: a filter by item id, a bonus that makes the number of matched words count for more
//! than any of them, and the ids of all that matches.

use std::sync::Arc;

use tantivy::collector::{Collector, SegmentCollector};
use tantivy::columnar::Column;
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

/// Collects the ids of all that matches, unranked and in no order.
pub(crate) struct Ids;

pub(crate) struct SegmentIds {
    column: Column<i64>,
    ids: Vec<i64>,
}

impl Collector for Ids {
    type Fruit = Vec<i64>;
    type Child = SegmentIds;

    fn for_segment(&self, _: SegmentOrdinal, segment: &SegmentReader) -> tantivy::Result<SegmentIds> {
        Ok(SegmentIds { column: segment.fast_fields().i64(super::words::ID)?, ids: Vec::new() })
    }

    fn requires_scoring(&self) -> bool {
        false
    }

    fn merge_fruits(&self, segments: Vec<Vec<i64>>) -> tantivy::Result<Vec<i64>> {
        Ok(segments.concat())
    }
}

impl SegmentCollector for SegmentIds {
    type Fruit = Vec<i64>;

    fn collect(&mut self, doc: DocId, _: Score) {
        self.ids.extend(self.column.first(doc));
    }

    fn harvest(self) -> Vec<i64> {
        self.ids
    }
}
