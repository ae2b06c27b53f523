//! Bulk in and out: archives are opened and walked, each file is recognised and given to an importer, and what the
//! importers read goes to the vault in batches, with a ledger that balances.
//!
//! Absent on purpose: SQL (the vault's), live sources (`stream`'s), and any unpacking of an archive to disk.

mod components;
pub mod importer;
mod importers;
pub mod json;
pub mod text;
