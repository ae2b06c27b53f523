//! The keys of a vault, as people add, change, revoke and replace them.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "what fails here fails the test, and what is measured is said")]

use std::fs;
use std::process::Stdio;
use std::time::{Duration, Instant};

use journeys::{Datapunk, Home, Lang, PASSPHRASE, Shape, hash, import};
use serde_json::Value;

const OTHER: &str = "seven quiet boats at noon";

fn refused(datapunk: &Datapunk, args: &[&str]) -> Value {
    let ran = datapunk.run([args, &["stats"]].concat()).unwrap();
    assert!(!ran.status.success(), "{args:?}");
    let failure = ran.failure().unwrap();
    assert_eq!(failure["code"], "wrong_passphrase", "{failure}");
    failure
}

fn kinds(keys: &Value) -> Vec<&str> {
    keys.as_array().unwrap().iter().map(|key| key["kind"].as_str().unwrap()).collect()
}

#[test]
fn keys_are_added_changed_and_revoked() {
    let home = Home::new();
    let datapunk = home.vault("vault");
    let choosing = |passphrase: &str| datapunk.with_variable("DATAPUNK_NEW_PASSPHRASE", passphrase);
    let added = choosing(OTHER).json(["keys", "add", "passphrase", "--label", "for Anna"]).unwrap();
    assert_eq!(added["key"]["label"], "for Anna");
    let other = datapunk.with_passphrase(OTHER);
    let listed = other.json(["keys", "list"]).unwrap();
    assert_eq!(kinds(&listed["keys"]), ["passphrase", "recovery", "passphrase"]);

    let code = datapunk.json(["keys", "add", "recovery"]).unwrap()["recovery_code"].as_str().unwrap().to_owned();
    assert_eq!(code.split(' ').count(), 15);
    let by_code = datapunk.with_passphrase(&code.to_uppercase());
    by_code.json(["--recovery", "stats"]).unwrap();
    let (most, last) = code.rsplit_once(' ').unwrap();
    let slip = refused(&datapunk.with_passphrase(&format!("{most} {last}xx")), &["--recovery"]);
    assert!(slip["message"].as_str().unwrap().contains(&format!("Word 15 of the recovery code, \u{201c}{last}xx\u{201d}")), "{slip}");

    let file = home.path("stick.key");
    let path = file.to_str().unwrap();
    let changed = choosing(PASSPHRASE).json(["keys", "change", "--new-key-file", path]).unwrap();
    assert_eq!((&changed["key_file_made"], fs::metadata(&file).unwrap().len()), (&true.into(), 64));
    refused(&datapunk, &[]);
    datapunk.json(["--key-file", path, "stats"]).unwrap();

    let id = added["key"]["id"].as_str().unwrap();
    let left = datapunk.json(["--key-file", path, "keys", "revoke", id]).unwrap();
    assert_eq!(kinds(&left["keys"]), ["passphrase", "recovery", "recovery"]);
    refused(&other, &[]);
    by_code.with_variable("DATAPUNK_NEW_PASSPHRASE", PASSPHRASE).json(["--recovery", "keys", "change"]).unwrap();
    datapunk.json(["stats"]).unwrap();
}

#[test]
fn a_new_root_key_keeps_what_was_given_and_all_that_is_in_the_vault() {
    let home = Home::new();
    let made = home.export("takeout", 1_000, Lang::En, Shape::Zip);
    let datapunk = home.vault("vault");
    import(&datapunk, &made.inputs);
    let full = hash(&datapunk);
    datapunk.with_variable("DATAPUNK_NEW_PASSPHRASE", OTHER).json(["keys", "add", "passphrase"]).unwrap();
    let other = home.path("other.txt");
    fs::write(&other, OTHER).unwrap();
    let replaced = datapunk.json(["keys", "rotate", "--also-passphrase-file", other.to_str().unwrap()]).unwrap();
    assert_eq!(kinds(&replaced["kept"]), ["passphrase", "passphrase", "recovery"]);
    assert_eq!(kinds(&replaced["dropped"]), ["recovery"]);
    assert_eq!(hash(&datapunk), full);
    assert_eq!(hash(&datapunk.with_passphrase(OTHER)), full);
    datapunk.with_passphrase(replaced["recovery_code"].as_str().unwrap()).json(["--recovery", "stats"]).unwrap();
    let found = datapunk.json(["search", "--mode", "words", &made.facts.canary.phrase]).unwrap();
    assert!(!found["hits"].as_array().unwrap().is_empty(), "{found}");
    // What was imported before is still known.
    assert_eq!(import(&datapunk, &made.inputs).totals.stored, 0);
}

#[test]
fn killed_at_any_step_of_a_rotation_the_vault_opens_and_is_whole() {
    let home = Home::new();
    let made = home.export("takeout", 3_000, Lang::En, Shape::Zip);
    let datapunk = home.vault("vault");
    import(&datapunk, &made.inputs);
    let full = hash(&datapunk);
    let at = |name: &str| datapunk.vault().join(name);
    let size = |name: &str| fs::metadata(at(name)).map_or(0, |file| file.len());
    let (mut n_counted, mut is_unseen) = (0, false);
    for step in 0..6 {
        let before = fs::read(at("vault.json")).unwrap();
        let enough = size("db/main.db") / 2;
        let reached = || match step {
            0 => size("db/next.db") > 0,
            1 => size("db/next.db") > enough,
            2 => size("state.next") > 0,
            3 | 4 => fs::read(at("vault.json")).is_ok_and(|now| now != before),
            _ => size("state.next") == 0 && fs::read(at("vault.json")).is_ok_and(|now| now != before),
        };
        let mut child = datapunk.command(["keys", "rotate"]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let begun = Instant::now();
        while !reached() && child.try_wait().unwrap().is_none() && begun.elapsed() < Duration::from_secs(60) {
            std::hint::spin_loop();
        }
        child.kill().unwrap();
        let showed_code = child.wait().unwrap().success();
        let counted = fs::read(at("vault.json")).unwrap() != before;
        n_counted += u32::from(counted);
        is_unseen = (is_unseen || counted) && !showed_code;
        // A rotation that counted and was cut short says that nobody has seen its recovery code, for as long as that is so; that is
        // all there is to say.
        for _ in 0..2 {
            let verified = datapunk.run(["verify"]).unwrap().answer().unwrap();
            let findings = verified["findings"].as_array().unwrap();
            assert!(findings.iter().all(|finding| finding["code"] == "header"), "step {step}: {verified}");
            let told = findings.iter().filter(|finding| finding["message"].as_str().unwrap().contains("new recovery code")).count();
            assert_eq!(told, usize::from(is_unseen), "step {step}: {verified}");
        }
        let status = datapunk.json(["status"]).unwrap();
        assert_eq!(status["warnings"].as_array().unwrap().len(), usize::from(is_unseen), "step {step}: {status}");
        assert_eq!((size("db/next.db"), size("state.next")), (0, 0), "step {step}");
    }
    assert!((1..6).contains(&n_counted), "{n_counted} of the rotations counted");
    datapunk.json(["keys", "add", "recovery"]).unwrap();
    assert_eq!(datapunk.json(["status"]).unwrap()["warnings"], Value::Array(vec![]), "a code was shown");
    assert_eq!(hash(&datapunk), full, "nothing was lost at any of the steps");
}
