//! A small share of `cargo xtask faults`, so that a fault that gets through is seen before the whole of it is run.

#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

use journeys::Home;
use xtask::faults::{Kind, Plan, tried};

/// So many cases of a kind, and none gets through.
fn survives(kind: Kind, n: u64) {
    let home = Home::new();
    let plan = Plan { seed: 41, n: Some(n), case: None, folder: home.path("faults") };
    for tally in tried(kind, &plan).unwrap() {
        assert!(tally.through.is_empty(), "{}: {:?}", tally.name, tally.through);
        assert!(tally.ran > 0 || !tally.notes.is_empty(), "{} was not run, and does not say why", tally.name);
    }
}

#[test]
fn a_vault_survives_being_killed_at_any_instant() {
    survives(Kind::Kills, 12);
}

#[test]
fn a_vault_survives_losing_its_power() {
    survives(Kind::Power, 12);
}

#[test]
fn a_vault_survives_calls_that_fail() {
    survives(Kind::Errors, 18);
}

#[test]
fn mixed_up_blocks_are_told() {
    survives(Kind::Pages, 24);
}

#[test]
fn broken_input_is_refused_or_told() {
    survives(Kind::Fuzz, 60);
}

#[test]
fn a_flipped_bit_is_told() {
    survives(Kind::Flips, 40);
}

#[test]
fn nothing_that_is_imported_is_ever_written_in_clear() {
    survives(Kind::Canary, 1);
}
