//! Whether backups can be restored: every pack is read back, decrypted and compared, and what is damaged is made good from its
//! group where that can be.

use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::path::PathBuf;

use domain::{Cancel, Failure, Progress, Result, UtcMs};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::fail::at;
use super::manifest::{Manifest, Placed};
use super::pack::{self, Piece};
use super::parity::Group;
use super::repository::{Backup, Stored};

/// Something that is wrong with a folder of backups.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct BackupFinding {
    /// What was expected, what was found, and where.
    pub message: String,
    /// What to do.
    pub what_to_do: String,
    /// Whether it was mended, or what it concerns could be had all the same.
    pub mended: bool,
}

impl BackupFinding {
    pub(super) fn new(message: String, what_to_do: &str) -> Self {
        Self { message, what_to_do: what_to_do.to_owned(), mended: false }
    }

    pub(super) fn mended(message: String) -> Self {
        Self { message, what_to_do: "Check the drive that the backups stand on.".to_owned(), mended: true }
    }
}

impl From<Failure> for BackupFinding {
    fn from(failure: Failure) -> Self {
        Self { message: failure.message, what_to_do: failure.hint, mended: false }
    }
}

/// What a check of a folder of backups found.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Checked {
    /// Whether all that was backed up can be restored: nothing is wrong, or it was mended.
    pub ok: bool,
    /// Snapshots that can be read.
    pub snapshots: u64,
    /// Packs that were read back.
    pub packs: u64,
    /// Bytes of them.
    pub bytes: u64,
    /// What is wrong, or was.
    pub findings: Vec<BackupFinding>,
}

const AGAIN: &str =
    "Run `datapunk backup create` while the vault is whole: what is missing is written again. Other snapshots may have it too.";

impl Backup {
    /// Reads everything back and mends what can be.
    ///
    /// # Errors
    /// [`domain::Code::Unreadable`], [`domain::Code::NoSpace`] while mending, [`domain::Code::Cancelled`].
    pub fn check(&self, now: UtcMs, cancel: &Cancel, on: &mut dyn FnMut(Progress)) -> Result<Checked> {
        let mut findings = self.check_front()?;
        let mut manifests = Vec::new();
        for id in self.snapshot_ids()? {
            match self.check_manifest(&id) {
                Ok((manifest, finding)) => {
                    manifests.push(manifest);
                    findings.extend(finding);
                }
                Err(failure) => findings.push(failure.into()),
            }
        }
        let wanted = wanted(&manifests);
        let (groups, bad_groups) = self.groups()?;
        let mut damaged = HashSet::new();
        let (mut n_packs, mut bytes, mut ungrouped) = (0, 0, Vec::new());
        for (name, pieces) in &wanted {
            cancel.check()?;
            report(on, n_packs, wanted.len());
            n_packs += 1;
            let in_group = groups.iter().any(|(_, group)| group.members.iter().any(|member| &member.pack == name));
            let lost = match self.pack(name, &groups) {
                Stored::Whole(sealed) | Stored::Unknown(sealed) => {
                    bytes += sealed.len() as u64;
                    let lost = lost(self, &sealed, pieces);
                    if !in_group && lost == 0 {
                        ungrouped.push(name.clone());
                    }
                    lost
                }
                Stored::Mended(sealed) => {
                    bytes += sealed.len() as u64;
                    let lost = lost(self, &sealed, pieces);
                    if lost == 0 {
                        self.write_file(&self.pack_path(name), &sealed)?;
                        findings.push(BackupFinding::mended(format!(
                            "The pack {name} was damaged or missing, and was made good from what is kept beside it."
                        )));
                    }
                    lost
                }
                Stored::Damaged(sealed) => {
                    bytes += sealed.len() as u64;
                    lost(self, &sealed, pieces)
                }
                Stored::Missing => pieces.iter().map(|piece| u64::from(piece.len)).sum(),
            };
            if lost > 0 {
                damaged.insert(name.clone());
                self.set_aside(name)?;
            }
        }
        for path in &bad_groups {
            findings.push(BackupFinding::mended(format!(
                "The file {}, which makes damaged packs good, was damaged itself; it was made anew.",
                path.file_name().unwrap_or_default().display()
            )));
        }
        // Those of a group that was damaged are told with it.
        if bad_groups.is_empty() && !ungrouped.is_empty() {
            findings.push(BackupFinding::mended(format!(
                "The file in `parity` that makes packs good when they are damaged was missing for {} of them ({}); it was made anew.",
                ungrouped.len(),
                ungrouped.join(", ")
            )));
        }
        self.regroup(&ungrouped, &bad_groups)?;
        for manifest in &mut manifests {
            let losses = losses(manifest, &damaged);
            if losses.is_empty() {
                manifest.verified_ms = Some(now);
                // On a disc that cannot be written to, the check is as good.
                self.write_manifest(manifest).ok();
            }
            findings.extend(losses);
        }
        Ok(Checked {
            ok: findings.iter().all(|finding| finding.mended),
            snapshots: manifests.len() as u64,
            packs: n_packs as u64,
            bytes,
            findings,
        })
    }

    /// Whether a file of that snapshot stands in the folder, whole or not.
    ///
    /// # Errors
    /// [`domain::Code::Unreadable`].
    pub fn holds(&self, snapshot: &str) -> Result<bool> {
        Ok(self.snapshot_ids()?.iter().any(|id| id == snapshot))
    }

    /// Reads back the packs of one snapshot; what is lost of it comes back as findings. A pack that is damaged for good is set aside,
    /// so that the next run writes its pieces again.
    pub(super) fn read_back(&self, manifest: &Manifest, cancel: &Cancel, on: &mut dyn FnMut(Progress)) -> Result<Vec<BackupFinding>> {
        let wanted = wanted(std::slice::from_ref(manifest));
        let (groups, _) = self.groups()?;
        let mut damaged = HashSet::new();
        for (n, (name, pieces)) in wanted.iter().enumerate() {
            cancel.check()?;
            report(on, n, wanted.len());
            let lost = match self.pack(name, &groups) {
                Stored::Whole(sealed) | Stored::Mended(sealed) | Stored::Unknown(sealed) | Stored::Damaged(sealed) => {
                    lost(self, &sealed, pieces)
                }
                Stored::Missing => pieces.iter().map(|piece| u64::from(piece.len)).sum(),
            };
            if lost > 0 {
                damaged.insert(name.clone());
            }
        }
        // Last: what is left of one may make another good.
        damaged.iter().try_for_each(|name| self.set_aside(name))?;
        Ok(losses(manifest, &damaged))
    }

    /// A manifest, its two files made alike again.
    fn check_manifest(&self, id: &str) -> Result<(Manifest, Option<BackupFinding>)> {
        let manifest = self.manifest(id)?;
        let paths = self.manifest_paths(id);
        let bad: Vec<&PathBuf> = paths.iter().filter(|path| Manifest::read(&self.identity, path).is_err()).collect();
        for path in &bad {
            let good = paths.iter().find(|other| other != path);
            if let Some(sealed) = good.and_then(|good| fs::read(good).ok()) {
                self.write_file(path, &sealed)?;
            }
        }
        let finding = bad.first().map(|_| {
            BackupFinding::mended(format!(
                "One of the two files of the snapshot {id} was damaged or missing, and was written anew from the other."
            ))
        });
        Ok((manifest, finding))
    }

    /// Puts packs into groups, and lets groups go that cannot be read.
    pub(super) fn regroup(&self, packs: &[String], bad: &[PathBuf]) -> Result<()> {
        let mut group = Group::default();
        for name in packs {
            group.add(name, &at(self.folder(), fs::read(self.pack_path(name)))?);
            if group.is_full() {
                self.write_group(&group)?;
                group = Group::default();
            }
        }
        if !group.is_empty() {
            self.write_group(&group)?;
        }
        for path in bad {
            at(self.folder(), fs::remove_file(path))?;
        }
        Ok(())
    }
}

/// The packs of some snapshots, and the pieces of each that they need, without repetition.
fn wanted(manifests: &[Manifest]) -> BTreeMap<String, Vec<Piece>> {
    let mut wanted: BTreeMap<String, BTreeMap<u64, Piece>> = BTreeMap::new();
    for manifest in manifests {
        for (_, _, placed) in manifest.placed() {
            if let Some(name) = manifest.packs.get(placed.0 as usize) {
                wanted.entry(name.clone()).or_default().insert(placed.1, placed.piece());
            }
        }
    }
    wanted.into_iter().map(|(name, pieces)| (name, pieces.into_values().collect())).collect()
}

/// Bytes of the pieces of a pack that do not verify.
fn lost(backup: &Backup, sealed: &[u8], pieces: &[Piece]) -> u64 {
    let found = pack::pieces(&backup.identity, sealed, pieces);
    pieces.iter().zip(found).filter(|(_, bytes)| bytes.is_none()).map(|(piece, _)| u64::from(piece.len)).sum()
}

/// What a snapshot lacks of the packs that are damaged.
pub(super) fn losses(manifest: &Manifest, damaged: &HashSet<String>) -> Vec<BackupFinding> {
    let mut lost: BTreeMap<&str, (&str, u64)> = BTreeMap::new();
    for (file, _, Placed(pack, _, len, _)) in manifest.placed() {
        let Some(name) = manifest.packs.get(pack as usize).filter(|name| damaged.contains(*name)) else { continue };
        lost.entry(&manifest.files[file].path).or_insert((name, 0)).1 += u64::from(len);
    }
    lost.into_iter()
        .map(|(path, (pack, bytes))| {
            let what = if path.starts_with("blobs/") { "the attachment" } else { "the database" };
            BackupFinding::new(
                format!("The pack {pack} is damaged or missing: of the snapshot {}, {what} {path} lacks up to {bytes} bytes.", manifest.id),
                AGAIN,
            )
        })
        .collect()
}

fn report(on: &mut dyn FnMut(Progress), done: usize, total: usize) {
    on(Progress {
        stage: "reading back".to_owned(),
        done: done as u64,
        total: total as u64,
        unit: "packs".to_owned(),
        ..Progress::default()
    });
}
