//! The functions that our SQL uses beside SQLite's own.

use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use domain::{Failure, Point};
use rusqlite::Connection;
use rusqlite::functions::FunctionFlags;

use crate::fault::Outcome;
use crate::follower::Standing;
use crate::index::Within;

/// `metres(lat1, lon1, lat2, lon2)`: the great-circle distance between two points in E7, or NULL when one is.
pub(crate) fn register(connection: &Connection) -> Outcome<()> {
    connection.create_scalar_function("metres", 4, FunctionFlags::SQLITE_DETERMINISTIC | FunctionFlags::SQLITE_UTF8, |context| {
        let point = |at: usize| -> rusqlite::Result<Option<Point>> {
            Ok(context.get::<Option<i32>>(at)?.zip(context.get::<Option<i32>>(at + 1)?).map(|(lat, lon)| Point { lat, lon }))
        };
        Ok(point(0)?.zip(point(2)?).map(|(from, to)| from.metres_to(to)))
    })?;
    Ok(())
}

/// What answers searches by words at any time, once there is an index: connections are opened before it.
pub(crate) type LateWords = Arc<OnceLock<Arc<RwLock<Standing>>>>;

/// `holding(words)`: the items that hold all of these words, as a JSON list, for `json_each`.
pub(crate) fn register_words(connection: &Connection, words: &LateWords) -> Outcome<()> {
    let words = Arc::clone(words);
    connection.create_scalar_function("holding", 1, FunctionFlags::SQLITE_UTF8, move |context| {
        let failed = |failure: Failure| rusqlite::Error::UserFunctionError(Box::new(failure));
        let standing = words.get().ok_or_else(|| failed(Failure::internal("words were looked for before their index was open")))?;
        let search = standing.read().unwrap_or_else(PoisonError::into_inner).search.clone();
        let ids = search.holding(&context.get::<String>(0)?, &Within::everything()).map_err(failed)?;
        serde_json::to_string(&ids).map_err(|error| failed(Failure::internal(error)))
    })?;
    Ok(())
}
