//! Pages of the database that are not what was written: what is on others can still be had, and what to do is told.

use std::fs;

use domain::{Cancel, Code, Filter, UtcMs};

use super::made::{PASSPHRASE, copy_folder, create, fix, import, mail};
use crate::{Lost, Part, Passphrase, Unlock, Vault, VerifyCode};

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
