//! Locks the vault when nobody uses it: when it was idle for as long as its owner chose, and when the machine slept.

use std::thread;
use std::time::{Duration, Instant, SystemTime};

use api::Engine;

/// How often it is looked whether the vault has been idle for long enough.
const LOOK: Duration = Duration::from_secs(10);
/// How much further the wall clock has to go than the steady one to mean that the machine slept: more than a clock is corrected by.
const SLEPT: Duration = Duration::from_secs(30);

/// Looks after the vault for as long as the program runs, and makes the backups that are due.
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
        let mut before = Clocks::now();
        loop {
            thread::sleep(LOOK);
            let clocks = Clocks::now();
            // A setting that cannot be read keeps no vault open; what fails all the same is tried again at the next look.
            if clocks.slept_since(&before) {
                drop(engine.lock_when_left());
            }
            drop(engine.lock_if_idle());
            before = clocks;
        }
    });
}

/// What two clocks show: one that goes on while the machine sleeps, and one that on most systems does not.
struct Clocks {
    wall: SystemTime,
    steady: Instant,
}

impl Clocks {
    fn now() -> Self {
        Self { wall: SystemTime::now(), steady: Instant::now() }
    }

    fn slept_since(&self, before: &Self) -> bool {
        // A wall clock that was set back tells nothing.
        let wall = self.wall.duration_since(before.wall).unwrap_or_default();
        wall.saturating_sub(self.steady.duration_since(before.steady)) >= SLEPT
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sleep_is_told_from_a_clock_that_is_corrected_or_set_back() {
        let before = Clocks::now();
        let after = |wall: i64, steady: u64| {
            let shifted = Duration::from_secs(wall.unsigned_abs());
            let wall = if wall < 0 { before.wall - shifted } else { before.wall + shifted };
            Clocks { wall, steady: before.steady + Duration::from_secs(steady) }.slept_since(&before)
        };
        assert!(after(8 * 3600, 10) && after(40, 10));
        assert!(!after(10, 10) && !after(12, 10) && !after(-3600, 10) && !after(8 * 3600, 8 * 3600));
    }
}
