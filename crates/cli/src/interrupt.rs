//! How the program is asked to end: by Ctrl-C, or by the system.

use std::process::exit;
use std::thread;

use domain::{Cancel, Failure, Result};
use tokio::runtime::Builder;

use crate::print;

/// What a shell takes for a program that Ctrl-C ended.
const INTERRUPTED: i32 = 130;

/// What ends a long piece of work when the program is asked to end: it stops where it may, so that it can say what it leaves.
/// Asked a second time, the program ends at once.
pub(crate) fn cancel() -> Result<Cancel> {
    let runtime = Builder::new_current_thread().enable_all().build().map_err(Failure::internal)?;
    let cancel = Cancel::default();
    let raised = cancel.clone();
    thread::spawn(move || {
        runtime.block_on(async {
            asked().await;
            raised.cancel();
            print::aside("Stopping. Press Ctrl-C again to end at once.");
            asked().await;
            exit(INTERRUPTED)
        })
    });
    Ok(cancel)
}

/// Ends when the program is asked to.
pub(crate) async fn asked() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = tokio::signal::ctrl_c() => {}
            }
            return;
        }
    }
    // Without a signal to wait for, it runs until it is killed.
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}
