use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The number of an import in its vault; `datapunk undo` takes it.
pub type ImportId = i64;

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Worth knowing.
    Note,
    /// Something was left out, and what it was is listed.
    Warning,
    /// A whole file could not be read, or ends early.
    Error,
}

/// What a finding is about. Programs match on these; people read [`Finding::message`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FindingCode {
    /// One record could not be read.
    BadRecord,
    /// The file ends in the middle of a record.
    CutShort,
    /// The file is not what its name or place says.
    WrongFormat,
    /// A known product with no records in it.
    EmptyProduct,
    /// No importer knows the file.
    UnknownFile,
    /// The file is known and brings nothing: a viewer page, a settings file.
    IgnoredFile,
    /// A time without a zone, or one that cannot be read.
    UncertainTime,
    /// A position off the globe, or 0,0.
    BadPosition,
    /// A photo without a sidecar, a sidecar without a photo.
    Unpaired,
    /// A part of a split export is missing.
    MissingPart,
    /// The export holds HTML where JSON would have held more.
    PreferJson,
    /// The data is on the phone, or encrypted, and has to be exported in another way.
    Elsewhere,
    /// A limit that guards the machine was reached.
    Limit,
    /// An archive's entry was refused: its path climbs out, it is a link, it is encrypted.
    Refused,
    /// The bytes on disk could not be read.
    Unreadable,
    /// What was given at once is more than one export.
    SeveralExports,
    /// Two files of one archive have one name, or names that differ in capitals alone.
    EqualNames,
    /// Records that the owner had forgotten before, and that were left out.
    Forgotten,
    /// What repeats was told time by time: a record each, computed from one that says how.
    Repeats,
}

/// Something that the person should know about one file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Finding {
    /// What it is about.
    pub code: FindingCode,
    /// How much it matters.
    pub severity: Severity,
    /// Where in the file: "byte 48213", "line 12", "message 7"; empty when it is the whole file.
    pub at: String,
    /// What was expected, what was found, and what to do.
    pub message: String,
    /// How many records it is about.
    pub count: u64,
}

/// What became of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FileOutcome {
    /// Read to its end.
    Imported,
    /// Read as far as it could be; the findings say where it stopped.
    Partial,
    /// Known, and nothing in it.
    Empty,
    /// Known, and brings nothing (a viewer page, settings).
    Ignored,
    /// Not known; kept in the ledger and found by its name.
    SetAside,
    /// The same bytes were imported before.
    Known,
    /// Could not be read at all.
    Failed,
}

/// One file's line in the ledger. Always: `read = stored + merged + skipped + set_aside`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FileLedger {
    /// Its path inside the export, or on disk.
    pub path: String,
    /// The archive or folder it came from.
    pub archive: String,
    /// Size in bytes.
    pub size: u64,
    /// The importer that read it; empty when none did.
    pub importer: String,
    /// What became of it.
    pub outcome: FileOutcome,
    /// Records met in it.
    pub read: u64,
    /// Records that are new in the vault.
    pub stored: u64,
    /// Records that the vault had, from this or another file.
    pub merged: u64,
    /// Records left out on purpose (empty, not data, deleted by the owner before); the findings say why.
    pub skipped: u64,
    /// Records that could not be read or understood; the findings say where.
    pub set_aside: u64,
    /// What the person should know.
    pub findings: Vec<Finding>,
}

/// Sums over the files of an import.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ImportTotals {
    /// Files in the ledger.
    pub files: u64,
    /// Records met.
    pub read: u64,
    /// Records new in the vault.
    pub stored: u64,
    /// Records that the vault had.
    pub merged: u64,
    /// Records left out on purpose.
    pub skipped: u64,
    /// Records that could not be read.
    pub set_aside: u64,
    /// Whether `read = stored + merged + skipped + set_aside`, for every file and for the sum.
    pub balanced: bool,
}

impl ImportTotals {
    /// The sums of a ledger.
    pub fn of(files: &[FileLedger]) -> Self {
        let mut totals = Self { balanced: true, ..Self::default() };
        for file in files {
            totals.files += 1;
            totals.read += file.read;
            totals.stored += file.stored;
            totals.merged += file.merged;
            totals.skipped += file.skipped;
            totals.set_aside += file.set_aside;
            totals.balanced &= file.read == file.stored + file.merged + file.skipped + file.set_aside;
        }
        totals
    }
}

/// What an import did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ImportReport {
    /// Its number; `undo` takes it.
    pub import: ImportId,
    /// What it was called: the archive's name.
    pub label: String,
    /// "done", "cancelled", "interrupted", "undone" or "running".
    pub state: String,
    /// When it began, UTC milliseconds.
    pub started_ms: i64,
    /// How long it took, milliseconds.
    pub took_ms: u64,
    /// The sums.
    pub totals: ImportTotals,
    /// The ledger, a line a file.
    pub files: Vec<FileLedger>,
    /// What is about the export as a whole: a missing part, a product that is on the phone.
    pub findings: Vec<Finding>,
}
