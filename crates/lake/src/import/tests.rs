//! Whole imports into real vaults, from archives that are made here.

use std::fs;
use std::path::{Path, PathBuf};

use domain::FileLedger;
use tempfile::TempDir;
use vault::{CreateOptions, Kdf, Passphrase};

use super::*;
use crate::archive::open;
use crate::archive::tests::{tgz_of, zip_of};

fn vault_in(folder: &Path) -> Vault {
    Vault::create(&folder.join("vault"), &Passphrase::from("five words that say nothing"), &CreateOptions { kdf: Kdf::Floor }).unwrap().0
}

fn records(from: i64, n: i64) -> Vec<u8> {
    let rows: Vec<String> = (from..from + n)
        .map(|n| {
            format!(
                "{{\"latitudeE7\": {}, \"longitudeE7\": 85432109, \"timestampMs\": \"{}\", \"deviceTag\": 7}}",
                471_000_000 + n,
                1_600_000_000_000 + n * 60_000
            )
        })
        .collect();
    format!("{{\"locations\": [{}]}}", rows.join(",")).into_bytes()
}

const MONTH: &[u8] = br#"{"timelineObjects": [
    {"placeVisit": {"location": {"latitudeE7": 471300000, "longitudeE7": 85500000, "placeId": "ChIJx", "name": "Corner Bakery"},
        "duration": {"startTimestamp": "2023-04-02T07:20:44Z", "endTimestamp": "2023-04-02T11:02:10Z"}}},
    {"placeVisit": {}},
    {"activitySegment": {"startLocation": {"latitudeE7": 471300000, "longitudeE7": 85500000}, "duration": {"startTimestamp": "2023-04-02T11:02:10Z", "endTimestamp": "2023-04-02T11:30:00Z"}, "activityType": "WALKING"}}]}"#;
const NOTE: &[u8] = br#"{"title": "Bread", "textContent": "Feed the starter", "isTrashed": false, "isArchived": false, "isPinned": false, "color": "DEFAULT",
    "userEditedTimestampUsec": 1700000000000000, "createdTimestampUsec": 1690000000000000}"#;

/// The files of an export of several products, odd ones included.
fn export() -> Vec<(&'static str, Vec<u8>)> {
    let mut cut = records(5_000, 10);
    cut.truncate(cut.len() - 20);
    vec![
        ("Takeout/Location History/Records.json", records(0, 3_000)),
        ("Takeout/Location History/Semantic Location History/2023/2023_APRIL.json", MONTH.to_vec()),
        ("Takeout/Location History/Settings.json", b"{\"deviceSettings\": [], \"createdTime\": \"2014-02-01T10:00:00Z\"}".to_vec()),
        ("Takeout/Old/Location History.json", cut),
        ("Takeout/Keep/Bread.json", NOTE.to_vec()),
        ("Takeout/Google Shopping/Orders.txt", b"no data".to_vec()),
        ("Takeout/Glacier/cores.bin", vec![1, 2, 3]),
        ("Takeout/Glacier/log.txt", b"Blue ice at last".to_vec()),
        ("Takeout/archive_browser.html", b"<html><title>Takeout</title>".to_vec()),
    ]
}

fn borrowed<'f>(files: &'f [(&'static str, Vec<u8>)]) -> Vec<(&'f str, &'f [u8])> {
    files.iter().map(|(name, bytes)| (*name, bytes.as_slice())).collect()
}

fn imported(vault: &Vault, paths: &[PathBuf]) -> ImportReport {
    let set = open(paths).unwrap().remove(0);
    run(
        vault,
        &set,
        &Options { label: String::new(), now: 1_700_000_000_000, threads: 2, only: Vec::new() },
        &Cancel::default(),
        &mut |_| {},
    )
    .unwrap()
}

/// The ledger as lines, in the order of the paths.
fn lines(report: &ImportReport) -> Vec<String> {
    let line = |file: &FileLedger| {
        let codes: Vec<String> = file.findings.iter().map(|finding| format!(" {:?}x{}", finding.code, finding.count)).collect();
        format!(
            "{} {} {:?} {}={}+{}+{}+{}{}",
            file.path,
            file.importer,
            file.outcome,
            file.read,
            file.stored,
            file.merged,
            file.skipped,
            file.set_aside,
            codes.concat()
        )
    };
    let mut lines: Vec<String> = report.files.iter().map(line).collect();
    lines.sort();
    lines
}

#[test]
fn every_form_of_an_export_gives_the_same_ledger_and_the_same_vault() {
    let folder = TempDir::new().unwrap();
    let files = export();
    let save = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, bytes).unwrap();
        path
    };
    let zip = save("takeout.zip", &zip_of(&borrowed(&files)));
    let tgz = save("takeout.tgz", &tgz_of(&borrowed(&files)));
    for (name, bytes) in &files {
        save(&format!("unpacked/{name}"), bytes);
    }
    let mut parts: Vec<PathBuf> = borrowed(&files)
        .chunks(3)
        .enumerate()
        .map(|(n, part)| save(&format!("takeout-20260310T081500Z-00{}.zip", n + 1), &zip_of(part)))
        .collect();
    parts.reverse();

    let expected = [
        "Glacier/cores.bin  SetAside 1=0+0+0+1 UnknownFilex1",
        "Glacier/log.txt file.unknown SetAside 1=1+0+0+0 UnknownFilex1",
        "Google Shopping/Orders.txt  Empty 0=0+0+0+0 EmptyProductx1",
        "Keep/Bread.json google.keep Imported 1=1+0+0+0",
        "Location History/Records.json google.location_records Imported 3000=3000+0+0+0",
        "Location History/Semantic Location History/2023/2023_APRIL.json google.location_semantic Imported 3=2+0+0+1 UncertainTimex1",
        "Location History/Settings.json  Ignored 0=0+0+0+0 IgnoredFilex1",
        "Old/Location History.json google.location_records Partial 9=9+0+0+0 CutShortx1",
        "archive_browser.html  Ignored 0=0+0+0+0 IgnoredFilex1",
    ];
    let mut hashes = Vec::new();
    for (n, chosen) in [vec![zip.clone()], vec![tgz], vec![folder.path().join("unpacked")], parts].iter().enumerate() {
        let home = folder.path().join(format!("home{n}"));
        fs::create_dir_all(&home).unwrap();
        let vault = vault_in(&home);
        let empty = vault.logical_hash().unwrap();
        let report = imported(&vault, chosen);
        assert_eq!(lines(&report), expected, "{chosen:?}");
        assert!(report.totals.balanced && report.state == "done");
        let full = vault.logical_hash().unwrap();
        let again = imported(&vault, std::slice::from_ref(&zip));
        assert_eq!((again.totals.stored, again.totals.merged, again.totals.read), (0, 3_013, report.totals.read));
        assert_eq!(vault.logical_hash().unwrap(), full);
        vault.undo(report.import, &Cancel::default(), &mut |_| {}).unwrap();
        assert_eq!(vault.logical_hash().unwrap(), full, "what the second import saw stays");
        vault.undo(again.import, &Cancel::default(), &mut |_| {}).unwrap();
        assert_eq!(vault.logical_hash().unwrap(), empty);
        hashes.push(full);
    }
    hashes.dedup();
    assert_eq!(hashes.len(), 1);
}

#[test]
fn a_path_in_two_parts_is_read_once_when_its_bytes_are_equal_and_twice_when_not() {
    let folder = TempDir::new().unwrap();
    let (same, one, two) = (records(0, 5), records(100, 5), records(200, 6));
    let first: [(&str, &[u8]); 2] = [("Takeout/Location History/Records.json", &same), ("Takeout/b/Records.json", &one)];
    let second: [(&str, &[u8]); 2] = [("Takeout/Location History/Records.json", &same), ("Takeout/b/Records.json", &two)];
    let expected = [
        "Location History/Records.json  Known 0=0+0+0+0 IgnoredFilex1",
        "Location History/Records.json google.location_records Imported 5=5+0+0+0",
        "b/Records.json google.location_records Imported 5=5+0+0+0",
        "b/Records.json google.location_records Imported 6=6+0+0+0",
    ];
    for (extension, pack) in [("zip", zip_of as fn(&[(&str, &[u8])]) -> Vec<u8>), ("tgz", tgz_of)] {
        let home = folder.path().join(extension);
        fs::create_dir_all(&home).unwrap();
        let paths = [
            home.join(format!("takeout-20260310T081500Z-001.{extension}")),
            home.join(format!("takeout-20260310T081500Z-002.{extension}")),
        ];
        fs::write(&paths[0], pack(&first)).unwrap();
        fs::write(&paths[1], pack(&second)).unwrap();
        assert_eq!(lines(&imported(&vault_in(&home), &paths)), expected, "{extension}");
    }
}

#[test]
fn what_is_no_export_leaves_the_vault_as_it_was() {
    let folder = TempDir::new().unwrap();
    let vault = vault_in(folder.path());
    for (name, bytes, message) in [
        (
            "holiday.zip",
            zip_of(&[("beach.bin", b"\x01"), ("sea.bin", b"\x02")]),
            "Nothing in holiday.zip is known: it holds beach.bin, sea.bin and the like. Expected a Google Takeout, whole or unpacked.",
        ),
        (
            "letter.txt",
            b"Dear friend".to_vec(),
            "letter.txt is not a file that Datapunk knows. Expected an archive or a file of a Google Takeout.",
        ),
        ("Records.json", b"{}".to_vec(), "Records.json brings nothing to import. It is empty."),
        (
            "archive_browser.html",
            b"<html>".to_vec(),
            "archive_browser.html brings nothing to import. The page that lists what the export holds; the data itself is in the folders beside it.",
        ),
    ] {
        let path = folder.path().join(name);
        fs::write(&path, bytes).unwrap();
        let set = open(&[path]).unwrap().remove(0);
        let failure =
            run(&vault, &set, &Options { label: String::new(), now: 1, threads: 2, only: Vec::new() }, &Cancel::default(), &mut |_| {})
                .unwrap_err();
        assert_eq!((failure.code, failure.message.as_str()), (Code::NotAnExport, message));
    }
    assert!(vault.imports().unwrap().is_empty());
}

#[test]
fn a_cancelled_import_says_so_balances_and_can_be_undone() {
    let folder = TempDir::new().unwrap();
    let vault = vault_in(folder.path());
    let empty = vault.logical_hash().unwrap();
    let path = folder.path().join("Records.json");
    // More than may wait for the writer, so that some of it is still unread when the first of it is told.
    fs::write(&path, records(0, 1_000_000)).unwrap();
    let set = open(&[path]).unwrap().remove(0);
    let cancel = Cancel::default();
    let report = run(&vault, &set, &Options { label: "big".to_owned(), now: 1, threads: 2, only: Vec::new() }, &cancel, &mut |progress| {
        if progress.records > 0 {
            cancel.cancel();
        }
    })
    .unwrap();
    let file = &report.files[0];
    assert_eq!((report.state.as_str(), report.label.as_str(), file.outcome), ("cancelled", "big", FileOutcome::Partial));
    assert!(report.totals.balanced && file.read > 0 && file.read < 1_000_000, "{file:?}");
    assert!(file.findings.iter().any(|finding| finding.message.contains("the import was cancelled")), "{file:?}");
    vault.undo(report.import, &Cancel::default(), &mut |_| {}).unwrap();
    assert_eq!(vault.logical_hash().unwrap(), empty);
}

#[test]
fn progress_ends_at_all_of_it() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("takeout.tgz");
    fs::write(&path, tgz_of(&borrowed(&export()))).unwrap();
    let set = open(&[path]).unwrap().remove(0);
    let mut last = Progress::default();
    run(
        &vault_in(folder.path()),
        &set,
        &Options { label: String::new(), now: 1, threads: 1, only: Vec::new() },
        &Cancel::default(),
        &mut |progress| {
            assert!(progress.done >= last.done && progress.done <= progress.total);
            last = progress;
        },
    )
    .unwrap();
    assert_eq!((last.done, last.records, last.eta_s), (set.bytes(), 3_013, Some(0)));
}

#[test]
fn a_plan_counts_what_an_import_would_read_and_writes_nothing() {
    let folder = TempDir::new().unwrap();
    let vault = vault_in(folder.path());
    let path = folder.path().join("takeout.zip");
    fs::write(&path, zip_of(&borrowed(&export()))).unwrap();
    let set = open(std::slice::from_ref(&path)).unwrap().remove(0);
    let quick = crate::plan::plan(&set, Some(&vault), crate::plan::Options::default(), &Cancel::default()).unwrap();
    let exact = crate::plan::plan(&set, Some(&vault), crate::plan::Options { exact: true }, &Cancel::default()).unwrap();
    let fixes =
        |plan: &crate::plan::Plan| plan.products.iter().find(|product| product.importer == "google.location_records").cloned().unwrap();
    assert_eq!((exact.files, exact.records, exact.exact, exact.fits), (9, 3_013, true, true));
    assert_eq!(
        (fixes(&exact).records, fixes(&exact).first_ms, fixes(&exact).last_ms),
        (3_009, Some(1_600_000_000_000), Some(1_600_000_000_000 + 5_008 * 60_000))
    );
    assert!(!quick.exact && (2_700..3_300).contains(&fixes(&quick).records), "{:?}", fixes(&quick));
    assert!(vault.imports().unwrap().is_empty());
    imported(&vault, &[path]);
    let after = crate::plan::plan(&set, Some(&vault), crate::plan::Options { exact: true }, &Cancel::default()).unwrap();
    assert_eq!(after.products.iter().filter_map(|product| product.known).sum::<u64>(), 3);
}

#[test]
fn what_was_not_wanted_is_ignored_and_the_ledger_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("Records.json");
    std::fs::write(&path, r#"{"locations":[{"latitudeE7":471234567,"longitudeE7":85432109,"timestamp":"2023-04-02T09:15:11Z"}]}"#).unwrap();
    let set = crate::archive::open(&[path]).unwrap().remove(0);
    let options = Options { label: String::new(), now: 1, threads: 1, only: vec!["google.mail".to_owned()] };
    let report = run(&vault_in(folder.path()), &set, &options, &Cancel::default(), &mut |_| {}).unwrap();
    assert_eq!((report.files[0].outcome, report.totals.read), (domain::FileOutcome::Ignored, 0));
}
