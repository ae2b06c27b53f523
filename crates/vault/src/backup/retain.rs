//! Which snapshots are kept, and what goes with those that are not: packs that no snapshot needs are destroyed, the key in
//! them before the rest; packs of which little is needed are written anew.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::fs;

use domain::{Cancel, Failure, Result, UtcMs};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::fail::{at, damaged};
use super::manifest::Manifest;
use super::pack::{self, Filling, Piece};
use super::repository::{Backup, Grouped, Stored};

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
}

impl Backup {
    /// Removes the snapshots that `keep` does not hold on to, never the latest that was verified. With `made_before`, all that
    /// were made before that instant go, and nothing of what only they held stays: what was forgotten since is destroyed.
    ///
    /// # Errors
    /// [`domain::Code::BadRequest`] when every snapshot would go; [`domain::Code::Unreadable`], [`domain::Code::NoSpace`],
    /// [`domain::Code::Cancelled`].
    pub fn prune(&self, keep: &Keep, made_before: Option<UtcMs>, cancel: &Cancel) -> Result<Pruned> {
        let (mut manifests, failures) = self.manifests()?;
        if let Some(failure) = failures.into_iter().next() {
            // What a manifest needs that cannot be read is not known: nothing may be removed.
            return Err(failure);
        }
        let kept = match made_before {
            Some(instant) => manifests.iter().filter(|manifest| manifest.made_ms >= instant).map(|manifest| manifest.id.clone()).collect(),
            None => kept(&manifests, keep),
        };
        if kept.is_empty() && !manifests.is_empty() {
            return Err(Failure::new(domain::Code::BadRequest, "Every snapshot would go, and there would be no backup left.")
                .hint("Make a new backup first: `datapunk backup create`."));
        }
        let removed: Vec<String> = manifests.iter().map(|manifest| manifest.id.clone()).filter(|id| !kept.contains(id)).collect();
        manifests.retain(|manifest| kept.contains(&manifest.id));
        for id in &removed {
            for path in self.manifest_paths(id) {
                self.destroy(&path)?;
            }
        }
        let bytes_freed = self.sweep(&mut manifests, made_before.is_some(), cancel)?;
        Ok(Pruned { removed, kept: kept.into_iter().collect(), bytes_freed })
    }

    /// Destroys what no manifest needs. With `all`, a pack that holds anything else is written anew without it.
    fn sweep(&self, manifests: &mut [Manifest], all: bool, cancel: &Cancel) -> Result<u64> {
        let mut needed: BTreeMap<String, BTreeMap<u64, Piece>> = BTreeMap::new();
        for manifest in manifests.iter() {
            for (_, _, placed) in manifest.placed() {
                let name = manifest.packs.get(placed.0 as usize).ok_or_else(|| damaged("A snapshot"))?;
                needed.entry(name.clone()).or_default().insert(placed.1, placed.piece());
            }
        }
        let (groups, _) = self.groups()?;
        let mut going: HashSet<String> = HashSet::new();
        let mut moved: HashMap<(String, u64), (String, u64)> = HashMap::new();
        let mut fresh = Vec::new();
        let mut filling = Filling::default();
        let mut waiting: Vec<((String, u64), u64)> = Vec::new();
        for name in self.packs()? {
            cancel.check()?;
            let Some(pieces) = needed.get(&name) else {
                going.insert(name);
                continue;
            };
            let len = fs::metadata(self.pack_path(&name)).map_or(0, |metadata| metadata.len());
            let live: u64 = pieces.values().map(|piece| u64::from(piece.len)).sum();
            if live * 2 >= len && !(all && self.holds_more(&name, pieces.len(), &groups)) {
                continue;
            }
            let (Stored::Whole(sealed) | Stored::Mended(sealed) | Stored::Unknown(sealed)) = self.pack(&name, &groups) else { continue };
            let wanted: Vec<Piece> = pieces.values().copied().collect();
            let Some(found) = pack::pieces(&self.identity, &sealed, &wanted).into_iter().collect::<Option<Vec<_>>>() else { continue };
            for (piece, bytes) in wanted.iter().zip(found) {
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
        // What is left of a damaged pack can be read as long as its key is there.
        going.extend(self.packs_set_aside()?.into_iter().filter(|name| !needed.contains_key(name)));
        for manifest in manifests.iter_mut() {
            if follow(manifest, &moved)? {
                self.write_manifest(manifest)?;
            }
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
        Ok(freed)
    }

    /// Whether a pack holds pieces beside so many.
    fn holds_more(&self, name: &str, n: usize, groups: &[Grouped]) -> bool {
        let (Stored::Whole(sealed) | Stored::Mended(sealed) | Stored::Unknown(sealed)) = self.pack(name, groups) else { return true };
        pack::decrypt(&self.identity, &sealed).ok().and_then(|plain| pack::table(&plain).ok()).is_none_or(|pieces| pieces.len() > n)
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
    use super::*;

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
