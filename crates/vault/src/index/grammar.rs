//! Reads what people type into a search by words. Never fails; the grammar stands in `grammar.md`.

use std::iter::Peekable;
use std::vec::IntoIter;

use super::fold::words_of;

/// The grammar, for help pages.
pub const GRAMMAR: &str = include_str!("grammar.md");

const MAX_WORDS: usize = 64;
const MAX_DEPTH: usize = 16;

/// What is looked for. Words are folded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Asked {
    /// A word, in any of its forms; and as it was typed, for its umlauts.
    Word { folded: String, typed: String },
    /// Words that follow one another.
    Phrase(Vec<String>),
    /// The same, of which the last may go on.
    Prefix(Vec<String>),
    /// What must not be there.
    Not(Box<Asked>),
    /// All of them.
    All(Vec<Asked>),
    /// At least one of them.
    Any(Vec<Asked>),
}

impl Asked {
    /// The words that should be there, as far as they were typed, when the query also says what must not be.
    pub(crate) fn without_the_unwanted(&self) -> Option<String> {
        fn read<'a>(asked: &'a Asked, words: &mut Vec<&'a str>) -> bool {
            match asked {
                Asked::Word { typed, .. } => {
                    words.push(typed);
                    false
                }
                Asked::Phrase(phrase) | Asked::Prefix(phrase) => {
                    words.extend(phrase.iter().map(String::as_str));
                    false
                }
                Asked::Not(_) => true,
                Asked::All(parts) | Asked::Any(parts) => {
                    let mut excludes = false;
                    for part in parts {
                        excludes |= read(part, words);
                    }
                    excludes
                }
            }
        }
        let mut words = Vec::new();
        read(self, &mut words).then(|| words.join(" "))
    }
}

/// Reads a query. `None` when there is no word in it.
pub(crate) fn parse(query: &str) -> Option<Asked> {
    let mut parser = Parser { marks: cut(query).into_iter().peekable() };
    let mut parts = Vec::new();
    // A parenthesis closed too often ends `any` early; what follows it still counts.
    loop {
        parts.extend(parser.any(0));
        if parser.marks.next().is_none() {
            return join(parts, Asked::All);
        }
    }
}

/// A piece of a query.
#[derive(Debug, PartialEq, Eq)]
enum Mark {
    Open,
    Close,
    Minus,
    And,
    Or,
    Not,
    Leaf(Asked),
}

fn cut(query: &str) -> Vec<Mark> {
    let mut marks = Vec::new();
    let mut n_words = 0;
    let mut rest = query;
    while let Some(c) = rest.chars().next() {
        let after = &rest[c.len_utf8()..];
        rest = match c {
            '(' | ')' => {
                marks.push(if c == '(' { Mark::Open } else { Mark::Close });
                after
            }
            _ if is_quote(c) => {
                let end = after.find(is_quote).unwrap_or(after.len());
                push_leaf(&mut marks, &mut n_words, words_of(&after[..end]), Asked::Phrase);
                after[end..].chars().next().map_or("", |quote| &after[end + quote.len_utf8()..])
            }
            _ if c.is_whitespace() => after,
            '-' | '−' if after.chars().next().is_some_and(|next| !next.is_whitespace() && next != '-') => {
                marks.push(Mark::Minus);
                after
            }
            _ => {
                let end = rest.find(|c: char| c.is_whitespace() || is_quote(c) || c == '(' || c == ')').unwrap_or(rest.len());
                let typed = &rest[..end];
                match typed {
                    "OR" => marks.push(Mark::Or),
                    "AND" => marks.push(Mark::And),
                    "NOT" => marks.push(Mark::Not),
                    _ if typed.ends_with('*') => push_leaf(&mut marks, &mut n_words, words_of(typed), Asked::Prefix),
                    _ => push_leaf(&mut marks, &mut n_words, words_of(typed), |words| match <[String; 1]>::try_from(words) {
                        Ok([folded]) => Asked::Word { folded, typed: typed.to_lowercase() },
                        Err(words) => Asked::Phrase(words),
                    }),
                }
                &rest[end..]
            }
        };
    }
    marks
}

fn is_quote(c: char) -> bool {
    matches!(c, '"' | '„' | '“' | '”' | '«' | '»')
}

fn push_leaf(marks: &mut Vec<Mark>, n_words: &mut usize, words: Vec<String>, leaf: impl FnOnce(Vec<String>) -> Asked) {
    if !words.is_empty() && *n_words + words.len() <= MAX_WORDS {
        *n_words += words.len();
        marks.push(Mark::Leaf(leaf(words)));
    }
}

struct Parser {
    marks: Peekable<IntoIter<Mark>>,
}

impl Parser {
    fn any(&mut self, depth: usize) -> Option<Asked> {
        let mut parts = Vec::new();
        loop {
            parts.extend(self.all(depth));
            if self.marks.next_if_eq(&Mark::Or).is_none() {
                return join(parts, Asked::Any);
            }
        }
    }

    fn all(&mut self, depth: usize) -> Option<Asked> {
        let mut parts = Vec::new();
        loop {
            match self.marks.peek() {
                None | Some(Mark::Close | Mark::Or) => return join(parts, Asked::All),
                Some(Mark::And) => drop(self.marks.next()),
                Some(_) => parts.extend(self.term(depth)),
            }
        }
    }

    fn term(&mut self, depth: usize) -> Option<Asked> {
        let mut negated = false;
        while self.marks.next_if(|mark| matches!(mark, Mark::Not | Mark::Minus)).is_some() {
            negated = !negated;
        }
        let term = match self.marks.peek()? {
            Mark::Open => {
                self.marks.next();
                if depth == MAX_DEPTH {
                    return None;
                }
                let inner = self.any(depth + 1);
                self.marks.next_if_eq(&Mark::Close);
                inner?
            }
            Mark::Leaf(_) => match self.marks.next() {
                Some(Mark::Leaf(leaf)) => leaf,
                _ => return None,
            },
            // An operator with nothing after it.
            Mark::Close | Mark::And | Mark::Or | Mark::Not | Mark::Minus => return None,
        };
        Some(if negated { Asked::Not(Box::new(term)) } else { term })
    }
}

fn join(mut parts: Vec<Asked>, many: impl FnOnce(Vec<Asked>) -> Asked) -> Option<Asked> {
    if parts.len() > 1 { Some(many(parts)) } else { parts.pop() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(asked: &Asked) -> String {
        let list = |parts: &[Asked]| parts.iter().map(shown).collect::<Vec<_>>().join(" ");
        match asked {
            Asked::Word { folded, .. } => folded.clone(),
            Asked::Phrase(words) => format!("'{}'", words.join(" ")),
            Asked::Prefix(words) => format!("'{}…'", words.join(" ")),
            Asked::Not(inner) => format!("(not {})", shown(inner)),
            Asked::All(parts) => format!("(all {})", list(parts)),
            Asked::Any(parts) => format!("(any {})", list(parts)),
        }
    }

    fn read(query: &str) -> String {
        parse(query).as_ref().map_or_else(|| "nothing".to_owned(), shown)
    }

    #[test]
    fn what_people_type_is_read_and_nothing_is_an_error() {
        let table = [
            ("boat Lisbon", "(all boat lisbon)"),
            ("boat AND lisbon", "(all boat lisbon)"),
            ("boat OR ship lisbon", "(any boat (all ship lisbon))"),
            ("(boat OR ship) lisbon", "(all (any boat ship) lisbon)"),
            ("boat -ship NOT \"red sail\"", "(all boat (not ship) (not 'red sail'))"),
            ("-(a OR b)", "(not (any a b))"),
            ("lis* 2024-05*", "(all 'lis…' '2024 05…')"),
            ("anna@example.org wi-fi", "(all 'anna example org' 'wi fi')"),
            ("„Grüße aus Köln“ «déjà vu»", "(all 'grusse aus koln' 'deja vu')"),
            ("\"red sail", "'red sail'"),
            ("((boat ship", "(all boat ship)"),
            ("boat) ship)", "(all boat ship)"),
            ("() boat ()", "boat"),
            ("OR boat OR", "boat"),
            ("NOT NOT boat NOT", "boat"),
            ("- boat -- ship", "(all boat ship)"),
            ("and or not", "(all and or not)"),
            ("!!! \"\" * ()", "nothing"),
            ("", "nothing"),
        ];
        for (query, expected) in table {
            assert_eq!(read(query), expected, "{query}");
        }
    }

    #[test]
    fn depth_and_length_have_a_limit() {
        assert_eq!(read(&format!("{}boat{}", "(".repeat(10_000), ")".repeat(10_000))), "boat");
        let long = read(&"boat ".repeat(1_000));
        assert_eq!(long.matches("boat").count(), MAX_WORDS);
        assert_eq!(read(&"-".repeat(9_999)), "nothing");
    }
}
