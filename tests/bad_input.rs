//! Bad input gets a code, a sentence, a hint and a non-zero exit, and leaves the vault as it was. What is wrong inside a good
//! archive becomes a finding in the ledger, and the rest comes in.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "what fails here fails the test, and what is measured is said")]

use std::fs;
use std::net::TcpListener;
use std::path::PathBuf;

use domain::{FileOutcome, FindingCode, Severity};
use journeys::{Datapunk, Home, Lang, Ran, Shape, hash, import, imports, undo};
use serde_json::{Value, json};

/// Bytes of a zip archive with one stored entry; `flags` are those of its headers.
fn zip(name: &str, body: &[u8], flags: u16) -> Vec<u8> {
    let mut crc = flate2::Crc::new();
    crc.update(body);
    let length = (body.len() as u32).to_le_bytes();
    let mut common = Vec::new();
    common.extend([20, 0]);
    common.extend(flags.to_le_bytes());
    // Stored, at midnight on the first day of 2024.
    common.extend([0, 0, 0, 0, 0x21, 0x58]);
    common.extend(crc.sum().to_le_bytes());
    common.extend([length, length].concat());
    common.extend((name.len() as u16).to_le_bytes());
    common.extend([0, 0]);
    let mut zip = [b"PK\x03\x04".as_slice(), &common, name.as_bytes(), body].concat();
    let directory_at = zip.len() as u32;
    zip.extend([b"PK\x01\x02\x14\x00".as_slice(), &common, &[0; 14], name.as_bytes()].concat());
    let directory_length = zip.len() as u32 - directory_at;
    zip.extend(b"PK\x05\x06\0\0\0\0\x01\0\x01\0");
    zip.extend([directory_length.to_le_bytes(), directory_at.to_le_bytes()].concat());
    zip.extend([0, 0]);
    zip
}

fn written(path: PathBuf, bytes: &[u8]) -> PathBuf {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, bytes).unwrap();
    path
}

/// A copy of a vault's folder, to be damaged.
fn copy(datapunk: &Datapunk, home: &Home, name: &str) -> Datapunk {
    let copied = home.no_vault(name);
    xtask::folder::copy(datapunk.vault(), copied.vault()).unwrap();
    copied
}

fn with_header(datapunk: Datapunk, change: impl Fn(&mut Value)) -> Datapunk {
    for name in ["vault.json", "vault.json.bak"] {
        let path = datapunk.vault().join(name);
        let mut header: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
        change(&mut header);
        fs::write(path, header.to_string()).unwrap();
    }
    datapunk
}

fn refused(what: &str, ran: &Ran, code: &str) {
    assert!(!ran.status.success(), "{what}: it ended well: {}", ran.stdout);
    assert_eq!(ran.stdout, "", "{what}");
    let failure = ran.failure().unwrap_or_else(|error| panic!("{what}: {error}"));
    assert_eq!(failure["code"], code, "{what}: {failure}");
    for part in ["message", "hint"] {
        // A wrong word in a request, or an id of nothing, has no cure that its message does not say.
        let may_be_empty = part == "hint" && ["not_found", "bad_request"].contains(&code) && failure["hint"] == "";
        assert!(may_be_empty || failure[part].as_str().unwrap().ends_with(['.', ')']), "{what}: the {part} is no sentence: {failure}");
    }
}

#[test]
fn what_cannot_be_done_is_said_and_leaves_the_vault_as_it_was() {
    let home = Home::new();
    let made = home.export("takeout", 1_000, Lang::En, Shape::Zip);
    let archive = fs::read(&made.inputs[0]).unwrap();
    let datapunk = home.vault("vault");
    import(&datapunk, &made.inputs);
    let before = hash(&datapunk);

    let run = |args: &[&str]| datapunk.run(args).unwrap();
    refused("wrong passphrase", &datapunk.with_passphrase("nine other lives in a row").run(["stats"]).unwrap(), "wrong_passphrase");
    refused("no vault", &home.no_vault("nowhere").run(["stats"]).unwrap(), "no_vault");
    refused("vault exists", &run(&["init"]), "vault_exists");
    refused("weak passphrase", &home.no_vault("weak").with_passphrase("cat").run(["init"]).unwrap(), "weak_passphrase");
    assert!(!home.path("weak").join("vault.json").exists());
    let newer = with_header(copy(&datapunk, &home, "newer"), |header| header["format"] = json!(99));
    refused("newer format", &newer.run(["stats"]).unwrap(), "newer_format");
    let damaged = with_header(copy(&datapunk, &home, "damaged"), |header| header["vault_id"] = json!("00".repeat(16)));
    refused("damaged header", &damaged.run(["stats"]).unwrap(), "damaged_header");
    for name in ["vault.json", "vault.json.bak"] {
        fs::write(damaged.vault().join(name), b"{\"format\": 1, ").unwrap();
    }
    refused("cut header", &damaged.run(["stats"]).unwrap(), "damaged_header");

    let lost = home.no_vault("lost");
    let code = lost.json(["init"]).unwrap()["recovery_code"].as_str().unwrap().to_owned();
    refused("the code taken for a passphrase", &lost.with_passphrase(&code).run(["stats"]).unwrap(), "wrong_passphrase");
    refused("a code of another vault", &datapunk.with_passphrase(&code).run(["--recovery", "stats"]).unwrap(), "wrong_passphrase");
    assert_eq!(lost.with_passphrase(&code).json(["--recovery", "stats"]).unwrap()["items"], 0);

    let to_import = [
        ("no file there", home.path("nothing.zip"), "unreadable"),
        ("not an archive", written(home.path("bad/holiday.zip"), b"<!DOCTYPE html><title>Sign in</title>"), "bad_archive"),
        ("empty archive", written(home.path("bad/empty.zip"), b""), "bad_archive"),
        ("truncated zip", written(home.path("bad/takeout-20241215T080000Z-001.zip"), &archive[..archive.len() * 2 / 3]), "bad_archive"),
        ("truncated tgz", written(home.path("bad/takeout-20241215T080000Z-001.tgz"), &[0x1f, 0x8b, 8, 0]), "bad_archive"),
        ("encrypted zip", written(home.path("bad/locked.zip"), &zip("Takeout/Keep/a.json", b"twelve bytes and more", 1)), "bad_archive"),
        (
            "an archive of nothing known",
            written(home.path("bad/letters.zip"), &zip("letters/to a friend.txt", b"Dear friend", 0)),
            "not_an_export",
        ),
        ("a file of nothing known", written(home.path("bad/letter.txt"), b"Dear friend"), "not_an_export"),
    ];
    for (what, path, code) in &to_import {
        refused(what, &run(&["import", path.to_str().unwrap()]), code);
        // A plan may well say that nothing in it is known.
        if *code != "not_an_export" {
            refused(what, &run(&["import", "--plan", path.to_str().unwrap()]), code);
        }
    }
    for (what, args, code) in [
        ("an import that is not there", &["undo", "999"][..], "not_found"),
        ("an item that is not there", &["show", "00000000000000000000000000000000"], "not_found"),
        ("no id at all", &["show", "the last mail"], "bad_request"),
        ("a date that is none", &["timeline", "--from", "the day before never"], "bad_request"),
        ("a place that is none", &["search", "bread", "--near", "somewhere"], "bad_request"),
        ("a kind that is none", &["search", "bread", "--kind", "mial"], "bad_request"),
        ("a model that is none", &["models", "verify", "oracle"], "not_found"),
    ] {
        refused(what, &run(args), code);
    }
    let options = ["--limit", "0"];
    refused("no hits at all", &run(&[&["search", "bread"], &options[..]].concat()), "bad_request");
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    refused("port taken", &run(&["serve", "--port", &taken.local_addr().unwrap().port().to_string()]), "port_taken");
    let server = datapunk.serve(true).unwrap();
    refused("vault in use", &run(&["stats"]), "vault_in_use");
    server.stop().unwrap();
    assert_eq!(imports(&datapunk).len(), 1);
    assert_eq!(hash(&datapunk), before);
}

#[test]
fn what_is_wrong_in_a_good_archive_is_found_and_the_rest_comes_in() {
    let home = Home::new();
    let datapunk = home.vault("vault");
    let empty = hash(&datapunk);
    let root = home.path("Takeout");
    let row = |title: &str, second: u8| json!({ "header": "Search", "title": format!("Searched for {title}"), "titleUrl": format!("https://www.google.com/search?q={title}"), "time": format!("2021-05-04T10:00:{second:02}.120Z"), "products": ["Search"], "activityControls": ["Web & App Activity"] });
    let rows = json!([row("quinces", 1), "no row at all", row("medlars", 2)]).to_string();
    let cut = json!([row("rowan", 3), row("sloes", 4)]).to_string();
    written(root.join("My Activity/Search/MyActivity.json"), rows.as_bytes());
    written(root.join("My Activity/Video Search/MyActivity.json"), &cut.as_bytes()[..cut.len() - 60]);
    written(root.join("My Activity/Maps/MyActivity.json"), b"<html>not what its name says</html>");
    written(root.join("Glacier Beta/cores.bin"), b"\x01\x02");
    let report = import(&datapunk, &[&root]);
    for (path, outcome, stored, code) in [
        ("My Activity/Search/MyActivity.json", Some(FileOutcome::Imported), 2, Some(FindingCode::BadRecord)),
        ("My Activity/Video Search/MyActivity.json", Some(FileOutcome::Partial), 1, Some(FindingCode::CutShort)),
        ("My Activity/Maps/MyActivity.json", Some(FileOutcome::SetAside), 1, Some(FindingCode::WrongFormat)),
        ("Glacier Beta/cores.bin", Some(FileOutcome::SetAside), 0, None),
    ] {
        let line = report.files.iter().find(|line| line.path == path).unwrap_or_else(|| panic!("{path} is not in the ledger"));
        assert_eq!(line.stored, stored, "{line:?}");
        assert!(outcome.is_none_or(|outcome| line.outcome == outcome), "{line:?}");
        if let Some(code) = code {
            let finding =
                line.findings.iter().find(|finding| finding.code == code).unwrap_or_else(|| panic!("{code:?} was not found: {line:?}"));
            assert!(finding.severity >= Severity::Warning && finding.count >= 1 && !finding.message.is_empty(), "{finding:?}");
        }
    }
    assert_eq!(report.totals.stored, 4);
    let named = datapunk.json(["search", "cores.bin"]).unwrap();
    assert_eq!(named["files"][0]["path"], "Glacier Beta/cores.bin", "{named}");
    undo(&datapunk, report.import);
    assert_eq!(hash(&datapunk), empty);
}

#[test]
fn a_missing_part_is_named_and_the_others_come_in() {
    let home = Home::new();
    let made = home.export("takeout", 1_000, Lang::En, Shape::Parts);
    let datapunk = home.vault("vault");
    let report = import(&datapunk, &[&made.inputs[2], &made.inputs[0]]);
    let missing = report.findings.iter().find(|finding| finding.code == FindingCode::MissingPart && finding.severity == Severity::Warning);
    assert!(missing.unwrap().message.contains("number 2"), "{:?}", report.findings);
    assert!(report.totals.stored > 100);
    let report = import(&datapunk, &made.inputs);
    assert!(
        !report.findings.iter().any(|finding| finding.severity >= Severity::Warning && finding.code == FindingCode::MissingPart),
        "{:?}",
        report.findings
    );
}

#[test]
fn without_a_model_or_with_an_altered_one_words_and_counts_still_work() {
    let home = Home::new();
    let made = home.export("takeout", 1_000, Lang::En, Shape::Zip);
    let models = home.path("models");
    fs::create_dir_all(models.join("bge-small-en-v1.5")).unwrap();
    let datapunk = home.vault("vault").with_models(&models);
    import(&datapunk, &made.inputs);
    for altered in [false, true] {
        if altered {
            let listed = datapunk.json(["models", "list"]).unwrap();
            let embedder = listed["models"].as_array().unwrap().iter().find(|model| model["role"] == "embedder").unwrap()["id"]
                .as_str()
                .unwrap()
                .to_owned();
            fs::create_dir_all(models.join(&embedder)).unwrap();
            for name in ["model.safetensors", "tokenizer.json", "config.json", "vocab.txt"] {
                fs::write(models.join(&embedder).join(name), b"not these bytes").unwrap();
            }
            let verified = datapunk.run(["models", "verify", &embedder]).unwrap();
            assert!(!verified.status.success(), "{}", verified.stdout);
            let found = datapunk.json(["search", "Azulejo"]).unwrap();
            assert!(found["notes"].as_array().unwrap().iter().any(|note| note.as_str().unwrap().contains("altered")), "{found}");
        }
        let found = datapunk.json(["search", "Azulejo"]).unwrap();
        assert!(!found["hits"].as_array().unwrap().is_empty(), "{found}");
        assert!(found["notes"].as_array().unwrap().iter().any(|note| note.as_str().unwrap().contains("model")), "{found}");
        let counted = datapunk.run(["ask", "How many videos did I watch in 2020?"]).unwrap().answer().unwrap();
        let expected =
            made.facts.questions.iter().find(|question| question.id == "videos_2020").and_then(|question| question.number).unwrap_or(0.0);
        assert_eq!(counted["computed"]["value"], expected, "{counted}");
        assert_eq!(counted["model"], Value::Null);
    }
}
