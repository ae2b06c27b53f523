use std::time::Instant;

use domain::{Cancel, Code, Failure, Progress, Result};

use crate::Engine;
use crate::personal::Personal;
use crate::show;
use crate::wire::{PiiAnswer, PiiClassCount, PiiFound, PiiHit, PiiRequest};

/// Where the program stays open the answer is what was found so far; for one operation alone it is waited until all was looked at.
pub(crate) fn pii(engine: &Engine, request: PiiRequest, cancel: &Cancel, on: &mut dyn FnMut(Progress)) -> Result<PiiAnswer> {
    let started = Instant::now();
    let open = engine.open()?;
    let vault = &open.vault;
    if !engine.stays() {
        open.personal.catch_up(vault, cancel, on)?;
    }
    let limit = if request.limit == 0 { 50 } else { request.limit.min(1_000) };
    let after = request.after.as_deref().map(cursor).transpose()?;
    let filter = engine.meant(&request.filter)?;
    let found = match request.class {
        Some(class) => vault.pii_items(class, &filter, after, limit)?,
        None => Vec::new(),
    };
    let next = found.last().filter(|_| found.len() == limit).map(|last| last.id.to_string());
    let ids: Vec<i64> = found.iter().map(|item| item.id).collect();
    let (rows, texts) = (vault.rows(&ids)?, vault.texts(&ids)?);
    let mut items = Vec::with_capacity(found.len());
    for item in found {
        // Gone since it was found.
        let Some((row, text)) = rows.iter().find(|row| row.id == item.id).zip(texts.iter().find(|text| text.id == item.id)) else {
            continue;
        };
        let text = text.whole();
        // What says something else by now is looked at again.
        let found = item.spans.into_iter().filter_map(|span| {
            let stands = text.get(span.range())?;
            Some(PiiFound { class: span.class, text: stands.to_owned(), confidence: span.confidence })
        });
        items.push(PiiHit { row: show::row(row.clone()), found: found.collect() });
    }
    let counts = vault.pii_counts(&filter)?.into_iter();
    Ok(PiiAnswer {
        classes: counts.map(|count| PiiClassCount { class: count.class, items: count.n_items, places: count.n_spans }).collect(),
        items,
        next,
        looked_at: Personal::coverage(vault)?,
        took_ms: started.elapsed().as_millis() as u64,
    })
}

/// Where a page begins: behind the item of this number.
fn cursor(text: &str) -> Result<i64> {
    text.parse().map_err(|_| {
        Failure::new(Code::BadRequest, "The place to go on from (`after`) was not given by this vault.")
            .hint("Pass on `next` of the page before, unchanged.")
    })
}
