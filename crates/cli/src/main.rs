//! The `datapunk` command: the same operations as the window, run once; `serve`, which keeps them open to a browser on this
//! machine; and `engine`, which keeps them open to the window over standard input and output.
//!
//! Absent on purpose: what operations do (`api`). This crate parses, calls, and prints.

mod args;
mod commands;
mod engine;
mod idle;
mod passphrase;
mod print;
mod serve;

use std::process::ExitCode;

use clap::Parser;
use domain::Failure;

fn main() -> ExitCode {
    let args = args::Args::parse();
    let json = args.json;
    match harden().and_then(|()| commands::run(args)) {
        Ok(code) => code,
        Err(failure) => {
            print::failure(&failure, json);
            ExitCode::FAILURE
        }
    }
}

/// No core dump of this process is ever written, and no other process of this user may read its memory.
#[cfg(target_os = "linux")]
fn harden() -> Result<(), Failure> {
    use rustix::process::{DumpableBehavior, Resource, Rlimit, set_dumpable_behavior, setrlimit};
    setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) }).map_err(Failure::internal)?;
    set_dumpable_behavior(DumpableBehavior::NotDumpable).map_err(Failure::internal)
}

#[cfg(not(target_os = "linux"))]
fn harden() -> Result<(), Failure> {
    Ok(())
}
