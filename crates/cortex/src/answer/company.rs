//! Says who was with the person somewhere: the people of what stood in the calendar while they were there, and of the pictures
//! taken there.

use domain::{EntityKind, Filter, Kind, Result};

use super::{Answer, Answerer, Claim, pick, say};
use crate::plan::Plan;
use crate::retrieve::Hit;

/// An entry of the calendar may lie a day beside the stay: whole days are written without a zone.
const BESIDE_MS: i64 = 86_400_000;
/// People who are named, and items that are looked at for each stay.
const NAMED: usize = 20;
const LOOKED_AT: usize = 50;
/// A stay within one day is told by what stood in the calendar of that day alone.
const SHORT_MS: i64 = 20 * 3_600_000;

impl Answerer<'_> {
    /// Who was with the person at the place of a plan; as [`Answerer::find`] has it when nothing tells.
    pub(super) fn company(&self, question: &str, plan: Plan) -> Result<Answer> {
        let visits = Filter { kinds: vec![Kind::Visit], people: Vec::new(), ..plan.filter.clone() };
        let stays = super::whereabouts::stays_of(self.every(&visits)?);
        let mut rows = Vec::new();
        for stay in &stays {
            let (Some(from), Some(to)) = (stay[0].at, stay.iter().filter_map(|row| row.until.or(row.at)).max()) else { continue };
            let beside = if to - from > SHORT_MS { BESIDE_MS } else { 0 };
            let during = Filter { kinds: vec![Kind::Event], from: Some(from - beside), to: Some(to + 1), ..Filter::default() };
            rows.extend(self.vault.list(&during, vault::Order::Oldest, None, LOOKED_AT)?.rows);
        }
        let pictures = Filter { kinds: vec![Kind::Photo, Kind::Video], ..plan.filter.clone() };
        rows.extend(self.vault.list(&pictures, vault::Order::Oldest, None, LOOKED_AT)?.rows);
        let own = self.vault.own_entities()?;
        let mut names: Vec<(String, usize)> = Vec::new();
        let mut items = Vec::new();
        for row in rows {
            let Some(item) = self.vault.item(row.uid)? else { continue };
            let of_item = item.links.iter().filter(|link| link.kind == EntityKind::Person && !own.contains(&link.entity));
            let new: Vec<String> = of_item
                .map(|link| link.known_as.as_ref().unwrap_or(&link.name).clone())
                .filter(|name| !name.is_empty() && !names.iter().any(|(known, _)| known == name))
                .collect();
            if new.is_empty() || names.len() + new.len() > NAMED {
                continue;
            }
            items.push(self.cited(row, &plan, Hit { id: 0, score: 1.0, why: vec!["then".to_owned()] })?);
            names.extend(new.into_iter().map(|name| (name, items.len())));
        }
        if names.is_empty() {
            return self.find(question, plan);
        }
        let mut claims = Vec::new();
        for (at, cited) in items.iter().enumerate() {
            let of_item: Vec<&str> = names.iter().filter(|(_, number)| *number == at + 1).map(|(name, _)| name.as_str()).collect();
            let text = format!("{} ({}) [{}].", of_item.join(", "), say::titled(&cited.row, &plan), at + 1);
            claims.push(Claim { text, cites: vec![cited.row.uid] });
        }
        let text = claims.iter().map(|claim| claim.text.as_str()).collect::<Vec<_>>().join("\n");
        let by = pick(plan.language, "told by the calendar and pictures of those days", "nach Kalender und Bildern dieser Tage");
        let plan = Plan { understood: format!("{}, {by}", plan.understood), ..plan };
        Ok(Answer { text, claims, plan, computed: None, items, abstained: false, choices: Vec::new(), model: None })
    }
}
