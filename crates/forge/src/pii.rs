//! Finds personal data in texts: numbers that people are known by, ways to reach them, secrets, and what is said of health.
//!
//! Each class has recognisers: a pattern that runs in linear time, a check of what it matched (check digits, ranges, lengths),
//! and words that make it likelier or less likely within [`NEAR`] characters. Most texts hold nothing that a recogniser could
//! begin with, a digit or a word, and are passed over at the speed of one look at each byte.
//!
//! Not found, and not promised: people whom the vault does not know, addresses without a house number, numbers of countries
//! that are not listed, what stands in pictures, and what is told without any of the words that such things are told with.
//!
//! Absent on purpose: where findings are kept (the vault), and who may see what (`api`).

mod address;
mod bank;
mod birth;
mod checksum;
mod context;
mod entry;
mod health;
mod key;
mod masking;
mod national_id;
mod network;
mod passport;
mod password;
mod phone;
mod recogniser;
mod word_list;

use std::cmp::Reverse;
use std::sync::LazyLock;

use domain::{PiiClass, PiiSpan};

pub use masking::Masker;

use context::ContextWords;
use recogniser::{Compiled, Gate, Recogniser};
use word_list::WordList;

/// The version of the recognisers: what an older one found is looked for anew.
pub const VERSION: u32 = 2;
/// How far a word may stand from what it speaks of, in characters.
pub const NEAR: usize = 50;
/// Texts are read so far, in bytes.
pub const READ: usize = 1 << 20;
/// How sure a finding has to be.
const SURE: u8 = 50;
/// What a word that speaks against a finding takes from how sure it is.
const AGAINST: u8 = 45;

/// Every recogniser, family by family; of two that are equally sure of the same text, the first has it.
const FAMILIES: &[&[Recogniser]] = &[
    key::RECOGNISERS,
    password::RECOGNISERS,
    entry::RECOGNISERS,
    bank::RECOGNISERS,
    passport::RECOGNISERS,
    national_id::RECOGNISERS,
    birth::RECOGNISERS,
    network::RECOGNISERS,
    phone::RECOGNISERS,
    address::RECOGNISERS,
    health::RECOGNISERS,
];

static COMPILED: LazyLock<(Vec<Compiled>, ContextWords)> = LazyLock::new(|| {
    let mut words = ContextWords::default();
    let compiled = FAMILIES.iter().copied().flatten().map(|recogniser| Compiled::new(recogniser, &mut words)).collect();
    words.build();
    (compiled, words)
});

/// Looks for personal data. Cheap to share; made once for a vault, since it knows the people in it.
pub struct Detector {
    people: Option<WordList>,
}

impl Detector {
    /// A detector that knows these people by their full names; names of one word are left out, since they are words as well.
    pub fn new<N: AsRef<str>>(people: impl IntoIterator<Item = N>) -> Self {
        LazyLock::force(&COMPILED);
        Self { people: WordList::of_people(people) }
    }

    /// What stands in a text, in its order and without overlaps. Texts longer than [`READ`] are read so far.
    pub fn find(&self, text: &str) -> Vec<PiiSpan> {
        let text = &text[..text.floor_char_boundary(READ)];
        let (compiled, words) = &*COMPILED;
        let (n_digits, bytes) = profile(text);
        let context = words.find(text);
        let mut found = Vec::new();
        for recogniser in compiled {
            let worth_it = match recogniser.gate() {
                Gate::Digits(n) => n_digits >= n,
                Gate::Byte(byte) => bytes[usize::from(byte)],
                Gate::Context => true,
            };
            if worth_it && (recogniser.alone() >= SURE || recogniser.is_spoken_of(&context)) {
                recogniser.find(text, &context, &mut found);
            }
        }
        for list in [self.people.as_ref(), health::WORDS.as_ref()].into_iter().flatten() {
            list.find(text, &mut found);
        }
        if found.len() > 1 { without_overlaps(found) } else { found }
    }
}

/// How many digits a text has, and which ASCII bytes are in it.
fn profile(text: &str) -> (usize, [bool; 256]) {
    let mut bytes = [false; 256];
    let mut n_digits = 0;
    for byte in text.bytes() {
        bytes[usize::from(byte)] = true;
        n_digits += usize::from(byte.is_ascii_digit());
    }
    (n_digits, bytes)
}

/// The surest of those that overlap, the longest of equally sure ones.
fn without_overlaps(mut found: Vec<PiiSpan>) -> Vec<PiiSpan> {
    found.sort_by_key(|span| (Reverse(span.confidence), Reverse(span.end - span.start)));
    let mut kept: Vec<PiiSpan> = Vec::with_capacity(found.len());
    for span in found {
        // Those that are kept are in the order of the text and do not touch each other.
        let at = kept.partition_point(|other| other.end <= span.start);
        if kept.get(at).is_none_or(|next| next.start >= span.end) {
            kept.insert(at, span);
        }
    }
    kept
}

/// Records a finding, unless it is not sure enough or empty.
fn push(found: &mut Vec<PiiSpan>, class: PiiClass, range: std::ops::Range<usize>, confidence: u8) {
    if confidence >= SURE && range.start < range.end {
        // A text is not read beyond READ bytes.
        found.push(PiiSpan { class, start: range.start as u32, end: range.end as u32, confidence });
    }
}

#[cfg(test)]
mod tests;
