//! A language model that may fail: what it was to word is then said plainly, and why is told beside it.

use std::sync::{Arc, Mutex, PoisonError};

use domain::{Cancel, Chat, Code, Failure, Generator, GeneratorEvent, Result};

/// A model, or why there is none.
pub(crate) struct Faltering {
    model: Option<Arc<dyn Generator>>,
    failed: Mutex<Option<Failure>>,
}

impl Faltering {
    /// # Errors
    /// Those of a request that names no model; a model that is not there, was altered or does not answer is none.
    pub(crate) fn of(loaded: Result<Option<Arc<dyn Generator>>>) -> Result<Self> {
        let (model, failed) = match loaded {
            Ok(model) => (model, None),
            Err(failure) if matches!(failure.code, Code::ModelMissing | Code::ModelAltered) => (None, Some(failure)),
            Err(failure) => return Err(failure),
        };
        Ok(Self { model, failed: Mutex::new(failed) })
    }

    /// The model, when there is one to be asked.
    pub(crate) fn model(&self) -> Option<&dyn Generator> {
        self.model.is_some().then_some(self)
    }

    /// Why it had no part, when it was to have one.
    pub(crate) fn failure(&self) -> Option<String> {
        let failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
        failed.as_ref().map(|failure| format!("{} {}", failure.message, failure.hint).trim().to_owned())
    }
}

impl Generator for Faltering {
    fn id(&self) -> &str {
        self.model.as_ref().map_or("none", |model| model.id())
    }

    /// Nothing, once it has failed: a server that does not answer is not waited for twice.
    fn generate(&self, chat: &Chat, cancel: &Cancel, on: &mut dyn FnMut(GeneratorEvent<'_>)) -> Result<String> {
        let Some(model) = self.model.as_ref().filter(|_| self.failure().is_none()) else { return Ok(String::new()) };
        match model.generate(chat, cancel, on) {
            Err(failure) if failure.code != Code::Cancelled => {
                *self.failed.lock().unwrap_or_else(PoisonError::into_inner) = Some(failure);
                Ok(String::new())
            }
            outcome => outcome,
        }
    }
}
