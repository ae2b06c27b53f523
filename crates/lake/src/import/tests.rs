//! Whole imports into real vaults, from archives that are made here.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use domain::{FileLedger, ImportReport};
use tempfile::TempDir;
use vault::{CreateOptions, Kdf, Passphrase};

use super::*;
use crate::archive::open;
use crate::archive::tests::{tgz_of, zip_of};
use crate::plan::PlanFate;

pub(crate) fn vault_in(folder: &Path) -> Vault {
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

pub(crate) fn imported(vault: &Vault, paths: &[PathBuf]) -> ImportReport {
    let set = open(paths).unwrap().remove(0);
    let options = Options { label: String::new(), now: 1_700_000_000_000, threads: 2, only: Vec::new(), columns: None };
    vault.import_report(run(vault, &set, &options, &Cancel::default(), &mut |_| {}).unwrap()).unwrap()
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

/// What the ledger says of each file, whether the vault had its records or not.
fn outcomes(report: &ImportReport) -> BTreeMap<&str, (FileOutcome, u64, u64, &[Finding])> {
    report.files.iter().map(|file| (file.path.as_str(), (file.outcome, file.read, file.set_aside, file.findings.as_slice()))).collect()
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
        "Google Shopping/Orders.txt google.small_products Empty 0=0+0+0+0 EmptyProductx1",
        "Keep/Bread.json google.keep Imported 1=1+0+0+0",
        "Location History/Records.json google.location_records Imported 3000=3000+0+0+0",
        "Location History/Semantic Location History/2023/2023_APRIL.json google.location_semantic Imported 3=2+0+0+1 UncertainTimex1",
        "Location History/Settings.json google.location_settings Imported 1=1+0+0+0",
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
        assert_eq!((again.totals.stored, again.totals.merged, again.totals.read), (0, 3_014, report.totals.read));
        let (first, second) = (outcomes(&report), outcomes(&again));
        assert_eq!(first, second, "a file that is known is told as when it was read");
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
    let photo = "Takeout/Google Photos/Photos from 2024/a.jpg";
    let first: [(&str, &[u8]); 3] =
        [("Takeout/Location History/Records.json", &same), ("Takeout/b/Records.json", &one), (photo, b"\xff\xd8\xff one")];
    let second: [(&str, &[u8]); 3] =
        [("Takeout/Location History/Records.json", &same), ("Takeout/b/Records.json", &two), (photo, b"\xff\xd8\xff other")];
    let expected = [
        "Google Photos/Photos from 2024/a.jpg google.photos Imported 1=1+0+0+0 Unpairedx1",
        "Google Photos/Photos from 2024/a.jpg google.photos Imported 1=1+0+0+0 Unpairedx1",
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
fn a_file_of_a_set_that_is_cut_in_its_first_record_is_set_aside_and_costs_no_other() {
    let folder = TempDir::new().unwrap();
    let steps = br#"{"Data Source": "derived:com.google.step_count.delta:merge", "Data Points": [{"fitValue": [{"value": {"intVal": 84}}],
        "startTimeNanos": 1682892000000000000, "endTimeNanos": 1682892060000000000, "dataTypeName": "com.google.step_count.delta"}]}"#;
    let at = memchr::memmem::find(steps, b"intVal").unwrap();
    let path = folder.path().join("takeout.zip");
    let files: [(&str, &[u8]); 2] = [("Takeout/Fit/All Data/derived_a.json", &steps[..at]), ("Takeout/Fit/All Data/derived_b.json", steps)];
    fs::write(&path, zip_of(&files)).unwrap();
    let report = imported(&vault_in(folder.path()), &[path]);
    assert_eq!(
        lines(&report),
        ["Fit/All Data/derived_a.json google.fit Failed 1=0+0+0+1 CutShortx1", "Fit/All Data/derived_b.json google.fit Imported 1=1+0+0+0",]
    );
    let cut = report.files.iter().find(|file| file.path.ends_with("a.json")).unwrap();
    assert!(report.totals.balanced && cut.findings[0].message.contains("in the middle of the first one (byte "), "{:?}", cut.findings);
}

/// Each with its older and longer state, and its newer and shorter one.
const STATES: &[(&str, &str, &str)] = &[
    (
        "Keep/Bread.json",
        r#"{"title": "Bread", "textContent": "Feed the starter, then wait for a day", "isTrashed": false, "isPinned": false, "userEditedTimestampUsec": 1700000000000000, "createdTimestampUsec": 1690000000000000}"#,
        r#"{"title": "Bread", "textContent": "gone", "isTrashed": true, "isPinned": false, "userEditedTimestampUsec": 1700000000000001, "createdTimestampUsec": 1690000000000000}"#,
    ),
    (
        "Tasks/Tasks.json",
        r#"{"kind": "tasks#taskLists", "items": [{"kind": "tasks#taskList", "title": "Home", "items": [{"id": "T1", "title": "Bread", "notes": "with rye, and a long rest", "updated": "2026-01-02T08:00:00.000Z"}]}]}"#,
        r#"{"kind": "tasks#taskLists", "items": [{"kind": "tasks#taskList", "title": "Home", "items": [{"id": "T1", "title": "Bread", "notes": "gone", "updated": "2026-01-02T08:00:00.001Z"}]}]}"#,
    ),
    (
        "Calendar/Home.ics",
        "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\nDTSTART:20250701T090000Z\nSUMMARY:Bread\nDESCRIPTION:with everybody, by the oven\nSEQUENCE:1\nEND:VEVENT\nEND:VCALENDAR\n",
        "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\nDTSTART:20250701T090000Z\nSUMMARY:Bread\nDESCRIPTION:gone\nSEQUENCE:2\nEND:VEVENT\nEND:VCALENDAR\n",
    ),
    (
        "Contacts/All Contacts/All Contacts.vcf",
        "BEGIN:VCARD\nFN:Ann Bread\nEMAIL:ann@example.org\nNOTE:likes rye and long walks\nREV:2025-01-02T08:00:00Z\nEND:VCARD\n",
        "BEGIN:VCARD\nFN:Ann Bread\nEMAIL:ann@example.org\nNOTE:gone\nREV:2025-01-03T08:00:00Z\nEND:VCARD\n",
    ),
];

#[test]
fn of_two_exports_the_newer_state_of_each_record_stands_whichever_is_imported_first() {
    let folder = TempDir::new().unwrap();
    let export = |name: &str, state: fn(&(&'static str, &'static str, &'static str)) -> &'static str| {
        let files: Vec<(String, &str)> = STATES.iter().map(|states| (format!("Takeout/{}", states.0), state(states))).collect();
        let path = folder.path().join(name);
        let entries: Vec<(&str, &[u8])> = files.iter().map(|(path, text)| (path.as_str(), text.as_bytes())).collect();
        fs::write(&path, zip_of(&entries)).unwrap();
        path
    };
    let (older, newer) = (export("older.zip", |states| states.1), export("newer.zip", |states| states.2));
    let texts = |vault: &Vault| -> Vec<String> {
        let all = domain::Filter { hidden: true, ..domain::Filter::default() };
        let rows = vault.list(&all, vault::Order::default(), None, 10).unwrap().rows;
        rows.iter().map(|row| vault.item(row.uid).unwrap().unwrap().text).collect()
    };
    let mut hashes = Vec::new();
    for (home, order) in [("one", [&older, &newer]), ("two", [&newer, &older])] {
        fs::create_dir_all(folder.path().join(home)).unwrap();
        let vault = vault_in(&folder.path().join(home));
        let imports = order.map(|path| imported(&vault, std::slice::from_ref(path)).import);
        let now = texts(&vault);
        assert!(now.len() == STATES.len() && now.iter().all(|text| text.contains("gone")), "{now:?}");
        hashes.push(vault.logical_hash().unwrap());
        let of_newer = imports[usize::from(order[1] == &newer)];
        vault.undo(of_newer, &Cancel::default(), &mut |_| {}).unwrap();
        let back = texts(&vault);
        assert!(back.len() == STATES.len() && !back.iter().any(|text| text.contains("gone")), "{back:?}");
    }
    assert_eq!(hashes[0], hashes[1]);
}

#[test]
fn an_import_that_the_program_ended_in_goes_on_under_its_number_and_reads_no_file_twice_that_was_done() {
    let folder = TempDir::new().unwrap();
    let (one, two, three) = (records(100, 50), records(200, 50), records(300, 50));
    let path = folder.path().join("takeout.zip");
    fs::write(
        &path,
        zip_of(&[
            ("Takeout/a/Records.json", &one),
            ("Takeout/b/Records.json", &two),
            ("Takeout/c/Records.json", &three),
            ("Takeout/x.bin", b"\x01"),
        ]),
    )
    .unwrap();
    let whole = {
        fs::create_dir(folder.path().join("whole")).unwrap();
        let vault = vault_in(&folder.path().join("whole"));
        imported(&vault, std::slice::from_ref(&path));
        vault.logical_hash().unwrap()
    };
    let vault = vault_in(folder.path());
    let import = vault.begin_import("takeout.zip", 1).unwrap();
    // When the program ended, one file was read to its end, one only met, one half; and one was read that is another now.
    let points = |bytes: &[u8], n: usize| {
        let importer = crate::importers::ALL.iter().find(|importer| importer.id == "google.location_records").unwrap();
        let mut points = crate::importer::collected::read(importer, "Records.json", bytes).points;
        points.truncate(n);
        points
    };
    let line = |path: &str, bytes: &[u8], importer: &str| {
        let digest = Some(*blake3::hash(bytes).as_bytes()).filter(|_| !importer.is_empty() && !path.starts_with('b'));
        let (path, archive, importer) = (path.to_owned(), "takeout.zip".to_owned(), importer.to_owned());
        vault.add_file(import, &NewFile { path, archive, size: bytes.len() as u64, digest, importer }).unwrap()
    };
    let ended = |file: vault::FileId, outcome: FileOutcome, set_aside: u64| {
        let ended = vault::EndedFile {
            file,
            outcome,
            whole: true,
            digest: None,
            merged: 0,
            skipped: 0,
            set_aside,
            edition: 1,
            findings: Vec::new(),
        };
        vault.end_files(vec![ended]).unwrap();
    };
    let done = line("a/Records.json", &one, "google.location_records");
    vault.write(import, done, vault.prepare(Vec::new(), points(&one, 50))).unwrap();
    ended(done, FileOutcome::Imported, 0);
    let met = line("x.bin", b"\x01", "");
    ended(met, FileOutcome::SetAside, 1);
    let other = line("c/Records.json", &records(400, 50), "google.location_records");
    ended(other, FileOutcome::Imported, 0);
    let half = line("b/Records.json", &two, "google.location_records");
    vault.write(import, half, vault.prepare(Vec::new(), points(&two, 20))).unwrap();
    drop(vault);

    let unlock = vault::Unlock::Passphrase(Passphrase::from("five words that say nothing"));
    let vault = Vault::open(&folder.path().join("vault"), &unlock).unwrap();
    assert_eq!(vault.imports().unwrap()[0].state, ImportState::Interrupted);
    let report = imported(&vault, std::slice::from_ref(&path));
    assert_eq!((report.import, report.state.as_str()), (import, "done"));
    assert_eq!(
        lines(&report),
        [
            "a/Records.json google.location_records Imported 50=50+0+0+0",
            "b/Records.json google.location_records Imported 50=50+0+0+0",
            "c/Records.json google.location_records Imported 50=50+0+0+0",
            "x.bin  SetAside 1=0+0+0+1 UnknownFilex1",
        ]
    );
    assert_eq!(vault.logical_hash().unwrap(), whole);
    // One that is done is not taken up again.
    let again = imported(&vault, std::slice::from_ref(&path));
    assert_ne!(again.import, import);
    undo(&vault, again.import, &Cancel::default(), &mut |_| {}).unwrap();
    undo(&vault, import, &Cancel::default(), &mut |_| {}).unwrap();
    assert_eq!(vault.stats().unwrap().track_points, 0);
}

#[test]
fn equal_names_in_one_archive_are_told_and_each_of_their_files_is_read() {
    let folder = TempDir::new().unwrap();
    let vault = vault_in(folder.path());
    let names = ["Takeout/a/Records.json", "Takeout/a/RECORDS.json", "Takeout/a/Recordx.json"];
    let [one, two, three] = [records(100, 5), records(200, 5), records(300, 5)];
    let zip = zip_of(&[(names[0], &one), (names[1], &two), (names[2], &three)]);
    // One more entry of the very name of the first.
    let mut twice = zip;
    while let Some(at) = memchr::memmem::find(&twice, b"Recordx") {
        twice[at..at + 7].copy_from_slice(b"Records");
    }
    let tar = tgz_of(&[(names[0], &one), (names[1], &two), (names[0], &three)]);
    for (name, bytes) in [("takeout.zip", twice), ("takeout.tgz", tar)] {
        let path = folder.path().join(name);
        fs::write(&path, bytes).unwrap();
        let report = imported(&vault, std::slice::from_ref(&path));
        assert_eq!(report.totals.stored + report.totals.merged, 15, "{name}");
        let told = report.findings.iter().find(|finding| finding.code == FindingCode::EqualNames).unwrap();
        // Whichever of the three is met first is not named.
        assert!(told.count == 2 && told.message.to_lowercase().matches("a/records.json").count() == 2, "{told:?}");
    }
    let path = folder.path().join("plain.zip");
    fs::write(&path, zip_of(&[("Takeout/a/Records.json", &one), ("Takeout/b/Records.json", &two)])).unwrap();
    assert!(!imported(&vault, &[path]).findings.iter().any(|finding| finding.code == FindingCode::EqualNames));
}

#[test]
fn what_is_no_export_leaves_the_vault_as_it_was() {
    let folder = TempDir::new().unwrap();
    let vault = vault_in(folder.path());
    for (name, bytes, message) in [
        (
            "holiday.zip",
            zip_of(&[("beach.bin", b"\x01"), ("sea.bin", b"\x02")]),
            "Nothing in holiday.zip is known: it holds beach.bin, sea.bin and the like. Expected a Google Takeout (whole, unpacked, or one of its files), or ",
        ),
        (
            "letter.txt",
            b"Dear friend".to_vec(),
            "letter.txt is no file that Datapunk knows (text by its content). Expected a Google Takeout (whole, unpacked, or one of its files), or ",
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
        let failure = run(
            &vault,
            &set,
            &Options { label: String::new(), now: 1, threads: 2, only: Vec::new(), columns: None },
            &Cancel::default(),
            &mut |_| {},
        )
        .unwrap_err();
        assert_eq!(failure.code, Code::NotAnExport);
        match failure.message.strip_prefix(message) {
            Some("") => {}
            // What else is read, by the importers that there are.
            Some(others) => assert!(others.contains("WhatsApp") && others.contains("GPX"), "{failure}"),
            None => panic!("{failure}"),
        }
        assert!(!failure.hint.is_empty(), "{failure}");
    }
    // What cannot be read may well be an export, and nobody is told otherwise.
    let gone = folder.path().join("gone");
    fs::create_dir(&gone).unwrap();
    fs::write(gone.join("Records.json"), b"{\"locations\": [").unwrap();
    let set = open(std::slice::from_ref(&gone)).unwrap().remove(0);
    fs::remove_file(gone.join("Records.json")).unwrap();
    let options = Options { label: String::new(), now: 1, threads: 2, only: Vec::new(), columns: None };
    let failure = run(&vault, &set, &options, &Cancel::default(), &mut |_| {}).unwrap_err();
    assert_eq!(failure.code, Code::Unreadable, "{failure}");
    assert!(failure.message.contains("Records.json"), "{failure}");
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
    let import = run(
        &vault,
        &set,
        &Options { label: "big".to_owned(), now: 1, threads: 2, only: Vec::new(), columns: None },
        &cancel,
        &mut |progress| {
            if progress.records > 0 {
                cancel.cancel();
            }
        },
    )
    .unwrap();
    let report = vault.import_report(import).unwrap();
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
        &Options { label: String::new(), now: 1, threads: 1, only: Vec::new(), columns: None },
        &Cancel::default(),
        &mut |progress| {
            assert!(progress.done >= last.done && progress.done <= progress.total);
            last = progress;
        },
    )
    .unwrap();
    assert_eq!((last.done, last.records, last.eta_s), (set.bytes(), 3_014, Some(0)));
}

#[test]
fn a_plan_counts_what_an_import_would_read_and_writes_nothing() {
    let folder = TempDir::new().unwrap();
    let vault = vault_in(folder.path());
    let path = folder.path().join("takeout.zip");
    fs::write(&path, zip_of(&borrowed(&export()))).unwrap();
    let set = open(std::slice::from_ref(&path)).unwrap().remove(0);
    let quick = crate::plan::plan(&set, Some(&vault), &crate::plan::Options::default(), &Cancel::default()).unwrap();
    let exact =
        crate::plan::plan(&set, Some(&vault), &crate::plan::Options { exact: true, ..Default::default() }, &Cancel::default()).unwrap();
    let fixes =
        |plan: &crate::plan::Plan| plan.products.iter().find(|product| product.importer == "google.location_records").cloned().unwrap();
    assert_eq!((exact.files, exact.records, exact.exact, exact.fits), (9, 3_014, true, true));
    assert_eq!(
        (fixes(&exact).records, fixes(&exact).first_ms, fixes(&exact).last_ms),
        (3_009, Some(1_600_000_000_000), Some(1_600_000_000_000 + 5_008 * 60_000))
    );
    assert!(!quick.exact && (2_700..3_300).contains(&fixes(&quick).records), "{:?}", fixes(&quick));
    assert!(exact.products.iter().all(|product| product.sensitive.is_none()));
    assert!(vault.imports().unwrap().is_empty());
    imported(&vault, &[path]);
    let after =
        crate::plan::plan(&set, Some(&vault), &crate::plan::Options { exact: true, ..Default::default() }, &Cancel::default()).unwrap();
    assert_eq!(after.products.iter().filter_map(|product| product.known).sum::<u64>(), 4);
    assert!(after.needs_bytes < exact.needs_bytes / 2, "what was read before takes no room: {} {}", exact.needs_bytes, after.needs_bytes);
}

#[test]
fn a_paused_import_writes_nothing_until_it_goes_on() {
    let folder = TempDir::new().unwrap();
    let vault = vault_in(folder.path());
    let path = folder.path().join("Records.json");
    let fix = |n: i64| {
        format!(r#"{{"latitudeE7":{},"longitudeE7":85432109,"timestampMs":"{}"}}"#, 471_234_567 + n, 1_600_000_000_000 + n * 60_000)
    };
    // Several rounds of writing, so that there is one after the first.
    let fixes: Vec<String> = (0..100_000).map(fix).collect();
    fs::write(&path, format!(r#"{{"locations":[{}]}}"#, fixes.join(","))).unwrap();
    let set = open(&[path]).unwrap().remove(0);
    let (cancel, goes_on) = (Cancel::default(), Arc::new(AtomicBool::new(false)));
    let mut resuming = None;
    let options = Options { label: String::new(), now: 1, threads: 1, only: Vec::new(), columns: None };
    let import = run(&vault, &set, &options, &cancel, &mut |_| {
        if resuming.is_some() {
            assert!(goes_on.load(Ordering::SeqCst), "it went on by itself");
            return;
        }
        cancel.pause(true);
        let (vault, cancel, goes_on) = (vault.clone(), cancel.clone(), Arc::clone(&goes_on));
        resuming = Some(std::thread::spawn(move || {
            // What was on its way is written; then nothing more is.
            std::thread::sleep(std::time::Duration::from_millis(300));
            let held = vault.stats().unwrap().track_points;
            std::thread::sleep(std::time::Duration::from_millis(100));
            let still = vault.stats().unwrap().track_points;
            goes_on.store(true, Ordering::SeqCst);
            cancel.pause(false);
            (held, still)
        }));
    })
    .unwrap();
    let (held, still) = resuming.unwrap().join().unwrap();
    assert!(held == still && held < 100_000, "{held}, then {still}");
    assert_eq!(vault.import_report(import).unwrap().totals.stored, 100_000);
}

#[test]
fn a_quick_plan_reckons_what_is_put_together_from_its_parts() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("takeout.zip");
    let mut photo = b"\xff\xd8\xff\xe0".to_vec();
    photo.resize(300_000, 7);
    let note = br#"{"title":"Bread","textContent":"flour","isTrashed":false,"userEditedTimestampUsec":1600000000000000}"#;
    let mut days = String::from("Start time,End time,Step count\n");
    for minute in 0..96 {
        let clock = |quarter: usize| format!("{:02}:{:02}:00.000+01:00", quarter / 4 % 24, quarter % 4 * 15);
        days.push_str(&format!("{},{},{minute}\n", clock(minute), clock(minute + 1)));
    }
    let files: [(&str, &[u8]); 3] = [
        ("Takeout/Google Photos/Photos from 2020/IMG_1.jpg", &photo),
        ("Takeout/Keep/Bread.json", note),
        ("Takeout/Fit/Daily activity metrics/2020-03-04.csv", days.as_bytes()),
    ];
    fs::write(&path, zip_of(&files)).unwrap();
    let set = open(std::slice::from_ref(&path)).unwrap().remove(0);
    let records = |exact| {
        let options = crate::plan::Options { exact, ..Default::default() };
        let plan = crate::plan::plan(&set, None, &options, &Cancel::default()).unwrap();
        ["google.photos", "google.keep", "google.fit"]
            .map(|id| plan.products.iter().filter(|product| product.importer == id).map(|product| product.records).sum::<u64>())
    };
    assert_eq!((records(false), records(true)), ([1, 1, 96], [1, 1, 96]));
}

#[test]
fn what_was_not_wanted_is_ignored_and_the_ledger_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("Records.json");
    std::fs::write(&path, r#"{"locations":[{"latitudeE7":471234567,"longitudeE7":85432109,"timestamp":"2023-04-02T09:15:11Z"}]}"#).unwrap();
    let set = crate::archive::open(&[path]).unwrap().remove(0);
    let options = Options { label: String::new(), now: 1, threads: 1, only: vec!["google.mail".to_owned()], columns: None };
    let vault = vault_in(folder.path());
    let report = vault.import_report(run(&vault, &set, &options, &Cancel::default(), &mut |_| {}).unwrap()).unwrap();
    assert_eq!((report.files[0].outcome, report.totals.read), (domain::FileOutcome::Ignored, 0));
    let only = |importer: &str| crate::plan::Options { only: vec![importer.to_owned()], ..Default::default() };
    let plan = |importer| crate::plan::plan(&set, None, &only(importer), &Cancel::default());
    for (importer, expected) in [("google.mail", (PlanFate::Ignored, 0)), ("google.location_records", (PlanFate::Import, 1))] {
        let plan = plan(importer).unwrap();
        assert_eq!((plan.products[0].fate, plan.records), expected);
    }
    assert_eq!(plan("google.male").unwrap_err().code, domain::Code::BadRequest);
    let misspelt = Options { only: vec!["google.male".to_owned()], ..options };
    let refused = run(&vault, &set, &misspelt, &Cancel::default(), &mut |_| {}).unwrap_err();
    assert_eq!((refused.code, vault.imports().unwrap().len()), (domain::Code::BadRequest, 1));
    assert!(refused.message.contains("google.male"), "{refused:?}");
}

#[test]
fn an_export_packed_once_more_is_imported_once_and_can_be_undone() {
    let folder = TempDir::new().unwrap();
    let vault = vault_in(folder.path());
    let empty = vault.logical_hash().unwrap();
    let files = export();
    let plain = folder.path().join("takeout.zip");
    fs::write(&plain, zip_of(&borrowed(&files))).unwrap();
    let packed = folder.path().join("packed.zip");
    fs::write(&packed, zip_of(&[("mine/backup.zip", &fs::read(&plain).unwrap()), ("mine/letter.bin", b"\x01")])).unwrap();

    let first = imported(&vault, std::slice::from_ref(&packed));
    assert!(first.totals.balanced && first.totals.stored > 3_000, "{:?}", first.totals);
    let line = first.files.iter().find(|file| file.importer == "google.keep").unwrap();
    assert_eq!((line.archive.as_str(), line.path.as_str()), ("packed.zip/mine/backup.zip", "Keep/Bread.json"));
    let whole = vault.logical_hash().unwrap();
    // The same again, and the archive as it was: nothing new.
    let again = imported(&vault, std::slice::from_ref(&packed));
    let as_it_was = imported(&vault, std::slice::from_ref(&plain));
    assert_eq!((again.totals.stored, as_it_was.totals.stored), (0, 0));
    assert_eq!(vault.logical_hash().unwrap(), whole);
    let set = open(std::slice::from_ref(&packed)).unwrap().remove(0);
    let plan =
        crate::plan::plan(&set, Some(&vault), &crate::plan::Options { exact: true, ..Default::default() }, &Cancel::default()).unwrap();
    assert_eq!((plan.records, plan.bytes, plan.parts.len()), (3_014, fs::metadata(&packed).unwrap().len(), 1));
    assert!(plan.findings.iter().any(|finding| finding.message.contains("packed.zip/mine/backup.zip")), "{:?}", plan.findings);
    for import in [first.import, again.import, as_it_was.import] {
        undo(&vault, import, &Cancel::default(), &mut |_| {}).unwrap();
    }
    assert_eq!(vault.logical_hash().unwrap(), empty);
}

#[test]
fn a_table_is_read_by_the_guide_beside_it_or_by_the_one_that_was_named() {
    let folder = TempDir::new().unwrap();
    let vault = vault_in(folder.path());
    let table = b"When,What\n2023-04-02T10:00:00Z,tea\n2023-04-03T10:00:00Z,walk\n";
    let guide = "source = \"log\"\ntitle = \"What\"\n[time]\ncolumn = \"When\"\n";
    let save = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, bytes).unwrap();
        path
    };
    // Beside a single file, in a folder and in an archive: the same two items.
    save("days.columns.toml", guide.as_bytes());
    save("in a folder/days.columns.toml", guide.as_bytes());
    save("in a folder/days.csv", table);
    let chosen = [
        save("days.csv", table),
        folder.path().join("in a folder"),
        save("days.zip", &zip_of(&[("x/days.csv", table), ("x/days.csv.columns.toml", guide.as_bytes())])),
    ];
    for (path, (stored, merged)) in chosen.iter().zip([(2, 0), (0, 2), (0, 2)]) {
        let report = imported(&vault, std::slice::from_ref(path));
        let line = report.files.iter().find(|file| file.importer == "table").unwrap();
        assert_eq!((line.outcome, line.stored, line.merged, report.totals.balanced), (FileOutcome::Imported, stored, merged, true));
    }
    // Named, for a table without its own.
    let bare = save("bare/other.csv", table);
    let named = save("guides/any.toml", guide.as_bytes());
    let set = open(&[bare]).unwrap().remove(0);
    let run_with = |columns: PathBuf| {
        let options = Options { label: String::new(), now: 1, threads: 1, only: Vec::new(), columns: Some(columns) };
        run(&vault, &set, &options, &Cancel::default(), &mut |_| {})
    };
    let report = vault.import_report(run_with(named).unwrap()).unwrap();
    assert_eq!((report.totals.read, report.totals.stored), (2, 0));
    // One that does not fit is refused before anything is written.
    let n_imports = vault.imports().unwrap().len();
    let failure = run_with(save("guides/wrong.toml", guide.replace("What", "Waht").as_bytes())).unwrap_err();
    assert_eq!(
        (failure.code, failure.message.as_str()),
        (
            Code::BadRequest,
            "other.csv cannot be read by its guide: the guide names the column \"Waht\", and the header of the table has \"When\", \"What\"."
        )
    );
    assert_eq!(run_with(save("guides/none.toml", b"source = ")).unwrap_err().code, Code::BadRequest);
    assert_eq!(vault.imports().unwrap().len(), n_imports);
}
