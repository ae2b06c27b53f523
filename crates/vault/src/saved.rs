//! Searches that the owner keeps.

use domain::{Code, Failure, Result};

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
