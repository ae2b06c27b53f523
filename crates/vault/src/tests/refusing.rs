//! What does not open a vault does not change it: wrong secrets by the thousand, and a header with any bit flipped.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use domain::Code;

use super::made::{Dice, PASSPHRASE, create, import, mail};
use crate::header::Header;
use crate::{DeviceSecret, KeyFile, Passphrase, RecoveryCode, Unlock, Vault};

/// Every file of a folder with a digest of its bytes; the lock alone may say who looked last.
fn files(folder: &Path) -> BTreeMap<PathBuf, blake3::Hash> {
    let mut found = BTreeMap::new();
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else if path.file_name().unwrap() != "LOCK" {
                found.insert(path.clone(), blake3::hash(&fs::read(path).unwrap()));
            }
        }
    }
    found
}

/// A vault that each kind of key opens, closed.
fn vault_with_every_key(dir: &Path) -> (Unlock, Unlock, Unlock) {
    let (vault, code) = create(dir);
    import(&vault, &[(vec![mail(1, 2)], vec![])]);
    let file = dir.with_extension("key");
    let with_file = Unlock::PassphraseAndKeyFile(Passphrase::from("our house has a door"), KeyFile::create(&file).unwrap());
    fs::remove_file(file).unwrap();
    let owner = Unlock::Passphrase(Passphrase::from(PASSPHRASE));
    let kept = Unlock::Keychain(DeviceSecret::generate().unwrap());
    for key in [&with_file, &kept] {
        vault.add_key(&owner, key, "", 7).unwrap();
    }
    vault.close().unwrap();
    (Unlock::Recovery(code), with_file, kept)
}

#[test]
fn a_thousand_wrong_secrets_open_nothing_and_write_nothing() {
    let home = tempfile::tempdir().unwrap();
    let dir = home.path().join("vault");
    vault_with_every_key(&dir);
    let before = files(&dir);
    let file = home.path().join("other.key");
    let with_file = |passphrase: &str, byte: u8| {
        fs::write(&file, [byte; 64]).unwrap();
        Unlock::PassphraseAndKeyFile(Passphrase::from(passphrase), KeyFile::read(&file).unwrap())
    };
    // Stretching is costly on purpose, so few of them are passphrases.
    let mut wrong: Vec<Unlock> = vec![
        Unlock::Passphrase(Passphrase::from("our house has a door")),
        Unlock::Passphrase(Passphrase::from("Four made-up words here")),
        Unlock::Passphrase(Passphrase::from("")),
        with_file("our house has a door", 1),
        with_file(PASSPHRASE, 2),
    ];
    while wrong.len() < 1_000 {
        wrong.push(Unlock::Recovery(RecoveryCode::generate().unwrap()));
        wrong.push(Unlock::Keychain(DeviceSecret::generate().unwrap()));
    }
    let mut said = BTreeSet::new();
    for secret in &wrong {
        let failure = Vault::open(&dir, secret).err().expect("it opened");
        assert_eq!((failure.code, failure.hint.is_empty()), (Code::WrongPassphrase, false));
        said.insert(failure.message);
    }
    assert_eq!(said.len(), 4, "a passphrase, one with a key file, a recovery code, a keychain: {said:?}");
    assert_eq!(files(&dir), before);
}

#[test]
fn a_header_with_a_flipped_bit_opens_nothing_and_is_told_from_a_wrong_secret() {
    let home = tempfile::tempdir().unwrap();
    let dir = home.path().join("vault");
    let (code, _, kept) = vault_with_every_key(&dir);
    let whole = fs::read(dir.join("vault.json")).unwrap();
    let spoil = |bytes: &[u8]| {
        for name in ["vault.json", "vault.json.bak"] {
            fs::write(dir.join(name), bytes).unwrap();
        }
        let before = files(&dir);
        let opened = Vault::open(&dir, &code).map(|vault| vault.close().unwrap());
        if opened.is_err() {
            assert_eq!(files(&dir), before);
        }
        opened.map_err(|failure| failure.code)
    };
    // By accident: the checksum tells, or the text is no header any more.
    let mut dice = Dice(11);
    for _ in 0..400 {
        let mut flipped = whole.clone();
        let at = dice.roll(flipped.len() as u64) as usize;
        flipped[at] ^= 1 << dice.roll(7);
        let told: serde_json::Value = serde_json::from_slice(&whole).unwrap();
        let opened = spoil(&flipped);
        // Space is space, and a hexadecimal digit is the same in capitals.
        let same = serde_json::from_slice::<serde_json::Value>(&flipped).is_ok_and(|json| {
            serde_json::from_slice(json.to_string().to_lowercase().as_bytes()).is_ok_and(|json: serde_json::Value| json == told)
        });
        assert!(same || matches!(opened, Err(Code::DamagedHeader | Code::NewerFormat)), "{opened:?} with byte {at} flipped");
    }
    // By someone who makes the checksum fit: every field of every slot, and every slot gone or twice.
    let header: serde_json::Value = serde_json::from_slice(&whole).unwrap();
    let n_slots = header["slots"].as_array().unwrap().len();
    let mut changed = Vec::new();
    for slot in 0..n_slots {
        for field in ["id", "label", "nonce", "wrapped", "kind", "key_file", "created_ms", "argon2id"] {
            let mut header = header.clone();
            let value = &mut header["slots"][slot][field];
            match value {
                serde_json::Value::String(text) if field == "kind" => {
                    *text = if text == "recovery" { "keychain" } else { "recovery" }.to_owned();
                }
                serde_json::Value::String(text) => {
                    let at = dice.roll(text.len() as u64) as usize;
                    let other = if text.as_bytes()[at] == b'0' { "1" } else { "0" };
                    text.replace_range(at..=at, other);
                }
                serde_json::Value::Bool(is) => *is = !*is,
                serde_json::Value::Number(_) => *value = 8.into(),
                serde_json::Value::Object(argon) => drop(argon.insert("t".to_owned(), 4.into())),
                _ => continue,
            }
            changed.push(header);
        }
        let (mut fewer, mut more) = (header.clone(), header.clone());
        fewer["slots"].as_array_mut().unwrap().remove(slot);
        more["slots"].as_array_mut().unwrap().push(header["slots"][slot].clone());
        changed.extend([fewer, more]);
    }
    let mut older = header.clone();
    older["format"] = 1.into();
    let mut earlier = header.clone();
    earlier["revision"] = 1.into();
    changed.extend([older, earlier]);
    for header in &changed {
        let outcome = spoil(&Header::respelled(&header.to_string()));
        assert!(matches!(outcome, Err(Code::DamagedHeader | Code::WrongPassphrase)), "{outcome:?}: {header}");
    }
    // A key whose own slot is whole opens the seal, and the MAC tells that another slot is not.
    let mut header = header;
    header["slots"].as_array_mut().unwrap().remove(0);
    fs::write(dir.join("vault.json"), Header::respelled(&header.to_string())).unwrap();
    assert_eq!(Vault::open(&dir, &kept).err().unwrap().code, Code::DamagedHeader);
    spoil(&whole).unwrap();
}
