//! Counts, lists and ranks the countries and towns where the person was, by the places of all of their visits.

use std::collections::BTreeMap;

use domain::{Filter, Kind, Result};
use vault::{Order, Row};

use super::{Answer, Answerer, Claim, Computed, Division, one_claim, pick, say};
use crate::places::{country_of, town_of};
use crate::plan::{Asked, Language, Plan};
use crate::retrieve::Hit;

/// Rows that are fetched at a time; all are looked at.
const PAGE: usize = 2_000;
/// Countries or towns that are named.
const NAMED: usize = 40;

impl Answerer<'_> {
    /// Where the person was, each country or town once, in the order in which they were first there.
    pub(super) fn geography(&self, plan: Plan) -> Result<Answer> {
        let mut plan = plan;
        let mut rows = self.every(&plan.filter)?;
        if rows.iter().all(|row| row.place.is_none()) && plan.filter.kinds == [Kind::Visit] {
            // Who keeps no track may have taken pictures.
            plan.filter.kinds = vec![Kind::Photo, Kind::Video];
            rows = self.every(&plan.filter)?;
        }
        let mut groups: Vec<(String, Vec<Row>)> = Vec::new();
        let mut known: BTreeMap<String, usize> = BTreeMap::new();
        for row in rows {
            let Some(point) = row.place else { continue };
            let name = if plan.by == Some(Division::Country) { country_of(point, plan.language) } else { town_of(point, plan.language) };
            let at = *known.entry(name.clone()).or_insert_with(|| {
                groups.push((name, Vec::new()));
                groups.len() - 1
            });
            groups[at].1.push(row);
        }
        if groups.is_empty() {
            let text = say::zero(&plan, &self.searched(&plan.filter)?);
            return self.nothing(plan, text);
        }
        if matches!(plan.asked, Asked::First | Asked::Last) {
            return self.end_by_place(plan, groups);
        }
        match plan.asked {
            Asked::Most => groups.sort_by_key(|(_, rows)| std::cmp::Reverse(rows.len())),
            Asked::Least => groups.sort_by_key(|(_, rows)| rows.len()),
            _ => {}
        }
        let query = self.vault.aggregate(&plan.filter, &vault::Measure::Count, None)?.sql;
        let computed = Computed {
            label: pick(plan.language, "places", "Orte").to_owned(),
            value: groups.len() as f64,
            unit: String::new(),
            rows: groups.iter().map(|(name, rows)| (name.clone(), rows.len() as f64)).collect(),
            query: format!(
                "{query} -- of these, each {} once, by the nearest town",
                if plan.by == Some(Division::Country) { "country" } else { "town" }
            ),
        };
        let mut items = Vec::new();
        for (_, rows) in groups.iter().take(NAMED) {
            items.push(self.cited(rows[0].clone(), &plan, Hit { id: 0, score: 1.0, why: vec!["there".to_owned()] })?);
        }
        let text = sentence(&plan, &groups);
        let claims = vec![Claim { text: text.clone(), cites: items.iter().map(|cited| cited.row.uid).collect() }];
        Ok(Answer { text, claims, plan, computed: Some(computed), items, abstained: false, choices: Vec::new(), model: None })
    }

    /// The country or town where the person was first, or last: beside the one where they mostly are.
    fn end_by_place(&self, plan: Plan, mut groups: Vec<(String, Vec<Row>)>) -> Result<Answer> {
        if groups.len() > 1 {
            let home = groups.iter().enumerate().max_by_key(|(_, (_, rows))| rows.len()).map_or(0, |(at, _)| at);
            groups.remove(home);
        }
        let is_last = plan.asked == Asked::Last;
        let end = |rows: &[Row]| if is_last { rows.last().cloned() } else { rows.first().cloned() };
        let mut ends: Vec<(String, Row)> = groups.into_iter().filter_map(|(name, rows)| Some((name, end(&rows)?))).collect();
        ends.sort_by_key(|(_, row)| row.at);
        let Some((name, row)) = (if is_last { ends.pop() } else { ends.into_iter().next() }) else {
            let text = say::zero(&plan, &self.searched(&plan.filter)?);
            return self.nothing(plan, text);
        };
        let hit = Hit { id: 0, score: 1.0, why: vec!["there".to_owned()] };
        let item = self.cited(Row { title: name, ..row }, &plan, hit)?;
        let text = say::end(&plan, &item);
        Ok(one_claim(plan, text, vec![item], None))
    }

    /// Everything that a filter leaves, the oldest first, with the visits that had begun before its time.
    pub(super) fn every(&self, filter: &Filter) -> Result<Vec<Row>> {
        let mut rows = self.lasting(filter)?;
        let mut after = None;
        loop {
            let page = self.vault.list(filter, Order::Oldest, after, PAGE)?;
            rows.extend(page.rows);
            after = page.next;
            if after.is_none() {
                return Ok(rows);
            }
        }
    }
}

/// "3: Switzerland [1], Portugal [2] and Japan [3]."
fn sentence(plan: &Plan, groups: &[(String, Vec<Row>)]) -> String {
    let named: Vec<String> = groups.iter().take(NAMED).enumerate().map(|(at, (name, _))| format!("{name} [{}]", at + 1)).collect();
    let more = groups.len().saturating_sub(NAMED);
    let rest = match (more, plan.language) {
        (0, _) => String::new(),
        (_, Language::En) => format!(" and {more} more"),
        (_, Language::De) => format!(" und {more} weitere"),
    };
    let listed = format!("{}{rest}", named.join(", "));
    let of = say::condition(plan);
    match plan.asked {
        Asked::Most | Asked::Least => {
            let n = groups[0].1.len();
            format!("{}: {n} {}{of} ({listed}).", groups[0].0, say::things(plan.language, &plan.filter, n as u64))
        }
        _ => format!("{}: {listed}{of}.", groups.len()),
    }
}
