//! Reads what people type into a search by words. Never fails; the grammar stands in `grammar.md`.

use super::fold::{is_hangul, words_of};
use super::syntax::{Mark, Sort, Tree, tokens, tree};

/// The grammar, for help pages.
pub const GRAMMAR: &str = include_str!("grammar.md");

const MAX_WORDS: usize = 64;

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
    tree(marks(query)).map(Asked::from)
}

impl From<Tree<Asked>> for Asked {
    fn from(tree: Tree<Asked>) -> Self {
        let each = |parts: Vec<Tree<Self>>| parts.into_iter().map(Self::from).collect();
        match tree {
            Tree::Leaf(leaf) => leaf,
            Tree::Not(inner) => Self::Not(Box::new(Self::from(*inner))),
            Tree::All(parts) => Self::All(each(parts)),
            Tree::Any(parts) => Self::Any(each(parts)),
        }
    }
}

fn marks(query: &str) -> Vec<Mark<Asked>> {
    let mut marks = Vec::new();
    let mut n_words = 0;
    for token in tokens(query) {
        match token.sort {
            Sort::Quoted(inner) => push_leaf(&mut marks, &mut n_words, words_of(&query[inner]), Asked::Phrase),
            Sort::Word => {
                let typed = &query[token.span];
                push_leaf(&mut marks, &mut n_words, words_of(typed), |words| {
                    if typed.ends_with('*') || words.iter().all(|word| is_hangul(word)) {
                        return Asked::Prefix(words);
                    }
                    match <[String; 1]>::try_from(words) {
                        Ok([folded]) => Asked::Word { folded, typed: typed.to_lowercase() },
                        Err(words) => Asked::Phrase(words),
                    }
                });
            }
            operator => marks.push(Mark::Operator(operator)),
        }
    }
    marks
}

fn push_leaf(marks: &mut Vec<Mark<Asked>>, n_words: &mut usize, words: Vec<String>, leaf: impl FnOnce(Vec<String>) -> Asked) {
    if !words.is_empty() && *n_words + words.len() <= MAX_WORDS {
        *n_words += words.len();
        marks.push(Mark::Leaf(leaf(words)));
    }
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
            ("서울 부산", "(all '서울…' '부산…')"),
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
