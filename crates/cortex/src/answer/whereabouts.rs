//! Says where the person was, by the towns of what a filter leaves, and when they were somewhere, by their stays there; each with
//! what tells of it.

use domain::{Filter, Kind, Result};
use vault::{Order, Row};

use super::{Answer, Answerer, Claim, say};
use crate::places::town_of;
use crate::plan::Plan;
use crate::retrieve::Hit;

/// Items that are looked through for their places.
const LOOKED_AT: usize = 2_000;
/// Away for longer than this, someone who comes back stays anew: four days.
const AWAY_MS: i64 = 4 * 86_400_000;
/// The kinds that say where the person was.
const PRESENT: &[Kind] = &[Kind::Visit, Kind::Trip];
/// The kinds that happen somewhere, and tell it when nothing else does.
const HAPPENING: &[Kind] = &[Kind::Photo, Kind::Video, Kind::Event, Kind::Workout];
/// The longest stay that is looked for before the time that is asked about: thirty days.
const LONGEST_MS: i64 = 30 * 86_400_000;
/// Towns or stays that are told, and items that are cited for each.
const TOWNS: usize = 6;
const CITED: usize = 3;

impl Answerer<'_> {
    /// The towns where the items of a plan were, in order of time: its visits and trips, with those that had begun before, else
    /// what happened there. What was looked at tells nothing of where its reader was.
    pub(super) fn whereabouts(&self, question: &str, plan: Plan) -> Result<Answer> {
        let mut plan = plan;
        let mut rows = self.placed(&plan.filter)?;
        if plan.presumed {
            for kinds in [PRESENT, HAPPENING] {
                if !rows.is_empty() {
                    break;
                }
                plan = Plan { filter: Filter { kinds: kinds.to_vec(), ..plan.filter.clone() }, ..plan };
                rows = self.placed(&plan.filter)?;
            }
            plan.presumed = false;
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
        Ok(Answer { text, claims, plan, computed: None, items, abstained: false, choices: Vec::new(), model: None })
    }

    /// When the person was at the place of a plan: each stay from its first item to its last.
    pub(super) fn stays(&self, question: &str, plan: Plan) -> Result<Answer> {
        let rows = self.placed(&plan.filter)?;
        let Some(place) = plan.place.clone().filter(|_| !rows.is_empty()) else { return self.find(question, plan) };
        let stays = stays_of(rows);
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
        Ok(Answer { text, claims, plan, computed: None, items, abstained: false, choices: Vec::new(), model: None })
    }

    /// How often the person was somewhere: the visits, and the stays that they make up.
    pub(super) fn times_there(&self, plan: Plan) -> Result<Answer> {
        let n_stays = stays_of(self.every(&plan.filter)?).len();
        let answer = self.number("", plan)?;
        if answer.abstained || n_stays == 0 {
            return Ok(answer);
        }
        let text = say::in_stays(&answer.plan, &answer.text, n_stays);
        let claims = answer.claims.into_iter().map(|claim| Claim { text: text.clone(), ..claim }).collect();
        Ok(Answer { text, claims, ..answer })
    }

    /// That the person was elsewhere, when they ask whether they were at a place on a day and nothing tells of it; `None` when nothing
    /// tells where they were.
    pub(super) fn elsewhere(&self, plan: &Plan) -> Result<Option<Answer>> {
        let of_visits = plan.filter.kinds == [Kind::Visit] && plan.filter.text.is_empty() && plan.filter.people.is_empty();
        if !plan.polar || plan.place.is_none() || !of_visits {
            return Ok(None);
        }
        let filter = Filter { kinds: PRESENT.to_vec(), near: None, area: None, ..plan.filter.clone() };
        let there = Plan { filter, place: None, place_said: None, presumed: false, ..plan.clone() };
        if plan.filter.from.is_none() || !self.placed(&plan.filter)?.is_empty() || self.placed(&there.filter)?.is_empty() {
            return Ok(None);
        }
        let answer = self.whereabouts("", there)?;
        let text = say::elsewhere(plan, &answer.text);
        Ok(Some(Answer { text, ..answer }))
    }

    /// The items with a place, in order of time, those that began before and lasted into it among them.
    fn placed(&self, filter: &Filter) -> Result<Vec<Row>> {
        let mut rows = self.lasting(filter)?;
        rows.extend(self.vault.list(filter, Order::Oldest, None, LOOKED_AT)?.rows);
        rows.retain(|row| row.place.is_some());
        Ok(rows)
    }

    /// The visits and trips that had begun when the time of a filter begins, and ended within it or after.
    pub(super) fn lasting(&self, filter: &Filter) -> Result<Vec<Row>> {
        let (Some(from), true) = (filter.from, filter.kinds.iter().any(|kind| PRESENT.contains(kind))) else { return Ok(Vec::new()) };
        let kinds = filter.kinds.iter().copied().filter(|kind| PRESENT.contains(kind)).collect();
        let before = Filter { kinds, from: Some(from - LONGEST_MS), to: Some(from), ..filter.clone() };
        let mut rows = self.vault.list(&before, Order::Newest, None, LOOKED_AT)?.rows;
        rows.retain(|row| row.until.is_some_and(|until| until > from));
        rows.reverse();
        Ok(rows)
    }
}

/// Rows in order of time, parted where the person was away.
pub(super) fn stays_of(rows: Vec<Row>) -> Vec<Vec<Row>> {
    let mut stays: Vec<Vec<Row>> = Vec::new();
    for row in rows.into_iter().filter(|row| row.at.is_some()) {
        let ended = |row: &Row| row.until.or(row.at);
        match stays.last_mut() {
            Some(stay) if stay.last().and_then(ended).zip(row.at).is_some_and(|(last, at)| at - last <= AWAY_MS) => stay.push(row),
            _ => stays.push(vec![row]),
        }
    }
    stays
}
