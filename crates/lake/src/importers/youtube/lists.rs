//! Playlists across files: the table of lists has their titles, and a file of videos has its list's name in its own name alone,
//! without the signs that files may not have and cut where it was too long.

/// Longest name of a file, without its extension, in UTF-16 units.
const LONGEST: usize = 47;
/// What is put behind a list's name.
const SUFFIXES: &[&str] = &["-videos", "-Videos", "-vidéos", "-vídeos", "-video", "-video's", "-video’s"];

/// The list that a file of videos is of, as its name says it: without `-videos` and the number of a second one.
pub(super) fn name_in(path: &str) -> &str {
    let stem = stem(path);
    SUFFIXES.iter().find_map(|suffix| stem.strip_suffix(suffix)).unwrap_or(stem).trim()
}

/// Whether the file at `path` is one that a list of this title is written to. A name that was cut is a cut one of every title
/// that begins like it.
pub(super) fn is_of(path: &str, title: &str) -> bool {
    let stem = stem(path);
    let name = file_name(title);
    if name_in(path) == name || stem == name {
        return true;
    }
    let length: usize = stem.encode_utf16().count();
    length == LONGEST && (name.starts_with(stem) || SUFFIXES.iter().any(|suffix| format!("{name}{suffix}").starts_with(stem)))
}

/// A title as it stands in a file's name.
fn file_name(title: &str) -> String {
    let kept = title.chars().filter(|letter| !matches!(letter, '\\' | ';' | '|' | ':' | '?'));
    let name: String = kept.map(|letter| if matches!(letter, '\'' | '/' | '%' | '*' | '"') { '_' } else { letter }).collect();
    // Paths are cleaned of what stands at their parts' ends.
    name.split_whitespace().collect::<Vec<_>>().join(" ").trim_end_matches(['.', ' ']).to_owned()
}

/// A file's name without its extension and the number of a second one of that name.
fn stem(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    stem.strip_suffix(')')
        .and_then(|rest| rest.rsplit_once('('))
        .filter(|(_, n)| !n.is_empty() && n.bytes().all(|byte| byte.is_ascii_digit()))
        .map_or(stem, |(stem, _)| stem)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_found_for_every_title() {
        for (path, title) in [
            ("playlists/Knots-videos.csv", "Knots"),
            ("Playlists/Knots-Videos(1).csv", "Knots"),
            ("playlists/What_s up 50_ _ more-videos.csv", "What's up? 50% / more"),
            ("playlists/A B-videos.csv", "A: B"),
            // 45 signs, of which the file keeps all and two of the suffix.
            ("playlists/The very long list of everything about ropes--v.csv", "The very long list of everything about ropes-"),
            ("playlists/The very long list of everything about ropes an.csv", "The very long list of everything about ropes and twine"),
            ("playlists/Rope (new)-videos.csv", "Rope (new)"),
        ] {
            assert!(is_of(path, title), "{path}");
        }
        assert!(!is_of("playlists/Knots-videos.csv", "Knots and ropes") && !is_of("playlists/Knots and ropes-videos.csv", "Knots"));
        assert_eq!(name_in("playlists/Watch later-videos.csv"), "Watch later");
    }
}
