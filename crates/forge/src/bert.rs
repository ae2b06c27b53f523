//! Encoders of the BERT family, and the embedder made of one.
//!
//! Texts are tokenised without padding, sorted by length and cut into batches of about equal work, so that a short text never
//! pays for a long neighbour; each batch runs on a thread of its own. Vectors come back in the order of the texts.
//!
//! Where the processor has AVX2 the encoder runs in eight bits (`quantised`), elsewhere as candle's own model in `f32`.
//!
//! Absent on purpose: caching of vectors, and any device but the processor.

#[cfg(target_arch = "x86_64")]
mod linear;
#[cfg(target_arch = "x86_64")]
mod quantised;

use std::fs;
use std::path::Path;

use candle_core::{Device, Tensor};
use candle_nn::VarBuilder;
use candle_transformers::models::bert::{BertModel, Config};
use domain::{Code, Embedder, Failure, Result};
use rayon::prelude::*;
use tokenizers::{EncodeInput, Tokenizer, TruncationParams};

use crate::manifest::{Model, Pooling};
use crate::record::unreadable;
use crate::registry::Registry;
use crate::threads;
use crate::weights::{Weights, damaged};

/// Token states that one batch may come to. Larger batches fall out of the processor's caches, and leave threads without work.
const BATCH_TOKENS: usize = 512;
const BATCH_TEXTS: usize = 64;

/// A tokenizer and an encoder.
pub(crate) struct Encoder {
    tokenizer: Tokenizer,
    body: Body,
    dimensions: usize,
}

enum Body {
    #[cfg(target_arch = "x86_64")]
    Quantised(quantised::QuantisedBert),
    Full(BertModel),
}

/// One text's tokens.
#[derive(Clone, Copy)]
pub(crate) struct Tokens<'a> {
    pub(crate) ids: &'a [u32],
    pub(crate) types: &'a [u32],
}

/// Who waits for the encoder.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum For {
    /// Nobody: one core is left to the person.
    Later,
    /// A person who asked: every core works.
    Now,
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
        let body = Body::load(&weights, &config).map_err(|error| damaged(&path, &error))?;
        Ok((Self { tokenizer, body, dimensions: config.hidden_size }, weights))
    }

    /// Numbers in a token's state.
    pub(crate) fn dimensions(&self) -> usize {
        self.dimensions
    }

    pub(crate) fn tokenizer(&self) -> &Tokenizer {
        &self.tokenizer
    }

    /// Runs the encoder over texts, or pairs of texts, and makes of each text's states one row of numbers. The closure gets a
    /// text's states, `dimensions` numbers for each token.
    pub(crate) fn rows<'s, T: Into<EncodeInput<'s>> + Send>(
        &self,
        texts: Vec<T>,
        wanted: For,
        head: &(dyn Fn(&[f32]) -> candle_core::Result<Vec<f32>> + Sync),
    ) -> Result<Vec<Vec<f32>>> {
        let encodings = self.tokenizer.encode_batch_fast(texts, true).map_err(Failure::internal)?;
        let lengths: Vec<usize> = encodings.iter().map(|encoding| encoding.get_ids().len()).collect();
        let batches = batches(&lengths);
        let run = |batch: &Vec<usize>| -> candle_core::Result<Vec<Vec<f32>>> {
            let texts = batch.iter().filter_map(|&index| encodings.get(index));
            let texts: Vec<Tokens> = texts.map(|text| Tokens { ids: text.get_ids(), types: text.get_type_ids() }).collect();
            let states = self.states(&texts)?;
            let mut rest = states.as_slice();
            let mut rows = Vec::with_capacity(texts.len());
            for text in texts {
                let (of_text, after) = rest.split_at(text.ids.len() * self.dimensions);
                rows.push(head(of_text)?);
                rest = after;
            }
            Ok(rows)
        };
        let rows: Vec<Vec<Vec<f32>>> = threads::pool(wanted)?
            .install(|| batches.par_iter().map(run).collect::<candle_core::Result<_>>())
            .map_err(|error| Failure::internal(format!("the encoder failed: {error}")))?;
        let mut ordered = vec![Vec::new(); lengths.len()];
        for (index, row) in batches.iter().flatten().zip(rows.into_iter().flatten()) {
            if let Some(slot) = ordered.get_mut(*index) {
                *slot = row;
            }
        }
        Ok(ordered)
    }

    /// The states of all tokens, `dimensions` numbers each, the texts one after the other.
    pub(crate) fn states(&self, texts: &[Tokens]) -> candle_core::Result<Vec<f32>> {
        match &self.body {
            #[cfg(target_arch = "x86_64")]
            Body::Quantised(bert) => bert.states(texts),
            Body::Full(bert) => full_states(bert, texts),
        }
    }
}

impl Body {
    fn load(weights: &VarBuilder, config: &Config) -> candle_core::Result<Self> {
        #[cfg(target_arch = "x86_64")]
        if let Some(bert) = quantised::QuantisedBert::load(weights, config)? {
            return Ok(Self::Quantised(bert));
        }
        BertModel::load(weights.clone(), config).map(Self::Full)
    }
}

fn full_states(bert: &BertModel, texts: &[Tokens]) -> candle_core::Result<Vec<f32>> {
    let width = texts.iter().map(|text| text.ids.len()).max().unwrap_or(0);
    let padded = |of: &dyn Fn(&Tokens) -> Vec<u32>| {
        let mut flat = Vec::with_capacity(texts.len() * width);
        for (row, text) in texts.iter().enumerate() {
            flat.extend(of(text));
            flat.resize((row + 1) * width, 0);
        }
        Tensor::from_vec(flat, (texts.len(), width), &Device::Cpu)
    };
    let ids = padded(&|text| text.ids.to_vec())?;
    let types = padded(&|text| text.types.to_vec())?;
    let mask = padded(&|text| vec![1; text.ids.len()])?;
    let even = texts.iter().all(|text| text.ids.len() == width);
    let states = bert.forward(&ids, &types, (!even).then_some(&mask))?;
    let mut real = Vec::new();
    for (row, text) in texts.iter().enumerate() {
        real.extend(states.get(row)?.narrow(0, 0, text.ids.len())?.flatten_all()?.to_vec1::<f32>()?);
    }
    Ok(real)
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
        let wanted = if query { For::Now } else { For::Later };
        let (dimensions, pooling) = (self.encoder.dimensions(), self.pooling);
        self.encoder.rows(texts, wanted, &|states| Ok(unit(pool(states, dimensions, pooling))))
    }
}

/// One row of a text's states.
pub(crate) fn pool(states: &[f32], dimensions: usize, pooling: Pooling) -> Vec<f32> {
    let mut row = vec![0.0; dimensions];
    let tokens = match pooling {
        Pooling::Cls => states.get(..dimensions).unwrap_or_default(),
        Pooling::Mean => states,
    };
    for token in tokens.chunks_exact(dimensions) {
        row.iter_mut().zip(token).for_each(|(sum, number)| *sum += number);
    }
    let n = (tokens.len() / dimensions).max(1) as f32;
    row.iter_mut().for_each(|sum| *sum /= n);
    row
}

/// Brings a row to length one.
fn unit(mut row: Vec<f32>) -> Vec<f32> {
    let length = row.iter().map(|number| number * number).sum::<f32>().sqrt();
    row.iter_mut().for_each(|number| *number /= length);
    row
}

#[cfg(test)]
#[path = "bert_tests.rs"]
mod tests;
