//! The shapes that requests and answers have on every surface: the window, the browser, the command line.
//!
//! Absent on purpose: behaviour, and the shapes that things are stored in.

use domain::{Certainty, EntityKind, Filter, ImportReport, ImportTotals, Kind, Progress, RawFormat, Role, Uid, UtcMs};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

macro_rules! wire {
    ($($(#[$meta:meta])* pub struct $name:ident { $($body:tt)* })*) => {
        $(
            $(#[$meta])*
            #[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
            pub struct $name { $($body)* }
        )*
    };
}

/// A request without content.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Nothing {}

/// Whether there is a vault, and whether it is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum VaultState {
    /// No vault stands at the path.
    None,
    /// There is one, and it is locked.
    Locked,
    /// It is open.
    Unlocked,
}

/// How far each index has come.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct IndexCoverage {
    /// Share of the items that words find, 0 to 1.
    pub words: f64,
    /// Share of the items that meaning finds, 0 to 1; 0 while no embedding model is installed.
    pub meaning: f64,
    /// Share of the items whose meaning the transformer has read as well, 0 to 1.
    pub transformer: f64,
}

wire! {
    /// The vault as a whole.
    pub struct Status {
        /// Whether there is a vault, and whether it is open.
        pub state: VaultState,
        /// Its folder.
        pub path: String,
        /// Its id, once open.
        pub id: Option<String>,
        /// The program's version.
        pub version: String,
        /// Items in it, once open.
        pub items: Option<u64>,
        /// How far each index has come, once open.
        pub coverage: Option<IndexCoverage>,
        /// Work going on.
        pub jobs_running: u64,
    }

    /// Makes a vault.
    pub struct CreateRequest {
        /// At least 12 characters or five words.
        pub passphrase: String,
    }

    /// A vault was made.
    pub struct Created {
        /// Opens the vault when the passphrase is forgotten. Shown once.
        pub recovery_code: String,
    }

    /// Opens a vault: one of the two.
    pub struct UnlockRequest {
        /// The passphrase.
        #[serde(default)]
        pub passphrase: Option<String>,
        /// The recovery code.
        #[serde(default)]
        pub recovery_code: Option<String>,
    }

    /// How many there are of something.
    pub struct NamedCount {
        /// Of what.
        pub name: String,
        /// How many.
        pub count: u64,
    }

    /// What the vault holds.
    pub struct Stats {
        /// Items.
        pub items: u64,
        /// Position fixes.
        pub track_points: u64,
        /// People, organisations, places, devices and labels.
        pub entities: u64,
        /// Items by kind, most first.
        pub by_kind: Vec<NamedCount>,
        /// Items by source, most first.
        pub by_source: Vec<NamedCount>,
        /// The earliest item's time, RFC 3339.
        pub first: Option<String>,
        /// The latest item's time, RFC 3339.
        pub last: Option<String>,
        /// Bytes of the vault's folder.
        pub bytes_on_disk: u64,
    }

    /// Something that is wrong with the vault.
    pub struct VerifyFinding {
        /// "header", "lost_changes", "page", "database", "blob", "ledger" or "index".
        pub code: String,
        /// What was expected, what was found, and where.
        pub message: String,
        /// What to do.
        pub what_to_do: String,
    }

    /// What a check of every page, index, blob and ledger found.
    pub struct Verified {
        /// Whether nothing is wrong.
        pub ok: bool,
        /// What is wrong.
        pub findings: Vec<VerifyFinding>,
        /// The vault's content as one number: equal for equal content.
        pub logical_hash: String,
        /// Milliseconds that it took.
        pub took_ms: u64,
    }

    /// Files or folders to import.
    pub struct ImportRequest {
        /// Absolute paths: archives, all parts of one, folders, single files.
        pub paths: Vec<String>,
        /// Ids of the importers to use; empty for all.
        #[serde(default)]
        pub only: Vec<String>,
        /// For a plan: read everything and count, instead of reckoning from samples.
        #[serde(default)]
        pub exact: bool,
    }

    /// A job was started.
    pub struct JobStarted {
        /// Its number.
        pub job: i64,
    }

    /// An import.
    pub struct ImportSummary {
        /// Its number; `undo` takes it.
        pub import: i64,
        /// The archive's name.
        pub label: String,
        /// "done", "cancelled", "interrupted", "undone" or "running".
        pub state: String,
        /// When it began, RFC 3339.
        pub started: String,
        /// How long it took, milliseconds.
        pub took_ms: u64,
        /// The sums of its ledger.
        pub totals: ImportTotals,
    }

    /// Every import, newest first.
    pub struct Imports {
        /// The imports.
        pub imports: Vec<ImportSummary>,
    }

    /// Names an import.
    pub struct ImportRef {
        /// Its number.
        pub import: i64,
    }

    /// What an undo did.
    pub struct Undone {
        /// The import.
        pub import: i64,
        /// Items that are gone.
        pub items_removed: u64,
        /// Items that another import also saw, and that stay.
        pub items_kept: u64,
        /// Position fixes that are gone.
        pub points_removed: u64,
        /// Milliseconds that it took.
        pub took_ms: u64,
    }

    /// Where something was.
    pub struct PlaceView {
        /// Degrees north.
        pub lat: f64,
        /// Degrees east.
        pub lon: f64,
        /// The place's name, when known.
        pub name: Option<String>,
        /// Whether it was inferred from the person's own track.
        pub inferred: bool,
    }

    /// An item in a list.
    pub struct Row {
        /// Its id.
        pub id: Uid,
        /// What it is.
        pub kind: Kind,
        /// Where it came from.
        pub source: String,
        /// When, RFC 3339, in the wall clock of the place where known.
        pub at: Option<String>,
        /// When, UTC milliseconds.
        pub at_ms: Option<UtcMs>,
        /// Until when, UTC milliseconds.
        pub until_ms: Option<UtcMs>,
        /// Minutes east of UTC there and then, when known.
        pub offset_min: Option<i16>,
        /// One line that names it.
        pub title: String,
        /// Its first words, or the words around a match with the match between \u{2} and \u{3}.
        pub snippet: String,
        /// Where.
        pub place: Option<PlaceView>,
        /// Who sent, published or called it.
        pub who: Option<String>,
        /// The conversation that it is part of.
        pub thread: Option<Uid>,
    }

    /// An item that was found, and why.
    pub struct Hit {
        /// The item.
        #[serde(flatten)]
        pub row: Row,
        /// Higher is better; comparable within one answer only.
        pub score: f64,
        /// Why it is here: "words 1", "meaning 4", "near 320 m", "named".
        pub why: Vec<String>,
    }

    /// A page of a list.
    pub struct Page {
        /// The items, in order.
        pub rows: Vec<Row>,
        /// Asks for the next page; absent at the end.
        pub next: Option<String>,
    }
}

/// Which index finds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SearchMode {
    /// The words themselves.
    Words,
    /// The meaning.
    Meaning,
    /// Both, fused.
    #[default]
    Both,
}

/// Finds items.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct SearchRequest {
    /// What is looked for (`filter.text`), and among what.
    pub filter: Filter,
    /// Which index finds.
    pub mode: SearchMode,
    /// At most so many; 50 when 0.
    pub limit: usize,
}

/// In which order a list comes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ListOrder {
    /// Newest first.
    #[default]
    Newest,
    /// Oldest first.
    Oldest,
}

/// Asks for a page of items in time order.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct ListRequest {
    /// Which items.
    pub filter: Filter,
    /// In which order.
    pub order: ListOrder,
    /// The `next` of the page before.
    pub after: Option<String>,
    /// At most so many; 100 when 0.
    pub limit: usize,
}

/// How time is cut.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum By {
    /// By local day.
    Day,
    /// By local month.
    #[default]
    Month,
    /// By local year.
    Year,
}

/// Asks how many items there are in each span of time.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct TimelineRequest {
    /// Which items.
    pub filter: Filter,
    /// How time is cut.
    pub by: By,
}

wire! {
    /// What a search found.
    pub struct SearchAnswer {
        /// The items, best first.
        pub hits: Vec<Hit>,
        /// Set-aside files whose name matches.
        pub files: Vec<FileHit>,
        /// Which index answered.
        pub mode: SearchMode,
        /// How the words were taken: "all", "any" or "fuzzy"; absent when words were not used.
        pub matched: Option<String>,
        /// What the person should know: an index still catching up, a model that is missing.
        pub notes: Vec<String>,
        /// How far each index has come.
        pub coverage: IndexCoverage,
        /// Milliseconds that it took.
        pub took_ms: f64,
    }

    /// A file of an archive that no importer reads, found by its name.
    pub struct FileHit {
        /// Its path inside the export.
        pub path: String,
        /// The archive.
        pub archive: String,
        /// Size in bytes.
        pub size: u64,
        /// The import that met it.
        pub import: i64,
    }

    /// A span of time.
    pub struct Bucket {
        /// "2019", "2019-05" or "2019-05-14".
        pub key: String,
        /// Its start, UTC milliseconds.
        pub from_ms: UtcMs,
        /// Items in it.
        pub count: u64,
        /// Items in it by kind.
        pub by_kind: Vec<NamedCount>,
    }

    /// How many items there are in each span of time.
    pub struct Timeline {
        /// The spans that hold something, oldest first.
        pub buckets: Vec<Bucket>,
        /// Items in all.
        pub total: u64,
        /// Milliseconds that it took.
        pub took_ms: f64,
    }

    /// Counts beside a list.
    pub struct Facets {
        /// Items that match.
        pub total: u64,
        /// By kind.
        pub kinds: Vec<NamedCount>,
        /// By source.
        pub sources: Vec<NamedCount>,
        /// By year.
        pub years: Vec<NamedCount>,
        /// By person, the first twenty.
        pub people: Vec<NamedCount>,
    }

    /// Asks about a filter.
    pub struct FilterRequest {
        /// Which items.
        #[serde(default)]
        pub filter: Filter,
    }

    /// Names an item.
    pub struct ItemRef {
        /// Its id.
        pub id: Uid,
    }

    /// Someone or something in an item.
    pub struct LinkView {
        /// Their part.
        pub role: Role,
        /// What it is.
        pub kind: EntityKind,
        /// Its address.
        pub address: String,
        /// Its name.
        pub name: String,
    }

    /// An attachment or medium.
    pub struct BlobView {
        /// Its number within the item.
        pub index: u32,
        /// Its file name.
        pub name: String,
        /// Its media type.
        pub media_type: String,
        /// Size in bytes.
        pub size: u64,
        /// Where it was left, when it is not in the vault.
        pub left_at: Option<String>,
    }

    /// Where an item was seen.
    pub struct SightingView {
        /// The import.
        pub import: i64,
        /// The path inside the export.
        pub path: String,
        /// The archive.
        pub archive: String,
    }

    /// Everything known of an item.
    pub struct ItemView {
        /// The item as in a list.
        #[serde(flatten)]
        pub row: Row,
        /// Its own words.
        pub text: String,
        /// What is particular to its kind.
        pub data: Map<String, Value>,
        /// How sure its time is.
        pub certainty: Option<Certainty>,
        /// The time as the source wrote it.
        pub at_raw: Option<String>,
        /// Whether it is left out of views unless asked for.
        pub hidden: bool,
        /// The people, places, devices and labels in it.
        pub links: Vec<LinkView>,
        /// Attachments and media.
        pub blobs: Vec<BlobView>,
        /// The files that it was seen in.
        pub came_from: Vec<SightingView>,
        /// The other messages of its conversation, in order.
        pub thread_rows: Vec<Row>,
        /// What was near it in time.
        pub nearby: Vec<Row>,
        /// The record as it stood in the file.
        pub raw: Option<RawView>,
    }

    /// A record as it stood in its file.
    pub struct RawView {
        /// How to read it.
        pub format: RawFormat,
        /// Its text; bytes that are not UTF-8 are replaced.
        pub text: String,
        /// Whether more than the first 256 KiB exist.
        pub cut: bool,
    }

    /// Names an item's blob.
    pub struct BlobRequest {
        /// The item.
        pub id: Uid,
        /// The blob's number within it.
        pub index: u32,
    }

    /// A blob's bytes.
    pub struct BlobBytes {
        /// Its media type.
        pub media_type: String,
        /// Its file name.
        pub name: String,
        /// The bytes, base64.
        pub base64: String,
    }

    /// Asks what a map shows.
    pub struct MapRequest {
        /// Which items; its `area` is the part of the map that is seen.
        pub filter: Filter,
        /// The zoom level, as web maps count it.
        pub zoom: f64,
    }

    /// Items close together on the map.
    pub struct Cluster {
        /// Degrees north of their middle.
        pub lat: f64,
        /// Degrees east of their middle.
        pub lon: f64,
        /// How many.
        pub count: u64,
        /// One of them.
        pub id: Uid,
        /// The kind of most of them.
        pub kind: Kind,
        /// The title of that one.
        pub title: String,
    }

    /// A square of the ground that was walked.
    pub struct HeatCell {
        /// Degrees north of its middle.
        pub lat: f64,
        /// Degrees east of its middle.
        pub lon: f64,
        /// Fixes in it.
        pub count: u64,
    }

    /// What a map shows.
    pub struct MapView {
        /// Items.
        pub clusters: Vec<Cluster>,
        /// Where the person was, as heat.
        pub heat: Vec<HeatCell>,
        /// Milliseconds that it took.
        pub took_ms: f64,
    }

    /// Asks for the track of a span.
    pub struct TrackRequest {
        /// From, UTC milliseconds.
        pub from: UtcMs,
        /// To, UTC milliseconds.
        pub to: UtcMs,
        /// At most so many points; 5,000 when 0.
        #[serde(default)]
        pub limit: usize,
    }

    /// A fix.
    pub struct TrackPointView {
        /// When, UTC milliseconds.
        pub at_ms: UtcMs,
        /// Degrees north.
        pub lat: f64,
        /// Degrees east.
        pub lon: f64,
    }

    /// One phone's movement in one layer.
    pub struct TrackLine {
        /// "records", "semantic", "device", "signals" or "workout".
        pub layer: String,
        /// The phone's number in the export.
        pub device: i64,
        /// Its fixes, in order of time.
        pub points: Vec<TrackPointView>,
    }

    /// The track of a span.
    pub struct Track {
        /// The lines.
        pub lines: Vec<TrackLine>,
        /// Fixes in the lines: all of the span, or an even share when there are more than the limit.
        pub total: u64,
    }

    /// Asks who there is.
    pub struct PeopleRequest {
        /// The start of a name or address; empty for all.
        #[serde(default)]
        pub text: String,
        /// At most so many; 100 when 0.
        #[serde(default)]
        pub limit: usize,
    }

    /// A person.
    pub struct PersonView {
        /// Their name.
        pub name: String,
        /// Their addresses.
        pub addresses: Vec<String>,
        /// Items that they are part of.
        pub items: u64,
        /// The first, RFC 3339.
        pub first: Option<String>,
        /// The last, RFC 3339.
        pub last: Option<String>,
    }

    /// People, the most frequent first.
    pub struct People {
        /// The people.
        pub people: Vec<PersonView>,
    }

    /// A question.
    pub struct AskRequest {
        /// In plain language.
        pub question: String,
        /// What the question is about, when the person narrowed it.
        #[serde(default)]
        pub filter: Filter,
        /// The language model that words the answer, or "none"; the one in the settings when absent.
        #[serde(default)]
        pub model: Option<String>,
    }

    /// One sentence of an answer and what it rests on.
    pub struct Claim {
        /// The sentence.
        pub text: String,
        /// The items that it rests on.
        pub cites: Vec<Uid>,
    }

    /// How a question was understood.
    pub struct PlanView {
        /// What is asked: "find", "count", "sum", "first", "last", "list", "compare".
        pub asked: String,
        /// In words, for the person: "count mails from Anna in 2019".
        pub understood: String,
        /// Which items; the same filter as everywhere.
        pub filter: Filter,
        /// The words that could not be used.
        pub ignored: Vec<String>,
    }

    /// A number that the database computed.
    pub struct Computed {
        /// What it is: "mails", "kilometres".
        pub label: String,
        /// Its value.
        pub value: f64,
        /// Its unit; may be empty.
        pub unit: String,
        /// Parts of it, by month, person or the like.
        pub rows: Vec<ComputedRow>,
        /// The query that computed it.
        pub query: String,
    }

    /// A part of a computed number.
    pub struct ComputedRow {
        /// Which part.
        pub key: String,
        /// Its value.
        pub value: f64,
    }

    /// An answer.
    pub struct Answer {
        /// The answer in words; the numbers in it are computed, the sentences cite.
        pub answer: String,
        /// Its sentences and what they rest on.
        pub claims: Vec<Claim>,
        /// How the question was understood.
        pub plan: PlanView,
        /// What was computed, when something was.
        pub computed: Option<Computed>,
        /// The items that are cited, in order of first citation.
        pub items: Vec<Hit>,
        /// Whether the data does not hold the answer.
        pub abstained: bool,
        /// The model that worded it; absent when none did.
        pub model: Option<String>,
        /// Milliseconds that it took.
        pub took_ms: u64,
    }
}

/// A piece of an answer while it is being made.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "part", rename_all = "snake_case")]
pub enum AskPart {
    /// How the question was understood.
    Plan(PlanView),
    /// What was computed.
    Computed(Computed),
    /// The items that the answer is held to.
    Found {
        /// The items.
        hits: Vec<Hit>,
    },
    /// More of the answer's words.
    Text {
        /// The words.
        text: String,
    },
}

wire! {
    /// A model on this machine, or one that could be.
    pub struct ModelView {
        /// Its id.
        pub id: String,
        /// "embedder", "reranker" or "generator".
        pub role: String,
        /// Its name, for people.
        pub label: String,
        /// Its licence.
        pub licence: String,
        /// "installed", "missing" or "altered".
        pub state: String,
        /// Bytes of its files.
        pub bytes: u64,
        /// Whether it is the default of its role.
        pub default: bool,
    }

    /// The models.
    pub struct Models {
        /// The models.
        pub models: Vec<ModelView>,
        /// The folder that they stand in.
        pub folder: String,
    }

    /// Names a model.
    pub struct ModelRef {
        /// Its id.
        pub id: String,
    }

    /// Takes a model from a folder of its files.
    pub struct ModelFile {
        /// Its id.
        pub id: String,
        /// An absolute path to its file, or to the folder of its files.
        pub path: String,
    }

    /// A piece of work.
    pub struct Job {
        /// Its number.
        pub job: i64,
        /// "import", "undo", "index", "embed", "model".
        pub kind: String,
        /// What it is about, for people.
        pub label: String,
        /// "running", "done", "failed", "cancelled" or "interrupted".
        pub state: String,
        /// How far it has come.
        pub progress: Progress,
        /// When it began, UTC milliseconds.
        pub started_ms: UtcMs,
        /// What went wrong.
        pub error: Option<domain::Failure>,
        /// The import that it made.
        pub import: Option<i64>,
    }

    /// Work going on, and the last that ended.
    pub struct Jobs {
        /// Newest first.
        pub jobs: Vec<Job>,
    }

    /// Names a job.
    pub struct JobRef {
        /// Its number.
        pub job: i64,
    }

    /// Asks what stands in a folder of this machine.
    pub struct BrowseRequest {
        /// An absolute path; the home folder when empty.
        #[serde(default)]
        pub path: String,
    }

    /// A file or folder of this machine.
    pub struct BrowseEntry {
        /// Its name.
        pub name: String,
        /// Its absolute path.
        pub path: String,
        /// Whether it is a folder.
        pub folder: bool,
        /// Size in bytes.
        pub size: u64,
        /// Whether its name is that of an export.
        pub export: bool,
    }

    /// What stands in a folder.
    pub struct Browsed {
        /// The folder.
        pub path: String,
        /// The folder above.
        pub parent: Option<String>,
        /// Folders first, then files.
        pub entries: Vec<BrowseEntry>,
    }

    /// Something that the owner chose.
    pub struct Setting {
        /// Its name.
        pub key: String,
        /// Its value.
        pub value: Value,
    }

    /// What the owner chose.
    pub struct Settings {
        /// The settings.
        pub settings: Map<String, Value>,
    }
}

/// What the engine says unasked.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// A job moved on.
    Job {
        /// The job.
        job: Job,
    },
    /// What views show may have changed.
    Spoiled {
        /// Which kinds of state: see the table of operations.
        tags: Vec<String>,
    },
    /// The vault was locked; nothing more can be asked of it.
    Locked,
}

/// A report and nothing else, for tables of operations.
pub type Report = ImportReport;
