//! The program is killed in the middle of its work: the vault opens, is whole, and the work can be done again or undone.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "what fails here fails the test, and what is measured is said")]

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use journeys::{Home, Lang, Shape, hash, import, imports, undo};

/// When it is killed, as shares of the time that the work takes after the vault was opened. The first time it is killed as soon
/// as it has written more than opening does, so that it is at work then, however fast the machine.
const MOMENTS: [f64; 4] = [0.0, 0.35, 0.6, 0.85];
const WRITTEN: u64 = 256 << 10;

#[test]
fn a_killed_import_leaves_a_whole_vault_and_can_be_repeated_and_undone() {
    let home = Home::new();
    let made = home.export("takeout", 3_000, Lang::En, Shape::Zip);
    let whole = home.vault("whole");
    let empty = hash(&whole);
    let begun = Instant::now();
    import(&whole, &made.inputs);
    let took = begun.elapsed();
    let full = hash(&whole);
    let begun = Instant::now();
    whole.json(["stats"]).unwrap();
    let opening = begun.elapsed();

    let killed = home.vault("killed");
    let mut n_interrupted = 0;
    for moment in MOMENTS {
        let mut child = killed.command(["import"]).args(&made.inputs).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        if moment == 0.0 {
            let log = killed.vault().join("db/main.db-wal");
            while std::fs::metadata(&log).map_or(0, |log| log.len()) < WRITTEN && child.try_wait().unwrap().is_none() {
                std::thread::sleep(Duration::from_millis(1));
            }
        } else {
            std::thread::sleep(opening.mul_f64(0.8) + took.saturating_sub(opening).mul_f64(moment));
        }
        child.kill().unwrap();
        child.wait().unwrap();
        // Opens, and every page, index, blob and ledger is sound.
        hash(&killed);
        let listed = imports(&killed);
        for import in &listed {
            let state = import["state"].as_str().unwrap();
            assert!(["interrupted", "done"].contains(&state), "{import}");
            assert_eq!(import["totals"]["balanced"], true, "{import}");
        }
        n_interrupted += listed.iter().filter(|import| import["state"] == "interrupted").count();
    }
    assert!(n_interrupted > 0, "no import was running at any of the moments, in {took:?}");
    let report = import(&killed, &made.inputs);
    assert_eq!(hash(&killed), full);
    let mut paths: Vec<&str> = report.files.iter().map(|file| file.path.as_str()).collect();
    paths.sort_unstable();
    assert!(paths.windows(2).all(|pair| pair[0] != pair[1]), "the ledger lists a file twice");
    assert!(imports(&killed).iter().all(|import| import["state"] == "done"), "what was cut short went on");
    for import in imports(&killed) {
        undo(&killed, import["import"].as_i64().unwrap());
    }
    assert_eq!(hash(&killed), empty);
}

#[cfg(unix)]
#[test]
fn an_import_that_is_interrupted_says_what_is_kept_and_goes_on_when_it_is_run_again() {
    let home = Home::new();
    let made = home.export("takeout", 3_000, Lang::En, Shape::Zip);
    let whole = home.vault("whole");
    import(&whole, &made.inputs);
    let datapunk = home.vault("vault");
    let mut child = datapunk.command(["import"]).args(&made.inputs).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let log = datapunk.vault().join("db/main.db-wal");
    while std::fs::metadata(&log).map_or(0, |log| log.len()) < WRITTEN && child.try_wait().unwrap().is_none() {
        std::thread::sleep(Duration::from_millis(1));
    }
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    let ended = child.wait_with_output().unwrap();
    assert!(!ended.status.success() && ended.stdout.is_empty(), "{ended:?}");
    let told = String::from_utf8(ended.stderr).unwrap();
    let failure: serde_json::Value = serde_json::from_str(told.lines().last().unwrap()).unwrap();
    assert_eq!(failure["code"], "cancelled", "{told}");
    assert!(failure["message"].as_str().unwrap().contains("import 1") && failure["hint"].as_str().unwrap().contains("undo 1"), "{told}");
    assert_eq!(imports(&datapunk)[0]["state"], "cancelled");
    let report = import(&datapunk, &made.inputs);
    assert_eq!((report.import, report.state.as_str()), (1, "done"));
    assert_eq!(hash(&datapunk), hash(&whole));
}

#[test]
fn a_killed_undo_is_finished_at_the_next_unlock() {
    let home = Home::new();
    let made = home.export("takeout", 3_000, Lang::En, Shape::Zip);
    let datapunk = home.vault("vault");
    let empty = hash(&datapunk);
    let report = import(&datapunk, &made.inputs);
    let begun = Instant::now();
    datapunk.json(["stats"]).unwrap();
    let opening = begun.elapsed();
    let mut child = datapunk.command(["undo", &report.import.to_string()]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    std::thread::sleep(opening + Duration::from_millis(60));
    child.kill().unwrap();
    child.wait().unwrap();
    hash(&datapunk);
    if let Some(left) = imports(&datapunk).first() {
        undo(&datapunk, left["import"].as_i64().unwrap());
    }
    assert_eq!(hash(&datapunk), empty);
}
