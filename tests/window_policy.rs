//! What the pages of the app may do, in the window and in a browser: nothing comes from elsewhere, nothing runs but the app.

#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

/// What each directive may name. What is not here falls to `default-src`.
const POLICY: &[(&str, &[&str])] = &[
    ("default-src", &["'self'"]),
    ("script-src", &["'self'"]),
    ("style-src", &["'self'", "'unsafe-inline'"]),
    ("img-src", &["'self'", "data:", "blob:"]),
    ("media-src", &["'self'", "blob:"]),
    ("font-src", &["'self'", "data:"]),
    ("worker-src", &["'self'", "blob:"]),
    ("connect-src", &["'self'", "ipc:", "http://ipc.localhost"]),
    ("object-src", &["'none'"]),
    ("base-uri", &["'none'"]),
    ("form-action", &["'none'"]),
    ("frame-ancestors", &["'none'"]),
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap()
}

#[track_caller]
fn is_strict(policy: &str) {
    let named: BTreeMap<&str, Vec<&str>> = policy
        .split(';')
        .filter_map(|directive| {
            let mut words = directive.split_whitespace();
            Some((words.next()?, words.collect()))
        })
        .collect();
    assert_eq!(named.len(), POLICY.len(), "{policy}");
    for (directive, may_name) in POLICY {
        let names = named.get(directive).unwrap_or_else(|| panic!("{directive} is missing"));
        assert!(!names.is_empty() && names.iter().all(|name| may_name.contains(name)), "{directive} names {names:?}");
    }
}

#[test]
fn pages_take_nothing_from_elsewhere() {
    let config: Value = serde_json::from_str(&read("src-tauri/tauri.conf.json")).unwrap();
    let security = &config["app"]["security"];
    is_strict(security["csp"].as_str().unwrap());
    assert_eq!(security["freezePrototype"], true);
    assert!(security["assetProtocol"]["enable"] != true, "files of the machine are not served to pages");
    assert_eq!(config["app"]["withGlobalTauri"], false);
    assert!(config["build"].get("devUrl").is_none(), "pages come from inside the program");

    let gateway = read("crates/gateway/src/pages.rs");
    let policy = gateway.split("POLICY: &str = \"").nth(1).unwrap().split("\";").next().unwrap();
    is_strict(&policy.replace("\\\n", ""));
}

#[test]
fn the_window_may_hear_and_send_events_and_choose_files_and_no_more() {
    let files: Vec<PathBuf> = fs::read_dir(root().join("src-tauri/capabilities")).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(files.len(), 1, "{files:?}");
    let capability: Value = serde_json::from_slice(&fs::read(&files[0]).unwrap()).unwrap();
    assert_eq!(capability["windows"], json!(["main"]));
    assert_eq!(
        capability["permissions"],
        json!(["core:event:allow-listen", "core:event:allow-emit", "core:event:allow-unlisten", "dialog:allow-open"])
    );
    assert!(capability.get("remote").is_none());
    // Plugins bring commands with them; these two are there, one for choosing files and one that has none.
    let manifest = read("src-tauri/Cargo.toml");
    let plugins: Vec<&str> = manifest.lines().filter(|line| line.starts_with("tauri-plugin-")).collect();
    assert_eq!(plugins, ["tauri-plugin-dialog.workspace = true", "tauri-plugin-single-instance.workspace = true"]);
    assert!(read("src-tauri/src/main.rs").contains(".on_navigation(own_pages::is_own)"));
}

#[test]
fn a_mails_layout_stands_in_a_frame_that_may_do_nothing() {
    let frame = read("ui/src/features/item/LaidOut.tsx");
    assert!(frame.contains("sandbox=\"\"") && frame.contains("default-src 'none'"));
    let mut tsx = vec![root().join("ui/src")];
    let mut n_frames = 0;
    while let Some(path) = tsx.pop() {
        if path.is_dir() {
            tsx.extend(fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()));
        } else if path.extension().is_some_and(|end| end == "tsx" || end == "ts") {
            let text = fs::read_to_string(&path).unwrap();
            n_frames += text.matches("<iframe").count();
            assert!(!text.contains("dangerouslySetInnerHTML") && !text.contains("innerHTML"), "{}", path.display());
        }
    }
    assert_eq!(n_frames, 1);
}
