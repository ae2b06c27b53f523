//! What was paid: purchases, whose amounts are data, and mails that state a total.
//!
//! A mail states a total by a line with a word of totals and an amount with its currency; what states none counts for nothing,
//! and that is said. An invoice that comes again (a reminder, an answer that quotes it), or that a purchase tells of already, is
//! counted once. What a later mail calls off was not paid. Currencies are never added to each other, and a `$` is of the currency that
//! something else in the data tells, or of none.

mod dealt;
mod price;
mod stated;
mod undone;

use std::collections::BTreeMap;

use domain::{Filter, Kind, Result, UtcMs};
use jiff::Timestamp;
use jiff::tz::Offset;
use vault::{Order, Row};

use self::stated::{
    ANY_TOTAL, Amount, DOLLAR, Way, billed, dollars, is_called_off, is_dollar, is_reminder, is_unpaid, moved, number, total,
};
use super::{Answer, Answerer, Cited, Claim, Computed, SHOWN, one_claim, say};
use crate::plan::{Asked, Division, Plan, Rate, Side, Statistic};
use crate::retrieve::Hit;

/// Items that are fetched at a time; a sum is over all.
const PAGE: usize = 2_000;
/// Items that are cited.
const CITED: usize = 20;
/// A mail of the same amount in the same thread within this time is a reminder, or quotes the first; after it, the next of a
/// series: a bill comes once a month, and 28 days are the shortest.
const REMINDED_MS: UtcMs = 27 * 86_400_000;
/// A mail that calls itself a reminder, of the same amount from the same sender, within this time reminds of it.
const REMINDER_MS: UtcMs = 75 * 86_400_000;
/// A mail of the same amount within this time of a purchase tells of it.
const SAME_MS: UtcMs = 3 * 86_400_000;
/// What a mail has to speak of, to tell of an order.
const ORDERED: &str = "(order OR orders OR ordered OR purchase OR bestellung OR bestellt OR auftrag OR kauf)";

/// One thing that was paid for, or ordered.
struct Paid {
    row: Row,
    amount: Amount,
    /// Whether it was called off, or all of it given back.
    off: bool,
    /// What of it was given back, in hundredths.
    back: i64,
}

impl Paid {
    fn new(row: Row, amount: Amount) -> Self {
        Self { row, amount, off: false, back: 0 }
    }
}

impl Answerer<'_> {
    /// How much was paid, in whichever way it is asked for.
    pub(super) fn money(&self, question: &str, plan: Plan) -> Result<Answer> {
        if plan.sides.len() > 1 {
            return self.money_of_sides(question, plan);
        }
        let (mut paid, mut filter) = self.paid(&plan, &plan.filter)?;
        if let Some(said) = plan.place_said.as_ref().filter(|_| paid.is_empty()) {
            // What is paid for a journey is told at home, by its name.
            let text = format!("{} {said}", plan.filter.text).trim().to_owned();
            (paid, filter) = self.paid(&plan, &Filter { text, near: None, area: None, ..plan.filter.clone() })?;
        }
        if let Some(found) = self.paid_by_name(question, &plan, &plan.filter, paid.is_empty())? {
            (paid, filter) = found;
        }
        match plan.single {
            Some(Asked::First) => paid.truncate(1),
            Some(_) => {
                let end = self.end_of_today();
                paid.retain(|paid| paid.row.at.is_none_or(|at| at < end));
                drop(paid.drain(..paid.len().saturating_sub(1)));
            }
            None => {}
        }
        let asked_of = plan.filter.clone();
        let plan = Plan { filter, ..plan };
        let Some(unit) = commonest(&paid) else {
            if let Some(told) = self.by_the_night(question, &plan)? {
                return Ok(told);
            }
            if let Some(read) = self.read_instead(question, &plan)? {
                return Ok(read);
            }
            if let Some(told) = self.price_alone(question, &plan)? {
                return Ok(told);
            }
            if let Some(answer) = self.paid_otherwise(&plan, &asked_of)? {
                return Ok(answer);
            }
            let text = say::no_amount(&plan, &self.searched(&plan.filter)?);
            return self.nothing(plan, text);
        };
        // What is ranked or averaged is of one currency: the one in which most was paid.
        let of_unit = || paid.iter().filter(|paid| paid.amount.currency == unit);
        if let Some(bound) = plan.bound {
            return self.within_bound(plan, of_unit().filter(|paid| bound.holds(paid.amount.value())), &unit);
        }
        match (plan.asked, plan.statistic, plan.by) {
            (_, Statistic::Greatest | Statistic::Least, _) => self.dearest(plan, of_unit().collect(), &unit),
            (_, Statistic::Mean, _) => self.mean_paid(plan, of_unit().collect(), &unit),
            (Asked::Most | Asked::Least, _, Some(by)) => self.most_paid(plan, by, of_unit().collect(), &unit),
            _ => match plan.rate {
                Some(rate) => self.paid_per(plan, rate, of_unit().collect(), &unit),
                None => {
                    let in_all = self.paid_in_all(plan, &paid)?;
                    self.beside_price(question, in_all)
                }
            },
        }
    }

    /// The first, the last, the number or the list of what was bought: purchases, and mails that tell of an order.
    pub(super) fn bought(&self, plan: Plan) -> Result<Answer> {
        if let Some(text) = dealt::without_called_off(&plan.filter.text) {
            return self.orders_called_off(plan, &text);
        }
        let mails = Filter { text: format!("{} {ORDERED}", plan.filter.text).trim().to_owned(), ..plan.filter.clone() };
        let (mut rows, mut undone) = (Vec::new(), Vec::new());
        for row in self.all(&plan.filter)? {
            if self.is_called_off(&row)? {
                undone.push(row);
            } else {
                rows.push(row);
            }
        }
        for Paid { row, off, .. } in self.totals(&Filter { kinds: vec![Kind::Mail], ..mails })? {
            // What a mail tells of may be a purchase already.
            let known = rows.iter().chain(&undone).any(|known: &Row| known.kind == Kind::Purchase && within(known.at, row.at));
            match (known, off) {
                (true, _) => {}
                (false, true) => undone.push(row),
                (false, false) => rows.push(row),
            }
        }
        if rows.is_empty() && names_whom(&plan.filter) && !plan.filter.text.is_empty() {
            let all = self.bought(Plan { filter: Filter { text: String::new(), ..plan.filter.clone() }, ..plan.clone() })?;
            if !all.abstained {
                let text = format!("{} {}", say::bought_otherwise(&plan, &plan.filter.text), all.text);
                let claims = all.claims.into_iter().map(|claim| Claim { text: text.clone(), ..claim }).collect();
                return Ok(Answer { plan, text, claims, computed: None, abstained: true, ..all });
            }
        }
        self.told_bought(plan, rows, undone)
    }

    /// What was bought as a plan asks for it, beside what was called off.
    fn told_bought(&self, plan: Plan, mut rows: Vec<Row>, undone: Vec<Row>) -> Result<Answer> {
        if rows.is_empty() {
            let text = say::zero(&plan, &self.searched(&plan.filter)?);
            return self.nothing(plan, text);
        }
        rows.sort_by_key(|row| row.at);
        let n = rows.len();
        let end = self.end_of_today();
        if plan.asked == Asked::Last {
            rows = rows.into_iter().rev().filter(|row| row.at.is_some_and(|at| at < end)).take(1).collect();
        } else if plan.asked == Asked::First {
            rows.truncate(1);
        }
        let items = rows.iter().take(CITED).map(|row| self.told(row, &plan, "bought")).collect::<Result<Vec<_>>>()?;
        let computed = Computed { rows: Vec::new(), ..say::computed(&plan, n as f64, self.query(&plan)?) };
        if matches!(plan.asked, Asked::First | Asked::Last)
            && let [item] = &items[..]
        {
            return self.told_end(&plan, item.clone(), undone);
        }
        if plan.asked == Asked::Count {
            let text = format!("{}{}", say::number(&plan, &computed, items.len()), say::called_off(&plan, undone.len()));
            return Ok(one_claim(plan, text, items, Some(computed)));
        }
        let claims = self.claims_of(&Plan { asked: Asked::List, ..plan.clone() }, &items)?;
        let lines: Vec<&str> = claims.iter().map(|claim| claim.text.as_str()).collect();
        let text = format!("{}\n{}", say::listed(&plan, &computed, items.len()), lines.join("\n"));
        Ok(Answer { text, claims, plan, computed: Some(computed), items, abstained: false, choices: Vec::new(), model: None })
    }

    /// What was paid to whom is asked about, where nothing says what of it was for what is asked about: a shop need not write that it
    /// sold books. It is told beside that, and is no answer.
    fn paid_otherwise(&self, plan: &Plan, asked_of: &Filter) -> Result<Option<Answer>> {
        let of_all = plan.asked == Asked::Sum && plan.statistic == Statistic::Total && plan.by.is_none() && plan.rate.is_none();
        if !(of_all && names_whom(asked_of)) || plan.single.is_some() || asked_of.text.is_empty() {
            return Ok(None);
        }
        let (paid, filter) = self.paid(plan, &Filter { text: String::new(), ..asked_of.clone() })?;
        if paid.is_empty() {
            return Ok(None);
        }
        let answer = self.paid_in_all(Plan { filter, ..plan.clone() }, &paid)?;
        let text = format!("{} {}", say::paid_otherwise(plan, &asked_of.text), answer.text);
        let claims = answer.claims.into_iter().map(|claim| Claim { text: text.clone(), ..claim }).collect();
        Ok(Some(Answer { plan: plan.clone(), text, claims, computed: None, abstained: true, ..answer }))
    }

    fn paid_in_all(&self, plan: Plan, paid: &[Paid]) -> Result<Answer> {
        let sums = sums(paid);
        let rows = match plan.by {
            Some(by) => grouped(paid.iter(), by).into_iter().map(|(key, cents)| (say::key(by, key, plan.language), value(cents))).collect(),
            None => paid.iter().map(|Paid { row, amount, .. }| (format!("{} ({})", row.title, amount.currency), amount.value())).collect(),
        };
        let (unit, cents) = sums[0].clone();
        let query = format!("{} -- of these, the total that each states, added up", self.query(&plan)?);
        let computed = Computed { label: plan.understood.clone(), value: value(cents), unit, rows, query };
        let items = self.told_of(paid.iter(), &plan)?;
        let mut back: Vec<(String, i64)> = Vec::new();
        for paid in paid.iter().filter(|paid| paid.back > 0) {
            match back.iter_mut().find(|(currency, _)| *currency == paid.amount.currency) {
                Some((_, cents)) => *cents += paid.back,
                None => back.push((paid.amount.currency.clone(), paid.back)),
            }
        }
        let text = format!("{}{}", say::money(&plan, &sums, paid.len(), items.len()), say::came_back(&plan, &back));
        Ok(one_claim(plan, text, items, Some(computed)))
    }

    fn paid_per(&self, plan: Plan, rate: Rate, paid: Vec<&Paid>, unit: &str) -> Result<Answer> {
        let ends = (paid.iter().filter_map(|paid| paid.row.at).min(), paid.iter().filter_map(|paid| paid.row.at).max());
        let (from, to) = (plan.filter.from.or(ends.0), plan.filter.to.map(|to| to.min(self.end_of_today())).or(ends.1));
        let days = from.zip(to).map_or(0.0, |(from, to)| (to - from) as f64 / 86_400_000.0);
        // Of a bill a month, the last is of a month as well.
        let days = if plan.filter.to.is_none() { days + rate.days() } else { days };
        let spans = (days / rate.days()).round().max(1.0);
        let total = value(paid.iter().map(|paid| paid.amount.cents).sum());
        let query = format!("{} -- of these, the total that each states, added up and divided by {spans}", self.query(&plan)?);
        let computed = Computed { label: plan.understood.clone(), value: total / spans, unit: unit.to_owned(), rows: Vec::new(), query };
        let items = self.told_of(paid.into_iter(), &plan)?;
        let text = say::rate(&plan, &computed, total, items.len());
        Ok(one_claim(plan, text, items, Some(computed)))
    }

    fn mean_paid(&self, plan: Plan, paid: Vec<&Paid>, unit: &str) -> Result<Answer> {
        let mean = value(paid.iter().map(|paid| paid.amount.cents).sum()) / paid.len() as f64;
        let rows = paid.iter().map(|paid| (paid.row.title.clone(), paid.amount.value())).collect();
        let query = format!("{} -- of these, the mean of the totals that they state", self.query(&plan)?);
        let computed = Computed { label: plan.understood.clone(), value: mean, unit: unit.to_owned(), rows, query };
        let items = self.told_of(paid.into_iter(), &plan)?;
        let text = say::mean_paid(&plan, &computed, items.len());
        Ok(one_claim(plan, text, items, Some(computed)))
    }

    fn dearest(&self, plan: Plan, mut paid: Vec<&Paid>, unit: &str) -> Result<Answer> {
        paid.sort_by_key(|paid| if plan.statistic == Statistic::Least { paid.amount.cents } else { -paid.amount.cents });
        let best = paid[0].amount.cents;
        let rows = paid.iter().take(SHOWN).map(|paid| (say::titled(&paid.row, &plan), paid.amount.value())).collect();
        let query = format!("{} -- of these, by the total that each states", self.query(&plan)?);
        let computed =
            Computed { label: say::computed(&plan, 0.0, String::new()).label, value: value(best), unit: unit.to_owned(), rows, query };
        let tied = paid.into_iter().take_while(|paid| paid.amount.cents == best).take(super::EXAMPLES);
        let items = self.told_of(tied, &plan)?;
        let text = super::extreme::sentence(&plan, &computed, &items);
        Ok(one_claim(plan, text, items, Some(computed)))
    }

    fn most_paid(&self, plan: Plan, by: Division, paid: Vec<&Paid>, unit: &str) -> Result<Answer> {
        let mut groups = grouped(paid.iter().copied(), by);
        groups.sort_by_key(|(_, cents)| if plan.asked == Asked::Least { *cents } else { -*cents });
        let Some((first, best)) = groups.first().cloned() else {
            let text = say::zero(&plan, &self.searched(&plan.filter)?);
            return self.nothing(plan, text);
        };
        let name = say::key(by, first.clone(), plan.language);
        let shown = groups.into_iter().take(SHOWN).map(|(key, cents)| (say::key(by, key, plan.language), value(cents)));
        let query = format!("{} -- of these, the total that each states, added up", self.query(&plan)?);
        let computed = Computed { label: name.clone(), value: value(best), unit: unit.to_owned(), rows: shown.collect(), query };
        let items = self.told_of(paid.into_iter().filter(|paid| key_of(&paid.row, by).as_ref() == Some(&first)), &plan)?;
        let text = say::most(&plan, &name, false, &computed, items.len());
        Ok(one_claim(plan, text, items, Some(computed)))
    }

    fn within_bound<'p>(&self, plan: Plan, paid: impl Iterator<Item = &'p Paid>, unit: &str) -> Result<Answer> {
        let paid: Vec<&Paid> = paid.collect();
        if paid.is_empty() {
            let text = say::zero(&plan, &self.searched(&plan.filter)?);
            return self.nothing(plan, text);
        }
        let rows = paid.iter().map(|paid| (say::titled(&paid.row, &plan), paid.amount.value())).collect();
        let query = format!("{} -- of these, those whose stated total is within the bound", self.query(&plan)?);
        let computed = Computed { label: plan.understood.clone(), value: paid.len() as f64, unit: unit.to_owned(), rows, query };
        let items = self.told_of(paid.into_iter(), &plan)?;
        let text = say::number(&Plan { measure: crate::plan::Measure::Count, ..plan.clone() }, &computed, items.len());
        Ok(one_claim(plan, text, items, Some(computed)))
    }

    /// Which of the sides more was paid on, and how much more.
    fn money_of_sides(&self, question: &str, plan: Plan) -> Result<Answer> {
        let mut sides = Vec::new();
        let whom = |side: &Side| (side.filter.people.clone(), side.filter.senders.clone());
        let named = plan.sides.windows(2).any(|pair| whom(&pair[0]) != whom(&pair[1]));
        let mut unread = false;
        for side in &plan.sides {
            let (mut paid, _) = self.paid(&plan, &side.filter)?;
            if let Some((found, _)) = self.paid_by_name(question, &plan, &side.filter, paid.is_empty())? {
                paid = found;
            }
            // Whoever wrote, and of whom no amount was read, need not have got nothing.
            let mails = Filter { kinds: vec![Kind::Mail], ..side.filter.clone() };
            unread |= named && paid.is_empty() && self.vault.count(&mails)? > 0;
            sides.push((side.name.clone(), paid));
        }
        let all: Vec<&Paid> = sides.iter().flat_map(|(_, paid)| paid).collect();
        // What was paid in another currency is neither more nor less.
        let unit = commonest(all.iter().copied()).filter(|unit| {
            let of_unit = |paid: &[Paid]| paid.is_empty() || paid.iter().any(|paid| paid.amount.currency == *unit);
            !unread && sides.iter().all(|(_, paid)| of_unit(paid))
        });
        let Some(unit) = unit else {
            if all.is_empty()
                && let Some(answer) = self.prices_of_sides(&plan)?
            {
                return Ok(answer);
            }
            let text = say::no_amount(&plan, &self.searched(&plan.filter)?);
            return self.nothing(plan, text);
        };
        let items = self.told_of(all.into_iter(), &plan)?;
        let of_unit = |paid: &[Paid]| paid.iter().filter(|paid| paid.amount.currency == unit).map(|paid| paid.amount.cents).sum();
        let mut rows: Vec<(String, f64)> = sides.iter().map(|(name, paid)| (name.clone(), value(of_unit(paid)))).collect();
        rows.sort_by(|a, b| if plan.asked == Asked::Least { a.1.total_cmp(&b.1) } else { b.1.total_cmp(&a.1) });
        let query = format!("{} -- of these, the total that each states, added up by side", self.query(&plan)?);
        let computed = Computed { label: rows[0].0.clone(), value: rows[0].1, unit, rows, query };
        let text = say::compare(&plan, &computed, items.len());
        Ok(one_claim(plan, text, items, Some(computed)))
    }

    /// What was paid within a filter, the oldest first, and the filter by which it was found.
    fn paid(&self, plan: &Plan, filter: &Filter) -> Result<(Vec<Paid>, Filter)> {
        let mut paid = self.purchases(filter)?;
        paid.retain(|paid| !paid.off);
        let mails = Filter { kinds: vec![Kind::Mail, Kind::Message], ..filter.clone() };
        let told = self.totals(&mails)?;
        let found_by = if paid.is_empty() { mails } else { Filter { kinds: vec![Kind::Purchase, Kind::Mail], ..filter.clone() } };
        for mail in told {
            let known =
                paid.iter().any(|had| had.row.kind == Kind::Purchase && had.amount == mail.amount && within(had.row.at, mail.row.at));
            if !known && !mail.off {
                paid.push(mail);
            }
        }
        paid.retain(|paid| plan.currency.is_none_or(|currency| is_in(&paid.amount, currency)));
        paid.sort_by_key(|paid| paid.row.at);
        Ok((paid, found_by))
    }

    /// Purchases with their amounts.
    fn purchases(&self, filter: &Filter) -> Result<Vec<Paid>> {
        let mut paid = Vec::new();
        for row in self.all(&Filter { kinds: vec![Kind::Purchase], ..filter.clone() })? {
            let Some(item) = self.vault.item(row.uid)? else { continue };
            let amount = item.data.get("amount").and_then(serde_json::Value::as_f64);
            let currency = item.data.get("currency").and_then(serde_json::Value::as_str);
            if let (Some(amount), Some(currency)) = (amount, currency) {
                let off = undone::says_undone(&item.data);
                let amount = Amount { currency: currency.to_owned(), cents: (amount * 100.0).round() as i64 };
                paid.push(Paid { off, ..Paid::new(row, amount) });
            }
        }
        Ok(paid)
    }

    /// Mails with the totals that they state, each invoice once.
    fn totals(&self, filter: &Filter) -> Result<Vec<Paid>> {
        let text = format!("{} {ANY_TOTAL}", filter.text).trim().to_owned();
        let mut paid: Vec<Paid> = Vec::new();
        for row in self.all(&Filter { text, ..filter.clone() })? {
            if is_unpaid(&row.title) || is_called_off(&row.title) {
                continue;
            }
            let Some(document) = self.vault.documents(&[row.id])?.into_iter().next() else { continue };
            let moved = moved(&row.title, &document.text);
            let sent = moved.as_ref().is_some_and(|(way, _)| *way == Way::Sent);
            let amount = match moved {
                // What came in was not paid.
                Some((Way::Received, _)) => None,
                Some((Way::Sent, amount)) => Some(amount),
                None => total(&document.text).or_else(|| billed(&row.title, &document.text)),
            };
            let Some(mut amount) = amount else { continue };
            if amount.currency == DOLLAR
                && let [named, others @ ..] = &dollars(&document.text)[..]
                && others.iter().all(|other| other == named)
            {
                amount.currency.clone_from(named);
            }
            let again = paid.iter().any(|had| {
                had.amount == amount
                    // What is sent after a bill of as much pays it.
                    && (sent && had.row.who != row.who && near(had.row.at, row.at, REMINDER_MS)
                        || is_reminder(&row.title) && had.row.who == row.who && near(had.row.at, row.at, REMINDER_MS)
                        || row.thread.is_some() && had.row.thread == row.thread && near(had.row.at, row.at, REMINDED_MS)
                        || number(&row.title).is_some() && number(&row.title) == number(&had.row.title))
            });
            if !again {
                paid.push(Paid::new(row, amount));
            }
        }
        self.name_dollars(&mut paid)?;
        self.undo(&mut paid, filter)?;
        Ok(paid)
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

    fn query(&self, plan: &Plan) -> Result<String> {
        Ok(self.vault.aggregate(&plan.filter, &vault::Measure::Count, None)?.sql)
    }

    fn told_of<'p>(&self, paid: impl Iterator<Item = &'p Paid>, plan: &Plan) -> Result<Vec<Cited>> {
        paid.take(CITED).map(|paid| self.told(&paid.row, plan, "added up")).collect()
    }

    fn told(&self, row: &Row, plan: &Plan, why: &str) -> Result<Cited> {
        self.cited(row.clone(), plan, Hit { id: 0, score: 1.0, why: vec![why.to_owned()] })
    }
}

/// Whether a filter says who was paid, or who wrote of it.
fn names_whom(filter: &Filter) -> bool {
    !filter.people.is_empty() || !filter.senders.is_empty()
}

/// Whether an amount is in a currency as one asks for it: dollars are whichever one's own are.
fn is_in(amount: &Amount, currency: &str) -> bool {
    amount.currency == currency || (currency == "USD" && is_dollar(&amount.currency))
}

/// Whether two things are of the same few days.
fn within(a: Option<UtcMs>, b: Option<UtcMs>) -> bool {
    near(a, b, SAME_MS)
}

fn near(a: Option<UtcMs>, b: Option<UtcMs>, most: UtcMs) -> bool {
    a.zip(b).is_some_and(|(a, b)| (a - b).abs() <= most)
}

/// What was paid by currency, the greatest first.
fn sums<'p>(paid: impl IntoIterator<Item = &'p Paid>) -> Vec<(String, i64)> {
    let mut sums: BTreeMap<&str, i64> = BTreeMap::new();
    for Paid { amount, .. } in paid {
        *sums.entry(&amount.currency).or_default() += amount.cents;
    }
    let mut sums: Vec<(String, i64)> = sums.into_iter().map(|(currency, cents)| (currency.to_owned(), cents)).collect();
    sums.sort_by_key(|(_, cents)| std::cmp::Reverse(*cents));
    sums
}

/// The currency in which things were paid most often.
fn commonest<'p>(paid: impl IntoIterator<Item = &'p Paid>) -> Option<String> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for Paid { amount, .. } in paid {
        *counts.entry(&amount.currency).or_default() += 1;
    }
    counts.into_iter().max_by_key(|(_, n)| *n).map(|(currency, _)| currency.to_owned())
}

/// What was paid by group, in the order of the groups.
fn grouped<'p>(paid: impl Iterator<Item = &'p Paid>, by: Division) -> Vec<(String, i64)> {
    let mut groups: BTreeMap<String, i64> = BTreeMap::new();
    for paid in paid {
        if let Some(key) = key_of(&paid.row, by) {
            *groups.entry(key).or_default() += paid.amount.cents;
        }
    }
    groups.into_iter().collect()
}

/// The group of something paid; `None` when it is in none, or divided by what money is not.
fn key_of(row: &Row, by: Division) -> Option<String> {
    let format = match by {
        Division::Hour => "%H",
        Division::Day => "%Y-%m-%d",
        Division::Month => "%Y-%m",
        Division::Year => "%Y",
        Division::Weekday => "%w",
        Division::Person | Division::Channel => return row.who.clone(),
        Division::Kind => return Some(row.kind.name().to_owned()),
        Division::Title => return Some(row.title.clone()),
        Division::Place | Division::Country | Division::Town => return None,
    };
    let offset = Offset::from_seconds(i32::from(row.offset_min.unwrap_or(0)) * 60).ok()?;
    let at = Timestamp::from_millisecond(row.at?).ok()?;
    Some(offset.to_datetime(at).strftime(format).to_string())
}

fn value(cents: i64) -> f64 {
    cents as f64 / 100.0
}
