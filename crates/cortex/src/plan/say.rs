//! Says a plan in words, for the person who asked.

use domain::Filter;
use jiff::Timestamp;
use jiff::civil::Date;

use super::{Asked, Bound, Division, Language, Limit, Measure, Plan, Rate, Statistic, times};

/// The plan in words.
pub(super) fn understood(plan: &Plan, today: Date) -> String {
    let de = plan.language == Language::De;
    let pick = |en: &'static str, german: &'static str| if de { german } else { en };
    let filter = &plan.filter;
    let mut said = vec![match statistic(plan, de) {
        Some(statistic) => statistic.to_owned(),
        None => asked(plan.asked, plan.measure, de).to_owned(),
    }];
    if filter.kinds.is_empty() {
        said.push(pick("everything", "alles").to_owned());
    } else {
        said.push(filter.kinds.iter().map(|kind| kind.name()).collect::<Vec<_>>().join(pick(" or ", " oder ")));
    }
    said.extend(who(filter, plan.language));
    if !filter.sources.is_empty() {
        said.push(format!("{} {}", pick("of", "aus"), filter.sources.join(", ")));
    }
    match plan.single {
        Some(Asked::First) => said.push(pick("the first", "das erste").to_owned()),
        Some(_) => said.push(pick("the last", "das letzte").to_owned()),
        None => {}
    }
    if plan.abroad {
        said.push(pick("abroad", "im Ausland").to_owned());
    }
    if let Some(place) = &plan.place {
        said.push(format!("{} {place}", pick("near", "nahe")));
    }
    if !filter.text.is_empty() {
        said.push(format!("{} {}", pick("matching", "mit den Worten"), filter.text));
    }
    let date = |ms: i64| Timestamp::from_millisecond(ms).ok().map(|at| at.to_zoned(plan.zone.clone()).date());
    let time = |(from, to): (Option<i64>, Option<i64>)| match (from.and_then(date), to.and_then(|ms| date(ms - 1))) {
        (Some(from), Some(to)) if from == to => Some(format!("{} {from}", pick("on", "am"))),
        (Some(from), Some(to)) if from <= today && to == today => Some(format!("{} {from}", pick("since", "seit"))),
        (Some(from), Some(to)) => Some(format!("{} {from} {} {to}", pick("from", "vom"), pick("to", "bis"))),
        (Some(from), None) => Some(format!("{} {from}", pick("since", "seit"))),
        (None, Some(to)) => Some(format!("{} {to}", pick("until", "bis"))),
        (None, None) => None,
    };
    let times: Vec<String> = times(filter).into_iter().filter_map(time).collect();
    if !times.is_empty() {
        said.push(times.join(pick(" and ", " und ")));
    }
    said.extend(plan.only.iter().map(|only| only.said.clone()));
    said.extend(plan.bound.map(|bound| bounded(bound, plan.currency, de)));
    said.extend(plan.distinct.map(|by| format!("{} {}", pick("each once", "jedes einmal"), division(by, de))));
    match plan.open {
        Some(true) => said.push(pick("still open", "noch offen").to_owned()),
        Some(false) => said.push(pick("done", "erledigt").to_owned()),
        None => {}
    }
    said.extend(plan.by.map(|by| division(by, de).to_owned()));
    said.extend(plan.rate.map(|rate| each(rate, de).to_owned()));
    let mut said = said.join(" ");
    if plan.sides.len() > 1 {
        said += &format!(": {}", plan.sides.iter().map(|side| side.name.as_str()).collect::<Vec<_>>().join(" / "));
    }
    for (written, read) in &plan.spelling {
        said += &format!(" ({written} {} {read})", pick("read as", "gelesen als"));
    }
    said
}

/// The people of a filter, by their parts: "from Anna", "to you".
pub(crate) fn who(filter: &Filter, language: Language) -> Vec<String> {
    // A preposition, and the pronoun that follows it.
    let words = match language {
        Language::En => [("from", "you"), ("to", "you"), ("with", "you")],
        Language::De => [("von", "dir"), ("an", "dich"), ("mit", "dir")],
    };
    let parts = [&filter.senders, &filter.recipients, &filter.people];
    let said = words.into_iter().zip(parts).filter(|(_, names)| !names.is_empty()).map(|((preposition, you), names)| {
        let names: Vec<&str> = names.iter().map(|name| if name == Filter::ME { you } else { name.as_str() }).collect();
        format!("{preposition} {}", names.join(", "))
    });
    said.collect()
}

fn asked(asked: Asked, measure: Measure, de: bool) -> &'static str {
    let pick = |en: &'static str, german: &'static str| if de { german } else { en };
    match (asked, measure) {
        (Asked::Sum, Measure::Distance) => pick("add up the distance of", "Strecke zusammenzählen:"),
        (Asked::Sum, Measure::Duration) => pick("add up the time of", "Dauer zusammenzählen:"),
        (Asked::Sum | Asked::Count, Measure::Steps) => pick("add up the steps of", "Schritte zusammenzählen:"),
        (Asked::Sum, Measure::Amount) => pick("add up the amounts of", "Beträge zusammenzählen:"),
        (Asked::Sum | Asked::Count, Measure::Nights) => pick("count the nights with", "Nächte zählen mit:"),
        (Asked::Sum | Asked::Count, Measure::Days) => pick("count the days with", "Tage zählen mit:"),
        (Asked::Count | Asked::Sum, _) => pick("count", "zählen:"),
        (Asked::First, _) => pick("the first of", "zuerst:"),
        (Asked::Last, _) => pick("the last of", "zuletzt:"),
        (Asked::Next, _) => pick("the next of", "als nächstes:"),
        (Asked::When, _) => pick("when:", "wann:"),
        (Asked::Where, _) => pick("where:", "wo:"),
        (Asked::Who, _) => pick("who:", "wer:"),
        (Asked::Most, _) => pick("the most frequent of", "am häufigsten:"),
        (Asked::Least, _) => pick("the least frequent of", "am seltensten:"),
        (Asked::List, _) => pick("list", "auflisten:"),
        (Asked::Find, _) => pick("find", "finden:"),
    }
}

/// What is made of values, where they are not added up.
fn statistic(plan: &Plan, de: bool) -> Option<&'static str> {
    let pick = |en: &'static str, german: &'static str| if de { german } else { en };
    Some(match (plan.statistic, plan.measure) {
        (Statistic::Total, _) => return None,
        (Statistic::Mean, Measure::Duration) => pick("the mean time of", "mittlere Dauer:"),
        (Statistic::Mean, _) => pick("the mean of", "Mittel:"),
        (Statistic::Greatest, Measure::Distance) => pick("the furthest of", "am weitesten:"),
        (Statistic::Greatest, Measure::Duration) => pick("the longest of", "am längsten:"),
        (Statistic::Greatest, _) => pick("the greatest of", "am grössten:"),
        (Statistic::Least, _) => pick("the least of", "am kleinsten:"),
    })
}

/// A bound in the unit that people read.
fn bounded(bound: Bound, currency: Option<&str>, de: bool) -> String {
    let pick = |en: &'static str, german: &'static str| if de { german } else { en };
    let (scale, unit) = match bound.measure {
        Measure::Distance => (1e3, "km"),
        Measure::Duration => (3600.0, "h"),
        Measure::Steps => (1.0, pick("steps", "Schritte")),
        _ => (1.0, currency.unwrap_or_default()),
    };
    let said = |word: &str, limit: Limit| format!("{word} {} {unit}", (limit.value / scale * 100.0).round() / 100.0).trim().to_owned();
    let over = bound.over.map(|over| said(if over.included { pick("at least", "mindestens") } else { pick("over", "über") }, over));
    let under = bound.under.map(|under| said(if under.included { pick("at most", "höchstens") } else { pick("under", "unter") }, under));
    over.into_iter().chain(under).collect::<Vec<_>>().join(pick(" and ", " und "))
}

fn each(rate: Rate, de: bool) -> &'static str {
    let pick = |en: &'static str, german: &'static str| if de { german } else { en };
    match rate {
        Rate::Day => pick("per day", "pro Tag"),
        Rate::Week => pick("per week", "pro Woche"),
        Rate::Month => pick("per month", "pro Monat"),
        Rate::Year => pick("per year", "pro Jahr"),
    }
}

fn division(by: Division, de: bool) -> &'static str {
    let pick = |en: &'static str, german: &'static str| if de { german } else { en };
    match by {
        Division::Hour => pick("by hour", "nach Stunde"),
        Division::Day => pick("by day", "nach Tag"),
        Division::Month => pick("by month", "nach Monat"),
        Division::Year => pick("by year", "nach Jahr"),
        Division::Weekday => pick("by weekday", "nach Wochentag"),
        Division::Person => pick("by person", "nach Person"),
        Division::Place => pick("by place", "nach Ort"),
        Division::Channel => pick("by channel", "nach Kanal"),
        Division::Country => pick("by country", "nach Land"),
        Division::Town => pick("by town", "nach Ort"),
        Division::Kind => pick("by kind", "nach Art"),
        Division::Title => pick("by title", "nach Titel"),
    }
}
