//! Questions whose second step is about a time that the first one finds.

use super::{Case, Kind, Truth, Type, case, counted};
use crate::bench::questions::known::{Known, Said, ZURICH, day, town, year_of_trip};
use crate::bench::questions::rows::{Item, days};
use crate::fixtures::life::Trip;
use crate::fixtures::planted::PlantedEvent;
use crate::fixtures::prng::Prng;

pub(super) const TYPES: &[Type] = &[
    Type { kind: Kind::Steps, name: "steps.listened_way_home", fill: listened_way_home },
    Type { kind: Kind::Steps, name: "steps.searched_day_after", fill: |known, chance| titles_around(known, chance, "search", 1) },
    Type { kind: Kind::Steps, name: "steps.watched_day_before", fill: |known, chance| titles_around(known, chance, "watch", -1) },
    Type { kind: Kind::Steps, name: "steps.listened_same_day", fill: |known, chance| titles_around(known, chance, "listen", 0) },
    Type { kind: Kind::Steps, name: "steps.slept_before_flight", fill: slept_before_flight },
    Type { kind: Kind::Steps, name: "steps.photos_during", fill: |known, chance| during(known, chance, "photo") },
    Type { kind: Kind::Steps, name: "steps.searches_during", fill: |known, chance| during(known, chance, "search") },
    Type { kind: Kind::Steps, name: "steps.plays_during", fill: |known, chance| during(known, chance, "listen") },
    Type { kind: Kind::Steps, name: "steps.mails_week_after", fill: mails_week_after },
    Type { kind: Kind::Steps, name: "steps.walked_during", fill: walked_during },
];

/// The span of the visits of a journey in its town.
fn stay(known: &Known, trip: &Trip) -> Option<(i64, i64)> {
    let within = (days(day(trip.first), 1).0, days(day(trip.first + trip.days), 1).1);
    let visits: Vec<&Item> = known.in_town("visit", trip).filter(|visit| visit.is_within(within)).collect();
    Some((visits.first()?.at?, visits.last()?.until?))
}

fn titles<'a>(items: impl Iterator<Item = &'a Item>) -> Vec<Vec<String>> {
    let mut titles: Vec<Vec<String>> = items.map(|item| vec![item.title.clone()]).collect();
    titles.sort();
    titles.dedup();
    titles
}

/// From leaving the last place in the town to being home: each song that began on the way.
fn listened_way_home(known: &Known, chance: &mut Prng) -> Option<Case> {
    let trip = known.trip(chance);
    let (_, left) = stay(known, trip)?;
    let home = known.of("visit").find(|visit| visit.title == "Home" && visit.at.is_some_and(|at| at >= left))?.at?;
    let heard = titles(known.of("listen").filter(|play| play.is_within((left, home))));
    let slots = [("town", town(trip)), ("year", year_of_trip(trip).said)];
    if heard.is_empty() || heard.len() > 20 || home - left > 2 * 86_400_000 { None } else { case(slots, Truth::Says(heard)) }
}

fn event<'a>(known: &'a Known, chance: &mut Prng) -> (&'a PlantedEvent, Said) {
    let event = chance.pick(&known.planted.events);
    (event, Said::same(event.title))
}

/// What was done on the day of an event, or one beside it.
fn titles_around(known: &Known, chance: &mut Prng, kind: &str, beside: i64) -> Option<Case> {
    let (of, said) = event(known, chance);
    let date = crate::fixtures::clock::Zone::Central.day(of.at) + beside;
    let found = titles(known.of(kind).filter(|item| item.is_within(days(day(date), 1))));
    if found.is_empty() || found.len() > 20 { None } else { case([("event", said)], Truth::Says(found)) }
}

/// The place of the night before a journey, which is home.
fn slept_before_flight(known: &Known, chance: &mut Prng) -> Option<Case> {
    let trip = known.trip(chance);
    let (arrived, _) = stay(known, trip)?;
    let night = days(day(trip.first), 1).0;
    let at_night =
        known.of("visit").find(|visit| visit.at.is_some_and(|at| at < night) && visit.until.is_some_and(|until| until > night))?;
    let slots = [("town", town(trip)), ("year", year_of_trip(trip).said)];
    if arrived < night || !at_night.is_near(ZURICH, 30_000.0) {
        return None;
    }
    case(slots, Truth::Says(vec![vec![at_night.title.clone(), "Zürich".to_owned(), "Zurich".to_owned()]]))
}

/// How many there were during a journey: while in its town, or on all of its days.
fn during(known: &Known, chance: &mut Prng, kind: &str) -> Option<Case> {
    let trip = known.trip(chance);
    let (from, to) = stay(known, trip)?;
    let whole = days(day(trip.first), trip.days);
    let n = |span| known.of(kind).filter(|item| item.is_within(span)).count();
    // Of a journey that nothing happened on the way of, both readings count the same.
    if n((from, to)) != n(whole) {
        return None;
    }
    counted([("town", town(trip)), ("year", year_of_trip(trip).said)], n(whole))
}

fn mails_week_after(known: &Known, chance: &mut Prng) -> Option<Case> {
    let (of, said) = event(known, chance);
    let date = crate::fixtures::clock::Zone::Central.day(of.at) + 1;
    let owner = crate::fixtures::life::OWNER.name;
    counted([("event", said)], known.of("mail").filter(|mail| mail.has("recipient", owner) && mail.is_within(days(day(date), 7))).count())
}

fn walked_during(known: &Known, chance: &mut Prng) -> Option<Case> {
    let trip = known.trip(chance);
    let (from, to) = stay(known, trip)?;
    let walks = known.of("trip").filter(|walk| walk.title.contains("alking") && walk.is_within((from, to)));
    let km = walks.filter_map(|walk| walk.number("distance_m")).sum::<f64>() / 1e3;
    super::summed([("town", town(trip)), ("year", year_of_trip(trip).said)], km)
}
