//! The Qwen2 architecture over quantised weights.
//!
//! candle ships one as well; this one differs in what a desktop needs: the token embeddings stay quantised and are looked up
//! row by row (candle's takes 0.9 GB more for a model of 1.5 billion weights), the state of a conversation belongs to the
//! conversation and not to the model, grows in place, and no mask outlives its step.

use std::fs::File;
use std::io::BufReader;
use std::path::Path;
use std::sync::Arc;

use candle_core::quantized::gguf_file::{Content, Value};
use candle_core::quantized::{QMatMul, QStorage, QTensor};
use candle_core::{DType, Device, Result, Tensor};
use candle_nn::kv_cache::KvCache;
use candle_nn::{Module, ops, rotary_emb};
use candle_transformers::quantized_nn::RmsNorm;

use crate::gguf;

const ARCHITECTURE: &str = "qwen2";
/// The caches' first size, in tokens; they grow by as much.
const CACHE_STEP: usize = 512;

/// The weights; shared by all conversations.
pub(crate) struct Qwen2 {
    embeddings: Arc<QTensor>,
    layers: Vec<Layer>,
    norm: RmsNorm,
    output: QMatMul,
    cos: Tensor,
    sin: Tensor,
    shape: Shape,
}

/// What a conversation has been through: keys and values of each layer.
pub(crate) struct Conversation {
    layers: Vec<KvCache>,
    position: usize,
}

#[derive(Debug, Clone, Copy)]
struct Shape {
    heads: usize,
    kv_heads: usize,
    head: usize,
    context: usize,
}

struct Layer {
    attention_norm: RmsNorm,
    query: Biased,
    key: Biased,
    value: Biased,
    attended: QMatMul,
    mlp_norm: RmsNorm,
    gate: QMatMul,
    up: QMatMul,
    down: QMatMul,
}

struct Biased {
    weight: QMatMul,
    bias: Tensor,
}

impl Qwen2 {
    /// Loads the weights of an opened file. At most `context` tokens can be kept in mind, and never more than the model knows.
    pub(crate) fn load(file: &mut BufReader<File>, content: &Content, context: usize) -> Result<Self> {
        let architecture = content.metadata.get("general.architecture").map(Value::to_string).transpose()?;
        if architecture.map(String::as_str) != Some(ARCHITECTURE) {
            candle_core::bail!("its architecture is {architecture:?}, only {ARCHITECTURE} is supported");
        }
        let value = |key: &str| {
            let key = format!("{ARCHITECTURE}.{key}");
            content.metadata.get(&key).ok_or_else(|| candle_core::Error::Msg(format!("it does not say {key}")))
        };
        let count = |key: &str| value(key).and_then(Value::to_u32).map(|n| n as usize);
        let heads = count("attention.head_count")?;
        let kv_heads = count("attention.head_count_kv")?;
        let width = count("embedding_length")?;
        if heads == 0 || kv_heads == 0 || heads % kv_heads != 0 || width % heads != 0 {
            candle_core::bail!("{heads} heads over {kv_heads} do not divide {width}");
        }
        let shape = Shape { heads, kv_heads, head: width / heads, context: context.min(count("context_length")?) };
        let epsilon = f64::from(value("attention.layer_norm_rms_epsilon")?.to_f32()?);
        let base = value("rope.freq_base").and_then(Value::to_f32).unwrap_or(10_000.0);

        let mut tensor = |name: &str| content.tensor(file, name, &Device::Cpu);
        let embeddings = Arc::new(tensor("token_embd.weight")?);
        // Small models use the embeddings for the output as well.
        let output =
            if content.tensor_infos.contains_key("output.weight") { Arc::new(tensor("output.weight")?) } else { Arc::clone(&embeddings) };
        let norm = RmsNorm::from_qtensor(tensor("output_norm.weight")?, epsilon)?;
        let layers = (0..count("block_count")?)
            .map(|n| {
                let mut part = |name: &str| tensor(&format!("blk.{n}.{name}"));
                let mut biased = |name: &str| {
                    let weight = QMatMul::from_qtensor(part(&format!("{name}.weight"))?)?;
                    Ok::<_, candle_core::Error>(Biased { weight, bias: part(&format!("{name}.bias"))?.dequantize(&Device::Cpu)? })
                };
                let (query, key, value) = (biased("attn_q")?, biased("attn_k")?, biased("attn_v")?);
                Ok(Layer {
                    attention_norm: RmsNorm::from_qtensor(part("attn_norm.weight")?, epsilon)?,
                    query,
                    key,
                    value,
                    attended: QMatMul::from_qtensor(part("attn_output.weight")?)?,
                    mlp_norm: RmsNorm::from_qtensor(part("ffn_norm.weight")?, epsilon)?,
                    gate: QMatMul::from_qtensor(part("ffn_gate.weight")?)?,
                    up: QMatMul::from_qtensor(part("ffn_up.weight")?)?,
                    down: QMatMul::from_qtensor(part("ffn_down.weight")?)?,
                })
            })
            .collect::<Result<Vec<_>>>()?;
        let (cos, sin) = rotations(shape, base)?;
        Ok(Self { embeddings, layers, norm, output: QMatMul::from_arc(output)?, cos, sin, shape })
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
        let cos = self.cos.narrow(0, start, n)?;
        let sin = self.sin.narrow(0, start, n)?;
        let mask = if n > 1 { Some(self.mask(start, n)?) } else { None };
        let mut x = self.embed(tokens)?;
        for (layer, cache) in self.layers.iter().zip(&mut conversation.layers) {
            let attended = layer.attend(&layer.attention_norm.forward(&x)?, self.shape, (&cos, &sin), mask.as_ref(), cache)?;
            x = (x + attended)?;
            let inner = layer.mlp_norm.forward(&x)?;
            let gated = (ops::silu(&layer.gate.forward(&inner)?)? * layer.up.forward(&inner)?)?;
            x = (x + layer.down.forward(&gated)?)?;
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
        rows.dequantize(&Device::Cpu)?.unsqueeze(0)
    }

    /// Hides from each new token what comes after it. One row a query head of a group and a token.
    fn mask(&self, start: usize, n: usize) -> Result<Tensor> {
        let group = self.shape.heads / self.shape.kv_heads;
        let width = start + n;
        let rows = (0..group * n).flat_map(|row| {
            let seen = start + row % n;
            (0..width).map(move |key| if key <= seen { 0.0 } else { f32::NEG_INFINITY })
        });
        Tensor::from_iter(rows, &Device::Cpu)?.reshape((group * n, width))
    }
}

impl Layer {
    fn attend(&self, x: &Tensor, shape: Shape, turn: (&Tensor, &Tensor), mask: Option<&Tensor>, cache: &mut KvCache) -> Result<Tensor> {
        let (_, n, _) = x.dims3()?;
        let Shape { heads, kv_heads, head, .. } = shape;
        let split = |y: Tensor, heads: usize| y.reshape((1, n, heads, head))?.transpose(1, 2)?.contiguous();
        let query = rotary_emb::rope(&split(self.query.forward(x)?, heads)?, turn.0, turn.1)?;
        let key = rotary_emb::rope(&split(self.key.forward(x)?, kv_heads)?, turn.0, turn.1)?;
        let value = split(self.value.forward(x)?, kv_heads)?;
        let (keys, values) = cache.append(&key, &value)?;

        // Query heads of one group share keys and values: they are laid one below the other instead of copying those.
        let group = heads / kv_heads;
        let query = (query.reshape((1, kv_heads, group * n, head))? * (1.0 / (head as f64).sqrt()))?;
        let scores = query.matmul(&keys.transpose(2, 3)?)?;
        let scores = match mask {
            Some(mask) => scores.broadcast_add(mask)?,
            None => scores,
        };
        let mixed = ops::softmax_last_dim(&scores)?.matmul(&values.contiguous()?)?;
        let mixed = mixed.reshape((1, heads, n, head))?.transpose(1, 2)?.reshape((1, n, heads * head))?;
        self.attended.forward(&mixed)
    }
}

impl Biased {
    fn forward(&self, x: &Tensor) -> Result<Tensor> {
        self.weight.forward(x)?.broadcast_add(&self.bias)
    }
}

/// The cosines and sines by which positions turn heads.
fn rotations(shape: Shape, base: f32) -> Result<(Tensor, Tensor)> {
    let speeds: Vec<f32> = (0..shape.head).step_by(2).map(|i| base.powf(-(i as f32) / shape.head as f32)).collect();
    let speeds = Tensor::from_vec(speeds, (1, shape.head / 2), &Device::Cpu)?;
    let positions = Tensor::arange(0, shape.context as u32, &Device::Cpu)?.to_dtype(DType::F32)?.reshape((shape.context, 1))?;
    let angles = positions.matmul(&speeds)?;
    Ok((angles.cos()?, angles.sin()?))
}

/// Opens a file and loads its weights.
pub(crate) fn open(path: &Path, context: usize) -> domain::Result<(Qwen2, Content)> {
    let (mut file, content) = gguf::open(path)?;
    let model = Qwen2::load(&mut file, &content, context).map_err(|error| crate::weights::damaged(path, &error))?;
    Ok((model, content))
}

#[cfg(test)]
#[path = "qwen2_tests.rs"]
mod tests;
