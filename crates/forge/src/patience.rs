//! Waits for a server, but neither past a cancellation nor for ever.

use std::time::Duration;

use domain::{Cancel, Failure, Result};
use tokio::time::timeout;

/// How soon a cancellation is noticed while the server is silent.
const GLANCE: Duration = Duration::from_millis(200);

/// What the future comes to; the failure `late` when it takes longer than `patience`.
pub(crate) async fn patiently<F: Future>(future: F, patience: Duration, cancel: &Cancel, late: impl Fn() -> Failure) -> Result<F::Output> {
    let mut future = std::pin::pin!(future);
    let mut waited = Duration::ZERO;
    loop {
        cancel.check()?;
        match timeout(GLANCE, &mut future).await {
            Ok(output) => return Ok(output),
            Err(_) if waited < patience => waited += GLANCE,
            Err(_) => return Err(late()),
        }
    }
}
