//! After a vault was closed, no key of it lies in this process's memory, nor what it was opened with.

use std::fs::{self, File};
use std::os::unix::fs::FileExt;
use std::path::Path;

use super::made::{PASSPHRASE, create};
use crate::folder::Folder;
use crate::header::Header;
use crate::{Passphrase, Unlock, Vault, hex};

/// Bytes to look for, kept so that a look through this process's memory does not find the looker's own.
struct Needle(&'static str, Vec<u8>);

const MASK: u8 = 0x5a;

impl Needle {
    fn new(name: &'static str, bytes: &[u8]) -> Self {
        Self(name, bytes.iter().map(|byte| byte ^ MASK).collect())
    }

    fn is_at(&self, bytes: &[u8]) -> bool {
        bytes.iter().zip(&self.1).all(|(byte, masked)| byte ^ MASK == *masked)
    }
}

/// The names of the needles that lie in what this process may write to, and how many bytes that is.
fn found(needles: &[Needle]) -> (Vec<&'static str>, usize) {
    const CHUNK: usize = 1 << 20;
    let memory = File::open("/proc/self/mem").unwrap();
    let mut chunk = vec![0; CHUNK + 128];
    let own = chunk.as_ptr() as u64..chunk.as_ptr() as u64 + chunk.len() as u64;
    let (mut names, mut n_bytes) = (Vec::new(), 0);
    for line in fs::read_to_string("/proc/self/maps").unwrap().lines() {
        let mut words = line.split_whitespace();
        let (range, rights) = (words.next().unwrap(), words.next().unwrap());
        let (from, to) = range.split_once('-').unwrap();
        let (mut from, to) = (u64::from_str_radix(from, 16).unwrap(), u64::from_str_radix(to, 16).unwrap());
        while rights.starts_with("rw") && from < to {
            // What overlaps stands in the next look as well, so that nothing is cut in two.
            let length = chunk.len().min((to - from) as usize);
            let bytes = &mut chunk[..length];
            if memory.read_exact_at(bytes, from).is_ok() {
                n_bytes += length;
                for at in 0..length {
                    let hit = needles.iter().find(|needle| bytes.len() - at >= needle.1.len() && needle.is_at(&bytes[at..]));
                    if let Some(needle) = hit.filter(|_| !own.contains(&(from + at as u64))) {
                        names.push(needle.0);
                    }
                }
            }
            from += CHUNK as u64;
        }
    }
    (names, n_bytes)
}

/// The keys of the vault in `dir` as needles; what they were made from is wiped.
fn keys_of(dir: &Path, secret: &Unlock) -> Vec<Needle> {
    let root = Header::read(&Folder::new(dir)).unwrap().0.unlock(secret).unwrap().root;
    let database = root.database().unwrap();
    let as_digits = zeroize::Zeroizing::new(hex::encode(&database[..32]));
    vec![
        Needle::new("the key of the database", &database[..32]),
        Needle::new("the key of the database in digits", as_digits.as_bytes()),
        Needle::new("the key of the state", root.state().unwrap().as_slice()),
        Needle::new("the key of the index", root.index("1").unwrap().as_slice()),
        Needle::new("the key of the labels", root.labels().unwrap().as_slice()),
        Needle::new("the root key", root.bytes()),
    ]
}

#[test]
fn a_closed_vault_leaves_no_key_in_memory_and_a_failed_unlock_no_passphrase() {
    let home = tempfile::tempdir().unwrap();
    let dir = home.path().join("vault");
    create(&dir).0.close().unwrap();
    let owner = || Unlock::Passphrase(Passphrase::from(PASSPHRASE));
    let mut needles = keys_of(&dir, &owner());
    let vault = Vault::open(&dir, &owner()).unwrap();
    let (open, n_bytes) = found(&needles);
    assert!(open.contains(&"the key of the labels"), "a look through {n_bytes} bytes finds what lies there: {open:?}");
    vault.close().unwrap();
    // One that is in no text of this program.
    let typed: String = (0..6).map(|at| format!("{:06} ", (at * 7_919 + 104_729) % 1_000_000)).collect();
    needles.push(Needle::new("the passphrase that did not fit", typed.as_bytes()));
    let wrong = Unlock::Passphrase(Passphrase::from(typed));
    assert!(found(&needles).0.contains(&"the passphrase that did not fit"));
    assert!(Vault::open(&dir, &wrong).is_err());
    drop(wrong);
    assert_eq!(found(&needles).0, [""; 0]);
}
