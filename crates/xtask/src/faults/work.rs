//! What is disturbed: each operation that changes a vault or a folder of backups, what it starts from, and what has to hold
//! however it ended.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::Plan;
use super::subject::{PASSPHRASE, Subject, args, balances, hash, holds, import, imports, knows, restores, snapshots, tells_only, undo};
use crate::command::Datapunk;
use crate::{Result, folder};

/// A word that stands in many of the made-up items.
const WORD: &str = "bread";

/// A folder with a vault and its backups.
#[derive(Clone)]
pub(super) struct Stage {
    pub(super) root: PathBuf,
    pub(super) datapunk: Datapunk,
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

    pub(super) fn copied(&self, to: &Path) -> Result<Self> {
        folder::copy(&self.root, to)?;
        Ok(Self::new(to, &self.datapunk))
    }
}

/// An operation.
pub(super) struct Work {
    pub(super) name: &'static str,
    /// What it starts from.
    pub(super) from: Stage,
    pub(super) command: fn(&Stage, &Subject) -> (Datapunk, Vec<OsString>),
    /// The codes of findings that are right at the first look afterwards, because of what it starts from.
    told: &'static [&'static str],
    /// The codes of findings that are right when it was cut short.
    cut_short: &'static [&'static str],
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

/// What an operation comes to that nothing disturbs.
pub(super) struct Undisturbed {
    before: Before,
    /// The hash of what the vault holds then.
    after: String,
    /// How long it takes.
    pub(super) took: Duration,
}

impl Work {
    /// Runs it once undisturbed.
    pub(super) fn undisturbed(&self, plan: &Plan, subject: &Subject) -> Result<Undisturbed> {
        let before = Before {
            hash: {
                let copy = self.from.copied(&plan.folder("before")?)?;
                tells_only(&copy.datapunk, self.told)?;
                hash(&copy.datapunk)?
            },
            snapshots: match self.from.backups().exists() {
                true => snapshots(&self.from.datapunk, &self.from.backups())?.into_iter().collect(),
                false => BTreeSet::new(),
            },
        };
        let whole = self.from.copied(&plan.folder("whole")?)?;
        let (datapunk, words) = (self.command)(&whole, subject);
        let begun = Instant::now();
        let ran = datapunk.run(words)?;
        let took = begun.elapsed();
        if !ran.status.success() && self.told.is_empty() {
            return Err(format!("{}, which nothing disturbed, failed: {}", self.name, ran.stderr.trim()).into());
        }
        Ok(Undisturbed { before, after: hash(&whole.datapunk)?, took })
    }

    /// Whether it tells of what it starts from.
    pub(super) fn tells(&self) -> bool {
        !self.told.is_empty()
    }

    /// Fails unless the vault opens by itself and is whole, every ledger balances, backups made before can be restored, and the
    /// operation done again comes to what it would have come to had nothing happened.
    pub(super) fn holds(&self, stage: &Stage, subject: &Subject, undisturbed: &Undisturbed) -> Result<()> {
        let Undisturbed { before, after, .. } = undisturbed;
        tells_only(&stage.datapunk, &[self.told, self.cut_short].concat())?;
        hash(&stage.datapunk)?;
        balances(&stage.datapunk)?;
        (self.beside)(stage, before)?;
        (self.again)(stage, subject).map_err(|error| format!("done again: {error}"))?;
        holds(&stage.datapunk, after, "done again")?;
        (self.beside)(stage, before).map_err(|error| format!("done again: {error}").into())
    }
}

/// Every operation, and what each starts from.
pub(super) fn works(home: &Path, subject: &Subject) -> Result<Vec<Work>> {
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
        Work { name: "import", from: empty, command: importing, told: &[], cut_short: &[], again: import_again, beside: plainly },
        Work {
            name: "second import",
            from: full.clone(),
            command: importing,
            told: &[],
            cut_short: &[],
            again: import_again,
            beside: plainly,
        },
        Work {
            name: "undo",
            from: full.clone(),
            command: |stage, _| (stage.datapunk.clone(), args([&"undo", &"1"])),
            told: &[],
            cut_short: &[],
            again: |stage, _| undo(&stage.datapunk, &1.into()),
            beside: plainly,
        },
        Work {
            name: "indexing",
            from: unindexed,
            command: |stage, _| (stage.datapunk.clone(), args([&"verify"])),
            told: &["index"],
            cut_short: &[],
            again: |stage, _| finds(&stage.datapunk),
            beside: plainly,
        },
        Work {
            name: "first backup",
            from: unbacked,
            command: |stage, _| (stage.datapunk.clone(), args([&"backup", &"create", &stage.backups()])),
            told: &[],
            cut_short: &[],
            again: first_backup_again,
            beside: plainly,
        },
        Work {
            name: "backup",
            from: more,
            command: |stage, _| (stage.datapunk.clone(), args([&"backup", &"create", &stage.backups()])),
            told: &[],
            cut_short: &[],
            again: |stage, _| stage.datapunk.json(args([&"backup", &"create", &stage.backups()])).map(drop),
            beside: backed_up,
        },
        Work { name: "restore", from: full.clone(), command: restoring, told: &[], cut_short: &[], again: restore_again, beside: restored },
    ];
    if knows(&subject.empty, &["keys", "rotate"])? {
        // A new recovery code comes with a new root key; the passphrase opens both.
        let by_passphrase = Stage { datapunk: full.datapunk.with_passphrase(PASSPHRASE), ..full.clone() };
        works.push(Work {
            name: "rotation of the root key",
            from: by_passphrase,
            command: |stage, _| (stage.datapunk.clone(), args([&"keys", &"rotate"])),
            told: &[],
            // Nobody may have seen the new recovery code.
            cut_short: &["header"],
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
            cut_short: &[],
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
    if !stage.restored().exists() {
        return Ok(());
    }
    let restored = stage.datapunk.on(&stage.restored());
    // It stands before its index of words does.
    tells_only(&restored, &["index"])?;
    holds(&restored, &before.hash, "restored")
}
