//! What Chrome exports: the synced history, bookmarks, the reading list, open tabs, extensions, search engines, devices, the
//! dictionary.
//!
//! Absent on purpose: form entries and addresses (`Autofill`), which hold what people type into forms, card numbers
//! included; settings, which are not part of a life.

mod bookmarks;
mod browser;
mod history;

use std::io;

use domain::FindingCode;

use crate::importer::{Claim, Importer, Input, Parse, Probe, Sink};

/// What Chrome writes in place of data that a passphrase of its own protects.
const SEALED: &str = "Your data is encrypted and cannot be exported";
/// Why such data is missing, and how to get it.
const SEALED_HINT: &str = "Chrome's sync data is encrypted with a passphrase of its own, so Google could not export it. Remove the sync passphrase in Chrome's settings, let it sync, and export again";

/// Lists of settings.
const SETTINGS: &[&str] = &[
    "Preference",
    "Priority Preference",
    "OS Preference",
    "OS Priority Preference",
    "Arc Package",
    "App",
    "App Setting",
    "Theme",
    "Extension Setting",
];

/// Reads `History.json`, `Bookmarks.html` and the reading list, in any language.
pub(crate) static IMPORTER: Importer = Importer { id: "google.chrome", label: "Chrome", recognizes, parse: Parse::File(parse) };

fn recognizes(probe: &Probe<'_>) -> Claim {
    let by_path = u8::from(probe.folders().any(|folder| folder == "Chrome" || folder == "Bookmarks"));
    let head = probe.head.trim_ascii_start();
    let has = |words: &str| memchr::memmem::find(head, words.as_bytes()).is_some();
    // A list under one of the names, not a word in some text.
    let lists = |names: &[&str]| {
        let dense: Vec<u8> = head.iter().copied().take(4096).filter(|byte| !byte.is_ascii_whitespace()).collect();
        names.iter().any(|name| memchr::memmem::find(&dense, format!("\"{}\":[", name.replace(' ', "")).as_bytes()).is_some())
    };
    match probe.extension().as_str() {
        "json" if head.starts_with(b"{") && ["\"Browser History\"", "\"Typed Url\""].iter().any(|key| has(key)) => Claim::Yes(2 + by_path),
        "json" if probe.size < 4096 && has(SEALED) => Claim::Ignore(FindingCode::Elsewhere, format!("{SEALED_HINT}.")),
        "json" if head.starts_with(b"{") && by_path == 1 && (has("\"Autofill") || has("\"Contact Info\"")) => Claim::Ignore(
            FindingCode::IgnoredFile,
            "Form entries and addresses are left out: they hold what was typed into forms, card numbers included.".to_owned(),
        ),
        "json" if head.starts_with(b"{") && lists(browser::LISTS) => Claim::Yes(2 + by_path),
        "json" if head.starts_with(b"{") && by_path == 1 && lists(SETTINGS) => {
            Claim::Ignore(FindingCode::IgnoredFile, "Settings of the browser are left out; they are not part of a life.".to_owned())
        }
        "csv" if by_path == 1 && !head.is_empty() && !head.contains(&b',') => Claim::Yes(1),
        "html" | "htm"
            if head.get(..64).is_some_and(|start| start.to_ascii_uppercase().starts_with(b"<!DOCTYPE NETSCAPE-BOOKMARK-FILE-1")) =>
        {
            Claim::Yes(2 + by_path)
        }
        _ => Claim::No,
    }
}

fn parse(input: &mut Input<'_>, sink: &mut dyn Sink) -> io::Result<()> {
    let path = input.path.to_lowercase();
    if path.ends_with(".json") {
        history::parse(input, sink)
    } else if path.ends_with(".csv") {
        browser::dictionary(input, sink)
    } else {
        bookmarks::parse(input, sink)
    }
}
