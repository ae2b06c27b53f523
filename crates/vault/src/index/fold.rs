//! Cuts text into the words that are indexed and searched for: one way for all languages.
//!
//! A word is a run of letters or a run of digits ("IMG2024" is two), at most 60 characters long; longer ones are noise
//! (keys, encoded files) and are left out. Letters are NFKC, lower-cased and freed of Latin accents ("Müller" is "muller",
//! "Straße" is "strasse"). Scripts that are written without spaces are cut into single characters, which phrases put
//! together again: any part of such a text is found.
//!
//! Absent on purpose: stemming and stop words. Both need the language, and mail mixes languages within a line; search widens a
//! word instead ([`super::search`]).

use std::borrow::Cow;

use tantivy::tokenizer::{Token, TokenStream, Tokenizer};
use unicode_normalization::char::{decompose_canonical, is_combining_mark};
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfkc_quick};

/// Changes whenever the same text may yield other words: an index of another version is rebuilt.
pub(crate) const VERSION: u32 = 2;
/// The longest word, in characters.
pub(crate) const MAX_CHARS: usize = 60;

/// Whether a word is written in Hangul, whose words carry their particles behind them.
pub(crate) fn is_hangul(word: &str) -> bool {
    word.chars().all(|c| ('\u{ac00}'..='\u{d7a3}').contains(&c))
}

/// Whether [`VERSION`] 2 cuts the text otherwise than what came before it.
pub(crate) fn is_cut_anew(text: &str) -> bool {
    text.chars().any(|c| matches!(c, '\u{0e00}'..='\u{0eff}' | '\u{1000}'..='\u{103f}' | '\u{3005}'..='\u{3007}' | '\u{309d}'..='\u{309f}' | '\u{30fc}'..='\u{30ff}'))
}

/// The words of `text`, in order.
pub fn words_of(text: &str) -> Vec<String> {
    let mut folding = Folding::default();
    let mut stream = folding.token_stream(text);
    let mut words = Vec::new();
    while stream.advance() {
        words.push(stream.token().text.clone());
    }
    words
}

/// One word as it is indexed: in lower case and without accents, whatever else stands in it.
pub fn fold_word(word: &str) -> String {
    let mut folded = String::with_capacity(word.len());
    word.nfkc().for_each(|c| fold(c, &mut folded));
    folded
}

/// The tokenizer.
#[derive(Clone, Default)]
pub(crate) struct Folding {
    token: Token,
}

impl Tokenizer for Folding {
    type TokenStream<'a> = FoldingStream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> FoldingStream<'a> {
        self.token.reset();
        let text = if text.is_ascii() || is_nfkc_quick(text.chars()) == IsNormalized::Yes {
            Cow::Borrowed(text)
        } else {
            Cow::Owned(text.nfkc().collect())
        };
        FoldingStream { text, at: 0, token: &mut self.token }
    }
}

/// The words of one text. Offsets are those of the NFKC text.
pub(crate) struct FoldingStream<'a> {
    text: Cow<'a, str>,
    at: usize,
    token: &'a mut Token,
}

/// What a character does to the word that it stands in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Letter,
    Digit,
    /// A word of its own.
    Single,
    /// Belongs to the character before it.
    Mark,
    Gap,
}

impl TokenStream for FoldingStream<'_> {
    fn advance(&mut self) -> bool {
        loop {
            self.token.text.clear();
            let Some(n_chars) = self.next_word() else { return false };
            self.token.position = self.token.position.wrapping_add(1);
            if n_chars <= MAX_CHARS && !self.token.text.is_empty() {
                return true;
            }
        }
    }

    fn token(&self) -> &Token {
        self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        self.token
    }
}

impl FoldingStream<'_> {
    /// Puts the next word into the token; returns its length in characters.
    fn next_word(&mut self) -> Option<usize> {
        let bytes = self.text.as_bytes();
        let mut at = self.at;
        let mut word: Option<Class> = None;
        let mut n_chars = 0;
        while let Some(&byte) = bytes.get(at) {
            let (c, width) = if byte < 0x80 { (byte as char, 1) } else { char_at(&self.text, at) };
            let class = class_of(c);
            match (word, class) {
                (None, Class::Gap | Class::Mark) => {}
                (None, _) => {
                    self.token.offset_from = at;
                    word = Some(class);
                }
                (Some(_), Class::Mark) => {}
                (Some(Class::Single), _) => break,
                (Some(current), _) if current != class => break,
                (Some(_), _) => {}
            }
            if word.is_some() {
                n_chars += 1;
                // The tail of an over-long word is passed over without being kept.
                if n_chars <= MAX_CHARS {
                    fold(c, &mut self.token.text);
                }
            }
            at += width;
        }
        self.at = at;
        self.token.offset_to = at;
        word.map(|_| n_chars)
    }
}

fn char_at(text: &str, at: usize) -> (char, usize) {
    text.get(at..).and_then(|rest| rest.chars().next()).map_or((' ', 1), |c| (c, c.len_utf8()))
}

fn class_of(c: char) -> Class {
    if c.is_ascii() {
        return match c {
            'a'..='z' | 'A'..='Z' => Class::Letter,
            '0'..='9' => Class::Digit,
            _ => Class::Gap,
        };
    }
    match c {
        _ if is_combining_mark(c) => Class::Mark,
        // Thai, Lao, Myanmar, Khmer, kana and the Han ideographs are written without spaces, their vowels and signs of repetition too.
        '\u{0e01}'..='\u{0e33}'
        | '\u{0e40}'..='\u{0e46}'
        | '\u{0e81}'..='\u{0eb3}'
        | '\u{0ec0}'..='\u{0ec6}'
        | '\u{1000}'..='\u{103f}'
        | '\u{1780}'..='\u{17b3}'
        | '\u{3005}'..='\u{3007}'
        | '\u{3041}'..='\u{3096}'
        | '\u{309d}'..='\u{309f}'
        | '\u{30a1}'..='\u{30fa}'
        | '\u{30fc}'..='\u{30ff}'
        | '\u{3400}'..='\u{4dbf}'
        | '\u{4e00}'..='\u{9fff}'
        | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{3ffff}' => Class::Single,
        _ if c.is_alphabetic() => Class::Letter,
        _ if c.is_numeric() => Class::Digit,
        _ => Class::Gap,
    }
}

/// Writes `c` in lower case and without Latin accents.
fn fold(c: char, word: &mut String) {
    if c.is_ascii() {
        word.push(c.to_ascii_lowercase());
        return;
    }
    match c {
        'ß' | 'ẞ' => word.push_str("ss"),
        'æ' | 'Æ' => word.push_str("ae"),
        'œ' | 'Œ' => word.push_str("oe"),
        'ø' | 'Ø' => word.push('o'),
        'ł' | 'Ł' => word.push('l'),
        'đ' | 'Đ' | 'ð' | 'Ð' => word.push('d'),
        'þ' | 'Þ' => word.push_str("th"),
        'ı' | 'İ' => word.push('i'),
        'ς' => word.push('σ'),
        // Accents, and the vowel points of Hebrew and Arabic, which are written or left out at will.
        '\u{0300}'..='\u{036f}' | '\u{0591}'..='\u{05c7}' | '\u{064b}'..='\u{0652}' => {}
        // Latin, Greek and Cyrillic letters lose their accents; of other scripts the marks are part of the letter.
        '\u{00c0}'..='\u{052f}' | '\u{1e00}'..='\u{1fff}' => decompose_canonical(c, |part| {
            if !('\u{0300}'..='\u{036f}').contains(&part) {
                word.extend(part.to_lowercase());
            }
        }),
        _ => word.extend(c.to_lowercase()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        words_of(text).join(" ")
    }

    #[test]
    fn case_accents_and_forms_do_not_matter() {
        assert_eq!(
            shown("Müller MU\u{0308}LLER muller Straße ﬁne Łódź ΣΟΦΌΣ Ångström"),
            "muller muller muller strasse fine lodz σοφοσ angstrom"
        );
    }

    #[test]
    fn letters_and_digits_part_and_punctuation_ends_a_word() {
        assert_eq!(shown("IMG2024_05.jpg, anna@example.org — don't"), "img 2024 05 jpg anna example org don t");
    }

    #[test]
    fn scripts_without_spaces_are_cut_into_characters_and_others_keep_their_marks() {
        assert_eq!(shown("東京タワー 한국어 हिन्दी"), "東 京 タ ワ ー 한국어 हिन्दी");
    }

    #[test]
    fn any_part_of_a_text_without_spaces_is_cut_as_the_whole_is() {
        for (text, part) in [
            ("ผมกินราเมนที่โตเกียว", "ราเมน"),
            ("ผมกินราเมนที่โตเกียว", "เมน"),
            ("昨日は東京タワーに行った", "東京タワー"),
            ("人々とラーメンv2", "ラーメン"),
        ] {
            assert!(shown(text).contains(&shown(part)), "{} in {}", shown(part), shown(text));
        }
    }

    #[test]
    fn a_word_of_more_than_sixty_characters_is_left_out() {
        let long = "x".repeat(61);
        assert_eq!(shown(&format!("a {long} {} b", "y".repeat(60))), format!("a {} b", "y".repeat(60)));
    }
}
