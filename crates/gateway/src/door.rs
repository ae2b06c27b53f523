//! Who may come in.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use domain::{Code, Failure};

use crate::Gate;
use crate::stream::refusal;

/// The most bytes of a request's head.
const MOST_BYTES: usize = 16 * 1024;

/// Refuses what did not come from a page of ours or a program on this machine: a foreign host name (DNS rebinding), a foreign
/// origin, another site's fetch. Sets the headers that keep answers out of caches and frames.
pub(crate) async fn on_this_machine(State(gate): State<Gate>, request: Request, next: Next) -> Response {
    let mut response = match (malformed(request.headers()), allowed(request.headers(), gate.port)) {
        (Some((status, what)), _) => (status, axum::Json(Failure::new(Code::BadRequest, what))).into_response(),
        (None, Ok(())) => next.run(request).await,
        (None, Err(failure)) => refusal(&failure),
    };
    let headers = response.headers_mut();
    for (name, value) in [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::CACHE_CONTROL, "no-store"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CONTENT_SECURITY_POLICY, crate::pages::POLICY),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.insert("cross-origin-resource-policy", HeaderValue::from_static("same-origin"));
    headers.insert("cross-origin-opener-policy", HeaderValue::from_static("same-origin"));
    response
}

/// Refuses who does not have the token.
pub(crate) async fn with_token(State(gate): State<Gate>, request: Request, next: Next) -> Response {
    let given =
        request.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).and_then(|value| value.strip_prefix("Bearer "));
    if given.is_some_and(|given| gate.token.is(given)) {
        next.run(request).await.into_response()
    } else {
        refusal(
            &Failure::new(Code::Forbidden, "This request does not carry the token of this start of Datapunk.")
                .hint("Open the address that `datapunk serve` printed."),
        )
    }
}

/// What is wrong with a request's head, whoever sends it: more than there is a use for, or what can be read in two ways.
fn malformed(headers: &HeaderMap) -> Option<(StatusCode, &'static str)> {
    // As they stand on the wire, each with a colon, a space and the end of its line.
    let bytes: usize = headers.iter().map(|(name, value)| name.as_str().len() + value.len() + 4).sum();
    if bytes > MOST_BYTES {
        return Some((StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, "The head of the request is longer than 16 KiB."));
    }
    if headers.get_all(header::HOST).iter().nth(1).is_some() {
        return Some((StatusCode::BAD_REQUEST, "The request names two hosts."));
    }
    // Beside a length it is said twice where the body ends, and a length that comes after it is dropped before it gets here.
    if headers.contains_key(header::TRANSFER_ENCODING) {
        return Some((StatusCode::BAD_REQUEST, "The body of a request comes with its length, not in pieces."));
    }
    None
}

fn allowed(headers: &HeaderMap, port: u16) -> Result<(), Failure> {
    let refuse = |what: &str| Err(Failure::new(Code::Forbidden, format!("{what} may not talk to this vault.")));
    let own = ["127.0.0.1", "localhost"].map(|name| format!("{name}:{port}"));
    let text = |name: header::HeaderName| headers.get(name).map(|value| value.to_str().unwrap_or("\u{0}"));
    match text(header::HOST) {
        Some(host) if own.iter().any(|own| own == host) => {}
        _ => return refuse("A host of another name"),
    }
    if let Some(origin) = text(header::ORIGIN)
        && !own.iter().any(|own| origin.strip_prefix("http://") == Some(own))
    {
        return refuse("A page of another origin");
    }
    match headers.get("sec-fetch-site").map(|value| value.to_str().unwrap_or("\u{0}")) {
        None | Some("none" | "same-origin") => Ok(()),
        Some(_) => refuse("Another site"),
    }
}
