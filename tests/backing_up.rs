//! A vault that is lost with its machine comes back from its backup, with the passphrase alone.

#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

use std::fs;
use std::path::{Path, PathBuf};

use journeys::{Datapunk, Home, Lang, Shape, hash, import, undo};
use serde_json::Value;

fn backup(datapunk: &Datapunk, command: &str, folder: &Path, args: &[&str]) -> Value {
    let folder = folder.to_str().unwrap();
    datapunk.json(["backup", command, folder].iter().chain(args)).unwrap()
}

fn packs(folder: &Path) -> Vec<PathBuf> {
    let groups = fs::read_dir(folder.join("packs")).unwrap().map(|group| group.unwrap().path());
    groups.flat_map(|group| fs::read_dir(group).unwrap().map(|file| file.unwrap().path())).collect()
}

#[test]
fn a_lost_vault_comes_back_from_a_damaged_backup_and_says_the_same() {
    let home = Home::new();
    let datapunk = home.vault("vault");
    import(&datapunk, &home.export("takeout", 2_000, Lang::En, Shape::Zip).inputs);
    let folder = home.path("drive");
    let first = backup(&datapunk, "create", &folder, &[]);
    let first_hash = hash(&datapunk);
    let later = import(&datapunk, &home.export("later", 1_000, Lang::De, Shape::Zip).inputs);
    let second = backup(&datapunk, "create", &folder, &[]);
    assert!(second["bytes_known"].as_u64().unwrap() > 0 && !second["snapshot"]["verified_ms"].is_null(), "{second}");
    let second_hash = hash(&datapunk);
    assert_eq!(backup(&datapunk, "rehearse", &folder, &[])["logical_hash"], second_hash);
    undo(&datapunk, later.import);
    assert_eq!(hash(&datapunk), first_hash);

    // The machine is gone, and the drive has suffered.
    fs::remove_dir_all(home.path("vault")).unwrap();
    let pack = &packs(&folder)[0];
    let mut bytes = fs::read(pack).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 16;
    fs::write(pack, bytes).unwrap();
    let restored = home.no_vault("restored");
    let answer = restored.json(["restore", folder.to_str().unwrap()]).unwrap();
    assert_eq!(answer["same"], true, "{answer}");
    assert_eq!(hash(&restored), second_hash);
    let older = home.no_vault("older");
    let id = first["snapshot"]["id"].as_str().unwrap();
    older.json(["restore", folder.to_str().unwrap(), "--snapshot", id]).unwrap();
    assert_eq!(hash(&older), first_hash);

    // Reading back names the damage and mends it; with the pack gone as well.
    for gone in [false, true] {
        if gone {
            fs::remove_file(pack).unwrap();
        }
        let checked = backup(&restored, "verify", &folder, &[]);
        assert_eq!((&checked["ok"], checked["findings"].as_array().unwrap().len()), (&true.into(), 1), "{checked}");
        let name = pack.file_stem().unwrap().to_str().unwrap();
        assert!(checked["findings"][0]["message"].as_str().unwrap().contains(name), "{checked}");
        assert_eq!(backup(&restored, "verify", &folder, &[])["findings"], Value::Array(Vec::new()));
    }
    // The restored vault goes on with its backups.
    assert_eq!(backup(&restored, "create", &folder, &["--quick"])["snapshot"]["logical_hash"], second_hash);
    assert_eq!(backup(&restored, "list", &folder, &[])["snapshots"].as_array().unwrap().len(), 3);

    for (args, code) in [
        (vec!["restore", folder.to_str().unwrap()], "vault_exists"),
        (vec!["backup", "create", home.path("restored/inside").to_str().unwrap()], "bad_request"),
        (vec!["backup", "create", home.path("takeout").to_str().unwrap()], "bad_request"),
        (vec!["backup", "verify", home.path("takeout").to_str().unwrap()], "not_found"),
    ] {
        assert_eq!(restored.run(&args).unwrap().failure().unwrap()["code"], code, "{args:?}");
    }
}
