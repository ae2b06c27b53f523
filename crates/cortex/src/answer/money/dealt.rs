//! Dealings that a question tells by other words than what states them: money sent to somebody, what a company trades in, a stay by
//! the night, the films of a shop, an order as one of many mails.

use domain::{Filter, Kind, Result};
use vault::Row;

use super::super::{Answer, Answerer, Cited, Computed, one_claim, say};
use super::stated::{Amount, Way, goods, is_called_off, is_unpaid, moved, nights, number, number_word, undoing};
use super::{Paid, is_in, names_whom, within};
use crate::plan::{Asked, Measure, Plan, Statistic};
use crate::snippet;

/// Finds the notices of money that was moved.
const MOVED: &str = "(transfer OR payment OR money OR überweisung OR zahlung OR betaling OR overschrijving OR virement OR paiement OR \
        transferencia OR bonifico)";
/// Finds what may tell of nights.
const NIGHTS: &str = "(nights OR nächte OR nächten OR nachten OR nuits OR noches OR notti OR noites)";
/// What companies trade in, that sends no more than one bill for it: none need say so.
const TRADES: &[&str] = &[
    "electricity",
    "electric",
    "power",
    "energy",
    "gas",
    "water",
    "sewage",
    "hydro",
    "heat",
    "heating",
    "phone",
    "phones",
    "mobile",
    "cell",
    "cellular",
    "telephone",
    "landline",
    "internet",
    "broadband",
    "wifi",
    "wi-fi",
    "fibre",
    "fiber",
    "insurance",
    "strom",
    "energie",
    "wasser",
    "heizung",
    "telefon",
    "handy",
    "natel",
    "mobilfunk",
    "versicherung",
    "utility",
    "utilities",
];
/// Words for an order, in a question.
const ORDER: &[&str] = &["order", "orders", "ordered", "purchase", "purchases", "bestellung", "bestellungen", "bestellt", "einkauf"];
/// Words that say in a question that it was called off.
const OFF: &[&str] = &[
    "cancelled",
    "canceled",
    "cancel",
    "storniert",
    "stornierte",
    "stornierten",
    "stornierter",
    "annulliert",
    "annullierte",
    "annullierten",
    "abbestellt",
    "abbestellte",
    "abbestellten",
];
/// Words that say that money came to whoever asks.
const CAME: &[&str] = &[
    "pay me",
    "pays me",
    "paid me",
    "paying me",
    "pay us",
    "pays us",
    "paid us",
    "send me",
    "sends me",
    "sent me",
    "sent us",
    "mir bezahlt",
    "mir gezahlt",
    "mir überwiesen",
    "mir geschickt",
    "zahlt mir",
    "zahlte mir",
    "uns überwiesen",
    "uns gezahlt",
];
/// Words for paying somebody, in a question, and what is paid again and again.
const PAYS: &[&str] = &[
    "pay",
    "paid",
    "payment",
    "payments",
    "transfer",
    "transfers",
    "transferred",
    "e-transfer",
    "etransfer",
    "rent",
    "bezahlt",
    "zahlung",
    "überweisung",
    "überwiesen",
    "miete",
];
/// Words for buying, in a question.
const BUYS: &[&str] = &[
    "buy",
    "bought",
    "buying",
    "purchase",
    "purchases",
    "purchased",
    "order",
    "orders",
    "ordered",
    "kauf",
    "kaufe",
    "kaufte",
    "gekauft",
    "gekaufte",
    "gekauften",
    "erworben",
    "bestellt",
];
/// What a question calls what is bought in a shop of apps and films, and the shop.
const MEDIA: &[(&[&str], &str)] = &[
    (&["film", "films", "movie", "movies", "filme", "filmen"], "movies"),
    (&["book", "books", "ebook", "ebooks", "audiobook", "audiobooks", "buch", "bücher", "büchern"], "books"),
    (&["app", "apps"], "android apps"),
    (&["series", "serie", "serien"], "tv"),
    (&["album", "albums", "alben"], "music"),
];

impl Answerer<'_> {
    /// An answer about what was bought or sent, where the plan of a question looks for it among other things.
    pub(in super::super) fn dealt(&self, question: &str, plan: &Plan) -> Result<Option<Answer>> {
        if plan.by.is_some() || plan.rate.is_some() || plan.bound.is_some() || plan.sides.len() > 1 {
            return Ok(None);
        }
        if let Some(answer) = self.media_bought(question, plan)? {
            return Ok(Some(answer));
        }
        let mails = plan.filter.kinds.iter().all(|kind| matches!(kind, Kind::Mail | Kind::Message));
        if !matches!(plan.asked, Asked::First | Asked::Last) || plan.measure != Measure::Count || !mails {
            return Ok(None);
        }
        // "My last order at Bluenose Books": the order itself, and no notice that it was sent.
        let (order, mut rest): (Vec<&str>, Vec<&str>) = plan.filter.text.split_whitespace().partition(|word| is_one_of(word, ORDER));
        if !order.is_empty() {
            rest.retain(|word| !is_one_of(word, &["place", "placed"]));
        }
        if !order.is_empty() && (names_whom(&plan.filter) || !rest.is_empty()) {
            let filter = Filter { text: rest.join(" "), kinds: vec![Kind::Purchase], ..plan.filter.clone() };
            let answer = self.bought(Plan { filter, ..plan.clone() })?;
            if !answer.abstained {
                return Ok(Some(answer));
            }
        }
        // "The last rent payment to Marcy": what was moved to her tells it, whoever else wrote of the rent.
        let lower = question.to_lowercase();
        let says = |listed: &[&str]| snippet::words(&lower).any(|(_, word)| listed.contains(&word));
        let pays =
            says(PAYS) && !says(&["about", "mention", "mentioned", "talk", "talked", "discuss", "discussed", "write", "wrote", "über"]);
        let is_paid = pays && !plan.filter.people.is_empty() && plan.filter.senders.is_empty();
        if plan.filter.text.is_empty() || (!is_paid && (plan.filter.recipients.is_empty() || self.vault.count(&plan.filter)? > 0)) {
            return Ok(None);
        }
        let Some(mut theirs) = of_payees(&plan.filter) else { return Ok(None) };
        if is_paid {
            let kept = theirs.text.split_whitespace().filter(|word| is_one_of(word, &["rent", "miete"]) || !is_one_of(word, PAYS));
            theirs.text = kept.collect::<Vec<_>>().join(" ");
        }
        let (paid, found_by) = self.transfers(plan, &theirs, Way::Sent)?;
        if paid.is_empty() {
            return Ok(None);
        }
        let told = Filter { people: theirs.people, text: theirs.text, ..found_by };
        let plan = Plan { filter: told, ..plan.clone() };
        let rows = paid.into_iter().map(|paid| paid.row).collect();
        self.told_bought(plan, rows, Vec::new()).map(Some)
    }

    /// What was paid to whom a filter names, where it is not told as a bill of theirs that says what it is for: by a transfer to them,
    /// or for all that they trade in. `unread` says that nothing else tells it.
    pub(super) fn paid_by_name(&self, question: &str, plan: &Plan, filter: &Filter, unread: bool) -> Result<Option<(Vec<Paid>, Filter)>> {
        let Some(theirs) = of_payees(filter) else { return Ok(None) };
        let lower = question.to_lowercase();
        if CAME.iter().any(|phrase| lower.contains(phrase)) {
            let found = self.transfers(plan, &theirs, Way::Received)?;
            return Ok(Some(found).filter(|(paid, _)| !paid.is_empty()));
        }
        if !unread {
            return Ok(None);
        }
        if !filter.recipients.is_empty() {
            let found = self.paid(plan, &theirs)?;
            if !found.0.is_empty() {
                return Ok(Some(found));
            }
        }
        let found = self.transfers(plan, &theirs, Way::Sent)?;
        if !found.0.is_empty() {
            return Ok(Some(found));
        }
        if theirs.text.is_empty() || !theirs.text.split_whitespace().all(|word| is_one_of(word, TRADES)) {
            return Ok(None);
        }
        let found = self.paid(plan, &Filter { text: String::new(), ..theirs })?;
        Ok(Some(found).filter(|(paid, _)| !paid.is_empty()))
    }

    /// The transfers of money to or from whom a filter names, as the service tells them that moved it.
    fn transfers(&self, plan: &Plan, theirs: &Filter, way: Way) -> Result<(Vec<Paid>, Filter)> {
        let named: Vec<String> = theirs.people.iter().map(|name| format!("\"{name}\"")).collect();
        let text = format!("{} {}", named.join(" "), theirs.text).trim().to_owned();
        let found_by = Filter { text, kinds: vec![Kind::Mail, Kind::Message], people: Vec::new(), ..theirs.clone() };
        let mut paid: Vec<Paid> = Vec::new();
        for row in self.all(&Filter { text: format!("{} {MOVED}", found_by.text), ..found_by.clone() })? {
            if is_unpaid(&row.title) || is_called_off(&row.title) {
                continue;
            }
            let Some(document) = self.vault.documents(&[row.id])?.into_iter().next() else { continue };
            let Some((_, amount)) = moved(&row.title, &document.text).filter(|(told, _)| *told == way) else { continue };
            // That it was sent, and that it was taken, are two notices of one.
            let again = paid.iter().any(|had| had.amount == amount && had.row.title != row.title && within(had.row.at, row.at));
            if !again {
                paid.push(Paid::new(row, amount));
            }
        }
        self.name_dollars(&mut paid)?;
        paid.retain(|paid| plan.currency.is_none_or(|currency| is_in(&paid.amount, currency)));
        Ok((paid, found_by))
    }

    /// What a stay cost, from how many nights it had and how much each was, where one booking alone tells both.
    pub(super) fn by_the_night(&self, question: &str, plan: &Plan) -> Result<Option<Answer>> {
        const STAYS: &[&str] = &[
            "night",
            "nights",
            "stay",
            "hotel",
            "room",
            "guesthouse",
            "hostel",
            "inn",
            "nacht",
            "nächte",
            "nächten",
            "übernachtung",
            "übernachtungen",
            "aufenthalt",
            "zimmer",
        ];
        const EACH: &[&str] = &["nightly", "per night", "a night", "each night", "pro nacht", "je nacht", "die nacht"];
        let lower = question.to_lowercase();
        let words: Vec<&str> = snippet::words(&lower).map(|(_, word)| word).collect();
        let of_all = plan.statistic == Statistic::Total && plan.by.is_none() && plan.rate.is_none() && plan.single.is_none();
        if !of_all || !words.iter().any(|word| STAYS.contains(word)) || EACH.iter().any(|phrase| lower.contains(phrase)) {
            return Ok(None);
        }
        let is_how_many = |word: &str| word.parse::<i64>().is_ok() || number_word(&word.to_lowercase()).is_some();
        let kept = |word: &&str| !is_how_many(word) && !is_one_of(word, STAYS);
        let text = plan.filter.text.split_whitespace().filter(kept).collect::<Vec<_>>().join(" ");
        if text.is_empty() && !names_whom(&plan.filter) {
            return Ok(None);
        }
        let filter = Filter { text, kinds: vec![Kind::Mail, Kind::Message], ..plan.filter.clone() };
        let mut found: Vec<(i64, Paid)> = Vec::new();
        for row in self.all(&Filter { text: format!("{} {NIGHTS}", filter.text).trim().to_owned(), ..filter.clone() })? {
            let Some(document) = self.vault.documents(&[row.id])?.into_iter().next() else { continue };
            let Some((n, each)) = nights(&document.text) else { continue };
            if !found.iter().any(|(known, paid)| *known == n && paid.amount == each) {
                found.push((n, Paid::new(row, each)));
            }
        }
        let Ok([(n, mut paid)]) = <[(i64, Paid); 1]>::try_from(found) else { return Ok(None) };
        self.name_dollars(std::slice::from_mut(&mut paid))?;
        // Of how many nights one asks has to be of how many the booking was.
        let asked = words
            .windows(2)
            .filter(|pair| pair[1].starts_with("night") || pair[1].starts_with("nächte"))
            .find_map(|pair| pair[0].parse::<i64>().ok().or_else(|| number_word(pair[0])));
        if asked.is_some_and(|asked| asked != n) || plan.currency.is_some_and(|currency| !is_in(&paid.amount, currency)) {
            return Ok(None);
        }
        let Paid { row, amount: each, .. } = paid;
        let whole = Amount { cents: each.cents * n, currency: each.currency.clone() };
        let plan = Plan { filter, ..plan.clone() };
        let items = vec![self.told(&row, &plan, "nights and the price of each")?];
        let query = format!("{} -- of this, the nights times the price of each", self.query(&plan)?);
        let rows = vec![(row.title, each.value())];
        let computed = Computed { label: plan.understood.clone(), value: whole.value(), unit: whole.currency.clone(), rows, query };
        let text = say::by_the_night(&plan, n, &each.currency, each.value(), whole.value());
        Ok(Some(one_claim(plan, text, items, Some(computed))))
    }

    /// What was bought of one sort in a shop that sells films, books and apps, where a question asks that of the shop alone.
    fn media_bought(&self, question: &str, plan: &Plan) -> Result<Option<Answer>> {
        let of_shop = |source: &String| source.rsplit('.').next() == Some("play");
        if plan.filter.sources.is_empty() || !plan.filter.sources.iter().all(of_shop) || plan.statistic != Statistic::Total {
            return Ok(None);
        }
        let lower = question.to_lowercase();
        let words: Vec<&str> = snippet::words(&lower).map(|(_, word)| word).collect();
        if plan.measure != Measure::Amount && !words.iter().any(|word| BUYS.contains(word)) {
            return Ok(None);
        }
        let mut sorts = MEDIA.iter().filter(|(named, _)| words.iter().any(|word| named.contains(word)));
        let (Some((called, sort)), None) = (sorts.next(), sorts.next()) else { return Ok(None) };
        let text = plan.filter.text.split_whitespace().filter(|word| !is_one_of(word, called)).collect::<Vec<_>>().join(" ");
        let filter = Filter { text, kinds: vec![Kind::Purchase], ..plan.filter.clone() };
        let mut rows: Vec<Row> = Vec::new();
        for row in self.all(&filter)? {
            let Some(item) = self.vault.item(row.uid)? else { continue };
            let of = item.data.get("type").and_then(serde_json::Value::as_str).unwrap_or_default().to_lowercase();
            if of.starts_with(sort) {
                rows.push(row);
            }
        }
        if rows.is_empty() {
            return Ok(None);
        }
        let of_sort = Plan { filter: filter.clone(), ..plan.clone() };
        if plan.measure != Measure::Amount {
            return self.told_bought(of_sort, rows, Vec::new()).map(Some);
        }
        if plan.single.is_some() {
            return Ok(None);
        }
        let mut paid = self.purchases(&filter)?;
        paid.retain(|paid| !paid.off && rows.iter().any(|row| row.id == paid.row.id));
        paid.retain(|paid| plan.currency.is_none_or(|currency| is_in(&paid.amount, currency)));
        if paid.is_empty() { Ok(None) } else { self.paid_in_all(of_sort, &paid).map(Some) }
    }

    /// The first or the last of what was bought: what was in it, and whether one beyond it was called off.
    pub(super) fn told_end(&self, plan: &Plan, item: Cited, undone: Vec<Row>) -> Result<Answer> {
        let document = self.vault.documents(&[item.row.id])?.into_iter().next();
        let goods = document.map(|document| goods(&document.text)).unwrap_or_default();
        let last = plan.asked == Asked::Last;
        let end = self.end_of_today();
        let is_beyond = |row: &Row| if last { row.at > item.row.at } else { row.at < item.row.at };
        let beyond = undone.into_iter().filter(|row| row.at.is_some_and(|at| at < end) && is_beyond(row));
        let beyond = if last { beyond.max_by_key(|row| row.at) } else { beyond.min_by_key(|row| row.at) };
        let mut text = format!("{}{}", say::end(plan, &item), say::goods(plan, &goods));
        let mut items = vec![item];
        if let Some(row) = beyond {
            text.push_str(&say::beyond_called_off(plan, &row));
            items.push(self.told(&row, plan, "called off")?);
        }
        Ok(one_claim(plan.clone(), text, items, None))
    }

    /// The orders that were called off, by the mails that say so, and the purchases that do; each order once. `text` is what else of
    /// them is asked for.
    pub(super) fn orders_called_off(&self, plan: Plan, text: &str) -> Result<Answer> {
        let mut rows: Vec<Row> = Vec::new();
        for row in self.all(&Filter { text: text.to_owned(), ..plan.filter.clone() })? {
            if self.is_called_off(&row)? {
                rows.push(row);
            }
        }
        let mails = Filter { text: format!("{text} {}", undoing()).trim().to_owned(), kinds: vec![Kind::Mail], ..plan.filter.clone() };
        for row in self.all(&mails)? {
            let speaks_of_order = snippet::words(&row.title).any(|(_, word)| is_one_of(word, ORDER)) || number(&row.title).is_some();
            let again =
                rows.iter().any(|had| had.who == row.who && number(&had.title).is_some() && number(&had.title) == number(&row.title));
            let known = rows.iter().any(|had| had.kind == Kind::Purchase && within(had.at, row.at));
            if is_called_off(&row.title) && speaks_of_order && !again && !known {
                rows.push(row);
            }
        }
        self.told_bought(plan, rows, Vec::new())
    }
}

/// What is left of the words of a question without those that ask for what was called off; `None` without such.
pub(super) fn without_called_off(text: &str) -> Option<String> {
    let (off, rest): (Vec<&str>, Vec<&str>) = text.split_whitespace().partition(|word| is_one_of(word, OFF));
    (!off.is_empty()).then(|| rest.join(" "))
}

/// A filter for whoever was paid, whether as one who writes or as one who was written to; `None` when it names nobody.
fn of_payees(filter: &Filter) -> Option<Filter> {
    let named = filter.people.iter().chain(&filter.senders).chain(&filter.recipients).filter(|name| *name != Filter::ME);
    let people: Vec<String> = named.cloned().collect();
    (!people.is_empty()).then(|| Filter { people, senders: Vec::new(), recipients: Vec::new(), ..filter.clone() })
}

fn is_one_of(word: &str, listed: &[&str]) -> bool {
    listed.contains(&word.to_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_called_off_is_asked_for_by_a_word() {
        assert_eq!(without_called_off("cancelled yarn").as_deref(), Some("yarn"));
        assert_eq!(without_called_off("Storniert").as_deref(), Some(""));
        assert_eq!(without_called_off("yarn"), None);
    }

    #[test]
    fn whoever_was_written_to_may_have_been_paid() {
        let anna = || vec!["Anna Meier".to_owned()];
        let to_anna = Filter { recipients: anna(), senders: vec![Filter::ME.to_owned()], ..Filter::default() };
        assert_eq!(of_payees(&to_anna), Some(Filter { people: anna(), ..Filter::default() }));
        assert_eq!(of_payees(&Filter { recipients: vec![Filter::ME.to_owned()], ..Filter::default() }), None);
    }
}
