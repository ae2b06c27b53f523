use crate::{Cancel, Result};

/// Turns texts into vectors whose closeness is closeness of meaning.
pub trait Embedder: Send + Sync {
    /// The model's id, as the manifest has it; vectors of different ids are never compared.
    fn id(&self) -> &str;
    /// Numbers in each vector.
    fn dimensions(&self) -> usize;
    /// One unit-length vector a text, in order. `query` marks a question, which some models prefix.
    fn embed(&self, texts: &[&str], query: bool) -> Result<Vec<Vec<f32>>>;
}

/// How close two vectors of one [`Embedder`] are: the cosine of the angle between them, since both have length one.
pub fn closeness(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// Reads a question and a passage together, and says how well the passage answers it.
pub trait Reranker: Send + Sync {
    /// One score a passage, in order; higher is better, above 0 is more likely relevant than not.
    fn score(&self, query: &str, passages: &[&str]) -> Result<Vec<f32>>;
}

/// Who says a line of a chat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Speaker {
    /// The instructions.
    System,
    /// The person.
    User,
    /// The model.
    Model,
}

/// A conversation to be continued, and how.
#[derive(Debug, Clone)]
pub struct Chat {
    /// The lines so far.
    pub lines: Vec<(Speaker, String)>,
    /// How many of the first lines are instructions that stand alike in every chat of their sort. What a model made of them may be
    /// kept from one chat to the next, so nothing of a person's data may stand in them.
    pub fixed: usize,
    /// At most so many tokens.
    pub max_tokens: usize,
    /// A Lark grammar that the answer must follow, when given; a model that cannot be held to it answers with nothing when it
    /// does not.
    pub grammar: Option<String>,
}

/// What a generator says while it writes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GeneratorEvent<'a> {
    /// More text.
    Text(&'a str),
}

/// Writes text.
pub trait Generator: Send + Sync {
    /// The model's id, as the manifest has it.
    fn id(&self) -> &str;
    /// Continues the chat, handing each piece over as it comes; returns the whole. Greedy, so the same chat gives the
    /// same text.
    fn generate(&self, chat: &Chat, cancel: &Cancel, on: &mut dyn FnMut(GeneratorEvent<'_>)) -> Result<String>;
}
