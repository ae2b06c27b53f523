//! The disk is full, at every megabyte of an import and of a backup, and before each of them begins. The failure has the code for it and a sentence, what was
//! committed is there, and with more room the work comes to what it would have come to at once.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use serde_json::Value;

use super::Plan;
use super::subject::{Subject, args, balances, hash, holds, restores, snapshots};
use super::tally::Tally;
use crate::command::Datapunk;
use crate::{Result, folder};

/// About how many records are imported, so that there are a good dozen megabytes.
const SCALE: u64 = 40_000;
const MB: u64 = 1 << 20;
/// More than a command asks for before it begins.
const PLENTY: u64 = 1024 * MB;
/// A command that has written so much has opened the vault, and is past its look for room.
const BEGUN: u64 = 512 << 10;

/// A file system in memory of so many bytes. Gone with this value.
struct SmallDisk(PathBuf);

impl SmallDisk {
    fn mount(at: &Path, size: u64) -> Result<Self> {
        fs::create_dir_all(at)?;
        mount(&["-t", "tmpfs", "-o", &format!("size={size}"), "tmpfs"], at)?;
        Ok(Self(at.to_owned()))
    }

    /// The same files, with more room or less.
    fn resize(&self, size: u64) -> Result<()> {
        mount(&["-o", &format!("remount,size={size}")], &self.0)
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // What cannot be unmounted stays empty memory until the machine starts again.
        drop(Command::new("umount").arg(&self.0).stderr(Stdio::null()).status());
    }
}

fn mount(options: &[&str], at: &Path) -> Result<()> {
    let output = Command::new("mount").args(options).arg(at).output()?;
    if output.status.success() { Ok(()) } else { Err(String::from_utf8_lossy(&output.stderr).trim().to_owned().into()) }
}

pub(super) fn run(plan: &Plan) -> Result<Vec<Tally>> {
    let home = plan.folder("full")?;
    if let Err(error) = SmallDisk::mount(&home.join("disk"), MB) {
        return Ok(vec![Tally::skipped("full", format!("not run: small disks have to be mounted, which this user may not ({error})"))]);
    }
    let subject = Subject::new(&home, plan.seed, SCALE)?;
    let whole = subject.copy(&home.join("whole"))?;
    whole.json(subject.import())?;
    let held = hash(&whole)?;
    let begin = folder::size(subject.empty.vault())? / MB + 1;
    let import = each_megabyte(plan, "full: import", begin, &home, |disk| {
        let datapunk = subject.copy(&disk.join("vault"))?;
        Ok(Trial {
            command: (datapunk.clone(), subject.import()),
            whole: Box::new({
                let datapunk = datapunk.clone();
                move || hash(&datapunk).and_then(|_| balances(&datapunk))
            }),
            done: Box::new({
                let held = held.clone();
                move || holds(&datapunk, &held, "with more room")
            }),
        })
    })?;
    let backup = each_megabyte(plan, "full: backup", 1, &home, |disk| {
        let backups = disk.join("backups");
        Ok(Trial {
            command: (whole.clone(), args([&"backup", &"create", &backups])),
            whole: Box::new({
                let (whole, held) = (whole.clone(), held.clone());
                move || holds(&whole, &held, "the vault itself")
            }),
            done: Box::new({
                let (whole, held, restored) = (whole.clone(), held.clone(), home.join("restored"));
                move || {
                    let there = snapshots(&whole, &backups)?;
                    restores(&whole, &backups, there.last().ok_or("no snapshot is there")?, &held, &restored)
                }
            }),
        })
    })?;
    Ok(vec![import, backup])
}

/// What is tried on a disk.
struct Trial {
    command: (Datapunk, Vec<OsString>),
    /// Holds once there is room again, before anything else is done.
    whole: Box<dyn Fn() -> Result<()>>,
    /// Holds when the command has ended well.
    done: Box<dyn Fn() -> Result<()>>,
}

/// Tries with a disk that is full from the beginning, then with one megabyte more each time, until there is enough. The case is
/// the number of megabytes.
fn each_megabyte(plan: &Plan, name: &str, begin: u64, home: &Path, lay: impl Fn(&Path) -> Result<Trial>) -> Result<Tally> {
    let mut tally = Tally::new(name);
    for megabytes in plan.case.map_or(begin..=PLENTY / MB, |case| case..=case) {
        let at = home.join(format!("disk-{megabytes}"));
        let disk = SmallDisk::mount(&at, PLENTY)?;
        let trial = lay(&at)?;
        let end = tried(&trial, &disk, megabytes * MB, megabytes == begin);
        let enough = end.as_deref().is_ok_and(|end| end == ENOUGH);
        tally.count(megabytes, end);
        if enough || plan.n.is_some_and(|n| tally.ran >= n) {
            break;
        }
    }
    Ok(tally)
}

const ENOUGH: &str = "with room enough";

/// Runs the command on a disk that turns out to have no more than `size` bytes: from the beginning, or once the command has begun
/// to write, for it looks whether there is room before.
fn tried(trial: &Trial, disk: &SmallDisk, size: u64, from_the_beginning: bool) -> Result<String> {
    let (datapunk, words) = &trial.command;
    let begin = folder::size(&disk.0)?;
    if from_the_beginning {
        disk.resize(size)?;
    }
    let mut child = datapunk.command(words).stdout(Stdio::null()).stderr(Stdio::piped()).spawn()?;
    let mut shrunk = from_the_beginning;
    while child.try_wait()?.is_none() {
        // A file may go while it is counted.
        if !shrunk && folder::size(&disk.0).is_ok_and(|now| now > begin + BEGUN) {
            // Refused when more than that is written already; then the disk stays large, and the command ends well.
            shrunk = disk.resize(size).is_ok();
        }
        std::thread::sleep(Duration::from_millis(1));
    }
    let output = child.wait_with_output()?;
    if output.status.success() {
        // There may have been just enough, and opening a vault takes a little.
        disk.resize(PLENTY)?;
        (trial.done)()?;
        return Ok(if shrunk { ENOUGH } else { "had written more before the disk was small" }.to_owned());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let failure: Value =
        serde_json::from_str(said.lines().last().unwrap_or_default()).map_err(|_| format!("it did not say what failed: {said}"))?;
    if failure["code"] != "no_space" || failure["message"].as_str().is_none_or(str::is_empty) || output.status.code() != Some(1) {
        return Err(format!("it ended with {}: {failure}", output.status).into());
    }
    let at_work = folder::size(&disk.0)? > begin + BEGUN;
    disk.resize(PLENTY)?;
    (trial.whole)()?;
    datapunk.json(words).map_err(|error| format!("with more room: {error}"))?;
    (trial.done)()?;
    Ok(if at_work { "stopped at work, and went on with more room" } else { "refused before anything was written" }.to_owned())
}
