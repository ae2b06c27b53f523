//! The headwords that an inflected word may stand under, by its language.
//!
//! Dictionaries list infinitives and singulars; letters hold everything else. A few endings and what headwords have in their
//! place find most of it; irregular forms are left out, unless they are headwords themselves.

use std::borrow::Cow;

/// Letters that a word has at least without its ending.
pub(super) const SHORTEST_STEM: usize = 4;

/// How the words of a language change.
#[derive(Debug)]
pub(super) struct Inflection {
    /// Endings of inflected words, without accents.
    endings: &'static [&'static str],
    /// What headwords have in the place of an ending, the likeliest first.
    lemmas: &'static [&'static str],
    /// Whether words are put together without a space.
    pub(super) compounds: bool,
    /// Whether a stem's vowels and its last consonant are written by what follows: "boom, bomen", "brief, brieven".
    dutch: bool,
    /// Whether names alone are written with a capital.
    pub(super) capitals_are_names: bool,
}

const GERMAN: Inflection = Inflection {
    endings: &["n", "en", "e", "s", "es", "er", "em", "t", "st", "te", "ten"],
    lemmas: &["", "en", "e"],
    compounds: true,
    dutch: false,
    capitals_are_names: false,
};
const DUTCH: Inflection = Inflection {
    endings: &["en", "e", "n", "s", "t", "d", "te", "ten", "de", "den", "je", "tje", "er", "ers"],
    lemmas: &["", "en"],
    compounds: true,
    dutch: true,
    capitals_are_names: true,
};
const SCANDINAVIAN: Inflection = Inflection {
    endings: &["en", "et", "n", "t", "er", "ar", "or", "r", "s", "e", "ene", "erne", "arna", "orna", "na", "ade", "ede", "te", "de"],
    lemmas: &["", "a", "e"],
    compounds: true,
    dutch: false,
    capitals_are_names: true,
};
const FRENCH: Inflection = Inflection {
    endings: &["s", "x", "e", "es", "ee", "ees", "ez", "ons", "ent", "ais", "ait", "aient", "ant", "i", "ie", "is", "it", "u", "ue", "us"],
    lemmas: &["", "er", "re", "ir", "e"],
    compounds: false,
    dutch: false,
    capitals_are_names: true,
};
const ITALIAN: Inflection = Inflection {
    endings: &[
        "i", "e", "a", "o", "hi", "he", "iamo", "ano", "ono", "ato", "ata", "ati", "ate", "uto", "uta", "ito", "ita", "ando", "endo",
        "ava", "eva",
    ],
    lemmas: &["o", "a", "e", "are", "ere", "ire"],
    compounds: false,
    dutch: false,
    capitals_are_names: true,
};
const IBERIAN: Inflection = Inflection {
    endings: &[
        "s", "es", "a", "o", "e", "as", "os", "an", "en", "am", "em", "oes", "ei", "ou", "eu", "iu", "amos", "emos", "imos", "aron",
        "aram", "ieron", "eram", "aba", "ava", "ia", "ado", "ada", "ados", "adas", "ido", "ida", "idos", "idas", "ando", "endo", "iendo",
        "indo",
    ],
    lemmas: &["", "o", "a", "ar", "er", "ir", "e", "ao"],
    compounds: false,
    dutch: false,
    capitals_are_names: true,
};
const POLISH: Inflection = Inflection {
    endings: &["y", "i", "e", "a", "u", "o", "ow", "om", "em", "ami", "ach", "ego", "ej", "ym", "ych", "ie", "am", "l", "la", "lo"],
    lemmas: &["", "a", "o", "y", "e", "ac", "ec", "ic"],
    compounds: false,
    dutch: false,
    capitals_are_names: true,
};
const NONE: Inflection = Inflection { endings: &[], lemmas: &[], compounds: false, dutch: false, capitals_are_names: true };

impl Inflection {
    /// That of a language, by its ISO 639-1 code; without any where the language is not known here.
    pub(super) fn of(language: &str) -> &'static Self {
        match language {
            "de" => &GERMAN,
            "nl" => &DUTCH,
            "sv" | "da" => &SCANDINAVIAN,
            "fr" => &FRENCH,
            "it" => &ITALIAN,
            "es" | "pt" => &IBERIAN,
            "pl" => &POLISH,
            _ => &NONE,
        }
    }

    /// The first headword of an inflected word that `find` knows, besides the word as it stands.
    pub(super) fn find<T>(&self, word: &str, find: impl Fn(&str) -> Option<T>) -> Option<T> {
        let mut headword = String::new();
        let mut under = |stem: &str| {
            self.lemmas.iter().find_map(|lemma| {
                headword.clear();
                headword.extend([stem, lemma]);
                find(&headword)
            })
        };
        let stems = |word: &str, under: &mut dyn FnMut(&str) -> Option<T>| {
            let stems = self.endings.iter().filter_map(|ending| word.strip_suffix(ending));
            let shortest = if self.dutch { SHORTEST_STEM - 1 } else { SHORTEST_STEM };
            stems.filter(|stem| stem.len() >= shortest).find_map(|stem| match self.dutch {
                true => under(stem).or_else(|| respelled(stem).into_iter().flatten().find_map(|stem| under(&stem))),
                false => under(stem),
            })
        };
        stems(word, &mut under).or_else(|| {
            let participle = word.strip_prefix("ge").filter(|rest| self.compounds && rest.len() >= SHORTEST_STEM)?;
            stems(participle, &mut under)
        })
    }
}

/// A Dutch stem as it is written where no ending follows, and where one does.
fn respelled(stem: &str) -> [Option<Cow<'_, str>>; 3] {
    let bytes = stem.as_bytes();
    let n = bytes.len();
    let vowel = |at: usize| b"aeiou".contains(&bytes[at]);
    if !stem.is_ascii() || n < 3 {
        return [None, None, None];
    }
    let voiceless = match bytes[n - 1] {
        b'z' => Some(Cow::Owned(format!("{}s", &stem[..n - 1]))),
        b'v' => Some(Cow::Owned(format!("{}f", &stem[..n - 1]))),
        _ => None,
    };
    let (last, before, third) = (n - 1, n - 2, n - 3);
    let consonant = if bytes[last] == bytes[before] && !vowel(last) { Some(Cow::Borrowed(&stem[..last])) } else { None };
    let length = match (vowel(last), vowel(before), vowel(third)) {
        // "bom" of "bomen": "boom".
        (false, true, false) => Some(Cow::Owned(format!("{}{}{}", &stem[..last], &stem[before..last], &stem[last..]))),
        // "betaal" of "betaalt": "betal" and "en".
        (false, true, true) if bytes[before] == bytes[third] => Some(Cow::Owned(format!("{}{}", &stem[..before], &stem[last..]))),
        _ => None,
    };
    [voiceless, consonant, length]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found<'w>(language: &str, word: &str, headwords: &[&'w str]) -> Option<&'w str> {
        Inflection::of(language).find(word, |form| headwords.iter().find(|word| **word == form).copied())
    }

    #[test]
    fn inflected_words_are_found_under_their_headwords() {
        for (language, word, headword) in [
            ("de", "rechnungen", "rechnung"),
            ("de", "gemacht", "machen"),
            ("nl", "betaald", "betalen"),
            ("nl", "bomen", "boom"),
            ("nl", "brieven", "brief"),
            ("nl", "huizen", "huis"),
            ("nl", "katten", "kat"),
            ("nl", "gewerkt", "werken"),
            ("fr", "achetee", "acheter"),
            ("fr", "factures", "facture"),
            ("es", "comprado", "comprar"),
            ("es", "facturas", "factura"),
            ("pt", "comprou", "comprar"),
            ("pt", "reunioes", "reuniao"),
            ("it", "comprata", "comprare"),
            ("it", "fatture", "fattura"),
            ("sv", "betalade", "betala"),
            ("pl", "ksiazki", "ksiazka"),
        ] {
            assert_eq!(found(language, word, &[headword]), Some(headword), "{language} {word}");
        }
    }

    #[test]
    fn what_is_too_short_or_of_no_known_language_is_left() {
        assert_eq!(found("nl", "ode", &["od", "o"]), None);
        assert_eq!(found("xx", "facturas", &["factura"]), None);
    }
}
