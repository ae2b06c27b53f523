//! Searches that the owner keeps.

use domain::{Filter, UtcMs};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{SearchMode, wire};

/// What a saved search looks for, as it was typed: "last summer" is another one next year.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Search {
    /// What is looked for, and among what.
    pub filter: Filter,
    /// Which index finds.
    pub mode: SearchMode,
}

wire! {
    /// Keeps a search.
    pub struct SaveSearchRequest {
        /// What to call it.
        pub name: String,
        /// What it looks for.
        pub search: Search,
        /// Whether it takes the place of one of that name.
        #[serde(default)]
        pub replace: bool,
    }

    /// Calls a saved search otherwise.
    pub struct RenameSearchRequest {
        /// What it is called.
        pub name: String,
        /// What it will be called.
        pub to: String,
    }

    /// Names a saved search.
    pub struct SavedSearchRef {
        /// What it is called.
        pub name: String,
    }

    /// A saved search.
    pub struct SavedSearchView {
        /// What it is called.
        pub name: String,
        /// What it looks for.
        pub search: Search,
        /// When it was saved last, UTC milliseconds.
        pub saved_ms: UtcMs,
    }

    /// The saved searches.
    pub struct SavedSearches {
        /// All of them, by name.
        pub searches: Vec<SavedSearchView>,
    }
}
