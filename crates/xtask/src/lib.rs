//! What the workspace's own tasks are made of, for its tests to use as well.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a task talks to the person who started it")]

pub mod bench;
pub mod browser;
pub mod command;
pub mod demo;
pub mod faults;
pub mod fixtures;
pub mod folder;
pub mod front_end;
pub mod machine;
pub mod models;
pub mod needles;
pub mod place;
pub mod suite;
pub mod supply_chain;

/// What a task comes to; its error is a sentence for the person who started it.
pub type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;
