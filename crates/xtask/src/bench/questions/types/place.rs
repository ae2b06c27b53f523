//! Where at a time, and when at a place.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::{Case, Kind, Truth, Type, case};
use crate::bench::questions::known::{Known, Said, day, day_of, town, town_names, year_of, year_of_trip};
use crate::bench::questions::rows::{Item, zone};
use crate::fixtures::life::Trip;
use crate::fixtures::prng::Prng;

pub(super) const TYPES: &[Type] = &[
    Type { kind: Kind::Place, name: "place.on_day", fill: on_day },
    Type { kind: Kind::Place, name: "place.at_hour", fill: at_hour },
    Type { kind: Kind::Place, name: "place.slept", fill: slept },
    Type { kind: Kind::Place, name: "place.when_in_town", fill: when_in_town },
    Type { kind: Kind::Place, name: "place.how_long", fill: how_long },
    Type { kind: Kind::Place, name: "place.countries_in", fill: countries_in },
    Type { kind: Kind::Place, name: "place.ever", fill: ever },
    Type { kind: Kind::Place, name: "place.photo_taken", fill: photo_taken },
    Type { kind: Kind::Place, name: "place.sight_town", fill: sight_town },
];

/// A day of a journey that is neither its first nor its last.
fn inner_day(trip: &Trip, chance: &mut Prng) -> i64 {
    chance.between(trip.first + 1, trip.first + trip.days - 2)
}

fn on_day(known: &Known, chance: &mut Prng) -> Option<Case> {
    let trip = known.trip(chance);
    let time = day_of(day(inner_day(trip, chance)));
    case([("day", time.said)], Truth::Says(vec![town_names(trip)]))
}

/// An hour well within a visit, by the clock of Zürich.
fn at_hour(known: &Known, chance: &mut Prng) -> Option<Case> {
    let visits: Vec<&Item> = known.of("visit").filter(|visit| !visit.title.is_empty()).collect();
    let visit = chance.pick(&visits);
    let (from, until) = (visit.at?, visit.until?);
    let at = Timestamp::from_millisecond(from).ok()?.to_zoned(zone());
    let hour = i64::from(at.hour()) + 1;
    let start = day_of(at.date()).span.0 + hour * 3_600_000;
    if hour > 22 || start + 600_000 > until {
        return None;
    }
    let (twelve, half) = if hour > 12 {
        (hour - 12, "pm")
    } else if hour == 12 {
        (12, "pm")
    } else {
        (hour, "am")
    };
    let said = Said { en: format!("{twelve} {half}"), de: format!("{hour} Uhr") };
    // The phone may call a place otherwise than the places are called that it stands at.
    let near = known.life.places.iter().filter(|place| visit.is_near((place.lat_e7 as f64 / 1e7, place.lng_e7 as f64 / 1e7), 150.0));
    let names = near.map(|place| place.name.clone()).chain([visit.title.clone()]);
    case([("day", day_of(at.date()).said), ("hour", said)], Truth::Says(vec![names.collect()]))
}

fn slept(known: &Known, chance: &mut Prng) -> Option<Case> {
    let trip = known.trip(chance);
    let time = day_of(day(inner_day(trip, chance)));
    // What the phone itself names is a position.
    let hotel = &known.life.places[trip.hotel];
    let there = known.of("visit").filter(|visit| visit.is_near((hotel.lat_e7 as f64 / 1e7, hotel.lng_e7 as f64 / 1e7), 150.0));
    let names = there.filter(|visit| visit.is_within(year_of_trip(trip).span)).map(|visit| visit.title.clone());
    case([("day", time.said)], Truth::Says(vec![names.chain([hotel.name.clone()]).collect()]))
}

fn when_in_town(known: &Known, chance: &mut Prng) -> Option<Case> {
    let trip = known.trip(chance);
    let first = known.in_town("visit", trip).find(|visit| visit.is_within(year_of_trip(trip).span))?.day()?;
    case([("town", town(trip)), ("year", year_of_trip(trip).said)], Truth::Day(vec![first]))
}

/// In days, of which the first and the last may be told as none: who arrives in the evening was there a night.
fn how_long(known: &Known, chance: &mut Prng) -> Option<Case> {
    let trip = known.trip(chance);
    let n = super::count::days_there(known, trip).len() as f64;
    case([("town", town(trip)), ("year", year_of_trip(trip).said)], Truth::Number(n, 1.0))
}

fn countries_in(known: &Known, chance: &mut Prng) -> Option<Case> {
    let time = year_of(chance.between(2014, 2024) as i16);
    let trips = known.life.trips.iter().filter(|trip| year_of_trip(trip).said.en == time.said.en);
    let countries: BTreeSet<&str> = trips
        .map(|trip| match trip.city.0 {
            "London" => "United Kingdom|Vereinigtes Königreich|Grossbritannien|GB",
            "Lisbon" | "Porto" => "Portugal",
            "Berlin" => "Germany|Deutschland",
            "Vienna" => "Austria|Österreich",
            "Tokyo" => "Japan",
            "Reykjavík" => "Iceland|Island",
            "Copenhagen" => "Denmark|Dänemark",
            _ => "Italy|Italien",
        })
        .collect();
    if countries.is_empty() {
        return None;
    }
    case([("year", time.said)], Truth::Says(countries.iter().map(|names| names.split('|').map(str::to_owned).collect()).collect()))
}

/// Yes, from one of the days on which a stay there began.
fn ever(known: &Known, chance: &mut Prng) -> Option<Case> {
    let trip = known.trip(chance);
    let stays = known.life.trips.iter().filter(|other| other.city.0 == trip.city.0).map(|stay| day(stay.first));
    case([("town", town(trip))], Truth::Day(stays.collect()))
}

fn photo_taken(known: &Known, _: &mut Prng) -> Option<Case> {
    let tram = &known.planted.photos[0];
    let name = Said { en: tram.name.clone(), de: tram.name.clone() };
    case([("photo", name)], Truth::Says(vec![vec!["Lisbon".to_owned(), "Lissabon".to_owned()]]))
}

/// The town in which a sight stands.
fn sight_town(known: &Known, chance: &mut Prng) -> Option<Case> {
    let trip = known.trip(chance);
    let sight = &known.life.places[trip.hotel + chance.between(1, 3) as usize];
    // The phone may name none of its visits.
    known.of("visit").find(|visit| visit.title == sight.name)?;
    case([("place", Said::same(&sight.name))], Truth::Says(vec![town_names(trip)]))
}
