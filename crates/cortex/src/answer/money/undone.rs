//! What became of what was ordered, and of which currency a dollar is: both are told by something else than the mail itself.

use std::collections::BTreeMap;

use domain::{Filter, Kind, Result, UtcMs};
use serde_json::{Map, Value};
use vault::{Order, Row};

use super::super::Answerer;
use super::Paid;
use super::stated::{DOLLAR, dollars, is_called_off, is_dollar, is_given_back, number, sole, total, undoing};

/// An order is called off, or comes back, within this time.
const UNDONE_MS: UtcMs = 60 * 86_400_000;
/// Purchases, and mails, that are asked for the dollar of the vault, the newest.
const ASKED: usize = 60;
/// Mails that name the currencies that are written with the sign.
const NAMES_DOLLAR: &str = "(CAD OR USD OR AUD OR NZD OR SGD OR HKD)";
/// How many have to name one, and how many times as many as name any other.
const FEWEST: usize = 2;
const SURER: usize = 4;

impl Answerer<'_> {
    /// Marks the orders that a later mail of the same sender calls off by their number, and what of them was given back.
    pub(super) fn undo(&self, paid: &mut [Paid], filter: &Filter) -> Result<()> {
        if paid.iter().all(|paid| number(&paid.row.title).is_none()) {
            return Ok(());
        }
        let to = filter.to.map(|to| to.saturating_add(UNDONE_MS));
        // What an order is for need not stand in the mail that calls it off.
        let undoing = Filter { text: undoing(), kinds: vec![Kind::Mail], to, near: None, area: None, ..filter.clone() };
        for row in self.all(&undoing)? {
            let Some(order) = number(&row.title) else { continue };
            let off = is_called_off(&row.title);
            if !off && !is_given_back(&row.title) {
                continue;
            }
            let of_order = |paid: &&mut Paid| {
                paid.row.id != row.id && paid.row.who == row.who && paid.row.at <= row.at && number(&paid.row.title) == Some(order)
            };
            let mut ordered: Vec<&mut Paid> = paid.iter_mut().filter(of_order).collect();
            if ordered.is_empty() {
                continue;
            }
            let text = self.vault.documents(&[row.id])?.into_iter().next().map(|document| document.text).unwrap_or_default();
            let given = total(&text).or_else(|| sole(&text)).filter(|_| !off);
            for paid in &mut ordered {
                let same = |currency: &str| currency == paid.amount.currency || (is_dollar(currency) && is_dollar(&paid.amount.currency));
                match given.as_ref().filter(|given| same(&given.currency)) {
                    Some(given) if given.cents < paid.amount.cents => paid.back += given.cents,
                    Some(_) => paid.off = true,
                    None => paid.off |= off,
                }
            }
        }
        Ok(())
    }

    /// Whether a purchase of the data was called off, by what it says of itself.
    pub(super) fn is_called_off(&self, row: &Row) -> Result<bool> {
        Ok(row.kind == Kind::Purchase && self.vault.item(row.uid)?.is_some_and(|item| says_undone(&item.data)))
    }

    /// Names the currency of amounts with a bare dollar: that of other mails of the sender, else that of the rest of the vault. Where
    /// neither tells it they stay as they are.
    pub(super) fn name_dollars(&self, paid: &mut [Paid]) -> Result<()> {
        if paid.iter().all(|paid| paid.amount.currency != DOLLAR) {
            return Ok(());
        }
        let mut of_senders: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for paid in paid.iter() {
            if let Some(who) = paid.row.who.as_ref().filter(|_| paid.amount.currency != DOLLAR && is_dollar(&paid.amount.currency)) {
                of_senders.entry(who.clone()).or_default().push(paid.amount.currency.clone());
            }
        }
        let of_vault = self.dollar()?;
        for paid in paid.iter_mut().filter(|paid| paid.amount.currency == DOLLAR) {
            let of_sender = paid.row.who.as_ref().and_then(|who| of_senders.get(who)).and_then(|named| surest(named));
            if let Some(currency) = of_sender.or_else(|| of_vault.clone()) {
                paid.amount.currency = currency;
            }
        }
        Ok(())
    }

    /// The currency that amounts with a dollar are of, as purchases and mails of the vault name it.
    fn dollar(&self) -> Result<Option<String>> {
        let mut named: Vec<String> = Vec::new();
        let purchases = Filter { kinds: vec![Kind::Purchase], ..Filter::default() };
        for row in self.vault.list(&purchases, Order::Newest, None, ASKED)?.rows {
            let Some(item) = self.vault.item(row.uid)? else { continue };
            let currency = item.data.get("currency").and_then(Value::as_str);
            named.extend(currency.filter(|currency| *currency != DOLLAR && is_dollar(currency)).map(str::to_owned));
        }
        let mails = Filter { kinds: vec![Kind::Mail], text: NAMES_DOLLAR.to_owned(), ..Filter::default() };
        let ids: Vec<i64> = self.vault.list(&mails, Order::Newest, None, ASKED)?.rows.iter().map(|row| row.id).collect();
        for document in self.vault.documents(&ids)? {
            // A mail that lists many amounts names its currency once.
            let mut of_mail = dollars(&document.text);
            of_mail.sort();
            of_mail.dedup();
            named.append(&mut of_mail);
        }
        Ok(surest(&named))
    }
}

/// Whether a purchase says of itself that it was called off.
pub(super) fn says_undone(data: &Map<String, Value>) -> bool {
    let status = data.get("status").and_then(Value::as_str).unwrap_or_default().to_lowercase();
    ["cancel", "storniert", "annul"].iter().any(|word| status.contains(word))
}

/// The currency that far more name than any other.
fn surest(named: &[String]) -> Option<String> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for currency in named {
        *counts.entry(currency).or_default() += 1;
    }
    let (best, n) = counts.into_iter().max_by_key(|(_, n)| *n)?;
    (n >= FEWEST && n >= SURER * (named.len() - n)).then(|| best.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dollar_is_that_of_far_the_most_that_name_one() {
        let named = |currencies: &[&str]| surest(&currencies.iter().map(|currency| (*currency).to_owned()).collect::<Vec<_>>());
        assert_eq!(named(&["CAD", "CAD", "CAD", "CAD", "USD"]).as_deref(), Some("CAD"));
        assert_eq!(named(&["CAD", "USD", "CAD"]), None);
        assert_eq!(named(&["USD"]), None);
        assert_eq!(named(&[]), None);
    }

    #[test]
    fn a_purchase_says_itself_that_it_was_called_off() {
        let of = |status: &str| says_undone(&Map::from_iter([("status".to_owned(), Value::from(status))]));
        assert!(of("cancelled") && of("CANCELED"));
        assert!(!of("delivered") && !of("") && !says_undone(&Map::new()));
    }
}
