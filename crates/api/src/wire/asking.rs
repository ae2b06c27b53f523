//! Questions, how they were understood, and their answers.

use domain::{Filter, Uid};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Hit;
use super::wire;

fn kept() -> bool {
    true
}

wire! {
    /// A question.
    pub struct AskRequest {
        /// In plain language.
        pub question: String,
        /// The questions before it, the oldest first: it may go on with them ("and in 2020?").
        #[serde(default)]
        pub before: Vec<String>,
        /// The kept conversation that it goes on with; its questions come before those of `before`. Absent for a new one.
        #[serde(default)]
        pub conversation: Option<i64>,
        /// Whether it is kept with its answer. While the owner keeps none, and of who may only read, it never is.
        #[serde(default = "kept")]
        pub keep: bool,
        /// What the question is about, when the person narrowed it.
        #[serde(default)]
        pub filter: Filter,
        /// The language model that words the answer, or "none"; the one in the settings when absent.
        #[serde(default)]
        pub model: Option<String>,
    }

    /// One sentence of an answer and what it rests on.
    pub struct Claim {
        /// The sentence.
        pub text: String,
        /// The items that it rests on.
        pub cites: Vec<Uid>,
    }

    /// How a question was understood.
    pub struct PlanView {
        /// What is asked: "find", "when", "where", "who", "count", "sum", "first", "last", "list", "compare".
        pub asked: String,
        /// In words, for the person: "count mails from Anna in 2019".
        pub understood: String,
        /// Which items; the same filter as everywhere.
        pub filter: Filter,
        /// What was found out before, when the question has several steps.
        pub steps: Vec<StepView>,
        /// What could not be used, for which the question is declined: people and products that the vault does not know, and
        /// words that no plan can hold.
        pub ignored: Vec<String>,
    }

    /// A step before the one that answers.
    pub struct StepView {
        /// As the question has it: "my trip to Lisbon".
        pub said: String,
        /// How it was understood.
        pub understood: String,
        /// What it found: "2019-09-12 – 2019-09-18".
        pub found: String,
        /// The items that tell it.
        pub cites: Vec<Uid>,
    }

    /// One of several readings of a question.
    pub struct Reading {
        /// What would be meant.
        pub label: String,
        /// The question that means it alone.
        pub question: String,
    }

    /// A number that the database computed.
    pub struct Computed {
        /// What it is: "mails", "kilometres".
        pub label: String,
        /// Its value.
        pub value: f64,
        /// Its unit; may be empty.
        pub unit: String,
        /// Parts of it, by month, person or the like.
        pub rows: Vec<ComputedRow>,
        /// The query that computed it.
        pub query: String,
    }

    /// A part of a computed number.
    pub struct ComputedRow {
        /// Which part.
        pub key: String,
        /// Its value.
        pub value: f64,
    }

    /// An answer.
    pub struct Answer {
        /// The answer in words; the numbers in it are computed, the sentences cite.
        pub answer: String,
        /// Its sentences and what they rest on.
        pub claims: Vec<Claim>,
        /// How the question was understood.
        pub plan: PlanView,
        /// What was computed, when something was.
        pub computed: Option<Computed>,
        /// The items that are cited, in order of first citation.
        pub items: Vec<Hit>,
        /// Whether the data does not hold the answer.
        pub abstained: bool,
        /// Whether a password, a key or a one-time code in the items was left out; whoever wants it opens the item.
        pub withheld: bool,
        /// What may be meant, when the question has several readings that differ; it is not answered then.
        pub choices: Vec<Reading>,
        /// The model that worded it; absent when none did.
        pub model: Option<String>,
        /// Why the chosen model had no part, and what to do; the answer is then the plain one.
        pub model_failure: Option<String>,
        /// Milliseconds that it took.
        pub took_ms: u64,
        /// The conversation that it was kept in; absent when it was not kept.
        pub conversation: Option<i64>,
    }
}

#[allow(clippy::large_enum_variant, reason = "one is made at a time, to be sent")]
/// A piece of an answer while it is being made.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "part", rename_all = "snake_case")]
pub enum AskPart {
    /// How the question was understood.
    Plan(PlanView),
    /// What was computed.
    Computed(Computed),
    /// The items that the answer is held to.
    Found {
        /// The items.
        hits: Vec<Hit>,
    },
    /// More of the answer's words.
    Text {
        /// The words.
        text: String,
    },
}
