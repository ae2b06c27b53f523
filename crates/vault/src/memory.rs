//! Answers kept in memory for as long as the database has not changed, so that going back and forth between views costs
//! nothing. Each is kept under the question's own JSON and the generation of the database that it was answered from.

use std::any::Any;
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, PoisonError};

use lru::LruCache;
use rusqlite::Connection;

use crate::fault::Outcome;
use crate::table::setting;

/// Answers kept at once.
const KEPT: NonZeroUsize = NonZeroUsize::new(64).unwrap();

type Answers = LruCache<(u64, String), Arc<dyn Any + Send + Sync>>;

/// The answers.
pub(crate) struct Memory {
    answers: Mutex<Answers>,
}

impl Default for Memory {
    fn default() -> Self {
        Self { answers: Mutex::new(LruCache::new(KEPT)) }
    }
}

impl Memory {
    /// The answer to `question`, from memory or by `answer`.
    pub(crate) fn recall<T: Clone + Send + Sync + 'static>(
        &self,
        connection: &Connection,
        question: String,
        answer: impl FnOnce() -> Outcome<T>,
    ) -> Outcome<T> {
        let key = (setting::generation(connection)?, question);
        let known = self.answers.lock().unwrap_or_else(PoisonError::into_inner).get(&key).cloned();
        if let Some(known) = known.and_then(|known| known.downcast_ref::<T>().cloned()) {
            return Ok(known);
        }
        let fresh = answer()?;
        self.answers.lock().unwrap_or_else(PoisonError::into_inner).put(key, Arc::new(fresh.clone()));
        Ok(fresh)
    }

    /// Forgets everything.
    pub(crate) fn clear(&self) {
        self.answers.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}
