//! Texts of other languages read word by word into English, for models that know English alone.
//!
//! The models of meaning that fit on a laptop's processor know English well and everything else badly. A dictionary knows
//! what they do not: "Haustier" is a pet. So a text whose words a dictionary of another language knows and English does not
//! is handed to them word by word in English, compounds in their parts. That is no translation, nobody reads it; but what is
//! near in meaning comes near in vectors, in texts and in questions alike.
//!
//! Invariant: English stays as it is. Absent on purpose: grammar, and which of a word's senses is meant; its most usual
//! translations stand for all of them.

pub(crate) mod dictionary;
pub(crate) mod foreign;
mod inflection;

use std::borrow::Cow;
use std::cmp::Reverse;
use std::sync::Arc;

use domain::{Embedder, Reranker, Result};
use rayon::prelude::*;

use crate::manifest::ModelRole;
use crate::registry::{ModelReport, ModelState, Registry};
use crate::word_pieces::WordPieces;
use dictionary::{Dictionary, folded};

/// Below this many texts, handing them to threads costs more than it saves.
const PARALLEL_FROM: usize = 64;

/// The dictionaries that are installed, and the English that the models know.
#[derive(Debug)]
pub struct Glossary {
    /// What it is made of, for whoever keeps what was made with it.
    id: String,
    english: WordPieces,
    dictionaries: Vec<Dictionary>,
}

impl Glossary {
    /// The glossary in front of an embedder: of every dictionary that is installed; none when none is.
    ///
    /// # Errors
    /// [`domain::Code::ModelMissing`] and [`domain::Code::ModelAltered`], of the embedder or a dictionary.
    pub fn load(registry: &Registry, embedder: &str) -> Result<Option<Self>> {
        let ids = installed(registry);
        if ids.is_empty() {
            return Ok(None);
        }
        let dictionaries = ids.iter().map(|id| Dictionary::load(registry, id)).collect::<Result<_>>()?;
        let (_, folder) = registry.ready(embedder)?;
        Ok(Some(Self::of(WordPieces::load(&folder)?, dictionaries)))
    }

    /// The id of an embedder behind the glossary that [`Glossary::load`] would give it, by a look at what is installed.
    pub fn space(registry: &Registry, embedder: &str) -> String {
        let mut id = embedder.to_owned();
        installed(registry).iter().for_each(|dictionary| id.extend(["+", dictionary]));
        id
    }

    fn of(english: WordPieces, dictionaries: Vec<Dictionary>) -> Self {
        let id = dictionaries.iter().map(Dictionary::id).collect::<Vec<_>>().join("+");
        Self { id, english, dictionaries }
    }

    /// The ids of its dictionaries.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The text with every word of another language in English, as far as a dictionary knows it.
    pub fn read<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let folded: Vec<Cow<'_, str>> = words(text).map(folded).collect();
        let (english, other): (Vec<&str>, Vec<&str>) = folded.iter().map(AsRef::as_ref).partition(|word| self.english.is_word(word));
        // Headwords count most: what is found by its ending alone may be of a sister language.
        let knows = |dictionary: &Dictionary| -> usize {
            let word = |word: &&str| usize::from(dictionary.find(word).is_some()) + usize::from(dictionary.exactly(word).is_some());
            other.iter().map(word).sum()
        };
        let known = self.dictionaries.iter().map(|dictionary| (knows(dictionary), dictionary)).filter(|(known, _)| *known > 0);
        // Of two that know as much, the smaller one would hardly do so by chance.
        let best = known.max_by_key(|(known, dictionary)| (*known, Reverse(dictionary.len())));
        let Some((_, dictionary)) = best else { return Cow::Borrowed(text) };
        let foreign = other.iter().filter(|word| dictionary.find(word).is_some()).count();
        let english = english.iter().filter(|word| dictionary.find(word).is_none()).count();
        Cow::Owned(self.in_english(text, dictionary, foreign >= english))
    }

    /// `whole` says that the text as a whole is of the other language: then words that are in both are read as foreign, and
    /// compounds are taken apart. A name stays as it is, where names alone are written with a capital inside a sentence.
    fn in_english(&self, text: &str, dictionary: &Dictionary, whole: bool) -> String {
        let mut read = String::with_capacity(text.len() * 2);
        let mut begins = true;
        for piece in text.split_inclusive(|c: char| !c.is_alphabetic()) {
            let word = piece.trim_end_matches(|c: char| !c.is_alphabetic());
            let end = &piece[word.len()..];
            let folded = folded(word);
            let is_name = !begins && dictionary.capitals_are_names() && word.starts_with(char::is_uppercase);
            if is_name || (!whole && self.english.is_word(&folded)) {
                read.push_str(word);
            } else if let Some(english) = dictionary.find(&folded) {
                read.push_str(english);
            } else if whole && let Some((first, last)) = dictionary.compound(&folded) {
                read.extend([first, " ", last]);
            } else {
                read.push_str(word);
            }
            read.push_str(end);
            begins = (begins && word.is_empty()) || end.ends_with(['.', '!', '?', ':', '\n']);
        }
        read
    }
}

/// The ids of the dictionaries that are installed.
fn installed(registry: &Registry) -> Vec<String> {
    let there = |model: &ModelReport| model.role == ModelRole::Dictionary && model.state == ModelState::Installed;
    registry.list().into_iter().filter(there).map(|model| model.id).collect()
}

/// Runs of letters.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty())
}

/// A model behind a glossary: it is handed English.
#[derive(Debug)]
pub struct Glossed<M> {
    id: String,
    model: M,
    glossary: Option<Arc<Glossary>>,
}

impl<M: Embedder> Glossed<M> {
    /// An embedder behind a glossary; without one, it is itself. Vectors of different glossaries are never compared, so its
    /// id says which one it has.
    pub fn embedder(model: M, glossary: Option<Arc<Glossary>>) -> Self {
        let id = glossary.as_ref().map_or_else(|| model.id().to_owned(), |glossary| format!("{}+{}", model.id(), glossary.id()));
        Self { id, model, glossary }
    }
}

impl<M: Reranker> Glossed<M> {
    /// A reranker behind a glossary; without one, it is itself.
    pub fn reranker(model: M, glossary: Option<Arc<Glossary>>) -> Self {
        Self { id: String::new(), model, glossary }
    }
}

impl<M> Glossed<M> {
    /// The texts as the model is handed them.
    pub fn read<'t>(&self, texts: &[&'t str]) -> Vec<Cow<'t, str>> {
        let glossary = self.glossary.as_deref();
        let one = |text: &&'t str| glossary.map_or(Cow::Borrowed(*text), |glossary| glossary.read(text));
        if texts.len() < PARALLEL_FROM { texts.iter().map(one).collect() } else { texts.par_iter().map(one).collect() }
    }

    /// The model itself.
    pub fn model(&self) -> &M {
        &self.model
    }

    /// The model itself, to be changed.
    pub fn model_mut(&mut self) -> &mut M {
        &mut self.model
    }
}

impl<M: Embedder> Embedder for Glossed<M> {
    fn id(&self) -> &str {
        &self.id
    }

    fn dimensions(&self) -> usize {
        self.model.dimensions()
    }

    fn embed(&self, texts: &[&str], query: bool) -> Result<Vec<Vec<f32>>> {
        let read = self.read(texts);
        self.model.embed(&read.iter().map(AsRef::as_ref).collect::<Vec<_>>(), query)
    }
}

impl<M: Reranker> Reranker for Glossed<M> {
    fn score(&self, query: &str, passages: &[&str]) -> Result<Vec<f32>> {
        let (query, passages) = (self.read(&[query]), self.read(passages));
        self.model.score(&query.concat(), &passages.iter().map(AsRef::as_ref).collect::<Vec<_>>())
    }
}

#[cfg(test)]
mod tests {
    use super::foreign::Foreign;
    use super::*;

    fn glossary() -> Glossary {
        let english = WordPieces::of(&["[UNK]", "the", "cake", "is", "with", "butter", "tier", "die"]);
        let words = [("butter", "butter"), ("die", "the"), ("kuchen", "cake"), ("obst", "fruit"), ("pflaume", "plum"), ("tier", "animal")];
        let words = words.into_iter().chain([("wahe", "tart pie")]);
        let german = Dictionary::of("de", "de", &words.map(|(word, english)| (word.to_owned(), english.to_owned())).collect()).unwrap();
        Glossary::of(english, vec![german])
    }

    #[test]
    fn a_foreign_text_is_read_word_by_word_and_keeps_its_shape() {
        let glossary = glossary();
        assert_eq!(glossary.read("Kuchen, mit Obst!"), "cake, mit fruit!");
        assert_eq!(glossary.read("die Kuchen\n 250 g"), "the cake\n 250 g");
        assert_eq!(glossary.id(), "de");
    }

    #[test]
    fn english_stays_as_it_is() {
        let glossary = glossary();
        for text in ["the cake is with butter", "tier", "", "12 !"] {
            assert!(matches!(glossary.read(text), Cow::Borrowed(_)), "{text}");
        }
        // One foreign word does not make the words foreign that English has as well.
        assert_eq!(glossary.read("the cake is the Obst with the tier"), "the cake is the fruit with the tier");
        assert_eq!(glossary.read("ein Obst Tier"), "ein fruit animal");
    }

    #[test]
    fn the_dictionary_that_knows_most_is_read_and_names_stay() {
        let english = WordPieces::of(&["[UNK]", "the", "dog"]);
        let of = |id: &str, words: &[(&str, &str)]| {
            Dictionary::of(id, id, &words.iter().map(|(word, english)| ((*word).to_owned(), (*english).to_owned())).collect()).unwrap()
        };
        let dutch = of("nl", &[("hond", "dog"), ("stroop", "syrup"), ("eten", "eat"), ("brief", "letter")]);
        let german = of("de", &[("brief", "letter"), ("essen", "eat"), ("sirup", "syrup")]);
        let glossary = Glossary::of(english, vec![german, dutch]);
        assert_eq!(glossary.read("Hond Stroop eet. Stroop"), "dog Stroop eet. syrup");
        assert_eq!(glossary.read("ein Brief, mein Sirup"), "ein letter, mein syrup");
    }

    #[test]
    fn english_words_are_looked_for_in_other_languages() {
        let foreign = Foreign::of(Arc::new(glossary()), &["cakes", "animal"]);
        for (word, has) in [("Kuchen", true), ("Obstkuchen", true), ("Obst", false), ("cake", false), ("tier", false), ("kuh", false)] {
            assert_eq!(foreign.has(word), has, "{word}");
        }
    }

    #[test]
    fn words_are_found_by_their_endings_and_compounds_by_their_parts() {
        let glossary = glossary();
        assert_eq!(glossary.read("Pflaumen"), "plum");
        assert_eq!(glossary.read("Kuchen Pflaumenwähe Obstpflaume"), "cake plum tart pie fruit plum");
        assert_eq!(glossary.read("Kuchen Xyzwähe"), "cake Xyzwähe");
    }

    #[test]
    fn a_model_behind_a_glossary_is_handed_english() {
        struct Length;
        impl Embedder for Length {
            fn id(&self) -> &str {
                "length"
            }
            fn dimensions(&self) -> usize {
                1
            }
            fn embed(&self, texts: &[&str], _: bool) -> Result<Vec<Vec<f32>>> {
                Ok(texts.iter().map(|text| vec![text.len() as f32]).collect())
            }
        }
        let plain = Glossed::embedder(Length, None);
        let glossed = Glossed::embedder(Length, Some(Arc::new(glossary())));
        assert_eq!((plain.id(), glossed.id()), ("length", "length+de"));
        assert_eq!(plain.embed(&["Obst"], true).unwrap(), [[4.0]]);
        assert_eq!(glossed.embed(&["Obst", "the cake"], true).unwrap(), [[5.0], [8.0]]);
    }
}
