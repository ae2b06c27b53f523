//! Finds who a question names, and what part they have in what is asked.
//!
//! A name is a person whom the data knows, whole: someone known by a first name under another surname is not meant. Names that
//! the data does not know are said, and not looked for as if they were words.

use domain::{Filter, Kind, Result};

use super::{Language, Piece, World, words};

/// Who writes to whom, by the verb and its pronouns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Writing {
    /// "… send me", "… hat mir geschickt".
    ToMe,
    /// "Did I write …", "habe ich … geschrieben".
    ByMe,
    /// Nothing is written.
    Nobody,
}

impl Writing {
    /// Reads the words of a question.
    pub(super) fn of(pieces: &[Piece]) -> Self {
        let has = |wanted: &dyn Fn(&str) -> bool| pieces.iter().any(|piece| !piece.quoted && wanted(&piece.lower));
        if !has(&words::is_writing) {
            Self::Nobody
        } else if has(&|word| matches!(word, "ich" | "i")) && !has(&|word| matches!(word, "me" | "mir" | "us" | "uns")) {
            Self::ByMe
        } else {
            Self::ToMe
        }
    }
}

/// What part a person has, by the word before their name.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Sender,
    Recipient,
    Any,
}

fn part_before(pieces: &[Piece], at: usize) -> Option<Part> {
    let before = at.checked_sub(1).map(|before| pieces[before].lower.as_str())?;
    Some(match before {
        "from" | "by" | "von" | "vom" => Part::Sender,
        "to" | "an" => Part::Recipient,
        "with" | "mit" | "meet" | "met" | "see" | "saw" | "call" | "called" | "treffen" | "traf" | "getroffen" => Part::Any,
        _ => return None,
    })
}

/// Takes the names out of a question and puts them into the filter.
pub(super) fn take(
    pieces: &mut [Piece],
    language: Language,
    writing: Writing,
    filter: &mut Filter,
    unknown: &mut Vec<String>,
    world: &dyn World,
) -> Result<()> {
    let about_mail = writing != Writing::Nobody || filter.kinds.iter().any(|kind| matches!(kind, Kind::Mail | Kind::Message | Kind::Call));
    let mut at = 0;
    while at < pieces.len() {
        let part = part_before(pieces, at);
        let may_start =
            !pieces[at].used && !pieces[at].quoted && (capital(&pieces[at]) || part.is_some()) && !words::is_stop(&pieces[at].lower);
        if !may_start || (at == 0 && pieces.len() > 3 && !pieces[at].text.contains('@')) {
            at += 1;
            continue;
        }
        let longest = pieces[at..].iter().take(3).take_while(|piece| !piece.used && !piece.quoted && !words::is_stop(&piece.lower)).count();
        let mut n_taken = 0;
        for length in (1..=longest).rev() {
            let Some(person) = known(&joined(&pieces[at..at + length]), language, world)? else { continue };
            if length == 1 && goes_by_another_surname(pieces, at, language, world)? {
                unknown.push(joined(&pieces[at..at + 2]));
                n_taken = 2;
                break;
            }
            if length == 1 && follows_another_first_name(pieces, at, language, world)? {
                // The name before it was no person, and has not been used.
                pieces[at - 1].used = true;
                unknown.push(joined(&pieces[at - 1..=at]));
                n_taken = 1;
                break;
            }
            let verb_after = pieces.get(at + length).is_some_and(|piece| words::is_writing(&piece.lower));
            match (part, writing) {
                (Some(Part::Sender), _) => filter.senders.push(person),
                (Some(Part::Recipient), _) if about_mail => filter.recipients.push(person),
                (Some(Part::Any), _) => filter.people.push(person),
                (_, Writing::ByMe) => filter.recipients.push(person),
                (_, Writing::ToMe) => filter.senders.push(person),
                _ if verb_after => filter.senders.push(person),
                _ => filter.people.push(person),
            }
            n_taken = length;
            break;
        }
        if n_taken == 0 && capital(&pieces[at]) {
            // German writes every noun with a capital, so "mit" says nothing; and a photo may be "with" a tower.
            let before = at.checked_sub(1).map_or("", |before| pieces[before].lower.as_str());
            let of_people = filter.kinds.iter().all(|kind| matches!(kind, Kind::Mail | Kind::Message | Kind::Call | Kind::Event));
            let people_verb = matches!(before, "meet" | "met" | "call" | "called") || (before == "with" && of_people);
            if (matches!(part, Some(Part::Sender | Part::Recipient)) && about_mail) || people_verb {
                let length = pieces[at..].iter().take(3).take_while(|piece| !piece.used && capital(piece)).count().max(1);
                unknown.push(joined(&pieces[at..at + length]));
                n_taken = length;
            }
        }
        for piece in &mut pieces[at..at + n_taken] {
            piece.used = true;
        }
        at += n_taken.max(1);
    }
    Ok(())
}

fn capital(piece: &Piece) -> bool {
    piece.text.chars().next().is_some_and(char::is_uppercase) || piece.text.contains('@')
}

fn joined(pieces: &[Piece]) -> String {
    pieces.iter().map(|piece| piece.text.as_str()).collect::<Vec<_>>().join(" ")
}

/// The person of that name; in German also by the genitive, "Annas".
fn known(name: &str, language: Language, world: &dyn World) -> Result<Option<String>> {
    if let Some(person) = world.person(name)? {
        return Ok(Some(person));
    }
    match name.strip_suffix('s') {
        Some(bare) if language == Language::De && bare.chars().count() >= 3 => world.person(bare),
        _ => Ok(None),
    }
}

/// Whether the word after a first name is a surname that nobody known has with it.
fn goes_by_another_surname(pieces: &[Piece], at: usize, language: Language, world: &dyn World) -> Result<bool> {
    let Some(next) = pieces.get(at + 1) else { return Ok(false) };
    // Between a genitive and the next word stands more than a space: "Anna's cat".
    if next.used || next.quoted || !capital(next) || words::is_stop(&next.lower) || next.start != pieces[at].end + 1 {
        return Ok(false);
    }
    // A German genitive, which only its ending tells: "Annas Katze".
    if world.person(&pieces[at].text)?.is_none() {
        return Ok(false);
    }
    // In German it may be any noun ("Anna Geburtstag"): a surname is one that someone has, or that stands nowhere.
    Ok(language == Language::En || world.person(&next.text)?.is_some() || !world.holds(&next.text)?)
}

/// Whether the word before a surname is a first name that nobody known has with it: "Paul Meier" where there is an Anna.
fn follows_another_first_name(pieces: &[Piece], at: usize, language: Language, world: &dyn World) -> Result<bool> {
    let Some(before) = at.checked_sub(1).map(|before| &pieces[before]) else { return Ok(false) };
    let title = matches!(
        before.lower.as_str(),
        "mr" | "mrs" | "ms" | "dr" | "prof" | "herr" | "herrn" | "frau" | "aunt" | "uncle" | "tante" | "onkel"
    );
    if at == 1
        || before.used
        || before.quoted
        || title
        || !capital(before)
        || words::is_stop(&before.lower)
        || before.end + 1 != pieces[at].start
    {
        return Ok(false);
    }
    Ok(language == Language::En || world.person(&before.text)?.is_some() || !world.holds(&before.text)?)
}
