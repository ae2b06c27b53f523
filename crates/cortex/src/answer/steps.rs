//! Takes the first step of a question that has two: finds what happened, and from it the time that the second step is about.
//!
//! Where several journeys or events may be meant, and no date tells which, the person is asked.

use domain::{Certainty, Filter, Kind, Result, UtcMs};
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use vault::{Order, Row};

use super::{Answerer, Choice, pick, say};
use crate::dates;
use crate::plan::{Asked, Parted, Plan, Relation, Step, World, plan, whose_birthday};

/// A way home takes no longer than this: four days.
const LONGEST_WAY_MS: i64 = 4 * 86_400_000;
/// What has no end is taken to last so long.
const SHORTEST_MS: i64 = 3_600_000;
/// What happened is told of within this time: a week.
const TOLD_WITHIN_MS: i64 = 7 * 86_400_000;
/// Before anything that a vault holds: the year 1.
const EARLIEST_MS: i64 = -62_135_596_800_000;
/// Metres within which visits are to one place.
const ONE_PLACE: f64 = 500.0;
/// Readings that are offered.
const OFFERED: usize = 6;
/// Words that say that someone went to a place, of which the place tells all.
const JOURNEY: &[&str] = &[
    "trip",
    "journey",
    "stay",
    "visit",
    "holiday",
    "holidays",
    "vacation",
    "travels",
    "travelling",
    "traveling",
    "travelled",
    "traveled",
    "flying",
    "flew",
    "flight",
    "going",
    "went",
    "leaving",
    "left",
    "departure",
    "week",
    "weekend",
    "days",
    "time",
    "i",
    "my",
    "our",
    "the",
    "to",
    "in",
    "of",
    "for",
    "at",
    "we",
    "had",
    "was",
    "were",
    "visiting",
    "driving",
    "reise",
    "aufenthalt",
    "aufenthalts",
    "aufenthaltes",
    "besuch",
    "besuchs",
    "ferien",
    "urlaub",
    "urlaubs",
    "flug",
    "flugs",
    "fahrt",
    "der",
    "die",
    "des",
    "dem",
    "meiner",
    "meines",
    "meinem",
    "meine",
    "nach",
    "von",
    "zu",
    "ich",
    "abflug",
    "abreise",
    "unserer",
    "unseres",
];

/// What came of the first step.
pub(super) enum First {
    /// The time that it gives, how it was found, and the first item that tells of it.
    Time((UtcMs, UtcMs), Step, Box<Row>),
    /// It found nothing.
    Nothing(Box<Plan>),
    /// Several may be meant.
    Several(Vec<Choice>),
}

/// Something that happened: its rows in order of time.
type Happening = Vec<Row>;

impl Answerer<'_> {
    /// Takes the first step. The dates of the whole question narrow it.
    pub(super) fn first_step(&self, parted: &Parted, question: &str, base: &Filter) -> Result<First> {
        let mut within = base.clone();
        for found in dates::find(question, self.today) {
            within.from = within.from.max(found.from.and_then(|date| self.midnight(date)));
            within.to = within.to.into_iter().chain(found.to.and_then(|date| self.midnight(date))).min();
        }
        if let Some(whose) = whose_birthday(&parted.first)
            && let Some(found) = self.birthday(whose, parted, &within)?
        {
            return Ok(found);
        }
        let said = without_dates(&parted.first, self.today);
        let (understood, happenings) = match self.stays_named(&said, &within)? {
            Some(found) => found,
            None => self.events_named(&said, &within)?,
        };
        let mut found = Vec::new();
        for rows in happenings {
            found.extend(self.time_of(parted, &rows)?.map(|time| (rows, time)));
        }
        match &found[..] {
            [] => {
                let plan = plan(&format!("When was {said}?"), &within, self.today, &self.zone, self)?;
                Ok(First::Nothing(Box::new(Plan { understood, ..plan })))
            }
            [.., (rows, time)] if found.len() == 1 || (asks_where(&parted.rest) && all_at_one_place(&found)) => {
                Ok(First::Time(*time, self.step(parted, understood, rows), Box::new(rows[0].clone())))
            }
            several => {
                let language = plan(question, base, self.today, &self.zone, self)?.language;
                let choices = several.iter().rev().take(OFFERED).filter_map(|(rows, _)| {
                    let day = super::clocks::day(&rows[0], &self.zone)?;
                    let when = format!("{} {}", pick(language, "in", "im"), say::month(day, language));
                    Some(Choice {
                        label: format!("{}, {}", rows[0].title, say::day(day, language)),
                        question: format!("{} {when}?", question.trim_end_matches(['?', '.', ' '])),
                    })
                });
                Ok(First::Several(choices.collect()))
            }
        }
    }

    /// The birthday of somebody in the year that is asked about, else the last one.
    fn birthday(&self, whose: &str, parted: &Parted, within: &Filter) -> Result<Option<First>> {
        let Some((row, born)) = self.born_of(whose)? else { return Ok(None) };
        let year = within.from.and_then(|from| self.local(from)).map(|day| day.year());
        let in_year = |year: i16| format!("{year:04}-{}", born.get(born.len().saturating_sub(5)..)?).parse::<Date>().ok();
        let day = match year {
            Some(year) => in_year(year),
            None => in_year(self.today.year()).filter(|day| *day <= self.today).or_else(|| in_year(self.today.year() - 1)),
        };
        let Some(day) = day else { return Ok(None) };
        let (from, to) = (self.midnight(day), day.tomorrow().ok().and_then(|next| self.midnight(next)));
        let Some(time) = from.zip(to) else { return Ok(None) };
        let step = Step { said: parted.first.clone(), understood: parted.first.clone(), found: day.to_string(), cites: vec![row.uid] };
        Ok(Some(First::Time(time, step, Box::new(row))))
    }

    fn step(&self, parted: &Parted, understood: String, rows: &[Row]) -> Step {
        let day = |row: Option<&Row>, at: Option<UtcMs>| {
            let shown = row.zip(at).and_then(|(row, at)| super::clocks::shown(row, at, &self.zone));
            shown.map_or_else(String::new, |at| at.date().to_string())
        };
        let (first, last) = (rows.first(), rows.last());
        let ends = (day(first, first.and_then(|row| row.at)), day(last, last.and_then(|row| row.until.or(row.at))));
        let found = if ends.0 == ends.1 { ends.0 } else { format!("{} – {}", ends.0, ends.1) };
        let mut cites = vec![rows[0].uid];
        cites.extend(rows.last().map(|row| row.uid).filter(|uid| *uid != rows[0].uid));
        Step { said: parted.first.clone(), understood, found, cites }
    }

    /// The stays at the place that is named, when nothing but a journey there is.
    fn stays_named(&self, said: &str, within: &Filter) -> Result<Option<(String, Vec<Happening>)>> {
        let words: Vec<&str> = said.split_whitespace().map(|word| word.trim_matches(|ch: char| !ch.is_alphanumeric())).collect();
        for length in (1..=words.len().min(3)).rev() {
            for at in 0..=words.len() - length {
                let name = words[at..at + length].join(" ");
                if !name.starts_with(char::is_uppercase) {
                    continue;
                }
                let others = words[..at].iter().chain(&words[at + length..]);
                if !others.clone().all(|word| JOURNEY.contains(&word.to_lowercase().as_str())) {
                    continue;
                }
                let Some(spot) = self.place(&name)? else { continue };
                let mut filter = Filter { kinds: vec![Kind::Visit], ..within.clone() };
                spot.within.narrow(&mut filter);
                let stays = super::whereabouts::stays_of(self.every(&filter)?);
                return Ok(Some((format!("visit {}", spot.name), stays)));
            }
        }
        Ok(None)
    }

    /// What happened by those words: in the calendar, else wherever it is told.
    fn events_named(&self, said: &str, within: &Filter) -> Result<(String, Vec<Happening>)> {
        let question = format!("When was {said}?");
        let first = Plan { asked: Asked::When, ..plan(&question, within, self.today, &self.zone, self)? };
        let understood = first.understood.clone();
        if super::say::declined(&first).is_some() {
            return Ok((understood, Vec::new()));
        }
        for kinds in [vec![Kind::Event], first.filter.kinds.clone()] {
            let narrowed = Plan { filter: Filter { kinds, ..first.filter.clone() }, ..first.clone() };
            let found = self.find(&question, narrowed)?;
            if found.abstained {
                continue;
            }
            let mut rows: Vec<Row> = found.items.into_iter().map(|cited| cited.row).filter(|row| row.at.is_some()).collect();
            rows.sort_by_key(|row| row.at);
            rows.dedup_by_key(|row| super::clocks::day(row, &self.zone));
            // What is told of within days of it is one thing: it happened before it was told.
            if let Some((first, last)) = rows.first().and_then(|row| row.at).zip(rows.last().and_then(|row| row.at))
                && last - first <= TOLD_WITHIN_MS
            {
                rows.truncate(1);
            }
            return Ok((understood, rows.into_iter().map(|row| vec![row]).collect()));
        }
        Ok((understood, Vec::new()))
    }

    /// The time that lies so to what happened.
    fn time_of(&self, parted: &Parted, rows: &[Row]) -> Result<Option<(UtcMs, UtcMs)>> {
        let (Some(from), Some(to)) = (rows.first().and_then(|row| row.at), rows.iter().filter_map(|row| row.until.or(row.at)).max()) else {
            return Ok(None);
        };
        // "The night before" is its evening as well, but for who asks where they slept.
        let evening = if ["sleep", "slept", "schlief", "geschlafen"].iter().any(|word| parted.rest.contains(word)) { 22 } else { 19 };
        // What has a date alone was on it, whatever instant that is kept as.
        let dated = rows.iter().all(|row| row.offset_min.is_none() && row.certainty == Some(Certainty::DateOnly));
        let day = |ms: UtcMs| if dated { super::clocks::shown(&rows[0], ms, &self.zone).map(|at| at.date()) } else { self.local(ms) };
        let (Some(first), Some(last)) = (day(from), day((to - 1).max(from))) else { return Ok(None) };
        let beside = |days: i64| if days > 0 { last.checked_add(days.days()).ok() } else { first.checked_add(days.days()).ok() };
        let span = |from: Option<Date>, to: Option<Date>| from.zip(to).and_then(|(from, to)| self.midnight(from).zip(self.midnight(to)));
        let hours = |day: Option<Date>, from: i64, to: i64| {
            day.and_then(|day| self.midnight(day)).map(|start| (start + from * 3_600_000, start + to * 3_600_000))
        };
        Ok(match parted.relation {
            Relation::During => Some((from, to.max(from + SHORTEST_MS))),
            Relation::SameDay => span(Some(first), last.tomorrow().ok()),
            Relation::Day(n) => span(beside(n), beside(n).and_then(|day| day.tomorrow().ok())),
            Relation::Night(n) if n < 0 => hours(beside(-1), evening, 30),
            Relation::Night(_) => hours(Some(last), evening, 30),
            Relation::Week(n) if n > 0 => span(last.tomorrow().ok(), last.checked_add(8.days()).ok()),
            Relation::Week(_) => span(first.checked_sub(7.days()).ok(), Some(first)),
            Relation::Weekend(n) => {
                let day = if n > 0 { last } else { first };
                let monday = day.checked_sub(i64::from(day.weekday().to_monday_zero_offset()).days()).ok();
                let saturday = monday.and_then(|monday| monday.checked_add((if n > 0 { 5 } else { -2 }).days()).ok());
                span(saturday, saturday.and_then(|day| day.checked_add(2.days()).ok()))
            }
            Relation::MonthOf => {
                let begin = first.first_of_month();
                span(Some(begin), begin.checked_add(1.month()).ok())
            }
            Relation::YearOf => {
                let begin = first.first_of_year();
                span(Some(begin), begin.checked_add(1.year()).ok())
            }
            Relation::Since => span(Some(first), self.today.tomorrow().ok()),
            Relation::Before => self.midnight(first).map(|begin| (EARLIEST_MS, begin)),
            Relation::Month(n) if n > 0 => span(last.tomorrow().ok(), last.checked_add(1.month()).ok()),
            Relation::Month(_) => span(first.checked_sub(1.month()).ok(), Some(first)),
            // Who waits at the airport is on the way.
            Relation::WayHome => {
                let left = rows.last().filter(|row| is_terminal(&row.title)).and_then(|row| row.at).unwrap_or(to);
                self.at_home(to, Order::Oldest)?.and_then(|row| row.at).map(|home| (left, home))
            }
            Relation::WayTo => {
                let there = rows.first().filter(|row| is_terminal(&row.title)).and_then(|row| row.until).unwrap_or(from);
                self.at_home(from, Order::Newest)?.and_then(|row| row.until.or(row.at)).map(|left| (left, there))
            }
        })
    }

    /// The visit at home that follows an instant, or the last one before it. Home is where most of all time was spent.
    fn at_home(&self, at: UtcMs, order: Order) -> Result<Option<Row>> {
        let visits = Filter { kinds: vec![Kind::Visit], ..Filter::default() };
        let spent = self.vault.aggregate(&visits, &vault::Measure::Sum("duration_s".to_owned()), Some(vault::Dimension::Place))?;
        let Some(home) = spent.rows.into_iter().max_by(|a, b| a.value.unwrap_or(0.0).total_cmp(&b.value.unwrap_or(0.0))) else {
            return Ok(None);
        };
        let (from, to) = if order == Order::Oldest { (at, at + LONGEST_WAY_MS) } else { (at - LONGEST_WAY_MS, at) };
        let there = Filter { from: Some(from), to: Some(to), text: format!("\"{}\"", home.key), ..visits };
        Ok(self.vault.list(&there, order, None, 1)?.rows.into_iter().next())
    }

    fn local(&self, ms: UtcMs) -> Option<Date> {
        Timestamp::from_millisecond(ms).ok().map(|at| at.to_zoned(self.zone.clone()).date())
    }

    fn midnight(&self, date: Date) -> Option<UtcMs> {
        date.to_zoned(self.zone.clone()).ok().map(|at| at.timestamp().as_millisecond())
    }
}

/// Whether a place is where journeys begin and end.
fn is_terminal(name: &str) -> bool {
    let lower = name.to_lowercase();
    lower.split(' ').any(|word| {
        matches!(word, "airport" | "station" | "terminal" | "harbour" | "port" | "hafen")
            || word.ends_with("flughafen")
            || word.ends_with("bahnhof")
    })
}

/// Whether a question is about a place, which is the same whichever of several visits to it is meant.
fn asks_where(question: &str) -> bool {
    const PHRASES: &[&str] = &["where", "which town", "which city", "which country", "wo", "welcher stadt", "welchem land", "welchem ort"];
    let lower = question.to_lowercase();
    // Whole words: "two" ends with another.
    let words: Vec<&str> = lower.split(|ch: char| !ch.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    PHRASES.iter().any(|phrase| {
        let wanted: Vec<&str> = phrase.split(' ').collect();
        words.windows(wanted.len()).any(|words| words == wanted)
    })
}

/// Whether all of them happened at one place.
fn all_at_one_place(found: &[(Happening, (UtcMs, UtcMs))]) -> bool {
    let places: Vec<_> = found.iter().filter_map(|(rows, _)| rows.first()?.place).collect();
    places.len() == found.len() && places.iter().all(|place| place.metres_to(places[0]) < ONE_PLACE)
}

/// A text without the times that it names.
pub(super) fn without_dates(text: &str, today: Date) -> String {
    let mut rest = text.to_owned();
    for found in dates::find(text, today).into_iter().rev() {
        rest.replace_range(found.start..found.end, "");
    }
    let words: Vec<&str> = rest.split_whitespace().collect();
    let mut words = &words[..];
    // "Lisbon in 2019" leaves a preposition.
    while let Some((last, before)) = words.split_last()
        && matches!(last.to_lowercase().trim_end_matches('?'), "in" | "on" | "im" | "am" | "of" | "vom" | "from")
    {
        words = before;
    }
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_words_ask_where_something_was() {
        for question in ["Where did I sleep?", "In which town was I?", "Wo war ich?", "In welcher Stadt war ich?"] {
            assert!(asks_where(question), "{question}");
        }
        for question in ["How many photos did I take of two people?", "Wovon handelte es?", "Did I go somewhere?"] {
            assert!(!asks_where(question), "{question}");
        }
    }
}
