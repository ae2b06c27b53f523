//! The other forms of a word that a search for it also looks for: endings that German and English share among their common
//! ones, and the two spellings of an umlaut. They are made without knowing the language; those that nobody wrote match nothing.

/// Endings that are taken off, and what is put there. Endings that as often belong to the word ("evening", "poster") are not.
const TAKEN_OFF: &[(&str, &str)] =
    &[("s", ""), ("es", ""), ("es", "e"), ("ies", "y"), ("e", ""), ("en", ""), ("en", "e"), ("n", ""), ("innen", "in")];
/// Endings that are put on.
const PUT_ON: &[&str] = &["s", "es", "e", "n", "en", "er", "ern", "ed", "ing", "innen"];
/// No word shorter than this is changed, nor made.
const SHORTEST: usize = 4;

/// Words that differ from `word` by a common ending. Without `word` itself.
pub(crate) fn inflected(word: &str) -> Vec<String> {
    let mut bases = vec![word.to_owned()];
    if word.chars().count() < SHORTEST || word.starts_with(|c: char| c.is_numeric()) {
        return Vec::new();
    }
    for (ending, instead) in TAKEN_OFF {
        if let Some(stem) = word.strip_suffix(ending)
            && stem.chars().count() + instead.len() >= SHORTEST
        {
            bases.push(format!("{stem}{instead}"));
        }
    }
    let mut forms = bases.clone();
    for base in &bases {
        forms.extend(PUT_ON.iter().map(|ending| format!("{base}{ending}")));
        if let Some(stem) = base.strip_suffix('y') {
            forms.push(format!("{stem}ies"));
        }
        if let Some(stem) = base.strip_suffix('e') {
            forms.extend([format!("{stem}ed"), format!("{stem}ing")]);
        }
    }
    forms.sort_unstable();
    forms.dedup();
    forms.retain(|form| form != word);
    forms
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

    #[test]
    fn plural_and_singular_find_each_other_and_short_words_stay() {
        for (word, form) in [
            ("boat", "boats"),
            ("boats", "boat"),
            ("story", "stories"),
            ("stories", "story"),
            ("house", "housing"),
            ("kind", "kinder"),
            ("listen", "liste"),
        ] {
            assert!(inflected(word).contains(&form.to_owned()), "{word}: {:?}", inflected(word));
        }
        assert!(!inflected("evening").contains(&"even".to_owned()));
        assert!(inflected("bus").is_empty() && inflected("2024").is_empty());
    }

    #[test]
    fn umlauts_are_written_both_ways() {
        assert_eq!(respelled("muller", "müller").as_deref(), Some("mueller"));
        assert_eq!(respelled("mueller", "mueller").as_deref(), Some("muller"));
        assert_eq!(respelled("boat", "boat"), None);
    }
}
