//! Scores how well a passage answers a question, reading both together: slower than comparing vectors, and far better at it.

use std::num::NonZeroUsize;
use std::sync::{Mutex, PoisonError};

use candle_core::{Device, Tensor};
use candle_nn::{Linear, Module, linear};
use domain::{Code, Failure, Result};
use lru::LruCache;
use sha2::{Digest, Sha256};

use crate::bert::{Encoder, For};
use crate::registry::Registry;
use crate::weights::damaged;

/// Scores that are remembered: a question that is read in several ways meets the same passages each time.
const REMEMBERED: NonZeroUsize = NonZeroUsize::new(1_024).unwrap();

/// A question and a passage, as their digest: no text is kept.
type Pair = [u8; 32];

/// A cross-encoder: an encoder, its pooler, and a classifier of one number.
pub struct Reranker {
    id: String,
    encoder: Encoder,
    pooler: Linear,
    classifier: Linear,
    known: Mutex<LruCache<Pair, f32>>,
}

impl Reranker {
    /// Loads an installed model, after checking its files.
    ///
    /// # Errors
    /// [`Code::ModelMissing`], [`Code::ModelAltered`]; [`Code::BadRequest`] when the model is no reranker.
    pub fn load(registry: &Registry, id: &str) -> Result<Self> {
        let (model, folder) = registry.ready(id)?;
        let Some(max_tokens) = model.max_tokens.filter(|_| model.dimensions.is_none()) else {
            return Err(Failure::new(Code::BadRequest, format!("The model {id} does not score passages.")).hint("Choose a reranker."));
        };
        let (encoder, weights) = Encoder::load(&folder, max_tokens)?;
        let size = encoder.dimensions();
        let body = if weights.contains_tensor("pooler.dense.weight") { weights.clone() } else { weights.pp("bert") };
        let broken = |error| damaged(&folder.join("model.safetensors"), &error);
        let pooler = linear(size, size, body.pp("pooler.dense")).map_err(broken)?;
        let classifier = linear(size, 1, weights.pp("classifier")).map_err(broken)?;
        Ok(Self { id: id.to_owned(), encoder, pooler, classifier, known: Mutex::new(LruCache::new(REMEMBERED)) })
    }

    /// The model's id, as the manifest has it.
    pub fn id(&self) -> &str {
        &self.id
    }
}

impl Reranker {
    fn read(&self, query: &str, passages: &[&str]) -> Result<Vec<f32>> {
        let pairs: Vec<(String, String)> = passages.iter().map(|passage| (query.to_owned(), (*passage).to_owned())).collect();
        let size = self.encoder.dimensions();
        let rows = self.encoder.rows(pairs, For::Now, &|states| {
            let first = Tensor::from_slice(states.get(..size).unwrap_or_default(), (1, size), &Device::Cpu)?;
            self.classifier.forward(&self.pooler.forward(&first)?.tanh()?)?.flatten_all()?.to_vec1()
        })?;
        Ok(rows.into_iter().map(|row| row.first().copied().unwrap_or(f32::NEG_INFINITY)).collect())
    }
}

impl domain::Reranker for Reranker {
    /// Scores of different questions do not compare.
    fn score(&self, query: &str, passages: &[&str]) -> Result<Vec<f32>> {
        let pairs: Vec<Pair> = passages.iter().map(|passage| pair(query, passage)).collect();
        let mut scores: Vec<Option<f32>> = {
            let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
            pairs.iter().map(|pair| known.get(pair).copied()).collect()
        };
        let unknown: Vec<usize> = (0..passages.len()).filter(|at| scores[*at].is_none()).collect();
        if !unknown.is_empty() {
            let read = self.read(query, &unknown.iter().map(|at| passages[*at]).collect::<Vec<_>>())?;
            let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
            for (at, score) in unknown.into_iter().zip(read) {
                known.put(pairs[at], score);
                scores[at] = Some(score);
            }
        }
        Ok(scores.into_iter().map(|score| score.unwrap_or(f32::NEG_INFINITY)).collect())
    }
}

fn pair(query: &str, passage: &str) -> Pair {
    let digest = Sha256::new().chain_update((query.len() as u64).to_le_bytes()).chain_update(query).chain_update(passage);
    digest.finalize().into()
}
