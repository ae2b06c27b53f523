//! What is said of somebody's health: codes of diagnoses (ICD-10) where they are spoken of, and a short list of words.

use std::sync::LazyLock;

use domain::PiiClass;

use super::recogniser::{PLAIN, Recogniser};
use super::word_list::WordList;

pub(super) const RECOGNISERS: &[Recogniser] = &[Recogniser {
    class: PiiClass::Health,
    pattern: r"(?-u:\b)[A-TV-Z]\d{2}(?:\.\d{1,2})?(?-u:\b)",
    context: "icd | icd-10 | diagnos | befund | arztbrief | krankschreibung | attest",
    in_context: 85,
    ..PLAIN
}];

/// Conditions and medicines.
pub(super) static WORDS: LazyLock<Option<WordList>> = LazyLock::new(|| {
    let lines = include_str!("health.txt").lines().filter(|line| !line.starts_with('#') && !line.is_empty());
    WordList::new(PiiClass::Health, 65, lines.map(str::to_owned), true)
});
