//! Counts and tells the items whose value lies within a bound: "rides of more than 50 km".

use domain::Result;
use vault::Extreme;

use super::{Answer, Answerer, Plan, SHOWN, one_claim, say};
use crate::plan::{Asked, Measure};
use crate::retrieve::Hit;

impl Answerer<'_> {
    /// How many there are, or which, the greatest first.
    pub(super) fn bounded(&self, plan: Plan) -> Result<Answer> {
        let plan = self.reaching(plan)?;
        let (Some(bound), Some(field)) = (plan.bound, super::extreme::field(&plan)) else {
            let text = say::zero(&plan, &self.searched(&plan.filter)?);
            return self.nothing(plan, text);
        };
        let ranked = self.vault.extreme(&plan.filter, field, Extreme::Greatest, usize::MAX)?;
        let mut within: Vec<_> = ranked.rows.into_iter().filter(|(_, value)| bound.holds(*value)).collect();
        let n = within.len() as f64;
        let query = format!("{} -- of these, those within the bound", ranked.sql);
        let counted = Plan { measure: Measure::Count, ..plan.clone() };
        let mut computed = say::computed(&counted, n, query);
        if within.is_empty() {
            let text = say::zero(&plan, &self.searched(&plan.filter)?);
            return Ok(super::Answer { computed: Some(computed), ..self.nothing(plan, text)? });
        }
        computed.rows =
            within.iter().take(SHOWN).map(|(row, value)| (say::titled(row, &plan), say::scaled(plan.measure, *value))).collect();
        match plan.asked {
            Asked::First => within.sort_by_key(|(row, _)| row.at),
            Asked::Last => within.sort_by_key(|(row, _)| std::cmp::Reverse(row.at)),
            _ => {}
        }
        let shown = if matches!(plan.asked, Asked::First | Asked::Last) { 1 } else { SHOWN };
        let cited = |(row, _)| self.cited(row, &plan, Hit { id: 0, score: 1.0, why: vec!["within the bound".to_owned()] });
        let items = within.into_iter().take(shown).map(cited).collect::<Result<Vec<_>>>()?;
        match plan.asked {
            Asked::First | Asked::Last => {
                let text = say::end(&plan, &items[0]);
                Ok(one_claim(plan, text, items, None))
            }
            Asked::Count | Asked::Sum => {
                let text = say::number(&counted, &computed, items.len());
                Ok(one_claim(plan, text, items, Some(computed)))
            }
            _ => {
                let claims = self.claims_of(&Plan { asked: Asked::List, ..plan.clone() }, &items)?;
                let lines: Vec<&str> = claims.iter().map(|claim| claim.text.as_str()).collect();
                let text = format!("{}\n{}", say::listed(&counted, &computed, items.len()), lines.join("\n"));
                Ok(Answer { text, claims, plan, computed: Some(computed), items, abstained: false, choices: Vec::new(), model: None })
            }
        }
    }
}
