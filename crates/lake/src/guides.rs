//! The guides to tables that lie beside them, `NAME.columns.toml` beside `NAME.csv`, and the one that a person named.
//!
//! A guide is the person's word, and comes before every importer. It is read before anything is written, and a guide that does
//! not fit its table is refused as a whole: what would be stored by it is not what they meant.

use std::collections::HashMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use domain::{Cancel, Code, Failure, Result};

use crate::archive::ExportSet;
use crate::importers::guided_table::Guide;
use crate::source::HEAD;
use crate::table::Columns;

/// What the name of a guide ends in.
const ENDING: &str = ".columns.toml";
/// Endings of tables.
const TABLES: [&str; 2] = ["csv", "tsv"];
/// Largest guide, bytes.
const LARGEST: u64 = 1 << 20;

/// The guides of one import.
#[derive(Default)]
pub(crate) struct Guides {
    /// By the path of the table without its ending.
    beside: HashMap<String, Arc<Guide>>,
    /// For every table that has none beside it.
    named: Option<Arc<Guide>>,
}

impl Guides {
    /// Finds the guides in a set, and reads the one at `named`.
    ///
    /// # Errors
    /// [`Code::BadRequest`] when a guide cannot be read, or names columns that its table does not have.
    pub(crate) fn of(set: &ExportSet, named: Option<&Path>, cancel: &Cancel) -> Result<Self> {
        let mut guides = Self::default();
        if let Some(path) = named {
            guides.named = Some(read_on_disk(path)?);
        }
        for (disk, path) in set.single_files().filter(|(_, path)| is_table(path)) {
            let guide = disk.with_extension(&ENDING[1..]);
            if guide.is_file() {
                guides.beside.insert(stem(path).to_owned(), read_on_disk(&guide)?);
            }
        }
        for (part, index, member) in set.listed() {
            let Some(table) = member.path.strip_suffix(ENDING) else { continue };
            let bytes = set.beginning(part, index, LARGEST, cancel).unwrap_or_default();
            guides.beside.insert(stem(table).to_owned(), parsed(&member.path, &bytes)?);
        }
        if !guides.is_empty() {
            for (part, index, member) in set.listed() {
                let Some(guide) = guides.to(&member.path) else { continue };
                let head = set.beginning(part, index, HEAD as u64, cancel).unwrap_or_default();
                guide.fits(&Columns::of(&head)).map_err(|why| {
                    Failure::new(Code::BadRequest, format!("{} cannot be read by its guide: {why}.", member.path))
                        .hint("Write the names of columns in the guide as the header of the table has them. Nothing was written.")
                })?;
            }
        }
        Ok(guides)
    }

    fn is_empty(&self) -> bool {
        self.named.is_none() && self.beside.is_empty()
    }

    /// The guide to the table at a path.
    pub(crate) fn to(&self, path: &str) -> Option<&Arc<Guide>> {
        if self.is_empty() || !is_table(path) {
            return None;
        }
        self.beside.get(stem(path)).or(self.named.as_ref())
    }

    /// Whether a file is a guide that was read.
    pub(crate) fn is_guide(&self, path: &str) -> bool {
        path.strip_suffix(ENDING).is_some_and(|table| self.beside.contains_key(stem(table)))
    }
}

fn is_table(path: &str) -> bool {
    path.rsplit_once('.').is_some_and(|(_, ending)| TABLES.iter().any(|table| ending.eq_ignore_ascii_case(table)))
}

/// A table's path without its ending; of a guide's `NAME.csv` too.
fn stem(path: &str) -> &str {
    if is_table(path) { path.rsplit_once('.').map_or(path, |(stem, _)| stem) } else { path }
}

fn read_on_disk(path: &Path) -> Result<Arc<Guide>> {
    let shown = path.display().to_string();
    let bytes = fs::read(path).map_err(|error| {
        Failure::new(Code::BadRequest, format!("The guide {shown} cannot be read: {error}."))
            .hint("Check its path, and that it is yours to read.")
    })?;
    parsed(&shown, &bytes)
}

fn parsed(path: &str, bytes: &[u8]) -> Result<Arc<Guide>> {
    let text = std::str::from_utf8(bytes).map_err(|error| error.to_string());
    text.and_then(Guide::read).map(Arc::new).map_err(|why| {
        Failure::new(Code::BadRequest, format!("{path} is no guide to a table: {why}."))
            .hint("A guide is TOML that names the source and the columns of the table; README.md shows one. Nothing was written.")
    })
}
