//! Which kinds of item are spoken of.

use domain::{Filter, Kind};

use super::super::Division;
use super::super::pieces::{Piece, position, use_up};
use super::super::words::{self, Asked, Measure, Speaks};
use super::{Reading, taken_of};

impl Reading<'_> {
    /// The kinds that nouns and verbs speak of, and the states that items of them are said to be in.
    pub(super) fn read_kinds(&mut self) {
        self.attribute = self.take(words::ATTRIBUTES);
        // "What is Cathal's email?" asks for none of his mails.
        if let [.., whose, mail] = &mut self.pieces[..]
            && whose.genitive
            && !mail.used
            && matches!(mail.lower.as_str(), "email" | "e-mail" | "mail")
            && self.asked == Some(Asked::Find)
        {
            mail.used = true;
            self.attribute = Some("E-mail");
        }
        self.speaks = take_kinds(&mut self.pieces, &mut self.filter);
        if self.filter.kinds.is_empty() && self.ranks() && self.has_word(words::PERFORMERS) {
            self.filter.kinds = vec![Kind::Listen];
        }
        let published = self.filter.kinds.iter().any(|kind| matches!(kind, Kind::Watch | Kind::Listen));
        if published && self.has_word(words::PUBLISHERS) {
            // "Which channel did I watch most", "songs by the band X": whose they are.
            self.use_words(|word| words::PUBLISHERS.contains(&word));
            if self.ranks() && self.by.is_none() {
                self.by = Some(Division::Channel);
            }
        }
        self.states = take_states(&mut self.pieces, &self.filter);
        // Whose address one is, the address tells.
        if self.attribute == Some("E-mail") || self.pieces.iter().any(|piece| piece.text.contains('@')) {
            self.use_words(words::is_address);
        }
    }

    /// What an activity that was named is measured by, and where it is looked for.
    pub(super) fn read_activity(&mut self) {
        let Some(query) = self.activity else { return };
        // "My total cycling time".
        let whole = self.has_word(&["total", "overall", "altogether", "insgesamt", "gesamte"]);
        if self.measure.is_none() && whole && self.has_word(&["time", "zeit"]) {
            (self.measure, self.asked) = (Some(Measure::Duration), Some(Asked::Sum));
        }
        // "In which month did I cycle the most": by how far, unless rides are what is counted.
        let adds_up = self.ranks() || self.said.is_extreme() || self.asked == Some(Asked::Sum) || self.comparing.is_some();
        if adds_up && self.measure.is_none() && !self.often && self.speaks != Some(Speaks::Names) {
            self.measure = Some(Measure::Distance);
        }
        if self.filter.kinds.is_empty() || self.measure.is_some() {
            self.filter.kinds = vec![Kind::Trip];
        }
        self.text.push(if query.contains(' ') { format!("({query})") } else { query.to_owned() });
    }

    pub(super) fn use_words(&mut self, of: impl Fn(&str) -> bool) {
        self.pieces.iter_mut().filter(|piece| of(&piece.lower)).for_each(|piece| piece.used = true);
    }
}

/// The kinds that are spoken of, put into the filter: those that are named, else those that a verb speaks of.
fn take_kinds(pieces: &mut [Piece], filter: &mut Filter) -> Option<Speaks> {
    let mut found: Vec<(&[Kind], Speaks)> = Vec::new();
    let mut table: Vec<_> = words::kinds().collect();
    table.sort_by_key(|(phrase, _)| std::cmp::Reverse(phrase.split(' ').count()));
    for (phrase, meaning) in table {
        while let Some(at) = position(pieces, phrase) {
            use_up(&mut pieces[at..at + phrase.split(' ').count()]);
            found.push(meaning);
        }
    }
    // What one saw in a cinema is in no history of videos.
    if pieces.iter().any(|piece| words::CINEMAS.contains(&piece.lower.as_str())) {
        found.retain(|(kinds, _)| !kinds.contains(&Kind::Watch));
    }
    // "Which channel did I watch": a channel is no subscription where something is watched.
    if found.iter().any(|(kinds, _)| kinds.contains(&Kind::Watch) || kinds.contains(&Kind::Listen)) {
        found.retain(|(kinds, _)| *kinds != [Kind::Subscription]);
    }
    let speaks =
        [Speaks::Names, Speaks::Does, Speaks::Hints].into_iter().find(|wanted| found.iter().any(|(_, speaks)| speaks == wanted))?;
    for kind in found.iter().filter(|(_, how)| *how == speaks).flat_map(|(kinds, _)| *kinds) {
        if !filter.kinds.contains(kind) {
            filter.kinds.push(*kind);
        }
    }
    Some(speaks)
}

/// The states of items that a question names, taken out of it: those that it does not name as a topic.
fn take_states(pieces: &mut [Piece], filter: &Filter) -> Vec<String> {
    const TOPIC: &[&str] =
        &["about", "regarding", "concerning", "matching", "mentioning", "titled", "called", "named", "über", "zum", "zur"];
    let topic = pieces.iter().position(|piece| TOPIC.contains(&piece.lower.as_str())).unwrap_or(pieces.len());
    // "Items" may be in any state that any of them has.
    let kinds: &[Kind] = if filter.kinds.is_empty() && speaks_of_all(pieces) { &[Kind::Note] } else { &filter.kinds };
    taken_of(&mut pieces[..topic], words::states(kinds).into_iter())
}

/// Whether a question speaks of whatever the vault holds: "How many items are there?".
pub(super) fn speaks_of_all(pieces: &[Piece]) -> bool {
    const ALL: &[&str] = &["items", "item", "everything", "entries", "records", "data", "einträge", "alles", "daten", "datensätze"];
    pieces.iter().any(|piece| ALL.contains(&piece.lower.as_str()))
}
