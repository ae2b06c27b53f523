//! What the JSON exports of Facebook and Instagram share: threads of messages, lists of things done, and who the account is of.
//!
//! Their texts are UTF-8 whose bytes were each written as a character (see [`mojibake`]); exports from 2024 on mix sound texts
//! in, and the chats that are encrypted end to end hold no others.
//!
//! Media files are left in place and become blobs of the records that name them in `files` ([`crate::attachments`]).
//!
//! Absent on purpose: the HTML form of either export, which holds less.

pub(super) mod deed;
pub(super) mod flat;
pub(super) mod mojibake;
pub(super) mod owner;
pub(super) mod thread;

use std::io;

use domain::FindingCode;

use crate::attachments::Attachments;
use crate::importer::{Assembly, Claim, FileNumber, Input, Probe, SetSink, Sink};
use crate::media;

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

    /// Whether the folders of a path name a service, or are such as they alone have.
    fn is_named(path: &str) -> bool {
        let path = path.to_lowercase();
        path.contains("instagram") || path.contains("facebook") || path.contains("photos_and_videos/") || path.contains("media/")
    }

    /// The service of a file that is no list.
    fn of_medium(probe: &Probe<'_>) -> Self {
        let path = probe.path.to_lowercase();
        let folders: Vec<&str> = probe.folders().collect();
        if path.contains("instagram") || (!path.contains("facebook") && is_of_instagram(&folders)) {
            Self::Instagram
        } else {
            Self::Facebook
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
        } else if has("\"creation_timestamp\"") && OF_INSTAGRAM.iter().any(|folder| has(&format!("\"media/{folder}/"))) {
            // Until 2022 no folder of the archive named the service.
            Some(Self::Instagram)
        } else if owner::is_flat(probe.head)
            || has("\"string_list_data\"")
            || has("\"string_map_data\"")
            || has("\"media_list_data\"")
            || has("\"ig_stories\"")
        {
            Some(Self::Instagram)
        } else if thread::looks_like(probe.head)
            || deed::is_facebook(probe.head)
            || owner::looks_like(probe.head)
            || is_of_old_facebook(probe)
        {
            Some(Self::Facebook)
        } else {
            None
        }
    }
}

/// Folders of a thread's files, and those in which they lie.
const OF_THREADS: &[&str] = &["photos", "videos", "audio", "files", "gifs"];
const THREADS: &[&str] = &["inbox", "archived_threads", "filtered_threads", "message_requests", "e2ee_cutover"];
/// Folders of other media.
const OF_POSTS: &[&str] = &["photos_and_videos", "stickers_used", "your_posts", "stories", "album"];
const OF_INSTAGRAM: &[&str] = &["posts", "stories", "reels", "profile", "archived_posts", "igtv", "other", "direct"];

/// Whether a file lies where one of the services puts the files that its records name.
fn is_medium(probe: &Probe<'_>) -> bool {
    let folders: Vec<&str> = probe.folders().collect();
    let of_thread = matches!(folders.as_slice(), [.., threads, _, kind] if THREADS.contains(threads) && OF_THREADS.contains(kind));
    // What is downloaded of encrypted chats alone lies in no folder of messages.
    let of_encrypted = || folders.ends_with(&["messages", "media"]) || folders == ["media"];
    let beside_posts = || folders.windows(2).any(|pair| pair == ["posts", "media"]);
    let of_post = || folders.iter().any(|folder| OF_POSTS.contains(folder)) || is_of_instagram(&folders) || beside_posts();
    let is_known = || media::type_of(probe.name()).is_some();
    probe.extension() != "json" && (of_thread || (is_known() && (of_encrypted() || (Service::is_named(probe.path) && of_post()))))
}

/// Whether a list lies where Facebook put it until 2021, when no folder of the archive named the service.
fn is_of_old_facebook(probe: &Probe<'_>) -> bool {
    let known = [
        ("comments", "comments.json"),
        ("friends", ""),
        ("likes_and_reactions", ""),
        ("following_and_followers", ""),
        ("search_history", "your_search_history.json"),
        ("location_history", "your_location_history.json"),
        ("album", ""),
        ("events", "your_event_responses.json"),
    ];
    let folder = probe.folders().last().unwrap_or_default();
    let is_list = memchr::memmem::find(probe.head, b"timestamp\"").is_some();
    is_list && known.iter().any(|(of, name)| *of == folder && (name.is_empty() || *name == probe.name()))
}

fn is_of_instagram(folders: &[&str]) -> bool {
    folders.windows(2).any(|pair| pair[0] == "media" && OF_INSTAGRAM.contains(&pair[1]))
}

/// Whether a file is of the service: by its content, and by its path.
pub(super) fn claim(service: Service, probe: &Probe<'_>) -> Claim {
    if is_medium(probe) {
        return if Service::of_medium(probe) == service { Claim::Yes(1) } else { Claim::No };
    }
    let is_flat = probe.extension() == "json" && flat::Sort::of(probe.head).is_some();
    if is_flat || flat::is_medium(probe) {
        return if service == Service::Instagram { Claim::Yes(if is_flat { 2 } else { 1 }) } else { Claim::No };
    }
    if probe.extension() != "json" || Service::of(probe) != Some(service) {
        return Claim::No;
    }
    let named = probe.path.to_lowercase().contains(service.source());
    let shaped =
        thread::looks_like(probe.head) || deed::looks_like(probe.head) || owner::looks_like(probe.head) || is_of_old_facebook(probe);
    match (shaped, named) {
        (true, true) => Claim::Yes(3),
        (true, false) => Claim::Yes(2),
        // Files of the same export of which no shape is known.
        (false, true) if probe.folders().any(|folder| folder.starts_with("your_") || folder == "messages") => Claim::Yes(1),
        (false, _) => Claim::No,
    }
}

/// One export of a service: its lists, its threads, and the files that they name.
pub(super) struct Export {
    service: Service,
    attachments: Attachments,
}

impl Export {
    pub(super) fn of(service: Service) -> Self {
        Self { service, attachments: Attachments::default() }
    }
}

impl Assembly for Export {
    fn file(&mut self, number: FileNumber, input: &mut Input<'_>, sink: &mut dyn Sink) -> io::Result<()> {
        if !input.path.to_lowercase().ends_with(".json") {
            return self.attachments.file(number, input, sink);
        }
        let path = input.path.to_owned();
        let bytes = input.read_all(LIMIT)?;
        if bytes.trim_ascii().is_empty() {
            sink.skip(FindingCode::EmptyProduct, "", "There is nothing in it.");
            return Ok(());
        }
        let mut records = self.attachments.records(number, sink);
        let head = &bytes[..bytes.len().min(64 << 10)];
        if let Some(sort) = flat::Sort::of(head).filter(|_| self.service == Service::Instagram) {
            flat::parse(sort, &bytes, &mut records)
        } else if thread::looks_like(head) {
            thread::parse(self.service, &bytes, &mut records)
        } else if owner::looks_like(head) {
            owner::parse(self.service, &bytes, &mut records);
            Ok(())
        } else {
            deed::parse(self.service, &path, &bytes, &mut records)
        }
    }

    fn finish(&mut self, sink: &mut dyn SetSink) {
        self.attachments.finish(self.service.source(), sink);
    }
}
