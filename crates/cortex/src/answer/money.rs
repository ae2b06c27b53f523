//! Adds up what was paid: from purchases, whose amounts are data, else from the totals that mails state.
//!
//! A mail states a total by a line with a word of totals and an amount with its currency; what states none counts for nothing,
//! and that is said. An invoice that comes again (a reminder, an answer that quotes it) is counted once. Currencies are
//! never added to each other.

use std::collections::BTreeMap;

use domain::{Filter, Kind, Result};
use vault::{Order, Row};

use super::{Answer, Answerer, Cited, Claim, Computed, say};
use crate::plan::Plan;
use crate::retrieve::Hit;

/// Mails that are fetched at a time; a sum is over all.
const PAGE: usize = 2_000;
/// Items that are cited.
const CITED: usize = 20;
/// Words of totals, the surest first.
const TOTALS: &[&str] = &[
    "grand total",
    "order total",
    "invoice total",
    "total amount",
    "amount due",
    "total due",
    "amount paid",
    "you paid",
    "rechnungsbetrag",
    "gesamtbetrag",
    "gesamtsumme",
    "endbetrag",
    "zu zahlen",
    "total",
    "gesamt",
    "summe",
    "betrag",
    "amount",
];
/// Finds the mails that may state one.
const ANY_TOTAL: &str =
    "(total OR paid OR amount OR rechnungsbetrag OR gesamtbetrag OR gesamtsumme OR endbetrag OR zahlen OR gesamt OR summe OR betrag)";
/// Titles of mails that ask for no money, or give some back.
const NOT_PAID: &[&str] =
    &["offer", "quote", "estimate", "refund", "credit note", "offerte", "angebot", "kostenvoranschlag", "gutschrift", "rückerstattung"];
const CODES: &[&str] = &[
    "CHF", "EUR", "USD", "GBP", "SEK", "NOK", "DKK", "ISK", "PLN", "CZK", "HUF", "JPY", "CAD", "AUD", "NZD", "TRY", "INR", "BRL", "CNY",
    "SGD",
];

impl Answerer<'_> {
    /// How much was paid.
    pub(super) fn money(&self, question: &str, plan: Plan) -> Result<Answer> {
        let purchases = self.stated(&plan.filter)?;
        let (stated, filter) = if purchases.is_empty() {
            let mails = Filter { kinds: vec![Kind::Mail, Kind::Message], ..plan.filter.clone() };
            (self.totals(&mails)?, mails)
        } else {
            (purchases, plan.filter.clone())
        };
        let plan = Plan { filter, ..plan };
        if stated.is_empty() {
            if let Some(read) = self.read_instead(question, &plan)? {
                return Ok(read);
            }
            let text = say::no_amount(&plan, &self.searched(&plan.filter)?);
            return self.nothing(plan, text);
        }
        let query = self.vault.aggregate(&plan.filter, &vault::Measure::Count, None)?.sql;
        let mut sums: BTreeMap<String, i64> = BTreeMap::new();
        for (_, amount) in &stated {
            *sums.entry(amount.currency.clone()).or_default() += amount.cents;
        }
        let mut sums: Vec<(String, i64)> = sums.into_iter().collect();
        sums.sort_by_key(|(_, cents)| std::cmp::Reverse(*cents));
        let rows = stated.iter().map(|(row, amount)| (format!("{} ({})", row.title, amount.currency), amount.value())).collect();
        let (unit, cents) = sums[0].clone();
        let computed = Computed {
            label: plan.understood.clone(),
            value: cents as f64 / 100.0,
            unit,
            rows,
            query: format!("{query} -- of these, the total that each states, added up"),
        };
        let mut items: Vec<Cited> = Vec::new();
        for (row, _) in stated.iter().take(CITED) {
            items.push(self.cited(row.clone(), &plan, Hit { id: 0, score: 1.0, why: vec!["added up".to_owned()] })?);
        }
        let text = say::money(&plan, &sums, stated.len(), items.len());
        let claims = vec![Claim { text: text.clone(), cites: items.iter().map(|cited| cited.row.uid).collect() }];
        Ok(Answer { text, claims, plan, computed: Some(computed), items, abstained: false, choices: Vec::new(), model: None })
    }

    /// Purchases with their amounts.
    fn stated(&self, filter: &Filter) -> Result<Vec<(Row, Amount)>> {
        let mut stated = Vec::new();
        for row in self.all(&Filter { kinds: vec![Kind::Purchase], ..filter.clone() })? {
            let Some(item) = self.vault.item(row.uid)? else { continue };
            let amount = item.data.get("amount").and_then(serde_json::Value::as_f64);
            let currency = item.data.get("currency").and_then(serde_json::Value::as_str);
            if let (Some(amount), Some(currency)) = (amount, currency) {
                stated.push((row, Amount { currency: currency.to_owned(), cents: (amount * 100.0).round() as i64 }));
            }
        }
        Ok(stated)
    }

    /// Mails with the totals that they state, each invoice once.
    fn totals(&self, filter: &Filter) -> Result<Vec<(Row, Amount)>> {
        let text = format!("{} {ANY_TOTAL}", filter.text).trim().to_owned();
        let mut stated: Vec<(Row, Amount)> = Vec::new();
        for row in self.all(&Filter { text, ..filter.clone() })? {
            let title = row.title.to_lowercase();
            if NOT_PAID.iter().any(|word| title.contains(word)) {
                continue;
            }
            let Some(document) = self.vault.documents(&[row.id])?.into_iter().next() else { continue };
            let Some(amount) = total(&document.text) else { continue };
            let again = stated.iter().any(|(other, had)| {
                *had == amount
                    && (row.thread.is_some() && other.thread == row.thread
                        || !number(&row.title).is_empty() && number(&row.title) == number(&other.title))
            });
            if !again {
                stated.push((row, amount));
            }
        }
        Ok(stated)
    }

    /// Everything that a filter leaves, the oldest first.
    fn all(&self, filter: &Filter) -> Result<Vec<Row>> {
        let mut rows = Vec::new();
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

/// Money in hundredths of its unit.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Amount {
    currency: String,
    cents: i64,
}

impl Amount {
    fn value(&self) -> f64 {
        self.cents as f64 / 100.0
    }
}

/// The digits of a title: the number of an invoice.
fn number(title: &str) -> String {
    title.chars().filter(char::is_ascii_digit).collect()
}

/// The total that a text states; `None` when it states none, or several that differ.
fn total(text: &str) -> Option<Amount> {
    let lines: Vec<String> = text.lines().filter(|line| !line.trim_start().starts_with('>')).map(str::to_lowercase).collect();
    for label in TOTALS {
        let mut found: Vec<Amount> = Vec::new();
        for line in &lines {
            for (at, _) in line.match_indices(label) {
                let before = line[..at].chars().next_back();
                let after = &line[at + label.len()..];
                // "Subtotal" and "totally" are other words.
                if before.is_some_and(|ch| ch.is_alphanumeric() || ch == '-') || after.chars().next().is_some_and(char::is_alphanumeric) {
                    continue;
                }
                found.extend(amount(after));
            }
        }
        if let Some(first) = found.first() {
            return found.iter().all(|amount| amount == first).then(|| first.clone());
        }
    }
    None
}

/// The amount with which the rest of a line begins: at most two words may stand before it. Lower case.
fn amount(rest: &str) -> Option<Amount> {
    let spaced = rest.replace('€', " EUR ").replace('$', " USD ").replace('£', " GBP ").replace(':', " ");
    let words: Vec<&str> = spaced.split_whitespace().take(5).collect();
    let currency = |word: &&str| {
        let word = word.trim_matches(|ch: char| !ch.is_alphabetic()).to_uppercase();
        if word == "FR" || word == "SFR" { Some("CHF".to_owned()) } else { CODES.contains(&word.as_str()).then_some(word) }
    };
    let at = words.iter().position(|word| word.starts_with(|ch: char| ch.is_ascii_digit()))?;
    let cents = cents(words[at])?;
    let currency = at.checked_sub(1).and_then(|before| currency(&words[before])).or_else(|| words.get(at + 1).and_then(currency))?;
    Some(Amount { currency, cents })
}

/// "1'234.50", "1.234,50", "92", "92.–" in hundredths.
fn cents(word: &str) -> Option<i64> {
    let word = word.trim_end_matches(['.', ',', '–', '-', ';', ')']);
    if !word.chars().all(|ch| ch.is_ascii_digit() || matches!(ch, '.' | ',' | '\'' | '’')) {
        return None;
    }
    let (whole, part) = match word.rfind(['.', ',']) {
        Some(at) if matches!(word.len() - at - 1, 1 | 2) => (&word[..at], &word[at + 1..]),
        _ => (word, ""),
    };
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    format!("{}{:0<2}", digits(whole), part).parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<(String, i64)> {
        total(text).map(|amount| (amount.currency, amount.cents))
    }

    #[test]
    fn a_total_is_read_as_people_write_it() {
        for (text, currency, cents) in [
            ("Two tyres\nTotal: CHF 248.90\n\nPayable within 30 days.", "CHF", 24_890),
            ("Subtotal: EUR 10.00\nGrand total EUR 1,234.50", "EUR", 123_450),
            ("Rechnungsbetrag: 1.234,50 €", "EUR", 123_450),
            ("Total inkl. MwSt. Fr. 1'200.–", "CHF", 120_000),
            ("You paid $9.99 by card", "USD", 999),
        ] {
            assert_eq!(read(text), Some((currency.to_owned(), cents)), "{text}");
        }
    }

    #[test]
    fn what_is_not_surely_a_total_is_none() {
        for text in
            ["I paid 20 for it", "Total: 12 pieces", "Total CHF 5.00\nTotal CHF 7.00", "> Total: CHF 92.00", "In total we were nine"]
        {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
