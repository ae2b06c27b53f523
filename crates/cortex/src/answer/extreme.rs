//! Tells the longest, the shortest, the dearest: one item, found by the database over everything, with its value.

use domain::{Kind, Result};
use vault::Extreme;

use super::{Answer, Answerer, SHOWN, one_claim, pick, say};
use crate::plan::{Language, Measure, Plan, Statistic};
use crate::retrieve::Hit;

impl Answerer<'_> {
    /// The item at one end, and those beside it that share its value.
    pub(super) fn extreme(&self, plan: Plan) -> Result<Answer> {
        let plan = self.reaching(plan)?;
        let extreme = if plan.statistic == Statistic::Least { Extreme::Least } else { Extreme::Greatest };
        let field = field(&plan).unwrap_or_default();
        let ranked = self.vault.extreme(&plan.filter, field, extreme, SHOWN)?;
        let Some((_, value)) = ranked.rows.first().cloned() else {
            let text = say::zero(&plan, &self.searched(&plan.filter)?);
            return self.nothing(plan, text);
        };
        let mut computed = say::computed(&plan, value, ranked.sql);
        computed.rows = ranked.rows.iter().map(|(row, value)| (say::titled(row, &plan), say::scaled(plan.measure, *value))).collect();
        let mut items = Vec::new();
        for (row, _) in ranked.rows.into_iter().take_while(|(_, other)| other.total_cmp(&value).is_eq()).take(super::EXAMPLES) {
            items.push(self.cited(row, &plan, Hit { id: 0, score: 1.0, why: vec!["ranked".to_owned()] })?);
        }
        let text = sentence(&plan, &computed, &items);
        Ok(one_claim(plan, text, items, Some(computed)))
    }
}

/// The number in an item's data that a plan is computed over.
pub(super) fn field(plan: &Plan) -> Option<&'static str> {
    // A play says how long it was listened to, and not how long it is.
    let plays = plan.measure == Measure::Duration && plan.filter.kinds == [Kind::Listen];
    if plays { Some("played_s") } else { plan.measure.field() }
}

/// "6.6 km on 28 July 2018: Cycling, 6.6 km [1]."
pub(super) fn sentence(plan: &Plan, computed: &super::Computed, items: &[super::Cited]) -> String {
    let value = say::measured(plan, computed.value, &computed.unit);
    let each: Vec<String> = items.iter().enumerate().map(|(at, cited)| format!("{} [{}]", say::titled(&cited.row, plan), at + 1)).collect();
    let extreme = match (plan.statistic, plan.language) {
        (Statistic::Least, Language::En) => "the least",
        (Statistic::Least, Language::De) => "das wenigste",
        (_, Language::En) => "the most",
        (_, Language::De) => "das meiste",
    };
    let of = say::condition(plan);
    format!("{}: {value} ({extreme}{} {}{of}).", each.join("; "), pick(plan.language, " of the", " der"), computed.label)
}
