//! What the data does not tell, however near it comes.

use super::{Case, Kind, Truth, Type, case};
use crate::bench::questions::known::{Known, Said, year};
use crate::fixtures::life::PEOPLE;
use crate::fixtures::prng::Prng;

pub(super) const TYPES: &[Type] = &[
    Type { kind: Kind::None, name: "none.unknown_person", fill: |_, chance| one_of(chance, "person", &STRANGERS) },
    Type { kind: Kind::None, name: "none.other_surname", fill: other_surname },
    Type { kind: Kind::None, name: "none.town_never_seen", fill: |_, chance| one_of(chance, "town", &TOWNS) },
    Type { kind: Kind::None, name: "none.before_the_data", fill: |_, chance| one_of(chance, "year", &YEARS) },
    Type { kind: Kind::None, name: "none.product", fill: product },
    Type { kind: Kind::None, name: "none.thing", fill: |_, chance| one_of(chance, "thing", &THINGS) },
    Type { kind: Kind::None, name: "none.measure", fill: |_, chance| case([("year", year(chance).said)], Truth::Decline) },
    Type { kind: Kind::None, name: "none.others_doing", fill: |known, chance| someone(known, chance) },
    Type { kind: Kind::None, name: "none.event", fill: |_, chance| one_of(chance, "occasion", &OCCASIONS) },
    Type { kind: Kind::None, name: "none.opinion", fill: |known, chance| someone(known, chance) },
];

const STRANGERS: [(&str, &str); 8] = [
    ("Beatrix Hollenstein", ""),
    ("Ravi Menon", ""),
    ("Olga Petrenko", ""),
    ("Matteo Gallo", ""),
    ("Yusuf Demir", ""),
    ("Ingrid Solberg", ""),
    ("Hannah Winkler", ""),
    ("Pierre Lambert", ""),
];
const TOWNS: [(&str, &str); 8] = [
    ("Oslo", ""),
    ("Madrid", ""),
    ("Paris", ""),
    ("Prague", "Prag"),
    ("Istanbul", ""),
    ("Dublin", ""),
    ("Warsaw", "Warschau"),
    ("New York", ""),
];
const YEARS: [(&str, &str); 6] = [("2003", ""), ("2006", ""), ("2008", ""), ("2009", ""), ("2010", ""), ("2012", "")];
const THINGS: [(&str, &str); 8] = [
    ("dog", "Hund"),
    ("sailing boat", "Segelboot"),
    ("motorbike", "Motorrad"),
    ("parrot", "Papagei"),
    ("greenhouse", "Gewächshaus"),
    ("caravan", "Wohnwagen"),
    ("telescope", "Teleskop"),
    ("trumpet", "Trompete"),
];
const OCCASIONS: [(&str, &str); 6] = [
    ("wedding", "Hochzeit"),
    ("funeral", "Beerdigung"),
    ("graduation", "Abschlussfeier"),
    ("housewarming", "Einweihungsfeier"),
    ("driving test", "Fahrprüfung"),
    ("baptism", "Taufe"),
];
const PRODUCTS: [(&str, &str); 6] = [("WhatsApp", ""), ("Telegram", ""), ("Instagram", ""), ("Netflix", ""), ("Strava", ""), ("Slack", "")];

fn said(of: (&str, &str)) -> Said {
    Said { en: of.0.to_owned(), de: if of.1.is_empty() { of.0 } else { of.1 }.to_owned() }
}

fn one_of(chance: &mut Prng, slot: &'static str, list: &[(&str, &str)]) -> Option<Case> {
    let year = Said::same(&chance.between(2014, 2024).to_string());
    let drawn = said(*chance.pick(list));
    if slot == "year" { case([("year", drawn)], Truth::Decline) } else { case([(slot, drawn), ("year", year)], Truth::Decline) }
}

fn product(_: &Known, chance: &mut Prng) -> Option<Case> {
    let year = Said::same(&chance.between(2014, 2024).to_string());
    case([("product", said(*chance.pick(&PRODUCTS))), ("year", year)], Truth::Decline)
}

/// Someone's first name with a surname that nobody has.
fn other_surname(_: &Known, chance: &mut Prng) -> Option<Case> {
    let first = chance.pick(&PEOPLE).name.split(' ').next()?;
    let name = format!("{first} {}", chance.pick(&["Maurer", "Okafor", "Lindqvist", "Castellano", "Hirzel"]));
    case([("person", Said::same(&name)), ("year", year(chance).said)], Truth::Decline)
}

/// What somebody did or thinks, which the owner's data does not tell.
fn someone(known: &Known, chance: &mut Prng) -> Option<Case> {
    case([("person", Said::same(known.person(chance))), ("year", year(chance).said)], Truth::Decline)
}
