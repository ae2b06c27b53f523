//! The import beside google_takeout_parser, on the files of an export that both read.

use std::fs::{self, File};
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

use super::figures::Figure;
use super::{number, process};
use crate::Result;
use crate::command::Datapunk;
use crate::machine::{output, run};

/// The package, from the Python Package Index.
const PACKAGE: &str = "google_takeout_parser==0.1.13";
const PASSPHRASE: &str = "two parsers read the same files";

/// Reads the export in `zip` with both, in `folder`. `tools` keeps the package from run to run.
pub(crate) fn compare(zip: &Path, folder: &Path, tools: &Path) -> Result<Vec<Figure>> {
    let packages = tools.join(PACKAGE);
    if !packages.is_dir() {
        let beside = tools.join("parser.unfinished");
        run(Command::new("python3")
            .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--target"])
            .arg(&beside)
            .arg(PACKAGE))?;
        fs::rename(&beside, &packages)?;
    }
    let (extracted, both) = (folder.join("extracted"), folder.join("both"));
    zip::ZipArchive::new(File::open(zip)?)?.extract(&extracted)?;
    let script = crate::place::root().join("crates/xtask/src/bench/takeout_parser.py");
    let said =
        output(Command::new("python3").arg(script).arg(extracted.join("Takeout")).arg(both.join("Takeout")).env("PYTHONPATH", &packages))?;
    let peer: Value = serde_json::from_str(&said)?;
    let peer_rate = number(&peer["records"]) / number(&peer["cpu_s"]);
    let datapunk = Datapunk::new(&folder.join("both-vault"), PASSPHRASE)?;
    datapunk.json(["init"])?;
    let parsed = parse(&datapunk, &both)?;
    let cost = process::run(datapunk.command(["import"]).arg(&both))?;
    let report: Value = serde_json::from_str(cost.stdout.trim())?;
    let imported = number(&report["totals"]["read"]) / cost.cpu_s;
    fs::remove_dir_all(&extracted)?;
    let what = format!("google_takeout_parser's parsing, {} records of {} files", peer["records"], peer["files"]);
    Ok(vec![
        Figure::new("the same files, whole import", imported, "records/s of processor").against(what.clone(), peer_rate),
        Figure::new("the same files, parsed alone", parsed, "records/s of processor").against(what, peer_rate),
    ])
}

/// Records that an exact plan parses in a second of processor time.
fn parse(datapunk: &Datapunk, folder: &Path) -> Result<f64> {
    let mut server = datapunk.serve(true)?;
    let begun = process::cpu_s(server.id()).unwrap_or_default();
    let plan = server.call("plan_import", &json!({ "paths": [folder], "exact": true }))?;
    let took = process::cpu_s(server.id()).unwrap_or_default() - begun;
    server.stop()?;
    Ok(number(&plan["records"]) / took)
}
