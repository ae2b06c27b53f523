//! The process is killed at instants spread evenly over the measured length of each operation.

use std::ffi::OsString;
use std::fs;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use super::Plan;
use super::subject::Subject;
use super::tally::{Tally, each};
use super::work::{Work, works};
use crate::Result;
use crate::command::Datapunk;

/// Kills in all, shared out evenly.
const KILLS: u64 = 200;
/// About how many records are imported: enough for the work to take longer than opening the vault.
const SCALE: u64 = 1_500;

pub(super) fn run(plan: &Plan) -> Result<Vec<Tally>> {
    let home = plan.folder("kills")?;
    let subject = Subject::new(&home, plan.seed, SCALE)?;
    let works = works(&home, &subject)?;
    let kills = plan.n.unwrap_or(KILLS);
    let share = kills.div_ceil(works.len() as u64);
    works.iter().map(|work| killed(plan, &subject, work, share, &home)).collect()
}

fn killed(plan: &Plan, subject: &Subject, work: &Work, share: u64, home: &Path) -> Result<Tally> {
    let undisturbed = work.undisturbed(plan, subject)?;
    let took = undisturbed.took;
    let cases: Vec<u64> = plan.case.map_or_else(|| (0..share).collect(), |case| vec![case]);
    let tally = each(plan, &format!("kills: {}", work.name), &cases, |case, chance| {
        let root = home.join(format!("{}-{case}", work.name));
        let stage = work.from.copied(&root)?;
        let instant = took.mul_f64(chance.below(1_000_000) as f64 / 1e6);
        let (datapunk, words) = (work.command)(&stage, subject);
        let landed = kill_after(&datapunk, words, instant)?;
        work.holds(&stage, subject, &undisturbed)
            .map_err(|error| format!("killed after {} ms of {}: {error}", instant.as_millis(), took.as_millis()))?;
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
