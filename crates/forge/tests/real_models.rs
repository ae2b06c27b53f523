//! The models themselves, where they are installed (`DATAPUNK_MODELS`). Says aloud what it could not try.

#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "a test ends where it fails, and says aloud what it could not try")]

use std::path::PathBuf;

use domain::{Cancel, Chat, Embedder, Generator, Reranker as _, Speaker};
use forge::{BertEmbedder, CandleGenerator, ModelState, Registry, Reranker};

/// The store, when that model is in it.
fn store_with(id: &str) -> Option<Registry> {
    let registry = std::env::var_os("DATAPUNK_MODELS").map(|dir| Registry::at(PathBuf::from(dir)).unwrap());
    let found = registry.filter(|registry| registry.state(id).unwrap().state == ModelState::Installed);
    if found.is_none() {
        eprintln!("SKIPPED: {id} is not installed in DATAPUNK_MODELS, so nothing was tried with it");
    }
    found
}

fn dot(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

#[test]
fn minilm_knows_that_a_dinner_is_a_meal_and_no_invoice() {
    let Some(registry) = store_with("all-MiniLM-L6-v2") else { return };
    let embedder = BertEmbedder::load(&registry, "all-MiniLM-L6-v2").unwrap();
    let vectors = embedder
        .embed(&["We had dinner in Lisbon", "A meal at a restaurant in Portugal", "Your electricity invoice is due"], false)
        .unwrap();
    let (near, far) = (dot(&vectors[0], &vectors[1]), dot(&vectors[0], &vectors[2]));
    assert!(near > 0.5 && far < 0.2, "{near} {far}");
}

#[test]
fn the_reranker_puts_the_answer_far_before_the_rest() {
    let Some(registry) = store_with("ms-marco-MiniLM-L-12-v2") else { return };
    let reranker = Reranker::load(&registry, "ms-marco-MiniLM-L-12-v2").unwrap();
    let passages =
        ["The invoice for electricity is due in March.", "Anna and I ate grilled fish in Lisbon last night.", "Fish live in water."];
    let scores = reranker.score("Where did I eat fish with Anna?", &passages).unwrap();
    // What was read before is remembered, with what was not between it.
    let again = reranker.score("Where did I eat fish with Anna?", &[passages[1], "It rained all day.", passages[0]]).unwrap();
    assert_eq!((again[0], again[2]), (scores[1], scores[0]));
    assert_ne!(reranker.score("What did it rain on?", &[passages[0]]).unwrap()[0], scores[0], "another question is read anew");
    assert!(scores[1] > scores[0] + 5.0 && scores[1] > scores[2], "{scores:?}");
}

#[test]
fn qwen_writes_what_its_grammar_allows() {
    let id = "qwen2.5-coder-0.5b-instruct";
    let Some(registry) = store_with(id) else { return };
    let generator = CandleGenerator::load(&registry, id).unwrap();
    let lines = vec![(Speaker::System, "Answer with JSON.".to_owned()), (Speaker::User, "What is the capital of France?".to_owned())];
    let grammar = r#"start: "{\"city\":\"" /[A-Z][a-z]{1,12}/ "\"}""#.to_owned();
    let mut streamed = String::new();
    let chat = Chat { lines, fixed: 0, max_tokens: 24, grammar: Some(grammar) };
    let text = generator.generate(&chat, &Cancel::default(), &mut |domain::GeneratorEvent::Text(piece)| streamed.push_str(piece)).unwrap();
    assert_eq!(text, r#"{"city":"Paris"}"#);
    assert_eq!(streamed, text);
}
