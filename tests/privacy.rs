//! Personal data by the command: found, listed, warned of, masked, and gone with the import that brought it.

#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

use std::fs;

use journeys::{Datapunk, Home, import, undo};
use serde_json::json;

const IBAN: &str = "DE89 3704 0044 0532 0130 00";
const PHONE: &str = "+49 30 1234567";

/// A vault with one note, of 14 May 2019.
fn vault(home: &Home) -> Datapunk {
    let text = format!("Deposit for the boathouse to {IBAN}, or ring {PHONE}.");
    let note = json!({ "title": "Boathouse", "textContent": text, "isTrashed": false, "color": "DEFAULT", "userEditedTimestampUsec": 1_557_820_800_000_000_i64 });
    let folder = home.path("export/Takeout/Keep");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("Boathouse.json"), note.to_string()).unwrap();
    let datapunk = home.vault("vault");
    import(&datapunk, &[home.path("export")]);
    datapunk
}

#[test]
fn what_is_found_is_listed_by_class_and_goes_with_its_import() {
    let home = Home::new();
    let datapunk = vault(&home);
    let counts = datapunk.json(["pii"]).unwrap();
    assert_eq!(
        counts["classes"],
        json!([{ "class": "phone", "items": 1, "places": 1 }, { "class": "iban", "items": 1, "places": 1 }]),
        "{counts}"
    );
    let listed = datapunk.json(["pii", "iban", "--kind", "note"]).unwrap();
    assert_eq!((&listed["items"][0]["title"], &listed["items"][0]["found"][0]["text"]), (&json!("Boathouse"), &json!(IBAN)), "{listed}");
    assert_eq!(datapunk.json(["pii", "iban", "--kind", "mail"]).unwrap()["items"], json!([]));
    let unknown = datapunk.run(["pii", "shoe-size"]).unwrap();
    assert!(unknown.failure().unwrap()["message"].as_str().unwrap().contains("iban, bic"), "{}", unknown.stderr);

    let exported = datapunk.json(["export".as_ref(), home.path("out").as_os_str()]).unwrap();
    assert!(exported["note"].as_str().unwrap().contains("iban in 1"), "{exported}");
    undo(&datapunk, 1);
    assert_eq!(datapunk.json(["pii"]).unwrap()["classes"], json!([]));
}

#[test]
fn what_is_masked_tells_nothing_on_any_surface() {
    let home = Home::new();
    let datapunk = vault(&home);
    let id = datapunk.json(["search", "boathouse"]).unwrap()["hits"][0]["id"].as_str().unwrap().to_owned();
    let commands: [&[&str]; 6] = [
        &["search", "boathouse"],
        &["search", "0130", "--mode", "words"],
        &["show", &id],
        &["day", "2019-05-14"],
        &["ask", "What was the deposit for the boathouse?"],
        &["pii", "iban"],
    ];
    for command in commands {
        let plain = datapunk.run(command).unwrap();
        let masked = datapunk.run(command.iter().copied().chain(["--mask"])).unwrap();
        assert!(plain.status.success() && masked.status.success(), "{command:?}: {}", masked.stderr);
        assert!(plain.stdout.contains("0130 00") || plain.stdout.contains("0130"), "{command:?}: {}", plain.stdout);
        assert!(!masked.stdout.contains("3704") && !masked.stdout.contains("1234567"), "{command:?}: {}", masked.stdout);
        assert!(masked.stdout.contains("[IBAN_1]"), "{command:?}: {}", masked.stdout);
    }
}
