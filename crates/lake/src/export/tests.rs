//! Vaults that are made here, exported, and read again.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use domain::{
    ActivityType, BlobContent, Certainty, Code, EntityRef, FileLedger, FileOutcome, FindingCode, Kind, Layer, Method, Moment, NewBlob,
    NewItem, NewLink, NewPoint, Point, Raw, RawFormat, Role,
};
use polars::prelude::{AnyValue, DataFrame, ParquetReader, SerReader, TimeUnit, TimeZone};
use tempfile::TempDir;
use vault::{ImportState, NewFile};

use super::*;
use crate::archive::tests::{tgz_of, zip_of};
use crate::import::tests::{imported, vault_in};

const NOW: UtcMs = 1_700_000_000_000;

/// A mail of 2019 with an attachment and a picture that was left in place, in one of two tellings.
fn mail(telling: u8) -> NewItem {
    let raw = Raw { format: RawFormat::Mail, bytes: b"Subject: Ledger\r\n\r\n\xff\xfe".to_vec() };
    let mut item = NewItem::new(Kind::Mail, "google.mail", b"m1", raw);
    item.at = Some(Moment { ms: 1_557_800_000_123, offset_min: Some(120), certainty: Certainty::Exact, raw: "Tue, 14 May".to_owned() });
    item.title = "Ledger / May: final?".to_owned();
    item.text = format!("Sums of \"May\"\n{}", "and so on ".repeat(usize::from(telling)));
    item.place = Point::from_degrees(47.123_456_7, 8.5);
    item.set("ratio", 0.939_999_997_615_814_2);
    item.set("labels", vec!["Inbox"]);
    item.links.push(NewLink { role: Role::Sender, entity: EntityRef::mailbox("anna@example.org", "Anna Meier") });
    item.links.push(NewLink { role: Role::Recipient, entity: EntityRef::mailbox("bo@example.org", "") });
    item.related.push(domain::ItemLink { relation: "thread".to_owned(), to: domain::Uid::of("thread", b"1") });
    item.blobs.push(NewBlob {
        name: "sums.pdf".to_owned(),
        media_type: "application/pdf".to_owned(),
        content: BlobContent::Bytes(b"%PDF sums".to_vec()),
    });
    item.blobs.push(NewBlob {
        name: "stall.jpg".to_owned(),
        media_type: "image/jpeg".to_owned(),
        content: BlobContent::Reference { path: "/photos.zip".to_owned(), entry: "a/stall.jpg".to_owned(), size: 9, digest: [7; 32] },
    });
    item.revision = Some(i64::from(telling));
    item
}

fn note(key: &str, at: Option<UtcMs>, hidden: bool) -> NewItem {
    let mut item = NewItem::new(Kind::Note, "google.keep", key, Raw::json(format!("{{\"note\": {key:?}}}").as_bytes()));
    item.at = at.map(Moment::utc);
    item.title = format!("Note {key}");
    item.text = "Feed the starter".to_owned();
    item.hidden = hidden;
    item
}

fn fix(at: UtcMs, lat: f64) -> NewPoint {
    NewPoint {
        layer: Layer::Records,
        device: -3,
        at,
        point: Point::from_degrees(lat, 8.5).unwrap(),
        accuracy: Some(12),
        altitude: Some(-4),
        speed: Some(150),
        heading: None,
        method: Method::Wifi,
        activity: Some((ActivityType::Walking, 80)),
    }
}

/// Stores what one file brought.
fn store(vault: &Vault, items: Vec<NewItem>, points: Vec<NewPoint>) {
    let import = vault.begin_import("takeout.zip", NOW).unwrap();
    let new =
        NewFile { path: "Mail/a.mbox".to_owned(), archive: "takeout.zip".to_owned(), size: 1, digest: None, importer: "mbox".to_owned() };
    let file = vault.add_files(import, vec![new]).unwrap()[0];
    vault.write(import, file, vault.prepare(items, points)).unwrap();
    vault.end_import(import, ImportState::Done, &[], 1).unwrap();
    vault.index_now(&Cancel::default(), &mut |_| {}).unwrap();
}

/// A vault with a mail told twice, notes of 2019 and 2020, one hidden and one without a time, and fixes of two years.
fn lived(folder: &Path) -> Vault {
    let vault = vault_in(folder);
    store(&vault, vec![mail(1), note("one", Some(1_557_900_000_000), false), note("spam", Some(1_590_000_000_000), true)], Vec::new());
    let fixes = (0..30).map(|n| fix(1_557_800_000_000 + n * 60_000, 47.1)).chain([fix(1_590_000_000_000, 10.0)]).collect();
    store(&vault, vec![mail(2), note("undated", None, false)], fixes);
    vault
}

fn export(vault: &Vault, folder: &Path, format: Format, filter: Filter) -> Result<Exported> {
    let options = Options { folder: folder.to_owned(), format, filter, media: false, now: NOW };
    run(vault, &options, &Cancel::default(), &mut |_| {})
}

/// Every file under a folder: its path and bytes, in order.
fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap()) {
        let name = entry.file_name().into_string().unwrap();
        if entry.path().is_dir() {
            files.extend(self::files(&entry.path()).into_iter().map(|(inner, bytes)| (format!("{name}/{inner}"), bytes)));
        } else {
            files.push((name, fs::read(entry.path()).unwrap()));
        }
    }
    files.sort();
    files
}

/// The permissions of a folder and all that is in it.
/// What becomes of a file of an export; nothing when it is taken away.
type Spoil = dyn Fn(&str, Vec<u8>) -> Option<Vec<u8>>;

fn modes(folder: &Path) -> Vec<u32> {
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let inside = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let inside = inside.flat_map(|path| if path.is_dir() { modes(&path) } else { vec![mode(&path)] });
    std::iter::once(mode(folder)).chain(inside).collect()
}

fn paths(folder: &Path) -> Vec<String> {
    files(folder).into_iter().map(|(path, _)| path).collect()
}

fn line<'l>(report: &'l domain::ImportReport, name: &str) -> &'l FileLedger {
    report.files.iter().find(|file| file.path.ends_with(name)).unwrap()
}

#[test]
fn an_export_that_is_imported_is_the_same_vault_as_folder_zip_or_tgz() {
    let folder = TempDir::new().unwrap();
    let vault = lived(folder.path());
    let to = folder.path().join("out");
    let exported = export(&vault, &to, Format::Jsonl, Filter::default()).unwrap();
    assert_eq!(
        Exported { bytes: 0, ..exported.clone() },
        Exported { files: 5, items: 4, track_points: 31, entities: 2, blobs: 1, left_in_place: 1, bytes: 0, left_out: LeftOut::default() }
    );
    let files = files(&to);
    assert_eq!(exported.bytes, files.iter().map(|(_, bytes)| bytes.len() as u64).sum::<u64>());
    let inside: Vec<(String, &[u8])> = files.iter().map(|(path, bytes)| (format!("out/{path}"), bytes.as_slice())).collect();
    let inside: Vec<(&str, &[u8])> = inside.iter().map(|(path, bytes)| (path.as_str(), *bytes)).collect();
    let (zip, tgz) = (folder.path().join("out.zip"), folder.path().join("out.tgz"));
    fs::write(&zip, zip_of(&inside)).unwrap();
    fs::write(&tgz, tgz_of(&inside)).unwrap();
    for (name, path) in [("folder", to), ("zip", zip), ("tgz", tgz)] {
        let home = TempDir::new().unwrap();
        let again = vault_in(home.path());
        let empty = again.logical_hash().unwrap();
        let report = imported(&again, &[path]);
        let findings: Vec<_> =
            report.files.iter().flat_map(|file| &file.findings).filter(|finding| finding.code != FindingCode::IgnoredFile).collect();
        assert!(findings.is_empty(), "{name}: {findings:?}");
        assert!(report.files.iter().all(|file| file.outcome == FileOutcome::Imported && file.importer == "datapunk.export"), "{report:?}");
        assert_eq!((report.totals.stored, report.totals.merged, report.totals.skipped), (35, 2, 3), "{name}");
        assert_eq!(again.logical_hash().unwrap(), vault.logical_hash().unwrap(), "{name}");
        let mut both = Vec::new();
        for vault in [&vault, &again] {
            let mut of_one = Vec::new();
            vault
                .each_item(&Filter { hidden: true, ..Filter::default() }, &mut |item| {
                    let Part::Whole(item) = item else { panic!("nothing is damaged") };
                    of_one.push((item.standing.item, item.others.into_iter().map(|other| other.item).collect::<Vec<_>>()));
                    Ok(())
                })
                .unwrap();
            both.push(of_one);
        }
        assert_eq!(both[0], both[1], "{name}");
        crate::import::undo(&again, report.import, &Cancel::default(), &mut |_| {}).unwrap();
        assert_eq!(again.logical_hash().unwrap(), empty, "{name}");
    }
}

#[test]
fn what_is_written_is_for_its_owner_alone() {
    let folder = TempDir::new().unwrap();
    let vault = lived(folder.path());
    for (format, name) in [(Format::Jsonl, "a"), (Format::Parquet, "b"), (Format::Files, "c")] {
        let to = folder.path().join(name);
        export(&vault, &to, format, Filter::default()).unwrap();
        assert!(modes(&to).iter().all(|mode| matches!(mode, 0o700 | 0o600)), "{name}: {:?}", modes(&to));
    }
}

#[test]
fn a_slice_holds_what_its_filter_leaves() {
    let folder = TempDir::new().unwrap();
    let vault = lived(folder.path());
    let counts = |filter: Filter| {
        let to = TempDir::new().unwrap();
        let exported = export(&vault, to.path(), Format::Jsonl, filter).unwrap();
        (exported.items, exported.track_points, exported.entities, exported.blobs)
    };
    let notes = Filter { kinds: vec![Kind::Note], ..Filter::default() };
    assert_eq!(counts(notes.clone()), (2, 0, 0, 0));
    assert_eq!(counts(Filter { hidden: true, ..notes }), (3, 0, 0, 0));
    assert_eq!(counts(Filter { to: Some(1_580_000_000_000), ..Filter::default() }), (2, 30, 2, 1));
    assert_eq!(counts(Filter { from: Some(1_580_000_000_000), ..Filter::default() }), (0, 1, 0, 0));
    let near = domain::Near { point: Point::from_degrees(47.12, 8.5).unwrap(), metres: 5_000.0 };
    assert_eq!(counts(Filter { near: Some(near), ..Filter::default() }), (1, 30, 2, 1));
    assert_eq!(counts(Filter { people: vec!["Anna".to_owned()], ..Filter::default() }), (1, 0, 2, 1));
    assert_eq!(counts(Filter { text: "starter".to_owned(), ..Filter::default() }), (2, 0, 0, 0));
}

#[test]
fn a_folder_that_holds_something_is_left_as_it_is() {
    let folder = TempDir::new().unwrap();
    let vault = lived(folder.path());
    let to = folder.path().join("taken");
    fs::create_dir(&to).unwrap();
    fs::write(to.join("mine.txt"), "mine").unwrap();
    let code = |path: &Path| export(&vault, path, Format::Jsonl, Filter::default()).unwrap_err().code;
    assert_eq!(code(&to), Code::BadRequest);
    assert_eq!(code(&to.join("mine.txt")), Code::BadRequest);
    assert_eq!(code(&vault.dir().join("blobs/out")), Code::BadRequest);
    assert_eq!(code(&folder.path().join("not/there")), Code::Unreadable);
    assert_eq!(paths(&to), ["mine.txt"]);
}

#[test]
fn a_cancelled_export_leaves_nothing_and_a_killed_one_says_so() {
    let folder = TempDir::new().unwrap();
    let vault = lived(folder.path());
    let (new, empty) = (folder.path().join("new"), folder.path().join("empty"));
    fs::create_dir(&empty).unwrap();
    for format in [Format::Jsonl, Format::Parquet, Format::Files] {
        for to in [&new, &empty] {
            let cancel = Cancel::default();
            let options = Options { folder: to.clone(), format, filter: Filter::default(), media: false, now: NOW };
            // The first progress is told after an item was handed out.
            let outcome = run(&vault, &options, &cancel, &mut |_| cancel.cancel());
            assert_eq!(outcome.unwrap_err().code, Code::Cancelled);
        }
    }
    assert!(!new.exists());
    assert!(paths(&empty).is_empty());

    let mut staging = Staging::begin(&empty, vault.dir()).unwrap();
    let (mut file, _) = staging.create("items.jsonl").unwrap();
    file.put(b"{\"uid\":\"00000000000000000000000000000000\",\"kind\":\"note\",\"source\":\"s\",\"raw\":{\"format\":\"json\"}}\n").unwrap();
    staging.close(file).unwrap();
    std::mem::forget(staging);
    assert_eq!(paths(&empty), ["export.part/items.jsonl"]);
    let refused = export(&vault, &empty, Format::Jsonl, Filter::default()).unwrap_err();
    assert!(refused.hint.contains("cut short"), "{refused:?}");
    let report = imported(&vault, &[empty]);
    assert!(line(&report, "items.jsonl").findings.iter().any(|finding| finding.message.contains("cut short")), "{report:?}");
}

#[test]
fn what_was_cut_edited_or_lost_is_told_and_the_rest_is_read() {
    let folder = TempDir::new().unwrap();
    let vault = lived(folder.path());
    let whole = folder.path().join("whole");
    export(&vault, &whole, Format::Jsonl, Filter::default()).unwrap();
    let files = files(&whole);
    let spoiled = |name: &str, spoil: &Spoil| {
        let home = TempDir::new().unwrap();
        let to = home.path().join(name);
        for (path, bytes) in &files {
            if let Some(bytes) = spoil(path, bytes.clone()) {
                fs::create_dir_all(to.join(path).parent().unwrap()).unwrap();
                fs::write(to.join(path), bytes).unwrap();
            }
        }
        imported(&vault_in(home.path()), &[to])
    };
    let told = |report: &domain::ImportReport, name: &str, words: &str| {
        let findings = &line(report, name).findings;
        assert!(findings.iter().any(|finding| finding.message.contains(words)), "{words}: {findings:?}");
    };

    let cut = spoiled("cut", &|path, mut bytes| {
        if path == "items.jsonl" {
            bytes.truncate(bytes.len() - 40);
        }
        Some(bytes)
    });
    let items = line(&cut, "items.jsonl");
    assert_eq!((items.outcome, items.stored + items.merged, items.set_aside), (FileOutcome::Partial, 4, 1), "{items:?}");
    told(&cut, "items.jsonl", "SHA-256");

    let shorter = spoiled("shorter", &|path, bytes| {
        let lines = bytes.split_inclusive(|byte| *byte == b'\n');
        Some(if path == "track_points.jsonl" { lines.skip(1).flatten().copied().collect() } else { bytes })
    });
    assert_eq!(line(&shorter, "track_points.jsonl").stored, 30);
    told(&shorter, "track_points.jsonl", "it has 30 lines, and manifest.json lists 31");

    let edited = spoiled("edited", &|path, bytes| {
        Some(if path == "items.jsonl" { String::from_utf8(bytes).unwrap().replacen("Note one", "Note two", 1).into_bytes() } else { bytes })
    });
    assert_eq!(line(&edited, "items.jsonl").set_aside, 0);
    told(&edited, "items.jsonl", "SHA-256");

    let broken = spoiled("broken", &|path, bytes| {
        Some(if path == "items.jsonl" {
            String::from_utf8(bytes).unwrap().replacen("\"kind\":\"note\"", "\"kind\":\"nothing\"", 1).into_bytes()
        } else {
            bytes
        })
    });
    assert_eq!((line(&broken, "items.jsonl").set_aside, line(&broken, "items.jsonl").stored), (1, 3));

    let altered = spoiled("altered", &|path, bytes| Some(if path.starts_with("blobs/") { b"%PDF other".to_vec() } else { bytes }));
    let blob = altered.files.iter().find(|file| file.path.contains("blobs/")).unwrap();
    assert_eq!(blob.set_aside, 1, "{blob:?}");
    told(&altered, "items.jsonl", "altered since it was exported");
    assert_eq!(line(&altered, "items.jsonl").stored, 4);

    let lost = spoiled("lost", &|path, bytes| (path != "track_points.jsonl" && !path.starts_with("blobs/")).then_some(bytes));
    told(&lost, "manifest.json", "track_points.jsonl with its 31 lines");
    told(&lost, "items.jsonl", "\"sums.pdf\" of \"Ledger / May: final?\" was left out");

    let alone = spoiled("alone", &|path, bytes| (path != "manifest.json").then_some(bytes));
    told(&alone, "items.jsonl", "does not stand beside this file");
    for report in [&cut, &shorter, &edited, &broken, &altered, &lost, &alone] {
        assert!(report.totals.balanced, "{report:?}");
    }
}

#[test]
fn tables_hold_the_vaults_values_by_year() {
    let folder = TempDir::new().unwrap();
    let vault = lived(folder.path());
    let to = folder.path().join("tables");
    let exported = export(&vault, &to, Format::Parquet, Filter::default()).unwrap();
    assert_eq!((exported.items, exported.track_points, exported.files), (4, 31, 5));
    assert_eq!(
        paths(&to),
        [
            "items/year=2019/part-0.parquet",
            "items/year=2020/part-0.parquet",
            "items/year=__HIVE_DEFAULT_PARTITION__/part-0.parquet",
            "track_points/year=2019/part-0.parquet",
            "track_points/year=2020/part-0.parquet",
        ]
    );
    let read = |path: &str| -> DataFrame { ParquetReader::new(fs::File::open(to.join(path)).unwrap()).finish().unwrap() };
    let value = |frame: &DataFrame, column: &str, row: usize| frame.column(column).unwrap().get(row).unwrap().into_static();
    let items = read("items/year=2019/part-0.parquet");
    assert_eq!(items.height(), 2);
    assert_eq!(value(&items, "uid", 0), AnyValue::StringOwned(mail(2).uid.to_string().into()));
    assert!(
        matches!(value(&items, "at", 0), AnyValue::DatetimeOwned(1_557_800_000_123, TimeUnit::Milliseconds, Some(zone)) if *zone == TimeZone::UTC)
    );
    assert_eq!(value(&items, "lat", 0), AnyValue::Float64(47.123_456_7));
    assert_eq!(value(&items, "lat", 1), AnyValue::Null);
    assert_eq!(value(&items, "hidden", 0), AnyValue::Boolean(false));
    let text = mail(2).text;
    assert_eq!(value(&items, "text", 0), AnyValue::StringOwned(text.into()));
    assert_eq!(value(&read("items/year=2020/part-0.parquet"), "hidden", 0), AnyValue::Boolean(true));
    let fixes = read("track_points/year=2019/part-0.parquet");
    assert_eq!(fixes.height(), 30);
    assert_eq!(value(&fixes, "lat", 29), AnyValue::Float64(47.1));
    assert_eq!(value(&fixes, "speed_mps", 0), AnyValue::Float64(1.5));
    assert_eq!(value(&fixes, "activity", 0), AnyValue::StringOwned("walking".into()));
}

#[test]
fn originals_stand_by_month_under_readable_names() {
    let folder = TempDir::new().unwrap();
    let vault = lived(folder.path());
    let to = folder.path().join("files");
    let exported = export(&vault, &to, Format::Files, Filter::default()).unwrap();
    assert_eq!((exported.items, exported.blobs, exported.files), (4, 1, 6));
    let files = files(&to);
    let bytes_of = |path: &str| &files.iter().find(|(known, _)| known == path).unwrap_or_else(|| panic!("{path}: {:?}", paths(&to))).1;
    let uid = &mail(2).uid.to_string()[..12];
    assert_eq!(*bytes_of(&format!("2019/05/2019-05-14 sums [{uid}].pdf")), b"%PDF sums");
    assert_eq!(*bytes_of(&format!("2019/05/2019-05-14 Ledger May final [{uid}].eml")), mail(2).raw.bytes);
    assert!(files.iter().any(|(path, _)| path.starts_with("undated/Note undated [")));
    let index = String::from_utf8(bytes_of("index.csv").clone()).unwrap();
    assert_eq!(index.lines().count(), 7, "{index}");
    assert!(index.contains("left in place") && index.contains("/photos.zip/a/stall.jpg"), "{index}");
}

#[test]
fn media_that_were_left_in_place_are_copied_when_that_is_asked_for_and_stay_in_place_there() {
    let folder = TempDir::new().unwrap();
    let picture = folder.path().join("stall.jpg");
    let album = folder.path().join("album.zip");
    fs::write(&picture, b"stall").unwrap();
    fs::write(&album, zip_of(&[("a/pier.jpg", b"pier")])).unwrap();
    let mut item = note("market", Some(NOW), false);
    for (path, entry, bytes) in [(&picture, "", &b"stall"[..]), (&album, "a/pier.jpg", &b"pier"[..]), (&album, "a/gone.jpg", &b"gone"[..])]
    {
        let content = BlobContent::Reference {
            path: path.display().to_string(),
            entry: entry.to_owned(),
            size: bytes.len() as u64,
            digest: *blake3::hash(bytes).as_bytes(),
        };
        item.blobs.push(NewBlob { name: "picture".to_owned(), media_type: "image/jpeg".to_owned(), content });
    }
    let vault = vault_in(folder.path());
    store(&vault, vec![item.clone()], Vec::new());
    let export = |name: &str, format| {
        let to = folder.path().join(name);
        let options = Options { folder: to.clone(), format, filter: Filter::default(), media: true, now: NOW };
        (run(&vault, &options, &Cancel::default(), &mut |_| {}).unwrap(), to)
    };
    let (exported, to) = export("lines", Format::Jsonl);
    assert_eq!((exported.blobs, exported.left_in_place), (2, 1));
    fs::remove_file(&picture).unwrap();
    let home = TempDir::new().unwrap();
    let again = vault_in(home.path());
    imported(&again, &[to]);
    assert_eq!(again.logical_hash().unwrap(), vault.logical_hash().unwrap());
    let bytes: Vec<_> = again
        .item(item.uid)
        .unwrap()
        .unwrap()
        .blobs
        .iter()
        .map(|blob| match &blob.place {
            vault::BlobPlace::Left { path, entry, digest } => crate::archive::read_reference(&again, path, entry, digest, 100).ok(),
            vault::BlobPlace::Kept { .. } => panic!("{blob:?}"),
        })
        .collect();
    assert_eq!(bytes, [Some(b"stall".to_vec()), Some(b"pier".to_vec()), None]);
    let (exported, to) = export("files", Format::Files);
    assert_eq!((exported.blobs, exported.left_in_place), (1, 2), "what is gone by now is told");
    assert!(paths(&to).iter().any(|path| path.ends_with(".jpg")), "{:?}", paths(&to));
}

#[test]
fn an_attachment_that_is_damaged_is_left_out_and_named_and_everything_else_is_exported() {
    let folder = TempDir::new().unwrap();
    let vault = vault_in(folder.path());
    let with = |key: &str, name: &str, byte: u8| {
        let mut item = note(key, Some(1_557_900_000_000), false);
        let content = BlobContent::Bytes(vec![byte; 200_000]);
        item.blobs.push(NewBlob { name: name.to_owned(), media_type: "application/pdf".to_owned(), content });
        item
    };
    store(&vault, vec![with("a", "lost.pdf", 1)], Vec::new());
    let blobs = vault.dir().join("blobs");
    let stored = |name: &(String, Vec<u8>)| blobs.join(&name.0);
    let stored_first = files(&blobs);
    let [lost] = &stored_first[..] else { panic!("one attachment") };
    store(&vault, vec![with("b", "kept.pdf", 2), mail(1)], Vec::new());
    let mut flipped = lost.1.clone();
    flipped[150_000] ^= 1;
    for damage in [Some(flipped), None] {
        match &damage {
            Some(bytes) => fs::write(stored(lost), bytes).unwrap(),
            None => fs::remove_file(stored(lost)).unwrap(),
        }
        for (format, name) in [(Format::Jsonl, "a"), (Format::Files, "b"), (Format::Parquet, "c")] {
            let to = folder.path().join(format!("{name} {}", damage.is_some()));
            let exported = export(&vault, &to, format, Filter::default()).unwrap();
            assert_eq!(exported.items, 3);
            if format == Format::Parquet {
                assert_eq!(exported.left_out, LeftOut::default(), "no bytes of attachments are in it");
                continue;
            }
            let LeftOut { n: 1, named } = &exported.left_out else { panic!("{exported:?}") };
            assert!(named[0].contains("lost.pdf") && named[0].contains(&note("a", None, false).uid.to_string()), "{named:?}");
            assert_eq!((exported.blobs, exported.left_in_place), (2, 1));
            let whole = |bytes: &[u8], byte| bytes.len() == 200_000 && bytes.iter().all(|now| *now == byte);
            let files = files(&to);
            assert!(files.iter().any(|(_, bytes)| whole(bytes, 2)) && !files.iter().any(|(_, bytes)| bytes.starts_with(&[1; 64])));
            assert_eq!(files.len() as u64, exported.files);
        }
    }
}

#[test]
fn what_was_forgotten_stays_out_of_the_vault_that_imports_the_export() {
    let folder = TempDir::new().unwrap();
    let vault = lived(folder.path());
    let gone = note("one", Some(1_557_900_000_000), false);
    let scope = vault::Scope { items: vec![gone.uid], ..vault::Scope::default() };
    vault.forget(&scope, NOW, &Cancel::default(), &mut |_| {}).unwrap();
    let (whole, slice) = (folder.path().join("whole"), folder.path().join("slice"));
    export(&vault, &whole, Format::Jsonl, Filter::default()).unwrap();
    export(&vault, &slice, Format::Jsonl, Filter { kinds: vec![Kind::Note], ..Filter::default() }).unwrap();
    let told = fs::read_to_string(whole.join("forgotten.jsonl")).unwrap();
    assert_eq!(told, format!("{{\"forgotten\":\"{}\"}}\n", gone.uid), "its uid and nothing else");
    assert!(!slice.join("forgotten.jsonl").exists());

    let other = TempDir::new().unwrap();
    let again = vault_in(other.path());
    let report = imported(&again, std::slice::from_ref(&whole));
    // As of any file of which all was forgotten, its name is not kept.
    let line = report.files.iter().find(|file| file.path.starts_with("(forgotten")).unwrap();
    assert_eq!((line.outcome, line.read, line.skipped), (FileOutcome::Imported, 1, 1));
    let is_there = |vault: &Vault| vault.item(gone.uid).unwrap().is_some();
    store(&again, vec![gone.clone(), note("new", None, false)], Vec::new());
    assert!(!is_there(&again), "its archive does not bring it back");
    // So it goes on from vault to vault.
    let third = folder.path().join("third");
    export(&again, &third, Format::Jsonl, Filter::default()).unwrap();
    assert_eq!(fs::read_to_string(third.join("forgotten.jsonl")).unwrap(), told);
    // Without the import that told of it, nothing is known of it.
    crate::import::undo(&again, report.import, &Cancel::default(), &mut |_| {}).unwrap();
    store(&again, vec![gone.clone()], Vec::new());
    assert!(is_there(&again));
    // What a vault has stays.
    imported(&again, std::slice::from_ref(&whole));
    assert!(is_there(&again));
}
