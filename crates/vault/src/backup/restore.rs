//! The way back: a vault out of the folder of its backups, in a place where nothing stands. A rehearsal is the same into a
//! folder that is removed afterwards.

use std::collections::{BTreeMap, HashSet};
use std::fs::{self, File};
use std::io::{self, Seek, SeekFrom, Write};
use std::path::{Component, Path, PathBuf};

use domain::{Cancel, Code, Failure, Progress, Result, UtcMs};
use schemars::JsonSchema;
use serde::Serialize;

use super::check::BackupFinding;
use super::fail::at;
use super::manifest::{Manifest, Placed, Snapshot};
use super::pack;
use super::repository::{Backup, Stored};
use crate::damaged_blobs;
use crate::folder::{Folder, new_folder, private_file, private_folder, sync_folder};
use crate::header::Header;
use crate::keys::RootKey;
use crate::lock::Lock;
use crate::secret::{Passphrase, Unlock};
use crate::state::State;
use crate::table::audit::Head;
use crate::vault::Vault;

/// What is to be restored.
#[derive(Default)]
pub struct Restore {
    /// The snapshot, or the beginning of its name; else the latest whose database is whole.
    pub snapshot: Option<String>,
    /// When it runs, UTC milliseconds.
    pub now: UtcMs,
    /// The passphrase that the restored vault gets, where the one of the backup is not known.
    pub passphrase: Option<Passphrase>,
}

/// What a restore or a rehearsal brought.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Restored {
    /// The snapshot.
    pub snapshot: Snapshot,
    /// The restored vault's content as one number.
    pub logical_hash: String,
    /// Whether it is the number that the vault had when the snapshot was made: no record is missing, none differs. Attachments that
    /// are missing are among the findings.
    pub same: bool,
    /// Bytes that were restored.
    pub bytes: u64,
    /// What is missing or was mended on the way.
    pub findings: Vec<BackupFinding>,
}

impl Backup {
    /// Restores a vault into the folder `into`, which must not exist or be empty. It stands there once it is complete.
    ///
    /// # Errors
    /// [`Code::VaultExists`], [`Code::BadRequest`] when something stands there, or a passphrase has to be given;
    /// [`Code::NotFound`] for a snapshot that is not there; [`Code::NoSpace`], [`Code::Unreadable`], [`Code::Cancelled`].
    pub fn restore(&self, what: &Restore, into: &Path, cancel: &Cancel, on: &mut dyn FnMut(Progress)) -> Result<Restored> {
        let into = std::path::absolute(into).map_err(Failure::internal)?;
        if Vault::exists(&into) {
            return Err(Failure::new(
                Code::VaultExists,
                format!("A vault stands at {} already; restoring writes over nothing.", into.display()),
            )
            .hint("Name a folder that does not exist yet, and put it in the old one's place when you have looked at it."));
        }
        if fs::read_dir(&into).is_ok_and(|mut entries| entries.next().is_some()) {
            return Err(Failure::new(Code::BadRequest, format!("The folder {} is not empty.", into.display()))
                .hint("Name a folder that does not exist yet."));
        }
        let (Some(parent), Some(name)) = (into.parent(), into.file_name()) else {
            return Err(Failure::new(Code::BadRequest, format!("{} is no folder that a vault could stand in.", into.display())));
        };
        let staging = parent.join(format!(".{}.restoring", name.display()));
        at(parent, new_folder(parent))?;
        let restored = self.restore_beside(what, &staging, cancel, on);
        if restored.is_err() {
            fs::remove_dir_all(&staging).ok();
        }
        let restored = restored?;
        let moved = (|| {
            if into.exists() {
                fs::remove_dir(&into)?;
            }
            fs::rename(&staging, &into)?;
            sync_folder(parent)
        })();
        at(parent, moved)?;
        Ok(restored)
    }

    /// Restores into a folder inside of `place` and compares, then removes it again.
    ///
    /// # Errors
    /// As [`Backup::restore`].
    pub fn rehearse(&self, snapshot: Option<&str>, place: &Path, cancel: &Cancel, on: &mut dyn FnMut(Progress)) -> Result<Restored> {
        let folder = place.join("rehearsal");
        // Who opens the rehearsed vault is nobody but this process: any passphrase does where the backup's is not known.
        let passphrase = self.root.is_none().then(|| Passphrase::from("a rehearsal that nobody opens"));
        let what = Restore { snapshot: snapshot.map(str::to_owned), now: 0, passphrase };
        let restored = self.restore_beside(&what, &folder, cancel, on);
        fs::remove_dir_all(&folder).ok();
        restored
    }

    fn restore_beside(&self, what: &Restore, folder: &Path, cancel: &Cancel, on: &mut dyn FnMut(Progress)) -> Result<Restored> {
        let mut findings = Vec::new();
        let chosen = self.choose(what.snapshot.as_deref())?;
        let mut candidates = vec![chosen.id.clone()];
        if what.snapshot.is_none() {
            candidates.extend(self.snapshot_ids()?.into_iter().rev().filter(|id| *id < chosen.id));
        }
        let mut with_holes = None;
        for id in candidates {
            let Ok(manifest) = self.manifest(&id) else { continue };
            let (lost, mut found) = self.unpack(&manifest, folder, cancel, on)?;
            if lost {
                findings.append(&mut found);
                findings.push(BackupFinding::new(
                    format!("Of the snapshot {id} a part of the database is lost."),
                    "The snapshot before it was taken, if one is whole. Name a snapshot to have that one as far as it goes.",
                ));
                with_holes.get_or_insert(manifest);
                continue;
            }
            findings.append(&mut found);
            return self.compare(&manifest, what, folder, findings, cancel, on);
        }
        let Some(manifest) = with_holes else { return Err(super::fail::damaged("Every snapshot of the backup")) };
        let (_, mut found) = self.unpack(&manifest, folder, cancel, on)?;
        findings.append(&mut found);
        self.compare(&manifest, what, folder, findings, cancel, on)
    }

    /// Writes the files of a snapshot; says whether a part of the database is lost, and what else is.
    fn unpack(
        &self,
        manifest: &Manifest,
        folder: &Path,
        cancel: &Cancel,
        on: &mut dyn FnMut(Progress),
    ) -> Result<(bool, Vec<BackupFinding>)> {
        let total: u64 = manifest.files.iter().map(|file| file.size).sum();
        let mut findings = Vec::new();
        let fresh = || {
            if folder.exists() {
                fs::remove_dir_all(folder)?;
            }
            private_folder(folder)
        };
        at(folder, fresh())?;
        let paths = manifest.files.iter().map(|file| inside(folder, &file.path)).collect::<Result<Vec<PathBuf>>>()?;
        for path in &paths {
            let Some(group) = path.parent().filter(|group| !group.exists()) else { continue };
            at(folder, private_folder(group))?;
        }
        let mut by_pack: BTreeMap<u32, Vec<(usize, u64, Placed)>> = BTreeMap::new();
        for (file, place, placed) in manifest.placed() {
            by_pack.entry(placed.0).or_default().push((file, place, placed));
        }
        let (groups, _) = self.groups()?;
        let mut lost: BTreeMap<usize, u64> = BTreeMap::new();
        let mut done = 0;
        let mut database = at(folder, private_file(&paths[0]))?;
        at(folder, database.set_len(manifest.files[0].size))?;
        for (pack, placed) in by_pack {
            cancel.check()?;
            let Some(name) = manifest.packs.get(pack as usize) else { return Err(super::fail::damaged("A snapshot")) };
            let sealed = match self.pack(name, &groups) {
                Stored::Whole(sealed) | Stored::Unknown(sealed) | Stored::Damaged(sealed) => sealed,
                Stored::Mended(sealed) => {
                    findings.push(BackupFinding::mended(format!("The pack {name} is damaged or missing; it was made good on the way.")));
                    sealed
                }
                Stored::Missing => Vec::new(),
            };
            let wanted: Vec<_> = placed.iter().map(|(_, _, placed)| placed.piece()).collect();
            for ((file, place, piece), bytes) in placed.iter().zip(pack::pieces(&self.identity, &sealed, &wanted)) {
                let Some(bytes) = bytes else {
                    *lost.entry(*file).or_default() += u64::from(piece.2);
                    continue;
                };
                done += bytes.len() as u64;
                let write = |file: &mut File| file.seek(SeekFrom::Start(*place)).and_then(|_| file.write_all(&bytes));
                if *file == 0 {
                    at(folder, write(&mut database))?;
                } else {
                    let mut options = File::options();
                    options.write(true).create(true).truncate(false);
                    at(folder, options.open(&paths[*file]).and_then(|mut file| write(&mut file)))?;
                }
            }
            on(Progress { stage: "restoring".to_owned(), done, total, unit: "bytes".to_owned(), ..Progress::default() });
        }
        at(folder, database.sync_all())?;
        for (number, path) in paths.iter().enumerate().skip(1) {
            let file = &manifest.files[number];
            if file.size == 0 || !lost.contains_key(&number) {
                at(folder, sync_file(path, file.size))?;
                continue;
            }
            // What is left of an attachment would not verify: the vault shows it as missing instead.
            fs::remove_file(path).ok();
            findings.push(BackupFinding::new(
                format!("The attachment {} of the snapshot {} is lost: a pack is damaged or missing.", file.path, manifest.id),
                "Another snapshot may have it; restore that one into another folder.",
            ));
        }
        let lost_of_database = lost.get(&0).copied();
        if let Some(bytes) = lost_of_database {
            findings.push(BackupFinding::new(
                format!("{bytes} bytes of the database of the snapshot {} are lost: a pack is damaged or missing.", manifest.id),
                "`datapunk verify` says which parts of the restored vault are touched.",
            ));
        }
        Ok((lost_of_database.is_some(), findings))
    }

    /// Gives the restored folder its header, opens it, compares, and reads every attachment.
    fn compare(
        &self,
        manifest: &Manifest,
        what: &Restore,
        folder: &Path,
        mut findings: Vec<BackupFinding>,
        cancel: &Cancel,
        on: &mut dyn FnMut(Progress),
    ) -> Result<Restored> {
        let root = &manifest.root;
        let header = self.header(manifest, root, what)?;
        let place = Folder::new(folder);
        let prepared = (|| -> crate::fault::Outcome<Lock> {
            place.prepare()?;
            // What the log of calls ended with then stands in the database alone.
            State { generation: manifest.generation, clean: true, audit: Head::default() }.write(&place.state(), &root.state()?)?;
            header.write(&place)?;
            Lock::take(&place.lock())
        })();
        let lock = prepared.map_err(Failure::from)?;
        let hash = Vault::start(&place, header, root, lock, Vec::new()).map_err(Failure::from).and_then(|vault| {
            let hash = vault.logical_hash()?;
            let damaged = damaged_blobs::find(vault.inner(), cancel, on)?;
            vault.close()?;
            Ok((hash, damaged))
        });
        let (logical_hash, damaged) = match hash {
            Err(failure) if failure.code == Code::Cancelled => return Err(failure),
            Err(failure) => {
                findings.push(failure.into());
                (String::new(), Vec::new())
            }
            Ok(compared) => compared,
        };
        // What was lost on the way is told already.
        let told: HashSet<&str> = manifest.files.iter().map(|file| file.path.as_str()).filter(|path| !folder.join(path).exists()).collect();
        let untold = damaged.iter().filter(|blob| blob.path.as_deref().is_none_or(|path| !told.contains(path)));
        findings.extend(untold.map(|blob| {
            BackupFinding::new(
                format!("{} is missing or does not decrypt: it was damaged when the snapshot {} was made.", blob.named(), manifest.id),
                "Another snapshot may have it. Else import again the archive that it came from.",
            )
        }));
        let same = logical_hash == manifest.logical_hash;
        if !same && findings.is_empty() {
            findings.push(BackupFinding::new(
                format!("The restored vault does not say what the vault said when the snapshot {} was made.", manifest.id),
                "Run `datapunk verify` on it, and keep the backup as it is.",
            ));
        }
        Ok(Restored { snapshot: manifest.listed(), logical_hash, same, bytes: manifest.files.iter().map(|file| file.size).sum(), findings })
    }

    /// The header that the restored vault gets: the latest that opens this root key, with a new passphrase where one is given.
    fn header(&self, manifest: &Manifest, root: &RootKey, what: &Restore) -> Result<Header> {
        let latest = &self.front().vault;
        let header = if latest.is_of(root)? { latest } else { &manifest.header };
        if !header.is_of(root)? {
            return Err(super::fail::damaged("The header in a snapshot"));
        }
        match &what.passphrase {
            Some(passphrase) => {
                passphrase.check()?;
                let (mut header, _) = header.with_slot(root, &Unlock::Passphrase(passphrase.clone()), "", what.now)?;
                header.sign_as_next(root, latest.revision())?;
                Ok(header)
            }
            None if self.root.is_some() && latest.is_of(root)? => Ok(header.clone()),
            None => Err(Failure::new(
                Code::BadRequest,
                "The passphrase of the vault in this snapshot is not known here: it was made before the vault's key was changed, or opened by another key.",
            )
            .hint("Give the passphrase that the restored vault is to have.")),
        }
    }
}

/// The place of a file of the vault in `folder`; a path that leads out of it is nobody's.
fn inside(folder: &Path, path: &str) -> Result<PathBuf> {
    let relative = Path::new(path);
    if path.is_empty() || relative.components().any(|component| !matches!(component, Component::Normal(_))) {
        return Err(super::fail::damaged("A path in a snapshot"));
    }
    Ok(folder.join(relative))
}

fn sync_file(path: &Path, size: u64) -> io::Result<()> {
    let file = File::options().write(true).create(true).truncate(false).open(path)?;
    file.set_len(size)?;
    file.sync_all()
}
