//! What a question sets against each other: "in 2018 or in 2019", "Anna or Jonas".

use domain::{Filter, Kind, UtcMs};
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::{Language, Side, Spot, Within, words};

/// A time that a question names.
pub(super) struct Span {
    pub(super) name: String,
    pub(super) from: Option<UtcMs>,
    pub(super) to: Option<UtcMs>,
}

impl Span {
    /// Leaves of a filter what lies within.
    pub(super) fn narrow(&self, filter: &mut Filter) {
        if let Some(from) = self.from {
            filter.from = Some(filter.from.map_or(from, |had| had.max(from)));
        }
        if let Some(to) = self.to {
            filter.to = Some(filter.to.map_or(to, |had| had.min(to)));
        }
    }
}

/// A time as the question has it, without the small words before it.
pub(super) fn name(phrase: &str) -> String {
    let mut rest = phrase.trim();
    // May is a month here.
    let small = |word: &str| word != "may" && (words::is_small(word, Language::En) || words::is_small(word, Language::De));
    while let Some((first, after)) = rest.split_once(' ')
        && small(&first.to_lowercase())
    {
        rest = after;
    }
    rest.to_owned()
}

/// Whether no instant lies in all of the spans, so that each has to be meant by itself.
pub(super) fn set_apart(spans: &[Span]) -> bool {
    let from = spans.iter().filter_map(|span| span.from).max();
    let to = spans.iter().filter_map(|span| span.to).min();
    spans.len() > 1 && from.zip(to).is_some_and(|(from, to)| from >= to)
}

/// Leaves of a filter what lies in any of the spans, which are added to each other.
pub(super) fn add_spans(spans: &[Span], filter: &mut Filter) {
    let ends = |end: fn(&Span) -> Option<UtcMs>| spans.iter().map(end).collect::<Option<Vec<UtcMs>>>().unwrap_or_default();
    let whole = Span { name: String::new(), from: ends(|span| span.from).into_iter().min(), to: ends(|span| span.to).into_iter().max() };
    whole.narrow(filter);
    let any_of = spans.iter().map(|span| Filter { from: span.from, to: span.to, ..Filter::default() }).collect();
    filter.all_of.push(Filter { any_of, ..Filter::default() });
}

/// The times of a filter: each of those that are added, else the one that it has, from when and to when.
pub(crate) fn times(filter: &Filter) -> Vec<(Option<UtcMs>, Option<UtcMs>)> {
    let is_time = |filter: &Filter| Filter { from: None, to: None, ..filter.clone() }.is_empty();
    let added = filter.all_of.iter().find(|inner| !inner.any_of.is_empty() && inner.any_of.iter().all(is_time));
    added.map_or_else(|| vec![(filter.from, filter.to)], |inner| inner.any_of.iter().map(|span| (span.from, span.to)).collect())
}

pub(super) fn of_spans(spans: &[Span], filter: &Filter) -> Vec<Side> {
    let side = |span: &Span| {
        let mut filter = filter.clone();
        span.narrow(&mut filter);
        Side { name: span.name.clone(), filter }
    };
    spans.iter().map(side).collect()
}

/// The instant at which a day begins.
pub(super) fn instant(date: Date, zone: &TimeZone) -> Option<UtcMs> {
    date.to_zoned(zone.clone()).ok().map(|zoned| zoned.timestamp().as_millisecond())
}

/// A side for each of several people, places or kinds, whichever the question names several of.
/// Of what is `told` of places, and did not happen there, their names are looked for.
pub(super) fn named(filter: &mut Filter, places: &[(String, Spot)], told: bool) -> Vec<Side> {
    let sides = of_people(filter);
    if !sides.is_empty() {
        return sides;
    }
    if places.len() > 1 {
        let side = |(said, spot): &(String, Spot)| {
            let mut filter = Filter { near: None, area: None, ..filter.clone() };
            if told || spot.within == Within::Named {
                filter.text = format!("{} \"{}\"", filter.text, if told { said } else { &spot.name }).trim().to_owned();
            } else {
                spot.within.narrow(&mut filter);
            }
            Side { name: spot.name.clone(), filter }
        };
        return places.iter().map(side).collect();
    }
    // What is watched and what was filmed are both called videos, and are no sides of each other.
    let kinds: Vec<Kind> =
        filter.kinds.iter().copied().filter(|kind| *kind != Kind::Video || !filter.kinds.contains(&Kind::Watch)).collect();
    if kinds.len() < 2 {
        return Vec::new();
    }
    let side = |kind: Kind| Side { name: kind.name().to_owned(), filter: Filter { kinds: vec![kind], ..filter.clone() } };
    kinds.into_iter().map(side).collect()
}

/// A side for each person, when the question names several; they are then no longer wanted together.
fn of_people(filter: &mut Filter) -> Vec<Side> {
    let mut names = std::mem::take(&mut filter.senders);
    let sent = !names.is_empty();
    let mut received = std::mem::take(&mut filter.recipients);
    let any = std::mem::take(&mut filter.people);
    if names.len() + received.len() + any.len() < 2 {
        (filter.senders, filter.recipients, filter.people) = (names, received, any);
        return Vec::new();
    }
    let to = !received.is_empty() && !sent;
    names.append(&mut received);
    // "Did Anna or Jonas send": the part of one is that of both.
    names.splice(0..0, any);
    let side = |name: String| {
        let mut filter = filter.clone();
        let part = if sent {
            &mut filter.senders
        } else if to {
            &mut filter.recipients
        } else {
            &mut filter.people
        };
        part.push(name.clone());
        Side { name, filter }
    };
    names.into_iter().map(side).collect()
}
