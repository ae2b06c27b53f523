//! `cargo xtask bench [--scale N] [--growth N,N,...]`: what the main job costs on this machine, as a table and as `bench.json`
//! in the cache; with `--growth`, how an import grows over these sizes instead, as `growth.json`; with `--questions`, how many
//! questions are answered rightly, as `questions.json` (see [`questions`]); with `--encoders`, how fast the models read, as
//! `encoders.json`.
//!
//! Each figure stands beside a floor or a peer that was measured in the same run: inflating the archive once, refusing a wrong
//! passphrase, plain SQLite with the same rows, FTS5 over the same texts, another reader of the same files. A second on an
//! unknown machine says nothing; a ratio does.
//!
//! Absent on purpose: limits that fail the run. Machines differ; whoever changes something compares two runs on one.

mod encoders;
mod figures;
mod floor;
mod growth;
mod in_clear;
mod personal_data;
pub(crate) mod process;
mod questions;
mod takeout_parser;
mod texts;

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use serde_json::{Value, json};

use crate::command::{Datapunk, Served};
use crate::fixtures::{self, Generated, Lang, Options, Shape};
use crate::machine::{Need, cargo, output, prepare, run as run_command, step};
use crate::{Result, front_end, models, place};
use figures::{Figure, spread, table};
use floor::Floor;
use texts::Texts;

const PASSPHRASE: &str = "seven figures are held against a floor";
const SCALE: u64 = 100_000;
/// Calls whose answers are small, of each sort.
const CALLS: usize = 200;
const QUERIES: usize = 200;
const MB: f64 = 1e6;

/// Runs it. `--scale N` is about how many records the archive has; `--in-clear` measures what encryption costs as well.
pub fn run(args: &[String]) -> Result<()> {
    let scale = numbers(args, "--scale")?.map_or(SCALE, |scales| scales[0]);
    let growth = numbers(args, "--growth")?;
    // A program that was named is measured as it is.
    if std::env::var_os("DATAPUNK_BIN").is_none() {
        prepare(Need::Run)?;
        front_end::build()?;
        step("building");
        run_command(cargo().args(["build", "--quiet", "--workspace"]))?;
    }
    models::ensure(models::Tier::Core, &place::models(), &mut |line| eprintln!("{line}"))?;

    let folder = place::cache().join("bench");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    let in_clear = match args.iter().any(|arg| arg == "--in-clear") {
        true => Some(in_clear::build(&folder.join("in-clear"))?),
        false => None,
    };
    let (document, name) = match growth {
        _ if args.iter().any(|arg| arg == "--encoders") => (encoders::run(&folder)?, "encoders.json"),
        _ if args.iter().any(|arg| arg == "--questions") => (questions::run(&questions::Asking::of(args)?, &folder)?, "questions.json"),
        Some(scales) => (growth::run(&scales, &folder)?, "growth.json"),
        None => (Bench::new(scale, folder)?.measure(in_clear.as_deref())?, "bench.json"),
    };
    let path = place::cache().join(name);
    fs::write(&path, serde_json::to_vec_pretty(&document)?)?;
    println!("\nwritten to {}", path.display());
    Ok(())
}

/// Copies the files of a folder, each to the disk; returns their bytes.
fn copy(from: &Path, to: &Path) -> Result<u64> {
    fs::create_dir_all(to)?;
    let mut bytes = 0;
    for entry in fs::read_dir(from)? {
        let (path, beside) = {
            let entry = entry?;
            (entry.path(), to.join(entry.file_name()))
        };
        if path.is_dir() {
            bytes += copy(&path, &beside)?;
        } else {
            bytes += fs::copy(&path, &beside)?;
            File::open(&beside)?.sync_all()?;
        }
    }
    Ok(bytes)
}

/// The whole numbers after a flag, with commas between them; `None` without the flag.
fn numbers(args: &[String], flag: &str) -> Result<Option<Vec<u64>>> {
    let Some(at) = args.iter().position(|arg| arg == flag) else { return Ok(None) };
    let numbers = args.get(at + 1).and_then(|text| text.split(',').map(|number| number.replace('_', "").parse().ok()).collect());
    numbers.map(Some).ok_or_else(|| format!("{flag} wants a whole number").into())
}

struct Bench {
    datapunk: Datapunk,
    folder: PathBuf,
    made: Generated,
}

/// What the import said and cost.
struct Imported {
    cost: process::Cost,
    totals: Value,
    items: u64,
    points: u64,
    bytes_on_disk: u64,
}

impl Bench {
    fn new(scale: u64, folder: PathBuf) -> Result<Self> {
        step(&format!("writing an archive of about {scale} records"));
        let made = fixtures::generate(&Options { scale, seed: 5, lang: Lang::En, shape: Shape::Zip, out: folder.join("takeout") })?;
        Ok(Self { datapunk: Datapunk::new(&folder.join("vault"), PASSPHRASE)?, folder, made })
    }

    fn measure(&self, in_clear: Option<&Path>) -> Result<Value> {
        step("reading the archive once, plainly");
        let texts = texts::read(&self.made.inputs[0])?;
        let queries = texts::queries(&texts.rows, QUERIES);
        step("importing");
        self.datapunk.json(["init"])?;
        let imported = self.import()?;
        // Whatever exports or serves looks at everything as well.
        let looked_through = personal_data::speed(&self.datapunk, imported.items)?;
        step("measuring plain SQLite over the same rows, and the same texts");
        let floor = floor::measure(&self.datapunk, &self.folder.join("export"), imported.items)?;
        let peer = self.peer(&texts, &queries, &imported)?;
        step("searching");
        let (mut figures, coverage) = self.served(&queries, &peer)?;
        figures.splice(0..0, import_figures(&imported, &texts, floor));
        if let Some(program) = in_clear {
            figures.extend(in_clear::measure(program, &self.folder.join("in-clear"), &self.made, &queries)?);
        }
        step("backing up, and restoring");
        figures.extend(self.backed_up(imported.bytes_on_disk)?);
        step("looking for personal data");
        figures.push(looked_through);
        figures.extend(personal_data::measure(&self.folder)?);
        step("importing again, and undoing");
        figures.extend(self.again_and_back(&imported, &texts)?);
        step("reading what google_takeout_parser reads");
        match takeout_parser::compare(&self.made.inputs[0], &self.folder, &place::cache().join("tools")) {
            Ok(compared) => figures.extend(compared),
            Err(error) => eprintln!("not compared with google_takeout_parser: {error}"),
        }
        let machine = json!({
            "cores": std::thread::available_parallelism().map_or(0, usize::from),
            "processor": processor(),
            "system": std::env::consts::OS,
            "profile": "dev: our crates as they are debugged, dependencies optimised",
        });
        let archive = json!({
            "scale": self.made.facts.scale,
            "files": self.made.facts.totals.files,
            "records": self.made.facts.totals.records,
            "points": self.made.facts.totals.points,
            "bytes": texts.bytes,
            "text_bytes": texts.text_bytes,
            "zip_bytes": fs::metadata(&self.made.inputs[0])?.len(),
        });
        println!(
            "\n{} cores, {}; profile {}\n",
            machine["cores"],
            machine["processor"].as_str().unwrap_or_default(),
            machine["profile"].as_str().unwrap_or_default()
        );
        print!("{}", table(&figures));
        Ok(
            json!({ "machine": machine, "archive": archive, "import": imported.totals, "coverage": coverage, "peer": peer, "figures": figures }),
        )
    }

    fn import(&self) -> Result<Imported> {
        let cost = self.costs("import")?;
        let report: Value = serde_json::from_str(cost.stdout.trim())?;
        let stats = self.datapunk.json(["stats"])?;
        let number = |key: &str| stats[key].as_u64().ok_or_else(|| format!("stats did not say {key}"));
        Ok(Imported {
            cost,
            totals: report["totals"].clone(),
            items: number("items")?,
            points: number("track_points")?,
            bytes_on_disk: number("bytes_on_disk")?,
        })
    }

    /// What `import` of everything costs.
    fn costs(&self, task: &str) -> Result<process::Cost> {
        let mut command = self.datapunk.command([task]);
        command.args(&self.made.inputs);
        process::run(&mut command)
    }

    /// The same texts in plain SQLite, by Python.
    fn peer(&self, texts: &Texts, queries: &[String], imported: &Imported) -> Result<Value> {
        let lines = |name: &str, values: &mut dyn Iterator<Item = Value>| -> Result<()> {
            let mut file = BufWriter::new(File::create(self.folder.join(name))?);
            for value in values {
                writeln!(file, "{value}")?;
            }
            Ok(file.flush()?)
        };
        lines("rows.jsonl", &mut texts.rows.iter().map(|(title, body)| json!([title, body])))?;
        lines("queries.jsonl", &mut queries.iter().map(|query| json!(query)))?;
        let script = place::root().join("crates/xtask/src/bench/peer.py");
        let said =
            output(Command::new("python3").arg(script).arg(&self.folder).arg(imported.items.to_string()).arg(imported.points.to_string()))?;
        Ok(serde_json::from_str(&said)?)
    }

    /// What a person waits for while the vault is open; and how far the indexes had come.
    fn served(&self, queries: &[String], peer: &Value) -> Result<(Vec<Figure>, Value)> {
        let mut figures = vec![self.to_first_result(&queries[0])?];
        let mut server = self.datapunk.serve(true)?;
        let mut ids: Vec<Value> = Vec::new();
        let mut coverage = Value::Null;
        for (mode, narrowed) in [("words", false), ("meaning", false), ("both", false), ("both", true)] {
            let mut times = Vec::with_capacity(queries.len());
            for query in queries {
                let mut filter = json!({ "text": query });
                if narrowed {
                    filter["kinds"] = json!(["mail", "search"]);
                    filter["from"] = json!(1_546_300_800_000_i64);
                    filter["to"] = json!(1_672_531_200_000_i64);
                }
                let (ms, answer) = timed(&mut server, "search", &json!({ "filter": filter, "mode": mode }))?;
                times.push(ms);
                ids.extend(answer["hits"].as_array().into_iter().flatten().take(1).map(|hit| hit["id"].clone()));
                coverage = answer["coverage"].clone();
            }
            let name = if narrowed { format!("search, {mode}, of two kinds and four years") } else { format!("search, {mode}") };
            let (p50, p95) = spread(times);
            figures.push(Figure::new(format!("{name}: p50"), p50, "ms").against("plain FTS5", number(&peer["search"]["p50_ms"])));
            figures.push(Figure::new(format!("{name}: p95"), p95, "ms").against("plain FTS5", number(&peer["search"]["p95_ms"])));
        }
        for by in ["day", "month", "year"] {
            let times = (0..9).map(|_| Ok(timed(&mut server, "timeline", &json!({ "by": by }))?.0)).collect::<Result<Vec<_>>>()?;
            figures.push(
                Figure::new(format!("timeline by {by}: p50"), spread(times).0, "ms")
                    .against("plain SQL", number(&peer["timeline"][by]["p50_ms"])),
            );
        }
        let times =
            ids.iter().take(QUERIES).map(|id| Ok(timed(&mut server, "item", &json!({ "id": id }))?.0)).collect::<Result<Vec<_>>>()?;
        let (p50, p95) = spread(times);
        figures.push(Figure::new("item view: p50", p50, "ms").against("a row by its key", number(&peer["item"]["p50_ms"])));
        figures.push(Figure::new("item view: p95", p95, "ms").against("a row by its key", number(&peer["item"]["p95_ms"])));
        // Both are answered from memory: what lies between them is what the log of calls costs.
        let mut small = |operation: &str| -> Result<f64> {
            let times = (0..CALLS).map(|_| Ok(timed(&mut server, operation, &json!({}))?.0)).collect::<Result<Vec<_>>>()?;
            Ok(spread(times).0)
        };
        let (logged, unlogged) = (small("owner")?, small("jobs")?);
        figures.push(Figure::new("a call that is logged: p50", logged, "ms").against("one that is not", unlogged));
        let peak = process::peak_memory(server.id()).unwrap_or_default();
        figures.push(Figure::new("peak memory while it is open", peak as f64 / MB, "MB").against("the bar", 500.0));
        server.stop()?;
        Ok((figures, coverage))
    }

    /// From the passphrase to the first result, on a server that was just started. Half a second of it is the price of a
    /// guess, which refusing a wrong passphrase costs as well.
    fn to_first_result(&self, query: &str) -> Result<Figure> {
        let mut server = self.datapunk.serve(false)?;
        let begun = Instant::now();
        if server.call("unlock", &json!({ "passphrase": "not the passphrase of this vault" })).is_ok() {
            return Err("a wrong passphrase opened the vault".into());
        }
        let refused = begun.elapsed();
        let begun = Instant::now();
        server.call("unlock", &json!({ "passphrase": PASSPHRASE }))?;
        server.call("search", &json!({ "filter": { "text": query } }))?;
        let opened = begun.elapsed();
        server.stop()?;
        Ok(Figure::new("unlock to first result", opened.as_secs_f64() * 1e3, "ms")
            .against("refusing a wrong passphrase", refused.as_secs_f64() * 1e3))
    }

    /// A backup, another of the same vault, and the way back; against copying the vault's files plainly.
    fn backed_up(&self, bytes_on_disk: u64) -> Result<Vec<Figure>> {
        let drive = self.folder.join("drive");
        let name = drive.display().to_string();
        let begun = Instant::now();
        let copied = copy(&self.datapunk.vault().join("db"), &self.folder.join("copy"))?;
        let copying_s = begun.elapsed().as_secs_f64();
        let first = process::run(&mut self.datapunk.command(["backup", "create", &name]))?;
        let size = copy(&drive, &self.folder.join("copied drive"))?;
        let again = process::run(&mut self.datapunk.command(["backup", "create", &name, "--quick"]))?;
        let made: Value = serde_json::from_str(again.stdout.trim())?;
        let restored = process::run(&mut Datapunk::new(&self.folder.join("restored"), PASSPHRASE)?.command(["restore", &name]))?;
        let answer: Value = serde_json::from_str(restored.stdout.trim())?;
        if answer["same"] != true || made["snapshot"]["logical_hash"] != answer["logical_hash"] {
            return Err(format!("the restored vault is not the same: {answer}").into());
        }
        Ok(vec![
            Figure::new("backup, wall", first.wall_s, "s").against("copying the database plainly", copying_s),
            Figure::new("backup, peak memory", first.peak_bytes as f64 / MB, "MB").against("the bar", 500.0),
            Figure::new("backup, on disk", size as f64 / MB, "MB").against("the database", copied as f64 / MB),
            Figure::new("second backup, written", made["bytes_written"].as_f64().unwrap_or_default() / MB, "MB")
                .against("the vault", bytes_on_disk as f64 / MB),
            Figure::new("second backup, wall", again.wall_s, "s").against("the first", first.wall_s),
            Figure::new("restore, compared and indexed, wall", restored.wall_s, "s").against("the backup", first.wall_s),
        ])
    }

    /// The same archive a second time, then every import taken back.
    fn again_and_back(&self, imported: &Imported, texts: &Texts) -> Result<Vec<Figure>> {
        let again = self.costs("import")?;
        let report: Value = serde_json::from_str(again.stdout.trim())?;
        if report["totals"]["stored"] != 0 {
            return Err(format!("a second import of the same archive stored {}", report["totals"]["stored"]).into());
        }
        let imports = self.datapunk.json(["imports"])?;
        let (mut wall_s, mut cpu_s, mut peak_bytes) = (0.0, 0.0, 0);
        for import in imports["imports"].as_array().into_iter().flatten() {
            let cost = process::run(self.datapunk.command(["undo", &import["import"].to_string()]).stderr(Stdio::inherit()))?;
            wall_s += cost.wall_s;
            cpu_s += cost.cpu_s;
            peak_bytes = cost.peak_bytes.max(peak_bytes);
        }
        let left = self.datapunk.json(["stats"])?;
        if left["items"] != 0 {
            return Err(format!("{} items are left after every import was undone", left["items"]).into());
        }
        Ok(vec![
            Figure::new("second import, wall", again.wall_s, "s").against("the first", imported.cost.wall_s),
            Figure::new("second import, processor", again.cpu_s, "s").against("inflating the archive once", texts.inflate_cpu_s),
            Figure::new("undo of all, wall", wall_s, "s").against("the import", imported.cost.wall_s),
            Figure::new("undo of all, processor", cpu_s, "s").against("the import", imported.cost.cpu_s),
            Figure::new("undo, peak memory", peak_bytes as f64 / MB, "MB").against("the bar", 500.0),
        ])
    }
}

fn import_figures(imported: &Imported, texts: &Texts, floor: Floor) -> Vec<Figure> {
    let rows = (imported.items + imported.points) as f64;
    let read = number(&imported.totals["read"]);
    vec![
        Figure::new("import, wall", imported.cost.wall_s, "s"),
        Figure::new("import, processor", imported.cost.cpu_s, "s").against("inflating the archive once", texts.inflate_cpu_s),
        Figure::new("import, processor", imported.cost.cpu_s, "s").against("the same rows and indexes in plain SQLite", floor.cpu_s),
        Figure::new("import, peak memory", imported.cost.peak_bytes as f64 / MB, "MB").against("the bar", 500.0),
        Figure::new("records read", read / imported.cost.wall_s, "records/s"),
        Figure::new("rows stored", rows / imported.cost.wall_s, "rows/s"),
        Figure::new("disk used", imported.bytes_on_disk as f64 / MB, "MB").against("the archive's text", texts.text_bytes as f64 / MB),
        Figure::new("disk used", imported.bytes_on_disk as f64 / MB, "MB")
            .against("the same rows and indexes in plain SQLite", floor.bytes / MB),
    ]
}

fn timed(server: &mut Served, operation: &str, body: &Value) -> Result<(f64, Value)> {
    let begun = Instant::now();
    let answer = server.call(operation, body)?;
    Ok((begun.elapsed().as_secs_f64() * 1e3, answer))
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_default()
}

/// What the processor calls itself.
fn processor() -> String {
    let text = fs::read_to_string(Path::new("/proc/cpuinfo")).unwrap_or_default();
    text.lines()
        .find_map(|line| line.strip_prefix("model name"))
        .map_or_else(String::new, |name| name.trim_start_matches([' ', '\t', ':']).to_owned())
}
