//! How many threads inference may use.
//!
//! One core is left to the person: candle waits for its workers in a spin loop, which on a machine with no core to spare is
//! slower with two threads than with one. `DATAPUNK_THREADS` overrides the count, for tests and benchmarks.
//!
//! candle's quantised kernels read their own variables once, at their first use. A process cannot safely change its own
//! environment, so whoever starts the engine's process hands it [`environment`].

use std::sync::OnceLock;
use std::thread::available_parallelism;

use domain::{Failure, Result};
use rayon::{ThreadPool, ThreadPoolBuilder};

use crate::bert::For;

/// Threads for inference: all cores but one, at least one.
pub fn count() -> usize {
    asked().unwrap_or_else(|| cores().saturating_sub(1).max(1))
}

/// The variables that a process which runs models is to be started with.
pub fn environment() -> [(&'static str, String); 2] {
    [("CANDLE_NUM_THREADS", count().to_string()), ("RAYON_NUM_THREADS", count().to_string())]
}

/// The pool in which encoders run: all cores while a person waits, and otherwise [`count`] of them. `DATAPUNK_THREADS` holds for both.
pub(crate) fn pool(wanted: For) -> Result<&'static ThreadPool> {
    static NOW: OnceLock<Option<ThreadPool>> = OnceLock::new();
    static LATER: OnceLock<Option<ThreadPool>> = OnceLock::new();
    let (pool, n, name) = match wanted {
        For::Now => (&NOW, asked().unwrap_or_else(cores), "now"),
        For::Later => (&LATER, count(), "later"),
    };
    pool.get_or_init(|| ThreadPoolBuilder::new().num_threads(n).thread_name(move |n| format!("forge-{name}-{n}")).build().ok())
        .as_ref()
        .ok_or_else(|| Failure::internal("the threads for inference could not be started"))
}

fn asked() -> Option<usize> {
    std::env::var("DATAPUNK_THREADS").ok().and_then(|text| text.parse().ok()).filter(|&n| n > 0)
}

fn cores() -> usize {
    available_parallelism().map_or(1, usize::from)
}
