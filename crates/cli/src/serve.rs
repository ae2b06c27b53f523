use std::process::ExitCode;

use api::Engine;
use domain::{Failure, Result};
use gateway::Server;
use serde_json::json;

use crate::print;

/// Opens the app to a browser on this machine until the program is told to end.
pub(crate) fn run(engine: &Engine, port: u16, json: bool) -> Result<ExitCode> {
    crate::idle::watch(engine);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().map_err(Failure::internal)?;
    runtime.block_on(async {
        let server = Server::bind(engine.clone(), port).await?;
        if json {
            print::line(&json!({ "url": server.address(), "origin": server.origin(), "token": server.token().reveal() }));
        } else {
            print::say(&format!("Datapunk is open to browsers on this machine:\n\n  {}\n\nIt ends with Ctrl+C.", server.address()));
        }
        server.run(ended()).await
    })?;
    // Streams of events may still be held open by a browser; they have nothing more to say.
    runtime.shutdown_background();
    Ok(ExitCode::SUCCESS)
}

async fn ended() {
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
