//! Operations and events over HTTP. A plain operation answers with JSON; a streamed one, and the events, with JSON lines.

use std::convert::Infallible;
use std::time::Duration;

use api::{Caller, Door, operation as find};
use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, Path, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::{Cancel, Code, Failure};
use serde_json::{Value, json};
use tokio::sync::mpsc;
use tokio_stream::StreamExt;
use tokio_stream::wrappers::ReceiverStream;

use crate::Gate;

/// Lines that a slow reader may be behind before the work waits for it.
const BACKLOG: usize = 256;
/// How long the body of a request may take on its way: it comes from this machine.
const BODY: Duration = if cfg!(test) { Duration::from_millis(300) } else { Duration::from_secs(30) };

/// `POST /api/NAME`.
pub(crate) async fn operation(State(gate): State<Gate>, Path(name): Path<String>, request: Request) -> Response {
    let body = match tokio::time::timeout(BODY, Bytes::from_request(request, &())).await {
        Ok(Ok(body)) => body,
        Ok(Err(refused)) => return refused.into_response(),
        Err(_) => {
            let failure = Failure::new(Code::BadRequest, "The body of the request did not come to its end.");
            let mut response = (StatusCode::REQUEST_TIMEOUT, axum::Json(failure)).into_response();
            response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
            return response;
        }
    };
    let operation = match find(&name) {
        Ok(operation) => operation,
        Err(failure) => return refusal(&failure),
    };
    let body: Value = match if body.is_empty() { Ok(json!({})) } else { serde_json::from_slice(&body) } {
        Ok(body @ Value::Object(_)) => body,
        Ok(_) => return refusal(&Failure::new(Code::BadRequest, "The body is no object of fields.")),
        Err(error) => return refusal(&Failure::new(Code::BadRequest, format!("The body is not JSON: {error}."))),
    };
    if operation.types.2.is_some() {
        return streamed(gate, operation, body);
    }
    let done = tokio::task::spawn_blocking(move || {
        gate.engine.answer(Caller::owner().through(Door::Browser), operation.name, body, &Cancel::default(), &mut |_| {})
    })
    .await;
    match done.unwrap_or_else(|crash| Err(Failure::internal(crash))) {
        Ok(answer) => ([(header::CONTENT_TYPE, "application/json")], String::from(Box::<str>::from(answer))).into_response(),
        Err(failure) => refusal(&failure),
    }
}

fn streamed(gate: Gate, operation: &'static api::Operation, body: Value) -> Response {
    let (sender, receiver) = mpsc::channel::<String>(BACKLOG);
    tokio::task::spawn_blocking(move || {
        let cancel = Cancel::default();
        let outcome = gate.engine.answer(Caller::owner().through(Door::Browser), operation.name, body, &cancel, &mut |part| {
            // Nobody reads any more, or took nothing for so long that the connection was closed: the work ends at its next look.
            if sender.blocking_send(json!({ "part": part }).to_string()).is_err() {
                cancel.cancel();
            }
        });
        let last = match outcome {
            Ok(answer) => format!("{{\"done\":{}}}", answer.get()),
            Err(failure) => json!({ "error": failure }).to_string(),
        };
        // The reader may be gone; then there is nobody to tell.
        drop(sender.blocking_send(last));
    });
    lines(receiver)
}

/// `GET /api/events`.
pub(crate) async fn events(State(gate): State<Gate>) -> Response {
    let events = gate.engine.events();
    let (sender, receiver) = mpsc::channel::<String>(BACKLOG);
    std::thread::spawn(move || {
        loop {
            match events.recv_timeout(Duration::from_secs(15)) {
                Ok(event) => {
                    if sender.blocking_send(json!(event).to_string()).is_err() {
                        return;
                    }
                }
                // A blank line now and then tells a dead connection from a quiet one.
                Err(std::sync::mpsc::RecvTimeoutError::Timeout) => {
                    if sender.blocking_send(String::new()).is_err() {
                        return;
                    }
                }
                Err(std::sync::mpsc::RecvTimeoutError::Disconnected) => return,
            }
        }
    });
    lines(receiver)
}

fn lines(receiver: mpsc::Receiver<String>) -> Response {
    let stream = ReceiverStream::new(receiver).map(|mut line| {
        line.push('\n');
        Ok::<_, Infallible>(line)
    });
    ([(header::CONTENT_TYPE, "application/x-ndjson")], Body::from_stream(stream)).into_response()
}

/// A failure as an answer.
pub(crate) fn refusal(failure: &Failure) -> Response {
    let status = match failure.code {
        Code::Forbidden => StatusCode::FORBIDDEN,
        Code::Locked | Code::WrongPassphrase => StatusCode::UNAUTHORIZED,
        Code::NotFound | Code::NoVault => StatusCode::NOT_FOUND,
        Code::VaultExists | Code::VaultInUse => StatusCode::CONFLICT,
        Code::Internal | Code::Damaged | Code::DamagedHeader => StatusCode::INTERNAL_SERVER_ERROR,
        Code::NoSpace => StatusCode::INSUFFICIENT_STORAGE,
        _ => StatusCode::BAD_REQUEST,
    };
    let mut response = (status, axum::Json(failure.clone())).into_response();
    if failure.code == Code::WrongPassphrase {
        // The connection's buffer holds what was tried, which is often nearly the passphrase; it goes with the connection.
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    response
}
