//! The grammar of what people type into a search, whatever its leaves mean: [`super::grammar`] makes words of them, and whoever
//! knows of more than words may make more of them. Never fails; the grammar stands in `grammar.md`.

use std::iter::Peekable;
use std::ops::Range;
use std::vec::IntoIter;

const MAX_DEPTH: usize = 16;

/// A piece of a query, and where it stands, in bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub sort: Sort,
    /// Where it stands, its quotes included.
    pub span: Range<usize>,
}

/// What a piece of a query is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sort {
    /// An opening parenthesis.
    Open,
    /// A closing one.
    Close,
    /// A minus before what it leaves out.
    Minus,
    /// `AND`
    And,
    /// `OR`
    Or,
    /// `NOT`
    Not,
    /// What stands between quotes, at these bytes.
    Quoted(Range<usize>),
    /// Letters up to the next space, quote or parenthesis.
    Word,
}

/// Cuts a query into its pieces.
pub fn tokens(query: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(c) = query[at..].chars().next() {
        let start = at;
        let after = at + c.len_utf8();
        at = after;
        let rest = &query[after..];
        let sort = match c {
            '(' => Sort::Open,
            ')' => Sort::Close,
            _ if is_quote(c) => {
                let end = after + rest.find(is_quote).unwrap_or(rest.len());
                at = end + query[end..].chars().next().map_or(0, char::len_utf8);
                Sort::Quoted(after..end)
            }
            _ if c.is_whitespace() => continue,
            '-' | '−' if rest.chars().next().is_some_and(|next| !next.is_whitespace() && next != '-') => Sort::Minus,
            _ => {
                let ends = |c: char| c.is_whitespace() || is_quote(c) || c == '(' || c == ')';
                at = after + rest.find(ends).unwrap_or(rest.len());
                match &query[start..at] {
                    "OR" => Sort::Or,
                    "AND" => Sort::And,
                    "NOT" => Sort::Not,
                    _ => Sort::Word,
                }
            }
        };
        tokens.push(Token { sort, span: start..at });
    }
    tokens
}

fn is_quote(c: char) -> bool {
    matches!(c, '"' | '„' | '“' | '”' | '«' | '»')
}

/// A query as what it is made of, with leaves of any sort.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tree<L> {
    /// One thing that is looked for.
    Leaf(L),
    /// What must not be.
    Not(Box<Self>),
    /// All of them.
    All(Vec<Self>),
    /// At least one of them.
    Any(Vec<Self>),
}

/// An operator or a leaf.
#[derive(Debug, PartialEq, Eq)]
pub enum Mark<L> {
    /// An operator: no word and nothing quoted.
    Operator(Sort),
    /// What is looked for.
    Leaf(L),
}

/// Puts a query together. `None` when it has no leaf.
pub fn tree<L: PartialEq>(marks: Vec<Mark<L>>) -> Option<Tree<L>> {
    let mut parser = Parser { marks: marks.into_iter().peekable() };
    let mut parts = Vec::new();
    // A parenthesis closed too often ends `any` early; what follows it still counts.
    loop {
        parts.extend(parser.any(0));
        if parser.marks.next().is_none() {
            return join(parts, Tree::All);
        }
    }
}

struct Parser<L> {
    marks: Peekable<IntoIter<Mark<L>>>,
}

impl<L: PartialEq> Parser<L> {
    fn any(&mut self, depth: usize) -> Option<Tree<L>> {
        let mut parts = Vec::new();
        loop {
            parts.extend(self.all(depth));
            if self.marks.next_if_eq(&Mark::Operator(Sort::Or)).is_none() {
                return join(parts, Tree::Any);
            }
        }
    }

    fn all(&mut self, depth: usize) -> Option<Tree<L>> {
        let mut parts = Vec::new();
        loop {
            match self.marks.peek() {
                None | Some(Mark::Operator(Sort::Close | Sort::Or)) => return join(parts, Tree::All),
                Some(Mark::Operator(Sort::And)) => drop(self.marks.next()),
                Some(_) => parts.extend(self.term(depth)),
            }
        }
    }

    fn term(&mut self, depth: usize) -> Option<Tree<L>> {
        let mut negated = false;
        while self.marks.next_if(|mark| matches!(mark, Mark::Operator(Sort::Not | Sort::Minus))).is_some() {
            negated = !negated;
        }
        let term = match self.marks.peek()? {
            Mark::Operator(Sort::Open) => {
                self.marks.next();
                if depth == MAX_DEPTH {
                    return None;
                }
                let inner = self.any(depth + 1);
                self.marks.next_if_eq(&Mark::Operator(Sort::Close));
                inner?
            }
            Mark::Leaf(_) => match self.marks.next() {
                Some(Mark::Leaf(leaf)) => Tree::Leaf(leaf),
                _ => return None,
            },
            // An operator with nothing after it.
            Mark::Operator(_) => return None,
        };
        Some(if negated { Tree::Not(Box::new(term)) } else { term })
    }
}

fn join<L>(mut parts: Vec<Tree<L>>, many: impl FnOnce(Vec<Tree<L>>) -> Tree<L>) -> Option<Tree<L>> {
    if parts.len() > 1 { Some(many(parts)) } else { parts.pop() }
}
