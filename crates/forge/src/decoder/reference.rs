//! Decoders as papers write them down: one number at a time, nothing kept, nothing clever. What the others are held against.

use std::path::Path;

use candle_core::Device;

use crate::gguf;

/// How a model computes, as a test says it and not as its file does.
#[derive(Clone)]
pub(super) struct Plan {
    pub(super) heads: usize,
    pub(super) kv_heads: usize,
    pub(super) head: usize,
    pub(super) turned: usize,
    pub(super) neighbours: bool,
    pub(super) base: f32,
    pub(super) local_base: Option<f32>,
    pub(super) stretch: f32,
    pub(super) magnitude: f32,
    pub(super) factors: Vec<f32>,
    pub(super) window: Option<usize>,
    /// Each last layer of so many sees everything.
    pub(super) open_each: Option<usize>,
    pub(super) gelu: bool,
    pub(super) scaled: bool,
}

impl Default for Plan {
    fn default() -> Self {
        Self {
            heads: 1,
            kv_heads: 1,
            head: 1,
            turned: 1,
            neighbours: false,
            base: 1.0,
            local_base: None,
            stretch: 1.0,
            magnitude: 1.0,
            factors: Vec::new(),
            window: None,
            open_each: None,
            gelu: false,
            scaled: false,
        }
    }
}

type Rows = Vec<Vec<f32>>;

/// The logits after the last of some tokens.
pub(super) fn logits(path: &Path, plan: &Plan, tokens: &[u32]) -> Vec<f32> {
    let (mut file, content) = gguf::open(path).unwrap();
    let mut tensor = |name: &str| -> Option<Rows> {
        content.tensor_infos.get(name)?;
        let tensor = content.tensor(&mut file, name, &Device::Cpu).unwrap().dequantize(&Device::Cpu).unwrap();
        Some(if tensor.rank() == 1 { vec![tensor.to_vec1().unwrap()] } else { tensor.to_vec2().unwrap() })
    };
    let embeddings = tensor("token_embd.weight").unwrap();
    let width = embeddings[0].len();
    let scale = if plan.scaled { (width as f32).sqrt() } else { 1.0 };
    let mut states: Rows = tokens.iter().map(|token| embeddings[*token as usize].iter().map(|x| x * scale).collect()).collect();
    let mut layer = 0;
    while let Some(down) = tensor(&format!("blk.{layer}.ffn_down.weight")) {
        let mut part = |name: &str| tensor(&format!("blk.{layer}.{name}"));
        let open = plan.open_each.is_some_and(|each| (layer + 1) % each == 0);
        let base = plan.local_base.filter(|_| !open).unwrap_or(plan.base);
        let (queries, keys) = (plan.heads * plan.head, plan.kv_heads * plan.head);
        let fused = part("attn_qkv.weight");
        let mut made = |name: &str, from: usize, to: usize| -> (Rows, Option<Vec<f32>>) {
            let rows = fused.as_ref().map_or_else(|| part(&format!("{name}.weight")).unwrap(), |all| all[from..to].to_vec());
            (rows, part(&format!("{name}.bias")).map(|bias| bias[0].clone()))
        };
        let query = made("attn_q", 0, queries);
        let key = made("attn_k", queries, queries + keys);
        let value = made("attn_v", queries + keys, queries + 2 * keys);
        let norm = part("attn_norm.weight").unwrap();
        let inputs: Rows = states.iter().map(|x| normed(x, &norm[0])).collect();
        let project = |(rows, bias): &(Rows, Option<Vec<f32>>)| -> Rows {
            inputs
                .iter()
                .map(|x| times(rows, x).iter().enumerate().map(|(n, y)| y + bias.as_ref().map_or(0.0, |bias| bias[n])).collect())
                .collect()
        };
        let (mut query, mut key, value) = (project(&query), project(&key), project(&value));
        for (rows, norm) in [(&mut query, part("attn_q_norm.weight")), (&mut key, part("attn_k_norm.weight"))] {
            for (position, row) in rows.iter_mut().enumerate() {
                for head in row.chunks_mut(plan.head) {
                    if let Some(norm) = &norm {
                        head.copy_from_slice(&normed(head, &norm[0]));
                    }
                    turn(head, position, base, plan, open || plan.local_base.is_none());
                }
            }
        }
        let out = part("attn_output.weight").unwrap();
        let after = part("post_attention_norm.weight");
        for (at, state) in states.iter_mut().enumerate() {
            let mut mixed = Vec::new();
            for head in 0..plan.heads {
                let shared = head / (plan.heads / plan.kv_heads) * plan.head;
                let own = &query[at][head * plan.head..][..plan.head];
                let first = plan.window.filter(|_| !open).map_or(0, |window| (at + 1).saturating_sub(window));
                let scores = (first..=at).map(|other| dot(own, &key[other][shared..][..plan.head]) / (plan.head as f32).sqrt());
                let scores: Vec<f32> = scores.collect();
                let most = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
                let sum: f32 = scores.iter().map(|score| (score - most).exp()).sum();
                for n in 0..plan.head {
                    let weighed = scores.iter().enumerate().map(|(k, score)| (score - most).exp() / sum * value[first + k][shared + n]);
                    mixed.push(weighed.sum());
                }
            }
            add(state, &times(&out, &mixed), after.as_ref());
        }
        let (norm, after) = (part("ffn_norm.weight").unwrap(), part("post_ffw_norm.weight"));
        let (gate, up) = (part("ffn_gate.weight"), part("ffn_up.weight").unwrap());
        let (gate, up) = match gate {
            Some(gate) => (gate, up),
            None => (up[..up.len() / 2].to_vec(), up[up.len() / 2..].to_vec()),
        };
        for state in &mut states {
            let x = normed(state, &norm[0]);
            let gated: Vec<f32> = times(&gate, &x).iter().zip(times(&up, &x)).map(|(gate, up)| activated(*gate, plan.gelu) * up).collect();
            add(state, &times(&down, &gated), after.as_ref());
        }
        layer += 1;
    }
    let norm = tensor("output_norm.weight").unwrap();
    let output = tensor("output.weight").unwrap_or(embeddings);
    times(&output, &normed(states.last().unwrap(), &norm[0]))
}

fn dot(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn times(rows: &Rows, x: &[f32]) -> Vec<f32> {
    rows.iter().map(|row| dot(row, x)).collect()
}

fn add(state: &mut [f32], what: &[f32], norm: Option<&Rows>) {
    let what = norm.map_or_else(|| what.to_vec(), |norm| normed(what, &norm[0]));
    state.iter_mut().zip(what).for_each(|(state, what)| *state += what);
}

fn normed(x: &[f32], weight: &[f32]) -> Vec<f32> {
    let size = (dot(x, x) / x.len() as f32 + 1e-6).sqrt();
    x.iter().zip(weight).map(|(x, weight)| x / size * weight).collect()
}

fn activated(x: f32, gelu: bool) -> f32 {
    if gelu { 0.5 * x * (1.0 + ((2.0 / std::f32::consts::PI).sqrt() * (x + 0.044_715 * x * x * x)).tanh()) } else { x / (1.0 + (-x).exp()) }
}

fn turn(head: &mut [f32], position: usize, base: f32, plan: &Plan, scaled: bool) {
    for pair in 0..plan.turned / 2 {
        let (a, b) = if plan.neighbours { (2 * pair, 2 * pair + 1) } else { (pair, pair + plan.turned / 2) };
        let slowed = if scaled { plan.factors.get(pair).copied().unwrap_or(1.0) * plan.stretch } else { 1.0 };
        let angle = position as f32 * base.powf(-2.0 * pair as f32 / plan.turned as f32) / slowed;
        let (cos, sin) = (angle.cos() * plan.magnitude, angle.sin() * plan.magnitude);
        (head[a], head[b]) = (head[a] * cos - head[b] * sin, head[a] * sin + head[b] * cos);
    }
}
