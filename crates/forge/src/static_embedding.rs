//! Vectors without a model run: a table of one vector a word piece, distilled once from a transformer, and a weighted sum.
//!
//! It ranks nearly as well as the transformer that it was distilled from and is a thousand times faster, so that everything
//! can be found by meaning as soon as it is imported. What makes it good is the weights: a word piece counts by how rare it
//! is in the person's own texts ([`TokenStats`]), so whoever stores vectors stores the counts as well.
//!
//! Absent on purpose: where counts and vectors are kept, and when old vectors are made anew
//! ([`TokenStats::has_drifted_from`] says when it pays).

mod distil;
mod embedder;
mod principal_axes;
mod table;
mod token_stats;

pub use distil::distil;
pub use embedder::StaticEmbedder;
pub use table::{DIMENSIONS, StaticTable};
pub use token_stats::TokenStats;
