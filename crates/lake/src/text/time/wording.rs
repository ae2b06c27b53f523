//! Times written for people: the account's language, the date's order, the word for the afternoon, and a zone that is the
//! one of the day of export.
//!
//! The whole text must be understood, or it is no time: titles and answers hold dates too, and those must not match.

use domain::{Certainty, Moment};
use jiff::civil::Date;

use super::{instant, not_zero, offset_minutes, plausible};

/// Longest text that can be a time, in bytes.
const LONGEST: usize = 120;

/// A time of an activity page, a chat or a receipt: `Mar 3, 2024, 9:05:07 PM CET`, `04.09.2025, 14:30:45 MESZ`,
/// `2025年9月4日 14:30:45 JST`, `Monday, April 7, 2025 at 6:05:09 PM UTC`. Any kind of space may stand between its parts.
///
/// The zone is an abbreviation with a fixed offset, even in the other half of the year: the instant is exact, and the
/// offset is inferred. An abbreviation that several zones share takes the commonest one, and one that we do not know, or
/// none, reads as UTC; both are marked [`Certainty::ZoneUnknown`].
pub fn google_html(text: &str) -> Option<Moment> {
    if text.len() > LONGEST {
        return None;
    }
    let text = text.trim();
    let tokens = tokens(text);
    let clock = Clock::find(&tokens)?;
    let east_asian = text.chars().any(|letter| ('\u{3040}'..='\u{9fff}').contains(&letter));
    let mut date = Vec::new();
    let (mut month, mut month_at) = (None, 0);
    let mut half = None;
    let mut zone = None;
    let mut has_weekday = false;
    for (index, token) in tokens.iter().enumerate() {
        if clock.covers(index) {
            continue;
        }
        match token {
            Token::Number(digits) => date.push(*digits),
            Token::Mark(',' | '،' | '.' | '/' | '-' | '׳' | '[' | ']' | '年' | '月' | '日' | '년' | '월' | '일') => {}
            Token::Mark(_) => return None,
            Token::Zone(minutes) => set_once(&mut zone, Zone::Fixed(*minutes))?,
            Token::Word(word) => {
                let lower = word.to_lowercase();
                if let Some(afternoon) = half_of_day(&lower) {
                    set_once(&mut half, afternoon)?;
                } else if is_filler(&lower) || is_weekday(&lower) || is_east_asian_weekday(&lower) {
                } else if (index > clock.last || *word == "UTC") && date.len() + usize::from(month.is_some()) >= 3 {
                    set_once(&mut zone, Zone::named(word, east_asian)?)?;
                } else if let Some(number) = month_number(&lower) {
                    // Many a weekday begins as a month does: mardi, martes, maandag.
                    let is_first = month.is_some() && month_at == 0 && !has_weekday;
                    if is_first {
                        has_weekday = true;
                        month = None;
                    }
                    set_once(&mut month, number)?;
                    month_at = index;
                } else if index == 0 && matches!(tokens.get(1), Some(Token::Mark(',' | '،' | '-') | Token::Word(_))) {
                    has_weekday = true;
                } else {
                    return None;
                }
            }
        }
    }
    let date = date_of(&date, month, half.is_some(), text)?;
    let hour = match (half, clock.hour) {
        (None, hour) => hour,
        (Some(_), 0 | 13..) => return None,
        (Some(false), 12) => 0,
        (Some(true), hour) if hour < 12 => hour + 12,
        (Some(_), hour) => hour,
    };
    let local = instant(date, hour, clock.minute, clock.second, 0)?;
    let (shift, offset_min, certainty) = match zone {
        None | Some(Zone::Unknown) => (0, None, Certainty::ZoneUnknown),
        Some(Zone::Utc) => (0, None, Certainty::Exact),
        Some(Zone::Fixed(minutes)) => (minutes, Some(minutes), Certainty::OffsetInferred),
        Some(Zone::Shared(minutes)) => (minutes, Some(minutes), Certainty::ZoneUnknown),
    };
    let ms = not_zero(plausible(local - i64::from(shift) * 60_000)?)?;
    Some(Moment { ms, offset_min, certainty, raw: text.to_owned() })
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Token<'t> {
    /// Its value, and how many digits it has.
    Number((u32, u8)),
    Word(&'t str),
    Mark(char),
    /// An offset in digits, minutes east of UTC.
    Zone(i16),
}

fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(letter) = rest.chars().next() {
        let end = |inside: fn(char) -> bool| rest.find(|letter| !inside(letter)).unwrap_or(rest.len());
        let taken = if letter.is_whitespace() || matches!(letter, '\u{200e}' | '\u{200f}' | '\u{2068}' | '\u{2069}') {
            letter.len_utf8()
        } else if digit(letter).is_some() {
            let to = end(|letter| digit(letter).is_some());
            let digits = rest[..to].chars().filter_map(digit);
            let n = digits.clone().count();
            tokens.push(Token::Number((digits.take(6).fold(0, |number, digit| number * 10 + digit), u8::try_from(n).unwrap_or(u8::MAX))));
            to
        } else if let Some((minutes, taken)) = numeric_zone(rest) {
            tokens.push(Token::Zone(minutes));
            taken
        } else if matches!(letter, '年' | '月' | '日' | '년' | '월' | '일') && matches!(tokens.last(), Some(Token::Number(_))) {
            tokens.push(Token::Mark(letter));
            letter.len_utf8()
        } else if letter.is_alphabetic() {
            // Marks of vowels are part of words in the scripts of India, and the point in a.m. is too.
            let to = end(|letter| letter.is_alphanumeric() && digit(letter).is_none() || is_joined(letter));
            tokens.push(Token::Word(&rest[..to]));
            to
        } else {
            tokens.push(Token::Mark(letter));
            letter.len_utf8()
        };
        rest = &rest[taken..];
    }
    joined_halves(&tokens)
}

/// Puts `a . m .` together, and what Greek writes; the spaces between, and the last point, are optional.
fn joined_halves<'t>(tokens: &[Token<'t>]) -> Vec<Token<'t>> {
    let mut joined = Vec::with_capacity(tokens.len());
    let mut rest = tokens;
    while let Some(first) = rest.first() {
        if let [Token::Word(half @ ("a" | "p" | "A" | "P")), Token::Mark('.'), Token::Word("m" | "M"), ..] = rest {
            joined.push(Token::Word(if half.eq_ignore_ascii_case("a") { "am" } else { "pm" }));
            rest = &rest[3..];
        } else if let [Token::Word(half @ ("π" | "μ")), Token::Mark('.'), Token::Word("μ"), ..] = rest {
            joined.push(Token::Word(if *half == "π" { "πμ" } else { "μμ" }));
            rest = &rest[3..];
        } else {
            joined.push(*first);
            rest = &rest[1..];
        }
    }
    joined
}

fn is_joined(letter: char) -> bool {
    matches!(letter, '\u{900}'..='\u{dff}' | '\u{300}'..='\u{36f}' | '\u{e31}'..='\u{e4e}' | '\'' | '’')
}

/// The value of a digit, in the scripts that exports use.
pub(crate) fn digit(letter: char) -> Option<u32> {
    match letter {
        '0'..='9' => Some(letter as u32 - '0' as u32),
        '\u{660}'..='\u{669}' => Some(letter as u32 - 0x660),
        '\u{6f0}'..='\u{6f9}' => Some(letter as u32 - 0x6f0),
        '\u{966}'..='\u{96f}' => Some(letter as u32 - 0x966),
        _ => None,
    }
}

/// `GMT+05:30`, `UTC-3`, `+0200`: the minutes, and the bytes taken. A bare offset needs two digits, or it is a hyphen.
fn numeric_zone(text: &str) -> Option<(i16, usize)> {
    let prefix = ["GMT", "UTC", "غرينتش"].iter().find(|prefix| text.starts_with(**prefix)).map_or(0, |prefix| prefix.len());
    let sign = text[prefix..].chars().next().filter(|letter| matches!(letter, '+' | '-' | '\u{2212}'))?;
    let from = prefix + sign.len_utf8();
    let digits: String = text[from..].chars().take_while(|letter| digit(*letter).is_some() || *letter == ':').collect();
    if digits.is_empty() || (prefix == 0 && (digits.len() < 4 || sign == '-')) {
        return None;
    }
    let plain: String =
        digits.chars().map(|letter| digit(letter).and_then(|digit| char::from_digit(digit, 10)).unwrap_or(letter)).collect();
    Some((offset_minutes(&format!("{sign}{plain}"))?, from + digits.len()))
}

struct Clock {
    first: usize,
    last: usize,
    hour: u32,
    minute: u32,
    second: u32,
}

impl Clock {
    /// The hour and minute, with a colon or, in some languages, a point between; the seconds are optional with a colon, and
    /// with a point after a date.
    fn find(tokens: &[Token<'_>]) -> Option<Self> {
        let part = |index: usize, most: u32| match tokens.get(index) {
            Some(Token::Number((number, 1 | 2))) if *number <= most => Some(*number),
            _ => None,
        };
        let mark = |index: usize, mark: char| tokens.get(index) == Some(&Token::Mark(mark));
        let word = |index: usize, word: &str| tokens.get(index) == Some(&Token::Word(word));
        for first in 0..tokens.len() {
            // 14 h 30 min 45 s, in Canada.
            if word(first + 1, "h") && word(first + 3, "min") && word(first + 5, "s") {
                let (hour, minute, second) = (part(first, 24)?, part(first + 2, 59)?, part(first + 4, 60)?);
                return Some(Self { first, last: first + 5, hour, minute, second });
            }
            for point in [':', '.'] {
                if !mark(first + 1, point) {
                    continue;
                }
                let (Some(hour), Some(minute)) = (part(first, 24), part(first + 2, 59)) else { continue };
                match part(first + 4, 60).filter(|_| mark(first + 3, point)) {
                    // Points also stand in dates, which end with a year of four digits or come before the clock.
                    Some(second) if point == ':' || !mark(first + 5, '.') && first > 0 && n_numbers(&tokens[..first]) >= 2 => {
                        return Some(Self { first, last: first + 4, hour, minute, second });
                    }
                    None if point == ':' || ends_after_a_date(tokens, first) => {
                        return Some(Self { first, last: first + 2, hour, minute, second: 0 });
                    }
                    _ => {}
                }
            }
        }
        None
    }

    fn covers(&self, index: usize) -> bool {
        (self.first..=self.last).contains(&index)
    }
}

/// Whether an hour and a minute with a point between are the last numbers, and a date with its year comes before them: anywhere else
/// they may be a date's own.
fn ends_after_a_date(tokens: &[Token<'_>], first: usize) -> bool {
    let (before, clock) = tokens.split_at(first);
    matches!(clock, [_, _, Token::Number((_, 2)), after @ ..] if n_numbers(after) == 0)
        && n_numbers(before) >= 2
        && before.iter().any(|token| matches!(token, Token::Number((_, 4))))
}

fn n_numbers(tokens: &[Token<'_>]) -> usize {
    tokens.iter().filter(|token| matches!(token, Token::Number(_))).count()
}

/// The date from its numbers, in the order that its form implies.
fn date_of(numbers: &[(u32, u8)], month: Option<u32>, halves: bool, text: &str) -> Option<Date> {
    let (year, month, day) = match (numbers, month) {
        (&[(year, 4), (day, 1 | 2)] | &[(day, 1 | 2), (year, 4)], Some(month)) => (year, month, day),
        (&[(year, 4), (month, 1 | 2), (day, 1 | 2)], None) => (year, month, day),
        (&[(first, 1 | 2), (second, 1 | 2), (year, 4)], None) => {
            // 9/4/2025 is the fourth of September only where afternoons are called PM; a point always puts the day first.
            let month_first = (halves && text.contains('/') && first <= 12) || second > 12;
            if month_first { (year, first, second) } else { (year, second, first) }
        }
        _ => return None,
    };
    // Thai calendars count from 543 years earlier.
    let year = if (2500..2700).contains(&year) { year - 543 } else { year };
    Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

fn set_once<T>(slot: &mut Option<T>, value: T) -> Option<()> {
    slot.replace(value).is_none().then_some(())
}

/// Whether a word, in lower case and without points, stands for the afternoon (or the morning); `None` when for neither.
pub(crate) fn half_of_day(word: &str) -> Option<bool> {
    match word {
        "am" | "午前" | "上午" | "오전" | "ص" | "πμ" | "sa" | "öö" | "पूर्वाह्न" => Some(false),
        "pm" | "午後" | "下午" | "오후" | "م" | "μμ" | "ch" | "ös" | "अपराह्न" => Some(true),
        _ => None,
    }
}

fn is_filler(word: &str) -> bool {
    matches!(
        word,
        "at" | "à"
            | "um"
            | "de"
            | "del"
            | "a"
            | "las"
            | "às"
            | "alle"
            | "ore"
            | "om"
            | "kl"
            | "klo"
            | "г"
            | "р"
            | "в"
            | "о"
            | "u"
            | "g"
            | "r"
            | "den"
            | "am"
            | "th"
            | "st"
            | "nd"
            | "rd"
            | "lúc"
            | "i"
            | "la"
            | "les"
            | "uhr"
            | "h"
            | "ч"
            | "год"
            | "gada"
            | "thg"
            | "tháng"
            // The second half of Portuguese weekdays.
            | "feira"
    )
}

/// The weekdays of languages that write them next to the day without a comma, or after the year.
fn is_weekday(word: &str) -> bool {
    const NAMED: &str = "lundi mardi mercredi jeudi vendredi samedi dimanche lunedì martedì mercoledì giovedì venerdì sabato domenica \
        lunes martes miércoles jueves viernes sábado domingo segunda terça quarta quinta sexta pazartesi salı çarşamba perşembe cuma \
        cumartesi pazar maandag dinsdag woensdag donderdag vrijdag zaterdag zondag mandag tirsdag onsdag torsdag fredag lørdag søndag \
        måndag tisdag lördag söndag poniedziałek wtorek środa czwartek piątek sobota niedziela pondělí úterý středa čtvrtek pátek neděle \
        hétfő kedd szerda csütörtök péntek szombat vasárnap luni marți miercuri joi vineri sâmbătă duminică senin selasa rabu kamis \
        jumat sabtu minggu maanantai tiistai keskiviikko torstai perjantai lauantai sunnuntai";
    NAMED.split_whitespace().any(|name| name == word)
}

/// Japanese and Korean weekdays end alike, and Chinese ones begin so.
fn is_east_asian_weekday(word: &str) -> bool {
    word.ends_with("曜日")
        || word.ends_with("요일")
        || word.starts_with("星期")
        || (word.chars().count() == 2 && word.starts_with(['周', '週']))
}

enum Zone {
    Utc,
    Fixed(i16),
    /// Several zones go by the name; the commonest.
    Shared(i16),
    Unknown,
}

impl Zone {
    fn named(word: &str, east_asian: bool) -> Option<Self> {
        Some(match word {
            "UTC" | "GMT" | "Z" | "WEZ" | "WET" => Self::Utc,
            "WEST" | "WESZ" | "CET" | "MEZ" | "SEČ" | "WAT" => Self::Fixed(60),
            "CEST" | "MESZ" | "SELČ" | "EET" | "OEZ" | "SAST" | "CAT" => Self::Fixed(120),
            "EEST" | "OESZ" | "MSK" | "МСК" | "TRT" | "EAT" | "IDT" => Self::Fixed(180),
            "IRST" => Self::Fixed(210),
            "GST" | "SAMT" => Self::Fixed(240),
            "IRDT" | "AFT" => Self::Fixed(270),
            "PKT" | "UZT" | "YEKT" => Self::Fixed(300),
            "NPT" => Self::Fixed(345),
            "OMST" => Self::Fixed(360),
            "MMT" => Self::Fixed(390),
            "ICT" | "WIB" | "NOVT" | "KRAT" => Self::Fixed(420),
            "HKT" | "SGT" | "MYT" | "PHT" | "AWST" | "WITA" | "IRKT" => Self::Fixed(480),
            "JST" | "KST" | "WIT" => Self::Fixed(540),
            "ACST" => Self::Fixed(570),
            "AEST" | "VLAT" => Self::Fixed(600),
            "ACDT" => Self::Fixed(630),
            "AEDT" => Self::Fixed(660),
            "NZST" => Self::Fixed(720),
            "NZDT" => Self::Fixed(780),
            "NDT" => Self::Fixed(-150),
            "NST" => Self::Fixed(-210),
            "ADT" | "BRT" | "ART" | "UYT" | "CLST" => Self::Fixed(-180),
            "EDT" | "CLT" | "VET" | "BOT" => Self::Fixed(-240),
            "EST" | "CDT" | "COT" | "PET" | "ECT" => Self::Fixed(-300),
            "MDT" => Self::Fixed(-360),
            "MST" | "PDT" => Self::Fixed(-420),
            "PST" | "AKDT" => Self::Fixed(-480),
            "AKST" => Self::Fixed(-540),
            "HST" => Self::Fixed(-600),
            // Canada, in French.
            "HAA" => Self::Fixed(-180),
            "HAE" | "HNA" => Self::Fixed(-240),
            "HNE" | "HAC" => Self::Fixed(-300),
            "HNC" | "HAR" => Self::Fixed(-360),
            "HNR" | "HAP" => Self::Fixed(-420),
            "HNP" => Self::Fixed(-480),
            "BST" => Self::Shared(60),
            "IST" => Self::Shared(330),
            "CST" if east_asian => Self::Shared(480),
            "CST" => Self::Shared(-360),
            "AST" => Self::Shared(-240),
            _ if word.chars().count() <= 5 && word.chars().all(char::is_uppercase) => Self::Unknown,
            _ => return None,
        })
    }
}

/// What the names of each month begin with, short and long forms alike: the languages of Europe in Latin, Greek and
/// Cyrillic letters, Turkish, Indonesian and Malay, Hebrew, Arabic, Hindi.
const MONTHS: [&str; 12] = [
    "jan|jän|jaan|gen|ene|ian|tammi|sty|led|oca|янв|яну|січ|ιαν|ינו|يناير|जन",
    "feb|fév|fev|veebr|helmi|lut|úno|şub|фев|лют|φεβ|פבר|فبراير|फ़र|फर",
    "mar|mär|már|mrz|mrt|maa|maalis|bře|mac|мар|бер|μαρ|μάρ|מרץ|مارس|मार्च",
    "apr|ápr|avr|abr|huhti|kwi|dub|nis|апр|кві|απρ|אפר|أبريل|अप्रैल",
    "may|mai|maj|máj|mag|mei|touko|kvě|kve|май|мая|тра|μαΐ|μαι|μάι|מאי|مايو|मई",
    "jun|juin|jún|jūn|juuni|giu|iun|kesä|cze|čvn|červen|haz|июн|юни|чер|ιουν|ιούν|יוני|يونيو|जून",
    "jul|juil|jui|júl|jūl|juuli|lug|iul|heinä|lip|čvc|červenec|tem|июл|юли|лип|ιουλ|ιούλ|יולי|يوليو|जुल",
    "aug|aoû|aou|ago|agu|ağu|ogo|elo|sie|srp|авг|сер|αυγ|αύγ|אוג|أغسطس|अग",
    "sep|set|szept|syys|wrz|zář|eyl|сен|сеп|вер|σεπ|ספט|سبتمبر|सित",
    "oct|okt|ott|out|loka|paź|říj|eki|окт|жов|οκτ|אוק|أكتوبر|अक्टू|अक्तू",
    "nov|marras|lis|kas|ноя|ное|лис|νοε|νοέ|נוב|نوفمبر|नव",
    "dec|dez|déc|dic|des|dets|joulu|gru|pro|ara|дек|гру|δεκ|דצמ|ديسمبر|दिस",
];

/// The month that a word names, by the longest beginning that it shares with one.
fn month_number(word: &str) -> Option<u32> {
    // "Of" is written together with the month in Catalan and Hebrew.
    let word = ["d’", "d\'", "ב"].iter().find_map(|of| word.strip_prefix(of)).unwrap_or(word);
    if word.chars().count() > 12 {
        return None;
    }
    let starts = (1..).zip(MONTHS).flat_map(|(number, starts)| starts.split('|').map(move |start| (number, start)));
    starts.filter(|(_, start)| word.starts_with(start)).max_by_key(|(_, start)| start.len()).map(|(number, _)| number)
}

#[cfg(test)]
mod tests {
    use super::super::shown;
    use super::*;

    #[test]
    fn activity_pages_are_read_in_many_languages() {
        for (text, expected) in [
            ("May 4, 2025, 9:12:33\u{202f}AM CEST", "2025-05-04T07:12:33Z 120 OffsetInferred"),
            ("Mar 3, 2024, 9:05:07\u{202f}PM CET", "2024-03-03T20:05:07Z 60 OffsetInferred"),
            ("4 May 2025, 09:12:33 UTC", "2025-05-04T09:12:33Z - Exact"),
            ("Jan 4, 2021, 12:00:01 AM GMT+05:30", "2021-01-03T18:30:01Z 330 OffsetInferred"),
            ("Apr 2, 2016, 1:02:03 PM", "2016-04-02T13:02:03Z - ZoneUnknown"),
            ("Jan 9, 2024, 1:02:03 PM BST", "2024-01-09T12:02:03Z 60 ZoneUnknown"),
            ("Jan 9, 2024, 1:02:03 PM XYZT", "2024-01-09T13:02:03Z - ZoneUnknown"),
            ("04.09.2025, 14:30:45 MESZ", "2025-09-04T12:30:45Z 120 OffsetInferred"),
            ("4. März 2024, 14:30:45 MEZ", "2024-03-04T13:30:45Z 60 OffsetInferred"),
            ("4 sept. 2025, 14:30:45 CEST", "2025-09-04T12:30:45Z 120 OffsetInferred"),
            ("4 août 2025 à 14:30:45 UTC+2", "2025-08-04T12:30:45Z 120 OffsetInferred"),
            ("4 de set. de 2025, 14:30:45 BRT", "2025-09-04T17:30:45Z -180 OffsetInferred"),
            ("4 set 2025, 14:30:45 CEST", "2025-09-04T12:30:45Z 120 OffsetInferred"),
            ("2025/09/04 14:30:45 JST", "2025-09-04T05:30:45Z 540 OffsetInferred"),
            ("2025年9月4日 14:30:45 JST", "2025-09-04T05:30:45Z 540 OffsetInferred"),
            ("2025年9月4日 GMT+8 下午2:30:45", "2025-09-04T06:30:45Z 480 OffsetInferred"),
            ("2025. 9. 4. 오후 2:30:45 KST", "2025-09-04T05:30:45Z 540 OffsetInferred"),
            ("4 сент. 2025 г., 14:30:45 MSK", "2025-09-04T11:30:45Z 180 OffsetInferred"),
            ("4 wrz 2025, 14:30:45 CEST", "2025-09-04T12:30:45Z 120 OffsetInferred"),
            ("4. sep. 2025 14.30.45 CEST", "2025-09-04T12:30:45Z 120 OffsetInferred"),
            ("4.9.2025 klo 14.30.45 UTC+3", "2025-09-04T11:30:45Z 180 OffsetInferred"),
            ("4. sep. 2025 14.30 CEST", "2025-09-04T12:30:00Z 120 OffsetInferred"),
            ("4.9.2025 klo 14.30", "2025-09-04T14:30:00Z - ZoneUnknown"),
            ("4 Eyl 2025 14:30:45 TRT", "2025-09-04T11:30:45Z 180 OffsetInferred"),
            ("Monday, April 7, 2025 at 6:05:09\u{202f}PM UTC", "2025-04-07T18:05:09Z - Exact"),
            ("Tuesday, 7 February 2021 at 17:13:43 UTC", "2021-02-07T17:13:43Z - Exact"),
            ("mardi 8 avril 2025 à 17:14:43 UTC", "2025-04-08T17:14:43Z - Exact"),
            ("lundi 7 avril 2025 à 18:05:09 UTC", "2025-04-07T18:05:09Z - Exact"),
            ("lunedì 7 aprile 2025 alle ore 18:05:09 UTC", "2025-04-07T18:05:09Z - Exact"),
            ("7 Nisan 2025 Pazartesi 18:05:09 UTC", "2025-04-07T18:05:09Z - Exact"),
            ("2025年9月4日 下午2:30:45 [GMT+8]", "2025-09-04T06:30:45Z 480 OffsetInferred"),
            ("martes, 8 de abril de 2025, 17:14:43 UTC", "2025-04-08T17:14:43Z - Exact"),
            ("maandag 7 april 2025 om 17:14:43 UTC", "2025-04-07T17:14:43Z - Exact"),
            ("segunda-feira, 7 de abril de 2025 às 17:14:43 UTC", "2025-04-07T17:14:43Z - Exact"),
            ("martedì 4 marzo 2025 alle ore 17:14:43 UTC", "2025-03-04T17:14:43Z - Exact"),
            ("2025年4月7日月曜日 17:14:43 UTC", "2025-04-07T17:14:43Z - Exact"),
            ("2025년 4월 7일 월요일 오후 5:14:43 UTC", "2025-04-07T17:14:43Z - Exact"),
            ("2025年4月7日星期一 UTC 17:14:43", "2025-04-07T17:14:43Z - Exact"),
            ("Sep 4, 2025, 2:30\u{202f}p.m.", "2025-09-04T14:30:00Z - ZoneUnknown"),
            ("9/4/2025, 2:30:45 PM", "2025-09-04T14:30:45Z - ZoneUnknown"),
            ("4/9/2025, 14:30:45 CEST", "2025-09-04T12:30:45Z 120 OffsetInferred"),
            ("04.09.2025, 14:30:45 Uhr MESZ", "2025-09-04T12:30:45Z 120 OffsetInferred"),
            ("4 sept. 2025, 14 h 30 min 45 s HAE", "2025-09-04T18:30:45Z -240 OffsetInferred"),
            ("4 d’oct. de 2025, 14:30:45 CEST", "2025-10-04T12:30:45Z 120 OffsetInferred"),
            ("4 iun. 2025, 14:30:45 EEST", "2025-06-04T11:30:45Z 180 OffsetInferred"),
            ("2025. szept. 4. 14:30:45 CEST", "2025-09-04T12:30:45Z 120 OffsetInferred"),
            ("4.09.2025 г., 14:30:45 ч. EEST", "2025-09-04T11:30:45Z 180 OffsetInferred"),
            ("4 Σεπ 2025, 2:30:45 μ.μ. EEST", "2025-09-04T11:30:45Z 180 OffsetInferred"),
            ("14:30:45 4 thg 9, 2025 GMT+7", "2025-09-04T07:30:45Z 420 OffsetInferred"),
            ("٤ سبتمبر ٢٠٢٥، ٢:٣٠:٤٥ م غرينتش+٣", "2025-09-04T11:30:45Z 180 OffsetInferred"),
            ("4 בספט׳ 2025, 14:30:45 GMT+3", "2025-09-04T11:30:45Z 180 OffsetInferred"),
            ("4 सित॰ 2025, 2:30:45 pm IST", "2025-09-04T09:00:45Z 330 ZoneUnknown"),
        ] {
            assert_eq!(shown(google_html(text)), expected, "{text}");
        }
    }

    #[test]
    fn words_with_a_date_in_them_are_no_time() {
        for text in [
            "Searched for May 4, 2025, 9:12:33 AM",
            "May 4, 2025",
            "9:12:33",
            "Products:",
            "",
            "4 May 2025, 09:12:33 UTC and more",
            "Feb 30, 2024, 9:00:00 AM UTC",
            "May 4, 2025, 13:00:00 PM UTC",
            "1.2.3.4",
            "Meeting 10:30",
            "4.9. klo 14.30",
            "2025. 9. 4.",
        ] {
            assert_eq!(google_html(text), None, "{text}");
        }
    }

    #[test]
    fn every_english_and_german_month_is_found() {
        let english =
            ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];
        let german =
            ["Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November", "Dezember"];
        for (number, (english, german)) in (1..).zip(english.iter().zip(german)) {
            assert_eq!(month_number(&english.to_lowercase()), Some(number));
            assert_eq!(month_number(&german.to_lowercase()), Some(number));
        }
    }
}
