//! How much room an import needs, guessed beforehand, and whether it is there.

use std::path::Path;

use domain::{Code, Failure, Result};
use vault::Vault;

use super::read_before::ReadBefore;
use crate::archive::ExportSet;

/// Room that is left free, bytes: as much again as the import needs, within these bounds.
const LEAST_SPARE: u64 = 32 << 20;
const MOST_SPARE: u64 = 256 << 20;
/// Extensions of media, which stay where they are.
const MEDIA: [&str; 20] = [
    "jpg", "jpeg", "png", "gif", "webp", "heic", "heif", "avif", "tif", "tiff", "bmp", "dng", "mp4", "mov", "m4v", "avi", "3gp", "mkv",
    "webm", "mp",
];

/// Extensions of files of records. With its indexes a vault takes more than their text: short records, of which most are,
/// have a vector and stand in a dozen indexes each.
const RECORDS: [&str; 12] = ["json", "jsonl", "html", "csv", "ics", "vcf", "xml", "tcx", "gpx", "kml", "atom", "txt"];
/// Mails, of which much is attachments.
const MAILS: [&str; 2] = ["mbox", "eml"];
/// What each file takes, bytes: its line in the ledger, and of every second one in an export of photos an item.
const EACH: u64 = 800;
/// Of the text of a file that was read before, this part comes again as sightings of its records.
const SEEN_AGAIN: u64 = 10;

/// Bytes that the vault will grow by, guessed, by what imports came to. Media stay in place and take nothing but their items.
/// Of tar archives, which have no list, a tenth of the archive; of what the vault `read_before`, hardly anything.
pub(crate) fn forecast(set: &ExportSet, read_before: &ReadBefore) -> u64 {
    let unlisted: u64 = set.all_parts().filter(|part| part.is_unlisted()).map(|part| part.bytes / 10).sum();
    let listed = set.listed().map(|(.., member)| match takes(&member.path, member.packed, member.size) {
        again if read_before.may_hold(&member.path, member.size) => EACH + again / SEEN_AGAIN,
        new => EACH + new,
    });
    unlisted + listed.sum::<u64>()
}

/// What the content of a file will take, bytes.
fn takes(path: &str, packed: u64, size: u64) -> u64 {
    let name = path.rsplit('/').next().unwrap_or(path);
    let extension = name.rsplit_once('.').map_or(String::new(), |(_, extension)| extension.to_lowercase());
    // Position fixes: forty bytes each, of hundreds of text.
    if name == "Records.json" {
        return size / 4;
    }
    match extension.as_str() {
        media if MEDIA.contains(&media) => 0,
        records if RECORDS.contains(&records) => size / 5 * 7,
        mails if MAILS.contains(&mails) => size,
        // What is stored uncompressed in a folder is compressed in the vault to about a fifth.
        _ if packed == size => size / 10 * 3,
        _ => packed / 2 * 3,
    }
}

/// Fails when the disk of the vault has no room for the import.
pub(crate) fn ensure(vault: &Vault, set: &ExportSet, read_before: &ReadBefore) -> Result<()> {
    let needed = with_spare(forecast(set, read_before));
    match free_bytes(vault.dir()) {
        Some(free) if free < needed => Err(no_space(needed, free, vault.dir())),
        _ => Ok(()),
    }
}

fn with_spare(growth: u64) -> u64 {
    growth.saturating_add(growth.clamp(LEAST_SPARE, MOST_SPARE))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_takes_more_than_itself_and_media_nothing() {
        let mega = 1_000_000;
        assert_eq!(takes("Location History (Timeline)/Records.json", mega, 8 * mega), 2 * mega);
        assert_eq!(takes("My Activity/Search/MyActivity.json", mega, 5 * mega), 7 * mega);
        assert_eq!(takes("Mail/All mail.mbox", mega, 2 * mega), 2 * mega);
        assert_eq!(takes("Google Photos/2024/IMG_1.JPG", mega, mega), 0);
        assert_eq!([35_000, 100 * mega, 5_000 * mega].map(|growth| with_spare(growth) / mega), [33, 200, 5_268]);
        assert_eq!((takes("Drive/a.pdf", 2 * mega, 3 * mega), takes("Drive/b.pdf", mega, mega)), (3 * mega, 300_000));
    }
}
