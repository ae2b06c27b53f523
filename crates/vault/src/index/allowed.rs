//! Which items a search may see and is asked about. It is applied before ranking, in every index: an item outside of it takes
//! no place among the best, and its words are not suggested.

use std::sync::Arc;

use domain::{Kind, UtcMs};

/// A set of item ids that answers "is it in?" at once: a bit an id where ids are dense, a sorted list where they are not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdSet(Ids);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Ids {
    Sorted(Vec<i64>),
    Bits { words: Vec<u64>, len: usize },
}

impl IdSet {
    /// The set of these ids, in any order.
    pub fn new(ids: impl IntoIterator<Item = i64>) -> Self {
        let mut ids: Vec<i64> = ids.into_iter().collect();
        ids.sort_unstable();
        ids.dedup();
        // Bits are worth it while they take no more room than twice the list.
        let dense = ids.first().is_some_and(|first| *first >= 0) && ids.last().is_some_and(|last| last / 128 < ids.len() as i64);
        if !dense {
            return Self(Ids::Sorted(ids));
        }
        let mut words = vec![0_u64; ids.last().map_or(0, |last| *last as usize / 64 + 1)];
        for id in &ids {
            words[*id as usize / 64] |= 1 << (*id as usize % 64);
        }
        Self(Ids::Bits { words, len: ids.len() })
    }

    /// Whether `id` is in the set.
    pub fn contains(&self, id: i64) -> bool {
        match &self.0 {
            Ids::Sorted(ids) => ids.binary_search(&id).is_ok(),
            Ids::Bits { words, .. } => {
                usize::try_from(id).ok().and_then(|id| words.get(id / 64).map(|word| word >> (id % 64) & 1 == 1)).unwrap_or(false)
            }
        }
    }

    /// How many ids are in it.
    pub fn len(&self) -> usize {
        match &self.0 {
            Ids::Sorted(ids) => ids.len(),
            Ids::Bits { len, .. } => *len,
        }
    }

    /// Whether nothing is in it.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The ids, ascending.
    pub fn iter(&self) -> Box<dyn Iterator<Item = i64> + '_> {
        match &self.0 {
            Ids::Sorted(ids) => Box::new(ids.iter().copied()),
            Ids::Bits { words, .. } => Box::new(
                words
                    .iter()
                    .enumerate()
                    .flat_map(|(at, word)| (0..64).filter(move |bit| word >> bit & 1 == 1).map(move |bit| (at * 64 + bit) as i64)),
            ),
        }
    }
}

impl FromIterator<i64> for IdSet {
    fn from_iter<T: IntoIterator<Item = i64>>(ids: T) -> Self {
        Self::new(ids)
    }
}

/// The items that may be seen at all.
#[derive(Debug, Clone, Default)]
pub enum Allowed {
    /// Every one.
    #[default]
    All,
    /// These.
    Only(Arc<IdSet>),
}

impl Allowed {
    /// These ids, in any order.
    pub fn only(ids: impl IntoIterator<Item = i64>) -> Self {
        Self::Only(Arc::new(IdSet::new(ids)))
    }

    /// Whether `id` may be seen.
    pub fn contains(&self, id: i64) -> bool {
        match self {
            Self::All => true,
            Self::Only(ids) => ids.contains(id),
        }
    }
}

/// What a search by words is narrowed to. What the word index knows itself (kind, source, time, hidden) needs no list of ids.
#[derive(Debug, Clone, Default)]
pub struct Within {
    /// The items that may be seen.
    pub allowed: Allowed,
    /// Any of these kinds; empty for all.
    pub kinds: Vec<Kind>,
    /// Any of these sources, or products under them; empty for all.
    pub sources: Vec<String>,
    /// At or after, UTC milliseconds. Items without a time are left out when this or `to` is given.
    pub from: Option<UtcMs>,
    /// Before, UTC milliseconds.
    pub to: Option<UtcMs>,
    /// Whether hidden items are found too.
    pub hidden: bool,
}

impl Within {
    /// Everything, hidden items too.
    pub fn everything() -> Self {
        Self { hidden: true, ..Self::default() }
    }

    /// Whether nothing narrows.
    pub(crate) fn is_everything(&self) -> bool {
        matches!(self.allowed, Allowed::All)
            && self.kinds.is_empty()
            && self.sources.is_empty()
            && self.from.is_none()
            && self.to.is_none()
            && self.hidden
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dense_and_sparse_sets_answer_alike() {
        for ids in [vec![5, 1, 64, 63, 5], vec![-3, 1 << 40, 7], vec![]] {
            let set = IdSet::new(ids.clone());
            let mut sorted = ids.clone();
            sorted.sort_unstable();
            sorted.dedup();
            assert_eq!(set.iter().collect::<Vec<_>>(), sorted);
            assert_eq!(set.len(), sorted.len());
            assert!(ids.iter().all(|id| set.contains(*id)));
            assert!([0, 2, 65, -1, 1 << 41].iter().all(|id| !set.contains(*id)));
        }
    }
}
