//! Where things stand: the workspace, and the cache outside it that makes a fresh clone warm.

use std::path::{Path, PathBuf};

/// The workspace's root.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).map_or_else(|| PathBuf::from("."), Path::to_owned)
}

/// The cache: `DATAPUNK_CACHE`, else `datapunk` in the user's cache folder.
pub fn cache() -> PathBuf {
    if let Some(cache) = std::env::var_os("DATAPUNK_CACHE") {
        return cache.into();
    }
    let user = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from).or_else(|| std::env::home_dir().map(|home| home.join(".cache")));
    user.unwrap_or_else(std::env::temp_dir).join("datapunk")
}

/// Where everything is built.
pub fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| cache().join("target"), PathBuf::from)
}

/// Where the models stand.
pub fn models() -> PathBuf {
    std::env::var_os("DATAPUNK_MODELS").map_or_else(|| cache().join("models"), PathBuf::from)
}

/// The `datapunk` command, once built.
pub fn datapunk() -> PathBuf {
    target().join("debug").join(format!("datapunk{}", std::env::consts::EXE_SUFFIX))
}

/// The window, once built.
pub fn desktop() -> PathBuf {
    target().join("debug").join(format!("datapunk-desktop{}", std::env::consts::EXE_SUFFIX))
}
