//! An archive becomes a vault: nothing is lost, whatever shape it comes in, and any import can be taken back.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "what fails here fails the test, and what is measured is said")]

use domain::{FileOutcome, ImportReport};
use journeys::{Datapunk, Facts, Home, Lang, Shape, hash, import, imports, named, undo};

/// Holds a ledger and the counts of the vault against what is known of the archive.
fn agrees(report: &ImportReport, datapunk: &Datapunk, facts: &Facts) {
    for file in &facts.files {
        let path = file.path.replace('\u{a0}', " ");
        let lines: Vec<_> = report.files.iter().filter(|line| line.path == path).collect();
        let [line] = lines[..] else { panic!("{path} has {} lines in the ledger", lines.len()) };
        if file.certain {
            assert_eq!(line.stored + line.merged, file.records + file.points - file.lost, "{path}: {line:?}");
            assert!(line.set_aside >= file.set_aside, "{path}: {line:?}");
            assert!(!line.importer.is_empty(), "{path}: {line:?}");
        }
        if file.family == "none" {
            // Text that nobody knows is kept as one document.
            assert!(line.stored <= 1, "{path}: {line:?}");
            assert!(!matches!(line.outcome, FileOutcome::Failed | FileOutcome::Imported), "{path}: {line:?}");
        }
    }
    assert_eq!(report.files.len(), facts.files.len(), "the ledger lists files that are not in the archive");
    let stats = datapunk.json(["stats"]).unwrap();
    for (kind, bounds) in &facts.totals.by_kind {
        let count = named(&stats["by_kind"], kind);
        assert!(bounds.hold(count), "{count} items are of the kind {kind}; expected {bounds:?}");
    }
    let sum: u64 = stats["by_kind"].as_array().unwrap().iter().map(|kind| kind["count"].as_u64().unwrap()).sum();
    assert_eq!(stats["items"], sum);
    // The path of a trip is kept with the trip, so its points may or may not count.
    let of_trips: u64 = facts.files.iter().filter(|file| file.family == "semantic_location").map(|file| file.points).sum();
    let (points, bounds) = (stats["track_points"].as_u64().unwrap(), facts.totals.track_points);
    assert!(
        (bounds.at_least - of_trips..=bounds.at_most).contains(&points),
        "{points} track points; expected {bounds:?}, {of_trips} of them of trips"
    );
}

fn every_shape_brings_the_same_life(lang: Lang) {
    let home = Home::new();
    let mut hashes = Vec::new();
    for (shape, name) in [(Shape::Zip, "zip"), (Shape::Tgz, "tgz"), (Shape::Folder, "folder"), (Shape::Parts, "parts")] {
        let made = home.export(name, 2_000, lang, shape);
        let datapunk = home.vault(&format!("vault-{name}"));
        let inputs: Vec<_> = made.inputs.iter().rev().collect();
        agrees(&import(&datapunk, &inputs), &datapunk, &made.facts);
        hashes.push((name, hash(&datapunk)));
    }
    assert!(hashes.iter().all(|(_, hash)| *hash == hashes[0].1), "{hashes:?}");
}

#[test]
fn an_english_archive_brings_the_same_life_as_zip_tgz_folder_or_parts_in_any_order() {
    every_shape_brings_the_same_life(Lang::En);
}

#[test]
fn a_german_archive_brings_the_same_life_as_zip_tgz_folder_or_parts_in_any_order() {
    every_shape_brings_the_same_life(Lang::De);
}

#[test]
fn a_second_import_stores_nothing_and_each_undo_goes_back_exactly_one_import() {
    let home = Home::new();
    let made = home.export("takeout", 2_000, Lang::En, Shape::Zip);
    let datapunk = home.vault("vault");
    let empty = hash(&datapunk);
    let first = import(&datapunk, &made.inputs);
    let full = hash(&datapunk);
    assert_ne!(full, empty);
    let second = import(&datapunk, &made.inputs);
    assert_eq!(second.totals.stored, 0, "{:?}", second.files.iter().filter(|file| file.stored > 0).collect::<Vec<_>>());
    assert_eq!(hash(&datapunk), full);
    undo(&datapunk, second.import);
    assert_eq!(hash(&datapunk), full);
    let undone = undo(&datapunk, first.import);
    assert!(undone["items_removed"].as_u64().unwrap() > 1_000, "{undone}");
    assert_eq!(hash(&datapunk), empty);
    assert!(imports(&datapunk).is_empty());
    assert_eq!(datapunk.json(["search", "sourdough"]).unwrap()["hits"], serde_json::json!([]));
    let third = import(&datapunk, &made.inputs);
    assert_eq!((third.totals, hash(&datapunk)), (first.totals, full));
    let jobs = datapunk.json(["jobs"]).unwrap();
    let jobs = jobs["jobs"].as_array().unwrap();
    assert!(jobs.iter().all(|job| job["state"] == "done"), "{jobs:?}");
    let kinds: Vec<_> = jobs.iter().map(|job| job["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["import", "undo", "undo", "import", "import"]);
}

#[test]
fn what_two_imports_brought_stays_until_both_are_undone_in_either_order() {
    let home = Home::new();
    let made = home.export("takeout", 1_000, Lang::En, Shape::Parts);
    let (early, late) = (&made.inputs[..2], &made.inputs[1..3]);
    let alone = |name: &str, paths: &[std::path::PathBuf]| {
        let datapunk = home.vault(name);
        let empty = hash(&datapunk);
        import(&datapunk, paths);
        (empty, hash(&datapunk))
    };
    let (empty, only_early) = alone("early", early);
    let (_, only_late) = alone("late", late);
    for (name, first_undone, left) in [("one", 0, &only_late), ("other", 1, &only_early)] {
        let datapunk = home.vault(name);
        let ids = [import(&datapunk, early).import, import(&datapunk, late).import];
        undo(&datapunk, ids[first_undone]);
        assert_eq!(hash(&datapunk), *left, "{name}");
        undo(&datapunk, ids[1 - first_undone]);
        assert_eq!(hash(&datapunk), empty, "{name}");
    }
}

#[test]
fn parts_that_are_imported_one_after_another_bring_the_same_life_as_at_once() {
    let home = Home::new();
    let made = home.export("takeout", 1_500, Lang::En, Shape::Parts);
    let at_once = home.vault("at-once");
    import(&at_once, &made.inputs);
    let datapunk = home.vault("vault");
    let empty = hash(&datapunk);
    for part in made.inputs.iter().rev() {
        import(&datapunk, std::slice::from_ref(part));
    }
    assert_eq!(hash(&datapunk), hash(&at_once));
    for import in imports(&datapunk) {
        undo(&datapunk, import["import"].as_i64().unwrap());
    }
    assert_eq!(hash(&datapunk), empty);
}

#[test]
fn two_imports_are_compared() {
    let home = Home::new();
    let (small, large) = (home.export("small", 1_000, Lang::En, Shape::Zip), home.export("large", 2_000, Lang::En, Shape::Zip));
    let datapunk = home.vault("vault");
    let [earlier, again, later] = [&small, &small, &large].map(|made| import(&datapunk, &made.inputs).import.to_string());
    let same = datapunk.json(["compare", &earlier, &again]).unwrap();
    let sum = |found: &serde_json::Value, sort: &str| -> u64 {
        found["sources"].as_array().unwrap().iter().map(|source| source[sort].as_u64().unwrap()).sum()
    };
    assert_eq!((sum(&same, "new"), sum(&same, "changed"), sum(&same, "gone")), (0, 0, 0), "{same}");
    assert!(sum(&same, "same") > 500 && same["fixes"]["same"].as_u64().unwrap() > 0, "{same}");
    let grown = datapunk.json(["compare", &earlier, &later, "--examples", "3"]).unwrap();
    assert!(sum(&grown, "new") > 0, "{grown}");
    assert_eq!(grown["new"].as_array().unwrap().len(), 3);
    undo(&datapunk, later.parse().unwrap());
    assert!(datapunk.json(["compare", &earlier, &later]).unwrap_err().to_string().contains("was undone"));
}

#[test]
fn a_plan_says_what_is_in_it_and_writes_nothing() {
    let home = Home::new();
    let made = home.export("takeout", 1_000, Lang::En, Shape::Zip);
    let datapunk = home.vault("vault");
    let empty = hash(&datapunk);
    let mut command = datapunk.command(["import", "--plan"]);
    let plan: serde_json::Value = serde_json::from_slice(&command.args(&made.inputs).output().unwrap().stdout).unwrap();
    let reckoned = plan["records"].as_u64().unwrap();
    let there = made.facts.totals.records + made.facts.totals.points;
    assert!((there / 2..there * 2).contains(&reckoned), "{reckoned} records were reckoned, {there} are there");
    assert_eq!(plan["files"], made.facts.totals.files);
    assert_eq!(hash(&datapunk), empty);
    assert!(imports(&datapunk).is_empty());
}
