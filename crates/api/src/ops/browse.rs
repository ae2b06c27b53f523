use std::path::{Path, PathBuf};

use domain::{Code, Failure, Result};

use crate::Engine;
use crate::wire::{BrowseEntry, BrowseRequest, Browsed};

pub(crate) fn browse(_: &Engine, request: BrowseRequest) -> Result<Browsed> {
    let folder =
        if request.path.is_empty() { std::env::home_dir().unwrap_or_else(|| PathBuf::from("/")) } else { PathBuf::from(request.path) };
    let unreadable = |error: std::io::Error| {
        Failure::new(Code::Unreadable, format!("The folder {} cannot be read: {error}.", folder.display())).hint("Choose another folder.")
    };
    let mut entries = Vec::new();
    for entry in std::fs::read_dir(&folder).map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        // What vanishes or refuses between the listing and the look is left out, as a file manager does.
        let Ok(meta) = std::fs::metadata(entry.path()) else { continue };
        if name.starts_with('.') {
            continue;
        }
        entries.push(BrowseEntry {
            export: is_export(&name),
            path: entry.path().display().to_string(),
            folder: meta.is_dir(),
            size: meta.len(),
            name,
        });
    }
    entries.sort_by(|a, b| b.folder.cmp(&a.folder).then_with(|| a.name.to_lowercase().cmp(&b.name.to_lowercase())));
    Ok(Browsed { parent: folder.parent().map(|parent: &Path| parent.display().to_string()), path: folder.display().to_string(), entries })
}

fn is_export(name: &str) -> bool {
    let name = name.to_lowercase();
    name.starts_with("takeout")
        || [".zip", ".tgz", ".tar.gz", ".mbox"].iter().any(|end| name.ends_with(end))
        || name == "timeline.json"
        || name == "location-history.json"
}
