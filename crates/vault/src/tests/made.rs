//! Made-up vaults and records.

use std::fs;
use std::path::Path;

use domain::{
    BlobContent, Certainty, EntityKind, EntityRef, FileOutcome, ImportId, ItemLink, Kind, Layer, Method, Moment, NewBlob, NewItem, NewLink,
    NewPoint, Point, Raw, Role, Uid,
};

use crate::table::blob::SMALL;
use crate::{CreateOptions, EndedFile, ImportState, Kdf, Matching, NewFile, Passphrase, RecoveryCode, Unlock, Vault, Written};

/// The edition of the importers that made-up files were read by.
pub(crate) const EDITION: i64 = 7;
pub(crate) const PASSPHRASE: &str = "four made-up words here";

pub(crate) fn create(dir: &Path) -> (Vault, RecoveryCode) {
    Vault::create(dir, &Passphrase::from(PASSPHRASE), &CreateOptions { kdf: Kdf::Floor }).unwrap()
}

pub(crate) fn reopen(dir: &Path) -> Vault {
    Vault::open(dir, &Unlock::Passphrase(Passphrase::from(PASSPHRASE))).unwrap()
}

/// Copies a folder with all that is in it.
pub(crate) fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let there = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy_folder(&path, &there);
        } else {
            fs::copy(&path, there).unwrap();
        }
    }
}

/// The items that words find, best first.
pub(crate) fn found_by(vault: &Vault, words: &str, matching: &Matching, limit: usize) -> Vec<i64> {
    vault.find_words(words, matching, limit).unwrap().hits.into_iter().map(|(id, _)| id).collect()
}

/// Numbers that look random and are the same for the same seed.
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }
}

/// A mail with everything that an item can have, in one of several tellings.
pub(crate) fn mail(key: u64, telling: u64) -> NewItem {
    let raw = format!("{{\"id\":{key},\"telling\":{telling}}}");
    let mut item = NewItem::new(Kind::Mail, "google.mail", key.to_le_bytes(), Raw::json(raw.as_bytes()));
    item.at =
        Some(Moment { ms: 1_600_000_000_000 + key as i64 * 1_000, offset_min: Some(120), certainty: Certainty::Exact, raw: String::new() });
    item.title = format!("Market day {key}");
    // Of some the newest telling is the one that says least, the others do not say which is the newest.
    item.revision = key.is_multiple_of(3).then_some(9 - telling as i64);
    item.text = "apples and pears ".repeat(telling as usize);
    let names = ["", "Anna Meier", "A. Meier", "Anna"];
    let person = |at: u64| EntityRef::mailbox(&format!("p{}@example.org", at % 3), names[((at + telling) % 4) as usize]);
    item.links.push(NewLink { role: Role::Sender, entity: person(key) });
    item.links.push(NewLink { role: Role::Recipient, entity: person(key + 1) });
    item.links.push(NewLink { role: Role::Recipient, entity: person(key + 1) });
    if telling.is_multiple_of(3) {
        item.links.push(NewLink { role: Role::Label, entity: EntityRef::named(EntityKind::Label, "Market") });
    }
    item.related.push(ItemLink { relation: "thread".to_owned(), to: Uid::of("thread", &(key % 2).to_le_bytes()) });
    item.set("amount", key as f64 + telling as f64 / 10.0);
    if telling > 1 {
        // Of three keys one has an attachment that is not small.
        let size = if key % 3 == 2 { SMALL } else { 100 };
        item.blobs.push(NewBlob {
            name: "list.txt".to_owned(),
            media_type: "text/plain".to_owned(),
            content: BlobContent::Bytes(vec![(key % 3) as u8; size + telling as usize]),
        });
        item.blobs.push(NewBlob {
            name: "stall.jpg".to_owned(),
            media_type: "image/jpeg".to_owned(),
            content: BlobContent::Reference {
                path: format!("/elsewhere/{telling}.zip"),
                entry: "stall.jpg".to_owned(),
                size: 9,
                digest: [key as u8; 32],
            },
        });
    }
    item
}

/// A fix, in one of several tellings.
pub(crate) fn fix(key: u64, telling: u64) -> NewPoint {
    NewPoint {
        layer: Layer::Records,
        device: 7,
        at: 1_600_000_000_000 + key as i64 * 60_000,
        point: Point { lat: 470_000_000 + key as i32 * 30_000, lon: 80_000_000 },
        accuracy: (telling > 0).then_some(10 + telling as u32),
        altitude: (telling > 1).then_some(400),
        speed: None,
        heading: None,
        method: Method::Gps,
        activity: None,
    }
}

/// Imports files of items and fixes, in batches; every one ends in a balanced ledger.
pub(crate) fn import(vault: &Vault, files: &[(Vec<NewItem>, Vec<NewPoint>)]) -> ImportId {
    let import = vault.begin_import("made-up.zip", 1).unwrap();
    for (at, (items, points)) in files.iter().enumerate() {
        add(vault, import, &format!("file {at}"), None, items, points, FileOutcome::Imported);
    }
    vault.end_import(import, ImportState::Done, &[], 5).unwrap();
    import
}

pub(crate) fn add(
    vault: &Vault,
    import: ImportId,
    path: &str,
    digest: Option<[u8; 32]>,
    items: &[NewItem],
    points: &[NewPoint],
    outcome: FileOutcome,
) -> Written {
    let new = NewFile { path: path.to_owned(), archive: "made-up.zip".to_owned(), size: 1, digest, importer: "made.up".to_owned() };
    let file = vault.add_file(import, &new).unwrap();
    let mut sum = Written::default();
    for batch in items.chunks(500) {
        sum = plus(sum, vault.write(import, file, vault.prepare(batch.to_vec(), Vec::new())).unwrap());
    }
    for batch in points.chunks(5_000) {
        sum = plus(sum, vault.write(import, file, vault.prepare(Vec::new(), batch.to_vec())).unwrap());
    }
    let ended =
        EndedFile { file, outcome, whole: true, digest: None, merged: 0, skipped: 0, set_aside: 0, edition: EDITION, findings: Vec::new() };
    vault.end_files(vec![ended]).unwrap();
    sum
}

fn plus(a: Written, b: Written) -> Written {
    Written { stored: a.stored + b.stored, merged: a.merged + b.merged, tombstoned: a.tombstoned + b.tombstoned }
}
