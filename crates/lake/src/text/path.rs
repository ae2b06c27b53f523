//! Paths inside exports, made comparable. Names differ by Unicode form, by space character and by how the person
//! unpacked or repacked the archive; importers only ever see the cleaned form.

use unicode_normalization::UnicodeNormalization;

/// How deep the `Takeout` folder is looked for: people unpack each part to a folder of its own, and pack those again.
const ROOT_DEPTH: usize = 4;

/// The cleaned form of a path inside an export: `/` between parts, NFC, every kind of space as one plain space, no
/// spaces or dots at the end of a part, and nothing of the `Takeout` folder that all exports share, or above it. Parts
/// that say "here" are dropped; `..` is kept, so that whoever guards against it can see it.
pub fn clean(path: &str) -> String {
    let parts = parts(path);
    let from = root_of(&parts).map_or(0, |root| root + 1);
    parts[from..].join("/")
}

/// Whether a path leads through the `Takeout` folder of an export.
pub fn has_root(path: &str) -> bool {
    root_of(&parts(path)).is_some()
}

/// The place of the `Takeout` folder among the parts of a file's path.
fn root_of(parts: &[String]) -> Option<usize> {
    parts.iter().take(ROOT_DEPTH).position(|part| is_takeout(part)).filter(|root| root + 1 < parts.len())
}

/// The parts of a path, each cleaned, the `Takeout` folder included.
pub fn parts(path: &str) -> Vec<String> {
    path.split(['/', '\\']).filter(|part| !part.is_empty() && *part != ".").map(clean_part).filter(|part| !part.is_empty()).collect()
}

/// Whether a folder's name is the root of an export: `Takeout`, or a copy that a system named `Takeout 2` or
/// `Takeout(1)`.
pub fn is_takeout(name: &str) -> bool {
    let Some(rest) = name.get(..7).filter(|start| start.eq_ignore_ascii_case("takeout")).and_then(|_| name.get(7..)) else { return false };
    let rest = rest.trim_matches([' ', '(', ')', '-', '_']);
    rest.bytes().all(|byte| byte.is_ascii_digit()) && rest.len() <= 3
}

/// A file's name without its folders and its last extension: `Want to go` of `Saved/Want to go.csv`.
pub fn stem(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

/// A name without the number that tells two files of one name apart: `Want to go` of `Want to go(1)`.
pub fn without_copy_number(name: &str) -> &str {
    let copy = name.strip_suffix(')').and_then(|rest| rest.rsplit_once('('));
    copy.filter(|(_, n)| !n.is_empty() && n.bytes().all(|byte| byte.is_ascii_digit())).map_or(name, |(name, _)| name).trim_end()
}

fn clean_part(part: &str) -> String {
    if part == ".." {
        return part.to_owned();
    }
    let mut cleaned = String::with_capacity(part.len());
    for letter in part.nfc() {
        if letter.is_whitespace() || letter == '\u{feff}' {
            if !cleaned.ends_with(' ') {
                cleaned.push(' ');
            }
        } else {
            cleaned.push(letter);
        }
    }
    cleaned.trim_start().trim_end_matches([' ', '.']).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_path_meet() {
        for spelling in [
            "Takeout/Google Fotos/a.jpg",
            "./Takeout/Google\u{a0}Fotos/a.jpg",
            "Takeout 2\\Google Fotos\\a.jpg",
            "Takeout(1)/Google  Fotos /a.jpg",
            "takeout-20260310T081500Z-002/Takeout/Google Fotos/a.jpg",
            "old/exports/2024/Takeout/Google Fotos/a.jpg",
            "Google Fotos/a.jpg",
        ] {
            assert_eq!(clean(spelling), "Google Fotos/a.jpg", "{spelling}");
        }
        assert_eq!(clean("Takeout/Verla\u{75}\u{308}f.json"), "Verla\u{fc}f.json");
    }

    #[test]
    fn a_list_is_called_by_its_file() {
        for (path, expected) in [
            ("Saved/To go.csv", "To go"),
            ("To go(1).csv", "To go"),
            ("x/Plans (2024 (3).csv", "Plans (2024"),
            ("A (b).csv", "A (b)"),
            ("bare", "bare"),
        ] {
            assert_eq!(without_copy_number(stem(path)), expected, "{path}");
        }
    }

    #[test]
    fn a_file_named_takeout_and_a_climbing_path_keep_their_names() {
        assert_eq!(clean("Takeout"), "Takeout");
        assert_eq!(clean("Takeout/../etc"), "../etc");
        assert_eq!(clean("Takeouts/a"), "Takeouts/a");
    }
}
