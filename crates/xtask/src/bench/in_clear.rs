//! What encryption costs: the same import and the same searches by the built command, and by one that leaves the database and
//! the index of words in clear.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::json;

use super::figures::{Figure, spread};
use super::{PASSPHRASE, process, timed};
use crate::command::Datapunk;
use crate::fixtures::Generated;
use crate::machine::{cargo, run as run_command, step};
use crate::{Result, place};

/// Each is done so often, in turns; the least of the times counts.
const ROUNDS: usize = 3;

/// Builds the command that writes in clear into `folder`, and the ordinary one again.
pub(super) fn build(folder: &Path) -> Result<PathBuf> {
    step("building the command without encryption");
    fs::create_dir_all(folder)?;
    // Of the workspace's own crates alone: the others are compiled as they were.
    let wrapper = folder.join("rustc-in-clear");
    fs::write(&wrapper, "#!/bin/sh\nexec \"$@\" --cfg datapunk_in_clear\n")?;
    run_command(Command::new("chmod").arg("+x").arg(&wrapper))?;
    let build = || {
        let mut build = cargo();
        build.args(["build", "--quiet", "--workspace", "--bin", "datapunk"]);
        build
    };
    run_command(build().env("RUSTC_WORKSPACE_WRAPPER", &wrapper))?;
    let program = folder.join("datapunk-in-clear");
    fs::copy(place::datapunk(), &program)?;
    run_command(&mut build())?;
    Ok(program)
}

/// The least of what an import and a search cost.
#[derive(Clone, Copy)]
struct Least {
    wall_s: f64,
    cpu_s: f64,
    words_p95_ms: f64,
    both_p95_ms: f64,
}

impl Least {
    const NONE: Self = Self { wall_s: f64::MAX, cpu_s: f64::MAX, words_p95_ms: f64::MAX, both_p95_ms: f64::MAX };

    fn and(self, other: Self) -> Self {
        Self {
            wall_s: self.wall_s.min(other.wall_s),
            cpu_s: self.cpu_s.min(other.cpu_s),
            words_p95_ms: self.words_p95_ms.min(other.words_p95_ms),
            both_p95_ms: self.both_p95_ms.min(other.both_p95_ms),
        }
    }
}

/// Both commands in turns, each time on a vault of its own.
pub(super) fn measure(program: &Path, folder: &Path, made: &Generated, queries: &[String]) -> Result<Vec<Figure>> {
    step("importing and searching with encryption and without");
    let (mut sealed, mut clear) = (Least::NONE, Least::NONE);
    for round in 0..ROUNDS {
        let at = folder.join(format!("sealed-{round}"));
        sealed = sealed.and(once(&Datapunk::new(&at, PASSPHRASE)?, made, queries)?);
        fs::remove_dir_all(&at)?;
        let at = folder.join(format!("clear-{round}"));
        clear = clear.and(once(&Datapunk::new(&at, PASSPHRASE)?.with_program(program), made, queries)?);
        fs::remove_dir_all(&at)?;
    }
    let against = "the same store in clear";
    Ok(vec![
        Figure::new("encrypted: import, wall", sealed.wall_s, "s").against(against, clear.wall_s),
        Figure::new("encrypted: import, processor", sealed.cpu_s, "s").against(against, clear.cpu_s),
        Figure::new("encrypted: search, words: p95", sealed.words_p95_ms, "ms").against(against, clear.words_p95_ms),
        Figure::new("encrypted: search, both: p95", sealed.both_p95_ms, "ms").against(against, clear.both_p95_ms),
    ])
}

fn once(datapunk: &Datapunk, made: &Generated, queries: &[String]) -> Result<Least> {
    datapunk.json(["init"])?;
    let mut import = datapunk.command(["import"]);
    import.args(&made.inputs);
    let cost = process::run(&mut import)?;
    let mut server = datapunk.serve(true)?;
    let mut p95 = |mode: &str| -> Result<f64> {
        let times = queries
            .iter()
            .map(|query| Ok(timed(&mut server, "search", &json!({ "filter": { "text": query }, "mode": mode }))?.0))
            .collect::<Result<Vec<_>>>()?;
        Ok(spread(times).1)
    };
    let least = Least { wall_s: cost.wall_s, cpu_s: cost.cpu_s, words_p95_ms: p95("words")?, both_p95_ms: p95("both")? };
    server.stop()?;
    Ok(least)
}
