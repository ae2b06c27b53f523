//! How people call their relations, each by its names in the languages that we read.

use super::phrases;

/// The names of one relation a line, folded.
const KINSHIP: &[&str] = &[
    "mum | mom | mother | mam | mama | mummy | mutter | mutti",
    "dad | father | daddy | papa | vater | vati",
    "sister | schwester",
    "brother | bruder",
    "wife | ehefrau",
    "husband | ehemann",
    "partner | partnerin",
    "girlfriend | freundin",
    "boyfriend | freund",
    "son | sohn",
    "daughter | tochter",
    "grandmother | granny | gran | nan | nana | grandma | grossmutter | großmutter | oma",
    "grandfather | grandad | granddad | grandpa | grossvater | großvater | opa",
    "aunt | auntie | tante",
    "uncle | onkel",
    "cousin | cousine",
    "nephew | neffe",
    "niece | nichte",
    "grandson | enkel",
    "granddaughter | enkelin",
    "neighbour | neighbor | nachbar | nachbarin",
    "landlord | landlady | vermieter | vermieterin",
    "boss | chef | chefin",
    "doctor | gp | arzt | arztin | ärztin",
];

/// All names of the relation that goes by this one, in lower case; empty when it is none.
pub(crate) fn kinship(word: &str) -> Vec<&'static str> {
    KINSHIP.iter().find(|names| phrases(names).any(|name| name == word)).map_or_else(Vec::new, |names| phrases(names).collect())
}

/// Whether a word is the name of a relation, in lower case.
pub(super) fn is_kinship(word: &str) -> bool {
    KINSHIP.iter().any(|names| phrases(names).any(|name| name == word))
}

/// A name without "my" or "our" before it.
pub(crate) fn own_words_off(name: &str) -> &str {
    let (first, rest) = name.trim().split_once(' ').unwrap_or((name.trim(), ""));
    if super::is_own(&first.to_lowercase()) { rest.trim_start() } else { name.trim() }
}
