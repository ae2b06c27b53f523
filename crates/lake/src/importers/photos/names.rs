//! What folders and files of Photos are called, in the languages that are known.

/// How Photos' own folder is called, lower-cased; NBSP is a plain space already.
const ROOTS: &[&str] = &[
    "google photos",
    "google fotos",
    "google foto",
    "google foto's",
    "google フォト",
    "google фото",
    "google kuvat",
    "google fotoğraflar",
    "google fotók",
    "fotky google",
    "google fotky",
    "google снимки",
    "google 相册",
    "google 相簿",
    "google 포토",
    "google zdjęcia",
    "zdjęcia google",
    "google fotografije",
    "φωτογραφίες google",
    "صور google",
    "תמונות google",
];

/// What year folders begin with; the year follows.
const YEARS: &[&str] = &[
    "Photos from",
    "Fotos von",
    "Fotos del",
    "Fotos de",
    "Fotos van",
    "Photos de",
    "Photos du",
    "Foto del",
    "Foto da",
    "Foto's van",
    "Foto's uit",
    "Фото за",
    "Kuvat vuodelta",
    "Billeder fra",
    "Bilder från",
    "Bilder fra",
    "Zdjęcia z",
];

const ARCHIVES: &[&str] =
    &["Archive", "Archiv", "Archivo", "Arquivo", "Archivio", "Archief", "Архив", "Archiwum", "档案", "アーカイブ", "Arxiu"];
const BINS: &[&str] = &[
    "Trash",
    "Bin",
    "Papierkorb",
    "Corbeille",
    "Papelera",
    "Lixeira",
    "Cestino",
    "Prullenbak",
    "Корзина",
    "Kosz",
    "回收站",
    "ゴミ箱",
    "Paperera",
];
const UNTITLED: &[&str] = &[
    "Untitled",
    "Unbenannt",
    "Ohne Titel",
    "Sans titre",
    "Sin título",
    "Sem título",
    "Senza titolo",
    "Zonder titel",
    "Bez tytułu",
    "Без названия",
    "Adsız",
    "Nimetön",
    "无标题",
    "未命名",
    "無題",
    "Sense títol",
    "Nem mentett dokumentum",
];
const OTHERS: &[&str] = &["Failed Videos", "Locked Folder"];

/// How an album's metadata file is called.
const METADATA: &[&str] = &[
    "metadata",
    "Metadaten",
    "métadonnées",
    "metadatos",
    "metadades",
    "metadati",
    "metadados",
    "metadáta",
    "metaadatok",
    "метаданные",
    "метаданни",
];

/// What an edited version's stem ends in.
const EDITS: &[&str] = &[
    "-edited",
    "-bearbeitet",
    "-modifié",
    "-modificato",
    "-ha editado",
    "-editado",
    "-editat",
    "-edytowane",
    "-bewerkt",
    "-muokattu",
    "-düzenlendi",
    "-измененный",
    "-編集済み",
    "-编辑",
    "-已修改",
    "-已編輯",
    "-편집됨",
    "-upraveno",
    "-redigeret",
    "-redigert",
    "-redigerad",
    "-szerkesztett",
    "-effects",
    "-smile",
    "-mix",
    "-collage",
    "-animation",
    "-motion",
];

/// Media types by extension.
const TYPES: &[(&str, &str)] = &[
    ("jpg", "image/jpeg"),
    ("jpeg", "image/jpeg"),
    ("png", "image/png"),
    ("gif", "image/gif"),
    ("webp", "image/webp"),
    ("heic", "image/heic"),
    ("heif", "image/heif"),
    ("avif", "image/avif"),
    ("tif", "image/tiff"),
    ("tiff", "image/tiff"),
    ("bmp", "image/bmp"),
    ("dng", "image/x-adobe-dng"),
    ("raw", "image/x-raw"),
    ("cr2", "image/x-canon-cr2"),
    ("cr3", "image/x-canon-cr3"),
    ("nef", "image/x-nikon-nef"),
    ("arw", "image/x-sony-arw"),
    ("orf", "image/x-olympus-orf"),
    ("rw2", "image/x-panasonic-rw2"),
    ("raf", "image/x-fuji-raf"),
    ("mp4", "video/mp4"),
    ("m4v", "video/mp4"),
    ("mp", "video/mp4"),
    ("mv", "video/mp4"),
    ("mov", "video/quicktime"),
    ("3gp", "video/3gpp"),
    ("3g2", "video/3gpp2"),
    ("avi", "video/x-msvideo"),
    ("mkv", "video/x-matroska"),
    ("webm", "video/webm"),
    ("wmv", "video/x-ms-wmv"),
    ("mpg", "video/mpeg"),
    ("mpeg", "video/mpeg"),
    ("mts", "video/mp2t"),
    ("m2ts", "video/mp2t"),
    ("flv", "video/x-flv"),
];

/// Folders of other products that hold pictures themselves.
const ELSEWHERE: &[&str] = &[
    "Drive",
    "Google Drive",
    "Keep",
    "Google Notizen",
    "Profile",
    "Profil",
    "Perfil",
    "Profiel",
    "Profilo",
    "プロフィール",
    "Contacts",
    "Google Kontakte",
    "Recorder",
    "Blogger",
    "Maps",
    "Chrome",
    "Home App",
];

/// What a folder of Photos is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Folder {
    /// Everything of a year, or of a day, as exports until about 2020 put it.
    Year,
    /// Made by the owner, and named.
    Album,
    /// Made by the owner or by sharing, and never named.
    Untitled,
    /// Put away, but not thrown away.
    Archive,
    /// Thrown away.
    Bin,
    /// One of the product's own.
    Other,
}

/// What the folder called `name` is.
pub(super) fn folder(name: &str) -> Folder {
    let plain = name.strip_suffix(')').and_then(|rest| rest.rsplit_once('(')).map_or(name, |(plain, _)| plain).trim();
    if is_year(name) || is_day(name) {
        Folder::Year
    } else if ARCHIVES.contains(&plain) {
        Folder::Archive
    } else if BINS.contains(&plain) {
        Folder::Bin
    } else if UNTITLED.contains(&plain) {
        Folder::Untitled
    } else if OTHERS.contains(&plain) || ROOTS.contains(&plain.to_lowercase().as_str()) {
        Folder::Other
    } else {
        Folder::Album
    }
}

/// Whether a path lies in Photos: under its own folder, or in a year's folder that was taken out of it.
pub(super) fn is_inside(path: &str) -> bool {
    let folders = path.rsplit_once('/').map_or("", |(folders, _)| folders);
    folders.split('/').any(|folder| ROOTS.contains(&folder.to_lowercase().as_str()) || is_year(folder))
}

/// Whether a path may lie in one album's folder that was taken out of Photos: it says nothing else of itself.
pub(super) fn may_be_album(path: &str) -> bool {
    let mut folders = path.split('/').rev().skip(1);
    folders.next().is_none_or(|folder| !ELSEWHERE.contains(&folder) && !folder.starts_with("Google ")) && folders.next().is_none()
}

/// Whether a file is called as the metadata of albums are.
pub(super) fn is_metadata(name: &str) -> bool {
    let stem = split(name).0;
    let stem = stem.split('(').next().unwrap_or(stem);
    METADATA.contains(&stem)
}

/// The media type that an extension stands for.
pub(super) fn media_type(extension: &str) -> Option<&'static str> {
    let extension = extension.to_lowercase();
    // The film of a second version of a motion photo: "MP~2".
    let extension = extension.split_once('~').map_or(extension.as_str(), |(before, _)| before);
    TYPES.iter().find(|(known, _)| *known == extension).map(|(_, media_type)| *media_type)
}

/// The same media type, when it is one of those that media have.
pub(super) fn known_type(media_type: &str) -> Option<&'static str> {
    TYPES.iter().map(|(_, known)| *known).find(|known| *known == media_type)
}

/// Whether an extension is a film's.
pub(super) fn is_film(extension: &str) -> bool {
    media_type(extension).is_some_and(|media_type| media_type.starts_with("video/"))
}

/// A stem without the suffix of an edited version. At the longest length of a stem the suffix may be cut too.
pub(super) fn without_edit(stem: &str, may_be_cut: bool) -> Option<&str> {
    let lower = stem.to_lowercase();
    // Lower-casing may change a stem's length; then only suffixes as they stand are looked for.
    let folded = if lower.len() == stem.len() { lower.as_str() } else { stem };
    let whole = EDITS.iter().find_map(|suffix| folded.strip_suffix(suffix));
    let cut = || {
        EDITS.iter().find_map(|suffix| {
            let ends: Vec<usize> = suffix.char_indices().map(|(at, _)| at).skip(2).collect();
            ends.into_iter().rev().find_map(|end| folded.strip_suffix(&suffix[..end]))
        })
    };
    let version = || {
        let (original, number) = stem.rsplit_once('~')?;
        (!number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())).then_some(original)
    };
    let original = whole.or_else(|| if may_be_cut { cut() } else { None }).or_else(version)?;
    stem.get(..original.len()).filter(|original| !original.is_empty())
}

/// Stem and extension of a file's name; a name that begins with its only dot has no extension.
pub(super) fn split(name: &str) -> (&str, &str) {
    match name.rsplit_once('.') {
        Some((stem, extension)) if !stem.is_empty() => (stem, extension),
        _ => (name, ""),
    }
}

fn is_year(name: &str) -> bool {
    let Some((before, year)) = name.rsplit_once(' ') else { return false };
    let is_year = year.len() == 4 && (year.starts_with("19") || year.starts_with("20")) && year.bytes().all(|byte| byte.is_ascii_digit());
    is_year && YEARS.contains(&before)
}

/// `2019-07-14`, and `2019-07-14 #2` when a day has several. Other services call folders so too: it does not say that a path lies in
/// Photos.
fn is_day(name: &str) -> bool {
    let (day, number) = name.split_once(" #").unwrap_or((name, "1"));
    let is_date =
        day.len() == 10 && day.bytes().enumerate().all(|(at, byte)| if matches!(at, 4 | 7) { byte == b'-' } else { byte.is_ascii_digit() });
    is_date && !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_are_known_in_several_languages() {
        for (name, expected) in [
            ("Photos from 2024", Folder::Year),
            ("Fotos von 2019", Folder::Year),
            ("Trip 2019", Folder::Album),
            ("2019-07-14", Folder::Year),
            ("2019-07-14 #2", Folder::Year),
            ("2019-07-14 Lake", Folder::Album),
            ("Papierkorb", Folder::Bin),
            ("Archive", Folder::Archive),
            ("Ohne Titel(3)", Folder::Untitled),
            ("Lake", Folder::Album),
        ] {
            assert_eq!(folder(name), expected, "{name}");
        }
        assert!(is_inside("Google Fotos/Lake/a.jpg") && is_inside("Photos from 2024/a.jpg") && !is_inside("Keep/a.jpg"));
        assert!(!is_inside("2019-07-14/a.jpg") && may_be_album("2019-07-14/a.jpg") && is_inside("Google Photos/2019-07-14/a.jpg"));
        assert!(is_metadata("Metadaten.json") && is_metadata("metadata(1).json") && !is_metadata("IMG.jpg.json"));
    }
}
