//! The conversations that are kept.

use serde_json::Value;

use super::{count, list, say, text};

/// The items that an answer rests on, by their numbers in it.
pub(super) fn rests_on(answer: &Value) {
    for (number, item) in list(answer, "items").enumerate() {
        say(&format!("  [{}] {}  {}  {}  {}", number + 1, text(&item["at"]), text(&item["kind"]), text(&item["title"]), text(&item["id"])));
    }
}

pub(crate) fn conversations(value: &Value) {
    for conversation in list(value, "conversations") {
        let questions = conversation["questions"].as_u64().unwrap_or(0);
        say(&format!(
            "{:>5}  {}  {:>3} {}  {}",
            text(&conversation["conversation"]),
            text(&conversation["last"]),
            questions,
            if questions == 1 { "question " } else { "questions" },
            text(&conversation["title"])
        ));
        let found = &conversation["found"]["question"];
        if found.is_string() && *found != conversation["title"] {
            say(&format!("       found at: {}", text(found)));
        }
    }
    if list(value, "conversations").next().is_none() {
        say("No conversation is kept that fits. `datapunk ask QUESTION` begins one.");
    }
    if let Some(next) = value["next"].as_str() {
        say(&format!("Earlier ones: --after {next}"));
    }
}

pub(crate) fn conversation(value: &Value) {
    for exchange in list(value, "exchanges") {
        say(&format!("{}  {}", text(&exchange["asked"]), text(&exchange["question"])));
        say(&text(&exchange["text"]));
        rests_on(&exchange["answer"]);
        say("");
    }
}

pub(crate) fn conversations_removed(value: &Value) {
    say(&format!("Conversations that are no longer kept: {}.", count(&value["conversations"])));
}
