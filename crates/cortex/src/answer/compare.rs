//! Sets the sides of a question against each other, each computed by the database in the same way.

use domain::Result;

use super::{Answer, Answerer, Claim, Computed, measure, say};
use crate::plan::{Asked, Plan};

impl Answerer<'_> {
    /// Which of the sides has more, or less; a tie is said to be one.
    pub(super) fn compare(&self, plan: Plan) -> Result<Answer> {
        let mut rows = Vec::new();
        let mut queries = Vec::new();
        let mut items = Vec::new();
        for side in &plan.sides {
            let total = self.vault.aggregate(&side.filter, &measure(&plan), None)?;
            let value = total.rows.first().and_then(|row| row.value).unwrap_or(0.0);
            rows.push((side.name.clone(), say::scaled(plan.measure, value)));
            queries.push(total.sql);
            items.extend(self.examples(&side.filter, &plan)?.into_iter().take(2));
        }
        if rows.iter().all(|(_, value)| *value == 0.0) {
            let text = say::zero(&plan, &self.searched(&plan.filter)?);
            return self.nothing(plan, text);
        }
        rows.sort_by(|a, b| if plan.asked == Asked::Least { a.1.total_cmp(&b.1) } else { b.1.total_cmp(&a.1) });
        let computed = Computed { label: rows[0].0.clone(), value: rows[0].1, rows, ..say::computed(&plan, 0.0, queries.join(";\n")) };
        let text = say::compare(&plan, &computed, items.len());
        let claims = vec![Claim { text: text.clone(), cites: items.iter().map(|cited| cited.row.uid).collect() }];
        Ok(Answer { text, claims, plan, computed: Some(computed), items, abstained: false, choices: Vec::new(), model: None })
    }
}
