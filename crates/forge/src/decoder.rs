//! The decoders of language models over quantised weights: one for every architecture of [`architecture`].
//!
//! candle ships them as well; this one differs in what a desktop needs: the token embeddings stay quantised and are looked up
//! row by row (candle's take 0.9 GB more for a model of 1.5 billion weights), the state of a conversation belongs to the
//! conversation and not to the model, grows in place, and no mask outlives its step.
//!
//! What a file has decides what is done: biases, norms of queries and keys, norms after a layer's halves, and matrices that are
//! laid together are used where they are there.

mod architecture;
#[cfg(test)]
mod reference;
mod rotation;

use std::fs::File;
use std::io::BufReader;
use std::sync::Arc;

use candle_core::quantized::gguf_file::Content;
use candle_core::quantized::{QMatMul, QStorage, QTensor};
use candle_core::{D, Device, Result, Tensor};
use candle_nn::kv_cache::KvCache;
use candle_nn::{Module, ops};
use candle_transformers::quantized_nn::RmsNorm;

use architecture::{Activation, Architecture, Shape};
use rotation::{Rotation, Turn};

/// The caches' first size, in tokens; they grow by as much.
const CACHE_STEP: usize = 512;

/// The weights; shared by all conversations.
pub(crate) struct Decoder {
    embeddings: Arc<QTensor>,
    layers: Vec<Layer>,
    norm: RmsNorm,
    output: QMatMul,
    rotation: Rotation,
    /// Of layers with a window, where theirs is another.
    local_rotation: Option<Rotation>,
    shape: Shape,
    architecture: &'static Architecture,
}

/// What a conversation has been through: keys and values of each layer.
pub(crate) struct Conversation {
    layers: Vec<KvCache>,
    position: usize,
}

struct Layer {
    attention_norm: RmsNorm,
    projections: Projections,
    query_norm: Option<RmsNorm>,
    key_norm: Option<RmsNorm>,
    attended: Linear,
    attended_norm: Option<RmsNorm>,
    inner_norm: RmsNorm,
    inner: Inner,
    inner_after_norm: Option<RmsNorm>,
    windowed: bool,
}

/// What makes queries, keys and values.
enum Projections {
    Apart { query: Linear, key: Linear, value: Linear },
    Together(Linear),
}

struct Inner {
    /// Absent where it is the first half of `up`.
    gate: Option<Linear>,
    up: Linear,
    down: Linear,
    activation: Activation,
}

struct Linear {
    weight: QMatMul,
    bias: Option<Tensor>,
}

/// What the layers of one sort share in a step of reading.
struct Step {
    turn: Turn,
    /// The first key that is seen at all.
    from: usize,
    mask: Option<Tensor>,
}

/// Whether a file is of an architecture that can be loaded, and says what it has to; its tensors are not looked at.
pub(crate) fn check(content: &Content) -> Result<()> {
    Shape::of(content, Architecture::of(content)?).map(|_| ())
}

impl Decoder {
    /// Loads the weights of an opened file. At most `context` tokens can be kept in mind, and never more than the model knows.
    pub(crate) fn load(file: &mut BufReader<File>, content: &Content, context: usize) -> Result<Self> {
        let architecture = Architecture::of(content)?;
        let mut shape = Shape::of(content, architecture)?;
        shape.context = shape.context.min(context);
        let mut weights = Weights { file, content, epsilon: shape.epsilon };

        let factors = match weights.floats("rope_factors_short.weight")? {
            // These are made for what the model was first trained for, and worse beyond.
            Some(short) => {
                shape.context = shape.first_context.map_or(shape.context, |first| shape.context.min(first));
                Some(short)
            }
            None => weights.floats("rope_freqs.weight")?,
        };
        let rotation = |turning, factors| Rotation::new(architecture.pairs, shape.turned, turning, factors, shape.context);
        let local_rotation = shape.local_rotation.map(|local| rotation(local, None)).transpose()?;
        let rotation = rotation(shape.rotation, factors.as_deref())?;

        let embeddings = Arc::new(weights.tensor("token_embd.weight")?);
        let (_, width) = embeddings.shape().dims2()?;
        if width != shape.width || width % embeddings.dtype().block_size() != 0 {
            candle_core::bail!("its embeddings are {width} wide, and not {}", shape.width);
        }
        // Small models use the embeddings for the output as well.
        let output = if weights.has("output.weight") { Arc::new(weights.tensor("output.weight")?) } else { Arc::clone(&embeddings) };
        let norm = weights.norm("output_norm")?;
        let layers = (0..shape.blocks).map(|n| Layer::load(&mut weights, n, &shape, architecture)).collect::<Result<Vec<_>>>()?;
        Ok(Self { embeddings, layers, norm, output: QMatMul::from_arc(output)?, rotation, local_rotation, shape, architecture })
    }

    /// Tokens that a conversation may come to.
    pub(crate) fn context(&self) -> usize {
        self.shape.context
    }

    /// A conversation in which nothing was said.
    pub(crate) fn begin(&self) -> Conversation {
        Conversation { layers: self.layers.iter().map(|_| KvCache::new(2, CACHE_STEP)).collect(), position: 0 }
    }

    /// A conversation that has been through the same, and goes on by itself.
    pub(crate) fn fork(&self, begun: &Conversation) -> Result<Conversation> {
        let mut forked = self.begin();
        for (layer, kept) in forked.layers.iter_mut().zip(&begun.layers) {
            if let (Some(keys), Some(values)) = (kept.k()?, kept.v()?) {
                layer.append(&keys.contiguous()?, &values.contiguous()?)?;
            }
        }
        forked.position = begun.position;
        Ok(forked)
    }

    /// Takes in more tokens, and says how likely each token of the vocabulary is to come next, as logits.
    pub(crate) fn read(&self, conversation: &mut Conversation, tokens: &[u32]) -> Result<Vec<f32>> {
        let (n, start) = (tokens.len(), conversation.position);
        if n == 0 || start + n > self.shape.context {
            candle_core::bail!("{n} tokens after {start} do not fit into {}", self.shape.context);
        }
        let open = self.step(&self.rotation, None, start, n)?;
        let windowed = match self.shape.window {
            Some(window) => Some(self.step(self.local_rotation.as_ref().unwrap_or(&self.rotation), Some(window), start, n)?),
            None => None,
        };
        let mut x = self.embed(tokens)?;
        for (layer, cache) in self.layers.iter().zip(&mut conversation.layers) {
            let step = windowed.as_ref().filter(|_| layer.windowed).unwrap_or(&open);
            x = layer.forward(&x, &self.shape, step, cache)?;
        }
        conversation.position += n;
        let last = self.norm.forward(&x.narrow(1, n - 1, 1)?)?;
        self.output.forward(&last)?.flatten_all()?.to_vec1()
    }

    /// The embeddings `[1, tokens, width]` of some tokens: their rows are cut out of the quantised table.
    fn embed(&self, tokens: &[u32]) -> Result<Tensor> {
        let (vocabulary, width) = self.embeddings.shape().dims2()?;
        let dtype = self.embeddings.dtype();
        let bytes = width / dtype.block_size() * dtype.type_size();
        let table = self.embeddings.data()?;
        let mut rows = Vec::with_capacity(tokens.len() * bytes);
        for &token in tokens {
            let start = token as usize * bytes;
            match table.get(start..start + bytes) {
                Some(row) => rows.extend_from_slice(row),
                None => candle_core::bail!("there is no token {token} in a vocabulary of {vocabulary}"),
            }
        }
        let rows = QTensor::new(QStorage::from_data(rows.into(), &Device::Cpu, dtype)?, (tokens.len(), width))?;
        let rows = rows.dequantize(&Device::Cpu)?.unsqueeze(0)?;
        if self.architecture.scales_embeddings { rows * (width as f64).sqrt() } else { Ok(rows) }
    }

    fn step(&self, rotation: &Rotation, window: Option<usize>, start: usize, n: usize) -> Result<Step> {
        let from = window.map_or(0, |window| (start + 1).saturating_sub(window));
        let mask = if n > 1 { Some(self.mask(from, window, start, n)?) } else { None };
        Ok(Step { turn: rotation.at(start, n)?, from, mask })
    }

    /// Hides from each new token what comes after it, and what lies before its window. One row a query head of a group and a
    /// token, one column a key from `from` on.
    fn mask(&self, from: usize, window: Option<usize>, start: usize, n: usize) -> Result<Tensor> {
        let group = self.shape.heads / self.shape.kv_heads;
        let end = start + n;
        let rows = (0..group * n).flat_map(|row| {
            let own = start + row % n;
            let seen = move |key: usize| key <= own && window.is_none_or(|window| own - key < window);
            (from..end).map(move |key| if seen(key) { 0.0 } else { f32::NEG_INFINITY })
        });
        Tensor::from_iter(rows, &Device::Cpu)?.reshape((group * n, end - from))
    }
}

impl Layer {
    fn load(weights: &mut Weights<'_>, n: usize, shape: &Shape, architecture: &Architecture) -> Result<Self> {
        let name = |part: &str| format!("blk.{n}.{part}");
        let projections = if weights.has(&name("attn_qkv.weight")) {
            Projections::Together(weights.linear(&name("attn_qkv"))?)
        } else {
            Projections::Apart {
                query: weights.linear(&name("attn_q"))?,
                key: weights.linear(&name("attn_k"))?,
                value: weights.linear(&name("attn_v"))?,
            }
        };
        let gate = name("ffn_gate");
        Ok(Self {
            attention_norm: weights.norm(&name("attn_norm"))?,
            projections,
            query_norm: weights.norm_if_there(&name("attn_q_norm"))?,
            key_norm: weights.norm_if_there(&name("attn_k_norm"))?,
            attended: weights.linear(&name("attn_output"))?,
            attended_norm: weights.norm_if_there(&name("post_attention_norm"))?,
            inner_norm: weights.norm(&name("ffn_norm"))?,
            inner: Inner {
                gate: if weights.has(&format!("{gate}.weight")) { Some(weights.linear(&gate)?) } else { None },
                up: weights.linear(&name("ffn_up"))?,
                down: weights.linear(&name("ffn_down"))?,
                activation: architecture.activation,
            },
            inner_after_norm: weights.norm_if_there(&name("post_ffw_norm"))?,
            windowed: shape.windowed.get(n).copied().unwrap_or(false),
        })
    }

    fn forward(&self, x: &Tensor, shape: &Shape, step: &Step, cache: &mut KvCache) -> Result<Tensor> {
        let attended = self.attend(&self.attention_norm.forward(x)?, shape, step, cache)?;
        let x = (x + normed(attended, self.attended_norm.as_ref())?)?;
        let inner = self.inner.forward(&self.inner_norm.forward(&x)?)?;
        x + normed(inner, self.inner_after_norm.as_ref())?
    }

    fn attend(&self, x: &Tensor, shape: &Shape, step: &Step, cache: &mut KvCache) -> Result<Tensor> {
        let (_, n, _) = x.dims3()?;
        let Shape { heads, kv_heads, head, .. } = *shape;
        let split = |y: Tensor, heads: usize| y.reshape((1, n, heads, head))?.transpose(1, 2)?.contiguous();
        let (query, key, value) = self.projections.forward(x, shape)?;
        let query = step.turn.apply(&normed(split(query, heads)?, self.query_norm.as_ref())?)?;
        let key = step.turn.apply(&normed(split(key, kv_heads)?, self.key_norm.as_ref())?)?;
        let value = split(value, kv_heads)?;
        let (keys, values) = cache.append(&key, &value)?;
        let seen = keys.dim(2)? - step.from;
        let (keys, values) = (keys.narrow(2, step.from, seen)?, values.narrow(2, step.from, seen)?);

        // Query heads of one group share keys and values: they are laid one below the other instead of copying those.
        let group = heads / kv_heads;
        let query = (query.reshape((1, kv_heads, group * n, head))? * shape.scale)?;
        let scores = query.matmul(&keys.transpose(2, 3)?)?;
        let scores = match &step.mask {
            Some(mask) => scores.broadcast_add(mask)?,
            None => scores,
        };
        let mixed = ops::softmax_last_dim(&scores)?.matmul(&values.contiguous()?)?;
        let mixed = mixed.reshape((1, heads, n, head))?.transpose(1, 2)?.reshape((1, n, heads * head))?;
        self.attended.forward(&mixed)
    }
}

impl Projections {
    fn forward(&self, x: &Tensor, shape: &Shape) -> Result<(Tensor, Tensor, Tensor)> {
        match self {
            Self::Apart { query, key, value } => Ok((query.forward(x)?, key.forward(x)?, value.forward(x)?)),
            Self::Together(all) => {
                let all = all.forward(x)?;
                let (query, key) = (shape.heads * shape.head, shape.kv_heads * shape.head);
                let part = |start, len| all.narrow(D::Minus1, start, len);
                Ok((part(0, query)?, part(query, key)?, part(query + key, key)?))
            }
        }
    }
}

impl Inner {
    fn forward(&self, x: &Tensor) -> Result<Tensor> {
        let up = self.up.forward(x)?;
        let (gate, up) = match &self.gate {
            Some(gate) => (gate.forward(x)?, up),
            None => {
                let half = up.dim(D::Minus1)? / 2;
                (up.narrow(D::Minus1, 0, half)?, up.narrow(D::Minus1, half, half)?)
            }
        };
        let gate = match self.activation {
            Activation::Silu => ops::silu(&gate)?,
            Activation::Gelu => gate.gelu()?,
        };
        self.down.forward(&(gate * up)?)
    }
}

impl Linear {
    fn forward(&self, x: &Tensor) -> Result<Tensor> {
        let y = self.weight.forward(x)?;
        match &self.bias {
            Some(bias) => y.broadcast_add(bias),
            None => Ok(y),
        }
    }
}

fn normed(x: Tensor, norm: Option<&RmsNorm>) -> Result<Tensor> {
    match norm {
        Some(norm) => norm.forward(&x),
        None => Ok(x),
    }
}

/// The tensors of a file, by name.
struct Weights<'a> {
    file: &'a mut BufReader<File>,
    content: &'a Content,
    epsilon: f64,
}

impl Weights<'_> {
    fn has(&self, name: &str) -> bool {
        self.content.tensor_infos.contains_key(name)
    }

    fn tensor(&mut self, name: &str) -> Result<QTensor> {
        self.content.tensor(self.file, name, &Device::Cpu)
    }

    fn plain_if_there(&mut self, name: &str) -> Result<Option<Tensor>> {
        if self.has(name) { self.tensor(name)?.dequantize(&Device::Cpu).map(Some) } else { Ok(None) }
    }

    fn floats(&mut self, name: &str) -> Result<Option<Vec<f32>>> {
        self.plain_if_there(name)?.map(|tensor| tensor.flatten_all()?.to_vec1()).transpose()
    }

    fn linear(&mut self, name: &str) -> Result<Linear> {
        let weight = QMatMul::from_qtensor(self.tensor(&format!("{name}.weight"))?)?;
        Ok(Linear { weight, bias: self.plain_if_there(&format!("{name}.bias"))? })
    }

    fn norm(&mut self, name: &str) -> Result<RmsNorm> {
        RmsNorm::from_qtensor(self.tensor(&format!("{name}.weight"))?, self.epsilon)
    }

    fn norm_if_there(&mut self, name: &str) -> Result<Option<RmsNorm>> {
        if self.has(&format!("{name}.weight")) { self.norm(name).map(Some) } else { Ok(None) }
    }
}

#[cfg(test)]
#[path = "decoder_tests.rs"]
mod tests;
