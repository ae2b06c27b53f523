//! Orders and purchases, put together once all files were read.
//!
//! A purchase is one of an order when the order has a line of its title and both were made within a day; each line answers for
//! one purchase. It is then merged into the order, which takes over how it was paid.

use domain::{FindingCode, Kind, NewItem};
use serde_json::{Value, json};

use super::Record;
use crate::importer::{FileNumber, SetSink, Sink};
use crate::importers::purchase::{self, Outcome};
use crate::text::money::money;
use crate::text::numbers;

/// How far apart an order and its purchase are made, milliseconds.
const APART: i64 = 24 * 60 * 60 * 1000;
/// Lines of an order that its title names.
const NAMED: usize = 3;
const SELLER: &str = "Google Play";

/// Orders and purchases that were read, each with the file that it is accounted to.
#[derive(Default)]
pub(super) struct Payments {
    orders: Vec<Order>,
    purchases: Vec<Held>,
}

struct Order {
    held: Held,
    /// The titles of its lines that no purchase was found for yet.
    open: Vec<String>,
}

struct Held {
    file: FileNumber,
    item: NewItem,
}

impl Held {
    fn ms(&self) -> i64 {
        self.item.at.as_ref().map_or(i64::MIN, |at| at.ms)
    }
}

impl Payments {
    /// Orders and purchases so far.
    pub(super) fn n_held(&self) -> usize {
        self.orders.len() + self.purchases.len()
    }

    /// Remembers a purchase. Key: what was bought and when.
    pub(super) fn purchase(&mut self, record: &Record, file: FileNumber, at: &str, sink: &mut dyn Sink) {
        let title = record.title();
        if title.is_empty() {
            return sink.set_aside(FindingCode::BadRecord, at, "A purchase names what was bought, and this one does not");
        }
        let mut item = record.item(Kind::Purchase, "google.play.purchase", title, &record.text(&["purchaseTime"]), "");
        let price = record.text(&["invoicePrice"]);
        if let Some(money) = money(&price, &record.country) {
            purchase::paid(&mut item, &money);
        }
        item.text.clone_from(&price);
        item.set("price", price);
        item.set("payment_method", record.text(&["paymentMethodTitle"]));
        purchase::sold_by(&mut item, SELLER);
        self.purchases.push(Held { file, item });
    }

    /// Remembers an order. Key: its number, as in Google Pay; else when it was made and what is in it.
    pub(super) fn order(&mut self, record: &Record, file: FileNumber, at: &str, sink: &mut dyn Sink) {
        let lines = record.value(&["lineItem"]).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let title_of =
            |line: &Value| super::spaced(line.get("doc").and_then(|doc| doc.get("title")).and_then(Value::as_str).unwrap_or_default());
        let titles: Vec<String> = lines.iter().map(title_of).filter(|title| !title.is_empty()).collect();
        let id = record.text(&["orderId"]);
        if titles.is_empty() && id.is_empty() {
            return sink.set_aside(FindingCode::BadRecord, at, "An order has a number or names what was bought, and this one has neither");
        }
        let mut title = titles.iter().take(NAMED).cloned().collect::<Vec<_>>().join(", ");
        if titles.len() > NAMED {
            title += &format!(" +{}", titles.len() - NAMED);
        }
        if titles.is_empty() {
            title = format!("Order {id}");
        }
        let created = record.text(&["creationTime"]);
        let mut item = record.item(Kind::Purchase, "google.play.order", title, &created, &titles.join("\u{1f}"));
        if !id.is_empty() {
            item.uid = purchase::of_order(&id);
        }
        let (price, back) = (record.text(&["totalPrice"]), record.text(&["refundAmount"]));
        if let Some(mut paid) = money(&price, &record.country) {
            if let Some(back) = money(&back, &record.country).filter(|back| back.currency == paid.currency && back.amount != 0.0) {
                paid.amount = ((paid.amount - back.amount.abs()) * 1000.0).round() / 1000.0;
                item.set("status", if paid.amount == 0.0 { "refunded" } else { "partially refunded" });
            }
            if Outcome::of(&record.text(&["status"])) != Outcome::NotPaid {
                purchase::paid(&mut item, &paid);
            }
        }
        item.text.clone_from(&price);
        item.set("price", price);
        item.set("refund", back);
        item.set("tax", record.text(&["tax"]));
        item.set("order_id", id);
        let line =
            |line: &Value| json!({ "title": title_of(line), "quantity": line.get("quantity").and_then(numbers::integer_of).unwrap_or(1) });
        item.set("lines", lines.iter().map(line).collect::<Vec<_>>());
        if record.value(&["preorder"]) == Some(&Value::Bool(true)) {
            item.set("preorder", true);
        }
        purchase::sold_by(&mut item, SELLER);
        self.orders.push(Order { held: Held { file, item }, open: titles });
    }

    /// Hands out every order, and the purchases that are of none. What is whose does not depend on the order of the files.
    pub(super) fn settle(&mut self, sink: &mut dyn SetSink) {
        let (mut orders, mut purchases) = (std::mem::take(&mut self.orders), std::mem::take(&mut self.purchases));
        orders.sort_by_key(|order| (order.held.ms(), order.held.item.uid));
        purchases.sort_by_key(|purchase| (purchase.ms(), purchase.item.uid));
        for purchase in purchases {
            let ms = purchase.ms();
            let from = orders.partition_point(|order| order.held.ms() < ms.saturating_sub(APART));
            let near = orders[from..].iter_mut().take_while(|order| order.held.ms() <= ms.saturating_add(APART));
            let mut fitting = near.filter_map(|order| {
                let line = order.open.iter().position(|title| *title == purchase.item.title)?;
                Some((order, line))
            });
            match fitting.next().filter(|_| purchase.item.at.is_some()) {
                Some((order, line)) => {
                    order.open.swap_remove(line);
                    let method = purchase.item.data.get("payment_method").cloned().unwrap_or_default();
                    order.held.item.set("payment_method", method);
                    sink.of(purchase.file).merged();
                }
                None => sink.of(purchase.file).item(purchase.item),
            }
        }
        for Order { held: Held { file, item }, .. } in orders {
            sink.of(file).item(item);
        }
    }
}
