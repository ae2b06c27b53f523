//! Broken input. Archives of small files of every importer are changed at random and imported, many by one server; and the
//! vault's own files and those of its backups are changed and opened. Nothing panics, hangs, takes too much memory or writes
//! outside the vault; every refusal has a code that is not a fault of ours.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::Plan;
use super::mutate::{Container, Entry, Mutator, archive, garble};
use super::subject::{Subject, args};
use super::tally::{Tally, at_once, each};
use super::{corpus, subject};
use crate::bench::process;
use crate::command::{Datapunk, Ran, Served};
use crate::fixtures::prng::Prng;
use crate::{Result, folder};

/// Broken files in all; one in ten of them is one at rest.
const FILES: u64 = 10_000;
/// Archives that one server and one vault take.
const PER_SERVER: usize = 250;
const PATIENCE: Duration = Duration::from_secs(10);
const MEMORY_MAX: u64 = 512 << 20;
/// The least that the generator makes.
const SCALE: u64 = 100;
const NAME: &str = "fuzz: archives";

pub(super) fn run(plan: &Plan) -> Result<Vec<Tally>> {
    let home = plan.folder("fuzz")?;
    let subject = Subject::new(&home, plan.seed, SCALE)?;
    let n = plan.n.unwrap_or(FILES);
    Ok(vec![archives(plan, n - n / 10, &subject, &home)?, at_rest(plan, n / 10, &subject, &home)?])
}

fn archives(plan: &Plan, n: u64, subject: &Subject, home: &Path) -> Result<Tally> {
    let mut entries = corpus::files("an afternoon at the river");
    let mut zip = zip::ZipArchive::new(File::open(&subject.made.inputs[0])?)?;
    for index in 0..zip.len() {
        let mut entry = zip.by_index(index)?;
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes)?;
        entries.push((entry.name()?.into_owned(), bytes));
    }
    let cases: Vec<u64> = plan.case.map_or_else(|| (0..n).collect(), |case| vec![case]);
    let batches: Vec<&[u64]> = cases.chunks(PER_SERVER).collect();
    let (next, tally) = (AtomicUsize::new(0), Mutex::new(Tally::new(NAME)));
    let slowest = Mutex::new((Duration::ZERO, 0));
    let outcome: Result<Vec<()>> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..at_once())
            .map(|_| {
                scope.spawn(|| -> Result<()> {
                    loop {
                        let nth = next.fetch_add(1, Ordering::Relaxed);
                        let Some(batch) = batches.get(nth) else { return Ok(()) };
                        let mut table = Table::lay(&home.join(format!("table-{nth}")), subject)?;
                        for case in *batch {
                            let mut chance = Prng::keyed(plan.seed, NAME, *case);
                            let begun = Instant::now();
                            let end = table.serve(*case, &entries, &mut chance);
                            let took = begun.elapsed();
                            let mut slowest = slowest.lock().unwrap_or_else(PoisonError::into_inner);
                            *slowest = (*slowest).max((took, *case));
                            drop(slowest);
                            if end.is_err() {
                                // Whatever it was, it is not held against the next one.
                                table = Table::lay(&home.join(format!("table-{nth}-{case}")), subject)?;
                            }
                            tally.lock().unwrap_or_else(PoisonError::into_inner).count(*case, end);
                        }
                        let end = table.clear();
                        if let Err(what) = end {
                            let last = batch.last().copied().unwrap_or_default();
                            tally
                                .lock()
                                .unwrap_or_else(PoisonError::into_inner)
                                .count(last, Err(format!("after cases up to this one: {what}").into()));
                        }
                    }
                })
            })
            .collect();
        workers.into_iter().map(|worker| worker.join().unwrap_or_else(|_| Err("a worker ended by a fault".into()))).collect()
    });
    outcome?;
    let (took, case) = slowest.into_inner().unwrap_or_else(PoisonError::into_inner);
    Ok(tally.into_inner().unwrap_or_else(PoisonError::into_inner).note(format!("the slowest took {} ms (case {case})", took.as_millis())))
}

/// A server on a vault of its own, in a folder where everything that comes to be is known.
struct Table {
    root: PathBuf,
    datapunk: Datapunk,
    server: Option<Served>,
    errors: PathBuf,
    /// How much of what the server said was looked at.
    n_said: usize,
}

impl Table {
    fn lay(root: &Path, subject: &Subject) -> Result<Self> {
        if root.exists() {
            fs::remove_dir_all(root)?;
        }
        let home = root.join("home");
        fs::create_dir_all(&home)?;
        fs::create_dir_all(root.join("in"))?;
        let datapunk = subject.copy(&root.join("vault"))?.with_home(&home);
        let errors = root.join("errors");
        let mut server = datapunk.serve_to(true, File::create(&errors)?.into())?;
        server.be_patient_for(PATIENCE);
        Ok(Self { root: root.to_owned(), datapunk, server: Some(server), errors, n_said: 0 })
    }

    /// Imports one broken archive; how that ended.
    fn serve(&mut self, case: u64, entries: &[Entry], chance: &mut Prng) -> Result<String> {
        let container = *chance.pick(&Container::ALL);
        // Half of them are whole outside, or the importers would see little.
        let mutator = if container == Container::Bare || chance.chance(40) { Mutator::Contents } else { *chance.pick(&Mutator::ALL) };
        let chosen: Vec<Entry> = (0..=chance.below(4)).map(|_| chance.pick(entries).clone()).collect();
        let name = match container {
            Container::Bare => chosen[0].0.rsplit('/').next().unwrap_or("file").to_owned(),
            _ => format!("takeout-20241215T080000Z-001.{}", container.extension()),
        };
        let elsewhere = self.root.join("escaped").display().to_string();
        let path = self.root.join("in").join(name);
        fs::write(&path, archive(chosen, container, mutator, &elsewhere, chance)?)?;
        let what = format!("{container:?}, {mutator:?}");
        let server = self.server.as_mut().ok_or("the server is gone")?;
        let begun = Instant::now();
        let answer = server.call("import", &json!({ "paths": [path.display().to_string()] }));
        let took = begun.elapsed();
        let end = match answer {
            Ok(report) if report["totals"]["balanced"] == true => "imported".to_owned(),
            Ok(report) => return Err(format!("{what}: its ledger does not balance: {}", report["totals"]).into()),
            Err(error) => {
                let text = error.to_string();
                match ["bad_archive", "not_an_export", "unreadable", "bad_request"]
                    .iter()
                    .find(|code| text.contains(&format!("\"{code}\"")))
                {
                    Some(_) => "refused".to_owned(),
                    None => return Err(format!("{what}: after {} ms: {text}{}", took.as_millis(), self.said()?).into()),
                }
            }
        };
        if took > PATIENCE {
            return Err(format!("{what}: it took {} ms", took.as_millis()).into());
        }
        let said = self.said()?;
        if said.contains("panicked") {
            return Err(format!("{what}: {said}").into());
        }
        let server = self.server.as_ref().ok_or("the server is gone")?;
        let peak = process::peak_memory(server.id()).ok_or_else(|| format!("{what}: the server ended"))?;
        if peak > MEMORY_MAX {
            return Err(format!("{what}: it took {} MB of memory", peak >> 20).into());
        }
        fs::remove_file(&path)?;
        self.looks_tidy().map_err(|error| format!("{what}, case {case}: {error}"))?;
        Ok(end)
    }

    /// What the server said since the last look.
    fn said(&mut self) -> Result<String> {
        let text = fs::read_to_string(&self.errors)?;
        let new = text[self.n_said..].to_owned();
        self.n_said = text.len();
        Ok(new)
    }

    /// Nothing came to be but in the vault.
    fn looks_tidy(&self) -> Result<()> {
        let expected: BTreeSet<PathBuf> = ["errors", "home", "in", "vault"].iter().map(|name| self.root.join(name)).collect();
        let found: BTreeSet<PathBuf> = fs::read_dir(&self.root)?.map(|entry| Ok(entry?.path())).collect::<Result<_>>()?;
        let within = |name: &str| folder::files(&self.root.join(name));
        if let Some(stray) = found.difference(&expected).chain(&within("in")?).chain(&within("home")?).next() {
            return Err(format!("{} came to be", stray.display()).into());
        }
        Ok(())
    }

    /// Ends the server; the vault is whole.
    fn clear(mut self) -> Result<()> {
        if let Some(server) = self.server.take() {
            server.stop()?;
        }
        subject::hash(&self.datapunk)?;
        fs::remove_dir_all(&self.root)?;
        Ok(())
    }
}

/// Changes one file of a vault or of its backups, and opens and checks them.
fn at_rest(plan: &Plan, n: u64, subject: &Subject, home: &Path) -> Result<Tally> {
    let template = home.join("at-rest");
    let datapunk = subject.copy(&template.join("vault"))?;
    datapunk.json(subject.import())?;
    let letter = home.join("letter.eml");
    fs::write(&letter, corpus::mail_with_attachment("a long scan", 200_000))?;
    datapunk.json(subject::import(&[letter]))?;
    datapunk.json(args([&"backup", &"create", &template.join("backups")]))?;
    let files: Vec<PathBuf> = folder::files(&template)?
        .into_iter()
        .filter(|file| file.file_name().is_some_and(|name| name != "LOCK"))
        .map(|file| file.strip_prefix(&template).map(Path::to_owned))
        .collect::<std::result::Result<_, _>>()?;
    let cases: Vec<u64> = plan.case.map_or_else(|| (0..n).collect(), |case| vec![case]);
    Ok(each(plan, "fuzz: files at rest", &cases, |case, chance| {
        let root = home.join(format!("rest-{case}"));
        folder::copy(&template, &root)?;
        let file = chance.pick(&files);
        let mut bytes = fs::read(root.join(file))?;
        garble(&mut bytes, chance);
        fs::write(root.join(file), bytes)?;
        let datapunk = datapunk.on(&root.join("vault"));
        let in_backup = file.starts_with("backups");
        let words = if in_backup { args([&"backup", &"verify", &root.join("backups")]) } else { args([&"verify"]) };
        let begun = Instant::now();
        let ran = datapunk.run(words)?;
        let what = |end: &str| format!("{}: {end}: {}{}", file.display(), ran.stdout.trim(), ran.stderr.trim());
        if begun.elapsed() > PATIENCE {
            return Err(what("it took more than ten seconds").into());
        }
        let end = ended(&ran).map_err(|error| what(&error.to_string()))?;
        fs::remove_dir_all(&root)?;
        Ok(end.to_owned())
    }))
}

/// How a check ended, when it ended as it should.
pub(super) fn ended(ran: &Ran) -> Result<&'static str> {
    if let Some((_, place)) = ran.stderr.split_once("panicked at ") {
        return Err(format!("a panic at {}", place.lines().next().unwrap_or_default()).into());
    }
    if let Ok(checked) = ran.answer() {
        let told = checked["findings"].as_array().is_some_and(|findings| !findings.is_empty());
        return Ok(if told { "told" } else { "nothing wrong" });
    }
    let failure: Value = ran.failure().map_err(|error| format!("it ended with {}: {error}", ran.status))?;
    match failure["code"].as_str() {
        None | Some("internal") => Err(format!("a fault of ours: {}", failure["message"]).into()),
        Some(_) => Ok("refused"),
    }
}
