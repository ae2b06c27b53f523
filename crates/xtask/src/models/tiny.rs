//! A language model of random weights and a hundred kilobytes, which tests take for one of the owner's own: it reads and
//! writes single bytes, and what it says is nonsense.
//!
//! Written out by hand, so that what reads GGUF files is tried with one that it did not write.

use std::fs;
use std::path::Path;

use super::Result;

const WIDTH: usize = 32;
const HEADS: usize = 2;
const INNER: usize = 64;
const MARKS: [&str; 2] = ["<|im_start|>", "<|im_end|>"];
const ALIGNMENT: usize = 32;

/// A value of a GGUF file.
enum Said {
    Count(u32),
    Number(f32),
    Text(String),
    Texts(Vec<String>),
    Counts(Vec<u32>),
}

/// Writes it, of this architecture; only `llama` and what has the same tensors makes sense.
pub fn write(path: &Path, architecture: &str) -> Result<()> {
    let pieces: Vec<String> = letters().chain(MARKS.map(str::to_owned)).collect();
    let words = pieces.len();
    let kinds = (0..words).map(|id| if id < words - MARKS.len() { 1 } else { 3 }).collect();
    let own = |key: &str| format!("{architecture}.{key}");
    let said = [
        ("general.architecture".to_owned(), Said::Text(architecture.to_owned())),
        ("general.name".to_owned(), Said::Text("Tiny".to_owned())),
        ("general.license".to_owned(), Said::Text("CC0-1.0".to_owned())),
        (own("context_length"), Said::Count(8192)),
        (own("embedding_length"), Said::Count(WIDTH as u32)),
        (own("block_count"), Said::Count(1)),
        (own("attention.head_count"), Said::Count(HEADS as u32)),
        (own("attention.layer_norm_rms_epsilon"), Said::Number(1e-5)),
        ("tokenizer.ggml.model".to_owned(), Said::Text("gpt2".to_owned())),
        ("tokenizer.ggml.pre".to_owned(), Said::Text("smollm".to_owned())),
        ("tokenizer.ggml.tokens".to_owned(), Said::Texts(pieces)),
        ("tokenizer.ggml.token_type".to_owned(), Said::Counts(kinds)),
        ("tokenizer.ggml.merges".to_owned(), Said::Texts(vec!["e r".to_owned()])),
        ("tokenizer.ggml.eos_token_id".to_owned(), Said::Count(words as u32 - 1)),
    ];
    let tensors = [
        ("token_embd.weight", vec![WIDTH, words]),
        ("output_norm.weight", vec![WIDTH]),
        ("blk.0.attn_norm.weight", vec![WIDTH]),
        ("blk.0.attn_q.weight", vec![WIDTH, WIDTH]),
        ("blk.0.attn_k.weight", vec![WIDTH, WIDTH]),
        ("blk.0.attn_v.weight", vec![WIDTH, WIDTH]),
        ("blk.0.attn_output.weight", vec![WIDTH, WIDTH]),
        ("blk.0.ffn_norm.weight", vec![WIDTH]),
        ("blk.0.ffn_gate.weight", vec![WIDTH, INNER]),
        ("blk.0.ffn_up.weight", vec![WIDTH, INNER]),
        ("blk.0.ffn_down.weight", vec![INNER, WIDTH]),
    ];
    let mut file = b"GGUF".to_vec();
    number(&mut file, 3);
    long(&mut file, tensors.len());
    long(&mut file, said.len());
    for (key, value) in &said {
        text(&mut file, key);
        value.write(&mut file);
    }
    let (mut weights, mut state) = (Vec::new(), 1_u64);
    for (name, sides) in &tensors {
        text(&mut file, name);
        number(&mut file, sides.len() as u32);
        sides.iter().for_each(|side| long(&mut file, *side));
        // Single-precision floats.
        number(&mut file, 0);
        long(&mut file, weights.len());
        for _ in 0..sides.iter().product() {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let random = (state >> 40) as f32 / (1 << 24) as f32 - 0.5;
            weights.extend((if sides.len() == 1 { 1.0 } else { random }).to_le_bytes());
        }
        weights.resize(weights.len().next_multiple_of(ALIGNMENT), 0);
    }
    file.resize(file.len().next_multiple_of(ALIGNMENT), 0);
    file.extend(weights);
    Ok(fs::write(path, file)?)
}

impl Said {
    fn write(&self, file: &mut Vec<u8>) {
        match self {
            Self::Count(n) => {
                number(file, 4);
                number(file, *n);
            }
            Self::Number(n) => {
                number(file, 6);
                file.extend(n.to_le_bytes());
            }
            Self::Text(said) => {
                number(file, 8);
                text(file, said);
            }
            Self::Texts(all) => {
                number(file, 9);
                number(file, 8);
                long(file, all.len());
                all.iter().for_each(|said| text(file, said));
            }
            Self::Counts(all) => {
                number(file, 9);
                number(file, 4);
                long(file, all.len());
                all.iter().for_each(|n| number(file, *n));
            }
        }
    }
}

/// Byte-level vocabularies write each byte as a letter that can be seen.
fn letters() -> impl Iterator<Item = String> {
    let seen = |byte: &u8| matches!(byte, 0x21..=0x7e | 0xa1..=0xac | 0xae..=0xff);
    let shown = (0..=u8::MAX).filter(seen).map(char::from);
    let hidden = (0..=u8::MAX).filter(move |byte| !seen(byte)).zip(0x100..).filter_map(|(_, code)| char::from_u32(code));
    shown.chain(hidden).map(String::from).chain(["er".to_owned()])
}

fn number(file: &mut Vec<u8>, n: u32) {
    file.extend(n.to_le_bytes());
}

fn long(file: &mut Vec<u8>, n: usize) {
    file.extend((n as u64).to_le_bytes());
}

fn text(file: &mut Vec<u8>, text: &str) {
    long(file, text.len());
    file.extend(text.as_bytes());
}
