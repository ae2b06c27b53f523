//! Imports: begun, filled file by file, ended, listed, undone. The ledger of each is kept for good.

use domain::{Cancel, Code, Failure, Finding, ImportId, ImportReport, ImportTotals, Progress, Result, UtcMs};
use schemars::JsonSchema;
use serde::Serialize;

use crate::forget;
use crate::table::file::{self, FileId, NewFile};
use crate::table::import_run::{self, ImportRow, ImportState};
use crate::table::memo;
use crate::undo::{self, Undone};
use crate::vault::Vault;
use crate::whereabouts;

/// An import in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ImportSummary {
    /// Its number; `undo` takes it.
    pub import: ImportId,
    /// What it was called: the archive's name.
    pub label: String,
    /// Where it stands.
    pub state: ImportState,
    /// When it began, UTC milliseconds.
    pub started_ms: UtcMs,
    /// How long it took, milliseconds.
    pub took_ms: u64,
    /// The sums of its ledger.
    pub totals: ImportTotals,
}

impl Vault {
    /// Begins an import. It stays `running` until it is ended, or the program does.
    pub fn begin_import(&self, label: &str, now: UtcMs) -> Result<ImportId> {
        let label = label.to_owned();
        let import = self.inner().writer.write(move |transaction| import_run::insert(transaction, &label, now))?;
        self.inner().running().insert(import);
        Ok(import)
    }

    /// Takes up again the latest import of that name, when the program ended during it or the person stopped it: it is `running` again, under the number
    /// that it had. The lines of files that were read as records stay, to be opened again when their files are read again; those
    /// of files that were only met are gone, for they will be met again.
    pub fn resume_import(&self, label: &str) -> Result<Option<ImportId>> {
        let label = label.to_owned();
        let resumed = self.inner().writer.write(move |transaction| {
            let Some(import) = import_run::latest_of(transaction, &label)?.filter(|row| row.state.was_cut_short()) else {
                return Ok(None);
            };
            import_run::set_state(transaction, import.id, ImportState::Running)?;
            file::remove_unread(transaction, import.id)?;
            Ok(Some(import.id))
        })?;
        if let Some(import) = resumed {
            self.inner().running().insert(import);
        }
        Ok(resumed)
    }

    /// The files of an import that were read to their ends, of which the digest is known.
    pub fn whole_files(&self, import: ImportId) -> Result<Vec<NewFile>> {
        Ok(file::whole(&*self.inner().readers.borrow()?, import)?)
    }

    /// Gives `on` every line of an import's ledger: its number and its file.
    pub fn each_line(&self, import: ImportId, on: &mut dyn FnMut(FileId, NewFile)) -> Result<()> {
        Ok(file::each_opened(&*self.inner().readers.borrow()?, import, on)?)
    }

    /// Opens a file's line in the ledger.
    pub fn add_file(&self, import: ImportId, file: &NewFile) -> Result<FileId> {
        let file = file.clone();
        Ok(self.inner().writer.write(move |transaction| file::insert(transaction, import, &file))?)
    }

    /// Ends an import.
    pub fn end_import(&self, import: ImportId, state: ImportState, findings: &[Finding], took_ms: u64) -> Result<()> {
        let findings = findings.to_vec();
        self.inner().writer.write(move |transaction| {
            // An export that was imported before leaves the track as it was.
            if file::brought_new_points(transaction, import)? {
                whereabouts::track_changed(transaction)?;
            }
            memo::close_forgotten(transaction)?;
            import_run::end(transaction, import, state, &findings, took_ms)?;
            // One that was cut short is gone on with by the names of its files.
            if state != ImportState::Interrupted {
                forget::blot_import(transaction, import)?;
            }
            Ok(())
        })?;
        self.inner().running().remove(&import);
        self.inner().follower.wake();
        Ok(())
    }

    /// Every import, the latest first.
    pub fn imports(&self) -> Result<Vec<ImportSummary>> {
        let reader = self.inner().readers.borrow()?;
        let mut summaries = Vec::new();
        for ImportRow { id, label, state, started_ms, took_ms, .. } in import_run::all(&reader)? {
            let totals = file::totals(&reader, id)?;
            summaries.push(ImportSummary { import: id, label, state, started_ms, took_ms, totals });
        }
        Ok(summaries)
    }

    /// An import with its ledger, all of it in memory; [`Vault::stored_report`] is for what is only passed on.
    pub fn import_report(&self, import: ImportId) -> Result<ImportReport> {
        let reader = self.inner().readers.borrow()?;
        let row = import_run::existing(&reader, import)?;
        let mut files = Vec::new();
        file::each_line(&reader, import, &mut |line| {
            files.push(line);
            true
        })?;
        Ok(ImportReport {
            import,
            label: row.label,
            state: row.state.name().to_owned(),
            started_ms: row.started_ms,
            took_ms: row.took_ms,
            totals: ImportTotals::of(&files),
            files,
            findings: row.findings,
        })
    }

    /// Whether an import found files that it could not read or that nobody knows, and could read no record of any file at all.
    pub fn could_read_nothing(&self, import: ImportId) -> Result<bool> {
        Ok(file::none_was_read(&*self.inner().readers.borrow()?, import)?)
    }

    /// Takes an import back: the vault is then as if it had never been, whatever other imports brought of the same. When
    /// cancelled it stays `undoing`, and a second call goes on; so does the next unlock.
    pub fn undo(&self, import: ImportId, cancel: &Cancel, on: &mut dyn FnMut(Progress)) -> Result<Undone> {
        if let Some(running) = self.inner().running().iter().next() {
            return Err(Failure::new(Code::BadRequest, format!("Import {running} is running, and nothing can be undone meanwhile."))
                .hint("Wait for it to end, or cancel it, and try again."));
        }
        undo::run(self.inner(), import, cancel, on)
    }

    /// Files kept by name only, whose path contains every word.
    pub fn files_named(&self, words: &str, limit: usize) -> Result<Vec<file::FileHit>> {
        let words: Vec<String> = words.split_whitespace().map(str::to_lowercase).collect();
        if words.is_empty() {
            return Ok(Vec::new());
        }
        Ok(file::set_aside_named(&*self.inner().readers.borrow()?, &words, limit)?)
    }
}
