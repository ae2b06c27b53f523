//! Reads a question that goes on with the one before it: "and in 2020?", "only from Anna", "who else was there?". The earlier
//! plan stands, and what the new question says takes the place of what it said of the same.

use domain::{Filter, Kind};
use jiff::civil::Date;

use super::only::Only;
use super::{Asked, Language, Measure, Plan, Statistic, pieces, say, words};

/// Words with which such a question begins.
const BEGINS: &[&str] = &[
    "and",
    "what about",
    "how about",
    "only",
    "just",
    "but",
    "or",
    "same",
    "und",
    "nur",
    "was ist mit",
    "wie ist es mit",
    "wie war es",
    "aber",
    "oder",
];
/// Words that point at what was spoken of.
const POINTS: &[&str] = &[
    "there", "then", "that", "those", "these", "them", "it", "dabei", "dort", "damals", "davon", "dessen", "denen", "sonst", "else",
    "diese", "dieser",
];

/// Whether a question goes on with another: by its first words, by a word that points back, or because it says too little alone.
pub(crate) fn goes_on(question: &str, plan: &Plan) -> bool {
    let lower = question.trim().to_lowercase();
    let begins =
        BEGINS.iter().any(|phrase| lower.strip_prefix(phrase).is_some_and(|rest| rest.starts_with(|ch: char| !ch.is_alphanumeric())));
    let points = lower.split(|ch: char| !ch.is_alphanumeric()).any(|word| POINTS.contains(&word));
    let named = !plan.filter.kinds.is_empty() && !plan.presumed;
    // "When was the first?" says which, and not of what.
    let is_part = !named && plan.filter.text.is_empty() && plan.place.is_none() && plan.filter.kinds.is_empty() && plan.by.is_none();
    begins || (points && !named && plan.place.is_none() && plan.filter.text.is_empty()) || is_part
}

/// The plan of a question that goes on with an earlier one.
pub(crate) fn merged(earlier: &Plan, question: &str, later: Plan, today: Date) -> Plan {
    // One by one, so that no field is forgotten here.
    let Plan {
        asked,
        measure,
        statistic,
        rate,
        bound,
        only,
        distinct,
        open,
        abroad,
        single,
        of_people,
        currency,
        by,
        filter: said,
        sides,
        presumed,
        part,
        people_said,
        as_words,
        place_said,
        place,
        unknown,
        absent,
        beyond,
        polar,
        spelling,
        language,
        zone: _,
        of_age,
        of_birthday,
        steps: _,
        understood: _,
    } = later;
    let mut plan = earlier.clone();
    if said.from.is_some() || said.to.is_some() {
        (plan.filter.from, plan.filter.to) = (said.from, said.to);
        plan.filter.all_of.clone_from(&said.all_of);
        plan.steps.clear();
    }
    let names = [&said.senders[..], &said.recipients[..], &said.people[..]].concat();
    if !names.is_empty() || !unknown.is_empty() {
        plan.unknown = unknown;
    }
    if !names.is_empty() {
        rename(&mut plan.filter, &said, names);
        plan.people_said = people_said;
    }
    if !said.sources.is_empty() || !absent.is_empty() {
        plan.filter.sources.clone_from(&said.sources);
        plan.absent = absent;
    }
    if place.is_some() || abroad {
        (plan.filter.near, plan.filter.area) = (said.near, said.area);
        (plan.place, plan.place_said, plan.abroad) = (place, place_said, abroad);
    }
    // Whoever is asked for mails "from Anna" has named her and no kind, and whoever is asked how far has named none either.
    let of_names = said.kinds == [Kind::Mail, Kind::Message] && !(said.senders.is_empty() && said.recipients.is_empty());
    let of_measure = said.kinds == measure.kinds() && plan.filter.kinds.iter().any(|kind| said.kinds.contains(kind));
    let names_kinds = !said.kinds.is_empty() && (abroad || !presumed) && !of_names && !of_measure;
    if names_kinds {
        plan.filter.kinds.clone_from(&said.kinds);
        plan.presumed = false;
    }
    // "And on Sundays?" asks for no number, so that it took those words for some to look for.
    let only = only.or_else(|| Only::take(&mut pieces::cut(question)).filter(|only| said.text == only.said));
    let names_text = !said.text.is_empty() && only.as_ref().is_none_or(|only| said.text != only.said);
    if names_text {
        plan.filter.text.clone_from(&said.text);
    }
    if names_kinds || names_text {
        plan.as_words = as_words;
    }
    let asks_anew = asked != Asked::Find || statistic != Statistic::Total;
    if asks_anew {
        (plan.asked, plan.measure, plan.statistic, plan.rate, plan.by) = (asked, measure, statistic, rate, by);
        (plan.of_people, plan.polar) = (of_people, polar);
        if measure == Measure::Count && asked == Asked::Sum {
            plan.measure = earlier.measure;
        }
    }
    if asks_anew || names_kinds || of_age || of_birthday {
        (plan.of_age, plan.of_birthday) = (of_age, of_birthday);
    }
    plan.sides = sides;
    plan.part = part.or(earlier.part);
    plan.currency = currency.or(earlier.currency);
    // What the question leaves open by itself, the earlier one says; and what that one left open, a question that only narrows it does.
    let mut beyond: Vec<String> = beyond.into_iter().filter(|word| word != question.trim() && !word.starts_with("how much")).collect();
    if !(asks_anew || names_kinds || names_text) {
        beyond.splice(0..0, earlier.beyond.iter().cloned());
    }
    if plan.abroad && plan.filter.kinds != [Kind::Visit] {
        plan.abroad = false;
        beyond.push("abroad".to_owned());
    }
    let of_all = plan.statistic == Statistic::Total && plan.by.is_none() && plan.rate.is_none() && plan.sides.is_empty();
    let sums_anew = asks_anew && bound.is_none() && plan.asked == Asked::Sum && plan.measure != Measure::Count;
    plan.bound = bound.or(earlier.bound.filter(|bound| plan.filter.kinds.iter().any(|kind| bound.measure.kinds().contains(kind))));
    if let Some(bound) = plan.bound {
        // What is bounded is counted or told: it is not added up, divided, or measured by something else.
        if !of_all || sums_anew || !(matches!(plan.measure, Measure::Count | Measure::Days) || plan.measure == bound.measure) {
            beyond.push(question.trim().to_owned());
        }
        plan.measure = bound.measure;
        plan.asked = if plan.asked == Asked::Sum { Asked::Count } else { plan.asked };
    } else if earlier.bound.is_some() && !asks_anew {
        plan.measure = Measure::Count;
    }
    plan.only = only.or_else(|| earlier.only.clone());
    let fits = Only::fits(plan.asked, plan.statistic, Some(plan.measure), &plan.filter.kinds) && plan.bound.is_none();
    if !fits && let Some(only) = plan.only.take() {
        beyond.push(only.said);
    }
    plan.distinct = distinct.or(earlier.distinct.filter(|_| plan.asked == Asked::Count && plan.filter.kinds == earlier.filter.kinds));
    plan.open = open.or(earlier.open.filter(|_| plan.filter.kinds == [Kind::Task]));
    let of_one = of_all && matches!(plan.asked, Asked::Sum | Asked::When | Asked::Where | Asked::Who | Asked::Find);
    plan.single = single.or(earlier.single.filter(|_| of_one));
    plan.beyond = beyond;
    plan.spelling = spelling;
    if tells(question, language) {
        plan.language = language;
    }
    plan.understood = say::understood(&plan, today);
    plan
}

/// Whether the small words of a question tell its language: "2020?" has none, and is in that of the question before it.
fn tells(question: &str, language: Language) -> bool {
    let other = if language == Language::En { Language::De } else { Language::En };
    let of_it = |word: &str| words::is_small(word, language) && !words::is_small(word, other);
    question.to_lowercase().split(|ch: char| !ch.is_alphanumeric()).any(of_it)
}

/// Puts other people in the place of those that a filter has, in their part.
fn rename(filter: &mut Filter, said: &Filter, names: Vec<String>) {
    let had = |list: &[String]| list.iter().any(|name| name != Filter::ME);
    if !said.senders.is_empty() || (had(&filter.senders) && said.recipients.is_empty()) {
        filter.senders = names;
    } else if !said.recipients.is_empty() || had(&filter.recipients) {
        filter.recipients = names;
    } else {
        filter.people = names;
    }
}
