use domain::Result;
use vault::Job;

use crate::Engine;
use crate::wire::{JobRef, Jobs, Nothing};

pub(crate) fn list(engine: &Engine, _: Nothing) -> Result<Jobs> {
    Ok(Jobs { jobs: engine.0.jobs.list(&engine.vault()?)? })
}

pub(crate) fn cancel(engine: &Engine, request: JobRef) -> Result<Job> {
    engine.0.jobs.cancel(request.job)
}

pub(crate) fn pause(engine: &Engine, request: JobRef) -> Result<Job> {
    engine.0.jobs.pause(request.job, true)
}

pub(crate) fn resume(engine: &Engine, request: JobRef) -> Result<Job> {
    engine.0.jobs.pause(request.job, false)
}
