//! How many, and how often.

use std::collections::BTreeSet;

use super::{Case, Kind, Truth, Type, case, counted};
use crate::bench::questions::beside::ARTISTS;
use crate::bench::questions::known::{HAUNTS, Known, Said, month, town, year, year_of, year_of_trip};
use crate::bench::questions::rows::span;
use crate::fixtures::life::{OWNER, Trip};
use crate::fixtures::prng::Prng;

pub(super) const TYPES: &[Type] = &[
    Type { kind: Kind::Count, name: "count.mails_from", fill: mails_from },
    Type { kind: Kind::Count, name: "count.mails_to", fill: mails_to },
    Type { kind: Kind::Count, name: "count.photos_in_town", fill: photos_in_town },
    Type { kind: Kind::Count, name: "count.searches_in", fill: searches_in },
    Type { kind: Kind::Count, name: "count.searches_about", fill: searches_about },
    Type { kind: Kind::Count, name: "count.videos_of_channel", fill: videos_of_channel },
    Type { kind: Kind::Count, name: "count.events_called", fill: events_called },
    Type { kind: Kind::Count, name: "count.visits_to", fill: visits_to },
    Type { kind: Kind::Count, name: "count.days_in_town", fill: days_in_town },
    Type { kind: Kind::Count, name: "count.rides", fill: rides },
    Type { kind: Kind::Count, name: "count.plays_of", fill: plays_of },
    Type { kind: Kind::Count, name: "count.countries", fill: countries },
    Type { kind: Kind::Count, name: "count.mails_per_week", fill: mails_per_week },
    Type { kind: Kind::Count, name: "count.searches_per_month", fill: searches_per_month },
];

fn mails_from(known: &Known, chance: &mut Prng) -> Option<Case> {
    let (person, time) = (known.person(chance), year(chance));
    let n = known.of("mail").filter(|mail| mail.has("sender", person) && mail.is_within(time.span)).count();
    counted([("person", Said::same(person)), ("year", time.said)], n)
}

fn mails_to(known: &Known, chance: &mut Prng) -> Option<Case> {
    let (person, time) = (known.person(chance), year(chance));
    let n = known.of("mail").filter(|mail| mail.has("recipient", person) && mail.has("sender", OWNER.name) && mail.is_within(time.span));
    let n = n.count();
    counted([("person", Said::same(person)), ("year", time.said)], n)
}

fn photos_in_town(known: &Known, chance: &mut Prng) -> Option<Case> {
    let trip = known.trip(chance);
    counted([("town", town(trip))], known.in_town("photo", trip).count())
}

fn searches_in(known: &Known, chance: &mut Prng) -> Option<Case> {
    let time = month(chance);
    counted([("month", time.said)], known.of("search").filter(|search| search.is_within(time.span)).count())
}

fn searches_about(known: &Known, chance: &mut Prng) -> Option<Case> {
    let topic = chance.pick(&["sourdough", "cello", "tile saw", "plum cake", "railway modelling", "choir concert"]);
    let n = known.of("search").filter(|search| topic.split(' ').all(|word| search.speaks_of(word))).count();
    counted([("topic", Said::same(topic))], n)
}

fn videos_of_channel(known: &Known, chance: &mut Prng) -> Option<Case> {
    let channel =
        chance.pick(&["Slow Workshop", "Gleisblick", "Hut to Hut", "Velo Doktor", "The Wool Room", "Lake Swimmers", "Pilzfreunde"]);
    let n = known.of("watch").filter(|watch| watch.has("channel", channel)).count();
    counted([("channel", Said::same(channel))], n)
}

fn events_called(known: &Known, chance: &mut Prng) -> Option<Case> {
    let title = chance.pick(&["Dentist", "Rehearsal", "Haircut", "Boiler inspection", "House meeting", "Planning"]);
    let time = year(chance);
    counted(
        [("event", Said::same(title)), ("year", time.said)],
        known.of("event").filter(|event| event.title == *title && event.is_within(time.span)).count(),
    )
}

fn visits_to(known: &Known, chance: &mut Prng) -> Option<Case> {
    let place = chance.pick(&HAUNTS);
    let n = known.visits_to(place).count();
    counted([("place", Said::same(place))], n)
}

/// The different days on which something was in a town of a journey: its visits tell it, and days between are spent there.
fn days_in_town(known: &Known, chance: &mut Prng) -> Option<Case> {
    let trip = known.trip(chance);
    let time = year_of_trip(trip);
    counted([("town", town(trip)), ("year", time.said)], days_there(known, trip).len())
}

/// The days of a journey on which a visit in its town began or went on.
pub(super) fn days_there(known: &Known, trip: &Trip) -> BTreeSet<i64> {
    (trip.first..trip.first + trip.days)
        .filter(|number| {
            let first = crate::bench::questions::known::day(*number);
            let (from, to) = span(first, first.tomorrow().unwrap_or(first));
            known.in_town("visit", trip).any(|visit| visit.at.is_some_and(|at| at < to) && visit.until.is_some_and(|until| until > from))
        })
        .collect()
}

fn rides(known: &Known, chance: &mut Prng) -> Option<Case> {
    let time = year(chance);
    let n = known.of("trip").filter(|trip| trip.title.contains("ycling") && trip.is_within(time.span)).count();
    counted([("year", time.said)], n)
}

fn plays_of(known: &Known, chance: &mut Prng) -> Option<Case> {
    let ((artist, _), time) = (chance.pick(&ARTISTS), year(chance));
    let n = known.of("listen").filter(|play| play.has("channel", artist) && play.is_within(time.span)).count();
    counted([("artist", Said::same(artist)), ("year", time.said)], n)
}

/// Switzerland, and those of the journeys.
fn countries(known: &Known, chance: &mut Prng) -> Option<Case> {
    let (from, to) = (chance.between(2014, 2019), chance.between(2020, 2024));
    let country = |trip: &Trip| if trip.city.0 == "Porto" { "Lisbon" } else { trip.city.0 };
    let within = known.life.trips.iter().filter(|trip| (from..=to).contains(&crate::fixtures::clock::civil(trip.first).0));
    let abroad: BTreeSet<&str> = within.map(country).collect();
    let slots = [("from", Said::same(&from.to_string())), ("to", Said::same(&to.to_string()))];
    case(slots, Truth::Number(abroad.len() as f64 + 1.0, 0.0))
}

fn mails_per_week(known: &Known, chance: &mut Prng) -> Option<Case> {
    let (person, number) = (known.person(chance), chance.between(2014, 2023) as i16);
    let time = year_of(number);
    let n = known.of("mail").filter(|mail| mail.has("sender", person) && mail.is_within(time.span)).count() as f64;
    let weeks = (time.span.1 - time.span.0) as f64 / (7.0 * 86_400_000.0);
    if n == 0.0 { None } else { case([("person", Said::same(person)), ("year", time.said)], Truth::Number(n / weeks, 0.06)) }
}

fn searches_per_month(known: &Known, chance: &mut Prng) -> Option<Case> {
    let time = year_of(chance.between(2014, 2023) as i16);
    let n = known.of("search").filter(|search| search.is_within(time.span)).count() as f64;
    case([("year", time.said)], Truth::Number(n / 12.0, 0.06))
}
