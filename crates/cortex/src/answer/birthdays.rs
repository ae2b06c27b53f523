//! Says whose birthday a day is: cards hold the date of birth, of which the year is no part of the question.

use domain::{Filter, Kind, Result};
use jiff::civil::Date;
use jiff::{Timestamp, Unit};

use super::{Answer, Answerer, Claim, Computed, one_claim, pick, say};
use crate::plan::{Language, Plan};
use crate::retrieve::Hit;

/// The longest span of days whose birthdays are asked for: a month.
const LONGEST_MS: i64 = 32 * 86_400_000;

impl Answerer<'_> {
    /// How old somebody is, or was at the time of a plan, by their card; `None` when it asks for no such thing, or nothing tells.
    pub(super) fn age(&self, plan: &Plan) -> Result<Option<Answer>> {
        let [name] = &plan.filter.people[..] else { return Ok(None) };
        if !plan.of_age {
            return Ok(None);
        }
        let then = plan.filter.from.and_then(|ms| Timestamp::from_millisecond(ms).ok()).map(|at| at.to_zoned(plan.zone.clone()).date());
        let Some((row, born)) = self.born(name)? else { return Ok(None) };
        let Ok(born) = born.parse::<Date>() else { return Ok(None) };
        let years = born.until((Unit::Year, then.unwrap_or(self.today))).map_or(0, |span| span.get_years());
        let cited = self.cited(row, plan, Hit { id: 0, score: 1.0, why: vec!["birthday".to_owned()] })?;
        let text = say::age(plan, &cited.row.title, born, years, then);
        let computed = Computed {
            label: cited.row.title.clone(),
            value: f64::from(years),
            unit: pick(plan.language, "years", "Jahre").to_owned(),
            rows: Vec::new(),
            query: format!("years from {born} to {}", then.unwrap_or(self.today)),
        };
        Ok(Some(one_claim(plan.clone(), text, vec![cited], Some(computed))))
    }

    /// The cards whose birthday lies in the days of a plan; `None` when it asks for no such thing.
    pub(super) fn birthdays(&self, plan: &Plan) -> Result<Option<Answer>> {
        let (Some(from), Some(to)) = (plan.filter.from, plan.filter.to) else { return Ok(None) };
        if !plan.of_birthday || !plan.filter.people.is_empty() || to - from > LONGEST_MS {
            return Ok(None);
        }
        let cards = Filter { kinds: vec![Kind::Contact], ..Filter::default() };
        let mut items = Vec::new();
        let mut claims = Vec::new();
        for row in self.every(&cards)? {
            let Some(item) = self.vault.item(row.uid)? else { continue };
            let born = item.data.get("birthday").and_then(|born| born.as_str()).unwrap_or_default().to_owned();
            // "1988-06-12", or "--06-12" where the year is not told.
            let Some(day) = born.get(born.len().saturating_sub(5)..) else { continue };
            let mut at = from;
            let mut falls = false;
            while at < to {
                let local = Timestamp::from_millisecond(at).ok().map(|at| at.to_zoned(plan.zone.clone()).strftime("%m-%d").to_string());
                falls |= local.as_deref() == Some(day);
                at += 86_400_000;
            }
            if !falls {
                continue;
            }
            let cited = self.cited(row, plan, Hit { id: 0, score: 1.0, why: vec!["birthday".to_owned()] })?;
            let text = match plan.language {
                Language::En => format!("{}, born {born} [{}].", cited.row.title, items.len() + 1),
                Language::De => format!("{}, geboren {born} [{}].", cited.row.title, items.len() + 1),
            };
            claims.push(Claim { text, cites: vec![cited.row.uid] });
            items.push(cited);
        }
        let plan = plan.clone();
        if items.is_empty() {
            let text = say::nothing(&plan, None, true, &self.searched(&cards)?);
            return Ok(Some(self.nothing(plan, text)?));
        }
        let text = claims.iter().map(|claim| claim.text.as_str()).collect::<Vec<_>>().join("\n");
        Ok(Some(Answer { text, claims, plan, computed: None, items, abstained: false, choices: Vec::new(), model: None }))
    }
}
