//! What keeps a hostile archive from harming: names that climb out, links, and files that swell.
//!
//! Nothing is ever unpacked to disk, so a name is only a label; it is refused all the same when it is not an honest one,
//! because it is shown to people and kept. Sizes are counted while decompressing, never taken from headers.

use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use domain::{Cancel, FindingCode};

/// Longest name, in bytes.
const NAME: usize = 1_024;
/// Most files in one import. Something is kept of every file until the last, and what is kept of a million fits in 500 MB.
pub(crate) const FILES: usize = 1_000_000;
/// Largest entry, decompressed, in bytes.
pub(super) const ENTRY_BYTES: u64 = 64 << 30;
/// Largest archive, decompressed, in bytes.
const ARCHIVE_BYTES: u64 = 4 << 40;
/// Most bytes out for a byte in; deflate itself ends at about 1,032.
const RATIO: u64 = 1_100;
/// The ratio says nothing about files smaller than this.
const RATIO_FROM: u64 = 1 << 20;
/// Most bytes out for a byte in, of a file that is larger than [`LARGE`]: what people write, the most repetitive fixes too,
/// comes to a tenth of it.
const LARGE_RATIO: u64 = 250;
const LARGE: u64 = 1 << 30;

/// Why an archive's entry of that name may not be read; `None` when it may.
pub(crate) fn refusal(name: &str) -> Option<String> {
    let drive = name.as_bytes().get(1) == Some(&b':') && name.as_bytes()[0].is_ascii_alphabetic();
    let why = if name.len() > NAME {
        format!("its name is longer than {NAME} bytes")
    } else if name.chars().any(char::is_control) {
        "its name holds control characters".to_owned()
    } else if name.starts_with(['/', '\\']) || drive {
        "its path starts at the root of a disk, and paths in an export start at the export".to_owned()
    } else if name.split(['/', '\\']).any(|part| part == "..") {
        "its path climbs out of the archive with `..`".to_owned()
    } else {
        return None;
    };
    Some(why)
}

/// Why a file that a system leaves behind brings nothing; `None` for all others. The path may be spelled in any system's way.
pub(crate) fn litter(path: &str) -> Option<&'static str> {
    let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
    let lower = name.to_lowercase();
    if path.split(['/', '\\']).any(|part| part == "__MACOSX") || name.starts_with("._") {
        Some("macOS wrote it beside the real file when the archive was repacked")
    } else if matches!(lower.as_str(), ".ds_store" | "thumbs.db" | "desktop.ini" | ".localized") {
        Some("the system wrote it to remember how the folder looks")
    } else {
        None
    }
}

/// Why reading stopped in the middle, as the payload of an [`io::Error`].
#[derive(Debug, thiserror::Error)]
#[error("{why}")]
pub(crate) struct Stopped {
    pub(crate) code: FindingCode,
    pub(crate) why: String,
}

impl Stopped {
    /// The reason inside an error, when reading was stopped by us.
    pub(crate) fn of(error: &io::Error) -> Option<&Self> {
        error.get_ref().and_then(|inner| inner.downcast_ref())
    }

    pub(super) fn error(code: FindingCode, why: String) -> io::Error {
        io::Error::other(Self { code, why })
    }
}

/// Bytes read so far, of an import or a plan, in units of the bytes on disk.
#[derive(Debug, Clone, Default)]
pub(crate) struct Meter(Arc<AtomicU64>);

impl Meter {
    pub(crate) fn add(&self, bytes: u64) {
        self.0.fetch_add(bytes, Ordering::Relaxed);
    }

    pub(crate) fn bytes(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// What bytes of an archive count for on the disk. Those of one that lies inside another count for what that one was packed to:
/// so nothing is counted twice, and what may come out of a byte is the same however deep it was packed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Share {
    packed: u64,
    size: u64,
}

impl Share {
    /// Of an archive on the disk.
    pub(crate) const ALL: Self = Self { packed: 1, size: 1 };

    /// Of an archive of `size` bytes that takes up `packed` bytes on the disk.
    pub(crate) fn new(packed: u64, size: u64) -> Self {
        Self { packed: packed.min(size), size: size.max(1) }
    }

    pub(crate) fn of(self, bytes: u64) -> u64 {
        (u128::from(bytes) * u128::from(self.packed) / u128::from(self.size)) as u64
    }
}

/// A reader that ends with an error when too much comes out of it, or when the work was cancelled.
pub(crate) struct Guarded<'g, R> {
    inner: R,
    cancel: &'g Cancel,
    /// Decompressed bytes of this entry so far.
    n_out: u64,
    /// Bytes that it takes up in the archive, where that is known and bounds it.
    packed: Option<u64>,
    /// Decompressed bytes of the whole archive so far.
    total: &'g AtomicU64,
    /// Whom to tell how far reading has come, and what one entry counts on disk for how many bytes.
    meter: Option<(&'g Meter, u64, u64)>,
    /// What of the entry's bytes on disk was told already.
    told: u64,
}

impl<'g, R: Read> Guarded<'g, R> {
    /// Guards one entry. `total` counts the decompressed bytes of its archive.
    pub(crate) fn new(inner: R, cancel: &'g Cancel, total: &'g AtomicU64) -> Self {
        Self { inner, cancel, n_out: 0, packed: None, total, meter: None, told: 0 }
    }

    /// Also holds the entry to the ratio to its `packed` size, and tells `meter` of it as it is read. `size` is its
    /// decompressed size as stated.
    pub(crate) fn packed(mut self, packed: u64, size: u64, meter: &'g Meter) -> Self {
        self.packed = Some(packed);
        self.meter = Some((meter, packed, size.max(1)));
        self
    }
}

impl<R> Drop for Guarded<'_, R> {
    /// What was not read is passed over, and counts as done.
    fn drop(&mut self) {
        if let Some((meter, packed, _)) = self.meter {
            meter.add(packed.saturating_sub(self.told));
        }
    }
}

impl<R: Read> Read for Guarded<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.cancel.is_cancelled() {
            return Err(Stopped::error(FindingCode::Limit, "the import was cancelled".to_owned()));
        }
        let n_read = self.inner.read(buffer)?;
        self.n_out += n_read as u64;
        let total = self.total.fetch_add(n_read as u64, Ordering::Relaxed) + n_read as u64;
        if self.n_out > ENTRY_BYTES {
            return Err(Stopped::error(FindingCode::Limit, "it holds more than 64 GiB, which no file of an export does".to_owned()));
        }
        if total > ARCHIVE_BYTES {
            return Err(Stopped::error(FindingCode::Limit, "the archive holds more than 4 TiB, which no export does".to_owned()));
        }
        if let Some(packed) = self.packed {
            for (ratio, from) in [(RATIO, RATIO_FROM), (LARGE_RATIO, LARGE)] {
                if self.n_out > from && self.n_out / ratio > packed {
                    return Err(Stopped::error(
                        FindingCode::Refused,
                        format!("it swells to more than {ratio} times its size in the archive, as files that are made to fill a disk do"),
                    ));
                }
            }
        }
        if let Some((meter, packed, size)) = self.meter {
            let share = (u128::from(packed) * u128::from(self.n_out) / u128::from(size)).min(u128::from(packed)) as u64;
            meter.add(share.saturating_sub(self.told));
            self.told = self.told.max(share);
        }
        Ok(n_read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_honest_names_pass() {
        for name in ["/etc/passwd", "\\\\server\\x", "C:\\x", "Takeout/../../x", "Takeout\\..\\x", "a\0b", "a\u{1b}[0m", &"x".repeat(1_025)]
        {
            assert!(refusal(name).is_some(), "{name:?}");
        }
        for name in ["Takeout/a..b.json", "Takeout/12:30.json", "Takeout\\Keep\\a.json", "Takeout/…/日本.json"] {
            assert_eq!(refusal(name), None, "{name:?}");
        }
    }

    #[test]
    fn a_file_that_swells_is_stopped_while_it_is_read() {
        let (cancel, total, meter) = (Cancel::default(), AtomicU64::new(0), Meter::default());
        let mut guarded = Guarded::new(io::repeat(0), &cancel, &total).packed(1_000, 10, &meter);
        let error = io::copy(&mut guarded, &mut io::sink()).unwrap_err();
        assert_eq!(Stopped::of(&error).map(|stopped| stopped.code), Some(FindingCode::Refused));
        assert!(total.load(Ordering::Relaxed) < 2 << 20);
        drop(guarded);
        assert_eq!(meter.bytes(), 1_000);
    }

    #[test]
    fn a_large_file_may_repeat_itself_less_than_a_small_one() {
        struct Zeros;
        impl Read for Zeros {
            fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
                Ok(buffer.len())
            }
        }
        let (cancel, total, meter) = (Cancel::default(), AtomicU64::new(0), Meter::default());
        // As well as deflate can: 3 MB that are 3 GB.
        let mut guarded = Guarded::new(Zeros, &cancel, &total).packed(3 << 20, 3 << 30, &meter);
        let mut buffer = vec![0; 8 << 20];
        let error = loop {
            match guarded.read_exact(&mut buffer) {
                Ok(_) => {}
                Err(error) => break error,
            }
        };
        assert!(error.to_string().contains("swells to more than 250 times"), "{error}");
        assert!(total.load(Ordering::Relaxed) < 2 * LARGE);
    }
}
