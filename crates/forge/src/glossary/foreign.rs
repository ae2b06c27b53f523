//! English words looked for in texts of other languages.

use std::collections::HashSet;
use std::sync::Arc;

use super::Glossary;
use super::dictionary::{SHORTEST_PART, folded};

/// Letters of a word's start by which most words are told apart without a look into a dictionary.
const START: usize = 2;
/// Before a participle of the Germanic languages.
const PARTICIPLE: &str = "ge";

/// Which words of other languages mean one of some English words.
pub struct Foreign {
    glossary: Arc<Glossary>,
    english: Vec<String>,
    /// By dictionary, how its headwords begin that mean one of them.
    starts: Vec<HashSet<Vec<u8>>>,
}

impl Foreign {
    /// The words that mean one of `english`, lower case. Reads every dictionary once from beginning to end.
    pub fn of(glossary: Arc<Glossary>, english: &[&str]) -> Self {
        let english: Vec<String> = english.iter().flat_map(|word| lemmas(word)).collect();
        let starts = glossary.dictionaries.iter().map(|dictionary| {
            let mut starts = HashSet::new();
            dictionary.each(|word, line| {
                if means(line, &english) {
                    starts.insert(start(word).to_vec());
                }
            });
            starts
        });
        let starts = starts.collect();
        Self { glossary, english, starts }
    }

    /// Whether a word of any language but English means one of them, inflected or in a compound.
    pub fn has(&self, word: &str) -> bool {
        let word = folded(word);
        // The word, its stem after what marks a participle, or the last part of a compound begins as a headword does.
        let begins = |starts: &HashSet<Vec<u8>>| {
            let participle = word.strip_prefix(PARTICIPLE);
            let parts = word.as_bytes().windows(START).skip(SHORTEST_PART);
            starts.contains(start(&word))
                || participle.is_some_and(|rest| starts.contains(start(rest)))
                || parts.into_iter().any(|part| starts.contains(part))
        };
        if self.starts.iter().all(|starts| !begins(starts)) || self.glossary.english.is_word(&word) {
            return false;
        }
        self.glossary.dictionaries.iter().zip(&self.starts).filter(|(_, starts)| begins(starts)).any(|(dictionary, _)| {
            match dictionary.find(&word) {
                Some(english) => means(english, &self.english),
                None => dictionary.compound(&word).is_some_and(|(first, last)| [first, last].iter().any(|part| means(part, &self.english))),
            }
        })
    }
}

fn start(word: &str) -> &[u8] {
    &word.as_bytes()[..word.len().min(START)]
}

fn means(line: &str, english: &[String]) -> bool {
    line.split(' ').any(|word| english.iter().any(|wanted| wanted == word))
}

/// An English word and what it may be an inflection of.
fn lemmas(word: &str) -> Vec<String> {
    const ENDINGS: [(&str, &str); 10] =
        [("s", ""), ("es", ""), ("ies", "y"), ("ed", ""), ("ed", "e"), ("d", ""), ("ing", ""), ("ing", "e"), ("er", ""), ("en", "")];
    let stem =
        |(ending, lemma): &(&str, &str)| word.strip_suffix(ending).filter(|stem| stem.len() > START).map(|stem| format!("{stem}{lemma}"));
    let mut lemmas = vec![word.to_owned()];
    lemmas.extend(ENDINGS.iter().filter_map(stem));
    lemmas
}
