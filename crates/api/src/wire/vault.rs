//! The vault as a whole: whether it is open, what it holds, whether it is sound, what its owner chose.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::wire;

/// Whether there is a vault, and whether it is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum VaultState {
    /// No vault stands at the path.
    None,
    /// There is one, and it is locked.
    Locked,
    /// It is open.
    Unlocked,
}

/// How far each index has come.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct IndexCoverage {
    /// Share of the items that words find, 0 to 1.
    pub words: f64,
    /// Share of the items that meaning finds, 0 to 1; 0 while no embedding model is installed.
    pub meaning: f64,
    /// Share of the items whose meaning the transformer has read as well, 0 to 1.
    pub transformer: f64,
}

wire! {
    /// The vault as a whole.
    pub struct Status {
        /// Whether there is a vault, and whether it is open.
        pub state: VaultState,
        /// Its folder.
        pub path: String,
        /// Its id, once open.
        pub id: Option<String>,
        /// The program's version.
        pub version: String,
        /// Items in it, once open.
        pub items: Option<u64>,
        /// How far each index has come, once open.
        pub coverage: Option<IndexCoverage>,
        /// Work going on.
        pub jobs_running: u64,
        /// Whether a passphrase of it goes with a key file.
        pub key_file: bool,
        /// Whether a keychain may open it.
        pub keychain: bool,
        /// Whether it stands where nothing can be written, and is open for reading alone.
        pub read_only: bool,
        /// What was found wrong while it was opened or since, mended or not; empty while it is locked.
        pub warnings: Vec<VerifyFinding>,
    }

    /// Makes a vault.
    pub struct CreateRequest {
        /// At least 12 characters or five words.
        pub passphrase: String,
    }

    /// A vault was made.
    pub struct Created {
        /// Opens the vault when the passphrase is forgotten. Shown once.
        pub recovery_code: String,
    }

    /// How many there are of something.
    pub struct NamedCount {
        /// Of what.
        pub name: String,
        /// How many.
        pub count: u64,
    }

    /// What the vault holds.
    pub struct Stats {
        /// Items.
        pub items: u64,
        /// Position fixes.
        pub track_points: u64,
        /// People, organisations, places, devices and labels.
        pub entities: u64,
        /// People; who is joined under several addresses is one.
        pub people: u64,
        /// Items by kind, most first.
        pub by_kind: Vec<NamedCount>,
        /// Items by source, most first.
        pub by_source: Vec<NamedCount>,
        /// The earliest item's time, RFC 3339.
        pub first: Option<String>,
        /// The latest item's time, RFC 3339.
        pub last: Option<String>,
        /// Bytes of the vault's folder.
        pub bytes_on_disk: u64,
    }

    /// Something that is wrong with the vault.
    pub struct VerifyFinding {
        /// "header", "lost_changes", "page", "database", "blob", "ledger" or "index".
        pub code: String,
        /// What was expected, what was found, and where.
        pub message: String,
        /// What to do.
        pub what_to_do: String,
    }

    /// What a check of every page, index, blob and ledger found.
    pub struct Verified {
        /// Whether nothing is wrong.
        pub ok: bool,
        /// What is wrong.
        pub findings: Vec<VerifyFinding>,
        /// The vault's content as one number: equal for equal content.
        pub logical_hash: String,
        /// Milliseconds that it took.
        pub took_ms: u64,
    }

    /// Something that the owner chose.
    pub struct Setting {
        /// Its name.
        pub key: String,
        /// Its value.
        pub value: Value,
    }

    /// What the owner chose.
    pub struct Settings {
        /// The settings.
        pub settings: Map<String, Value>,
    }
}
