use std::fs;
use std::path::{Path, PathBuf};

use domain::Cancel;
use rusqlite::Connection;

use super::made::{copy_folder, create, found_by, import, mail, reopen};
use crate::VerifyCode;

const CANARY: &str = "zebrafinch-parasol-quintet";

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut all = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { all.extend(files(&path)) } else { all.push(path) }
    }
    all
}

fn assert_no_canary(folder: &Path) {
    for file in files(folder) {
        let bytes = fs::read(&file).unwrap().to_ascii_lowercase();
        for word in CANARY.split('-') {
            assert!(!bytes.windows(word.len()).any(|window| window == word.as_bytes()), "{word} in {}", file.display());
        }
    }
}

#[test]
fn no_byte_of_what_was_imported_stands_in_clear_while_open_or_after() {
    let dir = tempfile::tempdir().unwrap();
    let vault = create(dir.path()).0;
    let mut item = mail(1, 2);
    item.title = CANARY.to_owned();
    item.text = CANARY.to_owned();
    item.source = format!("google.{CANARY}");
    item.links[0].entity.name = CANARY.to_owned();
    item.links[0].entity.address = format!("mailto:{CANARY}@example.org");
    item.raw.bytes = CANARY.as_bytes().to_vec();
    item.blobs[0].name = CANARY.to_owned();
    item.blobs[0].content = domain::BlobContent::Bytes(CANARY.repeat(50).into_bytes());
    let mut large = item.blobs[0].clone();
    large.content = domain::BlobContent::Bytes(CANARY.repeat(9_000).into_bytes());
    item.blobs.push(large);
    item.set("note", CANARY);
    import(&vault, &[(vec![item], vec![])]);
    vault.set_setting(CANARY, Some(CANARY)).unwrap();
    vault.index_now(&Cancel::default(), &mut |_| {}).unwrap();
    let found = found_by(&vault, "parasol", &vault.matching(&domain::Filter::default()).unwrap(), 5);
    assert_eq!(found.len(), 1, "the canary is really there");
    assert!(
        files(dir.path()).iter().any(|file| file.extension().is_some_and(|e| e == "db-wal"))
            && fs::metadata(dir.path().join("db/main.db-wal")).unwrap().len() > 0
    );
    assert_no_canary(dir.path());
    vault.close().unwrap();
    assert_no_canary(dir.path());
}

#[test]
fn one_flipped_bit_in_the_database_is_found() {
    let dir = tempfile::tempdir().unwrap();
    let vault = create(dir.path()).0;
    import(&vault, &[((0..200).map(|key| mail(key, 3)).collect(), vec![])]);
    vault.index_now(&Cancel::default(), &mut |_| {}).unwrap();
    assert_eq!(vault.verify(&Cancel::default(), &mut |_| {}).unwrap(), []);
    vault.close().unwrap();
    let path = dir.path().join("db/main.db");
    let mut bytes = fs::read(&path).unwrap();
    // A page in the middle, which opening does not touch: the check has to find it.
    let at = bytes.len() / 2 / 4096 * 4096 + 1000;
    bytes[at] ^= 1;
    fs::write(&path, &bytes).unwrap();
    let opened = crate::Vault::open(dir.path(), &crate::Unlock::Passphrase(crate::Passphrase::from(super::made::PASSPHRASE)));
    match opened {
        Ok(vault) => {
            let findings = vault.verify(&Cancel::default(), &mut |_| {}).unwrap();
            assert!(findings.iter().any(|finding| finding.code == VerifyCode::Page), "{findings:?}");
            // Whoever reads all of it comes by the page as well.
            assert_eq!(vault.logical_hash().unwrap_err().code, domain::Code::Damaged);
        }
        Err(failure) => assert_eq!(failure.code, domain::Code::Damaged),
    }
}

#[test]
fn a_damaged_attachment_is_found() {
    let dir = tempfile::tempdir().unwrap();
    let vault = create(dir.path()).0;
    import(&vault, &[(vec![mail(1, 2), mail(2, 2)], vec![])]);
    let blob = files(&dir.path().join("blobs")).pop().unwrap();
    let mut bytes = fs::read(&blob).unwrap();
    bytes[20] ^= 4;
    fs::write(&blob, bytes).unwrap();
    let findings = vault.verify(&Cancel::default(), &mut |_| {}).unwrap();
    assert_eq!(findings.iter().map(|finding| finding.code).collect::<Vec<_>>(), [VerifyCode::Blob]);
}

#[test]
fn a_lost_index_is_built_anew() {
    let dir = tempfile::tempdir().unwrap();
    let vault = create(dir.path()).0;
    import(&vault, &[(vec![mail(1, 2)], vec![])]);
    vault.close().unwrap();
    fs::remove_dir_all(dir.path().join("idx")).unwrap();
    let vault = reopen(dir.path());
    vault.index_now(&Cancel::default(), &mut |_| {}).unwrap();
    assert_eq!(found_by(&vault, "pears", &vault.matching(&domain::Filter::default()).unwrap(), 5).len(), 1);
}

#[test]
fn an_index_that_lacks_any_of_its_files_is_told_and_built_anew() {
    let home = tempfile::tempdir().unwrap();
    let whole = home.path().join("whole");
    let vault = create(&whole).0;
    import(&vault, &[((0..300).map(|key| mail(key, 1)).collect(), vec![])]);
    vault.index_now(&Cancel::default(), &mut |_| {}).unwrap();
    vault.close().unwrap();
    // The list of files that may be removed is made anew by itself, and files that mark locks are empty.
    let is_part = |file: &PathBuf| !file.ends_with(".managed.json") && fs::metadata(file).unwrap().len() > 0;
    let parts: Vec<PathBuf> = files(&whole.join("idx")).into_iter().filter(is_part).collect();
    assert!(parts.iter().any(|part| part.extension().is_some_and(|extension| extension == "pos")), "{parts:?}");
    for (at, part) in parts.iter().enumerate() {
        for is_open in [false, true] {
            let dir = home.path().join(format!("{at} {is_open}"));
            copy_folder(&whole, &dir);
            let lost = dir.join(part.strip_prefix(&whole).unwrap());
            let vault = if is_open {
                let vault = reopen(&dir);
                vault.index_now(&Cancel::default(), &mut |_| {}).unwrap();
                fs::remove_file(&lost).unwrap();
                vault
            } else {
                fs::remove_file(&lost).unwrap();
                let vault = reopen(&dir);
                assert_eq!(vault.warnings().iter().map(|finding| finding.code).collect::<Vec<_>>(), [VerifyCode::Index], "{part:?}");
                vault
            };
            let told = vault.verify(&Cancel::default(), &mut |_| {}).unwrap();
            assert_eq!(told.iter().map(|finding| finding.code).collect::<Vec<_>>(), [VerifyCode::Index], "{part:?}, open: {is_open}");
            assert_eq!(vault.verify(&Cancel::default(), &mut |_| {}).unwrap(), [], "{part:?}, open: {is_open}");
            let everything = vault.matching(&domain::Filter::default()).unwrap();
            assert_eq!(found_by(&vault, "\"Market day\"", &everything, 500).len(), 300, "{part:?}, open: {is_open}");
            vault.close().unwrap();
        }
    }
}

#[test]
fn a_damaged_index_is_built_anew_by_the_search_or_the_check_that_meets_the_damage() {
    let home = tempfile::tempdir().unwrap();
    let whole = home.path().join("whole");
    let vault = create(&whole).0;
    import(&vault, &[((0..300).map(|key| mail(key, 1)).collect(), vec![])]);
    vault.index_now(&Cancel::default(), &mut |_| {}).unwrap();
    vault.close().unwrap();
    // Files that mark locks are empty.
    let segments: Vec<PathBuf> = files(&whole.join("idx")).into_iter().filter(|file| fs::metadata(file).unwrap().len() > 0).collect();
    assert!(segments.len() >= 5, "{segments:?}");
    for (at, segment) in segments.iter().enumerate() {
        let dir = home.path().join(at.to_string());
        copy_folder(&whole, &dir);
        let damaged = dir.join(segment.strip_prefix(&whole).unwrap());
        let mut bytes = fs::read(&damaged).unwrap();
        // The check of the last chunk, so that no byte of it is of use.
        let last = bytes.len() - 1;
        bytes[last] ^= 1;
        fs::write(&damaged, bytes).unwrap();
        let vault = reopen(&dir);
        let everything = vault.matching(&domain::Filter::default()).unwrap();
        if at % 2 == 0 {
            // What it finds is right, be it all or what the new index has by then.
            assert!(found_by(&vault, "apples -zebra", &everything, 500).len() <= 300);
        }
        let told = vault.verify(&Cancel::default(), &mut |_| {}).unwrap();
        assert_eq!(told.iter().map(|finding| finding.code).collect::<Vec<_>>(), [VerifyCode::Index], "{segment:?}");
        assert_eq!(vault.verify(&Cancel::default(), &mut |_| {}).unwrap(), [], "{segment:?}");
        assert_eq!(found_by(&vault, "apples", &everything, 500).len(), 300, "{segment:?}");
        // So do words within other conditions, which the database asks for.
        let either = domain::Filter {
            any_of: ["apples", "zebra"].map(|text| domain::Filter { text: text.to_owned(), ..Default::default() }).into(),
            ..Default::default()
        };
        assert_eq!(vault.count(&either).unwrap(), 300, "{segment:?}");
        let coverage = vault.coverage().unwrap();
        assert_eq!((coverage.words, coverage.behind), (300, 0));
        vault.close().unwrap();
        assert_eq!(reopen(&dir).warnings(), []);
    }
}

#[test]
fn every_connection_refuses_to_attach_or_to_export() {
    let dir = tempfile::tempdir().unwrap();
    let vault = create(dir.path()).0;
    let refused = |connection: &Connection| {
        for sql in [
            "ATTACH 'x.db' AS x KEY ''",
            "SELECT sqlcipher_export('x')",
            "PRAGMA key = 'x'",
            "PRAGMA rekey = 'x'",
            "SELECT load_extension('x')",
        ] {
            assert!(connection.execute_batch(sql).is_err(), "{sql}");
        }
    };
    refused(&vault.inner().readers.borrow().unwrap());
    vault
        .inner()
        .writer
        .run(move |connection| {
            refused(connection);
            Ok(())
        })
        .unwrap();
}

#[cfg(unix)]
#[test]
fn only_the_owner_can_enter_the_folder() {
    use std::os::unix::fs::PermissionsExt;
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("new");
    let vault = create(&path).0;
    import(&vault, &[(vec![mail(1, 2)], vec![])]);
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o700);
}
