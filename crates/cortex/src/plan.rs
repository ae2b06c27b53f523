//! Turns a question into a plan: what is asked, about which items, over which measure.
//!
//! It reads a question by its words: dates by [`crate::dates`], people and places by asking the vault who and what it knows,
//! kinds and measures by the tables in [`words`]. What remains are words to look for. The plan is shown to the person, who
//! may change it; nothing in it is guessed by a model.
//!
//! Absent on purpose: running it (see [`crate::answer`]).

mod words;

use domain::{Filter, Kind, Near, Result};
use jiff::civil::Date;
use jiff::tz::TimeZone;

pub use words::{Asked, Language, Measure};

use crate::dates;

/// What a planner may ask of the vault it plans for.
pub trait World {
    /// The person that goes by these words, by their fullest name.
    fn person(&self, words: &str) -> Result<Option<String>>;
    /// The place that goes by these words.
    fn place(&self, words: &str) -> Result<Option<Spot>>;
}

/// A place that a question may mean.
#[derive(Debug, Clone, PartialEq)]
pub struct Spot {
    /// Its name.
    pub name: String,
    /// The circle that counts as there.
    pub near: Near,
}

/// How time may divide a computed number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Division {
    /// By month.
    Month,
    /// By year.
    Year,
    /// By day of the week.
    Weekday,
    /// By person.
    Person,
    /// By named place.
    Place,
    /// By channel, seller or other publisher.
    Channel,
    /// By kind.
    Kind,
}

/// What a question comes to.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// What is asked.
    pub asked: Asked,
    /// Over what it is computed.
    pub measure: Measure,
    /// How the result is divided.
    pub by: Option<Division>,
    /// About which items; `text` holds the words that are left.
    pub filter: Filter,
    /// The place behind `filter.near`.
    pub place: Option<String>,
    /// Names that the question gives and the vault does not know.
    pub unknown: Vec<String>,
    /// The language that it was asked in.
    pub language: Language,
    /// The plan in words.
    pub understood: String,
}

/// One word of the question, and whether it has been understood.
#[derive(Debug, Clone)]
struct Piece {
    /// As it was written, without marks around it.
    text: String,
    lower: String,
    start: usize,
    end: usize,
    used: bool,
    /// In quotation marks: taken as it stands.
    quoted: bool,
}

/// Reads a question. `today` is the person's local day, `zone` their time zone; `base` narrows what may be meant.
pub fn plan(question: &str, base: &Filter, today: Date, zone: &TimeZone, world: &dyn World) -> Result<Plan> {
    let mut pieces = pieces(question);
    let language = words::language(&pieces.iter().map(|piece| piece.lower.as_str()).collect::<Vec<_>>());
    let mut filter = base.clone();
    let dates = dates::find(question, today);
    for found in &dates {
        if pieces.iter().any(|piece| piece.quoted && piece.start < found.end && found.start < piece.end) {
            continue;
        }
        let instant = |date: Date| date.to_zoned(zone.clone()).ok().map(|zoned| zoned.timestamp().as_millisecond());
        if let Some(from) = found.from.and_then(instant) {
            filter.from = Some(filter.from.map_or(from, |had| had.max(from)));
        }
        if let Some(to) = found.to.and_then(instant) {
            filter.to = Some(filter.to.map_or(to, |had| had.min(to)));
        }
        for piece in pieces.iter_mut().filter(|piece| piece.start >= found.start && piece.end <= found.end) {
            piece.used = true;
        }
    }
    // "How far" says what is measured; what is asked follows from it.
    let mut measure = take_phrases(&mut pieces, words::MEASURED);
    let mut asked = take_phrases(&mut pieces, words::ASKED);
    let division = take_phrases(&mut pieces, words::DIVISIONS);
    measure = measure.or_else(|| take_phrases(&mut pieces, words::MEASURES));
    let activity = take_phrases(&mut pieces, words::ACTIVITIES);
    let kinds = take_kinds(&mut pieces);
    for kind in kinds {
        if !filter.kinds.contains(&kind) {
            filter.kinds.push(kind);
        }
    }
    let mut text: Vec<String> = Vec::new();
    if let Some(name) = activity {
        if filter.kinds.is_empty() || measure.is_some() {
            filter.kinds = vec![Kind::Trip];
        }
        text.push(name.to_owned());
    }
    let mut unknown = Vec::new();
    let people_before = filter.people.len() + filter.senders.len() + filter.recipients.len();
    take_people(&mut pieces, &mut filter, &mut unknown, world)?;
    let mut place = None;
    take_place(&mut pieces, &mut filter, &mut place, world)?;
    let named_someone = filter.people.len() + filter.senders.len() + filter.recipients.len() > people_before;
    for piece in &mut pieces {
        if !piece.used && (piece.quoted || !words::is_stop(&piece.lower)) {
            piece.used = true;
            text.push(if piece.quoted { format!("\"{}\"", piece.text) } else { piece.text.clone() });
        }
    }
    filter.text = text.join(" ");
    settle(&mut asked, &mut measure, &mut filter, named_someone);
    let measure = measure.unwrap_or(Measure::Count);
    let asked = asked.unwrap_or(Asked::Find);
    let understood = words::say(language, asked, measure, &filter, place.as_deref(), division, today, zone);
    Ok(Plan { asked, measure, by: division, filter, place, unknown, language, understood })
}

/// Makes what is asked, the measure and the kinds agree.
fn settle(asked: &mut Option<Asked>, measure: &mut Option<Measure>, filter: &mut Filter, named_someone: bool) {
    match (*asked, *measure) {
        (Some(Asked::Count) | None, Some(_)) => *asked = Some(Asked::Sum),
        (Some(Asked::Sum), None) => *asked = Some(Asked::Count),
        _ => {}
    }
    if let Some(measure) = *measure
        && filter.kinds.is_empty()
    {
        filter.kinds = measure.kinds().to_vec();
    }
    // "When did I last meet Anna?" is about being together, not about mail that she sent.
    if filter.kinds.is_empty() && named_someone && !filter.senders.is_empty() {
        filter.kinds = vec![Kind::Mail, Kind::Message];
    }
    // A text without digits or letters finds nothing.
    if !filter.text.chars().any(char::is_alphanumeric) {
        filter.text.clear();
    }
}

fn pieces(question: &str) -> Vec<Piece> {
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
    if quoted {
        if !text.trim().is_empty() {
            pieces.push(Piece { text: text.trim().to_owned(), lower: text.trim().to_lowercase(), start: base, end: base + text.len(), used: false, quoted: true });
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
                let word = word.strip_suffix("'s").or_else(|| word.strip_suffix("’s")).unwrap_or(word);
                pieces.push(Piece { text: word.to_owned(), lower: word.to_lowercase(), start: base + from, end: base + from + word.len(), used: false, quoted: false });
                start = None;
            }
            _ => {}
        }
    }
}

/// The meaning of the first phrase of a table that stands in the question; its words are used up. Longer phrases stand first
/// in a table.
fn take_phrases<T: Copy>(pieces: &mut [Piece], table: &[(&str, T)]) -> Option<T> {
    for (phrase, meaning) in table {
        let wanted: Vec<&str> = phrase.split(' ').collect();
        let fits = |window: &[Piece]| window.iter().zip(&wanted).all(|(piece, word)| !piece.used && !piece.quoted && piece.lower == *word);
        if let Some(at) = pieces.windows(wanted.len()).position(fits) {
            for piece in &mut pieces[at..at + wanted.len()] {
                piece.used = true;
            }
            return Some(*meaning);
        }
    }
    None
}

fn take_kinds(pieces: &mut [Piece]) -> Vec<Kind> {
    let mut kinds = Vec::new();
    for piece in pieces.iter_mut().filter(|piece| !piece.used && !piece.quoted) {
        if let Some(found) = words::kinds(&piece.lower) {
            piece.used = true;
            kinds.extend(found.iter().filter(|kind| !kinds.contains(*kind)).copied().collect::<Vec<_>>());
        }
    }
    kinds
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

fn take_people(pieces: &mut [Piece], filter: &mut Filter, unknown: &mut Vec<String>, world: &dyn World) -> Result<()> {
    let about_mail = filter.kinds.iter().any(|kind| matches!(kind, Kind::Mail | Kind::Message | Kind::Call));
    let mut at = 0;
    while at < pieces.len() {
        let part = part_before(pieces, at);
        let capital = |piece: &Piece| piece.text.chars().next().is_some_and(char::is_uppercase) || piece.text.contains('@');
        let may_start = !pieces[at].used && !pieces[at].quoted && (capital(&pieces[at]) || part.is_some()) && !words::is_stop(&pieces[at].lower);
        if !may_start || (at == 0 && pieces.len() > 3 && !pieces[at].text.contains('@')) {
            at += 1;
            continue;
        }
        let longest = pieces[at..].iter().take(3).take_while(|piece| !piece.used && !piece.quoted && !words::is_stop(&piece.lower)).count();
        let mut n_taken = 0;
        for length in (1..=longest).rev() {
            let name = pieces[at..at + length].iter().map(|piece| piece.text.as_str()).collect::<Vec<_>>().join(" ");
            let Some(person) = world.person(&name)? else { continue };
            // "Did Anna write …": the one who writes is the sender.
            let writes = pieces.get(at + length).is_some_and(|piece| matches!(piece.lower.as_str(), "send" | "sent" | "write" | "wrote" | "schrieb" | "geschrieben" | "geschickt" | "schreibt"));
            match part {
                Some(Part::Sender) => filter.senders.push(person),
                Some(Part::Recipient) if about_mail => filter.recipients.push(person),
                _ if writes => filter.senders.push(person),
                _ => filter.people.push(person),
            }
            n_taken = length;
            break;
        }
        // Someone whom the data does not know: said, and not looked for as if it were a word.
        if n_taken == 0 && capital(&pieces[at]) {
            // German writes every noun with a capital, so "mit" says nothing; and a photo may be "with" a tower.
            let before = at.checked_sub(1).map_or("", |before| pieces[before].lower.as_str());
            let of_people = filter.kinds.iter().all(|kind| matches!(kind, Kind::Mail | Kind::Message | Kind::Call | Kind::Event));
            let people_verb = matches!(before, "meet" | "met" | "call" | "called") || (before == "with" && of_people);
            if (matches!(part, Some(Part::Sender | Part::Recipient)) && about_mail) || people_verb {
                let length = pieces[at..].iter().take(3).take_while(|piece| !piece.used && capital(piece)).count().max(1);
                unknown.push(pieces[at..at + length].iter().map(|piece| piece.text.as_str()).collect::<Vec<_>>().join(" "));
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

fn take_place(pieces: &mut [Piece], filter: &mut Filter, place: &mut Option<String>, world: &dyn World) -> Result<()> {
    if filter.near.is_some() || filter.area.is_some() {
        return Ok(());
    }
    for at in 1..pieces.len() {
        let asks = matches!(pieces[at - 1].lower.as_str(), "in" | "at" | "near" | "around" | "to" | "visit" | "visited" | "bei" | "nahe" | "nach" | "um" | "from" | "aus" | "im");
        if !asks || pieces[at].used || pieces[at].quoted || !pieces[at].text.chars().next().is_some_and(char::is_uppercase) {
            continue;
        }
        let longest = pieces[at..].iter().take(4).take_while(|piece| !piece.used && !piece.quoted && !words::is_stop(&piece.lower)).count();
        for length in (1..=longest).rev() {
            let name = pieces[at..at + length].iter().map(|piece| piece.text.as_str()).collect::<Vec<_>>().join(" ");
            if let Some(spot) = world.place(&name)? {
                filter.near = Some(spot.near);
                *place = Some(spot.name);
                for piece in &mut pieces[at..at + length] {
                    piece.used = true;
                }
                return Ok(());
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
