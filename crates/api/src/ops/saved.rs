use ::vault::SavedSearch;
use domain::{Failure, Result};

use crate::Engine;
use crate::engine::now;
use crate::wire::{Nothing, RenameSearchRequest, SaveSearchRequest, SavedSearchRef, SavedSearchView, SavedSearches};

pub(crate) fn list(engine: &Engine, _: Nothing) -> Result<SavedSearches> {
    let mut searches = Vec::new();
    for SavedSearch { name, search, saved } in engine.vault()?.saved_searches()? {
        searches.push(SavedSearchView { name, search: serde_json::from_str(&search).map_err(Failure::internal)?, saved_ms: saved });
    }
    Ok(SavedSearches { searches })
}

/// What cannot be read now is not kept.
pub(crate) fn save(engine: &Engine, request: SaveSearchRequest) -> Result<SavedSearches> {
    engine.meant(&request.search.filter)?;
    let search = serde_json::to_string(&request.search).map_err(Failure::internal)?;
    engine.vault()?.save_search(SavedSearch { name: request.name, search, saved: now() }, request.replace)?;
    list(engine, Nothing {})
}

pub(crate) fn rename(engine: &Engine, request: RenameSearchRequest) -> Result<SavedSearches> {
    engine.vault()?.rename_search(&request.name, &request.to)?;
    list(engine, Nothing {})
}

pub(crate) fn remove(engine: &Engine, request: SavedSearchRef) -> Result<SavedSearches> {
    engine.vault()?.remove_search(&request.name)?;
    list(engine, Nothing {})
}
