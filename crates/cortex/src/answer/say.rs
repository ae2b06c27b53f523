//! The sentences of answers, where no model words them.

use domain::{Filter, Kind};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use vault::Row;

use super::{Choice, Cited, Computed, clocks, pick};
use crate::places::town_of;
use crate::plan::{Asked, Division, Language, Measure, Plan, Rate, Statistic, as_said, times, who as who_of};
use crate::snippet::{OFF, ON};

/// What was looked through.
pub(super) struct Searched {
    pub(super) n_items: u64,
    pub(super) first: Option<i64>,
    pub(super) last: Option<i64>,
}

/// A measured value in the unit that people read: metres as kilometres, seconds as hours.
pub(super) fn scaled(measure: Measure, value: f64) -> f64 {
    match measure {
        Measure::Distance => value / 1e3,
        Measure::Duration => value / 3600.0,
        Measure::Count | Measure::Days | Measure::Nights | Measure::Amount | Measure::Steps => value,
    }
}

pub(super) fn computed(plan: &Plan, value: f64, query: String) -> Computed {
    let unit = match plan.measure {
        Measure::Distance => "km",
        Measure::Duration => "h",
        Measure::Days => pick(plan.language, "days", "Tage"),
        Measure::Nights => pick(plan.language, "nights", "Nächte"),
        Measure::Steps => pick(plan.language, "steps", "Schritte"),
        Measure::Count | Measure::Amount => "",
    };
    Computed {
        label: things(plan.language, &plan.filter, 2).to_owned(),
        value: scaled(plan.measure, value),
        unit: unit.to_owned(),
        rows: Vec::new(),
        query,
    }
}

pub(super) fn number(plan: &Plan, computed: &Computed, n_examples: usize) -> String {
    if plan.statistic == Statistic::Mean {
        let mean = pick(plan.language, "on average", "im Durchschnitt");
        let among = examples(&marks(n_examples), pick(plan.language, "among them", "darunter"));
        return format!("{} {} {mean}{}{among}.", figure(computed.value, plan.language), computed.unit, condition(plan));
    }
    let yes = if plan.polar { pick(plan.language, "Yes: ", "Ja: ") } else { "" };
    let value = format!("{yes}{}", figure(computed.value, plan.language));
    let what = condition(plan);
    let marks = marks(n_examples);
    match (plan.language, plan.measure) {
        (language, Measure::Count) => format!(
            "{value} {}{what}{}.{}",
            things(language, &plan.filter, computed.value as u64),
            examples(&marks, pick(language, "for example", "zum Beispiel")),
            once(plan)
        ),
        (Language::En, Measure::Days) => format!("On {value} days{what}{}.", examples(&marks, "for example")),
        (Language::De, Measure::Days) => format!("An {value} Tagen{what}{}.", examples(&marks, "zum Beispiel")),
        (Language::En, _) => format!("{value} {} in all{what}{}.", computed.unit, examples(&marks, "among them")),
        (Language::De, _) => format!("Zusammen {value} {}{what}{}.", computed.unit, examples(&marks, "darunter")),
    }
}

/// That entries of a calendar are counted, and not the dates of those that repeat.
fn once(plan: &Plan) -> &'static str {
    if plan.filter.kinds != [Kind::Event] {
        return "";
    }
    pick(plan.language, " An entry that repeats counts once.", " Ein Eintrag, der sich wiederholt, zählt einmal.")
}

/// An item by its day and its title.
pub(super) fn titled(row: &Row, plan: &Plan) -> String {
    let when = day_of(row, plan);
    let title = title(row, plan.language);
    if when.is_empty() { title } else { format!("{when}: {title}") }
}

/// What an item is called: a visit of which nothing but the position is known, by the town.
fn title(row: &Row, language: Language) -> String {
    match row.place.filter(|_| is_position(&row.title)) {
        Some(point) => town_of(point, language),
        None => row.title.trim().to_owned(),
    }
}

/// Whether a title is no more than where it was: "51.900, -8.483".
fn is_position(title: &str) -> bool {
    title
        .split_once(", ")
        .is_some_and(|(lat, lon)| [lat, lon].into_iter().all(|degrees| degrees.contains('.') && degrees.parse::<f64>().is_ok()))
}

/// How often a thing is, over a span of time.
pub(super) fn rate(plan: &Plan, computed: &Computed, total: f64, n_examples: usize) -> String {
    let (each, in_all) = match (plan.language, plan.rate) {
        (Language::En, Some(Rate::Day)) => ("a day", "in all"),
        (Language::En, Some(Rate::Week)) => ("a week", "in all"),
        (Language::En, Some(Rate::Month)) => ("a month", "in all"),
        (Language::En, _) => ("a year", "in all"),
        (Language::De, Some(Rate::Day)) => ("am Tag", "im Ganzen"),
        (Language::De, Some(Rate::Week)) => ("pro Woche", "im Ganzen"),
        (Language::De, Some(Rate::Month)) => ("im Monat", "im Ganzen"),
        (Language::De, _) => ("im Jahr", "im Ganzen"),
    };
    let point = pick(plan.language, ".", ",");
    let value = match plan.measure {
        Measure::Amount => measured(plan, computed.value, &computed.unit),
        Measure::Count => format!("{:.2} {}", computed.value, things(plan.language, &plan.filter, 2)).replacen('.', point, 1),
        _ => format!("{:.2} {}", computed.value, computed.unit).replacen('.', point, 1),
    };
    let whole = measured(plan, total, &computed.unit);
    let marks = marks(n_examples);
    format!("{value} {each}, {whole} {in_all}{}{}.", condition(plan), examples(&marks, pick(plan.language, "for example", "zum Beispiel")))
}

/// A group as people call it: a weekday by its name, a day by its date, an hour by its clock.
pub(super) fn key(by: Division, key: String, language: Language) -> String {
    match by {
        Division::Day => return key.parse().map_or(key, |date| day(date, language)),
        Division::Hour => return format!("{key}:00"),
        Division::Month => return format!("{key}-01").parse().map_or(key, |date| month(date, language)),
        _ => {}
    }

    const EN: [&str; 7] = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
    const DE: [&str; 7] = ["Sonntag", "Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag"];
    let names = if language == Language::De { DE } else { EN };
    let named = if by == Division::Weekday { key.parse().ok().and_then(|day: usize| names.get(day)) } else { None };
    named.map_or(key, |name| (*name).to_owned())
}

/// A value with its unit.
pub(super) fn measured(plan: &Plan, value: f64, unit: &str) -> String {
    if plan.measure == Measure::Amount {
        return priced(unit, (value * 100.0).round() as i64, plan.language);
    }
    let shown = figure(value, plan.language);
    let what = if plan.measure == Measure::Count { things(plan.language, &plan.filter, value as u64) } else { unit };
    format!("{shown} {what}")
}

/// Names that share a rank: at most five of them, and how many more there are.
pub(super) fn tied(names: &[String], language: Language) -> String {
    const SHOWN: usize = 5;
    let and = pick(language, "and", "und");
    match names {
        [] => String::new(),
        [name] => name.clone(),
        [.., last] if names.len() <= SHOWN => format!("{} {and} {last}", names[..names.len() - 1].join(", ")),
        _ => format!("{} {and} {} {}", names[..SHOWN].join(", "), names.len() - SHOWN, pick(language, "more", "weitere")),
    }
}

/// What has most or least, by its name; or the names of those that have as much as each other.
pub(super) fn most(plan: &Plan, name: &str, is_tie: bool, computed: &Computed, n_examples: usize) -> String {
    let value = measured(plan, computed.value, &computed.unit);
    let each = if is_tie { pick(plan.language, " each", " je") } else { "" };
    format!("{name}: {value}{each}{}{}.", condition(plan), examples(&marks(n_examples), pick(plan.language, "for example", "zum Beispiel")))
}

/// Which side has more, with the numbers of all.
pub(super) fn compare(plan: &Plan, computed: &Computed, n_examples: usize) -> String {
    let sides: Vec<String> =
        computed.rows.iter().map(|(name, value)| format!("{name}: {}", measured(plan, *value, &computed.unit))).collect();
    let tie = computed.rows.windows(2).all(|pair| pair[0].1 == pair[1].1);
    let less = plan.asked == Asked::Least;
    let verdict = match (plan.language, tie) {
        (Language::En, true) => "As many in each".to_owned(),
        (Language::De, true) => "Gleich viele".to_owned(),
        (Language::En, false) => format!("{}: {}", if less { "Fewer" } else { "More" }, computed.label),
        (Language::De, false) => format!("{}: {}", if less { "Weniger" } else { "Mehr" }, computed.label),
    };
    let apart = match &computed.rows[..] {
        [(_, one), (_, other)] if !tie => {
            let apart = measured(plan, (one - other).abs(), &computed.unit);
            format!(", {} {apart}", pick(plan.language, "a difference of", "ein Unterschied von"))
        }
        _ => String::new(),
    };
    format!(
        "{verdict} ({}{apart}){}{}.",
        sides.join(", "),
        condition(plan),
        examples(&marks(n_examples), pick(plan.language, "for example", "zum Beispiel"))
    )
}

/// What was paid on average.
pub(super) fn mean_paid(plan: &Plan, computed: &Computed, n_examples: usize) -> String {
    let among = examples(&marks(n_examples), pick(plan.language, "of these", "von diesen"));
    format!(
        "{} {}{}{among}.",
        measured(plan, computed.value, &computed.unit),
        pick(plan.language, "on average", "im Durchschnitt"),
        condition(plan)
    )
}

/// Sums of money, each in its currency.
pub(super) fn money(plan: &Plan, sums: &[(String, i64)], n_stated: usize, n_examples: usize) -> String {
    let sums: Vec<String> = sums.iter().map(|(currency, cents)| priced(currency, *cents, plan.language)).collect();
    let sums = sums.join(" + ");
    let marks = marks(n_examples);
    match plan.language {
        Language::En => format!(
            "{sums} in all{}, by the totals stated in {n_stated} {}{}.",
            condition(plan),
            things(plan.language, &plan.filter, n_stated as u64),
            examples(&marks, "these")
        ),
        Language::De => format!(
            "Zusammen {sums}{}, nach den Beträgen in {n_stated} {}{}.",
            condition(plan),
            things(plan.language, &plan.filter, n_stated as u64),
            examples(&marks, "diese")
        ),
    }
}

/// An amount of money; by the sign alone where nothing tells whose dollar it is.
fn priced(currency: &str, cents: i64, language: Language) -> String {
    let figure = money_figure(cents, language);
    if currency == "$" { format!("${figure}") } else { format!("{currency} {figure}") }
}

/// What of a sum came back, after the sum.
pub(super) fn came_back(plan: &Plan, back: &[(String, i64)]) -> String {
    if back.is_empty() {
        return String::new();
    }
    let back: Vec<String> = back.iter().map(|(currency, cents)| priced(currency, *cents, plan.language)).collect();
    match plan.language {
        Language::En => format!(" Of this, {} came back by later refunds.", back.join(" + ")),
        Language::De => format!(" Davon kamen {} später zurück.", back.join(" + ")),
    }
}

/// How many more were called off, after how many were bought.
pub(super) fn called_off(plan: &Plan, n: usize) -> String {
    match (n, plan.language) {
        (0, _) => String::new(),
        (1, Language::En) => " One more was cancelled.".to_owned(),
        (1, Language::De) => " Eine weitere Bestellung wurde storniert.".to_owned(),
        (n, Language::En) => format!(" {n} more were cancelled."),
        (n, Language::De) => format!(" {n} weitere wurden storniert."),
    }
}

/// What was in an order, after when it was.
pub(super) fn goods(plan: &Plan, goods: &[String]) -> String {
    if goods.is_empty() {
        return String::new();
    }
    format!(" {}: {}.", pick(plan.language, "In it", "Darin"), goods.join("; "))
}

/// That an order beyond the first or the last was called off.
pub(super) fn beyond_called_off(plan: &Plan, row: &Row) -> String {
    let titled = titled(row, plan);
    match plan.language {
        Language::En => format!(" Another one was cancelled: {titled} [2]."),
        Language::De => format!(" Eine weitere wurde storniert: {titled} [2]."),
    }
}

/// What a stay cost, with the nights and the price of each.
pub(super) fn by_the_night(plan: &Plan, n: i64, unit: &str, each: f64, whole: f64) -> String {
    let (each, whole) = (measured(plan, each, unit), measured(plan, whole, unit));
    match plan.language {
        Language::En => format!("{whole}: {n} nights at {each} each, as the booking says [1]."),
        Language::De => format!("{whole}: {n} Nächte zu je {each}, wie die Buchung sagt [1]."),
    }
}

/// An amount with its two decimals.
fn money_figure(cents: i64, language: Language) -> String {
    let point = pick(language, ".", ",");
    format!("{}{point}{:02}", figure((cents / 100) as f64, language), (cents % 100).abs())
}

pub(super) fn no_amount(plan: &Plan, searched: &Searched) -> String {
    let looked = looked(plan, searched);
    match plan.language {
        Language::En => format!("No purchase or mail that fits states an amount that I can rely on ({}). {looked}", plan.understood),
        Language::De => format!("Kein Kauf und keine Mail dazu nennt einen Betrag, auf den Verlass ist ({}). {looked}", plan.understood),
    }
}

/// That nothing tells what was paid for what was asked about, before what was paid to the same in all.
pub(super) fn paid_otherwise(plan: &Plan, text: &str) -> String {
    match plan.language {
        Language::En => format!("Nothing that states an amount there speaks of “{text}”. Whatever it was for, it came to:"),
        Language::De => format!("Nichts, was dort einen Betrag nennt, spricht von „{text}“. Wofür auch immer, es waren:"),
    }
}

/// That no order speaks of what was asked about, before what is known of all orders there.
pub(super) fn bought_otherwise(plan: &Plan, text: &str) -> String {
    match plan.language {
        Language::En => format!("No order there speaks of “{text}”. Of all of them, whatever they were for:"),
        Language::De => format!("Keine Bestellung dort spricht von „{text}“. Von allen, wofür auch immer:"),
    }
}

pub(super) fn end(plan: &Plan, cited: &Cited) -> String {
    let when = day_of(&cited.row, plan);
    let which = match (plan.language, plan.asked) {
        (Language::En, Asked::First) => "The first was on",
        (Language::En, Asked::Next) => "The next is on",
        (Language::En, _) => "The last was on",
        (Language::De, Asked::First) => "Zuerst am",
        (Language::De, Asked::Next) => "Als nächstes am",
        (Language::De, _) => "Zuletzt am",
    };
    let who = cited.row.who.as_ref().map_or_else(String::new, |who| format!(" ({who})"));
    format!("{which} {when}: {}{who} [1].", title(&cited.row, plan.language))
}

pub(super) fn who(plan: &Plan, names: &[String], cited: &Cited) -> String {
    format!("{} ({}, {}) [1].", names.join(", "), cited.row.title, day_of(&cited.row, plan))
}

/// One item as a sentence with its mark.
pub(super) fn item(plan: &Plan, cited: &Cited, number: usize, place: Option<&str>, due: Option<Date>) -> String {
    let when = match (due, plan.language) {
        (Some(due), Language::En) => format!("due on {}", day(due, plan.language)),
        (Some(due), Language::De) => format!("fällig am {}", day(due, plan.language)),
        (None, _) => day_of(&cited.row, plan),
    };
    let title = title(&cited.row, plan.language);
    let snippet = cited.snippet.replace([ON, OFF], "");
    let snippet = snippet.trim();
    let words = if snippet.is_empty() || snippet == title { String::new() } else { format!(" — {}", snippet.trim_end_matches('.')) };
    let place = place.map_or_else(String::new, |place| format!(" ({place})"));
    if when.is_empty() { format!("{title}{words}{place} [{number}].") } else { format!("{when}: {title}{words}{place} [{number}].") }
}

/// Why a plan is not run, when it is not: someone or something that the data does not know, or words that no plan can hold.
pub(super) fn declined(plan: &Plan) -> Option<String> {
    let list = |names: &[String]| names.iter().map(|name| format!("“{name}”")).collect::<Vec<_>>().join(", ");
    Some(if !plan.absent.is_empty() {
        let names = plan.absent.join(", ");
        match plan.language {
            Language::En => format!("There is nothing from {names} in your data, so it cannot say."),
            Language::De => format!("Von {names} ist nichts in deinen Daten; sie können es nicht sagen."),
        }
    } else if !plan.unknown.is_empty() {
        let names = plan.unknown.join(", ");
        match plan.language {
            Language::En => format!("Nobody called {names} is in your data, so it cannot say."),
            Language::De => format!("Niemand mit dem Namen {names} kommt in deinen Daten vor; sie können es nicht sagen."),
        }
    } else if !plan.beyond.is_empty() {
        let words = list(&plan.beyond);
        match plan.language {
            Language::En => {
                format!("I cannot compute that: I do not know how to take {words}, and leaving it out would answer another question.")
            }
            Language::De => {
                format!("Das kann ich nicht berechnen: ich weiss nicht, wie {words} zu nehmen ist, und ohne das wäre es eine andere Frage.")
            }
        }
    } else {
        return None;
    })
}

/// That what the first step looks for is not there.
pub(super) fn no_first_step(plan: &Plan, said: &str, searched: &Searched) -> String {
    let looked = looked(plan, searched);
    match plan.language {
        Language::En => format!("I looked for “{said}” first, and it is not in your data, so I cannot tell what came of it. {looked}"),
        Language::De => format!("Zuerst habe ich „{said}“ gesucht, und das steht nicht in deinen Daten. {looked}"),
    }
}

/// Asks which of several readings is meant.
pub(super) fn which(plan: &Plan, choices: &[Choice]) -> String {
    let listed: Vec<&str> = choices.iter().map(|choice| choice.label.as_str()).collect();
    let listed = listed.join("; ");
    match plan.language {
        Language::En => format!("Which one do you mean: {listed}?"),
        Language::De => format!("Was ist gemeint: {listed}?"),
    }
}

/// Why entries that stand for a series are not counted.
pub(super) fn series(plan: &Plan, series: &[Cited]) -> String {
    let titles: Vec<String> = series.iter().enumerate().map(|(at, cited)| format!("“{}” [{}]", cited.row.title.trim(), at + 1)).collect();
    let titles = titles.join(", ");
    match plan.language {
        Language::En => format!(
            "I cannot compute that: {titles} repeats by a rule and stands in the calendar once, for all its dates. Counting the \
                entry would leave them out."
        ),
        Language::De => format!(
            "Das kann ich nicht berechnen: {titles} wiederholt sich nach einer Regel und steht nur einmal im Kalender, für alle \
                Daten. Nur den Eintrag zu zählen liesse sie aus."
        ),
    }
}

/// What a list holds in all, before its lines.
pub(super) fn listed(plan: &Plan, computed: &Computed, n_shown: usize) -> String {
    let n = computed.value as u64;
    let (value, what) = (figure(computed.value, plan.language), things(plan.language, &plan.filter, n));
    let shown = match (plan.language, n as usize > n_shown) {
        (Language::En, true) => format!(", of which the first {n_shown}"),
        (Language::De, true) => format!(", davon die ersten {n_shown}"),
        (_, false) => String::new(),
    };
    format!("{value} {what}{}{shown}:", condition(plan))
}

/// A town, from when to when, and what tells of it. `before` marks stand in the sentences before.
pub(super) fn town(plan: &Plan, name: &str, n_items: usize, span: &(Row, Row), cited: &[Cited], before: usize) -> String {
    let (from, to) = (day_of(&span.0, plan), day_of(&span.1, plan));
    let when = match (from == to, plan.language) {
        (true, _) => from,
        (false, Language::En) => format!("{from} to {to}"),
        (false, Language::De) => format!("{from} bis {to}"),
    };
    let mark = |(at, cited): (usize, &Cited)| {
        let title = Some(cited.row.title.trim()).filter(|title| !is_position(title));
        format!("{}[{}]", title.map_or_else(String::new, |title| format!("{title} ")), before + at + 1)
    };
    let titles: Vec<String> = cited.iter().enumerate().map(mark).collect();
    let more = match (n_items > cited.len(), plan.language) {
        (true, Language::En) => format!(" and {} more", n_items - cited.len()),
        (true, Language::De) => format!(" und {} weitere", n_items - cited.len()),
        (false, _) => String::new(),
    };
    format!("{when}: {name} — {}{more}.", titles.join(", "))
}

/// How old somebody is, or was on a day.
pub(super) fn age(plan: &Plan, name: &str, born: Date, years: i16, then: Option<Date>) -> String {
    let born = day(born, plan.language);
    let at = then.map(|then| day(then, plan.language));
    match (plan.language, at) {
        (Language::En, None) => format!("{name} is {years}, born on {born} [1]."),
        (Language::En, Some(at)) => format!("{name} was {years} on {at}, born on {born} [1]."),
        (Language::De, None) => format!("{name} ist {years}, geboren am {born} [1]."),
        (Language::De, Some(at)) => format!("{name} war am {at} {years}, geboren am {born} [1]."),
    }
}

/// Which of two people is the elder or the younger: the first of the two, who `is_first` when the question names them first.
pub(super) fn older(plan: &Plan, elder: bool, is_first: bool, people: [(&str, Date); 2]) -> String {
    let [(one, born), (other, later)] = people.map(|(name, born)| (name, day(born, plan.language)));
    let word = match (plan.language, elder) {
        (Language::En, true) => "older",
        (Language::En, false) => "younger",
        (Language::De, true) => "älter",
        (Language::De, false) => "jünger",
    };
    let whether = match (plan.polar, is_first) {
        (false, _) => "",
        (true, true) => pick(plan.language, "Yes. ", "Ja. "),
        (true, false) => pick(plan.language, "No. ", "Nein. "),
    };
    match plan.language {
        Language::En => format!("{whether}{one} is {word}: born on {born} [1], {other} on {later} [2]."),
        Language::De => format!("{whether}{one} ist {word}: geboren am {born} [1], {other} am {later} [2]."),
    }
}

/// How long it was between two things, each with its day.
pub(super) fn interval(plan: &Plan, value: i32, unit: &str, n_days: i32, ends: [(&str, Date); 2]) -> String {
    let [first, second] = ends.map(|(said, on)| format!("{said}, {}", day(on, plan.language)));
    let days = if unit == pick(plan.language, "days", "Tage") {
        String::new()
    } else {
        format!(" ({n_days} {})", pick(plan.language, "days", "Tage"))
    };
    match plan.language {
        Language::En => format!("{value} {unit}{days}: {first} [1]; {second} [2]."),
        Language::De => format!("{value} {unit}{days}: {first} [1]; {second} [2]."),
    }
}

/// A number of visits, and how many stays they make up: the visits of one journey are one time that somebody was there.
pub(super) fn in_stays(plan: &Plan, counted: &str, n_stays: usize) -> String {
    let (one, stays) = (pick(plan.language, "stay", "Aufenthalt"), pick(plan.language, "stays", "Aufenthalten"));
    let stays = if n_stays == 1 { one } else { stays };
    format!("{} {n_stays} {stays}.", counted.trim_end_matches('.').to_owned() + pick(plan.language, ", in", ", bei"))
}

/// That the person was elsewhere than asked.
pub(super) fn elsewhere(plan: &Plan, where_they_were: &str) -> String {
    let place = plan.place.as_deref().unwrap_or_default();
    match plan.language {
        Language::En => format!("No, nothing says that you were in {place} then. You were here:\n{where_they_were}"),
        Language::De => format!("Nein, nichts sagt, dass du dann in {place} warst. Du warst hier:\n{where_they_were}"),
    }
}

/// That there were other towns, or stays.
pub(super) fn more_towns(plan: &Plan, n: usize) -> String {
    match plan.language {
        Language::En => format!("And {n} more."),
        Language::De => format!("Und {n} weitere."),
    }
}

pub(super) fn zero(plan: &Plan, searched: &Searched) -> String {
    let looked = looked(plan, searched);
    match plan.language {
        Language::En => format!("None: nothing in your data fits ({}). {looked}", plan.understood),
        Language::De => format!("Nichts: in deinen Daten passt nichts dazu ({}). {looked}", plan.understood),
    }
}

/// That nothing answers, and for which word nothing was found.
pub(super) fn nothing(plan: &Plan, absent: Option<&str>, is_sure: bool, searched: &Searched) -> String {
    let looked = looked(plan, searched);
    let sure = match (plan.language, is_sure) {
        (_, true) => "",
        (Language::En, false) => ", as far as I can tell",
        (Language::De, false) => ", soweit ich sehe",
    };
    match (plan.language, absent) {
        (Language::En, None) => format!("That is not in your data{sure}. {looked}"),
        (Language::De, None) => format!("Das steht nicht in deinen Daten{sure}. {looked}"),
        (Language::En, Some(word)) => format!("That is not in your data{sure}: “{word}” stands nowhere in it. {looked}"),
        (Language::De, Some(word)) => format!("Das steht nicht in deinen Daten{sure}: „{word}“ kommt nirgends vor. {looked}"),
    }
}

/// What was looked through.
pub(super) fn looked(plan: &Plan, searched: &Searched) -> String {
    let n_items = figure(searched.n_items as f64, plan.language);
    let what = things(plan.language, &plan.filter, searched.n_items);
    let year = |ms: Option<i64>| ms.and_then(|ms| Timestamp::from_millisecond(ms).ok()).map(|at| at.to_zoned(TimeZone::UTC).year());
    match (plan.language, year(searched.first), year(searched.last)) {
        (Language::En, Some(first), Some(last)) => format!("I looked through {n_items} {what} from {first} to {last}."),
        (Language::De, Some(first), Some(last)) => format!("Durchsucht wurden {n_items} {what} von {first} bis {last}."),
        (Language::En, ..) => format!("I looked through {n_items} {what}."),
        (Language::De, ..) => format!("Durchsucht wurden {n_items} {what}."),
    }
}

fn marks(n_examples: usize) -> String {
    (1..=n_examples).map(|number| format!("[{number}]")).collect()
}

fn examples(marks: &str, words: &str) -> String {
    if marks.is_empty() { String::new() } else { format!(" ({words} {marks})") }
}

/// What a counted set was narrowed to, as a clause.
pub(super) fn condition(plan: &Plan) -> String {
    let filter = &plan.filter;
    let mut said: String = who_of(filter, plan.language).iter().map(|part| format!(" {part}")).collect();
    if let Some(place) = &plan.place {
        said += &format!(" {} {place}", pick(plan.language, "near", "nahe"));
    }
    if !filter.text.is_empty() {
        said += &format!(" {} “{}”", pick(plan.language, "matching", "zu"), as_said(&filter.text));
    }
    if let Some(only) = &plan.only {
        said += &format!(" {}", only.said);
    }
    let date = |ms: i64| Timestamp::from_millisecond(ms).ok().map(|at| at.to_zoned(plan.zone.clone()).date());
    let time = |(from, to): (Option<i64>, Option<i64>)| match (from.and_then(date), to.and_then(|ms| date(ms - 1))) {
        (Some(from), Some(to)) if from == to => Some(format!(" {} {from}", pick(plan.language, "on", "am"))),
        (Some(from), Some(to)) => Some(format!(" {} {from} {} {to}", pick(plan.language, "from", "vom"), pick(plan.language, "to", "bis"))),
        (Some(from), None) => Some(format!(" {} {from}", pick(plan.language, "since", "seit"))),
        (None, Some(to)) => Some(format!(" {} {to}", pick(plan.language, "until", "bis"))),
        (None, None) => None,
    };
    said += &times(filter).into_iter().filter_map(time).collect::<Vec<_>>().join(pick(plan.language, " and", " und"));
    said
}

/// A number as people of that language write it, with at most one decimal.
fn figure(value: f64, language: Language) -> String {
    let (group, point) = match language {
        Language::En => (',', '.'),
        Language::De => ('.', ','),
    };
    let tenths = (value * 10.0).round() as i64;
    let whole = (tenths / 10).unsigned_abs().to_string();
    let mut shown = String::new();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            shown.push(group);
        }
        shown.push(digit);
    }
    if tenths % 10 != 0 {
        shown.push(point);
        shown.push_str(&(tenths % 10).unsigned_abs().to_string());
    }
    if tenths < 0 { format!("-{shown}") } else { shown }
}

/// The local day of an item.
fn day_of(row: &Row, plan: &Plan) -> String {
    clocks::day(row, &plan.zone).map_or_else(String::new, |local| day(local, plan.language))
}

pub(super) fn day(local: Date, language: Language) -> String {
    match language {
        Language::En => format!("{} {}", local.day(), month(local, language)),
        Language::De => format!("{}. {}", local.day(), month(local, language)),
    }
}

/// The month of a day: "July 2024".
pub(super) fn month(local: Date, language: Language) -> String {
    const EN: [&str; 12] =
        ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];
    const DE: [&str; 12] =
        ["Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November", "Dezember"];
    let names = if language == Language::De { DE } else { EN };
    format!("{} {}", names[usize::from(local.month().unsigned_abs()) - 1], local.year())
}

/// What the kinds of a filter are called.
pub(super) fn things(language: Language, filter: &Filter, n: u64) -> &'static str {
    let [kind] = filter.kinds[..] else {
        if filter.kinds.contains(&Kind::Watch) {
            return pick(language, "videos", "Videos");
        }
        if filter.kinds.contains(&Kind::Mail) {
            return pick(language, if n == 1 { "mail" } else { "mails" }, if n == 1 { "Mail" } else { "Mails" });
        }
        return pick(language, if n == 1 { "item" } else { "items" }, if n == 1 { "Eintrag" } else { "Einträge" });
    };
    let (one, many, eins, viele) = match kind {
        Kind::Mail => ("mail", "mails", "Mail", "Mails"),
        Kind::Message => ("message", "messages", "Nachricht", "Nachrichten"),
        Kind::Call => ("call", "calls", "Anruf", "Anrufe"),
        Kind::Visit => ("visit", "visits", "Besuch", "Besuche"),
        Kind::Trip => ("trip", "trips", "Fahrt", "Fahrten"),
        Kind::Photo => ("photo", "photos", "Foto", "Fotos"),
        Kind::Video | Kind::Watch => ("video", "videos", "Video", "Videos"),
        Kind::Search => ("search", "searches", "Suche", "Suchen"),
        Kind::Page => ("page visit", "page visits", "Seitenaufruf", "Seitenaufrufe"),
        Kind::Bookmark => ("bookmark", "bookmarks", "Lesezeichen", "Lesezeichen"),
        Kind::Subscription => ("subscription", "subscriptions", "Abo", "Abos"),
        Kind::Event => ("event", "events", "Termin", "Termine"),
        Kind::Note => ("note", "notes", "Notiz", "Notizen"),
        Kind::Task => ("task", "tasks", "Aufgabe", "Aufgaben"),
        Kind::Contact => ("contact", "contacts", "Kontakt", "Kontakte"),
        Kind::Purchase => ("purchase", "purchases", "Kauf", "Käufe"),
        Kind::Workout => ("workout", "workouts", "Training", "Trainings"),
        Kind::Listen | Kind::Measure | Kind::Place | Kind::Review | Kind::Activity | Kind::Post | Kind::Document | Kind::Collection => {
            ("item", "items", "Eintrag", "Einträge")
        }
    };
    match (language, n == 1) {
        (Language::En, true) => one,
        (Language::En, false) => many,
        (Language::De, true) => eins,
        (Language::De, false) => viele,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_written_as_their_language_writes_them() {
        assert_eq!(figure(1_234_567.0, Language::En), "1,234,567");
        assert_eq!(figure(1234.56, Language::De), "1.234,6");
        assert_eq!(figure(0.0, Language::En), "0");
    }

    #[test]
    fn those_that_share_a_rank_are_all_named_or_counted() {
        let names: Vec<String> = "abcdefg".chars().map(String::from).collect();
        assert_eq!(tied(&names[..1], Language::En), "a");
        assert_eq!(tied(&names[..3], Language::En), "a, b and c");
        assert_eq!(tied(&names, Language::De), "a, b, c, d, e und 2 weitere");
    }
}
