//! Table `file`: the ledger, one line for each file of each import. A line stays when its import is undone.
//!
//! Invariant, once a line has an outcome: `read = stored + merged + skipped + set_aside`.

use domain::{FileLedger, FileOutcome, Finding, FindingCode, ImportId, Severity};
use rusqlite::{Connection, Row, params};

use crate::fault::{Outcome, unexpected};
use crate::filling::EndedFile;
use crate::migration::Step;
use crate::table::import_run::ImportState;

pub(crate) const STEPS: &[Step] = &[
    Step::adds(
        20261122,
        "CREATE TABLE file (
         id INTEGER PRIMARY KEY AUTOINCREMENT,
         import INTEGER NOT NULL REFERENCES import_run (id),
         path TEXT NOT NULL,
         archive TEXT NOT NULL,
         size INTEGER NOT NULL,
         digest BLOB,
         importer TEXT NOT NULL,
         outcome INTEGER,
         read INTEGER NOT NULL DEFAULT 0,
         stored INTEGER NOT NULL DEFAULT 0,
         merged INTEGER NOT NULL DEFAULT 0,
         skipped INTEGER NOT NULL DEFAULT 0,
         set_aside INTEGER NOT NULL DEFAULT 0,
         findings TEXT NOT NULL DEFAULT '[]',
         points_from INTEGER,
         points_to INTEGER
     ) STRICT;
     CREATE INDEX file_by_import ON file (import);
     CREATE INDEX file_by_digest ON file (digest) WHERE digest IS NOT NULL;",
    ),
    // Which edition of the importers read it: another one may find more in the same bytes.
    Step::adds(20261130, "ALTER TABLE file ADD COLUMN edition INTEGER;"),
    // Of a line that is opened again: what it stored before. It is met once more, and counts as stored still.
    Step::adds(20261201, "ALTER TABLE file ADD COLUMN stored_before INTEGER NOT NULL DEFAULT 0;"),
    // How many of those skipped the owner had deleted before.
    Step::adds(20261210, "ALTER TABLE file ADD COLUMN forgotten INTEGER NOT NULL DEFAULT 0;"),
    // The few that a search finds by their name: those ignored (3) and set aside (4).
    Step::adds(20261216, "CREATE INDEX file_kept_by_name ON file (id) WHERE outcome IN (3, 4);"),
];

/// The number of a file's line in the ledger.
pub type FileId = i64;

/// A file that an import is about to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewFile {
    /// Its path inside the export, or on disk.
    pub path: String,
    /// The archive or folder it came from.
    pub archive: String,
    /// Size in bytes.
    pub size: u64,
    /// BLAKE3 of its bytes, when they were read before.
    pub digest: Option<[u8; 32]>,
    /// The importer that will read it; empty when none does.
    pub importer: String,
}

const OUTCOMES: [FileOutcome; 7] = [
    FileOutcome::Imported,
    FileOutcome::Partial,
    FileOutcome::Empty,
    FileOutcome::Ignored,
    FileOutcome::SetAside,
    FileOutcome::Known,
    FileOutcome::Failed,
];

fn outcome_of(code: i64) -> Outcome<FileOutcome> {
    OUTCOMES.into_iter().find(|outcome| *outcome as i64 == code).ok_or_else(|| unexpected("a file with outcome", code))
}

pub(crate) fn insert(connection: &Connection, import: ImportId, file: &NewFile) -> Outcome<FileId> {
    connection
        .prepare_cached("INSERT INTO file (import, path, archive, size, digest, importer) VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?
        .execute(params![import, file.path, file.archive, i64::try_from(file.size).unwrap_or(i64::MAX), file.digest, file.importer])?;
    Ok(connection.last_insert_rowid())
}

/// Opens a line again, for its file is read anew by the import that went on. What it stored is its own still.
pub(crate) fn reopen(connection: &Connection, id: FileId, file: &NewFile) -> Outcome<()> {
    connection
        .prepare_cached(
            "UPDATE file SET outcome = NULL, read = stored, merged = 0, skipped = 0, set_aside = 0, findings = '[]', digest = ?2,
                 importer = ?3, edition = NULL, stored_before = stored
             WHERE id = ?1",
        )?
        .execute(params![id, file.digest, file.importer])?;
    Ok(())
}

/// Gives `on` the number of every line of an import, with its file.
pub(crate) fn each_opened(connection: &Connection, import: ImportId, on: &mut dyn FnMut(FileId, NewFile)) -> Outcome<()> {
    let mut statement =
        connection.prepare_cached("SELECT path, archive, size, digest, importer, id FROM file WHERE import = ?1 ORDER BY id")?;
    let mut rows = statement.query([import])?;
    while let Some(row) = rows.next()? {
        on(row.get(5)?, read(row)?);
    }
    Ok(())
}

/// Adds what one transaction wrote, so that the line balances even if the program ends here.
pub(crate) fn count(
    connection: &Connection,
    file: FileId,
    stored: u64,
    merged: u64,
    forgotten: u64,
    points: Option<(i64, i64)>,
) -> Outcome<()> {
    connection
        .prepare_cached(
            "UPDATE file SET read = read + ?2 + ?3 + ?4, stored = stored + ?2, merged = merged + ?3, skipped = skipped + ?4,
                 forgotten = forgotten + ?4,
                 points_from = min(coalesce(points_from, ?5), coalesce(?5, points_from)),
                 points_to = max(coalesce(points_to, ?6), coalesce(?6, points_to))
             WHERE id = ?1",
        )?
        .execute(params![
            file,
            stored.cast_signed(),
            merged.cast_signed(),
            forgotten.cast_signed(),
            points.map(|p| p.0),
            points.map(|p| p.1)
        ])?;
    Ok(())
}

/// Closes a line: adds what was not written to what was. What it stored before it was opened again was merged with itself, and
/// counts once.
pub(crate) fn end(connection: &Connection, ended: &EndedFile) -> Outcome<()> {
    connection
        .prepare_cached(
            "UPDATE file SET outcome = ?2, read = read + ?3 + ?4 + ?5 - min(stored_before, merged), merged = merged + ?3 - min(stored_before, merged),
                 skipped = skipped + ?4, set_aside = set_aside + ?5, findings = ?6, digest = CASE WHEN ?7 THEN coalesce(?8, digest) END,
                 edition = ?9, stored_before = 0
             WHERE id = ?1",
        )?
        .execute(params![
            ended.file,
            ended.outcome as i64,
            ended.merged.cast_signed(),
            ended.skipped.cast_signed(),
            ended.set_aside.cast_signed(),
            serde_json::to_string(&ended.findings)?,
            ended.whole,
            ended.digest,
            ended.edition,
        ])?;
    Ok(())
}

/// Gives the files that were being read when the program ended the outcome that they have.
pub(crate) fn interrupt_unfinished(connection: &Connection) -> Outcome<()> {
    let finding = Finding {
        code: FindingCode::CutShort,
        severity: Severity::Error,
        at: String::new(),
        message: "The program ended while this file was being read. What came before stands; import the archive again for the rest."
            .to_owned(),
        count: 1,
    };
    connection.execute(
        "UPDATE file SET outcome = ?1, findings = ?2, read = read - min(stored_before, merged), merged = merged - min(stored_before, merged),
             stored_before = 0
         WHERE outcome IS NULL",
        params![FileOutcome::Partial as i64, serde_json::to_string(&[finding])?],
    )?;
    Ok(())
}

/// Removes the lines of an import's files that brought nothing: nothing hangs on them. A file that was set aside may have
/// been kept as a document, and then its line is what an undo goes by.
pub(crate) fn remove_unread(connection: &Connection, import: ImportId) -> Outcome<()> {
    connection
        .prepare_cached("DELETE FROM file WHERE import = ?1 AND stored = 0 AND merged = 0 AND outcome IN (?2, ?3, ?4, ?5, ?6)")?
        .execute(params![
            import,
            FileOutcome::Empty as i64,
            FileOutcome::Ignored as i64,
            FileOutcome::SetAside as i64,
            FileOutcome::Known as i64,
            FileOutcome::Failed as i64
        ])?;
    Ok(())
}

/// The files of an import that were read to their ends.
pub(crate) fn whole(connection: &Connection, import: ImportId) -> Outcome<Vec<NewFile>> {
    let mut statement = connection.prepare_cached(
        "SELECT path, archive, size, digest, importer FROM file WHERE import = ?1 AND outcome = ?2 AND digest IS NOT NULL ORDER BY id",
    )?;
    let files = statement.query_map(params![import, FileOutcome::Imported as i64], read)?.collect::<Result<_, _>>()?;
    Ok(files)
}

/// Reads a row of path, archive, size, digest and importer.
fn read(row: &Row<'_>) -> rusqlite::Result<NewFile> {
    Ok(NewFile {
        path: row.get(0)?,
        archive: row.get(1)?,
        size: row.get::<_, i64>(2)?.unsigned_abs(),
        digest: row.get(3)?,
        importer: row.get(4)?,
    })
}

/// Gives `on` each file that an edition of the importers read to its end, of the imports that have ended and stand, the latest last: its
/// number, path, size, digest and importer. Files that left media in place are not among them: where these are is not in
/// their bytes.
pub(crate) fn each_whole(connection: &Connection, edition: i64, on: &mut dyn FnMut(FileId, NewFile)) -> Outcome<()> {
    let mut statement = connection.prepare_cached(
        "SELECT f.path, f.archive, f.size, f.digest, f.importer, f.id FROM file f JOIN import_run i ON i.id = f.import
         WHERE f.edition = ?1 AND f.outcome = ?2 AND f.digest IS NOT NULL AND i.state NOT IN (?3, ?4, ?5)
             AND NOT EXISTS (SELECT 1 FROM reference r WHERE r.file = f.id) ORDER BY f.id",
    )?;
    let mut rows = statement.query(params![
        edition,
        FileOutcome::Imported as i64,
        ImportState::Running.code(),
        ImportState::Undoing.code(),
        ImportState::Undone.code()
    ])?;
    while let Some(row) = rows.next()? {
        on(row.get(5)?, read(row)?);
    }
    Ok(())
}

/// Closes the line of a file whose bytes were read before as file `of`: every record of it is one that the vault has.
/// Says how many records it holds.
pub(crate) fn adopt(connection: &Connection, file: FileId, of: FileId) -> Outcome<u64> {
    let n_read: i64 = connection
        .prepare_cached(
            "UPDATE file SET outcome = o.outcome, read = o.read, stored = 0, merged = o.stored + o.merged, skipped = o.skipped,
                 set_aside = o.set_aside, findings = o.findings, digest = o.digest, edition = o.edition,
                 points_from = o.points_from, points_to = o.points_to, stored_before = 0
             FROM (SELECT * FROM file WHERE id = ?2) o WHERE file.id = ?1 RETURNING read",
        )?
        .query_row([file, of], |row| row.get(0))?;
    Ok(n_read.unsigned_abs())
}

/// The first and the last instant of the points that a file brought.
pub(crate) fn span(connection: &Connection, file: FileId) -> Outcome<Option<(i64, i64)>> {
    let (from, to): (Option<i64>, Option<i64>) = connection
        .prepare_cached("SELECT points_from, points_to FROM file WHERE id = ?1")?
        .query_row([file], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(from.zip(to))
}

/// The files of an import that brought points: number, first and last instant.
pub(crate) fn spans(connection: &Connection, import: ImportId) -> Outcome<Vec<(FileId, i64, i64)>> {
    let mut statement =
        connection.prepare_cached("SELECT id, points_from, points_to FROM file WHERE import = ?1 AND points_from IS NOT NULL")?;
    let spans = statement.query_map([import], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?.collect::<Result<_, _>>()?;
    Ok(spans)
}

pub(crate) fn of_import(connection: &Connection, import: ImportId) -> Outcome<Vec<FileId>> {
    let mut statement = connection.prepare_cached("SELECT id FROM file WHERE import = ?1 ORDER BY id")?;
    let ids = statement.query_map([import], |row| row.get(0))?.collect::<Result<_, _>>()?;
    Ok(ids)
}

/// Gives `on` the ledger of an import line by line, in the order in which its files were met, until it answers false. A file
/// that is still being read counts as partial.
pub(crate) fn each_line(connection: &Connection, import: ImportId, on: &mut dyn FnMut(FileLedger) -> bool) -> Outcome<()> {
    let mut statement = connection.prepare_cached(
        "SELECT path, archive, size, importer, coalesce(outcome, ?2), read, stored, merged, skipped, set_aside, findings, forgotten FROM file WHERE import = ?1 ORDER BY id",
    )?;
    let mut rows = statement.query(params![import, FileOutcome::Partial as i64])?;
    while let Some(row) = rows.next()? {
        let forgotten = row.get::<_, i64>(11)?.unsigned_abs();
        let mut line = FileLedger {
            path: row.get(0)?,
            archive: row.get(1)?,
            size: row.get::<_, i64>(2)?.unsigned_abs(),
            importer: row.get(3)?,
            outcome: outcome_of(row.get(4)?)?,
            read: row.get::<_, i64>(5)?.unsigned_abs(),
            stored: row.get::<_, i64>(6)?.unsigned_abs(),
            merged: row.get::<_, i64>(7)?.unsigned_abs(),
            skipped: row.get::<_, i64>(8)?.unsigned_abs(),
            set_aside: row.get::<_, i64>(9)?.unsigned_abs(),
            findings: serde_json::from_str(row.get_ref(10)?.as_str().map_err(rusqlite::Error::from)?)?,
        };
        line.findings.extend(left_out(forgotten));
        if !on(line) {
            break;
        }
    }
    Ok(())
}

/// What is said of records that the owner deleted before.
fn left_out(forgotten: u64) -> Option<Finding> {
    (forgotten > 0).then(|| Finding {
        code: FindingCode::Forgotten,
        severity: Severity::Note,
        at: String::new(),
        message: "You had these records forgotten before; they were left out, and count as skipped.".to_owned(),
        count: forgotten,
    })
}

/// A file that was kept in the ledger without being read.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
pub struct FileHit {
    /// The import that met it.
    pub import: ImportId,
    /// Its path inside the export.
    pub path: String,
    /// The archive or folder it came from.
    pub archive: String,
    /// Size in bytes.
    pub size: u64,
}

/// Files set aside, of imports that stand, whose path contains every one of `words` (lower case).
pub(crate) fn set_aside_named(connection: &Connection, words: &[String], limit: usize) -> Outcome<Vec<FileHit>> {
    // The index of these is used only for the numbers as they stand in it.
    const { assert!(FileOutcome::Ignored as i64 == 3 && FileOutcome::SetAside as i64 == 4) };
    let mut statement = connection.prepare_cached(
        "SELECT f.import, f.path, f.archive, f.size FROM file f INDEXED BY file_kept_by_name CROSS JOIN import_run i ON i.id = f.import
         WHERE f.outcome IN (3, 4) AND i.state NOT IN (?1, ?2) ORDER BY f.id DESC",
    )?;
    let mut rows = statement.query(params![ImportState::Undoing.code(), ImportState::Undone.code()])?;
    let mut hits = Vec::new();
    while let Some(row) = rows.next()? {
        let path: String = row.get(1)?;
        let lower = path.to_lowercase();
        if words.iter().all(|word| lower.contains(word.as_str())) {
            hits.push(FileHit { import: row.get(0)?, path, archive: row.get(2)?, size: row.get::<_, i64>(3)?.unsigned_abs() });
            if hits.len() == limit {
                break;
            }
        }
    }
    Ok(hits)
}

/// The sums of an import's ledger.
pub(crate) fn totals(connection: &Connection, import: ImportId) -> Outcome<domain::ImportTotals> {
    Ok(connection
        .prepare_cached(
            "SELECT count(*), coalesce(sum(read), 0), coalesce(sum(stored), 0), coalesce(sum(merged), 0), coalesce(sum(skipped), 0),
                 coalesce(sum(set_aside), 0), coalesce(min(read = stored + merged + skipped + set_aside), 1)
             FROM file WHERE import = ?1",
        )?
        .query_row([import], |row| {
            let count = |at: usize| row.get::<_, i64>(at).map(i64::unsigned_abs);
            Ok(domain::ImportTotals {
                files: count(0)?,
                read: count(1)?,
                stored: count(2)?,
                merged: count(3)?,
                skipped: count(4)?,
                set_aside: count(5)?,
                balanced: row.get(6)?,
            })
        })?)
}

/// Whether an import met files that are damaged, hold what their importer cannot read, or are known to no importer, and could read
/// no record of any file. A file that is kept for its words alone was not read.
pub(crate) fn none_was_read(connection: &Connection, import: ImportId) -> Outcome<bool> {
    Ok(connection
        .prepare_cached(
            "SELECT coalesce(min(read = set_aside OR outcome = ?5), 0)
                 AND coalesce(max(outcome IN (?2, ?3, ?5) OR (outcome = ?4 AND set_aside > 0)), 0)
             FROM file WHERE import = ?1",
        )?
        .query_row(
            params![
                import,
                FileOutcome::Partial as i64,
                FileOutcome::Failed as i64,
                FileOutcome::Imported as i64,
                FileOutcome::SetAside as i64
            ],
            |row| row.get(0),
        )?)
}

/// Lines of the ledger that do not balance: import and path.
pub(crate) fn unbalanced(connection: &Connection) -> Outcome<Vec<(ImportId, String)>> {
    let mut statement =
        connection.prepare_cached("SELECT import, path FROM file WHERE read <> stored + merged + skipped + set_aside ORDER BY id")?;
    let lines = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_, _>>()?;
    Ok(lines)
}

/// Whether any file of an import brought something new, position fixes among it or beside what was known of these.
pub(crate) fn brought_new_points(connection: &Connection, import: ImportId) -> Outcome<bool> {
    Ok(connection
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM file WHERE import = ?1 AND points_from IS NOT NULL AND stored > 0)")?
        .query_row([import], |row| row.get(0))?)
}

/// Whether any file of an import brought position fixes.
pub(crate) fn brought_points(connection: &Connection, import: ImportId) -> Outcome<bool> {
    Ok(connection
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM file WHERE import = ?1 AND points_from IS NOT NULL)")?
        .query_row([import], |row| row.get(0))?)
}

/// The importer of a file; empty when none read it.
pub(crate) fn importer(connection: &Connection, file: FileId) -> Outcome<String> {
    Ok(connection.prepare_cached("SELECT importer FROM file WHERE id = ?1")?.query_row([file], |row| row.get(0))?)
}
