//! Which snapshots are kept, and what goes with those that are not: packs that no snapshot needs are destroyed, the key in
//! them before the rest; packs of which little is needed are written anew.
//!
//! Of a snapshot that cannot be read it is not known what it needs, so that nothing goes as long as it is there; only when all of
//! its time are to go, it goes with them. Where what was forgotten has to go, it goes out of damaged packs as well: what of them
//! snapshots need and can still be read is written anew, the rest is lost and told.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::fs;

use domain::{Cancel, Failure, Result, UtcMs};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::check::{BackupFinding, losses};
use super::fail::{at, damaged};
use super::manifest::Manifest;
use super::pack::{self, Filling, Piece};
use super::repository::{Backup, Stored};

/// The fewest snapshots that are kept, whatever is asked for.
const LEAST: usize = 3;

/// How many snapshots to keep: the last of them, and the last of each day, week, month and year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Keep {
    /// So many of the latest; at least three.
    pub last: usize,
    /// The last one of so many days that have one.
    pub daily: usize,
    /// The last one of so many weeks.
    pub weekly: usize,
    /// The last one of so many months.
    pub monthly: usize,
    /// The last one of so many years.
    pub yearly: usize,
}

impl Default for Keep {
    fn default() -> Self {
        Self { last: LEAST, daily: 7, weekly: 5, monthly: 12, yearly: 10 }
    }
}

/// What pruning did.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Pruned {
    /// The snapshots that went.
    pub removed: Vec<String>,
    /// The snapshots that stay.
    pub kept: Vec<String>,
    /// Bytes of packs that were destroyed.
    pub bytes_freed: u64,
    /// What the snapshots that stay have lost: it stood in damaged packs that held what had to go.
    pub findings: Vec<BackupFinding>,
}

impl Backup {
    /// Removes the snapshots that `keep` does not hold on to, never the latest that was verified. With `made_before`, all that
    /// were made before that instant go, and nothing of what only they held stays: what was forgotten since is destroyed.
    ///
    /// # Errors
    /// [`domain::Code::BadRequest`] when every snapshot would go; [`domain::Code::Damaged`] for a snapshot that cannot be read and
    /// would stay: nothing is removed then. [`domain::Code::Unreadable`], [`domain::Code::NoSpace`], [`domain::Code::Cancelled`].
    pub fn prune(&self, keep: &Keep, made_before: Option<UtcMs>, cancel: &Cancel) -> Result<Pruned> {
        let (mut manifests, failures) = self.manifests()?;
        let is_going = |id: &str| made_before.is_some_and(|instant| Manifest::is_named_before(id, instant));
        let (unreadable, staying): (Vec<_>, Vec<_>) = failures.into_iter().partition(|(id, _)| is_going(id));
        if let Some((id, failure)) = staying.into_iter().next() {
            let message = format!("{} What it needs is not known, so that nothing was removed.", failure.message);
            return Err(Failure::new(failure.code, message).hint(format!(
                "`datapunk backup verify` mends it where one of its two files is whole. Else let it go: move snapshots/{id}.age and snapshots/{id}.copy out of the folder, and prune again."
            )));
        }
        let kept = match made_before {
            Some(instant) => manifests.iter().filter(|manifest| manifest.made_ms >= instant).map(|manifest| manifest.id.clone()).collect(),
            None => kept(&manifests, keep),
        };
        if kept.is_empty() && !(manifests.is_empty() && unreadable.is_empty()) {
            return Err(Failure::new(domain::Code::BadRequest, "Every snapshot would go, and there would be no backup left.")
                .hint("Make a new backup first: `datapunk backup create`."));
        }
        let mut removed: Vec<String> = manifests.iter().map(|manifest| manifest.id.clone()).filter(|id| !kept.contains(id)).collect();
        removed.extend(unreadable.into_iter().map(|(id, _)| id));
        removed.sort_unstable();
        manifests.retain(|manifest| kept.contains(&manifest.id));
        for id in &removed {
            for path in self.manifest_paths(id) {
                self.destroy(&path)?;
            }
        }
        let (bytes_freed, findings) = self.sweep(&mut manifests, made_before.is_some(), cancel)?;
        Ok(Pruned { removed, kept: kept.into_iter().collect(), bytes_freed, findings })
    }

    /// Destroys what no manifest needs. With `all`, a pack that holds anything else is written anew without it, a damaged one as far
    /// as it can be read. Says how many bytes went, and what the manifests have lost.
    fn sweep(&self, manifests: &mut [Manifest], all: bool, cancel: &Cancel) -> Result<(u64, Vec<BackupFinding>)> {
        let mut needed: BTreeMap<String, BTreeMap<u64, Piece>> = BTreeMap::new();
        for manifest in manifests.iter() {
            for (_, _, placed) in manifest.placed() {
                let name = manifest.packs.get(placed.0 as usize).ok_or_else(|| damaged("A snapshot"))?;
                needed.entry(name.clone()).or_default().insert(placed.1, placed.piece());
            }
        }
        let (groups, _) = self.groups()?;
        let mut going: HashSet<String> = HashSet::new();
        let mut torn: HashSet<String> = HashSet::new();
        let mut moved: HashMap<(String, u64), (String, u64)> = HashMap::new();
        let mut fresh = Vec::new();
        let mut filling = Filling::default();
        let mut waiting: Vec<((String, u64), u64)> = Vec::new();
        let standing: BTreeSet<String> = self.packs()?.into_iter().collect();
        // What is left of a damaged pack can be read as long as its key is there.
        let names: BTreeSet<String> = standing.iter().cloned().chain(self.packs_set_aside()?).collect();
        for name in names {
            cancel.check()?;
            let Some(pieces) = needed.get(&name) else {
                going.insert(name);
                continue;
            };
            let len = fs::metadata(self.pack_path(&name)).map_or(0, |metadata| metadata.len());
            let live: u64 = pieces.values().map(|piece| u64::from(piece.len)).sum();
            let is_sparse = standing.contains(&name) && live * 2 < len;
            if !is_sparse && !all {
                continue;
            }
            let sealed = match self.pack(&name, &groups) {
                Stored::Whole(sealed) | Stored::Mended(sealed) | Stored::Unknown(sealed) | Stored::Damaged(sealed) => sealed,
                Stored::Missing => continue,
            };
            if !is_sparse && !self.holds_more(&sealed, pieces.len()) {
                continue;
            }
            let wanted: Vec<Piece> = pieces.values().copied().collect();
            let found = pack::pieces(&self.identity, &sealed, &wanted);
            if found.iter().any(Option::is_none) {
                // To have room is no reason to give up what may yet be made good.
                if !all {
                    continue;
                }
                torn.insert(name.clone());
            }
            for (piece, bytes) in wanted.iter().zip(found) {
                let Some(bytes) = bytes else { continue };
                let placed = filling.add(piece.digest, &bytes)?;
                waiting.push(((name.clone(), piece.at), placed.at));
            }
            going.insert(name);
            if filling.is_full() {
                fresh.push(self.settle(&mut filling, &mut waiting, &mut moved)?);
            }
        }
        if !filling.is_empty() {
            fresh.push(self.settle(&mut filling, &mut waiting, &mut moved)?);
        }
        let mut findings = Vec::new();
        for manifest in manifests.iter_mut() {
            let has_moved = follow(manifest, &moved)?;
            let lost = losses(manifest, &torn);
            if !lost.is_empty() {
                manifest.verified_ms = None;
            }
            if has_moved || !lost.is_empty() {
                self.write_manifest(manifest)?;
            }
            findings.extend(lost);
        }
        // The packs that stay of a group that loses one are grouped anew before anything goes.
        let (mut ungrouped, mut broken) = (fresh, Vec::new());
        for (path, group) in &groups {
            if group.members.iter().any(|member| going.contains(&member.pack)) {
                broken.push(path.clone());
                ungrouped.extend(group.members.iter().map(|member| member.pack.clone()).filter(|name| !going.contains(name)));
            }
        }
        ungrouped.retain(|name| self.pack_path(name).exists());
        self.regroup(&ungrouped, &[])?;
        for path in broken {
            self.destroy(&path)?;
        }
        let mut freed = 0;
        for name in going {
            freed += fs::metadata(self.pack_path(&name)).map_or(0, |metadata| metadata.len());
            self.destroy_pack(&name)?;
        }
        at(self.folder(), crate::folder::sync_folder(&self.folder().join("packs")))?;
        Ok((freed, findings))
    }

    /// Whether a pack holds pieces beside so many, as far as it can be told.
    fn holds_more(&self, sealed: &[u8], n: usize) -> bool {
        pack::table(&pack::readable(&self.identity, sealed)).ok().is_none_or(|pieces| pieces.len() > n)
    }

    /// Writes the pack that pieces were moved to, and notes where they are now.
    fn settle(
        &self,
        filling: &mut Filling,
        waiting: &mut Vec<((String, u64), u64)>,
        moved: &mut HashMap<(String, u64), (String, u64)>,
    ) -> Result<String> {
        let (sealed, _) = filling.seal(&self.identity.to_public())?;
        let name = self.write_pack(&sealed)?;
        moved.extend(waiting.drain(..).map(|(from, at)| (from, (name.clone(), at))));
        Ok(name)
    }
}

/// Says of a manifest's pieces where they are now; whether any had moved.
fn follow(manifest: &mut Manifest, moved: &HashMap<(String, u64), (String, u64)>) -> Result<bool> {
    if moved.is_empty() {
        return Ok(false);
    }
    let mut any = false;
    let mut packs: BTreeSet<String> = BTreeSet::new();
    let names = std::mem::take(&mut manifest.packs);
    let now = |pack: u32, at: u64| -> Result<(String, u64)> {
        let name = names.get(pack as usize).ok_or_else(|| damaged("A snapshot"))?;
        Ok(moved.get(&(name.clone(), at)).cloned().unwrap_or_else(|| (name.clone(), at)))
    };
    for placed in manifest.files.iter().flat_map(|file| &file.pieces) {
        let (name, at) = now(placed.0, placed.1)?;
        any |= at != placed.1 || Some(&name) != names.get(placed.0 as usize);
        packs.insert(name);
    }
    let packs: Vec<String> = packs.into_iter().collect();
    for placed in manifest.files.iter_mut().flat_map(|file| &mut file.pieces) {
        let (name, at) = now(placed.0, placed.1)?;
        let number = packs.binary_search(&name).map_err(|_| damaged("A snapshot"))?;
        (placed.0, placed.1) = (u32::try_from(number).map_err(Failure::internal)?, at);
    }
    manifest.packs = packs;
    Ok(any)
}

/// The snapshots that are kept.
fn kept(manifests: &[Manifest], keep: &Keep) -> BTreeSet<String> {
    let times: Vec<(String, UtcMs, bool)> =
        manifests.iter().map(|manifest| (manifest.id.clone(), manifest.made_ms, manifest.verified_ms.is_some())).collect();
    choose(&times, keep)
}

fn choose(snapshots: &[(String, UtcMs, bool)], keep: &Keep) -> BTreeSet<String> {
    let newest_first = || snapshots.iter().rev();
    let mut kept: BTreeSet<String> = newest_first().take(keep.last.max(LEAST)).map(|(id, _, _)| id.clone()).collect();
    kept.extend(newest_first().find(|(_, _, verified)| *verified).map(|(id, _, _)| id.clone()));
    type Period = fn(jiff::civil::Date) -> (i16, i16);
    let periods: [(usize, Period); 4] = [
        (keep.daily, |date| (date.year(), date.day_of_year())),
        (keep.weekly, |date| (date.iso_week_date().year(), i16::from(date.iso_week_date().week()))),
        (keep.monthly, |date| (date.year(), i16::from(date.month()))),
        (keep.yearly, |date| (date.year(), 0)),
    ];
    for (n, period) in periods {
        let mut seen = BTreeSet::new();
        for (id, ms, _) in newest_first() {
            let Ok(time) = jiff::Timestamp::from_millisecond(*ms) else { continue };
            if seen.len() == n && !seen.contains(&period(time.to_zoned(jiff::tz::TimeZone::UTC).date())) {
                break;
            }
            if seen.insert(period(time.to_zoned(jiff::tz::TimeZone::UTC).date())) {
                kept.insert(id.clone());
            }
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use domain::{BlobContent, NewBlob, NewItem};

    use super::*;
    use crate::BackUp;
    use crate::tests::made::{Dice, create, import, mail};

    /// The attachments of a snapshot: the pack, the file, the piece.
    fn attachments(manifest: &Manifest) -> Vec<(String, String, Piece)> {
        let placed = manifest
            .placed()
            .map(|(file, _, placed)| (manifest.packs[placed.0 as usize].clone(), manifest.files[file].path.clone(), placed.piece()));
        placed.filter(|(_, path, _)| path.starts_with("blobs/")).collect()
    }

    #[test]
    fn what_was_forgotten_goes_out_of_a_damaged_pack_too_and_what_is_lost_with_it_is_told() {
        const DAY: i64 = 86_400_000;
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("backups");
        let vault = create(&dir.path().join("vault")).0;
        let scan = |key: u64| -> NewItem {
            let mut item = mail(key, 1);
            let mut dice = Dice(key);
            let bytes = (0..150_000).map(|_| dice.roll(256) as u8).collect();
            item.blobs.push(NewBlob { name: "scan.bin".to_owned(), media_type: String::new(), content: BlobContent::Bytes(bytes) });
            item
        };
        let back_up =
            |day: i64| vault.back_up(&folder, &BackUp { now: day * DAY, ..BackUp::default() }, &Cancel::default(), &mut |_| {}).unwrap();
        // In turn, so that packs hold some of both.
        let imports: Vec<i64> = (0..8).map(|key| import(&vault, &[(vec![scan(key)], Vec::new())])).collect();
        back_up(1);
        for import in imports.iter().step_by(2) {
            vault.undo(*import, &Cancel::default(), &mut |_| {}).unwrap();
        }
        back_up(2);
        let backup = vault.backup(&folder).unwrap();
        let (manifests, _) = backup.manifests().unwrap();
        let kept = attachments(&manifests[1]);
        let gone: Vec<_> =
            attachments(&manifests[0]).into_iter().filter(|(_, path, _)| kept.iter().all(|(_, other, _)| other != path)).collect();
        assert_eq!((kept.len(), gone.len()), (4, 4));
        let (name, path, piece) = kept.iter().find(|(pack, ..)| gone.iter().any(|(other, ..)| other == pack)).unwrap();
        // Nothing is there to make it good, and what is to go can still be read.
        for file in fs::read_dir(folder.join("parity")).unwrap() {
            fs::remove_file(file.unwrap().path()).unwrap();
        }
        let mut sealed = fs::read(backup.pack_path(name)).unwrap();
        sealed[piece.at as usize + 70_000] ^= 1;
        fs::write(backup.pack_path(name), &sealed).unwrap();
        let in_it: Vec<Piece> = gone.iter().filter(|(pack, ..)| pack == name).map(|(_, _, piece)| *piece).collect();
        assert!(pack::pieces(&backup.identity, &sealed, &in_it).iter().all(Option::is_some));

        let pruned = backup.prune(&Keep::default(), Some(2 * DAY), &Cancel::default()).unwrap();
        let [lost] = &pruned.findings[..] else { panic!("one attachment is lost: {pruned:?}") };
        assert!(lost.message.contains(name) && lost.message.contains(path), "{lost:?}");
        assert!(!backup.pack_path(name).exists() && backup.packs_set_aside().unwrap().is_empty());
        for name in backup.packs().unwrap() {
            let plain = pack::decrypt(&backup.identity, &fs::read(backup.pack_path(&name)).unwrap()).unwrap();
            let pieces = pack::table(&plain).unwrap();
            assert!(pieces.iter().all(|piece| gone.iter().all(|(_, _, gone)| gone.digest != piece.digest)), "{name}");
        }
        assert_eq!(backup.manifests().unwrap().0[0].verified_ms, None);
        drop(backup);
        // What was lost is written again while the vault has it.
        let again = back_up(3);
        assert!(again.findings.is_empty() && again.bytes_written > 150_000 && again.snapshot.verified_ms.is_some(), "{again:?}");
    }

    #[test]
    fn the_last_of_each_day_week_month_and_year_is_kept_and_the_latest_verified() {
        const HOUR: i64 = 3_600_000;
        // One every six hours of 800 days; none of the last hundred was verified.
        let snapshots: Vec<(String, UtcMs, bool)> = (0..3_200).map(|n: i64| (format!("{n:04}"), n * 6 * HOUR, n < 3_100)).collect();
        let kept = choose(&snapshots, &Keep { last: 0, daily: 7, weekly: 5, monthly: 12, yearly: 2 });
        let numbers: Vec<i64> = kept.iter().map(|id| id.parse().unwrap()).collect();
        for needed in [3_199, 3_198, 3_197, 3_195, 3_175, 3_099] {
            assert!(numbers.contains(&needed), "{needed} of {numbers:?}");
        }
        assert!(numbers.len() <= 3 + 1 + 7 + 5 + 12 + 2, "{numbers:?}");
        assert!(numbers.iter().any(|n| *n < 3_199 - 300 * 4), "months go back a year: {numbers:?}");
        assert_eq!(choose(&snapshots[..2], &Keep::default()).len(), 2);
    }
}
