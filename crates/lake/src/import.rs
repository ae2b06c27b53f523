//! An export into the vault: files are read and packed on several threads, one thread writes, and every record of every
//! file is accounted for.
//!
//! Invariants: for each file, read = stored + merged + skipped + set aside; memory is bounded whatever the export's size
//! (the batches on their way take 64 MiB at most, or one record that is larger by itself; of each file that is listed some
//! tens of bytes are kept, of a photo or its sidecar some 150 more: a million fit in 500 MB); one bad file, or a fault in an
//! importer, costs that file alone; a cancelled or failed import is ended as such, with what was stored accounted for, and
//! can be undone.
//!
//! An import that the program's end or the person cut short goes on when it is run again: files of which all was written are only compared
//! with what they were, the others are read again, and what of them was written is merged; each has one line in the ledger.
//!
//! A file of the same path and bytes as one that these very importers read in another import is not parsed again: it brings
//! what that one brought. Those of sets are, because what they come to depends on the files beside them.

mod equal_names;
mod findings;
mod nothing_known;
mod pace;
mod read_before;
mod reading;
mod sets;
mod settling;
mod space;
#[cfg(test)]
pub(crate) mod tests;
mod writing;

use std::collections::{HashMap, HashSet};
use std::io::{self, Cursor, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::atomic::AtomicU32;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use domain::{Cancel, Code, Failure, FileOutcome, Finding, FindingCode, ImportId, Progress, Result, Severity, UtcMs};
use vault::{ImportState, NewFile, Vault};

use crate::archive::{self, Content, ExportSet, Meter, Visit};
use crate::guides::Guides;
use crate::importer::{Importer, Input, Origin, Parse, Probe, Sink};
use crate::importers::{self, guided_table};
use crate::router::{self, Route};
use crate::source::Source;
use equal_names::EqualNames;
use reading::{Budget, Reading, Shared};
use sets::Sets;

pub(crate) use findings::Findings;
pub(crate) use nothing_known::NothingKnown;
pub(crate) use pace::Pace;
use read_before::EarlierLines;
pub(crate) use read_before::ReadBefore;
pub use settling::{is_unsettled, settle, undo};
pub(crate) use space::{forecast, free_bytes, no_space};

/// A second copy of a path is compared in memory up to this size, bytes; a larger one is read again and merges.
const COPY: u64 = 64 << 20;
/// Messages that may wait for the writer.
const LINE: usize = 2_000;

/// How an import is run.
#[derive(Debug, Clone)]
pub struct Options {
    /// What to call it; the set's own label when empty.
    pub label: String,
    /// When it begins, UTC milliseconds.
    pub now: UtcMs,
    /// Threads that read; 0 for one less than the machine has, and at least two.
    pub threads: usize,
    /// Ids of the importers that may read; all when empty. The files of the others are ignored, and the ledger says so.
    pub only: Vec<String>,
    /// A guide to the columns of the tables in it that have none beside them.
    pub columns: Option<PathBuf>,
}

/// Imports one export; the answer is the import's number, under which its ledger stands. `on_progress` is called a few times
/// a second, on the calling thread.
///
/// Archives inside the export that are exports themselves are read with it.
///
/// Fails before anything is written with [`Code::NotAnExport`] when nothing in the set is known, with [`Code::BadRequest`] for
/// options that name what is not there, and with [`Code::NoSpace`] when the disk is too full for it. Fails later with
/// [`Code::NoSpace`] or [`Code::Damaged`] when writing does: the import is then ended as interrupted, and what was written can
/// be undone. A cancelled import is no failure: its report says so.
pub fn run(vault: &Vault, set: &ExportSet, options: &Options, cancel: &Cancel, on_progress: &mut dyn FnMut(Progress)) -> Result<ImportId> {
    ensure_importers(&options.only)?;
    set.look_inside(Some(vault), cancel, &mut |path| on_progress(Pace::opening(set.bytes(), path)))?;
    let guides = Guides::of(set, options.columns.as_deref(), cancel)?;
    ensure_known(set, &guides, cancel)?;
    let began = Instant::now();
    let label = if options.label.is_empty() { &set.label } else { &options.label };
    let resumed = vault.resume_import(label)?;
    let read_before = ReadBefore::in_vault(vault, resumed)?;
    let earlier = EarlierLines::of(vault, resumed)?;
    // One that goes on has taken some of its room already, and how much of the rest it needs is not known.
    if resumed.is_none() {
        space::ensure(vault, set, &read_before)?;
    }
    let import = resumed.map_or_else(|| vault.begin_import(label, options.now), Ok)?;
    let stop = Cancel::default();
    let meter = Meter::default();
    let current = Mutex::new(String::new());
    let budget = Budget::default();
    let next_slot = AtomicU32::new(0);
    let mut pace = Pace::new(set.bytes(), began);
    let (sender, receiver) = crossbeam_channel::bounded(LINE);
    let mut on_tick = |records: u64| {
        // The readers wait as well, once what is on its way is as much as it may be.
        cancel.hold();
        if cancel.is_cancelled() {
            stop.cancel();
        }
        let now = Instant::now();
        if pace.is_due(now, records) {
            let detail = current.lock().unwrap_or_else(PoisonError::into_inner).clone();
            on_progress(pace.at(now, meter.bytes(), records, detail));
        }
    };
    let shared = Shared { vault, sender, budget: &budget, stop: &stop, current: &current, next_slot: &next_slot, earlier: &earlier };
    let (written, mut findings) = std::thread::scope(|scope| {
        let walker = scope.spawn({
            let (stop, meter, guides) = (&stop, &meter, &guides);
            move || read_all(set, options, guides, read_before, shared, stop, meter)
        });
        let written = writing::write_all(vault, import, &receiver, &budget, &stop, &mut on_tick);
        let findings = walker.join().unwrap_or_else(|_| vec![fault_of_ours()]);
        (written, findings)
    });
    findings.splice(0..0, set.all_findings().cloned());
    let state = match &written {
        Err(_) => ImportState::Interrupted,
        Ok(_) if cancel.is_cancelled() => ImportState::Cancelled,
        Ok(_) => ImportState::Done,
    };
    let took_ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
    let ended = vault.end_import(import, state, &findings, took_ms);
    let n_records = written.map_err(|failure| {
        Failure::new(failure.code, format!("{} Import {import} ended before it was done.", failure.message))
            .hint(format!("{} What was stored until then stays; `datapunk undo {import}` takes it back.", failure.hint).trim().to_owned())
    })?;
    ended?;
    // Parts of an export of which others were imported before.
    settle(vault, cancel, on_progress).or_else(|failure| if failure.code == Code::Cancelled { Ok(()) } else { Err(failure) })?;
    on_progress(Progress { eta_s: Some(0), done: set.bytes(), ..pace.at(Instant::now(), meter.bytes(), n_records, String::new()) });
    Ok(import)
}

/// Reads every file of the set, and what the sets of files come to. Runs on a thread of its own, which starts the others.
#[allow(clippy::needless_pass_by_value, reason = "the writer ends once the last sender is dropped, which is here")]
fn read_all(
    set: &ExportSet,
    options: &Options,
    guides: &Guides,
    read_before: ReadBefore,
    shared: Shared<'_>,
    stop: &Cancel,
    meter: &Meter,
) -> Vec<Finding> {
    let reader = Reader {
        only: &options.only,
        guides,
        set,
        shared: &shared,
        sets: Sets::new(&shared),
        read_before,
        first: first_of_each_path(set),
        seen: Mutex::default(),
        names: EqualNames::default(),
        activity: Mutex::default(),
    };
    let mut findings = set.walk(threads(options.threads), stop, meter, &|visit| {
        reader.visit(visit);
        !stop.is_cancelled()
    });
    let Reader { sets, activity, first, seen, names, .. } = reader;
    findings.extend(names.finding());
    // What told copies apart is not needed while the sets are put together.
    drop((first, seen));
    sets.finish();
    findings.extend(prefer_json(&activity.into_inner().unwrap_or_else(PoisonError::into_inner)));
    findings
}

struct Reader<'r> {
    set: &'r ExportSet,
    shared: &'r Shared<'r>,
    /// Ids of the importers that may read; all when empty.
    only: &'r [String],
    guides: &'r Guides,
    sets: Sets<'r>,
    read_before: ReadBefore,
    /// The first entry of each path that stands in several listed parts.
    first: HashMap<Key, First>,
    /// The paths that a tar archive had already, with the digest of what was read there.
    seen: Mutex<HashMap<Key, Option<Digest>>>,
    names: EqualNames,
    /// Folder and importer of each activity file.
    activity: Mutex<Vec<(String, &'static str)>>,
}

impl Reader<'_> {
    fn wants(&self, importer: &Importer) -> bool {
        self.only.is_empty() || self.only.iter().any(|id| id == importer.id)
    }

    fn left_out(&self, mut file: NewFile, importer: &Importer) {
        // What was read of it before it was left out stands in its line.
        if self.shared.earlier.hold(&file) {
            return;
        }
        importer.id.clone_into(&mut file.importer);
        let finding = note(FindingCode::IgnoredFile, "It was left out of this import by choice; import the export again to have it.");
        self.shared.unread(file, FileOutcome::Ignored, false, Some(finding));
    }

    fn visit(&self, visit: Visit<'_>) {
        let Visit { part, path, archive, entry, disk, index, size, tail, content } = visit;
        self.names.meet(part, path);
        let file = NewFile { path: path.to_owned(), archive: archive.to_owned(), size, digest: None, importer: String::new() };
        let reader = match content {
            Content::File(reader) => reader,
            Content::Refused(code, why) => return self.refused(file, code, &why),
            Content::Litter(why) => {
                return self.shared.unread(file, FileOutcome::Ignored, false, Some(note(FindingCode::IgnoredFile, why)));
            }
        };
        if let Some(index) = index
            && self.was_read_before(&file, (part, index))
        {
            return;
        }
        let disk = disk.display().to_string();
        let origin = Origin { path: &disk, entry: &entry };
        let key = key_of(path);
        let first = match index {
            // A first one of another size is another file; a large one is not read twice to find out.
            Some(index) => self
                .first
                .get(&key)
                .filter(|first| (first.part, first.index) != (part, index) && first.size == size && size <= COPY)
                .map(|first| self.set.digest(first.part, first.index, self.shared.stop).map(|digest| half(*digest.as_bytes()))),
            None => self.seen.lock().unwrap_or_else(PoisonError::into_inner).get(&key).copied().filter(|_| size <= COPY),
        };
        let digest = match first {
            Some(first) => self.read_copy(file, reader, &tail, origin, first),
            None => self.read(file, reader, &tail, origin),
        };
        if index.is_none() {
            self.seen.lock().unwrap_or_else(PoisonError::into_inner).entry(key).or_insert(digest.map(half));
        }
    }

    /// Whether a listed file needs no reading: this import did before the program ended, or another one did, of which it then
    /// brings all.
    fn was_read_before(&self, file: &NewFile, (part, index): (usize, usize)) -> bool {
        let done = self.read_before.done(file);
        if done.is_none() && !self.read_before.may_hold(&file.path, file.size) {
            return false;
        }
        let Some(digest) = self.set.digest(part, index, self.shared.stop).map(|digest| half(digest.into())) else { return false };
        if done == Some(&digest) {
            return true;
        }
        let known = self.read_before.find(&file.path, file.size, digest).filter(|known| self.wants(known.importer));
        let Some(known) = known else { return false };
        // A guide says more of a table than its bytes do; and a path's second file is told as that.
        let is_copy = self.first.get(&key_of(&file.path)).is_some_and(|first| (first.part, first.index) != (part, index));
        if is_copy || self.guides.to(&file.path).is_some() {
            return false;
        }
        self.remember(&file.path, known.importer);
        self.shared.read_before(NewFile { importer: known.importer.id.to_owned(), ..file.clone() }, known.line);
        true
    }

    /// A second file of one path: when its bytes are the first one's, it is known; else it is read as well.
    fn read_copy(&self, file: NewFile, reader: &mut dyn Read, tail: &[u8], origin: Origin<'_>, first: Option<Digest>) -> Option<[u8; 32]> {
        let mut bytes = Vec::new();
        if let Err(error) = reader.read_to_end(&mut bytes) {
            self.refused(file, FindingCode::Unreadable, &error.to_string());
            return None;
        }
        let digest = *blake3::hash(&bytes).as_bytes();
        if first == Some(half(digest)) {
            let finding =
                note(FindingCode::IgnoredFile, "The same file, byte for byte, stands in another part of this export and is read there.");
            self.shared.unread(file, FileOutcome::Known, false, Some(finding));
            return Some(digest);
        }
        self.read(file, &mut Cursor::new(bytes), tail, origin)
    }

    /// Reads a file, and answers its digest when all of it was read.
    fn read(&self, mut file: NewFile, reader: &mut dyn Read, tail: &[u8], origin: Origin<'_>) -> Option<[u8; 32]> {
        let mut source = match Source::open(reader) {
            Ok(source) => source,
            Err(error) => {
                self.refused(file, FindingCode::Unreadable, &error.to_string());
                return None;
            }
        };
        let path = file.path.clone();
        if let Some(guide) = self.guides.to(&path) {
            return self.read_with(&guided_table::IMPORTER, file, source, origin, &|input, sink| guide.parse(input, sink));
        }
        if self.guides.is_guide(&path) {
            self.shared.unread(
                file,
                FileOutcome::Ignored,
                false,
                Some(note(FindingCode::IgnoredFile, "A guide to the columns of the table beside it, which was read by it.")),
            );
            return None;
        }
        match router::route(&Probe { path: &path, head: source.head(), tail, size: file.size }) {
            Route::SetAside(kind) => {
                let message = if archive::is_archive(&path, source.head()) {
                    "This is an archive inside the export in which no file is known; it is kept in the list of files, and found there by its name. If something in it is to be read, take it out and import it by itself.".to_owned()
                } else {
                    format!(
                        "No importer knows this file ({kind} by its content); it is kept in the list of files, and found there by its name."
                    )
                };
                self.shared.unread(file, FileOutcome::SetAside, true, Some(note(FindingCode::UnknownFile, &message)));
                None
            }
            Route::Unknown if !self.wants(&importers::unknown::IMPORTER) => {
                self.left_out(file, &importers::unknown::IMPORTER);
                None
            }
            Route::Unknown => {
                let unknown = &importers::unknown::IMPORTER;
                unknown.id.clone_into(&mut file.importer);
                let size = file.size;
                let mut reading = Reading::begin(self.shared, file);
                let mut input = Input { path: &path, size, reader: &mut source, origin };
                let result = parse_with(unknown, &importers::unknown::parse, &mut input, &mut reading);
                reading.ended(&result);
                // Its digest is not asked for: that would read a large file to its end.
                reading.close(FileOutcome::SetAside);
                None
            }
            Route::Ignored(code, why) => {
                self.shared.unread(file, FileOutcome::Ignored, false, Some(note(code, &why)));
                None
            }
            Route::Empty(known) => {
                file.importer = known.map(|known| known.importer.id.to_owned()).unwrap_or_default();
                self.shared.unread(
                    file,
                    FileOutcome::Empty,
                    false,
                    Some(note(FindingCode::EmptyProduct, "The file is there, and there is nothing in it.")),
                );
                None
            }
            Route::To(known) if !self.wants(known.importer) => {
                self.left_out(file, known.importer);
                None
            }
            Route::To(known) => {
                known.importer.id.clone_into(&mut file.importer);
                self.remember(&path, known.importer);
                match known.importer.parse {
                    Parse::Set(_) => self.sets.read(known, file, origin, source),
                    Parse::File(parse) => self.read_with(known.importer, file, source, origin, &parse),
                }
            }
        }
    }

    /// Lets an importer that reads file by file read one, and answers the digest when all of it was read.
    fn read_with(
        &self,
        importer: &'static Importer,
        mut file: NewFile,
        mut source: Source<'_>,
        origin: Origin<'_>,
        parse: &dyn Fn(&mut Input<'_>, &mut dyn Sink) -> io::Result<()>,
    ) -> Option<[u8; 32]> {
        importer.id.clone_into(&mut file.importer);
        let (path, size) = (file.path.clone(), file.size);
        let mut reading = Reading::begin(self.shared, file);
        let mut input = Input { path: &path, size, reader: &mut source, origin };
        let result = parse_with(importer, parse, &mut input, &mut reading);
        reading.ended(&result);
        let unknown = &importers::unknown::IMPORTER;
        if result.is_ok() && reading.could_read_nothing() && self.wants(unknown) && importers::unknown::in_place(source.head()).is_none() {
            let mut head = source.first_bytes();
            let mut beginning = Input { path: &path, size, reader: &mut head, origin };
            let kept = parse_with(
                unknown,
                &|input, sink| importers::unknown::keep_beginning(importer.label, input, sink),
                &mut beginning,
                &mut reading,
            );
            reading.ended(&kept);
            reading.close(FileOutcome::SetAside);
            return None;
        }
        let outcome = reading.outcome(false);
        let digest = if outcome == FileOutcome::Imported { source.digest() } else { None };
        if let Some(digest) = digest {
            reading.digested(digest);
        }
        reading.close(outcome);
        digest
    }

    fn refused(&self, file: NewFile, code: FindingCode, why: &str) {
        let finding =
            Finding { code, severity: Severity::Error, at: String::new(), message: format!("The file was not read: {why}."), count: 1 };
        self.shared.unread(file, FileOutcome::Failed, true, Some(finding));
    }

    fn remember(&self, path: &str, importer: &Importer) {
        if importer.id.starts_with("google.activity_") {
            let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder).to_owned();
            self.activity.lock().unwrap_or_else(PoisonError::into_inner).push((folder, importer.id));
        }
    }
}

/// A fault in an importer is an error of this file.
fn parse_with(
    importer: &Importer,
    parse: &dyn Fn(&mut Input<'_>, &mut dyn Sink) -> io::Result<()>,
    input: &mut Input<'_>,
    sink: &mut dyn Sink,
) -> io::Result<()> {
    catch_unwind(AssertUnwindSafe(|| parse(input, sink))).unwrap_or_else(|_| Err(sets::panicked(importer)))
}

/// Stands for a path. Were two paths to share one, their bytes would still be compared.
type Key = u64;
/// Half a file's BLAKE3, which is enough to tell files of one path apart.
type Digest = [u8; 16];

/// The first listed entry of a path.
struct First {
    part: usize,
    index: usize,
    size: u64,
}

/// The first listed entry of every path that is listed more than once, in a set of several parts.
fn first_of_each_path(set: &ExportSet) -> HashMap<Key, First> {
    let mut first = HashMap::new();
    if set.all_parts().nth(1).is_some() {
        let mut keys: Vec<Key> = set.listed().map(|(.., member)| key_of(&member.path)).collect();
        keys.sort_unstable();
        let repeated: HashSet<Key> = keys.windows(2).filter(|pair| pair[0] == pair[1]).map(|pair| pair[0]).collect();
        drop(keys);
        if !repeated.is_empty() {
            for (part, index, member) in set.listed() {
                let key = key_of(&member.path);
                if repeated.contains(&key) {
                    first.entry(key).or_insert(First { part, index, size: member.size });
                }
            }
        }
    }
    first
}

/// Products that are there as a page and as JSON: the JSON is what to read.
fn prefer_json(activity: &[(String, &str)]) -> Vec<Finding> {
    let folders = |format: &str| {
        activity.iter().filter(|(_, importer)| importer.ends_with(format)).map(|(folder, _)| folder.as_str()).collect::<Vec<_>>()
    };
    let json = folders("json");
    let both = folders("html").into_iter().filter(|folder| json.contains(folder));
    both.map(|folder| Finding {
        code: FindingCode::PreferJson,
        severity: Severity::Note,
        at: folder.to_owned(),
        message: "This product is in the export as HTML and as JSON. Both were read; the JSON holds more (milliseconds, all fields), so choose JSON alone next time.".to_owned(),
        count: 1,
    })
    .collect()
}

/// Fails when one of the importers that are to read is none.
pub(crate) fn ensure_importers(only: &[String]) -> Result<()> {
    let Some(wrong) = only.iter().find(|id| importers::find(id).is_none()) else { return Ok(()) };
    Err(Failure::new(Code::BadRequest, format!("There is no importer {wrong}, of which this import was to read the files."))
        .hint("A plan of the import (`datapunk import --plan`) names the importer of each product."))
}

/// Fails when nothing in the set is known, before anything is written. Reads no further than the first file that is.
fn ensure_known(set: &ExportSet, guides: &Guides, cancel: &Cancel) -> Result<()> {
    set.ensure_readable()?;
    if set.has_takeout_folder() {
        return Ok(());
    }
    let found = Mutex::new((false, NothingKnown::default()));
    let unread = Mutex::new(None);
    let not_read = |path: &str, why: String| {
        unread.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert_with(|| format!("{path}: {why}"));
        true
    };
    let findings = set.walk(1, cancel, &Meter::default(), &|visit| {
        let reader = match visit.content {
            Content::File(reader) => reader,
            Content::Refused(FindingCode::Unreadable, why) => return not_read(visit.path, why),
            Content::Refused(_, why) => {
                found.lock().unwrap_or_else(PoisonError::into_inner).1.refused(visit.path, &why);
                return true;
            }
            Content::Litter(_) => return true,
        };
        let source = match Source::open(reader) {
            Ok(source) => source,
            Err(error) => return not_read(visit.path, error.to_string()),
        };
        let route = router::route(&Probe { path: visit.path, head: source.head(), tail: &visit.tail, size: visit.size });
        let (is_known, unknown) = &mut *found.lock().unwrap_or_else(PoisonError::into_inner);
        *is_known |= matches!(route, Route::To(_)) || guides.to(visit.path).is_some();
        unknown.add(visit.path, source.head(), &route);
        !*is_known
    });
    cancel.check()?;
    let (is_known, unknown) = found.into_inner().unwrap_or_else(PoisonError::into_inner);
    if is_known {
        return Ok(());
    }
    // What could not be looked at may well have been an export.
    if let Some(first) = unread.into_inner().unwrap_or_else(PoisonError::into_inner) {
        return Err(Failure::new(
            Code::Unreadable,
            format!("Nothing that could be read of {} is known, and some of it could not be read ({first}).", set.label),
        )
        .hint("Check that its files and folders may be read, and that its disk is sound; then import it again."));
    }
    Err(unknown.failure(set, &findings))
}

fn threads(asked: usize) -> usize {
    if asked > 0 { asked } else { std::thread::available_parallelism().map_or(2, |n| n.get().saturating_sub(1).clamp(2, 8)) }
}

fn key_of(path: &str) -> Key {
    let [a, b, c, d, e, f, g, h, ..] = *blake3::hash(path.as_bytes()).as_bytes();
    u64::from_le_bytes([a, b, c, d, e, f, g, h])
}

fn half(digest: [u8; 32]) -> Digest {
    let mut half = [0; 16];
    half.copy_from_slice(&digest[..16]);
    half
}

fn note(code: FindingCode, message: &str) -> Finding {
    Finding { code, severity: Severity::Note, at: String::new(), message: message.to_owned(), count: 1 }
}

fn fault_of_ours() -> Finding {
    Finding {
        code: FindingCode::Unreadable,
        severity: Severity::Error,
        at: String::new(),
        message: "Reading ended because of a fault in Datapunk; the files after it are missing from the list. What was read stands."
            .to_owned(),
        count: 1,
    }
}
