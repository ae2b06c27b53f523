//! The total that a text states: a line with a word of totals and an amount with its currency.

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
    "totaalbedrag",
    "te betalen",
    "montant total",
    "total à payer",
    "montant à payer",
    "importe total",
    "total a pagar",
    "totale da pagare",
    "importo totale",
    "valor total",
    "do zapłaty",
    "att betala",
    "at betale",
    "i alt",
    "total to pay",
    "total cost",
    "total price",
    "total paid",
    "total",
    "gesamt",
    "totaal",
    "totale",
    "montant",
    "importe",
    "importo",
    "razem",
    "summa",
    "summe",
    "bedrag",
    "beløb",
    "betaald",
    "betrag",
    "amount",
    "charged",
    "price",
    "fare",
    "preis",
    "prijs",
    "prix",
    "precio",
    "prezzo",
    "preço",
];
/// Finds the mails that may state one.
pub(super) const ANY_TOTAL: &str = "(total OR paid OR amount OR rechnungsbetrag OR gesamtbetrag OR gesamtsumme OR endbetrag OR zahlen OR gesamt OR summe OR betrag OR \
        charged OR price OR fare OR preis OR totaal OR totaalbedrag OR betalen OR betaald OR bedrag OR prijs OR montant OR payer OR prix OR \
        importe OR pagar OR precio OR totale OR pagare OR importo OR prezzo OR preço OR razem OR zapłaty OR summa OR betala OR betale OR beløb)";
/// Titles of mails that ask for no money, or give some back.
const NOT_PAID: &[&str] = &[
    "offer",
    "quote",
    "estimate",
    "refund",
    "credit note",
    "offerte",
    "angebot",
    "kostenvoranschlag",
    "gutschrift",
    "rückerstattung",
    "terugbetaling",
    "remboursement",
    "devis",
    "reembolso",
    "presupuesto",
    "rimborso",
    "preventivo",
];
const CODES: &[&str] = &[
    "CHF", "EUR", "USD", "GBP", "SEK", "NOK", "DKK", "ISK", "PLN", "CZK", "HUF", "JPY", "CAD", "AUD", "NZD", "TRY", "INR", "BRL", "CNY",
    "SGD",
];

/// Whether a mail of that title asks for no money, or gives some back.
pub(super) fn is_unpaid(title: &str) -> bool {
    let title = title.to_lowercase();
    NOT_PAID.iter().any(|word| title.contains(word))
}

/// Money in hundredths of its unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Amount {
    pub(super) currency: String,
    pub(super) cents: i64,
}

impl Amount {
    pub(super) fn value(&self) -> f64 {
        self.cents as f64 / 100.0
    }
}

/// The number of an invoice in its title: the longest that is no year, and too long for a day. The fees of two months differ by no
/// more than the month's name.
pub(super) fn number(title: &str) -> Option<&str> {
    const SHORTEST: usize = 3;
    let is_year = |digits: &&str| digits.len() == 4 && (digits.starts_with("19") || digits.starts_with("20"));
    let numbers = title.split(|ch: char| !ch.is_ascii_digit()).filter(|digits| digits.len() >= SHORTEST && !is_year(digits));
    numbers.max_by_key(|digits| digits.len())
}

/// The total that a text states; `None` when it states none, or several that differ.
pub(super) fn total(text: &str) -> Option<Amount> {
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
    let spaced = rest.replace('€', " EUR ").replace('$', " USD ").replace('£', " GBP ").replace('¥', " JPY ").replace(':', " ");
    let words: Vec<&str> = spaced.split_whitespace().take(6).collect();
    let currency = |word: &&str| {
        let word = word.trim_matches(|ch: char| !ch.is_alphabetic()).to_uppercase();
        if word == "FR" || word == "SFR" {
            Some("CHF".to_owned())
        } else if word == "ZŁ" {
            Some("PLN".to_owned())
        } else {
            CODES.contains(&word.as_str()).then_some(word)
        }
    };
    let at = words.iter().position(|word| word.starts_with(|ch: char| ch.is_ascii_digit()))?;
    // "1 234,50": thousands may be set apart by a space.
    let is_part = |word: &&&str| {
        word.len() >= 3 && word.as_bytes()[..3].iter().all(u8::is_ascii_digit) && !word.as_bytes().get(3).is_some_and(u8::is_ascii_digit)
    };
    let rest = words.get(at + 1).filter(|_| words[at].len() <= 3 && words[at].bytes().all(|byte| byte.is_ascii_digit())).filter(is_part);
    let cents = cents(&[words[at], rest.copied().unwrap_or_default()].concat())?;
    let after = at + 1 + usize::from(rest.is_some());
    let currency = at.checked_sub(1).and_then(|before| currency(&words[before])).or_else(|| words.get(after).and_then(currency))?;
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
            ("2 x verf   € 20,00\nTotaal € 151,80", "EUR", 15_180),
            ("Total à payer : 1 234,50 €", "EUR", 123_450),
        ] {
            assert_eq!(read(text), Some((currency.to_owned(), cents)), "{text}");
        }
    }

    #[test]
    fn the_number_of_an_invoice_is_no_year() {
        assert_eq!(
            ["Invoice 2107 of 2021", "Crèche fee March 2020", "Your order 818959", "Rent"].map(number),
            [Some("2107"), None, Some("818959"), None]
        );
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
