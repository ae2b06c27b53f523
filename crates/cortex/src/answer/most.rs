//! Says which group has most, or least: the groups are counted by the database over everything.

use domain::{Filter, Result};
use jiff::ToSpan;
use jiff::civil::Date;
use vault::Order;

use super::{Answer, Answerer, Cited, EXAMPLES, LOOKED_AT, SHOWN, dimension, measure, one_claim, say};
use crate::plan::{Asked, Division, Measure, Part as PartIn, Plan};
use crate::retrieve::Hit;

impl Answerer<'_> {
    /// Which one most.
    pub(super) fn most(&self, plan: Plan) -> Result<Answer> {
        // A plan without a division was declined, unless it has sides.
        let by = plan.by.unwrap_or(Division::Kind);
        let plan = self.reaching(plan)?;
        let measure = measure(&plan);
        let divided = self.vault.aggregate(&plan.filter, &measure, Some(dimension(by)))?;
        let mut groups = divided.rows;
        if by == Division::Person {
            // Whoever asks is in nearly all of it.
            let owner = self.vault.owner()?.people;
            groups.retain(|row| row.entity.is_none_or(|person| !owner.contains(&person)));
            if plan.of_people {
                self.without_lists(&plan, &mut groups)?;
            }
        }
        let mut rows: Vec<(String, f64)> = groups.into_iter().filter_map(|row| Some((row.key, row.value?))).collect();
        if by == Division::Person {
            rows = self.by_part(&plan, rows)?;
        }
        let least = plan.asked == Asked::Least;
        rows.sort_by(|a, b| if least { a.1.total_cmp(&b.1) } else { b.1.total_cmp(&a.1) }.then_with(|| a.0.cmp(&b.0)));
        let Some((first, value)) = rows.first().cloned() else {
            let text = say::zero(&plan, &self.searched(&plan.filter)?);
            return self.nothing(plan, text);
        };
        let tied = rows.iter().take_while(|(_, other)| other.total_cmp(&value).is_eq()).count();
        let names: Vec<String> = rows.iter().take(tied).map(|(key, _)| say::key(by, key.clone(), plan.language)).collect();
        let name = say::tied(&names, plan.language);
        let value = say::scaled(plan.measure, value);
        let mut computed = say::computed(&plan, 0.0, divided.sql);
        computed.label.clone_from(&name);
        computed.value = value;
        computed.rows =
            rows.into_iter().take(SHOWN).map(|(key, value)| (say::key(by, key, plan.language), say::scaled(plan.measure, value))).collect();
        let narrowed = match by {
            Division::Person => in_part(&plan, first.clone()),
            Division::Day | Division::Month | Division::Year => within(&plan, &first),
            _ => plan.filter.clone(),
        };
        let items = if by == Division::Title { self.titled(&plan, &first)? } else { self.examples(&narrowed, &plan)? };
        let text = say::most(&plan, &name, tied > 1, &computed, items.len());
        Ok(one_claim(plan, text, items, Some(computed)))
    }

    /// People with what they have in the part that is asked for. The rows count any part, the most first, so
    /// whoever is in fewer items than the best so far sent cannot have sent more, and need not be counted.
    fn by_part(&self, plan: &Plan, rows: Vec<(String, f64)>) -> Result<Vec<(String, f64)>> {
        if plan.part.is_none() || plan.measure != Measure::Count {
            return Ok(rows);
        }
        let mut counted: Vec<(String, f64)> = Vec::new();
        let mut most = 0.0;
        for (name, any) in rows {
            if plan.asked == Asked::Most && any < most && counted.len() >= SHOWN {
                break;
            }
            // Two who are called the same are found by the name together.
            if counted.iter().any(|(known, _)| *known == name) {
                continue;
            }
            let n = self.vault.count(&in_part(plan, name.clone()))? as f64;
            if n > 0.0 {
                most = n.max(most);
                counted.push((name, n));
            }
        }
        Ok(counted)
    }

    /// Examples of what a plan leaves under one title.
    fn titled(&self, plan: &Plan, title: &str) -> Result<Vec<Cited>> {
        let rows = self.vault.list(&plan.filter, Order::Newest, None, LOOKED_AT)?.rows;
        let of_title = rows.into_iter().filter(|row| row.title == title).take(EXAMPLES);
        of_title.map(|row| self.cited(row, plan, Hit { id: 0, score: 1.0, why: vec!["counted".to_owned()] })).collect()
    }
}

/// The items of a plan in which someone has the part that is asked for.
pub(super) fn in_part(plan: &Plan, name: String) -> Filter {
    let filter = plan.filter.clone();
    match plan.part {
        Some(PartIn::Sender) => Filter { senders: vec![name], ..filter },
        Some(PartIn::Recipient) => Filter { recipients: vec![name], ..filter },
        None => Filter { people: vec![name], ..filter },
    }
}

/// The items of a plan on a day, "2024-02-29", in a month, "2024-02", or a year, "2024".
fn within(plan: &Plan, key: &str) -> Filter {
    let mut parts = key.split('-');
    let year = parts.next().and_then(|year| year.parse().ok());
    let month = parts.next().and_then(|month| month.parse::<i8>().ok());
    let day = parts.next().and_then(|day| day.parse::<i8>().ok());
    let begin = year.and_then(|year| Date::new(year, month.unwrap_or(1), day.unwrap_or(1)).ok());
    let length = if day.is_some() {
        1.day()
    } else if month.is_some() {
        1.month()
    } else {
        1.year()
    };
    let next = begin.and_then(|begin| begin.checked_add(length).ok());
    let instant = |date: Date| date.to_zoned(plan.zone.clone()).ok().map(|at| at.timestamp().as_millisecond());
    let (from, to) = (begin.and_then(instant), next.and_then(instant));
    let filter = plan.filter.clone();
    Filter { from: filter.from.max(from), to: filter.to.into_iter().chain(to).min(), ..filter }
}
