//! Tells events that stand for a whole series: a calendar keeps "every Tuesday" as one entry with a rule. The importer makes each of
//! its times an item, up to the day of the export, and says so in `told_until`. Where it could not, a number or a last date of
//! such entries would leave out all that the rule says, so it is not given; nor is what comes next, which no export tells.

use domain::{Filter, Kind, Result};
use vault::Order;

use super::{Answerer, Cited, EXAMPLES, LOOKED_AT};
use crate::plan::{Asked, Plan};
use crate::retrieve::Hit;

impl Answerer<'_> {
    /// The series among what a plan would count or rank, when it asks for certain events: of a calendar as a whole, the entries
    /// are what is counted. A series that began before the time that is asked about goes on in it.
    pub(super) fn series(&self, plan: &Plan) -> Result<Option<(Plan, Vec<Cited>)>> {
        let counts = matches!(plan.asked, Asked::Count | Asked::Sum | Asked::Most | Asked::Least | Asked::Last | Asked::Next);
        let filter = &plan.filter;
        let of_certain = !filter.text.is_empty() || !filter.people.is_empty();
        if !counts || !of_certain || !filter.kinds.contains(&Kind::Event) {
            return Ok(None);
        }
        let begun = Filter { kinds: vec![Kind::Event], from: None, ..self.reaching(plan.clone())?.filter };
        let mut series = Vec::new();
        for row in self.vault.list(&begun, Order::Newest, None, LOOKED_AT)?.rows {
            let Some(item) = self.vault.item(row.uid)? else { continue };
            if plan.asked != Asked::Next && item.data.get("told_until").is_some() {
                continue;
            }
            let repeats = |key: &str| item.data.get(key).is_some_and(|rule| rule.as_str().is_none_or(|rule| !rule.is_empty()));
            if ["rrule", "rdate"].into_iter().any(repeats) {
                series.push(self.cited(row, plan, Hit { id: 0, score: 1.0, why: vec!["series".to_owned()] })?);
                if series.len() == EXAMPLES {
                    break;
                }
            }
        }
        if series.is_empty() {
            return Ok(None);
        }
        // What cannot be taken is named with the plan.
        let mut plan = plan.clone();
        plan.beyond.extend(series.iter().map(|cited| cited.row.title.clone()));
        plan.beyond.dedup();
        Ok(Some((plan, series)))
    }
}
