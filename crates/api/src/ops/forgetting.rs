use ::vault::{JobState, Receipt, Scope, Vault};
use domain::{Cancel, Code, Progress, Result};

use crate::Engine;
use crate::engine::now;
use crate::jobs::Work;
use crate::wire::{ForgetPlan, ForgetRequest, KindCount, NamedCount, Nothing, Receipts, YearCount};

/// The kinds of state that forgetting changes.
const SPOILED: &[&str] = &["items", "imports", "jobs", "vault", "conversations"];

fn scope(engine: &Engine, request: ForgetRequest) -> Result<Scope> {
    Ok(Scope { items: request.items, filter: engine.meant(&request.filter)? })
}

pub(crate) fn plan(engine: &Engine, request: ForgetRequest) -> Result<ForgetPlan> {
    let plan = engine.vault()?.plan_forget(&scope(engine, request)?)?;
    Ok(ForgetPlan {
        items: plan.items,
        hidden: plan.hidden,
        points: plan.points,
        kinds: plan.by_kind.into_iter().map(|(kind, count)| KindCount { kind, count }).collect(),
        sources: plan.by_source.into_iter().map(|(name, count)| NamedCount { name, count }).collect(),
        years: plan.by_year.into_iter().map(|(year, count)| YearCount { year, count }).collect(),
        attachments: plan.attachments,
        attachment_bytes: plan.attachment_bytes,
        shared_attachments: plan.shared_attachments,
        shared_items: plan.shared_items,
        exchanges: plan.exchanges,
        searches: plan.searches,
        left_in_place: plan.left_in_place,
        people: plan.people,
    })
}

pub(crate) fn forget(engine: &Engine, request: ForgetRequest, cancel: &Cancel, on: &mut dyn FnMut(Progress)) -> Result<Receipt> {
    let vault = engine.vault()?;
    let scope = scope(engine, request)?;
    // A job's label is kept, so that it says nothing of what goes.
    let mut work = Work::begin(engine, "forget", "Forgetting for good", cancel)?;
    let mut report = |progress: Progress| {
        work.report(progress.clone());
        on(progress);
    };
    let last = |vault: &Vault| vault.receipts().ok().and_then(|receipts| receipts.first().map(|receipt| receipt.receipt));
    let before = last(&vault);
    // Parts of an export that are still apart could not be put together afterwards.
    let outcome = lake::import::settle(&vault, cancel, &mut report).and_then(|()| {
        let _turn = vault.settling_turn();
        vault.forget(&scope, now(), cancel, &mut report)
    });
    match &outcome {
        // From its receipt on it is decided, and goes on at the next unlock.
        Err(failure) if failure.code != Code::Cancelled && last(&vault) > before => work.rest(JobState::Interrupted, failure, SPOILED),
        _ => work.end(outcome.as_ref().map(|_| ()), SPOILED),
    }
    outcome
}

pub(crate) fn receipts(engine: &Engine, _: Nothing) -> Result<Receipts> {
    Ok(Receipts { receipts: engine.vault()?.receipts()? })
}
