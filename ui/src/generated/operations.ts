// Generated from schema.json by scripts/generate.mjs. Do not edit.

import type {
  AddKeyRequest,
  Answer,
  AskPart,
  AskRequest,
  AuditLog,
  AuditRequest,
  BackedUp,
  BackupRef,
  BackupRequest,
  BackupState,
  BlobBytes,
  BlobRequest,
  Browsed,
  BrowseRequest,
  ChangePassphraseRequest,
  Checked,
  Compared,
  CompareRequest,
  Conversation,
  ConversationRef,
  Conversations,
  ConversationsRemoved,
  ConversationsRequest,
  Created,
  CreateRequest,
  DeclineRequest,
  Exported,
  ExportRequest,
  Facets,
  FilterRequest,
  ForgetPlan,
  ForgetRequest,
  Imported,
  ImportRef,
  ImportReport,
  ImportRequest,
  Imports,
  ItemRef,
  ItemView,
  Job,
  JobRef,
  JobStarted,
  Jobs,
  KeyAdded,
  Keys,
  ListRequest,
  MailPage,
  MapRequest,
  MapView,
  MergeRequest,
  ModelFile,
  ModelRef,
  Models,
  ModelView,
  Nothing,
  OwnerChange,
  OwnerView,
  OwnModel,
  Page,
  People,
  PeopleRequest,
  PersonDetail,
  PersonRef,
  PiiAnswer,
  PiiRequest,
  Plan,
  Progress,
  Pruned,
  PruneRequest,
  Receipt,
  Receipts,
  RehearseRequest,
  RenameSearchRequest,
  ReplaceRootKeyRequest,
  Restored,
  RestoreRequest,
  RevokeKeyRequest,
  RootKeyReplaced,
  SavedSearches,
  SavedSearchRef,
  SaveSearchRequest,
  SearchAnswer,
  SearchRequest,
  Setting,
  Settings,
  Snapshots,
  Stats,
  Status,
  Suggestions,
  SuggestionsRequest,
  Timeline,
  TimelineRequest,
  Track,
  TrackRequest,
  Undone,
  UnlockRequest,
  UnmergeRequest,
  Verified,
} from "./types";

/** The kinds of state that operations show and change. */
export const tags = ["conversations", "imports", "items", "jobs", "models", "settings", "vault"] as const;

/** Every operation: whether its answer is streamed, what it shows, what it spoils. */
export const operations = {
  /** Says whether there is a vault, whether it is open, and how far its indexes have come. */
  status: { stream: false, shows: ["vault", "items", "jobs"], spoils: [] },
  /** Makes a vault and opens it. */
  create_vault: { stream: false, shows: [], spoils: ["vault", "items", "imports", "jobs", "models", "settings", "conversations"] },
  /** Opens the vault. */
  unlock: { stream: false, shows: [], spoils: ["vault", "items", "imports", "jobs", "models", "settings", "conversations"] },
  /** Closes the vault. */
  lock: { stream: false, shows: [], spoils: ["vault", "items", "imports", "jobs", "models", "settings", "conversations"] },
  /** Lists what opens the vault. */
  keys: { stream: false, shows: ["settings"], spoils: [] },
  /** Lets something else open the vault as well. */
  add_key: { stream: false, shows: [], spoils: ["settings", "vault"] },
  /** Replaces a passphrase. */
  change_passphrase: { stream: false, shows: [], spoils: ["settings", "vault"] },
  /** Lets a key open the vault no more. */
  revoke_key: { stream: false, shows: [], spoils: ["settings", "vault"] },
  /** Encrypts the vault under a new root key; what is not given opens it no more. */
  replace_root_key: { stream: true, shows: [], spoils: ["settings", "vault"] },
  /** Says that the owner holds a recovery code that was shown, so that it is not told any longer that nobody may have seen it. */
  recovery_code_kept: { stream: false, shows: [], spoils: ["vault"] },
  /** Counts what the vault holds. */
  stats: { stream: false, shows: ["items"], spoils: [] },
  /** Checks every page, index, blob and ledger. */
  verify: { stream: true, shows: [], spoils: [] },
  /** Says what an import would bring, before anything is written. */
  plan_import: { stream: false, shows: [], spoils: [] },
  /** Starts importing in the background. */
  start_import: { stream: false, shows: [], spoils: ["jobs"] },
  /** Imports, and answers with the ledger when it is done. */
  import: { stream: true, shows: [], spoils: ["items", "imports"] },
  /** Lists the imports. */
  imports: { stream: false, shows: ["imports"], spoils: [] },
  /** Shows an import's ledger. */
  import_report: { stream: false, shows: ["imports"], spoils: [] },
  /** Takes an import back, exactly. */
  undo: { stream: true, shows: [], spoils: ["items", "imports", "conversations"] },
  /** Says what forgetting would take, before anything goes. */
  plan_forget: { stream: false, shows: ["items"], spoils: [] },
  /** Forgets for good, and answers with a receipt. */
  forget: { stream: true, shows: [], spoils: ["items", "imports", "jobs", "conversations"] },
  /** Shows the log of calls: who read, wrote, exported or changed what. */
  audit: { stream: false, shows: [], spoils: [] },
  /** Lists what was forgotten. */
  receipts: { stream: false, shows: ["items"], spoils: [] },
  /** Compares two imports: what is new, changed and gone. */
  compare: { stream: false, shows: ["items", "imports"], spoils: [] },
  /** Starts exporting the vault, or a slice of it, in the background. */
  start_export: { stream: false, shows: [], spoils: ["jobs"] },
  /** Exports the vault, or a slice of it, and answers when it is done. */
  export: { stream: true, shows: [], spoils: [] },
  /** Starts making a backup in the background. */
  start_backup: { stream: false, shows: [], spoils: ["jobs"] },
  /** Makes a backup, and answers when it was read back. */
  back_up: { stream: true, shows: [], spoils: ["settings"] },
  /** Says how the vault is backed up, and when it last was. */
  backup_state: { stream: false, shows: ["settings", "jobs"], spoils: [] },
  /** Lists the snapshots in a folder of backups. */
  backups: { stream: false, shows: ["settings", "jobs"], spoils: [] },
  /** Reads a folder of backups back, and mends what can be. */
  check_backup: { stream: true, shows: [], spoils: [] },
  /** Restores a backup into a folder of its own, compares, and removes it again. */
  rehearse_backup: { stream: true, shows: [], spoils: [] },
  /** Lets snapshots go, and destroys what only they held. */
  prune_backup: { stream: true, shows: [], spoils: ["settings"] },
  /** Restores a vault from a backup, to where none stands. */
  restore: { stream: true, shows: [], spoils: ["vault"] },
  /** Finds items by words, by meaning, or both. */
  search: { stream: false, shows: ["items"], spoils: [] },
  /** Lists the saved searches. */
  saved_searches: { stream: false, shows: ["settings"], spoils: [] },
  /** Keeps a search under a name. */
  save_search: { stream: false, shows: [], spoils: ["settings"] },
  /** Calls a saved search otherwise. */
  rename_search: { stream: false, shows: [], spoils: ["settings"] },
  /** Keeps a saved search no longer. */
  remove_search: { stream: false, shows: [], spoils: ["settings"] },
  /** Lists items in order of time. */
  list: { stream: false, shows: ["items"], spoils: [] },
  /** Counts items by day, month or year. */
  timeline: { stream: false, shows: ["items"], spoils: [] },
  /** Counts items by kind, source, year and person. */
  facets: { stream: false, shows: ["items"], spoils: [] },
  /** Shows everything known of an item. */
  item: { stream: false, shows: ["items"], spoils: [] },
  /** Reads an attachment or a medium. */
  blob: { stream: false, shows: [], spoils: [] },
  /** Lays a mail out as its sender did, without anything that runs, loads or leads somewhere. */
  mail_page: { stream: false, shows: [], spoils: [] },
  /** Shows a part of the map. */
  map: { stream: false, shows: ["items"], spoils: [] },
  /** Shows the track of a span of time. */
  track: { stream: false, shows: ["items"], spoils: [] },
  /** Lists people. */
  people: { stream: false, shows: ["items"], spoils: [] },
  /** Shows everything known of a person. */
  person: { stream: false, shows: ["items"], spoils: [] },
  /** Lists pairs of people who are likely one, with what speaks for it. */
  people_suggestions: { stream: false, shows: ["items"], spoils: [] },
  /** Makes one person of several. */
  people_merge: { stream: false, shows: [], spoils: ["items"] },
  /** Takes a merge of people back. */
  people_unmerge: { stream: false, shows: [], spoils: ["items"] },
  /** Remembers that two are different people. */
  people_decline: { stream: false, shows: [], spoils: ["items"] },
  /** Says who the vault's owner is, and why. */
  owner: { stream: false, shows: ["items"], spoils: [] },
  /** Says which addresses are the owner's. */
  set_owner: { stream: false, shows: [], spoils: ["items"] },
  /** Counts the personal data found in items, by class, and lists the items that hold one class. */
  pii: { stream: true, shows: ["items"], spoils: [] },
  /** Answers a question from the vault, with citations. */
  ask: { stream: true, shows: [], spoils: ["conversations"] },
  /** Lists the conversations that are kept, or those that hold words. */
  conversations: { stream: false, shows: ["conversations"], spoils: [] },
  /** Shows a conversation, with its answers as they were. */
  conversation: { stream: false, shows: ["conversations"], spoils: [] },
  /** Keeps a conversation no longer. */
  remove_conversation: { stream: false, shows: [], spoils: ["conversations"] },
  /** Keeps none of the conversations any longer. */
  remove_conversations: { stream: false, shows: [], spoils: ["conversations"] },
  /** Lists the models and whether they are installed. */
  models: { stream: false, shows: ["models"], spoils: [] },
  /** Fetches a model in the background. */
  pull_model: { stream: false, shows: [], spoils: ["jobs"] },
  /** Fetches a model, and answers when it is there. */
  fetch_model: { stream: true, shows: [], spoils: ["models"] },
  /** Takes a model from a file or folder of this machine. */
  install_model: { stream: false, shows: [], spoils: ["models"] },
  /** Takes a language model of the owner's own, and answers when it was tried out. */
  add_model: { stream: true, shows: [], spoils: ["models"] },
  /** Removes a model's files from this machine. */
  remove_model: { stream: false, shows: [], spoils: ["models"] },
  /** Checks a model's bytes. */
  verify_model: { stream: false, shows: [], spoils: ["models"] },
  /** Lists work going on, and the last that ended. */
  jobs: { stream: false, shows: ["jobs"], spoils: [] },
  /** Ends a job. */
  cancel_job: { stream: false, shows: [], spoils: ["jobs"] },
  /** Lets a job hold still until it is resumed. */
  pause_job: { stream: false, shows: [], spoils: ["jobs"] },
  /** Lets a paused job go on. */
  resume_job: { stream: false, shows: [], spoils: ["jobs"] },
  /** Lists a folder of this machine, to choose an archive from. */
  browse: { stream: false, shows: [], spoils: [] },
  /** Lists what the owner chose. */
  settings: { stream: false, shows: ["settings"], spoils: [] },
  /** Chooses. */
  set_setting: { stream: false, shows: [], spoils: ["settings"] },
} as const;

/** What every operation takes and gives. */
export interface Signatures {
  status: { request: Nothing; response: Status; part: never };
  create_vault: { request: CreateRequest; response: Created; part: never };
  unlock: { request: UnlockRequest; response: Status; part: never };
  lock: { request: Nothing; response: Status; part: never };
  keys: { request: Nothing; response: Keys; part: never };
  add_key: { request: AddKeyRequest; response: KeyAdded; part: never };
  change_passphrase: { request: ChangePassphraseRequest; response: KeyAdded; part: never };
  revoke_key: { request: RevokeKeyRequest; response: Keys; part: never };
  replace_root_key: { request: ReplaceRootKeyRequest; response: RootKeyReplaced; part: Progress };
  recovery_code_kept: { request: Nothing; response: Status; part: never };
  stats: { request: Nothing; response: Stats; part: never };
  verify: { request: Nothing; response: Verified; part: Progress };
  plan_import: { request: ImportRequest; response: Plan; part: never };
  start_import: { request: ImportRequest; response: JobStarted; part: never };
  import: { request: ImportRequest; response: Imported; part: Progress };
  imports: { request: Nothing; response: Imports; part: never };
  import_report: { request: ImportRef; response: ImportReport; part: never };
  undo: { request: ImportRef; response: Undone; part: Progress };
  plan_forget: { request: ForgetRequest; response: ForgetPlan; part: never };
  forget: { request: ForgetRequest; response: Receipt; part: Progress };
  audit: { request: AuditRequest; response: AuditLog; part: never };
  receipts: { request: Nothing; response: Receipts; part: never };
  compare: { request: CompareRequest; response: Compared; part: never };
  start_export: { request: ExportRequest; response: JobStarted; part: never };
  export: { request: ExportRequest; response: Exported; part: Progress };
  start_backup: { request: BackupRequest; response: JobStarted; part: never };
  back_up: { request: BackupRequest; response: BackedUp; part: Progress };
  backup_state: { request: Nothing; response: BackupState; part: never };
  backups: { request: BackupRef; response: Snapshots; part: never };
  check_backup: { request: BackupRef; response: Checked; part: Progress };
  rehearse_backup: { request: RehearseRequest; response: Restored; part: Progress };
  prune_backup: { request: PruneRequest; response: Pruned; part: Progress };
  restore: { request: RestoreRequest; response: Restored; part: Progress };
  search: { request: SearchRequest; response: SearchAnswer; part: never };
  saved_searches: { request: Nothing; response: SavedSearches; part: never };
  save_search: { request: SaveSearchRequest; response: SavedSearches; part: never };
  rename_search: { request: RenameSearchRequest; response: SavedSearches; part: never };
  remove_search: { request: SavedSearchRef; response: SavedSearches; part: never };
  list: { request: ListRequest; response: Page; part: never };
  timeline: { request: TimelineRequest; response: Timeline; part: never };
  facets: { request: FilterRequest; response: Facets; part: never };
  item: { request: ItemRef; response: ItemView; part: never };
  blob: { request: BlobRequest; response: BlobBytes; part: never };
  mail_page: { request: ItemRef; response: MailPage; part: never };
  map: { request: MapRequest; response: MapView; part: never };
  track: { request: TrackRequest; response: Track; part: never };
  people: { request: PeopleRequest; response: People; part: never };
  person: { request: PersonRef; response: PersonDetail; part: never };
  people_suggestions: { request: SuggestionsRequest; response: Suggestions; part: never };
  people_merge: { request: MergeRequest; response: PersonDetail; part: never };
  people_unmerge: { request: UnmergeRequest; response: PersonDetail; part: never };
  people_decline: { request: DeclineRequest; response: Nothing; part: never };
  owner: { request: Nothing; response: OwnerView; part: never };
  set_owner: { request: OwnerChange; response: OwnerView; part: never };
  pii: { request: PiiRequest; response: PiiAnswer; part: Progress };
  ask: { request: AskRequest; response: Answer; part: AskPart };
  conversations: { request: ConversationsRequest; response: Conversations; part: never };
  conversation: { request: ConversationRef; response: Conversation; part: never };
  remove_conversation: { request: ConversationRef; response: ConversationsRemoved; part: never };
  remove_conversations: { request: Nothing; response: ConversationsRemoved; part: never };
  models: { request: Nothing; response: Models; part: never };
  pull_model: { request: ModelRef; response: JobStarted; part: never };
  fetch_model: { request: ModelRef; response: ModelView; part: Progress };
  install_model: { request: ModelFile; response: ModelView; part: never };
  add_model: { request: OwnModel; response: ModelView; part: Progress };
  remove_model: { request: ModelRef; response: ModelView; part: never };
  verify_model: { request: ModelRef; response: ModelView; part: never };
  jobs: { request: Nothing; response: Jobs; part: never };
  cancel_job: { request: JobRef; response: Job; part: never };
  pause_job: { request: JobRef; response: Job; part: never };
  resume_job: { request: JobRef; response: Job; part: never };
  browse: { request: BrowseRequest; response: Browsed; part: never };
  settings: { request: Nothing; response: Settings; part: never };
  set_setting: { request: Setting; response: Settings; part: never };
}
