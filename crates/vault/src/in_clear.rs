//! A build of the vault that leaves the database and the index of words in clear, so that what encryption costs can be measured
//! against the same store without it. No feature makes one, and no release can be one: `cargo xtask bench --in-clear` compiles
//! it with a `--cfg` of its own, and what it wrote is refused as damaged by every other build.

#[cfg(all(datapunk_in_clear, not(debug_assertions)))]
compile_error!("a vault in clear is for measuring alone, and is never built for release");

/// Whether this build leaves everything in clear.
pub(crate) const IN_CLEAR: bool = cfg!(datapunk_in_clear);
