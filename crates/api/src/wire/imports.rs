//! What is imported, and what an undo took back.

use domain::ImportTotals;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use vault::StoredReport;

use super::{NamedCount, Row, wire};

wire! {
    /// Files or folders to import.
    pub struct ImportRequest {
        /// Absolute paths: archives, all parts of one, folders, single files.
        pub paths: Vec<String>,
        /// Ids of the importers to use; empty for all.
        #[serde(default)]
        pub only: Vec<String>,
        /// For a plan: read everything and count, instead of reckoning from samples.
        #[serde(default)]
        pub exact: bool,
        /// Absolute path of a guide to the columns of the tables among them that have none beside them.
        #[serde(default)]
        pub columns: Option<String>,
    }

    /// An import.
    pub struct ImportSummary {
        /// Its number; `undo` takes it.
        pub import: i64,
        /// The archive's name.
        pub label: String,
        /// "done", "cancelled", "interrupted", "undone" or "running".
        pub state: String,
        /// When it began, RFC 3339.
        pub started: String,
        /// How long it took, milliseconds.
        pub took_ms: u64,
        /// The sums of its ledger.
        pub totals: ImportTotals,
    }

    /// Every import, newest first.
    pub struct Imports {
        /// The imports.
        pub imports: Vec<ImportSummary>,
    }

    /// Names an import.
    pub struct ImportRef {
        /// Its number.
        pub import: i64,
    }

    /// Compares two imports.
    pub struct CompareRequest {
        /// The earlier one's number.
        pub earlier: i64,
        /// The later one's number.
        pub later: i64,
        /// How many items to show of each sort; 20 when it is not said, at most 500.
        #[serde(default)]
        pub examples: Option<usize>,
    }

    /// How two imports differ in the items of a source, or in position fixes.
    pub struct ComparedSource {
        /// The source: "google.keep".
        pub source: String,
        /// In the later one alone.
        pub new: u64,
        /// In both, and not the same.
        pub changed: u64,
        /// In the earlier one alone.
        pub gone: u64,
        /// In both, and the same.
        pub same: u64,
    }

    /// What changed from one import to another.
    pub struct Compared {
        /// The earlier one's number.
        pub earlier: i64,
        /// The later one's number.
        pub later: i64,
        /// Each source that both hold.
        pub sources: Vec<ComparedSource>,
        /// Sources that the earlier import alone holds, and how many items: they were not exported again, and are not gone.
        pub only_earlier: Vec<NamedCount>,
        /// Sources that the later import alone holds, and how many items.
        pub only_later: Vec<NamedCount>,
        /// The position fixes; their source is empty. A fix is never changed.
        pub fixes: ComparedSource,
        /// The first of the new items.
        pub new: Vec<Row>,
        /// The first of the changed items, as they stand now.
        pub changed: Vec<Row>,
        /// The first of the items that are gone.
        pub gone: Vec<Row>,
    }

    /// What an undo did.
    pub struct Undone {
        /// The import.
        pub import: i64,
        /// Items that are gone.
        pub items_removed: u64,
        /// Items that another import also saw, and that stay.
        pub items_kept: u64,
        /// Position fixes that are gone.
        pub points_removed: u64,
        /// Milliseconds that it took.
        pub took_ms: u64,
    }

    /// Asks what stands in a folder of this machine.
    pub struct BrowseRequest {
        /// An absolute path; the home folder when empty.
        #[serde(default)]
        pub path: String,
    }

    /// A file or folder of this machine.
    pub struct BrowseEntry {
        /// Its name.
        pub name: String,
        /// Its absolute path.
        pub path: String,
        /// Whether it is a folder.
        pub folder: bool,
        /// Size in bytes.
        pub size: u64,
        /// Whether its name is that of an export.
        pub export: bool,
    }

    /// What stands in a folder.
    pub struct Browsed {
        /// The folder.
        pub path: String,
        /// The folder above.
        pub parent: Option<String>,
        /// Folders first, then files.
        pub entries: Vec<BrowseEntry>,
    }
}

/// A report and nothing else, for tables of operations.
pub type Report = StoredReport;

/// What was imported at once.
#[derive(Serialize, JsonSchema)]
#[serde(untagged)]
pub enum Imported {
    /// One export: its report.
    One(Report),
    /// Several exports, each an import of its own.
    Several {
        /// A report each, in the order in which they were imported.
        reports: Vec<Report>,
    },
}

impl Imported {
    pub(crate) fn of(mut reports: Vec<Report>) -> Self {
        match reports.pop() {
            Some(only) if reports.is_empty() => Self::One(only),
            last => Self::Several { reports: reports.into_iter().chain(last).collect() },
        }
    }
}
