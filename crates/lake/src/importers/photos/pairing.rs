//! Which sidecar belongs to which photo or video of one folder.
//!
//! Google never documented the names. What is known: a sidecar is named after the medium, cut to 46 UTF-16 units, with the
//! number of a second copy at the end; since late 2024 with `.supplemental-metadata`, cut as well, before `.json`. Edited
//! versions and the films of motion photos have none of their own and share the original's.
//!
//! Invariants: each medium gets at most one sidecar. A sidecar is shared only with edited versions and motion films.

use std::cmp::Ordering;
use std::collections::HashMap;

use super::names::{self, split};

/// Longest name of a sidecar before its number and `.json`, in UTF-16 units.
const SIDECAR: usize = 46;
/// Longest stem of a medium, in UTF-16 units.
const STEM: usize = 47;
const SUPPLEMENT: &str = ".supplemental-metadata";
/// What the picture beside a film may be called.
const STILLS: &[&str] = &["heic", "HEIC", "jpg", "JPG", "jpeg", "png"];
/// And beside a film of a Pixel, whatever the film is called.
const PIXEL_STILL: &str = "MP.jpg";
/// Shortest name that a sidecar of a forgotten duplicate has, and how much longer its medium's may be, in UTF-16 units.
const FORGOTTEN: usize = 40;
const FORGOTTEN_MORE: usize = 10;

/// A sidecar's name in the folder, and the title that it holds.
#[derive(Debug, Clone, Copy)]
pub(super) struct Name<'n> {
    pub(super) file: &'n str,
    pub(super) title: &'n str,
}

/// How a medium came to its sidecar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum How {
    /// It is the medium's own.
    Own,
    /// Its own by order alone: several names were cut to the same one.
    Guessed,
    /// The original's, of which this is an edited version.
    Edited,
    /// The picture's, of which this is the film.
    Motion,
}

/// A medium's sidecar: its place in the list that [`pair`] was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Pair {
    pub(super) sidecar: usize,
    pub(super) how: How,
}

/// The sidecar of each of `media`, all of one folder.
pub(super) fn pair(media: &[&str], sidecars: &[Name<'_>]) -> Vec<Option<Pair>> {
    let index = Index::new(sidecars);
    let mut pairs: Vec<Option<Pair>> = media.iter().map(|medium| index.best(medium)).collect();
    settle(media, sidecars, &index, &mut pairs);
    pairs
}

/// The sidecars of a folder by name without `.json`.
struct Index<'n> {
    sidecars: &'n [Name<'n>],
    exact: HashMap<&'n str, usize>,
    folded: HashMap<String, usize>,
}

impl<'n> Index<'n> {
    fn new(sidecars: &'n [Name<'n>]) -> Self {
        let stems = || sidecars.iter().enumerate().map(|(at, sidecar)| (without_json(sidecar.file), at));
        Self { sidecars, exact: stems().collect(), folded: stems().map(|(stem, at)| (stem.to_lowercase(), at)).collect() }
    }

    fn get(&self, stem: &str) -> Option<usize> {
        self.exact.get(stem).or_else(|| self.folded.get(&stem.to_lowercase())).copied()
    }

    /// The first candidate that is there, unless a later one's title says that it is the right one.
    fn best(&self, medium: &str) -> Option<Pair> {
        let hits: Vec<(Pair, String)> = candidates(medium)
            .into_iter()
            .filter_map(|candidate| Some((Pair { sidecar: self.get(&candidate.stem)?, how: candidate.how }, candidate.titled)))
            .collect();
        hits.iter()
            .find(|(pair, titled)| fits(self.sidecars[pair.sidecar].title, titled))
            .or(hits.first())
            .map(|(pair, _)| *pair)
            .or_else(|| self.abbreviated(medium))
            .or_else(|| self.forgotten(medium))
    }

    /// A sidecar whose supplement was cut earlier than it had to be.
    fn abbreviated(&self, medium: &str) -> Option<Pair> {
        let (stem, extension) = split(medium);
        let (base, n) = numbered(stem);
        let forms = [(dotted(stem, extension), ""), (dotted(base, extension), n)];
        let found = forms
            .iter()
            .find_map(|(name, n)| (1..SUPPLEMENT.len()).rev().find_map(|length| self.get(&format!("{name}{}{n}", &SUPPLEMENT[..length]))));
        found.map(|sidecar| Pair { sidecar, how: How::Own })
    }

    /// `original_<uuid>_P(1).jpg` of `original_<uuid>_.json`: the sidecar's name is the beginning of the medium's.
    fn forgotten(&self, medium: &str) -> Option<Pair> {
        let (base, _) = numbered(split(medium).0);
        let starts = base.char_indices().map(|(at, letter)| at + letter.len_utf8()).rev();
        starts
            .map(|end| &base[..end])
            .take_while(|start| units(start) >= FORGOTTEN && units(base) - units(start) <= FORGOTTEN_MORE)
            .find_map(|start| self.exact.get(start).copied())
            .map(|sidecar| Pair { sidecar, how: How::Own })
    }
}

/// A name that a medium's sidecar may have, without `.json`.
struct Candidate {
    stem: String,
    how: How,
    /// The original's name, as the archive would write it without a number.
    titled: String,
}

/// What a medium's sidecar may be called, the likeliest first.
fn candidates(medium: &str) -> Vec<Candidate> {
    let (stem, extension) = split(medium);
    let (base, n) = numbered(stem);
    let mut list = Vec::with_capacity(16);
    // A number may belong to the title: "Holiday (38).jpg". So may a suffix that looks like an edit's.
    forms(&mut list, stem, extension, "", How::Own);
    if !n.is_empty() {
        forms(&mut list, base, extension, n, How::Own);
    }
    if let Some(original) = names::without_edit(base, units(stem) >= STEM) {
        let extensions = std::iter::once(extension)
            .chain(STILLS.iter().copied().filter(|still| !still.eq_ignore_ascii_case(extension)));
        let (inner, inner_n) = numbered(original);
        for extension in extensions {
            forms(&mut list, original, extension, n, How::Edited);
            if !n.is_empty() {
                forms(&mut list, original, extension, "", How::Edited);
            }
            if !inner_n.is_empty() {
                forms(&mut list, inner, extension, inner_n, How::Edited);
            }
        }
    }
    if names::is_film(extension) {
        // "X.MP", "X.MP~2" and "X.MV" of "X.MP.jpg" and so on.
        forms(&mut list, stem, &format!("{extension}.jpg"), "", How::Motion);
        for still in STILLS.iter().copied().chain([PIXEL_STILL]) {
            forms(&mut list, stem, still, "", How::Motion);
            if !n.is_empty() {
                forms(&mut list, base, still, n, How::Motion);
            }
        }
    }
    list
}

fn forms(list: &mut Vec<Candidate>, base: &str, extension: &str, n: &str, how: How) {
    let name = dotted(base, extension);
    let mut add = |stem: String| {
        if !list.iter().any(|known| known.stem == stem) {
            list.push(Candidate { stem, how, titled: name.clone() });
        }
    };
    for cut in [cut, cut_before] {
        add(format!("{}{n}", cut(&name, SIDECAR)));
        add(format!("{}{n}", cut(&format!("{name}{SUPPLEMENT}"), SIDECAR)));
    }
    // Some exports did not cut.
    add(format!("{name}{SUPPLEMENT}{n}"));
    add(format!("{name}{n}"));
    if !n.is_empty() {
        add(format!("{name}{n}{SUPPLEMENT}"));
    }
    // The upload had no extension: Google adds one to the medium alone.
    add(format!("{}{n}", cut(base, SIDECAR)));
    add(format!("{}{n}", cut(&format!("{base}{SUPPLEMENT}"), SIDECAR)));
}

/// Media whose names were cut to the same one: each gets the sidecar that its title fits, else the next in order.
fn settle(media: &[&str], sidecars: &[Name<'_>], index: &Index<'_>, pairs: &mut [Option<Pair>]) {
    let mut owners: HashMap<usize, Vec<usize>> = HashMap::new();
    for (at, pair) in pairs.iter().enumerate() {
        if let Some(Pair { sidecar, how: How::Own }) = pair {
            owners.entry(*sidecar).or_default().push(at);
        }
    }
    let mut taken: Vec<bool> = (0..sidecars.len()).map(|sidecar| owners.contains_key(&sidecar)).collect();
    let mut contested: Vec<(usize, Vec<usize>)> = owners.into_iter().filter(|(_, owners)| owners.len() > 1).collect();
    contested.sort_unstable();
    for (sidecar, mut rivals) in contested {
        rivals.sort_by(|a, b| in_order(media[*a], media[*b]));
        let stem = without_json(sidecars[sidecar].file);
        let mut free: Vec<usize> = std::iter::once(sidecar)
            .chain((1..=rivals.len()).filter_map(|n| index.get(&format!("{stem}({n})")).filter(|other| !taken[*other])))
            .collect();
        // Those whose title says so choose first.
        let mut left = Vec::new();
        for rival in rivals {
            match free.iter().position(|free| fits(sidecars[*free].title, media[rival])) {
                Some(at) => pairs[rival] = Some(Pair { sidecar: free.remove(at), how: How::Own }),
                None => left.push(rival),
            }
        }
        let mut free = free.into_iter();
        for rival in left {
            pairs[rival] = free.next().map(|sidecar| Pair { sidecar, how: How::Guessed });
        }
        for pair in pairs.iter().flatten() {
            taken[pair.sidecar] = true;
        }
    }
}

/// Whether `title`, written the way the archive writes names, gives `name`.
fn fits(title: &str, name: &str) -> bool {
    if title.is_empty() {
        return false;
    }
    let written: String = title
        .chars()
        .map(|letter| if matches!(letter, '&' | '?' | '%' | '"' | '<' | '>' | '|' | '*' | ':' | '/' | '\\' | '\'') { '_' } else { letter })
        .collect();
    if written.eq_ignore_ascii_case(name) {
        return true;
    }
    let (stem, extension) = split(&written);
    dotted(cut(stem, STEM), extension).eq_ignore_ascii_case(name) || written == split(name).0
}

fn dotted(stem: &str, extension: &str) -> String {
    if extension.is_empty() { stem.to_owned() } else { format!("{stem}.{extension}") }
}

fn without_json(name: &str) -> &str {
    name.get(..name.len().saturating_sub(5)).filter(|_| name.to_ascii_lowercase().ends_with(".json")).unwrap_or(name)
}

/// A stem without the `(n)` at its end, and that number with its brackets; no number, no change.
fn numbered(stem: &str) -> (&str, &str) {
    let at = stem
        .strip_suffix(')')
        .and_then(|rest| rest.rfind('(').filter(|at| rest.len() > at + 1 && rest[at + 1..].bytes().all(|byte| byte.is_ascii_digit())));
    match at {
        Some(at) if at > 0 => stem.split_at(at),
        _ => (stem, ""),
    }
}

fn units(text: &str) -> usize {
    text.encode_utf16().count()
}

/// The first `most` units; a letter that the cut would split is kept whole.
fn cut(text: &str, most: usize) -> &str {
    cut_where(text, |before, _| before < most)
}

/// The first `most` units; a letter that the cut would split is left out.
fn cut_before(text: &str, most: usize) -> &str {
    cut_where(text, |_, after| after <= most)
}

fn cut_where(text: &str, keep: impl Fn(usize, usize) -> bool) -> &str {
    let mut n = 0;
    for (at, letter) in text.char_indices() {
        if !keep(n, n + letter.len_utf16()) {
            return &text[..at];
        }
        n += letter.len_utf16();
    }
    text
}

/// Shorter names first; then runs of digits by their number.
fn in_order(a: &str, b: &str) -> Ordering {
    units(a).cmp(&units(b)).then_with(|| {
        let digits = |text: &str| -> Vec<(String, u64)> {
            text.split_inclusive(|letter: char| !letter.is_ascii_digit())
                .map(|piece| {
                    let n_digits = piece.bytes().take_while(u8::is_ascii_digit).count();
                    (piece[n_digits..].to_owned(), piece[..n_digits].parse().unwrap_or(0))
                })
                .collect()
        };
        digits(a).iter().map(|(text, number)| (*number, text.clone())).cmp(digits(b).iter().map(|(text, number)| (*number, text.clone())))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One medium, the sidecars of its folder, and the one that is its own ("" for none) with how.
    const TABLE: &[(&str, &[&str], &str, How)] = &[
        // The classic form, its number, and its cuts.
        ("IMG_1.jpg", &["IMG_1.jpg.json", "IMG_2.jpg.json"], "IMG_1.jpg.json", How::Own),
        ("IMG_1(1).jpg", &["IMG_1.jpg.json", "IMG_1.jpg(1).json"], "IMG_1.jpg(1).json", How::Own),
        ("IMG_1(2).jpg", &["IMG_1.jpg.json"], "", How::Own),
        (
            "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeee.jpg",
            &["aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeee.jp.json"],
            "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeee.jp.json",
            How::Own,
        ),
        (
            "Screenshot_2024-01-02-03-04-05-678_com.examples.jpg",
            &["Screenshot_2024-01-02-03-04-05-678_com.example.json"],
            "Screenshot_2024-01-02-03-04-05-678_com.example.json",
            How::Own,
        ),
        (
            "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeem(494).jpg",
            &["aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeee(494).json"],
            "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeee(494).json",
            How::Own,
        ),
        // The supplemental form, its number, and its cuts.
        ("IMG_1.jpg", &["IMG_1.jpg.supplemental-metadata.json"], "IMG_1.jpg.supplemental-metadata.json", How::Own),
        (
            "Scan35(1).jpg",
            &["Scan35.jpg.supplemental-metadata.json", "Scan35.jpg.supplemental-metadata(1).json"],
            "Scan35.jpg.supplemental-metadata(1).json",
            How::Own,
        ),
        (
            "MVIMG_20200102_030405.jpg",
            &["MVIMG_20200102_030405.jpg.supplemental-metadat.json"],
            "MVIMG_20200102_030405.jpg.supplemental-metadat.json",
            How::Own,
        ),
        (
            "Screenshot_20240102_030405_Facebook(1).jpg",
            &["Screenshot_20240102_030405_Facebook.jpg.supple(1).json"],
            "Screenshot_20240102_030405_Facebook.jpg.supple(1).json",
            How::Own,
        ),
        (
            "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddee.jp",
            &["aaaaaaaaaabbbbbbbbbbccccccccccddddddddddee.jp..json"],
            "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddee.jp..json",
            How::Own,
        ),
        (
            "aaaaaaaaaabbbbbbbbbbccccccccccdddddddddd.jpg",
            &["aaaaaaaaaabbbbbbbbbbccccccccccdddddddddd.jpg.s.json"],
            "aaaaaaaaaabbbbbbbbbbccccccccccdddddddddd.jpg.s.json",
            How::Own,
        ),
        (
            "aaaaaaaaaabbbbbbbbbbccccccccccdddddddddd.jpg",
            &["aaaaaaaaaabbbbbbbbbbccccccccccdddddddddd.jpg.supplemental-metadata.json"],
            "aaaaaaaaaabbbbbbbbbbccccccccccdddddddddd.jpg.supplemental-metadata.json",
            How::Own,
        ),
        (
            "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeem(1).jpg",
            &["aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeem.jpg(1).json"],
            "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeem.jpg(1).json",
            How::Own,
        ),
        ("IMG_1.jpg", &["IMG_1.jpg.supplemental-meta.json"], "IMG_1.jpg.supplemental-meta.json", How::Own),
        ("IMG_1(1).HEIC", &["IMG_1.HEIC(1).supplemental-metadata.json"], "IMG_1.HEIC(1).supplemental-metadata.json", How::Own),
        // Titles without an extension, and titles with dots.
        ("Peanut.jpg", &["Peanut.supplemental-metadata.json"], "Peanut.supplemental-metadata.json", How::Own),
        ("Peanut.jpg", &["Peanut.json"], "Peanut.json", How::Own),
        (
            "2013-12-23(1).jpg",
            &["2013-12-23.supplemental-metadata.json", "2013-12-23.supplemental-metadata(1).json"],
            "2013-12-23.supplemental-metadata(1).json",
            How::Own,
        ),
        (
            "2234089303984509579-edited.jpg",
            &["2234089303984509579.supplemental-metadata.json"],
            "2234089303984509579.supplemental-metadata.json",
            How::Edited,
        ),
        // A number or a suffix that is part of the title.
        ("Holiday (38).JPG", &["Holiday (38).JPG.json", "Holiday .JPG(38).json"], "Holiday (38).JPG.json", How::Own),
        ("Copy-edited.jpg", &["Copy-edited.jpg.json", "Copy.jpg.json"], "Copy-edited.jpg.json", How::Own),
        // Edited versions.
        ("IMG-edited.jpg", &["IMG.jpg.json"], "IMG.jpg.json", How::Edited),
        ("IMG-bearbeitet.jpg", &["IMG.jpg.supplemental-metadata.json"], "IMG.jpg.supplemental-metadata.json", How::Edited),
        ("IMG-modifié(1).jpg", &["IMG.jpg.json", "IMG.jpg(1).json"], "IMG.jpg(1).json", How::Edited),
        ("IMG-edited(1).jpg", &["IMG.jpg.json"], "IMG.jpg.json", How::Edited),
        ("X(1)-editat(1).jpg", &["X.jpg.supplemental-metadata(1).json"], "X.jpg.supplemental-metadata(1).json", How::Edited),
        ("IMG_1-edited.jpg", &["IMG_1.HEIC.supplemental-metadata.json"], "IMG_1.HEIC.supplemental-metadata.json", How::Edited),
        ("IMG_1-ANIMATION.gif", &["IMG_1.jpg.json"], "IMG_1.jpg.json", How::Edited),
        (
            "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeee-edi.jpg",
            &["aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeee.jp.json"],
            "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeee.jp.json",
            How::Edited,
        ),
        ("short-edi.jpg", &["short.jpg.json"], "", How::Own),
        // Motion photos.
        ("IMG_1.MP4", &["IMG_1.HEIC.supplemental-metadata.json"], "IMG_1.HEIC.supplemental-metadata.json", How::Motion),
        (
            "IMG_1(1).MOV",
            &["IMG_1.HEIC.json", "IMG_1.HEIC.supplemental-metadata(1).json"],
            "IMG_1.HEIC.supplemental-metadata(1).json",
            How::Motion,
        ),
        ("PXL.MP", &["PXL.MP.jpg.json"], "PXL.MP.jpg.json", How::Motion),
        ("PXL.MP.jpg", &["PXL.MP.jpg.json"], "PXL.MP.jpg.json", How::Own),
        ("PXL_1.mp4", &["PXL_1.MP.jpg.json"], "PXL_1.MP.jpg.json", How::Motion),
        (
            "PXL_1(1).MP",
            &["PXL_1.MP.jpg.supplemental-metadata.json", "PXL_1.MP.jpg.supplemental-metadata(1).json"],
            "PXL_1.MP.jpg.supplemental-metadata(1).json",
            How::Motion,
        ),
        ("MVIMG_1.mp4", &["MVIMG_1.jpg.json"], "MVIMG_1.jpg.json", How::Motion),
        ("PXL_3.MP~2", &["PXL_3.MP~2.jpg.json"], "PXL_3.MP~2.jpg.json", How::Motion),
        ("R2.MV", &["R2.MV.jpg.json", "R2.jpg.json"], "R2.MV.jpg.json", How::Motion),
        ("PXL.MP~2.jpg", &["PXL.MP.jpg.json"], "PXL.MP.jpg.json", How::Edited),
        // A forgotten duplicate; a case that differs; nothing alike.
        (
            "original_01234567-89ab-cdef-0123-456789abcdef_P(1).jpg",
            &["original_01234567-89ab-cdef-0123-456789abcdef_.json"],
            "original_01234567-89ab-cdef-0123-456789abcdef_.json",
            How::Own,
        ),
        ("img_1.JPG", &["IMG_1.jpg.json"], "IMG_1.jpg.json", How::Own),
        ("IMG_12.jpg", &["IMG_1.jpg.json", "metadata.json"], "", How::Own),
        // Sixteen-bit units: an emoji is two.
        (
            "😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀.jpg",
            &["😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀.jpg.json"],
            "😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀.jpg.json",
            How::Own,
        ),
        (
            "😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀a.jpg",
            &["😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀a.jp.json"],
            "😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀a.jp.json",
            How::Own,
        ),
    ];

    #[test]
    fn every_known_form_of_name_finds_its_sidecar() {
        for (medium, files, expected, how) in TABLE {
            let sidecars: Vec<Name<'_>> = files.iter().map(|file| Name { file, title: "" }).collect();
            let found = pair(&[medium], &sidecars)[0];
            let shown = found.map_or(("", How::Own), |pair| (files[pair.sidecar], pair.how));
            assert_eq!(shown, (*expected, *how), "{medium}");
        }
    }

    #[test]
    fn a_title_decides_between_two_sidecars_that_could_be() {
        let sidecars = [Name { file: "IMG(1).jpg.json", title: "other.jpg" }, Name { file: "IMG.jpg(1).json", title: "IMG.jpg" }];
        assert_eq!(pair(&["IMG(1).jpg"], &sidecars)[0].map(|pair| pair.sidecar), Some(1));
    }

    #[test]
    fn names_cut_to_the_same_one_are_told_apart_by_title_then_by_order() {
        let media = ["aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeY.jpg", "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeX.jpg"];
        let files = ["aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeee.json", "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeee(1).json"];
        let titled = [Name { file: files[0], title: media[0] }, Name { file: files[1], title: media[1] }];
        assert_eq!(pair(&media, &titled), [Some(Pair { sidecar: 0, how: How::Own }), Some(Pair { sidecar: 1, how: How::Own })]);
        let untitled = files.map(|file| Name { file, title: "" });
        assert_eq!(pair(&media, &untitled), [Some(Pair { sidecar: 1, how: How::Guessed }), Some(Pair { sidecar: 0, how: How::Guessed })]);
    }
}
