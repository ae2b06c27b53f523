//! Answering: a question becomes a plan, the plan is computed or looked up, and what is said cites what it rests on.
//!
//! Invariants: numbers come from the database, never from a model; every sentence cites items; what the data does not hold
//! is said to be absent. It works without any model.
//!
//! Absent on purpose: model runtimes (`forge`), permission (`api`), storage (`vault`).

pub mod answer;
mod concepts;
pub mod dates;
pub mod places;
pub mod plan;
pub mod query;
mod restating;
pub mod retrieve;
pub mod snippet;
mod wording;
