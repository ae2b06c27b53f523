//! Google Pay and Google Wallet: the tables of transactions, and passes.
//!
//! A table's header is in the account's language; its columns keep their order: time, number, description, product, method,
//! status, amount. The time has no zone. The number of what was bought on Google Play is that of its order, so the two are one
//! item ([`super::purchase`], which also has the keys of `data`; here `product`, `fee` and `net` are added as written).
//!
//! A payment is written with a minus by some and without by others, and counts as what was paid either way. One that was given
//! back has what came back in `refunded`, and counts for nothing; where the table has the row of the payment too, or the row is of
//! the refund alone, it takes that much from what was paid. A sum in a currency that its sign does not tell (`149,00 kr`) is in
//! `price` alone. Identity: the number, with the status while the payment is not made;
//! without a number the whole row.
//!
//! Money sent to people or received from them is something done, not a purchase; `data`: `action` ("transferred", "received"),
//! `amount`, `currency`, `price`, `status`.
//! Passes with a date are events, others documents; `data`: `pass` ("event_ticket"), `issuer`, `state`, `location`.
//!
//! Absent on purpose: the pages of payments (`My Activity`), which are rows of activity.

mod pass;

use std::collections::HashSet;
use std::io;

use domain::{FindingCode, Kind, Moment, NewItem};

use super::activity::row::spaced;
use super::purchase::{self, Outcome};
use crate::importer::{Claim, Importer, Input, Parse, Probe, Sink};
use crate::table::{Columns, Row, Table};
use crate::text::money::{Money, money};
use crate::text::time;

pub(crate) static IMPORTER: Importer = Importer { id: "google.pay", label: "Google Pay and Wallet", recognizes, parse: Parse::File(parse) };

/// Where the amount stands in a table of payments.
const AMOUNT: usize = 6;
/// Between the parts of a key.
const BETWEEN: &str = "\u{1f}";

fn recognizes(probe: &Probe<'_>) -> Claim {
    let by_path = probe.folders().any(|folder| ["google pay", "google wallet", "gpay"].contains(&folder.to_lowercase().as_str()));
    match probe.extension().as_str() {
        "csv" => {
            let mut head = probe.head;
            let Ok(Some(mut table)) = Table::open(&mut head) else { return Claim::No };
            let named = table.columns().has(&["transaction id", "amount", "time"]);
            let n_columns = table.columns().names().len();
            let first = table.next().ok().flatten();
            let is_payment = |first: Row<'_>| when(first.cells()).is_some() && sum(first.columns(), first.cells()).1.is_some();
            let shaped = named || n_columns >= 6 && first.is_some_and(is_payment);
            match (shaped, by_path) {
                (true, true) => Claim::Yes(3),
                (true, false) if named => Claim::Yes(2),
                // Sent money: a header alone, for most people.
                (false, true) if n_columns >= 3 => Claim::Yes(1),
                _ => Claim::No,
            }
        }
        "json" => match (pass::looks_like(probe.head), by_path) {
            (true, true) => Claim::Yes(3),
            (true, false) => Claim::Yes(2),
            (false, _) => Claim::No,
        },
        _ => Claim::No,
    }
}

fn parse(input: &mut Input<'_>, sink: &mut dyn Sink) -> io::Result<()> {
    if input.path.to_lowercase().ends_with(".json") {
        return pass::parse(input, sink);
    }
    let Some(mut table) = Table::open(input.reader)? else { return Ok(()) };
    let is_table_of_payments = table.columns().names().len() >= 7;
    // What was given back waits for the row of its payment.
    let (mut paid, mut refunds) = (HashSet::new(), Vec::new());
    while let Some(row) = table.read_row(sink)? {
        let item = if is_table_of_payments { transaction(&row) } else { transfer(&row, "transferred") };
        match item {
            Some(item) if item.data.contains_key("refunded") => refunds.push(item),
            Some(item) => {
                if item.data.contains_key("amount") {
                    paid.insert(order_of(&item));
                }
                sink.item(item);
            }
            None => sink.set_aside(FindingCode::BadRecord, &row.at(), "A transaction has a time, and this row has none that can be read"),
        }
    }
    for mut refund in refunds {
        // Of what Google Play sold, its history of orders knows what came back.
        let number = order_of(&refund);
        let is_taken_off = paid.contains(&number) && !number.is_empty() && !number.starts_with("GPA.");
        let came_back = refund.data["refunded"].as_f64().unwrap_or_default();
        if !refund.data.contains_key("amount") {
            refund.set("amount", if is_taken_off { -came_back } else { 0.0 });
        }
        sink.item(refund);
    }
    Ok(())
}

fn order_of(item: &NewItem) -> String {
    item.data.get("order_id").and_then(serde_json::Value::as_str).unwrap_or_default().to_owned()
}

/// Words with which descriptions and statuses begin that tell of money coming in: from a shop, and from people.
const GIVEN_BACK: &[&str] = &["refund", "erstattung", "rückerstattung", "remboursement", "reembolso", "rimborso", "terugbetaling"];
const RECEIVED: &[&str] = &["received", "money received", "erhalten", "reçu", "recibido", "ricevuto", "ontvangen", "recebido"];

fn begins_with_any(text: &str, words: &[&str]) -> bool {
    let text = text.to_lowercase();
    words.iter().any(|word| text.starts_with(word))
}

/// The first cell that is a time.
fn when(cells: &[String]) -> Option<Moment> {
    cells.iter().find_map(|cell| time::google_html(cell).or_else(|| time::iso(cell)))
}

/// The amount, as written and as a sum where its currency is told: the column of that name, else the first cell that is a sum after
/// the time, else the cell in its place.
fn sum(columns: &Columns, cells: &[String]) -> (String, Option<Money>) {
    let named = columns.find(&["amount", "betrag", "montant", "importe", "importo", "bedrag", "valor", "金額", "tutar"]);
    let read = |column: usize| {
        let cell = spaced(cells.get(column)?);
        let money = money(&cell, "");
        Some((cell, money))
    };
    let found = match named {
        Some(column) => read(column),
        // A description may read as a sum too: "TOP UP 20".
        None => read(AMOUNT).filter(|(cell, _)| cell.contains(|letter: char| letter.is_ascii_digit())).or_else(|| {
            let is_sum = |(_, money): &(String, Option<Money>)| money.is_some();
            (1..cells.len()).filter_map(read).find(is_sum).or_else(|| read(cells.len().saturating_sub(1).min(AMOUNT)))
        }),
    };
    found.unwrap_or_default()
}

fn transaction(row: &Row<'_>) -> Option<NewItem> {
    let cell = |at: usize| spaced(row.nth(at));
    let [number, description, product, method, status] = [1, 2, 3, 4, 5].map(cell);
    let (price, money) = sum(row.columns(), row.cells());
    let at = when(row.cells())?;
    let outcome = Outcome::of(&status);
    if outcome == Outcome::Paid && [&description, &status].into_iter().any(|text| begins_with_any(text, RECEIVED)) {
        let mut item = transfer(row, "received")?;
        item.title = [description, number, item.title].into_iter().find(|text| !text.is_empty()).unwrap_or_default();
        return Some(item);
    }
    let key = match (number.is_empty(), outcome) {
        (true, _) => row.cells().join(BETWEEN),
        (false, Outcome::Paid) => number.clone(),
        (false, _) => [number.as_str(), &status.to_lowercase()].join(BETWEEN),
    };
    let mut item = NewItem::new(Kind::Purchase, "google.pay.transaction", key, row.raw());
    // A row of its own, with a number of its own.
    let is_given_back = outcome == Outcome::Paid && begins_with_any(&description, GIVEN_BACK);
    if outcome == Outcome::Paid && !is_given_back && !number.is_empty() {
        item.uid = purchase::of_order(&number);
    }
    if let Some(money) = money {
        let sum = Money { amount: money.amount.abs(), ..money };
        if outcome == Outcome::Refunded {
            item.set("refunded", sum.amount);
            item.set("currency", sum.currency);
        } else if is_given_back {
            item.set("refunded", sum.amount);
            purchase::paid(&mut item, &Money { amount: -sum.amount, ..sum });
        } else if outcome == Outcome::Paid {
            purchase::paid(&mut item, &sum);
        }
    }
    item.at = Some(at);
    item.title = [&description, &product, &number].into_iter().find(|text| !text.is_empty()).cloned().unwrap_or_else(|| price.clone());
    item.text = [&product, &price, &status].into_iter().filter(|text| !text.is_empty()).cloned().collect::<Vec<_>>().join("\n");
    // Google's own shops are sellers; the till is not.
    let lower = product.to_lowercase();
    let is_till = lower.is_empty() || ["google pay", "google wallet", "gpay"].contains(&lower.as_str());
    purchase::sold_by(&mut item, if is_till { &description } else { &product });
    item.set("price", price);
    item.set("status", status.to_lowercase());
    item.set("payment_method", method);
    item.set("order_id", number);
    item.set("product", product);
    item.set("fee", row.cell(&["fee"]));
    item.set("net", row.cell(&["net amount"]));
    Some(item)
}

/// Money sent to people, asked of them or received. The columns differ by country; the words in them are what is searched for.
fn transfer(row: &Row<'_>, action: &str) -> Option<NewItem> {
    let at = when(row.cells())?;
    let (price, money) = sum(row.columns(), row.cells());
    let key = row.cells().join(BETWEEN);
    let mut item = NewItem::new(Kind::Activity, "google.pay.transfer", key, row.raw());
    let words: Vec<String> =
        row.cells().iter().map(|cell| spaced(cell)).filter(|cell| !cell.is_empty() && *cell != price && *cell != spaced(&at.raw)).collect();
    item.title = words.first().cloned().unwrap_or_else(|| price.clone());
    item.text = words.iter().skip(1).chain([&price]).filter(|text| !text.is_empty()).cloned().collect::<Vec<_>>().join("\n");
    item.at = Some(at);
    item.set("action", action);
    if let Some(money) = money {
        item.set("amount", money.amount);
        item.set("currency", money.currency);
    }
    item.set("price", price);
    item.set("status", row.cell(&["status"]).to_lowercase());
    Some(item)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::importer::collected::{read, shown};

    const ENGLISH: &str = "Time,Transaction ID,Description,Product,Payment method,Status,Amount\n\
        \"Sep 4, 2025, 2:30\u{202f}PM\",GPA.1,Metronome,Google Play,Visa 1,Complete,-CHF 2.00\n\
        2026-10-01 10:35:12 UTC,T2,Corner Bakery,Google Pay,Visa 1,Complete,\"$1,234.50\"\n\
        \"Sep 5, 2025, 2:30\u{202f}PM\",GPA.3,Metronome,Google Play,Visa 1,Declined,CHF 2.00\n\
        \"Sep 6, 2025, 2:30\u{202f}PM\",GPA.4,Metronome,Google Play,Visa 1,Refunded,CHF 2.00\n,,,,,,\nnever,X,,,,,\n";

    #[test]
    fn payments_that_were_made_have_amounts_and_the_others_do_not() {
        let collected = read(&IMPORTER, "Google Pay/Google transactions/transactions_1.csv", ENGLISH.as_bytes());
        assert_eq!(
            collected.items.iter().map(shown).collect::<Vec<_>>(),
            [
                "purchase google.pay.transaction 2025-09-04T14:30:00Z | Metronome | Google Play / -CHF 2.00 / Complete <Seller name:google play>",
                "purchase google.pay.transaction 2026-10-01T10:35:12Z | Corner Bakery | Google Pay / $1,234.50 / Complete <Seller name:corner bakery>",
                "purchase google.pay.transaction 2025-09-05T14:30:00Z | Metronome | Google Play / CHF 2.00 / Declined <Seller name:google play>",
                "purchase google.pay.transaction 2025-09-06T14:30:00Z | Metronome | Google Play / CHF 2.00 / Refunded <Seller name:google play>",
            ]
        );
        let amounts: Vec<_> = collected.items.iter().map(|item| item.data.get("amount").and_then(serde_json::Value::as_f64)).collect();
        assert_eq!(amounts, [Some(2.0), Some(1234.5), None, Some(0.0)]);
        assert_eq!((&collected.items[3].data["refunded"], &collected.items[3].data["currency"]), (&2.0.into(), &"CHF".into()));
        assert_eq!((collected.n_set_aside, collected.findings[0].at.as_str()), (1, "row 7"));
        assert_eq!(collected.items[0].uid, purchase::of_order("GPA.1"));
    }

    #[test]
    fn what_came_back_is_taken_off_what_was_paid_once() {
        let table = "Time,Transaction ID,Description,Product,Payment method,Status,Amount\n\
            2026-10-01 10:35:12 UTC,T2,Corner Bakery,Google Pay,Visa 1,Complete,$12.50\n\
            2026-10-03 10:35:12 UTC,T2,Corner Bakery,Google Pay,Visa 1,Refunded,$12.50\n\
            2026-10-04 10:35:12 UTC,T5,Refund from Quay Books,Google Pay,Visa 1,Complete,$4.00\n\
            2026-10-05 10:35:12 UTC,T6,Received from Bo Example,Google Pay,Balance,Complete,$30.00\n";
        let collected = read(&IMPORTER, "transactions_1.csv", table.as_bytes());
        let mut told: Vec<_> =
            collected.items.iter().map(|item| (item.title.as_str(), item.kind, item.data["amount"].as_f64().unwrap())).collect();
        told.sort_by_key(|(title, _, amount)| (*title, *amount as i64));
        assert_eq!(
            told,
            [
                ("Corner Bakery", Kind::Purchase, -12.5),
                ("Corner Bakery", Kind::Purchase, 12.5),
                ("Received from Bo Example", Kind::Activity, 30.0),
                ("Refund from Quay Books", Kind::Purchase, -4.0),
            ]
        );
    }

    #[test]
    fn a_table_in_another_language_is_the_same_table() {
        let german = "Zeit,Transaktions-ID,Beschreibung,Produkt,Zahlungsmethode,Status,Betrag\n04.09.2025 14:30,GPA.1,Metronome,Google Play,Visa 1,Abgeschlossen,\"2,00 CHF\"\n";
        let german = read(&IMPORTER, "Google Pay/Transaktionen bei Google Play/transactions_1.csv", german.as_bytes());
        let english = read(&IMPORTER, "transactions_1.csv", ENGLISH.as_bytes());
        assert_eq!((german.items[0].uid, &german.items[0].data["amount"]), (english.items[0].uid, &english.items[0].data["amount"]));
        assert_eq!(german.items[0].at.as_ref().map(|at| at.ms), english.items[0].at.as_ref().map(|at| at.ms));
    }

    #[test]
    fn a_sum_without_a_currency_is_kept_as_it_is_written() {
        let danish = "Tid,Transaktions-id,Beskrivelse,Produkt,Betalingsmetode,Status,Beløb\n\
            4. sep. 2025 14.30,GPA.1,TOP UP 20,Google Play,Visa 1,Gennemført,\"149,00 kr\"\n";
        let item = &read(&IMPORTER, "Google Pay/transactions_1.csv", danish.as_bytes()).items[0];
        assert_eq!((&item.data["price"], item.data.get("amount"), item.title.as_str()), (&"149,00 kr".into(), None, "TOP UP 20"));
        assert_eq!(item.uid, purchase::of_order("GPA.1"));
        let sent = "Time,Recipient,Memo,Status,Amount\n2026-10-01 10:35:12 UTC,Bo Example,Rent,Complete,300 kr\n";
        let item = &read(&IMPORTER, "Google Pay/Money sends and requests.csv", sent.as_bytes()).items[0];
        assert_eq!((&item.data["price"], item.data.get("amount"), item.text.as_str()), (&"300 kr".into(), None, "Rent\nComplete\n300 kr"));
    }

    #[test]
    fn sent_money_is_something_done() {
        let table = "Time,Recipient,Memo,Status,Amount\n2026-10-01 10:35:12 UTC,Bo Example,Rent,Complete,£300.00\n";
        let collected = read(&IMPORTER, "Google Pay/Money sends and requests/Money sends and requests.csv", table.as_bytes());
        assert_eq!(
            shown(&collected.items[0]),
            "activity google.pay.transfer 2026-10-01T10:35:12Z | Bo Example | Rent / Complete / £300.00"
        );
    }

    #[test]
    fn tables_and_passes_are_recognised() {
        let claim = |path, head: &'static str| recognizes(&Probe { path, head: head.as_bytes(), tail: b"", size: head.len() as u64 });
        assert_eq!(claim("Google Pay/x/transactions_1.csv", ENGLISH), Claim::Yes(3));
        assert_eq!(claim("transactions_1.csv", ENGLISH), Claim::Yes(2));
        assert_eq!(claim("Saved/x.csv", "Title,Note,URL\n"), Claim::No);
        assert_eq!(claim("a.json", "{\"id\":\"1\",\"classType\":\"LOYALTY\",\"issuerName\":\"x\"}"), Claim::Yes(2));
    }
}
