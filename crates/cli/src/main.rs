//! The `datapunk` command: the same operations as the window, run once; `serve`, which keeps them open to a browser on this
//! machine; and `engine`, which keeps them open to the window over standard input and output.
//!
//! Absent on purpose: what operations do (`api`). This crate parses, calls, and prints.

mod args;
mod backups;
mod commands;
mod engine;
mod idle;
mod interrupt;
mod passphrase;
mod print;
mod serve;

use std::process::ExitCode;

use clap::Parser;
use domain::{Code, Failure};

/// The system's own keeps what several threads freed, which after an import of many files is more than the import needed.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let args = match args::Args::try_parse() {
        Ok(args) => args,
        Err(error) => return mistyped(&error),
    };
    let json = args.json;
    match harden().and_then(|()| commands::run(args)) {
        Ok(code) => code,
        Err(failure) => {
            print::failure(&failure, json);
            ExitCode::FAILURE
        }
    }
}

/// What could not be parsed: as JSON when JSON was asked for. Help and the version are no mistakes, and go to standard output.
fn mistyped(error: &clap::Error) -> ExitCode {
    if error.use_stderr() && std::env::args_os().any(|arg| arg == "--json") {
        let text = error.render().to_string();
        let paragraph = text.split("\n\n").next().unwrap_or_default().trim_start_matches("error: ");
        let words = paragraph.lines().map(str::trim).collect::<Vec<_>>().join(" ");
        let message = format!("This command cannot be read: {}.", words.trim_end_matches('.'));
        print::failure(&Failure::new(Code::BadRequest, message).hint("`datapunk help` lists the commands and what each takes."), true);
        return ExitCode::from(2);
    }
    // Nothing is left to say when the terminal is gone.
    drop(error.print());
    ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2))
}

/// No core dump of this process is ever written, no other process of this user may read its memory, and no other user what it
/// writes.
#[cfg(target_os = "linux")]
fn harden() -> Result<(), Failure> {
    use rustix::fs::Mode;
    use rustix::process::{DumpableBehavior, Resource, Rlimit, set_dumpable_behavior, setrlimit, umask};
    umask(Mode::RWXG | Mode::RWXO);
    setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) }).map_err(Failure::internal)?;
    set_dumpable_behavior(DumpableBehavior::NotDumpable).map_err(Failure::internal)
}

#[cfg(not(target_os = "linux"))]
fn harden() -> Result<(), Failure> {
    Ok(())
}
