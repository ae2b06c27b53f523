use std::path::{Path, PathBuf};

use ::vault::{BackUp, Backup, OpenBackup, Passphrase, Restore, Vault};
use domain::{Cancel, Code, Failure, Progress, Result};

use crate::Engine;
use crate::engine::now;
use crate::jobs::Work;
use crate::wire::{
    BackedUp, BackupFinding, BackupKey, BackupRef, BackupRequest, BackupState, Checked, JobStarted, Keep, LastBackup, Nothing,
    PruneRequest, Pruned, RehearseRequest, RestoreRequest, Restored, Secret, Snapshots,
};

/// The kind of the jobs that make a backup.
pub(crate) const BACKUP: &str = "backup";
/// The setting that holds what the last backup came to, as JSON.
const LAST: &str = "backup_last";
const HOUR_MS: i64 = 3_600_000;
/// How often a backup that runs by itself reads everything back, not only what it wrote.
const WHOLE_EVERY_MS: i64 = 7 * 24 * HOUR_MS;

fn folder(text: &str) -> Result<PathBuf> {
    let folder = Path::new(text);
    if folder.is_absolute() {
        return Ok(folder.to_owned());
    }
    Err(Failure::new(Code::BadRequest, format!("{text:?} is not the absolute path of a folder of backups.")))
}

fn what(request: &BackupRequest) -> BackUp {
    BackUp {
        now: now(),
        recipients: request.recipients.clone(),
        passphrase: request.own_passphrase.clone().map(Passphrase::from),
        quick: request.quick,
    }
}

/// Makes a backup in the background; the job tells how far it is.
pub(crate) fn start(engine: &Engine, request: BackupRequest) -> Result<JobStarted> {
    let to = folder(&request.folder)?;
    let work = Work::begin(engine, BACKUP, &request.folder, &Cancel::default())?;
    let job = work.number();
    let engine = engine.clone();
    std::thread::spawn(move || {
        // How it ended, a failure as well, is told by the job.
        drop(back_up(&engine, &to, &what(&request), work, &mut |_| {}));
    });
    Ok(JobStarted { job })
}

pub(crate) fn run(engine: &Engine, request: BackupRequest, cancel: &Cancel, on: &mut dyn FnMut(Progress)) -> Result<BackedUp> {
    let to = folder(&request.folder)?;
    let work = Work::begin(engine, BACKUP, &request.folder, cancel)?;
    back_up(engine, &to, &what(&request), work, on)
}

fn back_up(engine: &Engine, to: &Path, what: &BackUp, mut work: Work, on: &mut dyn FnMut(Progress)) -> Result<BackedUp> {
    let cancel = work.cancel();
    let outcome = engine.vault().and_then(|vault| {
        let made = vault.back_up(to, what, &cancel, &mut |progress: Progress| {
            work.report(progress.clone());
            on(progress);
        })?;
        let last = LastBackup {
            folder: to.display().to_string(),
            snapshot: made.snapshot.id.clone(),
            made_ms: made.snapshot.made_ms,
            // What was left out was not read back either.
            verified: made.snapshot.verified_ms.is_some() && made.findings.is_empty(),
        };
        vault.set_setting(LAST, Some(&serde_json::to_string(&last).map_err(Failure::internal)?))?;
        Ok(made)
    });
    let partial = outcome.as_ref().ok().and_then(|made| partial(&made.findings));
    work.end(partial.as_ref().map_or_else(|| outcome.as_ref().map(|_| ()), Err), &["settings"]);
    outcome
}

/// What a job tells of a backup that stands, but not with all that it should have.
fn partial(findings: &[BackupFinding]) -> Option<Failure> {
    let first = findings.first()?;
    let message =
        format!("The backup stands, and {} things were left out of it or found wrong. The first: {}", findings.len(), first.message);
    Some(Failure::new(Code::Damaged, message).hint(first.what_to_do.clone()))
}

/// How the vault is backed up, and when it last was.
pub(crate) fn state(engine: &Engine, _: Nothing) -> Result<BackupState> {
    let vault = engine.vault()?;
    let (folder, every_hours) = super::settings::backup_schedule(&vault)?;
    let last = vault.setting(LAST)?.and_then(|text| serde_json::from_str(&text).ok());
    Ok(BackupState { folder, every_hours, last })
}

/// Makes the backup that is due by the owner's schedule, if one is; blocks until it is made.
///
/// One that cannot be made, as when its drive is not there, is a failed job that tells why, and is tried again an hour later.
pub(crate) fn make_due(engine: &Engine, tried_ms: &std::sync::atomic::AtomicI64) -> Result<()> {
    use std::sync::atomic::Ordering;
    let state = state(engine, Nothing {})?;
    let last_ms = state.last.as_ref().filter(|last| last.folder == state.folder).map_or(0, |last| last.made_ms);
    let waited = |since: i64, ms: i64| now() - since >= ms || now() < since;
    if state.every_hours == 0
        || state.folder.is_empty()
        || !waited(last_ms, state.every_hours * HOUR_MS)
        || !waited(tried_ms.load(Ordering::Relaxed), HOUR_MS)
        || engine.0.jobs.is_running(BACKUP)
    {
        return Ok(());
    }
    tried_ms.store(now(), Ordering::Relaxed);
    let to = folder(&state.folder)?;
    let vault = engine.vault()?;
    let verified_ms = vault
        .backup(&to)
        .ok()
        .and_then(|backup| backup.snapshots().ok())
        .and_then(|(snapshots, _)| snapshots.iter().filter_map(|snapshot| snapshot.verified_ms).max());
    let quick = verified_ms.is_some_and(|ms| !waited(ms, WHOLE_EVERY_MS));
    let work = Work::begin(engine, BACKUP, &state.folder, &Cancel::default())?;
    let cancel = work.cancel();
    back_up(engine, &to, &BackUp { now: now(), quick, ..BackUp::default() }, work, &mut |_| {})?;
    vault.backup(&to)?.prune(&Keep::default(), None, &cancel).map(|_| ())
}

/// Opens a folder of backups with what was given, or for the vault that is open.
fn open(engine: &Engine, to: &str, key: Option<BackupKey>) -> Result<Backup> {
    let to = folder(to)?;
    match key {
        Some(key) => Backup::open(&to, &opens(key)?),
        // It is made when it is not there, which nobody asked for here.
        None if Backup::exists(&to) => engine.vault()?.backup(&to),
        None => Err(Failure::new(Code::NotFound, format!("There is no backup at {}: no backup.json stands there.", to.display()))
            .hint("`datapunk backup create` makes one.")),
    }
}

fn opens(key: BackupKey) -> Result<OpenBackup> {
    let BackupKey { passphrase, key_file, recovery_code, own_passphrase, identity } = key;
    match (own_passphrase, identity) {
        (None, None) => Ok(OpenBackup::Vault(super::keys::secret(&mut Secret { passphrase, key_file, recovery_code })?)),
        (Some(own), None) if passphrase.is_none() && recovery_code.is_none() => Ok(OpenBackup::Own(Passphrase::from(own))),
        (None, Some(identity)) if passphrase.is_none() && recovery_code.is_none() => Ok(OpenBackup::Identity(identity)),
        _ => Err(Failure::new(
            Code::BadRequest,
            "A backup is opened by one of: what opens the vault, the backup's own passphrase, an age identity.",
        )
        .hint("Give one of them.")),
    }
}

pub(crate) fn list(engine: &Engine, request: BackupRef) -> Result<Snapshots> {
    let backup = open(engine, &request.folder, request.key)?;
    let (snapshots, failures) = backup.snapshots()?;
    let missing = missing_last(engine, &request.folder, &backup)?;
    Ok(Snapshots { snapshots, findings: failures.into_iter().map(Into::into).chain(missing).collect() })
}

pub(crate) fn check(engine: &Engine, request: BackupRef, cancel: &Cancel, on: &mut dyn FnMut(Progress)) -> Result<Checked> {
    let backup = open(engine, &request.folder, request.key)?;
    let mut checked = backup.check(now(), cancel, on)?;
    if let Some(finding) = missing_last(engine, &request.folder, &backup)? {
        checked.ok = false;
        checked.findings.push(finding);
    }
    Ok(checked)
}

/// That the last backup of the open vault is not in the folder that it was made in. Nothing in the folder tells of it: what knows it is
/// the vault.
fn missing_last(engine: &Engine, to: &str, backup: &Backup) -> Result<Option<BackupFinding>> {
    let Ok(vault) = engine.vault() else { return Ok(None) };
    let last: Option<LastBackup> = vault.setting(LAST)?.and_then(|text| serde_json::from_str(&text).ok());
    let Some(last) = last.filter(|last| Path::new(&last.folder) == Path::new(to)) else { return Ok(None) };
    if backup.holds(&last.snapshot)? {
        return Ok(None);
    }
    Ok(Some(BackupFinding {
        message: format!("The last backup of this vault, the snapshot {}, is not in the folder any more: both its files are gone.", last.snapshot),
        what_to_do: "Make a backup now: `datapunk backup create`. If you did not remove the snapshot yourself, check the drive, and who may write to it.".to_owned(),
        mended: false,
    }))
}

/// Restores into the vault's own folder for temporary files, or the system's when no vault is open, and compares.
pub(crate) fn rehearse(engine: &Engine, request: RehearseRequest, cancel: &Cancel, on: &mut dyn FnMut(Progress)) -> Result<Restored> {
    let backup = open(engine, &request.folder, request.key)?;
    let beside = std::env::temp_dir().join(format!("datapunk-rehearsal-{}", std::process::id()));
    let place = match engine.vault() {
        Ok(vault) => vault.dir().join("tmp"),
        Err(_) => beside.clone(),
    };
    let restored = backup.rehearse(request.snapshot.as_deref(), &place, cancel, on);
    if place == beside {
        std::fs::remove_dir_all(&beside).ok();
    }
    restored
}

pub(crate) fn prune(engine: &Engine, request: PruneRequest, cancel: &Cancel, _: &mut dyn FnMut(Progress)) -> Result<Pruned> {
    open(engine, &request.folder, request.key)?.prune(&request.keep, request.made_before, cancel)
}

/// Restores a vault to where this engine looks for one.
pub(crate) fn restore(engine: &Engine, request: RestoreRequest, cancel: &Cancel, on: &mut dyn FnMut(Progress)) -> Result<Restored> {
    if engine.is_open() || Vault::exists(engine.folder()) {
        return Err(Failure::new(
            Code::VaultExists,
            format!("A vault stands at {} already; restoring writes over nothing.", engine.folder().display()),
        )
        .hint("Name another folder with --vault, and put it in the old one's place when you have looked at it."));
    }
    let backup = Backup::open(&folder(&request.folder)?, &opens(request.key)?)?;
    let what = Restore { snapshot: request.snapshot, now: now(), passphrase: request.new_passphrase.map(Passphrase::from) };
    backup.restore(&what, engine.folder(), cancel, on)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use ::vault::NewFile;
    use domain::{BlobContent, Kind, NewBlob, NewItem, Raw};
    use serde_json::{Value, json};

    use super::*;
    use crate::{Caller, Stay};

    #[test]
    fn a_backup_that_had_to_leave_something_out_is_told_as_one_that_failed_and_not_as_read_back() {
        let dir = tempfile::tempdir().unwrap();
        let engine = Engine::new(&dir.path().join("vault"), Stay::Once).unwrap();
        let owner = |op: &str, body: Value| engine.call(Caller::owner(), op, body, &Cancel::default(), &mut |_| {}).unwrap();
        owner("create_vault", json!({ "passphrase": "five plain words for testing" }));
        let vault = engine.vault().unwrap();
        let import = vault.begin_import("made-up.zip", 1).unwrap();
        let (path, archive, importer) = ("mail".to_owned(), "made-up.zip".to_owned(), "made.up".to_owned());
        let file = vault.add_file(import, &NewFile { path, archive, size: 1, digest: None, importer }).unwrap();
        let mut item = NewItem::new(Kind::Mail, "google.mail", b"1", Raw::json(b"{}"));
        let content = BlobContent::Bytes(vec![7; 70_000]);
        item.blobs.push(NewBlob { name: "scan.bin".to_owned(), media_type: String::new(), content });
        vault.write(import, file, vault.prepare(vec![item], Vec::new())).unwrap();

        let folder = dir.path().join("drive");
        let back_up = || owner("back_up", json!({ "folder": folder }));
        let told = || (owner("jobs", json!({}))["jobs"][0].clone(), owner("backup_state", json!({}))["last"]["verified"].clone());
        back_up();
        let (job, verified) = told();
        assert_eq!((&job["state"], verified), (&json!("done"), json!(true)));
        // What is wrong with another snapshot is told, and fails none that is whole without it.
        for file in fs::read_dir(folder.join("snapshots")).unwrap() {
            fs::write(file.unwrap().path(), b"nothing").unwrap();
        }
        let made = back_up();
        let (job, verified) = told();
        assert_eq!((&job["state"], verified), (&json!("done"), json!(true)));
        assert_eq!(made["others"].as_array().unwrap().len(), 1, "{made}");
        // One that is gone without a trace is known to the vault.
        let holds_all = owner("check_backup", json!({ "folder": folder }));
        let n_found = holds_all["findings"].as_array().unwrap().len();
        for file in fs::read_dir(folder.join("snapshots")).unwrap() {
            let path = file.unwrap().path();
            if path.to_string_lossy().contains(made["snapshot"]["id"].as_str().unwrap()) {
                fs::remove_file(path).unwrap();
            }
        }
        let checked = owner("check_backup", json!({ "folder": folder }));
        let findings = checked["findings"].as_array().unwrap();
        let last = findings.last().unwrap()["message"].as_str().unwrap();
        assert!(checked["ok"] == false && findings.len() > n_found && last.contains("last backup of this vault"), "{checked}");
        // A new folder knows nothing of it.
        let group = fs::read_dir(engine.folder().join("blobs")).unwrap().next().unwrap().unwrap().path();
        fs::remove_dir_all(group).unwrap();
        fs::remove_dir_all(&folder).unwrap();
        let made = back_up();
        let (job, verified) = told();
        assert_eq!((&job["state"], verified), (&json!("failed"), json!(false)));
        let first = made["findings"][0]["message"].as_str().unwrap();
        assert!(job["error"]["message"].as_str().unwrap().contains(first), "{job}");
    }
}
