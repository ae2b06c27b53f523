//! Which crate may use which. The rules are those of `crates/README.md`.

#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use serde_json::Value;

/// Each crate of the workspace and the crates of the workspace that it may use.
const MAY_USE: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("vault", &["domain"]),
    ("lake", &["domain", "vault"]),
    ("forge", &["domain", "vault"]),
    ("cortex", &["domain", "vault"]),
    ("api", &["domain", "vault", "lake", "forge", "cortex"]),
    ("gateway", &["domain", "api"]),
    ("cli", &["domain", "api", "gateway"]),
    ("datapunk-desktop", &["domain"]),
    ("xtask", &[]),
    ("journeys", &["domain", "xtask"]),
];

/// Libraries that one crate alone may use.
const HOMES: &[(&str, &[&str])] = &[
    ("rusqlite", &["vault"]),
    ("tantivy", &["vault"]),
    ("sqlite-vec", &["vault"]),
    ("rstar", &["vault"]),
    ("age", &["vault"]),
    ("candle-core", &["forge"]),
    ("candle-nn", &["forge"]),
    ("candle-transformers", &["forge"]),
    ("tokenizers", &["forge"]),
    ("hf-hub", &["forge"]),
    ("axum", &["gateway"]),
    ("tauri", &["datapunk-desktop"]),
    ("zip", &["lake", "xtask"]),
    ("mail-parser", &["lake"]),
    ("ammonia", &["lake"]),
    ("polars", &["lake", "cortex"]),
    ("keyring", &["api"]),
    ("zbus", &["cli"]),
    ("clap", &["cli"]),
];

fn dependencies() -> BTreeMap<String, BTreeSet<String>> {
    let output = Command::new(env!("CARGO")).args(["metadata", "--format-version", "1", "--no-deps", "--offline"]).output().unwrap();
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    packages
        .iter()
        .map(|package| {
            let used = package["dependencies"].as_array().unwrap().iter().filter(|used| used["kind"] != "dev");
            (package["name"].as_str().unwrap().to_owned(), used.map(|used| used["name"].as_str().unwrap().to_owned()).collect())
        })
        .collect()
}

#[test]
fn dependencies_point_one_way() {
    let dependencies = dependencies();
    let ours: BTreeSet<&str> = MAY_USE.iter().map(|(name, _)| *name).collect();
    assert_eq!(dependencies.keys().map(String::as_str).collect::<BTreeSet<_>>(), ours, "a crate is missing from the rules, or gone");
    for (name, allowed) in MAY_USE {
        for used in dependencies[*name].iter().filter(|used| ours.contains(used.as_str())) {
            assert!(allowed.contains(&used.as_str()), "{name} may not use {used}");
        }
    }
}

#[test]
fn each_library_has_one_home() {
    let dependencies = dependencies();
    for (library, homes) in HOMES {
        for (name, used) in &dependencies {
            assert!(
                !used.contains(*library) || homes.contains(&name.as_str()),
                "{name} may not use {library}: its home is {}",
                homes.join(", ")
            );
        }
    }
}

#[test]
fn no_crate_of_the_core_has_an_async_runtime() {
    for (name, used) in dependencies() {
        if ["domain", "vault", "lake", "cortex"].contains(&name.as_str()) {
            assert!(!used.contains("tokio"), "{name} may not use tokio");
        }
    }
}
