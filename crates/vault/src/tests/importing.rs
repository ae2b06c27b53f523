use std::fs;
use std::path::{Path, PathBuf};

use domain::{Cancel, FileOutcome, NewItem, NewPoint, Uid};

use super::made::{Dice, EDITION, add, create, fix, import, mail, reopen};
use crate::adopting::POINTS_STEP;
use crate::{Adoption, BlobPlace, EndedFile, ImportState, NewFile, Receipt, Scope, Vault};

type Files = Vec<(Vec<NewItem>, Vec<NewPoint>)>;

fn some_files(dice: &mut Dice) -> Files {
    (0..2)
        .map(|_| {
            let items = (0..9).map(|_| mail(dice.roll(8), dice.roll(4))).collect();
            let points = (0..6).map(|_| fix(dice.roll(6), dice.roll(3))).collect();
            (items, points)
        })
        .collect()
}

fn forget(vault: &Vault, uid: Uid) -> domain::Result<Receipt> {
    vault.forget(&Scope { items: vec![uid], ..Scope::default() }, 1, &Cancel::default(), &mut |_| {})
}

fn undo(vault: &Vault, import: i64) {
    vault.undo(import, &Cancel::default(), &mut |_| {}).unwrap();
}

#[test]
fn what_an_undo_leaves_is_what_the_other_imports_alone_would_have_brought() {
    let (dir, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (vault, oracle) = (create(dir.path()).0, create(other.path()).0);
    let empty = vault.logical_hash().unwrap();
    for seed in 0..4 {
        let mut dice = Dice(seed);
        let mut standing: Vec<(i64, Files)> = (0..4)
            .map(|_| {
                let files = some_files(&mut dice);
                (import(&vault, &files), files)
            })
            .collect();
        while !standing.is_empty() {
            let (gone, _) = standing.swap_remove(dice.roll(standing.len() as u64) as usize);
            undo(&vault, gone);
            // In another order than they came in.
            let alone: Vec<i64> = standing.iter().rev().map(|(_, files)| import(&oracle, files)).collect();
            assert_eq!(vault.logical_hash().unwrap(), oracle.logical_hash().unwrap(), "seed {seed}, {} standing", standing.len());
            for import in alone {
                undo(&oracle, import);
            }
        }
        assert_eq!(vault.logical_hash().unwrap(), empty, "seed {seed}");
    }
    let findings = vault.verify(&Cancel::default(), &mut |_| {}).unwrap();
    assert_eq!(findings, []);
    assert_eq!(vault.stats().unwrap().entities, 0);
    let left: usize =
        std::fs::read_dir(dir.path().join("blobs")).unwrap().map(|group| std::fs::read_dir(group.unwrap().path()).unwrap().count()).sum();
    assert_eq!(left, 0, "attachments' files");
    let small: i64 = vault.inner().readers.borrow().unwrap().query_row("SELECT count(*) FROM small_blob", [], |row| row.get(0)).unwrap();
    assert_eq!(small, 0, "small attachments");
}

#[test]
fn a_second_import_of_the_same_adds_nothing_and_the_hash_stays() {
    let dir = tempfile::tempdir().unwrap();
    let vault = create(dir.path()).0;
    let files = some_files(&mut Dice(3));
    import(&vault, &files);
    let once = vault.logical_hash().unwrap();
    let again = import(&vault, &files);
    assert_eq!(vault.logical_hash().unwrap(), once);
    let totals = vault.import_report(again).unwrap().totals;
    assert_eq!((totals.stored, totals.merged, totals.balanced), (0, 30, true));
}

#[test]
fn the_richer_telling_stands_and_the_poorer_returns_when_it_is_undone() {
    let dir = tempfile::tempdir().unwrap();
    let vault = create(dir.path()).0;
    let poor = import(&vault, &[(vec![mail(1, 1)], vec![])]);
    let before = vault.logical_hash().unwrap();
    let rich = import(&vault, &[(vec![mail(1, 3)], vec![])]);
    let uid = mail(1, 1).uid;
    let item = vault.item(uid).unwrap().unwrap();
    assert_eq!((item.text, item.blobs.len(), item.sightings.len()), ("apples and pears ".repeat(3), 2, 2));
    assert_eq!(item.data["amount"], 1.3);
    let BlobPlace::Kept { blob } = item.blobs[0].place else { panic!("kept in the vault") };
    assert_eq!(vault.blob(blob, Some(3..5)).unwrap(), [1, 1]);
    assert!(vault.raw(uid).unwrap().unwrap().bytes.ends_with(b"\"telling\":3}"));
    let undone = vault.undo(rich, &Cancel::default(), &mut |_| {}).unwrap();
    assert_eq!((undone.items_removed, undone.items_kept, undone.blobs_removed), (0, 1, 1));
    assert_eq!(vault.item(uid).unwrap().unwrap().text, "apples and pears ");
    assert_eq!(vault.logical_hash().unwrap(), before);
    assert!(vault.blob(blob, None).is_err());
    undo(&vault, poor);
    assert_eq!(vault.item(uid).unwrap(), None);
}

#[test]
fn the_newer_telling_stands_though_it_says_less_in_whatever_order_they_come() {
    let (dir, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (vault, backwards) = (create(dir.path()).0, create(other.path()).0);
    let telling = |text: &str, revision: Option<i64>| {
        let mut item = mail(1, 1);
        (item.text, item.revision, item.hidden) = (text.to_owned(), revision, text == "binned");
        vec![(vec![item], vec![])]
    };
    let old = telling("a long text that was written first", Some(5));
    let new = telling("binned", Some(6));
    let undated = telling("a text that is longer than all others and does not say of when it is", None);
    import(&vault, &old);
    let before = vault.logical_hash().unwrap();
    let newer = import(&vault, &new);
    let text = |vault: &Vault| vault.item(mail(1, 1).uid).unwrap().unwrap().text;
    assert_eq!(text(&vault), "binned");
    let undatable = import(&vault, &undated);
    assert_eq!(text(&vault), "binned");
    for files in [&undated, &new, &old] {
        import(&backwards, files);
    }
    assert_eq!(text(&backwards), "binned");
    assert_eq!(backwards.logical_hash().unwrap(), vault.logical_hash().unwrap());
    undo(&vault, newer);
    assert_eq!(text(&vault), "a long text that was written first");
    undo(&vault, undatable);
    assert_eq!(vault.logical_hash().unwrap(), before);
}

#[test]
fn a_poorer_telling_that_comes_later_changes_nothing_to_see() {
    let dir = tempfile::tempdir().unwrap();
    let vault = create(dir.path()).0;
    import(&vault, &[(vec![mail(1, 3)], vec![])]);
    let seen = vault.item(mail(1, 1).uid).unwrap().unwrap();
    import(&vault, &[(vec![mail(1, 1)], vec![])]);
    let now = vault.item(seen.uid).unwrap().unwrap();
    assert_eq!((now.text, now.links, now.data), (seen.text, seen.links, seen.data));
}

#[test]
fn a_file_that_was_read_before_brings_the_same_again_and_neither_undo_takes_from_the_other() {
    let dir = tempfile::tempdir().unwrap();
    let vault = create(dir.path()).0;
    let read_before = |edition| {
        let mut files = Vec::new();
        vault.each_file_read(edition, &mut |before| files.push((before.line, before.file.path, before.file.digest))).unwrap();
        files
    };
    // Two records of one item, and a fix that is told twice; more fixes than one transaction looks at.
    let fixes: Vec<_> =
        (0..POINTS_STEP as i64 + 2).map(|at| NewPoint { at, ..fix(2, 0) }).chain([NewPoint { at: 1, ..fix(2, 1) }]).collect();
    let items = [mail(1, 1), mail(1, 0), mail(2, 0)];
    let first = vault.begin_import("a.zip", 1).unwrap();
    assert_eq!(read_before(EDITION), []);
    add(&vault, first, "mail.mbox", Some([9; 32]), &items, &fixes, FileOutcome::Imported);
    add(&vault, first, "with media left in place", Some([8; 32]), &[mail(4, 2)], &[], FileOutcome::Imported);
    add(&vault, first, "cut short", Some([7; 32]), &[mail(5, 0)], &[], FileOutcome::Partial);
    assert_eq!(read_before(EDITION), [], "the import still runs");
    vault.end_import(first, ImportState::Done, &[], 1).unwrap();
    let only_first = vault.logical_hash().unwrap();
    let before = read_before(EDITION);
    assert_eq!(before.iter().map(|file| (file.1.as_str(), file.2)).collect::<Vec<_>>(), [("mail.mbox", Some([9; 32]))]);
    assert_eq!(read_before(EDITION + 1), [], "another edition may read more in it");

    let second = vault.begin_import("b.tgz", 2).unwrap();
    let line = NewFile { path: "mail.mbox".to_owned(), archive: "b.tgz".to_owned(), size: 1, digest: None, importer: "made.up".to_owned() };
    let lines = vault.add_files(second, vec![line.clone(), line]).unwrap();
    let adoptions = lines.iter().map(|line| Adoption { line: *line, of: before[0].0 }).collect();
    let n_read = (items.len() + fixes.len()) as u64;
    assert_eq!(vault.adopt_files(adoptions, &Cancel::default()).unwrap(), (2 * n_read, vec![]));
    vault.end_import(second, ImportState::Done, &[], 1).unwrap();
    let told = &vault.import_report(second).unwrap().files[0];
    assert_eq!((told.read, told.stored, told.merged, told.outcome), (n_read, 0, n_read, FileOutcome::Imported));
    let comparison = vault.compare(first, second, 0).unwrap();
    assert_eq!((comparison.fixes.same, comparison.fixes.gone), (POINTS_STEP as u64 + 2, 0));

    undo(&vault, second);
    assert_eq!(vault.logical_hash().unwrap(), only_first);
    let third = vault.begin_import("b.tgz", 3).unwrap();
    let line = NewFile { path: "mail.mbox".to_owned(), archive: "b.tgz".to_owned(), size: 1, digest: None, importer: "made.up".to_owned() };
    let lines = vault.add_files(third, vec![line]).unwrap();
    vault.adopt_files(vec![Adoption { line: lines[0], of: before[0].0 }], &Cancel::default()).unwrap();
    vault.end_import(third, ImportState::Done, &[], 1).unwrap();
    undo(&vault, first);
    let alone = tempfile::tempdir().unwrap();
    let expected = create(alone.path()).0;
    import(&expected, &[(items.to_vec(), fixes)]);
    assert_eq!(vault.logical_hash().unwrap(), expected.logical_hash().unwrap());
    assert_eq!(vault.item(mail(1, 1).uid).unwrap().unwrap().sightings[0].import, third);
    forget(&vault, mail(2, 0).uid).unwrap();
    assert_eq!(read_before(EDITION), [], "which records of a file were deleted is known when it is read");
}

#[test]
fn an_import_that_the_program_did_not_end_is_interrupted_and_can_be_undone() {
    let dir = tempfile::tempdir().unwrap();
    let vault = create(dir.path()).0;
    let empty = vault.logical_hash().unwrap();
    let import = vault.begin_import("cut.zip", 1).unwrap();
    let file =
        NewFile { path: "mail.mbox".to_owned(), archive: "cut.zip".to_owned(), size: 1, digest: None, importer: "made.up".to_owned() };
    let file = vault.add_file(import, &file).unwrap();
    vault.write(import, file, vault.prepare(vec![mail(1, 2), mail(2, 2)], vec![fix(1, 1)])).unwrap();
    assert!(vault.undo(import, &Cancel::default(), &mut |_| {}).is_err(), "it is running");
    drop(vault);
    let vault = reopen(dir.path());
    let report = vault.import_report(import).unwrap();
    assert_eq!(report.state, "interrupted");
    assert_eq!((report.files[0].outcome, report.totals.read, report.totals.balanced), (FileOutcome::Partial, 3, true));
    undo(&vault, import);
    assert_eq!(vault.logical_hash().unwrap(), empty);
    assert_eq!(vault.imports().unwrap()[0].state, ImportState::Undone);
    assert!(vault.undo(import, &Cancel::default(), &mut |_| {}).is_err(), "twice");
}

#[test]
fn an_undo_that_was_cut_short_ends_at_the_next_unlock() {
    let dir = tempfile::tempdir().unwrap();
    let vault = create(dir.path()).0;
    let empty = vault.logical_hash().unwrap();
    let import = import(&vault, &some_files(&mut Dice(1)));
    let cancel = Cancel::default();
    let raised = cancel.clone();
    let cut = vault.undo(import, &cancel, &mut |_| raised.cancel());
    assert_eq!(cut.unwrap_err().code, domain::Code::Cancelled);
    assert_eq!(vault.imports().unwrap()[0].state, ImportState::Undoing);
    drop(vault);
    let vault = reopen(dir.path());
    assert_eq!(vault.imports().unwrap()[0].state, ImportState::Undone);
    assert_eq!(vault.logical_hash().unwrap(), empty);
}

#[test]
fn what_was_deleted_stays_deleted() {
    let dir = tempfile::tempdir().unwrap();
    let vault = create(dir.path()).0;
    import(&vault, &[(vec![mail(1, 2), mail(2, 2)], vec![])]);
    forget(&vault, mail(1, 2).uid).unwrap();
    assert_eq!(vault.item(mail(1, 2).uid).unwrap(), None);
    let again = import(&vault, &[(vec![mail(1, 3), mail(2, 2)], vec![])]);
    assert_eq!(vault.item(mail(1, 2).uid).unwrap(), None);
    let totals = vault.import_report(again).unwrap().totals;
    assert_eq!((totals.read, totals.stored, totals.merged, totals.skipped), (2, 0, 1, 1));
    assert_eq!(forget(&vault, mail(1, 2).uid).unwrap_err().code, domain::Code::NotFound);
    assert_eq!(vault.verify(&Cancel::default(), &mut |_| {}).unwrap(), []);
}

#[test]
fn a_line_adds_what_was_not_written_to_what_was_and_keeps_the_digest_of_a_whole_file() {
    let dir = tempfile::tempdir().unwrap();
    let vault = create(dir.path()).0;
    let import = vault.begin_import("a.zip", 1).unwrap();
    let digests = [[1; 32], [2; 32], [3; 32]];
    let new = |digest| NewFile { path: "x".to_owned(), archive: "a.zip".to_owned(), size: 7, digest, importer: "made.up".to_owned() };
    let files = vault.add_files(import, vec![new(Some(digests[0])), new(Some(digests[1])), new(None)]).unwrap();
    vault.write(import, files[0], vault.prepare(vec![mail(1, 2), mail(2, 2), mail(1, 2)], Vec::new())).unwrap();
    let ended = |file, whole, digest| EndedFile {
        file,
        outcome: FileOutcome::Imported,
        whole,
        digest,
        merged: 2,
        skipped: 3,
        set_aside: 4,
        edition: EDITION,
        findings: Vec::new(),
    };
    vault.end_files(vec![ended(files[0], true, None), ended(files[1], false, None), ended(files[2], true, Some(digests[2]))]).unwrap();
    vault.end_import(import, ImportState::Done, &[], 1).unwrap();
    let report = vault.import_report(import).unwrap();
    assert_eq!(serde_json::to_string(&vault.stored_report(import).unwrap()).unwrap(), serde_json::to_string(&report).unwrap());
    let line = &report.files[0];
    assert_eq!((line.read, line.stored, line.merged, line.skipped, line.set_aside), (12, 2, 3, 3, 4));
    assert_eq!((line.size, line.importer.as_str(), report.totals.read, report.totals.balanced), (7, "made.up", 30, true));
    let whole: Vec<_> = vault.whole_files(import).unwrap().into_iter().map(|file| file.digest).collect();
    assert_eq!(whole, [Some(digests[0]), Some(digests[2])]);
}

#[test]
fn two_imports_are_compared_by_what_each_of_them_saw() {
    let dir = tempfile::tempdir().unwrap();
    let vault = create(dir.path()).0;
    let other = |key: u64| {
        let mut item = mail(key, 1);
        (item.uid, item.source) = (domain::Uid::of("google.keep", &key.to_le_bytes()), "google.keep".to_owned());
        item
    };
    let earlier = import(&vault, &[(vec![mail(1, 1), mail(2, 1), mail(4, 1), other(1)], vec![fix(1, 1), fix(2, 1)])]);
    let later =
        import(&vault, &[(vec![mail(2, 1), mail(4, 2)], vec![fix(2, 2)]), (vec![mail(4, 2), mail(5, 1)], vec![fix(3, 1), fix(4, 1)])]);
    let found = vault.compare(earlier, later, 5).unwrap();
    let titles = |rows: &[crate::Row]| rows.iter().map(|row| row.title.clone()).collect::<Vec<_>>();
    assert_eq!(
        found.sources.iter().map(|(source, counts)| (source.as_str(), *counts)).collect::<Vec<_>>(),
        [("google.mail", crate::Differences { new: 1, changed: 1, gone: 1, same: 1 })]
    );
    assert_eq!(found.fixes, crate::Differences { new: 2, changed: 0, gone: 1, same: 1 });
    assert_eq!(
        (titles(&found.new), titles(&found.changed), titles(&found.gone)),
        (vec!["Market day 5".to_owned()], vec!["Market day 4".to_owned()], vec!["Market day 1".to_owned()])
    );
    assert_eq!(found.only_earlier.into_iter().collect::<Vec<_>>(), [("google.keep".to_owned(), 1)]);
    assert!(found.only_later.is_empty());
    let back = vault.compare(later, earlier, 0).unwrap();
    assert_eq!(back.sources["google.mail"], crate::Differences { new: 1, changed: 1, gone: 1, same: 1 });
    assert!(back.new.is_empty());
    undo(&vault, earlier);
    assert_eq!(vault.compare(earlier, later, 1).unwrap_err().code, domain::Code::BadRequest);
    assert_eq!(vault.compare(later, 99, 1).unwrap_err().code, domain::Code::NotFound);
}

/// The files of attachments, and what is in them.
fn attachments(dir: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let groups = fs::read_dir(dir.join("blobs")).unwrap().map(|group| group.unwrap().path());
    let files = groups.flat_map(|group| fs::read_dir(group).unwrap().map(|file| file.unwrap().path()));
    files.map(|path| (path.clone(), fs::read(path).unwrap())).collect()
}

#[test]
fn an_attachment_that_is_damaged_or_missing_comes_back_with_its_archive() {
    let dir = tempfile::tempdir().unwrap();
    let vault = create(dir.path()).0;
    let findings = || vault.verify(&Cancel::default(), &mut |_| {}).unwrap();
    let read_before = || {
        let mut files = Vec::new();
        vault.each_file_read(EDITION, &mut |before| files.push(before.file.path)).unwrap();
        files
    };
    // Of these one attachment is a file; the media of another file are left in place, and it is read again in any case.
    let mut with_attachment = mail(2, 2);
    with_attachment.blobs.truncate(1);
    let files = [("with.mbox", vec![with_attachment]), ("without.mbox", vec![mail(3, 1)])];
    let bring = || {
        let import = vault.begin_import("a.zip", 1).unwrap();
        for (number, (path, items)) in files.iter().enumerate() {
            add(&vault, import, path, Some([number as u8; 32]), items, &[], FileOutcome::Imported);
        }
        vault.end_import(import, ImportState::Done, &[], 5).unwrap();
    };
    bring();
    let hash = vault.logical_hash().unwrap();
    let first = attachments(dir.path());
    let [(whole, bytes)] = &first[..] else { panic!("one of them is a file") };
    assert_eq!(read_before(), ["with.mbox", "without.mbox"]);
    bring();
    assert_eq!(attachments(dir.path()), [(whole.clone(), bytes.clone())], "what is whole is not written again");

    fs::remove_file(whole).unwrap();
    assert_eq!(read_before(), ["without.mbox", "without.mbox"], "what brought it has to be read again");
    bring();
    let second = attachments(dir.path());
    let [(again, _)] = &second[..] else { panic!("it was written again") };
    assert_eq!((findings(), read_before().len()), (vec![], 6));

    let mut flipped = fs::read(again).unwrap();
    flipped[5_000] ^= 1;
    fs::write(again, &flipped).unwrap();
    let found = findings();
    assert!(found.len() == 1 && found[0].message.contains(&files[0].1[0].uid.to_string()), "{found:?}");
    assert_eq!(read_before().len(), 3);
    bring();
    let now = attachments(dir.path());
    assert!(now.len() == 1 && now[0].0 != *again, "the damaged file is gone");
    assert_eq!((findings(), read_before().len()), (vec![], 8));
    assert_eq!(vault.logical_hash().unwrap(), hash);

    // Put back by hand, it is damaged no more once that was looked at.
    fs::write(&now[0].0, b"nothing").unwrap();
    assert_eq!(findings().len(), 1);
    fs::write(&now[0].0, &now[0].1).unwrap();
    assert_eq!(findings(), []);
    assert_eq!(read_before().len(), 8);
}
