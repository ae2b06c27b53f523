//! Searches, lists, counts over time, and facets.

use domain::{Filter, Stretch, Uid, UtcMs};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::wire;
use super::{Hit, IndexCoverage, NamedCount};

/// Which index finds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SearchMode {
    /// The words themselves.
    Words,
    /// The meaning.
    Meaning,
    /// Both, fused.
    #[default]
    Both,
}

/// Finds items.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct SearchRequest {
    /// What is looked for (`filter.text`), and among what.
    pub filter: Filter,
    /// Which index finds.
    pub mode: SearchMode,
    /// At most so many; 50 when 0.
    pub limit: usize,
    /// Instead, what means nearly what this item does, of what the filter leaves.
    pub like: Option<Uid>,
}

/// In which order a list comes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ListOrder {
    /// Newest first.
    #[default]
    Newest,
    /// Oldest first.
    Oldest,
}

/// Asks for a page of items in time order.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct ListRequest {
    /// Which items.
    pub filter: Filter,
    /// In which order.
    pub order: ListOrder,
    /// The `next` of the page before.
    pub after: Option<String>,
    /// At most so many; 100 when 0.
    pub limit: usize,
}

/// How time is cut.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum By {
    /// By local day.
    Day,
    /// By local month.
    #[default]
    Month,
    /// By local year.
    Year,
}

/// Asks how many items there are in each span of time.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct TimelineRequest {
    /// Which items.
    pub filter: Filter,
    /// How time is cut.
    pub by: By,
}

wire! {
    /// What a search found.
    pub struct SearchAnswer {
        /// The items, best first.
        pub hits: Vec<Hit>,
        /// How many items there are, of which `hits` are the best: all that hold the words, or some of them when `matched` is
        /// "any"; absent when only meaning was searched, which has no end.
        pub total: Option<u64>,
        /// Set-aside files whose name matches.
        pub files: Vec<FileHit>,
        /// Which index answered.
        pub mode: SearchMode,
        /// How the words were taken: "all"; "any" when no item holds all of them and these hold some; "fuzzy" when a word that
        /// stands nowhere was taken for its nearest neighbours. Absent when words were not used.
        pub matched: Option<String>,
        /// How it was understood.
        pub understood: Understood,
        /// What the person should know: an index still catching up, a model that is missing.
        pub notes: Vec<String>,
        /// How far each index has come.
        pub coverage: IndexCoverage,
        /// Milliseconds that it took.
        pub took_ms: f64,
    }

    /// How a search was understood.
    pub struct Understood {
        /// The filter that it came to: its text holds the words alone, the operators are its other fields.
        pub filter: Filter,
        /// Names in it that nothing goes by.
        pub told: Vec<QueryNote>,
    }

    /// A part of a search that finds nothing, and why.
    pub struct QueryNote {
        /// Which part.
        pub at: Stretch,
        /// Why.
        pub message: String,
        /// What may have been meant, the likest first.
        pub suggestions: Vec<String>,
    }

    /// A file of an archive that no importer reads, found by its name.
    pub struct FileHit {
        /// Its path inside the export.
        pub path: String,
        /// The archive.
        pub archive: String,
        /// Size in bytes.
        pub size: u64,
        /// The import that met it.
        pub import: i64,
    }

    /// A span of time.
    pub struct Bucket {
        /// "2019", "2019-05" or "2019-05-14".
        pub key: String,
        /// Its start, UTC milliseconds.
        pub from_ms: UtcMs,
        /// Items in it.
        pub count: u64,
        /// Items in it by kind.
        pub by_kind: Vec<NamedCount>,
    }

    /// How many items there are in each span of time.
    pub struct Timeline {
        /// The spans that hold something, oldest first.
        pub buckets: Vec<Bucket>,
        /// Items in all.
        pub total: u64,
        /// Milliseconds that it took.
        pub took_ms: f64,
    }

    /// Counts beside a list.
    pub struct Facets {
        /// Items that match: as many as a search finds.
        pub total: u64,
        /// How they hold the words: as in a search.
        pub matched: Option<String>,
        /// By kind.
        pub kinds: Vec<NamedCount>,
        /// By source.
        pub sources: Vec<NamedCount>,
        /// By year.
        pub years: Vec<NamedCount>,
        /// By person, the first twenty.
        pub people: Vec<NamedCount>,
    }

    /// Asks about a filter.
    pub struct FilterRequest {
        /// Which items.
        #[serde(default)]
        pub filter: Filter,
    }
}
