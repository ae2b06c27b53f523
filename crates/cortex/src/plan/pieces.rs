//! Cuts a question into words, and takes out those that a table understands.

use super::words;
use super::{Language, World};
use domain::Result;

/// One word of the question, and whether it has been understood.
#[derive(Debug, Clone)]
pub(super) struct Piece {
    /// As it was written, without marks around it.
    pub(super) text: String,
    pub(super) lower: String,
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) used: bool,
    /// In quotation marks: taken as it stands.
    pub(super) quoted: bool,
    /// Whether it carries no meaning of its own.
    pub(super) small: bool,
    /// Whether it may be a name by the way it is written.
    pub(super) name: bool,
    /// Whether it was written with an 's, which is taken off.
    pub(super) genitive: bool,
}

/// The words of a question, in order.
pub(super) fn cut(question: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut rest = question;
    let mut base = 0;
    let mut quoted = false;
    // Text between quotation marks of any kind is one piece.
    while let Some(at) = rest.find(['"', '“', '”', '„', '«', '»']) {
        let mark = rest[at..].chars().next().map_or(1, char::len_utf8);
        push_words(&mut pieces, &rest[..at], base, quoted);
        base += at + mark;
        rest = &rest[at + mark..];
        quoted = !quoted;
    }
    push_words(&mut pieces, rest, base, false);
    pieces
}

fn push_words(pieces: &mut Vec<Piece>, text: &str, base: usize, quoted: bool) {
    let piece = |text: &str, start: usize| Piece {
        text: text.to_owned(),
        lower: text.to_lowercase().replace('’', "'"),
        start,
        end: start + text.len(),
        used: false,
        quoted,
        small: false,
        name: false,
        genitive: false,
    };
    if quoted {
        if !text.trim().is_empty() {
            pieces.push(Piece { end: base + text.len(), ..piece(text.trim(), base) });
        }
        return;
    }
    let mut start = None;
    for (at, ch) in text.char_indices().chain([(text.len(), ' ')]) {
        let inside = ch.is_alphanumeric() || (start.is_some() && matches!(ch, '\'' | '’' | '-' | '.' | '@' | '_' | '+' | '/' | ':'));
        match (inside, start) {
            (true, None) => start = Some(at),
            (false, Some(from)) => {
                let word = text[from..at].trim_end_matches(['.', '-', '\'', '’', ':', '/']);
                let bare = word.strip_suffix("'s").or_else(|| word.strip_suffix("’s")).or_else(|| without_apostrophe(word));
                pieces.push(Piece { genitive: bare.is_some(), ..piece(bare.unwrap_or(word), base + from) });
                start = None;
            }
            _ => {}
        }
    }
}

/// "Whats" as it is typed in haste, "where'd" as it is said: the word that is asked with.
fn without_apostrophe(word: &str) -> Option<&str> {
    let asks = ["what", "who", "where", "when", "how"];
    let bare = ["'d", "’d", "'re", "’re", "'ve", "’ve", "s"].into_iter().find_map(|ending| word.strip_suffix(ending));
    bare.filter(|bare| asks.contains(&bare.to_lowercase().as_str()))
}

/// Tells small words, and names by their capital. Who writes everything small may mean a name by any word that is not one of
/// those that questions are made of.
pub(super) fn tell(pieces: &mut [Piece], language: Language) {
    let capital = |piece: &Piece| piece.text.chars().next().is_some_and(char::is_uppercase);
    let all_small = !pieces.iter().any(|piece| !piece.quoted && piece.text != "I" && capital(piece));
    let first = if is_apart(pieces) { None } else { pieces.first().map(|piece| piece.start) };
    for piece in pieces.iter_mut() {
        piece.small = !piece.quoted && words::is_small(&piece.lower, language);
        piece.name = piece.text.contains('@') || capital(piece) || (all_small && !piece.small && Some(piece.start) != first);
    }
    // "Google One" is what was paid for; "on Google" says where all is from.
    for at in 1..pieces.len() {
        if pieces[at - 1].lower == "google"
            && matches!(pieces[at].text.as_str(), "One" | "Pay" | "Play" | "Fi" | "Nest" | "Workspace" | "Store")
        {
            (pieces[at - 1].small, pieces[at].small) = (false, false);
        }
    }
}

/// Whether the first word stands by itself, before a colon or a comma: "Anna: when did we last meet". It begins no sentence.
pub(super) fn is_apart(pieces: &[Piece]) -> bool {
    let [first, next, ..] = pieces else { return false };
    !first.genitive && !first.small && !first.quoted && next.start > first.end + 1
}

/// The meaning of the first phrase of a table that stands in the question; its words are used up.
pub(super) fn take<T: Copy>(pieces: &mut [Piece], table: &'static [(T, &'static str)]) -> Option<T> {
    for (phrase, meaning) in words::each(table) {
        if let Some(at) = position(pieces, phrase) {
            use_up(&mut pieces[at..at + phrase.split(' ').count()]);
            return Some(meaning);
        }
    }
    None
}

/// Where a phrase stands among the words that are not used up.
pub(super) fn position(pieces: &[Piece], phrase: &str) -> Option<usize> {
    let wanted: Vec<&str> = phrase.split(' ').collect();
    let fits = |window: &[Piece]| window.iter().zip(&wanted).all(|(piece, word)| !piece.used && !piece.quoted && piece.lower == *word);
    pieces.windows(wanted.len()).position(fits)
}

pub(super) fn use_up(pieces: &mut [Piece]) {
    pieces.iter_mut().for_each(|piece| piece.used = true);
}

/// The words as they were written, with a space between.
pub(super) fn joined(pieces: &[Piece]) -> String {
    pieces.iter().map(|piece| piece.text.as_str()).collect::<Vec<_>>().join(" ")
}

/// The words of a question that say what it is about, as they are written, without those of some phrases in it.
pub(crate) fn content(question: &str, apart: &[&str]) -> Vec<String> {
    let rest = apart.iter().fold(question.to_owned(), |rest, phrase| rest.replace(phrase, " "));
    let mut pieces = cut(&rest);
    let language = words::language(&pieces.iter().map(|piece| piece.lower.as_str()).collect::<Vec<_>>());
    tell(&mut pieces, language);
    let mut content: Vec<String> = Vec::new();
    for piece in pieces.into_iter().filter(|piece| !piece.small) {
        if !content.contains(&piece.text) {
            content.push(piece.text);
        }
    }
    content
}

/// The question with the words of questions spelled as they are, and what was changed. A word that the data holds, or that is
/// a name, is left as it is: only what cannot be understood otherwise is read as its one neighbour.
pub(super) fn spelled(question: &str, world: &dyn World) -> Result<(String, Vec<(String, String)>)> {
    let mut spelled = question.to_owned();
    let mut changed = Vec::new();
    let pieces = cut(question);
    let language = words::language(&pieces.iter().map(|piece| piece.lower.as_str()).collect::<Vec<_>>());
    // No word of a question was meant for one of another language.
    let other = if language == Language::En { Language::De } else { Language::En };
    let foreign = |word: &str| words::is_small(word, other) && !words::is_small(word, language);
    let known =
        |word: &str| words::vocabulary().chain(crate::dates::vocabulary()).chain(super::only::vocabulary()).any(|known| known == word);
    for piece in pieces.into_iter().rev() {
        let n_letters = piece.lower.chars().count();
        if piece.quoted || n_letters < SHORTEST || !piece.lower.chars().all(char::is_alphabetic) || known(&piece.lower) {
            continue;
        }
        let mut near: Vec<&str> = words::vocabulary()
            .chain(crate::dates::vocabulary())
            .filter(|word| word.chars().count() >= SHORTEST && is_one_slip(&piece.lower, word) && !foreign(word))
            .collect();
        near.sort_unstable();
        near.dedup();
        if let [word] = near[..]
            && !world.holds(&piece.text)?
            && world.person(&piece.text)?.is_none()
        {
            spelled.replace_range(piece.start..piece.end, word);
            changed.push((piece.text, word.to_owned()));
        }
    }
    Ok((spelled, changed))
}

/// Shorter words are too near to each other.
const SHORTEST: usize = 5;
/// Words from this length on have few others that differ from them by a letter.
const LONG: usize = 8;

/// Whether one letter more, less, other, or two that changed places, make one word of the other. They begin alike: hardly
/// anyone mistypes the first letter.
pub(crate) fn is_one_slip(typed: &str, meant: &str) -> bool {
    let (typed, meant): (Vec<char>, Vec<char>) = (typed.chars().collect(), meant.chars().collect());
    let shared = typed.iter().zip(&meant).take_while(|(a, b)| a == b).count();
    if shared == 0 || typed == meant {
        return false;
    }
    let (a, b) = (&typed[shared..], &meant[shared..]);
    match (a, b) {
        _ if a.get(1..) == Some(b) || b.get(1..) == Some(a) => true,
        // Another letter makes another form of a word as often as a slip.
        ([_, rest @ ..], [_, other @ ..]) if rest == other => typed.len() >= LONG && rest.len() >= 2,
        ([first, second, rest @ ..], [one, two, other @ ..]) => first == two && second == one && rest == other,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_slip_is_a_letter_more_less_other_or_moved() {
        for (typed, meant) in
            [("vidoes", "videos"), ("emials", "emails"), ("phots", "photos"), ("photoss", "photos"), ("februery", "february")]
        {
            assert!(is_one_slip(typed, meant), "{typed} {meant}");
        }
        for (typed, meant) in [("videos", "videos"), ("kayak", "canoe"), ("hotos", "photos"), ("vdieso", "videos"), ("standen", "stunden")]
        {
            assert!(!is_one_slip(typed, meant), "{typed} {meant}");
        }
    }
}
