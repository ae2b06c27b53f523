//! `cargo xtask test`: everything, the cheapest first.

use crate::machine::{Need, cargo, found, prepare, run as run_command, step};
use crate::{Result, browser, front_end, models, place, supply_chain};

/// Runs every test of every layer.
pub fn run() -> Result<()> {
    prepare(Need::Test)?;
    step("checking the format");
    cargo_task(&["fmt", "--all", "--check"])?;
    front_end::build()?;
    front_end::check()?;
    step("fetching the models that the tests use");
    models::ensure(models::Tier::Core, &place::models(), &mut |line| eprintln!("{line}"))?;
    if found("cargo-clippy") {
        step("looking for what the lints find");
        cargo_task(&["clippy", "--workspace", "--all-targets", "--quiet", "--", "--deny", "warnings"])?;
    } else {
        eprintln!("The lints were not looked at: clippy is not installed (`rustup component add clippy`).");
    }
    supply_chain::check()?;
    step("building");
    cargo_task(&["build", "--workspace", "--all-targets", "--quiet"])?;
    step("running the tests");
    let mut tests = cargo();
    if found("cargo-nextest") {
        tests.args(["nextest", "run", "--workspace", "--no-fail-fast"]);
    } else {
        tests.args(["test", "--workspace", "--no-fail-fast"]);
    }
    run_command(tests.env("DATAPUNK_MODELS", place::models()).env("DATAPUNK_BIN", place::datapunk()))?;
    browser::run()
}

fn cargo_task(args: &[&str]) -> Result<()> {
    run_command(cargo().args(args))
}
