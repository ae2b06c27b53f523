use std::fs;
use std::path::{Path, PathBuf};

use age::secrecy::ExposeSecret;
use domain::{BlobContent, Cancel, Code, NewBlob, NewItem};

use super::made::{Dice, PASSPHRASE, create, fix, import, mail, reopen};
use crate::{AuditEntry, AuditFilter, BackUp, BackedUp, Backup, Decision, Keep, OpenBackup, Passphrase, Restore, Restored, Unlock, Vault};

const DAY: i64 = 86_400_000;

fn with_passphrase() -> OpenBackup {
    OpenBackup::Vault(Unlock::Passphrase(Passphrase::from(PASSPHRASE)))
}

fn back_up(vault: &Vault, folder: &Path, day: i64) -> BackedUp {
    vault.back_up(folder, &BackUp { now: day * DAY, ..BackUp::default() }, &Cancel::default(), &mut |_| {}).unwrap()
}

fn restore(folder: &Path, with: &OpenBackup, what: &Restore, into: &Path) -> Restored {
    Backup::open(folder, with).unwrap().restore(what, into, &Cancel::default(), &mut |_| {}).unwrap()
}

fn check(folder: &Path) -> crate::Checked {
    Backup::open(folder, &with_passphrase()).unwrap().check(9 * DAY, &Cancel::default(), &mut |_| {}).unwrap()
}

/// Mails with attachments, large ones among them that do not compress.
fn mails(range: std::ops::Range<u64>) -> Vec<NewItem> {
    range
        .map(|key| {
            let mut item = mail(key, 2);
            let mut dice = Dice(key);
            let bytes = (0..150_000).map(|_| dice.roll(256) as u8).collect();
            item.blobs.push(NewBlob { name: "scan.bin".to_owned(), media_type: String::new(), content: BlobContent::Bytes(bytes) });
            item
        })
        .collect()
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(self::files(&path));
        } else if path.file_name().is_none_or(|name| name != "LOCK") {
            files.push(path);
        }
    }
    files.sort();
    files
}

#[test]
fn a_vault_comes_back_from_any_of_its_snapshots_with_the_passphrase_alone_and_only_what_is_new_is_written() {
    let dir = tempfile::tempdir().unwrap();
    let (own, folder) = (dir.path().join("vault"), dir.path().join("drive/backups"));
    let (vault, recovery) = create(&own);
    import(&vault, &[(mails(0..6), (0..500).map(|key| fix(key, 1)).collect())]);
    let first = back_up(&vault, &folder, 1);
    assert_eq!((first.findings.len(), first.bytes_known, first.snapshot.verified_ms), (0, 0, Some(DAY)));
    let first_hash = vault.logical_hash().unwrap();
    // Nothing that the vault holds stands in the folder in clear.
    for path in files(&folder) {
        let bytes = fs::read(&path).unwrap();
        assert!(!bytes.windows(10).any(|window| window == b"Market day" || window == b"SQLite for"), "{}", path.display());
    }
    import(&vault, &[(mails(6..8), Vec::new())]);
    let other = || Unlock::Passphrase(Passphrase::from("five other words than before"));
    vault.change_passphrase(&Unlock::Passphrase(Passphrase::from(PASSPHRASE)), None, &other(), DAY).unwrap();
    let second = back_up(&vault, &folder, 2);
    assert!(second.bytes_written * 2 < first.bytes_written && second.bytes_known > first.bytes_written / 2, "{second:?}");
    let second_hash = vault.logical_hash().unwrap();
    vault.close().unwrap();
    // The machine is gone.
    fs::remove_dir_all(&own).unwrap();

    let refused = Backup::open(&folder, &with_passphrase()).err().unwrap();
    assert_eq!(refused.code, Code::WrongPassphrase);
    let with = OpenBackup::Vault(other());
    let (snapshots, failures) = Backup::open(&folder, &with).unwrap().snapshots().unwrap();
    assert_eq!((snapshots.len(), failures.len()), (2, 0));
    let restored = restore(&folder, &with, &Restore::default(), &dir.path().join("latest"));
    assert!(restored.same && restored.findings.is_empty() && restored.logical_hash == second_hash, "{restored:?}");
    let vault = Vault::open(&dir.path().join("latest"), &other()).unwrap();
    assert_eq!(vault.verify(&Cancel::default(), &mut |_| {}).unwrap(), []);
    drop(vault);
    let by_code = OpenBackup::Vault(Unlock::Recovery(recovery));
    let older = Restore { snapshot: Some(snapshots[0].id.clone()), ..Restore::default() };
    assert_eq!(restore(&folder, &by_code, &older, &dir.path().join("older")).logical_hash, first_hash);
    // Nothing is ever written over.
    let again = Backup::open(&folder, &with).unwrap().restore(&older, &dir.path().join("older"), &Cancel::default(), &mut |_| {});
    assert_eq!(again.unwrap_err().code, Code::VaultExists);
    let rehearsed = Backup::open(&folder, &with).unwrap().rehearse(None, dir.path(), &Cancel::default(), &mut |_| {}).unwrap();
    assert!(rehearsed.same && !dir.path().join("rehearsal").exists());
}

#[test]
fn any_flipped_or_missing_byte_is_found_named_and_made_good() {
    let dir = tempfile::tempdir().unwrap();
    let (own, folder) = (dir.path().join("vault"), dir.path().join("backups"));
    let vault = create(&own).0;
    import(&vault, &[(mails(0..9), Vec::new())]);
    back_up(&vault, &folder, 1);
    let hash = vault.logical_hash().unwrap();
    vault.close().unwrap();
    assert!(check(&folder).ok && check(&folder).findings.is_empty());
    let mut dice = Dice(5);
    let backup = Backup::open(&folder, &with_passphrase()).unwrap();
    let check = || backup.check(9 * DAY, &Cancel::default(), &mut |_| {}).unwrap();
    for path in files(&folder) {
        let whole = fs::read(&path).unwrap();
        for round in 0..4 {
            let mut bytes = whole.clone();
            match round {
                0 => bytes.truncate(dice.roll(whole.len() as u64) as usize),
                _ => bytes[dice.roll(whole.len() as u64) as usize] ^= 1 << dice.roll(8),
            }
            fs::write(&path, bytes).unwrap();
            if round == 3 {
                fs::remove_file(&path).unwrap();
            }
            // Restoring does without mending first.
            if round == 1 {
                let restored = backup.rehearse(None, dir.path(), &Cancel::default(), &mut |_| {}).unwrap();
                assert!(restored.same && restored.logical_hash == hash, "{} {restored:?}", path.display());
            }
            let checked = check();
            let is_parity = path.extension().is_some_and(|extension| extension == "par");
            assert!(checked.ok, "{} {checked:?}", path.display());
            assert!(!checked.findings.is_empty() || (is_parity && round == 3), "{} round {round}: nothing was found", path.display());
            assert_eq!(check().findings, [], "it was mended");
            if is_parity {
                // Made anew under another name.
                break;
            }
            // A snapshot is sealed anew whenever it was read back.
            let is_snapshot = path.to_string_lossy().contains("/snapshots/");
            assert!(is_snapshot || fs::read(&path).unwrap() == whole, "{}", path.display());
        }
    }
    for path in files(&folder).iter().filter(|path| path.extension().is_some_and(|extension| extension == "par")) {
        fs::remove_file(path).unwrap();
    }
    let checked = check();
    assert!(checked.ok && checked.findings.len() == 1 && checked.findings[0].message.contains("`parity`"), "{checked:?}");
    assert_eq!(check().findings, [], "it was made anew");
    drop(backup);
    // With one of its two fronts damaged it still opens.
    fs::write(folder.join("backup.json"), "{").unwrap();
    assert_eq!(self::check(&folder).findings.len(), 1);
}

#[test]
fn where_too_much_is_gone_the_rest_is_restored_and_the_loss_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let (own, folder) = (dir.path().join("vault"), dir.path().join("backups"));
    let vault = create(&own).0;
    import(&vault, &[(mails(0..9), Vec::new())]);
    back_up(&vault, &folder, 1);
    vault.close().unwrap();
    // Attachments are the last that is written: two packs of them go, which are of one group.
    let mut packs: Vec<PathBuf> = files(&folder).into_iter().filter(|path| path.to_string_lossy().contains("/packs/")).collect();
    packs.sort_by_key(|path| fs::metadata(path).unwrap().modified().unwrap());
    for path in packs.iter().rev().take(2) {
        fs::remove_file(path).unwrap();
    }
    let checked = check(&folder);
    assert!(!checked.ok && checked.findings.iter().any(|finding| finding.message.contains("blobs/")), "{checked:?}");
    let restored = restore(&folder, &with_passphrase(), &Restore::default(), &dir.path().join("restored"));
    assert!(restored.findings.iter().any(|finding| finding.message.contains("is lost")), "{restored:?}");
    // Every row is there, and `verify` names the attachments that are not.
    assert!(restored.same);
    let vault = reopen(&dir.path().join("restored"));
    assert!(!vault.verify(&Cancel::default(), &mut |_| {}).unwrap().is_empty());
    drop(vault);
    // While the vault is there, the next run writes again what was lost.
    let vault = reopen(&own);
    let again = back_up(&vault, &folder, 2);
    assert!(again.snapshot.verified_ms.is_some() && again.bytes_written > 0, "{again:?}");
    drop(vault);
    let restored = restore(&folder, &with_passphrase(), &Restore::default(), &dir.path().join("whole"));
    assert!(restored.same && restored.findings.is_empty());
}

#[test]
fn what_a_run_finds_damaged_for_good_the_next_one_writes_again() {
    let dir = tempfile::tempdir().unwrap();
    let (own, folder) = (dir.path().join("vault"), dir.path().join("backups"));
    let vault = create(&own).0;
    import(&vault, &[(mails(0..9), Vec::new())]);
    back_up(&vault, &folder, 1);
    // Two packs of one group.
    let mut packs: Vec<PathBuf> = files(&folder).into_iter().filter(|path| path.to_string_lossy().contains("/packs/")).collect();
    packs.sort_by_key(|path| fs::metadata(path).unwrap().modified().unwrap());
    for path in packs.iter().rev().take(2) {
        fs::write(path, vec![0_u8; fs::metadata(path).unwrap().len() as usize]).unwrap();
    }
    let second = back_up(&vault, &folder, 2);
    assert!(!second.findings.is_empty() && second.snapshot.verified_ms.is_none(), "{second:?}");
    let third = back_up(&vault, &folder, 3);
    assert!(third.findings.is_empty() && third.snapshot.verified_ms.is_some() && third.bytes_written > 0, "{third:?}");
    let restored = restore(&folder, &with_passphrase(), &Restore::default(), &dir.path().join("restored"));
    assert!(restored.same && restored.findings.is_empty(), "{restored:?}");
    // What is left of the damaged ones goes with the snapshots that needed them.
    let set_aside = || files(&folder).into_iter().filter(|path| path.extension().is_some_and(|extension| extension == "damaged")).count();
    assert!(set_aside() > 0);
    let backup = Backup::open(&folder, &with_passphrase()).unwrap();
    backup.prune(&Keep::default(), Some(3 * DAY), &Cancel::default()).unwrap();
    assert_eq!(set_aside(), 0);
}

#[test]
fn a_snapshot_that_cannot_be_read_is_named_fails_no_later_backup_and_has_nothing_pruned_that_it_may_need() {
    let dir = tempfile::tempdir().unwrap();
    let (own, folder) = (dir.path().join("vault"), dir.path().join("backups"));
    let vault = create(&own).0;
    import(&vault, &[(mails(0..3), Vec::new())]);
    let unreadable = back_up(&vault, &folder, 1).snapshot.id;
    for extension in ["age", "copy"] {
        fs::write(folder.join(format!("snapshots/{unreadable}.{extension}")), b"nothing").unwrap();
    }
    let second = back_up(&vault, &folder, 2);
    assert!(second.findings.is_empty() && second.snapshot.verified_ms.is_some(), "{second:?}");
    assert!(second.others.len() == 1 && second.others[0].message.contains(&unreadable), "{second:?}");
    let checked = check(&folder);
    assert!(!checked.ok && checked.findings.iter().any(|finding| finding.message.contains(&unreadable)), "{checked:?}");
    let before = files(&folder);
    let backup = vault.backup(&folder).unwrap();
    let refused = backup.prune(&Keep::default(), None, &Cancel::default()).unwrap_err();
    assert!(refused.code == Code::Damaged && refused.message.contains(&unreadable), "{refused}");
    assert_eq!(backup.prune(&Keep::default(), Some(3 * DAY), &Cancel::default()).unwrap_err().code, Code::BadRequest);
    assert_eq!(files(&folder), before);
    // It was made before what is kept, by its name, and goes with all of its time.
    let pruned = backup.prune(&Keep::default(), Some(2 * DAY), &Cancel::default()).unwrap();
    assert_eq!((pruned.removed, pruned.kept, pruned.findings), (vec![unreadable], vec![second.snapshot.id], vec![]));
    drop(backup);
    assert_eq!(check(&folder).findings, []);
    assert!(back_up(&vault, &folder, 3).others.is_empty());
    let restored = restore(&folder, &with_passphrase(), &Restore::default(), &dir.path().join("restored"));
    assert!(restored.same && restored.findings.is_empty(), "{restored:?}");
}

#[test]
fn a_run_that_is_cut_short_leaves_no_snapshot_and_the_next_uses_what_it_wrote() {
    let dir = tempfile::tempdir().unwrap();
    let (own, folder) = (dir.path().join("vault"), dir.path().join("backups"));
    let vault = create(&own).0;
    import(&vault, &[(mails(0..9), Vec::new())]);
    let cancel = Cancel::default();
    let cut = vault.back_up(&folder, &BackUp { now: DAY, ..BackUp::default() }, &cancel, &mut |progress| {
        if progress.stage == "copying" && progress.done * 3 > progress.total * 2 {
            cancel.cancel();
        }
    });
    assert_eq!(cut.unwrap_err().code, Code::Cancelled);
    assert_eq!(vault.backup(&folder).unwrap().snapshots().unwrap().0, []);
    // What is written while a backup runs is not waited for, and is in the next.
    let mut during = 0;
    let run = vault
        .back_up(&folder, &BackUp { now: 2 * DAY, ..BackUp::default() }, &Cancel::default(), &mut |progress| {
            if progress.stage == "copying" && during == 0 {
                during = import(&vault, &[(mails(20..21), Vec::new())]);
            }
        })
        .unwrap();
    assert!(during > 0 && run.bytes_known > 0 && run.snapshot.items == 9, "{run:?}");
    let restored = restore(&folder, &with_passphrase(), &Restore::default(), &dir.path().join("restored"));
    assert!(restored.same && restored.logical_hash != vault.logical_hash().unwrap());
    assert_eq!(back_up(&vault, &folder, 3).snapshot.items, 10);
}

#[test]
fn pruning_destroys_what_only_older_snapshots_had_and_others_stay_whole() {
    let dir = tempfile::tempdir().unwrap();
    let (own, folder) = (dir.path().join("vault"), dir.path().join("backups"));
    let vault = create(&own).0;
    let doomed = import(&vault, &[(mails(0..5), Vec::new())]);
    import(&vault, &[(mails(10..13), Vec::new())]);
    for day in 1..=4 {
        back_up(&vault, &folder, day);
    }
    let backup = vault.backup(&folder).unwrap();
    let pruned = backup.prune(&Keep { last: 1, daily: 0, weekly: 0, monthly: 0, yearly: 0 }, None, &Cancel::default()).unwrap();
    assert_eq!((pruned.removed.len(), pruned.kept.len()), (1, 3), "three are kept, whatever is asked for");
    drop(backup);
    vault.undo(doomed, &Cancel::default(), &mut |_| {}).unwrap();
    back_up(&vault, &folder, 5);
    let backup = vault.backup(&folder).unwrap();
    assert_eq!(backup.prune(&Keep::default(), Some(6 * DAY), &Cancel::default()).unwrap_err().code, Code::BadRequest);
    let pruned = backup.prune(&Keep::default(), Some(5 * DAY), &Cancel::default()).unwrap();
    assert!(pruned.kept.len() == 1 && pruned.bytes_freed > 500_000, "{pruned:?}");
    drop(backup);
    assert_eq!(check(&folder).findings, []);
    // Only what the snapshot needs is left: the attachments of three mails, the database, and what makes them good.
    let size: u64 = files(&folder).iter().map(|path| fs::metadata(path).unwrap().len()).sum();
    let needed = fs::metadata(own.join("db/main.db")).unwrap().len() + 3 * 150_000 + 3 * 65_536;
    assert!(size < needed * 2 + 600_000, "{size} of {needed}");
    let restored = restore(&folder, &with_passphrase(), &Restore::default(), &dir.path().join("restored"));
    assert!(restored.same && restored.logical_hash == vault.logical_hash().unwrap());
}

#[test]
fn recipients_and_a_passphrase_of_its_own_open_a_backup_too() {
    let dir = tempfile::tempdir().unwrap();
    let (own, folder) = (dir.path().join("vault"), dir.path().join("backups"));
    let vault = create(&own).0;
    import(&vault, &[(mails(0..2), Vec::new())]);
    let heir = age::x25519::Identity::generate();
    let what = BackUp {
        now: DAY,
        recipients: vec![heir.to_public().to_string()],
        passphrase: Some(Passphrase::from("words for the drive alone")),
        quick: false,
    };
    vault.back_up(&folder, &what, &Cancel::default(), &mut |_| {}).unwrap();
    let wrong = BackUp { recipients: vec!["age1nobody".to_owned()], ..BackUp::default() };
    assert_eq!(vault.back_up(&folder, &wrong, &Cancel::default(), &mut |_| {}).unwrap_err().code, Code::BadRequest);
    assert_eq!(vault.back_up(&own.join("inside"), &BackUp::default(), &Cancel::default(), &mut |_| {}).unwrap_err().code, Code::BadRequest);
    let (_, secret) = vault.backup(&folder).unwrap().secret();
    drop(vault);
    let new = || Some(Passphrase::from("what the heir will remember"));
    let keys = [
        OpenBackup::Own(Passphrase::from("words for the drive alone")),
        OpenBackup::Identity(heir.to_string().expose_secret().to_owned()),
        OpenBackup::Identity(secret.to_string()),
    ];
    for (n, with) in keys.iter().enumerate() {
        let into = dir.path().join(n.to_string());
        let backup = Backup::open(&folder, with).unwrap();
        let asked = backup.restore(&Restore::default(), &into, &Cancel::default(), &mut |_| {}).unwrap_err();
        assert_eq!(asked.code, Code::BadRequest, "whom the backup was given to does not know the vault's passphrase");
        drop(backup);
        assert!(restore(&folder, with, &Restore { passphrase: new(), ..Restore::default() }, &into).same);
        Vault::open(&into, &Unlock::Passphrase(new().unwrap())).unwrap().close().unwrap();
    }
    for with in [
        OpenBackup::Own(Passphrase::from(PASSPHRASE)),
        OpenBackup::Identity(age::x25519::Identity::generate().to_string().expose_secret().to_owned()),
    ] {
        assert_eq!(Backup::open(&folder, &with).err().unwrap().code, Code::WrongPassphrase);
    }
}

#[test]
fn a_first_run_that_was_cut_short_is_not_in_the_way_of_the_next() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("drive/backups");
    let (vault, _) = create(&dir.path().join("vault"));
    import(&vault, &[(mails(0..1), Vec::new())]);
    for name in ["packs", "parity", "snapshots"] {
        fs::create_dir_all(folder.join(name)).unwrap();
    }
    fs::write(folder.join("LOCK"), "17").unwrap();
    fs::write(folder.join("backup.new"), "{\"format\": 1,").unwrap();
    let foreign = folder.join("packs/holiday.jpg");
    fs::write(&foreign, "not ours").unwrap();
    let refused = vault.back_up(&folder, &BackUp::default(), &Cancel::default(), &mut |_| {}).err().unwrap();
    assert_eq!(refused.code, Code::BadRequest);
    fs::remove_file(foreign).unwrap();
    assert!(back_up(&vault, &folder, 1).findings.is_empty());
    assert!(check(&folder).ok);
}

#[test]
fn after_the_root_key_was_replaced_backups_go_on_older_ones_are_restored_and_the_log_is_vouched_for() {
    let dir = tempfile::tempdir().unwrap();
    let (own, folder) = (dir.path().join("vault"), dir.path().join("backups"));
    let vault = create(&own).0;
    import(&vault, &[(mails(0..3), Vec::new())]);
    let first = back_up(&vault, &folder, 1).snapshot;
    let call = AuditEntry {
        at_ms: DAY,
        caller: "owner, window".to_owned(),
        operation: "search".to_owned(),
        object_kind: String::new(),
        object_id: String::new(),
        scope: vault.audit_scope(b"market"),
        decision: Decision::Allowed,
        n_rows: Some(3),
    };
    vault.note_now(call).unwrap();
    let scope = vault.audit_scope(b"market");
    vault.close().unwrap();
    let owner = || Unlock::Passphrase(Passphrase::from(PASSPHRASE));
    Vault::replace_root_key(&own, &[owner()], 2 * DAY, &Cancel::default(), &mut |_| {}).unwrap();
    let vault = reopen(&own);
    vault.recovery_code_kept().unwrap();
    assert_eq!(vault.audit_scope(b"market"), scope, "what the log tells by a hash stays comparable");
    assert_eq!(vault.verify(&Cancel::default(), &mut |_| {}).unwrap(), []);
    assert_eq!(vault.audit_log(&AuditFilter::default(), 10).unwrap().len(), 1);
    let second = back_up(&vault, &folder, 3);
    assert_eq!((second.findings, second.snapshot.logical_hash), (Vec::new(), first.logical_hash.clone()));
    drop(vault);
    assert!(restore(&folder, &with_passphrase(), &Restore::default(), &dir.path().join("latest")).same);
    let older = |passphrase| Restore { snapshot: Some(first.id.clone()), passphrase, ..Restore::default() };
    let asked = Backup::open(&folder, &with_passphrase()).unwrap().restore(
        &older(None),
        &dir.path().join("older"),
        &Cancel::default(),
        &mut |_| {},
    );
    assert_eq!(asked.unwrap_err().code, Code::BadRequest, "what opened it then may not be what opens it now");
    let new = Passphrase::from("what is to open it from now on");
    assert!(restore(&folder, &with_passphrase(), &older(Some(new.clone())), &dir.path().join("older")).same);
    Vault::open(&dir.path().join("older"), &Unlock::Passphrase(new)).unwrap().close().unwrap();
}

#[test]
fn an_attachment_that_is_damaged_is_left_out_and_named_and_everything_else_is_backed_up() {
    let dir = tempfile::tempdir().unwrap();
    let (own, folder) = (dir.path().join("vault"), dir.path().join("backups"));
    let vault = create(&own).0;
    import(&vault, &[(mails(0..4), Vec::new())]);
    let attachments = files(&own.join("blobs"));
    let mut flipped = fs::read(&attachments[0]).unwrap();
    flipped[30_000] ^= 1;
    fs::write(&attachments[0], flipped).unwrap();
    fs::remove_file(&attachments[1]).unwrap();
    let name = |path: &PathBuf| path.file_name().unwrap().to_str().unwrap().to_owned();
    let damaged = [name(&attachments[0]), name(&attachments[1])];
    let names = |findings: &[crate::BackupFinding]| {
        assert_eq!(findings.len(), damaged.len(), "{findings:?}");
        damaged.iter().all(|name| findings.iter().any(|finding| finding.message.contains(name) && !finding.mended))
    };
    let made = back_up(&vault, &folder, 1);
    assert!(names(&made.findings) && made.snapshot.items == 4 && made.snapshot.verified_ms.is_some(), "{made:?}");
    assert!(check(&folder).ok, "what is in the folder is whole");
    let rehearsed = vault.backup(&folder).unwrap().rehearse(None, dir.path(), &Cancel::default(), &mut |_| {}).unwrap();
    assert!(names(&rehearsed.findings) && rehearsed.same, "{rehearsed:?}");
    // What the archive brings again is in the next one.
    import(&vault, &[(mails(0..4), Vec::new())]);
    assert_eq!(back_up(&vault, &folder, 2).findings, []);
    let rehearsed = vault.backup(&folder).unwrap().rehearse(None, dir.path(), &Cancel::default(), &mut |_| {}).unwrap();
    assert_eq!(rehearsed.findings, []);
}
