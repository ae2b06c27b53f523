//! Sums of money as exports write them: in the person's language, the currency before or after the number, as a code or a sign.

/// A sum and its currency.
#[derive(Debug, Clone, PartialEq)]
pub struct Money {
    /// In the currency's own unit; negative when money came back.
    pub amount: f64,
    /// ISO 4217: "CHF".
    pub currency: String,
}

/// Signs and words for currencies, the longest first where one begins with another. A bare `$`, `kr` or `¥` is not here: what it
/// means depends on the country.
const SIGNS: &[(&str, &str)] = &[
    ("US$", "USD"),
    ("CA$", "CAD"),
    ("AU$", "AUD"),
    ("NZ$", "NZD"),
    ("HK$", "HKD"),
    ("NT$", "TWD"),
    ("SG$", "SGD"),
    ("MX$", "MXN"),
    ("C$", "CAD"),
    ("A$", "AUD"),
    ("S$", "SGD"),
    ("R$", "BRL"),
    ("CN¥", "CNY"),
    ("JP¥", "JPY"),
    ("€", "EUR"),
    ("£", "GBP"),
    ("₹", "INR"),
    ("₩", "KRW"),
    ("￦", "KRW"),
    ("₽", "RUB"),
    ("₺", "TRY"),
    ("₴", "UAH"),
    ("₫", "VND"),
    ("₦", "NGN"),
    ("₱", "PHP"),
    ("₪", "ILS"),
    ("฿", "THB"),
    ("₡", "CRC"),
    ("₸", "KZT"),
    ("₲", "PYG"),
    ("円", "JPY"),
    ("元", "CNY"),
    ("원", "KRW"),
    ("руб", "RUB"),
    ("zł", "PLN"),
    ("kč", "CZK"),
    ("лв", "BGN"),
    ("sfr", "CHF"),
    ("fr", "CHF"),
    ("ft", "HUF"),
    ("rp", "IDR"),
    ("rm", "MYR"),
    ("lei", "RON"),
    ("s/", "PEN"),
    ("rs", "INR"),
    ("tl", "TRY"),
];

/// What the signs that many countries share mean in some of them.
const BY_COUNTRY: &[(&str, &[(&str, &str)])] = &[
    (
        "$",
        &[
            ("AU", "AUD"),
            ("CA", "CAD"),
            ("NZ", "NZD"),
            ("HK", "HKD"),
            ("TW", "TWD"),
            ("SG", "SGD"),
            ("MX", "MXN"),
            ("AR", "ARS"),
            ("CL", "CLP"),
            ("CO", "COP"),
            ("UY", "UYU"),
        ],
    ),
    ("kr", &[("SE", "SEK"), ("NO", "NOK"), ("DK", "DKK"), ("IS", "ISK")]),
    ("¥", &[("CN", "CNY"), ("JP", "JPY")]),
    ("￥", &[("CN", "CNY"), ("JP", "JPY")]),
];

/// Codes of currencies that are in use.
const CODES: &[&str] = &[
    "AED", "AFN", "ALL", "AMD", "ANG", "AOA", "ARS", "AUD", "AWG", "AZN", "BAM", "BBD", "BDT", "BGN", "BHD", "BIF", "BMD", "BND", "BOB",
    "BRL", "BSD", "BTN", "BWP", "BYN", "BZD", "CAD", "CDF", "CHF", "CLP", "CNY", "COP", "CRC", "CUP", "CVE", "CZK", "DJF", "DKK", "DOP",
    "DZD", "EGP", "ERN", "ETB", "EUR", "FJD", "FKP", "GBP", "GEL", "GHS", "GIP", "GMD", "GNF", "GTQ", "GYD", "HKD", "HNL", "HRK", "HTG",
    "HUF", "IDR", "ILS", "INR", "IQD", "IRR", "ISK", "JMD", "JOD", "JPY", "KES", "KGS", "KHR", "KMF", "KPW", "KRW", "KWD", "KYD", "KZT",
    "LAK", "LBP", "LKR", "LRD", "LSL", "LYD", "MAD", "MDL", "MGA", "MKD", "MMK", "MNT", "MOP", "MRU", "MUR", "MVR", "MWK", "MXN", "MYR",
    "MZN", "NAD", "NGN", "NIO", "NOK", "NPR", "NZD", "OMR", "PAB", "PEN", "PGK", "PHP", "PKR", "PLN", "PYG", "QAR", "RON", "RSD", "RUB",
    "RWF", "SAR", "SBD", "SCR", "SDG", "SEK", "SGD", "SHP", "SLE", "SOS", "SRD", "SSP", "STN", "SVC", "SYP", "SZL", "THB", "TJS", "TMT",
    "TND", "TOP", "TRY", "TTD", "TWD", "TZS", "UAH", "UGX", "USD", "UYU", "UZS", "VES", "VND", "VUV", "WST", "XAF", "XCD", "XCG", "XOF",
    "XPF", "YER", "ZAR", "ZMW", "ZWG",
];

/// Currencies whose unit has a thousand parts; of all others three digits after a mark are a group of thousands.
const THOUSANDTHS: &[&str] = &["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"];

/// Whether `code` is that of a currency, in capitals.
pub fn is_currency(code: &str) -> bool {
    CODES.contains(&code)
}

/// A sum written for people: `CHF 2.00`, `1.234,50 €`, `-$1,99`, `US$ 3`, `₹1,23,456.00`, `(£4)`, `kr 15` with the country's code
/// ("SE") as the hint that a shared sign needs. `None` without a number, with several, or without a currency.
pub fn money(text: &str, country: &str) -> Option<Money> {
    let text: String = text.chars().filter(|letter| !matches!(letter, '\u{200e}' | '\u{200f}' | '\u{61c}')).collect();
    let text = text.trim();
    let from = text.find(is_digit)?;
    let to = text.rfind(is_digit).map(|at| at + text[at..].chars().next().map_or(0, char::len_utf8))?;
    let (before, figure, after) = (&text[..from], &text[from..to], &text[to..]);
    let currency = currency(before, country).or_else(|| currency(after, country))?;
    let amount = figure_of(figure, &currency)?;
    let is_minus = |letter: char| matches!(letter, '-' | '\u{2212}' | '\u{2013}');
    // "2.–" is two and no hundredths.
    let after = after.strip_prefix(['.', ',']).map_or(after, |rest| rest.trim_start_matches(['-', '\u{2013}', '\u{2014}']));
    let negative = before.contains(is_minus) || after.contains(is_minus) || before.contains('(') && after.contains(')');
    Some(Money { amount: if negative && amount != 0.0 { -amount } else { amount }, currency })
}

fn is_digit(letter: char) -> bool {
    digit(letter).is_some()
}

fn digit(letter: char) -> Option<u32> {
    let zero = match letter {
        '0'..='9' => '0',
        '\u{660}'..='\u{669}' => '\u{660}',
        '\u{6f0}'..='\u{6f9}' => '\u{6f0}',
        '\u{966}'..='\u{96f}' => '\u{966}',
        '\u{9e6}'..='\u{9ef}' => '\u{9e6}',
        '\u{ff10}'..='\u{ff19}' => '\u{ff10}',
        _ => return None,
    };
    Some(letter as u32 - zero as u32)
}

/// The currency that the words beside a number name.
fn currency(words: &str, country: &str) -> Option<String> {
    let code = words.split(|letter: char| !letter.is_ascii_alphabetic()).find(|word| CODES.contains(word));
    if let Some(code) = code {
        return Some(code.to_owned());
    }
    let lower = words.to_lowercase();
    let named = |sign: &str| {
        let sign = sign.to_lowercase();
        lower.match_indices(&sign).any(|(at, found)| {
            // A word is that word alone: "fr" is not in "from".
            let letter = |letter: Option<char>| letter.is_some_and(char::is_alphabetic);
            let (first, last) = (sign.chars().next(), sign.chars().next_back());
            !(letter(first) && letter(lower[..at].chars().next_back()) || letter(last) && letter(lower[at + found.len()..].chars().next()))
        })
    };
    if let Some((_, code)) = SIGNS.iter().find(|(sign, _)| named(sign)) {
        return Some((*code).to_owned());
    }
    let (sign, countries) = BY_COUNTRY.iter().find(|(sign, _)| named(sign))?;
    let there = countries.iter().find(|(own, _)| own.eq_ignore_ascii_case(country)).map(|(_, code)| *code);
    let commonest = match *sign {
        "$" => Some("USD"),
        "¥" | "￥" => Some("JPY"),
        // A crown is that of four countries.
        _ => None,
    };
    there.or(commonest).map(str::to_owned)
}

/// The value of digits with marks between them. The last mark is the decimal one when it stands alone and what follows it is no
/// group of thousands, or when it differs from the marks before it.
fn figure_of(figure: &str, currency: &str) -> Option<f64> {
    let mut digits = String::new();
    let mut marks: Vec<(char, usize)> = Vec::new();
    for letter in figure.chars() {
        match (digit(letter), letter) {
            (Some(digit), _) => digits.push(char::from_digit(digit, 10)?),
            (None, '.' | ',' | '\'' | '’' | '٫' | '٬') => marks.push((letter, digits.len())),
            (None, space) if space.is_whitespace() => marks.push((' ', digits.len())),
            _ => return None,
        }
    }
    if digits.len() > 15 {
        return None;
    }
    let decimal = marks.last().copied().and_then(|(mark, at)| {
        let n_after = digits.len() - at;
        let n_alike = marks.iter().filter(|(other, _)| *other == mark).count();
        let is_decimal = match mark {
            ' ' | '\'' | '’' | '٬' => false,
            '٫' => true,
            _ if n_alike > 1 => false,
            _ if marks.len() > 1 => true,
            _ => n_after != 3 || THOUSANDTHS.contains(&currency) || digits.starts_with('0'),
        };
        is_decimal.then_some(at)
    });
    let groups = marks.iter().filter(|(_, at)| Some(*at) != decimal);
    // Two numbers beside each other are no groups of one.
    let ends: Vec<usize> = groups.map(|(_, at)| *at).chain([decimal.unwrap_or(digits.len())]).collect();
    if ends.windows(2).any(|pair| !matches!(pair[1] - pair[0], 2..=4)) {
        return None;
    }
    let (whole, part) = digits.split_at(decimal.unwrap_or(digits.len()));
    format!("{whole}.{part}0").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_read_in_every_locale() {
        for (text, country, amount, currency) in [
            ("CHF\u{a0}2.00", "", 2.0, "CHF"),
            ("$1,99", "US", 1.99, "USD"),
            ("$1,234.56", "", 1234.56, "USD"),
            ("1.234,56\u{a0}€", "DE", 1234.56, "EUR"),
            ("1\u{202f}234,50 €", "FR", 1234.5, "EUR"),
            ("CHF 1’234.50", "CH", 1234.5, "CHF"),
            ("CHF 1'234", "CH", 1234.0, "CHF"),
            ("Fr. 2.–", "CH", 2.0, "CHF"),
            ("-$5.00", "", -5.0, "USD"),
            ("$-5.00", "", -5.0, "USD"),
            ("−€3,20", "", -3.2, "EUR"),
            ("(£4)", "", -4.0, "GBP"),
            ("4,00- EUR", "", -4.0, "EUR"),
            ("₹1,23,456.00", "", 123_456.0, "INR"),
            ("¥1,200", "", 1200.0, "JPY"),
            ("￥15", "CN", 15.0, "CNY"),
            ("1,200円", "", 1200.0, "JPY"),
            ("₩12,000", "", 12_000.0, "KRW"),
            ("R$ 9,90", "", 9.9, "BRL"),
            ("A$3.49", "", 3.49, "AUD"),
            ("$3.49", "AU", 3.49, "AUD"),
            ("15,00 kr", "SE", 15.0, "SEK"),
            ("12,99 zł", "PL", 12.99, "PLN"),
            ("49,00 Kč", "CZ", 49.0, "CZK"),
            ("1.990 Ft", "HU", 1990.0, "HUF"),
            ("Rp 15.000", "ID", 15_000.0, "IDR"),
            ("KWD 1.250", "", 1.25, "KWD"),
            ("US$0.99", "", 0.99, "USD"),
            ("EGP ١٬٢٣٤٫٥٠", "", 1234.5, "EGP"),
            ("USD 0", "", 0.0, "USD"),
            ("DOP 120.00", "", 120.0, "DOP"),
            ("2.500 XOF", "", 2500.0, "XOF"),
        ] {
            assert_eq!(money(text, country), Some(Money { amount, currency: currency.to_owned() }), "{text}");
        }
    }

    #[test]
    fn what_states_no_sum_is_none() {
        for text in ["", "Free", "12", "CHF", "15 kr", "from 12", "€ 3 or € 4", "€ 1 2", "EUR 1234567890123456"] {
            assert_eq!(money(text, ""), None, "{text}");
        }
    }
}
