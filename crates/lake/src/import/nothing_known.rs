//! What to say of a set in which no file is known: what was expected, what was found, what to do.

use domain::{Code, Failure, Finding, FindingCode};

use crate::archive::ExportSet;
use crate::document;
use crate::importers;
use crate::router::Route;

/// Files that are named as examples.
const EXAMPLES: usize = 3;

/// What was met so far in a set of which nothing is known.
#[derive(Default)]
pub(crate) struct NothingKnown {
    /// Paths, and what each is by its first bytes.
    examples: Vec<(String, &'static str)>,
    /// Why a file that is known brings nothing.
    why: Option<String>,
    /// A file that may not be read, and why.
    refused: Option<String>,
}

impl NothingKnown {
    /// Takes note of a file that no importer reads.
    pub(crate) fn add(&mut self, path: &str, head: &[u8], route: &Route) {
        let kind = match route {
            Route::SetAside(kind) => kind,
            Route::Unknown => "text",
            Route::Ignored(_, why) => {
                self.why.get_or_insert_with(|| why.clone());
                "known"
            }
            Route::Empty(_) => {
                self.why.get_or_insert_with(|| "It is empty.".to_owned());
                "empty"
            }
            Route::To(_) => document::kind_of(head),
        };
        if self.examples.len() < EXAMPLES {
            self.examples.push((path.to_owned(), kind));
        }
    }

    /// Takes note of a file that may not be read.
    pub(crate) fn refused(&mut self, path: &str, why: &str) {
        self.refused.get_or_insert_with(|| format!("{path}: {why}"));
    }

    /// The failure that says it; `findings` are of the archives themselves.
    pub(crate) fn failure(&self, set: &ExportSet, findings: &[Finding]) -> Failure {
        let label = &set.label;
        if let Some(deeper) = set.all_findings().find(|finding| finding.code == FindingCode::Refused) {
            return Failure::new(Code::NotAnExport, format!("Nothing in {label} can be imported. {}", deeper.message))
                .hint("Import the archives by themselves, all at once.");
        }
        let damage =
            [FindingCode::Refused, FindingCode::CutShort].iter().find_map(|code| findings.iter().find(|finding| finding.code == *code));
        let damage = self
            .refused
            .as_ref()
            .map(|refused| format!("Nothing in {label} may be read; of {refused}."))
            .or_else(|| damage.map(|damage| format!("Nothing in {label} could be read. {}", damage.message)));
        if let (true, Some(damage)) = (self.examples.is_empty(), damage) {
            return Failure::new(Code::BadArchive, damage)
                .hint("Download it again, and import it as it was delivered. Nothing was written.");
        }
        let found = match (self.examples.as_slice(), &self.why) {
            ([], _) => {
                return Failure::new(Code::NotAnExport, format!("{label} holds no files.")).hint("Choose the export as it was delivered.");
            }
            ([(only, _)], Some(why)) => {
                return Failure::new(Code::NotAnExport, format!("{only} brings nothing to import. {why}"))
                    .hint("Import the export that it belongs to, as it was delivered.");
            }
            ([(only, kind)], None) => format!("{only} is no file that Datapunk knows ({kind} by its content)."),
            (some, _) => {
                let some: Vec<&str> = some.iter().map(|(path, _)| path.as_str()).collect();
                format!("Nothing in {label} is known: it holds {} and the like.", some.join(", "))
            }
        };
        let is_table = self.examples.iter().any(|(path, _)| path.to_lowercase().ends_with(".csv"));
        let hint = if is_table {
            "If it belongs to an export, import that whole, as it was delivered: some files are known by their folder alone. Any other table is read with a guide to its columns: put a file NAME.columns.toml beside NAME.csv."
        } else {
            "If it belongs to an export, import that whole, as it was delivered: some files are known by their folder alone."
        };
        Failure::new(
            Code::NotAnExport,
            format!("{found} Expected a Google Takeout (whole, unpacked, or one of its files), or {}.", others()),
        )
        .hint(hint)
    }
}

/// What is read beside a Takeout, as its importers are called.
fn others() -> String {
    let labels: Vec<&str> =
        importers::ALL.iter().filter(|importer| !importer.id.starts_with("google.")).map(|importer| importer.label).collect();
    match labels.as_slice() {
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
        [] => String::new(),
    }
}
