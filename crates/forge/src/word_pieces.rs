//! Splits text into a model's word pieces, much faster than the general tokenizer where that is simple.
//!
//! A run of ASCII is lower-cased, cut at punctuation and matched greedily against the vocabulary, with no offsets, no
//! normalised copy and no allocation a word. Any other run, and any tokenizer of another kind than lower-casing WordPiece,
//! goes to the general tokenizer. Invariant: the pieces are those of the general tokenizer, without the unknown piece and
//! without the tokens that open and close a text.

use std::collections::HashMap;
use std::path::Path;

use domain::Result;
use tokenizers::models::ModelWrapper;
use tokenizers::normalizers::NormalizerWrapper;
use tokenizers::pre_tokenizers::PreTokenizerWrapper;
use tokenizers::{Model, Tokenizer};

use crate::weights::damaged;

/// Longer words are unknown, as in the general tokenizer.
const LONGEST_WORD: usize = 100;
const CONTINUES: &str = "##";
const UNKNOWN: &str = "[UNK]";

/// A vocabulary of word pieces.
#[derive(Debug)]
pub(crate) struct WordPieces {
    fast: Option<Vocabulary>,
    general: Tokenizer,
    unknown: Option<u32>,
    vocabulary: usize,
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

impl WordPieces {
    /// The vocabulary of the `tokenizer.json` in a model's folder.
    pub(crate) fn load(folder: &Path) -> Result<Self> {
        let path = folder.join("tokenizer.json");
        let mut tokenizer = Tokenizer::from_file(&path).map_err(|error| damaged(&path, &error))?;
        tokenizer.with_padding(None);
        tokenizer.with_truncation(None).map_err(|error| damaged(&path, &error))?;
        Ok(Self::from_tokenizer(tokenizer))
    }

    fn from_tokenizer(general: Tokenizer) -> Self {
        let lower_cases =
            matches!(general.get_normalizer(), Some(NormalizerWrapper::BertNormalizer(bert)) if bert.lowercase && bert.clean_text);
        let cuts = matches!(general.get_pre_tokenizer(), Some(PreTokenizerWrapper::BertPreTokenizer(_)));
        let fast = match general.get_model() {
            ModelWrapper::WordPiece(model) if lower_cases && cuts => Some(Vocabulary::of(model.get_vocab())),
            _ => None,
        };
        Self {
            fast,
            unknown: general.token_to_id(UNKNOWN).or_else(|| general.token_to_id("<unk>")),
            vocabulary: general.get_vocab_size(false),
            general,
        }
    }

    /// A vocabulary of given pieces, by id.
    #[cfg(test)]
    pub(crate) fn of(pieces: &[&str]) -> Self {
        let vocabulary: tokenizers::models::bpe::Vocab =
            pieces.iter().enumerate().map(|(id, piece)| ((*piece).to_owned(), id as u32)).collect();
        let mut tokenizer = Tokenizer::new(tokenizers::models::wordpiece::WordPiece::builder().vocab(vocabulary).build().unwrap());
        tokenizer.with_normalizer(Some(tokenizers::normalizers::BertNormalizer::default())).unwrap();
        tokenizer.with_pre_tokenizer(Some(tokenizers::pre_tokenizers::bert::BertPreTokenizer));
        Self::from_tokenizer(tokenizer)
    }

    /// Pieces in the vocabulary.
    pub(crate) fn vocabulary(&self) -> usize {
        self.vocabulary
    }

    /// Appends the pieces of `text`.
    pub(crate) fn split(&self, text: &str, pieces: &mut Vec<u32>) {
        let Some(fast) = &self.fast else { return self.split_generally(text, pieces) };
        let mut word = String::new();
        for run in text.split([' ', '\t', '\n', '\r']) {
            if run.is_ascii() {
                fast.split(run, &mut word, pieces);
            } else {
                self.split_generally(run, pieces);
            }
        }
    }

    fn split_generally(&self, text: &str, pieces: &mut Vec<u32>) {
        // Encoding fails only for a vocabulary without the unknown piece; such a word has no piece then.
        if let Ok(encoding) = self.general.encode_fast(text, false) {
            pieces.extend(encoding.get_ids().iter().filter(|id| Some(**id) != self.unknown));
        }
    }
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

    /// A run of ASCII without spaces. `word` is room to work in.
    fn split(&self, run: &str, word: &mut String, pieces: &mut Vec<u32>) {
        word.clear();
        for c in run.chars() {
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
        if word.len() > LONGEST_WORD {
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
            words.split_generally(text, &mut general);
            assert_eq!(fast, general, "{text:?}");
        }
    }
}
