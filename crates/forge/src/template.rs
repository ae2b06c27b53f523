//! Chat templates: how the lines of a conversation become the tokens that a family of models was trained on.
//!
//! Which one it is shows in the marks of the vocabulary. Invariant: what a person or an item says can never close its own line
//! or open another speaker's: text is encoded with marks read as plain characters, and the marks between lines are put in by
//! id. A vocabulary that cannot keep the two apart is refused.
//!
//! Absent on purpose: the templates that files carry, which are programs of whoever made the file.

use domain::{Chat, Failure, Result, Speaker};
use tokenizers::{AddedToken, Tokenizer};

use crate::vocabulary::Vocabulary;

/// What surrounds the lines of a family's chats.
#[derive(Debug)]
struct Form {
    opening: Opening,
    /// The mark that ends a line.
    close: &'static str,
    /// What stands between it and the next line.
    gap: &'static str,
    /// Whether instructions have a line of their own; else they stand at the beginning of what the person says.
    instructs: bool,
}

/// How a line begins.
#[derive(Debug)]
enum Opening {
    /// A mark, the speaker's name, perhaps another mark, and what stands between them and the text.
    Named { before: &'static str, names: [&'static str; 3], after: Option<&'static str>, gap: &'static str },
    /// A mark of the speaker's.
    Marks([&'static str; 3]),
}

const NAMES: [&str; 3] = ["system", "user", "assistant"];

/// A vocabulary that was extended for another template keeps its old marks; so the one that it was extended to comes first.
const FORMS: [Form; 5] = [
    // Phi 4
    Form {
        opening: Opening::Named { before: "<|im_start|>", names: NAMES, after: Some("<|im_sep|>"), gap: "" },
        close: "<|im_end|>",
        gap: "",
        instructs: true,
    },
    // ChatML: Qwen, SmolLM2 and many others
    Form {
        opening: Opening::Named { before: "<|im_start|>", names: NAMES, after: None, gap: "\n" },
        close: "<|im_end|>",
        gap: "\n",
        instructs: true,
    },
    // Llama 3
    Form {
        opening: Opening::Named { before: "<|start_header_id|>", names: NAMES, after: Some("<|end_header_id|>"), gap: "\n\n" },
        close: "<|eot_id|>",
        gap: "",
        instructs: true,
    },
    // Gemma 2 and 3
    Form {
        opening: Opening::Named { before: "<start_of_turn>", names: ["user", "user", "model"], after: None, gap: "\n" },
        close: "<end_of_turn>",
        gap: "\n",
        instructs: false,
    },
    // Phi 3: its marks take in the space after them, so that none is written
    Form { opening: Opening::Marks(["<|system|>", "<|user|>", "<|assistant|>"]), close: "<|end|>", gap: "", instructs: true },
];

/// What a thought is between.
const THOUGHT: [&str; 2] = ["<think>", "</think>"];

impl Form {
    fn marks(&self) -> Vec<&'static str> {
        match &self.opening {
            Opening::Named { before, after, .. } => [*before, self.close].into_iter().chain(*after).collect(),
            Opening::Marks(speakers) => speakers.iter().copied().chain([self.close]).collect(),
        }
    }
}

/// The template over a model's vocabulary.
pub(crate) struct Template {
    tokenizer: Tokenizer,
    form: &'static Form,
    close: u32,
    begin: Option<u32>,
    ends: Vec<u32>,
    /// The marks around a thought, of a model that is to be told that it has thought.
    thought: Option<[u32; 2]>,
}

impl Template {
    /// # Errors
    /// What is wrong with the vocabulary, in words that go on from the file's name.
    pub(crate) fn new(vocabulary: Vocabulary) -> Result<Self, String> {
        let Vocabulary { mut tokenizer, begin, mut ends, thinks } = vocabulary;
        let has = |mark: &str| tokenizer.token_to_id(mark).is_some();
        let Some(form) = FORMS.iter().find(|form| form.marks().into_iter().all(has)) else {
            let known: Vec<&str> = FORMS.iter().map(|form| form.close).collect();
            return Err(format!("its vocabulary has the marks of no chat that is known ({}), so it cannot chat", known.join(", ")));
        };
        let thoughts = THOUGHT.iter().copied().filter(|mark| has(mark));
        let marks: Vec<&str> = form.marks().into_iter().chain(thoughts).collect();
        let special = marks.iter().map(|mark| AddedToken::from(*mark, true));
        tokenizer.add_special_tokens(special).map_err(|error| error.to_string())?;
        tokenizer.set_encode_special_tokens(true);
        let id = |mark: &str| tokenizer.token_to_id(mark).ok_or_else(|| format!("its vocabulary has no {mark}"));
        let close = id(form.close)?;
        let thought = if thinks { id(THOUGHT[0]).and_then(|open| Ok([open, id(THOUGHT[1])?])).ok() } else { None };
        ends.push(close);
        let template = Self { tokenizer, form, close, begin, ends, thought };
        for mark in &marks {
            let id = template.tokenizer.token_to_id(mark);
            let read = template.plain(mark).map_err(|failure| failure.message)?;
            if read.iter().any(|token| Some(*token) == id) {
                return Err(format!("its vocabulary cannot tell {mark} in a text from the mark between lines"));
            }
        }
        Ok(template)
    }

    /// The tokenizer, for which marks are plain characters.
    pub(crate) fn tokenizer(&self) -> &Tokenizer {
        &self.tokenizer
    }

    /// The token with which the model ends its line.
    pub(crate) fn close(&self) -> u32 {
        self.close
    }

    /// Whether nothing comes after this token.
    pub(crate) fn ends(&self, token: u32) -> bool {
        self.ends.contains(&token)
    }

    /// The conversation, up to where the model is to speak, and how many of its tokens are of the fixed lines.
    pub(crate) fn encode(&self, chat: &Chat) -> Result<(Vec<u32>, usize)> {
        let mut written = Written { template: self, tokens: self.begin.into_iter().collect(), text: String::new() };
        let mut fixed = 0;
        // Whether a line of the person's was begun with instructions.
        let mut begun = false;
        for (at, (speaker, text)) in chat.lines.iter().enumerate() {
            if at == chat.fixed {
                written.flush()?;
                fixed = written.tokens.len();
            }
            let instructs = *speaker == Speaker::System && !self.form.instructs;
            if begun && *speaker == Speaker::Model {
                written.close()?;
                begun = false;
            }
            if !begun {
                written.open(*speaker)?;
            }
            written.text.push_str(text);
            if instructs {
                written.text.push_str("\n\n");
                begun = true;
            } else {
                written.close()?;
                begun = false;
            }
        }
        if begun {
            written.close()?;
        }
        written.open(Speaker::Model)?;
        if let Some([open, close]) = self.thought {
            written.mark(open)?;
            written.text.push_str("\n\n");
            written.mark(close)?;
            written.text.push_str("\n\n");
        }
        written.flush()?;
        Ok((written.tokens, fixed))
    }

    /// What tokens add to the text of those that came right before them, without marks. Some vocabularies drop the space with
    /// which a text begins, and so know only from what came before whether there is one.
    pub(crate) fn decode(&self, before: &[u32], tokens: &[u32]) -> Result<String> {
        let text = |tokens: &[u32]| self.tokenizer.decode(tokens, true).map_err(Failure::internal);
        let (known, whole) = (text(before)?, text(&[before, tokens].concat())?);
        match whole.strip_prefix(&known) {
            Some(added) => Ok(added.to_owned()),
            None => text(tokens),
        }
    }

    fn plain(&self, text: &str) -> Result<Vec<u32>> {
        Ok(self.tokenizer.encode_fast(text, false).map_err(Failure::internal)?.get_ids().to_vec())
    }
}

/// A chat on its way to tokens. Text is kept until a mark comes, since its tokens depend on all of it.
struct Written<'a> {
    template: &'a Template,
    tokens: Vec<u32>,
    text: String,
}

impl Written<'_> {
    fn open(&mut self, speaker: Speaker) -> Result<()> {
        let at = match speaker {
            Speaker::System => 0,
            Speaker::User => 1,
            Speaker::Model => 2,
        };
        match &self.template.form.opening {
            Opening::Named { before, names, after, gap } => {
                self.named(before)?;
                self.text.push_str(names[at]);
                if let Some(after) = after {
                    self.named(after)?;
                }
                self.text.push_str(gap);
                Ok(())
            }
            Opening::Marks(speakers) => self.named(speakers[at]),
        }
    }

    fn close(&mut self) -> Result<()> {
        self.mark(self.template.close)?;
        self.text.push_str(self.template.form.gap);
        Ok(())
    }

    fn named(&mut self, mark: &str) -> Result<()> {
        let id = self.template.tokenizer.token_to_id(mark);
        self.mark(id.ok_or_else(|| Failure::internal(format!("the vocabulary lost its {mark}")))?)
    }

    fn mark(&mut self, id: u32) -> Result<()> {
        self.flush()?;
        self.tokens.push(id);
        Ok(())
    }

    fn flush(&mut self) -> Result<()> {
        if !self.text.is_empty() {
            self.tokens.extend(self.template.plain(&self.text)?);
            self.text.clear();
        }
        Ok(())
    }
}

#[cfg(test)]
#[path = "template_tests.rs"]
mod tests;
