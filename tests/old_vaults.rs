//! Vaults that earlier versions wrote open today, and say what they said then. One is kept for each format, in
//! `fixtures/vaults`; a file beside it holds its passphrase and what it must say.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "what fails here fails the test, and what is measured is said")]

use std::fs::{self, File};
use std::path::PathBuf;

use journeys::{Datapunk, Home, hash, import, undo};
use serde_json::{Value, json};
use xtask::place;

fn kept() -> Vec<(PathBuf, Value)> {
    let mut kept = Vec::new();
    for entry in fs::read_dir(place::root().join("fixtures/vaults")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "tgz") {
            let about = serde_json::from_slice(&fs::read(path.with_extension("json")).unwrap()).unwrap();
            kept.push((path, about));
        }
    }
    kept
}

fn says(datapunk: &Datapunk) -> Value {
    let stats = datapunk.json(["stats"]).unwrap();
    // An index of words that was cut otherwise is made anew behind the first commands.
    let search = || datapunk.json(["search", "--mode", "words", "Azulejo"]).unwrap();
    let hits = (0..30).map(|_| search()).find(|hits| hits["coverage"]["words"].as_f64() >= Some(1.0)).unwrap_or_else(search);
    json!({
        "logical_hash": hash(datapunk),
        "items": stats["items"],
        "track_points": stats["track_points"],
        "entities": stats["entities"],
        "by_kind": stats["by_kind"],
        "first": stats["first"],
        "last": stats["last"],
        "found": hits["hits"][0]["title"],
    })
}

#[test]
fn a_vault_of_every_earlier_format_opens_and_says_what_it_said() {
    let kept = kept();
    assert!(!kept.is_empty(), "no earlier vault was kept");
    for (path, about) in kept {
        let home = Home::new();
        tar::Archive::new(flate2::read::GzDecoder::new(File::open(&path).unwrap())).unpack(home.path("")).unwrap();
        let datapunk = home.no_vault("vault").with_passphrase(about["passphrase"].as_str().unwrap());
        assert_eq!(says(&datapunk), about["says"], "{}", path.display());
        // It is not a museum piece: it takes a new import, and gives it back.
        let made = home.export("takeout", 1_000, journeys::Lang::De, journeys::Shape::Zip);
        let report = import(&datapunk, &made.inputs);
        undo(&datapunk, report.import);
        assert_eq!(says(&datapunk), about["says"], "{}", path.display());
        // Its header is of its own format until a key changes, and of the present one from then on.
        let format = || serde_json::from_slice::<Value>(&fs::read(datapunk.vault().join("vault.json")).unwrap()).unwrap()["format"].clone();
        assert_eq!(format!("v{}", format()), path.file_stem().unwrap().to_str().unwrap());
        let changed = datapunk.with_variable("DATAPUNK_NEW_PASSPHRASE", journeys::PASSPHRASE);
        changed.json(["keys", "change"]).unwrap();
        assert_eq!(format(), 2);
        assert_eq!(says(&datapunk.with_passphrase(journeys::PASSPHRASE)), about["says"], "{}", path.display());
    }
}

/// Makes the vault to keep of the present format: `cargo test -p journeys --test old_vaults -- --ignored`. To be run once when a
/// format is final, and never again for the same one.
#[test]
#[ignore = "writes the fixture of the present format"]
fn keep_a_vault_of_this_format() {
    let home = Home::new();
    let made = home.export("takeout", 1_000, journeys::Lang::En, journeys::Shape::Zip);
    let datapunk = home.vault("vault");
    import(&datapunk, &made.inputs);
    let header: Value = serde_json::from_slice(&fs::read(datapunk.vault().join("vault.json")).unwrap()).unwrap();
    let name = format!("v{}", header["format"]);
    let folder = place::root().join("fixtures/vaults");
    fs::create_dir_all(&folder).unwrap();
    let target = folder.join(format!("{name}.tgz"));
    assert!(!target.exists(), "{} is kept already", target.display());
    let about = json!({ "passphrase": journeys::PASSPHRASE, "says": says(&datapunk) });
    let mut archive = tar::Builder::new(flate2::write::GzEncoder::new(File::create(&target).unwrap(), flate2::Compression::best()));
    archive.append_dir_all("vault", datapunk.vault()).unwrap();
    archive.into_inner().unwrap().finish().unwrap();
    fs::write(folder.join(format!("{name}.json")), format!("{}\n", serde_json::to_string_pretty(&about).unwrap())).unwrap();
}
