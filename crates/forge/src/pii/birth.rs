//! Dates of birth: dates that are called so.

use std::ops::Range;

use domain::PiiClass;

use super::recogniser::{Gate, PLAIN, Recogniser};

pub(super) const RECOGNISERS: &[Recogniser] = &[
    Recogniser {
        class: PiiClass::BirthDate,
        pattern: concat!(
            r"(?i:(?-u:\b)born|date of birth|birth ?date|birthday|(?-u:\b)dob(?-u:\b)|d\.o\.b|geboren|(?-u:\b)geb\.|geburtsdatum|geburtstag|geb\.-dat)[^\d\n]{0,24}?(?-u:\b)",
            r"(\d{1,2}\. ?\d{1,2}\. ?(?:\d{4}|\d{2}(?-u:\b))|\d{4}-\d{2}-\d{2}|\d{1,2}[/-]\d{1,2}[/-](?:\d{4}|\d{2}(?-u:\b))|",
            r"\d{1,2}(?:st|nd|rd|th|\.)? (?i:jan|feb|mar|mär|apr|ma[iy]|jun|jul|aug|sep|o[ck]t|nov|de[cz])\p{L}*\.?,? \d{4}|",
            r"(?i:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.? \d{1,2}(?:st|nd|rd|th)?,? \d{4})",
        ),
        check: is_date,
        context: "born | birth | dob | d.o.b | geboren | geb. | geburtsdatum | geburtstag",
        in_context: 90,
        against: "",
        ..PLAIN
    },
    // "*14.05.1980", as genealogists and registers write it.
    Recogniser {
        class: PiiClass::BirthDate,
        gate: Gate::Byte(b'*'),
        pattern: r"(?:^|[\s(])\* ?(\d{1,2}\.\d{1,2}\.\d{4})(?-u:\b)",
        check: is_date,
        framed: false,
        alone: 80,
        against: "",
        ..PLAIN
    },
];

/// Whether a person now alive could have been born then, and the numbers are a day and a month in some order.
fn is_date(text: &str, range: Range<usize>) -> Option<Range<usize>> {
    let numbers: Vec<u32> = text[range.clone()].split(|c: char| !c.is_ascii_digit()).filter_map(|part| part.parse().ok()).collect();
    let (Some(first), Some(last)) = (numbers.first(), numbers.last()) else { return None };
    // Year first, year last, or a year of two digits.
    let year = if *first > 31 { *first } else { *last };
    let is_year = (1890..2100).contains(&year) || (year < 100 && numbers.len() == 3);
    let others = if *first > 31 { &numbers[1..] } else { &numbers[..numbers.len() - 1] };
    let has_month = others.len() < 2 || others.iter().any(|number| (1..=12).contains(number));
    (is_year && has_month && others.iter().all(|number| (1..=31).contains(number))).then_some(range)
}
