use std::time::Instant;

use domain::{Cancel, FileOutcome};

use super::made::{add, create, fix, mail};
use crate::ImportState;

/// Prints rows a second on this machine: `cargo nextest run -p vault --run-ignored only --no-capture speed`.
#[test]
#[ignore = "measures, and takes its time"]
fn how_fast_items_and_fixes_come_and_go() {
    const ITEMS: u64 = 40_000;
    const POINTS: u64 = 300_000;
    let dir = tempfile::tempdir().unwrap();
    let vault = create(dir.path()).0;
    let import = vault.begin_import("much", 1).unwrap();
    let items: Vec<_> = (0..ITEMS)
        .map(|key| {
            let mut item = mail(key, 3);
            item.blobs.clear();
            item
        })
        .collect();
    let rate = |what: &str, n: u64, since: Instant| eprintln!("{what}: {:.0} a second", n as f64 / since.elapsed().as_secs_f64());
    let started = Instant::now();
    add(&vault, import, "items", None, &items, &[], FileOutcome::Imported);
    rate("items stored", ITEMS, started);
    let points: Vec<_> =
        (0..POINTS).map(|key| domain::NewPoint { at: 1_500_000_000_000 + key as i64 * 60_000, ..fix(key % 2_000, 1) }).collect();
    let started = Instant::now();
    add(&vault, import, "points", None, &[], &points, FileOutcome::Imported);
    rate("fixes stored", POINTS, started);
    vault.end_import(import, ImportState::Done, &[], 1).unwrap();
    let started = Instant::now();
    vault.index_now(&Cancel::default(), &mut |_| {}).unwrap();
    eprintln!(
        "indexes caught up after {:.1} s more; {} bytes on disk",
        started.elapsed().as_secs_f64(),
        vault.stats().unwrap().bytes_on_disk
    );
    let started = Instant::now();
    vault.logical_hash().unwrap();
    rate("rows hashed", ITEMS + POINTS, started);
    let started = Instant::now();
    vault.undo(import, &Cancel::default(), &mut |_| {}).unwrap();
    rate("records undone", ITEMS + POINTS, started);
}
