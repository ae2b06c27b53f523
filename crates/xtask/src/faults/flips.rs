//! One bit of one byte at rest is flipped, in a small vault and in a small folder of backups: every byte of small files, and
//! bytes spread evenly over the large ones. Opening or checking tells, and what tells nothing has done nothing: a vault that is
//! said to be whole holds what it held.

use std::fs;
use std::path::{Path, PathBuf};

use super::fuzz::ended;
use super::subject::{Subject, args, hash, holds, import, snapshots};
use super::tally::{Tally, each};
use super::{Plan, corpus};
use crate::command::Datapunk;
use crate::fixtures::prng::Prng;
use crate::{Result, folder};

/// Files up to so many bytes have every byte flipped.
const SMALL: u64 = 2_048;
/// Flips in all others together, of a vault and of a folder of backups.
const IN_LARGE: u64 = 2_000;
/// Of so many flips in backups, one is followed by a restore.
const RESTORED: u64 = 10;
/// The least that the generator makes; what is imported are a few files beside it.
const SCALE: u64 = 100;

/// A byte of a file.
struct Place {
    file: PathBuf,
    at: u64,
}

pub(super) fn run(plan: &Plan) -> Result<Vec<Tally>> {
    let home = plan.folder("flips")?;
    let subject = Subject::new(&home, plan.seed, SCALE)?;
    let template = home.join("template");
    let datapunk = subject.copy(&template.join("vault"))?;
    let files: Vec<PathBuf> = corpus::files("an afternoon at the river")
        .into_iter()
        .filter(|(path, _)| ["ics", "vcf", "gpx", "mbox"].iter().any(|end| path.ends_with(end)))
        .map(|(path, bytes)| {
            let file = home.join(path.replace('/', "-"));
            fs::write(&file, bytes).map(|()| file)
        })
        .collect::<std::io::Result<_>>()?;
    datapunk.json(import(&files))?;
    // The index of words has caught up, and what was left in the log stands in the database.
    let held = hash(&datapunk)?;
    datapunk.json(args([&"backup", &"create", &template.join("backups")]))?;
    snapshots(&datapunk, &template.join("backups"))?;
    let tried = Tried { home, template, datapunk, held };
    Ok(vec![tried.flip(plan, "vault", &Tried::vault)?, tried.flip(plan, "backups", &Tried::backups)?])
}

struct Tried {
    home: PathBuf,
    template: PathBuf,
    datapunk: Datapunk,
    held: String,
}

impl Tried {
    fn flip(&self, plan: &Plan, part: &str, check: &(dyn Fn(&Self, u64, &Path, &Place) -> Result<&'static str> + Sync)) -> Result<Tally> {
        let (places, note) = places(plan, &self.template, part)?;
        let cases: Vec<u64> = plan.case.map_or_else(|| (0..places.len() as u64).collect(), |case| vec![case]);
        let tally = each(plan, &format!("flips: {part}"), &cases, |case, chance| {
            let place = places.get(case as usize).ok_or("there is no such case")?;
            let root = self.home.join(format!("{part}-{case}"));
            folder::copy(&self.template, &root)?;
            let path = root.join(&place.file);
            let mut bytes = fs::read(&path)?;
            bytes[place.at as usize] ^= 1 << chance.below(8);
            fs::write(&path, bytes)?;
            let end = check(self, case, &root, place).map_err(|error| format!("{}, byte {}: {error}", place.file.display(), place.at))?;
            fs::remove_dir_all(&root)?;
            Ok(end.to_owned())
        });
        Ok(tally.note(note))
    }

    fn vault(&self, _: u64, root: &Path, place: &Place) -> Result<&'static str> {
        let datapunk = self.datapunk.on(&root.join("vault"));
        let ran = datapunk.run(["verify"])?;
        let end = ended(&ran)?;
        if end != "nothing wrong" {
            return Ok(end);
        }
        holds(&datapunk, &self.held, "nothing is said to be wrong")?;
        self.unnoticed(root, place)
    }

    fn backups(&self, case: u64, root: &Path, place: &Place) -> Result<&'static str> {
        let backups = root.join("backups");
        if case.is_multiple_of(RESTORED) {
            self.restored(root)?;
        }
        match ended(&self.datapunk.on(&root.join("vault")).run(args([&"backup", &"verify", &backups]))?)? {
            // A restore mends what it comes by.
            "nothing wrong" => self.unnoticed(root, place),
            end => Ok(end),
        }
    }

    /// From a folder with a flipped bit comes what was backed up, or word of what is missing.
    fn restored(&self, root: &Path) -> Result<()> {
        let restored = self.datapunk.on(&root.join("restored"));
        let ran = restored.run(args([&"restore", &root.join("backups")]))?;
        match ran.answer() {
            Ok(answer) if answer["same"] == true => holds(&restored, &self.held, "restored"),
            Ok(answer) if answer["findings"].as_array().is_some_and(|findings| !findings.is_empty()) => Ok(()),
            Ok(answer) => Err(format!("a restore comes to something else, and does not say why: {answer}").into()),
            Err(_) => ended(&ran).map(drop),
        }
    }

    /// What nobody noticed was put right by what opened it, or is no data.
    fn unnoticed(&self, root: &Path, place: &Place) -> Result<&'static str> {
        // It names the process that has the vault open, for a message, and is written anew each time.
        if place.file.file_name().is_some_and(|name| name == "LOCK") {
            return Ok("in a lock");
        }
        let now = fs::read(root.join(&place.file)).ok();
        if now.as_deref() == Some(&fs::read(self.template.join(&place.file))?) {
            return Ok("written anew");
        }
        Err("nobody noticed".into())
    }
}

/// The bytes to flip of what stands under `part`, and how they were chosen.
fn places(plan: &Plan, template: &Path, part: &str) -> Result<(Vec<Place>, String)> {
    let mut small = Vec::new();
    let mut large = Vec::new();
    for path in folder::files(&template.join(part))? {
        let length = fs::metadata(&path)?.len();
        let file = path.strip_prefix(template)?.to_owned();
        let group = if plan.n.is_none() && length <= SMALL { &mut small } else { &mut large };
        group.push((file, length));
    }
    let mut places: Vec<Place> = small.iter().flat_map(|(file, length)| (0..*length).map(|at| Place { file: file.clone(), at })).collect();
    let n_small = places.len();
    let total: u64 = large.iter().map(|(_, length)| length).sum();
    let every = total.div_ceil(plan.n.unwrap_or(IN_LARGE)).max(1);
    let mut at = Prng::keyed(plan.seed, part, 0).below(every);
    for (file, length) in large {
        while at < length {
            places.push(Place { file: file.clone(), at });
            at += every;
        }
        at -= length;
    }
    let note = format!(
        "{n_small} are every byte of the {} small files; {} are every {every}th of {total} bytes in the others",
        small.len(),
        places.len() - n_small
    );
    Ok((places, note))
}
