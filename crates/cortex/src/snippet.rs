//! The part of a text that shows why it was found.

/// Stands before a match in a snippet.
pub const ON: char = '\u{2}';
/// Stands after a match.
pub const OFF: char = '\u{3}';

/// Lower case, without accents: how words are compared, here and in the index.
pub fn fold(word: &str) -> String {
    vault::fold_word(word)
}

/// The words of a query that a snippet may show: without operators, folded.
pub fn terms(query: &str) -> Vec<String> {
    words(query)
        .filter(|(start, word)| !query[..*start].ends_with('-') && !matches!(*word, "AND" | "OR" | "NOT"))
        .map(|(_, word)| fold(word))
        .filter(|word| !word.is_empty())
        .collect()
}

/// The words of a text and where they start.
pub fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let rest = &text[at..];
        let start = rest.find(char::is_alphanumeric)?;
        let end = rest[start..].find(|ch: char| !ch.is_alphanumeric()).map_or(rest.len(), |length| start + length);
        let found = (at + start, &rest[start..end]);
        at += end;
        Some(found)
    })
}

/// Which of the folded words of a query stand in texts, in whatever form, in their order.
pub fn held<'t>(texts: &[&str], terms: &'t [String]) -> Vec<&'t str> {
    let mut missing: Vec<&str> = terms.iter().map(String::as_str).collect();
    missing.dedup();
    let mut is_held = vec![false; missing.len()];
    for (_, word) in texts.iter().flat_map(|text| words(text)) {
        let word = fold(word);
        for (term, held) in missing.iter().zip(&mut is_held).filter(|(_, held)| !**held) {
            *held = matches(&word, term);
        }
        if is_held.iter().all(|held| *held) {
            break;
        }
    }
    missing.into_iter().zip(is_held).filter_map(|(term, held)| held.then_some(term)).collect()
}

/// Whether a text holds a number, in digits or as the word for a small one.
pub fn holds_number(text: &str) -> bool {
    const NUMBERS: &[&str] = &[
        "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "twenty", "thirty", "once",
        "twice", "dozen", "ein", "eine", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun", "zehn", "elf", "zwölf",
        "dutzend",
    ];
    words(text).any(|(_, word)| word.starts_with(|ch: char| ch.is_ascii_digit()) || NUMBERS.contains(&word.to_lowercase().as_str()))
}

/// Endings that a word may have and still stand for the same.
const ENDINGS: &[&str] = &[
    "", "s", "es", "e", "n", "en", "er", "ers", "ern", "em", "ed", "d", "ing", "ings", "y", "ies", "ied", "al", "ly", "ion", "ions",
    "ation", "ations", "ung", "ungen", "t", "te", "ten", "st",
];

/// Whether a word of a text stands for a word of a query: the same, or the same with another ending. Both are folded.
pub fn matches(word: &str, term: &str) -> bool {
    if word == term {
        return true;
    }
    let shared: usize = word.chars().zip(term.chars()).take_while(|(a, b)| a == b).map(|(a, _)| a.len_utf8()).sum();
    let (of_word, of_term) = (&word[shared..], &term[shared..]);
    match word[..shared].chars().count() {
        0..=2 => false,
        3 => (of_word.is_empty() && of_term == "s") || (of_term.is_empty() && of_word == "s"),
        // A short stem shares too much with other words to take two endings off.
        4 if matches!((of_word, of_term), ("ies", "y") | ("y", "ies")) => true,
        4 => (of_word.is_empty() || of_term.is_empty()) && ENDINGS.contains(&of_word) && ENDINGS.contains(&of_term),
        _ => ENDINGS.contains(&of_word) && ENDINGS.contains(&of_term),
    }
}

/// Whether a word is a German compound of which a term is the head, either in any of their cases: "Holzkanu" is of "Kanus".
/// Both are folded.
pub fn is_compound_of(word: &str, term: &str) -> bool {
    const CASES: &[&str] = &["", "s", "es", "e", "n", "en", "er"];
    let bases = |word: &'_ str| CASES.iter().filter_map(|case| word.strip_suffix(case).map(str::to_owned)).collect::<Vec<_>>();
    let heads: Vec<String> = bases(term).into_iter().filter(|head| head.chars().count() >= 4).collect();
    bases(word)
        .iter()
        .any(|word| heads.iter().any(|head| word.strip_suffix(head.as_str()).is_some_and(|before| before.chars().count() >= 3)))
}

/// About `length` characters around the densest matches, with each match between [`ON`] and [`OFF`]; the beginning of the text
/// when nothing matches.
pub fn snippet(text: &str, terms: &[String], length: usize) -> String {
    let hits: Vec<(usize, usize)> = words(text)
        .filter(|(_, word)| {
            let word = fold(word);
            terms.iter().any(|term| matches(&word, term))
        })
        .map(|(start, word)| (start, start + word.len()))
        .take(2_000)
        .collect();
    let window = densest(&hits, length);
    let lead = length / 5;
    // What is shown is as long as it may be, and a text that is no longer is shown whole.
    let from = window.map_or(0, |(start, _)| start.saturating_sub(lead)).min(text.len().saturating_sub(length));
    let from = ceil(text, if from == 0 { 0 } else { text[..floor(text, from)].rfind(char::is_whitespace).map_or(from, |space| space + 1) });
    let to = floor(text, (from + length).min(text.len()));
    let mut shown = String::with_capacity(length + 16);
    if from > 0 {
        shown.push('…');
    }
    let mut at = from;
    for (start, end) in hits.into_iter().filter(|(start, end)| *start >= from && *end <= to) {
        shown.push_str(&text[at..start]);
        shown.push(ON);
        shown.push_str(&text[start..end]);
        shown.push(OFF);
        at = end;
    }
    shown.push_str(&text[at..to.max(at)]);
    if to < text.len() {
        shown.push('…');
    }
    shown.replace(['\r', '\n', '\t'], " ")
}

/// The first and last of the hits that lie closest together within `length` bytes.
fn densest(hits: &[(usize, usize)], length: usize) -> Option<(usize, usize)> {
    let mut best = None;
    let mut most = 0;
    let mut first = 0;
    for (last, (_, end)) in hits.iter().enumerate() {
        while end - hits[first].0 > length * 3 / 5 && first < last {
            first += 1;
        }
        if last + 1 - first > most {
            most = last + 1 - first;
            best = Some((hits[first].0, *end));
        }
    }
    best
}

fn floor(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

fn ceil(text: &str, mut at: usize) -> usize {
    while at < text.len() && !text.is_char_boundary(at) {
        at += 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_stands_for_its_other_endings_and_for_no_other_word() {
        for (word, term) in
            [("renew", "renewing"), ("confirmed", "confirmation"), ("cats", "cat"), ("karten", "karte"), ("stories", "story")]
        {
            assert!(matches(word, term), "{word} {term}");
        }
        for (word, term) in [("catalogue", "cat"), ("planet", "plan"), ("hundert", "hund"), ("kanu", "kajak"), ("maurer", "meier")] {
            assert!(!matches(word, term), "{word} {term}");
        }
        assert!(is_compound_of("holzkanu", "kanus") && is_compound_of("holzkanus", "kanu"));
        assert!(is_compound_of("holzkanu", "kanu") && !is_compound_of("ankunft", "kunft") && !is_compound_of("kanu", "kanu"));
    }

    #[test]
    fn the_words_that_a_hit_holds_are_told_in_the_order_of_the_query() {
        let asked = terms("Lisbon boats museum");
        assert_eq!(held(&["The boat", "left Lisbon"], &asked), ["lisbon", "boats"]);
        assert!(held(&[""], &asked).is_empty());
    }

    #[test]
    fn a_snippet_shows_the_match_in_its_surroundings() {
        let text = format!("{} the sourdough starter of Müller {}", "flour ".repeat(60), "salt ".repeat(60));
        let shown = snippet(&text, &terms("Sourdough muller -bread"), 60);
        assert!(shown.contains("\u{2}sourdough\u{3} starter of \u{2}Müller\u{3}"), "{shown}");
        assert!(shown.starts_with('…') && shown.ends_with('…'), "{shown}");
        assert_eq!(snippet("ä🙂", &terms("nothing"), 3), "ä…");
        assert_eq!(snippet("We ate in the old mill by the river. A week later, rye", &terms("rye"), 60).matches('…').count(), 0);
    }
}
