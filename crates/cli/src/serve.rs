//! The engine behind the gateway. When its vault is locked the process starts anew, at the same socket and for the same token:
//! closing a vault leaves what was read from it in memory that was given back but not wiped, and a new program image does not
//! have that memory.

use std::process::ExitCode;

use api::Engine;
use api::wire::Event;
use domain::{Failure, Result};
use gateway::{Server, Token};
use serde_json::json;

use crate::{interrupt, print};

/// Opens the app to a browser on this machine until the program is told to end.
pub(crate) fn run(engine: &Engine, port: u16, json: bool) -> Result<ExitCode> {
    serve(engine, Place::Port(port), Token::new()?, |server| {
        if json {
            print::line(&json!({ "url": server.address(), "origin": server.origin(), "token": server.token().reveal() }));
        } else {
            print::say(&format!("Datapunk is open to browsers on this machine:\n\n  {}\n\nIt ends with Ctrl+C.", server.address()));
        }
    })
}

/// Goes on at the socket of a process that locked its vault, and for its token. The address was said before.
#[cfg(unix)]
pub(crate) fn again(engine: &Engine) -> Result<ExitCode> {
    let (socket, token) = crate::handing_over::take(std::io::stdin())?;
    serve(engine, Place::Socket(socket), token, |_| {})
}

#[cfg(not(unix))]
pub(crate) fn again(_: &Engine) -> Result<ExitCode> {
    Err(Failure::new(domain::Code::BadRequest, "On this system no start of Datapunk goes on where another ended."))
}

/// Where the server listens.
enum Place {
    /// At a port that it binds.
    Port(u16),
    /// Where an earlier start did.
    #[cfg(unix)]
    Socket(std::net::TcpListener),
}

fn serve(engine: &Engine, place: Place, token: Token, bound: impl FnOnce(&Server)) -> Result<ExitCode> {
    crate::idle::watch(engine);
    #[cfg(target_os = "linux")]
    crate::leaving::watch(engine);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().map_err(Failure::internal)?;
    runtime.block_on(async {
        let server = match place {
            Place::Port(port) => Server::bind(engine.clone(), port, token).await?,
            #[cfg(unix)]
            Place::Socket(socket) => Server::at(engine.clone(), socket, token)?,
        };
        start_anew_once_locked(engine, &server)?;
        bound(&server);
        server.run(interrupt::asked()).await;
        Ok::<_, Failure>(())
    })?;
    // Streams of events may still be held open by a browser; they have nothing more to say.
    runtime.shutdown_background();
    Ok(ExitCode::SUCCESS)
}

#[cfg(unix)]
fn start_anew_once_locked(engine: &Engine, server: &Server) -> Result<()> {
    let events = engine.events();
    let (folder, socket, token) = (engine.folder().to_owned(), server.socket()?, Token::revealed(server.token().reveal())?);
    std::thread::spawn(move || {
        if !events.iter().any(|event| matches!(event, Event::Locked)) {
            return;
        }
        // The answer to the call that locked, and the events, are being written.
        std::thread::sleep(std::time::Duration::from_millis(200));
        let failure = start_anew(&folder, &socket, &token);
        print::failure(&failure, false);
        std::process::exit(1);
    });
    Ok(())
}

/// Replaces this process's memory with a new start of the program. Returns only when that failed.
#[cfg(unix)]
fn start_anew(folder: &std::path::Path, socket: &std::net::TcpListener, token: &Token) -> Failure {
    use std::os::fd::OwnedFd;
    use std::os::unix::process::CommandExt;
    let replaced = || -> std::io::Result<std::io::Error> {
        let handed = OwnedFd::from(crate::handing_over::give(socket, token)?);
        let mut command = std::process::Command::new(std::env::current_exe()?);
        command.arg("--vault").arg(folder).args(["serve", "--again"]);
        // A passphrase that was given for one unlocking must not be there for the next.
        Ok(command.env_remove("DATAPUNK_PASSPHRASE").stdin(handed).exec())
    };
    let error = replaced().unwrap_or_else(|error| error);
    Failure::internal(format!("the program could not start anew after the vault was locked: {error}"))
}

#[cfg(not(unix))]
fn start_anew_once_locked(_: &Engine, _: &Server) -> Result<()> {
    Ok(())
}
