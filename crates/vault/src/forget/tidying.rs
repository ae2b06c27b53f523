//! What is told of forgotten items beside their own rows: names of files in the ledger, findings, labels of imports and jobs,
//! names of sources, and what importers remember of files.
//!
//! The ledger's counts stay: they say what an import read then. A line of which no record is left loses its name, and so do
//! lines beside it that are named after it and brought nothing themselves (the sidecar of a photo).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use domain::{Cancel, Finding, ImportId, Progress, Result};
use rusqlite::{Connection, params};

use crate::fault::Outcome;
use crate::forget::progress;
use crate::forget::removing::body;
use crate::table::file::{self, FileId};
use crate::table::memo;
use crate::table::receipt::{self, ReceiptId, Stage};
use crate::vault::Inner;

/// Lines of the ledger looked at in one transaction.
const STEP: usize = 5_000;

pub(super) fn run(inner: &Inner, id: ReceiptId, cancel: &Cancel, on: &mut dyn FnMut(Progress)) -> Result<()> {
    // Lines named after others go first: begun again, the stage still finds what the others are called.
    let bare = bare_lines(inner, id, cancel)?;
    let mut n_lines = 0;
    for (import, names) in &bare {
        let names = Arc::new(names.clone());
        let mut after = Some(0);
        while let Some(from) = after {
            cancel.check()?;
            let (import, names) = (*import, Arc::clone(&names));
            let (next, n) = inner.writer.write(move |transaction| blot_named_after(transaction, import, from, &names))?;
            (after, n_lines) = (next, n_lines + n);
            on(progress("forgetting", n_lines, 0, "files"));
        }
    }
    let mut after = Some(0);
    while let Some(from) = after {
        cancel.check()?;
        let (next, n) = inner.writer.write(move |transaction| blot(transaction, id, from))?;
        (after, n_lines) = (next, n_lines + n);
    }
    inner.writer.write(move |transaction| {
        for import in imports(transaction, id)? {
            blot_labels(transaction, import)?;
        }
        let mut body = body(transaction, id)?;
        body.went.ledger_lines += n_lines;
        body.went.sets += close_sets(transaction, id)?;
        transaction.execute("DELETE FROM source WHERE NOT EXISTS (SELECT 1 FROM item WHERE item.source = source.id)", [])?;
        receipt::update(transaction, id, Stage::Scrubbing, &body.json()?)
    })?;
    Ok(())
}

/// Folders and names without their extensions.
type Names = BTreeSet<(String, String)>;

/// The names of the lines that have nothing left, by import.
fn bare_lines(inner: &Inner, id: ReceiptId, cancel: &Cancel) -> Outcome<BTreeMap<ImportId, Names>> {
    let mut bare: BTreeMap<ImportId, Names> = BTreeMap::new();
    let mut after = 0;
    loop {
        cancel.check()?;
        let reader = inner.readers.borrow()?;
        let files = receipt::files(&reader, id, after, STEP)?;
        let Some(last) = files.last() else { return Ok(bare) };
        after = *last;
        for file in files {
            if is_empty(&reader, file)? {
                let (import, path) = named(&reader, file)?;
                let (folder, name) = cut(&path);
                bare.entry(import).or_default().insert((folder.to_owned(), stem(name).to_owned()));
            }
        }
    }
}

/// The import of a line, and its path.
fn named(connection: &Connection, file: FileId) -> Outcome<(ImportId, String)> {
    Ok(connection.prepare_cached("SELECT import, path FROM file WHERE id = ?1")?.query_row([file], |row| Ok((row.get(0)?, row.get(1)?)))?)
}

fn cut(path: &str) -> (&str, &str) {
    path.rsplit_once('/').unwrap_or(("", path))
}

/// A file's name without its extension.
fn stem(name: &str) -> &str {
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

/// What is put in a name's place: no two lines have the same.
fn nameless(file: FileId) -> String {
    format!("(forgotten {file})")
}

/// Takes the findings of the next lines that had something of it, and the names of those that have nothing left. Says where to
/// go on, and how many lost their names.
fn blot(connection: &Connection, id: ReceiptId, after: FileId) -> Outcome<(Option<FileId>, u64)> {
    let files = receipt::files(connection, id, after, STEP)?;
    let mut n_blotted = 0;
    for file in &files {
        silence(connection, *file)?;
        let (_, path) = named(connection, *file)?;
        if path != nameless(*file) && is_empty(connection, *file)? {
            blot_line(connection, *file, cut(&path).1)?;
            n_blotted += 1;
        }
    }
    Ok((files.last().copied(), n_blotted))
}

/// Whether no item and no position fix of a file's is left.
fn is_empty(connection: &Connection, file: FileId) -> Outcome<bool> {
    let has_items: bool =
        connection.prepare_cached("SELECT EXISTS (SELECT 1 FROM sighting WHERE file = ?1)")?.query_row([file], |row| row.get(0))?;
    if has_items {
        return Ok(false);
    }
    let Some((from, to)) = file::span(connection, file)? else { return Ok(true) };
    let has_fixes: bool = connection
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM track_point WHERE at_ms BETWEEN ?2 AND ?3 AND file = ?1)
                 OR EXISTS (SELECT 1 FROM track_sighting WHERE at_ms BETWEEN ?2 AND ?3 AND file = ?1)",
        )?
        .query_row([file, from, to], |row| row.get(0))?;
    Ok(!has_fixes)
}

/// Takes a line's name, and what tells its bytes. Where it came from stays, unless that is the file itself.
fn blot_line(connection: &Connection, file: FileId, name: &str) -> Outcome<()> {
    connection
        .prepare_cached(
            "UPDATE file SET path = ?2, digest = NULL,
                 archive = CASE WHEN archive = ?3 OR substr(archive, -length(?3) - 1) = '/' || ?3 THEN '' ELSE archive END WHERE id = ?1",
        )?
        .execute(params![file, nameless(file), name])?;
    silence(connection, file)
}

/// Leaves of a line's findings what they are about and how many: their words may be those of a record.
fn silence(connection: &Connection, file: FileId) -> Outcome<()> {
    let findings: String = connection.prepare_cached("SELECT findings FROM file WHERE id = ?1")?.query_row([file], |row| row.get(0))?;
    if findings != "[]" {
        let silenced = serde_json::to_string(&silenced(serde_json::from_str(&findings)?))?;
        connection.prepare_cached("UPDATE file SET findings = ?2 WHERE id = ?1")?.execute(params![file, silenced])?;
    }
    Ok(())
}

fn silenced(findings: Vec<Finding>) -> Vec<Finding> {
    let without_words =
        |finding| Finding { at: String::new(), message: "What was told here went with what was forgotten.".to_owned(), ..finding };
    findings.into_iter().map(without_words).collect()
}

/// Takes the names of the lines of an import that brought only what was forgotten before, as if it had been forgotten since.
pub(crate) fn blot_import(connection: &Connection, import: ImportId) -> Outcome<()> {
    let files: Vec<FileId> = connection
        .prepare_cached("SELECT id FROM file WHERE import = ?1 AND forgotten > 0")?
        .query_map([import], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    if files.is_empty() {
        return Ok(());
    }
    let mut bare = Vec::new();
    let mut names = Names::new();
    for file in files {
        silence(connection, file)?;
        if is_empty(connection, file)? {
            let (_, path) = named(connection, file)?;
            let (folder, name) = cut(&path);
            names.insert((folder.to_owned(), stem(name).to_owned()));
            bare.push((file, name.to_owned()));
        }
    }
    for (file, name) in bare {
        blot_line(connection, file, &name)?;
    }
    let mut after = Some(0);
    while let Some(from) = after {
        (after, _) = blot_named_after(connection, import, from, &names)?;
    }
    blot_labels(connection, import)
}

/// The imports that had something of it.
fn imports(connection: &Connection, id: ReceiptId) -> Outcome<Vec<ImportId>> {
    let mut statement = connection.prepare_cached(
        "SELECT DISTINCT f.import FROM forgetting_file l CROSS JOIN file f ON f.id = l.file WHERE l.receipt = ?1 ORDER BY 1",
    )?;
    let imports = statement.query_map([id], |row| row.get(0))?.collect::<Result<_, _>>()?;
    Ok(imports)
}

/// Takes the names of the next lines of an import that have nothing of their own and are named after one that has nothing
/// left, in the same folder. Says where to go on, and how many lost their names.
fn blot_named_after(connection: &Connection, import: ImportId, after: FileId, names: &Names) -> Outcome<(Option<FileId>, u64)> {
    let lines: Vec<(FileId, String)> = connection
        .prepare_cached(
            "SELECT id, path FROM file f WHERE import = ?1 AND id > ?2
             AND NOT EXISTS (SELECT 1 FROM forgetting_file l WHERE l.file = f.id) ORDER BY id LIMIT ?3",
        )?
        .query_map(params![import, after, i64::try_from(STEP).unwrap_or(i64::MAX)], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<_, _>>()?;
    let mut n_blotted = 0;
    for (file, path) in &lines {
        let (folder, name) = cut(path);
        if is_named_after(names, folder, name) && is_empty(connection, *file)? {
            blot_line(connection, *file, name)?;
            n_blotted += 1;
        }
    }
    Ok((lines.last().map(|(last, _)| *last), n_blotted))
}

/// Names of so many letters may have been cut by who wrote the export, each in another way.
const CUT: usize = 40;

/// Whether a file is called as one of `names` and something after it, or is what was left of one by a cut.
fn is_named_after(names: &Names, folder: &str, name: &str) -> bool {
    let in_folder = |name: &str| (folder.to_owned(), name.to_owned());
    let begins_with_one = name.char_indices().skip(1).any(|(at, letter)| {
        let ends = !letter.is_alphanumeric() && letter != '_' || name[..at].chars().count() >= CUT;
        ends && names.contains(&in_folder(&name[..at]))
    });
    let stem = stem(name);
    let begins_one = stem.chars().count() >= CUT
        && names.range(in_folder(stem)..).next().is_some_and(|(of, longer)| of == folder && longer.starts_with(stem));
    begins_with_one || begins_one || names.contains(&in_folder(name))
}

/// Takes what an import's findings say, and where nothing is left of it also its label and those of its jobs. Of every job
/// the name of the file goes that was being read last.
fn blot_labels(connection: &Connection, import: ImportId) -> Outcome<()> {
    let (label, findings): (String, String) = connection
        .prepare_cached("SELECT label, findings FROM import_run WHERE id = ?1")?
        .query_row([import], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let findings = serde_json::to_string(&silenced(serde_json::from_str(&findings)?))?;
    connection.prepare_cached("UPDATE import_run SET findings = ?2 WHERE id = ?1")?.execute(params![import, findings])?;
    connection.prepare_cached("UPDATE job SET progress = json_set(progress, '$.detail', '')")?.execute([])?;
    let is_bare: bool = connection
        .prepare_cached(
            "SELECT NOT EXISTS (SELECT 1 FROM file WHERE import = ?1 AND path NOT LIKE '(forgotten %)' AND (stored > 0 OR merged > 0))",
        )?
        .query_row([import], |row| row.get(0))?;
    if is_bare {
        let nameless = format!("(forgotten import {import})");
        connection.prepare_cached("UPDATE import_run SET label = ?2 WHERE id = ?1")?.execute(params![import, nameless])?;
        connection
            .prepare_cached("UPDATE job SET label = ?3, error = NULL WHERE import = ?1 OR (import IS NULL AND label = ?2)")?
            .execute(params![import, label, nameless])?;
    }
    Ok(())
}

/// Closes the sets of files that imports of it stand in; says how many there were.
fn close_sets(connection: &Connection, id: ReceiptId) -> Outcome<u64> {
    let read_by: Vec<(String, ImportId)> = connection
        .prepare_cached(
            "SELECT DISTINCT f.importer, f.import FROM forgetting_file l CROSS JOIN file f ON f.id = l.file WHERE l.receipt = ?1",
        )?
        .query_map([id], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<_, _>>()?;
    let mut n_closed = 0;
    for (importer, import) in read_by {
        for set in memo::of_import(connection, &importer, import)? {
            memo::close(connection, set)?;
            n_closed += 1;
        }
    }
    Ok(n_closed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sidecar_is_named_after_its_medium_however_its_name_was_cut() {
        let long = "a holiday picture that has a rather long name";
        let names: Names = [("a", "IMG_1"), ("a", long)].map(|(folder, name)| (folder.to_owned(), name.to_owned())).into();
        let is = |folder: &str, name: &str| is_named_after(&names, folder, name);
        assert!(is("a", "IMG_1.jpg.json") && is("a", "IMG_1.html") && is("a", "IMG_1-edited.jpg") && is("a", "IMG_1"));
        assert!(is("a", &format!("{}.json", &long[..42])) && is("a", &format!("{long}r.json")));
        assert!(!is("b", "IMG_1.jpg.json") && !is("a", "IMG_12.jpg.json") && !is("a", "metadata.json") && !is("a", "a.json"));
    }
}
