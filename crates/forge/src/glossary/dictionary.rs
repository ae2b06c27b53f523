//! One dictionary: the words of a language, and the English of each.
//!
//! It comes in the format of the dict protocol (RFC 2229, as FreeDict publishes it): an index of headwords, and the articles
//! that they point into. What is needed of it is a tenth, and is written beside it once: a transducer from words to places in a list of English.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::fs::{self, File};
use std::io::{BufReader, Read};
use std::path::Path;

use domain::{Failure, Result};
use flate2::read::MultiGzDecoder;
use fst::{Map, Streamer};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::inflection::{Inflection, SHORTEST_STEM};
use crate::manifest::Model;
use crate::record::{Record, unreadable, unwritable};
use crate::registry::Registry;
use crate::weights::damaged;

const INDEX: &str = "dictionary.index";
const ARTICLES: &str = "dictionary.dict.dz";
const MADE: &str = "words.fst";
/// Raised whenever the making changes, so that what was made before is made anew.
const RECIPE: &str = "4";

/// English words that stand for one foreign word: its most usual translations; more only blur it.
const ENGLISH: usize = 2;
/// An article is a few hundred bytes; what claims more is not one.
const LONGEST_ARTICLE: u64 = 1 << 20;
/// What stands before a verb for its objects.
const OBJECTS: [&str; 8] = ["etw.", "jdn.", "jdm.", "jds.", "jdn./etw.", "jdm./etw.", "etw./jdn.", "sich"];
/// Letters that the first part of a compound has at least.
pub(super) const SHORTEST_PART: usize = 3;
/// What joins the parts of a compound.
const JOINTS: [&str; 7] = ["", "s", "n", "en", "es", "er", "e"];
/// Words of a translation that say nothing of what it means.
const EMPTY: [&str; 34] = [
    "a", "an", "the", "to", "of", "in", "on", "at", "by", "up", "out", "off", "for", "with", "from", "into", "be", "as", "or", "and",
    "sth", "sb", "so", "one", "ones", "s", "oneself", "common", "st", "smth", "smb", "it", "is", "not",
];

/// Foreign words and their English.
#[derive(Debug)]
pub(crate) struct Dictionary {
    id: String,
    inflection: &'static Inflection,
    /// By folded word, where its English begins in `english`.
    words: Map<Vec<u8>>,
    /// A line a word.
    english: String,
}

impl Dictionary {
    /// An installed dictionary. What is needed of it is made first when it was not yet, which takes some seconds.
    pub(super) fn load(registry: &Registry, id: &str) -> Result<Self> {
        let (model, folder) = registry.ready(id)?;
        Self::in_folder(&model, &folder)
    }

    /// The dictionary in a folder, whose files are what they should be.
    pub(crate) fn in_folder(model: &Model, folder: &Path) -> Result<Self> {
        let id = &model.id;
        let language = model.languages.first().map_or("", String::as_str);
        let path = folder.join(MADE);
        let source = source(folder);
        if let Some(made) = fs::read(&path).ok().and_then(|made| Self::read(id, language, &source, &made)) {
            return Ok(made);
        }
        let made = Self::of(id, language, &make(folder)?)?;
        let part = folder.join(format!("{MADE}.part"));
        fs::write(&part, made.write(&source)).and_then(|()| fs::rename(&part, &path)).map_err(|error| unwritable(folder, &error))?;
        Ok(made)
    }

    /// A dictionary of given words and their English.
    pub(super) fn of(id: &str, language: &str, words: &BTreeMap<String, String>) -> Result<Self> {
        let mut english = String::new();
        let places: Vec<(&str, u64)> = words
            .iter()
            .map(|(word, translation)| {
                let place = english.len() as u64;
                english.extend([translation, "\n"]);
                (word.as_str(), place)
            })
            .collect();
        let words = Map::from_iter(places).map_err(Failure::internal)?;
        Ok(Self { id: id.to_owned(), inflection: Inflection::of(language), words, english })
    }

    /// The source, the transducer's size, the transducer, the English.
    fn write(&self, source: &str) -> Vec<u8> {
        let words = self.words.as_fst().as_bytes();
        [source.as_bytes(), &(words.len() as u64).to_le_bytes(), words, self.english.as_bytes()].concat()
    }

    fn read(id: &str, language: &str, source: &str, made: &[u8]) -> Option<Self> {
        let (size, rest) = made.strip_prefix(source.as_bytes())?.split_first_chunk::<8>()?;
        let (words, english) = rest.split_at_checked(usize::try_from(u64::from_le_bytes(*size)).ok()?)?;
        let (words, english) = (Map::new(words.to_vec()).ok()?, std::str::from_utf8(english).ok()?.to_owned());
        Some(Self { id: id.to_owned(), inflection: Inflection::of(language), words, english })
    }

    /// Headwords.
    pub(super) fn len(&self) -> usize {
        self.words.len()
    }

    pub(super) fn id(&self) -> &str {
        &self.id
    }

    /// The English of a folded word, as it stands or without its ending.
    pub(super) fn find(&self, word: &str) -> Option<&str> {
        self.exactly(word).or_else(|| self.inflection.find(word, |headword| self.exactly(headword)))
    }

    /// Whether a capital inside a sentence marks a name. In German it marks every noun.
    pub(super) fn capitals_are_names(&self) -> bool {
        self.inflection.capitals_are_names
    }

    /// The English of a compound's two parts, of which the last is as long as can be.
    pub(super) fn compound(&self, word: &str) -> Option<(&str, &str)> {
        if !self.inflection.compounds {
            return None;
        }
        (SHORTEST_PART..word.len().saturating_sub(SHORTEST_STEM - 1)).filter(|at| word.is_char_boundary(*at)).find_map(|at| {
            let (head, tail) = word.split_at(at);
            let last = self.find(tail)?;
            let heads = JOINTS.iter().filter_map(|joint| head.strip_suffix(joint)).filter(|head| head.len() >= SHORTEST_PART);
            heads.filter_map(|head| self.exactly(head)).next().map(|first| (first, last))
        })
    }

    /// Hands every headword and its English to `to`.
    pub(super) fn each(&self, mut to: impl FnMut(&str, &str)) {
        let mut all = self.words.stream();
        while let Some((word, place)) = all.next() {
            let line = self.english.get(place as usize..).and_then(|rest| rest.split('\n').next());
            if let (Ok(word), Some(line)) = (std::str::from_utf8(word), line) {
                to(word, line);
            }
        }
    }

    /// The English of a folded word that is itself a headword.
    pub(super) fn exactly(&self, word: &str) -> Option<&str> {
        self.english.get(self.words.get(word)? as usize..)?.split('\n').next()
    }
}

/// The word as it is looked up: lower case, without accents, "ss" for "ß".
pub(super) fn folded(word: &str) -> Cow<'_, str> {
    if word.bytes().all(|b| b.is_ascii_lowercase()) {
        return Cow::Borrowed(word);
    }
    if word.is_ascii() {
        return Cow::Owned(word.to_ascii_lowercase());
    }
    Cow::Owned(word.nfd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase).collect::<String>().replace('ß', "ss"))
}

/// What the lines are made of, as their file's first line.
fn source(folder: &Path) -> String {
    let record = Record::read(folder);
    let digest = |name: &str| record.files.get(name).map_or("", |file| file.sha256.as_str());
    format!("{RECIPE} {} {}\n", digest(INDEX), digest(ARTICLES))
}

/// The words and their English, of the index and the articles in a folder. Reads both once, from beginning to end.
fn make(folder: &Path) -> Result<BTreeMap<String, String>> {
    let index = folder.join(INDEX);
    let places = places(&fs::read_to_string(&index).map_err(|error| unreadable(&index, &error))?);
    if places.is_empty() {
        return Err(damaged(&index, &"it lists no words"));
    }
    let path = folder.join(ARTICLES);
    let file = File::open(&path).map_err(|error| unreadable(&path, &error))?;
    let mut articles = BufReader::with_capacity(1 << 16, MultiGzDecoder::new(BufReader::new(file)));
    let mut english: BTreeMap<String, HashMap<String, f32>> = BTreeMap::new();
    let (mut reached, mut article) = (0_u64, Vec::new());
    for (offset, length) in places {
        // What overlaps with the article before it is none.
        let Some(skipped) = offset.checked_sub(reached) else { continue };
        article.clear();
        let mut read = || {
            std::io::copy(&mut articles.by_ref().take(skipped), &mut std::io::sink())?;
            articles.by_ref().take(length).read_to_end(&mut article)
        };
        reached = offset + read().map_err(|error| damaged(&path, &error))? as u64;
        if let Some(Article { word, english: translations, examples }) = std::str::from_utf8(&article).ok().and_then(Article::parse) {
            let counts = english.entry(word).or_default();
            for (at, translation) in translations.iter().enumerate() {
                let words: Vec<&String> = translation.iter().filter(|word| !EMPTY.contains(&word.as_str())).collect();
                // Senses that people use have examples, and of the translations of one sense the first is the usual one.
                let weight = (1 + examples) as f32 / ((1 + at) * words.len().max(1)) as f32;
                words.into_iter().for_each(|word| *counts.entry(word.clone()).or_default() += weight);
            }
        }
    }
    let usual = |counts: HashMap<String, f32>| {
        let mut counts: Vec<(String, f32)> = counts.into_iter().collect();
        counts.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        counts.into_iter().take(ENGLISH).map(|(word, _)| word).collect::<Vec<_>>().join(" ")
    };
    let words = english.into_iter().map(|(word, counts)| (word, usual(counts)));
    Ok(words.filter(|(_, english)| !english.is_empty()).collect())
}

/// Where the articles are, offset and length, in their order. A line of an index is
/// `headword <tab> offset <tab> length`, numbers in base 64; several headwords may point to one article.
fn places(index: &str) -> Vec<(u64, u64)> {
    let place = |line: &str| {
        let mut fields = line.split('\t').skip(1);
        Some((number(fields.next()?)?, number(fields.next()?)?)).filter(|(_, length)| *length <= LONGEST_ARTICLE)
    };
    let mut places: Vec<(u64, u64)> = index.lines().filter_map(place).collect();
    places.sort_unstable();
    places.dedup();
    places
}

fn number(digits: &str) -> Option<u64> {
    digits.bytes().try_fold(0_u64, |number, digit| {
        let value = match digit {
            b'A'..=b'Z' => digit - b'A',
            b'a'..=b'z' => digit - b'a' + 26,
            b'0'..=b'9' => digit - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        number.checked_mul(64)?.checked_add(u64::from(value))
    })
}

/// What is needed of an article about a single word.
struct Article {
    /// Folded.
    word: String,
    /// The words of each translation.
    english: Vec<Vec<String>>,
    examples: usize,
}

impl Article {
    /// The headword is in the first line, and the translations are in the line below it. Examples are indented and quoted.
    fn parse(article: &str) -> Option<Self> {
        let (head, body) = article.split_once('\n')?;
        let head = bare(head);
        let mut words = head.split_whitespace().filter(|word| !OBJECTS.contains(word));
        let word = words.next().filter(|word| word.chars().all(char::is_alphabetic) && words.next().is_none())?;
        let line = body.lines().find(|line| !line.is_empty())?;
        let english = bare(line)
            .split([',', ';'])
            .map(|translation| {
                translation.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty()).map(str::to_lowercase).collect()
            })
            .collect();
        let examples = body.lines().filter(|line| line.trim_start().starts_with('"')).count();
        Some(Self { word: folded(word).into_owned(), english, examples })
    }
}

/// The text without what is in brackets of any kind or between slashes.
fn bare(text: &str) -> String {
    let (mut depth, mut spoken, mut bare) = (0_usize, false, String::with_capacity(text.len()));
    for c in text.chars() {
        match c {
            '(' | '[' | '<' | '{' => depth += 1,
            ')' | ']' | '>' | '}' => depth = depth.saturating_sub(1),
            '/' => spoken = !spoken,
            _ if depth == 0 && !spoken => bare.push(c),
            _ => {}
        }
    }
    bare
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use domain::Code;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;
    use crate::manifest::Manifest;

    /// A dictionary of one article a pair, as it is published.
    fn published(articles: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        let digit = |n: usize| char::from(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"[n % 64]);
        let base_64 = |n: usize| [digit(n / 4096), digit(n / 64), digit(n)].into_iter().collect::<String>();
        let (mut text, mut index) = (String::from("About this dictionary.\n"), String::new());
        for (word, article) in articles {
            index.push_str(&format!("{word}\t{}\t{}\n", base_64(text.len()), base_64(article.len())));
            text.push_str(article);
        }
        fs::write(folder.path().join(INDEX), index).unwrap();
        let mut packed = GzEncoder::new(File::create(folder.path().join(ARTICLES)).unwrap(), Compression::fast());
        packed.write_all(text.as_bytes()).unwrap();
        packed.finish().unwrap();
        folder
    }

    fn german() -> Model {
        Manifest::shipped().unwrap().model("freedict-deu-eng").unwrap().clone()
    }

    #[test]
    fn the_most_usual_translations_of_an_article_are_kept() {
        let folder = published(&[
            ("zug", "Zug /tsu:k/ <masc, n, sg>\n [transp.] train <n>, railway train <n> [Br.]\n      \"mit dem Zug\" - by train\n"),
            ("haustier", "Haustier /x/ <neut>\npet animal <n>, pet <n>, companion animal <n>\n   Synonym: {Heimtier}\n"),
            ("zug", "Zug <masc>\ndraught (of air)\n"),
            ("auf und ab", "auf und ab\nup and down\n"),
            ("etw im ofen backen", "etw. (im Ofen) backen <v>\nbake sth. <v>\n"),
            ("grüße", "Grüße <pl>\nto greetings\n"),
            ("gruesse", "Grüße <pl>\nto greetings\n"),
        ]);
        let words = make(folder.path()).unwrap();
        let expected = [("backen", "bake"), ("grusse", "greetings"), ("haustier", "pet animal"), ("zug", "train draught")];
        assert_eq!(words, expected.map(|(word, english)| (word.to_owned(), english.to_owned())).into());
        // Made once, and read from then on.
        for _ in 0..2 {
            let dictionary = Dictionary::in_folder(&german(), folder.path()).unwrap();
            assert!(folder.path().join(MADE).is_file());
            assert_eq!(dictionary.find("haustiere"), Some("pet animal"));
            assert_eq!(dictionary.find("haus"), None);
        }
    }

    #[test]
    fn a_dictionary_that_is_cut_short_is_damaged() {
        let folder = published(&[("zug", "Zug\ntrain\n")]);
        let path = folder.path().join(ARTICLES);
        let packed = fs::read(&path).unwrap();
        fs::write(&path, &packed[..packed.len() - 12]).unwrap();
        assert_eq!(make(folder.path()).unwrap_err().code, Code::ModelAltered);
        fs::write(folder.path().join(INDEX), "").unwrap();
        assert_eq!(make(folder.path()).unwrap_err().code, Code::ModelAltered);
    }
}
