//! The log of calls.

use domain::UtcMs;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use vault::Decision;

use super::wire;

wire! {
    /// Asks for a page of the log of calls.
    pub struct AuditRequest {
        /// Only calls of this operation.
        #[serde(default)]
        pub operation: Option<String>,
        /// At or after, UTC milliseconds.
        #[serde(default)]
        pub from: Option<UtcMs>,
        /// Before, UTC milliseconds.
        #[serde(default)]
        pub to: Option<UtcMs>,
        /// The `next` of the page before.
        #[serde(default)]
        pub before: Option<i64>,
        /// At most so many; 100 when 0.
        #[serde(default)]
        pub limit: usize,
    }

    /// A call.
    pub struct AuditLine {
        /// Its number; the first is 1.
        pub seq: i64,
        /// When, RFC 3339.
        pub at: String,
        /// Who called, and through which door: "owner, window".
        pub caller: String,
        /// Which operation.
        pub operation: String,
        /// What it was about: "item", "import", "person"; empty when it is no single thing.
        pub object_kind: String,
        /// Which of these.
        pub object_id: String,
        /// A hash of the filter or the question, under a key of this vault; empty without one.
        pub scope: String,
        /// What became of it.
        pub decision: Decision,
        /// Rows that were answered, where they were counted.
        pub n_rows: Option<u64>,
    }

    /// A page of the log, the latest call first.
    pub struct AuditLog {
        /// The calls.
        pub calls: Vec<AuditLine>,
        /// Where the next page begins; absent after the last.
        pub next: Option<i64>,
    }
}
