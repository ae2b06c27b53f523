//! Who it was, with whom, and who most.

use std::collections::BTreeMap;

use super::{Case, Kind, Truth, Type, case, most, says};
use crate::bench::questions::beside::ARTISTS;
use crate::bench::questions::known::{Known, Said, town, year, year_of_trip};
use crate::bench::questions::rows::Item;
use crate::fixtures::life::{OWNER, PEOPLE};
use crate::fixtures::prng::Prng;

pub(super) const TYPES: &[Type] = &[
    Type { kind: Kind::People, name: "people.sent_most", fill: |known, chance| most_in(known, chance, "sender") },
    Type { kind: Kind::People, name: "people.got_most", fill: |known, chance| most_in(known, chance, "recipient") },
    Type { kind: Kind::People, name: "people.at_event", fill: at_event },
    Type { kind: Kind::People, name: "people.journey_with", fill: journey_with },
    Type { kind: Kind::People, name: "people.channel_most", fill: channel_most },
    Type { kind: Kind::People, name: "people.artist_most", fill: artist_most },
    Type { kind: Kind::People, name: "people.wrote_of", fill: wrote_of },
    Type { kind: Kind::People, name: "people.by_address", fill: by_address },
    Type { kind: Kind::People, name: "people.last_met", fill: last_met },
    Type { kind: Kind::People, name: "people.birthday_on", fill: birthday_on },
];

fn tally<'a>(items: impl Iterator<Item = &'a Item>, role: &str) -> Vec<(String, f64)> {
    let mut counted: BTreeMap<String, f64> = BTreeMap::new();
    for item in items {
        for name in item.names(role) {
            *counted.entry(name.to_owned()).or_default() += 1.0;
        }
    }
    counted.into_iter().collect()
}

fn most_in(known: &Known, chance: &mut Prng, role: &str) -> Option<Case> {
    let time = year(chance);
    let mails = known.of("mail").filter(|mail| mail.is_within(time.span) && (role == "sender") != mail.has("sender", OWNER.name));
    let name = most(tally(mails, role).into_iter().filter(|(name, _)| name != OWNER.name).collect())?;
    case([("year", time.said)], Truth::Leads(vec![name]))
}

fn at_event(known: &Known, chance: &mut Prng) -> Option<Case> {
    let event = chance.pick(&known.planted.events);
    let people =
        event.people.iter().filter(|index| PEOPLE[**index].name.split(' ').next().is_some_and(|first| !event.title.contains(first)));
    let people: Vec<Vec<String>> = people.map(|index| vec![PEOPLE[*index].name.to_owned()]).collect();
    if people.is_empty() { None } else { case([("event", Said::same(event.title))], Truth::Says(people)) }
}

fn journey_with(known: &Known, chance: &mut Prng) -> Option<Case> {
    let trip = known.trip(chance);
    says([("town", town(trip)), ("year", year_of_trip(trip).said)], &[PEOPLE[trip.with?].name])
}

fn channel_most(known: &Known, chance: &mut Prng) -> Option<Case> {
    let time = year(chance);
    let name = most(tally(known.of("watch").filter(|watch| watch.is_within(time.span)), "channel"))?;
    case([("year", time.said)], Truth::Leads(vec![name]))
}

fn artist_most(known: &Known, chance: &mut Prng) -> Option<Case> {
    let time = year(chance);
    let plays = known.of("listen").filter(|play| play.is_within(time.span));
    let plays: Vec<&Item> = plays.collect();
    let name = most(
        ARTISTS.iter().map(|(artist, _)| (*artist, plays.iter().filter(|play| play.has("channel", artist)).count() as f64)).collect(),
    )?;
    case([("year", time.said)], Truth::Leads(vec![name.to_owned()]))
}

fn wrote_of(known: &Known, chance: &mut Prng) -> Option<Case> {
    let mails: Vec<&Item> = known
        .of("mail")
        .filter(|mail| !mail.has("sender", OWNER.name) && !mail.title.starts_with("Re: ") && mail.names("sender").next().is_some())
        .collect();
    let mail = chance.pick(&mails);
    let alone = mails.iter().filter(|other| other.title == mail.title).count() == 1;
    let name = mail.names("sender").next()?.to_owned();
    if alone && mail.title.split(' ').count() > 1 { says([("subject", Said::same(&mail.title))], &[&name]) } else { None }
}

fn by_address(_: &Known, chance: &mut Prng) -> Option<Case> {
    let person = chance.pick(&PEOPLE);
    says([("address", Said::same(person.email))], &[person.name])
}

/// The last event with somebody, which has its day and its title.
fn last_met(known: &Known, chance: &mut Prng) -> Option<Case> {
    let person = known.person(chance);
    let met = known.of("event").filter(|event| event.everyone().any(|name| name == person)).filter(|event| event.at.is_some()).last()?;
    case([("person", Said::same(person))], Truth::Day(vec![met.day()?]))
}

fn birthday_on(_: &Known, chance: &mut Prng) -> Option<Case> {
    let person = chance.pick(&PEOPLE);
    let (_, month, day) = person.born;
    let time = crate::bench::questions::known::day_of(jiff::civil::Date::new(2000, month as i8, day as i8).ok()?);
    let without_year = |text: String| text.trim_end_matches(" 2000").to_owned();
    let said = Said { en: without_year(time.said.en), de: without_year(time.said.de) };
    says([("date", said)], &[person.name])
}
