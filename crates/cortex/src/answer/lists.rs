//! Tells people from the lists and shops that write as people do: their mails go to many, and say how to be rid of them.

use domain::{Filter, Kind, Result};
use vault::{AggregateRow, Order};

use super::Answerer;
use super::most::in_part;
use crate::plan::Plan;
use crate::snippet;

/// Mails that are looked at for each sender.
const LOOKED_AT: usize = 5;
/// Senders that are looked at, those of most mails first.
const SENDERS: usize = 40;
/// Words by which a mail to many says how to get no more of it.
const TO_MANY: &[&str] = &["unsubscribe", "abbestellen", "abmelden", "newsletter"];

impl Answerer<'_> {
    /// Leaves of the groups of a plan those that are people.
    pub(super) fn without_lists(&self, plan: &Plan, groups: &mut Vec<AggregateRow>) -> Result<()> {
        groups.sort_by(|a, b| b.value.unwrap_or(0.0).total_cmp(&a.value.unwrap_or(0.0)));
        let mut kept = Vec::new();
        for (at, group) in groups.drain(..).enumerate() {
            if at >= SENDERS || !self.is_list(plan, &group.key)? {
                kept.push(group);
            }
        }
        *groups = kept;
        Ok(())
    }

    /// Whether every one of the last mails that somebody sent went to many.
    fn is_list(&self, plan: &Plan, name: &str) -> Result<bool> {
        let filter = in_part(&Plan { part: Some(super::PartIn::Sender), ..plan.clone() }, name.to_owned());
        let rows = self.vault.list(&Filter { kinds: vec![Kind::Mail], ..filter }, Order::Newest, None, LOOKED_AT)?.rows;
        let documents = self.vault.documents(&rows.iter().map(|row| row.id).collect::<Vec<_>>())?;
        let mut to_many = 0;
        for row in &rows {
            let listed = self
                .vault
                .item(row.uid)?
                .is_some_and(|item| item.data.get("list").and_then(|list| list.as_str()).is_some_and(|list| !list.is_empty()));
            let text = documents.iter().find(|document| document.id == row.id).map_or("", |document| document.text.as_str());
            let says_so = snippet::words(text).any(|(_, word)| TO_MANY.contains(&snippet::fold(word).as_str()));
            to_many += usize::from(listed || says_so);
        }
        Ok(!rows.is_empty() && to_many == rows.len())
    }
}
