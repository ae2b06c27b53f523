//! Keeps what a language model writes inside a grammar.
//!
//! The grammar guarantees form, never sense: what a well-formed answer says is as true as the model is clever.

use std::collections::HashMap;
use std::sync::Arc;

use domain::{Code, Failure, Result};
use llguidance::api::TopLevelGrammar;
use llguidance::{Matcher, ParserFactory};
use tokenizers::Tokenizer;
use toktrie::{ApproximateTokEnv, TokEnv, TokRxInfo, TokTrie};

/// A model's vocabulary, ready for grammars. Takes about a tenth of a second to make, once a model.
pub(crate) struct Grammars {
    factory: ParserFactory,
}

/// One answer on its way through a grammar.
pub(crate) struct Guide {
    matcher: Matcher,
    end: u32,
}

impl Grammars {
    /// Of a vocabulary; `end` is the token that ends an answer.
    pub(crate) fn of(tokenizer: &Tokenizer, end: u32) -> Result<Self> {
        let bytes = bytes_of_letters();
        // SentencePiece alone has pieces for what it has no letters for.
        let is_plain = tokenizer.token_to_id("<0x0A>").is_some();
        let added = tokenizer.get_added_tokens_decoder();
        let n = u32::try_from(tokenizer.get_vocab_size(true)).map_err(Failure::internal)?;
        let words: Vec<Vec<u8>> = (0..n)
            .map(|id| match (added.get(&id), tokenizer.id_to_token(id)) {
                (Some(mark), _) => [&[TokTrie::SPECIAL_TOKEN_MARKER], mark.content.as_bytes()].concat(),
                (None, Some(piece)) if is_plain => bytes_of_piece(&piece),
                (None, Some(piece)) => piece.chars().map(|c| bytes.get(&c).copied()).collect::<Option<_>>().unwrap_or_default(),
                (None, None) => Vec::new(),
            })
            .collect();
        let env: TokEnv = Arc::new(ApproximateTokEnv::new(TokTrie::from(&TokRxInfo::new(n, end), &words)));
        let mut factory = ParserFactory::new_simple(&env).map_err(Failure::internal)?;
        factory.quiet();
        Ok(Self { factory })
    }

    /// Begins an answer.
    ///
    /// # Errors
    /// [`Code::BadRequest`] when the grammar does not parse.
    pub(crate) fn begin(&self, lark: &str, end: u32) -> Result<Guide> {
        let matcher = Matcher::new(self.factory.create_parser(TopLevelGrammar::from_lark(lark.to_owned())));
        match matcher.get_error() {
            Some(error) => Err(Failure::new(Code::BadRequest, format!("The grammar for the answer does not parse: {error}."))),
            None => Ok(Guide { matcher, end }),
        }
    }
}

impl Guide {
    /// The likeliest token that the grammar allows; absent when the answer is complete.
    pub(crate) fn best(&mut self, logits: &[f32]) -> Result<Option<u32>> {
        if self.matcher.is_stopped() {
            return Ok(None);
        }
        let mask = self.matcher.compute_mask_or_eos().map_err(Failure::internal)?;
        let mut best: Option<(u32, f32)> = None;
        mask.iter_set_entries(|token| {
            if let Some(&logit) = logits.get(token)
                && best.is_none_or(|(_, most)| logit > most)
            {
                best = u32::try_from(token).ok().map(|token| (token, logit));
            }
        });
        Ok(best.map(|(token, _)| token).filter(|&token| token != self.end))
    }

    /// Takes the token that was written, and hands back those that can only follow it.
    pub(crate) fn wrote(&mut self, token: u32) -> Result<Vec<u32>> {
        self.matcher.consume_token(token).map_err(Failure::internal)?;
        Ok(self.matcher.consume_ff_tokens())
    }
}

/// Whether a text follows a grammar from its beginning to its end.
///
/// # Errors
/// [`Code::BadRequest`] when the grammar does not parse.
pub(crate) fn holds(lark: &str, text: &str) -> Result<bool> {
    // A vocabulary of single bytes, and one mark for the end.
    let end = 256;
    let words: Vec<Vec<u8>> =
        (0..=u8::MAX).map(|byte| vec![byte]).chain([[&[TokTrie::SPECIAL_TOKEN_MARKER], &b"<end>"[..]].concat()]).collect();
    let env: TokEnv = Arc::new(ApproximateTokEnv::new(TokTrie::from(&TokRxInfo::new(end + 1, end), &words)));
    let mut factory = ParserFactory::new_simple(&env).map_err(Failure::internal)?;
    factory.quiet();
    let mut guide = Grammars { factory }.begin(lark, end)?;
    let bytes: Vec<u32> = text.bytes().map(u32::from).collect();
    if guide.matcher.validate_tokens(&bytes).map_err(Failure::internal)? < bytes.len() {
        return Ok(false);
    }
    guide.matcher.consume_tokens(&bytes).map_err(Failure::internal)?;
    guide.matcher.is_accepting().map_err(Failure::internal)
}

/// Byte-level vocabularies write each byte as a letter that can be seen: printable Latin-1 stands for itself, the others
/// follow from U+0100 on.
fn bytes_of_letters() -> HashMap<char, u8> {
    let mut next = 0x100;
    (0..=u8::MAX)
        .filter_map(|byte| {
            let letter = if matches!(byte, 0x21..=0x7e | 0xa1..=0xac | 0xae..=0xff) {
                u32::from(byte)
            } else {
                next += 1;
                next - 1
            };
            char::from_u32(letter).map(|letter| (letter, byte))
        })
        .collect()
}

/// SentencePiece writes its pieces as they are, but for spaces, and single bytes by their number.
fn bytes_of_piece(piece: &str) -> Vec<u8> {
    let byte = piece.strip_prefix("<0x").and_then(|rest| rest.strip_suffix('>')).and_then(|digits| u8::from_str_radix(digits, 16).ok());
    byte.map_or_else(|| piece.replace('\u{2581}', " ").into_bytes(), |byte| vec![byte])
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokenizers::models::bpe::BPE;
    use tokenizers::pre_tokenizers::byte_level::ByteLevel;

    #[test]
    fn letters_of_bytes_are_those_of_the_tokenizer() {
        let ours = bytes_of_letters();
        assert_eq!(ours.len(), 256);
        assert!(ByteLevel::alphabet().iter().all(|letter| ours.contains_key(letter)));
        assert_eq!(ours[&'Ġ'], b' ');
    }

    #[test]
    fn pieces_are_the_bytes_that_they_stand_for() {
        assert_eq!(bytes_of_piece("\u{2581}Köln"), " Köln".as_bytes());
        assert_eq!(bytes_of_piece("<0x0A>"), b"\n");
        assert_eq!(bytes_of_piece("<0x>"), b"<0x>");
    }

    #[test]
    fn only_what_the_grammar_allows_is_written_whatever_is_likeliest() {
        let bytes = bytes_of_letters();
        let vocabulary: tokenizers::models::bpe::Vocab =
            bytes.iter().map(|(letter, byte)| (letter.to_string(), u32::from(*byte))).chain([("<end>".to_owned(), 256)]).collect();
        let mut tokenizer = Tokenizer::new(BPE::builder().vocab_and_merges(vocabulary, Vec::new()).build().unwrap());
        tokenizer.add_special_tokens([tokenizers::AddedToken::from("<end>", true)]).unwrap();
        let grammars = Grammars::of(&tokenizer, 256).unwrap();

        let mut guide = grammars.begin(r#"start: /[0-9]{2}/ "b""#, 256).unwrap();
        let mut logits = vec![0.0; 257];
        logits[usize::from(b'z')] = 9.0;
        logits[usize::from(b'7')] = 5.0;
        logits[256] = 7.0;
        let mut written = Vec::new();
        while let Some(token) = guide.best(&logits).unwrap() {
            written.push(token as u8);
            written.extend(guide.wrote(token).unwrap().iter().map(|&token| token as u8));
        }
        assert_eq!(String::from_utf8(written).unwrap(), "77b");
        assert_eq!(grammars.begin("start: (", 256).err().unwrap().code, Code::BadRequest);
    }
}
