use std::path::PathBuf;
use std::time::Instant;

use domain::{Cancel, Code, Failure, Progress, Result};
use lake::archive::{self, ExportSet};
use lake::plan::Plan;

use crate::Engine;
use crate::engine::now;
use crate::show;
use crate::wire::{ImportRef, ImportRequest, ImportSummary, Imports, JobStarted, Nothing, Report, Undone};

fn opened(request: &ImportRequest) -> Result<Vec<ExportSet>> {
    if request.paths.is_empty() {
        return Err(Failure::new(Code::BadRequest, "There is nothing to import: no path was given."));
    }
    let paths: Vec<PathBuf> = request.paths.iter().map(PathBuf::from).collect();
    archive::open(&paths)
}

pub(crate) fn plan(engine: &Engine, request: ImportRequest) -> Result<Plan> {
    lake::plan::plan(&opened(&request)?, &engine.vault()?)
}

/// Imports in the background; the job tells how far it is.
pub(crate) fn start(engine: &Engine, request: ImportRequest) -> Result<JobStarted> {
    // What cannot be opened is said at once, before there is a job.
    let sets = opened(&request)?;
    engine.vault()?;
    let label = sets.iter().map(|set| set.label.as_str()).collect::<Vec<_>>().join(", ");
    let (job, cancel) = engine.0.jobs.begin("import", &label, now());
    let engine = engine.clone();
    std::thread::spawn(move || {
        let mut on = engine.0.jobs.reporter(job);
        let outcome = import(&engine, &sets, &request, &cancel, &mut on).map(|report| Some(report.import));
        engine.0.jobs.end(job, outcome, &["items", "imports", "vault"]);
    });
    Ok(JobStarted { job })
}

pub(crate) fn run(engine: &Engine, request: ImportRequest, cancel: &Cancel, on: &mut dyn FnMut(Progress)) -> Result<Report> {
    import(engine, &opened(&request)?, &request, cancel, on)
}

/// Imports one export after the other, then brings the indexes up to date; the report is that of the last export, or the sum
/// of all when they are several.
fn import(engine: &Engine, sets: &[ExportSet], request: &ImportRequest, cancel: &Cancel, on: &mut dyn FnMut(Progress)) -> Result<Report> {
    let open = engine.open()?;
    let mut whole: Option<Report> = None;
    for set in sets {
        let options = lake::import::Options { now: now(), only: request.only.clone() };
        let report = lake::import::run(&open.vault, set, &options, cancel, on)?;
        whole = Some(match whole {
            None => report,
            Some(had) => joined(had, report),
        });
    }
    open.vault.index_now(cancel, on)?;
    open.meaning.catch_up(&open.vault, cancel, on)?;
    whole.ok_or_else(|| Failure::new(Code::NotAnExport, "There is nothing to import at these paths."))
}

/// Two exports given at once are two imports; the report shows both ledgers, under the last one's number.
fn joined(had: Report, mut report: Report) -> Report {
    report.label = format!("{}, {}", had.label, report.label);
    report.started_ms = had.started_ms;
    report.took_ms += had.took_ms;
    report.files = had.files.into_iter().chain(report.files).collect();
    report.findings = had.findings.into_iter().chain(report.findings).collect();
    report.totals = domain::ImportTotals::of(&report.files);
    report
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
    engine.vault()?.import_report(request.import)
}

pub(crate) fn undo(engine: &Engine, request: ImportRef, cancel: &Cancel, on: &mut dyn FnMut(Progress)) -> Result<Undone> {
    let started = Instant::now();
    let open = engine.open()?;
    let undone = open.vault.undo(request.import, cancel, on)?;
    open.vault.index_now(cancel, on)?;
    Ok(Undone {
        import: request.import,
        items_removed: undone.items_removed,
        items_kept: undone.items_kept,
        points_removed: undone.points_removed,
        took_ms: started.elapsed().as_millis() as u64,
    })
}
