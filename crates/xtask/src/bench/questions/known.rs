//! What is known of the life that is asked about: its rows, and the names and spans that questions are filled with.

use jiff::ToSpan;
use jiff::civil::Date;

use super::rows::{Item, days, span};
use crate::fixtures::clock::{civil, date};
use crate::fixtures::life::{Life, PEOPLE, Trip};
use crate::fixtures::planted::Planted;
use crate::fixtures::prng::Prng;

/// Metres around a town's middle that count as in it.
pub(crate) const TOWN: f64 = 12_000.0;
/// Places of everyday life that are visited, in its language.
pub(crate) const HAUNTS: [&str; 6] =
    ["Brennpunkt Labs", "Kletterwerk Nord", "Markthalle Röslihof", "Seebad Weidli", "Aussichtsturm Hohbuck", "Haus Keller"];
/// The middle of the town where the life is led.
pub(crate) const ZURICH: (f64, f64) = (47.3769, 8.5417);

/// What a question is filled with, in both languages.
#[derive(Debug, Clone)]
pub(crate) struct Said {
    pub(crate) en: String,
    pub(crate) de: String,
}

impl Said {
    pub(crate) fn same(text: &str) -> Self {
        Self { en: text.to_owned(), de: text.to_owned() }
    }

    fn of((en, de): (&str, &str)) -> Self {
        Self { en: en.to_owned(), de: de.to_owned() }
    }
}

/// A span of time by its name.
pub(crate) struct Time {
    pub(crate) said: Said,
    /// UTC milliseconds, half-open.
    pub(crate) span: (i64, i64),
    pub(crate) first: Date,
}

/// The life.
pub(crate) struct Known {
    pub(crate) items: Vec<Item>,
    pub(crate) life: Life,
    pub(crate) planted: Planted,
}

impl Known {
    /// The rows of a kind.
    pub(crate) fn of<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = &'a Item> {
        self.items.iter().filter(move |item| item.kind == kind)
    }

    /// A row by its id.
    pub(crate) fn item(&self, id: &str) -> Option<&Item> {
        self.items.iter().find(|item| item.id == id)
    }

    /// Somebody by name.
    pub(crate) fn person(&self, chance: &mut Prng) -> &'static str {
        chance.pick(&PEOPLE).name
    }

    /// A journey.
    pub(crate) fn trip(&self, chance: &mut Prng) -> &Trip {
        chance.pick(&self.life.trips)
    }

    /// The visits to a place of everyday life, whatever they call it: by where it stands.
    pub(crate) fn visits_to<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Item> {
        let place = self.life.places.iter().find(|place| place.name == name);
        let at = place.map_or((0.0, 0.0), |place| (place.lat_e7 as f64 / 1e7, place.lng_e7 as f64 / 1e7));
        self.of("visit").filter(move |visit| visit.is_near(at, 150.0))
    }

    /// The rows of a kind in a town.
    pub(crate) fn in_town<'a>(&'a self, kind: &'a str, trip: &'a Trip) -> impl Iterator<Item = &'a Item> {
        self.of(kind).filter(|item| item.is_near(trip.centre, TOWN))
    }
}

/// The name of a journey's town.
pub(crate) fn town(trip: &Trip) -> Said {
    Said::of(trip.city)
}

/// All that a town is called in answers.
pub(crate) fn town_names(trip: &Trip) -> Vec<String> {
    let mut names = vec![trip.city.0.to_owned(), trip.city.1.to_owned()];
    // As the gazetteer spells them, or a ward of it.
    match trip.city.0 {
        "Reykjavík" => names.push("Reykjavik".to_owned()),
        "Lisbon" => names.push("Lisboa".to_owned()),
        "Vienna" => names.push("Wien".to_owned()),
        "Rome" => names.push("Roma".to_owned()),
        "Copenhagen" => names.push("København".to_owned()),
        _ => {}
    }
    names
}

/// A day of a count of days.
pub(crate) fn day(number: i64) -> Date {
    date(number).parse().unwrap_or(Date::constant(1970, 1, 1))
}

/// A year of the life.
pub(crate) fn year(chance: &mut Prng) -> Time {
    year_of(chance.between(2014, 2024) as i16)
}

/// A year.
pub(crate) fn year_of(number: i16) -> Time {
    let first = Date::constant(number, 1, 1);
    Time { said: Said::same(&number.to_string()), span: span(first, Date::constant(number + 1, 1, 1)), first }
}

/// The year of a journey.
pub(crate) fn year_of_trip(trip: &Trip) -> Time {
    year_of(civil(trip.first).0 as i16)
}

/// A month of a year.
pub(crate) fn month(chance: &mut Prng) -> Time {
    month_of(Date::constant(chance.between(2014, 2024) as i16, chance.between(1, 12) as i8, 1))
}

/// The month that begins on a day.
pub(crate) fn month_of(first: Date) -> Time {
    let (en, de) = names_of_month(first);
    let said = Said { en: format!("{en} {}", first.year()), de: format!("{de} {}", first.year()) };
    Time { said, span: span(first, first.saturating_add(1.month())), first }
}

/// A day by its date.
pub(crate) fn day_of(first: Date) -> Time {
    let (en, de) = names_of_month(first);
    let said = Said { en: format!("{} {en} {}", first.day(), first.year()), de: format!("{}. {de} {}", first.day(), first.year()) };
    Time { said, span: days(first, 1), first }
}

fn names_of_month(date: Date) -> (&'static str, &'static str) {
    const NAMES: [(&str, &str); 12] = [
        ("January", "Januar"),
        ("February", "Februar"),
        ("March", "März"),
        ("April", "April"),
        ("May", "Mai"),
        ("June", "Juni"),
        ("July", "Juli"),
        ("August", "August"),
        ("September", "September"),
        ("October", "Oktober"),
        ("November", "November"),
        ("December", "Dezember"),
    ];
    NAMES[usize::from(date.month().unsigned_abs()) - 1]
}
