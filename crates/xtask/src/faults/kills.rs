//! The process is killed at instants spread evenly over the measured length of each operation. Then the vault opens by itself
//! and is whole, every ledger balances, backups made before can be restored, and the operation done again comes to what it
//! would have come to had nothing happened.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use super::Plan;
use super::subject::{PASSPHRASE, Subject, args, balances, hash, holds, import, imports, knows, restores, snapshots, tells_only, undo};
use super::tally::{Tally, each};
use crate::command::Datapunk;
use crate::{Result, folder};

/// Kills in all, shared out evenly.
const KILLS: u64 = 200;
/// About how many records are imported: enough for the work to take longer than opening the vault.
const SCALE: u64 = 1_500;
/// A word that stands in many of the made-up items.
const WORD: &str = "bread";

/// A folder with a vault and its backups.
#[derive(Clone)]
struct Stage {
    root: PathBuf,
    datapunk: Datapunk,
}

impl Stage {
    fn new(root: &Path, datapunk: &Datapunk) -> Self {
        Self { root: root.to_owned(), datapunk: datapunk.on(&root.join("vault")) }
    }

    fn backups(&self) -> PathBuf {
        self.root.join("backups")
    }

    /// Where a vault is restored to.
    fn restored(&self) -> PathBuf {
        self.root.join("restored")
    }

    fn copied(&self, to: &Path) -> Result<Self> {
        folder::copy(&self.root, to)?;
        Ok(Self::new(to, &self.datapunk))
    }
}

/// What is killed.
struct Work {
    name: &'static str,
    /// What it starts from.
    from: Stage,
    command: fn(&Stage, &Subject) -> (Datapunk, Vec<OsString>),
    /// The codes of findings that are right at the first look afterwards, because of what it starts from.
    told: &'static [&'static str],
    /// Finishes what was cut short.
    again: fn(&Stage, &Subject) -> Result<()>,
    /// Checks what is there besides the vault.
    beside: fn(&Stage, &Before) -> Result<()>,
}

/// What there was before: what the vault held, and its snapshots.
struct Before {
    hash: String,
    snapshots: BTreeSet<String>,
}

pub(super) fn run(plan: &Plan) -> Result<Vec<Tally>> {
    let home = plan.folder("kills")?;
    let subject = Subject::new(&home, plan.seed, SCALE)?;
    let works = works(&home, &subject)?;
    let kills = plan.n.unwrap_or(KILLS);
    let share = kills.div_ceil(works.len() as u64);
    works.iter().map(|work| killed(plan, &subject, work, share, &home)).collect()
}

fn works(home: &Path, subject: &Subject) -> Result<Vec<Work>> {
    let empty = Stage::new(&home.join("stage-empty"), &subject.empty);
    subject.copy(empty.datapunk.vault())?;
    let full = empty.copied(&home.join("stage-full"))?;
    full.datapunk.json(subject.import())?;
    full.datapunk.json(args([&"backup", &"create", &full.backups()]))?;
    let unbacked = full.copied(&home.join("stage-unbacked"))?;
    fs::remove_dir_all(unbacked.backups())?;
    // The index is gone, and is made anew.
    let unindexed = full.copied(&home.join("stage-unindexed"))?;
    fs::remove_dir_all(unindexed.datapunk.vault().join("idx"))?;
    // More than the backup that stands has.
    let more = full.copied(&home.join("stage-more"))?;
    let note = home.join("note.ics");
    fs::write(&note, super::corpus::event("an afternoon at the river"))?;
    more.datapunk.json(import(&[note]))?;

    let plainly: fn(&Stage, &Before) -> Result<()> = |_, _| Ok(());
    let mut works = vec![
        Work { name: "import", from: empty, command: importing, told: &[], again: import_again, beside: plainly },
        Work { name: "second import", from: full.clone(), command: importing, told: &[], again: import_again, beside: plainly },
        Work {
            name: "undo",
            from: full.clone(),
            command: |stage, _| (stage.datapunk.clone(), args([&"undo", &"1"])),
            told: &[],
            again: |stage, _| undo(&stage.datapunk, &1.into()),
            beside: plainly,
        },
        Work {
            name: "indexing",
            from: unindexed,
            command: |stage, _| (stage.datapunk.clone(), args([&"verify"])),
            told: &["index"],
            again: |stage, _| finds(&stage.datapunk),
            beside: plainly,
        },
        Work {
            name: "first backup",
            from: unbacked,
            command: |stage, _| (stage.datapunk.clone(), args([&"backup", &"create", &stage.backups()])),
            told: &[],
            again: first_backup_again,
            beside: plainly,
        },
        Work {
            name: "backup",
            from: more,
            command: |stage, _| (stage.datapunk.clone(), args([&"backup", &"create", &stage.backups()])),
            told: &[],
            again: |stage, _| stage.datapunk.json(args([&"backup", &"create", &stage.backups()])).map(drop),
            beside: backed_up,
        },
        Work { name: "restore", from: full.clone(), command: restoring, told: &[], again: restore_again, beside: restored },
    ];
    if knows(&subject.empty, &["keys", "rotate"])? {
        // A new recovery code comes with a new root key; the passphrase opens both.
        let by_passphrase = Stage { datapunk: full.datapunk.with_passphrase(PASSPHRASE), ..full.clone() };
        works.push(Work {
            name: "rotation of the root key",
            from: by_passphrase,
            command: |stage, _| (stage.datapunk.clone(), args([&"keys", &"rotate"])),
            told: &[],
            again: |stage, _| stage.datapunk.json(["keys", "rotate"]).map(drop),
            beside: earlier_backups,
        });
    }
    if knows(&subject.empty, &["forget"])? {
        works.push(Work {
            name: "forgetting",
            from: full,
            command: |stage, _| (stage.datapunk.clone(), args([&"forget", &"--words", &WORD, &"--yes"])),
            told: &[],
            // Refused when nothing is left to be forgotten.
            again: |stage, _| stage.datapunk.run(["forget", "--words", WORD, "--yes"]).map(drop),
            beside: earlier_backups,
        });
    }
    Ok(works)
}

fn importing(stage: &Stage, subject: &Subject) -> (Datapunk, Vec<OsString>) {
    (stage.datapunk.clone(), subject.import())
}

/// Afterwards nothing that was cut short is left.
fn import_again(stage: &Stage, subject: &Subject) -> Result<()> {
    stage.datapunk.json(subject.import())?;
    match imports(&stage.datapunk)?.iter().find(|import| import["state"] != "done") {
        Some(import) => Err(format!("an import that was cut short did not go on: {import}").into()),
        None => Ok(()),
    }
}

fn finds(datapunk: &Datapunk) -> Result<()> {
    let found = datapunk.json(["search", WORD, "--mode", "words"])?;
    if found["hits"].as_array().is_none_or(Vec::is_empty) { Err("nothing is found".into()) } else { Ok(()) }
}

/// Snapshots made before are listed, and all packs are whole.
fn kept(stage: &Stage, before: &Before) -> Result<BTreeSet<String>> {
    let now: BTreeSet<String> = snapshots(&stage.datapunk, &stage.backups())?.into_iter().collect();
    if now.is_superset(&before.snapshots) { Ok(now) } else { Err("a snapshot that was made before is gone".into()) }
}

fn first_backup_again(stage: &Stage, _: &Subject) -> Result<()> {
    stage.datapunk.json(args([&"backup", &"create", &stage.backups()]))?;
    let there = snapshots(&stage.datapunk, &stage.backups())?;
    let latest = there.last().ok_or("no snapshot is there")?;
    restores(&stage.datapunk, &stage.backups(), latest, &hash(&stage.datapunk)?, &stage.restored())
}

fn backed_up(stage: &Stage, before: &Before) -> Result<()> {
    for snapshot in kept(stage, before)?.difference(&before.snapshots) {
        restores(&stage.datapunk, &stage.backups(), snapshot, &before.hash, &stage.restored())?;
    }
    Ok(())
}

fn earlier_backups(stage: &Stage, before: &Before) -> Result<()> {
    kept(stage, before)?;
    for snapshot in &before.snapshots {
        restores(&stage.datapunk, &stage.backups(), snapshot, &before.hash, &stage.restored())?;
    }
    Ok(())
}

fn restoring(stage: &Stage, _: &Subject) -> (Datapunk, Vec<OsString>) {
    (stage.datapunk.on(&stage.restored()), args([&"restore", &stage.backups()]))
}

/// A vault that stands is complete; else restoring it again is not in the way of what was left.
fn restore_again(stage: &Stage, _: &Subject) -> Result<()> {
    if !stage.restored().exists() {
        stage.datapunk.on(&stage.restored()).json(args([&"restore", &stage.backups()]))?;
    }
    Ok(())
}

fn restored(stage: &Stage, before: &Before) -> Result<()> {
    kept(stage, before)?;
    if stage.restored().exists() { holds(&stage.datapunk.on(&stage.restored()), &before.hash, "restored") } else { Ok(()) }
}

fn killed(plan: &Plan, subject: &Subject, work: &Work, share: u64, home: &Path) -> Result<Tally> {
    let name = format!("kills: {}", work.name);
    let before = Before {
        hash: {
            let copy = work.from.copied(&plan.folder("before")?)?;
            tells_only(&copy.datapunk, work.told)?;
            hash(&copy.datapunk)?
        },
        snapshots: match work.from.backups().exists() {
            true => snapshots(&work.from.datapunk, &work.from.backups())?.into_iter().collect(),
            false => BTreeSet::new(),
        },
    };
    // One that is not killed: how long it takes, and what it comes to.
    let whole = work.from.copied(&plan.folder("whole")?)?;
    let (datapunk, words) = (work.command)(&whole, subject);
    let begun = Instant::now();
    let ran = datapunk.run(words)?;
    let took = begun.elapsed();
    if !ran.status.success() && work.told.is_empty() {
        return Err(format!("{}, which nothing disturbed, failed: {}", work.name, ran.stderr.trim()).into());
    }
    let after = hash(&whole.datapunk)?;
    let cases: Vec<u64> = plan.case.map_or_else(|| (0..share).collect(), |case| vec![case]);
    let tally = each(plan, &name, &cases, |case, chance| {
        let root = home.join(format!("{}-{case}", work.name));
        let stage = work.from.copied(&root)?;
        let instant = took.mul_f64(chance.below(1_000_000) as f64 / 1e6);
        let (datapunk, words) = (work.command)(&stage, subject);
        let landed = kill_after(&datapunk, words, instant)?;
        let what = || format!("killed after {} ms of {}", instant.as_millis(), took.as_millis());
        let held = || -> Result<()> {
            tells_only(&stage.datapunk, work.told)?;
            hash(&stage.datapunk)?;
            balances(&stage.datapunk)?;
            (work.beside)(&stage, &before)?;
            (work.again)(&stage, subject).map_err(|error| format!("done again: {error}"))?;
            holds(&stage.datapunk, &after, "done again")?;
            (work.beside)(&stage, &before).map_err(|error| format!("done again: {error}").into())
        };
        held().map_err(|error| format!("{}: {error}", what()))?;
        fs::remove_dir_all(&root)?;
        Ok(if landed { "killed at work".to_owned() } else { "had ended before".to_owned() })
    });
    Ok(tally.note(format!("over {} ms", took.as_millis())))
}

/// Kills a run after so long; whether it was still at work.
fn kill_after(datapunk: &Datapunk, words: Vec<OsString>, instant: Duration) -> Result<bool> {
    let mut child = datapunk.command(words).stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
    std::thread::sleep(instant);
    let landed = child.try_wait()?.is_none();
    child.kill()?;
    child.wait()?;
    Ok(landed)
}
