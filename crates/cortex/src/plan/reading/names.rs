//! Who and where: shops and houses, people, places, and what stands on a person's card.

use domain::{Filter, Kind, Result};

use super::super::people::Writing;
use super::super::pieces::{self, Piece, use_up};
use super::super::words::{self, Asked};
use super::super::{Spot, Within, World, people, venues};
use super::Reading;
use super::settling::is_computed;

impl Reading<'_> {
    /// The shops, people and places that are named.
    pub(super) fn read_names(&mut self) -> Result<()> {
        let venues = venues::take(&mut self.pieces, self.world)?;
        self.presence |= !venues.is_empty() && self.asked == Some(Asked::Where) && self.filter.kinds.is_empty();
        // Where visits are known, an entry of the calendar would count the same again.
        let dated = matches!(self.asked, Some(Asked::Count | Asked::First | Asked::Last | Asked::When));
        if self.presence && dated && !venues.is_empty() && self.filter.kinds.is_empty() {
            self.filter.kinds = vec![Kind::Visit];
        }
        let before = self.people_meant();
        let named = people::take(&mut self.pieces, self.language, self.writing, &mut self.filter, &mut self.unknown, self.world)?;
        self.named_someone = self.people_meant() > before;
        self.other = named.iter().find(|name| name.does).map(|name| name.said.clone());
        self.people_said = named.into_iter().map(|name| name.said).collect();
        self.places = take_places(&mut self.pieces, &self.filter, self.presence, self.world)?;
        if self.places.is_empty() && self.comparing.is_some() && venues.len() > 1 {
            let spot = |name: &String| (name.clone(), Spot { name: name.clone(), within: Within::Named });
            self.places = venues.iter().map(spot).collect();
            if self.filter.kinds.is_empty() {
                self.filter.kinds = vec![Kind::Visit];
            }
        } else {
            self.text.extend(venues.iter().map(|name| format!("\"{name}\"")));
        }
        if let [(said, spot), ..] = &self.places[..]
            && !(self.comparing.is_some() && self.places.len() > 1)
        {
            spot.within.narrow(&mut self.filter);
            self.place = Some(spot.name.clone());
            self.place_said = Some(said.clone());
        }
        Ok(())
    }

    /// "Anna's birthday" stands on her card; the words without a person, or among kinds that were named, are words to look for,
    /// which they become again unless they were `used_before` kinds were read.
    pub(super) fn read_card(&mut self, used_before: &[bool]) {
        let weak = |piece: &Piece| words::each(words::WEAK_ATTRIBUTES).any(|(word, _)| word == piece.lower);
        let nothing_else = !self.pieces.iter().any(|piece| !piece.used && !piece.small && !weak(piece));
        if self.attribute.is_none() && nothing_else {
            self.attribute = self.take(words::WEAK_ATTRIBUTES);
        }
        let Some(label) = self.attribute else { return };
        let of_one = self.filter.people.len() + self.filter.senders.len() == 1;
        if self.writing == Writing::Nobody && self.filter.kinds.is_empty() && of_one {
            self.filter.kinds = vec![Kind::Contact];
            // "Die Nummer von Emre": he has it, and sent nothing.
            self.filter.people.append(&mut self.filter.senders);
            self.text.push(if label == "Age" { "Birthday" } else { label }.to_owned());
            self.asked = self.asked.filter(|asked| !is_computed(*asked));
            return;
        }
        let held = |piece: &Piece| words::each(words::ATTRIBUTES).any(|(phrase, _)| phrase.split(' ').any(|part| part == piece.lower));
        for (piece, before) in self.pieces.iter_mut().zip(used_before) {
            piece.used &= *before || !held(piece);
        }
    }

    /// How many people the filter asks for.
    fn people_meant(&self) -> usize {
        self.filter.people.len() + self.filter.senders.len() + self.filter.recipients.len()
    }
}

/// The places that are named, as they are written, and where they are: after a word of place, or anywhere where what is asked
/// has a place. Only where the person has been is a place.
fn take_places(pieces: &mut [Piece], filter: &Filter, presence: bool, world: &dyn World) -> Result<Vec<(String, Spot)>> {
    let mut places = Vec::new();
    if filter.near.is_some() || filter.area.is_some() {
        return Ok(places);
    }
    let placed = presence || filter.kinds.iter().any(|kind| matches!(kind, Kind::Photo | Kind::Visit | Kind::Trip));
    // "lisbon visits 2021": who writes everything small may begin with a place, by a word that asks nothing.
    let all_small = !pieces.iter().any(|piece| !piece.quoted && piece.text != "I" && piece.text.starts_with(char::is_uppercase));
    let begins = pieces.first().filter(|first| all_small && words::vocabulary().all(|word| word != first.lower)).map(|first| first.start);
    let mut at = 0;
    while at < pieces.len() {
        let before = at.checked_sub(1).map_or("", |before| pieces[before].lower.as_str());
        let asks = matches!(
            before,
            "in" | "zu"
                | "at"
                | "near"
                | "around"
                | "to"
                | "visit"
                | "visited"
                | "bei"
                | "nahe"
                | "nach"
                | "um"
                | "from"
                | "aus"
                | "im"
                | "or"
                | "oder"
                | "than"
                | "als"
        );
        // "Rio de Janeiro": only the ends of a name need a capital.
        let free = |piece: &Piece| !piece.used && !piece.quoted;
        let end = |piece: &Piece| free(piece) && (piece.name || Some(piece.start) == begins) && !piece.small;
        let longest = if end(&pieces[at]) { pieces[at..].iter().take(4).take_while(|piece| free(piece)).count() } else { 0 };
        let mut taken = 0;
        if asks || placed {
            for length in (1..=longest).rev().filter(|length| end(&pieces[at + length - 1])) {
                let name = pieces::joined(&pieces[at..at + length]);
                if let Some(spot) = world.place(&name)? {
                    use_up(&mut pieces[at..at + length]);
                    places.push((name, spot));
                    taken = length;
                    break;
                }
            }
        }
        at += taken.max(1);
    }
    Ok(places)
}
