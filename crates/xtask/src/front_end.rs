//! The app's front end: its packages, its generated client, its build.

use std::collections::hash_map::DefaultHasher;
use std::fs;
use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::machine::{cargo, run, step};
use crate::{Result, place};

fn ui() -> PathBuf {
    place::root().join("ui")
}

fn npm(args: &[&str]) -> Command {
    let mut command = Command::new("npm");
    command
        .current_dir(ui())
        .args(args)
        .env("npm_config_update_notifier", "false")
        .env("npm_config_fund", "false")
        .env("npm_config_audit", "false");
    command
}

/// Installs the packages of the lock file, unless they are there.
pub fn packages() -> Result<()> {
    let lock = fs::read(ui().join("package-lock.json"))?;
    let stamp = ui().join("node_modules/.datapunk-lock");
    if fs::read(&stamp).is_ok_and(|had| had == lock) {
        return Ok(());
    }
    step("installing the front end's packages");
    run(&mut npm(&["ci", "--no-progress", "--loglevel=error"]))?;
    fs::write(stamp, lock)?;
    Ok(())
}

/// Builds the pages, unless what they are built from has not changed.
pub fn build() -> Result<()> {
    packages()?;
    let stamp = ui().join("dist/.built-from");
    let from = sources()?;
    if fs::read_to_string(&stamp).is_ok_and(|had| had == from) {
        return Ok(());
    }
    step("building the app's pages");
    run(&mut npm(&["run", "--silent", "build"]))?;
    fs::write(stamp, from)?;
    Ok(())
}

/// Types, lints and tests of the front end, and that its generated client is the one committed.
pub fn check() -> Result<()> {
    packages()?;
    step("checking the front end");
    let generated = ["operations.ts", "types.ts"].map(|name| ui().join("src/generated").join(name));
    let committed = generated.iter().map(fs::read).collect::<std::io::Result<Vec<_>>>()?;
    run(&mut npm(&["run", "--silent", "generate"]))?;
    for (path, committed) in generated.iter().zip(committed) {
        if fs::read(path)? != committed {
            return Err(format!("{} was not current: run `cargo xtask gen` and commit it", path.display()).into());
        }
    }
    run(&mut npm(&["run", "--silent", "check"]))
}

/// Writes the client anew from the table of operations.
pub fn generate() -> Result<()> {
    step("writing the client");
    run(cargo().args(["test", "--quiet", "--workspace", "--lib", "schema::"]).env("DATAPUNK_WRITE_SCHEMA", "1"))?;
    packages()?;
    run(&mut npm(&["run", "--silent", "generate"]))
}

/// A number for everything that the pages are built from.
fn sources() -> Result<String> {
    let mut hasher = DefaultHasher::new();
    for name in ["src", "public", "index.html", "package-lock.json", "vite.config.ts", "tsconfig.json"] {
        hash(&ui().join(name), &mut hasher)?;
    }
    Ok(format!("{:016x}", hasher.finish()))
}

fn hash(path: &Path, hasher: &mut DefaultHasher) -> std::io::Result<()> {
    if !path.is_dir() {
        if path.exists() {
            path.hash(hasher);
            fs::read(path)?.hash(hasher);
        }
        return Ok(());
    }
    let mut entries = fs::read_dir(path)?.map(|entry| entry.map(|entry| entry.path())).collect::<std::io::Result<Vec<_>>>()?;
    entries.sort();
    entries.iter().try_for_each(|entry| hash(entry, hasher))
}
