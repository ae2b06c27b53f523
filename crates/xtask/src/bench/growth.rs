//! How an import grows: the same kinds of archive at several sizes, each into a vault of its own, imported again, then taken
//! back.

use std::fs;
use std::path::Path;
use std::process::Stdio;

use serde_json::{Value, json};

use super::{MB, floor, number, process, texts};
use crate::Result;
use crate::command::Datapunk;
use crate::fixtures::{self, Lang, Options, Shape};
use crate::machine::step;

const PASSPHRASE: &str = "every size has a vault of its own";

/// Measures each of `scales`, in `folder`, and prints the curve.
pub(crate) fn run(scales: &[u64], folder: &Path) -> Result<Value> {
    let mut curve = Vec::new();
    for &scale in scales {
        let folder = folder.join(scale.to_string());
        step(&format!("writing an archive of about {scale} records"));
        let made = fixtures::generate(&Options { scale, seed: 5, lang: Lang::En, shape: Shape::Zip, out: folder.join("takeout") })?;
        let text_bytes = texts::text_bytes(&made.inputs[0])?;
        let datapunk = Datapunk::new(&folder.join("vault"), PASSPHRASE)?;
        datapunk.json(["init"])?;
        step("importing");
        let mut import = datapunk.command(["import"]);
        let cost = process::run(import.args(&made.inputs))?;
        let report: Value = serde_json::from_str(cost.stdout.trim())?;
        let stats = datapunk.json(["stats"])?;
        step("measuring plain SQLite over the same rows");
        let floor = floor::measure(&datapunk, &folder.join("export"), stats["items"].as_u64().unwrap_or_default())?;
        step("importing again");
        let mut again = datapunk.command(["import"]);
        let again = process::run(again.args(&made.inputs))?;
        let second: Value = serde_json::from_str(again.stdout.trim())?;
        step("undoing");
        process::run(datapunk.command(["undo", &second["import"].to_string()]).stderr(Stdio::inherit()))?;
        let undo = process::run(datapunk.command(["undo", &report["import"].to_string()]).stderr(Stdio::inherit()))?;
        let read = number(&report["totals"]["read"]);
        let disk = number(&stats["bytes_on_disk"]);
        curve.push(json!({
            "scale": scale, "read": read, "items": stats["items"], "points": stats["track_points"],
            "wall_s": cost.wall_s, "cpu_s": cost.cpu_s, "cpu_of_floor": cost.cpu_s / floor.cpu_s, "again_wall_s": again.wall_s,
            "peak_mb": cost.peak_bytes as f64 / MB, "records_a_second": read / cost.wall_s,
            "text_mb": text_bytes as f64 / MB, "disk_mb": disk / MB, "disk_of_text": disk / text_bytes as f64,
            "undo_wall_s": undo.wall_s, "undo_peak_mb": undo.peak_bytes as f64 / MB,
        }));
        fs::remove_dir_all(&folder)?;
    }
    print(&curve);
    Ok(json!(curve))
}

fn print(curve: &[Value]) {
    let columns = [
        ("read", "records", 0),
        ("items", "items", 0),
        ("points", "fixes", 0),
        ("wall_s", "wall s", 1),
        ("cpu_s", "processor s", 1),
        ("cpu_of_floor", "of the floor", 2),
        ("again_wall_s", "again s", 1),
        ("records_a_second", "records/s", 0),
        ("peak_mb", "peak MB", 0),
        ("text_mb", "text MB", 1),
        ("disk_mb", "disk MB", 1),
        ("disk_of_text", "disk/text", 2),
        ("undo_wall_s", "undo s", 1),
        ("undo_peak_mb", "undo peak MB", 0),
    ];
    let mut text = String::new();
    for (_, name, _) in columns {
        text.push_str(&format!("{name:>13}"));
    }
    for line in curve {
        text.push('\n');
        for (key, _, decimals) in columns {
            text.push_str(&format!("{:>13.decimals$}", number(&line[key])));
        }
    }
    println!("{text}");
}
