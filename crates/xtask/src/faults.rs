//! `cargo xtask faults`: what a vault survives. The built command is killed, loses its power, runs out of disk, has its calls to
//! the system fail and is fed broken files; blocks that it keeps are mixed up, their bits are flipped, and everything that it ever
//! writes is searched.
//!
//! Each run prints its seed, what it did how often, and every fault that got through; `--seed N --only KIND --case K` does one
//! case again. Chance decides what is done, never what is held against it. It works in the temporary folder, which a disk in
//! memory (`TMPDIR=/dev/shm`) makes quicker.
//!
//! Absent on purpose: knowledge of formats at rest. A vault is asked through its command whether it is whole.

mod canary;
mod corpus;
mod disk;
mod errors;
mod flips;
mod full;
mod fuzz;
mod kills;
mod mutate;
mod pages;
mod power;
mod subject;
mod tally;
mod trace;
mod work;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::json;

use crate::machine::{Need, cargo, prepare, run as run_command, step};
use crate::{Result, place};
pub use tally::{Tally, Through};

/// A sort of fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The process is killed at a random instant.
    Kills,
    /// The power goes: what was not synced is lost, in part or altogether.
    Power,
    /// Calls to the system fail.
    Errors,
    /// The disk is full.
    Full,
    /// Archives and the vault's own files are changed at random.
    Fuzz,
    /// Blocks at rest come back as others.
    Pages,
    /// One bit at rest is flipped.
    Flips,
    /// Nothing: what was written in clear is looked for.
    Canary,
}

impl Kind {
    const ALL: [Self; 8] = [Self::Kills, Self::Power, Self::Errors, Self::Full, Self::Fuzz, Self::Pages, Self::Flips, Self::Canary];

    fn name(self) -> &'static str {
        match self {
            Self::Kills => "kills",
            Self::Power => "power",
            Self::Errors => "errors",
            Self::Full => "full",
            Self::Fuzz => "fuzz",
            Self::Pages => "pages",
            Self::Flips => "flips",
            Self::Canary => "canary",
        }
    }

    fn named(name: &str) -> Result<Self> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.name() == name)
            .ok_or_else(|| format!("--only takes kills, power, errors, full, fuzz, pages, flips and canary, not {name:?}").into())
    }
}

/// What is run, and how often.
#[derive(Debug, Clone)]
pub struct Plan {
    /// What chance is drawn from.
    pub seed: u64,
    /// How many cases of each kind; each has its own number otherwise.
    pub n: Option<u64>,
    /// One case alone.
    pub case: Option<u64>,
    /// The folder to work in; emptied first.
    pub folder: PathBuf,
}

impl Plan {
    /// The numbers of the cases, when there are `usual` unless another number was asked for.
    fn cases(&self, usual: u64) -> Vec<u64> {
        match self.case {
            Some(case) => vec![case],
            None => (0..self.n.unwrap_or(usual)).collect(),
        }
    }

    /// An empty folder of that name.
    fn folder(&self, name: &str) -> Result<PathBuf> {
        let folder = self.folder.join(name);
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        fs::create_dir_all(&folder)?;
        Ok(folder)
    }
}

/// Runs it: `[--only KIND,KIND] [--seed N] [--n N] [--case K]`.
pub fn run(args: &[String]) -> Result<()> {
    let mut kinds = Kind::ALL.to_vec();
    let (mut n, mut case) = (None, None);
    let mut seed = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs() % 1_000_000;
    let mut args = args.iter();
    while let Some(flag) = args.next() {
        let value = args.next().ok_or_else(|| format!("{flag} wants a value"))?;
        let number = || value.replace('_', "").parse().map_err(|_| format!("{flag} wants a whole number, not {value:?}"));
        match flag.as_str() {
            "--only" => kinds = value.split(',').map(Kind::named).collect::<Result<_>>()?,
            "--seed" => seed = number()?,
            "--n" => n = Some(number()?),
            "--case" => case = Some(number()?),
            _ => return Err(format!("{flag} is not known: --only, --seed, --n and --case are").into()),
        }
    }
    if std::env::var_os("DATAPUNK_BIN").is_none() {
        prepare(Need::Run)?;
        step("building");
        run_command(cargo().args(["build", "--quiet", "--workspace"]))?;
    }
    let plan = Plan { seed, n, case, folder: std::env::temp_dir().join(format!("datapunk-faults-{}", std::process::id())) };
    println!("seed {seed}");
    let outcome = kinds.iter().map(|kind| tried(*kind, &plan)).collect::<Result<Vec<Vec<Tally>>>>();
    if plan.folder.exists() {
        fs::remove_dir_all(&plan.folder)?;
    }
    told(seed, &outcome?.concat(), &place::cache().join("faults.json"))
}

/// Tries one kind of fault.
///
/// # Errors
/// When it could not be tried; a fault that got through is in the tally.
pub fn tried(kind: Kind, plan: &Plan) -> Result<Vec<Tally>> {
    step(kind.name());
    fs::create_dir_all(&plan.folder)?;
    match kind {
        Kind::Kills => kills::run(plan),
        Kind::Power => power::run(plan),
        Kind::Errors => errors::run(plan),
        Kind::Full => full::run(plan),
        Kind::Fuzz => fuzz::run(plan),
        Kind::Pages => pages::run(plan),
        Kind::Flips => flips::run(plan),
        Kind::Canary => canary::run(plan),
    }
}

/// Prints the table and writes the figures; fails when a fault got through.
fn told(seed: u64, tallies: &[Tally], path: &Path) -> Result<()> {
    print!("\n{}", tally::table(tallies));
    fs::create_dir_all(path.parent().unwrap_or(Path::new(".")))?;
    fs::write(path, serde_json::to_vec_pretty(&json!({ "seed": seed, "tallies": tallies }))?)?;
    println!("\nseed {seed}; written to {}", path.display());
    match tallies.iter().map(|tally| tally.through.len()).sum::<usize>() {
        0 => Ok(()),
        n => Err(format!("{n} faults got through").into()),
    }
}
