//! What the value of an operator means.

use domain::{Code, Failure, Filter, Has, Kind, Near, Point, Result, Stretch, UtcMs};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use vault::nearest_names;

use super::operators::Operator;
use super::{Field, Named, Names, Told, add, stretch};
use crate::dates;
use crate::plan::{Within, kinds_called};

/// Suggestions that an error names.
const SUGGESTED: usize = 3;
/// What an owner calls themselves.
const ME: &[&str] = &["me", "myself", "ich", "mich", "mir"];

/// Reads values, and remembers which names nothing goes by.
pub(super) struct Values<'a> {
    pub(super) query: &'a str,
    pub(super) today: Date,
    pub(super) zone: &'a TimeZone,
    pub(super) names: &'a dyn Names,
    pub(super) told: Vec<Told>,
}

impl Values<'_> {
    /// Narrows a filter by an operator and its value.
    pub(super) fn apply(&mut self, field: &Field, filter: &mut Filter) -> Result<()> {
        let value = self.query[field.value.clone()].trim();
        match field.operator {
            Operator::Kind => {
                for name in value.split(',') {
                    add(&mut filter.kinds, self.kinds(field, name.trim())?);
                }
            }
            Operator::Source => {
                for name in value.split(',') {
                    let sources = self.sources(field, name.trim())?;
                    add(&mut filter.sources, sources);
                }
            }
            // "from:2019" is what it is elsewhere: nobody is called by a number.
            Operator::From if self.is_date_in_figures(value) => self.span(field, Operator::Since, value, filter)?,
            Operator::To if self.is_date_in_figures(value) => self.span(field, Operator::Until, value, filter)?,
            Operator::From => add(&mut filter.senders, vec![self.person(field, value)?]),
            Operator::To => add(&mut filter.recipients, vec![self.person(field, value)?]),
            Operator::With => add(&mut filter.people, vec![self.person(field, value)?]),
            Operator::At => {
                let place = self.place(field, value)?;
                super::narrow(filter, place);
            }
            Operator::Near => super::narrow(filter, Filter { near: Some(self.near(field, value)?), ..Filter::default() }),
            Operator::On | Operator::Before | Operator::After | Operator::Since | Operator::Until => {
                self.span(field, field.operator, value, filter)?;
            }
            Operator::Has => {
                for name in value.split(',') {
                    add(&mut filter.has, vec![self.has(field, name.trim())?]);
                }
            }
            Operator::Label => {
                if !self.names.has_label(value)? {
                    self.tell(field, format!("No label, list or album is called {value:?}."), self.names.like(Named::Label, value)?);
                }
                add(&mut filter.labels, vec![value.to_owned()]);
            }
        }
        Ok(())
    }

    fn at(&self, field: &Field) -> Stretch {
        stretch(self.query, &field.value)
    }

    fn tell(&mut self, field: &Field, message: String, suggestions: Vec<String>) {
        self.told.push(Told { at: self.at(field), message, suggestions });
    }

    fn kinds(&self, field: &Field, name: &str) -> Result<Vec<Kind>> {
        let lower = name.to_lowercase();
        if let Some(kind) = [Some(lower.as_str()), lower.strip_suffix('s')].into_iter().flatten().find_map(|name| name.parse().ok()) {
            return Ok(vec![kind]);
        }
        let called = kinds_called(&lower);
        if !called.is_empty() {
            return Ok(called);
        }
        Err(self.unknown(field, format!("No kind of item is called {name:?}."), &lower, Kind::ALL.iter().map(|kind| kind.name())))
    }

    fn has(&self, field: &Field, name: &str) -> Result<Has> {
        let lower = name.to_lowercase();
        let known = |name: &str| Has::ALL.iter().copied().find(|has| has.name() == name);
        known(&lower)
            .or_else(|| known(lower.strip_suffix('s')?))
            .ok_or_else(|| self.unknown(field, format!("An item cannot have {name:?}."), &lower, Has::ALL.iter().map(|has| has.name())))
    }

    /// One of a closed list was expected.
    fn unknown<'n>(&self, field: &Field, message: String, name: &str, list: impl Iterator<Item = &'n str> + Clone) -> Failure {
        let operator = field.operator.name();
        let meant = nearest_names(name, list.clone(), 1).into_iter().next().map(|near| format!("Did you mean {operator}:{near}? "));
        let list = list.collect::<Vec<_>>().join(", ");
        Failure::new(Code::BadRequest, message)
            .hint(format!("{}What can stand here: {list}.", meant.unwrap_or_default()))
            .at(self.at(field))
    }

    /// A source, or every source that has this product.
    fn sources(&mut self, field: &Field, name: &str) -> Result<Vec<String>> {
        let lower = name.to_lowercase();
        let known = self.names.sources()?;
        let mut found = Vec::new();
        for source in &known {
            let parts: Vec<&str> = source.split('.').collect();
            if source.strip_prefix(&lower).is_some_and(|rest| rest.is_empty() || rest.starts_with('.')) {
                return Ok(vec![lower]);
            }
            if let Some(at) = parts.iter().position(|part| *part == lower) {
                add(&mut found, vec![parts[..=at].join(".")]);
            }
        }
        if found.is_empty() {
            let near = nearest_names(&lower, known.iter().map(String::as_str), SUGGESTED);
            let suggestions = if near.is_empty() { known } else { near };
            self.tell(field, format!("Nothing in the vault is from a source called {name:?}."), suggestions);
            found.push(lower);
        }
        Ok(found)
    }

    fn person(&mut self, field: &Field, name: &str) -> Result<String> {
        if ME.iter().any(|me| name.eq_ignore_ascii_case(me)) {
            if !self.names.knows_owner()? {
                let message = "Nothing tells who you are: `datapunk people me --add ADDRESS` says which addresses are yours.";
                self.tell(field, message.to_owned(), Vec::new());
            }
            return Ok(Filter::ME.to_owned());
        }
        if !self.names.has_person(name)? {
            self.tell(field, format!("Nobody called {name:?} is in the vault."), self.names.like(Named::Person, name)?);
        }
        Ok(name.to_owned())
    }

    /// A town, region or country where the owner has been, or a place that items name; both, when there are both.
    fn place(&mut self, field: &Field, name: &str) -> Result<Filter> {
        let ground = self.names.ground(name)?.and_then(|spot| match spot.within {
            Within::Near(near) => Some(Filter { near: Some(near), ..Filter::default() }),
            Within::Area(area) => Some(Filter { area: Some(area), ..Filter::default() }),
            // By its name it is looked for below.
            Within::Named => None,
        });
        let named = || Filter { places: vec![name.to_owned()], ..Filter::default() };
        Ok(match (ground, self.names.has_place(name)?) {
            (Some(ground), true) => Filter { any_of: vec![ground, named()], ..Filter::default() },
            (Some(ground), false) => ground,
            (None, true) => named(),
            (None, false) => {
                self.tell(field, format!("Nothing in the vault was at a place called {name:?}."), self.names.like(Named::Place, name)?);
                Filter::nothing()
            }
        })
    }

    fn near(&self, field: &Field, value: &str) -> Result<Near> {
        let numbers: Option<Vec<f64>> = value.split(',').map(|part| part.trim().parse().ok()).collect();
        let near = numbers.and_then(|numbers| {
            let [lat, lon, metres] = numbers[..] else { return None };
            let point = Point::from_degrees(lat, lon)?;
            (metres.is_finite() && metres > 0.0).then_some(Near { point, metres })
        });
        near.ok_or_else(|| {
            Failure::new(Code::BadRequest, format!("{value:?} is not latitude, longitude and metres."))
                .hint("For example near:38.7223,-9.1393,500. A place by its name is at:Lisbon.")
                .at(self.at(field))
        })
    }

    fn is_date_in_figures(&self, value: &str) -> bool {
        value.starts_with(|first: char| first.is_ascii_digit()) && dates::exactly(value, self.today).is_some()
    }

    fn span(&self, field: &Field, operator: Operator, value: &str, filter: &mut Filter) -> Result<()> {
        let phrase = value.replace('_', " ");
        let read = dates::exactly(&phrase, self.today).and_then(|(first, end)| match operator {
            Operator::Before => Some((None, Some(first?))),
            Operator::After => Some((Some(end?), None)),
            Operator::Since => Some((Some(first?), None)),
            Operator::Until => Some((None, Some(end?))),
            _ => Some((first, end)),
        });
        let (first, end) = read.ok_or_else(|| {
            Failure::new(Code::BadRequest, format!("{value:?} is not a date that can be read here."))
                .hint("Try 2019-05-14, 2019-05, 2019, \"May 2019\", \"last summer\" or \"the week before Easter 2020\", in quotes when it is more than one word.")
                .at(self.at(field))
        })?;
        let (from, to) = (filter.from.max(self.instant(first)), [filter.to, self.instant(end)].into_iter().flatten().min());
        if let (Some(from), Some(to)) = (from, to)
            && from >= to
        {
            return Err(Failure::new(Code::BadRequest, "With this date, the span ends before it begins.")
                .hint("Two dates side by side narrow each other; either of them is (on:2018 OR on:2020).")
                .at(self.at(field)));
        }
        (filter.from, filter.to) = (from, to);
        Ok(())
    }

    fn instant(&self, date: Option<Date>) -> Option<UtcMs> {
        Some(date?.to_zoned(self.zone.clone()).ok()?.timestamp().as_millisecond())
    }
}
