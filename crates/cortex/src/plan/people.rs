//! Finds who a question names, and what part they have in what is asked.
//!
//! A name is a person whom the data knows, whole: someone known by a first name under another surname is not meant. Names that
//! the data does not know are said, and not looked for as if they were words.

use domain::{Filter, Kind, Result};

use super::pieces::{self, Piece, joined, use_up};
use super::{Language, World, words};

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
    /// Reads the words of a question: a verb of writing, and whether it is the one who asks who does it.
    pub(super) fn of(pieces: &mut [Piece]) -> Self {
        // "Who got the most mails from me": nothing else says who wrote.
        let from_me = |pair: &[Piece]| matches!((pair[0].lower.as_str(), pair[1].lower.as_str()), ("from", "me") | ("von", "mir"));
        if pieces.windows(2).any(|pair| !pair[0].quoted && from_me(pair)) {
            return Self::ByMe;
        }
        // What went both ways is of neither.
        let both =
            [&["each", "other"][..], &["and", "i"], &["exchange"], &["exchanged"], &["exchanging"], &["einander"], &["ausgetauscht"]];
        let says =
            |words: &[&str]| pieces.windows(words.len()).any(|pieces| pieces.iter().zip(words).all(|(piece, word)| piece.lower == *word));
        if both.into_iter().any(says) {
            pieces
                .iter_mut()
                .filter(|piece| matches!(piece.lower.as_str(), "exchange" | "exchanged" | "exchanging" | "einander" | "ausgetauscht"))
                .for_each(|piece| piece.used = true);
            return Self::Nobody;
        }
        let Some(verb) = (0..pieces.len()).find(|at| !pieces[*at].quoted && is_verb(pieces, *at)) else { return Self::Nobody };
        let has = |wanted: &[&str]| pieces.iter().any(|piece| !piece.quoted && wanted.contains(&piece.lower.as_str()));
        let to_me = has(&["me", "mir", "us", "uns"]);
        // "I get that Anna wrote": the one before the verb writes.
        let by_me = pieces[verb.saturating_sub(3)..verb].iter().any(|piece| matches!(piece.lower.as_str(), "i" | "we"));
        match pieces[verb].lower.as_str() {
            "hear" | "heard" | "gehört" => {
                // It is no sound that was heard.
                pieces[verb].used = true;
                Self::ToMe
            }
            _ if (by_me || has(&["ich", "wir"])) && !to_me => Self::ByMe,
            _ => Self::ToMe,
        }
    }
}

/// Whether a word is a verb of writing where it stands.
fn is_verb(pieces: &[Piece], at: usize) -> bool {
    let before = at.checked_sub(1).map(|before| &pieces[before]);
    match pieces[at].lower.as_str() {
        // "Did I mail", "did Anna email", not "which mail".
        "mail" | "email" | "e-mail" | "text" | "message" => before.is_some_and(|before| {
            matches!(before.lower.as_str(), "i" | "we" | "they" | "he" | "she" | "last" | "first" | "ever")
                || (before.name && !before.small && !before.genitive)
        }),
        // "What have I heard from Anna": of sound, nobody is the source.
        "hear" | "heard" => pieces.get(at + 1).is_some_and(|next| next.lower == "from"),
        // "Lieder von der Band gehört" is no word from anyone.
        "gehört" => {
            let of_sound = |piece: &Piece| words::kinds().any(|(phrase, (kinds, _))| phrase == piece.lower && *kinds == [Kind::Listen]);
            let before = &pieces[..at];
            before.iter().any(|piece| piece.lower == "von") && !before.iter().any(of_sound)
        }
        word => words::is_writing(word),
    }
}

/// What part a person has, by the word before their name.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Sender,
    Recipient,
    Any,
}

/// The word of the part stands right before, or before "my brother".
fn part_before(pieces: &[Piece], at: usize) -> Option<Part> {
    let before = pieces[..at].iter().rev().find(|piece| !words::is_relation(&piece.lower) && !words::is_own(&piece.lower))?;
    Some(match before.lower.as_str() {
        "from" | "by" | "von" | "vom" => Part::Sender,
        "to" | "an" => Part::Recipient,
        "with" | "mit" | "meet" | "met" | "see" | "saw" | "call" | "called" | "treffen" | "traf" | "getroffen" => Part::Any,
        _ => return None,
    })
}

/// Someone whom the data knows, in a question.
pub(super) struct Named {
    /// As the question writes it.
    pub(super) said: String,
    /// Whether the question is about what they do: "did Anna take".
    pub(super) does: bool,
}

/// Takes the names out of a question and puts them into the filter.
pub(super) fn take(
    pieces: &mut [Piece],
    language: Language,
    writing: Writing,
    filter: &mut Filter,
    unknown: &mut Vec<String>,
    world: &dyn World,
) -> Result<Vec<Named>> {
    let mut named = Vec::new();
    let about_mail = writing != Writing::Nobody || filter.kinds.iter().any(|kind| matches!(kind, Kind::Mail | Kind::Message | Kind::Call));
    let mut at = 0;
    while at < pieces.len() {
        let part = part_before(pieces, at);
        // "Mum" may be what a card calls her; the sister of somebody else is another.
        let of_another = at.checked_sub(1).is_some_and(|before| pieces[before].genitive);
        let kin = words::is_relation(&pieces[at].lower)
            && !of_another
            && pieces.get(at + 1).is_none_or(|next| !next.name)
            && world.person(&pieces[at].text)?.is_some();
        let may_start = !pieces[at].used && !pieces[at].quoted && (pieces[at].name || part.is_some() || kin) && !pieces[at].small;
        // Every question begins with a capital: two names in a row are somebody all the same.
        let begins = at == 0 && pieces.len() > 3 && !pieces[at].text.contains('@') && !pieces::is_apart(pieces);
        let both = begins && pieces[1].name && !pieces[1].used && known(&joined(&pieces[..2]), language, world)?.is_some();
        if !may_start || (begins && !both) {
            at += 1;
            continue;
        }
        // In a place is nobody: "Douglas", where there is a Douglas Hurling Club.
        if stands_for_place(pieces, at) {
            // With the rest of its name: "in Sleeping Giant Park".
            let adjoins = |pair: &&[Piece]| capital(&pair[0]) && capital(&pair[1]) && !pair[1].used && pair[1].start == pair[0].end + 1;
            at += 1 + pieces[at..].windows(2).take_while(adjoins).count();
            continue;
        }
        let longest = pieces[at..].iter().take(3).take_while(|piece| !piece.used && !piece.quoted && !piece.small).count();
        let mut n_taken = 0;
        // Words that are called so in the data, and are nobody.
        let mut n_passed = 0;
        for length in (1..=longest).rev() {
            let Some(person) = known(&joined(&pieces[at..at + length]), language, world)? else { continue };
            if length == 1 && names_a_thing(pieces, at, &person, world)? {
                n_passed = 1;
                break;
            }
            // A channel or a band of that name is looked for by it; of whom a mail is said to be has to be known.
            let of_words = part.is_none() && !about_mail;
            if length == 1 && goes_by_another_surname(pieces, at, language, world)? {
                if of_words && stands_so(&pieces[at..at + 2], world)? {
                    n_passed = 2;
                    break;
                }
                unknown.push(joined(&pieces[at..at + 2]));
                n_taken = 2;
                break;
            }
            if length == 1 && follows_another_first_name(pieces, at, language, world)? {
                if of_words && stands_so(&pieces[at - 1..=at], world)? {
                    n_passed = 1;
                    break;
                }
                // The name before it was no person, and has not been used.
                pieces[at - 1].used = true;
                unknown.push(joined(&pieces[at - 1..=at]));
                n_taken = 1;
                break;
            }
            let next = pieces.get(at + length);
            let verb_after = next.is_some_and(|piece| words::is_writing(&piece.lower));
            // "Anna's mails" are those that she wrote.
            let of_whose = next
                .is_some_and(|next| words::kinds().any(|(kind, (kinds, _))| kind == next.lower && kinds.contains(&Kind::Mail)))
                && (pieces[at + length - 1].genitive
                    || (language == Language::De && world.person(&joined(&pieces[at..at + length]))?.is_none()));
            // "Die Katze von Anna": a German "von" says whose something is, unless it is about what is written or got.
            let of_someone = language == Language::De && !about_mail && !pieces.iter().any(|piece| words::is_getting(&piece.lower));
            match (part, writing) {
                (Some(Part::Sender), _) if !of_someone => filter.senders.push(person),
                (Some(Part::Recipient), _) if about_mail => filter.recipients.push(person),
                (Some(Part::Any), _) => filter.people.push(person),
                (_, Writing::ByMe) => filter.recipients.push(person),
                (_, Writing::ToMe) => filter.senders.push(person),
                _ if verb_after || of_whose => filter.senders.push(person),
                _ => filter.people.push(person),
            }
            if let Some(before) = at.checked_sub(1)
                && words::is_relation(&pieces[before].lower)
            {
                pieces[before].used = true;
            }
            describe(pieces, at, language);
            named.push(Named { said: joined(&pieces[at..at + length]), does: is_subject(pieces, at, length) });
            n_taken = length;
            break;
        }
        if n_taken == 0 && n_passed == 0 && capital(&pieces[at]) {
            // German writes every noun with a capital, so "mit" says nothing; and a photo may be "with" a tower.
            let before = at.checked_sub(1).map_or("", |before| pieces[before].lower.as_str());
            let of_people = filter.kinds.iter().all(|kind| matches!(kind, Kind::Mail | Kind::Message | Kind::Call | Kind::Event));
            let people_verb = matches!(before, "meet" | "met" | "call" | "called") || (before == "with" && of_people);
            if (matches!(part, Some(Part::Sender | Part::Recipient)) && about_mail) || people_verb {
                let length = pieces[at..].iter().take(3).take_while(|piece| !piece.used && capital(piece)).count().max(1);
                let (titles, names): (Vec<usize>, Vec<usize>) = (at..at + length).partition(|at| words::is_relation(&pieces[*at].lower));
                let mut is_written = part != Some(Part::Sender) && part != Some(Part::Recipient) && !names.is_empty();
                for name in &names {
                    is_written = is_written && world.holds(&pieces[*name].text)?;
                }
                if is_written {
                    // Who is no person of the data may be named in its texts: the name is looked for, and "Dr" says nothing.
                    titles.into_iter().for_each(|title| pieces[title].used = true);
                    at += length;
                    continue;
                }
                unknown.push(joined(&pieces[at..at + length]));
                n_taken = length;
            }
        }
        for piece in &mut pieces[at..at + n_taken] {
            piece.used = true;
        }
        at += n_taken.max(n_passed).max(1);
    }
    // "Which Mike, Sorley or Surette" names one of them twice.
    for names in [&mut filter.senders, &mut filter.recipients, &mut filter.people] {
        let mut once: Vec<String> = Vec::new();
        names.retain(|name| {
            let is_new = !once.contains(name);
            if is_new {
                once.push(name.clone());
            }
            is_new
        });
    }
    // "Emre's first mail to me" is from him, whatever stands between.
    let to_me = pieces.windows(2).any(|pair| {
        !pair[0].quoted && matches!((pair[0].lower.as_str(), pair[1].lower.as_str()), ("to", "me" | "us") | ("an", "mich" | "uns"))
    });
    let of_them = |words: &[(&str, &str)]| pieces.windows(2).any(|pair| words.contains(&(pair[0].lower.as_str(), pair[1].lower.as_str())));
    if about_mail && (to_me || of_them(&[("from", "her"), ("from", "him"), ("from", "them"), ("von", "ihr"), ("von", "ihm")])) {
        filter.senders.append(&mut filter.people);
    } else if about_mail && of_them(&[("to", "her"), ("to", "him"), ("to", "them"), ("an", "sie"), ("an", "ihn")]) {
        filter.recipients.append(&mut filter.people);
    }
    Ok(named)
}

/// Whether a word stands where one says where somebody is or moves: "in Douglas", "moved to Douglas". What one buys in a shop, or is
/// in somebody's house, is of them.
fn stands_for_place(pieces: &[Piece], at: usize) -> bool {
    const MOVES: &[&str] = &["move", "moved", "moving", "zog", "gezogen", "umgezogen", "ziehen"];
    const BUYS: &[&str] = &[
        "buy",
        "bought",
        "spend",
        "spent",
        "pay",
        "paid",
        "order",
        "ordered",
        "orders",
        "cost",
        "purchases",
        "gekauft",
        "ausgegeben",
        "bezahlt",
    ];
    let says = |words: &[&str]| pieces.iter().any(|piece| words.contains(&piece.lower.as_str()));
    let Some(before) = at.checked_sub(1).map(|before| pieces[before].lower.as_str()) else { return false };
    let of_whose = pieces[at..].iter().take(2).any(|piece| piece.genitive);
    let placed = before == "in" || (matches!(before, "to" | "nach") && says(MOVES));
    placed && !of_whose && !says(BUYS)
}

/// Uses up what only says who it is: "the bike shop" before "Holt Cycles". German writes such nouns as it writes names.
fn describe(pieces: &mut [Piece], at: usize, language: Language) {
    let lower_case = |piece: &Piece| !piece.used && !piece.quoted && !piece.small && !capital(piece);
    let n_nouns = pieces[..at].iter().rev().take_while(|piece| lower_case(piece)).count();
    let before = (at - n_nouns).checked_sub(1).map(|before| pieces[before].lower.as_str());
    if language == Language::En && capital(&pieces[at]) && before.is_some_and(|before| before == "the" || words::is_own(before)) {
        use_up(&mut pieces[at - n_nouns..at]);
    }
}

/// Whether a name stands where the one stands who does what is asked about: right after "did" or "hat".
fn is_subject(pieces: &[Piece], at: usize, length: usize) -> bool {
    const BEFORE: &[&str] = &["did", "does", "do", "has", "have", "had", "hat", "haben", "hatte"];
    let before = pieces[..at].iter().rev().find(|piece| !words::is_relation(&piece.lower) && !words::is_own(&piece.lower));
    before.is_some_and(|before| BEFORE.contains(&before.lower.as_str())) && !pieces[at + length - 1].genitive
}

fn capital(piece: &Piece) -> bool {
    piece.text.chars().next().is_some_and(char::is_uppercase) || piece.text.contains('@')
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

/// Whether a surname begins what a thing is called: "the Macdonald bridge", where the data has it so. What begins with somebody's first
/// name, or is theirs, is of them.
fn names_a_thing(pieces: &[Piece], at: usize, person: &str, world: &dyn World) -> Result<bool> {
    let Some(next) = pieces.get(at + 1) else { return Ok(false) };
    let beside = !next.used && !next.quoted && !next.small && !pieces[at].genitive && next.start == pieces[at].end + 1;
    let mut names = person.split(' ');
    let begins = names.next().is_some_and(|first| first.eq_ignore_ascii_case(&pieces[at].text));
    let own = person.split(' ').any(|name| name.eq_ignore_ascii_case(&next.text));
    Ok(beside && !begins && !own && names.next().is_some() && stands_so(&pieces[at..at + 2], world)?)
}

/// Whether words stand in the data one behind the other.
fn stands_so(pieces: &[Piece], world: &dyn World) -> Result<bool> {
    world.holds(&format!("\"{}\"", joined(pieces)))
}

/// Whether the word after a first name is a surname that nobody known has with it.
fn goes_by_another_surname(pieces: &[Piece], at: usize, language: Language, world: &dyn World) -> Result<bool> {
    let Some(next) = pieces.get(at + 1) else { return Ok(false) };
    // Between a genitive and the next word stands more than a space: "Anna's cat".
    if next.used || next.quoted || !capital(next) || next.small || next.start != pieces[at].end + 1 {
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
    let title = words::is_relation(&before.lower);
    if at == 1 || before.used || before.quoted || title || !capital(before) || before.small || before.end + 1 != pieces[at].start {
        return Ok(false);
    }
    Ok(language == Language::En || world.person(&before.text)?.is_some() || !world.holds(&before.text)?)
}
