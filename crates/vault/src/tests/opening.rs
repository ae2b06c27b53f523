use std::fs;

use domain::{Cancel, Code};

use super::made::{PASSPHRASE, create, import, mail, reopen};
use crate::{CreateOptions, Kdf, Passphrase, Unlock, Vault, VerifyCode, VerifyFinding};

fn unlock(text: &str) -> Unlock {
    Unlock::Passphrase(Passphrase::from(text))
}

fn code(dir: &std::path::Path, with: &Unlock) -> Code {
    match Vault::open(dir, with) {
        Ok(_) => panic!("it opened"),
        Err(failure) => {
            assert!(!failure.message.is_empty() && !failure.hint.is_empty());
            failure.code
        }
    }
}

#[test]
fn each_reason_not_to_open_has_its_own_code() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path();
    assert_eq!(code(path, &unlock(PASSPHRASE)), Code::NoVault);
    assert!(fs::read_dir(path).unwrap().next().is_none(), "looking leaves nothing behind");
    let options = CreateOptions { kdf: Kdf::Floor };
    assert_eq!(Vault::create(path, &Passphrase::from("short"), &options).err().unwrap().code, Code::WeakPassphrase);
    let (vault, recovery) = create(path);
    assert_eq!(Vault::create(path, &Passphrase::from(PASSPHRASE), &options).err().unwrap().code, Code::VaultExists);
    assert_eq!(code(path, &unlock(PASSPHRASE)), Code::VaultInUse);
    vault.close().unwrap();
    assert_eq!(code(path, &unlock("not the passphrase")), Code::WrongPassphrase);
    assert_eq!(code(path, &Unlock::Recovery("0000".repeat(8).parse().unwrap())), Code::WrongPassphrase);
    Vault::open(path, &Unlock::Recovery(recovery)).unwrap().close().unwrap();

    let header = fs::read_to_string(path.join("vault.json")).unwrap();
    // A digit of the salt changes: damage, not a wrong passphrase. With the copy whole, the vault opens and says so.
    let at = header.find("\"salt\": \"").unwrap() + 9;
    let mut damaged = header.clone().into_bytes();
    damaged[at] = if damaged[at] == b'0' { b'1' } else { b'0' };
    fs::write(path.join("vault.json"), &damaged).unwrap();
    let vault = reopen(path);
    assert_eq!(vault.warnings().iter().map(|finding| finding.code).collect::<Vec<_>>(), [VerifyCode::Header]);
    drop(vault);
    assert_eq!(fs::read_to_string(path.join("vault.json")).unwrap(), header);
    // So does one whose copy is damaged, or whose count of changes is: each is needed on a bad day.
    for (name, expected) in [("vault.json.bak", VerifyCode::Header), ("state", VerifyCode::LostChanges)] {
        let mut bytes = fs::read(path.join(name)).unwrap();
        bytes[20] ^= 1;
        fs::write(path.join(name), &bytes).unwrap();
        let vault = reopen(path);
        assert_eq!(vault.warnings().iter().map(|finding| finding.code).collect::<Vec<_>>(), [expected], "{name}");
        drop(vault);
        let vault = reopen(path);
        assert_eq!(vault.warnings(), [], "{name} was mended");
        drop(vault);
    }
    for name in ["vault.json", "vault.json.bak"] {
        fs::write(path.join(name), &damaged).unwrap();
    }
    assert_eq!(code(path, &unlock(PASSPHRASE)), Code::DamagedHeader);
    for name in ["vault.json", "vault.json.bak"] {
        fs::write(path.join(name), header.replacen("\"format\": 2", "\"format\": 3", 1)).unwrap();
    }
    assert_eq!(code(path, &unlock(PASSPHRASE)), Code::NewerFormat);
    // With both gone the data still stands there: nothing may be made over it, and the header put back opens it.
    for name in ["vault.json", "vault.json.bak"] {
        fs::remove_file(path.join(name)).unwrap();
    }
    assert_eq!(code(path, &unlock(PASSPHRASE)), Code::DamagedHeader);
    assert_eq!(Vault::create(path, &Passphrase::from(PASSPHRASE), &options).err().unwrap().code, Code::VaultExists);
    fs::write(path.join("vault.json"), &header).unwrap();
    reopen(path).close().unwrap();
}

#[test]
fn a_header_changed_by_someone_is_noticed_even_with_the_right_passphrase() {
    let dir = tempfile::tempdir().unwrap();
    create(dir.path());
    let mut header: serde_json::Value = serde_json::from_slice(&fs::read(dir.path().join("vault.json")).unwrap()).unwrap();
    // The recovery slot goes, and the checksum is made to fit.
    header["slots"].as_array_mut().unwrap().pop();
    let ordered = crate::header::Header::respelled(&header.to_string());
    fs::write(dir.path().join("vault.json"), ordered).unwrap();
    assert_eq!(code(dir.path(), &unlock(PASSPHRASE)), Code::DamagedHeader);
}

#[test]
fn calls_on_a_closed_vault_say_that_it_is_locked() {
    let dir = tempfile::tempdir().unwrap();
    let vault = create(dir.path()).0;
    let clone = vault.clone();
    vault.close().unwrap();
    assert_eq!(clone.stats().unwrap_err().code, Code::Locked);
    assert_eq!(clone.begin_import("x", 1).unwrap_err().code, Code::Locked);
    reopen(dir.path());
}

#[test]
fn a_folder_with_other_things_in_it_is_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("letter.txt"), "mine").unwrap();
    let failure = Vault::create(dir.path(), &Passphrase::from(PASSPHRASE), &CreateOptions { kdf: Kdf::Floor }).err().unwrap();
    assert_eq!(failure.code, Code::BadRequest);
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
}

#[test]
fn what_the_system_does_not_let_be_read_or_written_is_said_with_what_to_do() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("file"), "").unwrap();
    let under_a_file = dir.path().join("file/vault");
    let failure = Vault::create(&under_a_file, &Passphrase::from(PASSPHRASE), &CreateOptions { kdf: Kdf::Floor }).err().unwrap();
    assert_eq!((failure.code, failure.hint.is_empty()), (Code::Unreadable, false), "{failure}");

    let vault = dir.path().join("vault");
    create(&vault).0.close().unwrap();
    fs::rename(vault.join("db/main.db"), vault.join("db/away")).unwrap();
    fs::create_dir(vault.join("db/main.db")).unwrap();
    assert_eq!(code(&vault, &unlock(PASSPHRASE)), Code::Unreadable);
    fs::rename(vault.join("vault.json"), vault.join("away")).unwrap();
    fs::create_dir(vault.join("vault.json")).unwrap();
    assert_eq!(code(&vault, &unlock(PASSPHRASE)), Code::Unreadable, "no header is called damaged that was not read");
}

#[test]
fn a_database_put_back_from_yesterday_is_reported() {
    let dir = tempfile::tempdir().unwrap();
    create(dir.path()).0.close().unwrap();
    let yesterday = fs::read(dir.path().join("db/main.db")).unwrap();
    let vault = reopen(dir.path());
    import(&vault, &[(vec![mail(1, 2)], vec![])]);
    vault.index_now(&Cancel::default(), &mut |_| {}).unwrap();
    vault.close().unwrap();
    fs::write(dir.path().join("db/main.db"), yesterday).unwrap();
    reopen(dir.path()).close().unwrap();
    let vault = reopen(dir.path());
    let is_told = |findings: &[VerifyFinding]| findings.iter().any(|finding| finding.code == VerifyCode::LostChanges);
    assert!(is_told(&vault.warnings()), "also when it was opened in between");
    assert_eq!(vault.stats().unwrap().items, 0);
    assert!(is_told(&vault.verify(&Cancel::default(), &mut |_| {}).unwrap()));
    vault.close().unwrap();
    let vault = reopen(dir.path());
    assert!(!is_told(&vault.verify(&Cancel::default(), &mut |_| {}).unwrap()), "once");
    vault.close().unwrap();
    fs::write(dir.path().join("db/main.db"), "").unwrap();
    assert_eq!(code(dir.path(), &unlock(PASSPHRASE)), Code::Damaged);
}

#[test]
fn the_header_of_another_vault_is_told_and_kept_and_the_copy_opens_this_one() {
    let home = tempfile::tempdir().unwrap();
    let dir = home.path().join("vault");
    let vault = create(&dir).0;
    import(&vault, &[(vec![mail(1, 2)], vec![])]);
    let hash = vault.logical_hash().unwrap();
    vault.close().unwrap();
    let read = |name: &str| fs::read(dir.join(name)).unwrap();
    let ours = read("vault.json");
    for words in [PASSPHRASE, "quite another set of words"] {
        let other = home.path().join(words);
        Vault::create(&other, &Passphrase::from(words), &CreateOptions { kdf: Kdf::Floor }).unwrap().0.close().unwrap();
        let foreign = fs::read(other.join("vault.json")).unwrap();
        fs::write(dir.join("vault.json"), &foreign).unwrap();
        assert_eq!(code(&dir, &unlock("not the passphrase")), Code::WrongPassphrase);
        if words != PASSPHRASE {
            let failure = Vault::open(&dir, &unlock(words)).err().unwrap();
            assert!(failure.code == Code::WrongPassphrase && failure.message.contains("another vault"), "{failure}");
        }
        assert!(read("vault.json.bak") == ours && read("vault.json") == foreign, "nothing is written before the database has opened");

        let vault = reopen(&dir);
        let warnings = vault.warnings();
        assert!(warnings.len() == 1 && warnings[0].message.contains("that of another vault"), "{warnings:?}");
        assert_eq!(vault.logical_hash().unwrap(), hash);
        vault.close().unwrap();
        assert!(read("vault.json.bak") == ours && read("vault.json") == ours);
        let kept = fs::read_dir(&dir).unwrap().filter(|entry| fs::read(entry.as_ref().unwrap().path()).is_ok_and(|bytes| bytes == foreign));
        assert_eq!(kept.count(), 1, "it may be the only one that its vault has");
        let vault = reopen(&dir);
        assert_eq!(vault.warnings(), []);
        vault.close().unwrap();
    }
    // A copy of another vault lets in nobody, and is kept as well.
    let foreign = fs::read(home.path().join("quite another set of words/vault.json")).unwrap();
    fs::write(dir.join("vault.json.bak"), &foreign).unwrap();
    assert_eq!(code(&dir, &unlock("quite another set of words")), Code::WrongPassphrase);
    fs::remove_file(dir.join("vault.json")).unwrap();
    assert_eq!(code(&dir, &unlock("quite another set of words")), Code::Damaged);
    assert!(!dir.join("vault.json").exists(), "it opens nothing here");
    fs::write(dir.join("vault.json"), &ours).unwrap();
    reopen(&dir).close().unwrap();
    assert!(read("vault.json.bak") == ours);
}

#[test]
fn an_older_header_put_back_alone_never_takes_the_place_of_the_newer_one() {
    let home = tempfile::tempdir().unwrap();
    let dir = home.path().join("vault");
    let (vault, recovery) = create(&dir);
    import(&vault, &[(vec![mail(1, 2)], vec![])]);
    let hash = vault.logical_hash().unwrap();
    let read = |name: &str| fs::read(dir.join(name)).unwrap();
    let old = read("vault.json");
    let words = unlock("another set of words");
    vault.change_passphrase(&Unlock::Recovery(recovery), None, &words, 1).unwrap();
    vault.close().unwrap();
    let newer = read("vault.json");

    fs::write(dir.join("vault.json"), &old).unwrap();
    for n_told in [1, 0] {
        let vault = Vault::open(&dir, &words).unwrap();
        assert_eq!(vault.warnings().len(), n_told, "{:?}", vault.warnings());
        vault.close().unwrap();
        assert!(read("vault.json") == newer && read("vault.json.bak") == newer);
    }
    // What opens the older one alone leaves the newer one as it is.
    fs::write(dir.join("vault.json"), &old).unwrap();
    let vault = reopen(&dir);
    assert!(vault.warnings().iter().any(|finding| finding.message.contains("A newer header")), "{:?}", vault.warnings());
    vault.close().unwrap();
    assert!(read("vault.json") == old && read("vault.json.bak") == newer);

    // Of before the root key was replaced, and opened by the same passphrase.
    fs::write(dir.join("vault.json"), &newer).unwrap();
    Vault::replace_root_key(&dir, &[unlock("another set of words")], 5, &Cancel::default(), &mut |_| {}).unwrap();
    let rotated = read("vault.json");
    fs::write(dir.join("vault.json"), &newer).unwrap();
    let vault = Vault::open(&dir, &words).unwrap();
    assert!(vault.warnings()[0].message.contains("an older one of this vault"), "{:?}", vault.warnings());
    assert_eq!(vault.logical_hash().unwrap(), hash);
    vault.close().unwrap();
    assert!(read("vault.json") == rotated && read("vault.json.bak") == rotated);
}
