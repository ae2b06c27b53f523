//! Reads the operators in the text of a filter (`from:anna`, `on:2019`), for every operation that takes one.

use cortex::query::{KnownNames, Read, read};
use domain::{Filter, Result};
use jiff::tz::TimeZone;

use crate::Engine;
use crate::engine::Open;
use crate::phrase::today;

impl Open {
    /// A filter without operators in its text, and what of them nothing goes by.
    pub(crate) fn read(&self, filter: &Filter) -> Result<Read> {
        let names = KnownNames { vault: &self.vault, places: self.meaning.places() };
        read(filter, today(), &TimeZone::system(), &names)
    }
}

impl Engine {
    /// What a filter means: the same without operators in its text.
    pub(crate) fn meant(&self, filter: &Filter) -> Result<Filter> {
        Ok(self.open()?.read(filter)?.filter)
    }
}
