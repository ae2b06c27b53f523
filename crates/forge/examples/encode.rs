//! How many texts an installed model reads in a second: the texts come in as a JSON list, the figure goes out as JSON.
//! `cargo xtask bench --encoders` holds it against ONNX Runtime over the same texts, on as many threads (`DATAPUNK_THREADS`).

#![allow(clippy::print_stdout, reason = "its figure goes to whoever started it")]

use std::io::stdin;
use std::time::Instant;

use domain::{Embedder, Failure, Reranker as _, Result};
use forge::{BertEmbedder, ModelRole, Registry, Reranker};

/// The best of so many runs: whatever else the machine does only ever slows one down.
const RUNS: usize = 5;

fn main() -> Result<()> {
    let id = std::env::args().nth(1).unwrap_or_default();
    let texts: Vec<String> = serde_json::from_reader(stdin()).map_err(Failure::internal)?;
    let (texts, n): (Vec<&str>, usize) = (texts.iter().map(String::as_str).collect(), texts.len());
    let registry = Registry::open()?;
    let read: Box<dyn Fn(usize) -> Result<()>> = if registry.ready(&id)?.0.role == ModelRole::Reranker {
        let reranker = Reranker::load(&registry, &id)?;
        // Each run asks another question, for scores are remembered.
        Box::new(move |run| reranker.score(&format!("what was said, and when ({run})?"), &texts).map(drop))
    } else {
        let embedder = BertEmbedder::load(&registry, &id)?;
        Box::new(move |_| embedder.embed(&texts, false).map(drop))
    };
    let mut best = 0.0_f64;
    for run in 0..RUNS {
        let begun = Instant::now();
        read(run)?;
        best = best.max(n as f64 / begun.elapsed().as_secs_f64());
    }
    println!("{}", serde_json::json!({ "texts_per_s": best }));
    Ok(())
}
