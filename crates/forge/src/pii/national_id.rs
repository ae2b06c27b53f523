//! The numbers that states know people by.

use std::ops::Range;

use domain::PiiClass;

use super::checksum::{digits, icao, luhn, mod_11_10, verhoeff, weighted};
use super::recogniser::{Gate, PLAIN, Recogniser};

pub(super) const RECOGNISERS: &[Recogniser] = &[
    Recogniser {
        class: PiiClass::GermanTaxId,
        gate: Gate::Digits(11),
        pattern: r"(?-u:\b)[1-9]\d ?\d{3} ?\d{3} ?\d{3}(?-u:\b)",
        check: |text, range| holds(text, range, german_tax_id),
        alone: 60,
        context: "steuer-id | steueridentifikationsnummer | steuerliche identifikationsnummer | steuer id | idnr | id-nr | tax id | tin | \
            steuernummer",
        in_context: 98,
        ..PLAIN
    },
    Recogniser {
        class: PiiClass::GermanIdCard,
        pattern: r"(?-u:\b)[CFGHJKLMNPRTVWXYZ][CFGHJKLMNPRTVWXYZ0-9]{8}\d(?-u:\b)",
        check: |text, range| holds_field(text, range),
        context: ID_CARD,
        in_context: 97,
        ..PLAIN
    },
    Recogniser {
        class: PiiClass::GermanIdCard,
        pattern: r"(?-u:\b)[CFGHJKLMNPRTVWXYZ][CFGHJKLMNPRTVWXYZ0-9]{8}(?-u:\b)",
        check: |text, range| text[range.clone()].contains(|c: char| c.is_ascii_digit()).then_some(range),
        context: ID_CARD,
        in_context: 80,
        ..PLAIN
    },
    Recogniser {
        class: PiiClass::UsSsn,
        gate: Gate::Digits(9),
        pattern: r"(?-u:\b)\d{3}-\d{2}-\d{4}(?-u:\b)",
        check: |text, range| holds(text, range, us_ssn),
        alone: 75,
        context: SSN,
        in_context: 95,
        ..PLAIN
    },
    Recogniser {
        class: PiiClass::UsSsn,
        pattern: r"(?-u:\b)\d{3} ?\d{2} ?\d{4}(?-u:\b)",
        check: |text, range| holds(text, range, us_ssn),
        context: SSN,
        in_context: 85,
        ..PLAIN
    },
    Recogniser {
        class: PiiClass::UkNino,
        gate: Gate::Digits(6),
        pattern: r"(?-u:\b)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d{2} ?\d{2} ?\d{2} ?[A-D](?-u:\b)",
        check: |text, range| {
            const NEVER_GIVEN: &[&str] = &["BG", "GB", "KN", "NK", "NT", "TN", "ZZ"];
            (!NEVER_GIVEN.contains(&&text[range.start..range.start + 2])).then_some(range)
        },
        alone: 80,
        context: "national insurance | ni number | nino | ni no",
        in_context: 97,
        ..PLAIN
    },
    Recogniser {
        class: PiiClass::UkNhs,
        pattern: r"(?-u:\b)\d{3}[ -]?\d{3}[ -]?\d{4}(?-u:\b)",
        check: |text, range| holds(text, range, uk_nhs),
        context: "nhs",
        in_context: 98,
        ..PLAIN
    },
    Recogniser {
        class: PiiClass::FrenchNir,
        gate: Gate::Digits(13),
        pattern: r"(?-u:\b)[12] ?\d{2} ?(?:0[1-9]|1[0-2]|[2-9]\d) ?(?:\d{2}|2[AB]) ?\d{3} ?\d{3} ?\d{2}(?-u:\b)",
        check: french_nir,
        alone: 85,
        context: "sécurité sociale | securite sociale | nir | numéro de sécu | insee | french social | französische sozial",
        in_context: 98,
        ..PLAIN
    },
    Recogniser {
        class: PiiClass::SpanishDni,
        gate: Gate::Digits(7),
        pattern: r"(?-u:\b)(?:\d{8}|[XYZ]-?\d{7})[ -]?[A-HJ-NP-TV-Z](?-u:\b)",
        check: spanish_dni,
        alone: 75,
        context: "dni | nie | nif | documento | spanish id | spanische",
        in_context: 98,
        ..PLAIN
    },
    Recogniser {
        class: PiiClass::ItalianCodiceFiscale,
        gate: Gate::Digits(3),
        pattern: r"(?-u:\b)[A-Z]{6}[0-9LMNP-V]{2}[A-EHLMPRST][0-9LMNP-V]{2}[A-Z][0-9LMNP-V]{3}[A-Z](?-u:\b)",
        check: italian_codice_fiscale,
        alone: 97,
        context: "codice fiscale | fiscal code",
        in_context: 99,
        against: "",
        ..PLAIN
    },
    Recogniser {
        class: PiiClass::DutchBsn,
        pattern: r"(?-u:\b)\d{4}[ .]?\d{2}[ .]?\d{3}(?-u:\b)",
        check: |text, range| holds(text, range, dutch_bsn),
        context: "bsn | burgerservicenummer | sofinummer | citizen service number",
        in_context: 97,
        ..PLAIN
    },
    Recogniser {
        class: PiiClass::SwedishPersonnummer,
        gate: Gate::Digits(10),
        pattern: r"(?-u:\b)(?:(?:19|20)\d{6}-?|\d{6}[-+])\d{4}(?-u:\b)",
        check: |text, range| holds(text, range, swedish_personnummer),
        alone: 80,
        context: PERSONNUMMER,
        in_context: 98,
        ..PLAIN
    },
    Recogniser {
        class: PiiClass::SwedishPersonnummer,
        pattern: r"(?-u:\b)\d{10}(?-u:\b)",
        check: |text, range| holds(text, range, swedish_personnummer),
        context: PERSONNUMMER,
        in_context: 95,
        ..PLAIN
    },
    Recogniser {
        class: PiiClass::PolishPesel,
        gate: Gate::Digits(11),
        pattern: r"(?-u:\b)\d{11}(?-u:\b)",
        check: |text, range| holds(text, range, polish_pesel),
        alone: 62,
        context: "pesel | polish id | polnische",
        in_context: 98,
        ..PLAIN
    },
    Recogniser {
        class: PiiClass::BrazilianCpf,
        gate: Gate::Digits(11),
        pattern: r"(?-u:\b)\d{3}\.\d{3}\.\d{3}-\d{2}(?-u:\b)",
        check: |text, range| holds(text, range, brazilian_cpf),
        alone: 97,
        context: CPF,
        in_context: 99,
        ..PLAIN
    },
    Recogniser {
        class: PiiClass::BrazilianCpf,
        gate: Gate::Digits(11),
        pattern: r"(?-u:\b)\d{9}-?\d{2}(?-u:\b)",
        check: |text, range| holds(text, range, brazilian_cpf),
        alone: 64,
        context: CPF,
        in_context: 98,
        ..PLAIN
    },
    Recogniser {
        class: PiiClass::IndianAadhaar,
        gate: Gate::Digits(12),
        pattern: r"(?-u:\b)[2-9]\d{3}[ -]\d{4}[ -]\d{4}(?-u:\b)",
        check: |text, range| not_of_a_longer_number(text, &range).then_some(range).and_then(|range| holds(text, range, verhoeff)),
        alone: 65,
        context: AADHAAR,
        in_context: 98,
        ..PLAIN
    },
    Recogniser {
        class: PiiClass::IndianAadhaar,
        pattern: r"(?-u:\b)[2-9]\d{11}(?-u:\b)",
        check: |text, range| holds(text, range, verhoeff),
        context: AADHAAR,
        in_context: 97,
        ..PLAIN
    },
];

const ID_CARD: &str = "personalausweis | ausweisnummer | ausweis | identity card | id card | seriennummer des ausweises";
const SSN: &str = "ssn | social security | sozialversicherungsnummer (usa)";
const PERSONNUMMER: &str = "personnummer | swedish personal | schwedische personen | personal identity number";
const CPF: &str = "cpf | cadastro de pessoas";
const AADHAAR: &str = "aadhaar | aadhar | uidai | uid number";

/// The candidate, when its digits hold to a scheme.
fn holds(text: &str, range: Range<usize>, scheme: fn(&[u32]) -> bool) -> Option<Range<usize>> {
    scheme(&digits(&text[range.clone()])).then_some(range)
}

/// A field of a document with its check digit.
fn holds_field(text: &str, range: Range<usize>) -> Option<Range<usize>> {
    let (field, check) = text[range.clone()].split_at(range.len() - 1);
    (icao(field)? == check.parse::<u32>().ok()?).then_some(range)
}

/// Of the first ten digits one is there twice or three times and the others at most once; the last is a check digit.
fn german_tax_id(digits: &[u32]) -> bool {
    let mut times = [0_u8; 10];
    for digit in digits.iter().take(10) {
        times[*digit as usize % 10] += 1;
    }
    let repeated: Vec<u8> = times.into_iter().filter(|times| *times > 1).collect();
    matches!(repeated[..], [2 | 3]) && mod_11_10(digits)
}

/// No check digit: ranges that are never given out.
fn us_ssn(digits: &[u32]) -> bool {
    let number = |part: &[u32]| part.iter().fold(0, |number, digit| number * 10 + digit);
    let (area, group, serial) = (number(&digits[..3]), number(&digits[3..5]), number(&digits[5..]));
    !matches!(area, 0 | 666 | 900..) && group != 0 && serial != 0
}

fn uk_nhs(digits: &[u32]) -> bool {
    let check = 11 - weighted(digits, &[10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11;
    digits.last().is_some_and(|last| *last == check % 11) && check != 10
}

/// Sex, year, month, place, order and a key, which is 97 less the rest; Corsica's letters count as numbers.
fn french_nir(text: &str, range: Range<usize>) -> Option<Range<usize>> {
    let plain: String = text[range.clone()].chars().filter(|c| *c != ' ').collect();
    let (body, key) = plain.split_at(plain.len() - 2);
    let body: u64 = body.replace("2A", "19").replace("2B", "18").parse().ok()?;
    (97 - body % 97 == key.parse::<u64>().ok()?).then_some(range)
}

/// The letter is told by the number's rest from 23.
fn spanish_dni(text: &str, range: Range<usize>) -> Option<Range<usize>> {
    const LETTERS: &[u8; 23] = b"TRWAGMYFPDXBNJZSQVHLCKE";
    let plain: String = text[range.clone()].chars().filter(char::is_ascii_alphanumeric).collect();
    let (number, letter) = plain.split_at(plain.len() - 1);
    let number: usize = number.replace('X', "0").replace('Y', "1").replace('Z', "2").parse().ok()?;
    (LETTERS[number % 23] == letter.as_bytes()[0]).then_some(range)
}

/// The last letter is told by the values of those before it, which are others at odd places.
fn italian_codice_fiscale(text: &str, range: Range<usize>) -> Option<Range<usize>> {
    const ODD: [u32; 26] = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23];
    let code = text[range.clone()].as_bytes();
    let (check, body) = code.split_last()?;
    let value = |c: u8| u32::from(if c.is_ascii_digit() { c - b'0' } else { c - b'A' });
    let sum: u32 = body.iter().enumerate().map(|(at, c)| if at % 2 == 0 { ODD[value(*c) as usize] } else { value(*c) }).sum();
    (sum % 26 == value(*check)).then_some(range)
}

fn dutch_bsn(digits: &[u32]) -> bool {
    let Some((check, body)) = digits.split_last() else { return false };
    let sum = weighted(body, &[9, 8, 7, 6, 5, 4, 3, 2]);
    sum > 0 && sum % 11 == *check
}

/// A date, a number and Luhn's digit; the century does not count.
fn swedish_personnummer(digits: &[u32]) -> bool {
    let short = &digits[digits.len().saturating_sub(10)..];
    // Numbers of who is registered without one have 60 added to the day.
    let (month, day) = (short[2] * 10 + short[3], (short[4] * 10 + short[5]) % 60);
    is_date(month, day) && luhn(short)
}

/// A date with the century in its month, and a check digit.
fn polish_pesel(digits: &[u32]) -> bool {
    let (month, day) = ((digits[2] * 10 + digits[3]) % 20, digits[4] * 10 + digits[5]);
    is_date(month, day) && weighted(digits, &[1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1]).is_multiple_of(10)
}

fn brazilian_cpf(digits: &[u32]) -> bool {
    let check = |n: usize| {
        let weights: Vec<u32> = (2..=n as u32 + 1).rev().collect();
        (weighted(&digits[..n], &weights) * 10) % 11 % 10
    };
    digits.iter().any(|digit| *digit != digits[0]) && check(9) == digits[9] && check(10) == digits[10]
}

fn is_date(month: u32, day: u32) -> bool {
    (1..=12).contains(&month) && (1..=31).contains(&day)
}

/// Whether no group of digits stands before or after, as in a number of four groups.
fn not_of_a_longer_number(text: &str, range: &Range<usize>) -> bool {
    let is_digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
    let before =
        text[..range.start].strip_suffix([' ', '-']).map_or(text[..range.start].chars().next_back(), |rest| rest.chars().next_back());
    let after = text[range.end..].strip_prefix([' ', '-']).map_or(text[range.end..].chars().next(), |rest| rest.chars().next());
    !is_digit(before) && !is_digit(after)
}
