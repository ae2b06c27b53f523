//! What is forgotten is gone: from searches, lists, exports, ledgers and logs; importing the same again does not bring it back;
//! and a forgetting that is killed goes on by itself.

#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

use std::fs;
use std::path::Path;
use std::process::Stdio;
use std::time::Instant;

use journeys::{Datapunk, Home, Lang, Shape, hash, import};
use serde_json::Value;

/// The ids of the items that hold all words of a phrase, hidden ones too.
fn holding(datapunk: &Datapunk, phrase: &str) -> Vec<String> {
    let quoted = format!("\"{phrase}\"");
    let found = datapunk.json(["search", "--mode", "words", "--hidden", "--limit", "1000", &quoted]).unwrap();
    found["hits"].as_array().unwrap().iter().map(|hit| hit["id"].as_str().unwrap().to_owned()).collect()
}

/// Every file under a folder that holds some text, whatever the letters' case.
fn files_with(folder: &Path, text: &str) -> Vec<String> {
    let mut with = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            with.extend(files_with(&path, text));
        } else {
            let bytes = fs::read(&path).unwrap().to_ascii_lowercase();
            let name = path.to_string_lossy().to_lowercase();
            if memchr::memmem::find(&bytes, text.as_bytes()).is_some() || name.contains(text) {
                with.push(path.display().to_string());
            }
        }
    }
    with
}

/// What the command tells of a vault beside its items.
fn told(datapunk: &Datapunk) -> String {
    let mut told = String::new();
    for args in [&["imports"][..], &["jobs"], &["receipts"], &["stats"], &["audit", "--limit", "1000"], &["people", "--limit", "1000"]] {
        told += &datapunk.json(args.iter().copied()).unwrap().to_string();
    }
    for import in datapunk.json(["imports"]).unwrap()["imports"].as_array().unwrap() {
        told += &datapunk.json(["report", &import["import"].to_string()]).unwrap().to_string();
    }
    told.to_lowercase()
}

#[test]
fn a_forgotten_canary_is_in_no_export_ledger_or_log_and_does_not_come_back() {
    let home = Home::new();
    let made = home.export("takeout", 1_000, Lang::En, Shape::Zip);
    let datapunk = home.vault("vault");
    import(&datapunk, &made.inputs);
    let phrase = made.facts.canary.phrase.to_lowercase();
    let ids = holding(&datapunk, &phrase);
    assert!(ids.len() >= 3, "the canary is in {} items", ids.len());

    let ids_and = |more: &[&str]| -> Vec<String> {
        ["forget"]
            .iter()
            .map(|text| (*text).to_owned())
            .chain(ids.iter().cloned())
            .chain(more.iter().map(|text| (*text).to_owned()))
            .collect()
    };
    let plan = datapunk.json(ids_and(&["--plan"])).unwrap();
    assert_eq!(plan["items"].as_u64().unwrap(), ids.len() as u64);
    assert!(datapunk.json(ids_and(&[])).is_err(), "nobody was asked");
    assert_eq!(holding(&datapunk, &phrase).len(), ids.len());
    let receipt = datapunk.json(ids_and(&["--yes"])).unwrap();
    assert_eq!((receipt["done"].as_bool(), receipt["went"]["items"].as_u64()), (Some(true), Some(ids.len() as u64)), "{receipt}");
    for left in ["rows", "index_documents", "traces"] {
        assert_eq!(receipt["check"][left], 0, "{receipt}");
    }

    let absent = |datapunk: &Datapunk, folder: &str| {
        assert!(holding(datapunk, &phrase).is_empty());
        let exported = home.path(folder);
        datapunk.json(["export", exported.to_str().unwrap()]).unwrap();
        assert_eq!(files_with(&exported, &phrase), Vec::<String>::new());
        let told = told(datapunk);
        assert!(!told.contains(&phrase) && !told.contains(&made.facts.canary.file_name.to_lowercase()));
        assert!(ids.iter().all(|id| datapunk.json(["show", id.as_str()]).is_err()));
        hash(datapunk)
    };
    let without = absent(&datapunk, "exported");
    // Asserts as well that each line of the ledger balances.
    let again = import(&datapunk, &made.inputs);
    let left_out =
        |file: &domain::FileLedger| file.findings.iter().filter(|f| f.code == domain::FindingCode::Forgotten).map(|f| f.count).sum::<u64>();
    assert!(again.files.iter().map(left_out).sum::<u64>() >= ids.len() as u64, "the ledger says that they were left out");
    assert_eq!(absent(&datapunk, "exported again"), without, "nothing came with the second import");
}

#[test]
fn a_killed_forgetting_goes_on_at_the_next_unlock() {
    let home = Home::new();
    let made = home.export("takeout", 3_000, Lang::En, Shape::Zip);
    let whole = home.vault("whole");
    import(&whole, &made.inputs);
    let of_google = ["forget", "--source", "google", "--from", "2000", "--yes"];
    let begun = Instant::now();
    whole.json(["stats"]).unwrap();
    let opening = begun.elapsed();
    let begun = Instant::now();
    whole.json(of_google).unwrap();
    let took = begun.elapsed().saturating_sub(opening);
    let expected = hash(&whole);
    for share in [0.1, 0.4, 0.7] {
        let datapunk = home.vault(&format!("killed {share}"));
        import(&datapunk, &made.inputs);
        let mut child = datapunk.command(of_google).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        std::thread::sleep(opening + took.mul_f64(share));
        child.kill().unwrap();
        child.wait().unwrap();
        // Killed before there was a list of what goes, nothing went; else all of it does.
        let receipts: Value = datapunk.json(["receipts"]).unwrap();
        if receipts["receipts"].as_array().unwrap().is_empty() {
            datapunk.json(of_google).unwrap();
        }
        assert_eq!(hash(&datapunk), expected, "killed after {:?}", opening + took.mul_f64(share));
        assert_eq!(datapunk.json(["receipts"]).unwrap()["receipts"][0]["done"], true);
    }
}
