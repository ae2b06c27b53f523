//! Products and services that a question names: "on YouTube", "WhatsApp messages". Of one that the data holds, only its items
//! are meant; of one that it does not hold, nothing is known, whatever else is called a message.

use domain::{Filter, Result};

use super::pieces::{Piece, joined, position, use_up};
use super::{Language, World, words};

/// What services are called, and the name that their source has when the data holds them.
const PRODUCTS: &[(&str, &str)] = &[
    ("mail", "gmail | google mail | googlemail"),
    ("youtube", "youtube | yt"),
    ("chrome", "chrome"),
    ("photos", "google photos | google fotos"),
    ("keep", "google keep"),
    ("calendar", "google calendar | google kalender"),
    ("tasks", "google tasks"),
    ("fit", "google fit"),
    ("whatsapp", "whatsapp | whats app"),
    ("telegram", "telegram"),
    ("signal", "signal messenger | signal"),
    ("instagram", "instagram | insta"),
    ("facebook", "facebook messenger | facebook"),
    ("messenger", "messenger"),
    ("twitter", "twitter"),
    ("tiktok", "tiktok"),
    ("snapchat", "snapchat"),
    ("linkedin", "linkedin"),
    ("reddit", "reddit"),
    ("spotify", "spotify"),
    ("netflix", "netflix"),
    ("amazon", "amazon"),
    ("play", "google play store | play store | google play"),
    ("slack", "slack"),
    ("teams", "microsoft teams"),
    ("discord", "discord"),
    ("strava", "strava"),
    ("fitbit", "fitbit"),
    ("garmin", "garmin"),
    ("outlook", "outlook"),
    ("icloud", "icloud"),
    ("dropbox", "dropbox"),
    ("skype", "skype"),
    ("zoom", "zoom"),
    ("threema", "threema"),
    ("apple music", "apple music"),
    ("pinterest", "pinterest"),
    ("tinder", "tinder"),
    ("uber", "uber"),
];

/// What is done at one source alone, and no kind of item tells.
const DEEDS: &[(&str, &str)] = &[(
    "install",
    "apps did i install | app did i install | apps i installed | app i installed | apps have i installed | apps installed | installed apps | \
        did i install | have i installed | i installed | installed | install | apps habe ich installiert | app habe ich installiert | \
        installiert | installierte",
)];

/// Products that record how one moves: beside a sport they are where it was recorded, wherever they stand in the question.
const RECORDERS: &[&str] = &["strava", "fitbit", "garmin", "fit"];

/// What is written, by them or of them.
const LETTERS: &[&str] =
    &["mail", "mails", "email", "emails", "e-mail", "e-mails", "message", "messages", "newsletter", "newsletters", "nachrichten"];

/// What one has at a product, and how it is said that something is there.
const KEPT: &[&str] = &["history", "account", "app", "verlauf", "konto", "holds", "lists", "records"];

/// Words by which a product is somebody who was paid.
const SPENDING: &[&str] = &["spend", "spent", "pay", "paid", "cost", "costs", "ausgegeben", "bezahlt", "gezahlt", "gekostet", "kostet"];

/// Narrows a filter to the products that are named as such, and hands back those that the data does not hold. A product is
/// named as such before what one has in it ("WhatsApp messages") or after a word of place ("on Spotify"); else it may be a
/// sender, a seller or a topic.
pub(super) fn take(pieces: &mut Vec<Piece>, filter: &mut Filter, world: &dyn World) -> Result<Vec<String>> {
    part_compounds(pieces);
    let mut absent = Vec::new();
    for (phrase, source) in words::each(DEEDS) {
        let Some(at) = position(pieces, phrase) else { continue };
        // Panels that "were installed" are no app.
        if at.checked_sub(1).is_some_and(|before| matches!(pieces[before].lower.as_str(), "was" | "were" | "been" | "is" | "are" | "got")) {
            continue;
        }
        let mut sources = world.sources(source)?;
        if !sources.is_empty() {
            filter.sources.append(&mut sources);
            use_up(&mut pieces[at..at + phrase.split(' ').count()]);
            break;
        }
    }
    for (phrase, product) in words::each(PRODUCTS) {
        let Some(at) = position(pieces, phrase) else { continue };
        let after = at + phrase.split(' ').count();
        let before = at.checked_sub(1).map_or("", |before| pieces[before].lower.as_str());
        let before =
            if matches!(before, "the" | "my") { at.checked_sub(2).map_or("", |before| pieces[before].lower.as_str()) } else { before };
        let watched = product == "youtube" && matches!(before, "watch" | "watched" | "watching" | "more" | "most" | "of");
        let within = watched || matches!(before, "on" | "in" | "via" | "through" | "using" | "w" | "auf" | "über" | "bei" | "mit" | "per");
        let by =
            |one: &str, other: &str| at.checked_sub(2).is_some_and(|from| pieces[from].lower == one && pieces[from + 1].lower == other);
        let according = by("according", "to") || by("going", "by") || by("logged", "by") || by("recorded", "by") || by("tracked", "by");
        let records = RECORDERS.contains(&product) && is_of_sport(pieces);
        // "Signal last message".
        let ends = |next: &Piece| matches!(next.lower.as_str(), "first" | "last" | "latest" | "earliest" | "newest" | "oldest");
        let noun = after + usize::from(pieces.get(after).is_some_and(ends));
        let of_a_kind = pieces.get(noun).is_some_and(|next| words::kinds().any(|(kind, _)| kind == next.lower));
        if !within && !of_a_kind && !according && !records {
            continue;
        }
        let mut sources = world.sources(product)?;
        // "How much did I spend on Netflix": it is whom one paid, and mails tell of that.
        if sources.is_empty() && pieces.iter().any(|piece| SPENDING.contains(&piece.lower.as_str())) {
            continue;
        }
        if sources.is_empty() && !within && !of_a_kind {
            continue;
        }
        if sources.is_empty() {
            absent.push(joined(&pieces[at..after]));
        }
        filter.sources.append(&mut sources);
        use_up(&mut pieces[at..after]);
        if let Some(kept) = pieces.get_mut(after).filter(|next| !next.quoted && KEPT.contains(&next.lower.as_str())) {
            kept.used = true;
        }
    }
    Ok(absent)
}

/// Whether a question is of sports, and neither of what is written nor of what is paid.
fn is_of_sport(pieces: &[Piece]) -> bool {
    let says = |listed: &[&str]| pieces.iter().any(|piece| listed.contains(&piece.lower.as_str()));
    let moves = words::each(words::ACTIVITIES).any(|(phrase, _)| position(pieces, phrase).is_some());
    let moves = moves || says(&["activities", "workouts", "workout", "trainings"]);
    moves && !says(LETTERS) && !says(SPENDING)
}

/// Parts "WhatsApp-Nachrichten" and "Google-Suchen" into what they are of and what they are.
fn part_compounds(pieces: &mut Vec<Piece>) {
    let mut at = 0;
    while at < pieces.len() {
        let piece = &pieces[at];
        if let Some((product, rest)) = piece.text.split_once('-')
            && !piece.quoted
            && !words::kinds().any(|(kind, _)| kind == piece.lower)
            && words::kinds().any(|(kind, _)| kind == rest.to_lowercase())
        {
            let start = piece.start + product.len() + 1;
            let second = Piece { text: rest.to_owned(), lower: rest.to_lowercase(), start, ..piece.clone() };
            let small = words::is_small(&product.to_lowercase(), Language::En);
            let first = Piece { text: product.to_owned(), lower: product.to_lowercase(), end: start - 1, small, ..piece.clone() };
            pieces[at] = first;
            pieces.insert(at + 1, second);
        }
        at += 1;
    }
}
