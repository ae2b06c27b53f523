//! Lists what a filter leaves: how many there are, computed over everything, and the first of them.

use domain::Result;
use vault::Order;

use super::{Answer, Answerer, say};
use crate::plan::Plan;
use crate::retrieve::Hit;

/// Items that are shown of a list.
const SHOWN: usize = 20;

impl Answerer<'_> {
    /// What a plan without words leaves, in order of time.
    pub(super) fn listed(&self, plan: Plan) -> Result<Answer> {
        let plan = self.reaching(plan)?;
        let total = self.vault.aggregate(&plan.filter, &vault::Measure::Count, None)?;
        let n = total.rows.first().and_then(|row| row.value).unwrap_or(0.0);
        let computed = say::computed(&plan, n, total.sql);
        if n == 0.0 {
            let text = say::zero(&plan, &self.searched(&plan.filter)?);
            return Ok(Answer { computed: Some(computed), ..self.nothing(plan, text)? });
        }
        let mut items = Vec::new();
        for row in self.vault.list(&plan.filter, Order::Oldest, None, SHOWN)?.rows {
            items.push(self.cited(row, &plan, Hit { id: 0, score: 1.0, why: vec!["listed".to_owned()] })?);
        }
        let claims = self.claims_of(&plan, &items)?;
        let lines: Vec<&str> = claims.iter().map(|claim| claim.text.as_str()).collect();
        let text = format!("{}\n{}", say::listed(&plan, &computed, items.len()), lines.join("\n"));
        Ok(Answer { text, claims, plan, computed: Some(computed), items, abstained: false, choices: Vec::new(), model: None })
    }
}
