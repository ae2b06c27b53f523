//! What is forgotten for good, before and after.

use domain::{Filter, Uid};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use vault::Receipt;

use super::{KindCount, NamedCount, wire};

wire! {
    /// Asks for something to be forgotten for good: items by their ids, and what a filter leaves, hidden items among it.
    pub struct ForgetRequest {
        /// Ids of items.
        #[serde(default)]
        pub items: Vec<Uid>,
        /// Which items besides; none when it is empty. A span, an area or a source alone covers position fixes as well.
        #[serde(default)]
        pub filter: Filter,
    }

    /// How many items are of a year.
    pub struct YearCount {
        /// The year of the wall clock.
        pub year: i64,
        /// Items.
        pub count: u64,
    }

    /// What would go.
    pub struct ForgetPlan {
        /// Items.
        pub items: u64,
        /// Of these, items that views leave out unless asked for.
        pub hidden: u64,
        /// Position fixes.
        pub points: u64,
        /// Items by kind, most first.
        pub kinds: Vec<KindCount>,
        /// Items by source, most first.
        pub sources: Vec<NamedCount>,
        /// Items by year, in order; those without a time are in none.
        pub years: Vec<YearCount>,
        /// Attachments kept in the vault that only these items have.
        pub attachments: u64,
        /// Bytes of these.
        pub attachment_bytes: u64,
        /// Attachments that stay, because another item has them as well.
        pub shared_attachments: u64,
        /// Items that stay, because a source that was not named has them as well.
        pub shared_items: u64,
        /// Questions with their answers, of the conversations that are kept, that rest on these items. What only tells of them goes too,
        /// and is not counted here.
        pub exchanges: u64,
        /// The names of the saved searches that name what is meant. Those that name somebody of whom nothing is left afterwards go too,
        /// and are not listed here.
        pub searches: Vec<String>,
        /// Media outside of the vault, which stay where they are.
        pub left_in_place: u64,
        /// Who is meant by the names that were given.
        pub people: Vec<String>,
    }

    /// What was forgotten, the latest first.
    pub struct Receipts {
        /// The receipts.
        pub receipts: Vec<Receipt>,
    }
}
