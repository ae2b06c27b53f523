//! Which of two, and which of all.

use super::{Case, Kind, Truth, Type, case, most};
use crate::bench::questions::known::{HAUNTS, Known, Said, town, year, year_of};
use crate::bench::questions::rows::Item;
use crate::fixtures::life::PEOPLE;
use crate::fixtures::prng::Prng;

pub(super) const TYPES: &[Type] = &[
    Type { kind: Kind::Compare, name: "compare.mails_of_two_years", fill: mails_of_two_years },
    Type { kind: Kind::Compare, name: "compare.mails_of_two_people", fill: mails_of_two_people },
    Type { kind: Kind::Compare, name: "compare.visits_to_two", fill: visits_to_two },
    Type { kind: Kind::Compare, name: "compare.photos_in_two_towns", fill: photos_in_two_towns },
    Type { kind: Kind::Compare, name: "compare.kinds", fill: kinds },
    Type { kind: Kind::Compare, name: "compare.cycled_two_years", fill: cycled_two_years },
    Type { kind: Kind::Compare, name: "compare.year_most_photos", fill: |known, _| year_most(known, "photo", Measure::Count) },
    Type { kind: Kind::Compare, name: "compare.year_most_cycled", fill: |known, _| year_most(known, "trip", Measure::Cycled) },
    Type { kind: Kind::Compare, name: "compare.year_least_searches", fill: year_least_searches },
    Type { kind: Kind::Compare, name: "compare.month_most", fill: month_most },
    Type { kind: Kind::Compare, name: "compare.weekday_most", fill: weekday_most },
    Type { kind: Kind::Compare, name: "compare.hour_most", fill: hour_most },
    Type { kind: Kind::Compare, name: "compare.day_most_photos", fill: day_most },
    Type { kind: Kind::Compare, name: "compare.place_most", fill: place_most },
];

#[derive(Clone, Copy)]
enum Measure {
    Count,
    Cycled,
}

fn mails_of_two_years(known: &Known, chance: &mut Prng) -> Option<Case> {
    let (person, one, two) = (known.person(chance), year(chance), year(chance));
    let n = |span| known.of("mail").filter(|mail| mail.has("sender", person) && mail.is_within(span)).count() as f64;
    let name = most(vec![(one.said.en.clone(), n(one.span)), (two.said.en.clone(), n(two.span))])?;
    case([("person", Said::same(person)), ("one", one.said), ("two", two.said)], leads(&name))
}

/// The answer begins by naming it, whatever it says of it: "More: 2019".
fn leads(name: &str) -> Truth {
    Truth::Leads(vec![name.to_owned()])
}

fn mails_of_two_people(known: &Known, chance: &mut Prng) -> Option<Case> {
    let (one, two) = (chance.pick(&PEOPLE).name, chance.pick(&PEOPLE).name);
    let n = |person| known.of("mail").filter(|mail| mail.has("sender", person)).count() as f64;
    let name = most(vec![(one, n(one)), (two, n(two))])?;
    case([("one", Said::same(one)), ("two", Said::same(two))], leads(name))
}

fn visits_to_two(known: &Known, chance: &mut Prng) -> Option<Case> {
    let (one, two) = (*chance.pick(&HAUNTS), *chance.pick(&HAUNTS));
    let n = |place| known.visits_to(place).count() as f64;
    let name = most(vec![(one, n(one)), (two, n(two))])?;
    case([("one", Said::same(one)), ("two", Said::same(two))], leads(name))
}

fn photos_in_two_towns(known: &Known, chance: &mut Prng) -> Option<Case> {
    let (one, two) = (known.trip(chance), known.trip(chance));
    let n = |trip| known.in_town("photo", trip).count() as f64;
    let trip = most(vec![(one, n(one)), (two, n(two))])?;
    case([("one", town(one)), ("two", town(two))], Truth::Leads(crate::bench::questions::known::town_names(trip)))
}

fn kinds(known: &Known, chance: &mut Prng) -> Option<Case> {
    let time = year(chance);
    let n = |kind| known.of(kind).filter(|item| item.is_within(time.span)).count() as f64;
    let name = most(vec![(0, n("photo")), (1, n("note"))])?;
    let names = [["photo", "Foto"], ["note", "Notiz"]][name].map(str::to_owned);
    case([("year", time.said)], Truth::Leads(names.to_vec()))
}

fn cycled_two_years(known: &Known, chance: &mut Prng) -> Option<Case> {
    let (one, two) = (year(chance), year(chance));
    let km = |span| metres(known, span);
    let name = most(vec![(one.said.en.clone(), km(one.span)), (two.said.en.clone(), km(two.span))])?;
    case([("one", one.said), ("two", two.said)], leads(&name))
}

fn metres(known: &Known, span: (i64, i64)) -> f64 {
    let rides = known.of("trip").filter(|trip| trip.title.contains("ycling") && trip.is_within(span));
    rides.filter_map(|ride| ride.number("distance_m")).sum()
}

fn year_most(known: &Known, kind: &str, measure: Measure) -> Option<Case> {
    let value = |span| match measure {
        Measure::Count => known.of(kind).filter(|item| item.is_within(span)).count() as f64,
        Measure::Cycled => metres(known, span),
    };
    let number = most((2014..=2024).map(|number| (number, value(year_of(number).span))).collect())?;
    case([], leads(&number.to_string()))
}

fn year_least_searches(known: &Known, _: &mut Prng) -> Option<Case> {
    let n = |number| known.of("search").filter(|item| item.is_within(year_of(number).span)).count() as f64;
    let number = most((2014..=2024).map(|number| (number, 1e9 - n(number))).collect())?;
    case([], leads(&number.to_string()))
}

/// The month of a year with most mails from others.
fn month_most(known: &Known, chance: &mut Prng) -> Option<Case> {
    let time = year(chance);
    let searches: Vec<&Item> = known.of("search").filter(|search| search.is_within(time.span)).collect();
    let n = |month| searches.iter().filter(|item| item.day().is_some_and(|day| day.month() == month)).count() as f64;
    let month = most((1..=12).map(|month| (month, n(month))).collect())?;
    let said = crate::bench::questions::known::month_of(jiff::civil::Date::new(time.first.year(), month, 1).ok()?).said;
    case([("year", time.said.clone())], Truth::Leads(vec![said.en, said.de, format!("{}-{month:02}", time.said.en)]))
}

fn weekday_most(known: &Known, _: &mut Prng) -> Option<Case> {
    const DAYS: [[&str; 2]; 7] = [
        ["Monday", "Montag"],
        ["Tuesday", "Dienstag"],
        ["Wednesday", "Mittwoch"],
        ["Thursday", "Donnerstag"],
        ["Friday", "Freitag"],
        ["Saturday", "Samstag"],
        ["Sunday", "Sonntag"],
    ];
    let n = |at: usize| {
        let of_day = |item: &&Item| item.day().is_some_and(|day| day.weekday().to_monday_zero_offset() as usize == at);
        known.of("watch").filter(of_day).count() as f64
    };
    let at = most((0..7).map(|at| (at, n(at))).collect())?;
    case([], Truth::Leads(DAYS[at].map(str::to_owned).to_vec()))
}

fn hour_most(known: &Known, _: &mut Prng) -> Option<Case> {
    let hour = most((0..24).map(|hour| (hour, known.of("search").filter(|item| item.hour() == Some(hour)).count() as f64)).collect())?;
    case([], Truth::Leads(vec![format!("{hour:02}:00"), format!("{hour} Uhr"), format!("{hour}:00")]))
}

fn day_most(known: &Known, _: &mut Prng) -> Option<Case> {
    let mut counted = std::collections::BTreeMap::new();
    for day in known.of("photo").filter_map(Item::day) {
        *counted.entry(day).or_insert(0.0) += 1.0;
    }
    case([], Truth::Day(vec![most(counted.into_iter().collect())?]))
}

fn place_most(known: &Known, chance: &mut Prng) -> Option<Case> {
    let time = year(chance);
    let mut counted = std::collections::BTreeMap::new();
    for visit in known.of("visit").filter(|visit| visit.is_within(time.span)) {
        *counted.entry(visit.title.clone()).or_insert(0.0) += 1.0;
    }
    case([("year", time.said)], Truth::Leads(vec![most(counted.into_iter().collect())?]))
}
