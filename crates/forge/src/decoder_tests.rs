use std::path::Path;

use super::reference::{Plan, logits};
use super::*;
use crate::gguf;
use candle_core::quantized::gguf_file::{self, Value};
use candle_core::quantized::{GgmlDType, QTensor};
use candle_transformers::models::{quantized_gemma3, quantized_llama, quantized_phi3, quantized_qwen2, quantized_qwen3};

const WIDTH: usize = 64;
const INNER: usize = 96;
const WORDS: usize = 50;
const CONTEXT: u32 = 64;

/// A model with random weights, 4 query heads over 2; what it has beside what all have.
struct Tiny {
    architecture: &'static str,
    blocks: usize,
    head: usize,
    dtype: GgmlDType,
    biases: bool,
    head_norms: bool,
    /// The mean of the weights of the norms after each half of a layer.
    post_norms: Option<[f32; 2]>,
    fused: bool,
    factors: Option<(&'static str, Vec<f32>)>,
    said: Vec<(&'static str, Value)>,
}

impl Tiny {
    fn new(architecture: &'static str) -> Self {
        Self {
            architecture,
            blocks: 2,
            head: 16,
            dtype: GgmlDType::Q8_0,
            biases: false,
            head_norms: false,
            post_norms: None,
            fused: false,
            factors: None,
            said: vec![("rope.freq_base", Value::F32(10_000.0))],
        }
    }

    fn qwen2() -> Self {
        Self { biases: true, ..Self::new("qwen2") }
    }

    fn qwen3() -> Self {
        let mut tiny = Self { head: 32, head_norms: true, ..Self::new("qwen3") };
        tiny.said.push(("attention.key_length", Value::U32(32)));
        tiny
    }

    fn llama() -> Self {
        let mut tiny = Self::new("llama");
        tiny.said.push(("rope.dimension_count", Value::U32(16)));
        tiny
    }

    fn gemma3(window: u32) -> Self {
        let mut tiny = Self { blocks: 6, head: 32, head_norms: true, post_norms: Some([1.0; 2]), ..Self::new("gemma3") };
        tiny.said = vec![
            ("rope.freq_base", Value::F32(1_000_000.0)),
            ("attention.key_length", Value::U32(32)),
            ("attention.value_length", Value::U32(32)),
            ("attention.sliding_window", Value::U32(window)),
        ];
        tiny
    }

    fn phi3() -> Self {
        let mut tiny = Self { fused: true, ..Self::new("phi3") };
        tiny.said.push(("rope.dimension_count", Value::U32(16)));
        tiny.said.push(("feed_forward_length", Value::U32(INNER as u32)));
        tiny
    }

    fn say(mut self, key: &'static str, value: Value) -> Self {
        self.said.retain(|(known, _)| *known != key);
        self.said.push((key, value));
        self
    }

    fn write(&self, path: &Path) {
        let matrix = |rows: usize, columns: usize| {
            QTensor::quantize(&Tensor::randn(0_f32, 0.2, (rows, columns), &Device::Cpu).unwrap(), self.dtype).unwrap()
        };
        let line = |n: usize, mean: f32, spread: f32| {
            QTensor::quantize(&Tensor::randn(mean, spread, n, &Device::Cpu).unwrap(), GgmlDType::F32).unwrap()
        };
        let (queries, keys) = (4 * self.head, 2 * self.head);
        let mut tensors =
            vec![("token_embd.weight".to_owned(), matrix(WORDS, WIDTH)), ("output_norm.weight".to_owned(), line(WIDTH, 1.0, 0.1))];
        if self.fused {
            tensors.push(("output.weight".to_owned(), matrix(WORDS, WIDTH)));
        }
        for n in 0..self.blocks {
            let mut add = |name: &str, tensor| tensors.push((format!("blk.{n}.{name}"), tensor));
            if self.fused {
                add("attn_qkv.weight", matrix(queries + 2 * keys, WIDTH));
                add("ffn_up.weight", matrix(2 * INNER, WIDTH));
            } else {
                for (name, out) in [("attn_q", queries), ("attn_k", keys), ("attn_v", keys)] {
                    add(&format!("{name}.weight"), matrix(out, WIDTH));
                    if self.biases {
                        add(&format!("{name}.bias"), line(out, 0.0, 0.1));
                    }
                }
                add("ffn_gate.weight", matrix(INNER, WIDTH));
                add("ffn_up.weight", matrix(INNER, WIDTH));
            }
            if self.head_norms {
                add("attn_q_norm.weight", line(self.head, 1.0, 0.1));
                add("attn_k_norm.weight", line(self.head, 1.0, 0.1));
            }
            if let Some([attended, inner]) = self.post_norms {
                add("post_attention_norm.weight", line(WIDTH, attended, 0.1 * attended));
                add("post_ffw_norm.weight", line(WIDTH, inner, 0.1 * inner));
            }
            add("attn_output.weight", matrix(WIDTH, queries));
            add("attn_norm.weight", line(WIDTH, 1.0, 0.1));
            add("ffn_norm.weight", line(WIDTH, 1.0, 0.1));
            add("ffn_down.weight", matrix(WIDTH, INNER));
        }
        if let Some((name, factors)) = &self.factors {
            let factors = Tensor::new(factors.as_slice(), &Device::Cpu).unwrap();
            tensors.push(((*name).to_owned(), QTensor::quantize(&factors, GgmlDType::F32).unwrap()));
        }
        let all = [
            ("attention.head_count", Value::U32(4)),
            ("attention.head_count_kv", Value::U32(2)),
            ("embedding_length", Value::U32(WIDTH as u32)),
            ("context_length", Value::U32(CONTEXT)),
            ("block_count", Value::U32(self.blocks as u32)),
            ("attention.layer_norm_rms_epsilon", Value::F32(1e-6)),
        ];
        let own = all.iter().chain(&self.said).map(|(key, value)| (format!("{}.{key}", self.architecture), value));
        let general = [("general.architecture", Value::String(self.architecture.into())), ("general.dtype", Value::U32(0))]
            .map(|(key, value)| (key.to_owned(), value));
        let metadata: Vec<(String, &Value)> = general.iter().map(|(key, value)| (key.clone(), value)).chain(own).collect();
        let metadata: Vec<(&str, &Value)> = metadata.iter().map(|(key, value)| (key.as_str(), *value)).collect();
        let tensors: Vec<(&str, &QTensor)> = tensors.iter().map(|(name, tensor)| (name.as_str(), tensor)).collect();
        gguf_file::write(&mut File::create(path).unwrap(), &metadata, &tensors).unwrap();
    }
}

/// The file of a model, gone when it is dropped, and the model.
fn loaded(tiny: &Tiny) -> (tempfile::TempDir, std::path::PathBuf, Decoder) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tiny.gguf");
    tiny.write(&path);
    let model = open(&path, 1000).unwrap();
    (folder, path, model)
}

fn open(path: &Path, context: usize) -> Result<Decoder> {
    let (mut file, content) = gguf::open(path).unwrap();
    Decoder::load(&mut file, &content, context)
}

fn tokens(n: u32) -> Vec<u32> {
    (0..n).map(|n| n * 7 % WORDS as u32).collect()
}

fn apart(a: &[f32], b: &[f32]) -> f32 {
    assert_eq!(a.len(), b.len());
    a.iter().zip(b).map(|(x, y)| (x - y).abs()).fold(0.0, f32::max)
}

/// That a model computes `wanted` of these tokens: whole, step by step, and in a fork beside which another went on.
fn computes(model: &Decoder, tokens: &[u32], wanted: &[f32]) {
    let whole = model.read(&mut model.begin(), tokens).unwrap();
    assert!(apart(&whole, wanted) < 1e-3, "whole: {}", apart(&whole, wanted));
    let mut conversation = model.begin();
    let mut stepwise = Vec::new();
    for step in [&tokens[..7], &tokens[7..8], &tokens[8..17], &tokens[17..]] {
        stepwise = model.read(&mut conversation, step).unwrap();
    }
    assert!(apart(&stepwise, wanted) < 1e-3, "stepwise: {}", apart(&stepwise, wanted));
    let mut begun = model.begin();
    model.read(&mut begun, &tokens[..7]).unwrap();
    model.read(&mut model.fork(&begun).unwrap(), &[3, 1, 4, 1, 5]).unwrap();
    let mut forked = model.fork(&begun).unwrap();
    let one_by_one = tokens[7..].iter().map(|token| model.read(&mut forked, &[*token]).unwrap()).last().unwrap();
    assert!(apart(&one_by_one, wanted) < 1e-3, "what another fork read is not in its mind: {}", apart(&one_by_one, wanted));
}

/// What candle's own implementation computes.
macro_rules! candles {
    ($path:expr, $tokens:expr, |$content:ident, $file:ident| $load:expr) => {{
        let (mut file, $content) = gguf::open($path).unwrap();
        let $file = &mut file;
        let mut reference = $load.unwrap();
        let input = Tensor::new($tokens, &Device::Cpu).unwrap().unsqueeze(0).unwrap();
        reference.forward(&input, 0).unwrap().flatten_all().unwrap().to_vec1::<f32>().unwrap()
    }};
}

#[test]
fn qwen2_is_as_candle_has_it() {
    let (_folder, path, model) = loaded(&Tiny::qwen2());
    assert_eq!(model.context(), CONTEXT as usize, "never more than the model knows");
    let tokens = tokens(20);
    let wanted = candles!(&path, &tokens[..], |content, file| quantized_qwen2::ModelWeights::from_gguf(content, file, &Device::Cpu));
    computes(&model, &tokens, &wanted);
}

#[test]
fn qwen3_is_as_candle_has_it() {
    let (_folder, path, model) = loaded(&Tiny { dtype: GgmlDType::F32, ..Tiny::qwen3() });
    let tokens = tokens(20);
    let wanted = candles!(&path, &tokens[..], |content, file| quantized_qwen3::ModelWeights::from_gguf(content, file, &Device::Cpu));
    computes(&model, &tokens, &wanted);
}

#[test]
fn llama_is_as_candle_has_it() {
    let (_folder, path, model) = loaded(&Tiny { dtype: GgmlDType::F32, ..Tiny::llama() });
    let tokens = tokens(20);
    let wanted = candles!(&path, &tokens[..], |content, file| quantized_llama::ModelWeights::from_gguf(content, file, &Device::Cpu));
    computes(&model, &tokens, &wanted);
}

#[test]
fn phi3_is_as_candle_has_it() {
    let (_folder, path, model) = loaded(&Tiny { dtype: GgmlDType::F32, ..Tiny::phi3() });
    let tokens = tokens(20);
    let wanted = candles!(&path, &tokens[..], |content, file| quantized_phi3::ModelWeights::from_gguf(false, content, file, &Device::Cpu));
    computes(&model, &tokens, &wanted);
}

/// candle takes another activation, so that the attention alone can be compared: what the inner networks say is made nothing.
#[test]
fn the_attention_of_gemma3_is_as_candle_has_it() {
    let (_folder, path, model) = loaded(&Tiny { dtype: GgmlDType::F32, post_norms: Some([1.0, 0.0]), ..Tiny::gemma3(40) });
    let tokens = tokens(20);
    let wanted = candles!(&path, &tokens[..], |content, file| quantized_gemma3::ModelWeights::from_gguf(content, file, &Device::Cpu));
    computes(&model, &tokens, &wanted);
}

#[test]
fn every_family_is_as_it_is_written_down() {
    let exact = |tiny: Tiny| Tiny { dtype: GgmlDType::F32, ..tiny };
    let plan = Plan { heads: 4, kv_heads: 2, head: 16, turned: 16, base: 10_000.0, ..Plan::default() };
    let slow: Vec<f32> = (0..8).map(|n| 1.0 + n as f32).collect();
    let cases = [
        (exact(Tiny::qwen2()), plan.clone()),
        (exact(Tiny::qwen3()), Plan { head: 32, turned: 32, ..plan.clone() }),
        (exact(Tiny::llama()), Plan { neighbours: true, ..plan.clone() }),
        (
            Tiny { factors: Some(("rope_freqs.weight", slow.clone())), ..exact(Tiny::llama()) },
            Plan { neighbours: true, factors: slow.clone(), ..plan.clone() },
        ),
        (
            exact(Tiny::llama()).say("rope.scaling.type", Value::String("linear".into())).say("rope.scaling.factor", Value::F32(4.0)),
            Plan { neighbours: true, stretch: 4.0, ..plan.clone() },
        ),
        (exact(Tiny::phi3()).say("attention.sliding_window", Value::U32(6)), Plan { window: Some(6), ..plan.clone() }),
        (
            Tiny { factors: Some(("rope_factors_short.weight", slow[..6].to_vec())), ..exact(Tiny::phi3()) }
                .say("rope.dimension_count", Value::U32(12))
                .say("rope.scaling.attn_factor", Value::F32(1.2))
                .say("rope.scaling.original_context_length", Value::U32(32)),
            Plan { turned: 12, factors: slow[..6].to_vec(), magnitude: 1.2, ..plan.clone() },
        ),
        (
            exact(Tiny::gemma3(6)),
            Plan {
                head: 32,
                turned: 32,
                base: 1_000_000.0,
                local_base: Some(10_000.0),
                window: Some(6),
                open_each: Some(6),
                gelu: true,
                scaled: true,
                ..plan
            },
        ),
    ];
    let tokens = tokens(30);
    for (tiny, plan) in cases {
        let (_folder, path, model) = loaded(&tiny);
        computes(&model, &tokens, &logits(&path, &plan, &tokens));
        assert!(tiny.factors.is_none_or(|(name, _)| model.context() == if name == "rope_freqs.weight" { 64 } else { 32 }));
    }
}

#[test]
fn what_does_not_fit_is_an_error_and_no_panic() {
    let (_folder, path, _) = loaded(&Tiny::qwen2());
    let model = open(&path, 8).unwrap();
    assert!(model.read(&mut model.begin(), &[1; 9]).is_err());
    assert!(model.read(&mut model.begin(), &[50]).is_err());
    assert!(model.read(&mut model.begin(), &[]).is_err());
}

#[test]
fn what_is_not_understood_is_refused_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tiny.gguf");
    let refused = |tiny: Tiny| {
        tiny.write(&path);
        open(&path, 64).err().unwrap().to_string()
    };
    let unknown = refused(Tiny::new("mamba"));
    assert!(unknown.contains("mamba") && unknown.contains("qwen2, qwen3, llama, gemma3, phi3"), "{unknown}");
    assert!(refused(Tiny::llama().say("expert_count", Value::U32(8))).contains("mixture of experts"));
    assert!(refused(Tiny::qwen2().say("rope.scaling.type", Value::String("yarn".into()))).contains("YaRN"));
    for (key, value) in [
        ("attention.head_count", 0),
        ("attention.head_count_kv", 3),
        ("attention.head_count_kv", 0),
        ("rope.dimension_count", 18),
        ("rope.dimension_count", 0),
        ("attention.value_length", 8),
        ("embedding_length", 32),
        ("block_count", u32::MAX),
        ("block_count", 3),
    ] {
        assert!(!refused(Tiny::llama().say(key, Value::U32(value))).is_empty(), "{key} {value}");
    }
}
