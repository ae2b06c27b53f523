//! An import's report as it goes out: its ledger may have a million lines, so they are read while they are written.

use std::borrow::Cow;

use domain::{FileLedger, Finding, ImportId, ImportReport, ImportTotals, Result, UtcMs};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::ser::{Error, SerializeSeq};
use serde::{Serialize, Serializer};

use crate::fault::Fault;
use crate::table::{file, import_run};
use crate::vault::Vault;

/// Serializes as an [`ImportReport`] does, and holds no line of it.
#[derive(Serialize)]
pub struct StoredReport {
    import: ImportId,
    label: String,
    state: String,
    started_ms: UtcMs,
    took_ms: u64,
    totals: ImportTotals,
    files: Lines,
    findings: Vec<Finding>,
}

impl StoredReport {
    /// The import's number.
    pub fn import(&self) -> ImportId {
        self.import
    }

    /// Where it stands, by name.
    pub fn state(&self) -> &str {
        &self.state
    }

    /// The sums of its ledger.
    pub fn totals(&self) -> ImportTotals {
        self.totals
    }

    /// What it is called: the archive's name.
    pub fn label(&self) -> &str {
        &self.label
    }
}

impl JsonSchema for StoredReport {
    fn schema_name() -> Cow<'static, str> {
        ImportReport::schema_name()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        ImportReport::json_schema(generator)
    }
}

/// The ledger of an import.
struct Lines {
    vault: Vault,
    import: ImportId,
}

impl Serialize for Lines {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        let of_ours = |fault: Fault| S::Error::custom(fault.0.message);
        let reader = self.vault.inner().readers.borrow().map_err(of_ours)?;
        let mut lines = serializer.serialize_seq(None)?;
        let mut written = Ok(());
        let mut write = |line: FileLedger| {
            written = lines.serialize_element(&line);
            written.is_ok()
        };
        file::each_line(&reader, self.import, &mut write).map_err(of_ours)?;
        written?;
        lines.end()
    }
}

impl Vault {
    /// An import with its ledger, to be written out.
    pub fn stored_report(&self, import: ImportId) -> Result<StoredReport> {
        let reader = self.inner().readers.borrow()?;
        let row = import_run::existing(&reader, import)?;
        Ok(StoredReport {
            import,
            label: row.label,
            state: row.state.name().to_owned(),
            started_ms: row.started_ms,
            took_ms: row.took_ms,
            totals: file::totals(&reader, import)?,
            files: Lines { vault: self.clone(), import },
            findings: row.findings,
        })
    }
}
