//! Fits a plan to how this vault keeps what it speaks of: the same ride may be a session that a watch recorded, a trip of the
//! location history, or both.

use domain::{Filter, Kind, Result};

use super::{Answerer, measure};
use crate::plan::{Measure, Plan, Statistic};

impl Answerer<'_> {
    /// The plan over the kinds that hold most of what it speaks of: never over both, which would count a ride twice.
    pub(super) fn as_kept(&self, plan: Plan) -> Result<Plan> {
        let of_sport = plan.filter.kinds == [Kind::Trip] && !plan.filter.text.is_empty();
        // Where a session was is not known.
        if !of_sport || plan.filter.near.is_some() || plan.filter.area.is_some() {
            return Ok(plan);
        }
        let held = |kind: Kind| {
            let filter = Filter { kinds: vec![kind], ..plan.filter.clone() };
            let measure = if plan.statistic == Statistic::Total { measure(&plan) } else { vault::Measure::Count };
            let total = self.vault.aggregate(&filter, &measure, None)?;
            Ok::<f64, domain::Failure>(total.rows.first().and_then(|row| row.value).unwrap_or(0.0))
        };
        let (recorded, travelled) = (held(Kind::Workout)?, held(Kind::Trip)?);
        if recorded > travelled {
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
