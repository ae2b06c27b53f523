//! Fits a plan to how this vault keeps what it speaks of: the same ride may be a session that a watch recorded, a trip of the
//! location history, or both.

use domain::{Filter, Kind, Result};
use jiff::civil::Date;

use super::{Answerer, measure};
use crate::plan::{Asked, Measure, Plan, Statistic, is_recorded_sport, recorded};

impl Answerer<'_> {
    /// The plan over the kinds that hold most of what it speaks of: never over both, which would count a ride twice. A sport is told
    /// by the workouts that were recorded as it, whatever their titles say, where there are such.
    pub(super) fn as_kept(&self, plan: Plan) -> Result<Plan> {
        let of_sport = matches!(plan.filter.kinds[..], [Kind::Trip | Kind::Workout]) && !plan.filter.text.is_empty();
        // Where a session was is not known.
        if !of_sport || plan.filter.near.is_some() || plan.filter.area.is_some() {
            return Ok(plan);
        }
        let measure = if plan.statistic == Statistic::Total { measure(&plan) } else { vault::Measure::Count };
        let held = |kind: Kind, text: &str| {
            let filter = Filter { kinds: vec![kind], text: text.to_owned(), ..plan.filter.clone() };
            let total = self.vault.aggregate(&filter, &measure, None)?;
            Ok::<f64, domain::Failure>(total.rows.first().and_then(|row| row.value).unwrap_or(0.0))
        };
        let by_record = match recorded(&plan.filter.text).filter(|(text, _)| is_computed_over(&plan, text)) {
            Some((text, travels)) => Some((held(Kind::Workout, &text)?, travels)).filter(|(value, _)| *value > 0.0),
            None => None,
        };
        // A title tells the sport where no workout was ever recorded as it: else it would be a ride for coffee that is called a run.
        let records = recorded(&plan.filter.text).map(|(text, _)| Filter { kinds: vec![Kind::Workout], text, ..Filter::default() });
        let is_recorded = match &records {
            Some(records) if is_computed_over(&plan, &records.text) => self.vault.count(records)? > 0,
            _ => false,
        };
        if plan.filter.kinds == [Kind::Workout] {
            return Ok(if is_recorded { over_workouts(plan, self.today) } else { plan });
        }
        let travelled = held(Kind::Trip, &plan.filter.text)?;
        if let Some((value, travels)) = by_record {
            // One rides to work as well as for sport; the longest ride, and how far one is on average, are of sessions.
            let of_sessions = !travels || plan.statistic != Statistic::Total;
            if of_sessions || value > travelled {
                return Ok(over_workouts(plan, self.today));
            }
        } else if is_recorded && travelled == 0.0 {
            return Ok(over_workouts(plan, self.today));
        } else if !is_recorded && held(Kind::Workout, &plan.filter.text)? > travelled {
            return Ok(plan.over(&[Kind::Workout], self.today));
        }
        // Yoga may stand in the calendar alone.
        let counts = travelled == 0.0 && matches!(plan.measure, Measure::Count | Measure::Days);
        let entered = vec![Kind::Visit, Kind::Event];
        if counts && self.vault.count(&Filter { kinds: entered.clone(), ..plan.filter.clone() })? > 0 {
            return Ok(Plan { presumed: true, ..plan.over(&entered, self.today) });
        }
        Ok(plan)
    }
}

/// Whether an answer is computed over whatever fits, or lists it: what is read out has to hold the words itself.
fn is_computed_over(plan: &Plan, text: &str) -> bool {
    match plan.asked {
        _ if plan.bound.is_some() || matches!(plan.statistic, Statistic::Greatest | Statistic::Least) => true,
        Asked::Where | Asked::Who => false,
        Asked::Find | Asked::When | Asked::List => is_recorded_sport(text),
        Asked::Count | Asked::Sum | Asked::First | Asked::Last | Asked::Next | Asked::Most | Asked::Least => true,
    }
}

/// The plan over the workouts that were recorded as the sport that it speaks of. Its words stay as they were said.
fn over_workouts(plan: Plan, today: Date) -> Plan {
    let mut plan = plan.over(&[Kind::Workout], today);
    for filter in std::iter::once(&mut plan.filter).chain(plan.sides.iter_mut().map(|side| &mut side.filter)) {
        if let Some((text, _)) = recorded(&filter.text) {
            filter.text = text;
        }
    }
    plan
}
