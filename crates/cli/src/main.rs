//! The `datapunk` command: the same operations as the window, run once; `serve`, which keeps them open to a browser on this
//! machine; and `engine`, which keeps them open to the window over standard input and output.
//!
//! Absent on purpose: what operations do (`api`). This crate parses, calls, and prints.

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "what fails here fails the test"))]

mod args;
mod backups;
mod commands;
mod confirm;
mod engine;
#[cfg(unix)]
mod handing_over;
mod idle;
mod interrupt;
#[cfg(target_os = "linux")]
mod leaving;
mod passphrase;
mod print;
mod serve;
mod wiping;

use std::io::Write;
use std::panic::Location;
use std::process::ExitCode;

use clap::Parser;
use domain::{Code, Failure};

/// The system's own keeps what several threads freed, which after an import of many files is more than the import needed.
#[global_allocator]
static ALLOCATOR: wiping::Wiping = wiping::Wiping(mimalloc::MiMalloc);

fn main() -> ExitCode {
    std::panic::set_hook(Box::new(|panic| {
        // There is nowhere left to report that this could not be written.
        drop(writeln!(std::io::stderr(), "{}", told_of_panic(panic.location())));
    }));
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

/// What is told of a panic: where in the program it was, and never its message, which may quote what is in the vault.
fn told_of_panic(place: Option<&Location<'_>>) -> String {
    let place = place.map_or_else(|| "an unknown place".to_owned(), |place| format!("{}:{}", place.file(), place.line()));
    format!("error: Datapunk met a fault of its own at {place}; nothing of what is in the vault is in this message.")
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

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    #[test]
    fn a_panic_tells_its_place_and_not_what_it_says() {
        let told = Arc::new(Mutex::new(String::new()));
        let heard = Arc::clone(&told);
        std::panic::set_hook(Box::new(move |panic| *heard.lock().unwrap() = super::told_of_panic(panic.location())));
        let fault = std::panic::catch_unwind(|| panic!("cannot read the letter to Anna"));
        drop(std::panic::take_hook());
        assert!(fault.is_err());
        let told = told.lock().unwrap().clone();
        assert!(told.contains("main.rs:") && !told.contains("Anna"), "{told}");
    }
}
