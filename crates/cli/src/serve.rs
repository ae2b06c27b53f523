//! The engine behind the gateway. When its vault is locked the process starts anew, at the same port and for the same token:
//! closing a vault leaves what was read from it in memory that was given back but not wiped, and a new program image does not
//! have that memory.

use std::io::{Read, stdin};
use std::process::ExitCode;

use api::Engine;
use api::wire::Event;
use domain::{Failure, Result};
use gateway::{Server, Token};
use serde_json::json;

use crate::{interrupt, print};

/// Opens the app to a browser on this machine until the program is told to end.
pub(crate) fn run(engine: &Engine, port: u16, json: bool) -> Result<ExitCode> {
    serve(engine, port, Token::new()?, |server| {
        if json {
            print::line(&json!({ "url": server.address(), "origin": server.origin(), "token": server.token().reveal() }));
        } else {
            print::say(&format!("Datapunk is open to browsers on this machine:\n\n  {}\n\nIt ends with Ctrl+C.", server.address()));
        }
    })
}

/// Goes on at the port of a process that locked its vault, for the token on standard input. The address was said before.
pub(crate) fn again(engine: &Engine, port: u16) -> Result<ExitCode> {
    let mut token = String::new();
    stdin().read_to_string(&mut token).map_err(Failure::internal)?;
    serve(engine, port, Token::revealed(token.trim())?, |_| {})
}

fn serve(engine: &Engine, port: u16, token: Token, bound: impl FnOnce(&Server)) -> Result<ExitCode> {
    crate::idle::watch(engine);
    #[cfg(target_os = "linux")]
    crate::leaving::watch(engine);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().map_err(Failure::internal)?;
    runtime.block_on(async {
        let server = Server::bind(engine.clone(), port, token).await?;
        start_anew_once_locked(engine, &server);
        bound(&server);
        server.run(interrupt::asked()).await
    })?;
    // Streams of events may still be held open by a browser; they have nothing more to say.
    runtime.shutdown_background();
    Ok(ExitCode::SUCCESS)
}

#[cfg(unix)]
fn start_anew_once_locked(engine: &Engine, server: &Server) {
    let events = engine.events();
    let (folder, port, token) = (engine.folder().to_owned(), server.port(), server.token().reveal().to_owned());
    std::thread::spawn(move || {
        if !events.iter().any(|event| matches!(event, Event::Locked)) {
            return;
        }
        // The answer to the call that locked, and the events, are being written.
        std::thread::sleep(std::time::Duration::from_millis(200));
        let failure = start_anew(&folder, port, &token);
        print::failure(&failure, false);
        std::process::exit(1);
    });
}

/// Replaces this process's memory with a new start of the program. Returns only when that failed.
#[cfg(unix)]
fn start_anew(folder: &std::path::Path, port: u16, token: &str) -> Failure {
    use std::io::Write;
    use std::os::unix::process::CommandExt;
    let replaced = || -> std::io::Result<std::io::Error> {
        // Not an argument and not the environment: other programs may read those.
        let (reader, mut writer) = std::io::pipe()?;
        writer.write_all(token.as_bytes())?;
        drop(writer);
        let mut command = std::process::Command::new(std::env::current_exe()?);
        command.arg("--vault").arg(folder).args(["serve", "--again", "--port", &port.to_string()]);
        // A passphrase that was given for one unlocking must not be there for the next.
        Ok(command.env_remove("DATAPUNK_PASSPHRASE").stdin(reader).exec())
    };
    let error = replaced().unwrap_or_else(|error| error);
    Failure::internal(format!("the program could not start anew after the vault was locked: {error}"))
}

#[cfg(not(unix))]
fn start_anew_once_locked(_: &Engine, _: &Server) {}
