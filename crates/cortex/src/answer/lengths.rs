//! Says how long the person was in a town or a region: the stays there, each from its first visit to the end of its last, and
//! the days of the wall clock that they touch. A night between two visits belongs to the stay.

use std::collections::BTreeSet;

use domain::Result;
use jiff::Timestamp;
use jiff::civil::Date;
use vault::Row;

use super::{Answer, Answerer, Claim, Computed, clocks, pick, say};
use crate::plan::{Language, Measure, Plan};
use crate::retrieve::Hit;

/// Stays that are told.
const TOLD: usize = 12;

impl Answerer<'_> {
    /// The days that the person was at the place of a plan, and the stays that they make.
    pub(super) fn lengths(&self, plan: Plan) -> Result<Answer> {
        let rows = self.every(&plan.filter)?;
        let stays = super::whereabouts::stays_of(rows);
        if stays.is_empty() {
            let text = say::zero(&plan, &self.searched(&plan.filter)?);
            return self.nothing(plan, text);
        }
        let mut days: BTreeSet<Date> = BTreeSet::new();
        let mut n_nights = 0;
        let mut told = Vec::new();
        let mut items = Vec::new();
        for stay in &stays {
            let of_stay = days_of(stay, &plan);
            let (Some(first), Some(last)) = (of_stay.first().copied(), of_stay.last().copied()) else { continue };
            if told.len() < TOLD {
                let from = items.len();
                let mut ends = vec![stay[0].clone()];
                ends.extend(stay.last().filter(|last| last.id != stay[0].id).cloned());
                for row in ends {
                    items.push(self.cited(row, &plan, Hit { id: 0, score: 1.0, why: vec!["there".to_owned()] })?);
                }
                let marks: String = (from..items.len()).map(|at| format!("[{}]", at + 1)).collect();
                told.push((say::day(first, plan.language), say::day(last, plan.language), of_stay.len(), marks));
            }
            n_nights += of_stay.len().saturating_sub(1);
            days.extend(of_stay);
        }
        let query = self.vault.aggregate(&plan.filter, &vault::Measure::DistinctDays, None)?.sql;
        let computed = Computed {
            label: plan.place.clone().unwrap_or_default(),
            value: if plan.measure == Measure::Nights { n_nights } else { days.len() } as f64,
            unit: if plan.measure == Measure::Nights {
                pick(plan.language, "nights", "Nächte")
            } else {
                pick(plan.language, "days", "Tage")
            }
            .to_owned(),
            rows: told.iter().map(|(first, last, n, _)| (format!("{first} – {last}"), *n as f64)).collect(),
            query: format!("{query} -- and the days between the first visit and the last of each stay"),
        };
        let text = sentence(&plan, if plan.measure == Measure::Nights { n_nights } else { days.len() }, &told);
        let claims = vec![Claim { text: text.clone(), cites: items.iter().map(|cited| cited.row.uid).collect() }];
        Ok(Answer { text, claims, plan, computed: Some(computed), items, abstained: false, choices: Vec::new(), model: None })
    }
}

/// The local days from the first of a stay to its last, of those that the plan asks about.
pub(super) fn days_of(stay: &[Row], plan: &Plan) -> BTreeSet<Date> {
    let local = |ms: i64| Timestamp::from_millisecond(ms).ok().map(|at| at.to_zoned(plan.zone.clone()).date());
    let ended = |row: &Row| row.until.or(row.at);
    let Some((from, left)) = stay[0].at.zip(stay.iter().max_by_key(|row| ended(row))) else { return BTreeSet::new() };
    let Some(to) = ended(left) else { return BTreeSet::new() };
    // The days of who was abroad are those of the clocks there.
    let first = match plan.filter.from {
        Some(least) if least > from => local(least),
        _ => clocks::shown(&stay[0], from, &plan.zone).map(|at| at.date()),
    };
    let last = match plan.filter.to {
        Some(most) if most - 1 < to => local(most - 1),
        // What ends at midnight ends with the day before.
        _ => clocks::shown(left, (to - 1).max(from), &plan.zone).map(|at| at.date()),
    };
    let (Some(mut day), Some(last)) = (first, last) else { return BTreeSet::new() };
    let mut days = BTreeSet::new();
    while day <= last {
        days.insert(day);
        let Ok(next) = day.tomorrow() else { break };
        day = next;
    }
    days
}

/// "7 days in Lisbon: 12 September 2019 to 18 September 2019 [1][2]."
fn sentence(plan: &Plan, n_days: usize, stays: &[(String, String, usize, String)]) -> String {
    let told: Vec<String> = stays
        .iter()
        .map(|(first, last, n, marks)| {
            let span = if first == last { first.clone() } else { format!("{first} {} {last}", pick(plan.language, "to", "bis")) };
            if stays.len() > 1 { format!("{span}, {n} {marks}") } else { format!("{span} {marks}") }
        })
        .collect();
    let place = plan.place.clone().unwrap_or_default();
    let days = match (plan.language, n_days) {
        (Language::En, 1) if plan.measure == Measure::Nights => "night",
        (Language::En, _) if plan.measure == Measure::Nights => "nights",
        (Language::De, 1) if plan.measure == Measure::Nights => "Nacht",
        (Language::De, _) if plan.measure == Measure::Nights => "Nächte",
        (Language::En, 1) => "day",
        (Language::En, _) => "days",
        (Language::De, 1) => "Tag",
        (Language::De, _) => "Tage",
    };
    format!("{n_days} {days} in {place}: {}.", told.join("; "))
}
