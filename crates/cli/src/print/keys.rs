//! What opens the vault.

use serde_json::Value;

use super::{list, say, text};

pub(crate) fn keys(value: &Value) {
    for key in list(value, "keys") {
        key_line(key);
    }
}

fn key_line(key: &Value) {
    let kind = match (key["kind"].as_str(), key["key_file"].as_bool()) {
        (Some("passphrase"), Some(true)) => "passphrase and key file",
        (Some("passphrase"), _) => "passphrase",
        (Some("recovery"), _) => "recovery code",
        _ => "keychain of a machine",
    };
    let made = key["created"].as_str().and_then(|created| created.get(..10)).unwrap_or("with vault");
    say(&format!("{}  {kind:<23}  {made:<10}  {}", text(&key["id"]), text(&key["label"])));
}

pub(crate) fn key_added(value: &Value) {
    key_line(&value["key"]);
    if value["key_file_made"] == true {
        say(
            "\nThe key file was made. Keep a copy of it, and not on the disk that the vault stands on: without it the passphrase opens nothing.",
        );
    }
    if value["key"]["kind"] == "keychain" {
        say(
            "\nThis machine's keychain opens the vault from now on, for 14 days after each time that you type the passphrase. It is as safe as your account on this machine.",
        );
    }
    if !value["recovery_code"].is_null() {
        recovery_code(&value["recovery_code"]);
    }
}

pub(crate) fn root_key_replaced(value: &Value) {
    say("The vault is encrypted under a new root key. Opened by:\n");
    list(value, "kept").for_each(key_line);
    if list(value, "dropped").len() > 0 {
        say("\nOpened before, and no more:\n");
        list(value, "dropped").for_each(key_line);
    }
    recovery_code(&value["recovery_code"]);
    say("\nBackups and copies made before are still opened by what opened them then.");
}

pub(super) fn recovery_code(code: &Value) {
    say(&format!(
        "\nRecovery code, shown this once:\n\n  {}\n\nIt opens the vault when the passphrase is forgotten. Write it down and keep it away from this machine.",
        text(code)
    ));
}
