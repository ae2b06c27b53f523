//! What an import would bring, before it is made: which products, how much of each, what is missing, and whether the disk
//! has room. Nothing is written.
//!
//! A quick plan reads the first 64 KiB of each file and reckons the rest from there; tar archives, which have no list, are
//! passed over once. An exact plan reads everything, and also says how much of it the vault has already.

use std::collections::BTreeMap;
use std::io::{self, Cursor};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use domain::{Cancel, Finding, FindingCode, NewItem, NewPoint, Result, Uid, UtcMs};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use vault::Vault;

use crate::archive::{Content, ExportSet, Meter, Visit};
use crate::guides::Guides;
use crate::import::{Findings, NothingKnown, ReadBefore, ensure_importers, forecast, free_bytes};
use crate::importer::{Assembly, FileNumber, Importer, Input, Origin, Parse, Probe, SetSink, Sink};
use crate::importers::{self, guided_table};
use crate::router::{self, Known, Route};
use crate::source::Source;

/// Records that one core reads and stores in a second, as a guess for the forecast.
const RECORDS_A_SECOND: u64 = 15_000;
/// Bytes on disk that are read in a second, as a guess for the forecast.
const BYTES_A_SECOND: u64 = 40_000_000;
/// Ids that are looked up in the vault at once.
const LOOKUP: usize = 10_000;

/// What an import would bring.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Plan {
    /// What the export is called.
    pub label: String,
    /// Its archives, in order.
    pub parts: Vec<PlanPart>,
    /// Files in it.
    pub files: u64,
    /// Bytes on disk.
    pub bytes: u64,
    /// Records that would be read; see `exact`.
    pub records: u64,
    /// Whether the numbers of records are counted, and not reckoned from samples.
    pub exact: bool,
    /// A line a product and kind of file, the largest first.
    pub products: Vec<PlanProduct>,
    /// What the person should know: missing parts, data that is elsewhere.
    pub findings: Vec<Finding>,
    /// Bytes that the vault would grow by, guessed.
    pub needs_bytes: u64,
    /// Bytes free on the vault's disk; absent when it cannot be told.
    pub free_bytes: Option<u64>,
    /// Whether there is room.
    pub fits: bool,
    /// Seconds that it would take, guessed.
    pub seconds: u64,
}

/// An archive of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PlanPart {
    /// Its file name.
    pub name: String,
    /// Bytes on disk.
    pub bytes: u64,
}

/// What would become of some files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PlanFate {
    /// They would be read.
    Import,
    /// They are known, and there is nothing in them.
    Empty,
    /// They are known, and bring nothing.
    Ignored,
    /// They are not known, and would be kept by name.
    SetAside,
    /// They may not or cannot be read.
    Refused,
}

/// What is so much a person's own business that they are asked before it is imported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Sensitivity {
    /// Body and health: workouts, sleep, heart rate.
    Health,
    /// What was bought and paid.
    Money,
}

/// One product in a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PlanProduct {
    /// The importer that would read it; empty when none would.
    pub importer: String,
    /// What people call it: the importer's name for the product, or the folder.
    pub label: String,
    /// What would become of it.
    pub fate: PlanFate,
    /// Whether to ask before it is imported, and for what reason.
    pub sensitive: Option<Sensitivity>,
    /// Files.
    pub files: u64,
    /// Bytes, uncompressed, as the archive states them.
    pub bytes: u64,
    /// Records; see `exact`.
    pub records: u64,
    /// Records that the vault has already; only in an exact plan.
    pub known: Option<u64>,
    /// Whether `records` is counted, and not reckoned from samples.
    pub exact: bool,
    /// The earliest instant met in what was read, UTC milliseconds.
    pub first_ms: Option<UtcMs>,
    /// The latest instant met in what was read, UTC milliseconds.
    pub last_ms: Option<UtcMs>,
}

/// How a plan is made.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Read everything, and count.
    pub exact: bool,
    /// Ids of the importers that would read; all when empty. The files of the others are told as ignored.
    pub only: Vec<String>,
    /// A guide to the columns of the tables in it that have none beside them.
    pub columns: Option<PathBuf>,
}

/// Makes a plan. Archives inside the export that are exports themselves count with it. Without a vault it does not say what is
/// known, and not whether there is room.
///
/// Fails with [`domain::Code::Cancelled`], with [`domain::Code::BadRequest`] for a wrong guide or importer, or when the vault cannot be read.
pub fn plan(set: &ExportSet, vault: Option<&Vault>, options: &Options, cancel: &Cancel) -> Result<Plan> {
    ensure_importers(&options.only)?;
    set.look_inside(vault, cancel, &mut |_| {})?;
    let guides = Guides::of(set, options.columns.as_deref(), cancel)?;
    let planner = Planner { exact: options.exact, only: &options.only, guides, vault, tally: Mutex::default(), sets: Mutex::default() };
    let mut findings: Vec<Finding> = set.all_findings().cloned().collect();
    findings.extend(set.walk(2, cancel, &Meter::default(), &|visit| {
        planner.visit(visit);
        !cancel.is_cancelled()
    }));
    cancel.check()?;
    planner.finish_sets();
    let Tally { products, mut elsewhere, nothing_known, failure } = planner.tally.into_inner().unwrap_or_else(PoisonError::into_inner);
    if let Some(failure) = failure {
        return Err(failure);
    }
    findings.extend(elsewhere.take());
    let mut products: Vec<PlanProduct> = products.into_values().collect();
    products.sort_by_key(|product| (product.fate, std::cmp::Reverse(product.bytes)));
    if !set.has_takeout_folder() && !products.iter().any(|product| product.fate == PlanFate::Import) {
        let said = nothing_known.failure(set, &findings);
        findings.push(Finding {
            code: FindingCode::WrongFormat,
            severity: domain::Severity::Error,
            at: String::new(),
            message: format!("{} {}", said.message, said.hint),
            count: 1,
        });
    }
    let records = products.iter().map(|product| product.records).sum();
    let free = vault.and_then(|vault| free_bytes(vault.dir()));
    let needs_bytes = forecast(set, &vault.map_or_else(|| Ok(ReadBefore::default()), |vault| ReadBefore::in_vault(vault, None))?);
    Ok(Plan {
        label: set.label.clone(),
        parts: set.parts.iter().map(|part| PlanPart { name: part.name.clone(), bytes: part.bytes }).collect(),
        files: products.iter().map(|product| product.files).sum(),
        bytes: set.bytes(),
        records,
        exact: products.iter().all(|product| product.exact),
        products,
        findings,
        needs_bytes,
        free_bytes: free,
        fits: free.is_none_or(|free| free > needs_bytes),
        seconds: records / RECORDS_A_SECOND + set.bytes() / BYTES_A_SECOND + 1,
    })
}

#[derive(Default)]
struct Tally {
    products: BTreeMap<(PlanFate, String), PlanProduct>,
    elsewhere: Findings,
    /// What to say when none of them would be read.
    nothing_known: NothingKnown,
    failure: Option<domain::Failure>,
}

/// A set of files that is being put together.
struct OpenSet {
    known: Known,
    assembly: Box<dyn Assembly>,
    n_files: FileNumber,
    /// What it has come to so far.
    total: Counted,
}

/// What is told of a file besides its bytes.
struct Told<'t> {
    path: &'t str,
    size: u64,
    disk: &'t Path,
    entry: &'t str,
}

struct Planner<'p> {
    exact: bool,
    /// Ids of the importers that would read; all when empty.
    only: &'p [String],
    guides: Guides,
    vault: Option<&'p Vault>,
    tally: Mutex<Tally>,
    /// In an exact plan: the sets of files, and what they have come to so far.
    sets: Mutex<BTreeMap<usize, OpenSet>>,
}

impl Planner<'_> {
    fn wants(&self, importer: &Importer) -> bool {
        self.only.is_empty() || self.only.iter().any(|id| id == importer.id)
    }

    fn visit(&self, visit: Visit<'_>) {
        let reader = match visit.content {
            Content::File(reader) => reader,
            Content::Refused(_, why) => {
                self.tally.lock().unwrap_or_else(PoisonError::into_inner).nothing_known.refused(visit.path, &why);
                return self.add(PlanFate::Refused, None, visit.path, visit.size, Counted::default(), true);
            }
            Content::Litter(_) => return self.add(PlanFate::Ignored, None, visit.path, visit.size, Counted::default(), true),
        };
        let Ok(source) = Source::open(reader) else {
            return self.add(PlanFate::Refused, None, visit.path, visit.size, Counted::default(), true);
        };
        let told = Told { path: visit.path, size: visit.size, disk: visit.disk, entry: &visit.entry };
        if self.guides.is_guide(visit.path) {
            return self.add(PlanFate::Ignored, None, visit.path, visit.size, Counted::default(), true);
        }
        if let Some(guide) = self.guides.to(visit.path) {
            let parse = |input: &mut Input<'_>, sink: &mut dyn Sink| guide.parse(input, sink);
            return self.read(&guided_table::IMPORTER, source, &told, &|input| self.count_file(&guided_table::IMPORTER, &parse, input));
        }
        let route = router::route(&Probe { path: visit.path, head: source.head(), tail: &visit.tail, size: visit.size });
        self.tally.lock().unwrap_or_else(PoisonError::into_inner).nothing_known.add(visit.path, source.head(), &route);
        match route {
            Route::Unknown if !self.wants(&importers::unknown::IMPORTER) => {
                self.add(PlanFate::Ignored, Some(&importers::unknown::IMPORTER), visit.path, visit.size, Counted::default(), true);
            }
            Route::Unknown | Route::SetAside(_) => self.add(PlanFate::SetAside, None, visit.path, visit.size, Counted::default(), true),
            Route::Empty(known) => {
                self.add(PlanFate::Empty, known.map(|known| known.importer), visit.path, visit.size, Counted::default(), true);
            }
            Route::Ignored(code, why) => {
                if code == FindingCode::Elsewhere {
                    let mut tally = self.tally.lock().unwrap_or_else(PoisonError::into_inner);
                    tally.elsewhere.add_reason(code, domain::Severity::Warning, visit.path, &why);
                }
                self.add(PlanFate::Ignored, None, visit.path, visit.size, Counted::default(), true);
            }
            Route::To(known) => self.read(known.importer, source, &told, &|input| self.count(known, input)),
        }
    }

    /// Counts what an importer reads of a file, or of its beginning.
    fn read(&self, importer: &'static Importer, mut source: Source<'_>, told: &Told<'_>, count: &dyn Fn(&mut Input<'_>) -> Counted) {
        if !self.wants(importer) {
            return self.add(PlanFate::Ignored, Some(importer), told.path, told.size, Counted::default(), true);
        }
        let whole = source.is_whole();
        let n_head = source.head().len() as u64;
        let disk = told.disk.display().to_string();
        let origin = Origin { path: &disk, entry: told.entry };
        let mut head;
        let reader: &mut dyn io::Read = if self.exact {
            &mut source
        } else {
            head = Cursor::new(source.head().to_vec());
            &mut head
        };
        let mut counted = count(&mut Input { path: told.path, size: told.size, reader, origin });
        for finding in std::mem::take(&mut counted.elsewhere) {
            let mut tally = self.tally.lock().unwrap_or_else(PoisonError::into_inner);
            tally.elsewhere.add_reason(finding.code, finding.severity, told.path, &finding.message);
        }
        // A photo is one record, however large it is.
        let is_one = matches!(importer.parse, Parse::Set(_)) && counted.records == 1;
        if !whole && !self.exact && !is_one {
            counted.records = counted.records.saturating_mul(told.size) / n_head.max(1);
        }
        self.add(PlanFate::Import, Some(importer), told.path, told.size, counted, whole || self.exact);
    }

    /// Lets an importer that reads file by file read what there is. A head ends in the middle of a record, and it may be at a loss
    /// there: what it read before counts.
    fn count_file(
        &self,
        importer: &Importer,
        parse: &dyn Fn(&mut Input<'_>, &mut dyn Sink) -> io::Result<()>,
        input: &mut Input<'_>,
    ) -> Counted {
        let mut counted = self.counted();
        let ended = catch_unwind(AssertUnwindSafe(|| parse(input, &mut counted)));
        tracing::trace!(importer = importer.id, whole = matches!(ended, Ok(Ok(()))), "planned a file");
        counted.look_up();
        counted
    }

    fn counted(&self) -> Counted {
        Counted { vault: self.vault.filter(|_| self.exact).cloned(), ..Counted::default() }
    }

    /// Lets the importer read what there is, and counts.
    fn count(&self, known: Known, input: &mut Input<'_>) -> Counted {
        let mut counted = self.counted();
        match known.importer.parse {
            Parse::File(parse) => return self.count_file(known.importer, &parse, input),
            Parse::Set(begin) if self.exact => {
                let mut sets = self.sets.lock().unwrap_or_else(PoisonError::into_inner);
                let OpenSet { assembly, n_files, total, .. } = sets.entry(known.index).or_insert_with(|| OpenSet {
                    known,
                    assembly: begin(),
                    n_files: 0,
                    total: Counted { vault: counted.vault.clone(), ..Counted::default() },
                });
                let ended = catch_unwind(AssertUnwindSafe(|| assembly.file(*n_files, input, total)));
                *n_files += 1;
                tracing::trace!(importer = known.importer.id, whole = matches!(ended, Ok(Ok(()))), "planned a file");
            }
            // What belongs together is not known from beginnings; each file is told as if it were alone.
            Parse::Set(begin) => {
                let mut one = OneSink(counted);
                let ended = catch_unwind(AssertUnwindSafe(|| {
                    let mut assembly = begin();
                    let read = assembly.file(0, input, &mut one.0);
                    assembly.finish(&mut one);
                    read
                }));
                tracing::trace!(importer = known.importer.id, whole = matches!(ended, Ok(Ok(()))), "planned a file of a set");
                counted = one.0;
                counted.records = counted.records.max(1);
            }
        }
        counted.look_up();
        counted
    }

    fn finish_sets(&self) {
        let sets = std::mem::take(&mut *self.sets.lock().unwrap_or_else(PoisonError::into_inner));
        for OpenSet { known, mut assembly, total, .. } in sets.into_values() {
            let mut one = OneSink(total);
            let ended = catch_unwind(AssertUnwindSafe(|| assembly.finish(&mut one)));
            tracing::trace!(importer = known.importer.id, whole = ended.is_ok(), "planned a set");
            one.0.look_up();
            self.add_counts(PlanFate::Import, Some(known.importer), "", 0, 0, one.0, true);
        }
    }

    fn add(&self, fate: PlanFate, importer: Option<&Importer>, path: &str, size: u64, counted: Counted, exact: bool) {
        self.add_counts(fate, importer, path, 1, size, counted, exact);
    }

    #[expect(clippy::too_many_arguments, reason = "the columns of one line")]
    fn add_counts(&self, fate: PlanFate, importer: Option<&Importer>, path: &str, files: u64, size: u64, counted: Counted, exact: bool) {
        let (importer, label) = match importer {
            Some(importer) => (importer.id, importer.label),
            None => ("", path.split_once('/').map_or(path, |(product, _)| product)),
        };
        let mut tally = self.tally.lock().unwrap_or_else(PoisonError::into_inner);
        let product =
            tally.products.entry((fate, if importer.is_empty() { label } else { importer }.to_owned())).or_insert_with(|| PlanProduct {
                importer: importer.to_owned(),
                label: label.to_owned(),
                fate,
                sensitive: importers::sensitivity(importer),
                files: 0,
                bytes: 0,
                records: 0,
                known: None,
                exact: true,
                first_ms: None,
                last_ms: None,
            });
        product.files += files;
        product.bytes = product.bytes.saturating_add(size);
        product.records += counted.records;
        product.exact &= exact;
        if counted.vault.is_some() {
            product.known = Some(product.known.unwrap_or(0) + counted.known);
        }
        if let Some((first, last)) = counted.span {
            product.first_ms = Some(product.first_ms.map_or(first, |known| known.min(first)));
            product.last_ms = Some(product.last_ms.map_or(last, |known| known.max(last)));
        }
        if counted.failure.is_some() {
            tally.failure = counted.failure;
        }
    }
}

/// A sink that only counts.
#[derive(Default)]
struct Counted {
    records: u64,
    known: u64,
    span: Option<(UtcMs, UtcMs)>,
    vault: Option<Vault>,
    uids: Vec<Uid>,
    failure: Option<domain::Failure>,
    /// What the importer says of data that has to be got in another way.
    elsewhere: Vec<Finding>,
}

impl Counted {
    fn at(&mut self, ms: UtcMs) {
        self.span = Some(self.span.map_or((ms, ms), |(first, last)| (first.min(ms), last.max(ms))));
    }

    fn look_up(&mut self) {
        let uids = std::mem::take(&mut self.uids);
        let Some(vault) = self.vault.as_ref().filter(|_| !uids.is_empty()) else { return };
        match vault.count_known(&uids) {
            Ok(known) => self.known += known,
            Err(failure) => self.failure = Some(failure),
        }
    }
}

impl Sink for Counted {
    fn item(&mut self, item: NewItem) {
        self.records += 1;
        if let Some(at) = &item.at {
            self.at(at.ms);
        }
        if self.vault.is_some() {
            self.uids.push(item.uid);
            if self.uids.len() >= LOOKUP {
                self.look_up();
            }
        }
    }

    fn point(&mut self, point: NewPoint) {
        self.records += 1;
        self.at(point.at);
    }

    fn merged(&mut self) {
        self.records += 1;
    }

    fn skip(&mut self, _: FindingCode, _: &str, _: &str) {
        self.records += 1;
    }

    fn set_aside(&mut self, _: FindingCode, _: &str, _: &str) {
        self.records += 1;
    }

    fn finding(&mut self, finding: Finding) {
        if finding.code == FindingCode::Elsewhere {
            self.elsewhere.push(finding);
        }
    }
}

struct OneSink(Counted);

impl SetSink for OneSink {
    fn of(&mut self, _: FileNumber) -> &mut dyn Sink {
        &mut self.0
    }

    fn end(&mut self, _: FileNumber) {}
}
