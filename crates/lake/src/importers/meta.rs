//! What the JSON exports of Facebook and Instagram share: threads of messages, and lists of things done.
//!
//! Their texts are UTF-8 whose bytes were each written as a character (see [`mojibake`]); exports from 2024 on mix sound texts
//! in.
//!
//! Absent on purpose: the HTML form of either export, which holds less; media files, which records name in `files`.

pub(super) mod deed;
pub(super) mod mojibake;
pub(super) mod thread;

use std::io;

use domain::FindingCode;

use crate::importer::{Claim, Input, Probe, Sink};

/// Longest file, in bytes: threads are split after ten thousand messages.
const LIMIT: u64 = 128 << 20;

/// Which of the two services an export is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Service {
    Facebook,
    Instagram,
}

impl Service {
    /// Its `source`.
    pub(super) fn source(self) -> &'static str {
        match self {
            Self::Facebook => "facebook",
            Self::Instagram => "instagram",
        }
    }

    /// The service that the folders of a path name, or else the one that writes such content.
    fn of(probe: &Probe<'_>) -> Option<Self> {
        let path = probe.path.to_lowercase();
        let has = |word: &str| memchr::memmem::find(probe.head, word.as_bytes()).is_some();
        if path.contains("instagram") {
            Some(Self::Instagram)
        } else if path.contains("facebook") {
            Some(Self::Facebook)
        } else if has("\"string_list_data\"") || has("\"string_map_data\"") || has("\"media_list_data\"") || has("\"ig_stories\"") {
            Some(Self::Instagram)
        } else if thread::looks_like(probe.head) || deed::is_facebook(probe.head) {
            Some(Self::Facebook)
        } else {
            None
        }
    }
}

/// Whether a file is of the service: by its content, and by its path.
pub(super) fn claim(service: Service, probe: &Probe<'_>) -> Claim {
    if probe.extension() != "json" || Service::of(probe) != Some(service) {
        return Claim::No;
    }
    let named = probe.path.to_lowercase().contains(service.source());
    let shaped = thread::looks_like(probe.head) || deed::looks_like(probe.head);
    match (shaped, named) {
        (true, true) => Claim::Yes(3),
        (true, false) => Claim::Yes(2),
        // Files of the same export of which no shape is known.
        (false, true) if probe.folders().any(|folder| folder.starts_with("your_") || folder == "messages") => Claim::Yes(1),
        (false, _) => Claim::No,
    }
}

/// Reads a file of either sort.
pub(super) fn parse(service: Service, input: &mut Input<'_>, sink: &mut dyn Sink) -> io::Result<()> {
    let path = input.path.to_owned();
    let bytes = input.read_all(LIMIT)?;
    if bytes.trim_ascii().is_empty() {
        sink.skip(FindingCode::EmptyProduct, "", "There is nothing in it.");
        return Ok(());
    }
    if thread::looks_like(&bytes[..bytes.len().min(64 << 10)]) {
        thread::parse(service, &bytes, sink)
    } else {
        deed::parse(service, &path, &bytes, sink)
    }
}
