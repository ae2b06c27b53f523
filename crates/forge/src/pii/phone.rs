//! Phone numbers: with their country (E.164), and in the commoner national forms.
//!
//! A grammar of our own: the metadata of every country's plan weighs several megabytes and is compiled at each start, and what
//! it adds, which prefixes are in use, changes every month.

use std::ops::Range;

use domain::PiiClass;

use super::checksum::digits;
use super::recogniser::{Gate, PLAIN, Recogniser};

pub(super) const RECOGNISERS: &[Recogniser] = &[
    Recogniser {
        class: PiiClass::Phone,
        gate: Gate::Digits(7),
        pattern: r"\(?(?:\+ ?|(?-u:\b)00 ?)[1-9](?:[ ()/.\u{a0}-]{0,3}\d){6,15}",
        check: international,
        alone: 92,
        context: PHONE,
        in_context: 98,
        against: "",
        ..PLAIN
    },
    Recogniser {
        class: PiiClass::Phone,
        gate: Gate::Digits(10),
        pattern: r"(?:(?-u:\b)1[ .-])?(?:\([2-9]\d{2}\) ?[2-9]\d{2}[ .-]\d{4}|(?-u:\b)[2-9]\d{2}(?:-[2-9]\d{2}-|\.[2-9]\d{2}\.)\d{4})(?-u:\b)",
        alone: 80,
        context: PHONE,
        in_context: 96,
        ..PLAIN
    },
    // The same with spaces, as other numbers are grouped as well.
    Recogniser {
        class: PiiClass::Phone,
        gate: Gate::Digits(10),
        pattern: r"(?-u:\b)[2-9]\d{2} [2-9]\d{2} \d{4}(?-u:\b)",
        check: |text, range| (!is_part_of_groups(text, &range)).then_some(range),
        alone: 55,
        context: PHONE,
        in_context: 90,
        ..PLAIN
    },
    // With a trunk 0 and its parts told apart: Germany, Austria, Switzerland, Britain, France, Italy, the Netherlands.
    Recogniser {
        class: PiiClass::Phone,
        gate: Gate::Digits(8),
        pattern: r"(?:\(0[1-9]\d{1,4}\)|(?-u:\b)0[1-9]\d{0,4})(?: ?[/-] ?|[ .\u{a0}])\d{2,8}(?:[ .\u{a0}-]\d{1,8}){0,4}(?-u:\b)",
        check: national,
        alone: 72,
        context: PHONE,
        in_context: 96,
        ..PLAIN
    },
    // Mobile numbers in one piece: Germany, Britain, France.
    Recogniser {
        class: PiiClass::Phone,
        gate: Gate::Digits(10),
        pattern: r"(?-u:\b)(?:01[567]\d{8,9}|07[1-9]\d{8}|0[67]\d{8})(?-u:\b)",
        alone: 62,
        context: PHONE,
        in_context: 95,
        ..PLAIN
    },
    // Whatever stands where a phone number is announced.
    Recogniser {
        class: PiiClass::Phone,
        pattern: r"(?i:(?-u:\b)(?:tel|telefon|telephone|phone|mobile?|mobil|cell|handy|handynummer|telefonnummer|rufnummer|mobilnummer|durchwahl|fax|whatsapp|festnetz|(?:call|ring|text|reach)(?: me)?(?: (?:at|on|under))?|erreichst du mich unter|ruf(?:t|en sie)?(?: mich)?(?: bitte)?(?: an)? unter))[.:]*(?:[ -]?(?i:number|nummer|no\.?|nr\.?))?(?: (?i:is|ist|lautet))?[: ]{1,3}(\(?\d(?:[ /()-]{0,2}\d){5,13})(?-u:\b)",
        check: |text, range| (!is_date(&text[range.clone()])).then_some(range),
        context: PHONE,
        in_context: 88,
        ..PLAIN
    },
];

const PHONE: &str = "tel | telefon | telephone | phone | mobile | mobil | mob | cell | handy | rufnummer | nummer erreichen | call | anrufen | \
    ruf | ruft | rufen | fax | whatsapp | signal | sms | text me | durchwahl | festnetz | reach me | erreich";

/// Countries' codes of one and two digits, and how many digits follow, at least and at most.
const PLANS: &[(&str, usize, usize)] = &[
    ("1", 10, 10),
    ("7", 10, 10),
    ("20", 8, 10),
    ("27", 9, 9),
    ("30", 10, 10),
    ("31", 9, 9),
    ("32", 8, 9),
    ("33", 9, 9),
    ("34", 9, 9),
    ("36", 8, 9),
    ("39", 6, 11),
    ("40", 9, 9),
    ("41", 9, 9),
    ("43", 6, 13),
    ("44", 9, 10),
    ("45", 8, 8),
    ("46", 7, 9),
    ("47", 8, 8),
    ("48", 9, 9),
    ("49", 6, 12),
    ("51", 8, 9),
    ("52", 10, 10),
    ("53", 6, 8),
    ("54", 10, 11),
    ("55", 10, 11),
    ("56", 9, 9),
    ("57", 8, 10),
    ("58", 10, 10),
    ("60", 8, 10),
    ("61", 9, 9),
    ("62", 8, 12),
    ("63", 8, 10),
    ("64", 8, 10),
    ("65", 8, 8),
    ("66", 8, 9),
    ("81", 9, 10),
    ("82", 8, 10),
    ("84", 9, 10),
    ("86", 10, 11),
    ("90", 10, 10),
    ("91", 10, 10),
    ("92", 9, 10),
    ("93", 9, 9),
    ("94", 9, 9),
    ("95", 7, 10),
    ("98", 10, 10),
];
/// What codes of three digits begin with.
const THREE: &[&str] =
    &["21", "22", "23", "24", "25", "26", "29", "35", "37", "38", "42", "50", "59", "67", "68", "69", "85", "87", "88", "96", "97", "99"];

/// A country's code and as many digits as its plan has. Groups that come after are not part of it.
fn international(text: &str, mut range: Range<usize>) -> Option<Range<usize>> {
    let first = text[range.clone()].trim_start_matches('(').split(|c: char| !c.is_ascii_digit()).next().unwrap_or_default();
    // "009-7821982": the code of a country stands whole behind its 00.
    let is_parted = first.len() == 3 && !matches!(first, "001" | "007");
    if is_parted || is_later_group(text, range.start) {
        return None;
    }
    loop {
        let number = &text[range.clone()];
        // "(0)" is dialled within the country alone.
        let plain: String = number.replace("(0)", "").chars().filter(char::is_ascii_digit).collect();
        let plain = plain.strip_prefix("00").unwrap_or(&plain);
        let fits = |code: &str, least: usize, most: usize| {
            plain
                .strip_prefix(code)
                .is_some_and(|rest| (least..=most).contains(&rest.len()) && (code != "1" || !rest.starts_with(['0', '1'])))
        };
        let is_balanced = number.matches('(').count() == number.matches(')').count();
        if is_balanced && (PLANS.iter().any(|(code, least, most)| fits(code, *least, *most)) || THREE.iter().any(|code| fits(code, 6, 13)))
        {
            return Some(range);
        }
        range.end = range.start + without_last_group(number)?;
    }
}

/// Eight to twelve digits with a trunk 0, and no date.
fn national(text: &str, mut range: Range<usize>) -> Option<Range<usize>> {
    if is_later_group(text, range.start) {
        return None;
    }
    loop {
        let number = &text[range.clone()];
        if is_date(number) || number.contains('.') && !is_five_pairs(number) {
            return None;
        }
        if (8..=12).contains(&digits(number).len()) {
            return Some(range);
        }
        range.end = range.start + without_last_group(number)?;
    }
}

/// Whether a group of digits stands before or after, as in a longer number.
fn is_part_of_groups(text: &str, range: &Range<usize>) -> bool {
    let is_digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
    is_digit(text[..range.start].trim_end_matches([' ', '-']).chars().next_back())
        || is_digit(text[range.end..].trim_start_matches([' ', '-']).chars().next())
}

/// Whether another group of digits stands before: "0044 0532" in "3704 0044 0532".
fn is_later_group(text: &str, start: usize) -> bool {
    text[start..].starts_with('0') && text[..start].trim_end_matches([' ', '-']).ends_with(|c: char| c.is_ascii_digit())
}

/// Where a number ends without the last of its groups; `None` when it is one group.
fn without_last_group(number: &str) -> Option<usize> {
    let end = number.rfind([' ', '\u{a0}', '-', '/', '.'])?;
    Some(number[..end].trim_end_matches(|c: char| !c.is_ascii_digit()).len()).filter(|end| *end > 0)
}

/// "01.23.45.67.89", which is how France writes it.
fn is_five_pairs(number: &str) -> bool {
    number.split('.').count() == 5 && number.split('.').all(|part| part.len() == 2)
}

/// Whether it begins as a date does: day and month, then a year of two or four digits; or a year first.
fn is_date(number: &str) -> bool {
    let parts: Vec<&str> = number.split([' ', '-', '/', '.']).filter(|part| !part.is_empty()).collect();
    let value = |at: usize| parts.get(at).and_then(|part: &&str| part.parse::<u32>().ok());
    let length = |at: usize| parts.get(at).map_or(0, |part| part.len());
    let is_year = |at: usize| length(at) == 4 && value(at).is_some_and(|year| (1900..2100).contains(&year));
    let is_day = |at: usize| length(at) <= 2 && value(at).is_some_and(|day| (1..=31).contains(&day));
    (is_day(0) && is_day(1) && (is_year(2) || (parts.len() == 3 && length(2) == 2))) || (is_year(0) && is_day(1) && is_day(2))
}
