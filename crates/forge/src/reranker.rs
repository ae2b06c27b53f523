//! Scores how well a passage answers a question, reading both together: slower than comparing vectors, and far better at it.

use candle_nn::{Linear, Module, linear};
use domain::{Code, Failure, Result};

use crate::bert::Encoder;
use crate::registry::Registry;
use crate::weights::damaged;

/// A cross-encoder: an encoder, its pooler, and a classifier of one number.
pub struct Reranker {
    id: String,
    encoder: Encoder,
    pooler: Linear,
    classifier: Linear,
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
        Ok(Self { id: id.to_owned(), encoder, pooler, classifier })
    }

    /// The model's id, as the manifest has it.
    pub fn id(&self) -> &str {
        &self.id
    }
}

impl domain::Reranker for Reranker {
    /// Scores of different questions do not compare.
    fn score(&self, query: &str, passages: &[&str]) -> Result<Vec<f32>> {
        let pairs: Vec<(String, String)> = passages.iter().map(|passage| (query.to_owned(), (*passage).to_owned())).collect();
        let rows = self.encoder.rows(pairs, &|states, _| {
            let first = states.narrow(1, 0, 1)?.squeeze(1)?.contiguous()?;
            self.classifier.forward(&self.pooler.forward(&first)?.tanh()?)
        })?;
        Ok(rows.into_iter().map(|row| row.first().copied().unwrap_or(f32::NEG_INFINITY)).collect())
    }
}
