use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Instant;

use ::vault::Differences;
use domain::{Cancel, Code, Failure, Progress, Result};
use lake::archive::{self, ExportSet};
use lake::import::Options;
use lake::plan::Plan;

use crate::Engine;
use crate::engine::now;
use crate::jobs::Work;
use crate::show;
use crate::wire::{
    CompareRequest, Compared, ComparedSource, ImportRef, ImportRequest, ImportSummary, Imports, JobStarted, NamedCount, Nothing, Report,
    Undone,
};

fn opened(request: &ImportRequest) -> Result<ExportSet> {
    if request.paths.is_empty() {
        return Err(Failure::new(Code::BadRequest, "There is nothing to import: no path was given."));
    }
    let paths: Vec<PathBuf> = request.paths.iter().map(PathBuf::from).collect();
    ExportSet::join(archive::open(&paths)?).ok_or_else(|| Failure::new(Code::NotAnExport, "There is nothing to import at these paths."))
}

fn options(request: ImportRequest) -> Options {
    Options { label: String::new(), now: now(), threads: 0, only: request.only, columns: request.columns.map(PathBuf::from) }
}

pub(crate) fn plan(engine: &Engine, request: ImportRequest) -> Result<Plan> {
    let options =
        lake::plan::Options { exact: request.exact, only: request.only.clone(), columns: request.columns.clone().map(PathBuf::from) };
    lake::plan::plan(&opened(&request)?, Some(&engine.vault()?), &options, &Cancel::default())
}

/// Imports in the background; the job tells how far it is.
pub(crate) fn start(engine: &Engine, request: ImportRequest) -> Result<JobStarted> {
    // What cannot be opened is said at once, before there is a job.
    let set = opened(&request)?;
    let work = Work::begin(engine, "import", &set.label, &Cancel::default())?;
    let job = work.number();
    let engine = engine.clone();
    let options = options(request);
    std::thread::spawn(move || {
        // How it ended, a failure as well, is told by the job.
        drop(import(&engine, &set, &options, work, &mut |_| {}));
    });
    Ok(JobStarted { job })
}

pub(crate) fn run(engine: &Engine, request: ImportRequest, cancel: &Cancel, on: &mut dyn FnMut(Progress)) -> Result<Report> {
    let set = opened(&request)?;
    let work = Work::begin(engine, "import", &set.label, cancel)?;
    import(engine, &set, &options(request), work, on)
}

fn import(engine: &Engine, set: &ExportSet, options: &Options, mut work: Work, on: &mut dyn FnMut(Progress)) -> Result<Report> {
    let cancel = work.cancel();
    let outcome = import_and_index(engine, set, options, &cancel, &mut |progress: Progress| {
        work.report(progress.clone());
        on(progress);
    });
    work.end(outcome.as_ref().map(|report| Some(report.import())), &["items", "imports", "vault"]);
    outcome
}

/// Puts the parts of exports together that the program's end kept from it. How it ended, a failure as well, is told by its job.
pub(crate) fn settle(engine: &Engine) -> Result<()> {
    let vault = engine.vault()?;
    if !lake::import::is_unsettled(&vault)? {
        return Ok(());
    }
    let mut work = Work::begin(engine, "settle", "Putting the parts of exports together", &Cancel::default())?;
    let outcome = lake::import::settle(&vault, &work.cancel(), &mut |progress| work.report(progress));
    work.end(outcome.as_ref().map(|()| None), &["items", "imports", "vault"]);
    outcome
}

/// Imports, then brings the indexes up to date.
fn import_and_index(engine: &Engine, set: &ExportSet, options: &Options, cancel: &Cancel, on: &mut dyn FnMut(Progress)) -> Result<Report> {
    let open = engine.open()?;
    let import = lake::import::run(&open.vault, set, options, cancel, on)?;
    // The ledger stands; a person who cancels now only waits for the indexes in the background. Words follow on a thread of
    // their own, meanwhile meaning does here.
    let indexed = open
        .meaning
        .catch_up(&open.vault, cancel, on)
        .and_then(|()| open.vault.index_now(cancel, on))
        // What moved in time by the track is told once more.
        .and_then(|()| open.meaning.catch_up(&open.vault, cancel, on));
    match indexed {
        Err(failure) if failure.code != Code::Cancelled => Err(failure),
        _ => open.vault.stored_report(import),
    }
}

pub(crate) fn list(engine: &Engine, _: Nothing) -> Result<Imports> {
    let imports = engine
        .vault()?
        .imports()?
        .into_iter()
        .map(|import| ImportSummary {
            import: import.import,
            label: import.label,
            state: import.state.name().to_owned(),
            started: show::rfc3339(import.started_ms, None).unwrap_or_default(),
            took_ms: import.took_ms,
            totals: import.totals,
        })
        .collect();
    Ok(Imports { imports })
}

pub(crate) fn report(engine: &Engine, request: ImportRef) -> Result<Report> {
    engine.vault()?.stored_report(request.import)
}

/// Items shown of each sort in a comparison.
const EXAMPLES: usize = 20;
const MOST_EXAMPLES: usize = 500;

pub(crate) fn compare(engine: &Engine, request: CompareRequest) -> Result<Compared> {
    let CompareRequest { earlier, later, examples } = request;
    let found = engine.vault()?.compare(earlier, later, examples.unwrap_or(EXAMPLES).min(MOST_EXAMPLES))?;
    let differences =
        |source: String, Differences { new, changed, gone, same }: Differences| ComparedSource { source, new, changed, gone, same };
    let named = |counts: BTreeMap<String, u64>| counts.into_iter().map(|(name, count)| NamedCount { name, count }).collect();
    let rows = |rows: Vec<::vault::Row>| rows.into_iter().map(show::row).collect();
    Ok(Compared {
        earlier,
        later,
        sources: found.sources.into_iter().map(|(source, counts)| differences(source, counts)).collect(),
        only_earlier: named(found.only_earlier),
        only_later: named(found.only_later),
        fixes: differences(String::new(), found.fixes),
        new: rows(found.new),
        changed: rows(found.changed),
        gone: rows(found.gone),
    })
}

pub(crate) fn undo(engine: &Engine, request: ImportRef, cancel: &Cancel, on: &mut dyn FnMut(Progress)) -> Result<Undone> {
    let started = Instant::now();
    let open = engine.open()?;
    let mut work = Work::begin(engine, "undo", &format!("Import {}", request.import), cancel)?;
    let mut report = |progress: Progress| {
        work.report(progress.clone());
        on(progress);
    };
    let outcome = lake::import::undo(&open.vault, request.import, cancel, &mut report)
        .and_then(|undone| open.vault.index_now(cancel, &mut report).map(|()| undone));
    work.end(outcome.as_ref().map(|_| None), &["items", "imports", "vault"]);
    let undone = outcome?;
    Ok(Undone {
        import: request.import,
        items_removed: undone.items_removed,
        items_kept: undone.items_kept,
        points_removed: undone.points_removed,
        took_ms: started.elapsed().as_millis() as u64,
    })
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::time::Duration;

    use domain::Code;
    use serde_json::{Value, json};

    use super::*;
    use crate::{Caller, Event, Stay};

    #[test]
    fn parts_that_the_programs_end_left_apart_are_put_together_after_the_next_unlock() {
        let folder = tempfile::tempdir().unwrap();
        let owner = |engine: &Engine, op: &str, body: Value| engine.call(Caller::owner(), op, body, &Cancel::default(), &mut |_| {});
        let passphrase = json!({ "passphrase": "five plain words for testing" });
        let sidecar =
            json!({ "title": "a.jpg", "photoTakenTime": { "timestamp": "1714558830" }, "url": "https://photos.google.com/photo/a" });
        let parts = [("001", "a.jpg", b"\xff\xd8\xffa".to_vec()), ("002", "a.jpg.json", sidecar.to_string().into_bytes())];
        let parts = parts.map(|(number, name, bytes)| {
            let part = folder.path().join(format!("takeout-20260310T081500Z-{number}"));
            let photos = part.join("Takeout/Google Photos/Photos from 2024");
            fs::create_dir_all(&photos).unwrap();
            fs::write(photos.join(name), bytes).unwrap();
            part
        });

        let engine = Engine::new(&folder.path().join("vault"), Stay::Once).unwrap();
        owner(&engine, "create_vault", passphrase.clone()).unwrap();
        let reports = [&parts[0], &parts[1], &parts[1]].map(|part| owner(&engine, "import", json!({ "paths": [part] })).unwrap());
        let whole = engine.vault().unwrap().logical_hash().unwrap();
        // As an undo does that was cut short before its end.
        let last = reports[2]["import"].as_i64().unwrap();
        engine.vault().unwrap().undo(last, &Cancel::default(), &mut |_| {}).unwrap();
        assert!(lake::import::is_unsettled(&engine.vault().unwrap()).unwrap());
        owner(&engine, "lock", json!({})).unwrap();
        drop(engine);

        let engine = Engine::new(&folder.path().join("vault"), Stay::Open).unwrap();
        let events = engine.events();
        owner(&engine, "unlock", passphrase).unwrap();
        let settled = |event: Event| matches!(event, Event::Job { job } if job.kind == "settle" && job.state == ::vault::JobState::Done);
        while !settled(events.recv_timeout(Duration::from_secs(60)).unwrap()) {}
        assert!(!lake::import::is_unsettled(&engine.vault().unwrap()).unwrap());
        assert_eq!(engine.vault().unwrap().logical_hash().unwrap(), whole);
        engine.lock().unwrap();
        assert_eq!(engine.vault().err().unwrap().code, Code::Locked);
    }
}
