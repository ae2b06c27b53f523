//! The embedder over a static table.

use domain::{Embedder, Result};
use rayon::prelude::*;

use super::table::{DIMENSIONS, StaticTable};
use super::token_stats::TokenStats;
use crate::bert::For;
use crate::threads;

/// So many texts are embedded from the rows of their own pieces; for more, all rows are read.
const FEW: usize = 8;
/// Below this many texts, handing them to threads costs more than it saves.
const PARALLEL_FROM: usize = 256;

/// Sums the vectors of a text's word pieces, each weighted by its rarity in the person's own texts.
#[derive(Debug)]
pub struct StaticEmbedder {
    id: String,
    table: StaticTable,
    weights: Vec<f32>,
}

impl StaticEmbedder {
    /// An embedder over a table, with the counts as they stand.
    pub fn new(table: StaticTable, stats: &TokenStats) -> Self {
        let id = Self::id_for(table.model());
        let mut embedder = Self { id, table, weights: Vec::new() };
        embedder.reweigh(stats);
        embedder
    }

    /// The id of the embedder over the table of a model of that id.
    pub fn id_for(model: &str) -> String {
        format!("static-{DIMENSIONS}-{model}")
    }

    /// Takes newer counts. Vectors made before stay comparable while [`TokenStats::has_drifted_from`] says so.
    pub fn reweigh(&mut self, stats: &TokenStats) {
        self.weights = stats.weights();
        self.weights.resize(self.table.words().vocabulary(), 1.0);
    }

    /// Pieces in the vocabulary: what [`TokenStats::new`] wants.
    pub fn vocabulary(&self) -> usize {
        self.table.words().vocabulary()
    }

    /// Counts the pieces of texts into `stats`.
    pub fn count(&self, texts: &[&str], stats: &mut TokenStats) {
        let mut pieces = Vec::new();
        for text in texts {
            pieces.clear();
            self.table.words().split(text, &mut pieces);
            stats.add(&pieces);
        }
    }

    /// The vector of a text, from all rows.
    fn one(&self, text: &str, rows: &[[f32; DIMENSIONS]], pieces: &mut Vec<u32>) -> Vec<f32> {
        pieces.clear();
        self.table.words().split(text, pieces);
        let mut sum = [0.0_f32; DIMENSIONS];
        for &piece in pieces.iter() {
            if let Some(row) = rows.get(piece as usize) {
                self.add(&mut sum, piece, row);
            }
        }
        unit(sum)
    }

    /// The vector of a text, from the rows of its own pieces.
    fn alone(&self, text: &str) -> Result<Vec<f32>> {
        let mut pieces = Vec::new();
        self.table.words().split(text, &mut pieces);
        let mut sum = [0.0_f32; DIMENSIONS];
        for piece in pieces {
            self.add(&mut sum, piece, &self.table.row(piece)?);
        }
        Ok(unit(sum))
    }

    fn add(&self, sum: &mut [f32; DIMENSIONS], piece: u32, row: &[f32; DIMENSIONS]) {
        let weight = self.weights.get(piece as usize).copied().unwrap_or_default();
        sum.iter_mut().zip(row).for_each(|(sum, x)| *sum += weight * x);
    }
}

/// The sum at length one; of nothing, all zeros.
fn unit(mut sum: [f32; DIMENSIONS]) -> Vec<f32> {
    let length = sum.iter().map(|x| x * x).sum::<f32>().sqrt();
    if length > 0.0 {
        sum.iter_mut().for_each(|x| *x /= length);
    }
    sum.to_vec()
}

impl Embedder for StaticEmbedder {
    fn id(&self) -> &str {
        &self.id
    }

    fn dimensions(&self) -> usize {
        DIMENSIONS
    }

    /// A text without any known word piece has no meaning to compare: its vector is all zeros.
    fn embed(&self, texts: &[&str], _query: bool) -> Result<Vec<Vec<f32>>> {
        if texts.len() <= FEW {
            return texts.iter().map(|text| self.alone(text)).collect();
        }
        let (rows, _) = self.table.rows()?.as_chunks::<DIMENSIONS>();
        if texts.len() < PARALLEL_FROM {
            let mut pieces = Vec::new();
            return Ok(texts.iter().map(|text| self.one(text, rows, &mut pieces)).collect());
        }
        Ok(threads::pool(For::Later)?
            .install(|| texts.par_iter().map_init(Vec::new, |pieces, text| self.one(text, rows, pieces)).collect()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::word_pieces::WordPieces;

    fn embedder(stats: Option<&TokenStats>) -> StaticEmbedder {
        let words = WordPieces::of(&["[UNK]", "the", "red", "boat", "##s"]);
        let mut rows = vec![0.0; 5 * DIMENSIONS];
        for piece in 0..5 {
            rows[piece * DIMENSIONS + piece] = 2.0;
        }
        let table = StaticTable::new("tiny", words, rows).unwrap();
        StaticEmbedder::new(table, stats.unwrap_or(&TokenStats::new(5)))
    }

    #[test]
    fn a_vector_is_the_weighted_sum_of_its_pieces_at_length_one() {
        let mut stats = TokenStats::new(5);
        for _ in 0..100_000 {
            stats.add(&[1, 1, 1, 1, 1, 1, 1, 1, 1, 2]);
        }
        let embedder = embedder(Some(&stats));
        let vector = &embedder.embed(&["The red boats"], false).unwrap()[0];
        let weights = stats.weights();
        let length = weights[1..5].iter().map(|w| w * w).sum::<f32>().sqrt();
        for piece in 1..5 {
            assert!((vector[piece] - weights[piece] / length).abs() < 1e-6);
        }
        assert!(vector[1] < vector[2] && vector[2] < vector[3], "the commoner, the lighter");
    }

    #[test]
    fn a_text_of_nothing_known_is_all_zeros() {
        let vectors = embedder(None).embed(&["", "  \n"], true).unwrap();
        assert!(vectors.iter().flatten().all(|&x| x == 0.0));
    }

    #[test]
    fn many_texts_come_back_in_order() {
        let texts: Vec<&str> = (0..1000).map(|n| if n % 3 == 0 { "red" } else { "boat" }).collect();
        let vectors = embedder(None).embed(&texts, false).unwrap();
        assert!(vectors.iter().enumerate().all(|(n, vector)| vector[if n % 3 == 0 { 2 } else { 3 }] == 1.0));
    }
}
