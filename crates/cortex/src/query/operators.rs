//! The operators of a search, and what they are called.

/// What stands before the colon.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operator {
    Kind,
    Source,
    From,
    To,
    With,
    At,
    Near,
    On,
    Before,
    After,
    Since,
    Until,
    Has,
    Label,
}

/// Each by its first name, and by what the command line and the window call it elsewhere.
const NAMES: &[(Operator, &[&str])] = &[
    (Operator::Kind, &["kind"]),
    (Operator::Source, &["source"]),
    (Operator::From, &["from", "sender"]),
    (Operator::To, &["to", "recipient"]),
    (Operator::With, &["with", "person"]),
    (Operator::At, &["at", "place"]),
    (Operator::Near, &["near"]),
    (Operator::On, &["on", "in"]),
    (Operator::Before, &["before"]),
    (Operator::After, &["after"]),
    (Operator::Since, &["since"]),
    (Operator::Until, &["until"]),
    (Operator::Has, &["has"]),
    (Operator::Label, &["label"]),
];

impl Operator {
    pub(super) fn name(self) -> &'static str {
        NAMES.iter().find(|(operator, _)| *operator == self).map_or("", |(_, names)| names[0])
    }
}

/// The operator that a word begins with, and the bytes of its name and colon. An address (`at://…`) begins with none.
pub(super) fn begin(word: &str) -> Option<(Operator, usize)> {
    let (name, value) = word.split_once(':')?;
    let is_address = value.starts_with("//");
    let (operator, _) = NAMES.iter().find(|(_, names)| names.iter().any(|known| name.eq_ignore_ascii_case(known)))?;
    (!is_address).then_some((*operator, name.len() + 1))
}
