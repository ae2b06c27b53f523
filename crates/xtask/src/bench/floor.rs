//! The floor of an import: the same rows with the same indexes in plain SQLite, from a lossless export of the vault.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde::Deserialize;

use crate::command::Datapunk;
use crate::machine::output;
use crate::{Result, place};

/// What plain SQLite takes.
#[derive(Debug, Clone, Copy, Deserialize)]
pub(crate) struct Floor {
    /// Processor seconds to decode and insert everything.
    pub(crate) cpu_s: f64,
    /// Bytes on disk, nothing packed.
    pub(crate) bytes: f64,
    items: u64,
}

/// Measures it for what a vault holds, `items` of them; `folder` is made and goes again.
pub(crate) fn measure(datapunk: &Datapunk, folder: &Path, items: u64) -> Result<Floor> {
    let export = folder.to_str().ok_or("the folder's name is no text")?;
    datapunk.json(["export", export, "--format", "jsonl"])?;
    let script = place::root().join("crates/xtask/src/bench/floor.py");
    let floor: Floor = serde_json::from_str(&output(Command::new("python3").arg(script).arg(folder))?)?;
    fs::remove_dir_all(folder)?;
    if floor.items != items {
        return Err(format!("the floor was measured with {} items, and the vault holds {items}", floor.items).into());
    }
    Ok(floor)
}
