//! Rows of payments made with Google Pay in India and Singapore: `Paid ₹50.00 to Tea Stall using Bank Account XXXX1234`, and how it
//! ended in the details. Money that was sent to people, asked for or received is something done, like any other row.

use domain::NewItem;

use crate::importers::purchase::{self, Outcome};
use crate::text::money::{Money, money};

/// A payment as a row tells of it.
pub(super) struct Payment {
    money: Money,
    price: String,
    /// To whom.
    seller: String,
    /// How it ended, when the row says.
    status: String,
}

impl Payment {
    /// Reads a row's title; `None` when it is no payment.
    pub(super) fn read(title: &str, details: &[String]) -> Option<Self> {
        let rest = title.strip_prefix("Paid ")?;
        let (sum, whom) = rest.split_once(" to ").unwrap_or((rest, ""));
        let price = sum.split(" using ").next().unwrap_or(sum).trim();
        let seller = whom.split(" using ").next().unwrap_or(whom).trim();
        // Details name the transaction as well as how it ended.
        let status = details.iter().find(|detail| Outcome::of(detail) != Outcome::Paid).or(details.last()).cloned().unwrap_or_default();
        Some(Self { money: money(price, "IN")?, price: price.to_owned(), seller: seller.to_owned(), status })
    }

    pub(super) fn tell(&self, item: &mut NewItem) {
        if Outcome::of(&self.status) == Outcome::Paid {
            purchase::paid(item, &self.money);
        }
        purchase::sold_by(item, &self.seller);
        item.set("price", self.price.as_str());
        item.set("status", self.status.to_lowercase());
    }
}

#[cfg(test)]
mod tests {
    use crate::importer::collected::{read, shown};
    use crate::importers::activity_html;

    #[test]
    fn a_payment_that_was_made_has_an_amount_and_a_seller() {
        let cell = |title: &str, status: &str| {
            format!(
                "<div class=\"outer-cell\"><div class=\"header-cell\"><p class=\"mdl-typography--title\">Google Pay<br></p></div><div class=\"content-cell mdl-typography--body-1\">{title}<br>Mar 3, 2024, 9:05:07\u{202f}PM GMT+05:30<br></div><div class=\"content-cell mdl-typography--caption\"><b>Products:</b><br>&emsp;Google Pay<br><b>Details:</b><br>&emsp;{status}<br></div></div>"
            )
        };
        let page = format!(
            "<html><body>{}{}{}</body></html>",
            cell("Paid ₹1,250.00 to Tea Stall using Bank Account XXXX1234", "Completed"),
            cell("Paid ₹50.00 to Tea Stall using Bank Account XXXX1234", "Failed"),
            cell("Received ₹10.00", "Completed"),
        );
        let collected = read(&activity_html::IMPORTER, "Google Pay/My Activity/My Activity.html", page.as_bytes());
        assert_eq!(
            collected.items.iter().map(shown).collect::<Vec<_>>(),
            [
                "purchase google.activity.pay 2024-03-03T15:35:07Z | Paid ₹1,250.00 to Tea Stall using Bank Account XXXX1234 <Seller name:tea stall>",
                "purchase google.activity.pay 2024-03-03T15:35:07Z | Paid ₹50.00 to Tea Stall using Bank Account XXXX1234 <Seller name:tea stall>",
                "activity google.activity.pay 2024-03-03T15:35:07Z | Received ₹10.00",
            ]
        );
        assert_eq!((&collected.items[0].data["amount"], &collected.items[0].data["currency"]), (&1250.0.into(), &"INR".into()));
        assert_eq!(collected.items[1].data.get("amount"), None);
    }
}
