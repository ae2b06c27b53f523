//! Postal addresses as they are written in German and in English: a street and a number, and the town where it follows.

use std::ops::Range;

use domain::PiiClass;

use super::recogniser::{Gate, PLAIN, Recogniser};

pub(super) const RECOGNISERS: &[Recogniser] = &[
    // "Lange Reihe 12" is one only with its town; "Hauptstraße 5" by itself.
    Recogniser {
        class: PiiClass::Address,
        pattern: concat!(
            r"(?:(?:[A-ZÀ-Þ][A-Za-zÀ-ɏ.]+[- ]){0,3}?[A-ZÀ-Þ]?[A-Za-zÀ-ɏ-]{2,}(?i:straße|strasse|str\.|gasse|allee|platz|weg|damm|ufer|chaussee|steig|stieg|promenade)",
            r"|(?:[A-ZÀ-Þ][A-Za-zÀ-ɏ.-]+ ){1,3}(?:Straße|Strasse|Str\.|Gasse|Allee|Platz|Weg|Damm|Ufer|Ring|Chaussee))",
            r" ?\d{1,4}(?: ?[-–/] ?\d{1,4})?(?: ?[a-zA-Z](?-u:\b)|(?-u:\b))(?:(?:,? ?\n?|,? )(?:[DAC]H?-)?\d{4,5} [A-ZÀ-Þ][A-Za-zÀ-ɏ.-]+(?: (?:am|an der|im|ob der|bei|a\. ?d\.) [A-ZÀ-Þ][A-Za-zÀ-ɏ.-]+| [A-ZÀ-Þ][A-Za-zÀ-ɏ-]+)?)?",
        ),
        check: german,
        context: "*stra | *str. | gasse | allee | platz | *weg | *damm | *ufer | ring | chaussee | steig | stieg | promenade",
        in_context: 82,
        against: "",
        ..PLAIN
    },
    Recogniser {
        class: PiiClass::Address,
        gate: Gate::Digits(5),
        pattern: r"(?:(?:Am|An der|An den|Im|In der|Zum|Zur|Unter den|Auf der|Auf dem|Hinter der|Alte|Alter|Lange|Neuer?|Hoher|Straße de[rs](?: \d{1,2}\.)?) )[A-ZÀ-Þ][A-Za-zÀ-ɏ-]+(?: [A-ZÀ-Þ][A-Za-zÀ-ɏ-]+)? \d{1,4} ?[a-z]?, ?\n?(?:[DAC]H?-)?\d{4,5} [A-ZÀ-Þ][A-Za-zÀ-ɏ.-]+(?: (?:am|an der) [A-ZÀ-Þ][A-Za-zÀ-ɏ-]+)?",
        alone: 85,
        against: "",
        ..PLAIN
    },
    Recogniser {
        class: PiiClass::Address,
        pattern: r"(?i:(?-u:\b)(?:p\.? ?o\.? ?box|postfach)) \d[\d ]{0,8}\d?(?-u:\b)",
        context: "po box | p.o. box | p. o. box | p.o.box | postfach",
        in_context: 85,
        ..PLAIN
    },
    Recogniser {
        class: PiiClass::Address,
        pattern: concat!(
            r"(?:(?:Flat|Apt\.?|Apartment|Unit|Suite) \d{1,4}[A-Za-z]?, )?(?-u:\b)\d{1,5}[A-Za-z]? (?:(?:N|S|E|W|NE|NW|SE|SW|North|South|East|West)\.? )?",
            r"(?:(?:[A-ZÀ-Þ][A-Za-zÀ-ɏ'’.-]*|\d{1,3}(?:st|nd|rd|th)) ){1,4}",
            r"(?:Street|St|Avenue|Ave|Road|Rd|Lane|Ln|Drive|Dr|Boulevard|Blvd|Court|Ct|Way|Place|Pl|Square|Sq|Terrace|Close|Crescent|Parkway|Pkwy|Highway|Hwy|Gardens|Grove|Hill|Row|Mews|Alley|Quay)(?-u:\b)\.?(?: (?:NW|NE|SW|SE|N|S|E|W)(?-u:\b))?",
            r"(?:,? (?:Apt\.?|Suite|Unit|Flat|#) ?\d{1,4}[A-Za-z]?)?",
            r"(?:,? ?\n?[A-ZÀ-Þ][A-Za-zÀ-ɏ'’.-]+(?: [A-ZÀ-Þ][A-Za-zÀ-ɏ'’-]+){0,2},? (?:[A-Z]{2},? \d{5}(?:-\d{4})?|[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}))?",
        ),
        context: "street | st | avenue | ave | road | rd | lane | ln | drive | dr | boulevard | blvd | court | ct | way | place | pl | \
            square | sq | terrace | close | crescent | parkway | pkwy | highway | hwy | gardens | grove | hill | row | mews | alley | \
            quay",
        in_context: 82,
        against: "",
        ..PLAIN
    },
];

/// Words that end as streets do and are followed by numbers.
const NO_STREETS: &[&str] = &[
    "umweg",
    "heimweg",
    "rückweg",
    "hinweg",
    "arbeitsplatz",
    "parkplatz",
    "sitzplatz",
    "stellplatz",
    "spielplatz",
    "startplatz",
    "schulweg",
    "fußweg",
    "ausweg",
    "boxring",
    "hering",
    "gleisweg",
    "tennisplatz",
    "campingplatz",
    "zeltplatz",
    "wanderweg",
    "radweg",
];

/// A street begins with a capital, and is no place of another sort.
fn german(text: &str, range: Range<usize>) -> Option<Range<usize>> {
    let written = &text[range.clone()];
    let number = written.find(|c: char| c.is_ascii_digit())?;
    let street = written[..number].trim_end();
    let last = street.rsplit(' ').next()?.to_lowercase();
    let begins = written.chars().next().is_some_and(char::is_uppercase);
    (begins && !NO_STREETS.contains(&last.as_str())).then_some(range)
}
