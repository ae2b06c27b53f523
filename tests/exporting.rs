//! A vault becomes files that other programs read, and that another vault is made from without loss.

#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

use std::fs;
use std::path::{Path, PathBuf};

use domain::FindingCode;
use journeys::{Datapunk, Home, Lang, Shape, hash, import, undo};
use serde_json::Value;

fn export(datapunk: &Datapunk, folder: &Path, args: &[&str]) -> Value {
    let folder = folder.to_str().unwrap();
    datapunk.json(["export", folder].iter().chain(args)).unwrap()
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if entry.is_dir() { files.extend(self::files(&entry)) } else { files.push(entry) }
    }
    files
}

/// What a vault says of itself that is the same in two vaults of the same life: not where it is, how large, or who saw what.
fn told(datapunk: &Datapunk) -> Value {
    let stats = datapunk.json(["stats"]).unwrap();
    ["items", "track_points", "entities", "first", "last", "by_kind", "by_source"].iter().map(|key| (*key, stats[key].clone())).collect()
}

#[test]
fn an_exported_vault_is_imported_into_another_without_loss() {
    let home = Home::new();
    for lang in [Lang::En, Lang::De] {
        let name = |what: &str| format!("{what}-{lang:?}");
        let made = home.export(&name("takeout"), 2_000, lang, Shape::Zip);
        let datapunk = home.vault(&name("vault"));
        import(&datapunk, &made.inputs);
        // A later state of a part of it, so that some items were told of twice.
        import(&datapunk, &home.export(&name("later"), 1_000, lang, Shape::Folder).inputs);
        let full = hash(&datapunk);

        let folder = home.path(&name("export"));
        let exported = export(&datapunk, &folder, &["--format", "jsonl"]);
        let stats = datapunk.json(["stats"]).unwrap();
        for count in ["items", "track_points", "entities"] {
            assert_eq!(exported[count], stats[count], "{count}");
        }
        assert!(exported["blobs"].as_u64().unwrap() > 0, "{exported}");
        assert!(exported["note"].as_str().unwrap().contains("not encrypted"), "{exported}");
        let written = files(&folder);
        assert_eq!(exported["files"], written.len());
        assert_eq!(exported["bytes"], written.iter().map(|path| path.metadata().unwrap().len()).sum::<u64>());

        let other = home.vault(&name("other"));
        let empty = hash(&other);
        let report = import(&other, &[&folder]);
        assert_eq!(report.totals.set_aside, 0);
        let findings: Vec<_> =
            report.files.iter().flat_map(|file| &file.findings).filter(|found| found.code != FindingCode::IgnoredFile).collect();
        assert!(findings.is_empty(), "{findings:?}");
        // Everything that the hash covers: items with every record of them, links, people, attachments, fixes, what is hidden.
        assert_eq!(hash(&other), full);
        assert_eq!(told(&other), told(&datapunk));

        // The vault knows its own export, record for record.
        let earlier = report.import;
        let again = import(&other, &[&folder]);
        assert_eq!(again.totals.stored, 0);
        let compared = other.json(["compare", &earlier.to_string(), &again.import.to_string()]).unwrap();
        for source in compared["sources"].as_array().unwrap().iter().chain([&compared["fixes"]]) {
            assert_eq!((&source["new"], &source["changed"], &source["gone"]), (&0.into(), &0.into(), &0.into()), "{source}");
        }
        undo(&other, again.import);
        undo(&other, earlier);
        assert_eq!(hash(&other), empty);

        let own = import(&datapunk, &[&folder]);
        assert_eq!(own.totals.stored, 0);
        assert_eq!(hash(&datapunk), full);
    }
}

#[test]
fn a_slice_is_what_a_search_with_its_filters_finds() {
    let home = Home::new();
    let made = home.export("takeout", 1_000, Lang::En, Shape::Zip);
    let datapunk = home.vault("vault");
    import(&datapunk, &made.inputs);
    for (at, filters) in
        [vec!["--kind", "mail"], vec!["--source", "google.keep"], vec!["--from", "2019", "--to", "2020"]].into_iter().enumerate()
    {
        let found = datapunk.json(["search", "--limit", "1"].iter().chain(&filters)).unwrap();
        let exported = export(&datapunk, &home.path(&format!("slice-{at}")), &filters);
        assert_eq!(exported["items"], found["total"], "{filters:?}");
        assert!(exported["items"].as_u64().unwrap() > 0, "{filters:?}");
    }
    let jobs = datapunk.json(["jobs"]).unwrap();
    assert!(jobs["jobs"].as_array().unwrap().iter().filter(|job| job["kind"] == "export" && job["state"] == "done").count() == 3, "{jobs}");
}

#[test]
fn tables_and_originals_are_written_and_nothing_is_overwritten() {
    let home = Home::new();
    let made = home.export("takeout", 1_000, Lang::En, Shape::Zip);
    let datapunk = home.vault("vault");
    import(&datapunk, &made.inputs);
    let (tables, originals) = (home.path("tables"), home.path("originals"));
    let exported = export(&datapunk, &tables, &["--format", "parquet"]);
    let stats = datapunk.json(["stats"]).unwrap();
    assert_eq!((&exported["items"], &exported["track_points"]), (&stats["items"], &stats["track_points"]));
    for path in files(&tables) {
        let bytes = fs::read(&path).unwrap();
        assert!(bytes.starts_with(b"PAR1") && bytes.ends_with(b"PAR1"), "{}", path.display());
    }
    let exported = export(&datapunk, &originals, &["--format", "files"]);
    let index = fs::read_to_string(originals.join("index.csv")).unwrap();
    assert!(exported["items"].as_u64().unwrap() > 0 && index.lines().count() as u64 > exported["blobs"].as_u64().unwrap());
    let refused = datapunk.run(["export", originals.to_str().unwrap()]).unwrap();
    assert_eq!(refused.failure().unwrap()["code"], "bad_request");
    assert_eq!(fs::read_to_string(originals.join("index.csv")).unwrap(), index);
}
