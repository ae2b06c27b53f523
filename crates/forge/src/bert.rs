//! Encoders of the BERT family, and the embedder made of one.
//!
//! Texts are tokenised without padding, sorted by length and cut into batches of about equal work, so that a short text never
//! pays for a long neighbour; each batch runs on a thread of its own. Vectors come back in the order of the texts.
//!
//! Absent on purpose: caching of vectors, and any device but the processor.

use std::fs;
use std::path::Path;

use candle_core::{Device, Tensor};
use candle_nn::VarBuilder;
use candle_transformers::models::bert::{BertModel, Config};
use domain::{Code, Embedder, Failure, Result};
use rayon::prelude::*;
use tokenizers::{EncodeInput, Encoding, Tokenizer, TruncationParams};

use crate::manifest::{Model, Pooling};
use crate::record::unreadable;
use crate::registry::Registry;
use crate::threads;
use crate::weights::{Weights, damaged};

/// Token states that one batch may come to, padding included. Larger batches fall out of the processor's caches.
const BATCH_TOKENS: usize = 2048;
const BATCH_TEXTS: usize = 64;

/// A tokenizer and an encoder.
pub(crate) struct Encoder {
    tokenizer: Tokenizer,
    bert: BertModel,
    dimensions: usize,
}

impl Encoder {
    /// Loads `config.json`, `tokenizer.json` and `model.safetensors` of a folder. Also hands back the weights, for heads.
    pub(crate) fn load(folder: &Path, max_tokens: usize) -> Result<(Self, VarBuilder<'static>)> {
        let path = folder.join("config.json");
        let config = fs::read(&path).map_err(|error| unreadable(&path, &error))?;
        let config: Config = serde_json::from_slice(&config).map_err(|error| damaged(&path, &error))?;

        let path = folder.join("tokenizer.json");
        let mut tokenizer = Tokenizer::from_file(&path).map_err(|error| damaged(&path, &error))?;
        let max_length = max_tokens.min(config.max_position_embeddings);
        tokenizer.with_padding(None);
        tokenizer
            .with_truncation(Some(TruncationParams { max_length, ..TruncationParams::default() }))
            .map_err(|error| damaged(&path, &error))?;

        let path = folder.join("model.safetensors");
        let weights = Weights::read(&path)?.builder();
        let bert = BertModel::load(weights.clone(), &config).map_err(|error| damaged(&path, &error))?;
        Ok((Self { tokenizer, bert, dimensions: config.hidden_size }, weights))
    }

    /// Numbers in a token's state.
    pub(crate) fn dimensions(&self) -> usize {
        self.dimensions
    }

    pub(crate) fn tokenizer(&self) -> &Tokenizer {
        &self.tokenizer
    }

    /// Runs the encoder over texts, or pairs of texts, and makes of each batch's states one row of `width` numbers a text.
    /// The closure gets the states `[texts, tokens, dimensions]` and the mask `[texts, tokens]`.
    pub(crate) fn rows<'s, T: Into<EncodeInput<'s>> + Send>(
        &self,
        texts: Vec<T>,
        head: &(dyn Fn(&Tensor, &Tensor) -> candle_core::Result<Tensor> + Sync),
    ) -> Result<Vec<Vec<f32>>> {
        let encodings = self.tokenizer.encode_batch_fast(texts, true).map_err(Failure::internal)?;
        let lengths: Vec<usize> = encodings.iter().map(|encoding| encoding.get_ids().len()).collect();
        let batches = batches(&lengths);
        let rows: Vec<Vec<Vec<f32>>> = threads::pool()?
            .install(|| batches.par_iter().map(|batch| self.run(batch, &encodings, head)).collect::<candle_core::Result<_>>())
            .map_err(|error| Failure::internal(format!("the encoder failed: {error}")))?;
        let mut ordered = vec![Vec::new(); lengths.len()];
        for (index, row) in batches.iter().flatten().zip(rows.into_iter().flatten()) {
            if let Some(slot) = ordered.get_mut(*index) {
                *slot = row;
            }
        }
        Ok(ordered)
    }

    /// The states `[texts, tokens, dimensions]` of texts that are token ids already and all of one length.
    pub(crate) fn states(&self, ids: &[Vec<u32>]) -> candle_core::Result<Tensor> {
        let width = ids.first().map_or(0, Vec::len);
        let ids = Tensor::from_vec(ids.concat(), (ids.len(), width), &Device::Cpu)?;
        // Without a mask the model makes one of ones, which is what texts of one length need.
        self.bert.forward(&ids, &ids.zeros_like()?, None)
    }

    fn run(
        &self,
        batch: &[usize],
        encodings: &[Encoding],
        head: &(dyn Fn(&Tensor, &Tensor) -> candle_core::Result<Tensor> + Sync),
    ) -> candle_core::Result<Vec<Vec<f32>>> {
        let members: Vec<&Encoding> = batch.iter().filter_map(|&index| encodings.get(index)).collect();
        let width = members.iter().map(|encoding| encoding.get_ids().len()).max().unwrap_or(0);
        let shape = (members.len(), width);
        let padded = |of: &dyn Fn(&Encoding) -> Vec<u32>| {
            let mut flat = Vec::with_capacity(members.len() * width);
            for (row, encoding) in members.iter().enumerate() {
                flat.extend(of(encoding));
                flat.resize((row + 1) * width, 0);
            }
            Tensor::from_vec(flat, shape, &Device::Cpu)
        };
        let ids = padded(&|encoding| encoding.get_ids().to_vec())?;
        let types = padded(&|encoding| encoding.get_type_ids().to_vec())?;
        let mask = padded(&|encoding| vec![1; encoding.get_ids().len()])?;
        let even = members.iter().all(|encoding| encoding.get_ids().len() == width);
        let states = self.bert.forward(&ids, &types, (!even).then_some(&mask))?;
        head(&states, &mask)?.to_vec2()
    }
}

/// Indices in order of length, cut where a batch would grow too large.
fn batches(lengths: &[usize]) -> Vec<Vec<usize>> {
    let mut order: Vec<usize> = (0..lengths.len()).collect();
    let length = |index: usize| lengths.get(index).copied().unwrap_or(0);
    order.sort_by_key(|&index| length(index));
    let mut batches: Vec<Vec<usize>> = Vec::new();
    for index in order {
        match batches.last_mut() {
            Some(batch) if batch.len() < BATCH_TEXTS && (batch.len() + 1) * length(index) <= BATCH_TOKENS => batch.push(index),
            _ => batches.push(vec![index]),
        }
    }
    batches
}

/// An embedder over a BERT encoder.
pub struct BertEmbedder {
    id: String,
    encoder: Encoder,
    pooling: Pooling,
    query_prefix: String,
    passage_prefix: String,
}

impl BertEmbedder {
    /// Loads an installed model, after checking its files.
    ///
    /// # Errors
    /// [`Code::ModelMissing`], [`Code::ModelAltered`]; [`Code::BadRequest`] when the model is no embedder.
    pub fn load(registry: &Registry, id: &str) -> Result<Self> {
        let (model, folder) = registry.ready(id)?;
        Self::from_folder(&model, &folder)
    }

    fn from_folder(model: &Model, folder: &Path) -> Result<Self> {
        let (Some(pooling), Some(max_tokens), Some(dimensions)) = (model.pooling, model.max_tokens, model.dimensions) else {
            return Err(
                Failure::new(Code::BadRequest, format!("The model {} does not make vectors.", model.id)).hint("Choose an embedder.")
            );
        };
        let (encoder, _) = Encoder::load(folder, max_tokens)?;
        if encoder.dimensions() != dimensions {
            let found = format!("the manifest says {dimensions} dimensions, it has {}", encoder.dimensions());
            return Err(damaged(&folder.join("config.json"), &found));
        }
        Ok(Self {
            id: model.id.clone(),
            encoder,
            pooling,
            query_prefix: model.query_prefix.clone(),
            passage_prefix: model.passage_prefix.clone(),
        })
    }

    pub(crate) fn encoder(&self) -> &Encoder {
        &self.encoder
    }
}

impl Embedder for BertEmbedder {
    fn id(&self) -> &str {
        &self.id
    }

    fn dimensions(&self) -> usize {
        self.encoder.dimensions()
    }

    fn embed(&self, texts: &[&str], query: bool) -> Result<Vec<Vec<f32>>> {
        let prefix = if query { &self.query_prefix } else { &self.passage_prefix };
        let texts: Vec<String> = texts.iter().map(|text| format!("{prefix}{text}")).collect();
        let pooling = self.pooling;
        self.encoder.rows(texts, &|states, mask| unit_rows(&pool(states, mask, pooling)?))
    }
}

fn pool(states: &Tensor, mask: &Tensor, pooling: Pooling) -> candle_core::Result<Tensor> {
    match pooling {
        Pooling::Cls => states.narrow(1, 0, 1)?.squeeze(1)?.contiguous(),
        Pooling::Mean => {
            let mask = mask.to_dtype(states.dtype())?.unsqueeze(2)?;
            states.broadcast_mul(&mask)?.sum(1)?.broadcast_div(&mask.sum(1)?)
        }
    }
}

/// Brings each row to length one.
fn unit_rows(rows: &Tensor) -> candle_core::Result<Tensor> {
    rows.broadcast_div(&rows.sqr()?.sum_keepdim(1)?.sqrt()?)
}

#[cfg(test)]
#[path = "bert_tests.rs"]
mod tests;
