//! What the names of delivered archives say: which export they belong to, and in which order.
//!
//! `takeout-YYYYMMDDTHHMMSSZ-NNN.zip`, or with a file number before the part number, or a browser's copy ` (1)`; zip,
//! tgz or tar.gz, or tar when a browser or a person took the gzip off. The name holds no total, so a missing last part cannot be told from it.

/// A part's place in its export.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct PartName {
    /// The instant of the export, as the name writes it; parts with one stamp belong together.
    pub(crate) stamp: String,
    /// The first of two numbers; 0 when there is one number.
    pub(crate) file: u32,
    /// The part number.
    pub(crate) part: u32,
}

/// Extensions of the archives that Takeout delivers.
pub(super) const EXTENSIONS: [&str; 4] = [".zip", ".tgz", ".tar.gz", ".tar"];

/// Whether a file's name is that of an archive of Takeout: a part's, or what people call one that they put together
/// (`Takeout.zip`, `takeout-20260310T081500Z-all.zip`).
pub(crate) fn is_archive_of_takeout(name: &str) -> bool {
    let name = name.to_lowercase();
    name.starts_with("takeout") && EXTENSIONS.iter().any(|extension| name.ends_with(extension))
}

impl PartName {
    /// Reads a file's name; `None` when it is not how Takeout names its parts.
    pub(crate) fn parse(name: &str) -> Option<Self> {
        let name = name.to_lowercase();
        let rest = name.strip_prefix("takeout-")?;
        let rest = EXTENSIONS.iter().find_map(|extension| rest.strip_suffix(extension))?;
        let rest = without_copy_number(rest);
        let mut pieces = rest.split('-');
        let stamp = pieces.next()?;
        let (day, clock) = stamp.split_once('t')?;
        let clock = clock.strip_suffix('z')?;
        // A clock of seven digits has been met.
        if !digits(day, 8, 8) || !digits(clock, 6, 7) {
            return None;
        }
        let numbers: Vec<&str> = pieces.collect();
        let (file, part) = match numbers[..] {
            [part] => ("0", part),
            [file, part] => (file, part),
            _ => return None,
        };
        if !digits(file, 1, 3) || !digits(part, 3, 3) {
            return None;
        }
        Some(Self { stamp: stamp.to_uppercase(), file: file.parse().ok()?, part: part.parse().ok()? })
    }
}

/// What tells the export that a part belongs to from others, by the name of the part, or of the folder that it was unpacked
/// to; `None` when the name does not say. Of an archive inside another, by its own name.
pub(crate) fn export_of(name: &str) -> Option<String> {
    let name = name.rsplit('/').next().unwrap_or(name);
    PartName::parse(name).or_else(|| PartName::parse(&format!("{name}.zip"))).map(|part| part.stamp)
}

/// The numbers missing in the middle, as a person would read them; empty when there is no gap. With two numbers the
/// first one counts the files.
pub(crate) fn gaps(names: &[PartName]) -> Vec<u32> {
    let counts_files = names.iter().any(|name| name.file > 0);
    let mut numbers: Vec<u32> = names.iter().map(|name| if counts_files { name.file } else { name.part }).collect();
    numbers.sort_unstable();
    numbers.dedup();
    let Some(&last) = numbers.last() else { return Vec::new() };
    (1..last).filter(|number| numbers.binary_search(number).is_err()).take(50).collect()
}

/// Without the `(1)` that browsers add to a second download.
fn without_copy_number(name: &str) -> &str {
    let copy = name.strip_suffix(')').and_then(|rest| rest.rsplit_once('(')).filter(|(_, number)| digits(number, 1, 3));
    copy.map_or(name, |(rest, _)| rest.trim_end())
}

fn digits(text: &str, least: usize, most: usize) -> bool {
    (least..=most).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_every_era_are_read() {
        let read = |name| PartName::parse(name).map(|name| (name.stamp, name.file, name.part));
        let stamp = "20260310T081500Z".to_owned();
        assert_eq!(read("takeout-20260310T081500Z-002.zip"), Some((stamp.clone(), 0, 2)));
        assert_eq!(read("takeout-20260310T081500Z-14-001.tgz"), Some((stamp.clone(), 14, 1)));
        assert_eq!(read("Takeout-20260310T081500Z-003 (1).zip"), Some((stamp.clone(), 0, 3)));
        assert_eq!(read("takeout-20260310T081500Z-003(12).tar.gz"), Some((stamp.clone(), 0, 3)));
        assert_eq!(read("takeout-20260310T081500Z-003.tar"), Some((stamp, 0, 3)));
        for name in
            ["takeout-20260310T081500Z-all.zip", "Takeout.zip", "takeout-2026-001.zip", "takeout-20260310T081500Z-1.zip", "photos.zip"]
        {
            assert_eq!(read(name), None, "{name}");
        }
    }

    #[test]
    fn parts_and_the_folders_they_are_unpacked_to_tell_their_export() {
        for name in [
            "takeout-20260310T081500Z-002.zip",
            "takeout-20260310T081500Z-1-002.tgz",
            "takeout-20260310T081500Z-002",
            "all.zip/takeout-20260310T081500Z-002.zip",
        ] {
            assert_eq!(export_of(name).as_deref(), Some("20260310T081500Z"), "{name}");
        }
        assert_eq!(export_of("Takeout"), None);
    }

    #[test]
    fn a_gap_in_the_middle_is_seen_and_the_end_is_not_guessed() {
        let names =
            |numbers: &[(u32, u32)]| numbers.iter().map(|&(file, part)| PartName { stamp: String::new(), file, part }).collect::<Vec<_>>();
        assert_eq!(gaps(&names(&[(0, 1), (0, 3), (0, 4)])), [2]);
        assert_eq!(gaps(&names(&[(0, 2)])), [1]);
        assert_eq!(gaps(&names(&[(1, 1), (2, 1), (3, 1)])), Vec::<u32>::new());
        assert_eq!(gaps(&[]), Vec::<u32>::new());
    }
}
