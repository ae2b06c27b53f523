//! `datapunk backup` and `datapunk restore`. Both but the making of a backup do without the vault itself.

use std::path::Path;
use std::process::ExitCode;

use domain::{Code, Failure, Result};
use serde_json::{Value, json};

use crate::args::{BackupCommand, BackupKeyArgs};
use crate::commands::{Call, parsed};
use crate::{passphrase, print};

pub(crate) fn run(call: &Call, command: BackupCommand) -> Result<ExitCode> {
    match command {
        BackupCommand::Create { folder, recipient, own_passphrase_file, quick } => {
            let own_passphrase = own_passphrase_file.map(|file| passphrase::ask(Some(&file), passphrase::Ask::Passphrase)).transpose()?;
            call.unlock()?;
            let request = json!({ "folder": absolute(&folder), "recipients": recipient, "own_passphrase": own_passphrase, "quick": quick });
            let made = parsed(&call.long("back_up", request)?)?;
            call.print(&made, print::backed_up);
            Ok(code(list(&made, "findings").next().is_none()))
        }
        BackupCommand::List { folder, key } => {
            let request = json!({ "folder": absolute(&folder), "key": opening(call, &key)? });
            call.show("backups", request, print::snapshots)
        }
        BackupCommand::Verify { folder, key } => {
            let checked = parsed(&call.long("check_backup", json!({ "folder": absolute(&folder), "key": opening(call, &key)? }))?)?;
            call.print(&checked, print::backup_checked);
            Ok(code(checked["ok"] == true))
        }
        BackupCommand::Rehearse { folder, snapshot, key } => {
            let request = json!({ "folder": absolute(&folder), "key": opening(call, &key)?, "snapshot": snapshot });
            let restored = parsed(&call.long("rehearse_backup", request)?)?;
            call.print(&restored, print::rehearsed);
            Ok(code(restored["same"] == true && list(&restored, "findings").all(|finding| finding["mended"] == true)))
        }
        BackupCommand::Prune { folder, last, daily, weekly, monthly, yearly, all_but_latest, key } => {
            let opening = opening(call, &key)?;
            let keep = json!({ "last": last, "daily": daily, "weekly": weekly, "monthly": monthly, "yearly": yearly });
            let mut request = json!({ "folder": absolute(&folder), "key": opening, "keep": keep });
            if all_but_latest {
                let snapshots = call.op("backups", json!({ "folder": absolute(&folder), "key": opening }))?;
                request["made_before"] = list(&snapshots, "snapshots").next_back().map_or(Value::Null, |latest| latest["made_ms"].clone());
            }
            let pruned = parsed(&call.long("prune_backup", request)?)?;
            call.print(&pruned, print::pruned);
            Ok(code(list(&pruned, "findings").next().is_none()))
        }
        BackupCommand::Schedule { folder, every } => {
            call.unlock()?;
            if let (Some(folder), Some(hours)) = (&folder, every) {
                call.op("set_setting", json!({ "key": "backup_folder", "value": absolute(folder) }))?;
                call.op("set_setting", json!({ "key": "backup_every_hours", "value": hours }))?;
            }
            call.show("backup_state", json!({}), print::backup_state)
        }
    }
}

pub(crate) fn restore(call: &Call, folder: &Path, snapshot: Option<&str>, key: &BackupKeyArgs) -> Result<ExitCode> {
    let new_passphrase = match &key.new_passphrase_file {
        Some(file) => Some(passphrase::ask(Some(file), passphrase::Ask::NewPassphrase)?),
        None => None,
    };
    let request = json!({ "folder": absolute(folder), "key": opening(call, key)?, "snapshot": snapshot, "new_passphrase": new_passphrase });
    let restored = parsed(&call.long("restore", request)?)?;
    let folder = call.engine.folder().display().to_string();
    call.print(&restored, |restored| print::restored(restored, &folder));
    Ok(code(restored["same"] == true && list(&restored, "findings").all(|finding| finding["mended"] == true)))
}

/// What opens the folder: the kind that was chosen, asked for as a vault's passphrase is.
fn opening(call: &Call, key: &BackupKeyArgs) -> Result<Value> {
    if let Some(file) = &key.identity {
        let text = std::fs::read_to_string(file)
            .map_err(|error| Failure::new(Code::Unreadable, format!("The identity file {} cannot be read: {error}.", file.display())))?;
        let line = text.lines().map(str::trim).find(|line| !line.is_empty() && !line.starts_with('#'));
        return Ok(json!({ "identity": line.unwrap_or_default() }));
    }
    if key.own_passphrase {
        return Ok(json!({ "own_passphrase": passphrase::ask(call.passphrase_file.as_deref(), passphrase::Ask::Passphrase)? }));
    }
    call.secret()
}

fn absolute(path: &Path) -> String {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned()).display().to_string()
}

fn list<'v>(value: &'v Value, key: &str) -> impl DoubleEndedIterator<Item = &'v Value> {
    value[key].as_array().map(Vec::as_slice).unwrap_or_default().iter()
}

fn code(fine: bool) -> ExitCode {
    if fine { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
