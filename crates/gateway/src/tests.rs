use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tower::ServiceExt;

use super::*;

const PORT: u16 = 4711;

struct Asked<'a> {
    host: &'a str,
    headers: &'a [(&'a str, &'a str)],
    token: bool,
}

async fn status_of(asked: Asked<'_>) -> (StatusCode, String) {
    let folder = tempfile::tempdir().unwrap();
    let gate = Gate { engine: Engine::new(folder.path(), api::Stay::Once).unwrap(), token: Arc::new(Token::new().unwrap()), port: PORT };
    let mut request = Request::post("/api/status").header("host", asked.host);
    for (name, value) in asked.headers {
        request = request.header(*name, *value);
    }
    if asked.token {
        request = request.header("authorization", format!("Bearer {}", gate.token.reveal()));
    }
    let response = router(gate).oneshot(request.body(Body::from("{}")).unwrap()).await.unwrap();
    let status = response.status();
    assert_eq!(response.headers()["cache-control"], "no-store");
    (status, String::from_utf8(to_bytes(response.into_body(), 1 << 20).await.unwrap().to_vec()).unwrap())
}

#[tokio::test]
async fn only_this_machines_own_pages_and_programs_with_the_token_come_in() {
    let (status, body) = status_of(Asked { host: "127.0.0.1:4711", headers: &[], token: true }).await;
    assert_eq!(status, StatusCode::OK, "{body}");
    assert!(body.contains("\"state\":"), "{body}");
    for (host, headers, token) in [
        ("127.0.0.1:4711", &[][..], false),
        ("127.0.0.1:4711", &[("authorization", "Bearer 00")][..], false),
        ("evil.example:4711", &[][..], true),
        ("127.0.0.1:4712", &[][..], true),
        ("127.0.0.1:4711", &[("origin", "http://evil.example")][..], true),
        ("127.0.0.1:4711", &[("origin", "null")][..], true),
        ("127.0.0.1:4711", &[("sec-fetch-site", "cross-site")][..], true),
    ] {
        let (status, body) = status_of(Asked { host, headers, token }).await;
        assert_eq!(status, StatusCode::FORBIDDEN, "{host} {headers:?} {token}: {body}");
    }
}

#[cfg(unix)]
#[tokio::test]
async fn a_start_that_goes_on_at_the_socket_of_another_has_its_port_which_was_never_free() {
    let folder = tempfile::tempdir().unwrap();
    let engine = Engine::new(folder.path(), api::Stay::Once).unwrap();
    let first = Server::bind(engine.clone(), 0, Token::new().unwrap()).await.unwrap();
    let (port, socket) = (first.port(), first.socket().unwrap());
    drop(first);
    let taken = Server::bind(engine.clone(), port, Token::new().unwrap()).await.err().unwrap();
    assert_eq!(taken.code, Code::PortTaken);
    // Who comes in between waits, and is answered by the one that goes on.
    let mut page = tokio::net::TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    let second = Server::at(engine, socket, Token::new().unwrap()).unwrap();
    assert_eq!(second.port(), port);
    tokio::spawn(second.run(std::future::pending()));
    page.write_all(format!("GET /api/events HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n").as_bytes()).await.unwrap();
    let mut answer = [0; 12];
    page.read_exact(&mut answer).await.unwrap();
    assert_eq!(&answer, b"HTTP/1.1 403");
}

#[tokio::test]
async fn a_page_that_listens_for_events_does_not_keep_the_server_from_its_end() {
    let folder = tempfile::tempdir().unwrap();
    let engine = Engine::new(folder.path(), api::Stay::Once).unwrap();
    let server = Server::bind(engine, 0, Token::new().unwrap()).await.unwrap();
    let (port, token) = (server.port(), server.token().reveal().to_owned());
    let (end, has_ended) = tokio::sync::oneshot::channel::<()>();
    let serving = tokio::spawn(server.run(async {
        has_ended.await.unwrap();
    }));
    let mut page = tokio::net::TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    let asked = format!("GET /api/events HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAuthorization: Bearer {token}\r\n\r\n");
    page.write_all(asked.as_bytes()).await.unwrap();
    let mut answer = [0; 15];
    page.read_exact(&mut answer).await.unwrap();
    assert_eq!(&answer, b"HTTP/1.1 200 OK");
    end.send(()).unwrap();
    tokio::time::timeout(GRACE * 5, serving).await.unwrap().unwrap();
}

#[tokio::test]
async fn a_head_that_is_too_long_or_says_something_twice_is_refused() {
    let long = "a".repeat(17 * 1024);
    for (headers, refused) in [
        (&[("x-long", long.as_str())][..], StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE),
        (&[("host", "evil.example")][..], StatusCode::BAD_REQUEST),
        (&[("host", "127.0.0.1:4711")][..], StatusCode::BAD_REQUEST),
        (&[("content-length", "2"), ("transfer-encoding", "chunked")][..], StatusCode::BAD_REQUEST),
    ] {
        let (status, body) = status_of(Asked { host: "127.0.0.1:4711", headers, token: true }).await;
        assert_eq!(status, refused, "{body}");
    }
}

#[tokio::test]
async fn a_body_that_is_no_object_is_refused_and_one_that_does_not_end_is_not_waited_for() {
    let folder = tempfile::tempdir().unwrap();
    let engine = Engine::new(folder.path(), api::Stay::Once).unwrap();
    let server = Server::bind(engine, 0, Token::new().unwrap()).await.unwrap();
    let (port, token) = (server.port(), server.token().reveal().to_owned());
    tokio::spawn(server.run(std::future::pending()));
    for (length, body, answered) in [
        (4, "null", "HTTP/1.1 400"),
        (2, "[]", "HTTP/1.1 400"),
        (2, "{}", "HTTP/1.1 200"),
        (0, "", "HTTP/1.1 200"),
        (10, "{", "HTTP/1.1 408"),
    ] {
        let mut page = tokio::net::TcpStream::connect(("127.0.0.1", port)).await.unwrap();
        let head = format!(
            "POST /api/status HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAuthorization: Bearer {token}\r\nContent-Length: {length}\r\n\r\n"
        );
        page.write_all((head + body).as_bytes()).await.unwrap();
        let mut answer = [0; 12];
        tokio::time::timeout(Duration::from_secs(10), page.read_exact(&mut answer)).await.unwrap().unwrap();
        assert_eq!(String::from_utf8_lossy(&answer), answered, "{body:?}");
    }
}
