//! Single facts, which stand in one text and have to be read.

use super::{Case, Kind, Truth, Type, case, dated, says};
use crate::bench::questions::known::{Known, Said, day};
use crate::bench::questions::rows::Item;
use crate::fixtures::life::PEOPLE;
use crate::fixtures::planted::{CANOE_VIDEO, NETWORK, SOURDOUGH};
use crate::fixtures::prng::Prng;

pub(super) const TYPES: &[Type] = &[
    Type { kind: Kind::Single, name: "single.booking_code", fill: |known, _| says([], &[known.planted.booking_code]) },
    Type { kind: Kind::Single, name: "single.breakfast", fill: |_, _| says([], &["8 to 11|roof"]) },
    Type { kind: Kind::Single, name: "single.wifi", fill: |_, _| says([], &[NETWORK]) },
    Type { kind: Kind::Single, name: "single.wifi_box", fill: |_, _| says([], &["stove"]) },
    Type { kind: Kind::Single, name: "single.cat", fill: |_, _| says([], &["Professor Plum"]) },
    Type { kind: Kind::Single, name: "single.cat_slept", fill: |_, _| says([], &["cello case"]) },
    Type { kind: Kind::Single, name: "single.passport", fill: |known, _| due(known, 0) },
    Type { kind: Kind::Single, name: "single.saw", fill: |known, _| due(known, 1) },
    Type { kind: Kind::Single, name: "single.canoe", fill: |_, _| says([], &[CANOE_VIDEO.0]) },
    Type { kind: Kind::Single, name: "single.canoe_when", fill: |known, _| of_title(known, "watch", CANOE_VIDEO.0) },
    Type { kind: Kind::Single, name: "single.sourdough_when", fill: |known, _| of_title(known, "search", SOURDOUGH.0) },
    Type { kind: Kind::Single, name: "single.wine_when", fill: |known, _| of_title(known, "search", &known.planted.searches[0].1) },
    Type { kind: Kind::Single, name: "single.tides", fill: |known, _| of_title(known, "page", known.planted.pages[0].1) },
    Type { kind: Kind::Single, name: "single.plums", fill: |_, _| says([], &["1 kg"]) },
    Type { kind: Kind::Single, name: "single.oven", fill: |_, _| says([], &["200 degrees"]) },
    Type { kind: Kind::Single, name: "single.event_when", fill: event_when },
    Type { kind: Kind::Single, name: "single.event_where", fill: event_where },
    Type { kind: Kind::Single, name: "single.birthday", fill: birthday },
    Type { kind: Kind::Single, name: "single.phone", fill: |_, chance| of_person(chance, |person| person.phone) },
    Type { kind: Kind::Single, name: "single.address", fill: |_, chance| of_person(chance, |person| person.email) },
    Type { kind: Kind::Single, name: "single.receipt", fill: receipt },
    Type { kind: Kind::Single, name: "single.invoice_for", fill: |_, _| says([], &["rear wheel"]) },
    Type { kind: Kind::Single, name: "single.note_of", fill: note_of },
];

fn due(known: &Known, task: usize) -> Option<Case> {
    case([], Truth::Day(vec![day(known.planted.tasks[task].1)]))
}

fn of_title(known: &Known, kind: &str, title: &str) -> Option<Case> {
    dated([], known.of(kind).find(|item| item.title == title))
}

fn event_when(known: &Known, chance: &mut Prng) -> Option<Case> {
    let event = chance.pick(&known.planted.events);
    dated([("event", Said::same(event.title))], known.of("event").find(|item| item.title == event.title))
}

fn event_where(known: &Known, chance: &mut Prng) -> Option<Case> {
    let event = chance.pick(&known.planted.events);
    says([("event", Said::same(event.title))], &[event.place])
}

fn birthday(_: &Known, chance: &mut Prng) -> Option<Case> {
    let person = chance.pick(&PEOPLE);
    let (year, month, day) = person.born;
    let names = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];
    let written = format!("{year}-{month:02}-{day:02}|{day} {} {year}", names[month as usize - 1]);
    says([("person", Said::same(person.name))], &[&written])
}

fn of_person(chance: &mut Prng, what: fn(&crate::fixtures::life::Person) -> &'static str) -> Option<Case> {
    let person = chance.pick(&PEOPLE);
    says([("person", Said::same(person.name))], &[what(person)])
}

/// The total of one receipt, as its text has it.
fn receipt(known: &Known, chance: &mut Prng) -> Option<Case> {
    let receipts: Vec<&Item> = known.of("mail").filter(|mail| mail.title.starts_with("Receipt ")).collect();
    let mail = chance.pick(&receipts);
    let total = mail.text.split("Total CHF ").nth(1)?.split_whitespace().next()?;
    says([("receipt", Said::same(&mail.title))], &[total])
}

/// What one note says, by its title, which is like many others' but for its number.
fn note_of(known: &Known, chance: &mut Prng) -> Option<Case> {
    let notes: Vec<&Item> =
        known.of("note").filter(|note| note.title.split(' ').next_back().is_some_and(|n| n.parse::<u32>().is_ok())).collect();
    let note = chance.pick(&notes);
    let first = note.text.lines().find(|line| !line.is_empty() && *line != note.title)?;
    says([("note", Said::same(&note.title))], &[first.trim_start_matches(['☐', '☑', '[', ']', 'x', ' ', '-'])])
}
