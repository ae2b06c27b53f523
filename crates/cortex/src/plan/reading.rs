//! A question while it is read: the words that are left of it, and what was found in them so far.
//!
//! What is read first decides what the words after it may mean, so the order of [`Reading::plan`] matters: times before what is
//! asked, that before kinds, kinds before names, and names before the words that are looked for.

mod asking;
mod kinds;
mod names;
mod settling;

use domain::{Filter, Kind, Result, UtcMs};
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::bounds::{self, Bound};
use super::clock::Clock;
use super::only::Only;
use super::people::Writing;
use super::pieces::{self, Piece, position, use_up};
use super::statistic::Said;
use super::words::{self, Asked, Language, Measure, Speaks};
use super::{Division, Plan, Rate, Spot, World, products, sides};

/// A question on its way to a plan.
pub(super) struct Reading<'a> {
    world: &'a dyn World,
    today: Date,
    zone: &'a TimeZone,
    question: String,
    /// Words as they were typed and as they are read.
    spelling: Vec<(String, String)>,
    language: Language,
    pieces: Vec<Piece>,

    asked: Option<Asked>,
    measure: Option<Measure>,
    said: Said,
    rate: Option<Rate>,
    by: Option<Division>,
    bound: Option<Bound>,
    only: Option<Only>,
    currency: Option<&'static str>,
    /// The one that is meant of several, the first or the last.
    single: Option<Asked>,
    /// What is asked of the sides, when some are set against each other.
    comparing: Option<Asked>,
    spans: Vec<sides::Span>,
    /// Whether no instant lies in all of the spans.
    set_apart: bool,
    /// Whether what is of all of them is added up.
    added: bool,
    filter: Filter,
    /// Words to look for.
    text: Vec<String>,
    /// Which words were taken for a kind of item, or for a way of moving.
    of_kind: Vec<bool>,

    /// Whether it is asked where somebody was.
    presence: bool,
    /// Whether the minute of a day is named.
    at_a_minute: bool,
    /// The day that is named, where it is kept to the clocks of where the person was.
    day: Option<(UtcMs, UtcMs)>,
    /// Whether a verb says that people met.
    meets: bool,
    is_due: bool,
    asks_who: bool,
    /// Whether it is counted how often, whatever could be measured.
    often: bool,
    /// Whether the number that a thing has is asked for, and not how many there are.
    of_number: bool,
    polar: bool,
    /// Whether the question begins as those that want a yes or a no.
    whether: bool,
    /// Whether it is asked for towns or countries.
    geography: bool,
    /// Whether it is meant out of the country that somebody lives in.
    abroad: bool,
    activity: Option<&'static str>,
    speaks: Option<Speaks>,
    /// What stands on a person's card.
    attribute: Option<&'static str>,
    /// The states of items that were named, as they were written.
    states: Vec<String>,

    writing: Writing,
    people_said: Vec<String>,
    named_someone: bool,
    /// Who else than the one who asks does what is asked about.
    other: Option<String>,
    unknown: Vec<String>,
    places: Vec<(String, Spot)>,
    place: Option<String>,
    place_said: Option<String>,
    absent: Vec<String>,
    beyond: Vec<String>,
    /// Words that turn the question around: nothing can be computed by them, and whoever reads the question reads them as well.
    turned: Vec<String>,
    /// Words that narrow what is found, and that nothing computed can hold.
    beyond_computing: Vec<String>,
}

impl<'a> Reading<'a> {
    /// Cuts a question into words; `base` narrows what may be meant.
    pub(super) fn begin(question: &str, base: &Filter, today: Date, zone: &'a TimeZone, world: &'a dyn World) -> Result<Self> {
        let (question, spelling) =
            pieces::spelled(&sides::with_the_same_year(&super::contest::plain(&bounds::spelled_out(question))), world)?;
        let mut pieces = pieces::cut(&question);
        let language = words::language(&pieces.iter().map(|piece| piece.lower.as_str()).collect::<Vec<_>>());
        pieces::tell(&mut pieces, language);
        Ok(Self {
            world,
            today,
            zone,
            question,
            spelling,
            language,
            pieces,
            asked: None,
            measure: None,
            said: Said::default(),
            rate: None,
            by: None,
            bound: None,
            only: None,
            currency: None,
            single: None,
            comparing: None,
            spans: Vec::new(),
            set_apart: false,
            added: false,
            filter: base.clone(),
            text: Vec::new(),
            of_kind: Vec::new(),
            presence: false,
            at_a_minute: false,
            day: None,
            meets: false,
            is_due: false,
            asks_who: false,
            often: false,
            of_number: false,
            polar: false,
            whether: false,
            geography: false,
            abroad: false,
            activity: None,
            speaks: None,
            attribute: None,
            states: Vec::new(),
            writing: Writing::Nobody,
            people_said: Vec::new(),
            named_someone: false,
            other: None,
            unknown: Vec::new(),
            places: Vec::new(),
            place: None,
            place_said: None,
            absent: Vec::new(),
            beyond: Vec::new(),
            turned: Vec::new(),
            beyond_computing: Vec::new(),
        })
    }

    /// Reads it to the end.
    pub(super) fn plan(mut self) -> Result<Plan> {
        taken_of(&mut self.pieces, words::frames());
        read_ends(&mut self.pieces);
        // Before what turns a question around: "not more than 10 km" is a bound.
        if let Some((bound, currency)) = Bound::take(&mut self.pieces) {
            (self.bound, self.currency) = (Some(bound), currency);
        }
        self.turned = turned(&mut self.pieces);
        self.read_times()?;
        self.only = Only::take(&mut self.pieces);
        self.absent = products::take(&mut self.pieces, &mut self.filter, self.world)?;
        self.said = Said::take(&mut self.pieces);
        self.rate = self.said.rate;
        taken_of(&mut self.pieces, words::happening());
        self.beyond_computing = taken_of(&mut self.pieces, words::beyond_computing());
        let by_track = !taken_of(&mut self.pieces, words::by_track()).is_empty();

        self.read_what_is_asked();
        self.read_measure();
        let before_kinds: Vec<bool> = self.pieces.iter().map(|piece| piece.used).collect();
        self.read_kinds();
        for (at, before) in before_kinds.iter().enumerate() {
            self.of_kind[at] |= self.pieces[at].used && !before;
        }
        self.read_activity();
        // Whom one met in person one met.
        if by_track && self.filter.kinds.is_empty() && !self.meets {
            self.filter.kinds = vec![Kind::Visit];
        }
        self.read_names()?;
        self.read_card(&before_kinds);
        self.read_text()?;
        self.settle()
    }

    /// Whatever is left of the words is looked for, but for small ones.
    fn read_text(&mut self) -> Result<()> {
        for piece in &mut self.pieces {
            if !piece.used && (piece.quoted || !piece.small) {
                piece.used = true;
                self.text.push(if piece.quoted { format!("\"{}\"", piece.text) } else { piece.text.clone() });
            }
        }
        super::venues::join_names(&self.pieces, &mut self.text, self.world)?;
        // "Which beach was I at at 2 pm": wherever it was, whether or not its name says what it is.
        let asks_nothing = self.asked.is_none() && !self.polar && self.measure.is_none() && self.filter.kinds.is_empty();
        let of_sort = asks_nothing && !self.named_someone && !self.text.is_empty();
        let placed_at = self.at_a_minute && (self.presence || self.asked == Some(Asked::Where) || of_sort);
        if placed_at && !of_sort {
            self.text.retain(|word| !words::is_being_there(&word.to_lowercase()));
        }
        // "10 July 2024 country", "2 May 2021 location": of one day, no more is said than that it is about where.
        let in_region =
            asks_nothing && !self.named_someone && self.absent.is_empty() && Clock::fits(&self.filter) && self.has_word(words::WHEREABOUTS);
        if in_region && self.text.iter().all(|word| words::WHEREABOUTS.contains(&word.to_lowercase().as_str())) {
            self.text.clear();
            self.asked = Some(Asked::Where);
        }
        if placed_at && self.text.iter().all(|word| words::is_sort_of_place(&word.to_lowercase())) {
            self.text.clear();
        }
        self.filter.text = self.text.join(" ");
        // "15 May 2021, where?", "19 November at noon?"
        let says_only_when = self.filter.from.is_some() && Filter { from: None, to: None, ..self.filter.clone() }.is_empty();
        let asks_where = match self.asked {
            Some(Asked::Where) => true,
            None => self.at_a_minute && self.measure.is_none() && self.absent.is_empty(),
            Some(Asked::Find | Asked::List | Asked::When) => placed_at && self.measure.is_none(),
            _ => false,
        };
        if asks_where && says_only_when && !self.named_someone {
            self.asked = Some(Asked::Where);
            self.presence = true;
        }
        Ok(())
    }

    /// Whether one of these words stands in the question, used or not.
    fn has_word(&self, listed: &[&str]) -> bool {
        self.pieces.iter().any(|piece| listed.contains(&piece.lower.as_str()))
    }

    /// Takes the first phrase of a table that is left in the question.
    fn take<T: Copy>(&mut self, table: &'static [(T, &'static str)]) -> Option<T> {
        pieces::take(&mut self.pieces, table)
    }
}

/// Reads "my final order" as the last one and "our initial stay" as the first, but for what is called so: "the final exam".
fn read_ends(pieces: &mut [Piece]) {
    for at in 0..pieces.len().saturating_sub(1) {
        let end = match pieces[at].lower.as_str() {
            "final" => "last",
            "initial" => "first",
            _ => continue,
        };
        let next = &pieces[at + 1];
        let stands = !pieces[at].used && !pieces[at].quoted && !next.used && !next.quoted;
        let before = at.checked_sub(1).map(|before| &pieces[before]);
        let of_one = before.is_some_and(|before| {
            before.genitive || words::is_own(&before.lower) || matches!(before.lower.as_str(), "the" | "his" | "her" | "their")
        });
        let is_one = (of_one && !next.small && !words::is_called_final(&next.lower))
            || words::is_one_of_many(&next.lower)
            || words::papers().any(|paper| paper == next.lower);
        if stands && is_one {
            let piece = &mut pieces[at];
            end.clone_into(&mut piece.lower);
            (piece.small, piece.name) = (true, false);
        }
    }
}

/// The words of a question that are on a list, as they were written.
fn words_of(pieces: &[Piece], listed: &[&str]) -> Vec<String> {
    pieces.iter().filter(|piece| listed.contains(&piece.lower.as_str())).map(|piece| piece.text.clone()).collect()
}

/// The words that turn a question around, taken out of it.
fn turned(pieces: &mut [Piece]) -> Vec<String> {
    let mut beyond = taken_of(pieces, words::turning());
    for piece in pieces.iter_mut().filter(|piece| !piece.quoted && piece.lower.ends_with("n't")) {
        piece.used = true;
        beyond.push(piece.text.clone());
    }
    beyond
}

/// The phrases of a list that stand in the question, taken out of it.
fn taken_of(pieces: &mut [Piece], phrases: impl Iterator<Item = &'static str>) -> Vec<String> {
    let mut taken = Vec::new();
    for phrase in phrases {
        if let Some(at) = position(pieces, phrase) {
            let found = &mut pieces[at..at + phrase.split(' ').count()];
            taken.push(pieces::joined(found));
            use_up(found);
        }
    }
    taken
}
