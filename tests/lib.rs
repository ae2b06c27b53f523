//! What the end-to-end tests share: a made-up archive, a vault, and the `datapunk` command.
//!
//! The tests drive the command as people and programs do, and hold what it says against the facts that the archive was made
//! from. `cargo xtask test` builds the command before; run alone, they want `cargo build -p cli` first.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "what fails here fails the test, and what is measured is said")]

use std::path::{Path, PathBuf};

use domain::ImportReport;
use serde_json::Value;
use tempfile::TempDir;
pub use xtask::command::{Datapunk, Ran, Served};
pub use xtask::fixtures::facts::{Facts, FileFacts, Findable, Question};
pub use xtask::fixtures::{Generated, Lang, Shape};

/// The passphrase of every vault that the tests make.
pub const PASSPHRASE: &str = "nine made-up lives in a row";

/// A folder for one test, gone when the test ends.
pub struct Home(TempDir);

impl Home {
    /// A new one.
    pub fn new() -> Self {
        Self(TempDir::with_prefix("datapunk-").unwrap())
    }

    /// A path in it.
    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// A made-up export of about `scale` records, in a folder of that name.
    pub fn export(&self, name: &str, scale: u64, lang: Lang, shape: Shape) -> Generated {
        xtask::fixtures::generate(&xtask::fixtures::Options { scale, seed: 23, lang, shape, out: self.path(name) }).unwrap()
    }

    /// The command, on a vault that does not stand there yet.
    pub fn no_vault(&self, name: &str) -> Datapunk {
        Datapunk::new(&self.path(name), PASSPHRASE).unwrap()
    }

    /// The command, on a new and empty vault.
    pub fn vault(&self, name: &str) -> Datapunk {
        let datapunk = self.no_vault(name);
        datapunk.json(["init"]).unwrap();
        datapunk
    }
}

impl Default for Home {
    fn default() -> Self {
        Self::new()
    }
}

/// Imports all of it at once, and checks that the ledger balances.
pub fn import<P: AsRef<Path>>(datapunk: &Datapunk, paths: &[P]) -> ImportReport {
    let mut command = datapunk.command(["import"]);
    let output = command.args(paths.iter().map(AsRef::as_ref)).output().unwrap();
    assert!(output.status.success(), "import: {}", String::from_utf8_lossy(&output.stderr));
    let report: ImportReport = serde_json::from_slice(&output.stdout).unwrap();
    for file in &report.files {
        assert_eq!(file.read, file.stored + file.merged + file.skipped + file.set_aside, "the ledger of {} does not balance", file.path);
    }
    assert!(report.totals.balanced);
    assert_eq!(report.totals, domain::ImportTotals::of(&report.files));
    report
}

/// Checks every page, index, blob and ledger; the hash of the content.
pub fn hash(datapunk: &Datapunk) -> String {
    let verified = datapunk.json(["verify"]).unwrap();
    assert_eq!(verified["ok"], true, "{verified}");
    verified["logical_hash"].as_str().unwrap().to_owned()
}

/// The imports that stand, the latest first.
pub fn imports(datapunk: &Datapunk) -> Vec<Value> {
    let imports = datapunk.json(["imports"]).unwrap();
    imports["imports"].as_array().unwrap().iter().filter(|import| import["state"] != "undone").cloned().collect()
}

/// Takes an import back.
pub fn undo(datapunk: &Datapunk, import: i64) -> Value {
    datapunk.json(["undo", &import.to_string()]).unwrap()
}

/// A count in a list of named counts; 0 when it is not named.
pub fn named(counts: &Value, name: &str) -> u64 {
    let counts = counts.as_array().unwrap();
    counts.iter().find(|count| count["name"] == name).map_or(0, |count| count["count"].as_u64().unwrap())
}
