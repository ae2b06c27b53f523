//! The other forms of a word that a search for it also looks for: endings that German and English share among their common
//! ones, those of the languages that a vault holds ([`languages`]), words that change altogether, and the two spellings of an umlaut.
//! Those that nobody wrote match nothing.

pub(crate) mod languages;

use languages::Language;

/// Endings that are taken off, and what is put there. Endings that as often belong to the word ("poster") are not.
const TAKEN_OFF: &[(&str, &str)] = &[
    ("s", ""),
    ("es", ""),
    ("es", "e"),
    ("ies", "y"),
    ("ied", "y"),
    ("ed", ""),
    ("ed", "e"),
    ("ing", ""),
    ("ing", "e"),
    ("e", ""),
    ("en", ""),
    ("en", "e"),
    ("n", ""),
    ("innen", "in"),
];
/// Words that only look as if they had such an ending.
const WHOLE: &[&str] = &["evening", "something", "anything", "nothing", "wedding", "hundred"];
/// Endings that are put on.
const PUT_ON: &[&str] = &["s", "es", "e", "n", "en", "er", "ern", "ed", "ing", "innen"];
/// Endings before which a consonant is doubled.
const DOUBLING: &[&str] = &["ed", "ing", "er"];
/// No word shorter than this is changed, nor made.
const SHORTEST: usize = 4;
/// Words that are forms of one, a line each.
const IRREGULAR: &str = include_str!("forms/irregular.txt");

/// Words that differ from `word` by a common ending, or one of `languages`. Without `word` itself.
pub(crate) fn inflected(word: &str, languages: &[Language]) -> Vec<String> {
    let mut forms: Vec<String> = irregular(word).map(str::to_owned).collect();
    if word.chars().count() >= SHORTEST && !word.starts_with(|c: char| c.is_numeric()) {
        forms.extend(with_shared_endings(word));
        forms.extend(languages.iter().flat_map(|language| language.inflected(word)));
    }
    forms.sort_unstable();
    forms.dedup();
    forms.retain(|form| form != word);
    forms
}

fn irregular(word: &str) -> impl Iterator<Item = &'static str> {
    let line = IRREGULAR.lines().find(|line| line.split(' ').any(|form| form == word));
    line.into_iter().flat_map(|line| line.split(' '))
}

fn with_shared_endings(word: &str) -> Vec<String> {
    let mut bases = vec![word.to_owned()];
    for (ending, instead) in TAKEN_OFF {
        if let Some(stem) = word.strip_suffix(ending)
            && stem.chars().count() + instead.len() >= SHORTEST
            && !WHOLE.contains(&word)
        {
            bases.push(format!("{stem}{instead}"));
        }
    }
    // "stopped", "running"
    let doubled = DOUBLING.iter().filter_map(|ending| undoubled(word.strip_suffix(ending)?)).map(str::to_owned);
    bases.extend(doubled);
    let mut forms = bases.clone();
    for base in &bases {
        forms.extend(PUT_ON.iter().map(|ending| format!("{base}{ending}")));
        if let Some(stem) = base.strip_suffix('y') {
            forms.extend([format!("{stem}ies"), format!("{stem}ied")]);
        }
        if let Some(stem) = base.strip_suffix('e') {
            forms.extend([format!("{stem}ed"), format!("{stem}ing")]);
        }
        if let Some(last) = base.chars().last().filter(|last| "bdgklmnprt".contains(*last)) {
            forms.extend(DOUBLING.iter().map(|ending| format!("{base}{last}{ending}")));
        }
    }
    forms
}

/// A stem without the consonant that was doubled at its end.
fn undoubled(stem: &str) -> Option<&str> {
    let last = stem.chars().last()?;
    let short = stem.strip_suffix(last)?;
    (short.ends_with(last) && short.chars().count() >= 3 && "bdgklmnprt".contains(last)).then_some(short)
}

/// The word with its umlauts written the other way: "müller" as "mueller", "mueller" as "muller". `typed` is what `folded`
/// was before its accents were taken off, in lower case.
pub(crate) fn respelled(folded: &str, typed: &str) -> Option<String> {
    let other = if typed.contains(['ä', 'ö', 'ü']) {
        super::fold::words_of(&typed.replace('ä', "ae").replace('ö', "oe").replace('ü', "ue")).into_iter().next()?
    } else {
        folded.replace("ae", "a").replace("oe", "o").replace("ue", "u")
    };
    (other != folded).then_some(other)
}

#[cfg(test)]
mod tests {
    use super::*;

    use super::languages::{FRENCH, GERMAN, ITALIAN, LANGUAGES, PORTUGUESE, SPANISH};

    #[test]
    fn plural_and_singular_find_each_other_and_short_words_stay() {
        for (word, form) in [("house", "housing"), ("kind", "kinder"), ("listen", "liste")] {
            assert!(inflected(word, &[]).contains(&form.to_owned()), "{word}: {:?}", inflected(word, &[]));
        }
        assert!(!inflected("evening", &[]).contains(&"even".to_owned()));
        assert!(inflected("bus", LANGUAGES).is_empty() && inflected("2024", LANGUAGES).is_empty());
    }

    /// Words that are to meet, each found by each other. Folded.
    const MEET: &[(Option<Language>, &[&str])] = &[
        (None, &["boat boats", "story stories", "walk walked walking", "stop stopped stopping", "carry carried", "love loved loving"]),
        (None, &["child children", "buy bought", "swim swam swum swimming", "run ran running", "knife knives", "watch watches"]),
        (Some(GERMAN), &["kaufen kaufte gekauft kauft", "reise reisen", "wohnung wohnungen", "schone schoner schones", "essen gegessen"]),
        (
            Some(FRENCH),
            &[
                "cheval chevaux",
                "bateau bateaux",
                "manger mange mangeons mangeait",
                "travailler travaille travaillait",
                "finir fini finissait",
            ],
        ),
        (Some(FRENCH), &["actif active actives", "heureux heureuse", "voisin voisins voisine voisines"]),
        (
            Some(SPANISH),
            &[
                "ciudad ciudades",
                "lapiz lapices",
                "comprar compre compraron comprado",
                "comer comido comieron",
                "cancion canciones",
                "gato gatos gata",
            ],
        ),
        (
            Some(ITALIAN),
            &["libro libri", "strada strade", "amico amici", "mangiare mangia mangiato", "viaggio viaggi", "bella bello belli belle"],
        ),
        (
            Some(PORTUGUESE),
            &["viagem viagens", "coracao coracoes", "animal animais", "comprar comprou compraram", "comer comeu comido", "barco barcos"],
        ),
    ];

    #[test]
    fn forms_of_a_word_find_each_other_in_the_language_that_has_them() {
        for (language, groups) in MEET {
            for group in *groups {
                let words: Vec<&str> = group.split(' ').collect();
                for (word, other) in words.iter().flat_map(|word| words.iter().map(move |other| (word, other))).filter(|(a, b)| a != b) {
                    let forms = inflected(word, language.as_slice());
                    assert!(forms.contains(&(*other).to_owned()), "{word} does not find {other}: {forms:?}");
                }
            }
        }
        assert!(!inflected("data", &[]).contains(&"date".to_owned()));
    }

    #[test]
    fn umlauts_are_written_both_ways() {
        assert_eq!(respelled("muller", "müller").as_deref(), Some("mueller"));
        assert_eq!(respelled("mueller", "mueller").as_deref(), Some("muller"));
        assert_eq!(respelled("boat", "boat"), None);
    }
}
