use std::path::Path;

use domain::{Cancel, Progress, Result};
use forge::ModelReport;

use crate::Engine;
use crate::jobs::Work;
use crate::wire::{JobStarted, ModelFile, ModelRef, ModelView, Models, Nothing, OwnModel};

fn view(report: ModelReport) -> ModelView {
    let name = |value: serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    ModelView {
        id: report.id,
        role: name(serde_json::json!(report.role)),
        label: report.label,
        licence: report.licence,
        state: name(serde_json::json!(report.state)),
        bytes: report.bytes,
        default: report.default,
        own: report.own,
    }
}

pub(crate) fn list(engine: &Engine, _: Nothing) -> Result<Models> {
    let registry = &engine.0.registry;
    Ok(Models { models: registry.list().into_iter().map(view).collect(), folder: registry.dir().display().to_string() })
}

/// Fetches in the background; the job tells how far it is.
pub(crate) fn pull(engine: &Engine, request: ModelRef) -> Result<JobStarted> {
    // An id that nobody knows is said at once.
    let label = engine.0.registry.state(&request.id)?.label;
    let mut work = Work::begin(engine, crate::jobs::DOWNLOAD, &label, &Cancel::default())?;
    let job = work.number();
    let engine = engine.clone();
    std::thread::spawn(move || {
        let cancel = work.cancel();
        let outcome = fetch(&engine, request, &cancel, &mut |progress| work.report(progress));
        work.end(outcome.as_ref().map(|_| ()), &["models", "vault"]);
    });
    Ok(JobStarted { job })
}

pub(crate) fn fetch(engine: &Engine, request: ModelRef, cancel: &Cancel, on: &mut dyn FnMut(Progress)) -> Result<ModelView> {
    let report = engine.0.registry.pull(&request.id, &mut |progress| on(progress.clone()), cancel)?;
    engine.models_changed();
    Ok(view(report))
}

pub(crate) fn install(engine: &Engine, request: ModelFile) -> Result<ModelView> {
    let report = engine.0.registry.install_file(&request.id, request.path.as_ref(), &mut |_| {}, &Cancel::default())?;
    engine.models_changed();
    Ok(view(report))
}

pub(crate) fn verify(engine: &Engine, request: ModelRef) -> Result<ModelView> {
    Ok(view(engine.0.registry.verify(&request.id, &mut |_| {}, &Cancel::default())?))
}

/// Takes a language model of the owner's own.
pub(crate) fn add(engine: &Engine, request: OwnModel, cancel: &Cancel, on: &mut dyn FnMut(Progress)) -> Result<ModelView> {
    let tokenizer = request.tokenizer.as_deref().map(Path::new);
    let report = engine.0.registry.add(request.path.as_ref(), tokenizer, &mut |progress| on(progress.clone()), cancel)?;
    engine.models_changed();
    Ok(view(report))
}

pub(crate) fn remove(engine: &Engine, request: ModelRef) -> Result<ModelView> {
    let report = engine.0.registry.remove(&request.id)?;
    engine.models_changed();
    Ok(view(report))
}
