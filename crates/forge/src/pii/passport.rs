//! Passports and cards by the lines for machines (ICAO 9303), and passports by their number where it is called so.

use std::ops::Range;

use domain::PiiClass;

use super::checksum::icao;
use super::recogniser::{Gate, PLAIN, Recogniser};

pub(super) const RECOGNISERS: &[Recogniser] = &[
    Recogniser {
        class: PiiClass::Passport,
        gate: Gate::Byte(b'<'),
        pattern: r"[A-Z0-9<]{9}[0-9<][A-Z<]{3}\d{6}\d[MFX<]\d{6}\d[A-Z0-9<]{14}[0-9<]\d",
        check: passport_lines,
        framed: false,
        alone: 99,
        against: "",
        ..PLAIN
    },
    Recogniser {
        class: PiiClass::Passport,
        pattern: r"(?i:passport|reisepass|pass-?nr|passnummer|passeport)[^\n0-9]{0,25}?(?-u:\b)([A-Z]{0,2}[A-Z0-9]{6,8}\d?)(?-u:\b)",
        check: |text, range| {
            let number = &text[range.clone()];
            (number.bytes().filter(u8::is_ascii_digit).count() >= 3 && !number.contains('<')).then_some(range)
        },
        context: "passport | reisepass | pass-nr | passnr | passnummer | passeport",
        in_context: 85,
        against: "",
        ..PLAIN
    },
];

/// The second line, with the first when it stands above; all four check digits have to hold.
fn passport_lines(text: &str, range: Range<usize>) -> Option<Range<usize>> {
    let line = &text[range.clone()];
    let checked = |field: &str, at: usize| icao(field).zip(line[at..=at].parse::<u32>().ok()).is_some_and(|(sum, digit)| sum == digit);
    let composite = [&line[0..10], &line[13..20], &line[21..43]].concat();
    if !(checked(&line[0..9], 9) && checked(&line[13..19], 19) && checked(&line[21..27], 27) && checked(&composite, 43)) {
        return None;
    }
    let above = text[..range.start].trim_end();
    let first = above.rsplit(char::is_whitespace).next().filter(|line| line.len() == 44 && line.starts_with('P') && line.contains("<<"));
    Some(first.map_or(range.start, |first| above.len() - first.len())..range.end)
}
