//! How a browser on this machine reaches the vault: the app's pages and the table of operations, on loopback, behind a token
//! that is made anew at each start.
//!
//! Invariants: it binds 127.0.0.1 and nothing else; a request is checked in the order host, origin, fetch site, token, before
//! its body is read; the token is never in an address that a server or a log sees; answers are never cached; no connection is
//! waited for without end, and there are only so many.
//!
//! Absent on purpose: what operations do and who may do what (`api`), and any other address to listen on.

mod connections;
mod door;
mod pages;
mod stream;
mod token;

use std::future::Future;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use api::Engine;
use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};
use domain::{Code, Failure, Result};
use tokio::net::TcpListener;

pub use token::Token;

/// How long what is being answered may go on once the end was asked for: a page that listens for events would never end by itself.
const GRACE: Duration = Duration::from_secs(2);

/// What every request needs.
#[derive(Clone)]
pub(crate) struct Gate {
    pub(crate) engine: Engine,
    pub(crate) token: Arc<Token>,
    pub(crate) port: u16,
}

/// A bound server that has not begun to answer.
pub struct Server {
    listener: TcpListener,
    gate: Gate,
}

impl Server {
    /// Binds 127.0.0.1 at `port`, for who has `token`; 0 takes a free port.
    pub async fn bind(engine: Engine, port: u16, token: Token) -> Result<Self> {
        let listener = TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port))).await.map_err(|error| {
            if error.kind() == std::io::ErrorKind::AddrInUse {
                Failure::new(Code::PortTaken, format!("Port {port} of 127.0.0.1 is taken by another program."))
                    .hint("Choose another with --port, or 0 for any that is free.")
            } else {
                Failure::new(Code::PortTaken, format!("Port {port} of 127.0.0.1 cannot be opened: {error}."))
                    .hint("Choose another with --port.")
            }
        })?;
        Self::on(engine, listener, token)
    }

    /// Goes on at a socket that an earlier start of the program bound, for who has `token`. Called within a runtime.
    ///
    /// # Errors
    /// When it is no socket that can be listened to.
    pub fn at(engine: Engine, socket: std::net::TcpListener, token: Token) -> Result<Self> {
        socket.set_nonblocking(true).map_err(Failure::internal)?;
        Self::on(engine, TcpListener::from_std(socket).map_err(Failure::internal)?, token)
    }

    fn on(engine: Engine, listener: TcpListener, token: Token) -> Result<Self> {
        let port = listener.local_addr().map_err(Failure::internal)?.port();
        Ok(Self { listener, gate: Gate { engine, token: Arc::new(token), port } })
    }

    /// The socket, for a start of the program that goes on there. The port is taken as long as it is open.
    ///
    /// # Errors
    /// When the program has too many files open.
    #[cfg(unix)]
    pub fn socket(&self) -> Result<std::net::TcpListener> {
        use std::os::fd::AsFd;
        Ok(self.listener.as_fd().try_clone_to_owned().map_err(Failure::internal)?.into())
    }

    /// The address to open in a browser. The token stands behind the `#`, which browsers do not send.
    pub fn address(&self) -> String {
        format!("http://127.0.0.1:{}/#token={}", self.gate.port, self.gate.token.reveal())
    }

    /// The port that is bound.
    pub fn port(&self) -> u16 {
        self.gate.port
    }

    /// The address without the token.
    pub fn origin(&self) -> String {
        format!("http://127.0.0.1:{}", self.gate.port)
    }

    /// The token, for programs.
    pub fn token(&self) -> &Token {
        &self.gate.token
    }

    /// Answers until `end` is done; what is being answered then may go on for a short while.
    pub async fn run(self, end: impl Future<Output = ()>) {
        connections::answer(self.listener, router(self.gate), end).await;
    }
}

fn router(gate: Gate) -> Router {
    let api = Router::new()
        .route("/api/events", get(stream::events))
        .route("/api/{operation}", post(stream::operation))
        .layer(from_fn_with_state(gate.clone(), door::with_token));
    Router::new().merge(api).fallback(pages::page).layer(from_fn_with_state(gate.clone(), door::on_this_machine)).with_state(gate)
}

#[cfg(test)]
mod tests;
