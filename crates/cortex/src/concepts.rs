//! What a text must speak of to answer a question: each word of the question, in any ending, or another word for the same.
//!
//! Words for the same thing stand in one list for all languages, since a question need not be in the language of the data. It
//! holds only what may be exchanged without changing an answer: a canoe is no kayak, and a cat is no dog.

use std::collections::{HashMap, HashSet};
use std::sync::OnceLock;

use crate::plan::Language;
use crate::snippet::{fold, is_compound_of, matches, words};

/// Words for the same, a line a thing. A word may stand in several lines.
const SAME: &str = include_str!("concepts/same.txt");
/// A shorter word of a translation is an article or a preposition.
const SHORTEST_GLOSS: usize = 3;
/// The shortest part of a German compound that is taken apart.
const SHORTEST_PART: usize = 4;

/// One thing to be spoken of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Concept {
    /// As the question has it.
    pub(crate) said: String,
    /// The words for it, folded; "wi fi" for what is written with a hyphen or in two words.
    pub(crate) words: Vec<String>,
    /// Whether it is a name, by the way it is written; in German every noun is written so.
    pub(crate) is_name: bool,
}

impl Concept {
    fn of(said: &str) -> Option<Self> {
        let folded = folded(said);
        if folded.is_empty() {
            return None;
        }
        let mut all = vec![folded.clone()];
        for same in same(&folded) {
            if !all.contains(same) {
                all.push(same.clone());
            }
        }
        let is_name = said.chars().next().is_some_and(char::is_uppercase);
        Some(Self { said: said.to_owned(), words: all, is_name })
    }

    /// Whether a text speaks of it.
    pub(crate) fn is_in(&self, text: &TextWords, language: Language) -> bool {
        self.words.iter().any(|wanted| {
            let parts = wanted.split(' ').count();
            // An address or a file's name has more parts than a word that is written in two.
            if parts > 2 {
                return wanted.split(' ').all(|part| text.all.contains(part));
            }
            let wanted = wanted.replace(' ', "");
            text.all.contains(&wanted) || text.all.iter().any(|word| stands_for(word, &wanted, language))
        })
    }

    /// The same, by other words as well.
    pub(crate) fn also(&self, words: impl IntoIterator<Item = String>) -> Self {
        let mut more = self.clone();
        more.words.extend(words.into_iter().map(|word| folded(&word)).filter(|word| word.chars().count() >= SHORTEST_GLOSS));
        more
    }

    /// Both parts of a German compound, for each place where it may be parted: "Buchungscode" as "Buchung" and "Code".
    pub(crate) fn parted(&self) -> Vec<[Self; 2]> {
        let [word, ..] = &self.words[..] else { return Vec::new() };
        let cuts = word.char_indices().map(|(at, _)| at).filter(|at| word[..*at].chars().count() >= SHORTEST_PART);
        cuts.filter(|at| word[*at..].chars().count() >= SHORTEST_PART)
            .flat_map(|at| {
                let (head, tail) = word.split_at(at);
                ["", "s", "n", "en", "es"].into_iter().filter_map(move |link| {
                    let head = head.strip_suffix(link).filter(|head| head.chars().count() >= SHORTEST_PART)?;
                    Some([Self::of(head)?, Self::of(tail)?])
                })
            })
            .collect()
    }
}

/// Whether a word of a text stands for one that is wanted. Both are folded.
pub(crate) fn stands_for(word: &str, wanted: &str, language: Language) -> bool {
    matches(word, wanted) || (language == Language::De && is_compound_of(word, wanted))
}

/// The words of a text, folded; and each with the next, so that "Wi-Fi" is "wifi".
pub(crate) struct TextWords {
    all: HashSet<String>,
}

impl TextWords {
    pub(crate) fn of(text: &str) -> Self {
        let folded: Vec<String> = words(text).map(|(_, word)| fold(word)).collect();
        let mut all: HashSet<String> = folded.windows(2).map(|pair| pair.concat()).collect();
        all.extend(folded);
        Self { all }
    }
}

/// What the words of a query ask for. Words in brackets are for the same thing.
pub(crate) fn of(query: &str) -> Vec<Concept> {
    let mut concepts = Vec::new();
    let mut rest = query;
    while let Some(at) = rest.find('(') {
        concepts.extend(plain(&rest[..at]));
        let inside = rest[at + 1..].split(')').next().unwrap_or_default();
        let mut group = plain(&inside.replace(" OR ", " ")).into_iter();
        if let Some(mut first) = group.next() {
            first.words.extend(group.flat_map(|concept| concept.words));
            concepts.push(first);
        }
        rest = &rest[(at + 2 + inside.len()).min(rest.len())..];
    }
    concepts.extend(plain(rest));
    concepts
}

fn plain(query: &str) -> Vec<Concept> {
    query
        .split_whitespace()
        .filter(|word| !word.starts_with('-') && !matches!(*word, "AND" | "OR" | "NOT"))
        .filter_map(Concept::of)
        .collect()
}

/// A written word as the index has it: "Wi-Fi" is "wi fi".
fn folded(said: &str) -> String {
    words(said).map(|(_, word)| fold(word)).collect::<Vec<_>>().join(" ")
}

/// The other words for the same.
fn same(word: &str) -> &'static [String] {
    static LISTED: OnceLock<HashMap<String, Vec<String>>> = OnceLock::new();
    let listed = LISTED.get_or_init(|| {
        let mut listed: HashMap<String, Vec<String>> = HashMap::new();
        for line in SAME.lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
            let all: Vec<String> = line.split(", ").map(folded).collect();
            for word in &all {
                listed.entry(word.clone()).or_default().extend(all.iter().filter(|other| *other != word).cloned());
            }
        }
        listed
    });
    listed.get(word).map_or(&[], Vec::as_slice)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn speaks(text: &str, query: &str, language: Language) -> bool {
        let words = TextWords::of(text);
        of(query).iter().all(|concept| concept.is_in(&words, language))
    }

    #[test]
    fn a_text_may_use_other_words_for_the_same_and_no_words_for_something_else() {
        for (text, query) in [
            ("Cabin Wi-Fi, network Lynx", "wifi hut"),
            ("WLAN in der Hütte", "Wi-Fi cabin"),
            ("Your booking is confirmed. Confirmation code: X", "reservation code"),
            ("Renew passport", "passport renewal"),
            ("Driving, 3.1 km", "(driving OR car)"),
            ("E-mail (home): anna.meier@example.org", "anna.meier@example.org"),
        ] {
            assert!(speaks(text, query, Language::En), "{text:?} speaks of {query:?}");
        }
        for (text, query) in [("How an old canoe is restored", "kayak"), ("The cat is called Plum", "dog"), ("Cabin Wi-Fi", "Wi-Fi office")]
        {
            assert!(!speaks(text, query, Language::En), "{text:?} does not speak of {query:?}");
        }
        assert!(speaks("Wie ein altes Holzkanu restauriert wird", "Kanu", Language::De));
    }

    #[test]
    fn a_compound_is_taken_apart_where_it_was_put_together() {
        let parts: Vec<[String; 2]> = of("Buchungscode")[0].parted().into_iter().map(|parts| parts.map(|part| part.said)).collect();
        assert!(parts.contains(&["buchung".to_owned(), "code".to_owned()]), "{parts:?}");
        assert!(of("Haus")[0].parted().is_empty());
    }
}
