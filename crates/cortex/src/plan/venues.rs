//! Names of several words that a question gives: of places where the person has been, and of whatever else is written so.

use domain::Result;

use super::World;
use super::pieces::{Piece, joined, use_up};

/// Words that a name may have at most.
const LONGEST: usize = 4;

/// Takes the places where the person has been, as their visits call them: "at Haus Keller". A name of one word stands after a
/// word of place; one of several anywhere.
pub(super) fn take(pieces: &mut [Piece], world: &dyn World) -> Result<Vec<String>> {
    let mut venues = Vec::new();
    let mut at = 0;
    while at < pieces.len() {
        let before = at.checked_sub(1).map_or("", |before| pieces[before].lower.as_str());
        let placed = matches!(
            before,
            "at" | "in" | "to" | "visit" | "visited" | "near" | "bei" | "im" | "beim" | "zu" | "zum" | "zur" | "or" | "oder" | "is" | "ist"
        );
        let mut taken = 0;
        if is_end(&pieces[at]) {
            let longest = pieces[at..].iter().take(LONGEST).take_while(|piece| !piece.used && !piece.quoted).count();
            let shortest = if placed { 1 } else { 2 };
            for length in (shortest..=longest).rev().filter(|length| is_end(&pieces[at + length - 1])) {
                let name = joined(&pieces[at..at + length]);
                // Who is known by that name is meant before what is called after them.
                if world.venue(&name)? && (length > 1 || world.person(&name)?.is_none()) {
                    use_up(&mut pieces[at..at + length]);
                    venues.push(name);
                    taken = length;
                    break;
                }
            }
        }
        at += taken.max(1);
    }
    Ok(venues)
}

/// Puts together what is left of a name that small words part: "Hut to Hut" is looked for as it stands, when it stands so.
pub(super) fn join_names(pieces: &[Piece], text: &mut Vec<String>, world: &dyn World) -> Result<()> {
    for at in 0..pieces.len() {
        let between = pieces[at + 1..].iter().take(2).take_while(|piece| piece.small && !piece.quoted && !piece.name).count();
        let Some(last) = pieces.get(at + 1 + between) else { continue };
        let whole = &pieces[at..at + 2 + between];
        let (first, second) = (&pieces[at].text, &last.text);
        let is_name = between > 0 && pieces[at].name && last.name && !pieces[at].quoted && !last.quoted && !last.small;
        let adjoins = text.windows(2).position(|pair| pair[0] == *first && pair[1] == *second);
        if let Some(place) = adjoins.filter(|_| is_name) {
            let phrase = format!("\"{}\"", joined(whole));
            if world.holds(&phrase)? {
                text.splice(place..place + 2, [phrase]);
            }
        }
    }
    Ok(())
}

/// Whether a name may begin or end with a word.
fn is_end(piece: &Piece) -> bool {
    !piece.used && !piece.quoted && piece.name && !piece.small
}
