use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Instant;

use ::vault::{Differences, ImportState, JobState, Vault, decided};
use domain::{Cancel, Code, Failure, Finding, FindingCode, ImportId, Progress, Result, Severity};
use lake::archive::{self, ExportSet};
use lake::import::Options;
use lake::plan::Plan;

use crate::Engine;
use crate::engine::now;
use crate::jobs::Work;
use crate::show;
use crate::wire::{
    CompareRequest, Compared, ComparedSource, ImportRef, ImportRequest, ImportSummary, Imported, Imports, JobStarted, NamedCount, Nothing,
    Report, Undone,
};

/// The kinds of state that an import, or its undoing, changes.
const SPOILED: &[&str] = &["items", "imports", "vault", "conversations"];

/// What was given; each becomes an import of its own.
fn opened(request: &ImportRequest) -> Result<Vec<ExportSet>> {
    if request.paths.is_empty() {
        return Err(Failure::new(Code::BadRequest, "There is nothing to import: no path was given.")
            .hint("Name an archive, all its parts, or the folder it was unpacked to."));
    }
    archive::open(&request.paths.iter().map(PathBuf::from).collect::<Vec<_>>())
}

fn options(request: ImportRequest) -> Options {
    Options { label: String::new(), now: now(), threads: 0, only: request.only, columns: request.columns.map(PathBuf::from) }
}

/// One plan of all that was given; what would be several imports is said in it.
pub(crate) fn plan(engine: &Engine, request: ImportRequest) -> Result<Plan> {
    let options =
        lake::plan::Options { exact: request.exact, only: request.only.clone(), columns: request.columns.clone().map(PathBuf::from) };
    let exports = opened(&request)?;
    let several = several(&exports);
    let set = ExportSet::join(exports).ok_or_else(|| Failure::new(Code::NotAnExport, "There is nothing to import at these paths."))?;
    let mut plan = lake::plan::plan(&set, Some(&engine.vault()?), &options, &Cancel::default())?;
    plan.findings.splice(0..0, several);
    Ok(plan)
}

/// Says that what was given is more than one export, when it is.
fn several(exports: &[ExportSet]) -> Option<Finding> {
    let labels: Vec<&str> = exports.iter().map(|export| export.label.as_str()).collect();
    (labels.len() > 1).then(|| Finding {
        code: FindingCode::SeveralExports,
        severity: Severity::Note,
        at: String::new(),
        message: format!(
            "These are {} exports ({}): each becomes an import of its own, with its own ledger, and can be taken back by itself.",
            labels.len(),
            labels.join("; ")
        ),
        count: labels.len() as u64,
    })
}

/// Imports in the background; a job for each export tells how far it is. The answer names the first.
pub(crate) fn start(engine: &Engine, request: ImportRequest) -> Result<JobStarted> {
    // What cannot be opened is said at once, before there is a job.
    let exports = opened(&request)?;
    let options = options(request);
    let works = exports
        .into_iter()
        .map(|export| Ok((Work::begin(engine, "import", &export.label, &Cancel::default())?.waits(), export)))
        .collect::<Result<Vec<_>>>()?;
    let job = works.first().map_or(0, |(work, _)| work.number());
    let engine = engine.clone();
    std::thread::spawn(move || {
        for (work, export) in works {
            // How it ended, a failure as well, is told by the job.
            drop(import(&engine, &export, &options, work, &mut |_| {}));
        }
    });
    Ok(JobStarted { job })
}

pub(crate) fn run(engine: &Engine, request: ImportRequest, cancel: &Cancel, on: &mut dyn FnMut(Progress)) -> Result<Imported> {
    let exports = opened(&request)?;
    let options = options(request);
    let mut reports: Vec<Report> = Vec::with_capacity(exports.len());
    for export in &exports {
        let work = Work::begin(engine, "import", &export.label, cancel)?;
        match import(engine, export, &options, work, on) {
            Ok(report) => reports.push(report),
            Err(failure) => return Err(after(&reports, failure)),
        }
    }
    Ok(Imported::of(reports))
}

/// What went wrong, with what had been imported before of what was given.
fn after(done: &[Report], failure: Failure) -> Failure {
    if done.is_empty() {
        return failure;
    }
    let stand: Vec<String> = done.iter().map(|report| format!("import {} ({})", report.import(), report.label())).collect();
    let message = format!("{} What was imported before it stands: {}.", failure.message, stand.join(", "));
    Failure { message, ..failure }
}

fn import(engine: &Engine, set: &ExportSet, options: &Options, mut work: Work, on: &mut dyn FnMut(Progress)) -> Result<Report> {
    let cancel = work.cancel();
    work.starts();
    // It may have waited for others, and been cancelled meanwhile.
    let imported = cancel.check().and_then(|()| {
        import_and_index(engine, set, options, &cancel, &mut |progress: Progress| {
            work.report(progress.clone());
            on(progress);
        })
    });
    if let Ok((report, _)) = &imported {
        work.makes(report.import());
    }
    let outcome = imported.and_then(|(report, rest)| Ok((brought(&engine.vault()?, report)?, rest)));
    match outcome {
        Ok((_, Some(rest))) => {
            work.rest(JobState::Done, &rest, SPOILED);
            Err(rest)
        }
        outcome => {
            let outcome = outcome.map(|(report, _)| report);
            work.end(outcome.as_ref().map(|_| ()), SPOILED);
            outcome
        }
    }
}

/// The report of an import that brought what there is. One that was stopped, or could read nothing at all, is told as a
/// failure, whatever is kept of it: whoever asked for it has not got it.
fn brought(vault: &Vault, report: Report) -> Result<Report> {
    let (import, totals) = (report.import(), report.totals());
    if report.state() == ImportState::Cancelled.name() {
        return Err(Failure::new(
            Code::Cancelled,
            format!(
                "The import was stopped before its end. What it had read until then is kept, as import {import}: {} records in {} files, {} of them new.",
                totals.read, totals.files, totals.stored
            ),
        )
        .hint(format!("The same import again goes on where this one stopped; `datapunk undo {import}` takes back what is there.")));
    }
    if vault.could_read_nothing(import)? {
        return Err(Failure::new(
            Code::Unreadable,
            format!(
                "Nothing in {} could be read. Import {import} keeps the list of its files, {} of them, and why each was not; what they say in words is found by search.",
                report.label(),
                totals.files
            ),
        )
        .hint(format!("`datapunk report {import}` shows the list. Download the export again, or copy it again from where it is whole, and import that.")));
    }
    Ok(report)
}

/// Puts the parts of exports together that the program's end kept from it. How it ended, a failure as well, is told by its job.
pub(crate) fn settle(engine: &Engine) -> Result<()> {
    let vault = engine.vault()?;
    if !lake::import::is_unsettled(&vault)? {
        return Ok(());
    }
    let mut work = Work::begin(engine, "settle", "Putting the parts of exports together", &Cancel::default())?;
    let outcome = lake::import::settle(&vault, &work.cancel(), &mut |progress| work.report(progress));
    work.end(outcome.as_ref().copied(), SPOILED);
    outcome
}

/// Imports, then brings the indexes up to date. What kept these from it is told beside the report: the import stands, and they follow at
/// the next unlock.
fn import_and_index(
    engine: &Engine,
    set: &ExportSet,
    options: &Options,
    cancel: &Cancel,
    on: &mut dyn FnMut(Progress),
) -> Result<(Report, Option<Failure>)> {
    let open = engine.open()?;
    let import = lake::import::run(&open.vault, set, options, cancel, on).map_err(|failure| match failure.code {
        Code::Cancelled => Failure::new(Code::Cancelled, "The import was stopped before anything was written."),
        _ => failure,
    })?;
    // The ledger stands; a person who cancels now only waits for the indexes in the background. Words follow on a thread of
    // their own, meanwhile meaning does here.
    let indexed = open
        .meaning
        .catch_up(&open.vault, cancel, on)
        .and_then(|()| open.vault.index_now(cancel, on))
        // What moved in time by the track is told once more.
        .and_then(|()| open.meaning.catch_up(&open.vault, cancel, on));
    let rest = indexed.err().filter(|failure| failure.code != Code::Cancelled);
    Ok((open.vault.stored_report(import)?, rest.map(|rest| decided(rest, &format!("Import {import} is done, and stands.")))))
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

/// Where an import stands.
fn state(vault: &Vault, import: ImportId) -> Option<ImportState> {
    vault.imports().ok()?.into_iter().find(|summary| summary.import == import).map(|summary| summary.state)
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
    let outcome = outcome.map_err(|failure| match failure.code {
        Code::Cancelled => Failure::new(Code::Cancelled, format!("The undoing of import {} was stopped before its end.", request.import))
            .hint("It goes on by itself when the vault is opened the next time."),
        Code::NoSpace | Code::Unreadable | Code::Damaged if state(&open.vault, request.import) == Some(ImportState::Undone) => {
            decided(failure, &format!("Import {} is undone.", request.import))
        }
        _ => failure,
    });
    let stands = match &outcome {
        Err(failure) if matches!(failure.code, Code::NoSpace | Code::Unreadable | Code::Damaged) => state(&open.vault, request.import),
        _ => None,
    };
    match (&outcome, stands) {
        (Err(failure), Some(ImportState::Undone)) => work.rest(JobState::Done, failure, SPOILED),
        // It is decided, and goes on at the next unlock.
        (Err(failure), Some(ImportState::Undoing)) => work.rest(JobState::Interrupted, failure, SPOILED),
        _ => work.end(outcome.as_ref().map(|_| ()), SPOILED),
    }
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

    #[test]
    fn two_exports_at_once_are_two_imports_and_each_is_undone_alone() {
        let folder = tempfile::tempdir().unwrap();
        let engine = Engine::new(&folder.path().join("vault"), Stay::Once).unwrap();
        let owner = |op: &str, body: Value| engine.call(Caller::owner(), op, body, &Cancel::default(), &mut |_| {}).unwrap();
        owner("create_vault", json!({ "passphrase": "five plain words for testing" }));
        let [one, two] =
            [("20250310T081500Z", 1_600_000_000_000_000_i64), ("20260310T081500Z", 1_700_000_000_000_000)].map(|(stamp, at)| {
                let part = folder.path().join(format!("takeout-{stamp}-001"));
                fs::create_dir_all(part.join("Takeout/Keep")).unwrap();
                let note = json!({ "title": stamp, "textContent": "flour", "userEditedTimestampUsec": at, "createdTimestampUsec": at });
                fs::write(part.join("Takeout/Keep/note.json"), note.to_string()).unwrap();
                part
            });
        let both = json!({ "paths": [two, one] });

        let plan = owner("plan_import", both.clone());
        assert_eq!((&plan["findings"][0]["code"], &plan["findings"][0]["count"]), (&json!("several_exports"), &json!(2)));
        let imported = owner("import", both.clone());
        let reports = imported["reports"].as_array().unwrap();
        let told: Vec<_> = reports.iter().map(|report| (report["label"].as_str().unwrap(), &report["totals"]["stored"])).collect();
        assert_eq!(told, [("takeout-20250310T081500Z-001", &json!(1)), ("takeout-20260310T081500Z-001", &json!(1))]);
        owner("undo", json!({ "import": reports[0]["import"] }));
        assert_eq!(owner("stats", json!({}))["items"], 1);

        let events = engine.events();
        owner("start_import", both);
        let mut labels = Vec::new();
        while labels.len() < 2 {
            if let Event::Job { job } = events.recv_timeout(Duration::from_secs(60)).unwrap()
                && job.state == ::vault::JobState::Done
            {
                labels.push(job.label);
            }
        }
        assert_eq!(labels, ["takeout-20250310T081500Z-001", "takeout-20260310T081500Z-001"]);
        assert_eq!(owner("import", json!({ "paths": [one] }))["totals"]["merged"], 1, "one export is answered with its report");
    }

    #[test]
    fn an_import_that_was_stopped_or_could_read_nothing_is_told_as_a_failure_and_its_job_names_it() {
        let folder = tempfile::tempdir().unwrap();
        let engine = Engine::new(&folder.path().join("vault"), Stay::Once).unwrap();
        let owner = |op: &str, body: Value| engine.call(Caller::owner(), op, body, &Cancel::default(), &mut |_| {});
        owner("create_vault", json!({ "passphrase": "five plain words for testing" })).unwrap();
        let damaged = folder.path().join("Records.json");
        fs::write(&damaged, r#"{"locations": [{"latitudeE7": 471234567, "longitu"#).unwrap();
        let failure = owner("import", json!({ "paths": [damaged] })).unwrap_err();
        assert_eq!(failure.code, Code::Unreadable);
        assert!(failure.message.contains("Nothing in Records.json") && failure.hint.contains("datapunk report 1"), "{failure:?}");

        let unknown = folder.path().join("of nobody/Takeout");
        fs::create_dir_all(unknown.join("Glacier Beta")).unwrap();
        fs::write(unknown.join("Glacier Beta/notes"), "blue ice").unwrap();
        let failure = owner("import", json!({ "paths": [unknown] })).unwrap_err();
        assert!(failure.code == Code::Unreadable && failure.message.contains("found by search"), "{failure:?}");
        let found = owner("search", json!({ "filter": { "text": "ice" }, "mode": "words" })).unwrap();
        assert_eq!(found["hits"].as_array().map(Vec::len), Some(1), "what it says is kept: {found}");

        let fix = |n: i64| json!({ "latitudeE7": 471_234_567 + n, "longitudeE7": 85_432_109, "timestampMs": (1_600_000_000_000 + n * 60_000).to_string() });
        let whole = folder.path().join("many/Records.json");
        fs::create_dir_all(whole.parent().unwrap()).unwrap();
        fs::write(&whole, json!({ "locations": (0..200_000).map(fix).collect::<Vec<_>>() }).to_string()).unwrap();
        let (cancel, request) = (Cancel::default(), json!({ "paths": [whole.parent().unwrap()] }));
        let failure = engine
            .call(Caller::owner(), "import", request.clone(), &cancel, &mut |progress| {
                if progress["records"].as_u64() > Some(0) {
                    cancel.cancel();
                }
            })
            .unwrap_err();
        assert_eq!(failure.code, Code::Cancelled);
        assert!(failure.message.contains("as import 3") && failure.hint.contains("datapunk undo 3"), "{failure:?}");
        let jobs = owner("jobs", json!({})).unwrap();
        assert_eq!((&jobs["jobs"][0]["state"], &jobs["jobs"][0]["import"]), (&json!("cancelled"), &json!(3)));
        let report = owner("import", request).unwrap();
        assert_eq!((&report["import"], &report["state"]), (&json!(3), &json!("done")), "the same import goes on");
        assert_eq!(owner("stats", json!({})).unwrap()["track_points"], 200_000);

        let stopped = Cancel::default();
        stopped.cancel();
        let failure = engine.call(Caller::owner(), "undo", json!({ "import": 3 }), &stopped, &mut |_| {}).unwrap_err();
        assert!(failure.code == Code::Cancelled && !failure.hint.is_empty(), "{failure:?}");
    }
}
