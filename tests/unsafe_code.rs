//! Where the compiler's guarantees are set aside, and why. Everything else of ours is safe Rust.

#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Files that may say it, how often, and what for. All else that needs a pointer is a library's, behind a safe face.
const ARGUED: &[(&str, usize, &str)] = &[
    ("crates/cli/src/wiping.rs", 7, "an allocator that wipes what is freed has to be one, and the trait of allocators is unsafe"),
    ("crates/vault/src/connection.rs", 3, "SQLite takes its key and registers sqlite-vec by C calls that rusqlite has no face for"),
];

#[test]
fn unsafe_code_stands_only_where_it_is_argued() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut found = BTreeMap::new();
    for folder in ["crates", "src-tauri", "tests"] {
        for file in rust_files(&root.join(folder)) {
            let n_times = words(&code(&fs::read_to_string(&file).unwrap())).filter(|word| *word == "unsafe").count();
            if n_times > 0 {
                found.insert(file.strip_prefix(root).unwrap().to_string_lossy().replace('\\', "/"), n_times);
            }
        }
    }
    let argued: BTreeMap<String, usize> = ARGUED.iter().map(|(file, n_times, _)| ((*file).to_owned(), *n_times)).collect();
    assert_eq!(found, argued, "say in ARGUED why it cannot be done without, or do without");
    assert!(ARGUED.iter().all(|(.., why)| why.split(' ').count() > 5));
}

#[test]
fn every_crate_takes_the_workspaces_lints() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    assert!(fs::read_to_string(root.join("Cargo.toml")).unwrap().contains("unsafe_code = \"deny\""));
    let crates = fs::read_dir(root.join("crates")).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir());
    for manifest in crates.chain([root.join("src-tauri"), root.join("tests")]).map(|folder| folder.join("Cargo.toml")) {
        let text = fs::read_to_string(&manifest).unwrap();
        assert!(text.contains("[lints]\nworkspace = true"), "{} has lints of its own", manifest.display());
    }
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if path.is_dir() && path.file_name().is_none_or(|name| name != "target" && name != "node_modules" && name != "gen") {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|end| end == "rs") {
            files.push(path);
        }
    }
    files
}

/// The lines without their comments and texts. A quote within a character would mislead it, and would be seen at once.
fn code(text: &str) -> String {
    let mut code = String::new();
    for line in text.lines() {
        let line = line.replace("\\\"", "").replace("'\"'", "");
        for (at, part) in line.split('"').enumerate() {
            if at % 2 == 0 {
                match part.find("//") {
                    Some(comment) => {
                        code.push_str(&part[..comment]);
                        break;
                    }
                    None => code.push_str(part),
                }
            }
        }
        code.push('\n');
    }
    code
}

fn words(code: &str) -> impl Iterator<Item = &str> {
    code.split(|c: char| !c.is_alphanumeric() && c != '_')
}
