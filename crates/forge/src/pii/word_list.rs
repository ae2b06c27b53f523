//! Words and names that are told as they stand, in one pass.

use aho_corasick::{AhoCorasick, AhoCorasickBuilder, AhoCorasickKind, MatchKind};
use domain::{PiiClass, PiiSpan};

use super::push;

/// A list of words of one class.
pub(super) struct WordList {
    automaton: AhoCorasick,
    class: PiiClass,
    confidence: u8,
}

impl WordList {
    /// Words in whatever case of their letters; `None` when there is none, or more than an automaton holds.
    pub(super) fn new(class: PiiClass, confidence: u8, words: impl IntoIterator<Item = String>, any_case: bool) -> Option<Self> {
        let words: Vec<String> = words.into_iter().collect();
        if words.is_empty() {
            return None;
        }
        let automaton = AhoCorasickBuilder::new()
            .match_kind(MatchKind::LeftmostLongest)
            .kind(Some(AhoCorasickKind::ContiguousNFA))
            .ascii_case_insensitive(any_case)
            .build(words)
            .ok()?;
        Some(Self { automaton, class, confidence })
    }

    /// The full names of people: of two words or more, since a single one is a word as well, and exactly as they are written.
    pub(super) fn of_people<N: AsRef<str>>(names: impl IntoIterator<Item = N>) -> Option<Self> {
        let mut names: Vec<String> = names.into_iter().map(|name| name.as_ref().trim().to_owned()).filter(|name| is_full(name)).collect();
        names.sort_unstable();
        names.dedup();
        Self::new(PiiClass::Name, 90, names, false)
    }

    /// Appends what stands in a text as words of their own.
    pub(super) fn find(&self, text: &str, found: &mut Vec<PiiSpan>) {
        for word in self.automaton.find_iter(text) {
            let touches = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
            if !touches(text[..word.start()].chars().next_back()) && !touches(text[word.end()..].chars().next()) {
                push(found, self.class, word.range(), self.confidence);
            }
        }
    }
}

fn is_full(name: &str) -> bool {
    name.split_whitespace().filter(|word| word.chars().any(char::is_alphabetic)).count() >= 2 && !name.contains(['@', '\n'])
}
