//! The vocabulary of a language model: how texts become tokens, and what its file says of single ones.
//!
//! candle reads byte-level vocabularies from GGUF files, but takes what it does not know for GPT-2's, and puts spaces before
//! texts then. Invariant: a vocabulary is read from a GGUF only where it is known how it splits texts; else a
//! `tokenizer.json` is needed, and one that belongs to another model is refused.

use std::path::Path;

use candle_core::quantized::gguf_file::{Content, Value};
use candle_core::quantized::tokenizer::TokenizerFromGguf;
use tokenizers::Tokenizer;
use tokenizers::pre_tokenizers::byte_level::ByteLevel;
use tokenizers::pre_tokenizers::digits::Digits;
use tokenizers::pre_tokenizers::sequence::Sequence;

/// The name of the file that holds a vocabulary which a GGUF holds not, or not so that it can be used.
pub(crate) const TOKENIZER: &str = "tokenizer.json";

const MODEL: &str = "tokenizer.ggml.model";
const PRE: &str = "tokenizer.ggml.pre";
const PIECES: &str = "tokenizer.ggml.tokens";
/// Tokens after which a model has nothing more to say.
const ENDS: [&str; 3] = ["tokenizer.ggml.eos_token_id", "tokenizer.ggml.eot_token_id", "tokenizer.ggml.eom_token_id"];

/// How a family splits texts before its merges.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Splitting {
    /// As candle does it.
    Qwen2,
    /// As candle does it under another name; whole words of the vocabulary are taken as they are.
    Llama3,
    /// Each digit by itself, the rest as GPT-2 but without a space before it.
    SmolLm,
}

const SPLITTINGS: [(&str, Splitting); 5] = [
    ("qwen2", Splitting::Qwen2),
    ("llama-bpe", Splitting::Llama3),
    ("llama-v3", Splitting::Llama3),
    ("llama3", Splitting::Llama3),
    ("smollm", Splitting::SmolLm),
];

/// A model's vocabulary.
pub(crate) struct Vocabulary {
    pub(crate) tokenizer: Tokenizer,
    /// What every chat begins with, if anything.
    pub(crate) begin: Option<u32>,
    /// Tokens that end an answer, whatever the template.
    pub(crate) ends: Vec<u32>,
    /// Whether the model thinks aloud unless it is told that it has thought.
    pub(crate) thinks: bool,
}

impl Vocabulary {
    /// Reads it: from the `tokenizer.json` when one is given, else from the GGUF.
    ///
    /// # Errors
    /// What is wrong with it, in words that go on from the file's name.
    pub(crate) fn read(content: &mut Content, tokenizer: Option<&Path>) -> Result<Self, String> {
        let (begin, ends, thinks) = (begin(content), ends(content), thinks(content));
        let tokenizer = match tokenizer {
            Some(path) => of_file(content, path)?,
            None => of_gguf(content)?,
        };
        Ok(Self { tokenizer, begin, ends, thinks })
    }
}

/// Whether the vocabulary of a GGUF can be used without a `tokenizer.json`.
pub(crate) fn is_enough(content: &Content) -> bool {
    splitting(content).is_ok()
}

fn text<'a>(content: &'a Content, key: &str) -> Option<&'a str> {
    content.metadata.get(key).and_then(|value| value.to_string().ok()).map(String::as_str)
}

fn token(content: &Content, key: &str) -> Option<u32> {
    content.metadata.get(key).and_then(|value| value.to_u32().ok())
}

fn splitting(content: &Content) -> Result<Splitting, String> {
    match text(content, MODEL) {
        Some("gpt2") => {}
        None => return Err(format!("it holds no vocabulary, so that the model's {TOKENIZER} is needed beside it")),
        Some(_) => {
            return Err(format!("its vocabulary is of the SentencePiece kind, for which the model's {TOKENIZER} is needed beside it"));
        }
    }
    let pre = text(content, PRE).unwrap_or("unnamed");
    SPLITTINGS.iter().find(|(name, _)| *name == pre).map(|(_, splitting)| *splitting).ok_or_else(|| {
        let known: Vec<&str> = SPLITTINGS.iter().map(|(name, _)| *name).collect();
        format!(
            "how its vocabulary splits texts ({pre}) is none of {}, so that the model's {TOKENIZER} is needed beside it",
            known.join(", ")
        )
    })
}

fn of_gguf(content: &mut Content) -> Result<Tokenizer, String> {
    let splitting = splitting(content)?;
    if splitting == Splitting::Llama3 {
        content.metadata.insert(PRE.to_owned(), Value::String("llama3".to_owned()));
        content.metadata.insert("tokenizer.ggml.ignore_merges".to_owned(), Value::Bool(true));
    }
    let mut tokenizer = Tokenizer::from_gguf(content).map_err(|error| format!("its vocabulary cannot be read: {error}"))?;
    if splitting == Splitting::SmolLm {
        let parts = vec![Digits::new(true).into(), ByteLevel::new(false, true, true).into()];
        tokenizer.with_pre_tokenizer(Some(Sequence::new(parts)));
    }
    Ok(tokenizer)
}

fn of_file(content: &Content, path: &Path) -> Result<Tokenizer, String> {
    let mut tokenizer = Tokenizer::from_file(path).map_err(|error| format!("{} beside it cannot be read: {error}", path.display()))?;
    if !agree(&tokenizer, content) {
        return Err(format!("{} is of another model: it names the tokens otherwise", path.display()));
    }
    tokenizer.with_padding(None);
    tokenizer.with_truncation(None).map_err(|error| error.to_string())?;
    Ok(tokenizer)
}

/// Whether a tokenizer has the tokens of a GGUF, as far as that names them: some files fill up what is left of a table, and
/// write a few marks otherwise.
fn agree(tokenizer: &Tokenizer, content: &Content) -> bool {
    let Some(Value::Array(pieces)) = content.metadata.get(PIECES) else { return true };
    let same = pieces.iter().zip(0..).filter(|(piece, id)| match (piece, tokenizer.id_to_token(*id)) {
        (Value::String(piece), Some(known)) => *piece == known,
        _ => false,
    });
    same.count() * 10 >= pieces.len().min(tokenizer.get_vocab_size(true)) * 9
}

/// The file says whether a chat begins with a mark; where it does not, families of which it is known have one.
fn begin(content: &Content) -> Option<u32> {
    let said = content.metadata.get("tokenizer.ggml.add_bos_token").and_then(|value| value.to_bool().ok());
    let usual = || text(content, MODEL) == Some("llama") || splitting(content) == Ok(Splitting::Llama3);
    token(content, "tokenizer.ggml.bos_token_id").filter(|_| said.unwrap_or_else(usual))
}

fn ends(content: &Content) -> Vec<u32> {
    ENDS.iter().filter_map(|key| token(content, key)).collect()
}

/// By the file's own template, which speaks of thoughts when the model has any.
fn thinks(content: &Content) -> bool {
    text(content, "tokenizer.chat_template").is_none_or(|template| template.contains("</think>"))
}

#[cfg(test)]
#[path = "vocabulary_tests.rs"]
mod tests;
