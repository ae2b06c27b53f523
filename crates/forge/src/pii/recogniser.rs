//! What a recogniser is made of, and how one reads a text.

use std::ops::Range;

use domain::{PiiClass, PiiSpan};
use regex::Regex;

use super::context::{Context, ContextWords, WordId};
use super::{AGAINST, push};

/// Candidates longer than this are tried once.
const LONG: usize = 64;

/// What has to be in a text before it is worth looking.
#[derive(Debug, Clone, Copy)]
pub(super) enum Gate {
    /// So many digits.
    Digits(usize),
    /// This ASCII byte.
    Byte(u8),
    /// One of the recogniser's words; nothing else tells.
    Context,
}

/// Looks at a candidate in its text and says which part of it is what is looked for, if any.
pub(super) type Check = fn(&str, Range<usize>) -> Option<Range<usize>>;

/// One way in which a class is written.
pub(super) struct Recogniser {
    pub(super) class: PiiClass,
    pub(super) gate: Gate,
    /// Candidates. Where it has a group, that is the candidate, and what is around it only leads to it.
    pub(super) pattern: &'static str,
    pub(super) check: Check,
    /// Whether letters, digits and parts of paths may not touch it.
    pub(super) framed: bool,
    /// How sure it is without any word near; under the bar, a word has to be there.
    pub(super) alone: u8,
    /// Words that it is spoken of with, in lower case, with ` | ` between them.
    pub(super) context: &'static str,
    /// How sure it is with one of them near.
    pub(super) in_context: u8,
    /// Words that say it is something else, when they stand before it in its line and are nearer.
    pub(super) against: &'static str,
}

/// What most recognisers have in common.
pub(super) const PLAIN: Recogniser = Recogniser {
    class: PiiClass::Email,
    gate: Gate::Context,
    pattern: "",
    check: |_, range| Some(range),
    framed: true,
    alone: 0,
    context: "",
    in_context: 95,
    against: NUMBERED,
};

/// What other long numbers are called.
const NUMBERED: &str = "order | bestellnummer | bestellung | auftragsnummer | tracking | sendungsnummer | paketnummer | isbn | imei | serial | \
    seriennummer | artikelnummer | item no | invoice | rechnungsnummer | kundennummer | customer no | vorgangsnummer | ticket | \
    reference | aktenzeichen | vertragsnummer | build | version | timestamp | zeitstempel | checksum | commit";

/// A recogniser that is ready to read.
pub(super) struct Compiled {
    recogniser: &'static Recogniser,
    pattern: Regex,
    context: Vec<WordId>,
    against: Vec<WordId>,
}

impl Compiled {
    /// # Panics
    /// When the pattern, which is a constant, is none.
    pub(super) fn new(recogniser: &'static Recogniser, words: &mut ContextWords) -> Self {
        // Digits are those of ASCII, which the checks compute with: a bare \d is any script's.
        let pattern = recogniser.pattern.replace(r"\d", "[0-9]");
        let pattern = Regex::new(&pattern).expect("every pattern is read by the tests");
        let mut ids = |list: &'static str| list.split(" | ").filter(|word| !word.is_empty()).map(|word| words.intern(word)).collect();
        Self { recogniser, pattern, context: ids(recogniser.context), against: ids(recogniser.against) }
    }

    pub(super) fn gate(&self) -> Gate {
        self.recogniser.gate
    }

    pub(super) fn alone(&self) -> u8 {
        self.recogniser.alone
    }

    /// Whether one of its words stands in the text.
    pub(super) fn is_spoken_of(&self, context: &Context) -> bool {
        context.holds(&self.context)
    }

    /// Appends what it finds.
    pub(super) fn find(&self, text: &str, context: &Context, found: &mut Vec<PiiSpan>) {
        let mut at = 0;
        while let Some(range) = self.candidate(text, at) {
            let kept = (self.recogniser.check)(text, range.clone()).filter(|range| !self.recogniser.framed || is_framed(text, range));
            match kept {
                Some(kept) => {
                    push(found, self.recogniser.class, kept.clone(), self.confidence(text, context, &kept));
                    at = kept.end;
                }
                // What does not hold from here may hold from a little further on. Without a bound, a long word would be tried
                // from each of its letters.
                None if range.len() > LONG => at = range.end,
                None => at = range.start + text[range.start..].chars().next().map_or(1, char::len_utf8),
            }
            if at >= text.len() {
                return;
            }
        }
    }

    fn candidate(&self, text: &str, at: usize) -> Option<Range<usize>> {
        if self.pattern.captures_len() == 1 {
            return self.pattern.find_at(text, at).map(|found| found.range());
        }
        let groups = self.pattern.captures_at(text, at)?;
        groups.iter().skip(1).flatten().next().map(|group| group.range())
    }

    fn confidence(&self, text: &str, context: &Context, range: &Range<usize>) -> u8 {
        let for_it = context.nearest(text, &self.context, range.start, range.end);
        // What a number is called stands before it; what stands behind speaks of the next.
        let line = text[..range.start].rfind('\n').map_or(0, |at| at + 1);
        let against = context.nearest_before(text, &self.against, line, range.start);
        match (for_it, against) {
            (Some(near), Some(nearer)) if nearer < near => self.recogniser.alone.saturating_sub(AGAINST),
            (None, Some(_)) => self.recogniser.alone.saturating_sub(AGAINST),
            (Some(_), _) => self.recogniser.in_context,
            (None, None) => self.recogniser.alone,
        }
    }
}

/// Whether nothing touches a candidate that would make it a part of something longer: a word, a path, a number.
fn is_framed(text: &str, range: &Range<usize>) -> bool {
    let (mut before, mut after) = (text[..range.start].chars().rev(), text[range.end..].chars());
    let begins = match before.next() {
        Some('_' | '/' | '\\' | '#' | '&' | '?' | '$' | '€' | '£') => false,
        Some('.' | '-' | ',' | ':' | '+') => !before.next().is_some_and(|c| c.is_ascii_digit()),
        Some(c) => !c.is_alphanumeric(),
        None => true,
    };
    let ends = match after.next() {
        Some('_' | '@' | '\\' | '%' | '€' | '$') => false,
        Some('.' | '-' | ',' | ':' | '/') => !after.next().is_some_and(|c| c.is_ascii_alphanumeric()),
        Some(c) => !c.is_alphanumeric(),
        None => true,
    };
    begins && ends
}
