use std::thread;
use std::time::Duration;

use api::Engine;

/// How often it is looked whether the vault has been idle for long enough.
const LOOK: Duration = Duration::from_secs(10);

/// Locks the vault when it has been idle for as long as its owner chose.
pub(crate) fn watch(engine: &Engine) {
    let engine = engine.clone();
    thread::spawn(move || {
        loop {
            thread::sleep(LOOK);
            // A vault that cannot be asked is closed by whoever finds out; the watch goes on.
            drop(engine.lock_if_idle());
        }
    });
}
