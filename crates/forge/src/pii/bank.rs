//! Payment cards, IBAN and BIC.

use std::ops::Range;

use domain::PiiClass;

use super::checksum::{digits, luhn, mod_97};
use super::recogniser::{Gate, PLAIN, Recogniser};

pub(super) const RECOGNISERS: &[Recogniser] = &[
    Recogniser {
        class: PiiClass::Card,
        gate: Gate::Digits(13),
        pattern: r"(?-u:\b)(?:\d{4} \d{4} \d{4} \d{4}|\d{4}-\d{4}-\d{4}-\d{4}|\d{4} \d{6} \d{4,5}|\d{4}-\d{6}-\d{4,5})(?-u:\b)",
        check: |text, range| is_card(&text[range.clone()]).then_some(range),
        alone: 92,
        context: CARD,
        in_context: 99,
        ..PLAIN
    },
    Recogniser {
        class: PiiClass::Card,
        gate: Gate::Digits(13),
        pattern: r"(?-u:\b)\d{13,19}(?-u:\b)",
        check: |text, range| is_card(&text[range.clone()]).then_some(range),
        alone: 70,
        context: CARD,
        in_context: 98,
        ..PLAIN
    },
    Recogniser {
        class: PiiClass::Iban,
        gate: Gate::Digits(10),
        pattern: r"(?-u:\b)[A-Za-z]{2}\d{2}",
        check: iban,
        alone: 98,
        context: "iban | konto | account | bank",
        in_context: 99,
        against: "",
        ..PLAIN
    },
    Recogniser {
        class: PiiClass::Bic,
        pattern: r"(?-u:\b)[A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?(?-u:\b)",
        check: |text, range| is_country(&text[range.start + 4..range.start + 6]).then_some(range),
        context: "bic | swift",
        in_context: 92,
        against: "",
        ..PLAIN
    },
];

const CARD: &str = "card | karte | visa | mastercard | amex | american express | credit | kredit | debit | maestro | cvv | cvc | kartennummer | \
    girocard | pan";

/// Whether the digits are those of a card: of an issuer, of the length that it uses, with the check digit.
fn is_card(text: &str) -> bool {
    let digits = digits(text);
    let head = |n: usize| digits.iter().take(n).fold(0, |number, digit| number * 10 + digit);
    let (two, three, four) = (head(2), head(3), head(4));
    let of_issuer = match digits.len() {
        13 => two / 10 == 4,
        14 => matches!(three, 300..=305 | 309) || matches!(two, 36 | 38 | 39),
        15 => matches!(two, 34 | 37),
        16 => {
            two / 10 == 4
                || matches!(two, 51..=55 | 62 | 65)
                || matches!(three, 644..=649)
                || matches!(four, 2221..=2720 | 3528..=3589 | 5018 | 5020 | 5038 | 6011 | 6304 | 6759 | 6761..=6763)
        }
        17..=19 => {
            two == 62 || matches!(four, 5018 | 5020 | 5038 | 6011 | 6304 | 6759 | 6761..=6763) || (digits.len() == 19 && two / 10 == 4)
        }
        _ => false,
    };
    of_issuer && luhn(&digits)
}

/// Countries that take part, and the length of their IBAN.
const IBANS: &str = "\
    AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 ES24 FI18 FK18 FO18 \
    FR27 GB22 GE22 GI23 GL18 GR27 GT28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 \
    ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 \
    ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30";

/// From a country and two check digits on, as long as the country's IBAN is, with single spaces or hyphens in it.
fn iban(text: &str, range: Range<usize>) -> Option<Range<usize>> {
    let country = text[range.start..range.start + 2].to_ascii_uppercase();
    let length: usize = IBANS.split(' ').find_map(|known| known.strip_prefix(&country))?.parse().ok()?;
    let mut plain = String::with_capacity(length);
    let mut parted = false;
    for (at, c) in text[range.start..].char_indices() {
        match c {
            ' ' | '\u{a0}' | '-' if !parted && !plain.is_empty() => parted = true,
            c if c.is_ascii_alphanumeric() => {
                parted = false;
                plain.push(c);
                if plain.len() == length {
                    // 00, 01 and 99 leave what 97, 98 and 02 do, and are never given.
                    if matches!(&plain[2..4], "00" | "01" | "99") {
                        return None;
                    }
                    let rest = mod_97(plain[4..].chars().chain(plain[..4].chars()))?;
                    return (rest == 1).then(|| range.start..range.start + at + 1);
                }
            }
            _ => return None,
        }
    }
    None
}

/// Whether two capitals are a country that has banks; those without an IBAN as well.
fn is_country(code: &str) -> bool {
    const OTHERS: &str = "US CA AU NZ JP CN HK SG IN KR TW TH MY ID PH VN ZA MX AR CL CO PE MA KE NG GG JE IM AM UY PA";
    IBANS.split(' ').any(|known| known.starts_with(code)) || OTHERS.split(' ').any(|known| known == code)
}
