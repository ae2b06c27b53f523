//! Personal data found in items.

use domain::{Filter, PiiClass};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Row, wire};

/// Asks what personal data there is.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct PiiRequest {
    /// In which items. Words have to be in an item, all of them.
    pub filter: Filter,
    /// Lists the items that hold this class; only counts when absent.
    pub class: Option<PiiClass>,
    /// The `next` of the page before.
    pub after: Option<String>,
    /// At most so many items; 50 when 0.
    pub limit: usize,
}

wire! {
    /// How much there is of a class.
    pub struct PiiClassCount {
        /// The class.
        pub class: PiiClass,
        /// Items that hold some.
        pub items: u64,
        /// Places in them.
        pub places: u64,
    }

    /// A piece of personal data.
    pub struct PiiFound {
        /// Its class.
        pub class: PiiClass,
        /// What stands there.
        pub text: String,
        /// How sure it is, 1 to 100.
        pub confidence: u8,
    }

    /// An item that holds personal data.
    pub struct PiiHit {
        /// The item.
        #[serde(flatten)]
        pub row: Row,
        /// All that was found in it, in the order of its text.
        pub found: Vec<PiiFound>,
    }

    /// What personal data there is, as far as it can be recognised.
    pub struct PiiAnswer {
        /// Every class that was found, the one in most items first.
        pub classes: Vec<PiiClassCount>,
        /// The items that hold the class that was asked for, those that came last first.
        pub items: Vec<PiiHit>,
        /// Asks for the next page; absent at the end.
        pub next: Option<String>,
        /// The share of the vault that was looked at, 0 to 1.
        pub looked_at: f64,
        /// Milliseconds that it took.
        pub took_ms: u64,
    }
}
