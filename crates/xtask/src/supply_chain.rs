//! What is built in: licences, banned crates, sources and known faults of every dependency, by cargo-deny and `deny.toml`.

use std::process::{Command, Stdio};

use crate::machine::{cargo, found, run, step};
use crate::{Result, place};

/// Checks all that can be checked here; what could not be is said. Licences, bans and sources need no network; the list of known
/// faults is fetched, and without it the rest counts.
pub fn check() -> Result<()> {
    step("looking at what is built in");
    // Building it takes longer than the suite.
    if !found("cargo-deny") {
        eprintln!(
            "Licences, sources and known faults of dependencies were not looked at: cargo-deny is not installed (`cargo install --locked cargo-deny`)."
        );
        return Ok(());
    }
    if !(cargo_task(&["metadata", "--offline", "--locked", "--format-version", "1"]) || cargo_task(&["fetch", "--locked"])) {
        eprintln!(
            "Licences, sources and known faults were not looked at: some dependencies, of other systems, are not on this machine yet."
        );
        return Ok(());
    }
    let check = |what: &[&str]| {
        run(Command::new("cargo-deny").current_dir(place::root()).args(["--offline", "check", "--hide-inclusion-graph"]).args(what))
    };
    check(&["licenses", "bans", "sources"])?;
    let fetched =
        Command::new("cargo-deny").current_dir(place::root()).args(["fetch", "db"]).stdin(Stdio::null()).stderr(Stdio::null()).status();
    if !fetched.is_ok_and(|status| status.success()) {
        eprintln!("Known faults of dependencies were not looked for: the list of them could not be fetched.");
        return Ok(());
    }
    check(&["advisories"])
}

/// Whether a task of cargo's ends well; what it says is of no concern.
fn cargo_task(args: &[&str]) -> bool {
    cargo().args(args).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
}
