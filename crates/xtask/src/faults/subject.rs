//! The vault that faults are tried on: a made-up export, and the questions whose answers say that nothing was lost.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::command::Datapunk;
use crate::fixtures::{self, Generated, Lang, Options, Shape};
use crate::{Result, folder};

/// The passphrase of every vault that faults are tried on.
pub(super) const PASSPHRASE: &str = "six faults that a vault outlives";

/// A vault with nothing in it yet, and what is to be imported. Copies of the vault share its keys.
pub(super) struct Subject {
    /// The empty vault, opened by its recovery code: thousands of openings would wait for the stretching of a passphrase.
    pub(super) empty: Datapunk,
    /// What is to be imported.
    pub(super) made: Generated,
}

impl Subject {
    /// Makes both in `folder`. `scale` is about how many records there are to import.
    pub(super) fn new(folder: &Path, seed: u64, scale: u64) -> Result<Self> {
        let made = fixtures::generate(&Options { scale, seed, lang: Lang::En, shape: Shape::Zip, out: folder.join("export") })?;
        let nowhere = folder.join("home");
        fs::create_dir_all(&nowhere)?;
        // Models would have vectors made in the background, and more to read at each start.
        let datapunk = Datapunk::new(&folder.join("empty"), PASSPHRASE)?.with_models(&folder.join("no-models")).with_home(&nowhere);
        let code = datapunk.json(["init"])?["recovery_code"].as_str().ok_or("init did not say the recovery code")?.to_owned();
        Ok(Self { empty: datapunk.with_recovery_code(&code), made })
    }

    /// A copy of the empty vault in `folder`.
    pub(super) fn copy(&self, to: &Path) -> Result<Datapunk> {
        folder::copy(self.empty.vault(), to)?;
        Ok(self.empty.on(to))
    }

    /// The arguments that import everything.
    pub(super) fn import(&self) -> Vec<OsString> {
        import(&self.made.inputs)
    }
}

/// The arguments that import these files.
pub(super) fn import(paths: &[PathBuf]) -> Vec<OsString> {
    std::iter::once("import".into()).chain(paths.iter().map(|path| path.clone().into_os_string())).collect()
}

/// The arguments, of which some are paths.
pub(super) fn args<const N: usize>(words: [&dyn AsRef<OsStr>; N]) -> Vec<OsString> {
    words.into_iter().map(|word| AsRef::<OsStr>::as_ref(word).to_owned()).collect()
}

/// The hash of what a vault holds, when every page, index, blob and ledger of it is whole.
pub(super) fn hash(datapunk: &Datapunk) -> Result<String> {
    let ran = datapunk.run(["verify"])?;
    let verified = ran.answer().map_err(|_| format!("the vault does not open: {}", ran.stderr.trim()))?;
    if verified["ok"] != true {
        return Err(format!("the vault is not whole: {}", verified["findings"]).into());
    }
    Ok(verified["logical_hash"].as_str().unwrap_or_default().to_owned())
}

/// Fails when the vault does not open by itself, or tells of something else than these codes of findings.
pub(super) fn tells_only(datapunk: &Datapunk, codes: &[&str]) -> Result<()> {
    let ran = datapunk.run(["verify"])?;
    let verified = ran.answer().map_err(|_| format!("the vault does not open: {}", ran.stderr.trim()))?;
    match verified["findings"].as_array().into_iter().flatten().find(|finding| !codes.iter().any(|code| finding["code"] == *code)) {
        Some(finding) => Err(format!("the vault is not whole: {finding}").into()),
        None => Ok(()),
    }
}

/// Fails when the vault does not hold what it should.
pub(super) fn holds(datapunk: &Datapunk, expected: &str, when: &str) -> Result<()> {
    let found = hash(datapunk).map_err(|error| format!("{when}: {error}"))?;
    if found == expected { Ok(()) } else { Err(format!("{when}: the vault holds something else ({found}, not {expected})").into()) }
}

/// The imports that stand, the latest first.
pub(super) fn imports(datapunk: &Datapunk) -> Result<Vec<Value>> {
    let imports = datapunk.json(["imports"])?;
    Ok(imports["imports"].as_array().into_iter().flatten().filter(|import| import["state"] != "undone").cloned().collect())
}

/// Fails when an import is in a state that no finished run leaves, or its ledger does not balance.
pub(super) fn balances(datapunk: &Datapunk) -> Result<()> {
    for import in imports(datapunk)? {
        let settled = ["interrupted", "done"].iter().any(|state| import["state"] == *state);
        if !settled || import["totals"]["balanced"] != true {
            return Err(format!("an import is not settled, or does not balance: {import}").into());
        }
    }
    Ok(())
}

/// Takes back an import unless it is gone already.
pub(super) fn undo(datapunk: &Datapunk, import: &Value) -> Result<()> {
    if imports(datapunk)?.iter().any(|standing| standing["import"] == *import) {
        datapunk.json(["undo".to_owned(), import.to_string()])?;
    }
    Ok(())
}

/// The names of the snapshots in a folder of backups, all of whose packs are whole.
pub(super) fn snapshots(datapunk: &Datapunk, backups: &Path) -> Result<Vec<String>> {
    let ran = datapunk.run(args([&"backup", &"verify", &backups]))?;
    let checked = ran.answer().map_err(|_| format!("the backups do not open: {}", ran.stderr.trim()))?;
    if checked["ok"] != true {
        return Err(format!("the backups are not whole: {}", checked["findings"]).into());
    }
    let listed = datapunk.json(args([&"backup", &"list", &backups]))?;
    Ok(listed["snapshots"].as_array().into_iter().flatten().filter_map(|snapshot| snapshot["id"].as_str().map(str::to_owned)).collect())
}

/// Restores a snapshot beside, and fails when that is not what the vault held.
pub(super) fn restores(datapunk: &Datapunk, backups: &Path, snapshot: &str, expected: &str, into: &Path) -> Result<()> {
    if into.exists() {
        fs::remove_dir_all(into)?;
    }
    let restored = datapunk.on(into).json(args([&"restore", &backups, &"--snapshot", &snapshot]))?;
    if restored["same"] != true {
        return Err(format!("the snapshot {snapshot} comes back as something else: {restored}").into());
    }
    holds(&datapunk.on(into), expected, "restored")?;
    fs::remove_dir_all(into)?;
    Ok(())
}

/// Whether the built command has this subcommand.
pub(super) fn knows(datapunk: &Datapunk, words: &[&str]) -> Result<bool> {
    let mut command: Command = datapunk.command(words);
    Ok(command.arg("--help").output()?.status.success())
}
