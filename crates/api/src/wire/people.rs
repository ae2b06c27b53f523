//! People: who there is, who may be one, and who the owner is.

use domain::Kind;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::NamedCount;
use super::wire;

wire! {
    /// Asks who there is.
    pub struct PeopleRequest {
        /// The start of a name or address; empty for all.
        #[serde(default)]
        pub text: String,
        /// The `next` of the page before.
        #[serde(default)]
        pub after: Option<String>,
        /// At most so many; 100 when 0.
        #[serde(default)]
        pub limit: usize,
    }

    /// A person.
    pub struct PersonView {
        /// Their number in this vault.
        pub id: i64,
        /// Their name.
        pub name: String,
        /// Their addresses, the most used first.
        pub addresses: Vec<String>,
        /// Items that they are part of.
        pub items: u64,
        /// The first, RFC 3339.
        pub first: Option<String>,
        /// The last, RFC 3339.
        pub last: Option<String>,
        /// Whether they are the vault's owner.
        pub is_owner: bool,
    }

    /// People, the most frequent first.
    pub struct People {
        /// The people.
        pub people: Vec<PersonView>,
        /// Asks for the next page; absent at the end.
        pub next: Option<String>,
    }

    /// Names a person.
    pub struct PersonRef {
        /// Their number.
        pub id: i64,
    }

    /// Everything known of a person.
    pub struct PersonDetail {
        /// Who they are.
        #[serde(flatten)]
        pub person: PersonView,
        /// Every name that items call them by, the most frequent first.
        pub names: Vec<NamedCount>,
        /// Items by kind, most first.
        pub kinds: Vec<KindCount>,
        /// Items by source, most first.
        pub sources: Vec<NamedCount>,
        /// What the owner merged them from, the latest first.
        pub merged: Vec<MergeView>,
    }

    /// Items of a kind.
    pub struct KindCount {
        /// The kind.
        pub kind: Kind,
        /// How many.
        pub count: u64,
    }

    /// A merge that the owner made.
    pub struct MergeView {
        /// Its number.
        pub merge: i64,
        /// The addresses of each of those who are one since.
        pub from: Vec<Vec<String>>,
    }

    /// Asks who may be one.
    pub struct SuggestionsRequest {
        /// At most so many; 20 when 0.
        #[serde(default)]
        pub limit: usize,
    }

    /// Two who are likely one person.
    pub struct SuggestionView {
        /// The one in more items.
        pub one: PersonView,
        /// The other.
        pub other: PersonView,
        /// How likely it is.
        pub strength: vault::Strength,
        /// What speaks for it, and against it, in sentences.
        pub evidence: Vec<String>,
    }

    /// People who are likely one, the likeliest first.
    pub struct Suggestions {
        /// The pairs.
        pub suggestions: Vec<SuggestionView>,
    }

    /// Makes one person of several.
    pub struct MergeRequest {
        /// Their numbers.
        pub ids: Vec<i64>,
    }

    /// Takes a merge back.
    pub struct UnmergeRequest {
        /// The person's number.
        pub id: i64,
        /// The merge; the latest of theirs when absent.
        #[serde(default)]
        pub merge: Option<i64>,
    }

    /// Says that two are different people.
    pub struct DeclineRequest {
        /// The number of one.
        pub one: i64,
        /// The number of the other.
        pub other: i64,
    }

    /// An address that may be the owner's.
    pub struct OwnAddressView {
        /// The address, with its scheme.
        pub address: String,
        /// What it is called.
        pub name: String,
        /// Whether it counts as the owner's.
        pub is_own: bool,
        /// What the owner said; absent when nothing.
        pub said: Option<bool>,
        /// Why it is thought to be the owner's, in sentences.
        pub evidence: Vec<String>,
    }

    /// The vault's owner.
    pub struct OwnerView {
        /// Their name, when something tells who it is.
        pub name: Option<String>,
        /// The numbers of the persons that they are: one, unless their addresses are not joined.
        pub people: Vec<i64>,
        /// The addresses that are theirs, may be theirs, or are said not to be.
        pub addresses: Vec<OwnAddressView>,
    }

    /// What the owner says of their own addresses: mailboxes, phone numbers, or others with their scheme.
    pub struct OwnerChange {
        /// They are the owner's.
        #[serde(default)]
        pub add: Vec<String>,
        /// They are not.
        #[serde(default)]
        pub remove: Vec<String>,
    }
}
