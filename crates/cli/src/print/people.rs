//! People, and who is one with whom.

use serde_json::Value;

use super::{count, list, say, text};

pub(crate) fn people(value: &Value) {
    for person in list(value, "people") {
        person_line(person);
    }
    if let Some(next) = value["next"].as_str() {
        say(&format!("there are more: --after {next}"));
    }
}

/// A person on a line: their number, how often they are met, and who they are.
fn person_line(person: &Value) {
    let own = if person["is_owner"] == true { " (you)" } else { "" };
    let addresses: Vec<String> = list(person, "addresses").map(text).collect();
    say(&format!("{:>8}  {:>8}  {}{own}  {}", text(&person["id"]), count(&person["items"]), text(&person["name"]), addresses.join(", ")));
}

pub(crate) fn person(value: &Value) {
    let own = if value["is_owner"] == true { " (you)" } else { "" };
    say(&format!("{}{own}, person {}", text(&value["name"]), text(&value["id"])));
    say(&format!("{} items from {} to {}", count(&value["items"]), text(&value["first"]), text(&value["last"])));
    for address in list(value, "addresses") {
        say(&format!("  {}", text(address)));
    }
    for (key, title, name) in [("names", "called", "name"), ("kinds", "items by kind", "kind"), ("sources", "items by source", "name")] {
        say(title);
        for entry in list(value, key) {
            say(&format!("  {:<32} {:>12}", text(&entry[name]), count(&entry["count"])));
        }
    }
    for merged in list(value, "merged") {
        let from: Vec<String> = merged["from"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|person| person.as_array().into_iter().flatten().map(text).collect::<Vec<_>>().join(", "))
            .collect();
        say(&format!("you merged (merge {}): {}", text(&merged["merge"]), from.join(" + ")));
    }
}

pub(crate) fn suggestions(value: &Value) {
    if value["suggestions"].as_array().is_none_or(Vec::is_empty) {
        return say("Nobody here looks like somebody else.");
    }
    for pair in list(value, "suggestions") {
        say(&text(&pair["strength"]));
        person_line(&pair["one"]);
        person_line(&pair["other"]);
        for evidence in list(pair, "evidence") {
            say(&format!("          {}", text(evidence)));
        }
        let (one, other) = (text(&pair["one"]["id"]), text(&pair["other"]["id"]));
        say(&format!("          `datapunk people merge {one} {other}`, or `datapunk people decline {one} {other}`\n"));
    }
}

pub(crate) fn declined(_: &Value) {
    say("They are two people, and will not be suggested again.");
}

pub(crate) fn owner(value: &Value) {
    match value["name"].as_str() {
        Some(name) => say(&format!("You are {name}.")),
        None => say("Nothing tells who you are. `datapunk people me --add ADDRESS` says which addresses are yours."),
    }
    for address in list(value, "addresses") {
        let own = match (address["is_own"] == true, &address["said"]) {
            (true, _) => "yours",
            (false, Value::Bool(false)) => "not yours",
            (false, _) => "perhaps yours",
        };
        say(&format!("  {own}: {}", text(&address["address"])));
        for evidence in list(address, "evidence") {
            say(&format!("      {}", text(evidence)));
        }
    }
}
