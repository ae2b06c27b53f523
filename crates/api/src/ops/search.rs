use std::collections::{HashMap, HashSet};
use std::time::Instant;

use ::vault::{Bucket as Cut, Cursor, Matched, Order};
use cortex::query::Read;
use cortex::retrieve;
use cortex::snippet;
use domain::{Code, Failure, Filter, Result, Uid};
use jiff::Timestamp;

use crate::Engine;
use crate::engine::Open;
use crate::show;
use crate::wire::{
    Bucket, By, Facets, FileHit, FilterRequest, Hit, ListOrder, ListRequest, NamedCount, Page, QueryNote, SearchAnswer, SearchMode,
    SearchRequest, Timeline, TimelineRequest, Understood,
};

/// Characters of a snippet.
const SNIPPET: usize = 220;
/// Set-aside files that a search names at most.
const FILES: usize = 20;

pub(crate) fn search(engine: &Engine, request: SearchRequest) -> Result<SearchAnswer> {
    let started = Instant::now();
    let open = engine.open()?;
    let vault = &open.vault;
    let mode = match request.mode {
        SearchMode::Words => retrieve::Mode::Words,
        SearchMode::Meaning => retrieve::Mode::Meaning,
        SearchMode::Both => retrieve::Mode::Both,
    };
    let limit = if request.limit == 0 { 50 } else { request.limit.min(1_000) };
    let Read { filter, told } = open.read(&request.filter)?;
    if let Some(uid) = request.like {
        return like(&open, uid, Read { filter, told }, &request, started);
    }
    let needs_models = mode != retrieve::Mode::Words && !filter.text.trim().is_empty();
    let models = needs_models.then(|| open.meaning.finders(&open.vault)).transpose()?;
    let found = retrieve::search(vault, models.as_ref().map(crate::meaning::Finders::models).unwrap_or_default(), &filter, mode, limit)?;
    let mut notes = Vec::new();
    if found.without_meaning && open.meaning.is_altered() {
        notes.push(
            "The embedding model was altered since it was installed and is not used, so only words were searched. `datapunk models verify` says what differs."
                .to_owned(),
        );
    } else if found.without_meaning && open.meaning.is_behind() {
        notes.push(
            "The models came or changed after the last import, so only words were searched. Meaning is made ready while the window is open or `datapunk serve` runs, and by the next import."
                .to_owned(),
        );
    } else if found.without_meaning {
        notes.push(
            "No embedding model is installed, so only words were searched. `datapunk models pull bge-small-en-v1.5` fetches one."
                .to_owned(),
        );
    }
    let total = match (mode, filter.text.trim()) {
        (_, "") => Some(vault.count(&filter)?),
        (retrieve::Mode::Meaning, _) => None,
        (_, text) => Some(vault.match_words(text, &vault.matching(&filter)?)?.ids.len() as u64),
    };
    let how = found.matched.map(matched);
    match found.matched {
        Some(Matched::Any) => notes.push("No item holds all of the words; these hold some of them.".to_owned()),
        Some(Matched::Fuzzy | Matched::All) | None => {}
    }
    notes.extend(found.corrected.iter().map(|(typed, taken)| format!("No item has {typed:?}; it was taken for {}.", taken.join(", "))));
    notes.extend(unknown(vault, &request.filter)?);
    let coverage = open.meaning.coverage(vault)?;
    if coverage.words < 1.0 {
        notes.push(format!("The word index is catching up: it knows {:.0} % of the items.", coverage.words * 100.0));
    }
    let hits = shown(vault, &filter, found)?;
    let files =
        if filter.kinds.is_empty() && !filter.text.trim().is_empty() { vault.files_named(&filter.text, FILES)? } else { Vec::new() };
    Ok(SearchAnswer {
        hits,
        total,
        files: files
            .into_iter()
            .map(|file| FileHit { path: file.path, archive: file.archive, size: file.size, import: file.import })
            .collect(),
        mode: request.mode,
        matched: how,
        understood: understood(Read { filter, told }),
        notes,
        coverage,
        took_ms: started.elapsed().as_secs_f64() * 1e3,
    })
}

/// What means nearly what an item does, of what a filter leaves. Words in the filter have to be there.
fn like(open: &Open, uid: Uid, read: Read, request: &SearchRequest, started: Instant) -> Result<SearchAnswer> {
    let vault = &open.vault;
    let item = vault.item(uid)?.ok_or_else(|| Failure::not_found("item", uid))?;
    let limit = if request.limit == 0 { 50 } else { request.limit.min(1_000) };
    let models = open.meaning.finders(vault)?;
    let found = retrieve::like(vault, models.models(), item.id, &read.filter, limit)?;
    let mut notes = Vec::new();
    if found.without_meaning {
        notes.push(
            "What this item means is not known yet: no embedding model is installed, or none has come to it. `datapunk models list` shows them."
                .to_owned(),
        );
    }
    let hits = shown(vault, &read.filter, found)?;
    Ok(SearchAnswer {
        hits,
        total: None,
        files: Vec::new(),
        mode: SearchMode::Meaning,
        matched: None,
        understood: understood(read),
        notes,
        coverage: open.meaning.coverage(vault)?,
        took_ms: started.elapsed().as_secs_f64() * 1e3,
    })
}

fn understood(Read { filter, told }: Read) -> Understood {
    let told = told.into_iter().map(|told| QueryNote { at: told.at, message: told.message, suggestions: told.suggestions });
    Understood { filter, told: told.collect() }
}

/// What a filter names and the vault does not know: the reason why nothing is found.
fn unknown(vault: &::vault::Vault, filter: &Filter) -> Result<Vec<String>> {
    let mut notes = Vec::new();
    if !filter.sources.is_empty() {
        let known = vault.stats()?.by_source;
        let under =
            |name: &str| known.keys().any(|source| source.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with('.')));
        for name in filter.sources.iter().filter(|name| !under(name.as_str())) {
            let list = known.keys().map(String::as_str).collect::<Vec<_>>().join(", ");
            notes.push(format!("Nothing in the vault is from a source called {name:?}; its sources are {list}."));
        }
    }
    for name in [&filter.people, &filter.senders, &filter.recipients].into_iter().flatten() {
        if name.trim().eq_ignore_ascii_case(Filter::ME) {
            if vault.own_entities()?.is_empty() {
                notes.push("Nothing tells who you are: `datapunk people me --add ADDRESS` says which addresses are yours.".to_owned());
            }
        } else if vault.people(name, 1)?.is_empty() {
            notes.push(format!("Nobody called {name:?} is in the vault."));
        }
    }
    Ok(notes)
}

/// As callers see it.
fn matched(matched: Matched) -> String {
    match matched {
        Matched::All => "all",
        Matched::Any => "any",
        Matched::Fuzzy => "fuzzy",
    }
    .to_owned()
}

/// Hits with what a list shows of them; what says the same as a better one is folded into it.
fn shown(vault: &::vault::Vault, filter: &Filter, found: retrieve::Found) -> Result<Vec<Hit>> {
    let retrieve::Found { mut hits, same, .. } = found;
    let folded: HashSet<i64> = same.values().flatten().copied().collect();
    hits.retain(|hit| !folded.contains(&hit.id));
    let ids: Vec<i64> = hits.iter().map(|hit| hit.id).collect();
    let rows = vault.rows(&ids)?;
    let terms = snippet::terms(&filter.text);
    let documents = if terms.is_empty() { Vec::new() } else { vault.documents(&ids)? };
    let alike: HashMap<i64, Uid> = vault.rows(&folded.into_iter().collect::<Vec<_>>())?.into_iter().map(|row| (row.id, row.uid)).collect();
    Ok(hits
        .into_iter()
        .filter_map(|hit| {
            let row = rows.iter().find(|row| row.id == hit.id)?;
            let mut why = hit.why;
            if let (Some(near), Some(place)) = (filter.near, row.place) {
                why.push(format!("{:.0} m away", near.point.metres_to(place)));
            }
            let mut view = show::row(row.clone());
            if let Some(document) = documents.iter().find(|document| document.id == hit.id) {
                view.snippet = snippet::snippet(&document.text, &terms, SNIPPET);
                let held = snippet::held(&[&document.title, &document.text, &document.people], &terms);
                if !held.is_empty() {
                    why.push(format!("holds {}", held.join(", ")));
                }
            }
            let same = same.get(&hit.id).into_iter().flatten().filter_map(|id| alike.get(id).copied()).collect();
            Some(Hit { row: view, score: hit.score, why, same })
        })
        .collect())
}

pub(crate) fn list(engine: &Engine, request: ListRequest) -> Result<Page> {
    let after = request.after.as_deref().map(cursor).transpose()?;
    let order = match request.order {
        ListOrder::Newest => Order::Newest,
        ListOrder::Oldest => Order::Oldest,
    };
    let limit = if request.limit == 0 { 100 } else { request.limit.min(1_000) };
    let page = engine.vault()?.list(&engine.meant(&request.filter)?, order, after, limit)?;
    Ok(Page {
        rows: page.rows.into_iter().map(show::row).collect(),
        next: page.next.map(|next| format!("{}:{}", next.at.map_or_else(String::new, |at| at.to_string()), next.id)),
    })
}

/// Where a page begins, as [`list`] writes it: "TIME:NUMBER".
fn cursor(text: &str) -> Result<Cursor> {
    let read = (|| {
        let (at, id) = text.split_once(':')?;
        let at = if at.is_empty() { None } else { Some(at.parse().ok()?) };
        Some(Cursor { at, id: id.parse().ok()? })
    })();
    read.ok_or_else(|| {
        Failure::new(Code::BadRequest, "The place to go on from (`after`) was not given by this vault.")
            .hint("Pass on `next` of the page before, unchanged.")
    })
}

pub(crate) fn timeline(engine: &Engine, request: TimelineRequest) -> Result<Timeline> {
    let started = Instant::now();
    let (cut, format) = match request.by {
        By::Day => (Cut::Day, "%Y-%m-%d"),
        By::Month => (Cut::Month, "%Y-%m"),
        By::Year => (Cut::Year, "%Y"),
    };
    let buckets: Vec<Bucket> = engine
        .vault()?
        .density(&engine.meant(&request.filter)?, cut)?
        .into_iter()
        .map(|row| Bucket {
            key: Timestamp::from_millisecond(row.start_ms).map_or_else(|_| row.start_ms.to_string(), |at| at.strftime(format).to_string()),
            from_ms: row.start_ms,
            count: row.count,
            by_kind: row.by_kind.into_iter().map(|(kind, count)| NamedCount { name: kind.name().to_owned(), count }).collect(),
        })
        .collect();
    Ok(Timeline { total: buckets.iter().map(|bucket| bucket.count).sum(), buckets, took_ms: started.elapsed().as_secs_f64() * 1e3 })
}

pub(crate) fn facets(engine: &Engine, request: FilterRequest) -> Result<Facets> {
    let facets = engine.vault()?.facets(&engine.meant(&request.filter)?)?;
    let named = |counts: Vec<(String, u64)>| counts.into_iter().map(|(name, count)| NamedCount { name, count }).collect::<Vec<_>>();
    Ok(Facets {
        total: facets.total,
        matched: facets.matched.map(matched),
        kinds: facets.by_kind.into_iter().map(|(kind, count)| NamedCount { name: kind.name().to_owned(), count }).collect(),
        sources: named(facets.by_source),
        years: facets.by_year.into_iter().map(|(year, count)| NamedCount { name: year.to_string(), count }).collect(),
        people: facets.people.into_iter().map(|person| NamedCount { name: person.name, count: person.n }).collect(),
    })
}
