//! How much room an import needs, guessed beforehand, and whether it is there.

use std::path::Path;

use domain::{Code, Failure, Result};
use vault::Vault;

use crate::archive::ExportSet;

/// Room that is left free in any case, bytes.
const SPARE: u64 = 256 << 20;
/// Extensions of media, which stay where they are.
const MEDIA: [&str; 20] = [
    "jpg", "jpeg", "png", "gif", "webp", "heic", "heif", "avif", "tif", "tiff", "bmp", "dng", "mp4", "mov", "m4v", "avi", "3gp", "mkv",
    "webm", "mp",
];

/// Bytes that the vault will grow by, guessed: about as much as the text of the archive takes up compressed, and half as
/// much again for the indexes. Media stay in place and take nothing. Of tar archives, which have no list, a tenth of the
/// archive.
pub(crate) fn forecast(set: &ExportSet) -> u64 {
    let unlisted: u64 = set.all_parts().filter(|part| part.is_unlisted()).map(|part| part.bytes / 10).sum();
    let listed: u64 = set
        .listed()
        .filter(|(.., member)| {
            !member.path.rsplit_once('.').is_some_and(|(_, extension)| MEDIA.contains(&extension.to_lowercase().as_str()))
        })
        // What is stored uncompressed in a folder is compressed in the vault to about a fifth.
        .map(|(.., member)| if member.packed == member.size { member.size / 5 } else { member.packed })
        .sum();
    unlisted + listed + listed / 2
}

/// Fails when the disk of the vault has no room for the import.
pub(crate) fn ensure(vault: &Vault, set: &ExportSet) -> Result<()> {
    let needed = forecast(set) + SPARE;
    match free_bytes(vault.dir()) {
        Some(free) if free < needed => Err(no_space(needed, free, vault.dir())),
        _ => Ok(()),
    }
}

/// The failure that says how much is missing.
pub(crate) fn no_space(needed: u64, free: u64, dir: &Path) -> Failure {
    let mega = |bytes: u64| bytes.div_ceil(1_000_000);
    Failure::new(
        Code::NoSpace,
        format!(
            "The import needs about {} MB on the disk of the vault ({}), and {} MB are free. Nothing was written.",
            mega(needed),
            dir.display(),
            mega(free)
        ),
    )
    .hint(format!("Free about {} MB there, and import again.", mega(needed.saturating_sub(free))))
}

/// Bytes free on the disk that holds `dir`; `None` where the system does not say.
#[cfg(unix)]
pub(crate) fn free_bytes(dir: &Path) -> Option<u64> {
    let disk = rustix::fs::statvfs(dir).ok()?;
    disk.f_bavail.checked_mul(disk.f_frsize)
}

/// Bytes free on the disk that holds `dir`; `None` where the system does not say.
#[cfg(not(unix))]
pub(crate) fn free_bytes(_: &Path) -> Option<u64> {
    None
}
