//! The language model: continues a chat, greedily, on this machine.
//!
//! Weights are shared; each call has a conversation of its own, which ends with it. Text is handed over as soon as it is
//! whole characters. What the model made of the fixed instructions of a chat is kept for the next one. Absent on purpose: sampling (the same
//! question gives the same answer), and any other memory between calls.

use std::path::Path;
use std::sync::{Mutex, OnceLock, PoisonError};

use candle_core::quantized::gguf_file::Content;
use domain::{Cancel, Chat, Code, Failure, Generator, GeneratorEvent, Result, Speaker};

use crate::decoder::{self, Conversation, Decoder};
use crate::gguf;
use crate::grammar::{Grammars, Guide};
use crate::manifest::ModelRole;
use crate::registry::Registry;
use crate::template::Template;
use crate::vocabulary::{TOKENIZER, Vocabulary};
use crate::weights::damaged;

/// Tokens that a chat and its answer may come to.
const CONTEXT: usize = 8192;
/// Tokens of the chat that are read at once; between such steps a cancellation is noticed.
const STEP: usize = 128;
/// Sorts of chats whose instructions are kept in mind.
const SORTS: usize = 2;
/// A character has at most four bytes, and so tokens; what is still broken after more never becomes whole.
const BROKEN: usize = 8;

/// A generator over a GGUF file.
pub struct CandleGenerator {
    id: String,
    model: Decoder,
    template: Template,
    grammars: OnceLock<Result<Grammars>>,
    /// Instructions that were read, the latest last.
    begun: Mutex<Vec<(Vec<u32>, Conversation)>>,
}

impl CandleGenerator {
    /// Loads an installed model, after checking its files. Weights that run slowly as shipped are re-encoded first, once.
    ///
    /// # Errors
    /// [`Code::ModelMissing`], [`Code::ModelAltered`]; [`Code::BadRequest`] when the model is no generator.
    pub fn load(registry: &Registry, id: &str) -> Result<Self> {
        let (model, folder) = registry.ready(id)?;
        let Some(file) = model.files.iter().find(|file| file.name.ends_with(".gguf")).filter(|_| model.role == ModelRole::Generator) else {
            return Err(Failure::new(Code::BadRequest, format!("The model {id} does not write text.")).hint("Choose a generator."));
        };
        let tokenizer = model.files.iter().find(|file| file.name == TOKENIZER).map(|file| folder.join(&file.name));
        let path = registry.prepare(&model, &mut |_| (), &Cancel::default())?.unwrap_or_else(|| folder.join(&file.name));
        Self::from_file(id, &path, tokenizer.as_deref())
    }

    /// Loads a file, with the `tokenizer.json` beside it when it needs one.
    ///
    /// # Errors
    /// [`Code::ModelAltered`] when it is none that can be used, with what is wrong with it.
    pub(crate) fn from_file(id: &str, path: &Path, tokenizer: Option<&Path>) -> Result<Self> {
        let (mut file, mut content) = gguf::open(path)?;
        let template = template(path, &mut content, tokenizer)?;
        let model = Decoder::load(&mut file, &content, CONTEXT).map_err(|error| damaged(path, &error))?;
        Ok(Self { id: id.to_owned(), model, template, grammars: OnceLock::new(), begun: Mutex::default() })
    }

    /// Says one word, to see that the weights are of the shapes that the file claims.
    pub(crate) fn try_out(&self) -> Result<()> {
        let chat = Chat { lines: vec![(Speaker::User, "Hello".to_owned())], fixed: 0, max_tokens: 1, grammar: None };
        self.generate(&chat, &Cancel::default(), &mut |_| ()).map(|_| ())
    }

    /// A conversation that has been through these instructions, which are read if they are not kept in mind.
    fn begin(&self, fixed: &[u32], cancel: &Cancel) -> Result<Conversation> {
        if fixed.is_empty() {
            return Ok(self.model.begin());
        }
        let failed = |error: candle_core::Error| self.failed(&error);
        let mut begun = self.begun.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, kept)) = begun.iter().find(|(tokens, _)| tokens == fixed) {
            return self.model.fork(kept).map_err(failed);
        }
        let mut conversation = self.model.begin();
        for step in fixed.chunks(STEP) {
            cancel.check()?;
            self.model.read(&mut conversation, step).map_err(failed)?;
        }
        if begun.len() == SORTS {
            begun.remove(0);
        }
        begun.push((fixed.to_vec(), self.model.fork(&conversation).map_err(failed)?));
        Ok(conversation)
    }

    fn failed(&self, error: &candle_core::Error) -> Failure {
        Failure::internal(format!("the model {} failed: {error}", self.id))
    }

    fn guide(&self, lark: &str) -> Result<Guide> {
        let end = self.template.close();
        self.grammars.get_or_init(|| Grammars::of(self.template.tokenizer(), end)).as_ref().map_err(Clone::clone)?.begin(lark, end)
    }
}

impl Generator for CandleGenerator {
    fn id(&self) -> &str {
        &self.id
    }

    fn generate(&self, chat: &Chat, cancel: &Cancel, on: &mut dyn FnMut(GeneratorEvent<'_>)) -> Result<String> {
        let (prompt, fixed) = self.template.encode(chat)?;
        let room = self.model.context().saturating_sub(prompt.len());
        if room == 0 {
            let message = format!("The chat has {} tokens, the model {} reads {} at most.", prompt.len(), self.id, self.model.context());
            return Err(Failure::new(Code::BadRequest, message).hint("Ask about fewer items at once."));
        }
        let mut guide = chat.grammar.as_deref().map(|lark| self.guide(lark)).transpose()?;
        let failed = |error: candle_core::Error| self.failed(&error);
        let mut conversation = self.begin(&prompt[..fixed], cancel)?;
        let mut logits = Vec::new();
        for step in prompt[fixed..].chunks(STEP) {
            cancel.check()?;
            logits = self.model.read(&mut conversation, step).map_err(failed)?;
        }

        // Tokens whose text was handed over last, and those that are no whole characters yet.
        let (mut text, mut before, mut pending) = (String::new(), Vec::new(), Vec::new());
        let mut left = chat.max_tokens.min(room);
        while left > 0 {
            cancel.check()?;
            let next = match &mut guide {
                Some(guide) => guide.best(&logits)?,
                None => likeliest(&logits).filter(|&token| !self.template.ends(token)),
            };
            let Some(next) = next else { break };
            let mut step = vec![next];
            if let Some(guide) = &mut guide {
                step.extend(guide.wrote(next)?);
            }
            step.truncate(left);
            left -= step.len();
            pending.extend_from_slice(&step);
            let piece = self.template.decode(&before, &pending)?;
            if !piece.ends_with(char::REPLACEMENT_CHARACTER) || pending.len() >= BROKEN {
                on(GeneratorEvent::Text(&piece));
                text.push_str(&piece);
                before = std::mem::take(&mut pending);
            }
            if left > 0 {
                logits = self.model.read(&mut conversation, &step).map_err(failed)?;
            }
        }
        if !pending.is_empty() {
            let piece = self.template.decode(&before, &pending)?;
            on(GeneratorEvent::Text(&piece));
            text.push_str(&piece);
        }
        Ok(text)
    }
}

/// Whether a file can be loaded, as far as its header tells.
///
/// # Errors
/// [`Code::ModelAltered`] when it cannot, with what is wrong with it.
pub(crate) fn check(path: &Path, tokenizer: Option<&Path>) -> Result<()> {
    let (_, mut content) = gguf::open(path)?;
    template(path, &mut content, tokenizer).map(|_| ())
}

/// The template of a file whose architecture is known.
fn template(path: &Path, content: &mut Content, tokenizer: Option<&Path>) -> Result<Template> {
    decoder::check(content).map_err(|error| damaged(path, &error))?;
    let template = Vocabulary::read(content, tokenizer).and_then(Template::new);
    template.map_err(|problem| damaged(path, &problem))
}

fn likeliest(logits: &[f32]) -> Option<u32> {
    let best = logits.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1).then(b.0.cmp(&a.0)));
    best.and_then(|(token, _)| u32::try_from(token).ok())
}

#[cfg(test)]
#[path = "generate_tests.rs"]
mod tests;
