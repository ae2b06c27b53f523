//! Bulk in and out: archives are opened and walked, each file is recognised and given to an importer, and what the
//! importers read goes to the vault in batches, with a ledger that balances.
//!
//! Absent on purpose: SQL (the vault's), live sources (`stream`'s), and any unpacking of an archive to disk.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::print_stderr, reason = "tests say what they expect"))]

pub mod archive;
mod arena;
mod attachments;
mod components;
mod conversation;
mod document;
pub mod export;
mod guides;
pub mod import;
pub mod importer;
mod importers;
pub mod json;
mod media;
pub mod plan;
mod router;
mod source;
mod table;
pub mod text;
mod whole_file;
mod xml;

pub use importers::{ALL as IMPORTERS, mail_page};
