//! What is taken out of the vault.

use domain::Filter;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::wire;

/// How an export is written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ExportFormat {
    /// Lines of JSON and the bytes of attachments: all that is known, to be imported again without loss.
    #[default]
    Jsonl,
    /// Tables of items and position fixes in Parquet, a folder a year.
    Parquet,
    /// Attachments, media and originals as files, in folders by year and month.
    Files,
}

wire! {
    /// Asks for an export.
    pub struct ExportRequest {
        /// An absolute path: a folder that does not exist yet, or is empty.
        pub folder: String,
        /// How it is written.
        #[serde(default)]
        pub format: ExportFormat,
        /// Which items. Without any condition it is the whole vault, what is hidden included; words have to be in an item, all
        /// of them.
        #[serde(default)]
        pub filter: Filter,
        /// Whether to copy media that were left in place when they were imported, where they can still be read.
        #[serde(default)]
        pub media: bool,
    }

    /// What an export holds.
    pub struct Exported {
        /// The folder.
        pub folder: String,
        /// How it is written.
        pub format: ExportFormat,
        /// Files written.
        pub files: u64,
        /// Items in it.
        pub items: u64,
        /// Position fixes in it.
        pub track_points: u64,
        /// People, places, devices and labels that have a line of their own.
        pub entities: u64,
        /// Attachments and media in it.
        pub blobs: u64,
        /// Media that were left in place when they were imported: named in it, and not copied.
        pub left_in_place: u64,
        /// Bytes of all files.
        pub bytes: u64,
        /// How many things are not in it, because they are damaged in the vault: attachments, items, stretches of items or fixes.
        pub n_left_out: u64,
        /// What these are: the first 1,000, a sentence each.
        pub left_out: Vec<String>,
        /// What the person should know: that it is not encrypted, and what personal data is in it.
        pub note: String,
        /// How many of its items hold personal data, by class, most first.
        pub personal: Vec<super::NamedCount>,
        /// Milliseconds that it took.
        pub took_ms: u64,
    }
}
