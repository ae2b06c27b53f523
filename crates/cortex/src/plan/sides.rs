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

/// Makes one time of those that follow each other: "July and August 2020".
pub(super) fn joined_on(spans: &[Span]) -> Option<Span> {
    let mut ordered: Vec<&Span> = spans.iter().collect();
    ordered.sort_by_key(|span| span.from);
    let goes_on = ordered.windows(2).all(|pair| pair[0].to.is_some() && pair[0].to == pair[1].from);
    let (first, last) = (ordered.first()?, ordered.last()?);
    let name = ordered.iter().map(|span| span.name.as_str()).collect::<Vec<_>>().join(" ");
    (goes_on && spans.len() > 1).then_some(Span { name, from: first.from, to: last.to })
}

/// A question in which each of two months has the year that stands after the second alone: "July and August 2020", "Jul-Aug 2020".
pub(super) fn with_the_same_year(question: &str) -> String {
    let mut words: Vec<(usize, &str)> = Vec::new();
    let mut rest = 0;
    for word in question.split(|ch: char| !ch.is_alphanumeric()) {
        if !word.is_empty() {
            words.push((rest, word));
        }
        // What parts the words is one character.
        let end = rest + word.len();
        rest = end + question[end..].chars().next().map_or(0, char::len_utf8);
    }
    let is_month = |at: usize| words.get(at).is_some_and(|(_, word)| crate::dates::is_month(&word.to_lowercase()));
    let year = |at: usize| {
        let (_, word) = words.get(at)?;
        (word.len() == 4 && word.parse::<u16>().is_ok_and(|year| (1900..=2100).contains(&year))).then_some(*word)
    };
    let between = |at: usize| question[words[at].0 + words[at].1.len()..words[at + 1].0].trim();
    for at in 0..words.len().saturating_sub(2) {
        let ends = words[at].0 + words[at].1.len();
        if !is_month(at) {
            continue;
        }
        if is_month(at + 1)
            && matches!(between(at), "/" | "-" | "–" | "&" | "+")
            && between(at + 1).is_empty()
            && let Some(year) = year(at + 2)
        {
            return format!("{} {year} and {}", &question[..ends], &question[words[at + 1].0..]);
        }
        let joint = words[at + 1].1.to_lowercase();
        if is_month(at + 2)
            && matches!(joint.as_str(), "and" | "or" | "plus" | "und" | "oder")
            && (at..at + 3).all(|at| at + 1 < words.len() && between(at).is_empty())
            && let Some(year) = year(at + 3)
        {
            let joint = if joint == "plus" { "and" } else { words[at + 1].1 };
            return format!("{} {year} {joint} {}", &question[..ends], &question[words[at + 2].0..]);
        }
    }
    question.to_owned()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_year_of_the_second_of_two_months_is_that_of_the_first() {
        for (question, read) in [
            ("visits in july and august 2020?", "visits in july 2020 and august 2020?"),
            ("visits Jul-Aug 2020", "visits Jul 2020 and Aug 2020"),
            ("Over July/August 2020, how often", "Over July 2020 and August 2020, how often"),
            ("im Juli oder August 2020", "im Juli 2020 oder August 2020"),
            ("July plus August 2020", "July 2020 and August 2020"),
        ] {
            assert_eq!(with_the_same_year(question), read);
        }
        for question in ["June 2019 and July 2020", "3 May and 4 June 2020", "may i ask", "", "März – ", "June and July"] {
            assert_eq!(with_the_same_year(question), question);
        }
    }
}
