//! Who is who, by the command: suggestions, merging and parting, and the owner, through imports and their undoing.

#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

use std::fs;
use std::path::PathBuf;

use journeys::{Datapunk, Home, hash, import, undo};
use serde_json::Value;

/// A mailbox as Google exports one: labels, and a line before each mail with its number, which begins with its time.
fn mailbox(home: &Home, name: &str, mails: &[(&str, &str, &str, &str)]) -> PathBuf {
    let mut text = String::new();
    for (at, (from, to, subject, labels)) in mails.iter().enumerate() {
        text += &format!(
            "From 163277638533120000{at}@xxx Mon May 06 10:0{at}:00 +0000 2019\r\nX-GM-THRID: 163277638533120000{at}\r\nX-Gmail-Labels: {labels}\r\nMessage-ID: <{name}-{at}@made.example>\r\n\
             Date: Mon, 06 May 2019 10:0{at}:00 +0000\r\nFrom: {from}\r\nTo: {to}\r\nSubject: {subject}\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{subject}, as said.\r\n\r\n"
        );
    }
    let path = home.path(&format!("{name}.mbox"));
    fs::write(&path, text).unwrap();
    path
}

fn at_home(home: &Home) -> PathBuf {
    mailbox(
        home,
        "home",
        &[
            ("Nora Keller <nora@mine.example>", "Anna Meier <anna.meier@gmail.com>", "The tent", "Gesendet"),
            ("Nora Keller <nora@mine.example>", "Bert Berg <bert@berg.example>", "The boat", "Gesendet"),
            ("Anna Meier <anna.meier@gmail.com>", "Nora Keller <nora@mine.example>", "The stove", "Posteingang"),
        ],
    )
}

fn at_work(home: &Home) -> PathBuf {
    mailbox(
        home,
        "work",
        &[
            ("am <annameier@gmail.com>", "Nora Keller <nora@mine.example>", "The budget", "Inbox"),
            ("Nora Keller <nora@mine.example>", "annameier@gmail.com", "The invoice", "Sent"),
            ("Bert Berg <bert@berg.example>", "Nora Keller <nora@mine.example>", "The harbour", "Inbox"),
        ],
    )
}

fn number(datapunk: &Datapunk, address: &str) -> String {
    let people = datapunk.json(["people", address]).unwrap();
    people["people"][0]["id"].as_i64().unwrap_or_else(|| panic!("{address}: {people}")).to_string()
}

fn found(datapunk: &Datapunk, args: &[&str]) -> u64 {
    datapunk.json(["search", "--mode", "words"].iter().chain(args)).unwrap()["total"].as_u64().unwrap()
}

fn texts(value: &Value) -> Vec<&str> {
    value.as_array().unwrap().iter().map(|text| text.as_str().unwrap()).collect()
}

#[test]
fn two_addresses_are_suggested_merged_used_and_parted() {
    let home = Home::new();
    let datapunk = home.vault("vault");
    import(&datapunk, &[at_home(&home)]);
    let work = import(&datapunk, &[at_work(&home)]);
    let before = hash(&datapunk);

    let suggestions = datapunk.json(["people", "suggest"]).unwrap();
    let pair = &suggestions["suggestions"][0];
    assert_eq!(suggestions["suggestions"].as_array().unwrap().len(), 1, "{suggestions}");
    assert_eq!((pair["strength"].as_str(), texts(&pair["evidence"])), (Some("strong"), vec!["Both are the mailbox annameier@gmail.com."]));
    assert_eq!(found(&datapunk, &["--person", "anna.meier@gmail.com"]), 2, "nothing is merged by itself");

    let (one, other) = (number(&datapunk, "anna.meier@gmail.com"), number(&datapunk, "annameier@gmail.com"));
    let merged = datapunk.json(["people", "merge", &one, &other]).unwrap();
    assert_eq!((merged["name"].as_str(), merged["items"].as_u64()), (Some("Anna Meier"), Some(4)), "{merged}");
    assert_eq!(merged["kinds"][0]["kind"], "mail");
    assert!(datapunk.json(["people", "suggest"]).unwrap()["suggestions"].as_array().unwrap().is_empty());
    for person in ["Anna", "annameier@gmail.com"] {
        assert_eq!(found(&datapunk, &["--person", person]), 4, "{person}");
    }
    assert_eq!(found(&datapunk, &["Meier"]), 4, "the name finds what was written to the other address");
    let hits = datapunk.json(["search", "budget"]).unwrap();
    let shown = datapunk.json(["show", hits["hits"][0]["id"].as_str().unwrap()]).unwrap();
    let sender = shown["links"].as_array().unwrap().iter().find(|link| link["role"] == "sender").unwrap();
    assert_eq!((sender["known_as"].as_str(), shown["direction"].as_str()), (Some("Anna Meier"), Some("received")));
    let asked = datapunk.json(["ask", "Who did I mail most?"]).unwrap();
    assert!(asked["answer"].as_str().unwrap().starts_with("Anna Meier: 2 "), "{}", asked["answer"]);

    // An undo leaves the rest sound, and what comes again is merged again.
    undo(&datapunk, work.import);
    assert_eq!(found(&datapunk, &["--person", "Anna"]), 2);
    import(&datapunk, &[at_work(&home)]);
    assert_eq!(found(&datapunk, &["--person", "Anna"]), 4);

    datapunk.json(["people", "unmerge", &number(&datapunk, "annameier@gmail.com")]).unwrap();
    assert_eq!(hash(&datapunk), before);
    let (one, other) = (number(&datapunk, "anna.meier@gmail.com"), number(&datapunk, "annameier@gmail.com"));
    datapunk.json(["people", "decline", &one, &other]).unwrap();
    assert!(datapunk.json(["people", "suggest"]).unwrap()["suggestions"].as_array().unwrap().is_empty());
    let refused = datapunk.run(["people", "merge", &one, "999999"]).unwrap().failure().unwrap();
    assert_eq!(refused["code"], "not_found", "{refused}");
}

#[test]
fn the_owner_is_known_by_what_was_sent_and_may_say_otherwise() {
    let home = Home::new();
    let datapunk = home.vault("vault");
    import(&datapunk, &[at_home(&home), at_work(&home)]);
    let me = datapunk.json(["people", "me"]).unwrap();
    assert_eq!(
        (me["name"].as_str(), me["addresses"][0]["address"].as_str()),
        (Some("Nora Keller"), Some("mailto:nora@mine.example")),
        "{me}"
    );
    assert!(texts(&me["addresses"][0]["evidence"])[0].contains("3 items of kind mail"), "{me}");
    assert_eq!((found(&datapunk, &["--sender", "me"]), found(&datapunk, &["--recipient", "me"])), (3, 3));
    let people = datapunk.json(["people", "--limit", "1"]).unwrap();
    assert_eq!((people["people"][0]["is_owner"].as_bool(), people["next"].is_string()), (Some(true), true), "{people}");
    let asked = datapunk.json(["ask", "How many mails did I write?"]).unwrap();
    assert_eq!(asked["computed"]["value"], 3.0, "{}", asked["answer"]);

    let me = datapunk.json(["people", "me", "--add", "bert@berg.example", "--remove", "nora@mine.example"]).unwrap();
    let own: Vec<&str> = me["addresses"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|own| own["is_own"] == true)
        .map(|own| own["address"].as_str().unwrap())
        .collect();
    assert_eq!(own, ["mailto:bert@berg.example"]);
    assert_eq!(found(&datapunk, &["--sender", "me"]), 1);
}
