//! Everything that a person or a program may do with a vault, one function each.
//!
//! The table in [`OPERATIONS`] is the one place where an operation is declared; the window, the browser, the command line
//! and the TypeScript client are views of it. Permission is decided here, for every caller alike.
//!
//! Absent on purpose: transports (`gateway`, `cli`), and how things are stored, read or answered (`vault`, `lake`, `cortex`,
//! `forge`).

mod audit;
mod engine;
mod faltering;
mod jobs;
mod keychain;
mod masking;
mod meaning;
mod ops;
mod personal;
mod phrase;
mod query;
mod schema;
mod show;
mod table;
pub mod wire;
mod withholding;

pub use engine::{Engine, Stay};
pub use phrase::{FilterWords, days, filter};
pub use schema::client_schema;
pub use table::{Caller, Door, Needs, Operation, Tag, operation};

use domain::Progress;
use lake::plan::Plan;
use table::operations;
use vault::{Job, Receipt};
use wire::*;

operations! {
    #[doc = "Says whether there is a vault, whether it is open, and how far its indexes have come."]
    status(Nothing) -> Status { needs: Nothing, shows: [Vault, Items, Jobs], spoils: [], unlogged } = ops::vault::status;
    #[doc = "Makes a vault and opens it."]
    create_vault(CreateRequest) -> Created { needs: Owner, shows: [], spoils: [Vault, Items, Imports, Jobs, Models, Settings, Conversations] } = ops::vault::create;
    #[doc = "Opens the vault."]
    unlock(UnlockRequest) -> Status { needs: Owner, shows: [], spoils: [Vault, Items, Imports, Jobs, Models, Settings, Conversations] } = ops::vault::unlock;
    #[doc = "Closes the vault."]
    lock(Nothing) -> Status { needs: Owner, shows: [], spoils: [Vault, Items, Imports, Jobs, Models, Settings, Conversations], closes } = ops::vault::lock;
    #[doc = "Lists what opens the vault."]
    keys(Nothing) -> Keys { needs: Owner, shows: [Settings], spoils: [] } = ops::keys::list;
    #[doc = "Lets something else open the vault as well."]
    add_key(AddKeyRequest) -> KeyAdded { needs: Owner, shows: [], spoils: [Settings, Vault] } = ops::keys::add;
    #[doc = "Replaces a passphrase."]
    change_passphrase(ChangePassphraseRequest) -> KeyAdded { needs: Owner, shows: [], spoils: [Settings, Vault] } = ops::keys::change;
    #[doc = "Lets a key open the vault no more."]
    revoke_key(RevokeKeyRequest) -> Keys { needs: Owner, shows: [], spoils: [Settings, Vault] } = ops::keys::revoke;
    #[doc = "Encrypts the vault under a new root key; what is not given opens it no more."]
    replace_root_key(ReplaceRootKeyRequest) streams Progress -> RootKeyReplaced { needs: Owner, shows: [], spoils: [Settings, Vault] } = ops::keys::replace_root;
    #[doc = "Says that the owner holds a recovery code that was shown, so that it is not told any longer that nobody may have seen it."]
    recovery_code_kept(Nothing) -> Status { needs: Owner, shows: [], spoils: [Vault] } = ops::keys::code_kept;
    #[doc = "Counts what the vault holds."]
    stats(Nothing) -> Stats { needs: Read, shows: [Items], spoils: [] } = ops::vault::stats;
    #[doc = "Checks every page, index, blob and ledger."]
    verify(Nothing) streams Progress -> Verified { needs: Read, shows: [], spoils: [] } = ops::vault::verify;
    #[doc = "Says what an import would bring, before anything is written."]
    plan_import(ImportRequest) -> Plan { needs: Write, shows: [], spoils: [] } = ops::imports::plan;
    #[doc = "Starts importing in the background."]
    start_import(ImportRequest) -> JobStarted { needs: Write, shows: [], spoils: [Jobs] } = ops::imports::start;
    #[doc = "Imports, and answers with the ledger when it is done."]
    import(ImportRequest) streams Progress -> Imported { needs: Write, shows: [], spoils: [Items, Imports] } = ops::imports::run;
    #[doc = "Lists the imports."]
    imports(Nothing) -> Imports { needs: Read, shows: [Imports], spoils: [] } = ops::imports::list;
    #[doc = "Shows an import's ledger."]
    import_report(ImportRef) -> Report { needs: Read, shows: [Imports], spoils: [] } = ops::imports::report;
    #[doc = "Takes an import back, exactly."]
    undo(ImportRef) streams Progress -> Undone { needs: Write, shows: [], spoils: [Items, Imports, Conversations] } = ops::imports::undo;
    #[doc = "Says what forgetting would take, before anything goes."]
    plan_forget(ForgetRequest) -> ForgetPlan { needs: Owner, shows: [Items], spoils: [] } = ops::forgetting::plan;
    #[doc = "Forgets for good, and answers with a receipt."]
    forget(ForgetRequest) streams Progress -> Receipt { needs: Owner, shows: [], spoils: [Items, Imports, Jobs, Conversations] } = ops::forgetting::forget;
    #[doc = "Shows the log of calls: who read, wrote, exported or changed what."]
    audit(AuditRequest) -> AuditLog { needs: Owner, shows: [], spoils: [] } = ops::audit::log;
    #[doc = "Lists what was forgotten."]
    receipts(Nothing) -> Receipts { needs: Read, shows: [Items], spoils: [] } = ops::forgetting::receipts;
    #[doc = "Compares two imports: what is new, changed and gone."]
    compare(CompareRequest) -> Compared { needs: Read, shows: [Items, Imports], spoils: [] } = ops::imports::compare;
    #[doc = "Starts exporting the vault, or a slice of it, in the background."]
    start_export(ExportRequest) -> JobStarted { needs: Owner, shows: [], spoils: [Jobs] } = ops::exports::start;
    #[doc = "Exports the vault, or a slice of it, and answers when it is done."]
    export(ExportRequest) streams Progress -> Exported { needs: Owner, shows: [], spoils: [] } = ops::exports::run;
    #[doc = "Starts making a backup in the background."]
    start_backup(BackupRequest) -> JobStarted { needs: Owner, shows: [], spoils: [Jobs] } = ops::backups::start;
    #[doc = "Makes a backup, and answers when it was read back."]
    back_up(BackupRequest) streams Progress -> BackedUp { needs: Owner, shows: [], spoils: [Settings] } = ops::backups::run;
    #[doc = "Says how the vault is backed up, and when it last was."]
    backup_state(Nothing) -> BackupState { needs: Read, shows: [Settings, Jobs], spoils: [] } = ops::backups::state;
    #[doc = "Lists the snapshots in a folder of backups."]
    backups(BackupRef) -> Snapshots { needs: Owner, shows: [Settings, Jobs], spoils: [] } = ops::backups::list;
    #[doc = "Reads a folder of backups back, and mends what can be."]
    check_backup(BackupRef) streams Progress -> Checked { needs: Owner, shows: [], spoils: [] } = ops::backups::check;
    #[doc = "Restores a backup into a folder of its own, compares, and removes it again."]
    rehearse_backup(RehearseRequest) streams Progress -> Restored { needs: Owner, shows: [], spoils: [] } = ops::backups::rehearse;
    #[doc = "Lets snapshots go, and destroys what only they held."]
    prune_backup(PruneRequest) streams Progress -> Pruned { needs: Owner, shows: [], spoils: [Settings] } = ops::backups::prune;
    #[doc = "Restores a vault from a backup, to where none stands."]
    restore(RestoreRequest) streams Progress -> Restored { needs: Owner, shows: [], spoils: [Vault] } = ops::backups::restore;
    #[doc = "Finds items by words, by meaning, or both."]
    search(SearchRequest) -> SearchAnswer { needs: Read, shows: [Items], spoils: [] } = ops::search::search;
    #[doc = "Lists the saved searches."]
    saved_searches(Nothing) -> SavedSearches { needs: Read, shows: [Settings], spoils: [] } = ops::saved::list;
    #[doc = "Keeps a search under a name."]
    save_search(SaveSearchRequest) -> SavedSearches { needs: Owner, shows: [], spoils: [Settings] } = ops::saved::save;
    #[doc = "Calls a saved search otherwise."]
    rename_search(RenameSearchRequest) -> SavedSearches { needs: Owner, shows: [], spoils: [Settings] } = ops::saved::rename;
    #[doc = "Keeps a saved search no longer."]
    remove_search(SavedSearchRef) -> SavedSearches { needs: Owner, shows: [], spoils: [Settings] } = ops::saved::remove;
    #[doc = "Lists items in order of time."]
    list(ListRequest) -> Page { needs: Read, shows: [Items], spoils: [] } = ops::search::list;
    #[doc = "Counts items by day, month or year."]
    timeline(TimelineRequest) -> Timeline { needs: Read, shows: [Items], spoils: [] } = ops::search::timeline;
    #[doc = "Counts items by kind, source, year and person."]
    facets(FilterRequest) -> Facets { needs: Read, shows: [Items], spoils: [] } = ops::search::facets;
    #[doc = "Shows everything known of an item."]
    item(ItemRef) -> ItemView { needs: Read, shows: [Items], spoils: [] } = ops::item::item;
    #[doc = "Reads an attachment or a medium."]
    blob(BlobRequest) -> BlobBytes { needs: Read, shows: [], spoils: [] } = ops::item::blob;
    #[doc = "Lays a mail out as its sender did, without anything that runs, loads or leads somewhere."]
    mail_page(ItemRef) -> MailPage { needs: Read, shows: [], spoils: [] } = ops::item::mail_page;
    #[doc = "Shows a part of the map."]
    map(MapRequest) -> MapView { needs: Read, shows: [Items], spoils: [] } = ops::map::map;
    #[doc = "Shows the track of a span of time."]
    track(TrackRequest) -> Track { needs: Read, shows: [Items], spoils: [] } = ops::map::track;
    #[doc = "Lists people."]
    people(PeopleRequest) -> People { needs: Read, shows: [Items], spoils: [] } = ops::people::list;
    #[doc = "Shows everything known of a person."]
    person(PersonRef) -> PersonDetail { needs: Read, shows: [Items], spoils: [] } = ops::people::person;
    #[doc = "Lists pairs of people who are likely one, with what speaks for it."]
    people_suggestions(SuggestionsRequest) -> Suggestions { needs: Read, shows: [Items], spoils: [] } = ops::people::suggestions;
    #[doc = "Makes one person of several."]
    people_merge(MergeRequest) -> PersonDetail { needs: Write, shows: [], spoils: [Items] } = ops::people::merge;
    #[doc = "Takes a merge of people back."]
    people_unmerge(UnmergeRequest) -> PersonDetail { needs: Write, shows: [], spoils: [Items] } = ops::people::unmerge;
    #[doc = "Remembers that two are different people."]
    people_decline(DeclineRequest) -> Nothing { needs: Write, shows: [], spoils: [Items] } = ops::people::decline;
    #[doc = "Says who the vault's owner is, and why."]
    owner(Nothing) -> OwnerView { needs: Read, shows: [Items], spoils: [] } = ops::people::owner;
    #[doc = "Says which addresses are the owner's."]
    set_owner(OwnerChange) -> OwnerView { needs: Owner, shows: [], spoils: [Items] } = ops::people::set_owner;
    #[doc = "Counts the personal data found in items, by class, and lists the items that hold one class."]
    pii(PiiRequest) streams Progress -> PiiAnswer { needs: Read, shows: [Items], spoils: [] } = ops::pii::pii;
    #[doc = "Answers a question from the vault, with citations."]
    ask(AskRequest) streams AskPart -> Answer { needs: Read, shows: [], spoils: [Conversations] } = ops::ask::ask;
    #[doc = "Lists the conversations that are kept, or those that hold words."]
    conversations(ConversationsRequest) -> Conversations { needs: Read, shows: [Conversations], spoils: [] } = ops::conversations::list;
    #[doc = "Shows a conversation, with its answers as they were."]
    conversation(ConversationRef) -> Conversation { needs: Read, shows: [Conversations], spoils: [] } = ops::conversations::one;
    #[doc = "Keeps a conversation no longer."]
    remove_conversation(ConversationRef) -> ConversationsRemoved { needs: Owner, shows: [], spoils: [Conversations] } = ops::conversations::remove;
    #[doc = "Keeps none of the conversations any longer."]
    remove_conversations(Nothing) -> ConversationsRemoved { needs: Owner, shows: [], spoils: [Conversations] } = ops::conversations::remove_all;
    #[doc = "Lists the models and whether they are installed."]
    models(Nothing) -> Models { needs: Nothing, shows: [Models], spoils: [], unlogged } = ops::models::list;
    #[doc = "Fetches a model in the background."]
    pull_model(ModelRef) -> JobStarted { needs: Owner, shows: [], spoils: [Jobs] } = ops::models::pull;
    #[doc = "Fetches a model, and answers when it is there."]
    fetch_model(ModelRef) streams Progress -> ModelView { needs: Owner, shows: [], spoils: [Models] } = ops::models::fetch;
    #[doc = "Takes a model from a file or folder of this machine."]
    install_model(ModelFile) -> ModelView { needs: Owner, shows: [], spoils: [Models] } = ops::models::install;
    #[doc = "Takes a language model of the owner's own, and answers when it was tried out."]
    add_model(OwnModel) streams Progress -> ModelView { needs: Owner, shows: [], spoils: [Models] } = ops::models::add;
    #[doc = "Removes a model's files from this machine."]
    remove_model(ModelRef) -> ModelView { needs: Owner, shows: [], spoils: [Models] } = ops::models::remove;
    #[doc = "Checks a model's bytes."]
    verify_model(ModelRef) -> ModelView { needs: Nothing, shows: [], spoils: [Models] } = ops::models::verify;
    #[doc = "Lists work going on, and the last that ended."]
    jobs(Nothing) -> Jobs { needs: Read, shows: [Jobs], spoils: [], unlogged } = ops::jobs::list;
    #[doc = "Ends a job."]
    cancel_job(JobRef) -> Job { needs: Write, shows: [], spoils: [Jobs] } = ops::jobs::cancel;
    #[doc = "Lets a job hold still until it is resumed."]
    pause_job(JobRef) -> Job { needs: Write, shows: [], spoils: [Jobs] } = ops::jobs::pause;
    #[doc = "Lets a paused job go on."]
    resume_job(JobRef) -> Job { needs: Write, shows: [], spoils: [Jobs] } = ops::jobs::resume;
    #[doc = "Lists a folder of this machine, to choose an archive from."]
    browse(BrowseRequest) -> Browsed { needs: Owner, shows: [], spoils: [] } = ops::browse::browse;
    #[doc = "Lists what the owner chose."]
    settings(Nothing) -> Settings { needs: Read, shows: [Settings], spoils: [], unlogged } = ops::settings::settings;
    #[doc = "Chooses."]
    set_setting(Setting) -> Settings { needs: Owner, shows: [], spoils: [Settings] } = ops::settings::set;
}
