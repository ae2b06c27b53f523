//! What all purchases have in common, so that what was spent can be added up whichever product told of it.
//!
//! `data` of a purchase: `amount` (a number in the currency's own unit: what was paid, less what came back; negative when only
//! something came back), `currency` (ISO 4217), `price` (the sum as its source writes it), `status`, `payment_method`, `order_id`,
//! `lines` (`{title, quantity, price}`). A payment that failed, waits or was called off has a `price` and no `amount`: it is kept,
//! and not counted. The seller is a link.

use domain::{EntityKind, EntityRef, NewItem, NewLink, Role, Uid};
use serde_json::{Map, Value};

use crate::text::money::Money;

/// Says what was paid.
pub(crate) fn paid(item: &mut NewItem, money: &Money) {
    item.set("amount", money.amount);
    item.set("currency", money.currency.as_str());
}

/// Says who sold it.
pub(crate) fn sold_by(item: &mut NewItem, seller: &str) {
    if !seller.trim().is_empty() {
        item.links.push(NewLink { role: Role::Seller, entity: EntityRef::named(EntityKind::Organisation, seller) });
    }
}

/// The identity of the order with this number, whichever product tells of it.
pub(crate) fn of_order(number: &str) -> Uid {
    Uid::of("google.order", number.as_bytes())
}

/// Takes the fields of these names out of a record, however deep; answers whether there were any.
pub(crate) fn without(fields: &mut Map<String, Value>, names: &[&str]) -> bool {
    let before = fields.len();
    fields.retain(|name, _| !names.contains(&name.as_str()));
    let mut found = fields.len() < before;
    for value in fields.values_mut() {
        match value {
            Value::Object(inner) => found |= without(inner, names),
            Value::Array(list) => list.iter_mut().filter_map(Value::as_object_mut).for_each(|inner| found |= without(inner, names)),
            _ => {}
        }
    }
    found
}

/// What became of a payment, by the word for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// It was made.
    Paid,
    /// It was given back.
    Refunded,
    /// It waits, failed or was called off.
    NotPaid,
}

/// Words for payments that were not made, and for those given back; parts of words, lower case.
const NOT_PAID: &[&str] = &[
    "pending",
    "cancel",
    "declin",
    "fail",
    "reject",
    "expired",
    "void",
    "processing",
    "ausstehend",
    "storniert",
    "abgebrochen",
    "abgelehnt",
    "fehlgeschlagen",
    "abgelaufen",
    "bearbeitung",
    "en attente",
    "annul",
    "refus",
    "échou",
    "pendiente",
    "rechaz",
    "fallid",
    "in attesa",
    "rifiutat",
    "pendente",
    "recusad",
    "in behandeling",
    "geannuleerd",
    "geweigerd",
    "mislukt",
    "保留",
    "キャンセル",
    "失敗",
    "beklemede",
    "iptal",
];
const REFUNDED: &[&str] =
    &["refund", "reversed", "chargeback", "erstattet", "rembours", "reembols", "rimbors", "terugbetaald", "払い戻し", "iade"];

impl Outcome {
    /// Reads a status. A word that is not known is that of a payment that was made: most are.
    pub(crate) fn of(status: &str) -> Self {
        let status = status.to_lowercase();
        let says = |words: &[&str]| words.iter().any(|word| status.contains(word));
        // "Partially refunded" was paid, and how much came back is said elsewhere if at all.
        if says(REFUNDED) && !status.contains("partial") && !status.contains("teilweise") {
            return Self::Refunded;
        }
        if says(NOT_PAID) { Self::NotPaid } else { Self::Paid }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_says_whether_money_went() {
        for (status, outcome) in [
            ("Complete", Outcome::Paid),
            ("Abgeschlossen", Outcome::Paid),
            ("", Outcome::Paid),
            ("Partially refunded", Outcome::Paid),
            ("REFUNDED", Outcome::Refunded),
            ("Erstattet", Outcome::Refunded),
            ("Pending", Outcome::NotPaid),
            ("Payment declined", Outcome::NotPaid),
            ("Storniert", Outcome::NotPaid),
            ("Annulé", Outcome::NotPaid),
        ] {
            assert_eq!(Outcome::of(status), outcome, "{status}");
        }
    }
}
