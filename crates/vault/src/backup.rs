//! Backups: a folder, on another drive, that a vault is brought back from with a passphrase alone.
//!
//! A run copies the database as it stands at one instant, and the files of attachments, in pieces that are named by what is
//! in them: a piece that the folder has already is not written again. Pieces go into packs of some megabytes, each an
//! [age](https://age-encryption.org/v1) file; a manifest, an age file too, says which pieces make up the vault of that
//! instant, and is written last. So a run that is cut short leaves no half backup, and the next one goes on where it stopped.
//!
//! ```text
//! backup.json (+ .bak)        which vault; its header, and the key of the folder sealed under the vault's root key
//! identity.age                the same key for recipients of the owner's choice; passphrase.age for a passphrase of its own
//! packs/ab/<name>.age         pieces, then a table of them
//! parity/<name>.par           what is needed to bring back a damaged or missing pack out of a group of ten
//! snapshots/<time>-<id>.age   manifests, each with a copy
//! ```
//!
//! Invariants: a backup counts only once its packs were read back from the folder; restoring never writes over anything; of
//! a damaged folder everything is restored that can be, and what cannot is named. Indexes are not in a backup: they are made
//! anew. Media that were left in place when they were imported are not in it either, and the manifest says how many.

mod check;
mod fail;
mod make;
mod manifest;
mod pack;
mod parity;
mod repository;
mod restore;
mod retain;

pub use check::{BackupFinding, Checked};
pub use make::{BackUp, BackedUp};
pub use manifest::Snapshot;
pub use repository::{Backup, OpenBackup};
pub use restore::{Restore, Restored};
pub use retain::{Keep, Pruned};
