//! Texts with the personal data in them replaced by marks: `[EMAIL_1]`, `[IBAN_2]`.

use std::collections::{BTreeMap, HashMap};

use aho_corasick::{AhoCorasick, MatchKind};
use domain::{PiiClass, PiiSpan};

use super::{Detector, push};

/// Fewer characters tell nothing, and stand in other words by chance.
const TELLING: usize = 4;
/// Values that are known at most; an answer that shows more shows them by themselves.
const KNOWN: usize = 5_000;
/// What stands where a text was cut.
const CUT: char = '…';
/// How sure a value is that is known.
const CERTAIN: u8 = 100;

/// Masks the texts of one answer: a value that comes again has the same mark again, so that what is masked can still be
/// followed. Made anew for each answer, so that marks of two answers say nothing of each other.
pub struct Masker<'d> {
    detector: &'d Detector,
    /// The number of each value, by its class and its letters and digits.
    numbers: HashMap<(PiiClass, String), usize>,
    /// How many values of a class there are.
    given: HashMap<PiiClass, usize>,
    /// Values that are known from elsewhere, and what finds them, made when it is first needed.
    known: BTreeMap<String, PiiClass>,
    finder: Option<AhoCorasick>,
}

impl<'d> Masker<'d> {
    /// For one answer.
    pub fn new(detector: &'d Detector) -> Self {
        Self { detector, numbers: HashMap::new(), given: HashMap::new(), known: BTreeMap::new(), finder: None }
    }

    /// Remembers what is personal in a text, so that it is masked where it stands alone or cut: an excerpt may lack the words
    /// that tell what a number is.
    pub fn learn(&mut self, text: &str) {
        for span in self.detector.find(text) {
            let value = &text[span.range()];
            self.know(span.class, value);
        }
    }

    /// Remembers a value that is personal, whatever it looks like.
    pub fn know(&mut self, class: PiiClass, value: &str) {
        if value.chars().count() >= TELLING && self.known.len() < KNOWN && !self.known.contains_key(value) {
            self.known.insert(value.to_owned(), class);
            self.finder = None;
        }
    }

    /// The mark of a whole value: of the class that it is recognised as, else of the one that it is said to be.
    pub fn hide(&mut self, class: PiiClass, value: &str) -> String {
        match self.detector.find(value)[..] {
            [found] if found.range().len() == value.len() => self.mark(found.class, value),
            _ => self.mark(class, value),
        }
    }

    /// The text with marks; `None` when nothing in it is personal. What is too long to be read whole is cut off.
    pub fn mask(&mut self, text: &str) -> Option<String> {
        let mut found = self.detector.find(text);
        self.find_known(text, &mut found);
        let found = if found.len() > 1 { super::without_overlaps(found) } else { found };
        let read = text.floor_char_boundary(super::READ);
        if found.is_empty() && read == text.len() {
            return None;
        }
        let mut masked = String::with_capacity(read);
        let mut at = 0;
        for span in found {
            masked.push_str(&text[at..span.range().start]);
            masked.push_str(&self.mark(span.class, &text[span.range()]));
            at = span.range().end;
        }
        masked.push_str(&text[at..read]);
        Some(masked)
    }

    /// Known values, whole or cut off where an ellipsis stands.
    fn find_known(&mut self, text: &str, found: &mut Vec<PiiSpan>) {
        if self.known.is_empty() {
            return;
        }
        if self.finder.is_none() {
            // What is too much for an automaton is still recognised by itself.
            self.finder = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(self.known.keys()).ok();
        }
        let classes: Vec<PiiClass> = self.known.values().copied().collect();
        for value in self.finder.iter().flat_map(|finder| finder.find_iter(text)) {
            let touches = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
            if !touches(text[..value.start()].chars().next_back()) && !touches(text[value.end()..].chars().next()) {
                push(found, classes[value.pattern().as_usize()], value.range(), CERTAIN);
            }
        }
        for (cut, _) in text.match_indices(CUT) {
            for (value, class) in &self.known {
                let (before, after) = (&text[..cut], cut + CUT.len_utf8());
                let ends = value.char_indices().skip(TELLING).map(|(at, _)| at);
                if let Some(end) = ends.filter(|end| before.ends_with(&value[..*end])).last() {
                    push(found, *class, cut - end..cut, CERTAIN);
                }
                let mut starts = value.char_indices().skip(1).map(|(at, _)| at).take(value.chars().count() - TELLING);
                if let Some(start) = starts.find(|start| text[after..].starts_with(&value[*start..])) {
                    push(found, *class, after..after + value.len() - start, CERTAIN);
                }
            }
        }
    }

    fn mark(&mut self, class: PiiClass, value: &str) -> String {
        // "+49 30 123" and "+4930123" are one number.
        let key = value.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
        let given = &mut self.given;
        let number = *self.numbers.entry((class, key)).or_insert_with(|| {
            let given = given.entry(class).or_default();
            *given += 1;
            *given
        });
        format!("[{}_{number}]", class.name().to_uppercase())
    }
}
