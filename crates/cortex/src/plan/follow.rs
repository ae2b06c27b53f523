//! Reads a question that goes on with the one before it: "and in 2020?", "only from Anna", "who else was there?". The earlier
//! plan stands, and what the new question says takes the place of what it said of the same.

use domain::{Filter, Kind};
use jiff::civil::Date;

use super::{Asked, Measure, Plan, Statistic, say};

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
    let mut plan = earlier.clone();
    let said = &later.filter;
    if said.from.is_some() || said.to.is_some() {
        (plan.filter.from, plan.filter.to) = (said.from, said.to);
        plan.steps.clear();
    }
    let names = [&said.senders[..], &said.recipients[..], &said.people[..]].concat();
    if !names.is_empty() {
        rename(&mut plan.filter, said, names);
        plan.people_said.clone_from(&later.people_said);
    }
    if later.place.is_some() {
        (plan.filter.near, plan.filter.area) = (said.near, said.area);
        (plan.place, plan.place_said) = (later.place.clone(), later.place_said.clone());
    }
    // Whoever is asked for mails "from Anna" has named her and no kind.
    let of_names = said.kinds == [Kind::Mail, Kind::Message] && !(said.senders.is_empty() && said.recipients.is_empty());
    if !said.kinds.is_empty() && !later.presumed && !of_names {
        plan.filter.kinds.clone_from(&said.kinds);
        plan.presumed = false;
    }
    if !said.text.is_empty() {
        plan.filter.text.clone_from(&said.text);
    }
    if later.asked != Asked::Find || later.statistic != Statistic::Total {
        (plan.asked, plan.measure, plan.statistic, plan.rate, plan.by) =
            (later.asked, later.measure, later.statistic, later.rate, later.by);
        if later.measure == Measure::Count && matches!(later.asked, Asked::Sum) {
            plan.measure = earlier.measure;
        }
    }
    plan.sides = later.sides;
    plan.unknown = later.unknown;
    plan.absent = later.absent;
    // What the question leaves open by itself, the earlier one says.
    plan.beyond = later.beyond.into_iter().filter(|word| word != question.trim() && !word.starts_with("how much")).collect();
    plan.spelling = later.spelling;
    plan.understood = say::understood(&plan, today);
    plan
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
