//! Says where the person was, by the towns of what a filter leaves, and when they were somewhere, by their stays there; each with
//! what tells of it.

use domain::{Filter, Result};
use vault::{Order, Row};

use super::{Answer, Answerer, Claim, say};
use crate::places::town_of;
use crate::plan::Plan;
use crate::retrieve::Hit;

/// Items that are looked through for their places.
const LOOKED_AT: usize = 2_000;
/// Away for longer than this, someone who comes back stays anew: four days.
const AWAY_MS: i64 = 4 * 86_400_000;
/// Towns or stays that are told, and items that are cited for each.
const TOWNS: usize = 6;
const CITED: usize = 3;

impl Answerer<'_> {
    /// The towns where the items of a plan were, in order of time; by what was looked at there when no stay is known.
    pub(super) fn whereabouts(&self, question: &str, plan: Plan) -> Result<Answer> {
        let mut plan = plan;
        let mut rows = self.placed(&plan.filter)?;
        if rows.is_empty() && plan.presumed {
            plan = Plan { filter: Filter { kinds: Vec::new(), ..plan.filter.clone() }, presumed: false, ..plan };
            rows = self.placed(&plan.filter)?;
        }
        if rows.is_empty() {
            return self.find(question, plan);
        }
        let mut towns: Vec<(String, Vec<Row>)> = Vec::new();
        for row in rows {
            let Some(place) = row.place else { continue };
            let name = town_of(place, plan.language);
            match towns.iter_mut().find(|(known, _)| *known == name) {
                Some((_, of_town)) => of_town.push(row),
                None => towns.push((name, vec![row])),
            }
        }
        let n_towns = towns.len();
        let mut items = Vec::new();
        let mut claims = Vec::new();
        for (name, rows) in towns.into_iter().take(TOWNS) {
            let from = items.len();
            let n_rows = rows.len();
            let span = (rows[0].clone(), rows[n_rows - 1].clone());
            for row in rows.into_iter().take(CITED) {
                items.push(self.cited(row, &plan, Hit { id: 0, score: 1.0, why: vec!["there".to_owned()] })?);
            }
            let text = say::town(&plan, &name, n_rows, &span, &items[from..], from);
            claims.push(Claim { text, cites: items[from..].iter().map(|cited| cited.row.uid).collect() });
        }
        let mut text = claims.iter().map(|claim| claim.text.as_str()).collect::<Vec<_>>().join("\n");
        if n_towns > TOWNS {
            text = format!("{text}\n{}", say::more_towns(&plan, n_towns - TOWNS));
        }
        Ok(Answer { text, claims, plan, computed: None, items, abstained: false, model: None })
    }

    /// When the person was at the place of a plan: each stay from its first item to its last.
    pub(super) fn stays(&self, question: &str, plan: Plan) -> Result<Answer> {
        let rows = self.placed(&plan.filter)?;
        let Some(place) = plan.place.clone().filter(|_| !rows.is_empty()) else { return self.find(question, plan) };
        let mut stays: Vec<Vec<Row>> = Vec::new();
        for row in rows {
            match stays.last_mut() {
                Some(stay) if stay.last().and_then(|last| last.at).zip(row.at).is_some_and(|(last, at)| at - last <= AWAY_MS) => {
                    stay.push(row);
                }
                _ => stays.push(vec![row]),
            }
        }
        let mut items = Vec::new();
        let mut claims = Vec::new();
        for rows in stays.iter().rev().take(TOWNS) {
            let from = items.len();
            for row in rows.iter().take(CITED) {
                items.push(self.cited(row.clone(), &plan, Hit { id: 0, score: 1.0, why: vec!["there".to_owned()] })?);
            }
            let span = (rows[0].clone(), rows[rows.len() - 1].clone());
            let text = say::town(&plan, &place, rows.len(), &span, &items[from..], from);
            claims.push(Claim { text, cites: items[from..].iter().map(|cited| cited.row.uid).collect() });
        }
        let mut text = claims.iter().map(|claim| claim.text.as_str()).collect::<Vec<_>>().join("\n");
        if stays.len() > TOWNS {
            text = format!("{text}\n{}", say::more_towns(&plan, stays.len() - TOWNS));
        }
        Ok(Answer { text, claims, plan, computed: None, items, abstained: false, model: None })
    }

    /// The items with a place, in order of time.
    fn placed(&self, filter: &Filter) -> Result<Vec<Row>> {
        let mut rows = self.vault.list(filter, Order::Oldest, None, LOOKED_AT)?.rows;
        rows.retain(|row| row.place.is_some());
        Ok(rows)
    }
}
