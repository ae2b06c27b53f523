//! What is built in: licences, banned crates, sources and known faults of every dependency, by cargo-deny and `deny.toml`.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use crate::machine::{cargo, found, run, step};
use crate::{Result, place};

/// Built once into the cache, where no newer one is on the path.
const VERSION: &str = "0.20.2";

/// Checks all that can be checked here; what could not be is said. Licences, bans and sources need no network; the list of known
/// faults is fetched, and without it the rest counts.
pub fn check() -> Result<()> {
    step("looking at what is built in");
    let Some(deny) = cargo_deny() else {
        eprintln!(
            "Licences, sources and known faults of dependencies were not looked at: cargo-deny {VERSION} could not be installed here."
        );
        return Ok(());
    };
    if !(cargo_task(&["metadata", "--offline", "--locked", "--format-version", "1"]) || cargo_task(&["fetch", "--locked"])) {
        eprintln!(
            "Licences, sources and known faults were not looked at: some dependencies, of other systems, are not on this machine yet."
        );
        return Ok(());
    }
    let check = |what: &[&str]| {
        run(Command::new(&deny).current_dir(place::root()).args(["--offline", "check", "--hide-inclusion-graph"]).args(what))
    };
    check(&["licenses", "bans", "sources"])?;
    let fetched = Command::new(&deny).current_dir(place::root()).args(["fetch", "db"]).stdin(Stdio::null()).stderr(Stdio::null()).status();
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

/// The program, from the path or from the cache; `None` when it is in neither and cannot be built.
fn cargo_deny() -> Option<PathBuf> {
    if found("cargo-deny") {
        return Some("cargo-deny".into());
    }
    let kept = place::cache().join("tools").join(format!("cargo-deny-{VERSION}"));
    let program = kept.join("bin").join(format!("cargo-deny{}", std::env::consts::EXE_SUFFIX));
    if program.is_file() {
        return Some(program);
    }
    let beside = kept.with_extension("unfinished");
    let built = run(cargo().args(["install", "--quiet", "--locked", "--version", VERSION, "--root"]).arg(&beside).arg("cargo-deny"));
    if let Err(error) = built.and_then(|()| Ok(fs::rename(&beside, &kept)?)) {
        eprintln!("{error}");
        return None;
    }
    Some(program)
}
