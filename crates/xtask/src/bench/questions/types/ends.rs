//! The first and the last, and since when.

use super::{Case, Kind, Type, dated};
use crate::bench::questions::beside::ARTISTS;
use crate::bench::questions::known::{HAUNTS, Known, Said, town, year};
use crate::bench::questions::rows::Item;
use crate::fixtures::life::OWNER;
use crate::fixtures::prng::Prng;

pub(super) const TYPES: &[Type] = &[
    Type { kind: Kind::Ends, name: "ends.first_visit", fill: |known, chance| visit(known, chance, false) },
    Type { kind: Kind::Ends, name: "ends.last_visit", fill: |known, chance| visit(known, chance, true) },
    Type { kind: Kind::Ends, name: "ends.first_mail_from", fill: |known, chance| mail_from(known, chance, false) },
    Type { kind: Kind::Ends, name: "ends.last_mail_from", fill: |known, chance| mail_from(known, chance, true) },
    Type { kind: Kind::Ends, name: "ends.last_mail_to", fill: last_mail_to },
    Type { kind: Kind::Ends, name: "ends.first_photo_in", fill: first_photo_in },
    Type { kind: Kind::Ends, name: "ends.last_search", fill: last_search },
    Type { kind: Kind::Ends, name: "ends.last_event", fill: last_event },
    Type { kind: Kind::Ends, name: "ends.first_play", fill: first_play },
    Type { kind: Kind::Ends, name: "ends.last_ride_in", fill: last_ride_in },
    Type { kind: Kind::Ends, name: "ends.longest_ride", fill: longest_ride },
    Type { kind: Kind::Ends, name: "ends.first_in_town", fill: |known, chance| in_town(known, chance, false) },
    Type { kind: Kind::Ends, name: "ends.last_in_town", fill: |known, chance| in_town(known, chance, true) },
];

/// The one at the end of a list in order of time.
fn end<'a>(items: impl Iterator<Item = &'a Item>, last: bool) -> Option<&'a Item> {
    let items: Vec<&Item> = items.filter(|item| item.at.is_some()).collect();
    if last { items.last().copied() } else { items.first().copied() }
}

fn visit(known: &Known, chance: &mut Prng, last: bool) -> Option<Case> {
    let place = chance.pick(&HAUNTS);
    dated([("place", Said::same(place))], end(known.visits_to(place), last))
}

fn mail_from(known: &Known, chance: &mut Prng, last: bool) -> Option<Case> {
    let person = known.person(chance);
    dated([("person", Said::same(person))], end(known.of("mail").filter(|mail| mail.has("sender", person)), last))
}

fn last_mail_to(known: &Known, chance: &mut Prng) -> Option<Case> {
    let person = known.person(chance);
    let mails = known.of("mail").filter(|mail| mail.has("recipient", person) && mail.has("sender", OWNER.name));
    dated([("person", Said::same(person))], end(mails, true))
}

fn first_photo_in(known: &Known, chance: &mut Prng) -> Option<Case> {
    let trip = known.trip(chance);
    dated([("town", town(trip))], end(known.in_town("photo", trip), false))
}

fn last_search(known: &Known, chance: &mut Prng) -> Option<Case> {
    let topic = chance.pick(&["sourdough", "cello", "tile saw", "plum cake", "railway modelling", "choir concert"]);
    let searches = known.of("search").filter(|search| topic.split(' ').all(|word| search.speaks_of(word)));
    dated([("topic", Said::same(topic))], end(searches, true))
}

fn last_event(known: &Known, chance: &mut Prng) -> Option<Case> {
    let title = chance.pick(&["Dentist", "Rehearsal", "Haircut", "Boiler inspection", "House meeting"]);
    dated([("event", Said::same(title))], end(known.of("event").filter(|event| event.title == *title), true))
}

fn first_play(known: &Known, chance: &mut Prng) -> Option<Case> {
    let (artist, _) = chance.pick(&ARTISTS);
    dated([("artist", Said::same(artist))], end(known.of("listen").filter(|play| play.has("channel", artist)), false))
}

fn last_ride_in(known: &Known, chance: &mut Prng) -> Option<Case> {
    let time = year(chance);
    let rides = known.of("trip").filter(|trip| trip.title.contains("ycling") && trip.is_within(time.span));
    dated([("year", time.said)], end(rides, true))
}

fn longest_ride(known: &Known, chance: &mut Prng) -> Option<Case> {
    let time = year(chance);
    let rides: Vec<&Item> = known.of("trip").filter(|trip| trip.title.contains("ycling") && trip.is_within(time.span)).collect();
    let metres = |ride: &&Item| ride.number("distance_m").unwrap_or_default();
    let longest = rides.iter().copied().max_by(|a, b| metres(a).total_cmp(&metres(b)))?;
    let days: Vec<_> = rides.iter().filter(|ride| (metres(ride) - metres(&longest)).abs() < 1.0).filter_map(|ride| ride.day()).collect();
    super::case([("year", time.said)], super::Truth::Day(days))
}

fn in_town(known: &Known, chance: &mut Prng, last: bool) -> Option<Case> {
    let trip = known.trip(chance);
    dated([("town", town(trip))], end(known.in_town("visit", trip), last))
}
