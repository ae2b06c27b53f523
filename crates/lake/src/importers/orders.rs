//! Purchases & Reservations: orders that were made through Google, and tables, tickets and rooms that were booked.
//!
//! One order or reservation a file, or lists of them. An order's total is its price line of type `TOTAL`, in millionths of the
//! currency's unit; when there is none, the sum of the own totals of the lines that were paid. A status that all lines have is that
//! of an order without one. Identity: the seller and the seller's order number; of a
//! reservation its id. See [`super::purchase`] for `data`; also `customer`, and how, where and when it is handed over (`fulfilment`,
//! `fulfilled_where`, `fulfilled_from`, `fulfilled_until`): of each of the `lines`, and of the order what is the same in all of them.
//!
//! A reservation is an event; `data`: `merchant`, `service`, `party_size`, `requests`, `location`, `status` ("cancelled").
//!
//! Absent on purpose: cards and addresses of payment, which are taken out of the record that is kept.

mod fulfilment;
mod reservation;

use std::io;

use domain::{FindingCode, Kind, Moment, NewItem, Raw};
use serde_json::{Map, Value, json};

use super::activity::row::spaced;
use super::purchase::{self, Outcome};
use crate::importer::{Claim, Importer, Input, Parse, Probe, Sink};
use crate::json::each::{Entry, each};
use crate::json::lenient;
use crate::text::money::Money;
use crate::text::{numbers, time};

pub(crate) static IMPORTER: Importer =
    Importer { id: "google.orders", label: "Purchases & Reservations", recognizes, parse: Parse::File(parse) };

/// Longest file that is one order, bytes.
const LIMIT: u64 = 16 << 20;
/// What no item keeps.
const PRIVATE: &[&str] = &["paymentInfo", "payment", "paymentInstrument", "paymentMethod", "billingAddress", "creditCard"];

fn recognizes(probe: &Probe<'_>) -> Claim {
    if probe.extension() != "json" {
        return Claim::No;
    }
    let has = |key: &str| memchr::memmem::find(probe.head, key.as_bytes()).is_some();
    let order = has("\"merchantOrderId\"") || has("\"transactionMerchant\"") || (has("\"lineItem\"") && has("\"priceline\""));
    let by_path =
        probe.folders().any(|folder| folder.starts_with("Purchases") && folder.contains("Reservations") || folder == "Reservations");
    match (order || reservation::looks_like(probe.head), by_path) {
        (true, true) => Claim::Yes(3),
        (true, false) if order => Claim::Yes(2),
        (false, true) if probe.head.trim_ascii_start().starts_with(b"{") => Claim::Yes(1),
        _ => Claim::No,
    }
}

fn parse(input: &mut Input<'_>, sink: &mut dyn Sink) -> io::Result<()> {
    // One record a file, or a list of records; the list streams.
    let mut head = [0];
    let n_read = loop {
        let n_read = input.reader.read(&mut head)?;
        if n_read == 0 || !head[0].is_ascii_whitespace() {
            break n_read;
        }
    };
    if n_read == 0 {
        return Ok(());
    }
    let mut reader = io::Read::chain(&head[..], &mut *input.reader);
    if head[0] == b'[' {
        return list(&mut reader, sink);
    }
    let mut bytes = Vec::new();
    io::Read::read_to_end(&mut io::Read::take(reader, LIMIT), &mut bytes)?;
    match lenient::value(&bytes) {
        Ok(Value::Object(fields)) => {
            let mut lists = fields
                .iter()
                .filter_map(|(_, value)| value.as_array().filter(|list| list.iter().all(is_record) && !list.is_empty()))
                .peekable();
            if is_record(&Value::Object(fields.clone())) || lists.peek().is_none() {
                record(fields.clone(), &bytes, "byte 0", sink);
            } else {
                for (at, entry) in lists.flatten().enumerate() {
                    if let Value::Object(fields) = entry {
                        record(fields.clone(), entry.to_string().as_bytes(), &format!("record {}", at + 1), sink);
                    }
                }
            }
        }
        Ok(_) => sink.set_aside(FindingCode::WrongFormat, "byte 0", "An order is a JSON object, and this file holds something else"),
        Err(error) => {
            sink.set_aside(FindingCode::BadRecord, "byte 0", &format!("An order was expected, and it does not read as JSON ({error})"));
            if serde_json::from_slice::<Value>(&bytes).is_err_and(|error| error.is_eof()) {
                sink.cut_short(&format!("byte {}", bytes.len()));
            }
        }
    }
    Ok(())
}

fn list(reader: &mut dyn io::Read, sink: &mut dyn Sink) -> io::Result<()> {
    each(reader, sink, |Entry { listed, at, bytes, .. }, sink| {
        if !listed {
            return;
        }
        match lenient::value(bytes) {
            Ok(Value::Object(fields)) => record(fields, bytes, &at, sink),
            _ => sink.set_aside(FindingCode::BadRecord, &at, "An order is a JSON object, and this is none"),
        }
    })
}

fn is_record(value: &Value) -> bool {
    let has = |key: &str| value.get(key).is_some();
    has("merchantOrderId") || has("lineItem") || has("transactionMerchant") || reservation::is_one(value)
}

fn record(mut fields: Map<String, Value>, bytes: &[u8], at: &str, sink: &mut dyn Sink) {
    let has_private = purchase::without(&mut fields, PRIVATE);
    let value = Value::Object(fields);
    let raw = if has_private { Raw::json(value.to_string().as_bytes()) } else { Raw::json(bytes) };
    let item = if reservation::is_one(&value) { reservation::item(&value, raw) } else { order(&value, raw) };
    match item {
        Some(item) => {
            if let (None, Some(stated)) = (&item.at, value.get("creationTime").filter(|stated| !stated.is_null())) {
                sink.uncertain_time(at, &stated.to_string());
            }
            sink.item(item);
        }
        None => sink.set_aside(FindingCode::BadRecord, at, "An order has a number, a seller or lines, and this one has none of them"),
    }
}

fn text(value: &Value, path: &[&str]) -> String {
    spaced(path.iter().try_fold(value, |value, name| value.get(name)).and_then(Value::as_str).unwrap_or_default())
}

/// `{usecSinceEpochUtc, utcTimezoneOffsetMinutes}`, in any of their spellings, or text.
fn moment(value: Option<&Value>) -> Option<Moment> {
    let value = value?;
    let Some(usec) = value.get("usecSinceEpochUtc") else { return time::of(value) };
    let moment = time::micros(numbers::integer_of(usec)?)?;
    Some(time::at_offset(moment, value.get("utcTimezoneOffsetMinutes").and_then(numbers::integer_of)))
}

/// The price line of a type: what it comes to.
fn price_of(value: &Value, kind: &str) -> Option<Money> {
    let lines = value.get("priceline").or_else(|| value.get("priceLine"))?.as_array()?;
    let line = lines.iter().find(|line| line.get("type").and_then(Value::as_str).is_some_and(|own| own.eq_ignore_ascii_case(kind)))?;
    let amount = line.get("amount")?;
    let micros = amount.get("amountMicros").and_then(numbers::integer_of)?;
    let code = text(amount, &["currencyCode", "code"]);
    let currency = if code.is_empty() { text(amount, &["currencyCode"]) } else { code };
    // It stands in a field of its own, so that it need not be one that is known.
    let is_code = currency.len() == 3 && currency.bytes().all(|byte| byte.is_ascii_uppercase());
    is_code.then_some(Money { amount: micros as f64 / 1e6, currency })
}

fn order(value: &Value, raw: Raw) -> Option<NewItem> {
    let number = text(value, &["merchantOrderId"]);
    let lines = value.get("lineItem").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let provider = || lines.iter().map(|line| text(line, &["provider", "name"])).find(|name| !name.is_empty()).unwrap_or_default();
    let merchant = Some(text(value, &["transactionMerchant", "name"])).filter(|name| !name.is_empty()).unwrap_or_else(provider);
    if number.is_empty() && merchant.is_empty() && lines.is_empty() {
        return None;
    }
    let name_of = |line: &Value| {
        let own = text(line, &["purchase", "productInfo", "name"]);
        if own.is_empty() { text(line, &["name"]) } else { own }
    };
    let names: Vec<String> = lines.iter().map(name_of).filter(|name| !name.is_empty()).collect();
    let at = moment(value.get("creationTime"));
    let second = at.as_ref().map(|at| at.ms.to_string()).unwrap_or_default();
    let key =
        if number.is_empty() { [&*merchant, &second, &names.join("\u{1f}")].join("\u{1f}") } else { [&*merchant, &number].join("\u{1f}") };
    let mut item = NewItem::new(Kind::Purchase, "google.order", key, raw);
    item.title = match (names.is_empty(), merchant.is_empty()) {
        (false, _) => names.join(", "),
        (true, false) => merchant.clone(),
        (true, true) => format!("Order {number}"),
    };
    item.at = at;
    let label = text(value, &["orderStatus", "label"]);
    let status = if label.is_empty() { text(value, &["orderStatus", "status"]) } else { label };
    let status = if status.is_empty() { common_status(lines) } else { status };
    let total = price_of(value, "TOTAL").or_else(|| sum_of_lines(lines));
    let price = total.as_ref().map(|total| format!("{} {:.2}", total.currency, total.amount)).unwrap_or_default();
    if let Some(total) = total.filter(|_| Outcome::of(&status) == Outcome::Paid) {
        purchase::paid(&mut item, &total);
    }
    item.text = [&merchant, &price, &status].into_iter().filter(|line| !line.is_empty()).cloned().collect::<Vec<_>>().join("\n");
    purchase::sold_by(&mut item, &merchant);
    item.set("price", price);
    item.set("status", status.to_lowercase());
    item.set("order_id", number);
    item.set("customer", text(value, &["customer", "email"]));
    let line = |line: &Value| {
        let quantity = line.get("purchase").and_then(|purchase| purchase.get("quantity")).and_then(numbers::integer_of).unwrap_or(1);
        let mut object = json!({ "title": name_of(line), "quantity": quantity });
        if let Some(price) = price_of(line, "TOTAL").or_else(|| price_of(line, "SUBTOTAL")) {
            object["price"] = format!("{} {:.2}", price.currency, price.amount).into();
        }
        for (key, told) in fulfilment::of(line) {
            object[key] = told.into();
        }
        object
    };
    for (key, told) in fulfilment::of_all(lines) {
        item.set(key, told);
    }
    item.set("lines", lines.iter().map(line).collect::<Vec<_>>());
    Some(item)
}

fn status_of(line: &Value) -> String {
    text(line, &["purchase", "status"])
}

/// The status that all lines have; empty when they differ.
fn common_status(lines: &[Value]) -> String {
    let first = lines.first().map(status_of).unwrap_or_default();
    if lines.iter().all(|line| status_of(line) == first) { first } else { String::new() }
}

/// What the lines come to that were paid, when every one of them says so, in one currency.
fn sum_of_lines(lines: &[Value]) -> Option<Money> {
    let paid = lines.iter().filter(|line| Outcome::of(&status_of(line)) == Outcome::Paid);
    let totals: Vec<Money> = paid.map(|line| price_of(line, "TOTAL")).collect::<Option<_>>()?;
    let currency = totals.first()?.currency.clone();
    totals.iter().all(|total| total.currency == currency).then(|| Money { amount: totals.iter().map(|total| total.amount).sum(), currency })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::importer::collected::{read, shown};

    const ORDER: &str = r#"{"merchantOrderId":"M-1","creationTime":{"usecSinceEpochUtc":"1714558830123000","granularity":"MICROSECOND"},"orderStatus":{"status":"DELIVERED","label":"Delivered"},"transactionMerchant":{"name":"Holt Cycles"},"customer":{"email":"ann@example.org"},"paymentInfo":{"card":"1111"},
        "lineItem":[{"provider":{"name":"Holt"},"purchase":{"quantity":2,"productInfo":{"name":"Inner tube"}},"priceline":[{"type":"TOTAL","amount":{"amountMicros":"19800000","currencyCode":{"code":"CHF"}}}]}],
        "priceline":[{"type":"SUBTOTAL","amount":{"amountMicros":"19800000","currencyCode":{"code":"CHF"}}},{"type":"TOTAL","amount":{"amountMicros":"24800000","currencyCode":{"code":"CHF"}}}]}"#;

    #[test]
    fn an_order_says_what_it_cost_and_who_sold_it() {
        let collected = read(&IMPORTER, "Purchases _ Reservations/Purchases/order_1.json", ORDER.as_bytes());
        assert_eq!(
            collected.shown(),
            "purchase google.order 2024-05-01T10:20:30.123Z | Inner tube | Holt Cycles / CHF 24.80 / Delivered <Seller name:holt cycles>\n= 1 items, 0 merged, 0 skipped, 0 set aside"
        );
        let item = &collected.items[0];
        assert_eq!((&item.data["amount"], &item.data["currency"]), (&24.8.into(), &"CHF".into()));
        assert!(!String::from_utf8_lossy(&item.raw.bytes).contains("1111"));
        let listed = read(&IMPORTER, "x.json", format!("[{ORDER}, 3, {{}}, {}", &ORDER[..100]).as_bytes());
        assert_eq!((listed.items[0].uid, listed.n_set_aside), (item.uid, 2));
        assert!(listed.findings.iter().any(|finding| finding.code == FindingCode::CutShort));
        let wrapped = read(&IMPORTER, "x.json", format!("{{\"orders\": [{ORDER}]}}").as_bytes());
        assert_eq!(wrapped.items[0].uid, item.uid);
    }

    #[test]
    fn a_cancelled_order_has_no_amount_and_lines_make_a_total() {
        let cancelled = ORDER.replace("\"label\":\"Delivered\"", "\"label\":\"Cancelled\"");
        assert_eq!(read(&IMPORTER, "o.json", cancelled.as_bytes()).items[0].data.get("amount"), None);
        let lines = ORDER
            .replace("\"type\":\"TOTAL\",\"amount\":{\"amountMicros\":\"24800000\"", "\"type\":\"TAX\",\"amount\":{\"amountMicros\":\"0\"");
        assert_eq!(read(&IMPORTER, "o.json", lines.as_bytes()).items[0].data["amount"], 19.8);
        let cut = read(&IMPORTER, "o.json", &ORDER.as_bytes()[..200]);
        assert_eq!((cut.items.len(), cut.n_set_aside), (0, 1));
    }

    #[test]
    fn lines_that_were_cancelled_do_not_count_and_any_code_is_a_currency() {
        let line = |status: &str, micros: u32| {
            format!(
                r#"{{"purchase":{{"status":"{status}","productInfo":{{"name":"Tube"}}}},"priceline":[{{"type":"TOTAL","amount":{{"amountMicros":"{micros}","currencyCode":{{"code":"XBT"}}}}}}]}}"#
            )
        };
        let order = |lines: &[String]| {
            let order = format!(r#"{{"merchantOrderId":"M-2","transactionMerchant":{{"name":"Holt"}},"lineItem":[{}]}}"#, lines.join(","));
            read(&IMPORTER, "o.json", order.as_bytes()).items.remove(0)
        };
        let mixed = order(&[line("SHIPPED", 2_000_000), line("CANCELLED", 9_000_000)]);
        assert_eq!((&mixed.data["amount"], &mixed.data["currency"], mixed.data.get("status")), (&2.0.into(), &"XBT".into(), None));
        let cancelled = order(&[line("CANCELLED", 2_000_000), line("CANCELLED", 9_000_000)]);
        assert_eq!((cancelled.data.get("amount"), &cancelled.data["status"]), (None, &"cancelled".into()));
    }

    #[test]
    fn how_where_and_when_an_order_is_handed_over_is_kept() {
        let line = |place: &str, start: &str| {
            format!(
                r#"{{"purchase":{{"productInfo":{{"name":"Soup"}},"fulfillment":{{"type":"PICKUP","location":{place},"timeWindow":{{"startTime":{{"usecSinceEpochUtc":"{start}","utcTimezoneOffsetMinutes":120}},"endTime":{{"usecSinceEpochUtc":"1714561200000000","utcTimezoneOffsetMinutes":120}}}}}}}}}}"#
            )
        };
        let order = |lines: &[String]| {
            let order = format!(r#"{{"merchantOrderId":"M-3","transactionMerchant":{{"name":"Quay Inn"}},"lineItem":[{}]}}"#, lines.join(","));
            read(&IMPORTER, "o.json", order.as_bytes()).items.remove(0)
        };
        let place = r#"{"name":"Quay Inn","address":{"addressLine":["Quay 1"],"locality":"Town"}}"#;
        let one = order(&[line(place, "1714557600000000"), line("\"Quay 2\"", "1714557600000000")]);
        assert_eq!(
            (&one.data["fulfilment"], one.data.get("fulfilled_where"), &one.data["fulfilled_from"], &one.data["fulfilled_until"]),
            (&"pickup".into(), None, &"2024-05-01T12:00:00+02:00".into(), &"2024-05-01T13:00:00+02:00".into())
        );
        assert_eq!(
            (&one.data["lines"][0]["fulfilled_where"], &one.data["lines"][1]["fulfilled_where"]),
            (&"Quay Inn, Quay 1, Town".into(), &"Quay 2".into())
        );
        assert_eq!(order(&[line(place, "1714557600000000")]).data["fulfilled_where"], "Quay Inn, Quay 1, Town");
        assert!(!read(&IMPORTER, "o.json", ORDER.as_bytes()).items[0].data.contains_key("fulfilment"));
    }

    #[test]
    fn a_reservation_is_an_event() {
        let table = r#"{"reservationId":"R1","name":"Table for two","merchantName":"Quay Inn","startTime":"2024-05-01T18:00:00Z","endTime":"2024-05-01T20:00:00Z","partySize":2,"address":"Quay 1","cancelled":true}"#;
        let collected = read(&IMPORTER, "Purchases _ Reservations/Reservations/r.json", table.as_bytes());
        assert_eq!(
            shown(&collected.items[0]),
            "event google.reservation 2024-05-01T18:00:00Z | Table for two | Quay Inn / Quay 1 <Organizer name:quay inn>"
        );
        assert_eq!((&collected.items[0].data["party_size"], &collected.items[0].data["status"]), (&2.into(), &"cancelled".into()));
    }
}
