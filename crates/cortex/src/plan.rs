//! Turns a question into a plan: what is asked, about which items, over which measure.
//!
//! It reads a question by its words: dates by [`crate::dates`], people, places and sources by asking the vault what it knows,
//! kinds and measures by the tables in [`words`]. What remains are words to look for. The plan is shown to the person, who
//! may change it; nothing in it is guessed by a model, and what no plan can hold is named instead of being passed over.
//!
//! Absent on purpose: running it (see [`crate::answer`]).

mod clock;
mod follow;
mod people;
mod pieces;
mod products;
mod say;
mod sides;
mod statistic;
mod steps;
mod venues;
mod words;

use domain::{Area, Filter, Kind, Near, Result, Uid};
use jiff::civil::Date;
use jiff::tz::TimeZone;

pub(crate) use follow::{goes_on, merged};
pub(crate) use pieces::is_one_slip;
pub(crate) use say::who;
pub use statistic::{Rate, Statistic};
pub use steps::Relation;
pub(crate) use steps::{Parted, part as part_steps};
pub(crate) use words::is_own;
pub use words::{Asked, Language, Measure};

use crate::dates;
use pieces::{Piece, take, use_up};
use words::Speaks;

/// What a planner may ask of the vault it plans for.
pub trait World {
    /// The person that goes by these words, by their fullest name.
    fn person(&self, words: &str) -> Result<Option<String>>;
    /// The place that goes by these words.
    fn place(&self, words: &str) -> Result<Option<Spot>>;
    /// Whether the person has been at a place of that name, as their visits call it: a shop, a house.
    fn venue(&self, words: &str) -> Result<bool>;
    /// Whether it is known whose data it is, so that [`Filter::ME`] finds them.
    fn knows_owner(&self) -> Result<bool>;
    /// The sources of that product, by their names in filters; none when the vault holds nothing of it.
    fn sources(&self, product: &str) -> Result<Vec<String>>;
    /// Whether any item holds this word.
    fn holds(&self, word: &str) -> Result<bool>;
}

/// The kinds of item that people call so, in lower case: "mails", "fotos".
pub(crate) fn kinds_called(name: &str) -> Vec<Kind> {
    words::kinds_called(name)
}

/// A place that a question may mean.
#[derive(Debug, Clone, PartialEq)]
pub struct Spot {
    /// Its name.
    pub name: String,
    /// What counts as there.
    pub within: Within,
}

/// The ground that a place covers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Within {
    /// A circle: a town.
    Near(Near),
    /// A box: a region or a country.
    Area(Area),
    /// Whatever goes by its name: a shop, a house.
    Named,
}

impl Within {
    /// Leaves of a filter what is there.
    pub(crate) fn narrow(self, filter: &mut Filter) {
        match self {
            Self::Near(near) => filter.near = Some(near),
            Self::Area(area) => filter.area = Some(area),
            Self::Named => {}
        }
    }
}

/// How time may divide a computed number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Division {
    /// By hour of the day.
    Hour,
    /// By day.
    Day,
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
    /// By country.
    Country,
    /// By town.
    Town,
    /// By channel, seller or other publisher.
    Channel,
    /// By kind.
    Kind,
    /// By title: the searches, pages and videos that repeat.
    Title,
}

/// What part people have in what is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// They wrote it.
    Sender,
    /// It was written to them.
    Recipient,
}

/// One of the things that a question sets against each other.
#[derive(Debug, Clone, PartialEq)]
pub struct Side {
    /// As the question names it.
    pub name: String,
    /// The items on it.
    pub filter: Filter,
}

/// A step before the one that answers, and what came of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// As the question has it.
    pub said: String,
    /// How it was understood.
    pub understood: String,
    /// What it found, in words.
    pub found: String,
    /// The items that tell it.
    pub cites: Vec<Uid>,
}

/// What a question comes to.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// What is asked.
    pub asked: Asked,
    /// Over what it is computed.
    pub measure: Measure,
    /// What is made of the values of several items.
    pub statistic: Statistic,
    /// For each of what time the number is told, when it is.
    pub rate: Option<Rate>,
    /// How the result is divided.
    pub by: Option<Division>,
    /// About which items; `text` holds the words that are left.
    pub filter: Filter,
    /// What is compared, when the question names the sides: "in 2018 or in 2019".
    pub sides: Vec<Side>,
    /// Whether the kinds follow from a verb ("meet", "was in") and other kinds may answer when these have nothing.
    pub presumed: bool,
    /// The part in which people are asked for, where it matters.
    pub part: Option<Part>,
    /// The people as the question writes them: words to look for where they have no part.
    pub people_said: Vec<String>,
    /// The place as the question writes it: a word to look for where no position is known.
    pub place_said: Option<String>,
    /// The place behind `filter.near` or `filter.area`.
    pub place: Option<String>,
    /// Names of people that the question gives and the vault does not know.
    pub unknown: Vec<String>,
    /// Products that the question names and the vault holds nothing of.
    pub absent: Vec<String>,
    /// Words that matter and that no plan can hold.
    pub beyond: Vec<String>,
    /// Whether it is asked if there is any.
    pub polar: bool,
    /// Words as they were typed and as they were read.
    pub spelling: Vec<(String, String)>,
    /// The language that it was asked in.
    pub language: Language,
    /// The time zone in which its days are meant.
    pub zone: TimeZone,
    /// Whether birthdays are asked for.
    pub of_birthday: bool,
    /// What was found out before.
    pub steps: Vec<Step>,
    /// The plan in words.
    pub understood: String,
}

/// Reads a question. `today` is the person's local day, `zone` their time zone; `base` narrows what may be meant.
pub fn plan(question: &str, base: &Filter, today: Date, zone: &TimeZone, world: &dyn World) -> Result<Plan> {
    let (question, spelling) = pieces::spelled(question, world)?;
    let mut pieces = pieces::cut(&question);
    let language = words::language(&pieces.iter().map(|piece| piece.lower.as_str()).collect::<Vec<_>>());
    pieces::tell(&mut pieces, language);
    let mut filter = base.clone();
    taken_of(&mut pieces, words::frames());
    let mut beyond = turned(&mut pieces);
    let mut slept = false;
    let spans = take_spans(&question, &mut pieces, today, zone);
    let set_apart = sides::set_apart(&spans);
    if !set_apart {
        spans.iter().for_each(|span| span.narrow(&mut filter));
    }
    if !set_apart && clock::Clock::fits(&filter) {
        let clock = clock::Clock::take(&mut pieces, language);
        // Who slept somewhere was there in the night of that day.
        let asleep = clock::Clock::of_sleep(&mut pieces);
        if let Some(clock) = clock.or(asleep) {
            clock.narrow(&mut filter);
        }
        if asleep.is_some() {
            slept = true;
        }
    }
    let absent = products::take(&mut pieces, &mut filter, world)?;
    let mut said = statistic::Said::take(&mut pieces);
    let rate = said.rate;
    taken_of(&mut pieces, words::happening());
    let mut beyond_computing = taken_of(&mut pieces, words::beyond_computing());

    let polar = is_polar(&pieces);
    let has_or = pieces.iter().any(|piece| matches!(piece.lower.as_str(), "or" | "oder" | "than" | "als"));
    let compared = if has_or { take(&mut pieces, words::COMPARED) } else { None };
    let comparing = if has_or { take(&mut pieces, words::COMPARING).or(compared.map(|_| Asked::Most)) } else { None };
    // "How far" says what is measured; what is asked follows from it.
    let mut measure = take(&mut pieces, words::MEASURED);
    measure = measure.or(compared);
    taken_of(&mut pieces, words::containers());
    let mut presence = slept
        || take(&mut pieces, words::PRESENCE).is_some()
        || words::goes(&pieces.iter().map(|piece| piece.lower.as_str()).collect::<Vec<_>>());
    let writing = people::Writing::of(&mut pieces);
    let ranks_something = words::each(words::MOST).any(|(phrase, _)| pieces::position(&pieces, phrase).is_some());
    let mut by = if ranks_something { take(&mut pieces, words::RANKED) } else { None };
    if said.is_extreme() {
        by = take(&mut pieces, words::DIVISIONS);
    }
    let mut asked = take(&mut pieces, words::ASKED);
    let is_due = take(&mut pieces, words::DUE).is_some();
    if is_due {
        asked = Some(Asked::When);
    }
    let asks_who = asked == Some(Asked::Who);
    // What is done "most often" is counted; what is done "most" may be measured.
    let often = !words_of(&pieces, &["often", "frequently", "öftesten", "häufigsten", "seltensten"]).is_empty();
    // "Who sent me the most mails?" asks who, and which one most.
    let divides = words::each(words::DIVISIONS).any(|(phrase, _)| pieces::position(&pieces, phrase).is_some());
    if (matches!(asked, Some(Asked::Who | Asked::Where | Asked::List | Asked::Find)) || (asked == Some(Asked::When) && divides))
        && let Some(most) = take(&mut pieces, words::MOST)
    {
        by = by.or((asked == Some(Asked::Where)).then_some(Division::Place));
        asked = Some(most);
    }
    // "How long in km was my longest ride": the unit says what is measured.
    if said.is_extreme() || said.is_mean() {
        measure = take(&mut pieces, words::UNITS).or(measure);
    }
    let geography = take(&mut pieces, words::GEOGRAPHY);
    if geography.is_some() {
        (by, presence) = (geography, true);
        asked = asked.filter(|asked| *asked != Asked::Find && *asked != Asked::Where).or(Some(Asked::List));
        // "In how many different countries" counts each once, as every count of them does.
        beyond_computing.retain(|word| !words::is_distinct(word));
    }
    let meets = pieces.iter().any(|piece| !piece.used && words::is_meeting(&piece.lower));
    by = by.or(take(&mut pieces, words::DIVISIONS));
    // "In which year did I ride the furthest": of the years, and not of the rides.
    if matches!(by, Some(Division::Month | Division::Year | Division::Weekday))
        && let Some(ranked) = said.ranks()
    {
        asked = Some(ranked);
    } else if said.is_extreme() {
        by = None;
    }
    let spent = take(&mut pieces, words::SPENT).is_some();
    presence |= spent && matches!(measure, Some(Measure::Days | Measure::Duration));
    if measure.is_none() && spent {
        let of_time = presence || matches!(asked, Some(Asked::Where | Asked::When | Asked::Count | Asked::Who));
        (presence, measure) = if of_time { (true, None) } else { (presence, Some(Measure::Amount)) };
    }
    measure = measure.or_else(|| take(&mut pieces, words::MEASURES));
    if asked == Some(Asked::Sum) && measure.is_none() && take(&mut pieces, words::BILLS).is_some() {
        measure = Some(Measure::Amount);
    }
    let ranks = matches!(asked, Some(Asked::Most | Asked::Least));
    let moves = measure != Some(Measure::Amount) && (measure.is_some() || by.is_none() || ranks);
    let activity = if moves { take(&mut pieces, words::ACTIVITIES) } else { None };
    let pieces_before = pieces.clone();
    let attribute = take(&mut pieces, words::ATTRIBUTES);
    let speaks = take_kinds(&mut pieces, &mut filter);
    let publishers = words_of(&pieces, words::PUBLISHERS);
    let plays = words_of(&pieces, words::PERFORMERS);
    if !plays.is_empty() && filter.kinds.is_empty() && ranks {
        filter.kinds = vec![Kind::Listen];
    }
    if !publishers.is_empty() && filter.kinds.iter().any(|kind| matches!(kind, Kind::Watch | Kind::Listen)) {
        // "Which channel did I watch most", "songs by the band X": whose they are.
        pieces.iter_mut().filter(|piece| publishers.contains(&piece.text)).for_each(|piece| piece.used = true);
        if ranks && by.is_none() {
            by = Some(Division::Channel);
        }
    }
    let states = take_states(&mut pieces, &filter);
    let mut text: Vec<String> = Vec::new();
    // Whose address one is, the address tells.
    if attribute == Some("E-mail") || pieces.iter().any(|piece| piece.text.contains('@')) {
        pieces.iter_mut().filter(|piece| words::is_address(&piece.lower)).for_each(|piece| piece.used = true);
    }
    // "My total cycling time".
    let whole = !words_of(&pieces, &["total", "overall", "altogether", "insgesamt", "gesamte"]).is_empty();
    if activity.is_some() && measure.is_none() && whole && !words_of(&pieces, &["time", "zeit"]).is_empty() {
        (measure, asked) = (Some(Measure::Duration), Some(Asked::Sum));
    }
    if let Some(query) = activity {
        // "In which month did I cycle the most": by how far, unless rides are what is counted.
        if (ranks || said.is_extreme() || asked == Some(Asked::Sum)) && measure.is_none() && !often && speaks != Some(Speaks::Names) {
            measure = Some(Measure::Distance);
        }
        if filter.kinds.is_empty() || measure.is_some() {
            filter.kinds = vec![Kind::Trip];
        }
        text.push(if query.contains(' ') { format!("({query})") } else { query.to_owned() });
    }
    let mut unknown = Vec::new();
    let venues = venues::take(&mut pieces, world)?;
    presence |= !venues.is_empty() && asked == Some(Asked::Where) && filter.kinds.is_empty();
    // Where visits are known, an entry of the calendar would count the same again.
    let dated = matches!(asked, Some(Asked::Count | Asked::First | Asked::Last | Asked::When));
    if presence && dated && !venues.is_empty() && filter.kinds.is_empty() {
        filter.kinds = vec![Kind::Visit];
    }
    let people_before = filter.people.len() + filter.senders.len() + filter.recipients.len();
    let named = people::take(&mut pieces, language, writing, &mut filter, &mut unknown, world)?;
    let other = named.iter().find(|name| name.does).map(|name| name.said.clone());
    let people_said = named.into_iter().map(|name| name.said).collect();
    let mut places = take_places(&mut pieces, &filter, presence, world)?;
    if places.is_empty() {
        match (&venues[..], comparing) {
            ([_, _, ..], Some(_)) => {
                places = venues.iter().map(|name| (name.clone(), Spot { name: name.clone(), within: Within::Named })).collect();
                if filter.kinds.is_empty() {
                    filter.kinds = vec![Kind::Visit];
                }
            }
            _ => text.extend(venues.iter().map(|name| format!("\"{name}\""))),
        }
    } else {
        text.extend(venues.iter().map(|name| format!("\"{name}\"")));
    }
    let (mut place, mut place_said) = (None, None);
    if let [(said, spot), ..] = &places[..]
        && !(comparing.is_some() && places.len() > 1)
    {
        spot.within.narrow(&mut filter);
        place = Some(spot.name.clone());
        place_said = Some(said.clone());
    }
    // "Anna's birthday" stands on her card; the words without a person, or among kinds that were named, are words.
    let weak = |piece: &Piece| words::each(words::WEAK_ATTRIBUTES).any(|(word, _)| word == piece.lower);
    let nothing_else = !pieces.iter().any(|piece| !piece.used && !piece.small && !weak(piece));
    let attribute = attribute.or_else(|| if nothing_else { take(&mut pieces, words::WEAK_ATTRIBUTES) } else { None });
    let of_a_card = attribute
        .filter(|_| writing == people::Writing::Nobody && filter.kinds.is_empty() && filter.people.len() + filter.senders.len() == 1);
    match of_a_card {
        Some(label) => {
            filter.kinds = vec![Kind::Contact];
            // "Die Nummer von Emre": he has it, and sent nothing.
            filter.people.append(&mut filter.senders);
            text.push(label.to_owned());
            asked = asked.filter(|asked| !is_computed(*asked));
        }
        None if attribute.is_some() => {
            let held = |piece: &Piece| words::each(words::ATTRIBUTES).any(|(phrase, _)| phrase.split(' ').any(|part| part == piece.lower));
            for (piece, before) in pieces.iter_mut().zip(&pieces_before) {
                piece.used &= before.used || !held(piece);
            }
        }
        None => {}
    }
    let named_someone = filter.people.len() + filter.senders.len() + filter.recipients.len() > people_before;
    for piece in &mut pieces {
        if !piece.used && (piece.quoted || !piece.small) {
            piece.used = true;
            text.push(if piece.quoted { format!("\"{}\"", piece.text) } else { piece.text.clone() });
        }
    }
    venues::join_names(&pieces, &mut text, world)?;
    filter.text = text.join(" ");
    // "How long does the cake need": what lasts, or is far, is something that stands somewhere.
    if let Some(Measure::Duration | Measure::Distance) = measure
        && asked.is_none()
        && activity.is_none()
        && !presence
        && filter.kinds.is_empty()
        && !filter.text.is_empty()
    {
        (asked, measure) = (Some(Asked::Find), None);
    }
    if presence && measure.is_none() && matches!(asked, None | Some(Asked::Find)) {
        asked = Some(Asked::When);
    }
    // How long one sleeps is told by nothing that says where one was.
    let sleeps = words_of(&pieces, &["sleep", "slept", "sleeping", "geschlafen", "schlief", "schlafe"]);
    if measure == Some(Measure::Duration) && !is_placed(&filter) && filter.text.is_empty() {
        beyond.extend(sleeps);
    }
    // "The number of Anna" is hers, when nothing is counted.
    if asked == Some(Asked::Count) && of_number(&question, &filter) {
        (asked, filter.kinds, filter.text) = (Some(Asked::Find), vec![Kind::Contact], "Phone".to_owned());
        filter.people.append(&mut filter.senders);
    }
    // Which of two times it was, by what is measured.
    if comparing.is_some() && set_apart {
        asked = comparing;
    }
    settle(&mut asked, &mut measure, &mut filter, named_someone, &mut beyond);
    // "The photos of my trip to Lisbon" are photos.
    if is_placed(&filter) && !filter.kinds.contains(&Kind::Visit) && filter.kinds.iter().any(|kind| *kind != Kind::Trip) {
        filter.kinds.retain(|kind| *kind != Kind::Trip);
    }
    let whole_stay = measure == Some(Measure::Duration) && activity.is_none() && is_placed(&filter);
    if (whole_stay && filter.kinds == Measure::Duration.kinds()) || (geography.is_some() && filter.kinds.is_empty()) {
        filter.kinds = vec![Kind::Visit];
    }
    if said.is_mean_rate() && !filter.kinds.is_empty() && matches!(asked, None | Some(Asked::Find | Asked::List)) {
        asked = Some(Asked::Count);
    }
    let (statistic, measured) = said.settle(measure, &filter.kinds, &mut beyond_computing);
    let rate = rate.filter(|_| matches!(asked, Some(Asked::Count | Asked::Sum)));
    if statistic != Statistic::Total || measured.is_some() {
        measure = measured;
        if statistic == Statistic::Mean {
            asked = Some(Asked::Sum);
        }
    }
    if writing != people::Writing::Nobody && filter.kinds.is_empty() && matches!(asked, Some(Asked::Who | Asked::Most | Asked::Least)) {
        filter.kinds = vec![Kind::Mail, Kind::Message];
    }
    if let Some(whose) = own_part(&pieces, writing, &filter, asked, by) {
        match (world.knows_owner()?, whose) {
            (true, Part::Sender) => filter.senders.push(Filter::ME.to_owned()),
            (true, Part::Recipient) => filter.recipients.push(Filter::ME.to_owned()),
            // Of those whom mails went to, the one who asks wrote to nearly all.
            (false, Part::Sender) if matches!(asked, Some(Asked::Who | Asked::Most | Asked::Least)) => {}
            (false, Part::Sender) => beyond.push("I".to_owned()),
            (false, Part::Recipient) => {}
        }
    }
    // What others watched or photographed is not in the data of the one who asks.
    let of_owner = filter.kinds.iter().any(|kind| is_own_doing(*kind))
        || (asked == Some(Asked::Where) && !presence && pieces.iter().any(|piece| words::is_going(&piece.lower)));
    let other =
        other.or_else(|| asks_where_someone_was(&pieces).filter(|_| asked == Some(Asked::Where) && !presence && !filter.text.is_empty()));
    if let Some(other) = other.filter(|_| of_owner || asked == Some(Asked::Where)) {
        beyond.push(other);
    } else if asked == Some(Asked::Where) && !presence && filter.kinds.is_empty() && filter.text.is_empty() {
        // The data tells where its owner was.
        beyond.append(&mut filter.people);
    }
    let polar = polar && asked.is_none();
    if polar && filter.text.is_empty() && !filter.kinds.is_empty() {
        asked = Some(Asked::Count);
    }
    let has_hints = speaks == Some(Speaks::Hints);
    let presumed = presume(&mut filter, asked, presence, meets && named_someone, is_due) || has_hints;
    let sides = if set_apart {
        sides::of_spans(&spans, &filter)
    } else if comparing.is_some() {
        sides::named(&mut filter, &places)
    } else {
        Vec::new()
    };
    if sides.len() > 1 {
        asked = Some(comparing.unwrap_or(Asked::Most));
        by = None;
    }
    let measure = measure.unwrap_or(Measure::Count);
    let asked = asked.unwrap_or(Asked::Find);
    let is_divided = by.is_some();
    let asked = if statistic == Statistic::Greatest || statistic == Statistic::Least { settled_extreme(asked) } else { asked };
    if matches!(asked, Asked::Most | Asked::Least) && sides.is_empty() && !is_divided {
        by = ranked_by(asked, asks_who, &filter);
        // A site is more than one page, and has no title.
        let sites = words_of(&pieces, &["website", "websites", "site", "sites", "domain", "webseite", "webseiten"]);
        if by == Some(Division::Title) && !sites.is_empty() {
            beyond.extend(sites);
        } else if by.is_none() {
            let most: Vec<&str> = words::each(words::MOST).filter_map(|(phrase, _)| phrase.split(' ').next_back()).collect();
            beyond.extend(words_of(&pieces, &most));
        }
    }
    if asked == Asked::Next && filter.from.is_none() {
        filter.from = sides::instant(today, zone);
    }
    let all_of_a_kind = asked == Asked::Find && filter.text.is_empty() && !filter.kinds.is_empty();
    if is_computed(asked) || all_of_a_kind || statistic != Statistic::Total {
        beyond.extend(states);
    } else {
        // "When did I finish the fence": of one thing, what is told of it tells its state.
        let telling = states.into_iter().filter(|state| !filter.kinds.contains(&Kind::Task) && !words::is_small(state, language));
        let said: Vec<String> = telling.collect();
        filter.text = [vec![filter.text], said].concat().join(" ").trim().to_owned();
    }
    if is_computed(asked) {
        beyond.extend(beyond_computing);
        // A number over everything answers no question that was not understood.
        let says_only_when = Filter { from: None, to: None, ..filter.clone() }.is_empty();
        if says_only_when && !is_divided && sides.is_empty() && !speaks_of_all(&pieces) {
            beyond.push(question.trim().to_owned());
        }
    } else {
        filter.text = [vec![filter.text], beyond_computing].concat().join(" ").trim().to_owned();
    }
    filter.text = telling(&filter.text, &filter.kinds, measure, by);
    let part = match writing {
        people::Writing::Nobody => None,
        people::Writing::ToMe => Some(Part::Sender),
        people::Writing::ByMe => Some(Part::Recipient),
    };
    let mut plan = Plan {
        asked,
        measure,
        statistic,
        rate,
        by,
        filter,
        sides,
        presumed,
        part,
        people_said,
        place_said,
        place,
        unknown,
        absent,
        beyond,
        polar,
        spelling,
        language,
        zone: zone.clone(),
        of_birthday: attribute == Some("Birthday"),
        steps: Vec::new(),
        understood: String::new(),
    };
    plan.understood = say::understood(&plan, today);
    Ok(plan)
}

/// What the longest or the dearest is asked for: when it was, how much it was, or which it was.
fn settled_extreme(asked: Asked) -> Asked {
    match asked {
        Asked::When | Asked::Where | Asked::Who => asked,
        _ => Asked::Sum,
    }
}

fn is_computed(asked: Asked) -> bool {
    match asked {
        Asked::Count | Asked::Sum | Asked::First | Asked::Last | Asked::Next | Asked::Most | Asked::Least | Asked::List => true,
        Asked::Find | Asked::When | Asked::Where | Asked::Who => false,
    }
}

/// What the most or the least of is asked for, where no word says it; `None` when nothing that can be counted by groups is.
fn ranked_by(asked: Asked, asks_who: bool, filter: &Filter) -> Option<Division> {
    const TITLED: &[Kind] = &[Kind::Search, Kind::Page, Kind::Watch, Kind::Video, Kind::Listen, Kind::Event];
    let all = |of: &[Kind]| !filter.kinds.is_empty() && filter.kinds.iter().all(|kind| of.contains(kind));
    if asks_who {
        Some(if all(&[Kind::Watch, Kind::Video, Kind::Listen, Kind::Subscription]) { Division::Channel } else { Division::Person })
    } else if all(&[Kind::Mail, Kind::Message, Kind::Call]) {
        Some(Division::Person)
    } else if all(&[Kind::Visit, Kind::Trip, Kind::Event]) && filter.kinds != [Kind::Event] {
        Some(Division::Place)
    } else if all(TITLED) && asked == Asked::Most {
        Some(Division::Title)
    } else {
        None
    }
}

/// The words of a question that are on a list, as they were written.
fn words_of(pieces: &[Piece], listed: &[&str]) -> Vec<String> {
    pieces.iter().filter(|piece| listed.contains(&piece.lower.as_str())).map(|piece| piece.text.clone()).collect()
}

/// Whether what happened is the doing of the vault's owner alone.
fn is_own_doing(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Photo
            | Kind::Video
            | Kind::Watch
            | Kind::Listen
            | Kind::Search
            | Kind::Page
            | Kind::Bookmark
            | Kind::Visit
            | Kind::Trip
            | Kind::Workout
            | Kind::Note
            | Kind::Task
    )
}

/// Whether "the number of" somebody alone is asked for.
fn of_number(question: &str, filter: &Filter) -> bool {
    let lower = question.to_lowercase();
    let alone = filter.people.len() + filter.senders.len() == 1 && filter.recipients.is_empty();
    let narrows = filter.from.is_some() || filter.to.is_some() || is_placed(filter) || !filter.sources.is_empty();
    alone && !narrows && filter.kinds.is_empty() && filter.text.is_empty() && (lower.contains("number of") || lower.contains("nummer von"))
}

/// The name right after "where was": what others did is not in the data.
fn asks_where_someone_was(pieces: &[Piece]) -> Option<String> {
    let [first, verb, name, ..] = pieces else { return None };
    let asks = matches!(first.lower.as_str(), "where" | "wo") && matches!(verb.lower.as_str(), "was" | "is" | "were" | "war" | "ist");
    (asks && name.name && name.used && !name.small && !name.genitive && !name.quoted).then(|| name.text.clone())
}

/// Whether a question speaks of whatever the vault holds: "How many items are there?".
fn speaks_of_all(pieces: &[Piece]) -> bool {
    const ALL: &[&str] = &["items", "item", "everything", "entries", "records", "data", "einträge", "alles", "daten", "datensätze"];
    pieces.iter().any(|piece| ALL.contains(&piece.lower.as_str()))
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
        if let Some(at) = pieces::position(pieces, phrase) {
            let found = &mut pieces[at..at + phrase.split(' ').count()];
            taken.push(pieces::joined(found));
            use_up(found);
        }
    }
    taken
}

/// The words that narrow what is asked about, of those that are left: what is in quotation marks does in any case.
fn telling(text: &str, kinds: &[Kind], measure: Measure, by: Option<Division>) -> String {
    let mut quoted = false;
    let words = text.split(' ').filter(|word| {
        let within = quoted || word.starts_with('"');
        quoted ^= word.matches('"').count() % 2 == 1;
        within || !words::says_no_more(word, kinds, measure, by)
    });
    words.collect::<Vec<_>>().join(" ")
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

/// The times that a question names, outside quotation marks; their words are used up.
fn take_spans(question: &str, pieces: &mut [Piece], today: Date, zone: &TimeZone) -> Vec<sides::Span> {
    let mut spans = Vec::new();
    for found in dates::find(question, today) {
        if pieces.iter().any(|piece| piece.quoted && piece.start < found.end && found.start < piece.end) {
            continue;
        }
        spans.push(sides::Span {
            name: sides::name(&question[found.start..found.end]),
            from: found.from.and_then(|date| sides::instant(date, zone)),
            to: found.to.and_then(|date| sides::instant(date, zone)),
        });
        for piece in pieces.iter_mut().filter(|piece| piece.start >= found.start && piece.end <= found.end) {
            piece.used = true;
        }
    }
    spans
}

/// Whether a question begins as those do that want a yes or a no.
fn is_polar(pieces: &[Piece]) -> bool {
    const FIRST: &[&str] = &[
        "did", "do", "does", "have", "has", "had", "is", "are", "was", "were", "am", "habe", "hab", "hat", "haben", "hatte", "war", "bin",
        "ist", "sind", "gibt", "gab", "kam", "kamen", "schrieb", "schickte",
    ];
    pieces.first().is_some_and(|piece| FIRST.contains(&piece.lower.as_str()))
}

/// The kinds that a verb speaks of, when no noun names any; whether they were taken from the verb.
fn presume(filter: &mut Filter, asked: Option<Asked>, presence: bool, meets: bool, is_due: bool) -> bool {
    // "Gesehen" is said of videos and of people.
    let seen = meets && filter.kinds == [Kind::Watch, Kind::Video];
    // A journey is told by where it went.
    let journey = filter.kinds == [Kind::Trip]
        && is_placed(filter)
        && filter.text.is_empty()
        && matches!(asked, None | Some(Asked::When | Asked::Where | Asked::Find | Asked::First | Asked::Last));
    if !filter.kinds.is_empty() && !seen && !journey {
        return false;
    }
    let accompanied = presence && !filter.people.is_empty();
    let kinds: &[Kind] = if is_due {
        &[Kind::Task, Kind::Event]
    } else if meets || (accompanied && !is_placed(filter)) {
        &[Kind::Event]
    } else if ((presence || journey) && is_placed(filter)) || (presence && filter.text.is_empty() && asked == Some(Asked::Where)) {
        &[Kind::Visit]
    } else if !filter.text.is_empty() && (presence || (asked == Some(Asked::Count) && filter.people.is_empty())) {
        // How often something was done is told by the calendar and the places, not by whatever mentions it.
        &[Kind::Visit, Kind::Event]
    } else {
        return false;
    };
    filter.kinds = kinds.to_vec();
    true
}

/// The part that the one who asks has in mails and messages when nobody else is named: who sent them, or whom they reached.
fn own_part(pieces: &[Piece], writing: people::Writing, filter: &Filter, asked: Option<Asked>, by: Option<Division>) -> Option<Part> {
    let about_mail = !filter.kinds.is_empty() && filter.kinds.iter().all(|kind| matches!(kind, Kind::Mail | Kind::Message));
    // Months and years are ranked by what the one who asks got; people by what they have a part in.
    let of_time = matches!(by, Some(Division::Month | Division::Year | Division::Weekday));
    let among_others = matches!(asked, Some(Asked::Who | Asked::Most | Asked::Least)) && !of_time;
    let names_nobody = filter.senders.is_empty() && filter.recipients.is_empty() && filter.people.is_empty();
    if !(about_mail && names_nobody) {
        return None;
    }
    if among_others {
        // Whoever wrote may have written to the one who asks by a list; what that one wrote is theirs.
        return (writing == people::Writing::ByMe).then_some(Part::Sender);
    }
    match writing {
        people::Writing::ByMe => Some(Part::Sender),
        people::Writing::ToMe => Some(Part::Recipient),
        people::Writing::Nobody => pieces.iter().any(|piece| words::is_getting(&piece.lower)).then_some(Part::Recipient),
    }
}

fn is_placed(filter: &Filter) -> bool {
    filter.near.is_some() || filter.area.is_some()
}

/// Makes what is asked, the measure and the kinds agree.
fn settle(asked: &mut Option<Asked>, measure: &mut Option<Measure>, filter: &mut Filter, named_someone: bool, beyond: &mut Vec<String>) {
    match (*asked, *measure) {
        (Some(Asked::Count | Asked::Find | Asked::List) | None, Some(_)) => *asked = Some(Asked::Sum),
        // "How much flour goes into the cake" stands somewhere, or nowhere.
        (Some(Asked::Sum), None) if filter.kinds.is_empty() && !filter.text.is_empty() => *asked = Some(Asked::Find),
        (Some(Asked::Sum), None) if filter.kinds.is_empty() => beyond.push("how much".to_owned()),
        (Some(Asked::Sum), None) => *asked = Some(Asked::Count),
        (Some(Asked::Sum | Asked::Most | Asked::Least), _) => {}
        // "When did I pay": the payment is looked for, not its amount.
        _ => *measure = None,
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

/// The kinds that are spoken of, put into the filter: those that are named, else those that a verb speaks of.
fn take_kinds(pieces: &mut [Piece], filter: &mut Filter) -> Option<Speaks> {
    let mut found: Vec<(&[Kind], Speaks)> = Vec::new();
    let mut table: Vec<_> = words::kinds().collect();
    table.sort_by_key(|(phrase, _)| std::cmp::Reverse(phrase.split(' ').count()));
    for (phrase, meaning) in table {
        while let Some(at) = pieces::position(pieces, phrase) {
            use_up(&mut pieces[at..at + phrase.split(' ').count()]);
            found.push(meaning);
        }
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

/// The places that are named, as they are written, and where they are: after a word of place, or anywhere where what is asked
/// has a place. Only where the person has been is a place.
fn take_places(pieces: &mut [Piece], filter: &Filter, presence: bool, world: &dyn World) -> Result<Vec<(String, Spot)>> {
    let mut places = Vec::new();
    if filter.near.is_some() || filter.area.is_some() {
        return Ok(places);
    }
    let placed = presence || filter.kinds.iter().any(|kind| matches!(kind, Kind::Photo | Kind::Visit | Kind::Trip));
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
        let end = |piece: &Piece| free(piece) && piece.name && !piece.small;
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

#[cfg(test)]
mod tests;
