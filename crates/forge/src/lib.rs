//! Learning and inference on the person's own machine: the models that are installed, vectors of texts, scores of passages,
//! written text, and personal data recognised in texts.
//!
//! Invariants: no model file is used before its sha256 was checked against the manifest, or against what a file of the owner's
//! own was when they gave it; nothing is fetched unless the owner asked for it; every long piece of work can be cancelled and
//! takes up where it stopped.
//!
//! Absent on purpose: where vectors are kept (the vault), what is asked (cortex), and any choice of when to run.

pub mod background;
pub mod bert;
pub mod endpoint;
pub mod generate;
pub mod glossary;
pub mod manifest;
pub mod pii;
pub mod registry;
pub mod reranker;
pub mod static_embedding;
pub mod threads;

mod decoder;
mod gguf;
mod grammar;
mod patience;
mod pull;
mod record;
mod template;
mod vocabulary;
mod weights;
mod word_pieces;

pub use background::{Texts, Waiting, embed_step, embed_waiting};
pub use bert::BertEmbedder;
pub use endpoint::Endpoint;
pub use generate::CandleGenerator;
pub use glossary::foreign::Foreign;
pub use glossary::{Glossary, Glossed};
pub use manifest::{Manifest, Model, ModelRole};
pub use registry::{ModelReport, ModelState, Registry};
pub use reranker::Reranker;
pub use static_embedding::{StaticEmbedder, StaticTable, TokenStats};
