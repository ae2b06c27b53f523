//! Splits text into a model's word pieces, much faster than the general tokenizer where that is simple.
//!
//! A run of Latin letters is freed of accents and lower-cased, cut at punctuation and matched greedily against the vocabulary,
//! with no offsets and no allocation a word. Any other run, and any tokenizer of another kind than lower-casing WordPiece,
//! goes to the general tokenizer, which is loaded when the first such run comes. Invariant: the pieces are those of the
//! general tokenizer, without the unknown piece and without the tokens that open and close a text.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use domain::Result;
use serde::Deserialize;
use tokenizers::Tokenizer;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::record::unreadable;
use crate::weights::damaged;

/// Longer words are unknown, as in the general tokenizer.
const LONGEST_WORD: usize = 100;
const CONTINUES: &str = "##";
const UNKNOWN: &str = "[UNK]";

/// A vocabulary of word pieces.
#[derive(Debug)]
pub(crate) struct WordPieces {
    fast: Option<Vocabulary>,
    general: General,
    vocabulary: usize,
}

/// The tokenizer for every text, loaded when it is first needed.
#[derive(Debug)]
struct General {
    path: PathBuf,
    loaded: OnceLock<Option<(Tokenizer, Option<u32>)>>,
}

impl General {
    fn of(tokenizer: Tokenizer, path: PathBuf) -> Self {
        Self { path, loaded: OnceLock::from(Some(with_unknown(tokenizer))) }
    }

    fn load(path: &Path) -> Result<Tokenizer> {
        let mut tokenizer = Tokenizer::from_file(path).map_err(|error| damaged(path, &error))?;
        tokenizer.with_padding(None);
        tokenizer.with_truncation(None).map_err(|error| damaged(path, &error))?;
        Ok(tokenizer)
    }

    fn split(&self, text: &str, pieces: &mut Vec<u32>) {
        // A file that changed under a running program leaves such runs without pieces; the next start says what is wrong.
        let Some((tokenizer, unknown)) = self.loaded.get_or_init(|| Self::load(&self.path).ok().map(with_unknown)) else { return };
        // Encoding fails only for a vocabulary without the unknown piece; such a word has no piece then.
        if let Ok(encoding) = tokenizer.encode_fast(text, false) {
            pieces.extend(encoding.get_ids().iter().filter(|id| Some(**id) != *unknown));
        }
    }
}

fn with_unknown(tokenizer: Tokenizer) -> (Tokenizer, Option<u32>) {
    let unknown = tokenizer.token_to_id(UNKNOWN).or_else(|| tokenizer.token_to_id("<unk>"));
    (tokenizer, unknown)
}

/// The parts of a `tokenizer.json` that tell whether the fast way is the same, and what it needs.
#[derive(Deserialize)]
struct Recipe {
    model: Piecewise,
    normalizer: Option<Normalizer>,
    pre_tokenizer: Option<Named>,
}

#[derive(Deserialize)]
struct Piecewise {
    #[serde(rename = "type")]
    kind: String,
    vocab: HashMap<String, u32>,
}

#[derive(Deserialize)]
struct Normalizer {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    lowercase: bool,
    #[serde(default)]
    clean_text: bool,
    /// As the lower-casing says, when it is not given.
    strip_accents: Option<bool>,
}

#[derive(Deserialize)]
struct Named {
    #[serde(rename = "type")]
    kind: String,
}

impl Recipe {
    fn is_simple(&self) -> bool {
        let normal = |normalizer: &Normalizer| {
            normalizer.kind == "BertNormalizer"
                && normalizer.lowercase
                && normalizer.clean_text
                && normalizer.strip_accents.unwrap_or(normalizer.lowercase)
        };
        self.model.kind == "WordPiece"
            && self.normalizer.as_ref().is_some_and(normal)
            && self.pre_tokenizer.as_ref().is_some_and(|cut| cut.kind == "BertPreTokenizer")
    }
}

impl WordPieces {
    /// The vocabulary of the `tokenizer.json` in a model's folder.
    pub(crate) fn load(folder: &Path) -> Result<Self> {
        let path = folder.join("tokenizer.json");
        let text = fs::read(&path).map_err(|error| unreadable(&path, &error))?;
        // A model of another kind has a vocabulary of another shape, which the general tokenizer reads.
        match serde_json::from_slice::<Recipe>(&text) {
            Ok(recipe) if recipe.is_simple() => Ok(Self {
                vocabulary: recipe.model.vocab.len(),
                fast: Some(Vocabulary::of(recipe.model.vocab)),
                general: General { path, loaded: OnceLock::new() },
            }),
            _ => {
                let tokenizer = General::load(&path)?;
                Ok(Self { vocabulary: tokenizer.get_vocab_size(false), fast: None, general: General::of(tokenizer, path) })
            }
        }
    }

    /// A vocabulary of given pieces, by id.
    #[cfg(test)]
    pub(crate) fn of(pieces: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let vocabulary: tokenizers::models::bpe::Vocab =
            pieces.iter().enumerate().map(|(id, piece)| ((*piece).to_owned(), id as u32)).collect();
        let mut tokenizer = Tokenizer::new(tokenizers::models::wordpiece::WordPiece::builder().vocab(vocabulary).build().unwrap());
        tokenizer.with_normalizer(Some(tokenizers::normalizers::BertNormalizer::default())).unwrap();
        tokenizer.with_pre_tokenizer(Some(tokenizers::pre_tokenizers::bert::BertPreTokenizer));
        tokenizer.save(folder.path().join("tokenizer.json"), false).unwrap();
        let words = Self::load(folder.path()).unwrap();
        Self { general: General::of(tokenizer, PathBuf::new()), ..words }
    }

    /// Pieces in the vocabulary.
    pub(crate) fn vocabulary(&self) -> usize {
        self.vocabulary
    }

    /// Whether a lower-case word is one piece, as the words of the model's own language are that people use.
    pub(crate) fn is_word(&self, word: &str) -> bool {
        self.fast.as_ref().is_some_and(|fast| fast.first.contains_key(word))
    }

    /// Appends the pieces of `text`.
    pub(crate) fn split(&self, text: &str, pieces: &mut Vec<u32>) {
        let Some(fast) = &self.fast else { return self.general.split(text, pieces) };
        let mut word = String::new();
        for run in text.split([' ', '\t', '\n', '\r']) {
            if run.is_ascii() {
                fast.split(run.chars(), &mut word, pieces);
            } else if run.chars().all(is_latin) {
                fast.split(run.nfd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase), &mut word, pieces);
            } else {
                self.general.split(run, pieces);
            }
        }
    }
}

/// ASCII, and letters of the Latin alphabets whose accents come off.
fn is_latin(c: char) -> bool {
    c.is_ascii() || (('\u{c0}'..='\u{24f}').contains(&c) && c.is_alphabetic())
}

#[derive(Debug, Default)]
struct Vocabulary {
    /// Pieces that begin a word.
    first: HashMap<String, u32>,
    /// Pieces that continue one, without their mark.
    next: HashMap<String, u32>,
    /// Bytes in the longest of them.
    longest: usize,
}

impl Vocabulary {
    fn of(pieces: impl IntoIterator<Item = (String, u32)>) -> Self {
        let mut vocabulary = Self::default();
        for (piece, id) in pieces {
            if piece == UNKNOWN {
                continue;
            }
            vocabulary.longest = vocabulary.longest.max(piece.len());
            match piece.strip_prefix(CONTINUES).filter(|rest| !rest.is_empty()) {
                Some(rest) => vocabulary.next.insert(rest.to_owned(), id),
                None => vocabulary.first.insert(piece, id),
            };
        }
        vocabulary
    }

    /// A run of Latin letters and ASCII without spaces. `word` is room to work in.
    fn split(&self, run: impl Iterator<Item = char>, word: &mut String, pieces: &mut Vec<u32>) {
        word.clear();
        for c in run {
            if c.is_ascii_punctuation() {
                self.match_word(word, pieces);
                word.clear();
                word.push(c);
                self.match_word(word, pieces);
                word.clear();
            } else if !c.is_ascii_control() {
                word.push(c.to_ascii_lowercase());
            }
        }
        self.match_word(word, pieces);
    }

    /// Longest piece first; a word with an end that no piece matches is unknown as a whole.
    fn match_word(&self, word: &str, pieces: &mut Vec<u32>) {
        if let Some(&id) = self.first.get(word) {
            pieces.push(id);
            return;
        }
        if word.len() > LONGEST_WORD && word.chars().count() > LONGEST_WORD {
            return;
        }
        let before = pieces.len();
        let mut start = 0;
        while start < word.len() {
            let table = if start == 0 { &self.first } else { &self.next };
            let longest = word.len().min(start + self.longest);
            let found = (start + 1..=longest).rev().find_map(|end| Some((end, *table.get(word.get(start..end)?)?)));
            let Some((end, id)) = found else {
                pieces.truncate(before);
                return;
            };
            pieces.push(id);
            start = end;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fast_way_finds_the_pieces_of_the_general_one() {
        let words =
            WordPieces::of(&["[UNK]", "go", "##ing", "##o", "m", "##u", "##ller", ".", ",", "!", "a", "中", "##d", "-", "(", "##g"]);
        assert!(words.fast.is_some());
        let texts = [
            "Going, GOO!d-go.",
            "go\u{7f}ing a\u{0}a \u{b}a",
            "Müller, going\u{a0}a 中a中",
            "GÖING m\u{fc}ller, Ǆ Łód ŉgo İgo ıgo ÀÁ.àa",
            "xyzzy going (a)",
            "",
            "gox ##ing a##",
            &"a".repeat(101),
            &format!("{} a", "g".repeat(100)),
            "a\u{300}a ǅa",
        ];
        for text in texts {
            let (mut fast, mut general) = (Vec::new(), Vec::new());
            words.split(text, &mut fast);
            words.general.split(text, &mut general);
            assert_eq!(fast, general, "{text:?}");
        }
    }
}
