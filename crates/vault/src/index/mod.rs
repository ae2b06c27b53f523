//! The indexes beside the database: words (tantivy), meaning (vectors), places (an R-tree). Each is a cache of what the
//! database holds, and none of them decides what may be seen: a search brings [`Allowed`], which is applied before ranking.
//!
//! Absent on purpose: when to index what. The change feed drives these, each with a watermark of its own.

mod allowed;
mod coarse;
mod directory;
mod fold;
mod forms;
mod grammar;
mod likeness;
mod matching;
mod places;
mod sealed;
mod search;
mod signs;
pub mod syntax;
mod vectors;
mod words;

pub use allowed::{Allowed, IdSet, Within};
pub use directory::EncryptedDirectory;
pub(crate) use fold::{VERSION as CUT_VERSION, is_cut_anew};
pub use fold::{fold_word, words_of};
pub use grammar::GRAMMAR;
pub use likeness::nearest_names;
pub use places::{Cluster, PlaceIndex, Spot};
pub use search::{Excluded, IndexCheck, Matched, WordHits, WordMatches, WordSearch};
pub use signs::SIGN_TABLES;
pub use vectors::{VECTOR_TABLES, Vectors};
pub(crate) use words::failure;
pub use words::{IndexDoc, WordIndex};
