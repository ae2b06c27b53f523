//! Everything at rest: one encrypted database, its keys, its attachments and its indexes.
//!
//! A [`Vault`] is opened once, by one process, and shared by cheap clones. Reads go to a small pool of connections; all
//! writes go through one thread, in short transactions that are on the disk before a call returns. Indexes follow the
//! change feed in the background and can always be built anew.
//!
//! Invariants: nothing is ever written in clear; an item lives while one sighting does; what an undo leaves is what would
//! be there had the import never been; what the owner deleted stays deleted.
//!
//! Absent on purpose: an async runtime, clocks (times come in as arguments), the network, permissions.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::print_stderr, reason = "tests say what they expect"))]

mod adopting;
mod audit;
mod backup;
mod blobs;
mod chosen_header;
mod compare;
mod connection;
mod content;
mod conversations;
mod damaged_blobs;
mod day_layers;
mod fault;
mod filling;
mod folder;
mod follower;
mod forget;
mod hash;
mod header;
mod hex;
mod imports;
mod in_clear;
pub mod index;
mod ingest;
mod key_slots;
mod keys;
mod lock;
mod memory;
mod migration;
mod pack;
mod people;
mod read;
mod read_only;
mod readers;
mod recovery;
mod report;
mod rotation;
mod saved;
mod scalar;
mod scratch;
mod search;
mod secret;
mod settling;
mod shelf;
mod slot;
mod state;
mod stats;
mod table;
mod undo;
mod unseen_code;
mod vault;
mod verify;
mod whereabouts;
mod writer;

#[cfg(test)]
mod tests;

pub use adopting::{Adoption, ReadBefore};
pub use backup::{BackUp, BackedUp, Backup, BackupFinding, Checked, Keep, OpenBackup, Pruned, Restore, Restored, Snapshot};
pub use compare::{Comparison, Differences};
pub use conversations::{ConversationCursor, ConversationsPage, NewExchange};
pub use fault::decided;
pub use filling::EndedFile;
pub use forget::{Asked, Check, ForgetPlan, Receipt, Scope, Stayed, Went};
pub use imports::ImportSummary;
pub use index::{Allowed, Cluster, Excluded, GRAMMAR, IdSet, Matched, Within, WordHits, WordMatches, fold_word, nearest_names, syntax};
pub use ingest::{Prepared, Written};
pub use keys::Kdf;
pub use people::OwnAddresses;
pub use read::aggregate::{AggregateRow, Aggregated, Dimension, Measure};
pub use read::density::{Bucket, DensityRow};
pub use read::document::{Document, ItemText};
pub use read::extreme::{Extreme, Ranked};
pub use read::facets::{Facets, PersonCount};
pub use read::full::Item;
pub use read::list::{Cursor, Order, Page, Row};
pub use read::owner::{OwnAddress, Owner};
pub use read::people::{PeopleCursor, PeoplePage, Person};
pub use read::person::{Merged, PersonDetail};
pub use read::pii::{PiiCount, PiiItem};
pub use read::records::{Lost, Part, StoredEntity, StoredItem, StoredRecord};
pub use read::suggestions::{Strength, Suggestion};
pub use read::track::Cell;
pub use recovery::RecoveryCode;
pub use report::StoredReport;
pub use rotation::Rotated;
pub use scratch::{Scratch, ScratchWriter};
pub use search::{Coverage, Matching, Putting};
pub use secret::{DeviceSecret, KeyFile, Passphrase, Unlock};
pub use settling::{Memo, Settling};
pub use slot::{KeyKind, KeySlot};
pub use stats::Stats;
pub use table::audit::{AuditEntry, AuditFilter, AuditRow, Decision};
pub use table::blob::{BlobId, BlobPlace, ItemBlob};
pub use table::change::{Change, ChangeOp};
pub use table::exchange::{ConversationId, ConversationSummary, Exchange};
pub use table::file::{FileHit, FileId, NewFile};
pub use table::import_run::ImportState;
pub use table::job::{Job, JobId, JobState};
pub use table::link::Link;
pub use table::memo::FileSet;
pub use table::receipt::ReceiptId;
pub use table::saved_search::SavedSearch;
pub use table::sighting::Sighting;
pub use table::track_point::TrackPoint;
pub use undo::Undone;
pub use vault::{CreateOptions, Vault};
pub use verify::{VerifyCode, VerifyFinding};
pub use whereabouts::zone_at;
