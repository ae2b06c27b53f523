//! What was forgotten and exported, and the log of calls.

use indicatif::{HumanBytes, HumanCount};
use serde_json::Value;

use super::{count, list, say, text};

pub(crate) fn forget_plan(value: &Value) {
    say(&format!(
        "{} items would go ({} of them hidden), {} position fixes, and {} attachments with {}.",
        count(&value["items"]),
        count(&value["hidden"]),
        count(&value["points"]),
        count(&value["attachments"]),
        HumanBytes(value["attachment_bytes"].as_u64().unwrap_or(0))
    ));
    for (key, name) in [("kinds", "kind"), ("sources", "name"), ("years", "year")] {
        for entry in list(value, key) {
            say(&format!("  {:<32} {:>11}", text(&entry[name]), count(&entry["count"])));
        }
    }
    let people: Vec<String> = list(value, "people").map(text).collect();
    if !people.is_empty() {
        say(&format!("The names that were given are those of {}.", people.join(", ")));
    }
    if value["exchanges"] != 0 {
        say(&format!(
            "{} kept questions rest on them and would go with their answers; so would those that tell of them.",
            count(&value["exchanges"])
        ));
    }
    let searches: Vec<String> = list(value, "searches").map(text).collect();
    if !searches.is_empty() {
        say(&format!("Saved searches that name what is meant would go too: {}.", searches.join(", ")));
    }
    for (key, why) in [
        ("shared_items", "items stay, because a source that was not named has them as well"),
        ("shared_attachments", "attachments stay, because another item has them as well"),
        ("left_in_place", "media outside of the vault stay where they are"),
    ] {
        if value[key] != 0 {
            say(&format!("{} {why}.", count(&value[key])));
        }
    }
}

pub(crate) fn receipts(value: &Value) {
    for entry in list(value, "receipts") {
        receipt(entry);
    }
}

pub(crate) fn receipt(value: &Value) {
    let (went, stayed) = (&value["went"], &value["stayed"]);
    say(&format!(
        "Receipt {}: {} items, {} position fixes, {} attachments, {} vectors and {} people, places and labels are gone.",
        text(&value["receipt"]),
        count(&went["items"]),
        count(&went["points"]),
        count(&went["attachments"]),
        count(&went["vectors"]),
        count(&went["entities"])
    ));
    if went["exchanges"] != 0 {
        say(&format!(
            "  With them went {} kept questions and their answers, which rested on them or told of them.",
            count(&went["exchanges"])
        ));
    }
    if went["searches"].as_u64().unwrap_or(0) > 0 {
        say(&format!("  With them went {} saved searches, which named them.", count(&went["searches"])));
    }
    for (place, n) in stayed["left_in_place"].as_object().into_iter().flatten() {
        say(&format!("  {} media lie in {place} still; they never were in the vault.", count(n)));
    }
    for (key, why) in [
        ("shared_items", "items stayed, because a source that was not named has them as well"),
        ("shared_attachments", "attachments stayed, because another item has them as well"),
    ] {
        if stayed[key] != 0 {
            say(&format!("  {} {why}.", count(&stayed[key])));
        }
    }
    if went["sets"] != 0 {
        say(&format!("  Parts of {} exports that come later are not put together with what came before.", count(&went["sets"])));
    }
    let check = &value["check"];
    if value["done"] != true {
        say("  It is not done; it goes on when the vault is opened next.");
    } else if ["rows", "index_documents", "traces"].iter().all(|key| check[key] == 0) {
        say(&format!("  Looked for afterwards in every row, the indexes and {} pages: nothing is left.", count(&check["pages"])));
    } else {
        say(&format!(
            "  Something is left: {} rows, {} entries of the index, {} pages. Run `datapunk verify`.",
            count(&check["rows"]),
            count(&check["index_documents"]),
            count(&check["traces"])
        ));
    }
    say("  Backups and exports that were made before still hold it.");
}

pub(crate) fn audit(value: &Value) {
    for call in list(value, "calls") {
        let rows = call["n_rows"].as_u64().map_or_else(String::new, |n| format!(", {} rows", HumanCount(n)));
        say(&format!(
            "{:>7}  {}  {:<20} {:<8} {:<18} {} {}{rows}",
            text(&call["seq"]),
            text(&call["at"]),
            text(&call["caller"]),
            text(&call["decision"]),
            text(&call["operation"]),
            text(&call["object_kind"]),
            text(&call["object_id"])
        ));
    }
    if let Some(next) = value["next"].as_i64() {
        say(&format!("Earlier calls: `datapunk audit --before {next}`."));
    }
}

pub(crate) fn exported(value: &Value) {
    say(&format!(
        "{} items, {} position fixes, {} people, places and labels, and {} attachments and media stand in {} files in {} ({}; {} ms)",
        count(&value["items"]),
        count(&value["track_points"]),
        count(&value["entities"]),
        count(&value["blobs"]),
        count(&value["files"]),
        text(&value["folder"]),
        HumanBytes(value["bytes"].as_u64().unwrap_or(0)),
        count(&value["took_ms"])
    ));
    say(&text(&value["note"]));
    if value["n_left_out"] != 0 {
        say(&format!("Not in it, because it is damaged in the vault ({}):", count(&value["n_left_out"])));
        for left_out in list(value, "left_out") {
            say(&format!("  {}", text(left_out)));
        }
        say("Import again the archives that they came from, or restore the latest backup; `datapunk verify` says how far the damage goes.");
    }
}
