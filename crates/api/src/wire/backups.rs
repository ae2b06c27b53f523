//! Backups: made, listed, checked, rehearsed, pruned, restored.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use vault::{BackedUp, BackupFinding, Checked, Keep, Pruned, Restored, Snapshot};

use super::wire;

wire! {
    /// Asks for a backup.
    pub struct BackupRequest {
        /// An absolute path: a folder of backups, or one that is empty or not there yet.
        pub folder: String,
        /// age recipients, `age1...`, who can open the backups too.
        #[serde(default)]
        pub recipients: Vec<String>,
        /// A passphrase of the backup's own, which opens it beside the vault's.
        #[serde(default)]
        pub own_passphrase: Option<String>,
        /// Read back only what this run wrote.
        #[serde(default)]
        pub quick: bool,
    }

    /// What opens a folder of backups: one of these.
    pub struct BackupKey {
        /// The vault's passphrase.
        #[serde(default)]
        pub passphrase: Option<String>,
        /// The path of the key file that goes with the passphrase.
        #[serde(default)]
        pub key_file: Option<String>,
        /// The vault's recovery code.
        #[serde(default)]
        pub recovery_code: Option<String>,
        /// The passphrase that the backup was given of its own.
        #[serde(default)]
        pub own_passphrase: Option<String>,
        /// An age identity, `AGE-SECRET-KEY-1...`.
        #[serde(default)]
        pub identity: Option<String>,
    }

    /// A folder of backups.
    pub struct BackupRef {
        /// An absolute path.
        pub folder: String,
        /// What opens it; an open vault opens its own.
        #[serde(default)]
        pub key: Option<BackupKey>,
    }

    /// Asks whether a backup can be restored, by restoring it.
    pub struct RehearseRequest {
        /// An absolute path.
        pub folder: String,
        /// What opens it; an open vault opens its own.
        #[serde(default)]
        pub key: Option<BackupKey>,
        /// A snapshot, or the beginning of its name; else the latest.
        #[serde(default)]
        pub snapshot: Option<String>,
    }

    /// Asks for snapshots to be let go.
    pub struct PruneRequest {
        /// An absolute path.
        pub folder: String,
        /// What opens it; an open vault opens its own.
        #[serde(default)]
        pub key: Option<BackupKey>,
        /// How many are kept.
        #[serde(default)]
        pub keep: Keep,
        /// All that were made before this instant go instead, and what only they held is destroyed; UTC milliseconds.
        #[serde(default)]
        pub made_before: Option<i64>,
    }

    /// Asks for a vault out of a backup.
    pub struct RestoreRequest {
        /// The folder of backups: an absolute path.
        pub folder: String,
        /// What opens it.
        pub key: BackupKey,
        /// A snapshot, or the beginning of its name; else the latest whose database is whole.
        #[serde(default)]
        pub snapshot: Option<String>,
        /// The passphrase that the restored vault gets; needed where the backup was opened by a key of its own.
        #[serde(default)]
        pub new_passphrase: Option<String>,
    }

    /// The snapshots in a folder of backups.
    pub struct Snapshots {
        /// Those that can be read, oldest first.
        pub snapshots: Vec<Snapshot>,
        /// What is wrong with the others.
        pub findings: Vec<BackupFinding>,
    }

    /// The last backup that was made of this vault.
    pub struct LastBackup {
        /// Its folder.
        pub folder: String,
        /// The snapshot.
        pub snapshot: String,
        /// When it was made, UTC milliseconds.
        pub made_ms: i64,
        /// Whether everything in it was read back.
        pub verified: bool,
    }

    /// How this vault is backed up.
    pub struct BackupState {
        /// Where backups are made by themselves; empty for nowhere.
        pub folder: String,
        /// How often, in hours; 0 is never.
        pub every_hours: i64,
        /// The last one.
        pub last: Option<LastBackup>,
    }
}
