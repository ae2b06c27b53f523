//! Says when and for how long the person was abroad: out of the country in which they spent most days of that year, by their
//! visits. Visits abroad with none at home between them are one journey.

use std::collections::{BTreeMap, BTreeSet};

use domain::{Filter, Kind, Result};
use jiff::Zoned;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use vault::Row;

use super::{Answer, Answerer, Claim, Computed, Division, clocks, lengths, pick, say};
use crate::places::{country_called, country_code_of};
use crate::plan::{Asked, Language, Measure, Plan};
use crate::retrieve::Hit;

/// Journeys that are told.
const TOLD: usize = 12;

/// Where somebody was abroad, without having been at home meanwhile.
struct Journey {
    rows: Vec<Row>,
    /// The codes of its countries, in the order in which they were reached.
    countries: Vec<&'static str>,
}

impl Answerer<'_> {
    pub(super) fn abroad(&self, plan: Plan) -> Result<Answer> {
        let homes = homes(&self.every(&Filter { kinds: vec![Kind::Visit], ..Filter::default() })?);
        let mut journeys = journeys(self.every(&plan.filter)?, &homes);
        match plan.asked {
            Asked::First => journeys.truncate(1),
            Asked::Last => drop(journeys.drain(..journeys.len().saturating_sub(1))),
            _ => {}
        }
        if journeys.is_empty() {
            let text = say::zero(&plan, &self.searched(&plan.filter)?);
            return self.nothing(plan, text);
        }
        let days = |journey: &Journey| lengths::days_of(&journey.rows, &plan);
        let n_nights: usize = journeys.iter().map(|journey| days(journey).len().saturating_sub(1)).sum();
        let n_days = journeys.iter().flat_map(days).collect::<BTreeSet<_>>().len();
        let countries = journeys.iter().flat_map(|journey| &journey.countries).collect::<BTreeSet<_>>().len();
        let (value, unit) = match (plan.measure, plan.by) {
            (Measure::Days, _) => (n_days, pick(plan.language, "days", "Tage")),
            (Measure::Nights, _) => (n_nights, pick(plan.language, "nights", "Nächte")),
            (_, Some(Division::Country)) => (countries, pick(plan.language, "countries", "Länder")),
            _ => (journeys.len(), pick(plan.language, "journeys abroad", "Auslandsreisen")),
        };
        let (mut told, mut items, mut rows) = (Vec::new(), Vec::new(), Vec::new());
        for journey in journeys.iter().rev().take(TOLD) {
            let days = days(journey);
            let (Some(first), Some(last)) = (days.first(), days.last()) else { continue };
            let from = items.len();
            let mut ends = vec![journey.rows[0].clone()];
            ends.extend(journey.rows.last().filter(|last| last.id != journey.rows[0].id).cloned());
            for row in ends {
                items.push(self.cited(row, &plan, Hit { id: 0, score: 1.0, why: vec!["there".to_owned()] })?);
            }
            let marks: String = (from..items.len()).map(|at| format!("[{}]", at + 1)).collect();
            let named = journey.countries.iter().map(|code| country_called(code, plan.language)).collect::<Vec<_>>().join(", ");
            told.push(format!("{named}, {} {marks}", span(*first, *last, plan.language)));
            rows.push((format!("{named}, {first}"), days.len() as f64));
        }
        let query = self.vault.aggregate(&plan.filter, &vault::Measure::DistinctDays, None)?.sql;
        let computed = Computed {
            label: pick(plan.language, "abroad", "im Ausland").to_owned(),
            value: value as f64,
            unit: unit.to_owned(),
            rows,
            query: format!("{query} -- of these, the visits out of the country of most days of their year"),
        };
        let listed = told.join("; ");
        let when = say::condition(&plan);
        let text = match plan.asked {
            Asked::First | Asked::Last => format!("{listed}."),
            _ if plan.polar => format!("{}: {listed}.", pick(plan.language, "Yes", "Ja")),
            _ => format!("{value} {unit}{when}: {listed}."),
        };
        let claims = vec![Claim { text: text.clone(), cites: items.iter().map(|cited| cited.row.uid).collect() }];
        Ok(Answer { text, claims, plan, computed: Some(computed), items, abstained: false, choices: Vec::new(), model: None })
    }
}

/// Of each year, the country in which most of its days were spent.
fn homes(visits: &[Row]) -> BTreeMap<i16, &'static str> {
    let mut days: BTreeMap<i16, BTreeMap<&'static str, BTreeSet<Date>>> = BTreeMap::new();
    for row in visits {
        let (Some(at), Some(code)) = (local(row), row.place.map(country_code_of)) else { continue };
        days.entry(at.year()).or_default().entry(code).or_default().insert(at.date());
    }
    let home = |countries: BTreeMap<&'static str, BTreeSet<Date>>| countries.into_iter().max_by_key(|(_, days)| days.len());
    days.into_iter().filter_map(|(year, countries)| Some((year, home(countries)?.0))).collect()
}

fn journeys(rows: Vec<Row>, homes: &BTreeMap<i16, &'static str>) -> Vec<Journey> {
    let mut journeys: Vec<Journey> = Vec::new();
    let mut away = false;
    for row in rows {
        let (Some(at), Some(code)) = (local(&row), row.place.map(country_code_of)) else { continue };
        let is_abroad = homes.get(&at.year()) != Some(&code);
        match journeys.last_mut().filter(|_| is_abroad && away) {
            Some(journey) => {
                journey.rows.push(row);
                if !journey.countries.contains(&code) {
                    journey.countries.push(code);
                }
            }
            None if is_abroad => journeys.push(Journey { rows: vec![row], countries: vec![code] }),
            None => {}
        }
        away = is_abroad;
    }
    journeys
}

/// When it began, by the clocks there.
fn local(row: &Row) -> Option<Zoned> {
    clocks::shown(row, row.at?, &TimeZone::UTC)
}

fn span(first: Date, last: Date, language: Language) -> String {
    if first == last {
        return say::day(first, language);
    }
    format!("{} {} {}", say::day(first, language), pick(language, "to", "bis"), say::day(last, language))
}
