//! Made-up Google Takeout archives, exact in format, with a file of the facts to be found in them.
//!
//! `cargo xtask fixtures --scale N --seed S --lang en|de [--shape zip|tgz|folder|parts] OUT` writes the export into the folder OUT, the phone's own
//! Timeline files beside it, and `facts.json`. The same options give the same bytes; another shape holds the same files.
//! Everything streams: memory does not grow with the scale, except for the line a file has in the facts.
//!
//! Absent on purpose: any text, name or picture of a real person. What is near a real place is a made-up door in it.

mod archive;
pub(crate) mod clock;
pub mod facts;
mod jpeg;
pub mod labelled;
pub(crate) mod life;
pub(crate) mod planted;
pub(crate) mod prng;
mod products;
mod spread;
mod text;
mod truth;

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::str::FromStr;

use archive::{Archive, PARTS};
use facts::{Facts, FileFacts, Flaw, Overlap, Tally};
use life::Life;
use planted::Planted;
pub use text::Lang;

/// What an export is delivered as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// One zip.
    Zip,
    /// One gzipped tar.
    Tgz,
    /// Unpacked: a folder `Takeout`.
    Folder,
    /// Three zips, each complete in itself.
    Parts,
}

impl Shape {
    fn name(self) -> &'static str {
        match self {
            Self::Zip => "zip",
            Self::Tgz => "tgz",
            Self::Folder => "folder",
            Self::Parts => "parts",
        }
    }
}

impl FromStr for Shape {
    type Err = io::Error;

    fn from_str(text: &str) -> io::Result<Self> {
        [Self::Zip, Self::Tgz, Self::Folder, Self::Parts]
            .into_iter()
            .find(|shape| shape.name() == text)
            .ok_or_else(|| usage(&format!("--shape is zip, tgz, folder or parts, not {text:?}")))
    }
}

/// What to make.
#[derive(Debug, Clone)]
pub struct Options {
    /// About how many records in all. Below 1,000 the planted facts outweigh the rest.
    pub scale: u64,
    /// The life to tell. Two languages of one seed tell the same one.
    pub seed: u64,
    /// The language of the account.
    pub lang: Lang,
    /// What it is delivered as.
    pub shape: Shape,
    /// The folder to write into; made when it is missing. Files of the same names are replaced.
    pub out: PathBuf,
}

/// What was made.
#[derive(Debug)]
pub struct Generated {
    /// What to import, in one go: the archive, its parts or the folder, and the phone's own two files.
    pub inputs: Vec<PathBuf>,
    /// `facts.json`.
    pub facts_path: PathBuf,
    /// What it says.
    pub facts: Facts,
}

const USAGE: &str = "cargo xtask fixtures [--scale N] [--seed S] [--lang en|de] [--shape zip|tgz|folder|parts] OUT";

/// The command: reads its arguments (after the word `fixtures`), writes the export and says what it wrote.
pub fn run(args: impl IntoIterator<Item = String>) -> io::Result<()> {
    let options = parse(args)?;
    let begun = std::time::Instant::now();
    let made = generate(&options)?;
    let mut stdout = io::stdout().lock();
    for path in &made.inputs {
        writeln!(stdout, "{}", path.display())?;
    }
    let totals = &made.facts.totals;
    writeln!(
        stdout,
        "{} files, {} records and {} position fixes in {:.1} s; what is to be found: {}",
        totals.files,
        totals.records,
        totals.points,
        begun.elapsed().as_secs_f64(),
        made.facts_path.display()
    )
}

fn usage(problem: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, format!("{problem}. Usage: {USAGE}"))
}

fn parse(args: impl IntoIterator<Item = String>) -> io::Result<Options> {
    let mut options = Options { scale: 20_000, seed: 1, lang: Lang::En, shape: Shape::Zip, out: PathBuf::new() };
    let mut args = args.into_iter();
    while let Some(arg) = args.next() {
        let mut value = || args.next().ok_or_else(|| usage(&format!("{arg} wants a value")));
        match arg.as_str() {
            "--scale" => options.scale = number(&value()?)?,
            "--seed" => options.seed = number(&value()?)?,
            "--shape" => options.shape = value()?.parse()?,
            "--lang" => {
                options.lang = match value()?.as_str() {
                    "en" => Lang::En,
                    "de" => Lang::De,
                    other => return Err(usage(&format!("--lang is en or de, not {other:?}"))),
                }
            }
            flag if flag.starts_with('-') => return Err(usage(&format!("{flag} is not known"))),
            path if options.out.as_os_str().is_empty() => options.out = PathBuf::from(path),
            path => return Err(usage(&format!("one OUT folder is enough, and {path:?} is a second"))),
        }
    }
    if options.out.as_os_str().is_empty() {
        return Err(usage("the OUT folder is missing"));
    }
    Ok(options)
}

fn number(text: &str) -> io::Result<u64> {
    text.replace('_', "").parse().map_err(|_| usage(&format!("{text:?} is not a whole number")))
}

/// Writes an export and its facts.
pub fn generate(options: &Options) -> io::Result<Generated> {
    fs::create_dir_all(&options.out)?;
    let life = Life::new(options.seed, options.lang);
    let planted = Planted::new(options.seed, options.lang);
    let mut export = Export {
        life: &life,
        planted: &planted,
        scale: options.scale,
        archive: Archive::create(&options.out, options.shape, options.scale > 2_000_000)?,
        out: &options.out,
        split: options.shape == Shape::Parts,
        totals: Tally::default(),
        files: Vec::new(),
        flaws: Vec::new(),
        overlaps: Vec::new(),
        canary_paths: Vec::new(),
        beside: Vec::new(),
    };
    products::write_all(&mut export)?;
    let Export { archive, totals, files, flaws, overlaps, canary_paths, beside, .. } = export;
    let mut inputs = archive.finish()?;
    inputs.extend(beside);

    let names = inputs.iter().filter_map(|path| path.file_name()).map(|name| name.to_string_lossy().into_owned()).collect();
    let mut facts = truth::facts(options, &life, &planted, &totals);
    facts.inputs = names;
    facts.totals.files = files.len() as u64;
    facts.files = files;
    facts.flaws = flaws;
    facts.overlaps = overlaps;
    facts.canary.paths = canary_paths;
    let facts_path = options.out.join("facts.json");
    let mut file = BufWriter::new(File::create(&facts_path)?);
    serde_json::to_writer_pretty(&mut file, &facts)?;
    file.flush()?;
    Ok(Generated { inputs, facts_path, facts })
}

/// An export that is being written, as the products see it.
pub(crate) struct Export<'l> {
    pub(crate) life: &'l Life,
    pub(crate) planted: &'l Planted,
    scale: u64,
    archive: Archive,
    out: &'l Path,
    split: bool,
    totals: Tally,
    files: Vec<FileFacts>,
    flaws: Vec<Flaw>,
    overlaps: Vec<Overlap>,
    canary_paths: Vec<String>,
    beside: Vec<PathBuf>,
}

/// What a product says of a file before it writes it.
pub(crate) struct FileSpec {
    /// Inside the export.
    pub(crate) path: String,
    /// As in [`FileFacts::family`].
    pub(crate) family: &'static str,
    /// As in [`FileFacts::certain`].
    pub(crate) certain: bool,
}

impl FileSpec {
    pub(crate) fn new(path: impl Into<String>, family: &'static str) -> Self {
        Self { path: path.into(), family, certain: family != "none" }
    }

    /// What counts as a record in it is the importer's choice.
    pub(crate) fn uncertain(mut self) -> Self {
        self.certain = false;
        self
    }
}

/// The page a product writes on: text, passed on in pieces, and the counts of what it says.
pub(crate) struct Sheet<'a> {
    pub(crate) text: String,
    out: &'a mut dyn Write,
    pub(crate) tally: &'a mut Tally,
}

impl Sheet<'_> {
    /// Passes the text on once there is enough of it. Called after each record.
    pub(crate) fn turn(&mut self) -> io::Result<()> {
        if self.text.len() > 1 << 16 { self.pass_on() } else { Ok(()) }
    }

    /// Writes bytes that are no text.
    pub(crate) fn bytes(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.pass_on()?;
        self.out.write_all(bytes)
    }

    fn pass_on(&mut self) -> io::Result<()> {
        self.out.write_all(self.text.as_bytes())?;
        self.text.clear();
        Ok(())
    }
}

/// How a product writes one file. It may be called twice, and must write the same.
pub(crate) type Writing<'w> = &'w dyn Fn(&mut Sheet<'_>) -> io::Result<()>;

impl Export<'_> {
    /// So many records of every thousand at this scale, but never fewer than `least`.
    pub(crate) fn share(&self, per_mille: u64, least: u64) -> u64 {
        (self.scale.saturating_mul(per_mille) / 1000).max(least)
    }

    /// Adds a file to the export.
    pub(crate) fn file(&mut self, spec: FileSpec, writing: Writing<'_>) -> io::Result<()> {
        let part = part_of(&spec.path);
        let mut tally = Tally::default();
        self.archive.add(&spec.path, part, &mut |out| {
            tally = Tally::default();
            write_sheet(out, &mut tally, writing)
        })?;
        self.enter(spec, if self.split { part + 1 } else { 1 }, &tally);
        Ok(())
    }

    /// Adds a file beside the export, as it comes from the phone itself.
    pub(crate) fn beside(&mut self, spec: FileSpec, writing: Writing<'_>) -> io::Result<()> {
        let path = self.out.join(&spec.path);
        let mut file = BufWriter::with_capacity(1 << 16, File::create(&path)?);
        let mut tally = Tally::default();
        write_sheet(&mut file, &mut tally, writing)?;
        file.flush()?;
        self.beside.push(path);
        self.enter(spec, 1, &tally);
        Ok(())
    }

    fn enter(&mut self, spec: FileSpec, part: usize, tally: &Tally) {
        self.totals.absorb(tally);
        self.files.push(FileFacts {
            path: spec.path,
            family: spec.family.to_owned(),
            part,
            records: tally.records,
            points: tally.points,
            lost: tally.lost,
            set_aside: tally.set_aside,
            repeated: tally.repeated,
            certain: spec.certain,
        });
    }

    /// Notes something wrong that a file has on purpose.
    pub(crate) fn flaw(&mut self, path: &str, kind: &str, count: u64, what: &str) {
        self.flaws.push(Flaw { path: path.to_owned(), kind: kind.to_owned(), count, what: what.to_owned() });
    }

    /// Notes records that two files tell of.
    pub(crate) fn overlap(&mut self, path: &str, with: &str, records: u64) {
        self.overlaps.push(Overlap { path: path.to_owned(), with: with.to_owned(), records });
    }

    /// Notes that a file holds the canary.
    pub(crate) fn canary_in(&mut self, path: &str) {
        self.canary_paths.push(path.to_owned());
    }
}

fn write_sheet(out: &mut dyn Write, tally: &mut Tally, writing: Writing<'_>) -> io::Result<()> {
    let mut sheet = Sheet { text: String::new(), out, tally };
    writing(&mut sheet)?;
    sheet.pass_on()
}

/// Media and sidecars land in any part, as they do in real exports; products stay together otherwise.
fn part_of(path: &str) -> usize {
    let folder = path.split('/').next().unwrap_or(path);
    let name = if folder.starts_with("Google ") && path.contains("20") { path } else { folder };
    prng::Prng::keyed(0, name, 0).below(PARTS as u64) as usize
}

#[cfg(test)]
mod tests;
