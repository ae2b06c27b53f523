//! The encoder in eight bits: linear layers as [`Linear`], all else in `f32`.
//!
//! Texts stand one after the other without padding, so the linear layers see one tall matrix and attention sees each text alone.

use candle_core::{Result, Tensor};
use candle_nn::VarBuilder;
use candle_transformers::models::bert::{Config, HiddenAct};
use pulp::x86::V3;

use super::Tokens;
use super::linear::{Linear, Rows};

/// The encoder's weights.
pub(super) struct QuantisedBert {
    simd: V3,
    dimensions: usize,
    heads: usize,
    words: Vec<f32>,
    positions: Vec<f32>,
    types: Vec<f32>,
    norm: Norm,
    layers: Vec<Layer>,
    activation: HiddenAct,
}

struct Layer {
    /// Queries, keys and values, side by side.
    attention: Linear,
    mixed: Linear,
    mixed_norm: Norm,
    inner: Linear,
    outer: Linear,
    outer_norm: Norm,
}

/// Brings a row to a mean of zero and a variance of one, then to a scale and an offset that were learnt.
struct Norm {
    scale: Vec<f32>,
    offset: Vec<f32>,
    epsilon: f32,
}

impl QuantisedBert {
    /// `None` where the processor lacks the instructions.
    pub(super) fn load(weights: &VarBuilder, config: &Config) -> Result<Option<Self>> {
        let Some(simd) = V3::try_new() else { return Ok(None) };
        // As candle's own model finds them.
        let prefixed = config.model_type.as_ref().map(|name| weights.pp(name));
        let body = match prefixed {
            Some(body) if !weights.contains_tensor("embeddings.word_embeddings.weight") => body,
            _ => weights.clone(),
        };
        let width = config.hidden_size;
        let table = |name: &str, rows: usize| body.pp("embeddings").pp(name).get((rows, width), "weight")?.flatten_all()?.to_vec1();
        let norm = |at: &VarBuilder| -> Result<Norm> {
            let at = at.pp("LayerNorm");
            let numbers = |name: &str| at.get(width, name)?.to_vec1();
            Ok(Norm { scale: numbers("weight")?, offset: numbers("bias")?, epsilon: config.layer_norm_eps as f32 })
        };
        let parts = |at: &VarBuilder, inputs: usize, outputs: usize| -> Result<(Tensor, Tensor)> {
            Ok((at.get((outputs, inputs), "weight")?, at.get(outputs, "bias")?))
        };
        let linear = |at: &VarBuilder, inputs: usize, outputs: usize| {
            let (weights, bias) = parts(at, inputs, outputs)?;
            Linear::new(&weights, &bias)
        };
        let layer = |n: usize| -> Result<Layer> {
            let at = body.pp("encoder.layer").pp(n);
            let side_by_side = ["query", "key", "value"].map(|name| parts(&at.pp("attention.self").pp(name), width, width));
            let [query, key, value] = side_by_side;
            let (query, key, value) = (query?, key?, value?);
            let weights = Tensor::cat(&[query.0, key.0, value.0], 0)?;
            let bias = Tensor::cat(&[query.1, key.1, value.1], 0)?;
            Ok(Layer {
                attention: Linear::new(&weights, &bias)?,
                mixed: linear(&at.pp("attention.output.dense"), width, width)?,
                mixed_norm: norm(&at.pp("attention.output"))?,
                inner: linear(&at.pp("intermediate.dense"), width, config.intermediate_size)?,
                outer: linear(&at.pp("output.dense"), config.intermediate_size, width)?,
                outer_norm: norm(&at.pp("output"))?,
            })
        };
        Ok(Some(Self {
            simd,
            dimensions: width,
            heads: config.num_attention_heads,
            words: table("word_embeddings", config.vocab_size)?,
            positions: table("position_embeddings", config.max_position_embeddings)?,
            types: table("token_type_embeddings", config.type_vocab_size)?,
            norm: norm(&body.pp("embeddings"))?,
            layers: (0..config.num_hidden_layers).map(layer).collect::<Result<_>>()?,
            activation: config.hidden_act,
        }))
    }

    /// A row of `dimensions` numbers for each token, the texts one after the other.
    pub(super) fn states(&self, texts: &[Tokens]) -> Result<Vec<f32>> {
        let mut states = self.embedded(texts)?;
        self.simd.vectorize(Forward { bert: self, texts, states: &mut states });
        Ok(states)
    }

    fn embedded(&self, texts: &[Tokens]) -> Result<Vec<f32>> {
        let width = self.dimensions;
        let mut states = Vec::with_capacity(texts.iter().map(|text| text.ids.len() * width).sum());
        for text in texts {
            for (position, (id, kind)) in text.ids.iter().zip(text.types).enumerate() {
                let row = |table: &[f32], at: usize| -> Option<std::ops::Range<usize>> {
                    let span = at * width..(at + 1) * width;
                    (span.end <= table.len()).then_some(span)
                };
                let rows = (row(&self.words, *id as usize), row(&self.positions, position), row(&self.types, *kind as usize));
                let (Some(word), Some(position), Some(kind)) = rows else {
                    candle_core::bail!("token {id} of kind {kind} at {position} is none that the model knows");
                };
                let sum = self.words[word].iter().zip(&self.positions[position]).zip(&self.types[kind]);
                states.extend(sum.map(|((word, position), kind)| word + position + kind));
            }
        }
        Ok(states)
    }
}

/// All layers, compiled for the processor's instructions.
struct Forward<'a> {
    bert: &'a QuantisedBert,
    texts: &'a [Tokens<'a>],
    states: &'a mut Vec<f32>,
}

impl pulp::NullaryFnOnce for Forward<'_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let Self { bert, texts, states } = self;
        let width = bert.dimensions;
        let (mut rows, mut side_by_side, mut attended, mut out) = (Rows::default(), Vec::new(), Vec::new(), Vec::new());
        let mut room = Room::default();
        bert.norm.apply(states);
        for layer in &bert.layers {
            rows.fill(states, width);
            layer.attention.forward(bert.simd, &rows, &mut side_by_side);
            attended.clear();
            attended.resize(states.len(), 0.0);
            let mut from = 0;
            for text in texts {
                let n = text.ids.len();
                let of = &side_by_side[from * 3 * width..(from + n) * 3 * width];
                attend(of, &mut attended[from * width..(from + n) * width], width, bert.heads, &mut room);
                from += n;
            }
            rows.fill(&attended, width);
            layer.mixed.forward(bert.simd, &rows, &mut out);
            add(states, &out);
            layer.mixed_norm.apply(states);
            rows.fill(states, width);
            layer.inner.forward(bert.simd, &rows, &mut out);
            activate(&mut out, bert.activation);
            rows.fill(&out, layer.inner.outputs());
            layer.outer.forward(bert.simd, &rows, &mut out);
            add(states, &out);
            layer.outer_norm.apply(states);
        }
    }
}

/// Room that attention uses again for each head.
#[derive(Default)]
struct Room {
    /// A head's keys, one number of all tokens after the other.
    keys: Vec<f32>,
    /// A head's values, token after token.
    values: Vec<f32>,
    weights: Vec<f32>,
}

/// Attention of one text: of each token a row of queries, keys and values comes in, a row of mixed values goes out.
#[inline(always)]
fn attend(rows: &[f32], out: &mut [f32], width: usize, heads: usize, room: &mut Room) {
    let (tokens, head_width) = (out.len() / width, width / heads);
    let scale = 1.0 / (head_width as f32).sqrt();
    for head in 0..heads {
        let at = head * head_width;
        room.keys.clear();
        room.keys.resize(head_width * tokens, 0.0);
        room.values.clear();
        for (token, row) in rows.chunks_exact(3 * width).enumerate() {
            for (n, key) in row[width + at..][..head_width].iter().enumerate() {
                room.keys[n * tokens + token] = *key;
            }
            room.values.extend_from_slice(&row[2 * width + at..][..head_width]);
        }
        for (row, out) in rows.chunks_exact(3 * width).zip(out.chunks_exact_mut(width)) {
            room.weights.clear();
            room.weights.resize(tokens, 0.0);
            let query = &row[at..][..head_width];
            let (fours, rest) = query.as_chunks::<4>();
            for (four, keys) in fours.iter().zip(room.keys.chunks_exact(4 * tokens)) {
                let (a, keys) = keys.split_at(tokens);
                let (b, keys) = keys.split_at(tokens);
                let (c, d) = keys.split_at(tokens);
                for ((((weight, a), b), c), d) in room.weights.iter_mut().zip(a).zip(b).zip(c).zip(d) {
                    *weight = a.mul_add(four[0], b.mul_add(four[1], c.mul_add(four[2], d.mul_add(four[3], *weight))));
                }
            }
            for (query, keys) in rest.iter().zip(room.keys[fours.len() * 4 * tokens..].chunks_exact(tokens)) {
                for (weight, key) in room.weights.iter_mut().zip(keys) {
                    *weight = key.mul_add(*query, *weight);
                }
            }
            softmax(&mut room.weights, scale);
            mix(&room.weights, &room.values, &mut out[at..][..head_width]);
        }
    }
}

/// The mean of the values by their weights.
#[inline(always)]
fn mix(weights: &[f32], values: &[f32], out: &mut [f32]) {
    const WIDE: usize = 32;
    let width = out.len();
    if let Ok(out) = <&mut [f32; WIDE]>::try_from(&mut *out) {
        // The usual width, in registers.
        let mut sums = [0.0_f32; WIDE];
        for (weight, value) in weights.iter().zip(values.as_chunks::<WIDE>().0) {
            for (sum, value) in sums.iter_mut().zip(value) {
                *sum = value.mul_add(*weight, *sum);
            }
        }
        *out = sums;
    } else {
        for (weight, value) in weights.iter().zip(values.chunks_exact(width)) {
            for (sum, value) in out.iter_mut().zip(value) {
                *sum = value.mul_add(*weight, *sum);
            }
        }
    }
}

#[inline(always)]
fn softmax(numbers: &mut [f32], scale: f32) {
    let mut most = f32::NEG_INFINITY;
    for number in numbers.iter() {
        most = if *number > most { *number } else { most };
    }
    for number in numbers.iter_mut() {
        *number = exp((*number - most) * scale);
    }
    let share = 1.0 / sum(numbers);
    for number in numbers {
        *number *= share;
    }
}

#[inline(always)]
fn add(to: &mut [f32], numbers: &[f32]) {
    for (to, number) in to.iter_mut().zip(numbers) {
        *to += number;
    }
}

impl Norm {
    #[inline(always)]
    fn apply(&self, numbers: &mut [f32]) {
        let width = self.scale.len();
        for row in numbers.chunks_exact_mut(width) {
            let mean = sum(row) / width as f32;
            for number in row.iter_mut() {
                *number -= mean;
            }
            let variance = sum_of_squares(row) / width as f32;
            let per = 1.0 / (variance + self.epsilon).sqrt();
            for ((number, scale), offset) in row.iter_mut().zip(&self.scale).zip(&self.offset) {
                *number = (*number * per).mul_add(*scale, *offset);
            }
        }
    }
}

/// A sum in eight parts, which the compiler may not make of one.
#[inline(always)]
fn sum(numbers: &[f32]) -> f32 {
    let (eights, rest) = numbers.as_chunks::<8>();
    let mut sums = [0.0_f32; 8];
    for eight in eights {
        for (sum, number) in sums.iter_mut().zip(eight) {
            *sum += number;
        }
    }
    let mut all = 0.0;
    for number in sums.iter().chain(rest) {
        all += number;
    }
    all
}

#[inline(always)]
fn sum_of_squares(numbers: &[f32]) -> f32 {
    let (eights, rest) = numbers.as_chunks::<8>();
    let mut sums = [0.0_f32; 8];
    for eight in eights {
        for (sum, number) in sums.iter_mut().zip(eight) {
            *sum = number.mul_add(*number, *sum);
        }
    }
    let mut all = 0.0;
    for sum in sums {
        all += sum;
    }
    for number in rest {
        all += number * number;
    }
    all
}

#[inline(always)]
fn activate(numbers: &mut [f32], by: HiddenAct) {
    match by {
        HiddenAct::Gelu => {
            for number in numbers {
                *number *= normal_share(*number);
            }
        }
        HiddenAct::GeluApproximate => {
            for number in numbers {
                let cubic = 0.044_715 * *number * *number;
                *number *= sigmoid(1.595_769 * cubic.mul_add(*number, *number));
            }
        }
        HiddenAct::Relu => {
            for number in numbers {
                *number = number.max(0.0);
            }
        }
    }
}

#[inline(always)]
fn sigmoid(number: f32) -> f32 {
    1.0 / (1.0 + exp(-number))
}

/// The share of a normal distribution that lies below a number, within 1e-6: Abramowitz and Stegun, 7.1.26.
#[inline(always)]
fn normal_share(number: f32) -> f32 {
    let x = number.abs() * std::f32::consts::FRAC_1_SQRT_2;
    let t = 1.0 / 0.327_591_1_f32.mul_add(x, 1.0);
    let terms = 1.061_405_4_f32.mul_add(t, -1.453_152).mul_add(t, 1.421_413_8).mul_add(t, -0.284_496_72).mul_add(t, 0.254_829_6);
    let above = 0.5 * terms * t * exp(-x * x);
    if number < 0.0 { above } else { 1.0 - above }
}

/// e to a power, within 2e-7 of it: a power of two times a polynomial, which compiles to vector instructions as `f32::exp` does not.
#[inline(always)]
fn exp(power: f32) -> f32 {
    let power = if power < -87.0 { -87.0 } else { power };
    let power = if power > 88.0 { 88.0 } else { power };
    // A number so large that nothing behind the point is left beside it: the whole part ends up in its lowest bits, moved up by
    // what an exponent of zero is written as.
    const ROUND: f32 = 12_582_912.0 + 127.0;
    let rounded = power.mul_add(std::f32::consts::LOG2_E, ROUND);
    let twos = rounded - ROUND;
    let rest = twos.mul_add(2.121_944_4e-4, twos.mul_add(-0.693_359_4, power));
    let series = (1.0_f32 / 720.0).mul_add(rest, 1.0 / 120.0).mul_add(rest, 1.0 / 24.0).mul_add(rest, 1.0 / 6.0).mul_add(rest, 0.5);
    let series = series.mul_add(rest, 1.0).mul_add(rest, 1.0);
    f32::from_bits(rounded.to_bits() << 23) * series
}
