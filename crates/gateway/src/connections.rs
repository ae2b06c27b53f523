//! Connections: how many there may be at once, and how long one may make the program wait.
//!
//! Whoever can reach the port needs no token to open a connection and to say nothing. So there are only so many, one that does not
//! come to the end of a request's head is closed, and one that takes nothing of what it is sent as well: what works for it ends then,
//! and holds no thread.

use std::future::Future;
use std::io::{self, IoSlice};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::Sleep;

use crate::GRACE;

/// Connections at once: a browser opens six to a host, and a few pages stand open. Tests wait for none of it for long.
const MOST: usize = if cfg!(test) { 4 } else { 128 };
/// How long the head of a request may take, and how long a connection may be kept for the next one.
const HEAD: Duration = if cfg!(test) { Duration::from_millis(300) } else { Duration::from_secs(30) };
/// How long the other end may take nothing of what is sent.
const PATIENCE: Duration = if cfg!(test) { Duration::from_millis(300) } else { Duration::from_secs(60) };
/// How long no connection is taken when that fails: the program may have too many files open, and gives some back meanwhile.
const PAUSE: Duration = Duration::from_secs(1);

/// Answers what comes to `listener` until `end` is done; what is being answered then may go on for a short while.
pub(crate) async fn answer(listener: TcpListener, router: Router, end: impl Future<Output = ()>) {
    let places = Arc::new(Semaphore::new(MOST));
    let (ending, ends) = watch::channel(());
    let mut connections = JoinSet::new();
    let mut end = pin!(end);
    loop {
        let (stream, place) = tokio::select! {
            () = &mut end => break,
            came = next(&listener, &places) => came,
        };
        connections.spawn(one(stream, place, router.clone(), ends.clone()));
        // Those that have ended.
        while connections.try_join_next().is_some() {}
    }
    drop((listener, ending, ends));
    // A page that listens for events would never end by itself.
    tokio::time::timeout(GRACE, async { while connections.join_next().await.is_some() {} }).await.ok();
}

/// The next connection, once there is a place for it.
async fn next(listener: &TcpListener, places: &Arc<Semaphore>) -> (TcpStream, OwnedSemaphorePermit) {
    loop {
        // Nobody closes it.
        let Ok(place) = Arc::clone(places).acquire_owned().await else { return std::future::pending().await };
        match listener.accept().await {
            Ok((stream, _)) => return (stream, place),
            Err(error) if is_of_the_other_end(&error) => {}
            Err(_) => tokio::time::sleep(PAUSE).await,
        }
    }
}

fn is_of_the_other_end(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::ConnectionRefused | io::ErrorKind::ConnectionAborted | io::ErrorKind::ConnectionReset)
}

async fn one(stream: TcpStream, place: OwnedSemaphorePermit, router: Router, mut ends: watch::Receiver<()>) {
    let io = TokioIo::new(Impatient { stream, stalled: None, _place: place });
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(HEAD);
    let mut connection = pin!(builder.serve_connection(io, TowerToHyperService::new(router)));
    tokio::select! {
        // How it went is for the other end to know.
        _ = connection.as_mut() => return,
        // That there is nobody any more who could change it is the sign.
        _ = ends.changed() => {}
    }
    connection.as_mut().graceful_shutdown();
    drop(connection.await);
}

/// A connection that fails when the other end takes nothing for too long. It gives its place back with itself.
struct Impatient {
    stream: TcpStream,
    /// Runs while something waits to be taken.
    stalled: Option<Pin<Box<Sleep>>>,
    _place: OwnedSemaphorePermit,
}

impl Impatient {
    fn within_patience<T>(&mut self, context: &mut Context<'_>, written: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if written.is_ready() {
            self.stalled = None;
            return written;
        }
        let stalled = self.stalled.get_or_insert_with(|| Box::pin(tokio::time::sleep(PATIENCE)));
        ready!(stalled.as_mut().poll(context));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl AsyncRead for Impatient {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, into)
    }
}

impl AsyncWrite for Impatient {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.within_patience(context, written)
    }

    fn poll_write_vectored(mut self: Pin<&mut Self>, context: &mut Context<'_>, slices: &[IoSlice<'_>]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(context, slices);
        self.within_patience(context, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use axum::body::Body;
    use axum::routing::get;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::sync::mpsc;
    use tokio_stream::StreamExt;
    use tokio_stream::wrappers::ReceiverStream;

    use super::*;

    const SOON: Duration = Duration::from_secs(10);
    const ASKED: &[u8] = b"GET / HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n";

    /// The port of a server for this router.
    async fn serve(router: Router) -> u16 {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        tokio::spawn(answer(listener, router, std::future::pending()));
        port
    }

    async fn connect(port: u16) -> TcpStream {
        TcpStream::connect(("127.0.0.1", port)).await.unwrap()
    }

    /// What comes until the other end closes.
    async fn rest(mut stream: TcpStream) -> Vec<u8> {
        let mut bytes = Vec::new();
        // A connection that is cut off is closed as well.
        drop(tokio::time::timeout(SOON, stream.read_to_end(&mut bytes)).await.unwrap());
        bytes
    }

    #[tokio::test]
    async fn who_does_not_come_to_the_end_of_a_request_is_not_waited_for() {
        let port = serve(Router::new().route("/", get(|| async { "here" }))).await;
        let mut slow = connect(port).await;
        slow.write_all(b"GET / HTTP/1.1\r\nHost: he").await.unwrap();
        let idle = connect(port).await;
        assert!(!rest(slow).await.windows(4).any(|window| window == b"here"));
        rest(idle).await;
        let mut quick = connect(port).await;
        quick.write_all(ASKED).await.unwrap();
        assert!(rest(quick).await.ends_with(b"here"));
    }

    #[tokio::test]
    async fn there_are_only_so_many_connections_at_once_and_the_others_have_their_turn() {
        let (n_here, leave) = (Arc::new(AtomicUsize::new(0)), Arc::new(Semaphore::new(0)));
        let (counted, left) = (Arc::clone(&n_here), Arc::clone(&leave));
        let hold = move || {
            let (counted, left) = (Arc::clone(&counted), Arc::clone(&left));
            async move {
                counted.fetch_add(1, Ordering::SeqCst);
                left.acquire().await.unwrap().forget();
                "here"
            }
        };
        let port = serve(Router::new().route("/", get(hold))).await;
        let mut asking = Vec::new();
        for _ in 0..MOST + 2 {
            let mut stream = connect(port).await;
            stream.write_all(ASKED).await.unwrap();
            asking.push(stream);
        }
        let all = async {
            while n_here.load(Ordering::SeqCst) < MOST {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        tokio::time::timeout(SOON, all).await.unwrap();
        tokio::time::sleep(HEAD * 2).await;
        assert_eq!(n_here.load(Ordering::SeqCst), MOST);
        leave.add_permits(MOST + 2);
        for stream in asking {
            assert!(rest(stream).await.ends_with(b"here"));
        }
    }

    #[tokio::test]
    async fn a_page_that_stops_reading_holds_no_thread() {
        let (ended, mut has_ended) = mpsc::channel(1);
        let endless = move || {
            let ended = ended.clone();
            async move {
                let (sender, receiver) = mpsc::channel::<String>(4);
                tokio::task::spawn_blocking(move || {
                    while sender.blocking_send("a line of an answer\n".repeat(5_000)).is_ok() {}
                    ended.blocking_send(()).unwrap();
                });
                Body::from_stream(ReceiverStream::new(receiver).map(Ok::<_, std::convert::Infallible>))
            }
        };
        let port = serve(Router::new().route("/", get(endless))).await;
        let mut page = connect(port).await;
        page.write_all(ASKED).await.unwrap();
        tokio::time::timeout(SOON, has_ended.recv()).await.unwrap().unwrap();
    }
}
