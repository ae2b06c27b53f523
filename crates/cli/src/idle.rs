use std::thread;
use std::time::Duration;

use api::Engine;

/// How often it is looked whether the vault has been idle for long enough.
const LOOK: Duration = Duration::from_secs(10);

/// Locks the vault when it has been idle for as long as its owner chose, and makes the backups that are due.
pub(crate) fn watch(engine: &Engine) {
    let backing_up = engine.clone();
    thread::spawn(move || {
        loop {
            thread::sleep(LOOK);
            // The job tells what went wrong; the watch goes on.
            drop(backing_up.back_up_if_due());
        }
    });
    let engine = engine.clone();
    thread::spawn(move || {
        loop {
            thread::sleep(LOOK);
            // A vault that cannot be asked is closed by whoever finds out; the watch goes on.
            drop(engine.lock_if_idle());
        }
    });
}
