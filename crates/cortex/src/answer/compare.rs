//! Sets the sides of a question against each other, each computed by the database in the same way, or by the one number that is told of
//! each.

use domain::{Filter, Kind, Result};
use vault::Order;

use super::{Answer, Answerer, Cited, Claim, Computed, measure, one_claim, pick, say};
use crate::plan::{Asked, Measure, Plan, Side, plain_contest};
use crate::retrieve::Hit;
use crate::snippet;

/// Texts in which the value of a side is looked for.
const READ: usize = 200;
/// Words between what is asked about and its number.
const APART: usize = 4;
/// What tells values.
const TELLING: &[Kind] = &[Kind::Mail, Kind::Message, Kind::Note];

/// How two values are set against each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Greater,
    Less,
    /// By how long each took.
    Faster,
    Slower,
    /// Greater or less, as it is with what is measured.
    Better,
}

/// The words for that, folded: they tell of values, and no number of items answers them.
const WAYS: &[(&str, Way)] = &[
    ("higher", Way::Greater),
    ("bigger", Way::Greater),
    ("heavier", Way::Greater),
    ("taller", Way::Greater),
    ("hoher", Way::Greater),
    ("schwerer", Way::Greater),
    ("lower", Way::Less),
    ("smaller", Way::Less),
    ("lighter", Way::Less),
    ("niedriger", Way::Less),
    ("tiefer", Way::Less),
    ("leichter", Way::Less),
    ("faster", Way::Faster),
    ("schneller", Way::Faster),
    ("slower", Way::Slower),
    ("langsamer", Way::Slower),
    ("better", Way::Better),
    ("besser", Way::Better),
];

/// What is better the lower it is, folded.
const BETTER_LOW: &[&str] = &[
    "ldl",
    "cholesterol",
    "cholesterin",
    "triglycerides",
    "triglyceride",
    "hba1c",
    "a1c",
    "creatinine",
    "kreatinin",
    "psa",
    "crp",
    "blutdruck",
];

/// What says only that there is a value, folded.
const OF_VALUES: &[&str] = &[
    "value", "values", "level", "levels", "result", "results", "reading", "number", "figure", "price", "priced", "prices", "listed",
    "list", "looked", "look", "measured", "stood", "wert", "werte", "ergebnis", "preis",
];

/// What says of a way that was run that it was run in some time, folded.
const OF_TIMES: &[&str] = &["time", "times", "running", "run", "ran", "finish", "finished", "zeit", "lief", "gelaufen"];

/// Units that follow a number.
const UNITS: &[&str] = &[
    "kg", "g", "mg", "lb", "lbs", "km", "m", "cm", "mm", "l", "ml", "mmol/l", "mg/dl", "kwh", "percent", "prozent", "cad", "usd", "eur",
    "gbp", "chf", "isk", "sek", "nok", "dkk", "euro", "euros", "dollars",
];

/// What is told of one side.
struct Told {
    side: String,
    value: f64,
    written: String,
    unit: String,
    cited: Cited,
}

impl Answerer<'_> {
    /// Which of the sides has more, or less; a tie is said to be one.
    pub(super) fn compare(&self, question: &str, plan: Plan) -> Result<Answer> {
        if plan.measure == Measure::Count
            && let Some(way) = way(question)
        {
            return match self.values_of_sides(&plan, way)? {
                Some(answer) => Ok(answer),
                None => {
                    let text = say::zero(&plan, &self.searched(&plan.filter)?);
                    self.nothing(plan, text)
                }
            };
        }
        let mut rows = Vec::new();
        let mut queries = Vec::new();
        let mut items = Vec::new();
        for side in &plan.sides {
            let total = self.vault.aggregate(&side.filter, &measure(&plan), None)?;
            let value = total.rows.first().and_then(|row| row.value).unwrap_or(0.0);
            rows.push((side.name.clone(), say::scaled(plan.measure, value)));
            queries.push(total.sql);
            items.extend(self.examples(&side.filter, &plan)?.into_iter().take(2));
        }
        if rows.iter().all(|(_, value)| *value == 0.0) {
            let text = say::zero(&plan, &self.searched(&plan.filter)?);
            return self.nothing(plan, text);
        }
        rows.sort_by(|a, b| if plan.asked == Asked::Least { a.1.total_cmp(&b.1) } else { b.1.total_cmp(&a.1) });
        let computed = Computed { label: rows[0].0.clone(), value: rows[0].1, rows, ..say::computed(&plan, 0.0, queries.join(";\n")) };
        let text = say::compare(&plan, &computed, items.len());
        let claims = vec![Claim { text: text.clone(), cites: items.iter().map(|cited| cited.row.uid).collect() }];
        Ok(Answer { text, claims, plan, computed: Some(computed), items, abstained: false, choices: Vec::new(), model: None })
    }

    /// Which of two sides costs more, or less, by the one price that is told of each.
    pub(super) fn prices_of_sides(&self, plan: &Plan) -> Result<Option<Answer>> {
        self.values_of_sides(plan, if plan.asked == Asked::Least { Way::Less } else { Way::Greater })
    }

    /// Which of two sides has the greater value, the less, or took less time, by the one that is told of each; `None` unless both are
    /// surely told.
    fn values_of_sides(&self, plan: &Plan, way: Way) -> Result<Option<Answer>> {
        let [one, other] = &plan.sides[..] else { return Ok(None) };
        let timed = matches!(way, Way::Faster | Way::Slower);
        let told = |side: &Side| if timed { self.finished_in(plan, side) } else { self.value_of(plan, side) };
        let (Some(mut one), Some(mut other)) = (told(one)?, told(other)?) else { return Ok(None) };
        if one.unit != other.unit {
            return Ok(None);
        }
        let low = match way {
            Way::Greater | Way::Slower => false,
            Way::Less | Way::Faster => true,
            Way::Better if snippet::words(&plan.filter.text).any(|(_, word)| BETTER_LOW.contains(&snippet::fold(word).as_str())) => true,
            Way::Better => return Ok(None),
        };
        if (one.value > other.value) == low && one.value.total_cmp(&other.value).is_ne() {
            std::mem::swap(&mut one, &mut other);
        }
        let verdict = match (one.value.total_cmp(&other.value).is_eq(), way) {
            (true, _) => pick(plan.language, "The same for both", "Bei beiden gleich").to_owned(),
            (false, Way::Faster) => format!("{}: {}", pick(plan.language, "Faster", "Schneller"), one.side),
            (false, Way::Slower) => format!("{}: {}", pick(plan.language, "Slower", "Langsamer"), one.side),
            (false, _) if low => format!("{}: {}", pick(plan.language, "Lower", "Niedriger"), one.side),
            (false, _) => format!("{}: {}", pick(plan.language, "Higher", "Höher"), one.side),
        };
        let text = format!("{verdict} ({}: {} [1]; {}: {} [2]).", one.side, one.written, other.side, other.written);
        Ok(Some(one_claim(plan.clone(), text, vec![one.cited, other.cited], None)))
    }

    /// How long the one session took that is meant by a side.
    fn finished_in(&self, plan: &Plan, side: &Side) -> Result<Option<Told>> {
        let text = without(&side.filter.text, OF_TIMES);
        if text.is_empty() {
            return Ok(None);
        }
        let singular = text.split(' ').map(|word| word.strip_suffix('s').unwrap_or(word)).collect::<Vec<_>>().join(" ");
        for text in [text, singular] {
            let filter = Filter { kinds: vec![Kind::Workout, Kind::Trip], text, ..side.filter.clone() };
            let rows = self.vault.list(&filter, Order::Newest, None, 2)?.rows;
            let [row] = &rows[..] else { continue };
            let Some(item) = self.vault.item(row.uid)? else { continue };
            let Some(seconds) = item.data.get("duration_s").and_then(|seconds| seconds.as_f64()).filter(|seconds| *seconds > 0.0) else {
                continue;
            };
            let whole = seconds.round() as i64;
            let written = format!("{}:{:02}:{:02}", whole / 3_600, whole / 60 % 60, whole % 60);
            let cited = self.cited(row.clone(), plan, Hit { id: 0, score: 1.0, why: vec!["timed".to_owned()] })?;
            return Ok(Some(Told { side: side.name.clone(), value: seconds, written, unit: "s".to_owned(), cited }));
        }
        Ok(None)
    }

    /// The number that is told of a side, right after what it is of: of one that is a time, what is asked about; of one that is a name,
    /// that name. `None` where several are told that differ.
    fn value_of(&self, plan: &Plan, side: &Side) -> Result<Option<Told>> {
        let topic = without(&plan.filter.text, OF_VALUES);
        let text = without(&side.filter.text, OF_VALUES);
        let of_time = (side.filter.from, side.filter.to) != (plan.filter.from, plan.filter.to);
        let said = if of_time { topic } else { without(&side.name, &[]) };
        let anchor: Vec<String> = said.split(' ').filter(|word| !word.is_empty()).map(snippet::fold).collect();
        if anchor.is_empty() || text.is_empty() {
            return Ok(None);
        }
        let filter = Filter { kinds: TELLING.to_vec(), text, ..side.filter.clone() };
        let rows = self.vault.list(&filter, Order::Newest, None, READ)?.rows;
        let documents = self.vault.documents(&rows.iter().map(|row| row.id).collect::<Vec<_>>())?;
        let mut found = None;
        for row in rows {
            let Some(document) = documents.iter().find(|document| document.id == row.id) else { continue };
            for (value, unit, written) in clauses(&document.text).into_iter().filter_map(|clause| number_after(clause, &anchor)) {
                match &found {
                    None => found = Some((row.clone(), value, unit, written)),
                    Some((_, had, of, _)) if had.total_cmp(&value).is_eq() && *of == unit => {}
                    Some(_) => return Ok(None),
                }
            }
        }
        let Some((row, value, unit, written)) = found else { return Ok(None) };
        let cited = self.cited(row, plan, Hit { id: 0, score: 1.0, why: vec!["told".to_owned()] })?;
        Ok(Some(Told { side: side.name.clone(), value, written, unit, cited }))
    }
}

/// The word of a question that sets values against each other.
fn way(question: &str) -> Option<Way> {
    let plain = plain_contest(question);
    snippet::words(&plain).find_map(|(_, word)| {
        let word = snippet::fold(word);
        WAYS.iter().find(|(said, _)| *said == word).map(|(_, way)| *way)
    })
}

/// A text without some words, and without those by which values are set against each other.
fn without(text: &str, listed: &[&str]) -> String {
    let narrows = |word: &&str| {
        let word = snippet::fold(word);
        !listed.contains(&word.as_str()) && WAYS.iter().all(|(said, _)| *said != word)
    };
    let mut kept: Vec<&str> = Vec::new();
    for word in text.split_whitespace().filter(narrows) {
        if !kept.contains(&word) {
            kept.push(word);
        }
    }
    kept.join(" ")
}

/// The parts of a text between its lines, and between the marks that end one and are followed by a space.
fn clauses(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut from = 0;
    let mut chars = text.char_indices().peekable();
    while let Some((at, ch)) = chars.next() {
        let parted = chars.peek().is_none_or(|(_, next)| next.is_whitespace());
        if matches!(ch, '\n' | ';') || (parted && matches!(ch, ',' | '.' | '!' | '?')) {
            parts.push(&text[from..at]);
            from = at + ch.len_utf8();
        }
    }
    parts.push(&text[from..]);
    parts
}

/// The number that stands a few words at most after all words of an anchor in a clause, its unit, and both as they are written.
fn number_after(clause: &str, anchor: &[String]) -> Option<(f64, String, String)> {
    let words: Vec<&str> = clause.split_whitespace().collect();
    let folded: Vec<String> = words.iter().map(|word| snippet::fold(word.trim_matches(|ch: char| !ch.is_alphanumeric()))).collect();
    let mut last = 0;
    for wanted in anchor {
        last = last.max(folded.iter().position(|word| word == wanted)?);
    }
    let (at, value, sign) =
        (last + 1..words.len().min(last + 2 + APART)).find_map(|at| number(words[at]).map(|(value, sign)| (at, value, sign)))?;
    let next = words.get(at + 1).map_or("", |word| word.trim_matches(|ch: char| !ch.is_alphanumeric() && ch != '/'));
    // A day is no value.
    if crate::dates::is_month(&next.to_lowercase()) || at.checked_sub(1).is_some_and(|before| crate::dates::is_month(&folded[before])) {
        return None;
    }
    let unit = if UNITS.contains(&next.to_lowercase().as_str()) { next.to_lowercase() } else { String::new() };
    let bare = words[at].trim_matches(|ch: char| matches!(ch, '(' | ')' | ',' | '.' | ':' | '~'));
    let written = if unit.is_empty() { bare.to_owned() } else { format!("{bare} {next}") };
    Some((value, format!("{sign}{unit}"), written))
}

/// The number that a word is, and the sign that stands by it: "(489,500", "$1,742.00", "2.9", "4.09%". A year, or a date, is none.
fn number(word: &str) -> Option<(f64, String)> {
    let bare = word.trim_matches(|ch: char| matches!(ch, '(' | ')' | ',' | '.' | ':' | '~'));
    let sign: String = bare.chars().filter(|ch| matches!(ch, '$' | '€' | '£' | '%')).collect();
    let digits: String = bare.trim_matches(|ch: char| matches!(ch, '$' | '€' | '£' | '%')).to_owned();
    if !digits.starts_with(|ch: char| ch.is_ascii_digit()) || !digits.chars().all(|ch| ch.is_ascii_digit() || matches!(ch, '.' | ',')) {
        return None;
    }
    let is_year = digits.len() == 4 && sign.is_empty() && digits.parse::<u16>().is_ok_and(|year| (1900..=2100).contains(&year));
    let groups: Vec<&str> = digits.split(['.', ',']).collect();
    let plain = match &groups[..] {
        [whole] => (*whole).to_owned(),
        // "489,500" and "1.742" may be in thousands: three digits after a comma are.
        [whole, part] if part.len() == 3 && digits.contains(',') => format!("{whole}{part}"),
        [_, part] if part.len() == 3 => return None,
        [whole, part] => format!("{whole}.{part}"),
        [whole, thousands, part] if thousands.len() == 3 && part.len() == 2 => format!("{whole}{thousands}.{part}"),
        [whole, more @ ..] if more.iter().all(|group| group.len() == 3) => format!("{whole}{}", more.concat()),
        _ => return None,
    };
    plain.parse().ok().filter(|_| !is_year).map(|value| (value, sign))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_stands_right_after_what_it_is_of() {
        let read = |text: &str, anchor: &[&str]| {
            let anchor: Vec<String> = anchor.iter().map(|word| (*word).to_owned()).collect();
            clauses(text).into_iter().find_map(|clause| number_after(clause, &anchor)).map(|(value, unit, _)| (value, unit))
        };
        let results = "Jonas, ferritin 41, LDL 3.6 which is a bit up, A1c 5.4. Again in August.";
        assert_eq!(read(results, &["ldl"]), Some((3.6, String::new())));
        assert_eq!(read("LDL down to 2.9, good.", &["ldl"]), Some((2.9, String::new())));
        let list = "12 Keller (469,900), 47 Holt ($519,000), and 5 Rose (489,500, but the roof)";
        assert_eq!(read(list, &["keller"]), Some((469_900.0, String::new())));
        assert_eq!(read(list, &["holt"]), Some((519_000.0, "$".to_owned())));
        assert_eq!(read(list, &["rose"]), Some((489_500.0, String::new())));
        assert_eq!(read("Your rate is 4.09% from May", &["rate"]), Some((4.09, "%".to_owned())));
        assert_eq!(read("LDL again in 2025", &["ldl"]), None, "a year is no value");
        assert_eq!(read("LDL again on 4 May", &["ldl"]), None, "a day is no value");
    }

    #[test]
    fn what_sets_values_against_each_other_is_no_number_of_items() {
        assert_eq!(way("was my half marathon quicker in 2023 or 2025"), Some(Way::Faster));
        assert_eq!(way("Was my LDL better in February or in August?"), Some(Way::Better));
        assert_eq!(way("Who had the higher number of mails, Anna or Jonas?"), None);
        assert_eq!(way("Did I take more photos in 2019 or in 2020?"), None);
    }
}
