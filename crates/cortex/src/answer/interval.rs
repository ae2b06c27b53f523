//! Says how long it was between two things: each is found by its words, as the first step of a question of two is.

use domain::{Filter, Result};
use jiff::civil::Date;
use jiff::{Timestamp, Unit as JiffUnit};

use super::steps::First;
use super::{Answer, Answerer, Cited, Claim, Computed, pick, say};
use crate::plan::{Interval, IntervalUnit, Parted, Plan, Relation, Step};
use crate::retrieve::Hit;

impl Answerer<'_> {
    /// The time between the two; which of them nothing tells of is said. `plan` is that of the question as a whole.
    pub(super) fn interval(&self, interval: &Interval, question: &str, base: &Filter, plan: Plan) -> Result<Answer> {
        let mut days: Vec<Date> = Vec::new();
        let mut items: Vec<Cited> = Vec::new();
        let mut steps: Vec<Step> = Vec::new();
        for said in [&interval.first, &interval.second] {
            let parted = Parted { first: said.clone(), relation: Relation::SameDay, rest: String::new() };
            match self.first_step(&parted, question, base)? {
                First::Time((from, _), step, row) => {
                    let Some(day) = Timestamp::from_millisecond(from).ok().map(|at| at.to_zoned(self.zone.clone()).date()) else {
                        continue;
                    };
                    days.push(day);
                    items.push(self.cited(*row, &plan, Hit { id: 0, score: 1.0, why: vec!["step".to_owned()] })?);
                    steps.push(step);
                }
                First::Nothing(_) => {
                    let text = say::no_first_step(&plan, said, &self.searched(&Filter::default())?);
                    return self.nothing(plan, text);
                }
                First::Several(choices) => {
                    let text = say::which(&plan, &choices);
                    return Ok(Answer { choices, ..self.nothing(plan, text)? });
                }
            }
        }
        let [first, second] = days[..] else {
            let text = say::nothing(&plan, None, true, &self.searched(&Filter::default())?);
            return self.nothing(plan, text);
        };
        let (from, to) = (first.min(second), first.max(second));
        let span = |unit| from.until((unit, to)).ok();
        let n_days = span(JiffUnit::Day).map_or(0, |span| span.get_days());
        let (value, unit) = match interval.unit {
            IntervalUnit::Day => (n_days, pick(plan.language, "days", "Tage")),
            IntervalUnit::Week => (n_days / 7, pick(plan.language, "weeks", "Wochen")),
            IntervalUnit::Month => (span(JiffUnit::Month).map_or(0, |span| span.get_months()), pick(plan.language, "months", "Monate")),
            IntervalUnit::Year => {
                (i32::from(span(JiffUnit::Year).map_or(0, |span| span.get_years())), pick(plan.language, "years", "Jahre"))
            }
        };
        let text = say::interval(&plan, value, unit, n_days, [(&interval.first, first), (&interval.second, second)]);
        let computed = Computed {
            label: plan.understood.clone(),
            value: f64::from(value),
            unit: unit.to_owned(),
            rows: Vec::new(),
            query: format!("julianday('{to}') - julianday('{from}')"),
        };
        let claims = vec![Claim { text: text.clone(), cites: items.iter().map(|cited| cited.row.uid).collect() }];
        let plan = Plan { steps, ..plan };
        Ok(Answer { text, claims, plan, computed: Some(computed), items, abstained: false, choices: Vec::new(), model: None })
    }
}
