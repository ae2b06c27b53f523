//! What opens a door, a safe or a lock: the codes of keypads and alarms, and combinations.
//!
//! A number is one by what stands right before it. The number that a locker or a house has, and those of orders, bookings, plates and
//! phones, open nothing.

use std::ops::Range;

use domain::PiiClass;

use super::recogniser::{PLAIN, Recogniser};

/// What all of them have in common: no number is one without a word.
const ENTRY: Recogniser =
    Recogniser { class: PiiClass::Password, check: entry_code, framed: false, context: OPENING, in_context: 88, against: "", ..PLAIN };

pub(super) const RECOGNISERS: &[Recogniser] = &[
    // "Gate code 4471", "alarm code for the cottage: 5519", "Türcode: 4471".
    Recogniser {
        pattern: concat!(
            r"(?i:(?:(?-u:\b)(?:keypad|key pad|entry|entrance|door|gate|garage|lobby|lock ?box|key ?box|key ?safe|safe|locker|padlock|lock|alarm|cottage|cabin|gym|shed|unlock)(?: (?:door|lock|panel|system|keypad|opener))?[ -](?:code|pin|combination|combo)",
            r"|(?-u:\b)puk|digicode|(?:tür|tor|garagen|alarm|schloss|tresor|safe|schließfach|schliessfach|spind|tasten|eingangs)-?code)",
            r"(?:,? (?:for|of|to|on|at|für|zum|zur|am|vom|von)(?: [^\s:=0-9]+){1,4}?)?",
            r"(?: ?[:=→#] ?#?| (?:is now|is still|changed to|is|was|now|lautet jetzt|lautet|ist jetzt|ist|war) ?:? ?| ?\( ?| ))",
            r"([0-9]{1,2}(?:[-–/.][0-9]{1,2}){2,3}|[0-9]{1,2}(?: [0-9]{1,2}){2}|[A-Z]?[0-9]{3,8}[A-Z]?)"
        ),
        ..ENTRY
    },
    // "The code for the back door is 4471", "Code zum Tor: 4471".
    Recogniser {
        pattern: concat!(
            r"(?i:(?-u:\b)(?:code|combination|combo|pin|kombination) (?:for|to|of|on|für|zum|zur|vom|von) (?:[^\s:=0-9]+ ){0,3}?",
            r"(?:door|gate|garage|alarm|safe|lock|locker|padlock|keypad|lockbox|shed|cottage|cabin|haustür|tür|tor|garage|alarmanlage|tresor|schloss|spind|schließfach|schliessfach)",
            r"(?: ?[:=→] ?| (?:is now|is still|changed to|is|was|lautet jetzt|lautet|ist jetzt|ist|war) ?:? ?| ))",
            r"([0-9]{1,2}(?:[-–/.][0-9]{1,2}){2,3}|[0-9]{1,2}(?: [0-9]{1,2}){2}|[A-Z]?[0-9]{3,8}[A-Z]?)"
        ),
        ..ENTRY
    },
    // "Garage keypad 8402", "bike lock 4471".
    Recogniser {
        pattern: concat!(
            r"(?i:(?:(?-u:\b)(?:keypad|key pad|lock ?box|key ?box|key ?safe|padlock|(?:luggage|suitcase|bike|bicycle|cable) lock)|tastenfeld|schlüsselbox|schlüsselsafe|schlüsseltresor|zahlenschloss|fahrradschloss|kofferschloss)",
            r"(?: (?:number|no\.?|nr\.?|nummer))?",
            r"(?:,? (?:at|for|of|on|am|an|für) [^\n:=0-9]{1,30}[:=] ?| ?[:=→#] ?#?| (?:is now|is still|changed to|is|was|lautet jetzt|lautet|ist jetzt|ist|war) ?:? ?| ?\( ?| ))",
            r"([0-9]{1,2}(?:[-–][0-9]{1,2}){2,3}|[0-9]{4,8})"
        ),
        ..ENTRY
    },
    // "Locker 31, combination 22-8-34": the turns of a dial stand behind whatever it is for, a bare number right behind.
    Recogniser {
        pattern: concat!(
            r"(?i:(?-u:\b)(?:combination|combo|zahlenkombination|kombination)(?: (?:number|lock|code))?",
            r"(?:,? (?:for|of|to|on|für|zum|zur|am|vom|von)(?: [^\s:=0-9]+){1,5}?)?",
            r"(?: ?[:=→] ?| (?:is now|is still|changed to|is|was|lautet jetzt|lautet|ist jetzt|ist|war) ?:? ?| ?\( ?| ))",
            r"([0-9]{1,2}(?:[-–/.][0-9]{1,2}){2,3}|[0-9]{1,2}(?: [0-9]{1,2}){2})"
        ),
        ..ENTRY
    },
    Recogniser {
        pattern: r"(?i:(?-u:\b)(?:combination|combo|zahlenkombination|kombination)(?: (?:number|lock|code))?(?: ?[:=→] ?| (?:is now|is still|changed to|is|was|lautet|ist) ?:? ?| ))([0-9]{3,6})",
        ..ENTRY
    },
    // "Alarm: 5519 then star".
    Recogniser {
        pattern: r"(?i:(?-u:\b)(?:alarm|alarmanlage)(?: ?[:=→] ?| (?:is|ist) ))([0-9]{4,8})|(?i:(?-u:\b)(?:alarm|alarmanlage) )([0-9]{4,8})(?i: ?[*#]| (?:then|and|dann|und) (?:star|hash|pound|stern|raute))",
        check: |text, range| {
            let is_year = range.len() == 4 && (text[range.clone()].starts_with("19") || text[range.clone()].starts_with("20"));
            entry_code(text, range).filter(|_| !is_year)
        },
        ..ENTRY
    },
];

const OPENING: &str = "*code | keypad | key pad | combination | combo | pin | puk | padlock | lock | lockbox | lock box | keybox | key box | \
    keysafe | key safe | alarm | alarmanlage | kombination | zahlenschloss | fahrradschloss | kofferschloss | tastenfeld | schlüsselbox | \
    schlüsselsafe | schlüsseltresor";

/// What is counted or measured, and is no code.
const MEASURED: &[&str] = &[
    "mg", "ml", "g", "kg", "km", "m", "cm", "mm", "am", "pm", "uhr", "h", "min", "minutes", "minuten", "hours", "stunden", "days", "tage",
    "times", "mal", "people", "leute", "dollars", "dollar", "euros", "euro", "eur", "usd", "cad", "gbp", "chf", "pounds", "percent",
    "prozent", "items", "pieces", "locks", "pages", "words", "edition",
];

/// A number that is no part of a longer one, no amount and no measure.
fn entry_code(text: &str, range: Range<usize>) -> Option<Range<usize>> {
    let before = text[..range.start].chars().next_back();
    let mut after = text[range.end..].chars();
    let (next, second) = (after.next(), after.next());
    let touches = before.is_some_and(|ch| ch.is_alphanumeric() || matches!(ch, '$' | '€' | '£'))
        || next.is_some_and(|ch| ch.is_alphanumeric() || matches!(ch, '%' | '$' | '€' | '£'))
        || (matches!(next, Some('.' | ',' | ':' | '-' | '–' | '/')) && second.is_some_and(|ch| ch.is_ascii_digit()));
    let unit = text[range.end..].trim_start_matches(' ').split(|ch: char| !ch.is_alphabetic()).next().unwrap_or_default().to_lowercase();
    (!touches && !MEASURED.contains(&unit.as_str())).then_some(range)
}
