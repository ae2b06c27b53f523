use std::path::Path;
use std::time::Instant;

use domain::{Cancel, Code, Failure, Filter, Progress, Result};
use lake::export::{self, Format, Options};

use crate::Engine;
use crate::engine::now;
use crate::jobs::Work;
use crate::wire::{ExportFormat, ExportRequest, Exported, JobStarted, NamedCount};

/// What is asked for; what cannot be done is said before there is a job.
fn options(engine: &Engine, request: ExportRequest) -> Result<Options> {
    let folder = Path::new(&request.folder);
    if !folder.is_absolute() {
        return Err(Failure::new(Code::BadRequest, format!("{:?} is not the absolute path of a folder to export to.", request.folder)));
    }
    export::ensure_free(&engine.vault()?, folder)?;
    let format = match request.format {
        ExportFormat::Jsonl => Format::Jsonl,
        ExportFormat::Parquet => Format::Parquet,
        ExportFormat::Files => Format::Files,
    };
    Ok(Options { folder: folder.to_owned(), format, filter: engine.meant(&request.filter)?, media: request.media, now: now() })
}

/// Exports in the background; the job tells how far it is.
pub(crate) fn start(engine: &Engine, request: ExportRequest) -> Result<JobStarted> {
    let format = request.format;
    let options = options(engine, request)?;
    let work = Work::begin(engine, "export", &options.folder.display().to_string(), &Cancel::default())?;
    let job = work.number();
    let engine = engine.clone();
    std::thread::spawn(move || {
        // How it ended, a failure as well, is told by the job.
        drop(export(&engine, format, &options, work, &mut |_| {}));
    });
    Ok(JobStarted { job })
}

pub(crate) fn run(engine: &Engine, request: ExportRequest, cancel: &Cancel, on: &mut dyn FnMut(Progress)) -> Result<Exported> {
    let format = request.format;
    let options = options(engine, request)?;
    let work = Work::begin(engine, "export", &options.folder.display().to_string(), cancel)?;
    export(engine, format, &options, work, on)
}

fn export(engine: &Engine, format: ExportFormat, options: &Options, mut work: Work, on: &mut dyn FnMut(Progress)) -> Result<Exported> {
    let started = Instant::now();
    let cancel = work.cancel();
    let outcome = engine.vault().and_then(|vault| {
        export::run(&vault, options, &cancel, &mut |progress: Progress| {
            work.report(progress.clone());
            on(progress);
        })
    });
    // The export stands; who cancels now only does without the warning.
    let personal = match &outcome {
        Ok(_) => personal(engine, options, &cancel, on),
        Err(_) => Ok(Vec::new()),
    };
    let partial = outcome.as_ref().ok().and_then(|exported| partial(&exported.left_out));
    work.end(partial.as_ref().map_or_else(|| outcome.as_ref().map(|_| ()), Err), &[]);
    let personal = match personal {
        Err(failure) if !matches!(failure.code, Code::Cancelled | Code::Damaged | Code::Unreadable) => return Err(failure),
        personal => personal.unwrap_or_default(),
    };
    let export::Exported { files, items, track_points, entities, blobs, left_in_place, bytes, left_out } = outcome?;
    Ok(Exported {
        folder: options.folder.display().to_string(),
        format,
        files,
        items,
        track_points,
        entities,
        blobs,
        left_in_place,
        bytes,
        note: note(items, left_in_place, &personal),
        n_left_out: left_out.n,
        left_out: left_out.named,
        personal,
        took_ms: started.elapsed().as_millis() as u64,
    })
}

/// What a job tells of an export that stands, but not all of it.
fn partial(left_out: &export::LeftOut) -> Option<Failure> {
    let first = left_out.named.first()?;
    let message = format!("The export stands, without {} things that are damaged in the vault. The first: {first}", left_out.n);
    Some(
        Failure::new(Code::Damaged, message)
            .hint("Import again the archives that they came from, or restore the latest backup, and export again."),
    )
}

/// Which personal data the exported items hold.
fn personal(engine: &Engine, options: &Options, cancel: &Cancel, on: &mut dyn FnMut(Progress)) -> Result<Vec<NamedCount>> {
    let open = engine.open()?;
    open.personal.catch_up(&open.vault, cancel, on)?;
    // Without any condition the whole vault is exported, what is hidden included.
    let filter = Filter { hidden: options.filter.hidden || options.filter.is_empty(), ..options.filter.clone() };
    let counts = open.vault.pii_counts(&filter)?;
    Ok(counts.into_iter().map(|count| NamedCount { name: count.class.name().to_owned(), count: count.n_items }).collect())
}

fn note(items: u64, left_in_place: u64, personal: &[NamedCount]) -> String {
    let mut note = "The files of this export are not encrypted: whoever can read the folder can read everything in it.".to_owned();
    if items == 0 {
        note += " No item of the vault is what was asked for.";
    }
    if !personal.is_empty() {
        let list: Vec<String> = personal.iter().map(|of| format!("{} in {}", of.name.replace('_', " "), of.count)).collect();
        note += &format!(" Its items hold personal data, as far as it can be recognised: {}.", list.join(", "));
    }
    if left_in_place > 0 {
        note += &format!(
            " {left_in_place} photos, films and other media were left where they were when they were imported; the export says where, and their bytes are not in it (`--media` copies those that can still be read)."
        );
    }
    note
}
