//! Which kinds of item are spoken of.

use domain::{Filter, Kind};

use super::super::pieces::{Piece, position, use_up};
use super::super::words::{self, Asked, Measure, Speaks};
use super::super::{Division, sides};
use super::{Reading, taken_of};

impl Reading<'_> {
    /// The kinds that nouns and verbs speak of, and the states that items of them are said to be in.
    pub(super) fn read_kinds(&mut self) {
        // What is paid for a phone, or a birthday, is no number and no date.
        self.attribute = if self.measure == Some(Measure::Amount) { None } else { self.take(words::ATTRIBUTES) };
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
        if self.filter.kinds.is_empty() && position(&self.pieces, "called off").is_some() && self.has_word(&["order"]) {
            self.use_words(|word| word == "order");
            self.filter.kinds = vec![Kind::Purchase];
        }
        // "How often did I get my money back": two small words that say what is told of.
        let refunds = ["got my money back", "get my money back", "my money back", "money back"];
        if !taken_of(&mut self.pieces, refunds.into_iter()).is_empty() {
            self.text.push("refund".to_owned());
        }
        // "Lisbon views", "watches of it": what is counted so was watched; what is bought so is worn.
        if self.speaks.is_none() && self.filter.kinds.is_empty() && self.asked == Some(Asked::Count) && self.measure.is_none() {
            let seen = |piece: &Piece| matches!(piece.lower.as_str(), "watches" | "views" | "viewings");
            let at = self.pieces.iter().position(|piece| !piece.used && !piece.quoted && seen(piece));
            if let Some(at) = at.filter(|at| *at > 0) {
                use_up(&mut self.pieces[at..=at]);
                self.filter.kinds = vec![Kind::Watch, Kind::Video];
            }
        }
        // "How many orders were called off": two words of which each says something else.
        if self.filter.kinds == [Kind::Purchase] && !taken_of(&mut self.pieces, ["called off"].into_iter()).is_empty() {
            self.text.push("cancelled".to_owned());
        }
        self.states = take_states(&mut self.pieces, &self.filter);
        self.leave_holding_out();
        // What was in the calendar up to now leaves out what is to come.
        if self.filter.kinds.contains(&Kind::Event) && self.filter.from.is_none() && self.filter.to.is_none() && self.says_until_now() {
            self.filter.to = self.today.tomorrow().ok().and_then(|day| sides::instant(day, self.zone));
        }
        // Whose address one is, the address tells.
        if self.attribute == Some("E-mail") || self.pieces.iter().any(|piece| piece.text.contains('@')) {
            self.use_words(words::is_address);
        }
    }

    /// "The vet visits that the calendar lists", "the tasks that the list holds": it says no more than that they are there.
    fn leave_holding_out(&mut self) {
        const HOLDING: &[&str] = &["holds", "lists", "shows", "records"];
        const HOLDERS: &[&str] =
            &["calendar", "diary", "agenda", "list", "history", "library", "archive", "vault", "app", "inbox", "mailbox"];
        for at in 1..self.pieces.len() {
            let within = HOLDERS.contains(&self.pieces[at - 1].lower.as_str());
            if within && !self.pieces[at].quoted && HOLDING.contains(&self.pieces[at].lower.as_str()) {
                self.pieces[at].used = true;
            }
        }
    }

    /// Whether all until today is meant; "past" is then no more than that.
    fn says_until_now(&mut self) -> bool {
        const NOW: &[&str] = &["so far", "thus far", "to date", "up to now", "until now", "till now", "bis jetzt", "bis heute", "bisher"];
        let said = |phrase: &&str| {
            let wanted: Vec<&str> = phrase.split(' ').collect();
            self.pieces.windows(wanted.len()).any(|window| window.iter().zip(&wanted).all(|(piece, word)| piece.lower == *word))
        };
        let now = NOW.iter().any(said);
        let past = self.pieces.iter().position(|piece| !piece.used && !piece.quoted && piece.lower == "past");
        if let Some(at) = past {
            use_up(&mut self.pieces[at..=at]);
        }
        now || past.is_some()
    }

    /// What an activity that was named is measured by, and where it is looked for.
    pub(super) fn read_activity(&mut self) {
        let Some(query) = self.activity else { return };
        // "My total cycling time".
        let whole = self.has_word(&["total", "overall", "altogether", "insgesamt", "gesamte"]);
        if self.measure.is_none() && self.asked != Some(Asked::Count) && whole && self.has_word(&["time", "zeit"]) {
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
