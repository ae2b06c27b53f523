//! Tells tasks by whether they are done: their state is part of their data, which no filter narrows by.

use domain::Result;

use super::{Answer, Answerer, Plan, say};
use crate::plan::Asked;
use crate::retrieve::Hit;

/// Tasks that are shown.
const SHOWN: usize = 20;

impl Answerer<'_> {
    /// The tasks of a plan that are open, or done: how many, or which.
    pub(super) fn tasks(&self, plan: Plan) -> Result<Answer> {
        let mut rows = Vec::new();
        for row in self.every(&plan.filter)? {
            let Some(item) = self.vault.item(row.uid)? else { continue };
            let is_done = item.data.get("status").and_then(|status| status.as_str()) == Some("completed");
            if plan.open == Some(!is_done) {
                rows.push(row);
            }
        }
        let query = self.vault.aggregate(&plan.filter, &vault::Measure::Count, None)?.sql;
        let query = format!("{query} -- of these, those that are {}", if plan.open == Some(true) { "open" } else { "completed" });
        let computed = say::computed(&plan, rows.len() as f64, query);
        if rows.is_empty() {
            let text = say::zero(&plan, &self.searched(&plan.filter)?);
            return Ok(Answer { computed: Some(computed), ..self.nothing(plan, text)? });
        }
        let cited = |row| self.cited(row, &plan, Hit { id: 0, score: 1.0, why: vec!["state".to_owned()] });
        let items = rows.into_iter().take(SHOWN).map(cited).collect::<Result<Vec<_>>>()?;
        if plan.asked == Asked::Count {
            let text = say::number(&plan, &computed, items.len());
            return Ok(super::one_claim(plan, text, items, Some(computed)));
        }
        let claims = self.claims_of(&Plan { asked: Asked::List, ..plan.clone() }, &items)?;
        let lines: Vec<&str> = claims.iter().map(|claim| claim.text.as_str()).collect();
        let text = format!("{}\n{}", say::listed(&plan, &computed, items.len()), lines.join("\n"));
        Ok(Answer { text, claims, plan, computed: Some(computed), items, abstained: false, choices: Vec::new(), model: None })
    }
}
