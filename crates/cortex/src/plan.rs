//! Turns a question into a plan: what is asked, about which items, over which measure.
//!
//! It reads a question by its words: dates by [`crate::dates`], people and places by asking the vault who and what it knows,
//! kinds and measures by the tables in [`words`]. What remains are words to look for. The plan is shown to the person, who
//! may change it; nothing in it is guessed by a model.
//!
//! Absent on purpose: running it (see [`crate::answer`]).

mod people;
mod sides;
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
    /// Whether any item holds this word.
    fn holds(&self, word: &str) -> Result<bool>;
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

/// One of the things that a question sets against each other.
#[derive(Debug, Clone, PartialEq)]
pub struct Side {
    /// As the question names it.
    pub name: String,
    /// The items on it.
    pub filter: Filter,
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
    /// What is compared, when the question names the sides: "in 2018 or in 2019".
    pub sides: Vec<Side>,
    /// Whether the kinds follow from a verb ("meet", "was in") and other kinds may answer when these have nothing.
    pub presumed: bool,
    /// Whether people are asked for as those who wrote.
    pub of_senders: bool,
    /// The place as the question writes it: a word to look for where no position is known.
    pub place_said: Option<String>,
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
    let mut spans = Vec::new();
    for found in dates::find(question, today) {
        if pieces.iter().any(|piece| piece.quoted && piece.start < found.end && found.start < piece.end) {
            continue;
        }
        let instant = |date: Date| date.to_zoned(zone.clone()).ok().map(|zoned| zoned.timestamp().as_millisecond());
        spans.push(sides::Span {
            name: sides::name(&question[found.start..found.end]),
            from: found.from.and_then(instant),
            to: found.to.and_then(instant),
        });
        for piece in pieces.iter_mut().filter(|piece| piece.start >= found.start && piece.end <= found.end) {
            piece.used = true;
        }
    }
    let set_apart = sides::set_apart(&spans);
    if !set_apart {
        for span in &spans {
            span.narrow(&mut filter);
        }
    }
    let has_or = pieces.iter().any(|piece| matches!(piece.lower.as_str(), "or" | "oder" | "than" | "als"));
    let comparing = if has_or { take_phrases(&mut pieces, words::COMPARING) } else { None };
    // "How far" says what is measured; what is asked follows from it.
    let mut measure = take_phrases(&mut pieces, words::MEASURED);
    let presence = take_phrases(&mut pieces, words::PRESENCE).is_some();
    let mut asked = take_phrases(&mut pieces, words::ASKED);
    let is_due = take_phrases(&mut pieces, words::DUE).is_some();
    if is_due {
        asked = Some(Asked::When);
    }
    // "Who sent me the most mails?" asks who, and which one most.
    if asked == Some(Asked::Who) && take_phrases(&mut pieces, words::MOST).is_some() {
        asked = Some(Asked::Most);
    }
    let writing = people::Writing::of(&pieces);
    let meets = pieces.iter().any(|piece| words::is_meeting(&piece.lower));
    let division = take_phrases(&mut pieces, words::DIVISIONS);
    measure = measure.or_else(|| take_phrases(&mut pieces, words::MEASURES));
    let activity = take_phrases(&mut pieces, words::ACTIVITIES);
    let pieces_before = pieces.clone();
    let attribute = take_phrases(&mut pieces, words::ATTRIBUTES);
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
    people::take(&mut pieces, language, writing, &mut filter, &mut unknown, world)?;
    let mut place = None;
    let place_said = take_place(&mut pieces, &mut filter, &mut place, world)?;
    // "Anna's birthday" stands on her card; the words without a person, or among kinds that were named, are words.
    let of_a_card = attribute
        .filter(|_| writing == people::Writing::Nobody && filter.kinds.is_empty() && filter.people.len() + filter.senders.len() == 1);
    match of_a_card {
        Some(label) => {
            filter.kinds = vec![Kind::Contact];
            // "Die Nummer von Emre": he has it, and sent nothing.
            filter.people.append(&mut filter.senders);
            text.push(label.to_owned());
        }
        None if attribute.is_some() => {
            for (piece, before) in pieces.iter_mut().zip(&pieces_before) {
                piece.used &= before.used || !words::is_attribute(&piece.lower);
            }
        }
        None => {}
    }
    let named_someone = filter.people.len() + filter.senders.len() + filter.recipients.len() > people_before;
    for piece in &mut pieces {
        if !piece.used && (piece.quoted || !words::is_stop(&piece.lower)) {
            piece.used = true;
            text.push(if piece.quoted { format!("\"{}\"", piece.text) } else { piece.text.clone() });
        }
    }
    filter.text = text.join(" ");
    if presence && measure.is_none() && asked.is_none_or(|asked| asked == Asked::Find) {
        asked = Some(Asked::When);
    }
    settle(&mut asked, &mut measure, &mut filter, named_someone);
    let presumed = presume(&mut filter, asked, presence, meets && named_someone, is_due);
    let sides = if set_apart {
        sides::of_spans(&spans, &filter)
    } else if comparing.is_some() {
        sides::of_people(&mut filter)
    } else {
        Vec::new()
    };
    if sides.len() > 1 {
        asked = Some(comparing.unwrap_or(Asked::Most));
    }
    let measure = measure.unwrap_or(Measure::Count);
    let asked = asked.unwrap_or(Asked::Find);
    let mut understood = words::say(language, asked, measure, &filter, place.as_deref(), division, today, zone);
    if sides.len() > 1 {
        understood += &format!(": {}", sides.iter().map(|side| side.name.as_str()).collect::<Vec<_>>().join(" / "));
    }
    let of_senders = writing != people::Writing::Nobody;
    Ok(Plan { asked, measure, by: division, filter, sides, presumed, of_senders, place_said, place, unknown, language, understood })
}

/// The kinds that a verb speaks of, when no noun names any; whether they were taken from the verb.
fn presume(filter: &mut Filter, asked: Option<Asked>, presence: bool, meets: bool, is_due: bool) -> bool {
    // "Gesehen" is said of videos and of people.
    let seen = meets && filter.kinds == [Kind::Watch, Kind::Video];
    if !filter.kinds.is_empty() && !seen {
        return false;
    }
    let kinds: &[Kind] = if is_due {
        &[Kind::Task, Kind::Event]
    } else if meets {
        &[Kind::Event]
    } else if presence && filter.near.is_some() {
        &[Kind::Visit]
    } else if presence && filter.text.is_empty() && asked == Some(Asked::Where) {
        &[Kind::Visit]
    } else if presence && !filter.text.is_empty() {
        &[Kind::Visit, Kind::Event]
    } else {
        return false;
    };
    filter.kinds = kinds.to_vec();
    true
}

/// Makes what is asked, the measure and the kinds agree.
fn settle(asked: &mut Option<Asked>, measure: &mut Option<Measure>, filter: &mut Filter, named_someone: bool) {
    match (*asked, *measure) {
        (Some(Asked::Count) | None, Some(_)) | (Some(Asked::Find), Some(Measure::Amount)) => *asked = Some(Asked::Sum),
        (Some(Asked::Sum), None) => *asked = Some(Asked::Count),
        _ => {}
    }
    if let Some(measure) = *measure
        && filter.kinds.is_empty()
    {
        filter.kinds = measure.kinds().to_vec();
    }
    if filter.kinds.is_empty() && named_someone && !(filter.senders.is_empty() && filter.recipients.is_empty()) {
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
            pieces.push(Piece {
                text: text.trim().to_owned(),
                lower: text.trim().to_lowercase(),
                start: base,
                end: base + text.len(),
                used: false,
                quoted: true,
            });
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
                pieces.push(Piece {
                    text: word.to_owned(),
                    lower: word.to_lowercase(),
                    start: base + from,
                    end: base + from + word.len(),
                    used: false,
                    quoted: false,
                });
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

fn take_place(pieces: &mut [Piece], filter: &mut Filter, place: &mut Option<String>, world: &dyn World) -> Result<Option<String>> {
    if filter.near.is_some() || filter.area.is_some() {
        return Ok(None);
    }
    for at in 1..pieces.len() {
        let asks = matches!(
            pieces[at - 1].lower.as_str(),
            "in" | "zu" | "at" | "near" | "around" | "to" | "visit" | "visited" | "bei" | "nahe" | "nach" | "um" | "from" | "aus" | "im"
        );
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
                return Ok(Some(name));
            }
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests;
