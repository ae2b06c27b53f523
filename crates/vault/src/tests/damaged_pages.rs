//! Pages of the database that are not what was written: what is on others can still be had, and what to do is told.

use std::fs;

use domain::{BlobContent, Cancel, Code, FileOutcome, Filter, UtcMs};

use super::made::{Dice, EDITION, PASSPHRASE, add, copy_folder, create, fix, import, mail};
use crate::table::import_run;
use crate::{
    AuditEntry, AuditFilter, BlobPlace, Decision, ImportState, Lost, Part, Passphrase, SavedSearch, Unlock, Vault, VerifyCode,
    VerifyFinding,
};

const PAGE: usize = 4096;
const ITEMS: u64 = 1_200;
const FIXES: i64 = 20_000;

fn open(dir: &std::path::Path) -> domain::Result<Vault> {
    Vault::open(dir, &Unlock::Passphrase(Passphrase::from(PASSPHRASE)))
}

#[test]
fn what_is_not_on_a_damaged_page_is_handed_out_and_the_rest_is_told() {
    let home = tempfile::tempdir().unwrap();
    let whole = home.path().join("whole");
    let vault = create(&whole).0;
    let fixes = (0..FIXES).map(|at| fix(at as u64, 1)).collect();
    import(&vault, &[((0..ITEMS).map(|key| mail(key, 3)).collect(), fixes)]);
    vault.index_now(&Cancel::default(), &mut |_| {}).unwrap();
    vault.close().unwrap();
    let database = fs::read(whole.join("db/main.db")).unwrap();
    let n_pages = database.len() / PAGE;
    let (mut n_opened, mut lost_items, mut lost_fixes) = (0, 0, 0);
    for at in 1..=6 {
        let dir = home.path().join(at.to_string());
        copy_folder(&whole, &dir);
        let mut bytes = database.clone();
        bytes[at * n_pages / 7 * PAGE + 1_000] ^= 1;
        fs::write(dir.join("db/main.db"), bytes).unwrap();
        let vault = match open(&dir) {
            Ok(vault) => vault,
            Err(failure) => {
                assert_eq!(failure.code, Code::Damaged, "{failure}");
                continue;
            }
        };
        n_opened += 1;
        let filter = Filter { hidden: true, ..Filter::default() };
        let (mut items, mut fixes, mut lost) = (0, 0, Vec::new());
        let each = vault.each_item(&filter, &mut |item| {
            match item {
                Part::Whole(_) => items += 1,
                Part::Lost(what) => lost.push(what),
            }
            Ok(())
        });
        each.unwrap();
        vault
            .each_fix(UtcMs::MIN, UtcMs::MAX, &mut |part| {
                match part {
                    Part::Whole(read) => fixes += read.len() as i64,
                    Part::Lost(what) => lost.push(what),
                }
                Ok(())
            })
            .unwrap();
        vault.each_entity(&mut |_| Ok(())).unwrap();
        // A page holds some dozens of rows, or leads to some dozens of pages.
        let of_fixes = lost.iter().filter(|lost| matches!(lost, Lost::Fixes(..))).count();
        assert!(items == ITEMS || of_fixes < lost.len(), "{items} items, {lost:?}");
        assert!(fixes == FIXES || of_fixes > 0, "{fixes} fixes, {lost:?}");
        lost_items += ITEMS - items;
        lost_fixes += FIXES - fixes;
        let told = vault.verify(&Cancel::default(), &mut |_| {}).unwrap();
        assert!(told.iter().any(|finding| finding.code == VerifyCode::Page), "{told:?}");
        assert!(told.iter().all(|finding| !finding.what_to_do.contains("datapunk verify")), "{told:?}");
    }
    assert!(n_opened > 3, "{n_opened}");
    // A page that leads to others takes these with it, and most do not.
    assert!(lost_items > 0 || lost_fixes > 0);
    assert!(lost_items < ITEMS / 4 * n_opened, "{lost_items} of {ITEMS} items, {n_opened} times");
    assert!(lost_fixes < FIXES * n_opened as i64 / 4, "{lost_fixes} of {FIXES} fixes, {n_opened} times");
}

#[test]
fn a_database_that_was_cut_off_is_filled_up_and_what_is_there_is_read() {
    let home = tempfile::tempdir().unwrap();
    let whole = home.path().join("whole");
    let vault = create(&whole).0;
    import(&vault, &[((0..ITEMS).map(|key| mail(key, 3)).collect(), vec![])]);
    vault.index_now(&Cancel::default(), &mut |_| {}).unwrap();
    vault.close().unwrap();
    let database = fs::read(whole.join("db/main.db")).unwrap();
    let n_pages = database.len() / PAGE;
    let (mut n_opened, mut n_read) = (0, 0);
    for n_cut in 1..=4 {
        let dir = home.path().join(n_cut.to_string());
        copy_folder(&whole, &dir);
        fs::write(dir.join("db/main.db"), &database[..database.len() - n_cut * PAGE]).unwrap();
        let told = format!("{} of its {n_pages} pages", n_pages - n_cut);
        let still = Vault::open_to_read(&dir, &Unlock::Passphrase(Passphrase::from(PASSPHRASE))).err().unwrap();
        assert!(still.code == Code::Damaged && still.message.contains(&told), "{still}");
        let vault = match open(&dir) {
            Ok(vault) => vault,
            Err(failure) => {
                assert_eq!(failure.code, Code::Damaged, "{failure}");
                continue;
            }
        };
        n_opened += 1;
        let warnings = vault.warnings();
        assert!(warnings.iter().any(|finding| finding.code == VerifyCode::Page && finding.message.contains(&told)), "{warnings:?}");
        n_read += n_items(&vault);
        let found = vault.verify(&Cancel::default(), &mut |_| {}).unwrap();
        let of_pages = found.iter().filter(|finding| finding.code == VerifyCode::Page).count();
        assert!(of_pages > n_cut, "that it was filled up, and each of the pages: {found:?}");
        vault.close().unwrap();
        let filled = fs::read(dir.join("db/main.db")).unwrap();
        assert!(filled.len() >= database.len());
    }
    assert!(n_opened > 0 && n_read > ITEMS / 2, "{n_opened} times, {n_read} items");
}

/// Closes a vault and flips a bit on the page that a table begins with.
fn damage(vault: Vault, dir: &std::path::Path, table: &str) {
    let of_table = "SELECT rootpage FROM sqlite_schema WHERE name = ?1";
    let page: u32 = vault.inner().readers.borrow().unwrap().query_row(of_table, [table], |row| row.get(0)).unwrap();
    vault.close().unwrap();
    flip(dir, page);
}

fn flip(dir: &std::path::Path, page: u32) {
    let mut bytes = fs::read(dir.join("db/main.db")).unwrap();
    bytes[(page as usize - 1) * PAGE + 1_000] ^= 1;
    fs::write(dir.join("db/main.db"), bytes).unwrap();
}

fn n_items(vault: &Vault) -> u64 {
    let mut n_items = 0;
    let each = vault.each_item(&Filter { hidden: true, ..Filter::default() }, &mut |item| {
        n_items += u64::from(matches!(item, Part::Whole(_)));
        Ok(())
    });
    each.unwrap();
    n_items
}

#[test]
fn who_meets_damage_leaves_no_connection_behind_that_fails_on_what_is_whole() {
    let dir = tempfile::tempdir().unwrap();
    let vault = create(dir.path()).0;
    import(&vault, &[((0..20).map(|key| mail(key, 3)).collect(), vec![])]);
    damage(vault, dir.path(), "saved_search");
    let vault = open(dir.path()).unwrap();
    // Oftener than there are connections.
    for n in 0..9 {
        let search = SavedSearch { name: "flour".to_owned(), search: "{}".to_owned(), saved: 1 };
        assert_eq!(vault.save_search(search, false).unwrap_err().code, Code::Damaged);
        let chosen = n.to_string();
        vault.set_setting("n", Some(&chosen)).unwrap();
        assert_eq!(vault.saved_searches().unwrap_err().code, Code::Damaged);
        assert_eq!(vault.setting("n").unwrap(), Some(chosen));
    }
    assert_eq!(n_items(&vault), 20);
}

#[test]
fn a_damaged_log_of_calls_is_told_and_keeps_nobody_from_the_items() {
    let dir = tempfile::tempdir().unwrap();
    let vault = create(dir.path()).0;
    import(&vault, &[((0..20).map(|key| mail(key, 3)).collect(), vec![])]);
    damage(vault, dir.path(), "audit");
    let vault = open(dir.path()).unwrap();
    let codes = |vault: &Vault| vault.warnings().iter().map(|finding| finding.code).collect::<Vec<_>>();
    assert_eq!(codes(&vault), [VerifyCode::Audit]);
    assert_eq!(vault.prune_audit(i64::MAX).unwrap(), 0);
    assert_eq!(codes(&vault), [VerifyCode::Audit; 2]);
    vault.set_setting("theme", Some("dark")).unwrap();
    assert_eq!(n_items(&vault), 20);
}

/// A call of the owner's.
fn call(at_ms: UtcMs, operation: &str) -> AuditEntry {
    AuditEntry {
        at_ms,
        caller: "owner, window".to_owned(),
        operation: operation.to_owned(),
        object_kind: String::new(),
        object_id: String::new(),
        scope: String::new(),
        decision: Decision::Allowed,
        n_rows: None,
    }
}

#[test]
fn changes_are_made_and_logged_past_a_damaged_log_of_calls_which_says_where_it_begins_anew() {
    let dir = tempfile::tempdir().unwrap();
    let vault = create(dir.path()).0;
    (1..=3).for_each(|at| vault.note(call(at, "search")));
    damage(vault, dir.path(), "audit");
    let vault = open(dir.path()).unwrap();
    let (_, is_logged) = vault.logging(call(4, "set_setting"), || vault.set_setting("theme", Some("dark")).unwrap());
    assert!(is_logged);
    vault.note(call(5, "search"));
    let told = |vault: &Vault| {
        let rows = vault.audit_log(&AuditFilter::default(), 9).unwrap();
        rows.into_iter().map(|row| (row.seq, row.entry.operation, row.entry.object_id)).collect::<Vec<_>>()
    };
    let line = |seq: i64, operation: &str, object: &str| (seq, operation.to_owned(), object.to_owned());
    let lines = [line(6, "search", ""), line(5, "set_setting", ""), line(4, "log_begun_anew", "3")];
    assert_eq!(told(&vault), lines);
    let begins_anew = |findings: &[VerifyFinding]| {
        findings.iter().filter(|finding| finding.code == VerifyCode::Audit && finding.message.contains("anew after row 3")).count()
    };
    assert_eq!(begins_anew(&vault.warnings()), 1);
    vault.close().unwrap();
    assert_eq!(fs::read(dir.path().join("state")).unwrap()[16], 1, "it says that the vault was closed in good order");
    // That is told for good, and nothing else is wrong with the new one.
    let vault = open(dir.path()).unwrap();
    assert_eq!((vault.warnings().len(), begins_anew(&vault.warnings())), (1, 1), "{:?}", vault.warnings());
    assert_eq!(vault.setting("theme").unwrap().as_deref(), Some("dark"));
    assert_eq!(told(&vault), lines);
    vault.note(call(6, "export"));
    assert_eq!(told(&vault)[0].0, 7);
    assert_eq!(begins_anew(&vault.verify(&Cancel::default(), &mut |_| {}).unwrap()), 1);
}

#[test]
fn the_state_file_is_renewed_though_the_log_of_calls_cannot_be_read() {
    let dir = tempfile::tempdir().unwrap();
    let vault = create(dir.path()).0;
    vault.note(call(1, "search"));
    damage(vault, dir.path(), "audit");
    let vault = open(dir.path()).unwrap();
    assert_eq!(fs::read(dir.path().join("state")).unwrap()[16], 0);
    // Of what is not called through the table nothing is logged.
    vault.set_setting("theme", Some("dark")).unwrap();
    vault.close().unwrap();
    assert_eq!(fs::read(dir.path().join("state")).unwrap()[16], 1);
    assert_eq!(open(dir.path()).unwrap().warnings().len(), 1);
}

#[test]
fn an_undo_that_a_damaged_page_keeps_from_its_end_is_told_and_the_vault_opens() {
    let dir = tempfile::tempdir().unwrap();
    let vault = create(dir.path()).0;
    let half_undone = import(&vault, &[((0..20).map(|key| mail(key, 3)).collect(), vec![])]);
    let begin = vault.inner().writer.write(move |transaction| import_run::set_state(transaction, half_undone, ImportState::Undoing));
    begin.unwrap();
    damage(vault, dir.path(), "sighting");
    for _ in 0..2 {
        let vault = open(dir.path()).unwrap();
        let told = vault.warnings();
        assert!(told.len() == 1 && told[0].message.contains(&format!("import {half_undone}")), "{told:?}");
        assert_eq!(vault.setting("theme").unwrap(), None);
        vault.close().unwrap();
    }
}

#[test]
fn a_small_attachment_that_lost_a_page_is_not_handed_out_and_the_others_are() {
    let dir = tempfile::tempdir().unwrap();
    let vault = create(dir.path()).0;
    // It takes pages of its own, and is no file.
    let mut dice = Dice(3);
    let bytes: Vec<u8> = (0..40_000).map(|_| dice.roll(256) as u8).collect();
    let middle = bytes[21_000..21_064].to_vec();
    let mut item = mail(1, 2);
    item.blobs[0].content = BlobContent::Bytes(bytes.clone());
    let mut other = mail(3, 2);
    // What is left in place has a file read again in any case.
    item.blobs.truncate(1);
    other.blobs.truncate(1);
    let uids = [item.uid, other.uid];
    let bring = |vault: &Vault| {
        let import = vault.begin_import("made-up.zip", 1).unwrap();
        add(vault, import, "all.mbox", Some([7; 32]), &[item.clone(), other.clone()], &[], FileOutcome::Imported);
        vault.end_import(import, ImportState::Done, &[], 5).unwrap();
    };
    bring(&vault);
    let [torn, whole] = uids.map(|uid| {
        let BlobPlace::Kept { blob } = vault.item(uid).unwrap().unwrap().blobs[0].place else { panic!("kept in the vault") };
        blob
    });
    let page = vault.inner().writer.run(move |connection| {
        crate::writer::checkpoint(connection)?;
        connection.authorizer(None::<fn(rusqlite::hooks::AuthContext<'_>) -> rusqlite::hooks::Authorization>)?;
        let with_it = "SELECT pgno FROM sqlite_dbpage WHERE instr(data, ?1) > 0";
        let page = connection.query_row(with_it, [middle], |row| row.get(0))?;
        crate::connection::guard(connection)?;
        Ok(page)
    });
    vault.close().unwrap();
    flip(dir.path(), page.unwrap());
    let vault = open(dir.path()).unwrap();
    for range in [None, Some(0..9)] {
        assert_eq!(vault.blob(torn, range).unwrap_err().code, Code::Damaged);
    }
    assert_eq!(vault.blob(whole, None).unwrap(), [0; 102]);
    let told = vault.verify(&Cancel::default(), &mut |_| {}).unwrap();
    let n_blobs = |told: &[VerifyFinding]| told.iter().filter(|finding| finding.code == VerifyCode::Blob).count();
    assert_eq!(n_blobs(&told), 1, "{told:?}");
    // It comes back with its archive, as the finding says.
    let read_before = |vault: &Vault| {
        let mut n = 0;
        vault.each_file_read(EDITION, &mut |_| n += 1).unwrap();
        n
    };
    assert_eq!(read_before(&vault), 0, "what brought it has to be read again");
    bring(&vault);
    assert_eq!(read_before(&vault), 2);
    assert_eq!(vault.blob(torn, None).unwrap(), bytes);
    assert_eq!(vault.blob(torn, Some(20_990..21_010)).unwrap(), &bytes[20_990..21_010]);
    assert_eq!(vault.blob(whole, None).unwrap(), [0; 102]);
    let told = vault.verify(&Cancel::default(), &mut |_| {}).unwrap();
    assert_eq!(n_blobs(&told), 0, "{told:?}");
}

#[test]
fn a_database_that_is_cut_short_says_what_to_do() {
    let home = tempfile::tempdir().unwrap();
    let whole = home.path().join("whole");
    let vault = create(&whole).0;
    import(&vault, &[((0..300).map(|key| mail(key, 3)).collect(), (0..3_000).map(|at| fix(at, 1)).collect())]);
    vault.close().unwrap();
    let database = fs::read(whole.join("db/main.db")).unwrap();
    for parts in [1, 2, 3, 5, 7] {
        let dir = home.path().join(parts.to_string());
        copy_folder(&whole, &dir);
        // At the end of a page, and in the midst of one.
        let left = database.len() * parts / 8 / PAGE * PAGE + parts % 2 * 100;
        fs::write(dir.join("db/main.db"), &database[..left]).unwrap();
        let advice = match open(&dir) {
            Err(failure) => {
                assert_eq!(failure.code, Code::Damaged, "{parts}: {failure}");
                failure.hint
            }
            Ok(vault) => {
                let told = vault.verify(&Cancel::default(), &mut |_| {}).unwrap();
                assert!(!told.is_empty());
                told.into_iter().map(|finding| finding.what_to_do).collect()
            }
        };
        assert!(advice.contains("backup") && !advice.contains("datapunk verify"), "{parts}: {advice}");
    }
}
