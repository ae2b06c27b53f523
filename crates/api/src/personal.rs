//! Personal data while a vault is open: the detector that knows its people, and the work that keeps what was found up with
//! the items. It follows the change feed with a watermark of its own, after imports and behind everything that is asked for.
//!
//! Absent on purpose: names of people among what is kept. Who is in an item its links tell; names are looked for when an
//! answer is masked.

use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use domain::{Cancel, Code, Progress, Result};
use forge::pii::{self, Detector};
use vault::{ChangeOp, Vault};

use crate::Engine;
use crate::jobs::Work;

/// Changes that are read at once: a twentieth of a second of work.
const STEP: usize = 2_000;
/// Changes that are worth a job that people see.
const WORTH_A_JOB: i64 = 20_000;
/// People whose names are known, those in most items first.
const PEOPLE: usize = 50_000;
/// How long the background work waits before it looks for new items.
const PAUSE: Duration = Duration::from_secs(2);
/// How long it waits before it looks whether it may go on.
const HOLD: Duration = Duration::from_millis(100);

/// What there is of it while a vault is open.
pub(crate) struct Personal {
    /// Knows the people as of a change.
    masking: Mutex<Option<(i64, Arc<Detector>)>>,
    /// One at a time: two would find the same.
    scanning: Mutex<()>,
    cancel: Cancel,
    worker: Mutex<Option<JoinHandle<()>>>,
}

impl Personal {
    /// For a vault that was just opened. With `background`, keeps up with the items until it is stopped.
    pub(crate) fn start(engine: &Engine, vault: &Vault, background: bool) -> Arc<Self> {
        let personal =
            Arc::new(Self { masking: Mutex::default(), scanning: Mutex::default(), cancel: Cancel::default(), worker: Mutex::default() });
        if background {
            let (working, engine, vault) = (Arc::clone(&personal), engine.clone(), vault.clone());
            let worker = thread::spawn(move || working.follow(&engine, &vault));
            *personal.worker.lock().unwrap_or_else(PoisonError::into_inner) = Some(worker);
        }
        personal
    }

    /// Ends the background work, and waits for it.
    pub(crate) fn stop(&self) {
        self.cancel.cancel();
        let worker = self.worker.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(worker) = worker {
            worker.thread().unpark();
            // It has nothing to give back; what it crashed of was said where it happened.
            drop(worker.join());
        }
    }

    /// What masks: it knows the vault's people by name, as they are now.
    pub(crate) fn detector(&self, vault: &Vault) -> Result<Arc<Detector>> {
        let last = vault.last_change()?;
        let mut held = self.masking.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, detector)) = held.as_ref().filter(|(change, _)| *change == last) {
            return Ok(Arc::clone(detector));
        }
        let detector = Arc::new(Detector::new(names(vault)?));
        *held = Some((last, Arc::clone(&detector)));
        Ok(detector)
    }

    /// The share of changes that were looked at, 0 to 1.
    pub(crate) fn coverage(vault: &Vault) -> Result<f64> {
        let last = vault.last_change()?;
        Ok(if last == 0 { 1.0 } else { (vault.watermark(&mark())? as f64 / last as f64).min(1.0) })
    }

    /// Looks at every item that was not looked at since it changed. Between steps nothing is held, so that it may end after
    /// any of them and takes up from there.
    pub(crate) fn catch_up(&self, vault: &Vault, cancel: &Cancel, on: &mut dyn FnMut(Progress)) -> Result<()> {
        let _turn = self.scanning.lock().unwrap_or_else(PoisonError::into_inner);
        let detector = Detector::new(std::iter::empty::<&str>());
        while step(vault, &detector)? {
            cancel.check()?;
            let (done, total) = (vault.watermark(&mark())?.unsigned_abs(), vault.last_change()?.unsigned_abs());
            on(Progress {
                stage: "looking for personal data".into(),
                done,
                total,
                unit: "records".into(),
                records: done,
                ..Progress::default()
            });
        }
        Ok(())
    }

    fn follow(&self, engine: &Engine, vault: &Vault) {
        let detector = Detector::new(std::iter::empty::<&str>());
        while !self.cancel.is_cancelled() {
            match self.follow_once(engine, vault, &detector) {
                Ok(()) => thread::park_timeout(PAUSE),
                Err(failure) if matches!(failure.code, Code::Cancelled | Code::Locked) => return,
                // Said once, as a job that failed; tried again when the vault is opened anew.
                Err(failure) => {
                    if let Ok(work) = Work::begin(engine, "personal", "Looking for personal data", &self.cancel) {
                        work.end(Err(&failure), &[]);
                    }
                    return;
                }
            }
        }
    }

    /// Catches up, unless an import is at work, and lets whoever asks something have the processor.
    fn follow_once(&self, engine: &Engine, vault: &Vault, detector: &Detector) -> Result<()> {
        let behind = vault.last_change()? - vault.watermark(&mark())?;
        if behind <= 0 || engine.0.jobs.is_running("import") {
            return Ok(());
        }
        let mut work = if behind >= WORTH_A_JOB {
            Some(Work::begin(engine, "personal", "Looking for personal data", &Cancel::default())?)
        } else {
            None
        };
        let asked_to_end = work.as_ref().map(Work::cancel).unwrap_or_default();
        let outcome = loop {
            if self.cancel.is_cancelled() || asked_to_end.is_cancelled() {
                break Cancel::check(if self.cancel.is_cancelled() { &self.cancel } else { &asked_to_end });
            }
            if engine.is_asked() || asked_to_end.is_paused() || engine.0.jobs.is_running("import") {
                thread::park_timeout(HOLD);
                continue;
            }
            let stepped = {
                let _turn = self.scanning.lock().unwrap_or_else(PoisonError::into_inner);
                step(vault, detector)
            };
            match stepped {
                Ok(true) => {}
                Ok(false) => break Ok(()),
                Err(failure) => break Err(failure),
            }
            if let Some(work) = &mut work {
                let (done, total) = (vault.watermark(&mark())?.unsigned_abs(), vault.last_change()?.unsigned_abs());
                work.report(Progress {
                    stage: "reading".into(),
                    done,
                    total,
                    unit: "records".into(),
                    records: done,
                    ..Progress::default()
                });
            }
        };
        if let Some(work) = work {
            work.end(outcome.as_ref().copied(), &["items"]);
        }
        outcome
    }
}

/// What an older version of the recognisers found is looked for anew.
fn mark() -> String {
    format!("pii.{}", pii::VERSION)
}

/// Looks at some changes; whether there were any.
fn step(vault: &Vault, detector: &Detector) -> Result<bool> {
    let changes = vault.changes_after(vault.watermark(&mark())?, STEP)?;
    let Some(last) = changes.last() else { return Ok(false) };
    let mut ids: Vec<i64> = changes.iter().filter(|change| change.op == ChangeOp::Upsert).map(|change| change.item).collect();
    ids.sort_unstable();
    ids.dedup();
    let found = vault.texts(&ids)?.iter().map(|item| (item.id, detector.find(&item.whole()))).collect();
    vault.put_pii(found, (&mark(), last.seq))?;
    Ok(true)
}

fn names(vault: &Vault) -> Result<Vec<String>> {
    let (mut names, mut after) = (Vec::new(), None);
    loop {
        let page = vault.people_page("", after, 1_000)?;
        names.extend(page.people.into_iter().map(|person| person.name));
        after = page.next;
        if after.is_none() || names.len() >= PEOPLE {
            return Ok(names);
        }
    }
}
