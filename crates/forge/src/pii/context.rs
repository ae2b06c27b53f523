//! Words that personal data is spoken of with, and where they stand in a text.

use aho_corasick::{AhoCorasick, AhoCorasickBuilder, AhoCorasickKind, MatchKind};

use super::NEAR;

/// Words so short stand in others by chance, and have to stand alone, unless a star before them says that they need not.
/// Longer ones may be part of a compound.
const ALONE: usize = 4;

/// Bytes of the longest word.
const LONGEST: usize = 64;

/// The words of all recognisers, looked for in one pass.
#[derive(Default)]
pub(super) struct ContextWords {
    words: Vec<&'static str>,
    automaton: Option<AhoCorasick>,
}

/// A word of a recogniser's, by its number among all.
pub(super) type WordId = usize;

/// Where words stand in one text, in its order.
pub(super) struct Context(Vec<Spoken>);

struct Spoken {
    word: WordId,
    start: usize,
    end: usize,
}

impl ContextWords {
    /// The number of a word; each is kept once.
    pub(super) fn intern(&mut self, word: &'static str) -> WordId {
        self.words.iter().position(|known| *known == word).unwrap_or_else(|| {
            self.words.push(word);
            self.words.len() - 1
        })
    }

    /// Makes the automaton of all words.
    ///
    /// # Panics
    /// When it cannot be made of the words, which are constants.
    pub(super) fn build(&mut self) {
        let automaton = AhoCorasickBuilder::new()
            .ascii_case_insensitive(true)
            .match_kind(MatchKind::Standard)
            .kind(Some(AhoCorasickKind::DFA))
            .build(self.words.iter().map(|word| word.trim_start_matches('*')));
        self.automaton = Some(automaton.expect("the words are few and constant"));
    }

    /// Where words stand in a text.
    pub(super) fn find(&self, text: &str) -> Context {
        let Some(automaton) = &self.automaton else { return Context(Vec::new()) };
        let found = automaton.find_overlapping_iter(text).filter_map(|found| {
            let (word, start, end) = (found.pattern().as_usize(), found.start(), found.end());
            let may_be_part = end - start > ALONE || self.words[word].starts_with('*');
            (may_be_part || stands_alone(text, start, end)).then_some(Spoken { word, start, end })
        });
        Context(found.collect())
    }
}

impl Context {
    /// Whether one of some words stands anywhere.
    pub(super) fn holds(&self, words: &[WordId]) -> bool {
        self.0.iter().any(|spoken| words.contains(&spoken.word))
    }

    /// How many bytes the nearest of some words is away from a span, if it is near.
    pub(super) fn nearest(&self, text: &str, words: &[WordId], start: usize, end: usize) -> Option<usize> {
        let distance = |spoken: &Spoken| match (spoken.end <= start, spoken.start >= end) {
            (true, _) => near(text, spoken.end, start),
            (_, true) => near(text, end, spoken.start),
            (false, false) => Some(0),
        };
        self.around(start, end).filter(|spoken| words.contains(&spoken.word)).filter_map(distance).min()
    }

    /// The words that may be near a span. They stand in the order of their ends.
    fn around(&self, start: usize, end: usize) -> impl Iterator<Item = &Spoken> {
        let first = self.0.partition_point(|spoken| spoken.end + FAR < start);
        self.0[first..].iter().take_while(move |spoken| spoken.end <= end + FAR + LONGEST)
    }

    /// The same for words before a place, but not before another.
    pub(super) fn nearest_before(&self, text: &str, words: &[WordId], from: usize, to: usize) -> Option<usize> {
        let before = self.around(to, to).filter(|spoken| spoken.start >= from && spoken.end <= to && words.contains(&spoken.word));
        before.filter_map(|spoken| near(text, spoken.end, to)).min()
    }
}

/// Bytes that a word may be away at most: four are the most that a character has.
const FAR: usize = NEAR * 4;

/// How many bytes lie between two places, if they are near.
fn near(text: &str, from: usize, to: usize) -> Option<usize> {
    (to - from <= NEAR || (to - from <= FAR && text[from..to].chars().count() <= NEAR)).then_some(to - from)
}

fn stands_alone(text: &str, start: usize, end: usize) -> bool {
    !text[..start].chars().next_back().is_some_and(char::is_alphanumeric) && !text[end..].chars().next().is_some_and(char::is_alphanumeric)
}
