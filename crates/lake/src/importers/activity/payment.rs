//! Rows of payments made with Google Pay in India and Singapore: `Paid ₹50.00 to Tea Stall using Bank Account XXXX1234`, and how it
//! ended in the details. What a shop gives back is a purchase as well, of less than nothing. Money that was sent to people, asked for
//! or received is something done, like any other row; it has an amount, which is not counted as spent.

use domain::NewItem;

use crate::importers::purchase::{self, Outcome};
use crate::text::money::{Money, money};

/// Which way the money went.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    Paid,
    GivenBack,
    /// To or from people, or not yet.
    Transferred,
}

/// What a title begins with, and what stands before the name of the other side.
const WAYS: [(&str, &str, Way); 7] = [
    ("Paid ", " to ", Way::Paid),
    ("Refunded ", " from ", Way::GivenBack),
    ("Refund of ", " from ", Way::GivenBack),
    ("Received refund of ", " from ", Way::GivenBack),
    ("Received ", " from ", Way::Transferred),
    ("Sent ", " to ", Way::Transferred),
    ("Requested ", " from ", Way::Transferred),
];

/// A payment as a row tells of it.
pub(super) struct Payment {
    way: Way,
    money: Money,
    price: String,
    /// To or from whom.
    other: String,
    /// How it ended, when the row says.
    status: String,
}

impl Payment {
    /// Reads a row's title; `None` when it is no payment.
    pub(super) fn read(title: &str, details: &[String]) -> Option<Self> {
        let (rest, between, way) = WAYS.iter().find_map(|(begin, between, way)| Some((title.strip_prefix(begin)?, *between, *way)))?;
        let (sum, whom) = rest.split_once(between).unwrap_or((rest, ""));
        let price = sum.split(" using ").next().unwrap_or(sum).trim();
        let other = whom.split(" using ").next().unwrap_or(whom).trim();
        // Details name the transaction as well as how it ended.
        let status = details.iter().find(|detail| Outcome::of(detail) != Outcome::Paid).or(details.last()).cloned().unwrap_or_default();
        Some(Self { way, money: money(price, "IN")?, price: price.to_owned(), other: other.to_owned(), status })
    }

    /// Whether it is of something bought.
    pub(super) fn is_purchase(&self) -> bool {
        self.way != Way::Transferred
    }

    pub(super) fn tell(&self, item: &mut NewItem) {
        if Outcome::of(&self.status) == Outcome::Paid {
            let amount = if self.way == Way::GivenBack { -self.money.amount } else { self.money.amount };
            purchase::paid(item, &Money { amount, currency: self.money.currency.clone() });
        }
        if self.is_purchase() {
            purchase::sold_by(item, &self.other);
        }
        item.set("price", self.price.as_str());
        item.set("status", self.status.to_lowercase());
    }
}

#[cfg(test)]
mod tests {
    use crate::importer::collected::{read, shown};
    use crate::importers::activity_html;

    #[test]
    fn money_that_went_or_came_has_an_amount_and_what_is_bought_a_seller() {
        let cell = |title: &str, status: &str| {
            format!(
                "<div class=\"outer-cell\"><div class=\"header-cell\"><p class=\"mdl-typography--title\">Google Pay<br></p></div><div class=\"content-cell mdl-typography--body-1\">{title}<br>Mar 3, 2024, 9:05:07\u{202f}PM GMT+05:30<br></div><div class=\"content-cell mdl-typography--caption\"><b>Products:</b><br>&emsp;Google Pay<br><b>Details:</b><br>&emsp;{status}<br></div></div>"
            )
        };
        let page = format!(
            "<html><body>{}{}{}{}{}</body></html>",
            cell("Paid ₹1,250.00 to Tea Stall using Bank Account XXXX1234", "Completed"),
            cell("Paid ₹50.00 to Tea Stall using Bank Account XXXX1234", "Failed"),
            cell("Received ₹10.00", "Completed"),
            cell("Received ₹75.50 from Bo Example", "Failed"),
            cell("Refunded ₹250.00 from Tea Stall", "Completed"),
        );
        let collected = read(&activity_html::IMPORTER, "Google Pay/My Activity/My Activity.html", page.as_bytes());
        assert_eq!(
            collected.items.iter().map(shown).collect::<Vec<_>>(),
            [
                "purchase google.activity.pay 2024-03-03T15:35:07Z | Paid ₹1,250.00 to Tea Stall using Bank Account XXXX1234 <Seller name:tea stall>",
                "purchase google.activity.pay 2024-03-03T15:35:07Z | Paid ₹50.00 to Tea Stall using Bank Account XXXX1234 <Seller name:tea stall>",
                "activity google.activity.pay 2024-03-03T15:35:07Z | Received ₹10.00",
                "activity google.activity.pay 2024-03-03T15:35:07Z | Received ₹75.50 from Bo Example",
                "purchase google.activity.pay 2024-03-03T15:35:07Z | Refunded ₹250.00 from Tea Stall <Seller name:tea stall>",
            ]
        );
        let amounts: Vec<_> = collected.items.iter().map(|item| item.data.get("amount").and_then(serde_json::Value::as_f64)).collect();
        assert_eq!(amounts, [Some(1_250.0), None, Some(10.0), None, Some(-250.0)]);
        assert_eq!((&collected.items[0].data["currency"], &collected.items[3].data["price"]), (&"INR".into(), &"₹75.50".into()));
    }
}
