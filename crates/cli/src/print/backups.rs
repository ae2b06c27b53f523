//! Backups, as they are made, listed, checked, restored and let go.

use indicatif::HumanBytes;
use serde_json::Value;

use super::{count, list, say, text};

pub(crate) fn backed_up(value: &Value) {
    let snapshot = &value["snapshot"];
    say(&format!(
        "{}: {} items, {} written and {} known already; {}",
        text(&snapshot["id"]),
        count(&snapshot["items"]),
        bytes(&value["bytes_written"]),
        bytes(&value["bytes_known"]),
        if snapshot["verified_ms"].is_null() { "what was written was read back" } else { "everything was read back" }
    ));
    left_in_place(snapshot);
    what_is_wrong(value);
    each_finding(value, "others");
}

pub(crate) fn snapshots(value: &Value) {
    for snapshot in list(value, "snapshots") {
        say(&format!(
            "{}  {:>11} items  {:>11}  {}",
            text(&snapshot["id"]),
            count(&snapshot["items"]),
            bytes(&snapshot["bytes"]),
            if snapshot["verified_ms"].is_null() { "not read back as a whole yet" } else { "read back whole" }
        ));
    }
    if list(value, "snapshots").next().is_none() {
        say("There is no snapshot.");
    }
    what_is_wrong(value);
}

pub(crate) fn backup_checked(value: &Value) {
    what_is_wrong(value);
    if value["ok"] == true {
        say(&format!(
            "{} snapshots can be restored: {} packs, {}, were read back.",
            count(&value["snapshots"]),
            count(&value["packs"]),
            bytes(&value["bytes"])
        ));
    }
}

pub(crate) fn rehearsed(value: &Value) {
    what_is_wrong(value);
    let id = text(&value["snapshot"]["id"]);
    say(&if value["same"] == true {
        format!("{id} was restored, said the same as the vault did when it was made, and was removed again ({}).", bytes(&value["bytes"]))
    } else {
        format!("{id} cannot be restored as it was.")
    });
}

pub(crate) fn restored(value: &Value, folder: &str) {
    what_is_wrong(value);
    let id = text(&value["snapshot"]["id"]);
    say(&if value["same"] == true {
        format!("{id} stands at {folder}, with the content {} that it had when it was made.", text(&value["logical_hash"]))
    } else {
        format!("{id} stands at {folder}, but not all of it.")
    });
    left_in_place(&value["snapshot"]);
}

pub(crate) fn pruned(value: &Value) {
    say(&format!(
        "{} snapshots went, {} stay; {} were destroyed.",
        list(value, "removed").count(),
        list(value, "kept").count(),
        bytes(&value["bytes_freed"])
    ));
    what_is_wrong(value);
}

pub(crate) fn backup_state(value: &Value) {
    let hours = value["every_hours"].as_i64().unwrap_or(0);
    say(&if hours == 0 || value["folder"] == "" {
        "No backups are made by themselves. `datapunk backup schedule FOLDER --every 24` makes one a day while the app is open.".to_owned()
    } else {
        format!("Every {hours} hours while the app is open, to {}.", text(&value["folder"]))
    });
    let last = &value["last"];
    if !last.is_null() {
        say(&format!("The last is {} in {}.", text(&last["snapshot"]), text(&last["folder"])));
    }
}

fn left_in_place(snapshot: &Value) {
    if snapshot["left_in_place"].as_u64().unwrap_or(0) > 0 {
        say(&format!(
            "{} photos, films and other media were left where they were when they were imported, and are not in it.",
            count(&snapshot["left_in_place"])
        ));
    }
}

fn what_is_wrong(value: &Value) {
    each_finding(value, "findings");
}

fn each_finding(value: &Value, key: &str) {
    for finding in list(value, key) {
        say(&format!("{} {}", text(&finding["message"]), text(&finding["what_to_do"])));
    }
}

fn bytes(value: &Value) -> HumanBytes {
    HumanBytes(value.as_u64().unwrap_or(0))
}
