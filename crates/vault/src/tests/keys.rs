use std::fs;
use std::path::Path;

use domain::Code;

use super::made::{PASSPHRASE, create, import, mail, reopen};
use crate::{DeviceSecret, KeyFile, KeyKind, Passphrase, RecoveryCode, Unlock, Vault, VerifyCode};

const NOW: i64 = 1_790_000_000_000;

fn passphrase(text: &str) -> Unlock {
    Unlock::Passphrase(Passphrase::from(text))
}

fn owner() -> Unlock {
    passphrase(PASSPHRASE)
}

fn refused(dir: &Path, secret: &Unlock) -> String {
    let failure = Vault::open(dir, secret).err().expect("it opened");
    assert_eq!((failure.code, failure.hint.is_empty()), (Code::WrongPassphrase, false));
    failure.message
}

fn opens(dir: &Path, secret: &Unlock) -> Vault {
    let vault = Vault::open(dir, secret).unwrap();
    assert_eq!(vault.warnings(), []);
    vault
}

#[test]
fn a_new_passphrase_opens_the_same_vault_and_the_old_one_no_more() {
    let dir = tempfile::tempdir().unwrap();
    let (vault, recovery) = create(dir.path());
    import(&vault, &[(vec![mail(1, 2)], vec![])]);
    let hash = vault.logical_hash().unwrap();
    let (new, other) = (passphrase("another set of words"), passphrase("wrong one entirely"));
    assert_eq!(vault.change_passphrase(&other, None, &new, NOW).unwrap_err().code, Code::WrongPassphrase);
    assert_eq!(vault.change_passphrase(&owner(), None, &passphrase("short"), NOW).unwrap_err().code, Code::WeakPassphrase);
    let changed = vault.change_passphrase(&owner(), None, &new, NOW).unwrap();
    assert_eq!((changed.kind, changed.created_ms), (KeyKind::Passphrase, Some(NOW)));
    assert_eq!(Vault::keys_of(dir.path()).unwrap()[0], changed, "it is the same key");
    vault.close().unwrap();
    refused(dir.path(), &owner());
    // The copy does not remember the old one either.
    fs::remove_file(dir.path().join("vault.json")).unwrap();
    refused(dir.path(), &owner());
    let vault = Vault::open(dir.path(), &new).unwrap();
    assert_eq!(vault.logical_hash().unwrap(), hash);
    vault.change_passphrase(&Unlock::Recovery(recovery), None, &owner(), NOW).unwrap();
    vault.close().unwrap();
    opens(dir.path(), &owner());
}

#[test]
fn every_kind_of_key_opens_the_vault_until_it_is_revoked() {
    let dir = tempfile::tempdir().unwrap();
    let (vault, _) = create(dir.path());
    let file = dir.path().with_extension("key");
    let new_code = RecoveryCode::generate().unwrap();
    let kept = DeviceSecret::generate().unwrap();
    let added = [
        Unlock::PassphraseAndKeyFile(Passphrase::from("our house has a door"), KeyFile::create(&file).unwrap()),
        Unlock::Recovery(new_code),
        Unlock::Keychain(kept),
    ];
    for (at, key) in added.iter().enumerate() {
        let slot = vault.add_key(&owner(), key, &format!(" Schlüssel {at} "), NOW + at as i64).unwrap();
        assert_eq!((slot.label, slot.created_ms), (format!("Schlüssel {at}"), Some(NOW + at as i64)));
        assert_eq!(vault.key_of(key).unwrap().unwrap().id, slot.id);
    }
    let keys = vault.keys().unwrap();
    let kinds: Vec<_> = keys.iter().map(|key| (key.kind, key.key_file)).collect();
    use KeyKind::{Keychain, Passphrase as Known, Recovery};
    assert_eq!(kinds, [(Known, false), (Recovery, false), (Known, true), (Recovery, false), (Keychain, false)]);
    assert!(!fs::read_to_string(dir.path().join("vault.json")).unwrap().contains("ssel"), "a label is no one else's business");
    vault.close().unwrap();
    for (key, slot) in added.iter().zip(&keys[2..]) {
        let vault = opens(dir.path(), key);
        assert_eq!(vault.keys().unwrap().last(), keys.last());
        assert_eq!(vault.revoke_key(&passphrase("wrong one entirely"), &slot.id).unwrap_err().code, Code::WrongPassphrase);
        assert_eq!(vault.revoke_key(&owner(), &slot.id).unwrap(), *slot);
        assert_eq!(vault.revoke_key(&owner(), &slot.id).unwrap_err().code, Code::NotFound);
        vault.close().unwrap();
        refused(dir.path(), key);
    }
    assert_eq!(opens(dir.path(), &owner()).keys().unwrap(), keys[..2]);
    fs::remove_file(file).unwrap();
}

#[test]
fn a_passphrase_with_a_key_file_needs_both_and_says_so() {
    let dir = tempfile::tempdir().unwrap();
    let (vault, _) = create(dir.path());
    let path = dir.path().with_extension("key");
    let with = |bytes: u8| {
        fs::write(&path, [bytes; 64]).unwrap();
        Unlock::PassphraseAndKeyFile(Passphrase::from(PASSPHRASE), KeyFile::read(&path).unwrap())
    };
    let before = refused_while_open(&vault, &with(1));
    assert!(before.contains("No passphrase of this vault goes with a key file"), "{before}");
    vault.change_passphrase(&owner(), None, &with(1), NOW).unwrap();
    vault.close().unwrap();
    assert!(refused(dir.path(), &owner()).contains("no key file was given"));
    assert!(refused(dir.path(), &with(2)).contains("passphrase or key file"));
    opens(dir.path(), &with(1)).close().unwrap();
    fs::remove_file(path).unwrap();
}

fn refused_while_open(vault: &Vault, secret: &Unlock) -> String {
    let failure = vault.key_of(secret).unwrap_err();
    assert_eq!(failure.code, Code::WrongPassphrase);
    failure.message
}

#[test]
fn the_last_key_of_a_person_stays_and_there_are_not_endlessly_many() {
    let dir = tempfile::tempdir().unwrap();
    let (vault, recovery) = create(dir.path());
    let recovery = Unlock::Recovery(recovery);
    let kept = Unlock::Keychain(DeviceSecret::generate().unwrap());
    vault.add_key(&recovery, &kept, "", NOW).unwrap();
    let ids: Vec<String> = vault.keys().unwrap().into_iter().map(|key| key.id).collect();
    vault.revoke_key(&recovery, &ids[0]).unwrap();
    assert_eq!(vault.change_passphrase(&recovery, None, &owner(), NOW).unwrap_err().code, Code::BadRequest, "there is none");
    assert_eq!(vault.revoke_key(&recovery, &ids[1]).unwrap_err().code, Code::BadRequest, "the keychain is not the person");
    assert_eq!(vault.change_passphrase(&recovery, Some(&ids[1]), &owner(), NOW).unwrap_err().code, Code::BadRequest, "it is no passphrase");
    for _ in 2..16 {
        vault.add_key(&recovery, &Unlock::Recovery(RecoveryCode::generate().unwrap()), "", NOW).unwrap();
    }
    assert_eq!(vault.add_key(&recovery, &kept, "", NOW).unwrap_err().code, Code::BadRequest);
    assert_eq!(vault.keys().unwrap().len(), 16);
    let long =
        vault.revoke_key(&recovery, &vault.keys().unwrap()[3].id).and_then(|_| vault.add_key(&recovery, &kept, &"x".repeat(61), NOW));
    assert_eq!(long.unwrap_err().code, Code::BadRequest);
}

#[test]
fn an_old_header_put_back_is_told_until_the_keys_change() {
    let dir = tempfile::tempdir().unwrap();
    let (vault, recovery) = create(dir.path());
    let recovery = Unlock::Recovery(recovery);
    let old = fs::read(dir.path().join("vault.json")).unwrap();
    vault.change_passphrase(&recovery, None, &passphrase("another set of words"), NOW).unwrap();
    vault.close().unwrap();
    for name in ["vault.json", "vault.json.bak"] {
        fs::write(dir.path().join(name), &old).unwrap();
    }
    for _ in 0..2 {
        let vault = reopen(dir.path());
        assert_eq!(vault.warnings().iter().map(|finding| finding.code).collect::<Vec<_>>(), [VerifyCode::Header]);
        vault.close().unwrap();
    }
    let vault = reopen(dir.path());
    vault.change_passphrase(&recovery, None, &passphrase("a third set of words"), NOW).unwrap();
    vault.close().unwrap();
    opens(dir.path(), &passphrase("a third set of words")).close().unwrap();
}

#[test]
fn a_key_that_was_changed_is_changed_though_the_copy_of_the_header_cannot_be_written() {
    let dir = tempfile::tempdir().unwrap();
    let vault = create(dir.path()).0;
    let new = passphrase("another set of words");
    // What the copy is written to before it is renamed.
    let beside = dir.path().join("vault.json.new");
    fs::create_dir(&beside).unwrap();
    vault.change_passphrase(&owner(), None, &new, NOW).unwrap();
    assert_eq!(vault.key_of(&owner()).unwrap_err().code, Code::WrongPassphrase);
    assert!(!dir.path().join("vault.json.bak").exists(), "the old one would open the vault with the old passphrase");
    let told = |vault: Vault| {
        let warnings = vault.warnings();
        vault.close().unwrap();
        assert!(warnings.len() == 1 && warnings[0].code == VerifyCode::Header, "{warnings:?}");
        warnings[0].message.contains("could not be written")
    };
    assert!(told(vault));
    assert!(told(Vault::open(dir.path(), &new).unwrap()));
    fs::remove_dir(beside).unwrap();
    assert!(!told(Vault::open(dir.path(), &new).unwrap()), "it was written anew");
    opens(dir.path(), &new).close().unwrap();
    refused(dir.path(), &owner());
}
