//! Distillation: every word piece through the transformer once, alone, and the result made narrower.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc;

use domain::{Cancel, Failure, Progress, Result};
use rayon::prelude::*;

use super::principal_axes::PrincipalAxes;
use crate::bert::{BertEmbedder, For, Tokens, pool};
use crate::manifest::Pooling;
use crate::threads;

/// Pieces that go through the model together.
const BATCH: usize = 192;

/// One row of `dimensions` numbers for each piece of the embedder's vocabulary, by piece id, one after the other. A piece's
/// vector is the mean of the states of its opening token, of itself and of its closing token, seen along the principal
/// axes of all pieces.
///
/// # Errors
/// [`domain::Code::Cancelled`]; [`domain::Code::Internal`] when the model fails.
pub fn distil(embedder: &BertEmbedder, dimensions: usize, on: &mut dyn FnMut(&Progress), cancel: &Cancel) -> Result<Vec<f32>> {
    let encoder = embedder.encoder();
    let tokenizer = encoder.tokenizer();
    let edge = |tokens: [&str; 2]| {
        let found = tokens.iter().find_map(|token| tokenizer.token_to_id(token));
        found.ok_or_else(|| Failure::internal(format!("the vocabulary has neither {} nor {}", tokens[0], tokens[1])))
    };
    let (open, close) = (edge(["[CLS]", "<s>"])?, edge(["[SEP]", "</s>"])?);
    let n = u32::try_from(tokenizer.get_vocab_size(false)).map_err(Failure::internal)?;
    // Reserved pieces never occur in a text, and would only pull the axes towards themselves.
    let reserved: Vec<bool> = (0..n).map(|id| tokenizer.id_to_token(id).is_none_or(|piece| is_reserved(&piece))).collect();

    let texts: Vec<[u32; 3]> = (0..n).map(|id| [open, id, close]).collect();
    let done = AtomicU64::new(0);
    let run = |batch: &[[u32; 3]]| -> Result<Vec<f32>> {
        cancel.check()?;
        let texts: Vec<Tokens> = batch.iter().map(|ids| Tokens { ids, types: &[0; 3] }).collect();
        let states = encoder.states(&texts).map_err(|error| Failure::internal(format!("the encoder failed: {error}")))?;
        done.fetch_add(batch.len() as u64, Ordering::Relaxed);
        Ok(states.chunks_exact(3 * encoder.dimensions()).flat_map(|text| pool(text, encoder.dimensions(), Pooling::Mean)).collect())
    };
    let workers = threads::pool(For::Later)?;
    let states: Vec<f32> = report_while(
        || workers.install(|| texts.par_chunks(BATCH).map(run).collect::<Result<Vec<_>>>()),
        || {
            let progress = Progress { stage: "distilling".into(), total: u64::from(n), unit: "word pieces".into(), ..Progress::default() };
            on(&Progress { done: done.load(Ordering::Relaxed), ..progress });
        },
    )??
    .concat();

    let width = encoder.dimensions();
    let rows: Vec<&[f32]> = states.chunks_exact(width).collect();
    let real: Vec<&[f32]> = rows.iter().zip(&reserved).filter(|(_, reserved)| !**reserved).map(|(row, _)| *row).collect();
    let table = workers.install(|| {
        let axes = PrincipalAxes::of(&real, width, dimensions);
        rows.par_iter()
            .zip(&reserved)
            .flat_map_iter(|(row, reserved)| if *reserved { vec![0.0; dimensions] } else { axes.project(row) })
            .collect()
    });
    Ok(table)
}

/// `[CLS]`, `[unused7]`, `<pad>`.
fn is_reserved(piece: &str) -> bool {
    piece.len() > 2 && [('[', ']'), ('<', '>')].iter().any(|&(open, close)| piece.starts_with(open) && piece.ends_with(close))
}

/// Runs `work` on another thread and `tell` on this one, twice a second, until it is done.
fn report_while<T: Send>(work: impl FnOnce() -> T + Send, mut tell: impl FnMut()) -> Result<T> {
    std::thread::scope(|scope| {
        let (sender, finished) = mpsc::channel::<()>();
        let worker = scope.spawn(move || {
            let outcome = work();
            drop(sender);
            outcome
        });
        while let Err(mpsc::RecvTimeoutError::Timeout) = finished.recv_timeout(std::time::Duration::from_millis(500)) {
            tell();
        }
        tell();
        worker.join().map_err(|_| Failure::internal("the distillation ended in a panic"))
    })
}
