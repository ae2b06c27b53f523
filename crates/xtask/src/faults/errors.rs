//! Calls to the system fail: a read or a write, a sync, a new length, a name given or taken away, a file opened; once or from
//! then on. What is only interrupted or comes short goes on as if nothing were; what fails ends with a sentence that names it, and
//! nothing that was committed is lost. A sync that failed never counts as one.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::Plan;
use super::fuzz::ended;
use super::subject::Subject;
use super::tally::{Tally, each};
use super::work::{Stage, Undisturbed, Work, works};
use crate::Result;
use crate::command::{Datapunk, Ran};
use crate::fixtures::prng::Prng;

/// Errors in all, shared out evenly.
const ERRORS: u64 = 480;
/// About how many records are imported.
const SCALE: u64 = 600;
/// The sorts of calls, as the library that breaks them names them.
const CALLS: [&str; 7] = ["read", "write", "sync", "resize", "rename", "remove", "open"];

/// The library that breaks calls, built.
struct Library(PathBuf);

/// Bytes of its log.
const LOG: usize = 4_096;

/// What it counted, and what file the first broken call was on.
struct Counts {
    calls: u64,
    broken: u64,
    file: String,
}

/// How a call is broken.
struct Breaking {
    call: &'static str,
    how: &'static str,
    at: u64,
    lasts: bool,
}

impl Breaking {
    fn drawn(call: &'static str, n_calls: u64, chance: &mut Prng) -> Self {
        let how = match call {
            "read" | "write" => ["eio", "eio", "short", "eintr"][chance.below(4) as usize],
            _ => "eio",
        };
        Self { call, how, at: 1 + chance.below(n_calls.max(1)), lasts: how == "eio" && chance.below(2) == 0 }
    }

    /// Whether whoever called has to go on as if nothing were.
    fn is_harmless(&self) -> bool {
        self.how != "eio"
    }
}

impl Library {
    fn build(folder: &Path) -> Result<Self> {
        let source = folder.join("broken_calls.c");
        fs::write(&source, include_str!("broken_calls.c"))?;
        let library = folder.join("broken_calls.so");
        let output = Command::new("cc").args(["-shared", "-fPIC", "-O1", "-w", "-o"]).arg(&library).arg(&source).arg("-ldl").output()?;
        if output.status.success() { Ok(Self(library)) } else { Err(String::from_utf8_lossy(&output.stderr).trim().to_owned().into()) }
    }

    /// The command, with calls broken below `root`. The log has to be read back when it has ended.
    fn before(&self, datapunk: &Datapunk, root: &Path, log: &Path, breaking: &Breaking) -> Result<Datapunk> {
        fs::write(log, [0; LOG])?;
        let mut with = datapunk
            .with_variable("LD_PRELOAD", &self.0.to_string_lossy())
            .with_variable("BROKEN_BELOW", &root.to_string_lossy())
            .with_variable("BROKEN_CALL", breaking.call)
            .with_variable("BROKEN_HOW", breaking.how)
            .with_variable("BROKEN_AT", &breaking.at.to_string())
            .with_variable("BROKEN_LOG", &log.to_string_lossy());
        if breaking.lasts {
            with = with.with_variable("BROKEN_LASTS", "1");
        }
        Ok(with)
    }
}

fn counted(log: &Path) -> Result<Counts> {
    let bytes: [u8; LOG] = fs::read(log)?.try_into().map_err(|_| "the log of broken calls has another length")?;
    let [calls, broken] = [0, 8].map(|at| u64::from_ne_bytes(std::array::from_fn(|byte| bytes[at + byte])));
    let file = bytes[16..].split(|byte| *byte == 0).next().unwrap_or_default();
    Ok(Counts { calls, broken, file: String::from_utf8_lossy(file).into_owned() })
}

pub(super) fn run(plan: &Plan) -> Result<Vec<Tally>> {
    let home = plan.folder("errors")?;
    let library = match Library::build(&home) {
        Ok(library) => library,
        Err(error) => return Ok(vec![Tally::skipped("errors", format!("not run: a C compiler has to be there ({error})"))]),
    };
    let subject = Subject::new(&home, plan.seed, SCALE)?;
    let works = works(&home, &subject)?;
    let share = plan.n.unwrap_or(ERRORS).div_ceil(works.len() as u64);
    works.iter().map(|work| broken(plan, &subject, &library, work, share, &home)).collect()
}

fn broken(plan: &Plan, subject: &Subject, library: &Library, work: &Work, share: u64, home: &Path) -> Result<Tally> {
    let undisturbed = work.undisturbed(plan, subject)?;
    let mut n_calls = Vec::with_capacity(CALLS.len());
    for call in CALLS {
        let stage = work.from.copied(&plan.folder("counted")?)?;
        let (datapunk, words) = (work.command)(&stage, subject);
        let log = home.join("counted.log");
        library.before(&datapunk, &stage.root, &log, &Breaking { call, how: "count", at: 0, lasts: false })?.run(words)?;
        n_calls.push((call, counted(&log)?.calls));
    }
    n_calls.retain(|(_, n)| *n > 0);
    let cases: Vec<u64> = plan.case.map_or_else(|| (0..share).collect(), |case| vec![case]);
    let tally = each(plan, &format!("errors: {}", work.name), &cases, |case, chance| {
        let (call, n_calls) = n_calls[case as usize % n_calls.len()];
        let breaking = Breaking::drawn(call, n_calls, chance);
        let root = home.join(format!("{}-{case}", work.name));
        let end = one(subject, library, work, &undisturbed, &root, &breaking)?;
        fs::remove_dir_all(&root)?;
        Ok(end.to_owned())
    });
    Ok(tally.note(n_calls.iter().map(|(call, n)| format!("{n} {call}")).collect::<Vec<_>>().join(", ")))
}

fn one(
    subject: &Subject,
    library: &Library,
    work: &Work,
    undisturbed: &Undisturbed,
    root: &Path,
    breaking: &Breaking,
) -> Result<&'static str> {
    let stage = work.from.copied(root)?;
    let (datapunk, words) = (work.command)(&stage, subject);
    let log = root.with_extension("log");
    let ran = library.before(&datapunk, root, &log, breaking)?.run(words)?;
    let counts = counted(&log)?;
    fs::remove_file(&log)?;
    judged(subject, work, undisturbed, &stage, breaking, &ran, &counts).map_err(|error| {
        let lasts = if breaking.lasts { " and from then on" } else { "" };
        let file = Path::new(&counts.file).strip_prefix(root).unwrap_or(Path::new("nothing")).display();
        format!("{} at {} {} of {}, on {file}{lasts}: {error}", breaking.how, breaking.call, breaking.at, counts.calls).into()
    })
}

/// Whether nothing is lost when a sync of that file fails, as the `at`th of `n_calls`. The index is made of what the database
/// holds, the state file tells what it knows, and pages of the database stay in its log until they are synced. The log itself is
/// synced once more when a vault is closed, long after its commits.
fn loses_nothing(root: &Path, file: &str, at: u64, n_calls: u64) -> bool {
    let closing = at > n_calls / 2;
    let of = |vault: &str| Path::new(file).strip_prefix(root.join(vault)).ok();
    // What a restore writes stands nowhere else in the folder that it is restored to.
    if let Some(file) = of(".restored.restoring") {
        return file.starts_with("idx") || closing && file == Path::new("db/main.db-wal");
    }
    let Some(file) = of("vault").or_else(|| of("restored")) else { return false };
    file.starts_with("idx")
        || ["", "db", "db/main.db", "state", "state.new"].iter().any(|name| file == Path::new(name))
        || closing && file == Path::new("db/main.db-wal")
}

fn judged(
    subject: &Subject,
    work: &Work,
    undisturbed: &Undisturbed,
    stage: &Stage,
    breaking: &Breaking,
    ran: &Ran,
    counts: &Counts,
) -> Result<&'static str> {
    let end = ended(ran)?;
    // What a check tells of where it began is no failure.
    let succeeded = ran.status.success() || end == "told" && work.tells();
    if counts.broken > 0 && breaking.is_harmless() && !succeeded {
        return Err(format!("what goes on by itself was taken for a failure: {}", ran.stderr.trim()).into());
    }
    if counts.broken > 0 && breaking.call == "sync" && succeeded && !loses_nothing(&stage.root, &counts.file, breaking.at, counts.calls) {
        return Err("a sync failed, and it ended well".into());
    }
    work.holds(stage, subject, undisturbed)?;
    Ok(match (counts.broken > 0, end, succeeded) {
        (false, ..) => "were not reached",
        (true, _, true) => "did not matter",
        (true, "told", false) => "were told",
        (true, ..) => "were refused",
    })
}
