//! The operations, one file a subject.

#![allow(clippy::needless_pass_by_value, reason = "the table hands each operation its request, whatever it does with it")]

pub(crate) mod ask;
pub(crate) mod audit;
pub(crate) mod backups;
pub(crate) mod browse;
pub(crate) mod conversations;
pub(crate) mod exports;
pub(crate) mod forgetting;
pub(crate) mod imports;
pub(crate) mod item;
pub(crate) mod jobs;
pub(crate) mod keys;
pub(crate) mod map;
pub(crate) mod models;
pub(crate) mod people;
pub(crate) mod pii;
pub(crate) mod saved;
pub(crate) mod search;
pub(crate) mod settings;
pub(crate) mod vault;
