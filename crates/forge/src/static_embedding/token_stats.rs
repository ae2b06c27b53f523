//! How often each word piece occurs in the person's own texts.

use domain::{Code, Failure, Result};

/// Imagined word pieces, spread by vocabulary rank, that stand in while the real ones are few.
const PRIOR_TOKENS: f64 = 20_000.0;
/// The constant of smooth inverse frequency: a piece of this frequency counts half.
const HALF_WEIGHT: f64 = 1e-3;

/// Counts of word pieces over a corpus. Counting is additive, so parts can be counted apart and merged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenStats {
    counts: Vec<u32>,
    total: u64,
}

impl TokenStats {
    /// No counts yet, for a vocabulary of that many pieces.
    pub fn new(vocabulary: usize) -> Self {
        Self { counts: vec![0; vocabulary], total: 0 }
    }

    /// Counts the pieces of one text; pieces outside the vocabulary are left out.
    pub fn add(&mut self, pieces: &[u32]) {
        for &piece in pieces {
            if let Some(count) = self.counts.get_mut(piece as usize) {
                *count = count.saturating_add(1);
                self.total += 1;
            }
        }
    }

    /// Adds the counts of another part of the corpus.
    ///
    /// # Errors
    /// [`Code::BadRequest`] when they are of another vocabulary.
    pub fn merge(&mut self, other: &Self) -> Result<()> {
        if other.counts.len() != self.counts.len() {
            return Err(wrong_size(self.counts.len(), other.counts.len()));
        }
        for (count, more) in self.counts.iter_mut().zip(&other.counts) {
            *count = count.saturating_add(*more);
        }
        self.total += other.total;
        Ok(())
    }

    /// Word pieces counted so far.
    pub fn total(&self) -> u64 {
        self.total
    }

    /// Pieces in the vocabulary.
    pub fn vocabulary(&self) -> usize {
        self.counts.len()
    }

    /// Whether the corpus has changed so much since `then` that vectors made with those counts are worth making anew: it has
    /// grown fourfold, which is also how a first small import hands over to a large one.
    pub fn has_drifted_from(&self, then: &Self) -> bool {
        self.total.saturating_add(PRIOR_TOKENS as u64) > then.total.saturating_add(PRIOR_TOKENS as u64).saturating_mul(4)
    }

    /// One weight a piece: `a / (a + p)`, where `p` is the piece's frequency. While the corpus is small, frequencies lean on
    /// the vocabulary's order, which is by frequency in general text.
    pub fn weights(&self) -> Vec<f32> {
        let n = self.counts.len();
        let harmonic: f64 = (1..=n).map(|rank| 1.0 / rank as f64).sum();
        let total = self.total as f64 + PRIOR_TOKENS;
        self.counts
            .iter()
            .enumerate()
            .map(|(index, &count)| {
                let prior = PRIOR_TOKENS / ((index + 1) as f64 * harmonic);
                let frequency = (f64::from(count) + prior) / total;
                (HALF_WEIGHT / (HALF_WEIGHT + frequency)) as f32
            })
            .collect()
    }

    /// The counts as bytes, to be kept: pairs of gap and count, as variable-length integers.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        put(&mut bytes, self.counts.len() as u64);
        let mut last = 0;
        for (index, &count) in self.counts.iter().enumerate().filter(|&(_, &count)| count > 0) {
            put(&mut bytes, (index - last) as u64);
            put(&mut bytes, u64::from(count));
            last = index;
        }
        bytes
    }

    /// Reads what [`TokenStats::to_bytes`] wrote, for a vocabulary of that many pieces.
    ///
    /// # Errors
    /// [`Code::Damaged`] when the bytes are cut short or of another vocabulary.
    pub fn from_bytes(vocabulary: usize, mut bytes: &[u8]) -> Result<Self> {
        let damaged =
            || Failure::new(Code::Damaged, "The stored word counts do not read.").hint("They are counted anew when the index is rebuilt.");
        let found = take(&mut bytes).and_then(|n| usize::try_from(n).ok()).ok_or_else(damaged)?;
        if found != vocabulary {
            return Err(wrong_size(vocabulary, found));
        }
        let mut stats = Self::new(vocabulary);
        let mut index = 0_usize;
        while !bytes.is_empty() {
            let gap = take(&mut bytes).and_then(|gap| usize::try_from(gap).ok()).ok_or_else(damaged)?;
            index = index.checked_add(gap).ok_or_else(damaged)?;
            let count = take(&mut bytes).and_then(|count| u32::try_from(count).ok()).ok_or_else(damaged)?;
            *stats.counts.get_mut(index).ok_or_else(damaged)? = count;
            stats.total += u64::from(count);
        }
        Ok(stats)
    }
}

fn wrong_size(expected: usize, found: usize) -> Failure {
    Failure::new(Code::BadRequest, format!("The word counts are of a vocabulary of {found} pieces, the model has {expected}."))
        .hint("They belong to another model; count anew.")
}

fn put(bytes: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        bytes.push((number & 0x7f) as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

fn take(bytes: &mut &[u8]) -> Option<u64> {
    let mut number = 0_u64;
    for shift in (0..63).step_by(7) {
        let (&byte, rest) = bytes.split_first()?;
        *bytes = rest;
        number |= u64::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return Some(number);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_survive_being_kept() {
        let mut stats = TokenStats::new(500);
        stats.add(&[0, 7, 7, 499, 12_345]);
        for _ in 0..300 {
            stats.add(&[250]);
        }
        let kept = TokenStats::from_bytes(500, &stats.to_bytes()).unwrap();
        assert_eq!(kept, stats);
        assert_eq!(kept.total(), 304);
        assert_eq!(TokenStats::from_bytes(501, &stats.to_bytes()).unwrap_err().code, Code::BadRequest);
        assert_eq!(TokenStats::from_bytes(500, &stats.to_bytes()[..3]).unwrap_err().code, Code::Damaged);
    }

    #[test]
    fn without_counts_a_later_piece_weighs_more() {
        let weights = TokenStats::new(30_000).weights();
        assert!(weights.windows(2).all(|pair| pair[0] < pair[1]));
    }

    #[test]
    fn a_large_corpus_overrules_the_order_of_the_vocabulary() {
        let mut stats = TokenStats::new(1000);
        for _ in 0..10_000 {
            stats.add(&[900; 100]);
            stats.add(&[3]);
        }
        let weights = stats.weights();
        assert!(weights[3] > 10.0 * weights[900], "{} {}", weights[3], weights[900]);
    }

    #[test]
    fn counts_drift_when_the_corpus_grows_fourfold() {
        let mut then = TokenStats::new(10);
        then.add(&[1; 100_000]);
        let mut now = then.clone();
        now.add(&[1; 200_000]);
        assert!(!now.has_drifted_from(&then));
        now.add(&[1; 200_000]);
        assert!(now.has_drifted_from(&then));
    }
}
