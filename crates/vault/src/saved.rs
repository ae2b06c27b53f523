//! Searches that the owner keeps. One that names what is forgotten goes with it: for what the scope alone named, with the decision; for
//! a name that nobody bears any more, with the items that bore it ([`crate::conversations::GoneWords`]).

use domain::{Code, Failure, Result};
use rusqlite::Connection;
use serde_json::Value;

use crate::fault::Outcome;
use crate::index::words_of;
use crate::table::saved_search::{self, SavedSearch};
use crate::vault::Vault;

/// Characters of a name.
const LONGEST_NAME: usize = 100;

impl Vault {
    /// All saved searches, by name.
    pub fn saved_searches(&self) -> Result<Vec<SavedSearch>> {
        Ok(saved_search::all(&*self.inner().readers.borrow()?)?)
    }

    /// Keeps a search under its name.
    ///
    /// # Errors
    /// [`Code::BadRequest`] when the name is empty, too long, or taken and not to be replaced.
    pub fn save_search(&self, mut new: SavedSearch, replace: bool) -> Result<()> {
        new.name = fit(&new.name)?;
        let name = new.name.clone();
        if self.inner().writer.write(move |transaction| saved_search::save(transaction, &new, replace))? {
            Ok(())
        } else {
            Err(taken(&name))
        }
    }

    /// Calls a saved search otherwise.
    ///
    /// # Errors
    /// [`Code::NotFound`]; [`Code::BadRequest`] when the new name is empty, too long, or another's.
    pub fn rename_search(&self, name: &str, to: &str) -> Result<()> {
        let (from, to) = (name.to_owned(), fit(to)?);
        let new_name = to.clone();
        let renamed = self.inner().writer.write(move |transaction| {
            let Some(search) = saved_search::named(transaction, &from)? else { return Ok(None) };
            if !from.eq_ignore_ascii_case(&to) && saved_search::named(transaction, &to)?.is_some() {
                return Ok(Some(false));
            }
            saved_search::remove(transaction, &from)?;
            saved_search::save(transaction, &SavedSearch { name: to, ..search }, true).map(Some)
        })?;
        match renamed {
            None => Err(Failure::not_found("saved search called", name)),
            Some(false) => Err(taken(&new_name)),
            Some(true) => Ok(()),
        }
    }

    /// Keeps a search no longer.
    ///
    /// # Errors
    /// [`Code::NotFound`].
    pub fn remove_search(&self, name: &str) -> Result<()> {
        let called = name.to_owned();
        if self.inner().writer.write(move |transaction| saved_search::remove(transaction, &called))? {
            Ok(())
        } else {
            Err(Failure::not_found("saved search called", name))
        }
    }
}

/// The fields of a search that hold words, and names of people, labels and places.
const WORDED: [&str; 6] = ["text", "people", "senders", "recipients", "labels", "places"];

/// The words of each text of a search, that of its name first.
pub(crate) fn words_in(search: &SavedSearch) -> Vec<Vec<String>> {
    let mut texts = vec![search.name.clone()];
    match serde_json::from_str(&search.search) {
        Ok(value) => texts_in(value, false, &mut texts),
        // What cannot be read in parts is looked at as a whole.
        Err(_) => texts.push(search.search.clone()),
    }
    texts.iter().map(|text| words_of(text)).collect()
}

/// The texts in the worded fields of a piece of JSON, also of the filters inside of a filter.
fn texts_in(value: Value, is_worded: bool, texts: &mut Vec<String>) {
    match value {
        Value::String(text) if is_worded => texts.push(text),
        Value::Array(list) => list.into_iter().for_each(|entry| texts_in(entry, is_worded, texts)),
        Value::Object(fields) => fields.into_iter().for_each(|(name, field)| texts_in(field, WORDED.contains(&name.as_str()), texts)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// The names of the searches of which a text holds these words, one after another.
pub(crate) fn naming(connection: &Connection, words: &[String]) -> Outcome<Vec<String>> {
    let mut names = Vec::new();
    if words.is_empty() {
        return Ok(names);
    }
    for search in saved_search::all(connection)? {
        if words_in(&search).iter().any(|held| held.windows(words.len()).any(|some| some == words)) {
            names.push(search.name);
        }
    }
    Ok(names)
}

/// Removes the searches that [`naming`] names; how many there were.
pub(crate) fn remove_naming(connection: &Connection, words: &[String]) -> Outcome<u64> {
    let names = naming(connection, words)?;
    for name in &names {
        saved_search::remove(connection, name)?;
    }
    Ok(names.len() as u64)
}

fn fit(name: &str) -> Result<String> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > LONGEST_NAME {
        return Err(Failure::new(Code::BadRequest, format!("A saved search is called by 1 to {LONGEST_NAME} characters.")));
    }
    Ok(name.to_owned())
}

fn taken(name: &str) -> Failure {
    Failure::new(Code::BadRequest, format!("A saved search is called {name:?} already."))
        .hint("Choose another name, or replace the one that there is.")
}
