// Generated from schema.json by scripts/generate.mjs. Do not edit.

/** A request without content. */
export type Nothing = Record<string, never>;

/** The vault as a whole. */
export type Status = {
  /** Whether there is a vault, and whether it is open. */
  state: VaultState;
  /** Its folder. */
  path: string;
  /** Its id, once open. */
  id?: string | null;
  /** The program's version. */
  version: string;
  /** Items in it, once open. */
  items?: number | null;
  /** How far each index has come, once open. */
  coverage?: IndexCoverage | null;
  /** Work going on. */
  jobs_running: number;
  /** Whether a passphrase of it goes with a key file. */
  key_file: boolean;
  /** Whether a keychain may open it. */
  keychain: boolean;
  /** Whether it stands where nothing can be written, and is open for reading alone. */
  read_only: boolean;
  /** What was found wrong while it was opened or since, mended or not; empty while it is locked. */
  warnings: Array<VerifyFinding>;
};

/** Whether there is a vault, and whether it is open. */
export type VaultState = "none" | "locked" | "unlocked";

/** How far each index has come. */
export type IndexCoverage = {
  /** Share of the items that words find, 0 to 1. */
  words: number;
  /** Share of the items that meaning finds, 0 to 1; 0 while no embedding model is installed. */
  meaning: number;
  /** Share of the items whose meaning the transformer has read as well, 0 to 1. */
  transformer: number;
};

/** Something that is wrong with the vault. */
export type VerifyFinding = {
  /** "header", "lost_changes", "page", "database", "blob", "ledger" or "index". */
  code: string;
  /** What was expected, what was found, and where. */
  message: string;
  /** What to do. */
  what_to_do: string;
};

/** Makes a vault. */
export type CreateRequest = {
  /** At least 12 characters or five words. */
  passphrase: string;
};

/** A vault was made. */
export type Created = {
  /** Opens the vault when the passphrase is forgotten. Shown once. */
  recovery_code: string;
};

/** Opens a vault: one of a passphrase, a recovery code and this machine's keychain. Wiped when dropped. */
export type UnlockRequest = {
  /** The passphrase. */
  passphrase?: string | null;
  /** The path of the key file on this machine, when the passphrase goes with one. */
  key_file?: string | null;
  /** The recovery code: 15 words, or the 32 letters and digits of vaults that earlier versions made. */
  recovery_code?: string | null;
  /** Whether to open it with what this machine's keychain keeps. */
  keychain?: boolean;
};

/** What opens the vault. */
export type Keys = {
  /** The keys, in the order in which they were made. */
  keys: Array<KeyView>;
  /** Why this machine's keychain cannot keep a key; absent when it can. */
  no_keychain?: string | null;
};

/** A key: one way to open the vault. */
export type KeyView = {
  /** Its id: 16 hex digits. */
  id: string;
  /** What sort of secret it is. */
  kind: KeyKind;
  /** Whether the passphrase goes with a key file. */
  key_file: boolean;
  /** What its owner calls it; may be empty. */
  label: string;
  /** When it was made, RFC 3339; absent when that was with the vault. */
  created?: string | null;
};

/** What sort of secret a key is. */
export type KeyKind = "passphrase" | "recovery" | "keychain";

/** Adds a key. One sort of it takes a passphrase. */
export type AddKeyRequest = {
  /** What opens the vault now. */
  proof: Secret;
  /** What sort of key. */
  kind: KeyKind;
  /** The new passphrase. */
  passphrase?: string | null;
  /** The path of a key file that the new passphrase goes with; one of random bytes is made when nothing stands there. */
  key_file?: string | null;
  /** What to call it. */
  label?: string;
};

/** What a person opens the vault with: a passphrase, with its key file where it goes with one; or a recovery code. Wiped when dropped. */
export type Secret = {
  /** The passphrase. */
  passphrase?: string | null;
  /** The path of the key file on this machine. */
  key_file?: string | null;
  /** The recovery code. */
  recovery_code?: string | null;
};

/** A key was added or changed. */
export type KeyAdded = {
  /** The key. */
  key: KeyView;
  /** The recovery code that was made. Shown once. */
  recovery_code?: string | null;
  /** Whether a key file was made. */
  key_file_made: boolean;
};

/** Replaces a passphrase. */
export type ChangePassphraseRequest = {
  /** What opens the vault now. The passphrase to replace, unless `id` names another. */
  proof: Secret;
  /** The id of the key whose passphrase is replaced. */
  id?: string | null;
  /** The new passphrase. */
  passphrase: string;
  /** The path of a key file that it goes with, made when nothing stands there; else the key file of the proof, if that has one. */
  key_file?: string | null;
};

/** Revokes a key. */
export type RevokeKeyRequest = {
  /** What opens the vault now. */
  proof: Secret;
  /** The key's id. */
  id: string;
};

/** Replaces the root key, under which everything is encrypted. */
export type ReplaceRootKeyRequest = {
  /** A passphrase that opens the vault now, and goes on doing so. */
  proof: Secret;
  /** What else is to go on opening it. */
  also?: Array<Secret>;
};

/** The root key was replaced. */
export type RootKeyReplaced = {
  /** What opens the vault now. */
  kept: Array<KeyView>;
  /** What opened it before and does no more, since it was not given. */
  dropped: Array<KeyView>;
  /** The recovery code that opens it now. Shown once; that nobody may have seen it is among the vault's warnings until `recovery_code_kept`. */
  recovery_code: string;
};

/** How far a long piece of work has come. */
export type Progress = {
  /** What is being done now: "reading", "indexing". */
  stage: string;
  /** Units done. */
  done: number;
  /** Units in all; 0 when not known. */
  total: number;
  /** The unit: "bytes", "records". */
  unit: string;
  /** Records so far, whatever the unit. */
  records: number;
  /** Records a second over the last ten seconds. */
  rate: number;
  /** Seconds left, from the same window; absent until it can be told. */
  eta_s?: number | null;
  /** What is being worked on, for people: a file's name. */
  detail: string;
};

/** What the vault holds. */
export type Stats = {
  /** Items. */
  items: number;
  /** Position fixes. */
  track_points: number;
  /** People, organisations, places, devices and labels. */
  entities: number;
  /** People; who is joined under several addresses is one. */
  people: number;
  /** Items by kind, most first. */
  by_kind: Array<NamedCount>;
  /** Items by source, most first. */
  by_source: Array<NamedCount>;
  /** The earliest item's time, RFC 3339. */
  first?: string | null;
  /** The latest item's time, RFC 3339. */
  last?: string | null;
  /** Bytes of the vault's folder. */
  bytes_on_disk: number;
};

/** How many there are of something. */
export type NamedCount = {
  /** Of what. */
  name: string;
  /** How many. */
  count: number;
};

/** What a check of every page, index, blob and ledger found. */
export type Verified = {
  /** Whether nothing is wrong. */
  ok: boolean;
  /** What is wrong. */
  findings: Array<VerifyFinding>;
  /** The vault's content as one number: equal for equal content. */
  logical_hash: string;
  /** Milliseconds that it took. */
  took_ms: number;
};

/** Files or folders to import. */
export type ImportRequest = {
  /** Absolute paths: archives, all parts of one, folders, single files. */
  paths: Array<string>;
  /** Ids of the importers to use; empty for all. */
  only?: Array<string>;
  /** For a plan: read everything and count, instead of reckoning from samples. */
  exact?: boolean;
  /** Absolute path of a guide to the columns of the tables among them that have none beside them. */
  columns?: string | null;
};

/** What an import would bring. */
export type Plan = {
  /** What the export is called. */
  label: string;
  /** Its archives, in order. */
  parts: Array<PlanPart>;
  /** Files in it. */
  files: number;
  /** Bytes on disk. */
  bytes: number;
  /** Records that would be read; see `exact`. */
  records: number;
  /** Whether the numbers of records are counted, and not reckoned from samples. */
  exact: boolean;
  /** A line a product and kind of file, the largest first. */
  products: Array<PlanProduct>;
  /** What the person should know: missing parts, data that is elsewhere. */
  findings: Array<Finding>;
  /** Bytes that the vault would grow by, guessed. */
  needs_bytes: number;
  /** Bytes free on the vault's disk; absent when it cannot be told. */
  free_bytes?: number | null;
  /** Whether there is room. */
  fits: boolean;
  /** Seconds that it would take, guessed. */
  seconds: number;
};

/** An archive of a plan. */
export type PlanPart = {
  /** Its file name. */
  name: string;
  /** Bytes on disk. */
  bytes: number;
};

/** One product in a plan. */
export type PlanProduct = {
  /** The importer that would read it; empty when none would. */
  importer: string;
  /** What people call it: the importer's name for the product, or the folder. */
  label: string;
  /** What would become of it. */
  fate: PlanFate;
  /** Whether to ask before it is imported, and for what reason. */
  sensitive?: Sensitivity | null;
  /** Files. */
  files: number;
  /** Bytes, uncompressed, as the archive states them. */
  bytes: number;
  /** Records; see `exact`. */
  records: number;
  /** Records that the vault has already; only in an exact plan. */
  known?: number | null;
  /** Whether `records` is counted, and not reckoned from samples. */
  exact: boolean;
  /** The earliest instant met in what was read, UTC milliseconds. */
  first_ms?: number | null;
  /** The latest instant met in what was read, UTC milliseconds. */
  last_ms?: number | null;
};

/** What would become of some files. */
export type PlanFate = "import" | "empty" | "ignored" | "set_aside" | "refused";

/** What is so much a person's own business that they are asked before it is imported. */
export type Sensitivity = "health" | "money";

/** Something that the person should know about one file. */
export type Finding = {
  /** What it is about. */
  code: FindingCode;
  /** How much it matters. */
  severity: Severity;
  /** Where in the file: "byte 48213", "line 12", "message 7"; empty when it is the whole file. */
  at: string;
  /** What was expected, what was found, and what to do. */
  message: string;
  /** How many records it is about. */
  count: number;
};

/** What a finding is about. Programs match on these; people read [`Finding::message`]. */
export type FindingCode =
  | "bad_record"
  | "cut_short"
  | "wrong_format"
  | "empty_product"
  | "unknown_file"
  | "ignored_file"
  | "uncertain_time"
  | "bad_position"
  | "unpaired"
  | "missing_part"
  | "prefer_json"
  | "elsewhere"
  | "limit"
  | "refused"
  | "unreadable"
  | "several_exports"
  | "equal_names"
  | "forgotten"
  | "repeats";

/** How much a finding matters. */
export type Severity = "note" | "warning" | "error";

/** A job was started. */
export type JobStarted = {
  /** Its number. */
  job: number;
};

/** What was imported at once. */
export type Imported =
  | ImportReport
  | {
      /** A report each, in the order in which they were imported. */
      reports: Array<ImportReport>;
    };

/** What an import did. */
export type ImportReport = {
  /** Its number; `undo` takes it. */
  import: number;
  /** What it was called: the archive's name. */
  label: string;
  /** "done", "cancelled", "interrupted", "undone" or "running". */
  state: string;
  /** When it began, UTC milliseconds. */
  started_ms: number;
  /** How long it took, milliseconds. */
  took_ms: number;
  /** The sums. */
  totals: ImportTotals;
  /** The ledger, a line a file. */
  files: Array<FileLedger>;
  /** What is about the export as a whole: a missing part, a product that is on the phone. */
  findings: Array<Finding>;
};

/** Sums over the files of an import. */
export type ImportTotals = {
  /** Files in the ledger. */
  files: number;
  /** Records met. */
  read: number;
  /** Records new in the vault. */
  stored: number;
  /** Records that the vault had. */
  merged: number;
  /** Records left out on purpose. */
  skipped: number;
  /** Records that could not be read. */
  set_aside: number;
  /** Whether `read = stored + merged + skipped + set_aside`, for every file and for the sum. */
  balanced: boolean;
};

/** One file's line in the ledger. Always: `read = stored + merged + skipped + set_aside`. */
export type FileLedger = {
  /** Its path inside the export, or on disk. */
  path: string;
  /** The archive or folder it came from. */
  archive: string;
  /** Size in bytes. */
  size: number;
  /** The importer that read it; empty when none did. */
  importer: string;
  /** What became of it. */
  outcome: FileOutcome;
  /** Records met in it. */
  read: number;
  /** Records that are new in the vault. */
  stored: number;
  /** Records that the vault had, from this or another file. */
  merged: number;
  /** Records left out on purpose (empty, not data, deleted by the owner before); the findings say why. */
  skipped: number;
  /** Records that could not be read or understood; the findings say where. */
  set_aside: number;
  /** What the person should know. */
  findings: Array<Finding>;
};

/** What became of a file. */
export type FileOutcome = "imported" | "partial" | "empty" | "ignored" | "set_aside" | "known" | "failed";

/** Every import, newest first. */
export type Imports = {
  /** The imports. */
  imports: Array<ImportSummary>;
};

/** An import. */
export type ImportSummary = {
  /** Its number; `undo` takes it. */
  import: number;
  /** The archive's name. */
  label: string;
  /** "done", "cancelled", "interrupted", "undone" or "running". */
  state: string;
  /** When it began, RFC 3339. */
  started: string;
  /** How long it took, milliseconds. */
  took_ms: number;
  /** The sums of its ledger. */
  totals: ImportTotals;
};

/** Names an import. */
export type ImportRef = {
  /** Its number. */
  import: number;
};

/** What an undo did. */
export type Undone = {
  /** The import. */
  import: number;
  /** Items that are gone. */
  items_removed: number;
  /** Items that another import also saw, and that stay. */
  items_kept: number;
  /** Position fixes that are gone. */
  points_removed: number;
  /** Milliseconds that it took. */
  took_ms: number;
};

/** Asks for something to be forgotten for good: items by their ids, and what a filter leaves, hidden items among it. */
export type ForgetRequest = {
  /** Ids of items. */
  items?: Array<Uid>;
  /** Which items besides; none when it is empty. A span, an area or a source alone covers position fixes as well. */
  filter?: Filter;
};

/** An item's id: 32 hex digits. */
export type Uid = string;

/** Which items are meant. The same filter stands behind every view, every search and every answer; empty fields do not narrow. */
export type Filter = {
  /** Words. In search they rank; elsewhere they must match. */
  text?: string;
  /** Any of these kinds. */
  kinds?: Array<Kind>;
  /** Any of these sources, or products under them: "google" has "google.mail". */
  sources?: Array<string>;
  /** At or after, UTC milliseconds. */
  from?: number | null;
  /** Before, UTC milliseconds (half-open). */
  to?: number | null;
  /** Within a circle. */
  near?: Near | null;
  /** Within a box. */
  area?: Area | null;
  /** With all of these people, by name or address; [`Filter::ME`] is the owner. */
  people?: Array<string>;
  /** Sent by any of these people, by name or address; [`Filter::ME`] is the owner. */
  senders?: Array<string>;
  /** Sent to any of these people, by name or address; [`Filter::ME`] is the owner. */
  recipients?: Array<string>;
  /** With all of these labels, lists or albums, by name. */
  labels?: Array<string>;
  /** At all of these places, by the name that items give them. */
  places?: Array<string>;
  /** With all of these. */
  has?: Array<Has>;
  /** Each of these filters leaves it as well. Their words match and do not rank, and their `hidden` says nothing: as in the two below. */
  all_of?: Array<Filter>;
  /** At least one of these filters leaves it. */
  any_of?: Array<Filter>;
  /** None of these filters leaves it. */
  none_of?: Array<Filter>;
  /** Whether to show what is hidden by default (spam, bin, advertisements). */
  hidden?: boolean;
};

/** What sort of thing an item is. Closed: a new one is a decision, not a string. */
export type Kind =
  | "mail"
  | "message"
  | "call"
  | "visit"
  | "trip"
  | "photo"
  | "video"
  | "search"
  | "watch"
  | "listen"
  | "page"
  | "bookmark"
  | "subscription"
  | "event"
  | "note"
  | "task"
  | "contact"
  | "purchase"
  | "workout"
  | "measure"
  | "place"
  | "review"
  | "activity"
  | "post"
  | "document"
  | "collection";

/** A circle on the ground. */
export type Near = {
  /** Its centre. */
  point: Point;
  /** Its radius in metres. */
  metres: number;
};

/** A position on the WGS 84 ellipsoid. */
export type Point = {
  /** Latitude, degrees times 10^7, within ±900,000,000. */
  lat: number;
  /** Longitude, degrees times 10^7, within ±1,800,000,000. */
  lon: number;
};

/** A box on the map. `west > east` crosses the antimeridian. */
export type Area = {
  /** Southern edge, degrees. */
  south: number;
  /** Western edge, degrees. */
  west: number;
  /** Northern edge, degrees. */
  north: number;
  /** Eastern edge, degrees. */
  east: number;
};

/** What an item may have beside its words. */
export type Has = "attachment" | "photo" | "video" | "audio" | "place" | "link" | "person" | "label" | "time";

/** What would go. */
export type ForgetPlan = {
  /** Items. */
  items: number;
  /** Of these, items that views leave out unless asked for. */
  hidden: number;
  /** Position fixes. */
  points: number;
  /** Items by kind, most first. */
  kinds: Array<KindCount>;
  /** Items by source, most first. */
  sources: Array<NamedCount>;
  /** Items by year, in order; those without a time are in none. */
  years: Array<YearCount>;
  /** Attachments kept in the vault that only these items have. */
  attachments: number;
  /** Bytes of these. */
  attachment_bytes: number;
  /** Attachments that stay, because another item has them as well. */
  shared_attachments: number;
  /** Items that stay, because a source that was not named has them as well. */
  shared_items: number;
  /** Questions with their answers, of the conversations that are kept, that rest on these items. What only tells of them goes too, and is not counted here. */
  exchanges: number;
  /** The names of the saved searches that name what is meant. Those that name somebody of whom nothing is left afterwards go too, and are not listed here. */
  searches: Array<string>;
  /** Media outside of the vault, which stay where they are. */
  left_in_place: number;
  /** Who is meant by the names that were given. */
  people: Array<string>;
};

/** Items of a kind. */
export type KindCount = {
  /** The kind. */
  kind: Kind;
  /** How many. */
  count: number;
};

/** How many items are of a year. */
export type YearCount = {
  /** The year of the wall clock. */
  year: number;
  /** Items. */
  count: number;
};

/** What was forgotten. */
export type Receipt = {
  /** Its number. */
  receipt: number;
  /** When it was asked for, UTC milliseconds. */
  asked_ms: number;
  /** Whether nothing is left to do; else it goes on at the next unlock. */
  done: boolean;
  /** What was asked for. */
  asked: Asked;
  /** What went. */
  went: Went;
  /** What stayed, and why. */
  stayed: Stayed;
  /** What a look afterwards found; absent until it was made. */
  check?: Check | null;
  /** The ids of the items, each hashed under a key of this vault; the first 1,000. */
  hashes: Array<string>;
};

/** What was asked for, without its content: names, words and places are counted. */
export type Asked = {
  /** Items named one by one. */
  items: number;
  /** Only these kinds; empty for all. */
  kinds: Array<Kind>;
  /** Only these sources; empty for all. */
  sources: Array<string>;
  /** At or after, UTC milliseconds. */
  from?: number | null;
  /** Before, UTC milliseconds. */
  to?: number | null;
  /** With so many people, senders and recipients among them. */
  people: number;
  /** With so many labels. */
  labels: number;
  /** Whether words had to be in it. */
  words: boolean;
  /** Whether it had to be within a circle or a box. */
  place: boolean;
  /** A hash of the whole request under a key of this vault: who asks for the same again has the same. */
  hash: string;
};

/** What went. */
export type Went = {
  /** Items. */
  items?: number;
  /** Items by kind. */
  by_kind?: Record<string, number>;
  /** Items by source. */
  by_source?: Record<string, number>;
  /** Position fixes. */
  points?: number;
  /** Attachments that were kept in the vault. */
  attachments?: number;
  /** Bytes of these. */
  attachment_bytes?: number;
  /** Vectors. */
  vectors?: number;
  /** People, places, devices and labels that no item is left of, with what you said about them. */
  entities?: number;
  /** Questions with their answers, of the conversations that are kept, that rested on the items or told of them. */
  exchanges?: number;
  /** Saved searches that named what went. */
  searches?: number;
  /** Files whose names in the ledger of imports are blotted out. */
  ledger_lines?: number;
  /** Exports whose parts are no longer put together with parts that come later, because what was remembered of their files went. */
  sets?: number;
};

/** What stayed, and why. */
export type Stayed = {
  /** Items that a source outside of the scope has as well. */
  shared_items?: number;
  /** Attachments that another item has as well. */
  shared_attachments?: number;
  /** Media that were never in the vault, by the archive or folder outside of it where they lie still. */
  left_in_place?: Record<string, number>;
};

/** What a look afterwards found. */
export type Check = {
  /** Rows that still name one of the items; 0 when all is well. */
  rows: number;
  /** Items that the index of words still holds; 0 when all is well. */
  index_documents: number;
  /** Pages of the database that were read as they are under the encryption. */
  pages: number;
  /** Pages whose free space held something, and was wiped. */
  wiped: number;
  /** Records of which a trace was looked for in every page; 0 when the work was cut short and they are not known any more. */
  looked_for: number;
  /** Pages in which such a trace was found; 0 when all is well. */
  traces: number;
  /** Whether the write-ahead log was emptied; else that is done when the vault is locked. */
  log_emptied: boolean;
};

/** Asks for a page of the log of calls. */
export type AuditRequest = {
  /** Only calls of this operation. */
  operation?: string | null;
  /** At or after, UTC milliseconds. */
  from?: number | null;
  /** Before, UTC milliseconds. */
  to?: number | null;
  /** The `next` of the page before. */
  before?: number | null;
  /** At most so many; 100 when 0. */
  limit?: number;
};

/** A page of the log, the latest call first. */
export type AuditLog = {
  /** The calls. */
  calls: Array<AuditLine>;
  /** Where the next page begins; absent after the last. */
  next?: number | null;
};

/** A call. */
export type AuditLine = {
  /** Its number; the first is 1. */
  seq: number;
  /** When, RFC 3339. */
  at: string;
  /** Who called, and through which door: "owner, window". */
  caller: string;
  /** Which operation. */
  operation: string;
  /** What it was about: "item", "import", "person"; empty when it is no single thing. */
  object_kind: string;
  /** Which of these. */
  object_id: string;
  /** A hash of the filter or the question, under a key of this vault; empty without one. */
  scope: string;
  /** What became of it. */
  decision: Decision;
  /** Rows that were answered, where they were counted. */
  n_rows?: number | null;
};

/** What became of a call. */
export type Decision = "allowed" | "refused" | "failed";

/** What was forgotten, the latest first. */
export type Receipts = {
  /** The receipts. */
  receipts: Array<Receipt>;
};

/** Compares two imports. */
export type CompareRequest = {
  /** The earlier one's number. */
  earlier: number;
  /** The later one's number. */
  later: number;
  /** How many items to show of each sort; 20 when it is not said, at most 500. */
  examples?: number | null;
};

/** What changed from one import to another. */
export type Compared = {
  /** The earlier one's number. */
  earlier: number;
  /** The later one's number. */
  later: number;
  /** Each source that both hold. */
  sources: Array<ComparedSource>;
  /** Sources that the earlier import alone holds, and how many items: they were not exported again, and are not gone. */
  only_earlier: Array<NamedCount>;
  /** Sources that the later import alone holds, and how many items. */
  only_later: Array<NamedCount>;
  /** The position fixes; their source is empty. A fix is never changed. */
  fixes: ComparedSource;
  /** The first of the new items. */
  "new": Array<Row>;
  /** The first of the changed items, as they stand now. */
  changed: Array<Row>;
  /** The first of the items that are gone. */
  gone: Array<Row>;
};

/** How two imports differ in the items of a source, or in position fixes. */
export type ComparedSource = {
  /** The source: "google.keep". */
  source: string;
  /** In the later one alone. */
  "new": number;
  /** In both, and not the same. */
  changed: number;
  /** In the earlier one alone. */
  gone: number;
  /** In both, and the same. */
  same: number;
};

/** An item in a list. */
export type Row = {
  /** Its id. */
  id: Uid;
  /** What it is. */
  kind: Kind;
  /** Where it came from. */
  source: string;
  /** When, RFC 3339, in the wall clock of the place where known. */
  at?: string | null;
  /** When, UTC milliseconds. */
  at_ms?: number | null;
  /** Until when, UTC milliseconds. */
  until_ms?: number | null;
  /** Minutes east of UTC there and then, when known. */
  offset_min?: number | null;
  /** One line that names it. */
  title: string;
  /** Its first words, or the words around a match with the match between \u{2} and \u{3}. */
  snippet: string;
  /** Where. */
  place?: PlaceView | null;
  /** Who sent, published or called it. */
  who?: string | null;
  /** The conversation that it is part of. */
  thread?: Uid | null;
};

/** Where something was. */
export type PlaceView = {
  /** Degrees north. */
  lat: number;
  /** Degrees east. */
  lon: number;
  /** The place's name, when known. */
  name?: string | null;
  /** Whether it was inferred from the person's own track. */
  inferred: boolean;
};

/** Asks for an export. */
export type ExportRequest = {
  /** An absolute path: a folder that does not exist yet, or is empty. */
  folder: string;
  /** How it is written. */
  format?: ExportFormat;
  /** Which items. Without any condition it is the whole vault, what is hidden included; words have to be in an item, all of them. */
  filter?: Filter;
  /** Whether to copy media that were left in place when they were imported, where they can still be read. */
  media?: boolean;
};

/** How an export is written. */
export type ExportFormat = "jsonl" | "parquet" | "files";

/** What an export holds. */
export type Exported = {
  /** The folder. */
  folder: string;
  /** How it is written. */
  format: ExportFormat;
  /** Files written. */
  files: number;
  /** Items in it. */
  items: number;
  /** Position fixes in it. */
  track_points: number;
  /** People, places, devices and labels that have a line of their own. */
  entities: number;
  /** Attachments and media in it. */
  blobs: number;
  /** Media that were left in place when they were imported: named in it, and not copied. */
  left_in_place: number;
  /** Bytes of all files. */
  bytes: number;
  /** How many things are not in it, because they are damaged in the vault: attachments, items, stretches of items or fixes. */
  n_left_out: number;
  /** What these are: the first 1,000, a sentence each. */
  left_out: Array<string>;
  /** What the person should know: that it is not encrypted, and what personal data is in it. */
  note: string;
  /** How many of its items hold personal data, by class, most first. */
  personal: Array<NamedCount>;
  /** Milliseconds that it took. */
  took_ms: number;
};

/** Asks for a backup. */
export type BackupRequest = {
  /** An absolute path: a folder of backups, or one that is empty or not there yet. */
  folder: string;
  /** age recipients, `age1...`, who can open the backups too. */
  recipients?: Array<string>;
  /** A passphrase of the backup's own, which opens it beside the vault's. */
  own_passphrase?: string | null;
  /** Read back only what this run wrote. */
  quick?: boolean;
};

/** What a run did. */
export type BackedUp = {
  /** The snapshot. */
  snapshot: Snapshot;
  /** Bytes that were written to the folder for it. */
  bytes_written: number;
  /** Bytes of it that stood in the folder already. */
  bytes_known: number;
  /** What could not be taken into it, or was found wrong with what it stands on. */
  findings: Array<BackupFinding>;
  /** What is wrong with other snapshots of the folder, which this one does not need. */
  others: Array<BackupFinding>;
};

/** A snapshot, as it is listed. */
export type Snapshot = {
  /** Its name. */
  id: string;
  /** When it was made, UTC milliseconds. */
  made_ms: number;
  /** The program's version that made it. */
  version: string;
  /** Items in it. */
  items: number;
  /** Bytes that a restored vault takes, without its indexes. */
  bytes: number;
  /** Attachments that were left in place when they were imported, and so are not in it. */
  left_in_place: number;
  /** The vault's content as one number: a restored vault has the same. */
  logical_hash: string;
  /** When its packs were last read back whole, UTC milliseconds. */
  verified_ms?: number | null;
};

/** Something that is wrong with a folder of backups. */
export type BackupFinding = {
  /** What was expected, what was found, and where. */
  message: string;
  /** What to do. */
  what_to_do: string;
  /** Whether it was mended, or what it concerns could be had all the same. */
  mended: boolean;
};

/** How this vault is backed up. */
export type BackupState = {
  /** Where backups are made by themselves; empty for nowhere. */
  folder: string;
  /** How often, in hours; 0 is never. */
  every_hours: number;
  /** The last one. */
  last?: LastBackup | null;
};

/** The last backup that was made of this vault. */
export type LastBackup = {
  /** Its folder. */
  folder: string;
  /** The snapshot. */
  snapshot: string;
  /** When it was made, UTC milliseconds. */
  made_ms: number;
  /** Whether everything in it was read back. */
  verified: boolean;
};

/** A folder of backups. */
export type BackupRef = {
  /** An absolute path. */
  folder: string;
  /** What opens it; an open vault opens its own. */
  key?: BackupKey | null;
};

/** What opens a folder of backups: one of these. */
export type BackupKey = {
  /** The vault's passphrase. */
  passphrase?: string | null;
  /** The path of the key file that goes with the passphrase. */
  key_file?: string | null;
  /** The vault's recovery code. */
  recovery_code?: string | null;
  /** The passphrase that the backup was given of its own. */
  own_passphrase?: string | null;
  /** An age identity, `AGE-SECRET-KEY-1...`. */
  identity?: string | null;
};

/** The snapshots in a folder of backups. */
export type Snapshots = {
  /** Those that can be read, oldest first. */
  snapshots: Array<Snapshot>;
  /** What is wrong with the others. */
  findings: Array<BackupFinding>;
};

/** What a check of a folder of backups found. */
export type Checked = {
  /** Whether all that was backed up can be restored: nothing is wrong, or it was mended. */
  ok: boolean;
  /** Snapshots that can be read. */
  snapshots: number;
  /** Packs that were read back. */
  packs: number;
  /** Bytes of them. */
  bytes: number;
  /** What is wrong, or was. */
  findings: Array<BackupFinding>;
};

/** Asks whether a backup can be restored, by restoring it. */
export type RehearseRequest = {
  /** An absolute path. */
  folder: string;
  /** What opens it; an open vault opens its own. */
  key?: BackupKey | null;
  /** A snapshot, or the beginning of its name; else the latest. */
  snapshot?: string | null;
};

/** What a restore or a rehearsal brought. */
export type Restored = {
  /** The snapshot. */
  snapshot: Snapshot;
  /** The restored vault's content as one number. */
  logical_hash: string;
  /** Whether it is the number that the vault had when the snapshot was made: no record is missing, none differs. Attachments that are missing are among the findings. */
  same: boolean;
  /** Bytes that were restored. */
  bytes: number;
  /** What is missing or was mended on the way. */
  findings: Array<BackupFinding>;
};

/** Asks for snapshots to be let go. */
export type PruneRequest = {
  /** An absolute path. */
  folder: string;
  /** What opens it; an open vault opens its own. */
  key?: BackupKey | null;
  /** How many are kept. */
  keep?: Keep;
  /** All that were made before this instant go instead, and what only they held is destroyed; UTC milliseconds. */
  made_before?: number | null;
};

/** How many snapshots to keep: the last of them, and the last of each day, week, month and year. */
export type Keep = {
  /** So many of the latest; at least three. */
  last: number;
  /** The last one of so many days that have one. */
  daily: number;
  /** The last one of so many weeks. */
  weekly: number;
  /** The last one of so many months. */
  monthly: number;
  /** The last one of so many years. */
  yearly: number;
};

/** What pruning did. */
export type Pruned = {
  /** The snapshots that went. */
  removed: Array<string>;
  /** The snapshots that stay. */
  kept: Array<string>;
  /** Bytes of packs that were destroyed. */
  bytes_freed: number;
  /** What the snapshots that stay have lost: it stood in damaged packs that held what had to go. */
  findings: Array<BackupFinding>;
};

/** Asks for a vault out of a backup. */
export type RestoreRequest = {
  /** The folder of backups: an absolute path. */
  folder: string;
  /** What opens it. */
  key: BackupKey;
  /** A snapshot, or the beginning of its name; else the latest whose database is whole. */
  snapshot?: string | null;
  /** The passphrase that the restored vault gets; needed where the backup was opened by a key of its own. */
  new_passphrase?: string | null;
};

/** Finds items. */
export type SearchRequest = {
  /** What is looked for (`filter.text`), and among what. */
  filter?: Filter;
  /** Which index finds. */
  mode?: SearchMode;
  /** At most so many; 50 when 0. */
  limit?: number;
  /** Instead, what means nearly what this item does, of what the filter leaves. */
  like?: Uid | null;
};

/** Which index finds. */
export type SearchMode = "words" | "meaning" | "both";

/** What a search found. */
export type SearchAnswer = {
  /** The items, best first. */
  hits: Array<Hit>;
  /** How many items there are, of which `hits` are the best: all that hold the words, or some of them when `matched` is "any"; absent when only meaning was searched, which has no end. */
  total?: number | null;
  /** Set-aside files whose name matches. */
  files: Array<FileHit>;
  /** Which index answered. */
  mode: SearchMode;
  /** How the words were taken: "all"; "any" when no item holds all of them and these hold some; "fuzzy" when a word that stands nowhere was taken for its nearest neighbours. Absent when words were not used. */
  matched?: string | null;
  /** How it was understood. */
  understood: Understood;
  /** What the person should know: an index still catching up, a model that is missing. */
  notes: Array<string>;
  /** How far each index has come. */
  coverage: IndexCoverage;
  /** Milliseconds that it took. */
  took_ms: number;
};

/** An item that was found, and why. */
export type Hit = {
  /** Its id. */
  id: Uid;
  /** What it is. */
  kind: Kind;
  /** Where it came from. */
  source: string;
  /** When, RFC 3339, in the wall clock of the place where known. */
  at?: string | null;
  /** When, UTC milliseconds. */
  at_ms?: number | null;
  /** Until when, UTC milliseconds. */
  until_ms?: number | null;
  /** Minutes east of UTC there and then, when known. */
  offset_min?: number | null;
  /** One line that names it. */
  title: string;
  /** Its first words, or the words around a match with the match between \u{2} and \u{3}. */
  snippet: string;
  /** Where. */
  place?: PlaceView | null;
  /** Who sent, published or called it. */
  who?: string | null;
  /** The conversation that it is part of. */
  thread?: Uid | null;
  /** Higher is better; comparable within one answer only. */
  score: number;
  /** Why it is here: its rank by each index ("words 1", "meaning 4"), what it holds ("holds boat, lisbon"), how far it is. */
  why: Array<string>;
  /** Items that say the same, which stand behind it and not in the list. */
  same: Array<Uid>;
};

/** A file of an archive that no importer reads, found by its name. */
export type FileHit = {
  /** Its path inside the export. */
  path: string;
  /** The archive. */
  archive: string;
  /** Size in bytes. */
  size: number;
  /** The import that met it. */
  import: number;
};

/** How a search was understood. */
export type Understood = {
  /** The filter that it came to: its text holds the words alone, the operators are its other fields. */
  filter: Filter;
  /** Names in it that nothing goes by. */
  told: Array<QueryNote>;
};

/** A part of a search that finds nothing, and why. */
export type QueryNote = {
  /** Which part. */
  at: Stretch;
  /** Why. */
  message: string;
  /** What may have been meant, the likest first. */
  suggestions: Array<string>;
};

/** A part of a text that somebody typed. */
export type Stretch = {
  /** The whole text. */
  text: string;
  /** Where the part begins, in characters. */
  start: number;
  /** Where it ends, in characters; half-open. */
  end: number;
};

/** The saved searches. */
export type SavedSearches = {
  /** All of them, by name. */
  searches: Array<SavedSearchView>;
};

/** A saved search. */
export type SavedSearchView = {
  /** What it is called. */
  name: string;
  /** What it looks for. */
  search: Search;
  /** When it was saved last, UTC milliseconds. */
  saved_ms: number;
};

/** What a saved search looks for, as it was typed: "last summer" is another one next year. */
export type Search = {
  /** What is looked for, and among what. */
  filter?: Filter;
  /** Which index finds. */
  mode?: SearchMode;
};

/** Keeps a search. */
export type SaveSearchRequest = {
  /** What to call it. */
  name: string;
  /** What it looks for. */
  search: Search;
  /** Whether it takes the place of one of that name. */
  replace?: boolean;
};

/** Calls a saved search otherwise. */
export type RenameSearchRequest = {
  /** What it is called. */
  name: string;
  /** What it will be called. */
  to: string;
};

/** Names a saved search. */
export type SavedSearchRef = {
  /** What it is called. */
  name: string;
};

/** Asks for a page of items in time order. */
export type ListRequest = {
  /** Which items. */
  filter?: Filter;
  /** In which order. */
  order?: ListOrder;
  /** The `next` of the page before. */
  after?: string | null;
  /** At most so many; 100 when 0. */
  limit?: number;
};

/** In which order a list comes. */
export type ListOrder = "newest" | "oldest";

/** A page of a list. */
export type Page = {
  /** The items, in order. */
  rows: Array<Row>;
  /** Asks for the next page; absent at the end. */
  next?: string | null;
};

/** Asks how many items there are in each span of time. */
export type TimelineRequest = {
  /** Which items. */
  filter?: Filter;
  /** How time is cut. */
  by?: By;
};

/** How time is cut. */
export type By = "day" | "month" | "year";

/** How many items there are in each span of time. */
export type Timeline = {
  /** The spans that hold something, oldest first. */
  buckets: Array<Bucket>;
  /** Items in all. */
  total: number;
  /** Milliseconds that it took. */
  took_ms: number;
};

/** A span of time. */
export type Bucket = {
  /** "2019", "2019-05" or "2019-05-14". */
  key: string;
  /** Its start, UTC milliseconds. */
  from_ms: number;
  /** Items in it. */
  count: number;
  /** Items in it by kind. */
  by_kind: Array<NamedCount>;
};

/** Asks about a filter. */
export type FilterRequest = {
  /** Which items. */
  filter?: Filter;
};

/** Counts beside a list. */
export type Facets = {
  /** Items that match: as many as a search finds. */
  total: number;
  /** How they hold the words: as in a search. */
  matched?: string | null;
  /** By kind. */
  kinds: Array<NamedCount>;
  /** By source. */
  sources: Array<NamedCount>;
  /** By year. */
  years: Array<NamedCount>;
  /** By person, the first twenty. */
  people: Array<NamedCount>;
};

/** Names an item. */
export type ItemRef = {
  /** Its id. */
  id: Uid;
};

/** Everything known of an item. */
export type ItemView = {
  /** Its id. */
  id: Uid;
  /** What it is. */
  kind: Kind;
  /** Where it came from. */
  source: string;
  /** When, RFC 3339, in the wall clock of the place where known. */
  at?: string | null;
  /** When, UTC milliseconds. */
  at_ms?: number | null;
  /** Until when, UTC milliseconds. */
  until_ms?: number | null;
  /** Minutes east of UTC there and then, when known. */
  offset_min?: number | null;
  /** One line that names it. */
  title: string;
  /** Its first words, or the words around a match with the match between \u{2} and \u{3}. */
  snippet: string;
  /** Where. */
  place?: PlaceView | null;
  /** Who sent, published or called it. */
  who?: string | null;
  /** The conversation that it is part of. */
  thread?: Uid | null;
  /** Its own words. */
  text: string;
  /** What is particular to its kind. */
  data: Record<string, unknown>;
  /** How sure its time is. */
  certainty?: Certainty | null;
  /** The time as the source wrote it. */
  at_raw?: string | null;
  /** Whether it is left out of views unless asked for. */
  hidden: boolean;
  /** Why, when it does not say so itself. */
  hidden_because?: string | null;
  /** Which way it went, for what is sent, when the owner's part in it is known. */
  direction?: Direction | null;
  /** The people, places, devices and labels in it. */
  links: Array<LinkView>;
  /** Attachments and media. */
  blobs: Array<BlobView>;
  /** The files that it was seen in. */
  came_from: Array<SightingView>;
  /** The other messages of its conversation, in order. */
  thread_rows: Array<Row>;
  /** What was near it in time. */
  nearby: Array<Row>;
  /** The record as it stood in the file. */
  raw?: RawView | null;
};

/** How sure we are of an item's instant and of the wall clock that stood beside it. */
export type Certainty = "exact" | "offset_inferred" | "zone_unknown" | "date_only";

/** Which way a message or a call went. */
export type Direction = "sent" | "received";

/** Someone or something in an item. */
export type LinkView = {
  /** Their part. */
  role: Role;
  /** What it is. */
  kind: EntityKind;
  /** Its address. */
  address: string;
  /** Its name. */
  name: string;
  /** The number of the person that it is, when it is a person's. */
  person?: number | null;
  /** What this person is called, when they are joined under several addresses and the item calls them otherwise. */
  known_as?: string | null;
};

/** What part an entity plays in an item. */
export type Role =
  | "sender"
  | "recipient"
  | "copied"
  | "attendee"
  | "organizer"
  | "subject"
  | "depicted"
  | "seller"
  | "channel"
  | "location"
  | "device"
  | "label";

/** What an entity is. */
export type EntityKind = "person" | "organisation" | "place" | "device" | "label";

/** An attachment or medium. */
export type BlobView = {
  /** Its number within the item. */
  index: number;
  /** Its file name. */
  name: string;
  /** Its media type. */
  media_type: string;
  /** Size in bytes. */
  size: number;
  /** Where it was left, when it is not in the vault. */
  left_at?: string | null;
};

/** Where an item was seen. */
export type SightingView = {
  /** The import. */
  import: number;
  /** The path inside the export. */
  path: string;
  /** The archive. */
  archive: string;
};

/** A record as it stood in its file. */
export type RawView = {
  /** How to read it. */
  format: RawFormat;
  /** Its text; bytes that are not UTF-8 are replaced. */
  text: string;
  /** Whether more than the first 256 KiB exist. */
  cut: boolean;
};

/** How a raw record is written. */
export type RawFormat = "json" | "csv_row" | "html" | "mail" | "calendar" | "card" | "xml" | "text";

/** Names an item's blob. */
export type BlobRequest = {
  /** The item. */
  id: Uid;
  /** The blob's number within it. */
  index: number;
};

/** A blob's bytes. */
export type BlobBytes = {
  /** Its media type. */
  media_type: string;
  /** Its file name. */
  name: string;
  /** The bytes, base64. */
  base64: string;
};

/** A mail as its sender laid it out. */
export type MailPage = {
  /** A fragment of HTML that shows words and tables and does nothing else; absent when the mail has none, or one too large or too deep to be laid out. */
  html?: string | null;
  /** Where its links led, each once; in the page they lead nowhere. */
  links: Array<string>;
};

/** Asks what a map shows. */
export type MapRequest = {
  /** Which items; its `area` is the part of the map that is seen. */
  filter: Filter;
  /** The zoom level, as web maps count it. */
  zoom: number;
};

/** What a map shows. */
export type MapView = {
  /** Items. */
  clusters: Array<Cluster>;
  /** Where the person was, as heat. */
  heat: Array<HeatCell>;
  /** Milliseconds that it took. */
  took_ms: number;
};

/** Items close together on the map. */
export type Cluster = {
  /** Degrees north of their middle. */
  lat: number;
  /** Degrees east of their middle. */
  lon: number;
  /** How many. */
  count: number;
  /** One of them. */
  id: Uid;
  /** The kind of most of them. */
  kind: Kind;
  /** The title of that one. */
  title: string;
};

/** A square of the ground that was walked. */
export type HeatCell = {
  /** Degrees north of its middle. */
  lat: number;
  /** Degrees east of its middle. */
  lon: number;
  /** Fixes in it. */
  count: number;
};

/** Asks for the track of a span. */
export type TrackRequest = {
  /** From, UTC milliseconds. */
  from: number;
  /** To, UTC milliseconds. */
  to: number;
  /** At most so many points; 5,000 when 0. */
  limit?: number;
};

/** The track of a span. */
export type Track = {
  /** The lines. */
  lines: Array<TrackLine>;
  /** Fixes in the lines: all of the span, or an even share when there are more than the limit. */
  total: number;
};

/** One phone's movement in one layer. */
export type TrackLine = {
  /** "records", "semantic", "device", "signals" or "workout". */
  layer: string;
  /** The phone's number in the export. */
  device: number;
  /** Its fixes, in order of time. */
  points: Array<TrackPointView>;
};

/** A fix. */
export type TrackPointView = {
  /** When, UTC milliseconds. */
  at_ms: number;
  /** Degrees north. */
  lat: number;
  /** Degrees east. */
  lon: number;
};

/** Asks who there is. */
export type PeopleRequest = {
  /** The start of a name or address; empty for all. */
  text?: string;
  /** The `next` of the page before. */
  after?: string | null;
  /** At most so many; 100 when 0. */
  limit?: number;
};

/** People, the most frequent first. */
export type People = {
  /** The people. */
  people: Array<PersonView>;
  /** Asks for the next page; absent at the end. */
  next?: string | null;
};

/** A person. */
export type PersonView = {
  /** Their number in this vault. */
  id: number;
  /** Their name. */
  name: string;
  /** Their addresses, the most used first. */
  addresses: Array<string>;
  /** Items that they are part of. */
  items: number;
  /** The first, RFC 3339. */
  first?: string | null;
  /** The last, RFC 3339. */
  last?: string | null;
  /** Whether they are the vault's owner. */
  is_owner: boolean;
};

/** Names a person. */
export type PersonRef = {
  /** Their number. */
  id: number;
};

/** Everything known of a person. */
export type PersonDetail = {
  /** Their number in this vault. */
  id: number;
  /** Their name. */
  name: string;
  /** Their addresses, the most used first. */
  addresses: Array<string>;
  /** Items that they are part of. */
  items: number;
  /** The first, RFC 3339. */
  first?: string | null;
  /** The last, RFC 3339. */
  last?: string | null;
  /** Whether they are the vault's owner. */
  is_owner: boolean;
  /** Every name that items call them by, the most frequent first. */
  names: Array<NamedCount>;
  /** Items by kind, most first. */
  kinds: Array<KindCount>;
  /** Items by source, most first. */
  sources: Array<NamedCount>;
  /** What the owner merged them from, the latest first. */
  merged: Array<MergeView>;
};

/** A merge that the owner made. */
export type MergeView = {
  /** Its number. */
  merge: number;
  /** The addresses of each of those who are one since. */
  from: Array<Array<string>>;
};

/** Asks who may be one. */
export type SuggestionsRequest = {
  /** At most so many; 20 when 0. */
  limit?: number;
};

/** People who are likely one, the likeliest first. */
export type Suggestions = {
  /** The pairs. */
  suggestions: Array<SuggestionView>;
};

/** Two who are likely one person. */
export type SuggestionView = {
  /** The one in more items. */
  one: PersonView;
  /** The other. */
  other: PersonView;
  /** How likely it is. */
  strength: Strength;
  /** What speaks for it, and against it, in sentences. */
  evidence: Array<string>;
};

/** How likely it is that two are one. */
export type Strength = "possible" | "likely" | "strong";

/** Makes one person of several. */
export type MergeRequest = {
  /** Their numbers. */
  ids: Array<number>;
};

/** Takes a merge back. */
export type UnmergeRequest = {
  /** The person's number. */
  id: number;
  /** The merge; the latest of theirs when absent. */
  merge?: number | null;
};

/** Says that two are different people. */
export type DeclineRequest = {
  /** The number of one. */
  one: number;
  /** The number of the other. */
  other: number;
};

/** The vault's owner. */
export type OwnerView = {
  /** Their name, when something tells who it is. */
  name?: string | null;
  /** The numbers of the persons that they are: one, unless their addresses are not joined. */
  people: Array<number>;
  /** The addresses that are theirs, may be theirs, or are said not to be. */
  addresses: Array<OwnAddressView>;
};

/** An address that may be the owner's. */
export type OwnAddressView = {
  /** The address, with its scheme. */
  address: string;
  /** What it is called. */
  name: string;
  /** Whether it counts as the owner's. */
  is_own: boolean;
  /** What the owner said; absent when nothing. */
  said?: boolean | null;
  /** Why it is thought to be the owner's, in sentences. */
  evidence: Array<string>;
};

/** What the owner says of their own addresses: mailboxes, phone numbers, or others with their scheme. */
export type OwnerChange = {
  /** They are the owner's. */
  add?: Array<string>;
  /** They are not. */
  remove?: Array<string>;
};

/** Asks what personal data there is. */
export type PiiRequest = {
  /** In which items. Words have to be in an item, all of them. */
  filter?: Filter;
  /** Lists the items that hold this class; only counts when absent. */
  class?: PiiClass | null;
  /** The `next` of the page before. */
  after?: string | null;
  /** At most so many items; 50 when 0. */
  limit?: number;
};

/** What sort of personal data a piece of text is. Closed: a new one is a decision, not a string. */
export type PiiClass =
  | "email"
  | "phone"
  | "address"
  | "name"
  | "birth_date"
  | "card"
  | "iban"
  | "bic"
  | "german_tax_id"
  | "german_id_card"
  | "us_ssn"
  | "uk_nino"
  | "uk_nhs"
  | "french_nir"
  | "spanish_dni"
  | "italian_codice_fiscale"
  | "dutch_bsn"
  | "swedish_personnummer"
  | "polish_pesel"
  | "brazilian_cpf"
  | "indian_aadhaar"
  | "passport"
  | "ip"
  | "mac"
  | "jwt"
  | "api_key"
  | "private_key"
  | "password"
  | "one_time_code"
  | "health";

/** What personal data there is, as far as it can be recognised. */
export type PiiAnswer = {
  /** Every class that was found, the one in most items first. */
  classes: Array<PiiClassCount>;
  /** The items that hold the class that was asked for, those that came last first. */
  items: Array<PiiHit>;
  /** Asks for the next page; absent at the end. */
  next?: string | null;
  /** The share of the vault that was looked at, 0 to 1. */
  looked_at: number;
  /** Milliseconds that it took. */
  took_ms: number;
};

/** How much there is of a class. */
export type PiiClassCount = {
  /** The class. */
  class: PiiClass;
  /** Items that hold some. */
  items: number;
  /** Places in them. */
  places: number;
};

/** An item that holds personal data. */
export type PiiHit = {
  /** Its id. */
  id: Uid;
  /** What it is. */
  kind: Kind;
  /** Where it came from. */
  source: string;
  /** When, RFC 3339, in the wall clock of the place where known. */
  at?: string | null;
  /** When, UTC milliseconds. */
  at_ms?: number | null;
  /** Until when, UTC milliseconds. */
  until_ms?: number | null;
  /** Minutes east of UTC there and then, when known. */
  offset_min?: number | null;
  /** One line that names it. */
  title: string;
  /** Its first words, or the words around a match with the match between \u{2} and \u{3}. */
  snippet: string;
  /** Where. */
  place?: PlaceView | null;
  /** Who sent, published or called it. */
  who?: string | null;
  /** The conversation that it is part of. */
  thread?: Uid | null;
  /** All that was found in it, in the order of its text. */
  found: Array<PiiFound>;
};

/** A piece of personal data. */
export type PiiFound = {
  /** Its class. */
  class: PiiClass;
  /** What stands there. */
  text: string;
  /** How sure it is, 1 to 100. */
  confidence: number;
};

/** A question. */
export type AskRequest = {
  /** In plain language. */
  question: string;
  /** The questions before it, the oldest first: it may go on with them ("and in 2020?"). */
  before?: Array<string>;
  /** The kept conversation that it goes on with; its questions come before those of `before`. Absent for a new one. */
  conversation?: number | null;
  /** Whether it is kept with its answer. While the owner keeps none, and of who may only read, it never is. */
  keep?: boolean;
  /** What the question is about, when the person narrowed it. */
  filter?: Filter;
  /** The language model that words the answer, or "none"; the one in the settings when absent. */
  model?: string | null;
};

/** An answer. */
export type Answer = {
  /** The answer in words; the numbers in it are computed, the sentences cite. */
  answer: string;
  /** Its sentences and what they rest on. */
  claims: Array<Claim>;
  /** How the question was understood. */
  plan: PlanView;
  /** What was computed, when something was. */
  computed?: Computed | null;
  /** The items that are cited, in order of first citation. */
  items: Array<Hit>;
  /** Whether the data does not hold the answer. */
  abstained: boolean;
  /** Whether a password, a key or a one-time code in the items was left out; whoever wants it opens the item. */
  withheld: boolean;
  /** What may be meant, when the question has several readings that differ; it is not answered then. */
  choices: Array<Reading>;
  /** The model that worded it; absent when none did. */
  model?: string | null;
  /** Why the chosen model had no part, and what to do; the answer is then the plain one. */
  model_failure?: string | null;
  /** Milliseconds that it took. */
  took_ms: number;
  /** The conversation that it was kept in; absent when it was not kept. */
  conversation?: number | null;
};

/** One sentence of an answer and what it rests on. */
export type Claim = {
  /** The sentence. */
  text: string;
  /** The items that it rests on. */
  cites: Array<Uid>;
};

/** How a question was understood. */
export type PlanView = {
  /** What is asked: "find", "when", "where", "who", "count", "sum", "first", "last", "list", "compare". */
  asked: string;
  /** In words, for the person: "count mails from Anna in 2019". */
  understood: string;
  /** Which items; the same filter as everywhere. */
  filter: Filter;
  /** What was found out before, when the question has several steps. */
  steps: Array<StepView>;
  /** What could not be used, for which the question is declined: people and products that the vault does not know, and words that no plan can hold. */
  ignored: Array<string>;
};

/** A step before the one that answers. */
export type StepView = {
  /** As the question has it: "my trip to Lisbon". */
  said: string;
  /** How it was understood. */
  understood: string;
  /** What it found: "2019-09-12 – 2019-09-18". */
  found: string;
  /** The items that tell it. */
  cites: Array<Uid>;
};

/** A number that the database computed. */
export type Computed = {
  /** What it is: "mails", "kilometres". */
  label: string;
  /** Its value. */
  value: number;
  /** Its unit; may be empty. */
  unit: string;
  /** Parts of it, by month, person or the like. */
  rows: Array<ComputedRow>;
  /** The query that computed it. */
  query: string;
};

/** A part of a computed number. */
export type ComputedRow = {
  /** Which part. */
  key: string;
  /** Its value. */
  value: number;
};

/** One of several readings of a question. */
export type Reading = {
  /** What would be meant. */
  label: string;
  /** The question that means it alone. */
  question: string;
};

/** A piece of an answer while it is being made. */
export type AskPart =
  | (PlanView & {
      part: "plan";
    })
  | (Computed & {
      part: "computed";
    })
  | {
      part: "found";
      /** The items. */
      hits: Array<Hit>;
    }
  | {
      part: "text";
      /** The words. */
      text: string;
    };

/** Which conversations are wanted. */
export type ConversationsRequest = {
  /** Words, all of which have to be in a question or its answer; the beginning of a word is enough. Empty for all. */
  text?: string;
  /** Where the page before ended. */
  after?: string | null;
  /** At most so many; 50 when absent. */
  limit?: number | null;
};

/** The conversations that are kept. */
export type Conversations = {
  /** Those that last went on first. */
  conversations: Array<ConversationView>;
  /** Where the next page begins; absent after the last. */
  next?: string | null;
};

/** A conversation, as a list shows it. */
export type ConversationView = {
  /** Its number. */
  conversation: number;
  /** Its first question. */
  title: string;
  /** How many questions it has. */
  questions: number;
  /** When it last went on, RFC 3339. */
  last: string;
  /** The same, UTC milliseconds. */
  last_ms: number;
  /** The first question of it that holds the words that were looked for, or whose answer does; absent without any. */
  found?: FoundQuestion | null;
};

/** A question that was found. */
export type FoundQuestion = {
  /** Its place in its conversation. */
  position: number;
  /** As it was asked. */
  question: string;
};

/** Names a conversation. */
export type ConversationRef = {
  /** Its number. */
  conversation: number;
};

/** A conversation. */
export type Conversation = {
  /** Its number. */
  conversation: number;
  /** What was asked, in order. */
  exchanges: Array<ExchangeView>;
};

/** A question that was asked, and its answer as it was then. */
export type ExchangeView = {
  /** Its place in its conversation. */
  position: number;
  /** When it was asked, RFC 3339. */
  asked: string;
  /** The same, UTC milliseconds. */
  asked_ms: number;
  /** As it was asked. */
  question: string;
  /** What it was narrowed to. */
  filter: Filter;
  /** The answer's words. */
  text: string;
  /** The answer; absent when another version of the program wrote it so that this one can read only its words. */
  answer?: Answer | null;
};

/** What was removed. */
export type ConversationsRemoved = {
  /** Conversations. */
  conversations: number;
};

/** The models. */
export type Models = {
  /** The models. */
  models: Array<ModelView>;
  /** The folder that they stand in. */
  folder: string;
};

/** A model on this machine, or one that could be. */
export type ModelView = {
  /** Its id. */
  id: string;
  /** "embedder", "reranker", "generator" or "dictionary". */
  role: string;
  /** Its name, for people. */
  label: string;
  /** Its licence. */
  licence: string;
  /** "installed", "missing" or "altered". */
  state: string;
  /** Bytes of its files. */
  bytes: number;
  /** Whether it is the default of its role. */
  default: boolean;
  /** Whether it is a file of the owner's own, which no manifest lists. */
  own: boolean;
};

/** Names a model. */
export type ModelRef = {
  /** Its id. */
  id: string;
};

/** Takes a model from a folder of its files. */
export type ModelFile = {
  /** Its id. */
  id: string;
  /** An absolute path to its file, or to the folder of its files. */
  path: string;
};

/** Takes a language model of the owner's own. */
export type OwnModel = {
  /** An absolute path to its GGUF file. */
  path: string;
  /** An absolute path to its `tokenizer.json`, where the GGUF's own vocabulary cannot be used; the one that lies beside the file when absent. */
  tokenizer?: string | null;
};

/** Work going on, and the last that ended. */
export type Jobs = {
  /** Newest first. */
  jobs: Array<Job>;
};

/** A piece of work that takes its time. */
export type Job = {
  /** Its number. */
  job: number;
  /** What sort of work: "import", "undo", "embed", "model". */
  kind: string;
  /** What it is about, for people. */
  label: string;
  /** Where it stands. */
  state: JobState;
  /** How far it has come. */
  progress: Progress;
  /** When it began, UTC milliseconds. */
  started_ms: number;
  /** When it last moved, UTC milliseconds. */
  updated_ms: number;
  /** Why it failed. */
  error?: Failure | null;
  /** The import that it made. */
  import?: number | null;
};

/** Where a job stands. */
export type JobState = "running" | "done" | "failed" | "cancelled" | "interrupted" | "paused";

/** A failure as a person meets it: what happened, and what to do. */
export type Failure = {
  /** For programs. */
  code: Code;
  /** What was expected, what was found, and where. */
  message: string;
  /** What to do; may be empty. */
  hint: string;
  /** What of a typed text it is about, where it is about one. */
  at?: Stretch | null;
};

/** What went wrong, for programs. Every code has one meaning and one cure. */
export type Code =
  | "no_vault"
  | "vault_exists"
  | "vault_in_use"
  | "locked"
  | "wrong_passphrase"
  | "weak_passphrase"
  | "damaged_header"
  | "damaged"
  | "newer_format"
  | "unreadable"
  | "not_an_export"
  | "bad_archive"
  | "no_space"
  | "not_found"
  | "bad_request"
  | "model_missing"
  | "model_altered"
  | "unreachable"
  | "no_display"
  | "port_taken"
  | "forbidden"
  | "cancelled"
  | "internal";

/** Names a job. */
export type JobRef = {
  /** Its number. */
  job: number;
};

/** Asks what stands in a folder of this machine. */
export type BrowseRequest = {
  /** An absolute path; the home folder when empty. */
  path?: string;
};

/** What stands in a folder. */
export type Browsed = {
  /** The folder. */
  path: string;
  /** The folder above. */
  parent?: string | null;
  /** Folders first, then files. */
  entries: Array<BrowseEntry>;
};

/** A file or folder of this machine. */
export type BrowseEntry = {
  /** Its name. */
  name: string;
  /** Its absolute path. */
  path: string;
  /** Whether it is a folder. */
  folder: boolean;
  /** Size in bytes. */
  size: number;
  /** Whether its name is that of an export. */
  export: boolean;
};

/** What the owner chose. */
export type Settings = {
  /** The settings. */
  settings: Record<string, unknown>;
};

/** Something that the owner chose. */
export type Setting = {
  /** Its name. */
  key: string;
  /** Its value. */
  value: unknown;
};

/** What the engine says unasked. */
export type Event =
  | {
      event: "job";
      /** The job. */
      job: Job;
    }
  | {
      event: "spoiled";
      /** Which kinds of state: see the table of operations. */
      tags: Array<string>;
    }
  | {
      event: "locked";
    };
