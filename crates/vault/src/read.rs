//! The way out to views: items, lists, counts, people, tracks. Everything takes the same [`domain::Filter`], which becomes
//! SQL in one place ([`filter`]).

pub(crate) mod aggregate;
pub(crate) mod density;
pub(crate) mod document;
pub(crate) mod extreme;
pub(crate) mod facets;
pub(crate) mod filter;
pub(crate) mod full;
pub(crate) mod list;
mod names;
pub(crate) mod owner;
pub(crate) mod past_damage;
pub(crate) mod people;
pub(crate) mod person;
pub(crate) mod pii;
pub(crate) mod records;
pub(crate) mod suggestions;
mod thread;
pub(crate) mod track;
