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
        importe OR pagar OR precio OR totale OR pagare OR importo OR prezzo OR preço OR razem OR zapłaty OR summa OR betala OR betale OR beløb OR \
        bill OR invoice OR statement OR receipt OR rechnung OR abrechnung OR factuur OR facture OR factura OR fattura OR fatura OR faktura OR \
        regning OR transfer OR payment OR überweisung)";
/// What a title calls a paper that asks for one amount, or tells that it was paid.
const BILLS: &[&str] = &[
    "bill",
    "invoice",
    "statement",
    "receipt",
    "rechnung",
    "abrechnung",
    "quittung",
    "factuur",
    "facture",
    "factura",
    "fattura",
    "fatura",
    "faktura",
    "regning",
    "räkning",
];
/// Words of papers that state what one has, or gets: an account's, a pay slip.
const HAVINGS: &[&str] = &[
    "balance",
    "saldo",
    "kontostand",
    "contribution",
    "contributions",
    "earnings",
    "salary",
    "wages",
    "pension",
    "credited",
    "dividend",
    "gehalt",
    "lohn",
    "guthaben",
    "salaris",
    "salaire",
    "solde",
];
/// Words of titles by which an order, or a booking, is called off.
const CALLED_OFF: &[&str] = &[
    "cancelled",
    "canceled",
    "cancellation",
    "storniert",
    "stornierung",
    "annulliert",
    "geannuleerd",
    "annulering",
    "annulé",
    "annulée",
    "annulation",
    "cancelado",
    "cancelada",
    "cancelación",
    "annullato",
    "annullata",
    "annullamento",
    "avbeställd",
    "annulleret",
    "kansellert",
    "anulowane",
    "anulowano",
];
/// Words of titles of mails by which money comes back.
const GIVEN_BACK: &[&str] = &[
    "refund",
    "refunded",
    "rückerstattung",
    "erstattung",
    "gutschrift",
    "terugbetaling",
    "remboursement",
    "reembolso",
    "rimborso",
    "återbetalning",
    "tilbagebetaling",
    "zwrot",
];
/// Words of what moves money from one to another.
const MOVES_MONEY: &[&str] = &[
    "transfer",
    "e-transfer",
    "payment",
    "money",
    "paypal",
    "venmo",
    "zelle",
    "twint",
    "tikkie",
    "bizum",
    "überweisung",
    "zahlung",
    "geld",
    "betaling",
    "overschrijving",
    "virement",
    "paiement",
    "transferencia",
    "bonifico",
];
/// What the service that moves it says to whoever sent it; the second list, where an amount stands beside it.
const SENT: &[&str] = &[
    "your money transfer",
    "your transfer to",
    "your payment to",
    "deine überweisung an",
    "ihre überweisung an",
    "deine zahlung an",
    "ihre zahlung an",
    "je betaling aan",
    "votre virement à",
    "votre paiement à",
];
const SENT_AMOUNT: &[&str] = &["you sent", "you've sent", "you have sent", "you transferred", "vous avez envoyé"];
/// The same to whoever got it.
const GOT_AMOUNT: &[&str] = &[
    "sent you",
    "you received",
    "you've received",
    "you have received",
    "paid you",
    "transferred you",
    "has been deposited",
    "hat dir",
    "hat ihnen",
    "an dich gesendet",
    "vous avez reçu",
    "vous a envoyé",
];
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
    "SGD", "HKD", "MXN",
];
/// The sign that several currencies share: whose it is has to be told by something else.
pub(super) const DOLLAR: &str = "$";
/// The currencies that are written with it, and what is written right before it to tell them apart.
const DOLLARS: &[(&str, &[&str])] = &[
    ("USD", &["us", "usd"]),
    ("CAD", &["c", "ca", "can", "cad", "cdn"]),
    ("AUD", &["a", "au", "aud"]),
    ("NZD", &["nz", "nzd"]),
    ("SGD", &["s", "sg", "sgd"]),
    ("HKD", &["hk", "hkd"]),
    ("MXN", &["mx", "mxn"]),
    ("BRL", &["r"]),
];
/// Stands after a currency that is written right before its number, "$12": it is of no number before it.
const BEFORE: char = '\u{1}';
/// Beginnings of the names of months.
const MONTHS: &[&str] = &["jan", "feb", "mar", "mär", "apr", "may", "mai", "jun", "jul", "aug", "sep", "oct", "okt", "nov", "dec", "dez"];

/// Whether a currency is some dollar.
pub(super) fn is_dollar(currency: &str) -> bool {
    currency == DOLLAR || DOLLARS.iter().any(|(code, _)| *code == currency)
}

/// Whether a title holds one of these words.
fn says(title: &str, listed: &[&str]) -> bool {
    let lower = title.to_lowercase();
    lower.split(|ch: char| !ch.is_alphanumeric()).any(|word| listed.contains(&word))
}

/// Whether a mail of that title tells that something was called off.
pub(super) fn is_called_off(title: &str) -> bool {
    says(title, CALLED_OFF)
        && !says(title, &["not", "fee", "nicht", "free", "kostenlose", "policy", "item", "items", "partially", "teilweise"])
}

/// Whether a mail of that title tells that money comes back.
pub(super) fn is_given_back(title: &str) -> bool {
    says(title, GIVEN_BACK)
}

/// Whether a mail of that title reminds of another.
pub(super) fn is_reminder(title: &str) -> bool {
    const REMINDERS: &[&str] =
        &["reminder", "overdue", "erinnerung", "mahnung", "zahlungserinnerung", "herinnering", "rappel", "recordatorio", "sollecito"];
    says(title, REMINDERS)
}

/// Finds the mails that may call something off, or give money back.
pub(super) fn undoing() -> String {
    format!("({})", [CALLED_OFF, GIVEN_BACK].concat().join(" OR "))
}

/// The one amount that a bill states, by whatever words; `None` for what is no bill, or states several.
pub(super) fn billed(title: &str, text: &str) -> Option<Amount> {
    let lower = title.to_lowercase();
    let is_bill = lower.split(|ch: char| !ch.is_alphanumeric()).any(|word| {
        let one = word.strip_suffix('s').unwrap_or(word);
        BILLS.contains(&word) || BILLS.contains(&one) || word.ends_with("rechnung")
    });
    (is_bill && !says(text, HAVINGS)).then(|| sole(text)).flatten()
}

/// Whether money went from the one who reads a text, or came to them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    Sent,
    Received,
}

/// What a notice tells of money that was moved from one to another.
pub(super) fn moved(title: &str, text: &str) -> Option<(Way, Amount)> {
    /// How many words lie between the words and their amount.
    const NEAR: usize = 6;
    /// Who writes "we sent you the invoice" moves no money.
    const WRITERS: &[&str] = &["we", "i", "wir", "ich"];
    if !says(title, MOVES_MONEY) && !says(text, MOVES_MONEY) {
        return None;
    }
    let all = spaced(&format!("{title}\n{text}").to_lowercase().replace('’', "'"));
    let words: Vec<&str> = all.split_whitespace().collect();
    let bare = |at: usize| words[at].trim_matches(|ch: char| !ch.is_alphanumeric());
    let holds = |phrases: &[&str], beside: bool| {
        phrases.iter().any(|phrase| {
            let wanted: Vec<&str> = phrase.split(' ').collect();
            (0..(words.len() + 1).saturating_sub(wanted.len())).any(|at| {
                let says = wanted.iter().enumerate().all(|(n, word)| bare(at + n) == *word);
                let mut around = at.saturating_sub(NEAR)..words.len().min(at + wanted.len() + NEAR);
                says && !(at > 0 && WRITERS.contains(&bare(at - 1))) && (!beside || around.any(|at| amount_at(&words, at).is_some()))
            })
        })
    };
    let got = holds(GOT_AMOUNT, true);
    let way = match (holds(SENT, false) || (!got && holds(SENT_AMOUNT, true)), got) {
        (true, false) => Way::Sent,
        (false, true) => Way::Received,
        _ => return None,
    };
    Some((way, sole(text).or_else(|| sole(title))?))
}

/// The currencies with a dollar that a text names beside an amount.
pub(super) fn dollars(text: &str) -> Vec<String> {
    let named = amounts(text).into_iter().map(|amount| amount.currency);
    named.filter(|currency| currency != DOLLAR && is_dollar(currency)).collect()
}

/// The goods that an order lists by how many there are of each: "2 x Wool socks".
pub(super) fn goods(text: &str) -> Vec<String> {
    let is_times = |word: &str| matches!(word, "x" | "X" | "×");
    let mut goods = Vec::new();
    for line in text.lines().map(str::trim) {
        let mut words: Vec<&str> = line.split_whitespace().collect();
        let Some(first) = words.first().copied() else { continue };
        let digits = first.trim_end_matches(['x', '×']);
        let counted = !digits.is_empty() && digits.len() <= 3 && digits.bytes().all(|byte| byte.is_ascii_digit());
        let times = digits.len() < first.len() || words.get(1).copied().is_some_and(is_times);
        if !(counted && times) {
            continue;
        }
        // What it cost ends the line.
        let is_price = |word: &&&str| {
            let bare = word.trim_matches(|ch: char| matches!(ch, '$' | '€' | '£' | '¥'));
            bare.len() < word.len() || cents(bare).is_some_and(|_| bare.contains(['.', ','])) || CODES.contains(&bare)
        };
        while words.last().filter(is_price).is_some() {
            words.pop();
        }
        if words.iter().any(|word| word.chars().any(char::is_alphabetic) && !is_times(word)) {
            goods.push(words.join(" "));
        }
    }
    goods
}

/// How many nights a text tells of, and for how much each: "13 nights at £84 a night". `None` when it tells several such, or that
/// something comes on top.
pub(super) fn nights(text: &str) -> Option<(i64, Amount)> {
    const NIGHTS: &[&str] = &["nights", "nächte", "nächten", "nachten", "nuits", "noches", "notti", "noites"];
    const EACH: &[&str] = &["at", "@", "à", "zu", "je", "x", "×", "por", "per", "voor"];
    const ON_TOP: &[&str] = &["plus", "excl", "excluding", "zzgl", "zuzüglich", "hors"];
    let mut found: Vec<(i64, Amount)> = Vec::new();
    for line in told(text) {
        let spaced = spaced(&line);
        let words: Vec<&str> = spaced.split_whitespace().collect();
        let bare = |word: &str| word.trim_matches(|ch: char| !ch.is_alphanumeric() && ch != '@' && ch != '×').to_owned();
        for at in 1..words.len() {
            if !NIGHTS.contains(&bare(words[at]).as_str()) {
                continue;
            }
            let n = bare(words[at - 1]);
            let Some(n) = n.parse::<i64>().ok().or_else(|| number_word(&n)).filter(|n| (1..=90).contains(n)) else { continue };
            // "At £84", "at US$ 165": a currency may stand between.
            let amount = (at + 2..words.len().min(at + 5)).find_map(|after| {
                let says_each = words[at + 1..after].iter().any(|word| EACH.contains(&bare(word).as_str()));
                amount_at(&words, after).filter(|_| says_each)
            });
            let Some((amount, next)) = amount else { continue };
            if words[next..].iter().any(|word| ON_TOP.contains(&bare(word).as_str()) || word.starts_with('+')) {
                return None;
            }
            found.push((n, amount));
        }
    }
    let first = found.first().cloned()?;
    found.iter().all(|other| *other == first).then_some(first)
}

/// A small number in words.
pub(super) fn number_word(word: &str) -> Option<i64> {
    const EN: &[&str] =
        &["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen"];
    const DE: &[&str] =
        &["eine", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun", "zehn", "elf", "zwölf", "dreizehn", "vierzehn"];
    [EN, DE].into_iter().find_map(|listed| listed.iter().position(|known| *known == word)).map(|at| at as i64 + 1)
}

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
    let lines = told(text);
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

/// The one amount that a text states, however often; `None` when it states none, or several that differ.
pub(super) fn sole(text: &str) -> Option<Amount> {
    let found = amounts(text);
    let first = found.first()?;
    found.iter().all(|amount| amount == first).then(|| first.clone())
}

/// The lines of a text in lower case, without what it quotes.
fn told(text: &str) -> Vec<String> {
    text.lines().filter(|line| !line.trim_start().starts_with('>')).map(str::to_lowercase).collect()
}

/// Every amount of a text but nothing for nothing, in order.
fn amounts(text: &str) -> Vec<Amount> {
    let mut found = Vec::new();
    for line in told(text) {
        let spaced = spaced(&line);
        let words: Vec<&str> = spaced.split_whitespace().collect();
        // The currency of one amount is none of the next, so each is read in what the one before it leaves.
        let mut rest = &words[..];
        while let Some((amount, next)) = (0..rest.len()).find_map(|at| amount_at(rest, at)) {
            rest = &rest[next..];
            // "Try 2" is seldom said of liras.
            if amount.cents > 0 && amount.currency != "TRY" {
                found.push(amount);
            }
        }
    }
    found
}

/// The amount with which the rest of a line begins, or what stands after a colon in it: at most a few words may stand before it.
/// Lower case.
fn amount(rest: &str) -> Option<Amount> {
    /// Words that are read, and parts: "Total for March 2022, incl. HST: $112.33".
    const WORDS: usize = 7;
    const PARTS: usize = 3;
    parts(rest).into_iter().take(PARTS).find_map(|part| {
        let spaced = spaced(part);
        let words: Vec<&str> = spaced.split_whitespace().take(WORDS).collect();
        for (at, word) in words.iter().enumerate().filter(|(_, word)| word.starts_with(|ch: char| ch.is_ascii_digit())) {
            if let Some((amount, _)) = amount_at(&words, at) {
                return Some(amount);
            }
            // What says when, or how much of a hundred, is no amount; any other number is another thing's.
            if !is_time(word, words.get(at + 1).copied()) && !word.ends_with('%') {
                return None;
            }
        }
        None
    })
}

/// What stands between the colons of a line; those of a clock part nothing.
fn parts(rest: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut from = 0;
    for (at, _) in rest.match_indices(':') {
        let digit = |ch: char| ch.is_ascii_digit();
        if !(rest[..at].ends_with(digit) && rest[at + 1..].starts_with(digit)) {
            parts.push(&rest[from..at]);
            from = at + 1;
        }
    }
    parts.push(&rest[from..]);
    parts
}

/// Whether a number is a year, a date, or a day before its month.
fn is_time(word: &str, next: Option<&str>) -> bool {
    let digits = word.trim_end_matches(|ch: char| !ch.is_ascii_digit());
    let is_date = digits.contains(['-', '/']) || digits.matches('.').count() > 1;
    let is_day = digits.len() <= 2 && next.is_some_and(|next| MONTHS.iter().any(|month| next.starts_with(month)));
    is_date || is_day || is_year(digits)
}

fn is_year(digits: &str) -> bool {
    digits.len() == 4 && (digits.starts_with("19") || digits.starts_with("20")) && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// A text with the signs of currencies as words: their codes, or [`DOLLAR`].
fn spaced(text: &str) -> String {
    let mut spaced = String::with_capacity(text.len() + 16);
    let mut rest = text.chars().peekable();
    while let Some(ch) = rest.next() {
        let code = match ch {
            '€' => "EUR",
            '£' => "GBP",
            '¥' => "JPY",
            '$' => DOLLAR,
            ':' => {
                spaced.push(' ');
                continue;
            }
            _ => {
                spaced.push(ch);
                continue;
            }
        };
        let letters = spaced.trim_end_matches(char::is_alphabetic).len();
        let of_letters = DOLLARS.iter().find(|(_, before)| code == DOLLAR && before.contains(&&spaced[letters..])).map(|(named, _)| *named);
        if of_letters.is_some() {
            spaced.truncate(letters);
        }
        spaced.push(' ');
        spaced.push_str(of_letters.unwrap_or(code));
        if rest.peek().is_some_and(char::is_ascii_digit) {
            spaced.push(BEFORE);
        }
        spaced.push(' ');
    }
    spaced
}

/// The currency that a word of a spaced text is.
fn currency(word: &str) -> Option<String> {
    let word = word.trim_end_matches(BEFORE);
    if word == DOLLAR {
        return Some(word.to_owned());
    }
    match word.trim_matches(|ch: char| !ch.is_alphabetic()).to_uppercase().as_str() {
        "FR" | "SFR" => Some("CHF".to_owned()),
        "ZŁ" => Some("PLN".to_owned()),
        code => CODES.contains(&code).then(|| code.to_owned()),
    }
}

/// The amount whose number stands at a place among the words of a spaced text, and where the words after it begin.
fn amount_at(words: &[&str], at: usize) -> Option<(Amount, usize)> {
    let number = words.get(at).filter(|word| word.starts_with(|ch: char| ch.is_ascii_digit()))?;
    // "1 234,50": thousands may be set apart by a space.
    let is_part = |word: &&&str| {
        word.len() >= 3 && word.as_bytes()[..3].iter().all(u8::is_ascii_digit) && !word.as_bytes().get(3).is_some_and(u8::is_ascii_digit)
    };
    let rest = words.get(at + 1).filter(|_| number.len() <= 3 && number.bytes().all(|byte| byte.is_ascii_digit())).filter(is_part);
    let cents = cents(&[*number, rest.copied().unwrap_or_default()].concat())?;
    let after = at + 1 + usize::from(rest.is_some());
    let before = at.checked_sub(1).and_then(|before| currency(words[before]));
    // "2025 EUR 50.00": the currency is of the number after it.
    let is_next = |word: &str| {
        word.ends_with(BEFORE)
            || (is_year(number) && words.get(after + 1).is_some_and(|next| next.starts_with(|ch: char| ch.is_ascii_digit())))
    };
    let behind = words.get(after).filter(|word| !is_next(word)).and_then(|word| currency(word));
    let next = after + usize::from(behind.is_some());
    let dollar = |named: Option<String>| named.filter(|named| named != DOLLAR && is_dollar(named));
    let currency = match before {
        // "$1,650.00 (CAD)", "CAD $20": the dollar is named beside the sign.
        Some(sign) if sign == DOLLAR => {
            let named = at.checked_sub(2).and_then(|before| currency(words[before]));
            dollar(behind).or_else(|| dollar(named)).unwrap_or(sign)
        }
        Some(code) => code,
        None => match behind {
            Some(sign) if sign == DOLLAR => dollar(words.get(next).and_then(|word| currency(word))).unwrap_or(sign),
            behind => behind?,
        },
    };
    Some((Amount { currency, cents }, next))
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
            ("You paid $9.99 by card", "$", 999),
            ("Total for March 2022: $112.33", "$", 11_233),
            ("Total for December 2025 incl. 15% HST: $111.92", "$", 11_192),
            ("Total for 2022 EUR 50.00", "EUR", 5_000),
            ("Total for 3 March 2022 CA$5.00", "CAD", 500),
            ("Total US$165", "USD", 16_500),
            ("Total $1,650.00 (CAD)", "CAD", 165_000),
            ("Total: 20 $", "$", 2_000),
            ("Total due on 2022-03-01: £12", "GBP", 1_200),
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
        for text in ["Total for March 2022: 112 kWh", "Total 3 nights at CHF 50.00"] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    fn told(amount: Option<Amount>) -> Option<(String, i64)> {
        amount.map(|amount| (amount.currency, amount.cents))
    }

    #[test]
    fn a_bill_with_one_amount_states_it_by_whatever_words() {
        for (title, text, cents) in [
            (
                "Gale invoice 2020-01",
                "Here is your January invoice.\nFibre 500 plan: $84.95\nStatus: paid by card ending 3318",
                Some(8_495),
            ),
            ("Your bill 10-2022", "This month's bill for 2 numbers comes to $ 39,95.", Some(3_995)),
            ("Stromrechnung Mai", "Wir buchen $ 80.00 ab. Das sind $80.00.", Some(8_000)),
            ("Statement May 2022", "Your balance is $80.00.", None),
            ("Invoice 12", "Plan $10.00\nModem $5.00", None),
            ("Reminder", "$80.00 will be withdrawn", None),
        ] {
            assert_eq!(told(billed(title, text)), cents.map(|cents| ("$".to_owned(), cents)), "{title}");
        }
    }

    #[test]
    fn money_that_is_moved_went_from_whoever_reads_of_it_or_came_to_them() {
        let sent =
            moved("INTERAC e-Transfer: Anna accepted your money transfer", "The $1,650.00 (CAD) you sent to Anna has been accepted.");
        assert_eq!(sent, Some((Way::Sent, Amount { currency: "CAD".to_owned(), cents: 165_000 })));
        let received = moved("Money for you", "Anna sent you €20.00 by transfer.");
        assert_eq!(received, Some((Way::Received, Amount { currency: "EUR".to_owned(), cents: 2_000 })));
        assert_eq!(moved("Your photos", "The photos you sent cost €20.00 to print"), None);
        for footer in ["You received this mail because you have an account. To change it, see your payments", "We sent you this for €5.00"]
        {
            assert_eq!(moved("Payment of your bill", &format!("The payment was made.\n{footer}\nTotal: €5.00")), None, "{footer}");
        }
    }

    #[test]
    fn what_is_called_off_or_given_back_says_so_in_its_title() {
        assert!(["Order YM-66678 cancelled", "Je bestelling 4711 is geannuleerd"].into_iter().all(is_called_off));
        assert!(!["Order 66678 confirmed", "Order 4711 is not cancelled", "Cancellation fee"].into_iter().any(is_called_off));
        assert!(is_given_back("Refund for order 66716") && !is_given_back("Order 66716 has shipped"));
    }

    #[test]
    fn the_goods_of_an_order_are_its_counted_lines() {
        let text = "Order: 66678\n1 x Lopi yarn, 10 skeins   $94.00\n2x Needles $18.40\n3 × Wolle 12,50 EUR\nSubtotal: $112.40\n5 x 4 m";
        assert_eq!(goods(text), ["1 x Lopi yarn, 10 skeins", "2x Needles", "3 × Wolle", "5 x 4 m"]);
    }

    #[test]
    fn nights_have_a_price_each_where_it_says_so() {
        let read = |text| nights(text).map(|(n, amount)| (n, amount.currency, amount.cents));
        assert_eq!(read("Family room, 13 nights at £84 a night with breakfast."), Some((13, "GBP".to_owned(), 8_400)));
        assert_eq!(read("Drei Nächte zu je 90 EUR"), Some((3, "EUR".to_owned(), 9_000)));
        assert_eq!(read("four nights at $129.00 plus tax"), None);
        assert_eq!(read("3 nights for £300"), None);
        assert_eq!(read("7 nights at 195"), None);
    }

    #[test]
    fn a_dollar_is_named_beside_an_amount_alone() {
        assert_eq!(dollars("CAD 5.00 and $7.00 (CAD), US$3, the CAD drawings, €5"), ["CAD", "CAD", "USD"]);
    }
}
