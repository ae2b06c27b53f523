//! How far, how long, how much; in all and on average.

use super::{Case, Kind, Truth, Type, case, summed};
use crate::bench::questions::beside::ARTISTS;
use crate::bench::questions::known::{HAUNTS, Known, Said, month_of, year};
use crate::bench::questions::rows::Item;
use crate::fixtures::planted::BICYCLE_SHOP;
use crate::fixtures::prng::Prng;
use jiff::civil::Date;

pub(super) const TYPES: &[Type] = &[
    Type { kind: Kind::Sum, name: "sum.cycled_in_month", fill: cycled_in_month },
    Type { kind: Kind::Sum, name: "sum.cycled_in_year", fill: |known, chance| moved(known, chance, "ycling") },
    Type { kind: Kind::Sum, name: "sum.walked_in_year", fill: |known, chance| moved(known, chance, "alking") },
    Type { kind: Kind::Sum, name: "sum.flown_in_year", fill: |known, chance| moved(known, chance, "lying") },
    Type { kind: Kind::Sum, name: "sum.train_in_year", fill: |known, chance| moved(known, chance, "train") },
    Type { kind: Kind::Sum, name: "sum.hours_at", fill: hours_at },
    Type { kind: Kind::Sum, name: "sum.hours_on_bike", fill: hours_on_bike },
    Type { kind: Kind::Sum, name: "sum.paid_shop", fill: paid_shop },
    Type { kind: Kind::Sum, name: "sum.paid_market", fill: paid_market },
    Type { kind: Kind::Sum, name: "sum.longest_ride", fill: longest_ride },
    Type { kind: Kind::Sum, name: "sum.average_ride", fill: average_ride },
    Type { kind: Kind::Sum, name: "sum.average_visit", fill: average_visit },
    Type { kind: Kind::Sum, name: "sum.hours_listened", fill: hours_listened },
];

fn kilometres<'a>(trips: impl Iterator<Item = &'a Item>) -> f64 {
    trips.filter_map(|trip| trip.number("distance_m")).sum::<f64>() / 1e3
}

fn hours<'a>(items: impl Iterator<Item = &'a Item>) -> f64 {
    items.filter_map(|item| item.number("duration_s")).sum::<f64>() / 3600.0
}

fn cycled_in_month(known: &Known, chance: &mut Prng) -> Option<Case> {
    let rides: Vec<&Item> = known.of("trip").filter(|trip| trip.title.contains("ycling")).collect();
    let first = chance.pick(&rides).day()?;
    let time = month_of(Date::new(first.year(), first.month(), 1).ok()?);
    summed([("month", time.said)], kilometres(rides.into_iter().filter(|ride| ride.is_within(time.span))))
}

fn moved(known: &Known, chance: &mut Prng, how: &str) -> Option<Case> {
    let time = year(chance);
    summed([("year", time.said)], kilometres(known.of("trip").filter(|trip| trip.title.contains(how) && trip.is_within(time.span))))
}

fn hours_at(known: &Known, chance: &mut Prng) -> Option<Case> {
    let (place, time) = (chance.pick(&HAUNTS), year(chance));
    let visits = known.visits_to(place).filter(|visit| visit.is_within(time.span));
    summed([("place", Said::same(place)), ("year", time.said)], hours(visits))
}

fn hours_on_bike(known: &Known, chance: &mut Prng) -> Option<Case> {
    let time = year(chance);
    summed([("year", time.said)], hours(known.of("trip").filter(|trip| trip.title.contains("ycling") && trip.is_within(time.span))))
}

fn paid_shop(known: &Known, _: &mut Prng) -> Option<Case> {
    summed([("shop", Said::same(BICYCLE_SHOP.0))], known.planted.bicycle_bills.iter().sum::<i64>() as f64 / 100.0)
}

fn paid_market(known: &Known, chance: &mut Prng) -> Option<Case> {
    let (shop, time) = ("Markthalle Röslihof", year(chance));
    let receipts = known.of("mail").filter(|mail| mail.has("sender", shop) && mail.is_within(time.span));
    let total = |mail: &Item| mail.text.split("Total CHF ").nth(1)?.split_whitespace().next()?.parse::<f64>().ok();
    summed([("shop", Said::same(shop)), ("year", time.said)], receipts.filter_map(total).sum())
}

fn longest_ride(known: &Known, chance: &mut Prng) -> Option<Case> {
    let time = year(chance);
    let rides = known.of("trip").filter(|trip| trip.title.contains("ycling") && trip.is_within(time.span));
    let longest = rides.filter_map(|ride| ride.number("distance_m")).fold(0.0, f64::max);
    summed([("year", time.said)], longest / 1e3)
}

fn average_ride(known: &Known, chance: &mut Prng) -> Option<Case> {
    let time = year(chance);
    let rides = || known.of("trip").filter(|trip| trip.title.contains("ycling") && trip.is_within(time.span));
    let n = rides().count();
    if n < 2 { None } else { summed([("year", time.said.clone())], kilometres(rides()) / n as f64) }
}

fn average_visit(known: &Known, chance: &mut Prng) -> Option<Case> {
    let place = chance.pick(&HAUNTS);
    let visits = || known.visits_to(place);
    let n = visits().count();
    if n < 2 { None } else { summed([("place", Said::same(place))], hours(visits()) / n as f64) }
}

fn hours_listened(known: &Known, chance: &mut Prng) -> Option<Case> {
    let ((artist, _), time) = (chance.pick(&ARTISTS), year(chance));
    let plays = known.of("listen").filter(|play| play.has("channel", artist) && play.is_within(time.span));
    let seconds: f64 = plays.filter_map(|play| play.number("played_s")).sum();
    case([("artist", Said::same(artist)), ("year", time.said)], Truth::Number(seconds / 3600.0, 0.06)).filter(|_| seconds > 0.0)
}
