//! The power goes. What a life of a small vault does to its files is recorded; the disk is rebuilt as a crash at a random call
//! would leave it; and the vault on it has to open, be whole, and hold all that had been answered by then.
//!
//! It tries itself as well: with the syncs left out of the rebuilding, it has to find losses.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::Plan;
use super::disk::{Disk, Loss};
use super::subject::{PASSPHRASE, Subject, args, balances, hash, holds, import, knows, restores, snapshots, undo};
use super::tally::{Tally, each};
use super::trace::{self, Event};
use crate::command::Datapunk;
use crate::fixtures::prng::Prng;
use crate::{Result, folder};

/// States that are rebuilt.
const STATES: u64 = 300;
/// States that are rebuilt without syncs.
const WITHOUT_SYNCS: u64 = 20;
/// The least that the generator makes.
const SCALE: u64 = 100;
const NEW_PASSPHRASE: &str = "seven faults that a vault outlives";

/// What a step does, and so how it is finished when it was cut short.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Deed {
    Import,
    Undo,
    NewPassphrase,
    BackUp,
}

/// One run of the command.
struct Step {
    deed: Deed,
    words: Vec<OsString>,
    /// What it did to files.
    events: Vec<Event>,
    /// What the vault held when it had answered.
    hash: String,
}

/// What was recorded.
struct Recording {
    /// The folder in which the vault and its backups stood.
    root: PathBuf,
    /// The same before the first step.
    start: PathBuf,
    steps: Vec<Step>,
    datapunk: Datapunk,
}

pub(super) fn run(plan: &Plan) -> Result<Vec<Tally>> {
    if !trace::works() {
        return Ok(vec![Tally::skipped("power", "not run: it records system calls with strace, which is not installed or not allowed")]);
    }
    let home = plan.folder("power")?;
    let recording = record(plan, &home)?;
    let n_events: usize = recording.steps.iter().map(|step| step.events.len()).sum();
    let mut tallies = vec![
        each(plan, "power", &plan.cases(STATES), |case, chance| {
            let folder = home.join(format!("state-{case}"));
            let (step, n, loss) = draw(&recording, chance);
            let what = format!("{loss:?}, behind call {n} of {:?}", recording.steps[step].deed);
            rebuild(&recording, step, n, loss, true, chance, &folder)?;
            check(&recording, step, n, &folder).map_err(|error| format!("{what}: {error}"))?;
            fs::remove_dir_all(&folder)?;
            Ok(format!("{loss:?}").to_lowercase())
        })
        .note(format!("{} runs of the command, {n_events} calls recorded", recording.steps.len())),
    ];
    if plan.case.is_none() {
        tallies.push(tried_itself(plan, &recording, &home));
    }
    Ok(tallies)
}

/// Without syncs something has to be lost, or the trial shows nothing.
fn tried_itself(plan: &Plan, recording: &Recording, home: &Path) -> Tally {
    let cases: Vec<u64> = (0..WITHOUT_SYNCS.min(plan.n.unwrap_or(WITHOUT_SYNCS))).collect();
    let mut tally = each(plan, "power, syncs left out", &cases, |case, chance| {
        let folder = home.join(format!("unsynced-{case}"));
        let last = recording.steps.len() - 1;
        let n = recording.steps[last].events.len();
        let loss = if chance.chance(50) { Loss::Strict } else { Loss::Subset };
        rebuild(recording, last, n, loss, false, chance, &folder)?;
        let lost = check(recording, last, n, &folder).is_err();
        fs::remove_dir_all(&folder)?;
        Ok(if lost { "lost, as they should be" } else { "not lost" }.to_owned())
    });
    let lost = tally.ends.get("lost, as they should be").copied().unwrap_or_default();
    if lost == 0 {
        tally.count(0, Err("nothing is lost when no sync counts: the trial would find no loss at all".into()));
    }
    tally
}

fn record(plan: &Plan, home: &Path) -> Result<Recording> {
    let subject = Subject::new(home, plan.seed, SCALE)?;
    let (root, start) = (home.join("life"), home.join("start"));
    fs::create_dir_all(&start)?;
    subject.copy(&start.join("vault"))?;
    folder::copy(&start, &root)?;
    let datapunk = subject.empty.on(&root.join("vault"));
    let event = home.join("event.ics");
    fs::write(&event, super::corpus::event("a boat trip"))?;
    let large = home.join("large.eml");
    fs::write(&large, super::corpus::mail_with_attachment("a long scan", 300_000))?;

    let mut words = vec![
        (Deed::Import, subject.import()),
        (Deed::Import, import(&[event, large])),
        (Deed::Undo, args([&"undo", &"1"])),
        (Deed::BackUp, args([&"backup", &"create", &root.join("backups")])),
        (Deed::Import, subject.import()),
        (Deed::BackUp, args([&"backup", &"create", &root.join("backups")])),
    ];
    if knows(&datapunk, &["keys", "change"])? {
        let file = home.join("new-passphrase");
        fs::write(&file, NEW_PASSPHRASE)?;
        words.insert(3, (Deed::NewPassphrase, args([&"keys", &"change", &"--new-passphrase-file", &file])));
    }
    let mut steps: Vec<Step> = Vec::new();
    let mut disk = Disk::load(&start, true)?;
    for (deed, words) in words {
        let (ran, events) = trace::record(&datapunk.command(&words), &home.join("strace.log"))?;
        if !ran.status.success() {
            return Err(format!("{words:?} failed while it was recorded: {}", ran.stderr.trim()).into());
        }
        let events: Vec<Event> = events.into_iter().filter(|event| trace::is_under(event, &root)).collect();
        for event in &events {
            disk.apply(event, &root)?;
        }
        let copy = home.join("copy");
        folder::copy(&root.join("vault"), &copy)?;
        let hash = hash(&datapunk.on(&copy))?;
        fs::remove_dir_all(&copy)?;
        steps.push(Step { deed, words, events, hash });
    }
    same_as(&disk, &root, &home.join("rebuilt"))?;
    Ok(Recording { root, start, steps, datapunk })
}

/// Fails when the recording, done again, does not come to the files that stand there.
fn same_as(disk: &Disk, root: &Path, rebuilt: &Path) -> Result<()> {
    disk.clone().write(rebuilt)?;
    for path in folder::files(root)? {
        let inside = path.strip_prefix(root)?;
        if fs::read(rebuilt.join(inside)).ok() != Some(fs::read(&path)?) {
            return Err(format!("the recording is not complete: {} came to something else", inside.display()).into());
        }
    }
    fs::remove_dir_all(rebuilt)?;
    Ok(())
}

fn draw(recording: &Recording, chance: &mut Prng) -> (usize, usize, Loss) {
    let n_events: usize = recording.steps.iter().map(|step| step.events.len()).sum();
    let mut n = chance.below(n_events as u64) as usize;
    let mut step = 0;
    while n >= recording.steps[step].events.len() {
        n -= recording.steps[step].events.len();
        step += 1;
    }
    (step, n + 1, *chance.pick(&[Loss::Ordered, Loss::Strict, Loss::Subset]))
}

/// Writes the disk as a crash behind the `n`th event of a step leaves it.
fn rebuild(recording: &Recording, step: usize, n: usize, loss: Loss, syncs: bool, chance: &mut Prng, into: &Path) -> Result<()> {
    let mut disk = Disk::load(&recording.start, syncs)?;
    let before = recording.steps[..step].iter().flat_map(|step| &step.events);
    for event in before.chain(&recording.steps[step].events[..n]) {
        disk.apply(event, &recording.root)?;
    }
    disk.crash(loss, chance, into)
}

/// Everything that was answered before is there, and the step that was cut short can be finished.
fn check(recording: &Recording, step: usize, n: usize, folder: &Path) -> Result<()> {
    let now = &recording.steps[step];
    let datapunk = recording.datapunk.on(&folder.join("vault"));
    let backups = folder.join("backups");
    let answered = &recording.steps[..step + usize::from(n == now.events.len())];
    hash(&datapunk)?;
    balances(&datapunk)?;
    if answered.iter().any(|step| step.deed == Deed::NewPassphrase) {
        datapunk.with_passphrase(NEW_PASSPHRASE).json(["stats"]).map_err(|error| format!("the new passphrase: {error}"))?;
    }
    match now.deed {
        Deed::Import => drop(datapunk.json(now.words.clone())?),
        Deed::Undo => undo(&datapunk, &Value::from(1))?,
        Deed::BackUp => drop(datapunk.json(args([&"backup", &"create", &backups]))?),
        Deed::NewPassphrase => {
            let opens = |passphrase: &str| datapunk.with_passphrase(passphrase).json(["stats"]).is_ok();
            if !opens(PASSPHRASE) && !opens(NEW_PASSPHRASE) {
                return Err("neither the old nor the new passphrase opens it".into());
            }
        }
    }
    holds(&datapunk, &now.hash, "finished")?;
    let n_backups = answered.iter().filter(|step| step.deed == Deed::BackUp).count();
    if n_backups > 0 || now.deed == Deed::BackUp {
        let there = snapshots(&datapunk, &backups)?;
        if there.len() < n_backups.max(1) {
            return Err(format!("of {n_backups} backups {} are there", there.len()).into());
        }
        let backed_up = recording.steps[..=step].iter().rfind(|step| step.deed == Deed::BackUp).map_or("", |step| &step.hash);
        let latest = there.last().ok_or("no backup is there")?;
        restores(&datapunk, &backups, latest, backed_up, &folder.join("restored"))?;
    }
    Ok(())
}
